package domain

// ActivityTag is what kind of thing an activity is.
type ActivityTag string

// ActivityTags are the kinds of activity.
var ActivityTags = Vocabulary[ActivityTag]{
	{"arts", "Arts and making"},
	{"music", "Music"},
	{"sport", "Sport and exercise"},
	{"outdoors", "Outdoors and nature"},
	{"learning", "Learning"},
	{"work", "Paid work"},
	{"volunteering", "Volunteering"},
	{"faith", "Faith and spirit"},
	{"culture", "Culture and heritage"},
	{"cooking", "Cooking and eating together"},
	{"social", "Meeting people"},
	{"peer_group", "Peer group"},
	{"wellbeing", "Wellbeing"},
	{"home_skills", "Home skills"},
	{"civic", "Taking part in the community"},
	{"digital", "Digital"},
	{"other", "Something else"},
}

// ActivitySetting is whose activity it is.
type ActivitySetting string

// ActivitySettings: mainstream is open to everybody in the community.
var ActivitySettings = Vocabulary[ActivitySetting]{
	{"mainstream", "In the community, open to all"},
	{"peer_run", "Run by peers"},
	{"service_run", "Run by the service"},
}

// Company is who was with the person.
type Company string

// Companies a person may keep.
var Companies = Vocabulary[Company]{
	{"alone", "Alone"},
	{"with_others", "With others"},
	{"with_peer", "With a peer"},
	{"with_worker", "With a worker"},
}

// Way is one of the five ways to wellbeing (New Economics Foundation 2008).
type Way string

// Ways are the five ways to wellbeing.
var Ways = Vocabulary[Way]{
	{"connect", "Connect"},
	{"be_active", "Be active"},
	{"take_notice", "Take notice"},
	{"keep_learning", "Keep learning"},
	{"give", "Give"},
}

// NotAttendedReason says why an activity was not attended.
type NotAttendedReason string

// NotAttendedReasons are why.
var NotAttendedReasons = Vocabulary[NotAttendedReason]{
	{"person_chose", "The person chose not to"},
	{"could_not", "The person could not"},
	{"service_cancelled", "The service cancelled"},
	{"other", "Another reason"},
}

// Accommodation is a code of the accommodation type list of the Mental Health
// Services Data Set (version 5 and later).
type Accommodation string

// Accommodations are that list's codes, with its meanings in plain words.
var Accommodations = Vocabulary[Accommodation]{
	{"01", "Owns their home"},
	{"02", "Rents from a council or registered social landlord"},
	{"03", "Rents from a private landlord"},
	{"04", "Lives with family"},
	{"05", "Lives with friends"},
	{"06", "University or college accommodation"},
	{"07", "Comes with a job, the armed forces included"},
	{"08", "Mobile home"},
	{"09", "Care home without nursing"},
	{"10", "Care home with nursing"},
	{"11", "Specialist housing with adaptations and support"},
	{"12", "Sleeping rough"},
	{"13", "Squatting"},
	{"14", "Sofa surfing"},
	{"15", "Short stay with friends or family"},
	{"16", "Bed and breakfast to prevent or relieve homelessness"},
	{"17", "Night shelter"},
	{"18", "Hostel to prevent or relieve homelessness"},
	{"19", "Temporary housing to prevent or relieve homelessness"},
	{"20", "Staying in hospital"},
	{"21", "Criminal justice setting"},
	{"98", "Somewhere else"},
}

// Settled is the settled accommodation indicator of the same data set.
type Settled string

// Settleds are its codes.
var Settleds = Vocabulary[Settled]{
	{"Y", "Settled"},
	{"N", "Not settled"},
	{"Z", "Asked, chose not to say"},
	{"9", "Not known"},
}

// The domains of the simple taxonomy for supported accommodation (STAX-SA;
// McPherson, Krotofil & Killaspy 2018). They describe; they are no ladder.

// Staffing is where and when staff are there.
type Staffing string

// Staffings of a home.
var Staffings = Vocabulary[Staffing]{
	{"on_site_always", "Staff there day and night"},
	{"on_site_some", "Staff there some of the time"},
	{"off_site", "Staff come by"},
	{"none", "No staff"},
}

// SupportLevel is how much support comes with a home.
type SupportLevel string

// SupportLevels of a home.
var SupportLevels = Vocabulary[SupportLevel]{
	{"high", "High"},
	{"moderate", "Moderate"},
	{"low", "Low"},
	{"none", "None"},
}

// MoveOn is how far a home expects people to move on.
type MoveOn string

// MoveOns of a home.
var MoveOns = Vocabulary[MoveOn]{
	{"strong", "Expected"},
	{"limited", "Possible"},
	{"none", "A home for as long as wanted"},
}

// Wish is what the person wanted of a move.
type Wish string

// Wishes of a person about a change of home.
var Wishes = Vocabulary[Wish]{
	{"chosen", "Chose it"},
	{"agreed", "Agreed to it"},
	{"unsure", "Was unsure"},
	{"against", "Was against it"},
}

// SupportKind is a kind of support.
type SupportKind string

// SupportKinds are the kinds of support.
var SupportKinds = Vocabulary[SupportKind]{
	{"practical", "Practical"},
	{"emotional", "Emotional"},
	{"social", "Social"},
	{"personal", "Personal"},
	{"cultural", "Cultural"},
	{"spiritual", "Spiritual"},
}

// SupportedBy is who gave support.
type SupportedBy string

// SupportedBys are those who may give support.
var SupportedBys = Vocabulary[SupportedBy]{
	{"worker", "A worker"},
	{"peer", "A peer"},
	{"volunteer", "A volunteer"},
}

// EndedBy is who ended a peer match.
type EndedBy string

// EndedBys are those who may end a match.
var EndedBys = Vocabulary[EndedBy]{
	{"person", "The person"},
	{"peer", "The peer"},
	{"both", "Both together"},
	{"service", "The service"},
}
