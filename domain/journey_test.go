package domain

import (
	"errors"
	"fmt"
	"testing"
)

// began is a journey with north from 1 March 2026, entry 1.
const began = `1 support.started 2026-03-01 north {}`

func TestWhatCannotBeTrueIsRefusedWithAReason(t *testing.T) {
	const (
		rated = ` {"about":"self","value":6} words {"note":"zebrafish"}`
		ended = `2 support.ended 2026-06-30 north {"planned":true}`
	)
	for _, test := range []struct {
		name  string
		given []string
		when  string
		then  error // nil: recorded
	}{
		// Services.
		{"a service never opened", []string{began}, `9 experience.shared 2026-03-01 west {"quality":4} words {"quote":"zebrafish"}`, ErrNoService},
		{"support by a service never opened", nil, `9 support.started 2026-03-01 west {}`, ErrNoService},
		{"a service not open yet", []string{began}, `9 support.started 2019-12-31 north {}`, ErrServiceClosed},
		{"a service on its first day", nil, `9 support.started 2020-01-01 north {}`, nil},
		{"a service closed before", []string{began}, `9 support.started 2025-07-01 shut {}`, ErrServiceClosed},
		{"a service on its last day", []string{began}, `9 support.started 2025-06-30 shut {}`, nil},
		{"support without a service", nil, `9 support.started 2026-03-01 - {}`, ErrIncomplete},

		// With the service on that date.
		{"the day before support", []string{began}, `9 confidence.rated 2026-02-28 north` + rated, ErrNotWithService},
		{"the first day of support", []string{began}, `9 confidence.rated 2026-03-01 north` + rated, nil},
		{"the last day of support", []string{began, ended}, `9 confidence.rated 2026-06-30 north` + rated, nil},
		{"the day after support", []string{began, ended}, `9 confidence.rated 2026-07-01 north` + rated, ErrNotWithService},
		{"a service without support", []string{began}, `9 confidence.rated 2026-03-02 east` + rated, ErrNotWithService},
		{"no service at all", []string{began}, `9 confidence.rated 2026-02-28 -` + rated, nil},
		{"life outside support", []string{began}, `9 life.rated 2026-02-28 north {"about":"quality_of_life","value":"declined"}`, ErrNotWithService},
		{"an activity outside support", []string{began}, `9 activity.attended 2026-02-28 north {"setting":"mainstream"}`, ErrNotWithService},
		{"an activity missed outside support", []string{began}, `9 activity.not_attended 2026-02-28 north {"reason":"person_chose"}`, ErrNotWithService},
		{"a home outside support", []string{began}, `9 home.changed 2026-02-28 north {"settled":"Y"}`, ErrNotWithService},
		{"support outside support", []string{began}, `9 support.given 2026-02-28 north {"kinds":["social"]}`, ErrNotWithService},
		{"a measure outside support", []string{began}, `9 measure.scored 2026-02-28 north {"measure":"daily","version":1,"answers":{"calm":3}}`, ErrNotWithService},
		{"a decision raised outside support", []string{began}, `9 decision.raised 2026-02-28 north {"area":"home"}`, ErrNotWithService},
		{"a new decision outside support", []string{began}, `9 decision.made 2026-02-28 north {"area":"home","deciders":["person"]}`, ErrNotWithService},
		{"a decision raised before and made after support", []string{began, ended, `3 decision.raised 2026-06-01 north {"area":"home"}`},
			`9 decision.made 2026-07-02 north {"decision":"#00003","area":"home","deciders":["person"]}`, nil},
		{"an aspiration outside support", []string{began}, `9 aspiration.set 2026-02-28 north {} words {"aspiration":"zebrafish"}`, nil},
		{"a pause is still support", []string{began, `2 support.paused 2026-04-01 north {}`}, `9 confidence.rated 2026-04-15 north` + rated, nil},

		// Episodes.
		{"the same support twice", []string{began}, `9 support.started 2026-05-01 north {}`, ErrAlreadyWith},
		{"support again after its end", []string{began, ended}, `9 support.started 2026-07-01 north {}`, nil},
		{"support again on its last day", []string{began, ended}, `9 support.started 2026-06-30 north {}`, ErrAlreadyWith},
		{"support by two services", []string{began}, `9 support.started 2026-05-01 east {}`, nil},
		{"an end without a name where one is open", []string{began}, `9 support.ended 2026-05-01 - {}`, nil},
		{"an end without a name where two are open", []string{began, `2 support.started 2026-04-01 east {}`}, `9 support.ended 2026-05-01 - {}`, ErrIncomplete},
		{"an end without a name where one was open then", []string{began, `2 support.started 2026-04-01 east {}`}, `9 support.ended 2026-03-20 - {}`, nil},
		{"an end by its service where two are open", []string{began, `2 support.started 2026-04-01 east {}`}, `9 support.ended 2026-05-01 east {}`, nil},
		{"an end without a name where the other has ended", []string{began, ended, `3 support.started 2026-04-01 east {}`}, `9 support.ended 2026-05-01 - {}`, nil},
		{"an end without a name of what has ended", []string{began, ended}, `9 support.ended 2026-05-01 - {}`, ErrNoSuchThing},
		{"an end named, with another service", []string{began, `2 support.started 2026-04-01 east {}`}, `9 support.ended 2026-05-01 east {"support":"#00001"}`, ErrNotWithService},
		{"an end named that is no support", []string{began}, `9 support.ended 2026-05-01 - {"support":"#00007"}`, ErrNoSuchThing},
		{"an end where there is nothing to end", []string{began, ended}, `9 support.ended 2026-07-01 - {}`, ErrNoSuchThing},
		{"an end twice", []string{began, ended}, `9 support.ended 2026-05-01 - {"support":"#00001"}`, ErrExists},
		{"an end before the start", []string{began}, `9 support.ended 2026-02-01 - {"support":"#00001"}`, ErrNotWithService},
		{"an end on the first day", []string{began}, `9 support.ended 2026-03-01 - {}`, nil},
		{"a late pause of what has ended", []string{began, ended}, `9 support.paused 2026-04-01 - {}`, nil},
		{"an end after its end was withdrawn", []string{began, ended, `3 entry.withdrawn - - {"entry":"#00002","reason":"error"}`}, `9 support.ended 2026-08-01 - {}`, nil},

		// Time.
		{"tomorrow", []string{began}, `9 confidence.rated 2026-11-23 north` + rated, ErrFuture},
		{"later today", []string{began}, `9 confidence.rated 2026-11-22T23:59:00+00:00 north` + rated, nil},
		{"tomorrow here is today in Auckland", []string{began, `2 support.started 2026-04-01 east {}`}, `9 confidence.rated 2026-11-23 east` + rated, nil},
		{"tomorrow in Auckland", []string{began, `2 support.started 2026-04-01 east {}`}, `9 confidence.rated 2026-11-24 east` + rated, ErrFuture},
		{"support tomorrow", nil, `9 support.started 2026-11-23 north {}`, ErrFuture},
		{"a withdrawal tomorrow", []string{began}, `9 entry.withdrawn 2026-11-23 - {"entry":"#00001","reason":"error"}`, ErrFuture},

		// References.
		{"an unknown journey", nil, `9 confidence.rated 2026-03-01 -` + rated, ErrNoJourney},
		{"an aspiration of nobody's", []string{began}, `9 aspiration.rated 2026-03-02 - {"aspiration":"#00007","progress":3}`, ErrNoSuchThing},
		{"an aspiration that is a plan", []string{began, `2 plan.made 2026-03-01 - {"kind":"crisis"}`}, `9 aspiration.closed 2026-03-02 - {"aspiration":"#00002","how":"let_go"}`, ErrNoSuchThing},
		{"a plan that is an aspiration", []string{began, `2 aspiration.set 2026-03-01 - {}`}, `9 plan.used 2026-03-02 - {"plan":"#00002"}`, ErrNoSuchThing},
		{"a plan of nobody's", []string{began}, `9 plan.withdrawn 2026-03-02 - {"plan":"#00007"}`, ErrNoSuchThing},
		{"a decision of nobody's", []string{began}, `9 decision.made 2026-03-02 - {"decision":"#00007","area":"home","deciders":["person"]}`, ErrNoSuchThing},
		{"a decision made of a decision made", []string{began, `2 decision.made 2026-03-01 north {"area":"home","deciders":["person"]}`},
			`9 decision.made 2026-03-02 - {"decision":"#00002","area":"home","deciders":["person"]}`, ErrNoSuchThing},
		{"a decision made twice", []string{began, `2 decision.raised 2026-03-01 north {"area":"home"}`, `3 decision.made 2026-03-01 north {"decision":"#00002","area":"home","deciders":["person"]}`},
			`9 decision.made 2026-03-02 - {"decision":"#00002","area":"home","deciders":["person"]}`, ErrExists},
		{"a decision made again after its withdrawal", []string{began, `2 decision.raised 2026-03-01 north {"area":"home"}`, `3 decision.made 2026-03-01 north {"decision":"#00002","area":"home","deciders":["person"]}`,
			`4 entry.withdrawn - - {"entry":"#00003","reason":"error"}`},
			`9 decision.made 2026-03-02 - {"decision":"#00002","area":"home","deciders":["person"]}`, nil},
		{"a review by the id of the making", []string{began, `2 decision.raised 2026-03-01 north {"area":"home"}`, `3 decision.made 2026-03-01 north {"decision":"#00002","area":"home","deciders":["person"]}`},
			`9 decision.reviewed 2026-03-02 - {"decision":"#00003"}`, ErrNoSuchThing},
		{"a review of a decision never raised", []string{began, `2 decision.made 2026-03-01 north {"area":"home","deciders":["person"]}`},
			`9 decision.reviewed 2026-03-02 - {"decision":"#00002"}`, nil},
		{"a reversal of nothing", []string{began}, `9 decision.reversed 2026-03-02 - {"decision":"#00001"}`, ErrNoSuchThing},
		{"a closing of nothing", []string{began}, `9 decision.closed 2026-03-02 - {"decision":"#00001","how":"overtaken"}`, ErrNoSuchThing},
		{"an audit of nothing", []string{began}, `9 decision.audited 2026-03-02 - {"decision":"#00001","outcome":"good"}`, ErrNoSuchThing},
		{"a restriction by no decision", []string{began}, `9 restriction.started 2026-03-02 - {"kind":"visitors","decision":"#00001"}`, ErrNoSuchThing},
		{"a review of no restriction", []string{began}, `9 restriction.reviewed 2026-03-02 - {"restriction":"#00001"}`, ErrNoSuchThing},
		{"an end of no restriction", []string{began}, `9 restriction.ended 2026-03-02 - {"restriction":"#00001"}`, ErrNoSuchThing},
		{"an end of no match", []string{began}, `9 peer.ended 2026-03-02 - {"match":"#00001"}`, ErrNoSuchThing},
		{"a thing that was withdrawn", []string{began, `2 aspiration.set 2026-03-01 - {}`, `3 entry.withdrawn - - {"entry":"#00002","reason":"duplicate"}`},
			`9 aspiration.rated 2026-03-02 - {"aspiration":"#00002","progress":3}`, ErrNoSuchThing},
		{"a measure never defined", []string{began}, `9 measure.scored 2026-03-02 north {"measure":"weekly","version":1,"answers":{"calm":3}}`, ErrNoMeasure},
		{"a version never defined", []string{began}, `9 measure.scored 2026-03-02 north {"measure":"daily","version":2,"answers":{"calm":3}}`, ErrNoMeasure},
		{"an answer outside its range", []string{began}, `9 measure.scored 2026-03-02 north {"measure":"daily","version":1,"answers":{"calm":8}}`, ErrOutOfRange},
		{"an answer to no item", []string{began}, `9 measure.scored 2026-03-02 north {"measure":"daily","version":1,"answers":{"zebrafish":3}}`, ErrUnknownCode},

		// Corrections and withdrawals.
		{"a correction of nothing", []string{began}, `9 entry.corrected - - {"entry":"#00007","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`, ErrNoSuchThing},
		{"a correction into another kind", []string{began}, `9 entry.corrected - - {"entry":"#00001","form":"plan.made.v1","occurred":"2026-03-02","reason":"error","data":{"kind":"crisis"}}`, ErrCannotCorrect},
		{"a correction of a correction", []string{began, `2 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`},
			`9 entry.corrected - - {"entry":"#00002","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`, ErrCannotCorrect},
		{"a correction by a correction", []string{began}, `9 entry.corrected - - {"entry":"#00001","form":"entry.withdrawn.v1","occurred":"2026-03-02","reason":"error","data":{}}`, ErrMalformed},
		{"a correction of a withdrawn entry", []string{began, `2 entry.withdrawn - - {"entry":"#00001","reason":"error"}`},
			`9 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`, ErrWithdrawn},
		{"a withdrawal twice", []string{began, `2 entry.withdrawn - - {"entry":"#00001","reason":"error"}`}, `9 entry.withdrawn - - {"entry":"#00001","reason":"error"}`, ErrWithdrawn},
		{"a withdrawal of a withdrawal", []string{began, `2 aspiration.set 2026-03-01 - {}`, `3 entry.withdrawn - - {"entry":"#00002","reason":"error"}`},
			`9 entry.withdrawn - - {"entry":"#00003","reason":"error"}`, ErrCannotCorrect},
		{"a withdrawal with another service", []string{began}, `9 entry.withdrawn - east {"entry":"#00001","reason":"error"}`, ErrMalformed},
		{"a correction with two services", []string{began}, `9 entry.corrected - east {"entry":"#00001","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`, ErrMalformed},
		{"a correction into the future", []string{began}, `9 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-12-01","service":"north","reason":"error","data":{}}`, ErrFuture},
		{"a correction out of range", []string{began, `2 confidence.rated 2026-03-01 north` + rated}, `9 entry.corrected - - {"entry":"#00002","form":"confidence.rated.v1","occurred":"2026-03-01","service":"north","reason":"error","data":{"about":"self","value":11}} words {"note":"zebrafish"}`, ErrOutOfRange},
		{"a correction of the day to one outside support", []string{began, `2 confidence.rated 2026-03-01 north` + rated},
			`9 entry.corrected - - {"entry":"#00002","form":"confidence.rated.v1","occurred":"2026-02-01","service":"north","reason":"error","data":{"about":"self","value":1}}`, ErrNotWithService},
		{"a correction of what was made of which decision", []string{began, `2 decision.raised 2026-03-01 north {"area":"home"}`, `3 decision.made 2026-03-01 north {"area":"home","deciders":["person"]}`},
			`9 entry.corrected - - {"entry":"#00003","form":"decision.made.v1","occurred":"2026-03-01","service":"north","reason":"error","data":{"decision":"#00002","area":"home","deciders":["person"]}}`, ErrCannotCorrect},
		{"a correction of a support's start into another's days", []string{began, ended, `3 support.started 2026-08-01 north {}`},
			`9 entry.corrected - - {"entry":"#00003","form":"support.started.v1","occurred":"2026-06-01","service":"north","reason":"error","data":{}}`, ErrAlreadyWith},

		// What a later change of the circumstances must not block.
		{"a value put right after the support period was", []string{began, `2 confidence.rated 2026-03-01 north` + rated,
			`3 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-04-01","service":"north","reason":"error","data":{}}`},
			`9 entry.corrected - - {"entry":"#00002","form":"confidence.rated.v1","occurred":"2026-03-01","service":"north","reason":"error","data":{"about":"self","value":7}}`, nil},
		{"a value put right after its aspiration was withdrawn", []string{began, `2 aspiration.set 2026-03-01 - {}`, `3 aspiration.rated 2026-03-02 - {"aspiration":"#00002","progress":3}`, `4 entry.withdrawn - - {"entry":"#00002","reason":"error"}`},
			`9 entry.corrected - - {"entry":"#00003","form":"aspiration.rated.v1","occurred":"2026-03-02","reason":"error","data":{"aspiration":"#00002","progress":4}}`, nil},
		{"an end put right without naming its support", []string{began, ended, `3 support.started 2026-08-01 north {}`},
			`9 entry.corrected - - {"entry":"#00002","form":"support.ended.v1","occurred":"2026-06-29","reason":"error","data":{"reason":"moved_on"}} words {"changed":"zebrafish"}`, nil},
		{"a start put right on its own days", []string{began}, `9 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{}}`, nil},

		// Forgotten.
		{"anything after a person was forgotten", []string{began, `2 person.forgotten - - {"reason":"asked_by_person","authorised_by":"lead-1"}`}, `9 confidence.rated 2026-03-01 north` + rated, ErrForgotten},
		{"a withdrawal after a person was forgotten", []string{began, `2 person.forgotten - - {"reason":"court_order","authorised_by":"lead-1"}`}, `9 entry.withdrawn - - {"entry":"#00001","reason":"error"}`, ErrForgotten},
		{"forgetting twice", []string{began, `2 person.forgotten - - {"reason":"other","authorised_by":"lead-1"}`}, `9 person.forgotten - - {"reason":"other","authorised_by":"lead-1"}`, ErrForgotten},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.given(test.given...)
			before := len(w.journey.Entries())
			_, err := w.record(test.when)
			if !errors.Is(err, test.then) || test.then == nil && err != nil {
				t.Fatalf("got %v, want %v", err, test.then)
			}
			if test.then != nil {
				readsWell(t, err)
				if len(w.journey.Entries()) != before {
					t.Error("a refused entry was kept")
				}
			}
		})
	}
}

