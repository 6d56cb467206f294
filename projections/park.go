package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/waymark/waymark/domain"
)

// parks says whether an event's error parks its journey.
func parks(err error) bool {
	return errors.Is(err, domain.ErrSenseless) || errors.Is(err, domain.ErrGarbled)
}

// An eventError is an error with the event it came from.
type eventError struct {
	position uint64
	err      error
}

func (e *eventError) Error() string { return fmt.Sprintf("event %d: %v", e.position, e.err) }
func (e *eventError) Unwrap() error { return e.err }

// apply writes what one event changes.
func (p Projection) apply(tx *Tx, r domain.Recorded) error {
	u, unread := r.Event.(domain.Unreadable)
	switch {
	case unread && u.Unknown:
		return domain.ErrUnknownForm
	case p.only != nil && !p.only(r):
		return nil
	case unread:
		return fmt.Errorf("%s: %w", u.Form, domain.ErrGarbled)
	}
	return p.Apply(tx, r)
}

func (p Projection) flush(tx *Tx) (err error) {
	if p.Flush != nil {
		err = p.Flush(tx)
	}
	tx.Page = nil
	return err
}

// advance applies a page that follows the bookmark.
func (f *file) advance(ctx context.Context, p Projection, page []domain.Recorded) error {
	for i, r := range page {
		if want := f.bookmark + 1 + uint64(i); r.Position != want {
			return fmt.Errorf("event %d where %d belongs: %w", r.Position, want, ErrGap)
		}
	}
	if len(page) == 0 {
		return nil
	}
	// Savepoints cost a microsecond for each event and are hardly ever needed, so
	// the page is applied without them first.
	err := f.pass(ctx, p, page, p.apply)
	if parks(err) {
		err = f.pass(ctx, p, page, f.attempt(p))
	}
	if e, ok := errors.AsType[*eventError](err); ok && (parks(err) || errors.Is(err, domain.ErrUnknownForm)) {
		// This event ends it until something is done; those before it need not wait.
		if before := e.position - page[0].Position; before > 0 {
			if err := f.advance(ctx, p, page[:before]); err != nil {
				return err
			}
		}
	}
	return err
}

// pass applies a page in one transaction, or nothing of it.
func (f *file) pass(ctx context.Context, p Projection, page []domain.Recorded, apply func(*Tx, domain.Recorded) error) (err error) {
	tx := f.tx
	if err := tx.Exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = f.takeBack(err)
		}
	}()
	for _, r := range page {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.withheld(r.Stream) && !unknown(r) {
			err = f.withhold(r)
		} else {
			err = apply(tx, r)
		}
		if err != nil {
			return &eventError{r.Position, err}
		}
	}
	if err := p.flush(tx); err != nil {
		return fmt.Errorf("after event %d: %w", page[len(page)-1].Position, err)
	}
	last := page[len(page)-1]
	if err := tx.Exec(`UPDATE waymark SET bookmark = ?, recorded = ?`, last.Position, last.At); err != nil {
		return err
	}
	if err := tx.Exec(`COMMIT`); err != nil {
		return err
	}
	f.bookmark, f.changed = last.Position, false
	return f.shorten(mostAhead)
}

