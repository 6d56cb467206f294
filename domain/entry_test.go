package domain

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWhatWasFirstRecordedIsNeverLost(t *testing.T) {
	w := newWorld(t)
	w.given(began,
		`2 confidence.rated 2026-03-02 north {"about":"self","value":6,"by":"person"} words {"note":"A good week"}`,
		`3 entry.corrected - - {"entry":"#00002","form":"confidence.rated.v1","occurred":"2026-03-03","service":"north","reason":"error","data":{"about":"self","value":7,"by":"person"}} words {"note":"Seven"}`,
		`4 entry.corrected - - {"entry":"#00002","form":"confidence.rated.v1","occurred":"2026-03-04","reason":"asked_by_person","data":{"about":"self","value":"declined"}}`)
	e, ok := w.journey.Entry(uuid(2))
	if !ok {
		t.Fatal("the rating is not there")
	}
	now := e.Now()
	want := Recorded{Position: e.Position, Stream: JourneyStream("j-1"), ID: uuid(2), Command: uuid(2), At: w.now,
		Occurred: On(Day(2026, 3, 4)), By: "worker-17", Event: ConfidenceRated{About: "self", Value: Declined}}
	if diff := cmp.Diff(want, now, same); diff != "" {
		t.Errorf("the last correction is not in force (-want +got):\n%s", diff)
	}
	if len(e.Corrected) != 2 || e.Correction.ID != uuid(4) || e.Corrected[0].Words.Texts["note"] != "Seven" {
		t.Errorf("the corrections are not all there: %+v", e.Corrected)
	}
	if was := e.Event.(ConfidenceRated); was.Value != Rate(6) || e.Words.Texts["note"] != "A good week" || e.Occurred != On(Day(2026, 3, 2)) {
		t.Error("what was first recorded was overwritten")
	}
	w.given(`5 entry.withdrawn - - {"entry":"#00002","reason":"asked_by_person"}`)
	if !e.Withdrawn() || e.Withdrawal.ID != uuid(5) || len(w.journey.Entries()) != 2 {
		t.Error("the withdrawal is not there, or the entry is gone")
	}
	if got := standing(w.journey.Entries()); len(got) != 1 {
		t.Errorf("%d entries stand, want 1", len(got))
	}
}

func TestACommandIsFoundByItsFirstEvent(t *testing.T) {
	var j Journey
	if j.Last() != 0 || j.Position(uuid(1)) != 0 {
		t.Error("an empty journey knows of something")
	}
	for i, event := range []struct{ id, command string }{{uuid(1), uuid(1)}, {uuid(2), uuid(2)}, {uuid(102), uuid(2)}, {uuid(3), uuid(3)}} {
		j.Apply(Recorded{Position: uint64(10 * (i + 1)), ID: event.id, Command: event.command, Event: PeerMatched{}})
	}
	if j.Position(uuid(2)) != 20 || j.Position(uuid(3)) != 40 || j.Position(uuid(4)) != 0 || j.Last() != 40 {
		t.Errorf("found at %d, %d, %d; last %d", j.Position(uuid(2)), j.Position(uuid(3)), j.Position(uuid(4)), j.Last())
	}
}

func TestHistoryThatMakesNoSenseIsPassedOver(t *testing.T) {
	var j Journey
	for i, e := range []Event{
		EntryCorrected{Entry: uuid(77), Form: "peer.matched.v1", Replacement: PeerMatched{}},
		EntryWithdrawn{Entry: uuid(77)},
		SupportPaused{Support: uuid(77)},
		SupportEnded{Support: uuid(77)},
		Unreadable{Form: "peer.matched.v1"},
		EntryCorrected{Entry: uuid(5), Form: "peer.matched.v1", Replacement: PeerMatched{}},
		DecisionMade{Decision: uuid(77)},
		PersonForgotten{},
	} {
		j.Apply(Recorded{Position: uint64(i + 1), ID: uuid(i + 1), Event: e})
	}
	if len(Episodes(j.Entries())) != 0 || j.Last() != 8 || !j.Forgotten() || len(j.Entries()) != 4 {
		t.Errorf("%d entries, last %d", len(j.Entries()), j.Last())
	}
}

