package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// A known entry is what was known when the decision was made beside what is known
// now. Either is empty where it was not known.
type known struct {
	On        domain.Date
	Then, Now []string
	Why       domain.Hindsight
}

// Reason says why it is known otherwise now.
func (k known) Reason() string { return domain.Hindsights.Words(k.Why) }

// Differs lists what is known otherwise now than when the decision was made. What
// was recorded later about days before those that are shown is only counted; so is
// all that was recorded later where the decision was imported, for it says nothing
// of what was known where that comes from.
func (t openDecision) Differs() (all []known, counted int) {
	imported := t.imported()
	for _, k := range t.Knowledge.Entries {
		switch one := (known{Why: k.Why}); {
		case k.Why == "":
		case k.Then == nil && (imported || k.Now.Occurred.Date < t.Around.From):
			counted++
		case k.Then == nil:
			one.On, one.Now = k.Now.Occurred.Date, asKnown(*k.Now)
			all = append(all, one)
		case k.Now == nil:
			one.On, one.Then = k.Then.Occurred.Date, asKnown(*k.Then)
			all = append(all, one)
		default:
			one.On, one.Then, one.Now = k.Then.Occurred.Date, lineSaid(*k.Then), lineSaid(*k.Now)
			if was, is := different(one.Then, one.Now); len(was)+len(is) > 0 {
				one.Then, one.Now = was, is
			}
			all = append(all, one)
		}
	}
	return all, counted
}

// imported says whether any of its entries came from another record.
func (t openDecision) imported() bool {
	return slices.ContainsFunc(t.Entries, func(e domain.Line) bool { return e.Imported != "" })
}

// asKnown writes an entry beside its date.
func asKnown(l domain.Line) []string { return append([]string{l.Text}, wordLines(l.Words)...) }

func lineSaid(l domain.Line) []string { return asSaid(l.Occurred, l.Service, l.Text, l.Words) }

// Recent lists what was known then and is known the same now, of the days before
// the decision that are shown; earlier says how many entries are older.
func (t openDecision) Recent() (all []domain.Line) {
	for _, k := range t.Knowledge.Entries {
		if k.Why == "" && k.Now.Occurred.Date >= t.Around.From {
			all = append(all, *k.Now)
		}
	}
	return all
}

// Same says how many entries are known now as they were then.
func (t openDecision) Same() (n int) {
	for _, k := range t.Knowledge.Entries {
		if k.Why == "" {
			n++
		}
	}
	return n
}

// Rest says what else was known, and is not shown.
func (t openDecision) Rest(shown int) string {
	differs, counted := t.Differs()
	var parts []string
	if counted > 0 {
		parts = append(parts, quantity(counted, "entry", "entries")+cond(t.imported(), " recorded later, which the journey tells", " of earlier days recorded later"))
	}
	if n := t.Same() - shown; n > 0 {
		parts = append(parts, fmt.Sprintf("%s known now as then", quantity(n, "entry", "entries")))
	}
	switch {
	case len(parts) > 0:
		return "Not shown: " + spell(parts) + "."
	case shown == 0 && len(differs) == 0:
		return "There was nothing else to know."
	}
	return ""
}

// Basis says where what was known then is taken from.
func (t openDecision) Basis() (text string) {
	k := t.Knowledge
	switch {
	case k.Position == 0:
		text = fmt.Sprintf("Nothing had been recorded by the end of %s, the day of the decision.", k.Day)
	case k.Exact:
		text = fmt.Sprintf("Known then is what its maker had seen: position %d of the log.", k.Position)
	case k.Seen > 0:
		text = fmt.Sprintf("What its maker had seen, position %d of the log, was not seen on the day of the decision. Known then is what had been recorded by the end of %s: position %d.", k.Seen, k.Day, k.Position)
	default:
		text = fmt.Sprintf("Nobody recorded what its maker had seen. Known then is what had been recorded by the end of %s, the day of the decision: position %d of the log.", k.Day, k.Position)
	}
	if t.imported() {
		text += " The decision was imported: what was known where it comes from, this log cannot say."
	}
	return text
}

// An aside is what the person rated or did in the days before a decision, and
// after it.
type aside struct{ Name, Before, After string }

// Beside compares the days before the decision with those after, as context. The
// day itself is told with those after it.
func (t openDecision) Beside() (all []aside) {
	day := t.Occurred.Date
	for _, s := range t.Around.Confidence {
		var before, after []domain.Point
		for _, p := range s.Points {
			if p.Occurred.Date < day {
				before = append(before, p)
			} else {
				after = append(after, p)
			}
		}
		all = append(all, aside{rated(s.About), ratings(before), ratings(after)})
	}
	before, after := 0, 0
	for _, a := range t.Around.Activities {
		if a.Occurred.Date < day {
			before++
		} else {
			after++
		}
	}
	return append(all, aside{"Activities taken part in", strconv.Itoa(before), strconv.Itoa(after)})
}

// ratings writes the ratings of one thing, oldest first.
func ratings(points []domain.Point) string {
	if len(points) == 0 {
		return "none"
	}
	return path(points)
}

// Span says which days are told of.
func (t openDecision) Span() string {
	text := fmt.Sprintf("From %s to %s", t.Around.From, t.Around.To)
	if t.Around.To < t.Occurred.Date+web.DaysAround {
		text += ", the last day that is over"
	}
	return text + ". What came after a decision need not have come from it."
}

// Found says where each event can be found again.
func (t openDecision) Found() string {
	return "Each event can be found again in log " + cmp.Or(t.Log, "unknown") + " by its position and id: waymark events shows them. " +
		"Nothing here is signed: this log has no ledger that would prove that an event is unchanged."
}
