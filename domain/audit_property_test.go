package domain

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// draw draws one of a vocabulary's codes, or none.
func draw[C ~string](t *rapid.T, v Vocabulary[C], what string) C {
	return rapid.SampledFrom(append(v.Codes(), "")).Draw(t, what)
}

func drawSome[C ~string](t *rapid.T, v Vocabulary[C], what string) []C {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(v.Codes()), 0, 3, rapid.ID[C]).Draw(t, what)
}

func drawYesNo(t *rapid.T, what string) YesNo {
	return YesNo(rapid.IntRange(-1, 1).Draw(t, what))
}

func drawQuestion(t *rapid.T) Question {
	return Question{Area: draw(t, Areas, "area"), Weight: draw(t, Weights, "weight"), Urgent: drawYesNo(t, "urgent"),
		Preferred: draw(t, PreferredRoles, "preferred"), View: draw(t, ViewGivens, "view"), ViewTried: drawSome(t, Trieds, "view tried")}
}

// drawExamined draws a decision as history may hold one: sensible or not.
func drawExamined(t *rapid.T) Examined {
	some := func(what string) bool { return rapid.Bool().Draw(t, what) }
	day := func(what string) Date { return tuesday + Date(rapid.IntRange(-5, 25).Draw(t, what)) }
	dayOrNone := func(what string) Date {
		if some("a " + what) {
			return day(what)
		}
		return 0
	}
	said := func(k Kind) []Word {
		return rapid.SliceOfDistinct(rapid.SampledFrom(WordsOf(k)), rapid.ID[Word]).Draw(t, "said")
	}
	made := DecisionMade{Decision: "raised", Question: drawQuestion(t), Actual: draw(t, Roles, "actual"), Part: draw(t, Parts, "part"),
		NoChangeImpossible: drawYesNo(t, "impossible"), Deciders: drawSome(t, Deciders, "deciders"), Formats: drawSome(t, Formats, "formats"),
		NeedMet: drawSome(t, NeedsMet, "met"), Basis: draw(t, Bases, "basis"), Agreement: draw(t, Agreements, "agreement"),
		Provider: Provider{draw(t, ProviderPowers, "power"), drawYesNo(t, "told")}, UnderSixteen: drawYesNo(t, "under 16"), PeerOffered: drawYesNo(t, "peer"),
		Authority: Authority{draw(t, AuthorityKinds, "kind"), drawSome(t, Areas, "scope"), dayOrNone("seen"), drawYesNo(t, "lacks")},
		BestInterests: BestInterests{dayOrNone("assessed"), drawSome(t, Trieds, "helped"), drawSome(t, Abilities, "lacking"),
			drawYesNo(t, "wishes"), drawYesNo(t, "consulted"), drawYesNo(t, "restrictive"), drawYesNo(t, "wait")},
		ReviewBy: dayOrNone("review by")}
	for range rapid.IntRange(0, 3).Draw(t, "options") {
		made.Options = append(made.Options, Option{drawYesNo(t, "no change"), rapid.IntRange(0, 1).Draw(t, "for"), rapid.IntRange(0, 1).Draw(t, "against"), NotRecorded})
	}
	if some("alone") {
		made.Actual, made.Deciders = "1", []Decider{"person"}
	} else if some("others") {
		made.TookPart = []Participation{{Who: "worker", Agreed: drawYesNo(t, "agreed"), Legal: draw(t, LegalReasons, "legal")}}
	}
	services := rapid.SampledFrom([]string{"north", "east"})
	entries := []Recorded{}
	if some("made") || some("surely made") {
		entries = append(entries, Recorded{ID: "made", Position: 10, Occurred: On(day("on")), At: day("at").Time().Add(time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour),
			Service: services.Draw(t, "service"), Said: said("decision.made"), Event: made})
	}
	if len(entries) == 0 || some("raised") {
		entries = append(entries, Recorded{ID: "raised", Position: 9, Occurred: On(day("raised on")), Said: said("decision.raised"), Event: DecisionRaised{drawQuestion(t)}})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "lookings") {
		r := Recorded{ID: "after" + string(rune('a'+i)), Position: uint64(20 + i), Occurred: On(day("after")), Service: "north"}
		switch rapid.IntRange(0, 15).Draw(t, "what") {
		case 0:
			r.Event = DecisionClosed{"raised", "overtaken"}
		case 1:
			r.Event = DecisionReversed{Decision: "raised"}
		default:
			r.Event = DecisionReviewed{Decision: "raised", Outcome: rapid.SampledFrom([]ReviewOutcome{"kept", "changed", "kept", "reversed", ""}).Draw(t, "outcome"), ReviewBy: dayOrNone("next")}
		}
		entries = append(entries, r)
	}
	slices.SortStableFunc(entries, LifeOrder)
	d, _ := DecisionOf("raised", entries)
	x := Examined{Decision: d, Zone: time.UTC, Service: ServiceFacts{Nation: draw(t, Nations, "nation")}}
	for i := range rapid.IntRange(0, 2).Draw(t, "descriptions") {
		x.Described = append(x.Described, Recorded{ID: "described" + string(rune('a'+i)), Occurred: On(day("described")), Event: PersonDescribed{draw(t, CommunicationNeeds, "need")}})
	}
	slices.SortStableFunc(x.Described, LifeOrder)
	for i := range rapid.IntRange(0, 2).Draw(t, "supports") {
		id, service, from := uuid(i), services.Draw(t, "with"), day("from")
		x.Supports = append(x.Supports, Recorded{ID: id, Position: uint64(i), Service: service, Occurred: On(from), Event: SupportStarted{}})
		if some("ended") {
			x.Supports = append(x.Supports, Recorded{ID: "end" + id, Position: uint64(i + 5), Service: service, Occurred: On(from + Date(rapid.IntRange(0, 20).Draw(t, "for days"))),
				Event: SupportEnded{Support: id, Reason: rapid.SampledFrom([]EndReason{"died", "moved_on", "moved_on"}).Draw(t, "why")}})
		}
	}
	slices.SortStableFunc(x.Supports, LifeOrder)
	return x
}

