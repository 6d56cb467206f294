package projections

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain"
)

//go:embed outcomes.sql
var outcomesSQL string

// Outcomes answers how things are going in the services: what each entry says of
// each outcome, by person, service and month, the episodes, what held for each
// person over time, and their ratings, so that a count always comes with what it
// is a count of. It holds no words.
var Outcomes = Projection{Name: "outcomes", Version: 2, Schema: outcomesSQL + serviceEventsSQL + entriesSQL + definitionsSQL(), Apply: applyOutcomes, Flush: writeSheets}

var outcomeEntries = ledger{story: isAboutOutcome, again: isNeededAgain, thing: outcomeThing}

// outcomeThing is domain.Thing, with all of a person's homes as one thing.
func outcomeThing(r domain.Recorded) string {
	if _, ok := r.Event.(domain.HomeChanged); ok {
		return "home"
	}
	return domain.Thing(r)
}

// definitionsSQL puts the definitions into the table of that name. They are part
// of the schema: another definition is another read model.
func definitionsSQL() string {
	var b strings.Builder
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	for n, o := range domain.Outcomes {
		definition, err := json.Marshal(o)
		if err != nil {
			panic(err) // a definition is text and numbers
		}
		fmt.Fprintf(&b, "INSERT INTO definitions VALUES ('', %d, %s, %d, %s, %s, %s, %s, %s, %s);\n", n, quote(o.ID), o.Version, quote(string(o.Aim)),
			quote(o.Title), quote(o.Sentence), quote(string(o.Better)), quote(o.Unit), quote(string(definition)))
	}
	return b.String()
}

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
	return domain.OfDecision(e)
}

