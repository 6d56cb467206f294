package projections

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// examined gives a person's decisions with what the criteria ask beside them, in
// the order in which they are listed.
func (n naive) examined(journey string) (all []domain.Examined) {
	beside, zones := domain.Examined{}, map[string]*time.Location{}
	for _, name := range []string{"Europe/London", "America/New_York"} {
		zones[name], _ = time.LoadLocation(name)
	}
	about, order := map[string][]domain.Recorded{}, []string{}
	for _, r := range n.journeys[journey] {
		id := ""
		switch e := r.Event.(type) {
		case domain.PersonDescribed:
			beside.Described = append(beside.Described, r)
		case domain.SupportStarted, domain.SupportPaused, domain.SupportResumed, domain.SupportEnded:
			beside.Supports = append(beside.Supports, r)
		case domain.DecisionRaised:
			id = r.ID
		case domain.DecisionMade:
			id = cmp.Or(e.Decision, r.ID)
		case domain.DecisionReviewed:
			id = e.Decision
		case domain.DecisionReversed:
			id = e.Decision
		case domain.DecisionClosed:
			id = e.Decision
		case domain.DecisionAudited:
			id = e.Decision
		}
		if id != "" && about[id] == nil {
			order = append(order, id)
		}
		if id != "" {
			about[id] = append(about[id], r)
		}
	}
	for _, id := range order {
		x := beside
		var ok bool
		if x.Decision, ok = domain.DecisionOf(id, about[id]); ok {
			x.Service, _, _ = n.facts(x.Named().Service)
			x.Zone = zones[cmp.Or(x.Service.Zone, "Europe/London")]
			all = append(all, x)
		}
	}
	return all
}

// days are some days to judge on, around those that reviews were due on.
func (n naive) days() []domain.Date {
	return []domain.Date{0, domain.Day(2024, 6, 15), domain.Day(2025, 2, 1), n.today, n.today + 400}
}

// A quality team would be told that a decision was lawful, in time or looked at
// again because of entries that do not say so, or no longer do.
func TestVerdictsAreThoseOfTheEntriesAsTheyStand(t *testing.T) {
	t.Parallel()
	seen := map[domain.Reason]int{}
	for seed := range uint64(3) {
		log := lawful(t, 60+seed)
		db := opened(t, t.TempDir(), Decisions, Options{})
		for _, part := range [][]domain.Recorded{log[:len(log)/2], log} {
			advance(t, db, part, []int{1000, 1, 90}[seed])
			compareVerdicts(t, db, naiveOf(part), seen)
		}
	}
	for _, reason := range domain.Reasons {
		if seen[reason.Code] == 0 {
			t.Errorf("no decision with the reason %s", reason.Code)
		}
	}
}

func compareVerdicts(t *testing.T, db *DB, n naive, seen map[domain.Reason]int) {
	t.Helper()
	err := db.View(t.Context(), func(s *Snapshot) error {
		decisions := 0
		for _, today := range n.days() {
			rows, err := ListDecisions(t.Context(), s, DecisionFilter{Today: today})
			if err != nil {
				return err
			}
			listed := map[decisionAt]DecisionRow{}
			for _, row := range rows {
				listed[decisionAt{row.Journey, row.Decision}] = row
			}
			decisions = 0
			for journey := range n.journeys {
				for _, x := range n.examined(journey) {
					decisions++
					row := listed[decisionAt{journey, x.ID}]
					want := []Verdict{}
					for _, f := range x.Findings(today) {
						want = append(want, Verdict{f.Criterion, f.Verdict, f.Reason})
						seen[f.Reason]++
					}
					if !slices.Equal(want, row.Findings) {
						t.Fatalf("on %s:\n%s", today, gocmp.Diff(want, row.Findings))
					}
					if row.ReviewDue != x.StillDue().String() {
						t.Fatalf("to be looked at again by %q, want %q", row.ReviewDue, x.StillDue())
					}
					if row.Late != (row.Verdict("D10") == "fail") || row.Rules != domain.AuditRules || row.Significant != x.Significant() || row.Alone != x.Alone() {
						t.Fatalf("%+v", row)
					}
				}
			}
			if decisions != len(listed) || decisions != len(rows) {
				t.Fatalf("%d decisions are listed, and there are %d", len(rows), decisions)
			}
		}
		if decisions < 100 {
			t.Errorf("only %d decisions", decisions)
		}
		return compareExamined(t, s, n)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// compareExamined compares what a decision is judged from, and what dashboards
// are told of it.
func compareExamined(t *testing.T, s *Snapshot, n naive) error {
	t.Helper()
	told := map[string][]domain.Finding{}
	for _, today := range n.days()[1:] {
		if err := eachRow(t.Context(), s, func(scan func(...any) error) error {
			var f domain.Finding
			var journey, decision, events string
			err := scan(&journey, &decision, &f.Criterion, &f.Verdict, &f.Reason, &f.Sentence, &events)
			f.Evidence = strings.Fields(events)
			key := fmt.Sprint(journey, decision, today)
			told[key] = append(told[key], f)
			return err
		}, `SELECT journey, decision, criterion, verdict, reason, sentence, events FROM verdicts
			WHERE (until IS NULL OR ?1 <= until) AND (after IS NULL OR ?1 > after) ORDER BY journey, decision, length(criterion), criterion`, today.String()); err != nil {
			return err
		}
	}
	for journey := range n.journeys {
		for _, want := range n.examined(journey) {
			got, err := ExaminedDecision(t.Context(), s, journey, want.ID)
			if err != nil {
				return err
			}
			if !reflect.DeepEqual(want, got) {
				t.Fatal(gocmp.Diff(want, got, gocmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })))
			}
			for _, today := range n.days()[1:] {
				if want, got := want.Findings(today), told[fmt.Sprint(journey, want.ID, today)]; !reflect.DeepEqual(want, got) {
					t.Fatalf("the view verdicts on %s:\n%s", today, gocmp.Diff(want, got))
				}
			}
		}
	}
	_, err := ExaminedDecision(t.Context(), s, "j-1", "nothing")
	if err != ErrNoDecision {
		t.Errorf("of no decision: %v", err)
	}
	return nil
}

// The same decision would be judged otherwise for how the log happened to arrive.
func TestVerdictsAreTheSameHoweverTheLogArrives(t *testing.T) {
	t.Parallel()
	log := lawful(t, 64)
	first := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, first, log, 1000)
	want := dump(t, first, asItIs)
	for _, size := range []int{1, 13, 400} {
		db := opened(t, t.TempDir(), Decisions, Options{})
		advance(t, db, log, size)
		advance(t, db, log[len(log)/3:], size) // again
		if diff := gocmp.Diff(want, dump(t, db, asItIs)); diff != "" {
			t.Errorf("pages of %d:\n%s", size, diff)
		}
	}
	path := filepath.Join(t.TempDir(), "alone.db")
	if err := Replay(t.Context(), Decisions, path, logID, pages(log, 700)); err != nil {
		t.Fatal(err)
	}
	alone, err := OpenCopy(t.Context(), path, Decisions)
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if diff := gocmp.Diff(want, dump(t, alone, asItIs)); diff != "" {
		t.Errorf("replayed:\n%s", diff)
	}
	for seed := range uint64(3) { // services before or after those who decide with them
		mixed, was := interleaved(log, rand.New(rand.NewPCG(seed, 8)))
		db := opened(t, t.TempDir(), Decisions, Options{})
		advance(t, db, mixed, []int{1, 50, 1000}[seed])
		if diff := gocmp.Diff(want, dump(t, db, func(position uint64) uint64 { return was[position] })); diff != "" {
			t.Errorf("in another order of journeys and services:\n%s", diff)
		}
	}
}

