package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestFewPeopleAreNotShownByTheirCount(t *testing.T) {
	const hidden = -1
	for _, c := range []struct {
		rule    Rule
		n, want int
	}{
		{MHSDS, -3, hidden}, {MHSDS, 0, hidden}, {MHSDS, 1, hidden}, {MHSDS, 4, hidden},
		{MHSDS, 5, 5}, {MHSDS, 7, 5}, {MHSDS, 8, 10}, {MHSDS, 12, 10}, {MHSDS, 13, 15}, {MHSDS, 1003, 1005},
		{HES, -3, hidden}, {HES, 0, 0}, {HES, 1, hidden}, {HES, 7, hidden}, {HES, 8, 10}, {HES, 12, 10}, {HES, 13, 15},
		{"", 4, hidden}, {"", 0, hidden}, {"", 6, 5},
	} {
		got, ok := c.rule.Count(c.n)
		if !ok {
			got = hidden
		}
		if got != c.want {
			t.Errorf("%s: %d shows as %d, want %d", c.rule, c.n, got, c.want)
		}
	}
}

func TestFewPeopleAreNotShownByAPercentage(t *testing.T) {
	const hidden = -1
	for _, c := range []struct {
		rule                         Rule
		numerator, denominator, want int
	}{
		{MHSDS, 4, 100, hidden}, {MHSDS, 5, 100, 5}, {MHSDS, 95, 100, 95},
		{MHSDS, 96, 100, hidden}, // those of whom it is not true are fewer than 5
		{MHSDS, 100, 100, hidden}, {MHSDS, 0, 100, hidden}, {MHSDS, 5, 9, hidden}, {MHSDS, 5, 10, 50},
		{MHSDS, 5, 4, hidden}, {MHSDS, 0, 0, hidden}, {MHSDS, 25, 200, 13}, {MHSDS, 24, 200, 12},
		{HES, 0, 100, 0}, {HES, 0, 7, hidden}, {HES, 0, 8, 0}, {HES, 7, 100, hidden}, {HES, 8, 100, 8},
		{HES, 92, 100, 92}, {HES, 93, 100, hidden}, {HES, 100, 100, hidden}, {HES, 0, 0, hidden},
	} {
		got, ok := c.rule.Percent(c.numerator, c.denominator)
		if !ok {
			got = hidden
		}
		if got != c.want {
			t.Errorf("%s: %d of %d shows as %d, want %d", c.rule, c.numerator, c.denominator, got, c.want)
		}
	}
}

func TestAMeanOfSevenPeopleIsNotShown(t *testing.T) {
	if !SuppressMean(7) || !SuppressMean(0) || SuppressMean(8) {
		t.Errorf("hidden: of 0 %v, of 7 %v, of 8 %v", SuppressMean(0), SuppressMean(7), SuppressMean(8))
	}
}

func TestAShownCountIsWithinTwoAndAPercentageWithinOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom([]Rule{MHSDS, HES}).Draw(t, "rule")
		n := rapid.IntRange(0, 1e6).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		if shown, ok := rule.Count(n); ok && (shown%5 != 0 || shown < n-2 || shown > n+2) {
			t.Fatalf("%d shows as %d", n, shown)
		}
		percent, ok := rule.Percent(x, n)
		if ok && (percent*n > 100*x+n || percent*n < 100*x-n) {
			t.Fatalf("%d of %d shows as %d", x, n, percent)
		}
		_, xShown := rule.Count(x)
		_, nShown := rule.Count(n)
		if ok && (!xShown || !nShown) {
			t.Fatalf("%d of %d has a percentage, but not both counts", x, n)
		}
	})
}
