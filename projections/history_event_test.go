package projections

import (
	"slices"

	"github.com/waymark/waymark/domain"
)

// everyKind lets everything happen, what much else hangs on more often.
var everyKind = slices.Concat(slices.Repeat([]domain.Kind{"decision.raised", "decision.made", "decision.reviewed", "aspiration.set",
	"activity.attended", "support.given", "experience.shared", "home.changed", "support.started", "support.ended", "support.paused"}, 3),
	slices.DeleteFunc(domain.Kinds(), func(k domain.Kind) bool {
		switch k {
		case "log.founded", "service.opened", "service.changed", "service.closed", "service.rebased", "measure.defined", "entry.corrected", "entry.withdrawn",
			"audit.planned", "audit.closed": // which are no journey's
			return true
		}
		return false
	}))

// varied is a history of everything, small enough to go through many times.
var varied = shape{events: 4000, journeys: 40, days: 730, kinds: everyKind, amend: 0.12, serve: 0.01, followed: 0.4}

// rated is a history of episodes in which much is rated at both ends.
var rated = shape{events: 4000, journeys: 70, days: 730, amend: 0.05, serve: 0.005, followed: 0.9,
	kinds: []domain.Kind{"support.started", "support.started", "support.ended", "confidence.rated", "aspiration.set", "activity.attended", "decision.made"}}

// event thinks of an event of a kind for a journey, or gives nil where it needs
// something that the journey does not have.
func (h *history) event(journey string, kind domain.Kind) domain.Event {
	of := func(kinds ...domain.Kind) string {
		for range 5 {
			e := pick(h, h.entries[journey])
			if slices.Contains(kinds, domain.KindOf(e.Event)) && (!h.withheld[e.ID] || h.chance(0.1)) {
				return e.ID
			}
		}
		all := slices.DeleteFunc(slices.Clone(h.entries[journey]), func(r domain.Recorded) bool { return !slices.Contains(kinds, domain.KindOf(r.Event)) })
		if len(all) == 0 {
			return ""
		}
		return pick(h, all).ID
	}
	named := func(id string, e domain.Event) domain.Event {
		if id == "" {
			return nil
		}
		return e
	}
	soon := func() domain.Date {
		if h.chance(0.3) {
			return 0
		}
		return h.today() + domain.Date(h.random.IntN(120)-20)
	}
	by, how := maybe(h, domain.RatedBys), maybe(h, domain.HowGivens)
	if h.chance(0.5) {
		by = "person"
	}
	decision := func() string { return of("decision.raised", "decision.made") }
	support := of("support.started")
	switch kind {
	case "support.started":
		return domain.SupportStarted{}
	case "support.paused":
		return domain.SupportPaused{Support: support}
	case "support.resumed":
		return domain.SupportResumed{Support: support}
	case "support.ended":
		if h.chance(0.4) {
			return domain.SupportEnded{Support: support, Planned: domain.Yes, Reason: "moved_on"}
		}
		return domain.SupportEnded{Support: support, Planned: h.yesNo(), Reason: maybe(h, domain.EndReasons)}
	case "person.described":
		return domain.PersonDescribed{CommunicationNeed: pick(h, domain.CommunicationNeeds).Code}
	case "consent.given":
		return domain.ConsentGiven{Purpose: pick(h, domain.Purposes).Code, Until: soon()}
	case "consent.declined":
		return domain.ConsentDeclined{Purpose: pick(h, domain.Purposes).Code}
	case "consent.withdrawn":
		return domain.ConsentWithdrawn{Purpose: pick(h, domain.Purposes).Code}
	case "aspiration.set":
		return domain.AspirationSet{Aim: maybe(h, domain.Aims)}
	case "aspiration.rated":
		id := of("aspiration.set")
		return named(id, domain.AspirationRated{Aspiration: id, Progress: h.rating(0, 10), By: by, How: how})
	case "aspiration.closed":
		id := of("aspiration.set")
		return named(id, domain.AspirationClosed{Aspiration: id, How: pick(h, domain.AspirationEnds).Code})
	case "plan.made":
		return domain.PlanMade{Kind: pick(h, domain.PlanKinds).Code}
	case "plan.used":
		id := of("plan.made")
		return named(id, domain.PlanUsed{Plan: id})
	case "plan.withdrawn":
		id := of("plan.made")
		return named(id, domain.PlanWithdrawn{Plan: id})
	case "decision.raised":
		return domain.DecisionRaised{Question: h.question()}
	case "decision.made":
		d := h.decision()
		if d.ReviewBy = soon(); h.chance(0.7) {
			d.Decision = of("decision.raised")
		}
		return d
	case "decision.reviewed":
		id := decision()
		return named(id, domain.DecisionReviewed{Decision: id, Outcome: maybe(h, domain.ReviewOutcomes), Effect: maybe(h, domain.Effects), ReviewBy: soon()})
	case "decision.reversed":
		id := decision()
		return named(id, domain.DecisionReversed{Decision: id, Effect: maybe(h, domain.Effects)})
	case "decision.closed":
		id := decision()
		return named(id, domain.DecisionClosed{Decision: id, How: pick(h, domain.DecisionEnds).Code})
	case "decision.audited":
		id := decision()
		return named(id, domain.DecisionAudited{Decision: id, Outcome: pick(h, domain.AuditOutcomes).Code})
	case "restriction.started":
		return domain.RestrictionStarted{Kind: pick(h, domain.RestrictionKinds).Code, Decision: decision(), Agreement: maybe(h, domain.Agreements), ReviewBy: soon()}
	case "restriction.reviewed":
		id := of("restriction.started")
		return named(id, domain.RestrictionReviewed{Restriction: id, Agreement: maybe(h, domain.Agreements), ReviewBy: soon()})
	case "restriction.ended":
		id := of("restriction.started")
		return named(id, domain.RestrictionEnded{Restriction: id})
	case "activity.attended":
		e := domain.ActivityAttended{Activity: maybe(h, domain.ActivityTags), Setting: pick(h, domain.ActivitySettings).Code, Chosen: h.yesNo(), Minutes: 30}
		if h.chance(0.5) {
			e.Valued = h.rating(0, 10)
		}
		return e
	case "activity.not_attended":
		return domain.ActivityNotAttended{Reason: pick(h, domain.NotAttendedReasons).Code}
	case "confidence.rated":
		return domain.ConfidenceRated{About: pick(h, domain.ConfidenceAbout).Code, Value: h.rating(0, 10), By: by, How: how}
	case "life.rated":
		return domain.LifeRated{About: pick(h, domain.LifeAbouts).Code, Value: h.rating(0, 10), By: by, How: how}
	case "measure.scored":
		return h.scored(pick(h, []string{"daily", "being"}), by, how)
	case "home.changed":
		return domain.HomeChanged{Accommodation: pick(h, domain.Accommodations).Code, Settled: maybe(h, domain.Settleds), Wish: maybe(h, domain.Wishes),
			Staffing: maybe(h, domain.Staffings), SupportLevel: maybe(h, domain.SupportLevels), MoveOn: maybe(h, domain.MoveOns), Setting: maybe(h, domain.HomeSettings)}
	case "support.given":
		kinds := domain.SupportKinds.Codes()
		h.random.Shuffle(len(kinds), func(i, k int) { kinds[i], kinds[k] = kinds[k], kinds[i] })
		e := domain.SupportGiven{Kinds: kinds[:1+h.random.IntN(3)], By: maybe(h, domain.SupportedBys), RatedBy: by, How: how}
		if h.chance(0.5) {
			e.Benefit = h.rating(0, 10)
		}
		return e
	case "peer.matched":
		return domain.PeerMatched{Chosen: h.yesNo()}
	case "peer.ended":
		id := of("peer.matched")
		return named(id, domain.PeerEnded{Match: id, EndedBy: maybe(h, domain.EndedBys)})
	case "experience.shared":
		e := domain.ExperienceShared{Quality: h.rating(1, 5), How: how}
		if h.chance(0.7) {
			e.ConcernsMet, e.NeedsMet, e.Challenges = h.rating(1, 5), h.rating(1, 5), h.rating(1, 5)
		}
		return e
	case "person.forgotten":
		return domain.PersonForgotten{Reason: "asked_by_person", AuthorisedBy: "manager-1"}
	}
	panic("the generator knows no " + kind)
}

