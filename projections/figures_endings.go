package projections

import (
	"math"
	"slices"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// endingDays are the days of an episode that its endings are told for.
var endingDays = []int{91, 182, 365, 730}

// endings gives how long it took episodes of time-limited services to end, and
// how, by what was known at the window's end.
func (w *window) endings(scope int, o domain.Outcome, f domain.Figure) domain.Figure {
	if w.after == w.first {
		return f // none of it is over
	}
	last := w.after - 1
	kinds := domain.EndKinds.Codes()
	there, people := 0, map[int]bool{}
	episodes := w.q.ofScope[scope]
	seen := make([]stats.Observed, 0, len(episodes))
	for _, i := range episodes {
		e := &w.q.episodes[i]
		service := &w.q.services[e.service]
		if service.TimeLimited != domain.Yes || e.stay.Start > last || e.stay.End != 0 && e.stay.End < e.stay.Start {
			continue
		}
		end, cause := last, 0
		if e.stay.End != 0 && e.stay.End <= last {
			end, cause = e.stay.End, 1+slices.Index(kinds, e.end)
		}
		// A record that is whole from a day on tells of all who left on that day.
		entry := max(0, float64(service.facts.RecordsFrom-e.stay.Start)-0.5)
		time := max(0.5, float64(end-e.stay.Start)) // somebody who left on their first day was there for part of it
		if time <= entry {
			continue // over before the record was whole
		}
		if len(people) < stats.LeastPeople { // whether there are so many is all that is asked
			people[e.person] = true
		}
		there += oneIf(cause == 0)
		seen = append(seen, stats.Observed{Entry: entry, Time: time, Cause: cause})
	}
	if f.N = len(seen); f.N == 0 {
		return f
	}
	if there > 0 {
		f.Missing = map[string]int{"still_there": there}
	}
	steps := stats.AalenJohansen(seen, len(kinds))
	by := func(day int) (share, stdError []float64) {
		at, _ := slices.BinarySearchFunc(steps, float64(day), func(s stats.Incidence, day float64) int {
			if s.Time <= day {
				return -1
			}
			return 1
		})
		if at == 0 {
			return make([]float64, len(kinds)), make([]float64, len(kinds))
		}
		return steps[at-1].CIF, steps[at-1].StdError
	}
	for _, day := range endingDays {
		share, _ := by(day)
		ended := domain.Ended{Day: day, Share: map[domain.EndKind]float64{}}
		for i, kind := range kinds {
			ended.Share[kind] = share[i]
		}
		f.Endings = append(f.Endings, ended)
	}
	share, stdError := by(int(o.Parameter("within")))
	f.Value = &share[0]
	if lower, upper, ok := incidenceInterval(share[0], stdError[0]); ok && len(people) >= stats.LeastPeople {
		f.Lower, f.Upper = &lower, &upper
	}
	return f
}

// incidenceInterval is the 95 % interval of a cumulative incidence by its log-log
// transformation, which stays between 0 and 1 (Kalbfleisch & Prentice 2002, The
// Statistical Analysis of Failure Time Data, 2nd ed.). There is none of 0 and 1,
// whose standard error is 0 and says nothing.
func incidenceInterval(share, stdError float64) (lower, upper float64, ok bool) {
	if share <= 0 || share >= 1 {
		return 0, 0, false
	}
	spread := stats.Z(confidence) * stdError / math.Abs(share*math.Log(share))
	return math.Pow(share, math.Exp(spread)), math.Pow(share, math.Exp(-spread)), true
}
