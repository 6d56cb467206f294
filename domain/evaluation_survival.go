package domain

import (
	"slices"

	"github.com/waymark/waymark/domain/stats"
)

// A Survival says how long the support of an arm's people lasted, and how it
// ended: each person's first in the cohort. A death, a hospital or a prison is a
// way of ending beside the others, never somebody lost from sight.
type Survival struct {
	Arm         string          `json:"arm"`
	People      int             `json:"people"`                // with a support that counts
	StillThere  int             `json:"still_there,omitzero"`  // at the evaluation's day
	Late        int             `json:"late,omitzero"`         // there before their service's record was whole, and so counted from then on
	Median      *float64        `json:"median,omitzero"`       // days until half had ended, however; absent where not reached
	MedianLower *float64        `json:"median_lower,omitzero"` // its 95 % limits
	MedianUpper *float64        `json:"median_upper,omitzero"`
	Steps       []SurvivalStep  `json:"steps"`
	Ended       map[EndKind]int `json:"ended,omitzero"` // how many ended so
}

// A SurvivalStep is what holds from a day on, up to the next step. Days are
// counted from the start of support, which is day 0.
type SurvivalStep struct {
	Day     float64             `json:"day"`
	AtRisk  int                 `json:"at_risk"`        // just before
	Ended   int                 `json:"ended,omitzero"` // on that day
	Seen    int                 `json:"seen,omitzero"`  // last seen on that day, still there
	There   float64             `json:"there"`          // the share still there (Kaplan–Meier)
	Lower   *float64            `json:"lower,omitzero"` // its 95 % limits
	Upper   *float64            `json:"upper,omitzero"`
	Endings map[EndKind]float64 `json:"endings"` // the share ended so by then (Aalen–Johansen); with There they make 1
}

// SurvivalOf says how long the support of an arm's people lasted up to a day, the
// first that is not over: each person's earliest there. recordsFrom gives the day
// from which a service's record is whole, 0 where it always was; who was there
// before is counted from then on (left truncation). The share still there is
// Kaplan and Meier's, with any ending; how it ended is Aalen and Johansen's.
func SurvivalOf(arm string, people []Enrolled, recordsFrom func(service string) Date, today Date) Survival {
	s := Survival{Arm: arm, Steps: []SurvivalStep{}, Ended: map[EndKind]int{}}
	kinds := EndKinds.Codes()
	var seen []stats.Observed
	for _, n := range people {
		e := n.Episodes[0]
		last := today - 1
		if e.Started.Date > last || e.Ended.Date != 0 && e.Ended.Date < e.Started.Date {
			continue // not over for a day yet, or one of its dates is wrong
		}
		end, cause := last, 0
		if e.Ended.Date != 0 && e.Ended.Date <= last {
			end, cause = e.Ended.Date, 1+slices.Index(kinds, EndKindOf(e.End))
		}
		// As in the outcome: who left on their first day was there for part of it,
		// and a record that is whole from a day on tells of all who left on that day.
		entry := max(0, float64(recordsFrom(e.Service)-e.Started.Date)-0.5)
		time := max(0.5, float64(end-e.Started.Date))
		if time <= entry {
			continue // over before the record was whole
		}
		if entry > 0 {
			s.Late++
		}
		if cause == 0 {
			s.StillThere++
		} else {
			s.Ended[kinds[cause-1]]++
		}
		seen = append(seen, stats.Observed{Entry: entry, Time: time, Cause: cause})
	}
	s.People = len(seen)
	there := stats.KaplanMeier(seen, stats.LogLog)
	ended := stats.AalenJohansen(seen, len(kinds))
	for i, step := range there {
		point := SurvivalStep{Day: step.Time, AtRisk: step.AtRisk, Ended: step.Events, Seen: step.Censored, There: step.Survival,
			Lower: unlessNaN(step.Lower), Upper: unlessNaN(step.Upper), Endings: map[EndKind]float64{}}
		for cause, kind := range kinds {
			point.Endings[kind] = ended[i].CIF[cause]
		}
		s.Steps = append(s.Steps, point)
	}
	median, lower, upper := stats.MedianTime(there)
	s.Median, s.MedianLower, s.MedianUpper = unlessNaN(median), unlessNaN(lower), unlessNaN(upper)
	if len(seen) < stats.LeastPeople { // of so few only the counts say something
		s.MedianLower, s.MedianUpper = nil, nil
		for i := range s.Steps {
			s.Steps[i].Lower, s.Steps[i].Upper = nil, nil
		}
	}
	return s
}