func (h *history) scored(measure string, by domain.RatedBy, how domain.HowGiven) domain.MeasureScored {
	e := domain.MeasureScored{Measure: measure, Version: 1, By: by, How: how}
	items, high := []string{"a", "b", "c", "d"}, 4
	if measure == "daily" {
		e.Version, items, high = 1+h.random.IntN(2), []string{"calm", "sad"}, 5
	}
	if e.Declined = h.chance(0.2); e.Declined {
		return e
	}
	e.Answers = map[string]domain.Answer{}
	for _, item := range items {
		if e.Answers[item] = (domain.Answer{Value: float64(h.random.IntN(high + 1))}); h.chance(0.1) {
			e.Answers[item] = domain.Answer{Declined: true}
		}
	}
	return e
}

func (h *history) question() domain.Question {
	return domain.Question{Area: pick(h, domain.Areas).Code, Weight: maybe(h, domain.Weights), Urgent: h.yesNo(),
		Preferred: maybe(h, domain.PreferredRoles), View: maybe(h, domain.ViewGivens)}
}

func (h *history) decision() domain.DecisionMade {
	d := domain.DecisionMade{Question: h.question(), HowKnown: maybe(h, domain.HowKnowns), Actual: maybe(h, domain.Roles), RolesBy: maybe(h, domain.ToldBys),
		Part: maybe(h, domain.Parts), NoChangeImpossible: h.yesNo(), Deciders: []domain.Decider{"person"}, Basis: maybe(h, domain.Bases),
		Agreement: maybe(h, domain.Agreements), PeerOffered: h.yesNo(), RiskTaken: h.yesNo(), Seen: uint64(len(h.log))}
	if h.chance(0.6) {
		d.Basis = "consent"
	}
	for n := range h.random.IntN(4) {
		d.Options = append(d.Options, domain.Option{NoChange: h.yesNo(), For: h.random.IntN(3), Against: h.random.IntN(2), Chosen: []domain.YesNo{domain.Yes, domain.No}[min(n, 1)]})
	}
	if h.chance(0.5) {
		d.Deciders = append(d.Deciders, "worker")
	}
	if h.chance(0.5) {
		d.TookPart = []domain.Participation{{Who: "worker", Agreed: h.yesNo()}, {Who: "advocate", Advocacy: "imca", Legal: "safeguarding"}}
	}
	return d
}
