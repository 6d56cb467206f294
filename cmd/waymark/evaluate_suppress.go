package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// hiddenCount stands in an [evaluated] for a count that may not be shown, and
// hiddenText where it is read.
const (
	hiddenCount = -1
	hiddenText  = string(domain.Hidden)
)

// shownCount writes a count of an evaluated that may be fit to leave.
func shownCount(n int) string {
	if n == hiddenCount {
		return hiddenText
	}
	return strconv.Itoa(n)
}

// suppressed says whether small numbers are hidden.
func (e *evaluated) suppressed() bool {
	_, on := e.Spec.Suppression.Rule()
	return on
}

// mayLeave refuses an evaluation whose periods may have days in common where small
// numbers are hidden: what one period has and another has not could be subtracted.
func mayLeave(spec domain.Evaluation) error {
	if _, on := spec.Suppression.Rule(); !on {
		return nil
	}
	for i, p := range spec.Periods {
		for _, q := range spec.Periods[:i] {
			of, other := p.Of(0), q.Of(0)
			if p.Relative != q.Relative {
				return usagef("the periods %s and %s, one of dates and one of days since each person's start, may have days in common for some, so that small numbers could be found by subtracting: "+
					"give all of them as dates, or all as days, or write suppression: none and keep the pack to yourself", q.Name, p.Name)
			}
			if of.From <= other.To && other.From <= of.To {
				return usagef("the periods %s and %s have days in common, so that small numbers could be found by subtracting: "+
					"set them apart, or write suppression: none and keep the pack to yourself", q.Name, p.Name)
			}
		}
	}
	return nil
}

// sayLeftOut says which methods are asked for in vain where small numbers are hidden.
func (p *program) sayLeftOut(spec domain.Evaluation) {
	if _, on := spec.Suppression.Rule(); !on {
		return
	}
	var methods []string
	for _, m := range []domain.EvaluationMethod{"xmr", "funnel", "kaplan_meier"} {
		if spec.Uses(m) {
			methods = append(methods, string(m))
		}
	}
	if len(methods) > 0 {
		fmt.Fprintf(p.stderr, "left out, for they would give small numbers away: %s; with suppression: none they are in the pack\n", strings.Join(methods, ", "))
	}
}

// leastForInterval is the fewest people that an interval of a mean is shown for.
// Their count is shown as 15 or more, so that having none tells nothing of those
// that are shown as 10.
const leastForInterval = 13

// fitToLeave gives what may leave the service by the rule that the evaluation
// names, and the evaluation as it is where it names none. Counts are to the nearest
// 5, and hiddenCount where they may not be shown; what may not be shown of others
// is nil. Means are of [stats.LeastForMean] people or more, with one decimal. Shares
// have no interval, which would give their counts away; nor are there standard
// deviations, which together with an interval would. Rows about single people are
// left out, and so are charts over time, comparisons of services and the time to
// move on: their months, services and days add up to what is hidden elsewhere.
//
// It promises what [domain.Public] does, of this pack alone: somebody who has two
// packs of nearly the same people can subtract one from the other.
func (e *evaluated) fitToLeave() *evaluated {
	rule, on := e.Spec.Suppression.Rule()
	if !on {
		return e
	}
	fit := *e
	fit.Charts, fit.Comparisons, fit.Survival, fit.People = nil, nil, nil, nil
	fit.Figures = publicFigures(e, rule)
	h := newHiding(e, rule)
	fit.Flow, fit.Arms = h.flow()
	fit.Scores, fit.Changes, fit.Differences = h.scores(), h.changes(), h.differences()
	return &fit
}

// publicFigures hides small numbers in figures: arms take the place of services.
// Each period stands for a month in a year of its own, for periods do not add up
// to anything. What may still change is shown: an evaluation keeps its position.
func publicFigures(e *evaluated, rule stats.Rule) []evaluatedFigure {
	type key struct {
		arm     string
		period  domain.Period
		outcome string
		by      domain.RatedBy
	}
	const someYear = 2000
	stand, figures := map[string]domain.Period{}, make([]domain.Figure, len(e.Figures))
	for i, p := range e.Periods {
		stand[p.Name] = domain.PeriodOf("month", (someYear+i)*12)
	}
	for i, f := range e.Figures {
		figures[i] = f.Figure
		figures[i].Service, figures[i].Period, figures[i].State = f.Arm, stand[f.Name], ""
	}
	shown := map[key]domain.PublicFigure{}
	for _, f := range domain.Public(e.Definitions, figures, rule) {
		shown[key{f.Service, f.Period, f.Outcome, f.By}] = f
	}
	var all []evaluatedFigure
	for _, f := range e.Figures {
		if p, ok := shown[key{f.Arm, stand[f.Name], f.Figure.Outcome, f.Figure.By}]; ok {
			all = append(all, evaluatedFigure{f.Arm, f.Name, fitFigure(f.Figure, p)})
		}
	}
	return all
}

