package domain

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/waymark/waymark/domain/stats"
)

// measure is a well-formed measure of the given items and scales.
func measureOf(items []Item, scales ...Scale) MeasureDefined {
	return MeasureDefined{
		Version: 1, Title: "Of this test", Items: items, Scales: scales,
		Licence: Licence{Name: "CC0 1.0", Holder: "Waymark", Reference: "none", Wording: "own"},
	}
}

// five are items a to e, from 1 to 5, of which b is reversed.
func fiveItems() []Item {
	var items []Item
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		items = append(items, Item{ID: id, Low: 1, High: 5, Reversed: id == "b"})
	}
	return items
}

func totalBy(method Method) Scale {
	return Scale{ID: "total", Method: method, Direction: "higher_better"}
}

func proratedBy(method Method, mayMiss, decimals int) Scale {
	s := totalBy(method)
	s.Missing, s.MayMiss, s.Decimals = "prorate", mayMiss, decimals
	return s
}

// looked is a lookup over items a and c: raw sums 2 to 10, each ten times itself and a half.
func lookupScale() Scale {
	s := totalBy("lookup")
	s.Items, s.Decimals = []string{"a", "c"}, 1
	for raw := 2; raw <= 10; raw++ {
		s.Table = append(s.Table, Row{raw, float64(raw)*10 + 0.5})
	}
	return s
}

// decimals are items a to c, from −10 to 10 with so many decimal places.
func decimalItems(places int) []Item {
	var items []Item
	for _, id := range []string{"a", "b", "c"} {
		items = append(items, Item{ID: id, Low: -10, High: 10, Decimals: places})
	}
	return items
}

// said makes answers of numbers, and of "declined".
func answersOf(answers map[string]any) map[string]Answer {
	said := map[string]Answer{}
	for id, a := range answers {
		switch a := a.(type) {
		case int:
			said[id] = Answer{Value: float64(a)}
		case float64:
			said[id] = Answer{Value: a}
		case string:
			said[id] = Answer{Declined: a == "declined"}
		}
	}
	return said
}

type answered map[string]any
type scoring map[string]float64

func toPlaces(s Scale, decimals int) Scale           { s.Decimals = decimals; return s }
func over(s Scale, id string, items ...string) Scale { s.ID, s.Items = id, items; return s }

