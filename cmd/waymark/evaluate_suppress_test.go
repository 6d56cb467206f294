package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// aSmallWorld is an evaluation of few people in one to three arms, whose counts are
// counted from the people themselves.
func aSmallWorld(seed uint64, rule domain.Suppression) *evaluated {
	r := rand.New(rand.NewPCG(seed, 11))
	e := &evaluated{Log: "log", Position: 9, Recorded: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), AsOf: domain.Day(2026, 3, 31), Today: domain.Day(2026, 4, 1)}
	e.Spec = domain.Evaluation{Title: "Small", Question: "Does anybody show?", Suppression: rule, Methods: []domain.EvaluationMethod{"change", "rci"},
		Cohort: domain.Cohort{Services: []string{"north"}, LeastDays: 12}}
	names := []string{"before", "after", "later"}[:2+r.IntN(2)]
	for i, name := range names {
		p := domain.EvaluationPeriod{Name: name, Days: domain.Days{From: domain.Day(2026, time.Month(1+i), 1), To: domain.Day(2026, time.Month(1+i), 28)}}
		e.Spec.Periods = append(e.Spec.Periods, p)
		e.Periods = append(e.Periods, evaluatedPeriod{p, "label"})
	}
	for _, why := range []domain.LeftOut{"other_services", "too_short"} {
		if n := r.IntN(9); n > 0 {
			e.Flow.LeftOut = append(e.Flow.LeftOut, evaluatedLeftOut{why, n})
			e.Flow.People += n
		}
	}
	unseens := domain.Unseens.Codes()
	most := 2 + r.IntN(30)
	for i := range 1 + r.IntN(3) {
		people := r.IntN(most) + 1
		a := evaluatedArm{Name: fmt.Sprint("arm", i), Services: []string{"north"}, People: people, Ended: r.IntN(people + 1)}
		a.Died = r.IntN(a.Ended + 1)
		e.Arms = append(e.Arms, a)
		e.Flow.In += people
		kinds := 1 + r.IntN(len(unseens))
		seldom := 1 + r.IntN(8)
		for _, about := range []string{"confidence.self", "measure.relaxed.1.relaxed"} {
			said := make([][]domain.Unseen, people) // by person and period; empty where seen
			for person := range said {
				for range names {
					why := domain.Unseen("")
					if r.IntN(seldom) == 0 {
						why = unseens[r.IntN(kinds)]
					}
					said[person] = append(said[person], why)
				}
			}
			e.addScores(a, about, names, said, r)
		}
	}
	e.Flow.People += e.Flow.In
	return e
}

// addScores counts what the people of an arm said.
func (e *evaluated) addScores(a evaluatedArm, about string, names []string, said [][]domain.Unseen, r *rand.Rand) {
	for period, name := range names {
		s := domain.Score{Arm: a.Name, Period: name, About: about, Outcome: about, Version: 1, People: a.People, Missing: map[string]int{}}
		for _, person := range said {
			if why := person[period]; why != "" {
				s.Missing[string(why)]++
			} else {
				s.Seen++
			}
		}
		s.Ratings = s.Seen * (1 + r.IntN(2))
		if s.Seen > 0 {
			s.Mean = new(float64(r.IntN(100)) / 7)
		}
		if s.Seen >= 10 {
			s.Lower, s.Upper, s.SD = new(*s.Mean-1), new(*s.Mean+1), new(1.25)
		}
		e.Scores = append(e.Scores, s)
		if period == 0 {
			continue
		}
		c := domain.ScoreChange{Arm: a.Name, From: names[0], To: name, About: about, Outcome: about, Version: 1, People: a.People, Missing: map[string]int{}}
		alone := 0
		for _, person := range said {
			switch first, later := person[0], person[period]; {
			case first == "" && later == "":
				c.Paired++
			case first == "died":
				c.Missing["died"]++
			case first != "":
				c.Missing["first_"+string(first)]++
			case later == "died":
				c.Missing["died"]++
				alone++
			default:
				c.Missing["later_"+string(later)]++
				alone++
			}
		}
		better := r.IntN(c.Paired + 1)
		worse := r.IntN(c.Paired - better + 1)
		c.Better, c.Same, c.Worse = &domain.ChangedBy{N: better}, &domain.ChangedBy{N: c.Paired - better - worse}, &domain.ChangedBy{N: worse}
		if c.Paired > 0 {
			c.Mean, c.FirstPaired = new(float64(r.IntN(60))/9), &domain.Mean{N: c.Paired, Value: 3.21}
		}
		if c.Paired >= 10 {
			c.Lower, c.Upper, c.SD = new(*c.Mean-1), new(*c.Mean+1), new(1.25)
		}
		if alone > 0 {
			c.FirstUnpaired = &domain.Mean{N: alone, Value: 4.32}
		}
		e.Changes = append(e.Changes, c)
	}
}

