package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/waymark/waymark/domain/stats"
)

// Why some charts are never judged.
const (
	whyNoChart = "Moves are described from what to what, and that is no single number to follow."
	whyChange  = "Never judged from one month to the next: each month rests mostly on the same episodes as the month before."
	whyEndings = "Never judged from one month to the next: each month counts all the episodes of the months before again."
)

// Variations say in words what the latest point of a chart means.
var Variations = Vocabulary[string]{
	{"common", "Usual ups and downs"},
	{"improvement", "Improvement"},
	{"concern", "Concern"},
	{"neutral", "A change"},
}

// Assurances say in words how a target stands to the usual range.
var Assurances = Vocabulary[string]{
	{stats.ConsistentlyMet, "Target met as a rule"},
	{stats.ConsistentlyMissed, "Target missed as a rule"},
	{stats.HitAndMiss, "Target met or missed by chance"},
}

// SpecialCauses say in words why a point is more than usual ups and downs.
var SpecialCauses = Vocabulary[stats.Cause]{
	{stats.Astronomical, "Outside the usual range"},
	{stats.Trend, "Seven or more in a row rising or falling"},
	{stats.TwoOfThree, "Two of three near or past the edge of the usual range"},
	{stats.Shift, "Seven or more in a row on one side of the usual level"},
}

// Words writes a period as July 2026, July–September 2026, or 2026.
func (p Period) Words() string {
	first, last := p.Months()
	month := func(m int) string { return time.Month(m%12 + 1).String() }
	switch p.Every {
	case "month":
		return fmt.Sprintf("%s %d", month(first), first/12)
	case "quarter":
		return fmt.Sprintf("%s–%s %d", month(first), month(last), last/12)
	}
	return p.String()
}

// why says in a sentence why a series is not judged.
func (s *series) why(f fitness) string {
	every := string(s.every)
	switch f {
	case nothingYet:
		return "Nothing to judge yet: no " + every + " that is over has anything to count."
	case tooEarly:
		latest := s.points[s.over-1].Segment
		have := len(s.segment(latest))
		since := ""
		for _, p := range s.points {
			if p.Segment == latest && latest > 0 {
				since = " since the chart started again in " + p.Period.Words()
				break
			}
		}
		return fmt.Sprintf("Too early to judge: %s so far%s, and %s are needed.", many(have, every), since, inWords(stats.LeastForLimits))
	case apart:
		return "Not judged: no two " + every + "s in a row have anything to compare."
	}
	switch {
	case s.outcome.isCount():
		return fmt.Sprintf("Too few to judge: fewer than %s a %s on average, or too few quarters instead.", inWords(leastOnSide), every)
	case s.outcome.IsProportion():
		return fmt.Sprintf("Too few to judge: that needs at least %s %s in every %s, with %s on either side on average, or enough quarters like that.",
			inWords(leastPeople), strings.TrimPrefix(s.outcome.Unit, "share of "), every, inWords(leastOnSide))
	}
	return fmt.Sprintf("Too few to judge: that needs at least %s people in every %s, or enough quarters like that.", inWords(leastPeople), every)
}

// sentence says what the chart shows, and how to take it.
func (c Chart) sentence(o Outcome) string {
	reminder := " Take what you see as a question, not as an answer."
	if o.Over != OverNothing && o.Over != OverChange && o.Over != OverEndings {
		reminder = fmt.Sprintf(" Many of the same people are counted each %s, so take what you see as a question, not as an answer.", c.Every)
	}
	if c.Kind == RunChart {
		latest, ok := c.Latest()
		if !ok {
			return c.Why
		}
		return c.Why + " " + latest.Period.Words() + ": " + c.Amount(latest) + "." + reminder
	}
	return c.signal() + reminder
}

// Amount writes a point's value with what it is of, such as 82% (14 of 17).
func (c Chart) Amount(p ChartPoint) string {
	switch {
	case p.Value == nil:
		return "nothing to count"
	case c.Share && p.Numerator != nil && p.Denominator != nil:
		return fmt.Sprintf("%s (%d of %d)", c.Number(*p.Value), *p.Numerator, *p.Denominator)
	case p.Numerator != nil && *p.Value == float64(*p.Numerator):
		return c.Number(*p.Value)
	}
	return fmt.Sprintf("%s (n = %d)", c.Number(*p.Value), p.N)
}

