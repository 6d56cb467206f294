package stats

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// after makes people seen from the start, the event at each time; a negative
// time is that of somebody last seen.
func after(times ...float64) []Observed {
	var out []Observed
	for _, t := range times {
		o := Observed{Time: math.Abs(t), Cause: 1}
		if t < 0 {
			o.Cause = 0
		}
		out = append(out, o)
	}
	return out
}

func TestTheCurveIsThePublishedOne(t *testing.T) {
	// Freireich et al. 1963 (Blood 21:699-716), the 21 people given 6-MP: the curve
	// that textbooks print.
	people := after(6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35)
	want := map[float64][4]float64{ // time: survival, standard error, log limits
		6: {0.857, 0.0764, 0.720, 1.000}, 7: {0.807, 0.0869, 0.653, 0.996}, 10: {0.753, 0.0963, 0.586, 0.968},
		13: {0.690, 0.1068, 0.510, 0.935}, 16: {0.627, 0.1141, 0.439, 0.896}, 22: {0.538, 0.1282, 0.337, 0.858},
		23: {0.448, 0.1346, 0.249, 0.807},
	}
	steps := KaplanMeier(people, Log)
	seen := 0
	for _, s := range steps {
		if s.Events == 0 {
			continue
		}
		seen++
		for i, got := range []float64{s.Survival, s.StdError, s.Lower, s.Upper} {
			if math.Abs(got-want[s.Time][i]) > 0.0006 {
				t.Errorf("%+v, published are %v", s, want[s.Time])
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d steps with events, published are %d", seen, len(want))
	}
	if median, lower, upper := MedianTime(steps); median != 23 || lower != 16 || !math.IsNaN(upper) {
		t.Errorf("median %v (%v to %v), published is 23 (16 to none)", median, lower, upper)
	}
}

func TestThoseStillThereCountUntilTheyWereLastSeen(t *testing.T) {
	// Who was last seen on the day of an event was still at risk on it.
	steps := KaplanMeier(after(2, -2, -1, 5), LogLog)
	want := []Step{
		{Time: 1, AtRisk: 4, Censored: 1, Survival: 1},
		{Time: 2, AtRisk: 3, Events: 1, Censored: 1, Survival: 2.0 / 3},
		{Time: 5, AtRisk: 1, Events: 1, Survival: 0},
	}
	if len(steps) != len(want) {
		t.Fatalf("got %+v", steps)
	}
	for i, w := range want {
		s := steps[i]
		if s.Time != w.Time || s.AtRisk != w.AtRisk || s.Events != w.Events || s.Censored != w.Censored || !near(s.Survival, w.Survival, 1e-12) {
			t.Errorf("got %+v, want %+v", s, w)
		}
	}
	if s := steps[0]; s.StdError != 0 || !math.IsNaN(s.Lower) || !math.IsNaN(s.Upper) {
		t.Errorf("before the first event: %+v", s)
	}
	if s := steps[2]; !math.IsNaN(s.StdError) || !math.IsNaN(s.Lower) || !math.IsNaN(s.Upper) {
		t.Errorf("with nobody left: %+v", s)
	}
}

func TestWhoEntersLateIsNotCountedBefore(t *testing.T) {
	people := []Observed{
		{Entry: 0, Time: 3, Cause: 1}, {Entry: 0, Time: 9, Cause: 0},
		{Entry: 3, Time: 7, Cause: 1},           // not yet at risk on day 3
		{Entry: 2, Time: 8, Cause: 1},           // at risk on day 3
		{Entry: 7, Time: 7, Cause: 1},           // never seen at risk
		{Entry: 8, Time: 2, Cause: 1},           // nor this one
		{Entry: 0, Time: math.NaN(), Cause: 1},  // not known
		{Entry: 0, Time: 0, Cause: 1},           // on the first day, and counts
		{Entry: math.NaN(), Time: 4, Cause: 1},  // not known
		{Entry: 0, Time: -1, Cause: 1},          // cannot be
		{Entry: math.Inf(1), Time: math.Inf(1)}, // nor this
		{Entry: -5, Time: 1, Cause: 0},          // from before the start: seen from the start
	}
	want := []string{"0 4 1", "1 3 0", "3 3 1", "7 3 1", "8 2 1", "9 1 0"} // time, at risk, events
	steps := KaplanMeier(people, "")
	if len(steps) != len(want) {
		t.Fatalf("got %+v", steps)
	}
	for i, s := range steps {
		if got := fmt.Sprintf("%v %d %d", s.Time, s.AtRisk, s.Events); got != want[i] {
			t.Errorf("got %s, want %s", got, want[i])
		}
	}
}

func TestTheMedianIsWhenHalfHaveMovedOn(t *testing.T) {
	// Of n people who all move on, on days 1 to n, the half has after n/2 days: no
	// rounding of the product may put it off by a day.
	for n := 2; n <= 400; n += 2 {
		var days []float64
		for d := range n {
			days = append(days, float64(d+1))
		}
		if median, _, _ := MedianTime(KaplanMeier(after(days...), LogLog)); median != float64(n/2) {
			t.Errorf("of %d people: %v", n, median)
		}
	}
	if median, lower, upper := MedianTime(KaplanMeier(after(1, -2, -3, -4), LogLog)); !math.IsNaN(median) || !math.IsNaN(upper) || lower != 1 {
		t.Errorf("not reached: %v (%v to %v)", median, lower, upper)
	}
	if median, _, _ := MedianTime(nil); !math.IsNaN(median) {
		t.Errorf("of nobody: %v", median)
	}
}

func TestADeathIsNotTakenForSomebodyStillThere(t *testing.T) {
	// Of four, one moves on, one dies, one moves on, one is last seen.
	people := []Observed{{Time: 1, Cause: 1}, {Time: 2, Cause: 2}, {Time: 3, Cause: 1}, {Time: 4}}
	got := AalenJohansen(people, 2)
	want := [][2]float64{{0.25, 0}, {0.25, 0.25}, {0.5, 0.25}, {0.5, 0.25}}
	for i, w := range want {
		if !near(got[i].CIF[0], w[0], 1e-12) || !near(got[i].CIF[1], w[1], 1e-12) {
			t.Errorf("on day %v: %v, want %v", got[i].Time, got[i].CIF, w)
		}
	}
	// With nobody censored before, the variance is that of a share: p(1 - p)/n.
	if se := got[2].StdError; !near(se[0], 0.25, 1e-12) || !near(se[1], math.Sqrt(0.1875/4), 1e-12) {
		t.Errorf("standard errors %v", se)
	}
	// A cause without a column still ends a person's time.
	for i, one := range AalenJohansen(people, 1) {
		if one.CIF[0] != got[i].CIF[0] || len(one.CIF) != 1 {
			t.Errorf("one column: %+v, two: %+v", one, got[i])
		}
	}
}

func drawPeople(t *rapid.T) []Observed {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Observed {
		o := Observed{Time: float64(rapid.IntRange(0, 30).Draw(t, "time")), Cause: rapid.IntRange(0, 3).Draw(t, "cause")}
		if rapid.Bool().Draw(t, "late") {
			o.Entry = float64(rapid.IntRange(0, 30).Draw(t, "entry"))
		}
		return o
	}), 0, 60).Draw(t, "people")
}

