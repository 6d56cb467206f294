package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/eventstore"
)

// What the program's exit codes say.
const (
	exitWell      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitUnreached = 3
	exitRefused   = 4
	exitDamaged   = 5
)

// A failure is an error at the edge: what happened, what to do next, and the
// code to exit with.
type failure struct {
	what error
	hint string
	code int
}

func (f *failure) Error() string { return f.what.Error() }
func (f *failure) Unwrap() error { return f.what }
func (f *failure) Hint() string  { return f.hint }

// errUnread is given by a pipe whose reader went away, as head does once it has
// its lines. It is no failure of a verb that only answers.
var errUnread = errors.New("nobody reads the answer any more")

// A pipe is stdout.
type pipe struct{ io.Writer }

func (p pipe) Write(b []byte) (int, error) {
	n, err := p.Writer.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		err = errUnread
	}
	return n, err
}

// usage says that a verb is used wrongly. run adds where to read how it is used.
func usage(err error) error { return &failure{what: err, code: exitUsage} }

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// explain prints what went wrong and what to do next, and gives the exit code.
func explain(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, errUnread) {
		return exitWell
	}
	if errors.Is(err, context.Canceled) {
		err = &failure{what: errors.New("interrupted"), hint: "what has a receipt is on disk; the same again does no harm"}
	}
	fmt.Fprintf(stderr, "waymark: %v\n", err)
	if hint := hintOf(err); hint != "" {
		fmt.Fprintf(stderr, "hint: %s\n", hint)
	}
	return codeOf(err)
}

// hintOf finds what to do next in an error, if it says.
func hintOf(err error) string {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return ""
}

func codeOf(err error) int {
	if f, ok := errors.AsType[*failure](err); ok && f.code != 0 {
		return f.code
	}
	if _, ok := errors.AsType[*eventstore.Damage](err); ok {
		return exitDamaged
	}
	switch {
	case errors.Is(err, eventstore.ErrNotReachable):
		return exitUnreached
	case errors.Is(err, eventstore.ErrInUse), errors.Is(err, eventstore.ErrNewer), errors.Is(err, web.ErrAhead):
		return exitRefused
	}
	return exitFailed
}
