package main

import (
	"fmt"

	"github.com/waymark/waymark/domain"
)

// decisions tells of some of the decisions in a person's support: how each was
// made hangs on how careful the service is.
func (s *story) decisions(first domain.Date) {
	matters := dilemmas()
	count := 1 + s.IntN(4)
	if s.to-first < 30 {
		count = 1 + s.IntN(2)
	}
	for _, i := range s.Perm(len(matters))[:count] {
		days := max(int(s.to-first), 1)
		on := first + domain.Date(s.IntN(days))
		if s.span(on) {
			s.decide(on, matters[i])
		}
	}
	if s.service.id == "rowan-house" {
		s.house()
	}
}

// decide tells of one decision from the question to what became of it.
func (s *story) decide(on domain.Date, m dilemma) {
	good := s.Chance(s.service.care)
	question := domain.Question{Area: m.area, Weight: m.weight, Preferred: s.wanted(good)}
	view := m.view
	switch {
	case !good && s.Chance(0.5):
		view = "" // nobody wrote down what the person thought
	case s.Chance(0.04):
		view, question.View = "", "chose_not_to_say"
	case s.Chance(0.03):
		view, question.View, question.ViewTried = "", "could_not_say", []domain.Tried{"another_time", "easy_read"}
	}
	question.Urgent = pick(s, domain.NotRecorded, domain.NotRecorded, domain.No, domain.No)
	if s.service.id == "lantern-crisis" && s.Chance(0.3) {
		question.Urgent = domain.Yes
	}
	raised := ""
	if s.Chance(0.55) {
		raised = s.note(on, domain.DecisionRaised{Question: question}, "question", m.question, "view", view)
		if s.Chance(0.06) {
			if end := on + s.days(3, 20); end <= s.to {
				s.note(end, domain.DecisionClosed{Decision: raised, How: pick[domain.DecisionEnd](s, "withdrawn", "overtaken")})
			}
			return
		}
		if on += s.days(0, 14); on > s.to || !s.span(on) {
			return
		}
	}
	s.made(on, raised, question, view, m, good)
}

func (s *story) wanted(good bool) domain.Role {
	switch {
	case !good && s.Chance(0.5):
		return "not_asked"
	case s.Chance(0.05):
		return "chose_not_to_say"
	}
	return pick[domain.Role](s, "1", "2", "2", "3", "3", "3", "4")
}

func (s *story) made(on domain.Date, raised string, question domain.Question, view string, m dilemma, good bool) {
	d := domain.DecisionMade{Decision: raised, Question: question,
		HowKnown: pick[domain.HowKnown](s, "present", "present", "told_by_person", "told_by_others"),
		RolesBy:  pick[domain.ToldBy](s, "person", "worker"), Part: "took_part",
		Formats: []domain.Format{pick[domain.Format](s, "conversation", "conversation", "written", "easy_read", "visit")},
		Basis:   "consent", Agreement: "agrees", PeerOffered: pick(s, domain.Yes, domain.No, domain.NotRecorded),
		RiskTaken: pick(s, domain.NotRecorded, domain.NotRecorded, domain.Yes), ReviewBy: on + s.days(14, 90)}
	d.Actual = question.Preferred
	if d.Actual.Level() == 0 {
		d.Actual = pick[domain.Role](s, "2", "3", "3")
	}
	words := []string{"question", m.question, "view", view, "reason", m.reason}
	if d.RiskTaken == domain.Yes {
		words = append(words, "go_well", m.well, "go_wrong", m.wrong)
	}
	options := m.options
	if !good {
		options, words = s.faults(&d, options, words)
	}
	s.takePart(&d)
	s.lawful(&d, on)
	d.Options, d.Deciders = optionsOf(options, s.IntN(len(options))), decidersOf(d)
	if good && d.Authority.Kind != "" {
		words = append(words, "authority_reference", fmt.Sprintf("Copy %d in the office file", 100+s.index))
	}
	if d.Decision != "" && s.Chance(0.5) {
		words = words[4:] // the question and the view were written down when it was raised
	}
	draft := domain.Draft{Occurred: s.moment(on), Service: s.service.id, Event: d}
	draft.Words.Options = options
	id := s.tell(on, min(on+s.lateness(good), s.until()), draft, words...)
	if raised != "" {
		id = raised
	}
	s.afterwards(on, id, d, m)
}

// lateness gives how many days after a decision it was written down.
func (s *story) lateness(good bool) domain.Date {
	if good || s.Chance(0.6) {
		return 0
	}
	return s.days(5, 20)
}

