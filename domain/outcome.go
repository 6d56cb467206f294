package domain

import (
	"strings"

	"github.com/waymark/waymark/domain/stats"
)

// An Outcome is one figure about a service and a period, defined as data so
// that what is counted can be read where it is shown. Its thresholds are
// parameters of the version: another threshold is another version.
type Outcome struct {
	ID          string       `json:"id"`
	Aim         Aim          `json:"aim"` // or experience, or restrictions
	Title       string       `json:"title"`
	Sentence    string       `json:"sentence"`             // what is counted, in plain words
	Who         string       `json:"who"`                  // who or what counts
	Numerator   string       `json:"numerator,omitzero"`   // of a share; or what a count counts
	Denominator string       `json:"denominator,omitzero"` // of a share
	Value       string       `json:"value,omitzero"`       // what a figure is that is neither a share nor a count
	Better      stats.Better `json:"better"`               // up, down or neither
	Unit        string       `json:"unit"`                 // of the value
	Over        Over         `json:"over"`                 // what the figure is taken over
	Parameters  []Parameter  `json:"parameters,omitzero"`  // thresholds
	Asked       bool         `json:"where_asked,omitzero"` // listed only where anybody was asked
	Norm        *Norm        `json:"norm,omitzero"`        // of a measure: when a change is reliable
	About       string       `json:"about,omitzero"`       // of a change: which ratings, as [Ratings] names them
	Version     int          `json:"version"`
}

// A Parameter is a threshold of an outcome's definition.
type Parameter struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// A Norm is a published standard deviation and reliability of a measure, by
// which a person's change can be told from chance.
type Norm struct {
	SD          float64 `json:"sd"`
	Reliability float64 `json:"reliability"`
	Source      string  `json:"source"`
}

// Over says what an outcome's figure is taken over.
type Over string

// What a figure may be taken over.
const (
	OverNothing Over = "nothing" // a count, with no share
	OverEntries Over = "entries" // the entries that say yes or no
	OverDue     Over = "due"     // the reviews that fell due
	OverPeople  Over = "people"  // the people supported in the period
	OverState   Over = "state"   // the people supported, by what held for them at the period's end
	OverLatest  Over = "latest"  // each person's latest answer in the period
	OverValues  Over = "values"  // each person's value in the period
	OverMoves   Over = "moves"   // the changes of home, from what to what
	OverChange  Over = "change"  // the episodes whose pair of ratings is due
	OverEndings Over = "endings" // the episodes, by when and how they ended
)

// Parameter gives a threshold by its name, 0 where there is none.
func (o Outcome) Parameter(name string) float64 {
	for _, p := range o.Parameters {
		if p.Name == name {
			return p.Value
		}
	}
	return 0
}

// ActiveDays is how many active days in a period make somebody one of the
// people supported there: 28, and 1 for a crisis service.
func ActiveDays(kind ServiceKind) int {
	if kind == "crisis" {
		return enoughDaysInCrisis
	}
	return enoughDaysActive
}

const (
	enoughDaysActive   = 28
	enoughDaysInCrisis = 1
)

// IsProportion says whether the outcome's value is a share of something, from 0
// to 1.
func (o Outcome) IsProportion() bool {
	switch o.Over {
	case OverNothing, OverValues, OverMoves, OverChange:
		return false
	}
	return o.ID != "people.supported"
}

// OfPeople says whether each person counts once in the outcome's denominator, so
// that services can be compared by it.
func (o Outcome) OfPeople() bool {
	return o.IsProportion() && (o.Over == OverPeople || o.Over == OverState || o.Over == OverLatest)
}

// OfEntries says whether an outcome counts what was recorded about its period,
// rather than what held at the period's end, fell due in it, or began before it.
func (o Outcome) OfEntries() bool {
	switch o.Over {
	case OverState, OverDue, OverChange, OverEndings:
		return false
	}
	return true
}

// OutcomeOf finds an outcome by its id, one of a measure's scales included where
// the measures' definitions are given.
func OutcomeOf(id string, measures ...Outcome) (Outcome, bool) {
	for _, list := range [][]Outcome{Outcomes, measures} {
		for _, o := range list {
			if o.ID == id {
				return o, true
			}
		}
	}
	return Outcome{}, false
}

// Is says whether the outcome is the one meant by an id of an older entry, which
// may leave out the aim.
func (o Outcome) Is(id string) bool {
	return o.ID == id || o.ID[strings.IndexByte(o.ID, '.')+1:] == id
}

// Alone says whether the person made the decision alone, without us: nobody
// else decided and nobody took part.
func (d Decision) Alone() bool {
	if d.Made == nil {
		return false
	}
	made := d.Made.Event.(DecisionMade)
	return made.Actual == "1" && len(made.TookPart) == 0 && len(made.Deciders) == 1 && made.Deciders[0] == "person"
}

// How a rating moved, as [Outcome.Moved] tells.
const (
	MovedBetter = iota
	MovedNot
	MovedWorse
)

// Moved judges the change between two ratings: reliably better or worse where
// the outcome has a published norm, otherwise two points or more in the better
// direction or the other, which is up and down where neither is better. It gives
// MovedBetter, MovedNot or MovedWorse.
func (o Outcome) Moved(first, later float64) int {
	if o.Norm != nil {
		switch stats.ReliableChange(first, later, o.Norm.SD, o.Norm.Reliability, o.Better).Verdict {
		case stats.ReliablyBetter:
			return MovedBetter
		case stats.ReliablyWorse:
			return MovedWorse
		}
		return MovedNot
	}
	change := Difference(first, later)
	if o.Better == stats.Down {
		change = -change
	}
	switch least := o.Parameter("up_or_down"); {
	case change >= least:
		return MovedBetter
	case change <= -least:
		return MovedWorse
	}
	return MovedNot
}

// Difference is later − first of two ratings, which are decimals of at most six
// places: 2.3 − 1.8 is 0.5, and not the binary fraction just below it.
func Difference(first, later float64) float64 {
	return float64(millionths(later)-millionths(first)) / perUnit
}
