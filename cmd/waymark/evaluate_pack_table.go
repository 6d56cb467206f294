package main

import (
	"bytes"
	"encoding/csv"
)

// A packColumn is one column of a pack's table: what it is called and means, and how
// it is filled. The types are those of Table Schema.
type packColumn[T any] struct {
	Name, Type, Title, Description, Unit string

	cell func(T) string
}

// A packTable is a table of a pack, as it is written and as it is described.
type packTable struct {
	name, title, description string

	key     int // how many columns, from the first, say which row it is
	columns []packColumn[any]
	rows    [][]string
}

// tableOf fills a table, a row for each thing, in their order.
func tableOf[T any](t packTable, columns []packColumn[T], all []T) packTable {
	for _, c := range columns {
		t.columns = append(t.columns, packColumn[any]{c.Name, c.Type, c.Title, c.Description, c.Unit, nil})
	}
	for _, thing := range all {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.cell(thing)
			if c.Type == "string" {
				row[i] = asText(row[i])
			}
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// file is the name of the table's file.
func (t packTable) file() string { return t.name + ".csv" }

// csv writes the table: UTF-8, a header, lines that end in LF, quoted as RFC 4180
// says.
func (t packTable) csv() ([]byte, error) {
	header := make([]string, len(t.columns))
	for i, c := range t.columns {
		header[i] = c.Name
	}
	var b bytes.Buffer
	err := csv.NewWriter(&b).WriteAll(append([][]string{header}, t.rows...))
	return b.Bytes(), err
}

// decimalOf writes a number as every machine does, empty where there is none.
func decimalOf(v *float64) string {
	if v == nil {
		return ""
	}
	return decimal(*v)
}
