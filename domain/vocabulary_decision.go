package domain

// Weight says how much hangs on a decision.
type Weight string

// Weights of a decision.
var Weights = Vocabulary[Weight]{
	{"everyday", "Everyday"},
	{"significant", "Significant"},
}

// Role is who decides, from 1 (the person alone) to 5 (others), in our own
// wording after the idea of the Control Preferences Scale (Degner, Sloan &
// Venkatesh 1997), or why no preference is known. On the wire a role is one of
// the codes below.
type Role string

// Roles that were held in a decision.
var Roles = Vocabulary[Role]{
	{"1", "I decide alone"},
	{"2", "I decide after hearing others"},
	{"3", "We decide together"},
	{"4", "Others decide after hearing me"},
	{"5", "Others decide"},
}

// PreferredRoles are the roles, with the two reasons why none is known.
var PreferredRoles = append(append(Vocabulary[Role]{}, Roles...),
	Term[Role]{"chose_not_to_say", "Chose not to say"},
	Term[Role]{"not_asked", "Not asked"})

// Level gives the role as a number from 1 to 5, or 0 where it is none of them.
func (r Role) Level() int {
	if len(r) == 1 && r[0] >= '1' && r[0] <= '5' {
		return int(r[0] - '0')
	}
	return 0
}

// HowKnown says how the recorder knows of a decision.
type HowKnown string

// HowKnowns are the ways of knowing.
var HowKnowns = Vocabulary[HowKnown]{
	{"present", "Was there"},
	{"told_by_person", "The person said so"},
	{"told_by_others", "Others said so"},
}

// ToldBy says whose account of the roles it is.
type ToldBy string

// ToldBys are those whose account it may be.
var ToldBys = Vocabulary[ToldBy]{
	{"person", "The person"},
	{"worker", "A worker"},
}

// Part is the part the person took in a decision.
type Part string

// Parts a person may take.
var Parts = Vocabulary[Part]{
	{"took_part", "Took part"},
	{"chose_not_to", "Chose not to"},
	{"could_not", "Could not"},
	{"not_asked", "Was not asked"},
}

// ViewGiven says why the person's own view is not in words.
type ViewGiven string

// ViewGivens are the answers other than a view in words.
var ViewGivens = Vocabulary[ViewGiven]{
	{"chose_not_to_say", "Chose not to say"},
	{"could_not_say", "Could not say"},
}

// Tried is what was tried so that the person could take part or say.
type Tried string

// Trieds are what may have been tried.
var Trieds = Vocabulary[Tried]{
	{"another_time", "Another time"},
	{"another_place", "Another place"},
	{"another_person", "Another person"},
	{"easy_read", "Easy read"},
	{"interpreter", "An interpreter"},
	{"communication_aid", "A communication aid"},
	{"advocate", "An advocate"},
	{"peer", "A peer"},
	{"other", "Something else"},
}

// Decider is somebody who took the decision.
type Decider string

// Deciders are those who may decide.
var Deciders = Vocabulary[Decider]{
	{"person", "The person"},
	{"worker", "A worker"},
	{"manager", "A service manager"},
	{"clinician", "A clinician"},
	{"family_or_friend", "Family or a friend"},
	{"attorney", "An attorney"},
	{"deputy", "A deputy"},
	{"court", "A court"},
	{"landlord", "The landlord"},
	{"other", "Somebody else"},
}

// Participant is somebody who took part beside the person.
type Participant string

// Participants are those who may take part.
var Participants = Vocabulary[Participant]{
	{"worker", "A worker"},
	{"peer", "A peer"},
	{"family_or_friend", "Family or a friend"},
	{"carer", "A carer"},
	{"advocate", "An advocate"},
	{"interpreter", "An interpreter"},
	{"landlord", "The landlord"},
	{"clinician", "A clinician"},
}

// Advocacy is the kind of an advocate.
type Advocacy string

// Advocacies are the kinds of advocate in law in England and Wales, or another.
var Advocacies = Vocabulary[Advocacy]{
	{"imca", "Independent mental capacity advocate"},
	{"imha", "Independent mental health advocate"},
	{"care_act", "Care Act advocate"},
	{"other", "Another advocate"},
}

// LegalReason is why somebody took part without the person's agreement.
type LegalReason string

// LegalReasons for taking part without agreement.
var LegalReasons = Vocabulary[LegalReason]{
	{"safeguarding", "Safeguarding"},
	{"best_interests_consultation", "Had to be asked about best interests"},
	{"mental_health_act", "Mental Health Act"},
	{"court_order", "A court's order"},
	{"attorney_or_deputy", "Is attorney or deputy"},
	{"serious_risk", "Serious risk to somebody"},
}

// Format is the form the information took.
type Format string

// Formats of information.
var Formats = Vocabulary[Format]{
	{"conversation", "Conversation"},
	{"written", "Written"},
	{"easy_read", "Easy read"},
	{"large_print", "Large print"},
	{"audio", "Audio"},
	{"video", "Video"},
	{"pictures", "Pictures"},
	{"sign_language", "Sign language"},
	{"another_language", "Another language"},
	{"visit", "A visit"},
	{"none", "None was given"},
}

// NeedMet is how a communication need was met.
type NeedMet string

