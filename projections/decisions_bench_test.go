package projections

import (
	"context"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// BenchmarkDecisions replays a log into the decisions alone and reports what each
// event costs a processor, since the wall clock of a machine that others use says
// little. The floor writes the rows that come out, and nothing between.
func BenchmarkDecisions(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as in the program
	for _, of := range []struct {
		name string
		log  func() []domain.Recorded
	}{
		{"everyday", func() []domain.Recorded { return made(b, 1, everyday).log }},
		{"five years", func() []domain.Recorded { return ofFiveYears(b, 200_000) }},
	} {
		b.Run(of.name, func(b *testing.B) {
			log, path := of.log(), filepath.Join(b.TempDir(), "decisions.db")
			replay := func(path string) error {
				return Replay(context.Background(), Decisions, path, logID, pages(log, benchmarkPage))
			}
			if err := replay(path); err != nil {
				b.Fatal(err)
			}
			writes := rowsOf(b, path, Decisions)
			b.Run("replay", func(b *testing.B) {
				onTheProcessor(b, len(log), func() error { return replay(filepath.Join(b.TempDir(), "again.db")) })
			})
			b.Run("floor", func(b *testing.B) {
				onTheProcessor(b, len(log), func() error {
					return rewrite(filepath.Join(b.TempDir(), "floor.db"), Decisions, writes, len(log)/benchmarkPage)
				})
			})
		})
	}
}

func ofFiveYears(b *testing.B, events int) (log []domain.Recorded) {
	for page, err := range fiveYears(events) {
		if err != nil {
			b.Fatal(err)
		}
		log = append(log, page...)
	}
	return log
}

// onTheProcessor repeats do, and reports what it takes of the processors for each
// event.
func onTheProcessor(b *testing.B, events int, do func() error) {
	b.Helper()
	took := processor(b)
	for b.Loop() {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processor(b)-took).Microseconds())/float64(b.N)/float64(events), "cpu-µs/event")
}

// processor gives how long the process has kept processors busy.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
