package projections

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// twins is a log in which everything of two people, recorded in turn, has the
// same ids; then most of the second person's is corrected or withdrawn.
func twins() (log []domain.Recorded) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	add := func(s domain.Stream, id, service string, day int, e domain.Event) {
		at = at.Add(time.Minute)
		log = append(log, domain.Recorded{Position: uint64(len(log) + 1), Stream: s, ID: id, Command: id, At: at, By: "worker-1",
			Occurred: domain.On(domain.Day(2026, 2, day)), Service: service, Event: e})
	}
	service := domain.Stream{About: domain.AboutService, ID: "north"}
	add(service, "opened", "", 1, domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community"}})
	made := domain.DecisionMade{Question: domain.Question{Area: "home"}, Decision: "decision", Actual: "3", Deciders: []domain.Decider{"person", "worker"},
		TookPart: []domain.Participation{{Who: "peer"}}, Options: []domain.Option{{For: 1}, {NoChange: domain.Yes, Against: 2}}, ReviewBy: domain.Day(2026, 2, 9)}
	for i, e := range []domain.Event{
		domain.SupportStarted{}, domain.SupportPaused{Support: "support"}, domain.AspirationSet{Aim: "home"},
		domain.AspirationRated{Aspiration: "aspiration", Progress: domain.Rate(4), By: "person"}, domain.AspirationClosed{Aspiration: "aspiration", How: "reached"},
		domain.DecisionRaised{Question: domain.Question{Area: "home"}}, made, domain.DecisionReviewed{Decision: "decision", Outcome: "kept"},
		domain.RestrictionStarted{Agreement: "agrees", ReviewBy: domain.Day(2026, 2, 12)}, domain.RestrictionReviewed{Restriction: "restriction", Agreement: "unsure"},
		domain.HomeChanged{Settled: "Y"}, domain.ConfidenceRated{About: "self", Value: domain.Rate(6), By: "person"},
	} {
		ids := []string{"support", "paused", "aspiration", "rated", "closed", "decision", "made", "reviewed", "restriction", "looked-at", "home", "confidence"}
		for _, journey := range []string{"first", "second"} {
			add(domain.JourneyStream(journey), ids[i], "north", 2+i, e)
		}
	}
	correct := func(entry string, day int, e domain.Event) {
		add(domain.JourneyStream("second"), entry+"-corrected", "north", 28, domain.EntryCorrected{Entry: entry, Form: domain.FormOf(e),
			Occurred: domain.On(domain.Day(2026, 2, day)), Service: "north", Reason: "error", Replacement: e})
	}
	made.Deciders, made.TookPart, made.Options = []domain.Decider{"person"}, nil, made.Options[:1]
	correct("made", 9, made)
	correct("support", 1, domain.SupportStarted{})
	correct("restriction", 3, domain.RestrictionStarted{Agreement: "disagrees"})
	correct("home", 3, domain.HomeChanged{Settled: "N"})
	correct("confidence", 4, domain.ConfidenceRated{About: "self", Value: domain.Declined, By: "person"})
	for _, entry := range []string{"closed", "reviewed", "aspiration", "paused", "looked-at"} {
		add(domain.JourneyStream("second"), entry+"-withdrawn", "", 28, domain.EntryWithdrawn{Entry: entry, Reason: "error"})
	}
	return log
}

// What is recorded of one person would overwrite another's, where a client gave
// both the same id: an id is one journey's own.
func TestOneIDOnTwoJourneysIsTwoEntries(t *testing.T) {
	log := twins()
	of := func(journey string, lines []string) []string {
		return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.Contains(line+"|", "|journey="+journey+"|") })
	}
	for _, p := range readModels {
		db := opened(t, t.TempDir(), p, Options{})
		advance(t, db, log, 1000)
		both := dump(t, db, asItIs)
		if parked, err := db.Parked(t.Context()); err != nil || len(parked) > 0 {
			t.Fatal(p.Name, parked, err)
		}
		for _, journey := range []string{"first", "second"} {
			without := slices.Clone(log)
			for i, r := range without {
				if r.Stream.About == domain.AboutJourney && r.Stream.ID != journey {
					without[i].Stream, without[i].Event = domain.Stream{About: domain.AboutLog}, domain.LogFounded{}
				}
			}
			alone := opened(t, t.TempDir(), p, Options{})
			advance(t, alone, without, 1000)
			want := of(journey, dump(t, alone, asItIs))
			if diff := gocmp.Diff(want, of(journey, both)); diff != "" || len(want) < 5 {
				t.Errorf("%s of %s:\n%s", p.Name, journey, diff)
			}
		}
	}
}

// Somebody would be listed as having decided in another person's life.
func TestDecidersAreOfTheirOwnJourney(t *testing.T) {
	db := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, db, twins(), 1000)
	err := db.View(t.Context(), func(s *Snapshot) error {
		rows, err := ListDecisions(t.Context(), s, DecisionFilter{})
		var got []string
		for _, row := range rows {
			got = append(got, fmt.Sprint(row.Journey, ": ", row.Deciders))
		}
		slices.Sort(got)
		if want := []string{"first: person worker", "second: person"}; !slices.Equal(got, want) {
			t.Errorf("%q and not %q", got, want)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
