// Package projections answers questions from the log: one SQLite database for
// each question, kept up to date from pages of events.
//
// A [Projection] is the question: a schema, and one function that writes an
// event's rows. [Open] gives its [DB], [DB.Advance] applies a page, [DB.View]
// reads. The rows, the bookmark (the position of the last event in them) and the
// log's id are in one file and move in one transaction, so that a read model is
// the log up to its bookmark, whenever the process dies. It holds nothing that
// the log does not: deleting it costs the time to build it again.
//
// Live, rebuild, retry and time travel run the same code, and give the same
// tables however the log is cut into pages. A journey with an event that cannot
// be read, or makes no sense, is parked (park.go): its later events are withheld,
// and everybody else's answers go on. A read model is never migrated: another
// version is built beside the old and takes its place (rebuild.go).
package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/waymark/waymark/domain"
)

// A Projection answers one question. Name is [a-z_]+, and names the file, the
// link and the metrics' label. A change of Apply or Schema asks for the next
// Version; a changed Schema is noticed without.
//
// Schema makes STRICT tables. Comments above a CREATE TABLE say what it means,
// comments above or behind a column what that means; a table or column without
// is refused. The comments are in the database too, in its table descriptions.
//
// Apply writes what one event changes, and no value that depends on how the log
// was cut into pages, or on the order of different journeys' events. It says
// that an event makes no sense by an error that wraps [domain.ErrSenseless] or
// [domain.ErrGarbled] and repeats nobody's words. What it wrote before an error
// is taken back; it may be called again with the same event.
//
// Flush, where there is one, ends each page in the same transaction: the place
// for what is better worked out once for a page than for each event in it.
type Projection struct {
	Name    string
	Version int
	Schema  string
	Apply   func(tx *Tx, r domain.Recorded) error
	Flush   func(tx *Tx) error

	only func(domain.Recorded) bool // which events are applied; nil for all
}

// Only gives the same projection of some events alone; the bookmark passes over
// the others.
func (p Projection) Only(keep func(domain.Recorded) bool) Projection {
	p.only = keep
	return p
}

// Options are what a DB may know of the world around it. The zero Options work,
// without what the comments say needs them.
type Options struct {
	// Last gives the log's last position. A file built from nothing is shown once
	// it has reached what Last said when it was begun; at once without.
	Last func() uint64

	// Read reads the log again, behind one position and up to another (0: to its
	// end), in pages. Rebuild needs it, and so does going on by itself after a
	// garbled file was set aside.
	Read func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error]

	// Stream reads one journey's events. Retry needs it.
	Stream func(ctx context.Context, s domain.Stream) iter.Seq2[domain.Recorded, error]

	Log     *slog.Logger  // nothing is logged without
	Metrics *Metrics      // nothing is counted without
	Grace   time.Duration // how long a superseded file stays for those outside who have it open; a minute where 0
}

// Reasons why a DB does not do what it was asked.
var (
	ErrGap    = errors.New("an event is missing before this one")
	ErrClosed = errors.New("the read model is closed")
	ErrCopy   = errors.New("a copy is only read")
)

// OtherLog is the error for a read model whose rows came from another log.
type OtherLog struct{ Path, Has, Want string }

func (e *OtherLog) Error() string {
	return fmt.Sprintf("%s was made from log %s, and this is log %s", e.Path, e.Has, e.Want)
}

// Hint says what to do.
func (e *OtherLog) Hint() string {
	return "Check that the data directory is the right one. If it is, delete the file: it is built again from this log."
}

// A DB is a projection's read model. Its methods may be called from any goroutine.
type DB struct {
	dir     string
	p       Projection
	log     string
	o       Options
	life    context.Context // ends with Close
	stop    context.CancelFunc
	retired sync.WaitGroup // files that are not used any more, and not closed or removed yet

	rebuilding sync.Mutex // held while a file is built beside; taken before mu

	mu     sync.Mutex // held by whoever writes
	file   *file      // owned by mu: what Advance writes; nil after Close and in a copy
	old    string     // owned by mu: the file that the link points to, if file is to take its place
	target uint64     // owned by mu: where file is to be before it does

	seen  sync.Mutex    // guards what readers and waiters go by
	shown *file         // what View reads; nil until something is fit to be read
	state Status        // as of the last commit
	moved chan struct{} // closed at the next change; nil while nobody waits
	end   error         // why there is nothing more to come

	lag prometheus.Collector // set once, when opened
}

// Status is how a read model stands.
type Status struct {
	Projection string
	Version    int
	Bookmark   uint64 // the position of the last event in the file that is written
	Building   bool   // that file is not shown yet: views wait
	Held       *Held  // why it is not, though it has caught up
	Beside     *Held  // why a rebuilt one, which is kept, did not take the place of the one in force
	Parked     int    // journeys
	Err        error  // why the last page was not applied; nil once one was
}