func TestACurveOnlyFallsAndDoesNotDependOnWhoComesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := drawPeople(t)
		other := rapid.Permutation(people).Draw(t, "otherwise")
		limits := rapid.SampledFrom([]Limits{LogLog, Log, ""}).Draw(t, "limits")
		steps := KaplanMeier(people, limits)
		if fmt.Sprint(steps) != fmt.Sprint(KaplanMeier(other, limits)) { // printed, so that NaN equals NaN
			t.Fatal("another order gives another curve")
		}
		before := Step{Time: -1, Survival: 1}
		for _, s := range steps {
			if s.Time <= before.Time || s.Survival > before.Survival || s.Survival < 0 || s.Events+s.Censored > s.AtRisk || s.AtRisk == 0 {
				t.Fatalf("%+v after %+v", s, before)
			}
			if !math.IsNaN(s.Lower) && !(0 <= s.Lower && s.Lower <= s.Survival && s.Survival <= s.Upper && s.Upper <= 1) {
				t.Fatalf("limits of %+v", s)
			}
			before = s
		}
		incidence := AalenJohansen(people, 3)
		if fmt.Sprint(incidence) != fmt.Sprint(AalenJohansen(other, 3)) {
			t.Fatal("another order gives another incidence")
		}
		last := []float64{0, 0, 0}
		for i, at := range incidence {
			all := 0.0
			for j, c := range at.CIF {
				if c < last[j] || !(at.StdError[j] >= 0) {
					t.Fatalf("%+v", at)
				}
				all += c
			}
			last = at.CIF
			if math.Abs(1-all-steps[i].Survival) > 1e-12 {
				t.Fatalf("all causes together %v, survival %v", all, steps[i].Survival)
			}
		}
		// One cause alone is Kaplan and Meier's curve, standard error and all.
		for i := range people {
			people[i].Cause = min(people[i].Cause, 1)
		}
		for i, at := range AalenJohansen(people, 1) {
			if s := steps[i]; math.Abs(1-at.CIF[0]-s.Survival) > 1e-12 || s.Survival > 0 && math.Abs(at.StdError[0]-s.StdError) > 1e-9 {
				t.Fatalf("%+v, %+v", at, s)
			}
		}
	})
}
