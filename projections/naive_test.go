package projections

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// A naive model of the outcomes, from the definitions' own sentences: loops over
// lists of entries, a day or a person at a time, and nothing remembered.
type naive struct {
	journeys map[string][]domain.Recorded // entries as they stand, in life order
	services map[string][]domain.Recorded
	today    domain.Date // of the last event
}

func naiveOf(log []domain.Recorded) naive {
	n := naive{journeys: map[string][]domain.Recorded{}, services: map[string][]domain.Recorded{}}
	var all []*domain.Recorded
	gone := map[string]bool{}
	for _, r := range log {
		n.today = domain.DateOf(r.At)
		switch e := r.Event.(type) {
		case domain.EntryWithdrawn:
			gone[e.Entry] = true
		case domain.EntryCorrected:
			for _, entry := range all {
				if entry.ID == e.Entry {
					entry.Event, entry.Occurred, entry.Service = e.Replacement, e.Occurred, e.Service
				}
			}
		case domain.PersonForgotten:
		default:
			all = append(all, &r)
		}
	}
	for _, r := range all {
		switch {
		case gone[r.ID]:
		case r.Stream.About == domain.AboutJourney:
			n.journeys[r.Stream.ID] = append(n.journeys[r.Stream.ID], *r)
		case r.Stream.About == domain.AboutService:
			n.services[r.Stream.ID] = append(n.services[r.Stream.ID], *r)
		}
	}
	for _, lists := range []map[string][]domain.Recorded{n.journeys, n.services} {
		for _, list := range lists {
			slices.SortFunc(list, func(a, b domain.Recorded) int {
				clock := func(r domain.Recorded) int64 {
					if !r.Occurred.Moment {
						return -1
					}
					return int64(r.Occurred.Clock)
				}
				return cmp.Or(cmp.Compare(a.Occurred.Date, b.Occurred.Date), cmp.Compare(clock(a), clock(b)), cmp.Compare(a.Position, b.Position))
			})
		}
	}
	return n
}

// facts gives what a service is, and its first and last day.
func (n naive) facts(service string) (facts domain.ServiceFacts, opened, closed domain.Date) {
	for _, r := range n.services[service] {
		switch e := r.Event.(type) {
		case domain.ServiceOpened:
			facts, opened = e.ServiceFacts, r.Occurred.Date
		case domain.ServiceChanged:
			facts = e.ServiceFacts
		case domain.ServiceClosed:
			closed = r.Occurred.Date
		}
	}
	return facts, opened, closed
}

// active says whether a person was with a service on a day, and not resting.
func (n naive) active(journey, service string, day domain.Date) bool {
	for _, start := range n.journeys[journey] {
		if _, ok := start.Event.(domain.SupportStarted); !ok || start.Service != service || start.Occurred.Date > day {
			continue
		}
		last, resting := domain.Date(1<<30), false
		for _, r := range n.journeys[journey] {
			switch e := r.Event.(type) {
			case domain.SupportEnded:
				if e.Support == start.ID {
					last = r.Occurred.Date
				}
			case domain.SupportPaused:
				if e.Support == start.ID && r.Occurred.Date <= day {
					resting = true
				}
			case domain.SupportResumed:
				if e.Support == start.ID && r.Occurred.Date <= day {
					resting = false
				}
			}
		}
		if day <= last && !resting {
			return true
		}
	}
	return false
}

// stands finds the entry with an id, if it stands.
func (n naive) stands(journey, id string) (domain.Recorded, bool) {
	for _, r := range n.journeys[journey] {
		if r.ID == id {
			return r, true
		}
	}
	return domain.Recorded{}, false
}

// ends says whether no other entry ends the same thing later, and the thing is there.
func (n naive) ends(r domain.Recorded) bool {
	thing := func(r domain.Recorded) string {
		switch e := r.Event.(type) {
		case domain.SupportEnded:
			return e.Support
		case domain.AspirationClosed:
			return e.Aspiration
		}
		return ""
	}
	if _, ok := n.stands(r.Stream.ID, thing(r)); !ok {
		return false
	}
	var last string
	for _, other := range n.journeys[r.Stream.ID] {
		if thing(other) == thing(r) {
			last = other.ID
		}
	}
	return last == r.ID
}

