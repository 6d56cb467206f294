package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// someFigures tells of three months of one service: two settled, the last not over.
func someFigures(t testing.TB) Published {
	period := func(text string) domain.Period {
		p, err := domain.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	settled := domain.Figure{Service: "north", Period: period("2026-02"), Outcome: "home.settled", Version: 1,
		Numerator: new(12), Denominator: new(16), Value: new(0.75), Lower: new(0.5), Upper: new(0.9), N: 16,
		Missing: map[string]int{"declined": 2, "not_recorded": 3}, Distribution: []domain.Answered{{Answer: "Y", N: 12}, {Answer: "N", N: 4}},
		How: map[string]int{"alone": 9}, Endings: []domain.Ended{{Day: 365, Share: map[domain.EndKind]float64{"moved_on": 0.25}}}}
	earlier := settled
	earlier.Period = period("2026-01")
	open := settled
	open.Period, open.State = period("2026-03"), "not_over"
	nothing := domain.Figure{Service: "north", Period: period("2026-02"), Outcome: "experience.quality", Version: 1, NoEntries: true}
	changed := domain.Figure{Service: "north", Period: period("2026-02"), Outcome: "life.change_quality_of_life", By: "worker", Version: 1, Value: new(1.5), N: 20,
		Change: &domain.Change{Due: 30, Paired: 20, EndedEarly: 2, Better: domain.ChangedBy{N: 9, Lower: new(0.25)}, Same: domain.ChangedBy{N: 8}, Worse: domain.ChangedBy{N: 3},
			FirstPaired: &domain.Mean{N: 20, Value: 4.5}, FirstUnpaired: &domain.Mean{N: 10, Value: 3.5}}}
	settledHome, _ := domain.OutcomeOf("home.settled")
	return Published{
		Services:    []ServiceRow{{ID: "north", Name: "North", Kind: "community", Opened: domain.Day(2020, 1, 1)}},
		Definitions: domain.Outcomes,
		Figures:     []domain.Figure{earlier, settled, nothing, changed, open},
		Charts:      []domain.Chart{domain.ChartOf(settledHome, []domain.Figure{settled, open}, nil, nil, domain.ChartOptions{})},
		Comparisons: []domain.Comparison{{Outcome: "home.settled", Kind: "community", Period: period("2026-02"), Theta: 0.5, Hidden: 1, Sentence: "None differs.",
			Points: []domain.ComparedService{{Service: "north", Numerator: 12, Denominator: 16, Rate: 0.75, Lower998: 0.1, Upper998: 0.9}},
			Limits: []domain.ComparedLimits{{N: 10, Lower998: 0.1, Upper998: 0.9}}}},
		Made: time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC), Program: "v1",
	}
}

// asked reads the rows of a query as text, from a file that nobody may write.
func asked(t *testing.T, path, query string, args ...any) (rows [][]string) {
	t.Helper()
	pool := sql.OpenDB(reading{path})
	defer pool.Close()
	answer, err := pool.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	columns, err := answer.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for answer.Next() {
		row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := answer.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(columns))
		for i := range row {
			texts[i] = row[i].String
		}
		rows = append(rows, texts)
	}
	if err := answer.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestADashboardShowsWhatWasWorkedOutAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figures.db")
	if err := Publish(t.Context(), path, "log-1", 4711, someFigures(t)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query string
		want  [][]string
	}{
		{`SELECT log, position, made_at, program FROM published`, [][]string{{"log-1", "4711", "2026-03-09T10:00:00.000000Z", "v1"}}},
		{`SELECT service, name, opened, closed IS NULL FROM services`, [][]string{{"north", "North", "2020-01-01", "1"}}},
		{`SELECT title, share FROM definitions WHERE outcome = 'home.settled'`, [][]string{{"Settled home", "1"}}},
		{`SELECT period, latest FROM figures WHERE outcome = 'home.settled'`, [][]string{{"2026-01", "0"}, {"2026-02", "1"}, {"2026-03", "0"}}},
		{`SELECT period, starts, ends, numerator, denominator, value, lower, upper, n, missing, latest, state FROM figures WHERE outcome = 'home.settled' AND period > '2026-01'`, [][]string{
			{"2026-02", "2026-02-01", "2026-02-28", "12", "16", "0.75", "0.5", "0.9", "16", "5", "1", ""},
			{"2026-03", "2026-03-01", "2026-03-31", "12", "16", "0.75", "0.5", "0.9", "16", "5", "0", "not_over"}}},
		{`SELECT no_entries, numerator IS NULL, value IS NULL FROM figures WHERE outcome = 'experience.quality'`, [][]string{{"1", "1", "1"}}},
		{`SELECT why, n FROM missing WHERE period = '2026-02'`, [][]string{{"declined", "2"}, {"not_recorded", "3"}}},
		{`SELECT answer, n FROM distributions WHERE period = '2026-02' ORDER BY place`, [][]string{{"Y", "12"}, {"N", "4"}}},
		{`SELECT how, n FROM given WHERE period = '2026-02'`, [][]string{{"alone", "9"}}},
		{`SELECT day, ending, share FROM endings WHERE period = '2026-02'`, [][]string{{"365", "moved_on", "0.25"}}},
		{`SELECT by, due, paired, ended_early, reliable, better, better_lower, better_upper IS NULL, same, worse, first_paired, first_alone, first_alone_n FROM changes`,
			[][]string{{"worker", "30", "20", "2", "0", "9", "0.25", "1", "8", "3", "4.5", "3.5", "10"}}},
		{`SELECT kind, every, why <> '' FROM charts`, [][]string{{"run", "month", "1"}}},
		{`SELECT period, starts, value, state, upper_limit IS NULL FROM chart_points`, [][]string{{"2026-02", "2026-02-01", "0.75", "", "1"}, {"2026-03", "2026-03-01", "0.75", "not_over", "1"}}},
		{`SELECT every, hidden, sentence FROM funnels`, [][]string{{"month", "1", "None differs."}}},
		{`SELECT service, share, lower_95 IS NULL, upper_998, verdict FROM funnel_points`, [][]string{{"north", "0.75", "1", "0.9", ""}}},
		{`SELECT people, upper_998 FROM funnel_limits`, [][]string{{"10", "0.9"}}},
		{`SELECT meaning FROM descriptions WHERE of = 'figures' AND item = 'period'`, [][]string{{"the period, as 2026-03, 2026-Q1 or 2026"}}},
		{`SELECT count(*) FROM descriptions WHERE meaning = ''`, [][]string{{"0"}}},
		{`PRAGMA integrity_check`, [][]string{{"ok"}}},
		{`PRAGMA journal_mode`, [][]string{{"delete"}}},
	} {
		if diff := cmp.Diff(c.want, asked(t, path, c.query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.query, diff)
		}
	}
	if length := len(asked(t, path, `SELECT 1 FROM definitions`)); length != len(domain.Outcomes) {
		t.Errorf("%d definitions, not %d", length, len(domain.Outcomes))
	}
}

