// Package stats is the arithmetic behind every figure: intervals for shares and
// means, control charts, funnel plots, reliable change, time to move on, and
// what is hidden when small numbers leave a service. The outcomes and the
// `waymark stats` commands use the same functions, so anyone can recompute a
// published figure from its CSV.
//
// Everything is a pure function of its arguments. What cannot be said is NaN
// (with ok false where a function reports that), never a zero that could be
// taken for a figure. No result depends on the order in which people or groups
// are given, down to the last bit: whole numbers are added as whole numbers, and
// fractions are sorted before they are added. Each function names the paper or
// guide that its formula is taken from; where a choice was left, its comment
// says what was chosen.
package stats

import "slices"

// Better says which way a figure should go.
type Better string

const (
	Up      Better = "up"
	Down    Better = "down"
	Neither Better = "neither" // so does the empty string
)

// sign is 1 where up is better, -1 where down is, and 0 where neither is.
func (b Better) sign() int {
	switch b {
	case Up:
		return 1
	case Down:
		return -1
	}
	return 0
}

// sum adds values from the least to the greatest, so that their order never matters.
func sum(values []float64) float64 {
	total := 0.0
	for _, v := range slices.Sorted(slices.Values(values)) {
		total += v
	}
	return total
}

// mean is NaN for no values.
func mean(values []float64) float64 { return sum(values) / float64(len(values)) }
