package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func (p *program) journeyCommand() *cobra.Command {
	var asOf, knownAt string
	var at uint64
	c := &cobra.Command{
		Use:   "journey ID",
		Short: "Show one person's journey",
		Long: `Journey shows what is held of one person, in the order in which it happened in
their life. A corrected entry shows what it said before; a withdrawn one stays
and is marked. --as-of leaves out what happened after a day, --known-at and --at
what was recorded after a moment or a position of the log.`,
		Example: `  waymark journey j-7f3k2m9q
  waymark journey j-7f3k2m9q --as-of 2026-03-31 --known-at 2026-04-02T00:00:00Z --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{}
			text(q, "as_of", asOf)
			text(q, "known_at", knownAt)
			number(q, "at", at)
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			j, whole, err := query[web.Journey](cmd.Context(), c, "/v1/journeys/"+args[0], q)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if p.json {
				return p.document(whole)
			}
			return p.showJourney(j)
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "what had happened by the end of this `day`")
	c.Flags().StringVar(&knownAt, "known-at", "", "what was recorded at or before this `moment`, such as 2026-03-31T23:59:59Z")
	c.Flags().Uint64Var(&at, "at", 0, "what was recorded up to this `position` of the log")
	return c
}

// document prints an answer as it came, on one line.
func (p *program) document(text []byte) error {
	_, err := fmt.Fprintf(p.stdout, "%s\n", bytes.TrimSpace(text))
	return err
}

// showJourney prints the journey as a timeline: when, what, and who recorded it.
func (p *program) showJourney(j web.Journey) error {
	w := bufio.NewWriter(p.stdout)
	fmt.Fprintf(w, "Journey %s", j.Journey)
	if j.AsOf != "" {
		fmt.Fprintf(w, ", as of %s", j.AsOf)
	}
	fmt.Fprintf(w, ", at position %d of the log\n", j.Position)
	if j.Forgotten {
		fmt.Fprintln(w, "The person asked to be forgotten.")
	}
	for _, s := range j.Support {
		if s.Ended == "" {
			fmt.Fprintf(w, "With %s since %s\n", s.Service, s.Started)
		} else {
			fmt.Fprintf(w, "With %s from %s to %s\n", s.Service, s.Started, s.Ended)
		}
	}
	fmt.Fprintln(w)
	width := 0
	for _, e := range j.Entries {
		width = max(width, len(e.Occurred))
	}
	for _, e := range j.Entries {
		line := func(when, what string) { fmt.Fprintf(w, "%-*s  %s\n", width, when, what) }
		line(e.Occurred, fmt.Sprintf("%s (%s)", e.Sentence, marks(e)))
		said(e.Version, func(what string) { line("", "  "+what) })
		for _, c := range e.Corrections {
			line("", fmt.Sprintf("before: %s, %s (corrected by %s on %s)", c.Was.Occurred, c.Was.Sentence, c.By, c.Recorded[:len(time.DateOnly)]))
		}
	}
	return w.Flush()
}

// marks says where an entry belongs, who recorded it and what became of it.
func marks(e web.Entry) string {
	var list []string
	if e.Service != "" {
		list = append(list, e.Service)
	}
	list = append(list, "recorded by "+e.By)
	if len(e.Corrections) > 0 {
		list = append(list, "corrected")
	}
	if e.Withdrawn != nil {
		list = append(list, fmt.Sprintf("WITHDRAWN by %s: %s", e.Withdrawn.By, lower(domain.WithdrawalReasons.Words(e.Withdrawn.Reason))))
	}
	if e.Outside {
		list = append(list, "outside support")
	}
	return strings.Join(list, ", ")
}

// said gives an entry's words, one line each.
func said(v web.Version, line func(string)) {
	var words map[string]any
	if json.Unmarshal(v.Words, &words) != nil {
		return // there are none
	}
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if text, ok := words[name].(string); ok {
			line(fmt.Sprintf("%s: “%s”", strings.ReplaceAll(name, "_", " "), strings.Join(strings.Fields(text), " ")))
		}
	}
	var options struct{ Options []domain.OptionWords }
	_ = json.Unmarshal(v.Words, &options) // where they are not there, none are shown
	for _, o := range options.Options {
		line("option: “" + o.Option + "”")
		for _, point := range o.For {
			line("  for: “" + point + "”")
		}
		for _, point := range o.Against {
			line("  against: “" + point + "”")
		}
	}
}

func lower(words string) string { return strings.ToLower(words[:1]) + words[1:] }
