package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/waymark/waymark/domain"
)

// databases lists the directory without what SQLite keeps beside a file.
func databases(t *testing.T, dir string) string {
	t.Helper()
	names := slices.DeleteFunc(files(t, dir), func(name string) bool {
		return strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm")
	})
	return strings.Join(names, " ")
}

func TestRebuildTakesThePlaceOfTheOld(t *testing.T) {
	log := events(1000)
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	db.o.Grace = 1
	advance(t, db, log, 100)
	want := digest(t, db)

	old, err := os.Readlink(filepath.Join(dir, "toy.db"))
	if err != nil {
		t.Fatal(err)
	}
	outside, err := open(filepath.Join(dir, old), toy, logID) // who has the old one open
	if err != nil {
		t.Fatal(err)
	}
	defer outside.close()
	if err := os.Symlink("nowhere", filepath.Join(dir, "toy.db.next")); err != nil { // of a swap that failed
		t.Fatal(err)
	}
	if err := db.Rebuild(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	same(t, want, digest(t, db))
	db.retired.Wait()
	if got := databases(t, dir); got != "toy-1-2.db toy.db" {
		t.Error(got)
	}
	var superseded int
	if err := outside.tx.Row(`SELECT superseded FROM waymark`).Scan(&superseded); err != nil || superseded != 1 {
		t.Error("the old one does not say that it is superseded", err)
	}
	log = events(1100)
	advance(t, db, log[1000:], 10)
	same(t, rebuilt(t, toy, log), digest(t, db))
}

// A view that began before a take-over goes on in the old file, whole; one that
// begins after it sees the new.
func TestTakeOverIsSeenWhole(t *testing.T) {
	log := events(500)
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 100)
	var began, swapped, ended sync.WaitGroup
	began.Add(2)
	swapped.Add(1)
	for range 2 {
		ended.Go(func() {
			err := db.View(context.Background(), func(s *Snapshot) error {
				began.Done()
				swapped.Wait()
				var rows, superseded int
				err := s.QueryRow(`SELECT (SELECT count(*) FROM seen), superseded FROM waymark`).Scan(&rows, &superseded)
				if err == nil && (rows != 500 || superseded != 0 || s.Position != 500) {
					err = fmt.Errorf("%d rows at %d, superseded %d", rows, s.Position, superseded)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	began.Wait()
	about, err := db.hold(t.Context()) // a third that has not begun to read
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Rebuild(t.Context(), false); err != nil {
		t.Error(err)
	}
	if err := about.pool.Ping(); err != nil {
		t.Error("the old one was closed on a reader:", err)
	}
	about.readers.Done()
	log = events(501)
	advance(t, db, log[500:], 1)
	if rows := number(t, db, `SELECT count(*) FROM seen`); rows != 501 {
		t.Error("the new one has", rows)
	}
	swapped.Done()
	ended.Wait()
}

func TestEventsThatArriveDuringARebuildAreInIt(t *testing.T) {
	log := events(2000)
	o := fromLog(&log)
	o.Last = func() uint64 { return 1 }
	read := o.Read
	began, ahead, after := make(chan struct{}), make(chan struct{}), make(chan struct{})
	o.Read = func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
		if upto != 0 {
			return read(ctx, after, upto)
		}
		return func(yield func([]domain.Recorded, error) bool) {
			for page, err := range read(ctx, after, 1000) {
				if !yield(page, err) {
					return
				}
			}
			close(began)
			<-ahead
		}
	}
	db := opened(t, t.TempDir(), toy, o)
	advance(t, db, log[:1000], 100)
	var other sync.WaitGroup
	other.Go(func() {
		<-began
		last := uint64(0)
		for page := range pages(log[1000:], 10) {
			if err := db.Advance(context.Background(), page); err != nil {
				t.Error(err)
			}
			if last == 1500 {
				close(ahead)
				<-after
			}
			err := db.View(context.Background(), func(s *Snapshot) error {
				if s.Position < last || s.Position < page[len(page)-1].Position {
					return fmt.Errorf("the bookmark went back from %d to %d", last, s.Position)
				}
				last = s.Position
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	if err := db.Rebuild(t.Context(), false); err != nil {
		t.Error(err)
	}
	if db.Bookmark() != 1510 {
		t.Error("the new one begins at", db.Bookmark())
	}
	close(after)
	other.Wait()
	same(t, rebuilt(t, toy, log), digest(t, db))
}

func TestRebuildThatWouldHideSomebodyIsHeld(t *testing.T) {
	log, first, _ := hurt()
	log[first-1].By = "worker-1"
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 100)
	want := digest(t, db)
	if err := db.Rebuild(t.Context(), false); err != nil { // j-7 was parked before
		t.Fatal(err)
	}
	log[first-1].By = "senseless"
	held, ok := errors.AsType[*Held](db.Rebuild(t.Context(), false))
	if !ok || fmt.Sprint(held.Journeys) != "[j-3]" || held.File != "toy-1-3.db" || held.Hint() == "" {
		t.Fatal(held)
	}
	same(t, want, digest(t, db))
	if err := db.Rebuild(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	same(t, rebuilt(t, toy, log), digest(t, db))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = opened(t, dir, toy, fromLog(&log))
	if got := databases(t, dir); got != "toy-1-3.db toy.db" || db.Status().Parked != 2 || db.Status().Beside != nil {
		t.Error(got, db.Status())
	}
}

func TestRebuildThatFailsLeavesTheOld(t *testing.T) {
	log := events(300)
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 100)
	log[200].By = "broken"
	if err := db.Rebuild(t.Context(), true); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	log[200].By = "worker-1"
	db.o.Read = func(_ context.Context, after, _ uint64) iter.Seq2[[]domain.Recorded, error] {
		return pages(log[after:200], 100)
	}
	if err := db.Rebuild(t.Context(), true); !errors.Is(err, ErrGap) {
		t.Error("a log that is shorter than the bookmark:", err)
	}
	if got := databases(t, dir); got != "toy-1-1.db toy.db" {
		t.Error(got)
	}
	if rows := number(t, db, `SELECT count(*) FROM seen`); rows != 300 {
		t.Error(rows)
	}
}

func TestAnotherVersionIsBuiltBesideTheOld(t *testing.T) {
	changed, renamed := toy, toy
	changed.Schema += "-- Nothing yet.\nCREATE TABLE more (\n\tit TEXT -- nothing\n) STRICT;\n"
	renamed.Version = 2
	for name, next := range map[string]Projection{"version": renamed, "schema": changed} {
		log := events(400)
		dir := t.TempDir()
		db := opened(t, dir, toy, fromLog(&log))
		advance(t, db, log, 100)
		db.Close()

		db = opened(t, dir, next, fromLog(&log))
		advance(t, db, log[:300], 100)
		old, err := OpenCopy(t.Context(), filepath.Join(dir, "toy.db"), toy)
		if err != nil {
			t.Fatalf("%s: others cannot read the old one meanwhile: %v", name, err)
		}
		if rows := number(t, old, `SELECT count(*) FROM seen`); rows != 400 || !db.Status().Building {
			t.Errorf("%s: %d rows, %+v", name, rows, db.Status())
		}
		old.Close()
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.View(cancelled, func(*Snapshot) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a view did not wait: %v", name, err)
		}
		if err := db.Wait(cancelled, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: nobody waited: %v", name, err)
		}
		advance(t, db, log[300:], 100)
		same(t, rebuilt(t, next, log), digest(t, db))
		if target, err := os.Readlink(filepath.Join(dir, "toy.db")); err != nil || filepath.Join(dir, target) != db.file.path {
			t.Errorf("%s: the link points to %s, %v", name, target, err)
		}
		db.Close()
	}
}

func TestAnotherVersionThatWouldHideSomebodyIsHeld(t *testing.T) {
	log, first, _ := hurt()
	log[first-1].By = "worker-1"
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 100)
	db.Close()

	strict := toy
	strict.Version = 2
	log[first-1].By = "senseless"
	db = opened(t, dir, strict, fromLog(&log))
	advance(t, db, log, 100)
	if s := db.Status(); s.Held == nil || !s.Building || s.Bookmark != 300 {
		t.Fatalf("%+v", s)
	}
	for _, err := range []error{db.Wait(t.Context(), 300), db.View(t.Context(), func(*Snapshot) error { return nil })} {
		if _, held := errors.AsType[*Held](err); !held {
			t.Error(err)
		}
	}
	if got := databases(t, dir); got != "toy-1-1.db toy-2-2.db toy.db" {
		t.Error(got)
	}
	if err := db.Rebuild(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if s := db.Status(); s.Held != nil || s.Building {
		t.Errorf("%+v", s)
	}
	if got := databases(t, dir); got != "toy-1-1.db toy-2-3.db toy.db" {
		t.Error(got)
	}
	same(t, rebuilt(t, strict, log), digest(t, db))

	// The program before goes back in the same way.
	db.Close()
	db = opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 100)
	same(t, rebuilt(t, toy, log), digest(t, db))
}

// What the old one never got to see, it did not show either.
func TestAnotherVersionIsNotHeldForNews(t *testing.T) {
	whole, first, _ := hurt()
	log := whole[:first-1]
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 100)
	db.Close()

	next := toy
	next.Version = 2
	log = whole
	db = opened(t, dir, next, fromLog(&log))
	advance(t, db, log, 100)
	if s := db.Status(); s.Held != nil || s.Building || s.Parked != 2 {
		t.Errorf("%+v", s)
	}
}

func TestGarbledReadModelIsBuiltAnew(t *testing.T) {
	log := events(3000)
	for name, hurt := range map[string]func(path string) error{
		"truncated": func(path string) error { return os.Truncate(path, 20_000) },
		"empty":     func(path string) error { return os.Truncate(path, 0) },
		"no database": func(path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("no database\n", 10_000)), 0o600)
		},
		"no first page": func(path string) error { return scribble(path, 16, 4096) },
		"no tables":     func(path string) error { return scribble(path, 4096, 60_000) },
		"deleted":       os.Remove,
		"link deleted":  func(path string) error { return os.Remove(filepath.Join(filepath.Dir(path), "toy.db")) },
		"not a link": func(path string) error {
			link := filepath.Join(filepath.Dir(path), "toy.db")
			return errors.Join(os.Remove(link), os.WriteFile(link, []byte("notes"), 0o600))
		},
		"all deleted": remove,
		"directory emptied": func(path string) error {
			return errors.Join(os.RemoveAll(filepath.Dir(path)), os.Mkdir(filepath.Dir(path), 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			o := fromLog(&log)
			db := opened(t, dir, toy, o)
			advance(t, db, log, 1000)
			want := digest(t, db)
			path := db.file.path
			db.Close()
			if err := hurt(path); err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			o.Log = slog.New(slog.NewTextHandler(&said, nil))
			db = opened(t, dir, toy, o)
			from := db.Bookmark()
			if s, err := os.Stat(filepath.Join(dir, "toy.db")); err == nil && from == 0 {
				t.Error("the link points to what is being built:", s.Name())
			}
			advance(t, db, log[from:], 1000)
			same(t, want, digest(t, db))
			left := databases(t, dir)
			switch aside := strings.Contains(left, ".garbled"); {
			case strings.Contains(name, "delete") || strings.Contains(name, "emptied"):
				if aside || from != 0 {
					t.Error(left, from)
				}
			case !aside || !strings.Contains(said.String(), ".garbled"):
				t.Error("it was not set aside and said so:", left, said.String())
			}
		})
	}
}

// scribble overwrites a part of a file.
func scribble(path string, from, to int) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(strings.Repeat("x", to-from)), int64(from))
	return errors.Join(err, f.Close())
}

// Damage that comes while the program runs is found by whoever meets it.
func TestReadModelGarbledWhileInUseIsBuiltAnew(t *testing.T) {
	whole := events(6000)
	for name, meet := range map[string]func(t *testing.T, db *DB){
		"by a view":   func(t *testing.T, db *DB) { digest(t, db) },
		"by an event": func(t *testing.T, db *DB) { advance(t, db, whole[5000:], 1000) },
	} {
		t.Run(name, func(t *testing.T) {
			log := whole[:5000]
			dir := t.TempDir()
			db := opened(t, dir, toy, fromLog(&log))
			advance(t, db, log, 1000)
			if err := scribble(db.file.path, 4096*3, 80_000); err != nil { // the pages behind the tables' first
				t.Fatal(err)
			}
			for _, c := range []string{`PRAGMA shrink_memory`, `PRAGMA cache_size = 0`} { // as if they had been forgotten
				if err := db.file.tx.Exec(c); err != nil {
					t.Fatal(err)
				}
			}
			log = whole
			meet(t, db)
			advance(t, db, log, 1000)
			same(t, rebuilt(t, toy, log), digest(t, db))
			got := strings.Join(files(t, dir), " ")
			if !strings.HasPrefix(got, "toy-1-1.garbled toy-1-1.garbled-shm toy-1-1.garbled-wal toy-1-2.db ") {
				t.Error("it was not set aside:", got)
			}
		})
	}
}

func TestReadModelOfAnotherLogIsRefused(t *testing.T) {
	log := events(10)
	dir := t.TempDir()
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 10)
	db.Close()
	before := files(t, dir)
	for _, version := range []int{1, 2} {
		p := toy
		p.Version = version
		_, err := Open(t.Context(), dir, p, "another", fromLog(&log))
		other, ok := errors.AsType[*OtherLog](err)
		if !ok || other.Has != logID || other.Path != filepath.Join(dir, "toy-1-1.db") || other.Hint() == "" {
			t.Errorf("version %d: %v", version, err)
		}
	}
	if after := files(t, dir); !slices.Equal(before, after) {
		t.Error(after)
	}
}

// What a crash leaves at each point of a take-over, by hand.
func TestCrashInATakeOverLeavesOneOfThem(t *testing.T) {
	log := events(100)
	want := rebuilt(t, toy, log)
	for name, crash := range map[string]func(dir string) error{
		"while it is built": func(dir string) error {
			f, err := create(filepath.Join(dir, "toy-1-2.db"), toy, logID)
			if err != nil {
				return err
			}
			defer f.close()
			return f.advance(context.Background(), toy, log[:50])
		},
		"half a file": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "toy-1-2.db"), make([]byte, 5000), 0o600)
		},
		"files beside": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "toy-1-2.db-wal"), make([]byte, 50), 0o600)
		},
		"before 2": func(dir string) error { return build(dir, log) },
		"in 2": func(dir string) error {
			return errors.Join(build(dir, log), os.Symlink("toy-1-2.db", filepath.Join(dir, "toy.db.next")))
		},
		"before 3": func(dir string) error {
			return errors.Join(build(dir, log), point(filepath.Join(dir, "toy.db"), "toy-1-2.db"))
		},
		"before 4": func(dir string) error {
			return errors.Join(build(dir, log), point(filepath.Join(dir, "toy.db"), "toy-1-2.db"),
				supersede(filepath.Join(dir, "toy-1-1.db")))
		},
		"in 4": func(dir string) error {
			return errors.Join(build(dir, log), point(filepath.Join(dir, "toy.db"), "toy-1-2.db"),
				os.Remove(filepath.Join(dir, "toy-1-1.db")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			db := opened(t, dir, toy, fromLog(&log))
			advance(t, db, log, 10)
			db.Close()
			if err := crash(dir); err != nil {
				t.Fatal(err)
			}
			db = opened(t, dir, toy, fromLog(&log))
			if db.Bookmark() != 100 {
				t.Error("bookmark", db.Bookmark())
			}
			same(t, want, digest(t, db))
			number := map[bool]string{true: "2", false: "1"}[strings.HasSuffix(name, "3") || strings.HasSuffix(name, "4")]
			if got := strings.Join(files(t, dir), " "); got != strings.ReplaceAll("toy-1-N.db toy-1-N.db-shm toy-1-N.db-wal toy.db", "N", number) {
				t.Error(got)
			}
		})
	}
}

// build makes the file that is to take over, up to point 1.
func build(dir string, log []domain.Recorded) error {
	f, err := create(filepath.Join(dir, "toy-1-2.db"), toy, logID)
	if err != nil {
		return err
	}
	return errors.Join(f.advance(context.Background(), toy, log), f.finish(), f.close())
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	log := events(100)
	dir := t.TempDir()
	others := []string{"keys.db", "toy-notes.db", "toy-1.db", "toys-1-1.db", "my-toy-1-1.db", "toy-1-1.db.bak", "toy.db.bak"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db := opened(t, dir, toy, fromLog(&log))
	advance(t, db, log, 10)
	db.Close()
	opened(t, dir, toy, fromLog(&log))
	left := maps.Collect(func(yield func(string, bool) bool) {
		for _, name := range files(t, dir) {
			yield(name, true)
		}
	})
	for _, name := range others {
		if !left[name] {
			t.Error(name, "is gone")
		}
	}
	if Bookmarks(dir) != 100 {
		t.Error("bookmark", Bookmarks(dir))
	}
}
