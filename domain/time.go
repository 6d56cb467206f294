package domain

import (
	"cmp"
	"errors"
	"regexp"
	"time"
)

// A Date is a calendar day, counted in days from 1 January of year 1, which is
// day 1. The zero Date means that no date was given. Dates are compared and
// subtracted as the integers they are.
type Date int32

const (
	secondsPerDay = 86_400
	dayOne        = -62_135_596_800 // 0001-01-01T00:00:00Z in Unix seconds
	lastDate      = Date(3_652_059) // 9999-12-31, the last day RFC 3339 can write
)

// ErrDate is given for a text that is neither a date nor an instant.
var ErrDate = errors.New("write a date as 2026-03-01, or a moment as 2026-03-01T14:30:00+00:00")

// DateOf gives the day written on the calendar where t's own clock hangs.
func DateOf(t time.Time) Date {
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset) - dayOne
	day := seconds / secondsPerDay
	if seconds < day*secondsPerDay {
		day-- // the year before year 1 is no part of day 1
	}
	return Date(day) + 1
}

// Day gives the Date of a year, month and day.
func Day(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads a date written as 2026-03-01.
func ParseDate(text string) (Date, error) {
	if len(text) != len(time.DateOnly) {
		return 0, ErrDate
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, ErrDate
	}
	return DateOf(t), nil
}

// Time gives the start of the day, in UTC.
func (d Date) Time() time.Time {
	return time.Unix(int64(d-1)*secondsPerDay+dayOne, 0).UTC()
}

// Month gives the date's month as year × 12 + month − 1, so that the months of
// a period are consecutive integers.
func (d Date) Month() int {
	year, month, _ := d.Time().Date()
	return year*12 + int(month) - 1
}

func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return string(d.AppendTo(make([]byte, 0, len(time.RFC3339))))
}

// AppendTo appends the date as String writes it. The layout that is written whole
// is one that the library writes without reading it first.
func (d Date) AppendTo(b []byte) []byte {
	return d.Time().AppendFormat(b, time.RFC3339)[:len(b)+len(time.DateOnly)]
}

// MarshalText writes the date as 2026-03-01.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// Occurred is when something happened in a person's life, as the recorder gave
// it: a date, or a moment with its offset from UTC, to the microsecond.
type Occurred struct {
	Date   Date
	Clock  time.Duration // since midnight on the clock that Offset belongs to; 0 for a date
	Offset int16         // minutes east of UTC
	Moment bool          // whether a clock time was given
}

// On gives the Occurred of a whole day.
func On(d Date) Occurred { return Occurred{Date: d} }

// momentShape is RFC 3339's. The library's reader would also take an hour of
// one digit, a comma in the seconds, and +24:00.
var momentShape = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// ParseOccurred reads a date, or an RFC 3339 moment with its offset. Parts of a
// microsecond are dropped.
func ParseOccurred(text string) (Occurred, error) {
	if len(text) <= len(time.DateOnly) {
		d, err := ParseDate(text)
		return Occurred{Date: d}, err
	}
	if !momentShape.MatchString(text) {
		return Occurred{}, ErrDate
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return Occurred{}, ErrDate
	}
	_, offset := t.Zone()
	o := Occurred{Date: DateOf(t), Offset: int16(offset / 60), Moment: true}
	clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	o.Clock = clock.Truncate(time.Microsecond)
	if o.Date < 1 || o.Date > lastDate {
		return Occurred{}, ErrDate
	}
	return o, nil
}

func (o Occurred) String() string {
	if !o.Moment {
		return o.Date.String()
	}
	zone := time.FixedZone("", int(o.Offset)*60)
	year, month, day := o.Date.Time().Date()
	return time.Date(year, month, day, 0, 0, 0, int(o.Clock), zone).Format("2006-01-02T15:04:05.999999Z07:00")
}

// MarshalText writes the form that ParseOccurred reads.
func (o Occurred) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (o *Occurred) UnmarshalText(text []byte) (err error) {
	*o, err = ParseOccurred(string(text))
	return err
}

// Order compares two moments of a life: by date, then by clock time, with a
// date alone before any clock time of that day. Equal moments are told apart by
// the position of their entries; see [Entry.Before].
func (o Occurred) Order(p Occurred) int {
	return cmp.Or(cmp.Compare(o.Date, p.Date), cmp.Compare(o.ClockOrder(), p.ClockOrder()))
}

// ClockOrder sorts the moments of one day: 0 for a date alone, and otherwise the
// microseconds since midnight and 1.
func (o Occurred) ClockOrder() int64 {
	if !o.Moment {
		return 0
	}
	return o.Clock.Microseconds() + 1
}

// Sortable gives the moment as one integer that sorts in life order. Each day
// has a place for the date alone and then one for each of its microseconds.
func (o Occurred) Sortable() int64 {
	return int64(o.Date)*(secondsPerDay*1_000_000+1) + o.ClockOrder()
}

// A MonthName is written as 2026-03.
func MonthName(month int) string {
	return firstOf(month).Time().Format("2006-01")
}

// ParseMonth reads what MonthName writes, as year × 12 + month − 1.
func ParseMonth(text string) (int, error) {
	t, err := time.Parse("2006-01", text)
	if err != nil || len(text) != len("2006-01") || t.Year() < 1 {
		return 0, errors.New("write a month as 2026-03")
	}
	return t.Year()*12 + int(t.Month()) - 1, nil
}
