package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/waymark/waymark/domain"
)

// A specification is what is asked of an evaluation, as a file says it.
//
//	title: Mindfulness training beside waiting
//	question: Did people who were trained feel more relaxed afterwards?
//	cohort:                                  # nobody is left out unless it says so
//	  services: [trained, waiting]
//	  started: {from: 2010-01-01, to: 2010-12-31}   # both days included
//	  least_days: 12                         # how long support lasted at least
//	  consents: [research]                   # each live on the evaluation's day
//	periods:                                 # one or more, in order
//	  - {name: before, from: 2010-01-04, to: 2010-01-10}
//	  - {name: month_3, from_day: 77, to_day: 105}  # days since each person's own start, day 0
//	compare: {arms: {trained: [trained], waiting: [waiting]}}
//	outcomes: [activities.chosen]            # or [all]
//	measures: [relaxed, confidence.self]
//	methods: [change, rci, xmr, funnel, kaplan_meier]
//	as_of: 2026-03-31                        # what had happened by then
//	known_at: 2026-04-02T00:00:00Z           # what was recorded by then; or at: 4711
//	suppression: mhsds                       # or hes, or none
//
// compare may be {service: north}, that one beside the others, or
// {before_and_after: 2026-01-01}, the day on which the second of two periods
// begins; without it everybody is one arm.
type specification struct {
	domain.Evaluation
	at map[string]place // where each field stands, by its name in errors
}

// mostSpecification is the most bytes a specification may have.
const mostSpecification = 1 << 20

// parseSpecification reads a specification, strictly. Its errors are
// *mappingError, which says the place.
func parseSpecification(text []byte) (*specification, error) {
	if len(text) > mostSpecification {
		return nil, place{}.wrong("", "has %d bytes; %d are allowed", len(text), mostSpecification)
	}
	document, err := parseYAML(text)
	if err != nil {
		return nil, err
	}
	s := &specification{at: map[string]place{}}
	if err := s.read(document); err != nil {
		return nil, err
	}
	return s, s.placed(s.Check())
}

// placed gives an error of the evaluation the place that it is about.
func (s *specification) placed(err error) error {
	wrong, ok := errors.AsType[*domain.EvaluationError](err)
	if !ok {
		return err
	}
	for field := wrong.Field; field != ""; field = field[:max(0, strings.LastIndexAny(field, ".["))] {
		if at, ok := s.at[field]; ok {
			return at.wrong(wrong.Hint, "%s", wrong.Error())
		}
	}
	return place{}.wrong(wrong.Hint, "%s", wrong.Error())
}

// under gives what reads a field and remembers where it stands.
func (s *specification) under(field string, read func(*yaml.Node) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		s.at[field] = placeOf(n)
		return read(n)
	}
}

func (s *specification) read(n *yaml.Node) error {
	return s.keys("", keys{
		"title": readText(&s.Title), "question": readText(&s.Question), "cohort": s.readCohort, "periods": s.readPeriods, "compare": s.readCompare,
		"outcomes": readTexts(s, "outcomes", &s.Outcomes), "measures": readTexts(s, "measures", &s.Measures),
		"methods": readTexts(s, "methods", &s.Methods), "as_of": readDay(&s.AsOf), "known_at": readMoment(&s.KnownAt), "at": readPosition(&s.At),
		"suppression": readText(&s.Suppression),
	}).read(n, "an evaluation")
}

// keys remembers where each key of an object stands.
func (s *specification) keys(within string, k keys) keys {
	for key, read := range k {
		k[key] = s.under(within+key, read)
	}
	return k
}

func (s *specification) readCohort(n *yaml.Node) error {
	c := &s.Cohort
	return s.keys("cohort.", keys{
		"services": readTexts(s, "cohort.services", &c.Services), "consents": readTexts(s, "cohort.consents", &c.Consents),
		"least_days": readWhole(&c.LeastDays),
		"started":    keys{"from": readDay(&c.Started.From), "to": readDay(&c.Started.To)}.reader("the days on which support started"),
	}).read(n, "a cohort")
}

// reader is read with the name of what is read.
func (k keys) reader(what string) func(*yaml.Node) error {
	return func(n *yaml.Node) error { return k.read(n, what) }
}