// A verdict could not be traced to what was recorded, or would rest on what a
// person said in confidence.
func TestEveryFindingSaysWhyAndFromWhat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawExamined(t)
		there := map[string]bool{}
		mark := func(entries ...Recorded) {
			for _, r := range entries {
				there[r.ID] = true
			}
		}
		for _, r := range []*Recorded{x.Raised, x.Made, x.Ended} {
			if r != nil {
				mark(*r)
			}
		}
		mark(slices.Concat(x.Reviews, x.Described, x.Supports)...)
		for i, f := range x.Findings(tuesday + 10) {
			if f.Criterion != Criteria[i].Code || !Verdicts.Has(f.Verdict) || !Reasons.Has(f.Reason) || f.Sentence != Reasons.Words(f.Reason) {
				t.Errorf("finding %d is %+v", i, f)
			}
			if len(f.Evidence) == 0 || len(slices.Compact(slices.Sorted(slices.Values(f.Evidence)))) != len(f.Evidence) {
				t.Errorf("%s is read from %v", f.Criterion, f.Evidence)
			}
			for _, id := range f.Evidence {
				if !there[id] {
					t.Errorf("%s is read from %q, which is not there", f.Criterion, id)
				}
			}
		}
	})
}

// naiveLookedAgain judges D12 for one day, looking at nothing but that day.
func naiveLookedAgain(x Examined, today Date) Verdict {
	switch {
	case x.Made == nil, x.Alone(), !x.Significant(), x.State() == "closed":
		return "not_applicable"
	}
	type wanted struct {
		by, done Date
		told     bool
	}
	all := []wanted{{by: x.Made.Event.(DecisionMade).ReviewBy}}
	looked := slices.Clone(x.Reviews)
	if x.Ended != nil {
		if _, ok := x.Ended.Event.(DecisionReversed); ok {
			looked = append(looked, *x.Ended)
		}
	}
	slices.SortStableFunc(looked, LifeOrder)
	for _, r := range looked {
		last := &all[len(all)-1]
		last.done = r.Occurred.Date
		e, review := r.Event.(DecisionReviewed)
		last.told = !review || e.Outcome != ""
		if !review || e.Outcome == "reversed" {
			break
		}
		all = append(all, wanted{by: e.ReviewBy})
	}
	set, passes := false, false
	for _, w := range all {
		if w.by == 0 {
			continue
		}
		set = true
		died, left, with := false, false, false
		for _, start := range x.Supports {
			if _, ok := start.Event.(SupportStarted); !ok {
				continue
			}
			end := Date(0)
			for _, r := range x.Supports {
				if e, ok := r.Event.(SupportEnded); ok && e.Support == start.ID {
					end = r.Occurred.Date
					died = died || e.Reason == "died" && end < w.by
				}
			}
			if start.Service == x.Made.Service {
				left = left || end != 0 && end < w.by
				with = with || start.Occurred.Date <= w.by && (end == 0 || end >= w.by)
			}
		}
		switch {
		case w.done != 0 && w.done <= w.by && w.told:
			passes = true
		case died || left && !with:
		case w.done != 0, today > w.by:
			return "fail"
		}
	}
	switch {
	case passes:
		return "pass"
	case !set:
		return "fail"
	}
	return "not_applicable"
}

