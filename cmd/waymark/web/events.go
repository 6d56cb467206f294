package web

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/waymark/waymark/domain"
)

// eventsQuery is which events are asked for.
type eventsQuery struct {
	After   uint64    `query:"after" doc:"Only events behind this position."`
	Upto    uint64    `query:"upto" doc:"Only events up to this position; the last one where absent."`
	KnownAt time.Time `query:"known_at" doc:"Only the longest prefix of the log recorded at or before this moment."`
	Journey string    `query:"journey" doc:"Only events of this journey."`
	Kind    string    `query:"kind" doc:"Only events of this kind, such as confidence.rated."`
}

// events streams the log as CloudEvents, one a line, in the log's order. A
// failure on the way ends the stream with a line that has an error.
func (s *Server) events(ctx context.Context, q *eventsQuery) (*huma.StreamResponse, error) {
	if q.Journey != "" && !domain.IsID(q.Journey) {
		return nil, &fault{errBadRequest, "journey: is not an id", ""}
	}
	if q.Kind != "" && !slices.Contains(domain.Kinds(), domain.Kind(q.Kind)) {
		return nil, &fault{errBadRequest, "kind: is no kind of event", "waymark record --help lists the kinds"}
	}
	upto := s.Log.Last()
	if q.Upto != 0 {
		upto = min(upto, q.Upto)
	}
	if !q.KnownAt.IsZero() {
		at, err := s.Log.At(ctx, q.KnownAt)
		if err != nil {
			return nil, err
		}
		upto = min(upto, at)
	}
	q.Upto = upto
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", ndjson)
		_, w := humago.Unwrap(c)
		controller := http.NewResponseController(w)
		_ = controller.SetWriteDeadline(time.Time{}) // a long log takes its time
		out := bufio.NewWriterSize(w, 64<<10)
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		err := s.writeEvents(c.Context(), q, lines)
		if err != nil && c.Context().Err() == nil {
			s.Logger.Error("events could not be read", "error", err)
			_ = lines.Encode(Stopped{err.Error(), hintOf(err)})
		}
		_ = out.Flush() // nobody is left to tell
	}}, nil
}

func (s *Server) writeEvents(ctx context.Context, q *eventsQuery, lines *json.Encoder) error {
	if q.After >= q.Upto {
		return nil
	}
	for r, err := range s.chosen(ctx, q) {
		if err != nil {
			return err
		}
		if q.Kind != "" && domain.Kind(q.Kind) != kindOf(r.Event) {
			continue
		}
		event, err := cloudEvent(s.Log.ID(), r)
		if err != nil {
			return err
		}
		if err := lines.Encode(event); err != nil {
			return err
		}
	}
	return nil
}

// chosen reads the span of the log, or of one journey, that is asked for.
func (s *Server) chosen(ctx context.Context, q *eventsQuery) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		if q.Journey != "" {
			for r, err := range s.Log.Stream(ctx, domain.JourneyStream(q.Journey)) {
				if err == nil && (r.Position <= q.After || r.Position > q.Upto) {
					continue
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
			return
		}
		for page, err := range s.Log.Read(ctx, q.After, q.Upto) {
			if err != nil {
				yield(domain.Recorded{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// kindOf gives the kind of an event, also of one that cannot be read.
func kindOf(e domain.Event) domain.Kind {
	if u, ok := e.(domain.Unreadable); ok {
		return domain.Kind(u.Form[:max(0, strings.LastIndexByte(u.Form, '.'))])
	}
	return domain.KindOf(e)
}
