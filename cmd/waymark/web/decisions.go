package web

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// Decisions is a list of decisions by the date they were made, or else raised; or
// a sample of them, in the order in which they were drawn.
type Decisions struct {
	Position  uint64                    `json:"position"`        // of the last event in the answer
	Today     domain.Date               `json:"today"`           // the first day that is not over; D12 depends on it
	Sample    *Sample                   `json:"sample,omitzero"` // how they were drawn, where they are a sample
	Decisions []projections.DecisionRow `json:"decisions"`
}

// A Sample says how decisions were drawn. The same n and seed draw the same ones
// from the same population, which is the same for ever at one position.
type Sample struct {
	N          int             `json:"n"`
	Seed       uint64          `json:"seed"`
	Population int             `json:"population"` // how many decisions it was drawn from
	AsOf       string          `json:"as_of,omitzero"`
	Filter     DecisionsFilter `json:"filter"`
}

// Rates are the shares of decisions that pass each criterion of the audit, by
// service and period.
type Rates struct {
	Position uint64                 `json:"position"`
	Today    domain.Date            `json:"today"`
	Rates    []projections.PassRate `json:"rates"`
}

// A DecisionsFilter says which decisions are meant. What is left out leaves none
// out.
type DecisionsFilter struct {
	Service      string `query:"service" json:"service,omitzero" doc:"Only those of this service."`
	Journey      string `query:"journey" json:"journey,omitzero" doc:"Only this person's."`
	Area         string `query:"area" json:"area,omitzero" doc:"Only those of this area."`
	Weight       string `query:"weight" json:"weight,omitzero" doc:"Only those marked everyday or significant."`
	State        string `query:"state" json:"state,omitzero" doc:"Only those in this state: raised, made, reviewed, reversed or closed."`
	Basis        string `query:"basis" json:"basis,omitzero" doc:"Only those with this lawful basis."`
	From         string `query:"from" json:"from,omitzero" format:"date" doc:"Only those made, or else raised, on this day or later."`
	To           string `query:"to" json:"to,omitzero" format:"date" doc:"Only those made, or else raised, on this day or earlier."`
	NotPassing   string `query:"not_passing" json:"not_passing,omitzero" doc:"Only those that fail this criterion of the audit, D1 to D12."`
	RoleGap      int    `query:"role_gap" json:"role_gap,omitzero" minimum:"0" maximum:"4" doc:"Only those where the role the person had is at least so many steps from the one they wanted."`
	Overdue      string `query:"overdue" json:"overdue,omitzero" format:"date" doc:"Only those that were to be looked at again before this day, and still are: nobody is asked to where the person died or their support ended first."`
	RecordedLate bool   `query:"recorded_late" json:"recorded_late,omitzero" doc:"Only those recorded later than the service allows."`
	Audited      string `query:"audited" json:"audited,omitzero" enum:"yes,no" doc:"Only those that somebody has audited, or nobody has."`
}

// filter reads the filter. today is the first day that is not over.
func (f DecisionsFilter) filter(today domain.Date) (projections.DecisionFilter, error) {
	read := projections.DecisionFilter{Service: f.Service, Journey: f.Journey, Area: f.Area, Weight: f.Weight, State: f.State, Basis: f.Basis,
		NotPassing: domain.Criterion(f.NotPassing), RoleGap: f.RoleGap, RecordedLate: f.RecordedLate, Audited: f.Audited, Today: today}
	for _, day := range []struct {
		name, text string
		date       *domain.Date
	}{{"from", f.From, &read.From}, {"to", f.To, &read.To}, {"overdue", f.Overdue, &read.Overdue}} {
		if err := parseDay(day.name, day.text, day.date); err != nil {
			return read, err
		}
	}
	if read.To != 0 && read.From > read.To {
		return read, &fault{errBadRequest, "from: it is later than to", "give the earlier day as from"}
	}
	for _, code := range []struct {
		name, given string
		known       []string
	}{
		{"area", f.Area, codesOf(domain.Areas)},
		{"weight", f.Weight, codesOf(domain.Weights)},
		{"state", f.State, codesOf(domain.DecisionStates)},
		{"basis", f.Basis, codesOf(domain.Bases)},
		{"not_passing", f.NotPassing, codesOf(domain.Criteria)},
	} {
		if code.given != "" && !slices.Contains(code.known, code.given) {
			return read, &fault{errBadRequest, code.name + ": there is no such code", "it is one of " + strings.Join(code.known, ", ")}
		}
	}
	return read, nil
}

func codesOf[C ~string](v domain.Vocabulary[C]) (codes []string) {
	for _, term := range v {
		codes = append(codes, string(term.Code))
	}
	return codes
}

type decisionsQuery struct {
	Moment
	DecisionsFilter
	Sample int    `query:"sample" minimum:"0" maximum:"100000" doc:"A random sample of so many; all of them unless said."`
	Seed   uint64 `query:"seed" doc:"Which sample: another seed draws another."`
}

func (s *Server) decisions(ctx context.Context, q *decisionsQuery) (*document[Decisions], error) {
	moment := q.Moment
	if q.Sample > 0 { // which is judged on its position's own day, or it could not be drawn again on another
		at, err := s.end(ctx, q.At, q.KnownAt)
		if err != nil {
			return nil, err
		}
		moment = Moment{AsOf: q.AsOf, At: at}
	}
	var body Decisions
	err := s.viewAs(ctx, s.Decisions, moment, func(snapshot *projections.Snapshot, today domain.Date) error {
		body.Position, body.Today = snapshot.Position, today
		f, err := q.filter(today)
		if err != nil {
			return err
		}
		if body.Decisions, err = projections.ListDecisions(ctx, snapshot, f); err != nil || q.Sample == 0 {
			return err
		}
		body.Sample = &Sample{q.Sample, q.Seed, len(body.Decisions), q.AsOf, q.DecisionsFilter}
		body.Decisions = domain.Sample(body.Decisions, inLog, q.Sample, q.Seed)
		return nil
	})
	return &document[Decisions]{body}, err
}

// inLog names a decision among those of the whole log: its id is one journey's.
func inLog(d projections.DecisionRow) string { return d.Journey + "/" + d.Decision }

type ratesQuery struct {
	Moment
	DecisionsFilter
	Every string `query:"every" enum:"month,quarter,year" doc:"How long the periods are; all the time there is unless said."`
}

func (s *Server) decisionRates(ctx context.Context, q *ratesQuery) (*document[Rates], error) {
	var body Rates
	err := s.viewAs(ctx, s.Decisions, q.Moment, func(snapshot *projections.Snapshot, today domain.Date) error {
		body.Position, body.Today = snapshot.Position, today
		f, err := q.filter(today)
		if err != nil {
			return err
		}
		body.Rates, err = projections.PassRates(ctx, snapshot, f, domain.Every(q.Every))
		if body.Rates == nil {
			body.Rates = []projections.PassRate{} // an empty list, and not none
		}
		return err
	})
	return &document[Rates]{body}, err
}

// parseDay reads a day that may be left out.
func parseDay(name, text string, date *domain.Date) (err error) {
	if text == "" {
		return nil
	}
	if *date, err = domain.ParseDate(text); err != nil {
		return &fault{errBadRequest, fmt.Sprintf("%s: %v", name, err), ""}
	}
	return nil
}
