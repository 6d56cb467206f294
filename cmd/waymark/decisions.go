package main

import (
	"fmt"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

func (p *program) decisionsCommand() *cobra.Command {
	given := map[string]*string{}
	c := &cobra.Command{
		Use:   "decisions",
		Short: "List decisions and how they were made",
		Example: `  waymark decisions --service north --from 2026-01-01
  waymark decisions --overdue 2026-06-30 --ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			for name, value := range given {
				text(q, name, *value)
			}
			return list(cmd.Context(), p, "/v1/decisions", q,
				func(a web.Decisions) error { return each(p.stdout, a.Decisions) },
				func(a web.Decisions) error { return p.showDecisions(a) })
		},
	}
	for _, f := range [][2]string{
		{"service", "only those of this `service`"},
		{"journey", "only those of the person with this `id`"},
		{"area", "only those of this `area`"},
		{"state", "only those that are raised, made, reviewed, reversed or closed"},
		{"from", "only those made, or else raised, on this `day` or later"},
		{"to", "only those made, or else raised, on this `day` or earlier"},
		{"overdue", "only those that were to be looked at again before this `day`"},
	} {
		given[f[0]] = c.Flags().String(f[0], "", f[1])
	}
	p.completeService(c)
	complete(c, "area", codes(domain.Areas))
	complete(c, "state", []string{"raised", "made", "reviewed", "reversed", "closed"})
	return p.lists(c)
}

func (p *program) showDecisions(d web.Decisions) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHEN\tDECISION\tJOURNEY\tSERVICE\tABOUT\tSTATE\tWHO DECIDED\tREVIEW BY")
	for _, d := range d.Decisions {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Occurred, d.Decision, d.Journey, d.Service,
			domain.Areas.Words(domain.Area(d.Area)), d.State, role(d), d.ReviewDue)
	}
	fmt.Fprintf(w, "\n%s, at position %d of the log\n", quantity(len(d.Decisions), "decision", "decisions"), d.Position)
	return w.Flush()
}

// role says in words who decided.
func role(d projections.DecisionRow) string {
	if d.Actual == "" {
		return "-"
	}
	return domain.Roles.Words(domain.Role(d.Actual))
}
