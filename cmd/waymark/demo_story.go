package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

// A story is one invented person's journey while it is told.
type story struct {
	*rand.Rand
	demo   *demo
	index  int    // among the people
	id     string // the journey's
	entry  int    // entries so far, for their ids
	person person

	service  demoService
	worker   string // who writes most of it down
	support  string // the id of the support that goes on
	from, to domain.Date
	ended    bool             // whether the support ended on to, or went on after it
	reason   domain.EndReason // why it ended
	paused   [2]domain.Date   // first day of a pause and the day it ended

	outlook float64 // where ratings began
	gain    float64 // how far they came by the end
	told    []mark  // what may be put right later
}

// A mark is a rating or the like that was told and where.
type mark struct {
	at    int // in demo.told
	event domain.Event
}

func (s *story) until() domain.Date {
	_, until := demoSpan()
	return until
}

// Chance is true so often, 0 to 1.
func (s *story) Chance(p float64) bool { return s.Float64() < p }

// days gives a number from least to most.
func (s *story) days(least, most int) domain.Date { return domain.Date(least + s.IntN(most-least+1)) }

// pick gives one of several things.
func pick[T any](s *story, of ...T) T { return of[s.IntN(len(of))] }

// note tells of something that happened, with words as name and text in turn,
// and gives the entry's id.
func (s *story) note(on domain.Date, e domain.Event, words ...string) string {
	return s.tell(on, on, domain.Draft{Occurred: domain.On(on), Service: s.service.id, Event: e}, words...)
}

// leaf tells of something that nothing else refers to, which now and then is
// written down some days late.
func (s *story) leaf(on domain.Date, e domain.Event, words ...string) {
	written := on
	if s.Chance(0.07) {
		written = min(on+s.days(3, 16), s.until())
	}
	s.told = append(s.told, mark{len(s.demo.told), e})
	s.tell(on, written, domain.Draft{Occurred: s.moment(on), Service: s.service.id, Event: e}, words...)
}

// moment gives a day, now and then with the clock time: in months when the
// offset is the same all through.
func (s *story) moment(on domain.Date) domain.Occurred {
	o := domain.On(on)
	month := on.Time().Month()
	winter, summer := month >= time.November || month <= time.February, month >= time.April && month <= time.September
	if (winter || summer) && s.Chance(0.2) {
		o.Moment, o.Clock = true, time.Duration(9*60+s.IntN(9*12)*5)*time.Minute
		if summer {
			o.Offset = 60
		}
	}
	return o
}

func (s *story) tell(on, written domain.Date, d domain.Draft, words ...string) string {
	s.entry++
	d.ID = s.demo.id("entry", s.index, s.entry)
	d.Stream, d.By, d.Imported = domain.JourneyStream(s.id), s.worker, demoName
	if s.Chance(0.12) {
		d.By = s.colleague()
	}
	for i := 0; i < len(words); i += 2 {
		if words[i+1] == "" {
			continue
		}
		if d.Words.Texts == nil {
			d.Words.Texts = map[domain.Word]string{}
		}
		d.Words.Texts[domain.Word(words[i])] = words[i+1]
	}
	s.demo.told = append(s.demo.told, told{written, d})
	return d.ID
}

func (s *story) colleague() string {
	return fmt.Sprintf("%s-%d", s.service.id[:3], 1+s.IntN(s.service.staff))
}

// arrive begins the support, for some before the demonstration's first day.
func (s *story) arrive() {
	from, until := demoSpan()
	at := s.IntN(100)
	for _, service := range s.demo.services {
		if s.service = service; at < service.share {
			break
		}
		at -= service.share
	}
	last := until - 14
	if s.service.closed != 0 {
		last = s.service.closed - 5
	}
	s.from = max(from, s.service.opened+7)
	s.from += domain.Date(s.IntN(int(last - s.from)))
	if s.service.closed != 0 && s.Chance(0.07) {
		s.from = s.service.closed - s.days(3, 9) // there when it closed
	}
	if s.Chance(0.14) && s.service.opened < from-400 && s.service.most > 60 {
		s.from = from - s.days(20, 300) // here already when the telling begins
	}
	s.begin()
	if s.from < from && s.to < from+60 { // somebody who was here already is here for a while
		s.to, s.ended = from+s.days(60, 300), true
	}
	s.introduce()
}

