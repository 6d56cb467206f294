package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
)

//go:embed evaluate_report.html.tmpl evaluate_report.svg.tmpl evaluate_report.css
var reportFiles embed.FS

// reportTemplates are those of the report, and those of charts that it shows.
func reportTemplates() (*template.Template, error) {
	return chartTemplates().ParseFS(reportFiles, "evaluate_report.*.tmpl")
}

// A reportPage is everything that the report shows, in words.
type reportPage struct {
	Style  template.CSS
	Policy string // nothing but the style is allowed: no script, and nothing from elsewhere

	Title, Question string
	Position        uint64
	Facts           []reportFact
	Short           []reportPart // the answer's main figures, in sentences
	Contents        []reportLink
	Who             []string // the first of the sentences
	Flow, ArmsTable reportTable
	Measures        []reportMeasure
	Outcomes        []reportPart
	Pictures        []reportSection
	Limits          []string
	Definitions     []reportTerm
	Again           []string
}

type (
	reportTerm struct{ Name, Text string }
	reportFact struct {
		Name  string
		Texts []string
	}
	reportLink struct{ ID, Title string }

	// A reportSection is a section of its own.
	reportSection struct {
		ID, Title string
		Sentences []string
		Parts     []reportPart
	}

	// A reportPart is what stands under one heading: sentences, then a picture,
	// then its numbers.
	reportPart struct {
		Title     string
		Sentences []string
		Picture   template.HTML
		Caption   string
		Tables    []reportTable
	}

	// A reportTable is a table as it is shown. Its first columns, one unless heads
	// says more, say what a row is about.
	reportTable struct {
		ID, Caption string
		Under       string // the id of the heading that it is named by too, if any
		Columns     []reportColumn
		Rows        []reportRow
		heads       int
	}
	reportColumn struct {
		Name   string
		Number bool
	}
	reportRow struct {
		Cells []string
		Total bool
	}
)

// Heads says whether a column says what a row is about.
func (t reportTable) Heads(i int) bool { return i < max(t.heads, 1) }

// IsNumber says whether a column's cells are numbers.
func (t reportTable) IsNumber(i int) bool { return t.Columns[i].Number }

func (t *reportTable) add(cells ...string) { t.Rows = append(t.Rows, reportRow{Cells: cells}) }

// tidy leaves out the columns in which nothing stands, and which arm it is where
// there is but one.
func (t *reportTable) tidy(arms int) {
	if at := slices.Index(t.Columns, reportColumn{Name: "Arm"}); at >= 0 && arms == 1 {
		t.drop(at)
		t.heads--
	}
	for i := len(t.Columns) - 1; i >= max(t.heads, 1); i-- {
		if slices.ContainsFunc(t.Rows, func(r reportRow) bool { return r.Cells[i] != "" }) {
			continue
		}
		t.drop(i)
	}
}

func (t *reportTable) drop(column int) {
	t.Columns = slices.Delete(t.Columns, column, column+1)
	for i := range t.Rows {
		t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, column, column+1)
	}
}

// texts and numbers name columns.
func texts(names ...string) (all []reportColumn) {
	for _, name := range names {
		all = append(all, reportColumn{Name: name})
	}
	return all
}

func numbers(names ...string) (all []reportColumn) {
	for _, name := range names {
		all = append(all, reportColumn{Name: name, Number: true})
	}
	return all
}

// writeReport writes what an evaluation came to as one page of HTML that needs
// nothing else: no script, no file beside it, nothing from elsewhere. The same
// evaluation gives the same bytes.
func writeReport(w io.Writer, e *evaluated) error {
	style, err := reportFiles.ReadFile("evaluate_report.css")
	if err != nil {
		return err
	}
	page, err := reportOf(e)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(style)
	page.Style = template.CSS(style)
	page.Policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) + "'"
	t, err := reportTemplates()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "evaluate_report.html.tmpl", page)
}

func reportOf(e *evaluated) (reportPage, error) {
	p := reportPage{Title: e.Spec.Title, Question: e.Spec.Question, Position: e.Position}
	periods := reportPeriods(e)
	p.Facts = []reportFact{
		{"Periods", periodNames(e)},
		{"What had happened by", []string{e.AsOf.String()}},
		{"What was recorded by", []string{"position " + strconv.FormatUint(e.Position, 10) + " of the log " + e.Log + ", " + e.Recorded.UTC().Format("2006-01-02 15:04:05 UTC")}},
		{"Small numbers", []string{smallNumbers(e)}},
	}
	p.who(e)
	var err error
	if p.Measures, err = reportMeasures(e, periods); err != nil {
		return p, err
	}
	p.Short = []reportPart{{Sentences: p.Who}}
	for _, m := range p.Measures {
		p.Short = append(p.Short, m.short())
	}
	p.Outcomes = reportOutcomes(e, periods)
	p.Short = append(p.Short, shortOutcomes(e)...)
	if p.Pictures, err = reportPictures(e); err != nil {
		return p, err
	}
	for _, s := range p.Pictures {
		if len(s.Sentences) > 0 {
			p.Short = append(p.Short, reportPart{Title: s.Title, Sentences: s.Sentences})
		}
	}
	p.Limits = reportLimits(e)
	p.Definitions = reportDefinitions(e)
	p.Again = reportAgain(e)
	p.contents()
	return p, nil
}

// contents lists the sections in their order.
func (p *reportPage) contents() {
	add := func(id, title string) { p.Contents = append(p.Contents, reportLink{id, title}) }
	add("who", "Who is in it, and who is not")
	for _, m := range p.Measures {
		add(m.ID, m.Title)
	}
	if len(p.Outcomes) > 0 {
		add("outcomes", "Outcomes")
	}
	for _, s := range p.Pictures {
		add(s.ID, s.Title)
	}
	add("limits", "What this cannot say")
	if len(p.Definitions) > 0 {
		add("definitions", "What was counted, exactly")
	}
	add("repeat", "How to repeat it")
}

// drawn is a picture to stand in the page.
func drawn(write func(io.Writer) error) (template.HTML, error) {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return "", err
	}
	return template.HTML(strings.TrimLeft(b.String(), "\n")), nil // made by a template that escapes
}

// armWords names an arm: a service that is set beside the others by its own name.
func (e *evaluated) armWords(arm string) string {
	for _, s := range e.Services {
		if s.ID == arm && arm == e.Spec.Compare.Service && s.Name != "" {
			return s.Name
		}
	}
	return inWordsOf(arm)
}

// inWordsOf writes a name of the spec for reading.
func inWordsOf(name string) string { return strings.ReplaceAll(name, "_", " ") }
