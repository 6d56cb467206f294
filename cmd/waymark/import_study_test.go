package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// importStudy imports the study into a data directory with the program itself.
func importStudy(t *testing.T, dir string) (count imported) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), []string{"import", "--data", dir, "--json",
		"testdata/bringmann/bringmann2013_daily.csv", "--mapping", "testdata/bringmann/bringmann2013.yaml"},
		bytes.NewReader(nil), &out, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &count); err != nil {
		t.Fatal(err)
	}
	return count
}

// answeredFrom opens the log and the outcomes of a data directory, caught up.
func answeredFrom(t *testing.T, dir string) (*eventstore.Log, *projections.DB) {
	t.Helper()
	ctx := t.Context()
	log, err := eventstore.Open(ctx, eventstore.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	db, err := projections.Open(ctx, dir, projections.Outcomes, log.ID(), projections.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for page, err := range log.Read(ctx, db.Bookmark(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Advance(ctx, page); err != nil {
			t.Fatal(err)
		}
	}
	return log, db
}

func TestImportKeepsWhatPeopleRatedInAPublishedStudy(t *testing.T) {
	dir := t.TempDir()
	want := imported{Entries: 3091, Recorded: 3091, Kinds: map[string]int{
		"service.opened": 2, "measure.defined": 2, "support.started": 129, "measure.scored": 2958}}
	if diff := cmp.Diff(want, importStudy(t, dir)); diff != "" {
		t.Error(diff)
	}
	log, db := answeredFrom(t, dir)
	for page, err := range log.Read(t.Context(), 1, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			if e.Imported != "bringmann2013" {
				t.Fatalf("position %d does not say that it was imported", e.Position)
			}
		}
	}

	type group struct {
		service, about string
		after          bool
	}
	people, means := map[string]int{}, map[group]float64{}
	err := db.View(t.Context(), func(s *projections.Snapshot) error {
		return read(t.Context(), s, people, func(service, about string, after bool, mean float64) {
			means[group{service, about, after}] = mean
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"trained": 63, "waiting": 66}, people); diff != "" {
		t.Error("people:", diff)
	}
	// As published for relaxed; for sad from the file.
	for g, want := range map[group]float64{
		{"trained", "measure.relaxed.1.relaxed", false}: 3.892, {"trained", "measure.relaxed.1.relaxed", true}: 4.345,
		{"waiting", "measure.relaxed.1.relaxed", false}: 4.216, {"waiting", "measure.relaxed.1.relaxed", true}: 4.238,
		{"trained", "measure.sad.1.sad", false}: 2.430, {"trained", "measure.sad.1.sad", true}: 1.852,
		{"waiting", "measure.sad.1.sad", false}: 2.525, {"waiting", "measure.sad.1.sad", true}: 2.373,
	} {
		if got := means[g]; math.Abs(got-want) > 0.0005 {
			t.Errorf("%+v: the mean of people's means is %.4f, not %.3f", g, got, want)
		}
	}
	if len(means) != 8 {
		t.Errorf("%d groups, not 8", len(means))
	}
}

// read counts each service's people, and gives the mean of people's own means
// of each rating before and after the eight weeks.
func read(ctx context.Context, s *projections.Snapshot, people map[string]int, group func(service, about string, after bool, mean float64)) error {
	rows, err := s.QueryContext(ctx, `SELECT service, count(DISTINCT journey) FROM episodes GROUP BY service`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var service string
		var n int
		if err := rows.Scan(&service, &n); err != nil {
			return err
		}
		people[service] = n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows, err = s.QueryContext(ctx, `
		WITH own AS (
			SELECT service, about, day >= '2010-03-01' AS after, avg(value) AS mean
			FROM ratings WHERE by = 'person' GROUP BY service, about, after, journey)
		SELECT service, about, after, avg(mean) FROM own GROUP BY service, about, after`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var service, about string
		var after bool
		var mean float64
		if err := rows.Scan(&service, &about, &after, &mean); err != nil {
			return err
		}
		group(service, about, after, mean)
	}
	return rows.Err()
}

func TestImportingTwiceAddsNothing(t *testing.T) {
	dir := t.TempDir()
	importStudy(t, dir)
	count := importStudy(t, dir)
	if count.Duplicates != count.Entries || count.Recorded != 0 || count.Refused != 0 {
		t.Errorf("the second time: %+v", count)
	}
	if log, _ := answeredFrom(t, dir); log.Last() != uint64(1+count.Entries) {
		t.Errorf("the log ends at %d, not at the founding and %d entries", log.Last(), count.Entries)
	}
}
