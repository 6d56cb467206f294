package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/waymark/waymark/domain/stats"
)

// An attacker has everything that is shown, knows the rules and what adds up, and is
// even told which of the hidden counts are small. It shares no code with what it
// attacks.
type attacker struct {
	rule   stats.Rule
	few    int
	ranges map[string]*publicRange
	sums   []sumOf
	shares []shareOf
}

type publicRange struct {
	lo, hi int
	truth  int
	small  bool // and hidden
	shown  bool
	of     []string // told to be small only where one of these is small or all are shown
}

type sumOf struct {
	total           *publicRange
	parts           []*publicRange
	atMost, atLeast bool
	name            string
}

type shareOf struct {
	n, d    *publicRange
	percent int
}

const noBound = math.MaxInt32

func newAttacker(rule stats.Rule) *attacker {
	a := &attacker{rule: rule, few: 4, ranges: map[string]*publicRange{}}
	if rule == stats.HES {
		a.few = 7
	}
	return a
}

func placeOf(f Figure) string { return f.Service + "|" + f.Period.String() + "|" + f.Outcome + "|" }

// learn takes in one count: what is shown, and whether it is small. Of a part of
// something in the same figure it is told so only where that is shown, or is small:
// where all is hidden, nothing says which of it is small.
func (a *attacker) learn(key string, shown Shown, truth int, of ...string) *publicRange {
	b := &publicRange{hi: noBound, truth: truth, of: of}
	switch {
	case shown != Hidden && shown != "":
		v, err := strconv.Atoi(string(shown))
		if err != nil {
			panic(err)
		}
		b.shown, b.lo, b.hi = true, max(v-2, a.few+1), v+2
		if v == 0 {
			b.lo, b.hi = 0, 0
		}
	case truth <= a.few:
		b.small = truth > 0 || a.rule != stats.HES // whose noughts are no secret
	}
	a.ranges[key] = b
	return b
}

func (a *attacker) sum(atMost, atLeast bool, total string, parts ...string) {
	s := sumOf{total: a.ranges[total], atMost: atMost, atLeast: atLeast, name: total}
	if s.total == nil {
		return
	}
	for _, p := range parts {
		if b := a.ranges[p]; b != nil {
			s.parts = append(s.parts, b)
		} else if !strings.Contains(p, "#") {
			s.atMost = false // somebody is missing
		}
	}
	if len(s.parts) > 0 {
		a.sums = append(a.sums, s)
	}
}

// told reports whether the attacker is told that a count is small.
func (a *attacker) told(b *publicRange) bool {
	for i, key := range b.of {
		if of := a.ranges[key]; of != nil && !of.shown && (of.truth > a.few || i > 0) {
			return false
		}
	}
	return !b.shown && b.truth <= a.few
}

// attack narrows everything until nothing gives.
func (a *attacker) attack(t interface{ Fatalf(string, ...any) }) {
	for _, b := range a.ranges {
		if a.told(b) {
			b.hi = a.few
		}
	}
	for again := true; again; {
		again = false
		narrow := func(b *publicRange, lo, hi int, why string) {
			if lo > b.lo {
				b.lo, again = lo, true
			}
			if hi < b.hi {
				b.hi, again = hi, true
			}
			if b.truth < b.lo || b.truth > b.hi {
				t.Fatalf("the attack itself is wrong: by %s %d is not in %d to %d", why, b.truth, b.lo, b.hi)
			}
		}
		for _, s := range a.sums {
			lo, hi, open := 0, 0, 0
			for _, p := range s.parts {
				lo += p.lo
				if p.hi == noBound {
					open++
				} else {
					hi += p.hi
				}
			}
			if s.atLeast {
				narrow(s.total, lo, noBound, s.name)
			}
			if s.atMost && open == 0 {
				narrow(s.total, 0, hi, s.name)
			}
			for _, p := range s.parts {
				if s.atLeast && s.total.hi != noBound {
					narrow(p, 0, s.total.hi-(lo-p.lo), s.name)
				}
				switch {
				case !s.atMost:
				case open == 0:
					narrow(p, s.total.lo-(hi-p.hi), noBound, s.name)
				case open == 1 && p.hi == noBound:
					narrow(p, s.total.lo-hi, noBound, s.name)
				}
				lo, hi, open = 0, 0, 0 // publicRange may have moved
				for _, p := range s.parts {
					lo += p.lo
					if p.hi == noBound {
						open++
					} else {
						hi += p.hi
					}
				}
			}
		}
		for _, s := range a.shares {
			nLo, nHi, dLo, dHi := noBound, -1, noBound, -1
			for n := s.n.lo; n <= s.n.hi; n++ {
				for d := s.d.lo; d <= s.d.hi; d++ {
					exact := 100 * float64(n) / float64(d)
					if math.Floor(exact+0.5+1e-9) == float64(s.percent) && d-n > a.few {
						nLo, nHi, dLo, dHi = min(nLo, n), max(nHi, n), min(dLo, d), max(dHi, d)
					}
				}
			}
			narrow(s.n, nLo, nHi, "a percentage")
			narrow(s.d, dLo, dHi, "a percentage")
		}
	}
}