// A reader is somebody who has the whole pack, and works out what each count may be
// by adding and subtracting what is shown.
type reader struct {
	rule   stats.Rule
	few    int
	lo, hi map[string]float64
	really map[string]int
	hidden map[string]bool
	sums   [][]string // the total first
	within [][2]string
}

// sees takes note of a count: what is shown of it, and what it really is.
func (r *reader) sees(name string, shown, really int) string {
	r.really[name] = really
	if shown != hiddenCount {
		r.lo[name], r.hi[name] = math.Max(float64(shown-2), float64(r.few+1)), float64(shown+2)
		if shown == 0 {
			r.lo[name], r.hi[name] = 0, 0
		}
		return name
	}
	r.hidden[name] = true
	r.lo[name], r.hi[name] = 0, math.Inf(1)
	if really <= r.few { // they may even be told that it is small
		r.hi[name] = float64(r.few)
	}
	return name
}

// tells takes note that something shows that a count is at least so much.
func (r *reader) tells(name string, is bool, least int) {
	if is {
		r.lo[name] = math.Max(r.lo[name], float64(least))
	}
}

// works narrows everything down until nothing gives.
func (r *reader) works() {
	for again := true; again; {
		again = false
		narrow := func(name string, lo, hi float64) {
			if lo > r.lo[name] {
				r.lo[name], again = lo, true
			}
			if hi < r.hi[name] {
				r.hi[name], again = hi, true
			}
		}
		for _, s := range r.sums {
			var lo, hi float64
			for _, part := range s[1:] {
				lo, hi = lo+r.lo[part], hi+r.hi[part]
			}
			narrow(s[0], lo, hi)
			for _, part := range s[1:] {
				others, least := 0.0, 0.0
				for _, other := range s[1:] {
					if other != part {
						others, least = others+r.hi[other], least+r.lo[other]
					}
				}
				narrow(part, r.lo[s[0]]-others, r.hi[s[0]]-least)
			}
		}
		for _, w := range r.within {
			narrow(w[0], 0, r.hi[w[1]])
			narrow(w[1], r.lo[w[0]], math.Inf(1))
		}
	}
}

// reads takes note of everything in a pack.
func (r *reader) reads(e, fit *evaluated) {
	spoken := map[bool]map[string]bool{true: {}, false: {}} // by whether of changes
	for _, s := range fit.Scores {
		for why := range s.Missing {
			spoken[false][why] = true
		}
	}
	for _, c := range fit.Changes {
		for why := range c.Missing {
			spoken[true][why] = true
		}
	}
	flow := []string{r.sees("supported", fit.Flow.People, e.Flow.People), r.sees("cohort", fit.Flow.In, e.Flow.In)}
	really := map[domain.LeftOut]int{}
	for _, l := range e.Flow.LeftOut {
		really[l.Why] = l.N
	}
	for _, l := range fit.Flow.LeftOut {
		flow = append(flow, r.sees("out "+string(l.Why), l.N, really[l.Why]))
	}
	r.sums = append(r.sums, flow)
	everybody := []string{"cohort"}
	for i, a := range fit.Arms {
		n := e.Arms[i]
		name := r.sees(a.Name, a.People, n.People)
		everybody = append(everybody, name)
		r.within = append(r.within, [2]string{r.sees(a.Name+" ended", a.Ended, n.Ended), name}, [2]string{r.sees(a.Name+" died", a.Died, n.Died), a.Name + " ended"})
	}
	r.sums = append(r.sums, everybody)
	for i, s := range fit.Scores {
		n := e.Scores[i]
		at := strings.Join([]string{s.Arm, s.About, s.Period}, " ")
		sum := []string{s.Arm, r.sees(at+" seen", s.Seen, n.Seen)}
		for why := range spoken[false] {
			sum = append(sum, r.sees(at+" "+why, s.Missing[why], n.Missing[why]))
		}
		r.sums = append(r.sums, sum)
		if n.Ratings == n.Seen {
			r.sums = append(r.sums, []string{r.sees(at+" ratings", s.Ratings, n.Ratings), at + " seen"}) // as where each rates once
		} else {
			r.within = append(r.within, [2]string{at + " seen", r.sees(at+" ratings", s.Ratings, n.Ratings)})
		}
		r.tells(at+" seen", s.Mean != nil, stats.LeastForMean)
		r.tells(at+" seen", s.Lower != nil, leastForInterval)
	}
	for i, c := range fit.Changes {
		n := e.Changes[i]
		at := strings.Join([]string{c.Arm, c.About, c.To}, " ")
		seen := func(period string) string { return strings.Join([]string{c.Arm, c.About, period, "seen"}, " ") }
		pairs := r.sees(at+" pairs", c.Paired, n.Paired)
		sum, afterwards := []string{c.Arm, pairs}, []string{at + " alone"}
		for why := range spoken[true] {
			m := r.sees(at+" changed "+why, c.Missing[why], n.Missing[why])
			sum = append(sum, m)
			if first, ok := strings.CutPrefix(why, "first_"); ok {
				r.sums = append(r.sums, []string{m, strings.Join([]string{c.Arm, c.About, c.From, first}, " ")})
			} else if later, ok := strings.CutPrefix(why, "later_"); ok {
				afterwards = append(afterwards, m)
				r.within = append(r.within, [2]string{m, strings.Join([]string{c.Arm, c.About, c.To, later}, " ")})
			} else {
				since := at + " died since"
				r.lo[since], r.hi[since] = 0, math.Inf(1)
				afterwards = append(afterwards, since)
				r.sums = append(r.sums, []string{m, strings.Join([]string{c.Arm, c.About, c.From, why}, " "), since})
			}
		}
		shownAlone := hiddenCount
		if c.FirstUnpaired != nil {
			shownAlone = c.FirstUnpaired.N
		}
		alone := r.sees(at+" alone", shownAlone, aloneIn(n))
		r.sums = append(r.sums, sum, []string{seen(c.From), pairs, alone}, afterwards,
			[]string{pairs, r.sees(at+" better", c.Better.N, n.Better.N), r.sees(at+" same", c.Same.N, n.Same.N), r.sees(at+" worse", c.Worse.N, n.Worse.N)})
		r.within = append(r.within, [2]string{pairs, seen(c.To)})
		r.tells(pairs, c.Mean != nil, stats.LeastForMean)
		r.tells(pairs, c.Lower != nil, leastForInterval)
		r.tells(alone, c.FirstUnpaired != nil, stats.LeastForMean)
	}
}

