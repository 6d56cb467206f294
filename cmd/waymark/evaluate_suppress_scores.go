package main

import (
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// A hiding holds every count of an evaluation that is about the people of its
// cohort, with all that is known to add up: what is hidden in one table does not
// follow from another.
type hiding struct {
	e      *evaluated
	rule   stats.Rule
	counts domain.PublicCounts

	people, in, parked domain.PublicCount
	leftOut            []domain.PublicCount // of those that the cohort asks for
	arms               map[string]hiddenArm
	seen               map[seenAt]hiddenScore
	paired             map[pairedAt]hiddenChange
	both               []domain.PublicCount // of each difference
	alike              map[alikeAt]domain.PublicCount
	unseen, unpaired   []string // the reasons for which somebody could be missing
}

type hiddenArm struct{ people, ended, died, other domain.PublicCount }

// seenAt says which score, and pairedAt which change.
type (
	seenAt   struct{ arm, period, about, outcome string }
	pairedAt struct{ arm, from, to, about, outcome string }

	// alikeAt says what is mostly the same whatever was rated: support that had ended
	// had ended for every question.
	alikeAt struct {
		arm, period, why string
		n                int
	}
)

type hiddenScore struct {
	seen, ratings  domain.PublicCount
	missing        map[string]domain.PublicCount
	mean, interval domain.PublicCount // what tells that there are enough for them
}

type hiddenChange struct {
	paired, alone          domain.PublicCount
	missing                map[string]domain.PublicCount
	better, same, worse    domain.PublicCount
	mean, interval, firsts domain.PublicCount
}

// none is a count that there is not.
const none domain.PublicCount = -1

func newHiding(e *evaluated, rule stats.Rule) *hiding {
	h := &hiding{e: e, rule: rule, counts: domain.NewPublicCounts(rule), arms: map[string]hiddenArm{}, seen: map[seenAt]hiddenScore{}, paired: map[pairedAt]hiddenChange{}, alike: map[alikeAt]domain.PublicCount{}}
	h.addFlow()
	h.unseen, h.unpaired = reasonsOf(e)
	for _, s := range e.Scores {
		h.addScore(s)
	}
	for _, c := range e.Changes {
		h.addChange(c)
	}
	for _, d := range e.Differences {
		one, other := h.paired[pairedAt{d.Arm, d.From, d.To, d.About, d.Outcome}], h.paired[pairedAt{d.Other, d.From, d.To, d.About, d.Outcome}]
		both := h.counts.Count(d.InBoth)
		h.counts.Within(both, one.paired)
		h.counts.Within(both, other.paired)
		h.both = append(h.both, both)
	}
	h.counts.Settle()
	return h
}

func (h *hiding) addFlow() {
	f, c := h.e.Flow, h.counts
	h.in = c.Count(f.In)
	parts, few := []domain.PublicCount{h.in}, 0
	for _, l := range h.leftOuts() {
		n := c.Count(l.N)
		h.leftOut, parts = append(h.leftOut, n), append(parts, n)
		if _, ok := h.rule.Count(l.N); !ok {
			few++
		}
	}
	if few != 1 {
		h.people = c.Count(f.People)
	} else { // how many are in matters more than how many there are
		h.people = c.Withheld(f.People)
	}
	c.Sum(h.people, parts...)
	h.parked = c.Count(f.Parked)
	c.Within(h.parked, h.in)
	parts = nil
	for _, a := range h.e.Arms {
		arm := hiddenArm{h.in, c.CountOf(a.Ended, a.People), c.CountOf(a.Died, a.People), c.CountOf(a.InOther, a.People)}
		if len(h.e.Arms) > 1 || a.People != f.In {
			arm.people = c.Count(a.People)
			parts = append(parts, arm.people)
		}
		c.Within(arm.ended, arm.people)
		c.Within(arm.died, arm.ended)
		c.Within(arm.other, arm.people)
		h.arms[a.Name] = arm
	}
	c.Sum(h.in, parts...)
}

// leftOuts lists every reason for which anybody could be left out, those included
// for which nobody was: to leave these out would be to show a nought.
func (h *hiding) leftOuts() (all []evaluatedLeftOut) {
	asks := h.e.Spec.Cohort
	for _, why := range domain.LeftOuts.Codes() {
		out := evaluatedLeftOut{Why: why}
		for _, l := range h.e.Flow.LeftOut {
			if l.Why == why {
				out.N = l.N
			}
		}
		asked := map[domain.LeftOut]bool{
			"other_services":  len(asks.Services) > 0 || len(h.e.Spec.Compare.Arms) > 0,
			"started_outside": asks.Started != domain.Days{},
			"too_short":       asks.LeastDays > 0,
			"no_consent":      len(asks.Consents) > 0,
		}[why]
		if out.N > 0 || asked {
			all = append(all, out)
		}
	}
	return all
}

func (h *hiding) addScore(s domain.Score) {
	c, people := h.counts, h.arms[s.Arm].people
	n := hiddenScore{seen: c.Count(s.Seen), missing: map[string]domain.PublicCount{}}
	if n.ratings = n.seen; s.Ratings != s.Seen {
		n.ratings = c.CountOf(s.Ratings, s.Seen)
		c.Within(n.seen, n.ratings)
	}
	parts := []domain.PublicCount{n.seen}
	for _, why := range h.unseen {
		at := alikeAt{s.Arm, s.Period, why, s.Missing[why]}
		m, ok := h.alike[at]
		if !ok || why == "declined" || why == "not_asked" {
			m = c.Count(s.Missing[why])
			h.alike[at] = m
		}
		n.missing[why] = m
		parts = append(parts, m)
	}
	c.Sum(people, parts...)
	n.mean, n.interval = h.enough(s.Seen, n.seen)
	h.seen[seenAt{s.Arm, s.Period, s.About, s.Outcome}] = n
}

// enough says what a mean of so many people, and its interval, tell of their count.
func (h *hiding) enough(n int, of domain.PublicCount) (mean, interval domain.PublicCount) {
	mean, interval = none, none
	if !stats.SuppressMean(n) {
		mean = h.counts.AtLeast(stats.LeastForMean, of)
	}
	if n >= leastForInterval {
		interval = h.counts.AtLeast(leastForInterval, of)
	}
	return mean, interval
}

func (h *hiding) addChange(d domain.ScoreChange) {
	c, people := h.counts, h.arms[d.Arm].people
	from, to := h.seen[seenAt{d.Arm, d.From, d.About, d.Outcome}], h.seen[seenAt{d.Arm, d.To, d.About, d.Outcome}]
	alone := aloneIn(d)
	n := hiddenChange{paired: c.Count(d.Paired), alone: c.Count(alone), missing: map[string]domain.PublicCount{}, better: none, same: none, worse: none, firsts: none}
	parts, afterwards := []domain.PublicCount{n.paired}, []domain.PublicCount(nil)
	for _, why := range h.unpaired {
		m := none
		if first, ok := strings.CutPrefix(why, "first_"); ok {
			m = from.missing[first] // the very same people
		} else if m = c.Count(d.Missing[why]); why != "died" {
			afterwards = append(afterwards, m)
			c.Within(m, to.missing[strings.TrimPrefix(why, "later_")])
		}
		n.missing[why] = m
		parts = append(parts, m)
	}
	if before, ok := from.missing["died"]; ok { // in or before the first period; the others since
		since := c.Unsaid(d.Missing["died"] - h.diedBy(d))
		c.Sum(n.missing["died"], before, since)
		afterwards = append(afterwards, since)
	}
	c.Sum(people, parts...)
	c.Sum(n.alone, afterwards...)
	c.Sum(from.seen, n.paired, n.alone)
	c.Sum(n.alone, afterwards...)
	c.Within(n.paired, to.seen)
	if d.Better != nil && d.Same != nil && d.Worse != nil {
		n.better, n.same, n.worse = c.Count(d.Better.N), c.Count(d.Same.N), c.Count(d.Worse.N)
		c.Sum(n.paired, n.better, n.same, n.worse)
	}
	n.mean, n.interval = h.enough(d.Paired, n.paired)
	if !stats.SuppressMean(d.Paired) && !stats.SuppressMean(alone) { // the mean of all who were seen is shown too
		n.firsts = c.AtLeast(stats.LeastForMean, n.alone)
	}
	h.paired[pairedAt{d.Arm, d.From, d.To, d.About, d.Outcome}] = n
}

// diedBy is how many are missing in a change's first period since they had died.
func (h *hiding) diedBy(d domain.ScoreChange) int {
	for _, s := range h.e.Scores {
		if s.Arm == d.Arm && s.Period == d.From && s.About == d.About && s.Outcome == d.Outcome {
			return s.Missing["died"]
		}
	}
	return 0
}

// aloneIn is how many were seen in the first period alone.
func aloneIn(d domain.ScoreChange) int {
	if d.FirstUnpaired == nil {
		return 0
	}
	return d.FirstUnpaired.N
}

// shown gives a count as it may be shown.
func (h *hiding) shown(c domain.PublicCount) int {
	if c == none {
		return hiddenCount
	}
	return fitCount(h.counts.Shown(c))
}

// says reports whether something may be shown that tells of a count.
func (h *hiding) says(c domain.PublicCount) bool { return h.shown(c) != hiddenCount }

func (h *hiding) flow() (f evaluatedFlow, arms []evaluatedArm) {
	f = evaluatedFlow{People: h.shown(h.people), In: h.shown(h.in), Parked: h.shown(h.parked)}
	if h.e.Flow.Parked == 0 {
		f.Parked = 0 // as almost always, and it is about the record
	}
	for i, l := range h.leftOuts() {
		f.LeftOut = append(f.LeftOut, evaluatedLeftOut{l.Why, h.shown(h.leftOut[i])})
	}
	for _, a := range h.e.Arms {
		n := h.arms[a.Name]
		a.People, a.Ended, a.Died, a.InOther = h.shown(n.people), h.shown(n.ended), h.shown(n.died), h.shown(n.other)
		arms = append(arms, a)
	}
	return f, arms
}

func (h *hiding) missing(counts map[string]domain.PublicCount) map[string]int {
	shown := make(map[string]int, len(counts))
	for why, n := range counts {
		shown[why] = h.shown(n)
	}
	return shown
}

func (h *hiding) scores() (all []domain.Score) {
	for _, s := range h.e.Scores {
		n := h.seen[seenAt{s.Arm, s.Period, s.About, s.Outcome}]
		fit := domain.Score{Arm: s.Arm, Period: s.Period, About: s.About, Outcome: s.Outcome, Version: s.Version,
			People: h.shown(h.arms[s.Arm].people), Seen: h.shown(n.seen), Ratings: h.shown(n.ratings), Missing: h.missing(n.missing)}
		fit.Mean, fit.Lower, fit.Upper = h.means(n.mean, n.interval, s.Mean, s.Lower, s.Upper)
		all = append(all, fit)
	}
	return all
}

// means gives a mean and its interval where they may be shown.
func (h *hiding) means(mean, interval domain.PublicCount, value, lower, upper *float64) (m, low, high *float64) {
	if !h.says(mean) {
		return nil, nil, nil
	}
	if h.says(interval) {
		low, high = tenths(lower), tenths(upper)
	}
	return tenths(value), low, high
}

func (h *hiding) changes() (all []domain.ScoreChange) {
	for _, d := range h.e.Changes {
		n := h.paired[pairedAt{d.Arm, d.From, d.To, d.About, d.Outcome}]
		fit := domain.ScoreChange{Arm: d.Arm, From: d.From, To: d.To, About: d.About, Outcome: d.Outcome, Version: d.Version,
			People: h.shown(h.arms[d.Arm].people), Paired: h.shown(n.paired), Missing: h.missing(n.missing), Reliable: d.Reliable}
		fit.Mean, fit.Lower, fit.Upper = h.means(n.mean, n.interval, d.Mean, d.Lower, d.Upper)
		if n.better != none {
			fit.Better, fit.Same, fit.Worse = &domain.ChangedBy{N: h.shown(n.better)}, &domain.ChangedBy{N: h.shown(n.same)}, &domain.ChangedBy{N: h.shown(n.worse)}
		}
		if h.says(n.firsts) && h.says(n.mean) {
			fit.FirstPaired = &domain.Mean{N: fit.Paired, Value: *tenths(&d.FirstPaired.Value)}
			fit.FirstUnpaired = &domain.Mean{N: h.shown(n.alone), Value: *tenths(&d.FirstUnpaired.Value)}
		}
		all = append(all, fit)
	}
	return all
}

func (h *hiding) differences() (all []domain.ScoreDifference) {
	for i, d := range h.e.Differences {
		one, other := h.paired[pairedAt{d.Arm, d.From, d.To, d.About, d.Outcome}], h.paired[pairedAt{d.Other, d.From, d.To, d.About, d.Outcome}]
		fit := domain.ScoreDifference{Arm: d.Arm, Other: d.Other, From: d.From, To: d.To, About: d.About, Outcome: d.Outcome, Version: d.Version,
			N: h.shown(one.paired), OtherN: h.shown(other.paired), InBoth: h.shown(h.both[i])}
		if h.says(one.mean) && h.says(other.mean) {
			fit.Value = tenths(d.Value)
			if h.says(one.interval) && h.says(other.interval) {
				fit.Lower, fit.Upper = tenths(d.Lower), tenths(d.Upper)
			}
		}
		all = append(all, fit)
	}
	return all
}
