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
	N           int            `json:"n"`                    // how many people it is about
	Missing     map[string]int `json:"missing,omitzero"`     // how many could have said and did not, by why: entries for shares of entries, otherwise people
}

// OutcomeFilter says which figures to give.
type OutcomeFilter struct {
	Service  string // empty for every service and all together
	From, To int    // months as domain.Date.Month gives them, both included
}

// cell is where a figure stands.
type cell struct{ service, month, outcome string }

// people of one service in one month.
type people struct{ service, month string }

// Figures gives the figures of every outcome for every month of the filter and
// every service open in it, in a fixed order.
func Figures(ctx context.Context, q *Snapshot, f OutcomeFilter) ([]Figure, error) {
	a := &answer{ctx: ctx, q: q, filter: f, cells: map[cell]*Figure{}, supported: map[people]map[string]bool{}}
	for _, step := range []func() error{a.loadServices, a.supportedPeople, a.entries, a.peopleWith, a.latest, a.states} {
		if a.err = step(); a.err != nil {
			return nil, fmt.Errorf("outcomes: %w", a.err)
		}
	}
	return a.figures(), nil
}

// answer gathers the figures of one question.
type answer struct {
	ctx       context.Context
	q         *Snapshot
	filter    OutcomeFilter
	services  []service
	cells     map[cell]*Figure
	supported map[people]map[string]bool // who is among the people supported
	err       error
}

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

// each reads rows and hands them on.
func (a *answer) each(row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := a.q.QueryContext(a.ctx, query, args...)
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

// month gives the first day of a month and of the next.
func month(m int) (first, next domain.Date) {
	parse := func(m int) domain.Date {
		d, _ := domain.ParseDate(domain.MonthName(m) + "-01")
		return d
	}
	return parse(m), parse(m + 1)
}

// supportedPeople finds who was supported: those with enough active days in the
// month. Somebody supported by several services counts once for each and once
// for all together.
func (a *answer) supportedPeople() error {
	enough := map[string]int{}
	for _, s := range a.services {
		enough[s.id] = s.activeDays
	}
	first, _ := month(a.filter.From)
	_, after := month(a.filter.To)
	days := map[people]map[string]int{}
	err := a.each(func(scan func(...any) error) error {
		var service, journey, fromText, toText string
		if err := scan(&service, &journey, &fromText, &toText); err != nil {
			return err
		}
		from, err := domain.ParseDate(fromText)
		if err != nil {
			return err
		}
		to := after
		if toText != "" {
			if to, err = domain.ParseDate(toText); err != nil {
				return err
			}
		}
		for m := max(from.Month(), a.filter.From); m <= a.filter.To; m++ {
			start, end := month(m)
			active := int(min(to, end) - max(from, start))
			if active <= 0 {
				break
			}
			at := people{service, domain.MonthName(m)}
			if days[at] == nil {
				days[at] = map[string]int{}
			}
			days[at][journey] += active
		}
		return nil
	}, `SELECT service, journey, from_day, coalesce(to_day, '') FROM spans
		WHERE what = 'active' AND (?1 = '' OR service = ?1) AND from_day < ?2 AND (to_day IS NULL OR to_day > ?3)`,
		a.filter.Service, after.String(), first.String())
	for at, active := range days {
		for journey, n := range active {
			if n >= enough[at.service] {
				a.support(at.service, at.month, journey)
				if a.filter.Service == "" {
					a.support("", at.month, journey)
				}
			} else {
				f := a.at(at.service, at.month, "people.supported")
				f.miss("fewer_days", 1)
			}
		}
	}
	return err
}

func (a *answer) support(service, month, journey string) {
	at := people{service, month}
	if a.supported[at] == nil {
		a.supported[at] = map[string]bool{}
	}
	if !a.supported[at][journey] {
		a.supported[at][journey] = true
		f := a.at(service, month, "people.supported")
		f.Numerator++
		f.N++
	}
}

func (f *Figure) miss(why string, n int) {
	if n == 0 || why == "" {
		return
	}
	if f.Missing == nil {
		f.Missing = map[string]int{}
	}
	f.Missing[why] += n
}

// entries counts what entries say yes or no to, and what is only counted.
func (a *answer) entries() error {
	take := func(scan func(...any) error) error {
		var service, month, outcome string
		var yes, said, declined, notRecorded, n int
		if err := scan(&service, &month, &outcome, &yes, &said, &declined, &notRecorded, &n); err != nil {
			return err
		}
		switch overOf[outcome] {
		case domain.OverEntries:
			f := a.at(service, month, outcome)
			f.Numerator, f.Denominator, f.N = yes, &said, n
			f.miss("declined", declined)
			f.miss("not_recorded", notRecorded)
		case domain.OverNothing:
			f := a.at(service, month, outcome)
			f.Numerator, f.N = yes, n
		}
		return nil
	}
	const counts = `outcome, coalesce(sum(yes), 0), count(yes), sum(missing = 'declined'), sum(missing = 'not_recorded'), count(DISTINCT journey)
		FROM tallies WHERE month BETWEEN ? AND ?`
	from, to := domain.MonthName(a.filter.From), domain.MonthName(a.filter.To)
	if a.filter.Service != "" {
		return a.each(take, `SELECT service, month, `+counts+` AND service = ? GROUP BY month, outcome`, from, to, a.filter.Service)
	}
	if err := a.each(take, `SELECT service, month, `+counts+` AND service <> '' GROUP BY service, month, outcome`, from, to); err != nil {
		return err
	}
	return a.each(take, `SELECT '', month, `+counts+` GROUP BY month, outcome`, from, to)
}

// peopleWith counts the people supported who have an entry that says yes. For
// all services together an entry that belongs to no service counts too.
func (a *answer) peopleWith() error {
	type key struct {
		cell
		journey string
	}
	has := map[key]bool{}
	err := a.each(func(scan func(...any) error) error {
		var c cell
		var journey string
		var yes bool
		if err := scan(&c.service, &c.month, &c.outcome, &journey, &yes); err != nil {
			return err
		}
		if overOf[c.outcome] != domain.OverPeople {
			return nil
		}
		has[key{c, journey}] = yes
		if c.service != "" && a.filter.Service == "" {
			c.service = ""
			has[key{c, journey}] = has[key{c, journey}] || yes
		}
		return nil
	}, `SELECT service, month, outcome, journey, coalesce(max(yes), 0) FROM tallies
		WHERE month BETWEEN ?1 AND ?2 AND (?3 = '' OR service = ?3) GROUP BY service, month, outcome, journey ORDER BY service, month`,
		domain.MonthName(a.filter.From), domain.MonthName(a.filter.To), a.filter.Service)
	for k, yes := range has {
		if !a.supported[people{k.service, k.month}][k.journey] {
			continue
		}
		f := a.at(k.service, k.month, k.outcome)
		if yes {
			f.Numerator++
		} else {
			f.miss("declined", 1)
		}
	}
	return err
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
		if f.Denominator == nil {
			f.Denominator = new(int)
		}
		f.N++
		if !yes.Valid {
			f.miss(missing, 1)
			return nil
		}
		*f.Denominator++
		f.Numerator += int(yes.Int64)
		return nil
	}
	const ranked = `SELECT %[1]s, month, outcome, yes, missing FROM (
		SELECT *, row_number() OVER (PARTITION BY %[1]s, month, outcome, journey ORDER BY life DESC, position DESC) AS back
		FROM tallies WHERE month BETWEEN ?1 AND ?2 AND outcome >= 'experience.' AND outcome < 'experience/' AND (?3 = '' OR service = ?3)) WHERE back = 1`
	from, to := domain.MonthName(a.filter.From), domain.MonthName(a.filter.To)
	if err := a.each(take, fmt.Sprintf(ranked, "service")+` AND service <> ''`, from, to, a.filter.Service); err != nil || a.filter.Service != "" {
		return err
	}
	return a.each(take, fmt.Sprintf(ranked, "''"), from, to, "")
}

