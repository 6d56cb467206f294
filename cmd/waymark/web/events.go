package web

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
)

// eventsQuery is which events are asked for, and how.
type eventsQuery struct {
	After   uint64    `query:"after" doc:"Only events behind this position."`
	Upto    uint64    `query:"upto" minimum:"1" doc:"Only events up to this position; the last one where absent."`
	KnownAt time.Time `query:"known_at" doc:"Only the longest prefix of the log recorded at or before this moment."`
	Journey string    `query:"journey" doc:"Only events of this journey."`
	Service string    `query:"service" doc:"Only events that belong to this service."`
	Kind    []string  `query:"kind,explode" doc:"Only events of this kind, such as confidence.rated; several may be given."`
	Words   bool      `query:"words" doc:"With what people said in their own words. Without, the facts say which words there are."`
	Follow  bool      `query:"follow" doc:"Go on with what is recorded from then on, until the asker or the server goes."`
}

func (q *eventsQuery) check() error {
	switch {
	case q.Journey != "" && !domain.IsID(q.Journey):
		return &fault{errBadRequest, "journey: is not an id", ""}
	case q.Service != "" && !domain.IsID(q.Service):
		return &fault{errBadRequest, "service: is not an id", ""}
	case slices.ContainsFunc(q.Kind, func(k string) bool { return !slices.Contains(domain.Kinds(), domain.Kind(k)) }):
		return &fault{errBadRequest, "kind: is no kind of event", "waymark record --help lists the kinds"}
	case q.Follow && (q.Upto != 0 || !q.KnownAt.IsZero()):
		return &fault{errBadRequest, "follow: has no end, so upto and known_at do not go with it", "leave one of them out"}
	}
	return nil
}

// asksFor says whether an event is among those asked for.
func (q *eventsQuery) asksFor(r *domain.Recorded) bool {
	return r.Position > q.After &&
		(q.Journey == "" || r.Stream == domain.JourneyStream(q.Journey)) &&
		(q.Service == "" || r.Service == q.Service) &&
		(len(q.Kind) == 0 || slices.Contains(q.Kind, string(kindOf(r.Event))))
}

// events streams the log as CloudEvents, one a line, in the log's order. A
// failure on the way ends the stream with a line that has an error.
func (s *Server) events(ctx context.Context, q *eventsQuery) (*huma.StreamResponse, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var err error
	if q.Upto, err = s.end(ctx, q.Upto, q.KnownAt); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", ndjson)
		_, w := humago.Unwrap(c)
		s.streamEvents(c.Context(), q, w)
	}}, nil
}

// end gives the last position of what is asked for: upto, where that is not 0, and
// at most what was recorded at or before knownAt, where that is not zero. What is
// still to come cannot be asked for, and neither can what was before the first
// entry.
func (s *Server) end(ctx context.Context, upto uint64, knownAt time.Time) (uint64, error) {
	last := s.Last()
	if upto > last {
		return 0, &fault{ErrAhead, fmt.Sprintf("the log ends at position %d, before %d", last, upto),
			"check that the data directory is the right one, or ask for an earlier position"}
	}
	if upto != 0 {
		last = upto
	}
	if knownAt.IsZero() {
		return last, nil
	}
	at, err := s.Log.At(ctx, knownAt)
	if err == nil && at == 0 {
		err = s.nothingThen(ctx)
	}
	return min(last, at), err
}

// nothingThen says that nothing was recorded at the moment asked for, and when
// the first entry was.
func (s *Server) nothingThen(ctx context.Context) error {
	for page, err := range s.Log.Read(ctx, 0, 1) {
		if err != nil {
			return err
		}
		return &fault{errNotKnown, errNothingThen.what, "ask for a later moment; the log begins at " + page[0].At.UTC().Format(time.RFC3339Nano)}
	}
	return errNothingThen
}

// Read gives, to a caller in this process, the same events that /v1/events
// streams for these parameters, as the log itself gives them: in pages of at
// most 1,000, in order. An error comes last.
func (s *Server) Read(ctx context.Context, after, upto uint64, knownAt time.Time) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		last, err := s.end(ctx, upto, knownAt)
		if err != nil {
			yield(nil, err)
			return
		}
		s.Log.Read(ctx, after, last)(yield)
	}
}

// An eventStream is one answer of many events.
type eventStream struct {
	server  *Server
	query   *eventsQuery
	out     *bufio.Writer
	lines   *json.Encoder // into out
	control *http.ResponseController
	last    uint64 // the position up to which the asker knows all that was asked for
}

func (s *Server) streamEvents(ctx context.Context, q *eventsQuery, w http.ResponseWriter) {
	e := &eventStream{server: s, query: q, out: bufio.NewWriterSize(w, 64<<10), control: http.NewResponseController(w)}
	e.lines = json.NewEncoder(e.out)
	e.lines.SetEscapeHTML(false)
	_ = e.control.SetWriteDeadline(time.Time{}) // a long log takes its time, and so may the next entry
	err := e.past(ctx)
	if err == nil && q.Follow {
		err = e.future(ctx)
	}
	switch {
	case err == nil:
	case ctx.Err() == nil:
		s.Logger.Error("events could not be read", "error", err)
		_ = e.lines.Encode(Stopped{err.Error(), hintOf(err)})
	case q.Follow: // the server stops, or nobody is left to tell
		_ = e.lines.Encode(Stopped{errStopping.what, "to go on from here: waymark events --follow --after " + strconv.FormatUint(e.last, 10)})
	}
	_ = e.out.Flush() // nobody is left to tell
}

// past writes what is in the log already.
func (e *eventStream) past(ctx context.Context) error {
	if e.query.After < e.query.Upto {
		for r, err := range e.server.chosen(ctx, e.query) {
			if err != nil {
				return err
			}
			if err := e.write(&r); err != nil {
				return err
			}
		}
	}
	e.last = e.query.Upto
	return nil
}

// future writes what is recorded from then on, as it comes. It always ends with
// an error.
func (e *eventStream) future(ctx context.Context) error {
	follower := e.server.Log.Subscriber(e.last)
	defer follower.Close()
	pages, err := follower.Subscribe(ctx, "")
	if err != nil {
		return err
	}
	for {
		if err := errors.Join(e.out.Flush(), e.control.Flush()); err != nil {
			return err
		}
		m, more := <-pages
		if !more {
			return cmp.Or(ctx.Err(), e.server.Log.Err(), errNoMore)
		}
		page := eventstore.Page(m.Context())
		for i := range page {
			if err := e.write(&page[i]); err != nil {
				return err
			}
		}
		e.last = page[len(page)-1].Position
		m.Ack()
	}
}

var errNoMore = errors.New("the log is read no further")

// write writes an event, if it is asked for.
func (e *eventStream) write(r *domain.Recorded) error {
	if !e.query.asksFor(r) {
		return nil
	}
	event, err := cloudEvent(e.server.Log.ID(), *r, e.query.Words)
	if err != nil {
		return err
	}
	return e.lines.Encode(event)
}

// chosen reads the span of the log, or of one journey, that is asked for.
func (s *Server) chosen(ctx context.Context, q *eventsQuery) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		if q.Journey != "" {
			for r, err := range s.Log.Stream(ctx, domain.JourneyStream(q.Journey)) {
				if err == nil && r.Position > q.Upto {
					return
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
