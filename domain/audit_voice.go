package domain

import "slices"

// The criteria that ask whether a decision was the person's, and informed.

// stated judges D1: a question in words, linked to a person and a service. The
// question may stand in the entry that raised the decision.
func stated(x Examined) Finding {
	asked := x.saying("question")
	switch {
	case asked == nil:
		return fail("D1_no_question", x.entries()...)
	case x.Made.Service == "":
		return fail("D1_no_service", x.Made.ID)
	}
	return pass("D1_stated", also(asked.ID, x.Made.ID)...)
}

// saying finds the entry that made the decision, or else the one that raised it,
// that carries a word.
func (d Decision) saying(word Word) *Recorded {
	for _, r := range []*Recorded{d.Made, d.Raised} {
		if r != nil && slices.Contains(r.Said, word) {
			return r
		}
	}
	return nil
}

// also lists two ids, or one where they are the same.
func also(a, b string) []string {
	if a == b {
		return []string{a}
	}
	return []string{a, b}
}

// ownView judges D2: by the date of the decision, the person's view in words, or
// that they chose not to say, or that they could not with what was tried.
func ownView(x Examined) Finding {
	var found Finding
	for _, r := range []*Recorded{x.Made, x.Raised} {
		if r == nil {
			continue
		}
		f := viewIn(*r)
		if f.Verdict == "pass" && r.Occurred.Date > x.Made.Occurred.Date {
			f = fail("D2_afterwards", x.entries()...)
		}
		if f.Verdict == "pass" {
			return f
		}
		if f.Verdict == "fail" && found.Verdict == "" {
			found = f
		}
	}
	if found.Verdict == "" {
		return fail("D2_no_view", x.entries()...)
	}
	return found
}

// viewIn says what one entry tells of the person's view, if anything.
func viewIn(r Recorded) Finding {
	var q Question
	switch e := r.Event.(type) {
	case DecisionMade:
		q = e.Question
	case DecisionRaised:
		q = e.Question
	}
	switch {
	case slices.Contains(r.Said, "view"):
		return pass("D2_in_words", r.ID)
	case q.View == "chose_not_to_say":
		return pass("D2_chose_not_to_say", r.ID)
	case q.View == "could_not_say" && len(q.ViewTried) > 0:
		return pass("D2_could_not_say", r.ID)
	case q.View == "could_not_say":
		return fail("D2_nothing_tried", r.ID)
	}
	return Finding{}
}

// realChoice judges D3: two options or more, each with a point for or against,
// and no change among them or impossible. Where a court, the Mental Health Act
// or urgency left one option at most, it does not apply.
func realChoice(x Examined) Finding {
	made := x.made()
	if len(made.Options) < Rules.Options {
		switch {
		case made.Basis == "court":
			return notApplicable("D3_court", x.Made.ID)
		case made.Basis == "mental_health_act":
			return notApplicable("D3_mental_health_act", x.Made.ID)
		case x.Question().Urgent == Yes:
			return notApplicable("D3_urgent", x.entries()...)
		case len(made.Options) == 0:
			return fail("D3_no_options", x.Made.ID)
		}
		return fail("D3_one_option", x.Made.ID)
	}
	noChange := made.NoChangeImpossible == Yes
	for _, o := range made.Options {
		noChange = noChange || o.NoChange == Yes
		if o.For+o.Against == 0 {
			return fail("D3_no_points", x.Made.ID)
		}
	}
	if !noChange {
		return fail("D3_no_change_missing", x.Made.ID)
	}
	return pass("D3_real", x.Made.ID)
}

// RealChoice judges criterion D3: 1 for a real choice, −1 for none, and 0
// where it does not apply: one option or none, and a court, the Mental Health
// Act or urgency left no other.
func (d Decision) RealChoice() int {
	if d.Made == nil {
		return 0
	}
	return realChoice(Examined{Decision: d}).sign()
}

