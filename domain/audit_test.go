package domain

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A scene is a decision to be examined, with what is known beside it. Its
// entries have the ids raised, made, review, described and ended.
type scene struct {
	raised    *DecisionRaised
	raisedOn  Date
	made      DecisionMade
	on        Date
	at        time.Time
	imported  string
	said      []Word
	raisedSay []Word
	service   string
	facts     ServiceFacts
	needs     []CommunicationNeed // each described a day after the one before
	needsFrom Date
	after     []Recorded // reviews and endings
	supports  []Recorded
	today     Date
}

var tuesday = Day(2026, time.March, 3)

// goodDecision gives a significant decision of Tuesday 3 March 2026 to which every
// criterion that applies says pass: all but D8, for it rests on consent.
func goodDecision() *scene {
	return &scene{
		raised: &DecisionRaised{Question{Area: "home", Weight: "significant"}}, raisedOn: tuesday - 3,
		made: DecisionMade{Decision: "raised", Question: Question{Area: "home", Preferred: "2"}, Actual: "3",
			Options:  []Option{{For: 1, Chosen: Yes}, {NoChange: Yes, Against: 2}},
			Deciders: []Decider{"person", "worker"}, TookPart: []Participation{{Who: "worker", Agreed: Yes}, {Who: "carer", Legal: "safeguarding"}},
			Formats: []Format{"conversation"}, NeedMet: []NeedMet{"interpreter"}, Basis: "consent", Agreement: "agrees", ReviewBy: tuesday + 30},
		on: tuesday, at: time.Date(2026, time.March, 4, 10, 0, 0, 0, time.UTC), said: []Word{"options", "reason"}, raisedSay: []Word{"question", "view"},
		service: "north", needs: []CommunicationNeed{"yes"}, needsFrom: tuesday - 20,
		after:    []Recorded{reviewed("review", tuesday+20, "kept", 0)},
		supports: []Recorded{{Position: 1, ID: "support", Service: "north", Occurred: On(tuesday - 100), Event: SupportStarted{}}},
		today:    tuesday + 200,
	}
}

func reviewed(id string, on Date, outcome ReviewOutcome, next Date) Recorded {
	return Recorded{ID: id, Occurred: On(on), Service: "north", Event: DecisionReviewed{Decision: "raised", Outcome: outcome, ReviewBy: next}}
}

func ended(on Date, service string, why EndReason) []Recorded {
	return []Recorded{
		{Position: 1, ID: "support", Service: service, Occurred: On(tuesday - 100), Event: SupportStarted{}},
		{Position: 2, ID: "ended", Service: service, Occurred: On(on), Event: SupportEnded{Support: "support", Reason: why}},
	}
}

func (s *scene) examined(t testing.TB) Examined {
	entries := []Recorded{{ID: "made", Occurred: On(s.on), At: s.at, Imported: s.imported, Service: s.service, Said: s.said, Event: s.made}}
	if s.raised != nil {
		entries = append(entries, Recorded{ID: "raised", Occurred: On(s.raisedOn), Service: s.service, Said: s.raisedSay, Event: *s.raised})
	}
	d, ok := DecisionOf("raised", append(entries, s.after...))
	if !ok {
		t.Fatal("there is no decision")
	}
	zone, err := time.LoadLocation(s.facts.ZoneName())
	if err != nil {
		t.Fatal(err)
	}
	x := Examined{Decision: d, Supports: s.supports, Service: s.facts, Zone: zone}
	for i, need := range s.needs {
		id := "described"
		if i > 0 {
			id = fmt.Sprint(id, i+1)
		}
		x.Described = append(x.Described, Recorded{ID: id, Occurred: On(s.needsFrom + Date(i)), Event: PersonDescribed{need}})
	}
	return x
}

// lawful makes the decision rest on a basis with all that it asks for.
func (s *scene) lawful(b Basis) {
	s.made.Basis = b
	s.said = append(s.said, "authority_reference", "why_lacking")
	s.made.Authority = Authority{Kind: "lpa_health", Scope: []Area{"health", "home"}, Seen: tuesday, LacksCapacity: Yes}
	s.made.BestInterests = BestInterests{Assessed: tuesday, Helped: []Tried{"easy_read"}, Lacking: []Ability{"weigh"}, Wishes: Yes, Consulted: Yes, LessRestrictive: Yes, CouldWait: Yes}
	s.made.Provider = Provider{Power: "tenancy", ToldHowToChallenge: Yes}
}

