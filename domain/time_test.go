package domain

import (
	"cmp"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEveryDayOfTheCalendarKeepsItsName(t *testing.T) {
	if first, last := Day(1, 1, 1), Day(9999, 12, 31); first != 1 || last != lastDate {
		t.Fatalf("the calendar goes from %d to %d", first, last)
	}
	for d := Date(1); d <= lastDate; d += 11 { // 11 is no divisor of 7, 365 or 1461
		text := d.String()
		back, err := ParseDate(text)
		if err != nil || back != d {
			t.Fatalf("day %d is written %s and read as %d, %v", d, text, back, err)
		}
		year, month, day := d.Time().Date()
		if Day(year, month, day) != d || d.Month() != year*12+int(month)-1 || text != d.Time().Format(time.DateOnly) {
			t.Fatalf("day %d is %s", d, text)
		}
	}
}

func TestADayIsTheOneOnTheClockWhereItHappened(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-01":                       "2026-03-01",
		"2026-03-01T00:00:00+00:00":        "2026-03-01",
		"2026-03-01T00:30:00+14:00":        "2026-03-01", // 28 February in London
		"2026-03-01T23:30:00-11:00":        "2026-03-01", // 2 March in London
		"2026-03-29T02:30:00+01:00":        "2026-03-29",
		"0001-01-01T00:00:00+05:00":        "0001-01-01",
		"9999-12-31T23:59:59.999999-12:00": "9999-12-31",
		"2024-02-29":                       "2024-02-29",
	} {
		o, err := ParseOccurred(text)
		if err != nil || o.Date.String() != want {
			t.Errorf("%s is on %s, want %s (%v)", text, o.Date, want, err)
		}
	}
}

func TestWhatIsNoDayIsRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", "today", "2026", "2026-3-1", "2026-03-1", "26-03-01", "2026/03/01", "01.03.2026", "2026-03-01 ", " 2026-03-01",
		"2026-02-29", "2026-02-30", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "0000-01-01", "10000-01-01", "-001-01-01",
		"2026-03-01T", "2026-03-01T14:30", "2026-03-01T14:30:00", "2026-03-01 14:30:00Z", "2026-03-01T14:30:00z", "2026-03-01t14:30:00Z",
		"2026-03-01T4:30:00Z", "2026-03-01T14:30:00,5Z", "2026-03-01T24:00:00Z", "2026-03-01T23:59:60Z", "2026-03-01T14:60:00Z",
		"2026-03-01T14:30:00+25:00", "2026-03-01T14:30:00+24:00", "2026-03-01T14:30:00+01:60", "2026-03-01T14:30:00+01", "2026-03-01T14:30:00+0100", "2026-03-01T14:30:00 +01:00",
		"0000-12-31T23:59:59Z", "2026-03-01T14:30:00Zx",
	} {
		if o, err := ParseOccurred(text); !errors.Is(err, ErrDate) {
			t.Errorf("%q was read as %s (%v)", text, o, err)
		}
	}
	for _, text := range []string{"", "2026", "2026-3", "2026-13", "2026-00", "0000-01", "2026-03-01"} {
		if m, err := ParseMonth(text); err == nil {
			t.Errorf("%q was read as the month %s", text, MonthName(m))
		}
	}
}

func anOccurred() *rapid.Generator[Occurred] {
	return rapid.Custom(func(t *rapid.T) Occurred {
		// Few days and clock times, so that some are equal.
		o := On(Date(rapid.IntRange(739_000, 739_003).Draw(t, "date")))
		if rapid.Bool().Draw(t, "moment") {
			o.Moment = true
			o.Clock = rapid.SampledFrom([]time.Duration{0, time.Microsecond, 12 * time.Hour, 24*time.Hour - time.Microsecond}).Draw(t, "clock")
			o.Offset = int16(rapid.IntRange(-12*60, 14*60).Draw(t, "offset"))
		}
		return o
	})
}

func TestAMomentSurvivesBeingWrittenDown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anOccurred().Draw(t, "occurred")
		back, err := ParseOccurred(o.String())
		if err != nil || back != o {
			t.Fatalf("%+v is written %s and read as %+v, %v", o, o, back, err)
		}
		var again Occurred
		if text := must(json.Marshal(o)); json.Unmarshal(text, &again) != nil || again != o {
			t.Fatalf("%+v is stored as %s and read as %+v", o, text, again)
		}
	})
}

func TestAnswersSortLifeAsTheFoldDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anOccurred().Draw(t, "a"), anOccurred().Draw(t, "b")
		if got, want := cmp.Compare(a.Sortable(), b.Sortable()), a.Order(b); got != want {
			t.Fatalf("%s and %s sort %d, and their life order is %d", a, b, got, want)
		}
		if a.Order(b) != -b.Order(a) {
			t.Fatalf("%s and %s have no one order", a, b)
		}
	})
	inOrder := []Recorded{
		{Position: 9, Occurred: must(ParseOccurred("2026-02-28T23:59:59Z"))},
		{Position: 8, Occurred: must(ParseOccurred("2026-03-01"))},
		{Position: 10, Occurred: must(ParseOccurred("2026-03-01"))},
		{Position: 7, Occurred: must(ParseOccurred("2026-03-01T00:00:00+00:00"))},
		{Position: 6, Occurred: must(ParseOccurred("2026-03-01T09:00:00-08:00"))}, // by its own clock, though later in the world
		{Position: 5, Occurred: must(ParseOccurred("2026-03-01T10:00:00+08:00"))},
		{Position: 4, Occurred: must(ParseOccurred("2026-03-02"))},
	}
	for i := range inOrder[1:] {
		if LifeOrder(inOrder[i], inOrder[i+1]) >= 0 {
			t.Errorf("%s (%d) does not come before %s (%d)", inOrder[i].Occurred, inOrder[i].Position, inOrder[i+1].Occurred, inOrder[i+1].Position)
		}
	}
}

func TestMonthsFollowOneAnother(t *testing.T) {
	for name, next := range map[string]string{"2025-12": "2026-01", "2026-01": "2026-02", "0009-12": "0010-01"} {
		m := must(ParseMonth(name))
		if MonthName(m) != name || MonthName(m+1) != next {
			t.Errorf("%s is read as %s and followed by %s", name, MonthName(m), MonthName(m+1))
		}
	}
}