func applyOutcomes(tx *Tx, r domain.Recorded) error {
	switch r.Stream.About {
	case domain.AboutService:
		return serviceRows(tx, r)
	case domain.AboutMeasure:
		return measureRows(tx, r)
	case domain.AboutJourney:
	default:
		return nil
	}
	s, ok, err := outcomeEntries.stand(tx, r)
	if err != nil || !ok {
		return err
	}
	if err := entryMarks(tx, s); err != nil {
		return err
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

// together says whether an entry of the kind says something of an outcome only
// as others about the same thing let it.
func together(kind domain.Kind) bool {
	return kind == "decision.made" || kind == "support.ended" || kind == "aspiration.closed" || kind == "home.changed"
}

// entryMarks writes what one entry says by itself, in place of what it said.
func entryMarks(tx *Tx, s standing) error {
	if s.amends {
		if err := unmarkEntry(tx, s); err != nil {
			return err
		}
	}
	if s.Event == nil { // withdrawn
		return nil
	}
	if !together(s.kind) {
		markEntry(tx, s.Recorded, domain.Tallies(s.Recorded))
	}
	if !rates(s.kind) {
		return nil
	}
	for _, rated := range domain.Ratings(s.Event) {
		m := mark{position: s.Position, on: s.Occurred.Date, clock: s.Occurred.ClockOrder(), value: rated.Value}
		if rated.Declined {
			m.value, m.missing = 0, "declined"
		}
		if s.kind == "aspiration.rated" {
			m.thing = s.thing
		}
		p := place{service: s.Service, journey: s.Stream.ID, about: rated.About, by: string(rated.By)}
		p.sheet(tx).add(m)
	}
	return nil
}

// unmarkEntry takes away what one entry said by itself.
func unmarkEntry(tx *Tx, s standing) error {
	if !together(s.kind) {
		p := place{service: s.wasService, month: domain.MonthName(s.wasOn.Month()), journey: s.Stream.ID}
		if err := p.remove(tx, s.Position); err != nil {
			return err
		}
	}
	if !rates(s.kind) {
		return nil
	}
	places, err := ratings(tx, s.wasService, s.Stream.ID)
	if err != nil {
		return err
	}
	for _, p := range places {
		if err := p.remove(tx, s.Position); err != nil {
			return err
		}
	}
	return nil
}

// rates says whether entries of the kind hold ratings of which the change over
// time is an outcome.
func rates(kind domain.Kind) bool {
	switch kind {
	case "confidence.rated", "life.rated", "measure.scored", "aspiration.rated":
		return true
	}
	return false
}

// markEntry writes what an entry says of the outcomes, and gives the places.
func markEntry(tx *Tx, r domain.Recorded, tallies []domain.Tally) (places []place) {
	var s *sheet
	for i, t := range tallies {
		p := place{service: r.Service, journey: r.Stream.ID}
		if i > 0 && t.On.Date == tallies[i-1].On.Date { // as of most
			p = places[i-1]
		} else {
			p.month = domain.MonthName(t.On.Date.Month())
			s = p.sheet(tx)
		}
		m := mark{position: r.Position, on: t.On.Date, clock: t.On.ClockOrder(), what: t.Outcome, value: t.Value, missing: t.Missing, code: t.Code}
		s.add(m)
		places = append(places, p)
	}
	return places
}

// markThing writes what the entries about a thing say together, in the name of
// one of them.
func markThing(tx *Tx, thing string, r domain.Recorded, tallies []domain.Tally) error {
	places := markEntry(tx, r, tallies)
	for i, p := range places {
		if slices.Contains(places[:i], p) {
			continue
		}
		if err := tx.Exec(`INSERT OR IGNORE INTO placed VALUES (?, ?, ?, ?, ?)`, p.journey, thing, r.Position, p.service, p.month); err != nil {
			return err
		}
	}
	return nil
}

// unmarkThing takes away what the entries about a thing said together.
func unmarkThing(tx *Tx, journey, thing string) error {
	for row, err := range tx.Query(`SELECT position, service, month FROM placed WHERE journey = ? AND thing = ?`, journey, thing) {
		p := place{journey: journey}
		var position uint64
		if err := errors.Join(err, row.Scan(&position, &p.service, &p.month)); err != nil {
			return err
		}
		if err := p.remove(tx, position); err != nil {
			return err
		}
	}
	return tx.Exec(`DELETE FROM placed WHERE journey = ? AND thing = ?`, journey, thing)
}

// thingRows writes anew what the entries about one thing say together.
func thingRows(tx *Tx, s standing, thing string) error {
	if err := s.clear(tx, "thing", thing, "spans"); err != nil {
		return err
	}
	if !s.begins {
		if err := unmarkThing(tx, s.Stream.ID, thing); err != nil {
			return err
		}
	}
	entries, err := s.about(tx, thing)
	if err != nil {
		return err
	}
	if end, ok := domain.Ending(entries); ok {
		if err := markThing(tx, thing, end, domain.Tallies(end)); err != nil {
			return err
		}
	}
	switch s.kind {
	case "home.changed":
		for all := domain.HomeTallies(entries); len(all) > 0; {
			of := all[0].Entry
			var tallies []domain.Tally
			for len(all) > 0 && all[0].Entry.Position == of.Position {
				tallies, all = append(tallies, all[0].Tally), all[1:]
			}
			if err := markThing(tx, thing, of, tallies); err != nil {
				return err
			}
		}
		return writeSpans(tx, s.Stream.ID, thing, domain.HomeSpans(entries))
	case "support.started", "support.paused", "support.resumed", "support.ended":
		return episodeRow(tx, s, thing, entries)
	case "aspiration.set", "aspiration.closed":
		return writeSpans(tx, s.Stream.ID, thing, domain.AspirationSpans(entries))
	case "restriction.started", "restriction.reviewed", "restriction.ended":
		return writeSpans(tx, s.Stream.ID, thing, domain.RestrictionSpans(entries))
	}
	if d, ok := domain.DecisionOf(thing, entries); ok && d.Made != nil {
		return markThing(tx, thing, *d.Made, d.Tallies())
	}
	return nil
}

// episodeRow writes an episode anew.
func episodeRow(tx *Tx, s standing, support string, entries []domain.Recorded) error {
	if err := s.clear(tx, "support", support, "episodes"); err != nil {
		return err
	}
	for _, e := range domain.EpisodesOf(entries) {
		kind := ""
		if e.Ended.Date != 0 {
			kind = string(domain.EndKindOf(e.End))
		}
		var active []string
		for _, span := range e.Active() {
			active = append(active, span.From.String()+"/"+span.To.String())
		}
		started := entries[0]
		for _, r := range entries {
			if r.ID == e.ID {
				started = r
			}
		}
		if err := tx.Exec(`INSERT INTO episodes VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`, s.Stream.ID, e.ID, e.Service, started.Position, e.Started.Sortable(),
			e.Started.Date, e.Ended.Date, kind, strings.Join(active, " ")); err != nil {
			return err
		}
	}
	return markEarliest(tx, s.Stream.ID)
}

// markEarliest says which of a journey's episodes is the first.
func markEarliest(tx *Tx, journey string) error {
	var wrong []string
	earliest := true
	for row, err := range tx.Query(`SELECT support, earliest FROM episodes WHERE journey = ? ORDER BY life, position`, journey) {
		var support string
		var marked bool
		if err := errors.Join(err, row.Scan(&support, &marked)); err != nil {
			return err
		}
		if marked != earliest {
			wrong = append(wrong, support)
		}
		earliest = false
	}
	for _, support := range wrong {
		if err := tx.Exec(`UPDATE episodes SET earliest = NOT earliest WHERE journey = ? AND support = ?`, journey, support); err != nil {
			return err
		}
	}
	return nil
}

func writeSpans(tx *Tx, journey, thing string, spans []domain.Span) error {
	for n, s := range spans {
		if err := tx.Exec(`INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?)`, journey, thing, s.What, n, s.From, s.To, s.Code); err != nil {
			return err
		}
	}
	return nil
}
