package domain

// An Outcome is one figure about a service and a period, defined as data so
// that what is counted can be read where it is shown.
type Outcome struct {
	ID       string
	Aim      Aim // or experience, or restrictions
	Title    string
	Sentence string // what is counted, in plain words
	Over     Over
	Version  int
}

// Over says what an outcome's figure is taken over.
type Over string

// What a figure may be taken over.
const (
	OverNothing Over = "nothing" // a count, with no share
	OverEntries Over = "entries" // the entries that say yes or no
	OverPeople  Over = "people"  // the people supported in the period
	OverLatest  Over = "latest"  // each person's latest answer in the period
	OverDue     Over = "due"     // the reviews that fell due
	OverState   Over = "state"   // the people supported, by what held for them at the period's end
)

// ActiveDays is how many active days in a period make somebody one of the
// people supported there: 28, and 1 for a crisis service.
func ActiveDays(kind ServiceKind) int {
	if kind == "crisis" {
		return 1
	}
	return 28
}

// Outcomes are every figure there is, in the order in which they are shown.
var Outcomes = []Outcome{
	{"people.supported", "support", "People supported", "People with enough active days in the period, pauses left out: 28, or 1 in a crisis service. Fewer: people with some days, but not enough.", OverState, 1},

	{"decisions.took_part", "decisions", "Took part", "Of decisions with the person's part recorded, those they took part in.", OverEntries, 1},
	{"decisions.led_or_shared", "decisions", "Led or shared", "Of decisions on consent with a role recorded, those the person made alone, after hearing others, or together with them.", OverEntries, 1},
	{"decisions.role_wanted", "decisions", "Had the role they wanted", "Of significant decisions the person did not make alone, those where their role was within one step of the one they wanted, and never others deciding instead of together.", OverEntries, 1},
	{"decisions.real_choice", "decisions", "A real choice", "Of significant decisions the person did not make alone, those with two options or more, each with a point for or against, and no change among them or marked impossible.", OverEntries, 1},
	{"decisions.reviewed_on_time", "decisions", "Reviewed on time", "Of reviews due in the period, those done by their date; reviews never done are included once their date has passed.", OverDue, 1},
	{"decisions.peer_offered", "decisions", "Peer support offered", "Of significant decisions, those where peer support was offered.", OverEntries, 1},
	{"decisions.people", "decisions", "People with a decision", "Of people supported, those with a decision made.", OverPeople, 1},

	{"activities.people", "activities", "People active", "Of people supported, those who took part in an activity.", OverPeople, 1},
	{"activities.people_mainstream", "activities", "People active in the community", "Of people supported, those who took part in an activity open to all.", OverPeople, 1},
	{"activities.chosen", "activities", "Chosen by the person", "Of activities attended where it was recorded who chose, those the person chose.", OverEntries, 1},

	{"home.settled", "home", "Settled home", "Of people supported whose home at the period's end is known to be settled or not, those settled.", OverState, 1},
	{"home.changed_chosen", "home", "Moved by choice", "Changes of home that the person chose.", OverNothing, 1},
	{"home.changed_agreed", "home", "Moved and agreed", "Changes of home that the person agreed to.", OverNothing, 1},
	{"home.changed_unsure", "home", "Moved and unsure", "Changes of home that the person was unsure of.", OverNothing, 1},
	{"home.changed_against", "home", "Moved against their wish", "Changes of home that the person was against.", OverNothing, 1},
	{"home.changed_not_recorded", "home", "Moved, wish not recorded", "Changes of home where the person's wish was not recorded.", OverNothing, 1},

	{"support.people_practical", "support", "Practical support", "Of people supported, those who had practical support.", OverPeople, 1},
	{"support.people_emotional", "support", "Emotional support", "Of people supported, those who had emotional support.", OverPeople, 1},
	{"support.people_social", "support", "Social support", "Of people supported, those who had social support.", OverPeople, 1},
	{"support.people_personal", "support", "Personal support", "Of people supported, those who had personal support.", OverPeople, 1},
	{"support.people_cultural", "support", "Cultural support", "Of people supported, those who had cultural support.", OverPeople, 1},
	{"support.people_spiritual", "support", "Spiritual support", "Of people supported, those who had spiritual support.", OverPeople, 1},
	{"support.people_by_peers", "support", "Support from peers", "Of people supported, those who had support from a peer.", OverPeople, 1},
	{"support.moved_on", "support", "Moved on as planned", "Support that ended as planned because the person moved on.", OverNothing, 1},
	{"support.ended_otherwise", "support", "Support ended otherwise", "Support that ended in another way; deaths are a line of their own.", OverNothing, 1},
	{"support.died", "support", "People who died", "People who died while supported. It is never counted as a bad outcome.", OverNothing, 1},

	{"confidence.rated", "confidence", "Rated their confidence", "Of people supported, those who rated their own confidence.", OverPeople, 1},

	{"life.rated", "life", "Rated their life", "Of people supported, those who rated their own life.", OverPeople, 1},
	{"life.measured", "life", "Filled in a measure", "Of people supported, those who filled in a measure themselves.", OverPeople, 1},

	{"aspirations.living", "aspirations", "Living aspirations", "Of people supported, those with an aspiration at the period's end that was neither reached, changed nor let go.", OverState, 1},
	{"aspirations.rated", "aspirations", "Rated their progress", "Of people supported, those who rated their progress with an aspiration themselves.", OverPeople, 1},
	{"aspirations.reached", "aspirations", "Aspirations reached", "Aspirations reached in the period.", OverNothing, 1},
	{"aspirations.changed", "aspirations", "Aspirations changed", "Aspirations changed into others in the period.", OverNothing, 1},
	{"aspirations.let_go", "aspirations", "Aspirations let go", "Aspirations let go in the period, which is not to fail.", OverNothing, 1},

	{"experience.quality", "experience", "Good quality", "Of people who answered, by their latest answer in the period, those who gave 4 or 5 of 5.", OverLatest, 1},
	{"experience.concerns_met", "experience", "Concerns met", "Of people who answered, by their latest answer in the period, those who gave 4 or 5 of 5.", OverLatest, 1},
	{"experience.needs_met", "experience", "Needs met", "Of people who answered, by their latest answer in the period, those who gave 4 or 5 of 5.", OverLatest, 1},
	{"experience.challenges", "experience", "Confident to take on challenges", "Of people who answered, by their latest answer in the period, those who gave 4 or 5 of 5.", OverLatest, 1},

	{"restrictions.in_force", "restrictions", "Living with a restriction", "Of people supported, those with a restriction in force at the period's end.", OverState, 1},
	{"restrictions.overdue", "restrictions", "Restriction not looked at in time", "Of people supported, those with a restriction at the period's end whose review is overdue.", OverState, 1},
	{"restrictions.agrees", "restrictions", "Agrees with a restriction", "Of people supported, those with a restriction in force at the period's end that they agree with.", OverState, 1},
	{"restrictions.unsure", "restrictions", "Unsure of a restriction", "Of people supported, those with a restriction in force at the period's end that they are unsure of.", OverState, 1},
	{"restrictions.disagrees", "restrictions", "Disagrees with a restriction", "Of people supported, those with a restriction in force at the period's end that they disagree with.", OverState, 1},
	{"restrictions.agreement_not_recorded", "restrictions", "Restriction, agreement not recorded", "Of people supported, those with a restriction in force at the period's end where it is not recorded whether they agree.", OverState, 1},
}

