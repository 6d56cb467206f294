package projections

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/waymark/waymark/domain"
)

// A Figure is one outcome of one service, or of all together, in one month. A
// share always comes with what it is a share of and how many are missing.
type Figure struct {
	Service     string         `json:"service,omitzero"` // empty for all services together
	Period      string         `json:"period"`           // the month, as 2026-03
	Outcome     string         `json:"outcome"`
	Version     int            `json:"version"` // of the outcome's definition
	Numerator   int            `json:"numerator"`
	Denominator *int           `json:"denominator,omitzero"` // absent for a count that is a share of nothing
	Value       *float64       `json:"value,omitzero"`       // numerator ÷ denominator; absent where the denominator is 0 or absent
	N           int            `json:"n"`                    // how many people are behind the denominator, or behind the count where there is none
	Missing     map[string]int `json:"missing,omitzero"`     // how many could have said and did not, by why: entries for shares of entries, otherwise people
}

// OutcomeFilter says which figures to give.
type OutcomeFilter struct {
	Service  string // empty for every service and all together
	From, To int    // months as domain.Date.Month gives them, both included
}

// Figures gives the figures of every outcome for every month of the filter and
// every service open in it, by service, month and the outcomes' own order; all
// services together come last. A review is overdue as of the day on which the
// snapshot's last event was recorded.
func Figures(ctx context.Context, s *Snapshot, f OutcomeFilter) ([]Figure, error) {
	a := &answer{ctx: ctx, s: s, filter: f, over: map[string]domain.Over{}, cells: map[cell]*Figure{}, supported: map[people]map[string]bool{}}
	for _, o := range domain.Outcomes {
		a.over[o.ID] = o.Over
	}
	for _, step := range []func() error{a.loadServices, a.supportedPeople, a.entries, a.due, a.latest, a.states} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("outcomes: %w", err)
		}
	}
	return a.figures(), nil
}

// answer gathers the figures of one question.
type answer struct {
	ctx       context.Context
	s         *Snapshot
	filter    OutcomeFilter
	over      map[string]domain.Over // by outcome
	services  []service
	cells     map[cell]*Figure
	supported map[people]map[string]bool // who is among the people supported
}

// cell is where a figure stands.
type cell struct{ service, month, outcome string }

// people of one service, or of all together, in one month.
type people struct{ service, month string }

type service struct {
	id             string
	activeDays     int
	opened, closed string
}

// at gives the figure of a cell, made when first asked for.
func (a *answer) at(service, month, outcome string) *Figure {
	c := cell{service, month, outcome}
	if a.cells[c] == nil {
		a.cells[c] = &Figure{Service: service, Period: month, Outcome: outcome}
	}
	return a.cells[c]
}

// miss counts those who could have said and did not.
func (f *Figure) miss(why string, n int) {
	if n == 0 {
		return
	}
	if f.Missing == nil {
		f.Missing = map[string]int{}
	}
	f.Missing[why] += n
}

// said counts answers: so many, of which so many say yes.
func (f *Figure) said(yes, of int) {
	if f.Denominator == nil {
		f.Denominator = new(int)
	}
	*f.Denominator += of
	f.Numerator += yes
}

