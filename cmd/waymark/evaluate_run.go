package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// An evaluation on its way to its answer.
type evaluation struct {
	asked  *specification
	census census
	arms   []arm
	evaluated
}

// evaluate answers a specification from the log: at a position where at is not 0,
// as the specification says otherwise. It reads the log twice, first for who is in
// the cohort, then for what happened to them.
func (p *program) evaluate(ctx context.Context, c *client, text []byte, at uint64) (*evaluated, error) {
	s, err := parseSpecification(text)
	if err != nil {
		return nil, err
	}
	e := evaluation{asked: s}
	upto, knownAt := s.At, s.KnownAt
	if at != 0 {
		upto, knownAt = at, time.Time{}
	}
	bar := p.bar(-1, "looked for the cohort")
	err = e.census.take(c.read(ctx, upto, knownAt), bar)
	bar.Close()
	if err != nil {
		return nil, err
	}
	if e.census.position < upto {
		return nil, &failure{fmt.Errorf("the log ends at position %d, before %d", e.census.position, upto),
			"check that the data directory is the right one, or ask for an earlier position", exitRefused}
	}
	if err := e.enrol(); err != nil {
		return nil, err
	}
	if debug.SetMemoryLimit(-1) == heapAlone { // main's, and nobody else's
		debug.SetMemoryLimit(heapBeside)
	}
	work, err := openScratch(p.data)
	if err != nil {
		return nil, err
	}
	bar = p.bar(int64(e.Position), "read what happened")
	err = e.answer(ctx, work.dir, c.read(ctx, e.Position, time.Time{}), bar)
	bar.Close()
	if err := errors.Join(err, work.Close()); err != nil {
		return nil, err
	}
	return &e.evaluated, nil
}

// enrol finds the cohort and divides it, once everybody is known.
func (e *evaluation) enrol() (err error) {
	n := &e.census
	if err := e.asked.placed(e.asked.Against(n.opened(), n.definitions())); err != nil {
		return err
	}
	e.Log, e.Position, e.Recorded = n.log, n.position, n.recorded
	if e.AsOf, e.Today, err = n.day(e.asked); err != nil {
		return err
	}
	day := e.AsOf
	arms := e.asked.ArmsOf(n.opened())
	cohort, flow := n.enrol(e.asked.Evaluation, arms, day)
	n.people = nil // as many as there are journeys
	if len(cohort) == 0 {
		return nobody(flow)
	}
	e.Spec = e.asked.Evaluation.WithDefaults()
	e.Spec.AsOf = day
	if err := e.divide(cohort); err != nil {
		return err
	}
	if err := e.longEnough(arms); err != nil {
		return err
	}
	e.Flow = flow
	for _, p := range e.Spec.Periods {
		e.Periods = append(e.Periods, evaluatedPeriod{p, labelOf(p)})
	}
	beyond := func(r domain.Recorded) bool { return n.amended.Beyond(r, day) }
	for _, a := range arms {
		e.arms = append(e.arms, armOf(a, cohort, n.opened(), beyond))
	}
	for i := range e.arms {
		e.Arms = append(e.Arms, e.arms[i].counted(e.arms))
	}
	return nil
}

// nobody says why there is nobody to ask about.
func nobody(flow evaluatedFlow) error {
	hint := "nobody was supported by then"
	if len(flow.LeftOut) > 0 {
		hint = "who was supported is left out because:"
		for _, out := range flow.LeftOut {
			hint += " " + domain.LeftOuts.Words(out.Why) + "."
		}
	}
	return &failure{what: errors.New("nobody is in the cohort"), hint: hint}
}

// divide makes the two periods before and after a date, where the specification
// has that date and no periods.
func (e *evaluation) divide(cohort []domain.Enrolled) error {
	date := e.Spec.Compare.BeforeAndAfter
	if date == 0 || len(e.Spec.Periods) > 0 {
		return nil
	}
	first := slices.MinFunc(cohort, func(a, b domain.Enrolled) int { return int(a.Start()) - int(b.Start()) }).Start()
	wrong := ""
	switch {
	case first >= date:
		wrong = fmt.Sprintf("is not after %s, the first day of anybody's support in the cohort", first)
	case date > e.AsOf:
		wrong = fmt.Sprintf("is after %s, the evaluation's day", e.AsOf)
	}
	if wrong != "" {
		return e.asked.placed(&domain.EvaluationError{Field: "compare.before_and_after", Detail: wrong, Hint: "choose another day, or give the two periods yourself"})
	}
	// The day itself is one person's: a pack would say when their support began.
	from := e.Spec.Cohort.Started.From
	if from == 0 {
		from, _ = domain.PeriodOf("month", first.Month()).Days()
	}
	e.Spec.Periods = []domain.EvaluationPeriod{
		{Name: "before", Days: domain.Days{From: from, To: date - 1}},
		{Name: "after", Days: domain.Days{From: date, To: e.AsOf}},
	}
	return nil
}

