package main

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// tellAudits tells of an audit at Rowan House and of the one that repeats it. All
// else is told by then, in the order in which it is written down.
func (d *demo) tellAudits() {
	plan := domain.AuditPlanned{Question: "Do people at Rowan House have the say they want?", Criteria: []domain.Criterion{"D2", "D6"},
		Population: domain.Population{Service: "rowan-house", From: domain.Day(2025, 4, 1), To: domain.Day(2025, 9, 30)},
		Sample:     domain.Draw{N: 12, Seed: 7}}
	d.tellAudit("rowan-2025", domain.Day(2025, 10, 13), plan, domain.AuditClosed{
		Conclusion: "Mostly. Where others decided, the record seldom says what the person wanted.",
		Actions:    []string{"Ask about the role each time, also where time is short", "Look again in half a year"}})
	plan.Question, plan.Follows = "And half a year later?", "rowan-2025"
	plan.Population.From, plan.Population.To, plan.Sample.Seed = domain.Day(2025, 10, 1), domain.Day(2026, 3, 31), 8
	d.tellAudit("rowan-2026", domain.Day(2026, 4, 13), plan, domain.AuditClosed{})
}

// tellAudit tells of an audit from the day it was planned on. It is closed where
// closing says anything.
func (d *demo) tellAudit(id string, on domain.Date, plan domain.AuditPlanned, closing domain.AuditClosed) {
	cut, _ := slices.BinarySearchFunc(d.told, on+1, func(t told, day domain.Date) int { return cmp.Compare(t.written, day) })
	plan.Position = uint64(cut) + 1 // the founding comes first
	stream := domain.Stream{About: domain.AboutAudit, ID: id}
	note := func(on domain.Date, draft domain.Draft, parts ...any) {
		draft.ID, draft.Occurred, draft.By, draft.Imported = d.id(append([]any{"audit", id}, parts...)...), domain.On(on), "quality-1", demoName
		d.told = append(d.told, told{on, draft})
	}
	drawn := domain.Sample(d.population(d.told[:cut], plan.Population), func(d decisionOf) string { return d.journey + "/" + d.id }, plan.Sample.N, plan.Sample.Seed)
	note(on, domain.Draft{Stream: stream, Event: plan}, "planned")
	for i, of := range drawn[:2*len(drawn)/3] {
		a := domain.DecisionAudited{Decision: of.id, Audit: id, Outcome: "good"}
		for _, f := range (domain.Examined{Decision: of.decision}).Findings(on) {
			if !slices.Contains(plan.Criteria, f.Criterion) {
				continue
			}
			if i == 3 && f.Verdict == "fail" { // the auditor asked, and sees it otherwise
				f.Verdict = "pass"
			}
			if f.Verdict == "fail" {
				a.Outcome = "learn"
			}
			a.Judged = append(a.Judged, domain.Judgement{Criterion: f.Criterion, Verdict: f.Verdict})
		}
		words := domain.Words{Texts: map[domain.Word]string{"finding": "What the person wanted, and what came of it, is easy to follow."}}
		if a.Outcome == "learn" {
			words.Texts["finding"], words.Texts["action"] = "It is hard to see what the person wanted.", "Ask earlier, and write down what they say."
		}
		note(on+7+domain.Date(i), domain.Draft{Stream: domain.JourneyStream(of.journey), Event: a, Words: words}, of.journey, of.id)
	}
	if closing.Conclusion != "" {
		note(on+28, domain.Draft{Stream: stream, Event: closing}, "closed")
	}
	d.inOrder()
}

// inOrder puts everything in the order in which it is written down.
func (d *demo) inOrder() {
	slices.SortStableFunc(d.told, func(a, b told) int { return cmp.Compare(a.written, b.written) })
}

// A decisionOf is a decision of somebody's.
type decisionOf struct {
	journey, id string
	decision    domain.Decision
}

// population gives the decisions that were meant, as what was told until then
// left them.
func (d *demo) population(told []told, p domain.Population) (all []decisionOf) {
	people := map[string]*domain.Journey{}
	var order []string
	for i, t := range told {
		draft := t.draft
		if draft.Stream.About != domain.AboutJourney {
			continue
		}
		j := people[draft.Stream.ID]
		if j == nil {
			j = &domain.Journey{}
			people[draft.Stream.ID], order = j, append(order, draft.Stream.ID)
		}
		j.Apply(domain.Recorded{Position: uint64(i) + 2, Stream: draft.Stream, ID: draft.ID, Command: draft.ID, Occurred: draft.Occurred,
			Service: draft.Service, By: draft.By, Imported: draft.Imported, Event: draft.Event, Said: draft.Words.Said()})
	}
	for _, person := range order {
		about := map[string][]domain.Recorded{}
		var ids []string
		for _, e := range people[person].Entries() {
			if now := e.Now(); !e.Withdrawn() && domain.OfDecision(now.Event) {
				id := domain.Thing(now)
				if about[id] == nil {
					ids = append(ids, id)
				}
				about[id] = append(about[id], now)
			}
		}
		for _, id := range ids {
			slices.SortFunc(about[id], domain.LifeOrder)
			decision, ok := domain.DecisionOf(id, about[id])
			if !ok {
				continue
			}
			on := decision.Named().Occurred.Date
			if decision.Named().Service == p.Service && on >= p.From && on <= p.To {
				all = append(all, decisionOf{person, id, decision})
			}
		}
	}
	return all
}
