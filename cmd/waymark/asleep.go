package main

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// reachAnswers is reach for a verb that asks the read models alone, and for how
// things stand now. Where nobody has the log open and they are as new as it was
// left, it stays closed: to open it is to read all of it.
func (p *program) reachAnswers(ctx context.Context) (*client, error) {
	if err := p.founded(); err != nil {
		return nil, err
	}
	h, err := p.peek(ctx)
	if err != nil {
		return nil, err
	}
	if h == nil {
		return p.connect(ctx)
	}
	return h.client(ctx), nil
}

// peek opens the answers beside a log that nobody has open. It gives nil where
// that one must be opened, or somebody has it.
func (p *program) peek(ctx context.Context) (_ *house, err error) {
	log, err := eventstore.Asleep(ctx, eventstore.Options{Dir: p.data, URL: p.nats, Least: projections.Bookmarks(p.data)})
	if _, held := errors.AsType[*eventstore.InUse](err); held || err == nil && log == nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h := &house{dir: p.data, asleep: log, answers: map[string]*projections.DB{}, metrics: prometheus.NewRegistry(), logger: p.logger()}
	for _, q := range questions() {
		db, err := projections.Open(ctx, p.data, q, log.ID, projections.Options{Last: func() uint64 { return log.Last }, Log: h.logger})
		if err != nil {
			return nil, errors.Join(err, h.Close())
		}
		h.answers[q.Name] = db
		if s := db.Status(); s.Building || s.Bookmark != log.Last {
			return nil, h.Close()
		}
	}
	h.keepMoments()
	return h, nil
}