// takeBack undoes the transaction that an error ended, and everything that was
// remembered of it.
func (f *file) takeBack(err error) error {
	f.tx.Page, f.tx.Kept = nil, nil
	if !f.tx.conn.AutoCommit() { // SQLite has not taken it back itself
		if e := f.tx.Exec(`ROLLBACK`); e != nil {
			return errors.Join(err, e)
		}
	}
	if f.changed {
		if e := f.load(); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}

// attempt applies an event as a page of its own, within the transaction, and
// parks its journey where it cannot be applied.
func (f *file) attempt(p Projection) func(*Tx, domain.Recorded) error {
	return func(tx *Tx, r domain.Recorded) error {
		if err := tx.Exec(`SAVEPOINT event`); err != nil {
			return err
		}
		err := p.apply(tx, r)
		if err == nil {
			err = p.flush(tx)
		}
		if parks(err) && r.Stream.About == domain.AboutJourney {
			tx.Page, tx.Kept = nil, nil
			if err := tx.Exec(`ROLLBACK TO event`); err != nil {
				return err
			}
			err = f.park(r, err)
		}
		if err != nil {
			return err
		}
		return tx.Exec(`RELEASE event`)
	}
}

// park withholds an event, and with it everything later in its journey.
func (f *file) park(r domain.Recorded, reason error) error {
	if err := f.tx.Exec(`INSERT INTO parked VALUES (?, ?, ?)`, r.Stream.ID, r.Position, reason.Error()); err != nil {
		return err
	}
	f.parked[r.Stream.ID], f.changed = r.Position, true
	return f.withhold(r)
}

func (f *file) withhold(r domain.Recorded) error {
	return f.tx.Exec(`INSERT INTO parked_events VALUES (?, ?)`, r.Position, r.Stream.ID)
}

// withheld says whether a stream is a journey that is parked.
func (f *file) withheld(s domain.Stream) bool {
	return len(f.parked) > 0 && s.About == domain.AboutJourney && f.parked[s.ID] > 0
}

// load reads which journeys are parked.
func (f *file) load() error {
	f.parked, f.changed = map[string]uint64{}, false
	for row, err := range f.tx.Query(`SELECT journey, position FROM parked`) {
		var journey string
		var position uint64
		if err := errors.Join(err, row.Scan(&journey, &position)); err != nil {
			return err
		}
		f.parked[journey] = position
	}
	return nil
}

func unknown(r domain.Recorded) bool {
	u, ok := r.Event.(domain.Unreadable)
	return ok && u.Unknown
}

// Parked is a journey whose later events are withheld.
type Parked struct {
	Journey  string `json:"journey"`
	Position uint64 `json:"position"` // of the first event withheld
	Reason   string `json:"reason"`   // without anybody's words
	Withheld int    `json:"withheld"` // how many events are
}

// Parked lists the journeys that are parked in what views see, by journey.
func (db *DB) Parked(ctx context.Context) (all []Parked, err error) {
	err = db.View(ctx, func(s *Snapshot) error {
		rows, err := s.QueryContext(ctx, `SELECT journey, parked.position, reason, count(*)
			FROM parked JOIN parked_events USING (journey) GROUP BY journey ORDER BY journey`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p Parked
			if err := rows.Scan(&p.Journey, &p.Position, &p.Reason, &p.Withheld); err != nil {
				return err
			}
			all = append(all, p)
		}
		return rows.Err()
	})
	return all, err
}

// Retry takes parked journeys up again, each in a transaction of its own, or all
// of them where none is named: their withheld events are read again from the log
// and applied. One that still cannot be stays parked, with what it says now.
func (db *DB) Retry(ctx context.Context, journeys ...string) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	err := db.writable()
	if err == nil && db.o.Stream == nil {
		err = errNoLog
	}
	if err != nil {
		return fmt.Errorf("%s: %w", db.p.Name, err)
	}
	if len(journeys) == 0 {
		journeys = slices.Sorted(maps.Keys(db.file.parked))
	}
	for _, journey := range journeys {
		if db.file.parked[journey] == 0 {
			continue
		}
		if err := db.file.retry(ctx, db.p, journey, db.o.Stream(ctx, domain.JourneyStream(journey))); err != nil {
			return fmt.Errorf("%s: %w", db.p.Name, err)
		}
	}
	return db.publish(0)
}

// retry applies a journey's withheld events, which are read again. Nobody else's
// rows depend on when that happens.
func (f *file) retry(ctx context.Context, p Projection, journey string, events iter.Seq2[domain.Recorded, error]) (err error) {
	tx := f.tx
	if err := tx.Exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = f.takeBack(err)
		}
	}()
	var withheld, read int
	if err := tx.Row(`SELECT count(*) FROM parked_events WHERE journey = ?`, journey).Scan(&withheld); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM parked_events WHERE journey = ?`, journey); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM parked WHERE journey = ?`, journey); err != nil {
		return err
	}
	first := f.parked[journey]
	delete(f.parked, journey)
	f.changed = true
	attempt := f.attempt(p)
	for r, err := range events {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if r.Position < first || r.Position > f.bookmark {
			continue
		}
		read++
		if f.withheld(r.Stream) {
			err = f.withhold(r)
		} else {
			err = attempt(tx, r)
		}
		if err != nil {
			return &eventError{r.Position, err}
		}
	}
	if read != withheld {
		return fmt.Errorf("%d events are withheld and the log gives %d: %w", withheld, read, ErrGap)
	}
	if err := tx.Exec(`COMMIT`); err != nil {
		return err
	}
	f.changed = false
	return nil
}
