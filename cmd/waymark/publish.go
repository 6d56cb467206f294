package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// publishedName is the file, in the data directory, that dashboards read.
const publishedName = "figures.db"

// How often the figures are published: no sooner than this after the last time,
// and only for a twentieth of the time, so that recording and asking come first.
const (
	publishEvery = time.Minute
	publishRest  = 20
)

// publish keeps the figures that dashboards read up with the answers, in a file
// in dir and in metrics, until ctx ends. That they could not be published is
// logged and counted, and ends nothing: they are tried again.
func (h *house) publish(ctx context.Context, dir string) error {
	metrics, err := newPublishMetrics(h.metrics, dir, h.log.Err)
	if err != nil {
		return err
	}
	p := &publisher{
		answers: h.answers[projections.Outcomes.Name], logID: h.log.ID(), path: filepath.Join(dir, publishedName),
		metrics: metrics, logger: h.logger, now: time.Now,
	}
	_ = p.answers.Wait(ctx, h.log.Last()) // not of half a record, when serve starts; what stops this stops refresh too, which says so
	sparingly(ctx, func() { p.refresh(ctx) })
	return nil
}

// sparingly does something again and again until ctx ends, the first time at
// once, no more than every publishEvery, and waits publishRest times as long as
// it took.
func sparingly(ctx context.Context, do func()) {
	for ctx.Err() == nil {
		began := time.Now()
		do()
		rest := time.NewTimer(max(publishEvery, publishRest*time.Since(began)))
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
		}
	}
}

// A publisher belongs to one goroutine.
type publisher struct {
	answers *projections.DB
	logID   string
	path    string
	metrics *publishMetrics
	logger  *slog.Logger
	now     func() time.Time

	// What the published figures were worked out from; zero before the first.
	position uint64
	today    domain.Date
}

// refresh publishes the figures if anything was recorded since the last time, or
// another day has come, which alone can settle a month.
func (p *publisher) refresh(ctx context.Context) {
	today := web.DayOf(p.now())
	if p.position != 0 && p.position == p.answers.Bookmark() && p.today == today {
		return
	}
	began := p.now()
	figures, position, err := p.workOut(ctx, today)
	if err == nil {
		err = projections.Publish(ctx, p.path, p.logID, position, figures)
	}
	switch {
	case ctx.Err() != nil: // told to stop, which is no failure
	case err != nil:
		p.metrics.failures.Inc()
		p.logger.ErrorContext(ctx, "figures for dashboards not published", "file", p.path, "error", err)
	default:
		p.position, p.today = position, today
		figures.Charts, figures.Comparisons = nil, nil // written, and not needed for what small numbers leave
		p.metrics.published(figures, position, today)
		p.metrics.seconds.Set(p.now().Sub(began).Seconds())
	}
}

// workOut asks for all the figures there are, as they stood at one position.
func (p *publisher) workOut(ctx context.Context, today domain.Date) (published projections.Published, position uint64, err error) {
	var lists [][]domain.Figure // by month, quarter and year
	err = p.answers.View(ctx, func(s *projections.Snapshot) (err error) {
		published = projections.Published{Made: p.now(), Program: version()}
		position = s.Position
		if published.Services, err = projections.Services(ctx, s); err != nil {
			return err
		}
		if published.Definitions, err = projections.Definitions(ctx, s); err != nil {
			return err
		}
		lists, err = projections.Throughout(ctx, s, "", today, domain.Everys.Codes()...)
		return err
	})
	if err != nil {
		return published, position, err
	}
	published.Figures = slices.Concat(lists...)
	months, quarters := published.Figures[:len(lists[0])], published.Figures[len(lists[0]):len(lists[0])+len(lists[1])] // there may be many: kept once
	published.Charts = projections.Charts(published.Services, published.Definitions, months, quarters, domain.ChartOptions{})
	for _, figures := range [][]domain.Figure{months, quarters} {
		published.Comparisons = append(published.Comparisons, projections.Comparisons(published.Services, published.Definitions, figures)...)
	}
	return published, position, nil
}
