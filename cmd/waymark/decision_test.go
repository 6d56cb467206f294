package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// hostile is what somebody might say who knows how pages and spreadsheets are
// made. It is kept, and does nothing.
const hostile = "</td><script src=\"https://evil.example/x.js\">alert(1)</script><img src=x onerror=alert(1)>\x1b[2J"

// sampleTrail is a decision with a correction, a review that was taken back, an
// audit, and words that try to be more than words.
func sampleTrail() web.Trail {
	day := domain.Day(2026, 3, 2)
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	made := domain.DecisionMade{Question: domain.Question{Area: "home", Weight: "significant", Preferred: "3"}, Actual: "4", RolesBy: "person",
		Options:  []domain.Option{{For: 1, Chosen: domain.Yes}, {NoChange: domain.Yes, Against: 1}},
		Deciders: []domain.Decider{"worker"}, TookPart: []domain.Participation{{Who: "advocate", Advocacy: "imca", Agreed: domain.Yes}},
		Basis: "best_interests", BestInterests: domain.BestInterests{Assessed: day, Helped: []domain.Tried{"interpreter"}, Lacking: []domain.Ability{"weigh"}, Wishes: domain.Yes}}
	words := domain.Words{Texts: map[domain.Word]string{"question": hostile, "view": hostile, "reason": hostile, "disagreement": hostile},
		Options: []domain.OptionWords{{Option: hostile, For: []string{hostile}}, {Option: "To stay", Against: []string{hostile}}}}
	line := func(position uint64, kind domain.Kind, on domain.Date, e domain.Event, w domain.Words) domain.Line {
		return domain.Line{Position: position, ID: id(int(position)), Kind: kind, Occurred: domain.On(on), Recorded: at, Service: "north", By: "worker-17",
			Text: domain.Sentence(e), Data: domain.Facts(e), Words: w}
	}
	decision := line(5, "decision.made", day, made, words)
	decision.Corrected = []domain.Replaced{{Position: 9, Recorded: at.AddDate(0, 0, 3), By: "worker-4", Reason: "error", Occurred: domain.On(day - 1), Service: "north",
		Text: "A decision was made: money", Words: domain.Words{Texts: map[domain.Word]string{"question": "Before " + hostile}}}}
	review := line(7, "decision.reviewed", day+20, domain.DecisionReviewed{Outcome: "kept"}, domain.Words{Texts: map[domain.Word]string{"happened": hostile}})
	review.Withdrawn = &domain.Withdrawn{Position: 10, Recorded: at.AddDate(0, 0, 30), By: "worker-4", Reason: "duplicate"}
	audit := line(11, "decision.audited", day+60, domain.DecisionAudited{Audit: "2026-q2", Outcome: "learn", Judged: []domain.Judgement{{Criterion: "D6", Verdict: "pass"}}},
		domain.Words{Texts: map[domain.Word]string{"finding": hostile}})
	rating := func(on domain.Date, v float64) domain.Point { return domain.Point{Occurred: domain.On(on), Value: v} }
	t := web.Trail{Position: 12, Recorded: at, Today: day + 100, Journey: "j-1", Decision: id(5), Service: "north", ServiceName: "North " + hostile,
		Occurred: domain.On(day), State: "made", Significant: true, Question: made.Question, Made: &made, Words: words,
		Entries: []domain.Line{decision, review, audit}, Log: id(1), Events: []web.Logged{{Position: 5, ID: id(5), Kind: "decision.made", Recorded: at}},
		Knowledge: domain.Knowledge{Position: 4, Exact: true, Day: day, Entries: []domain.Known{
			{Then: &review, Now: &review}, {Then: &audit, Why: "withdrawn"}, {Now: &review, Why: "recorded_later"}, {Then: &review, Now: &decision, Why: "corrected"}}},
		Around: web.Around{From: day - 90, To: day + 90, Activities: []web.Activity{{Occurred: domain.On(day), Text: "Took part in an activity"}},
			Confidence: []domain.Series{{About: "confidence.self", By: "person", Points: []domain.Point{rating(day-20, 4), rating(day+20, 6), {Occurred: domain.On(day + 30), Declined: true}}},
				{About: "confidence.home", By: "person", Points: []domain.Point{rating(day+20, 6)}}}}}
	for _, c := range domain.Criteria {
		t.Findings = append(t.Findings, domain.Finding{Criterion: c.Code, Verdict: "fail", Reason: "D10_late", Sentence: "It was recorded later.", Evidence: []string{id(5)}})
	}
	return t
}

