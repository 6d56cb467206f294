package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/waymark/waymark/projections"
)

// Readiness says whether the answers can be relied on, and if not what to do.
type Readiness struct {
	Ready       bool         `json:"ready"`
	Log         string       `json:"log"`        // its id
	Position    uint64       `json:"position"`   // its last
	Durability  string       `json:"durability"` // proven or unproven: whether an acknowledged event is known to be on disk
	Projections []Projection `json:"projections"`
	Problems    []Trouble    `json:"problems,omitzero"`
}

// A Trouble is something that is not well, and what to do about it.
type Trouble struct {
	What string `json:"what"`
	Do   string `json:"do"`
}

// A Projection is how one read model stands.
type Projection struct {
	Projection string   `json:"projection"`
	Version    int      `json:"version"`
	Position   uint64   `json:"position"`          // of the last event in it
	Lag        uint64   `json:"lag"`               // events in the log that are not in it yet
	Building   bool     `json:"building,omitzero"` // it is built from nothing; the old one answers meanwhile, where there is one
	Parked     []Parked `json:"parked,omitzero"`   // journeys whose later events are withheld
	Stopped    string   `json:"stopped,omitzero"`  // why it does not go on
}

// Parked is a journey whose later events are withheld from a read model.
type Parked = projections.Parked

// health adds what a machine asks to see whether all is well. Neither words nor
// anybody's id are in it.
func (s *Server) health(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "alive")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		r := s.readiness()
		w.Header().Set("Content-Type", "application/json")
		if !r.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(r) // nobody is left to tell
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}))
}

// parkedHint says what to do about journeys that are parked.
const parkedHint = "see waymark projections; once the cause is mended: waymark projections retry %s"

func (s *Server) readiness() Readiness {
	r := Readiness{Log: s.Log.ID(), Durability: s.Log.Durability()}
	if err := s.Log.Err(); err != nil {
		r.Problems = append(r.Problems, Trouble{"the log takes no entries: " + err.Error(),
			cmp.Or(hintOf(err), "see what waymark serve wrote, mend it, and start it again")})
	}
	for _, db := range s.answers() {
		status := db.Status()
		p := projectionOf(status, s.Last())
		if status.Building {
			r.Problems = append(r.Problems, Trouble{fmt.Sprintf("%s is being built, at %d of %d", p.Projection, p.Position, s.Last()),
				"wait; questions to it wait too"})
		}
		if p.Stopped != "" {
			r.Problems = append(r.Problems, Trouble{p.Projection + " has stopped: " + p.Stopped,
				cmp.Or(hintOf(stoppedBy(status)), "see what waymark serve wrote; it goes on by itself once the cause is mended")})
		}
		if status.Parked > 0 {
			r.Problems = append(r.Problems, Trouble{fmt.Sprintf("%s withholds events of %d journeys", p.Projection, status.Parked),
				fmt.Sprintf(parkedHint, p.Projection)})
		}
		r.Projections = append(r.Projections, p)
	}
	r.Position = s.Last() // after the bookmarks, which are never ahead of it
	r.Ready = len(r.Problems) == 0
	if r.Durability != "proven" { // to be looked after, and no reason to send people away
		r.Problems = append(r.Problems, Trouble{"durability: unproven",
			"see that the NATS server syncs before it acknowledges (sync_interval: always)"})
	}
	return r
}

func projectionOf(s projections.Status, last uint64) Projection {
	p := Projection{Projection: s.Projection, Version: s.Version, Position: s.Bookmark, Building: s.Building}
	if last > s.Bookmark {
		p.Lag = last - s.Bookmark
	}
	if err := stoppedBy(s); err != nil {
		p.Stopped = err.Error()
	}
	return p
}

// stoppedBy gives why a read model does not go on, if it does not.
func stoppedBy(s projections.Status) error {
	if s.Held != nil {
		return s.Held
	}
	return s.Err
}

// Projections is how the read models stand, with what they park.
type Projections struct {
	Position    uint64       `json:"position"` // the log's last
	Projections []Projection `json:"projections"`
}

// projections does not wait for a read model that has stopped: it is asked to
// see why.
func (s *Server) projections(ctx context.Context, _ *struct{}) (*document[Projections], error) {
	if s.Follow != nil {
		if err := s.Follow(); err != nil {
			return nil, err
		}
	}
	body := Projections{Position: s.Last()}
	for _, db := range s.answers() {
		p, err := s.inspect(ctx, db)
		if err != nil {
			return nil, err
		}
		body.Projections = append(body.Projections, p)
	}
	return &document[Projections]{body}, nil
}

func (s *Server) inspect(ctx context.Context, db *projections.DB) (Projection, error) {
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	if err := db.Wait(ctx, s.Last()); err != nil && ctx.Err() == nil {
		return projectionOf(db.Status(), s.Last()), nil // which says why
	}
	p := projectionOf(db.Status(), s.Last())
	if db.Status().Parked == 0 {
		return p, nil
	}
	var err error
	p.Parked, err = db.Parked(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil // it is being built; how many there are is in the readiness
	}
	return p, err
}

type projectionQuery struct {
	Name string `path:"name" doc:"The read model's name."`
}

type rebuildQuery struct {
	Name   string `path:"name" doc:"The read model's name."`
	Accept bool   `query:"accept" doc:"Take the new one although it withholds journeys that the old one shows."`
}

func (s *Server) rebuild(ctx context.Context, q *rebuildQuery) (*document[Projection], error) {
	db, err := s.named(q.Name)
	if err != nil {
		return nil, err
	}
	if err := db.Rebuild(ctx, q.Accept); err != nil {
		return nil, err
	}
	p, err := s.inspect(ctx, db)
	return &document[Projection]{p}, err
}

func (s *Server) retry(ctx context.Context, q *projectionQuery) (*document[Projection], error) {
	db, err := s.named(q.Name)
	if err != nil {
		return nil, err
	}
	if err := db.Retry(ctx); err != nil {
		return nil, err
	}
	p, err := s.inspect(ctx, db)
	return &document[Projection]{p}, err
}
