package projections

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// positions are the columns that hold places in the log.
var positions = []string{"position", "began", "last", "forgotten", "entry", "withdrawn"}

// dump lists every row of every table, with each position as at gives it.
func dump(t testing.TB, db *DB, at func(uint64) uint64) (lines []string) {
	t.Helper()
	err := db.View(t.Context(), func(s *Snapshot) error {
		names, err := s.tables(t.Context())
		if err != nil {
			return err
		}
		for _, name := range names {
			rows, err := s.Query(`SELECT * FROM ` + name)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return err
				}
				line := name
				for i, v := range values {
					if n, ok := v.(int64); ok && slices.Contains(positions, columns[i]) && n > 0 {
						v = int64(at(uint64(n)))
					}
					if b, ok := v.([]byte); ok {
						v = string(b)
					}
					if text, ok := v.(string); ok && (columns[i] == "marks" || columns[i] == "ratings") {
						var marks []mark
						err := eachMark(text, func(m mark) { m.position = at(m.position); marks = append(marks, m) })
						if err != nil {
							return err
						}
						v = marksText(marks)
					}
					line += fmt.Sprintf("|%s=%v", columns[i], v)
				}
				lines = append(lines, line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func asItIs(position uint64) uint64 { return position }

// Somebody's answers would change because of how the log happened to arrive.
func TestEveryAnswerIsTheSameHoweverTheLogArrives(t *testing.T) {
	t.Parallel()
	log := made(t, 11, varied).log
	for _, p := range readModels {
		t.Run(p.Name, func(t *testing.T) {
			first := opened(t, t.TempDir(), p, Options{})
			advance(t, first, log, 1000)
			want, digests := dump(t, first, asItIs), digest(t, first)
			if parked, err := first.Parked(t.Context()); err != nil || len(parked) > 0 {
				t.Fatal(parked, err)
			}
			same := func(how string, db *DB) {
				t.Helper()
				if diff := gocmp.Diff(want, dump(t, db, asItIs)); diff != "" {
					t.Errorf("%s:\n%s", how, diff)
				}
				if diff := gocmp.Diff(digests, digest(t, db)); diff != "" {
					t.Errorf("%s: %s", how, diff)
				}
			}
			for _, size := range []int{1, 7, 500} {
				db := opened(t, t.TempDir(), p, Options{})
				advance(t, db, log, size)
				advance(t, db, log[len(log)/3:], size) // again
				same(fmt.Sprint("pages of ", size), db)
			}
			db, random := opened(t, t.TempDir(), p, Options{}), rand.New(rand.NewPCG(3, 4))
			for rest := log; len(rest) > 0; {
				n := 1 + random.IntN(min(len(rest), 90))
				advance(t, db, rest[:n], n)
				advance(t, db, rest[n/2:n], n) // again
				rest = rest[n:]
			}
			same("live", db)
			path := filepath.Join(t.TempDir(), "alone.db")
			if err := Replay(t.Context(), p, path, logID, pages(log, 1000)); err != nil {
				t.Fatal(err)
			}
			alone, err := OpenCopy(t.Context(), path, p)
			if err != nil {
				t.Fatal(err)
			}
			defer alone.Close()
			same("replayed", alone)
			rebuilt := opened(t, t.TempDir(), p, fromLog(&log))
			advance(t, rebuilt, log, 1000)
			if err := rebuilt.Rebuild(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			same("rebuilt", rebuilt)
		})
	}
}

// One person's answers would depend on what was recorded of others meanwhile.
func TestOneJourneysRowsDoNotDependOnAnothers(t *testing.T) {
	log := made(t, 12, varied).log
	mixed, was := interleaved(log, rand.New(rand.NewPCG(5, 6)))
	for _, p := range readModels {
		one, other := opened(t, t.TempDir(), p, Options{}), opened(t, t.TempDir(), p, Options{})
		advance(t, one, log, 1000)
		advance(t, other, mixed, 1000)
		before := func(position uint64) uint64 { return was[position] }
		if diff := gocmp.Diff(dump(t, one, asItIs), dump(t, other, before)); diff != "" {
			t.Errorf("%s:\n%s", p.Name, diff)
		}
	}
}

// interleaved puts a log in another order that keeps each stream's own, and says
// which position each event had.
func interleaved(log []domain.Recorded, random *rand.Rand) (mixed []domain.Recorded, was map[uint64]uint64) {
	streams, order := map[domain.Stream][]domain.Recorded{}, []domain.Stream{}
	for _, r := range log {
		streams[r.Stream] = append(streams[r.Stream], r)
		order = append(order, r.Stream)
	}
	random.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	was = map[uint64]uint64{}
	for i, s := range order {
		r := streams[s][0]
		streams[s] = streams[s][1:]
		was[uint64(i+1)], r.Position = r.Position, uint64(i+1)
		mixed = append(mixed, r)
	}
	return mixed, was
}

// What a person is shown as theirs would not be what the log holds.
func TestAJourneyReadsAsTheLogSays(t *testing.T) {
	t.Parallel()
	h := made(t, 13, varied)
	db := opened(t, t.TempDir(), Journeys, Options{})
	advance(t, db, h.log, 1000)
	lives := h.lives()
	for _, id := range lives {
		var want domain.Journey
		for _, r := range h.log {
			if r.Stream == domain.JourneyStream(id) {
				want.Apply(r)
			}
		}
		var got *domain.Journey
		err := db.View(t.Context(), func(s *Snapshot) (err error) {
			got, err = Journey(t.Context(), s, id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, asOf := range []domain.Date{0, domain.Day(2024, 6, 30), domain.Day(2025, 3, 31), domain.Day(2026, 12, 31)} {
			if diff := gocmp.Diff(want.Life(id, asOf), got.Life(id, asOf)); diff != "" {
				t.Fatalf("%s as of %s:\n%s", id, asOf, diff)
			}
		}
	}
	if len(lives) < varied.journeys {
		t.Errorf("only %d journeys", len(lives))
	}
}

// A promise would be kept only because nothing in the test put it to the proof.
func TestAHistoryHasEverythingThatMayHappen(t *testing.T) {
	h := made(t, 11, varied)
	for _, kind := range domain.Kinds() {
		if h.kinds()[kind] == 0 && !strings.HasPrefix(string(kind), "audit.") { // which are no journey's, and have a test of their own
			t.Errorf("no %s", kind)
		}
	}
	first, things, times := map[string]domain.Recorded{}, map[string]int{}, map[string]int{}
	starts := map[string]int{}
	found := map[string]int{}
	for _, r := range h.log {
		switch e := r.Event.(type) {
		case domain.EntryCorrected:
			was := first[e.Entry]
			if times[e.Entry]++; times[e.Entry] > 1 {
				found["corrected again"]++
			}
			if was.Occurred.Date.Month() != e.Occurred.Date.Month() {
				found["moved to another month"]++
			}
			if was.Service != e.Service {
				found["moved to another service"]++
			}
			if domain.Thing(was) != domain.Thing(domain.Recorded{ID: was.ID, Event: e.Replacement}) {
				found["moved to another thing"]++
			}
			if r.Stream.About == domain.AboutService {
				found["a service's entry corrected"]++
			}
		case domain.EntryWithdrawn:
			if was := first[e.Entry]; things[domain.Thing(was)] > 1 && domain.Thing(was) == was.ID {
				found["withdrawn with others behind: "+string(domain.KindOf(was.Event))]++
			}
		default:
			if first[r.ID] = r; domain.Thing(r) != "" {
				things[domain.Thing(r)]++
			}
			if domain.KindOf(r.Event) == "support.started" {
				if starts[r.Stream.ID+r.Service]++; starts[r.Stream.ID+r.Service] == 2 {
					found["a second episode"]++
				}
			}
			if domain.DateOf(r.At)-r.Occurred.Date > 30 {
				found["late"]++
			}
			if r.Occurred.Moment && r.Occurred.Offset != 0 {
				found["a moment with an offset"]++
			}
			if r.Stream.About == domain.AboutJourney && r.Service == "" {
				found["of no service"]++
			}
			for _, rating := range domain.Ratings(r.Event) {
				if rating.Declined {
					found["declined"]++
				}
				found["rated by "+string(rating.By)]++
			}
		}
	}
	for _, situation := range []string{"corrected again", "moved to another month", "moved to another service", "moved to another thing",
		"a service's entry corrected", "withdrawn with others behind: support.started", "withdrawn with others behind: decision.raised",
		"withdrawn with others behind: aspiration.set", "a second episode", "late", "a moment with an offset", "of no service", "declined",
		"rated by person", "rated by worker", "rated by peer", "rated by family_or_carer", "rated by "} {
		if found[situation] == 0 {
			t.Errorf("nothing %s", situation)
		}
	}
	if span := h.now.Sub(h.log[0].At).Hours() / 24; span < 600 {
		t.Errorf("only %.0f days", span)
	}
}

// What somebody said in confidence would lie in files that others may read.
func TestNoWordsAreInDecisionsAndOutcomes(t *testing.T) {
	log := made(t, 14, varied).log
	for _, p := range readModels {
		dir := t.TempDir()
		db := opened(t, dir, p, Options{})
		advance(t, db, log, 1000)
		holds := false
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files { // the write ahead included: the read model is open
			content, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			holds = holds || bytes.Contains(content, []byte(secret))
		}
		if want := p.Name == Journeys.Name; holds != want {
			t.Errorf("%s holds words: %t", p.Name, holds)
		}
	}
}

// One person's entry that makes no sense would keep everybody from their answers.
func TestAnEntryThatMakesNoSenseKeepsNobodyElseFromTheirAnswers(t *testing.T) {
	t.Parallel()
	whole := made(t, 15, varied).log
	for _, wrong := range []struct {
		name  string
		event domain.Event
	}{
		{"garbled", domain.Unreadable{Form: "confidence.rated.v1"}},
		{"a correction of what is not there", domain.EntryCorrected{Entry: "00000000-0000-7000-8000-000000000000", Form: "support.started.v1",
			Occurred: domain.On(domain.Day(2024, 5, 1)), Reason: "error", Replacement: domain.SupportStarted{}}},
	} {
		for _, p := range readModels {
			t.Run(p.Name+" "+wrong.name, func(t *testing.T) {
				log, at := slices.Clone(whole), len(whole)/2
				for log[at].Stream.About != domain.AboutJourney || domain.KindOf(log[at].Event) != "confidence.rated" || len(log[at:]) == 0 {
					at++
				}
				journey := log[at].Stream.ID
				log[at].Event = wrong.event
				db := opened(t, t.TempDir(), p, fromLog(&log))
				advance(t, db, log, 500)
				parked, err := db.Parked(t.Context())
				if err != nil || len(parked) != 1 || parked[0].Journey != journey || parked[0].Withheld < 2 {
					t.Fatal(parked, err)
				}
				rest := opened(t, t.TempDir(), p, Options{}) // everybody else as if the journey ended there
				kept := slices.Clone(log)
				for i := at; i < len(kept); i++ {
					if kept[i].Stream.ID == journey {
						kept[i].Stream, kept[i].Event = domain.Stream{About: domain.AboutLog}, domain.LogFounded{}
					}
				}
				advance(t, rest, kept, 500)
				ours := func(lines []string) []string {
					return slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "parked") })
				}
				if diff := gocmp.Diff(ours(dump(t, rest, asItIs)), ours(dump(t, db, asItIs))); diff != "" {
					t.Error(diff)
				}
				copy(log, whole) // the program learnt to read it
				if err := db.Retry(t.Context(), journey); err != nil {
					t.Fatal(err)
				}
				want := opened(t, t.TempDir(), p, Options{})
				advance(t, want, whole, 500)
				if diff := gocmp.Diff(dump(t, want, asItIs), dump(t, db, asItIs)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// A question about one service would read everybody's rows.
func TestFiguresReadNoMoreThanTheyAsk(t *testing.T) {
	db := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, db, made(t, 11, varied).log[:500], 500)
	err := db.View(t.Context(), func(s *Snapshot) error {
		for query, wants := range map[string]string{
			`SELECT marks ` + monthsAsked: "SEARCH person_months USING PRIMARY KEY (service=? AND month>? AND month<?)",
			`SELECT code ` + spansAsked:   "SEARCH spans USING PRIMARY KEY (journey=?)",
		} {
			rows, err := s.Query(`EXPLAIN QUERY PLAN `+query, "2024-01", "2024-12", "north")
			if err != nil {
				return err
			}
			defer rows.Close()
			plan := ""
			for rows.Next() {
				var id, parent, unused int
				var detail string
				if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
					return err
				}
				plan += detail + "\n"
			}
			if !strings.Contains(plan, wants) {
				t.Errorf("%s:\n%s", query, plan)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A figure would count an entry on a day that it was not about.
func TestMarksReadAsTheyWereWritten(t *testing.T) {
	for day := domain.Day(1899, 12, 31); day < domain.Day(2105, 1, 1); day++ {
		if got, ok := readDay(day.String()); !ok || got != day {
			t.Fatal(day, got)
		}
	}
	want := []mark{
		{position: 1, on: domain.Day(2026, 3, 1), what: "activities.people", value: 1, code: "arts"},
		{position: 4711, on: domain.Day(2026, 3, 1), clock: 1, what: "decisions.took_part", missing: "not_recorded"},
		{position: 4712, on: domain.Day(2026, 3, 2), clock: 86_400_000_000, what: "measure.who5.1.total", value: 62.5, code: "person"},
		{position: 4713, on: domain.Day(2026, 3, 3), what: "aspiration.progress", value: 10, thing: "0192f0c4-0000-7000-8000-000000000000"},
		{position: 4714, on: domain.Day(2026, 3, 3), what: "home.moved_staffing", value: -1, code: "on_site_always → none"},
	}
	var got []mark
	if err := eachMark(marksText(want), func(m mark) { got = append(got, m) }); err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
	if !json.Valid([]byte(marksText(want))) {
		t.Error("not JSON:", marksText(want))
	}
	for _, wrong := range []string{"", "[", "[[]]", `[[1,"2026-03-01",0,"a"]]`, `[[x,"2026-03-01",0,"a",1]]`, `[[1,"2026-3-01",0,"a",1]]`, `[[1,"2026-03-01",0,"a",1]`,
		`[[1,"2026-03-01",0,"a",x]]`, `[[1,"2026-03-01",0,a,1]]`, `[[1,"2026-03-01",0,"a",1,b]]`} {
		if err := eachMark(wrong, func(mark) {}); err == nil {
			t.Errorf("%s was read", wrong)
		}
	}
}
