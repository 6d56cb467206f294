package domain

import (
	"cmp"
	"maps"
	"slices"

	"github.com/waymark/waymark/domain/stats"
)

// A publicGroup is figures that have counts in common or that add up, so that what
// is hidden in one must not be shown in another: all those about the people
// supported; all changes, which have the episodes due in common; and otherwise each
// outcome alone.
type publicGroup struct {
	members  []publicMember
	fields   map[countField]int32
	names    [][]countField        // of each member: the reasons, answers and ways that any figure had so far
	byStage  map[int][]publicPlace // by the month in which the figures settle
	services []string              // "" last: all together
	scopes   map[string]int
	additive bool    // a quarter's counts are the sums of its months'
	addsUp   []bool  // which of the fields do so, and over services too
	parts    []bool  // which are of parts of something in the same figure
	others   []int32 // the field that a reason or an answer is of until it is first given, or -1
	nested   []bool  // which of them are at least as many in a year as in its months
	entries  []publicEntry
	table    *publicTable
}

type publicMember struct {
	outcome Outcome
	by      RatedBy
}

// A publicPlace is a figure in its group.
type publicPlace struct {
	member, scope int
	at            int // among all the figures
	figure        *Figure
}

// A publicEntry is a figure with its counts in the table.
type publicEntry struct {
	publicPlace
	row   []int32
	ratio int32 // -1 for none
}

type countKind uint8

const (
	countPeople countKind = iota
	countNumerator
	countDenominator
	countRest // in the denominator and not in the numerator
	countMissing
	countAnswer
	countHow
	countDue
	countEarly
	countBetter
	countSame
	countWorse
	countAlone
)

// A countField is what one count of a figure is about.
type countField struct {
	member int
	kind   countKind
	name   string
}

// A publicLevel is the counts of every service in one period, or so far in one:
// by scope, then by field; -1 for none.
type publicLevel [][]int32

// publicGroups puts the figures that settle before a month into groups.
func publicGroups(outcomes []Outcome, figures []Figure, before int) []*publicGroup {
	type series struct {
		outcome string
		by      RatedBy
	}
	type membership struct {
		group  *publicGroup
		member int
	}
	var groups []*publicGroup
	byName, bySeries, known := map[string]*publicGroup{}, map[series]membership{}, map[string]Outcome{}
	for _, o := range outcomes {
		known[o.ID] = o
	}
	for i := range figures {
		f := &figures[i]
		o, ok := known[f.Outcome]
		_, last := f.Period.Months()
		if !ok || last >= before {
			continue
		}
		m, ok := bySeries[series{f.Outcome, f.By}]
		if !ok {
			name := o.ID + " " + string(f.By)
			switch o.Over {
			case OverPeople, OverState, OverValues:
				name = "people"
			case OverChange:
				name = "change"
			}
			g := byName[name]
			if g == nil {
				g = &publicGroup{fields: map[countField]int32{}, byStage: map[int][]publicPlace{}, scopes: map[string]int{}}
				switch o.Over {
				case OverNothing, OverEntries, OverDue, OverMoves:
					g.additive = true
				}
				byName[name] = g
				groups = append(groups, g)
			}
			m = membership{g, len(g.members)}
			g.members = append(g.members, publicMember{o, f.By})
			bySeries[series{f.Outcome, f.By}] = m
		}
		g := m.group
		if _, ok := g.scopes[f.Service]; !ok {
			g.scopes[f.Service] = 0
			g.services = append(g.services, f.Service)
		}
		g.byStage[last] = append(g.byStage[last], publicPlace{member: m.member, at: i, figure: f})
	}
	for _, g := range groups {
		g.sort()
	}
	return groups
}

// sort makes the order of everything independent of the figures' order.
func (g *publicGroup) sort() {
	order := make([]int, len(g.members))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { // people.supported first: others refer to it
		x, y := g.members[a], g.members[b]
		return cmp.Or(firstIf(isSupported(x.outcome), isSupported(y.outcome)), cmp.Compare(x.outcome.ID, y.outcome.ID), cmp.Compare(x.by, y.by))
	})
	members, moved := make([]publicMember, len(order)), make([]int, len(order))
	for to, from := range order {
		members[to], moved[from] = g.members[from], to
	}
	g.members, g.names = members, make([][]countField, len(members))
	slices.SortFunc(g.services, func(a, b string) int {
		return cmp.Or(firstIf(a != "", b != ""), cmp.Compare(a, b))
	})
	for i, s := range g.services {
		g.scopes[s] = i
	}
	for _, places := range g.byStage {
		for i := range places {
			p := &places[i]
			p.member, p.scope = moved[p.member], g.scopes[p.figure.Service]
		}
		slices.SortFunc(places, func(a, b publicPlace) int {
			return cmp.Or(cmp.Compare(a.scope, b.scope), cmp.Compare(a.member, b.member))
		})
	}
}

