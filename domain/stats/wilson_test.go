package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestAShareHasThePublishedInterval(t *testing.T) {
	for _, c := range []struct{ x, n, lower, upper float64 }{
		{65, 100, 0.552544, 0.736358},
		{15, 148, 0.0624, 0.1605}, // Newcombe 1998, Statistics in Medicine 17:857-872, table I
		{81, 263, 0.2553, 0.3662}, // there
		{0, 20, 0, 0.1611},        // there
		{1, 29, 0.0061, 0.1718},   // there
	} {
		lower, upper := Wilson(c.x, c.n, 0.95)
		if math.Abs(lower-c.lower) > 5e-5 || math.Abs(upper-c.upper) > 5e-5 {
			t.Errorf("%v of %v: %v to %v, published are %v to %v", c.x, c.n, lower, upper, c.lower, c.upper)
		}
	}
	if lower, upper := Wilson(65, 100, 0.95); !near(lower, 0.552544, 1e-6) || !near(upper, 0.736358, 1e-6) {
		t.Errorf("65 of 100: %v to %v", lower, upper)
	}
}

func TestOfNobodyNothingIsKnown(t *testing.T) {
	if lower, upper := Wilson(0, 0, 0.95); lower != 0 || upper != 1 {
		t.Errorf("0 of 0: %v to %v", lower, upper)
	}
	for _, c := range [][3]float64{{-1, 10, 0.95}, {11, 10, 0.95}, {1, math.NaN(), 0.95}, {1, 10, 1}, {1, 10, 0}, {1, 10, math.NaN()}} {
		if lower, upper := Wilson(c[0], c[1], c[2]); !math.IsNaN(lower) || !math.IsNaN(upper) {
			t.Errorf("Wilson%v is %v to %v", c, lower, upper)
		}
	}
}

func TestTheNormalQuantilesAreThoseOfTheTables(t *testing.T) {
	for confidence, z := range map[float64]float64{0.95: 1.959963984540054, 0.998: 3.090232306167813, 0.5: 0.6744897501960817} {
		if !near(Z(confidence), z, 1e-12) {
			t.Errorf("Z(%v) = %v, want %v", confidence, Z(confidence), z)
		}
	}
}

func TestAnIntervalHoldsItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(1e-3, 1e9).Draw(t, "n")
		x := n * rapid.Float64Range(0, 1).Draw(t, "p")
		confidence := rapid.Float64Range(1e-6, 1-1e-9).Draw(t, "confidence")
		lower, upper := Wilson(x, n, confidence)
		if !(0 <= lower && lower <= x/n && x/n <= upper && upper <= 1) {
			t.Fatalf("%v of %v at %v: %v to %v", x, n, confidence, lower, upper)
		}
		// Those of whom it is not true have the mirrored interval.
		down, up := Wilson(n-x, n, confidence)
		if math.Abs(1-up-lower) > 1e-9 || math.Abs(1-down-upper) > 1e-9 {
			t.Fatalf("%v of %v: %v to %v, mirrored %v to %v", x, n, lower, upper, down, up)
		}
	})
}
