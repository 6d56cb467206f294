package stats

// A Rule says which small numbers are hidden when figures leave a service.
type Rule string

const (
	MHSDS Rule = "mhsds" // of the Mental Health Services Data Set; any other rule counts as this one
	HES   Rule = "hes"   // of the Hospital Episode Statistics
)

// LeastForMean is the fewest people that a mean is shown for.
const LeastForMean = 8

// least is the smallest count that is shown, nought apart.
func (r Rule) least() int {
	if r == HES {
		return 8
	}
	return 5
}

// Count is n as it may be shown, rounded to the nearest 5 (the disclosure rules
// of NHS England's MHSDS and HES publications). Under 5, nought included, it is
// hidden: ok is false; by HES that is 1 to 7, and nought is shown.
func (r Rule) Count(n int) (shown int, ok bool) {
	if r == HES && n == 0 {
		return 0, true
	}
	if n < r.least() {
		return 0, false
	}
	return (n + 2) / 5 * 5, true
}

// Percent is the percentage as it may be shown, a whole number, halves upwards.
// It is hidden (ok is false) where the numerator or the denominator would be,
// where there is no denominator, and where those who are not in the numerator
// are fewer than 5 (HES: 8), none at all included: they could be subtracted.
func (r Rule) Percent(numerator, denominator int) (percent int, ok bool) {
	_, shown := r.Count(numerator)
	if !shown || denominator-numerator < r.least() { // so the denominator is not too small either
		return 0, false
	}
	return (200*numerator + denominator) / (2 * denominator), true
}

// SuppressMean reports whether the mean of n people must be hidden: it is shown
// for [LeastForMean] people or more.
func SuppressMean(n int) bool { return n < LeastForMean }