func isSupported(o Outcome) bool { return o.ID == "people.supported" }

// firstIf compares so that what is true comes first.
func firstIf(a, b bool) int { return cmp.Compare(oneIf(b), oneIf(a)) }

// protect decides what of the group is hidden, month by month, in the order in
// which periods settle.
func (g *publicGroup) protect(rule stats.Rule) {
	g.table = newPublicTable(rule)
	stages := slices.Sorted(maps.Keys(g.byStage))
	if len(stages) == 0 {
		return
	}
	var quarterSoFar, yearSoFar, yearBefore publicLevel // in additive groups
	var months, quarters, shorter []publicLevel         // months of the quarter, quarters of the year, and both of the year
	for stage := stages[0]; stage <= stages[len(stages)-1]; stage++ {
		g.table.begin()
		g.name(stage)
		if stage%3 == 0 {
			quarterSoFar, months = nil, nil
		}
		if stage%12 == 0 {
			yearBefore, quarters, shorter = nil, nil, nil
		}
		month := g.level(g.placed("month", stage), nil, nil)
		months, shorter = append(months, month), append(shorter, month)
		endsQuarter, endsYear := stage%3 == 2, stage%12 == 11
		switch {
		case g.additive:
			quarterSoFar = g.level(g.placed("quarter", stage), quarterSoFar, month)
			yearSoFar = g.level(g.placed("year", stage), yearBefore, quarterSoFar)
			if endsQuarter {
				g.add(quarterSoFar, months)
				yearBefore, quarters = yearSoFar, append(quarters, quarterSoFar)
			}
			if endsYear {
				g.add(yearSoFar, quarters)
			}
		case endsQuarter:
			quarter := g.level(g.placed("quarter", stage), nil, nil)
			shorter = append(shorter, quarter)
			g.nest(quarter, months)
			if endsYear {
				g.nest(g.level(g.placed("year", stage), nil, nil), shorter)
			}
		}
		g.table.settle()
	}
}

// placed gives the figures of the periods of a length that end with a month.
func (g *publicGroup) placed(every Every, month int) (all []publicPlace) {
	for _, p := range g.byStage[month] {
		if p.figure.Period.Every == every {
			all = append(all, p)
		}
	}
	return all
}

// level adds the counts of one period: of its figures and, where those are not
// given, of what came before in the period and what is new. With neither before
// nor figures it is what is new.
func (g *publicGroup) level(figures []publicPlace, before, latest publicLevel) publicLevel {
	if latest != nil && before == nil && len(figures) == 0 {
		return latest
	}
	l := make(publicLevel, len(g.services))
	begin := len(g.entries)
	for len(figures) > 0 {
		n := 1
		for n < len(figures) && figures[n].scope == figures[0].scope {
			n++
		}
		l[figures[0].scope] = g.row(figures[:n])
		figures = figures[n:]
	}
	if latest != nil {
		for scope := range l {
			l[scope] = g.running(l[scope], ofScope(before, scope), latest[scope])
		}
	}
	for i := begin; i < len(g.entries); i++ {
		e := &g.entries[i]
		e.row = l[e.scope] // it may have grown
		g.inside(e)
	}
	if begin == len(g.entries) { // nothing of it is published, and yet it can be worked out
		for _, row := range l {
			for member := range g.members {
				g.addUp(row, member)
			}
		}
	}
	g.across(l)
	return l
}

func ofScope(l publicLevel, scope int) []int32 {
	if l == nil {
		return nil
	}
	return l[scope]
}

func countAt(row []int32, field int32) int32 {
	if int(field) >= len(row) {
		return -1
	}
	return row[field]
}

// field gives the number of a field, and makes room for it in the row.
func (g *publicGroup) field(row *[]int32, f countField) int32 {
	n := g.number(f)
	for int(n) >= len(*row) {
		*row = append(*row, -1)
	}
	return n
}

func (g *publicGroup) number(f countField) int32 {
	n, ok := g.fields[f]
	if !ok {
		n = int32(len(g.fields))
		g.fields[f] = n
		g.addsUp = append(g.addsUp, g.additive && f.kind != countPeople)
		g.nested = append(g.nested, g.nests(f))
		over := g.members[f.member].outcome.Over
		g.parts = append(g.parts, f.kind == countRest || f.kind == countAnswer || f.kind == countNumerator && over != OverNothing && over != OverMoves)
		others := int32(-1)
		if o, ok := g.fields[countField{f.member, f.kind, ""}]; ok && isOther(f.kind, "") && o != n {
			others = o
		}
		g.others = append(g.others, others)
	}
	return n
}
