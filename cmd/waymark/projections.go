package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
)

func (p *program) projectionsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "projections",
		Short: "Show how the answers stand, build one again, or take up what one parked",
		Long: `Projections are the tables that answer questions. They hold nothing that the log
does not, and are safe to delete at any time.

One that is built again takes the place of the one in use where every table is
the same. Where not, it is held back: see how they differ with diff, then use the
new one with accept, or build again once the cause is mended.`,
		Example: `  waymark projections
  waymark projections rebuild outcomes
  waymark projections diff outcomes
  waymark projections retry journeys`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return list(cmd.Context(), p, "/v1/projections", nil,
				func(a web.Projections) error { return each(p.stdout, a.Projections) },
				func(a web.Projections) error { return p.showProjections(a.Projections...) })
		},
	}
	var accept bool
	rebuild := p.mendCommand("rebuild", "Build a projection again beside the one in use, then use it", func() url.Values {
		if accept {
			return url.Values{"accept": {"true"}}
		}
		return nil
	})
	rebuild.Flags().BoolVar(&accept, "accept", false, "use the new one whatever differs")
	retry := p.mendCommand("retry", "Take up again the journeys that a projection parked", func() url.Values { return nil })
	accepted := p.mendCommand("accept", "Use the projection that was built again and is held back", func() url.Values { return nil })
	c.AddCommand(rebuild, p.diffCommand(), accepted, retry, p.snapshotCommand())
	return p.lists(c)
}

func (p *program) mendCommand(verb, short string, q func() url.Values) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME", Short: short,
		Example:           "  waymark projections " + verb + " outcomes",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(questionNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			var mended web.Projection
			body, err := c.post(cmd.Context(), "/v1/projections/"+args[0]+"/"+verb, q(), nil)
			if err == nil {
				err = errors.Join(json.NewDecoder(body).Decode(&mended), body.Close())
			}
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if p.json {
				return json.NewEncoder(p.stdout).Encode(mended)
			}
			return p.showProjections(mended)
		},
	}
}

func questionNames() (names []string) {
	for _, question := range questions() {
		names = append(names, question.Name)
	}
	return names
}

func (p *program) showProjections(all ...web.Projection) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PROJECTION\tVERSION\tPOSITION\tBEHIND BY\tPARKED\tSTATE")
	for _, one := range all {
		state := "well"
		switch {
		case one.Stopped != "":
			state = "stopped: " + one.Stopped
		case one.Building:
			state = "being built"
		case one.Held != nil:
			state = "well; a new one is held back: see waymark projections diff " + one.Projection
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\n", one.Projection, one.Version, one.Position, one.Lag, len(one.Parked), state)
		for _, j := range one.Parked {
			fmt.Fprintf(w, "  %s\t\t%d\t\t%d\t%s\n", j.Journey, j.Position, j.Withheld, j.Reason)
		}
	}
	return w.Flush()
}
