package main

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

func TestTheWholeDemonstrationMayBeRecorded(t *testing.T) {
	_, until := demoSpan()
	r := newRecord(until)
	refused := 0
	for d := range demoDrafts(demoSeed) {
		if duplicate, err := r.add(d); err != nil || duplicate {
			if refused++; refused <= 20 {
				t.Errorf("%s %s on %s, %s: duplicate %t, %v", d.Stream.ID, domain.KindOf(d.Event), d.Occurred, d.Service, duplicate, err)
			}
		}
		if d.Imported != demoName {
			t.Fatal("an entry does not say that it was not written down as it happened")
		}
	}
	people, services, kinds, planned := map[string]int{}, map[string]bool{}, map[domain.Kind]int{}, map[string]bool{"": true}
	for _, e := range r.events {
		kinds[domain.KindOf(e.Event)]++
		switch found := e.Event.(type) {
		case domain.AuditPlanned:
			planned[e.Stream.ID] = true
		case domain.DecisionAudited:
			if !planned[found.Audit] {
				t.Errorf("a finding is of the audit %s, which nobody had planned", found.Audit)
			}
		}
		if e.Stream.About == domain.AboutJourney {
			people[e.Stream.ID]++
		}
		if e.Service != "" {
			services[e.Service] = true
		}
	}
	for _, kind := range domain.Kinds() {
		if kinds[kind] == 0 && kind != "log.founded" {
			t.Errorf("nobody ever sees a %s", kind)
		}
	}
	if n := len(people); n != demoJourneys || len(services) != 5 {
		t.Errorf("%d journeys with %d services", n, len(services))
	}
	if n := len(r.events); n < 8_000 || n > 14_000 || refused > 0 {
		t.Errorf("%d entries and %d refused", n, refused)
	}
}

func TestTheDemonstrationIsTheSameEveryTime(t *testing.T) {
	first := slices.Collect(demoDrafts(demoSeed))
	if !slices.EqualFunc(first, slices.Collect(demoDrafts(demoSeed)), func(a, b domain.Draft) bool { return cmp.Equal(encoded(t, a), encoded(t, b)) }) {
		t.Error("two tellings differ, so it would be recorded twice")
	}
	other := slices.Collect(demoDrafts(demoSeed + 1))
	if first[len(first)-1].ID == other[len(other)-1].ID {
		t.Error("another seed tells the same")
	}
}

// encoded gives all that a draft says.
func encoded(t *testing.T, d domain.Draft) []string {
	t.Helper()
	content, err := domain.Encode(d.Event, d.Words)
	if err != nil {
		t.Fatal(err)
	}
	return []string{d.ID, d.Stream.About, d.Stream.ID, d.Service, d.Occurred.String(), d.By, d.Imported, string(content)}
}

func TestTheDemonstrationSpeaksOfPeopleAsPeople(t *testing.T) {
	banned := []string{"patient", "subject", "case", "client", "sufferer", "addict", "disorder", "illness", "depress", "anxi", "schizo",
		"bipolar", "psycho", "manic", "autis", "adhd", "ocd", "ptsd", "dementia", "mad", "crazy", "insane", "suicid", "compliant", "failed"}
	for d := range demoDrafts(demoSeed) {
		texts := slices.Collect(func(yield func(string) bool) {
			for _, text := range d.Words.Texts {
				yield(text)
			}
			for _, o := range d.Words.Options {
				for _, text := range slices.Concat([]string{o.Option}, o.For, o.Against) {
					yield(text)
				}
			}
		})
		for _, text := range texts {
			for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
				for _, label := range banned {
					// Short words stand for themselves, so that "made" may be said.
					if word == label || len(label) > 4 && strings.HasPrefix(word, label) {
						t.Errorf("%s: %q", domain.KindOf(d.Event), text)
					}
				}
			}
		}
	}
}

func TestTheDemonstrationHasStoriesOfManyKinds(t *testing.T) {
	_, until := demoSpan()
	r := newRecord(until)
	found := map[string]int{"a late entry": 0}
	for d := range demoDrafts(demoSeed) {
		switch e := d.Event.(type) {
		case domain.DecisionMade:
			view, _ := d.Words.Texts["view"]
			found["a decision without a view"] += one(view == "" && e.View == "" && e.Decision == "")
			found["a decision with one option"] += one(len(e.Options) == 1)
			found["a decision over somebody's head"] += one(e.Actual.Level()-e.Preferred.Level() > 1 && e.Preferred.Level() > 0)
			found["a decision never to be looked at again"] += one(e.ReviewBy == 0)
			found["a decision with an authority that is shown"] += one(slices.Contains(e.Authority.Scope, e.Area) && e.Authority.Seen > 0 && d.Words.Texts["authority_reference"] != "")
			found["a decision with an authority that nobody can find"] += one(e.Authority.Kind != "" && d.Words.Texts["authority_reference"] == "")
			found["a decision in best interests"] += one(e.Basis == "best_interests")
			found["a decision for several people"] += one(e.Shared != "")
			found["a person who chose not to say"] += one(e.View == "chose_not_to_say")
		case domain.ConfidenceRated:
			found["a rating declined"] += one(e.Value == domain.Declined)
			found["a rating by somebody else"] += one(e.By != "person")
		case domain.SupportEnded:
			found[string("an end: "+e.Reason)]++
		case domain.ActivityAttended:
			found["a register"] += one(e.Session != "")
		}
		if _, err := r.add(d); err == nil && len(r.events) > 1 {
			before := r.events[len(r.events)-2]
			found["a late entry"] += one(d.Occurred.Date+3 < before.Occurred.Date && before.Stream.About == domain.AboutJourney)
		}
	}
	for story, n := range found {
		if n == 0 {
			t.Errorf("there is no %s", story)
		}
	}
	if deaths := found["an end: died"]; deaths == 0 || deaths > 3 {
		t.Errorf("%d people died", deaths)
	}
	for _, reason := range []domain.EndReason{"moved_on", "transferred", "chose_to_leave", "service_ended", "lost_contact"} {
		if found[string("an end: "+reason)] == 0 {
			t.Errorf("nobody's support ended because %s", reason)
		}
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