// Number writes a value or a limit of the chart for reading: a share in whole
// per cent, anything else with at most one decimal.
func (c Chart) Number(v float64) string {
	if c.Share {
		return strconv.FormatFloat(math.Round(v*100)+0, 'f', 0, 64) + "%" // +0 so that no -0 is written
	}
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// signal says what the latest judged point means.
func (c Chart) signal() string {
	at := len(c.Points) - 1
	for !c.Points[at].Judged() {
		at--
	}
	p := c.Points[at]
	when := p.Period.Words()
	word := "above"
	if *p.Value < *p.Mean {
		word = "below"
	}
	meaning := map[string]string{
		"improvement": "an improvement",
		"concern":     "a concern worth asking about",
		"neutral":     "a change, neither better nor worse by itself",
	}[p.Verdict]
	every := string(c.Every)
	switch p.Cause {
	case stats.Astronomical:
		if n := c.run(at, func(q ChartPoint) bool { return q.Cause == stats.Astronomical && c.sameSide(p, q) }); n > 1 {
			return fmt.Sprintf("The last %s, up to %s, are %s the usual range: %s.", many(n, every), when, word, meaning)
		}
		return fmt.Sprintf("%s is %s the usual range: %s.", when, word, meaning)
	case stats.Trend:
		return c.trend(at, meaning)
	case stats.TwoOfThree:
		n := 0
		for _, q := range c.Points[at-2 : at+1] {
			if *q.Value > *q.NearUpper || *q.Value < *q.NearLower {
				n++
			}
		}
		if n == 3 {
			return fmt.Sprintf("The last three %ss, up to %s, are far %s the usual level: %s.", every, when, word, meaning)
		}
		return fmt.Sprintf("Two of the last three %ss, up to %s, are far %s the usual level: %s.", every, when, word, meaning)
	case stats.Shift:
		n := c.run(at, func(q ChartPoint) bool { return c.sameSide(p, q) })
		return fmt.Sprintf("%s in a row, up to %s, %s the usual level: %s.", upper(many(n, every)), when, word, meaning)
	}
	for i := at - 1; i >= 0 && c.Points[i].Segment == p.Segment; i-- {
		if c.Points[i].Cause != "" {
			return fmt.Sprintf("%s is within the usual ups and downs; the latest signal was in %s.", when, c.Points[i].Period.Words())
		}
	}
	return fmt.Sprintf("Steady up to %s: nothing but the usual ups and downs.", when)
}

// trend says since when the points up to one rise or fall.
func (c Chart) trend(at int, meaning string) string {
	way, word := 1.0, "Rising"
	if *c.Points[at].Value < *c.Points[at-1].Value {
		way, word = -1, "Falling"
	}
	from := at
	for from > 0 {
		p, before := c.Points[from], c.Points[from-1]
		if !before.Judged() || before.Segment != p.Segment || (*p.Value-*before.Value)*way <= 0 {
			break
		}
		from--
	}
	return fmt.Sprintf("%s over the last %s, up to %s: %s.", word, many(at-from+1, string(c.Every)), c.Points[at].Period.Words(), meaning)
}

// run counts the points up to one, back through its segment, for which something
// holds without a break.
func (c Chart) run(at int, holds func(ChartPoint) bool) (n int) {
	for i := at; i >= 0; i-- {
		p := c.Points[i]
		if !p.Judged() || p.Segment != c.Points[at].Segment || !holds(p) {
			break
		}
		n++
	}
	return n
}

// sameSide says whether two points of a segment are on one side of its mean,
// differences that are the machine's left out.
func (c Chart) sameSide(p, q ChartPoint) bool {
	a, b := *p.Value-*p.Mean, *q.Value-*q.Mean
	return a*b > 0 && math.Abs(b) > 1e-12*math.Abs(*q.Mean)
}

// many writes so many months, the number in words where it is small.
func many(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return inWords(n) + " " + thing
}

func inWords(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
