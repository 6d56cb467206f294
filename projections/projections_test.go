package projections

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnswersDoNotDependOnHowTheLogArrived(t *testing.T) {
	log := events(2345)
	var want map[string]string
	for _, size := range []int{1, 7, 500, 1000} {
		db := opened(t, t.TempDir(), toy, Options{})
		advance(t, db, log, size)
		advance(t, db, log[1000:2000], size) // again
		if got := number(t, db, `SELECT count(*) FROM seen`); got != 2345 {
			t.Fatalf("pages of %d: %d rows", size, got)
		}
		got := digest(t, db)
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
	}
}
