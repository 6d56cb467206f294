package domain

import (
	"slices"
	"strconv"
	"strings"
)

// Who counts, in the words that several definitions share.
const (
	supported = "People with enough active days in the period, pauses left out."
	decided   = "Decisions made in the period."
	weighty   = "Significant decisions made in the period that the person did not make alone."
	moved     = "Changes of home in the period."
	restricts = "People supported with a restriction in force on the period's last day."
)

// Parameters that several definitions share.
var (
	enoughDays = []Parameter{{"active_days", enoughDaysActive, "days"}, {"active_days_crisis", enoughDaysInCrisis, "days"}}
	goodAnswer = []Parameter{{"good", good, "of 5"}, {"top", 5, "of 5"}}
	pairing    = []Parameter{
		{"first_within", firstWithin, "days of the start"}, {"later_after", laterAfter, "days after the first"}, {"due", PairDueAfter, "days from the start"},
		{"first_within_crisis", firstWithinCrisis, "days of the start"}, {"later_within_crisis", laterWithinCrisis, "days of the end"}, {"up_or_down", 2, "points"},
	}
)

// good is the least answer of 1 to 5 that says that an experience was good.
const good = 4

// Outcomes are every figure there is but those of measures, which
// [MeasureOutcomes] gives, in the order in which they are shown.
var Outcomes = slices.Concat([]Outcome{
	{ID: "people.supported", Aim: "support", Title: "People supported", Over: OverState, Unit: "people", Better: "neither", Version: 2,
		Sentence: "People with enough active days in the period, pauses left out: 28, or 1 in a crisis service; only days that are over count. Beside it, as missing for fewer_days, people with some days but not enough. Somebody with several services counts once for each and once for all together.",
		Who:      "Everybody with an active day in the period.", Numerator: "people with enough active days", Parameters: enoughDays},

	{ID: "decisions.took_part", Aim: "decisions", Title: "Took part", Over: OverEntries, Unit: "share of decisions", Better: "up", Version: 1,
		Sentence: "Of decisions with the person's part recorded, those they took part in.",
		Who:      decided, Numerator: "the person took part", Denominator: "decisions with the person's part recorded"},
	{ID: "decisions.led_or_shared", Aim: "decisions", Title: "Led or shared", Over: OverEntries, Unit: "share of decisions", Better: "up", Version: 1,
		Sentence: "Of decisions on consent with a role recorded, those the person made alone, after hearing others, or together with them.",
		Who:      decided, Numerator: "the person's role was 1, 2 or 3", Denominator: "decisions on consent with a role recorded", Parameters: []Parameter{{"role", 3, "of 5, at most"}}},
	{ID: "decisions.role_wanted", Aim: "decisions", Title: "Had the role they wanted", Over: OverEntries, Unit: "share of decisions", Better: "up", Version: 1,
		Sentence: "Of significant decisions the person did not make alone, those where their role was within one step of the one they wanted, and never others deciding instead of together. Not having been asked counts as no; having chosen not to say does not count.",
		Who:      weighty, Numerator: "criterion D6 passes", Denominator: "criterion D6 passes or fails", Parameters: []Parameter{{"steps", 1, "at most"}}},
	{ID: "decisions.real_choice", Aim: "decisions", Title: "A real choice", Over: OverEntries, Unit: "share of decisions", Better: "up", Version: 1,
		Sentence: "Of significant decisions the person did not make alone, those with two options or more, each with a point for or against, and no change among them or marked impossible.",
		Who:      weighty, Numerator: "criterion D3 passes", Denominator: "criterion D3 passes or fails", Parameters: []Parameter{{"options", 2, "at least"}}},
	{ID: "decisions.reviewed_on_time", Aim: "decisions", Title: "Reviewed on time", Over: OverDue, Unit: "share of reviews", Better: "up", Version: 1,
		Sentence: "Of reviews due in the period, those done by their date. Reviews never done are included once their date has passed; until then they are missing for not_yet_due.",
		Who:      "Reviews whose date falls in the period.", Numerator: "done by their date", Denominator: "due in the period, those never done included"},
	{ID: "decisions.peer_offered", Aim: "decisions", Title: "Peer support offered", Over: OverEntries, Unit: "share of decisions", Better: "up", Version: 1,
		Sentence: "Of significant decisions, those where it is recorded that peer support was offered.",
		Who:      "Significant decisions made in the period.", Numerator: "peer support was offered", Denominator: "significant decisions"},
	{ID: "decisions.people", Aim: "decisions", Title: "People with a decision", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those with a decision made.",
		Who:      supported, Numerator: "people with a decision made", Denominator: "people supported", Parameters: enoughDays},

	{ID: "activities.people", Aim: "activities", Title: "People active", Over: OverPeople, Unit: "share of people", Better: "up", Version: 1,
		Sentence: "Of people supported, those who took part in an activity.",
		Who:      supported, Numerator: "people who attended an activity", Denominator: "people supported", Parameters: enoughDays},
	{ID: "activities.people_mainstream", Aim: "activities", Title: "People active in the community", Over: OverPeople, Unit: "share of people", Better: "up", Version: 1,
		Sentence: "Of people supported, those who took part in an activity open to all.",
		Who:      supported, Numerator: "people who attended a mainstream activity", Denominator: "people supported", Parameters: enoughDays},
	{ID: "activities.chosen", Aim: "activities", Title: "Chosen by the person", Over: OverEntries, Unit: "share of activities", Better: "up", Version: 1,
		Sentence: "Of activities attended where it was recorded who chose, those the person chose.",
		Who:      "Activities attended in the period.", Numerator: "chosen by the person", Denominator: "activities with that recorded"},
	{ID: "activities.different", Aim: "activities", Title: "Different activities", Over: OverValues, Unit: "kinds of activity", Better: "neither", Version: 1,
		Sentence: "How many different kinds of activity each person supported took part in: the median, and how many people had none, one, two and so on. Activities without a kind count as one more kind.",
		Who:      supported, Value: "the median over people, those with none included", Parameters: enoughDays},
	{ID: "activities.valued", Aim: "activities", Title: "How much activities were valued", Over: OverValues, Unit: "0 to 10", Better: "up", Version: 1,
		Sentence: "How much each person valued the activities they took part in: the mean over people of each person's own mean, and how many people's means fall from 0 up to 1, from 1 up to 2 and so on.",
		Who:      "People who attended an activity in the period; missing are those who chose not to rate any, and those never asked.", Value: "the mean over people of each person's mean"},

	{ID: "home.settled", Aim: "home", Title: "Settled home", Over: OverState, Unit: "share of people", Better: "up", Version: 1,
		Sentence: "Of people supported whose home at the period's end is known to be settled or not, those settled.",
		Who:      supported, Numerator: "settled (Y)", Denominator: "settled or not (Y and N)", Parameters: enoughDays},
	{ID: "home.changed_chosen", Aim: "home", Title: "Moved by choice", Over: OverNothing, Unit: "moves", Better: "neither", Version: 1,
		Sentence: "Changes of home that the person chose.", Who: moved, Numerator: "chosen"},
	{ID: "home.changed_agreed", Aim: "home", Title: "Moved and agreed", Over: OverNothing, Unit: "moves", Better: "neither", Version: 1,
		Sentence: "Changes of home that the person agreed to.", Who: moved, Numerator: "agreed"},
	{ID: "home.changed_unsure", Aim: "home", Title: "Moved and unsure", Over: OverNothing, Unit: "moves", Better: "neither", Version: 1,
		Sentence: "Changes of home that the person was unsure of.", Who: moved, Numerator: "unsure"},
	{ID: "home.changed_against", Aim: "home", Title: "Moved against their wish", Over: OverNothing, Unit: "moves", Better: "down", Version: 1,
		Sentence: "Changes of home that the person was against.", Who: moved, Numerator: "against"},
	{ID: "home.changed_not_recorded", Aim: "home", Title: "Moved, wish not recorded", Over: OverNothing, Unit: "moves", Better: "neither", Version: 1,
		Sentence: "Changes of home where the person's wish was not recorded.", Who: moved, Numerator: "wish not recorded"},
}, moveOutcomes(), supportOutcomes(), []Outcome{
	{ID: "support.people_by_peers", Aim: "support", Title: "Support from peers", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those who had support from a peer.",
		Who:      supported, Numerator: "people with support from a peer", Denominator: "people supported", Parameters: enoughDays},
	{ID: "support.benefit", Aim: "support", Title: "Benefit from support", Over: OverLatest, Unit: "share of people", Better: "up", Version: 1,
		Sentence: "Of people who rated how much they benefited from support themselves, by their latest rating in the period, those who gave the highest, 10; and how many gave each rating. Missing are those whose latest answer was that they chose not to rate.",
		Who:      "People asked in the period; only their own ratings.", Numerator: "rated 10", Denominator: "people who rated", Parameters: []Parameter{{"good", 10, "of 10"}, {"top", 10, "of 10"}}},
	{ID: "support.moved_on", Aim: "support", Title: "Moved on as planned", Over: OverNothing, Unit: "episodes", Better: "neither", Version: 1,
		Sentence: "Support that ended as planned because the person moved on.", Who: "Episodes that ended in the period.", Numerator: "moved on and planned"},
	{ID: "support.ended_otherwise", Aim: "support", Title: "Support ended otherwise", Over: OverNothing, Unit: "episodes", Better: "neither", Version: 1,
		Sentence: "Support that ended in another way; deaths are a line of their own.", Who: "Episodes that ended in the period.", Numerator: "ended in another way"},
	{ID: "support.died", Aim: "support", Title: "People who died", Over: OverNothing, Unit: "episodes", Better: "neither", Version: 1,
		Sentence: "People who died while supported. It is never counted as a bad outcome.", Who: "Episodes that ended in the period.", Numerator: "died"},
	{ID: "support.time_to_move_on", Aim: "support", Title: "Moved on within a year", Over: OverEndings, Unit: "share of episodes", Better: "neither", Version: 1,
		Sentence: "In services where support is meant to end: of episodes, the share expected to have moved on as planned within a year of their start, beside those expected to have ended otherwise by then (Aalen–Johansen, from all episodes up to the period's end; those that go on are counted for as long as they were seen). People who were there before the service's record is whole are counted from that day on.",
		Who:      "Episodes of time-limited services that began by the period's end.", Value: "the cumulative incidence of moving on as planned at a year",
		Parameters: []Parameter{{"within", 365, "days of the start"}}},
}, changes("confidence", "confidence", ConfidenceAbout.Codes(), func(c Area) (string, bool) {
	return ConfidenceAbout.Words(c), c != "self" && c != "independence"
}), []Outcome{
	{ID: "confidence.rated", Aim: "confidence", Title: "Rated their confidence", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those who rated their own confidence.",
		Who:      supported, Numerator: "people who rated their confidence", Denominator: "people supported", Parameters: enoughDays},
}, changes("life", "life", LifeAbouts.Codes(), func(c LifeAbout) (string, bool) { return LifeAbouts.Words(c), false }), []Outcome{
	{ID: "life.rated", Aim: "life", Title: "Rated their life", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those who rated their own life.",
		Who:      supported, Numerator: "people who rated their life", Denominator: "people supported", Parameters: enoughDays},
	{ID: "life.measured", Aim: "life", Title: "Filled in a measure", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those who filled in a measure themselves.",
		Who:      supported, Numerator: "people who filled in a measure", Denominator: "people supported", Parameters: enoughDays},

	{ID: "aspirations.living", Aim: "aspirations", Title: "Living aspirations", Over: OverState, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those with an aspiration at the period's end that was neither reached, changed nor let go.",
		Who:      supported, Numerator: "people with a live aspiration", Denominator: "people supported", Parameters: enoughDays},
	changeOf("aspirations.change_progress", "aspirations", "Progress with an aspiration", "aspiration.progress",
		" Both ratings are of the same aspiration: of several, the one rated first.", false),
	{ID: "aspirations.rated", Aim: "aspirations", Title: "Rated their progress", Over: OverPeople, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those who rated their progress with an aspiration themselves.",
		Who:      supported, Numerator: "people who rated their progress", Denominator: "people supported", Parameters: enoughDays},
	{ID: "aspirations.reached", Aim: "aspirations", Title: "Aspirations reached", Over: OverNothing, Unit: "aspirations", Better: "neither", Version: 1,
		Sentence: "Aspirations reached in the period.", Who: "Aspirations closed in the period.", Numerator: "reached"},
	{ID: "aspirations.changed", Aim: "aspirations", Title: "Aspirations changed", Over: OverNothing, Unit: "aspirations", Better: "neither", Version: 1,
		Sentence: "Aspirations changed into others in the period.", Who: "Aspirations closed in the period.", Numerator: "changed"},
	{ID: "aspirations.let_go", Aim: "aspirations", Title: "Aspirations let go", Over: OverNothing, Unit: "aspirations", Better: "neither", Version: 1,
		Sentence: "Aspirations let go in the period, which is not to fail.", Who: "Aspirations closed in the period.", Numerator: "let go"},

	experienceOutcome("quality", "Good quality"),
	experienceOutcome("concerns_met", "Concerns met"),
	experienceOutcome("needs_met", "Needs met"),
	experienceOutcome("challenges", "Confident to take on challenges"),

	{ID: "restrictions.in_force", Aim: "restrictions", Title: "Living with a restriction", Over: OverState, Unit: "share of people", Better: "down", Version: 1,
		Sentence: "Of people supported, those with a restriction in force at the period's end.",
		Who:      supported, Numerator: "people with a restriction", Denominator: "people supported", Parameters: enoughDays},
	{ID: "restrictions.overdue", Aim: "restrictions", Title: "Restriction not looked at in time", Over: OverState, Unit: "share of people", Better: "down", Version: 1,
		Sentence: "Of people supported, those with a restriction at the period's end whose review is overdue.",
		Who:      supported, Numerator: "people with an overdue review", Denominator: "people supported", Parameters: enoughDays},
	agreementOutcome("agrees", "Agrees with a restriction", "that they agree with"),
	agreementOutcome("unsure", "Unsure of a restriction", "that they are unsure of"),
	agreementOutcome("disagrees", "Disagrees with a restriction", "that they disagree with"),
	agreementOutcome("agreement_not_recorded", "Restriction, agreement not recorded", "where it is not recorded whether they agree"),
})

