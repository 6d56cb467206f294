package domain

import "slices"

// A Decision is one decision, folded from the entries about it as they stand.
type Decision struct {
	ID      string
	Raised  *Recorded  // its Event is a DecisionRaised
	Made    *Recorded  // its Event is a DecisionMade
	Reviews []Recorded // in life order
	Ended   *Recorded  // its Event is a DecisionReversed or a DecisionClosed
	Audits  []Recorded // in life order
}

// DecisionState is how far a decision has come.
type DecisionState string

// DecisionStates in their usual order.
var DecisionStates = Vocabulary[DecisionState]{
	{"raised", "Raised, not yet made"},
	{"made", "Made"},
	{"reviewed", "Looked at again"},
	{"reversed", "Taken back"},
	{"closed", "Closed"},
}

// OfDecision says whether an entry is one of a decision's own.
func OfDecision(e Event) bool {
	switch e.(type) {
	case DecisionRaised, DecisionMade, DecisionReviewed, DecisionReversed, DecisionClosed, DecisionAudited:
		return true
	}
	return false
}

// DecisionOf folds the standing entries about one decision, given in life
// order. It reports false where no entry names the decision any more.
func DecisionOf(id string, entries []Recorded) (Decision, bool) {
	d := Decision{ID: id}
	for _, r := range entries {
		switch e := r.Event.(type) {
		case DecisionRaised:
			d.Raised = &r
		case DecisionMade:
			d.Made = &r
		case DecisionReviewed:
			d.Reviews = append(d.Reviews, r)
			if e.Outcome == "reversed" {
				d.Ended = &r
			}
		case DecisionReversed, DecisionClosed:
			d.Ended = &r
		case DecisionAudited:
			d.Audits = append(d.Audits, r)
		}
	}
	return d, d.Raised != nil || d.Made != nil
}

// Named gives the entry that the decision's place, service and date are taken
// from: the decision where it was made, otherwise the question raised.
func (d Decision) Named() Recorded {
	if d.Made != nil {
		return *d.Made
	}
	return *d.Raised
}

// Question gives what the decision is about: as it was made, with what only the
// raising of it says.
func (d Decision) Question() Question {
	var q Question
	if d.Made != nil {
		q = d.Made.Event.(DecisionMade).Question
	}
	if d.Raised == nil {
		return q
	}
	r := d.Raised.Event.(DecisionRaised).Question
	if q.Area == "" {
		q.Area = r.Area
	}
	if q.Weight == "" {
		q.Weight = r.Weight
	}
	if q.Urgent == NotRecorded {
		q.Urgent = r.Urgent
	}
	if q.Preferred == "" {
		q.Preferred = r.Preferred
	}
	if q.View == "" {
		q.View, q.ViewTried = r.View, r.ViewTried
	}
	return q
}

// State says how far the decision has come.
func (d Decision) State() DecisionState {
	if d.Ended != nil {
		if _, ok := d.Ended.Event.(DecisionClosed); ok {
			return "closed"
		}
		return "reversed"
	}
	switch {
	case len(d.Reviews) > 0:
		return "reviewed"
	case d.Made != nil:
		return "made"
	}
	return "raised"
}

// ReviewDue gives the date set to look at the decision next, or 0 where none was
// or the decision has ended; see [Examined.StillDue].
func (d Decision) ReviewDue() Date {
	switch {
	case d.Ended != nil:
		return 0
	case len(d.Reviews) > 0:
		return d.Reviews[len(d.Reviews)-1].Event.(DecisionReviewed).ReviewBy
	case d.Made != nil:
		return d.Made.Event.(DecisionMade).ReviewBy
	}
	return 0
}

// Significant says whether a decision asks for all twelve criteria of the
// audit: it was marked so, or concerns home, a restriction or ending support,
// or rests on anything but consent, or nobody said how much hangs on it.
func (d Decision) Significant() bool {
	q := d.Question()
	return q.Weight != "everyday" || slices.Contains(Rules.Weighty, q.Area) || d.Made != nil && otherBasis(d.made().Basis)
}
