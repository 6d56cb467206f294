package main

import (
	"encoding/base32"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark/waymark/domain"
)

// demoSeed is the seed of the demonstration that serve --demo shows.
const demoSeed = 1

// demoName marks the demonstration's entries as imported: they were not written
// down as they happened.
const demoName = "demo"

// demoJourneys is how many people the demonstration tells of.
const demoJourneys = 300

// demoSpan gives the first and the last day of the demonstration. They are
// fixed, so that it is the same whenever it is told.
func demoSpan() (from, until domain.Date) {
	return domain.Day(2024, time.July, 1), domain.Day(2026, time.June, 30)
}

// A demoService is one of the five services and how things are done there.
type demoService struct {
	id             string
	facts          domain.ServiceFacts
	opened, closed domain.Date // closed is 0 while it goes on
	share          int         // of a hundred people
	least, most    int         // days of support
	care           float64     // how often a decision there keeps to good practice, 0 to 1
	staff          int
	group          time.Weekday // of its weekly group
	groupTag       domain.ActivityTag
	groupWhat      string
}

func demoServices() []demoService {
	return []demoService{
		{"rowan-house", domain.ServiceFacts{Name: "Rowan House", Kind: "supported_housing", TimeLimited: domain.Yes, HomeSetting: "congregate"},
			domain.Day(2016, 4, 4), 0, 22, 150, 620, 0.72, 6, time.Thursday, "cooking", "Thursday kitchen"},
		{"harbour-community", domain.ServiceFacts{Name: "Harbour Community Team", Kind: "community", TimeLimited: domain.No, HomeSetting: "none", LateDays: 3},
			domain.Day(2011, 9, 1), 0, 30, 90, 500, 0.86, 9, time.Tuesday, "outdoors", "Tuesday allotment"},
		{"lantern-crisis", domain.ServiceFacts{Name: "The Lantern", Kind: "crisis", TimeLimited: domain.Yes, HomeSetting: "congregate", LateDays: 1},
			domain.Day(2019, 1, 7), domain.Day(2026, 4, 30), 20, 4, 24, 0.58, 5, time.Monday, "wellbeing", "Morning circle"},
		{"stepping-stones", domain.ServiceFacts{Name: "Stepping Stones into Work", Kind: "employment", TimeLimited: domain.Yes, HomeSetting: "none"},
			domain.Day(2025, 3, 3), 0, 15, 80, 330, 0.9, 3, time.Wednesday, "work", "Work club"},
		{"common-ground", domain.ServiceFacts{Name: "Common Ground", Kind: "peer", TimeLimited: domain.No, HomeSetting: "none", Zone: "Europe/Jersey"},
			domain.Day(2021, 5, 17), 0, 13, 90, 560, 0.94, 3, time.Saturday, "peer_group", "Saturday get-together"},
	}
}

// demoDrafts tells the demonstration: two years of invented people with five
// invented services, in the order in which it would have been written down. The
// same seed gives the same drafts. All of them may be recorded from the last day
// they tell of on.
func demoDrafts(seed uint64) iter.Seq[domain.Draft] {
	return func(yield func(domain.Draft) bool) {
		d := demo{seed: seed, services: demoServices()}
		d.tellServices()
		for i := range demoJourneys {
			d.tellJourney(i)
		}
		d.inOrder()
		d.tellAudits()
		for _, t := range d.told {
			if !yield(t.draft) {
				return
			}
		}
	}
}

// A demo is the demonstration as far as it has been told.
type demo struct {
	seed     uint64
	services []demoService
	told     []told
}

// A told is one draft and the day on which it was written down.
type told struct {
	written domain.Date
	draft   domain.Draft
}

// id makes a UUID that hangs on the seed and the parts alone.
func (d *demo) id(parts ...any) string {
	text := fmt.Sprintln(append([]any{"waymark demo", d.seed}, parts...)...)
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(text)).String()
}

// journey makes a journey's id, in the form in which the log makes them.
func (d *demo) journey(i int) string {
	bytes := uuid.MustParse(d.id("journey", i))
	return "j-" + strings.ToLower(base32.StdEncoding.EncodeToString(bytes[:10]))
}

func (d *demo) tellServices() {
	_, until := demoSpan()
	note := func(on domain.Date, service string, e domain.Event) string {
		id := d.id("service", service, on, domain.KindOf(e))
		d.told = append(d.told, told{on, domain.Draft{
			ID: id, Stream: domain.Stream{About: domain.AboutService, ID: service}, Service: service,
			Occurred: domain.On(on), By: "office", Imported: demoName, Event: e}})
		return id
	}
	for _, s := range d.services {
		note(s.opened, s.id, domain.ServiceOpened{ServiceFacts: s.facts})
		if s.closed != 0 {
			note(s.closed, s.id, domain.ServiceClosed{})
		}
	}
	for _, m := range domain.ShippedMeasures() {
		d.told = append(d.told, told{d.services[1].opened, domain.Draft{
			ID: d.id("measure", m.ID), Stream: domain.Stream{About: domain.AboutMeasure, ID: m.ID},
			Occurred: domain.On(d.services[1].opened), By: "office", Imported: demoName, Event: m.Definition}})
	}
	harbour := d.services[1].facts
	harbour.Holidays = []domain.Date{domain.Day(2025, 12, 25), domain.Day(2025, 12, 26), domain.Day(2026, 1, 1)}
	changed := note(domain.Day(2025, 10, 1), "harbour-community", domain.ServiceChanged{ServiceFacts: harbour})
	harbour.Holidays = append(harbour.Holidays, domain.Day(2026, 4, 3), domain.Day(2026, 4, 6))
	note(domain.Day(2025, 10, 6), "harbour-community", domain.EntryCorrected{
		Entry: changed, Form: "service.changed.v1", Occurred: domain.On(domain.Day(2025, 10, 1)), Service: "harbour-community",
		Reason: "error", Replacement: domain.ServiceChanged{ServiceFacts: harbour}})
	note(domain.Day(2025, 9, 1), "rowan-house", domain.ServiceRebased{Outcome: "led_or_shared", From: "2025-09", Reason: "service_changed"})
	twice := note(until-20, "common-ground", domain.ServiceChanged{ServiceFacts: d.services[4].facts})
	note(until-19, "common-ground", domain.EntryWithdrawn{Entry: twice, Reason: "duplicate"})
}

// tellJourney tells one person's story, which hangs on the seed and on i alone.
func (d *demo) tellJourney(i int) {
	s := &story{Rand: rand.New(rand.NewPCG(d.seed, uint64(i))), demo: d, index: i, id: d.journey(i)}
	s.person = s.somebody()
	s.arrive()
	s.live()
	if s.service.id == "lantern-crisis" && s.reason == "transferred" && s.to+90 < s.until() {
		s.transfer()
		s.live()
	}
	s.putRight()
	if i == 211 {
		on := s.until()
		s.tell(on, on, domain.Draft{Occurred: domain.On(on), Event: domain.PersonForgotten{Reason: "asked_by_person", AuthorisedBy: "manager-1"}})
	}
}
