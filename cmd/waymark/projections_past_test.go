package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/projections"
)

// Somebody who finds that a projection counts otherwise when it is built again
// would have to take it or leave it unseen.
func TestAProjectionThatDiffersIsShownAndThenAccepted(t *testing.T) {
	t.Setenv("WAYMARK_DATA", filepath.Join(t.TempDir(), "data"))
	do := func(input string, args ...string) (stdout string, err error) {
		var out bytes.Buffer
		err = run(t.Context(), args, strings.NewReader(input), &out, t.Output())
		return out.String(), err
	}
	must := func(input string, args ...string) string {
		t.Helper()
		out, err := do(input, args...)
		if err != nil {
			t.Fatal(args, err)
		}
		return out
	}
	must(`{"kind":"service.opened","service":"north","occurred":"2025-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}
{"kind":"support.started","journey":"j-1","service":"north","occurred":"2025-01-12","by":"worker-4"}
{"kind":"life.rated","journey":"j-1","service":"north","occurred":"2025-03-01","by":"worker-17","data":{"about":"quality_of_life","value":8}}
`, "record")
	must("", "projections")
	want := must("", "outcomes", "--json")

	db, err := sql.Open("sqlite3", filepath.Join(os.Getenv("WAYMARK_DATA"), "outcomes.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`DELETE FROM episodes`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	spoiled := must("", "outcomes", "--json")
	if spoiled == want {
		t.Fatal("nothing was spoiled")
	}

	out, err := do("", "projections", "rebuild", "outcomes")
	if codeOf(err) != exitRefused || !strings.Contains(err.Error(), "episodes") {
		t.Errorf("%s: %v", out, err)
	}
	if out := must("", "projections"); !strings.Contains(out, "a new one is held back: see waymark projections diff outcomes") {
		t.Error(out)
	}
	if out := must("", "outcomes", "--json"); out != spoiled {
		t.Error("the old one does not answer any more")
	}
	var d projections.Difference
	if err := json.Unmarshal([]byte(must("", "projections", "diff", "outcomes", "--json")), &d); err != nil {
		t.Fatal(err)
	}
	for _, table := range d.Tables {
		if table.Same != (table.Table != "episodes") || !table.Same && (table.New.Only == 0 || table.Old.Rows != 0) {
			t.Errorf("%+v", table)
		}
	}
	if out := must("", "projections", "diff", "outcomes"); !strings.Contains(out, "episodes") || !strings.Contains(out, "differs") {
		t.Error(out)
	}
	var accepted web.Projection
	if err := json.Unmarshal([]byte(must("", "projections", "accept", "outcomes", "--json")), &accepted); err != nil || accepted.Held != nil {
		t.Errorf("%+v %v", accepted, err)
	}
	if out := must("", "outcomes", "--json"); out != want {
		t.Error("what was accepted is not what the record says")
	}
}