// A decision nobody looked at again would be found on one day and not on another.
func TestWhetherItWasLookedAtAgainChangesOnceAtMost(t *testing.T) {
	seen := map[[2]Verdict]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 8 { // so that each way is gone often enough to be seen
			x := drawExamined(t)
			if x.Made != nil && rapid.IntRange(0, 9).Draw(t, "other") > 0 { // most of them significant, and not made alone
				made := x.made()
				made.Weight, made.TookPart = "significant", []Participation{{Who: "worker"}}
				x.Made.Event = made
			}
			by, after := changesOnce(t, x)
			seen[[2]Verdict{by, after}]++
		}
	})
	for _, pair := range [][2]Verdict{{"pass", "pass"}, {"fail", "fail"}, {"pass", "fail"}, {"not_applicable", "fail"}} {
		if seen[pair] == 0 {
			t.Errorf("no decision went from %v: %v", pair, seen)
		}
	}
}

// changesOnce holds D12 against one judged by hand, day by day.
func changesOnce(t *rapid.T, x Examined) (first, last Verdict) {
	until, by, after := x.LookedAgain()
	if until == 0 && (by.Reason != after.Reason || !slices.Equal(by.Evidence, after.Evidence)) {
		t.Errorf("nothing changes with time, from %s to %s", by.Reason, after.Reason)
	}
	changes, before := 0, Verdict("")
	for today := tuesday - 10; today < tuesday+30; today++ {
		f, want := x.Findings(today)[11], after
		if today <= until {
			want = by
		}
		if f.Reason != want.Reason || f.Verdict != want.Verdict || !slices.Equal(f.Evidence, want.Evidence) {
			t.Errorf("on %s it is %+v, want %+v", today, f, want)
		}
		if naive := naiveLookedAgain(x, today); f.Verdict != naive {
			t.Errorf("on %s it is %s for %s, and counting by hand gives %s", today, f.Verdict, f.Reason, naive)
		}
		if before != "" && f.Verdict != before {
			changes++
		}
		before = f.Verdict
	}
	if changes > 1 {
		t.Errorf("it changes %d times", changes)
	}
	return by.Verdict, after.Verdict
}

// A manager's figure and an auditor's list would disagree about the same person.
func TestAnOutcomeCountsWhatTheAuditFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := drawExamined(t)
		tallied := map[string]float64{"decisions.role_wanted": -1, "decisions.real_choice": -1}
		for _, tally := range x.Tallies() {
			tallied[tally.Outcome] = tally.Value
		}
		findings := x.Findings(tuesday)
		for outcome, verdict := range map[string]Verdict{"decisions.role_wanted": findings[5].Verdict, "decisions.real_choice": findings[2].Verdict} {
			if want := map[Verdict]float64{"pass": 1, "fail": 0, "not_applicable": -1}[verdict]; tallied[outcome] != want {
				t.Errorf("%s counts %v where the audit finds %s", outcome, tallied[outcome], verdict)
			}
		}
	})
}
