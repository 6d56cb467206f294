package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
)

// ratingTold is an entry in which somebody says something.
const ratingTold = `{"kind":"life.rated","journey":"j-1","service":"north","occurred":"2026-02-%02d","by":"worker-4","data":{"about":"quality_of_life","value":5},"words":{"note":"hush %s"}}` + "\n"

func TestWhatPeopleSaidLeavesTheRecordOnlyWhenItIsAskedFor(t *testing.T) {
	_, c := begun(t)
	post(t, c, fmt.Sprintf(ratingTold, 1, "once"))
	post(t, c, `{"kind":"decision.made","journey":"j-1","service":"north","occurred":"2026-02-02","by":"worker-4","data":{"area":"home","deciders":["person"],"actual":"1","options":[{"for":1}]},"words":{"question":"hush?","options":[{"option":"hush","for":["hush"]}]}}`)
	rating := eventsOf(t, c, url.Values{"kind": {"life.rated"}})[0]
	post(t, c, fmt.Sprintf(`{"kind":"entry.corrected","journey":"j-1","by":"worker-4","data":{"entry":%q,"form":"life.rated.v1","occurred":"2026-02-01","service":"north","reason":"error","data":{"about":"quality_of_life","value":6}},"words":{"note":"hush again"}}`, rating.ID))

	plain := raw(t, c, nil)
	if bytes.Contains(plain, []byte("hush")) {
		t.Errorf("somebody's words are in\n%s", plain)
	}
	if n := bytes.Count(plain, []byte(`"said":["note"]`)); n != 2 || !bytes.Contains(plain, []byte(`"said":["options","question"]`)) {
		t.Errorf("which words there are is not said of each:\n%s", plain)
	}
	if n := bytes.Count(raw(t, c, url.Values{"words": {"true"}}), []byte("hush")); n != 5 {
		t.Errorf("of 5 words that were asked for, %d came", n)
	}
	rows := writtenAsCSV(t, plain)
	if strings.Contains(rows, "hush") || !strings.Contains(rows, `""said"":[""note""]`) {
		t.Errorf("the rows are\n%s", rows)
	}
}

func TestAnEventWithoutItsWordsIsOtherwiseTheSame(t *testing.T) {
	_, c := begun(t)
	post(t, c, fmt.Sprintf(ratingTold, 1, "once"))
	all, facts := eventsOf(t, c, url.Values{"words": {"true"}}), eventsOf(t, c, nil)
	if len(all) != 4 || len(facts) != len(all) {
		t.Fatalf("%d events with words and %d without", len(all), len(facts))
	}
	for i := range all {
		with, err := all[i].Recorded()
		if err != nil {
			t.Fatal(err)
		}
		without, err := facts[i].Recorded()
		if err != nil {
			t.Fatal(err)
		}
		if !without.Words.IsZero() {
			t.Errorf("event %d has words", i+1)
		}
		without.Content, with.Content = nil, nil
		if without.Words = with.Words; fmt.Sprint(without) != fmt.Sprint(with) {
			t.Errorf("event %d: the facts differ", i+1)
		}
	}
}

