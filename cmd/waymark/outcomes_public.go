package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// notKnown is the API's status where nothing was recorded at the moment asked for.
const notKnown = 404

// answerPublic asks for what may leave the service.
func (a *asked) answerPublic(ctx context.Context, p *program, c *client) (show func() error, err error) {
	q := a.figures()
	text(q, "rule", a.rule)
	var definitions web.Definitions
	show, err = fetch(ctx, p, c, "/v1/outcomes/public", q,
		func(o web.PublicOutcomes) error { return each(p.stdout, o.Outcomes) },
		func(o web.PublicOutcomes) error {
			if a.csv {
				return writePublic(p.stdout, o)
			}
			g := p.page()
			return g.write(p.stdout, a.publicText(g, definitions.Outcomes, o))
		})
	if problem, ok := errors.AsType[*web.Problem](err); ok && problem.Status == notKnown {
		return nil, &failure{what: problem, code: exitFailed,
			hint: "what leaves the service is as known at the beginning of this month, and the record is younger; wait for the next month, or choose a moment with --known-at"}
	}
	if err != nil || a.csv || p.json || p.ndjson {
		return show, err
	}
	definitions, _, err = query[web.Definitions](ctx, c, "/v1/outcomes/definitions", a.query())
	return show, err
}

// recently is how many periods are shown of what may leave the service, unless
// they are chosen.
const recently = 3

// publicText writes what may leave the service: a table for each service, an
// outcome a row and a period a column.
func (a *asked) publicText(g page, definitions []domain.Outcome, o web.PublicOutcomes) string {
	t, places := newPublicTable(definitions, o.Outcomes)
	periods := t.periods("*")
	all := len(periods)
	if a.from == "" && a.to == "" {
		periods = telling(t, places, periods)
		periods = periods[max(len(periods)-recently, 0):]
	}
	grids := func() (list []*grid, hidden [][]string) {
		for _, service := range t.openIn(periods) {
			rows, small := publicGrid(t, places, service, periods)
			list, hidden = append(list, rows), append(hidden, small)
		}
		return list, hidden
	}
	list, hidden := grids()
	for g.terminal && len(periods) > 1 && slices.ContainsFunc(list, func(rows *grid) bool { return !rows.fits(g.width) }) {
		periods = periods[1:]
		list, hidden = grids()
	}
	var b strings.Builder
	if all == 0 {
		b.WriteString("Nothing may be shown yet: no period is over and settled.\n\n")
	}
	for i, rows := range list {
		width := g.width
		if !g.terminal {
			width = wide
		}
		b.WriteString(rows.text(width))
		b.WriteString(g.listed("Too few to show", hidden[i]))
		b.WriteByte('\n')
	}
	if len(periods) < all {
		b.WriteString(g.fold(fmt.Sprintf("Not shown: %s; --from and --to choose, and --csv has all.", quantity(all-len(periods), "period", "periods")), "", ""))
	}
	b.WriteString(g.fold(fmt.Sprintf(`Small numbers are hidden by the rule %s: * is what may not be shown, counts are to the nearest 5, so that "10 of 10 (*)" need not be all; percentages are whole.`, o.Rule), "", ""))
	b.WriteString(g.fold(a.whenPublic(o), "", ""))
	return b.String()
}

// whenPublic says at what moment the figures are as known.
func (a *asked) whenPublic(o web.PublicOutcomes) string {
	if a.knownNow() {
		return fmt.Sprintf("As known when %s began, at position %d of the log. The answer is the same until next month.", o.Today, o.Position)
	}
	return a.sentence(o.Position) + " Keep to one moment: two answers as known at different moments can be subtracted."
}

