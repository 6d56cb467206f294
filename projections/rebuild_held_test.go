package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/waymark/waymark/domain"
)

// spoiled opens a read model in which somebody counted wrongly, and rebuilds it.
func spoiled(t *testing.T, dir string, log *[]domain.Recorded) *DB {
	t.Helper()
	db := opened(t, dir, toy, fromLog(log))
	advance(t, db, *log, 100)
	if err := db.file.tx.Exec(`DELETE FROM counts WHERE journey = 'j-3'; `); err != nil {
		t.Fatal(err)
	}
	if err := db.file.tx.Exec(`UPDATE counts SET events = 0 WHERE journey = 'j-7'`); err != nil {
		t.Fatal(err)
	}
	held, ok := errors.AsType[*Held](db.Rebuild(t.Context(), false))
	if !ok || !slices.Equal(held.Tables, []string{"counts"}) || len(held.Journeys) != 0 {
		t.Fatal(held)
	}
	return db
}

// Figures that people rely on would change, and nobody would have said yes to it.
func TestRebuildThatDiffersIsKeptBesideUntilItIsAccepted(t *testing.T) {
	log := events(1000)
	dir := t.TempDir()
	db := spoiled(t, dir, &log)
	old := digest(t, db)
	if rows := number(t, db, `SELECT count(*) FROM counts`); rows != 19 {
		t.Error("the old one does not answer any more:", rows)
	}
	log = events(1234)
	advance(t, db, log[1000:], 10)
	d, err := db.Diff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]TableDifference{}
	for _, table := range d.Tables {
		byName[table.Table] = table
	}
	counts := byName["counts"]
	if counts.Same || counts.Old.Digest == counts.New.Digest || counts.New.Rows != 20 || counts.Old.Only == 0 || counts.New.Only != counts.Old.Only && counts.New.Only != counts.Old.Only+1 {
		t.Errorf("%+v", counts)
	}
	if seen := byName["seen"]; !seen.Same || seen.Old.Rows != 1234 || seen.Old != seen.New || seen.Old.Only != 0 || d.Position != 1234 {
		t.Errorf("%+v", d)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = opened(t, dir, toy, fromLog(&log)) // it is held across restarts
	if held := db.Status().Beside; held == nil || !slices.Equal(held.Tables, []string{"counts"}) || held.File != "toy-1-2.db" {
		t.Fatalf("%+v", db.Status())
	}
	if got := databases(t, dir); got != "toy-1-1.db toy-1-2.db toy.db toy.held" {
		t.Error(got)
	}
	log = events(1300)
	advance(t, db, log[1234:], 10)
	if err := db.Accept(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := rebuilt(t, toy, log)
	same(t, want, digest(t, db))
	if want["counts"] == old["counts"] || db.Status().Beside != nil || db.Bookmark() != 1300 {
		t.Errorf("%+v", db.Status())
	}
	if err := db.Accept(t.Context()); !errors.Is(err, ErrNoneHeld) {
		t.Error(err)
	}
	if d, err := db.Diff(t.Context()); !errors.Is(err, ErrNoneHeld) {
		t.Error(d, err)
	}
	log = events(1400)
	advance(t, db, log[1300:], 10)
	same(t, rebuilt(t, toy, log), digest(t, db))
	db.Close()
	opened(t, dir, toy, fromLog(&log))
	if got := databases(t, dir); got != "toy-1-2.db toy.db" {
		t.Error(got)
	}
}

func TestAnotherRebuildBeginsAnew(t *testing.T) {
	log := events(500)
	dir := t.TempDir()
	db := spoiled(t, dir, &log)
	held, ok := errors.AsType[*Held](db.Rebuild(t.Context(), false))
	if !ok || held.File != "toy-1-3.db" && held.File != "toy-1-2.db" {
		t.Fatal(held)
	}
	if got := databases(t, dir); got != "toy-1-1.db "+held.File+" toy.db toy.held" {
		t.Error(got)
	}
	if err := db.file.tx.Exec(`DELETE FROM counts`); err != nil { // and mended
		t.Fatal(err)
	}
	if err := db.file.tx.Exec(`INSERT INTO counts SELECT journey, count(*), max(position) FROM seen GROUP BY journey`); err != nil {
		t.Fatal(err)
	}
	if err := db.Rebuild(t.Context(), false); err != nil {
		t.Error(err)
	}
	if s := db.Status(); s.Beside != nil {
		t.Errorf("%+v", s)
	}
	same(t, rebuilt(t, toy, log), digest(t, db))
}

// Recording would stand still while millions of rows are compared.
func TestPagesGoOnWhileTwoReadModelsAreCompared(t *testing.T) {
	log := events(2000)
	db := spoiled(t, t.TempDir(), &log)
	next, err := db.reopenHeld(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer next.close()
	p, err := db.pair(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	log = events(2100)
	advance(t, db, log[2000:], 10) // while the pair is held
	d, err := p.diff(t.Context())
	if err != nil || d.Position != 2000 || db.Bookmark() != 2100 {
		t.Error(d.Position, db.Bookmark(), err)
	}
	for _, table := range d.Tables {
		if table.Same != (table.Table != "counts") {
			t.Errorf("%+v", table)
		}
	}
}

// What a crash leaves at each point of a rebuild that is held, and of accepting it.
func TestCrashWhileARebuildIsHeldLosesNeither(t *testing.T) {
	log := events(300)
	for name, c := range map[string]struct {
		crash func(dir string) error
		held  bool
		new   bool // the new one is in force
	}{
		"before 2": {func(dir string) error { return os.Remove(filepath.Join(dir, "toy.held")) }, false, false},
		"in 2": {func(dir string) error {
			return os.Rename(filepath.Join(dir, "toy.held"), filepath.Join(dir, "toy.held.half"))
		}, false, false},
		"after 2": {func(string) error { return nil }, true, false},
		"accepted, before the link": {func(dir string) error {
			f, err := open(filepath.Join(dir, "toy-1-2.db"), toy, logID)
			if err != nil {
				return err
			}
			more := events(350)
			return errors.Join(f.advance(context.Background(), toy, more[300:]), f.close())
		}, true, false},
		"accepted, and still said to be held": {func(dir string) error {
			return point(filepath.Join(dir, "toy.db"), "toy-1-2.db")
		}, false, true},
		"rebuilt again, and the file still there": {func(dir string) error {
			return os.Remove(filepath.Join(dir, "toy.held"))
		}, false, false},
		"rebuilt again, and the file gone": {func(dir string) error {
			return remove(filepath.Join(dir, "toy-1-2.db"))
		}, false, false},
		"garbled": {func(dir string) error { return os.Truncate(filepath.Join(dir, "toy-1-2.db"), 9000) }, false, false},
		"not what it was": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "toy.held"), []byte(`{"file":"../toy-1-2.db"}`), 0o600)
		}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log := slices.Clone(log)
			spoiled(t, dir, &log).Close()
			if err := c.crash(dir); err != nil {
				t.Fatal(err)
			}
			log = events(350)
			db := opened(t, dir, toy, fromLog(&log))
			advance(t, db, log, 100)
			if counted := number(t, db, `SELECT sum(events) FROM counts`); (counted == 350) != c.new || db.Bookmark() != 350 {
				t.Error("in force is one that counts", counted, "events at", db.Bookmark())
			}
			if held := db.Status().Beside != nil; held != c.held {
				t.Errorf("held: %+v", db.Status().Beside)
			}
			if !c.held {
				if got := len(files(t, dir)); got != 4 {
					t.Error("left behind:", files(t, dir))
				}
				return
			}
			if err := db.Accept(t.Context()); err != nil {
				t.Fatal(err)
			}
			same(t, rebuilt(t, toy, log), digest(t, db))
		})
	}
}

// A rebuild that is told to stop leaves nothing, and what was in force answers.
func TestRebuildThatIsStoppedLeavesNothing(t *testing.T) {
	log := events(1000)
	o := fromLog(&log)
	dir := t.TempDir()
	db := opened(t, dir, toy, o)
	advance(t, db, log, 100)
	ctx, cancel := context.WithCancel(t.Context())
	read := db.o.Read
	db.o.Read = func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
		return func(yield func([]domain.Recorded, error) bool) {
			for page, err := range read(ctx, after, upto) {
				if page[0].Position > 500 {
					cancel()
				}
				if !yield(page, err) {
					return
				}
			}
		}
	}
	if err := db.Rebuild(ctx, false); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := databases(t, dir); got != "toy-1-1.db toy.db" {
		t.Error(got)
	}
	if fmt.Sprint(digest(t, db)) != fmt.Sprint(rebuilt(t, toy, log)) {
		t.Error("the old one does not answer")
	}
}
