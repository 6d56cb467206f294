package eventstore

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/waymark/waymark/domain"
)

// mostFolded is how many events the folds kept in memory may hold together:
// some 70 MB, for they are lean.
const mostFolded = 500_000

// folds keeps the states of the streams last written to, without anybody's
// words, and lets one writer at a time at each. Writers of different streams do
// not wait for each other.
type folds struct {
	mu       sync.Mutex
	byStream map[domain.Stream]*fold
	recent   *list.List // of *fold, the last used in front
	events   int        // held by all of them
	most     int        // that they may hold
}

// A fold is one stream's state. All but users and place belongs to whoever
// holds turn.
type fold struct {
	stream domain.Stream
	turn   chan struct{} // holds one token while somebody writes
	users  int           // who hold it or wait; under folds.mu
	place  *list.Element // under folds.mu

	state  domain.State // nil while it must be read from the log
	events int          // folded into state
	held   int          // of these, counted in folds.events; under folds.mu
}

func (s *folds) init(most int) {
	s.byStream, s.recent, s.most = map[domain.Stream]*fold{}, list.New(), most
}

// hold waits for the caller's turn at a stream.
func (s *folds) hold(ctx context.Context, stream domain.Stream) (*fold, error) {
	s.mu.Lock()
	f := s.byStream[stream]
	if f == nil {
		f = &fold{stream: stream, turn: make(chan struct{}, 1)}
		f.place = s.recent.PushFront(f)
		s.byStream[stream] = f
	}
	f.users++
	s.mu.Unlock()
	select {
	case f.turn <- struct{}{}:
		return f, nil
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		f.users--
		s.trim()
		return nil, ctx.Err()
	}
}

// release ends the turn, and drops the folds that were not used for longest
// when there are too many.
func (s *folds) release(f *fold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.users--
	s.events += f.events - f.held
	f.held = f.events
	s.recent.MoveToFront(f.place)
	<-f.turn
	s.trim()
}

// trim drops folds from the far end; one in use stays and is seen to later.
func (s *folds) trim() {
	for e := s.recent.Back(); e != nil && s.events > s.most; {
		f, before := e.Value.(*fold), e.Prev()
		if f.users == 0 {
			s.recent.Remove(e)
			delete(s.byStream, f.stream)
			s.events -= f.held
		}
		e = before
	}
}

// apply folds one event.
func (f *fold) apply(r domain.Recorded) {
	if f.state == nil {
		f.state = domain.LeanState(f.stream)
	}
	r.Words = domain.Words{} // no rule needs them, and they are most of the memory
	f.state.Apply(r)
	f.events++
}

// forget lets go of a state that may not be as the log has it.
func (f *fold) forget() { f.state, f.events = nil, 0 }

// warm reads the stream from the log where its state is not known.
func (l *Log) warm(ctx context.Context, f *fold) error {
	if f.state != nil {
		return nil
	}
	f.forget()
	for r, err := range l.directly(ctx, f.stream, 1) {
		if err == nil {
			err = understood(r)
		}
		if err != nil {
			f.forget()
			return err
		}
		f.apply(r)
	}
	if f.state == nil {
		f.state = domain.LeanState(f.stream)
	}
	return nil
}

// understood refuses to decide on a history that a newer program wrote: what we
// do not know may be what forbids it.
func understood(r domain.Recorded) error {
	if u, ok := r.Event.(domain.Unreadable); ok && u.Unknown {
		return &trouble{reason: ErrNewer, detail: fmt.Sprintf("position %d is a %s, which this program does not know", r.Position, u.Form),
			hint: "start the version of Waymark that wrote it, or a newer one; nothing was changed"}
	}
	return nil
}

// catchUp folds what the stream's leader has behind the state: what somebody
// else appended, or we ourselves without being told.
func (l *Log) catchUp(ctx context.Context, f *fold) error {
	if err := l.warm(ctx, f); err != nil {
		return err
	}
	for {
		r, found, err := l.next(ctx, f.stream, f.state.Last()+1)
		if err == nil && found {
			err = understood(r)
		}
		if err != nil {
			f.forget()
			return err
		}
		if !found {
			return nil
		}
		f.apply(r)
		l.reached(r.Position)
		l.order.seen(r.At)
		l.known.apply(r)
	}
}

// whole folds the stream in full, with what was decided and is not in the log
// yet: for the rules that ask for more than a lean state keeps.
func (l *Log) whole(ctx context.Context, stream domain.Stream, undone []fact) (domain.State, error) {
	state := domain.NewState(stream)
	for r, err := range l.directly(ctx, stream, 1) {
		if err != nil {
			return nil, err
		}
		state.Apply(r)
	}
	for _, f := range undone {
		if f.Stream == stream {
			state.Apply(f.Recorded)
		}
	}
	return state, nil
}

// begun gives those of the folds whose streams have events. The others are as
// warm as can be.
func (l *Log) begun(ctx context.Context, cold []*fold) (known []*fold, err error) {
	var mu sync.Mutex
	err = each(ctx, cold, func(ctx context.Context, f *fold) error {
		_, err := l.stream.GetLastMsgForSubject(ctx, subjectOf(f.stream))
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
			f.state, f.events = domain.LeanState(f.stream), 0
			return nil
		case err != nil:
			return l.unanswered(err)
		}
		mu.Lock()
		defer mu.Unlock()
		known = append(known, f)
		return nil
	})
	return known, err
}

// scan folds many streams at once by reading the whole log.
func (l *Log) scan(ctx context.Context, cold []*fold) (err error) {
	folds, only := map[domain.Stream]*fold{}, map[string]bool{}
	for _, f := range cold {
		f.state, f.events = domain.LeanState(f.stream), 0
		folds[f.stream], only[subjectOf(f.stream)] = f, true
	}
	defer func() {
		if err != nil {
			for _, f := range cold {
				f.forget()
			}
		}
	}()
	info, err := l.stream.Info(ctx)
	if err != nil {
		return l.unanswered(err)
	}
	reading, err := l.feed(ctx, 0)
	if err != nil {
		return err
	}
	defer reading.stop()
	reading.only = only
	for reading.last < info.State.LastSeq {
		page, err := reading.page(ctx, info.State.LastSeq, answerTime)
		if err != nil {
			return err
		}
		for _, r := range page {
			if f := folds[r.Stream]; f != nil {
				f.apply(r)
			}
		}
	}
	return nil
}
