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
	At      uint64    `query:"at" doc:"What was recorded up to this position of the log."`
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

// fold gives the journey as it is known now, from the read model, or as it was
// known then, from the log.
func (s *Server) fold(ctx context.Context, q *journeyQuery) (j *domain.Journey, position uint64, err error) {
	if q.At == 0 && q.KnownAt.IsZero() {
		err = s.view(ctx, s.Journeys, func(snapshot *projections.Snapshot) error {
			position = snapshot.Position
			j, err = projections.Journey(ctx, snapshot, q.ID)
			return err
		})
		if errors.Is(err, projections.ErrNoJourney) {
			return nil, 0, errNoJourney
		}
		return j, position, err
	}
	if position, err = s.end(ctx, q.At, q.KnownAt); err != nil {
		return nil, 0, err
	}
	j = &domain.Journey{}
	for r, err := range s.Log.Stream(ctx, domain.JourneyStream(q.ID)) {
		if err != nil {
			return nil, 0, err
		}
		if r.Position > position {
			break
		}
		j.Apply(r)
	}
	if j.Last() == 0 {
		return nil, 0, errNoJourney
	}
	return j, position, nil
}
