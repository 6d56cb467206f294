package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// recently is how many months a table shows unless they are chosen.
const recently = 3

// showOutcomes prints a table for each service: an outcome a row, a month a
// column. Unless the months were chosen, they are the last with entries that are
// over by today.
func (p *program) showOutcomes(o web.Outcomes, chosen bool, today domain.Date) error {
	t := tabulate(o.Outcomes)
	months, remark := t.months(), ""
	if !chosen {
		var over bool
		now := domain.MonthName(today.Month())
		if months, over = t.recent(months, now); over {
			remark = ": the last complete months with entries; --from and --to choose others"
		} else if slices.Contains(months, now) {
			remark = ", which is not over yet"
		}
	}
	out := bufio.NewWriter(p.stdout)
	fmt.Fprintf(out, "%s%s\n\n", spell(months), remark)
	for _, service := range t.services {
		t.show(out, service, months)
	}
	fmt.Fprintf(out, `"3 of 4 (75%%) +1": 3 of the 4 that can be counted, and 1 more that cannot: it was
not recorded, they chose not to say, or it is too early or too short. "0 of 0": there
was nothing to count. "no entries": nothing was recorded that counts in that month.
At position %d of the log.
`, o.Position)
	return out.Flush()
}

// spell writes months as a list.
func spell(months []string) string {
	switch last := len(months) - 1; last {
	case -1:
		return "no months"
	case 0:
		return months[0]
	default:
		return strings.Join(months[:last], ", ") + " and " + months[last]
	}
}

// A table has figures by where they stand.
type table struct {
	services []string // in the answer's order; all together are the empty one, and last
	figures  map[spot]projections.Figure
	entries  map[column]bool // has the months that a service was open in; true where entries of theirs are counted
}

type spot struct{ service, month, outcome string }

type column struct{ service, month string }

func tabulate(figures []projections.Figure) table {
	t := table{figures: map[spot]projections.Figure{}, entries: map[column]bool{}}
	outcomes := map[string]domain.Outcome{}
	for _, o := range domain.Outcomes {
		outcomes[o.ID] = o
	}
	for _, f := range figures {
		if !slices.Contains(t.services, f.Service) {
			t.services = append(t.services, f.Service)
		}
		t.figures[spot{f.Service, f.Period, f.Outcome}] = f
		o, c := outcomes[f.Outcome], column{f.Service, f.Period}
		t.entries[c] = t.entries[c] || ofEntries(o) && counts(o, f)
	}
	return t
}

// months lists the table's months in order.
func (t table) months() []string {
	months := map[string]bool{}
	for c := range t.entries {
		months[c.month] = true
	}
	return slices.Sorted(maps.Keys(months))
}

// recent gives the last months before now that have entries, or the last month
// of all where none has.
func (t table) recent(months []string, now string) (recent []string, over bool) {
	for _, month := range slices.Backward(months) {
		entries := slices.ContainsFunc(t.services, func(service string) bool { return t.entries[column{service, month}] })
		if entries && month < now && len(recent) < recently {
			recent = append(recent, month)
		}
	}
	if len(recent) == 0 && len(months) > 0 {
		return months[len(months)-1:], false
	}
	slices.Reverse(recent)
	return recent, len(recent) > 0
}

// show prints one service's part, grouped by aim. What held at the end of a month
// without entries, and what fell due in it, is shown all the same.
func (t table) show(out io.Writer, service string, months []string) {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(name string, say func(month string) string) {
		fmt.Fprint(w, name)
		for _, month := range months {
			fmt.Fprint(w, "\t", say(month))
		}
		fmt.Fprintln(w)
	}
	row(cmp.Or(service, "all services together"), func(month string) string { return month })
	remark := func(month string) string {
		entries, open := t.entries[column{service, month}]
		switch {
		case !open:
			return "not open"
		case !entries:
			return "no entries"
		}
		return ""
	}
	if slices.ContainsFunc(months, func(month string) bool { return remark(month) != "" }) {
		row("", remark)
	}
	under := domain.Aim("")
	for _, o := range domain.Outcomes {
		indent := "    "
		if o.ID == "people.supported" {
			indent = "  " // what most figures are a share of stands above the aims
		} else if o.Aim != under {
			under = o.Aim
			row("  "+strings.ToUpper(string(under[:1]))+string(under[1:]), func(string) string { return "" })
		}
		row(indent+o.Title, func(month string) string {
			f, open := t.figures[spot{service, month, o.ID}]
			if !open || ofEntries(o) && !t.entries[column{service, month}] {
				return ""
			}
			return figure(f)
		})
	}
	_ = w.Flush() // into memory
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(out)
}

// ofEntries says whether an outcome counts what was recorded about its month,
// rather than what held at the month's end or fell due in it.
func ofEntries(o domain.Outcome) bool {
	return o.Over != domain.OverState && o.Over != domain.OverDue
}

// counts says whether a figure has anything in it but the people supported.
func counts(o domain.Outcome, f projections.Figure) bool {
	return f.Numerator > 0 || len(f.Missing) > 0 || o.Over != domain.OverPeople && f.N > 0
}

// figure writes a count, or a share with what it is a share of and how many are
// missing.
func figure(f projections.Figure) string {
	text := fmt.Sprint(f.Numerator)
	if f.Denominator != nil {
		text += fmt.Sprintf(" of %d", *f.Denominator)
	}
	if f.Value != nil {
		text += fmt.Sprintf(" (%.0f%%)", *f.Value*100)
	}
	missing := 0
	for _, n := range f.Missing {
		missing += n
	}
	if missing > 0 {
		text += fmt.Sprintf(" +%d", missing)
	}
	return text
}
