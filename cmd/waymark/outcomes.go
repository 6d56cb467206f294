package main

import (
	"encoding/json"
	"io"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func (p *program) outcomesCommand() *cobra.Command {
	var service, from, to string
	c := &cobra.Command{
		Use:   "outcomes",
		Short: "Show how things are going in the services, month by month",
		Long: `Outcomes shows counts and shares by service and month, each with what it is a
share of and how many could have said and did not. Without --from and --to it
answers with every month there is; a table shows the last three that are over.`,
		Example: `  waymark outcomes --service north --from 2026-01 --to 2026-03
  waymark outcomes --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			text(q, "service", service)
			text(q, "from", from)
			text(q, "to", to)
			return list(cmd.Context(), p, "/v1/outcomes", q,
				func(a web.Outcomes) error { return each(p.stdout, a.Outcomes) },
				func(a web.Outcomes) error {
					return p.showOutcomes(a, from != "" || to != "", domain.DateOf(time.Now()))
				})
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
