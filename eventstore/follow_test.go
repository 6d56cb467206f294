package eventstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/waymark/waymark/domain"
)

// many records n ratings on j-1 and returns the last position.
func many(t testing.TB, l *Log, n int) uint64 {
	t.Helper()
	drafts := make([]domain.Draft, n)
	for i := range drafts {
		drafts[i] = rated(uuid.NewString(), "j-1", i%11)
	}
	results, err := l.ChangeAll(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	return results[n-1].Position
}

func TestAFollowerGetsEveryEventOnceInOrderHoweverOftenItRefuses(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	last := many(t, l, 2500)
	messages, err := l.Subscriber(2).Subscribe(t.Context(), "anything")
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	position, refusals := uint64(2), 0
	for position < last+3 {
		if position >= last {
			// One that comes alone waits for nobody.
			record1(t, l, rated(uuid.NewString(), "j-1", 5))
		}
		m := <-messages
		page := Page(m.Context())
		if len(page) == 0 || len(page) > pageSize || page[0].Position != position+1 {
			t.Fatalf("behind %d comes a page of %d that begins at %d", position, len(page), page[0].Position)
		}
		for i, r := range page {
			if r.Position != page[0].Position+uint64(i) {
				t.Fatalf("%d is in the place of %d", r.Position, page[0].Position+uint64(i))
			}
		}
		for refusals < 3 && chance.IntN(2) == 0 {
			refusals++
			m.Nack()
			m = <-messages
			again := Page(m.Context())
			if len(again) != len(page) || again[0].Position != page[0].Position {
				t.Fatalf("after the refusal of %d comes %d", page[0].Position, again[0].Position)
			}
		}
		position = page[len(page)-1].Position
		m.Ack()
	}
	if refusals == 0 {
		t.Fatal("nothing was refused")
	}
}

func TestFollowersThatShareTheirReadingEachGetAll(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	last := many(t, l, sharedEvents+2500)
	// follow reads up to last, and checks that nothing is missing or comes twice.
	follow := func(after uint64, first func()) func() {
		messages, err := l.Subscriber(after).Subscribe(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			position := after
			for position < last+1 {
				m, open := <-messages
				if !open {
					t.Errorf("behind %d: the follower that began behind %d is ended", position, after)
					return
				}
				for _, r := range Page(m.Context()) {
					if position++; r.Position != position {
						t.Errorf("behind %d: %d comes in the place of %d", after, r.Position, position)
						return
					}
				}
				first()
				m.Ack()
			}
		}
	}
	go1, go2, go3 := follow(0, func() {}), follow(0, func() {}), follow(1234, func() {})
	held := make(chan struct{})
	slow := follow(0, func() { <-held }) // falls behind what is kept, and reads alone
	atEnd := follow(last, func() {})
	var followers, behind sync.WaitGroup
	for _, f := range []func(){go1, go2, go3, atEnd} {
		followers.Go(f)
	}
	behind.Go(slow)
	record1(t, l, rated(uuid.NewString(), "j-1", 5))
	followers.Wait()
	close(held)
	behind.Wait()
	l.shared.mu.Lock()
	defer l.shared.mu.Unlock()
	if l.shared.last != last+1 || l.shared.events > sharedEvents || len(l.shared.kept) == 0 {
		t.Fatalf("%d events are kept up to %d", l.shared.events, l.shared.last)
	}
}

func TestARouterThatIsClosedIsDoneAtOnceAndLeavesNothingRunning(t *testing.T) {
	ours := goleak.IgnoreCurrent()
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	many(t, l, 1500)
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: time.Hour}, watermill.NopLogger{})
	if err != nil {
		t.Fatal(err)
	}
	began, read := make(chan struct{}, 100), make(chan uint64, 100)
	router.AddConsumerHandler("stuck", "log", l.Subscriber(0), func(*message.Message) error {
		began <- struct{}{}
		return errors.New("never well")
	})
	router.AddConsumerHandler("well", "log", l.Subscriber(0), func(m *message.Message) error {
		page := Page(m.Context())
		read <- page[len(page)-1].Position
		return nil
	})
	ended := make(chan error)
	go func() { ended <- router.Run(context.Background()) }()
	for range 2 {
		<-began
	}
	for at := uint64(0); at < l.Last(); at = <-read {
	}
	if err := router.Close(); err != nil { // with an hour to wait, it would hang if it waited
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)
	goleak.VerifyNone(t, ours)
}

