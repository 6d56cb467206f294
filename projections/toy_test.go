package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/waymark/waymark/domain"
)

// The toy projection counts each journey's events, and keeps the last of them.
// An event recorded by "senseless" makes no sense to it; one by "broken" fails.
const toySchema = `
-- Journeys, with how much there is of each.
CREATE TABLE counts (
	journey TEXT PRIMARY KEY, -- the journey's id
	events  INTEGER NOT NULL, -- how many events
	-- the position of the last
	last    INTEGER NOT NULL
) STRICT;

-- Events.
CREATE TABLE seen (
	position INTEGER PRIMARY KEY, -- its position
	id       TEXT NOT NULL,       -- its id
	journey  TEXT NOT NULL        -- the journey's id
) STRICT;
`

var errBroken = errors.New("broken")

var toy = Projection{Name: "toy", Version: 1, Schema: toySchema, Apply: applyToy}

func applyToy(tx *Tx, r domain.Recorded) error {
	err := tx.Exec(`INSERT INTO counts VALUES (?, 1, ?)
		ON CONFLICT DO UPDATE SET events = events + 1, last = excluded.last`, r.Stream.ID, r.Position)
	if err != nil {
		return err
	}
	if err := tx.Exec(`INSERT INTO seen VALUES (?, ?, ?)`, r.Position, r.ID, r.Stream.ID); err != nil {
		return err
	}
	switch r.By { // after the rows, which must not stay
	case "senseless":
		return fmt.Errorf("by %s: %w", r.By, domain.ErrSenseless)
	case "broken":
		return errBroken
	}
	return nil
}

const logID = "0192f0c4-0000-7000-8000-000000000001"

// events makes a log of n events by people of twenty journeys.
func events(n int) []domain.Recorded {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	all := make([]domain.Recorded, n)
	for i := range all {
		all[i] = domain.Recorded{
			Position: uint64(i + 1),
			Stream:   domain.JourneyStream(fmt.Sprintf("j-%d", random.IntN(20))),
			ID:       fmt.Sprintf("e-%d", i+1),
			At:       start.Add(time.Duration(i) * time.Minute),
			By:       "worker-1",
			Event:    domain.SupportStarted{},
		}
	}
	return all
}

// pages cuts a log.
func pages(log []domain.Recorded, size int) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		for len(log) > 0 {
			n := min(size, len(log))
			if !yield(log[:n], nil) {
				return
			}
			log = log[n:]
		}
	}
}

// fromLog gives Options that read the log that it points to.
func fromLog(log *[]domain.Recorded) Options {
	return Options{
		Last: func() uint64 { return uint64(len(*log)) },
		Read: func(_ context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
			if upto == 0 {
				upto = uint64(len(*log))
			}
			return pages((*log)[after:upto], 100)
		},
		Stream: func(_ context.Context, s domain.Stream) iter.Seq2[domain.Recorded, error] {
			return func(yield func(domain.Recorded, error) bool) {
				for _, r := range *log {
					if r.Stream == s && !yield(r, nil) {
						return
					}
				}
			}
		},
	}
}

// A read model that is closed leaves nothing running behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func opened(t testing.TB, dir string, p Projection, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), dir, p, logID, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func advance(t testing.TB, db *DB, log []domain.Recorded, size int) {
	t.Helper()
	for page := range pages(log, size) {
		if err := db.Advance(context.Background(), page); err != nil {
			t.Fatal(err)
		}
	}
}

func digest(t testing.TB, db *DB) map[string]string {
	t.Helper()
	d, err := db.Digest(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func number(t testing.TB, db *DB, query string, args ...any) (n int64) {
	t.Helper()
	err := db.View(context.Background(), func(s *Snapshot) error {
		return s.QueryRow(query, args...).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// files lists the directory.
func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// rebuilt gives the digests of the log's tables, made from nothing.
func rebuilt(t testing.TB, p Projection, log []domain.Recorded) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rebuilt.db")
	if err := Replay(t.Context(), p, path, logID, pages(log, 1000)); err != nil {
		t.Fatal(err)
	}
	db, err := OpenCopy(t.Context(), path, p)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return digest(t, db)
}

func same(t testing.TB, want, got map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("tables differ (want -, got +):", diff)
	}
}
