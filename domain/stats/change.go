package stats

import "math"

// ChangeVerdict says in one of three words what became of a rating.
type ChangeVerdict string

const (
	ReliablyBetter   ChangeVerdict = "reliably_better"
	NoReliableChange ChangeVerdict = "no_reliable_change"
	ReliablyWorse    ChangeVerdict = "reliably_worse"
)

// A Change is one person's, from an earlier rating to a later one.
type Change struct {
	RC      float64 // the reliable change index, in standard errors of a difference
	Verdict ChangeVerdict
}

// ReliableChange is the index of Jacobson & Truax 1991 (Journal of Consulting
// and Clinical Psychology 59:12-19): the difference by √2·SD·√(1-r), reliable
// where it is beyond ±1.96. sd, above 0, is in the measure's own unit;
// reliability is 0 up to and without 1. Both come from the measure's published
// norm, never from the people at hand. Where they do not, or a rating is
// missing, the index is NaN and there is no verdict; nor is there one for a
// reliable change where neither direction is better.
func ReliableChange(pre, post, sd, reliability float64, better Better) Change {
	if !(sd > 0 && reliability >= 0 && reliability < 1) {
		return Change{RC: math.NaN()}
	}
	c := Change{RC: (post - pre) / (sd * math.Sqrt(2*(1-reliability)))}
	gain := c.RC * float64(better.sign())
	switch {
	case math.Abs(c.RC) <= 1.96:
		c.Verdict = NoReliableChange
	case gain > 0:
		c.Verdict = ReliablyBetter
	case gain < 0:
		c.Verdict = ReliablyWorse
	}
	return c
}

// CrossedCutoff reports whether a rating went from one side of the cut-off to
// the other in the direction of the reliable change v (Jacobson & Truax 1991). A
// rating on the cut-off is on neither side. It labels nobody.
func CrossedCutoff(pre, post, cutoff float64, better Better, v ChangeVerdict) bool {
	direction := float64(better.sign())
	switch v {
	case ReliablyBetter:
	case ReliablyWorse:
		direction = -direction
	default:
		return false
	}
	return (pre-cutoff)*direction < 0 && (post-cutoff)*direction > 0
}

// A Norm is how a measure is distributed in a group of people, as published, in
// the measure's own unit.
type Norm struct{ Mean, SD float64 }

// Cutoffs are the three of Jacobson & Truax 1991: a, two standard deviations
// from the mean of those who sought support, towards the others; b, two from the
// mean of the others, towards them; c, halfway between both means in standard
// deviations. Which group has the higher mean decides the direction.
func Cutoffs(clinical, functional Norm) (a, b, c float64) {
	towards := 2.0
	if functional.Mean < clinical.Mean {
		towards = -towards
	}
	a = clinical.Mean + towards*clinical.SD
	b = functional.Mean - towards*functional.SD
	c = (clinical.SD*functional.Mean + functional.SD*clinical.Mean) / (clinical.SD + functional.SD)
	return a, b, c
}
