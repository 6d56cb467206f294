package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/waymark/waymark/domain"
)

// A reportDrawing is a picture of the report in pixels, as its template draws it.
type reportDrawing struct {
	frame
	Boxes  []paintedBox
	Lines  []paintedStroke
	Curves []paintedCurve
	Marks  []shaped
	Bold   []label
	Inside []label // on a box: as long as it fits there
	Bright []label // on a dark box
}

// What is drawn with a pen of its own, which is an arm's or what a box means.
type (
	paintedBox struct {
		box
		Pen string
	}
	paintedStroke struct {
		stroke
		Pen string
	}
	paintedCurve struct {
		polyline
		Pen string
	}
)

// mostPens is how many arms look different from one another, by form and by the
// dashes of their lines; colour only repeats it. Further ones begin again.
const mostPens = 4

func penOf(arm int) string { return "arm" + strconv.Itoa(arm%mostPens) }

func (d reportDrawing) write(w io.Writer) error {
	t, err := reportTemplates()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "evaluate_report.svg.tmpl", d)
}

// begin lays out what stands above a plot.
func (d *reportDrawing) begin(id, title, subtitle string) {
	d.ID, d.Title, d.Width = id, title, chartWidth
	for _, line := range wrap(subtitle, 14, chartWidth-32) {
		d.y += 20
		d.Subtitle = append(d.Subtitle, label{X: 16, Y: d.y, Text: line})
	}
	d.Top = d.y + 20
	d.Bottom = d.Top + plotHeight
	d.Base = d.Bottom
}

// end lays out what stands below it; said goes before the small print for those
// who hear the picture instead of seeing it.
func (d *reportDrawing) end(keys []key, said string, notes ...string) {
	d.legend(keys)
	d.Desc = said
	for _, note := range notes {
		d.paragraph(note, 12)
		d.Desc += " " + note
	}
	d.Height = d.y + 12
}

// drawMeans draws people's mean in each period, a mark for each arm with its
// interval, and under each period how many were seen.
func drawMeans(m reportMeasure) reportDrawing {
	var d reportDrawing
	d.begin(m.ID+"-means", m.Title+": people’s mean in each period", "Points; "+m.Direction())
	s := meansScale(m, d.Top, d.Bottom)
	for _, tick := range s.ticks {
		d.Grid = append(d.Grid, label{X: plotLeft - 8, Y: s.at(tick), Text: fixed(tick, s.decimals), Anchor: "end"})
	}
	x := places(len(m.Periods))
	// As many periods are named as there is room for.
	step, every := px(plotRight-plotLeft)/px(max(len(x), 1)), 1
	for step*px(every) < 60 {
		every++
	}
	row := d.Bottom + 18
	most := 0
	for i, p := range m.Periods {
		if i%every != 0 {
			continue
		}
		lines := wrap(p.Words, 13, step*px(every)-8)
		most = max(most, len(lines))
		for j, line := range lines {
			d.Periods = append(d.Periods, label{X: x[i], Y: row + px(j)*16, Text: line, Anchor: "middle"})
		}
	}
	row += px(most)*16 + 4
	d.Small = append(d.Small, label{X: 16, Y: row, Text: "Seen"})
	var names []label
	for a, arm := range m.Arms {
		shift := (px(a) - px(len(m.Arms)-1)/2) * 16
		var line polyline
		for i, cell := range arm.Cells {
			if i%every == 0 {
				d.Small = append(d.Small, label{X: x[i], Y: row, Text: cell.Seen + " of " + cell.People, Anchor: "middle"})
			}
			if cell.Mean == nil {
				continue
			}
			at := corner{x[i] + shift, s.at(*cell.Mean)}
			line = append(line, at)
			d.Marks = append(d.Marks, shaped{at.X, at.Y, penOf(a)})
			if cell.Lower != nil && cell.Upper != nil {
				low, high := s.at(*cell.Lower), s.at(*cell.Upper)
				for _, l := range []stroke{{at.X, low, at.X, high}, {at.X - 5, low, at.X + 5, low}, {at.X - 5, high, at.X + 5, high}} {
					d.Lines = append(d.Lines, paintedStroke{l, "interval " + penOf(a)})
				}
			}
		}
		if len(line) > 0 {
			names = append(names, label{X: plotRight + 8, Y: line.end().Y + 4, Text: cut(arm.Words, 14)})
		}
		if len(line) > 1 {
			d.Curves = append(d.Curves, paintedCurve{line, penOf(a)})
		}
		d.Small = append(d.Small, label{X: plotRight + 8, Y: row, Text: cut("of "+arm.Words, 13)})
		row += 17
	}
	if len(d.Marks) == 0 {
		d.Small = append(d.Small, label{X: (plotLeft + plotRight) / 2, Y: (d.Top + d.Bottom) / 2, Text: "Nothing to draw", Anchor: "middle"})
	}
	if len(m.Arms) > 1 {
		d.Bold = append(d.Bold, apart(names, d.Bottom)...)
	}
	d.y = row - 10
	keys := []key{{Shape: "interval", Text: "95% interval"}}
	if len(m.Arms) > 1 {
		keys = armKeys(m.Arms, keys...)
	}
	notes := []string{"Each mean is of those who were seen then, who need not be the same people each time: how the same people moved is shown apart."}
	if s.low > 0 {
		notes = append(notes, "The scale does not begin at nought.")
	}
	d.end(keys, m.meansSaid(), notes...)
	return d
}