// begin starts support with s.service on s.from and settles how long it lasts.
func (s *story) begin() {
	s.worker = s.colleague()
	s.outlook, s.gain = 2.5+4*s.Float64(), -1.5+5*s.Float64()
	s.to = s.from + s.days(s.service.least, s.service.most)
	s.ended = true
	if last := s.service.closed; last != 0 && s.to > last {
		s.to = last
	}
	if s.to > s.until() {
		s.to, s.ended = s.until(), false
	}
	s.support = s.note(s.from, domain.SupportStarted{})
	s.paused = [2]domain.Date{}
}

// transfer goes on to the community team on the day the support ended.
func (s *story) transfer() {
	s.service = s.demo.services[1]
	s.from = s.to
	s.begin()
}

// live tells what happened while the support lasted.
func (s *story) live() {
	first, _ := demoSpan()
	first = max(first, s.from) // before that there is only the start
	if s.to-s.from > 160 && s.from >= first && s.Chance(0.12) {
		s.rest()
	}
	s.consents(first)
	s.home(first)
	goals := s.aspirations(first)
	s.plans(first)
	s.peers(first)
	s.ratings(first)
	s.months(first)
	s.decisions(first)
	s.restriction(first)
	s.progress(goals)
	s.leave()
}

// span says whether the day falls in the support and not in a pause.
func (s *story) span(on domain.Date) bool {
	return on >= s.from && on <= s.to && (on < s.paused[0] || on >= s.paused[1])
}

// rest pauses the support for some weeks.
func (s *story) rest() {
	s.paused[0] = s.from + s.days(60, 90)
	s.paused[1] = s.paused[0] + s.days(14, 45)
	s.note(s.paused[0], domain.SupportPaused{Support: s.support})
	s.note(s.paused[1], domain.SupportResumed{Support: s.support})
}

// rate gives a rating from low to high for the day, or none where nobody asked.
func (s *story) rate(on domain.Date, low, high int) domain.Rating {
	switch chance := s.Float64(); {
	case chance < 0.05:
		return domain.Declined
	case chance < 0.13:
		return domain.Rating{}
	}
	way := float64(on-s.from) / float64(s.to-s.from+1)
	scale := float64(high-low) / 10
	n := float64(low) + scale*(s.outlook+s.gain*way+s.NormFloat64())
	return domain.Rate(min(max(int(math.Round(n)), low), high))
}

// star gives what somebody makes of the service, from 1 to 5: mostly good, as
// far as it is a careful one.
func (s *story) star() domain.Rating {
	switch chance := s.Float64(); {
	case chance < 0.04:
		return domain.Declined
	case chance < 0.1:
		return domain.Rating{}
	case chance < s.service.care:
		return domain.Rate(4 + s.IntN(2))
	}
	return domain.Rate(1 + s.IntN(4))
}

func (s *story) how() domain.HowGiven {
	return pick[domain.HowGiven](s, "alone", "alone", "with_worker", "with_worker", "with_peer", "")
}

// ratings tells of confidence and life: soon after the start, every few months
// and near the end.
func (s *story) ratings(first domain.Date) {
	gap := domain.Date(95)
	if s.service.least < 30 {
		gap = 5
	}
	for on := first + s.days(0, int(min(gap/4, 14))); on <= s.to; on += gap + s.days(0, int(gap/3)) {
		if !s.span(on) || s.Chance(0.08) {
			continue
		}
		how := s.how()
		for _, about := range []domain.Area{"self", "independence"} {
			if value := s.rate(on, 0, 10); value != (domain.Rating{}) {
				s.leaf(on, domain.ConfidenceRated{About: about, Value: value, By: "person", How: how}, "note", s.now(0.25, ratingNotes()))
			}
		}
		for _, about := range domain.LifeAbouts.Codes() {
			if value := s.rate(on, 0, 10); value != (domain.Rating{}) && s.Chance(0.75) {
				s.leaf(on, domain.LifeRated{About: about, Value: value, By: "person", How: how}, "note", s.now(0.15, lifeNotes()))
			}
		}
		if s.Chance(0.25) { // somebody else sees it in their own way
			by := pick[domain.RatedBy](s, "worker", "worker", "peer", "family_or_carer")
			if value := s.rate(on, 0, 10); value != (domain.Rating{}) {
				s.leaf(on, domain.ConfidenceRated{About: "self", Value: value, By: by})
			}
		}
		if s.Chance(0.2) {
			s.score(on, how)
		}
		if s.Chance(0.3) || on+gap > s.to {
			s.experience(on)
		}
	}
}

