package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/waymark/waymark/domain"
)

// How many read models of past positions are kept.
const (
	mostLandings = 32 // from which later moments go on; they come to about 16 times the read model of now
	mostAsked    = 3  // of other positions, those made last
)

// leastApart is how many events lie between two landings that are kept, at least,
// unless a landing was asked for.
const leastApart = landingEvery

// Moments are read models of one projection as they were at past positions of the
// log. Each is made when first asked for: a copy of the nearest one kept at a
// landing before it, with the events from there. That is right because a read
// model depends on nothing but the log's events up to its bookmark: the copy at
// its bookmark is what a replay from nothing is there, so both are the same after
// the same events, byte for byte, since only landings are gone on from.
//
// On a long way further landings are kept. When there are more than 32, those go
// whose neighbours are nearest, so that what is left is spread evenly over the
// log. Beside them the last three of other positions are kept, and those that Keep
// was asked for, until Forget. All of them are on disk before they have their
// names, and are safe to delete, like every read model. One process uses Dir at a
// time.
type Moments struct {
	Dir        string // where they are kept, which is made with the first; other projections' may be there too
	Projection Projection
	Log        string // the log's id
	Read       func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error]

	mu      sync.Mutex               // guards what is in Dir while a file is chosen, named or removed
	under   map[uint64]chan struct{} // owned by mu: the positions under way; closed when they are made, or were not
	tidied  bool                     // owned by mu: what another process left half-made is gone
	forgets int                      // owned by mu: how often everything was forgotten
}

// Open opens the read model as it was at a position that the log has. The caller
// closes it. Who asks for the same moment meanwhile waits, and it is made once.
func (m *Moments) Open(ctx context.Context, position uint64) (*DB, error) {
	db, err := m.open(ctx, position, false)
	if err != nil {
		return nil, fmt.Errorf("%s: as of position %d: %w", m.Projection.Name, position, err)
	}
	return db, nil
}

// Keep makes the read model of a position, unless it is kept, and keeps it however
// many others there will be.
func (m *Moments) Keep(ctx context.Context, position uint64) error {
	for {
		if err := m.keep(ctx, position, false); err != nil {
			return err
		}
		if err := m.stay(position); !errors.Is(err, os.ErrNotExist) { // or it was let go of meanwhile
			return err
		}
	}
}

// KeepGently makes the read model of a position, unless it is kept. It leaves half
// of the time to others, and the moment may go when there are too many.
func (m *Moments) KeepGently(ctx context.Context, position uint64) error {
	return m.keep(ctx, position, true)
}

func (m *Moments) keep(ctx context.Context, position uint64, gently bool) error {
	db, err := m.open(ctx, position, gently)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return fmt.Errorf("%s: as of position %d: %w", m.Projection.Name, position, err)
	}
	return nil
}

