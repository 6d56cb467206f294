package projections

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/mattn/go-sqlite3"
)

//go:embed meta.sql
var metaSQL string

// A file is one database file: a read model, whole or being built.
type file struct {
	path     string
	tx       *Tx     // the one writing connection
	pool     *sql.DB // for reading; nil while the file is built
	building bool    // nobody reads it, and a crash makes it worthless

	bookmark uint64
	parked   map[string]uint64 // the first position withheld, by journey
	changed  bool              // parked is not as it was committed

	readers sync.WaitGroup // views under way
}

// mostAhead is how long the write ahead may grow while readers that overlap keep
// it from being begun anew, in bytes.
const mostAhead = 256 << 20

// fingerprint tells one definition of the tables from another.
func fingerprint(p Projection) string {
	sum := sha256.Sum256([]byte(metaSQL + "\x00" + p.Schema))
	return hex.EncodeToString(sum[:8])
}

// How a connection is set. Statements end up in the file's own settings only
// where they say journal_mode.
const (
	// A power cut may undo the last pages of a read model, rows and bookmark
	// together, and they are read from the log again: NORMAL is enough. The write
	// ahead is copied back each 20,000 pages (80 MB), and its file is cut back to
	// 64 MB then and to nothing on closing.
	live = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 20000;
		PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY`
	// A file that is being built is thrown away after a crash. The journal stays
	// in memory, for without any a statement could not be taken back.
	// Pages of 8 KiB hold most of a person's rows whole, which is read faster.
	beside = `PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
		PRAGMA cache_size = -20000; PRAGMA temp_store = MEMORY`
)

// address names a database for SQLite, whatever characters its path has.
func address(path, settings string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: settings}).String()
}

// connect opens a connection for one goroutine at a time. It leaves the write
// ahead and its index behind when it is closed, so that those who may only read
// can open the file while nobody writes.
func connect(path, settings string) (*sqlite3.SQLiteConn, error) {
	d := sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		return c.SetFileControlInt("", sqlite3.SQLITE_FCNTL_PERSIST_WAL, 1)
	}}
	c, err := d.Open(address(path, "_mutex=no&_busy_timeout=5000&"+settings))
	if err != nil {
		return nil, err
	}
	return c.(*sqlite3.SQLiteConn), nil
}

// write opens the writing connection.
func (f *file) write(settings string) error {
	c, err := connect(f.path, "mode=rw")
	if err != nil {
		return err
	}
	if _, err := c.Exec(settings, nil); err != nil {
		c.Close()
		return err
	}
	f.tx = &Tx{conn: c, stmts: map[string]*stmt{}}
	return nil
}

// create makes an empty read model at path, for building.
func create(path string, p Projection, logID string) (f *file, err error) {
	empty, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := empty.Close(); err != nil {
		return nil, err
	}
	f = &file{path: path, building: true, parked: map[string]uint64{}}
	defer func() {
		if err != nil {
			f.discard()
		}
	}()
	if err := f.write(beside); err != nil {
		return f, err
	}
	if err := f.tx.Exec(`BEGIN IMMEDIATE`); err != nil {
		return f, err
	}
	if _, err := f.tx.conn.Exec(metaSQL+p.Schema, nil); err != nil {
		return f, fmt.Errorf("schema: %w", err)
	}
	if err := describe(f.tx, metaSQL+p.Schema); err != nil {
		return f, fmt.Errorf("schema: %w", err)
	}
	if err := f.tx.Exec(`INSERT INTO waymark VALUES (1, ?, ?, ?, ?, 0, '', 0)`,
		p.Name, p.Version, fingerprint(p), logID); err != nil {
		return f, err
	}
	return f, f.tx.Exec(`COMMIT`)
}

// Why the file that the link points to is not used.
var (
	errStale   = errors.New("made by another version of the projection")
	errGarbled = errors.New("not a whole database")
)

// open opens a read model to go on with. It gives errStale, errGarbled, an
// [*OtherLog], or what the system says.
func open(path string, p Projection, logID string) (*file, error) {
	f, err := reopen(path, p, logID, live)
	if err != nil {
		return nil, err
	}
	if err := f.read(); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// reopen opens a read model for writing, with settings, as open does.
func reopen(path string, p Projection, logID, settings string) (f *file, err error) {
	if err := whole(path); err != nil {
		return nil, err
	}
	f = &file{path: path, building: settings == beside}
	defer func() {
		if garbled(err) {
			err = fmt.Errorf("%w: %w", errGarbled, err)
		}
		if err != nil {
			f.close()
		}
	}()
	if err := f.write(settings); err != nil {
		return f, err
	}
	var name, digest, log string
	var version int
	err = f.tx.Row(`SELECT projection, version, schema, log, bookmark FROM waymark`).
		Scan(&name, &version, &digest, &log, &f.bookmark)
	switch {
	case errors.Is(err, sql.ErrNoRows), isCode(err, sqlite3.ErrError): // no such row, table or column
		return f, errStale
	case err != nil:
		return f, err
	case log != logID:
		return f, &OtherLog{path, log, logID}
	case name != p.Name || version != p.Version || digest != fingerprint(p):
		return f, errStale
	}
	return f, f.load()
}

// read opens the pool that views read through.
func (f *file) read() error {
	f.pool = sql.OpenDB(reading{f.path})
	f.pool.SetMaxOpenConns(16) // each may take 4 MB
	f.pool.SetMaxIdleConns(4)
	return f.pool.Ping()
}

// reading connects readers to a file.
type reading struct{ path string }

func (r reading) Connect(context.Context) (driver.Conn, error) {
	return connect(r.path, "mode=ro&_query_only=1&_stmt_cache_size=64&_cache_size=-4000")
}

func (r reading) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

// shorten copies the write ahead back and cuts it where it has grown too long. It
// waits for readers a little, and tries again after the next page.
func (f *file) shorten(most int64) error {
	ahead, err := os.Stat(f.path + "-wal")
	if err != nil || ahead.Size() <= most {
		return nil // there is none while a file is built
	}
	_, err = f.tx.conn.Exec(`PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000`, nil)
	return err
}

// close closes what is open; every committed page is in the file then.
func (f *file) close() error {
	var errs []error
	if f.pool != nil {
		errs = append(errs, f.pool.Close())
	}
	if f.tx != nil {
		for _, s := range f.tx.stmts {
			errs = append(errs, s.Close())
		}
		errs = append(errs, f.tx.conn.Close())
	}
	f.pool, f.tx = nil, nil
	return errors.Join(errs...)
}

// discard closes the file and removes it.
func (f *file) discard() error { return errors.Join(f.close(), remove(f.path)) }

// remove removes a database and what SQLite keeps beside it. The database goes
// first, so that nobody opens it without the rest.
func remove(path string) (err error) {
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if e := os.Remove(name); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// whole says whether a database has the size that its first page states. While
// there is a write ahead the first page may be older than the rest, and SQLite
// itself finds out.
func whole(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		return nil
	}
	var head [100]byte // https://www.sqlite.org/fileformat.html, section 1.3
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:16]) != "SQLite format 3\x00" {
		return errGarbled
	}
	size := int64(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 65536
	}
	if s, err := f.Stat(); err != nil || s.Size() < size*int64(binary.BigEndian.Uint32(head[28:])) {
		return errGarbled
	}
	return nil
}

// garbled says whether an error means that the file is no whole database.
func garbled(err error) bool {
	return isCode(err, sqlite3.ErrCorrupt) || isCode(err, sqlite3.ErrNotADB)
}

func isCode(err error, code sqlite3.ErrNo) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && e.Code == code
}
