package domain

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Missing samples are written with -update. One that is there is never changed:
// it stands for every entry that was ever stored in its form.
var update = flag.Bool("update", false, "write the missing samples of testdata/wire")

// stored is an event as full as it can be, with every word it may carry.
type stored struct {
	event Event
	words Words
}

// texts gives words that say their own name.
func texts(names ...Word) Words {
	w := Words{Texts: map[Word]string{}}
	for _, name := range names {
		w.Texts[name] = "In my words: " + string(name)
	}
	return w
}

func optionsAnd(w Words) Words {
	w.Options = []OptionWords{
		{Option: "Move near the park", For: []string{"Quiet", "Grün & <near>"}, Against: []string{"Far from \"Mum\""}},
		{Option: "Stay here", For: []string{"Friends"}},
	}
	return w
}

var wire = map[string]stored{
	"log.founded.v1": {LogFounded{Log: uuid(1), Words: "plain"}, Words{}},
	"service.opened.v1": {ServiceOpened{ServiceFacts{Name: "North House", Kind: "supported_housing", TimeLimited: Yes, HomeSetting: "congregate",
		Zone: "Europe/London", Nation: "wales", RecordsFrom: Day(2024, 4, 1), LateDays: 3, Holidays: []Date{Day(2026, 4, 3), Day(2026, 12, 25)}}}, Words{}},
	"service.changed.v1": {ServiceChanged{ServiceFacts{Name: "North", Kind: "peer", TimeLimited: No, HomeSetting: "none",
		Zone: "Pacific/Auckland", Nation: "elsewhere", RecordsFrom: Day(2025, 1, 1), LateDays: 60, Holidays: []Date{Day(2026, 1, 1)}}}, Words{}},
	"service.closed.v1":  {ServiceClosed{}, Words{}},
	"service.rebased.v1": {ServiceRebased{Outcome: "led_or_shared", From: "2026-03", Reason: "recording_changed"}, Words{}},
	"measure.defined.v1": {MeasureDefined{Version: 2, Title: "Daily mood",
		Items: []Item{
			{ID: "relaxed", Text: "How relaxed do you feel?", Low: 1, High: 7, Decimals: 2},
			{ID: "sad", Text: "How sad do you feel?", Low: 1, High: 7, Decimals: 2, Reversed: true},
			{ID: "slept", Low: 0, High: 2},
		},
		Scales: []Scale{
			{ID: "mood", Title: "Mood", Items: []string{"relaxed", "sad"}, Method: "mean", Missing: "prorate", MayMiss: 1, Decimals: 3,
				Direction: "higher_better", Rule: ChangeRule{Kind: "rci", SD: 1.25, Reliability: 0.875, Source: "A published norm"}},
			{ID: "sleep", Title: "Sleep", Items: []string{"slept"}, Method: "lookup", Table: []Row{{0, 10}, {1, 40}, {2, 60}}, Missing: "none",
				Direction: "neither", Rule: ChangeRule{Kind: "points", Points: 2.5, Source: "Agreed here"}},
		},
		Licence: Licence{Name: "CC BY 4.0", Holder: "Somebody", Reference: "https://example.org/", Wording: "free"}}, Words{}},
	"audit.planned.v1": {AuditPlanned{Question: "Do people have the role they want in decisions about home?", Criteria: []Criterion{"D5", "D6"},
		Population: Population{Service: "north", Area: "home", Weight: "significant", State: "made", Basis: "consent", From: Day(2026, 1, 1), To: Day(2026, 3, 31),
			NotPassing: "D6", RoleGap: 2, Overdue: Day(2026, 6, 30), RecordedLate: Yes, Audited: No},
		Sample: Draw{N: 20, Seed: 7}, Position: 4711, Follows: "2025-q1"}, Words{}},
	"audit.closed.v1": {AuditClosed{Conclusion: "Mostly yes; meetings are called too late.", Actions: []string{"Say two days before"}}, Words{}},

	"support.started.v1": {SupportStarted{}, Words{}},
	"support.paused.v1":  {SupportPaused{Support: uuid(1)}, Words{}},
	"support.resumed.v1": {SupportResumed{Support: uuid(1)}, Words{}},
	"support.ended.v1":   {SupportEnded{Support: uuid(1), Planned: Yes, Reason: "moved_on"}, texts("changed")},
	"person.described.v1": {PersonDescribed{CommunicationNeed: "yes"},
		texts("name", "preferred_name", "date_of_birth", "communication_help", "matters")},
	"consent.given.v1":     {ConsentGiven{Purpose: "publish", Until: Day(2027, 3, 31)}, texts("who", "conditions")},
	"consent.declined.v1":  {ConsentDeclined{Purpose: "family"}, texts("who", "conditions")},
	"consent.withdrawn.v1": {ConsentWithdrawn{Purpose: "research"}, texts("who", "conditions")},
	"aspiration.set.v1":    {AspirationSet{Aim: "home"}, texts("aspiration")},
	"aspiration.rated.v1":  {AspirationRated{Aspiration: uuid(1), Progress: Rate(0), By: "person", How: "alone"}, texts("note")},
	"aspiration.closed.v1": {AspirationClosed{Aspiration: uuid(1), How: "let_go"}, texts("note")},
	"plan.made.v1":         {PlanMade{Kind: "wellness"}, texts("content")},
	"plan.used.v1":         {PlanUsed{Plan: uuid(1)}, texts("note")},
	"plan.withdrawn.v1":    {PlanWithdrawn{Plan: uuid(1)}, texts("note")},

	"decision.raised.v1": {DecisionRaised{Question{Area: "home", Weight: "significant", Urgent: No, Preferred: "3",
		View: "could_not_say", ViewTried: []Tried{"another_time", "peer"}}}, texts("question", "view")},
	"decision.made.v1": {DecisionMade{
		Decision: uuid(1),
		Question: Question{Area: "home", Weight: "everyday", Urgent: Yes, Preferred: "not_asked", View: "chose_not_to_say", ViewTried: []Tried{"easy_read"}},
		HowKnown: "told_by_person", Actual: "4", RolesBy: "person", Part: "could_not", PartTried: []Tried{"advocate", "other"},
		Options:            []Option{{NoChange: No, For: 2, Against: 1, Chosen: Yes}, {NoChange: Yes, For: 1, Chosen: No}},
		NoChangeImpossible: No,
		Deciders:           []Decider{"person", "attorney"},
		TookPart:           []Participation{{Who: "advocate", Advocacy: "imca", Agreed: Yes}, {Who: "landlord", Agreed: No, Legal: "safeguarding"}},
		Formats:            []Format{"easy_read", "visit"}, NeedMet: []NeedMet{"more_time"}, Basis: "best_interests",
		BestInterests: BestInterests{Assessed: Day(2026, 2, 27), Helped: []Tried{"another_place"}, Lacking: []Ability{"weigh"},
			Wishes: Yes, Consulted: Yes, LessRestrictive: No, CouldWait: Yes},
		Authority: Authority{Kind: "lpa_health", Scope: []Area{"home", "health"}, Seen: Day(2026, 2, 1), LacksCapacity: Yes},
		Provider:  Provider{Power: "tenancy", ToldHowToChallenge: Yes},
		Agreement: "unsure", UnderSixteen: No, PeerOffered: Yes, RiskTaken: No, ReviewBy: Day(2026, 6, 1), Seen: 4711, Shared: "house-meeting-3"},
		optionsAnd(texts("question", "view", "reason", "role_reason", "disagreement", "go_well", "go_wrong", "why_lacking", "authority_reference"))},
	"decision.reviewed.v1": {DecisionReviewed{Decision: uuid(1), Outcome: "kept", Effect: "better", ReviewBy: Day(2026, 9, 1)}, texts("happened")},
	"decision.reversed.v1": {DecisionReversed{Decision: uuid(1), Effect: "worse"}, texts("happened")},
	"decision.closed.v1":   {DecisionClosed{Decision: uuid(1), How: "overtaken"}, texts("happened")},
	"decision.audited.v1": {DecisionAudited{Decision: uuid(1), Audit: "2026-q1",
		Judged: []Judgement{{"D1", "pass"}, {"D12", "not_applicable"}}, Outcome: "learn"}, texts("finding", "action")},
	"restriction.started.v1": {RestrictionStarted{Kind: "visitors", Decision: uuid(1), Basis: "provider", Agreement: "disagrees",
		ReviewBy: Day(2026, 4, 1)}, texts("why", "tried")},
	"restriction.reviewed.v1": {RestrictionReviewed{Restriction: uuid(1), Outcome: "changed", Agreement: "agrees", ReviewBy: Day(2026, 5, 1)}, texts("why", "tried")},
	"restriction.ended.v1":    {RestrictionEnded{Restriction: uuid(1)}, texts("why")},

	"activity.attended.v1": {ActivityAttended{Activity: "music", Setting: "mainstream", Company: "with_peer", Chosen: Yes, Valued: Rate(10),
		Ways: []Way{"connect", "give"}, Minutes: 1440, Session: "choir-2026-03-01"}, texts("what", "note")},
	"activity.not_attended.v1": {ActivityNotAttended{Activity: "sport", Setting: "peer_run", Reason: "person_chose", Session: "s-1"}, texts("what", "note")},
	"confidence.rated.v1":      {ConfidenceRated{About: "independence", Value: Rate(7), By: "peer", How: "with_peer"}, texts("note")},
	"life.rated.v1":            {LifeRated{About: "quality_of_life", Value: Declined, By: "person", How: "with_worker"}, texts("note")},
	"measure.scored.v1": {MeasureScored{Measure: "daily", Version: 2,
		Answers: map[string]Answer{"relaxed": {Value: 4.25}, "sad": {Declined: true}, "slept": {Value: 0}},
		Scores:  map[string]float64{"mood": 4.25, "sleep": 10}, By: "person", How: "alone"}, texts("note")},
	"home.changed.v1": {HomeChanged{Accommodation: "11", Settled: "9", Staffing: "on_site_some", SupportLevel: "moderate", MoveOn: "limited",
		Setting: "individual", Wish: "chosen"}, texts("address", "note")},
	"support.given.v1": {SupportGiven{Kinds: []SupportKind{"practical", "spiritual"}, By: "peer", Minutes: 1, Benefit: Rate(8), RatedBy: "person",
		How: "alone"}, texts("note")},
	"peer.matched.v1":      {PeerMatched{Chosen: No}, texts("note")},
	"peer.ended.v1":        {PeerEnded{Match: uuid(1), EndedBy: "both"}, texts("note")},
	"experience.shared.v1": {ExperienceShared{Quality: Rate(5), ConcernsMet: Declined, NeedsMet: Rate(1), Challenges: Rate(3), How: "with_peer"}, texts("quote")},

	"entry.corrected.v1": {EntryCorrected{Entry: uuid(1), Form: "confidence.rated.v1", Occurred: must(ParseOccurred("2026-03-01T14:30:00.000001+05:45")),
		Service: "north", Reason: "asked_by_person", Replacement: ConfidenceRated{About: "self", Value: Declined, By: "person", How: "alone"}}, texts("note")},
	"entry.withdrawn.v1":  {EntryWithdrawn{Entry: uuid(1), Reason: "wrong_person"}, Words{}},
	"person.forgotten.v1": {PersonForgotten{Reason: "retention_ended", AuthorisedBy: "lead-1"}, Words{}},
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// same compares events to the last unexported fact.
var same = cmp.Options{cmpopts.EquateComparable(Rating{})}

func sample(t *testing.T, form string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "wire", form+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(content, []byte("\n"))
}

func TestEveryEntryEverStoredStaysReadable(t *testing.T) {
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			want, ok := wire[f.name]
			if !ok {
				t.Fatal("has no sample")
			}
			path := filepath.Join("testdata", "wire", f.name+".json")
			if _, err := os.Stat(path); *update && errors.Is(err, os.ErrNotExist) {
				content := must(Encode(want.event, want.words))
				if err := os.WriteFile(path, append(content, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			content := sample(t, f.name)
			event, said, words, err := Decode(f.name, content)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, stored{event, words}, same, cmp.AllowUnexported(stored{})); diff != "" {
				t.Errorf("is read otherwise than it was meant (-want +got):\n%s", diff)
			}
			if !slices.Equal(said, want.words.Said()) {
				t.Errorf("said %v, want %v", said, want.words.Said())
			}
			// Only the newest form of a kind is still written.
			if FormOf(event) == f.name {
				if again := must(Encode(event, words)); !bytes.Equal(again, content) {
					t.Errorf("is written otherwise than it was:\n%s\n%s", again, content)
				}
				if facts := must(Encode(event, Words{})); !bytes.Equal(facts, WithoutWords(content)) {
					t.Errorf("without words is written otherwise than read:\n%s\n%s", facts, WithoutWords(content))
				}
			}
		})
	}
}

