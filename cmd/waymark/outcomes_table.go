package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain"
)

// A table has figures by where they stand.
type table struct {
	lines    []line
	services []string // in the answer's order; all together are the empty one, and last
	figures  map[spot]domain.Figure
	standing map[column]standing // of the periods that a service was open in
}

// A line is one outcome by one rater.
type line struct {
	domain.Outcome
	by domain.RatedBy
}

type column struct {
	service string
	period  domain.Period
}

type spot struct {
	column
	outcome string
	by      domain.RatedBy
}

// standing says what a column's figures are to be taken for.
type standing struct {
	state   domain.FigureState
	entries bool // anything was recorded about the period
}

// newTable puts figures in their places, the lines by aim: the number of people
// supported first, then the aims in the definitions' order.
func newTable(definitions []domain.Outcome, figures []domain.Figure) table {
	t := table{figures: map[spot]domain.Figure{}, standing: map[column]standing{}}
	type what struct {
		outcome string
		by      domain.RatedBy
	}
	known := map[string]domain.Outcome{}
	for _, o := range definitions {
		known[o.ID] = o
	}
	there := map[what]bool{}
	for _, f := range figures {
		if len(t.services) == 0 || t.services[len(t.services)-1] != f.Service {
			t.services = append(t.services, f.Service)
		}
		there[what{f.Outcome, f.By}] = true
		c := column{f.Service, f.Period}
		t.figures[spot{c, f.Outcome, f.By}] = f
		entries := known[f.Outcome].OfEntries() && !f.NoEntries
		t.standing[c] = standing{f.State, t.standing[c].entries || entries}
	}
	var aims []domain.Aim
	for _, o := range definitions {
		if o.ID != allPeople && !slices.Contains(aims, o.Aim) {
			aims = append(aims, o.Aim)
		}
		for _, by := range append([]domain.RatedBy{""}, domain.RatedBys.Codes()...) {
			if there[what{o.ID, by}] {
				t.lines = append(t.lines, line{o, by})
			}
		}
	}
	place := func(l line) int {
		if l.ID == allPeople {
			return -1
		}
		return slices.Index(aims, l.Aim)
	}
	slices.SortStableFunc(t.lines, func(a, b line) int { return place(a) - place(b) })
	return t
}

// allPeople is the outcome that most others are a share of.
const allPeople = "people.supported"

// at gives a line's figure, and whether the service was open then.
func (t table) at(service string, period domain.Period, l line) (domain.Figure, bool) {
	f, ok := t.figures[spot{column{service, period}, l.ID, l.by}]
	return f, ok
}

// periods lists all periods that a service has figures of, or any service where
// it is "*", in order.
func (t table) periods(service string) (all []domain.Period) {
	for c := range t.standing {
		if c.service == service || service == "*" {
			all = append(all, c.period)
		}
	}
	slices.SortFunc(all, func(a, b domain.Period) int {
		first, _ := a.Months()
		other, _ := b.Months()
		return first - other
	})
	return slices.Compact(all)
}

// latest gives the period to look at first: the latest that is settled and has
// entries; or else has entries; or else is settled; or else is there.
func (t table) latest(service string) (latest domain.Period) {
	best := -1
	for _, p := range t.periods(service) {
		s, rank := t.standing[column{service, p}], 0
		if s.entries {
			rank += 2
		}
		if s.state == "" {
			rank++
		}
		if rank >= best {
			latest, best = p, rank
		}
	}
	return latest
}

// remark says in two words why a service's column is not like others; nothing
// where it is.
func (t table) remark(service string, period domain.Period) string {
	s, open := t.standing[column{service, period}]
	switch {
	case !open:
		return "not open"
	case s.state == "not_over":
		return "not over"
	case !s.entries:
		return "no entries"
	case s.state == "may_change":
		return "may change"
	}
	return ""
}

// heading is how an aim stands above its outcomes.
func heading(aim domain.Aim) string { return strings.ToUpper(string(aim[:1])) + string(aim[1:]) }

// eachLine calls on for every line of a service to which anything was recorded in
// the periods, and under for the aim of the first of each.
func (t table) eachLine(service string, periods []domain.Period, under func(domain.Aim), on func(line)) {
	aim := domain.Aim("")
	for _, l := range t.lines {
		if t.isSilent(service, periods, l) {
			continue
		}
		if l.ID != allPeople && l.Aim != aim {
			aim = l.Aim
			under(aim)
		}
		on(l)
	}
}