// An opinion is what one entry says of one outcome.
type opinion struct{ outcome, says string }

func yesOr(yes bool, no string) string {
	if yes {
		return "yes"
	}
	return no
}

// opinions lists what one entry says, beside reviews.
func (n naive) opinions(r domain.Recorded) (all []opinion) {
	add := func(outcome, says string) { all = append(all, opinion{outcome, says}) }
	own := func(outcome string, by domain.RatedBy, declined bool) {
		if by == "person" {
			add(outcome, yesOr(!declined, "declined"))
		}
	}
	switch e := r.Event.(type) {
	case domain.ActivityAttended:
		add("activities.people", "yes")
		if e.Setting == "mainstream" {
			add("activities.people_mainstream", "yes")
		}
		add("activities.chosen", map[domain.YesNo]string{domain.Yes: "yes", domain.No: "no", domain.NotRecorded: "not_recorded"}[e.Chosen])
	case domain.HomeChanged:
		add("home.changed_"+cmp.Or(string(e.Wish), "not_recorded"), "yes")
	case domain.SupportGiven:
		for _, kind := range e.Kinds {
			add("support.people_"+string(kind), "yes")
		}
		if e.By == "peer" {
			add("support.people_by_peers", "yes")
		}
	case domain.SupportEnded:
		switch {
		case !n.ends(r):
		case e.Reason == "died":
			add("support.died", "yes")
		case e.Reason == "moved_on" && e.Planned == domain.Yes:
			add("support.moved_on", "yes")
		default:
			add("support.ended_otherwise", "yes")
		}
	case domain.AspirationClosed:
		if n.ends(r) {
			add("aspirations."+string(e.How), "yes")
		}
	case domain.ConfidenceRated:
		own("confidence.rated", e.By, e.Value == domain.Declined)
	case domain.LifeRated:
		own("life.rated", e.By, e.Value == domain.Declined)
	case domain.MeasureScored:
		own("life.measured", e.By, e.Declined)
	case domain.AspirationRated:
		own("aspirations.rated", e.By, e.Progress == domain.Declined)
	case domain.ExperienceShared:
		for outcome, answer := range map[string]domain.Rating{"quality": e.Quality, "concerns_met": e.ConcernsMet, "needs_met": e.NeedsMet, "challenges": e.Challenges} {
			if v, ok := answer.Value(); ok {
				add("experience."+outcome, yesOr(v >= 4, "no"))
			} else if answer == domain.Declined {
				add("experience."+outcome, "declined")
			}
		}
	case domain.DecisionMade:
		return n.decided(r, e)
	}
	return all
}

// decided lists what a decision says, with what only the raising of it tells.
func (n naive) decided(r domain.Recorded, e domain.DecisionMade) []opinion {
	weight, preferred, urgent := e.Weight, e.Preferred, e.Urgent
	if raised, ok := n.stands(r.Stream.ID, e.Decision); ok {
		q := raised.Event.(domain.DecisionRaised)
		weight, preferred, urgent = cmp.Or(weight, q.Weight), cmp.Or(preferred, q.Preferred), cmp.Or(urgent, q.Urgent)
	}
	consent := e.Basis == "consent" || e.Basis == ""
	all := []opinion{{"decisions.people", "yes"}, {"decisions.took_part", yesOr(e.Part == "took_part", yesOr(e.Part != "", "not_recorded"))}}
	if e.Part != "" && e.Part != "took_part" {
		all[1].says = "no"
	}
	if e.Basis == "consent" {
		switch e.Actual {
		case "1", "2", "3":
			all = append(all, opinion{"decisions.led_or_shared", "yes"})
		case "4", "5":
			all = append(all, opinion{"decisions.led_or_shared", "no"})
		default:
			all = append(all, opinion{"decisions.led_or_shared", "not_recorded"})
		}
	}
	if weight == "everyday" && e.Area != "home" && e.Area != "restriction" && e.Area != "ending_support" && consent {
		return all
	}
	all = append(all, opinion{"decisions.peer_offered", yesOr(e.PeerOffered == domain.Yes, "no")})
	if e.Actual == "1" && len(e.TookPart) == 0 && slices.Equal(e.Deciders, []domain.Decider{"person"}) {
		return all // alone, without us
	}
	if consent && preferred != "chose_not_to_say" {
		near := []string{"11", "12", "21", "22", "23", "32", "33", "43", "44", "45", "54", "55"} // wanted, had; never from together to others
		all = append(all, opinion{"decisions.role_wanted", yesOr(slices.Contains(near, string(preferred)+string(e.Actual)), "no")})
	}
	choice := len(e.Options) >= 2
	noChange := e.NoChangeImpossible == domain.Yes
	for _, o := range e.Options {
		choice = choice && o.For+o.Against >= 1
		noChange = noChange || o.NoChange == domain.Yes
	}
	if len(e.Options) >= 2 || e.Basis != "court" && e.Basis != "mental_health_act" && urgent != domain.Yes {
		all = append(all, opinion{"decisions.real_choice", yesOr(choice && noChange, "no")})
	}
	return all
}