func (m *Moments) open(ctx context.Context, position uint64, gently bool) (*DB, error) {
	if err := m.tidy(); err != nil {
		return nil, err
	}
	for {
		if db := m.kept(ctx, position); db != nil {
			return db, nil
		}
		made, mine := m.claim(position)
		if mine {
			return m.make(ctx, position, gently)
		}
		select {
		case <-made: // or it failed, perhaps only for the one who asked first
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// claim says whether the caller is to make a moment, or else gives what is closed
// when another has.
func (m *Moments) claim(position uint64) (made chan struct{}, mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if made, ok := m.under[position]; ok {
		return made, false
	}
	if m.under == nil {
		m.under = map[uint64]chan struct{}{}
	}
	made = make(chan struct{})
	m.under[position] = made
	return made, true
}

// kept opens a moment that was kept, if it was; it removes one that is of another
// log or definition, or garbled.
func (m *Moments) kept(ctx context.Context, position uint64) *DB {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.list() {
		if k.position != position {
			continue
		}
		db, err := OpenCopy(ctx, k.path, m.Projection)
		if err == nil && db.log == m.Log && db.Bookmark() == position {
			return db
		}
		if err == nil {
			db.Close()
		}
		if ctx.Err() == nil {
			remove(k.path) // or it is in the way of the new one, which says so
		}
	}
	return nil
}

// make makes a moment that was claimed, and opens it.
func (m *Moments) make(ctx context.Context, position uint64, gently bool) (db *DB, err error) {
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		close(m.under[position])
		delete(m.under, position)
	}()
	work, err := m.Scratch()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	path := filepath.Join(work, "then.db")
	for {
		forgets := m.forgotten()
		f, err := m.goOn(ctx, path, position)
		if err != nil {
			return nil, err
		}
		from := f.bookmark
		landed, err := m.follow(ctx, f, position, gently, forgets)
		if garbled(err) && from > 0 { // so the landing that it went on from is
			m.forget(from)
			if err := f.discard(); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		if err := f.finishAlone(); err != nil {
			return nil, err
		}
		name, err := m.name(path, position, landed, forgets)
		if err != nil {
			return nil, err
		}
		if name == "" { // what it was made from was forgotten
			continue
		}
		return OpenCopy(ctx, name, m.Projection)
	}
}

// goOn copies to path the last landing that is kept at or before a position, or
// makes an empty read model there.
func (m *Moments) goOn(ctx context.Context, path string, position uint64) (*file, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		last, from, err := m.nearest(position)
		if err != nil {
			return nil, err
		}
		if last == nil {
			return create(path, m.Projection, m.Log)
		}
		if err := duplicate(last, path); err != nil {
			return nil, err
		}
		f, err := reopen(path, m.Projection, m.Log, beside)
		if err == nil && f.bookmark == from {
			return f, nil
		}
		if err == nil {
			f.close()
		}
		m.forget(from) // it is of another log or definition, or garbled
		if err := remove(path); err != nil {
			return nil, err
		}
	}
}

// nearest opens the last landing that is kept at or before a position; nil where
// none is.
func (m *Moments) nearest(position uint64) (f *os.File, from uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var last kept
	for _, k := range m.list() {
		if k.landing && k.position <= position {
			last = k
		}
	}
	if last.position == 0 {
		return nil, 0, nil
	}
	f, err = os.Open(last.path)
	return f, last.position, err
}

// follow reads the log for a file up to a position, and keeps landings on a long
// way. It says whether the position is one.
func (m *Moments) follow(ctx context.Context, f *file, position uint64, gently bool, forgets int) (landed bool, err error) {
	before, apart := f.bookmark, max(leastApart, position/mostLandings)
	began := time.Now()
	for s, err := range stretches(m.Read(ctx, f.bookmark, position+1), position) {
		if err != nil {
			return false, err
		}
		if err := f.advance(ctx, m.Projection, s.events); err != nil {
			return false, err
		}
		landed = s.landed
		far := f.bookmark-before >= apart || f.bookmark%landingEvery != 0 && f.bookmark-before >= apart/2 // the end of a month is sooner worth it
		if s.landed && far && f.bookmark < position {
			before = f.bookmark
			if err := m.keepOnTheWay(f, forgets); err != nil {
				return false, err
			}
		}
		if gently {
			select {
			case <-time.After(time.Since(began)):
			case <-ctx.Done():
				return false, ctx.Err()
			}
			began = time.Now()
		}
	}
	if f.bookmark != position {
		return false, fmt.Errorf("the log ends at event %d, before %d: %w", f.bookmark, position, ErrGap)
	}
	return landed, nil
}

// keepOnTheWay keeps a copy of a file that goes on. Every commit of a file that is
// built is in the file itself, and nobody else has it open.
func (m *Moments) keepOnTheWay(f *file, forgets int) error {
	path := filepath.Join(filepath.Dir(f.path), "landing.db")
	now, err := os.Open(f.path)
	if err != nil {
		return err
	}
	if err := duplicate(now, path); err != nil {
		return err
	}
	if err := settle(path, f.bookmark); err != nil {
		return err
	}
	_, err = m.name(path, f.bookmark, true, forgets)
	return err
}
