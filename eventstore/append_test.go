package eventstore

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/waymark/waymark/domain"
)

// publishBehind stores an entry as another process would, without any help of
// the server's window of message ids.
func publishBehind(t testing.TB, l *Log, d domain.Draft) uint64 {
	t.Helper()
	m, err := l.message(domain.Recorded{
		Stream: d.Stream, ID: d.ID, Command: d.ID, Occurred: d.Occurred, Service: d.Service, By: d.By, Imported: d.Imported,
		Event: d.Event, Words: d.Words,
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Header.Set(hTime, l.order.next(l.o.Now).Format(timeForm))
	ack, err := l.js.PublishMsg(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return ack.Sequence
}

func TestALostReceiptIsGivenAgain(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	begin(t, l, "j-1")
	// The journey is folded in memory, and the log does not know of this one.
	d := rated(commandID(1), "j-1", 6)
	position := publishBehind(t, l, d)
	for range 2 { // by the conflict, then by the fold
		r := record1(t, l, d)
		if !r.Duplicate || r.Position != position || r.ID != d.ID {
			t.Fatalf("the receipt is %+v", r)
		}
	}
	other := rated(commandID(2), "j-1", 7)
	publishBehind(t, l, other)
	other.Event = domain.ConfidenceRated{About: "self", Value: domain.Rate(8), By: "person"}
	if _, err := l.Record(t.Context(), other); !errors.Is(err, ErrDifferent) {
		t.Fatalf("other facts under the same id give %v", err)
	}
	other = rated(commandID(2), "j-1", 7)
	other.Words = domain.Words{Texts: map[domain.Word]string{"note": "another sentence"}}
	if _, err := l.Record(t.Context(), other); !errors.Is(err, ErrDifferent) || strings.Contains(err.Error(), "sentence") {
		t.Fatalf("other words under the same id give %v", err)
	}
	closeLog(t, l)
	l = openLog(t, Options{Dir: dir})
	if r := record1(t, l, d); !r.Duplicate || r.Position != position {
		t.Fatalf("after a restart the receipt is %+v", r)
	}
	if len(whole(t, l)) != 5 {
		t.Fatal("an entry is there twice")
	}
}

func TestAnEntryIsNotLostToAFasterOne(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	publishBehind(t, l, rated(commandID(1), "j-1", 1))
	publishBehind(t, l, rated(commandID(2), "j-1", 2))
	r := record1(t, l, rated(commandID(3), "j-1", 3))
	if all := whole(t, l); r.Duplicate || len(all) != 6 || all[r.Position-1].Command != commandID(3) {
		t.Fatalf("the receipt is %+v of %d", r, len(all))
	}
	// What was faster is heeded: nothing may follow it.
	publishBehind(t, l, domain.Draft{ID: commandID(4), Stream: domain.JourneyStream("j-1"), Occurred: domain.On(domain.Day(2024, 3, 1)),
		By: "worker-1", Event: domain.PersonForgotten{Reason: "asked_by_person", AuthorisedBy: "worker-1"}})
	if _, err := l.Record(t.Context(), rated(commandID(5), "j-1", 5)); !errors.Is(err, domain.ErrForgotten) {
		t.Fatalf("after a faster entry that ends the journey: %v", err)
	}
}

func TestTheSameIdOnAnotherJourneyIsNotTakenForARetry(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1", "j-2")
	record1(t, l, rated(commandID(1), "j-1", 5))
	if r, err := l.Record(t.Context(), rated(commandID(1), "j-2", 5)); !errors.Is(err, ErrDifferent) {
		t.Fatalf("%+v, %v", r, err)
	}
	drafts := []domain.Draft{rated(commandID(2), "j-1", 5), rated(commandID(2), "j-2", 5)}
	for n := range 30 {
		drafts = append(drafts, rated(uuid.NewString(), "j-1", n%11))
	}
	results, err := l.ChangeAll(t.Context(), drafts)
	if err != nil || results[0].Err != nil || !errors.Is(results[1].Err, ErrDifferent) || results[31].Err != nil {
		t.Fatalf("%v: %+v", err, results[:2])
	}
}

func TestManyEntriesSurviveAFasterOneInTheirMidst(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1", "j-2")
	for _, journey := range []string{"j-1", "j-2"} { // so that they are folded
		record1(t, l, rated(uuid.NewString(), journey, 1))
	}
	retried := rated(commandID(7), "j-2", 7)
	drafts := []domain.Draft{}
	for n := range 50 {
		drafts = append(drafts, rated(uuid.NewString(), "j-1", n%11), rated(uuid.NewString(), "j-2", n%11))
	}
	drafts = append(drafts, retried)
	position := publishBehind(t, l, retried)
	results, err := l.ChangeAll(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	all := whole(t, l)
	if len(all) != 6+len(drafts) {
		t.Fatalf("%d events are there", len(all))
	}
	for i, r := range results {
		if retry := i == len(drafts)-1; r.Err != nil || all[r.Position-1].Command != drafts[i].ID || r.Duplicate != retry || retry && r.Position != position {
			t.Fatalf("entry %d gives %+v", i, r)
		}
	}
}

func TestWhatIsRecordedElsewhereMeanwhileShiftsNoReceipt(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1", "j-2")
	// Positions are foretold when entries are decided, and these come out otherwise.
	drafts := make([]domain.Draft, 40)
	for n := range drafts {
		drafts[n] = rated(uuid.NewString(), "j-1", n%11)
	}
	pair := func(domain.State, domain.Circumstances) ([]domain.Draft, error) {
		return []domain.Draft{rated(commandID(1), "j-1", 1), rated(commandID(1), "j-1", 2)}, nil
	}
	publishBehind(t, l, rated(commandID(2), "j-2", 5))
	for again := range 2 {
		results, err := l.ChangeAll(t.Context(), drafts)
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range results {
			if r.Err != nil || r.Position != uint64(6+n) || r.Duplicate != (again == 1) {
				t.Fatalf("entry %d gives %+v", n, r)
			}
		}
	}
	publishBehind(t, l, rated(commandID(3), "j-2", 5))
	for again := range 2 {
		receipts, err := l.Change(t.Context(), domain.JourneyStream("j-1"), pair)
		if err != nil || receipts[0].Position != 47 || receipts[1].Position != 48 || receipts[1].Duplicate != (again == 1) {
			t.Fatalf("%+v, %v", receipts, err)
		}
	}
	whole(t, l)
}

func TestWhatBelongsTogetherIsThereWholeOrNotAtAll(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	stream := domain.JourneyStream("j-1")
	three := func(values ...int) func(domain.State, domain.Circumstances) ([]domain.Draft, error) {
		return func(domain.State, domain.Circumstances) (drafts []domain.Draft, err error) {
			for _, v := range values {
				drafts = append(drafts, rated(commandID(values[0]), "j-1", v))
			}
			return drafts, nil
		}
	}
	if _, err := l.Change(t.Context(), stream, three(1, 2, 99)); !errors.Is(err, domain.ErrOutOfRange) {
		t.Fatalf("the last of three is refused with %v", err)
	}
	if len(whole(t, l)) != 3 {
		t.Fatal("a part of what was refused is in the log")
	}
	holds := func(last uint64) {
		t.Helper()
		if _, err := l.Change(t.Context(), stream, func(s domain.State, _ domain.Circumstances) ([]domain.Draft, error) {
			if s.Last() != last {
				t.Errorf("the rules see events up to %d, want %d", s.Last(), last)
			}
			return nil, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	holds(3)
	for _, duplicate := range []bool{false, true} {
		if duplicate {
			holds(6)
		}
		receipts, err := l.Change(t.Context(), stream, three(3, 4, 5))
		if err != nil || len(receipts) != 3 {
			t.Fatal(receipts, err)
		}
		for n, r := range receipts {
			got := whole(t, l)[r.Position-1]
			if r.Position != uint64(4+n) || r.Duplicate != duplicate || r.ID != commandID(3) || r.Event != got.ID || got.Command != r.ID {
				t.Fatalf("receipt %d is %+v", n, r)
			}
		}
		if receipts[0].Event != commandID(3) || receipts[1].Event == receipts[2].Event {
			t.Fatalf("the events are %+v", receipts)
		}
	}
	if _, err := l.Change(t.Context(), stream, three(3, 4)); err != nil {
		t.Fatal(err) // fewer of the same are the same as far as they go
	}
	if _, err := l.Change(t.Context(), stream, three(3, 6, 5)); !errors.Is(err, ErrDifferent) {
		t.Fatalf("others under the same id give %v", err)
	}
	if len(whole(t, l)) != 6 {
		t.Fatal("a retry was recorded")
	}
	holds(6)
}

func TestAJourneyBegunTwiceByARetryIsOneJourney(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l)
	d := supportStarted(commandID(1), "")
	first, again := record1(t, l, d), record1(t, l, d)
	if first.Stream != again.Stream || !domain.IsID(first.Stream.ID) || !again.Duplicate {
		t.Fatalf("%+v then %+v", first, again)
	}
	if strings.Contains(first.Stream.ID, "0192f0c4") || record1(t, l, supportStarted(commandID(2), "")).Stream == first.Stream {
		t.Fatalf("the journey is %s", first.Stream.ID)
	}
	same := l.DeriveUUID("a")
	if l.DeriveID("a", "bc") == l.DeriveID("ab", "c") || !domain.IsUUID(l.DeriveUUID("a")) || l.DeriveUUID("a") != same {
		t.Fatal("derived ids do not tell their parts apart")
	}
	if other := openLog(t, Options{}); other.DeriveUUID("a") == l.DeriveUUID("a") {
		t.Fatal("another log derives the same ids")
	}
	d.ID = ""
	if r := record1(t, l, d); !domain.IsUUID(r.ID) || r.Duplicate {
		t.Fatalf("without an id: %+v", r)
	}
}

func TestAServicesTimeZoneIsOneThatExists(t *testing.T) {
	l := openLog(t, Options{Now: func() time.Time { return time.Date(2026, 3, 1, 23, 30, 0, 0, time.UTC) }})
	for _, zone := range []string{"Europe/Londn", "Local", "../etc/passwd"} {
		d := serviceOpened("north")
		d.Event = domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community", Zone: zone}}
		var refusal *domain.Refusal
		if _, err := l.Record(t.Context(), d); !errors.As(err, &refusal) || refusal.Field != "data.zone" {
			t.Fatalf("%q gives %v", zone, err)
		}
	}
	d := serviceOpened("north")
	d.Event = domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community", Zone: "Europe/Athens"}}
	record1(t, l, d)
	tomorrow := supportStarted(commandID(1), "j-1") // it is half past one there already
	tomorrow.Occurred = domain.On(domain.Day(2026, 3, 2))
	record1(t, l, tomorrow)
	tomorrow = serviceOpened("west")
	tomorrow.Occurred = domain.On(domain.Day(2026, 3, 2))
	if _, err := l.Record(t.Context(), tomorrow); !errors.Is(err, domain.ErrFuture) {
		t.Fatalf("in London it is the day before: %v", err)
	}
}

func TestMalformedIdsReachNoSubject(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l)
	for _, id := range []string{"", "*", ">", "a.b", "A", strings.Repeat("a", 65), "a b"} {
		d := rated(commandID(1), id, 5)
		if _, err := l.Record(t.Context(), d); !errors.Is(err, domain.ErrMalformed) {
			t.Fatalf("%q gives %v", id, err)
		}
		for _, err := range l.Stream(t.Context(), d.Stream) {
			if !errors.Is(err, domain.ErrMalformed) {
				t.Fatalf("reading %q gives %v", id, err)
			}
		}
	}
	for _, d := range []domain.Draft{
		{ID: commandID(1), Stream: domain.Stream{About: "log"}, By: "a", Event: domain.LogFounded{Log: commandID(1), Words: "plain"}},
		{ID: "not-a-uuid", Stream: domain.JourneyStream("j-1"), By: "a", Event: domain.SupportStarted{}},
		{ID: commandID(1), Stream: domain.JourneyStream("j-1"), By: "a"},
	} {
		if _, err := l.Record(t.Context(), d); err == nil {
			t.Fatalf("%+v is recorded", d)
		}
	}
	if l.Last() != 2 {
		t.Fatalf("the log ends at %d", l.Last())
	}
}

func TestManyJourneysAtOnceWithLittleMemoryLoseNothing(t *testing.T) {
	l := openLog(t, Options{folded: 20}) // so that folds are dropped and read again all the time
	begin(t, l)
	const writers, journeys, each = 8, 6, 11
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			drafts := []domain.Draft{}
			for n := range each {
				for j := range journeys {
					journey := fmt.Sprintf("j-%d-%d", w, j)
					if n == 0 {
						drafts = append(drafts, supportStarted(uuid.NewString(), journey))
					} else {
						drafts = append(drafts, rated(uuid.NewString(), journey, n))
					}
				}
			}
			if w%2 == 0 {
				results, err := l.ChangeAll(t.Context(), drafts)
				for _, r := range results {
					err = errors.Join(err, r.Err)
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
			for _, d := range drafts {
				if _, err := l.Record(t.Context(), d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	all := whole(t, l)
	if len(all) != 2+writers*journeys*each {
		t.Fatalf("%d events are there", len(all))
	}
	ratings := map[string]int{}
	for i, r := range all {
		if i > 0 && r.At.Before(all[i-1].At) {
			t.Fatalf("position %d is of a time before the one before", r.Position)
		}
		if e, ok := r.Event.(domain.ConfidenceRated); ok {
			if n, _ := e.Value.Value(); n != ratings[r.Stream.ID]+1 {
				t.Fatalf("%s: %d after %d", r.Stream.ID, n, ratings[r.Stream.ID])
			}
			ratings[r.Stream.ID]++
		}
	}
	if l.folds.events > 20 {
		t.Fatalf("%d events are held in memory", l.folds.events)
	}
}

func TestALogOfANewerProgramIsNotDecidedOn(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	m := nats.NewMsg("waymark.journey.j-1")
	m.Header.Set(hType, "person.renamed.v1")
	m.Header.Set(hTime, present().Format(timeForm))
	if _, err := l.js.PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Record(t.Context(), rated(commandID(1), "j-1", 5)); !errors.Is(err, ErrNewer) {
		t.Fatalf("recording behind what is not understood gives %v", err)
	}
	record1(t, l, supportStarted(commandID(2), "j-2"))
}