func TestAClosedLogEndsItsFollowersAndTakesNothing(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	idle, err := l.Subscriber(l.Last()).Subscribe(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	busy, err := l.Subscriber(0).Subscribe(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	<-busy // and never answers
	alone := l.Subscriber(0)
	ended, err := alone.Subscribe(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	<-ended
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-ended; open {
		t.Fatal("a closed follower goes on")
	}
	last := l.Last()
	closeLog(t, l)
	for _, messages := range []<-chan *message.Message{idle, busy} {
		if m, open := <-messages; open {
			t.Fatalf("a page comes after the end: %s", m.UUID)
		}
	}
	if _, err := l.Record(t.Context(), rated(commandID(1), "j-1", 5)); !errors.Is(err, ErrClosed) {
		t.Fatalf("recording gives %v", err)
	}
	if _, err := l.Subscriber(0).Subscribe(t.Context(), ""); !errors.Is(err, ErrClosed) {
		t.Fatalf("following gives %v", err)
	}
	if high, err := readHighWater(l.o.Dir); err != nil || high != last {
		t.Fatalf("the high-water file says %d of %d, %v", high, last, err)
	}
	if err := l.Close(); err != nil {
		t.Fatalf("closing again gives %v", err)
	}
}

func TestEveryReaderStopsAtAHole(t *testing.T) {
	l := openLog(t, Options{}) // the founder is still there after a founding
	begin(t, l, "j-1")
	many(t, l, 50)
	messages, err := l.Subscriber(l.Last()).Subscribe(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	nc, err := l.server.connect(l.server.founder)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	cfg := wanted(l.ID())
	cfg.MaxMsgs, cfg.Discard = 10, jetstream.DiscardOld
	if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	isDamage := func(err error) {
		t.Helper()
		if d, ok := errors.AsType[*Damage](err); !ok || d.Spans[0] != (Span{1, 43}) {
			t.Fatalf("the hole gives %v", err)
		}
	}
	pages := 0
	for page, err := range l.Read(t.Context(), 0, 0) {
		pages++
		isDamage(err)
		if len(page) > 0 {
			t.Fatal("a page comes with the error")
		}
	}
	if pages != 1 {
		t.Fatalf("%d pages", pages)
	}
	isDamage(l.Err())
	again, err := l.Subscriber(0).Subscribe(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if m, open := <-again; open {
		t.Fatalf("a follower gets %s", m.UUID)
	}
	_, err = l.Record(t.Context(), rated(commandID(1), "j-1", 5))
	isDamage(err)
	_, err = l.one(t.Context(), 5)
	if d, ok := errors.AsType[*Damage](err); !ok || d.Spans[0] != (Span{5, 5}) {
		t.Fatalf("one position gives %v", err)
	}
	select {
	case <-messages:
		t.Fatal("the follower at the end is disturbed")
	default:
	}
}

func TestTheFirstHalfOfAPageIsGivenBeforeAHoleInIt(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	f, err := l.feed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.stop()
	msgs := []jetstream.Msg{<-f.msgs, <-f.msgs, <-f.msgs}
	page, err := f.read([]jetstream.Msg{msgs[0], msgs[2]})
	if err != nil || len(page) != 1 || page[0].Position != 1 {
		t.Fatalf("%d events, %v", len(page), err)
	}
	if _, err = f.read(msgs[2:]); err == nil {
		t.Fatal("the hole is passed over")
	}
}

func TestReadingStopsWhereItIsTold(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1", "j-2")
	last := many(t, l, 2100)
	for _, c := range []struct{ after, upto, from, to uint64 }{
		{0, 0, 1, last}, {0, 1, 1, 1}, {last - 1, 0, last, last}, {5, 1005, 6, 1005}, {0, last + 10, 1, last},
		{last, 0, 0, 0}, {last + 5, 0, 0, 0}, {7, 7, 0, 0},
	} {
		t.Run(fmt.Sprintf("%d to %d", c.after, c.upto), func(t *testing.T) {
			var first, end uint64
			for page, err := range l.Read(t.Context(), c.after, c.upto) {
				if err != nil {
					t.Fatal(err)
				}
				if first == 0 {
					first = page[0].Position
				}
				end = page[len(page)-1].Position
			}
			if first != c.from || end != c.to {
				t.Fatalf("%d to %d", first, end)
			}
		})
	}
	n := 0
	for r, err := range l.Stream(t.Context(), domain.JourneyStream("j-1")) {
		if err != nil || r.Stream.ID != "j-1" {
			t.Fatal(r.Stream, err)
		}
		n++
	}
	if n != 2101 {
		t.Fatalf("the journey has %d events", n)
	}
	for range l.Stream(t.Context(), domain.JourneyStream("j-9")) {
		t.Fatal("an unknown journey has events")
	}
}

func TestWhatWasKnownAtAMomentIsFound(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := openLog(t, Options{Now: func() time.Time { return now }})
	founded := now
	now = now.Add(time.Hour)
	begin(t, l, "j-1") // positions 2 and 3
	now = now.Add(-time.Minute)
	r := record1(t, l, rated(commandID(1), "j-1", 5)) // the clock was set back
	if r.Recorded != founded.Add(time.Hour) {
		t.Fatalf("recorded at %v, before what is in the log", r.Recorded)
	}
	now = now.Add(time.Hour)
	record1(t, l, rated(commandID(2), "j-1", 5))
	for _, c := range []struct {
		at   time.Time
		want uint64
	}{
		{founded.Add(-1), 0}, {founded, 1}, {founded.Add(time.Hour - 1), 1}, {founded.Add(time.Hour), 4}, {now.Add(-1), 4}, {now, 5}, {now.Add(time.Hour), 5},
	} {
		if got, err := l.At(t.Context(), c.at); err != nil || got != c.want {
			t.Fatalf("at %v it was %d, not %d (%v)", c.at, got, c.want, err)
		}
	}
}

func TestTheFiguresAreTrueAndNameNobody(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	l := openLog(t, Options{Metrics: NewMetrics(registry)})
	begin(t, l, "j-1")
	many(t, l, 100)
	publishBehind(t, l, rated(commandID(1), "j-1", 5))
	record1(t, l, rated(commandID(2), "j-1", 5))
	m := l.o.Metrics
	for name, c := range map[string]struct {
		got  prometheus.Collector
		want float64
	}{
		"appended":  {m.appended.WithLabelValues("confidence.rated"), 101},
		"conflicts": {m.conflicts, 1},
		"last":      {m.last, 105},
	} {
		if got := testutil.ToFloat64(c.got); got != c.want {
			t.Errorf("%s is %v, not %v", name, got, c.want)
		}
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
}