func TestAnEvaluatorGetsOnlyTheEventsAskedFor(t *testing.T) {
	_, c := begun(t)
	post(t, c, `{"kind":"service.opened","service":"south","occurred":"2026-01-05","by":"worker-4","data":{"name":"South","kind":"crisis"}}
{"kind":"support.started","journey":"j-2","service":"south","occurred":"2026-01-12","by":"worker-4"}`)
	post(t, c, fmt.Sprintf(rating, 1, 5))
	all := eventsOf(t, c, nil)
	for name, test := range map[string]struct {
		query url.Values
		want  string
	}{
		"everything":        {nil, "[1 2 3 4 5 6]"},
		"two kinds":         {url.Values{"kind": {"life.rated", "service.opened"}}, "[2 4 6]"},
		"a service":         {url.Values{"service": {"south"}}, "[4 5]"},
		"a journey":         {url.Values{"journey": {"j-1"}}, "[3 6]"},
		"behind a position": {url.Values{"journey": {"j-1"}, "after": {"3"}}, "[6]"},
		"up to a position":  {url.Values{"upto": {"4"}, "service": {"south"}}, "[4]"},
		"as known then":     {url.Values{"known_at": {all[2].Time}}, "[1 2 3]"},
		"nothing":           {url.Values{"journey": {"j-9"}}, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			got := []uint64{}
			for _, e := range eventsOf(t, c, test.query) {
				got = append(got, e.Position)
			}
			if fmt.Sprint(got) != test.want {
				t.Errorf("positions %v, not %s", got, test.want)
			}
		})
	}
	for _, q := range []url.Values{
		{"kind": {"life.rated", "hush"}}, {"service": {"HUSH"}}, {"follow": {"true"}, "upto": {"3"}}, {"follow": {"true"}, "known_at": {all[2].Time}},
	} {
		if body, err := c.get(t.Context(), "/v1/events", q); err == nil {
			body.Close()
			t.Errorf("%v was answered", q)
		} else if strings.Contains(strings.ToLower(err.Error()), "hush") {
			t.Errorf("the problem repeats what was sent: %v", err)
		}
	}
}

func TestAnEvaluatorWhoFollowsSeesWhatIsRecordedMeanwhile(t *testing.T) {
	h, inside := begun(t)
	server := httptest.NewServer(h.server().Data())
	defer server.Close()
	for name, c := range map[string]*client{"in process": inside, "over a connection": {http: http.Client{Transport: toward(server)}}} {
		t.Run(name, func(t *testing.T) {
			post(t, inside, fmt.Sprintf(rating, 1, 9))
			after := h.log.Last()
			came := tail(t, c, url.Values{"after": {fmt.Sprint(after - 1)}, "kind": {"life.rated", "support.started"}})
			if e := came(); e.Position != after {
				t.Errorf("position %d came first, not %d", e.Position, after)
			}
			for n := range 3 {
				post(t, inside, fmt.Sprintf(rating, n+1, n)+`{"kind":"service.changed","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"crisis"}}`)
				if e, want := came(), after+1+2*uint64(n); e.Position != want || e.Type != "life.rated.v1" {
					t.Errorf("%s came at position %d, not at %d", e.Type, e.Position, want)
				}
			}
		})
	}
}

// A night without an entry must not look like a night without a server.
func TestAQuietNightDoesNotEndAStreamThatFollows(t *testing.T) {
	h, inside := begun(t)
	data := h.server().Data()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/late" {
			data.ServeHTTP(w, r)
			return
		}
		// Whoever keeps to the deadline cannot write any more once this ends.
		for control := http.NewResponseController(w); control.Flush() == nil; {
			_, _ = io.WriteString(w, "not yet\n") // its Flush tells
		}
	}))
	server.Config.ReadTimeout, server.Config.WriteTimeout = 10*time.Millisecond, 10*time.Millisecond
	server.Start()
	t.Cleanup(server.Close) // after the stream's own end
	outside := &client{http: http.Client{Transport: toward(server)}}
	came := tail(t, outside, url.Values{"after": {"3"}})
	if answer, err := server.Client().Get(server.URL + "/late"); err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err == nil {
			t.Fatal("the deadline never passed")
		}
	}
	post(t, inside, fmt.Sprintf(rating, 1, 5))
	if e := came(); e.Position != 4 {
		t.Errorf("position %d came", e.Position)
	}
}

