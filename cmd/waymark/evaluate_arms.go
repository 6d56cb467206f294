package main

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// An arm is one part of the cohort on its way through the run.
type arm struct {
	domain.Arm
	people   []domain.Enrolled // by journey
	at       map[string]int    // each journey's place in people
	question projections.Projection
	path     string // of the arm's read model

	definitions []domain.Outcome
	services    []projections.ServiceRow
	ofServices  []domain.Figure  // in the periods of dates, for comparing services
	voices      [][]domain.Voice // of everybody, for each thing that was rated
}

// armOf picks an arm's people. Its read model passes over everybody else, and
// over the services that are not the arm's, and over what of a journey is beyond the
// evaluation's day.
func armOf(a domain.Arm, cohort []domain.Enrolled, opened []string, beyond func(domain.Recorded) bool) arm {
	in := arm{Arm: a, at: map[string]int{}}
	if len(a.Services) == 0 {
		in.Services = opened
	}
	for _, person := range cohort {
		if part, ok := a.In(person); ok {
			in.at[part.Journey] = len(in.people)
			in.people = append(in.people, part)
		}
	}
	in.question = projections.Outcomes.Only(func(r domain.Recorded) bool {
		switch r.Stream.About {
		case domain.AboutJourney:
			_, ok := in.at[r.Stream.ID]
			return ok && !beyond(r)
		case domain.AboutService:
			return a.Has(r.Stream.ID)
		}
		return true
	})
	return in
}

// counted says who is in the arm.
func (a *arm) counted(all []arm) evaluatedArm {
	c := evaluatedArm{Name: a.Name, Services: a.Services, People: len(a.people)}
	for _, person := range a.people {
		if person.Last().Ended.Date != 0 {
			c.Ended++
			if person.Died != 0 {
				c.Died++
			}
		}
		if slices.ContainsFunc(all, func(other arm) bool {
			_, in := other.at[person.Journey]
			return in && other.Name != a.Name
		}) {
			c.InOther++
		}
	}
	return c
}

