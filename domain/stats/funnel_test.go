package stats

import (
	"errors"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// beside gives group's point in a funnel where all together, with it, have the
// rate theta; the others make up so many people that they are.
func beside(t *testing.T, numerator, denominator, restNumerator, restDenominator int, m Method) FunnelPoint {
	t.Helper()
	f, err := NewFunnel([]Group{{"a", numerator, denominator}, {"b", restNumerator, restDenominator}}, m)
	if err != nil {
		t.Fatal(err)
	}
	return f.Points[0]
}

func TestAServiceIsComparedByItsOwnNumberOfPeople(t *testing.T) {
	// θ = 0.5 throughout.
	for _, c := range []struct {
		numerator, denominator int
		method                 Method
		want                   FunnelPoint
	}{
		{50, 100, Score, FunnelPoint{Rate: 0.5, Lower95: 0.4020018, Upper95: 0.5979982, Lower998: 0.34548839, Upper998: 0.65451161}},
		{50, 100, "", FunnelPoint{Rate: 0.5, Lower95: 0.4020018, Upper95: 0.5979982, Lower998: 0.34548839, Upper998: 0.65451161}},
		{2, 4, Score, FunnelPoint{Rate: 0.5, Lower95: 0.0100090, Upper95: 0.989991, Lower998: 0, Upper998: 1}},
		// P(R ≤ 0) = 1/16, P(R ≤ 3) = 15/16: (4 - (1 - 0.975)·16)/4 above, and clipped below.
		{2, 4, "", FunnelPoint{Rate: 0.5, Lower95: 0, Upper95: 0.9, Lower998: 0, Upper998: 0.996}},
		{2, 4, Exact, FunnelPoint{Rate: 0.5, Lower95: 0, Upper95: 0.9, Lower998: 0, Upper998: 0.996}},
		// P(R ≤ 2) = 56/1024: (2 - (56/1024 - 0.025)/(45/1024))/10; P(R ≤ 8) = 1013/1024
		// likewise. The limits are not each other's mirror image.
		{5, 10, "", FunnelPoint{Rate: 0.5, Lower95: 0.13244444, Upper95: 0.76755556, Lower998: 0.00024, Upper998: 0.89976}},
	} {
		got := beside(t, c.numerator, c.denominator, 500, 1000, c.method)
		for _, v := range []struct {
			name      string
			got, want float64
		}{
			{"rate", got.Rate, c.want.Rate},
			{"lower 95 %", got.Lower95, c.want.Lower95}, {"upper 95 %", got.Upper95, c.want.Upper95},
			{"lower 99.8 %", got.Lower998, c.want.Lower998}, {"upper 99.8 %", got.Upper998, c.want.Upper998},
		} {
			if !near(v.got, v.want, 1e-6) {
				t.Errorf("%d of %d, %q: %s %v, want %v", c.numerator, c.denominator, c.method, v.name, v.got, v.want)
			}
		}
	}
}

func TestSmallServicesHaveExactLimits(t *testing.T) {
	for n, want := range map[int]Method{29: Exact, 30: Score} {
		rest := 1000 - n
		if got, same := beside(t, 5, n, 395, rest, ""), beside(t, 5, n, 395, rest, want); got != same {
			t.Errorf("%d people: %+v, want %s", n, got, want)
		}
	}
}

func TestAServiceDiffersOnlyByMoreThanChance(t *testing.T) {
	for _, c := range []struct {
		numerator, denominator, restNumerator, restDenominator int
		method                                                 Method
		want                                                   string
	}{
		{55, 100, 445, 900, Score, ""},
		{60, 100, 440, 900, Score, Differs95},
		{40, 100, 460, 900, Score, Differs95},
		{66, 100, 434, 900, Score, Differs998},
		{34, 100, 466, 900, Score, Differs998},
		{12, 12, 888, 988, Exact, ""}, // happens in more than a quarter of such services
		{0, 12, 100, 988, Exact, ""},
		{0, 12, 500, 988, Exact, Differs998},
		{12, 12, 488, 988, Exact, Differs998}, // once in 4096
		{6, 6, 494, 994, Exact, Differs95},    // once in 64
		{5, 5, 495, 995, Exact, ""},           // once in 32: more than 2.5 %
		{0, 5, 500, 995, Exact, ""},
	} {
		if got := beside(t, c.numerator, c.denominator, c.restNumerator, c.restDenominator, c.method); got.Verdict != c.want {
			t.Errorf("%d of %d beside %d of %d: %+v, want %q", c.numerator, c.denominator, c.restNumerator, c.restDenominator, got, c.want)
		}
	}
	for _, m := range []Method{Score, Exact, ""} {
		if got := beside(t, 10, 10, 40, 40, m); got.Verdict != "" || got.Lower95 != 1 || got.Upper998 != 1 {
			t.Errorf("all in every service: %+v", got)
		}
		if got := beside(t, 0, 10, 0, 40, m); got.Verdict != "" || got.Lower95 != 0 || got.Upper998 != 0 {
			t.Errorf("nobody in any service: %+v", got)
		}
	}
}

func TestAFunnelThatCannotBeDrawnSaysWhy(t *testing.T) {
	some := func(k int) []Group {
		var out []Group
		for range k {
			out = append(out, Group{"x", 3, 10})
		}
		return out
	}
	for _, c := range []struct {
		groups []Group
		method Method
		want   error
	}{
		{some(9), Overdispersed, ErrFewGroups},
		{some(10), Overdispersed, nil},
		{some(9), "", nil},
		{some(1), "other", ErrMethod},
		{append(some(1), Group{"x", 0, 0}), "", ErrGroup},
		{append(some(1), Group{"x", -1, 5}), "", ErrGroup},
		{append(some(1), Group{"x", 6, 5}), "", ErrGroup},
		{nil, "", nil},
	} {
		f, err := NewFunnel(c.groups, c.method)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%d groups, %q: %v, want %v", len(c.groups), c.method, err, c.want)
		}
		if err == nil && math.IsNaN(f.Phi) != (len(c.groups) < 10) {
			t.Errorf("%d groups: φ is %v", len(c.groups), f.Phi)
		}
	}
}

