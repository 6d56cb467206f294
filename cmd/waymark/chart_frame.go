package main

import (
	"math"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// px is a length in pixels. It is written with at most one decimal, so that a
// picture is the same bytes everywhere.
type px float64

func (v px) String() string {
	return strconv.FormatFloat(math.Round(float64(v)*10)/10+0, 'f', -1, 64) // +0 so that no -0 is written
}

// The pieces of a picture.
type (
	corner struct{ X, Y px }
	stroke struct{ X1, Y1, X2, Y2 px }
	box    struct{ X, Y, Width, Height px }
	label  struct {
		X, Y   px
		Text   string
		Anchor string // start unless said
	}
	shaped struct {
		X, Y  px
		Shape string
	}
	icon struct {
		Mark shaped
		Text label
	}
	key struct {
		X, Y        px
		Shape, Text string
	}
	polyline []corner
)

func (p polyline) end() corner { return p[len(p)-1] }

// String writes the points for an SVG polyline.
func (p polyline) String() string {
	var b strings.Builder
	for i, at := range p {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(at.X.String() + "," + at.Y.String())
	}
	return b.String()
}

// A frame is what every picture has: a heading, a plot with its scale, a legend
// and paragraphs under it. What is added goes below what is there.
type frame struct {
	ID          string
	Title, Desc string
	Width       px
	Height      px
	Heading     []label
	Subtitle    []label
	Icons       []icon
	Top, Bottom px // of the plot
	Base        px // where 0 is
	Grid        []label
	Periods     []label
	Small       []label
	Legend      []key
	Sentence    []label

	y px // where the next piece goes
}

// Left and Right are the plot's sides.
func (frame) Left() px  { return plotLeft }
func (frame) Right() px { return plotRight }

func (f *frame) heading(title, subtitle string) {
	f.y = 10
	for _, line := range wrap(title, 20, chartWidth-32) {
		f.y += 24
		f.Heading = append(f.Heading, label{X: 16, Y: f.y, Text: line})
	}
	for _, line := range wrap(subtitle, 14, chartWidth-32) {
		f.y += 20
		f.Subtitle = append(f.Subtitle, label{X: 16, Y: f.y, Text: line})
	}
	f.y += 6
}

// legend lays the keys out in rows.
func (f *frame) legend(keys []key) {
	f.y += 26
	left := px(16)
	for _, k := range keys {
		width := 38 + textWidth(k.Text, 13)
		if left > 16 && left+width > chartWidth-16 {
			left = 16
			f.y += 22
		}
		k.X, k.Y = left, f.y
		f.Legend = append(f.Legend, k)
		left += width
	}
	f.y += 8
}

// paragraph adds lines of 15 pixels, the sentence, or of 12, the small print.
func (f *frame) paragraph(text string, size px) {
	for _, line := range wrap(text, size, chartWidth-32) {
		f.y += size + 5
		l := label{X: 16, Y: f.y, Text: line}
		if size > 12 {
			f.Sentence = append(f.Sentence, l)
		} else {
			f.Small = append(f.Small, l)
		}
	}
	f.y += 1
}

// periods names the periods under the plot, as many as there is room for, and
// the years below them.
func (f *frame) periods(points []domain.ChartPoint, x []px) {
	months := []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	step := px(plotRight-plotLeft) / px(max(len(x), 1))
	every := 12
	for _, n := range []int{1, 3, 6} {
		if step*px(n) >= 28 {
			every = n
			break
		}
	}
	lastYear := px(math.Inf(-1))
	for i, p := range points {
		first, last := p.Period.Months()
		month, year := first%12, strconv.Itoa(first/12)
		name := months[month]
		if length := last - first + 1; length == 3 {
			name = "Q" + strconv.Itoa(month/3+1)
			if every > 1 && month != 0 {
				name = ""
			}
		} else if month%every != 0 {
			name = ""
		}
		if name != "" {
			f.Periods = append(f.Periods, label{X: x[i], Y: f.Bottom + 18, Text: name, Anchor: "middle"})
		}
		if (i == 0 && 12-month > 2) || month == 0 {
			if x[i]-lastYear >= 40 {
				f.Periods = append(f.Periods, label{X: x[i], Y: f.Bottom + 35, Text: year, Anchor: "middle"})
				lastYear = x[i]
			}
		}
	}
	f.y = f.Bottom + 38
}

// wrap breaks a text into lines that are no wider than a width.
func wrap(text string, size, width px) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && textWidth(line+" "+word, size) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// textWidth says how wide a text is in Arial, roughly, and rather more than less.
func textWidth(text string, size px) (width px) {
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtf.,:;'|! ()", r):
			width += 0.33
		case strings.ContainsRune("mwMW%", r):
			width += 0.9
		case r >= 'A' && r <= 'Z':
			width += 0.7
		default:
			width += 0.57
		}
	}
	return width * size
}

// A scale turns values into heights.
type scale struct {
	low, high   float64
	top, bottom px
	ticks       []float64
}

// newScale is 0 to 100 % for shares, 0 to 10 for ratings from 0 to 10, and
// otherwise from 0, or what lies below it, to what fits everything that is drawn.
func newScale(c domain.Chart, top, bottom px) scale {
	s := scale{high: 1, top: top, bottom: bottom}
	step := 0.2
	switch {
	case c.Share:
	case c.Unit == "0 to 10":
		s.high, step = 10, 2
	default:
		high, least := 0.0, 1.0
		for _, p := range c.Points {
			for _, v := range []*float64{p.Value, p.UpperLimit} {
				if v != nil {
					high = max(high, *v)
				}
			}
			if p.Value != nil {
				s.low = min(s.low, *p.Value)
				if *p.Value != math.Trunc(*p.Value) {
					least = 0.1 // as fine as a number is written
				}
			}
		}
		if c.Target != nil {
			high, s.low = max(high, *c.Target), min(s.low, *c.Target)
		}
		step = max(niceStep((high-s.low)/5), least)
		s.high, s.low = math.Ceil(high/step)*step, math.Floor(s.low/step)*step
		s.high = max(s.high, s.low+step)
	}
	for i := range int(math.Round((s.high-s.low)/step)) + 1 {
		s.ticks = append(s.ticks, s.low+float64(i)*step)
	}
	return s
}

// niceStep is the least of 1, 2 and 5 times a power of ten that is no less than v.
func niceStep(v float64) float64 {
	if v <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= v*(1-1e-9) {
			return n * power
		}
	}
	return 10 * power
}

func (s scale) at(v float64) px {
	return s.bottom - px((v-s.low)/(s.high-s.low))*(s.bottom-s.top)
}

func (s scale) holds(v float64) bool { return v >= s.low-1e-9 && v <= s.high+1e-9 }

func (s scale) clamped(v float64) px { return s.at(min(max(v, s.low), s.high)) }
