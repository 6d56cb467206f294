package projections

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// A promise is something that will be recorded of a journey on a day to come,
// if the rules accept it by then.
type promise struct {
	on, occurred     domain.Date
	journey, service string
	event            func() domain.Event
}

func (h *history) promise(p promise) {
	p.on = max(p.on, p.occurred)
	h.promised = append(h.promised, p)
	slices.SortStableFunc(h.promised, func(a, b promise) int { return cmp.Compare(a.on, b.on) })
}

// keep records what was promised for today or before.
func (h *history) keep() {
	for len(h.promised) > 0 && h.promised[0].on <= h.today() {
		p := h.promised[0]
		h.promised = h.promised[1:]
		if e := p.event(); e != nil {
			h.record(domain.Draft{Stream: domain.JourneyStream(p.journey), Service: p.service, Occurred: domain.On(p.occurred), Event: e, Words: h.words(e)})
		}
	}
}

// follow promises ratings near the start of an episode and again later, around
// all the days that matter for whether they are a pair; and mostly its end.
func (h *history) follow(started domain.Recorded) {
	journey, service, start := started.Stream.ID, started.Service, started.Occurred.Date
	day := func(least, days int) domain.Date { return domain.Date(least + h.random.IntN(days)) }
	later := func(on domain.Date, event func() domain.Event) {
		h.promise(promise{occurred: on, journey: journey, service: service, event: event})
	}
	crisis := h.serviceState(service).Facts().Kind == "crisis"
	end := start + []domain.Date{day(20, 66), day(84, 160), 1 << 20}[h.random.IntN(3)]
	if crisis {
		end = start + day(0, 12)
	}
	if h.chance(0.7) {
		later(start, func() domain.Event { return domain.AspirationSet{Aim: "home"} })
	}
	for i := range 8 {
		rate := h.rates(journey)
		switch i { // so often that there is an interval
		case 0:
			rate = func() domain.Event {
				return domain.ConfidenceRated{About: "self", Value: h.rating(0, 10), By: "person"}
			}
		case 1:
			rate = func() domain.Event { return h.scored("being", "person", "") }
		}
		first, again := start+day(0, 31), start+day(54, 130)
		if crisis {
			first, again = start+day(0, 4), end+day(-4, 9)
		}
		if h.chance(0.85) {
			later(first, rate)
		}
		for range 1 + h.random.IntN(2) {
			later(again, rate)
			again += day(0, 10)
		}
	}
	if end < 1<<20 {
		reason := pick(h, []domain.EndReason{"moved_on", "moved_on", "hospital", "prison", "died", "lost_contact", ""})
		h.promise(promise{on: end + 4, occurred: end, journey: journey, service: service, event: func() domain.Event { // so late that ratings after it are there
			return domain.SupportEnded{Support: started.ID, Planned: domain.Yes, Reason: reason}
		}})
	}
}

// rates chooses a rater and what they rate, and gives what rates it.
func (h *history) rates(journey string) func() domain.Event {
	by, how := domain.RatedBy("person"), maybe(h, domain.HowGivens)
	if h.chance(0.3) {
		by = pick(h, domain.RatedBys).Code
	}
	area, side := pick(h, domain.ConfidenceAbout).Code, pick(h, domain.LifeAbouts).Code
	if h.chance(0.3) {
		area = "self"
	}
	switch h.random.IntN(5) {
	case 0:
		return func() domain.Event { return domain.LifeRated{About: side, Value: h.rating(0, 10), By: by, How: how} }
	case 1:
		return func() domain.Event {
			e, ok := h.event(journey, "aspiration.rated").(domain.AspirationRated)
			if e.By = by; !ok {
				return nil
			}
			return e
		}
	case 2:
		measure := pick(h, []string{"daily", "being"})
		return func() domain.Event { return h.scored(measure, by, how) }
	default:
		return func() domain.Event {
			return domain.ConfidenceRated{About: area, Value: h.rating(0, 10), By: by, How: how}
		}
	}
}
