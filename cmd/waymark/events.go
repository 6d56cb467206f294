package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func (p *program) eventsCommand() *cobra.Command {
	var after, upto uint64
	var journey, kind string
	c := &cobra.Command{
		Use:   "events",
		Short: "Print the events of the log, one CloudEvent a line",
		Example: `  waymark events --after 4711
  waymark events --kind decision.made --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q := url.Values{}
			number(q, "after", after)
			number(q, "upto", upto)
			text(q, "journey", journey)
			text(q, "kind", kind)
			c, err := p.reach(cmd.Context())
			if err != nil {
				return err
			}
			out := p.list("events")
			for line, failed := range c.events(cmd.Context(), q) {
				if err = failed; err == nil {
					err = out.line(line)
				}
				if err != nil {
					break
				}
			}
			return errors.Join(err, out.end(), c.Close())
		},
	}
	flags := c.Flags()
	flags.Uint64Var(&after, "after", 0, "only events behind this `position`")
	flags.Uint64Var(&upto, "upto", 0, "only events up to this `position`")
	flags.StringVar(&journey, "journey", "", "only events of the journey with this `id`")
	flags.StringVar(&kind, "kind", "", "only events of this `kind`")
	complete(c, "kind", kinds())
	return p.lists(c)
}

// events gives the log's events as they came, each a [web.CloudEvent] that holds
// until the next is asked for. An error comes last.
func (c *client) events(ctx context.Context, q url.Values) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		body, err := c.get(ctx, "/v1/events", q)
		if err != nil {
			yield(nil, err)
			return
		}
		defer body.Close()
		scanner := lines(body)
		for scanner.Scan() {
			line := scanner.Bytes()
			if bytes.HasPrefix(line, []byte(`{"error":`)) { // as a web.Stopped is written, and no event
				yield(nil, stopped(line))
				return
			}
			if !yield(line, nil) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			yield(nil, &failure{fmt.Errorf("the events stopped coming: %w", err), "ask again from the last position", exitUnreached})
		}
	}
}

// stopped reads the line that ends a list before it is whole.
func stopped(line []byte) error {
	var s web.Stopped
	if err := json.Unmarshal(line, &s); err != nil {
		return fmt.Errorf("an event cannot be read: %w", err)
	}
	return &failure{what: errors.New(s.Error), hint: s.Hint}
}

// pageful is how many events a page has that is put together here.
const pageful = 1000

// read gives the log from its first event up to a position (0: to its end) and
// to what was recorded at or before a moment (zero: to its end), in pages,
// in order. In this process they come from the log itself, without being written
// as CloudEvents and read back as they are from another. An error comes last.
func (c *client) read(ctx context.Context, upto uint64, knownAt time.Time) iter.Seq2[[]domain.Recorded, error] {
	if c.here != nil {
		return c.here.Read(ctx, upto, knownAt)
	}
	q := url.Values{}
	number(q, "upto", upto)
	if !knownAt.IsZero() {
		q.Set("known_at", knownAt.Format(time.RFC3339Nano))
	}
	return func(yield func([]domain.Recorded, error) bool) {
		page := make([]domain.Recorded, 0, pageful)
		for line, err := range c.events(ctx, q) {
			var e web.CloudEvent
			if err == nil {
				err = json.Unmarshal(line, &e)
			}
			var r domain.Recorded
			if err == nil {
				r, err = e.Recorded()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if page = append(page, r); len(page) < pageful {
				continue
			}
			if !yield(page, nil) {
				return
			}
			page = make([]domain.Recorded, 0, pageful)
		}
		if len(page) > 0 {
			yield(page, nil)
		}
	}
}

func kinds() []string {
	var names []string
	for _, kind := range domain.Kinds() {
		names = append(names, string(kind))
	}
	return names
}

// kindList writes the kinds that an entry may have, a few to a line.
func kindList() string {
	var b strings.Builder
	width := 0
	for _, kind := range kinds() {
		if kind == "log.founded" {
			continue // the log's own
		}
		if width += len(kind) + 2; width > 76 {
			b.WriteString("\n")
			width = len(kind) + 2
		}
		b.WriteString("  " + kind)
	}
	return b.String()
}
