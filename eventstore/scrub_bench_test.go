package eventstore

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func BenchmarkScrub(b *testing.B) {
	const records = 300_000
	dir := filepath.Join(b.TempDir(), "WAYMARK")
	if err := os.MkdirAll(filepath.Join(dir, "msgs"), 0o700); err != nil {
		b.Fatal(err)
	}
	blocks := bytes.NewBuffer(nil)
	number, bytesInAll := uint32(1), 0
	flush := func() {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("msgs/%d.blk", number)), blocks.Bytes(), 0o600); err != nil {
			b.Fatal(err)
		}
		bytesInAll += blocks.Len()
		blocks.Reset()
		number++
	}
	for n := 1; n <= records; n++ {
		r := blockRecord(number, uint64(n))
		if blocks.Len()+len(r) > 8<<20 {
			flush()
			r = blockRecord(number, uint64(n))
		}
		blocks.Write(r)
	}
	flush()
	meta := []byte("{}")
	sum := keyedHash("WAYMARK")
	sum.Write(meta)
	for name, text := range map[string]string{"meta.inf": "{}", "meta.sum": fmt.Sprintf("%x", sum.Sum(nil))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("scrub", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if last, err := scrub(b.Context(), dir, dir+".aside", records); err != nil || last != records {
				b.Fatal(last, err)
			}
		}
		b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
	})
	// The floor: the same bytes read, and hashed with one call a block, in a row.
	b.Run("floor", func(b *testing.B) {
		buf := make([]byte, 8<<20)
		for b.Loop() {
			for n := uint32(1); n < number; n++ {
				f, err := os.Open(filepath.Join(dir, fmt.Sprintf("msgs/%d.blk", n)))
				if err != nil {
					b.Fatal(err)
				}
				sum := keyedHash("floor")
				read, err := readBlock(f, buf)
				if err != nil {
					b.Fatal(err)
				}
				sum.Write(read)
				f.Close()
			}
		}
		b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
	})
}
