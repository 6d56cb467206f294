package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os/exec"
	"testing"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// kills is how many times the program is killed in the midst of recording.
const kills = 10

// TestNoEntryWithAReceiptIsLostWhenTheProgramIsKilled records in a loop while serve is
// killed again and again. What had no answer is sent again, as anybody would.
func TestNoEntryWithAReceiptIsLostWhenTheProgramIsKilled(t *testing.T) {
	p := &program{data: t.TempDir(), stdout: io.Discard, stderr: t.Output()}
	random := rand.New(rand.NewPCG(1, 2))
	r := &recorder{t: t, receipts: map[string]web.Receipt{}}
	r.waiting = []string{
		`{"id":"00000000-0000-7000-8000-000000000000","kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}`,
	}
	for n := range 5 {
		r.waiting = append(r.waiting, fmt.Sprintf(`{"id":"00000000-0000-7000-8000-00000000001%d","kind":"support.started","journey":"j-%d","service":"north","occurred":"2026-01-12","by":"worker-4"}`, n, n))
	}
	for range kills {
		r.until(p, 1+random.IntN(200))
	}
	if len(r.receipts) < kills {
		t.Fatalf("only %d entries were recorded", len(r.receipts))
	}

	h, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	events := map[string]domain.Recorded{}
	for page, err := range h.log.Read(t.Context(), 1, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			if _, twice := events[e.ID]; twice {
				t.Errorf("event %d was recorded before", e.Position)
			}
			events[e.ID] = e
		}
	}
	for id, receipt := range r.receipts {
		if e, ok := events[receipt.Event]; !ok || e.Position != receipt.Position || e.Command != id {
			t.Errorf("the receipt for position %d does not hold", receipt.Position)
		}
	}

	// The answers go on from where they were, and say what a new start would.
	if err := h.follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, db := range h.answers {
		if err := db.Wait(t.Context(), h.log.Last()); err != nil {
			t.Fatal(err)
		}
		went, err := db.Digest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Rebuild(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		anew, err := db.Digest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(went, anew) {
			t.Errorf("%s: the tables differ from those built anew", name)
		}
	}
	t.Logf("%d receipts over %d kills", len(r.receipts), kills)
}

// A recorder is somebody who records until there is a receipt for everything.
type recorder struct {
	t        *testing.T
	receipts map[string]web.Receipt // by the entry's id

	// Owned by send while it runs.
	waiting []string // entries without an answer, in order
	made    int
}

// until records beside a serve, and kills it after that many receipts.
func (r *recorder) until(p *program, receipts int) {
	serve := exec.CommandContext(r.t.Context(), "waymark", "serve", "--data", p.data, "--listen", "127.0.0.1:0")
	if err := serve.Start(); err != nil {
		r.t.Fatal(err)
	}
	if _, err := awaitServe(r.t.Context(), p.data); err != nil {
		r.t.Fatal(err)
	}
	c, err := p.connect(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	entries, out := io.Pipe()
	answers, err := c.post(r.t.Context(), "/v1/entries", nil, entries)
	if err != nil {
		r.t.Fatal(err)
	}
	sent := make(chan string, 1<<12)
	go r.send(out, sent)
	killed := false
	for scanner := bufio.NewScanner(answers); scanner.Scan(); {
		var receipt web.Receipt
		if err := json.Unmarshal(scanner.Bytes(), &receipt); err != nil || receipt.Event == "" {
			break // cut off in the midst of a line
		}
		r.receipts[receipt.ID] = receipt
		<-sent
		if receipts--; receipts == 0 {
			killed = true
			if err := serve.Process.Kill(); err != nil {
				r.t.Error(err)
			}
		}
	}
	if !killed {
		r.t.Error("the answers ended before the kill")
	}
	_ = answers.Close() // it ended already
	_ = entries.Close()
	if err := serve.Wait(); !errors.As(err, new(*exec.ExitError)) {
		r.t.Errorf("serve was not killed: %v", err)
	}
	var unanswered []string
	for entry := range sent { // until the sender has ended
		unanswered = append(unanswered, entry)
	}
	r.waiting = append(unanswered, r.waiting...)
	if err := c.Close(); err != nil {
		r.t.Error(err)
	}
}

// send sends what waits and then new entries, until nobody takes any more. All
// that were begun to be sent go to sent.
func (r *recorder) send(out *io.PipeWriter, sent chan<- string) {
	defer close(sent)
	for {
		if len(r.waiting) == 0 {
			r.made++
			r.waiting = append(r.waiting, fmt.Sprintf(`{"id":"00000000-0000-7000-9000-%012d","kind":"life.rated","journey":"j-%d","service":"north","occurred":"2026-02-01","by":"worker-4","data":{"about":"quality_of_life","value":%d},"words":{"note":"as it is"}}`,
				r.made, r.made%5, r.made%11))
		}
		entry := r.waiting[0]
		r.waiting = r.waiting[1:]
		sent <- entry
		if _, err := io.WriteString(out, entry+"\n"); err != nil {
			return
		}
	}
}