func TestFollowingEndsWellWhenInterruptedAndSaysWhenTheServerStops(t *testing.T) {
	data := t.TempDir()
	p := &program{data: data, stdout: io.Discard, stderr: t.Output()}
	serve := exec.CommandContext(t.Context(), "waymark", "serve", "--data", data, "--listen", "127.0.0.1:0")
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := awaitServe(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	c, err := p.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	interrupted, stopped := followed(t, data, "--csv"), followed(t, data)
	if line := interrupted.line(t); line != eventColumns {
		t.Errorf("the first row is %s", line)
	}
	for _, f := range []*follow{interrupted, stopped} {
		if line := f.line(t); !strings.Contains(line, "log.founded") {
			t.Errorf("first came %s", line)
		}
	}
	post(t, c, `{"kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}`)
	for _, f := range []*follow{interrupted, stopped} {
		if line := f.line(t); !strings.Contains(line, "service.opened") {
			t.Errorf("then came %s", line)
		}
	}
	if code := interrupted.end(t, interrupted.cmd.Process); code != exitWell || interrupted.stderr.Len() > 0 {
		t.Errorf("interrupted: exit code %d: %s", code, &interrupted.stderr)
	}
	if code := stopped.end(t, serve.Process); code != exitFailed || !strings.Contains(stopped.stderr.String(), "waymark events --follow --after 2") {
		t.Errorf("the server stopped: exit code %d: %s", code, &stopped.stderr)
	}
	if err := serve.Wait(); err != nil {
		t.Errorf("serve: %v", err)
	}
}

// A follow is a waymark events --follow in a process of its own.
type follow struct {
	cmd    *exec.Cmd
	out    *bufio.Reader
	stderr bytes.Buffer
}

func followed(t *testing.T, data string, flags ...string) *follow {
	t.Helper()
	f := &follow{cmd: exec.CommandContext(t.Context(), "waymark", append([]string{"events", "--follow", "--data", data}, flags...)...)}
	f.cmd.Stderr = &f.stderr
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	f.out = bufio.NewReader(out)
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *follow) line(t *testing.T) string {
	t.Helper()
	line, err := f.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(line, "\n")
}

// end interrupts a process, and gives the exit code that the follow comes to.
func (f *follow) end(t *testing.T, who *os.Process) int {
	t.Helper()
	if err := who.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(f.out); err != nil || len(rest) > 0 {
		t.Errorf("at its end it printed %q, %v", rest, err)
	}
	_ = f.cmd.Wait() // the code says it
	return f.cmd.ProcessState.ExitCode()
}

func TestNoCellOfAnEventIsAFormula(t *testing.T) {
	line := []byte(`{"specversion":"1.0","id":"e","type":"life.rated.v1","subject":"journey/j-1","position":7,"recordedby":"-1-2","service":"-n","data":{"data":{"value":5}}}`)
	rows, err := csv.NewReader(strings.NewReader(writtenAsCSV(t, line))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(rows[1], "|"), `7|e|life.rated.v1|||'-1-2|'-n|journey/j-1|||{"value":5}`; got != want {
		t.Errorf("the row is %s, not %s", got, want)
	}
}

// writtenAsCSV writes events that came one a line.
func writtenAsCSV(t *testing.T, events []byte) string {
	t.Helper()
	var b bytes.Buffer
	rows := newEventRows(&b)
	for line := range bytes.Lines(events) {
		if err := rows.print(line); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// raw gives events as the API sends them.
func raw(t *testing.T, c *client, q url.Values) []byte {
	t.Helper()
	body, err := c.get(t.Context(), "/v1/events", q)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func eventsOf(t *testing.T, c *client, q url.Values) (events []web.CloudEvent) {
	t.Helper()
	for line := range bytes.Lines(raw(t, c, q)) {
		var e web.CloudEvent
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// tail asks for events and what comes behind them, and gives what waits for
// the next.
func tail(t *testing.T, c *client, q url.Values) func() web.CloudEvent {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	q.Set("follow", "true")
	body, err := c.get(ctx, "/v1/events", q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { body.Close() })
	scanner := lines(body)
	return func() (e web.CloudEvent) {
		t.Helper()
		if !scanner.Scan() {
			t.Fatal("the events stopped coming", scanner.Err())
		}
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil || e.Position == 0 {
			t.Fatal(err, "not an event")
		}
		return e
	}
}
