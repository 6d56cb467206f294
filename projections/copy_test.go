package projections

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// isAlone says whether path is one file for this user only, with no write ahead in
// its settings, so that a program which may only read can open it anywhere.
func isAlone(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if content[18] != 1 || content[19] != 1 { // https://www.sqlite.org/fileformat.html, section 1.3.3
		t.Error("it needs a write ahead")
	}
	if s, err := os.Stat(path); err != nil || s.Mode().Perm() != 0o600 {
		t.Error("others may read it:", s.Mode(), err)
	}
	if names := files(t, filepath.Dir(path)); len(names) != 1 {
		t.Error("it is not alone:", names)
	}
}

func TestExportIsWhatViewsSee(t *testing.T) {
	log, _, _ := hurt()
	db := opened(t, t.TempDir(), toy, fromLog(&log))
	advance(t, db, log, 100)
	path := filepath.Join(t.TempDir(), "toy.db")
	if err := db.Export(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	isAlone(t, path)
	if err := db.Export(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Error("it was written over:", err)
	}
	c, err := OpenCopy(t.Context(), path, toy)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	same(t, digest(t, db), digest(t, c))
	if c.Status().Parked != 2 || c.Bookmark() != 300 {
		t.Errorf("%+v", c.Status())
	}
	if err := c.Advance(t.Context(), log); !errors.Is(err, ErrCopy) {
		t.Error(err)
	}
	isAlone(t, path)
}

func TestReplayIsTheLogUpToThere(t *testing.T) {
	log, _, _ := hurt()
	for _, upto := range []int{0, 1, 99, 300} {
		path := filepath.Join(t.TempDir(), "toy.db")
		if err := Replay(t.Context(), toy, path, logID, pages(log[:upto], 70)); err != nil {
			t.Fatal(err)
		}
		isAlone(t, path)
		then, err := OpenCopy(t.Context(), path, toy)
		if err != nil {
			t.Fatal(err)
		}
		now := opened(t, t.TempDir(), toy, Options{})
		advance(t, now, log[:upto], 1)
		same(t, digest(t, now), digest(t, then))
		then.Close()
	}
}

func TestReplayThatFailsLeavesNothing(t *testing.T) {
	log := events(100)
	log[60].By = "broken"
	dir := t.TempDir()
	path := filepath.Join(dir, "toy.db")
	if err := Replay(t.Context(), toy, path, logID, pages(log, 10)); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Replay(cancelled, toy, path, logID, pages(log, 10)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if names := files(t, dir); len(names) != 0 {
		t.Error(names)
	}
}

func TestCopyOfAnotherVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toy.db")
	if err := Replay(t.Context(), toy, path, logID, pages(events(10), 10)); err != nil {
		t.Fatal(err)
	}
	other := toy
	other.Version = 2
	if _, err := OpenCopy(t.Context(), path, other); !errors.Is(err, errStale) {
		t.Error(err)
	}
	if err := os.Truncate(path, 9000); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCopy(t.Context(), path, toy); !errors.Is(err, errGarbled) {
		t.Error(err)
	}
}

func TestHighestBookmarkOfADirectoryIsFound(t *testing.T) {
	dir := t.TempDir()
	if Bookmarks(dir) != 0 || Bookmarks(filepath.Join(dir, "none")) != 0 {
		t.Error("there is none")
	}
	for i, name := range []string{"toy", "tally"} {
		p := toy
		p.Name = name
		log := events((i + 1) * 100)
		db := opened(t, dir, p, fromLog(&log))
		advance(t, db, log, 10)
		if Bookmarks(dir) != uint64(len(log)) { // while somebody writes
			t.Error(Bookmarks(dir))
		}
		db.Close()
	}
	for name, content := range map[string]string{"empty-1-9.db": "", "garbled-1-9.db": "SQLite format 3\x00 and no more"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if Bookmarks(dir) != 200 {
		t.Error(Bookmarks(dir))
	}
}
