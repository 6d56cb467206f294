package projections

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// A mark is what one entry says of one outcome, or one rating that it holds.
type mark struct {
	position uint64
	on       domain.Date
	clock    int64 // microseconds since midnight and 1; 0 for a date alone
	what     string
	value    float64
	missing  string // why there is no value
	code     string
	thing    string
}

// lifeOrder sorts marks in life order; those of one entry stay as they are.
func lifeOrder(a, b mark) int {
	return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.clock, b.clock), cmp.Compare(a.position, b.position))
}

// marksText writes marks as a JSON list.
func marksText(marks []mark) string {
	b := []byte{'['}
	for i, m := range marks {
		if i > 0 {
			b = append(b, ',')
		}
		b = m.appendTo(b)
	}
	return string(append(b, ']'))
}

// appendTo writes a mark as a JSON list. Codes and ids have no character that
// JSON would escape.
func (m mark) appendTo(b []byte) []byte {
	b = append(b, '[')
	b = strconv.AppendUint(b, m.position, 10)
	b = append(m.on.AppendTo(append(b, `,"`...)), `",`...)
	b = strconv.AppendInt(b, m.clock, 10)
	b = append(append(append(b, `,"`...), m.what...), `",`...)
	if m.missing != "" {
		b = append(append(append(b, '"'), m.missing...), '"')
	} else {
		b = strconv.AppendFloat(b, m.value, 'g', -1, 64)
	}
	if m.code != "" || m.thing != "" {
		b = append(append(append(b, `,"`...), m.code...), '"')
	}
	if m.thing != "" {
		b = append(append(append(b, `,"`...), m.thing...), '"')
	}
	return append(b, ']')
}

var errMarks = errors.New("a list of marks that cannot be read")

// howMany says about how many marks a text holds, for the room they take.
func howMany(text string) int { return len(text)/40 + 1 }

// eachMark reads what marksText wrote. The texts of a mark are parts of the whole.
func eachMark(text string, take func(mark)) error {
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return errMarks
	}
	r := marksReader{text: text, at: 1}
	for n := 0; r.at < len(text)-1; n++ {
		if n > 0 {
			r.pass(',')
		}
		m := r.mark()
		if r.wrong || r.at > len(text)-1 {
			return errMarks
		}
		take(m)
	}
	return nil
}

// A marksReader goes through a text once; it is read by the million.
type marksReader struct {
	text  string
	at    int
	wrong bool
}

func (r *marksReader) mark() (m mark) {
	r.pass('[')
	m.position = uint64(r.whole())
	r.pass(',')
	on, ok := readDay(r.quoted())
	r.wrong = r.wrong || !ok
	m.on = on
	r.pass(',')
	m.clock = r.whole()
	r.pass(',')
	m.what = r.quoted()
	r.pass(',')
	if r.next() == '"' {
		m.missing = r.quoted()
	} else {
		m.value = r.float()
	}
	if r.next() == ',' {
		r.at++
		m.code = r.quoted()
	}
	if r.next() == ',' {
		r.at++
		m.thing = r.quoted()
	}
	r.pass(']')
	return m
}

func (r *marksReader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	r.wrong = true
	return 0
}

func (r *marksReader) pass(c byte) {
	if r.next() != c {
		r.wrong = true
		return
	}
	r.at++
}

func (r *marksReader) whole() (n int64) {
	from := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		n = 10*n + int64(r.text[r.at]-'0')
		r.at++
	}
	r.wrong = r.wrong || r.at == from || r.at-from > 18
	return n
}

func (r *marksReader) float() float64 {
	from := r.at
	for r.at < len(r.text) && r.text[r.at] != ',' && r.text[r.at] != ']' {
		r.at++
	}
	if r.at == from+1 && r.text[from] >= '0' && r.text[from] <= '9' { // most are one digit
		return float64(r.text[from] - '0')
	}
	v, err := strconv.ParseFloat(r.text[from:r.at], 64)
	r.wrong = r.wrong || err != nil
	return v
}

func (r *marksReader) quoted() string {
	r.pass('"')
	if r.wrong {
		return ""
	}
	n := strings.IndexByte(r.text[r.at:], '"')
	if n < 0 {
		r.wrong = true
		return ""
	}
	from := r.at
	r.at += n + 1
	return r.text[from : from+n]
}

// readDay reads 2026-03-01, and false for anything else. It is domain.ParseDate
// for a date that was a date when it was written, at a tenth of the time.
func readDay(text string) (domain.Date, bool) {
	if len(text) != len("2026-03-01") || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	digits := func(from, to int) (n int) {
		for _, c := range []byte(text[from:to]) {
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := digits(0, 4), digits(5, 7), digits(8, 10)
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	// Days from civil, with the year beginning in March (Howard Hinnant,
	// "chrono-compatible low-level date algorithms").
	if month <= 2 {
		year, month = year-1, month+12
	}
	return domain.Date(365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 306), true
}

// A sheet is what a page does to one row's list of marks. Most only add to it, and
// what is there need not be read for that.
type sheet struct {
	text  []byte // the marks that are added; all of them once whole
	whole bool   // the row was read, to take marks away
}

// A place names a sheet: a person's month with a service, or what one rater said
// of one thing there, which has no month. Its list has the marks in the order in
// which the entries were recorded, and those of a corrected entry behind the
// others.
type place struct{ service, month, journey, about, by string }

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.service, other.service), cmp.Compare(p.month, other.month), cmp.Compare(p.journey, other.journey),
		cmp.Compare(p.about, other.about), cmp.Compare(p.by, other.by))
}