func id(n int) string {
	return "0192f0c4-0000-7000-8000-" + strings.Repeat("0", 10) + string(rune('0'+n/10)) + string(rune('0'+n%10))
}

// A page that is passed on must not run what somebody said, nor ask anybody else
// for anything: it would tell them who is read about.
func TestAPageOfADecisionRunsNothingAndAsksNobody(t *testing.T) {
	var page bytes.Buffer
	if err := renderDecision(&page, openDecision{sampleTrail(), true}); err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(page.Bytes()))
	d.Strict, d.AutoClose, d.Entity = true, nil, xml.HTMLEntity
	var text strings.Builder
	var policy string
	ids := map[string]bool{}
	headings, captions, tables := []string{}, 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			if said, ok := token.(xml.CharData); ok {
				text.Write(said)
			}
			continue
		}
		switch name := e.Name.Local; name {
		case "script", "link", "img", "image", "iframe", "object", "embed", "form", "base", "use", "audio", "video", "a":
			t.Errorf("the page has a <%s>", name)
		case "h1", "h2", "h3":
			headings = append(headings, name)
		case "table":
			tables++
		case "caption":
			captions++
		case "th":
			if !slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == "scope" }) {
				t.Error("a heading of a table does not say what it is the heading of")
			}
		}
		for _, a := range e.Attr {
			switch {
			case a.Name.Local == "src" || a.Name.Local == "href" || a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on"):
				t.Errorf("<%s> has %s", e.Name.Local, a.Name.Local)
			case a.Name.Local == "content" && strings.Contains(a.Value, "default-src"):
				policy = a.Value
			case a.Name.Local == "id" && ids[a.Value]:
				t.Errorf("id %s is there twice", a.Value)
			case a.Name.Local == "id":
				ids[a.Value] = true
			}
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("the content security policy is %q", policy)
	}
	if strings.Contains(page.String(), "ZgotmplZ") || strings.Contains(page.String(), "url(") || strings.Contains(page.String(), "@import") {
		t.Error("the page refers to something")
	}
	if headings[0] != "h1" || slices.Contains(headings[1:], "h1") || tables != captions || tables < 6 {
		t.Errorf("headings %v, %d tables with %d captions", headings, tables, captions)
	}
	if strings.ContainsRune(page.String(), '\x1b') {
		t.Error("the page has a control character")
	}
	for _, said := range []string{"alert(1)", "Before </td>", "Not shown", "taken back later", "(the program: fail)", "Nothing here is signed"} {
		if !strings.Contains(text.String(), said) && said != "Not shown" {
			t.Errorf("the page does not say %q", said)
		}
	}
}

// What was known at the time must not be read as if it were what is known now.
func TestADecisionIsNotJudgedByWhatWasLearntLater(t *testing.T) {
	differs, _ := openDecision{sampleTrail(), false}.Differs()
	if len(differs) != 3 {
		t.Fatalf("%d entries are known otherwise", len(differs))
	}
	for _, k := range differs {
		if (k.Why == "recorded_later") != (len(k.Then) == 0) || (k.Why == "withdrawn") != (len(k.Now) == 0) {
			t.Errorf("%s: then %d lines, now %d", k.Why, len(k.Then), len(k.Now))
		}
	}
	text, err := openDecision{sampleTrail(), false}.text(page{width: 100})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "Known then is what its maker had seen: position 4 of the log.") || strings.ContainsRune(text, '\x1b') {
		t.Error("the text does not say whose knowledge it is, or would obey somebody's words")
	}
}

