package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var gap = math.NaN()

// steady has mean 2 and moving ranges of 2: limits 2 ± 5.32, near limits
// 2 ± 3.54667. The points that follow are judged against it.
var steady = []float64{1, 3, 1, 3, 1, 3, 1, 3}

// causes draws a chart with steady as its baseline and gives a letter for each
// point's cause, a dot for none.
func causes(y []float64, o XmROptions) string {
	o.Baseline = len(steady)
	var b strings.Builder
	for _, p := range XmR(append(slices.Clone(steady), y...), nil, o).Points {
		b.WriteString(map[Cause]string{"": ".", Astronomical: "A", Trend: "T", TwoOfThree: "2", Shift: "S"}[p.Cause])
	}
	return b.String()
}

func TestOnlyASpecialCauseIsCalledOne(t *testing.T) {
	for _, c := range []struct {
		name string
		then []float64
		want string
		o    XmROptions
	}{
		{name: "on a limit is not outside", then: []float64{7.32, 1, -3.32}, want: "........ ..."},
		{name: "outside a limit", then: []float64{7.33, 1, -3.33}, want: "........ A.A"},

		{name: "seven on one side, all flagged", then: []float64{3, 3, 3, 3, 3, 3}, want: ".......S SSSSSS"},
		{name: "seven below", then: []float64{1, 1, 1, 1, 1, 1, 1, 3}, want: "........ SSSSSSS."},
		{name: "six are no shift", then: []float64{3, 3, 3, 3, 3, 1}, want: "........ ......"},
		{name: "the mean breaks a shift", then: []float64{3, 3, 3, 2, 3, 3, 3}, want: "........ ......."},
		{name: "a gap breaks a shift", then: []float64{3, 3, 3, gap, 3, 3, 3}, want: "........ ......."},
		{name: "a shift of five", then: []float64{3, 3, 3, 3, 1}, want: ".......S SSSS.", o: XmROptions{RulePoints: 5}},

		{name: "seven rising", then: []float64{1.4, 1.6, 1.8, 2.2, 2.4, 2.6, 2.8}, want: "........ TTTTTTT"},
		{name: "seven falling", then: []float64{2.9, 2.6, 2.2, 1.8, 1.6, 1.5}, want: ".......T TTTTTT"},
		{name: "six rising", then: []float64{1.4, 1.6, 1.8, 2.2, 2.4, 2.6}, want: "........ ......"},
		{name: "an equal neighbour breaks a trend", then: []float64{1.4, 1.6, 1.8, 1.8, 2.2, 2.4, 2.6, 2.8}, want: "........ ........"},
		{name: "a gap breaks a trend", then: []float64{1.4, 1.6, 1.8, gap, 2.2, 2.4, 2.6, 2.8}, want: "........ ........"},
		{name: "up and down again", then: []float64{1.2, 1.4, 1.6, 1.8, 2.2, 2.4, 2.6, 2.5, 2.3, 1.9, 1.7, 1.5, 1.3}, want: "........ TTTTTTTTTTTTT"},

		{name: "two of three", then: []float64{6, 3, 6}, want: "........ 2.2"},
		{name: "two of three in a row", then: []float64{6, 6, 1}, want: "........ 22."}, // the point before them is the third
		{name: "two of three below", then: []float64{1, -2, -2}, want: "........ .22"},
		{name: "the third on the other side", then: []float64{1, 6, 1, 6}, want: "........ ...."},
		{name: "the third on the mean", then: []float64{1, 6, 2, 6}, want: "........ ...."},
		{name: "on the near limit is not beyond", then: []float64{2 + 2.66*4/3, 3, 6}, want: "........ ..."},
		{name: "a gap is no third", then: []float64{1, 6, gap, 6}, want: "........ ...."},
		{name: "beyond a limit counts", then: []float64{8, 3, 6}, want: "........ A.2"},
		{name: "beyond a limit is left out", then: []float64{8, 3, 6}, want: "........ A..", o: XmROptions{Edition: Classic}},
		{name: "left out, the others count", then: []float64{6, 8, 6}, want: "........ 2A2", o: XmROptions{Edition: Classic}},

		{name: "a trend comes before a shift", then: []float64{2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7}, want: ".......S TTTTTTT"},
		{name: "the limit comes before a trend", then: []float64{2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 9}, want: ".......S TTTTTTA"},
		{name: "a trend comes before two of three", then: []float64{1, 1.5, 2, 2.5, 3, 6, 6.5}, want: "........ TTTTTTT"},
		{name: "two of three comes before a shift", then: []float64{3, 3, 3, 3, 6, 6}, want: ".......S SSSS22"},
	} {
		want := strings.ReplaceAll(c.want, " ", "")
		if got := causes(c.then, c.o); got != want {
			t.Errorf("%s: %s, want %s", c.name, got, want)
		}
	}
}

