// Package eventstore keeps the log: every event that was ever recorded, once
// each, in one order, for ever.
//
// The log is one JetStream stream, kept by a server in this process or by an
// external one. An event's place in it, its position, counts from 1 without
// gaps. [Log.Record], [Log.Change] and [Log.ChangeAll] fold a journey, ask the
// rules of package domain, and append with the position they expect to follow;
// when somebody was faster they fold on and ask again. [Log.Read], [Log.Stream]
// and [Log.Subscriber] read, and stop rather than pass over a position.
//
// What a caller may rely on:
//
//   - An entry whose receipt was given is on disk and survives a loss of power:
//     the embedded server runs with SyncAlways, which syncs before it
//     acknowledges. Of an external server this is not known; see [Log.Durability].
//   - An entry is recorded once. The same id again gives the first receipt, for
//     ever, and with other content [ErrDifferent]: the journey's own history
//     says so, not a window of time.
//   - What belongs together ([Log.Change], each batch of [Log.ChangeAll]) is one
//     atomic batch: all of it or nothing.
//   - Nothing is changed or removed: the stream denies deletes and purges, and
//     the user we work as may not change the stream.
//   - A log that is not whole is refused with what differs and what to do: at
//     [Open] by reading every byte of it, comparing the configuration, the first
//     and the last position, and later by every reader.
//
// Points of no return of an append, in order:
//
//  1. the message is published. If we die here, the event is there or not; a
//     retry with the same id finds out.
//  2. the server has written and synced it. If we die here, it is there, and the
//     retry gives its receipt.
//  3. the receipt is given.
//  4. within a second, the high-water file remembers the position, so that a log
//     put back from before is noticed.
package eventstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// answerTime is how long the server may take to answer: a disk may be slow.
const answerTime = 10 * time.Second

// Options say where the log is. Only Dir is needed.
type Options struct {
	Dir     string           // the data directory, made if missing; one process holds it at a time
	URL     string           // an external server; empty for one in this process
	Wait    time.Duration    // how long to wait while another process holds Dir and has announced nothing
	Least   uint64           // the highest position that any read model knows: the log may not end below it
	Now     func() time.Time // the clock; time.Now unless given
	Log     *slog.Logger     // silent unless given
	Metrics *Metrics         // may be nil

	// For tests.
	patience time.Duration      // how long an acknowledgement may take
	reserve  uint64             // bytes that must be free
	folded   int                // events that the folds in memory may hold
	die      func(point string) // called at each point of no return of the founding
}

// pass marks a point of no return, at which a test may let us die.
func (o *Options) pass(point string) {
	if o.die != nil {
		o.die(point)
	}
}

// A Log is the log, open. It is safe for concurrent use.
type Log struct {
	o      Options
	id     string
	secret []byte
	lock   *os.File
	server *embedded // nil for an external server
	lease  *lease    // nil for an embedded one

	// Writers have a connection of their own: what is published on it is stored
	// in the order in which it was sent.
	writing, reading *nats.Conn
	js, readJS       jetstream.JetStream
	stream           jetstream.Stream

	last   atomic.Uint64 // the last position known
	order  order
	folds  folds
	known  known
	zones  zones
	shared shared
	batch  sync.Mutex // one ChangeAll decides and publishes at a time

	stopped atomic.Pointer[Damage] // what a reader found; nothing is appended after it
	space   atomic.Pointer[error]  // why there is no room, or nil

	gate   sync.RWMutex // held for reading by each call; Close takes it whole
	closed bool
	well   bool            // it was closed with nothing wrong
	ctx    context.Context // ends when the log closes
	end    context.CancelFunc
	tasks  sync.WaitGroup
}

// Open opens the log in o.Dir, and founds it if nothing was ever there. The
// error says what differs and what to do; nothing is changed then. It wraps one
// of [ErrInUse], [ErrNewer], [ErrUnlike], [ErrNotReachable], or is a *[Damage].
func Open(ctx context.Context, o Options) (_ *Log, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.patience = cmp.Or(o.patience, answerTime)
	o.reserve = cmp.Or(o.reserve, reserve)
	o.folded = cmp.Or(o.folded, mostFolded)
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data directory: %w", err)
	}
	l := &Log{o: o}
	l.ctx, l.end = context.WithCancel(context.Background())
	l.folds.init(o.folded)
	if l.lock, err = lockDir(ctx, o.Dir, o.Wait); err != nil {
		l.end()
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.release())
		}
	}()
	l.look()
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	l.id, l.secret = key.Log, key.Secret
	high, err := readHighWater(o.Dir)
	if err != nil {
		return nil, err
	}
	least := max(o.Least, high)
	if key.State == stateFounded {
		least = max(least, 1)
	}
	if err := l.start(ctx, key, least); err != nil {
		return nil, err
	}
	last, err := l.check(ctx, least)
	if err != nil {
		return nil, err
	}
	newest, err := l.one(ctx, last)
	if err != nil {
		return nil, err
	}
	l.reached(last)
	l.order.seen(newest.At)
	if err := l.known.load(ctx, l); err != nil {
		return nil, err
	}
	l.tasks.Go(l.watch)
	return l, nil
}

