package web

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
	"github.com/waymark/waymark/projections"
)

// Outcomes are the figures by service, period and outcome.
type Outcomes struct {
	Position uint64          `json:"position"` // of the last event in the answer
	Today    domain.Date     `json:"today"`    // the first day that is not over
	Outcomes []domain.Figure `json:"outcomes"`
}

// PublicOutcomes are the figures that may leave the service.
type PublicOutcomes struct {
	Position uint64                `json:"position"`
	Today    domain.Date           `json:"today"`
	Rule     stats.Rule            `json:"rule"`
	Outcomes []domain.PublicFigure `json:"outcomes"`
}

// Judgements are the outcomes over time with what can be said of them, and the
// services set beside one another.
type Judgements struct {
	Position    uint64              `json:"position"`
	Today       domain.Date         `json:"today"`
	Charts      []domain.Chart      `json:"charts"`
	Comparisons []domain.Comparison `json:"comparisons"`
}

// Definitions say what every outcome counts.
type Definitions struct {
	Position uint64           `json:"position"`
	Outcomes []domain.Outcome `json:"outcomes"`
}

// Services are the services that there are.
type Services struct {
	Position uint64                   `json:"position"`
	Services []projections.ServiceRow `json:"services"`
}

// A Moment is when a question is asked for. It is exported, as every struct that
// a query embeds must be for its parameters to be known.
type Moment struct {
	AsOf    string    `query:"as_of" format:"date" doc:"What had happened by the end of this day."`
	KnownAt time.Time `query:"known_at" doc:"What was recorded at or before this moment."`
	At      uint64    `query:"at" minimum:"1" doc:"What was recorded up to this position of the log."`
}

// OutcomesQuery says which figures to give.
type OutcomesQuery struct {
	Moment
	Service string `query:"service" doc:"Only those of this service; otherwise every service and all together."`
	Every   string `query:"every" enum:"month,quarter,year" doc:"How long the periods are; months unless said."`
	From    string `query:"from" doc:"The first month, such as 2026-01; otherwise the first there is."`
	To      string `query:"to" doc:"The last month; otherwise the last there is."`
}

type judgementsQuery struct {
	Moment
	Service string `query:"service" doc:"Only the charts of this service; otherwise of every service and all together."`
	Edition string `query:"edition" enum:"current,classic" doc:"Of the rule of two of three; current unless said."`
}

type publicQuery struct {
	OutcomesQuery
	Rule string `query:"rule" enum:"mhsds,hes" doc:"The small-number rule; mhsds unless said."`
}

// zone is where the day begins for figures about several services.
var zone = sync.OnceValue(func() *time.Location {
	here, err := time.LoadLocation(domain.DefaultZone)
	if err != nil {
		return time.UTC
	}
	return here
})

// DayOf gives the day that it is there at a moment.
func DayOf(moment time.Time) domain.Date { return domain.DateOf(moment.In(zone())) }

// Beginning gives the moment at which a day begins there.
func Beginning(day domain.Date) time.Time {
	year, month, d := day.Time().Date()
	return time.Date(year, month, d, 0, 0, 0, 0, zone())
}

func (s *Server) outcomes(ctx context.Context, q *OutcomesQuery) (*document[Outcomes], error) {
	var body Outcomes
	err := s.viewAs(ctx, s.Outcomes, q.Moment, func(snapshot *projections.Snapshot, today domain.Date) (err error) {
		body.Position, body.Today = snapshot.Position, today
		body.Outcomes, err = q.figures(ctx, snapshot, today)
		return err
	})
	return &document[Outcomes]{body}, err
}

// figures gives the figures that a query asks for.
func (q *OutcomesQuery) figures(ctx context.Context, s *projections.Snapshot, today domain.Date) ([]domain.Figure, error) {
	from, to, err := q.months()
	if err != nil {
		return nil, err
	}
	first, last, err := projections.Months(ctx, s, q.Service, today)
	if err != nil || last == 0 { // nothing happened in any month
		return []domain.Figure{}, err
	}
	f := projections.OutcomeFilter{Service: q.Service, Every: domain.Every(q.Every), From: cmp.Or(from, first), To: cmp.Or(to, last), Today: today}
	figures, err := projections.Figures(ctx, s, f)
	if figures == nil {
		figures = []domain.Figure{} // an empty list, and not none
	}
	return figures, err
}

