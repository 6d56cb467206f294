package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// planned is what the flags of waymark audit plan say.
type planned struct {
	wanted
	id, question, by, follows string
	criteria                  []string
}

func (p *program) auditPlanCommand() *cobra.Command {
	a := planned{wanted: wanted{filters: map[string]*string{"journey": new(string)}}} // nobody's in particular
	c := &cobra.Command{
		Use:   "plan --id ID --question TEXT --criterion D6 --by WHO",
		Short: "Plan an audit, and print the decisions that it looks at",
		Long: `Plan records what an audit asks, of which decisions, and the log's present
position, at which they are drawn: the same ones for everybody, whatever is
recorded afterwards. Without --sample all of them are looked at. Where there is
none to look at, nothing is recorded.

The question is kept as a fact that anybody may read: it is never about one
person. --follows names an earlier audit that this one repeats; the answer then
shows how the shares that pass have changed.`,
		Example: `  waymark audit plan --id 2026-q1 --question 'Do people have the role they want?' \
      --criterion D6 --service north --sample 20 --seed 7 --by lead-1
  waymark audit plan --id 2026-q3 --question 'And now?' --criterion D6 --service north \
      --from 2026-04-01 --sample 20 --seed 8 --by lead-1 --follows 2026-q1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.check(p, cmd); err != nil {
				return err
			}
			return p.planAudit(cmd.Context(), &a)
		},
	}
	f := c.Flags()
	f.StringVar(&a.id, "id", "", "what the audit is to be called: a to z, 0 to 9 and -")
	f.StringVar(&a.question, "question", "", "what it asks, a `text` of 300 letters at most")
	f.StringArrayVar(&a.criteria, "criterion", nil, "a `criterion` it asks of, D1 to D12; may be given several times")
	f.StringVar(&a.by, "by", "", "`who` plans it: an id that says nothing of them")
	f.StringVar(&a.follows, "follows", "", "the `audit` that this one repeats")
	for _, flag := range populationFlags() {
		a.filters[flag.flag] = f.String(flag.flag, "", flag.help)
		if flag.codes != nil {
			complete(c, flag.flag, flag.codes)
		}
	}
	f.IntVar(&a.gap, "role-gap", 0, "only those where the role had is `N` steps or more from the one wanted")
	f.BoolVar(&a.late, "recorded-late", false, "only those recorded later than their service allows")
	f.IntVar(&a.sample, "sample", 0, "a random sample of `N`")
	f.Uint64Var(&a.seed, "seed", 0, "which sample: another `number` draws another")
	complete(c, "criterion", codes(domain.Criteria))
	p.completeService(c)
	return c
}

// populationFlags are those that choose among decisions, but for one person's:
// an audit is about nobody in particular.
func populationFlags() []chooser {
	return slices.DeleteFunc(choosers(), func(c chooser) bool { return c.flag == "journey" })
}

// check refuses what makes no sense, before anything is opened.
func (a *planned) check(p *program, cmd *cobra.Command) error {
	for _, needed := range []struct{ flag, value, what string }{
		{"id", a.id, "what the audit is to be called, such as 2026-q1"},
		{"question", a.question, "what it asks"},
		{"by", a.by, "who plans it, such as lead-1"},
	} {
		if needed.value == "" {
			return usagef("--%s is missing: it says %s", needed.flag, needed.what)
		}
	}
	if len(a.criteria) == 0 {
		return usagef("--criterion is missing: it says which criterion is asked of, such as D6")
	}
	for _, c := range a.criteria {
		if !slices.Contains(codes(domain.Criteria), c) {
			return usagef("--criterion is one of %s", spell(codes(domain.Criteria)))
		}
	}
	if !domain.IsID(a.id) {
		return usagef("--id is not an id: use a to z, 0 to 9 and -, at most 64")
	}
	return a.wanted.check(p, cmd)
}

// plan gives the audit's plan. The flags were checked.
func (a *planned) plan(position uint64) domain.AuditPlanned {
	text := func(flag string) string { return *a.filters[flag] }
	day := func(flag string) (d domain.Date) {
		if text(flag) != "" {
			d, _ = domain.ParseDate(text(flag)) // which check did
		}
		return d
	}
	e := domain.AuditPlanned{Question: a.question, Position: position, Follows: a.follows, Population: domain.Population{
		Service: text("service"), Area: domain.Area(text("area")), Weight: domain.Weight(text("weight")),
		State: domain.DecisionState(text("state")), Basis: domain.Basis(text("basis")), From: day("from"), To: day("to"),
		NotPassing: domain.Criterion(text("not-passing")), RoleGap: a.gap, Overdue: day("overdue"),
		Audited: map[string]domain.YesNo{"yes": domain.Yes, "no": domain.No}[text("audited")]}}
	if a.late {
		e.Population.RecordedLate = domain.Yes
	}
	for _, c := range a.criteria {
		e.Criteria = append(e.Criteria, domain.Criterion(c))
	}
	if a.sample > 0 {
		e.Sample = domain.Draw{N: a.sample, Seed: a.seed}
	}
	return e
}

// planAudit records an audit and shows it.
func (p *program) planAudit(ctx context.Context, a *planned) error {
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	show, err := p.recordAudit(ctx, c, a)
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	return show()
}

var errNobodys = errors.New("there is no decision to look at: none is of that population")

// some refuses a population without a decision at the position: an audit of none
// would stay in the record for ever.
func (a *planned) some(ctx context.Context, c *client, position uint64) error {
	if err := (&asked{service: *a.filters["service"]}).there(ctx, c); err != nil {
		return err
	}
	q := a.parameters()
	number(q, "at", position)
	d, _, err := query[web.Decisions](ctx, c, "/v1/decisions", q)
	if err == nil && len(d.Decisions) == 0 {
		err = &failure{errNobodys, "waymark decisions takes the same flags: leave some out until it lists those that are meant", exitFailed}
	}
	return err
}

func (p *program) recordAudit(ctx context.Context, c *client, a *planned) (func() error, error) {
	known, _, err := query[web.Audits](ctx, c, "/v1/audits", nil)
	if err != nil {
		return nil, err
	}
	if a.follows != "" && !slices.ContainsFunc(known.Audits, func(r auditRow) bool { return r.Audit == a.follows }) {
		return nil, &failure{errors.New("--follows: there is no such audit"), "waymark audits lists them", exitFailed}
	}
	if err := a.some(ctx, c, known.Position); err != nil {
		return nil, err
	}
	entry, err := json.Marshal(struct {
		Kind     string              `json:"kind"`
		Audit    string              `json:"audit"`
		Occurred domain.Date         `json:"occurred"`
		By       string              `json:"by"`
		Data     domain.AuditPlanned `json:"data"`
	}{"audit.planned", a.id, web.DayOf(time.Now()), a.by, a.plan(known.Position)})
	if err != nil {
		return nil, err
	}
	answers, err := c.post(ctx, "/v1/entries", nil, io.NopCloser(bytes.NewReader(entry)))
	if err != nil {
		return nil, err
	}
	defer answers.Close()
	var answer web.Refused
	if err := json.NewDecoder(answers).Decode(&answer); err != nil {
		return nil, fmt.Errorf("the answer cannot be read: %w", err)
	}
	if answer.Error != "" {
		return nil, &failure{errors.New(answer.Error), answer.Hint, exitRefused}
	}
	return p.fetchAudit(ctx, c, a.id, false)
}
