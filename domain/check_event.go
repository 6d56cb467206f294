package domain

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What each kind of event must and may hold. Required are only the few facts
// without which it says nothing; whatever else was left out, audit and
// completeness show.

func (e LogFounded) check(c *checker) {
	c.needs("log", IsUUID(e.Log))
	if e.Words != "plain" && e.Words != "sealed" {
		c.because(ErrUnknownCode, "words", "is not one of plain, sealed")
	}
}

func (e ServiceOpened) check(c *checker)  { e.ServiceFacts.check(c) }
func (e ServiceChanged) check(c *checker) { e.ServiceFacts.check(c) }
func (ServiceClosed) check(*checker)      {}

func (f ServiceFacts) check(c *checker) {
	c.needs("name", strings.TrimSpace(f.Name) != "")
	c.atMost("name", utf8.RuneCountInString(f.Name), 200, "letters")
	one(c, "kind", ServiceKinds, f.Kind)
	maybe(c, "home_setting", HomeSettings, f.HomeSetting)
	if f.Zone != "" && !zoneShape.MatchString(f.Zone) {
		c.refuse("zone", "is not a time zone: write it as Europe/London")
	}
	maybe(c, "nation", Nations, f.Nation)
	c.date("records_from", f.RecordsFrom)
	for _, d := range f.Holidays {
		c.needs("holidays", d != 0)
		c.date("holidays", d)
	}
	if f.LateDays != 0 {
		c.between("late_days", f.LateDays, 1, 60)
	}
}

