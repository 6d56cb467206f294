package main

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/waymark/waymark/domain"
)

// A mapping says how the rows of a CSV file become entries.
//
//	name: clinic-2025            # kept with every entry; [a-z0-9-]
//	journey: client              # the column that tells people apart; or row_is_journey: true, where each row is somebody else
//	key: [client, visit]         # the columns that tell rows apart; else the row's number does
//	by: clinic-import            # who records; service and occurred may stand here too
//	missing: ["", NA]            # the cells that say nothing
//	ignore: [postcode]           # every other column must be used
//	first:                       # entries made once, before the rows
//	  - {kind: service.opened, service: north, occurred: 2024-01-01, data: {name: North, kind: community}}
//	rows:                        # entries made of each row
//	  - kind: support.started
//	    once: [client]           # at the first row with this value
//	    service: {column: team, map: {"1": north, "2": null}}
//	    occurred: {column: visit, layout: DD/MM/YYYY}
//	  - kind: life.rated
//	    skip: [{column: life, missing: true}]
//	    occurred: {start: 2024-01-01, plus_days: [{column: week, times: 7}]}
//	    data: {about: quality_of_life, value: {column: life, number: true}}
//	    words: {note: {column: said}}
//
// A fact or a word whose cell is missing is left out. An entry's ids hang on the
// mapping's name, its place in the list and the key: add new entries at the end.
type mapping struct {
	name     name
	source   name // mappings of one source mean the same people by the same ids
	keepIDs  bool // journeys keep the source's ids
	journey  name
	rowIs    bool // each row is a journey of its own, known by its number
	key      []name
	missing  []name
	ignore   []name
	skip     []skip // rows of which nothing is made
	by       *value
	service  *value
	occurred *value
	first    []pattern
	rows     []pattern
}

// A pattern is what a mapping says of one entry.
type pattern struct {
	kind     name
	once     []name // made only at the first row with these columns' values, which are its key
	skip     []skip
	by       *value
	service  *value
	measure  *value // for measure.defined
	occurred *value
	data     *value
	words    *value
}

// A skip passes over a row, or an entry of it, where a column is missing or is
// one of some texts.
type skip struct {
	column  name
	missing bool
	equals  []name
}

// mostMapping is the most bytes a mapping may have.
const mostMapping = 1 << 20

// parseMapping reads a mapping, strictly. Its errors are *mappingError.
func parseMapping(text []byte) (*mapping, error) {
	if len(text) > mostMapping {
		return nil, place{}.wrong("", "has %d bytes; %d are allowed", len(text), mostMapping)
	}
	document, err := parseYAML(text)
	if err != nil {
		return nil, err
	}
	var m mapping
	if err := m.read(document); err != nil {
		return nil, err
	}
	return &m, m.check()
}

func (m *mapping) read(n *yaml.Node) error {
	return keys{
		"name": m.name.read, "source": m.source.read, "keep_ids": truth(&m.keepIDs),
		"journey": m.journey.read, "row_is_journey": truth(&m.rowIs), "key": listOf(&m.key, (*name).read),
		"missing": listOf(&m.missing, (*name).read), "ignore": listOf(&m.ignore, (*name).read),
		"skip": listOf(&m.skip, (*skip).read),
		"by":   optional(&m.by), "service": optional(&m.service), "occurred": optional(&m.occurred),
		"first": listOf(&m.first, (*pattern).read), "rows": listOf(&m.rows, (*pattern).read),
	}.read(n, "a mapping")
}

func (p *pattern) read(n *yaml.Node) error {
	p.kind.place = placeOf(n) // unless it says its kind
	return keys{
		"kind": p.kind.read, "once": listOf(&p.once, (*name).read), "skip": listOf(&p.skip, (*skip).read),
		"by": optional(&p.by), "service": optional(&p.service), "measure": optional(&p.measure),
		"occurred": optional(&p.occurred), "data": optional(&p.data), "words": optional(&p.words),
	}.read(n, "an entry")
}

func (s *skip) read(n *yaml.Node) error {
	s.column.place = placeOf(n)
	return keys{
		"column": s.column.read, "missing": truth(&s.missing), "equals": listOf(&s.equals, (*name).read),
	}.read(n, "a rule for skipping")
}

func (m *mapping) check() error {
	switch {
	case !domain.IsID(m.name.text):
		return m.name.wrong("use a to z, 0 to 9 and -, at most 64", "name is missing or is not an id")
	case m.source.text != "" && !domain.IsID(m.source.text):
		return m.source.wrong("use a to z, 0 to 9 and -, at most 64", "source is not an id")
	case m.keepIDs && m.source.text != "":
		return m.source.wrong("", "source and keep_ids do not go together")
	case m.rowIs && m.journey.text != "":
		return m.journey.wrong("", "journey and row_is_journey do not go together")
	case m.rowIs && m.keepIDs:
		return m.name.wrong("", "row_is_journey and keep_ids do not go together")
	case len(m.first)+len(m.rows) == 0:
		return place{}.wrong("list them under first and rows", "the mapping makes no entries")
	}
	if err := checkSkips(m.skip); err != nil {
		return err
	}
	for i := range m.first {
		if err := m.checkFirst(&m.first[i]); err != nil {
			return err
		}
	}
	for i := range m.rows {
		p := &m.rows[i]
		if err := m.checkPattern(p); err != nil {
			return err
		}
		if p.aboutPerson() && m.journey.text == "" && !m.rowIs {
			return p.kind.wrong("name the column that tells people apart: journey: COLUMN, or say row_is_journey: true", "%s needs a journey", p.kind.text)
		}
	}
	var err error
	m.columns(func(c *name) {
		if c.text == "" {
			err = c.wrong("", "a column's name is empty")
		}
	})
	return err
}

