package domain

import (
	"maps"
	"math"
	"slices"

	"github.com/waymark/waymark/domain/stats"
)

// row adds the counts of one service's figures in one period.
func (g *publicGroup) row(figures []publicPlace) (row []int32) {
	supported, dues, earlies := int32(-1), int32(-1), int32(-1)
	for _, p := range figures {
		f, o, t := p.figure, g.members[p.member].outcome, g.table
		_, enough := t.rule.Count(f.N)
		enough = enough || o.Over == OverChange // where more than the pairs are counted
		add := func(kind countKind, name string, n int, like ...*int32) int32 {
			field := g.field(&row, countField{p.member, kind, name})
			for _, l := range like {
				if *l >= 0 && t.counts[*l].n == int32(n) {
					row[field] = *l
				}
			}
			if row[field] < 0 {
				row[field] = t.add(n, kind != countRest && !isOther(kind, name), !enough)
			}
			for _, l := range like {
				if *l < 0 {
					*l = row[field]
				}
			}
			return row[field]
		}
		begin, of := len(t.counts), int32(-1)
		if o.ID == "people.supported" {
			supported = add(countNumerator, "", *f.Numerator)
		} else if f.Numerator != nil {
			add(countNumerator, "", *f.Numerator)
		}
		ofPeople := []*int32{}
		if supported >= 0 && o.ID != "home.settled" && (o.Over == OverPeople || o.Over == OverState || o.Over == OverValues) {
			ofPeople = append(ofPeople, &supported)
		}
		if f.Denominator != nil {
			of = add(countDenominator, "", *f.Denominator, ofPeople...)
			add(countRest, "", *f.Denominator-*f.Numerator)
		}
		if o.Over == OverPeople || o.Over == OverState || o.Over == OverLatest {
			if of >= 0 {
				ofPeople = append(ofPeople, &of)
			}
		}
		n := add(countPeople, "", f.N, ofPeople...)
		for _, field := range g.names[p.member] {
			switch field.kind {
			case countMissing:
				add(countMissing, field.name, f.Missing[field.name])
			case countHow:
				add(countHow, field.name, f.How[field.name])
			}
		}
		whole := n
		if of >= 0 {
			whole = of
		}
		g.answers(f, o, p.member, whole, add)
		if c := f.Change; c != nil {
			if f.Value != nil && !stats.SuppressMean(f.N) {
				t.counts[n].floor = fewestWithMean(*f.Value, f.N)
			}
			add(countDue, "", c.Due, &dues)
			add(countEarly, "", c.EndedEarly, &earlies)
			add(countBetter, "", c.Better.N)
			add(countSame, "", c.Same.N)
			add(countWorse, "", c.Worse.N)
			first := 0
			if c.FirstUnpaired != nil {
				first = c.FirstUnpaired.N
			}
			add(countAlone, "", first)
		}
		g.partsOf(row[:len(row):len(row)], p.member, begin, supported)
		g.entries = append(g.entries, publicEntry{publicPlace: p, ratio: -1})
	}
	return row
}

// answers adds how many gave each answer: where the counts add up over time every
// answer given so far, otherwise those of the figure, unless there are so many that
// nothing can be shown of them and nothing follows of them from their sum.
func (g *publicGroup) answers(f *Figure, o Outcome, member int, whole int32, add func(countKind, string, int, ...*int32) int32) {
	if g.additive {
		counts := map[string]int{}
		for _, a := range f.Distribution {
			counts[a.Answer] = a.N
		}
		for _, field := range g.names[member] {
			if field.kind == countAnswer {
				add(countAnswer, field.name, counts[field.name])
			}
		}
		return
	}
	can := slices.ContainsFunc(f.Distribution, func(a Answered) bool { return int32(a.N) > g.table.few })
	if can || o.Over == OverLatest || int(g.table.few)*(len(f.Distribution)-1) < f.N+leastWidth {
		for _, a := range f.Distribution {
			c := add(countAnswer, a.Answer, a.N)
			g.table.counts[c].of = whole
		}
	}
}

// isOther says whether a field is for whatever reason, answer or way nobody has given
// so far: none, which is a count too, and must not follow from a sum.
func isOther(kind countKind, name string) bool {
	return name == "" && (kind == countMissing || kind == countAnswer || kind == countHow)
}

// earlier finds a count of a field in an earlier row: before a reason or an answer
// was first given, it is among the others.
func (g *publicGroup) earlier(row []int32, field int32) int32 {
	if c := countAt(row, field); c >= 0 || g.others[field] < 0 {
		return c
	}
	return countAt(row, g.others[field])
}

// name takes note of the reasons, answers and ways that the figures of a stage
// have: from then on, a figure without one has none of them, which is a count too.
func (g *publicGroup) name(stage int) {
	for _, p := range g.byStage[stage] {
		note := func(kind countKind, names ...string) {
			for _, name := range names {
				f := countField{p.member, kind, name}
				if _, ok := g.fields[f]; !ok {
					g.number(f)
					g.names[p.member] = append(g.names[p.member], f)
				}
			}
		}
		switch note(countMissing, ""); g.members[p.member].outcome.Over {
		case OverMoves:
			note(countAnswer, "")
		case OverLatest:
			note(countHow, "")
		}
		note(countMissing, slices.Sorted(maps.Keys(p.figure.Missing))...)
		note(countHow, slices.Sorted(maps.Keys(p.figure.How))...)
		if g.additive {
			for _, a := range p.figure.Distribution {
				note(countAnswer, a.Answer)
			}
		}
	}
}

// fewestWithMean is the fewest people that a mean of whole numbers may be of, which
// is not shown under 8: of 10 or more any number with one decimal may be the mean.
func fewestWithMean(value float64, n int) int32 {
	for fewest := stats.LeastForMean; fewest < min(n, 10); fewest++ {
		sum := math.Round(value * float64(fewest))
		if math.Round(sum/float64(fewest)*10) == math.Round(value*10) {
			return int32(fewest)
		}
	}
	return int32(min(n, 10))
}

// partsOf says what each count of a figure, from begin on, is a part of.
func (g *publicGroup) partsOf(row []int32, member, begin int, supported int32) {
	o := g.members[member].outcome
	own := func(kind countKind) int32 { return g.count(row, member, kind) }
	set := func(c, of int32) {
		if int(c) >= begin && c != of {
			g.table.counts[c].of = of
		}
	}
	of, who := own(countDenominator), own(countPeople)
	set(own(countNumerator), of)
	if others := own(countRest); others >= 0 {
		set(others, of)
		g.table.counts[others].beside = own(countNumerator)
	}
	if o.ID == "home.settled" {
		set(of, supported)
		for _, c := range g.named(row, member, countMissing) {
			set(c, supported)
		}
		set(g.count(row, member, countMissing), supported)
	}
	for _, kind := range []countKind{countAnswer, countHow} {
		whole := who
		switch {
		case of >= 0:
			whole = of
		case o.Over == OverMoves:
			whole = own(countNumerator)
		}
		for _, c := range g.named(row, member, kind) {
			set(c, whole)
		}
		set(g.count(row, member, kind), whole)
	}
	if o.Over == OverChange {
		for _, kind := range []countKind{countBetter, countSame, countWorse} {
			set(own(kind), who)
		}
		set(who, own(countDue))
		set(own(countAlone), own(countDue))
		for _, c := range g.named(row, member, countMissing) {
			set(c, own(countDue))
		}
		set(g.count(row, member, countMissing), own(countDue))
	}
}