// supportOutcomes are the shares of people who had each kind of support.
func supportOutcomes() (all []Outcome) {
	for _, kind := range SupportKinds {
		words := strings.ToLower(kind.Words)
		all = append(all, Outcome{ID: "support.people_" + string(kind.Code), Aim: "support", Title: kind.Words + " support", Over: OverPeople, Unit: "share of people",
			Better: "neither", Version: 1, Sentence: "Of people supported, those who had " + words + " support.",
			Who: supported, Numerator: "people with " + words + " support", Denominator: "people supported", Parameters: enoughDays})
	}
	return all
}

// moveOutcomes describe homes before and after, domain by domain. They are no ladder.
func moveOutcomes() (all []Outcome) {
	for _, domain := range []struct{ id, title string }{{"staffing", "Staff before and after a move"}, {"support_level", "Support before and after a move"},
		{"move_on", "Moving on expected, before and after a move"}, {"setting", "Building before and after a move"}} {
		all = append(all, Outcome{ID: "home.moved_" + domain.id, Aim: "home", Title: domain.title, Over: OverMoves, Unit: "moves", Better: "neither", Version: 1,
			Sentence: "Of changes of home, how many were from what to what by the simple taxonomy for supported accommodation (STAX-SA). It describes; nothing in it is higher or lower.",
			Who:      moved, Numerator: "moves with both recorded"})
	}
	return all
}

