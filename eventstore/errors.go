package eventstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Why the log may refuse. Errors that wrap these often have a hint: what to do
// next, by a method Hint() string.
var (
	ErrInUse        = errors.New("another process holds the data directory")
	ErrNewer        = errors.New("the data directory was written by a newer version of Waymark")
	ErrUnlike       = errors.New("the log is not as it was founded")
	ErrNotReachable = errors.New("the log's server cannot be reached")
	ErrDifferent    = errors.New("the id was already used for another entry")
	ErrFull         = errors.New("the disk that holds the log is full")
	ErrUnsure       = errors.New("the log did not say whether the entry was recorded")
	ErrLeaseLost    = errors.New("another process may write to this log now")
	ErrClosed       = errors.New("the log is closed")
)

// A trouble is an error that says what to do next.
type trouble struct {
	reason error  // a sentinel of this package
	detail string // what exactly; may be empty
	hint   string
	cause  error // from below; may be nil
}

func (t *trouble) Error() string {
	text := t.reason.Error()
	if t.detail != "" {
		text += ": " + t.detail
	}
	if t.cause != nil {
		text += fmt.Sprintf(" (%v)", t.cause)
	}
	return text
}

func (t *trouble) Hint() string { return t.hint }

func (t *trouble) Unwrap() []error {
	if t.cause == nil {
		return []error{t.reason}
	}
	return []error{t.reason, t.cause}
}

// An InUse says who holds the data directory. It is an [ErrInUse].
type InUse struct {
	Dir       string
	Announced []byte // what the holder announced of itself; empty if nothing
}

func (e *InUse) Error() string { return fmt.Sprintf("%v: %s", ErrInUse, e.Dir) }

// Is makes an InUse an ErrInUse.
func (e *InUse) Is(target error) bool { return target == ErrInUse }

// Hint says what to do next.
func (e *InUse) Hint() string {
	return "use the running waymark serve, or stop it first; nothing was changed"
}

// What a publish may answer when somebody was faster, or when it is a retry.
const (
	codeWrongLast     jetstream.ErrorCode = 10071 // the subject has another last position
	codeExpectedTwice jetstream.ErrorCode = 10164 // a batch in flight expects the same subject
)

// isConflict says whether the server refused because the subject's last
// position is not the expected one, or may not be. A retry of an entry that is
// stored already looks the same.
func isConflict(err error) bool {
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return false
	}
	return api.ErrorCode == codeWrongLast || api.ErrorCode == codeExpectedTwice
}

// isUnsure says whether the server may have stored what was published although
// it did not say so.
func isUnsure(err error) bool {
	var api *jetstream.APIError
	return !errors.As(err, &api)
}

// isUnreachable says whether nobody answered.
func isUnreachable(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrNoServers) ||
		errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, nats.ErrDisconnected) ||
		errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded)
}
