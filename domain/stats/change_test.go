package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestChangeIsThatOfThePublishedExample(t *testing.T) {
	// Jacobson & Truax 1991, from 32.5 to 47.5 by a norm with SD 7.5, r = 0.80.
	c := ReliableChange(32.5, 47.5, 7.5, 0.80, Up)
	if math.Abs(c.RC-3.16) > 0.005 || !near(c.RC, math.Sqrt(10), 1e-12) || c.Verdict != ReliablyBetter {
		t.Errorf("got %+v", c)
	}
	low, high := Norm{Mean: 40, SD: 7.5}, Norm{Mean: 60, SD: 7.5}
	if a, b, c := Cutoffs(low, high); a != 55 || b != 45 || c != 50 {
		t.Errorf("cut-offs %v, %v and %v, published are 55, 45 and 50", a, b, c)
	}
	if a, b, c := Cutoffs(high, low); a != 45 || b != 55 || c != 50 { // of a measure where lower is better
		t.Errorf("mirrored cut-offs %v, %v and %v", a, b, c)
	}
	if _, _, c := Cutoffs(Norm{Mean: 10, SD: 1}, Norm{Mean: 40, SD: 4}); c != 16 {
		t.Errorf("cut-off c %v is not as many standard deviations from either mean", c)
	}
}

func TestNobodysChangeIsCalledReliableWithinTheError(t *testing.T) {
	// With SD = 1 and r = 0.5 a difference has a standard error of 1.
	for _, c := range []struct {
		post   float64
		better Better
		want   ChangeVerdict
	}{
		{1.95, Up, NoReliableChange},
		{1.96, Up, NoReliableChange}, // beyond, not at
		{1.97, Up, ReliablyBetter},
		{-1.97, Up, ReliablyWorse},
		{1.97, Down, ReliablyWorse},
		{-1.97, Down, ReliablyBetter},
		{0, Down, NoReliableChange},
		{1, Neither, NoReliableChange},
		{5, Neither, ""},
		{math.NaN(), Up, ""},
	} {
		if got := ReliableChange(0, c.post, 1, 0.5, c.better); got.Verdict != c.want {
			t.Errorf("to %v, better %s: %+v, want %q", c.post, c.better, got, c.want)
		}
	}
	for _, norm := range [][2]float64{{0, 0.5}, {-1, 0.5}, {1, 1}, {1, -0.1}, {math.NaN(), 0.5}, {1, math.NaN()}} {
		if got := ReliableChange(0, 9, norm[0], norm[1], Up); !math.IsNaN(got.RC) || got.Verdict != "" {
			t.Errorf("without a norm (%v): %+v", norm, got)
		}
	}
}

func TestACutOffIsCrossedOnlyByAReliableChangeThatWay(t *testing.T) {
	for _, c := range []struct {
		pre, post float64
		better    Better
		verdict   ChangeVerdict
		want      bool
	}{
		{40, 60, Up, ReliablyBetter, true},
		{40, 60, Up, NoReliableChange, false},
		{40, 50, Up, ReliablyBetter, false}, // on it is not across
		{50, 60, Up, ReliablyBetter, false},
		{51, 60, Up, ReliablyBetter, false},
		{60, 40, Up, ReliablyWorse, true},
		{60, 40, Down, ReliablyBetter, true},
		{40, 60, Down, ReliablyWorse, true},
		{40, 60, Up, ReliablyWorse, false}, // the change was the other way
		{40, 60, Up, "", false},
	} {
		if got := CrossedCutoff(c.pre, c.post, 50, c.better, c.verdict); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestADirectionIsOnlyAWord(t *testing.T) {
	mirrored := map[ChangeVerdict]ChangeVerdict{
		ReliablyBetter: ReliablyWorse, ReliablyWorse: ReliablyBetter, NoReliableChange: NoReliableChange,
	}
	rapid.Check(t, func(t *rapid.T) {
		pre, post := rapid.Float64Range(-50, 50).Draw(t, "pre"), rapid.Float64Range(-50, 50).Draw(t, "post")
		sd, r := rapid.Float64Range(0.1, 20).Draw(t, "sd"), rapid.Float64Range(0, 0.99).Draw(t, "r")
		up, down, back := ReliableChange(pre, post, sd, r, Up), ReliableChange(pre, post, sd, r, Down), ReliableChange(post, pre, sd, r, Up)
		if up.RC != down.RC || down.Verdict != mirrored[up.Verdict] || back.Verdict != down.Verdict {
			t.Fatalf("up %+v, down %+v, back %+v", up, down, back)
		}
	})
}
