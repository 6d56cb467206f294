package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// The files of a projection in its directory:
//
//	outcomes.db           a symbolic link to the file that is in force
//	outcomes-3-7.db       a file: the projection's version, and a number above any that is left
//	outcomes-3-7.garbled  a file that was no whole database, set aside
//	outcomes.held         which file was rebuilt and is held back, and why
//
// SQLite keeps a write ahead and its index beside a file, under its name; that
// is why a number must not have been left by another, and why nothing is renamed
// over a database.

func (db *DB) link() string { return filepath.Join(db.dir, db.p.Name+".db") }

// names tells the projection's files from others, with what lies beside them.
func (db *DB) names() *regexp.Regexp {
	return regexp.MustCompile(`^` + db.p.Name + `-(\d+)-(\d+)\.(db|garbled)(-wal|-shm|-journal)?$`)
}

// create makes an empty file under the next number.
func (db *DB) create() (*file, error) {
	entries, err := os.ReadDir(db.dir)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if target, err := os.Readlink(db.link()); err == nil { // which must not become the new one
		names = append(names, target)
	}
	last, pattern := 0, db.names()
	for _, name := range names {
		if m := pattern.FindStringSubmatch(name); m != nil {
			n, _ := strconv.Atoi(m[2])
			last = max(last, n)
		}
	}
	return create(filepath.Join(db.dir, fmt.Sprintf("%s-%d-%d.db", db.p.Name, db.p.Version, last+1)), db.p, db.log)
}

// find opens the file in force, or begins one that is to take its place.
func (db *DB) find(ctx context.Context) error {
	if err := os.MkdirAll(db.dir, 0o700); err != nil {
		return err
	}
	target, err := os.Readlink(db.link())
	if err != nil && !errors.Is(err, os.ErrNotExist) { // there is something that is no link
		if err := os.Rename(db.link(), db.link()+".garbled"); err != nil {
			return err
		}
		db.o.Log.ErrorContext(ctx, "not a link to a read model, and set aside", "projection", db.p.Name, "file", db.link()+".garbled")
	}
	path := filepath.Join(db.dir, filepath.Base(target))
	if target != "" {
		f, err := open(path, db.p, db.log)
		switch {
		case err == nil:
			db.file, db.shown = f, f
			db.state.Bookmark, db.state.Parked = f.bookmark, len(f.parked)
			if db.findHeld(target); db.state.Beside != nil {
				return db.tidy(path, filepath.Join(db.dir, db.state.Beside.File))
			}
			return db.tidy(path)
		case errors.Is(err, errGarbled):
			if err := db.setAside(path, err); err != nil {
				return err
			}
		case errors.Is(err, errStale):
			db.old = path
		case !errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("%s: %w", path, err)
		}
		db.o.Log.WarnContext(ctx, "read model is built from nothing", "projection", db.p.Name, "file", path, "reason", err)
	}
	if err := errors.Join(db.forgetHeld(), db.begin()); err != nil {
		return err
	}
	return errors.Join(db.tidy(db.old, db.file.path), db.publish(0))
}

// begin makes an empty file the one that pages go to.
func (db *DB) begin() (err error) {
	if db.file, err = db.create(); err != nil {
		return err
	}
	db.target = 0
	if db.o.Last != nil {
		db.target = db.o.Last()
	}
	db.seen.Lock()
	defer db.seen.Unlock()
	db.shown = nil
	db.state.Bookmark, db.state.Parked, db.state.Building = 0, 0, true
	return nil
}

// startAgain sets a garbled file aside and begins an empty one. It is called
// with mu held.
func (db *DB) startAgain(why error) error {
	f := db.file
	if err := db.setAside(f.path, why); err != nil {
		return err
	}
	if err := db.begin(); err != nil {
		return err
	}
	db.retired.Go(func() {
		f.readers.Wait()
		f.close()
	})
	return nil
}

// mend builds the file anew in which a view found damage, unless that was done.
func (db *DB) mend(ctx context.Context, f *file, why error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.o.Read == nil || db.writable() != nil {
		return why
	}
	if f != db.file {
		return nil
	}
	if err := db.startAgain(why); err != nil {
		return err
	}
	err := db.follow(ctx, db.file, 0)
	return errors.Join(err, db.publish(db.file.bookmark))
}

// tidy removes what a crash or an earlier take-over left behind.
func (db *DB) tidy(keep ...string) error {
	entries, err := os.ReadDir(db.dir)
	if err != nil {
		return err
	}
	if err := os.Remove(db.link() + ".next"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	pattern := db.names()
	for _, e := range entries {
		m := pattern.FindStringSubmatch(e.Name())
		if m == nil || m[3] != "db" {
			continue
		}
		path := filepath.Join(db.dir, fmt.Sprintf("%s-%s-%s.db", db.p.Name, m[1], m[2]))
		if !slices.Contains(keep, path) {
			supersede(path) // whoever has it open may look; it is removed either way
			err = errors.Join(err, remove(path))
		}
	}
	return err
}

// setAside keeps a file that is no whole database out of the way.
func (db *DB) setAside(path string, why error) error {
	aside := path[:len(path)-len(".db")] + ".garbled"
	for _, beside := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(path+beside, aside+beside); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	db.o.Log.Error("read model is garbled and was set aside", "projection", db.p.Name, "file", aside, "reason", why)
	return nil
}
