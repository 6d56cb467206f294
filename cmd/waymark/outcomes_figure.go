package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// written writes a figure with what it is of: a share as 12 of 14 (86%), a count,
// a mean or a median with how many it is of, and a change with how many pairs it
// is of those due. What is missing follows as +3; of a change it is the
// difference to those due.
func written(o domain.Outcome, f domain.Figure) string {
	missing := ""
	if n := sum(f.Missing); n > 0 {
		missing = fmt.Sprintf(" +%d", n)
	}
	switch o.Over {
	case domain.OverChange:
		switch {
		case f.Change == nil:
			return ""
		case f.Change.Due == 0:
			return "none due"
		case f.Value == nil:
			return fmt.Sprintf("none of %d", f.Change.Due)
		}
		return fmt.Sprintf("%s in %d of %d", signed(*f.Value), f.N, f.Change.Due)
	case domain.OverEndings:
		if f.Value == nil {
			return ""
		}
		return fmt.Sprintf("%s (n = %d)", percent(*f.Value), f.N)
	case domain.OverMoves:
		return quantity(numberOf(f.Numerator), "move", "moves") + missing
	case domain.OverValues:
		if f.Value == nil {
			return "nobody" + missing
		}
		kind := "mean"
		if strings.Contains(o.Value, "the median") {
			kind = "median"
		}
		return fmt.Sprintf("%s %s (n = %d)%s", kind, tenth(*f.Value), f.N, missing)
	}
	text := strconv.Itoa(numberOf(f.Numerator))
	if f.Denominator != nil {
		text += fmt.Sprintf(" of %d", *f.Denominator)
	}
	if f.Value != nil {
		text += " (" + percent(*f.Value) + ")"
	}
	return text + missing
}

// interval writes the 95 % interval, empty where there is none.
func interval(o domain.Outcome, f domain.Figure) string {
	switch {
	case f.Lower == nil || f.Upper == nil:
		return ""
	case o.IsProportion():
		return strings.TrimSuffix(percent(*f.Lower), "%") + "–" + percent(*f.Upper)
	case o.Over == domain.OverChange:
		return tenth(*f.Lower) + " to " + tenth(*f.Upper)
	}
	return tenth(*f.Lower) + "–" + tenth(*f.Upper)
}

// amount is what a figure amounts to in a line over time: a count or a value, nil
// where nothing was recorded or there was nothing to count.
func amount(o domain.Outcome, f domain.Figure) *float64 {
	switch {
	case f.NoEntries && o.OfEntries():
		return nil
	case f.Value == nil && f.Denominator == nil && f.Numerator != nil:
		count := float64(*f.Numerator)
		return &count
	}
	return f.Value
}

// saysNothing says whether nothing was recorded towards a figure, whoever was
// supported.
func saysNothing(o domain.Outcome, f domain.Figure) bool {
	switch {
	case o.Over == domain.OverChange:
		return f.N == 0
	case numberOf(f.Numerator) != 0, f.Value != nil && *f.Value != 0, sum(f.Missing) > 0:
		return false
	}
	return numberOf(f.Denominator) == 0 || o.Over == domain.OverPeople || o.Over == domain.OverState
}

// completeness says how many of those due have both ratings, and who is missing and
// why.
func completeness(o domain.Outcome, f domain.Figure) string {
	c, have := f.Change, "have"
	if c.Paired == 1 {
		have = "has"
	}
	text := fmt.Sprintf("%s: %d of %d due %s both ratings", lineTitle(o, f.By), c.Paired, c.Due, have)
	if len(f.Missing) > 0 {
		text += "; missing: " + reasons(f.Missing)
	}
	return text + "."
}

// moved says how the ratings moved, and whether those without a pair began
// elsewhere.
func moved(o domain.Outcome, c domain.Change) string {
	words := [3]string{"up by %s or more", "in between", "down by %s or more"}
	if o.Better == "down" {
		words[0], words[2] = words[2], words[0]
	}
	if c.Reliable {
		words = [3]string{"reliably better", "with no reliable change", "reliably worse"}
	}
	for i, by := range []domain.ChangedBy{c.Better, c.Same, c.Worse} {
		words[i] = fmt.Sprintf("%d %s", by.N, strings.Replace(words[i], "%s", tenth(o.Parameter("up_or_down")), 1))
	}
	text := " Of the pairs " + spell(words[:]) + "."
	if c.EndedEarly > 0 {
		text += fmt.Sprintf(" Beside them %d ended before they were due.", c.EndedEarly)
	}
	if c.FirstPaired != nil && c.FirstUnpaired != nil {
		text += fmt.Sprintf(" First ratings: %s on average where there is a later one, %s where there is none.",
			tenth(c.FirstPaired.Value), tenth(c.FirstUnpaired.Value))
	}
	return text
}

// reasons lists how many are missing by why, the most first.
func reasons(missing map[string]int) string {
	whys := slices.SortedFunc(maps.Keys(missing), func(a, b string) int {
		return cmp.Or(missing[b]-missing[a], strings.Compare(a, b))
	})
	for i, why := range whys {
		whys[i] = fmt.Sprintf("%d %s", missing[why], strings.ReplaceAll(why, "_", " "))
	}
	return strings.Join(whys, ", ")
}

// lineTitle names an outcome and, where it was not the person, who rated.
func lineTitle(o domain.Outcome, by domain.RatedBy) string {
	title := o.Title
	if o.Over == domain.OverChange {
		title = strings.TrimSuffix(title, ": change") // which its sign says
	}
	if by != "" && by != "person" {
		words := domain.RatedBys.Words(by)
		title += " (by " + strings.ToLower(words[:1]) + words[1:] + ")"
	}
	return title
}

func sum(counts map[string]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

func numberOf(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// tenth writes a number with at most one decimal.
func tenth(v float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64), "-", "−", 1)
}

// signed writes a change with its sign; no change has none.
func signed(v float64) string {
	text := tenth(v)
	if v > 0 && text != "0" {
		text = "+" + text
	}
	return text
}