func TestALaterCorrectionOfSupportNeverUnmakesEntries(t *testing.T) {
	w := newWorld(t)
	w.given(began, `2 confidence.rated 2026-03-01 north {"about":"self","value":6}`,
		`3 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-04-01","service":"north","reason":"error","data":{}}`)
	if w.journey.With("north", Day(2026, 3, 1)) || !w.journey.With("north", Day(2026, 4, 1)) {
		t.Fatal("the support period was not corrected")
	}
	e, ok := w.journey.Entry(uuid(2))
	if !ok || e.Withdrawn() || e.Now().Service != "north" {
		t.Error("a rating was lost when its support period was corrected")
	}
}

func TestAThingIsNamedByItsFirstEntry(t *testing.T) {
	w := newWorld(t)
	w.given(began,
		`2 decision.raised 2026-03-01 north {"area":"home"}`,
		`3 decision.made 2026-03-02 north {"decision":"#00002","area":"home","deciders":["person"]}`,
		`4 decision.made 2026-03-02 north {"area":"work","deciders":["person"]}`,
		`5 decision.reviewed 2026-03-03 north {"decision":"#00004"}`,
		`6 restriction.started 2026-03-03 north {"kind":"visitors","decision":"#00004"}`,
		`7 confidence.rated 2026-03-01 north {"about":"self","value":6}`,
		`8 support.paused 2026-03-05 north {}`)
	want := []string{uuid(1), uuid(2), uuid(2), uuid(4), uuid(4), uuid(6), "", uuid(1)}
	for i, e := range w.journey.Entries() {
		if got := Thing(e.Now()); got != want[i] {
			t.Errorf("entry %d belongs to %q, want %q", i+1, got, want[i])
		}
	}
}

