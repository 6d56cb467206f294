package projections

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// everyday is what services record most days: activities, support and ratings,
// some decisions and their reviews, and a few corrections.
var everyday = shape{events: 200_000, journeys: 2000, days: 730, amend: 0.02, serve: 0.0002, kinds: slices.Concat(
	slices.Repeat([]domain.Kind{"activity.attended"}, 36), slices.Repeat([]domain.Kind{"support.given"}, 20),
	slices.Repeat([]domain.Kind{"confidence.rated", "life.rated"}, 7), slices.Repeat([]domain.Kind{"decision.made"}, 7),
	slices.Repeat([]domain.Kind{"decision.raised", "decision.reviewed"}, 4), slices.Repeat([]domain.Kind{"experience.shared", "measure.scored"}, 2),
	[]domain.Kind{"aspiration.set", "aspiration.rated", "aspiration.rated", "home.changed", "activity.not_attended", "consent.given",
		"support.started", "support.ended", "restriction.started", "person.described"})}

var readModels = []Projection{Journeys, Decisions, Outcomes}

// BenchmarkReplay applies a log of 200,000 events to all three read models at
// once, and to each alone. The floor writes the rows that come out, in pages as
// many, with the same settings and nothing between: no rules, no state, no rows
// written twice.
func BenchmarkReplay(b *testing.B) { benchmarkReplay(b, made(b, 1, everyday).log) }

// BenchmarkReplayYears is BenchmarkReplay of 1,000,000 events of five years, in 50
// services.
func BenchmarkReplayYears(b *testing.B) {
	var log []domain.Recorded
	for page := range fiveYears(1_000_000) {
		for i := range page { // as the log gives them
			content, err := domain.Encode(page[i].Event, page[i].Words)
			if err != nil {
				b.Fatal(err)
			}
			page[i].Content = content
		}
		log = append(log, page...)
	}
	benchmarkReplay(b, log)
}

func benchmarkReplay(b *testing.B, log []domain.Recorded) {
	dir := b.TempDir()
	run := func(name string, prepare func(), each func(n int, p Projection, path string) error) time.Duration {
		var took time.Duration
		b.Run(name, func(b *testing.B) {
			prepare()
			n := 0
			for b.Loop() {
				n++
				dir := b.TempDir()
				var wait sync.WaitGroup
				for i, p := range readModels {
					if name != "all" && name != "floor" && name != p.Name {
						continue
					}
					wait.Go(func() {
						if err := each(i, p, filepath.Join(dir, p.Name)); err != nil {
							b.Error(err)
						}
					})
				}
				wait.Wait()
			}
			took = b.Elapsed() / time.Duration(n)
			b.ReportMetric(float64(len(log))/took.Seconds(), "events/s")
		})
		return took
	}
	replay := func(_ int, p Projection, path string) error {
		return Replay(context.Background(), p, path, logID, pages(log, benchmarkPage))
	}
	for _, p := range readModels {
		run(p.Name, func() {}, replay)
	}
	all := run("all", func() {}, replay)
	writes := make([][]write, len(readModels))
	record := func() {
		for i, p := range readModels {
			path := filepath.Join(dir, p.Name)
			if err := replay(i, p, path); err != nil {
				b.Fatal(err)
			}
			writes[i] = rowsOf(b, path, p)
		}
	}
	floor := run("floor", record, func(i int, p Projection, path string) error {
		return rewrite(path, p, writes[i], len(log)/benchmarkPage)
	})
	if floor > 0 && all > 0 {
		b.Logf("the floor takes %.2f of the time", floor.Seconds()/all.Seconds())
	}
}

// A write is the rows of one table.
type write struct {
	query string
	rows  [][]any
}

// rowsOf reads a read model's rows, in the order in which they were first written
// as far as that can be told.
func rowsOf(b *testing.B, path string, p Projection) (all []write) {
	b.Helper()
	db, err := OpenCopy(b.Context(), path, p)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.View(b.Context(), func(s *Snapshot) error {
		names, err := s.tables(b.Context())
		if err != nil {
			return err
		}
		for _, name := range names {
			if slices.Contains([]string{"descriptions", "definitions", "criteria", "reasons"}, name) { // the schema fills them
				continue
			}
			var width, positioned int
			if err := s.QueryRow(`SELECT count(*), sum(name = 'position') FROM pragma_table_info(?)`, name).Scan(&width, &positioned); err != nil {
				return err
			}
			order := ""
			if positioned > 0 {
				order = " ORDER BY position"
			}
			rows, err := s.Query(`SELECT * FROM ` + name + order)
			if err != nil {
				return err
			}
			defer rows.Close()
			w := write{query: `INSERT INTO ` + name + ` VALUES (?` + strings.Repeat(", ?", width-1) + `)`}
			for rows.Next() {
				row, into := make([]any, width), make([]any, width)
				for i := range row {
					into[i] = &row[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				w.rows = append(w.rows, row)
			}
			all = append(all, w)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// rewrite writes rows in so many transactions.
func rewrite(path string, p Projection, writes []write, pages int) error {
	f, err := create(path, p, logID)
	if err != nil {
		return err
	}
	for n := range pages {
		if err := f.tx.Exec(`BEGIN IMMEDIATE`); err != nil {
			return err
		}
		for _, w := range writes {
			for _, row := range w.rows[n*len(w.rows)/pages : (n+1)*len(w.rows)/pages] {
				if err := f.tx.Exec(w.query, row...); err != nil {
					return fmt.Errorf("%s: %w", w.query, err)
				}
			}
		}
		if err := f.tx.Exec(`COMMIT`); err != nil {
			return err
		}
	}
	return f.close()
}
