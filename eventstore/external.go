package eventstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	leaseBucket = "WAYMARK_WRITER"
	leaseKey    = "writer"
	leaseTime   = 10 * time.Second // a writer that died is replaced after it
)

// reach connects to an external server, takes the writer's lease there and
// founds the log where this directory has not done so yet.
func (l *Log) reach(ctx context.Context, key foundingKey, founding bool) error {
	dial := func() (*nats.Conn, error) {
		nc, err := nats.Connect(l.o.URL, connecting()...)
		if err != nil {
			return nil, &trouble{reason: ErrNotReachable, cause: err, hint: "check the address and that the server runs"}
		}
		return nc, nil
	}
	err := l.connect(dial)
	if err != nil {
		return err
	}
	if l.lease, err = l.takeLease(ctx); err != nil {
		return err
	}
	l.tasks.Go(func() { l.lease.keep(l.ctx) })
	if founding {
		return l.found(ctx, key, l.js)
	}
	return nil
}

// A lease is the right to write to a log on an external server, held by one
// process at a time and renewed while it lives. It keeps two programs from
// working at once; that none overwrites the other's entries is the doing of the
// positions that every append expects.
type lease struct {
	kv       jetstream.KeyValue
	revision atomic.Uint64
	until    atomic.Int64 // Unix nanoseconds up to which it is surely ours
	lost     atomic.Bool
}

// takeLease takes the lease, waiting for another's to end as long as o.Wait.
func (l *Log) takeLease(ctx context.Context) (*lease, error) {
	kv, err := l.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: leaseBucket, Description: "who may write to Waymark's log", TTL: leaseTime, History: 1,
	})
	if err != nil {
		return nil, l.unanswered(err)
	}
	s := &lease{kv: kv}
	wait, cancel := context.WithTimeout(ctx, l.o.Wait)
	defer cancel()
	for {
		asked := time.Now()
		revision, err := kv.Create(ctx, leaseKey, []byte(rand.Text()))
		if err == nil {
			s.renewed(revision, asked)
			return s, nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return nil, l.unanswered(err)
		}
		t := time.NewTimer(leaseTime / 20)
		select {
		case <-t.C:
		case <-wait.Done():
			t.Stop()
			return nil, &trouble{reason: ErrInUse, detail: "another process writes to the log on this server",
				hint: fmt.Sprintf("stop it first; if it died, its lease ends within %v", leaseTime)}
		}
	}
}

func (s *lease) renewed(revision uint64, asked time.Time) {
	s.revision.Store(revision)
	s.until.Store(asked.Add(leaseTime).UnixNano())
}

// keep renews the lease until ctx ends or somebody else has it.
func (s *lease) keep(ctx context.Context) {
	again := time.NewTicker(leaseTime / 4)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
		if !s.renew(ctx) {
			return
		}
	}
}

// renew makes the lease last longer; false when somebody else has it. A server
// that does not answer is asked again, until the lease has run out.
func (s *lease) renew(ctx context.Context) bool {
	asked := time.Now()
	ctx, cancel := context.WithTimeout(ctx, leaseTime/4)
	defer cancel()
	revision, err := s.kv.Update(ctx, leaseKey, []byte(rand.Text()), s.revision.Load())
	switch {
	case err == nil:
		s.renewed(revision, asked)
	case isConflict(err):
		s.lost.Store(true)
	}
	return !s.lost.Load()
}

// err says whether the lease is no longer surely ours.
func (s *lease) err() error {
	if !s.lost.Load() && time.Now().UnixNano() < s.until.Load() {
		return nil
	}
	return &trouble{reason: ErrLeaseLost, detail: "the lease on the log was not renewed in time",
		hint: "check the connection to the server, then start again"}
}

// drop gives the lease back.
func (s *lease) drop() error {
	if s.err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.kv.Delete(ctx, leaseKey, jetstream.LastRevision(s.revision.Load()))
}