func TestAPersonsAnswersGiveTheScoresTheMeasureDefines(t *testing.T) {
	whole, tenths, thirds := totalBy("mean"), totalBy("mean"), totalBy("mean")
	tenths.Decimals, thirds.Decimals = 1, 6
	lookedProrated := lookupScale()
	lookedProrated.Items, lookedProrated.Missing, lookedProrated.MayMiss = nil, "prorate", 2
	lookedProrated.Table = nil
	for raw := 5; raw <= 25; raw++ {
		lookedProrated.Table = append(lookedProrated.Table, Row{raw, float64(raw) + 0.5})
	}

	for name, test := range map[string]struct {
		given MeasureDefined
		when  answered
		then  scoring
	}{
		"a sum, with a reversed item counted from the other end": {
			measureOf(fiveItems(), totalBy("sum")), answered{"a": 1, "b": 1, "c": 2, "d": 3, "e": 4}, scoring{"total": 1 + 5 + 2 + 3 + 4}},
		"a reversed middle stays where it is": {
			measureOf(fiveItems(), totalBy("sum")), answered{"a": 3, "b": 3, "c": 3, "d": 3, "e": 3}, scoring{"total": 15}},
		"a reversal turns a range that does not begin at 1": {
			measureOf([]Item{{ID: "a", Low: -2, High: 10, Decimals: 2, Reversed: true}}, toPlaces(totalBy("sum"), 2)), answered{"a": 9.75}, scoring{"total": -1.75}},
		"a mean in whole numbers rounds a half up": {
			measureOf(fiveItems()[2:4], whole), answered{"c": 2, "d": 3}, scoring{"total": 3}},
		"a mean below zero rounds a half down, away from zero": {
			measureOf(decimalItems(0)[:2], whole), answered{"a": -2, "b": -3}, scoring{"total": -3}},
		"a mean to one place": {
			measureOf(fiveItems(), tenths), answered{"a": 1, "b": 5, "c": 1, "d": 1, "e": 2}, scoring{"total": 1.2}},
		"a mean to six places": {
			measureOf(decimalItems(0), thirds), answered{"a": 1, "b": 1, "c": 0}, scoring{"total": 0.666667}},
		"a daily mean counts all its decimals": {
			measureOf(decimalItems(3), toPlaces(totalBy("sum"), 3)), answered{"a": 4.625, "b": 4.111, "c": -0.001}, scoring{"total": 8.735}},
		"tenths add up as on paper": {
			measureOf(decimalItems(1), toPlaces(totalBy("sum"), 6)), answered{"a": 0.1, "b": 0.2, "c": 0}, scoring{"total": 0.3}},
		"a half is a half as written, not as the machine keeps it": {
			measureOf(decimalItems(3), toPlaces(totalBy("sum"), 2)), answered{"a": 1.005, "b": 0, "c": 0}, scoring{"total": 1.01}},
		"a zero is a score": {
			measureOf(decimalItems(0), totalBy("sum")), answered{"a": 0, "b": 0, "c": 0}, scoring{"total": 0}},

		"without a missing rule one item left out leaves no score": {
			measureOf(fiveItems(), totalBy("sum")), answered{"a": 1, "b": 1, "c": 1, "d": 1}, nil},
		"a declined item is as missing as one left out": {
			measureOf(fiveItems(), totalBy("mean")), answered{"a": 1, "b": 1, "c": 1, "d": 1, "e": "declined"}, nil},
		"a prorated sum at its limit": {
			measureOf(fiveItems(), proratedBy("sum", 2, 1)), answered{"a": 1, "b": 3, "c": 4, "d": "declined"}, scoring{"total": 13.3}},
		"a prorated sum beyond its limit": {
			measureOf(fiveItems(), proratedBy("sum", 2, 1)), answered{"a": 1, "b": 3, "d": "declined"}, nil},
		"a prorated mean at its limit": {
			measureOf(fiveItems(), proratedBy("mean", 2, 2)), answered{"a": 1, "b": 4, "c": 4}, scoring{"total": 2.33}},
		"a prorated mean beyond its limit": {
			measureOf(fiveItems(), proratedBy("mean", 2, 2)), answered{"a": 1, "b": 4}, nil},
		"every item declined": {
			measureOf(fiveItems(), proratedBy("sum", 4, 1)), answered{"a": "declined", "b": "declined", "c": "declined", "d": "declined", "e": "declined"}, nil},
		"nothing answered": {
			measureOf(fiveItems(), proratedBy("sum", 4, 1)), nil, nil},

		"a lookup of the lowest raw sum":  {measureOf(fiveItems(), lookupScale()), answered{"a": 1, "c": 1}, scoring{"total": 20.5}},
		"a lookup of one in the middle":   {measureOf(fiveItems(), lookupScale()), answered{"a": 4, "c": 3}, scoring{"total": 70.5}},
		"a lookup of the highest raw sum": {measureOf(fiveItems(), lookupScale()), answered{"a": 5, "c": 5}, scoring{"total": 100.5}},
		"a lookup with an answer missing": {measureOf(fiveItems(), lookupScale()), answered{"a": 5}, nil},
		"a prorated lookup looks up the nearest raw sum, halves upwards": {
			measureOf(fiveItems(), lookedProrated), answered{"a": 2, "b": 4, "c": 3, "d": 3}, scoring{"total": 13.5}}, // 10 × 5 ÷ 4 = 12.5

		"each scale has its own items, and one may be missing without the other": {
			measureOf(fiveItems(), over(totalBy("sum"), "first", "a", "b"), over(totalBy("sum"), "second", "c", "d", "e")),
			answered{"a": 2, "b": 2, "c": 3}, scoring{"first": 6}},
		"an item may count in two scales": {
			measureOf(fiveItems(), over(totalBy("sum"), "first", "a", "b"), over(totalBy("mean"), "second", "b", "c")),
			answered{"a": 2, "b": 2, "c": 2}, scoring{"first": 6, "second": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			if r := refusalOf(test.given); r != nil {
				t.Fatalf("the definition is refused: %v", r)
			}
			got, err := test.given.Score(answersOf(test.when))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.then, scoring(got)); diff != "" {
				t.Errorf("scores (-want +got)\n%s", diff)
			}
		})
	}
}

