package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

type auditRow = projections.AuditRow

// auditText writes one audit for people.
func auditText(a web.AuditSheet, g page) string {
	var b strings.Builder
	say := func(format string, args ...any) { b.WriteString(g.fold(fmt.Sprintf(format, args...), "", "  ")) }
	say("%s: %s", a.Audit, harmless(a.Plan.Question))
	say("Planned on %s by %s. It asks of %s.", a.Planned, a.By, named(a.Plan.Criteria))
	which := fmt.Sprintf("all %d", a.Population)
	if a.Plan.Sample.N > 0 {
		which = fmt.Sprintf("%d of %d, drawn at random with seed %d", len(a.Decisions), a.Population, a.Plan.Sample.Seed)
	}
	say("Decisions: %s; %s, at position %d of the log.", populationText(a.Plan.Population), which, a.Plan.Position)
	b.WriteString("\n" + looked(a) + "\n")
	judged, same, apart := tallied(a)
	say("Somebody found something of %d of the %d.%s", judged, len(a.Decisions), agreement(same, apart))
	if a.Elsewhere > 0 {
		say("There are findings of %s that this audit does not look at.", quantity(a.Elsewhere, "decision", "decisions"))
	}
	if len(a.Beside) > 0 {
		fmt.Fprintf(&b, "\nWhat the program says of all %d:\n", a.Population)
		rows := &grid{gap: 2}
		rows.row("", "passing", "95% interval", "does not apply")
		for _, r := range a.Beside {
			rows.row(criterionTitle(r.Criterion), passing(r), passingInterval(r), fmt.Sprint(r.NotApplicable))
		}
		b.WriteString(rows.text(g.width))
	}
	if len(a.Chosen) > 0 {
		say("The decisions were chosen by what the program says of %s: a share that passes would say nothing, and none is shown.", criteria(a.Chosen))
	}
	if len(a.Changes) > 0 {
		fmt.Fprintf(&b, "\nSince %s, which it repeats:\n", a.Plan.Follows)
		rows := &grid{gap: 2}
		rows.row("", "before", "now", "change", "95% interval")
		for _, c := range a.Changes {
			rows.row(criterionTitle(c.Criterion), passing(c.Before), passing(c.Now), inPoints(c.Difference), inPointsBetween(c.Lower, c.Upper))
		}
		b.WriteString(rows.text(g.width))
		say("The change is in percentage points. Its interval needs 10 people or more in both.")
	}
	if len(a.ChosenBefore) > 0 {
		say("Those of %s were chosen by what the program says of %s: no change since is shown.", a.Plan.Follows, criteria(a.ChosenBefore))
	}
	if a.Closed != 0 {
		b.WriteByte('\n')
		say("Closed on %s: %s", a.Closed, harmless(a.Closing.Conclusion))
		for _, action := range a.Closing.Actions {
			b.WriteString(g.fold(harmless(action), "  - ", "    "))
		}
	}
	return b.String()
}

// looked lists the decisions, a line for each criterion.
func looked(a web.AuditSheet) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0) // into memory
	fmt.Fprintln(w, "DECISION\tJOURNEY\tWHEN\t\tPROGRAM\tAUDITOR\tOUTCOME")
	for _, d := range a.Decisions {
		decision, journey, when, outcome := d.Decision, d.Journey, d.Occurred, d.Outcome
		for _, c := range d.Criteria {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", decision, journey, when, c.Criterion, verdictText(c.Program), verdictText(c.Auditor), outcome)
			decision, journey, when, outcome = "", "", "", ""
		}
	}
	_ = w.Flush()
	return b.String()
}

// tallied counts the decisions of which something was found, and the criteria of
// which the auditor says what the program says, or otherwise.
func tallied(a web.AuditSheet) (judged, same, apart int) {
	for _, d := range a.Decisions {
		if d.Found {
			judged++
		}
		for _, c := range d.Criteria {
			switch c.Auditor {
			case "":
			case c.Program:
				same++
			default:
				apart++
			}
		}
	}
	return judged, same, apart
}

func agreement(same, apart int) string {
	if same+apart == 0 {
		return ""
	}
	return fmt.Sprintf(" Of %s they judged %d as the program does.", quantity(same+apart, "criterion", "criteria"), same)
}

func verdictText(v domain.Verdict) string {
	if v == "" {
		return "-"
	}
	return strings.ToLower(domain.Verdicts.Words(v))
}

func criterionTitle(c domain.Criterion) string {
	return fmt.Sprintf("  %s %s", c, domain.Criteria.Words(c))
}

// named lists criteria with what they are called.
func named(criteria []domain.Criterion) string {
	var list []string
	for _, c := range criteria {
		list = append(list, fmt.Sprintf("%s (%s)", c, strings.ToLower(domain.Criteria.Words(c))))
	}
	return strings.Join(list, ", ")
}

// inPoints writes a difference of shares in percentage points.
func inPoints(share *float64) string {
	if share == nil {
		return ""
	}
	switch n := math.Round(*share * 100); {
	case n > 0:
		return fmt.Sprintf("+%.0f", n)
	case n < 0:
		return fmt.Sprintf("−%.0f", -n)
	}
	return "0"
}

func inPointsBetween(lower, upper *float64) string {
	if lower == nil || upper == nil {
		return ""
	}
	return inPoints(lower) + " to " + inPoints(upper)
}

const worksheetColumns = "audit,decision,journey,service,occurred,area,criterion,name,program,why,auditor,outcome,position"

// writeWorksheet writes an audit as CSV, a row for each decision and criterion.
// The auditor's verdict is empty where nobody has judged, to be filled in.
func writeWorksheet(w io.Writer, a web.AuditSheet) error {
	rows := [][]string{strings.Split(worksheetColumns, ",")}
	for _, d := range a.Decisions {
		for _, c := range d.Criteria {
			rows = append(rows, []string{asText(a.Audit), d.Decision, asText(d.Journey), asText(d.Service), d.Occurred, d.Area, string(c.Criterion),
				domain.Criteria.Words(c.Criterion), string(c.Program), c.Sentence, string(c.Auditor), d.Outcome, strconv.FormatUint(a.Plan.Position, 10)})
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
