package projections

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/waymark/waymark/domain"
)

// Narrow is AsOf that also leaves out the entries of services which the read
// model has nothing of, as where [Projection.Only] passed over what is recorded
// of them: what is left is as if these services had never been there. It reports
// false, and writes nothing, where there is nothing to leave out.
func (db *DB) Narrow(ctx context.Context, path string, day domain.Date) (bool, error) {
	fewer, err := db.after(ctx, day)
	if err == nil {
		err = db.View(ctx, func(s *Snapshot) error { return elsewhere(ctx, s, day, &fewer) })
	}
	if err != nil || len(fewer) == 0 {
		return false, err
	}
	if err := db.Export(ctx, path); err != nil {
		return false, err
	}
	if err := db.takeBackAll(ctx, path, fewer); err != nil {
		return false, errors.Join(fmt.Errorf("%s: narrowed: %w", db.p.Name, err), remove(path))
	}
	return true, nil
}

// elsewhere adds a withdrawal of each entry up to a day of a service that is not
// there.
func elsewhere(ctx context.Context, s *Snapshot, day domain.Date, fewer *[]domain.Recorded) error {
	position := s.Position + uint64(len(*fewer))
	return eachRow(ctx, s, func(scan func(...any) error) error {
		var journey, entry string
		err := scan(&journey, &entry)
		position++
		*fewer = append(*fewer, domain.Recorded{Position: position, Stream: domain.JourneyStream(journey), ID: "elsewhere", Occurred: domain.On(day),
			Event: domain.EntryWithdrawn{Entry: entry, Reason: "error"}})
		return err
	}, `SELECT journey, id FROM entries WHERE withdrawn = 0 AND date <= ? AND service <> '' AND service NOT IN (SELECT service FROM service_events)
		ORDER BY position`, day.String())
}

// PeriodFigures are the figures of one period, by the outcomes' own order.
type PeriodFigures struct {
	Together []domain.Figure // of all services together
	Services []domain.Figure // of each service, by service
	People   []PersonFigure  // by journey and the outcomes' own order; where they were asked for
}

// A PersonFigure is one person's part in one outcome of a period: yes of n, as
// both are added up over people in the figure's numerator and denominator; of a
// count both are the count. Outcomes of another kind have none.
type PersonFigure struct {
	Journey, Outcome string
	Yes, N           int
}

// FiguresOf gives the figures of some periods, each of any days, as of the first
// day that is not over. people asks for each person's own, too.
func FiguresOf(ctx context.Context, s *Snapshot, periods []domain.Period, today domain.Date, people bool) (all []PeriodFigures, err error) {
	if len(periods) == 0 {
		return nil, nil
	}
	f := OutcomeFilter{Every: "month", Today: today}
	f.From, f.To = periods[0].Months()
	for _, p := range periods {
		first, last := p.Months()
		f.From, f.To = min(f.From, first), max(f.To, last)
	}
	q, err := newQuestion(ctx, s, f)
	if err != nil {
		return nil, fmt.Errorf("outcomes: %w", err)
	}
	defer q.sorting.Wait() // it has a connection
	for _, p := range periods {
		figures, err := q.period(p, people)
		if err != nil {
			return nil, fmt.Errorf("outcomes: %w", err)
		}
		all = append(all, figures)
	}
	return all, nil
}

func (q *question) period(p domain.Period, people bool) (f PeriodFigures, err error) {
	w, err := q.window(p)
	if err != nil {
		return f, err
	}
	if f.Together, err = w.figures(q.together()); err != nil {
		return f, err
	}
	for scope := range q.services {
		if !q.open(scope, p) {
			continue
		}
		of, err := w.figures(scope)
		if err != nil {
			return f, err
		}
		f.Services = append(f.Services, of...)
	}
	if people {
		f.People = w.persons()
	}
	return f, nil
}

