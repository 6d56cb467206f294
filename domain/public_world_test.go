package domain

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// A publicWorld is figures of a few services over two years, by month, quarter and
// year, most of them small.
type publicWorld struct {
	figures  []Figure
	services []string
	residual int // entries without a service may be so many a month
	overlap  int // people with several services may be so many
	rand     *rand.Rand
	months   []int
}

// unions says whether all services together have at most as many as the services.
func (w publicWorld) unions(outcome, field string) bool {
	return !strings.HasPrefix(outcome, "activities.valued") && field != "rest" && field != "people" || outcome == "people.supported"
}

func newPublicWorld(seed uint64) publicWorld {
	r := rand.New(rand.NewPCG(seed, 7))
	w := publicWorld{rand: r, residual: r.IntN(2) * r.IntN(3), overlap: r.IntN(2)}
	for i := range 1 + r.IntN(5) {
		w.services = append(w.services, "s"+strconv.Itoa(i))
	}
	first := 2024*12 + 3*r.IntN(2)
	for m := range 24 {
		w.months = append(w.months, first+m)
	}
	scale := map[string]int{}
	for _, s := range w.services {
		scale[s] = 1 + r.IntN(4)*r.IntN(5)
	}
	for _, id := range []string{"decisions.took_part", "activities.chosen", "decisions.reviewed_on_time", "home.changed_against", "home.moved_staffing"} {
		w.entries(id, scale)
	}
	w.people(scale)
	for _, id := range []string{"experience.quality", "confidence.change_self", "life.change_quality_of_life"} {
		w.each(id, scale)
	}
	return w
}

// worldCounts are the worldCounts of a figure: numerator, rest, missing, three answers, people.
type worldCounts [7]int

func (c *worldCounts) add(o worldCounts) {
	for i := range c {
		c[i] += o[i]
	}
}

// entries makes figures that add up.
func (w *publicWorld) entries(id string, scale map[string]int) {
	type cell struct {
		service string
		period  Period
	}
	sums := map[cell]*worldCounts{}
	most := w.rand.IntN(4) + 1
	for _, m := range w.months {
		for i, s := range append([]string{"none"}, w.services...) {
			var c worldCounts
			for k := range 3 {
				c[k] = w.rand.IntN(most*scale[s] + 2)
				if i == 0 {
					c[k] = w.rand.IntN(w.residual + 1)
				}
				if w.rand.IntN(6) == 0 {
					c[k] = 0
				}
			}
			for range c[0] {
				c[3+w.rand.IntN(3)]++
			}
			c[6] = min(c[0]+c[1], 5+c[1])
			for _, every := range []Every{"month", "quarter", "year"} {
				for _, scope := range []string{s, ""} {
					at := cell{scope, PeriodOf(every, m)}
					if sums[at] == nil {
						sums[at] = &worldCounts{}
					}
					sums[at].add(c)
				}
			}
		}
	}
	for _, p := range w.periods() {
		for _, s := range append(append([]string{}, w.services...), "") {
			w.put(s, p, id, *sums[cell{s, p}])
		}
	}
}

func (w *publicWorld) periods() (all []Period) {
	for _, every := range []Every{"month", "quarter", "year"} {
		all = append(all, Periods(every, w.months[0], w.months[len(w.months)-1])...)
	}
	return all
}

func (w *publicWorld) put(service string, p Period, id string, c worldCounts) {
	f := Figure{Service: service, Period: p, Outcome: id, Version: 1, N: c[6]}
	if _, last := p.Months(); last > w.months[len(w.months)-1] {
		f.State = "not_over"
	}
	o, _ := OutcomeOf(id)
	if f.Numerator = &c[0]; o.Over == OverMoves {
		for i, n := range c[3:6] {
			if n > 0 {
				f.Distribution = append(f.Distribution, Answered{"from " + strconv.Itoa(i), n})
			}
		}
	} else if o.Over != OverNothing && id != "people.supported" {
		of := c[0] + c[1]
		f.Denominator = &of
	}
	if o.Over != OverNothing && c[2] > 0 {
		f.Missing = map[string]int{"not_recorded": c[2]}
	}
	w.figures = append(w.figures, f)
}

