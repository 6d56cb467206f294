package main

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// The templates have presentation attributes and class names only, so that a
// strict content security policy leaves a picture as it is.
//
//go:embed chart_*.tmpl chart.css
var chartFiles embed.FS

func chartTemplates() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"amount": domain.Chart.Amount, "number": func(c domain.Chart, v *float64) string { return c.Number(*v) }, "percent": percent, "percentAt": func(v *float64) string { return percent(*v) },
		"states": domain.FigureStates.Words, "causes": domain.SpecialCauses.Words, "variations": domain.Variations.Words,
		"rebases": domain.RebaseReasons.Words,
	}).ParseFS(chartFiles, "chart_*.tmpl"))
}

// A chartDrawing is a chart in pixels, as its template draws it.
type chartDrawing struct {
	frame
	Chart   domain.Chart
	Band    []box      // the usual range
	Means   []stroke   // the usual level
	Limits  []stroke   // the edges of the usual range
	Target  []stroke   // at most one
	Rebases []stroke   // where the chart starts again
	Curves  []polyline // through judged points
	Faint   []polyline // to points that are not judged
	Marks   []shaped
}

// writeChartSVG draws a chart as an SVG document that stands by itself. The same
// chart gives the same bytes.
func writeChartSVG(w io.Writer, c domain.Chart) error {
	return chartTemplates().ExecuteTemplate(w, "chart_xmr.svg.tmpl", drawChart(c))
}

// The plot, in pixels.
const (
	chartWidth = 800
	plotLeft   = 56
	plotRight  = 652 // beside it the lines are named
	plotHeight = 260
)

func drawChart(c domain.Chart) chartDrawing {
	d := chartDrawing{Chart: c}
	d.ID = chartName(c)
	d.Title = chartTitle(c) + ": " + map[domain.ChartKind]string{domain.ControlChart: "control chart", domain.RunChart: "run chart"}[c.Kind]
	d.Width = chartWidth
	d.heading(chartTitle(c), chartSubtitle(c))
	d.icons()
	d.Top = d.y + 30
	d.Bottom = d.Top + plotHeight
	d.y = d.Bottom
	s := newScale(c, d.Top, d.Bottom)
	for _, tick := range s.ticks {
		d.Grid = append(d.Grid, label{X: plotLeft - 8, Y: s.at(tick), Text: c.Number(tick), Anchor: "end"})
	}
	d.Base = s.at(max(s.low, 0))
	x := places(len(c.Points))
	if len(x) == 0 {
		d.Small = append(d.Small, label{X: (plotLeft + plotRight) / 2, Y: (d.Top + d.Bottom) / 2, Text: "No figures yet", Anchor: "middle"})
	}
	d.periods(c.Points, x)
	d.lines(c, s, x)
	d.points(c, s, x)
	d.rebases(c, x)
	d.nameLines(c, s)
	d.legend(chartLegend(c))
	d.paragraph(c.Sentence, 15)
	notes := chartNotes(c, s)
	for _, note := range notes {
		d.paragraph(note, 12)
	}
	d.Desc = c.Sentence + " " + strings.Join(notes, " ")
	if reasons := chartRebases(c); len(reasons) == 1 {
		d.Desc += " " + reasons[0] + "."
	}
	d.Height = d.y + 12
	return d
}

func chartTitle(c domain.Chart) string {
	return cmp.Or(c.Name, c.Service, "All services together") + ": " + figureTitle(c)
}

func figureTitle(c domain.Chart) string {
	if c.By != "" && c.By != "person" {
		return c.Title + ", rated by " + strings.ToLower(domain.RatedBys.Words(c.By))
	}
	return c.Title
}

