package main

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/cmd/waymark/web"
)

const rowEach = `name: wide
row_is_journey: true
by: import
rows:
  - {kind: life.rated, occurred: 2024-01-02, skip: [{column: first, missing: true}], data: {about: quality_of_life, value: {column: first, number: true}, by: person}}
  - {kind: life.rated, occurred: 2024-03-02, skip: [{column: later, missing: true}], data: {about: quality_of_life, value: {column: later, number: true}, by: person}}
`

func TestEachRowOfAWideFileIsOnePersonsAndNobodyElses(t *testing.T) {
	m, err := parseMapping([]byte(rowEach))
	if err != nil {
		t.Fatal(err)
	}
	var journeys []string
	for e, err := range m.entries(strings.NewReader("first,later\n3,5\n,\n4,\n")) {
		if err != nil {
			t.Fatal(err)
		}
		var made struct {
			Import  web.Imported `json:"import"`
			Journey string       `json:"journey"`
		}
		if err := json.Unmarshal(e.text, &made); err != nil {
			t.Fatal(err)
		}
		journeys = append(journeys, made.Import.Journey+made.Journey)
	}
	if got := strings.Join(journeys, " "); got != "1 1 3" {
		t.Errorf("the entries are of %s", got)
	}
}

func TestARowIsAPersonOrAColumnTellsThemApart(t *testing.T) {
	for _, c := range []struct{ more, want string }{
		{"journey: first\n", "journey and row_is_journey do not go together"},
		{"keep_ids: true\n", "row_is_journey and keep_ids do not go together"},
	} {
		if _, err := parseMapping([]byte(rowEach + c.more)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, not %s", err, c.want)
		}
	}
}
