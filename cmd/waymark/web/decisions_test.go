package web

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

const logID = "9f1b1a52-0000-4000-8000-000000000000"

// deciding gives a server that knows these events.
func deciding(t *testing.T, events []domain.Recorded) *Server {
	t.Helper()
	last := uint64(len(events))
	s := &Server{Last: func() uint64 { return last }}
	for _, p := range []struct {
		db **projections.DB
		of projections.Projection
	}{{&s.Decisions, projections.Decisions}, {&s.Journeys, projections.Journeys}} {
		db, err := projections.Open(t.Context(), t.TempDir(), p.of, logID, projections.Options{Last: s.Last})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Advance(t.Context(), events); err != nil {
			t.Fatal(err)
		}
		*p.db = db
	}
	return s
}

const said = "I never want to see him again"

// twoPeople share the id of a decision, which their service gave them.
func twoPeople() (events []domain.Recorded) {
	at := time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC)
	day := domain.On(domain.Day(2024, 3, 1))
	add := func(journey, id string, e domain.Event, words domain.Words) {
		events = append(events, domain.Recorded{Position: uint64(len(events) + 1), Stream: domain.JourneyStream(journey), ID: id, Command: id,
			At: at.Add(time.Duration(len(events)) * time.Second), Occurred: day, Service: "north", By: "worker-17", Event: e, Said: words.Said(), Words: words})
	}
	for _, journey := range []string{"j-1", "j-2"} {
		words := domain.Words{Texts: map[domain.Word]string{"question": said + " (" + journey + ")"}}
		add(journey, "0192f0c4-0000-7000-8000-00000000000"+journey[2:], domain.SupportStarted{}, domain.Words{})
		add(journey, shared, domain.DecisionMade{Question: domain.Question{Area: "home"}, Deciders: []domain.Decider{"person"}, ReviewBy: day.Date + 14}, words)
	}
	return events
}

const shared = "0192f0c4-0000-7000-8000-000000000010"

// An auditor who asks for a decision must not be shown another person's.
func TestNobodyIsShownTheDecisionOfAnotherPerson(t *testing.T) {
	s := deciding(t, twoPeople())
	_, err := s.trail(t.Context(), &trailQuery{ID: shared})
	if !errors.Is(err, errBadRequest) || !strings.HasSuffix(hintOf(err), "j-1, j-2") {
		t.Fatalf("%v; %s", err, hintOf(err))
	}
	for _, journey := range []string{"j-1", "j-2"} {
		d, err := s.trail(t.Context(), &trailQuery{ID: shared, Journey: journey})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Body.Words.Texts["question"]; d.Body.Journey != journey || got != said+" ("+journey+")" || len(d.Body.Entries) != 1 {
			t.Errorf("%s was shown %d entries of %s", journey, len(d.Body.Entries), d.Body.Journey)
		}
		if d.Body.Log != logID || len(d.Body.Findings) != 12 || d.Body.Findings[4].Criterion != "D5" {
			t.Errorf("log %s, %d findings", d.Body.Log, len(d.Body.Findings))
		}
	}
}

// What is asked for may be somebody's words, and so may be what is found.
func TestNobodysWordsAreInAnErrorOrAListOfDecisions(t *testing.T) {
	s := deciding(t, twoPeople())
	for _, q := range []*trailQuery{{ID: said}, {ID: shared, Journey: said}, {ID: shared}, {ID: shared, Moment: Moment{AsOf: said}}} {
		if _, err := s.trail(t.Context(), q); err == nil || strings.Contains(err.Error()+hintOf(err), said) {
			t.Errorf("the error is %v", err != nil)
		}
	}
	for _, f := range []DecisionsFilter{{Area: said}, {From: said}, {NotPassing: said}, {Basis: said}, {Weight: said}, {State: said}} {
		if _, err := s.decisions(t.Context(), &decisionsQuery{DecisionsFilter: f}); !errors.Is(err, errBadRequest) || strings.Contains(err.Error()+hintOf(err), said) {
			t.Errorf("the filter %d was taken", len(f.From))
		}
	}
	list, err := s.decisions(t.Context(), &decisionsQuery{})
	if err != nil || len(list.Body.Decisions) != 2 {
		t.Fatalf("%d decisions: %v", len(list.Body.Decisions), err)
	}
}

