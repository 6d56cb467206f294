package projections

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// A PassRate is how many decisions of a service in a period pass a criterion, of
// those that it applies to.
type PassRate struct {
	Service       string           `json:"service,omitzero"` // empty for all services together, and decisions of none
	Period        domain.Period    `json:"period,omitzero"`  // in which they were made, or else raised; absent for all the time there is
	Criterion     domain.Criterion `json:"criterion"`
	Pass          int              `json:"pass"`
	Fail          int              `json:"fail"`
	NotApplicable int              `json:"not_applicable"`
	Value         *float64         `json:"value,omitzero"` // passes among passes and fails; absent where there are none
	Lower         *float64         `json:"lower,omitzero"` // of Wilson's 95 % interval with people as clusters; absent under 10 people
	Upper         *float64         `json:"upper,omitzero"` // likewise
	People        int              `json:"people"`         // of the passes and fails
	Rules         int              `json:"rules"`          // the version of the rules that they were judged by
}

var errEvery = errors.New("a period is a month, a quarter, a year or, for all the time there is, nothing")

// periodOf writes which period a decision is in, as [domain.Period] is written.
var periodOf = map[domain.Every]string{
	"":        `''`,
	"month":   `substr(coalesce(made, raised), 1, 7)`,
	"quarter": `substr(coalesce(made, raised), 1, 5) || 'Q' || ((substr(coalesce(made, raised), 6, 2) + 2) / 3)`,
	"year":    `substr(coalesce(made, raised), 1, 4)`,
}

// PassRates gives the pass rates of the decisions that the filter leaves, by
// service, period and criterion, over all the time there is where every is empty.
// All services together come last, unless the filter asks for one. Periods without
// any decision are left out.
func PassRates(ctx context.Context, s *Snapshot, f DecisionFilter, every domain.Every) ([]PassRate, error) {
	where, args, err := f.where()
	if err != nil {
		return nil, err
	}
	period, ok := periodOf[every]
	if !ok {
		return nil, errEvery
	}
	var sums strings.Builder
	for _, column := range criterionColumns {
		fmt.Fprintf(&sums, ", sum(%[1]s = 'pass'), sum(%[1]s = 'fail')", column)
	}
	rates := []PassRate{}
	scopes := []struct{ is, where string }{{"service", "service <> ''"}, {"''", "1 = 1"}}
	if f.Service != "" {
		scopes = scopes[:1]
	}
	for _, scope := range scopes {
		var groups []passing
		err := eachRow(ctx, s, func(scan func(...any) error) error {
			var p passing
			var counts [2 * len(criterionColumns)]int
			into := []any{&p.service, &p.period, &p.rules, &p.decisions}
			for i := range counts {
				into = append(into, &counts[i])
			}
			if err := scan(into...); err != nil {
				return err
			}
			if n := len(groups); n == 0 || groups[n-1].service != p.service || groups[n-1].period != p.period {
				groups = append(groups, passing{service: p.service, period: p.period, rules: p.rules})
			}
			group := &groups[len(groups)-1]
			group.decisions += p.decisions
			for i := range group.shares {
				group.shares[i].Add(counts[2*i], counts[2*i]+counts[2*i+1])
			}
			return nil
		}, `SELECT `+scope.is+` AS scope, `+period+` AS period, max(rules), count(*)`+sums.String()+` FROM decisions
			WHERE `+scope.where+` AND `+where+` GROUP BY scope, period, journey ORDER BY scope, period`, args...)
		if err != nil {
			return nil, fmt.Errorf("decisions: %w", err)
		}
		for _, g := range groups {
			of, err := g.rates()
			if err != nil {
				return nil, fmt.Errorf("decisions: %w", err)
			}
			rates = append(rates, of...)
		}
	}
	return rates, nil
}

// passing gathers what the criteria say of a service's decisions in a period, a
// person at a time.
type passing struct {
	service, period string
	rules           int
	decisions       int
	shares          [len(criterionColumns)]stats.Share
}

func (p passing) rates() (rates []PassRate, err error) {
	var period domain.Period
	if p.period != "" {
		if period, err = domain.ParsePeriod(p.period); err != nil {
			return nil, err
		}
	}
	for i, s := range p.shares {
		r := PassRate{Service: p.service, Period: period, Criterion: domain.Criteria[i].Code, Pass: s.Yes, Fail: s.N - s.Yes,
			NotApplicable: p.decisions - s.N, People: s.People, Rules: p.rules}
		if rate, ok := s.Rate(); ok {
			r.Value = &rate
		}
		if lower, upper, ok := s.Interval(confidence); ok {
			r.Lower, r.Upper = &lower, &upper
		}
		rates = append(rates, r)
	}
	return rates, nil
}
