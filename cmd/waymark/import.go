package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/waymark/waymark/cmd/waymark/web"
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
