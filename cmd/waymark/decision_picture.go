package main

import (
	"fmt"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// A confidencePicture shows how the person rated their confidence around a
// decision: a line for themselves, for living independently, and for what the
// decision is about. Its numbers are in the table beside it.
type confidencePicture struct {
	Width, Height            px
	Left, Right, Top, Bottom px
	Rows                     []label // of the scale, from 0 to 10
	Days                     []label
	Decision                 px // where the day of the decision is
	Series                   []drawnSeries
	Desc                     string
}

// A drawnSeries is one line, told apart by its shape.
type drawnSeries struct {
	Name  string
	Shape string // circle, square or diamond
	Line  polyline
	Marks []corner
	Key   corner
}

// The picture, in pixels.
const (
	pictureWidth  = 720
	pictureHeight = 250
	pictureLeft   = 36
	pictureRight  = pictureWidth - 12
	pictureTop    = 28
	pictureBottom = 190
)

func drawConfidence(t openDecision) confidencePicture {
	c := confidencePicture{Width: pictureWidth, Height: pictureHeight, Left: pictureLeft, Right: pictureRight, Top: pictureTop, Bottom: pictureBottom}
	day := t.Occurred.Date
	from, to := day-web.DaysAround, day+web.DaysAround
	x := func(d domain.Date) px {
		return pictureLeft + px(pictureRight-pictureLeft)*px(d-from)/px(to-from)
	}
	y := func(v float64) px { return pictureBottom - px(pictureBottom-pictureTop)*px(v)/10 }
	for v := 0; v <= 10; v += 2 {
		c.Rows = append(c.Rows, label{X: pictureLeft - 8, Y: y(float64(v)), Text: fmt.Sprint(v)})
	}
	c.Decision = x(day)
	for _, n := range []int{-90, -60, -30, 0, 30, 60, 90} {
		l := label{X: x(day + domain.Date(n)), Y: pictureBottom + 18, Anchor: "middle", Text: fmt.Sprintf("%+d", n)}
		switch n {
		case 0:
			l.Text = "the day"
		case -90:
			l.Anchor, l.Text = "start", "90 days before"
		case 90:
			l.Anchor, l.Text = "end", "90 days after"
		}
		c.Days = append(c.Days, l)
	}
	key := px(pictureLeft)
	for i, about := range []string{"confidence.self", "confidence.independence", "confidence." + string(t.Question.Area)} {
		for _, s := range t.Around.Confidence {
			if s.About != about {
				continue
			}
			d := drawnSeries{Name: rated(about), Shape: []string{"circle", "square", "diamond"}[i], Key: corner{key + 8, pictureHeight - 14}}
			for _, p := range s.Points {
				if !p.Declined {
					d.Marks = append(d.Marks, corner{x(p.Occurred.Date), y(p.Value)})
				}
			}
			if len(d.Marks) == 0 {
				continue
			}
			d.Line = d.Marks
			key += 36 + textWidth(d.Name, 13)
			c.Series = append(c.Series, d)
		}
	}
	c.Desc = fmt.Sprintf("The person’s own ratings from 0 to 10 in the 90 days before the decision of %s and the 90 days after. The table beside has the numbers.", day)
	return c
}
