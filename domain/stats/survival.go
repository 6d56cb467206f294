package stats

import (
	"math"
	"slices"
)

// Observed is what is known of one person's time until something happened.
type Observed struct {
	Entry float64 // when they came under observation: 0 from the start, or later (left truncation)
	Time  float64 // when it happened, or when they were last seen; in the unit of Entry, 0 or more
	Cause int     // 0: it had not happened by Time (censored); 1, 2, ...: what happened
}

// Limits names the transformation that keeps survival limits inside [0, 1].
type Limits string

const (
	LogLog Limits = "loglog" // so does the empty string
	Log    Limits = "log"
)

// Step is the survival curve from Time on, up to the next step.
type Step struct {
	Time                     float64
	AtRisk, Events, Censored int // at risk just before Time; the others at Time
	Survival                 float64
	StdError                 float64 // of Survival
	Lower, Upper             float64 // at 95 %
}

// KaplanMeier is the share, 0 to 1, to whom nothing has happened yet, at each
// time at which something did or somebody was last seen (Kaplan & Meier 1958,
// JASA 53:457-481). Any cause is the event. Who enters late is at risk on (Entry,
// Time]; who entered late and not before Time was never seen at risk and is left
// out, as is who has a time that is NaN or negative.
//
// The standard error is Greenwood's (1926). The limits are 95 %, by log(-log S)
// (Kalbfleisch & Prentice 1980) or by log S with the upper one at most 1. As in
// R's survival package log-log has none (NaN) before the first event, and once
// nobody is left (S = 0) there are neither limits nor a standard error. With late
// entries that can happen early, when few are at risk, and S then stays 0.
func KaplanMeier(o []Observed, limits Limits) []Step {
	var steps []Step
	survival, greenwood := 1.0, 0.0
	for _, m := range moments(o, 0) {
		n, d := float64(m.atRisk), float64(m.events)
		survival *= 1 - d/n
		greenwood += d / (n * (n - d))
		s := Step{
			Time: m.time, AtRisk: m.atRisk, Events: m.events, Censored: m.censored,
			Survival: survival, StdError: survival * math.Sqrt(greenwood),
		}
		s.Lower, s.Upper = survivalLimits(survival, math.Sqrt(greenwood), limits)
		steps = append(steps, s)
	}
	return steps
}

// survivalLimits takes the standard error of log S.
func survivalLimits(survival, stdError float64, limits Limits) (lower, upper float64) {
	switch z := Z(0.95); {
	case survival == 0 || survival == 1 && limits != Log:
		return math.NaN(), math.NaN()
	case limits == Log:
		return survival * math.Exp(-z*stdError), min(1, survival*math.Exp(z*stdError))
	default:
		power := math.Exp(z * stdError / math.Log(survival)) // below 1
		return math.Pow(survival, 1/power), math.Pow(survival, power)
	}
}

// MedianTime is the first time by which it has happened to half of the people,
// S ≤ 0.5, and its limits: the first times at which the curve's own limits are
// there (Brookmeyer & Crowley 1982, Biometrics 38:29-41). What is not reached is
// NaN.
func MedianTime(steps []Step) (median, lower, upper float64) {
	first := func(value func(Step) float64) float64 {
		for _, s := range steps {
			if value(s) <= 0.5+1e-12 { // a product of fractions may miss 0.5 by its rounding
				return s.Time
			}
		}
		return math.NaN()
	}
	return first(func(s Step) float64 { return s.Survival }),
		first(func(s Step) float64 { return s.Lower }),
		first(func(s Step) float64 { return s.Upper })
}

// Incidence is what had happened by Time.
type Incidence struct {
	Time     float64
	AtRisk   int       // just before Time
	CIF      []float64 // by cause, index cause-1: the share, 0 to 1, to whom it has happened
	StdError []float64 // of CIF
}

// AalenJohansen is the cumulative incidence of each cause beside the others, at
// each time at which something happened or somebody was last seen (Aalen &
// Johansen 1978, Scandinavian Journal of Statistics 5:141-150). A cause above
// causes has no column of its own but ends a person's time like any other. Who
// enters late, and who is left out, is as in [KaplanMeier].
//
// The variance is of Greenwood's kind, by the delta method with multinomial
// steps (Andersen, Borgan, Gill & Keiding 1993, section IV.4). Without late
// entries it equals the infinitesimal jackknife of R's survfit.
func AalenJohansen(o []Observed, causes int) []Incidence {
	var out []Incidence
	survival, varSurvival := 1.0, 0.0
	cif, varCIF, cov := make([]float64, causes), make([]float64, causes), make([]float64, causes)
	for _, m := range moments(o, causes) {
		n := float64(m.atRisk)
		q := float64(m.events) / n // the chance that anything happens now
		for j, d := range m.byCause {
			c := float64(d) / n // that it is this cause
			varCIF[j] += 2*c*cov[j] + c*c*varSurvival + survival*survival*c*(1-c)/n
			cov[j] = (1-q)*(cov[j]+c*varSurvival) - survival*survival*c*(1-q)/n
			cif[j] += survival * c
		}
		varSurvival = (1-q)*(1-q)*varSurvival + survival*survival*q*(1-q)/n
		survival *= 1 - q
		i := Incidence{Time: m.time, AtRisk: m.atRisk, CIF: slices.Clone(cif), StdError: make([]float64, causes)}
		for j, v := range varCIF {
			i.StdError[j] = math.Sqrt(max(v, 0))
		}
		out = append(out, i)
	}
	return out
}

// A moment is a time at which something happened or somebody was last seen.
type moment struct {
	time                     float64
	atRisk, events, censored int
	byCause                  []int // events of each cause, index cause-1
}

// moments are in the order of time.
func moments(o []Observed, causes int) []moment {
	var entries, times []float64
	at := map[float64]*moment{}
	for _, p := range o {
		if !(p.Time >= 0) || math.IsInf(p.Time, 0) || p.Entry > 0 && p.Entry >= p.Time || math.IsNaN(p.Entry) {
			continue
		}
		if p.Entry > 0 {
			entries = append(entries, p.Entry)
		}
		times = append(times, p.Time)
		m := at[p.Time]
		if m == nil {
			m = &moment{time: p.Time, byCause: make([]int, causes)}
			at[p.Time] = m
		}
		if p.Cause <= 0 {
			m.censored++
			continue
		}
		m.events++
		if p.Cause <= causes {
			m.byCause[p.Cause-1]++
		}
	}
	slices.Sort(entries)
	slices.Sort(times)
	var out []moment
	for _, t := range slices.Compact(slices.Clone(times)) {
		m := at[t]
		gone, _ := slices.BinarySearch(times, t)
		come, _ := slices.BinarySearch(entries, t)
		notYet := len(entries) - come // entering at t or later
		m.atRisk = len(times) - gone - notYet
		out = append(out, *m)
	}
	return out
}
