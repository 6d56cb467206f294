package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// The files of a projection in its directory:
//
//	outcomes.db           a symbolic link to the file that is in force
//	outcomes-3-7.db       a file: the projection's version, and a number above any that is left
//	outcomes-3-7.garbled  a file that was no whole database, set aside
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
	if target, err := os.Readlink(db.link()); err == nil {
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
	if err := db.begin(); err != nil {
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
	return db.follow(ctx, 0)
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

// Held is the error for a read model that was built and does not take the old
// one's place by itself, since it would withhold journeys that the old one shows.
type Held struct{ Journeys []string }

func (e *Held) Error() string {
	return fmt.Sprintf("the new read model parks %d journeys that were not parked before, so it is held back", len(e.Journeys))
}

// Hint says what to do.
func (e *Held) Hint() string {
	return "Go back to the program that made the old one, or rebuild and accept that these journeys' later events are withheld."
}

// compare gives a [*Held] where the new file parks a journey at a position that
// the file in force has passed and shows.
func (db *DB) compare(next *file) error {
	path := db.old
	if db.shown != nil { // it changes under mu
		path = db.shown.path
	}
	if path == "" {
		return nil
	}
	c, err := connect(path, "mode=ro&_query_only=1")
	if err != nil {
		return nil // it shows nothing to anybody
	}
	f := &file{path: path, tx: &Tx{conn: c, stmts: map[string]*stmt{}}}
	defer f.close()
	if err := cmp.Or(f.load(), f.tx.Row(`SELECT bookmark FROM waymark`).Scan(&f.bookmark)); err != nil {
		return nil
	}
	held := &Held{}
	for _, journey := range slices.Sorted(maps.Keys(next.parked)) {
		if next.parked[journey] <= f.bookmark && f.parked[journey] == 0 {
			held.Journeys = append(held.Journeys, journey)
		}
	}
	if len(held.Journeys) == 0 {
		return nil
	}
	return held
}

// takeOver puts a file that has caught up in force. If we die
//
//	before 1: the old file is in force; the new one is removed when we are opened
//	after 1:  the same; but the new one would outlive a power cut
//	after 2:  the new file is in force, and everything of it is on disk
//	after 3:  the same, and who reads the old one can know
//	after 4:  nothing is left of the old one
func (db *DB) takeOver(next *file) error {
	if next.building {
		if err := next.finish(live); err != nil { // 1
			return err
		}
	}
	if next.pool == nil {
		if err := next.read(); err != nil {
			return err
		}
	}
	if err := point(db.link(), filepath.Base(next.path)); err != nil { // 2
		return err
	}
	db.seen.Lock()
	before := db.shown
	db.shown = next
	db.seen.Unlock()
	if db.file != next && db.file != before { // it was being built, and is not needed any more
		db.file.discard()
	}
	db.file = next
	old := db.old
	db.old = ""
	if before != nil {
		old = before.path
	}
	if old == "" {
		return nil
	}
	if err := supersede(old); err != nil { // 3
		db.o.Log.Warn("superseded file is not marked", "projection", db.p.Name, "file", old, "reason", err)
	}
	db.retired.Go(func() { // 4
		if before != nil {
			before.readers.Wait()
			before.close()
		}
		select {
		case <-time.After(db.o.Grace):
		case <-db.life.Done(): // it is removed when we are opened again
			return
		}
		if err := remove(old); err != nil {
			db.o.Log.Warn("superseded file is not removed", "projection", db.p.Name, "file", old, "reason", err)
		}
	})
	return nil
}

// finish ends the building of a file: everything of it is on disk, and it is set
// for its use from then on.
func (f *file) finish(settings string) error {
	if err := f.close(); err != nil {
		return err
	}
	if err := fsync(f.path); err != nil {
		return err
	}
	if err := f.write(settings); err != nil {
		return err
	}
	if err := fsync(filepath.Dir(f.path)); err != nil {
		return err
	}
	f.building = false
	return nil
}

// fsync puts a file or a directory on disk.
func fsync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// point makes the link point to a file, at once for everybody.
func point(link, file string) error {
	next := link + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(file, next); err != nil {
		return err
	}
	if err := os.Rename(next, link); err != nil {
		return err
	}
	return fsync(filepath.Dir(link))
}

// supersede writes a file's last transaction, and everything of it into the file
// itself, for those who open it without what lies beside it.
func supersede(path string) error {
	f := &file{path: path}
	if err := f.write(`PRAGMA busy_timeout = 200`); err != nil {
		return err
	}
	_, err := f.tx.conn.Exec(`UPDATE waymark SET superseded = 1; PRAGMA wal_checkpoint(TRUNCATE)`, nil)
	return errors.Join(err, f.close())
}

// Rebuild builds the read model anew beside the one in force, which goes on
// meanwhile, and puts it in its place. It gives a [*Held] where the new one parks
// journeys that the old one does not, unless that is accepted.
func (db *DB) Rebuild(ctx context.Context, accept bool) error {
	if err := db.rebuild(ctx, accept); err != nil {
		return fmt.Errorf("%s: rebuild: %w", db.p.Name, err)
	}
	return nil
}

var (
	errNoLog = errors.New("the log is not at hand to be read again")
	errTwice = errors.New("it is under way already")
)

func (db *DB) rebuild(ctx context.Context, accept bool) (err error) {
	if db.o.Read == nil {
		return errNoLog
	}
	if !db.rebuilding.TryLock() {
		return errTwice
	}
	defer db.rebuilding.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(db.life, cancel)()

	next, err := db.another()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, next.discard())
		}
	}()
	if err := next.follow(ctx, db, 0); err != nil {
		return err
	}
	db.mu.Lock() // pages wait from here on, so that nobody sees the bookmark go back
	defer db.mu.Unlock()
	if err := db.writable(); err != nil {
		return err
	}
	if next.bookmark < db.file.bookmark {
		if err := next.follow(ctx, db, db.file.bookmark); err != nil {
			return err
		}
	}
	if !accept {
		if err := db.compare(next); err != nil {
			return err
		}
	}
	if err := db.takeOver(next); err != nil {
		return err
	}
	return db.publish(0)
}

// another makes an empty file, when nobody else does.
func (db *DB) another() (*file, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.writable(); err != nil {
		return nil, err
	}
	return db.create()
}

// follow reads the log from the file's bookmark up to a position.
func (f *file) follow(ctx context.Context, db *DB, upto uint64) error {
	for page, err := range db.o.Read(ctx, f.bookmark, upto) {
		if err != nil {
			return err
		}
		if err := f.advance(ctx, db.p, page); err != nil {
			return err
		}
	}
	return nil
}
