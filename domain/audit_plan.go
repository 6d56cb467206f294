package domain

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Audits as a whole: a question asked of many decisions. What is found of one of
// them is a [DecisionAudited], which names its audit. Nothing here is about one
// person, so entries about an audit carry no words.

// AuditPlanned says what an audit asks, of which decisions, so that anybody can
// draw the same ones again.
type AuditPlanned struct {
	Question   string      `json:"question"` // what is asked, 300 letters at most; a fact, and never about one person
	Criteria   []Criterion `json:"criteria"` // 1 or more
	Population Population  `json:"population,omitzero"`
	Sample     Draw        `json:"sample,omitzero"`  // absent where every decision of the population is looked at
	Position   uint64      `json:"position"`         // of the log, at which the population is drawn
	Follows    string      `json:"follows,omitzero"` // the earlier audit that it repeats
}

// A Population says which decisions are meant; what is left out leaves none out.
type Population struct {
	Service      string        `json:"service,omitzero"`
	Area         Area          `json:"area,omitzero"`
	Weight       Weight        `json:"weight,omitzero"`
	State        DecisionState `json:"state,omitzero"`
	Basis        Basis         `json:"basis,omitzero"`
	From         Date          `json:"from,omitzero"`          // the first day on which it was made, or else raised
	To           Date          `json:"to,omitzero"`            // the last
	NotPassing   Criterion     `json:"not_passing,omitzero"`   // those that fail it
	RoleGap      int           `json:"role_gap,omitzero"`      // those where the role had is as many steps or more from the one wanted
	Overdue      Date          `json:"overdue,omitzero"`       // those to be looked at again before that day
	RecordedLate YesNo         `json:"recorded_late,omitzero"` // yes: those recorded later than their service allows
	Audited      YesNo         `json:"audited,omitzero"`       // those that somebody has audited, or nobody has
}

// ChosenBy says whether decisions are meant for what the criterion says of them.
// The share of such decisions that passes it says nothing.
func (p Population) ChosenBy(c Criterion) bool {
	switch c {
	case "":
		return false
	case p.NotPassing:
		return true
	case "D6":
		return p.RoleGap > 0
	case "D10":
		return p.RecordedLate == Yes
	case "D12":
		return p.Overdue != 0
	}
	return false
}

// A Draw is a random sample that can be drawn again; see [Sample].
type Draw struct {
	N    int    `json:"n"` // 1 to 100,000
	Seed uint64 `json:"seed"`
}

// AuditClosed says what an audit found in sum, and what is to be done.
type AuditClosed struct {
	Conclusion string   `json:"conclusion"`       // 1,000 letters at most; never about one person
	Actions    []string `json:"actions,omitzero"` // 20 at most, each of 300 letters at most
}

func (AuditPlanned) kind() Kind { return "audit.planned" }
func (AuditClosed) kind() Kind  { return "audit.closed" }

func (e AuditPlanned) check(c *checker) {
	c.text("question", e.Question, 300)
	c.needs("criteria", len(e.Criteria) > 0)
	some(c, "criteria", Criteria, e.Criteria)
	e.Population.check(c)
	if e.Sample != (Draw{}) {
		c.between("sample.n", e.Sample.N, 1, 100_000)
	}
	c.needs("position", e.Position > 0)
	c.named("follows", e.Follows)
}

func (p Population) check(c *checker) {
	c.named("population.service", p.Service)
	maybe(c, "population.area", Areas, p.Area)
	maybe(c, "population.weight", Weights, p.Weight)
	maybe(c, "population.state", DecisionStates, p.State)
	maybe(c, "population.basis", Bases, p.Basis)
	c.date("population.from", p.From)
	c.date("population.to", p.To)
	if p.To != 0 && p.To < p.From {
		c.refuse("population.to", "is before population.from")
	}
	maybe(c, "population.not_passing", Criteria, p.NotPassing)
	c.between("population.role_gap", p.RoleGap, 0, 4)
	c.date("population.overdue", p.Overdue)
}

func (e AuditClosed) check(c *checker) {
	c.text("conclusion", e.Conclusion, 1000)
	c.atMost("actions", len(e.Actions), 20, "actions")
	for _, action := range e.Actions {
		c.text("actions", action, 300)
	}
}

