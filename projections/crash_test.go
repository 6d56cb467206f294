package projections

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/waymark/waymark/domain"
)

// The other process: it takes in the log for ever, each time from where the read
// model stands, and rebuilds now and then, until it is killed. It says each
// position that a view has seen.
func TestUntilKilled(t *testing.T) {
	dir := os.Getenv("WAYMARK_TEST_UNTIL_KILLED")
	if dir == "" {
		return // this is no test of its own
	}
	log := events(8_000)
	o := fromLog(&log)
	read := o.Read
	o.Read = func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
		return func(yield func([]domain.Recorded, error) bool) {
			for page, err := range read(ctx, after, upto) {
				if !yield(page, err) {
					return
				}
				fmt.Println("built:", page[len(page)-1].Position)
			}
		}
	}
	db, err := Open(context.Background(), dir, toy, logID, o)
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	db.o.Grace = 1
	for page := range pages(log[db.Bookmark():], 37) {
		if err := db.Advance(context.Background(), page); err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Println("seen:", db.Bookmark())
	}
	for {
		if err := db.Rebuild(context.Background(), false); err != nil {
			fmt.Println("error:", err)
			return
		}
		fmt.Println("seen:", db.Bookmark())
	}
}

func TestKilledProcessLosesNothingThatWasSeen(t *testing.T) {
	log := events(8_000)
	dir := t.TempDir()
	o := fromLog(&log)
	o.Last = func() uint64 { return 1 }
	db := opened(t, dir, toy, o) // in force from the first page on
	advance(t, db, log[:37], 37)
	db.Close()
	// The first ones end among the 216 pages, the rest in rebuilds of 80 pages: in
	// the middle of one, and at its take-over.
	for _, lines := range []int{1, 3, 20, 90, 150, 40, 79, 80, 80, 80, 81, 81, 82} {
		seen := untilKilled(t, dir, lines)
		if Bookmarks(dir) < seen {
			t.Errorf("%d was seen, and %d is the highest bookmark", seen, Bookmarks(dir))
		}
		db := opened(t, dir, toy, o)
		if db.Bookmark() < seen || db.Status().Building {
			t.Fatalf("%d was seen: %+v", seen, db.Status())
		}
		same(t, rebuilt(t, toy, log[:db.Bookmark()]), digest(t, db))
		if got := databases(t, dir); len(strings.Fields(got)) != 2 {
			t.Error("left behind:", got)
		}
		db.Close()
	}
}

// untilKilled runs the other process until it has said so many lines, kills it
// wherever it then is, and gives the last position that was seen.
func untilKilled(t *testing.T, dir string, lines int) (seen uint64) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestUntilKilled$")
	c.Env = append(os.Environ(), "WAYMARK_TEST_UNTIL_KILLED="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan(); lines-- {
		if lines == 0 {
			c.Process.Kill()
		}
		what, position, _ := strings.Cut(s.Text(), ": ")
		n, err := strconv.ParseUint(position, 10, 64)
		if err != nil {
			t.Error(s.Text())
		}
		if what == "seen" {
			seen = n
		}
	}
	c.Process.Kill()
	c.Wait()
	return seen
}
