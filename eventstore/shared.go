package eventstore

import (
	"context"
	"errors"
	"math"
	"sort"
	"sync"

	"github.com/waymark/waymark/domain"
)

const (
	sharedEvents = 8000     // how far a follower may be behind the foremost and still share its reading
	sharedBytes  = 16 << 20 // of content, so that long notes do not fill the memory
)

// shared is the reading that followers have in common: reading and decoding an
// event costs more than handing it on, and read models mostly go together. The
// foremost follower's want of a page makes the next one be read; those a little
// behind find theirs kept. Who is elsewhere in the log reads alone.
type shared struct {
	mu    sync.Mutex
	begun bool
	kept  []sharedPage  // the last ones read, oldest first, without a gap
	last  uint64        // the last position read
	err   error         // what ended the reading
	news  chan struct{} // closed when a page or the end has come
	want  chan struct{} // holds a token while somebody waits for the next page

	events, bytes int // kept
}

type sharedPage struct {
	events []domain.Recorded
	bytes  int
}

// begin starts the reading behind after, for the first follower.
func (l *Log) beginSharing(after uint64) {
	s := &l.shared
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.begun {
		return
	}
	s.begun, s.last = true, after
	s.news, s.want = make(chan struct{}), make(chan struct{}, 1)
	l.tasks.Go(func() {
		end := l.keepTrying(l.ctx, func(well func()) error { return s.read(l, well) })
		s.mu.Lock()
		defer s.mu.Unlock()
		s.err = end
		close(s.news)
	})
}

// read reads a page each time one is wanted, until something goes wrong.
func (s *shared) read(l *Log, well func()) error {
	f, err := l.feed(l.ctx, s.last) // nobody else changes last
	if err != nil {
		return err
	}
	defer f.stop()
	for {
		select {
		case <-s.want:
		case <-l.ctx.Done():
			return l.ctx.Err()
		}
		page, err := f.page(l.ctx, math.MaxUint64, 0)
		if err != nil {
			s.ask() // for the next attempt
			return err
		}
		s.keep(sharedPage{page, f.bytes})
		well()
	}
}

// ask wants the next page.
func (s *shared) ask() {
	select {
	case s.want <- struct{}{}:
	default:
	}
}

// keep hands a page to whoever waits, and drops the oldest where there are too many.
func (s *shared) keep(p sharedPage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, p)
	s.last = p.events[len(p.events)-1].Position
	s.events += len(p.events)
	s.bytes += p.bytes
	for len(s.kept) > 1 && (s.events > sharedEvents || s.bytes > sharedBytes) {
		s.events -= len(s.kept[0].events)
		s.bytes -= s.kept[0].bytes
		s.kept[0] = sharedPage{}
		s.kept = s.kept[1:]
	}
	close(s.news)
	s.news = make(chan struct{})
}

// after gives the page behind a position. Where it is still to be read, there is
// none and a channel that is closed when there is news; where it is not here, or
// not any more, there is neither.
func (s *shared) after(position uint64) (page []domain.Recorded, news <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if position == s.last {
		if s.err == nil {
			s.ask()
		}
		return nil, s.news, s.err
	}
	n := sort.Search(len(s.kept), func(i int) bool {
		events := s.kept[i].events
		return events[len(events)-1].Position > position
	})
	if n == len(s.kept) || s.kept[n].events[0].Position > position+1 {
		return nil, nil, nil
	}
	events := s.kept[n].events
	return events[position+1-events[0].Position:], nil, nil
}

// A follower takes pages from what is shared where it can, and else reads alone.
// It belongs to one goroutine.
type follower struct {
	log   *Log
	last  uint64
	alone *feed // nil while it shares
}

// page waits for the next page.
func (f *follower) page(ctx context.Context) ([]domain.Recorded, error) {
	for {
		page, news, err := f.log.shared.after(f.last)
		if err != nil {
			return nil, err
		}
		if page == nil && news == nil {
			return f.readAlone(ctx)
		}
		f.stop()
		if page != nil {
			f.last = page[len(page)-1].Position
			return page, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (f *follower) readAlone(ctx context.Context) (page []domain.Recorded, err error) {
	if f.alone == nil {
		if f.alone, err = f.log.feed(ctx, f.last); err != nil {
			return nil, err
		}
	}
	if page, err = f.alone.page(ctx, math.MaxUint64, 0); err != nil {
		f.stop()
		return nil, err
	}
	f.last = f.alone.last
	return page, nil
}

func (f *follower) stop() {
	if f.alone != nil {
		f.alone.stop()
		f.alone = nil
	}
}

// keepTrying does something again and again, waiting longer each time, until ctx
// ends or an event is missing, and gives that. The waits begin anew after well.
func (l *Log) keepTrying(ctx context.Context, do func(well func()) error) error {
	for wait := firstWait; ; {
		err := do(func() { wait = firstWait })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, ok := errors.AsType[*Damage](err); ok {
			l.o.Log.Error("log damaged", "error", err)
			return err
		}
		l.o.Log.Warn("log not readable, trying again", "error", err, "wait", wait)
		if !pause(ctx, &wait) {
			return ctx.Err()
		}
	}
}
