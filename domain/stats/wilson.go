package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Z is the two-sided quantile of the standard normal distribution: the central
// share confidence of it lies within ±Z. Z(0.95) is 1.959964. A confidence
// outside (0, 1) gives NaN.
func Z(confidence float64) float64 {
	if !(confidence > 0 && confidence < 1) {
		return math.NaN()
	}
	return distuv.UnitNormal.Quantile((1 + confidence) / 2)
}

// Wilson is the score interval for the share x of n (Wilson 1927, JASA 22:209-212),
// without continuity correction. Both may be fractions, as where n is an
// effective size. The limits lie in [0, 1] and x/n between them; with n = 0
// nothing is known, and they are 0 and 1. An x outside 0 to n, or a confidence
// outside (0, 1), gives NaN.
func Wilson(x, n, confidence float64) (lower, upper float64) {
	z := Z(confidence)
	switch {
	case !(x >= 0 && x <= n) || math.IsInf(n, 0) || math.IsNaN(z):
		return math.NaN(), math.NaN()
	case n == 0:
		return 0, 1
	}
	// The lower limit is written as the product of both, x²/(n(n + z²)), by the
	// upper one: near 0 the difference would lose its digits.
	twice := 2*x + z*z + z*math.Sqrt(z*z+4*x*(1-x/n))
	lower = 2 * x * x / n / twice
	upper = twice / (2 * (n + z*z))
	return min(lower, x/n), min(max(upper, x/n), 1) // a rounding step may not pass the share itself
}
