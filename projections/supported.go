package projections

import (
	"maps"
	"time"

	"github.com/waymark/waymark/domain"
)

// month gives the first day of a month and of the next.
func month(m int) (first, next domain.Date) {
	return domain.Day(m/12, time.Month(m%12+1), 1), domain.Day(m/12, time.Month(m%12+2), 1)
}

// supportedPeople finds who was supported: those with enough active days in the
// month, each day counted once. Somebody supported by several services counts
// once for each and once for all together.
func (a *answer) supportedPeople() error {
	enough := map[string]int{}
	for _, s := range a.services {
		enough[s.id] = s.activeDays
	}
	first, _ := month(a.filter.From)
	_, after := month(a.filter.To)
	days := map[people]map[string]int{}
	var before struct {
		service, journey string
		until            domain.Date
	}
	err := a.each(func(scan func(...any) error) error {
		var service, journey, fromText, toText string
		if err := scan(&service, &journey, &fromText, &toText); err != nil {
			return err
		}
		from, to, err := stretch(fromText, toText, after)
		if err != nil {
			return err
		}
		if enough[service] == 0 {
			return nil // the service's opening was withdrawn
		}
		if service != before.service || journey != before.journey {
			before.service, before.journey, before.until = service, journey, first
		}
		from = max(from, before.until)
		before.until = max(before.until, to)
		for m := from.Month(); from < to && m <= a.filter.To; m++ {
			start, end := month(m)
			at := people{service, domain.MonthName(m)}
			if active := (domain.Span{From: from, To: to}).Days(start, end); active > 0 {
				if days[at] == nil {
					days[at] = map[string]int{}
				}
				days[at][journey] += active
			}
		}
		return nil
	}, `SELECT service, journey, from_day, coalesce(to_day, '') FROM spans
		WHERE what = 'active' AND (?1 = '' OR service = ?1) AND from_day < ?2 AND (to_day IS NULL OR to_day > ?3)
		ORDER BY service, journey, from_day`, a.filter.Service, after.String(), first.String())
	some := map[people]map[string]bool{} // who had any active day, for all services together
	for at, active := range days {
		all := people{"", at.month}
		if some[all] == nil {
			some[all] = map[string]bool{}
		}
		for journey, n := range active {
			some[all][journey] = true
			if n < enough[at.service] {
				a.at(at.service, at.month, "people.supported").miss("fewer_days", 1)
				continue
			}
			a.support(at, journey)
			if a.filter.Service == "" {
				a.support(all, journey)
			}
		}
	}
	if a.filter.Service == "" {
		for all, journeys := range some {
			a.at("", all.month, "people.supported").miss("fewer_days", len(journeys)-len(a.supported[all]))
		}
	}
	return err
}

func (a *answer) support(at people, journey string) {
	if a.supported[at] == nil {
		a.supported[at] = map[string]bool{}
	}
	if !a.supported[at][journey] {
		a.supported[at][journey] = true
		f := a.at(at.service, at.month, "people.supported")
		f.Numerator++
		f.N++
	}
}

// stretch reads a span's days: from its first up to and without its last, which
// is at most the given one.
func stretch(fromText, toText string, after domain.Date) (from, to domain.Date, err error) {
	if from, err = domain.ParseDate(fromText); err != nil || toText == "" {
		return from, after, err
	}
	to, err = domain.ParseDate(toText)
	return from, min(to, after), err
}

// states counts the people supported by what held for them on the last day of
// the month.
func (a *answer) states() error {
	type state struct {
		month      int
		what, code string
	}
	held := map[state]map[string]bool{} // whose
	first, _ := month(a.filter.From)
	_, after := month(a.filter.To)
	some := map[string]bool{} // who is among the people supported in any month
	for _, journeys := range a.supported {
		maps.Copy(some, journeys)
	}
	err := a.each(func(scan func(...any) error) error {
		var what, journey, code, fromText, toText string
		if err := scan(&what, &journey, &code, &fromText, &toText); err != nil {
			return err
		}
		from, to, err := stretch(fromText, toText, after)
		if err != nil || !some[journey] {
			return err
		}
		for m := max(from, first).Month(); m <= a.filter.To; m++ {
			_, next := month(m)
			if last := next - 1; from > last || to <= last {
				continue
			}
			s := state{m, what, code}
			if held[s] == nil {
				held[s] = map[string]bool{}
			}
			held[s][journey] = true
		}
		return nil
	}, `SELECT what, journey, code, from_day, coalesce(to_day, '') FROM spans
		WHERE what IN ('aspiration', 'home', 'restriction', 'restriction_overdue') AND from_day < ?1 AND (to_day IS NULL OR to_day > ?2)`,
		after.String(), first.String())
	if err != nil {
		return err
	}
	means := []struct {
		outcome, what string
		codes         []string // any of them
	}{
		{"aspirations.living", "aspiration", []string{""}},
		{"restrictions.in_force", "restriction", []string{"agrees", "unsure", "disagrees", ""}},
		{"restrictions.overdue", "restriction_overdue", []string{""}},
		{"restrictions.agrees", "restriction", []string{"agrees"}},
		{"restrictions.unsure", "restriction", []string{"unsure"}},
		{"restrictions.disagrees", "restriction", []string{"disagrees"}},
		{"restrictions.agreement_not_recorded", "restriction", []string{""}},
	}
	for at, journeys := range a.supported {
		m, err := domain.ParseMonth(at.month)
		if err != nil {
			return err
		}
		for journey := range journeys {
			is := func(what string, codes ...string) bool {
				for _, code := range codes {
					if held[state{m, what, code}][journey] {
						return true
					}
				}
				return false
			}
			for _, yes := range means {
				if is(yes.what, yes.codes...) {
					a.at(at.service, at.month, yes.outcome).Numerator++
				}
			}
			switch f := a.at(at.service, at.month, "home.settled"); {
			case is("home", "Y"):
				f.said(1, 1)
			case is("home", "N"):
				f.said(0, 1)
			case is("home", "Z"):
				f.miss("declined", 1)
			case is("home", "9"):
				f.miss("not_known", 1)
			default:
				f.miss("not_recorded", 1)
			}
		}
	}
	return nil
}
