package eventstore

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/waymark/waymark/domain"
)

// Many journeys that are not in memory are folded by reading the log once. Each
// must be judged as if it had been read by itself.
func TestManyJourneysOutOfMemoryAreJudgedByTheirWholeHistory(t *testing.T) {
	dir := t.TempDir()
	l := openLog(t, Options{Dir: dir})
	begin(t, l)
	const journeys = 3 * worthScanning
	var drafts []domain.Draft
	for n := range journeys {
		drafts = append(drafts, supportStarted(commandID(1000+n), fmt.Sprintf("j-%d", n)))
	}
	for n := range journeys {
		drafts = append(drafts, rated(commandID(2000+n), fmt.Sprintf("j-%d", n), n%11))
	}
	first, err := l.ChangeAll(t.Context(), drafts)
	if err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)

	metrics := NewMetrics(prometheus.NewRegistry())
	l = openLog(t, Options{Dir: dir, Metrics: metrics})
	again := append([]domain.Draft{}, drafts...)
	for n := range journeys {
		replacement := rated("", "", (n+1)%11)
		again = append(again, domain.Draft{ID: commandID(3000 + n), Stream: domain.JourneyStream(fmt.Sprintf("j-%d", n)), By: "worker-1",
			Event: domain.EntryCorrected{Entry: commandID(2000 + n), Form: domain.FormOf(replacement.Event), Occurred: replacement.Occurred,
				Service: replacement.Service, Reason: "error", Replacement: replacement.Event}})
	}
	again = append(again, supportStarted(uuid.NewString(), "j-0")) // is with the service already
	again = append(again, supportStarted(uuid.NewString(), "j-new"))
	results, err := l.ChangeAll(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results[:len(drafts)] {
		if r.Err != nil || !r.Duplicate || r.Position != first[i].Position {
			t.Fatalf("entry %d again: %+v", i, r)
		}
	}
	for i, r := range results[len(drafts) : len(drafts)+journeys] {
		if r.Err != nil || r.Duplicate {
			t.Fatalf("correction %d: %+v", i, r)
		}
	}
	if n := testutil.ToFloat64(metrics.conflicts); n != 0 {
		t.Errorf("%v conflicts: the folds were not as the log has them", n)
	}
	if r := results[len(results)-2]; r.Err == nil {
		t.Error("support was begun a second time")
	}
	if r := results[len(results)-1]; r.Err != nil {
		t.Errorf("a new journey: %v", r.Err)
	}
}