// zoneShape is what the name of a time zone looks like; whether there is one of
// that name is for [Service.Record].
var zoneShape = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]{1,31}(/[A-Za-z0-9_+-]{1,31}){0,2}$`)

// outcomeShape is what the id of an outcome looks like.
var outcomeShape = regexp.MustCompile(`^[a-z0-9._-]{1,128}$`)

func (e ServiceRebased) check(c *checker) {
	c.needs("outcome", e.Outcome != "")
	known := strings.HasPrefix(e.Outcome, "measure.") // which are defined in the log
	for _, o := range Outcomes {
		known = known || o.Is(e.Outcome)
	}
	if !known || !outcomeShape.MatchString(e.Outcome) {
		c.refuse("outcome", "is not the id of an outcome; waymark outcomes --definitions lists them")
	}
	if _, err := ParseMonth(e.From); err != nil {
		c.refuse("from", "%v", err)
	}
	one(c, "reason", RebaseReasons, e.Reason)
}

func (SupportStarted) check(*checker)    {}
func (e SupportPaused) check(c *checker) { c.reference("support", e.Support) }
func (e SupportResumed) check(c *checker) {
	c.reference("support", e.Support)
}

func (e SupportEnded) check(c *checker) {
	c.reference("support", e.Support)
	maybe(c, "reason", EndReasons, e.Reason)
}

func (e PersonDescribed) check(c *checker) {
	maybe(c, "communication_need", CommunicationNeeds, e.CommunicationNeed)
	if e.CommunicationNeed == "" && len(c.said) == 0 {
		c.because(ErrIncomplete, "communication_need", "nothing is said of the person")
	}
}

func (e ConsentGiven) check(c *checker) {
	one(c, "purpose", Purposes, e.Purpose)
	c.date("until", e.Until)
}

func (e ConsentDeclined) check(c *checker)  { one(c, "purpose", Purposes, e.Purpose) }
func (e ConsentWithdrawn) check(c *checker) { one(c, "purpose", Purposes, e.Purpose) }

func (e AspirationSet) check(c *checker) { maybe(c, "aim", Aims, e.Aim) }

func (e AspirationRated) check(c *checker) {
	c.needs("aspiration", e.Aspiration != "")
	c.reference("aspiration", e.Aspiration)
	c.needs("progress", e.Progress != Rating{})
	c.rating("progress", e.Progress, 0, 10)
	rater(c, e.By, e.How)
}

func (e AspirationClosed) check(c *checker) {
	c.needs("aspiration", e.Aspiration != "")
	c.reference("aspiration", e.Aspiration)
	one(c, "how", AspirationEnds, e.How)
}

func (e PlanMade) check(c *checker) { one(c, "kind", PlanKinds, e.Kind) }

func (e PlanUsed) check(c *checker) {
	c.needs("plan", e.Plan != "")
	c.reference("plan", e.Plan)
}

func (e PlanWithdrawn) check(c *checker) {
	c.needs("plan", e.Plan != "")
	c.reference("plan", e.Plan)
}

func (q Question) check(c *checker) {
	one(c, "area", Areas, q.Area)
	maybe(c, "weight", Weights, q.Weight)
	maybe(c, "preferred", PreferredRoles, q.Preferred)
	maybe(c, "view", ViewGivens, q.View)
	some(c, "view_tried", Trieds, q.ViewTried)
}

func (e DecisionRaised) check(c *checker) { e.Question.check(c) }

func (e DecisionMade) check(c *checker) {
	c.reference("decision", e.Decision)
	e.Question.check(c)
	maybe(c, "how_known", HowKnowns, e.HowKnown)
	maybe(c, "actual", Roles, e.Actual)
	maybe(c, "roles_by", ToldBys, e.RolesBy)
	maybe(c, "part", Parts, e.Part)
	some(c, "part_tried", Trieds, e.PartTried)
	c.atMost("options", len(e.Options), 20, "options")
	for _, o := range e.Options {
		c.between("options.for", o.For, 0, 99)
		c.between("options.against", o.Against, 0, 99)
	}
	if len(e.Deciders) == 0 {
		c.because(ErrIncomplete, "deciders", "say who decided, the person included: %s", list(Deciders))
	}
	some(c, "deciders", Deciders, e.Deciders)
	c.atMost("took_part", len(e.TookPart), 20, "people")
	for _, p := range e.TookPart {
		one(c, "took_part.who", Participants, p.Who)
		maybe(c, "took_part.advocacy", Advocacies, p.Advocacy)
		maybe(c, "took_part.legal", LegalReasons, p.Legal)
		if p.Advocacy != "" && p.Who != "advocate" {
			c.refuse("took_part.advocacy", "is for an advocate only")
		}
	}
	some(c, "formats", Formats, e.Formats)
	some(c, "need_met", NeedsMet, e.NeedMet)
	maybe(c, "basis", Bases, e.Basis)
	some(c, "best_interests.helped", Trieds, e.BestInterests.Helped)
	some(c, "best_interests.lacking", Abilities, e.BestInterests.Lacking)
	maybe(c, "authority.kind", AuthorityKinds, e.Authority.Kind)
	some(c, "authority.scope", Areas, e.Authority.Scope)
	maybe(c, "provider.power", ProviderPowers, e.Provider.Power)
	maybe(c, "agreement", Agreements, e.Agreement)
	c.date("best_interests.assessed", e.BestInterests.Assessed)
	c.date("authority.seen", e.Authority.Seen)
	c.date("review_by", e.ReviewBy)
	c.named("shared", e.Shared)
}

func (e DecisionReviewed) check(c *checker) {
	c.needs("decision", e.Decision != "")
	c.reference("decision", e.Decision)
	maybe(c, "outcome", ReviewOutcomes, e.Outcome)
	maybe(c, "effect", Effects, e.Effect)
	c.date("review_by", e.ReviewBy)
}

func (e DecisionReversed) check(c *checker) {
	c.needs("decision", e.Decision != "")
	c.reference("decision", e.Decision)
	maybe(c, "effect", Effects, e.Effect)
}

func (e DecisionClosed) check(c *checker) {
	c.needs("decision", e.Decision != "")
	c.reference("decision", e.Decision)
	one(c, "how", DecisionEnds, e.How)
}

func (e DecisionAudited) check(c *checker) {
	c.needs("decision", e.Decision != "")
	c.reference("decision", e.Decision)
	c.named("audit", e.Audit)
	c.atMost("judged", len(e.Judged), len(Criteria), "criteria")
	for i, j := range e.Judged {
		one(c, "judged.criterion", Criteria, j.Criterion)
		one(c, "judged.verdict", Verdicts, j.Verdict)
		if slices.ContainsFunc(e.Judged[:i], func(k Judgement) bool { return k.Criterion == j.Criterion }) {
			c.refuse("judged", "judges a criterion twice")
		}
	}
	maybe(c, "outcome", AuditOutcomes, e.Outcome)
	if len(e.Judged) == 0 && e.Outcome == "" && len(c.said) == 0 {
		c.because(ErrIncomplete, "judged", "nothing was found")
	}
}

func (e RestrictionStarted) check(c *checker) {
	one(c, "kind", RestrictionKinds, e.Kind)
	c.reference("decision", e.Decision)
	maybe(c, "basis", Bases, e.Basis)
	maybe(c, "agreement", Agreements, e.Agreement)
	c.date("review_by", e.ReviewBy)
}

func (e RestrictionReviewed) check(c *checker) {
	c.needs("restriction", e.Restriction != "")
	c.reference("restriction", e.Restriction)
	maybe(c, "outcome", ReviewOutcomes, e.Outcome)
	maybe(c, "agreement", Agreements, e.Agreement)
	c.date("review_by", e.ReviewBy)
}

func (e RestrictionEnded) check(c *checker) {
	c.needs("restriction", e.Restriction != "")
	c.reference("restriction", e.Restriction)
}

func (e ActivityAttended) check(c *checker) {
	maybe(c, "activity", ActivityTags, e.Activity)
	one(c, "setting", ActivitySettings, e.Setting)
	maybe(c, "company", Companies, e.Company)
	c.rating("valued", e.Valued, 0, 10)
	some(c, "ways", Ways, e.Ways)
	c.minutes(e.Minutes)
	c.named("session", e.Session)
}

func (e ActivityNotAttended) check(c *checker) {
	maybe(c, "activity", ActivityTags, e.Activity)
	maybe(c, "setting", ActivitySettings, e.Setting)
	one(c, "reason", NotAttendedReasons, e.Reason)
	c.named("session", e.Session)
}

func rater(c *checker, by RatedBy, how HowGiven) {
	maybe(c, "by", RatedBys, by)
	maybe(c, "how", HowGivens, how)
}

func (e ConfidenceRated) check(c *checker) {
	one(c, "about", ConfidenceAbout, e.About)
	c.needs("value", e.Value != Rating{})
	c.rating("value", e.Value, 0, 10)
	rater(c, e.By, e.How)
}

func (e LifeRated) check(c *checker) {
	one(c, "about", LifeAbouts, e.About)
	c.needs("value", e.Value != Rating{})
	c.rating("value", e.Value, 0, 10)
	rater(c, e.By, e.How)
}

func (e HomeChanged) check(c *checker) {
	maybe(c, "accommodation", Accommodations, e.Accommodation)
	maybe(c, "settled", Settleds, e.Settled)
	maybe(c, "staffing", Staffings, e.Staffing)
	maybe(c, "support_level", SupportLevels, e.SupportLevel)
	maybe(c, "move_on", MoveOns, e.MoveOn)
	maybe(c, "setting", HomeSettings, e.Setting)
	maybe(c, "wish", Wishes, e.Wish)
	if e == (HomeChanged{}) && len(c.said) == 0 {
		c.because(ErrIncomplete, "accommodation", "nothing is said of the home")
	}
}

func (e SupportGiven) check(c *checker) {
	if len(e.Kinds) == 0 {
		c.because(ErrIncomplete, "kinds", "say what kinds of support: %s", list(SupportKinds))
	}
	some(c, "kinds", SupportKinds, e.Kinds)
	maybe(c, "by", SupportedBys, e.By)
	c.minutes(e.Minutes)
	c.rating("benefit", e.Benefit, 0, 10)
	maybe(c, "rated_by", RatedBys, e.RatedBy)
	maybe(c, "how", HowGivens, e.How)
}

func (PeerMatched) check(*checker) {}

func (e PeerEnded) check(c *checker) {
	c.needs("match", e.Match != "")
	c.reference("match", e.Match)
	maybe(c, "ended_by", EndedBys, e.EndedBy)
}

func (e ExperienceShared) check(c *checker) {
	c.rating("quality", e.Quality, 1, 5)
	c.rating("concerns_met", e.ConcernsMet, 1, 5)
	c.rating("needs_met", e.NeedsMet, 1, 5)
	c.rating("challenges", e.Challenges, 1, 5)
	maybe(c, "how", HowGivens, e.How)
	var none Rating
	if e.Quality == none && e.ConcernsMet == none && e.NeedsMet == none && e.Challenges == none && len(c.said) == 0 {
		c.because(ErrIncomplete, "quality", "nothing was shared")
	}
}

func (e EntryCorrected) check(c *checker) {
	c.needs("entry", e.Entry != "")
	c.reference("entry", e.Entry)
	one(c, "reason", CorrectionReasons, e.Reason)
	c.needs("occurred", e.Occurred.Date != 0)
	c.date("occurred", e.Occurred.Date)
	c.named("service", e.Service)
	if e.Replacement != nil {
		e.Replacement.check(c)
	}
}

func (e EntryWithdrawn) check(c *checker) {
	c.needs("entry", e.Entry != "")
	c.reference("entry", e.Entry)
	one(c, "reason", WithdrawalReasons, e.Reason)
}

func (e PersonForgotten) check(c *checker) {
	one(c, "reason", ForgetReasons, e.Reason)
	c.needs("authorised_by", e.AuthorisedBy != "")
	c.named("authorised_by", e.AuthorisedBy)
}
