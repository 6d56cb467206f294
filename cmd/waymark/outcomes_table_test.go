package main

import (
	"slices"
	"testing"

	"github.com/waymark/waymark/projections"
)

// A month that is half over looks like one that went badly, and so does one in
// which nobody wrote anything down.
func TestAServiceIsNotShownByAMonthThatIsNotOver(t *testing.T) {
	month := func(period string, took int) projections.Figure {
		return projections.Figure{Service: "north", Period: period, Outcome: "decisions.took_part", N: took, Numerator: took}
	}
	supported := projections.Figure{Service: "north", Period: "2026-05", Outcome: "people.supported", N: 4, Numerator: 4}
	all := []projections.Figure{
		month("2026-01", 1), month("2026-02", 1), month("2026-03", 1), month("2026-04", 1), month("2026-05", 0), supported, month("2026-06", 1),
	}
	for _, test := range []struct {
		name    string
		figures []projections.Figure
		now     string
		want    []string
		over    bool
	}{
		{"a month without entries is passed over", all, "2026-07", []string{"2026-03", "2026-04", "2026-06"}, true},
		{"the present month is left out", all, "2026-06", []string{"2026-02", "2026-03", "2026-04"}, true},
		{"fewer are all there are", all, "2026-02", []string{"2026-01"}, true},
		{"none is over yet", all[:1], "2026-01", []string{"2026-01"}, false},
		{"nothing was recorded", nil, "2026-01", nil, false},
	} {
		table := tabulate(test.figures)
		got, over := table.recent(table.months(), test.now)
		if !slices.Equal(got, test.want) || over != test.over {
			t.Errorf("%s: %v, %t", test.name, got, over)
		}
	}
}
