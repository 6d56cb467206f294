package domain

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Every is how long a period is.
type Every string

// Everys are the lengths of a period. All begin with a calendar year.
var Everys = Vocabulary[Every]{
	{"month", "Month"},
	{"quarter", "Quarter"},
	{"year", "Year"},
}

// months gives how many months a period has.
func (e Every) months() int {
	switch e {
	case "quarter":
		return 3
	case "year":
		return 12
	}
	return 1
}

// A Period is a calendar month, quarter or year, written 2026-03, 2026-Q1 or
// 2026; or any days, which are of no Every of [Everys], written with the first
// and the last as 2026-03-09/2026-04-05. The zero Period is none.
type Period struct {
	Every Every
	first int // its first month, as Date.Month counts them; of days the first
	last  int // of days the last
}

// anyDays is the Every of a period of days.
const anyDays Every = "days"

// PeriodFrom gives the period from a first day to a last, both included.
func PeriodFrom(first, last Date) Period { return Period{anyDays, int(first), int(last)} }

// PeriodOf gives the period that a month is in; months are counted as
// [Date.Month] does.
func PeriodOf(every Every, month int) Period {
	return Period{Every: every, first: month - month%every.months()}
}

// ErrPeriod is given for a text that is no period.
var ErrPeriod = errors.New("write a period as 2026-03, 2026-Q1, 2026 or 2026-03-09/2026-04-05")

// ParsePeriod reads what String writes.
func ParsePeriod(text string) (Period, error) {
	switch {
	case len(text) == len("2026"):
		if year, err := strconv.Atoi(text); err == nil && year >= 1 {
			return PeriodOf("year", year*12), nil
		}
	case len(text) == len("2026-Q1") && text[4:6] == "-Q" && text[6] >= '1' && text[6] <= '4':
		if year, err := strconv.Atoi(text[:4]); err == nil && year >= 1 {
			return PeriodOf("quarter", year*12+3*int(text[6]-'1')), nil
		}
	case len(text) == len("2026-03-09/2026-04-05") && text[10] == '/':
		first, err := ParseDate(text[:10])
		last, wrong := ParseDate(text[11:])
		if err == nil && wrong == nil && first <= last {
			return PeriodFrom(first, last), nil
		}
	default:
		if month, err := ParseMonth(text); err == nil {
			return PeriodOf("month", month), nil
		}
	}
	return Period{}, ErrPeriod
}

func (p Period) String() string {
	switch p.Every {
	case "year":
		return fmt.Sprintf("%04d", p.first/12)
	case "quarter":
		return fmt.Sprintf("%04d-Q%d", p.first/12, p.first%12/3+1)
	case "month":
		return MonthName(p.first)
	case anyDays:
		return Date(p.first).String() + "/" + Date(p.last).String()
	}
	return ""
}

// MarshalText writes the period as String does.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}

// Next gives the period that follows.
func (p Period) Next() Period { return p.Add(1) }

// Add gives the period so many later, or earlier. Days are followed by as many
// days.
func (p Period) Add(n int) Period {
	if p.Every == anyDays {
		n *= p.last - p.first + 1
		return Period{anyDays, p.first + n, p.last + n}
	}
	return Period{Every: p.Every, first: p.first + n*p.Every.months()}
}

// Months gives the first and the last month that have days of the period, as
// [Date.Month] counts them.
func (p Period) Months() (first, last int) {
	if p.Every == anyDays {
		return Date(p.first).Month(), Date(p.last).Month()
	}
	return p.first, p.first + p.Every.months() - 1
}

// Days gives the period's first day, and the day after its last.
func (p Period) Days() (first, after Date) {
	if p.Every == anyDays {
		return Date(p.first), Date(p.last) + 1
	}
	return firstOf(p.first), firstOf(p.first + p.Every.months())
}

func firstOf(month int) Date { return Day(month/12, time.Month(month%12+1), 1) }

// Periods lists the periods of a length that have any of the months from first
// to last, in order.
func Periods(every Every, first, last int) []Period {
	var all []Period
	for p := PeriodOf(every, first); p.first <= last; p = p.Next() {
		all = append(all, p)
	}
	return all
}