func experienceOutcome(id, title string) Outcome {
	return Outcome{ID: "experience." + id, Aim: "experience", Title: title, Over: OverLatest, Unit: "share of people", Better: "up", Version: 1,
		Sentence: "Of people who answered, by their latest answer in the period, those who gave 4 or 5 of 5; how many gave each answer, and how it was given. Missing are those whose latest answer was that they chose not to say.",
		Who:      "People asked in the period.", Numerator: "answered 4 or 5", Denominator: "people who answered", Parameters: goodAnswer}
}

func agreementOutcome(id, title, words string) Outcome {
	return Outcome{ID: "restrictions." + id, Aim: "restrictions", Title: title, Over: OverState, Unit: "share of people", Better: "neither", Version: 1,
		Sentence: "Of people supported, those with a restriction in force at the period's end " + words + ".",
		Who:      restricts, Numerator: "people with a restriction " + words, Denominator: "people supported", Parameters: enoughDays}
}

// changes are the paired changes of each thing that a vocabulary lets be rated.
func changes[C ~string](aim Aim, about string, codes []C, words func(C) (title string, asked bool)) (all []Outcome) {
	for _, code := range codes {
		title, asked := words(code)
		all = append(all, changeOf(string(aim)+".change_"+string(code), aim, title+": change", about+"."+string(code), "", asked))
	}
	return all
}

