package domain

// A Vocabulary is a closed set of codes with plain words to display. The codes
// are stored for ever and typed by hand.
type Vocabulary[C ~string] []Term[C]

// A Term is one code of a vocabulary and how it reads on a page.
type Term[C ~string] struct {
	Code  C
	Words string
}

// Has says whether the code belongs to the vocabulary.
func (v Vocabulary[C]) Has(code C) bool {
	for i := range v {
		if v[i].Code == code {
			return true
		}
	}
	return false
}

// Words gives the plain words of a code; an unknown code is shown as it is.
func (v Vocabulary[C]) Words(code C) string {
	for i := range v {
		if v[i].Code == code {
			return v[i].Words
		}
	}
	return string(code)
}

// Codes lists the codes in their order.
func (v Vocabulary[C]) Codes() []C {
	codes := make([]C, len(v))
	for i := range v {
		codes[i] = v[i].Code
	}
	return codes
}

// Aim is what an outcome or an aspiration is about.
type Aim string

// Aims are the five aims, with the person's life as a whole beside them.
var Aims = Vocabulary[Aim]{
	{"decisions", "Taking part in decisions and having control"},
	{"activities", "Activities that matter to me"},
	{"home", "A home that promotes independence"},
	{"support", "Benefiting from support"},
	{"confidence", "Confidence and independence"},
	{"life", "My life as a whole"},
}

// Area is what a decision, a restriction or a rating of confidence concerns.
type Area string

// Areas of a decision.
var Areas = Vocabulary[Area]{
	{"support", "Support"},
	{"activity", "Activities"},
	{"home", "Home"},
	{"health", "Health"},
	{"money", "Money"},
	{"relationships", "Relationships"},
	{"work", "Work"},
	{"risk", "Taking a risk"},
	{"restriction", "A restriction"},
	{"ending_support", "Ending support"},
	{"other", "Something else"},
}

// ConfidenceAbout is what a rating of confidence is about: the person's self,
// their independence, or one area.
var ConfidenceAbout = append(Vocabulary[Area]{
	{"self", "Confidence in myself"},
	{"independence", "Living independently"},
}, Areas...)

// LifeAbout is what a rating of life is about.
type LifeAbout string

// LifeAbouts are the sides of life a person may rate.
var LifeAbouts = Vocabulary[LifeAbout]{
	{"quality_of_life", "Quality of life"},
	{"meaning_and_purpose", "Meaning and purpose"},
	{"control_over_my_support", "Control over my support"},
}

// RatedBy says who gave a rating.
type RatedBy string

// RatedBys are those who may rate. Each one's ratings are kept apart.
var RatedBys = Vocabulary[RatedBy]{
	{"person", "The person"},
	{"peer", "A peer"},
	{"worker", "A worker"},
	{"family_or_carer", "Family or a carer"},
}

// HowGiven says in whose company a rating was given.
type HowGiven string

// HowGivens are the ways a rating may be given.
var HowGivens = Vocabulary[HowGiven]{
	{"alone", "Alone"},
	{"with_peer", "With a peer"},
	{"with_worker", "With a worker"},
}

// ServiceKind is what a service mainly does.
type ServiceKind string

// ServiceKinds are compared with their own kind only.
var ServiceKinds = Vocabulary[ServiceKind]{
	{"supported_housing", "Supported housing"},
	{"community", "Community"},
	{"crisis", "Crisis"},
	{"employment", "Employment"},
	{"residential", "Residential"},
	{"peer", "Peer support"},
}

// HomeSetting says what sort of building a service's homes are in.
type HomeSetting string

// HomeSettings follow the setting domain of the simple taxonomy for supported
// accommodation (STAX-SA; McPherson, Krotofil & Killaspy 2018).
var HomeSettings = Vocabulary[HomeSetting]{
	{"congregate", "Shared building"},
	{"individual", "Homes of their own"},
	{"none", "Provides no homes"},
}

