package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/waymark/waymark/domain"
)

var redraw = flag.Bool("redraw", false, "write the charts in testdata anew")

// months are figures of so many yes of n, from January 2024 on.
func months(n int, yes ...int) (figures []domain.Figure) {
	period := domain.PeriodOf("month", 2024*12)
	for i, y := range yes {
		f := domain.Figure{Service: "north", Period: period.Add(i), Numerator: &y, Denominator: &n, N: n, Missing: map[string]int{"not_recorded": i % 3}}
		if y < 0 {
			y, f.NoEntries = 0, true
		}
		value := float64(y) / float64(n)
		lower, upper := max(0, value-0.15), min(1, value+0.15)
		f.Value, f.Lower, f.Upper = &value, &lower, &upper
		figures = append(figures, f)
	}
	return figures
}

func means(values ...float64) (figures []domain.Figure) {
	for i, v := range values {
		figures = append(figures, domain.Figure{Service: "north", Period: domain.PeriodOf("month", 2024*12+i), Value: &v, N: 31})
	}
	return figures
}

func chartOf(t *testing.T, id string, figures []domain.Figure, o domain.ChartOptions, rebases ...domain.Rebase) domain.Chart {
	t.Helper()
	outcome, ok := domain.OutcomeOf(id)
	if !ok {
		t.Fatalf("no outcome %s", id)
	}
	c := domain.ChartOf(outcome, figures, nil, rebases, o)
	if c.Service != "" {
		c.Name = "North <& Sons>"
	}
	return c
}

// sampleCharts show everything that a chart can show.
func sampleCharts(t *testing.T) []domain.Chart {
	target := 0.6
	rebased := months(20, 10, 12, 9, 11, 8, 10, 11, 9, 12, 10, 8, 11, 9, 13, 15, -1, 14, 16, 15, 14, 13, 15, 16, 14, 15, 13, 19, 20, 11, 12)
	rebased[28].State, rebased[29].State = "may_change", "not_over"
	falling := months(40, 22, 20, 24, 19, 23, 21, 20, 24, 22, 19, 21, 23, 20, 22, 17, 15, 13, 8)
	small := months(6, 3, 4, 2, -1, 5, 3, 4, 6, 2, 3)
	small[9].State = "not_over"
	counts := months(99, 4, 3, 5, 2, 4, 3, 4, 5, 3, 4, 13)
	for i := range counts {
		counts[i].Denominator, counts[i].Value, counts[i].Lower, counts[i].Upper = nil, nil, nil, nil
	}
	change := means(0.4, 0.9, 1.2, 0.8, -0.3, 0.6, 1.1)
	for i := range change {
		change[i].By = "worker"
	}
	return []domain.Chart{
		chartOf(t, "activities.people", rebased, domain.ChartOptions{Target: &target}, domain.Rebase{Outcome: "people", From: 2024*12 + 13, Reason: "sustained_change"}),
		chartOf(t, "restrictions.in_force", falling, domain.ChartOptions{Baseline: 12}),
		chartOf(t, "decisions.took_part", months(20, 13, 15, 14, 16, 13, 15, 14, 12, 5), domain.ChartOptions{Edition: "classic"}),
		chartOf(t, "home.settled", small, domain.ChartOptions{}),
		chartOf(t, "aspirations.reached", counts, domain.ChartOptions{}),
		chartOf(t, "activities.valued", means(6.5, 7, 6.8, 7.1, 6.4, 6.9, 7.2, 6.6, 7, 6.7), domain.ChartOptions{}),
		chartOf(t, "life.change_quality_of_life", change, domain.ChartOptions{}),
		chartOf(t, "support.people_emotional", nil, domain.ChartOptions{}),
	}
}

func sampleFunnels(t *testing.T) (all []domain.Comparison) {
	o, _ := domain.OutcomeOf("activities.people")
	for _, shares := range [][][2]int{
		{{11, 18}, {30, 52}, {12, 31}, {40, 64}, {19, 90}, {14, 22}, {4, 9}},
		{{11, 18}, {30, 52}, {12, 31}, {40, 64}, {39, 90}, {14, 22}, {33, 61}, {20, 44}, {60, 110}, {18, 35}, {13, 48}, {9, 16}},
	} {
		kinds := map[string]domain.ServiceKind{}
		var figures []domain.Figure
		for i, s := range shares {
			id := fmt.Sprintf("service-%02d", i+1)
			kinds[id] = domain.ServiceKinds[len(all)].Code
			figures = append(figures, domain.Figure{Service: id, Period: domain.PeriodOf("quarter", 2026*12+3), Numerator: &s[0], Denominator: &s[1], N: s[1]})
		}
		all = append(all, domain.Compare(o, figures, kinds)...)
	}
	if len(all) != 2 {
		t.Fatalf("%d comparisons", len(all))
	}
	return all
}

func TestAChartIsTheSamePictureTomorrow(t *testing.T) {
	charts, funnels := sampleCharts(t), sampleFunnels(t)
	for name, draw := range map[string]func(io.Writer) error{
		"restarted":    func(w io.Writer) error { return writeChartSVG(w, charts[0]) },
		"down_better":  func(w io.Writer) error { return writeChartSVG(w, charts[1]) },
		"funnel_of_12": func(w io.Writer) error { return writeFunnelSVG(w, funnels[1]) },
	} {
		var picture bytes.Buffer
		if err := draw(&picture); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "charts", name+".svg")
		if *redraw {
			if err := os.WriteFile(path, picture.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept, picture.Bytes()) {
			t.Errorf("%s is another picture than the one kept; look at both, then run the test with -redraw", name)
		}
	}
}

// An element is one element of a parsed document.
type element struct {
	name string
	attr map[string]string
	text string
}

