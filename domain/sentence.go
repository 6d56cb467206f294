package domain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Sentence says in plain English what an entry records, from its facts alone:
// nobody's words are in it.
func Sentence(e Event) string {
	switch e := e.(type) {
	case LogFounded:
		return "The log was founded"
	case ServiceOpened:
		return e.Name + " opened (" + lower(ServiceKinds.Words(e.Kind)) + ")"
	case ServiceChanged:
		return e.Name + " changed"
	case ServiceClosed:
		return "The service closed"
	case ServiceRebased:
		return "The chart of " + e.Outcome + " starts again from " + e.From + ": " + lower(RebaseReasons.Words(e.Reason))
	case MeasureDefined:
		return e.Title + ", version " + strconv.Itoa(e.Version) + ", was defined"
	case SupportStarted:
		return "Support started"
	case SupportPaused:
		return "Support paused"
	case SupportResumed:
		return "Support resumed"
	case SupportEnded:
		return with("Support ended", EndReasons.Words(e.Reason), yes(e.Planned, "planned", "not planned"))
	case PersonDescribed:
		return with("Described who they are", need(e.CommunicationNeed))
	case ConsentGiven:
		return with("Gave consent: "+lower(Purposes.Words(e.Purpose)), until(e.Until))
	case ConsentDeclined:
		return "Did not give consent: " + lower(Purposes.Words(e.Purpose))
	case ConsentWithdrawn:
		return "Took consent back: " + lower(Purposes.Words(e.Purpose))
	case AspirationSet:
		return with("Set an aspiration", Aims.Words(e.Aim))
	case AspirationRated:
		return with("Rated progress with an aspiration: "+outOf(e.Progress, 10), rated(e.By, e.How))
	case AspirationClosed:
		return "Closed an aspiration: " + lower(AspirationEnds.Words(e.How))
	case PlanMade:
		return "Made a " + lower(PlanKinds.Words(e.Kind))
	case PlanUsed:
		return "Used a plan"
	case PlanWithdrawn:
		return "Took a plan back"
	case EntryCorrected:
		return "Corrected an entry: " + lower(CorrectionReasons.Words(e.Reason))
	case EntryWithdrawn:
		return "Withdrew an entry: " + lower(WithdrawalReasons.Words(e.Reason))
	case PersonForgotten:
		return "The person was forgotten: " + lower(ForgetReasons.Words(e.Reason))
	case Unreadable:
		return "An entry that this program cannot read"
	}
	if s := cmp.Or(decisionSentence(e), auditSentence(e)); s != "" {
		return s
	}
	return lifeSentence(e)
}

func decisionSentence(e Event) string {
	switch e := e.(type) {
	case DecisionRaised:
		return with("A question was raised: "+lower(Areas.Words(e.Area)), Weights.Words(e.Weight), yes(e.Urgent, "urgent", ""))
	case DecisionMade:
		return with("A decision was made: "+lower(Areas.Words(e.Area)), deciders(e.Deciders),
			about("the person's role", Roles.Words(e.Actual)), agreement(e.Agreement), by("look again by", e.ReviewBy))
	case DecisionReviewed:
		return with("A decision was looked at again", ReviewOutcomes.Words(e.Outcome), about("things are", Effects.Words(e.Effect)), by("look again by", e.ReviewBy))
	case DecisionReversed:
		return with("A decision was taken back", about("things are", Effects.Words(e.Effect)))
	case DecisionClosed:
		return "A decision was closed: " + lower(DecisionEnds.Words(e.How))
	case DecisionAudited:
		return with("A decision was audited", AuditOutcomes.Words(e.Outcome))
	case RestrictionStarted:
		return with("A restriction began: "+lower(RestrictionKinds.Words(e.Kind)), Bases.Words(e.Basis), agreement(e.Agreement), by("look again by", e.ReviewBy))
	case RestrictionReviewed:
		return with("A restriction was looked at again", ReviewOutcomes.Words(e.Outcome), agreement(e.Agreement), by("look again by", e.ReviewBy))
	case RestrictionEnded:
		return "A restriction was lifted"
	}
	return ""
}

