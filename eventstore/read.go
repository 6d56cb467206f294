package eventstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sort"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"github.com/waymark/waymark/domain"
)

// Read gives the events behind after, up to and with upto, in pages of at most
// 1,000, in order and without a gap. An upto of 0, or one behind the log's end,
// is the last position when Read begins. An error comes last; a *[Damage] means
// that an event is missing.
func (l *Log) Read(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		if err := l.enter(); err != nil {
			yield(nil, err)
			return
		}
		defer l.leave()
		info, err := l.stream.Info(ctx)
		if err != nil {
			yield(nil, l.unanswered(err))
			return
		}
		l.reached(info.State.LastSeq)
		if upto == 0 || upto > info.State.LastSeq {
			upto = info.State.LastSeq
		}
		if after >= upto {
			return
		}
		if l.server != nil && upto-after >= pageSize {
			for page, err := range l.fromFiles(ctx, after, upto) {
				if !yield(page, err) || err != nil {
					return
				}
				after = page[len(page)-1].Position
			}
		}
		if after == upto {
			return
		}
		f, err := l.feed(ctx, after)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.stop()
		for f.last < upto {
			page, err := f.page(ctx, upto, answerTime)
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// Stream gives one stream's events in order, by their literal subject. An error
// comes last.
func (l *Log) Stream(ctx context.Context, s domain.Stream) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		if err := admitStream(s); err != nil {
			yield(domain.Recorded{}, err)
			return
		}
		if err := l.enter(); err != nil {
			yield(domain.Recorded{}, err)
			return
		}
		defer l.leave()
		for r, err := range l.directly(ctx, s, 1) {
			if !yield(r, err) {
				return
			}
		}
	}
}

// At gives the last position that was recorded at or before t, 0 if none was.
// Times never go back in the log, so the positions up to it are all that was
// known then.
func (l *Log) At(ctx context.Context, t time.Time) (uint64, error) {
	if err := l.enter(); err != nil {
		return 0, err
	}
	defer l.leave()
	var failed error
	later := sort.Search(int(l.Last()), func(i int) bool {
		if failed != nil {
			return false
		}
		var r domain.Recorded
		r, failed = l.one(ctx, uint64(i)+1)
		return r.At.After(t)
	})
	return uint64(later), failed
}

// one reads the event at a position that the log has.
func (l *Log) one(ctx context.Context, position uint64) (domain.Recorded, error) {
	m, err := l.stream.GetMsg(ctx, position)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		// A replica may not have it yet; the leader must.
		m, err = l.leader(ctx, leaderGet{Seq: position})
	}
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return domain.Recorded{}, l.hole(Span{position, position})
	}
	if err != nil {
		return domain.Recorded{}, l.unanswered(err)
	}
	return recorded(m.Subject, first(m.Header), m.Data, m.Sequence), nil
}

// several reads the events at positions that the log has, in ascending order.
// Those that lie close together, as when a file is recorded again, are read in
// one go.
func (l *Log) several(ctx context.Context, positions []uint64) (map[uint64]domain.Recorded, error) {
	events := make(map[uint64]domain.Recorded, len(positions))
	n := len(positions)
	if n < batchPays || positions[n-1]-positions[0] > 4*uint64(n) {
		for _, position := range positions {
			r, err := l.one(ctx, position)
			if err != nil {
				return nil, err
			}
			events[position] = r
		}
		return events, nil
	}
	f, err := l.feed(ctx, positions[0]-1)
	if err != nil {
		return nil, err
	}
	defer f.stop()
	for f.last < positions[n-1] {
		page, err := f.page(ctx, positions[n-1], answerTime)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			events[r.Position] = r
		}
	}
	return events, nil
}

// next reads a stream's first event at or behind from, as its leader has it.
func (l *Log) next(ctx context.Context, s domain.Stream, from uint64) (r domain.Recorded, found bool, err error) {
	m, err := l.leader(ctx, leaderGet{Seq: from, NextFor: subjectOf(s)})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return r, false, nil
	}
	if err != nil {
		return r, false, l.unanswered(err)
	}
	return recorded(m.Subject, first(m.Header), m.Data, m.Sequence), true, nil
}

// A leaderGet asks the stream's leader for one message. The library asks any
// replica when the stream allows it, and a replica may be behind.
type leaderGet struct {
	Seq     uint64 `json:"seq"`
	NextFor string `json:"next_by_subj,omitempty"`
}

func (l *Log) leader(ctx context.Context, get leaderGet) (*jetstream.RawStreamMsg, error) {
	ask, err := json.Marshal(get)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	reply, err := l.writing.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+streamName, ask)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Subject string `json:"subject"`
			Seq     uint64 `json:"seq"`
			Header  []byte `json:"hdrs"`
			Data    []byte `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return nil, err
	}
	if e := answer.Error; e != nil {
		if e.ErrorCode == jetstream.JSErrCodeMessageNotFound {
			return nil, jetstream.ErrMsgNotFound
		}
		return nil, e
	}
	m := answer.Message
	header, err := nats.DecodeHeadersMsg(m.Header)
	if err != nil {
		return nil, err
	}
	return &jetstream.RawStreamMsg{Subject: m.Subject, Sequence: m.Seq, Header: header, Data: m.Data}, nil
}

// directly reads a stream's events at or behind from, in batches.
func (l *Log) directly(ctx context.Context, s domain.Stream, from uint64) iter.Seq2[domain.Recorded, error] {
	const pending = "Nats-Num-Pending" // how many more there were when the batch was asked for
	fail := func(yield func(domain.Recorded, error) bool, err error) { yield(domain.Recorded{}, err) }
	return func(yield func(domain.Recorded, error) bool) {
		left := "unknown"
		for left != "0" {
			ctx, cancel := context.WithTimeout(ctx, answerTime)
			defer cancel()
			batch, err := jetstreamext.GetBatch(ctx, l.readJS, streamName, pageSize,
				jetstreamext.GetBatchSeq(from), jetstreamext.GetBatchSubject(subjectOf(s)))
			if err != nil {
				fail(yield, l.unanswered(err))
				return
			}
			begun := from
			for m, err := range batch {
				if errors.Is(err, jetstreamext.ErrNoMessages) {
					if left != "unknown" {
						fail(yield, l.hole(Span{First: from}))
					}
					return
				}
				if err != nil {
					fail(yield, l.unanswered(err))
					return
				}
				if !yield(recorded(m.Subject, first(m.Header), m.Data, m.Sequence), nil) {
					return
				}
				from, left = m.Sequence+1, m.Header.Get(pending)
			}
			// The library ends without a word when nothing comes in time.
			if from == begun {
				fail(yield, l.unanswered(nats.ErrTimeout))
				return
			}
		}
	}
}

// hole is the error for positions that the log should have and does not.
func (l *Log) hole(s Span) *Damage {
	where := streamDir(l.o.Dir)
	if l.server == nil {
		where = "the stream " + streamName + " of " + l.o.URL
	}
	d := &Damage{Dir: where, Spans: []Span{s}, Findings: []string{fmt.Sprintf("the server passes over %v", s)}}
	l.stopped.CompareAndSwap(nil, d)
	return d
}