func changeOf(id string, aim Aim, title, about, more string, asked bool) Outcome {
	return Outcome{ID: id, Aim: aim, Title: title, Over: OverChange, Unit: "points", Better: "up", Version: 1, About: about, Asked: asked, Parameters: pairing,
		Sentence: "How far people's own ratings moved within an episode of support, from the first (the earliest within 28 days of its start) to the later (the latest at least 56 days after that, up to the period's or the episode's end)." + more +
			" Ratings recorded with that service count, and no others. Due are the episodes with a day of support in the period that had reached day 84 by its end, whether they have a pair or not; those that ended in the period before day 84 are a line of their own. In a crisis service the first is within 2 days of the start and the later within 3 days of the end, and an episode is due in the period of the third day after its end. For all services together, each person's earliest episode. Others' ratings are a series of their own.",
		Who: "Episodes of support in the period.", Value: "the mean of later − first over episodes with both"}
}

// MeasureOutcomes are the outcomes of a measure's scales: the change in each
// score, judged by the published norm where there is one.
func MeasureOutcomes(id string, m MeasureDefined) (all []Outcome) {
	for _, s := range m.Scales {
		about := "measure." + id + "." + strconv.Itoa(m.Version) + "." + s.ID
		title := m.Title
		if s.Title != "" {
			title += ", " + s.Title
		}
		o := changeOf(about, "life", title+": change", about, "", true)
		o.Version, o.Better = m.Version, s.Direction.better()
		if s.Rule.Kind == "rci" {
			o.Norm = &Norm{s.Rule.SD, s.Rule.Reliability, s.Rule.Source}
		}
		all = append(all, o)
	}
	return all
}
