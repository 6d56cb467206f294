package domain

import (
	"cmp"
	"fmt"
	"slices"
)

// A Journey is one person's recovery journey, folded from its events.
type Journey struct {
	history
	support   []*Entry          // the support.* entries, so that With stays quick
	made      map[string]*Entry // by the decision that was raised, the entry that made it last
	forgotten bool
}

// Circumstances are what a rule may know beside the journey itself. They are
// read as of a known position and not fenced: a service that closes at the same
// moment may race, and that is fine.
type Circumstances struct {
	Service func(id string) *Service                            // nil for one never heard of
	Measure func(id string, version int) (MeasureDefined, bool) // false for one never defined
	Today   func(zone string) Date                              // the present date in an IANA time zone; 0 where there is no such zone
}

// Apply folds one event of this journey. It never refuses.
func (j *Journey) Apply(r Recorded) {
	entry := j.apply(r)
	switch e := r.Event.(type) {
	case PersonForgotten:
		j.forgotten = true
	case SupportStarted, SupportPaused, SupportResumed, SupportEnded:
		j.support = append(j.support, entry)
	case DecisionMade:
		if e.Decision == "" {
			return
		}
		if j.made == nil {
			j.made = map[string]*Entry{}
		}
		j.made[e.Decision] = entry
	}
}

func isSupport(e Event) bool {
	switch e.(type) {
	case SupportStarted, SupportPaused, SupportResumed, SupportEnded:
		return true
	}
	return false
}

// Forgotten says whether the person was forgotten.
func (j *Journey) Forgotten() bool { return j.forgotten }

// With says whether the person is with the service on that date, both the first
// and the last day of an episode included.
func (j *Journey) With(service string, on Date) bool {
	for _, e := range Episodes(j.support) {
		if e.Service == service && e.Includes(on) {
			return true
		}
	}
	return false
}

// Record says whether the draft may be recorded on this journey, and completes
// it with what the program works out: the episode meant where there is only
// one, a measure's scores, today for an entry about an entry. Its errors are
// Refusals.
func (j *Journey) Record(d Draft, c Circumstances) (Draft, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	if j.forgotten {
		return d, &Refusal{Reason: ErrForgotten}
	}
	if j.position == 0 {
		if _, ok := d.Event.(SupportStarted); !ok {
			return d, &Refusal{Reason: ErrNoJourney, Field: "journey",
				Hint: "begin it with a support.started entry, or check the id"}
		}
	}
	var err error
	switch e := d.Event.(type) {
	case EntryCorrected:
		err = j.correct(&d, e, c)
	case EntryWithdrawn:
		err = j.withdraw(&d, e, c)
	case PersonForgotten:
		err = c.dateEntry(&d)
	default:
		err = j.admit(&d, c, nil)
	}
	return d, err
}

// correct admits the replacement as if it were recorded now in the original's
// place. What the correction leaves as it was is not judged again.
func (j *Journey) correct(d *Draft, e EntryCorrected, c Circumstances) error {
	target, err := j.target(e.Entry)
	if err != nil {
		return err
	}
	if err := sameKind(target, e); err != nil {
		return err
	}
	if d.Service != "" && e.Service != "" && d.Service != e.Service {
		return &Refusal{Reason: ErrMalformed, Field: "service", Detail: "is not the same as data.service"}
	}
	was := target.Now()
	replacement := Draft{Stream: d.Stream, Service: cmp.Or(e.Service, d.Service), Occurred: e.Occurred, By: d.By,
		Event: belonging(e.Replacement, was.Event), Words: d.Words}
	if err := j.admit(&replacement, c, &was); err != nil {
		return err
	}
	e.Replacement, e.Service = replacement.Event, replacement.Service
	d.Event, d.Service = e, e.Service
	return c.dateEntry(d)
}

// withdraw finds the entry to take back and whose service it was.
func (j *Journey) withdraw(d *Draft, e EntryWithdrawn, c Circumstances) error {
	target, err := j.target(e.Entry)
	if err != nil {
		return err
	}
	service := target.Now().Service
	if d.Service != "" && d.Service != service {
		return &Refusal{Reason: ErrMalformed, Field: "service", Detail: "is not the service of that entry", Hint: "leave it out"}
	}
	d.Service = service
	return c.dateEntry(d)
}

func sameKind(target *Entry, e EntryCorrected) error {
	if was := target.Event.kind(); e.Replacement.kind() != was {
		return &Refusal{Reason: ErrCannotCorrect, Field: "data.form",
			Detail: fmt.Sprintf("the entry is a %s and stays one", was),
			Hint:   "to record another kind, withdraw the entry and record anew"}
	}
	return nil
}

