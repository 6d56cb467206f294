package domain

import (
	"math"
	"slices"
	"strconv"

	"github.com/waymark/waymark/domain/stats"
)

// ChartKind says whether a chart may be judged.
type ChartKind string

const (
	ControlChart ChartKind = "xmr" // judged by limits
	RunChart     ChartKind = "run" // shown and not judged
)

// A Chart is one outcome of one service, or of all together, over time, with the
// judgement on it. Values and limits are in the outcome's unit, and shares from
// 0 to 1.
type Chart struct {
	Service   string        `json:"service,omitzero"` // empty for all services together
	Name      string        `json:"service_name,omitzero"`
	Outcome   string        `json:"outcome"`
	By        RatedBy       `json:"by,omitzero"` // who rated, where it was not the person
	Aim       Aim           `json:"aim"`
	Title     string        `json:"title"`
	Unit      string        `json:"unit"`
	Share     bool          `json:"share,omitzero"` // whether values are shares from 0 to 1
	Better    stats.Better  `json:"better"`
	Version   int           `json:"version"`
	Every     Every         `json:"every"` // month, or quarter where months are too small
	Kind      ChartKind     `json:"kind"`
	Why       string        `json:"why,omitzero"`      // why nothing is judged
	Edition   stats.Edition `json:"edition,omitzero"`  // of the rule of two of three
	Screened  bool          `json:"screened,omitzero"` // whether very large moves were left out of the limits
	Trial     bool          `json:"trial,omitzero"`    // whether the latest limits rest on fewer than 13 points
	Target    *float64      `json:"target,omitzero"`
	Points    []ChartPoint  `json:"points"`
	Variation string        `json:"variation,omitzero"` // of the latest judged point: common, improvement, concern, neutral
	Assurance string        `json:"assurance,omitzero"` // of the target: consistently_met, consistently_missed, hit_and_miss
	Sentence  string        `json:"sentence"`
	Position  uint64        `json:"position,omitzero"` // of the log; filled in by whoever asked, and so is Name
}

// A ChartPoint is one period of a chart. It has no value where nothing was
// recorded, or nothing that the value could be taken of.
type ChartPoint struct {
	Period      Period       `json:"period"`
	Value       *float64     `json:"value,omitzero"`
	Numerator   *int         `json:"numerator,omitzero"`
	Denominator *int         `json:"denominator,omitzero"`
	N           int          `json:"n"`
	Lower       *float64     `json:"lower,omitzero"` // of the value's 95 % interval
	Upper       *float64     `json:"upper,omitzero"`
	State       FigureState  `json:"state,omitzero"`
	NoEntries   bool         `json:"no_entries,omitzero"`
	Missing     int          `json:"missing,omitzero"`     // all whys together
	Mixed       bool         `json:"mixed,omitzero"`       // partly before and partly after the chart started again, and so in neither part
	Mean        *float64     `json:"mean,omitzero"`        // the usual level
	LowerLimit  *float64     `json:"lower_limit,omitzero"` // the usual range; never clipped to what is possible
	UpperLimit  *float64     `json:"upper_limit,omitzero"`
	NearLower   *float64     `json:"near_lower,omitzero"` // two thirds of the way to a limit
	NearUpper   *float64     `json:"near_upper,omitzero"`
	Cause       stats.Cause  `json:"cause,omitzero"`
	Verdict     string       `json:"verdict,omitzero"`
	Segment     int          `json:"segment"`          // counted from 0
	Rebased     RebaseReason `json:"rebased,omitzero"` // why the chart starts again with this point
}

// Judged says whether the point takes part in the chart's arithmetic.
func (p ChartPoint) Judged() bool { return p.Value != nil && p.State == "" && !p.Mixed }

// Latest gives the chart's latest point that is judged, or on a run chart could
// have been.
func (c Chart) Latest() (ChartPoint, bool) {
	for _, p := range slices.Backward(c.Points) {
		if p.Judged() {
			return p, true
		}
	}
	return ChartPoint{}, false
}

// ChartOptions are the choices of a chart; the zero value is the usual one.
type ChartOptions struct {
	Edition  stats.Edition // of the rule of two of three; current unless said
	Target   *float64      // in the outcome's unit, a share from 0 to 1
	Baseline int           // limits from so many first points of each segment; 0: from all
}

// Charted says whether an outcome has a number that can be followed over time.
// What changed from what to what when people moved home has none.
func (o Outcome) Charted() bool { return o.Over != OverMoves }

