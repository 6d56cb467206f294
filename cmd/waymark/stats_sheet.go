package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// A sheet is a CSV file in memory. What is wrong in a column is kept until every
// column was read, so that the topmost line is the one that is named.
type sheet struct {
	header []string
	top    int        // the line of the header
	cells  [][]string // by row
	lines  []int      // of the file, from 1, by row
	err    *rowError
}

// readSheet reads a CSV file that has the columns needed, and maybe others.
func readSheet(file io.Reader, needed []string) (*sheet, error) {
	r := csv.NewReader(withoutRemarks(withoutMark(file)))
	header, err := readHeader(r)
	if wrong, ok := errors.AsType[*rowError](err); ok && wrong.column != "" && !slices.Contains(needed, wrong.column) {
		wrong.column, wrong.detail = "", "two columns have one name" // which is not repeated: it may be no header
	}
	if err != nil {
		return nil, err
	}
	s := &sheet{header: header}
	if s.top, _ = r.FieldPos(0); strings.HasPrefix(header[0], remark) {
		return nil, &rowError{s.top, "", "column 1 has a name that begins as a remark does", "call it something else"}
	}
	if err := s.needs(needed...); err != nil {
		return nil, err
	}
	next := s.top + 1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return nil, misread(err)
		}
		line, _ := r.FieldPos(0)
		if i := slices.IndexFunc(cells, func(cell string) bool { return !utf8.ValidString(cell) }); i >= 0 {
			return nil, &rowError{line, "", fmt.Sprintf("column %d is not UTF-8", i+1), "save the file as UTF-8"}
		}
		if len(header) == 1 { // an empty line is an empty cell, which the reader passed over
			for ; next < line; next++ {
				s.cells, s.lines = append(s.cells, []string{""}), append(s.lines, next)
			}
			next += 1 + strings.Count(cells[0], "\n")
		}
		s.cells, s.lines = append(s.cells, cells), append(s.lines, line)
	}
}

// remark begins a line that may stand ahead of the header.
const remark = "# "

// withoutRemarks passes over remarks. Empty lines stand for them, so that lines
// are counted as they are in the file.
func withoutRemarks(file io.Reader) io.Reader {
	b := bufio.NewReader(file)
	passed := 0
	for next, _ := b.Peek(len(remark)); string(next) == remark; next, _ = b.Peek(len(remark)) {
		_, _ = b.ReadString('\n') // an error comes again
		passed++
	}
	return io.MultiReader(strings.NewReader(strings.Repeat("\n", passed)), b)
}

// needs refuses a sheet that lacks a column. The names that are there are not
// repeated: without a header they would be what somebody said.
func (s *sheet) needs(columns ...string) error {
	for _, c := range columns {
		if !s.has(c) {
			return &rowError{s.top, c, fmt.Sprintf("is not among the %s of this line", quantity(len(s.header), "column", "columns")),
				"the first line must name the columns " + spell(columns)}
		}
	}
	return nil
}

func (s *sheet) has(column string) bool { return slices.Contains(s.header, column) }

// wrong keeps what is wrong in a row.
func (s *sheet) wrong(i int, column, detail, hint string) {
	if s.err == nil || s.lines[i] < s.err.line {
		s.err = &rowError{s.lines[i], column, detail, hint}
	}
}

// texts gives a column's cells; where there is no such column they are empty.
func (s *sheet) texts(column string) []string {
	texts := make([]string, len(s.cells))
	if at := slices.Index(s.header, column); at >= 0 {
		for i, cells := range s.cells {
			texts[i] = strings.TrimSpace(cells[at])
		}
	}
	return texts
}

// numbers gives a column's numbers; a missing one is NaN.
func (s *sheet) numbers(column string, kind numeral) []float64 {
	numbers := make([]float64, len(s.cells))
	for i, text := range s.texts(column) {
		if numbers[i] = math.NaN(); text == "" {
			continue
		}
		var ok bool
		if numbers[i], ok = kind.parse(text); !ok {
			s.wrong(i, column, "is not "+kind.words, "write plain numbers such as 12.5; an empty cell is a missing one")
		}
	}
	return numbers
}

// all is numbers for a column in which none may be missing.
func (s *sheet) all(column string, kind numeral) []float64 {
	numbers := s.numbers(column, kind)
	for i, x := range numbers {
		if math.IsNaN(x) {
			s.wrong(i, column, "is empty", "write "+kind.words+", or leave the whole line out")
		}
	}
	return numbers
}

// within refuses a part that is more than its whole.
func (s *sheet) within(part, whole string, x, n []float64) {
	for i := range x {
		if x[i] > n[i] {
			s.wrong(i, part, "is more than "+whole, part+" is how many of "+whole)
		}
	}
}

// A reply is the table that a verb writes, its rows made as they are written.
type reply struct {
	prose   string   // for whoever is there
	remarks []string // lines ahead of the header
	header  []string
	rows    int
	row     func(to []string, i int) []string // appends the cells of row i
}

// beside replies with the sheet and, beside it, columns of its own. One of that
// name in the sheet gives way.
func (s *sheet) beside(columns []string, row func(to []string, i int) []string) reply {
	var header []string
	var kept []int
	for at, column := range s.header {
		if !slices.Contains(columns, column) {
			header, kept = append(header, column), append(kept, at)
		}
	}
	return reply{header: append(header, columns...), rows: len(s.cells), row: func(to []string, i int) []string {
		for _, at := range kept {
			to = append(to, s.cells[i][at])
		}
		return row(to, i)
	}}
}

func (a reply) write(out, prose io.Writer) error {
	b := bufio.NewWriter(out)
	for _, r := range a.remarks {
		fmt.Fprintf(b, "%s%s\n", remark, r)
	}
	w := csv.NewWriter(b) // which takes b for its own
	_ = w.Write(a.header) // an error stays
	var cells []string
	for i := range a.rows {
		cells = a.row(cells[:0], i)
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	if a.prose != "" && w.Error() == nil {
		fmt.Fprintln(prose, a.prose)
	}
	return w.Error()
}