// byPeriod writes a table for each service: an outcome a row, a period a column,
// on a terminal the newest that it has room for.
func (t table) byPeriod(g page, when string) string {
	periods := t.periods("*")
	shown := periods
	for _, service := range t.services {
		for g.terminal && len(shown) > 1 && !t.grid(service, shown).fits(g.width) {
			shown = shown[1:]
		}
	}
	var b strings.Builder
	for _, service := range t.openIn(shown) {
		rows := t.grid(service, shown)
		width := g.width
		if !g.terminal {
			width = wide
		}
		b.WriteString(rows.text(width))
		b.WriteString(g.listed("Nothing counted", t.silent(service, shown)))
		b.WriteByte('\n')
	}
	if len(shown) < len(periods) {
		b.WriteString(g.fold(fmt.Sprintf("The newest %d of %d periods fit here; a wider terminal, or a pipe, has room for more.", len(shown), len(periods)), "", ""))
	}
	b.WriteString(g.fold(legend, "", ""))
	b.WriteString(g.fold(when, "", ""))
	return b.String()
}

// openIn lists the services that were open in any of the periods.
func (t table) openIn(periods []domain.Period) []string {
	return slices.DeleteFunc(slices.Clone(t.services), func(service string) bool {
		return !slices.ContainsFunc(periods, func(p domain.Period) bool {
			_, open := t.standing[column{service, p}]
			return open
		})
	})
}

// wide is the width of a page that has room for everything.
const wide = 1 << 20

// silent lists the lines to which nothing was recorded in any of the periods. A
// change that was due in the last of them is told elsewhere.
func (t table) silent(service string, periods []domain.Period) []string {
	return t.titles(func(l line) (bool, bool) {
		f, _ := t.at(service, periods[len(periods)-1], l)
		return t.isSilent(service, periods, l), f.Change != nil && f.Change.Due > 0
	})
}

// titles lists the lines that are left out of a table, an aim as one where that is
// all of it; but not those that are told elsewhere.
func (t table) titles(out func(line) (out, told bool)) (titles []string) {
	for rest := t.lines; len(rest) > 0; {
		aim := rest[0].Aim
		var left []string
		whole, n := true, 0
		for ; n < len(rest) && rest[n].Aim == aim; n++ {
			switch out, told := out(rest[n]); {
			case !out:
				whole = false
			case !told:
				left = append(left, lineTitle(rest[n].Outcome, rest[n].by))
			}
		}
		if whole && len(left) > 1 {
			left = []string{"all of " + string(aim)}
		}
		titles, rest = append(titles, left...), rest[n:]
	}
	return titles
}

func (t table) isSilent(service string, periods []domain.Period, l line) bool {
	return l.ID != allPeople && !slices.ContainsFunc(periods, func(p domain.Period) bool {
		f, open := t.at(service, p, l)
		return open && !saysNothing(l.Outcome, f)
	})
}

// legend explains what figures say.
const legend = `"3 of 4 (75%) +1": 3 of the 4 that can be counted, and 1 more that cannot: it was not recorded, ` +
	`they chose not to say, or it is too early or too short. "+0.8 in 13 of 24": the mean change in the 13 with both ratings of the 24 due.`

// grid gathers one service's rows. What held at the end of a period without
// entries, and what fell due in it, is shown all the same.
func (t table) grid(service string, periods []domain.Period) *grid {
	rows := &grid{gap: 2}
	row := func(title string, say func(domain.Period) string) {
		cells := make([]string, len(periods))
		for i, p := range periods {
			cells[i] = say(p)
		}
		rows.row(title, cells...)
	}
	row(cmp.Or(service, "all services together"), domain.Period.String)
	remark := func(p domain.Period) string { return t.remark(service, p) }
	if slices.ContainsFunc(periods, func(p domain.Period) bool { return remark(p) != "" }) {
		row("", remark)
	}
	t.eachLine(service, periods, func(aim domain.Aim) { rows.row("  " + heading(aim)) }, func(l line) {
		indent := "    "
		if l.ID == allPeople {
			indent = "  "
		}
		row(indent+lineTitle(l.Outcome, l.by), func(p domain.Period) string {
			f, open := t.at(service, p, l)
			if !open || l.OfEntries() && !t.standing[column{service, p}].entries {
				return ""
			}
			return written(l.Outcome, f)
		})
	})
	return rows
}

// spell writes names as a list.
func spell(names []string) string {
	switch last := len(names) - 1; last {
	case -1:
		return "none"
	case 0:
		return names[0]
	default:
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
}