// information judges D4: how information was given and, where the person needs
// help with communication, how they were helped.
func information(x Examined) Finding {
	made, evidence := x.made(), []string{x.Made.ID}
	switch {
	case len(made.Formats) == 0:
		return fail("D4_no_format", evidence...)
	case slices.Equal(made.Formats, []Format{"none"}):
		return fail("D4_none_given", evidence...)
	}
	need := x.need()
	if need == nil {
		return fail("D4_need_not_asked", evidence...)
	}
	evidence = append(evidence, need.ID)
	switch need.Event.(PersonDescribed).CommunicationNeed {
	case "not_asked":
		return fail("D4_need_not_asked", evidence...)
	case "no":
		return pass("D4_no_need", evidence...)
	}
	switch {
	case len(made.NeedMet) == 0:
		return fail("D4_how_met_missing", evidence...)
	case slices.Contains(made.NeedMet, "not_met"):
		return fail("D4_need_not_met", evidence...)
	}
	return pass("D4_need_met", evidence...)
}

// need finds the latest description by the day of the decision that says
// whether the person needs help with communication.
func (x Examined) need() (latest *Recorded) {
	for i, r := range x.Described {
		described, ok := r.Event.(PersonDescribed)
		if ok && described.CommunicationNeed != "" && r.Occurred.Date <= x.Made.Occurred.Date {
			latest = &x.Described[i]
		}
	}
	return latest
}

// whoDecided judges D5: who decided, the person or others, and the role the
// person had.
func whoDecided(x Examined) Finding {
	made := x.made()
	switch {
	case len(made.Deciders) == 0:
		return fail("D5_no_decider", x.Made.ID)
	case made.Actual.Level() == 0:
		return fail("D5_no_role", x.Made.ID)
	}
	return pass("D5_recorded", x.Made.ID)
}

// roleWanted judges D6: the role the person had is the one they wanted or next
// to it, and never others deciding instead of together. Not having been asked
// fails; having chosen not to say, or another basis than consent, leaves nothing
// to judge. A basis that is missing is no other basis: D7 fails for it, and
// leaving it out excuses nobody from asking.
func roleWanted(x Examined) Finding {
	const together = 3
	made, preferred := x.made(), x.Question().Preferred
	wanted, had := preferred.Level(), made.Actual.Level()
	evidence := x.entries()
	if made.Preferred != "" {
		evidence = []string{x.Made.ID}
	}
	switch {
	case preferred == "chose_not_to_say":
		return notApplicable("D6_chose_not_to_say", evidence...)
	case otherBasis(made.Basis):
		return notApplicable("D6_other_basis", x.Made.ID)
	case wanted == 0:
		return fail("D6_not_asked", evidence...)
	case had == 0:
		return fail("D6_no_role", evidence...)
	case wanted == together && had > together:
		return fail("D6_others_decided", evidence...)
	case had-wanted > Rules.Steps || wanted-had > Rules.Steps:
		return fail("D6_apart", evidence...)
	}
	return pass("D6_had", evidence...)
}

// otherBasis says whether a decision rests on anything but consent.
func otherBasis(b Basis) bool { return b != "" && b != "consent" }

// RoleHad compares the role the person had in a decision with the one they
// wanted (criterion D6): 1 where they had it, within one step and never others
// deciding instead of together, −1 where they had not or were not asked, and 0
// where they chose not to say or the basis is not consent.
func (d Decision) RoleHad() int {
	if d.Made == nil {
		return 0
	}
	return roleWanted(Examined{Decision: d}).sign()
}

// reasonGiven judges D11: the reason in words, whether the person agrees, and
// their disagreement in words. Nobody has to justify their own choice.
func reasonGiven(x Examined) Finding {
	made := x.made()
	switch {
	case made.Actual == "1", made.Actual == "2":
		return notApplicable("D11_own_choice", x.Made.ID)
	case !slices.Contains(x.Made.Said, "reason"):
		return fail("D11_no_reason", x.Made.ID)
	case made.Agreement == "":
		return fail("D11_no_agreement", x.Made.ID)
	case made.Agreement != "disagrees":
		return pass("D11_given", x.Made.ID)
	case !slices.Contains(x.Made.Said, "disagreement"):
		return fail("D11_no_disagreement", x.Made.ID)
	}
	return pass("D11_disagreement_given", x.Made.ID)
}
