package domain

import (
	"fmt"
	"slices"
	"strings"
)

// An EvaluationError says what is wrong with an evaluation, and where.
type EvaluationError struct {
	Field  string // such as periods[1].from_day
	Detail string
	Hint   string // what to do next; may be empty
}

func (e *EvaluationError) Error() string { return e.Field + " " + e.Detail }

// How much an evaluation may ask for.
const (
	mostPeriods   = 60
	mostArms      = 12
	mostAsked     = 1_000 // of services, outcomes and measures
	mostTitle     = 200   // bytes
	mostQuestion  = 2_000
	mostRelative  = 36_600 // days from somebody's start, either way
	longestPeriod = 36_600 // days
)

// Check says what is wrong with an evaluation by itself; what it names is looked
// for in the record by [Evaluation.Against]. Its errors are *EvaluationError.
func (e Evaluation) Check() error {
	var c evaluationChecker
	c.text("title", e.Title, mostTitle)
	c.text("question", e.Question, mostQuestion)
	c.cohort(e.Cohort)
	c.periods(e)
	c.comparing(e)
	c.codes(e)
	c.moment(e)
	if c.wrong == nil {
		return nil
	}
	return c.wrong
}

// An evaluationChecker keeps the first that is wrong.
type evaluationChecker struct{ wrong *EvaluationError }

func (c *evaluationChecker) refuse(field, hint, format string, args ...any) {
	if c.wrong == nil {
		c.wrong = &EvaluationError{field, fmt.Sprintf(format, args...), hint}
	}
}

func (c *evaluationChecker) text(field, text string, most int) {
	switch {
	case strings.TrimSpace(text) == "":
		c.refuse(field, "", "is missing")
	case len(text) > most:
		c.refuse(field, "", "has %d bytes; %d are allowed", len(text), most)
	}
}

// each refuses a list that is too long, or has something twice or that is wrong.
func each[T ~string](c *evaluationChecker, field string, list []T, wrong func(T) (detail, hint string)) {
	if len(list) > mostAsked {
		c.refuse(field, "", "has %d entries; %d are allowed", len(list), mostAsked)
	}
	for i, item := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		if detail, hint := wrong(item); detail != "" {
			c.refuse(at, hint, "%s", detail)
		}
		if slices.Contains(list[:i], item) {
			c.refuse(at, "", "has %s a second time", item)
		}
	}
}

// oneOf refuses what is no code of a vocabulary.
func oneOf[C ~string](v Vocabulary[C]) func(C) (detail, hint string) {
	return func(code C) (detail, hint string) {
		if v.Has(code) {
			return "", ""
		}
		var known []string
		for _, c := range v.Codes() {
			known = append(known, string(c))
		}
		return "has " + quoted(string(code)) + ", which is not one of the list", nearestOf(string(code), known)
	}
}

// quoted shows a text of a specification, shortened.
func quoted(text string) string {
	if len(text) > 64 {
		text = text[:64] + "…"
	}
	return fmt.Sprintf("%q", text)
}

func isServiceID(id string) (detail, hint string) {
	if !IsID(id) {
		return "has " + quoted(id) + ", which is no id", "use a to z, 0 to 9 and -, at most 64"
	}
	return "", ""
}

func (c *evaluationChecker) cohort(h Cohort) {
	each(c, "cohort.services", h.Services, isServiceID)
	each(c, "cohort.consents", h.Consents, oneOf(Purposes))
	if h.Started.To != 0 && h.Started.From > h.Started.To {
		c.refuse("cohort.started", "both days are included", "goes from %s to %s, which is earlier", h.Started.From, h.Started.To)
	}
	if h.LeastDays < 0 || h.LeastDays > longestPeriod {
		c.refuse("cohort.least_days", "", "has %d; 0 to %d are allowed", h.LeastDays, longestPeriod)
	}
}

