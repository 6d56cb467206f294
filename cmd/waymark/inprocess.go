package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// client speaks to this house without a server in between. The answers begin to
// follow the log with the first question, so that recording alone does not pay
// for them.
func (h *house) client(ctx context.Context) *client {
	s := h.server()
	if h.log != nil {
		s.Follow = sync.OnceValue(func() error { return h.follow(ctx) })
	}
	return &client{http: http.Client{Transport: inProcess{s.Data()}}, here: s, Close: h.Close}
}

// inProcess carries requests to a handler in this very process, streaming both
// ways, so that a verb says the same whether a server runs or not.
type inProcess struct{ handler http.Handler }

// RoundTrip gives the response as soon as the handler begins it.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	request := r.Clone(ctx)
	request.RequestURI, request.RemoteAddr = r.URL.RequestURI(), "in process"
	if request.Body == nil {
		request.Body = http.NoBody
	}
	body, out := io.Pipe()
	a := &answer{header: make(http.Header), out: bufio.NewWriterSize(out, 32<<10), begun: make(chan struct{})}
	go func() {
		t.handler.ServeHTTP(a, request)
		a.WriteHeader(http.StatusOK)
		_ = a.out.Flush() // fails where the reader went away, who knows
		_ = out.Close()
	}()
	select {
	case <-a.begun:
	case <-ctx.Done():
		cancel()
		_ = body.CloseWithError(ctx.Err())
		return nil, ctx.Err()
	}
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Header: a.sent,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1,
		Body: answered{body, cancel}, Request: r,
	}, nil
}

// answered is a response's body; to close it tells the handler that nobody
// reads on.
type answered struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b answered) Close() error {
	b.cancel()
	return b.ReadCloser.Close()
}

// An answer is what a handler writes. Only the handler's goroutine uses it,
// until begun is closed; status and sent are read after that.
type answer struct {
	header, sent http.Header
	status       int
	out          *bufio.Writer
	once         sync.Once
	begun        chan struct{}
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.begun)
	})
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.out.Write(b)
}

// FlushError sends what is written; it is what http.ResponseController calls.
func (a *answer) FlushError() error {
	a.WriteHeader(http.StatusOK)
	return a.out.Flush()
}

// EnableFullDuplex does nothing: a pipe goes both ways from the start.
func (a *answer) EnableFullDuplex() error { return nil }

// SetReadDeadline does nothing: the request's context ends it.
func (a *answer) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing, likewise.
func (a *answer) SetWriteDeadline(time.Time) error { return nil }
