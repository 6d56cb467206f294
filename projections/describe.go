package projections

import (
	"fmt"
	"regexp"
	"strings"
)

// A meaning is the comment on a table, or on one of its columns.
type meaning struct{ of, item, text string }

var (
	tableLine  = regexp.MustCompile(`(?i)^CREATE\s+(?:TABLE|VIEW)\s+(\w+)`)
	columnLine = regexp.MustCompile(`^\s+(\w+)\s`)
)

// meanings reads the comments out of a schema: the ones above a CREATE TABLE or
// CREATE VIEW belong to it; in a table, the ones above a column and behind it
// belong to the column.
func meanings(schema string) (all []meaning) {
	var table string
	var above []string
	for line := range strings.Lines(schema) {
		code, comment, commented := strings.Cut(strings.TrimRight(line, "\n"), "--")
		if commented {
			above = append(above, strings.TrimSpace(comment))
		}
		if strings.TrimSpace(code) == "" {
			if !commented {
				above = nil // an empty line ends a comment
			}
			continue
		}
		text := strings.Join(above, " ")
		above = nil
		if m := tableLine.FindStringSubmatch(code); m != nil {
			table = m[1]
			all = append(all, meaning{table, "", text})
		} else if m := columnLine.FindStringSubmatch(code); m != nil && table != "" {
			all = append(all, meaning{table, m[1], text})
		}
		if strings.Contains(code, ";") {
			table = ""
		}
	}
	return all
}

// describe writes what every table and column means into the database itself,
// and refuses a table that is not STRICT or a column without a comment.
func describe(tx *Tx, schema string) error {
	means := map[meaning]string{}
	for _, m := range meanings(schema) {
		means[meaning{of: strings.ToLower(m.of), item: strings.ToLower(m.item)}] = m.text
	}
	tables, err := tables(tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.kind == "table" && !t.strict {
			return fmt.Errorf("table %s is not STRICT", t.name)
		}
		items := []string{""}
		if t.kind == "table" {
			items = append(items, t.columns...)
		}
		for _, item := range items {
			text := means[meaning{of: strings.ToLower(t.name), item: strings.ToLower(item)}]
			if text == "" {
				return fmt.Errorf("%s %s.%s has no comment that says what it means", t.kind, t.name, item)
			}
			if err := tx.Exec(`INSERT INTO descriptions VALUES (?, ?, ?)`, t.name, item, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// A table is a table or view as SQLite knows it.
type table struct {
	name, kind string
	strict     bool
	columns    []string
}

func tables(tx *Tx) (all []table, err error) {
	for row, err := range tx.Query(`SELECT name, type, strict FROM pragma_table_list
		WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name`) {
		if err != nil {
			return nil, err
		}
		var t table
		if err := row.Scan(&t.name, &t.kind, &t.strict); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	for i := range all {
		for row, err := range tx.Query(`SELECT name FROM pragma_table_info(?) ORDER BY cid`, all[i].name) {
			if err != nil {
				return nil, err
			}
			var column string
			if err := row.Scan(&column); err != nil {
				return nil, err
			}
			all[i].columns = append(all[i].columns, column)
		}
	}
	return all, nil
}
