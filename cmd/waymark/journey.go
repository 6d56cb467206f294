package main

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain"
)

func (p *program) journeyCommand() *cobra.Command {
	var when clocks
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
			if err := when.check(); err != nil {
				return err
			}
			c, err := when.reach(p)(cmd.Context())
			if err != nil {
				return err
			}
			j, whole, err := query[domain.Life](cmd.Context(), c, "/v1/journeys/"+args[0], when.query())
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			if p.json {
				return p.document(whole)
			}
			return p.showJourney(j)
		},
	}
	when.flags(c)
	return c
}

// document prints an answer as it came, on one line.
func (p *program) document(text []byte) error {
	_, err := fmt.Fprintf(p.stdout, "%s\n", bytes.TrimSpace(text))
	return err
}

// showJourney prints where things stand, and the journey as a timeline: when,
// what, and who recorded it.
func (p *program) showJourney(l domain.Life) error {
	w := bufio.NewWriter(p.stdout)
	fmt.Fprintf(w, "Journey %s", l.Journey)
	if l.AsOf != 0 {
		fmt.Fprintf(w, ", as of %s", l.AsOf)
	}
	fmt.Fprintf(w, ", at position %d of the log\n", l.Position)
	if l.Forgotten {
		fmt.Fprintln(w, "The person asked to be forgotten.")
	}
	for _, s := range l.Supports {
		switch {
		case s.Ended.Date != 0:
			fmt.Fprintf(w, "With %s from %s to %s\n", s.Service, s.Started, s.Ended)
		case s.Paused:
			fmt.Fprintf(w, "With %s since %s, paused\n", s.Service, s.Started)
		default:
			fmt.Fprintf(w, "With %s since %s\n", s.Service, s.Started)
		}
	}
	showStanding(w, l)
	if len(l.Entries) > 0 {
		fmt.Fprint(w, "\nWhat happened\n")
	}
	width := 0
	for _, e := range l.Entries {
		width = max(width, len(e.Occurred.String()))
	}
	line := func(when, what string) { fmt.Fprintf(w, "%-*s  %s\n", width, when, what) }
	for _, e := range l.Entries {
		line(e.Occurred.String(), fmt.Sprintf("%s (%s)", e.Text, marks(e)))
		said(e.Words, func(what string) { line("", "  "+what) })
		for _, c := range e.Corrected {
			was := c.Text
			if c.Service != e.Service {
				was += ", " + cmp.Or(c.Service, "no service")
			}
			line("", fmt.Sprintf("  before: %s, %s (corrected by %s on %s: %s)", c.Occurred, was, c.By, c.Recorded.Format(time.DateOnly),
				lower(domain.CorrectionReasons.Words(c.Reason))))
			said(c.Words, func(what string) { line("", "    "+what) })
		}
	}
	return w.Flush()
}

// marks says where an entry belongs, who recorded it and what became of it.
func marks(e domain.Line) string {
	var list []string
	if e.Service != "" {
		list = append(list, e.Service)
	}
	list = append(list, "recorded by "+e.By)
	if len(e.Corrected) > 0 {
		list = append(list, "corrected")
	}
	if e.Withdrawn != nil {
		list = append(list, fmt.Sprintf("WITHDRAWN by %s: %s", e.Withdrawn.By, lower(domain.WithdrawalReasons.Words(e.Withdrawn.Reason))))
	}
	if e.OutsideSupport {
		list = append(list, "outside support")
	}
	return strings.Join(list, ", ")
}

// said gives an entry's words, one line each.
func said(words domain.Words, line func(string)) {
	for _, word := range slices.Sorted(maps.Keys(words.Texts)) {
		line(strings.ReplaceAll(string(word), "_", " ") + ": " + quoted(words.Texts[word]))
	}
	for _, o := range words.Options {
		line("option: " + quoted(o.Option))
		for _, point := range o.For {
			line("  for: " + quoted(point))
		}
		for _, point := range o.Against {
			line("  against: " + quoted(point))
		}
	}
}

// quoted puts somebody's words on one line, without what a terminal would obey.
func quoted(words string) string { return "“" + harmless(words) + "”" }

// harmless puts a text on one line, without what a terminal would obey.
func harmless(words string) string {
	plain := func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(plain, words)), " ")
}

func lower(words string) string { return strings.ToLower(words[:1]) + words[1:] }
