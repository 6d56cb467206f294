package domain

import (
	"errors"
	"testing"
)

// Figures would be of other days than the table says.
func TestAPeriodIsReadAsItIsWritten(t *testing.T) {
	for _, test := range []struct {
		text         string
		first, after Date
		from, to     int // months
		next         string
	}{
		{"2026-03", Day(2026, 3, 1), Day(2026, 4, 1), 2026*12 + 2, 2026*12 + 2, "2026-04"},
		{"2026-Q4", Day(2026, 10, 1), Day(2027, 1, 1), 2026*12 + 9, 2026*12 + 11, "2027-Q1"},
		{"2024", Day(2024, 1, 1), Day(2025, 1, 1), 2024 * 12, 2024*12 + 11, "2025"},
		{"2026-03-09/2026-04-05", Day(2026, 3, 9), Day(2026, 4, 6), 2026*12 + 2, 2026*12 + 3, "2026-04-06/2026-05-03"},
		{"2024-02-29/2024-02-29", Day(2024, 2, 29), Day(2024, 3, 1), 2024*12 + 1, 2024*12 + 1, "2024-03-01/2024-03-01"},
	} {
		p, err := ParsePeriod(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if first, after := p.Days(); first != test.first || after != test.after {
			t.Errorf("%s is %s up to %s", test.text, first, after)
		}
		if from, to := p.Months(); from != test.from || to != test.to {
			t.Errorf("%s has the months %s to %s", test.text, MonthName(from), MonthName(to))
		}
		if p.String() != test.text || p.Next().String() != test.next || p.Next().Add(-1) != p {
			t.Errorf("%s is written %s, and followed by %s", test.text, p, p.Next())
		}
	}
	for _, text := range []string{"", "26", "2026-13", "2026-Q5", "2026-Q0", "0000", "2026-04-05/2026-03-09", "2026-03-09/2026-04-31", "2026-03-09 2026-04-05",
		"2026-03-09/2026-4-005", "2026-03-09/"} {
		if p, err := ParsePeriod(text); !errors.Is(err, ErrPeriod) {
			t.Errorf("%q is read as %s", text, p)
		}
	}
}
