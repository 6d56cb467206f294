package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
)

// ndjson is one JSON document a line.
const ndjson = "application/x-ndjson"

// A Receipt says that an entry is on disk, and where.
type Receipt struct {
	ID        string `json:"id"`
	Journey   string `json:"journey,omitzero"`
	Service   string `json:"service,omitzero"` // for an entry about a service
	Measure   string `json:"measure,omitzero"` // for an entry about a measure
	Audit     string `json:"audit,omitzero"`   // for an entry about an audit
	Event     string `json:"event"`
	Position  uint64 `json:"position"`
	Recorded  string `json:"recorded"`
	Duplicate bool   `json:"duplicate"` // it was recorded before, under the same id
}

// A Refused is the answer to an entry that was not recorded.
type Refused struct {
	ID      string `json:"id,omitzero"`
	Line    int    `json:"line"`
	Error   string `json:"error"`
	Hint    string `json:"hint,omitzero"`
	Stopped bool   `json:"stopped,omitzero"` // this and no later entry was looked at
}

// Stopped ends an answer of many lines that did not come to its end.
type Stopped struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitzero"`
}

// Microseconds is how a moment is written in an answer.
const Microseconds = "2006-01-02T15:04:05.000000Z07:00"

func receiptOf(r eventstore.Receipt) Receipt {
	answer := Receipt{ID: r.ID, Event: r.Event, Position: r.Position,
		Recorded: r.Recorded.UTC().Format(Microseconds), Duplicate: r.Duplicate}
	switch r.Stream.About {
	case domain.AboutJourney:
		answer.Journey = r.Stream.ID
	case domain.AboutService:
		answer.Service = r.Stream.ID
	case domain.AboutMeasure:
		answer.Measure = r.Stream.ID
	case domain.AboutAudit:
		answer.Audit = r.Stream.ID
	}
	return answer
}

func refusedOf(e entry, err error) Refused {
	answer := Refused{Line: e.line, Error: err.Error(), Hint: hintOf(err)}
	if domain.IsUUID(e.draft.ID) {
		answer.ID = e.draft.ID
	}
	return answer
}

// Why an answer of many lines ends before its time.
var (
	errStopping = &fault{nil, "the server is stopping", "what has a receipt is on disk; record the rest again"}
	errCutOff   = &fault{nil, "the entries stopped coming", "what has a receipt is on disk; record the rest again"}
)

// entries records a stream of entries, one a line, and answers each in order as
// soon as it is on disk or refused. Reading goes on while a chunk is written,
// up to a chunk more; then the sender has to wait. Where not every line has its
// answer, the last one says that it stopped.
func (s *Server) entries(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if err := errors.Join(control.EnableFullDuplex(), control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{})); err != nil {
		s.Logger.Error("entries cannot be answered as they come", "error", err)
	}
	w.Header().Set("Content-Type", ndjson)
	w.WriteHeader(http.StatusOK)
	_ = control.Flush() // the sender may want to see that we listen before it sends

	in := newIntake()
	defer in.end(nil)
	defer context.AfterFunc(r.Context(), func() { in.end(nil) })() // the server stops, or the sender went
	go in.fill(r.Body, func(text []byte) (domain.Draft, error) {
		return ParseEntry(text, s.Log.DeriveUUID, s.Log.DeriveID)
	})
	out := bufio.NewWriterSize(w, 64<<10)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for next := 1; ; {
		chunk, err := in.take()
		if r.Context().Err() != nil {
			_ = answers.Encode(stoppedAt(next, errStopping)) // its Flush tells
		} else if err != nil {
			s.Logger.Warn("entries stopped coming", "error", err)
			_ = answers.Encode(stoppedAt(next, errCutOff))
		} else if len(chunk) > 0 && s.record(r.Context(), chunk, answers) {
			next = chunk[len(chunk)-1].line + 1
			if errors.Join(out.Flush(), control.Flush()) == nil {
				continue
			}
		}
		_ = out.Flush() // nobody is left to tell
		return
	}
}

func stoppedAt(line int, f *fault) Refused {
	return Refused{Line: line, Error: f.what, Hint: f.hint, Stopped: true}
}

// record records a chunk and writes its answers. It says whether to go on.
func (s *Server) record(ctx context.Context, chunk []entry, answers *json.Encoder) bool {
	drafts := make([]domain.Draft, 0, len(chunk))
	for i := range chunk {
		if chunk[i].err == nil {
			drafts = append(drafts, chunk[i].draft)
		}
	}
	results, stopped := s.Log.ChangeAll(ctx, drafts)
	for _, e := range chunk {
		if e.err != nil {
			_ = answers.Encode(refusedOf(e, e.err)) // writes into memory; its Flush tells
			continue
		}
		result := eventstore.Result{Err: stopped}
		if len(results) > 0 {
			result, results = results[0], results[1:]
		}
		if result.Err == nil {
			_ = answers.Encode(receiptOf(result.Receipt))
			continue
		}
		if stopped == nil || !errors.Is(result.Err, stopped) {
			_ = answers.Encode(refusedOf(e, result.Err))
			continue
		}
		answer := refusedOf(e, stopped)
		if ctx.Err() != nil {
			answer = stoppedAt(e.line, errStopping)
		} else {
			s.Logger.Error("entries could not be recorded", "error", stopped)
		}
		answer.Stopped = true
		_ = answers.Encode(answer)
		return false
	}
	return true
}
