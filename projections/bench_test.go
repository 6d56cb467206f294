package projections

import (
	"context"
	"database/sql/driver"
	"path/filepath"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/waymark/waymark/domain"
)

// benchmarkPage is the size of the pages that the log is read in.
const benchmarkPage = 1000

// BenchmarkAdvance applies pages of 1,000 events to a toy read model that is live,
// and to one that is built beside; the floor writes the same rows to the same
// tables with the same settings, and nothing between. Report: events/s.
func BenchmarkAdvance(b *testing.B) {
	log := events(200_000)
	b.Run("live", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := opened(b, b.TempDir(), toy, Options{})
			advance(b, db, log[:1], 1)
			b.StartTimer()
			advance(b, db, log[1:], benchmarkPage)
			b.StopTimer()
			db.Close()
			b.StartTimer()
		}
		report(b, len(log))
	})
	for name, settings := range map[string]string{"floor/live": live, "floor/build": beside} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				floor(b, log, settings)
			}
			report(b, len(log))
		})
	}
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			path := filepath.Join(b.TempDir(), "toy.db")
			if err := Replay(context.Background(), toy, path, logID, pages(log, benchmarkPage)); err != nil {
				b.Fatal(err)
			}
		}
		report(b, len(log))
	})
	b.Run("careful", func(b *testing.B) { // as where each page has an event that parks
		for b.Loop() {
			f, err := create(filepath.Join(b.TempDir(), "toy.db"), toy, logID)
			if err != nil {
				b.Fatal(err)
			}
			for page := range pages(log, benchmarkPage) {
				if err := f.pass(context.Background(), toy, page, f.attempt(toy)); err != nil {
					b.Fatal(err)
				}
			}
			f.close()
		}
		report(b, len(log))
	})
	b.Run("nothing", func(b *testing.B) { // the runtime alone
		idle := toy
		idle.Apply = func(*Tx, domain.Recorded) error { return nil }
		for b.Loop() {
			path := filepath.Join(b.TempDir(), "toy.db")
			if err := Replay(context.Background(), idle, path, logID, pages(log, benchmarkPage)); err != nil {
				b.Fatal(err)
			}
		}
		report(b, len(log))
	})
}

func report(b *testing.B, events int) {
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(events)*float64(time.Second/time.Microsecond), "µs/event")
}

// floor writes the toy's rows by the driver's own prepared statements.
func floor(b *testing.B, log []domain.Recorded, settings string) {
	f, err := create(filepath.Join(b.TempDir(), "toy.db"), toy, logID)
	if err != nil {
		b.Fatal(err)
	}
	if err := f.close(); err != nil {
		b.Fatal(err)
	}
	if err := f.write(settings); err != nil {
		b.Fatal(err)
	}
	defer f.close()
	for page := range pages(log, benchmarkPage) {
		floorPage(b, f, page)
	}
}

func floorPage(b *testing.B, f *file, page []domain.Recorded) {
	do := func(query string, args ...driver.Value) {
		s := f.tx.stmts[query]
		if s == nil {
			prepared, err := f.tx.conn.Prepare(query)
			if err != nil {
				b.Fatal(err)
			}
			s = &stmt{SQLiteStmt: prepared.(*sqlite3.SQLiteStmt)}
			f.tx.stmts[query] = s
		}
		if _, err := s.Exec(args); err != nil {
			b.Fatal(err)
		}
	}
	do(`BEGIN IMMEDIATE`)
	for _, r := range page {
		do(`INSERT INTO counts VALUES (?, 1, ?)
			ON CONFLICT DO UPDATE SET events = events + 1, last = excluded.last`, r.Stream.ID, int64(r.Position))
		do(`INSERT INTO seen VALUES (?, ?, ?)`, int64(r.Position), r.ID, r.Stream.ID)
	}
	do(`UPDATE waymark SET bookmark = ?`, int64(page[len(page)-1].Position))
	do(`COMMIT`)
}