// A rating as a naive reader of all drafts would keep it.
type kept struct {
	value     Rating
	on        Date
	withdrawn bool
}

func TestAJourneyIsTheSumOfWhatWasAcceptedHoweverItCame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		w.given(`1 support.started 2026-03-01 north {}`)
		model := map[string]kept{}
		var log []Recorded
		for i := range rapid.IntRange(1, 25).Draw(rt, "entries") {
			n := i + 10
			day := On(Day(2026, 2, rapid.IntRange(20, 40).Draw(rt, "day")))
			value := rapid.IntRange(-1, 11).Draw(rt, "value")
			target := uuid(rapid.IntRange(10, n).Draw(rt, "target"))
			facts := fmt.Sprintf(`{"about":"self","value":%d}`, value)
			good := value >= 0 && value <= 10
			was, known := model[target]
			var note string
			var accept bool
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0, 1:
				note = fmt.Sprintf(`%d confidence.rated %s north %s`, n, day, facts)
				if accept = good && day.Date >= Day(2026, 3, 1); accept {
					model[uuid(n)] = kept{Rate(value), day.Date, false}
				}
			case 2:
				note = fmt.Sprintf(`%d entry.corrected - - {"entry":%q,"form":"confidence.rated.v1","occurred":%q,"service":"north","reason":"error","data":%s}`, n, target, day, facts)
				if accept = good && known && !was.withdrawn && day.Date >= Day(2026, 3, 1); accept {
					model[target] = kept{Rate(value), day.Date, false}
				}
			default:
				note = fmt.Sprintf(`%d entry.withdrawn - - {"entry":%q,"reason":"error"}`, n, target)
				if accept = known && !was.withdrawn; accept {
					model[target] = kept{was.value, was.on, true}
				}
			}
			r, err := w.record(note)
			if accept != (err == nil) {
				rt.Fatalf("%s: %v", note, err)
			}
			if err == nil {
				log = append(log, r)
			}
		}
		same := func(j *Journey, how string) {
			got := map[string]kept{}
			for _, e := range j.Entries() {
				if rated, ok := e.Now().Event.(ConfidenceRated); ok {
					got[e.ID] = kept{rated.Value, e.Now().Occurred.Date, e.Withdrawn()}
				}
			}
			if !maps.Equal(got, model) {
				rt.Fatalf("%s: %v, want %v", how, got, model)
			}
		}
		same(&w.journey, "as it came")

		// Others' events between ours change nothing, nor does it matter how soon
		// a correction came: here each comes as late as it can.
		var early, late []Recorded
		for _, r := range log {
			switch r.Event.(type) {
			case EntryCorrected, EntryWithdrawn:
				late = append(late, r)
			default:
				early = append(early, r)
			}
		}
		var again Journey
		for i, r := range slices.Concat(early, late) {
			r.Position = uint64(1000 * (i + 1))
			again.Apply(r)
		}
		same(&again, "with every correction late")
	})
}