// sheets are those that a page touches.
type sheets struct {
	all   map[place]*sheet
	rated map[place][]place // of ratings, by service and journey
}

// sheet gives the sheet of a place.
func (p place) sheet(tx *Tx) *sheet {
	page, ok := tx.Page.(*sheets)
	if !ok {
		page = &sheets{map[place]*sheet{}, map[place][]place{}}
		tx.Page = page
	}
	s := page.all[p]
	if s == nil {
		s = &sheet{text: []byte("[]")}
		page.all[p] = s
		if p.month == "" {
			whose := place{service: p.service, journey: p.journey}
			page.rated[whose] = append(page.rated[whose], p)
		}
	}
	return s
}

// ratings gives the places of what was rated about a person with a service.
func ratings(tx *Tx, service, journey string) (places []place, err error) {
	if page, ok := tx.Page.(*sheets); ok {
		places = slices.Clone(page.rated[place{service: service, journey: journey}])
	}
	for row, err := range tx.Query(`SELECT about, by FROM person_ratings WHERE service = ? AND journey = ?`, service, journey) {
		p := place{service: service, journey: journey}
		if err := errors.Join(err, row.Scan(&p.about, &p.by)); err != nil {
			return nil, err
		}
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	return places, nil
}

// add puts a mark behind the others.
func (s *sheet) add(m mark) {
	s.text = s.text[:len(s.text)-len("]")]
	if len(s.text) > len("[") {
		s.text = append(s.text, ',')
	}
	s.text = append(m.appendTo(s.text), ']')
}

// joinMarks puts one list of marks behind another.
func joinMarks(a, b []byte) []byte {
	switch len("[]") {
	case len(b):
		return a
	case len(a):
		return b
	}
	return append(append(a[:len(a)-1], ','), b[1:]...)
}

// remove takes away an entry's marks.
func (p place) remove(tx *Tx, position uint64) error {
	s := p.sheet(tx)
	if err := s.read(tx, p); err != nil {
		return err
	}
	begins := append(strconv.AppendUint([]byte{'['}, position, 10), ',')
	for {
		at := bytes.Index(s.text, begins)
		if at < 0 {
			return nil
		}
		end := at + bytes.IndexByte(s.text[at:], ']') + 1
		switch {
		case s.text[end] == ',':
			end++ // the one behind moves up
		case s.text[at-1] == ',':
			at-- // it was the last
		}
		s.text = slices.Delete(s.text, at, end)
	}
}

// read reads what is there before what is added.
func (s *sheet) read(tx *Tx, p place) error {
	if s.whole {
		return nil
	}
	row := tx.Row(`SELECT coalesce(max(marks), '[]') FROM person_months WHERE service = ? AND month = ? AND journey = ?`, p.service, p.month, p.journey)
	if p.month == "" {
		row = tx.Row(`SELECT coalesce(max(ratings), '[]') FROM person_ratings WHERE service = ? AND journey = ? AND about = ? AND by = ?`,
			p.service, p.journey, p.about, p.by)
	}
	var before string
	if err := row.Scan(&before); err != nil {
		return err
	}
	s.text, s.whole = joinMarks([]byte(before), s.text), true
	return nil
}

// writeSheets ends a page: each list that changed is written once.
func writeSheets(tx *Tx) error {
	page, ok := tx.Page.(*sheets)
	if !ok {
		return nil
	}
	// In an order that lies close together in the file, and is always the same.
	for _, p := range slices.SortedFunc(maps.Keys(page.all), place.compare) {
		if err := page.all[p].write(tx, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheet) write(tx *Tx, p place) error {
	some := len(s.text) > len("[]")
	switch {
	case p.month != "" && some && s.whole:
		return tx.Exec(`INSERT OR REPLACE INTO person_months VALUES (?, ?, ?, ?)`, p.service, p.month, p.journey, string(s.text))
	case p.month != "" && some:
		return tx.Exec(`INSERT INTO person_months VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET marks = substr(marks, 1, length(marks) - 1) || ',' || substr(excluded.marks, 2)`,
			p.service, p.month, p.journey, string(s.text))
	case p.month != "":
		return tx.Exec(`DELETE FROM person_months WHERE service = ? AND month = ? AND journey = ?`, p.service, p.month, p.journey)
	case some && s.whole:
		return tx.Exec(`INSERT OR REPLACE INTO person_ratings VALUES (?, ?, ?, ?, ?)`, p.service, p.journey, p.about, p.by, string(s.text))
	case some:
		return tx.Exec(`INSERT INTO person_ratings VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET ratings = substr(ratings, 1, length(ratings) - 1) || ',' || substr(excluded.ratings, 2)`,
			p.service, p.journey, p.about, p.by, string(s.text))
	}
	return tx.Exec(`DELETE FROM person_ratings WHERE service = ? AND journey = ? AND about = ? AND by = ?`, p.service, p.journey, p.about, p.by)
}