// everyday makes it a decision on which little hangs.
func (s *scene) everyday() {
	s.raised.Weight, s.raised.Area, s.made.Area = "everyday", "activity", "activity"
}

// alone makes it one that the person made without us.
func (s *scene) alone() {
	s.made.Actual, s.made.TookPart, s.made.Deciders = "1", nil, []Decider{"person"}
}

// A person whose decision was not theirs, not informed, not lawful or never
// looked at again would not be found; or one would be found fault with for
// nothing.
func TestEachCriterionSeesWhatHappenedToAPerson(t *testing.T) {
	tried := map[Reason]Verdict{}
	for _, v := range verdicts {
		for _, c := range v.cases {
			name := fmt.Sprintf("%s %s: %s", c.then, v.verdict, c.given)
			s := goodDecision()
			c.change(s)
			x := s.examined(t)
			if c.why == "not_made" {
				x.Made = nil
			}
			for _, f := range x.Findings(s.today) {
				if c.then != "" && f.Criterion != c.then {
					continue
				}
				got := fmt.Sprint(f.Verdict, " ", f.Reason, " from ", strings.Join(f.Evidence, " "))
				if want := fmt.Sprint(v.verdict, " ", c.why, " from ", c.evidence); got != want {
					t.Errorf("%s\n got %s\nwant %s", name, got, want)
				}
				if f.Sentence != Reasons.Words(c.why) {
					t.Errorf("%s: %q", name, f.Sentence)
				}
			}
			if other := cmp.Or(tried[c.why], v.verdict); other != v.verdict {
				t.Errorf("%s is a reason for %s and for %s", c.why, other, v.verdict)
			}
			tried[c.why] = v.verdict
		}
	}
	for _, reason := range Reasons.Codes() {
		if tried[reason] == "" {
			t.Errorf("nothing shows %s", reason)
		}
	}
}

// An auditor would be told of faults where there are none.
func TestAGoodDecisionPassesWhateverAppliesToIt(t *testing.T) {
	asked := func(s *scene) (which []string) {
		for i, f := range s.examined(t).Findings(s.today) {
			if f.Criterion != Criteria[i].Code {
				t.Errorf("finding %d is about %s", i, f.Criterion)
			}
			switch f.Verdict {
			case "pass":
				which = append(which, string(f.Criterion))
			case "fail":
				t.Errorf("%s: %s", f.Criterion, f.Reason)
			}
		}
		return which
	}
	significant, everyday, alone, attorney := goodDecision(), goodDecision(), goodDecision(), goodDecision()
	everyday.everyday()
	alone.alone()
	attorney.lawful("attorney")
	for _, c := range []struct {
		s    *scene
		want string
	}{
		{significant, "D1 D2 D3 D4 D5 D6 D7 D9 D10 D11 D12"},
		{everyday, "D1 D2 D5 D7 D10"},
		{alone, "D1 D5 D10"},
		{attorney, "D1 D2 D3 D4 D5 D7 D8 D9 D10 D11 D12"},
	} {
		if got := strings.Join(asked(c.s), " "); got != c.want {
			t.Errorf("passes %s, want %s", got, c.want)
		}
	}
}

// A person would have a weighty decision looked at as if little hung on it.
func TestADecisionIsSignificantUnlessEverybodySaysOtherwise(t *testing.T) {
	for given, change := range map[string]func(*scene){
		"nobody said how much hangs on it": func(s *scene) { s.raised.Weight = "" },
		"marked so":                        func(s *scene) { s.raised.Weight = "significant" },
		"about their home":                 func(s *scene) { s.made.Area = "home" },
		"about a restriction":              func(s *scene) { s.made.Area = "restriction" },
		"about ending their support":       func(s *scene) { s.made.Area = "ending_support" },
		"on another basis than consent":    func(s *scene) { s.made.Basis = "provider" },
	} {
		s := goodDecision()
		s.everyday()
		if x := s.examined(t); x.Significant() {
			t.Fatal("an everyday decision is significant")
		}
		change(s)
		if x := s.examined(t); !x.Significant() {
			t.Errorf("%s: not significant", given)
		}
	}
}

