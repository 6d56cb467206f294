package projections

import (
	"context"
	"errors"

	"github.com/waymark/waymark/domain"
)

// ErrWithheld is given for a journey of which the read model withholds events.
var ErrWithheld = errors.New("events of this journey are withheld")

// JourneyAt gives one person's journey as it was known at a position that the
// read model has passed: the same as folding its events from the log up to there.
// It gives [ErrNoJourney] where nothing was known of it, and [ErrWithheld] where
// the journey was parked by then, and only the log has all of it.
//
// The read model of the journeys has every event still: the entries as they
// stand, and what each correction replaced in them. So no other has to be kept or
// made for the past of one person.
func JourneyAt(ctx context.Context, s *Snapshot, id string, position uint64) (*domain.Journey, error) {
	var parked int
	if err := s.QueryRowContext(ctx, `SELECT count(*) FROM parked WHERE journey = ? AND position <= ?`, id, position).Scan(&parked); err != nil {
		return nil, err
	}
	if parked > 0 {
		return nil, ErrWithheld
	}
	return foldUpTo(ctx, s, id, position)
}
