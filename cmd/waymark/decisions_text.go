package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

func (p *program) showDecisions(d web.Decisions, when string) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHEN\tDECISION\tJOURNEY\tSERVICE\tABOUT\tSTATE\tWHO DECIDED\tREVIEW BY\tNOT PASSING")
	for _, d := range d.Decisions {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Occurred, d.Decision, d.Journey, d.Service,
			domain.Areas.Words(domain.Area(d.Area)), d.State, role(d), d.ReviewDue, strings.Join(failed(d), " "))
	}
	count := quantity(len(d.Decisions), "decision", "decisions")
	if d.Sample != nil {
		count = fmt.Sprintf("%d of %s, drawn at random with seed %d", len(d.Decisions), quantity(d.Sample.Population, "decision", "decisions"), d.Sample.Seed)
	}
	fmt.Fprintf(w, "\n%s, %s\n", count, when)
	return w.Flush()
}

// role says in words who decided.
func role(d projections.DecisionRow) string {
	if d.Actual == "" {
		return "-"
	}
	return domain.Roles.Words(domain.Role(d.Actual))
}

// failed lists the criteria that a decision does not pass.
func failed(d projections.DecisionRow) (list []string) {
	for _, f := range d.Findings {
		if f.Verdict == "fail" {
			list = append(list, string(f.Criterion))
		}
	}
	return list
}

// repeat says how to draw a sample again.
func (w *wanted) repeat(p *program, d web.Decisions) error {
	if d.Sample == nil {
		return nil
	}
	command := "waymark decisions"
	for _, flag := range choosers() {
		if value := *w.filters[flag.flag]; value != "" {
			command += " --" + flag.flag + " " + value
		}
	}
	if w.gap > 0 {
		command += fmt.Sprintf(" --role-gap %d", w.gap)
	}
	if w.late {
		command += " --recorded-late"
	}
	if w.asOf != "" {
		command += " --as-of " + w.asOf
	}
	_, err := fmt.Fprintf(p.stderr, "to draw the same again: %s --sample %d --seed %d --at %d\n", command, w.sample, w.seed, d.Position)
	return err
}

// ratesText writes the pass rates for people: under each service and period a
// line for each criterion.
func ratesText(r web.Rates, g page, when string) string {
	var b strings.Builder
	for rest := r.Rates; len(rest) > 0; {
		n := min(len(domain.Criteria), len(rest)) // each service and period has every criterion
		rates := rest[:n]
		rest = rest[n:]
		rows := &grid{gap: 2}
		rows.row(groupTitle(rates[0]), "passing", "95% interval", "does not apply")
		for _, rate := range rates {
			rows.row(fmt.Sprintf("  %-4s%s", rate.Criterion, domain.Criteria.Words(rate.Criterion)), passing(rate), passingInterval(rate), fmt.Sprint(rate.NotApplicable))
		}
		b.WriteString(rows.text(g.width) + "\n")
	}
	if len(r.Rates) == 0 {
		b.WriteString("No decisions.\n\n")
	}
	b.WriteString(g.fold(`"12 of 14 (86%)": 12 of the 14 decisions that the criterion applies to pass it. An interval needs 10 people or more. A criterion is good practice to look at, and no score.`, "", ""))
	b.WriteString(g.fold(strings.ToUpper(when[:1])+when[1:]+".", "", ""))
	return b.String()
}

func groupTitle(r projections.PassRate) string {
	title := cmp.Or(r.Service, "all services together")
	if period := r.Period.String(); period != "" {
		return title + ", " + period
	}
	return title
}

func passing(r projections.PassRate) string {
	if r.Value == nil {
		return "none to judge"
	}
	return fmt.Sprintf("%d of %d (%s)", r.Pass, r.Pass+r.Fail, percent(*r.Value))
}

func passingInterval(r projections.PassRate) string {
	if r.Lower == nil || r.Upper == nil {
		return ""
	}
	return strings.TrimSuffix(percent(*r.Lower), "%") + "–" + percent(*r.Upper)
}
