package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain"
)

// The clocks say when a question is asked for: what had happened by the end of a
// day, and what was known at a moment or up to a position. Without any it is now.
type clocks struct {
	asOf, knownAt string
	at            uint64
}

// flags adds --as-of, --known-at and --at.
func (t *clocks) flags(c *cobra.Command) {
	c.Flags().StringVar(&t.asOf, "as-of", "", "what had happened by the end of this `day`")
	c.Flags().StringVar(&t.knownAt, "known-at", "", "what was recorded at or before this `moment`, such as 2026-03-31T23:59:59Z")
	positionFlag(c, &t.at, "at", "what was recorded up to this `position` of the log")
}

// check refuses what is no day or no moment.
func (t clocks) check() error {
	if t.asOf != "" {
		if _, err := domain.ParseDate(t.asOf); err != nil {
			return usagef("--as-of wants a day, such as 2026-03-31")
		}
	}
	if t.knownAt != "" {
		if _, err := time.Parse(time.RFC3339Nano, t.knownAt); err != nil {
			return usagef("--known-at wants a moment, such as 2026-03-31T23:59:59Z")
		}
	}
	return nil
}

// query gives the parameters.
func (t clocks) query() url.Values {
	q := url.Values{}
	text(q, "as_of", t.asOf)
	text(q, "known_at", t.knownAt)
	number(q, "at", t.at)
	return q
}

// knownNow says whether the question is of all that is known.
func (t clocks) knownNow() bool { return t.knownAt == "" && t.at == 0 }

// reach gives the way to the record: for what is known now the log need not be
// opened.
func (t clocks) reach(p *program) func(context.Context) (*client, error) {
	if t.knownNow() {
		return p.reachAnswers
	}
	return p.reach
}

// when says what an answer is as of, and what was known.
func (t clocks) when(position uint64) string {
	text := fmt.Sprintf("at position %d of the log", position)
	if t.knownAt != "" {
		text = "as known at " + t.knownAt + ", " + text
	}
	if t.asOf != "" {
		text = "as of the end of " + t.asOf + ", " + text
	}
	return text
}