func TestLimitsAreThoseOfTheGuide(t *testing.T) {
	p := XmR(steady, nil, XmROptions{}).Points[0]
	for _, c := range []struct{ got, want float64 }{
		{p.Mean, 2}, {p.Lower, -3.32}, {p.Upper, 7.32}, {p.NearLower, 2 - 5.32*2/3}, {p.NearUpper, 2 + 5.32*2/3},
	} {
		if !near(c.got, c.want, 1e-12) {
			t.Errorf("%+v: %v, want %v", p, c.got, c.want)
		}
	}
}

func TestAMonthThatIsMissingIsNotCounted(t *testing.T) {
	// The moving ranges are 1 (twice), 2 and 4 (four times): none across the gaps.
	y := []float64{gap, 10, 11, 12, gap, 40, 42, gap, 10, 14, 10, 14, 10, math.Inf(1)}
	p := XmR(y, nil, XmROptions{KeepAll: true}).Points[4]
	m := (10 + 11 + 12 + 40 + 42 + 10 + 14 + 10 + 14 + 10) / 10.0
	if a := 20.0 / 7; !near(p.Mean, m, 1e-12) || !near(p.Upper, m+2.66*a, 1e-12) {
		t.Errorf("mean %v and upper limit %v, want %v and %v", p.Mean, p.Upper, m, m+2.66*a)
	}
	if p.Cause != "" || !math.IsNaN(p.Y) {
		t.Errorf("the missing point is judged: %+v", p)
	}
}

func TestOneGreatJumpDoesNotWidenTheLimitsForEver(t *testing.T) {
	ranges := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 50}
	if a := averageRange(ranges, false); !near(a, 16.0/11, 1e-12) { // 6 is beyond the second limit, but screening is done once
		t.Errorf("screened: %v", a)
	}
	if a := averageRange(ranges, true); !near(a, 66.0/12, 1e-12) {
		t.Errorf("kept: %v", a)
	}
	for _, unit := range []float64{1, 2.7, 3.1, 5.4} { // 3.267·3 = 9.801, whatever rounding makes of it
		u := unit * 0.733
		if a := averageRange([]float64{u, u, u, unit * 9.801}, false); !near(a, u, 1e-12) {
			t.Errorf("as great as the limit: %v of %v", a, unit)
		}
	}
	if a := averageRange([]float64{0.734, 0.733, 0.733, 9.801}, false); !near(a, 12.001/4, 1e-12) {
		t.Errorf("just under the limit: %v", a)
	}
	if a := averageRange([]float64{0, 0, 0}, false); a != 0 {
		t.Errorf("of no moves: %v", a)
	}
}

func TestNothingIsJudgedWhereNothingMoves(t *testing.T) {
	for _, v := range []float64{0.1, 1.0 / 3, 1e9 + 0.1} {
		var y []float64
		for range 30 {
			y = append(y, v)
		}
		chart := XmR(y, nil, XmROptions{})
		for _, p := range chart.Points {
			if p.Cause != "" {
				t.Fatalf("always %v: %+v", v, p)
			}
		}
		if chart.Variation != Common {
			t.Errorf("always %v: %s", v, chart.Variation)
		}
	}
}