// A review that was due: whose, when, and whether it was done.
type review struct {
	made domain.Recorded
	due  domain.Date
	says string // yes, no or not_yet_due
}

func (n naive) reviews(journey string) (all []review) {
	for _, made := range n.journeys[journey] {
		e, ok := made.Event.(domain.DecisionMade)
		if !ok {
			continue
		}
		id, due, ended := cmp.Or(e.Decision, made.ID), e.ReviewBy, domain.Date(1<<30)
		for _, r := range n.journeys[journey] {
			switch e := r.Event.(type) {
			case domain.DecisionReviewed:
				if e.Decision != id {
					continue
				}
				if due != 0 {
					all = append(all, review{made, due, yesOr(r.Occurred.Date <= due, "no")})
				}
				if due = e.ReviewBy; e.Outcome == "reversed" {
					ended = r.Occurred.Date
				}
			case domain.DecisionReversed:
				if e.Decision == id {
					ended = r.Occurred.Date
				}
			case domain.DecisionClosed:
				if e.Decision == id {
					ended = r.Occurred.Date
				}
			}
		}
		if due != 0 && due < ended {
			says := "no"
			if due >= n.today {
				says = "not_yet_due"
			}
			all = append(all, review{made, due, says})
		}
	}
	return all
}

// states lists what held for a person on a day.
func (n naive) states(journey string, day domain.Date) map[string]bool {
	holds := map[string]bool{}
	home := "home not_recorded"
	for _, r := range n.journeys[journey] {
		if r.Occurred.Date > day {
			continue
		}
		switch e := r.Event.(type) {
		case domain.HomeChanged:
			home = "home " + cmp.Or(string(e.Settled), "not_recorded")
		case domain.AspirationSet:
			living := true
			for _, c := range n.journeys[journey] {
				if e, ok := c.Event.(domain.AspirationClosed); ok && e.Aspiration == r.ID {
					living = c.Occurred.Date > day
				}
			}
			holds["aspirations.living"] = holds["aspirations.living"] || living
		case domain.RestrictionStarted:
			due, agreement, over, begun := e.ReviewBy, e.Agreement, false, false
			for _, c := range n.journeys[journey] {
				begun = begun || c.ID == r.ID
				if !begun || c.Occurred.Date > day {
					continue
				}
				switch e := c.Event.(type) {
				case domain.RestrictionReviewed:
					if e.Restriction == r.ID && !over {
						due, agreement = e.ReviewBy, cmp.Or(e.Agreement, agreement)
					}
				case domain.RestrictionEnded:
					over = over || e.Restriction == r.ID
				}
			}
			if !over {
				holds["restrictions.in_force"] = true
				holds["restrictions."+cmp.Or(string(agreement), "agreement_not_recorded")] = true
				holds["restrictions.overdue"] = holds["restrictions.overdue"] || due != 0 && due < day
			}
		}
	}
	holds[home] = true
	return holds
}
