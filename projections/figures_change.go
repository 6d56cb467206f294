package projections

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// A rating is a series of one rater's ratings of one thing.
type rating struct {
	outcome int // among the definitions
	by      domain.RatedBy
	texts   []string             // as they are stored; a measure declined as a whole is stored apart
	given   []domain.RatingGiven // in life order, once sorted
}

// raters are those whose ratings are a series of their own, the person first.
var raters = domain.RatedBys.Codes()

// readRatings reads the ratings of the services asked for.
func (q *question) readRatings() error {
	about := map[string][]int{} // the outcomes that a rating is for
	for i, o := range q.definitions {
		if o.Over != domain.OverChange {
			continue
		}
		about[o.About] = append(about[o.About], i)
		if whole, ok := strings.CutPrefix(o.About, "measure."); ok { // a measure may be declined as a whole
			whole = "measure." + whole[:strings.LastIndexByte(whole, '.')]
			about[whole] = append(about[whole], i)
		}
	}
	read := func(s *Snapshot) (string, error) {
		return joinedRows(q.ctx, s, ratingColumns, q.asked(ratingsAsked, everyRatingAsked), q.ratingsOf())
	}
	beside, close, ok := q.s.beside(q.ctx)
	if !ok {
		text, err := read(q.s)
		q.sorting.Go(func() error { return q.sortRatings(text, about) })
		return err
	}
	q.sorting.Go(func() error { // while the rest is read
		text, err := read(beside)
		return errors.Join(err, close(), q.sortRatings(text, about))
	})
	return nil
}

// ratingsOf gives the arguments of a question for ratings.
func (q *question) ratingsOf() []any {
	first, after := q.days()
	return []any{first.String(), after.String(), q.filter.Service, (after - domain.PairDueAfter).String()}
}