func TestARebasedChartIsJudgedByItsOwnLimits(t *testing.T) {
	y := append(slices.Clone(steady), 101, 103, 101, 103, 101, 103, 101, 103)
	segments := make([]string, len(y))
	for i := len(steady); i < len(y); i++ {
		segments[i] = "rebased"
	}
	for i, p := range XmR(y, segments, XmROptions{}).Points {
		if want := map[string]float64{"": 2, "rebased": 102}[segments[i]]; p.Mean != want || p.Cause != "" || !near(p.Upper, want+5.32, 1e-12) {
			t.Errorf("point %d: %+v", i+1, p)
		}
	}
	// A run does not go on from one segment into the next.
	y = append(slices.Clone(steady), 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1)
	segments = append(segments[:8], "b", "b", "b", "b", "b", "b", "b", "b", "b", "b", "b", "b")
	for i, p := range XmR(y, segments, XmROptions{Baseline: 8}).Points {
		if p.Cause == Shift {
			t.Errorf("point %d: %+v", i+1, p)
		}
	}
	// Of each segment the first points that are there are the baseline.
	y = []float64{gap, 1, 3, 1, 3, 9, 9, 9, 9, 9, 5, 7, gap, 5, 7, 9, 9, 9, 9, 9}
	segments = nil
	for i := range y {
		segments = append(segments, []string{"a", "b"}[i/10])
	}
	points := XmR(y, segments, XmROptions{Baseline: 4}).Points
	if points[0].Mean != 2 || points[19].Mean != 6 || !near(points[0].Upper, 7.32, 1e-12) || !near(points[19].Upper, 11.32, 1e-12) {
		t.Errorf("baselines: %+v and %+v", points[0], points[19])
	}
}

func TestFewPointsAreNotJudged(t *testing.T) {
	for _, c := range []struct {
		points, rule    int
		noLimits, trial bool
	}{{0, 0, true, true}, {7, 3, true, true}, {8, 0, false, true}, {12, 0, false, true}, {13, 0, false, false}} {
		y := []float64{gap}
		for i := range c.points {
			y = append(y, float64(i))
		}
		chart := XmR(y, nil, XmROptions{RulePoints: c.rule, Better: Up})
		if chart.NoLimits != c.noLimits || chart.Trial != c.trial || (chart.Variation == "") != c.noLimits {
			t.Errorf("%d points: %+v", c.points, chart)
		}
		for _, p := range chart.Points {
			if c.noLimits && (p.Cause != "" || !math.IsNaN(p.Upper) || !math.IsNaN(p.NearLower)) {
				t.Errorf("%d points: %+v", c.points, p)
			}
			if c.points > 0 && math.IsNaN(p.Mean) {
				t.Errorf("%d points have no mean", c.points)
			}
		}
	}
	if chart := XmR([]float64{1, gap, 2, gap, 3, gap, 4, gap, 5, gap, 6, gap, 7, gap, 8}, nil, XmROptions{}); !chart.NoLimits {
		t.Error("limits without a moving range")
	}
	if chart := XmR(nil, nil, XmROptions{}); !chart.NoLimits || !chart.Trial || len(chart.Points) != 0 {
		t.Errorf("of nothing: %+v", chart)
	}
}

func TestAChangeForTheBetterIsCalledThat(t *testing.T) {
	shift := []float64{3, 3, 3, 3, 3, 3}
	trend := []float64{-3, -2.5, -2, -1, -0.5, 0, 0.5} // rising, though below the mean
	for _, c := range []struct {
		then          []float64
		up, down, not Verdict
	}{
		{shift, Improvement, Concern, Neutral},
		{trend, Improvement, Concern, Neutral},
		{[]float64{1, -2, -2}, Concern, Improvement, Neutral},
		{[]float64{-9}, Concern, Improvement, Neutral},
		{[]float64{-9, gap}, Concern, Improvement, Neutral}, // the latest that is there
		{[]float64{9, 3}, Common, Common, Common},
	} {
		for better, want := range map[Better]Verdict{Up: c.up, Down: c.down, Neither: c.not, "": c.not} {
			chart := XmR(append(slices.Clone(steady), c.then...), nil, XmROptions{Baseline: 8, Better: better})
			if chart.Variation != want {
				t.Errorf("%v, better %q: %s, want %s", c.then, better, chart.Variation, want)
			}
		}
	}
	// A turning point goes where the trend after it goes.
	points := XmR(append(slices.Clone(steady), 1.2, 1.4, 1.6, 1.8, 2.2, 2.4, 2.6, 2.5, 2.3, 1.9, 1.7, 1.5, 1.3), nil,
		XmROptions{Baseline: 8, Better: Up}).Points
	if points[13].Verdict != Improvement || points[14].Verdict != Concern {
		t.Errorf("before and at the turn: %s, %s", points[13].Verdict, points[14].Verdict)
	}
}

