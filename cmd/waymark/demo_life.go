package main

import (
	"fmt"
	"time"

	"github.com/waymark/waymark/domain"
)

// introduce tells who somebody is.
func (s *story) introduce() {
	p := s.person
	need := pick[domain.CommunicationNeed](s, "no", "no", "no", "no", "yes", "not_asked")
	help := ""
	if need == "yes" {
		help = pick(s, communicationHelps()...)
	}
	first, _ := demoSpan()
	s.note(max(first, s.from), domain.PersonDescribed{CommunicationNeed: need},
		"name", p.name, "preferred_name", p.called, "date_of_birth", p.born,
		"communication_help", help, "matters", s.now(0.7, matters()))
}

func (s *story) consents(first domain.Date) {
	for _, purpose := range []domain.Purpose{"sharing", "family", "clinician", "publish", "contact", "research", "images", "landlord"} {
		on := first + s.days(0, 9)
		if !s.Chance(0.22) || on > s.to {
			continue
		}
		if s.Chance(0.25) {
			s.note(on, domain.ConsentDeclined{Purpose: purpose})
			continue
		}
		given := domain.ConsentGiven{Purpose: purpose}
		if s.Chance(0.4) {
			given.Until = on + 365
		}
		who := ""
		if purpose == "family" {
			who = pick(s, "My sister", "My mum", "My partner", "My eldest son", "My auntie")
		}
		s.note(on, given, "who", who, "conditions", s.now(0.15, []string{"Ask me first each time.", "Only about appointments.", "Not about money."}))
		if later := on + s.days(30, 200); s.Chance(0.12) && later <= s.to {
			s.note(later, domain.ConsentWithdrawn{Purpose: purpose})
		}
	}
}

// home tells where the person lives, where that is known.
func (s *story) home(first domain.Date) {
	switch s.service.id {
	case "rowan-house":
		s.note(first, domain.HomeChanged{Accommodation: "11", Settled: pick[domain.Settled](s, "Y", "N", "N"),
			Staffing: "on_site_always", SupportLevel: pick[domain.SupportLevel](s, "high", "moderate"), MoveOn: "strong",
			Setting: "congregate", Wish: pick[domain.Wish](s, "chosen", "agreed", "agreed", "unsure", "against", "")},
			"note", s.now(0.3, homeNotes()))
		return
	case "lantern-crisis":
		if s.Chance(0.7) {
			return
		}
	}
	if s.Chance(0.75) {
		settled := pick[domain.Settled](s, "Y", "Y", "Y", "N", "Z", "9")
		homes := []domain.Accommodation{"01", "02", "02", "03", "04", "06"}
		if settled == "N" {
			homes = []domain.Accommodation{"05", "14", "15", "16", "18", "19", "12"}
		}
		s.leaf(min(first+s.days(0, 20), s.to), domain.HomeChanged{Accommodation: pick(s, homes...), Settled: settled,
			Wish: pick[domain.Wish](s, "", "chosen", "chosen", "agreed", "unsure")})
	}
	if on := first + s.days(40, 200); s.Chance(0.15) && s.span(on) {
		s.leaf(on, domain.HomeChanged{Accommodation: pick[domain.Accommodation](s, "02", "03", "02", "04"), Settled: "Y",
			Staffing: pick[domain.Staffing](s, "off_site", "none"), SupportLevel: pick[domain.SupportLevel](s, "low", "none"),
			MoveOn: "none", Setting: "individual", Wish: pick[domain.Wish](s, "chosen", "chosen", "agreed", "against")},
			"note", s.now(0.5, homeNotes()))
	}
}

// moveOn tells of the home that a person moved on to.
func (s *story) moveOn() {
	s.note(s.to, domain.HomeChanged{Accommodation: pick[domain.Accommodation](s, "02", "02", "03", "04"), Settled: "Y",
		Staffing: pick[domain.Staffing](s, "off_site", "none"), SupportLevel: pick[domain.SupportLevel](s, "low", "low", "none"),
		MoveOn: "none", Setting: "individual", Wish: pick[domain.Wish](s, "chosen", "chosen", "chosen", "agreed", "unsure")},
		"note", s.now(0.4, homeNotes()))
}

// A goal is an aspiration while it lives.
type goal struct {
	id  string
	set domain.Date
}

func (s *story) aspirations(first domain.Date) (goals []goal) {
	hopes := hopesOf(s.service.id)
	for _, i := range s.Perm(len(hopes))[:s.IntN(4)] {
		on := first + s.days(0, 40)
		if on > s.to {
			continue
		}
		aim := hopes[i].aim
		if s.Chance(0.1) {
			aim = ""
		}
		id := s.note(on, domain.AspirationSet{Aim: aim}, "aspiration", hopes[i].words)
		goals = append(goals, goal{id, on})
	}
	return goals
}

// progress rates each aspiration now and then, and closes some.
func (s *story) progress(goals []goal) {
	for _, g := range goals {
		on := g.set + s.days(20, 60)
		for ; on <= s.to; on += s.days(60, 130) {
			if value := s.rate(on, 0, 10); value != (domain.Rating{}) {
				s.leaf(on, domain.AspirationRated{Aspiration: g.id, Progress: value, By: "person", How: s.how()})
			}
		}
		if on = g.set + s.days(60, 300); on <= s.to && s.Chance(0.6) {
			end, note := domain.AspirationEnd("reached"), reachedNotes()
			if s.gain < 1 {
				end, note = pick[domain.AspirationEnd](s, "changed", "let_go", "reached"), nil
			}
			words := ""
			if note != nil {
				words = s.now(0.5, note)
			}
			s.note(on, domain.AspirationClosed{Aspiration: g.id, How: end}, "note", words)
		}
	}
}

