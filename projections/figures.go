package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// confidence is the level of every interval.
const confidence = 0.95

// OutcomeFilter says which figures to give.
type OutcomeFilter struct {
	Service  string       // empty for every service and all together
	Every    domain.Every // how long the periods are; months where empty
	From, To int          // months as domain.Date.Month gives them, both included: periods that have any of them
	Today    domain.Date  // the first day that is not over
}

// Figures gives every outcome of every service open in each period of the filter,
// by service, period and the outcomes' own order; all services together come
// last. What depends on the present is judged as of the filter's Today.
func Figures(ctx context.Context, s *Snapshot, f OutcomeFilter) ([]domain.Figure, error) {
	f.Every = cmp.Or(f.Every, "month")
	lists, err := figures(ctx, s, f, f.Every)
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}

// Throughout gives the figures over all the time there is, a list for each length
// of period; empty ones where nothing happened yet.
func Throughout(ctx context.Context, s *Snapshot, service string, today domain.Date, everys ...domain.Every) ([][]domain.Figure, error) {
	first, last, err := Months(ctx, s, service, today)
	if err != nil || last == 0 {
		return make([][]domain.Figure, len(everys)), err
	}
	return figures(ctx, s, OutcomeFilter{Service: service, Every: "year", From: first, To: last, Today: today}, everys...)
}

// figures reads once what the figures of periods of each length are made of. The
// filter's own length is the longest of them.
func figures(ctx context.Context, s *Snapshot, f OutcomeFilter, everys ...domain.Every) ([][]domain.Figure, error) {
	q, err := newQuestion(ctx, s, f)
	if err != nil {
		return nil, fmt.Errorf("outcomes: %w", err)
	}
	defer q.sorting.Wait() // it has a connection
	lists := make([][]domain.Figure, len(everys))
	for i, every := range everys {
		if lists[i], err = q.figures(every); err != nil {
			return nil, fmt.Errorf("outcomes: %w", err)
		}
	}
	return lists, nil
}

// figures counts for each period of a length. One connection reads period after
// period; what was read is counted beside it.
func (q *question) figures(every domain.Every) ([]domain.Figure, error) {
	periods := domain.Periods(every, q.filter.From, q.filter.To)
	counted := make([][]domain.Figure, len(periods)*(len(q.services)+1)) // by scope, then by period
	var counting errgroup.Group
	counting.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range periods {
		w, err := q.window(p)
		if err != nil {
			return nil, errors.Join(err, counting.Wait())
		}
		for scope := len(q.services); scope >= 0; scope-- { // all together first: it takes the longest
			if scope == q.together() && q.filter.Service != "" || !q.open(scope, p) {
				continue
			}
			counting.Go(func() (err error) {
				counted[scope*len(periods)+i], err = w.figures(scope)
				return err
			})
		}
	}
	if err := counting.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(counted...), nil
}

// A window is one period of a question, with what was recorded about it.
type window struct {
	q      *question
	period domain.Period
	first  domain.Date  // its first day
	after  domain.Date  // the day after its last that is over
	rows   [][]*monthly // by scope, in the order of people: what their entries say
	people []activeDays // who was active, with each service
}

// A cell gathers one outcome's figure over people.
type cell struct {
	share        stats.Share
	count        int
	missing      map[string]int
	distribution map[string]int
	how          map[string]int
	values       []float64
	yes          int // of people supported
}

func (c *cell) miss(why string, n int) {
	if n > 0 {
		if c.missing == nil {
			c.missing = map[string]int{}
		}
		c.missing[why] += n
	}
}

func (c *cell) answered(answer string, n int) {
	if c.distribution == nil {
		c.distribution = map[string]int{}
	}
	c.distribution[answer] += n
}

// figures gives every outcome of one scope: a service, or all together.
func (w *window) figures(scope int) ([]domain.Figure, error) {
	cells := make([]cell, len(domain.Outcomes))
	var changes *pairing
	supported, fewer := w.supported(scope)
	any := w.entries(scope, supported, cells)
	w.states(supported, cells)
	cells[w.q.at("people.supported")].miss("fewer_days", fewer)
	state := w.state(scope)
	list := make([]domain.Figure, 0, len(w.q.definitions)+8)
	blank := func(o domain.Outcome) domain.Figure {
		f := domain.Figure{Service: w.q.id(scope), Period: w.period, Outcome: o.ID, Version: o.Version, State: state}
		f.NoEntries = !any
		return f
	}
	for i, o := range w.q.definitions {
		switch o.Over {
		case domain.OverChange:
			if changes == nil {
				var err error
				if changes, err = w.pairings(scope); err != nil {
					return nil, err
				}
			}
			list = append(list, changes.figures(o, i, blank(o))...)
		case domain.OverEndings:
			list = append(list, w.endings(scope, o, blank(o)))
		default:
			list = append(list, cells[i].finish(o, len(supported), blank(o)))
		}
	}
	return list, nil
}