// apart moves names down so that none covers another, and the last up again.
func apart(names []label, bottom px) []label {
	const gap = 16
	slices.SortStableFunc(names, func(a, b label) int { return cmp.Compare(a.Y, b.Y) })
	for i := 1; i < len(names); i++ {
		names[i].Y = max(names[i].Y, names[i-1].Y+gap)
	}
	if n := len(names); n > 0 && names[n-1].Y > bottom {
		names[n-1].Y = bottom
		for i := n - 2; i >= 0; i-- {
			names[i].Y = min(names[i].Y, names[i+1].Y-gap)
		}
	}
	return names
}

// cut shortens a name to the room beside the plot; the legend has it whole.
func cut(name string, size px) string {
	letters := []rune(name)
	for n := len(letters); n > 0; n-- {
		text := string(letters[:n])
		if n < len(letters) {
			text += "…"
		}
		if textWidth(text, size) < chartWidth-plotRight-12 {
			return text
		}
	}
	return ""
}

func armKeys(arms []reportArm, more ...key) (keys []key) {
	for a, arm := range arms {
		keys = append(keys, key{Shape: penOf(a), Text: arm.Words})
	}
	return append(keys, more...)
}

// A meansAxis is the scale of means, with as many decimals as its steps need.
type meansAxis struct {
	scale
	decimals int
}

// meansScale fits all means and intervals, and need not begin at nought.
func meansScale(m reportMeasure, top, bottom px) meansAxis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, arm := range m.Arms {
		for _, cell := range arm.Cells {
			for _, v := range []*float64{cell.Mean, cell.Lower, cell.Upper} {
				if v != nil {
					low, high = min(low, *v), max(high, *v)
				}
			}
		}
	}
	if low > high {
		low, high = 0, 1
	}
	step := niceStep(max(high-low, 1e-6) / 4)
	s := meansAxis{scale: scale{low: math.Floor(low/step) * step, high: math.Ceil(high/step) * step, top: top, bottom: bottom}}
	if s.high <= s.low {
		s.high = s.low + step
	}
	s.decimals = max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	for i := range int(math.Round((s.high-s.low)/step)) + 1 {
		s.ticks = append(s.ticks, s.low+float64(i)*step)
	}
	return s
}

// drawMoves draws everybody in each arm as one bar: those with both ratings, by how
// they moved where a norm tells, and those without, as large as they are many.
func drawMoves(m reportMeasure) reportDrawing {
	const left, right, height = 150, 652, 26
	var d reportDrawing
	d.begin(m.ID+"-moves", m.Title+": everybody, by how they moved", "Everybody in each arm, those without both ratings too")
	d.Top = 0 // no plot: bars one below another
	d.y += 8
	for p, to := range m.Later() {
		d.y += 24
		d.Bold = append(d.Bold, label{X: 16, Y: d.y, Text: m.Periods[0].Words + " to " + to.Words})
		d.y += 8
		for _, arm := range m.Arms {
			move := arm.Moves[p]
			name := arm.Words
			if len(m.Arms) == 1 {
				name = "everybody"
			}
			lines := wrap(name, 13, left-28)
			for i, line := range lines {
				d.Small = append(d.Small, label{X: left - 8, Y: d.y + 17 + px(i)*14, Text: line, Anchor: "end"})
			}
			at := px(left)
			for _, part := range move.Parts {
				if move.Total == 0 || part.N == 0 {
					continue
				}
				width := px(right-left) * px(part.N) / px(move.Total)
				d.Boxes = append(d.Boxes, paintedBox{box{at, d.y, width, height}, part.Pen})
				text := label{X: at + width/2, Y: d.y + 17.5, Text: strconv.Itoa(part.N), Anchor: "middle"}
				if part.rest {
					text.Text = part.Words
				} else if long := part.said(); textWidth(long, 13) < width-8 {
					text.Text = long
				}
				if textWidth(text.Text, 13) < width-4 {
					if part.Pen == "better" || part.Pen == "both" {
						d.Bright = append(d.Bright, text)
					} else {
						d.Inside = append(d.Inside, text)
					}
				}
				at += width
			}
			said := "of " + move.People
			if move.Total == 0 {
				said += ": small numbers are hidden"
				d.Small = append(d.Small, label{X: left, Y: d.y + 17, Text: said})
			} else {
				d.Small = append(d.Small, label{X: right + 8, Y: d.y + 17, Text: said})
			}
			d.y += max(height+6, px(len(lines))*14+8)
		}
	}
	d.end(moveKeys(m), m.movesSaid())
	return d
}

