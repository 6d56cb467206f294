package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// begun opens a house that follows, with a service and one journey in it.
func begun(t testing.TB) (*house, *client) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	h, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := h.follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &client{http: http.Client{Transport: inProcess{h.server().Data()}}}
	post(t, c, `{"kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}
{"kind":"support.started","journey":"j-1","service":"north","occurred":"2026-01-12","by":"worker-4"}`)
	return h, c
}

// post records entries and wants all of them on disk.
func post(t testing.TB, c *client, entries string) {
	t.Helper()
	answers, err := c.post(t.Context(), "/v1/entries", nil, strings.NewReader(entries))
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	text, err := io.ReadAll(answers)
	if err != nil || strings.Contains(string(text), `"error"`) {
		t.Fatal(err, string(text))
	}
}

const rating = `{"kind":"life.rated","journey":"j-1","service":"north","occurred":"2026-02-%02d","by":"worker-4","data":{"about":"quality_of_life","value":%d}}` + "\n"

func TestAWorkerSeesEachReceiptBeforeWritingTheNextEntry(t *testing.T) {
	h, inside := begun(t)
	server := httptest.NewServer(h.server().Data())
	defer server.Close()
	outside := &client{http: http.Client{Transport: toward(server)}}
	for name, c := range map[string]*client{"in process": inside, "over a connection": outside} {
		t.Run(name, func(t *testing.T) {
			entries, out := io.Pipe()
			answers, err := c.post(t.Context(), "/v1/entries", nil, entries)
			if err != nil {
				t.Fatal(err)
			}
			defer answers.Close()
			receipts := bufio.NewReader(answers)
			last := uint64(0)
			for n := range 3 {
				if _, err := fmt.Fprintf(out, rating, n+1, n); err != nil {
					t.Fatal(err)
				}
				line, err := receipts.ReadBytes('\n') // hangs, were it not answered at once
				if err != nil {
					t.Fatal(err)
				}
				var r web.Receipt
				if err := json.Unmarshal(line, &r); err != nil || r.Position <= last {
					t.Fatalf("entry %d: %v, position %d after %d", n, err, r.Position, last)
				}
				last = r.Position
			}
			out.Close()
			if rest, err := io.ReadAll(receipts); err != nil || len(rest) > 0 {
				t.Errorf("%d bytes follow the last receipt, %v", len(rest), err)
			}
		})
	}
}

