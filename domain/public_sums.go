package domain

import "strconv"

// running adds the counts so far in a period that are not published: those before
// and the latest. Those that are published are sums of them.
func (g *publicGroup) running(row, before, latest []int32) []int32 {
	t := g.table
	for field := range int32(max(len(before), len(latest))) {
		parts := make([]int32, 0, 2)
		n := 0
		for _, part := range []int32{g.earlier(before, field), countAt(latest, field)} {
			if part >= 0 {
				parts = append(parts, part)
				n += int(t.counts[part].n)
			}
		}
		if len(parts) == 0 || !g.addsUp[field] {
			continue
		}
		for int(field) >= len(row) {
			row = append(row, -1)
		}
		if row[field] < 0 {
			row[field] = t.add(n, false, false)
			if g.parts[field] {
				t.counts[row[field]].beside = row[field] // which is not shown, so nobody is told
			}
		}
		t.sum(false, row[field], parts...)
	}
	return row
}

// across adds what the services and all of them together say of each other.
func (g *publicGroup) across(l publicLevel) {
	last := len(g.services) - 1
	if g.services[last] != "" {
		return
	}
	t := g.table
	for field, total := range l[last] {
		if total < 0 {
			continue
		}
		var parts []int32
		rule := t.counts[total].open
		for _, row := range l[:last] {
			if part := countAt(row, int32(field)); part >= 0 {
				parts = append(parts, part)
				rule = rule && t.counts[part].open
				if !g.addsUp[field] {
					t.within(part, total)
				}
			}
		}
		t.sum(rule, total, parts...)
	}
}

// add says that a period's counts are the sums of its parts'.
func (g *publicGroup) add(whole publicLevel, parts []publicLevel) {
	for scope, row := range whole {
		for field, total := range row {
			if total < 0 || !g.table.counts[total].open {
				continue
			}
			var of []int32
			for _, l := range parts {
				if part := countAt(l[scope], int32(field)); part >= 0 && part != total && g.table.counts[part].open {
					of = append(of, part)
				}
			}
			if !g.addsUp[field] {
				if !g.nested[field] {
					continue
				}
				for _, part := range of {
					g.table.within(part, total)
				}
			} else if len(of) > 0 { // the bounds are worked out by way of what is running
				g.table.bind(publicSum{total: total, parts: of, rule: true})
			}
		}
	}
}

// nest says that a period has at least the people of each of its parts.
func (g *publicGroup) nest(whole publicLevel, parts []publicLevel) {
	for scope, row := range whole {
		for field, total := range row {
			if !g.nested[field] {
				continue
			}
			for _, l := range parts {
				if part := countAt(l[scope], int32(field)); total >= 0 && part >= 0 {
					g.table.within(part, total)
				}
			}
		}
	}
}

// count finds a count in a row, or -1: of a kind that has names, the one of those
// that have none so far.
func (g *publicGroup) count(row []int32, member int, kind countKind) int32 {
	field, ok := g.fields[countField{member, kind, ""}]
	if !ok {
		return -1
	}
	return countAt(row, field)
}

// named lists the counts by reason, by answer or by way.
func (g *publicGroup) named(row []int32, member int, kind countKind) (all []int32) {
	for _, f := range g.names[member] {
		if f.kind == kind && f.name != "" {
			if c := countAt(row, g.fields[f]); c >= 0 {
				all = append(all, c)
			}
		}
	}
	return all
}

// whole adds a sum of all the parts that have a name so far. Others may have one
// later; until then they are none.
func (t *publicTable) whole(total int32, parts []int32, other int32) {
	t.sum(true, total, parts...)
	if other >= 0 {
		t.sum(false, total, append(parts, other)...)
	}
}

// addUp adds what the counts of one figure say of each other that hold of sums of
// figures too.
func (g *publicGroup) addUp(row []int32, member int) {
	t := g.table
	n, d := g.count(row, member, countNumerator), g.count(row, member, countDenominator)
	if others := g.count(row, member, countRest); d >= 0 && n >= 0 && others >= 0 {
		t.sum(false, d, n, others)
	} else if answers := g.named(row, member, countAnswer); n >= 0 && len(answers) > 0 {
		t.whole(n, answers, g.count(row, member, countAnswer))
	}
}

