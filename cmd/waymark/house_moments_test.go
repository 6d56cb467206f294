package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
)

// A month's figures would be kept before the month was over, or without its last
// hour.
func TestMonthsBeginWhereTheServicesAre(t *testing.T) {
	for now, want := range map[string]string{
		"2026-03-31T22:59:59Z": "2026-03-01T00:00:00Z",
		"2026-03-31T23:00:00Z": "2026-03-31T23:00:00Z", // it is April in London
		"2026-01-01T00:00:00Z": "2026-01-01T00:00:00Z",
		"2026-07-15T12:00:00Z": "2026-06-30T23:00:00Z",
	} {
		moment, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := monthOf(moment).UTC().Format(time.RFC3339); got != want {
			t.Errorf("at %s the month began at %s, not %s", now, got, want)
		}
	}
}

// A moment would be kept that more is still recorded of.
func TestAMonthIsKeptOnceItIsOverAndSomethingFollowed(t *testing.T) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	h, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	now := time.Now()
	for name, at := range map[string]time.Time{"this month": now, "nothing followed": now.AddDate(0, 2, 0)} {
		if position, err := h.lastMonth(t.Context(), at); position != 0 || err != nil {
			t.Errorf("%s: %d %v", name, position, err)
		}
	}
	if err := h.follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := h.remember(ctx, time.Now); err != nil {
		t.Error("being told to stop is a failure:", err)
	}
}

// What everybody asks for in the first days of a month would be worked out each
// time.
func TestServeKeepsTheEndOfEachMonth(t *testing.T) {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	log, err := eventstore.Open(t.Context(), eventstore.Options{Dir: dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{dir: dir, log: log, logger: slog.New(slog.DiscardHandler)}
	defer h.Close()
	h.keepMoments()
	now = time.Date(2026, 2, 5, 12, 0, 0, 0, time.UTC)
	if _, err := log.Record(t.Context(), domain.Draft{ID: uuid.NewString(), Stream: domain.Stream{About: domain.AboutService, ID: "north"}, By: "worker-4",
		Occurred: domain.On(domain.Day(2026, 2, 1)), Event: domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community"}}}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- h.remember(ctx, func() time.Time { return now }) }()
	for _, name := range []string{"decisions", "outcomes"} {
		for { // as soon as it is there
			if kept, _ := filepath.Glob(filepath.Join(dir, "moments", name+"-*-landing-1.db")); len(kept) == 1 {
				break
			}
			runtime.Gosched()
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