// An auditor of a past day would be shown what nobody could have known then.
func TestDecisionsAsOfADayAreThoseOfWhatHadHappened(t *testing.T) {
	t.Parallel()
	log := lawful(t, 65)
	db := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, db, log, 1000)
	n := naiveOf(log)
	for _, ago := range []domain.Date{30, 300, 500} {
		path := filepath.Join(t.TempDir(), "then.db")
		if any, err := db.AsOf(t.Context(), path, n.today-ago); err != nil || !any {
			t.Fatal(any, err)
		}
		then, err := OpenCopy(t.Context(), path, Decisions)
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer then.Close()
			compareVerdicts(t, then, n.before(n.today-ago), map[domain.Reason]int{})
		}()
	}
}

// Somebody's tool could not open the file: SQLite orders what an aggregate takes
// since 3.44, and many still have an older one.
func TestAnOlderSQLiteReadsTheViews(t *testing.T) {
	ordered := regexp.MustCompile(`(?i)(group_concat|string_agg|json_group_array)\([^()]*(\([^()]*\)[^()]*)*ORDER BY`)
	if !ordered.MatchString(`group_concat(a ->> ('$' || b), ' ' ORDER BY c)`) {
		t.Fatal("the test finds nothing")
	}
	for _, p := range []Projection{Journeys, Decisions, Outcomes} {
		if found := ordered.FindString(p.Schema); found != "" {
			t.Errorf("%s: %s", p.Name, found)
		}
	}
}

// Somebody's tool would read evidence that is no JSON, or names no entry.
func TestEvidenceNamesEntriesOfTheJourney(t *testing.T) {
	log := lawful(t, 66)
	db := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, db, log, 1000)
	ids := map[string]bool{}
	for _, r := range log {
		ids[r.Stream.ID+" "+r.ID] = true
	}
	err := db.View(t.Context(), func(s *Snapshot) error {
		return eachRow(t.Context(), s, func(scan func(...any) error) error {
			var journey, text, reasons string
			if err := scan(&journey, &text, &reasons); err != nil {
				return err
			}
			var lists []json.RawMessage
			var named []string
			if err := json.Unmarshal([]byte(text), &lists); err != nil || len(lists) != 14 || len(strings.Fields(reasons)) != 13 {
				t.Fatal(err, text, reasons)
			}
			if err := json.Unmarshal(lists[0], &named); err != nil {
				return err
			}
			for _, list := range lists[1:] {
				var places []int
				if err := json.Unmarshal(list, &places); err != nil || len(places) == 0 || slices.Max(places) >= len(named) {
					t.Fatal(err, text)
				}
			}
			for _, id := range named {
				if !ids[journey+" "+id] {
					t.Fatalf("%s is no entry of %s", id, journey)
				}
			}
			return nil
		}, `SELECT journey, evidence, reasons FROM decisions`)
	})
	if err != nil {
		t.Fatal(err)
	}
}
