package eventstore

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/waymark/waymark/domain"
)

// Retries wait longer each time, from the first to the last of these.
const (
	firstWait = 100 * time.Millisecond
	lastWait  = 10 * time.Second
)

type pageKey struct{}

// Page gives the events that a Watermill message of [Log.Subscriber] carries in
// its context: 1 to 1,000, in order and without a gap. Other subscribers get the
// same events; nobody may change them.
func Page(ctx context.Context) []domain.Recorded {
	page, _ := ctx.Value(pageKey{}).([]domain.Recorded)
	return page
}

// Subscriber gives the log behind after, and everything that is appended from
// then on, as a Watermill subscriber. Each message is a page ([Page]): whatever
// is there, up to 1,000 events; an event that comes alone is a page of one and
// waits for nobody. The next page comes when this one is acknowledged. One that
// is refused comes again, after 100 ms, then after twice as long each time, up
// to 10 s: order is never broken.
//
// The topic has no meaning. The channel is closed when ctx or the log ends, when
// the subscriber is closed, and when an event is missing; [Log.Err] then says so.
func (l *Log) Subscriber(after uint64) message.Subscriber {
	s := &subscriber{log: l, after: after}
	s.ctx, s.end = context.WithCancel(l.ctx)
	return s
}

type subscriber struct {
	log   *Log
	after uint64
	ctx   context.Context
	end   context.CancelFunc
	tasks sync.WaitGroup
}

// Subscribe begins behind the position that the subscriber was made with.
func (s *subscriber) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	if err := s.log.enter(); err != nil {
		return nil, err
	}
	defer s.log.leave()
	if s.ctx.Err() != nil {
		return nil, ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(s.ctx, cancel)
	pages := make(chan []domain.Recorded, 1) // one is read while one is worked on
	out := make(chan *message.Message)
	task := func(do func()) {
		s.tasks.Add(1)
		s.log.tasks.Go(func() {
			defer s.tasks.Done()
			do()
		})
	}
	task(func() {
		defer close(pages)
		s.read(ctx, pages)
	})
	task(func() {
		defer unhook()
		defer cancel()
		defer close(out)
		for page := range pages {
			if !deliver(ctx, page, out) {
				return
			}
		}
	})
	return out, nil
}

// Close ends every subscription and waits for it.
func (s *subscriber) Close() error {
	s.end()
	s.tasks.Wait()
	return nil
}

// read sends pages until ctx ends or an event is missing. A server that does not
// answer is asked again, behind the last page.
func (s *subscriber) read(ctx context.Context, pages chan<- []domain.Recorded) {
	s.log.beginSharing(s.after)
	f := follower{log: s.log, last: s.after}
	defer f.stop()
	s.log.keepTrying(ctx, func(well func()) error {
		for {
			page, err := f.page(ctx)
			if err != nil {
				return err
			}
			well()
			select {
			case pages <- page:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
}

// deliver gives a page until it is acknowledged; false when ctx ended first.
func deliver(ctx context.Context, page []domain.Recorded, out chan<- *message.Message) bool {
	first, last := page[0].Position, page[len(page)-1].Position
	for wait := firstWait; ; {
		m := message.NewMessage(fmt.Sprintf("%d-%d", first, last), nil)
		m.SetContext(context.WithValue(ctx, pageKey{}, page))
		select {
		case out <- m:
		case <-ctx.Done():
			return false
		}
		select {
		case <-m.Acked():
			return true
		case <-m.Nacked():
			if !pause(ctx, &wait) {
				return false
			}
		case <-ctx.Done():
			return false
		}
	}
}

// pause waits, and makes the next wait twice as long; false when ctx ended.
func pause(ctx context.Context, wait *time.Duration) bool {
	t := time.NewTimer(*wait)
	defer t.Stop()
	*wait = min(2**wait, lastWait)
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