// Nation is a nation of the United Kingdom, or a country elsewhere.
type Nation string

// Nations have their own law of capacity; the Mental Capacity Act 2005 is that
// of England and Wales.
var Nations = Vocabulary[Nation]{
	{"england", "England"},
	{"wales", "Wales"},
	{"scotland", "Scotland"},
	{"northern_ireland", "Northern Ireland"},
	{"elsewhere", "Elsewhere"},
}

// EndReason says why support ended.
type EndReason string

// EndReasons are why support may end.
var EndReasons = Vocabulary[EndReason]{
	{"moved_on", "Moved on"},
	{"chose_to_leave", "Chose to leave"},
	{"asked_to_leave", "Was asked to leave"},
	{"service_ended", "The service ended"},
	{"transferred", "Went on to another service"},
	{"hospital", "Went into hospital"},
	{"prison", "Went to prison"},
	{"lost_contact", "Lost contact"},
	{"died", "Died"},
	{"other", "Another reason"},
}

// CommunicationNeed says whether the person needs help with communication.
type CommunicationNeed string

// CommunicationNeeds tell "no" from "nobody asked".
var CommunicationNeeds = Vocabulary[CommunicationNeed]{
	{"yes", "Yes"},
	{"no", "No"},
	{"not_asked", "Not asked"},
}

// Purpose is what a consent is for.
type Purpose string

// Purposes of a consent.
var Purposes = Vocabulary[Purpose]{
	{"sharing", "Sharing with other services"},
	{"family", "Speaking with family or friends"},
	{"clinician", "Speaking with clinicians"},
	{"landlord", "Speaking with the landlord"},
	{"research", "Research"},
	{"contact", "Being contacted"},
	{"publish", "Publishing my words"},
	{"images", "Using my image"},
}

// AspirationEnd says how an aspiration was closed.
type AspirationEnd string

// AspirationEnds are none of them failing.
var AspirationEnds = Vocabulary[AspirationEnd]{
	{"reached", "Reached"},
	{"changed", "Changed into another"},
	{"let_go", "Let go"},
}

// PlanKind is the kind of a person's own plan.
type PlanKind string

// PlanKinds are the plans a person may make.
var PlanKinds = Vocabulary[PlanKind]{
	{"wellness", "Wellness plan"},
	{"crisis", "Crisis plan"},
	{"advance_statement", "Advance statement"},
	{"advance_decision", "Advance decision"},
}

// CorrectionReason says why an entry was corrected.
type CorrectionReason string

// CorrectionReasons are why an entry may be corrected.
var CorrectionReasons = Vocabulary[CorrectionReason]{
	{"error", "It was a mistake"},
	{"asked_by_person", "The person asked"},
	{"other", "Another reason"},
}

// WithdrawalReason says why an entry was withdrawn.
type WithdrawalReason string

// WithdrawalReasons are why an entry may be withdrawn.
var WithdrawalReasons = Vocabulary[WithdrawalReason]{
	{"wrong_person", "It was about somebody else"},
	{"duplicate", "It was recorded twice"},
	{"error", "It was a mistake"},
	{"asked_by_person", "The person asked"},
}

// ForgetReason says why a person was forgotten.
type ForgetReason string

// ForgetReasons are why a person may be forgotten.
var ForgetReasons = Vocabulary[ForgetReason]{
	{"asked_by_person", "The person asked"},
	{"retention_ended", "The time for keeping it ended"},
	{"court_order", "A court ordered it"},
	{"other", "Another reason"},
}

// RebaseReason says why a chart starts again from a month.
type RebaseReason string

// RebaseReasons are why a chart may be rebased.
var RebaseReasons = Vocabulary[RebaseReason]{
	{"service_changed", "The service changed"},
	{"recording_changed", "The way of recording changed"},
	{"definition_changed", "The definition changed"},
	{"sustained_change", "A change has lasted and is understood"},
	{"other", "Another reason"},
}
