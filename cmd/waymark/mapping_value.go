package main

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// A value is what a mapping says of one part of an entry: a constant, a cell of
// the row, a day counted from another, or a list or an object of values.
type value struct {
	place
	constant []byte // as JSON
	cell     *cell
	day      *day
	list     []value
	members  []member
}

type member struct {
	name
	value *value
}

// A cell takes what one column says: as a text, or as one of number, layout and
// terms.
type cell struct {
	column name
	number bool
	layout string            // how a date is written, as time.Parse wants it
	terms  map[string][]byte // what each text stands for, as JSON; nil for nothing
}

// A day is so many days after another.
type day struct {
	start value
	plus  []step
}

// A step is a column's whole number of days, times so many.
type step struct {
	column name
	times  int
}

// optional reads a value where there may be none.
func optional(to **value) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		*to = &value{}
		return (*to).read(n)
	}
}

// read takes any value. An object with the key column is a cell, one with the
// key start a day: no entry has facts of these names.
func (v *value) read(n *yaml.Node) error {
	v.place = placeOf(n)
	switch n.Kind {
	case yaml.SequenceNode:
		v.list = []value{}
		return listOf(&v.list, (*value).read)(n)
	case yaml.MappingNode:
		pairs, err := pairsOf(n)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			switch p.text {
			case "column":
				v.cell = &cell{}
				return v.cell.read(n)
			case "start":
				v.day = &day{}
				return v.day.read(n)
			}
		}
		v.members = make([]member, len(pairs))
		for i, p := range pairs {
			v.members[i] = member{p.name, &value{}}
			if err := v.members[i].value.read(p.node); err != nil {
				return err
			}
		}
		return nil
	}
	if v.constant = constant(n); v.constant == nil {
		return v.wrong("write a text, a number, true or false, a list, or {column: NAME}", "cannot be a value")
	}
	return nil
}

func (c *cell) read(n *yaml.Node) error {
	ways := 0
	way := func(read func(*yaml.Node) error) func(*yaml.Node) error {
		return func(n *yaml.Node) error {
			ways++
			return read(n)
		}
	}
	err := keys{
		"column": c.column.read,
		"number": way(truth(&c.number)),
		"layout": way(c.readLayout),
		"map":    way(c.readTerms),
	}.read(n, "a column's value")
	if err == nil && ways > 1 {
		err = placeOf(n).wrong("", "a column's value has at most one of number, layout and map")
	}
	return err
}

func (c *cell) readLayout(n *yaml.Node) error {
	if c.layout = goLayout(n.Value); c.layout == "" {
		return placeOf(n).wrong("write it as DD/MM/YYYY or the like", "is no layout of a date")
	}
	return nil
}

func (c *cell) readTerms(n *yaml.Node) error {
	pairs, err := pairsOf(n)
	c.terms = make(map[string][]byte, len(pairs))
	for _, p := range pairs {
		term := constant(p.node)
		if term == nil && p.node.ShortTag() != "!!null" {
			return placeOf(p.node).wrong("null stands for a missing value", "a text stands for a text, a number, true, false or null")
		}
		c.terms[p.text] = term
	}
	return err
}

func (d *day) read(n *yaml.Node) error {
	return keys{"start": d.start.read, "plus_days": listOf(&d.plus, (*step).read)}.read(n, "a day")
}

func (s *step) read(n *yaml.Node) error {
	s.times = 1
	return keys{"column": s.column.read, "times": func(n *yaml.Node) (err error) {
		var ok bool
		if s.times, ok = wholeDays(n.Value); !ok {
			err = placeOf(n).wrong("", "times needs a whole number of days")
		}
		return err
	}}.read(n, "a column of days")
}

// columns visits every column that the value is taken from.
func (v *value) columns(visit func(*name)) {
	if v == nil {
		return
	}
	if v.cell != nil {
		visit(&v.cell.column)
	}
	if v.day != nil {
		v.day.start.columns(visit)
		for i := range v.day.plus {
			visit(&v.day.plus[i].column)
		}
	}
	for i := range v.list {
		v.list[i].columns(visit)
	}
	for _, m := range v.members {
		m.value.columns(visit)
	}
}

// goLayout gives time.Parse's form of a date's layout such as DD/MM/YYYY, or
// nothing where the layout is none.
func goLayout(layout string) string {
	if strings.ContainsAny(layout, "0123456789_") {
		return ""
	}
	for _, part := range []string{"YYYY", "MM", "DD"} {
		if strings.Count(layout, part) != 1 {
			return ""
		}
	}
	translated := strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02").Replace(layout)
	if strings.ContainsFunc(translated, func(r rune) bool { return r >= 'A' && r <= 'z' }) {
		return ""
	}
	return translated
}

// quote writes a text as JSON; the text must be valid UTF-8.
func quote(b []byte, text string) []byte {
	b, _ = jsontext.AppendQuote(b, text)
	return b
}
