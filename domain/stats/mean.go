package stats

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// MeanInterval is the mean of values, in their unit, and its interval by
// Student's t with n-1 degrees of freedom (Student 1908, Biometrika 6:1-25). Of
// fewer than [LeastPeople] values there is no interval (NaN, NaN and false), and
// of none no mean (NaN). Values are finite.
func MeanInterval(values []float64, confidence float64) (m, lower, upper float64, ok bool) {
	m = mean(values)
	n := float64(len(values))
	if len(values) < LeastPeople || !(confidence > 0 && confidence < 1) {
		return m, math.NaN(), math.NaN(), false
	}
	squares := make([]float64, len(values))
	for i, v := range values {
		squares[i] = (v - m) * (v - m)
	}
	t := tQuantile(len(values)-1, confidence)
	half := t * math.Sqrt(sum(squares)/(n-1)/n)
	return m, m - half, m + half, true
}

// tQuantile is the two-sided quantile of Student's t. Figures ask for few numbers
// of degrees of freedom again and again, and one of them takes the library longer
// than all the rest of an interval.
func tQuantile(freedom int, confidence float64) float64 {
	if confidence == usualConfidence && freedom < len(usual()) {
		return usual()[freedom]
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile((1 + confidence) / 2)
}

const usualConfidence = 0.95

// usual are the quantiles at 95 %, by degrees of freedom, worked out once.
var usual = sync.OnceValue(func() []float64 {
	quantiles := make([]float64, 100)
	for freedom := 1; freedom < len(quantiles); freedom++ {
		quantiles[freedom] = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(freedom)}.Quantile((1 + usualConfidence) / 2)
	}
	return quantiles
})

// Median is the value in the middle, or the mean of the two there; of none NaN.
// It leaves values as they are.
func Median(values []float64) float64 {
	return Quantile(slices.Sorted(slices.Values(values)), 0.5)
}

// Quantile is the quantile p, 0 to 1, of values sorted from the least to the
// greatest: type 7 of Hyndman & Fan 1996 (The American Statistician 50:361-365),
// which is R's own. Of no values, or for another p, it is NaN.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	whole, part := math.Modf(float64(len(sorted)-1) * p)
	i := int(whole)
	if part == 0 {
		return sorted[i]
	}
	return (1-part)*sorted[i] + part*sorted[i+1]
}
