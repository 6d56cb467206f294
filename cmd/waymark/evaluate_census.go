package main

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// A census is what the first reading of the log finds: who was ever supported and
// by whom, and up to where the log was read. It holds no more of each event than
// who is in a cohort depends on.
type census struct {
	log      string
	position uint64
	recorded time.Time
	people   map[string]*domain.Enrolment
	amended  domain.Amended
	services map[string]*domain.Service
	measures map[string][]domain.MeasureDefined
}

// take reads the log, page by page.
func (n *census) take(log iter.Seq2[[]domain.Recorded, error], bar progress) error {
	n.amended = domain.Amended{}
	n.people, n.services, n.measures = map[string]*domain.Enrolment{}, map[string]*domain.Service{}, map[string][]domain.MeasureDefined{}
	for page, err := range log {
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := n.note(r); err != nil {
				return fmt.Errorf("event %d: %w", r.Position, err)
			}
		}
		bar.add(len(page))
	}
	if n.position == 0 {
		return &failure{what: errors.New("nothing was recorded by then"), hint: "choose a later known_at"}
	}
	return nil
}

func (n *census) note(r domain.Recorded) error {
	if n.position == 0 {
		founding, ok := r.Event.(domain.LogFounded)
		if !ok {
			return errNoFounding
		}
		n.log = founding.Log
	}
	n.position, n.recorded = r.Position, r.At
	if u, ok := r.Event.(domain.Unreadable); ok {
		if u.Unknown {
			return domain.ErrUnknownForm
		}
		return nil // a read model parks its journey, and counts that
	}
	switch r.Stream.About {
	case domain.AboutJourney:
		entry(n.people, r.Stream.ID).Apply(r)
		n.amended.Note(r)
	case domain.AboutService:
		entry(n.services, r.Stream.ID).Apply(r)
	case domain.AboutMeasure:
		if m, ok := r.Event.(domain.MeasureDefined); ok {
			n.measures[r.Stream.ID] = append(n.measures[r.Stream.ID], m)
		}
	}
	return nil
}

// entry gives what a map has under a name, begun where there is nothing.
func entry[T any](in map[string]*T, name string) *T {
	if in[name] == nil {
		in[name] = new(T)
	}
	return in[name]
}

// opened lists the services that were ever opened, by id.
func (n *census) opened() []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(n.services)) {
		if n.services[id].Opened() {
			ids = append(ids, id)
		}
	}
	return ids
}

// definitions lists every outcome there is, those of the measures last.
func (n *census) definitions() []domain.Outcome {
	all := slices.Clone(domain.Outcomes)
	for _, id := range slices.Sorted(maps.Keys(n.measures)) {
		for _, m := range n.measures[id] {
			all = append(all, domain.MeasureOutcomes(id, m)...)
		}
	}
	return all
}

// enrol finds the cohort among everybody with any support by the evaluation's
// day, by journey.
func (n *census) enrol(e domain.Evaluation, arms []domain.Arm, day domain.Date) (cohort []domain.Enrolled, flow evaluatedFlow) {
	out := map[domain.LeftOut]int{}
	for _, journey := range slices.Sorted(maps.Keys(n.people)) {
		person := n.people[journey]
		if len(person.Episodes(day)) == 0 {
			continue
		}
		flow.People++
		if in, why := e.Enrol(journey, person, arms, day); why == "" {
			cohort = append(cohort, in)
		} else {
			out[why]++
		}
	}
	flow.In = len(cohort)
	for _, why := range domain.LeftOuts.Codes() {
		if out[why] > 0 {
			flow.LeftOut = append(flow.LeftOut, evaluatedLeftOut{why, out[why]})
		}
	}
	return cohort, flow
}

// recordsFrom gives the day from which a service's record is whole.
func (n *census) recordsFrom(service string) domain.Date {
	if s := n.services[service]; s != nil {
		return s.Facts().RecordsFrom
	}
	return 0
}

// day gives the evaluation's day: the one that it says, or the day on which the
// last event that it reads was recorded.
func (n *census) day(s *specification) (asOf, today domain.Date, err error) {
	today = web.DayOf(n.recorded)
	switch asOf = s.AsOf; {
	case asOf == 0:
		asOf = today
	case asOf > today:
		return 0, 0, s.placed(&domain.EvaluationError{Field: "as_of", Detail: fmt.Sprintf("is after %s, the day of position %d", today, n.position),
			Hint: "leave it out for that day"})
	}
	return asOf, min(today, asOf+1), nil
}