// persons gives each person's own part in the figures of all services together.
func (w *window) persons() (all []PersonFigure) {
	supported, _ := w.supported(w.q.together())
	said := map[int][]personal{} // by person
	for person := range supported {
		said[person] = nil
	}
	for _, row := range w.rows[w.q.together()] {
		if said[row.person] == nil {
			said[row.person] = make([]personal, len(domain.Outcomes))
		}
		for i := range row.marks {
			m := &row.marks[i]
			said[row.person][m.outcome].take(m, &domain.Outcomes[m.outcome], w.q.filter.Today)
		}
	}
	for journey, person := range w.q.people {
		of, ok := said[person]
		if !ok {
			continue
		}
		if of == nil {
			of = make([]personal, len(domain.Outcomes))
		}
		cells := make([]cell, len(domain.Outcomes))
		if supported[person] {
			w.states(map[int]bool{person: true}, cells)
		}
		for i := range of {
			if f := of[i].figure(&domain.Outcomes[i], supported[person], &cells[i]); f.N > 0 {
				f.Journey = journey
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b PersonFigure) int { return cmp.Compare(a.Journey, b.Journey) })
	return all
}

// figure gives one person's part in an outcome, N being 0 where they have none.
// state has what held for them.
func (p *personal) figure(o *domain.Outcome, supported bool, state *cell) PersonFigure {
	f := PersonFigure{Outcome: o.ID}
	switch o.Over {
	case domain.OverNothing:
		f.Yes, f.N = p.yes, p.yes
	case domain.OverEntries, domain.OverDue:
		f.Yes, f.N = p.yes, p.said
	case domain.OverPeople:
		f.Yes, f.N = oneIf(supported && p.yes > 0), oneIf(supported)
	case domain.OverState:
		switch o.ID {
		case "people.supported":
			f.Yes, f.N = oneIf(supported), oneIf(supported)
		case "home.settled":
			f.Yes, f.N = state.share.Yes, state.share.N
		default:
			f.Yes, f.N = state.yes, oneIf(supported)
		}
	case domain.OverLatest:
		if p.latest != nil && p.latest.missing == "" {
			f.Yes, f.N = oneIf(p.latest.value >= o.Parameter("good")), 1
		}
	}
	return f
}

// Divided draws the chart of each outcome of all services together, over all the
// time there is. Each starts again on a date, where there is one: with the first
// month that begins then or later, and the month that the date divides is left
// out, as it is neither before nor after.
func Divided(ctx context.Context, s *Snapshot, definitions []domain.Outcome, date, today domain.Date) ([]domain.Chart, error) {
	lists, err := Throughout(ctx, s, "", today, "month", "quarter")
	if err != nil {
		return nil, err
	}
	var rebases []domain.Rebase
	for i := range lists {
		lists[i] = slices.DeleteFunc(lists[i], func(f domain.Figure) bool {
			first, after := f.Period.Days()
			return f.Service != "" || date > first && date < after
		})
	}
	byMonth, byQuarter := lines(lists[0]), lines(lists[1])
	var charts []domain.Chart
	for _, o := range definitions {
		if date != 0 {
			rebases = []domain.Rebase{{Outcome: o.ID, From: date.Month() + 1, Reason: "other"}}
			if first, _ := domain.PeriodOf("month", date.Month()).Days(); first == date {
				rebases[0].From = date.Month()
			}
		}
		for _, by := range append([]domain.RatedBy{""}, raters[1:]...) {
			if at := (aLine{"", o.ID, by}); o.Charted() && len(byMonth[at]) > 0 {
				charts = append(charts, domain.ChartOf(o, byMonth[at], byQuarter[at], rebases, domain.ChartOptions{}))
			}
		}
	}
	return charts, nil
}

// OwnRatings hands on each rating that people gave themselves of one thing with
// the services that are there or with none; where it is a scale of a measure, the
// measure declined as a whole is one that says nothing. The order is by journey.
func OwnRatings(ctx context.Context, s *Snapshot, about string, take func(journey string, g domain.RatingGiven)) error {
	abouts, err := json.Marshal(domain.AlsoAbout(about))
	if err != nil {
		return err
	}
	err = packed(ctx, s, []string{"journey", "ratings"}, ownRatingsAsked, []any{string(abouts)}, func(f []string) error {
		return eachMark(f[1], func(m mark) { take(f[0], m.rating()) })
	})
	if err != nil {
		return fmt.Errorf("outcomes: %w", err)
	}
	return nil
}

const ownRatingsAsked = `FROM (SELECT journey, ratings FROM person_ratings WHERE by = 'person' AND about IN (SELECT value FROM json_each(?1))
	AND service IN (SELECT service FROM services UNION ALL SELECT '') ORDER BY journey, service, about)`
