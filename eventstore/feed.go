package eventstore

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/waymark/waymark/domain"
)

const (
	pageSize     = 1000    // the most events in a page
	ahead        = 2000    // messages that may wait to be put into a page
	worthSharing = 128     // events in a page that two goroutines read sooner than one
	aheadMax     = 8 << 20 // bytes that the server sends at a time, so that long notes do not fill the memory
)

// A feed reads the whole log onwards from a position, by an unfiltered ordered
// consumer. It belongs to one goroutine.
type feed struct {
	log   *Log
	last  uint64          // the last position given
	bytes int             // of content in the last page
	only  map[string]bool // subjects to read; the others' events have a position and nothing else. nil for all
	msgs  chan jetstream.Msg
	stop  func()
	over  <-chan struct{} // closed when the consumer has ended by itself
}

// feed begins behind after.
func (l *Log) feed(ctx context.Context, after uint64) (*feed, error) {
	consumer, err := l.readJS.OrderedConsumer(ctx, streamName, jetstream.OrderedConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       after + 1,
		InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return nil, l.unanswered(err)
	}
	f := &feed{log: l, last: after, msgs: make(chan jetstream.Msg, ahead)}
	done := make(chan struct{})
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		select {
		case f.msgs <- m:
		case <-done:
		}
	}, jetstream.PullMaxMessagesWithBytesLimit(2*ahead, aheadMax))
	if err != nil {
		return nil, l.unanswered(err)
	}
	f.over = consuming.Closed()
	f.stop = sync.OnceFunc(func() {
		close(done)
		consuming.Stop()
		<-f.over
	})
	return f, nil
}

// page waits for an event and takes it with whatever else is there, up to upto
// and to 1,000 events. Each position must be the one before plus one; else the
// error is a *[Damage]. A patience of 0 waits as long as ctx.
func (f *feed) page(ctx context.Context, upto uint64, patience time.Duration) ([]domain.Recorded, error) {
	var enough <-chan time.Time
	if patience > 0 {
		t := time.NewTimer(patience)
		defer t.Stop()
		enough = t.C
	}
	msgs := make([]jetstream.Msg, 0, 16)
	select {
	case m := <-f.msgs:
		msgs = append(msgs, m)
	case <-enough:
		return nil, f.log.unanswered(nats.ErrTimeout)
	case <-f.over:
		return nil, f.log.unanswered(nats.ErrConnectionClosed)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for len(msgs) < pageSize && f.last+uint64(len(msgs)) < upto {
		select {
		case m := <-f.msgs:
			msgs = append(msgs, m)
			continue
		default:
		}
		break
	}
	return f.read(msgs)
}

// read makes a page of messages.
func (f *feed) read(msgs []jetstream.Msg) ([]domain.Recorded, error) {
	page := make([]domain.Recorded, 0, len(msgs))
	f.bytes = 0
	for i, m := range msgs {
		meta, err := m.Metadata()
		if err != nil {
			return nil, f.log.unanswered(err)
		}
		position := meta.Sequence.Stream
		if position != f.last+1 {
			if i > 0 {
				break // what is whole is given first; the next page begins with the hole
			}
			return nil, f.log.hole(Span{f.last + 1, position - 1})
		}
		page = append(page, domain.Recorded{Position: position})
		f.last = position
		f.bytes += len(m.Data())
	}
	halves(len(page), func(i int) {
		if f.only == nil || f.only[msgs[i].Subject()] {
			page[i] = recorded(msgs[i].Subject(), first(msgs[i].Headers()), msgs[i].Data(), page[i].Position)
		}
	})
	f.log.reached(f.last)
	return page, nil
}

// halves does n things, on two processors where that pays.
func halves(n int, do func(i int)) {
	part := func(from, to int) {
		for i := from; i < to; i++ {
			do(i)
		}
	}
	if n < worthSharing {
		part(0, n)
		return
	}
	var other sync.WaitGroup
	other.Go(func() { part(0, n/2) })
	part(n/2, n)
	other.Wait()
}
