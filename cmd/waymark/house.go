package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// A house is the log with its answers: all that serve, or a verb by itself, has
// open while it holds the data directory.
type house struct {
	dir     string
	log     *eventstore.Log     // nil while it is asleep
	asleep  *eventstore.Sleeper // nil while it is open
	answers map[string]*projections.DB
	moments map[string]*projections.Moments // the answers as they were
	metrics *prometheus.Registry
	logger  *slog.Logger

	router *message.Router // nil until the answers follow the log
	ended  chan struct{}   // closed when the router ended; err is set before
	err    error
}

// patience is how long to wait while another process holds the data directory.
const patience = 5 * time.Second

// questions are the read models that there are.
func questions() []projections.Projection {
	return []projections.Projection{projections.Journeys, projections.Decisions, projections.Outcomes}
}

// open opens the log and the read models. The log goes first: it holds the lock.
func (p *program) open(ctx context.Context) (_ *house, err error) {
	h := &house{dir: p.data, answers: map[string]*projections.DB{}, metrics: prometheus.NewRegistry(), logger: p.logger()}
	h.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	h.log, err = eventstore.Open(ctx, eventstore.Options{
		Dir: p.data, URL: p.nats, Wait: patience, Least: projections.Bookmarks(p.data),
		Log: h.logger, Metrics: eventstore.NewMetrics(h.metrics),
	})
	if err != nil {
		return nil, byWhom(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	o := projections.Options{
		Last: h.log.Last, Read: h.log.Read, Stream: h.log.Stream,
		Log: h.logger, Metrics: projections.NewMetrics(h.metrics),
	}
	for _, q := range questions() {
		if h.answers[q.Name], err = projections.Open(ctx, p.data, q, h.log.ID(), o); err != nil {
			delete(h.answers, q.Name)
			return nil, err
		}
	}
	h.keepMoments()
	return h, nil
}

// keepMoments says where the answers of the past are kept: those of the journeys
// nowhere, since they hold people's words, which are to be in as few places as
// can be; one journey is folded from what is recorded of it.
func (h *house) keepMoments() {
	h.moments = map[string]*projections.Moments{}
	for _, q := range []projections.Projection{projections.Decisions, projections.Outcomes} {
		m := &projections.Moments{Dir: filepath.Join(h.dir, "moments"), Projection: q}
		if h.log != nil {
			m.Log, m.Read = h.log.ID(), h.log.Read
		}
		h.moments[q.Name] = m
	}
}

// follow keeps the answers up with the log, each behind its own bookmark, until
// Close. Nothing is retried here: the log's subscriber offers a page again that
// was not taken, and waits longer each time.
func (h *house) follow(ctx context.Context) error {
	if debug.SetMemoryLimit(-1) == heapAlone { // main's, and nobody else's
		debug.SetMemoryLimit(heapBeside)
	}
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NewSlogLoggerWithLevelMapping(h.logger, quieter()))
	if err != nil {
		return err
	}
	router.AddMiddleware(middleware.Recoverer)
	for name, db := range h.answers {
		router.AddConsumerHandler(name, "waymark", h.log.Subscriber(db.Bookmark()), func(m *message.Message) error {
			err := db.Advance(m.Context(), eventstore.Page(m.Context()))
			if errors.Is(err, projections.ErrClosed) {
				return nil // we are closing, and the rows say where to go on
			}
			return err
		})
	}
	h.router, h.ended = router, make(chan struct{})
	go func() {
		defer close(h.ended)
		h.err = router.Run(context.WithoutCancel(ctx)) // until Close
	}()
	select {
	case <-router.Running():
		return nil
	case <-h.ended:
		return h.err
	}
}

// quieter puts the router's own talk where it belongs.
func quieter() map[slog.Level]slog.Level {
	return map[slog.Level]slog.Level{slog.LevelInfo: slog.LevelDebug}
}

// Close closes what open opened, in reverse order.
func (h *house) Close() error {
	var errs []error
	if h.router != nil {
		errs = append(errs, h.router.Close())
		<-h.ended
	}
	for _, db := range h.answers {
		errs = append(errs, db.Close())
	}
	if h.asleep != nil {
		return errors.Join(append(errs, h.asleep.Close())...)
	}
	return errors.Join(append(errs, h.log.Close())...)
}

// server gives the handlers over this house. Beside a log that is asleep they
// answer from the read models alone.
func (h *house) server() *web.Server {
	s := &web.Server{
		Log:       h.log,
		Journeys:  h.answers[projections.Journeys.Name],
		Decisions: h.answers[projections.Decisions.Name],
		Outcomes:  h.answers[projections.Outcomes.Name],
		Moments:   h.moments,
		Metrics:   h.metrics, Logger: h.logger, Version: version(),
	}
	s.Last = func() uint64 { return h.asleep.Last }
	if h.log != nil {
		s.Last = h.log.Last
	}
	return s
}

// logger writes what went on to stderr: for a verb only what went wrong.
func (p *program) logger() *slog.Logger {
	level := slog.LevelError
	if p.serving {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
}
