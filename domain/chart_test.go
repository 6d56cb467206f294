package domain

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/waymark/waymark/domain/stats"
)

const january2024 = 2024 * 12

func outcomeOf(t *testing.T, id string) Outcome {
	t.Helper()
	o, ok := OutcomeOf(id)
	if !ok {
		t.Fatalf("no outcome %s", id)
	}
	return o
}

// shares are figures of so many yes of n, from a month on; a negative yes is a
// period in which nothing was recorded.
func shares(every Every, from, n int, yes ...int) (figures []Figure) {
	period := PeriodOf(every, from)
	for _, y := range yes {
		f := Figure{Service: "north", Period: period, Numerator: &y, Denominator: &n, N: n}
		if y < 0 {
			y, f.NoEntries = 0, true // none of the people supported, as far as anybody knows
		}
		v := float64(y) / float64(n)
		f.Value, f.Lower, f.Upper = &v, &v, &v
		figures = append(figures, f)
		period = period.Next()
	}
	return figures
}

func counts(from int, numbers ...int) (figures []Figure) {
	for i, n := range numbers {
		figures = append(figures, Figure{Service: "north", Period: PeriodOf("month", from+i), Numerator: &n, N: n})
	}
	return figures
}

func means(from, n int, values ...float64) (figures []Figure) {
	for i, v := range values {
		figures = append(figures, Figure{Service: "north", Period: PeriodOf("month", from+i), Value: &v, N: n})
	}
	return figures
}

// state marks the last figures as not judged yet.
func state(figures []Figure, states ...FigureState) []Figure {
	for i, s := range states {
		figures[len(figures)-len(states)+i].State = s
	}
	return figures
}

// steady is the usual ups and downs of two years: a mean of 10 of 20, and no
// rule broken.
var steady = []int{10, 12, 9, 11, 8, 10, 11, 9, 12, 10, 8, 11, 9, 10, 12, 9, 10, 11, 8, 10, 11, 9, 10, 12}

