package projections

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// supported finds who was supported in a scope: those with enough active days in
// the window, each day counted once; and how many had some, but not enough.
// Somebody supported by several services counts once for each and once for all
// together.
func (w *window) supported(scope int) (people map[int]bool, fewer int) {
	some := map[int]bool{}
	people = map[int]bool{}
	for _, d := range w.people {
		if scope != w.q.together() && d.service != scope {
			continue
		}
		some[d.person] = true
		if d.days >= domain.ActiveDays(w.q.services[d.service].Kind) {
			people[d.person] = true
		}
	}
	return people, len(some) - len(people)
}

// activeDays are how many days of a window somebody was active with a service.
type activeDays struct{ person, service, days int }

// countDays counts everybody's active days in the window.
func (w *window) countDays() {
	type stretch struct {
		person, service int
		from, to        domain.Date
	}
	var stretches []stretch
	for i := range w.q.episodes {
		e := &w.q.episodes[i]
		for _, s := range e.active {
			from, to := max(s.From, w.first), w.after
			if s.To != 0 {
				to = min(to, s.To)
			}
			if from < to {
				stretches = append(stretches, stretch{e.person, e.service, from, to})
			}
		}
	}
	slices.SortFunc(stretches, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.person, b.person), cmp.Compare(a.from, b.from))
	})
	var until domain.Date
	for _, s := range stretches {
		last := len(w.people) - 1
		if last < 0 || w.people[last].person != s.person || w.people[last].service != s.service {
			w.people = append(w.people, activeDays{s.person, s.service, 0})
			last, until = last+1, 0
		}
		w.people[last].days += max(0, int(s.to-max(s.from, until)))
		until = max(until, s.to)
	}
}

// states counts the people supported by what held for them on the window's last
// day that is over.
func (w *window) states(supported map[int]bool, cells []cell) {
	if w.after == w.first {
		return // none of it is over, and nobody is supported
	}
	day := w.after - 1
	home, overdue, living, inForce := &cells[w.q.at("home.settled")], &cells[w.q.at("restrictions.overdue")], &cells[w.q.at("aspirations.living")],
		&cells[w.q.at("restrictions.in_force")]
	for person := range supported {
		settled, isOverdue, isLiving := "", false, false
		agreements := map[string]bool{}
		for _, s := range w.q.spans[person] {
			if s.From > day || s.To != 0 && s.To <= day {
				continue
			}
			switch s.what {
			case "home":
				settled = s.code
			case "aspiration":
				isLiving = true
			case "restriction_overdue":
				isOverdue = true
			case "restriction":
				agreements[cmp.Or(s.code, "agreement_not_recorded")] = true
			}
		}
		switch settled {
		case "Y", "N":
			home.share.Add(oneIf(settled == "Y"), 1)
		case "Z":
			home.miss("declined", 1)
		case "9":
			home.miss("not_known", 1)
		default:
			home.miss("not_recorded", 1)
		}
		living.yes += oneIf(isLiving)
		overdue.yes += oneIf(isOverdue)
		inForce.yes += oneIf(len(agreements) > 0)
		for agreement := range agreements {
			cells[w.q.at("restrictions."+agreement)].yes++
		}
	}
}
