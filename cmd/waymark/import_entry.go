package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// entry writes one entry as the API takes it.
func (m *mapping) entry(p *pattern, r row, from web.Imported) ([]byte, error) {
	kept := ""
	if p.aboutPerson() {
		person, ok := strconv.Itoa(r.number), true
		if !m.rowIs {
			person, ok = r.text(m.journey)
		}
		switch {
		case !ok:
			return nil, r.wrong(m.journey, "", "is missing, and names the journey")
		case m.keepIDs && !domain.IsID(person):
			return nil, r.wrong(m.journey, "leave out keep_ids to have ids made", "is not an id: use a to z, 0 to 9 and -, at most 64")
		case m.keepIDs:
			kept = person
		default:
			from.Source, from.Journey = m.source.text, person
		}
	}
	origin, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, 512), `{"import":`...) // which must come first
	b = append(b, origin...)
	if kept != "" {
		b = quote(append(b, `,"journey":`...), kept)
	}
	b = quote(append(b, `,"kind":`...), p.kind.text)
	parts := []member{
		{name{text: "by"}, either(p.by, m.by)}, {name{text: "service"}, p.service}, {name{text: "measure"}, p.measure},
		{name{text: "occurred"}, either(p.occurred, m.occurred)}, {name{text: "data"}, p.data}, {name{text: "words"}, p.words},
	}
	if p.aboutPerson() {
		parts[1].value = either(p.service, m.service)
	}
	for _, part := range parts {
		if part.value == nil {
			continue
		}
		before := len(b)
		b = append(quote(append(b, ','), part.text), ':')
		var ok bool
		if b, ok, err = part.value.write(b, r); err != nil {
			return nil, err
		} else if !ok {
			b = b[:before]
		}
	}
	return append(b, '}'), nil
}

func either(own, common *value) *value {
	if own != nil {
		return own
	}
	return common
}

// write adds the value to b as JSON, and says whether there is one: what is
// made of missing cells alone is missing too.
func (v *value) write(b []byte, r row) ([]byte, bool, error) {
	switch {
	case v.constant != nil:
		return append(b, v.constant...), true, nil
	case v.cell != nil:
		return v.cell.write(b, r)
	case v.day != nil:
		return v.day.write(b, r)
	case v.list != nil:
		return writeAll(b, '[', ']', len(v.list), func(b []byte, i int) ([]byte, bool, error) {
			return v.list[i].write(b, r)
		})
	}
	return writeAll(b, '{', '}', len(v.members), func(b []byte, i int) ([]byte, bool, error) {
		return v.members[i].value.write(append(quote(b, v.members[i].text), ':'), r)
	})
}

// writeAll writes the items that are there between two brackets.
func writeAll(b []byte, left, right byte, n int, write func([]byte, int) ([]byte, bool, error)) ([]byte, bool, error) {
	b = append(b, left)
	any := false
	for i := range n {
		before := len(b)
		if any {
			b = append(b, ',')
		}
		var ok bool
		var err error
		if b, ok, err = write(b, i); err != nil {
			return b, false, err
		} else if !ok {
			b = b[:before]
		}
		any = any || ok
	}
	return append(b, right), any, nil
}

func (c *cell) write(b []byte, r row) ([]byte, bool, error) {
	text, ok := r.text(c.column)
	switch {
	case !ok:
		return b, false, nil
	case c.terms != nil:
		term, known := c.terms[text]
		if !known {
			return b, false, r.wrong(c.column, "add what it stands for to the mapping", "stands for nothing in the mapping's map")
		}
		if term == nil {
			return b, false, nil
		}
		return append(b, term...), true, nil
	case c.number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || strings.ContainsFunc(text, notOfNumber) {
			return b, false, r.wrong(c.column, "write it as 4 or 4.25", "is not a number")
		}
		return strconv.AppendFloat(b, n, 'f', -1, 64), true, nil
	case c.layout != "":
		t, err := time.Parse(c.layout, text)
		if err != nil || t.Year() < 1 {
			return b, false, r.wrong(c.column, "", "is not a date in the mapping's layout")
		}
		return quote(b, domain.DateOf(t).String()), true, nil
	}
	return quote(b, text), true, nil
}

func notOfNumber(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' && r != '+' }

func (d *day) write(b []byte, r row) ([]byte, bool, error) {
	start, ok, err := d.start.write(nil, r)
	if err != nil || !ok {
		return b, false, err
	}
	var date domain.Date
	if json.Unmarshal(start, &date) != nil {
		return b, false, r.wrong(name{text: d.start.column()}, "", "is not a date: write it as 2026-03-01")
	}
	for _, s := range d.plus {
		text, ok := r.text(s.column)
		if !ok {
			return b, false, nil
		}
		days, ok := wholeDays(text)
		if !ok {
			return b, false, r.wrong(s.column, "", "is not a whole number of days")
		}
		date += domain.Date(days * s.times)
	}
	if date < 1 || date > domain.Day(9999, time.December, 31) {
		return b, false, &rowError{r.line, "", "the day counted from start is outside the calendar", ""}
	}
	return quote(b, date.String()), true, nil
}

// column names the column that a value is taken from, where it is.
func (v *value) column() (column string) {
	v.columns(func(c *name) { column = c.text })
	return column
}

// wholeDays reads a whole number of days within some 27 years either way, so
// that no product of two overflows.
func wholeDays(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= -9999 && n <= 9999
}
