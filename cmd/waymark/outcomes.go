package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

func (p *program) outcomesCommand() *cobra.Command {
	var service, from, to string
	c := &cobra.Command{
		Use:   "outcomes",
		Short: "Show how things are going in the services, month by month",
		Long: `Outcomes shows counts and shares by service and month, each with what it is a
share of and how many could have said and did not. Without --from and --to it
answers with every month there is; a table shows the last three of them.`,
		Example: `  waymark outcomes --service north --from 2026-01 --to 2026-03
  waymark outcomes --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			text(q, "service", service)
			text(q, "from", from)
			text(q, "to", to)
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			o, whole, err := query[web.Outcomes](cmd.Context(), c, "/v1/outcomes", q)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			switch {
			case p.json:
				return p.document(whole)
			case p.ndjson:
				return each(p.stdout, o.Outcomes)
			}
			return p.showOutcomes(o, from == "" && to == "")
		},
	}
	c.Flags().StringVar(&service, "service", "", "only this `service`")
	c.Flags().StringVar(&from, "from", "", "the first `month`, such as 2026-01")
	c.Flags().StringVar(&to, "to", "", "the last `month`")
	p.completeService(c)
	return p.lists(c)
}

// each prints a list, one document a line.
func each[T any](out io.Writer, list []T) error {
	lines := json.NewEncoder(out)
	for _, item := range list {
		if err := lines.Encode(item); err != nil {
			return err
		}
	}
	return nil
}

// recently is how many months a table shows unless they are chosen.
const recently = 3

// showOutcomes prints a table for each service: an outcome a row, a month a column.
func (p *program) showOutcomes(o web.Outcomes, recent bool) error {
	type place struct{ service, outcome, month string }
	figures, months, order := map[place]projections.Figure{}, map[string]bool{}, map[string][]string{}
	var services []string
	for _, f := range o.Outcomes {
		if !slices.Contains(services, f.Service) {
			services = append(services, f.Service)
		}
		if !slices.Contains(order[f.Service], f.Outcome) {
			order[f.Service] = append(order[f.Service], f.Outcome)
		}
		figures[place{f.Service, f.Outcome, f.Period}], months[f.Period] = f, true
	}
	shown := slices.Sorted(maps.Keys(months))
	if recent && len(shown) > recently {
		shown = shown[len(shown)-recently:]
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, service := range services {
		name := service
		if name == "" {
			name = "all services together"
		}
		fmt.Fprint(w, name)
		for _, month := range shown {
			fmt.Fprintf(w, "\t%s", month)
		}
		fmt.Fprintln(w)
		for _, outcome := range order[service] {
			fmt.Fprintf(w, "  %s", title(outcome))
			for _, month := range shown {
				f, ok := figures[place{service, outcome, month}]
				fmt.Fprintf(w, "\t%s", figure(f, ok))
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "At position %d of the log. A share is followed by how many could have said and did not.\n", o.Position)
	return w.Flush()
}

// figure writes a count, or a share with what it is a share of and how many are
// missing.
func figure(f projections.Figure, ok bool) string {
	if !ok {
		return "-"
	}
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

// title gives an outcome's own title.
func title(id string) string {
	for _, o := range domain.Outcomes {
		if o.ID == id {
			return o.Title
		}
	}
	return id
}
