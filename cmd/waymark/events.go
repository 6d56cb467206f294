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

// askedEvents is which events are asked for, and how.
type askedEvents struct {
	after, upto      uint64
	knownAt          string
	journey, service string
	kinds            []string
	words            bool
	csv              bool
	follow           bool
}

func (p *program) eventsCommand() *cobra.Command {
	var a askedEvents
	c := &cobra.Command{
		Use:   "events",
		Short: "Print the events of the log, one CloudEvent a line, for other tools",
		Long: `Events prints what was recorded, in the log's order, each event as a CloudEvent
on a line of its own. Its data.data has the facts; data.data.said lists which
words there are. What people said in their own words comes only with --words:
ask for it where you may read it, and keep it as you would keep their file.

--follow goes on with what is recorded from then on, until it is interrupted. It
asks the waymark serve that holds the data directory, and goes no further than
that one runs. To go on another day: --after and the last position that you have.

--csv is a row an event, with these columns; those that do not apply are empty:
  position       in the log                  id          the event's
  type           such as confidence.rated.v1 time        when it was recorded, UTC
  occurred       when it happened            recordedby  who recorded it
  service        where there is one          subject     such as journey/j-1
  command        what recorded it            imported    the mapping that imported it
  data           the facts, as JSON
A cell that a spreadsheet might take for a formula begins with an apostrophe.`,
		Example: `  waymark events --after 4711
  waymark events --kind decision.made --kind decision.reviewed --service rowan-house
  waymark events --known-at 2026-03-31T23:59:59Z --csv > march.csv
  waymark events --journey j-7f3k2m9q --words
  waymark events --follow | while read -r event; do echo "$event"; done`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.check(p); err != nil {
				return err
			}
			return p.events(cmd.Context(), &a)
		},
	}
	f := c.Flags()
	f.Uint64Var(&a.after, "after", 0, "only events behind this `position`")
	positionFlag(c, &a.upto, "upto", "only events up to this `position`")
	f.StringVar(&a.knownAt, "known-at", "", "only what was recorded at or before this `moment`, such as 2026-03-31T23:59:59Z")
	f.StringVar(&a.journey, "journey", "", "only events of the journey with this `id`")
	f.StringVar(&a.service, "service", "", "only events that belong to the `service` with this id")
	f.StringArrayVar(&a.kinds, "kind", nil, "only events of this `kind`; may be given several times")
	f.BoolVar(&a.words, "words", false, "with what people said in their own words")
	f.BoolVar(&a.csv, "csv", false, "answer with CSV, a row an event, without words")
	f.BoolVar(&a.follow, "follow", false, "go on with what is recorded, until interrupted")
	complete(c, "kind", kinds())
	p.completeService(c)
	return p.lists(c)
}

// check refuses flags that do not go together.
func (a *askedEvents) check(p *program) error {
	switch {
	case a.csv && (p.json || p.ndjson):
		return usagef("--csv excludes --json and --ndjson")
	case a.csv && a.words:
		return usagef("--csv has no words: leave out --csv or --words")
	case a.follow && p.json:
		return usagef("--follow has no end, and one JSON document has: leave out --json")
	case a.follow && (a.upto != 0 || a.knownAt != ""):
		return usagef("--follow has no end: leave out --upto and --known-at, or --follow")
	}
	return clocks{knownAt: a.knownAt}.check()
}

// query gives the parameters to ask with.
func (a *askedEvents) query() url.Values {
	q := url.Values{}
	number(q, "after", a.after)
	number(q, "upto", a.upto)
	text(q, "known_at", a.knownAt)
	text(q, "journey", a.journey)
	text(q, "service", a.service)
	for _, kind := range a.kinds {
		q.Add("kind", kind)
	}
	if a.words {
		q.Set("words", "true")
	}
	if a.follow {
		q.Set("follow", "true")
	}
	return q
}

// errNobodyServes refuses to follow what only this process would hold.
var errNobodyServes = &failure{
	what: errors.New("--follow needs a waymark serve that runs, and none holds the data directory"),
	hint: "start waymark serve; or leave out --follow for what is there now",
	code: exitUnreached,
}

// events prints events as they come. To follow them until interrupted is to
// come to a good end.
func (p *program) events(ctx context.Context, a *askedEvents) (err error) {
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if a.follow && c.here != nil {
		return errNobodyServes
	}
	show, end := p.printEvents(a.csv)
	for line, failed := range c.events(ctx, a.query()) {
		if err = failed; err == nil {
			err = show(line)
		}
		if err != nil {
			break
		}
	}
	if a.follow && ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, end())
}

// printEvents gives what prints an event at once, and what ends the list.
func (p *program) printEvents(csv bool) (show func(line []byte) error, end func() error) {
	if csv {
		rows := newEventRows(p.stdout)
		return rows.print, rows.end
	}
	list := p.list("events")
	return list.line, list.end
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
	return c.readBehind(ctx, 0, upto, knownAt)
}

// readBehind is read without the events up to a position.
func (c *client) readBehind(ctx context.Context, after, upto uint64, knownAt time.Time) iter.Seq2[[]domain.Recorded, error] {
	if c.here != nil {
		return c.here.Read(ctx, after, upto, knownAt)
	}
	q := url.Values{"words": {"true"}} // a replay builds all there is
	number(q, "after", after)
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