func chartSubtitle(c domain.Chart) string {
	better := map[stats.Better]string{stats.Up: "up is better", stats.Down: "down is better"}[c.Better]
	return upperFirst(c.Unit) + ", by " + string(c.Every) + "; " + cmp.Or(better, "neither way is better by itself")
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// places gives the middle of each of n points from left to right.
func places(n int) []px {
	x := make([]px, n)
	step := px(plotRight-plotLeft) / px(max(n, 1))
	for i := range x {
		x[i] = plotLeft + step*(px(i)+0.5)
	}
	return x
}

// lines draws each segment's usual range and level in one stroke.
func (d *chartDrawing) lines(c domain.Chart, s scale, x []px) {
	half := px(plotRight-plotLeft) / px(2*max(len(x), 1))
	for from, to := 0, 0; from < len(c.Points); from = to {
		p := c.Points[from]
		for to = from + 1; to < len(c.Points) && c.Points[to].Segment == p.Segment && (c.Points[to].Mean != nil) == (p.Mean != nil); to++ {
		}
		if p.Mean == nil {
			continue
		}
		left, right := x[from]-half, x[to-1]+half
		upper, lower := s.clamped(*p.UpperLimit), s.clamped(*p.LowerLimit)
		d.Band = append(d.Band, box{left, upper, right - left, lower - upper})
		d.Means = append(d.Means, stroke{left, s.at(*p.Mean), right, s.at(*p.Mean)})
		for _, limit := range []float64{*p.UpperLimit, *p.LowerLimit} {
			if s.holds(limit) {
				d.Limits = append(d.Limits, stroke{left, s.at(limit), right, s.at(limit)})
			}
		}
	}
	if c.Target != nil && s.holds(*c.Target) {
		d.Target = []stroke{{plotLeft, s.at(*c.Target), plotRight, s.at(*c.Target)}}
	}
}

// points draws the marks, and joins neighbours that are there.
func (d *chartDrawing) points(c domain.Chart, s scale, x []px) {
	for i, p := range c.Points {
		if p.Value == nil {
			continue
		}
		y := s.at(*p.Value)
		d.Marks = append(d.Marks, shaped{x[i], y, markShape(c, p)})
		if i == 0 || c.Points[i-1].Value == nil || p.Rebased != "" {
			continue
		}
		before := c.Points[i-1]
		from := corner{x[i-1], s.at(*before.Value)}
		lines := &d.Curves
		if !p.Judged() || !before.Judged() {
			lines = &d.Faint
		}
		if n := len(*lines); n > 0 && (*lines)[n-1].end() == from {
			(*lines)[n-1] = append((*lines)[n-1], corner{x[i], y})
		} else {
			*lines = append(*lines, polyline{from, {x[i], y}})
		}
	}
}

// markShape names a point's shape: what it means by its form, and for an
// improvement also which way it went.
func markShape(c domain.Chart, p domain.ChartPoint) string {
	switch {
	case !p.Judged():
		return "open"
	case p.Verdict == "improvement":
		return improvementShape(c)
	case p.Verdict != "":
		return p.Verdict
	}
	return "common"
}

func improvementShape(c domain.Chart) string {
	if c.Better == stats.Down {
		return "improvement_down"
	}
	return "improvement_up"
}

// rebases draws a rule where the chart starts again, with the reason above the
// plot. Several have numbers, and their reasons are in the small print.
func (d *chartDrawing) rebases(c domain.Chart, x []px) {
	half := px(plotRight-plotLeft) / px(2*max(len(x), 1))
	reasons := chartRebases(c)
	for i, p := range c.Points {
		if p.Rebased == "" {
			continue
		}
		at, top := x[i]-half, d.Top-8
		reason := label{X: at + 4, Y: top - 2, Text: reasons[0]}
		if len(reasons) > 1 {
			reason.Text = strconv.Itoa(len(d.Rebases) + 1)
		}
		if reason.X+textWidth(reason.Text, 12) > chartWidth-8 {
			reason.X, reason.Anchor = at-4, "end"
		}
		d.Rebases = append(d.Rebases, stroke{at, top - 12, at, d.Bottom})
		d.Small = append(d.Small, reason)
	}
}

// chartRebases says why a chart starts again, each time it does.
func chartRebases(c domain.Chart) (reasons []string) {
	for _, p := range c.Points {
		if p.Rebased != "" {
			reasons = append(reasons, "Starts again: "+lowerFirst(domain.RebaseReasons.Words(p.Rebased)))
		}
	}
	return reasons
}

func lowerFirst(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// nameLines names the latest lines at the right of the plot, kept apart.
func (d *chartDrawing) nameLines(c domain.Chart, s scale) {
	var names []label
	name := func(what string, v float64) {
		if s.holds(v) {
			names = append(names, label{X: plotRight + 8, Y: s.at(v) + 4, Text: what + " " + c.Number(v)})
		}
	}
	if p, ok := latestLines(c); ok {
		name("upper limit", *p.UpperLimit)
		name("usual level", *p.Mean)
		name("lower limit", *p.LowerLimit)
	}
	if c.Target != nil {
		name("target", *c.Target)
	}
	slices.SortStableFunc(names, func(a, b label) int { return cmp.Compare(a.Y, b.Y) })
	const gap = 15
	for i := 1; i < len(names); i++ {
		names[i].Y = max(names[i].Y, names[i-1].Y+gap)
	}
	if n := len(names); n > 0 && names[n-1].Y > d.Bottom+4 {
		names[n-1].Y = d.Bottom + 4
		for i := n - 2; i >= 0; i-- {
			names[i].Y = min(names[i].Y, names[i+1].Y-gap)
		}
	}
	d.Small = append(d.Small, names...)
}

// latestLines gives the last point that has lines.
func latestLines(c domain.Chart) (domain.ChartPoint, bool) {
	for _, p := range slices.Backward(c.Points) {
		if p.Mean != nil {
			return p, true
		}
	}
	return domain.ChartPoint{}, false
}

// icons draws the two icons in a row, each with its words.
func (d *chartDrawing) icons() {
	variation := cmp.Or(d.Chart.Variation, "not_judged")
	if variation == "improvement" {
		variation = improvementShape(d.Chart)
	}
	words := cmp.Or(domain.Variations.Words(d.Chart.Variation), "Not judged")
	d.Icons = append(d.Icons, icon{shaped{32, d.y + 20, variation}, label{X: 56, Y: d.y + 25, Text: words}})
	if d.Chart.Assurance != "" {
		left := 56 + textWidth(words, 15) + 40
		words = domain.Assurances.Words(d.Chart.Assurance) + ": " + d.Chart.Number(*d.Chart.Target)
		d.Icons = append(d.Icons, icon{shaped{left, d.y + 20, d.Chart.Assurance}, label{X: left + 24, Y: d.y + 25, Text: words}})
	}
	d.y += 44
}

// chartLegend lists the marks and lines that occur, with their words.
func chartLegend(c domain.Chart) (keys []key) {
	words := map[string]string{
		"common": "usual ups and downs", "improvement_up": "improvement", "improvement_down": "improvement",
		"concern": "concern", "neutral": "a change", "open": "not judged: not over, or may still change",
	}
	if c.Kind == domain.RunChart {
		words["common"], words["open"] = "a "+string(c.Every), "not over, or may still change"
	}
	seen := map[string]bool{}
	for _, p := range c.Points {
		if p.Value != nil {
			seen[markShape(c, p)] = true
		}
		if p.Mixed {
			words["open"] = "not judged: not over, may still change, or before and after a restart"
		}
	}
	for _, shape := range []string{"common", "improvement_up", "improvement_down", "concern", "neutral", "open"} {
		if seen[shape] {
			keys = append(keys, key{Shape: shape, Text: words[shape]})
		}
	}
	if _, ok := latestLines(c); ok {
		keys = append(keys, key{Shape: "mean", Text: "usual level"}, key{Shape: "limit", Text: "usual range"})
	}
	if c.Target != nil {
		keys = append(keys, key{Shape: "target", Text: "target"})
	}
	return keys
}

// chartNotes are the small print: the latest numbers, and how it was drawn.
func chartNotes(c domain.Chart, s scale) (notes []string) {
	if p, ok := c.Latest(); ok {
		latest := "Latest judged: "
		if c.Kind == domain.RunChart {
			latest = "Latest: "
		}
		latest += p.Period.Words() + ", " + c.Amount(p)
		if p.Lower != nil && p.Upper != nil {
			latest += fmt.Sprintf(", 95%% interval %s to %s", c.Number(*p.Lower), c.Number(*p.Upper))
		}
		if !strings.Contains(latest, "n = ") {
			latest += fmt.Sprintf("; n = %d", p.N)
		}
		notes = append(notes, fmt.Sprintf("%s; missing %d.", latest, p.Missing))
	}
	if c.Kind == domain.ControlChart {
		note := fmt.Sprintf("XmR chart, %s edition of the rules", c.Edition)
		if c.Screened {
			note += "; limits are screened: moves far larger than the rest do not widen them"
		}
		if c.Trial {
			note += "; trial limits, from fewer than 13 points"
		}
		notes = append(notes, note+".")
	}
	if p, ok := latestLines(c); ok {
		for _, limit := range []struct {
			name string
			v    float64
		}{{"upper", *p.UpperLimit}, {"lower", *p.LowerLimit}} {
			if !s.holds(limit.v) {
				notes = append(notes, fmt.Sprintf("The %s limit, %s, lies beyond the scale and is not drawn.", limit.name, c.Number(limit.v)))
			}
		}
	}
	if reasons := chartRebases(c); len(reasons) > 1 {
		for i, reason := range reasons {
			notes = append(notes, strconv.Itoa(i+1)+". "+reason+".")
		}
	}
	made := fmt.Sprintf("Definition version %d", c.Version)
	if c.Position > 0 {
		made += fmt.Sprintf("; position %d of the log", c.Position)
	}
	return append(notes, made+".")
}