// A sample must be the same when it is drawn again at its position on a later day,
// also where it is of decisions that were to be looked at by a day gone since.
func TestASampleDrawnAgainIsTheSameOnAnyDay(t *testing.T) {
	events := twoPeople()
	s := deciding(t, events)
	q := &decisionsQuery{DecisionsFilter: DecisionsFilter{NotPassing: "D12"}}
	now, err := s.decisions(t.Context(), q)
	if err != nil || len(now.Body.Decisions) != 2 || now.Body.Sample != nil {
		t.Fatalf("%d decisions are overdue now: %v", len(now.Body.Decisions), err)
	}
	q.Sample, q.Seed = 1, 7
	drawn, err := s.decisions(t.Context(), q)
	if err != nil || drawn.Body.Sample == nil || drawn.Body.Sample.Population != 0 || drawn.Body.Today != domain.DateOf(events[0].At) {
		t.Fatalf("%+v was drawn as on %s: %v", drawn.Body.Sample, drawn.Body.Today, err)
	}
	q.NotPassing = ""
	drawn, err = s.decisions(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.At = drawn.Body.Position
	again, err := s.decisions(t.Context(), q)
	if err != nil || len(again.Body.Decisions) != 1 || again.Body.Decisions[0].Journey != drawn.Body.Decisions[0].Journey || again.Body.Sample.Population != 2 {
		t.Errorf("%+v: %v", again.Body.Sample, err)
	}
}

// The days around a decision hold the person's own ratings and nobody else's, on
// days that are over.
func TestNobodyElsesRatingStandsAroundADecisionAsThePersonsOwn(t *testing.T) {
	day := domain.Day(2026, 3, 2)
	var j domain.Journey
	add := func(on domain.Date, e domain.Event) {
		n := j.Last() + 1
		j.Apply(domain.Recorded{Position: n, ID: strings.Repeat("x", int(n)), Occurred: domain.On(on), Event: e})
	}
	rating := func(by domain.RatedBy, n int) domain.Event {
		return domain.ConfidenceRated{About: "self", By: by, Value: domain.Rate(n)}
	}
	add(day+3, rating("person", 6))
	add(day-90, rating("person", 1))
	add(day-91, rating("person", 2))
	add(day, rating("worker", 3))
	add(day, rating("", 4))
	add(day+5, rating("person", 7))
	add(day+3, domain.ActivityAttended{})
	add(day+5, domain.ActivityAttended{})
	a := around(&j, day, day+5) // which is not over
	var values []float64
	for _, s := range a.Confidence {
		for _, p := range s.Points {
			values = append(values, p.Value)
		}
	}
	if !slices.Equal(values, []float64{1, 6}) || len(a.Activities) != 1 || a.To != day+4 {
		t.Errorf("ratings %v, %d activities up to %s", values, len(a.Activities), a.To)
	}
}

// A sample drawn at a position to come would be another once the log has come to
// it.
func TestNoSampleIsDrawnFromWhatIsStillToCome(t *testing.T) {
	s := deciding(t, twoPeople())
	q := &decisionsQuery{Sample: 1, Seed: 7}
	q.At = 99
	if _, err := s.decisions(t.Context(), q); err == nil || hintOf(err) == "" {
		t.Errorf("drawn at a position to come: %v", err)
	}
}

// A review that nobody is asked for any more would be asked for: its person has died.
func TestADecisionOfSomebodyWhoDiedIsNotToBeLookedAtAgain(t *testing.T) {
	events := twoPeople()
	died := events[0]
	died.Position, died.ID, died.Occurred.Date = 5, "0192f0c4-0000-7000-8000-000000000011", events[0].Occurred.Date+7
	died.Event = domain.SupportEnded{Support: events[0].ID, Reason: "died"}
	s := deciding(t, append(events, died))
	for journey, want := range map[string]domain.Date{"j-1": 0, "j-2": events[0].Occurred.Date + 14} {
		d, err := s.trail(t.Context(), &trailQuery{ID: shared, Journey: journey})
		if err != nil {
			t.Fatal(err)
		}
		if d.Body.ReviewDue != want {
			t.Errorf("%s: to be looked at again by %s", journey, d.Body.ReviewDue)
		}
	}
	list, err := s.decisions(t.Context(), &decisionsQuery{DecisionsFilter: DecisionsFilter{Overdue: "2024-06-01"}})
	if err != nil || len(list.Body.Decisions) != 1 || list.Body.Decisions[0].Journey != "j-2" {
		t.Errorf("%d are overdue: %v", len(list.Body.Decisions), err)
	}
	if _, err := s.decisions(t.Context(), &decisionsQuery{DecisionsFilter: DecisionsFilter{From: "2024-06-01", To: "2024-05-01"}}); !errors.Is(err, errBadRequest) {
		t.Errorf("from a day later than to: %v", err)
	}
}
