package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

const smallSpecification = `title: Relaxed
question: Did it help?
periods:
  - {name: before, from: 2026-01-01, to: 2026-01-31}
measures: [relaxed]
`

// An evaluator would get the answer to another question than was asked.
func TestASpecificationIsReadAsItIsWritten(t *testing.T) {
	s, err := parseSpecification([]byte(`
title: "  All of it "
question: Which?
cohort:
  services: [north, south]
  started: {from: 2025-01-01, to: 2025-12-31}
  least_days: 12
  consents: research
periods:
  - {name: before, from: 2026-01-01, to: 2026-01-31}
  - name: after
    from: 2026-02-01
    to: 2026-02-28
  - {name: month_3, from_day: 77, to_day: 105}
  - {name: start, from_day: 77, to_day: 77}
compare:
  arms:
    second: [south]
    first: [north]
outcomes: [decisions.took_part, activities.chosen]
measures: [relaxed, confidence.self]
methods: [change, xmr]
as_of: 2026-03-31
known_at: 2026-04-02T00:00:00+02:00
suppression: none
`))
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) domain.Date {
		d, err := domain.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	want := domain.Evaluation{
		Title: "All of it", Question: "Which?",
		Cohort: domain.Cohort{Services: []string{"north", "south"}, Started: domain.Days{From: day("2025-01-01"), To: day("2025-12-31")},
			LeastDays: 12, Consents: []domain.Purpose{"research"}},
		Periods: []domain.EvaluationPeriod{
			{Name: "before", Days: domain.Days{From: day("2026-01-01"), To: day("2026-01-31")}},
			{Name: "after", Days: domain.Days{From: day("2026-02-01"), To: day("2026-02-28")}},
			{Name: "month_3", Relative: true, FromDay: 77, ToDay: 105},
			{Name: "start", Relative: true, FromDay: 77, ToDay: 77},
		},
		Compare:  domain.Comparing{Arms: []domain.Arm{{Name: "second", Services: []string{"south"}}, {Name: "first", Services: []string{"north"}}}},
		Outcomes: []string{"decisions.took_part", "activities.chosen"}, Measures: []string{"relaxed", "confidence.self"},
		Methods: []domain.EvaluationMethod{"change", "xmr"}, AsOf: day("2026-03-31"),
		KnownAt: time.Date(2026, 4, 1, 22, 0, 0, 0, time.UTC), Suppression: "none",
	}
	if diff := cmp.Diff(want, s.Evaluation); diff != "" {
		t.Error(diff)
	}
}

