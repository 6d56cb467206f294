package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	longEntries  = 200_000
	longJourneys = 2_000
)

// BenchmarkProgram times the program itself, as a person runs it: a long file in
// which 2,000 journeys begin and interleave is recorded, recorded again,
// replayed and served. It reports entries or events a second, milliseconds until
// serve is ready, and the most memory that the process ever held. How that
// compares with a bare log and bare tables is measured beside them, in packages
// eventstore and projections.
func BenchmarkProgram(b *testing.B) {
	file := filepath.Join(b.TempDir(), "long.ndjson")
	writeLong(b, file)
	data := filepath.Join(b.TempDir(), "data")
	b.Run("record", func(b *testing.B) {
		for b.Loop() {
			if err := os.RemoveAll(data); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(longEntries/timed(b, "record", file, "--data", data).Seconds(), "entries/s")
		}
	})
	b.Run("record-again", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(longEntries/timed(b, "record", file, "--data", data).Seconds(), "entries/s")
		}
	})
	b.Run("replay", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(longEntries/timed(b, "replay", "--into", b.TempDir(), "--data", data).Seconds(), "events/s")
		}
	})
	b.Run("serve", func(b *testing.B) {
		for b.Loop() {
			begun := time.Now()
			serve := exec.Command("waymark", "serve", "--data", data, "--listen", "127.0.0.1:0")
			if err := serve.Start(); err != nil {
				b.Fatal(err)
			}
			if _, err := awaitServe(b.Context(), data); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(begun).Milliseconds()), "ready-ms")
			timed(b, "journey", "j-1", "--data", data)
			timed(b, "outcomes", "--from", "2024-01", "--to", "2025-12", "--data", data)
			if err := serve.Process.Signal(os.Interrupt); err != nil {
				b.Fatal(err)
			}
			if err := serve.Wait(); err != nil {
				b.Fatal(err)
			}
			reportMemory(b, serve)
		}
	})
}

// timed runs a verb to its end.
func timed(b *testing.B, args ...string) time.Duration {
	b.Helper()
	begun := time.Now()
	verb := exec.Command("waymark", args...)
	verb.Stderr = os.Stderr
	if err := verb.Run(); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begun)
	reportMemory(b, verb)
	return took
}

func reportMemory(b *testing.B, verb *exec.Cmd) {
	b.ReportMetric(float64(verb.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)/1024, "MiB")
}

// writeLong writes the long file: every journey begins in it, and then the days
// follow each other with entries of anybody's.
func writeLong(b *testing.B, path string) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	random := rand.New(rand.NewPCG(7, 7))
	entry := func(n int, kind, journey, occurred, rest string) {
		id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, "long", n))
		fmt.Fprintf(w, `{"id":"%s","kind":"%s",%s"service":"north","occurred":"%s","by":"worker-%d"%s}`+"\n", id, kind, journey, occurred, n%40, rest)
	}
	entry(0, "service.opened", "", "2023-01-02", `,"data":{"name":"North","kind":"community"}`)
	for n := 1; n < longEntries; n++ {
		if n <= longJourneys {
			entry(n, "support.started", fmt.Sprintf(`"journey":"j-%d",`, n-1), "2024-01-01", "")
			continue
		}
		journey := fmt.Sprintf(`"journey":"j-%d",`, random.IntN(longJourneys))
		day := time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*730/longEntries).Format(time.DateOnly)
		switch k := random.IntN(100); {
		case k < 45:
			entry(n, "activity.attended", journey, day, fmt.Sprintf(`,"data":{"activity":"music","setting":"mainstream","company":"with_others","chosen":true,"valued":%d,"minutes":60},"words":{"what":"Community choir on the hill"}`, k%11))
		case k < 70:
			entry(n, "confidence.rated", journey, day, fmt.Sprintf(`,"data":{"about":"self","value":%d,"by":"person","how":"alone"},"words":{"note":"A little better than last week"}`, k%11))
		case k < 90:
			entry(n, "support.given", journey, day, fmt.Sprintf(`,"data":{"kinds":["practical","emotional"],"by":"peer","minutes":30,"benefit":%d,"rated_by":"person"}`, k%11))
		default:
			entry(n, "decision.made", journey, day, `,"data":{"area":"activity","weight":"significant","preferred":"2","actual":"2","part":"took_part","options":[{"for":1,"chosen":true},{"no_change":true,"against":1}],"deciders":["person","worker"],"basis":"consent","agreement":"agrees","review_by":"2026-12-01"},"words":{"question":"Shall I join the choir?","view":"Yes, but not the solos","options":[{"option":"Join","for":["I love singing"]},{"option":"Leave it","against":["I would be sorry"]}]}`)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}