func TestARetryIsTheSameAndAnythingElseIsNot(t *testing.T) {
	for _, form := range givable() {
		given := asGiven(t, form, wire[form])
		parse := func() (Draft, error) { return ParseDraft(must(json.Marshal(given))) }
		d := must(parse())
		r := Recorded{Position: 7, Stream: d.Stream, ID: d.ID, Command: d.ID, Occurred: d.Occurred, Service: d.Service, By: d.By, Event: d.Event, Words: d.Words}
		if !d.Same(r) {
			t.Errorf("%s: a retry is not the same", form)
		}
		for name, other := range map[string]func(*Draft){
			"day":         func(d *Draft) { d.Occurred.Date++ },
			"clock":       func(d *Draft) { d.Occurred.Moment = true },
			"recorder":    func(d *Draft) { d.By = "worker-18" },
			"service":     func(d *Draft) { d.Service = "south" },
			"stream":      func(d *Draft) { d.Stream.ID = "another" },
			"import":      func(d *Draft) { d.Imported = "a-mapping" },
			"word more":   func(d *Draft) { w := maps.Clone(d.Words.Texts); d.Words.Texts = w; addWord(&d.Words) },
			"other event": func(d *Draft) { d.Event = Unreadable{} },
		} {
			changed := d
			if other(&changed); changed.Same(r) {
				t.Errorf("%s: another %s is the same", form, name)
			}
		}
		for word, text := range d.Words.Texts {
			changed := d
			changed.Words.Texts = maps.Clone(d.Words.Texts)
			changed.Words.Texts[word] = text + "!"
			if changed.Same(r) {
				t.Errorf("%s: another %s is the same", form, word)
			}
		}
		leaves("", map[string]any{"data": given["data"]}, func(path string, was any, set func(any)) {
			owner, key := ownerOf(given, path)
			if owner == nil || path == ".data" || strings.HasSuffix(path, "[]") {
				return
			}
			delete(owner, key)
			changed, err := parse()
			owner[key] = was
			if err != nil {
				return
			}
			workedOut := key == "support" || strings.HasPrefix(path, ".data.scores") ||
				form == "entry.corrected.v1" && key == "service" // taken from the envelope
			if changed.Same(r) != workedOut {
				t.Errorf("%s without %s: same %v", form, path, !workedOut)
			}
		})
	}
}

// addWord says one thing more.
func addWord(w *Words) {
	if w.Texts == nil {
		w.Texts = map[Word]string{}
	}
	w.Texts["something"] = "more"
}

// ownerOf finds the object and key at a path that goes through objects only.
func ownerOf(v map[string]any, path string) (map[string]any, string) {
	parts := strings.Split(strings.TrimPrefix(path, "."), ".")
	for _, part := range parts[:len(parts)-1] {
		next, ok := v[part].(map[string]any)
		if !ok {
			return nil, ""
		}
		v = next
	}
	return v, parts[len(parts)-1]
}

func TestARetryOfWhatTheProgramWorkedOutIsTheSame(t *testing.T) {
	w := newWorld(t)
	w.given(began)
	for _, note := range []string{
		`2 support.paused 2026-04-01 - {}`,
		`3 support.resumed 2026-05-01 - {}`,
		`4 support.ended 2026-06-01 - {"planned":true}`,
		`5 measure.scored 2026-03-02 north {"measure":"daily","version":1,"answers":{"calm":3,"sad":2}}`,
		`6 entry.corrected - - {"entry":"#00004","form":"support.ended.v1","occurred":"2026-06-02","reason":"error","data":{"planned":true}}`,
		`7 entry.corrected - north {"entry":"#00005","form":"measure.scored.v1","occurred":"2026-03-02","reason":"error","data":{"measure":"daily","version":1,"answers":{"calm":4,"sad":2}}}`,
		`8 entry.withdrawn - - {"entry":"#00005","reason":"error"}`,
		`9 service.changed 2026-03-02 north {"name":"North","kind":"peer"}`,
	} {
		r, err := w.record(note)
		if err != nil {
			t.Fatal(note, err)
		}
		if d := must(ParseDraft(entry(note))); !d.Same(r) {
			t.Errorf("a retry is not the same: %s", note)
		}
	}
	e, _ := w.journey.Entry(uuid(5))
	if got := e.Now().Service; got != "north" {
		t.Errorf("the service given beside a correction was lost: %q", got)
	}
	// A correction that takes the service away is another one than that which keeps it.
	kept := must(ParseDraft(entry(`7 entry.corrected - - {"entry":"#00005","form":"measure.scored.v1","occurred":"2026-03-02","reason":"error","data":{"measure":"daily","version":1,"answers":{"calm":4,"sad":2}}}`)))
	if kept.Same(*e.Correction) {
		t.Error("a correction without a service is the same as one with")
	}
}

