package main

import (
	"context"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// rememberEvery is how often it is looked whether a month is over.
const rememberEvery = time.Hour

// remember keeps the answers as they were at the end of each month, soon after it
// is over, until ctx ends: they are what is asked for again, and other moments go
// on from there. It takes half of the time at most, of one processor, so that
// recording and asking come first. That a moment could not be kept is logged, and
// ends nothing: it is made when it is asked for.
func (h *house) remember(ctx context.Context, now func() time.Time) error {
	for _, db := range h.answers {
		_ = db.Wait(ctx, h.log.Last()) // what stops this is said elsewhere
	}
	again := time.NewTicker(rememberEvery)
	defer again.Stop()
	var done uint64
	for ctx.Err() == nil {
		position, err := h.lastMonth(ctx, now())
		if err == nil && position != done {
			if err = h.keepMoment(ctx, position); err == nil {
				done = position
			}
		}
		if err != nil && ctx.Err() == nil {
			h.logger.ErrorContext(ctx, "answers at the end of a month not kept", "error", err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	return nil
}

// lastMonth gives the position of the last event of the last month that is over,
// once there are later ones; 0 before.
func (h *house) lastMonth(ctx context.Context, now time.Time) (uint64, error) {
	first := monthOf(now)
	position, err := h.log.At(ctx, first.Add(-1))
	if position == h.log.Last() {
		return 0, err
	}
	return position, err
}

// monthOf gives the first moment of the month, where the figures' days begin.
func monthOf(now time.Time) time.Time {
	year, month, _ := web.DayOf(now).Time().Date()
	return web.Beginning(domain.Day(year, month, 1))
}

func (h *house) keepMoment(ctx context.Context, position uint64) error {
	if position == 0 {
		return nil
	}
	for _, m := range h.moments {
		if err := m.KeepGently(ctx, position); err != nil {
			return err
		}
	}
	return nil
}
