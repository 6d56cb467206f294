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

var (
	errLater       = &fault{errBadRequest, "as_of: that day has not come", "ask for today or a day before"}
	errNothingThen = &fault{errNotKnown, "nothing was recorded by then", "ask for a later moment"}
	errMovedOn     = errors.New("more was recorded meanwhile")
)

// viewAs reads a read model as of one day and as known at another. today is the
// first day that is not over then. read may be called twice.
func (s *Server) viewAs(ctx context.Context, db *projections.DB, m Moment, read func(snapshot *projections.Snapshot, today domain.Date) error) error {
	today := DayOf(time.Now())
	var asOf domain.Date
	if err := parseDay("as_of", m.AsOf, &asOf); err != nil {
		return err
	}
	if asOf > today {
		return errLater
	}
	kept := s.Moments[db.Status().Projection]
	now := func(read func(*projections.Snapshot) error) error { return s.view(ctx, db, read) }
	if m.At == 0 && m.KnownAt.IsZero() {
		return viewOf(ctx, db, kept, now, asOf, today, read)
	}
	position, err := s.end(ctx, m.At, m.KnownAt)
	if err != nil {
		return err
	}
	if !m.KnownAt.IsZero() {
		today = min(today, DayOf(m.KnownAt))
	}
	exactly := func(snapshot *projections.Snapshot, today domain.Date) error {
		if snapshot.Position != position {
			return errMovedOn
		}
		if m.At != 0 { // that position's own day: the same question has the same answer for ever
			recorded, err := time.Parse(time.RFC3339Nano, snapshot.Recorded)
			if err != nil {
				return err
			}
			today = min(today, DayOf(recorded))
		}
		return read(snapshot, today)
	}
	if position >= s.Last() {
		if err := viewOf(ctx, db, kept, now, asOf, today, exactly); !errors.Is(err, errMovedOn) {
			return err
		}
	}
	then, err := kept.Open(ctx, position)
	if err != nil {
		return err
	}
	past := func(read func(*projections.Snapshot) error) error { return then.View(ctx, read) }
	return errors.Join(viewOf(ctx, then, kept, past, asOf, today, exactly), then.Close())
}

// viewOf reads a read model, of now or of the past, as of a day. view waits until
// it has caught up, where it has more to come.
func viewOf(ctx context.Context, db *projections.DB, kept *projections.Moments, view func(func(*projections.Snapshot) error) error,
	asOf, today domain.Date, read func(*projections.Snapshot, domain.Date) error) error {
	see := func(snapshot *projections.Snapshot) error { return read(snapshot, today) }
	if asOf == 0 {
		return view(see)
	}
	today = min(today, asOf+1)
	if err := view(func(*projections.Snapshot) error { return nil }); err != nil {
		return err
	}
	scratch, err := kept.Scratch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	path := filepath.Join(scratch, "then.db")
	fewer, err := db.AsOf(ctx, path, asOf)
	if err != nil {
		return err
	}
	if !fewer {
		return view(see)
	}
	then, err := projections.OpenCopy(ctx, path, kept.Projection)
	if err != nil {
		return err
	}
	return errors.Join(then.View(ctx, see), then.Close())
}
