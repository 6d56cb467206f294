package projections

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

// outcomes lists the definitions, those of measures last.
func (n naive) outcomes() []domain.Outcome {
	all := slices.Clone(domain.Outcomes)
	for _, id := range slices.Sorted(maps.Keys(n.measures)) {
		for _, m := range n.measures[id] {
			all = append(all, domain.MeasureOutcomes(id, m)...)
		}
	}
	return all
}

// open lists the services that were open on a day of a period.
func (n naive) open(p domain.Period) (open []string) {
	first, after := p.Days()
	for _, id := range slices.Sorted(maps.Keys(n.services)) {
		if _, opened, closed := n.facts(id); opened < after && (closed == 0 || closed >= first) {
			open = append(open, id)
		}
	}
	return open
}

// end gives the last day of a period that is over. It is before the period's
// first day where none is.
func (n naive) end(p domain.Period) domain.Date {
	_, after := p.Days()
	return min(after, n.today) - 1
}

// all lists every figure of some periods: each service's and then all together.
func (n naive) all(periods []domain.Period) (figures []domain.Figure) {
	for _, service := range append(slices.Sorted(maps.Keys(n.services)), "") {
		for _, p := range periods {
			if open := n.open(p); service == "" && len(open) > 0 || slices.Contains(open, service) {
				figures = append(figures, n.figures(service, p)...)
			}
		}
	}
	return figures
}

// figures counts everything for one service, or all together, in one period.
func (n naive) figures(service string, p domain.Period) (figures []domain.Figure) {
	people, state := n.people(service, p), n.state(service, p)
	silent := !slices.ContainsFunc(people, func(one naivePerson) bool { return one.recorded })
	for _, o := range n.outcomes() {
		var counted []domain.Figure
		switch o.Over {
		case domain.OverChange:
			counted = n.changes(service, p, o)
		case domain.OverEndings:
			counted = n.timeToMoveOn(service, p)
		default:
			counted = []domain.Figure{n.count(o, people)}
		}
		for _, f := range counted {
			f.Service, f.Period, f.Outcome, f.Version, f.State = service, p, o.ID, o.Version, state
			f.NoEntries = silent
			figures = append(figures, f)
		}
	}
	return figures
}

// state says whether a period is over, and whether entries about its last day may
// still come: its service's working days for that are counted one by one.
func (n naive) state(service string, p domain.Period) domain.FigureState {
	_, after := p.Days()
	if after > n.today {
		return "not_over"
	}
	for _, id := range n.open(p) {
		if service != "" && id != service {
			continue
		}
		facts, _, _ := n.facts(id)
		day := after - 1
		for left := cmp.Or(facts.LateDays, 2); left > 0; {
			day++
			weekend := day.Time().Weekday() == time.Saturday || day.Time().Weekday() == time.Sunday
			if !weekend && !slices.Contains(facts.Holidays, day) {
				left--
			}
		}
		if day >= n.today {
			return "may_change"
		}
	}
	return ""
}

// A naivePerson is what can be said of somebody in a period.
type naivePerson struct {
	supported, some bool                 // with enough active days; with any
	recorded        bool                 // whether any entry there says anything
	said            map[string][]opinion // by outcome, in life order
	holds           map[string]bool      // at the period's end
}

func (n naive) people(service string, p domain.Period) (all []naivePerson) {
	first, after := p.Days()
	for journey, entries := range n.journeys {
		one := naivePerson{said: map[string][]opinion{}, holds: n.states(journey, n.end(p))}
		for id := range n.services {
			if service != "" && id != service {
				continue
			}
			facts, _, _ := n.facts(id)
			days, enough := 0, 28
			if facts.Kind == "crisis" {
				enough = 1
			}
			for day := first; day < after && day < n.today; day++ {
				if n.active(journey, id, day) {
					days++
				}
			}
			one.supported, one.some = one.supported || days >= enough, one.some || days > 0
		}
		for _, r := range entries {
			if service != "" && r.Service != service || r.Occurred.Date < first || r.Occurred.Date >= after {
				continue
			}
			for _, o := range n.opinions(r) {
				one.said[o.outcome] = append(one.said[o.outcome], o)
				one.recorded = true
			}
		}
		for _, r := range n.reviews(journey) {
			if r.due >= first && r.due < after && (service == "" || r.made.Service == service) {
				one.said["decisions.reviewed_on_time"] = append(one.said["decisions.reviewed_on_time"], opinion{says: r.says})
			}
		}
		all = append(all, one)
	}
	return all
}

