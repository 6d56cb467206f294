package stats

import "math"

// A Proportion is a share with the limits of its interval, such as [Wilson] or
// [Share.Interval] gives.
type Proportion struct{ Value, Lower, Upper float64 }

// NewcombeDifference is the share a less the share b, and its hybrid score
// interval, which puts together the limits of both (Newcombe 1998, Statistics in
// Medicine 17:873-890, method 10, without continuity correction, where they are
// Wilson's). The interval has the level that those of a and b have, and takes
// account of what they do: with people as clusters in both, people are its
// clusters. It is for two groups of different people; where the same people are
// in both and go on alike it is wider than it need be. Limits lie in [-1, 1], the
// difference between them.
func NewcombeDifference(a, b Proportion) (difference, lower, upper float64) {
	difference = a.Value - b.Value
	return difference, difference - math.Hypot(a.Value-a.Lower, b.Upper-b.Value), difference + math.Hypot(a.Upper-a.Value, b.Value-b.Lower)
}
