package projections

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/uuid"

	"github.com/waymark/waymark/domain"
)

// secret is in every word of a made-up history, so that a test finds any that
// is somewhere it should not be.
const secret = "zz-in-confidence-zz"

// A history makes up a log, entry by entry: whatever the rules accept of what a
// seeded generator thinks of. It begins on 2 January 2024.
type history struct {
	random   *rand.Rand
	zones    map[string]*time.Location
	now      time.Time
	log      []domain.Recorded
	states   map[domain.Stream]domain.State
	journeys []string
	entries  map[string][]domain.Recorded // by journey, entries as first recorded
	withheld map[string]bool              // ids of entries withdrawn
	promised []promise                    // what will be recorded, by its day
	shape    shape
}

// shape says how much of what a history has.
type shape struct {
	events, journeys, days int
	kinds                  []domain.Kind // what happens on journeys, each as often as it is there
	amend                  float64       // the share of corrections and withdrawals
	serve                  float64       // the share of what happens to services
	followed               float64       // the share of episodes in which things are rated at the start and again later
}

// made makes up a history. The same seed and shape give the same log.
func made(t testing.TB, seed uint64, s shape) *history {
	t.Helper()
	h := &history{
		random: rand.New(rand.NewPCG(seed, 7)), zones: map[string]*time.Location{}, now: time.Date(2024, 1, 2, 8, 0, 0, 0, time.UTC),
		states: map[domain.Stream]domain.State{}, entries: map[string][]domain.Recorded{}, withheld: map[string]bool{}, shape: s,
	}
	for _, name := range []string{domain.DefaultZone, "America/New_York"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		h.zones[name] = zone
	}
	h.found()
	step := time.Duration(s.days) * 24 * time.Hour / time.Duration(s.events)
	for len(h.log) < s.events {
		h.now = h.now.Add(time.Duration(h.random.Int64N(2*int64(step) + 1)))
		h.keep()
		h.live()
	}
	return h
}

// found begins the log, its services and its measures.
func (h *history) found() {
	h.append(domain.Draft{ID: h.id(), Stream: domain.Stream{About: domain.AboutLog}, By: "waymark", Occurred: domain.On(h.today()),
		Event: domain.LogFounded{Log: logID, Words: "plain"}})
	for i, id := range []string{"north", "south", "crisis", "peers", "brooklyn"} {
		facts := domain.ServiceFacts{Name: id, Kind: []domain.ServiceKind{"supported_housing", "community", "crisis", "peer", "employment"}[i]}
		switch id {
		case "north":
			facts.TimeLimited, facts.RecordsFrom, facts.LateDays = domain.Yes, domain.Day(2024, 2, 1), 4
		case "brooklyn":
			facts.TimeLimited, facts.Zone = domain.Yes, "America/New_York"
		case "peers":
			facts.Holidays = h.holidays()
		}
		h.service(id, domain.Day(2023, time.Month(i+1), 1), domain.ServiceOpened{ServiceFacts: facts})
	}
	for version := 1; version <= 2; version++ {
		h.define("daily", domain.MeasureDefined{Version: version, Title: "Daily", Items: items(5, "calm", "sad"), Scales: []domain.Scale{
			{ID: "total", Method: "sum", Direction: "higher_better"},
			{ID: "sad", Title: "Sadness", Items: []string{"sad"}, Method: "mean", Direction: "lower_better",
				Rule: domain.ChangeRule{Kind: "rci", SD: 1.3, Reliability: 0.8, Source: "a made-up norm"}},
			{ID: "calm", Items: []string{"calm"}, Method: "mean", Direction: "neither"}}})
	}
	h.define("being", domain.MeasureDefined{Version: 1, Title: "Being", Items: items(4, "a", "b", "c", "d"), Scales: []domain.Scale{
		{ID: "total", Method: "sum", Direction: "higher_better", Missing: "prorate", MayMiss: 1,
			Rule: domain.ChangeRule{Kind: "rci", SD: 4, Reliability: 0.85, Source: "a made-up norm"}},
		// Its scores are tenths, which binary fractions only come near to.
		{ID: "mean", Method: "mean", Decimals: 1, Direction: "higher_better", Rule: domain.ChangeRule{Kind: "points", Points: 1}}}})
}

func items(high float64, ids ...string) (all []domain.Item) {
	for _, id := range ids {
		all = append(all, domain.Item{ID: id, High: high})
	}
	return all
}

func (h *history) define(id string, m domain.MeasureDefined) {
	m.Licence = domain.Licence{Name: "CC0", Holder: "Waymark", Reference: "here", Wording: "own"}
	h.record(domain.Draft{Stream: domain.Stream{About: domain.AboutMeasure, ID: id}, Occurred: domain.On(h.today()), Event: m})
}

func (h *history) service(id string, on domain.Date, e domain.Event) bool {
	return h.record(domain.Draft{Stream: domain.Stream{About: domain.AboutService, ID: id}, Occurred: domain.On(on), Event: e})
}