func TestServicesThatVaryAllAreNotAllOutliers(t *testing.T) {
	var groups []Group
	for i := range 20 {
		groups = append(groups, Group{strconv.Itoa(i), 300 + i*20, 1000})
	}
	differing := func(m Method) int {
		f, err := NewFunnel(groups, m)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range f.Points {
			if p.Verdict != "" {
				n++
			}
		}
		return n
	}
	if score, over := differing(Score), differing(Overdispersed); score < 15 || over > 2 {
		t.Errorf("of 20 services %d differ, and %d where variation between them is allowed for", score, over)
	}
}

func TestAServiceIsJudgedAlikeWhereverItStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var groups []Group
		for i := range rapid.IntRange(1, 15).Draw(t, "k") {
			n := rapid.IntRange(1, 200).Draw(t, "n")
			groups = append(groups, Group{strconv.Itoa(i), rapid.IntRange(0, n).Draw(t, "x"), n})
		}
		methods := []Method{"", Score, Exact}
		if len(groups) >= 10 {
			methods = append(methods, Overdispersed)
		}
		m := rapid.SampledFrom(methods).Draw(t, "method")
		f, err := NewFunnel(groups, m)
		if err != nil {
			t.Fatal(err)
		}
		other, err := NewFunnel(rapid.Permutation(groups).Draw(t, "otherwise"), m)
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]FunnelPoint{}
		for _, p := range other.Points {
			byName[p.Name] = p
		}
		for i, p := range f.Points {
			if p.Group != groups[i] || p != byName[p.Name] {
				t.Fatalf("%+v, otherwise %+v", p, byName[p.Name])
			}
			if !(0 <= p.Lower998 && p.Lower998 <= p.Lower95 && p.Lower95 <= p.Upper95 && p.Upper95 <= p.Upper998 && p.Upper998 <= 1) {
				t.Fatalf("limits of %+v", p)
			}
			if p.Verdict != "" && p.Lower95 <= p.Rate && p.Rate <= p.Upper95 {
				t.Fatalf("within the limits: %+v", p)
			}
		}
	})
}