// inside adds what the counts of one figure say of each other.
func (g *publicGroup) inside(e *publicEntry) {
	t, o, f, row := g.table, g.members[e.member].outcome, e.figure, e.row
	own := func(kind countKind) int32 { return g.count(row, e.member, kind) }
	g.addUp(row, e.member)
	n, of, who, others := own(countNumerator), own(countDenominator), own(countPeople), own(countRest)
	missed := g.named(row, e.member, countMissing)
	if of >= 0 && o.IsProportion() {
		e.ratio = t.ratio(n, of, others)
	}
	switch o.Over {
	case OverNothing, OverMoves:
		t.within(who, n)
	case OverEntries, OverDue:
		t.within(who, of)
	case OverPeople:
		t.sum(false, others, missed...)
	case OverState:
		if supported := g.count(row, 0, countNumerator); of >= 0 && of != supported && isSupported(g.members[0].outcome) && supported >= 0 {
			t.whole(supported, append(missed, of), g.count(row, e.member, countMissing))
		}
	case OverLatest:
		if ways := g.named(row, e.member, countHow); len(ways) > 0 {
			t.whole(of, ways, g.count(row, e.member, countHow))
		}
	case OverChange:
		t.sum(true, who, own(countBetter), own(countSame), own(countWorse))
		t.whole(own(countDue), append(missed, who), g.count(row, e.member, countMissing))
		t.sum(false, own(countDue), who, own(countAlone))
	}
	if !g.additive {
		g.insideAnswers(e, f, o)
	}
	g.insideOthers(e, o)
}

// insideAnswers adds that the answers are of those who answered, and that the good
// ones are the numerator.
func (g *publicGroup) insideAnswers(e *publicEntry, f *Figure, o Outcome) {
	var all, good, other []int32
	for _, a := range f.Distribution {
		field, ok := g.fields[countField{e.member, countAnswer, a.Answer}]
		if !ok || countAt(e.row, field) < 0 {
			return
		}
		c := countAt(e.row, field)
		all = append(all, c)
		if n, err := strconv.Atoi(a.Answer); err == nil && float64(n) >= o.Parameter("good") {
			good = append(good, c)
		} else {
			other = append(other, c)
		}
	}
	g.table.sum(true, g.count(e.row, e.member, countPeople), all...)
	if o.Over == OverLatest {
		g.table.sum(true, g.count(e.row, e.member, countNumerator), good...)
		g.table.sum(false, g.count(e.row, e.member, countRest), other...)
	}
}

// insideOthers adds what the numerators of several outcomes say of each other.
func (g *publicGroup) insideOthers(e *publicEntry, o Outcome) {
	of := func(id string) int32 {
		for member, m := range g.members {
			if m.outcome.ID == id {
				return g.count(e.row, member, countNumerator)
			}
		}
		return -1
	}
	whole := g.count(e.row, e.member, countNumerator)
	switch o.ID {
	case "restrictions.in_force":
		var parts []int32
		for _, agreement := range []string{"agrees", "unsure", "disagrees", "agreement_not_recorded"} {
			if part := of("restrictions." + agreement); part >= 0 {
				parts = append(parts, part)
			}
		}
		g.table.sum(true, whole, parts...)
		if overdue := of("restrictions.overdue"); overdue >= 0 {
			g.table.within(overdue, whole)
		}
	case "activities.people":
		if mainstream := of("activities.people_mainstream"); mainstream >= 0 {
			g.table.within(mainstream, whole)
		}
	}
}

// nests reports whether what is counted in a month is counted in its year too: of
// people and episodes with something, not of how things were at the end.
func (g *publicGroup) nests(f countField) bool {
	o := g.members[f.member].outcome
	switch f.kind {
	case countPeople:
		return o.Over != OverState && o.Over != OverLatest
	case countNumerator:
		return o.Over == OverPeople || isSupported(o)
	case countDenominator:
		return o.Over == OverPeople
	case countDue:
		return true
	}
	return false
}
