package projections

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/waymark/waymark/domain"
)

// before drops what happened after a day, as if nobody had lived it yet.
func (n naive) before(day domain.Date) naive {
	then := naive{journeys: map[string][]domain.Recorded{}, services: map[string][]domain.Recorded{}, measures: n.measures,
		episodes: map[string][]naiveEpisode{}, ratings: map[string][]naiveRating{}, today: day + 1}
	drop := func(from, to map[string][]domain.Recorded) {
		for id, list := range from {
			list = slices.DeleteFunc(slices.Clone(list), func(r domain.Recorded) bool { return r.Occurred.Date > day })
			if len(list) > 0 {
				to[id] = list
			}
		}
	}
	drop(n.journeys, then.journeys)
	drop(n.services, then.services)
	for journey := range then.journeys {
		then.episodes[journey], then.ratings[journey] = then.episodesOf(journey), then.ratingsOf(journey)
	}
	return then
}

// An evaluator would be told what nobody could have known on that day.
func TestFiguresAsOfADayAreThoseOfWhatHadHappened(t *testing.T) {
	for seed, s := range []shape{varied, rated} {
		log := made(t, uint64(20+seed), s).log
		db := opened(t, t.TempDir(), Outcomes, Options{})
		advance(t, db, log, 1000)
		n := naiveOf(log)
		for _, ago := range []domain.Date{20, 300} {
			day := n.today - ago
			path := filepath.Join(t.TempDir(), "then.db")
			if any, err := db.AsOf(t.Context(), path, day); err != nil || !any {
				t.Fatal(any, err)
			}
			then, err := OpenCopy(t.Context(), path, Outcomes)
			if err != nil {
				t.Fatal(err)
			}
			func() {
				defer then.Close()
				compareFigures(t, then, n.before(day), day.Month()-4, map[string]int{})
			}()
		}
		path := filepath.Join(t.TempDir(), "now.db")
		if any, err := db.AsOf(t.Context(), path, n.today+1); err != nil || any {
			t.Error("something happened after today:", any, err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("a copy was left behind that nobody needs")
		}
	}
}

// What was known at a moment would change as more is recorded, or be made again
// for every question about it.
func TestAPastMomentIsKeptAsItWas(t *testing.T) {
	log := made(t, 23, varied).log
	reads := 0
	m := &Moments{Dir: filepath.Join(t.TempDir(), "moments"), Projection: Outcomes, Log: logID,
		Read: func(_ context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
			reads++
			return pages(log[after:upto], 700)
		}}
	open := func(position uint64) []string {
		t.Helper()
		db, err := m.Open(t.Context(), position)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if db.Bookmark() != position {
			t.Errorf("asked for %d and got %d", position, db.Bookmark())
		}
		return dump(t, db, asItIs)
	}
	first := open(1200)
	fresh := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, fresh, log[:1200], 1000)
	if !slices.Equal(first, dump(t, fresh, asItIs)) {
		t.Error("the moment is not what a replay up to it gives")
	}
	if again := open(1200); reads != 1 || !slices.Equal(first, again) {
		t.Errorf("read the log %d times", reads)
	}
	path := filepath.Join(m.Dir, "outcomes-2-at-1200.db")
	if err := os.WriteFile(path, []byte("garbled"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := open(1200); reads != 2 || !slices.Equal(first, again) {
		t.Errorf("a garbled moment was not made again: %d", reads)
	}
	for position := uint64(1300); position < 1800; position += 100 {
		open(position)
	}
	files, err := os.ReadDir(m.Dir)
	if err != nil || len(files) != mostMoments {
		t.Errorf("%d moments are kept (%v)", len(files), err)
	}
	m.Log = "9f1b1a52-0000-4000-8000-000000000000"
	reads = 0
	if db, err := m.Open(t.Context(), 1700); err == nil {
		db.Close()
	}
	if reads != 1 {
		t.Error("a moment of another log was believed")
	}
}
