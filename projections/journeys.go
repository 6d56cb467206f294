package projections

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

//go:embed journeys.sql
var journeysSQL string

// Journeys answers what is held of each person: the timeline as it stands, with
// what was corrected and withdrawn, and the supports, homes, aspirations and
// ratings in it. It is the only read model that holds people's words.
var Journeys = Projection{Name: "journeys", Version: 1, Schema: journeysSQL + entriesSQL, Apply: applyJourneys, Flush: writeJourneys}

var journeyEntries = ledger{words: true, replace: keepReplaced}

func applyJourneys(tx *Tx, r domain.Recorded) error {
	if r.Stream.About != domain.AboutJourney {
		return nil
	}
	goesOn(tx, r)
	s, ok, err := journeyEntries.stand(tx, r)
	if err != nil || !ok {
		return err
	}
	if s.Position != r.Position {
		if err := tx.Exec(`DELETE FROM ratings WHERE journey = ? AND position = ?`, s.Stream.ID, s.Position); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM homes WHERE position = ?`, s.Position); err != nil {
			return err
		}
	}
	if err := journeyRows(tx, s.Recorded); err != nil {
		return err
	}
	for _, thing := range s.things() {
		switch s.kind {
		case "support.started", "support.paused", "support.resumed", "support.ended":
			err = supportRow(tx, s, thing)
		case "aspiration.set", "aspiration.rated", "aspiration.closed":
			err = aspirationRow(tx, s, thing)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// further is how a journey went on in one page.
type further struct{ began, last, events, forgotten uint64 }

// goesOn counts an event of a journey, whose row is written once a page.
func goesOn(tx *Tx, r domain.Recorded) {
	page, ok := tx.Page.(map[string]*further)
	if !ok {
		page = map[string]*further{}
		tx.Page = page
	}
	j := page[r.Stream.ID]
	if j == nil {
		j = &further{began: r.Position}
		page[r.Stream.ID] = j
	}
	j.last = r.Position
	j.events++
	if _, ok := r.Event.(domain.PersonForgotten); ok {
		j.forgotten = r.Position
	}
}

func writeJourneys(tx *Tx) error {
	page, _ := tx.Page.(map[string]*further)
	for _, journey := range slices.Sorted(maps.Keys(page)) {
		j := page[journey]
		if err := tx.Exec(`INSERT INTO journeys VALUES (?1, ?2, ?3, ?4, ?5)
			ON CONFLICT DO UPDATE SET last = ?3, events = events + ?4, forgotten = max(forgotten, ?5)`,
			journey, j.began, j.last, j.events, j.forgotten); err != nil {
			return err
		}
	}
	return nil
}

// journeyRows writes the rows that stand for one entry alone.
func journeyRows(tx *Tx, r domain.Recorded) error {
	if home, ok := r.Event.(domain.HomeChanged); ok {
		if err := tx.Exec(`INSERT INTO homes VALUES (?, ?, ?, ?, ?, ?, ?)`, r.Position, r.Stream.ID, r.Occurred.Date, r.Occurred.Sortable(),
			string(home.Accommodation), string(home.Settled), string(home.Wish)); err != nil {
			return err
		}
	}
	return ratingRows(tx, r)
}

// ratingRows writes the ratings that an entry holds.
func ratingRows(tx *Tx, r domain.Recorded) error {
	for _, rating := range domain.Ratings(r.Event) {
		var value any
		if !rating.Declined {
			value = rating.Value
		}
		if err := tx.Exec(`INSERT INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Position, rating.About, r.Stream.ID, r.Service,
			r.Occurred.Date, r.Occurred.Sortable(), string(rating.By), value, rating.Declined); err != nil {
			return err
		}
	}
	return nil
}

