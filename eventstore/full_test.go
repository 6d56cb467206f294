package eventstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/waymark/waymark/domain"
)

// fillUp records until the log takes no more, for want of room, and prints each
// receipt's command and then what the error said. A limit on the size of files
// stands in for a full disk: to the server both are a write that fails.
func fillUp(dir string) {
	l, err := Open(context.Background(), Options{Dir: dir, Now: present, patience: time.Second})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	first := []domain.Draft{serviceOpened("north"), supportStarted(commandID(1), "j-1")}
	for n := 0; ; n++ {
		d := rated(commandID(n), "j-1", 5)
		if n < len(first) {
			d = first[n]
		}
		r, err := l.Record(context.Background(), d)
		if err != nil {
			hint, _ := err.(interface{ Hint() string })
			fmt.Printf("error %t %t %t\n", errors.Is(err, ErrUnsure), hint != nil && strings.Contains(hint.Hint(), "disk is full"),
				strings.Contains(err.Error(), "private"))
			os.Exit(0)
		}
		fmt.Println("receipt", r.ID, r.Position)
		if n == 20 {
			limit := unix.Rlimit{Cur: 32 << 10, Max: 32 << 10}
			if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}
	}
}

func TestAFullDiskLosesNoReceiptAndSaysSo(t *testing.T) {
	dir := t.TempDir()
	out, err := child(t, "full", dir)
	if err != nil {
		t.Fatal(err)
	}
	l := openLog(t, Options{Dir: dir})
	all := whole(t, l)
	lines, receipts := bufio.NewScanner(strings.NewReader(out)), 0
	for lines.Scan() {
		var id string
		var position uint64
		if _, err := fmt.Sscanf(lines.Text(), "receipt %s %d", &id, &position); err == nil {
			receipts++
			if position > uint64(len(all)) || all[position-1].Command != id {
				t.Fatalf("the receipt of position %d is not in the log", position)
			}
			continue
		}
		if lines.Text() != "error true true false" {
			t.Fatalf("the full disk gives %q", lines.Text())
		}
	}
	if receipts <= 20 {
		t.Fatalf("only %d receipts were given", receipts)
	}
	record1(t, l, rated(commandID(100_000), "j-1", 5))
}

func TestNothingIsTakenWhenTheDiskIsNearlyFull(t *testing.T) {
	dir := someLog(t)
	l := openLog(t, Options{Dir: dir, reserve: 1 << 62})
	_, err := l.Record(t.Context(), rated(commandID(1), "j-1", 5))
	if !errors.Is(err, ErrFull) || !errors.Is(l.Err(), ErrFull) {
		t.Fatalf("recording gives %v", err)
	}
	results, err := l.ChangeAll(t.Context(), []domain.Draft{rated(commandID(1), "j-1", 5), rated(commandID(2), "j-1", 5)})
	if !errors.Is(err, ErrFull) || !errors.Is(results[0].Err, ErrFull) || !errors.Is(results[1].Err, ErrFull) {
		t.Fatalf("recording many gives %v, %v", err, results)
	}
	if len(whole(t, l)) != 4 { // what is there is read all the same
		t.Fatal("an event is gone")
	}
}