// states counts the people supported by what held for them on the last day of
// the month.
func (a *answer) states() error {
	for m := a.filter.From; m <= a.filter.To; m++ {
		_, next := month(m)
		name := domain.MonthName(m)
		held := map[string]map[string]string{} // what, then whose, then the code
		err := a.each(func(scan func(...any) error) error {
			var what, journey, code string
			if err := scan(&what, &journey, &code); err != nil {
				return err
			}
			if held[what] == nil {
				held[what] = map[string]string{}
			}
			held[what][journey] = code
			return nil
		}, `SELECT what, journey, code FROM spans WHERE what <> 'active' AND from_day < ?1 AND (to_day IS NULL OR to_day >= ?1)`, next.String())
		if err != nil {
			return err
		}
		for at, journeys := range a.supported {
			if at.month != name {
				continue
			}
			for journey := range journeys {
				for outcome, what := range map[string]string{"aspirations.living": "aspiration", "restrictions.in_force": "restriction", "restrictions.overdue": "restriction_overdue"} {
					if _, ok := held[what][journey]; ok {
						a.at(at.service, name, outcome).Numerator++
					}
				}
				a.settled(at, held["home"], journey)
			}
		}
	}
	return nil
}

// settled counts one person's home: settled, not, or why nobody knows.
func (a *answer) settled(at people, homes map[string]string, journey string) {
	f := a.at(at.service, at.month, "home.settled")
	if f.Denominator == nil {
		f.Denominator = new(int)
	}
	switch homes[journey] {
	case "Y":
		f.Numerator++
		*f.Denominator++
	case "N":
		*f.Denominator++
	case "Z":
		f.miss("declined", 1)
	case "9":
		f.miss("not_known", 1)
	default:
		f.miss("not_recorded", 1)
	}
}

// overOf says what each outcome is taken over.
var overOf = func() map[string]domain.Over {
	all := map[string]domain.Over{}
	for _, o := range domain.Outcomes {
		all[o.ID] = o.Over
	}
	return all
}()

// figures lists every outcome of every service for each month it was open in,
// and of all services together, by service, month and the outcomes' own order.
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
			supported := len(a.supported[people{s.id, domain.MonthName(m)}])
			for _, o := range domain.Outcomes {
				list = append(list, a.at(s.id, domain.MonthName(m), o.ID).finish(o, supported))
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
		f.N = supported
	case o.Over == domain.OverPeople || o.Over == domain.OverState:
		f.Denominator, f.N = &supported, supported
	}
	if f.Denominator == nil && o.ID != "people.supported" && o.Over != domain.OverNothing {
		f.Denominator = new(int)
	}
	if d := f.Denominator; d != nil && *d > 0 {
		value := float64(f.Numerator) / float64(*d)
		f.Value = &value
	}
	return *f
}