// count takes one outcome over people.
func (n naive) count(o domain.Outcome, people []naivePerson) domain.Figure {
	supported := slices.DeleteFunc(slices.Clone(people), func(one naivePerson) bool { return !one.supported })
	switch {
	case o.ID == "people.supported":
		few := 0
		for _, one := range people {
			if one.some && !one.supported {
				few++
			}
		}
		return domain.Figure{Numerator: new(len(supported)), N: len(supported), Missing: n.unlessNone(map[string]int{"fewer_days": few})}
	case o.ID == "home.settled":
		return n.share(supported, func(one naivePerson) (yes, no int, missing string) {
			switch {
			case one.holds["home Y"]:
				return 1, 0, ""
			case one.holds["home N"]:
				return 0, 1, ""
			case one.holds["home Z"]:
				return 0, 0, "declined"
			case one.holds["home 9"]:
				return 0, 0, "not_known"
			}
			return 0, 0, "not_recorded"
		})
	case o.Over == domain.OverState:
		return n.share(supported, func(one naivePerson) (yes, no int, missing string) {
			if one.holds[o.ID] {
				return 1, 0, ""
			}
			return 0, 1, ""
		})
	case o.Over == domain.OverPeople:
		f := n.share(supported, func(one naivePerson) (yes, no int, missing string) {
			if slices.ContainsFunc(one.said[o.ID], func(said opinion) bool { return said.says == "yes" }) {
				return 1, 0, ""
			}
			return 0, 1, ""
		})
		declined := 0
		for _, one := range supported {
			said := one.said[o.ID]
			if len(said) > 0 && !slices.ContainsFunc(said, func(said opinion) bool { return said.says == "yes" }) {
				declined++
			}
		}
		f.Missing = n.unlessNone(map[string]int{"declined": declined})
		return f
	case o.Over == domain.OverLatest:
		return n.latest(o, people)
	case o.ID == "activities.different":
		return n.different(supported)
	case o.ID == "activities.valued":
		return n.valued(people)
	case o.Over == domain.OverNothing:
		f := domain.Figure{Numerator: new(0)}
		for _, one := range people {
			*f.Numerator += len(one.said[o.ID])
			f.N += min(1, len(one.said[o.ID]))
		}
		return f
	case o.Over == domain.OverMoves:
		return n.moves(o, people)
	}
	return n.entries(o, people)
}

// share counts people, each of whom says yes, no or why not.
func (n naive) share(people []naivePerson, of func(naivePerson) (yes, no int, missing string)) domain.Figure {
	f := domain.Figure{Numerator: new(0), Denominator: new(0)}
	missing := map[string]int{}
	for _, one := range people {
		yes, no, why := of(one)
		*f.Numerator += yes
		*f.Denominator += yes + no
		if why != "" {
			missing[why]++
		}
	}
	f.N, f.Missing = *f.Denominator, n.unlessNone(missing)
	if f.N > 0 {
		f.Value = new(float64(*f.Numerator) / float64(f.N))
	}
	if f.N >= 10 {
		f.Lower, f.Upper = n.wilson(float64(*f.Numerator), float64(f.N))
	}
	return f
}