func newReader(rule stats.Rule) *reader {
	few := map[stats.Rule]int{stats.MHSDS: 4, stats.HES: 7}[rule]
	return &reader{rule: rule, few: few, lo: map[string]float64{}, hi: map[string]float64{}, really: map[string]int{}, hidden: map[string]bool{}}
}

func TestNobodyCanSubtractTheirWayToFewPeople(t *testing.T) {
	small, shown := 0, 0
	for _, rule := range []stats.Rule{stats.MHSDS, stats.HES} {
		for seed := range uint64(400) {
			e := aSmallWorld(seed, domain.Suppression(rule))
			r := newReader(rule)
			r.reads(e, e.fitToLeave())
			r.works()
			for name, n := range r.really {
				if !r.hidden[name] {
					shown++
					if n <= r.few && !(rule == stats.HES && n == 0) {
						t.Fatalf("%s, world %d: %s is shown, of %d", rule, seed, name, n)
					}
					continue
				}
				if n > r.few || rule == stats.HES && n == 0 {
					continue
				}
				small++
				if r.hi[name]-r.lo[name] < 2 || r.lo[name] > 0 {
					t.Errorf("%s, world %d: %s, which is %d, is between %v and %v", rule, seed, name, n, r.lo[name], r.hi[name])
				}
			}
		}
	}
	if small < 1000 || shown < 1000 {
		t.Errorf("%d small counts and %d shown say little", small, shown)
	}
}

func TestAMeanOfFewPeopleIsNotShown(t *testing.T) {
	means, intervals := 0, 0
	for seed := range uint64(200) {
		e := aSmallWorld(seed, "mhsds")
		fit := e.fitToLeave()
		for i, s := range fit.Scores {
			if s.SD != nil {
				t.Fatal("a standard deviation is shown, which with an interval gives the count")
			}
			if s.Mean != nil {
				means++
				if e.Scores[i].Seen < 8 || *s.Mean != math.Round(*s.Mean*10)/10 {
					t.Fatalf("the mean of %d people is shown as %v", e.Scores[i].Seen, *s.Mean)
				}
			}
			if s.Lower != nil || s.Upper != nil {
				intervals++
				if e.Scores[i].Seen < leastForInterval {
					t.Fatalf("an interval is shown of %d people", e.Scores[i].Seen)
				}
			}
		}
		for i, c := range fit.Changes {
			if c.FirstPaired != nil && (e.Changes[i].Paired < 8 || aloneIn(e.Changes[i]) < 8) {
				t.Fatalf("the first mean of %d pairs is shown beside that of all, with %d alone", e.Changes[i].Paired, aloneIn(e.Changes[i]))
			}
		}
	}
	if means < 50 || intervals < 20 {
		t.Errorf("%d means and %d intervals say little", means, intervals)
	}
}

