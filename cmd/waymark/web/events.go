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
	var err error
	if q.Upto, err = s.end(ctx, q.Upto, q.KnownAt); err != nil {
		return nil, err
	}
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

// end gives the last position of what is asked for: at most upto, where that is
// not 0, and at most what was recorded at or before knownAt, where that is not
// zero. It gives 0 where nothing was.
func (s *Server) end(ctx context.Context, upto uint64, knownAt time.Time) (uint64, error) {
	last := s.Last()
	if upto != 0 {
		last = min(last, upto)
	}
	if knownAt.IsZero() {
		return last, nil
	}
	at, err := s.Log.At(ctx, knownAt)
	return min(last, at), err
}

// Read gives, to a caller in this process, the same events that /v1/events
// streams for these parameters, as the log itself gives them: in pages of at
// most 1,000, in order. An error comes last.
func (s *Server) Read(ctx context.Context, upto uint64, knownAt time.Time) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		last, err := s.end(ctx, upto, knownAt)
		if err != nil {
			yield(nil, err)
			return
		}
		if last > 0 { // a Read up to 0 would give all there is
			s.Log.Read(ctx, 0, last)(yield)
		}
	}
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
