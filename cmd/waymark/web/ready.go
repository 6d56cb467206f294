package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

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

	// Held says how a rebuilt one differs, which is kept beside until it is accepted.
	Held *projections.Held `json:"held,omitzero"`
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

// projectionOf says how a read model stands, to anybody: without whose journeys
// are withheld.
func projectionOf(s projections.Status, last uint64) Projection {
	p := Projection{Projection: s.Projection, Version: s.Version, Position: s.Bookmark, Building: s.Building}
	if s.Beside != nil {
		p.Held = &projections.Held{Tables: s.Beside.Tables, File: s.Beside.File}
	}
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
	err := db.Wait(ctx, s.Last())
	status := db.Status()
	p := projectionOf(status, s.Last())
	p.Held = status.Beside
	if err != nil && ctx.Err() == nil || status.Parked == 0 { // where it has stopped, p says why
		return p, nil
	}
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
	Accept bool   `query:"accept" doc:"Use the new one whatever differs."`
}

func (s *Server) rebuild(ctx context.Context, q *rebuildQuery) (*document[Projection], error) {
	return s.mend(ctx, q.Name, func(db *projections.DB) (bool, error) { return q.Accept, db.Rebuild(ctx, q.Accept) })
}

func (s *Server) accept(ctx context.Context, q *projectionQuery) (*document[Projection], error) {
	return s.mend(ctx, q.Name, func(db *projections.DB) (bool, error) { return true, db.Accept(ctx) })
}

func (s *Server) retry(ctx context.Context, q *projectionQuery) (*document[Projection], error) {
	return s.mend(ctx, q.Name, func(db *projections.DB) (bool, error) {
		parked := db.Status().Parked
		err := db.Retry(ctx)
		return db.Status().Parked < parked, err
	})
}

// mend does something to a read model, and says how it stands. Where it answers
// otherwise now, its past does too: what is kept of that is made again when it is
// asked for.
func (s *Server) mend(ctx context.Context, name string, do func(*projections.DB) (otherwise bool, err error)) (*document[Projection], error) {
	db, err := s.named(name)
	if err != nil {
		return nil, err
	}
	otherwise, err := do(db)
	if err != nil {
		return nil, noneHeld(err)
	}
	if kept := s.Moments[name]; otherwise && kept != nil {
		if err := kept.Forget(); err != nil {
			return nil, err
		}
	}
	p, err := s.inspect(ctx, db)
	return &document[Projection]{p}, err
}

func (s *Server) diff(ctx context.Context, q *projectionQuery) (*document[projections.Difference], error) {
	db, err := s.named(q.Name)
	if err != nil {
		return nil, err
	}
	d, err := db.Diff(ctx)
	return &document[projections.Difference]{d}, noneHeld(err)
}

// noneHeld says what to do where there is nothing to compare or accept.
func noneHeld(err error) error {
	if errors.Is(err, projections.ErrNoneHeld) {
		return &fault{errNotKnown, err.Error(), "waymark projections rebuild makes one, and holds it back where it differs"}
	}
	return err
}

type snapshotQuery struct {
	KnownAt time.Time `query:"known_at" doc:"As known at this moment."`
	At      uint64    `query:"at" minimum:"1" doc:"As known at this position of the log; the last where neither is given."`
}

// A Snapshot says which moment is kept, and of which read models.
type Snapshot struct {
	Position    uint64   `json:"position"`
	Projections []string `json:"projections"`
}

func (s *Server) snapshot(ctx context.Context, q *snapshotQuery) (*document[Snapshot], error) {
	position, err := s.end(ctx, q.At, q.KnownAt)
	if err != nil {
		return nil, err
	}
	body := Snapshot{Position: position, Projections: slices.Sorted(maps.Keys(s.Moments))}
	for _, name := range body.Projections {
		if err := s.Moments[name].Keep(ctx, position); err != nil {
			return nil, err
		}
	}
	return &document[Snapshot]{body}, nil
}
