package web

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/waymark/waymark/projections"
)

// Whoever reaches the address would learn whose journey it is that something is
// the matter with.
func TestReadinessNamesNobody(t *testing.T) {
	p := projectionOf(projections.Status{Projection: "outcomes",
		Beside: &projections.Held{Journeys: []string{"j-hush"}, Tables: []string{"episodes"}, File: "outcomes-3-7.db"}}, 9)
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "hush") || !strings.Contains(string(text), "episodes") {
		t.Errorf("%s", text)
	}
}
