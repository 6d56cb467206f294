package domain

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain/stats"
)

// Score gives the score of each scale that has one, by the scale's id, or nil
// where none has. The definition must have passed its check. Answers are added
// as decimals and not as binary fractions, so a score is exact until it is
// rounded, once, halves away from zero; it does not depend on any order. A
// prorated sum is the mean of the items answered times the number of items; for
// a lookup it is rounded to a whole number before it is looked up. An answer
// that the measure does not allow is a [Refusal] naming the first such item.
func (m MeasureDefined) Score(answers map[string]Answer) (map[string]float64, error) {
	var c checker
	m.allows(&c, answers)
	if c.refusal != nil {
		return nil, c.refusal
	}
	var scores map[string]float64
	for _, s := range m.Scales {
		score, ok := s.score(m.itemsOf(s), answers)
		if !ok {
			continue
		}
		if scores == nil {
			scores = make(map[string]float64, len(m.Scales))
		}
		scores[s.ID] = score
	}
	return scores, nil
}

// allows refuses answers outside their items' ranges, and then answers to what
// is no item.
func (m MeasureDefined) allows(c *checker, answers map[string]Answer) {
	ids, known := make([]string, len(m.Items)), 0
	for i, item := range m.Items {
		ids[i] = item.ID
		a, given := answers[item.ID]
		if given {
			known++
		}
		if !given || a.Declined {
			continue
		}
		field := "answers." + item.ID
		if !(a.Value >= item.Low && a.Value <= item.High) { // so written, it refuses NaN too
			c.because(ErrOutOfRange, field, "%v is outside %v to %v", a.Value, item.Low, item.High)
		} else if !hasPlaces(a.Value, item.Decimals) {
			c.refuse(field, "%v has more decimal places than %d", a.Value, item.Decimals)
		}
	}
	if known < len(answers) { // the stranger is not repeated: it may be somebody's words
		c.because(ErrUnknownCode, "answers", "has an item that the measure has not; it has %s", strings.Join(ids, ", "))
	}
}

// itemsOf lists a scale's items in the order of the measure.
func (m MeasureDefined) itemsOf(s Scale) []Item {
	if len(s.Items) == 0 {
		return m.Items
	}
	var items []Item
	for _, item := range m.Items {
		if slices.Contains(s.Items, item.ID) {
			items = append(items, item)
		}
	}
	return items
}

// score reports false where too many answers are missing.
func (s Scale) score(items []Item, answers map[string]Answer) (float64, bool) {
	var sum, answered int64
	for _, item := range items {
		a, ok := answers[item.ID]
		if !ok || a.Declined {
			continue
		}
		x := millionths(a.Value)
		if item.Reversed {
			x = millionths(item.Low) + millionths(item.High) - x
		}
		sum += x
		answered++
	}
	n := int64(len(items))
	if answered == 0 || n-answered > int64(s.MayMiss) {
		return 0, false
	}
	switch s.Method {
	case "mean":
		return ratio(sum, answered, s.Decimals), true
	case "lookup":
		i, found := slices.BinarySearchFunc(s.Table, int(ratio(sum*n, answered, 0)), func(r Row, raw int) int {
			return cmp.Compare(r.Raw, raw)
		})
		if !found { // the check has seen to it that it is
			return 0, false
		}
		return s.Table[i].Score, true
	default:
		return ratio(sum*n, answered, s.Decimals), true
	}
}

// RatingChange is what may be said of two scores of one person.
type RatingChange string

// RatingChanges: only by a published norm is one called reliable, and only then
// better or worse.
var RatingChanges = Vocabulary[RatingChange]{
	{"reliably_better", "Reliably better"},
	{"no_reliable_change", "No reliable change"},
	{"reliably_worse", "Reliably worse"},
	{"up", "Up"},
	{"within", "About the same"},
	{"down", "Down"},
}

// Change judges two scores of this scale by its rule: reliably_better,
// no_reliable_change or reliably_worse where there is a published norm; up or
// down (the number, whichever is better) where they are the rule's points or
// more apart, and within where they are not; "" where the scale has no rule.
func (s Scale) Change(first, later float64) RatingChange {
	switch s.Rule.Kind {
	case "points":
		change, points := millionths(later)-millionths(first), millionths(s.Rule.Points)
		switch {
		case change >= points:
			return "up"
		case change <= -points:
			return "down"
		}
		return "within"
	case "rci":
		return RatingChange(stats.ReliableChange(first, later, s.Rule.SD, s.Rule.Reliability, s.Direction.better()).Verdict)
	}
	return ""
}

// Numbers are added up in millionths. The limits on items keep every sum, and
// every sum times the number of items, well inside an int64 (200 items of
// 1,000,000 make 4e16), and every score exact to its last decimal place.
const (
	perUnit      = 1_000_000
	mostDecimals = 6
	mostItems    = 200
	mostAnswer   = 1_000_000
)

// millionths takes the decimal that a person wrote from the binary fraction
// nearest to it.
func millionths(x float64) int64 { return int64(math.Round(x * perUnit)) }

// ratio is n millionths ÷ d, d above 0, rounded to the decimal places given,
// halves away from zero.
func ratio(n, d int64, decimals int) float64 {
	step := int64(1)
	for range mostDecimals - decimals {
		step *= 10
	}
	d *= step
	whole, rest := n/d, n%d
	switch {
	case 2*rest >= d:
		whole++
	case 2*rest <= -d:
		whole--
	}
	return float64(whole*step) / perUnit
}

// hasPlaces says whether x, at most 1,000,000 either way, is a decimal of no
// more than so many places.
func hasPlaces(x float64, decimals int) bool {
	step := math.Pow10(decimals)
	return math.Round(x*step)/step == x
}
