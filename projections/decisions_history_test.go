package projections

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/waymark/waymark/domain"
)

// decided is what makes up decisions, and what they are judged beside.
var decided = shape{events: 3000, journeys: 60, days: 730, amend: 0.12, serve: 0.02, kinds: slices.Concat(
	slices.Repeat([]domain.Kind{"decision.made"}, 12), slices.Repeat([]domain.Kind{"decision.raised", "decision.reviewed"}, 6),
	slices.Repeat([]domain.Kind{"person.described"}, 4), slices.Repeat([]domain.Kind{"support.started", "support.ended"}, 2),
	[]domain.Kind{"support.paused", "support.resumed", "decision.reversed", "decision.closed", "decision.audited", "activity.attended", "person.forgotten"})}

// lawful makes up a log of decisions with the detail that the criteria ask for,
// each part of it there most of the time, of services in several nations.
func lawful(t testing.TB, seed uint64) []domain.Recorded {
	log := made(t, seed, decided).log
	d := detail{rand.New(rand.NewPCG(seed, 12))}
	for i := range log {
		r := &log[i]
		r.Content, r.Words = nil, domain.Words{} // they say what was there before
		if e, ok := r.Event.(domain.EntryCorrected); ok {
			e.Replacement, r.Said = d.of(e.Replacement, r.Said)
			r.Event = e
			continue
		}
		r.Event, r.Said = d.of(r.Event, r.Said)
	}
	return log
}

type detail struct{ *rand.Rand }

func (d detail) often() bool { return d.Float64() < 0.9 }

// some gives what there is, or now and then nothing.
func some[T any](d detail, all ...T) []T {
	if d.often() {
		return all
	}
	return nil
}

// day gives a day around those of the decisions, or now and then none.
func (d detail) day() domain.Date {
	if d.often() {
		return domain.Day(2024, 1, 1) + domain.Date(d.IntN(500))
	}
	return 0
}

func (d detail) yes() domain.YesNo {
	if d.often() {
		return domain.Yes
	}
	return domain.No
}

// of gives an event its detail, and the words that it comes with.
func (d detail) of(e domain.Event, said []domain.Word) (domain.Event, []domain.Word) {
	switch e := e.(type) {
	case domain.DecisionRaised:
		return e, d.said("question", "view")
	case domain.DecisionMade:
		if d.Float64() < 0.5 {
			e.Preferred, e.Actual, e.Agreement, e.NoChangeImpossible = "3", "3", "agrees", domain.Yes
		}
		e.Deciders = some(d, e.Deciders...)
		e.Formats = some(d, []domain.Format{"none", "conversation", "visit", "pictures"}[d.IntN(4)])
		e.NeedMet = some(d, []domain.NeedMet{"easy_read", "more_time", "not_met"}[d.IntN(3)])
		e.ViewTried = some[domain.Tried](d, "advocate")
		if !d.often() {
			e.UnderSixteen = domain.Yes
		}
		switch e.Basis {
		case "best_interests":
			e.BestInterests = domain.BestInterests{Assessed: d.day(), Helped: some[domain.Tried](d, "easy_read"), Lacking: some[domain.Ability](d, "weigh"),
				Wishes: d.yes(), Consulted: d.yes(), LessRestrictive: d.yes(), CouldWait: d.yes()}
		case "provider":
			e.Provider = domain.Provider{ToldHowToChallenge: d.yes()}
			if d.often() {
				e.Provider.Power = "tenancy"
			}
		case "", "consent":
		default:
			e.Authority = domain.Authority{Kind: domain.AuthorityKinds[d.IntN(len(domain.AuthorityKinds))].Code, Scope: some(d, domain.Areas.Codes()[d.IntN(3):]...), Seen: d.day()}
			if d.often() {
				e.Authority.LacksCapacity = d.yes()
			}
			if !d.often() {
				e.Authority.Kind = ""
			}
		}
		return e, d.said("authority_reference", "disagreement", "question", "reason", "view", "why_lacking")
	case domain.ServiceOpened:
		e.Nation = d.nation()
		return e, said
	case domain.ServiceChanged:
		if e.Nation = d.nation(); e.Zone == "" && !d.often() {
			e.Zone = "America/New_York"
		}
		return e, said
	}
	return e, said
}

func (d detail) nation() domain.Nation {
	return []domain.Nation{"", "", "england", "wales", "scotland"}[d.IntN(5)]
}

func (d detail) said(words ...domain.Word) []domain.Word {
	if words = slices.DeleteFunc(words, func(domain.Word) bool { return d.Float64() < 0.15 }); len(words) == 0 {
		return nil
	}
	return words
}
