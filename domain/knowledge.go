package domain

import "time"

// Knowledge compares what was known of a journey when a decision was made, or
// else raised, with what is known now about the same days.
type Knowledge struct {
	Position uint64  `json:"position"`      // known then is what had been recorded up to here; 0 for nothing
	Exact    bool    `json:"exact"`         // it is what the maker had seen; otherwise what was recorded by the end of the day
	Seen     uint64  `json:"seen,omitzero"` // the position that its maker had seen, as it was first recorded; 0 where nobody did
	Day      Date    `json:"day"`           // of the decision; what is only about later days is left out
	Entries  []Known `json:"entries"`       // in life order, the decision's own left out
}

// Known is one entry as it was known then and as it is known now.
type Known struct {
	Then *Line     `json:"then,omitzero"` // nil where it was not known
	Now  *Line     `json:"now,omitzero"`  // nil where it was taken back since
	Why  Hindsight `json:"why,omitzero"`  // what differs; empty where nothing does
}

// Hindsight is why an entry is known otherwise now.
type Hindsight string

// Hindsights are what may have happened since.
var Hindsights = Vocabulary[Hindsight]{
	{"recorded_later", "Recorded later"},
	{"corrected", "Corrected since"},
	{"withdrawn", "Taken back since"},
}

// Knowledge says what was known when the decision was made beside what is known
// now. The history is the journey's events up to now, in the order of the log,
// corrections and withdrawals included.
//
// A decision recorded on its day with the position that its maker had seen is
// exact; a correction changes nothing about what that was. Otherwise what was
// known is what had been recorded by the end of that day where its service is.
func (x Examined) Knowledge(history []Recorded) Knowledge {
	named := x.Named()
	k := Knowledge{Day: named.Occurred.Date}
	if x.Made != nil {
		k.Seen = seenBy(x.Made.ID, history)
	}
	k.Position, k.Exact = x.then(history, k.Seen)
	var before, after Journey
	for _, r := range history {
		if r.Position <= k.Position {
			before.Apply(r)
		}
		after.Apply(r)
	}
	then := map[string]Line{}
	for _, line := range before.Life("", 0).Entries {
		if line.Withdrawn == nil {
			then[line.ID] = line
		}
	}
	k.Entries = []Known{}
	for _, now := range after.Life("", 0).Entries {
		var known Known
		if line, ok := then[now.ID]; ok {
			known.Then = &line
		}
		if now.Withdrawn == nil {
			known.Now = &now
		}
		if now.ID != named.ID && (aboutBy(known.Then, k.Day) || aboutBy(known.Now, k.Day)) {
			known.Why = known.change()
			k.Entries = append(k.Entries, known)
		}
	}
	return k
}

// aboutBy says whether there is a line and it is about a day or an earlier one.
func aboutBy(line *Line, day Date) bool { return line != nil && line.Occurred.Date <= day }

func (k Known) change() Hindsight {
	switch {
	case k.Then == nil:
		return "recorded_later"
	case k.Now == nil:
		return "withdrawn"
	case len(k.Then.Corrected) < len(k.Now.Corrected):
		return "corrected"
	}
	return ""
}

// seenBy gives the position that the maker of a decision had seen, as its entry
// was first recorded.
func seenBy(entry string, history []Recorded) uint64 {
	for _, r := range history {
		if made, ok := r.Event.(DecisionMade); ok && r.ID == entry {
			return made.Seen
		}
	}
	return 0
}

// then gives the position up to which the journey was known when the decision
// was made, and whether that is what its maker had seen. Nobody has seen what
// comes after their own entry.
func (x Examined) then(history []Recorded, seen uint64) (position uint64, exact bool) {
	named := x.Named()
	where := x.here()
	day := func(at time.Time) Date { return DateOf(at.In(where)) }
	if seen > 0 && seen < x.Made.Position && day(x.Made.At) <= named.Occurred.Date {
		return seen, true
	}
	for _, r := range history {
		if day(r.At) > named.Occurred.Date {
			break
		}
		position = r.Position
	}
	return position, false
}
