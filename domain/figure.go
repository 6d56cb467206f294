package domain

// A Figure is one outcome of one service, or of all together, over one period. A
// share always comes with what it is a share of, how many are missing and why.
// Fields that do not apply are left out.
type Figure struct {
	Service      string         `json:"service,omitzero"`      // empty for all services together
	Period       Period         `json:"period"`                // as 2026-03, 2026-Q1 or 2026
	Outcome      string         `json:"outcome"`               // its id
	By           RatedBy        `json:"by,omitzero"`           // who rated, where it was not the person
	Version      int            `json:"version"`               // of the outcome's definition
	State        FigureState    `json:"state,omitzero"`        // why it is not judged yet; empty where it may be
	NoEntries    bool           `json:"no_entries,omitzero"`   // nothing at all was recorded there in the period, which is not the same as zero
	Numerator    *int           `json:"numerator,omitzero"`    // or the count itself
	Denominator  *int           `json:"denominator,omitzero"`  // of a share
	Value        *float64       `json:"value,omitzero"`        // a share from 0 to 1, a mean or a median; absent where there is nothing to take it of
	Lower        *float64       `json:"lower,omitzero"`        // of the 95 % interval; absent under 10 people
	Upper        *float64       `json:"upper,omitzero"`        // likewise
	N            int            `json:"n"`                     // how many people are behind it; of a change, how many pairs; of the time to move on, how many episodes
	Missing      map[string]int `json:"missing,omitzero"`      // how many could have said and did not, by why: entries for shares of entries, otherwise people or episodes
	Distribution []Answered     `json:"distribution,omitzero"` // how many gave each answer, in the answers' own order
	How          map[string]int `json:"how,omitzero"`          // how the answers were given, where that is asked
	Change       *Change        `json:"change,omitzero"`
	Endings      []Ended        `json:"endings,omitzero"` // of the time to move on
}

// FigureState says why a figure is shown and not judged.
type FigureState string

// FigureStates: a period that is not over, and one whose entries may still come
// without being late.
var FigureStates = Vocabulary[FigureState]{
	{"not_over", "The period is not over"},
	{"may_change", "Entries that are not late may still come"},
}

// Answered is how many gave one answer.
type Answered struct {
	Answer string `json:"answer"`
	N      int    `json:"n"`
}

// A Change says how ratings moved within episodes, from the first to the later.
type Change struct {
	Due           int       `json:"due"`                   // episodes whose pair was to be expected
	Paired        int       `json:"paired"`                // those that have one
	EndedEarly    int       `json:"ended_early,omitzero"`  // episodes that ended before a pair was due: a line of their own
	Reliable      bool      `json:"reliable,omitzero"`     // whether a published norm tells a change from chance
	Better        ChangedBy `json:"better"`                // reliably better; without a norm: 2 points or more the better way, up where neither is better
	Same          ChangedBy `json:"same"`                  // no reliable change; without a norm: less than 2 points either way
	Worse         ChangedBy `json:"worse"`                 // reliably worse; without a norm: 2 points or more the other way
	FirstPaired   *Mean     `json:"first_paired,omitzero"` // the first ratings of those with a pair
	FirstUnpaired *Mean     `json:"first_alone,omitzero"`  // the first ratings of those without a later one
}

// ChangedBy is how many changed so, as a share of the pairs.
type ChangedBy struct {
	N     int      `json:"n"`
	Lower *float64 `json:"lower,omitzero"` // of the 95 % interval of the share; absent under 10 pairs
	Upper *float64 `json:"upper,omitzero"`
}

// A Mean is the mean of n numbers.
type Mean struct {
	N     int     `json:"n"`
	Value float64 `json:"value"`
}

// Ended is the share of episodes expected to have ended so by a day, with the
// other endings beside it (Aalen–Johansen).
type Ended struct {
	Day   int                 `json:"day"` // counted from the start of support, which is day 0
	Share map[EndKind]float64 `json:"share"`
}

// EndKind is how an episode ended, for the time to move on.
type EndKind string

// EndKinds are the ways an episode may end. Deaths are a line of their own.
var EndKinds = Vocabulary[EndKind]{
	{"moved_on", "Moved on as planned"},
	{"hospital", "Went to hospital"},
	{"prison", "Went to prison"},
	{"died", "Died"},
	{"otherwise", "Ended otherwise"},
}

// EndKindOf says how an episode ended.
func EndKindOf(e SupportEnded) EndKind {
	switch e.Reason {
	case "moved_on":
		if e.Planned == Yes {
			return "moved_on"
		}
	case "hospital", "prison", "died":
		return EndKind(e.Reason)
	}
	return "otherwise"
}