func (s *story) score(on domain.Date, how domain.HowGiven) {
	measure := pick(s, domain.ShippedMeasures()...)
	scored := domain.MeasureScored{Measure: measure.ID, Version: 1, By: "person", How: how}
	if n, ok := s.rate(on, 0, 10).Value(); ok {
		scored.Answers = map[string]domain.Answer{measure.Definition.Items[0].ID: {Value: float64(n)}}
	} else {
		scored.Declined = true
	}
	s.leaf(on, scored)
}

func (s *story) experience(on domain.Date) {
	e := domain.ExperienceShared{Quality: s.star(), ConcernsMet: s.star(), NeedsMet: s.star(), Challenges: s.rate(on, 1, 5), How: s.how()}
	if e == (domain.ExperienceShared{How: e.How}) {
		return
	}
	quotes := kindQuotes()
	if n, ok := e.Quality.Value(); ok && n < 3 {
		quotes = franknessQuotes()
	}
	s.leaf(on, e, "quote", s.now(0.6, quotes))
}

// now gives one of the texts so often, and nothing otherwise.
func (s *story) now(often float64, texts []string) string {
	if !s.Chance(often) {
		return ""
	}
	return pick(s, texts...)
}

// leave ends the support, where it ended.
func (s *story) leave() {
	if !s.ended {
		return
	}
	if s.reason = "died"; s.index%131 == 77 {
		s.note(s.to, domain.SupportEnded{Support: s.support, Reason: "died"})
		return
	}
	end := domain.SupportEnded{Support: s.support, Planned: domain.Yes, Reason: "moved_on"}
	switch chance := s.Float64(); {
	case s.to == s.service.closed:
		end.Reason = "service_ended"
	case s.gain < 0 && chance < 0.5:
		end.Planned = domain.No
		end.Reason = pick[domain.EndReason](s, "lost_contact", "chose_to_leave", "hospital", "asked_to_leave", "prison", "other")
	case chance < 0.15:
		end.Reason = "chose_to_leave"
	case s.service.id == "lantern-crisis" && chance < 0.6:
		end.Reason = "transferred"
	case chance > 0.95:
		end.Planned = domain.NotRecorded
	}
	changed := ""
	if end.Planned == domain.Yes {
		changed = s.now(0.6, changes())
	}
	if end.Reason == "moved_on" && (s.service.id == "rowan-house" || s.Chance(0.05)) {
		s.moveOn()
	}
	s.reason = end.Reason
	s.note(s.to, end, "changed", changed)
}

// putRight corrects and withdraws some of what was told.
func (s *story) putRight() {
	for _, m := range s.told {
		original := s.demo.told[m.at]
		if !s.Chance(0.03) {
			continue
		}
		written := min(original.written+s.days(1, 30), s.until())
		if s.Chance(0.25) {
			reason := pick[domain.WithdrawalReason](s, "duplicate", "error", "wrong_person", "asked_by_person")
			s.tell(written, written, domain.Draft{Occurred: domain.On(written), Event: domain.EntryWithdrawn{Entry: original.draft.ID, Reason: reason}})
			continue
		}
		reason := pick[domain.CorrectionReason](s, "error", "error", "asked_by_person", "other")
		d := original.draft
		replacement, occurred := s.righted(m.event), d.Occurred
		if replacement == nil {
			continue
		}
		c := domain.Draft{Occurred: domain.On(written), Service: d.Service, Words: d.Words, Event: domain.EntryCorrected{
			Entry: d.ID, Form: domain.FormOf(replacement), Occurred: occurred, Service: d.Service, Reason: reason, Replacement: replacement}}
		s.tell(written, written, c)
	}
}

// righted gives an event as it should have been told, or nil where it was well told.
func (s *story) righted(e domain.Event) domain.Event {
	other := domain.Rate(s.IntN(11))
	switch e := e.(type) {
	case domain.ConfidenceRated:
		e.Value = other
		return e
	case domain.LifeRated:
		e.Value = other
		return e
	case domain.SupportGiven:
		e.Kinds = slices.Clone(e.Kinds)
		e.Minutes = 10 * (1 + s.IntN(12))
		return e
	case domain.ActivityAttended:
		e.Chosen, e.Ways = domain.Yes, slices.Clone(e.Ways)
		return e
	}
	return nil
}