// ChartOf draws the chart of one outcome from the figures of one service and one
// rater, in time order, by month and by quarter (XmR; NHS England, Making Data
// Count).
//
// Periods that are not over, or whose entries may still come, are shown and left
// out of the arithmetic, and so is all that follows them. Periods without
// entries or without a value are missing points: they break runs. Months are
// judged where they are large enough, otherwise quarters, otherwise nothing is:
//
//   - of a share every denominator of the baseline is 10 or more, and on average
//     there are 3 yes and 3 no or more;
//   - a count is 3 or more on average;
//   - a mean or a median is always of 10 people or more.
//
// Every segment is tested by itself; the latest decides what kind of chart it
// is, and one that fails shows no lines. Changes in ratings and the time to move
// on are never judged, since one period rests mostly on the same episodes as the
// one before.
//
// The chart starts again only where a rebase of this outcome says so. By quarter
// it starts with the first quarter that begins then or later; a quarter that the
// rebase divides belongs to neither side, for it would blur both.
func ChartOf(o Outcome, months, quarters []Figure, rebases []Rebase, opts ChartOptions) Chart {
	c := Chart{Outcome: o.ID, Aim: o.Aim, Title: o.Title, Unit: o.Unit, Share: o.IsProportion(), Better: o.Better, Version: o.Version,
		Every: "month", Kind: RunChart, Target: opts.Target, Points: []ChartPoint{}}
	if len(months) > 0 {
		c.Service, c.By = months[0].Service, months[0].By
	}
	if !o.Charted() {
		c.Why = whyNoChart
		c.Sentence = c.Why
		return c
	}
	opts.Edition = edition(opts.Edition)
	s := newSeries(o, "month", months, rebases)
	switch o.Over {
	case OverChange:
		c.Why = whyChange
	case OverEndings:
		c.Why = whyEndings
	default:
		fit := s.judge(opts)
		if fit != fits {
			if by := newSeries(o, "quarter", quarters, rebases); by.judge(opts) == fits {
				s, fit = by, fits
			}
		}
		if fit != fits {
			c.Why = s.why(fit)
			break
		}
		c.Every, c.Kind, c.Edition, c.Screened = s.every, ControlChart, opts.Edition, true
		c.Trial, c.Variation, c.Assurance = s.chart.Trial, string(s.chart.Variation), s.chart.Assurance
		s.draw(opts)
	}
	c.Points = s.points
	c.Sentence = c.sentence(o)
	return c
}

func edition(e stats.Edition) stats.Edition {
	if e == stats.Classic {
		return e
	}
	return stats.Current
}

// A series is an outcome's points by month or quarter on their way to a chart.
type series struct {
	outcome Outcome
	every   Every
	points  []ChartPoint
	over    int // how many points come before the first that is not over or may change
	chart   stats.XmRChart
}

func newSeries(o Outcome, every Every, figures []Figure, rebases []Rebase) series {
	s := series{outcome: o, every: every, points: []ChartPoint{}}
	if len(figures) == 0 {
		return s
	}
	by := map[Period]Figure{}
	for _, f := range figures {
		by[f.Period] = f
	}
	from, _ := figures[0].Period.Months()
	_, to := figures[len(figures)-1].Period.Months()
	for _, period := range Periods(every, from, to) {
		s.points = append(s.points, o.point(period, by[period])) // a period without a figure is a missing point
	}
	if o.Over == OverState { // where the record has fallen silent, nobody knows what holds
		for i := len(s.points) - 1; i >= 0 && s.points[i].NoEntries; i-- {
			s.points[i].Value, s.points[i].Lower, s.points[i].Upper = nil, nil, nil
		}
	}
	s.over = len(s.points)
	if i := slices.IndexFunc(s.points, func(p ChartPoint) bool { return p.State != "" }); i >= 0 {
		s.over = i
	}
	s.divide(rebases)
	return s
}

func (o Outcome) point(period Period, f Figure) ChartPoint {
	p := ChartPoint{Period: period, Numerator: f.Numerator, Denominator: f.Denominator, N: f.N, Lower: f.Lower, Upper: f.Upper,
		State: f.State, NoEntries: f.NoEntries, Value: f.Value}
	for _, n := range f.Missing {
		p.Missing += n
	}
	if o.isCount() {
		p.Value = nil
		if f.Numerator != nil {
			count := float64(*f.Numerator)
			p.Value = &count
		}
	}
	if f.NoEntries && o.OfEntries() {
		p.Value = nil
	}
	if p.Value == nil {
		p.Lower, p.Upper = nil, nil
	}
	return p
}