// A Tally is what one entry adds to one outcome.
type Tally struct {
	Outcome string
	On      Date   // the day it counts on
	Yes     YesNo  // whether it says yes; NotRecorded where it does not say
	Missing string // why it does not say: declined, not_recorded
	Code    string // what the entry says in more detail, where there is more
}

// good is the least answer of 1 to 5 that says that an experience was good.
const good = 4

// Tallies lists what a standing entry adds to the outcomes. Decisions are
// tallied by [Decision.Tallies], since several entries make one.
func Tallies(r Recorded) []Tally {
	var tallies []Tally
	on := r.Occurred.Date
	add := func(outcome string, yes YesNo, missing, code string) {
		tallies = append(tallies, Tally{outcome, on, yes, missing, code})
	}
	answer := func(outcome string, v Rating, least int) {
		switch n, ok := v.Value(); {
		case ok:
			add(outcome, yesIf(n >= least), "", "")
		case v == Declined:
			add(outcome, NotRecorded, "declined", "")
		}
	}
	own := func(outcome string, by RatedBy, declined bool) {
		switch {
		case by != "person":
		case declined:
			add(outcome, NotRecorded, "declined", "")
		default:
			add(outcome, Yes, "", "")
		}
	}
	switch e := r.Event.(type) {
	case ActivityAttended:
		add("activities.people", Yes, "", string(e.Activity))
		if e.Setting == "mainstream" {
			add("activities.people_mainstream", Yes, "", string(e.Activity))
		}
		add("activities.chosen", e.Chosen, missingIf(e.Chosen == NotRecorded), string(e.Setting))
	case HomeChanged:
		wish := string(e.Wish)
		if wish == "" {
			wish = "not_recorded"
		}
		add("home.changed_"+wish, Yes, "", string(e.Accommodation))
	case SupportGiven:
		for _, kind := range e.Kinds {
			add("support.people_"+string(kind), Yes, "", string(e.By))
		}
		if e.By == "peer" {
			add("support.people_by_peers", Yes, "", "")
		}
	case SupportEnded:
		switch {
		case e.Reason == "died":
			add("support.died", Yes, "", "")
		case e.Reason == "moved_on" && e.Planned == Yes:
			add("support.moved_on", Yes, "", "")
		default:
			add("support.ended_otherwise", Yes, "", string(e.Reason))
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
		add("aspirations."+string(e.How), Yes, "", "")
	case ExperienceShared:
		answer("experience.quality", e.Quality, good)
		answer("experience.concerns_met", e.ConcernsMet, good)
		answer("experience.needs_met", e.NeedsMet, good)
		answer("experience.challenges", e.Challenges, good)
	}
	return tallies
}

// Tallies lists what a decision adds to the outcomes.
func (d Decision) Tallies() []Tally {
	if d.Made == nil {
		return nil
	}
	made, on := d.Made.Event.(DecisionMade), d.Made.Occurred.Date
	tallies := []Tally{
		{"decisions.people", on, Yes, "", string(made.Area)},
		{"decisions.took_part", on, yesIf(made.Part == "took_part"), "", string(made.Part)},
	}
	if made.Part == "" {
		tallies[1] = Tally{"decisions.took_part", on, NotRecorded, missingIf(true), ""}
	}
	if level := made.Actual.Level(); made.Basis == "consent" {
		yes := yesIf(level <= 3)
		if level == 0 {
			yes = NotRecorded
		}
		tallies = append(tallies, Tally{"decisions.led_or_shared", on, yes, missingIf(level == 0), string(made.Actual)})
	}
	if d.Significant() {
		tallies = append(tallies, Tally{"decisions.peer_offered", on, yesIf(made.PeerOffered == Yes), "", ""})
		if !d.Alone() {
			if had := d.RoleHad(); had != 0 {
				tallies = append(tallies, Tally{"decisions.role_wanted", on, YesNo(had), "", ""})
			}
			if choice := d.RealChoice(); choice != 0 {
				tallies = append(tallies, Tally{"decisions.real_choice", on, YesNo(choice), "", ""})
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
			tallies = append(tallies, Tally{"decisions.reviewed_on_time", due, yesIf(review.Occurred.Date <= due), "", ""})
		}
		due = review.Event.(DecisionReviewed).ReviewBy
	}
	if due != 0 && (d.Ended == nil || d.Ended.Occurred.Date > due) {
		tallies = append(tallies, Tally{"decisions.reviewed_on_time", due, No, "", "never"})
	}
	return tallies
}

// Alone says whether the person made the decision alone, without us: nobody
// else decided and nobody took part.
func (d Decision) Alone() bool {
	if d.Made == nil {
		return false
	}
	made := d.Made.Event.(DecisionMade)
	return made.Actual == "1" && len(made.TookPart) == 0 && len(made.Deciders) == 1 && made.Deciders[0] == "person"
}

// RealChoice judges criterion D3: 1 for a real choice, −1 for none, and 0
// where it does not apply: one option or none, and a court, the Mental Health
// Act or urgency left no other.
func (d Decision) RealChoice() int {
	if d.Made == nil {
		return 0
	}
	made := d.Made.Event.(DecisionMade)
	if len(made.Options) < 2 {
		if made.Basis == "court" || made.Basis == "mental_health_act" || d.Question().Urgent == Yes {
			return 0
		}
		return -1
	}
	noChange := made.NoChangeImpossible == Yes
	for _, o := range made.Options {
		noChange = noChange || o.NoChange == Yes
		if o.For+o.Against == 0 {
			return -1
		}
	}
	if !noChange {
		return -1
	}
	return 1
}

func yesIf(b bool) YesNo {
	if b {
		return Yes
	}
	return No
}

func missingIf(b bool) string {
	if b {
		return "not_recorded"
	}
	return ""
}
