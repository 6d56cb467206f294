package domain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/waymark/waymark/domain/stats"
)

// Shown is a number as it may be shown outside the service, in text: a count
// rounded to the nearest 5, a whole percentage, or a mean with one decimal; or
// [Hidden]. The zero Shown is left out: there is no such number.
type Shown string

// Hidden stands where a number may not be shown.
const Hidden Shown = "*"

// MarshalJSON writes a number, or "*".
func (s Shown) MarshalJSON() ([]byte, error) {
	if s == Hidden || s == "" {
		return []byte(`"` + s + `"`), nil
	}
	return []byte(s), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Shown) UnmarshalJSON(text []byte) error {
	switch {
	case string(text) == `"*"`:
		*s = Hidden
	case string(text) == `""`:
		*s = ""
	case !isNumber(text):
		return fmt.Errorf("a number as it may be shown is a number or *")
	default:
		*s = Shown(text)
	}
	return nil
}

// isNumber says whether a JSON text is a number.
func isNumber(text []byte) bool {
	return jsontext.Value(text).Kind() == '0' && jsontext.Value(text).IsValid()
}

// A PublicFigure is a [Figure] as it may leave the service. It has no interval,
// which would give the counts away, and does not say where nothing was recorded,
// for that would be to show a nought. Of Missing, Distribution and How only the
// counts that may be shown are listed: what is not listed is hidden, or never was.
type PublicFigure struct {
	Service      string           `json:"service,omitzero"` // empty for all services together
	Period       Period           `json:"period"`
	Outcome      string           `json:"outcome"`
	By           RatedBy          `json:"by,omitzero"`
	Version      int              `json:"version"`
	Numerator    Shown            `json:"numerator,omitzero"`
	Denominator  Shown            `json:"denominator,omitzero"`
	Percent      Shown            `json:"percent,omitzero"` // of a share
	Value        Shown            `json:"value,omitzero"`   // a mean or a median
	N            Shown            `json:"n"`
	Missing      map[string]Shown `json:"missing,omitzero"`
	Distribution []PublicAnswered `json:"distribution,omitzero"`
	How          map[string]Shown `json:"how,omitzero"`
	Change       *PublicChange    `json:"change,omitzero"`
	Endings      map[string]Shown `json:"endings,omitzero"` // percentages by [EndKind], at the day that Percent is about
}

// PublicAnswered is how many gave one answer.
type PublicAnswered struct {
	Answer string `json:"answer"`
	N      Shown  `json:"n"`
}

// A PublicChange is a [Change] as it may leave the service.
type PublicChange struct {
	Due           Shown       `json:"due"`
	Paired        Shown       `json:"paired"`
	EndedEarly    Shown       `json:"ended_early"`
	Reliable      bool        `json:"reliable,omitzero"` // by the outcome's definition
	Better        Shown       `json:"better"`
	Same          Shown       `json:"same"`
	Worse         Shown       `json:"worse"`
	FirstPaired   *PublicMean `json:"first_paired,omitzero"`
	FirstUnpaired *PublicMean `json:"first_alone,omitzero"`
}

// A PublicMean is a [Mean] as it may leave the service.
type PublicMean struct {
	N     Shown `json:"n"`
	Value Shown `json:"value"`
}

// Public gives what may be shown of the figures outside the service, in their
// order. The rules are those of NHS England's publications of the Mental Health
// Services Data Set (the default) and of the Hospital Episode Statistics (the HES
// analysis guide); [stats.Rule] has them number by number. Beyond them:
//
//   - Only periods that are over and settled are shown, and only up to the last
//     month for which all the figures given are.
//   - A percentage is hidden where those outside its numerator are few, and a mean
//     under 8 people.
//   - A figure about few people is hidden whole, however many entries they have; of a
//     change, which also says how many were due, only what is of the pairs.
//   - Where one count alone is hidden of several that add up, the next smallest is
//     hidden too (secondary suppression): the services and all of them together,
//     months and their quarter, quarters and their year, answers and those who
//     answered, ratings that went up, down or neither way.
//
// The promise: whoever has everything that is shown, of every service and every
// length of period, and knows the rules, cannot narrow a small count down to fewer
// than 3 numbers, nor tell that it is not nought, by adding, subtracting and
// dividing within the bounds that rounding and percentages leave, one sum after
// another until nothing more follows. They may even be told which of the counts are
// small, wherever such a count is hidden beside a total that is shown. Of those
// outside a numerator, who are few where only the percentage is hidden, the first
// half holds: it may be seen that there are some. It is made sure of by doing just
// what such a person would; where the bounds come out too narrow, a percentage or a
// count that made them so is hidden too. (By HES a hidden count may be a nought that
// protects another, and a nought itself is no secret.)
//
// What is shown of a period depends on that period and earlier ones alone, so that
// a later download adds periods and changes none, unless a settled period was
// corrected: give all figures as known at one moment, of all services and all
// together, by month, quarter and year, from the first month on; and choose
// among what is shown only afterwards.
//
// It promises nothing against somebody who knows some of the people already, who
// compares what was shown before and after a correction, who reasons from which of
// the larger counts were hidden, or who solves many sums at once. Figures of outcomes
// that are not given are left out.
func Public(outcomes []Outcome, figures []Figure, rule stats.Rule) []PublicFigure {
	settled := math.MaxInt
	for i := range figures {
		if _, last := figures[i].Period.Months(); figures[i].State != "" {
			settled = min(settled, last)
		}
	}
	shown := make([]PublicFigure, len(figures))
	for _, g := range publicGroups(outcomes, figures, settled) {
		g.protect(rule)
		for _, e := range g.entries {
			shown[e.at] = g.show(e, rule)
		}
		g.table = nil // which is large
	}
	return slices.DeleteFunc(shown, func(f PublicFigure) bool { return f.Outcome == "" })
}

