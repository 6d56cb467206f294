package projections

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/waymark/waymark/domain"
)

// moments gives those of a log, and the position after which each reading began.
func moments(t *testing.T, p Projection, log []domain.Recorded) (m *Moments, reads *[]uint64) {
	t.Helper()
	reads = &[]uint64{}
	return &Moments{Dir: filepath.Join(t.TempDir(), "moments"), Projection: p, Log: logID,
		Read: func(_ context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
			*reads = append(*reads, after)
			return pages(log[after:min(upto, uint64(len(log)))], 700)
		}}, reads
}

// content gives the bytes of the file of a moment.
func content(t *testing.T, m *Moments, position uint64) []byte {
	t.Helper()
	db, err := m.Open(t.Context(), position)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if db.Bookmark() != position {
		t.Errorf("asked for %d and got %d", position, db.Bookmark())
	}
	bytes, err := os.ReadFile(db.shown.path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// replayedFile gives the bytes of a replay from nothing.
func replayedFile(t *testing.T, p Projection, log []domain.Recorded) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "replayed.db")
	if err := Replay(t.Context(), p, path, logID, pages(log, 1000)); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// monthEnd gives the position of the last event of the month that one is in.
func monthEnd(log []domain.Recorded, at int) uint64 {
	for at < len(log) && log[at].At.Before(monthAfter(log[at-1].At)) {
		at++
	}
	return uint64(at)
}

// Two evaluators who ask for the same past would be told different things,
// depending on what was asked for before.
func TestAPastMomentIsTheSameHoweverItIsReached(t *testing.T) {
	t.Parallel()
	log := made(t, 23, varied).log
	for _, p := range []Projection{Decisions, Outcomes} {
		m, reads := moments(t, p, log)
		random := rand.New(rand.NewPCG(1, 23))
		positions := []uint64{1, 2, uint64(len(log)) - 1, uint64(len(log))}
		for range 12 {
			positions = append(positions, 1+random.Uint64N(uint64(len(log))))
		}
		for i := range 8 { // the ends of months, from which others go on
			positions = append(positions, monthEnd(log, 1+i*len(log)/8))
		}
		random.Shuffle(len(positions), func(i, j int) { positions[i], positions[j] = positions[j], positions[i] })
		for _, at := range positions {
			if !bytes.Equal(content(t, m, at), replayedFile(t, p, log[:at])) {
				t.Errorf("%s at %d is not what a replay gives", p.Name, at)
			}
		}
		if from := slices.Max(*reads); from == 0 {
			t.Error("every moment was made from nothing")
		}
	}
}

// A log of many years would be read from its beginning for every question about
// the past.
func TestALongWayIsGoneOnce(t *testing.T) {
	t.Parallel()
	var log []domain.Recorded
	for page := range fiveYears(70_000) {
		log = append(log, page...)
	}
	m, reads := moments(t, Decisions, log)
	last := content(t, m, 61_234)
	kept := m.list()
	if len(kept) < 4 || len(kept) > 7 {
		t.Error("on the way were kept:", kept)
	}
	for _, at := range []uint64{61_235, 45_000, kept[0].position} {
		*reads = nil
		if !bytes.Equal(content(t, m, at), replayedFile(t, Decisions, log[:at])) {
			t.Errorf("at %d it is not what a replay gives", at)
		}
		if len(*reads) > 1 || len(*reads) == 1 && at-(*reads)[0] > 1.5*leastApart {
			t.Errorf("for %d the log was read behind %d", at, *reads)
		}
	}
	if *reads = nil; !bytes.Equal(last, content(t, m, 61_234)) || len(*reads) > 0 {
		t.Error("what was kept was made again", *reads)
	}
}

// The disk would fill up with the past.
func TestMomentsThinOutEvenly(t *testing.T) {
	log := events(4*mostLandings + 1)
	for i := range log { // each in a month of its own
		log[i].At = log[i].At.AddDate(0, i, 0)
	}
	m, _ := moments(t, toy, log)
	for at := range uint64(4 * mostLandings) {
		if err := m.KeepGently(t.Context(), at+1); err != nil {
			t.Fatal(err)
		}
	}
	var before uint64
	kept := m.list()
	for _, k := range kept {
		if !k.landing || k.position-before > 8 {
			t.Errorf("%+v comes after %d", k, before)
		}
		before = k.position
	}
	if len(kept) != mostLandings || before != 4*mostLandings {
		t.Errorf("%d are kept, the last at %d", len(kept), before)
	}
	log = events(100)
	m, _ = moments(t, toy, log)
	for at := range uint64(20) {
		content(t, m, 50-at)
	}
	if kept := m.list(); len(kept) != mostAsked || kept[0].position != 31 {
		t.Errorf("%+v", kept)
	}
}

// A moment that somebody asked to have kept would be gone when it is needed.
func TestAMomentThatIsToStayStays(t *testing.T) {
	log := events(4*mostLandings + 1)
	for i := range log { // two in each month
		log[i].At = log[i].At.AddDate(0, i/2, 0)
	}
	m, reads := moments(t, toy, log)
	stay := []uint64{3, 4} // within a month, and the end of one
	for range 2 {
		for _, at := range stay {
			if err := m.Keep(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	for at := range uint64(4 * mostLandings) {
		if err := m.KeepGently(t.Context(), at+1); err != nil {
			t.Fatal(err)
		}
	}
	*reads = nil
	for _, at := range stay {
		if !bytes.Equal(content(t, m, at), replayedFile(t, toy, log[:at])) || len(*reads) > 0 {
			t.Errorf("at %d it was made again", at)
		}
	}
	if kept := len(m.list()); kept != mostLandings+mostAsked+len(stay) {
		t.Errorf("%d are kept", kept)
	}
	if err := m.Forget(); err != nil || len(m.list()) > 0 {
		t.Error("it was not forgotten:", m.list(), err)
	}
}

// What was mended would be answered as before, from a moment that was being made
// while it was.
func TestWhatIsUnderWayIsForgottenToo(t *testing.T) {
	var log []domain.Recorded
	for page := range fiveYears(70_000) {
		log = append(log, page...)
	}
	m, _ := moments(t, Decisions, log)
	read, times := m.Read, 0
	m.Read = func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
		times++
		if times > 1 {
			if kept := m.list(); after > 0 || len(kept) > 0 {
				t.Error("it went on from", after, kept)
			}
			return read(ctx, after, upto)
		}
		return func(yield func([]domain.Recorded, error) bool) {
			for page, err := range read(ctx, after, upto) {
				if page[0].Position < 55_000 && page[len(page)-1].Position >= 55_000 {
					if len(m.list()) == 0 {
						t.Error("nothing was kept on the way")
					}
					if err := m.Forget(); err != nil {
						t.Error(err)
					}
				}
				if !yield(page, err) {
					return
				}
			}
		}
	}
	if !bytes.Equal(content(t, m, 61_234), replayedFile(t, Decisions, log[:61_234])) || times != 2 {
		t.Errorf("it was read %d times", times)
	}
}

// Somebody's past would be told from another record, or from half of theirs.
func TestAMomentThatIsNotOneIsPassedOver(t *testing.T) {
	t.Parallel()
	log := made(t, 23, varied).log
	at := monthEnd(log, len(log)/2)
	later := at + 50
	other := slices.Clone(log)
	landing := fmt.Sprintf("outcomes-%d-landing-%d.db", Outcomes.Version, at)
	older := fmt.Sprintf("outcomes-%d-landing-%d.db", Outcomes.Version-1, at)
	for name, spoil := range map[string]func(m *Moments) error{
		"no database": func(m *Moments) error { return os.WriteFile(filepath.Join(m.Dir, landing), []byte("garbled"), 0o600) },
		"cut off":     func(m *Moments) error { return os.Truncate(filepath.Join(m.Dir, landing), 80_000) },
		"scribbled":   func(m *Moments) error { return scribble(filepath.Join(m.Dir, landing), 8192, 200_000) },
		"empty":       func(m *Moments) error { return os.Truncate(filepath.Join(m.Dir, landing), 0) },
		"another position": func(m *Moments) error {
			return os.Rename(filepath.Join(m.Dir, landing), filepath.Join(m.Dir, strings.ReplaceAll(landing, fmt.Sprint(at), fmt.Sprint(at+1))))
		},
		"another log": func(m *Moments) error {
			path := filepath.Join(m.Dir, landing)
			return errors.Join(os.Remove(path), Replay(t.Context(), Outcomes, path, "9f1b1a52-0000-4000-8000-000000000000", pages(other[:at], 1000)))
		},
		"another version": func(m *Moments) error {
			return os.Rename(filepath.Join(m.Dir, landing), filepath.Join(m.Dir, older))
		},
		"half-made": func(m *Moments) error {
			dir := filepath.Join(m.Dir, "outcomes-making-77")
			return errors.Join(os.Mkdir(dir, 0o700), os.Rename(filepath.Join(m.Dir, landing), filepath.Join(dir, "then.db")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			first, _ := moments(t, Outcomes, log)
			if err := first.KeepGently(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			if err := spoil(first); err != nil {
				t.Fatal(err)
			}
			m, reads := moments(t, Outcomes, log) // another process
			m.Dir = first.Dir
			if !bytes.Equal(content(t, m, later), replayedFile(t, Outcomes, log[:later])) {
				t.Error("it is not what a replay gives")
			}
			if last := (*reads)[len(*reads)-1]; last != 0 {
				t.Error("it was gone on from", last)
			}
			if got := files(t, m.Dir); len(got) != 1 {
				t.Error("left behind:", got)
			}
		})
	}
}

// Somebody would wait for what somebody else asks for.
func TestMomentsAreMadeOnceAndSideBySide(t *testing.T) {
	log := events(3000)
	m, _ := moments(t, toy, log)
	var mu sync.Mutex
	reads := 0
	began, other := make(chan struct{}), make(chan struct{})
	m.Read = func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
		return func(yield func([]domain.Recorded, error) bool) {
			mu.Lock()
			reads++
			first := reads == 1
			mu.Unlock()
			if first {
				close(began)
				select {
				case <-other: // which is only made if it need not wait for this one
				case <-ctx.Done():
					yield(nil, ctx.Err())
					return
				}
			}
			pages(log[after:min(upto, uint64(len(log)))], 700)(yield)
		}
	}
	gaveUp, giveUp := context.WithCancel(t.Context())
	var asked sync.WaitGroup
	asked.Go(func() {
		if db, err := m.Open(gaveUp, 2000); !errors.Is(err, context.Canceled) {
			t.Error(db, err)
		}
	})
	<-began
	for range 3 {
		asked.Go(func() {
			db, err := m.Open(context.Background(), 2000)
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	content(t, m, 1000)
	giveUp() // another of those who wait makes it then
	asked.Wait()
	if close(other); reads != 3 {
		t.Errorf("the log was read %d times", reads)
	}
}

func TestAMomentBeyondTheLogIsRefused(t *testing.T) {
	m, _ := moments(t, toy, events(10))
	if db, err := m.Open(t.Context(), 11); !errors.Is(err, ErrGap) {
		t.Error(db, err)
	}
	if got := files(t, m.Dir); len(got) != 0 {
		t.Error("left behind:", got)
	}
}
