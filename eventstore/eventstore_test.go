package eventstore

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"

	"github.com/waymark/waymark/domain"
)

// present is the clock of these tests' logs, unless they need another.
func present() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// openLog opens a log, and closes it when the test is over.
func openLog(t testing.TB, o Options) *Log {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Now == nil {
		o.Now = present
	}
	l, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// commandID makes the nth command id of a test.
func commandID(n int) string { return fmt.Sprintf("0192f0c4-0000-7000-8000-%012d", n) }

func serviceOpened(id string) domain.Draft {
	return domain.Draft{
		ID: uuid.NewString(), Stream: domain.Stream{About: domain.AboutService, ID: id}, Occurred: domain.On(domain.Day(2020, 1, 1)), By: "worker-1",
		Event: domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community"}},
	}
}

func supportStarted(command, journey string) domain.Draft {
	return domain.Draft{
		ID: command, Stream: domain.JourneyStream(journey), Service: "north", Occurred: domain.On(domain.Day(2024, 1, 1)), By: "worker-1",
		Event: domain.SupportStarted{},
	}
}

func rated(command, journey string, value int) domain.Draft {
	return domain.Draft{
		ID: command, Stream: domain.JourneyStream(journey), Service: "north", Occurred: domain.On(domain.Day(2024, 2, 1)), By: "worker-1",
		Event: domain.ConfidenceRated{About: "self", Value: domain.Rate(value), By: "person"},
		Words: domain.Words{Texts: map[domain.Word]string{"note": "a private sentence"}},
	}
}

func record1(t testing.TB, l *Log, d domain.Draft) Receipt {
	t.Helper()
	r, err := l.Record(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// begin opens the service north and begins the journeys.
func begin(t testing.TB, l *Log, journeys ...string) {
	t.Helper()
	record1(t, l, serviceOpened("north"))
	for _, j := range journeys {
		record1(t, l, supportStarted(uuid.NewString(), j))
	}
}

// whole reads the log, which fails the test where it has a hole.
func whole(t testing.TB, l *Log) []domain.Recorded {
	t.Helper()
	var all []domain.Recorded
	for page, err := range l.Read(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
	}
	for i, r := range all {
		if r.Position != uint64(i)+1 {
			t.Fatalf("position %d is at place %d", r.Position, i)
		}
		if u, ok := r.Event.(domain.Unreadable); ok {
			t.Fatalf("position %d cannot be read: %s", r.Position, u.Form)
		}
	}
	return all
}

func TestAnEntryIsThereAfterARestartAsItWasRecorded(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	begin(t, l, "j-1")
	d := rated(commandID(1), "j-1", 6)
	receipt := record1(t, l, d)
	id := l.ID()
	closeLog(t, l)

	l = openLog(t, Options{Dir: dir})
	if l.ID() != id || l.Last() != receipt.Position || receipt.Position != 4 {
		t.Fatalf("the log is %s and ends at %d; it was %s and ended at %d", l.ID(), l.Last(), id, receipt.Position)
	}
	got := whole(t, l)[receipt.Position-1]
	if !d.Same(got) || got.ID != d.ID || got.Stream != d.Stream || !got.At.Equal(receipt.Recorded) || got.Words.Texts["note"] != d.Words.Texts["note"] {
		t.Fatalf("read %+v", got)
	}
	if again := record1(t, l, d); !again.Duplicate || again.Position != receipt.Position || !again.Recorded.Equal(receipt.Recorded) {
		t.Fatalf("the same again gives %+v", again)
	}
}

func TestWritersOfOneJourneyLoseNothing(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	const writers, each = 32, 8
	var group sync.WaitGroup
	receipts := make([][]Receipt, writers)
	for w := range writers {
		group.Go(func() {
			for n := range each {
				r, err := l.Record(t.Context(), rated(commandID(w*each+n), "j-1", n))
				if err != nil {
					t.Error(err)
					return
				}
				receipts[w] = append(receipts[w], r)
			}
		})
	}
	group.Wait()
	all := whole(t, l)
	if len(all) != 3+writers*each {
		t.Fatalf("%d events are there", len(all))
	}
	var before time.Time
	for _, r := range all {
		if r.At.Before(before) {
			t.Fatalf("position %d is of a time before the one before", r.Position)
		}
		before = r.At
	}
	for w := range writers {
		for n, r := range receipts[w] {
			if got := all[r.Position-1]; got.Command != commandID(w*each+n) || r.Duplicate || n > 0 && r.Position <= receipts[w][n-1].Position {
				t.Fatalf("the receipt %+v is of another event, or out of order", r)
			}
		}
	}
}

func TestManyEntriesAreRecordedAndARefusedOneHoldsNobodyUp(t *testing.T) {
	l := openLog(t, Options{})
	var drafts []domain.Draft
	drafts = append(drafts, serviceOpened("north"))
	for j := range 40 {
		journey := fmt.Sprintf("j-%d", j)
		drafts = append(drafts, supportStarted(uuid.NewString(), journey))
		for n := range 60 {
			drafts = append(drafts, rated(uuid.NewString(), journey, n%11))
		}
	}
	bad := len(drafts) / 2
	drafts[bad].Service = "nowhere"
	repeated := len(drafts)
	drafts = append(drafts, drafts[repeated-1])
	results, err := l.ChangeAll(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	all := whole(t, l)
	if len(all) != len(drafts)-1 {
		t.Fatalf("%d events for %d entries", len(all), len(drafts))
	}
	for i, r := range results {
		switch {
		case i == bad:
			if !errors.Is(r.Err, domain.ErrNoService) {
				t.Fatalf("the refused entry gives %v", r.Err)
			}
		case r.Err != nil || r.ID != drafts[i].ID || all[r.Position-1].Command != r.ID || r.Duplicate != (i == repeated) ||
			!r.Recorded.Equal(all[r.Position-1].At):
			t.Fatalf("entry %d gives %+v", i, r)
		}
	}
	again, err := l.ChangeAll(t.Context(), drafts)
	if err != nil || l.Last() != uint64(len(all)) {
		t.Fatalf("the same again: %v, the log ends at %d", err, l.Last())
	}
	for i, r := range again {
		if i != bad && (r.Err != nil || !r.Duplicate || r.Position != results[i].Position) {
			t.Fatalf("entry %d again gives %+v", i, r)
		}
	}
}