// toward sends every request to a test server.
func toward(s *httptest.Server) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		r.URL.Host = s.Listener.Addr().String()
		return http.DefaultTransport.RoundTrip(r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnEntryOfAnyLengthDoesNotStopTheOthers(t *testing.T) {
	_, c := begun(t)
	long := strings.Repeat(" ", 12*(domain.MaxEntry+2)) + fmt.Sprintf(rating, 2, 6) // whose end, read alone, is an entry
	answers, err := c.post(t.Context(), "/v1/entries", nil, strings.NewReader(long+fmt.Sprintf(rating, 1, 5)+strings.TrimSuffix(long, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	var got []string
	for s := lines(answers); s.Scan(); {
		var answer struct {
			Line     int
			Position uint64
			Error    string
		}
		if err := json.Unmarshal(s.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(answer.Line, answer.Position > 0, answer.Error != ""))
	}
	if want := "[1 false true 0 true false 3 false true]"; fmt.Sprint(got) != want {
		t.Errorf("answers %v, not %s", got, want)
	}
}

func TestNoProblemRepeatsWhatSomebodySaid(t *testing.T) {
	h, _ := begun(t)
	handler := h.server().Data()
	for _, target := range []string{
		"/v1/journeys/hush", "/v1/journeys/HUSH%20hush", "/v1/journeys/j-1?as_of=hush", "/v1/journeys/j-1?known_at=hush",
		"/v1/journeys/j-1?at=hush", "/v1/journeys/j-1?hush=1", "/v1/decisions?from=hush", "/v1/decisions?hush hush=1",
		"/v1/outcomes?from=hush", "/v1/events?after=hush", "/v1/events?journey=HUSH", "/v1/events?kind=hush",
		"POST /v1/projections/hush/rebuild", "POST /v1/projections/hush/retry", "POST /v1/projections/outcomes/rebuild?accept=hush",
		"DELETE /v1/journeys/hush", "/hush",
	} {
		method, path, ok := strings.Cut(target, " /")
		if !ok || strings.Contains(method, "/") {
			method, path = http.MethodGet, strings.TrimPrefix(target, "/")
		}
		r := httptest.NewRequestWithContext(t.Context(), method, "/"+strings.ReplaceAll(path, " ", "%20"), nil)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code < 400 {
			t.Errorf("%s: status %d", target, w.Code)
		}
		if strings.Contains(strings.ToLower(w.Body.String()), "hush") {
			t.Errorf("%s: the answer repeats it: %s", target, w.Body)
		}
	}
}

func TestMonitoringCanReadEveryFigure(t *testing.T) {
	h, c := begun(t)
	if _, _, err := query[domain.Life](t.Context(), c, "/v1/journeys/j-1", nil); err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(h.metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	page, err := c.get(t.Context(), "/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	text, err := io.ReadAll(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`waymark_events_appended_total{kind="support.started"} 1`,
		`waymark_append_seconds_count`,
		`waymark_append_conflicts_total 0`,
		`waymark_log_last_position 3`,
		`waymark_projection_position{projection="journeys"} 3`,
		`waymark_projection_events_applied_total{projection="journeys"} 3`,
		`waymark_projection_lag_events{projection="journeys"} 0`,
		`waymark_projection_last_advance_timestamp_seconds{projection="journeys"}`,
		`waymark_projection_parked_journeys{projection="journeys"} 0`,
		`go_goroutines`, `process_resident_memory_bytes`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestReadinessSaysWhichAnswerCannotBeReliedOn(t *testing.T) {
	h, c := begun(t)
	for _, db := range h.answers {
		if err := db.Wait(t.Context(), h.log.Last()); err != nil {
			t.Fatal(err)
		}
	}
	if got := readiness(t, h, http.StatusOK); !got.Ready || len(got.Problems) > 0 || got.Durability != "proven" {
		t.Errorf("a well house is not ready: %+v", got)
	}
	if err := h.answers["decisions"].Close(); err != nil {
		t.Fatal(err)
	}
	post(t, c, fmt.Sprintf(rating, 1, 5))
	for _, name := range []string{"journeys", "outcomes"} {
		if err := h.answers[name].Wait(t.Context(), h.log.Last()); err != nil {
			t.Fatal(err)
		}
	}
	for h.answers["decisions"].Status().Err == nil {
		select {
		case <-time.After(time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the answer never stopped")
		}
	}
	got := readiness(t, h, http.StatusServiceUnavailable)
	if got.Ready || len(got.Problems) != 1 || !strings.HasPrefix(got.Problems[0].What, "decisions has stopped") || got.Problems[0].Do == "" {
		t.Errorf("readiness is %+v", got)
	}
	for _, p := range got.Projections {
		if stopped := p.Projection == "decisions"; (p.Stopped != "") != stopped || (p.Lag > 0) != stopped {
			t.Errorf("%s: stopped %q, lag %d", p.Projection, p.Stopped, p.Lag)
		}
	}
}

func readiness(t *testing.T, h *house, status int) (r web.Readiness) {
	t.Helper()
	w := httptest.NewRecorder()
	h.server().Front("127.0.0.1:8080").ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:8080/readyz", nil))
	if w.Code != status {
		t.Errorf("status %d, not %d", w.Code, status)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNobodysJourneyIsShownToWhoeverReachesTheAddress(t *testing.T) {
	h, _ := begun(t)
	front, demo := h.server().Front("127.0.0.1:8080"), h.server().Demo("127.0.0.1:8080")
	ask := func(handler http.Handler, method, target string, headers ...string) int {
		r := httptest.NewRequestWithContext(context.Background(), method, target, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	for _, test := range []struct {
		name string
		got  int
		want int
	}{
		{"the front page", ask(front, "GET", "http://127.0.0.1:8080/"), 200},
		{"health", ask(front, "GET", "http://localhost:8080/healthz"), 200},
		{"a journey", ask(front, "GET", "http://127.0.0.1:8080/v1/journeys/j-1"), 404},
		{"events", ask(front, "GET", "http://127.0.0.1:8080/v1/events"), 404},
		{"recording", ask(front, "POST", "http://127.0.0.1:8080/v1/entries"), 404},
		{"another name for this server", ask(front, "GET", "http://elsewhere.example/"), http.StatusMisdirectedRequest},
		{"an invented journey", ask(demo, "GET", "http://127.0.0.1:8080/v1/journeys/j-1"), 200},
		{"the same under another name", ask(demo, "GET", "http://elsewhere.example/v1/journeys/j-1"), http.StatusMisdirectedRequest},
		{"recording", ask(demo, "POST", "http://127.0.0.1:8080/v1/entries"), 200},
		{"recording from a page elsewhere", ask(demo, "POST", "http://127.0.0.1:8080/v1/entries", "Origin", "http://elsewhere.example"), 403},
	} {
		if test.got != test.want {
			t.Errorf("%s: status %d, not %d", test.name, test.got, test.want)
		}
	}
}

func TestWhoeverIsWritingIsToldThatTheServerStops(t *testing.T) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	serve := exec.CommandContext(t.Context(), "waymark", "serve", "--data", p.data, "--listen", "127.0.0.1:0")
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := awaitServe(t.Context(), p.data); err != nil {
		t.Fatal(err)
	}
	c, err := p.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	entries, out := io.Pipe()
	defer out.Close()
	answers, err := c.post(t.Context(), "/v1/entries", nil, entries)
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	if _, err := out.Write([]byte("{}\n")); err != nil {
		t.Fatal(err)
	}
	read := lines(answers)
	if !read.Scan() {
		t.Fatal("the line had no answer", read.Err())
	}
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var last web.Refused
	if !read.Scan() || json.Unmarshal(read.Bytes(), &last) != nil || !last.Stopped || last.Line != 2 {
		t.Errorf("the writer was told %+v, %v", last, read.Err())
	}
	if read.Scan() || read.Err() != nil {
		t.Errorf("the answers were cut off: %v", read.Err())
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("serve: %v", err)
	}
}
