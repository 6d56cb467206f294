package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain"
)

// evaluating is what the flags of waymark evaluate ask for.
type evaluating struct{ out, verify, since string }

func (p *program) evaluateCommand() *cobra.Command {
	var v evaluating
	c := &cobra.Command{
		Use:   "evaluate SPEC.yaml --out DIR",
		Short: "Answer a question of a cohort from history, so that anyone can repeat it",
		Long: `Evaluate reads a question from a file, answers it from the log and writes a pack:
a directory with a report to read, tables as CSV, the question, and a manifest
that says what it was all worked out from. The same question of the same history
gives the same bytes, on any machine.

The question:

  title: Mindfulness training beside waiting
  question: Did people who were trained feel more relaxed than people who waited?
  cohort:                                  # nobody is left out unless it says so
    services: [trained, waiting]
    started: {from: 2010-01-01, to: 2010-12-31}    # both days included
    least_days: 12                         # how long support lasted at least
    # consents: [research]                 # each live on the evaluation's day
  periods:                                 # one or more, in order
    - {name: before, from: 2010-01-04, to: 2010-01-10}
    - {name: after, from: 2010-04-04, to: 2010-04-11}
  compare: {arms: {trained: [trained], waiting: [waiting]}}
  measures: [relaxed]                      # whose change is asked for
  outcomes: [activities.chosen]            # of waymark outcomes --definitions, or all

A period may also be days since each person's own start, which is day 0:
{name: month_3, from_day: 77, to_day: 105}. Outcomes about the people supported
want periods of 28 days or more. What is compared may also be one service with the
others, {service: north}, or {before_and_after: 2026-01-01}, the day on which the
second period begins; without it everybody is one arm.

methods are change and rci (reliable change, by a measure's published norm) unless
said, and may be xmr, funnel and kaplan_meier too. as_of leaves out what happened
after a day; known_at, or at, what was recorded after a moment or a position.

suppression is mhsds unless said, hes, or none. With a rule, periods have no days in
common and are all dates or all days since the start. With none a row about each
person and period is written too, under names made up for this pack alone. Keep
such a pack where the record itself may be kept.

--verify DIR works a pack out again from the log and compares every byte. --since
PACK says what changed from an earlier pack to another, and why.`,
		Example: `  waymark evaluate relaxed.yaml --out relaxed-2026
  waymark evaluate --verify relaxed-2026
  waymark evaluate relaxed.yaml --out relaxed-2027 --since relaxed-2026
  waymark evaluate --since relaxed-2026 relaxed-2027`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			if err := v.check(name); err != nil {
				return err
			}
			switch {
			case v.verify != "":
				return verifyPack(cmd.Context(), p, v.verify)
			case v.since == "":
				done, err := p.writeEvaluation(cmd.Context(), name, v.out, "")
				if err != nil {
					return err
				}
				return done.show(p)
			}
			old, err := readWholePack(v.since) // before what takes long
			if err != nil {
				return err
			}
			if v.out == "" {
				return comparePacks(cmd.Context(), p, old, name, packWritten{})
			}
			done, err := p.writeEvaluation(cmd.Context(), name, v.out, old.manifest.Log)
			if err != nil {
				return err
			}
			return comparePacks(cmd.Context(), p, old, v.out, done)
		},
	}
	f := c.Flags()
	f.StringVar(&v.out, "out", "", "the `directory` to write the pack as; it must not be there yet")
	f.StringVar(&v.verify, "verify", "", "the `directory` of a pack to work out again and compare")
	f.StringVar(&v.since, "since", "", "the `directory` of an earlier pack, to say what changed")
	for _, flag := range []string{"out", "verify", "since"} {
		_ = c.MarkFlagDirname(flag) // fails only for a flag that is not there
	}
	return c
}

// check refuses what makes no sense together; name is the file, or the later of
// two packs.
func (v *evaluating) check(name string) error {
	switch {
	case v.verify != "" && (name != "" || v.out != "" || v.since != ""):
		return usagef("--verify names a pack, which has its question in it, and goes with nothing else")
	case v.verify != "":
	case name == "" && v.since != "" && v.out == "":
		return usagef("name the later pack behind --since: waymark evaluate --since OLD NEW")
	case name == "":
		return usagef("name the file with the question: waymark evaluate SPEC.yaml --out DIR")
	case v.out == "" && v.since == "":
		return usagef("--out is missing: it names the directory to write the pack as")
	}
	return nil
}

// packWritten says what an evaluation came to.
type packWritten struct {
	Out      string           `json:"out"`
	Log      string           `json:"log"`
	Position uint64           `json:"position"`
	AsOf     domain.Date      `json:"as_of"`
	People   int              `json:"people"` // in the cohort
	Arms     []packWrittenArm `json:"arms"`
}

type packWrittenArm struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// writeEvaluation answers the question of a file and writes the pack, from the log
// that is named where one is.
func (p *program) writeEvaluation(ctx context.Context, file, out, log string) (done packWritten, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return done, err
	}
	spec, err := parseSpecification(text)
	if err != nil { // before anything is opened
		return done, inSpecification(file, err)
	}
	if err := errors.Join(mayLeave(spec.Evaluation), packPlace(out)); err != nil {
		return done, err
	}
	p.sayLeftOut(spec.Evaluation)
	c, err := p.reach(ctx)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if log != "" {
		if err := c.holds(ctx, log); err != nil {
			return done, err
		}
	}
	e, err := p.evaluate(ctx, c, text, 0)
	if err == nil {
		err = writePack(ctx, c, out, e, text)
	}
	if err != nil {
		return done, inSpecification(file, err)
	}
	done = packWritten{Out: out, Log: e.Log, Position: e.Position, AsOf: e.AsOf, People: e.Flow.In}
	for _, a := range e.Arms {
		done.Arms = append(done.Arms, packWrittenArm{a.Name, a.People})
	}
	return done, nil
}

func (w packWritten) show(p *program) error {
	if p.json {
		return json.NewEncoder(p.stdout).Encode(w)
	}
	who := quantity(w.People, "person", "people") + " in the cohort"
	if len(w.Arms) > 1 {
		var arms []string
		for _, a := range w.Arms {
			arms = append(arms, fmt.Sprintf("%d %s", a.People, a.Name))
		}
		who += ": " + strings.Join(arms, ", ")
	}
	_, err := fmt.Fprintf(p.stdout, "%s; as of %s, at position %d\nto read it, open %s; to check it, waymark evaluate --verify %s\n",
		who, w.AsOf, w.Position, filepath.Join(w.Out, reportName), w.Out)
	return err
}
