package projections

import (
	"database/sql"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

func scratch(t *testing.T) *Tx {
	t.Helper()
	f, err := create(filepath.Join(t.TempDir(), "toy.db"), toy, logID)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.close() })
	return f.tx
}

func TestValueIsReadAsItWasWritten(t *testing.T) {
	tx := scratch(t)
	type code string
	type small int8
	at := time.Date(2026, 3, 1, 10, 2, 11, 123456000, time.FixedZone("", 3600))
	day := domain.Day(2026, time.March, 1)
	row := tx.Row(`SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`,
		"text", code("peer"), 7, small(-1), uint64(41), 2.5, true, []byte{1, 2}, nil, day, at)
	var (
		text, moment string
		c            code
		n            int
		s            small
		position     uint64
		f            float64
		yes          bool
		b            []byte
		none         sql.Null[string]
		d            domain.Date
	)
	if err := row.Scan(&text, &c, &n, &s, &position, &f, &yes, &b, &none, &d, &moment); err != nil {
		t.Fatal(err)
	}
	if text != "text" || c != "peer" || n != 7 || s != -1 || position != 41 || f != 2.5 || !yes || len(b) != 2 || none.Valid || d != day {
		t.Error(text, c, n, s, position, f, yes, b, none, d)
	}
	if moment != "2026-03-01T09:02:11.123456Z" {
		t.Error(moment)
	}
	if err := tx.Row(`SELECT ?, NULL, NULL, NULL`, domain.Date(0)).Scan(&d, &text, &c, &n); err != nil || d != 0 || text != "" || c != "" || n != 0 {
		t.Error(err, d, text, c, n)
	}
}

func TestValueIsNeverBent(t *testing.T) {
	tx := scratch(t)
	var (
		n        int
		text     string
		position uint64
		small    int8
	)
	if err := tx.Row(`SELECT 'seven'`).Scan(&n); err == nil {
		t.Error("a text became", n)
	}
	if err := tx.Row(`SELECT 7`).Scan(&text); err == nil {
		t.Error("a number became", text)
	}
	if err := tx.Row(`SELECT -1`).Scan(&position); err == nil {
		t.Error("a negative number became", position)
	}
	if err := tx.Row(`SELECT 300`).Scan((*int8)(&small)); err == nil {
		t.Error("a large number became", small)
	}
	if err := tx.Row(`SELECT 1, 2`).Scan(&n); err == nil {
		t.Error("a column was left out")
	}
	if err := tx.Row(`SELECT ?`, uint64(math.MaxUint64)).Scan(&n); err == nil {
		t.Error("a position became", n)
	}
	if err := tx.Row(`SELECT 1 WHERE 0`).Scan(&n); !errors.Is(err, sql.ErrNoRows) {
		t.Error(err)
	}
}

func TestStatementDoesNothingButWhatItSays(t *testing.T) {
	tx := scratch(t)
	if err := tx.Exec(`INSERT INTO counts VALUES ('j-1', 1, 1); INSERT INTO counts VALUES ('j-2', 1, 1)`); err == nil {
		t.Error("two statements, of which one would be carried out")
	}
	if err := tx.Exec(`INSERT INTO counts VALUES (?, 1, 1)`); err == nil {
		t.Error("an argument is missing")
	}
	if err := tx.Exec(`INSERT INTO counts VALUES (?, 1, 1)`, "j-1", "j-2"); err == nil {
		t.Error("an argument too many")
	}
	for _, journey := range []string{"j-1", "j-2", ""} {
		if err := tx.Exec(`INSERT INTO counts VALUES (?, 1, 1)`, journey); err != nil {
			t.Error(err)
		}
	}
	rows := 0
	for row, err := range tx.Query(`SELECT journey FROM counts ORDER BY journey`) {
		var journey string
		if err := errors.Join(err, row.Scan(&journey)); err != nil {
			t.Fatal(err)
		}
		if err := tx.Exec(`UPDATE counts SET events = 2 WHERE journey = ?`, journey); err != nil { // between rows
			t.Error(err)
		}
		for _, err := range tx.Query(`SELECT journey FROM counts ORDER BY journey`) {
			if err == nil {
				t.Error("one statement was read twice at once")
			}
		}
		rows++
	}
	if err := tx.Row(`SELECT count(*) FROM counts WHERE events = 2`).Scan(&rows); err != nil || rows != 3 {
		t.Error(rows, err)
	}
	for range tx.Query(`SELECT journey FROM counts`) {
		break // its rows are let go
	}
	if err := tx.Exec(`DROP TABLE counts`); err != nil {
		t.Error(err)
	}
}

func TestAMomentIsWrittenToTheMicrosecondAndSortsAsATextDoes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		at := time.Unix(random.Int64N(4e9), random.Int64N(1e9)).In(time.FixedZone("", random.IntN(20)*1800-18000))
		if got, want := stamp(at), at.UTC().Format("2006-01-02T15:04:05.000000Z"); got != want {
			t.Fatalf("%s, not %s", got, want)
		}
		if got, want := domain.DateOf(at).String(), at.Format(time.DateOnly); got != want {
			t.Fatalf("%s, not %s", got, want)
		}
	}
}
