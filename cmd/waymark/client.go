package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/eventstore"
)

// A client speaks to the one who holds the data directory: a serve, or, where
// there is none, this process itself.
type client struct {
	http  http.Client
	here  *web.Server // what answers, where that is this process; nil where it is another
	Close func() error
}

// announcement is what the holder of the data directory says of itself in the
// lock file.
type announcement struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket,omitempty"` // absent for a verb, which is soon done
	Listen string `json:"listen,omitempty"`
}

// byWhom adds to the error of a data directory in use which process has it, where
// that one said so.
func byWhom(err error) error {
	var holder announcement
	in, ok := errors.AsType[*eventstore.InUse](err)
	if !ok || json.Unmarshal(in.Announced, &holder) != nil || holder.PID == 0 {
		return err
	}
	what := fmt.Errorf("%w, process %d", err, holder.PID)
	if holder.Listen != "" {
		what = fmt.Errorf("%w, which serves http://%s", what, holder.Listen)
	}
	return &failure{what, in.Hint(), exitRefused}
}

// A verb looks for the holder again, when one has just come or gone.
const (
	tries  = 5
	breath = 20 * time.Millisecond // between two tries
)

// connect opens the record in this process or, where somebody holds it, finds
// the socket that the holder announced. It begins a record where there is none.
func (p *program) connect(ctx context.Context) (*client, error) {
	var err error
	for range tries {
		var h *house
		if h, err = p.open(ctx); err == nil {
			return h.client(ctx), nil
		}
		held, ok := errors.AsType[*eventstore.InUse](err)
		if !ok {
			return nil, err
		}
		if c, gone := dial(ctx, held); gone == nil {
			return c, nil
		}
		select {
		case <-time.After(breath):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, err
}

// reach is connect for a verb that only asks: it begins no record.
func (p *program) reach(ctx context.Context) (*client, error) {
	if err := p.founded(); err != nil {
		return nil, err
	}
	return p.connect(ctx)
}

// dial reaches the socket that the holder of a data directory announced.
func dial(ctx context.Context, held *eventstore.InUse) (*client, error) {
	var holder announcement
	if err := json.Unmarshal(held.Announced, &holder); err != nil || holder.Socket == "" {
		return nil, held
	}
	var d net.Dialer
	connect := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", holder.Socket)
	}
	probe, err := connect(ctx, "", "")
	if err != nil {
		return nil, held
	}
	transport := &http.Transport{DialContext: connect}
	return &client{
		http:  http.Client{Transport: transport},
		Close: func() error { transport.CloseIdleConnections(); return nil },
	}, probe.Close()
}

// get asks for something. The body's reader must close it. What the API calls a
// problem comes back as an error.
func (c *client) get(ctx context.Context, path string, q url.Values) (io.ReadCloser, error) {
	return c.send(ctx, http.MethodGet, path, q, nil)
}

// post sends something, and gives the answer as get does: as soon as it begins,
// which may be before all of body was read.
func (c *client) post(ctx context.Context, path string, q url.Values, body io.Reader) (io.ReadCloser, error) {
	return c.send(ctx, http.MethodPost, path, q, body)
}

func (c *client) send(ctx context.Context, method, path string, q url.Values, body io.Reader) (io.ReadCloser, error) {
	target := url.URL{Scheme: "http", Host: "waymark", Path: path, RawQuery: q.Encode()}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, &failure{fmt.Errorf("the server did not answer: %w", errors.Unwrap(err)), "see whether waymark serve still runs", exitUnreached}
	}
	if response.StatusCode < 300 {
		return response.Body, nil
	}
	defer response.Body.Close()
	problem := &web.Problem{}
	problem.Status, problem.Detail = response.StatusCode, response.Status
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(problem); err != nil {
		problem.Hint = "this waymark and the one that serves may be of different versions"
	}
	return nil, failureOf(problem)
}

// failureOf turns what the API answered into a failure.
func failureOf(p *web.Problem) error {
	f := &failure{what: p, hint: p.Hint, code: exitFailed}
	switch {
	case p.Damaged():
		f.code = exitDamaged
	case p.Status == http.StatusBadRequest, p.Status == http.StatusUnprocessableEntity:
		f.code = exitUsage
	case p.Status == http.StatusForbidden, p.Status == http.StatusConflict:
		f.code = exitRefused
	case p.Status == http.StatusServiceUnavailable:
		f.code = exitUnreached
	}
	return f
}

// query asks for one JSON document, and gives it decoded and as it came.
func query[T any](ctx context.Context, c *client, path string, q url.Values) (answer T, text []byte, err error) {
	body, err := c.get(ctx, path, q)
	if err != nil {
		return answer, nil, err
	}
	defer body.Close()
	if text, err = io.ReadAll(body); err != nil {
		return answer, nil, err
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, nil, fmt.Errorf("the answer cannot be read: %w", err)
	}
	return answer, text, nil
}

// maxLine is the longest line of an NDJSON answer: an event with its envelope.
const maxLine = 1 << 20

// lines reads an NDJSON answer.
func lines(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 64<<10), maxLine)
	return s
}

// list asks the read models for a list and writes it as the flags say.
func list[T any](ctx context.Context, p *program, path string, q url.Values, lines, show func(T) error) error {
	c, err := p.reachAnswers(ctx)
	if err != nil {
		return err
	}
	write, err := fetch(ctx, p, c, path, q, lines, show)
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	return write()
}

// fetch asks for one document, and gives what writes it as the flags say: as it
// came, a line for each in it, or as a person reads it.
func fetch[T any](ctx context.Context, p *program, c *client, path string, q url.Values, lines, show func(T) error) (func() error, error) {
	answer, whole, err := query[T](ctx, c, path, q)
	return func() error {
		switch {
		case p.json:
			return p.document(whole)
		case p.ndjson:
			return lines(answer)
		}
		return show(answer)
	}, err
}
