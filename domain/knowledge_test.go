package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// told notes what was known then and what is known now, in the order given.
func told(k Knowledge) (lines []string) {
	number := func(line *Line) string {
		if line == nil {
			return "-"
		}
		return fmt.Sprint(strings.TrimLeft(line.ID[24:], "0"), " on ", line.Occurred.Date.String()[5:], ", ", line.Text)
	}
	for _, e := range k.Entries {
		lines = append(lines, strings.TrimSpace(fmt.Sprint(number(e.Then), " | ", number(e.Now), " | ", e.Why)))
	}
	return lines
}

// A worker would be blamed for what nobody could have known, or excused by what
// was known well.
func TestADecisionIsHeldAgainstWhatWasKnownThen(t *testing.T) {
	w := newWorld(t)
	var history []Recorded
	on := func(day, hour int, notes ...string) {
		w.now = time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC)
		for _, note := range notes {
			r, err := w.record(note)
			if err != nil {
				t.Fatalf("%s: %v", note, err)
			}
			history = append(history, r)
		}
	}
	on(1, 9, `1 support.started 2026-03-01 north {}`,
		`2 life.rated 2026-03-01 north {"about":"quality_of_life","value":2}`,
		`3 life.rated 2026-03-01 north {"about":"meaning_and_purpose","value":3}`,
		`4 life.rated 2026-03-01 north {"about":"control_over_my_support","value":4}`)
	on(3, 9, `5 entry.withdrawn - - {"entry":"#00004","reason":"error"}`,
		`6 decision.raised 2026-03-03 north {"area":"home"}`)
	maker := w.position
	on(3, 10, `7 confidence.rated 2026-03-03 north {"about":"self","value":5}`)
	on(3, 11, fmt.Sprintf(`8 decision.made 2026-03-03 north {"decision":"#00006","area":"home","deciders":["worker"],"seen":%d}`, maker))
	on(5, 9, `10 entry.corrected - - {"entry":"#00002","form":"life.rated.v1","occurred":"2026-03-02","service":"north","reason":"error","data":{"about":"quality_of_life","value":9}}`,
		`11 entry.withdrawn - - {"entry":"#00003","reason":"duplicate"}`,
		`12 life.rated 2026-03-02 north {"about":"meaning_and_purpose","value":1}`,
		`13 life.rated 2026-03-05 north {"about":"meaning_and_purpose","value":8}`)

	about := func(made Recorded) Examined {
		raised, _ := w.journey.Entry(uuid(6))
		d, _ := DecisionOf(uuid(6), []Recorded{raised.Now(), made})
		return Examined{Decision: d, Zone: time.UTC}
	}
	entry, _ := w.journey.Entry(uuid(8))
	exact := entry.Now()
	known := about(exact).Knowledge(history)
	if !known.Exact || known.Position != maker || known.Day != Day(2026, 3, 3) {
		t.Errorf("known up to %d on %s, exactly %v; the maker had seen %d", known.Position, known.Day, known.Exact, maker)
	}
	want := []string{
		"1 on 03-01, Support started | 1 on 03-01, Support started |",
		"3 on 03-01, Rated meaning and purpose: 3 of 10 | - | withdrawn",
		"2 on 03-01, Rated quality of life: 2 of 10 | 2 on 03-02, Rated quality of life: 9 of 10 | corrected",
		"- | 12 on 03-02, Rated meaning and purpose: 1 of 10 | recorded_later",
		"6 on 03-03, A question was raised: home | 6 on 03-03, A question was raised: home |",
		"- | 7 on 03-03, Rated confidence in myself: 5 of 10 | recorded_later",
	}
	if got := told(known); !slices.Equal(got, want) {
		t.Errorf("known is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	// Recorded two days later, what its maker had seen by then was not known on the day.
	late := exact
	late.At = late.At.AddDate(0, 0, 2)
	want[5] = "7 on 03-03, Rated confidence in myself: 5 of 10 | 7 on 03-03, Rated confidence in myself: 5 of 10 |"
	if known := about(late).Knowledge(history); known.Exact || known.Position != exact.Position || !slices.Equal(told(known), want) {
		t.Errorf("recorded later, known up to %d, exactly %v:\n%s", known.Position, known.Exact, strings.Join(told(known), "\n"))
	}

	// seeing gives the decision with another position that its maker had seen.
	seeing := func(position uint64) Recorded {
		other, made := exact, exact.Event.(DecisionMade)
		made.Seen = position
		other.Event = made
		return other
	}

	// Who corrects a decision has seen more than its maker had.
	if known := about(seeing(w.position)).Knowledge(history); !known.Exact || known.Position != maker || known.Seen != maker {
		t.Errorf("once corrected, known up to %d, exactly %v", known.Position, known.Exact)
	}

	// Its maker cannot have seen their own entry, or what comes after it.
	at := slices.IndexFunc(history, func(r Recorded) bool { return r.ID == exact.ID })
	for _, ahead := range []uint64{exact.Position, 1000} {
		history[at] = seeing(ahead)
		if known := about(history[at]).Knowledge(history); known.Exact || known.Position != exact.Position || known.Seen != ahead {
			t.Errorf("seen %d is known up to %d, exactly %v", ahead, known.Position, known.Exact)
		}
	}

	// Where it was never said what the maker had seen, the day ends where the service is.
	history[at] = seeing(0)
	x := about(exact)
	x.Zone = time.FixedZone("", 14*3600)
	if known := x.Knowledge(history); known.Exact || known.Position != maker || known.Seen != 0 {
		t.Errorf("in the far east the day ended at %d", known.Position)
	}

	// A question that was only raised has been seen by nobody in particular.
	raised, _ := w.journey.Entry(uuid(6))
	d, _ := DecisionOf(uuid(6), []Recorded{raised.Now()})
	if known := (Examined{Decision: d}).Knowledge(history); known.Exact || len(known.Entries) != 6 || slices.ContainsFunc(told(known), func(line string) bool { return strings.HasPrefix(line, "6 ") }) {
		t.Errorf("of a question raised is known\n%s", strings.Join(told(known), "\n"))
	}
	if known := (Examined{Decision: d}).Knowledge(nil); known.Position != 0 || len(known.Entries) != 0 || known.Entries == nil {
		t.Errorf("without a history is known %+v", known)
	}
}

// Something would be shown as known that was not, for some order of recording,
// correcting and taking back.
func TestWhatWasKnownIsWhatHadBeenRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var history []Recorded
		var made Recorded
		at := tuesday.Time()
		ids := []string{}
		events := rapid.IntRange(1, 25).Draw(t, "events")
		deciding := rapid.IntRange(1, events).Draw(t, "deciding")
		for n := 1; n <= events; n++ {
			at = at.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "hours")) * time.Hour)
			r := Recorded{Position: uint64(n * 10), ID: uuid(n), At: at, Occurred: On(tuesday + Date(rapid.IntRange(-2, 6).Draw(t, "on")))}
			rated := LifeRated{About: "quality_of_life", Value: Rate(n % 11)}
			what := rapid.IntRange(0, 3).Draw(t, "what")
			switch {
			case n == deciding:
				r.Event = DecisionMade{Question: Question{Area: "home"}, Seen: uint64(rapid.IntRange(0, n*10+5).Draw(t, "seen"))}
				made = r
			case len(ids) > 0 && what == 0:
				r.Event = EntryWithdrawn{Entry: rapid.SampledFrom(ids).Draw(t, "entry")}
			case len(ids) > 0 && what == 1:
				r.Event = EntryCorrected{Entry: rapid.SampledFrom(ids).Draw(t, "entry"), Occurred: r.Occurred, Replacement: rated}
			default:
				r.Event, ids = rated, append(ids, r.ID)
			}
			history = append(history, r)
		}
		known := (Examined{Decision: Decision{ID: made.ID, Made: &made}}).Knowledge(history)

		day := made.Occurred.Date
		seen := made.Event.(DecisionMade).Seen
		exact := seen > 0 && seen < made.Position && !made.At.After((day + 1).Time().Add(-time.Microsecond))
		if !exact {
			seen = 0
			for _, r := range history {
				if r.At.Before((day + 1).Time()) {
					seen = r.Position
				}
			}
		}
		if known.Exact != exact || known.Position != seen {
			t.Errorf("known up to %d, exactly %v; want %d, %v", known.Position, known.Exact, seen, exact)
		}
		// stands gives when an entry happened and how it was rated, as known at a
		// position, or nothing.
		stands := func(id string, position uint64) string {
			says := ""
			for _, r := range history {
				if r.Position > position {
					break
				}
				switch e := r.Event.(type) {
				case LifeRated:
					if r.ID == id {
						says = r.Occurred.String() + " " + Sentence(e)
					}
				case EntryCorrected:
					if e.Entry == id {
						says = e.Occurred.String() + " " + Sentence(e.Replacement)
					}
				case EntryWithdrawn:
					if e.Entry == id {
						return ""
					}
				}
			}
			return says
		}
		changed := func(id string) bool { // by a correction since
			return slices.ContainsFunc(history, func(r Recorded) bool {
				e, ok := r.Event.(EntryCorrected)
				return ok && e.Entry == id && r.Position > seen
			})
		}
		want := map[string]string{}
		for _, id := range ids {
			then, now := stands(id, seen), stands(id, 1000)
			byThen := func(says string) bool { return says != "" && says[:10] <= day.String() }
			if !byThen(then) && !byThen(now) {
				continue
			}
			why := ""
			switch {
			case then == "":
				why = "recorded_later"
			case now == "":
				why = "withdrawn"
			case changed(id):
				why = "corrected"
			}
			want[id] = then + "|" + now + "|" + why
		}
		var order []string
		for _, e := range known.Entries {
			says, id, last := [2]string{}, "", Line{}
			for i, line := range []*Line{e.Then, e.Now} {
				if line != nil {
					says[i], id, last = line.Occurred.String()+" "+line.Text, line.ID, *line
				}
			}
			if got := says[0] + "|" + says[1] + "|" + string(e.Why); got != want[id] || want[id] == "" {
				t.Errorf("entry %s is known as %q, want %q", id, got, want[id])
			}
			delete(want, id)
			if e.Now != nil {
				order = append(order, fmt.Sprintf("%s %06d", last.Occurred, last.Position))
			}
		}
		if len(want) > 0 {
			t.Errorf("nothing is said of %v", want)
		}
		if !slices.IsSorted(order) {
			t.Errorf("in another order than that of life: %v", order)
		}
	})
}
