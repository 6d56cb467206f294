package domain

import (
	"slices"
	"time"

	"github.com/waymark/waymark/domain/stats"
)

// An Evaluation is a question asked of a cohort, with all that its answer
// depends on beside the log itself. The zero value of every field but Title,
// Question and Periods is the usual choice.
type Evaluation struct {
	Title       string             `json:"title"`
	Question    string             `json:"question"`
	Cohort      Cohort             `json:"cohort,omitzero"`
	Periods     []EvaluationPeriod `json:"periods,omitzero"`
	Compare     Comparing          `json:"compare,omitzero"`
	Outcomes    []string           `json:"outcomes,omitzero"` // by id; all of them is the one word all
	Measures    []string           `json:"measures,omitzero"` // a measure's id, one of its scales as measure.NAME.VERSION.SCALE, or what a rating is about
	Methods     []EvaluationMethod `json:"methods,omitzero"`  // change and rci where none is named
	AsOf        Date               `json:"as_of,omitzero"`    // what had happened by then; the day of the position where 0
	KnownAt     time.Time          `json:"known_at,omitzero"` // what was recorded at or before this moment
	At          uint64             `json:"at,omitzero"`       // or up to this position
	Suppression Suppression        `json:"suppression,omitzero"`
}

// A Cohort says whom an evaluation is about. Nobody is left out unless it says
// so: the zero Cohort is everybody.
type Cohort struct {
	Services  []string  `json:"services,omitzero"`
	Started   Days      `json:"started,omitzero"`    // when the support began, both days included
	LeastDays int       `json:"least_days,omitzero"` // how many days it lasted at least, its first and last included, up to the evaluation's day
	Consents  []Purpose `json:"consents,omitzero"`   // each of them live on the evaluation's day
}

// Days are the days from a first to a last, both included; 0 where there is no
// first or no last.
type Days struct {
	From Date `json:"from,omitzero"`
	To   Date `json:"to,omitzero"`
}

// Has says whether the day is one of them.
func (d Days) Has(day Date) bool { return day >= d.From && (d.To == 0 || day <= d.To) }

// An EvaluationPeriod is one stretch of days: the same dates for everybody, or
// days counted from each person's own start, their first day in the cohort being
// day 0.
type EvaluationPeriod struct {
	Name     string `json:"name"`
	Days     Days   `json:"days,omitzero"`
	Relative bool   `json:"relative,omitzero"` // counted from each person's start
	FromDay  int    `json:"from_day,omitzero"`
	ToDay    int    `json:"to_day,omitzero"`
}

// Of gives the period's days for somebody who started on a day.
func (p EvaluationPeriod) Of(start Date) Days {
	if p.Relative {
		return Days{start + Date(p.FromDay), start + Date(p.ToDay)}
	}
	return p.Days
}

// Period gives the period's days, where they are the same for everybody.
func (p EvaluationPeriod) Period() (Period, bool) {
	return PeriodFrom(p.Days.From, p.Days.To), !p.Relative
}

// Comparing says what an evaluation sets beside one another: at most one of the
// three. With none of them everybody is one arm, of the name everybody.
type Comparing struct {
	Arms           []Arm  `json:"arms,omitzero"`
	Service        string `json:"service,omitzero"`          // that one, and the others
	BeforeAndAfter Date   `json:"before_and_after,omitzero"` // the day on which the second period begins
}

// An Arm is one part of a cohort: the people with some services. Only what
// belongs to these services, and what belongs to none, counts for it. An arm
// without services has everybody and everything.
type Arm struct {
	Name     string   `json:"name"`
	Services []string `json:"services,omitzero"`
}

// EvaluationMethod is a way of working out an answer.
type EvaluationMethod string

// EvaluationMethods are the ways there are.
var EvaluationMethods = Vocabulary[EvaluationMethod]{
	{"change", "Change in people's own ratings"},
	{"rci", "Reliable change, by a measure's published norm"},
	{"xmr", "Control charts by month"},
	{"funnel", "Services of a kind beside one another"},
	{"kaplan_meier", "Time until support ended, and how"},
}

// Suppression is the rule by which small numbers are hidden.
type Suppression string

// Suppressions are the rules there are.
var Suppressions = Vocabulary[Suppression]{
	{"mhsds", "As in publications of the Mental Health Services Data Set"},
	{"hes", "As in publications of the Hospital Episode Statistics"},
	{"none", "Nothing is hidden: for those who may see people's own rows"},
}

// Rule gives the rule, and false where nothing is hidden.
func (s Suppression) Rule() (stats.Rule, bool) {
	switch s {
	case "none":
		return "", false
	case "hes":
		return stats.HES, true
	}
	return stats.MHSDS, true
}

// usualMethods are used where an evaluation names none.
var usualMethods = []EvaluationMethod{"change", "rci"}

// WithDefaults fills in what was left out and has a usual choice.
func (e Evaluation) WithDefaults() Evaluation {
	if len(e.Methods) == 0 {
		e.Methods = slices.Clone(usualMethods)
	}
	if e.Suppression == "" {
		e.Suppression = "mhsds"
	}
	return e
}

// Uses says whether the evaluation asks for a method.
func (e Evaluation) Uses(m EvaluationMethod) bool {
	if len(e.Methods) == 0 {
		return slices.Contains(usualMethods, m)
	}
	return slices.Contains(e.Methods, m)
}
