package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestADifferenceOfFewPeopleHasNoInterval(t *testing.T) {
	nine := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	ten := append([]float64{15}, nine...)
	for _, groups := range [][2][]float64{{nine, ten}, {ten, nine}} {
		d, lower, upper, ok := WelchDifference(groups[0], groups[1], 0.95)
		if ok || math.Abs(d) != 1 || !math.IsNaN(lower) || !math.IsNaN(upper) {
			t.Errorf("%d and %d people: %v (%v to %v), %v", len(groups[0]), len(groups[1]), d, lower, upper, ok)
		}
	}
	if d, _, _, ok := WelchDifference(ten, nil, 0.95); ok || !math.IsNaN(d) {
		t.Errorf("ten and nobody: %v, %v", d, ok)
	}
	for _, values := range [][]float64{nil, {3}} {
		if got := SD(values); !math.IsNaN(got) {
			t.Errorf("SD of %v is %v", values, got)
		}
	}
}

func TestPeopleWhoAreAllAlikeDifferForCertain(t *testing.T) {
	a, b := make([]float64, 10), make([]float64, 12)
	for i := range b {
		b[i] = 2
	}
	if d, lower, upper, ok := WelchDifference(a, b, 0.95); !ok || d != -2 || lower != -2 || upper != -2 {
		t.Errorf("%v (%v to %v), %v", d, lower, upper, ok)
	}
}

func TestADifferenceTurnedRoundIsItsNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 10, 40)
		a, b := group.Draw(t, "a"), group.Draw(t, "b")
		d, lower, upper, _ := WelchDifference(a, b, 0.95)
		other := rapid.Permutation(a).Draw(t, "otherwise")
		d2, lower2, upper2, _ := WelchDifference(b, other, 0.95)
		if d != -d2 || lower != -upper2 || upper != -lower2 {
			t.Fatalf("%v (%v to %v), turned round %v (%v to %v)", d, lower, upper, d2, lower2, upper2)
		}
		if !(lower <= d && d <= upper) {
			t.Fatalf("%v to %v around %v", lower, upper, d)
		}
	})
}