func TestAnAnswerThatWasNeverPossibleIsNotScored(t *testing.T) {
	for name, test := range map[string]struct {
		when answered
		then error
		text string
	}{
		"above the range":  {answered{"a": 10.5}, ErrOutOfRange, "data.answers.a: 10.5 is outside -10 to 10"},
		"below the range":  {answered{"b": -11}, ErrOutOfRange, "data.answers.b: -11 is outside -10 to 10"},
		"not a number":     {answered{"c": math.NaN()}, ErrOutOfRange, "data.answers.c: NaN is outside -10 to 10"},
		"without end":      {answered{"c": math.Inf(1)}, ErrOutOfRange, "data.answers.c: +Inf is outside -10 to 10"},
		"finer than asked": {answered{"a": 4.6255}, ErrMalformed, "data.answers.a: 4.6255 has more decimal places than 3"},
		"several wrong, the first item's is named": {
			answered{"c": 99, "b": 11, "a": 1, "z": 5}, ErrOutOfRange, "data.answers.b: 11 is outside -10 to 10"},
		"to what nobody asked, which may be somebody's words": {
			answered{"slept badly": 1}, ErrUnknownCode, "data.answers: has an item that the measure has not; it has a, b, c"},
		"declining what nobody asked": {
			answered{"ann": "declined"}, ErrUnknownCode, "data.answers: has an item that the measure has not; it has a, b, c"},
	} {
		t.Run(name, func(t *testing.T) {
			answers := answersOf(answered{"a": 1, "b": 1, "c": 1})
			maps.Copy(answers, answersOf(test.when))
			got, err := measureOf(decimalItems(3), totalBy("sum")).Score(answers)
			if !errors.Is(err, test.then) || err.Error() != test.text || got != nil {
				t.Errorf("got %v, %v; want %q", got, err, test.text)
			}
		})
	}
}

func TestAChangeIsCalledReliableOnlyByAPublishedNorm(t *testing.T) {
	norm := Scale{Direction: "higher_better", Rule: ChangeRule{Kind: "rci", SD: 7.5, Reliability: 0.8}}
	lower, points, half, none := norm, norm, norm, norm
	lower.Direction = "lower_better"
	points.Rule = ChangeRule{Kind: "points", Points: 2}
	half.Rule = ChangeRule{Kind: "points", Points: 0.3}
	none.Rule = ChangeRule{Kind: "none"}
	for name, test := range map[string]struct {
		given        Scale
		first, later float64
		then         RatingChange
	}{
		"the paper's own example":   {norm, 32.5, 47.5, "reliably_better"}, // RC 3.16
		"the same the other way":    {norm, 47.5, 32.5, "reliably_worse"},
		"up, where lower is better": {lower, 32.5, 47.5, "reliably_worse"},
		"down, and lower is better": {lower, 47.5, 32.5, "reliably_better"},
		"just not enough":           {norm, 0, 9.29, "no_reliable_change"}, // 1.96·S_diff = 9.2970
		"just enough":               {norm, 0, 9.30, "reliably_better"},
		"just not enough, down":     {norm, 9.29, 0, "no_reliable_change"},
		"just enough, down":         {norm, 9.30, 0, "reliably_worse"},
		"two points up":             {points, 3, 5, "up"},
		"one point up":              {points, 3, 4, "within"},
		"no change":                 {points, 3, 3, "within"},
		"one point down":            {points, 4, 3, "within"},
		"two points down":           {points, 5, 3, "down"},
		"three tenths as on paper":  {half, 4.0, 4.3, "up"}, // in binary fractions a little less than 0.3
		"three tenths, down":        {half, 4.3, 4.0, "down"},
		"no rule":                   {none, 0, 10, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.given.Change(test.first, test.later); got != test.then {
				t.Errorf("got %q, want %q", got, test.then)
			}
		})
	}
	if rc := stats.ReliableChange(32.5, 47.5, 7.5, 0.8, stats.Up).RC; math.Abs(rc-math.Sqrt(10)) > 1e-9 { // 15 ÷ (√2·7.5·√0.2) is √10
		t.Errorf("RC %v, and the paper has 3.16", rc)
	}
}