func TestAFigureOfFewPeopleIsNotShown(t *testing.T) {
	figures := func(rule domain.Suppression, counts ...[2]int) []evaluatedFigure {
		e := wholeAnswer(t)
		e.Spec.Suppression, e.Figures = rule, nil
		for i, c := range counts {
			n, of := c[0], c[1]
			value := float64(n) / float64(of)
			e.Figures = append(e.Figures, evaluatedFigure{[]string{"beat_the_blues", "as_usual"}[i], "month_2", domain.Figure{Outcome: "decisions.took_part", Version: 1, State: "may_change",
				Numerator: &n, Denominator: &of, Value: &value, Lower: new(0.1), Upper: new(0.9), N: of, Missing: map[string]int{"not_recorded": 3}}})
		}
		return e.fitToLeave().Figures
	}
	shown := figures("mhsds", [2]int{23, 41}, [2]int{3, 12})
	if f := shown[0].Figure; *f.Numerator != 25 || *f.Denominator != 40 || *f.Value != 0.56 || f.N != 40 || f.Lower != nil || f.Upper != nil || f.Missing != nil || f.State != "may_change" {
		t.Errorf("23 of 41 is shown as %d of %d, %v", *f.Numerator, *f.Denominator, *f.Value)
	}
	if f := shown[1].Figure; *f.Numerator != hiddenCount || f.Value != nil || shown[1].Arm != "as_usual" || shown[1].Name != "month_2" {
		t.Errorf("3 of 12 is shown as %d, %v", *f.Numerator, f.Value)
	}
	if f := figures("hes", [2]int{7, 41})[0].Figure; *f.Numerator != hiddenCount || f.Value != nil {
		t.Errorf("by HES 7 is shown as %d", *f.Numerator)
	}
	if f := figures("none", [2]int{3, 12})[0].Figure; *f.Numerator != 3 || f.Lower == nil {
		t.Error("without a rule something is hidden")
	}
}

func TestNothingAboutOnePersonLeavesWithARule(t *testing.T) {
	e := wholeAnswer(t)
	e.People = []evaluatedPerson{{Journey: "j-secret", Arm: "as_usual", Service: "as-usual", Period: "before", Days: domain.Days{From: domain.Day(2000, 1, 10), To: domain.Day(2000, 1, 30)}}}
	e.Spec.Suppression = "mhsds"
	files, err := renderPack(e, []byte("title: x\n"), pseudonyms{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.name == "people.csv" || f.name == "charts.csv" || f.name == "survival.csv" || strings.HasPrefix(f.name, "charts/") {
			t.Errorf("%s is in the pack", f.name)
		}
		if strings.Contains(string(f.content), "j-secret") || strings.Contains(string(f.content), "p-") && f.name != reportName && strings.HasSuffix(f.name, ".csv") {
			t.Errorf("%s names somebody", f.name)
		}
	}
}

func TestPeriodsThatCouldBeSubtractedAreRefused(t *testing.T) {
	period := func(name string, from, to domain.Date) domain.EvaluationPeriod {
		return domain.EvaluationPeriod{Name: name, Days: domain.Days{From: from, To: to}}
	}
	january, february := domain.Day(2026, 1, 1), domain.Day(2026, 2, 1)
	for _, c := range []struct {
		name    string
		rule    domain.Suppression
		periods []domain.EvaluationPeriod
		refused bool
	}{
		{"apart", "mhsds", []domain.EvaluationPeriod{period("a", january, february-1), period("b", february, february+9)}, false},
		{"one day in common", "mhsds", []domain.EvaluationPeriod{period("a", january, february), period("b", february, february+9)}, true},
		{"one inside the other", "hes", []domain.EvaluationPeriod{period("a", january, february), period("b", january+3, january+5)}, true},
		{"nothing is hidden", "none", []domain.EvaluationPeriod{period("a", january, february), period("b", january+3, january+5)}, false},
		{"days of support", "mhsds", []domain.EvaluationPeriod{{Name: "a", Relative: true, FromDay: 0, ToDay: 27}, {Name: "b", Relative: true, FromDay: 20, ToDay: 50}}, true},
		{"dates and days of support", "mhsds", []domain.EvaluationPeriod{period("a", january, february), {Name: "b", Relative: true, FromDay: 0, ToDay: 50}}, true},
		{"dates and days of support, and nothing is hidden", "none", []domain.EvaluationPeriod{period("a", january, february), {Name: "b", Relative: true, FromDay: 0, ToDay: 50}}, false},
	} {
		err := mayLeave(domain.Evaluation{Suppression: c.rule, Periods: c.periods})
		if (err != nil) != c.refused {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.refused && codeOf(err) != exitUsage {
			t.Errorf("%s: exit code %d", c.name, codeOf(err))
		}
	}
	if !slices.Contains([]string{"*"}, shownCount(hiddenCount)) || shownCount(0) != "0" {
		t.Error("a hidden count is read as a number")
	}
}
