package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (p *program) importCommand() *cobra.Command {
	i := importing{}
	c := &cobra.Command{
		Use:   "import FILE.csv --mapping FILE.yaml",
		Short: "Record the rows of a CSV file as a mapping says",
		Long: `Import reads a CSV file, turns its rows into entries as the mapping says, and
records them. The whole file is checked first. Importing it again adds nothing.`,
		Example: `  waymark import ratings.csv --mapping ratings.yaml --dry-run
  waymark import ratings.csv --mapping ratings.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if i.Mapping == "" {
				return usagef("--mapping is missing: it says what the columns mean")
			}
			i.File = args[0]
			return p.importFile(cmd.Context(), i)
		},
	}
	c.Flags().StringVar(&i.Mapping, "mapping", "", "the YAML `file` that says what the columns mean")
	c.Flags().BoolVar(&i.DryRun, "dry-run", false, "check and count, and record nothing")
	_ = c.MarkFlagFilename("mapping", "yaml", "yml") // fails only for a flag that is not there
	return c
}

func (p *program) importFile(ctx context.Context, i importing) (err error) {
	var c *client
	defer func() {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	i.Post = func(ctx context.Context, entries io.Reader) (io.ReadCloser, error) {
		if c, err = p.connect(ctx); err != nil { // only now: the file fits
			return nil, err
		}
		return c.post(ctx, "/v1/entries", nil, io.NopCloser(entries))
	}
	i.Problem = func(err error) { explain(p.stderr, err) }
	var bar progress
	i.Progress = func(done, total int) {
		if done == 1 {
			bar = p.bar(int64(total), "imported")
		}
		bar.add(1)
	}
	count, err := i.run(ctx)
	bar.Close()
	if err != nil {
		return err
	}
	if p.json {
		err = json.NewEncoder(p.stdout).Encode(count)
	} else if i.DryRun {
		_, err = fmt.Fprintf(p.stdout, "%s; nothing was recorded\n", quantity(count.Entries, "entry", "entries"))
	} else {
		_, err = fmt.Fprintf(p.stdout, "%s: %d recorded, %d recorded before, %d refused\n",
			quantity(count.Entries, "entry", "entries"), count.Recorded, count.Duplicates, count.Refused)
	}
	if err == nil && count.Refused > 0 {
		err = &failure{what: fmt.Errorf("%s: refused %s", i.File, quantity(count.Refused, "entry", "entries")),
			hint: "each is named above; mend the file or the mapping and import it again"}
	}
	return err
}
