package main

import (
	"time"

	"github.com/waymark/waymark/domain"
)

// An evaluated is the answer to an evaluation: everything that its pack is
// written from, in a fixed order, and nothing that depends on where or when it
// was worked out.
type evaluated struct {
	Spec     domain.Evaluation // as read, with its defaults filled in: Periods, Methods, AsOf and Suppression are never empty
	Log      string            // the log's id
	Position uint64            // of the last event that was read
	Recorded time.Time         // when that was recorded
	AsOf     domain.Date       // what had happened by the end of this day
	Today    domain.Date       // the first day that is not over

	Flow        evaluatedFlow
	Arms        []evaluatedArm // in the order of the spec; at least one
	Periods     []evaluatedPeriod
	Services    []evaluatedService // of the cohort, by id
	Definitions []domain.Outcome   // of every figure, score and chart, in the outcomes' own order
	Figures     []evaluatedFigure  // by arm, period and the outcomes' own order; periods counted from each person's start have none
	Scores      []domain.Score     // by what was rated, arm and period
	Changes     []domain.ScoreChange
	Differences []domain.ScoreDifference
	Charts      []evaluatedChart // by arm and the outcomes' own order
	Comparisons []domain.Comparison
	Survival    []domain.Survival // by arm
	People      []evaluatedPerson // by journey and period: whoever writes them puts them in an order of their own
}

// An evaluatedFlow says who is in the cohort and who was left out, each person
// once, by the first reason that holds. People = In + the sum of LeftOut.
type evaluatedFlow struct {
	People  int                `json:"people"` // with any support by the evaluation's day
	In      int                `json:"in"`     // the cohort
	LeftOut []evaluatedLeftOut `json:"left_out,omitzero"`
	Parked  int                `json:"parked,omitzero"` // people of the cohort whose later entries could not be read
}

// An evaluatedLeftOut is how many were left out for one reason.
type evaluatedLeftOut struct {
	Why domain.LeftOut `json:"why"` // a code of domain.LeftOuts
	N   int            `json:"n"`
}

// An evaluatedArm is one of the parts that are set beside one another.
type evaluatedArm struct {
	Name     string   `json:"name"`
	Services []string `json:"services"` // by id; those of the cohort where the arm is everybody
	People   int      `json:"people"`
	Ended    int      `json:"ended"`             // of these, whose support with the arm's services had ended by the evaluation's day
	Died     int      `json:"died"`              // of those
	InOther  int      `json:"in_other,omitzero"` // people who are in another arm too
}

// An evaluatedPeriod is a period as it is shown.
type evaluatedPeriod struct {
	domain.EvaluationPeriod
	Label string // such as 2010-01-04 to 2010-01-10, or day 77 to 105 of support
}

// An evaluatedService is one service of the cohort.
type evaluatedService struct {
	ID   string
	Name string
	Kind domain.ServiceKind
}

// An evaluatedFigure is an outcome of one arm in one period, by its name; its
// Service is empty and its Period says the days.
type evaluatedFigure struct {
	Arm    string `json:"arm"`
	Name   string `json:"name"` // of the period
	Figure domain.Figure
}

// An evaluatedChart is an outcome of one arm over time.
type evaluatedChart struct {
	Arm   string
	Chart domain.Chart
}

// An evaluatedPerson is what one person said and did in one period. Journey is
// the record's own id and never leaves: a pseudonym takes its place.
type evaluatedPerson struct {
	Journey    string
	Arm        string
	Service    string          // of the support by which they are in the arm: the earliest
	Period     string          // its name
	Days       domain.Days     // for this person
	ActiveDays int             // with the arm's services, pauses left out, of the days that are over
	Outcomes   []personOutcome // those they have a part in, in the outcomes' own order; none for a period counted from their start
	Scores     []personScore   // one for each that is asked for, in the order of Scores
}

// A personOutcome is one person's part in an outcome, as [projections.PersonFigure]
// says it.
type personOutcome struct {
	Outcome string
	Yes, N  int
}

// A personScore is what one person said of one thing: the mean of N ratings, or
// why there is none.
type personScore struct {
	About   string
	N       int
	Mean    *float64
	Missing domain.Unseen // where there is none
}