// sortRatings tells ratings apart by whose they are, what they are about and who
// rated.
func (q *question) sortRatings(text string, about map[string][]int) error {
	q.ratings = map[journeyAt][]*rating{}
	var all []*rating
	err := eachLine(text, len(ratingColumns), func(f []string) error {
		service, ok := q.byService[f[0]]
		by := slices.Index(raters, domain.RatedBy(f[3]))
		if !ok || by < 0 { // or nobody knows who rated
			return nil
		}
		at := journeyAt{f[1], service}
		rated := q.ratings[at]
		for _, outcome := range about[f[2]] {
			i := slices.IndexFunc(rated, func(r *rating) bool { return r.outcome == outcome && r.by == raters[by] })
			if i < 0 {
				r := &rating{outcome: outcome, by: raters[by]}
				i, rated, all = len(rated), append(rated, r), append(all, r)
			}
			rated[i].texts = append(rated[i].texts, f[4])
		}
		q.ratings[at] = rated
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := r.sort(); err != nil {
			return err
		}
	}
	return nil
}

var ratingColumns = []string{"service", "journey", "about", "by", "ratings"}

// sort puts the ratings in life order. Most are recorded in it.
func (r *rating) sort() error {
	r.given = make([]domain.RatingGiven, 0, howMany(r.texts[0]))
	var last mark
	inOrder := len(r.texts) == 1
	for _, text := range r.texts {
		err := eachMark(text, func(m mark) {
			r.given = append(r.given, m.rating())
			inOrder, last = inOrder && lifeOrder(last, m) <= 0, m
		})
		if err != nil || inOrder {
			return err
		}
	}
	var marks []mark
	for _, text := range r.texts {
		if err := eachMark(text, func(m mark) { marks = append(marks, m) }); err != nil {
			return err
		}
	}
	slices.SortStableFunc(marks, lifeOrder)
	r.given = r.given[:0]
	for _, m := range marks {
		r.given = append(r.given, m.rating())
	}
	return nil
}

func (m mark) rating() domain.RatingGiven {
	return domain.RatingGiven{On: m.on, Value: m.value, Declined: m.missing != "", Thing: m.thing}
}

// moved gathers how one rater's ratings of one thing moved in a scope.
type moved struct {
	asked     bool
	due, died int // episodes that have any such rating, and those of them that ended by death
	missing   map[string]int
	people    map[int]bool // who has a pair
	changes   []float64
	by        [3]int // better, same, worse
	paired    []float64
	unpaired  []float64
}

type ratedBy struct {
	outcome int
	by      domain.RatedBy
}

// A pairing is the change in every rating of one scope.
type pairing struct {
	due, early, died int
	moved            map[ratedBy]*moved
}

// pairings works out the change in every rating of a scope.
func (w *window) pairings(scope int) (*pairing, error) {
	if err := w.q.sorting.Wait(); err != nil {
		return nil, err
	}
	p := &pairing{moved: map[ratedBy]*moved{}}
	last := w.after - 1
	if last < w.first {
		return p, nil
	}
	for _, n := range w.q.ofScope[scope] {
		e := &w.q.episodes[n]
		if scope == w.q.together() && !e.earliest {
			continue
		}
		due, early := e.stay.PairDue(w.first, last)
		switch {
		case due:
			p.due++
		case early:
			p.early++
		default:
			continue
		}
		died := due && e.stay.Died && e.stay.End <= last
		p.died += oneIf(died)
		for _, r := range w.q.ratings[journeyAt{e.journey, e.service}] {
			at := ratedBy{r.outcome, r.by}
			m := p.moved[at]
			if m == nil {
				m = &moved{missing: map[string]int{}, people: map[int]bool{}}
				p.moved[at] = m
			}
			m.asked = m.asked || r.by == "person" && slices.ContainsFunc(r.given, func(g domain.RatingGiven) bool {
				return g.On >= e.stay.Start && g.On <= last
			})
			if due {
				m.due++
				m.died += oneIf(died)
				pair := e.stay.Pair(r.given, last)
				m.asked = m.asked || pair.Asked
				if m.take(pair, &w.q.definitions[r.outcome]); pair.Later != nil && len(m.people) < stats.LeastPeople {
					m.people[e.person] = true
				}
			}
		}
	}
	return p, nil
}

// take adds the pair of one episode.
func (m *moved) take(p domain.Pair, o *domain.Outcome) {
	if p.Missing != "" {
		m.missing[p.Missing]++
		if p.First != nil {
			m.unpaired = append(m.unpaired, p.First.Value)
		}
		return
	}
	m.paired = append(m.paired, p.First.Value)
	m.changes = append(m.changes, domain.Difference(p.First.Value, p.Later.Value))
	m.by[o.Moved(p.First.Value, p.Later.Value)]++
}

// figures gives the figures of a change: the person's own, where anybody was
// asked or the outcome is always listed, and one for each other rater.
func (p *pairing) figures(o domain.Outcome, outcome int, blank domain.Figure) (list []domain.Figure) {
	for _, by := range raters {
		m := p.moved[ratedBy{outcome, by}]
		if m == nil || !m.asked {
			if by != "person" || o.Asked {
				continue
			}
			m = cmp.Or(m, &moved{missing: map[string]int{}})
		}
		f := blank
		if by != "person" {
			f.By = by
		}
		list = append(list, m.figure(p, o, f))
	}
	return list
}

func (m *moved) figure(p *pairing, o domain.Outcome, f domain.Figure) domain.Figure {
	setMean(&f, m.changes)
	if len(m.people) < stats.LeastPeople { // of more episodes
		f.Lower, f.Upper = nil, nil
	}
	missing := map[string]int{}
	for why, n := range m.missing {
		missing[why] = n
	}
	missing["died"] += p.died - m.died
	missing["first_not_asked"] += p.due - m.due - (p.died - m.died)
	for why, n := range missing {
		if n == 0 {
			delete(missing, why)
		}
	}
	if len(missing) > 0 {
		f.Missing = missing
	}
	f.Distribution = rounded(m.changes)
	c := &domain.Change{Due: p.due, Paired: len(m.changes), EndedEarly: p.early, Reliable: o.Norm != nil}
	for i, part := range []*domain.ChangedBy{&c.Better, &c.Same, &c.Worse} {
		part.N = m.by[i]
		if len(m.people) >= stats.LeastPeople {
			lower, upper := stats.Wilson(float64(part.N), float64(len(m.changes)), confidence)
			part.Lower, part.Upper = &lower, &upper
		}
	}
	c.FirstPaired, c.FirstUnpaired = meanOf(m.paired), meanOf(m.unpaired)
	f.Change = c
	return f
}

func meanOf(values []float64) *domain.Mean {
	if len(values) == 0 {
		return nil
	}
	mean, _, _, _ := stats.MeanInterval(values, confidence)
	return &domain.Mean{N: len(values), Value: mean}
}

// rounded lists how many changes there are of each whole number of points.
func rounded(changes []float64) []domain.Answered {
	if len(changes) == 0 {
		return nil
	}
	counts := map[string]int{}
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range changes {
		c = math.Round(c)
		low, high = min(low, c), max(high, c)
		counts[strconv.Itoa(int(c))]++
	}
	return numbered(counts, int(low), int(high))
}