// isCount says whether the value is the numerator itself.
func (o Outcome) isCount() bool { return o.Over == OverNothing || o.ID == "people.supported" }

// divide puts the points into segments.
func (s *series) divide(rebases []Rebase) {
	starts := slices.DeleteFunc(slices.Clone(rebases), func(r Rebase) bool { return !s.outcome.Is(r.Outcome) })
	slices.SortStableFunc(starts, func(a, b Rebase) int { return a.From - b.From })
	segment, next := 0, 0
	for i := range s.points {
		p := &s.points[i]
		first, last := p.Period.Months()
		for ; next < len(starts) && starts[next].From <= first; next++ {
			if starts[next].From == first || i > 0 {
				p.Rebased = starts[next].Reason
			}
		}
		if p.Rebased != "" && i > 0 {
			segment++
		}
		p.Segment = segment
		p.Mixed = next < len(starts) && starts[next].From <= last
	}
}

// Whether a series may be judged, and if not, why not.
type fitness int

const (
	fits fitness = iota
	nothingYet
	tooEarly // fewer points than limits need
	apart    // no two successive points
	tooSmall
)

// judge does the arithmetic, and says whether its latest segment may be shown so.
func (s *series) judge(opts ChartOptions) fitness {
	var y []float64
	var segments []string
	for _, p := range s.points[:s.over] {
		value := math.NaN()
		if p.Judged() {
			value = *p.Value
		}
		y, segments = append(y, value), append(segments, strconv.Itoa(p.Segment))
	}
	if len(y) == 0 {
		return nothingYet
	}
	s.chart = stats.XmR(y, segments, stats.XmROptions{Baseline: opts.Baseline, Edition: opts.Edition, Better: s.outcome.Better, Target: opts.Target})
	latest := s.points[s.over-1].Segment
	points := s.segment(latest)
	switch {
	case len(points) == 0 && latest == 0:
		return nothingYet
	case len(points) < stats.LeastForLimits:
		return tooEarly
	case !s.largeEnough(points, opts.Baseline):
		return tooSmall
	case s.chart.NoLimits:
		return apart
	}
	return fits
}

// segment lists the judged points of a segment.
func (s *series) segment(n int) (points []ChartPoint) {
	for _, p := range s.points[:s.over] {
		if p.Segment == n && p.Judged() {
			points = append(points, p)
		}
	}
	return points
}

// The least that limits may rest on.
const (
	leastPeople = 10 // or entries, in each period
	leastOnSide = 3  // yes, and no; or a count; on average
)

// largeEnough says whether a segment's baseline bears limits.
func (s *series) largeEnough(points []ChartPoint, baseline int) bool {
	if baseline > 0 && len(points) > baseline {
		points = points[:baseline]
	}
	yes, no := 0, 0
	for _, p := range points {
		switch {
		case s.outcome.isCount():
			yes += *p.Numerator
		case !s.outcome.IsProportion():
			if p.N < leastPeople {
				return false
			}
		case p.Numerator == nil || p.Denominator == nil || *p.Denominator < leastPeople:
			return false
		default:
			yes += *p.Numerator
			no += *p.Denominator - *p.Numerator
		}
	}
	least := leastOnSide * len(points)
	switch {
	case s.outcome.isCount():
		return yes >= least
	case s.outcome.IsProportion():
		return yes >= least && no >= least
	}
	return true
}

// draw gives the points of every segment that may be judged their lines and
// their verdicts.
func (s *series) draw(opts ChartOptions) {
	bears := map[int]bool{}
	for i := range s.points[:s.over] {
		p, x := &s.points[i], s.chart.Points[i]
		if _, known := bears[p.Segment]; !known {
			bears[p.Segment] = s.largeEnough(s.segment(p.Segment), opts.Baseline)
		}
		if !bears[p.Segment] || p.Mixed || math.IsNaN(x.Lower) {
			continue
		}
		p.Mean, p.LowerLimit, p.UpperLimit = &x.Mean, &x.Lower, &x.Upper
		p.NearLower, p.NearUpper = &x.NearLower, &x.NearUpper
		p.Cause, p.Verdict = x.Cause, string(x.Verdict)
	}
}