// replay reads the log once and builds each arm's read model from it.
func (e *evaluation) replay(ctx context.Context, scratch string, log iter.Seq2[[]domain.Recorded, error], bar progress) error {
	g, ctx := errgroup.WithContext(ctx)
	feeds := make([]chan []domain.Recorded, len(e.arms))
	for i := range e.arms {
		a := &e.arms[i]
		a.path = filepath.Join(scratch, strconv.Itoa(i)+".db")
		feeds[i] = make(chan []domain.Recorded, behind)
		g.Go(func() error { return projections.Replay(ctx, a.question, a.path, e.Log, pages(ctx, feeds[i])) })
	}
	g.Go(func() error {
		for page, err := range log {
			if err != nil {
				return err
			}
			for _, feed := range feeds {
				select {
				case feed <- page:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			bar.add(len(page))
		}
		for _, feed := range feeds {
			close(feed)
		}
		return nil
	})
	return g.Wait()
}

// open opens the arm's read model as of the evaluation's day, with nothing in it
// of other services.
func (a *arm) open(ctx context.Context, day domain.Date) (*projections.DB, error) {
	db, err := projections.OpenCopy(ctx, a.path, a.question)
	if err != nil {
		return nil, err
	}
	narrow := a.path + ".narrow"
	narrowed, err := db.Narrow(ctx, narrow, day)
	if err == nil && !narrowed {
		return db, nil
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return projections.OpenCopy(ctx, narrow, a.question)
}

// read works out what one arm's read model says.
func (e *evaluation) read(ctx context.Context, s *projections.Snapshot, a *arm) (err error) {
	if a.definitions, err = projections.Definitions(ctx, s); err != nil {
		return err
	}
	if a.services, err = projections.Services(ctx, s); err != nil {
		return err
	}
	if err := e.listen(ctx, s, a); err != nil {
		return err
	}
	counted := e.Spec.Counted(a.definitions)
	persons, err := e.count(ctx, s, a, counted)
	if err != nil {
		return err
	}
	e.persons(a, persons)
	if !e.Spec.Uses("xmr") {
		return nil
	}
	charts, err := projections.Divided(ctx, s, counted, e.Spec.Compare.BeforeAndAfter, e.Today)
	for _, c := range charts {
		c.Position = e.Position
		e.Charts = append(e.Charts, evaluatedChart{a.Name, c})
	}
	return err
}

// listen gathers what everybody in the arm said of each thing in each period.
func (e *evaluation) listen(ctx context.Context, s *projections.Snapshot, a *arm) error {
	for _, o := range e.Spec.Rated(a.definitions) {
		voices := make([]domain.Voice, len(a.people))
		for i, person := range a.people {
			voices[i] = domain.Voice{Enrolled: person, Own: make([]domain.Own, len(e.Spec.Periods))}
		}
		err := projections.OwnRatings(ctx, s, o.About, func(journey string, g domain.RatingGiven) {
			i, ok := a.at[journey]
			if !ok {
				return
			}
			for n, p := range e.Spec.Periods {
				if p.Of(a.people[i].Start()).Has(g.On) {
					voices[i].Own[n].Add(g.Value, g.Declined)
				}
			}
		})
		if err != nil {
			return err
		}
		a.voices = append(a.voices, voices)
	}
	return nil
}

// count gathers the figures of the periods of dates, and gives each person's own
// part in them.
func (e *evaluation) count(ctx context.Context, s *projections.Snapshot, a *arm, counted []domain.Outcome) (map[string][]projections.PersonFigure, error) {
	if len(counted) == 0 {
		return nil, nil
	}
	asked := func(outcome string) bool {
		return slices.ContainsFunc(counted, func(o domain.Outcome) bool { return o.ID == outcome })
	}
	var periods []domain.Period
	var names []string
	for _, p := range e.Spec.Periods {
		if days, ok := p.Period(); ok {
			periods, names = append(periods, days), append(names, p.Name)
		}
	}
	figures, err := projections.FiguresOf(ctx, s, periods, e.Today, e.Spec.Suppression == "none")
	if err != nil {
		return nil, err
	}
	persons := map[string][]projections.PersonFigure{}
	for i, period := range figures {
		for _, f := range period.Together {
			if asked(f.Outcome) {
				e.Figures = append(e.Figures, evaluatedFigure{a.Name, names[i], f})
			}
		}
		a.ofServices = append(a.ofServices, period.Services...)
		for _, f := range period.People {
			if asked(f.Outcome) {
				persons[names[i]] = append(persons[names[i]], f)
			}
		}
	}
	return persons, nil
}

// persons adds a row for each person of the arm and each period.
func (e *evaluation) persons(a *arm, figures map[string][]projections.PersonFigure) {
	if e.Spec.Suppression != "none" {
		return // no row about one person leaves then, so there is none
	}
	rated := e.Spec.Rated(a.definitions)
	for i, person := range a.people {
		for n, p := range e.Spec.Periods {
			days := p.Of(person.Start())
			row := evaluatedPerson{Journey: person.Journey, Arm: a.Name, Service: person.Episodes[0].Service, Period: p.Name, Days: days,
				ActiveDays: person.ActiveDays(days, e.Today)}
			of := figures[p.Name]
			at, _ := slices.BinarySearchFunc(of, person.Journey, func(f projections.PersonFigure, journey string) int { return strings.Compare(f.Journey, journey) })
			for ; at < len(of) && of[at].Journey == person.Journey; at++ {
				row.Outcomes = append(row.Outcomes, personOutcome{of[at].Outcome, of[at].Yes, of[at].N})
			}
			for thing, o := range rated {
				row.Scores = append(row.Scores, e.personScore(o, a.voices[thing][i], n))
			}
			e.People = append(e.People, row)
		}
	}
}

func (e *evaluation) personScore(o domain.Outcome, v domain.Voice, period int) personScore {
	own := v.Own[period]
	s := personScore{About: o.About, N: own.N}
	if own.N > 0 {
		s.Mean = new(own.Value())
	} else {
		s.Missing = v.Unseen(e.Spec.Periods[period].Of(v.Start()), own.Declined, e.Today)
	}
	return s
}