// Somebody would look for what is wrong all over the file, or never find out.
func TestASpecificationThatIsWrongSaysWhereAndWhatToDo(t *testing.T) {
	for _, test := range []struct{ name, old, new, want, hint string }{
		{"an unknown key", "measures:", "mesures:", "line 5, column 1: mesures is not a key of an evaluation", "did you mean measures?"},
		{"an unknown key that is near none", "measures:", "colour:", "line 5, column 1: colour is not a key of an evaluation", "it may have as_of, at, cohort"},
		{"an unknown key of a period", "from:", "form:", "line 4, column 20: form is not a key of a period", "did you mean from?"},
		{"a key twice", "question:", "title:", "line 2, column 1: title is there twice", ""},
		{"no title", "title: Relaxed\n", "", "title is missing", ""},
		{"an empty title", "Relaxed", `" "`, "line 1, column 8: title is missing", ""},
		{"a list in place of a text", "Relaxed", "[Relaxed]", "line 1, column 8: needs a text here", ""},
		{"no period", "periods:\n  - {name: before, from: 2026-01-01, to: 2026-01-31}\n", "", "periods is missing", "for example: periods:"},
		{"a period that is no list", "  - {name: before, from: 2026-01-01, to: 2026-01-31}", "  name: before", "line 4, column 3: needs a list", "write it as [A, B]"},
		{"a date that is none", "2026-01-31", "2026-02-31", "line 4, column 42: needs a date", "write it as 2026-03-01"},
		{"a period backwards", "2026-01-31", "2025-01-31", "line 4, column 5: periods[0] goes from 2026-01-01 to 2025-01-31, which is earlier", "both days are included"},
		{"half a period", ", to: 2026-01-31", "", "line 4, column 5: periods[0] has no first or no last day", "give from and to as dates"},
		{"dates and days", ", to: 2026-01-31", ", from_day: 1, to_day: 2", "periods[0] mixes dates with days", "give from and to as dates"},
		{"half a period of days", "from: 2026-01-01, to: 2026-01-31", "from_day: 1", "line 4, column 5: has only one of from_day and to_day", ""},
		{"days that are no number", "from: 2026-01-01, to: 2026-01-31", "from_day: 1.5, to_day: 9", "line 4, column 30: needs a whole number", ""},
		{"a name that is none", "name: before", "name: Before", `line 4, column 12: periods[0].name is "Before", which is no name`, "use a to z"},
		{"a name twice", "01-31}", "01-31}\n  - {name: before, from: 2026-02-01, to: 2026-02-02}", `line 5, column 12: periods[1].name is "before" a second time`, ""},
		{"periods out of order", "01-31}", "01-31}\n  - {name: b, from: 2025-02-01, to: 2025-02-02}", "line 5, column 5: periods[1] begins before before, the period listed ahead of it", ""},
		{"a period after the evaluation's day", "measures:", "as_of: 2025-12-31\nmeasures:", "line 4, column 5: periods[0] begins after as_of, 2025-12-31", ""},
		{"nothing asked", "measures: [relaxed]\n", "", "outcomes and measures are both missing", ""},
		{"one twice", "[relaxed]", "[relaxed, relaxed]", "line 5, column 21: measures[1] has relaxed a second time", ""},
		{"progress with aspirations", "[relaxed]", "[aspiration.progress]", "line 5, column 12: measures[0] has aspiration.progress", "aspirations.change_progress"},
		{"an unknown method", "measures:", "methods: [change, kaplan-meier]\nmeasures:", `line 5, column 19: methods[1] has "kaplan-meier", which is not one of the list`, "did you mean kaplan_meier?"},
		{"an unknown consent", "measures:", "cohort: {consents: [reserch]}\nmeasures:", `line 5, column 21: cohort.consents[0] has "reserch"`, "did you mean research?"},
		{"an unknown rule", "measures:", "suppression: all\nmeasures:", `line 5, column 14: suppression has "all"`, "there are hes, mhsds, none"},
		{"a service that is no id", "measures:", "cohort: {services: [North]}\nmeasures:", "cohort.services[0]", "use a to z"},
		{"starts backwards", "measures:", "cohort: {started: {from: 2026-02-01, to: 2026-01-01}}\nmeasures:", "line 5, column 19: cohort.started goes from 2026-02-01", ""},
		{"charts of nothing", "measures:", "methods: [xmr]\nmeasures:", "methods has xmr or funnel, and there are no outcomes", ""},
		{"outcomes without dates", "from: 2026-01-01, to: 2026-01-31}\n", "from_day: 0, to_day: 9}\noutcomes: [all]\n", "outcomes need a period of dates", ""},
		{"all beside others", "measures:", "outcomes: [home.settled, all]\nmeasures:", "line 5, column 26: outcomes[1] has all beside others", ""},
		{"two comparisons", "measures:", "compare: {service: north, before_and_after: 2026-01-10}\nmeasures:", "line 5, column 10: compare has more than one of", ""},
		{"an unknown comparison", "measures:", "compare: {services: north}\nmeasures:", "services is not a key of a comparison", "did you mean service?"},
		{"one arm", "measures:", "compare: {arms: {a: [north]}}\nmeasures:", "compare.arms has one arm alone", ""},
		{"no arms", "measures:", "compare: {arms: {}}\nmeasures:", "has no arms", ""},
		{"an arm without services", "measures:", "compare: {arms: {a: [north], b: []}}\nmeasures:", "compare.arms.b has no services", ""},
		{"a service in two arms", "measures:", "compare: {arms: {a: [north], b: [north]}}\nmeasures:", "line 5, column 34: compare.arms.b[0] has north, which is in a too", ""},
		{"an arm outside the cohort", "measures:", "cohort: {services: [north]}\ncompare: {arms: {a: [north], b: [south]}}\nmeasures:", "compare.arms.b[0] has south, which is not one of cohort.services", ""},
		{"the others of one service", "measures:", "cohort: {services: [north]}\ncompare: {service: north}\nmeasures:", "cohort.services has no service beside north", ""},
		{"a moment without its offset", "measures:", "known_at: 2026-04-02\nmeasures:", "line 5, column 11: needs a moment", "write it with its offset"},
		{"a moment and a position", "measures:", "known_at: 2026-04-02T00:00:00Z\nat: 12\nmeasures:", "line 6, column 5: at and known_at exclude each other", ""},
		{"a position that is none", "measures:", "at: 0\nmeasures:", "line 5, column 5: needs a whole number above 0", ""},
		{"an alias", "[relaxed]", "&a [*a]", "", ""},
		{"two documents", "measures: [relaxed]\n", "measures: [relaxed]\n---\ntitle: b\n", "there is more than one document", ""},
		{"no YAML", "Relaxed", "'Relaxed", "is not proper YAML", ""},
		{"too much", "Relaxed", strings.Repeat("a", mostSpecification), "bytes; 1048576 are allowed", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(smallSpecification, test.old, test.new, 1)
			if text == smallSpecification {
				t.Fatal("nothing is wrong with it")
			}
			_, err := parseSpecification([]byte(text))
			wrong, ok := errors.AsType[*mappingError](err)
			if !ok {
				t.Fatalf("%v is not about the file", err)
			}
			if !strings.Contains(wrong.Error(), test.want) || !strings.Contains(wrong.Hint(), test.hint) {
				t.Errorf("says %q, hint %q", wrong.Error(), wrong.Hint())
			}
		})
	}
	if _, err := parseSpecification([]byte(smallSpecification)); err != nil {
		t.Error("what is right is refused:", err)
	}
}

func FuzzParseSpecification(f *testing.F) {
	f.Add([]byte(smallSpecification))
	f.Add([]byte("title: a\nquestion: b\nperiods: [{name: c, from_day: -9, to_day: 9}]\nmeasures: all\ncompare: {arms: {a: [b], c: d}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSpecification(text)
		if err != nil {
			if _, ok := errors.AsType[*mappingError](err); !ok {
				t.Fatalf("%v is not about the file", err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Fatal("what is read is wrong:", err)
		}
	})
}