// recovered lists the small hidden counts that could be fewer than 3 numbers, or
// cannot be nought. Of those outside a numerator it may be seen that there are some.
func (a *attacker) recovered() (all []string) {
	for key, b := range a.ranges {
		if b.small && (b.lo > 0 && !strings.HasSuffix(key, "|rest") || b.hi-b.lo < 2) {
			all = append(all, fmt.Sprintf("%s: %d to %d", key, b.lo, b.hi))
		}
	}
	return all
}

// read learns everything that is published.
func (a *attacker) read(w publicWorld, published []PublicFigure) {
	shown := map[string]PublicFigure{}
	for _, p := range published {
		shown[p.Service+"|"+p.Period.String()+"|"+p.Outcome+"|"] = p
	}
	answers, reasons := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, f := range w.figures {
		if answers[f.Outcome] == nil {
			answers[f.Outcome], reasons[f.Outcome] = map[string]bool{}, map[string]bool{}
		}
		for _, x := range f.Distribution {
			answers[f.Outcome][x.Answer] = true
		}
		for why := range f.Missing {
			reasons[f.Outcome][why] = true
		}
	}
	for _, f := range w.figures {
		key := placeOf(f)
		p, ok := shown[key]
		if !ok {
			continue
		}
		var whole string
		supported := f.Service + "|" + f.Period.String() + "|people.supported|numerator"
		switch {
		case f.Change != nil:
			a.learn(key+"people", p.N, f.N, key+"due")
			whole = key + "due"
		case f.Outcome == "home.settled":
			a.learn(key+"people", p.N, f.N, supported)
			whole = supported
		default:
			a.learn(key+"people", p.N, f.N)
		}
		if f.Numerator != nil {
			a.learn(key+"numerator", p.Numerator, *f.Numerator, key+"denominator")
		}
		if f.Denominator != nil {
			a.learn(key+"denominator", p.Denominator, *f.Denominator, whole)
			rest := a.learn(key+"rest", Hidden, *f.Denominator-*f.Numerator, key+"denominator", key+"numerator")
			a.sum(true, true, key+"denominator", key+"numerator", key+"rest")
			if percent, err := strconv.Atoi(string(p.Percent)); err == nil {
				a.shares = append(a.shares, shareOf{a.ranges[key+"numerator"], a.ranges[key+"denominator"], percent})
				rest.lo = a.few + 1
			}
		}
		for why := range reasons[f.Outcome] {
			a.learn(key+"missing "+why, p.Missing[why], f.Missing[why], whole)
		}
		if len(f.Distribution) > 0 {
			a.readAnswers(key, f, p, answers[f.Outcome])
		}
		if c := f.Change; c != nil {
			a.learn(key+"due", p.Change.Due, c.Due)
			a.learn(key+"better", p.Change.Better, c.Better.N, key+"people")
			a.learn(key+"same", p.Change.Same, c.Same.N, key+"people")
			a.learn(key+"worse", p.Change.Worse, c.Worse.N, key+"people")
			a.sum(true, true, key+"people", key+"better", key+"same", key+"worse")
			parts := []string{key + "people"}
			for why := range reasons[f.Outcome] {
				parts = append(parts, key+"missing "+why)
			}
			a.sum(true, true, key+"due", parts...)
		}
	}
	a.relate(w)
}