func (c *evaluationChecker) periods(e Evaluation) {
	switch n := len(e.Periods); {
	case n == 0 && e.Compare.BeforeAndAfter == 0:
		c.refuse("periods", "for example: periods: [{name: before, from: 2026-01-01, to: 2026-03-31}]", "is missing")
	case n > mostPeriods:
		c.refuse("periods", "", "has %d periods; %d are allowed", n, mostPeriods)
	}
	for i, p := range e.Periods {
		at := fmt.Sprintf("periods[%d]", i)
		c.name(at+".name", p.Name)
		if slices.ContainsFunc(e.Periods[:i], func(o EvaluationPeriod) bool { return o.Name == p.Name }) {
			c.refuse(at+".name", "give each period a name of its own", "is %s a second time", quoted(p.Name))
		}
		c.period(at, p, e.AsOf)
		if i == 0 || e.Periods[i-1].Relative != p.Relative {
			continue
		}
		if was := e.Periods[i-1]; p.Days.From < was.Days.From || p.FromDay < was.FromDay {
			c.refuse(at, "list the periods in the order of their first days", "begins before %s, the period listed ahead of it", was.Name)
		}
	}
}

func (c *evaluationChecker) period(at string, p EvaluationPeriod, asOf Date) {
	both := "give from and to as dates, or from_day and to_day as days since each person's start"
	switch {
	case p.Relative && (p.Days != Days{}):
		c.refuse(at, both, "mixes dates with days since the start")
	case p.Relative && p.FromDay > p.ToDay:
		c.refuse(at, "both days are included", "goes from day %d to day %d, which is earlier", p.FromDay, p.ToDay)
	case p.Relative && (p.FromDay < -mostRelative || p.ToDay > mostRelative):
		c.refuse(at, "", "goes from day %d to day %d; %d days either way are allowed", p.FromDay, p.ToDay, mostRelative)
	case p.Relative:
	case p.Days.From == 0 || p.Days.To == 0:
		c.refuse(at, both, "has no first or no last day")
	case p.Days.From > p.Days.To:
		c.refuse(at, "both days are included", "goes from %s to %s, which is earlier", p.Days.From, p.Days.To)
	case int(p.Days.To-p.Days.From) >= longestPeriod:
		c.refuse(at, "", "has more than %d days", longestPeriod)
	case asOf != 0 && p.Days.From > asOf:
		c.refuse(at, "leave the period out, or choose a later as_of", "begins after as_of, %s", asOf)
	}
}

// name refuses what cannot name an arm or a period.
func (c *evaluationChecker) name(field, name string) {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			c.refuse(field, "use a to z, 0 to 9, _ and -, at most 32", "is %s, which is no name", quoted(name))
		}
	}
	switch {
	case name == "":
		c.refuse(field, "use a to z, 0 to 9, _ and -, at most 32", "is missing")
	case len(name) > 32:
		c.refuse(field, "", "has %d letters; 32 are allowed", len(name))
	}
}