// people makes figures of the people supported, who are the same ones from month to
// month, and of whom some have several services.
func (w *publicWorld) people(scale map[string]int) {
	shares := []string{"activities.people", "activities.people_mainstream", "restrictions.in_force", "restrictions.overdue",
		"restrictions.agrees", "restrictions.unsure", "restrictions.disagrees", "restrictions.agreement_not_recorded", "home.settled"}
	type figures struct{ supported, active, mainstream, agrees, unsure, disagrees, unknown, overdue, settled, missing int }
	before := map[string]figures{} // of the months or quarters so far in the period
	for _, p := range w.periods() {
		var all figures
		for _, s := range append(append([]string{}, w.services...), "") {
			var f figures
			if s != "" {
				draw := func(most int) int { return w.rand.IntN(most + 1) }
				short := before[s+p.String()]
				f = figures{supported: short.supported + draw(8*scale[s])}
				f.active = min(f.supported, short.active+draw(f.supported))
				f.mainstream = min(f.active, short.mainstream+draw(f.active))
				first, _ := p.Months()
				for _, every := range []Every{"quarter", "year"} {
					at := s + PeriodOf(every, first).String()
					b := before[at]
					before[at] = figures{supported: max(b.supported, f.supported), active: max(b.active, f.active), mainstream: max(b.mainstream, f.mainstream)}
				}
				f.agrees = draw(f.supported)
				f.unsure = draw(f.supported - f.agrees)
				f.disagrees = draw((f.supported - f.agrees - f.unsure) / 2)
				f.unknown = draw(min(4, f.supported-f.agrees-f.unsure-f.disagrees))
				f.overdue = draw(f.agrees + f.unsure + f.disagrees + f.unknown)
				f.missing = draw(min(5, f.supported))
				f.settled = draw(f.supported - f.missing)
				all = figures{all.supported + f.supported, all.active + f.active, all.mainstream + f.mainstream, all.agrees + f.agrees, all.unsure + f.unsure,
					all.disagrees + f.disagrees, all.unknown + f.unknown, all.overdue + f.overdue, all.settled + f.settled, all.missing + f.missing}
			} else {
				f = all
				if shared := w.overlap; f.supported-f.active > shared && f.settled > 0 && f.supported > f.agrees+f.unsure+f.disagrees+f.unknown+shared && f.missing > 0 {
					f.supported -= shared
					f.missing -= shared
				}
			}
			inForce := f.agrees + f.unsure + f.disagrees + f.unknown
			w.put(s, p, "people.supported", worldCounts{f.supported, 0, 0, 0, 0, 0, f.supported})
			for i, n := range []int{f.active, f.mainstream, inForce, f.overdue, f.agrees, f.unsure, f.disagrees, f.unknown, f.settled} {
				c := worldCounts{n, f.supported - n, 0, 0, 0, 0, f.supported}
				if shares[i] == "home.settled" {
					c = worldCounts{n, f.supported - f.missing - n, f.missing, 0, 0, 0, f.supported - f.missing}
				}
				w.put(s, p, shares[i], c)
			}
		}
	}
}

// each makes figures of answers and of changes, period by period.
func (w *publicWorld) each(id string, scale map[string]int) {
	o, _ := OutcomeOf(id)
	most := w.rand.IntN(6) + 1
	before := map[string][7]int{} // of the months or quarters so far in the period
	for _, p := range w.periods() {
		var all [7]int
		for _, s := range append(append([]string{}, w.services...), "") {
			c := all
			if s != "" {
				for i := range c {
					c[i] = w.rand.IntN(most*scale[s]+1) + before[s+p.String()][i]
					all[i] += c[i]
				}
				first, _ := p.Months()
				for _, every := range []Every{"quarter", "year"} {
					at := s + PeriodOf(every, first).String()
					b := before[at]
					for i := range b {
						b[i] = max(b[i], c[i])
					}
					before[at] = b
				}
			}
			f := Figure{Service: s, Period: p, Outcome: id, Version: 1}
			if _, last := p.Months(); last > w.months[len(w.months)-1] {
				f.State = "not_over"
			}
			if c[5] > 0 {
				f.Missing = map[string]int{"declined": c[5]}
			}
			if o.Over == OverChange {
				f.N = c[0] + c[1] + c[2]
				f.Change = &Change{Due: f.N + c[5], Paired: f.N, EndedEarly: c[6], Better: ChangedBy{N: c[0]}, Same: ChangedBy{N: c[1]}, Worse: ChangedBy{N: c[2]}}
				if f.N > 0 {
					mean := float64(w.rand.IntN(4*f.N)) / float64(f.N)
					f.Value, f.Change.FirstPaired = &mean, &Mean{f.N, mean}
				}
			} else {
				good, of := c[3]+c[4], c[0]+c[1]+c[2]+c[3]+c[4]
				f.Numerator, f.Denominator, f.N = &good, &of, of
				for i := range 5 {
					f.Distribution = append(f.Distribution, Answered{strconv.Itoa(i + 1), c[i]})
				}
			}
			w.figures = append(w.figures, f)
		}
	}
}