func TestATargetIsHeldAgainstTheLatestLimits(t *testing.T) {
	for _, c := range []struct {
		target            float64
		up, down, neither string
	}{
		{-4, ConsistentlyMet, ConsistentlyMissed, ""},
		{-3.32, HitAndMiss, HitAndMiss, ""}, // on the limit
		{2, HitAndMiss, HitAndMiss, ""},
		{7.32, HitAndMiss, HitAndMiss, ""},
		{8, ConsistentlyMissed, ConsistentlyMet, ""},
	} {
		y := append([]float64{100, 100, 100, 100, 100, 100, 100, 100}, steady...)
		segments := append(make([]string, 8), "b", "b", "b", "b", "b", "b", "b", "b")
		for better, want := range map[Better]string{Up: c.up, Down: c.down, Neither: c.neither} {
			if got := XmR(y, segments, XmROptions{Better: better, Target: &c.target}).Assurance; got != want {
				t.Errorf("target %v, better %s: %q, want %q", c.target, better, got, want)
			}
		}
	}
	target := 2.0
	if got := XmR(steady[:7], nil, XmROptions{Better: Up, Target: &target}).Assurance; got != "" {
		t.Errorf("without limits: %q", got)
	}
	if got := XmR(steady, nil, XmROptions{Better: Up}).Assurance; got != "" {
		t.Errorf("without a target: %q", got)
	}
}

func TestAJudgementDoesNotDependOnTheScaleOrItsDirection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Tenths, with many equal neighbours.
		tenths := rapid.SliceOfN(rapid.IntRange(-30, 30), 0, 40).Draw(t, "tenths")
		missing := rapid.SliceOfN(rapid.IntRange(0, 9), len(tenths), len(tenths)).Draw(t, "missing")
		shift := float64(rapid.IntRange(-10000, 10000).Draw(t, "shift")) / 10
		o := XmROptions{
			Baseline:   rapid.IntRange(0, 20).Draw(t, "baseline"),
			RulePoints: rapid.IntRange(0, 8).Draw(t, "rule"),
			KeepAll:    rapid.Bool().Draw(t, "keep"),
			Edition:    rapid.SampledFrom([]Edition{Current, Classic}).Draw(t, "edition"),
			Better:     rapid.SampledFrom([]Better{Up, Down, Neither}).Draw(t, "better"),
		}
		var y, shifted, negated []float64
		var segments []string
		for i, v := range tenths {
			value := float64(v) / 10
			if missing[i] == 0 {
				value = gap
			}
			y = append(y, value)
			shifted = append(shifted, value+shift)
			negated = append(negated, -value)
			segments = append(segments, []string{"a", "b"}[i/25])
		}
		mirrored := map[Verdict]Verdict{Improvement: Concern, Concern: Improvement, Neutral: Neutral, "": "", Common: Common}
		chart, other, mirror := XmR(y, segments, o), XmR(shifted, segments, o), XmR(negated, segments, o)
		for i, p := range chart.Points {
			if q := other.Points[i]; p.Cause != q.Cause || p.Verdict != q.Verdict {
				t.Fatalf("%v and %v more: %+v, %+v", p.Y, shift, p, q)
			}
			if q := mirror.Points[i]; p.Cause != q.Cause || q.Verdict != mirrored[p.Verdict] {
				t.Fatalf("%v and negated: %+v, %+v", p.Y, p, q)
			}
			if (p.Cause == "") != (p.Verdict == "") || p.Cause != "" && math.IsNaN(p.Y) {
				t.Fatalf("%+v", p)
			}
		}
		if mirror.Variation != mirrored[chart.Variation] {
			t.Fatalf("%s and negated %s", chart.Variation, mirror.Variation)
		}
	})
}