// admit holds a draft, or a replacement for an entry as it was, against the
// rules that need to know the journey.
func (j *Journey) admit(d *Draft, c Circumstances, was *Recorded) error {
	if err := j.resolveSupport(d, was); err != nil {
		return err
	}
	moved := was == nil || was.Service != d.Service || was.Occurred.Date != d.Occurred.Date
	if moved {
		if err := c.open(d); err != nil {
			return err
		}
	}
	if err := j.admitReference(d.Event, was); err != nil {
		return err
	}
	switch e := d.Event.(type) {
	case SupportStarted:
		if d.Service == "" {
			return &Refusal{Reason: ErrIncomplete, Field: "service", Detail: "is missing: say which service supports the person"}
		}
		for _, other := range Episodes(j.support) {
			if moved && !other.is(was) && other.Service == d.Service && other.Includes(d.Occurred.Date) {
				return &Refusal{Reason: ErrAlreadyWith, Field: "service",
					Hint: "end that support first, or correct its dates"}
			}
		}
	case MeasureScored:
		m, ok := c.Measure(e.Measure, e.Version)
		if !ok {
			return &Refusal{Reason: ErrNoMeasure, Field: "data.measure",
				Hint: "record its measure.defined first, or check the version"}
		}
		scores, err := m.Score(e.Answers)
		if err != nil {
			return err
		}
		e.Scores = scores
		d.Event = e
	}
	if moved && needsSupport(d.Event) && d.Service != "" && !j.With(d.Service, d.Occurred.Date) {
		return &Refusal{Reason: ErrNotWithService, Field: "service",
			Hint: "check the date and the service, or record support.started first"}
	}
	return nil
}

// needsSupport says whether an entry that names a service may only be recorded
// for somebody who is with it on that date.
func needsSupport(e Event) bool {
	switch e := e.(type) {
	case SupportGiven, SupportPaused, SupportResumed, ActivityAttended, ActivityNotAttended, HomeChanged,
		ConfidenceRated, LifeRated, MeasureScored, DecisionRaised:
		return true
	case DecisionMade:
		return e.Decision == ""
	}
	return false
}

// resolveSupport finds the episode that a support entry means, when it does not
// say and only one can be meant, and takes the service from it.
func (j *Journey) resolveSupport(d *Draft, was *Recorded) error {
	field, named, _ := refers(d.Event)
	if field != "support" {
		return nil
	}
	_, ending := d.Event.(SupportEnded)
	on := d.Occurred.Date
	var found *Episode
	for _, episode := range Episodes(j.support) {
		over := episode.Ended.Date != 0 && !episode.endedBy(was)
		switch {
		case named != "" && episode.ID != named:
			continue
		case named == "" && (!episode.Includes(on) || ending && over || d.Service != "" && episode.Service != d.Service):
			continue
		case found != nil:
			return &Refusal{Reason: ErrIncomplete, Field: "data.support", Detail: "is missing, and more than one support was going on",
				Hint: "name it by the id of its support.started"}
		}
		found = &episode
	}
	switch {
	case found == nil && named != "":
		return &Refusal{Reason: ErrNoSuchThing, Field: "data.support", Detail: "this journey has no such support",
			Hint: "give the id of its support.started entry"}
	case found == nil:
		return &Refusal{Reason: ErrNoSuchThing, Field: "data.support", Detail: "there is no such support on that date",
			Hint: "check the date, or name the support by the id of its support.started"}
	case d.Service != "" && d.Service != found.Service:
		return &Refusal{Reason: ErrNotWithService, Field: "service", Detail: "that support is with another service"}
	case ending && found.Ended.Date != 0 && !found.endedBy(was):
		return &Refusal{Reason: ErrExists, Field: "data.support", Detail: "has ended already",
			Hint: "correct the entry that ended it"}
	case on < found.Started.Date && (was == nil || on != was.Occurred.Date):
		return &Refusal{Reason: ErrNotWithService, Field: "occurred", Detail: "is before that support started"}
	}
	d.Service = found.Service
	switch e := d.Event.(type) {
	case SupportPaused:
		e.Support = found.ID
		d.Event = e
	case SupportResumed:
		e.Support = found.ID
		d.Event = e
	case SupportEnded:
		e.Support = found.ID
		d.Event = e
	}
	return nil
}