// live lets one thing happen, or tries to.
func (h *history) live() {
	switch p := h.random.Float64(); {
	case len(h.journeys) < h.shape.journeys && p < 1.5*float64(h.shape.journeys)/float64(h.shape.events):
		id := fmt.Sprintf("j-%d", len(h.journeys)+1)
		if h.record(domain.Draft{Stream: domain.JourneyStream(id), Service: h.someService(), Occurred: h.occurred(), Event: domain.SupportStarted{}}) {
			h.journeys = append(h.journeys, id)
		}
	case p > 1-h.shape.serve:
		h.serve()
	case len(h.journeys) == 0:
	case h.random.Float64() < h.shape.amend:
		h.amend(pick(h, h.journeys))
	default:
		kind := pick(h, h.shape.kinds)
		id := pick(h, h.journeys)
		if kind == "person.forgotten" && !h.chance(0.05) {
			return
		}
		d := domain.Draft{Stream: domain.JourneyStream(id), Service: h.with(id), Occurred: h.occurred(), Event: h.event(id, kind)}
		if d.Event == nil {
			return
		}
		if h.chance(0.1) {
			d.Service = h.someService()
		}
		if h.chance(0.05) && kind != "support.started" {
			d.Service = ""
		}
		d.Words = h.words(d.Event)
		h.record(d)
	}
}

// serve lets something happen to a service.
func (h *history) serve() {
	id, on := h.someService(), h.today()-domain.Date(h.random.IntN(200))
	stream := domain.Stream{About: domain.AboutService, ID: id}
	changed := domain.ServiceFacts{Name: id + " anew", Kind: pick(h, domain.ServiceKinds.Codes()[:3]), LateDays: h.random.IntN(6), Holidays: h.holidays()}
	if id == "north" || h.chance(0.3) {
		changed.TimeLimited, changed.RecordsFrom = domain.Yes, domain.Day(2023, time.Month(1+h.random.IntN(18)), 1)
	}
	if id == "brooklyn" {
		changed.Zone = "America/New_York"
	}
	switch h.random.IntN(6) {
	case 0, 1:
		h.service(id, on, domain.ServiceChanged{ServiceFacts: changed})
	case 2:
		h.service(id, on, domain.ServiceRebased{Outcome: pick(h, []string{"took_part", "decisions.took_part", "home.settled", "measure.daily.1.total"}), From: domain.MonthName(on.Month()), Reason: "service_changed"})
	case 3:
		if id == "peers" {
			h.service(id, h.today(), domain.ServiceClosed{})
		}
	case 4, 5:
		target := pick(h, h.entries[id])
		switch e := target.Event.(type) {
		case domain.ServiceOpened:
			h.record(domain.Draft{Stream: stream, Event: domain.EntryCorrected{Entry: target.ID, Form: domain.FormOf(e), Reason: "error",
				Occurred: domain.On(domain.Day(2023, 1, 1+h.random.IntN(25))), Replacement: domain.ServiceOpened{ServiceFacts: changed}}})
		case domain.ServiceChanged, domain.ServiceRebased:
			h.record(domain.Draft{Stream: stream, Event: domain.EntryWithdrawn{Entry: target.ID, Reason: "error"}})
		}
	}
}

// amend corrects or withdraws an entry of a journey.
func (h *history) amend(id string) {
	target := pick(h, h.entries[id])
	stream := domain.JourneyStream(id)
	if h.chance(0.25) {
		h.record(domain.Draft{Stream: stream, Event: domain.EntryWithdrawn{Entry: target.ID, Reason: pick(h, domain.WithdrawalReasons.Codes())}})
		return
	}
	replacement := h.event(id, domain.KindOf(target.Event))
	if h.chance(0.4) {
		replacement = target.Event // only its date or service was wrong
	}
	if replacement == nil {
		return
	}
	occurred, service := target.Occurred, target.Service
	if h.chance(0.4) {
		occurred = domain.On(max(1, target.Occurred.Date+domain.Date(h.random.IntN(120)-60)))
	}
	if h.chance(0.3) && service != "" {
		service = h.someService()
	}
	h.record(domain.Draft{Stream: stream, Words: h.words(replacement), Event: domain.EntryCorrected{Entry: target.ID, Form: domain.FormOf(replacement),
		Occurred: occurred, Service: service, Reason: pick(h, domain.CorrectionReasons.Codes()), Replacement: replacement}})
}

// record holds a draft against the rules, and appends it where they accept it.
func (h *history) record(d domain.Draft) bool {
	d.ID, d.By = h.id(), fmt.Sprintf("worker-%d", 1+h.random.IntN(9))
	if h.chance(0.05) {
		d.Imported = "old-records"
	}
	state := h.state(d.Stream)
	d, err := state.Record(d, domain.Circumstances{Service: h.serviceState, Measure: h.measure, Today: h.todayIn})
	if err != nil {
		return false
	}
	r := h.append(d)
	state.Apply(r)
	switch e := r.Event.(type) {
	case domain.EntryCorrected, domain.PersonForgotten:
	case domain.EntryWithdrawn:
		h.withheld[e.Entry] = true
	default:
		h.entries[r.Stream.ID] = append(h.entries[r.Stream.ID], r)
	}
	if _, ok := r.Event.(domain.SupportStarted); ok && h.shape.followed > 0 && h.chance(h.shape.followed) {
		h.follow(r)
	}
	return true
}

