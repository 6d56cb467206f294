package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/waymark/waymark/domain"
)

func TestAnswersDoNotDependOnHowTheLogArrived(t *testing.T) {
	log := events(2345)
	log[1500].By = "senseless"
	want := rebuilt(t, toy, log)
	for _, size := range []int{1, 7, 500, 1000} {
		db := opened(t, t.TempDir(), toy, Options{})
		advance(t, db, log, size)
		advance(t, db, log[1000:2000], size) // again
		same(t, want, digest(t, db))
	}
}

func TestPageIsTakenInWholeOrNotAtAll(t *testing.T) {
	log := events(30)
	log[25].By = "broken"
	db := opened(t, t.TempDir(), toy, Options{})
	advance(t, db, log[:20], 10)
	err := db.Advance(t.Context(), log[20:])
	if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "toy: event 26: ") {
		t.Fatal("the error does not name its event:", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Advance(cancelled, log[20:25]); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if rows := number(t, db, `SELECT count(*) FROM seen`); rows != 20 || db.Bookmark() != 20 {
		t.Fatalf("%d rows, bookmark %d", rows, db.Bookmark())
	}
	log[25].By = "worker-1"
	advance(t, db, log[20:], 10)
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestEventThatIsMissingIsNotSkipped(t *testing.T) {
	log := events(30)
	db := opened(t, t.TempDir(), toy, Options{})
	advance(t, db, log[:10], 10)
	for name, page := range map[string][]domain.Recorded{
		"before the page": log[11:20],
		"in the page":     append(log[10:14:14], log[15:20]...),
		"out of order":    {log[10], log[12], log[11]},
		"twice":           {log[10], log[10]},
	} {
		if err := db.Advance(t.Context(), page); !errors.Is(err, ErrGap) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if db.Bookmark() != 10 {
		t.Error("bookmark", db.Bookmark())
	}
}

func TestWhatWasMissedIsReadFromTheLog(t *testing.T) {
	log := events(1000)
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log[:10], 10)
	advance(t, db, log[900:], 100)
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestFullDiskLosesNothing(t *testing.T) {
	log := events(5000)
	db := opened(t, t.TempDir(), toy, Options{})
	advance(t, db, log[:1], 1)
	var most int
	if err := db.file.tx.Row(`PRAGMA max_page_count = 20`).Scan(&most); err != nil {
		t.Fatal(err)
	}
	var full error
	for page := range pages(log, 1000) {
		if err := db.Advance(t.Context(), page); err != nil {
			full = err
		}
	}
	if full == nil || db.Bookmark() == 5000 {
		t.Fatal("the disk was not full")
	}
	if rows := number(t, db, `SELECT count(*) FROM seen`); rows != int64(db.Bookmark()) {
		t.Fatalf("%d rows, bookmark %d", rows, db.Bookmark())
	}
	if err := db.file.tx.Row(`PRAGMA max_page_count = 100000`).Scan(&most); err != nil {
		t.Fatal(err)
	}
	advance(t, db, log, 1000)
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestViewIsOneMomentWhileEventsArrive(t *testing.T) {
	log := events(3000)
	o := fromLog(&log)
	o.Last = func() uint64 { return 1 }
	db := opened(t, t.TempDir(), toy, o)
	advance(t, db, log[:1], 1)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for last := uint64(0); ; {
				err := db.View(context.Background(), func(s *Snapshot) error {
					var rows, counted, highest uint64
					err := s.QueryRow(`SELECT (SELECT count(*) FROM seen), (SELECT sum(events) FROM counts),
						(SELECT max(position) FROM seen)`).Scan(&rows, &counted, &highest)
					if err == nil && (rows != s.Position || counted != s.Position || highest != s.Position || s.Position < last) {
						err = fmt.Errorf("at %d after %d: %d rows, %d counted, the last %d", s.Position, last, rows, counted, highest)
					}
					last = s.Position
					return err
				})
				if err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	advance(t, db, log, 10)
	if err := db.Rebuild(t.Context(), false); err != nil {
		t.Error(err)
	}
	close(done)
	readers.Wait()
}

func TestAnswerWaitsForWhatWasJustRecorded(t *testing.T) {
	log := events(100)
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	var waiters sync.WaitGroup
	for position := range uint64(101) {
		waiters.Go(func() {
			if err := db.Wait(context.Background(), position); err != nil {
				t.Error(err)
			}
			if rows := number(t, db, `SELECT count(*) FROM seen`); rows < int64(position) {
				t.Errorf("%d rows after waiting for %d", rows, position)
			}
		})
	}
	advance(t, db, log, 9)
	waiters.Wait()

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Wait(cancelled, 101); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ended := make(chan error)
	go func() { ended <- db.Wait(context.Background(), 101) }()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := db.Advance(t.Context(), log); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := db.View(t.Context(), func(*Snapshot) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestReadModelGoesOnWhereItStopped(t *testing.T) {
	log := events(200)
	dir := filepath.Join(t.TempDir(), "a b?c%20#d") // no character in a path may mislead SQLite
	whole := log
	for i := range 4 {
		log = whole[:(i+1)*50]
		db := opened(t, dir, toy, fromLog(&log))
		if db.Bookmark() != uint64(i*50) || db.Status().Building != (i == 0) {
			t.Fatalf("%+v", db.Status())
		}
		advance(t, db, log[i*50:], 20)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := opened(t, dir, toy, fromLog(&log))
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestOthersMayReadWhileNobodyWrites(t *testing.T) {
	log := events(50)
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 50)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, beside := range []string{"", "-wal", "-shm"} { // without these a reader would need to make them
		s, err := os.Stat(filepath.Join(dir, "toy-1-1.db"+beside))
		if err != nil {
			t.Fatal(err)
		}
		if s.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", s.Name(), s.Mode())
		}
	}
	pool, err := sql.Open("sqlite3", address(filepath.Join(dir, "toy.db"), "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var rows, described int
	err = pool.QueryRow(`SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM descriptions WHERE of = 'seen')`).Scan(&rows, &described)
	if err != nil || rows != 50 || described != 4 {
		t.Errorf("%d rows, %d descriptions, %v", rows, described, err)
	}
	if _, err := pool.Exec(`DELETE FROM seen`); err == nil {
		t.Error("a reader could delete")
	}
}

func TestViewCannotChangeAnswers(t *testing.T) {
	log := events(50)
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 50)
	err := db.View(t.Context(), func(s *Snapshot) error {
		_, err := s.Exec(`DELETE FROM seen`)
		return err
	})
	if rows := number(t, db, `SELECT count(*) FROM seen`); err == nil || rows != 50 {
		t.Error(rows, err)
	}
}

func TestWriteAheadIsCutBack(t *testing.T) {
	log := events(5000)
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 1000)
	size := func() int64 {
		s, err := os.Stat(db.file.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return s.Size()
	}
	advance(t, db, events(9000)[5000:], 100)
	before := size()
	err := db.View(t.Context(), func(s *Snapshot) error { // a reader keeps it, and holds nobody up
		return db.file.shorten(before - 1)
	})
	if err != nil || size() == 0 {
		t.Fatalf("%d bytes, %v", size(), err)
	}
	if err := db.file.shorten(before); err != nil || size() != before {
		t.Fatalf("cut back too early: %d bytes, %v", size(), err)
	}
	if err := db.file.shorten(before - 1); err != nil || size() != 0 {
		t.Fatalf("%d bytes, %v", size(), err)
	}
}

func TestTableWithoutMeaningIsRefused(t *testing.T) {
	for name, schema := range map[string]string{
		"no comment on the table":  "CREATE TABLE a (\n\tb TEXT -- b\n) STRICT;",
		"no comment on the column": "-- A.\nCREATE TABLE a (\n\tb TEXT\n) STRICT;",
		"not strict":               "-- A.\nCREATE TABLE a (\n\tb TEXT -- b\n);",
		"a comment elsewhere":      "-- Not on a.\n\nCREATE TABLE a (\n\tb TEXT -- b\n) STRICT;",
	} {
		p := toy
		p.Schema = schema
		db, err := Open(t.Context(), t.TempDir(), p, logID, Options{})
		if err == nil {
			db.Close()
			t.Error(name)
		}
	}
}