func (a *attacker) readAnswers(key string, f Figure, p PublicFigure, all map[string]bool) {
	truth, said := map[string]int{}, map[string]Shown{}
	for _, x := range f.Distribution {
		truth[x.Answer] = x.N
	}
	for _, x := range p.Distribution {
		said[x.Answer] = x.N
	}
	whole := key + "denominator"
	if f.Denominator == nil {
		whole = key + "numerator"
	}
	var parts, good, other []string
	for answer := range all {
		part := key + "answer " + answer
		a.learn(part, said[answer], truth[answer], whole)
		parts = append(parts, part)
		if answer == "4" || answer == "5" {
			good = append(good, part)
		} else {
			other = append(other, part)
		}
	}
	if strings.HasPrefix(f.Outcome, "home.moved") {
		a.sum(true, true, key+"numerator", parts...)
		return
	}
	a.sum(true, true, key+"people", parts...)
	if strings.HasPrefix(f.Outcome, "experience") {
		a.sum(true, true, key+"denominator", parts...)
		a.sum(true, true, key+"numerator", good...)
		a.sum(true, true, key+"rest", other...)
	}
}

// relate adds what adds up between figures.
func (a *attacker) relate(w publicWorld) {
	fields := map[string]map[string]bool{} // by outcome
	for key := range a.ranges {
		part := strings.Split(key, "|")
		if fields[part[2]] == nil {
			fields[part[2]] = map[string]bool{}
		}
		fields[part[2]][part[3]] = true
	}
	for _, f := range w.figures {
		o, _ := OutcomeOf(f.Outcome)
		additive := o.Over == OverNothing || o.Over == OverEntries || o.Over == OverDue || o.Over == OverMoves
		for field := range fields[f.Outcome] {
			adds := additive && field != "people"
			if f.Service == "" {
				var parts []string
				for _, s := range w.services {
					part := s + "|" + f.Period.String() + "|" + f.Outcome + "|" + field
					parts = append(parts, part)
					if !adds {
						a.atMost(part, placeOf(f)+field)
					}
				}
				a.sum(adds && w.residual == 0 || !adds && w.unions(f.Outcome, field), adds || w.unions(f.Outcome, field) && w.overlap == 0, placeOf(f)+field, parts...)
			}
			for _, every := range []Every{"month", "quarter"} {
				if every == f.Period.Every || f.Period.Every == "month" {
					continue
				}
				first, last := f.Period.Months()
				var parts []string
				for _, p := range Periods(every, first, last) {
					part := f.Service + "|" + p.String() + "|" + f.Outcome + "|" + field
					parts = append(parts, part)
					if nested := field == "people" && o.Over != OverState && o.Over != OverLatest || field == "due" || field != "rest" && o.Over == OverPeople || f.Outcome == "people.supported"; nested {
						a.atMost(part, placeOf(f)+field)
					}
				}
				if adds {
					a.sum(true, true, placeOf(f)+field, parts...)
				}
			}
		}
		whole := f.Service + "|" + f.Period.String() + "|restrictions."
		if f.Outcome == "restrictions.in_force" {
			a.sum(true, true, placeOf(f)+"numerator", whole+"agrees|numerator", whole+"unsure|numerator", whole+"disagrees|numerator", whole+"agreement_not_recorded|numerator")
			a.atMost(whole+"overdue|numerator", placeOf(f)+"numerator")
		}
		supported := f.Service + "|" + f.Period.String() + "|people.supported|numerator"
		switch {
		case f.Outcome == "home.settled":
			a.sum(true, true, supported, placeOf(f)+"denominator", placeOf(f)+"missing not_recorded")
		case o.Over == OverPeople || o.Over == OverState:
			a.sum(true, true, supported, placeOf(f)+"denominator")
			a.sum(true, true, supported, placeOf(f)+"people")
		}
	}
}

// atMost says that a count is at most another, where that is always so.
func (a *attacker) atMost(part, whole string) {
	if p, t := a.ranges[part], a.ranges[whole]; p != nil && t != nil && p.truth <= t.truth {
		a.sum(false, true, whole, part)
	}
}

func TestNobodyElseLearnsASmallNumber(t *testing.T) {
	for _, rule := range []stats.Rule{stats.MHSDS, stats.HES} {
		hidden, shown := 0, 0
		for seed := range uint64(25) {
			w := newPublicWorld(seed)
			a := newAttacker(rule)
			a.read(w, Public(Outcomes, w.figures, rule))
			a.attack(t)
			for _, b := range a.ranges {
				switch {
				case b.small:
					hidden++
				case b.shown:
					shown++
				}
			}
			if all := a.recovered(); len(all) > 0 {
				t.Fatalf("%s, world %d: %d recovered, such as %s", rule, seed, len(all), all[0])
			}
		}
		t.Logf("%s: %d small counts stayed hidden beside %d that are shown", rule, hidden, shown)
		if hidden < 10_000 || shown < 10_000 {
			t.Errorf("%s: %d hidden and %d shown are too few to tell", rule, hidden, shown)
		}
	}
}
