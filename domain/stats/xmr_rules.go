package stats

// compare is 1 where a is above b, -1 where below, and 0 where they differ by
// rounding only or one of them is missing.
func (s segment) compare(a, b float64) int {
	switch d := a - b; {
	case d > s.step:
		return 1
	case d < -s.step:
		return -1
	}
	return 0
}

// side is on which side of the mean a point is: above (1), below (-1), or
// neither, as when it is missing.
func (s segment) side(p XmRPoint) int {
	if !there(p.Y) {
		return 0
	}
	return s.compare(p.Y, p.Mean)
}

// judge flags the special causes, from the weakest claim on a point's label to
// the strongest: each overwrites what was there.
func (s segment) judge(o XmROptions) {
	if !s.limits {
		return
	}
	s.shifts(o)
	s.twoOfThree(o)
	s.trends(o)
	for i, p := range s.points {
		if there(p.Y) && (s.compare(p.Y, p.Upper) > 0 || s.compare(p.Y, p.Lower) < 0) {
			s.flag(i, Astronomical, s.side(p), o)
		}
	}
}

// flag labels a point; direction is up (1) or down (-1).
func (s segment) flag(i int, c Cause, direction int, o XmROptions) {
	p := &s.points[i]
	p.Cause = c
	switch direction * o.Better.sign() {
	case 1:
		p.Verdict = Improvement
	case -1:
		p.Verdict = Concern
	default:
		p.Verdict = Neutral
	}
}

func (s segment) shifts(o XmROptions) {
	for from, to := 0, 0; from < len(s.points); from = to {
		side := s.side(s.points[from])
		for to = from + 1; to < len(s.points) && s.side(s.points[to]) == side; to++ {
		}
		if side == 0 || to-from < o.RulePoints {
			continue
		}
		for i := from; i < to; i++ {
			s.flag(i, Shift, side, o)
		}
	}
}

func (s segment) trends(o XmROptions) {
	// way is where the points go from i to the one after it.
	way := func(i int) int {
		if i+1 >= len(s.points) || !there(s.points[i].Y) || !there(s.points[i+1].Y) {
			return 0
		}
		return s.compare(s.points[i+1].Y, s.points[i].Y)
	}
	for from, to := 0, 0; from < len(s.points); from = to {
		direction := way(from)
		for to = from + 1; way(to) == direction && to < len(s.points); to++ {
		}
		// The steps from..to-1 go one way, so the points are one more.
		if direction == 0 || to-from+1 < o.RulePoints {
			continue
		}
		for i := from; i <= to; i++ {
			s.flag(i, Trend, direction, o)
		}
	}
}

func (s segment) twoOfThree(o XmROptions) {
	for i := 0; i+2 < len(s.points); i++ {
		three := s.points[i : i+3]
		side := s.side(three[0])
		if side == 0 || s.side(three[1]) != side || s.side(three[2]) != side {
			continue
		}
		var beyond []int
		for j, p := range three {
			if s.beyondNear(p, side, o.Edition) {
				beyond = append(beyond, i+j)
			}
		}
		if len(beyond) < 2 {
			continue
		}
		for _, j := range beyond {
			s.flag(j, TwoOfThree, side, o)
		}
	}
}

// beyondNear reports whether a point lies beyond the near limit on a side of the
// mean, as the edition counts it.
func (s segment) beyondNear(p XmRPoint, side int, e Edition) bool {
	near, limit := p.NearUpper, p.Upper
	if side < 0 {
		near, limit = p.NearLower, p.Lower
	}
	beyond := s.compare(p.Y, near)*side > 0
	outside := s.compare(p.Y, limit)*side > 0
	return beyond && (e != Classic || !outside)
}
