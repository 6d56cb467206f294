package web

import (
	"context"
	"errors"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// journeyQuery is which journey, as of which day, as known when.
type journeyQuery struct {
	ID      string    `path:"id" doc:"The journey's id."`
	AsOf    string    `query:"as_of" format:"date" doc:"What had happened by the end of this day."`
	KnownAt time.Time `query:"known_at" doc:"What was recorded at or before this moment."`
	At      uint64    `query:"at" minimum:"1" doc:"What was recorded up to this position of the log."`
}

var errNoJourney = &fault{errNotKnown, "nothing is known of this journey", "check the id; it may have been recorded later than asked for"}

func (s *Server) journey(ctx context.Context, q *journeyQuery) (*document[domain.Life], error) {
	if !domain.IsID(q.ID) {
		return nil, errNoJourney
	}
	var asOf domain.Date
	if err := parseDay("as_of", q.AsOf, &asOf); err != nil {
		return nil, err
	}
	j, position, err := s.fold(ctx, q)
	if err != nil {
		return nil, err
	}
	life := j.Life(q.ID, asOf)
	life.Position = position // as far as was looked, like every other answer
	return &document[domain.Life]{life}, nil
}

// fold gives the journey as it is known now, or as it was known then.
func (s *Server) fold(ctx context.Context, q *journeyQuery) (j *domain.Journey, position uint64, err error) {
	now := q.At == 0 && q.KnownAt.IsZero()
	if !now {
		if position, err = s.end(ctx, q.At, q.KnownAt); err != nil {
			return nil, 0, err
		}
	}
	err = s.view(ctx, s.Journeys, func(snapshot *projections.Snapshot) error {
		if now {
			position = snapshot.Position
			j, err = projections.Journey(ctx, snapshot, q.ID)
		} else {
			j, err = projections.JourneyAt(ctx, snapshot, q.ID, position)
		}
		return err
	})
	switch {
	case errors.Is(err, projections.ErrWithheld):
		j, err = s.foldLog(ctx, q.ID, position)
		return j, position, err
	case errors.Is(err, projections.ErrNoJourney):
		return nil, 0, errNoJourney
	}
	return j, position, err
}

// foldLog folds a journey's events from the log, up to a position.
func (s *Server) foldLog(ctx context.Context, journey string, upto uint64) (*domain.Journey, error) {
	j := &domain.Journey{}
	for r, err := range s.Log.Stream(ctx, domain.JourneyStream(journey)) {
		if err != nil {
			return nil, err
		}
		if r.Position > upto {
			break
		}
		j.Apply(r)
	}
	if j.Last() == 0 {
		return nil, errNoJourney
	}
	return j, nil
}
