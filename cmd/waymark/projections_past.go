package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/projections"
)

// diffCommand shows how a projection that is held back differs.
func (p *program) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use: "diff NAME", Short: "Show how a projection that was built again and is held back differs",
		Long: `Diff compares every table of the projection in use with the one that was built
again, as far as both have come: how many rows each has, how many of them the
other has not, and a digest of all rows.`,
		Example:           "  waymark projections diff outcomes\n  waymark projections diff outcomes --json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(questionNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			d, whole, err := query[projections.Difference](cmd.Context(), c, "/v1/projections/"+args[0]+"/diff", nil)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if p.json {
				return p.document(whole)
			}
			return p.showDifference(d)
		},
	}
}

func (p *program) showDifference(d projections.Difference) error {
	fmt.Fprintf(p.stdout, "%s at position %d, the one in use and the new one\n", d.Projection, d.Position)
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TABLE\t\tROWS\tNEW ROWS\tONLY IN USE\tONLY NEW\tDIGEST\tNEW DIGEST")
	for _, t := range d.Tables {
		same := "differs"
		if t.Same {
			same = "same"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%.12s\t%.12s\n", t.Table, same, t.Old.Rows, t.New.Rows, t.Old.Only, t.New.Only, t.Old.Digest, t.New.Digest)
	}
	for _, journey := range d.Journeys {
		fmt.Fprintf(w, "%s\twithheld by the new one\n", journey)
	}
	return w.Flush()
}

// snapshotCommand keeps a moment of the past.
func (p *program) snapshotCommand() *cobra.Command {
	var knownAt string
	var at uint64
	c := &cobra.Command{
		Use: "snapshot", Short: "Make and keep the answers as they were at a moment",
		Long: `Snapshot makes the decisions and the outcomes as they were known at a moment, now
unless said, and keeps them, so that a question about then is answered at once.
They stay until another version of the program makes them otherwise, a projection
is accepted that differs, or somebody deletes them, which is safe at any time.
serve does so by itself at the end of each month, and keeps of the log's long past
some at even distances; other moments go on from the nearest one before them.`,
		Example: `  waymark projections snapshot
  waymark projections snapshot --known-at 2026-03-31T23:59:59Z`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := (clocks{knownAt: knownAt}).check(); err != nil {
				return err
			}
			q := url.Values{}
			text(q, "known_at", knownAt)
			number(q, "at", at)
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			var kept web.Snapshot
			body, err := c.post(cmd.Context(), "/v1/projections/snapshot", q, nil)
			if err == nil {
				err = errors.Join(json.NewDecoder(body).Decode(&kept), body.Close())
			}
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if p.json {
				return json.NewEncoder(p.stdout).Encode(kept)
			}
			_, err = fmt.Fprintf(p.stdout, "kept %s as known at position %d\n", strings.Join(kept.Projections, " and "), kept.Position)
			return err
		},
	}
	c.Flags().StringVar(&knownAt, "known-at", "", "what was recorded at or before this `moment`, such as 2026-03-31T23:59:59Z")
	positionFlag(c, &at, "at", "what was recorded up to this `position` of the log")
	return c
}
