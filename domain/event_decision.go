package domain

// Question is what a decision is about and where the person stands before it
// is taken.
type Question struct {
	Area      Area      `json:"area"`
	Weight    Weight    `json:"weight,omitzero"`
	Urgent    YesNo     `json:"urgent,omitzero"`
	Preferred Role      `json:"preferred,omitzero"`  // of PreferredRoles
	View      ViewGiven `json:"view,omitzero"`       // why the view is not in words
	ViewTried []Tried   `json:"view_tried,omitzero"` // what was tried, where the person could not say
}

// DecisionRaised names a decision to come by this event's id. Its words are the
// question and the person's view.
type DecisionRaised struct{ Question }

func (DecisionRaised) kind() Kind { return "decision.raised" }

// DecisionMade is a decision. Without Decision it was never raised and is named
// by this event's id. An area and a decider are all that it must have; what else
// is there, the audit of decisions reads.
type DecisionMade struct {
	Decision string `json:"decision,omitzero"` // the id of its DecisionRaised
	Question
	HowKnown           HowKnown        `json:"how_known,omitzero"`  // to who recorded it
	Actual             Role            `json:"actual,omitzero"`     // the role the person had, of Roles
	RolesBy            ToldBy          `json:"roles_by,omitzero"`   // whose account of both roles it is
	Part               Part            `json:"part,omitzero"`       // the person's
	PartTried          []Tried         `json:"part_tried,omitzero"` // where the person could not take part
	Options            []Option        `json:"options,omitzero"`    // 20 at most
	NoChangeImpossible YesNo           `json:"no_change_impossible,omitzero"`
	Deciders           []Decider       `json:"deciders,omitzero"`  // 1 or more, the person included
	TookPart           []Participation `json:"took_part,omitzero"` // beside the person, 20 at most
	Formats            []Format        `json:"formats,omitzero"`   // of the information the person had
	NeedMet            []NeedMet       `json:"need_met,omitzero"`  // how a communication need was met
	Basis              Basis           `json:"basis,omitzero"`
	BestInterests      BestInterests   `json:"best_interests,omitzero"` // for that basis
	Authority          Authority       `json:"authority,omitzero"`      // for the bases that need one
	Provider           Provider        `json:"provider,omitzero"`       // for that basis
	Agreement          Agreement       `json:"agreement,omitzero"`      // the person's
	UnderSixteen       YesNo           `json:"under_16,omitzero"`       // on that day; the Mental Capacity Act 2005 is for 16 and over
	PeerOffered        YesNo           `json:"peer_offered,omitzero"`   // peer support, with the decision
	RiskTaken          YesNo           `json:"risk_taken,omitzero"`     // a positive risk
	ReviewBy           Date            `json:"review_by,omitzero"`      // the last day of a review in time
	Seen               uint64          `json:"seen,omitzero"`           // the log's position that its maker had seen
	Shared             string          `json:"shared,omitzero"`         // an id in common where one decision concerns several people
}

func (DecisionMade) kind() Kind { return "decision.made" }

// An Option is one thing that could have been decided. What it was, and the
// points for and against, are words; here they are counted.
type Option struct {
	NoChange YesNo `json:"no_change,omitzero"`
	For      int   `json:"for,omitzero"`     // points in favour, 0–99
	Against  int   `json:"against,omitzero"` // points against, 0–99
	Chosen   YesNo `json:"chosen,omitzero"`
}

// Participation is somebody who took part beside the person.
type Participation struct {
	Who      Participant `json:"who"`
	Advocacy Advocacy    `json:"advocacy,omitzero"`
	Agreed   YesNo       `json:"agreed,omitzero"` // whether the person agreed to it
	Legal    LegalReason `json:"legal,omitzero"`  // otherwise why in law
}

// BestInterests is what sections 3 and 4 of the Mental Capacity Act 2005 ask for.
type BestInterests struct {
	Assessed        Date      `json:"assessed,omitzero"`         // capacity for this decision
	Helped          []Tried   `json:"helped,omitzero"`           // to decide for themselves
	Lacking         []Ability `json:"lacking,omitzero"`          // why is a word: why_lacking
	Wishes          YesNo     `json:"wishes,omitzero"`           // wishes and feelings were considered
	Consulted       YesNo     `json:"consulted,omitzero"`        // those close to the person were
	LessRestrictive YesNo     `json:"less_restrictive,omitzero"` // an option less restrictive was looked for
	CouldWait       YesNo     `json:"could_wait,omitzero"`       // whether it could wait was considered
}

