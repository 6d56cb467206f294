package projections

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/domain"
)

// A monthly is what one person's entries with one service say in one month.
type monthly struct {
	person int
	text   string // the marks as they are stored
	marks  []said
}

// A said is what figures need of a mark.
type said struct {
	outcome  int32
	on       domain.Date
	clock    int64
	position uint64
	value    float64
	missing  string
	code     string
}

// later says whether one comes behind another in life order, or is the same.
func (m *said) later(than *said) bool {
	return cmp.Or(cmp.Compare(m.on, than.on), cmp.Compare(m.clock, than.clock), cmp.Compare(m.position, than.position)) >= 0
}

// window reads what was recorded about a period.
func (q *question) window(p domain.Period) (*window, error) {
	w := &window{q: q, period: p, rows: make([][]*monthly, len(q.services)+1)}
	var next domain.Date
	w.first, next = p.Days()
	w.after = max(w.first, min(next, q.filter.Today))
	from, to := p.Months()
	var all []*monthly
	err := packed(q.ctx, q.s, []string{"service", "journey", "marks"}, q.asked(monthsAsked, everyMonthAsked),
		[]any{domain.MonthName(from), domain.MonthName(to), q.filter.Service}, func(f []string) error {
			row := &monthly{person: q.person(f[1]), text: f[2]}
			all = append(all, row)
			if service, ok := q.byService[f[0]]; ok {
				w.rows[service] = append(w.rows[service], row)
			}
			if q.filter.Service == "" {
				w.rows[q.together()] = append(w.rows[q.together()], row)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	var reading errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for part := range slices.Chunk(all, max(1, (len(all)+workers-1)/workers)) {
		reading.Go(func() error {
			for _, row := range part {
				if err := row.read(q.outcomes, w.first, next); err != nil {
					return err
				}
			}
			return nil
		})
	}
	w.countDays()
	for _, rows := range w.rows {
		slices.SortStableFunc(rows, func(a, b *monthly) int { return cmp.Compare(a.person, b.person) })
	}
	return w, reading.Wait()
}

// read reads the marks of the days from a first to the one after the last, which
// may be some of the month alone.
func (m *monthly) read(outcomes map[string]int, first, after domain.Date) error {
	m.marks = make([]said, 0, howMany(m.text))
	return eachMark(m.text, func(each mark) {
		if n, ok := outcomes[each.what]; ok && each.on >= first && each.on < after {
			m.marks = append(m.marks, said{int32(n), each.on, each.clock, each.position, each.value, each.missing, each.code})
		}
	})
}

// personal is what one person's entries say of one outcome in a period.
type personal struct {
	yes, said, declined, notRecorded, never int
	sum                                     float64
	latest                                  *said
	codes                                   []string
	touched                                 bool
}

// entries counts what people's entries say, and reports whether there are any.
func (w *window) entries(scope int, supported map[int]bool, cells []cell) (any bool) {
	people := make([]personal, len(cells))
	var touched []int
	rows := w.rows[scope]
	for len(rows) > 0 {
		person := rows[0].person
		for len(rows) > 0 && rows[0].person == person {
			for i := range rows[0].marks {
				m := &rows[0].marks[i]
				p := &people[m.outcome]
				if !p.touched {
					p.touched = true
					touched = append(touched, int(m.outcome))
				}
				p.take(m, &domain.Outcomes[m.outcome], w.q.filter.Today)
				any = any || domain.Outcomes[m.outcome].Over != domain.OverDue
			}
			rows = rows[1:]
		}
		w.count(people, touched, supported[person], cells)
		for _, n := range touched {
			people[n] = personal{}
		}
		touched = touched[:0]
	}
	w.different(supported, cells)
	return any
}

// take adds one mark to what a person says.
func (p *personal) take(m *said, o *domain.Outcome, today domain.Date) {
	switch {
	case m.missing == "declined":
		p.declined++
	case m.missing != "":
		p.notRecorded++
	case o.Over == domain.OverDue && m.code == "never" && m.on >= today:
		p.never++
		return
	default:
		p.said++
		p.yes += int(m.value) // of ratings it is not used
		p.sum += m.value
	}
	if p.latest == nil || m.later(p.latest) {
		p.latest = m
	}
	if o.Over == domain.OverMoves && m.missing == "" || o.ID == "activities.people" {
		p.codes = append(p.codes, m.code)
	}
}

// count adds one person to the cells.
func (w *window) count(people []personal, touched []int, supported bool, cells []cell) {
	for _, n := range touched {
		p, c, o := &people[n], &cells[n], &domain.Outcomes[n]
		switch o.Over {
		case domain.OverNothing:
			c.count += p.yes
			c.share.People++
		case domain.OverEntries:
			c.share.Add(p.yes, p.said)
			c.miss("declined", p.declined)
			c.miss("not_recorded", p.notRecorded)
		case domain.OverDue:
			c.share.Add(p.yes, p.said)
			c.miss("not_yet_due", p.never)
		case domain.OverPeople:
			switch {
			case !supported:
			case p.yes > 0:
				c.yes++
			default:
				c.miss("declined", 1)
			}
		case domain.OverLatest:
			c.countLatest(p.latest, o)
		case domain.OverMoves:
			c.count += p.said
			c.miss("not_recorded", p.notRecorded)
			if p.said > 0 {
				c.share.People++
			}
			for _, code := range p.codes {
				c.answered(code, 1)
			}
		}
	}
	w.countValues(people, supported, cells)
}

func (c *cell) countLatest(m *said, o *domain.Outcome) {
	if m.missing != "" {
		c.miss(m.missing, 1)
		return
	}
	c.share.Add(oneIf(m.value >= o.Parameter("good")), 1)
	c.answered(strconv.Itoa(int(m.value)), 1)
	if c.how == nil {
		c.how = map[string]int{}
	}
	c.how[m.code]++
}

// countValues adds one person's activities.
func (w *window) countValues(people []personal, supported bool, cells []cell) {
	attended := &people[w.q.at("activities.people")]
	if attended.said == 0 {
		return
	}
	if supported {
		different := &cells[w.q.at("activities.different")]
		slices.Sort(attended.codes)
		kinds := len(slices.Compact(attended.codes))
		different.values = append(different.values, float64(kinds))
		different.answered(strconv.Itoa(kinds), 1)
	}
	p, c := &people[w.q.at("activities.valued")], &cells[w.q.at("activities.valued")]
	switch {
	case p.said > 0:
		mean := p.sum / float64(p.said)
		c.values = append(c.values, mean)
		c.answered(strconv.Itoa(int(math.Floor(mean))), 1)
	case p.declined > 0:
		c.miss("declined", 1)
	default:
		c.miss("not_recorded", 1)
	}
}

// different adds the people supported who took part in nothing.
func (w *window) different(supported map[int]bool, cells []cell) {
	c := &cells[w.q.at("activities.different")]
	none := len(supported) - len(c.values)
	if none == 0 {
		return
	}
	c.answered("0", none)
	c.values = append(c.values, make([]float64, none)...)
}
