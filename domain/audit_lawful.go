package domain

import (
	"cmp"
	"slices"
)

// The criteria that ask whether a decision was lawful: good practice drawn from
// the Mental Capacity Act 2005 (principles, section 1; capacity, section 3; best
// interests, section 4), which is the law of England and Wales for 16 and over.

// lawfulBasis judges D7 by what each basis asks for.
func lawfulBasis(x Examined) Finding {
	made, id := x.made(), x.Made.ID
	switch {
	case !slices.Contains(Rules.Nations, cmp.Or(x.Service.Nation, "england")):
		return notApplicable("D7_elsewhere", id)
	case made.UnderSixteen == Yes:
		return notApplicable("D7_under_16", id)
	}
	switch made.Basis {
	case "":
		return fail("D7_no_basis", id)
	case "consent":
		return consent(made.Agreement, id)
	case "best_interests":
		return bestInterests(x)
	case "attorney", "deputy":
		return attorney(made, id)
	case "provider":
		return provider(made.Provider, id)
	}
	return notApplicable("D7_authority", id)
}

// consent asks that the person agrees, and nothing more.
func consent(a Agreement, id string) Finding {
	switch a {
	case "agrees":
		return pass("D7_agrees", id)
	case "disagrees":
		return fail("D7_disagrees", id)
	case "unsure":
		return fail("D7_unsure", id)
	}
	return fail("D7_agreement_missing", id)
}

// bestInterests asks for an assessment of capacity for this decision no later
// than it, help to decide, which ability was lacking and why, and that the four
// questions of section 4 were considered.
func bestInterests(x Examined) Finding {
	asked, id := x.made().BestInterests, x.Made.ID
	switch {
	case asked.Assessed == 0:
		return fail("D7_not_assessed", id)
	case asked.Assessed > x.Made.Occurred.Date:
		return fail("D7_assessed_after", id)
	case len(asked.Helped) == 0:
		return fail("D7_no_help", id)
	case len(asked.Lacking) == 0:
		return fail("D7_no_ability", id)
	case !slices.Contains(x.Made.Said, "why_lacking"):
		return fail("D7_why_lacking", id)
	case asked.Wishes != Yes:
		return fail("D7_wishes", id)
	case asked.Consulted != Yes:
		return fail("D7_consulted", id)
	case asked.LessRestrictive != Yes:
		return fail("D7_less_restrictive", id)
	case asked.CouldWait != Yes:
		return fail("D7_could_wait", id)
	}
	return pass("D7_best_interests", id)
}

// attorney asks that the person lacks capacity for this decision, but not where
// an attorney for money acts with their agreement.
func attorney(made DecisionMade, id string) Finding {
	switch {
	case made.Authority.LacksCapacity == Yes:
		return pass("D7_lacks_capacity", id)
	case made.Basis == "attorney" && forMoney(made.Authority.Kind) && made.Agreement == "agrees":
		return pass("D7_money_agreed", id)
	case made.Authority.LacksCapacity == No:
		return fail("D7_has_capacity", id)
	}
	return fail("D7_capacity_missing", id)
}

// forMoney says whether an attorney's power is for money: that of property and
// affairs, and an enduring one, which never covers anything else.
func forMoney(k AuthorityKind) bool { return k == "lpa_money" || k == "epa" }

// provider asks for the power, and that the person knows how to challenge it.
func provider(p Provider, id string) Finding {
	switch {
	case p.Power == "":
		return fail("D7_no_power", id)
	case p.ToldHowToChallenge != Yes:
		return fail("D7_not_told", id)
	}
	return pass("D7_power", id)
}

// authority judges D8, where the basis is none that does without an authority: its
// kind, its reference, that it covers the decision's area, and that it was seen by the
// day of the decision. Next of kin is no kind of authority.
func authority(x Examined) Finding {
	made, id := x.made(), x.Made.ID
	shown := made.Authority
	switch {
	case made.Basis == "consent", made.Basis == "best_interests", made.Basis == "provider":
		return notApplicable("D8_none_needed", id)
	case shown.Kind == "":
		return fail("D8_no_kind", id)
	case !slices.Contains(x.Made.Said, "authority_reference"):
		return fail("D8_no_reference", id)
	case len(shown.Scope) == 0:
		return fail("D8_no_scope", id)
	case !slices.Contains(shown.Scope, x.Question().Area):
		return fail("D8_beyond_scope", id)
	case shown.Seen == 0:
		return fail("D8_not_seen", id)
	case shown.Seen > x.Made.Occurred.Date:
		return fail("D8_seen_after", id)
	}
	return pass("D8_shown", id)
}

// othersByAgreement judges D9: everyone who took part did so with the person's
// agreement, or for a reason in law.
func othersByAgreement(x Examined) Finding {
	others := x.made().TookPart
	if len(others) == 0 {
		return notApplicable("D9_nobody", x.Made.ID)
	}
	for _, p := range others {
		if p.Agreed != Yes && p.Legal == "" {
			return fail("D9_not_agreed", x.Made.ID)
		}
	}
	return pass("D9_agreed", x.Made.ID)
}