func (s *specification) readPeriods(n *yaml.Node) error {
	index := 0
	return listOf(&s.Periods, func(p *domain.EvaluationPeriod, n *yaml.Node) error {
		field := "periods[" + strconv.Itoa(index) + "]"
		index++
		s.at[field] = placeOf(n)
		days := func(to *int) func(*yaml.Node) error {
			return func(n *yaml.Node) error {
				p.Relative = true
				return readWhole(to)(n)
			}
		}
		given := map[string]bool{}
		noted := keys{}
		for key, read := range (keys{"name": readText(&p.Name), "from": readDay(&p.Days.From), "to": readDay(&p.Days.To),
			"from_day": days(&p.FromDay), "to_day": days(&p.ToDay)}) {
			noted[key] = func(n *yaml.Node) error {
				given[key] = true
				return read(n)
			}
		}
		if err := s.keys(field+".", noted).read(n, "a period"); err != nil {
			return err
		}
		if given["from_day"] != given["to_day"] {
			return placeOf(n).wrong("both days are included; day 0 is the first", "has only one of from_day and to_day")
		}
		return nil
	})(n)
}

func (s *specification) readCompare(n *yaml.Node) error {
	c := &s.Compare
	return s.keys("compare.", keys{
		"arms": s.readArms, "service": readText(&c.Service), "before_and_after": readDay(&c.BeforeAndAfter),
	}).read(n, "a comparison")
}

func (s *specification) readArms(n *yaml.Node) error {
	pairs, err := pairsOf(n)
	if err != nil {
		return err
	}
	if len(pairs) == 0 {
		return placeOf(n).wrong("name two arms or more, each with its services: {first: [A], second: [B]}", "has no arms")
	}
	for _, p := range pairs {
		field := "compare.arms." + p.text
		s.at[field] = p.place
		arm := domain.Arm{Name: p.text}
		if err := readTexts(s, field, &arm.Services)(p.node); err != nil {
			return err
		}
		s.Compare.Arms = append(s.Compare.Arms, arm)
	}
	return nil
}

// readTexts reads a list of short texts, and remembers where each stands.
func readTexts[T ~string](s *specification, field string, to *[]T) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var names []name
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
			names = make([]name, 1) // one alone needs no brackets
			if err := names[0].read(n); err != nil {
				return err
			}
		} else if err := listOf(&names, (*name).read)(n); err != nil {
			return err
		}
		*to = make([]T, len(names))
		for i, each := range names {
			s.at[field+"["+strconv.Itoa(i)+"]"] = each.place
			(*to)[i] = T(each.text)
		}
		return nil
	}
}

// readText reads a text, or a number or date as it is written.
func readText[T ~string](to *T) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var text name
		err := text.read(n)
		*to = T(strings.TrimSpace(text.text))
		return err
	}
}

func readDay(to *domain.Date) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var text name
		if err := text.read(n); err != nil {
			return err
		}
		d, err := domain.ParseDate(text.text)
		if err != nil {
			return text.wrong("write it as 2026-03-01", "needs a date")
		}
		*to = d
		return nil
	}
}

func readMoment(to *time.Time) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var text name
		if err := text.read(n); err != nil {
			return err
		}
		moment, err := time.Parse(time.RFC3339Nano, text.text)
		if err != nil || moment.IsZero() {
			return text.wrong("write it with its offset, as 2026-03-31T23:59:59Z", "needs a moment")
		}
		*to = moment
		return nil
	}
}

func readPosition(to *uint64) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		p, err := strconv.ParseUint(n.Value, 10, 63)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || p == 0 {
			return placeOf(n).wrong("it is a position of the log, such as 4711", "needs a whole number above 0")
		}
		*to = p
		return nil
	}
}

func readWhole(to *int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseInt(n.Value, 10, 32)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil {
			return placeOf(n).wrong("", "needs a whole number")
		}
		*to = int(v)
		return nil
	}
}

// inSpecification adds the file to an error of what it says.
func inSpecification(file string, err error) error {
	if _, ok := errors.AsType[*mappingError](err); !ok {
		return err
	}
	return usageAbout(fmt.Errorf("%s: %w", file, err))
}

// usageAbout is wrong usage that has a hint of its own, if any.
func usageAbout(err error) error {
	f := &failure{what: err, code: exitUsage, hint: "waymark evaluate --help has an example"}
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok && h.Hint() != "" {
		f.hint = h.Hint()
	}
	return f
}