// faults makes a decision less well than it could have been made.
func (s *story) faults(d *domain.DecisionMade, options []domain.OptionWords, words []string) ([]domain.OptionWords, []string) {
	if s.Chance(0.4) { // no choice
		options = options[:1]
	}
	if s.Chance(0.4) { // over the person's head
		d.Actual = pick[domain.Role](s, "4", "5")
		d.Part = pick[domain.Part](s, "not_asked", "could_not", "chose_not_to", "took_part")
		if d.Part == "could_not" {
			d.PartTried = []domain.Tried{"another_time"}
		}
		d.Agreement = pick[domain.Agreement](s, "unsure", "disagrees", "")
		if d.Agreement == "disagrees" && s.Chance(0.5) {
			words = append(words, "disagreement", "I was not heard.")
		}
	}
	if s.Chance(0.35) { // no reason
		words[5] = ""
	}
	if s.Chance(0.4) { // nothing to look at it again by
		d.ReviewBy = 0
	}
	if s.Chance(0.35) {
		d.Formats = nil
	}
	if s.Chance(0.2) {
		d.Basis = ""
	}
	return options, words
}

// takePart adds those who were there beside the person.
func (s *story) takePart(d *domain.DecisionMade) {
	if s.Chance(0.6) {
		d.TookPart = append(d.TookPart, domain.Participation{Who: "worker", Agreed: domain.Yes})
	}
	if s.Chance(0.3) {
		who := pick[domain.Participant](s, "peer", "family_or_friend", "carer", "interpreter", "landlord", "clinician")
		d.TookPart = append(d.TookPart, domain.Participation{Who: who, Agreed: pick(s, domain.Yes, domain.Yes, domain.No, domain.NotRecorded)})
	}
	if s.Chance(0.08) {
		d.TookPart = append(d.TookPart, domain.Participation{Who: "advocate", Agreed: domain.Yes,
			Advocacy: pick[domain.Advocacy](s, "care_act", "imha", "imca", "other")})
	}
}

// lawful changes the basis of a few decisions.
func (s *story) lawful(d *domain.DecisionMade, on domain.Date) {
	switch chance := s.Float64(); {
	case chance < 0.04:
		d.Basis, d.Actual, d.Part, d.Agreement = "best_interests", "4", "took_part", "unsure"
		d.BestInterests = domain.BestInterests{Assessed: on - 2, Helped: []domain.Tried{"another_time", "advocate"}, Lacking: []domain.Ability{"weigh"},
			Wishes: domain.Yes, Consulted: domain.Yes, LessRestrictive: domain.Yes, CouldWait: pick(s, domain.Yes, domain.NotRecorded)}
	case chance < 0.06:
		d.Basis = "attorney"
		d.Authority = domain.Authority{Kind: pick[domain.AuthorityKind](s, "lpa_money", "lpa_health"), Scope: []domain.Area{d.Area},
			Seen: on - 30, LacksCapacity: pick(s, domain.Yes, domain.NotRecorded)}
	case chance < 0.08:
		d.Basis, d.Actual = "mental_health_act", "5"
		d.Authority = domain.Authority{Kind: "section", Scope: []domain.Area{d.Area}, Seen: on}
	case chance < 0.12 && s.service.id == "rowan-house":
		d.Basis = "provider"
		d.Provider = domain.Provider{Power: "tenancy", ToldHowToChallenge: pick(s, domain.Yes, domain.No, domain.NotRecorded)}
	}
}

func decidersOf(d domain.DecisionMade) []domain.Decider {
	switch {
	case d.Basis == "mental_health_act":
		return []domain.Decider{"clinician"}
	case d.Basis == "attorney":
		return []domain.Decider{"attorney"}
	case d.Actual.Level() <= 2:
		return []domain.Decider{"person"}
	case d.Actual == "3":
		return []domain.Decider{"person", "worker"}
	case d.Actual == "4":
		return []domain.Decider{"worker"}
	}
	return []domain.Decider{"manager"}
}

// optionsOf gives the facts of options in words; the last changes nothing.
func optionsOf(words []domain.OptionWords, chosen int) []domain.Option {
	options := make([]domain.Option, len(words))
	for i, w := range words {
		options[i] = domain.Option{For: len(w.For), Against: len(w.Against)}
		if i == chosen {
			options[i].Chosen = domain.Yes
		}
		if i > 0 && i == len(words)-1 {
			options[i].NoChange = domain.Yes
		}
	}
	return options
}

// afterwards tells what became of a decision.
func (s *story) afterwards(on domain.Date, id string, d domain.DecisionMade, m dilemma) {
	due := d.ReviewBy
	if due == 0 {
		due = on + s.days(60, 120)
	}
	if looked := due - 10 + s.days(0, 16); looked > on && looked <= s.to && s.Chance(0.75*s.service.care) {
		r := domain.DecisionReviewed{Decision: id, Effect: pick[domain.Effect](s, "better", "better", "same", "worse", ""),
			Outcome: pick[domain.ReviewOutcome](s, "kept", "kept", "kept", "changed", "")}
		if s.Chance(0.3) {
			r.ReviewBy = looked + 90
		}
		switch chance := s.Float64(); {
		case chance < 0.06:
			s.note(looked, domain.DecisionReversed{Decision: id, Effect: "worse"}, "happened", "It was not right for me, and we said so together.")
		default:
			s.note(looked, r, "happened", s.now(0.6, []string{m.after}))
		}
	} else if s.Chance(0.04) && due+30 <= s.to {
		s.note(due+30, domain.DecisionClosed{Decision: id, How: "overtaken"})
	}
	if audited := on + s.days(95, 150); audited <= s.until() && s.Chance(0.05) {
		s.audit(audited, id, d)
	}
}