func moveKeys(m reportMeasure) (keys []key) {
	seen := map[string]bool{}
	words := map[string]string{}
	for _, arm := range m.Arms {
		for _, move := range arm.Moves {
			for _, part := range move.Parts {
				seen[part.Pen], words[part.Pen] = seen[part.Pen] || part.N > 0, part.Words
			}
		}
	}
	for _, pen := range []string{"better", "same", "worse", "both", "missing"} {
		if seen[pen] {
			keys = append(keys, key{Shape: pen, Text: words[pen]})
		}
	}
	return keys
}

// drawSurvival draws the share of each arm still there, day by day.
func drawSurvival(arms []reportArm, all []domain.Survival) reportDrawing {
	var d reportDrawing
	d.begin("survival-curves", "The share of people whose support goes on", "Share of people still there, by days since their support began")
	s := scale{high: 1, top: d.Top, bottom: d.Bottom}
	for i := range 6 {
		d.Grid = append(d.Grid, label{X: plotLeft - 8, Y: s.at(float64(i) / 5), Text: percent(float64(i) / 5), Anchor: "end"})
	}
	last := 1.0
	for _, c := range all {
		if n := len(c.Steps); n > 0 {
			last = max(last, c.Steps[n-1].Day)
		}
	}
	step := max(niceStep(last/6), 1)
	days := scale{high: math.Ceil(last/step) * step, top: plotRight, bottom: plotLeft} // across
	for day := 0.0; day <= days.high; day += step {
		d.Periods = append(d.Periods, label{X: days.at(day), Y: d.Bottom + 18, Text: fmt.Sprint(day), Anchor: "middle"})
	}
	d.Periods = append(d.Periods, label{X: (plotLeft + plotRight) / 2, Y: d.Bottom + 36, Text: "days since support began", Anchor: "middle"})
	row := d.Bottom + 58
	d.Small = append(d.Small, label{X: 16, Y: row, Text: "People still followed on that day"})
	row += 17
	var names []label
	for a, c := range all {
		for _, bound := range []struct {
			of  func(domain.SurvivalStep) *float64
			pen string
		}{{func(x domain.SurvivalStep) *float64 { return x.Lower }, "limit " + penOf(a)}, {func(x domain.SurvivalStep) *float64 { return x.Upper }, "limit " + penOf(a)}} {
			if line := stepLine(c, days, s, bound.of); len(line) > 1 {
				d.Curves = append(d.Curves, paintedCurve{line, bound.pen})
			}
		}
		line := stepLine(c, days, s, func(x domain.SurvivalStep) *float64 { return &x.There })
		d.Curves = append(d.Curves, paintedCurve{line, penOf(a)})
		names = append(names, label{X: plotRight + 8, Y: line.end().Y + 4, Text: cut(arms[a].Words, 14)})
		for day := 0.0; day <= days.high; day += step {
			d.Small = append(d.Small, label{X: days.at(day), Y: row, Text: strconv.Itoa(atRisk(c, day)), Anchor: "middle"})
		}
		d.Small = append(d.Small, label{X: plotRight + 20, Y: row, Text: cut("of "+arms[a].Words, 13)})
		row += 17
	}
	d.Bold = append(d.Bold, apart(names, d.Bottom)...)
	d.y = row - 10
	var keys []key
	for a := range all {
		keys = append(keys, key{Shape: "line " + penOf(a), Text: arms[a].Words})
	}
	d.end(append(keys, key{Shape: "narrow", Text: "95% limits"}), survivalSaid(arms, all))
	return d
}

// stepLine is a curve that holds from each step to the next; it begins at everybody.
func stepLine(c domain.Survival, days, s scale, of func(domain.SurvivalStep) *float64) polyline {
	line := polyline{{days.at(0), s.at(1)}}
	for _, x := range c.Steps {
		v := of(x)
		if v == nil {
			continue
		}
		line = append(line, corner{days.at(x.Day), line.end().Y}, corner{days.at(x.Day), s.at(*v)})
	}
	return line
}

// atRisk is how many are followed on a day.
func atRisk(c domain.Survival, day float64) int {
	for _, x := range c.Steps {
		if x.Day >= day {
			return x.AtRisk
		}
	}
	return 0
}
