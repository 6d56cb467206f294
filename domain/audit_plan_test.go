package domain

import (
	"errors"
	"strings"
	"testing"
)

const plan = `{"question":"Do people have the role they want?","criteria":["D6"],"population":{"service":"north"},"sample":{"n":20,"seed":7},"position":905}`

func TestAnAuditIsPlannedOnceAndStandsAsItWasCorrected(t *testing.T) {
	w := newWorld(t)
	w.given(
		`10001 audit.planned 2026-04-01 &q1 `+plan,
		`10002 audit.closed 2026-05-01 &q1 {"conclusion":"Mostly.","actions":["Ask earlier"]}`,
		`10003 entry.corrected - &q1 {"entry":"#10001","form":"audit.planned.v1","occurred":"2026-04-02","reason":"error","data":`+
			`{"question":"Who decides?","criteria":["D5"],"position":904}}`,
	)
	audit := w.audits["q1"]
	if asked, entry, ok := audit.Plan(); !ok || asked.Question != "Who decides?" || asked.Sample.N != 0 || entry.Occurred.String() != "2026-04-02" {
		t.Errorf("the plan is %+v of %s", asked, entry.Occurred)
	}
	if came, _, ok := audit.Closing(); !ok || len(came.Actions) != 1 {
		t.Errorf("it came to %+v", came)
	}
	w.given(`10004 entry.withdrawn - &q1 {"entry":"#10002","reason":"error"}`)
	if _, _, closed := audit.Closing(); closed {
		t.Error("it is closed by an entry that was taken back")
	}
	w.given(`10005 audit.closed 2026-05-02 &q1 {"conclusion":"Yes."}`, `10006 entry.withdrawn - &q1 {"entry":"#10001","reason":"error"}`,
		`10007 audit.planned 2026-04-03 &q1 `+plan)
	if asked, _, ok := audit.Plan(); !ok || asked.Sample.Seed != 7 {
		t.Errorf("planned anew it is %+v", asked)
	}
}

func TestAnAuditIsRefusedThatNobodyCouldRepeat(t *testing.T) {
	long := strings.Repeat("a", 301)
	for _, test := range []struct {
		note string
		want error
	}{
		{`10002 audit.planned 2026-04-01 &q1 ` + plan, ErrExists},
		{`10002 audit.closed 2026-04-01 &q2 {"conclusion":"Yes."}`, ErrNoSuchThing},
		{`10002 audit.closed 2027-04-01 &q1 {"conclusion":"Yes."}`, ErrFuture},
		{`10002 audit.closed 2026-04-01 &q1 {"conclusion":" "}`, ErrIncomplete},
		{`10002 audit.closed 2026-04-01 &q1 {"conclusion":"Yes.","actions":["` + long + `"]}`, ErrOutOfRange},
		{`10002 audit.closed 2026-04-01 &q1 {"conclusion":"Yes."} words {"note":"zebrafish"}`, ErrMalformed},
		{`10002 audit.closed 2026-03-31 &q1 {"conclusion":"Yes."}`, ErrMalformed},
		{`10002 audit.closed 2026-04-01 &q1 {"conclusion":"Yes.\u001b]0;x"}`, ErrMalformed},
		{`10002 audit.closed 2026-04-01 &q1 {"conclusion":"Yes.","actions":["Ask\nClosed on 2026-04-01"]}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?\u009b2J","criteria":["D6"],"position":1}`, ErrMalformed},
		{`10002 entry.corrected - &q1 {"entry":"#10001","form":"audit.planned.v1","occurred":"2026-04-01","reason":"error","data":` +
			`{"question":"Why?","criteria":["D6"],"position":1,"follows":"q1"}}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"criteria":["D6"],"position":1}`, ErrIncomplete},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"` + long + `","criteria":["D6"],"position":1}`, ErrOutOfRange},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":[],"position":1}`, ErrIncomplete},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D13"],"position":1}`, ErrUnknownCode},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6","D6"],"position":1}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"]}`, ErrIncomplete},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"],"position":1,"sample":{"n":0,"seed":7}}`, ErrOutOfRange},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"],"position":1,"follows":"q2"}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"],"position":1,"population":{"journey":"j-1"}}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"],"position":1,"population":{"from":"2026-02-01","to":"2026-01-01"}}`, ErrMalformed},
		{`10002 audit.planned 2026-04-01 &q2 {"question":"Why?","criteria":["D6"],"position":1,"population":{"role_gap":5}}`, ErrOutOfRange},
		{`10002 audit.planned 2026-04-01 north {"question":"Why?","criteria":["D6"],"position":1}`, ErrMalformed},
		{`10002 entry.corrected - &q1 {"entry":"#10001","form":"audit.closed.v1","occurred":"2026-04-02","reason":"error","data":{"conclusion":"Yes."}}`, ErrCannotCorrect},
		{`10002 entry.withdrawn - &q1 {"entry":"#10009","reason":"error"}`, ErrNoSuchThing},
		{`10002 entry.withdrawn - &q2 {"entry":"#10001","reason":"error"}`, ErrNoSuchThing},
	} {
		w := newWorld(t)
		w.given(`10001 audit.planned 2026-04-01 &q1 ` + plan)
		_, err := w.record(test.note)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.note, err, test.want)
			continue
		}
		readsWell(t, err)
	}
}