func (c *evaluationChecker) comparing(e Evaluation) {
	o := e.Compare
	if count(len(o.Arms) > 0, o.Service != "", o.BeforeAndAfter != 0) > 1 {
		c.refuse("compare", "arms is for services, service for one and the others, before_and_after for a date", "has more than one of arms, service and before_and_after")
	}
	if len(o.Arms) > mostArms {
		c.refuse("compare.arms", "", "has %d arms; %d are allowed", len(o.Arms), mostArms)
	}
	whose := map[string]string{}
	for _, a := range o.Arms {
		at := "compare.arms." + a.Name
		c.name(at, a.Name)
		if len(a.Services) == 0 {
			c.refuse(at, "name its services: [A, B]", "has no services")
		}
		each(c, at, a.Services, isServiceID)
		for i, s := range a.Services {
			if other := whose[s]; other != "" {
				c.refuse(fmt.Sprintf("%s[%d]", at, i), "a service belongs to one arm", "has %s, which is in %s too", s, other)
			}
			whose[s] = a.Name
			c.within(fmt.Sprintf("%s[%d]", at, i), s, e.Cohort.Services)
		}
	}
	if len(o.Arms) == 1 {
		c.refuse("compare.arms", "name two arms or more; for one alone, name its services under cohort", "has one arm alone")
	}
	if o.Service != "" {
		if detail, hint := isServiceID(o.Service); detail != "" {
			c.refuse("compare.service", hint, "%s", detail)
		}
		if o.Service == Others {
			c.refuse("compare.service", "put the services into arms of your own naming", "cannot be the service %s, which names the other arm", Others)
		}
		c.within("compare.service", o.Service, e.Cohort.Services)
		if len(e.Cohort.Services) == 1 {
			c.refuse("cohort.services", "name the others too, or leave it out for all of them", "has no service beside %s", o.Service)
		}
	}
	if day := o.BeforeAndAfter; day != 0 && e.AsOf != 0 && day > e.AsOf {
		c.refuse("compare.before_and_after", "choose an earlier day, or a later as_of", "is after as_of, %s", e.AsOf)
	}
}

func count(all ...bool) (n int) {
	for _, is := range all {
		if is {
			n++
		}
	}
	return n
}

// within refuses a service that is not one of the cohort's.
func (c *evaluationChecker) within(field, service string, cohort []string) {
	if len(cohort) > 0 && !slices.Contains(cohort, service) {
		c.refuse(field, "name it under cohort.services too, or leave that out", "has %s, which is not one of cohort.services", service)
	}
}

func (c *evaluationChecker) codes(e Evaluation) {
	each(c, "outcomes", e.Outcomes, func(id string) (detail, hint string) {
		switch {
		case id == allOutcomes && len(e.Outcomes) > 1:
			return "has all beside others", "leave the others out"
		case id == "":
			return "has an empty id", ""
		}
		return "", ""
	})
	each(c, "measures", e.Measures, func(id string) (detail, hint string) {
		switch {
		case id == "":
			return "has an empty id", ""
		case id == "aspiration.progress":
			return "has aspiration.progress, of which a person may have several", "ask for the outcome aspirations.change_progress"
		}
		return "", ""
	})
	each(c, "methods", e.Methods, oneOf(EvaluationMethods))
	if e.Suppression != "" {
		if detail, hint := oneOf(Suppressions)(e.Suppression); detail != "" {
			c.refuse("suppression", hint, "%s", detail)
		}
	}
	dated := len(e.Periods) == 0 || slices.ContainsFunc(e.Periods, func(p EvaluationPeriod) bool { return !p.Relative })
	switch {
	case len(e.Outcomes)+len(e.Measures) == 0 && !e.Uses("kaplan_meier"):
		c.refuse("outcomes", "list outcomes, measures or both; waymark outcomes --definitions has the outcomes", "and measures are both missing, so nothing is asked for")
	case len(e.Outcomes) == 0 && (e.Uses("xmr") || e.Uses("funnel")):
		c.refuse("methods", "list the outcomes they are for", "has xmr or funnel, and there are no outcomes")
	case len(e.Outcomes) > 0 && !dated && !e.Uses("xmr"):
		c.refuse("outcomes", "give a period with from and to; periods counted from each person's start are for measures", "need a period of dates")
	}
}

// allOutcomes stands for every outcome there is.
const allOutcomes = "all"

func (c *evaluationChecker) moment(e Evaluation) {
	if e.At != 0 && !e.KnownAt.IsZero() {
		c.refuse("at", "a position says more exactly what was recorded by then", "and known_at exclude each other")
	}
}

