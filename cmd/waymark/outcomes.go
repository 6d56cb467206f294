package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

func (p *program) outcomesCommand() *cobra.Command {
	var a asked
	c := &cobra.Command{
		Use:   "outcomes",
		Short: "Show how things are going in the services, of how many, and whether a change is real",
		Long: `Outcomes shows for each service how things are going: of how many people or
entries, how many could have said and did not, how sure that is, and whether the
charts see more than the usual ups and downs.

Without --from and --to it shows the latest period that is over and settled, with
the twelve up to it beside. Of more than six services all together are shown;
--service names one. With --from or --to every period is a column.

What a figure says:
  12 of 14 (86%) +3   12 of the 14 that can be counted; 3 more did not say
  60–96%              the 95% interval: where the share may well lie with so few
  +0.8 in 13 of 24    the mean change in the 13 of 24 people due with both ratings
  ▃▅▆·▆               the periods up to it; · where there was nothing to count
  steady, a change,   what the chart over time says; blank where there is too
  improvement,        little to judge
  concern

--as-of leaves out what happened after a day; --known-at and --at what was
recorded after a moment or a position of the log.

--public gives what may leave the service: counts to the nearest 5, whole
percentages, and * for what is too small to show. It is worked out as known at the
beginning of this month, and is the same all month: keep to that, for two answers
as known at different moments can be subtracted.

--csv is a row a figure, with these columns; those that do not apply are empty:
  service        its id; empty for all together     period  2026-03, 2026-Q1, 2026
  outcome        its id                             by      who rated, if others did
  version        of the definition                  state   not_over or may_change
  no_entries     yes where nothing was recorded     numerator, denominator
  value          a share from 0 to 1, a mean, ...   lower, upper    its 95% interval
  n              people; pairs; episodes            missing not_asked=3;died=1
  due, paired, better, same, worse                  of a change in ratings
  position       of the log
With --public: service, period, outcome, by, version, rule, numerator,
denominator, percent, value, n, missing, due, paired, better, same, worse,
position.`,
		Example: `  waymark outcomes
  waymark outcomes --service rowan-house --by quarter
  waymark outcomes --service rowan-house --from 2026-01 --to 2026-03
  waymark outcomes --as-of 2026-03-31 --csv > march.csv
  waymark outcomes --service rowan-house --svg charts
  waymark outcomes --public --rule hes --by quarter
  waymark outcomes --definitions`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.check(p); err != nil {
				return err
			}
			reach := a.reach(p)
			if a.public { // which is as known at the beginning of the month
				reach = p.reach
			}
			c, err := reach(cmd.Context())
			if err != nil {
				return err
			}
			show, err := a.answer(cmd.Context(), p, c)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			return show()
		},
	}
	f := c.Flags()
	f.StringVar(&a.service, "service", "", "only this `service`")
	f.StringVar(&a.by, "by", "", "how long a `period` is: month, quarter or year (default month)")
	f.StringVar(&a.from, "from", "", "the first `month`, such as 2026-01")
	f.StringVar(&a.to, "to", "", "the last `month`")
	a.flags(c)
	f.BoolVar(&a.public, "public", false, "what may leave the service: small numbers are hidden")
	f.StringVar(&a.rule, "rule", "", "the small-number `rule` of --public: mhsds or hes (default mhsds)")
	f.StringVar(&a.edition, "edition", "", "the `edition` of the charts' rule of two of three: current or classic (default current)")
	f.BoolVar(&a.csv, "csv", false, "answer with CSV, a row a figure")
	f.StringVar(&a.svg, "svg", "", "write every chart into this `directory`, and a page that shows them")
	f.BoolVar(&a.definitions, "definitions", false, "say what every outcome counts")
	_ = c.MarkFlagDirname("svg") // fails only for a flag that is not there
	p.completeService(c)
	complete(c, "by", codes(domain.Everys))
	complete(c, "rule", []string{string(stats.MHSDS), string(stats.HES)})
	complete(c, "edition", []string{string(stats.Current), string(stats.Classic)})
	return p.lists(c)
}

