package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// otherLines gives the lines that only one of two texts has, as often as it has them
// more than the other: first the older's, with a -, then the newer's, with a +.
func otherLines(old, now []byte) (lines []string) {
	split := func(text []byte) []string { return strings.Split(strings.TrimRight(string(text), "\n"), "\n") }
	was, is := map[string]int{}, map[string]int{}
	for _, l := range split(old) {
		was[l]++
	}
	for _, l := range split(now) {
		is[l]++
	}
	only := func(sign string, of []string, others map[string]int) {
		for _, l := range of {
			if others[l]--; others[l] < 0 {
				lines = append(lines, sign+" "+l)
			}
		}
	}
	only("-", split(old), maps.Clone(is))
	only("+", split(now), maps.Clone(was))
	return lines
}

// A readTable is a table of a pack as its description reads it.
type readTable struct {
	key     []string
	columns []string
	rows    map[string]map[string]string // by the columns of the key
	order   [][]string                   // the keys, as they stand
}

// tables reads the tables of a pack, and their names in order, but for the people's:
// their names are for each pack alone.
func (p wholePack) tables() (names []string, all map[string]readTable, err error) {
	var d dataPackage
	if err := json.Unmarshal(p.files[datapackageName], &d); err != nil {
		return nil, nil, fmt.Errorf("%s of %s: %w", datapackageName, p.dir, err)
	}
	all = map[string]readTable{}
	for _, r := range d.Resources {
		if r.Name == "people" {
			continue
		}
		records, err := csv.NewReader(bytes.NewReader(p.files[r.Path])).ReadAll()
		if err != nil || len(records) == 0 {
			return nil, nil, errors.Join(fmt.Errorf("%s of %s is no table", r.Path, p.dir), err)
		}
		t := readTable{key: r.Schema.PrimaryKey, columns: records[0], rows: map[string]map[string]string{}}
		for _, record := range records[1:] {
			row, key := map[string]string{}, []string{}
			for i, column := range t.columns {
				row[column] = record[i]
			}
			for _, column := range t.key {
				key = append(key, row[column])
			}
			t.rows[keyOf(key)] = row
			t.order = append(t.order, key)
		}
		names, all[r.Name] = append(names, r.Name), t
	}
	return names, all, nil
}

func keyOf(key []string) string { return strings.Join(key, "\x00") }

// otherRows gives the rows of the tables that differ.
func otherRows(before, after wholePack) ([]sinceRow, error) {
	names, was, err := before.tables()
	if err != nil {
		return nil, err
	}
	newer, is, err := after.tables()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.Contains(newer, name) {
			newer = append(newer, name)
		}
	}
	rows := []sinceRow{}
	for _, name := range newer {
		old, both := was[name]
		now, still := is[name]
		if !both || !still {
			rows = append(rows, sinceRow{Table: name, Only: map[bool]string{true: "old", false: "new"}[both]})
			continue
		}
		for _, key := range now.order {
			row := sinceRow{Table: name, Row: key}
			former, both := old.rows[keyOf(key)]
			if !both {
				row.Only = "new"
				rows = append(rows, row)
				continue
			}
			for _, column := range now.columns {
				if value, known := former[column]; known && value != now.rows[keyOf(key)][column] {
					row.Columns = append(row.Columns, sinceColumn{column, value, now.rows[keyOf(key)][column]})
				}
			}
			if len(row.Columns) > 0 {
				rows = append(rows, row)
			}
		}
		for _, key := range old.order {
			if _, still := now.rows[keyOf(key)]; !still {
				rows = append(rows, sinceRow{Table: name, Row: key, Only: "old"})
			}
		}
	}
	return rows, nil
}