// state says why the window's figures are not to be judged yet.
func (w *window) state(scope int) domain.FigureState {
	_, next := w.period.Days()
	if next > w.q.filter.Today {
		return "not_over"
	}
	for i, s := range w.q.services {
		if (scope == i || scope == w.q.together()) && s.facts.LastInTime(next-1) >= w.q.filter.Today {
			return "may_change"
		}
	}
	return ""
}

// finish makes a figure of what was gathered over people.
func (c *cell) finish(o domain.Outcome, supported int, f domain.Figure) domain.Figure {
	f.Missing = c.missing
	switch o.Over {
	case domain.OverNothing:
		f.Numerator, f.N = new(c.count), c.share.People
	case domain.OverMoves:
		f.Numerator, f.N = new(c.count), c.share.People
		f.Distribution = sorted(c.distribution)
	case domain.OverValues:
		c.finishValues(o, &f)
	case domain.OverState, domain.OverPeople:
		if o.ID == "people.supported" {
			f.Numerator, f.N = new(supported), supported
			break
		}
		if o.ID != "home.settled" {
			c.share = stats.Share{People: supported, Yes: c.yes, N: supported}
		}
		setShare(&f, c.share, ofPeople)
	case domain.OverLatest:
		setShare(&f, c.share, ofPeople)
		least := 0
		if o.Aim == "experience" {
			least = 1
		}
		f.Distribution, f.How = numbered(c.distribution, least, int(o.Parameter("top"))), c.how
	default:
		setShare(&f, c.share, stats.Share.Interval)
	}
	return f
}

// ofPeople is the interval of a share in which each person counts once.
func ofPeople(s stats.Share, confidence float64) (lower, upper float64, ok bool) {
	lower, upper = stats.Wilson(float64(s.Yes), float64(s.N), confidence)
	return lower, upper, s.People >= stats.LeastPeople
}

// setShare fills in a share with its interval.
func setShare(f *domain.Figure, s stats.Share, interval func(stats.Share, float64) (lower, upper float64, ok bool)) {
	f.Numerator, f.Denominator, f.N = new(s.Yes), new(s.N), s.People
	if rate, ok := s.Rate(); ok {
		f.Value = &rate
	}
	if lower, upper, ok := interval(s, confidence); ok {
		f.Lower, f.Upper = &lower, &upper
	}
}

// setMean fills in a mean with its t interval.
func setMean(f *domain.Figure, values []float64) {
	f.N = len(values)
	if len(values) == 0 {
		return
	}
	mean, lower, upper, ok := stats.MeanInterval(values, confidence)
	f.Value = &mean
	if ok {
		f.Lower, f.Upper = &lower, &upper
	}
}

func (c *cell) finishValues(o domain.Outcome, f *domain.Figure) {
	if o.ID == "activities.valued" {
		setMean(f, c.values)
		if len(c.values) > 0 {
			f.Distribution = numbered(c.distribution, 0, 10)
		}
		return
	}
	f.N = len(c.values)
	if f.N == 0 {
		return
	}
	f.Value = new(stats.Median(c.values))
	f.Distribution = numbered(c.distribution, 0, int(slices.Max(c.values)))
}

// numbered lists how many gave each whole number from one to another; nothing where
// nobody answered.
func numbered(counts map[string]int, from, to int) (all []domain.Answered) {
	if len(counts) == 0 {
		return nil
	}
	for n := from; n <= to; n++ {
		answer := strconv.Itoa(n)
		all = append(all, domain.Answered{Answer: answer, N: counts[answer]})
	}
	return all
}

// sorted lists how many gave each answer, by the answers' text.
func sorted(counts map[string]int) (all []domain.Answered) {
	for answer, n := range counts {
		all = append(all, domain.Answered{Answer: answer, N: n})
	}
	slices.SortFunc(all, func(a, b domain.Answered) int { return cmp.Compare(a.Answer, b.Answer) })
	return all
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