// entries counts entries, of which a person may have several.
func (n naive) entries(o domain.Outcome, people []naivePerson) domain.Figure {
	f := domain.Figure{Numerator: new(0), Denominator: new(0)}
	missing := map[string]int{}
	var ys, ns []float64 // of each person
	for _, one := range people {
		yes, all := 0, 0
		for _, said := range one.said[o.ID] {
			switch said.says {
			case "yes":
				yes, all = yes+1, all+1
			case "no":
				all++
			default:
				missing[said.says]++
			}
		}
		if all > 0 {
			*f.Numerator += yes
			*f.Denominator += all
			f.N++
			ys, ns = append(ys, float64(yes)), append(ns, float64(all))
		}
	}
	f.Missing = n.unlessNone(missing)
	if f.N == 0 {
		return f
	}
	k, yes, all := float64(f.N), float64(*f.Numerator), float64(*f.Denominator)
	rate := yes / all
	f.Value = &rate
	if f.N < 10 {
		return f
	}
	squares, residuals := 0.0, 0.0
	for i := range ns {
		squares += ns[i] * ns[i]
		residuals += (ys[i] - rate*ns[i]) * (ys[i] - rate*ns[i])
	}
	effect := squares / all
	if rate > 0 && rate < 1 {
		variance := k / (k - 1) * residuals / (all * all)
		effect = max(1, variance/(rate*(1-rate)/all))
	}
	f.Lower, f.Upper = n.wilson(yes/effect, all/effect)
	return f
}

// latest counts each person's latest answer.
func (n naive) latest(o domain.Outcome, people []naivePerson) domain.Figure {
	last := func(one naivePerson) (opinion, bool) {
		said := one.said[o.ID]
		if len(said) == 0 {
			return opinion{}, false
		}
		return said[len(said)-1], true
	}
	f := n.share(people, func(one naivePerson) (yes, no int, missing string) {
		switch answer, asked := last(one); {
		case !asked:
			return 0, 0, ""
		case answer.says == "yes":
			return 1, 0, ""
		case answer.says == "no":
			return 0, 1, ""
		default:
			return 0, 0, answer.says
		}
	})
	answers, how := []int(nil), map[string]int{}
	for _, one := range people {
		if answer, asked := last(one); asked && answer.says != "declined" {
			answers = append(answers, answer.value)
			how[answer.detail]++
		}
	}
	from, to := 1, 5
	if o.ID == "support.benefit" {
		from, to = 0, 10
	}
	f.Distribution, f.How = n.distribution(answers, from, to), n.unlessNone(how)
	return f
}

// different is how many kinds of activity each person supported took part in.
func (n naive) different(supported []naivePerson) domain.Figure {
	f := domain.Figure{N: len(supported)}
	var kinds []int
	for _, one := range supported {
		different := map[string]bool{} // an activity without a kind has the kind ""
		for _, said := range one.said["activities.different"] {
			different[said.detail] = true
		}
		kinds = append(kinds, len(different))
	}
	if f.N > 0 {
		slices.Sort(kinds)
		f.Value = new(float64(kinds[(f.N-1)/2]+kinds[f.N/2]) / 2)
		f.Distribution = n.distribution(kinds, 0, kinds[f.N-1])
	}
	return f
}

// valued is the mean over people of each one's own mean.
func (n naive) valued(people []naivePerson) domain.Figure {
	var f domain.Figure
	missing := map[string]int{}
	var means []float64
	var whole []int
	for _, one := range people {
		sum, rated, declined := 0, 0, false
		for _, said := range one.said["activities.valued"] {
			declined = declined || said.says == "declined"
			if said.says == "given" {
				sum, rated = sum+said.value, rated+1
			}
		}
		switch {
		case rated > 0:
			means, whole = append(means, float64(sum)/float64(rated)), append(whole, sum/rated)
		case declined:
			missing["declined"]++
		case len(one.said["activities.valued"]) > 0:
			missing["not_recorded"]++
		}
	}
	f.N, f.Missing, f.Distribution = len(means), n.unlessNone(missing), n.distribution(whole, 0, 10)
	f.Value, f.Lower, f.Upper = n.mean(means)
	return f
}

// moves counts from what to what people moved.
func (n naive) moves(o domain.Outcome, people []naivePerson) domain.Figure {
	f := domain.Figure{Numerator: new(0)}
	missing, times := map[string]int{}, map[string]int{}
	for _, one := range people {
		some := false
		for _, said := range one.said[o.ID] {
			if said.says == "not_recorded" {
				missing[said.says]++
				continue
			}
			*f.Numerator++
			times[said.detail]++
			some = true
		}
		if some {
			f.N++
		}
	}
	f.Missing = n.unlessNone(missing)
	for _, move := range slices.Sorted(maps.Keys(times)) {
		f.Distribution = append(f.Distribution, domain.Answered{Answer: move, N: times[move]})
	}
	return f
}