// testdata/reasons.txt has a line for each reason, to be read by people before
// it is changed.
func TestWhatAnAuditorIsToldIsReviewed(t *testing.T) {
	var now strings.Builder
	for _, term := range Reasons {
		fmt.Fprintf(&now, "%s: %s\n", term.Code, term.Words)
	}
	kept, err := os.ReadFile("testdata/reasons.txt")
	if err != nil {
		t.Fatal(err)
	}
	if now.String() != string(kept) {
		t.Errorf("testdata/reasons.txt differs; a changed reason is another AuditRules. Now:\n%s", now.String())
	}
}

// Somebody would read that they did something wrong, or be told two things in
// the same words.
func TestEveryReasonIsPlainAndItsOwn(t *testing.T) {
	unkind := regexp.MustCompile(`(?i)\b(complian\w*|comply|breach|violat\w*|patient|case|subject|client|user|fail\w*|invalid|n/a|null|refus\w*)\b|_|  `)
	code := regexp.MustCompile(`^(not_made|made_alone|everyday|D([1-9]|1[0-2])_[a-z0-9_]+)$`)
	seen := map[string]Reason{}
	for _, term := range Reasons {
		if !code.MatchString(string(term.Code)) || strings.Contains(string(term.Code), " ") {
			t.Errorf("%s is no code", term.Code)
		}
		if unkind.MatchString(term.Words) || !strings.HasSuffix(term.Words, ".") || strings.Count(term.Words, ".") != 1 ||
			term.Words[0] < 'A' || term.Words[0] > 'Z' || len(term.Words) > 125 {
			t.Errorf("%s reads badly: %s", term.Code, term.Words)
		}
		if other, twice := seen[term.Words]; twice {
			t.Errorf("%s and %s read the same", other, term.Code)
		}
		seen[term.Words] = term.Code
	}
}

// A rule would ask for a criterion that nobody judges.
func TestEachCriterionHasItsRule(t *testing.T) {
	var judged []Criterion
	for _, j := range judges {
		judged = append(judged, j.criterion)
	}
	if judged = append(judged, "D12"); !slices.Equal(judged, Criteria.Codes()) {
		t.Errorf("judged are %v", judged)
	}
	for _, list := range [][]Criterion{Rules.Significant, Rules.Everyday, Rules.Alone} {
		for _, c := range list {
			if !Criteria.Has(c) {
				t.Errorf("%s is no criterion", c)
			}
		}
	}
	if Rules.Version != AuditRules {
		t.Errorf("the rules are of version %d", Rules.Version)
	}
}

// A worker would be sent to look at a decision again with somebody who has died
// or left.
func TestNobodyIsAskedToLookAtADecisionOfSomebodyWhoIsGone(t *testing.T) {
	for given, c := range map[string]struct {
		change func(*scene)
		want   Date
	}{
		"support goes on":                 {nothing, tuesday + 30},
		"little hangs on it":              {(*scene).everyday, tuesday + 30},
		"they died before the day":        {func(s *scene) { s.supports = ended(tuesday+29, "north", "died") }, 0},
		"they left before the day":        {func(s *scene) { s.everyday(); s.supports = ended(tuesday+29, "north", "moved_on") }, 0},
		"they left on the day":            {func(s *scene) { s.supports = ended(tuesday+30, "north", "moved_on") }, tuesday + 30},
		"another service's support ended": {func(s *scene) { s.supports = ended(tuesday+9, "east", "moved_on") }, tuesday + 30},
		"a review was late, and they died since": {func(s *scene) {
			s.after = []Recorded{reviewed("review", tuesday+40, "kept", tuesday+60)}
			s.supports = ended(tuesday+50, "north", "died")
		}, 0},
		"no day was set": {func(s *scene) { s.made.ReviewBy = 0 }, 0},
	} {
		s := goodDecision()
		s.after = nil
		c.change(s)
		if got := s.examined(t).StillDue(); got != c.want {
			t.Errorf("%s: it is still to be looked at by %s, want %s", given, got, c.want)
		}
	}
}