// text refuses a text that says nothing, or more than so many letters, or that a
// terminal would obey.
func (c *checker) text(field, text string, most int) {
	c.needs(field, strings.TrimSpace(text) != "")
	if strings.ContainsFunc(text, unicode.IsControl) {
		c.refuse(field, "has a line break or another control character: write it on one line")
	}
	c.atMost(field, utf8.RuneCountInString(text), most, "letters")
}

// An Audit is one audit, folded from its events.
type Audit struct {
	history
	planned, closed Recorded // the entries as they stand; no Event where there is none
}

// Apply folds one event of this audit. It never refuses.
func (a *Audit) Apply(r Recorded) {
	a.apply(r)
	a.planned, a.closed = Recorded{}, Recorded{}
	for _, r := range standing(a.entries) {
		switch r.Event.(type) {
		case AuditPlanned:
			a.planned = r
		case AuditClosed:
			a.closed = r
		}
	}
}

// Plan gives what the audit asks and the entry that planned it, as it stands. It
// reports false where that was taken back, or never recorded.
func (a *Audit) Plan() (plan AuditPlanned, entry Recorded, ok bool) {
	plan, ok = a.planned.Event.(AuditPlanned)
	return plan, a.planned, ok
}

// Closing gives what the audit came to, and the entry that closed it. It reports
// false while it is open.
func (a *Audit) Closing() (closing AuditClosed, entry Recorded, ok bool) {
	closing, ok = a.closed.Event.(AuditClosed)
	return closing, a.closed, ok
}

// Record says whether the draft may be recorded on this audit, and completes it.
// Its errors are Refusals.
func (a *Audit) Record(d Draft, c Circumstances) (Draft, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	if d.Service != "" {
		return d, &Refusal{Reason: ErrMalformed, Field: "service", Detail: "does not go with this kind of entry",
			Hint: "name it in data.population"}
	}
	switch d.Event.(type) {
	case EntryCorrected, EntryWithdrawn:
		return a.amend(d, c, a.admit)
	}
	return d, a.admit(d, c, "")
}

// admit holds a draft, or a replacement for the entry self, against the rules
// that need to know the audit.
func (a *Audit) admit(d Draft, c Circumstances, self string) error {
	if err := c.past(d); err != nil {
		return err
	}
	_, begun, planned := a.Plan()
	_, ended, closed := a.Closing()
	plan, plans := d.Event.(AuditPlanned)
	closes := !plans
	first, last := d.Occurred.Date, ended.Occurred.Date // of the audit, if this is admitted
	if closes {
		first, last = begun.Occurred.Date, d.Occurred.Date
	}
	switch {
	case plans && plan.Follows == d.Stream.ID:
		return &Refusal{Reason: ErrMalformed, Field: "data.follows", Detail: "is this audit itself", Hint: "name the earlier one"}
	case closes && !planned:
		return &Refusal{Reason: ErrNoSuchThing, Field: "audit", Detail: "was never planned", Hint: "record its audit.planned first"}
	case self == "" && closes && closed:
		return &Refusal{Reason: ErrExists, Field: "audit", Detail: "was closed already", Hint: "correct the entry that closed it"}
	case self == "" && plans && planned:
		return &Refusal{Reason: ErrExists, Field: "audit", Detail: "was planned already",
			Hint: "correct that entry, or plan another that follows it"}
	case (closes || closed) && last < first:
		return &Refusal{Reason: ErrMalformed, Field: "occurred", Detail: fmt.Sprintf("the audit was planned on %s and closed on %s, before that", first, last),
			Hint: "correct the entry whose date is wrong"}
	}
	return nil
}

// auditSentence says in plain English what an entry about an audit records.
func auditSentence(e Event) string {
	switch e := e.(type) {
	case AuditPlanned:
		of := "every decision of its population"
		if n := e.Sample.N; n > 0 {
			of = fmt.Sprintf("%d drawn at random", n)
			if n == 1 {
				of = "1 decision drawn at random"
			}
		}
		return with("An audit was planned: "+joinCriteria(e.Criteria), of)
	case AuditClosed:
		switch n := len(e.Actions); n {
		case 0:
			return "An audit was closed"
		case 1:
			return "An audit was closed, with 1 action"
		default:
			return fmt.Sprintf("An audit was closed, with %d actions", n)
		}
	}
	return ""
}

func joinCriteria(criteria []Criterion) string {
	var codes []string
	for _, term := range Criteria { // in their own order
		if slices.Contains(criteria, term.Code) {
			codes = append(codes, string(term.Code))
		}
	}
	return strings.Join(codes, ", ")
}
