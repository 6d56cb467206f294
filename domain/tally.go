package domain

// A Tally is what one entry adds to one outcome.
type Tally struct {
	Outcome string
	On      Occurred // when it counts: its day says in which period, its place in life order which answer is the latest
	Value   float64  // 1 for yes, 0 for no; a rating; nothing where Missing says why
	Missing string   // why it does not say: declined, not_recorded
	Code    string   // what the entry says in more detail, where there is more
}

// Tallies lists what a standing entry adds to the outcomes. Decisions are
// tallied by [Decision.Tallies] and changes of home by [HomeTallies], since
// several entries make one.
func Tallies(r Recorded) []Tally {
	var tallies []Tally
	add := func(outcome string, value float64, missing, code string) {
		tallies = append(tallies, Tally{outcome, r.Occurred, value, missing, code})
	}
	answer := func(outcome string, v Rating, code string) {
		switch n, ok := v.Value(); {
		case ok:
			add(outcome, float64(n), "", code)
		case v == Declined:
			add(outcome, 0, "declined", code)
		}
	}
	own := func(outcome string, by RatedBy, declined bool) {
		switch {
		case by != "person":
		case declined:
			add(outcome, 0, "declined", "")
		default:
			add(outcome, 1, "", "")
		}
	}
	switch e := r.Event.(type) {
	case ActivityAttended:
		add("activities.people", 1, "", string(e.Activity))
		if e.Setting == "mainstream" {
			add("activities.people_mainstream", 1, "", "")
		}
		if e.Chosen == NotRecorded {
			add("activities.chosen", 0, "not_recorded", "")
		} else {
			add("activities.chosen", oneIf(e.Chosen == Yes), "", "")
		}
		answer("activities.valued", e.Valued, "")
	case SupportGiven:
		for _, kind := range e.Kinds {
			add("support.people_"+string(kind), 1, "", "")
		}
		if e.By == "peer" {
			add("support.people_by_peers", 1, "", "")
		}
		if e.RatedBy == "person" {
			answer("support.benefit", e.Benefit, howCode(e.How))
		}
	case SupportEnded:
		switch kind := EndKindOf(e); kind {
		case "died", "moved_on":
			add("support."+string(kind), 1, "", "")
		default:
			add("support.ended_otherwise", 1, "", string(e.Reason))
		}
	case ConfidenceRated:
		own("confidence.rated", e.By, e.Value == Declined)
	case LifeRated:
		own("life.rated", e.By, e.Value == Declined)
	case MeasureScored:
		own("life.measured", e.By, e.Declined)
	case AspirationRated:
		own("aspirations.rated", e.By, e.Progress == Declined)
	case AspirationClosed:
		add("aspirations."+string(e.How), 1, "", "")
	case ExperienceShared:
		answer("experience.quality", e.Quality, howCode(e.How))
		answer("experience.concerns_met", e.ConcernsMet, howCode(e.How))
		answer("experience.needs_met", e.NeedsMet, howCode(e.How))
		answer("experience.challenges", e.Challenges, howCode(e.How))
	}
	return tallies
}

func howCode(how HowGiven) string {
	if how == "" {
		return "not_recorded"
	}
	return string(how)
}

// A Placed is a tally with the entry that it is from.
type Placed struct {
	Tally
	Entry Recorded
}

// HomeTallies lists what the changes of home that stand add to the outcomes,
// given in life order: what the person wished, and from what to what they moved.
func HomeTallies(entries []Recorded) []Placed {
	var placed []Placed
	var before *HomeChanged
	for _, r := range entries {
		e, ok := r.Event.(HomeChanged)
		if !ok {
			continue
		}
		wish := string(e.Wish)
		if wish == "" {
			wish = "not_recorded"
		}
		placed = append(placed, Placed{Tally{"home.changed_" + wish, r.Occurred, 1, "", ""}, r})
		if before != nil {
			for _, domain := range []struct{ outcome, from, to string }{
				{"home.moved_staffing", string(before.Staffing), string(e.Staffing)},
				{"home.moved_support_level", string(before.SupportLevel), string(e.SupportLevel)},
				{"home.moved_move_on", string(before.MoveOn), string(e.MoveOn)},
				{"home.moved_setting", string(before.Setting), string(e.Setting)},
			} {
				t := Tally{domain.outcome, r.Occurred, 1, "", domain.from + " → " + domain.to}
				if domain.from == "" || domain.to == "" {
					t = Tally{domain.outcome, r.Occurred, 0, "not_recorded", ""}
				}
				placed = append(placed, Placed{t, r})
			}
		}
		before = &e
	}
	return placed
}

// Tallies lists what a decision adds to the outcomes.
func (d Decision) Tallies() []Tally {
	if d.Made == nil {
		return nil
	}
	made, on := d.Made.Event.(DecisionMade), d.Made.Occurred
	took := Tally{"decisions.took_part", on, oneIf(made.Part == "took_part"), "", string(made.Part)}
	if made.Part == "" {
		took = Tally{"decisions.took_part", on, 0, "not_recorded", ""}
	}
	tallies := []Tally{{"decisions.people", on, 1, "", ""}, took}
	if level := made.Actual.Level(); made.Basis == "consent" {
		led := Tally{"decisions.led_or_shared", on, oneIf(level <= 3), "", string(made.Actual)}
		if level == 0 {
			led = Tally{"decisions.led_or_shared", on, 0, "not_recorded", ""}
		}
		tallies = append(tallies, led)
	}
	if d.Significant() {
		tallies = append(tallies, Tally{"decisions.peer_offered", on, oneIf(made.PeerOffered == Yes), "", ""})
		if !d.Alone() {
			if had := d.RoleHad(); had != 0 {
				tallies = append(tallies, Tally{"decisions.role_wanted", on, oneIf(had > 0), "", ""})
			}
			if choice := d.RealChoice(); choice != 0 {
				tallies = append(tallies, Tally{"decisions.real_choice", on, oneIf(choice > 0), "", ""})
			}
		}
	}
	return append(tallies, d.reviewTallies(made)...)
}

// reviewTallies has one tally for each review that was due, on the day it was
// due by: yes where the decision was looked at by then, and a no with the code
// never where it was not looked at yet, which counts once that day has passed. A
// review that falls due after the decision ended is no longer wanted.
func (d Decision) reviewTallies(made DecisionMade) []Tally {
	var tallies []Tally
	due := made.ReviewBy
	for _, review := range d.Reviews {
		if due != 0 {
			tallies = append(tallies, Tally{"decisions.reviewed_on_time", On(due), oneIf(review.Occurred.Date <= due), "", ""})
		}
		due = review.Event.(DecisionReviewed).ReviewBy
	}
	if due != 0 && (d.Ended == nil || d.Ended.Occurred.Date > due) {
		tallies = append(tallies, Tally{"decisions.reviewed_on_time", On(due), 0, "", "never"})
	}
	return tallies
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
