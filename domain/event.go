// Package domain says what can happen on a recovery journey, what may happen
// next, and what it means.
//
// An [Event] is a fact that was recorded: something decided, done, felt or
// rated. The set is closed: event.go and the files beside it (event_decision.go,
// event_life.go, measure.go) hold every kind, vocabulary*.go every code, and
// wire.go ties each kind to the name it is stored under for ever. A person's
// own words travel apart from the facts, as [Words], so that they can be sealed
// and forgotten while the facts still count.
//
// A [Draft] is an entry that somebody wishes to record. A [Journey] or a
// [Service] is folded from its events and says whether the draft may be
// recorded; it never says so of history, which is folded without questions.
//
// The package is pure: no clock, no identities made, no input or output, no
// logging. The present and everything else it must know arrive as arguments.
package domain

import (
	"strconv"
	"time"
)

// A Kind is the stored name of an event without its version, such as
// confidence.rated.
type Kind string

// An Event is one fact of the closed set in this package.
type Event interface {
	kind() Kind
	check(*checker) // refuses facts that are missing, outside their range or no code
}

// KindOf gives the event's kind.
func KindOf(e Event) Kind { return e.kind() }

// A Stream names whose history an event belongs to. Its subject in the log is
// waymark.<About>.<ID>.
type Stream struct {
	About string // journey, service, measure, audit or log
	ID    string // [a-z0-9-]{1,64}; empty for the log itself
}

// What a stream may be about.
const (
	AboutJourney = "journey"
	AboutService = "service"
	AboutMeasure = "measure"
	AboutAudit   = "audit"
	AboutLog     = "log"
)

// JourneyStream names a person's journey.
func JourneyStream(id string) Stream { return Stream{AboutJourney, id} }

// Recorded is an event with its envelope: the form in which the log and the
// answers speak to each other.
type Recorded struct {
	Position uint64    // the place in the log's total order, from 1, without gaps
	Stream   Stream    // whose history it belongs to
	ID       string    // the event's id, a UUID
	Command  string    // the id of the command that recorded it, a UUID
	At       time.Time // when it was recorded, UTC, to the microsecond
	Occurred Occurred  // when it happened
	Service  string    // the service it belongs to, where there is one
	By       string    // who recorded it: an opaque id
	Imported string    // the name of the mapping that imported it, if one did
	Event    Event
	Said     []Word // which words the entry carries
	Words    Words  // the words themselves; empty once sealed or left out
	Content  []byte // Event and Words as [Encode] writes them, where they were read so; only to be copied
}

// A YesNo is true, false, or not recorded.
type YesNo int8

// The three states of a YesNo.
const (
	NotRecorded YesNo = 0
	Yes         YesNo = 1
	No          YesNo = -1
)

// MarshalJSON writes true or false; a YesNo that was not recorded is left out
// by its field's omitzero.
func (y YesNo) MarshalJSON() ([]byte, error) {
	if y == Yes {
		return []byte("true"), nil
	}
	return []byte("false"), nil
}

// UnmarshalJSON reads true or false.
func (y *YesNo) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true":
		*y = Yes
	case "false":
		*y = No
	default:
		return errYesNo
	}
	return nil
}

// A Rating is a whole number, or the answer that the person chose not to rate.
// On the wire it is a number or "declined". The zero Rating was never asked
// for, and has no form on the wire. Ratings are compared with ==.
type Rating struct {
	value int32
	state ratingState
}

type ratingState int8

const (
	given    ratingState = 1
	declined ratingState = 2
)

// Declined is the answer of somebody who chose not to rate.
var Declined = Rating{state: declined}

// Rate makes the rating n. Its range is the business of the event it is in.
func Rate(n int) Rating { return Rating{int32(n), given} }

// Value gives the number, and whether there is one.
func (r Rating) Value() (int, bool) { return int(r.value), r.state == given }

// MarshalJSON writes the number or "declined".
func (r Rating) MarshalJSON() ([]byte, error) {
	switch r.state {
	case given:
		return strconv.AppendInt(nil, int64(r.value), 10), nil
	case declined:
		return []byte(`"declined"`), nil
	}
	return nil, errRating
}

// UnmarshalJSON reads a whole number, or "declined".
func (r *Rating) UnmarshalJSON(text []byte) error {
	if string(text) == `"declined"` {
		*r = Declined
		return nil
	}
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil {
		return errRating // and not what was there, which may be somebody's words
	}
	*r = Rate(int(n))
	return nil
}

// The log.

// LogFounded is the log's first event: the marker of its founding.
type LogFounded struct {
	Log   string `json:"log"`   // the log's own random id, a UUID
	Words string `json:"words"` // how people's words are kept: plain, or sealed
}

func (LogFounded) kind() Kind { return "log.founded" }

// Services.

// ServiceFacts are what is known of a service.
type ServiceFacts struct {
	Name        string      `json:"name"`
	Kind        ServiceKind `json:"kind"`
	TimeLimited YesNo       `json:"time_limited,omitzero"` // whether support there is meant to end
	HomeSetting HomeSetting `json:"home_setting,omitzero"`
	Zone        string      `json:"zone,omitzero"`         // IANA time zone; Europe/London where absent
	Nation      Nation      `json:"nation,omitzero"`       // whose law it works under; England where absent
	RecordsFrom Date        `json:"records_from,omitzero"` // the day from which its record is whole; who was there before enters late
	LateDays    int         `json:"late_days,omitzero"`    // working days an entry may be late, 1–60; 2 where absent
	Holidays    []Date      `json:"holidays,omitzero"`     // days that are not working days beside weekends
}

