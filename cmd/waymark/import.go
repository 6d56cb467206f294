package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// A rowError says which line and column of a CSV file cannot be imported, and
// why; never what stands there.
type rowError struct {
	line         int    // of the file, from 1
	column       string // its header; may be empty
	detail, hint string
}

func (e *rowError) Error() string {
	if e.column == "" {
		return fmt.Sprintf("line %d: %s", e.line, e.detail)
	}
	return fmt.Sprintf("line %d, column %s: %s", e.line, e.column, e.detail)
}

func (e *rowError) Hint() string { return e.hint }

// An importEntry is one entry on its way from a row to the log.
type importEntry struct {
	line int // of the CSV file; 0 for one made before the rows
	kind string
	text []byte // as the API takes it, with a member "import" in place of ids
}

// entries turns a CSV file into entries, in the order of its rows. The file is
// UTF-8 with a header. A *rowError is about one row, of which nothing is made,
// and more may follow; any other error is the last.
func (m *mapping) entries(file io.Reader) iter.Seq2[importEntry, error] {
	return func(yield func(importEntry, error) bool) {
		r := csv.NewReader(withoutMark(file))
		r.ReuseRecord = true
		header, err := readHeader(r)
		if err == nil {
			err = m.bind(header)
		}
		if err != nil {
			yield(importEntry{}, err)
			return
		}
		for i := range m.first {
			p := &m.first[i]
			text, err := m.entry(p, row{}, web.Imported{Mapping: m.name.text, Entry: "first." + strconv.Itoa(i)})
			if !yield(importEntry{0, p.kind.text, text}, err) {
				return
			}
		}
		reading := reading{mapping: m, seen: map[string]int{}}
		for number := 1; ; number++ {
			cells, err := r.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(importEntry{}, misread(err))
				return
			}
			line, _ := r.FieldPos(0)
			if !reading.row(row{line, number, cells, header, m.missing}, yield) {
				return
			}
		}
	}
}

// withoutMark passes over a byte order mark.
func withoutMark(file io.Reader) io.Reader {
	b := bufio.NewReaderSize(file, 1<<16)
	if mark, _ := b.Peek(3); string(mark) == "\ufeff" {
		_, _ = b.Discard(3) // they were peeked, so they are there
	}
	return b
}

func readHeader(r *csv.Reader) ([]string, error) {
	cells, err := r.Read()
	if err == io.EOF {
		return nil, &rowError{line: 1, detail: "the file is empty", hint: "its first line must name the columns"}
	}
	if err != nil {
		return nil, misread(err)
	}
	header := make([]string, len(cells))
	for i, cell := range cells {
		header[i] = strings.TrimSpace(cell)
		switch {
		case !utf8.ValidString(cell):
			return nil, &rowError{line: 1, detail: "is not UTF-8", hint: "save the file as UTF-8"}
		case header[i] == "":
			return nil, &rowError{line: 1, detail: fmt.Sprintf("column %d has no name", i+1)}
		case slices.Contains(header[:i], header[i]):
			return nil, &rowError{line: 1, column: header[i], detail: "is there twice"}
		}
	}
	return header, nil
}

// misread words an error of the CSV reader.
func misread(err error) error {
	wrong, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return &rowError{line: wrong.Line, detail: "has not as many columns as the first line"}
	}
	return &rowError{line: wrong.Line, detail: wrong.Err.Error(), hint: "look for a quotation mark that is not closed"}
}

// A row is one line of the file.
type row struct {
	line    int // of the file, from 1
	number  int // among the rows, from 1
	cells   []string
	header  []string
	missing []name // beside the empty cell
}

// text gives the cell of a column, and whether it says anything.
func (r row) text(column name) (string, bool) {
	text := strings.TrimSpace(r.cells[column.index])
	return text, text != "" && !slices.ContainsFunc(r.missing, func(m name) bool { return m.text == text })
}

func (r row) wrong(column name, hint, detail string) error {
	return &rowError{r.line, column.text, detail, hint}
}

// texts gives the cells of columns that tell rows or people apart.
func (r row) texts(columns []name) ([]string, error) {
	texts := make([]string, len(columns))
	for i, c := range columns {
		text, ok := r.text(c)
		if !ok {
			return nil, r.wrong(c, "", "is missing, and the mapping tells rows apart by it")
		}
		texts[i] = text
	}
	return texts, nil
}

func (r row) skipped(skips []skip) bool {
	return slices.ContainsFunc(skips, func(s skip) bool {
		text, ok := r.text(s.column)
		return s.missing && !ok || slices.ContainsFunc(s.equals, func(n name) bool { return n.text == text })
	})
}

// A reading is one pass over a file's rows.
type reading struct {
	*mapping
	seen map[string]int // the line of each key, by the entry that it is for
}

// row gives the entries of a row to yield, all or none of them.
func (g *reading) row(r row, yield func(importEntry, error) bool) bool {
	if i := slices.IndexFunc(r.cells, func(cell string) bool { return !utf8.ValidString(cell) }); i >= 0 {
		return yield(importEntry{}, r.wrong(name{text: r.header[i]}, "save the file as UTF-8", "is not UTF-8"))
	}
	if r.skipped(g.skip) {
		return true
	}
	entries, err := g.entriesOf(r)
	if err != nil {
		return yield(importEntry{}, err)
	}
	for _, e := range entries {
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

func (g *reading) entriesOf(r row) ([]importEntry, error) {
	key, err := r.texts(g.key)
	if err != nil {
		return nil, err
	}
	if len(key) == 0 {
		key = []string{strconv.Itoa(r.number)}
	} else if line := g.before("", key, r.line); line != r.line {
		return nil, &rowError{r.line, "", fmt.Sprintf("has the same key as line %d", line), "add a column to the mapping's key"}
	}
	var entries []importEntry
	for i := range g.rows {
		p := &g.rows[i]
		if r.skipped(p.skip) {
			continue
		}
		from := web.Imported{Mapping: g.name.text, Key: key, Entry: "rows." + strconv.Itoa(i)}
		if len(p.once) > 0 {
			if from.Key, err = r.texts(p.once); err != nil {
				return nil, err
			}
			if g.before(from.Entry, from.Key, r.line) != r.line {
				continue
			}
		}
		text, err := g.entry(p, r, from)
		if err != nil {
			return nil, err
		}
		entries = append(entries, importEntry{r.line, p.kind.text, text})
	}
	return entries, nil
}

// before gives the line on which the key was first seen for an entry.
func (g *reading) before(entry string, key []string, line int) int {
	text := []byte(entry)
	for _, part := range key {
		text = strconv.AppendQuote(text, part)
	}
	if before, ok := g.seen[string(text)]; ok {
		return before
	}
	g.seen[string(text)] = line
	return line
}

// entry writes one entry as the API takes it.
func (m *mapping) entry(p *pattern, r row, from web.Imported) ([]byte, error) {
	kept := ""
	if p.aboutPerson() {
		person, ok := r.text(m.journey)
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
