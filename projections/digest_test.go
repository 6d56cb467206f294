package projections

import (
	"path/filepath"
	"testing"
)

const digested = `
-- Anything.
CREATE TABLE things (
	a ANY, -- anything
	b ANY  -- and anything
) STRICT;
`

func TestDigestTellsRowsApartAndNotTheirOrder(t *testing.T) {
	p := Projection{Name: "things", Version: 1, Schema: digested}
	of := func(rows ...[2]any) string {
		path := filepath.Join(t.TempDir(), "things.db")
		f, err := create(path, p, logID)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := f.tx.Exec(`INSERT INTO things VALUES (?, ?)`, row[0], row[1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.close(); err != nil {
			t.Fatal(err)
		}
		db, err := OpenCopy(t.Context(), path, p)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		return digest(t, db)["things"]
	}
	if of([2]any{1, "x"}, [2]any{"b", nil}, [2]any{1, 2.5}) != of([2]any{1, 2.5}, [2]any{1, "x"}, [2]any{"b", nil}) {
		t.Error("the order of rows counts")
	}
	seen := map[string]int{}
	for i, rows := range [][][2]any{
		{}, {{nil, nil}}, {{1, nil}}, {{nil, 1}}, {{1.0, nil}}, {{"1", nil}}, {{[]byte("1"), nil}}, {{"", nil}},
		{{"ab", "c"}}, {{"a", "bc"}}, {{"tab", ""}}, {{1, 2}, {3, 4}}, {{1, 3}, {2, 4}}, {{1, 2}}, {{1, 2}, {1, 2}},
	} {
		d := of(rows...)
		if other, twice := seen[d]; twice {
			t.Error(i, "reads as", other)
		}
		seen[d] = i
	}
}