// ServiceOpened begins a service.
type ServiceOpened struct{ ServiceFacts }

func (ServiceOpened) kind() Kind { return "service.opened" }

// ServiceChanged replaces what is known of a service, whole.
type ServiceChanged struct{ ServiceFacts }

func (ServiceChanged) kind() Kind { return "service.changed" }

// ServiceClosed ends a service after the day it occurred.
type ServiceClosed struct{}

func (ServiceClosed) kind() Kind { return "service.closed" }

// ServiceRebased starts one outcome's control chart of a service again from a month.
type ServiceRebased struct {
	Outcome string       `json:"outcome"` // the outcome's id, which may leave out the aim; [a-z0-9._-]{1,128}
	From    string       `json:"from"`    // the month, as 2026-03
	Reason  RebaseReason `json:"reason"`
}

func (ServiceRebased) kind() Kind { return "service.rebased" }

// Support.

// SupportStarted begins an episode with the service of its envelope, named by
// this event's id. It is also what begins a journey.
type SupportStarted struct{}

func (SupportStarted) kind() Kind { return "support.started" }

// SupportPaused pauses an episode, from that day on.
type SupportPaused struct {
	Support string `json:"support"` // by the id of its SupportStarted; worked out where only one can be meant
}

func (SupportPaused) kind() Kind { return "support.paused" }

// SupportResumed resumes it, from that day on.
type SupportResumed struct {
	Support string `json:"support"`
}

func (SupportResumed) kind() Kind { return "support.resumed" }

// SupportEnded ends it; the person is still with the service on that day.
type SupportEnded struct {
	Support string    `json:"support"`
	Planned YesNo     `json:"planned,omitzero"`
	Reason  EndReason `json:"reason,omitzero"`
}

func (SupportEnded) kind() Kind { return "support.ended" }

// PersonDescribed says who a person is, all in words, and whether they need help
// with communication. It must say something.
type PersonDescribed struct {
	CommunicationNeed CommunicationNeed `json:"communication_need,omitzero"`
}

func (PersonDescribed) kind() Kind { return "person.described" }

// ConsentGiven is a consent for one purpose.
type ConsentGiven struct {
	Purpose Purpose `json:"purpose"`
	Until   Date    `json:"until,omitzero"` // its last day, where it has one
}

func (ConsentGiven) kind() Kind { return "consent.given" }

// ConsentDeclined is a consent asked for and not given.
type ConsentDeclined struct {
	Purpose Purpose `json:"purpose"`
}

func (ConsentDeclined) kind() Kind { return "consent.declined" }

// ConsentWithdrawn ends every consent for the purpose.
type ConsentWithdrawn struct {
	Purpose Purpose `json:"purpose"`
}

func (ConsentWithdrawn) kind() Kind { return "consent.withdrawn" }

// Aspirations and plans.

// AspirationSet is an aspiration of the person's own, named by this event's id.
type AspirationSet struct {
	Aim Aim `json:"aim,omitzero"`
}

func (AspirationSet) kind() Kind { return "aspiration.set" }

// AspirationRated is progress with an aspiration, from 0, not begun, to 10, there.
type AspirationRated struct {
	Aspiration string   `json:"aspiration"`
	Progress   Rating   `json:"progress"`
	By         RatedBy  `json:"by,omitzero"`
	How        HowGiven `json:"how,omitzero"`
}

func (AspirationRated) kind() Kind { return "aspiration.rated" }

// AspirationClosed ends an aspiration; to let one go is not to fail.
type AspirationClosed struct {
	Aspiration string        `json:"aspiration"`
	How        AspirationEnd `json:"how"`
}

func (AspirationClosed) kind() Kind { return "aspiration.closed" }

// PlanMade is a plan of the person's own, named by this event's id.
type PlanMade struct {
	Kind PlanKind `json:"kind"`
}

func (PlanMade) kind() Kind { return "plan.made" }

// PlanUsed says that a plan was used.
type PlanUsed struct {
	Plan string `json:"plan"`
}

func (PlanUsed) kind() Kind { return "plan.used" }

// PlanWithdrawn ends a plan.
type PlanWithdrawn struct {
	Plan string `json:"plan"`
}

func (PlanWithdrawn) kind() Kind { return "plan.withdrawn" }

// Corrections.

// EntryCorrected replaces an entry whole: when it occurred, its service, its
// facts and its words. The correction with the highest position is in force.
type EntryCorrected struct {
	Entry       string // the original's event id, never a correction's
	Form        string // the stored form of the replacement, such as life.rated.v1
	Occurred    Occurred
	Service     string
	Reason      CorrectionReason
	Replacement Event
}

func (EntryCorrected) kind() Kind { return "entry.corrected" }

// EntryWithdrawn takes an entry back, for good.
type EntryWithdrawn struct {
	Entry  string           `json:"entry"`
	Reason WithdrawalReason `json:"reason"`
}

func (EntryWithdrawn) kind() Kind { return "entry.withdrawn" }

// PersonForgotten ends a journey's record: nothing may be added after it.
type PersonForgotten struct {
	Reason       ForgetReason `json:"reason"`
	AuthorisedBy string       `json:"authorised_by"` // an opaque id
}

func (PersonForgotten) kind() Kind { return "person.forgotten" }

// Unreadable stands in for an event whose content could not be read. It is
// never stored.
type Unreadable struct {
	Form    string // as it is stored
	Unknown bool   // the form is unknown, so this program is older than the log; otherwise the content is garbled
}

func (Unreadable) kind() Kind { return "unreadable" }

func (Unreadable) check(c *checker) { c.refuse("", "cannot be recorded") }