// each reads rows and hands them on.
func (a *answer) each(row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := a.s.QueryContext(a.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (a *answer) loadServices() error {
	return a.each(func(scan func(...any) error) error {
		var s service
		err := scan(&s.id, &s.activeDays, &s.opened, &s.closed)
		a.services = append(a.services, s)
		return err
	}, `SELECT service, active_days, opened, coalesce(closed, '9999-12-31') FROM services WHERE ?1 = '' OR service = ?1 ORDER BY service`, a.filter.Service)
}

// inScope are the tallies of the filter's months (?1 to ?2) and of its service
// (?3), or of every one and of none where that is empty.
const inScope = ` FROM tallies WHERE month BETWEEN ?1 AND ?2
	AND service IN (SELECT ?3 WHERE ?3 <> '' UNION ALL SELECT service FROM services WHERE ?3 = '' UNION ALL SELECT '' WHERE ?3 = '')`

// inScopeOnly are the tallies of few outcomes: named one by one, the months let
// the index go to each outcome without reading those between.
const inScopeOnly = inScope + ` AND month IN (WITH RECURSIVE months (month) AS (SELECT ?1 UNION ALL
	SELECT strftime('%Y-%m', month || '-01', '+1 month') FROM months WHERE month < ?2) SELECT month FROM months)`

func (a *answer) scope() []any {
	return []any{domain.MonthName(a.filter.From), domain.MonthName(a.filter.To), a.filter.Service}
}

// counts are what one person's entries say of an outcome in a month.
type counts struct{ yes, said, declined, notRecorded int }

// entries counts what entries say, and the people who have one that says yes.
// For all services together entries that belong to no service count too.
func (a *answer) entries() error {
	type key struct{ month, outcome, journey string }
	together := map[key]counts{}
	err := a.each(func(scan func(...any) error) error {
		var service string
		var k key
		var c counts
		if err := scan(&service, &k.month, &k.outcome, &k.journey, &c.yes, &c.said, &c.declined, &c.notRecorded); err != nil {
			return err
		}
		if service != "" {
			a.take(service, k.month, k.outcome, k.journey, c)
		}
		if a.filter.Service == "" {
			t := together[k]
			together[k] = counts{t.yes + c.yes, t.said + c.said, t.declined + c.declined, t.notRecorded + c.notRecorded}
		}
		return nil
	}, `SELECT service, month, outcome, journey, coalesce(sum(yes), 0), count(yes), sum(missing = 'declined'), sum(missing = 'not_recorded')`+inScope+
		` GROUP BY service, month, outcome, journey`, a.scope()...)
	for k, c := range together {
		a.take("", k.month, k.outcome, k.journey, c)
	}
	return err
}

// take counts what one person's entries say.
func (a *answer) take(service, month, outcome, journey string, c counts) {
	switch a.over[outcome] {
	case domain.OverEntries:
		f := a.at(service, month, outcome)
		f.said(c.yes, c.said)
		f.miss("declined", c.declined)
		f.miss("not_recorded", c.notRecorded)
		if c.said > 0 {
			f.N++
		}
	case domain.OverNothing:
		f := a.at(service, month, outcome)
		f.Numerator += c.yes
		f.N++
	case domain.OverPeople:
		if !a.supported[people{service, month}][journey] {
			return
		}
		if f := a.at(service, month, outcome); c.yes > 0 {
			f.Numerator++
		} else {
			f.miss("declined", 1)
		}
	}
}

// due counts the reviews that fell due. One that nobody did yet is missing until
// its day has passed.
func (a *answer) due() error {
	today := int64(0)
	if len(a.s.Recorded) >= len("2026-03-01") {
		day, err := domain.ParseDate(a.s.Recorded[:len("2026-03-01")])
		if err != nil {
			return err
		}
		today = domain.On(day).Sortable()
	}
	behind := map[*Figure]map[string]bool{}
	return a.each(func(scan func(...any) error) error {
		var service, month, outcome, journey, code string
		var yes int
		var life int64
		if err := scan(&service, &month, &outcome, &journey, &yes, &code, &life); err != nil {
			return err
		}
		count := func(f *Figure) {
			if code == "never" && life >= today {
				f.miss("not_yet_due", 1)
				return
			}
			f.said(yes, 1)
			if behind[f] == nil {
				behind[f] = map[string]bool{}
			}
			behind[f][journey] = true
			f.N = len(behind[f])
		}
		if service != "" {
			count(a.at(service, month, outcome))
		}
		if a.filter.Service == "" {
			count(a.at("", month, outcome))
		}
		return nil
	}, `SELECT service, month, outcome, journey, yes, code, life`+inScopeOnly+` AND outcome = 'decisions.reviewed_on_time'`, a.scope()...)
}

// latest takes each person's latest answer in the month.
func (a *answer) latest() error {
	take := func(scan func(...any) error) error {
		var service, month, outcome, missing string
		var yes sql.NullInt64
		if err := scan(&service, &month, &outcome, &yes, &missing); err != nil {
			return err
		}
		f := a.at(service, month, outcome)
		if !yes.Valid {
			f.miss(missing, 1)
			return nil
		}
		f.said(int(yes.Int64), 1)
		f.N++
		return nil
	}
	ranked := func(service string) string {
		return `SELECT ` + service + `, month, outcome, yes, missing FROM (
			SELECT *, row_number() OVER (PARTITION BY ` + service + `, month, outcome, journey ORDER BY life DESC, position DESC) AS back` + inScopeOnly + `
			AND outcome IN ('experience.quality', 'experience.concerns_met', 'experience.needs_met', 'experience.challenges')) WHERE back = 1`
	}
	err := a.each(take, ranked("service")+` AND service <> ''`, a.scope()...)
	if err != nil || a.filter.Service != "" {
		return err
	}
	return a.each(take, ranked("''"), a.scope()...)
}

// figures lists every outcome of every service for each month it was open in,
// and of all services together.
func (a *answer) figures() []Figure {
	services := a.services
	if a.filter.Service == "" {
		services = append(services, service{opened: "0001-01-01", closed: "9999-12-31"})
	}
	list := []Figure{}
	for _, s := range services {
		for m := a.filter.From; m <= a.filter.To; m++ {
			first, next := month(m)
			if s.opened >= next.String() || s.closed < first.String() {
				continue
			}
			name := domain.MonthName(m)
			supported := len(a.supported[people{s.id, name}])
			for _, o := range domain.Outcomes {
				list = append(list, a.at(s.id, name, o.ID).finish(o, supported))
			}
		}
	}
	return list
}

// finish puts in what follows from the definition: the denominator of a share
// of the people supported, and the share.
func (f *Figure) finish(o domain.Outcome, supported int) Figure {
	f.Version = o.Version
	switch {
	case o.ID == "people.supported" || o.Over == domain.OverNothing:
	case o.ID == "home.settled":
		f.said(0, 0)
		f.N = *f.Denominator
	case o.Over == domain.OverPeople || o.Over == domain.OverState:
		f.Denominator, f.N = &supported, supported
	default:
		f.said(0, 0)
	}
	if d := f.Denominator; d != nil && *d > 0 {
		value := float64(f.Numerator) / float64(*d)
		f.Value = &value
	}
	return *f
}