// months reads the first and the last month that are asked for; 0 where they are
// left out.
func (q *OutcomesQuery) months() (from, to int, err error) {
	for _, month := range []struct {
		name, text string
		number     *int
	}{{"from", q.From, &from}, {"to", q.To, &to}} {
		if month.text == "" {
			continue
		}
		if *month.number, err = domain.ParseMonth(month.text); err != nil {
			return 0, 0, &fault{errBadRequest, month.name + ": " + err.Error(), ""}
		}
	}
	return from, to, nil
}

// public gives the figures that may leave the service. Whatever is asked for, the
// whole set is worked out as known at one moment, by default the beginning of this
// month, and chosen from after small numbers are hidden: two downloads cannot be
// subtracted.
func (s *Server) public(ctx context.Context, q *publicQuery) (*document[PublicOutcomes], error) {
	if q.AsOf != "" {
		return nil, &fault{errBadRequest, "as_of: what leaves the service is as known at one moment, and as of no day of its own", "leave it out, or use known_at"}
	}
	if q.KnownAt.IsZero() && q.At == 0 {
		now := time.Now().In(zone())
		q.KnownAt = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone())
	}
	from, to, err := q.months()
	if err != nil {
		return nil, err
	}
	body := PublicOutcomes{Rule: cmp.Or(stats.Rule(q.Rule), stats.MHSDS), Outcomes: []domain.PublicFigure{}}
	var figures []domain.Figure
	var definitions []domain.Outcome
	err = s.viewAs(ctx, s.Outcomes, q.Moment, func(snapshot *projections.Snapshot, today domain.Date) error {
		body.Position, body.Today = snapshot.Position, today
		lists, err := projections.Throughout(ctx, snapshot, "", today, domain.Everys.Codes()...)
		if err != nil {
			return err
		}
		figures = slices.Concat(lists...)
		definitions, err = projections.Definitions(ctx, snapshot)
		return err
	})
	if err != nil {
		return nil, err
	}
	every := cmp.Or(domain.Every(q.Every), "month")
	for _, f := range domain.Public(definitions, figures, body.Rule) {
		first, last := f.Period.Months()
		if f.Period.Every == every && (q.Service == "" || f.Service == q.Service) && (from == 0 || last >= from) && (to == 0 || first <= to) {
			body.Outcomes = append(body.Outcomes, f)
		}
	}
	return &document[PublicOutcomes]{body}, nil
}

func (s *Server) judgements(ctx context.Context, q *judgementsQuery) (*document[Judgements], error) {
	var body Judgements
	err := s.viewAs(ctx, s.Outcomes, q.Moment, func(snapshot *projections.Snapshot, today domain.Date) (err error) {
		body.Position, body.Today = snapshot.Position, today
		body.Charts, body.Comparisons, err = projections.Judge(ctx, snapshot, q.Service, today, domain.ChartOptions{Edition: stats.Edition(q.Edition)})
		return err
	})
	return &document[Judgements]{body}, err
}

func (s *Server) definitions(ctx context.Context, q *Moment) (*document[Definitions], error) {
	var body Definitions
	err := s.viewAs(ctx, s.Outcomes, *q, func(snapshot *projections.Snapshot, _ domain.Date) (err error) {
		body.Position = snapshot.Position
		body.Outcomes, err = projections.Definitions(ctx, snapshot)
		return err
	})
	return &document[Definitions]{body}, err
}

func (s *Server) services(ctx context.Context, q *Moment) (*document[Services], error) {
	body := Services{Services: []projections.ServiceRow{}}
	err := s.viewAs(ctx, s.Outcomes, *q, func(snapshot *projections.Snapshot, _ domain.Date) error {
		services, err := projections.Services(ctx, snapshot)
		body.Position, body.Services = snapshot.Position, append(body.Services[:0], services...)
		return err
	})
	return &document[Services]{body}, err
}
