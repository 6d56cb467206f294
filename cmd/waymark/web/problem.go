package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// A Problem is an error as the API tells it (RFC 9457), with what to do next.
type Problem struct {
	huma.ErrorModel
	Hint string `json:"hint,omitempty" doc:"What to do next."`
}

// damaged is the type of a problem with the record itself.
const damaged = "urn:waymark:damaged"

// Damaged says that the record does not verify.
func (p *Problem) Damaged() bool { return p.Type == damaged }

// Why a request is answered with a status of its own.
var (
	errNotKnown   = errors.New("nothing is known of it")
	errBadRequest = errors.New("the request makes no sense")

	// ErrAhead is the reason where a position is asked for that the log has not
	// come to.
	ErrAhead = errors.New("the log has not come to that position")
)

// A fault is what is wrong with a request. It never repeats words that were sent.
type fault struct {
	reason     error // errNotKnown, errBadRequest or ErrAhead
	what, hint string
}

func (f *fault) Error() string { return f.what }
func (f *fault) Unwrap() error { return f.reason }
func (f *fault) Hint() string  { return f.hint }

// problemOf is the one place where an error becomes an HTTP status.
func problemOf(err error) *Problem {
	p := &Problem{Hint: hintOf(err)}
	p.Detail = err.Error()
	switch {
	case errors.Is(err, errNotKnown):
		p.Status = http.StatusNotFound
	case errors.Is(err, errBadRequest):
		p.Status = http.StatusBadRequest
	case errors.Is(err, ErrAhead):
		p.Status = http.StatusConflict
	case errors.Is(err, context.DeadlineExceeded):
		p.Status = http.StatusServiceUnavailable
		p.Detail = "the answer is not up to date yet"
		p.Hint = "ask again in a moment; waymark projections says how far each answer has come"
	case errors.As(err, new(*projections.Held)):
		p.Status = http.StatusConflict
	case errors.As(err, new(*eventstore.Damage)):
		p.Status, p.Type = http.StatusInternalServerError, damaged
	default:
		p.Status = http.StatusInternalServerError
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// hintOf finds what to do next in an error, if it says.
func hintOf(err error) string {
	if r, ok := errors.AsType[*domain.Refusal](err); ok {
		return r.Hint // a field there, so it has no such method
	}
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return ""
}

// keepQuiet takes out of a problem what the caller sent: it may be somebody's
// words. Places are kept where they name a parameter of ours.
func keepQuiet(ctx huma.Context, _ string, body any) (any, error) {
	m, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	for _, e := range m.Errors {
		e.Value = nil
		if !slices.ContainsFunc(ctx.Operation().Parameters, func(p *huma.Param) bool { return e.Location == p.In+"."+p.Name }) {
			e.Location = ""
		}
	}
	return m, nil
}