func TestARetryIsKnownWhenTheWordsAreSealed(t *testing.T) {
	d := must(ParseDraft(entry(`2 life.rated 2026-03-02 north {"about":"quality_of_life","value":6} words {"note":"A good week"}`)))
	r := Recorded{Stream: d.Stream, Occurred: d.Occurred, Service: d.Service, By: d.By, Event: d.Event, Said: d.Words.Said()}
	if !d.Same(r) {
		t.Error("a retry is not the same once its words are sealed")
	}
	d.Words = Words{}
	if d.Same(r) {
		t.Error("an entry without words is the same as one whose words are sealed")
	}
}

func TestALeanJourneyRefusesWhatAWholeOneDoesOrSaysThatItIsLean(t *testing.T) {
	whole, lean := NewState(JourneyStream("j-1")), LeanState(JourneyStream("j-1"))
	record := func(n int, d Draft) (both [2]error) {
		d.ID, d.Stream, d.By = uuid(n), JourneyStream("j-1"), "worker-1"
		if d.Occurred.Date == 0 {
			d.Occurred = On(Day(2026, 3, 2))
		}
		c := Circumstances{
			Service: func(string) *Service { return &Service{isOpened: true, opened: Day(2020, 1, 1)} },
			Measure: func(string, int) (MeasureDefined, bool) { return MeasureDefined{}, false },
			Today:   func(string) Date { return Day(2026, 3, 9) },
		}
		for i, state := range []State{whole, lean} {
			done, err := state.Record(d, c)
			if both[i] = err; i == 0 && err == nil {
				r := Recorded{Position: whole.Last() + 1, Stream: d.Stream, ID: d.ID, Command: d.ID, Occurred: done.Occurred, Service: done.Service, By: d.By, Event: done.Event}
				defer func() { whole.Apply(r); lean.Apply(r) }()
			}
		}
		return both
	}
	same := func(n int, want error, d Draft) {
		t.Helper()
		if both := record(n, d); !errors.Is(both[0], want) || !errors.Is(both[1], want) || want == nil && (both[0] != nil || both[1] != nil) {
			t.Errorf("entry %d: whole %v, lean %v, want %v", n, both[0], both[1], want)
		}
	}
	rating := ConfidenceRated{About: "self", Value: Rate(5)}
	same(1, ErrNoJourney, Draft{Event: rating})
	same(2, nil, Draft{Event: SupportStarted{}, Service: "north"})
	same(3, nil, Draft{Event: rating, Service: "north"})
	same(4, ErrNotWithService, Draft{Event: rating, Service: "north", Occurred: On(Day(2026, 3, 1))})
	same(5, nil, Draft{Event: AspirationSet{}})
	same(6, nil, Draft{Event: AspirationRated{Aspiration: uuid(5), Progress: Rate(3)}})
	same(7, ErrNoSuchThing, Draft{Event: AspirationRated{Aspiration: uuid(3), Progress: Rate(3)}})
	same(8, nil, Draft{Event: EntryWithdrawn{Entry: uuid(5), Reason: "error"}})
	same(9, ErrNoSuchThing, Draft{Event: AspirationClosed{Aspiration: uuid(5), How: "reached"}})
	same(10, ErrNoSuchThing, Draft{Event: EntryWithdrawn{Entry: uuid(99), Reason: "error"}})
	if both := record(11, Draft{Event: EntryWithdrawn{Entry: uuid(3), Reason: "error"}}); both[0] != nil || !errors.Is(both[1], ErrLean) {
		t.Errorf("withdrawing an entry that the lean journey did not keep: %v, %v", both[0], both[1])
	}
	if whole.Position(uuid(3)) != lean.Position(uuid(3)) || whole.Last() != lean.Last() || lean.Position(uuid(3)) == 0 {
		t.Error("the lean journey does not find a command that it holds")
	}
}
