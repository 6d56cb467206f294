package projections

import (
	_ "embed"
	"fmt"

	"github.com/waymark/waymark/domain"
)

//go:embed outcomes.sql
var outcomesSQL string

// Outcomes answers how things are going in the services: what each entry adds
// to each outcome, and what held for each person over time, by service and
// month, so that a count always comes with what it is a count of. It holds no
// words.
var Outcomes = Projection{Name: "outcomes", Version: 1, Schema: outcomesSQL + entriesSQL, Apply: applyOutcomes}

var outcomeEntries = ledger{story: isAboutOutcome, again: isNeededAgain}

// isAboutOutcome says whether an entry adds to any outcome.
func isAboutOutcome(e domain.Event) bool {
	switch e.(type) {
	case domain.ActivityAttended, domain.ConfidenceRated, domain.LifeRated, domain.MeasureScored, domain.SupportGiven, domain.ExperienceShared:
		return true
	}
	return isNeededAgain(e)
}

// isNeededAgain says whether an entry adds to an outcome only together with
// others, so that its facts are needed again when those change.
func isNeededAgain(e domain.Event) bool {
	switch e.(type) {
	case domain.SupportStarted, domain.SupportPaused, domain.SupportResumed, domain.SupportEnded,
		domain.AspirationSet, domain.AspirationRated, domain.AspirationClosed,
		domain.RestrictionStarted, domain.RestrictionReviewed, domain.RestrictionEnded, domain.HomeChanged:
		return true
	}
	return isAboutDecision(e)
}

func applyOutcomes(tx *Tx, r domain.Recorded) error {
	switch r.Stream.About {
	case domain.AboutService:
		return serviceRows(tx, r)
	case domain.AboutJourney:
	default:
		return nil
	}
	s, ok, err := outcomeEntries.stand(tx, r)
	if err != nil || !ok {
		return err
	}
	if s.Position != r.Position {
		if err := tx.Exec(`DELETE FROM tallies WHERE position = ?`, s.Position); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM ratings WHERE position = ?`, s.Position); err != nil {
			return err
		}
	}
	if !together(s.kind) {
		if err := tallyRows(tx, s.Recorded, domain.Tallies(s.Recorded)); err != nil {
			return err
		}
	}
	if err := ratingRows(tx, s.Recorded); err != nil {
		return err
	}
	if s.kind == "home.changed" {
		return homeSpans(tx, r.Stream.ID)
	}
	if s.kind == "aspiration.rated" {
		return nil // neither begins nor ends what it is about
	}
	for _, thing := range s.things() {
		if err := thingRows(tx, s, thing); err != nil {
			return err
		}
	}
	return nil
}

// together says whether an entry of the kind adds to the outcomes as the others
// about the same thing let it.
func together(kind domain.Kind) bool {
	return kind == "decision.made" || kind == "support.ended" || kind == "aspiration.closed"
}

// tallyRows writes what an entry adds to the outcomes.
func tallyRows(tx *Tx, r domain.Recorded, tallies []domain.Tally) error {
	for n, t := range tallies {
		on := r.Occurred
		if t.On != on.Date {
			on = domain.On(t.On)
		}
		if err := tx.Exec(`INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Position, n, t.Outcome, r.Stream.ID, r.Service,
			t.On.String()[:len("2026-03")], on.Sortable(), yesNo(t.Yes), t.Missing, t.Code); err != nil {
			return err
		}
	}
	return nil
}

// thingRows writes anew what the entries about one thing say together.
func thingRows(tx *Tx, s standing, thing string) error {
	if err := s.clear(tx, "thing", thing, "spans"); err != nil {
		return err
	}
	entries, err := s.about(tx, thing)
	if err != nil {
		return err
	}
	for _, e := range entries { // what the event itself was about has no tallies any more
		if e.Position != s.Position && together(domain.KindOf(e.Event)) {
			if err := tx.Exec(`DELETE FROM tallies WHERE position = ?`, e.Position); err != nil {
				return err
			}
		}
	}
	if end, ok := domain.Ending(entries); ok {
		if err := tallyRows(tx, end, domain.Tallies(end)); err != nil {
			return err
		}
	}
	switch s.kind {
	case "support.started", "support.paused", "support.resumed", "support.ended":
		for _, e := range domain.EpisodesOf(entries) {
			return writeSpans(tx, s.Stream.ID, thing, e.Service, e.Active())
		}
	case "aspiration.set", "aspiration.closed":
		return writeSpans(tx, s.Stream.ID, thing, "", domain.AspirationSpans(entries))
	case "restriction.started", "restriction.reviewed", "restriction.ended":
		return writeSpans(tx, s.Stream.ID, thing, "", domain.RestrictionSpans(entries))
	}
	if d, ok := domain.DecisionOf(thing, entries); ok && d.Made != nil {
		return tallyRows(tx, *d.Made, d.Tallies())
	}
	return nil
}

// homeSpans writes anew where a person lived over time.
func homeSpans(tx *Tx, journey string) error {
	entries, err := read(tx.Query(entryColumns+` WHERE journey = ? AND thing = '' AND kind = 'home.changed' AND withdrawn = 0`, journey))
	if err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM spans WHERE journey = ? AND thing = ''`, journey); err != nil {
		return err
	}
	return writeSpans(tx, journey, "", "", domain.HomeSpans(entries))
}

func writeSpans(tx *Tx, journey, thing, service string, spans []domain.Span) error {
	for n, s := range spans {
		if err := tx.Exec(`INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, journey, thing, s.What, n, service, s.From, s.To, s.Code); err != nil {
			return err
		}
	}
	return nil
}

// serviceRows writes a service anew from what is recorded of it.
func serviceRows(tx *Tx, r domain.Recorded) error {
	content, err := domain.Encode(r.Event, domain.Words{})
	if err != nil {
		return err
	}
	if err := tx.Exec(`INSERT INTO service_events VALUES (?, ?, ?, ?, ?, ?)`, r.Position, r.ID, r.Stream.ID, r.Occurred.String(),
		domain.FormOf(r.Event), content); err != nil {
		return err
	}
	var s domain.Service
	for row, err := range tx.Query(`SELECT position, id, occurred, form, content FROM service_events WHERE service = ? ORDER BY position`, r.Stream.ID) {
		if err != nil {
			return err
		}
		event := domain.Recorded{Stream: r.Stream}
		var occurred, form string
		var content []byte
		if err := row.Scan(&event.Position, &event.ID, &occurred, &form, &content); err != nil {
			return err
		}
		if event.Occurred, err = domain.ParseOccurred(occurred); err != nil {
			return err
		}
		if event.Event, _, _, err = domain.Decode(form, content); err != nil {
			return fmt.Errorf("service event %d: %w", event.Position, err)
		}
		s.Apply(event)
	}
	if err := tx.Exec(`DELETE FROM services WHERE service = ?`, r.Stream.ID); err != nil || !s.Opened() {
		return err
	}
	facts := s.Facts()
	opened, closed := s.Span()
	return tx.Exec(`INSERT INTO services VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Stream.ID, facts.Name, string(facts.Kind),
		domain.ActiveDays(facts.Kind), yesNo(facts.TimeLimited), facts.ZoneName(), facts.LateLimit(), opened, closed)
}
