package domain

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// supportHistory draws the entries of up to three supports, as history may hold
// them: in any order of life, some corrected, some withdrawn.
func supportHistory(t *rapid.T) []*Entry {
	day := rapid.IntRange(100, 130)
	var entries []*Entry
	starts := rapid.IntRange(1, 3).Draw(t, "supports")
	for i := range rapid.IntRange(starts, 14).Draw(t, "entries") {
		r := Recorded{Position: uint64(i + 1), ID: uuid(i + 1), Service: "north", Occurred: On(Date(day.Draw(t, "day")))}
		support := uuid(rapid.IntRange(1, starts).Draw(t, "support"))
		var is func(support string) Event
		switch {
		case i < starts:
			is = func(string) Event { return SupportStarted{} }
		default:
			is = rapid.SampledFrom([]func(string) Event{
				func(s string) Event { return SupportPaused{s} },
				func(s string) Event { return SupportResumed{s} },
				func(s string) Event { return SupportEnded{Support: s} },
				func(s string) Event { return SupportPaused{s} },
				func(s string) Event { return SupportResumed{s} },
			}).Draw(t, "kind")
		}
		r.Event = is(support)
		e := &Entry{Recorded: r}
		if rapid.IntRange(0, 4).Draw(t, "corrected") == 0 {
			e.Correction = &Recorded{Position: uint64(i + 100), Event: EntryCorrected{Entry: r.ID, Service: "north",
				Occurred: On(Date(day.Draw(t, "new day"))), Replacement: r.Event}}
		}
		if rapid.IntRange(0, 9).Draw(t, "withdrawn") == 0 {
			e.Withdrawal = &Recorded{}
		}
		entries = append(entries, e)
	}
	return entries
}

// activeOn says, looking at nothing but one day, whether a support was active.
func activeOn(d Date, support string, entries []*Entry) bool {
	var started, resting bool
	ended := Date(0)
	for _, now := range standing(entries) {
		if Thing(now) != support {
			continue
		}
		switch now.Event.(type) {
		case SupportStarted:
			started = now.Occurred.Date <= d
		case SupportEnded:
			ended = now.Occurred.Date
		case SupportPaused, SupportResumed:
			if now.Occurred.Date <= d {
				_, resting = now.Event.(SupportPaused)
			}
		}
	}
	return started && !resting && (ended == 0 || d <= ended)
}

func TestDaysOfSupportAreCountedAsACalendarWouldShowThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := supportHistory(t)
		from := Date(rapid.IntRange(95, 135).Draw(t, "from"))
		to := Date(rapid.IntRange(95, 135).Draw(t, "to"))
		found := map[string]bool{}
		for _, episode := range Episodes(entries) {
			found[episode.ID] = true
			want := 0
			for d := from; d < to; d++ {
				if activeOn(d, episode.ID, entries) {
					want++
				}
			}
			if got := activeDays(episode, from, to); got != want {
				t.Fatalf("%d active days of %+v in [%d, %d), want %d", got, episode, from, to, want)
			}
			for _, p := range episode.Pauses {
				if p.To != 0 && p.To < p.From {
					t.Fatalf("the pause %+v ends before it begins", p)
				}
			}
		}
		for _, e := range entries {
			if _, ok := e.Event.(SupportStarted); ok && found[e.ID] == e.Withdrawn() {
				t.Fatalf("the support %s: withdrawn %v, found %v", e.ID, e.Withdrawn(), found[e.ID])
			}
		}
	})
}

func TestAPauseRunsToTheDayOfItsEndAndNoFurther(t *testing.T) {
	w := newWorld(t)
	w.given(began,
		`2 support.paused 2026-03-11 - {}`,
		`3 support.paused 2026-03-12 - {}`, // again, which changes nothing
		`4 support.resumed 2026-03-21 - {}`,
		`5 support.ended 2026-03-31 - {"planned":true,"reason":"moved_on"} words {"changed":"I have my own place"}`)
	episodes := Episodes(w.journey.Entries())
	if len(episodes) != 1 {
		t.Fatal(episodes)
	}
	e := episodes[0]
	want := []Pause{{Day(2026, 3, 11), Day(2026, 3, 21)}}
	if !slices.Equal(e.Pauses, want) || e.EndEntry != uuid(5) || e.End.Reason != "moved_on" || e.Service != "north" {
		t.Errorf("got %+v", e)
	}
	if got := activeDays(e, Day(2026, 3, 1), Day(2026, 4, 1)); got != 21 {
		t.Errorf("%d active days in March, want 21", got)
	}
	if got := activeDays(e, Day(2026, 4, 1), Day(2026, 5, 1)); got != 0 {
		t.Errorf("%d active days after the end", got)
	}
}

// activeDays counts the days of [from, to) on which an episode was active.
func activeDays(e Episode, from, to Date) int {
	days := 0
	for _, s := range e.Active() {
		days += s.Days(from, to)
	}
	return days
}
