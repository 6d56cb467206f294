package eventstore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// Somebody would be answered from read models that are older than the log, and
// told that this is all there is.
func TestALogIsAsleepOnlyAsItWasLeft(t *testing.T) {
	dir := t.TempDir()
	asleep := func() *Sleeper {
		t.Helper()
		s, err := Asleep(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if asleep() != nil {
		t.Error("there is no log")
	}
	l, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Record(t.Context(), domain.Draft{ID: "0192f0c4-0000-7000-8000-000000000001", By: "worker-1", Stream: domain.Stream{About: domain.AboutService, ID: "north"},
		Occurred: domain.On(domain.Day(2026, 1, 5)), Event: domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community"}}}); err != nil {
		t.Fatal(err)
	}
	if s := asleep(); s != nil {
		t.Error("it is open")
	}
	last, id := l.Last(), l.ID()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := asleep()
	if s == nil || s.Last != last || s.ID != id {
		t.Fatalf("%+v", s)
	}
	if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("it may grow while somebody relies on its end: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := Asleep(t.Context(), Options{Dir: dir, Least: last + 1}); s != nil || err != nil {
		t.Error("a read model knows more than the log was left with", err)
	}
	if s, err := Asleep(t.Context(), Options{Dir: dir, URL: "nats://127.0.0.1:1"}); s != nil || err != nil {
		t.Error("another keeps the log", err)
	}

	block := filepath.Join(streamDir(dir), "msgs", "1.blk")
	if _, err := os.Stat(block); err != nil {
		block = filepath.Join(streamDir(dir), "msgs", "2.blk")
	}
	info, err := os.Stat(block)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(block, time.Time{}, info.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if asleep() != nil {
		t.Error("somebody changed its files")
	}
	if err := os.Chtimes(block, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if s := asleep(); s == nil {
		t.Error("its files are as they were")
	} else if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, closedName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if asleep() != nil {
		t.Error("nobody can read how it was left")
	}
}
