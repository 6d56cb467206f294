package web

import (
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