// longEnough refuses periods that are too short for what is asked, unless all the
// services are for a crisis, where a day is enough.
func (e *evaluation) longEnough(arms []domain.Arm) error {
	if !slices.ContainsFunc(e.census.opened(), func(id string) bool {
		return e.census.services[id].Facts().Kind != "crisis" && slices.ContainsFunc(arms, func(a domain.Arm) bool { return a.Has(id) })
	}) {
		return nil
	}
	err := e.Spec.LongEnough(e.census.definitions())
	if wrong, ok := errors.AsType[*domain.EvaluationError](err); ok && len(e.asked.Periods) == 0 {
		wrong.Field, wrong.Detail = "compare.before_and_after", "makes a period that "+wrong.Detail
	}
	return e.asked.placed(err)
}

func labelOf(p domain.EvaluationPeriod) string {
	if p.Relative {
		return fmt.Sprintf("day %d to day %d of support", p.FromDay, p.ToDay)
	}
	return fmt.Sprintf("%s to %s", p.Days.From, p.Days.To)
}

// answer reads what happened to each arm and works everything out.
func (e *evaluation) answer(ctx context.Context, scratch string, log iter.Seq2[[]domain.Recorded, error], bar progress) error {
	if err := e.replay(ctx, scratch, log, bar); err != nil {
		return err
	}
	parked := map[string]bool{} // who may be in several arms
	for i := range e.arms {
		a := &e.arms[i]
		db, err := a.open(ctx, e.AsOf)
		if err != nil {
			return err
		}
		withheld, err := db.Parked(ctx)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		for _, p := range withheld {
			parked[p.Journey] = true
		}
		err = db.View(ctx, func(s *projections.Snapshot) error { return e.read(ctx, s, a) })
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
		if e.Spec.Uses("kaplan_meier") {
			e.Survival = append(e.Survival, domain.SurvivalOf(a.Name, a.people, e.census.recordsFrom, e.Today))
		}
	}
	e.Flow.Parked = len(parked)
	e.score()
	e.compare()
	return nil
}

// score works out the scores, the changes and their differences: for each thing
// that was rated, arm by arm.
func (e *evaluation) score() {
	for n, o := range e.rated() {
		for _, a := range e.arms {
			e.Scores = append(e.Scores, e.Spec.Scores(a.Name, o, a.voices[n], e.Today)...)
		}
		if !e.Spec.Uses("change") && !e.Spec.Uses("rci") {
			continue
		}
		for _, a := range e.arms {
			e.Changes = append(e.Changes, e.Spec.Changes(a.Name, o, a.voices[n], e.Today)...)
		}
		for i, a := range e.arms {
			for _, other := range e.arms[i+1:] {
				e.Differences = append(e.Differences, e.Spec.Differences(a.Name, other.Name, o, a.voices[n], other.voices[n])...)
			}
		}
	}
}

// rated are the definitions of the ratings that are asked for.
func (e *evaluation) rated() []domain.Outcome { return e.Spec.Rated(e.arms[0].definitions) }

// compare sets the services of a kind beside one another, and gathers what all
// that was worked out is defined by.
func (e *evaluation) compare() {
	kinds := map[string]domain.ServiceKind{}
	var figures []domain.Figure
	for _, a := range e.arms {
		figures = append(figures, a.ofServices...)
		for _, s := range a.services {
			kinds[s.ID] = s.Kind
			if slices.Contains(a.Services, s.ID) || len(a.Services) == 0 {
				e.Services = append(e.Services, evaluatedService{s.ID, s.Name, s.Kind})
			}
		}
	}
	slices.SortFunc(e.Services, func(a, b evaluatedService) int { return strings.Compare(a.ID, b.ID) })
	definitions := e.arms[0].definitions
	counted, rated := e.Spec.Counted(definitions), e.rated()
	for _, o := range definitions {
		is := func(other domain.Outcome) bool { return other.ID == o.ID }
		if slices.ContainsFunc(counted, is) || slices.ContainsFunc(rated, is) {
			e.Definitions = append(e.Definitions, o)
		}
	}
	if !e.Spec.Uses("funnel") {
		return
	}
	for _, o := range counted {
		of := slices.DeleteFunc(slices.Clone(figures), func(f domain.Figure) bool { return f.Outcome != o.ID })
		for _, c := range domain.Compare(o, of, kinds) {
			c.Position = e.Position
			e.Comparisons = append(e.Comparisons, c)
		}
	}
}