// key reads the founding key, or makes it where nothing was ever founded.
func (l *Log) key() (foundingKey, error) {
	k, err := readKey(l.o.Dir)
	if err != nil || k.State != "" {
		return k, err
	}
	for _, trace := range []string{filepath.Join(l.o.Dir, highWaterName), streamDir(l.o.Dir)} {
		if _, err := os.Stat(trace); err == nil {
			return k, &trouble{reason: ErrUnlike, detail: fmt.Sprintf("%s is there, but the file %s is missing", trace, keyName),
				hint: "put " + keyName + " back from a backup; nothing was changed"}
		}
	}
	if l.o.Least > 0 {
		return k, &trouble{reason: ErrUnlike, detail: fmt.Sprintf("the log is missing, but position %d is known to have been recorded", l.o.Least),
			hint: "restore the newest backup; if this is meant to be a new log, use an empty directory"}
	}
	k = newKey()
	err = k.write(l.o.Dir)
	l.o.pass("key")
	return k, err
}

// start brings the server up, or reaches it, and founds the log where that was
// not done or not finished.
func (l *Log) start(ctx context.Context, key foundingKey, least uint64) (err error) {
	founding := key.State == stateFounding
	if l.o.URL != "" {
		return l.reach(ctx, key, founding)
	}
	dir := streamDir(l.o.Dir)
	if _, err := os.Stat(dir); err == nil || !founding {
		last, err := scrub(ctx, dir, filepath.Join(l.o.Dir, "damaged"), least)
		if err != nil {
			return err
		}
		if last == 0 { // a founding cut short: nothing was ever recorded
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	if err := forgetClosing(l.o.Dir); err != nil {
		return fmt.Errorf("the file %s: %w", closedName, err)
	}
	if l.server, err = startEmbedded(l.o.Dir, founding, l.o.Log); err != nil {
		return err
	}
	if founding {
		nc, err := l.server.connect(l.server.founder)
		if err != nil {
			return err
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			return err
		}
		if err := l.found(ctx, key, js); err != nil {
			return err
		}
	}
	return l.connect(func() (*nats.Conn, error) { return l.server.connect(l.server.writer) })
}

// connect makes the two connections that the log works with.
func (l *Log) connect(dial func() (*nats.Conn, error)) (err error) {
	if l.writing, err = dial(); err != nil {
		return err
	}
	if l.reading, err = dial(); err != nil {
		return err
	}
	if l.js, err = jetstream.New(l.writing, jetstream.WithPublishAsyncMaxPending(1<<16)); err != nil {
		return err
	}
	l.readJS, err = jetstream.New(l.reading)
	return err
}

// ID gives the log's own id, a UUID made at its founding.
func (l *Log) ID() string { return l.id }

// Last gives the last position of the log, at least 1.
func (l *Log) Last() uint64 { return l.last.Load() }

// Err gives what stops the log from taking entries: a *[Damage] that a reader
// found, a full disk or a lost lease; nil while all is well.
func (l *Log) Err() error {
	if d := l.stopped.Load(); d != nil {
		return d
	}
	if err := l.space.Load(); err != nil {
		return *err
	}
	if l.lease != nil {
		return l.lease.err()
	}
	return nil
}

// Durability says whether an acknowledged event is known to be on disk: proven
// for the embedded server, which syncs before it acknowledges, and unproven for
// an external one, whose settings an ordinary connection cannot see.
func (l *Log) Durability() string {
	if l.server != nil {
		return "proven"
	}
	return "unproven"
}

// Close waits for calls that are under way, ends every subscriber, remembers
// the last position and lets go of the data directory.
func (l *Log) Close() error {
	l.end() // readers stop; appends that wait for the server go on
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	l.tasks.Wait() // watch writes the high-water file too
	err := writeHighWater(l.o.Dir, l.Last())
	l.well = err == nil && l.Err() == nil
	return errors.Join(err, l.release())
}

// release undoes what Open did, as far as it came.
func (l *Log) release() error {
	l.end()
	l.tasks.Wait()
	var err error
	if l.lease != nil {
		err = l.lease.drop()
	}
	for _, nc := range []*nats.Conn{l.writing, l.reading} {
		if nc != nil {
			nc.Close()
		}
	}
	if l.server != nil {
		l.server.stop()
		if l.well {
			err = errors.Join(err, l.writeClosing())
		}
	}
	return errors.Join(err, unlock(l.lock))
}

// enter begins a call that needs the log open and well; leave ends it.
func (l *Log) enter() error {
	l.gate.RLock()
	if l.closed {
		l.gate.RUnlock()
		return ErrClosed
	}
	return nil
}

func (l *Log) leave() { l.gate.RUnlock() }

// reached notes a position that is in the log.
func (l *Log) reached(position uint64) {
	for {
		was := l.last.Load()
		if position <= was {
			return
		}
		if l.last.CompareAndSwap(was, position) {
			l.o.Metrics.reached(position)
			return
		}
	}
}

// look notes whether the disk has room. What is there can be read without.
func (l *Log) look() {
	if err := full(l.o.Dir, l.o.reserve); err != nil {
		l.space.Store(&err)
	} else {
		l.space.Store(nil)
	}
}

// watch writes the high-water file and looks at the disk once a second.
func (l *Log) watch() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	written := uint64(0)
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-second.C:
		}
		l.look()
		if last := l.Last(); last > written {
			if err := writeHighWater(l.o.Dir, last); err != nil {
				l.o.Log.Error("high-water file not written", "error", err)
				continue
			}
			written = last
		}
	}
}
