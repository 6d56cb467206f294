package main

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

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
		"a moment and position": {4711, time.Now(), 4711},
	} {
		t.Run(name, func(t *testing.T) {
			var first map[string]map[string]string
			for _, c := range []*client{inside, outside} {
				done := &replayed{Into: t.TempDir()}
				if err := done.build(t.Context(), c.read(t.Context(), span.upto, span.knownAt), p.bar(-1, "")); err != nil {
					t.Fatal(err)
				}
				if done.Position != span.position || done.Position > 0 && done.Log != h.log.ID() {
					t.Fatalf("position %d of log %s, not %d of %s", done.Position, done.Log, span.position, h.log.ID())
				}
				if done.Position == 0 {
					continue // there is nothing to build
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
