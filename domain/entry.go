package domain

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// An Entry is one thing that was recorded, with what became of it: the
// correction in force and the withdrawal, where there are any. What was first
// recorded is never lost.
type Entry struct {
	Recorded              // as first recorded
	Correction *Recorded  // the last correction by position; its Event is an EntryCorrected
	Corrected  []Recorded // every correction, in order, the one in force included
	Withdrawal *Recorded  // its Event is an EntryWithdrawn
}

// Withdrawn says whether the entry no longer counts.
func (e *Entry) Withdrawn() bool { return e.Withdrawal != nil }

// Now gives the entry as it stands: the original's envelope and position with
// the facts, words, date and service of the correction in force.
func (e *Entry) Now() Recorded {
	r := e.Recorded
	if e.Correction != nil {
		c := e.Correction.Event.(EntryCorrected)
		r.Event, r.Occurred, r.Service = c.Replacement, c.Occurred, c.Service
		r.Said, r.Words = e.Correction.Said, e.Correction.Words
	}
	return r
}

// LifeOrder compares two entries as they stand: by date, then clock time with a
// date alone first, then the position of the original.
func LifeOrder(a, b Recorded) int {
	return cmp.Or(a.Occurred.Order(b.Occurred), cmp.Compare(a.Position, b.Position))
}

// ErrSenseless is given for an event that history cannot contain, such as the
// correction of an entry that is not there.
var ErrSenseless = errors.New("the event makes no sense after those before it")

// A history is the fold that every stream shares: its entries, with their
// corrections and withdrawals applied.
type history struct {
	position uint64            // of the stream's last event; 0 for none
	entries  []*Entry          // in the order of the log
	byID     map[string]*Entry // originals by event id
	passed   map[string]uint64 // by id, the positions of events of which no entry is kept: corrections and the like
	lean     bool              // keeps no entry that no rule about a new one asks for
}

// ErrLean is given by a lean state, see [LeanState], where the rules ask for an
// entry that it did not keep.
var ErrLean = errors.New("the state does not hold that entry: fold the stream whole")

// Last gives the position of the stream's last event, or 0.
func (h *history) Last() uint64 { return h.position }

// Position gives the position of the first event that a command recorded in
// this stream, or 0.
// A command's first event has the command's id.
func (h *history) Position(command string) uint64 {
	if e := h.byID[command]; e != nil {
		return e.Position
	}
	return h.passed[command]
}

// Entries lists the entries in the order in which they were recorded, the
// withdrawn ones included.
func (h *history) Entries() []*Entry { return h.entries }

// Entry finds an original entry by its event id.
func (h *history) Entry(id string) (*Entry, bool) {
	e, ok := h.byID[id]
	return e, ok
}

// apply folds one event. Like every fold it never refuses: what makes no sense
// is passed over, for history is not up for discussion. It returns the entry
// that was added, corrected or withdrawn, if any.
func (h *history) apply(r Recorded) *Entry {
	if h.byID == nil {
		h.byID, h.passed = map[string]*Entry{}, map[string]uint64{}
	}
	h.position, r.Content = r.Position, nil // which would be kept beside what was read from it
	switch e := r.Event.(type) {
	case EntryCorrected:
		h.passed[r.ID] = r.Position
		target := h.byID[e.Entry]
		if target != nil && e.Replacement.kind() == target.Event.kind() {
			target.Corrected = append(target.Corrected, r)
			target.Correction = &r
		}
		return target
	case EntryWithdrawn:
		h.passed[r.ID] = r.Position
		target := h.byID[e.Entry]
		if target != nil && target.Withdrawal == nil {
			target.Withdrawal = &r
		}
		return target
	case PersonForgotten:
		h.passed[r.ID] = r.Position
		return nil
	}
	if h.lean {
		e, asked := lean(r.Event)
		if !asked {
			h.passed[r.ID] = r.Position
			return nil
		}
		r.Event = e
	}
	entry := &Entry{Recorded: r}
	h.entries = append(h.entries, entry)
	h.byID[r.ID] = entry
	return entry
}

// lean gives what rules about a new entry may ask of an earlier one, if they
// ask for any of its kind: it belongs to an episode, or names something to
// refer to.
func lean(e Event) (Event, bool) {
	switch e := e.(type) {
	case DecisionMade:
		return DecisionMade{Decision: e.Decision}, true
	case SupportStarted, SupportPaused, SupportResumed, SupportEnded, AspirationSet, PlanMade,
		DecisionRaised, RestrictionStarted, PeerMatched:
		return e, true
	}
	return nil, false
}

