package projections

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

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
//	after 2:  the new file is in force
//	after 3:  the same, and who reads the old one can know
//	after 4:  nothing is left of the old one
func (db *DB) takeOver(next *file) error {
	if next.building {
		if err := next.finish(); err != nil { // 1
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
	if err := fsync(db.dir); err != nil { // after a power cut the link may be the old one
		db.o.Log.Warn("link is not on disk", "projection", db.p.Name, "file", db.link(), "reason", err)
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
// for going on live.
func (f *file) finish() error {
	if err := f.close(); err != nil {
		return err
	}
	if err := fsync(f.path); err != nil {
		return err
	}
	if err := f.write(live); err != nil {
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
	return os.Rename(next, link)
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
