package main

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// wanted is what the flags of waymark decisions ask for.
type wanted struct {
	filters map[string]*string // by flag
	gap     int
	late    bool

	rates  bool
	every  string
	sample int
	seed   uint64
	csv    bool
	clocks
}

// A chooser is a flag that chooses among decisions.
type chooser struct {
	flag, help string
	codes      []string // what may be given, where that is a closed set
	day        bool
}

func choosers() []chooser {
	return []chooser{
		{flag: "service", help: "only those of this `service`"},
		{flag: "journey", help: "only those of the person with this `id`"},
		{flag: "from", help: "only those made, or else raised, on this `day` or later", day: true},
		{flag: "to", help: "only those made, or else raised, on this `day` or earlier", day: true},
		{flag: "area", help: "only those about this `area`, such as home", codes: codes(domain.Areas)},
		{flag: "weight", help: "only those marked everyday or significant", codes: codes(domain.Weights)},
		{flag: "state", help: "only those that are raised, made, reviewed, reversed or closed", codes: codes(domain.DecisionStates)},
		{flag: "basis", help: "only those with this lawful `basis`, such as consent", codes: codes(domain.Bases)},
		{flag: "not-passing", help: "only those that fail this `criterion`, D1 to D12", codes: codes(domain.Criteria)},
		{flag: "overdue", help: "only those still to be looked at again by a date before this `day`", day: true},
		{flag: "audited", help: "only those that somebody has audited (yes), or nobody has (no)", codes: []string{"yes", "no"}},
	}
}