// answer asks, and gives what writes the answer once the record is closed again.
func (a *asked) answer(ctx context.Context, p *program, c *client) (show func() error, err error) {
	switch {
	case a.definitions:
		return fetch(ctx, p, c, "/v1/outcomes/definitions", a.query(),
			func(d web.Definitions) error { return each(p.stdout, d.Outcomes) },
			func(d web.Definitions) error { return p.showDefinitions(d) })
	case a.public:
		return a.answerPublic(ctx, p, c)
	case a.svg != "":
		q := a.query()
		text(q, "service", a.service)
		text(q, "edition", a.edition)
		j, _, err := query[web.Judgements](ctx, c, "/v1/outcomes/judgements", q)
		if err == nil && len(j.Charts) == 0 {
			err = cmp.Or(a.there(ctx, c), errNothing)
		}
		return func() error { return p.drawCharts(a.svg, j) }, err
	case a.csv || p.json || p.ndjson:
		return fetch(ctx, p, c, "/v1/outcomes", a.figures(),
			func(o web.Outcomes) error { return each(p.stdout, o.Outcomes) },
			func(o web.Outcomes) error { return writeFigures(p.stdout, o) })
	}
	return a.answerTable(ctx, p, c)
}

// answerTable asks for all that a table for people to read is made of.
func (a *asked) answerTable(ctx context.Context, p *program, c *client) (func() error, error) {
	o, _, err := query[web.Outcomes](ctx, c, "/v1/outcomes", a.figures())
	if err != nil {
		return nil, err
	}
	page := p.page()
	if len(o.Outcomes) == 0 {
		return func() error {
			return page.write(p.stdout, page.fold("Nothing to show: "+nothingCounts+". "+a.sentence(o.Position), "", ""))
		}, a.there(ctx, c)
	}
	d, _, err := query[web.Definitions](ctx, c, "/v1/outcomes/definitions", a.query())
	if err != nil {
		return nil, err
	}
	t := newTable(d.Outcomes, o.Outcomes)
	if a.from != "" || a.to != "" {
		return func() error { return page.write(p.stdout, t.byPeriod(page, a.sentence(o.Position))) }, nil
	}
	j, err := a.judgements(ctx, c, o.Position)
	return func() error {
		return page.write(p.stdout, newOverview(t, j, a.service != "", a.sentence(o.Position)).text(page))
	}, err
}

// judgements asks for the charts at the position that the figures were at.
func (a *asked) judgements(ctx context.Context, c *client, position uint64) (web.Judgements, error) {
	q := a.query()
	text(q, "service", a.service)
	text(q, "edition", a.edition)
	j, _, err := query[web.Judgements](ctx, c, "/v1/outcomes/judgements", q)
	if err == nil && j.Position != position { // somebody has recorded something meanwhile
		number(q, "at", position)
		j, _, err = query[web.Judgements](ctx, c, "/v1/outcomes/judgements", q)
	}
	return j, err
}

var (
	errNoService = errors.New("there is no such service")
	errNothing   = errors.New("there is nothing to draw: " + nothingCounts)
)

const nothingCounts = "nothing that counts was recorded there and then"

// there refuses a service that was never opened, where any was.
func (a *asked) there(ctx context.Context, c *client) error {
	services, err := openedServices(ctx, c)
	if err != nil || a.service == "" || len(services) == 0 || slices.Contains(services, a.service) {
		return err
	}
	return &failure{errNoService, "there are " + spell(services), exitFailed}
}

// openedServices lists the services that there are, by id.
func openedServices(ctx context.Context, c *client) (services []string, err error) {
	answer, _, err := query[web.Services](ctx, c, "/v1/services", nil)
	for _, s := range answer.Services {
		services = append(services, s.ID)
	}
	return services, err
}

// drawCharts writes the charts and says where they are.
func (p *program) drawCharts(dir string, j web.Judgements) error {
	names, err := writeCharts(dir, j.Charts, j.Comparisons, j.Position)
	if err != nil {
		return err
	}
	if p.json {
		return json.NewEncoder(p.stdout).Encode(struct {
			Position  uint64   `json:"position"`
			Directory string   `json:"directory"`
			Files     []string `json:"files"`
		}{j.Position, dir, names})
	}
	_, err = fmt.Fprintf(p.stdout, "%s of %s; to look at them, open %s\nThey are at position %d of the log, and small numbers are not hidden in them.\n",
		quantity(len(names), "file", "files"), quantity(len(j.Charts)+len(j.Comparisons), "chart", "charts"),
		filepath.Join(dir, "index.html"), j.Position)
	return err
}

// each prints a list, one document a line.
func each[T any](out io.Writer, list []T) error {
	lines := json.NewEncoder(out)
	for _, item := range list {
		if err := lines.Encode(item); err != nil {
			return err
		}
	}
	return nil
}