func (m *mapping) checkFirst(p *pattern) error {
	if p.occurred == nil && m.occurred != nil {
		return p.kind.wrong("an entry made before the rows says its own", "occurred is missing: say when it happened")
	}
	if err := m.checkPattern(p); err != nil {
		return err
	}
	var err error
	refuse := func(c *name) {
		if err == nil {
			err = c.wrong("move it to rows, or say by for the entry itself", "an entry made before the rows has no columns")
		}
	}
	p.columns(refuse)
	if p.by == nil {
		m.by.columns(refuse)
	}
	if err == nil && p.aboutPerson() {
		err = p.kind.wrong("move it to rows, with once where it is made once a person", "%s is about a person, not made before the rows", p.kind.text)
	}
	return err
}

func (m *mapping) checkPattern(p *pattern) error {
	kind := domain.Kind(p.kind.text)
	switch {
	case kind == "":
		return p.kind.wrong("give the kind of entry, such as kind: life.rated", "kind is missing")
	case !slices.Contains(domain.Kinds(), kind):
		return p.kind.wrong("see waymark record --help for the kinds", "is no kind of entry")
	case kind == "log.founded" || kind == "person.forgotten" || strings.HasPrefix(p.kind.text, "entry.") || strings.HasPrefix(p.kind.text, "audit."):
		return p.kind.wrong("", "%s cannot be imported", kind)
	case kind == "measure.defined" && p.measure == nil:
		return p.kind.wrong("name it: measure: ID", "%s needs a measure", kind)
	case kind != "measure.defined" && p.measure != nil:
		return p.measure.wrong("a scored measure is named in data", "measure does not go with %s", kind)
	case p.by == nil && m.by == nil:
		return p.kind.wrong("say who records it, here or for all entries: by: ID", "by is missing")
	case p.occurred == nil && m.occurred == nil:
		return p.kind.wrong("", "occurred is missing: say when it happened")
	case p.data != nil && p.data.members == nil:
		return p.data.wrong("", "data needs names with their values")
	case p.words != nil && p.words.members == nil:
		return p.words.wrong("", "words needs names with their values")
	}
	if err := checkSkips(p.skip); err != nil {
		return err
	}
	return m.checkWords(p, kind)
}

// checkWords refuses words that the kind does not carry, and words that ids
// would hang on: nobody may guess a person's words by trying out ids.
func (m *mapping) checkWords(p *pattern, kind domain.Kind) error {
	if p.words == nil {
		return nil
	}
	for _, w := range p.words.members {
		if !slices.Contains(domain.WordsOf(kind), domain.Word(w.text)) {
			return w.wrong("", "%s does not carry this word", kind)
		}
	}
	var err error
	p.words.columns(func(c *name) {
		same := func(key name) bool { return key.text == c.text }
		if err == nil && (slices.ContainsFunc(m.key, same) || slices.ContainsFunc(p.once, same) || c.text == m.journey.text) {
			err = c.wrong("choose other columns for the key", "a column of the key cannot be words")
		}
	})
	return err
}

func checkSkips(skips []skip) error {
	for _, s := range skips {
		if s.column.text == "" || s.missing == (len(s.equals) > 0) {
			return s.column.wrong("write {column: NAME, missing: true} or {column: NAME, equals: [TEXT]}", "is no rule for skipping")
		}
	}
	return nil
}

// aboutPerson says whether the entry belongs to a journey.
func (p *pattern) aboutPerson() bool {
	return !strings.HasPrefix(p.kind.text, "service.") && p.kind.text != "measure.defined"
}

// columns visits every column that the entry is made of.
func (p *pattern) columns(visit func(*name)) {
	for i := range p.once {
		visit(&p.once[i])
	}
	for i := range p.skip {
		visit(&p.skip[i].column)
	}
	for _, v := range []*value{p.by, p.service, p.measure, p.occurred, p.data, p.words} {
		v.columns(visit)
	}
}

// columns visits every column that the mapping uses.
func (m *mapping) columns(visit func(*name)) {
	if m.journey.text != "" {
		visit(&m.journey)
	}
	for i := range m.key {
		visit(&m.key[i])
	}
	for i := range m.skip {
		visit(&m.skip[i].column)
	}
	for _, v := range []*value{m.by, m.service, m.occurred} {
		v.columns(visit)
	}
	for i := range m.rows {
		m.rows[i].columns(visit)
	}
}

// bind finds each column of the mapping in the header. Every column of the
// header must be used or ignored, and not both.
func (m *mapping) bind(header []string) error {
	used := make([]bool, len(header))
	var err error
	m.columns(func(c *name) {
		c.index = slices.Index(header, c.text)
		switch {
		case c.index >= 0:
			used[c.index] = true
		case err == nil:
			err = c.wrong("compare it with the first line of the file", "the file has no column %s", c.text)
		}
	})
	for _, c := range m.ignore {
		i := slices.Index(header, c.text)
		switch {
		case err != nil:
		case i < 0:
			err = c.wrong("", "the file has no column %s to ignore", c.text)
		case used[i]:
			err = c.wrong("", "column %s is both used and ignored, or ignored twice", c.text)
		default:
			used[i] = true
		}
	}
	if i := slices.Index(used, false); err == nil && i >= 0 {
		err = place{}.wrong("use it, or list it under ignore", "says nothing of the file's column %s", header[i])
	}
	return err
}
