package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// program is what every verb knows: where the record is and how to answer.
type program struct {
	data   string // the data directory
	nats   string // an external NATS server, or empty
	json   bool   // one JSON document
	ndjson bool   // a list as one JSON document a line

	stdin          io.Reader
	stdout, stderr io.Writer

	serving    bool // the verb is serve
	understood bool // the command line made sense, so an error is no wrong usage
}

// command is the command line.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "waymark",
		Short: "Keep the record of recovery journeys and answer questions from it",
		Long: `Waymark keeps the record of people's recovery journeys as a log of facts,
and answers questions from it.

A verb speaks to the waymark serve that holds the data directory, or holds the
directory itself for as long as it takes. Exit codes: 0 well, 1 failed, 2 wrong
usage, 3 not reachable, 4 refused, 5 the record does not verify.`,
		Example: `  waymark serve --demo --data /tmp/demo
  waymark outcomes --data /tmp/demo`,
		SilenceErrors: true, // main explains them
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			p.understood = true
			if p.json && p.ndjson {
				return usagef("--json and --ndjson exclude each other")
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(plainly)
	flags := root.PersistentFlags()
	flags.StringVar(&p.data, "data", defaultData(os.Getenv), "the data `directory` (also $WAYMARK_DATA)")
	flags.StringVar(&p.nats, "nats", os.Getenv("WAYMARK_NATS"), "the `URL` of an external NATS server that keeps the log (also $WAYMARK_NATS)")
	flags.BoolVar(&p.json, "json", false, "answer with one JSON document")
	_ = root.MarkPersistentFlagDirname("data") // fails only for a flag that is not there
	root.AddCommand(
		p.serveCommand(),
		p.recordCommand(),
		p.importCommand(),
		p.journeyCommand(),
		p.decisionsCommand(),
		p.decisionCommand(),
		p.auditsCommand(),
		p.auditCommand(),
		p.outcomesCommand(),
		p.eventsCommand(),
		p.replayCommand(),
		p.evaluateCommand(),
		p.projectionsCommand(),
		p.statsCommand(),
		p.dashboardsCommand(),
		p.versionCommand(),
		manCommand(),
	)
	return root
}

// lists adds --ndjson to a verb that answers with a list.
func (p *program) lists(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&p.ndjson, "ndjson", false, "answer with one JSON document a line")
	return c
}

// defaultData is where the record is unless said: where a person's programs
// keep their data.
func defaultData(env func(string) string) string {
	if dir := env("WAYMARK_DATA"); dir != "" {
		return dir
	}
	if dir := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "waymark")
	}
	if home := env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "waymark")
	}
	return "waymark-data"
}

// founded says whether the data directory has a record.
func (p *program) founded() error {
	_, err := os.Stat(filepath.Join(p.data, "founding.key"))
	if errors.Is(err, os.ErrNotExist) {
		return &failure{
			what: errNoRecord,
			hint: "name the directory with --data, or begin a record: waymark serve, or waymark record",
			code: exitUnreached,
		}
	}
	return err
}

var errNoRecord = errors.New("there is no record in the data directory")