// lies gives the names of what is in a directory.
func lies(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWhoHasTheFiguresOpenReadsOnWhileNewOnesTakeTheirPlace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "figures.db")
	p := someFigures(t)
	if err := Publish(t.Context(), path, "log-1", 1, p); err != nil {
		t.Fatal(err)
	}
	pool := sql.OpenDB(reading{path})
	defer pool.Close()
	old, err := pool.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer old.Rollback()
	var position, figures int
	if err := old.QueryRow(`SELECT position FROM published`).Scan(&position); err != nil || position != 1 {
		t.Fatal(position, err)
	}
	p.Figures = p.Figures[:1]
	if err := Publish(t.Context(), path, "log-1", 2, p); err != nil {
		t.Fatal(err)
	}
	if err := old.QueryRow(`SELECT count(*) FROM figures`).Scan(&figures); err != nil || figures != 5 {
		t.Errorf("who read on saw %d figures, %v", figures, err)
	}
	if diff := cmp.Diff([][]string{{"2", "1"}}, asked(t, path, `SELECT position, (SELECT count(*) FROM figures) FROM published`)); diff != "" {
		t.Error(diff)
	}
	if left := lies(t, dir); !slices.Equal(left, []string{"figures.db"}) {
		t.Errorf("beside the figures lies %v", left)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the figures: %v %v", info.Mode(), err)
	}
}

func TestTheLastFiguresStayWhenNewOnesCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "figures.db")
	p := someFigures(t)
	if err := Publish(t.Context(), path, "log-1", 1, p); err != nil {
		t.Fatal(err)
	}
	was := asked(t, path, `SELECT * FROM figures`)
	twice := p
	twice.Figures = append(slices.Clone(p.Figures), p.Figures[0])
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	many := p
	many.Figures = thousands(2, p.Figures[0].Period)
	for name, err := range map[string]error{
		"a figure given twice": Publish(t.Context(), path, "log-1", 2, twice),
		"being told to stop":   Publish(ended, path, "log-1", 2, many),
	} {
		if err == nil {
			t.Errorf("%s went unnoticed", name)
		}
	}
	if diff := cmp.Diff(was, asked(t, path, `SELECT * FROM figures`)); diff != "" {
		t.Error(diff)
	}
	if left := lies(t, dir); !slices.Equal(left, []string{"figures.db"}) {
		t.Errorf("beside the figures lies %v", left)
	}
}

// A write ahead that somebody left beside the file would be read as belonging to
// the new one.
func TestNewFiguresAreNotMixedWithWhatSomebodyWroteToTheOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figures.db")
	if err := Publish(t.Context(), path, "log-1", 1, someFigures(t)); err != nil {
		t.Fatal(err)
	}
	c, err := connect(path, "mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(`PRAGMA journal_mode = WAL; DELETE FROM figures`, nil); err != nil {
		t.Fatal(err)
	}
	if err := Publish(t.Context(), path, "log-1", 2, someFigures(t)); !errors.Is(err, ErrOpened) {
		t.Errorf("published over a file that is being written to: %v", err)
	}
}

// thousands makes so many thousand figures, of as many services.
func thousands(n int, from domain.Period) (all []domain.Figure) {
	for service := range n {
		for month := range 10 {
			for outcome := range 100 {
				all = append(all, domain.Figure{Service: fmt.Sprintf("s%03d", service), Period: from.Add(month), Outcome: fmt.Sprintf("outcome.%02d", outcome), Version: 1,
					Numerator: new(12), Denominator: new(16), Value: new(0.75), Lower: new(0.5), Upper: new(0.9), N: 16, Missing: map[string]int{"declined": 2}})
			}
		}
	}
	return all
}

// BenchmarkPublish writes 300,000 figures, each with one line of those missing.
func BenchmarkPublish(b *testing.B) {
	p := someFigures(b)
	p.Figures, p.Charts = thousands(300, p.Figures[0].Period), nil
	path := filepath.Join(b.TempDir(), "figures.db")
	for b.Loop() {
		if err := Publish(b.Context(), path, "log-1", 1, p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(p.Figures)*b.N)/b.Elapsed().Seconds(), "figures/s")
}
