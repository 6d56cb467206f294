package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// A Journey is what is held of one person: their entries in life order, each as
// it stands, with what it said before it was corrected.
type Journey struct {
	Journey   string    `json:"journey"`
	Position  uint64    `json:"position"` // of the last event that was looked at
	AsOf      string    `json:"as_of,omitzero"`
	Forgotten bool      `json:"forgotten,omitzero"`
	Support   []Support `json:"support"`
	Entries   []Entry   `json:"entries"`
}

// Support is one episode with a service.
type Support struct {
	Support string           `json:"support"`
	Service string           `json:"service"`
	Started string           `json:"started"`
	Ended   string           `json:"ended,omitzero"`
	Reason  domain.EndReason `json:"reason,omitzero"`
}

// An Entry is one entry of a journey, as it stands.
type Entry struct {
	Entry       string       `json:"entry"`
	Position    uint64       `json:"position"`
	Kind        domain.Kind  `json:"kind"`
	Recorded    string       `json:"recorded"`
	By          string       `json:"by"`
	Imported    string       `json:"imported,omitzero"`
	Version                  // what it says now
	Corrections []Correction `json:"corrections,omitzero"`
	Withdrawn   *Withdrawn   `json:"withdrawn,omitzero"`
	Outside     bool         `json:"outside_support,omitzero"` // its service was not supporting the person on that date
}

// A Version is what an entry says, or said before it was corrected.
type Version struct {
	Sentence string          `json:"sentence"` // what it says in plain English, without anybody's words
	Occurred string          `json:"occurred"`
	Service  string          `json:"service,omitzero"`
	Data     json.RawMessage `json:"data,omitempty"`
	Words    json.RawMessage `json:"words,omitempty"`
}

// A Correction says who replaced what, and what it was.
type Correction struct {
	Position uint64                  `json:"position"`
	Recorded string                  `json:"recorded"`
	By       string                  `json:"by"`
	Reason   domain.CorrectionReason `json:"reason"`
	Was      Version                 `json:"was"`
}

// Withdrawn says who took an entry back.
type Withdrawn struct {
	Position uint64                  `json:"position"`
	Recorded string                  `json:"recorded"`
	By       string                  `json:"by"`
	Reason   domain.WithdrawalReason `json:"reason"`
}

// journeyQuery is which journey, as of which day, as known when.
type journeyQuery struct {
	ID      string    `path:"id" doc:"The journey's id."`
	AsOf    string    `query:"as_of" format:"date" doc:"What had happened by the end of this day."`
	KnownAt time.Time `query:"known_at" doc:"What was recorded at or before this moment."`
	At      uint64    `query:"at" doc:"What was recorded up to this position of the log."`
}

var errNoJourney = &fault{errNotKnown, "nothing is known of this journey", "check the id; it may have been recorded later than asked for"}

func (s *Server) journey(ctx context.Context, q *journeyQuery) (*document[Journey], error) {
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
	body, err := journeyOf(q.ID, j, asOf)
	body.Position = position
	return &document[Journey]{body}, err
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
	position = s.Log.Last()
	if q.At != 0 {
		position = min(position, q.At)
	}
	if !q.KnownAt.IsZero() {
		at, err := s.Log.At(ctx, q.KnownAt)
		if err != nil {
			return nil, 0, err
		}
		position = min(position, at)
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

func journeyOf(id string, j *domain.Journey, asOf domain.Date) (Journey, error) {
	body := Journey{Journey: id, AsOf: asOf.String(), Forgotten: j.Forgotten(), Support: []Support{}, Entries: []Entry{}}
	episodes := domain.Episodes(j.Entries())
	for _, e := range episodes {
		if asOf == 0 || e.Started.Date <= asOf {
			body.Support = append(body.Support, supportOf(e, asOf))
		}
	}
	entries := slices.Clone(j.Entries())
	slices.SortStableFunc(entries, func(a, b *domain.Entry) int { return domain.LifeOrder(a.Now(), b.Now()) })
	for _, e := range entries {
		if asOf != 0 && e.Now().Occurred.Date > asOf {
			continue
		}
		entry, err := entryOf(e)
		if err != nil {
			return body, err
		}
		entry.Outside = outside(episodes, e.Now())
		body.Entries = append(body.Entries, entry)
	}
	return body, nil
}

func supportOf(e domain.Episode, asOf domain.Date) Support {
	s := Support{Support: e.ID, Service: e.Service, Started: e.Started.String()}
	if e.Ended.Date != 0 && (asOf == 0 || e.Ended.Date <= asOf) {
		s.Ended, s.Reason = e.Ended.String(), e.End.Reason
	}
	return s
}

// outside says whether a later correction left an entry outside every episode
// with its service.
func outside(episodes []domain.Episode, r domain.Recorded) bool {
	return r.Service != "" && !slices.ContainsFunc(episodes, func(e domain.Episode) bool {
		return e.Service == r.Service && e.Includes(r.Occurred.Date)
	})
}

func entryOf(e *domain.Entry) (Entry, error) {
	now := e.Now()
	entry := Entry{Entry: e.ID, Position: e.Position, Kind: domain.KindOf(e.Event),
		Recorded: e.At.Format(Microseconds), By: e.By, Imported: e.Imported}
	var err error
	if entry.Version, err = versionOf(now); err != nil {
		return entry, err
	}
	was := e.Recorded
	for _, c := range e.Corrected {
		replaced := c.Event.(domain.EntryCorrected)
		correction := Correction{Position: c.Position, Recorded: c.At.Format(Microseconds), By: c.By, Reason: replaced.Reason}
		if correction.Was, err = versionOf(was); err != nil {
			return entry, err
		}
		entry.Corrections = append(entry.Corrections, correction)
		was.Event, was.Occurred, was.Service, was.Words = replaced.Replacement, replaced.Occurred, replaced.Service, c.Words
	}
	if w := e.Withdrawal; w != nil {
		entry.Withdrawn = &Withdrawn{w.Position, w.At.Format(Microseconds), w.By, w.Event.(domain.EntryWithdrawn).Reason}
	}
	return entry, nil
}

func versionOf(r domain.Recorded) (Version, error) {
	v := Version{Sentence: domain.Sentence(r.Event), Occurred: r.Occurred.String(), Service: r.Service}
	if _, ok := r.Event.(domain.Unreadable); ok {
		return v, nil
	}
	content, err := domain.Encode(r.Event, r.Words)
	if err != nil {
		return v, fmt.Errorf("event %d: %w", r.Position, err)
	}
	return v, json.Unmarshal(content, &v)
}