// supportRow writes an episode anew from the entries about it.
func supportRow(tx *Tx, s standing, support string) error {
	if err := s.clear(tx, "support", support, "supports"); err != nil {
		return err
	}
	entries, err := s.about(tx, support)
	if err != nil {
		return err
	}
	for _, e := range domain.EpisodesOf(entries) {
		if err := tx.Exec(`INSERT INTO supports VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, s.Stream.ID, e.ID, e.Service, e.Started.Date, e.Ended.Date,
			yesNo(e.End.Planned), string(e.End.Reason), e.Paused()); err != nil {
			return err
		}
	}
	return nil
}

// aspirationRow writes an aspiration anew from the entries about it.
func aspirationRow(tx *Tx, s standing, aspiration string) error {
	if err := s.clear(tx, "aspiration", aspiration, "aspirations"); err != nil {
		return err
	}
	entries, err := s.about(tx, aspiration)
	if err != nil {
		return err
	}
	var set domain.Recorded
	var progress any
	var rated, closed domain.Date
	var how domain.AspirationEnd
	for _, r := range entries {
		switch e := r.Event.(type) {
		case domain.AspirationSet:
			set = r
		case domain.AspirationRated:
			if n, ok := e.Progress.Value(); ok && e.By == "person" {
				progress, rated = n, r.Occurred.Date
			}
		case domain.AspirationClosed:
			closed, how = r.Occurred.Date, e.How
		}
	}
	if set.Event == nil {
		return nil // its setting was withdrawn
	}
	return tx.Exec(`INSERT INTO aspirations VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, s.Stream.ID, aspiration,
		string(set.Event.(domain.AspirationSet).Aim), set.Occurred.Date, progress, rated, closed, string(how))
}

// keepReplaced keeps what a correction or withdrawal is about to replace.
func keepReplaced(tx *Tx, r domain.Recorded, position uint64) error {
	var reason string
	switch e := r.Event.(type) {
	case domain.EntryCorrected:
		reason = string(e.Reason)
	case domain.EntryWithdrawn:
		reason = string(e.Reason)
	}
	return tx.Exec(`INSERT INTO corrections SELECT ?, ?, position, journey, ?, ?, ?, ?, ?, ?, occurred, service, content FROM entries WHERE position = ?`,
		r.Position, r.ID, string(domain.KindOf(r.Event)), reason, r.Occurred.String(), r.At, r.By, r.Command, position)
}

// ErrNoJourney is given for a journey that is not in the read model.
var ErrNoJourney = errors.New("nothing is known of this journey")

// Journey gives one person's journey, folded from the read model's rows: the
// same as folding its events from the log, as far as the read model has come.
func Journey(ctx context.Context, q *Snapshot, id string) (*domain.Journey, error) {
	return foldUpTo(ctx, q, id, q.Position)
}

// foldUpTo folds a journey's events up to a position.
func foldUpTo(ctx context.Context, q *Snapshot, id string, upto uint64) (*domain.Journey, error) {
	var events []domain.Recorded
	rows, err := q.QueryContext(ctx, entryColumns+` WHERE journey = ? AND position <= ?`, id, upto)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	at := map[uint64]int{}
	for rows.Next() {
		r, err := scanEntry(rows)
		if err != nil {
			return nil, err
		}
		at[r.Position] = len(events)
		events = append(events, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, ErrNoJourney
	}
	if events, err = unfold(ctx, q, id, upto, events, at); err != nil {
		return nil, err
	}
	var forgotten uint64
	if err := q.QueryRowContext(ctx, `SELECT forgotten FROM journeys WHERE journey = ?`, id).Scan(&forgotten); err != nil {
		return nil, err
	}
	if forgotten > 0 {
		events = append(events, domain.Recorded{Position: forgotten, Stream: domain.JourneyStream(id), Event: domain.PersonForgotten{}})
	}
	slices.SortFunc(events, func(a, b domain.Recorded) int { return cmp.Compare(a.Position, b.Position) })
	j := &domain.Journey{}
	for _, r := range events {
		if r.Position <= upto {
			j.Apply(r)
		}
	}
	return j, nil
}

// unfold turns entries as they stand, and what corrections replaced in them,
// back into the events they came from. The corrections are read from the last
// to the first, each giving its entry back what it said before; those recorded
// after upto too, since an entry may say what they made of it.
func unfold(ctx context.Context, q *Snapshot, id string, upto uint64, events []domain.Recorded, at map[uint64]int) ([]domain.Recorded, error) {
	rows, err := q.QueryContext(ctx, `SELECT position, id, entry, kind, reason, occurred, recorded, by, command, was_occurred, was_service, was_content
		FROM corrections WHERE journey = ? AND entry <= ? ORDER BY position DESC`, id, upto)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		c := domain.Recorded{Stream: domain.JourneyStream(id)}
		var entry uint64
		var kind, reason, occurred, recorded, wasOccurred, wasService string
		var content []byte
		if err := rows.Scan(&c.Position, &c.ID, &entry, &kind, &reason, &occurred, &recorded, &c.By, &c.Command, &wasOccurred, &wasService, &content); err != nil {
			return nil, err
		}
		if c.Occurred, err = domain.ParseOccurred(occurred); err != nil {
			return nil, err
		}
		if c.At, err = time.Parse(time.RFC3339Nano, recorded); err != nil {
			return nil, err
		}
		e := &events[at[entry]]
		if kind == "entry.withdrawn" {
			c.Service = e.Service
			c.Event = domain.EntryWithdrawn{Entry: e.ID, Reason: domain.WithdrawalReason(reason)}
			events = append(events, c)
			continue
		}
		form := domain.FormOf(e.Event)
		c.Event = domain.EntryCorrected{Entry: e.ID, Form: form, Occurred: e.Occurred, Service: e.Service,
			Reason: domain.CorrectionReason(reason), Replacement: e.Event}
		c.Service, c.Said, c.Words = e.Service, e.Said, e.Words
		if e.Occurred, err = domain.ParseOccurred(wasOccurred); err != nil {
			return nil, err
		}
		e.Service = wasService
		if e.Event, e.Said, e.Words, err = domain.Decode(form, content); err != nil {
			return nil, fmt.Errorf("entry %d: %w", entry, err)
		}
		events = append(events, c)
	}
	return events, rows.Err()
}