// Open opens the projection's read model in dir, or makes an empty one. One
// process has it open at a time. The log's pages follow behind its Bookmark.
//
// A file that another version made is left to those outside who read it, until
// a new one has caught up. A garbled file is set aside, and a new one built. The
// file of another log gives an [*OtherLog].
func Open(ctx context.Context, dir string, p Projection, logID string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Grace == 0 {
		o.Grace = time.Minute
	}
	db := &DB{dir: dir, p: p, log: logID, o: o}
	db.life, db.stop = context.WithCancel(context.Background())
	db.state = Status{Projection: p.Name, Version: p.Version}
	if err := db.find(ctx); err != nil {
		db.stop()
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	o.Metrics.watch(db)
	return db, nil
}

// Close closes the read model when no view is under way, and ends every Wait.
func (db *DB) Close() error {
	db.stop()
	db.rebuilding.Lock()
	defer db.rebuilding.Unlock()
	db.mu.Lock()
	defer db.mu.Unlock()
	db.seen.Lock()
	shown, closed := db.shown, db.end != nil
	db.shown, db.end = nil, ErrClosed
	db.tell()
	db.seen.Unlock()
	if closed {
		return nil
	}
	db.o.Metrics.forget(db)
	db.retired.Wait()
	var err error
	if db.file != nil && db.file != shown {
		err = db.file.discard()
	}
	if shown != nil {
		shown.readers.Wait()
		err = errors.Join(err, shown.close())
	}
	db.file = nil
	return err
}

// Advance applies a page: its rows and the bookmark, in one transaction. Events
// up to the bookmark are skipped. An error wraps [ErrGap] where one is missing,
// [domain.ErrUnknownForm] where the log is newer than this program,
// [domain.ErrSenseless] or [domain.ErrGarbled] where an event that does not belong
// to a journey cannot be applied; the events before are. After any other error
// nothing of the page is, and it may be given again.
func (db *DB) Advance(ctx context.Context, page []domain.Recorded) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	err := db.advance(ctx, page)
	if err != nil {
		err = fmt.Errorf("%s: %w", db.p.Name, err)
	}
	db.seen.Lock()
	db.state.Err = err
	db.seen.Unlock()
	return err
}

func (db *DB) advance(ctx context.Context, page []domain.Recorded) error {
	if err := db.writable(); err != nil {
		return err
	}
	from := db.file.bookmark
	err := db.take(ctx, behind(page, from))
	if now := db.file.bookmark; now > from {
		return errors.Join(err, db.publish(now-from))
	}
	return errors.Join(err, db.publish(0))
}

// take applies a page, and what was missed before it.
func (db *DB) take(ctx context.Context, page []domain.Recorded) error {
	if len(page) > 0 && page[0].Position > db.file.bookmark+1 && db.o.Read != nil {
		if err := db.follow(ctx, db.file, page[0].Position-1); err != nil {
			return err
		}
	}
	err := db.file.advance(ctx, db.p, page)
	if !garbled(err) {
		return err
	}
	if err := db.startAgain(err); err != nil {
		return err
	}
	if db.o.Read == nil {
		return err
	}
	return db.follow(ctx, db.file, page[len(page)-1].Position)
}

// follow reads the log for a file, from its bookmark up to a position; to the
// log's end where that is 0.
func (db *DB) follow(ctx context.Context, f *file, upto uint64) error {
	for page, err := range db.o.Read(ctx, f.bookmark, upto) {
		if err != nil {
			return err
		}
		if err := f.advance(ctx, db.p, page); err != nil {
			return err
		}
	}
	if f.bookmark < upto {
		return fmt.Errorf("the log ends at event %d, before %d: %w", f.bookmark, upto, ErrGap)
	}
	return nil
}

// publish tells readers, waiters and metrics what was committed.
func (db *DB) publish(applied uint64) error {
	f := db.file
	var err error
	if f != db.shown && f.bookmark >= db.target { // shown changes under mu
		if err = db.compare(f); err == nil {
			err = db.takeOver(f)
		}
	}
	db.seen.Lock()
	defer db.seen.Unlock()
	db.state.Bookmark, db.state.Parked, db.state.Building = f.bookmark, len(f.parked), db.shown != f
	if held, ok := errors.AsType[*Held](err); ok {
		db.state.Held, err = held, nil
	} else {
		db.state.Held = nil
	}
	db.tell()
	db.o.Metrics.advanced(db.p.Name, applied, db.state)
	return err
}

// tell wakes those who wait. It is called with seen held.
func (db *DB) tell() {
	if db.moved != nil {
		close(db.moved)
		db.moved = nil
	}
}

func (db *DB) writable() error {
	switch {
	case db.file != nil:
		return nil
	case db.closed():
		return ErrClosed
	}
	return ErrCopy
}

func (db *DB) closed() bool {
	db.seen.Lock()
	defer db.seen.Unlock()
	return db.end != nil
}

// behind gives the events of a page that come after a position.
func behind(page []domain.Recorded, position uint64) []domain.Recorded {
	for len(page) > 0 && page[0].Position <= position {
		page = page[1:]
	}
	return page
}

// Bookmark gives the position of the last event that is in the rows.
func (db *DB) Bookmark() uint64 { return db.Status().Bookmark }

// Status says how the read model stands.
func (db *DB) Status() Status {
	db.seen.Lock()
	defer db.seen.Unlock()
	return db.state
}

// Wait returns once views see the log up to position. It gives a [*Held] where
// none will.
func (db *DB) Wait(ctx context.Context, position uint64) error {
	return db.until(ctx, func() bool { return db.shown != nil && db.state.Bookmark >= position })
}

// until waits for something that is asked with seen held, and returns with seen
// free again.
func (db *DB) until(ctx context.Context, reached func() bool) error {
	for {
		db.seen.Lock()
		end := db.end
		if db.shown == nil && db.state.Held != nil && end == nil {
			end = db.state.Held
		}
		if end == nil && reached() {
			db.seen.Unlock()
			return nil
		}
		if db.moved == nil {
			db.moved = make(chan struct{})
		}
		moved := db.moved
		db.seen.Unlock()
		if end != nil {
			return fmt.Errorf("%s: %w", db.p.Name, end)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", db.p.Name, ctx.Err())
		}
	}
}

// LogID gives the id of the log that the rows came from.
func (db *DB) LogID() string { return db.log }