// newPublicTable puts figures in their places. Only their places are known of
// the table itself; the figures are beside it.
func newPublicTable(definitions []domain.Outcome, shown []domain.PublicFigure) (table, map[spot]domain.PublicFigure) {
	places, figures := map[spot]domain.PublicFigure{}, make([]domain.Figure, len(shown))
	for i, f := range shown {
		figures[i] = domain.Figure{Service: f.Service, Period: f.Period, Outcome: f.Outcome, By: f.By}
		places[spot{column{f.Service, f.Period}, f.Outcome, f.By}] = f
	}
	return newTable(definitions, figures), places
}

// telling leaves out the periods of which nothing may be shown that was recorded
// about them, unless that leaves none.
func telling(t table, places map[spot]domain.PublicFigure, periods []domain.Period) []domain.Period {
	tells, known := map[domain.Period]bool{}, map[string]domain.Outcome{}
	for _, l := range t.lines {
		known[l.ID] = l.Outcome
	}
	for at, f := range places {
		o := known[at.outcome]
		tells[at.period] = tells[at.period] || o.OfEntries() && publicly(o, f) != string(domain.Hidden)
	}
	if few := slices.DeleteFunc(slices.Clone(periods), func(p domain.Period) bool { return !tells[p] }); len(few) > 0 {
		return few
	}
	return periods
}

// publicGrid gathers a service's rows, and the titles of those in which no more
// than what they are of may be shown.
func publicGrid(t table, places map[spot]domain.PublicFigure, service string, periods []domain.Period) (*grid, []string) {
	rows := &grid{gap: 2}
	var names []string
	for _, p := range periods {
		names = append(names, p.String())
	}
	rows.row(cmp.Or(service, "all services together"), names...)
	cells := func(l line) (cells []string, any bool) {
		for _, p := range periods {
			cell := ""
			if f, ok := places[spot{column{service, p}, l.ID, l.by}]; ok {
				cell = publicly(l.Outcome, f)
			}
			cells = append(cells, cell)
			any = any || cell != "" && !strings.HasPrefix(cell, string(domain.Hidden))
		}
		return cells, any || l.ID == allPeople
	}
	aim := domain.Aim("")
	for _, l := range t.lines {
		row, any := cells(l)
		if !any {
			continue
		}
		indent := "    "
		if l.ID == allPeople {
			indent = "  "
		} else if l.Aim != aim {
			aim = l.Aim
			rows.row("  " + heading(aim))
		}
		rows.row(indent+lineTitle(l.Outcome, l.by), row...)
	}
	return rows, t.titles(func(l line) (bool, bool) { _, any := cells(l); return !any, false })
}

// publicly writes a figure as it may leave the service: one * where nothing of it
// may be shown.
func publicly(o domain.Outcome, f domain.PublicFigure) string {
	hidden := func(all ...domain.Shown) bool {
		return !slices.ContainsFunc(all, func(s domain.Shown) bool { return s != "" && s != domain.Hidden })
	}
	switch {
	case o.Over == domain.OverEndings && !hidden(f.Percent):
		return fmt.Sprintf("%s%% (n = %s)", f.Percent, f.N)
	case o.Over == domain.OverValues || o.Over == domain.OverChange:
		value := string(f.Value)
		if hidden(f.Value) {
			return string(domain.Hidden)
		}
		if o.Over == domain.OverChange && !strings.HasPrefix(value, "-") && value != "0" {
			value = "+" + value
		}
		return fmt.Sprintf("%s (n = %s)", strings.Replace(value, "-", "−", 1), f.N)
	case hidden(f.Numerator, f.Denominator, f.Percent):
		return string(domain.Hidden)
	case f.Denominator == "":
		return string(f.Numerator)
	case f.Numerator == domain.Hidden || f.Denominator == domain.Hidden:
		return fmt.Sprintf("%s of %s", f.Numerator, f.Denominator)
	case hidden(f.Percent):
		return fmt.Sprintf("%s of %s (*)", f.Numerator, f.Denominator)
	}
	return fmt.Sprintf("%s of %s (%s%%)", f.Numerator, f.Denominator, f.Percent)
}
