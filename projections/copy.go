package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/waymark/waymark/domain"
)

// Replay makes a stand-alone read model at path from pages that begin with the
// log's first event: time travel is an empty database and a stop sign. Nothing
// is at path before it is whole, and nothing lies beside it.
func Replay(ctx context.Context, p Projection, path, logID string, pages iter.Seq2[[]domain.Recorded, error]) error {
	if err := replay(ctx, p, path, logID, pages); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}

func replay(ctx context.Context, p Projection, path, logID string, pages iter.Seq2[[]domain.Recorded, error]) error {
	return deliver(path, func(half string) error {
		f, err := create(half, p, logID)
		if err != nil {
			return err
		}
		defer f.close()
		if err := f.take(ctx, p, pages); err != nil {
			return err
		}
		return f.finishAlone()
	})
}

// take applies pages that come behind the bookmark to a file that is built.
func (f *file) take(ctx context.Context, p Projection, pages iter.Seq2[[]domain.Recorded, error]) error {
	for s, err := range stretches(pages, 0) {
		if err != nil {
			return err
		}
		if err := f.advance(ctx, p, s.events); err != nil {
			return err
		}
	}
	return nil
}

// finishAlone ends the building of a file that is made for others: it is on disk,
// and needs nothing beside it.
func (f *file) finishAlone() error {
	if err := f.close(); err != nil {
		return err
	}
	return settle(f.path, f.bookmark)
}

// Export writes what views see to path, as one file that needs nothing beside it.
func (db *DB) Export(ctx context.Context, path string) error {
	f, err := db.hold(ctx)
	if err != nil {
		return err
	}
	defer f.readers.Done()
	err = deliver(path, func(half string) error {
		// A pool's connection may only read, and that forbids even this.
		c, err := connect(f.path, "mode=ro")
		if err != nil {
			return err
		}
		defer c.Close()
		if err := os.WriteFile(half, nil, 0o600); err != nil { // never others' to read, not even for a moment
			return err
		}
		tx := &Tx{conn: c, stmts: map[string]*stmt{}}
		if err := tx.Exec(`VACUUM INTO ?`, half); err != nil {
			return err
		}
		return fsync(half)
	})
	if err != nil {
		return fmt.Errorf("%s: export: %w", db.p.Name, err)
	}
	return nil
}

// What a file that is not whole is called until it is.
const half = ".half"

// deliver makes a file under another name, and gives it its own when it is whole.
func deliver(path string, write func(half string) error) error {
	if err := free(path); err != nil {
		return err
	}
	if err := remove(path + half); err != nil { // of one that died
		return err
	}
	if err := write(path + half); err != nil {
		return errors.Join(err, remove(path+half))
	}
	return rename(path+half, path)
}

// free says whether there is nothing at path.
func free(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: %w", path, os.ErrExist)
	}
	return nil
}

// rename gives a file another name in its directory, which outlives a power cut.
func rename(path, to string) error {
	if err := os.Rename(path, to); err != nil {
		return err
	}
	return fsync(filepath.Dir(to))
}

// OpenCopy opens a file that Replay or Export made, for reading only.
func OpenCopy(ctx context.Context, path string, p Projection) (*DB, error) {
	f := &file{path: path}
	if err := errors.Join(whole(path), f.read()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.close())
	}
	db := &DB{p: p, shown: f, state: Status{Projection: p.Name, Version: p.Version}}
	db.life, db.stop = context.WithCancel(context.Background())
	var name, digest string
	var version int
	err := f.pool.QueryRowContext(ctx, `SELECT projection, version, schema, log, bookmark, (SELECT count(*) FROM parked)
		FROM waymark`).Scan(&name, &version, &digest, &db.log, &db.state.Bookmark, &db.state.Parked)
	if err == nil && (name != p.Name || version != p.Version || digest != fingerprint(p)) {
		err = errStale
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return db, nil
}

// Bookmarks gives the highest bookmark of any read model in dir: the log that
// they were made from has at least as many events. Files that cannot be read are
// passed over.
func Bookmarks(dir string) (highest uint64) {
	paths, _ := filepath.Glob(filepath.Join(dir, "*-*-*.db")) // the pattern is well formed
	for _, path := range paths {
		highest = max(highest, bookmarkOf(path))
	}
	return highest
}

func bookmarkOf(path string) (bookmark uint64) {
	pool := sql.OpenDB(reading{path})
	defer pool.Close()
	if err := pool.QueryRow(`SELECT bookmark FROM waymark`).Scan(&bookmark); err != nil {
		return 0
	}
	return bookmark
}
