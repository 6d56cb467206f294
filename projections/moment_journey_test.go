package projections

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// lifeOf writes everything that a journey shows.
func lifeOf(t testing.TB, j *domain.Journey, id string, asOf domain.Date) string {
	t.Helper()
	text, err := json.MarshalIndent(j.Life(id, asOf), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Somebody would be told that something was known of them when it was not yet, or
// was said otherwise.
func TestAJourneyAsKnownThenIsTheFoldOfItsEventsUpToThere(t *testing.T) {
	t.Parallel()
	for seed, s := range []shape{varied, rated} {
		log := made(t, uint64(40+seed), s).log
		db := opened(t, t.TempDir(), Journeys, Options{})
		advance(t, db, log, 1000)
		streams := map[string][]domain.Recorded{}
		for _, r := range log {
			if r.Stream.About == domain.AboutJourney {
				streams[r.Stream.ID] = append(streams[r.Stream.ID], r)
			}
		}
		random := rand.New(rand.NewPCG(2, uint64(seed)))
		amended := 0
		view(t, db, func(s *Snapshot) error {
			for id, events := range streams {
				for range 12 {
					position := min(max(1, events[random.IntN(len(events))].Position+random.Uint64N(3)-1), uint64(len(log)))
					want := &domain.Journey{}
					for _, r := range events {
						if r.Position > position {
							if _, ok := r.Event.(domain.EntryCorrected); ok {
								amended++
							}
							continue
						}
						want.Apply(r)
					}
					got, err := JourneyAt(t.Context(), s, id, position)
					if want.Last() == 0 {
						if !errors.Is(err, ErrNoJourney) {
							t.Errorf("%s at %d: %v", id, position, err)
						}
						continue
					}
					if err != nil {
						return err
					}
					last := log[position-1].Occurred.Date
					for _, asOf := range []domain.Date{0, last, last - domain.Date(random.IntN(200))} { // alone, and both together
						if diff := gocmp.Diff(lifeOf(t, want, id, asOf), lifeOf(t, got, id, asOf)); diff != "" {
							t.Fatalf("%s at %d as of %s:\n%s", id, position, asOf, diff)
						}
					}
				}
			}
			return nil
		})
		if amended < 100 {
			t.Error("hardly anything was corrected later:", amended)
		}
	}
}

// What the read model withholds is not told as if it were all.
func TestAParkedJourneysPastIsAskedOfTheLog(t *testing.T) {
	log := made(t, 41, varied).log
	var victim domain.Recorded
	for i, r := range log[len(log)/2:] {
		if r.Stream.About == domain.AboutJourney {
			victim = r
			log[len(log)/2+i].Event = domain.EntryWithdrawn{Entry: "nobody's", Reason: "error"}
			break
		}
	}
	db := opened(t, t.TempDir(), Journeys, Options{})
	advance(t, db, log, 1000)
	view(t, db, func(s *Snapshot) error {
		if _, err := JourneyAt(t.Context(), s, victim.Stream.ID, victim.Position-1); err != nil && !errors.Is(err, ErrNoJourney) {
			t.Error("before it was parked:", err)
		}
		for _, at := range []uint64{victim.Position, uint64(len(log))} {
			if j, err := JourneyAt(t.Context(), s, victim.Stream.ID, at); !errors.Is(err, ErrWithheld) {
				t.Error(j, err)
			}
		}
		return nil
	})
}

func view(t testing.TB, db *DB, read func(*Snapshot) error) {
	t.Helper()
	if err := db.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkJourneyAt asks for journeys of a log of a million events, each of about
// a hundred, as they were known half-way. The budget is 5 ms. The floor reads the
// same rows and does nothing with them.
func BenchmarkJourneyAt(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journeys.db")
	if err := Replay(b.Context(), Journeys, path, logID, fiveYears(1_000_000)); err != nil {
		b.Fatal(err)
	}
	db, err := OpenCopy(b.Context(), path, Journeys)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var journeys []string
	view(b, db, func(s *Snapshot) error {
		return eachRow(b.Context(), s, func(scan func(...any) error) error {
			journeys = append(journeys, "")
			return scan(&journeys[len(journeys)-1])
		}, `SELECT journey FROM journeys WHERE began < 500000 ORDER BY events DESC LIMIT 1000`)
	})
	var took time.Duration
	b.Run("fold", func(b *testing.B) {
		n := 0
		for b.Loop() {
			view(b, db, func(s *Snapshot) error {
				_, err := JourneyAt(b.Context(), s, journeys[n%len(journeys)], 500_000)
				return err
			})
			n++
		}
		took = b.Elapsed() / time.Duration(b.N)
	})
	b.Run("floor", func(b *testing.B) {
		n := 0
		for b.Loop() {
			view(b, db, func(s *Snapshot) error {
				rows, err := s.Query(entryColumns+` WHERE journey = ? AND position <= 500000`, journeys[n%len(journeys)])
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
				}
				return rows.Err()
			})
			n++
		}
		if floor := b.Elapsed() / time.Duration(b.N); took > 0 {
			b.ReportMetric(float64(took)/float64(floor), "times-the-floor")
		}
	})
}
