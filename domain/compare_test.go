package domain

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
)

// services are one figure each, of so many yes of n.
func services(pairs ...[2]int) (figures []Figure, kinds map[string]ServiceKind) {
	kinds = map[string]ServiceKind{}
	for i, p := range pairs {
		id := fmt.Sprintf("s%02d", len(pairs)-i) // backwards
		figures = append(figures, Figure{Service: id, Period: PeriodOf("quarter", january2024), Numerator: &p[0], Denominator: &p[1], N: p[1]})
		kinds[id] = "community"
	}
	return figures, kinds
}

func TestServicesAreComparedOnlyWhereItTellsThemApart(t *testing.T) {
	const question = " A difference is a question about services and whom they support, not a verdict on either."
	o := outcomeOf(t, "activities.people")
	for _, test := range []struct {
		name     string
		pairs    [][2]int
		sentence string // empty where there is no comparison
	}{
		{"four services", [][2]int{{5, 10}, {6, 10}, {5, 10}, {5, 10}}, ""},
		{"five, one of them small", [][2]int{{5, 10}, {6, 10}, {5, 10}, {5, 10}, {5, 9}}, ""},
		{"six, one of them small", [][2]int{{5, 10}, {6, 10}, {5, 10}, {5, 10}, {5, 10}, {9, 9}},
			"None of the five community services differs from the group by more than chance. Not shown: one service with fewer than ten people." + question},
		{"one far out", [][2]int{{10, 100}, {50, 100}, {52, 100}, {49, 100}, {51, 100}},
			"One of the five community services differs from the group by more than chance: s05." + question},
		{"one near the edge of few", [][2]int{{40, 100}, {56, 100}, {55, 100}, {54, 100}, {55, 100}},
			"None of the five community services differs from the group by more than chance." + question},
		{"one near the edge of many", [][2]int{{38, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}, {50, 100}},
			"None of the ten community services differs from the group by more than chance. One is outside the 95% limits only, where chance alone would put about one in twenty." + question},
		{"services that differ anyway", [][2]int{{20, 100}, {80, 100}, {30, 100}, {70, 100}, {40, 100}, {60, 100}, {25, 100}, {75, 100}, {50, 100}, {50, 100}},
			"None of the ten community services differs from the group by more than chance; the limits allow for more difference between services than chance alone." + question},
	} {
		t.Run(test.name, func(t *testing.T) {
			figures, kinds := services(test.pairs...)
			all := Compare(o, figures, kinds)
			if test.sentence == "" {
				if len(all) != 0 {
					t.Fatalf("compared: %s", all[0].Sentence)
				}
				return
			}
			if len(all) != 1 {
				t.Fatalf("%d comparisons", len(all))
			}
			c := all[0]
			if c.Sentence != test.sentence {
				t.Errorf("says\n%s\nwant\n%s", c.Sentence, test.sentence)
			}
			if !slices.IsSortedFunc(c.Points, func(a, b ComparedService) int {
				return int(a.Service[1])*10 + int(a.Service[2]) - int(b.Service[1])*10 - int(b.Service[2])
			}) {
				t.Error("services do not stand in the order of their ids")
			}
			for _, p := range c.Points {
				if p.Denominator < 10 {
					t.Errorf("%s shows %d people", p.Service, p.Denominator)
				}
				if few := len(c.Points) < 10; few != (p.Lower95 == nil) || few && p.Verdict == "differs_95" {
					t.Errorf("%d services, and limits at 95 %%: %v", len(c.Points), p.Lower95 != nil)
				}
			}
			if _, err := json.Marshal(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestServicesAreComparedWithTheirOwnKindOverPeopleAndWhenTheirPeriodIsOver(t *testing.T) {
	figures, kinds := services([2]int{5, 10}, [2]int{6, 10}, [2]int{5, 10}, [2]int{5, 10}, [2]int{5, 10}, [2]int{5, 10})
	for _, id := range []string{"decisions.took_part", "decisions.reviewed_on_time", "aspirations.reached", "people.supported", "support.time_to_move_on"} {
		if all := Compare(outcomeOf(t, id), figures, kinds); len(all) != 0 {
			t.Errorf("%s was compared", id)
		}
	}
	o := outcomeOf(t, "activities.people")
	figures[0].NoEntries = true
	if all := Compare(o, figures, kinds); len(all) != 1 || len(all[0].Points) != 5 || all[0].NotCompared != 1 {
		t.Error("a service without entries was compared")
	}
	figures[1].State = "may_change"
	if all := Compare(o, figures, kinds); len(all) != 0 {
		t.Error("a period that may still change was compared")
	}
	figures[0].NoEntries, figures[1].State = false, ""
	kinds["s01"], kinds["s02"] = "crisis", "crisis"
	if all := Compare(o, figures, kinds); len(all) != 0 {
		t.Error("a crisis service was compared with community services")
	}
}

func TestTheCurvesOfAFunnelGoThroughItsServicesLimits(t *testing.T) {
	figures, kinds := services([2]int{5, 10}, [2]int{12, 20}, [2]int{15, 30}, [2]int{25, 40}, [2]int{20, 45})
	c := Compare(outcomeOf(t, "activities.people"), figures, kinds)[0]
	at := map[int]ComparedLimits{}
	for _, l := range c.Limits {
		at[l.N] = l
	}
	for _, p := range c.Points {
		l, ok := at[p.Denominator]
		if !ok || math.Abs(l.Lower998-p.Lower998) > 1e-12 || math.Abs(l.Upper998-p.Upper998) > 1e-12 {
			t.Errorf("%d people: the curve is at %v, the limit at %v", p.Denominator, l.Lower998, p.Lower998)
		}
	}
}