// Against says what an evaluation names that is not in the record: services,
// given every one that was ever opened, and outcomes and measures, given every
// definition. Its errors are *EvaluationError.
func (e Evaluation) Against(services []string, definitions []Outcome) error {
	var c evaluationChecker
	is := func(field, id string) {
		if !slices.Contains(services, id) {
			c.refuse(field, nearestOf(id, services), "has %s, and there is no such service", id)
		}
	}
	for i, s := range e.Cohort.Services {
		is(fmt.Sprintf("cohort.services[%d]", i), s)
	}
	for _, a := range e.Compare.Arms {
		for i, s := range a.Services {
			is(fmt.Sprintf("compare.arms.%s[%d]", a.Name, i), s)
		}
	}
	if one := e.Compare.Service; one != "" {
		if is("compare.service", one); len(services) == 1 {
			c.refuse("compare.service", "", "has no other service beside %s", one)
		}
	}
	for i, id := range e.Outcomes {
		if id != allOutcomes && !slices.ContainsFunc(definitions, func(o Outcome) bool { return o.ID == id }) {
			c.refuse(fmt.Sprintf("outcomes[%d]", i), nearestOf(id, outcomeIDs(definitions)), "has %s, which is no outcome", quoted(id))
		}
	}
	for i, id := range e.Measures {
		if !slices.ContainsFunc(definitions, func(o Outcome) bool { return o.rates(id) }) {
			c.refuse(fmt.Sprintf("measures[%d]", i), nearestOf(id, rateable(definitions)), "has %s, which is no measure and no rating", quoted(id))
		}
	}
	if c.wrong == nil {
		return nil
	}
	return c.wrong
}

// LongEnough refuses a period of dates in which nobody can be active for as many
// days as an outcome that is asked for wants of the people it is a share of: those
// of a crisis service, who need fewer, would stand for everybody. Its errors are
// *EvaluationError.
func (e Evaluation) LongEnough(definitions []Outcome) error {
	for i, p := range e.Periods {
		days, ok := int(p.Days.To-p.Days.From)+1, !p.Relative
		for _, o := range e.Counted(definitions) {
			if least := o.Parameter("active_days"); ok && days < int(least) {
				return &EvaluationError{fmt.Sprintf("periods[%d]", i), fmt.Sprintf("has %d days, and %s is about people with %v active days in a period", days, o.ID, least),
					"give the period more days, or list outcomes that are about entries, such as activities.chosen"}
			}
		}
	}
	return nil
}

// Counted gives the definitions of the outcomes that are asked for, in their own
// order.
func (e Evaluation) Counted(definitions []Outcome) (asked []Outcome) {
	for _, o := range definitions {
		if slices.Contains(e.Outcomes, o.ID) || slices.Contains(e.Outcomes, allOutcomes) {
			asked = append(asked, o)
		}
	}
	return asked
}

// Rated gives the definitions of the ratings whose change is asked for, in their
// own order.
func (e Evaluation) Rated(definitions []Outcome) (asked []Outcome) {
	for _, o := range definitions {
		if slices.ContainsFunc(e.Measures, o.rates) {
			asked = append(asked, o)
		}
	}
	return asked
}

// rates says whether the outcome is of the change in what an evaluation calls a
// measure.
func (o Outcome) rates(id string) bool {
	whole := "measure." + strings.TrimPrefix(id, "measure.") + "."
	return o.About != "" && o.About != "aspiration.progress" && (o.About == id || strings.HasPrefix(o.About, whole))
}

func outcomeIDs(definitions []Outcome) (ids []string) {
	for _, o := range definitions {
		ids = append(ids, o.ID)
	}
	return append(ids, allOutcomes)
}

// rateable lists what an evaluation may name as measures.
func rateable(definitions []Outcome) (ids []string) {
	for _, o := range definitions {
		whole, of := strings.CutPrefix(o.About, "measure.")
		if of {
			whole, _, _ = strings.Cut(whole, ".")
		}
		if whole != "" && whole != "aspiration.progress" && !slices.Contains(ids, whole) {
			ids = append(ids, whole)
		}
	}
	return ids
}