// show gives one figure as it may be shown; the zero PublicFigure where it is one
// that is listed only where somebody was asked, and nothing may be shown.
func (g *publicGroup) show(e publicEntry, rule stats.Rule) PublicFigure {
	f, o, any := e.figure, g.members[e.member].outcome, false
	count := func(kind countKind, name string) Shown {
		field, ok := g.fields[countField{e.member, kind, name}]
		if !ok || int(field) >= len(e.row) || e.row[field] < 0 {
			return ""
		}
		c := &g.table.counts[e.row[field]]
		if c.hidden {
			return Hidden
		}
		any = true
		n, _ := rule.Count(int(c.n))
		return Shown(strconv.Itoa(n))
	}
	p := PublicFigure{Service: f.Service, Period: f.Period, Outcome: f.Outcome, By: f.By, Version: f.Version,
		Numerator: count(countNumerator, ""), Denominator: count(countDenominator, ""), N: count(countPeople, "")}
	mean := func(n Shown, of int, value float64) Shown {
		if n == Hidden || stats.SuppressMean(of) {
			return Hidden
		}
		if value = math.Round(value*10) / 10; value == 0 {
			value = 0 // and not -0
		}
		return Shown(strconv.FormatFloat(value, 'f', -1, 64))
	}
	switch {
	case o.Over == OverEndings:
		p.Percent, p.Endings = publicEndings(f, o, p.N, rule)
	case p.Numerator != "" && p.Denominator != "":
		p.Percent = Hidden
		if e.ratio >= 0 && g.table.says(&g.table.ratios[e.ratio]) {
			p.Percent = Shown(strconv.Itoa(int(g.table.ratios[e.ratio].percent)))
		}
	case f.Value != nil && (o.Over == OverValues || o.Over == OverChange):
		p.Value = mean(p.N, f.N, *f.Value)
	case o.Over == OverValues || o.Over == OverChange:
		p.Value = Hidden
	}
	list := func(kind countKind, name string, into *map[string]Shown) {
		if n := count(kind, name); n != Hidden && n != "" {
			if *into == nil {
				*into = map[string]Shown{}
			}
			(*into)[name] = n
		}
	}
	for why := range f.Missing {
		list(countMissing, why, &p.Missing)
	}
	for how := range f.How {
		list(countHow, how, &p.How)
	}
	for _, a := range f.Distribution {
		if n := count(countAnswer, a.Answer); n != Hidden && n != "" {
			p.Distribution = append(p.Distribution, PublicAnswered{a.Answer, n})
		}
	}
	if c := f.Change; c != nil {
		p.Change = &PublicChange{Due: count(countDue, ""), Paired: p.N, EndedEarly: count(countEarly, ""), Reliable: c.Reliable,
			Better: count(countBetter, ""), Same: count(countSame, ""), Worse: count(countWorse, ""),
			FirstPaired: &PublicMean{p.N, Hidden}, FirstUnpaired: &PublicMean{count(countAlone, ""), Hidden}}
		if m := c.FirstPaired; m != nil {
			p.Change.FirstPaired.Value = mean(p.N, m.N, m.Value)
		}
		if m := c.FirstUnpaired; m != nil {
			p.Change.FirstUnpaired.Value = mean(p.Change.FirstUnpaired.N, m.N, m.Value)
		}
	}
	if !any && (o.Asked || f.By != "") {
		return PublicFigure{}
	}
	return p
}

// publicEndings gives the shares of episodes by how they ended, at one day only,
// for what lies between two days may be one person. The expected share of n
// episodes stands for their count.
func publicEndings(f *Figure, o Outcome, n Shown, rule stats.Rule) (headline Shown, endings map[string]Shown) {
	percent := func(share float64) Shown {
		if _, ok := rule.Percent(int(math.Round(share*float64(f.N))), f.N); !ok || n == Hidden {
			return Hidden
		}
		return Shown(strconv.Itoa(int(math.Floor(share*100 + 0.5))))
	}
	headline = Hidden
	if f.Value != nil {
		headline = percent(*f.Value)
	}
	endings = map[string]Shown{}
	var at Ended
	for _, e := range f.Endings {
		if day := int(cmp.Or(o.Parameter("within"), math.MaxInt32)); e.Day <= day && e.Day >= at.Day {
			at = e
		}
	}
	for _, kind := range EndKinds {
		endings[string(kind.Code)] = percent(at.Share[kind.Code])
	}
	return headline, endings
}
