// Package web is the HTTP API and the pages. Its handlers are the same whether
// they are reached through a socket or called by a verb in its own process.
//
// No handler repeats what it was sent in an error or a log line: it may be
// somebody's words. Every answer is at least as new as the log's last position
// when it was asked.
package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// How long a query waits for an answer to catch up with the log, and how long
// one that asks how the answers stand.
const (
	patience = 30 * time.Second
	glance   = time.Second
)

// A Server answers over HTTP. Its fields are set before its handlers are asked
// for, and belong to whoever opened them.
type Server struct {
	Log       *eventstore.Log // nil while it is asleep: then only the read models can be asked
	Last      func() uint64   // the log's last position
	Journeys  *projections.DB
	Decisions *projections.DB
	Outcomes  *projections.DB
	Moments   map[string]*projections.Moments // the read models as they were, by name; none of the journeys
	Metrics   *prometheus.Registry
	Logger    *slog.Logger
	Version   string

	// Follow makes the answers follow the log, before the first that is asked
	// for; nil where they do already. A caller that brings it is by itself, and
	// waits as long as it takes.
	Follow func() error
}

// answers lists the read models.
func (s *Server) answers() []*projections.DB {
	return []*projections.DB{s.Journeys, s.Decisions, s.Outcomes}
}

// Data gives the whole API. It shows people's journeys, so it belongs on a
// socket that only its owner can open.
func (s *Server) Data() http.Handler {
	mux := http.NewServeMux()
	s.health(mux)
	config := huma.DefaultConfig("Waymark", s.Version)
	config.Info.Description = "The record of people's recovery journeys, and what it answers."
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil // which would put $schema links into answers
	config.RejectUnknownQueryParameters = true
	config.Transformers = append(config.Transformers, keepQuiet)
	for _, raw := range []any{jsontext.Value{}, json.RawMessage{}, domain.Words{}} {
		config.Components.Schemas.RegisterTypeAlias(reflect.TypeOf(raw), reflect.TypeFor[map[string]any]())
	}
	api := humago.New(mux, config)

	register(api, huma.Operation{
		OperationID: "record", Method: http.MethodPost, Path: "/v1/entries",
		Summary: "Record entries, one JSON object a line; each is answered by a line, in order.",
		RequestBody: &huma.RequestBody{Required: true,
			Content: map[string]*huma.MediaType{ndjson: {Schema: &huma.Schema{Type: huma.TypeString}}}},
	}, func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			s.entries(w, r)
		}}, nil
	})
	get(api, "events", "/v1/events", "The log's events as CloudEvents, one a line.", s.events)
	get(api, "journey", "/v1/journeys/{id}", "One person's journey.", s.journey)
	get(api, "decisions", "/v1/decisions", "Decisions, how they were made and what the criteria say, or a sample of them.", s.decisions)
	get(api, "decision-rates", "/v1/decisions/rates", "How many decisions pass each criterion, by service and period.", s.decisionRates)
	get(api, "decision", "/v1/decisions/{id}", "One decision whole, as an auditor looks at it.", s.trail)
	get(api, "audits", "/v1/audits", "The audits that were planned.", s.audits)
	get(api, "audit", "/v1/audits/{id}", "One audit with the decisions that it looks at, drawn again.", s.audit)
	get(api, "services", "/v1/services", "The services, as their entries stand.", s.services)
	get(api, "outcomes", "/v1/outcomes", "Every outcome by service and period.", s.outcomes)
	get(api, "definitions", "/v1/outcomes/definitions", "What every outcome counts.", s.definitions)
	get(api, "judgements", "/v1/outcomes/judgements", "Every outcome over time, and what can be said of it.", s.judgements)
	get(api, "public", "/v1/outcomes/public", "Every outcome as it may leave the service, small numbers hidden.", s.public)
	get(api, "pseudonym-key", "/v1/pseudonym-key", "The key that gives people other names in one evaluation pack.", s.pseudonymKey)
	get(api, "projections", "/v1/projections", "How the read models stand.", s.projections)
	post(api, "rebuild", "/v1/projections/{name}/rebuild", "Build a read model again beside the old one.", s.rebuild)
	get(api, "diff", "/v1/projections/{name}/diff", "How a rebuilt read model that is held back differs from the old one.", s.diff)
	post(api, "accept", "/v1/projections/{name}/accept", "Take a rebuilt read model that is held back.", s.accept)
	post(api, "snapshot", "/v1/projections/snapshot", "Make and keep the read models as they were at a moment.", s.snapshot)
	post(api, "retry", "/v1/projections/{name}/retry", "Take up the journeys that a read model parked.", s.retry)
	return mux
}

func get[I, O any](api huma.API, id, path, summary string, answer func(context.Context, *I) (*O, error)) {
	register(api, huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary}, answer)
}

func post[I, O any](api huma.API, id, path, summary string, answer func(context.Context, *I) (*O, error)) {
	register(api, huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: summary}, answer)
}

func register[I, O any](api huma.API, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, problemOf(err)
		}
		return out, nil
	})
}

// view reads a read model once it has come as far as the log had when asked.
func (s *Server) view(ctx context.Context, db *projections.DB, read func(*projections.Snapshot) error) error {
	if s.Follow != nil {
		if err := s.Follow(); err != nil {
			return err
		}
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if err := db.Wait(ctx, s.Last()); err != nil {
		return err
	}
	return db.View(ctx, read)
}

// named finds a read model.
func (s *Server) named(name string) (*projections.DB, error) {
	for _, db := range s.answers() {
		if db.Status().Projection == name {
			return db, nil
		}
	}
	return nil, &fault{errNotKnown, "there is no projection of that name", "there are journeys, decisions and outcomes"}
}

// A document is an answer of one JSON document.
type document[T any] struct{ Body T }
