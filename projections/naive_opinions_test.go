package projections

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// An opinion is what one entry says of one outcome.
type opinion struct {
	outcome, says string // yes, no, given, or why it does not say
	value         int    // of a rating that was given
	detail        string // how it was given, which kind of activity, from what to what
}

func yesOr(yes bool, no string) string {
	if yes {
		return "yes"
	}
	return no
}

// opinions lists what one entry says, beside reviews.
func (n naive) opinions(r domain.Recorded) (all []opinion) {
	add := func(outcome, says string) { all = append(all, opinion{outcome: outcome, says: says}) }
	own := func(outcome string, by domain.RatedBy, declined bool) {
		if by == "person" {
			add(outcome, yesOr(!declined, "declined"))
		}
	}
	answer := func(outcome string, rating domain.Rating, yes int, how string) {
		if v, ok := rating.Value(); ok {
			all = append(all, opinion{outcome, yesOr(v >= yes, "no"), v, cmp.Or(how, "not_recorded")})
		} else if rating == domain.Declined {
			add(outcome, "declined")
		}
	}
	switch e := r.Event.(type) {
	case domain.ActivityAttended:
		add("activities.people", "yes")
		if e.Setting == "mainstream" {
			add("activities.people_mainstream", "yes")
		}
		add("activities.chosen", map[domain.YesNo]string{domain.Yes: "yes", domain.No: "no", domain.NotRecorded: "not_recorded"}[e.Chosen])
		all = append(all, opinion{outcome: "activities.different", detail: string(e.Activity)})
		if v, ok := e.Valued.Value(); ok {
			all = append(all, opinion{outcome: "activities.valued", says: "given", value: v})
		} else if e.Valued == domain.Declined {
			add("activities.valued", "declined")
		} else {
			add("activities.valued", "not_recorded")
		}
	case domain.HomeChanged:
		add("home.changed_"+cmp.Or(string(e.Wish), "not_recorded"), "yes")
		all = append(all, n.moved(r, e)...)
	case domain.SupportGiven:
		for _, kind := range e.Kinds {
			add("support.people_"+string(kind), "yes")
		}
		if e.By == "peer" {
			add("support.people_by_peers", "yes")
		}
		if e.RatedBy == "person" {
			answer("support.benefit", e.Benefit, 10, string(e.How))
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
		answer("experience.quality", e.Quality, 4, string(e.How))
		answer("experience.concerns_met", e.ConcernsMet, 4, string(e.How))
		answer("experience.needs_met", e.NeedsMet, 4, string(e.How))
		answer("experience.challenges", e.Challenges, 4, string(e.How))
	case domain.DecisionMade:
		return n.decided(r, e)
	}
	return all
}

// moved compares a home with the one before it.
func (n naive) moved(r domain.Recorded, to domain.HomeChanged) (all []opinion) {
	var from *domain.HomeChanged
	for _, before := range n.journeys[r.Stream.ID] {
		if before.ID == r.ID {
			break
		}
		if e, ok := before.Event.(domain.HomeChanged); ok {
			from = &e
		}
	}
	if from == nil {
		return nil // the first home that is known
	}
	for outcome, codes := range map[string][2]string{
		"home.moved_staffing": {string(from.Staffing), string(to.Staffing)}, "home.moved_support_level": {string(from.SupportLevel), string(to.SupportLevel)},
		"home.moved_move_on": {string(from.MoveOn), string(to.MoveOn)}, "home.moved_setting": {string(from.Setting), string(to.Setting)},
	} {
		if codes[0] == "" || codes[1] == "" {
			all = append(all, opinion{outcome: outcome, says: "not_recorded"})
		} else {
			all = append(all, opinion{outcome: outcome, says: "yes", detail: codes[0] + " → " + codes[1]})
		}
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
	all := []opinion{{outcome: "decisions.people", says: "yes"}}
	add := func(outcome, says string) { all = append(all, opinion{outcome: outcome, says: says}) }
	switch e.Part {
	case "took_part":
		add("decisions.took_part", "yes")
	case "":
		add("decisions.took_part", "not_recorded")
	default:
		add("decisions.took_part", "no")
	}
	if e.Basis == "consent" {
		switch e.Actual {
		case "1", "2", "3":
			add("decisions.led_or_shared", "yes")
		case "4", "5":
			add("decisions.led_or_shared", "no")
		default:
			add("decisions.led_or_shared", "not_recorded")
		}
	}
	if weight == "everyday" && e.Area != "home" && e.Area != "restriction" && e.Area != "ending_support" && consent {
		return all
	}
	add("decisions.peer_offered", yesOr(e.PeerOffered == domain.Yes, "no"))
	if e.Actual == "1" && len(e.TookPart) == 0 && slices.Equal(e.Deciders, []domain.Decider{"person"}) {
		return all // alone, without us
	}
	if consent && preferred != "chose_not_to_say" {
		near := []string{"11", "12", "21", "22", "23", "32", "33", "43", "44", "45", "54", "55"} // wanted, had; never from together to others
		add("decisions.role_wanted", yesOr(slices.Contains(near, string(preferred)+string(e.Actual)), "no"))
	}
	choice := len(e.Options) >= 2
	noChange := e.NoChangeImpossible == domain.Yes
	for _, o := range e.Options {
		choice = choice && o.For+o.Against >= 1
		noChange = noChange || o.NoChange == domain.Yes
	}
	if len(e.Options) >= 2 || e.Basis != "court" && e.Basis != "mental_health_act" && urgent != domain.Yes {
		add("decisions.real_choice", yesOr(choice && noChange, "no"))
	}
	return all
}