// NeedsMet are the ways a communication need may be met.
var NeedsMet = Vocabulary[NeedMet]{
	{"interpreter", "Interpreter"},
	{"sign_language", "Sign language"},
	{"easy_read", "Easy read"},
	{"communication_aid", "Communication aid"},
	{"more_time", "More time"},
	{"trusted_person", "Somebody they trust"},
	{"other", "Another way"},
	{"not_met", "Not met"},
}

// Basis is the lawful basis of a decision or a restriction.
type Basis string

// Bases in law.
var Bases = Vocabulary[Basis]{
	{"consent", "The person's consent"},
	{"best_interests", "Best interests"},
	{"attorney", "An attorney"},
	{"deputy", "A deputy"},
	{"court", "A court"},
	{"advance_decision", "An advance decision"},
	{"mental_health_act", "Mental Health Act"},
	{"provider", "The provider's own power"},
}

// Agreement is what the person makes of a decision or a restriction.
type Agreement string

// Agreements a person may give.
var Agreements = Vocabulary[Agreement]{
	{"agrees", "Agrees"},
	{"disagrees", "Disagrees"},
	{"unsure", "Is unsure"},
}

// Ability is one of the four abilities of section 3 of the Mental Capacity Act 2005.
type Ability string

// Abilities that may be lacking.
var Abilities = Vocabulary[Ability]{
	{"understand", "To understand the information"},
	{"retain", "To keep it in mind"},
	{"weigh", "To use or weigh it"},
	{"communicate", "To tell the decision"},
}

// ProviderPower is the power a provider decides by.
type ProviderPower string

// ProviderPowers that may be named.
var ProviderPowers = Vocabulary[ProviderPower]{
	{"tenancy", "Tenancy or licence"},
	{"safeguarding", "Safeguarding"},
	{"legal", "Another legal power"},
}

// AuthorityKind is the kind of authority an attorney, deputy, court, advance
// decision or section of the Mental Health Act gives.
type AuthorityKind string

// AuthorityKinds are the kinds of authority. Next of kin is not one.
var AuthorityKinds = Vocabulary[AuthorityKind]{
	{"lpa_health", "Lasting power of attorney, health and welfare"},
	{"lpa_money", "Lasting power of attorney, property and affairs"},
	{"epa", "Enduring power of attorney"},
	{"deputy_health", "Deputy, health and welfare"},
	{"deputy_money", "Deputy, property and affairs"},
	{"court_order", "Court order"},
	{"advance_decision", "Advance decision to refuse treatment"},
	{"section", "Section of the Mental Health Act"},
	{"guardianship", "Guardianship"},
	{"community_treatment_order", "Community treatment order"},
}

// ReviewOutcome is what became of a decision or a restriction when looked at again.
type ReviewOutcome string

// ReviewOutcomes of a review.
var ReviewOutcomes = Vocabulary[ReviewOutcome]{
	{"kept", "Kept"},
	{"changed", "Changed"},
	{"reversed", "Reversed"},
}

// Effect is how things went since a decision.
type Effect string

// Effects since a decision.
var Effects = Vocabulary[Effect]{
	{"better", "Better"},
	{"same", "The same"},
	{"worse", "Worse"},
}

// DecisionEnd says how a decision was closed.
type DecisionEnd string

// DecisionEnds of a decision that was closed without being reversed.
var DecisionEnds = Vocabulary[DecisionEnd]{
	{"withdrawn", "The question was withdrawn"},
	{"overtaken", "Events overtook it"},
}

// Criterion is one of the twelve criteria of the decision audit.
type Criterion string

// Criteria of the decision audit.
var Criteria = Vocabulary[Criterion]{
	{"D1", "Stated"},
	{"D2", "The person's own view"},
	{"D3", "A real choice"},
	{"D4", "Information they could use"},
	{"D5", "Who decided"},
	{"D6", "The role they wanted"},
	{"D7", "Lawful basis"},
	{"D8", "Authority"},
	{"D9", "Others by agreement"},
	{"D10", "In time"},
	{"D11", "A reason"},
	{"D12", "Looked at again"},
}

// Verdict is what an auditor found.
type Verdict string

// Verdicts of a criterion.
var Verdicts = Vocabulary[Verdict]{
	{"pass", "Pass"},
	{"fail", "Fail"},
	{"not_applicable", "Not applicable"},
}

// AuditOutcome is what an audit of a decision came to.
type AuditOutcome string

// AuditOutcomes of a decision's audit.
var AuditOutcomes = Vocabulary[AuditOutcome]{
	{"good", "Good practice"},
	{"learn", "Something to learn"},
	{"act", "Something to do"},
}

// RestrictionKind is what a restriction limits.
type RestrictionKind string

// RestrictionKinds are what may be limited.
var RestrictionKinds = Vocabulary[RestrictionKind]{
	{"going_out", "Going out"},
	{"access", "Getting into places at home"},
	{"visitors", "Visitors"},
	{"contact", "Contact with somebody"},
	{"phone_or_internet", "Phone or internet"},
	{"belongings", "Belongings"},
	{"money", "Money"},
	{"medication", "Medication"},
	{"food_or_drink", "Food or drink"},
	{"observation", "Being watched over"},
	{"search", "Being searched"},
	{"restraint", "Restraint"},
	{"other", "Something else"},
}