func (p *program) decisionsCommand() *cobra.Command {
	w := wanted{filters: map[string]*string{}}
	c := &cobra.Command{
		Use:   "decisions",
		Short: "List decisions, how they were made, and what the twelve criteria say",
		Long: `Decisions lists decisions by the date they were made, or else raised, and says
which of the twelve criteria of good practice each does not pass. No words are in
the list; waymark decision ID shows one whole.

--rates shows for each service the share of its decisions that passes each
criterion, of those that it applies to, with a 95% interval where there are 10
people or more. --every does so by period.

--sample draws decisions at random. The same sample and seed draw the same ones
from the same population on every machine; the answer says at which position of
the log it was drawn, and --at repeats it there, whatever was recorded since. A
sample is judged as on the day that position was recorded (D12 depends on it).

The criteria:
  D1  stated                       D7   lawful basis
  D2  the person's own view        D8   authority
  D3  a real choice                D9   others by agreement
  D4  information they could use   D10  in time
  D5  who decided                  D11  a reason
  D6  the role they wanted         D12  looked at again

All apply to a significant decision; D1, D2, D5, D7 and D10 to an everyday one;
D1, D5 and D10 to one that the person made alone. --as-of leaves out what happened
after a day; --known-at and --at what was recorded after a moment or a position.

--csv is a row a decision with its twelve verdicts, or, with --rates, a row for
each service, period and criterion.`,
		Example: `  waymark decisions --service north --from 2026-01-01
  waymark decisions --rates --every quarter
  waymark decisions --not-passing D6 --service north
  waymark decisions --service north --sample 20 --seed 7
  waymark decisions --service north --sample 20 --seed 7 --at 4711 --csv > sample.csv
  waymark decisions --overdue 2026-06-30 --ndjson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.check(p, cmd); err != nil {
				return err
			}
			c, err := w.reach(p)(cmd.Context())
			if err != nil {
				return err
			}
			show, err := w.answer(cmd.Context(), p, c)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			return show()
		},
	}
	f := c.Flags()
	for _, flag := range choosers() {
		w.filters[flag.flag] = f.String(flag.flag, "", flag.help)
		if flag.codes != nil {
			complete(c, flag.flag, flag.codes)
		}
	}
	f.IntVar(&w.gap, "role-gap", 0, "only those where the role had is `N` steps or more from the one wanted")
	f.BoolVar(&w.late, "recorded-late", false, "only those recorded later than their service allows")
	f.BoolVar(&w.rates, "rates", false, "show the share that passes each criterion")
	f.StringVar(&w.every, "every", "", "with --rates, how long a `period` is: month, quarter or year (default all the time)")
	f.IntVar(&w.sample, "sample", 0, "a random sample of `N`")
	f.Uint64Var(&w.seed, "seed", 0, "which sample: another `number` draws another")
	f.BoolVar(&w.csv, "csv", false, "answer with CSV")
	w.flags(c)
	p.completeService(c)
	complete(c, "every", codes(domain.Everys))
	return p.lists(c)
}

// check refuses what makes no sense, before anything is opened.
func (w *wanted) check(p *program, cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	switch {
	case w.csv && (p.json || p.ndjson):
		return usagef("--csv and --json or --ndjson exclude each other")
	case w.every != "" && !w.rates:
		return usagef("--every goes with --rates only")
	case w.every != "" && !slices.Contains(codes(domain.Everys), w.every):
		return usagef("--every is one of %s", spell(codes(domain.Everys)))
	case given("sample") && w.rates:
		return usagef("--sample and --rates exclude each other: rates are of all decisions")
	case given("not-passing") && w.rates:
		return usagef("--not-passing and --rates exclude each other: rates say how many pass")
	case given("sample") && w.sample < 1:
		return usagef("--sample wants how many decisions to draw, 1 or more")
	case given("sample") && !given("seed"):
		return usagef("--sample wants --seed beside it, such as --seed 7, so that it can be drawn again")
	case given("seed") && !given("sample"):
		return usagef("--seed goes with --sample only")
	case given("role-gap") && (w.gap < 1 || w.gap > 4):
		return usagef("--role-gap wants a number of steps from 1 to 4")
	}
	for _, flag := range choosers() {
		value := *w.filters[flag.flag]
		switch {
		case value == "":
		case flag.codes != nil && !slices.Contains(flag.codes, value):
			return usagef("--%s is one of %s", flag.flag, spell(flag.codes))
		case flag.day:
			if _, err := domain.ParseDate(value); err != nil {
				return usagef("--%s wants a day, such as 2026-03-31", flag.flag)
			}
		}
	}
	if from, to := *w.filters["from"], *w.filters["to"]; to != "" && from > to {
		return usagef("--from is later than --to: give the earlier day as --from")
	}
	return w.clocks.check()
}

// parameters gives the question that the flags ask.
func (w *wanted) parameters() url.Values {
	q := w.query()
	for flag, value := range w.filters {
		text(q, parameter(flag), *value)
	}
	number(q, "role_gap", uint64(w.gap))
	if w.late {
		q.Set("recorded_late", "true")
	}
	text(q, "every", w.every)
	if w.sample > 0 {
		number(q, "sample", uint64(w.sample))
		q.Set("seed", strconv.FormatUint(w.seed, 10))
	}
	return q
}

// parameter gives the API's name of what a flag gives.
func parameter(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// answer asks, and gives what writes the answer once the record is closed again.
func (w *wanted) answer(ctx context.Context, p *program, c *client) (show func() error, err error) {
	if service := *w.filters["service"]; service != "" {
		if err := (&asked{service: service}).there(ctx, c); err != nil {
			return nil, err
		}
	}
	if w.rates {
		return fetch(ctx, p, c, "/v1/decisions/rates", w.parameters(),
			func(r web.Rates) error { return each(p.stdout, r.Rates) },
			func(r web.Rates) error {
				if w.csv {
					return writeRates(p.stdout, r)
				}
				page := p.page()
				return page.write(p.stdout, ratesText(r, page, w.when(r.Position)))
			})
	}
	return fetch(ctx, p, c, "/v1/decisions", w.parameters(),
		func(d web.Decisions) error { return each(p.stdout, d.Decisions) },
		func(d web.Decisions) error {
			if w.csv {
				return errors.Join(writeDecisions(p.stdout, d), w.repeat(p, d))
			}
			return errors.Join(p.showDecisions(d, w.when(d.Position)), w.repeat(p, d))
		})
}
