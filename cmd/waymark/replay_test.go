package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// The events come from the log itself, or, beside a server, over its socket in
// other pages: a figure in a report must not depend on which.
func TestAReplayShowsTheSameLivesWhetherAServerRunsOrNot(t *testing.T) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	h, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	before := time.Now()
	if err := p.fillDemo(t.Context(), h.log); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.server().Data())
	defer server.Close()
	inside := &client{here: h.server(), http: http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("the events were sent over a connection")
	})}}
	outside := &client{http: http.Client{Transport: toward(server)}}
	for name, span := range map[string]struct {
		upto     uint64
		knownAt  time.Time
		position uint64
	}{
		"to the end":            {0, time.Time{}, h.log.Last()},
		"before the first":      {0, before.Add(-time.Hour), 0},
		"still to come":         {h.log.Last() + 1, time.Time{}, 0},
		"a moment and position": {4711, time.Now(), 4711},
	} {
		t.Run(name, func(t *testing.T) {
			var first map[string]map[string]string
			for _, c := range []*client{inside, outside} {
				done := &replayed{Into: t.TempDir()}
				err := done.build(t.Context(), func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
					return c.readBehind(ctx, after, span.upto, span.knownAt)
				}, p.bar(-1, ""))
				if span.position == 0 { // there is nothing to build
					if want := map[bool]int{false: exitFailed, true: exitRefused}[span.upto > 0]; err == nil || codeOf(err) != want || hintOf(err) == "" {
						t.Errorf("%v, with code %d", err, codeOf(err))
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				if done.Position != span.position || done.Log != h.log.ID() {
					t.Fatalf("position %d of log %s, not %d of %s", done.Position, done.Log, span.position, h.log.ID())
				}
				tables := digests(t, done.Into)
				if first == nil {
					first = tables
				}
				for question, want := range first {
					if len(want) == 0 || !maps.Equal(tables[question], want) {
						t.Errorf("%s: the tables differ", question)
					}
				}
			}
		})
	}
}

// digests gives those of every table that was replayed into a directory.
func digests(t *testing.T, dir string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, question := range questions() {
		db, err := projections.OpenCopy(t.Context(), filepath.Join(dir, question.Name+".db"), question)
		if err != nil {
			t.Fatal(err)
		}
		if all[question.Name], err = db.Digest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// Hours of building would be lost to one key, or what was built in two goes would
// not be what is built in one.
func TestAnInterruptedReplayGoesOnAndIsTheSame(t *testing.T) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	h, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := p.fillDemo(t.Context(), h.log); err != nil {
		t.Fatal(err)
	}
	var events []domain.Recorded
	for page, err := range h.log.Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page { // an hour after one another, so that there are months
			r.At = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Position) * time.Hour)
			events = append(events, r)
		}
	}
	last := uint64(len(events))
	whole := func(upto uint64) span {
		return func(_ context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
			return func(yield func([]domain.Recorded, error) bool) {
				for page := range slices.Chunk(events[min(after, upto):upto], 100) {
					if !yield(page, nil) {
						return
					}
				}
			}
		}
	}
	built := func(into string, log span) map[string][]byte {
		t.Helper()
		done := &replayed{Into: into}
		if err := done.build(t.Context(), log, p.bar(-1, "")); err != nil {
			t.Fatal(err)
		}
		return contents(t, into)
	}
	want := built(t.TempDir(), whole(last))

	// interrupted begins a replay that is interrupted when the log was read up to
	// a position.
	interrupted := func(into string, at uint64) uint64 {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := &replayed{Into: into}
		err := done.build(ctx, func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
			return func(yield func([]domain.Recorded, error) bool) {
				for page, err := range whole(last)(ctx, after) {
					if !yield(page, err) {
						return
					}
					if page[len(page)-1].Position >= at {
						cancel()
					}
				}
			}
		}, p.bar(-1, ""))
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return done.Position
	}
	into := t.TempDir()
	from := interrupted(into, last*2/3)
	if got := slices.Sorted(maps.Keys(contents(t, into))); !slices.Equal(got, []string{"decisions.db.part", "journeys.db.part", "outcomes.db.part"}) {
		t.Fatal("interrupted, it left", got)
	}
	var began []uint64
	got := built(into, func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
		began = append(began, after)
		return whole(last)(ctx, after)
	})
	if !maps.EqualFunc(want, got, bytes.Equal) {
		t.Error("what was built in two goes differs")
	}
	if began[len(began)-1] != from {
		t.Errorf("it went on from %d, not %d", began, from)
	}

	// What was left goes beyond what is asked for now, or is half.
	into = t.TempDir()
	from = interrupted(into, last*2/3)
	if got := built(into, whole(from/2)); !maps.EqualFunc(built(t.TempDir(), whole(from/2)), got, bytes.Equal) {
		t.Error("a part of what came later was kept")
	}
	into = t.TempDir()
	interrupted(into, last*2/3)
	for _, name := range []string{"decisions.db", "outcomes.db"} { // as a crash leaves them
		if err := os.Rename(filepath.Join(into, name+".part"), filepath.Join(into, name+".half")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(into, "journeys.db.part"), 100_000); err != nil {
		t.Fatal(err)
	}
	if got := built(into, whole(last)); !maps.EqualFunc(want, got, bytes.Equal) {
		t.Error("what a crash left was believed")
	}

	// It died when one was delivered, and the others were not yet.
	for name, left := range map[string]string{"decisions.db": ".half", "outcomes.db": ".part"} {
		if err := os.Rename(filepath.Join(into, name), filepath.Join(into, name+left)); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(upto uint64) {
		t.Helper()
		before := contents(t, into)
		done := &replayed{Into: into}
		if err := done.build(t.Context(), whole(upto), p.bar(-1, "")); !errors.Is(err, os.ErrExist) {
			t.Error("what was delivered is of another moment:", err)
		}
		if !maps.EqualFunc(before, contents(t, into), bytes.Equal) {
			t.Error("it was changed")
		}
	}
	refused(last / 2)
	if got := built(into, whole(last)); !maps.EqualFunc(want, got, bytes.Equal) {
		t.Error("what was delivered was not gone on with")
	}
	refused(last) // nothing is missing

	// Nobody is told that the same command goes on, where there is nothing to go on
	// from.
	into = filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(into, 0o700); err != nil {
		t.Fatal(err)
	}
	done := &replayed{Into: into}
	err = done.build(t.Context(), func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
		return func(yield func([]domain.Recorded, error) bool) {
			for page, err := range whole(last)(ctx, after) {
				if !yield(page, err) {
					return
				}
			}
			yield(nil, errors.Join(context.Canceled, os.RemoveAll(into)))
		}
	}, p.bar(-1, ""))
	if done.lost == nil || !errors.Is(err, done.lost) {
		t.Error("nothing was kept, and nobody is told:", err)
	}
}

// contents reads the files of a directory.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