func TestNoAuditIsClosedBeforeItWasPlanned(t *testing.T) {
	planned := func(on string) string {
		return `entry.corrected - &q1 {"entry":"#10001","form":"audit.planned.v1","occurred":"` + on + `","reason":"error","data":` + plan + `}`
	}
	closed := func(on string) string {
		return `entry.corrected - &q1 {"entry":"#10002","form":"audit.closed.v1","occurred":"` + on + `","reason":"error","data":{"conclusion":"Yes."}}`
	}
	for note, want := range map[string]error{
		planned("2026-05-01"): nil, planned("2026-05-02"): ErrMalformed, closed("2026-04-01"): nil, closed("2026-03-31"): ErrMalformed,
	} {
		w := newWorld(t)
		w.given(`10001 audit.planned 2026-04-01 &q1 `+plan, `10002 audit.closed 2026-05-01 &q1 {"conclusion":"Yes."}`)
		if _, err := w.record(`10003 ` + note); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", note, err, want)
		}
	}
}

func TestNoShareIsOfDecisionsChosenForIt(t *testing.T) {
	for _, test := range []struct {
		population Population
		want       string
	}{
		{Population{}, ""},
		{Population{Service: "north", State: "made", Audited: Yes, RecordedLate: No}, ""},
		{Population{NotPassing: "D2"}, "D2"},
		{Population{RoleGap: 2}, "D6"},
		{Population{RecordedLate: Yes}, "D10"},
		{Population{Overdue: Day(2026, 4, 1), NotPassing: "D6"}, "D6, D12"},
	} {
		var chosen []Criterion
		for _, term := range Criteria {
			if test.population.ChosenBy(term.Code) {
				chosen = append(chosen, term.Code)
			}
		}
		if got := joinCriteria(chosen); got != test.want {
			t.Errorf("%+v is chosen by %q, not %q", test.population, got, test.want)
		}
	}
}

func TestAnAuditSaysInPlainWordsWhatItIs(t *testing.T) {
	for want, e := range map[string]Event{
		"An audit was planned: D5, D6; 20 drawn at random":           AuditPlanned{Criteria: []Criterion{"D6", "D5"}, Sample: Draw{20, 7}},
		"An audit was planned: D6; 1 decision drawn at random":       AuditPlanned{Criteria: []Criterion{"D6"}, Sample: Draw{1, 7}},
		"An audit was planned: D6; every decision of its population": AuditPlanned{Criteria: []Criterion{"D6"}},
		"An audit was closed":                 AuditClosed{},
		"An audit was closed, with 1 action":  AuditClosed{Actions: make([]string, 1)},
		"An audit was closed, with 2 actions": AuditClosed{Actions: make([]string, 2)},
	} {
		if got := Sentence(e); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