// fitFigure gives a figure with what may be shown of it.
func fitFigure(f domain.Figure, p domain.PublicFigure) domain.Figure {
	out := domain.Figure{Period: f.Period, Outcome: f.Outcome, By: f.By, Version: f.Version, State: f.State,
		Numerator: fitOptional(p.Numerator), Denominator: fitOptional(p.Denominator), N: fitCount(p.N), Value: fitNumber(p.Value)}
	if percent := fitNumber(p.Percent); percent != nil {
		share := *percent / 100
		out.Value = &share
	}
	for why, n := range p.Missing {
		if out.Missing == nil {
			out.Missing = map[string]int{}
		}
		out.Missing[why] = fitCount(n)
	}
	for how, n := range p.How {
		if out.How == nil {
			out.How = map[string]int{}
		}
		out.How[how] = fitCount(n)
	}
	for _, a := range p.Distribution {
		out.Distribution = append(out.Distribution, domain.Answered{Answer: a.Answer, N: fitCount(a.N)})
	}
	if c := p.Change; c != nil {
		out.Change = &domain.Change{Due: fitCount(c.Due), Paired: fitCount(c.Paired), EndedEarly: fitCount(c.EndedEarly), Reliable: c.Reliable,
			Better: domain.ChangedBy{N: fitCount(c.Better)}, Same: domain.ChangedBy{N: fitCount(c.Same)}, Worse: domain.ChangedBy{N: fitCount(c.Worse)},
			FirstPaired: fitMean(c.FirstPaired), FirstUnpaired: fitMean(c.FirstUnpaired)}
	}
	return out
}

func fitMean(m *domain.PublicMean) *domain.Mean {
	if m == nil {
		return nil
	}
	value := fitNumber(m.Value)
	if value == nil {
		return nil
	}
	return &domain.Mean{N: fitCount(m.N), Value: *value}
}

// fitCount reads a count as it may be shown.
func fitCount(s domain.Shown) int {
	n, err := strconv.Atoi(string(s))
	if err != nil {
		return hiddenCount
	}
	return n
}

// fitOptional reads a count that there need not be.
func fitOptional(s domain.Shown) *int {
	if s == "" {
		return nil
	}
	n := fitCount(s)
	return &n
}

// fitNumber reads a number that there need not be, or that is hidden.
func fitNumber(s domain.Shown) *float64 {
	x, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		return nil
	}
	return &x
}

// tenths rounds to one decimal.
func tenths(v *float64) *float64 {
	if v == nil {
		return nil
	}
	x := math.Round(*v*10)/10 + 0 // +0: no -0
	return &x
}

// reasonsOf lists the reasons for which anybody could be missing in a period, and in
// a change, whether or not somebody is: to leave out those that nobody had would be
// to show a nought. Those that cannot be are left out, for everybody knows that they
// are none.
func reasonsOf(e *evaluated) (unseen, unpaired []string) {
	open, dated, had := false, false, map[string]bool{}
	for _, p := range e.Periods {
		open = open || p.Relative || p.Days.To >= e.Today
		dated = dated || !p.Relative
	}
	for _, s := range e.Scores {
		for why, n := range s.Missing {
			had[why] = had[why] || n > 0
		}
	}
	for _, code := range domain.Unseens.Codes() {
		why := string(code)
		if !had[why] && (why == "not_over" && !open || why == "not_started" && !dated) {
			continue
		}
		unseen = append(unseen, why)
		if why == "died" {
			unpaired = append(unpaired, why)
		} else {
			unpaired = append(unpaired, "first_"+why, "later_"+why)
		}
	}
	return unseen, unpaired
}
