package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// decided makes people with a decision each; of every third others decided more
// than they wanted, unless all had the role they wanted.
func decided(from, to int, all bool) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		actual := 3
		if n%3 == 0 && !all {
			actual = 5
		}
		fmt.Fprintf(&b, `{"kind":"support.started","journey":"j-%d","service":"north","occurred":"2026-01-12","by":"worker-4"}
{"id":"%s","kind":"decision.made","journey":"j-%[1]d","service":"north","occurred":"2026-02-%02[3]d","by":"worker-4","data":{"area":"home","deciders":["worker"],"preferred":"3","actual":"%[4]d","basis":"consent"}}
`, n, decisionID(n), 1+n%28, actual)
	}
	return b.String()
}

func decisionID(n int) string { return fmt.Sprintf("0192f0c4-0000-7000-8000-%012d", n) }

func sheetOf(t *testing.T, c *client, id string) web.AuditSheet {
	t.Helper()
	sheet, _, err := query[web.AuditSheet](t.Context(), c, "/v1/audits/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

const auditPlanned = `{"kind":"audit.planned","audit":"%s","occurred":"2026-04-01","by":"lead-1","data":{"question":"Why?","criteria":["D6"],"population":{"service":"north"},"sample":{"n":5,"seed":7},"position":%d%s}}`

func TestAnAuditLooksAtTheSameDecisionsWhateverIsRecordedLater(t *testing.T) {
	h, c := begun(t)
	post(t, c, decided(10, 25, false))
	drawn := h.log.Last()
	post(t, c, fmt.Sprintf(auditPlanned, "q1", drawn, ""))
	before := sheetOf(t, c, "q1")
	if before.Population != 15 || len(before.Decisions) != 5 || before.Plan.Position != drawn {
		t.Fatalf("%d of %d at position %d", len(before.Decisions), before.Population, before.Plan.Position)
	}
	post(t, c, decided(25, 40, true))
	first := before.Decisions[0]
	post(t, c, fmt.Sprintf(`{"kind":"entry.withdrawn","journey":"%s","by":"worker-4","data":{"entry":"%s","reason":"error"}}`, first.Journey, first.Decision))
	after := sheetOf(t, c, "q1")
	after.Position = before.Position
	if !reflect.DeepEqual(before, after) {
		t.Errorf("it looks at others now: %+v, not %+v", after, before)
	}
	post(t, c, fmt.Sprintf(auditPlanned, "q9", h.log.Last()+100, ""))
	if _, _, err := query[web.AuditSheet](t.Context(), c, "/v1/audits/q9", nil); err == nil || !strings.Contains(err.Error(), "has not come to the position") {
		t.Errorf("an audit of what is not there yet: %v", err)
	}
}

func TestAReAuditShowsTheChangeWithAnIntervalOfEnoughPeople(t *testing.T) {
	h, c := begun(t)
	post(t, c, decided(10, 19, false))
	post(t, c, fmt.Sprintf(auditPlanned, "few", h.log.Last(), ""))
	post(t, c, decided(19, 30, false))
	post(t, c, fmt.Sprintf(auditPlanned, "q1", h.log.Last(), `,"follows":"few"`))
	post(t, c, decided(30, 60, true))
	post(t, c, fmt.Sprintf(auditPlanned, "q2", h.log.Last(), `,"follows":"q1"`))
	few := sheetOf(t, c, "q1").Changes
	if len(few) != 1 || few[0].Audit != "few" || few[0].Difference == nil || few[0].Lower != nil {
		t.Errorf("since an audit of 9 people: %+v", few)
	}
	changes := sheetOf(t, c, "q2").Changes
	if len(changes) != 1 {
		t.Fatalf("%d changes", len(changes))
	}
	share := func(x, n int) stats.Proportion { // one decision a person
		var s stats.Share
		for i := range n {
			s.Add(min(1, max(0, x-i)), 1)
		}
		lower, upper, _ := s.Interval(0.95)
		return stats.Proportion{Value: float64(x) / float64(n), Lower: lower, Upper: upper}
	}
	difference, lower, upper := stats.NewcombeDifference(share(44, 50), share(14, 20))
	if got := changes[0]; got.Lower == nil || *got.Difference != difference || *got.Lower != lower || *got.Upper != upper {
		t.Errorf("from %d of %d to %d of %d: %v (%v to %v)", got.Before.Pass, got.Before.Pass+got.Before.Fail, got.Now.Pass, got.Now.Pass+got.Now.Fail,
			got.Difference, got.Lower, got.Upper)
	}
}

func TestAWorksheetLeavesRoomForTheAuditor(t *testing.T) {
	h, c := begun(t)
	post(t, c, decided(10, 13, false))
	post(t, c, fmt.Sprintf(auditPlanned, "-q1", h.log.Last(), ""))
	post(t, c, fmt.Sprintf(`{"kind":"decision.audited","journey":"j-11","service":"north","occurred":"2026-04-02","by":"auditor-3","data":{"decision":"%s","audit":"-q1","judged":[{"criterion":"D6","verdict":"fail"}],"outcome":"learn"},"words":{"finding":"hush"}}`, decisionID(11)))
	sheet := sheetOf(t, c, "-q1")
	var b bytes.Buffer
	if err := writeWorksheet(&b, sheet); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(err, len(rows))
	}
	for _, row := range rows[1:] {
		if row[0] != "'-q1" {
			t.Errorf("a spreadsheet may take %s for a formula", row[0])
		}
		want := map[bool]string{true: "fail learn", false: " "}[row[1] == decisionID(11)]
		if got := row[10] + " " + row[11]; got != want {
			t.Errorf("the auditor's columns are %q, not %q", got, want)
		}
	}
	if text := auditText(sheet, page{width: 80}); strings.Contains(text, "hush") || strings.Contains(b.String(), "hush") {
		t.Error("somebody's words are in an audit")
	}
}

func TestNoTextOfAnAuditIsObeyedByATerminal(t *testing.T) {
	plan := domain.AuditPlanned{Question: "Why?\x1b]0;hush\a\nClosed on 2026-04-01: No.", Criteria: []domain.Criterion{"D6"}, Position: 4}
	row := auditRow{Audit: "q1", Plan: plan, Closed: domain.Day(2026, 5, 1), Closing: domain.AuditClosed{Conclusion: "Yes.\u009b2J\r", Actions: []string{"Ask\x1b[1m\n\nearlier"}}}
	var list bytes.Buffer
	p := &program{stdout: &list}
	if err := p.showAudits(web.Audits{Audits: []auditRow{row}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{list.String(), auditText(web.AuditSheet{AuditRow: row}, page{width: 200})} {
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
			t.Errorf("a terminal would obey %q", text[i:])
		}
		if strings.Contains(text, "\nClosed on 2026-04-01") || strings.Contains(text, "\nearlier") {
			t.Errorf("a text has lines of its own: %s", text)
		}
	}
}

func TestNoAuditThatIsNotThereIsRepeated(t *testing.T) {
	h, _ := begun(t)
	w := httptest.NewRecorder()
	h.server().Data().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/audits/hush", nil))
	if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "hush") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}
