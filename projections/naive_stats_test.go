package projections

import (
	"maps"
	"math"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/waymark/waymark/domain"
)

// distribution counts each whole number from one to another.
func (naive) distribution(values []int, from, to int) (all []domain.Answered) {
	if len(values) == 0 {
		return nil
	}
	for value := from; value <= to; value++ {
		times := 0
		for _, v := range values {
			if v == value {
				times++
			}
		}
		all = append(all, domain.Answered{Answer: strconv.Itoa(value), N: times})
	}
	return all
}

func (naive) unlessNone(missing map[string]int) map[string]int {
	maps.DeleteFunc(missing, func(_ string, n int) bool { return n == 0 })
	if len(missing) == 0 {
		return nil
	}
	return missing
}

// wilson is Wilson's interval of x in n at 95 %.
func (naive) wilson(x, n float64) (lower, upper *float64) {
	const z = 1.959963984540054
	root := z * math.Sqrt(z*z+4*x*(1-x/n))
	return new((2*x + z*z - root) / (2 * (n + z*z))), new((2*x + z*z + root) / (2 * (n + z*z)))
}

// mean is the mean of values and, of ten or more, Student's interval at 95 %.
func (naive) mean(values []float64) (m, lower, upper *float64) {
	if len(values) == 0 {
		return nil, nil, nil
	}
	n, sum, squares := float64(len(values)), 0.0, 0.0
	for _, v := range values {
		sum += v
	}
	for _, v := range values {
		squares += (v - sum/n) * (v - sum/n)
	}
	if n < 10 {
		return new(sum / n), nil, nil
	}
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * math.Sqrt(squares/(n-1)/n)
	return new(sum / n), new(sum/n - half), new(sum/n + half)
}
