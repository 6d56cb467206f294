package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// hurt gives a log in which two journeys have an event that cannot be applied,
// and their positions.
func hurt() (log []domain.Recorded, first, second int) {
	log = events(300)
	first = slices.IndexFunc(log, func(r domain.Recorded) bool { return r.Position > 40 && r.Stream.ID == "j-3" })
	second = slices.IndexFunc(log, func(r domain.Recorded) bool { return r.Position > 45 && r.Stream.ID == "j-7" })
	log[first].By = "senseless"
	log[second].Event = domain.Unreadable{Form: "confidence.rated.v1"}
	return log, first + 1, second + 1
}

func TestJourneyThatMakesNoSenseHurtsNobodyElse(t *testing.T) {
	log, first, second := hurt()
	var want map[string]string
	for _, size := range []int{1, 7, 100, 300} {
		db := opened(t, t.TempDir(), toy, fromLog(&log))
		advance(t, db, log, size)
		kept, withheld, left := 0, map[string]int{}, 0
		for _, r := range log {
			switch {
			case r.Stream.ID == "j-3" && r.Position >= uint64(first), r.Stream.ID == "j-7" && r.Position >= uint64(second):
				withheld[r.Stream.ID]++
				left++
			default:
				kept++
			}
		}
		parked, err := db.Parked(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		wanted := []Parked{
			{"j-3", uint64(first), "by senseless: " + domain.ErrSenseless.Error(), withheld["j-3"]},
			{"j-7", uint64(second), "confidence.rated.v1: " + domain.ErrGarbled.Error(), withheld["j-7"]},
		}
		if diff := cmp.Diff(wanted, parked); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
		if n := number(t, db, `SELECT count(*) FROM seen`); n != int64(kept) {
			t.Errorf("pages of %d: %d events of others, not %d", size, n, kept)
		}
		if n := number(t, db, `SELECT count(*) FROM parked_events`); n != int64(left) {
			t.Errorf("pages of %d: %d events withheld, not %d", size, n, left)
		}
		if s := db.Status(); s.Parked != 2 || s.Bookmark != 300 {
			t.Errorf("%+v", s)
		}
		got := digest(t, db)
		if want == nil {
			want = got
		}
		same(t, want, got)

		// with savepoints from the first event on
		careful := opened(t, t.TempDir(), toy, Options{})
		for page := range pages(log, size) {
			if err := careful.file.pass(t.Context(), toy, page, careful.file.attempt(toy)); err != nil {
				t.Fatal(err)
			}
		}
		same(t, want, digest(t, careful))
	}
}

func TestJourneyStaysParkedAfterARestart(t *testing.T) {
	log, _, _ := hurt()
	whole, dir := log, t.TempDir()
	for i := range 3 {
		log = whole[:(i+1)*100]
		db := opened(t, dir, toy, fromLog(&log))
		if i > 0 && db.Status().Parked != 2 {
			t.Fatalf("%+v", db.Status())
		}
		advance(t, db, log[i*100:], 10)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := opened(t, dir, toy, fromLog(&log))
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestJourneyTakenUpAgainIsAsIfNeverParked(t *testing.T) {
	log, first, second := hurt()
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 50)
	before := digest(t, db)
	if err := db.Retry(t.Context()); err != nil { // nothing has changed
		t.Fatal(err)
	}
	same(t, before, digest(t, db))

	log[first-1].By = "worker-1"
	if err := db.Retry(t.Context(), "j-3", "j-4"); err != nil { // the first makes sense now
		t.Fatal(err)
	}
	same(t, rebuilt(t, toy, log), digest(t, db))

	last := slices.IndexFunc(log, func(r domain.Recorded) bool { return r.Position > 200 && r.Stream.ID == "j-7" })
	log[second-1].Event, log[last].By = domain.SupportStarted{}, "senseless"
	if err := db.Retry(t.Context()); err != nil { // the second parks later
		t.Fatal(err)
	}
	same(t, rebuilt(t, toy, log), digest(t, db))
	if parked, err := db.Parked(t.Context()); err != nil || len(parked) != 1 || parked[0].Position != uint64(last+1) {
		t.Errorf("%v, %v", parked, err)
	}

	log[last].By = "worker-1"
	if err := db.Retry(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, rebuilt(t, toy, log), digest(t, db))
	if db.Status().Parked != 0 {
		t.Errorf("%+v", db.Status())
	}
}

func TestRetryThatFailsChangesNothing(t *testing.T) {
	log, first, _ := hurt()
	whole := log
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 50)
	before := digest(t, db)

	log = whole[:200] // the log gives too few
	if err := db.Retry(t.Context(), "j-3"); !errors.Is(err, ErrGap) {
		t.Error(err)
	}
	log = whole
	log[first-1].By = "broken"
	if err := db.Retry(t.Context(), "j-3"); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Retry(cancelled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	same(t, before, digest(t, db))
	if db.Status().Parked != 2 || len(db.file.parked) != 2 || db.file.parked["j-3"] != uint64(first) {
		t.Errorf("%+v, %v", db.Status(), db.file.parked)
	}
}

func TestNewerLogStopsAnOlderProgram(t *testing.T) {
	for _, journey := range []string{"j-3", "j-9"} { // one that is parked, and one that is not
		log, first, _ := hurt()
		at := slices.IndexFunc(log, func(r domain.Recorded) bool { return r.Position > uint64(first) && r.Stream.ID == journey })
		log[at].Event = domain.Unreadable{Form: "dream.told.v1", Unknown: true}
		db := opened(t, t.TempDir(), toy, Options{})
		err := db.Advance(t.Context(), log)
		if !errors.Is(err, domain.ErrUnknownForm) || db.Status().Err == nil {
			t.Error(err)
		}
		if db.Bookmark() != uint64(at) { // everything before it is there
			t.Errorf("bookmark %d, and %d is unknown", db.Bookmark(), at+1)
		}
		same(t, rebuilt(t, toy, log[:at]), digest(t, db))
		if err := db.Advance(t.Context(), log[at:]); !errors.Is(err, domain.ErrUnknownForm) {
			t.Error(err)
		}
	}
}

func TestServiceIsNeverParked(t *testing.T) {
	for name, change := range map[string]func(*domain.Recorded){
		"senseless": func(r *domain.Recorded) { r.By = "senseless" },
		"garbled":   func(r *domain.Recorded) { r.Event = domain.Unreadable{Form: "service.opened.v1"} },
	} {
		for _, about := range []string{domain.AboutService, domain.AboutMeasure, domain.AboutLog} {
			log, _, _ := hurt()
			log[150].Stream.About = about
			change(&log[150])
			db := opened(t, t.TempDir(), toy, Options{})
			if err := db.Advance(t.Context(), log); !parks(err) {
				t.Errorf("%s %s: %v", about, name, err)
			}
			if db.Bookmark() != 150 || db.Status().Parked != 2 {
				t.Errorf("%s %s: %+v", about, name, db.Status())
			}
		}
	}
}

// The tally projection writes only at the end of a page, from what it remembers.
var tally = Projection{Name: "tally", Version: 1, Schema: toySchema,
	Apply: func(tx *Tx, r domain.Recorded) error {
		page, _ := tx.Page.(map[string]int)
		if page == nil {
			page = map[string]int{}
			tx.Page = page
		}
		page[r.Stream.ID]++
		kept, _ := tx.Kept.(map[string]uint64)
		if kept == nil {
			kept = map[string]uint64{}
			tx.Kept = kept
		}
		kept[r.Stream.ID] = r.Position
		if r.By == "senseless" {
			return domain.ErrSenseless
		}
		return nil
	},
	Flush: func(tx *Tx) error {
		page, _ := tx.Page.(map[string]int)
		for journey, n := range page {
			err := tx.Exec(`INSERT INTO counts VALUES (?, ?, ?)
				ON CONFLICT DO UPDATE SET events = events + excluded.events, last = excluded.last`,
				journey, n, tx.Kept.(map[string]uint64)[journey])
			if err != nil {
				return err
			}
		}
		return nil
	},
}

func TestWhatWasTakenBackIsNotRemembered(t *testing.T) {
	log, first, _ := hurt()
	var want map[string]string
	for _, size := range []int{1, 7, 100, 300} {
		db := opened(t, t.TempDir(), tally, Options{})
		advance(t, db, log, size)
		got := digest(t, db)
		if want == nil {
			want = got
		}
		same(t, want, got)
		if last := number(t, db, `SELECT last FROM counts WHERE journey = 'j-3'`); last >= int64(first) {
			t.Errorf("pages of %d: event %d was taken back", size, last)
		}
	}
	if db := opened(t, t.TempDir(), tally, Options{}); db.Advance(t.Context(), log[:10]) != nil ||
		fmt.Sprint(db.file.tx.Page) != "<nil>" || len(db.file.tx.Kept.(map[string]uint64)) == 0 {
		t.Error("a page is not to be remembered, what is kept is")
	}
}
