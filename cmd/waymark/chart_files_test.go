package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/waymark/waymark/domain"
)

func TestAChartsNumbersCanBeReadAgain(t *testing.T) {
	for _, c := range sampleCharts(t) {
		var file bytes.Buffer
		if err := writeChartCSV(&file, c); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, column := range rows[0] {
			at[column] = i
		}
		if len(rows) != len(c.Points)+1 {
			t.Fatalf("%d rows for %d points", len(rows), len(c.Points))
		}
		for i, p := range c.Points {
			for column, want := range map[string]*float64{"value": p.Value, "mean": p.Mean, "lower_limit": p.LowerLimit, "upper_limit": p.UpperLimit,
				"near_lower": p.NearLower, "near_upper": p.NearUpper, "lower": p.Lower, "upper": p.Upper} {
				text := rows[i+1][at[column]]
				got, err := strconv.ParseFloat(text, 64)
				if want == nil && text != "" || want != nil && (err != nil || got != *want) {
					t.Errorf("%s %s: %s is %q", c.Outcome, p.Period, column, text)
				}
			}
			if rows[i+1][at["special_cause"]] != string(p.Cause) || rows[i+1][at["verdict"]] != p.Verdict || rows[i+1][at["state"]] != string(p.State) {
				t.Errorf("%s %s: %q", c.Outcome, p.Period, rows[i+1])
			}
		}
	}
}

func TestWritingChartsReplacesOurFilesAndNobodyElses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "charts")
	charts, funnels := sampleCharts(t), sampleFunnels(t)
	names, err := writeCharts(dir, charts, funnels, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info.Mode(), err)
	}
	if _, err := writeCharts(dir, charts, funnels, 2); err != nil {
		t.Fatalf("the second time: %v", err)
	}
	for _, name := range []string{"index.html", "charts.css", names[0], names[1]} {
		whole, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		const own = "somebody's own work"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := writeCharts(dir, charts, funnels, 3); err == nil {
			t.Errorf("%s was replaced", name)
		}
		if kept, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(kept) != own {
			t.Errorf("%s is lost: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil || !bytes.Contains(page, []byte("position 2 of")) {
		t.Errorf("something was written beside what may not be replaced: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".chart-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := writeCharts(t.TempDir(), append(charts, charts[0]), nil, 1); err == nil {
		t.Error("one chart took another's place")
	}
	away := charts[0]
	away.Service, away.Outcome = "../Ünder", "a/b"
	names, err = writeCharts(t.TempDir(), []domain.Chart{away}, nil, 1)
	if err != nil || names[0] != "service-..X2fXc3X9cnder.aX2fb.svg" {
		t.Errorf("%q: %v", names, err)
	}
}
