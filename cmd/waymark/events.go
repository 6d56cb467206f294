package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

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
			err = c.events(cmd.Context(), q, func(line []byte, _ web.CloudEvent) error { return out.line(line) })
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

// events streams the log's events, each as it came and as it reads.
func (c *client) events(ctx context.Context, q url.Values, take func(line []byte, e web.CloudEvent) error) error {
	body, err := c.get(ctx, "/v1/events", q)
	if err != nil {
		return err
	}
	defer body.Close()
	scanner := lines(body)
	for scanner.Scan() {
		var line struct {
			web.CloudEvent
			web.Stopped
		}
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			return fmt.Errorf("an event cannot be read: %w", err)
		}
		if line.Error != "" {
			return &failure{what: errors.New(line.Error), hint: line.Hint}
		}
		if err := take(scanner.Bytes(), line.CloudEvent); err != nil {
			return err
		}
	}
	if err := scanner.Err(); err != nil {
		return &failure{fmt.Errorf("the events stopped coming: %w", err), "ask again from the last position", exitUnreached}
	}
	return nil
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
