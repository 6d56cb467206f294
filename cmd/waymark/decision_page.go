package main

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
)

//go:embed decision_page.html.tmpl decision_page.css chart.css
var decisionFiles embed.FS

// A decisionPage is one decision as a page that stands by itself.
type decisionPage struct {
	openDecision
	Style     template.CSS // the whole style sheet
	Digest    string       // of it, by which the content security policy knows it
	Differing []known
	Audited   []audited
	Picture   confidencePicture
}

// renderDecision writes a page that needs nothing else: it has no script, asks
// nobody for anything, and its content security policy holds it to that. The same
// decision gives the same bytes.
func renderDecision(w io.Writer, t openDecision) error {
	page := decisionPage{openDecision: t, Picture: drawConfidence(t)}
	for _, name := range []string{"chart.css", "decision_page.css"} {
		style, err := decisionFiles.ReadFile(name)
		if err != nil {
			return err
		}
		page.Style += template.CSS(style)
	}
	sum := sha256.Sum256([]byte(page.Style))
	page.Digest = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	page.Differing, _ = t.Differs()
	var err error
	if page.Audited, err = t.Audits(); err != nil {
		return err
	}
	templates, err := template.New("").Funcs(template.FuncMap{
		"minutes": func(at time.Time) string { return at.Format(minutes) },
		"exactly": func(at time.Time) string { return at.Format(web.Microseconds) },
		"lines":   wordLines,
	}).ParseFS(decisionFiles, "decision_page.html.tmpl")
	if err != nil {
		return err
	}
	return templates.ExecuteTemplate(w, "decision_page.html.tmpl", page)
}
