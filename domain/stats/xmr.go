package stats

import "math"

// Edition names which reading of "two of three" a chart was judged by.
type Edition string

const (
	Current Edition = "current" // points beyond the limits count too; so does the empty string
	Classic Edition = "classic" // only those between the near limit and the limit count
)

// Cause is why a point is judged to be more than common variation.
type Cause string

const (
	Astronomical Cause = "astronomical"
	Trend        Cause = "trend"
	TwoOfThree   Cause = "two_of_three"
	Shift        Cause = "shift"
)

// Verdict says what a special cause means for people; it is empty where there is none.
type Verdict string

const (
	Improvement Verdict = "improvement"
	Concern     Verdict = "concern"
	Neutral     Verdict = "neutral" // neither direction is better
	Common      Verdict = "common"  // of a whole chart: nothing but common variation at its latest point
)

// What may be said of a target beside the latest limits.
const (
	ConsistentlyMet    = "consistently_met"
	ConsistentlyMissed = "consistently_missed"
	HitAndMiss         = "hit_and_miss"
)

const (
	LeastForLimits = 8  // fewer points in a segment are a run chart
	leastForTrust  = 13 // fewer have trial limits
)

// XmROptions are the choices of a chart; the zero value is the usual one.
type XmROptions struct {
	Baseline   int      // limits from the first so many points of each segment that are there; 0: from all
	KeepAll    bool     // no screening of moving ranges
	RulePoints int      // how many points in a row are a shift or a trend; 0 is 7
	Edition    Edition  // of two of three
	Better     Better   // which way is better
	Target     *float64 // in the unit of y
}

// XmRPoint is one point with the limits and the judgement on it. Values are in
// the unit of y, and NaN where there is none.
type XmRPoint struct {
	Y                    float64
	Segment              string
	Mean                 float64
	Lower, Upper         float64 // m ± 2.66·A
	NearLower, NearUpper float64 // two thirds of the way
	Cause                Cause
	Verdict              Verdict
}

// XmRChart is a control chart.
type XmRChart struct {
	Points    []XmRPoint
	Trial     bool    // the latest segment has fewer than 13 points
	NoLimits  bool    // it has no limits: fewer than 8 points, or no two successive ones in the baseline
	Variation Verdict // of the latest point that is there; empty where NoLimits
	Assurance string  // of a target; empty where there is none, no limits, or neither direction is better
}

// XmR draws a control chart of y in time order (NHS England, Making Data Count;
// the constants 2.66 and 3.267 are those of Shewhart's charts for individuals
// and moving ranges). A y that is NaN or infinite is a missing point: it breaks
// runs, gives no moving range and counts nowhere. Successive points of one name
// in segments, or all where it is nil, are judged by their own mean and limits,
// and no run crosses into another segment; segments is as long as y.
//
// The limits are m ± 2.66·A and are never clipped: m is the mean of the baseline
// and A the mean of its moving ranges. Unless KeepAll, moving ranges of 3.267·A
// and more are dropped, once, and A taken again. A segment with fewer than 8
// points, or with no moving range, has a mean but no limits and no special
// causes.
//
// Every member of a run is flagged. Where several causes apply to a point it
// carries the first of: astronomical (strictly outside a limit); trend (7 in a
// row all rising or all falling, of which an equal neighbour is neither); two of
// three (of 3 successive points on one side of the mean at least 2 beyond the
// near limit, which are flagged); shift (7 in a row on one side of the mean; a
// point on the mean is on neither). A trend is judged by where it goes, a turning
// point by where it goes next; the others by their side of the mean. Differences
// under 1e-12 of a segment's greatest value are the machine's and count as none.
func XmR(y []float64, segments []string, o XmROptions) XmRChart {
	if o.RulePoints <= 0 {
		o.RulePoints = 7
	}
	chart := XmRChart{Points: make([]XmRPoint, len(y)), Trial: true, NoLimits: true}
	for i := range y {
		chart.Points[i].Y = y[i]
		if segments != nil {
			chart.Points[i].Segment = segments[i]
		}
	}
	for from, to := 0, 0; from < len(y); from = to {
		for to = from; to < len(y) && chart.Points[to].Segment == chart.Points[from].Segment; to++ {
		}
		s := newSegment(chart.Points[from:to], o)
		s.judge(o)
		if to == len(y) {
			chart.conclude(s, o)
		}
	}
	return chart
}

// conclude says what the latest segment means for the chart as a whole.
func (c *XmRChart) conclude(s segment, o XmROptions) {
	c.Trial = s.present < leastForTrust
	c.NoLimits = !s.limits
	if c.NoLimits {
		return
	}
	c.Variation = Common
	for _, p := range s.points {
		if there(p.Y) {
			c.Variation = p.Verdict
		}
	}
	if c.Variation == "" {
		c.Variation = Common
	}
	if o.Target == nil || o.Better.sign() == 0 {
		return
	}
	// Turned so that up is better.
	worst, best := s.points[0].Lower, s.points[0].Upper
	target := *o.Target
	if o.Better == Down {
		worst, best, target = -best, -worst, -target
	}
	switch {
	case s.compare(target, worst) < 0:
		c.Assurance = ConsistentlyMet
	case s.compare(target, best) > 0:
		c.Assurance = ConsistentlyMissed
	default:
		c.Assurance = HitAndMiss
	}
}

// A segment is a stretch of a chart with a mean and limits of its own.
type segment struct {
	points  []XmRPoint
	present int // points that are there
	limits  bool
	step    float64 // differences up to this are rounding
}

// newSegment sets the mean and the limits of its points.
func newSegment(points []XmRPoint, o XmROptions) segment {
	s := segment{points: points}
	var baseline, ranges []float64
	last := math.NaN()
	for _, p := range points {
		if !there(p.Y) {
			last = math.NaN()
			continue
		}
		s.present++
		s.step = max(s.step, 1e-12*math.Abs(p.Y))
		if o.Baseline > 0 && len(baseline) == o.Baseline {
			continue
		}
		baseline = append(baseline, p.Y)
		if there(last) {
			ranges = append(ranges, math.Abs(p.Y-last))
		}
		last = p.Y
	}
	m := mean(baseline)
	a := averageRange(ranges, o.KeepAll)
	if s.limits = s.present >= LeastForLimits && len(ranges) > 0; !s.limits {
		a = math.NaN()
	}
	for i := range points {
		p := &points[i]
		p.Mean = m
		p.Lower, p.Upper = m-2.66*a, m+2.66*a
		p.NearLower, p.NearUpper = m-2.66*a*2/3, m+2.66*a*2/3
	}
	return s
}

// averageRange is the mean of the moving ranges, without those that screening drops.
func averageRange(ranges []float64, keepAll bool) float64 {
	a := mean(ranges)
	if keepAll {
		return a
	}
	var kept []float64
	for _, r := range ranges {
		if r < 3.267*a*(1-1e-12) { // what equals it but for rounding is dropped
			kept = append(kept, r)
		}
	}
	if len(kept) == 0 { // none moves at all
		return a
	}
	return mean(kept)
}

// there reports whether a point is not missing.
func there(y float64) bool { return !math.IsNaN(y) && !math.IsInf(y, 0) }