// drawn is a measure of one range over 2 to 12 items, and an answer to each, in
// decimals that the machine cannot keep exactly.
func drawnMeasure(t *rapid.T) (MeasureDefined, map[string]Answer) {
	places := rapid.IntRange(0, mostDecimals).Draw(t, "places")
	step := math.Pow10(places)
	low := rapid.IntRange(-1000, 1000).Draw(t, "low")
	high := rapid.IntRange(low+1, 2000).Draw(t, "high")
	items, answers := []Item{}, map[string]Answer{}
	for i := range rapid.IntRange(2, 12).Draw(t, "items") {
		item := Item{ID: fmt.Sprintf("i%d", i), Low: float64(low) / step, High: float64(high) / step, Decimals: places}
		item.Reversed = rapid.Bool().Draw(t, "reversed")
		items = append(items, item)
		answers[item.ID] = Answer{Value: float64(rapid.IntRange(low, high).Draw(t, "answer")) / step}
	}
	return measureOf(items, toPlaces(totalBy("sum"), mostDecimals), toPlaces(over(totalBy("mean"), "mean"), 3)), answers
}

func scoredBy(t *rapid.T, m MeasureDefined, answers map[string]Answer) map[string]float64 {
	if r := refusalOf(m); r != nil {
		t.Fatalf("the definition is refused: %v", r)
	}
	got, err := m.Score(answers)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReversingTwiceLosesNothingOfAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, answers := drawnMeasure(t)
		want := scoredBy(t, m, answers)
		mirrored := map[string]Answer{}
		for i, item := range m.Items {
			m.Items[i].Reversed = !item.Reversed
			x := math.Round((item.Low+item.High-answers[item.ID].Value)*1e6) / 1e6
			mirrored[item.ID] = Answer{Value: x}
		}
		if diff := cmp.Diff(want, scoredBy(t, m, mirrored)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTheOrderOfItemsChangesNobodysScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, answers := drawnMeasure(t)
		want := scoredBy(t, m, answers)
		m.Items = rapid.Permutation(m.Items).Draw(t, "order")
		if diff := cmp.Diff(want, scoredBy(t, m, answers)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestProratingChangesNothingWhereNothingIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, answers := drawnMeasure(t)
		want := scoredBy(t, m, answers)
		for i := range m.Scales {
			m.Scales[i].Missing = "prorate"
			m.Scales[i].MayMiss = rapid.IntRange(1, len(m.Items)-1).Draw(t, "may miss")
		}
		if diff := cmp.Diff(want, scoredBy(t, m, answers)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAProratedScoreStaysWithinWhatTheMeasureCanGive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, answers := drawnMeasure(t)
		missing := rapid.IntRange(1, len(m.Items)-1).Draw(t, "missing")
		for _, item := range m.Items[:missing] {
			delete(answers, item.ID)
		}
		for i := range m.Scales {
			m.Scales[i].Missing, m.Scales[i].MayMiss = "prorate", missing
		}
		low, high, n := m.Items[0].Low, m.Items[0].High, float64(len(m.Items))
		got := scoredBy(t, m, answers)
		sum, ok := got["total"]
		if !ok || sum < n*low-1e-6 || sum > n*high+1e-6 {
			t.Fatalf("sum %v of %v items from %v to %v", sum, n, low, high)
		}
	})
}

func TestTheLargestMeasureAllowedIsStillExact(t *testing.T) {
	var items []Item
	answers := map[string]Answer{}
	for i := range mostItems {
		id := fmt.Sprintf("i%d", i)
		items = append(items, Item{ID: id, Low: -mostAnswer, High: mostAnswer, Decimals: mostDecimals})
		answers[id] = Answer{Value: 999_999.999999}
	}
	s := proratedBy("sum", 1, mostDecimals)
	delete(answers, "i0")
	m := measureOf(items, s)
	if r := refusalOf(m); r != nil {
		t.Fatal(r)
	}
	got, err := m.Score(answers)
	if want := 199_999_999.9998; err != nil || got["total"] != want {
		t.Errorf("got %v, %v; want %v", got["total"], err, want)
	}
}