// IsZero says that nothing was recorded.
func (b BestInterests) IsZero() bool {
	return b.Assessed == 0 && len(b.Helped) == 0 && len(b.Lacking) == 0 && b.Wishes == 0 &&
		b.Consulted == 0 && b.LessRestrictive == 0 && b.CouldWait == 0
}

// Authority is the authority of an attorney, a deputy, a court, an advance
// decision or the Mental Health Act. Its reference is a word: authority_reference.
type Authority struct {
	Kind          AuthorityKind `json:"kind,omitzero"`
	Scope         []Area        `json:"scope,omitzero"`
	Seen          Date          `json:"seen,omitzero"`           // the day the document was seen
	LacksCapacity YesNo         `json:"lacks_capacity,omitzero"` // for this decision
}

// IsZero says that nothing was recorded.
func (a Authority) IsZero() bool {
	return a.Kind == "" && len(a.Scope) == 0 && a.Seen == 0 && a.LacksCapacity == 0
}

// Provider is what a decision on the provider's own power rests on.
type Provider struct {
	Power              ProviderPower `json:"power,omitzero"`
	ToldHowToChallenge YesNo         `json:"told_how_to_challenge,omitzero"` // the person was told how to challenge it
}

// DecisionReviewed is a decision looked at again. What happened since is a word.
type DecisionReviewed struct {
	Decision string        `json:"decision"`
	Outcome  ReviewOutcome `json:"outcome,omitzero"`
	Effect   Effect        `json:"effect,omitzero"`
	ReviewBy Date          `json:"review_by,omitzero"` // the next review
}

func (DecisionReviewed) kind() Kind { return "decision.reviewed" }

// DecisionReversed is a decision taken back.
type DecisionReversed struct {
	Decision string `json:"decision"`
	Effect   Effect `json:"effect,omitzero"`
}

func (DecisionReversed) kind() Kind { return "decision.reversed" }

// DecisionClosed is a decision that needs no more looking at.
type DecisionClosed struct {
	Decision string      `json:"decision"`
	How      DecisionEnd `json:"how"`
}

func (DecisionClosed) kind() Kind { return "decision.closed" }

// DecisionAudited is what a person found who audited a decision: at least one
// criterion judged, an outcome, or a finding in words.
type DecisionAudited struct {
	Decision string       `json:"decision"`
	Audit    string       `json:"audit,omitzero"` // the audit it belongs to
	Judged   []Judgement  `json:"judged,omitzero"`
	Outcome  AuditOutcome `json:"outcome,omitzero"`
}

func (DecisionAudited) kind() Kind { return "decision.audited" }

// A Judgement is one criterion judged by a person, beside the program's own verdict.
type Judgement struct {
	Criterion Criterion `json:"criterion"`
	Verdict   Verdict   `json:"verdict"`
}

// RestrictionStarted is a limit on what the person may do, named by this
// event's id. Why, and what else was tried, are words.
type RestrictionStarted struct {
	Kind      RestrictionKind `json:"kind"`
	Decision  string          `json:"decision,omitzero"` // the decision it rests on
	Basis     Basis           `json:"basis,omitzero"`
	Agreement Agreement       `json:"agreement,omitzero"`
	ReviewBy  Date            `json:"review_by,omitzero"`
}

func (RestrictionStarted) kind() Kind { return "restriction.started" }

// RestrictionReviewed is a restriction looked at again.
type RestrictionReviewed struct {
	Restriction string        `json:"restriction"`
	Outcome     ReviewOutcome `json:"outcome,omitzero"`
	Agreement   Agreement     `json:"agreement,omitzero"`
	ReviewBy    Date          `json:"review_by,omitzero"`
}

func (RestrictionReviewed) kind() Kind { return "restriction.reviewed" }

// RestrictionEnded lifts it.
type RestrictionEnded struct {
	Restriction string `json:"restriction"`
}

func (RestrictionEnded) kind() Kind { return "restriction.ended" }
