package stats

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAMeanHasThePublishedInterval(t *testing.T) {
	// Student's own example (1908): the additional hours of sleep of ten people.
	hours := []float64{1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4}
	m, lower, upper, ok := MeanInterval(hours, 0.95)
	if !ok || !near(m, 1.58, 1e-12) || !near(lower, 0.7001142, 1e-6) || !near(upper, 2.4598858, 1e-6) {
		t.Errorf("got %v (%v to %v), %v", m, lower, upper, ok)
	}
}

func TestAMeanOfFewPeopleHasNoInterval(t *testing.T) {
	m, lower, upper, ok := MeanInterval([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 0.95)
	if ok || m != 5 || !math.IsNaN(lower) || !math.IsNaN(upper) {
		t.Errorf("nine values: %v (%v to %v), %v", m, lower, upper, ok)
	}
	if m, _, _, ok := MeanInterval(nil, 0.95); ok || !math.IsNaN(m) {
		t.Errorf("no values: %v, %v", m, ok)
	}
}

func TestTheMedianIsInTheMiddle(t *testing.T) {
	values := []float64{9, 1, 5}
	if got := Median(values); got != 5 || !slices.Equal(values, []float64{9, 1, 5}) {
		t.Errorf("median %v of %v", got, values)
	}
	if got := Median([]float64{4, 1, 2, 9}); got != 3 {
		t.Errorf("median of four is %v", got)
	}
	if got := Median(nil); !math.IsNaN(got) {
		t.Errorf("median of none is %v", got)
	}
}

func TestQuantilesAreOfTypeSeven(t *testing.T) {
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.9: 3.7, 1: 4} {
		if got := Quantile([]float64{1, 2, 3, 4}, p); !near(got, want, 1e-12) {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if got := Quantile([]float64{1, 2}, p); !math.IsNaN(got) {
			t.Errorf("quantile %v is %v", p, got)
		}
	}
}

func TestAMeanDoesNotDependOnWhoComesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 10, 60).Draw(t, "values")
		other := rapid.Permutation(values).Draw(t, "otherwise")
		m, lower, upper, _ := MeanInterval(values, 0.95)
		m2, lower2, upper2, _ := MeanInterval(other, 0.95)
		if m != m2 || lower != lower2 || upper != upper2 || Median(values) != Median(other) {
			t.Fatalf("%v (%v to %v), otherwise %v (%v to %v)", m, lower, upper, m2, lower2, upper2)
		}
		if !(lower <= m && m <= upper) {
			t.Fatalf("%v to %v around %v", lower, upper, m)
		}
	})
}
