package domain

import (
	"slices"
	"time"
)

// The criteria that ask whether a decision was recorded in time, and looked at
// again.

// inTime judges D10: first recorded within the working days that the service
// allows, or by the next day where it was urgent. Corrections change nothing
// about when it was first recorded.
func inTime(x Examined) Finding {
	recorded := DateOf(x.Made.At.In(x.here()))
	last := x.Made.Occurred.Date + Date(Rules.UrgentDays)
	switch urgent := x.Question().Urgent == Yes; {
	case x.Made.Imported != "":
		return notApplicable("D10_imported", x.Made.ID)
	case urgent && recorded <= last:
		return pass("D10_urgent_in_time", x.entries()...)
	case urgent:
		return fail("D10_urgent_late", x.entries()...)
	case recorded <= x.Service.LastInTime(x.Made.Occurred.Date):
		return pass("D10_in_time", x.Made.ID)
	}
	return fail("D10_late", x.Made.ID)
}

// here gives the time zone of the decision's service.
func (x Examined) here() *time.Location {
	if x.Zone == nil {
		return time.UTC
	}
	return x.Zone
}

// LookedAgain judges D12 for every day at once: by holds while today, the first
// day that is not over, is until or earlier, and after holds later. Where
// nothing changes with time until is 0 and both are the same.
//
// Each review that fell due is judged: late or without its outcome it fails.
// Taking a decision back is looking at it again. A review that falls due after
// support ended or the person died is not asked for, but one that was done in
// time counts.
func (x Examined) LookedAgain() (until Date, by, after Finding) {
	always := func(f Finding) (Date, Finding, Finding) {
		f = f.of("D12")
		return 0, f, f
	}
	if asked, otherwise := x.asked(); !slices.Contains(asked, "D12") {
		return always(otherwise)
	}
	if x.State() == "closed" {
		return always(notApplicable("D12_closed", x.Made.ID, x.Ended.ID))
	}
	found := fail("D12_no_date", x.Made.ID)
	due, set := x.made().ReviewBy, x.Made.ID
	for _, again := range x.lookings() {
		outcome, next := lookedAt(again)
		if due != 0 {
			inTime := again.Occurred.Date <= due
			spared := x.spared(due, set)
			switch {
			case inTime && outcome != "" && found.Verdict == "pass":
				found.Evidence = append(found.Evidence, again.ID)
			case inTime && outcome != "":
				found = pass("D12_in_time", set, again.ID)
			case spared.Verdict != "":
				if found.Verdict != "pass" {
					found = spared
				}
			case inTime:
				return always(fail("D12_no_outcome", set, again.ID))
			default:
				return always(fail("D12_late", set, again.ID))
			}
		}
		due, set = next, again.ID
	}
	if due == 0 {
		return always(found)
	}
	spared := x.spared(due, set)
	switch {
	case found.Verdict == "pass" && spared.Verdict != "":
		return always(found)
	case spared.Verdict != "":
		return always(spared)
	case found.Verdict == "pass":
		return due, found.of("D12"), fail("D12_overdue", set).of("D12")
	}
	return due, notApplicable("D12_not_yet_due", set).of("D12"), fail("D12_overdue", set).of("D12")
}

// lookings lists the reviews in life order, up to the one that took the decision
// back, if any did.
func (d Decision) lookings() []Recorded {
	all := d.Reviews
	if d.State() == "reversed" && !slices.ContainsFunc(all, func(r Recorded) bool { return r.ID == d.Ended.ID }) {
		all = append(slices.Clip(all), *d.Ended)
		slices.SortStableFunc(all, LifeOrder)
	}
	for i, r := range all {
		if outcome, _ := lookedAt(r); outcome == "reversed" {
			return all[:i+1]
		}
	}
	return all
}

// lookedAt gives what came of looking at a decision again, and the date by which
// to do so next.
func lookedAt(r Recorded) (ReviewOutcome, Date) {
	switch e := r.Event.(type) {
	case DecisionReviewed:
		if e.Outcome == "reversed" {
			return e.Outcome, 0
		}
		return e.Outcome, e.ReviewBy
	case DecisionReversed:
		return "reversed", 0
	}
	return "", 0
}

// StillDue gives the date by which the decision is next to be looked at, or 0
// where none was set, the decision has ended, or nobody is asked to any more: the
// person died before it, or their support ended.
func (x Examined) StillDue() Date {
	due := x.ReviewDue()
	if due == 0 || x.spared(due, "").Verdict != "" {
		return 0
	}
	return due
}

// spared says why a review that the entry set asked for by a date is not asked
// for after all: the person died before, or their support by the decision's
// service ended before and was not going on again by then.
func (x Examined) spared(due Date, set string) Finding {
	var last Episode // with the decision's service, of those over before that date
	still := false
	for _, e := range EpisodesOf(x.Supports) {
		over := e.Ended.Date != 0 && e.Ended.Date < due
		switch {
		case over && e.End.Reason == "died":
			return notApplicable("D12_died", set, e.EndEntry)
		case e.Service != x.Named().Service:
		case over && e.Ended.Date >= last.Ended.Date:
			last = e
		case e.Includes(due):
			still = true
		}
	}
	if still || last.EndEntry == "" {
		return Finding{}
	}
	return notApplicable("D12_support_ended", set, last.EndEntry)
}