// audit tells of somebody who looked at the decision, and not for an audit of many.
func (s *story) audit(on domain.Date, id string, d domain.DecisionMade) {
	a := domain.DecisionAudited{Decision: id, Outcome: "good"}
	judge := func(c domain.Criterion, pass bool) {
		v := domain.Verdict("pass")
		if !pass {
			v, a.Outcome = "fail", "learn"
		}
		a.Judged = append(a.Judged, domain.Judgement{Criterion: c, Verdict: v})
	}
	judge("D3", len(d.Options) > 1)
	judge("D4", len(d.Formats) > 0)
	judge("D12", d.ReviewBy != 0)
	finding, action := "The choice and its reasons are easy to follow.", ""
	if a.Outcome == "learn" {
		finding, action = "It is hard to see what else could have been chosen.", "Talk it through with the team, and with the person if they wish."
	}
	draft := domain.Draft{Occurred: domain.On(on), Event: a} // it names no service, which may have closed since
	s.tell(on, on, draft, "finding", finding, "action", action)
	s.demo.told[len(s.demo.told)-1].draft.By = "quality-1"
}

// house tells of decisions that everybody at Rowan House took together, each
// with a view of their own.
func (s *story) house() {
	for _, h := range houseMatters() {
		if !s.span(h.on) || h.on <= s.from || s.Chance(0.25) {
			continue
		}
		draft := domain.Draft{Occurred: domain.On(h.on), Service: s.service.id, Event: domain.DecisionMade{
			Question: domain.Question{Area: "home", Weight: "everyday", Preferred: "3"}, HowKnown: "present", Actual: "3", RolesBy: "person",
			Part: pick[domain.Part](s, "took_part", "took_part", "chose_not_to"), Options: optionsOf(h.options, 0),
			Deciders: []domain.Decider{"person", "worker", "other"}, Formats: []domain.Format{"conversation"}, Basis: "consent",
			Agreement: pick[domain.Agreement](s, "agrees", "agrees", "agrees", "unsure", "disagrees"), Shared: h.id}}
		draft.Words.Options = h.options
		s.tell(h.on, h.on, draft, "question", h.question, "view", s.now(0.8, h.views))
	}
}

// restriction tells of a limit on what somebody may do, rarely.
func (s *story) restriction(first domain.Date) {
	often := map[string]float64{"rowan-house": 0.2, "lantern-crisis": 0.1}[s.service.id]
	on := first + s.days(2, 80)
	if !s.Chance(often) || !s.span(on) {
		return
	}
	decision := s.note(on, domain.DecisionMade{Question: domain.Question{Area: "restriction", Weight: "significant", Preferred: "3"},
		HowKnown: "present", Actual: "4", RolesBy: "worker", Part: "took_part", Options: []domain.Option{{For: 1, Against: 1, Chosen: domain.Yes}, {NoChange: domain.Yes, Against: 1}},
		Deciders: []domain.Decider{"worker", "manager"}, Formats: []domain.Format{"conversation"}, Basis: "consent", Agreement: "agrees", ReviewBy: on + 14},
		"question", "Should visitors after ten at night stop for now?", "view", "I would rather sleep than be woken again.", "reason", "Everybody on the floor needs their nights back.")
	id := s.note(on, domain.RestrictionStarted{Kind: pick[domain.RestrictionKind](s, "visitors", "visitors", "belongings", "medication", "observation"),
		Decision: decision, Basis: pick[domain.Basis](s, "consent", "consent", "provider", ""), Agreement: pick[domain.Agreement](s, "agrees", "agrees", "unsure", "disagrees"),
		ReviewBy: on + 14}, "why", "So that nights are quiet again.", "tried", s.now(0.5, []string{"A talk at the house meeting.", "A later quiet hour."}))
	if looked := on + s.days(9, 25); looked <= s.to && s.Chance(0.75) {
		s.note(looked, domain.RestrictionReviewed{Restriction: id, Outcome: pick[domain.ReviewOutcome](s, "kept", "changed", "reversed"),
			Agreement: pick[domain.Agreement](s, "agrees", "unsure", "disagrees"), ReviewBy: looked + 14})
	}
	if end := on + s.days(26, 70); end <= s.to && s.Chance(0.8) {
		s.note(end, domain.RestrictionEnded{Restriction: id}, "why", "It is not needed any more.")
	}
}
