package projections

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// audited is a log with one audit, three decisions and what was found of them.
func audited(t *testing.T) (log []domain.Recorded) {
	t.Helper()
	add := func(stream domain.Stream, id, on string, e domain.Event) {
		occurred, err := domain.ParseOccurred(on)
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, domain.Recorded{Position: uint64(len(log)) + 1, Stream: stream, ID: id, Command: id, At: time.Date(2026, 5, 1, 0, 0, len(log), 0, time.UTC), Occurred: occurred, By: "auditor-3", Event: e})
	}
	about, person := domain.Stream{About: domain.AboutAudit, ID: "2026-q1"}, domain.JourneyStream("j-1")
	add(domain.Stream{About: domain.AboutLog}, "founded", "2026-01-01", domain.LogFounded{Log: logID, Words: "plain"})
	for _, id := range []string{"a", "b", "c"} {
		add(person, id, "2026-03-01", domain.DecisionMade{Question: domain.Question{Area: "home", Preferred: "3"}, Actual: "4", Deciders: []domain.Decider{"person"}})
	}
	add(about, "plan", "2026-04-01", domain.AuditPlanned{Question: "Why?", Criteria: []domain.Criterion{"D6", "D5"}, Population: domain.Population{Area: "home"},
		Sample: domain.Draw{N: 2, Seed: 1 << 63}, Position: 4})
	found := func(id, of string, judged ...domain.Judgement) {
		add(person, id, "2026-04-02", domain.DecisionAudited{Decision: of, Audit: "2026-q1", Judged: judged, Outcome: "learn"})
	}
	found("f1", "a", domain.Judgement{Criterion: "D6", Verdict: "pass"}, domain.Judgement{Criterion: "D5", Verdict: "pass"})
	found("f2", "b", domain.Judgement{Criterion: "D6", Verdict: "fail"})
	found("f3", "c")
	add(person, "x1", "2026-04-03", domain.EntryCorrected{Entry: "f2", Form: "decision.audited.v1", Occurred: domain.On(domain.Day(2026, 4, 2)), Reason: "error",
		Replacement: domain.DecisionAudited{Decision: "b", Audit: "2026-q1", Judged: []domain.Judgement{{Criterion: "D6", Verdict: "pass"}}}})
	add(person, "x2", "2026-04-03", domain.EntryWithdrawn{Entry: "f3", Reason: "wrong_person"})
	add(about, "x3", "2026-04-03", domain.EntryCorrected{Entry: "plan", Form: "audit.planned.v1", Occurred: domain.On(domain.Day(2026, 4, 1)), Reason: "error",
		Replacement: domain.AuditPlanned{Question: "Who?", Criteria: []domain.Criterion{"D6"}, Position: 4}})
	add(about, "closed", "2026-04-20", domain.AuditClosed{Conclusion: "Mostly.", Actions: []string{"Ask earlier"}})
	return log
}

func TestAnAuditIsListedAsItsEntriesStandHoweverTheyCame(t *testing.T) {
	log := audited(t)
	for _, size := range []int{1, 3, len(log)} {
		path := filepath.Join(t.TempDir(), "decisions.db")
		if err := Replay(t.Context(), Decisions, path, logID, pages(log, size)); err != nil {
			t.Fatal(err)
		}
		db, err := OpenCopy(t.Context(), path, Decisions)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.View(t.Context(), func(s *Snapshot) error {
			audits, err := ListAudits(t.Context(), s)
			if err != nil {
				return err
			}
			if got, want := fmt.Sprintf("%+v", audits), "[{Audit:2026-q1 Planned:2026-04-01 By:auditor-3 Plan:{Question:Who? Criteria:[D6] Population:{Service: Area: Weight: State: Basis: From: To: NotPassing: RoleGap:0 Overdue: RecordedLate:0 Audited:0} Sample:{N:0 Seed:0} Position:4 Follows:} "+
				"Judged:2 Closed:2026-04-20 Closing:{Conclusion:Mostly. Actions:[Ask earlier]}}]"; got != want {
				t.Errorf("in pages of %d: %s", size, got)
			}
			findings, err := AuditFindings(t.Context(), s, "2026-q1")
			if err != nil {
				return err
			}
			got := ""
			for _, f := range findings {
				got += fmt.Sprintf("%s %s %s %s; ", f.Decision, f.Criterion, f.Verdict, f.Outcome)
			}
			if want := "a D6 pass learn; a D5 pass learn; b D6 pass ; "; got != want {
				t.Errorf("found %s", got)
			}
			return eachRow(t.Context(), s, func(scan func(...any) error) error {
				var row string
				err := scan(&row)
				if row != "2026-q1 2026-04-01 D6 {}  0 2026-04-20 [\"Ask earlier\"]" {
					t.Errorf("the row of the audit is %s", row)
				}
				return err
			}, `SELECT concat_ws(' ', audit, planned, criteria, population, coalesce(seed, ''), coalesce(sample, 0), closed, actions) FROM audits`)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheProgramsVerdictStandsBesideTheAuditors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decisions.db")
	if err := Replay(t.Context(), Decisions, path, logID, pages(audited(t), 100)); err != nil {
		t.Fatal(err)
	}
	db, err := OpenCopy(t.Context(), path, Decisions)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(t.Context(), func(s *Snapshot) error {
		n := 0
		err := eachRow(t.Context(), s, func(scan func(...any) error) error {
			var decision, criterion, program, verdict string
			err := scan(&decision, &criterion, &program, &verdict)
			if program != verdict {
				t.Errorf("%s, %s: the finding has %s and the decision %s", decision, criterion, program, verdict)
			}
			n++
			return err
		}, `SELECT f.decision, f.criterion, f.program, v.verdict FROM audit_findings AS f JOIN verdicts AS v USING (journey, decision, criterion)
			WHERE (until IS NULL OR f.date <= until) AND (after IS NULL OR f.date > after)`)
		if n != 3 {
			t.Errorf("%d findings have a verdict beside them", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