// append puts a draft in the log as it would be read from there.
func (h *history) append(d domain.Draft) domain.Recorded {
	content, err := domain.Encode(d.Event, d.Words)
	if err != nil {
		panic(err)
	}
	h.now = h.now.Add(time.Microsecond)
	r := domain.Recorded{Position: uint64(len(h.log) + 1), Stream: d.Stream, ID: d.ID, Command: d.ID, At: h.now.Truncate(time.Microsecond), Occurred: d.Occurred,
		Service: d.Service, By: d.By, Imported: d.Imported}
	if r.Event, r.Said, r.Words, err = domain.Decode(domain.FormOf(d.Event), content); err != nil {
		panic(err)
	}
	r.Content = content
	h.log = append(h.log, r)
	return r
}

func (h *history) state(s domain.Stream) domain.State {
	if h.states[s] == nil {
		h.states[s] = domain.NewState(s)
	}
	return h.states[s]
}

func (h *history) serviceState(id string) *domain.Service {
	return h.state(domain.Stream{About: domain.AboutService, ID: id}).(*domain.Service)
}

func (h *history) measure(id string, version int) (domain.MeasureDefined, bool) {
	return h.state(domain.Stream{About: domain.AboutMeasure, ID: id}).(*domain.Measure).Version(version)
}

func (h *history) todayIn(zone string) domain.Date {
	if h.zones[zone] == nil {
		return 0
	}
	return domain.DateOf(h.now.In(h.zones[zone]))
}

func (h *history) today() domain.Date { return h.todayIn(domain.DefaultZone) }

// occurred is now, or some days ago; a date, or a moment with its offset.
func (h *history) occurred() domain.Occurred {
	days := h.random.IntN(3)
	if h.chance(0.1) {
		days = h.random.IntN(90)
	}
	o := domain.On(h.today() - domain.Date(days))
	if h.chance(0.3) {
		o.Moment, o.Offset = true, int16(60*(h.random.IntN(3)-1))
		o.Clock = time.Duration(h.random.IntN(24*60)) * time.Minute
	}
	return o
}

// with gives a service that the person is with, or otherwise any.
func (h *history) with(journey string) string {
	j := h.state(domain.JourneyStream(journey)).(*domain.Journey)
	for range 4 {
		if id := h.someService(); j.With(id, h.today()) {
			return id
		}
	}
	return h.someService()
}

func (h *history) someService() string {
	return pick(h, []string{"north", "south", "crisis", "peers", "brooklyn"})
}

func (h *history) id() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(h.random.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	return uuid.UUID(b).String()
}

func (h *history) chance(p float64) bool { return h.random.Float64() < p }

func pick[T any](h *history, from []T) T { return from[h.random.IntN(len(from))] }

// maybe picks a code, or none.
func maybe[C ~string](h *history, v domain.Vocabulary[C]) (none C) {
	if h.chance(0.25) {
		return none
	}
	return pick(h, v).Code
}

// holidays are some days that are not working days.
func (h *history) holidays() (days []domain.Date) {
	for range 40 {
		days = append(days, domain.Day(2024, 1, 1)+domain.Date(h.random.IntN(800)))
	}
	return days
}

func (h *history) yesNo() domain.YesNo { return domain.YesNo(h.random.IntN(3) - 1) }

// rating gives a rating that may be declined.
func (h *history) rating(low, high int) domain.Rating {
	if h.chance(0.1) {
		return domain.Declined
	}
	return domain.Rate(low + h.random.IntN(high-low+1))
}

// words gives an entry some of the words that it may carry.
func (h *history) words(e domain.Event) domain.Words {
	w := domain.Words{Texts: map[domain.Word]string{}}
	for _, word := range domain.WordsOf(domain.KindOf(e)) {
		if word != "options" && h.chance(0.4) {
			w.Texts[word] = fmt.Sprint(secret, " ", h.random.IntN(1000))
		}
	}
	made, ok := e.(domain.DecisionMade)
	if !ok || h.chance(0.5) {
		return w
	}
	for _, o := range made.Options {
		w.Options = append(w.Options, domain.OptionWords{Option: secret, For: slices.Repeat([]string{secret}, o.For), Against: slices.Repeat([]string{secret}, o.Against)})
	}
	return w
}

// kinds counts the log's kinds of event.
func (h *history) kinds() map[domain.Kind]int {
	n := map[domain.Kind]int{}
	for _, r := range h.log {
		n[domain.KindOf(r.Event)]++
	}
	return n
}

// lives lists the journeys' ids.
func (h *history) lives() []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for _, r := range h.log {
			if r.Stream.About == domain.AboutJourney && !yield(r.Stream.ID, true) {
				return
			}
		}
	})))
}
