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
	measures map[string][]domain.MeasureDefined // by id, the versions in order
	episodes map[string][]naiveEpisode          // by their start, in life order
	ratings  map[string][]naiveRating           // those that the journeys' entries hold
	today    domain.Date                        // the first day that is not over: of the last event, until somebody says another
}

func naiveOf(log []domain.Recorded) naive {
	n := naive{journeys: map[string][]domain.Recorded{}, services: map[string][]domain.Recorded{},
		measures: map[string][]domain.MeasureDefined{}, episodes: map[string][]naiveEpisode{}, ratings: map[string][]naiveRating{}}
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
					entry.Event, entry.Occurred, entry.Service, entry.Said = e.Replacement, e.Occurred, e.Service, r.Said
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
		case r.Stream.About == domain.AboutMeasure:
			n.measures[r.Stream.ID] = append(n.measures[r.Stream.ID], r.Event.(domain.MeasureDefined))
		}
	}
	for _, versions := range n.measures {
		slices.SortFunc(versions, func(a, b domain.MeasureDefined) int { return cmp.Compare(a.Version, b.Version) })
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
	for journey := range n.journeys {
		n.episodes[journey], n.ratings[journey] = n.episodesOf(journey), n.ratingsOf(journey)
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
