package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func (p *program) auditsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "audits",
		Short: "List the audits of decisions, and how far they have come",
		Long: `Audits lists what was asked of many decisions at a time: the question, the
criteria, which decisions, how they are drawn and at which position of the log,
of how many somebody has found something, and which audit repeats which.

waymark audit ID shows one; waymark audit plan begins one.`,
		Example: `  waymark audits
  waymark audits --ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return list(cmd.Context(), p, "/v1/audits", nil,
				func(a web.Audits) error { return each(p.stdout, a.Audits) },
				func(a web.Audits) error { return p.showAudits(a) })
		},
	}
	return p.lists(c)
}

func (p *program) auditCommand() *cobra.Command {
	var csv bool
	c := &cobra.Command{
		Use:   "audit ID",
		Short: "Show one audit: its decisions, drawn again, and what was found",
		Long: `Audit shows what one audit asks and the decisions that it looks at. They are drawn
again from the log as it stood at the audit's position, so they are the same ones
for ever. Each has what the program says of the audit's criteria and, beside it,
what an auditor found; below are the shares of the whole population that pass, by
the program, and where the audit repeats an earlier one, how they differ from it.
No share is shown of a criterion that the decisions were chosen by.

What an auditor finds is recorded with the person's journey, as an entry that
names the decision and the audit. What is said of it goes under words: it stays
with the journey, and waymark decision ID shows it. When all is looked at, the
audit is closed. Both go to waymark record:

  {"kind":"decision.audited","journey":"j-1","service":"north","occurred":"2026-04-02","by":"auditor-3",
   "data":{"decision":"0192f0c4-0000-7000-8000-000000000007","audit":"2026-q1",
           "judged":[{"criterion":"D6","verdict":"fail"}],"outcome":"learn"},
   "words":{"finding":"…","action":"…"}}
  {"kind":"audit.closed","audit":"2026-q1","occurred":"2026-04-20","by":"lead-1",
   "data":{"conclusion":"Mostly, but not at the end of support.","actions":["Ask a month before"]}}

Each is one line there.

--csv is a worksheet: a row for each decision and criterion, with the auditor's
verdict left to fill in where nobody has judged.`,
		Example: `  waymark audit plan --id 2026-q1 --question 'Do people have the role they want?' \
      --criterion D6 --service north --sample 20 --seed 7 --by lead-1
  waymark audit 2026-q1 --csv > worksheet.csv
  waymark audit 2026-q1`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if csv && p.json {
				return usagef("--csv and --json exclude each other")
			}
			if !domain.IsID(args[0]) {
				return usagef("that is no audit's id: they are of a to z, 0 to 9 and -")
			}
			return p.audit(cmd.Context(), args[0], csv)
		},
	}
	c.Flags().BoolVar(&csv, "csv", false, "answer with CSV, a row for each decision and criterion")
	c.AddCommand(p.auditPlanCommand())
	return c
}

// audit shows one audit.
func (p *program) audit(ctx context.Context, id string, csv bool) error {
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	show, err := p.fetchAudit(ctx, c, id, csv)
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	return show()
}

// fetchAudit asks for one audit, and gives what writes it.
func (p *program) fetchAudit(ctx context.Context, c *client, id string, csv bool) (func() error, error) {
	return fetch(ctx, p, c, "/v1/audits/"+url.PathEscape(id), nil, nil, func(a web.AuditSheet) error {
		if csv {
			return writeWorksheet(p.stdout, a)
		}
		page := p.page()
		return page.write(p.stdout, auditText(a, page))
	})
}

func (p *program) showAudits(a web.Audits) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "AUDIT\tPLANNED\tCRITERIA\tDECISIONS\tAT\tJUDGED\tREPEATS\tCLOSED\tQUESTION")
	for _, a := range a.Audits {
		closed := "open"
		if a.Closed != 0 {
			closed = a.Closed.String()
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\n", a.Audit, a.Planned, criteria(a.Plan.Criteria), draws(a.Plan), a.Plan.Position, a.Judged,
			a.Plan.Follows, closed, harmless(a.Plan.Question))
	}
	fmt.Fprintf(w, "\n%s, at position %d of the log\n", quantity(len(a.Audits), "audit", "audits"), a.Position)
	return w.Flush()
}

// draws says which decisions an audit looks at.
func draws(plan domain.AuditPlanned) string {
	of := populationText(plan.Population)
	if plan.Sample.N > 0 {
		return fmt.Sprintf("%d of %s, seed %d", plan.Sample.N, of, plan.Sample.Seed)
	}
	return of
}

func criteria(list []domain.Criterion) string {
	var codes []string
	for _, c := range list {
		codes = append(codes, string(c))
	}
	return strings.Join(codes, " ")
}

// populationText says which decisions are meant, in the names of the flags that
// choose them.
func populationText(p domain.Population) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	add("service", p.Service)
	add("area", string(p.Area))
	add("weight", string(p.Weight))
	add("state", string(p.State))
	add("basis", string(p.Basis))
	add("from", p.From.String())
	add("to", p.To.String())
	add("not-passing", string(p.NotPassing))
	if p.RoleGap > 0 {
		add("role-gap", fmt.Sprint(p.RoleGap))
	}
	add("overdue", p.Overdue.String())
	if p.RecordedLate == domain.Yes {
		parts = append(parts, "recorded-late")
	}
	switch p.Audited {
	case domain.Yes:
		add("audited", "yes")
	case domain.No:
		add("audited", "no")
	}
	if len(parts) == 0 {
		return "every decision"
	}
	return "those of " + strings.Join(parts, ", ")
}
