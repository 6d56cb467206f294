package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Method says how the limits of a funnel are drawn; the empty string chooses for
// each group: exact where it has fewer than 30 people, score from there on.
type Method string

const (
	Score         Method = "score"
	Exact         Method = "exact"
	Overdispersed Method = "overdispersed"
)

// What is said of a group, neutrally, when it differs from all groups together
// by more than chance. Nothing is said of one within the limits.
const (
	Differs95  = "differs_95"  // outside the 95 % limits only
	Differs998 = "differs_998" // outside the 99.8 % limits
)

const (
	leastForScore      = 30 // people in a group
	leastForDispersion = 10 // groups
)

// Reasons that a funnel cannot be drawn.
var (
	ErrMethod    = errors.New("the method is none of score, exact and overdispersed")
	ErrGroup     = errors.New("a group needs a denominator above 0 and a numerator from 0 to it")
	ErrFewGroups = errors.New("over-dispersion needs 10 groups or more")
)

// A Group is a service and how many of its people something is true of.
type Group struct {
	Name                   string
	Numerator, Denominator int
}

// A FunnelPoint is a group with its rate and limits, all 0 to 1.
type FunnelPoint struct {
	Group
	Rate               float64
	Lower95, Upper95   float64
	Lower998, Upper998 float64
	Verdict            string // empty, Differs95 or Differs998
}

// A Funnel compares groups with all of them together.
type Funnel struct {
	Points []FunnelPoint // as the groups were given
	Theta  float64       // the rate of all together
	Phi    float64       // over-dispersion: the winsorised mean of Z²; NaN under 10 groups
	Tau2   float64       // variance between groups, of asin√rate; NaN under 10 groups
}

// NewFunnel draws a funnel plot (Spiegelhalter 2005, Statistics in Medicine
// 24:1185-1202) with limits at 95 % and 99.8 %. Score limits are
// θ ± z·√(θ(1-θ)/n), exact ones the interpolated quantiles of the binomial
// distribution, and over-dispersed ones, for 10 groups or more, allow for a
// random variance between groups (additive, on the scale of asin√). All are
// clipped to [0, 1]. Where everybody, or nobody, counts in every group, the
// limits are θ itself. An error is [ErrMethod], [ErrFewGroups], or [ErrGroup]
// with the number of the group, from 1.
//
// The interpolated upper limit is always crossed by a group in which everybody
// counts, however likely that is. So beside exact limits a group is said to
// differ only if a count as far out or further is also unlikely by itself: under
// 2.5 % (0.1 %) on its side.
func NewFunnel(groups []Group, m Method) (Funnel, error) {
	switch m {
	case "", Score, Exact, Overdispersed:
	default:
		return Funnel{}, ErrMethod
	}
	numerators, denominators := 0, 0
	for i, g := range groups {
		if g.Denominator <= 0 || g.Numerator < 0 || g.Numerator > g.Denominator {
			return Funnel{}, fmt.Errorf("group %d: %w", i+1, ErrGroup)
		}
		numerators += g.Numerator
		denominators += g.Denominator
	}
	if m == Overdispersed && len(groups) < leastForDispersion {
		return Funnel{}, ErrFewGroups
	}
	f := Funnel{Theta: float64(numerators) / float64(denominators), Phi: math.NaN(), Tau2: math.NaN()}
	if len(groups) >= leastForDispersion {
		f.Phi, f.Tau2 = dispersion(groups, f.Theta)
	}
	for _, g := range groups {
		f.Points = append(f.Points, f.point(g, m))
	}
	return f, nil
}

func (f Funnel) point(g Group, m Method) FunnelPoint {
	if m == "" {
		m = Score
		if g.Denominator < leastForScore {
			m = Exact
		}
	}
	p := FunnelPoint{Group: g, Rate: float64(g.Numerator) / float64(g.Denominator)}
	var outside95, outside998 bool
	p.Lower95, p.Upper95, outside95 = f.limits(g, m, 0.025)
	p.Lower998, p.Upper998, outside998 = f.limits(g, m, 0.001)
	switch {
	case outside998:
		p.Verdict = Differs998
	case outside95:
		p.Verdict = Differs95
	}
	return p
}

// limits are those with the chance tail beyond each, and whether the group is outside.
func (f Funnel) limits(g Group, m Method, tail float64) (lower, upper float64, outside bool) {
	if f.Theta == 0 || f.Theta == 1 { // no chance is left to anybody
		return f.Theta, f.Theta, false
	}
	rate, n, z := float64(g.Numerator)/float64(g.Denominator), float64(g.Denominator), Z(1-2*tail)
	switch m {
	case Exact:
		b := distuv.Binomial{N: n, P: f.Theta}
		lower, upper = interpolated(b, tail), interpolated(b, 1-tail)
		atLeast := 1 - b.CDF(float64(g.Numerator-1))
		return lower, upper, rate < lower || rate > upper && atLeast < tail
	case Overdispersed:
		middle := math.Asin(math.Sqrt(f.Theta))
		half := z * math.Sqrt(1/(4*n)+f.Tau2)
		lower, upper = sin2(max(middle-half, 0)), sin2(min(middle+half, math.Pi/2))
	default:
		half := z * math.Sqrt(f.Theta*(1-f.Theta)/n)
		lower, upper = max(f.Theta-half, 0), min(f.Theta+half, 1)
	}
	return lower, upper, rate < lower || rate > upper
}

func sin2(angle float64) float64 { return math.Pow(math.Sin(angle), 2) }

// interpolated is the quantile p of a binomial share, made continuous: with r the
// smallest count of which P(R ≤ r) ≥ p, and a how far P(R ≤ r) goes beyond p in
// steps of P(R = r), it is (r - a)/n (Spiegelhalter 2005, appendix).
func interpolated(b distuv.Binomial, p float64) float64 {
	r := float64(sort.Search(int(b.N), func(r int) bool { return b.CDF(float64(r)) >= p }))
	a := (b.CDF(r) - p) / b.Prob(r)
	return min(max((r-a)/b.N, 0), 1)
}

// dispersion is φ and τ² (Spiegelhalter 2005, with τ² by DerSimonian & Laird
// 1986): each group's Z on the scale of asin√,
// winsorised at its 10th and 90th percentile; no variance between groups unless
// φ is beyond what chance would give.
func dispersion(groups []Group, theta float64) (phi, tau2 float64) {
	var z []float64
	n, nn := 0, 0
	for _, g := range groups {
		n += g.Denominator
		nn += g.Denominator * g.Denominator
		d := float64(g.Denominator)
		z = append(z, (math.Asin(math.Sqrt(float64(g.Numerator)/d))-math.Asin(math.Sqrt(theta)))*2*math.Sqrt(d))
	}
	slices.Sort(z)
	low, high := Quantile(z, 0.1), Quantile(z, 0.9)
	for i, v := range z {
		v = min(max(v, low), high)
		z[i] = v * v
	}
	phi = mean(z)
	k := float64(len(groups))
	if k*phi < k-1 {
		return phi, 0
	}
	// Each weight is 1/s² = 4n.
	w, ww := 4*float64(n), 16*float64(nn)
	return phi, (k*phi - (k - 1)) / (w - ww/w)
}