func (s *story) plans(first domain.Date) {
	for _, kind := range domain.PlanKinds.Codes() {
		often := map[domain.PlanKind]float64{"wellness": 0.45, "crisis": 0.3, "advance_statement": 0.06, "advance_decision": 0.03}[kind]
		if s.service.id == "lantern-crisis" && kind == "crisis" {
			often = 0.75
		}
		on := first + s.days(1, 45)
		if !s.Chance(often) || on > s.to {
			continue
		}
		id := s.note(on, domain.PlanMade{Kind: kind}, "content", s.now(0.8, planContents()))
		if used := on + s.days(10, 150); used <= s.to && s.Chance(0.35) {
			s.note(used, domain.PlanUsed{Plan: id}, "note", s.now(0.5, planNotes()))
		}
		if later := on + s.days(151, 300); later <= s.to && s.Chance(0.15) {
			s.note(later, domain.PlanWithdrawn{Plan: id}, "note", "I have written a new one.")
		}
	}
}

func (s *story) peers(first domain.Date) {
	often := 0.16
	if s.service.id == "common-ground" {
		often = 0.85
	}
	on := first + s.days(5, 40)
	if !s.Chance(often) || on > s.to {
		return
	}
	id := s.note(on, domain.PeerMatched{Chosen: pick(s, domain.Yes, domain.Yes, domain.Yes, domain.No, domain.NotRecorded)})
	if end := on + s.days(40, 240); end <= s.to && s.Chance(0.6) {
		s.note(end, domain.PeerEnded{Match: id, EndedBy: pick[domain.EndedBy](s, "both", "both", "person", "peer", "service")},
			"note", s.now(0.3, []string{"We still say hello.", "I have what I needed for now.", "We will meet again at the get-together."}))
	}
}

// months tells of ordinary days: activities and support.
func (s *story) months(first domain.Date) {
	joining := 0.25 + 0.6*s.Float64()
	step := domain.Date(30)
	if s.service.least < 30 {
		step = 5
	}
	for month := first; month <= s.to; month += step {
		if on := s.groupDay(month); s.span(on) && s.Chance(joining) {
			s.session(on)
		}
		if on := month + s.days(0, int(step)-1); s.span(on) && s.Chance(joining*0.7) {
			s.outing(on)
		}
		if on := month + s.days(0, int(step)-1); s.span(on) && s.Chance(0.45) {
			s.supported(on)
		}
	}
}

// groupDay gives the day of the service's group in the week after.
func (s *story) groupDay(after domain.Date) domain.Date {
	return after + domain.Date((s.service.group-after.Time().Weekday()+7)%7)
}

// session tells of the service's own group: one register writes all who came.
func (s *story) session(on domain.Date) {
	register := fmt.Sprintf("%s-%s", s.service.id, on)
	setting := domain.ActivitySetting("service_run")
	if s.service.id == "common-ground" {
		setting = "peer_run"
	}
	if s.Chance(0.15) {
		s.leaf(on, domain.ActivityNotAttended{Activity: s.service.groupTag, Setting: setting, Session: register,
			Reason: pick[domain.NotAttendedReason](s, "person_chose", "could_not", "other")}, "what", s.service.groupWhat)
		return
	}
	s.leaf(on, domain.ActivityAttended{Activity: s.service.groupTag, Setting: setting, Company: "with_others", Session: register,
		Chosen: pick(s, domain.Yes, domain.Yes, domain.Yes, domain.No, domain.NotRecorded), Valued: s.rate(on, 0, 10), Minutes: 90,
		Ways: []domain.Way{"connect"}}, "what", s.service.groupWhat, "note", s.now(0.1, activityNotes()))
}

// outing tells of something the person did out and about.
func (s *story) outing(on domain.Date) {
	o := pick(s, outings()...)
	if s.Chance(0.08) {
		s.leaf(on, domain.ActivityNotAttended{Activity: o.tag, Setting: "mainstream",
			Reason: pick[domain.NotAttendedReason](s, "person_chose", "could_not", "service_cancelled")}, "what", o.what)
		return
	}
	s.leaf(on, domain.ActivityAttended{Activity: o.tag, Setting: "mainstream", Chosen: pick(s, domain.Yes, domain.Yes, domain.Yes, domain.NotRecorded),
		Company: pick[domain.Company](s, "alone", "with_others", "with_others", "with_peer", "with_worker"),
		Valued:  s.rate(on, 0, 10), Minutes: 30 * (1 + s.IntN(6)), Ways: o.ways}, "what", o.what, "note", s.now(0.15, activityNotes()))
}

func (s *story) supported(on domain.Date) {
	kinds := domain.SupportKinds.Codes()
	s.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	by := pick[domain.SupportedBy](s, "worker", "worker", "worker", "peer", "volunteer")
	if s.service.id == "common-ground" {
		by = "peer"
	}
	given := domain.SupportGiven{Kinds: kinds[:1+s.IntN(2)], By: by, Minutes: 15 * (1 + s.IntN(6))}
	if s.Chance(0.6) {
		if given.Benefit = s.rate(on, 0, 10); given.Benefit != (domain.Rating{}) {
			given.RatedBy, given.How = "person", s.how()
		}
	}
	s.leaf(on, given, "note", s.now(0.2, supportNotes()))
}

// A person is who a story is about.
type person struct{ name, called, born string }

func (s *story) somebody() person {
	first, last := pick(s, firstNames()...), pick(s, lastNames()...)
	p := person{name: first + " " + last, born: domain.Day(1946+s.IntN(60), time.Month(1+s.IntN(12)), 1+s.IntN(28)).String()}
	if s.Chance(0.25) {
		p.called = first
	}
	return p
}