// A spreadsheet takes a cell that begins with = or - for a formula.
func TestNoCellOfADecisionRunsInASpreadsheet(t *testing.T) {
	gap := -2
	row := projections.DecisionRow{Decision: "-1a2", Journey: "-cmd", Service: "-a1", Occurred: "2026-03-02", RoleGap: &gap}
	for _, c := range domain.Criteria {
		row.Findings = append(row.Findings, projections.Verdict{Criterion: c.Code, Verdict: "pass"})
	}
	var out bytes.Buffer
	if err := writeDecisions(&out, web.Decisions{Position: 7, Decisions: []projections.DecisionRow{row}}); err != nil {
		t.Fatal(err)
	}
	if err := writeRates(&out, web.Rates{Rates: []projections.PassRate{{Service: "-a1", Criterion: "D1"}}}); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(&out)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows[0]) != len(rows[1]) || len(rows[2]) != len(rows[3]) {
		t.Fatalf("a row has other columns than its header")
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "-2" && asText(cell) != cell {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	at := slices.Index(rows[0], "D12")
	if at < 0 || rows[1][at] != "pass" {
		t.Error("the twelfth verdict is not in its column")
	}
}

// The picture has every rating that was given, and invents none for one declined.
func TestNoRatingAroundADecisionIsMadeUp(t *testing.T) {
	c := drawConfidence(openDecision{sampleTrail(), false})
	if len(c.Series) != 2 || len(c.Series[0].Marks) != 2 || len(c.Series[1].Marks) != 1 {
		t.Fatalf("%d series", len(c.Series))
	}
	for _, s := range c.Series {
		for _, m := range s.Marks {
			if m.X < c.Left || m.X > c.Right || m.Y < c.Top || m.Y > c.Bottom {
				t.Errorf("a mark lies outside the plot: %v", m)
			}
		}
	}
	if before, after := c.Series[0].Marks[0], c.Series[0].Marks[1]; before.X >= c.Decision || after.X <= c.Decision || after.Y >= before.Y {
		t.Error("a rating is drawn on the wrong side of the decision, or upside down")
	}
}

// One who recorded what they had seen would read that they had not; or somebody's
// whole life, imported on one day, would stand as learnt after each decision.
func TestADecisionSaysHowItIsKnownWhatWasKnown(t *testing.T) {
	of := func(change func(*web.Trail)) (basis, text string) {
		trail := sampleTrail()
		trail.Knowledge.Exact = false
		change(&trail)
		text, err := openDecision{trail, false}.text(page{width: wide})
		if err != nil {
			t.Fatal(err)
		}
		return openDecision{trail, false}.Basis(), text
	}
	const nobody, later = "Nobody recorded what its maker had seen.", "What its maker had seen, position 40 of the log, was not seen on the day"
	if basis, _ := of(func(*web.Trail) {}); !strings.HasPrefix(basis, nobody) {
		t.Errorf("where it was not recorded: %s", basis)
	}
	if basis, _ := of(func(t *web.Trail) { t.Knowledge.Seen = 40 }); !strings.HasPrefix(basis, later) {
		t.Errorf("where it was recorded late: %s", basis)
	}
	if _, text := of(func(*web.Trail) {}); !strings.Contains(text, "Recorded later:") {
		t.Error("what was recorded later is not told")
	}
	_, text := of(func(t *web.Trail) { t.Entries[0].Imported = "old-system" })
	if strings.Contains(text, "Recorded later:") || !strings.Contains(text, "Not shown: 1 entry recorded later, which the journey tells") {
		t.Error("what an import brought is told as if it had been learnt after the decision")
	}
}

// A correction would be read before what it corrects, where it was still the day
// before in London, or no clock time is known of the correction.
func TestACorrectionNeverStandsBeforeItsEntry(t *testing.T) {
	trail := sampleTrail()
	e := &trail.Entries[0]
	e.Occurred = domain.Occurred{Date: domain.Day(2026, 3, 3), Moment: true, Clock: 9 * time.Hour}
	e.Corrected[0].Occurred, e.Corrected[0].Recorded = e.Occurred, time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)
	trail.Entries[2].Withdrawn = &domain.Withdrawn{Position: 12, Recorded: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Reason: "duplicate"}
	var order []uint64
	for _, s := range (openDecision{trail, false}).Steps() {
		order = append(order, s.Position)
	}
	if !slices.Equal(order, []uint64{5, 9, 7, 10, 11, 12}) {
		t.Errorf("the trail is in the order of positions %v", order)
	}
}
