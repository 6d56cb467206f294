package projections

import (
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
)

// A standing is what one event did to the entries of a journey: the entry as it
// stands afterwards, and what it was before.
type standing struct {
	domain.Recorded        // the entry as it stands, with its original's position; Event is nil once withdrawn
	thing, was      string // the thing it belongs to now, and the one it belonged to before
	kind            domain.Kind
	begins          bool // the entry is new and names its thing: no other is about it
	amends          bool // the entry was there before, on wasOn, with wasService
	wasOn           domain.Date
	wasService      string
}

//go:embed entries.sql
var entriesSQL string

// A ledger keeps the table entries, which every read model of journeys has, so
// that a correction or withdrawal of any entry, however late, finds what it is
// about.
type ledger struct {
	words   bool                                                   // whether the words are kept
	story   func(domain.Event) bool                                // which entries it keeps; nil for all
	again   func(domain.Event) bool                                // whether an entry is needed again once its rows are written; nil for all
	thing   func(domain.Recorded) string                           // what an entry belongs to; nil for domain.Thing
	replace func(tx *Tx, r domain.Recorded, position uint64) error // called before the entry at the position is corrected or withdrawn; may be nil
}

// stand brings the table entries up to the event. It reports false for an event
// that is no entry, or not one of the story.
func (l ledger) stand(tx *Tx, r domain.Recorded) (standing, bool, error) {
	switch e := r.Event.(type) {
	case domain.EntryCorrected:
		if l.story != nil && !l.story(e.Replacement) {
			return standing{}, false, nil
		}
		now, was, err := l.find(tx, r, e.Entry)
		if err != nil {
			return standing{}, false, err
		}
		now.Event, now.Occurred, now.Service, now.Said, now.Words = e.Replacement, e.Occurred, e.Service, r.Said, r.Words
		if domain.KindOf(e.Replacement) != was.kind {
			return standing{}, false, fmt.Errorf("a correction cannot make a %s of a %s: %w", domain.KindOf(e.Replacement), was.kind, domain.ErrSenseless)
		}
		if l.replace != nil {
			if err := l.replace(tx, r, now.Position); err != nil {
				return standing{}, false, err
			}
		}
		if !l.keeps(now.Event) {
			err := tx.Exec(`UPDATE entries SET date = ?, service = ?, corrected = corrected + 1 WHERE position = ?`, now.Occurred.Date, now.Service, now.Position)
			return standing{Recorded: now, kind: was.kind, amends: true, wasOn: was.on, wasService: was.service}, true, err
		}
		content, err := l.encode(now)
		if err != nil {
			return standing{}, false, err
		}
		err = tx.Exec(`UPDATE entries SET thing = ?, occurred = ?, date = ?, life = ?, service = ?, form = ?, content = ?, said = ?,
			corrected = corrected + 1 WHERE position = ?`,
			l.thingOf(now), now.Occurred.String(), now.Occurred.Date, now.Occurred.Sortable(), now.Service,
			domain.FormOf(now.Event), content, saidText(now.Said), now.Position)
		return standing{Recorded: now, thing: l.thingOf(now), was: was.thing, kind: was.kind, amends: true, wasOn: was.on, wasService: was.service}, true, err

	case domain.EntryWithdrawn:
		now, was, err := l.find(tx, r, e.Entry)
		if l.story != nil && errors.Is(err, errNoEntry) {
			return standing{}, false, nil // of an entry of another story, as far as can be told here
		}
		if err != nil {
			return standing{}, false, err
		}
		if l.replace != nil {
			if err := l.replace(tx, r, now.Position); err != nil {
				return standing{}, false, err
			}
		}
		err = tx.Exec(`UPDATE entries SET withdrawn = ? WHERE position = ?`, r.Position, now.Position)
		return standing{Recorded: now, thing: was.thing, was: was.thing, kind: was.kind, amends: true, wasOn: was.on, wasService: was.service}, true, err

	case domain.PersonForgotten:
		return standing{}, false, nil
	}
	if l.story != nil && !l.story(r.Event) {
		return standing{}, false, nil
	}
	if !l.keeps(r.Event) {
		err := tx.Exec(`INSERT INTO entries (position, id, journey, kind, date, service) VALUES (?, ?, ?, ?, ?, ?)`, r.Position, r.ID, r.Stream.ID,
			string(domain.KindOf(r.Event)), r.Occurred.Date, r.Service)
		return standing{Recorded: r, kind: domain.KindOf(r.Event)}, true, err
	}
	thing := l.thingOf(r)
	content, err := l.encode(r)
	if err != nil {
		return standing{}, false, err
	}
	err = tx.Exec(`INSERT INTO entries (position, id, journey, kind, thing, occurred, date, life, service, recorded, by, command, imported, form, content, said)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Position, r.ID, r.Stream.ID, string(domain.KindOf(r.Event)), thing, r.Occurred.String(), r.Occurred.Date, r.Occurred.Sortable(),
		r.Service, r.At, r.By, r.Command, r.Imported, domain.FormOf(r.Event), content, saidText(r.Said))
	return standing{Recorded: r, thing: thing, was: thing, kind: domain.KindOf(r.Event), begins: thing == r.ID}, true, err
}

func (l ledger) thingOf(r domain.Recorded) string {
	if l.thing != nil {
		return l.thing(r)
	}
	return domain.Thing(r)
}

// keeps says whether more is kept of an entry than that it is there.
func (l ledger) keeps(e domain.Event) bool { return l.again == nil || l.again(e) }

// encode gives the content to keep of an entry.
func (l ledger) encode(r domain.Recorded) ([]byte, error) {
	switch {
	case r.Content != nil && l.words:
		return r.Content, nil
	case r.Content != nil:
		return domain.WithoutWords(r.Content), nil
	case l.words:
		return domain.Encode(r.Event, r.Words)
	}
	return domain.Encode(r.Event, domain.Words{})
}

var errNoEntry = fmt.Errorf("an entry about one that is not there: %w", domain.ErrSenseless)

type found struct {
	thing, service string
	kind           domain.Kind
	on             domain.Date
}

// find gives the envelope of an entry of the journey that r belongs to.
func (l ledger) find(tx *Tx, r domain.Recorded, id string) (domain.Recorded, found, error) {
	now := domain.Recorded{Stream: r.Stream, ID: id}
	var was found
	var recorded string
	var withdrawn uint64
	err := tx.Row(`SELECT position, kind, thing, date, service, recorded, by, command, imported, withdrawn FROM entries WHERE journey = ?1 AND id = ?2 AND substr(id, -4) = substr(?2, -4)`, r.Stream.ID, id).
		Scan(&now.Position, &was.kind, &was.thing, &was.on, &was.service, &recorded, &now.By, &now.Command, &now.Imported, &withdrawn)
	if errors.Is(err, sql.ErrNoRows) {
		return now, was, errNoEntry
	}
	if err != nil {
		return now, was, err
	}
	if withdrawn != 0 {
		return now, was, fmt.Errorf("an entry about one that was withdrawn: %w", domain.ErrSenseless)
	}
	now.Service = was.service
	if recorded != "" {
		now.At, err = time.Parse(time.RFC3339Nano, recorded)
	}
	return now, was, err
}

// about lists the standing entries about a thing that the event touched, in life
// order.
func (s standing) about(tx *Tx, thing string) ([]domain.Recorded, error) {
	if s.begins {
		return []domain.Recorded{s.Recorded}, nil
	}
	return read(tx.Query(entryColumns+` WHERE journey = ? AND thing = ? AND thing <> '' AND withdrawn = 0`, s.Stream.ID, thing))
}

// clear removes the rows of a thing from tables, where there may be any.
func (s standing) clear(tx *Tx, column, thing string, tables ...string) error {
	if s.begins {
		return nil
	}
	for _, table := range tables {
		if err := tx.Exec(`DELETE FROM `+table+` WHERE journey = ? AND `+column+` = ?`, s.Stream.ID, thing); err != nil {
			return err
		}
	}
	return nil
}

const entryColumns = `SELECT position, id, journey, occurred, service, recorded, by, command, imported, form, content, said FROM entries`

// read decodes rows of entryColumns, in life order.
func read(rows func(func(Row, error) bool)) ([]domain.Recorded, error) {
	var entries []domain.Recorded
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		r, err := scanEntry(row)
		if err != nil {
			return nil, err
		}
		entries = append(entries, r)
	}
	slices.SortFunc(entries, domain.LifeOrder)
	return entries, nil
}

// scanEntry decodes one row of entryColumns, from a Tx or from database/sql.
func scanEntry(row interface{ Scan(...any) error }) (domain.Recorded, error) {
	r := domain.Recorded{Stream: domain.Stream{About: domain.AboutJourney}}
	var occurred, recorded, form, said string
	var content []byte
	if err := row.Scan(&r.Position, &r.ID, &r.Stream.ID, &occurred, &r.Service, &recorded, &r.By, &r.Command, &r.Imported, &form, &content, &said); err != nil {
		return r, err
	}
	var err error
	if r.Event, _, r.Words, err = domain.Decode(form, content); err != nil {
		return r, fmt.Errorf("entry %d: %w", r.Position, err)
	}
	if r.Occurred, err = domain.ParseOccurred(occurred); err != nil {
		return r, err
	}
	if r.At, err = time.Parse(time.RFC3339Nano, recorded); err != nil {
		return r, err
	}
	for _, word := range strings.Fields(said) {
		r.Said = append(r.Said, domain.Word(word))
	}
	return r, nil
}

func saidText(said []domain.Word) string {
	if len(said) == 0 {
		return ""
	}
	var b strings.Builder
	for i, word := range said {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(word))
	}
	return b.String()
}

// things gives the things that an event touched: the one the entry belongs to
// and, after a correction, the one it belonged to before.
func (s standing) things() []string {
	switch {
	case s.thing == "" && s.was == "":
		return nil
	case s.was == s.thing || s.was == "":
		return []string{s.thing}
	case s.thing == "":
		return []string{s.was}
	}
	return []string{s.was, s.thing}
}

// yesNo gives a YesNo as a column: 1, 0 or NULL.
func yesNo(y domain.YesNo) any {
	switch y {
	case domain.Yes:
		return 1
	case domain.No:
		return 0
	}
	return nil
}
