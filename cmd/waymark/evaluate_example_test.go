package main

import (
	"bytes"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark/waymark/domain"
)

// studyFile finds a study's file that may not be kept with the program: in the
// folder that WAYMARK_STUDIES names, or in one beside the checkout. Where it is not,
// the test is not run.
func studyFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("WAYMARK_STUDIES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("not run: %s is not here, for its licence keeps it out; set WAYMARK_STUDIES to the folder that has it", name)
	}
	return path
}

// evaluatedStudy imports a study, evaluates it from the log by the program itself,
// and gives the answer and the pack. The pack must be the same when it is worked
// out again.
func evaluatedStudy(t *testing.T, file, mapping, spec string) (*evaluated, string) {
	t.Helper()
	dir := t.TempDir()
	data, pack := filepath.Join(dir, "data"), filepath.Join(dir, "pack")
	for _, args := range [][]string{
		{"import", "--data", data, file, "--mapping", mapping},
		{"evaluate", "--data", data, spec, "--out", pack},
		{"evaluate", "--data", data, "--verify", pack},
	} {
		var out bytes.Buffer
		if err := run(t.Context(), args, strings.NewReader(""), &out, t.Output()); err != nil {
			t.Fatalf("waymark %s: %v\n%s", args[0], err, out.String())
		}
	}
	text, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{data: data, stdout: t.Output(), stderr: t.Output()}
	c, err := p.reach(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.evaluate(t.Context(), c, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	page := reported(t, e)
	if kept, err := os.ReadFile(filepath.Join(pack, reportName)); err != nil || string(kept) != page {
		t.Errorf("the pack has another report: %v", err)
	}
	return e, page
}

// asExpected compares every number of a study that expected.R worked out with the
// answer, and sees to it that the answer has no arm, period or measure beside.
func asExpected(t *testing.T, e *evaluated, study string) {
	t.Helper()
	got := map[[4]string]float64{}
	name := func(about string) string { return strings.Split(about, ".")[1] }
	put := func(about, arm, period, what string, v *float64) {
		if v != nil {
			got[[4]string{name(about), arm, period, what}] = *v
		}
	}
	count := func(about, arm, period, what string, n int) {
		put(about, arm, period, what, new(float64(n)))
	}
	for _, s := range e.Scores {
		count(s.About, s.Arm, s.Period, "people", s.People)
		count(s.About, s.Arm, s.Period, "n", s.Seen)
		put(s.About, s.Arm, s.Period, "mean", s.Mean)
		put(s.About, s.Arm, s.Period, "sd", s.SD)
		put(s.About, s.Arm, s.Period, "lower", s.Lower)
		put(s.About, s.Arm, s.Period, "upper", s.Upper)
		if missing := sum(s.Missing); missing != s.People-s.Seen {
			t.Errorf("%s, %s, %s: %d of %d seen and %d missing", s.About, s.Arm, s.Period, s.Seen, s.People, missing)
		}
	}
	for _, c := range e.Changes {
		count(c.About, c.Arm, c.To, "change_n", c.Paired)
		put(c.About, c.Arm, c.To, "change_mean", c.Mean)
		put(c.About, c.Arm, c.To, "change_sd", c.SD)
		put(c.About, c.Arm, c.To, "change_lower", c.Lower)
		put(c.About, c.Arm, c.To, "change_upper", c.Upper)
		for what, m := range map[string]*domain.Mean{"first": c.FirstPaired, "alone": c.FirstUnpaired} {
			if m == nil || m.N == 0 {
				count(c.About, c.Arm, c.To, what+"_n", 0)
				continue
			}
			count(c.About, c.Arm, c.To, what+"_n", m.N)
			put(c.About, c.Arm, c.To, what+"_mean", &m.Value)
		}
		if c.Better != nil {
			for what, by := range map[string]*domain.ChangedBy{"better": c.Better, "same": c.Same, "worse": c.Worse} {
				count(c.About, c.Arm, c.To, what, by.N)
			}
		}
		if missing := sum(c.Missing); missing != c.People-c.Paired {
			t.Errorf("%s, %s, %s: %d of %d have both and %d are missing", c.About, c.Arm, c.To, c.Paired, c.People, missing)
		}
	}
	for _, d := range e.Differences {
		put(d.About, d.Arm+"-"+d.Other, d.To, "difference", d.Value)
		put(d.About, d.Arm+"-"+d.Other, d.To, "difference_lower", d.Lower)
		put(d.About, d.Arm+"-"+d.Other, d.To, "difference_upper", d.Upper)
	}
	want := expectedOf(t, study)
	for key, v := range want {
		if g, ok := got[key]; !ok || math.Abs(g-v) > 1e-9*math.Abs(v)+1e-12 {
			t.Errorf("%v: got %v (%v), R says %v", key, g, ok, v)
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%v is not what was asked for", key)
		}
	}
}

// saysAll sees to it that the report has the sentences.
func saysAll(t *testing.T, page string, sentences ...string) {
	t.Helper()
	page = html.UnescapeString(page)
	for _, want := range sentences {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}

func TestThoseWhoWereTrainedAndThoseWhoWaitedAreComparedAsPublished(t *testing.T) {
	e, page := evaluatedStudy(t, "testdata/bringmann/bringmann2013_daily.csv", "testdata/bringmann/bringmann2013.yaml", "testdata/studies/bringmann2013.evaluation.yaml")
	asExpected(t, e, "bringmann2013")
	// As published, to three decimals.
	published := map[[2]string]float64{{"trained", "before"}: 3.892, {"trained", "after"}: 4.345, {"waiting", "before"}: 4.216, {"waiting", "after"}: 4.238}
	people := map[string]int{"trained": 63, "waiting": 66}
	compared := 0
	for _, s := range e.Scores {
		if s.About != "measure.relaxed.1.relaxed" {
			continue
		}
		compared++
		if want := published[[2]string{s.Arm, s.Period}]; s.Mean == nil || math.Abs(*s.Mean-want) > 0.0005 || s.People != people[s.Arm] {
			t.Errorf("%s, %s: %v of %d people, published are %v of %d", s.Arm, s.Period, s.Mean, s.People, want, people[s.Arm])
		}
	}
	if compared != len(published) {
		t.Errorf("%d of %d published means", compared, len(published))
	}
	saysAll(t, page,
		"129 people are in it: 63 in “trained” and 66 in “waiting”. Nobody was left out.",
		"Trained: 57 of 63 people have both ratings, “before” and “after”; 6 are missing. Their mean rose by 0.42, which is for the better (95% interval 0.23 to 0.61).",
		"Waiting: 62 of 66 people have both ratings, “before” and “after”; 4 are missing. Their mean did not move (95% interval −0.20 to 0.21).",
		"the mean changes are 0.42 apart, to the good of “trained” (difference +0.42, 95% interval 0.14 to 0.70). That is more than chance alone would often bring; why, this cannot say.",
		"no change is called reliable",
		"Their mean fell by 0.18 (95% interval −0.40 to 0.05, which includes no change).",
	)
}

func TestChangeOverFourTimesIsCalledReliableWhereItIs(t *testing.T) {
	e, page := evaluatedStudy(t, studyFile(t, "claus2020_bdi_who5_hamd.csv"), "testdata/studies/claus2020.yaml", "testdata/studies/claus2020.evaluation.yaml")
	asExpected(t, e, "claus2020")
	saysAll(t, page,
		"43 people are in it. Nobody was left out.",
		"40 of 43 people have both ratings, “first” and “fourth”; 3 are missing. Their mean fell by 9.8, which is for the better",
		"Of them 19 changed reliably for the better, 21 show no reliable change and nobody changed reliably for the worse.",
		"Of them 21 moved by 2 points or more for the better, 18 by less either way and 1 by 2 or more for the worse.",
		"reliability 0.92, from Beck, Steer & Brown 1996, Manual for the Beck Depression Inventory-II",
	)
	if strings.Contains(page, "Hamilton Rating") {
		t.Error("an interviewer’s ratings are among people’s own")
	}
}

func TestThoseWhoCouldNoLongerBeAskedAreShown(t *testing.T) {
	e, page := evaluatedStudy(t, studyFile(t, "hsaur_btheb.csv"), "testdata/studies/btheb.yaml", "testdata/studies/btheb.evaluation.yaml")
	asExpected(t, e, "btheb")
	seen, missing := map[string]int{}, map[string]int{}
	for _, s := range e.Scores {
		seen[s.Period] += s.Seen
		missing[s.Period] += s.Missing["not_asked"]
	}
	for i, want := range []int{100, 97, 73, 58, 52} { // as published
		if name := e.Periods[i].Name; seen[name] != want || missing[name] != 100-want {
			t.Errorf("%s: %d seen and %d missing, published are %d seen of 100", name, seen[name], missing[name], want)
		}
	}
	saysAll(t, page,
		"Beat the blues: 27 of 52 people have both ratings, “before” and “month 8”; 25 are missing.",
		"As usual: 25 of 48 people have both ratings, “before” and “month 8”; 23 are missing.",
		"Without a rating in “month 8”: 25 of 52 people in “beat the blues” and 23 of 48 people in “as usual”.",
		"first ratings of those with a later rating, and of those without",
		"nobody’s answers were filled in",
	)
}