func TestScoresAreWorkedOutAtRecordingAndAgainAtCorrection(t *testing.T) {
	w := newWorld(t)
	w.given(began, `2 measure.scored 2026-03-01 north {"measure":"daily","version":1,"answers":{"calm":3,"sad":1},"scores":{"day":99}}`)
	e, _ := w.journey.Entry(uuid(2))
	if got := e.Now().Event.(MeasureScored).Scores["day"]; got != 10 {
		t.Errorf("scored %v, want 10", got)
	}
	w.given(`3 entry.corrected - - {"entry":"#00002","form":"measure.scored.v1","occurred":"2026-03-01","service":"north","reason":"error","data":{"measure":"daily","version":1,"answers":{"calm":4,"sad":1}}}`)
	if got := e.Now().Event.(MeasureScored).Scores["day"]; got != 11 {
		t.Errorf("scored %v after the correction, want 11", got)
	}
}

// One more entry, on journeys of very different lengths.
func BenchmarkRecord(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		w := newWorld(b)
		w.given(began)
		for i := range n {
			w.given(fmt.Sprintf(`%d decision.raised 2026-03-02 north {"area":"home"}`, i+10))
		}
		w.given(fmt.Sprintf(`9 decision.made 2026-03-02 north {"decision":%q,"area":"home","deciders":["person"]}`, uuid(10)))
		for _, when := range []string{
			`8 confidence.rated 2026-03-02 north {"about":"self","value":6}`,
			fmt.Sprintf(`8 decision.made 2026-03-02 north {"decision":%q,"area":"home","deciders":["person"]}`, uuid(11)),
			fmt.Sprintf(`8 entry.corrected - - {"entry":%q,"form":"decision.raised.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{"area":"work"}}`, uuid(12)),
		} {
			d, err := ParseDraft(entry(when))
			if err != nil {
				b.Fatal(err)
			}
			c := w.circumstances()
			today := c.Today(DefaultZone)
			c.Today = func(string) Date { return today }
			b.Run(fmt.Sprintf("%s/%d", d.Event.kind(), n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := w.journey.Record(d, c); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
