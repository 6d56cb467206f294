package projections

import (
	"context"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// BenchmarkMoment opens moments of a log of a million events that nobody asked for
// before, with what is kept at landings after the log was gone through once. The
// budget is 3 s. The floor copies the landing that each goes on from, and puts it
// on disk.
func BenchmarkMoment(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	var log []domain.Recorded
	for page := range fiveYears(1_000_000) {
		log = append(log, page...)
	}
	last := uint64(len(log))
	for _, p := range []Projection{Decisions, Outcomes} {
		m := &Moments{Dir: b.TempDir(), Projection: p, Log: logID,
			Read: func(_ context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
				return pages(log[after:min(upto, last)], benchmarkPage)
			}}
		began := time.Now()
		if err := m.keep(b.Context(), last, false); err != nil {
			b.Fatal(err)
		}
		size := int64(0)
		for _, k := range m.list() {
			if info, err := os.Stat(k.path); err == nil {
				size += info.Size()
			}
		}
		b.Logf("%s: gone through in %v; %d moments are kept, %d MiB", p.Name, time.Since(began).Round(time.Second), len(m.list()), size>>20)
		random := rand.New(rand.NewPCG(3, 3))
		var took time.Duration
		var asked []uint64
		b.Run(p.Name, func(b *testing.B) {
			var longest time.Duration
			cpu := processor(b)
			for b.Loop() {
				position := last/5*4 + random.Uint64N(last/5)
				asked = append(asked, position)
				began := time.Now()
				db, err := m.Open(b.Context(), position)
				if err != nil {
					b.Fatal(err)
				}
				longest = max(longest, time.Since(began))
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
			took = b.Elapsed() / time.Duration(b.N)
			b.ReportMetric((processor(b)-cpu).Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(longest.Seconds(), "s-longest")
		})
		b.Run(p.Name+", floor", func(b *testing.B) {
			n := 0
			for b.Loop() {
				from, _, err := m.nearest(asked[n%len(asked)])
				if err != nil || from == nil {
					b.Fatal(from, err)
				}
				path := filepath.Join(b.TempDir(), "floor.db")
				if err := duplicate(from, path); err != nil {
					b.Fatal(err)
				}
				if err := settle(path, 1); err != nil {
					b.Fatal(err)
				}
				if err := os.Remove(path); err != nil {
					b.Fatal(err)
				}
				n++
			}
			if floor := b.Elapsed() / time.Duration(b.N); took > 0 {
				b.ReportMetric(float64(took)/float64(floor), "times-the-floor")
			}
		})
	}
}
