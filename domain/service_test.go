package domain

import (
	"errors"
	"testing"
)

func TestWhatCannotBeTrueOfAServiceIsRefused(t *testing.T) {
	const opened = `1 service.opened 2022-01-01 west {"name":"West","kind":"peer"}`
	for _, test := range []struct {
		name  string
		given []string
		when  string
		then  error
	}{
		{"opening it", nil, opened, nil},
		{"opening it twice", []string{opened}, `9 service.opened 2023-01-01 west {"name":"West","kind":"peer"}`, ErrExists},
		{"opening it tomorrow", nil, `9 service.opened 2026-11-23 west {"name":"West","kind":"peer"}`, ErrFuture},
		{"opening it again after a withdrawal", []string{opened, `2 entry.withdrawn - @west {"entry":"#00001","reason":"error"}`},
			`9 service.opened 2023-01-01 west {"name":"West","kind":"peer"}`, nil},
		{"a time zone that there is not", nil, `9 service.opened 2022-01-01 west {"name":"West","kind":"peer","zone":"Europe/Zebrafish"}`, ErrUnknownCode},
		{"a change to a time zone that there is not", []string{opened}, `9 service.changed 2022-02-01 west {"name":"West","kind":"peer","zone":"Europe/Zebrafish"}`, ErrUnknownCode},
		{"changing what was never opened", nil, `9 service.changed 2022-02-01 west {"name":"West","kind":"peer"}`, ErrNoService},
		{"closing what was never opened", nil, `9 service.closed 2022-02-01 west {}`, ErrNoService},
		{"changing it before it opened", []string{opened}, `9 service.changed 2021-02-01 west {"name":"West","kind":"peer"}`, ErrServiceClosed},
		{"changing it", []string{opened}, `9 service.changed 2022-02-01 west {"name":"West","kind":"peer"}`, nil},
		{"closing it twice", []string{opened, `2 service.closed 2022-02-01 west {}`}, `9 service.closed 2022-03-01 west {}`, ErrExists},
		{"correcting its close", []string{opened, `2 service.closed 2022-02-01 west {}`},
			`9 entry.corrected - @west {"entry":"#00002","form":"service.closed.v1","occurred":"2022-03-01","reason":"error","data":{}}`, nil},
		{"correcting its close to before it opened", []string{opened, `2 service.closed 2022-02-01 west {}`},
			`9 entry.corrected - @west {"entry":"#00002","form":"service.closed.v1","occurred":"2021-03-01","reason":"error","data":{}}`, ErrServiceClosed},
		{"correcting it into another kind", []string{opened},
			`9 entry.corrected - @west {"entry":"#00001","form":"service.closed.v1","occurred":"2022-03-01","reason":"error","data":{}}`, ErrCannotCorrect},
		{"correcting what is another service's", []string{opened},
			`9 entry.corrected - @west {"entry":"#00901","form":"service.opened.v1","occurred":"2022-03-01","reason":"error","data":{"name":"W","kind":"peer"}}`, ErrNoSuchThing},
		{"withdrawing nothing", []string{opened}, `9 entry.withdrawn - @west {"entry":"#00007","reason":"error"}`, ErrNoSuchThing},
		{"withdrawing twice", []string{opened, `2 service.closed 2022-02-01 west {}`, `3 entry.withdrawn - @west {"entry":"#00002","reason":"error"}`},
			`9 entry.withdrawn - @west {"entry":"#00002","reason":"error"}`, ErrWithdrawn},
		{"a chart from no month", []string{opened}, `9 service.rebased 2022-02-01 west {"outcome":"took_part","from":"March","reason":"other"}`, ErrMalformed},
		{"a chart from a month", []string{opened}, `9 service.rebased 2022-02-01 west {"outcome":"took_part","from":"2022-02","reason":"other"}`, nil},
		{"a measure's version twice", nil, `9 measure.defined 2022-02-01 - {"version":1,"title":"Daily","items":[{"id":"calm","low":1,"high":7}],` +
			`"scales":[{"id":"day","method":"sum","direction":"higher_better"}],"licence":{"name":"CC0","holder":"W","reference":"here","wording":"own"}}`, ErrExists},
		{"a measure's next version", nil, `9 measure.defined 2022-02-01 - {"version":2,"title":"Daily","items":[{"id":"calm","low":1,"high":7}],` +
			`"scales":[{"id":"day","method":"sum","direction":"higher_better"}],"licence":{"name":"CC0","holder":"W","reference":"here","wording":"own"}}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.given(test.given...)
			_, err := w.record(test.when)
			if !errors.Is(err, test.then) || test.then == nil && err != nil {
				t.Fatalf("got %v, want %v", err, test.then)
			}
			if test.then != nil {
				readsWell(t, err)
			}
		})
	}
}

func TestADefinitionIsSupersededAndNeverCorrected(t *testing.T) {
	w := newWorld(t)
	for _, e := range []Event{
		EntryCorrected{Entry: uuid(905), Form: "measure.defined.v1", Occurred: On(Day(2022, 1, 1)), Reason: "error",
			Replacement: wire["measure.defined.v1"].event},
		EntryWithdrawn{Entry: uuid(905), Reason: "error"},
	} {
		_, err := w.measures["daily"].Record(Draft{ID: uuid(9), Stream: Stream{AboutMeasure, "daily"}, By: "worker-17", Event: e}, w.circumstances())
		if !errors.Is(err, ErrCannotCorrect) {
			t.Errorf("got %v", err)
			continue
		}
		readsWell(t, err)
	}
}

func TestAServiceIsWhatItsEntriesSayAsTheyStand(t *testing.T) {
	w := newWorld(t)
	w.given(
		`1 service.opened 2022-01-01 west {"name":"West","kind":"peer"}`,
		`2 service.changed 2022-06-01 west {"name":"Later","kind":"peer"}`,
		`3 service.changed 2022-03-01 west {"name":"Earlier, recorded late","kind":"peer"}`,
		`4 service.closed 2023-01-01 west {}`)
	s := w.services["west"]
	is := func(name, from, to string) {
		t.Helper()
		opened, closed := s.Span()
		if s.Facts().Name != name || opened.String() != from || closed.String() != to {
			t.Errorf("%s from %s to %s, want %s from %s to %s", s.Facts().Name, opened, closed, name, from, to)
		}
	}
	is("Later", "2022-01-01", "2023-01-01")
	w.given(`5 entry.corrected - @west {"entry":"#00002","form":"service.changed.v1","occurred":"2022-02-01","reason":"error","data":{"name":"Moved before","kind":"peer"}}`)
	is("Earlier, recorded late", "2022-01-01", "2023-01-01")
	w.given(`6 entry.withdrawn - @west {"entry":"#00004","reason":"error"}`,
		`7 entry.corrected - @west {"entry":"#00001","form":"service.opened.v1","occurred":"2021-12-01","reason":"error","data":{"name":"West","kind":"peer"}}`)
	is("Earlier, recorded late", "2021-12-01", "")
	w.given(`8 entry.withdrawn - @west {"entry":"#00001","reason":"error"}`)
	if s.Opened() {
		t.Error("a service whose opening was withdrawn is open")
	}
}

func TestAServiceInATimeZoneThatIsGoneStillHasADay(t *testing.T) {
	w := newWorld(t)
	w.services["west"] = &Service{}
	w.services["west"].Apply(Recorded{Position: 1, ID: uuid(1), Service: "west", Occurred: On(Day(2020, 1, 1)),
		Event: ServiceOpened{ServiceFacts{Name: "West", Kind: "peer", Zone: "Gone/Away"}}})
	w.given(`2 support.started 2026-11-22 west {}`)
}
