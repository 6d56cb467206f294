package main

import (
	"errors"
	"strings"
	"testing"
)

func TestAWrongMappingIsRefusedWithItsPlace(t *testing.T) {
	for _, test := range []struct{ name, replace, with, want string }{
		{"unknown key", "ignore: [extra]", "ignored: [extra]", `line 6, column 1: ignored is not a key of a mapping`},
		{"unknown key of an entry", "    once: [who]", "    onces: [who]", `line 16, column 5: onces is not a key of an entry`},
		{"unknown key of a cell", "number: true}", "numeric: true}", "line 22, column 58: numeric is not a key of a column's value"},
		{"unknown key of a day", "plus_days:", "plus:", "line 21, column 60: plus is not a key of a day"},
		{"unknown key of a step", "times: 7", "time: 7", "line 21, column 102: time is not a key of a column of days"},
		{"same key twice", "by: {column: by}", "by: w\nby: w", "line 5, column 1: by is there twice"},
		{"no name", "name: small\n", "", "name is missing or is not an id"},
		{"a name that is no id", "name: small", "name: Small!", "line 1, column 7: name is missing or is not an id"},
		{"not YAML", "name: small", "name: [small", "line 1: is not proper YAML: did not find expected ',' or ']'"},
		{"a list where a text belongs", "journey: who", "journey: [who]", "line 2, column 10: needs a text here"},
		{"unknown kind", "kind: life.rated", "kind: life.rating", "line 19, column 11: is no kind of entry"},
		{"no kind", "  - kind: life.rated\n    skip", "  - skip", "line 19, column 5: kind is missing"},
		{"a correction", "kind: life.rated", "kind: entry.withdrawn", "line 19, column 11: entry.withdrawn cannot be imported"},
		{"no date", "    occurred: 2024-01-02\n", "", "line 15, column 11: occurred is missing: say when it happened"},
		{"nobody who records", "by: {column: by}\n", "", "line 14, column 11: by is missing"},
		{"no journey", "journey: who\n", "", "line 14, column 11: support.started needs a journey"},
		{"a column before the rows", "service: north", "service: {column: team}", "line 10, column 23: an entry made before the rows has no columns"},
		{"a recorder's column before the rows", "    by: import\n", "", "line 4, column 14: an entry made before the rows has no columns"},
		{"an empty entry", "rows:\n", "rows:\n  -\n", "line 15, column 4: needs keys and what they hold"},
		{"an empty column", "key: [who, day]", "key: [who, ~]", "line 3, column 12: needs a text here"},
		{"an empty rule", "skip: [{column: day, equals: [\"99\"]}]", "skip: [~]", "line 7, column 8: needs keys and what they hold"},
		{"an alias", "name: small", "name: &n small\nsource: *n", "line 2, column 9: needs a text here"},
		{"an empty mapping", small, "", "there is nothing in it"},
		{"a column without a name", "column: day}", "column: \"\"}", "line 21, column 81: a column's name is empty"},
		{"a person before the rows", "kind: service.opened", "kind: support.started", "line 9, column 11: support.started is about a person, not made before the rows"},
		{"a measure out of place", "service: north", "measure: north", "line 10, column 14: measure does not go with service.opened"},
		{"a word the kind has not", "words: {note:", "words: {quote:", "line 23, column 13: life.rated does not carry this word"},
		{"a word in the key", "{note: {column: said}}", "{note: {column: who}}", "line 23, column 28: a column of the key cannot be words"},
		{"no rule to skip", "missing: true}", "missing: false}", "line 20, column 21: is no rule for skipping"},
		{"two rules to skip", "missing: true}", `missing: true, equals: [a]}`, "line 20, column 21: is no rule for skipping"},
		{"a layout without a year", "DD/MM/YYYY", "DD/MM", "line 21, column 47: is no layout of a date"},
		{"a layout with a name", "DD/MM/YYYY", "DD Mon MM YYYY", "line 21, column 47: is no layout of a date"},
		{"a cell read in two ways", "{column: life, number: true}", "{column: life, number: true, layout: YYYY-MM-DD}", "line 22, column 43: a column's value has at most one of number, layout and map"},
		{"a map of lists", "2: null", "2: [a]", "line 17, column 48: a text stands for a text, a number, true, false or null"},
		{"no number of days", "times: 7", "times: many", "line 21, column 109: times needs a whole number of days"},
		{"data that is a text", "data: {about: quality_of_life, value: {column: life, number: true}, by: person}", "data: good", "line 22, column 11: data needs names with their values"},
		{"ids kept and made", "name: small", "name: small\nsource: s\nkeep_ids: true", "line 2, column 9: source and keep_ids do not go together"},
		{"two documents", "name: small", "name: small\n---\nname: other", "there is more than one document"},
		{"nothing to make", "first:", "---", "the mapping makes no entries"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(small, test.replace, test.with, 1)
			if test.name == "nothing to make" {
				text = small[:strings.Index(small, "first:")]
			} else if text == small {
				t.Fatal("the mapping is unchanged")
			}
			_, err := parseMapping([]byte(text))
			var wrong *mappingError
			if strings.Contains(test.name, "unknown key") && (wrong == nil && !errors.As(err, &wrong) || !strings.Contains(wrong.hint, "it may have ")) {
				t.Errorf("%v does not say which keys there are", err)
			}
			if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%v, not %s", err, test.want)
			}
		})
	}
}

func FuzzMapping(f *testing.F) {
	f.Add(small)
	f.Add("rows: [{kind: life.rated, data: {a: [{column: b, map: {c: null}}]}}]")
	f.Add("name: &a b\nsource: *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseMapping([]byte(text))
		if err != nil {
			var ours *mappingError
			if !errors.As(err, &ours) {
				t.Errorf("an error without its place: %T", err)
			}
			return
		}
		for e, err := range m.entries(strings.NewReader(smallHeader + "a,1,0,31/01/2024,w-1,1,8,,\n")) {
			if err == nil {
				_ = checkEntry(e)
			}
		}
	})
}
