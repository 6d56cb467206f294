package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

var reportTo = flag.String("report", "", "a directory to write the reports of the tests to, to look at")

// expectedOf reads one study's numbers from testdata/studies/expected.csv, which
// expected.R there worked out: by measure, arm, period and what the number is.
func expectedOf(t *testing.T, study string) map[[4]string]float64 {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "studies", "expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[[4]string]float64{}
	for _, row := range rows[1:] {
		if row[0] != study {
			continue
		}
		v, err := strconv.ParseFloat(row[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		numbers[[4]string(row[1:5])] = v
	}
	if len(numbers) == 0 {
		t.Fatalf("nothing is expected of %s", study)
	}
	return numbers
}

// wholeAnswer is an answer that has everything a report can show, with the numbers
// of a published trial.
func wholeAnswer(t *testing.T) *evaluated {
	t.Helper()
	expected := expectedOf(t, "btheb")
	number := func(arm, period, what string) *float64 {
		if v, ok := expected[[4]string{"bdi2", arm, period, what}]; ok {
			return &v
		}
		return nil
	}
	count := func(arm, period, what string) int {
		if v := number(arm, period, what); v != nil {
			return int(*v)
		}
		return 0
	}
	names := []string{"before", "month_2", "month_4", "month_6", "month_8"}
	o := domain.Outcome{ID: "measure.bdi2.1.total", Aim: "life", Title: "BDI-II: change", Better: "down", Unit: "points", Over: domain.OverChange, About: "measure.bdi2.1.total", Version: 1,
		Norm: &domain.Norm{SD: 12.75, Reliability: 0.92, Source: "Beck, Steer & Brown 1996"}}
	took, _ := domain.OutcomeOf("decisions.took_part")
	e := &evaluated{
		Spec: domain.Evaluation{Title: "Beat the Blues <beside> support as usual", Question: "Who could still be asked, and how did low mood change for those who could?",
			Methods: []domain.EvaluationMethod{"change", "rci", "xmr", "funnel", "kaplan_meier"}, Suppression: "none"},
		Log: "4cb2d8", Position: 4711, Recorded: time.Date(2026, 4, 1, 9, 30, 0, 123456000, time.FixedZone("", 3600)), AsOf: domain.Day(2000, 12, 31), Today: domain.Day(2001, 1, 1),
		Flow:        evaluatedFlow{People: 112, In: 100, LeftOut: []evaluatedLeftOut{{"other_services", 9}, {"too_short", 3}}},
		Services:    []evaluatedService{{"as-usual", "Support as usual", "community"}, {"beat-the-blues", "Beat the Blues", "community"}},
		Definitions: []domain.Outcome{took, o},
	}
	for i, name := range names {
		day := domain.Day(2000, time.Month(1+2*i), 10)
		e.Periods = append(e.Periods, evaluatedPeriod{domain.EvaluationPeriod{Name: name, Days: domain.Days{From: day, To: day + 20}}, day.String() + " to " + (day + 20).String()})
	}
	for _, arm := range []string{"beat_the_blues", "as_usual"} {
		people := count(arm, "before", "people")
		e.Arms = append(e.Arms, evaluatedArm{Name: arm, Services: []string{strings.ReplaceAll(arm, "_", "-")}, People: people, Ended: 20, Died: 1})
		for i, name := range names {
			seen := count(arm, name, "n")
			e.Scores = append(e.Scores, domain.Score{Arm: arm, Period: name, About: o.About, Outcome: o.ID, Version: 1, People: people, Seen: seen, Ratings: seen,
				Missing: map[string]int{"not_asked": people - seen}, Mean: number(arm, name, "mean"), Lower: number(arm, name, "lower"), Upper: number(arm, name, "upper"), SD: number(arm, name, "sd")})
			yes, n := 20+i, 30+i
			share := float64(yes) / float64(n)
			e.Figures = append(e.Figures, evaluatedFigure{arm, name, domain.Figure{Outcome: took.ID, Version: 1, Numerator: &yes, Denominator: &n, Value: &share, Lower: new(share - 0.1), Upper: new(share + 0.1), N: 21, Missing: map[string]int{"not_recorded": i, "declined": 2, "died": 1}}})
			if i == 0 {
				continue
			}
			c := domain.ScoreChange{Arm: arm, From: "before", To: name, About: o.About, Outcome: o.ID, Version: 1, People: people, Paired: count(arm, name, "change_n"), Reliable: true,
				Missing: map[string]int{"later_not_asked": people - count(arm, name, "change_n")},
				Mean:    number(arm, name, "change_mean"), Lower: number(arm, name, "change_lower"), Upper: number(arm, name, "change_upper"), SD: number(arm, name, "change_sd"),
				Better: &domain.ChangedBy{N: count(arm, name, "better")}, Same: &domain.ChangedBy{N: count(arm, name, "same")}, Worse: &domain.ChangedBy{N: count(arm, name, "worse")},
				FirstPaired: &domain.Mean{N: count(arm, name, "first_n"), Value: *number(arm, name, "first_mean")}}
			if alone := number(arm, name, "alone_mean"); alone != nil {
				c.FirstUnpaired = &domain.Mean{N: count(arm, name, "alone_n"), Value: *alone}
			}
			e.Changes = append(e.Changes, c)
		}
		curve := domain.Survival{Arm: arm, People: people, StillThere: people - 20, Ended: map[domain.EndKind]int{"moved_on": 15, "died": 1, "otherwise": 4}}
		for day := range 20 {
			there := 1 - float64(day+1)/float64(people)
			curve.Steps = append(curve.Steps, domain.SurvivalStep{Day: float64(9 * (day + 1)), AtRisk: people - day, Ended: 1, There: there, Lower: new(there - 0.05), Upper: new(min(1, there+0.03)), Endings: map[domain.EndKind]float64{"moved_on": 1 - there}})
		}
		e.Survival = append(e.Survival, curve)
	}
	for _, name := range names[1:] {
		pair := "beat_the_blues-as_usual"
		e.Differences = append(e.Differences, domain.ScoreDifference{Arm: "beat_the_blues", Other: "as_usual", From: "before", To: name, About: o.About, Outcome: o.ID, Version: 1,
			N: count("beat_the_blues", name, "change_n"), OtherN: count("as_usual", name, "change_n"), Value: number(pair, name, "difference"), Lower: number(pair, name, "difference_lower"), Upper: number(pair, name, "difference_upper")})
	}
	for _, c := range sampleCharts(t)[:2] {
		c.Service, c.Name = "", ""
		e.Charts = append(e.Charts, evaluatedChart{"as_usual", c}, evaluatedChart{"beat_the_blues", c})
	}
	e.Comparisons = sampleFunnels(t)[:1]
	return e
}

// reported is the report of an answer; with -report it is kept to look at.
func reported(t *testing.T, e *evaluated) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeReport(&b, e); err != nil {
		t.Fatal(err)
	}
	if *reportTo != "" {
		name := strings.ReplaceAll(t.Name(), "/", "-") + ".html"
		if err := os.WriteFile(filepath.Join(*reportTo, name), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// unclosed are the elements of HTML that have no end.
var unclosed = regexp.MustCompile(`<(meta|link|br)([^>]*)>`)

func TestAReportNeedsNothingElse(t *testing.T) {
	page := reported(t, wholeAnswer(t))
	elements := parse(t, "report", []byte(unclosed.ReplaceAllString(strings.TrimPrefix(page, "<!doctype html>"), "<$1$2/>")))
	policy := ""
	for _, e := range elements {
		switch e.name {
		case "script", "link", "img", "iframe", "object", "base", "form", "use", "image":
			t.Errorf("a %s is in it", e.name)
		}
		for name, value := range e.attr {
			if strings.HasPrefix(name, "on") || name == "style" || name == "src" {
				t.Errorf("%s has %s, which the policy forbids", e.name, name)
			}
			if name == "href" && !strings.HasPrefix(value, "#") {
				t.Errorf("a link leads elsewhere: %s", value)
			}
		}
		if e.attr["http-equiv"] == "Content-Security-Policy" {
			policy = e.attr["content"]
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	if strings.Contains(page, "<beside>") {
		t.Error("the title was not escaped")
	}
}

func TestEverybodyCanReadAReport(t *testing.T) {
	page := reported(t, wholeAnswer(t))
	elements := parse(t, "report", []byte(unclosed.ReplaceAllString(strings.TrimPrefix(page, "<!doctype html>"), "<$1$2/>")))
	ids, level := map[string]bool{}, 0
	tables, captions, pictures, described := 0, 0, 0, 0
	for _, e := range elements {
		if id := e.attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("two things are called %s", id)
			}
			ids[id] = true
		}
		switch e.name {
		case "html":
			if e.attr["lang"] != "en-GB" {
				t.Error("the page does not say its language")
			}
		case "h1", "h2", "h3", "h4":
			next := int(e.name[1] - '0')
			if next > level+1 || next == 1 && level > 0 {
				t.Errorf("a heading of level %d follows one of level %d", next, level)
			}
			level = next
		case "table":
			tables++
		case "caption":
			captions++
		case "th":
			if e.attr["scope"] == "" {
				t.Error("a heading of a table does not say what it heads")
			}
		case "svg":
			pictures++
			if e.attr["role"] != "img" {
				t.Error("a picture does not say that it is one")
			}
		case "desc":
			described++
		}
	}
	for _, e := range elements {
		for _, name := range []string{"aria-labelledby", "href"} {
			for id := range strings.FieldsSeq(e.attr[name]) {
				if !ids[strings.TrimPrefix(id, "#")] {
					t.Errorf("%s is named and is not there", id)
				}
			}
		}
	}
	if tables == 0 || tables != captions || pictures == 0 || pictures != described {
		t.Errorf("%d tables with %d captions, %d pictures with %d descriptions", tables, captions, pictures, described)
	}
}

func TestAReportSaysHowManyAreMissingWhereItSaysWhatBecameOfTheRest(t *testing.T) {
	page := reported(t, wholeAnswer(t))
	for _, want := range []string{
		"100 people are in it: 52 in “beat the blues” and 48 in “as usual”. 12 of 112 with any support by then were left out",
		"Beat the blues: 27 of 52 people have both ratings, “before” and “month 8”; 25 are missing. Their mean fell by 13.1, which is for the better (95% interval −17.1 to −9.2). Of them 15 changed reliably for the better, 12 show no reliable change and nobody changed reliably for the worse.",
		"As usual: 25 of 48 people have both ratings, “before” and “month 8”; 23 are missing.",
		"the mean changes are 2.6 apart, to the good of “beat the blues” (difference −2.6, 95% interval −8.5 to 3.3). The interval includes no difference at all.",
		"more than 10.0 points",
		"What people rated as “BDI-II”; a person’s value",
		"no proof of a cause", "nobody’s answers were filled in", "position 4711", "2026-04-01 08:30:00 UTC",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, never := range []string{"patient", "Patient", "subject", "NaN", "%!", "-0.0"} {
		if strings.Contains(page, never) {
			t.Errorf("it says %q", never)
		}
	}
}

// Whoever hears the page would hear the same words twice.
func TestACaptionIsNotItsHeadingAgain(t *testing.T) {
	heading := ""
	for _, m := range regexp.MustCompile(`<(h[123]|caption)[^>]*>([^<]*)<`).FindAllStringSubmatch(reported(t, wholeAnswer(t)), -1) {
		if m[1] != "caption" {
			heading = m[2]
		} else if m[2] == heading {
			t.Errorf("%q stands twice", heading)
		}
	}
}

func TestAHiddenNumberIsNotInTheReport(t *testing.T) {
	e := wholeAnswer(t)
	e.Spec.Suppression = "mhsds"
	e.Charts, e.Comparisons, e.Survival, e.Figures = nil, nil, nil, nil
	e.Flow.LeftOut[1].N = hiddenCount
	for i := range e.Scores {
		e.Scores[i].SD = nil
		if e.Scores[i].Missing["not_asked"] < 5 {
			e.Scores[i].Missing["not_asked"] = hiddenCount
		}
	}
	for i := range e.Changes {
		c := &e.Changes[i]
		c.SD, c.Worse.N, c.Same.N = nil, hiddenCount, hiddenCount
		c.FirstPaired, c.FirstUnpaired = nil, nil
		if i == 3 {
			c.Paired, c.Mean, c.Lower, c.Upper = hiddenCount, nil, nil, nil
		}
	}
	page := reported(t, e)
	if m := regexp.MustCompile(`[>( ][-−]1[< )]`).FindString(page); m != "" {
		t.Errorf("a hidden count is shown: %q", m)
	}
	if m := regexp.MustCompile(`about \d+|\d+ (is missing|are missing|missing)`).FindString(page); m != "" {
		t.Errorf("it works out from rounded counts: %q", m)
	}
	for _, want := range []string{"how many people have both ratings, “before” and “month 8”, is hidden.", "100 people are in it: 52 in “beat the blues” and 48 in “as usual”. 112 people had any support by then; why the others", "small numbers are hidden", "hidden in part", "all others to the nearest 5"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

func TestTheSameAnswerGivesTheSameReport(t *testing.T) {
	first := reported(t, wholeAnswer(t))
	for range 5 {
		if reported(t, wholeAnswer(t)) != first {
			t.Fatal("another time it is another report")
		}
	}
}

func TestAReportOfNobodyIsAReport(t *testing.T) {
	e := &evaluated{Spec: domain.Evaluation{Title: "Nobody", Question: "What of nobody?", Suppression: "none"}, AsOf: domain.Day(2026, 1, 1),
		Arms: []evaluatedArm{{Name: "everybody"}}, Periods: []evaluatedPeriod{{domain.EvaluationPeriod{Name: "all"}, "2026-01-01 to 2026-01-02"}},
		Scores: []domain.Score{{Arm: "everybody", Period: "all", About: "life.quality_of_life"}}}
	page := reported(t, e)
	if !strings.Contains(page, "0 people are in it. Nobody was left out.") || !strings.Contains(page, "Nothing to draw") {
		t.Error("it does not say that there is nobody")
	}

	if err := writeReport(io.Discard, &evaluated{Arms: []evaluatedArm{{Name: "everybody"}}}); err != nil {
		t.Error(err)
	}
}