func parse(t *testing.T, name string, content []byte) (all []element) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(content))
	var open []int
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v", name, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			open = append(open, len(all))
			all = append(all, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				all[open[len(open)-1]].text += string(token)
			}
		}
	}
}

func TestEverybodyCanReadAPicture(t *testing.T) {
	dir := t.TempDir()
	charts := sampleCharts(t)
	names, err := writeCharts(dir, charts, sampleFunnels(t), 4711)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	pictures := 0
	for _, name := range names {
		if filepath.Ext(name) != ".svg" {
			continue
		}
		pictures++
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		elements := parse(t, name, content)
		byID := map[string]element{}
		of := map[string]int{}
		for _, e := range elements {
			of[e.name]++
			for attr, value := range e.attr {
				if attr == "style" || strings.HasPrefix(attr, "on") || attr == "href" {
					t.Errorf("%s has %s=%q", name, attr, value)
				}
				if strings.Contains(value, "NaN") || strings.Contains(value, "Inf") || strings.Contains(value, "ZgotmplZ") {
					t.Errorf("%s has %s=%q", name, attr, value)
				}
			}
			if size, err := strconv.ParseFloat(e.attr["font-size"], 64); err == nil && size < 12 {
				t.Errorf("%s has text of %v pixels", name, size)
			}
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: id %s is there twice", name, id)
				}
				ids[id] = true
				byID[id] = e
			}
		}
		if of["title"] != 1 || of["desc"] != 1 || of["style"]+of["script"]+of["image"] > 0 {
			t.Errorf("%s has %v", name, of)
		}
		root := elements[0]
		labels := strings.Fields(root.attr["aria-labelledby"])
		if root.attr["role"] != "img" || len(labels) != 2 || byID[labels[0]].name != "title" || byID[labels[1]].name != "desc" {
			t.Errorf("%s is named by %q", name, labels)
		}
	}
	if pictures != len(charts)+2 {
		t.Errorf("%d pictures", pictures)
	}
}

// A picture has a mark for each period that has a value, in the shape of what it
// means; a missing one leaves a gap.
func TestNoPointOfAPictureIsMadeUpOrLeftOut(t *testing.T) {
	for _, c := range sampleCharts(t) {
		d := drawChart(c)
		want := map[string]int{}
		there := 0
		for _, p := range c.Points {
			if p.Value != nil {
				there++
				want[markShape(c, p)]++
			}
		}
		got := map[string]int{}
		for _, m := range d.Marks {
			got[m.Shape]++
			if m.X < plotLeft || m.X > plotRight || m.Y < d.Top || m.Y > d.Bottom {
				t.Errorf("%s: a point is outside the plot: %v", c.Outcome, m)
			}
		}
		if len(d.Marks) != there || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: drawn %v, want %v", c.Outcome, got, want)
		}
	}
	c := sampleCharts(t)[0]
	for _, line := range drawChart(c).Curves {
		x := places(len(c.Points))
		if line[0].X < x[15] && line.end().X > x[15] {
			t.Error("a line crosses the month without entries")
		}
		if line[0].X < x[13] && line.end().X >= x[13] {
			t.Error("a line crosses the restart")
		}
	}
}

var ofTable = regexp.MustCompile(`(?s)<table>.*?</table>`)

func TestTheTableBesideAChartHasTheChartsNumbers(t *testing.T) {
	dir := t.TempDir()
	charts := sampleCharts(t)
	if _, err := writeCharts(dir, charts, sampleFunnels(t), 4711); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"<script", "style=", "http:", "https:", "<& Sons>"} {
		if bytes.Contains(page, []byte(wrong)) {
			t.Errorf("the page has %s", wrong)
		}
	}
	for _, part := range []string{`lang="en-GB"`, "position 4711", htmlSign} {
		if !bytes.Contains(page, []byte(part)) {
			t.Errorf("the page is without %s", part)
		}
	}
	byTitle := map[string]domain.Chart{}
	for _, c := range charts {
		byTitle[figureTitle(c)] = c
	}
	for _, table := range ofTable.FindAll(page, -1) {
		elements := parse(t, "a table", table)
		title, _, _ := strings.Cut(elements[1].text, ": "+charts[0].Unit)
		c, ok := byTitle[title]
		for known, chart := range byTitle {
			if strings.HasPrefix(elements[1].text, known+": "+chart.Unit) {
				c, ok = chart, true
			}
		}
		if !ok {
			continue // of services
		}
		delete(byTitle, figureTitle(c))
		rows := rowsOf(elements)[1:]
		if len(rows) != len(c.Points) {
			t.Fatalf("%s: %d rows for %d points", c.Outcome, len(rows), len(c.Points))
		}
		for i, p := range c.Points {
			want := []string{p.Period.String(), "none", "", strconv.Itoa(p.N), strconv.Itoa(p.Missing)}
			if p.Value != nil {
				want[1] = c.Amount(p)
			}
			if p.Lower != nil {
				want[2] = c.Number(*p.Lower) + " to " + c.Number(*p.Upper)
			}
			if p.Mean != nil {
				want = append(want, c.Number(*p.Mean)+" ("+c.Number(*p.LowerLimit)+" to "+c.Number(*p.UpperLimit)+")")
			}
			if !slices.Equal(rows[i][:len(want)], want) {
				t.Errorf("%s: %q, want %q", c.Outcome, rows[i], want)
			}
		}
	}
	if len(byTitle) > 0 {
		t.Errorf("no table for %d charts", len(byTitle))
	}
}

func rowsOf(elements []element) (rows [][]string) {
	for _, e := range elements {
		switch e.name {
		case "tr":
			rows = append(rows, nil)
		case "td", "th":
			rows[len(rows)-1] = append(rows[len(rows)-1], e.text)
		}
	}
	return rows
}
