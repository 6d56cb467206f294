package web

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

var errLater = &fault{errBadRequest, "as_of: that day has not come", "ask for today or a day before"}

// viewAs reads the outcomes as of one day and as known at another. today is the
// first day that is not over then.
func (s *Server) viewAs(ctx context.Context, m Moment, read func(snapshot *projections.Snapshot, today domain.Date) error) error {
	today := DayOf(time.Now())
	var asOf domain.Date
	if err := parseDay("as_of", m.AsOf, &asOf); err != nil {
		return err
	}
	if asOf > today {
		return errLater
	}
	db, close := s.Outcomes, func() error { return nil }
	if m.At != 0 || !m.KnownAt.IsZero() {
		position, err := s.end(ctx, m.At, m.KnownAt)
		if err != nil {
			return err
		}
		if position == 0 {
			return &fault{errNotKnown, "nothing was recorded by then", "ask for a later moment"}
		}
		if !m.KnownAt.IsZero() {
			today = min(today, DayOf(m.KnownAt))
		}
		if position < s.Last() {
			if db, err = s.Moments.Open(ctx, position); err != nil {
				return err
			}
			close = db.Close
		}
	}
	if m.At != 0 { // that position's own day: the same question has the same answer for ever
		later := read
		read = func(snapshot *projections.Snapshot, today domain.Date) error {
			recorded, err := time.Parse(time.RFC3339Nano, snapshot.Recorded)
			if err != nil {
				return err
			}
			return later(snapshot, min(today, DayOf(recorded)))
		}
	}
	err := s.viewOf(ctx, db, asOf, today, read)
	return errors.Join(err, close())
}

// viewOf reads a read model as of a day.
func (s *Server) viewOf(ctx context.Context, db *projections.DB, asOf, today domain.Date, read func(*projections.Snapshot, domain.Date) error) error {
	direct := func(db *projections.DB, today domain.Date) error {
		see := func(snapshot *projections.Snapshot) error { return read(snapshot, today) }
		if db != s.Outcomes { // of the past, which has no more to come
			return db.View(ctx, see)
		}
		return s.view(ctx, db, see)
	}
	if asOf == 0 {
		return direct(db, today)
	}
	today = min(today, asOf+1)
	if err := os.MkdirAll(s.Moments.Dir, 0o700); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(s.Moments.Dir, "as-of-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	path := filepath.Join(scratch, "outcomes.db")
	if db == s.Outcomes { // which may still be catching up
		if err := s.view(ctx, db, func(*projections.Snapshot) error { return nil }); err != nil {
			return err
		}
	}
	fewer, err := db.AsOf(ctx, path, asOf)
	if err != nil {
		return err
	}
	if !fewer {
		return direct(db, today)
	}
	then, err := projections.OpenCopy(ctx, path, projections.Outcomes)
	if err != nil {
		return err
	}
	return errors.Join(direct(then, today), then.Close())
}