func TestASentenceUnderAChartSaysWhatMayBeSaidAndNoMore(t *testing.T) {
	const again = " Many of the same people are counted each month, so take what you see as a question, not as an answer."
	const quarterly = " Many of the same people are counted each quarter, so take what you see as a question, not as an answer."
	const alone = " Take what you see as a question, not as an answer."
	base := func(more ...int) []int { return append(append([]int{}, steady...), more...) }
	var quarters []int
	for range 3 {
		quarters = append(quarters, 5, 6, 4, 5)
	}
	for _, test := range []struct {
		name, outcome string
		months        []Figure
		quarters      []Figure
		rebases       []Rebase
		opts          ChartOptions
		kind          ChartKind
		variation     string
		sentence      string
	}{
		{name: "nothing unusual", outcome: "activities.people", months: shares("month", january2024, 20, base(9)...),
			kind: ControlChart, variation: "common", sentence: "Steady up to January 2026: nothing but the usual ups and downs." + again},
		{name: "one point out, up is better", outcome: "activities.people", months: shares("month", january2024, 20, base(19)...),
			kind: ControlChart, variation: "improvement", sentence: "January 2026 is above the usual range: an improvement." + again},
		{name: "one point out, down is better", outcome: "restrictions.in_force", months: shares("month", january2024, 20, base(19)...),
			kind: ControlChart, variation: "concern", sentence: "January 2026 is above the usual range: a concern worth asking about." + again},
		{name: "one point out, neither is better", outcome: "decisions.people", months: shares("month", january2024, 20, base(1)...),
			kind: ControlChart, variation: "neutral", sentence: "January 2026 is below the usual range: a change, neither better nor worse by itself." + again},
		{name: "three points out", outcome: "activities.people", months: shares("month", january2024, 20, base(18, 20, 19)...), opts: ChartOptions{Baseline: 24},
			kind: ControlChart, variation: "improvement", sentence: "The last three months, up to March 2026, are above the usual range: an improvement." + again},
		{name: "seven in a row", outcome: "activities.people", months: shares("month", january2024, 20, base(9, 9, 8, 9, 9, 8, 9)...), opts: ChartOptions{Baseline: 24},
			kind: ControlChart, variation: "concern", sentence: "Seven months in a row, up to July 2026, below the usual level: a concern worth asking about." + again},
		{name: "six in a row are none", outcome: "activities.people", months: shares("month", january2024, 20, base(11, 9, 9, 8, 9, 9, 8)...), opts: ChartOptions{Baseline: 24},
			kind: ControlChart, variation: "common", sentence: "Steady up to July 2026: nothing but the usual ups and downs." + again},
		{name: "rising", outcome: "activities.people", months: shares("month", january2024, 40, 20, 24, 18, 22, 16, 20, 22, 18, 24, 20, 16, 22, 14, 15, 17, 19, 21, 22, 23),
			kind: ControlChart, variation: "improvement", sentence: "Rising over the last seven months, up to July 2025: an improvement." + again},
		{name: "two of three", outcome: "activities.people", months: shares("month", january2024, 20, base(14, 11, 14)...), opts: ChartOptions{Baseline: 24},
			kind: ControlChart, variation: "improvement", sentence: "Two of the last three months, up to March 2026, are far above the usual level: an improvement." + again},
		{name: "back again", outcome: "activities.people", months: shares("month", january2024, 20, base(19, 10)...),
			kind: ControlChart, variation: "common", sentence: "February 2026 is within the usual ups and downs; the latest signal was in January 2026." + again},
		{name: "the months that may change are not named", outcome: "activities.people", months: state(shares("month", january2024, 20, base(9, 20, 20)...), "may_change", "not_over"),
			kind: ControlChart, variation: "common", sentence: "Steady up to January 2026: nothing but the usual ups and downs." + again},
		{name: "quarters where months are small", outcome: "activities.people", months: shares("month", january2024, 9, steady[:24]...), quarters: shares("quarter", january2024, 12, quarters...),
			kind: ControlChart, variation: "common", sentence: "Steady up to October–December 2026: nothing but the usual ups and downs." + quarterly},
		{name: "too few people", outcome: "activities.people", months: shares("month", january2024, 9, 4, 5, 3, 4, 5, 4, 3, 4, 5), quarters: shares("quarter", january2024, 12, 5, 6, 4),
			kind: RunChart, sentence: "Too few to judge: that needs at least ten people in every month, with three on either side on average, or enough quarters like that. September 2024: 56% (5 of 9)." + again},
		{name: "almost all say yes", outcome: "decisions.took_part", months: shares("month", january2024, 20, 20, 19, 18, 20, 20, 19, 20, 20, 19),
			kind: RunChart, sentence: "Too few to judge: that needs at least ten decisions in every month, with three on either side on average, or enough quarters like that. September 2024: 95% (19 of 20)." + again},
		{name: "too early", outcome: "activities.people", months: shares("month", january2024, 20, steady[:7]...),
			kind: RunChart, sentence: "Too early to judge: seven months so far, and eight are needed. July 2024: 55% (11 of 20)." + again},
		{name: "too early since it began again", outcome: "activities.people", months: shares("month", january2024, 20, steady...), rebases: []Rebase{{"people", january2024 + 21, "service_changed"}},
			kind: RunChart, sentence: "Too early to judge: three months so far since the chart started again in October 2025, and eight are needed. December 2025: 60% (12 of 20)." + again},
		{name: "nothing at all", outcome: "activities.people", kind: RunChart, sentence: "Nothing to judge yet: no month that is over has anything to count."},
		{name: "a month by itself", outcome: "activities.people", months: shares("month", january2024, 20, 10, -1, 9, -1, 11, -1, 10, -1, 12, -1, 8, -1, 9, -1, 10),
			kind: RunChart, sentence: "Not judged: no two months in a row have anything to compare. March 2025: 50% (10 of 20)." + again},
		{name: "counts", outcome: "aspirations.reached", months: counts(january2024, 4, 3, 5, 2, 4, 3, 4, 5, 3, 4, 12),
			kind: ControlChart, variation: "neutral", sentence: "November 2024 is above the usual range: a change, neither better nor worse by itself." + alone},
		{name: "few counts", outcome: "support.died", months: counts(january2024, 0, 1, 0, 0, 0, 2, 0, 0, 1),
			kind: RunChart, sentence: "Too few to judge: fewer than three a month on average, or too few quarters instead. September 2024: 1." + alone},
		{name: "means of few people", outcome: "activities.valued", months: means(january2024, 9, 7, 6, 7, 8, 7, 6, 7.25, 8),
			kind: RunChart, sentence: "Too few to judge: that needs at least ten people in every month, or enough quarters like that. August 2024: 8 (n = 9)." + again},
		{name: "a change in ratings", outcome: "life.change_quality_of_life", months: means(january2024, 30, 1, 1.5, 0.5, 1, 1.5, 0.5, 1, 1.46),
			kind: RunChart, sentence: whyChange + " August 2024: 1.5 (n = 30)." + alone},
		{name: "what moved to what", outcome: "home.moved_staffing", months: counts(january2024, 4), kind: RunChart, sentence: whyNoChart},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := ChartOf(outcomeOf(t, test.outcome), test.months, test.quarters, test.rebases, test.opts)
			if c.Sentence != test.sentence {
				t.Errorf("says\n%s\nwant\n%s", c.Sentence, test.sentence)
			}
			if c.Kind != test.kind || c.Variation != test.variation {
				t.Errorf("is %s, %q, want %s, %q", c.Kind, c.Variation, test.kind, test.variation)
			}
			if strings.Contains(c.Sentence, "significant") || strings.Contains(c.Sentence, "because") {
				t.Error("claims too much")
			}
			for _, p := range c.Points {
				if lines := p.Mean != nil || p.Cause != ""; lines && c.Kind == RunChart {
					t.Fatal("a run chart judges")
				}
			}
			if _, err := json.Marshal(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAMonthThatMayStillChangeIsNeverJudged(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	before := ChartOf(o, shares("month", january2024, 20, steady...), nil, nil, ChartOptions{})
	after := ChartOf(o, state(shares("month", january2024, 20, append(steady[:24:24], 20, 0, 20)...), "may_change", "may_change", "not_over"), nil, nil, ChartOptions{})
	if *before.Points[0].Mean != *after.Points[0].Mean || *before.Points[23].UpperLimit != *after.Points[23].UpperLimit {
		t.Error("the limits moved")
	}
	for _, p := range after.Points[24:] {
		if p.Judged() || p.Cause != "" || p.Verdict != "" || p.UpperLimit != nil || p.Value == nil {
			t.Errorf("%s is judged, or not shown: %+v", p.Period, p)
		}
	}
}

func TestAMonthThatNobodyRecordedBreaksARunAndIsNotZero(t *testing.T) {
	run := append(steady[:24:24], 9, 9, 8, -1, 9, 9, 8, 9)
	c := ChartOf(outcomeOf(t, "activities.people"), shares("month", january2024, 20, run...), nil, nil, ChartOptions{Baseline: 24})
	if p := c.Points[27]; p.Value != nil || p.Lower != nil || p.Judged() {
		t.Error("the month without entries has a value")
	}
	for _, p := range c.Points {
		if p.Cause != "" {
			t.Errorf("%s is %s", p.Period, p.Cause)
		}
	}
	// What held at a month's end is known without entries of that month.
	c = ChartOf(outcomeOf(t, "home.settled"), shares("month", january2024, 20, run...), nil, nil, ChartOptions{Baseline: 24})
	if p := c.Points[27]; !p.Judged() || *p.Value != 0 {
		t.Error("what held at the month's end is missing")
	}
	// Where nobody records any more, nobody knows what holds.
	c = ChartOf(outcomeOf(t, "home.settled"), shares("month", january2024, 20, append(steady[:24:24], -1, -1)...), nil, nil, ChartOptions{Baseline: 24})
	if latest, _ := c.Latest(); latest.Period != c.Points[23].Period || c.Points[25].Value != nil {
		t.Error("what was last known of people's homes is taken for what holds, month after month")
	}
	// A month without any figure is as missing as one without entries.
	figures := shares("month", january2024, 20, run...)
	c = ChartOf(outcomeOf(t, "activities.people"), append(figures[:27:27], figures[28:]...), nil, nil, ChartOptions{Baseline: 24})
	if len(c.Points) != 32 || c.Points[27].Value != nil || c.Variation != "common" {
		t.Errorf("%d points, %v", len(c.Points), c.Points[27])
	}
}

func TestAChartStartsAgainOnlyWhereSomebodySaidSo(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	figures := shares("month", january2024, 20, 4, 6, 5, 3, 4, 5, 6, 4, 5, 4, 15, 16, 14, 15, 17, 15, 14, 16, 15, 14)
	whole := ChartOf(o, figures, nil, []Rebase{{"decisions.people", january2024 + 10, "service_changed"}}, ChartOptions{})
	if whole.Points[19].Segment != 0 || whole.Points[0].Cause == "" {
		t.Error("the chart was cut without a reason of its own")
	}
	// Given twice, and by the id without its aim; the later reason stands.
	c := ChartOf(o, figures, nil, []Rebase{{"people", january2024 + 10, "other"}, {"activities.people", january2024 + 10, "service_changed"}}, ChartOptions{})
	for i, p := range c.Points {
		segment, mean := 0, 0.23
		if i >= 10 {
			segment, mean = 1, 0.755
		}
		if p.Segment != segment || math.Abs(*p.Mean-mean) > 1e-12 || p.Cause != "" {
			t.Errorf("%s: segment %d, mean %v, %q", p.Period, p.Segment, *p.Mean, p.Cause)
		}
		if (p.Rebased == "service_changed") != (i == 10) {
			t.Errorf("%s starts again for %q", p.Period, p.Rebased)
		}
	}
	// Before everything there is to show it changes nothing.
	if early := ChartOf(o, figures, nil, []Rebase{{"people", january2024 - 3, "other"}}, ChartOptions{}); early.Points[0].Rebased != "" || early.Points[0].Segment != 0 {
		t.Error("an old restart is marked")
	}
}

func TestASegmentTooSmallShowsNoLines(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	figures := append(shares("month", january2024, 9, 4, 6, 5, 3, 4, 5, 6, 4, 5, 4), shares("month", january2024+10, 20, steady[:13]...)...)
	c := ChartOf(o, figures, nil, []Rebase{{"people", january2024 + 10, "service_changed"}}, ChartOptions{})
	if c.Kind != ControlChart || c.Points[0].Mean != nil || c.Points[10].LowerLimit == nil || c.Trial {
		t.Errorf("%s: %+v", c.Kind, c.Points[0])
	}
	// One month of nine people among the rest is enough to doubt them all.
	if c := ChartOf(o, figures, nil, nil, ChartOptions{}); c.Kind != RunChart {
		t.Error("judged by months of nine people")
	}
}

func TestAQuarterThatARestartDividesIsOnNeitherSide(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	months := shares("month", january2024, 3, 1)
	quarters := shares("quarter", january2024, 20, 4, 6, 5, 3, 4, 5, 6, 4, 9, 15, 16, 14, 15, 17, 15, 14, 16, 15, 14)
	divided := january2024 + 8*3 + 1
	c := ChartOf(o, months, quarters, []Rebase{{"people", divided, "recording_changed"}}, ChartOptions{})
	if c.Every != "quarter" || c.Kind != ControlChart {
		t.Fatalf("%s %s", c.Every, c.Kind)
	}
	for i, p := range c.Points {
		segment := 0
		if i > 8 {
			segment = 1
		}
		if p.Mixed != (i == 8) || p.Judged() == p.Mixed || p.Segment != segment || (p.Rebased != "") != (i == 9) || (p.Mean == nil) != p.Mixed {
			t.Errorf("%s: %+v", p.Period, p)
		}
	}
	if m := *c.Points[0].Mean; math.Abs(m-37./160) > 1e-12 {
		t.Errorf("the divided quarter moved the mean to %v", m)
	}
}

func TestAFewMonthsAreOnTrial(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	for n, want := range map[int]struct {
		kind  ChartKind
		trial bool
	}{7: {RunChart, false}, 8: {ControlChart, true}, 12: {ControlChart, true}, 13: {ControlChart, false}} {
		c := ChartOf(o, shares("month", january2024, 20, steady[:n]...), nil, nil, ChartOptions{})
		if c.Kind != want.kind || c.Trial != want.trial {
			t.Errorf("%d months: %s, trial %v", n, c.Kind, c.Trial)
		}
	}
}

func TestTheEditionsDifferWhereAPointIsBeyondTheLimits(t *testing.T) {
	o := outcomeOf(t, "activities.people")
	figures := shares("month", january2024, 20, append(steady[:24:24], 18, 14)...)
	now := ChartOf(o, figures, nil, nil, ChartOptions{Baseline: 24})
	then := ChartOf(o, figures, nil, nil, ChartOptions{Baseline: 24, Edition: stats.Classic})
	if now.Edition != "current" || then.Edition != "classic" || !now.Screened {
		t.Errorf("editions %q and %q", now.Edition, then.Edition)
	}
	three := append(figures, shares("month", january2024+26, 20, 11)...)
	now = ChartOf(o, three, nil, nil, ChartOptions{Baseline: 24})
	then = ChartOf(o, three, nil, nil, ChartOptions{Baseline: 24, Edition: stats.Classic})
	if now.Points[25].Cause != stats.TwoOfThree || then.Points[25].Cause != "" {
		t.Errorf("%q and %q", now.Points[25].Cause, then.Points[25].Cause)
	}
}

func TestATargetIsMetMissedOrAMatterOfChance(t *testing.T) {
	figures := shares("month", january2024, 20, steady...)
	for target, want := range map[float64]string{0.1: "consistently_met", 0.5: "hit_and_miss", 0.95: "consistently_missed"} {
		if c := ChartOf(outcomeOf(t, "activities.people"), figures, nil, nil, ChartOptions{Target: &target}); c.Assurance != want {
			t.Errorf("%v: %q", target, c.Assurance)
		}
	}
	target := 0.5
	if c := ChartOf(outcomeOf(t, "decisions.people"), figures, nil, nil, ChartOptions{Target: &target}); c.Assurance != "" {
		t.Error("a target was judged where neither direction is better")
	}
}