// refers names the thing that an event belongs to and the kinds that can name
// such a thing; the id is empty where the event may do without.
func refers(e Event) (field, id string, namedBy []Kind) {
	switch e := e.(type) {
	case SupportPaused:
		return "support", e.Support, []Kind{"support.started"}
	case SupportResumed:
		return "support", e.Support, []Kind{"support.started"}
	case SupportEnded:
		return "support", e.Support, []Kind{"support.started"}
	case AspirationRated:
		return "aspiration", e.Aspiration, []Kind{"aspiration.set"}
	case AspirationClosed:
		return "aspiration", e.Aspiration, []Kind{"aspiration.set"}
	case PlanUsed:
		return "plan", e.Plan, []Kind{"plan.made"}
	case PlanWithdrawn:
		return "plan", e.Plan, []Kind{"plan.made"}
	case DecisionMade:
		return "decision", e.Decision, []Kind{"decision.raised"}
	case DecisionReviewed:
		return "decision", e.Decision, []Kind{"decision.raised", "decision.made"}
	case DecisionReversed:
		return "decision", e.Decision, []Kind{"decision.raised", "decision.made"}
	case DecisionClosed:
		return "decision", e.Decision, []Kind{"decision.raised", "decision.made"}
	case DecisionAudited:
		return "decision", e.Decision, []Kind{"decision.raised", "decision.made"}
	case RestrictionReviewed:
		return "restriction", e.Restriction, []Kind{"restriction.started"}
	case RestrictionEnded:
		return "restriction", e.Restriction, []Kind{"restriction.started"}
	case PeerEnded:
		return "match", e.Match, []Kind{"peer.matched"}
	}
	return "", "", nil
}

// Thing gives the id of the support, aspiration, plan, decision, restriction or
// match that an entry belongs to: its own id where it names one, and empty
// where it stands for itself.
func Thing(r Recorded) string {
	switch r.Event.(type) {
	case SupportStarted, AspirationSet, PlanMade, DecisionRaised, RestrictionStarted, PeerMatched:
		return r.ID
	}
	_, id, namedBy := refers(r.Event)
	if id == "" && namedBy != nil {
		return r.ID // a decision made without having been raised
	}
	return id
}

// admitReference refuses a reference to a thing that is not in this journey. A
// correction may keep the one it has.
func (j *Journey) admitReference(e Event, was *Recorded) error {
	field, id, namedBy := reference(e)
	if was != nil {
		_, before, _ := reference(was.Event)
		if id == before {
			return nil
		}
		if _, ok := e.(DecisionMade); ok { // others may refer to the decision that it was
			return &Refusal{Reason: ErrCannotCorrect, Field: "data.decision", Detail: "cannot become another decision",
				Hint: "withdraw the entry and record anew"}
		}
	}
	if id == "" {
		return nil
	}
	target := j.byID[id]
	if target == nil || target.Withdrawn() || !slices.Contains(namedBy, target.Event.kind()) || Thing(target.Now()) != id {
		return &Refusal{Reason: ErrNoSuchThing, Field: "data." + field, Detail: "this journey has no such " + field,
			Hint: fmt.Sprintf("give the id of its %s entry", namedBy[0])}
	}
	if made := j.made[id]; e.kind() == "decision.made" && made != nil && !made.Withdrawn() {
		return &Refusal{Reason: ErrExists, Field: "data." + field, Detail: "that decision was made already",
			Hint: "review it, correct it, or raise a new one"}
	}
	return nil
}

// reference gives what an event refers to: the thing it belongs to, or the
// decision that a restriction rests on.
func reference(e Event) (field, id string, namedBy []Kind) {
	if restriction, ok := e.(RestrictionStarted); ok {
		return "decision", restriction.Decision, []Kind{"decision.raised", "decision.made"}
	}
	return refers(e)
}

// dateEntry gives an entry about an entry its date, today unless said.
func (c Circumstances) dateEntry(d *Draft) error {
	if d.Occurred.Date == 0 {
		d.Occurred = On(c.today(d.Service))
		return nil
	}
	return c.past(*d)
}

// today gives the present date where the service is, or where it is not said.
func (c Circumstances) today(service string) Date {
	if service != "" {
		if s := c.Service(service); s != nil && s.facts.Zone != "" {
			if today := c.Today(s.facts.Zone); today != 0 {
				return today
			}
		}
	}
	return c.Today(DefaultZone)
}

// past refuses a date in the future.
func (c Circumstances) past(d Draft) error {
	if today := c.today(d.Service); d.Occurred.Date > today {
		return &Refusal{Reason: ErrFuture, Field: "occurred", Detail: fmt.Sprintf("%s is in the future; today is %s", d.Occurred.Date, today)}
	}
	return nil
}

// open refuses a date in the future, and a service that was never opened or
// that is not open on that date.
func (c Circumstances) open(d *Draft) error {
	if err := c.past(*d); err != nil {
		return err
	}
	if d.Service == "" {
		return nil
	}
	s := c.Service(d.Service)
	if s == nil || !s.Opened() {
		return &Refusal{Reason: ErrNoService, Field: "service", Hint: "record its service.opened first, or check the id"}
	}
	return s.openOn(d.Occurred.Date)
}
