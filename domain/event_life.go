package domain

// ActivityAttended is an activity the person took part in. Whose activity it
// was is all that it must say.
type ActivityAttended struct {
	Activity ActivityTag     `json:"activity,omitzero"`
	Setting  ActivitySetting `json:"setting"`
	Company  Company         `json:"company,omitzero"`
	Chosen   YesNo           `json:"chosen,omitzero"`  // by the person
	Valued   Rating          `json:"valued,omitzero"`  // by the person, 0–10
	Ways     []Way           `json:"ways,omitzero"`    // of the five ways to wellbeing
	Minutes  int             `json:"minutes,omitzero"` // 1–1,440
	Session  string          `json:"session,omitzero"` // an id that all on one register share
}

func (ActivityAttended) kind() Kind { return "activity.attended" }

// ActivityNotAttended is an activity the person was expected at.
type ActivityNotAttended struct {
	Activity ActivityTag       `json:"activity,omitzero"`
	Setting  ActivitySetting   `json:"setting,omitzero"`
	Reason   NotAttendedReason `json:"reason"`
	Session  string            `json:"session,omitzero"`
}

func (ActivityNotAttended) kind() Kind { return "activity.not_attended" }

// ConfidenceRated is a rating of confidence, from 0, not at all, to 10, completely.
type ConfidenceRated struct {
	About Area     `json:"about"` // of ConfidenceAbout
	Value Rating   `json:"value"`
	By    RatedBy  `json:"by,omitzero"`
	How   HowGiven `json:"how,omitzero"`
}

func (ConfidenceRated) kind() Kind { return "confidence.rated" }

// LifeRated is a rating of one side of life, from 0, the worst, to 10, the best.
type LifeRated struct {
	About LifeAbout `json:"about"`
	Value Rating    `json:"value"`
	By    RatedBy   `json:"by,omitzero"`
	How   HowGiven  `json:"how,omitzero"`
}

func (LifeRated) kind() Kind { return "life.rated" }

// HomeChanged is where the person lives from that day. The address is a word.
type HomeChanged struct {
	Accommodation Accommodation `json:"accommodation,omitzero"`
	Settled       Settled       `json:"settled,omitzero"`
	Staffing      Staffing      `json:"staffing,omitzero"`
	SupportLevel  SupportLevel  `json:"support_level,omitzero"`
	MoveOn        MoveOn        `json:"move_on,omitzero"`
	Setting       HomeSetting   `json:"setting,omitzero"`
	Wish          Wish          `json:"wish,omitzero"`
}

func (HomeChanged) kind() Kind { return "home.changed" }

// SupportGiven is support of one or more kinds, and what it was worth.
type SupportGiven struct {
	Kinds   []SupportKind `json:"kinds"`
	By      SupportedBy   `json:"by,omitzero"`
	Minutes int           `json:"minutes,omitzero"` // 1–1,440
	Benefit Rating        `json:"benefit,omitzero"` // 0–10, 10 the most
	RatedBy RatedBy       `json:"rated_by,omitzero"`
	How     HowGiven      `json:"how,omitzero"`
}

func (SupportGiven) kind() Kind { return "support.given" }

// PeerMatched is a match with a peer, named by this event's id.
type PeerMatched struct {
	Chosen YesNo `json:"chosen,omitzero"` // by the person
}

func (PeerMatched) kind() Kind { return "peer.matched" }

// PeerEnded ends a match.
type PeerEnded struct {
	Match   string  `json:"match"`
	EndedBy EndedBy `json:"ended_by,omitzero"`
}

func (PeerEnded) kind() Kind { return "peer.ended" }

// ExperienceShared is what the person says of the service, each from 1, the
// least, to 5, the most. The quote is a word, published only while there is
// consent to it.
type ExperienceShared struct {
	Quality     Rating   `json:"quality,omitzero"`
	ConcernsMet Rating   `json:"concerns_met,omitzero"`
	NeedsMet    Rating   `json:"needs_met,omitzero"`
	Challenges  Rating   `json:"challenges,omitzero"` // confidence to take on new ones
	How         HowGiven `json:"how,omitzero"`
}

func (ExperienceShared) kind() Kind { return "experience.shared" }