// target finds the entry that a correction or withdrawal is about, or says why
// it cannot be.
func (h *history) target(id string) (*Entry, error) {
	switch e := h.byID[id]; {
	case h.lean && (e == nil && h.passed[id] > 0 || e != nil && e.Event.kind() == "decision.made"):
		return nil, ErrLean
	case e == nil && h.passed[id] > 0:
		return nil, &Refusal{Reason: ErrCannotCorrect, Field: "data.entry", Detail: "is itself a correction or withdrawal",
			Hint: "name the entry as it was first recorded"}
	case e == nil:
		return nil, &Refusal{Reason: ErrNoSuchThing, Field: "data.entry", Detail: "is not an entry of this record"}
	case e.Withdrawn():
		return nil, &Refusal{Reason: ErrWithdrawn, Field: "data.entry"}
	default:
		return e, nil
	}
}

// amend holds a correction or a withdrawal against the rules of a stream that is
// no person's. admit judges the replacement of an entry.
func (h *history) amend(d Draft, c Circumstances, admit func(replacement Draft, c Circumstances, self string) error) (Draft, error) {
	switch e := d.Event.(type) {
	case EntryCorrected:
		target, err := h.target(e.Entry)
		if err == nil {
			err = sameKind(target, e)
		}
		if err == nil {
			err = admit(Draft{Stream: d.Stream, Service: d.Service, Occurred: e.Occurred, Event: e.Replacement}, c, e.Entry)
		}
		if err != nil {
			return d, err
		}
		e.Service, d.Event = d.Service, e
	case EntryWithdrawn:
		if _, err := h.target(e.Entry); err != nil {
			return d, err
		}
	}
	return d, c.dateEntry(&d)
}

// standing lists the entries that were not withdrawn, as they stand, in life
// order.
func standing(entries []*Entry) []Recorded {
	now := make([]Recorded, 0, len(entries))
	for _, e := range entries {
		if !e.Withdrawn() {
			now = append(now, e.Now())
		}
	}
	slices.SortStableFunc(now, LifeOrder)
	return now
}

// Same says whether recording the draft again would say what r already says, so
// that a retry is told apart from another entry under the same id. What the
// program works out for itself is not compared where the draft leaves it out;
// of words that r comes without, only which they were is compared.
func (d Draft) Same(r Recorded) bool {
	switch {
	case d.By != r.By, d.Imported != r.Imported, d.Event.kind() != r.Event.kind():
		return false
	case d.Stream.ID != "" && d.Stream != r.Stream:
		return false
	case d.Occurred.Date != 0 && d.Occurred != r.Occurred:
		return false
	case d.Service != r.Service && (d.Service != "" || !r.derivedService()):
		return false
	}
	words := d.Words
	if r.Words.IsZero() { // or sealed, or left out: all that can be compared is which there were
		if !slices.Equal(words.Said(), r.Said) {
			return false
		}
		words = Words{}
	}
	given, err := Encode(d.asRecorded(r), words)
	if err != nil {
		return false
	}
	stored, err := Encode(r.Event, r.Words)
	return err == nil && bytes.Equal(given, stored)
}

// derivedService says whether the entry took its service from what it is about.
func (r Recorded) derivedService() bool {
	switch r.Event.(type) {
	case SupportPaused, SupportResumed, SupportEnded, EntryCorrected, EntryWithdrawn:
		return true
	}
	return r.Stream.About == AboutService
}

// asRecorded fills in what recording would work out again.
func (d Draft) asRecorded(r Recorded) Event {
	given, ok := d.Event.(EntryCorrected)
	if !ok {
		return workedOut(d.Event, r.Event)
	}
	stored := r.Event.(EntryCorrected)
	if given.Replacement.kind() != stored.Replacement.kind() {
		return given
	}
	if given.Service = cmp.Or(given.Service, d.Service); given.Service == "" {
		replaced := Recorded{Stream: r.Stream, Event: stored.Replacement}
		if replaced.derivedService() {
			given.Service = stored.Service
		}
	}
	given.Replacement = workedOut(belonging(given.Replacement, stored.Replacement), stored.Replacement)
	return given
}

// workedOut fills in the facts of an event that the program works out.
func workedOut(given, stored Event) Event {
	switch g := given.(type) {
	case SupportPaused, SupportResumed, SupportEnded:
		return belonging(given, stored)
	case MeasureScored:
		g.Scores = stored.(MeasureScored).Scores
		return g
	}
	return given
}

// belonging gives e the support or the decision that another event of its kind
// belongs to, where e does not say.
func belonging(e, other Event) Event {
	switch e := e.(type) {
	case SupportPaused:
		e.Support = cmp.Or(e.Support, other.(SupportPaused).Support)
		return e
	case SupportResumed:
		e.Support = cmp.Or(e.Support, other.(SupportResumed).Support)
		return e
	case SupportEnded:
		e.Support = cmp.Or(e.Support, other.(SupportEnded).Support)
		return e
	case DecisionMade:
		e.Decision = cmp.Or(e.Decision, other.(DecisionMade).Decision)
		return e
	}
	return e
}
