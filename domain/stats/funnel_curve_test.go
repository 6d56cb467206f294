package stats

import "testing"

func TestACurveGoesThroughTheLimitsOfEveryGroup(t *testing.T) {
	groups := []Group{{"a", 5, 12}, {"b", 20, 29}, {"c", 21, 30}, {"d", 50, 90}, {"e", 10, 40}}
	for _, m := range []Method{"", Score, Exact} {
		f, err := NewFunnel(groups, m)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range f.Points {
			if got, want := f.Limits(p.Denominator, m), (FunnelLimits{p.Denominator, p.Lower95, p.Upper95, p.Lower998, p.Upper998}); got != want {
				t.Errorf("%s, %q: %v, want %v", p.Name, m, got, want)
			}
		}
	}
}
