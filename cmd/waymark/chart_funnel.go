package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// A funnelDrawing is a comparison in pixels, as its template draws it.
type funnelDrawing struct {
	frame
	Level  stroke     // the share among all people
	Wide   []polyline // limits at 99.8 %
	Narrow []polyline // limits at 95 %, where there are any
	Marks  []shaped
	Names  []label // of services that differ
}

// writeFunnelSVG draws a comparison of services as an SVG document that stands by
// itself. Only services that differ are named in it. The same comparison gives
// the same bytes.
func writeFunnelSVG(w io.Writer, c domain.Comparison) error {
	return chartTemplates().ExecuteTemplate(w, "chart_funnel.svg.tmpl", drawFunnel(c))
}

func drawFunnel(c domain.Comparison) funnelDrawing {
	var d funnelDrawing
	d.ID, d.Title, d.Width = funnelName(c), funnelTitle(c)+": funnel plot", chartWidth
	d.heading(funnelTitle(c), upperFirst(c.Unit)+", by how many people each service has")
	d.Top = d.y + 12
	d.Bottom = d.Top + plotHeight
	d.Base = d.Bottom
	s := scale{high: 1, top: d.Top, bottom: d.Bottom}
	for i := range 6 {
		d.Grid = append(d.Grid, label{X: plotLeft - 8, Y: s.at(float64(i) / 5), Text: percent(float64(i) / 5)})
	}
	largest := 1
	for _, p := range c.Points {
		largest = max(largest, p.Denominator)
	}
	people := scale{high: float64(largest) * 1.05, top: plotRight, bottom: plotLeft} // across
	step := max(niceStep(people.high/8), 1)
	for n := 0.0; n <= people.high; n += step {
		d.Periods = append(d.Periods, label{X: people.at(n), Y: d.Bottom + 18, Text: fmt.Sprint(n), Anchor: "middle"})
	}
	d.Periods = append(d.Periods, label{X: (plotLeft + plotRight) / 2, Y: d.Bottom + 36, Text: "people in the service", Anchor: "middle"})
	d.y = d.Bottom + 40
	d.Level = stroke{plotLeft, s.at(c.Theta), plotRight, s.at(c.Theta)}
	d.Small = append(d.Small, label{X: plotRight + 8, Y: s.at(c.Theta) + 4, Text: "all together " + percent(c.Theta)})
	d.curves(c, s, people)
	for _, p := range c.Points {
		m := shaped{people.at(float64(p.Denominator)), s.at(p.Rate), "common"}
		if p.Verdict != "" {
			m.Shape = map[string]string{stats.Differs95: "edge", stats.Differs998: "neutral"}[p.Verdict]
			name := label{X: m.X + 11, Y: m.Y + 4.5, Text: p.Service}
			if name.X+textWidth(name.Text, 13) > plotRight {
				name.X, name.Anchor = m.X-11, "end"
			}
			d.Names = append(d.Names, name)
		}
		d.Marks = append(d.Marks, m)
	}
	d.legend(funnelLegend(c))
	d.paragraph(c.Sentence, 15)
	notes := funnelNotes(c)
	for _, note := range notes {
		d.paragraph(note, 12)
	}
	d.Desc = c.Sentence + " " + strings.Join(notes, " ")
	d.Height = d.y + 12
	return d
}

// curves draws the limits through as many places as the comparison gives.
func (d *funnelDrawing) curves(c domain.Comparison, s, people scale) {
	var lower, upper, lower95, upper95 polyline
	for _, l := range c.Limits {
		x := people.at(float64(l.N))
		if x > plotRight {
			break
		}
		lower, upper = append(lower, corner{x, s.at(l.Lower998)}), append(upper, corner{x, s.at(l.Upper998)})
		if l.Lower95 != nil && l.Upper95 != nil {
			lower95, upper95 = append(lower95, corner{x, s.at(*l.Lower95)}), append(upper95, corner{x, s.at(*l.Upper95)})
		}
	}
	d.Wide = []polyline{upper, lower}
	if len(lower95) > 0 {
		d.Narrow = []polyline{upper95, lower95}
	}
	name := func(curve polyline, text string) {
		if len(curve) > 0 {
			d.Small = append(d.Small, label{X: plotRight + 8, Y: curve.end().Y + 4, Text: text})
		}
	}
	name(upper, "upper limit, 99.8%")
	name(lower, "lower limit, 99.8%")
}

func funnelTitle(c domain.Comparison) string {
	return c.Title + ", " + c.Period.Words() + ": " + lowerFirst(domain.ServiceKinds.Words(c.Kind)) + " services"
}

func funnelLegend(c domain.Comparison) []key {
	keys := []key{{Shape: "common", Text: "a service"}}
	edge, differs := false, false
	for _, p := range c.Points {
		edge = edge || p.Verdict == stats.Differs95
		differs = differs || p.Verdict == stats.Differs998
	}
	if differs {
		keys = append(keys, key{Shape: "neutral", Text: "differs from the group by more than chance"})
	}
	if edge {
		keys = append(keys, key{Shape: "edge", Text: "outside the 95% limits only"})
	}
	keys = append(keys, key{Shape: "mean", Text: "all together"}, key{Shape: "wide", Text: "99.8% limits"})
	if len(c.Limits) > 0 && c.Limits[0].Lower95 != nil {
		keys = append(keys, key{Shape: "narrow", Text: "95% limits"})
	}
	return keys
}

// funnelNotes are the small print.
func funnelNotes(c domain.Comparison) []string {
	yes, people := 0, 0
	for _, p := range c.Points {
		yes, people = yes+p.Numerator, people+p.Denominator
	}
	how := fmt.Sprintf("All together %s (%d of %d) in %d services. Services with fewer than 10 people are not shown: %d.", percent(c.Theta), yes, people, len(c.Points), c.Hidden)
	if c.NotCompared > 0 {
		how += fmt.Sprintf(" Not compared, for nothing was recorded or it may still change: %d.", c.NotCompared)
	}
	limits := "Limits at 99.8% only, for there are fewer than 10 services"
	if len(c.Limits) > 0 && c.Limits[0].Lower95 != nil {
		limits = "Limits at 95% and 99.8%"
	}
	if c.Method == stats.Overdispersed && c.Phi != nil && c.Tau2 != nil {
		limits += fmt.Sprintf(", with over-dispersion allowed for (φ %.2f, τ² %.4f)", *c.Phi, *c.Tau2)
	}
	made := fmt.Sprintf("Definition version %d", c.Version)
	if c.Position > 0 {
		made += fmt.Sprintf("; position %d of the log", c.Position)
	}
	return []string{how, limits + ".", made + "."}
}

func percent(v float64) string { return domain.Chart{Share: true}.Number(v) }
