package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// WelchDifference is the mean of a less the mean of b, in their unit, and its
// interval where the two groups may vary by different amounts (Welch 1947,
// Biometrika 34:28-35, with the degrees of freedom of Satterthwaite 1946,
// Biometrics Bulletin 2:110-114). Where a group has fewer than [LeastPeople]
// values there is no interval (NaN, NaN and false), and where one has none no
// difference (NaN). Values are finite.
func WelchDifference(a, b []float64, confidence float64) (difference, lower, upper float64, ok bool) {
	difference = mean(a) - mean(b)
	if min(len(a), len(b)) < LeastPeople || !(confidence > 0 && confidence < 1) {
		return difference, math.NaN(), math.NaN(), false
	}
	va, vb := variance(a)/float64(len(a)), variance(b)/float64(len(b))
	if va+vb == 0 { // everybody is alike, and the degrees of freedom 0/0
		return difference, difference, difference, true
	}
	freedom := (va + vb) * (va + vb) / (va*va/float64(len(a)-1) + vb*vb/float64(len(b)-1))
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile((1+confidence)/2) * math.Sqrt(va+vb)
	return difference, difference - half, difference + half, true
}

// SD is the standard deviation of a sample, in the values' unit: n-1 below. Of
// fewer than two values it is NaN.
func SD(values []float64) float64 { return math.Sqrt(variance(values)) }

// variance is NaN for fewer than two values.
func variance(values []float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	m := mean(values)
	squares := make([]float64, len(values))
	for i, v := range values {
		squares[i] = (v - m) * (v - m)
	}
	return sum(squares) / float64(len(values)-1)
}
