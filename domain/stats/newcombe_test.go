package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The first example of Newcombe's table II: 56/70 and 48/80.
func TestADifferenceOfSharesIsAsPublished(t *testing.T) {
	d, lower, upper := NewcombeDifference(wilson(56, 70, 0.95), wilson(48, 80, 0.95))
	for _, n := range []struct {
		what      string
		got, want float64
	}{{"difference", d, 0.2}, {"lower limit", lower, 0.0524}, {"upper limit", upper, 0.3339}} {
		if math.Abs(n.got-n.want) > 0.00005 {
			t.Errorf("the %s is %.5f, not %.4f", n.what, n.got, n.want)
		}
	}
}

func TestADifferenceOfSharesIsWhatRComputes(t *testing.T) {
	for _, r := range rows(t, "newcombe.csv") {
		confidence := r.float(t, "confidence")
		difference, lower, upper := NewcombeDifference(wilson(r.int(t, "xa"), r.int(t, "na"), confidence), wilson(r.int(t, "xb"), r.int(t, "nb"), confidence))
		r.same(t, "difference", difference)
		r.same(t, "lower", lower)
		r.same(t, "upper", upper)
	}
}

func TestADifferenceOfSharesTurnedRoundIsItsNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		na, nb := rapid.IntRange(1, 500).Draw(t, "na"), rapid.IntRange(1, 500).Draw(t, "nb")
		xa, xb := rapid.IntRange(0, na).Draw(t, "xa"), rapid.IntRange(0, nb).Draw(t, "xb")
		a, b := wilson(xa, na, 0.95), wilson(xb, nb, 0.95)
		d, lower, upper := NewcombeDifference(a, b)
		d2, lower2, upper2 := NewcombeDifference(b, a)
		if d != -d2 || lower != -upper2 || upper != -lower2 {
			t.Fatalf("%v (%v to %v), turned round %v (%v to %v)", d, lower, upper, d2, lower2, upper2)
		}
		if !(-1 <= lower && lower <= d && d <= upper && upper <= 1) {
			t.Fatalf("%v to %v around %v", lower, upper, d)
		}
	})
}

// wilson is a share of members who each count by themselves.
func wilson(x, n int, confidence float64) Proportion {
	lower, upper := Wilson(float64(x), float64(n), confidence)
	return Proportion{float64(x) / float64(n), lower, upper}
}
