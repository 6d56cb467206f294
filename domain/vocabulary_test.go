package domain

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// terms gives a vocabulary's codes and words without their type.
func terms[C ~string](v Vocabulary[C]) []Term[string] {
	var all []Term[string]
	for _, term := range v {
		all = append(all, Term[string]{string(term.Code), term.Words})
	}
	return all
}

// vocabularies are those whose codes are stored.
func vocabularies() map[string][]Term[string] {
	return map[string][]Term[string]{
		"Aims": terms(Aims), "Areas": terms(Areas), "ConfidenceAbout": terms(ConfidenceAbout), "LifeAbouts": terms(LifeAbouts),
		"RatedBys": terms(RatedBys), "HowGivens": terms(HowGivens), "ServiceKinds": terms(ServiceKinds), "HomeSettings": terms(HomeSettings),
		"Nations": terms(Nations), "EndReasons": terms(EndReasons), "CommunicationNeeds": terms(CommunicationNeeds), "Purposes": terms(Purposes),
		"AspirationEnds": terms(AspirationEnds), "PlanKinds": terms(PlanKinds), "CorrectionReasons": terms(CorrectionReasons),
		"WithdrawalReasons": terms(WithdrawalReasons), "ForgetReasons": terms(ForgetReasons), "RebaseReasons": terms(RebaseReasons),
		"Weights": terms(Weights), "Roles": terms(Roles), "PreferredRoles": terms(PreferredRoles), "HowKnowns": terms(HowKnowns),
		"ToldBys": terms(ToldBys), "Parts": terms(Parts), "ViewGivens": terms(ViewGivens), "Trieds": terms(Trieds), "Deciders": terms(Deciders),
		"Participants": terms(Participants), "Advocacies": terms(Advocacies), "LegalReasons": terms(LegalReasons), "Formats": terms(Formats),
		"NeedsMet": terms(NeedsMet), "Bases": terms(Bases), "Agreements": terms(Agreements), "Abilities": terms(Abilities),
		"ProviderPowers": terms(ProviderPowers), "AuthorityKinds": terms(AuthorityKinds), "ReviewOutcomes": terms(ReviewOutcomes),
		"Effects": terms(Effects), "DecisionEnds": terms(DecisionEnds), "Criteria": terms(Criteria), "Verdicts": terms(Verdicts),
		"AuditOutcomes": terms(AuditOutcomes), "RestrictionKinds": terms(RestrictionKinds), "ActivityTags": terms(ActivityTags),
		"ActivitySettings": terms(ActivitySettings), "Companies": terms(Companies), "Ways": terms(Ways),
		"NotAttendedReasons": terms(NotAttendedReasons), "Accommodations": terms(Accommodations), "Settleds": terms(Settleds),
		"Staffings": terms(Staffings), "SupportLevels": terms(SupportLevels), "MoveOns": terms(MoveOns), "Wishes": terms(Wishes),
		"SupportKinds": terms(SupportKinds), "SupportedBys": terms(SupportedBys), "EndedBys": terms(EndedBys),
		"Methods": terms(Methods), "MissingRules": terms(MissingRules), "Directions": terms(Directions), "ChangeKinds": terms(ChangeKinds),
		"Wordings": terms(Wordings),
	}
}

// testdata/codes.txt has a line for each vocabulary. Add to it; take nothing away.
func TestNoCodeIsEverRemoved(t *testing.T) {
	text, err := os.ReadFile("testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	now := vocabularies()
	for line := range strings.Lines(string(text)) {
		name, codes, _ := strings.Cut(strings.TrimSpace(line), ": ")
		stored := strings.Fields(codes)
		for _, code := range stored {
			if !slices.ContainsFunc(now[name], func(term Term[string]) bool { return term.Code == code }) {
				t.Errorf("%s has lost %s", name, code)
			}
		}
		for _, term := range now[name] {
			if !slices.Contains(stored, term.Code) {
				t.Errorf("%s has %s: add it to testdata/codes.txt", name, term.Code)
			}
		}
		delete(now, name)
	}
	for name, terms := range now {
		t.Errorf("testdata/codes.txt has no %s: %v", name, terms)
	}
}

func TestEveryCodeReadsAsPlainEnglish(t *testing.T) {
	code := regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	unkind := regexp.MustCompile(`(?i)\b(patient|case|subject|client|service user|sufferer|failed|failure|non-complian\w*|refused|challenging|absconded|did not engage|dna)\b|_`)
	for name, terms := range vocabularies() {
		seen := map[string]bool{}
		for _, term := range terms {
			if !code.MatchString(term.Code) || seen[term.Code] {
				t.Errorf("%s: the code %q is twice there, or no code", name, term.Code)
			}
			seen[term.Code] = true
			if term.Words == "" || unkind.MatchString(term.Words) || strings.ToUpper(term.Words[:1]) != term.Words[:1] || seen["words "+term.Words] {
				t.Errorf("%s: %q reads badly: %q", name, term.Code, term.Words)
			}
			seen["words "+term.Words] = true
		}
	}
}

func TestAnUnknownCodeIsShownAsItIs(t *testing.T) {
	if got := Aims.Words("later"); got != "later" || Aims.Has("later") {
		t.Errorf("shown as %q", got)
	}
	if got := Aims.Words("home"); got != "A home that promotes independence" || len(Aims.Codes()) != len(Aims) {
		t.Errorf("shown as %q", got)
	}
}

func TestARoleKnowsItsPlaceFromAloneToOthers(t *testing.T) {
	for role, want := range map[Role]int{"1": 1, "5": 5, "6": 0, "0": 0, "not_asked": 0, "": 0, "11": 0} {
		if role.Level() != want {
			t.Errorf("%q is at %d, want %d", role, role.Level(), want)
		}
	}
}
