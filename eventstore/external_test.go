package eventstore

import (
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/waymark/waymark/domain"
)

// anotherServer runs a server on a loopback port, and gives its address and a
// user who may do anything there.
func anotherServer(t testing.TB) (url string, js jetstream.JetStream) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	nc, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if js, err = jetstream.New(nc); err != nil {
		t.Fatal(err)
	}
	return s.ClientURL(), js
}

func TestALogOnAnotherServerKeepsTheSamePromises(t *testing.T) {
	url, js := anotherServer(t)
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir, URL: url})
	if l.Durability() != "unproven" || openLog(t, Options{}).Durability() != "proven" {
		t.Fatal("what is not known to be on disk is said to be proven")
	}
	begin(t, l, "j-1")
	last := many(t, l, 1200)
	retried := rated(commandID(1), "j-1", 5)
	position := publishBehind(t, l, retried)
	if r := record1(t, l, retried); !r.Duplicate || r.Position != position || position != last+1 {
		t.Fatalf("the retry gives %+v", r)
	}
	all := whole(t, l)
	id := l.ID()
	// A service that somebody else opened is known when it is asked for.
	publishBehind(t, l, serviceOpened("west"))
	d := supportStarted(uuid.NewString(), "j-2")
	d.Service = "west"
	record1(t, l, d)
	refused(t, Options{Dir: t.TempDir(), URL: url}, ErrInUse)
	closeLog(t, l)
	refused(t, Options{Dir: t.TempDir(), URL: url}, ErrUnlike) // it belongs to another directory

	l = openLog(t, Options{Dir: dir, URL: url})
	if l.ID() != id || l.Last() != uint64(len(all)+2) {
		t.Fatalf("the log is %s and ends at %d", l.ID(), l.Last())
	}
	closeLog(t, l)
	refused(t, Options{Dir: dir, URL: url, Least: 99_999}, ErrUnlike)
	if err := js.DeleteStream(t.Context(), streamName); err != nil {
		t.Fatal(err)
	}
	refused(t, Options{Dir: dir, URL: url}, ErrUnlike)
	if _, err := js.Stream(t.Context(), streamName); !errors.Is(err, jetstream.ErrStreamNotFound) {
		t.Fatalf("the stream was begun anew: %v", err)
	}
	// An empty one of the same name is not the log either.
	if _, err := js.CreateStream(t.Context(), wanted(id)); err != nil {
		t.Fatal(err)
	}
	refused(t, Options{Dir: dir, URL: url}, ErrUnlike)
}

func TestAServerThatIsNotThereIsAClearError(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	refused(t, Options{Dir: t.TempDir(), URL: "nats://" + nobody.Addr().String()}, ErrNotReachable)
}

func TestAWriterWhoseLeaseIsGoneWritesNoMore(t *testing.T) {
	url, js := anotherServer(t)
	l := openLog(t, Options{URL: url})
	begin(t, l, "j-1")
	kv, err := js.KeyValue(t.Context(), leaseBucket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), leaseKey, []byte("somebody else")); err != nil {
		t.Fatal(err)
	}
	l.lease.renew(t.Context())
	if _, err := l.Record(t.Context(), rated(commandID(1), "j-1", 5)); !errors.Is(err, ErrLeaseLost) {
		t.Fatalf("recording gives %v", err)
	}
	if len(whole(t, l)) != 3 { // reading goes on
		t.Fatal("an event is gone or too many")
	}
	closeLog(t, l)
	if _, err := kv.Get(t.Context(), leaseKey); err != nil {
		t.Fatalf("the lease of somebody else was given back: %v", err)
	}
}

// A wire is a connection to a server whose answers can be kept back.
type wire struct {
	net.Listener
	mu    sync.Mutex
	turn  *sync.Cond
	held  bool
	asked string // what the client has said since the answers are held
}

func wireTo(t *testing.T, address string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: listener}
	w.turn = sync.NewCond(&w.mu)
	t.Cleanup(func() {
		w.hold(false)
		listener.Close()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", address)
			if err != nil {
				client.Close()
				continue
			}
			go func() {
				defer there.Close()
				io.Copy(there, io.TeeReader(client, w))
			}()
			go func() {
				defer client.Close()
				var buf [4096]byte
				for {
					n, err := there.Read(buf[:])
					if err != nil {
						return
					}
					w.mu.Lock()
					for w.held {
						w.turn.Wait()
					}
					w.mu.Unlock()
					if _, err := client.Write(buf[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return w
}

// Write hears what the client says.
func (w *wire) Write(said []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held {
		w.asked += string(said)
		w.turn.Broadcast()
	}
	return len(said), nil
}

// await returns when the client, without an answer, has asked for something.
func (w *wire) await(question string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !strings.Contains(w.asked, question) {
		w.turn.Wait()
	}
}

// hold keeps back what the server says, or lets it go.
func (w *wire) hold(held bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held, w.asked = held, ""
	w.turn.Broadcast()
}

func TestAnAcknowledgementThatIsLateIsNoSecondEntry(t *testing.T) {
	url, _ := anotherServer(t)
	w := wireTo(t, url[len("nats://"):])
	l := openLog(t, Options{URL: "nats://" + w.Addr().String(), patience: 50 * time.Millisecond})
	begin(t, l, "j-1")
	for n, c := range []struct {
		question string // with which it looks whether the entry is there
		record   func(d domain.Draft) (Receipt, error)
	}{
		{"$JS.API.STREAM.MSG.GET", func(d domain.Draft) (Receipt, error) { return l.Record(t.Context(), d) }},
		{"$JS.API.DIRECT.GET", func(d domain.Draft) (Receipt, error) {
			drafts := []domain.Draft{d}
			for range batchPays {
				drafts = append(drafts, rated(uuid.NewString(), "j-1", 3))
			}
			results, err := l.ChangeAll(t.Context(), drafts)
			for _, r := range results {
				err = errors.Join(err, r.Err)
			}
			return results[0].Receipt, err
		}},
	} {
		before := l.Last()
		w.hold(true)
		var receipt Receipt
		ended := make(chan error)
		d := rated(commandID(n), "j-1", 5)
		go func() {
			var err error
			receipt, err = c.record(d)
			ended <- err
		}()
		w.await(c.question) // what was published before it is in the log, and nobody was told
		w.hold(false)
		if err := <-ended; err != nil || receipt.Position != before+1 || receipt.Event != d.ID || !receipt.Duplicate {
			t.Fatalf("the receipt is %+v, %v", receipt, err)
		}
	}
	commands := map[string]bool{}
	for _, r := range whole(t, l) {
		if commands[r.Command] {
			t.Fatalf("position %d is there for the second time", r.Position)
		}
		commands[r.Command] = true
	}
	if len(commands) != 3+1+1+batchPays {
		t.Fatalf("%d entries are there", len(commands))
	}
}
