package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

// A world is a log in memory, with one journey. Every entry goes the whole way:
// parsed, judged, encoded, decoded and folded.
type world struct {
	t        testing.TB
	journey  Journey
	services map[string]*Service
	measures map[string]*Measure
	audits   map[string]*Audit
	now      time.Time
	position uint64
}

// newWorld gives a world on the evening of 22 November 2026 with the services
// north (from 2020), east (from 2020, in Auckland), and shut (2020 to 2025), and
// the measure daily.
func newWorld(t testing.TB) *world {
	w := &world{
		t: t, services: map[string]*Service{}, measures: map[string]*Measure{}, audits: map[string]*Audit{},
		now: time.Date(2026, time.November, 22, 18, 0, 0, 0, time.UTC),
	}
	w.given(
		`901 service.opened 2020-01-01 north {"name":"North","kind":"community"}`,
		`902 service.opened 2020-01-01 east {"name":"East","kind":"peer","zone":"Pacific/Auckland"}`,
		`903 service.opened 2020-01-01 shut {"name":"Shut","kind":"crisis"}`,
		`904 service.closed 2025-06-30 shut {}`,
		`905 measure.defined 2020-01-01 - {"version":1,"title":"Daily","items":[{"id":"calm","low":1,"high":7},{"id":"sad","low":1,"high":7,"reversed":true}],`+
			`"scales":[{"id":"day","method":"sum","direction":"higher_better"}],"licence":{"name":"CC0 1.0","holder":"Waymark","reference":"here","wording":"own"}}`,
	)
	return w
}

func (w *world) circumstances() Circumstances {
	return Circumstances{
		Service: func(id string) *Service { return w.services[id] },
		Measure: func(id string, version int) (MeasureDefined, bool) {
			m, ok := w.measures[id]
			if !ok {
				return MeasureDefined{}, false
			}
			return m.Version(version)
		},
		Today: func(zone string) Date {
			location, err := time.LoadLocation(zone)
			if err != nil {
				return 0
			}
			return DateOf(w.now.In(location))
		},
	}
}

func (w *world) state(s Stream) State {
	switch s.About {
	case AboutService:
		if w.services[s.ID] == nil {
			w.services[s.ID] = &Service{}
		}
		return w.services[s.ID]
	case AboutAudit:
		if w.audits[s.ID] == nil {
			w.audits[s.ID] = &Audit{}
		}
		return w.audits[s.ID]
	case AboutMeasure:
		if w.measures[s.ID] == nil {
			w.measures[s.ID] = &Measure{}
		}
		return w.measures[s.ID]
	}
	return &w.journey
}

// uuid gives the id of the entry with that number in a test.
func uuid(n int) string { return fmt.Sprintf("00000000-0000-7000-8000-%012d", n) }

var number = regexp.MustCompile(`#(\d+)`)

// entry writes out an entry noted as
//
//	number kind occurred service facts [words {…}]
//
// where - stands for nothing, #n for the id of entry n, and @north for an entry
// about the service north itself, and &q1 for one about the audit q1.
func entry(note string) []byte {
	note = number.ReplaceAllString(note, "00000000-0000-7000-8000-0000000$1")
	note, words, _ := strings.Cut(note, " words ")
	f := strings.SplitN(note, " ", 5)
	var n int
	fmt.Sscan(f[0], &n)
	given := map[string]any{"id": uuid(n), "kind": f[1], "by": "worker-17", "data": json.RawMessage(f[4])}
	if f[2] != "-" {
		given["occurred"] = f[2]
	}
	if words != "" {
		given["words"] = json.RawMessage(words)
	}
	service, aboutService := strings.CutPrefix(f[3], "@")
	audit, aboutAudit := strings.CutPrefix(f[3], "&")
	switch {
	case aboutAudit:
		given["audit"] = audit
	case service != "-":
		given["service"] = service
	}
	switch {
	case strings.HasPrefix(f[1], "measure.d"):
		given["measure"] = "daily"
	case !aboutService && !aboutAudit && !strings.HasPrefix(f[1], "service."):
		given["journey"] = "j-1"
	}
	text, err := json.Marshal(given)
	if err != nil {
		panic(note)
	}
	return text
}

// record records one entry, as noted.
func (w *world) record(note string) (Recorded, error) {
	d, err := ParseDraft(entry(note))
	if err != nil {
		return Recorded{}, err
	}
	return w.recordDraft(d)
}

func (w *world) recordDraft(d Draft) (Recorded, error) {
	state := w.state(d.Stream)
	d, err := state.Record(d, w.circumstances())
	if err != nil {
		return Recorded{}, err
	}
	content, err := Encode(d.Event, d.Words)
	if err != nil {
		w.t.Fatal(err)
	}
	w.position++
	r := Recorded{Position: w.position, Stream: d.Stream, ID: d.ID, Command: d.ID, At: w.now,
		Occurred: d.Occurred, Service: d.Service, By: d.By}
	if r.Event, r.Said, r.Words, err = Decode(FormOf(d.Event), content); err != nil {
		w.t.Fatal(err)
	}
	state.Apply(r)
	return r, nil
}

// given records entries that must be accepted.
func (w *world) given(notes ...string) {
	w.t.Helper()
	for _, note := range notes {
		if _, err := w.record(note); err != nil {
			w.t.Fatalf("%s: %v", note, err)
		}
	}
}

// secret is planted wherever a person's words may stand. No error may hold it.
const secret = "zebrafish"

var jargon = regexp.MustCompile(`(?i)json:|unmarshal|\bnil\b|struct|domain\.|%!|panic|invalid|0x|regexp|` + secret)

// readsWell fails if a refusal is not something a support worker can read.
func readsWell(t testing.TB, err error) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not a refusal: %v", err)
	}
	if text := r.Error() + " | " + r.Hint; jargon.MatchString(text) || len(r.Error()) < 10 || strings.HasSuffix(r.Error(), ".") {
		t.Errorf("a support worker could not read: %s", text)
	}
}
