package stats

// FunnelLimits are the limits for a group of n people, 0 to 1.
type FunnelLimits struct {
	N                                    int
	Lower95, Upper95, Lower998, Upper998 float64
}

// Limits gives the limits that a group of n people would have in this funnel, as
// NewFunnel draws them by that method, to draw them as curves.
func (f Funnel) Limits(n int, m Method) FunnelLimits {
	p := f.point(Group{Denominator: n}, m)
	return FunnelLimits{n, p.Lower95, p.Upper95, p.Lower998, p.Upper998}
}