func lifeSentence(e Event) string {
	switch e := e.(type) {
	case ActivityAttended:
		return with("Took part in an activity", ActivityTags.Words(e.Activity), ActivitySettings.Words(e.Setting),
			Companies.Words(e.Company), yes(e.Chosen, "their own choice", "not their own choice"), worth("value to them", e.Valued, 10))
	case ActivityNotAttended:
		return with("Did not take part in an activity", ActivityTags.Words(e.Activity), NotAttendedReasons.Words(e.Reason))
	case ConfidenceRated:
		return with("Rated "+lower(confidence(e.About))+": "+outOf(e.Value, 10), rated(e.By, e.How))
	case LifeRated:
		return with("Rated "+lower(LifeAbouts.Words(e.About))+": "+outOf(e.Value, 10), rated(e.By, e.How))
	case MeasureScored:
		return with("Filled in "+e.Measure+": "+scores(e), rated(e.By, e.How))
	case HomeChanged:
		return with("Home", Accommodations.Words(e.Accommodation), Settleds.Words(e.Settled), Wishes.Words(e.Wish))
	case SupportGiven:
		kinds := make([]string, len(e.Kinds))
		for i, k := range e.Kinds {
			kinds[i] = lower(SupportKinds.Words(k))
		}
		return with("Had support: "+strings.Join(kinds, ", "), about("from", SupportedBys.Words(e.By)), worth("benefit", e.Benefit, 10))
	case PeerMatched:
		return with("Was matched with a peer", yes(e.Chosen, "their own choice", "not their own choice"))
	case PeerEnded:
		return with("A match with a peer ended", about("ended by", EndedBys.Words(e.EndedBy)))
	case ExperienceShared:
		return with("Said how the service was for them", worth("quality", e.Quality, 5), worth("concerns met", e.ConcernsMet, 5),
			worth("needs met", e.NeedsMet, 5), worth("confident to take on challenges", e.Challenges, 5))
	}
	return string(e.kind())
}

// with adds what else is known, leaving out what is not.
func with(main string, more ...string) string {
	for _, m := range more {
		if m != "" {
			main += "; " + lower(m)
		}
	}
	return main
}

// lower puts a phrase inside a sentence.
func lower(text string) string {
	if text == "" || text[0] == 'I' && len(text) > 1 && text[1] == ' ' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

func about(what, value string) string {
	if value == "" {
		return ""
	}
	return what + " " + lower(value)
}

func by(what string, d Date) string { return about(what, d.String()) }

func until(d Date) string { return about("until", d.String()) }

func yes(y YesNo, ifYes, ifNo string) string {
	switch y {
	case Yes:
		return ifYes
	case No:
		return ifNo
	}
	return ""
}

func outOf(r Rating, most int) string {
	n, ok := r.Value()
	switch {
	case ok:
		return fmt.Sprintf("%d of %d", n, most)
	case r == Declined:
		return "chose not to rate"
	}
	return ""
}

// worth says what was rated beside something else.
func worth(what string, r Rating, most int) string {
	if r == Declined {
		return what + ": chose not to rate"
	}
	return about(what, outOf(r, most))
}

func rated(by RatedBy, how HowGiven) string {
	who := ""
	if by != "" && by != "person" {
		who = "by " + lower(RatedBys.Words(by))
	}
	if how != "" && how != "alone" {
		who = strings.TrimPrefix(who+", "+lower(HowGivens.Words(how)), ", ")
	}
	return who
}

func need(n CommunicationNeed) string {
	switch n {
	case "yes":
		return "needs help with communication"
	case "no":
		return "needs no help with communication"
	}
	return ""
}

func agreement(a Agreement) string {
	if a == "" {
		return ""
	}
	return "the person " + lower(Agreements.Words(a))
}

func confidence(a Area) string {
	if a == "self" || a == "independence" {
		return ConfidenceAbout.Words(a)
	}
	return "confidence: " + lower(Areas.Words(a))
}

func deciders(list []Decider) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = lower(Deciders.Words(d))
	}
	return about("decided by", strings.Join(names, " and "))
}

func scores(e MeasureScored) string {
	if e.Declined {
		return "chose not to"
	}
	parts := []string{}
	for _, r := range e.ratings() {
		scale := r.About[strings.LastIndexByte(r.About, '.')+1:]
		parts = append(parts, scale+" "+strconv.FormatFloat(r.Value, 'f', -1, 64))
	}
	if len(parts) == 0 {
		return "no score"
	}
	return strings.Join(parts, ", ")
}