func TestNoFormIsEverRemoved(t *testing.T) {
	// Add to this list; take nothing away.
	want := strings.Fields(`
		log.founded.v1 service.opened.v1 service.changed.v1 service.closed.v1 service.rebased.v1 measure.defined.v1
		audit.planned.v1 audit.closed.v1
		support.started.v1 support.paused.v1 support.resumed.v1 support.ended.v1 person.described.v1
		consent.given.v1 consent.declined.v1 consent.withdrawn.v1
		aspiration.set.v1 aspiration.rated.v1 aspiration.closed.v1 plan.made.v1 plan.used.v1 plan.withdrawn.v1
		decision.raised.v1 decision.made.v1 decision.reviewed.v1 decision.reversed.v1 decision.closed.v1 decision.audited.v1
		restriction.started.v1 restriction.reviewed.v1 restriction.ended.v1
		activity.attended.v1 activity.not_attended.v1 confidence.rated.v1 life.rated.v1 measure.scored.v1 home.changed.v1
		support.given.v1 peer.matched.v1 peer.ended.v1 experience.shared.v1
		entry.corrected.v1 entry.withdrawn.v1 person.forgotten.v1`)
	var got []string
	for _, f := range forms {
		got = append(got, f.name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forms (-want +got):\n%s", diff)
	}
	for form := range wire {
		if !slices.Contains(got, form) {
			t.Errorf("%s has a sample and is no form", form)
		}
	}
}

func TestEveryKindIsWrittenInItsNewestForm(t *testing.T) {
	if len(Kinds()) != len(byKind) {
		t.Errorf("%d kinds, %d known by name", len(Kinds()), len(byKind))
	}
	for form, s := range wire {
		if kind, _, _ := strings.Cut(form, ".v"); KindOf(s.event) != Kind(kind) || FormOf(s.event) != form {
			t.Errorf("%s is of kind %s and written as %s", form, KindOf(s.event), FormOf(s.event))
		}
	}
}

func TestEverySampleIsAsFullAsItCanBe(t *testing.T) {
	for form, s := range wire {
		e := s.event
		if c, ok := e.(EntryCorrected); ok {
			e = c.Replacement
		}
		said := s.words.Said()
		for _, word := range WordsOf(e.kind()) {
			if !slices.Contains(said, word) {
				t.Errorf("%s: the sample does not say %s", form, word)
			}
		}
	}
	for form, s := range wire {
		for _, fact := range leftOut(form, []reflect.Value{reflect.ValueOf(s.event)}) {
			if fact != "measure.scored.v1.Declined" { // there are answers, so it cannot be
				t.Errorf("the sample leaves out %s", fact)
			}
		}
	}
}

// leftOut names the fields that are zero in every one of the structs, or deeper.
func leftOut(path string, structs []reflect.Value) (names []string) {
	for i := range structs[0].NumField() {
		var there, deeper []reflect.Value
		for _, s := range structs {
			v := s.Field(i)
			if v.IsZero() {
				continue
			}
			there = append(there, v)
			switch {
			case v.Kind() == reflect.Interface:
				deeper = append(deeper, v.Elem())
			case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[Rating]() && v.Type() != reflect.TypeFor[Occurred]():
				deeper = append(deeper, v)
			case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct && v.Type() != reflect.TypeFor[[]Row]():
				for k := range v.Len() {
					deeper = append(deeper, v.Index(k))
				}
			}
		}
		name := path + "." + structs[0].Type().Field(i).Name
		if len(there) == 0 {
			names = append(names, name)
		}
		if len(deeper) > 0 {
			names = append(names, leftOut(name, deeper)...)
		}
	}
	return names
}

func TestGarbledContentIsToldFromANewerForm(t *testing.T) {
	for _, test := range []struct {
		form, content string
		want          error
	}{
		{"confidence.rated.v9", `{"data":{}}`, ErrUnknownForm},
		{"", `{"data":{}}`, ErrUnknownForm},
		{"entry.corrected.v1", `{"data":{"entry":"e","form":"confidence.rated.v9","occurred":"2026-03-01","reason":"error","data":{"zebrafish":1}}}`, ErrUnknownForm},
		{"confidence.rated.v1", ``, ErrGarbled},
		{"confidence.rated.v1", `{}`, ErrGarbled},
		{"confidence.rated.v1", `null`, ErrGarbled},
		{"confidence.rated.v1", `{"data":null}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":null,"value":3}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3},"words":null}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3},"words":{"note":3}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3,"said":"note"}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3,"said":["note"},"words":{"note":"zebrafish"}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3},"zebrafish":1}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3,"value":4}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3}}{}`, ErrGarbled},
		{"confidence.rated.v1", "\xef\xbb\xbf" + `{"data":{"about":"self","value":3}}`, ErrGarbled},
		{"confidence.rated.v1", `{"data":{"about":"self","value":3},"words":{"note":"` + "\xff" + `"}}`, ErrGarbled},
	} {
		_, _, _, err := Decode(test.form, []byte(test.content))
		if !errors.Is(err, test.want) {
			t.Errorf("%s %s: got %v, want %v", test.form, test.content, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "zebrafish") {
			t.Errorf("the error repeats what was stored: %v", err)
		}
	}
}

func TestAWordThatLooksLikeTheListOfWordsIsKept(t *testing.T) {
	want := texts("note")
	want.Texts["note"] = `he "said":["nothing"]`
	event, said, words, err := Decode("life.rated.v1", must(Encode(LifeRated{About: "quality_of_life", Value: Rate(3)}, want)))
	if err != nil || len(said) != 1 {
		t.Fatal(event, said, err)
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Error(diff)
	}
}

func FuzzDecode(f *testing.F) {
	for _, form := range forms {
		content, err := os.ReadFile(filepath.Join("testdata", "wire", form.name+".json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(form.name, content)
	}
	f.Fuzz(func(t *testing.T, form string, content []byte) {
		event, said, words, err := Decode(form, content)
		if err != nil {
			if text := err.Error(); len(text) > 200 || strings.Contains(text, secret) {
				t.Errorf("the error repeats what was stored: %q", text)
			}
			return
		}
		if len(said) > 0 && words.IsZero() {
			return // its words were left out or sealed, so it is not written again
		}
		again, err := Encode(event, words)
		if err != nil {
			return // a rating that was left out has no form: the checks before recording see to it
		}
		back, _, backWords, err := Decode(FormOf(event), again)
		if err != nil {
			t.Fatalf("%s is read and written, and not read again: %s", form, again)
		}
		if diff := cmp.Diff(stored{event, words}, stored{back, backWords}, same, cmpopts.EquateEmpty(), cmp.AllowUnexported(stored{})); diff != "" {
			t.Error(diff)
		}
	})
}
