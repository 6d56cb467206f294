package domain

import "slices"

// LastInTime gives the last day on which an entry about day d is not late: as
// many working days after it as the service allows. Working days are Monday to
// Friday without the service's holidays.
func (f ServiceFacts) LastInTime(d Date) Date {
	for left := f.LateLimit(); left > 0; {
		d++
		if f.works(d) {
			left--
		}
	}
	return d
}

// works says whether a day is a working day. Day 1, 1 January of year 1, was a
// Monday.
func (f ServiceFacts) works(d Date) bool {
	return (d-1)%7 < 5 && !slices.Contains(f.Holidays, d)
}
