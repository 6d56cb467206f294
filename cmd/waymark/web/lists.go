package web

import (
	"cmp"
	"context"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// Decisions is a list of decisions, by the date they were made or else raised.
type Decisions struct {
	Position  uint64                    `json:"position"` // of the last event in the answer
	Decisions []projections.DecisionRow `json:"decisions"`
}

type decisionsQuery struct {
	Service string `query:"service" doc:"Only those of this service."`
	Journey string `query:"journey" doc:"Only this person's."`
	Area    string `query:"area" doc:"Only those of this area."`
	State   string `query:"state" doc:"Only those in this state: raised, made, reviewed, reversed or closed."`
	From    string `query:"from" format:"date" doc:"Only those made, or else raised, on this day or later."`
	To      string `query:"to" format:"date" doc:"Only those made, or else raised, on this day or earlier."`
	Overdue string `query:"overdue" format:"date" doc:"Only those that were to be looked at again before this day."`
}

func (s *Server) decisions(ctx context.Context, q *decisionsQuery) (*document[Decisions], error) {
	f := projections.DecisionFilter{Service: q.Service, Journey: q.Journey, Area: q.Area, State: q.State}
	for _, day := range []struct {
		name, text string
		date       *domain.Date
	}{{"from", q.From, &f.From}, {"to", q.To, &f.To}, {"overdue", q.Overdue, &f.Overdue}} {
		if err := parseDay(day.name, day.text, day.date); err != nil {
			return nil, err
		}
	}
	var body Decisions
	err := s.view(ctx, s.Decisions, func(snapshot *projections.Snapshot) (err error) {
		body.Position = snapshot.Position
		body.Decisions, err = projections.ListDecisions(ctx, snapshot, f)
		return err
	})
	return &document[Decisions]{body}, err
}

// parseDay reads a day that may be left out.
func parseDay(name, text string, date *domain.Date) (err error) {
	if text == "" {
		return nil
	}
	if *date, err = domain.ParseDate(text); err != nil {
		return &fault{errBadRequest, name + ": " + err.Error(), ""}
	}
	return nil
}

// Outcomes are the figures by service, month and outcome.
type Outcomes struct {
	Position uint64               `json:"position"` // of the last event in the answer
	Outcomes []projections.Figure `json:"outcomes"`
}

type outcomesQuery struct {
	Service string `query:"service" doc:"Only those of this service; otherwise every service and all together."`
	From    string `query:"from" doc:"The first month, such as 2026-01; otherwise the first there is."`
	To      string `query:"to" doc:"The last month; otherwise the last there is."`
}

func (s *Server) outcomes(ctx context.Context, q *outcomesQuery) (*document[Outcomes], error) {
	var from, to int
	for _, month := range []struct {
		name, text string
		number     *int
	}{{"from", q.From, &from}, {"to", q.To, &to}} {
		if month.text == "" {
			continue
		}
		var err error
		if *month.number, err = domain.ParseMonth(month.text); err != nil {
			return nil, &fault{errBadRequest, month.name + ": " + err.Error(), ""}
		}
	}
	var body Outcomes
	err := s.view(ctx, s.Outcomes, func(snapshot *projections.Snapshot) error {
		first, last, err := projections.Months(ctx, snapshot, q.Service)
		if err != nil {
			return err
		}
		f := projections.OutcomeFilter{Service: q.Service, From: cmp.Or(from, first), To: cmp.Or(to, last)}
		body.Position = snapshot.Position
		body.Outcomes, err = projections.Figures(ctx, snapshot, f)
		return err
	})
	return &document[Outcomes]{body}, err
}
