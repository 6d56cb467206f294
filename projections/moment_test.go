package projections

import (
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
	t.Parallel()
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
