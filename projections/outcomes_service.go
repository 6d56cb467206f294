package projections

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/waymark/waymark/domain"
)

// measureRows writes the definitions of the change in a measure's scores.
func measureRows(tx *Tx, r domain.Recorded) error {
	m, ok := r.Event.(domain.MeasureDefined)
	if !ok {
		return nil
	}
	for n, o := range domain.MeasureOutcomes(r.Stream.ID, m) {
		definition, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if err := tx.Exec(`INSERT OR REPLACE INTO definitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Stream.ID, 1000*m.Version+n, o.ID, o.Version, string(o.Aim),
			o.Title, o.Sentence, string(o.Better), o.Unit, string(definition)); err != nil {
			return err
		}
	}
	return nil
}

// serviceRows writes a service anew from what is recorded of it.
func serviceRows(tx *Tx, r domain.Recorded) error {
	if err := keepServiceEvent(tx, r); err != nil {
		return err
	}
	s, err := foldService(tx, r.Stream.ID)
	if err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM services WHERE service = ?`, r.Stream.ID); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM rebases WHERE service = ?`, r.Stream.ID); err != nil || !s.Opened() {
		return err
	}
	for n, rebase := range s.Rebases() {
		if err := tx.Exec(`INSERT INTO rebases VALUES (?, ?, ?, ?, ?)`, r.Stream.ID, n, rebase.Outcome, domain.MonthName(rebase.From), string(rebase.Reason)); err != nil {
			return err
		}
	}
	facts := s.Facts()
	opened, closed := s.Span()
	var holidays []string
	for _, day := range facts.Holidays {
		holidays = append(holidays, day.String())
	}
	return tx.Exec(`INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Stream.ID, facts.Name, string(facts.Kind),
		domain.ActiveDays(facts.Kind), yesNo(facts.TimeLimited), facts.ZoneName(), facts.LateLimit(), strings.Join(holidays, " "), facts.RecordsFrom, opened, closed)
}

//go:embed service_events.sql
var serviceEventsSQL string

// keepServiceEvent keeps what is recorded of a service.
func keepServiceEvent(tx *Tx, r domain.Recorded) error {
	content, err := domain.Encode(r.Event, domain.Words{})
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO service_events VALUES (?, ?, ?, ?, ?, ?)`, r.Position, r.ID, r.Stream.ID, r.Occurred.String(),
		domain.FormOf(r.Event), content)
}

// foldService folds a service from what is kept of it.
func foldService(tx *Tx, id string) (s domain.Service, err error) {
	for row, err := range tx.Query(`SELECT service, position, id, occurred, form, content FROM service_events WHERE service = ? ORDER BY position`, id) {
		if err != nil {
			return s, err
		}
		event, err := scanServiceEvent(row.Scan)
		if err != nil {
			return s, err
		}
		s.Apply(event)
	}
	return s, nil
}

// scanServiceEvent decodes a row of service_events.
func scanServiceEvent(scan func(...any) error) (domain.Recorded, error) {
	r := domain.Recorded{Stream: domain.Stream{About: domain.AboutService}}
	var occurred, form string
	var content []byte
	err := scan(&r.Stream.ID, &r.Position, &r.ID, &occurred, &form, &content)
	if err != nil {
		return r, err
	}
	if r.Occurred, err = domain.ParseOccurred(occurred); err != nil {
		return r, err
	}
	if r.Event, _, _, err = domain.Decode(form, content); err != nil {
		return r, fmt.Errorf("service event %d: %w", r.Position, err)
	}
	return r, nil
}
