package domain

import "slices"

// A Span is a stretch of days on which something held for a person: from From,
// up to and without To. To is 0 while it lasts.
type Span struct {
	What     string // active, home, aspiration, restriction or restriction_overdue
	From, To Date
	Code     string // in more detail: whether the home is settled, whether the person agrees
}

// Days counts how many days of [from, to) fall in the span.
func (s Span) Days(from, to Date) int {
	if s.To != 0 {
		to = min(to, s.To)
	}
	return max(0, int(to-max(s.From, from)))
}

// HomeSpans gives where a person lived over time from the home.changed entries
// that stand, in life order: of several on one day the last counts.
func HomeSpans(entries []Recorded) []Span {
	var spans []Span
	for _, r := range entries {
		e, ok := r.Event.(HomeChanged)
		if !ok {
			continue
		}
		on := r.Occurred.Date
		if n := len(spans); n > 0 {
			if spans[n-1].From == on {
				spans = spans[:n-1]
			} else {
				spans[n-1].To = on
			}
		}
		spans = append(spans, Span{What: "home", From: on, Code: string(e.Settled)})
	}
	return spans
}

// AspirationSpans gives the days on which an aspiration was alive, from the
// entries about it that stand, in life order. The day it was closed is no
// longer one of them.
func AspirationSpans(entries []Recorded) []Span {
	var spans []Span
	var closed Date
	for _, r := range entries {
		switch r.Event.(type) {
		case AspirationSet:
			spans = []Span{{What: "aspiration", From: r.Occurred.Date}}
		case AspirationClosed:
			closed = r.Occurred.Date
		}
	}
	if len(spans) > 0 {
		spans[0].To = closed
	}
	return slices.DeleteFunc(spans, empty)
}

// Ending gives the entry that ended a support or an aspiration, from the entries
// about it that stand, in life order. It reports false while the thing goes on,
// and where the entry that began it was withdrawn.
func Ending(entries []Recorded) (end Recorded, ok bool) {
	began, ended := false, false
	for _, r := range entries {
		switch r.Event.(type) {
		case SupportStarted, AspirationSet:
			began = true
		case SupportEnded, AspirationClosed:
			end, ended = r, true
		}
	}
	return end, began && ended
}

// RestrictionSpans gives the days on which a restriction was in force, by what
// the person made of it, and those on which its review was overdue.
func RestrictionSpans(entries []Recorded) []Span {
	var spans []Span
	var due, since Date // by when it is to be looked at, and since when that is so
	started := false
	turn := func(on Date, agreement Agreement, next Date, ended bool) {
		if n := len(spans); n > 0 && spans[n-1].To == 0 {
			spans[n-1].To = on
		}
		if due != 0 {
			spans = append(spans, Span{What: "restriction_overdue", From: max(due+1, since), To: on})
		}
		due, since = next, on
		if !ended {
			spans = append(spans, Span{What: "restriction", From: on, Code: string(agreement)})
		}
	}
	var agreement Agreement
	for _, r := range entries {
		switch e := r.Event.(type) {
		case RestrictionStarted:
			started, agreement = true, e.Agreement
			turn(r.Occurred.Date, agreement, e.ReviewBy, false)
		case RestrictionReviewed:
			if !started {
				continue
			}
			if e.Agreement != "" {
				agreement = e.Agreement
			}
			turn(r.Occurred.Date, agreement, e.ReviewBy, false)
		case RestrictionEnded:
			if !started {
				continue
			}
			turn(r.Occurred.Date, "", 0, true)
			return slices.DeleteFunc(spans, empty)
		}
	}
	if due != 0 {
		spans = append(spans, Span{What: "restriction_overdue", From: max(due+1, since)})
	}
	return slices.DeleteFunc(spans, empty)
}

func empty(s Span) bool { return s.To != 0 && s.To <= s.From }
