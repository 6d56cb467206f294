package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) xmrCommand() *cobra.Command {
	o := stats.XmROptions{Edition: stats.Current, Better: stats.Neither, RulePoints: 7}
	screen, target := true, math.NaN()
	c := &cobra.Command{
		Use:   "xmr",
		Short: "Draw a control chart: is a change more than common variation?",
		Long: `Xmr reads the column y, points in order of time, and maybe date and segment, and
adds what a control chart shows (NHS England, Making Data Count): mean, lower and
upper limit, near_lower and near_upper at two thirds of the way, special_cause
(astronomical, trend, two_of_three, shift or nothing) and direction (improvement,
concern, neutral or nothing). An empty y is a missing point.

Successive lines with the same segment have a mean and limits of their own; one
with fewer than 8 points is a run chart without limits, and nothing is flagged. The
two editions differ in two_of_three: current counts points beyond the limits too,
classic leaves them out. What holds for the chart as a whole is said beside the
table, on standard error.`,
		Example: `  printf 'y\n4\n6\n5\n7\n5\n6\n4\n6\n15\n' | waymark stats xmr --better up
  waymark stats xmr months.csv --baseline 12 --edition classic --better down --target 20`,
	}
	addNumber(c, &o.Baseline, wholeNumber(2), "baseline", "take the limits of a segment from its first so many points only")
	c.Flags().BoolVar(&screen, "screen", screen, "leave out moving ranges of 3.267 times their mean and more, once")
	addNumber(c, &o.RulePoints, wholeNumber(2), "rule-points", "how many points in a row are a shift or a trend")
	addWord(c, &o.Edition, "edition", "the reading of two_of_three", stats.Current, stats.Classic)
	addWord(c, &o.Better, "better", "which way is better", stats.Up, stats.Down, stats.Neither)
	addNumber(c, &target, anyNumber(), "target", "what the chart should reach; --better says from which side")
	return p.replies(c, []string{"y"}, func(in *sheet) (reply, error) {
		y, segments := in.numbers("y", anyNumber()), in.texts("segment")
		if in.inTime(segments); in.err != nil {
			return reply{}, in.err
		}
		o := o
		if o.KeepAll = !screen; !math.IsNaN(target) {
			o.Target = &target
		}
		chart := stats.XmR(y, segments, o)
		a := in.beside([]string{"mean", "lower", "upper", "near_lower", "near_upper", "special_cause", "direction"}, func(to []string, i int) []string {
			point := chart.Points[i]
			return append(decimals(to, point.Mean, point.Lower, point.Upper, point.NearLower, point.NearUpper),
				string(point.Cause), string(point.Verdict))
		})
		a.prose = about(chart, o)
		return a, nil
	})
}

// inTime refuses days or months that stand before those above them.
func (s *sheet) inTime(segments []string) {
	dates := s.texts("date")
	for i := 1; i < len(dates); i++ {
		if segments[i] == segments[i-1] && isDate(dates[i]) && isDate(dates[i-1]) && len(dates[i]) == len(dates[i-1]) && dates[i] < dates[i-1] {
			s.wrong(i, "date", "is before the one above it", "put the lines in order of time")
		}
	}
}

// isDate says whether a text is a day or a month, so that texts of one length
// compare as they do.
func isDate(text string) bool {
	_, day := time.Parse(time.DateOnly, text)
	_, month := time.Parse("2006-01", text)
	return day == nil || month == nil
}

// about says what holds for a chart as a whole.
func about(c stats.XmRChart, o stats.XmROptions) string {
	parts := []string{fmt.Sprintf("edition %s", o.Edition)}
	if o.KeepAll {
		parts = append(parts, "moving ranges not screened")
	} else {
		parts = append(parts, "moving ranges screened")
	}
	switch {
	case c.NoLimits:
		parts = append(parts, "the latest segment has too few points for limits: a run chart")
	case c.Trial:
		parts = append(parts, "trial limits: fewer than 13 points in the latest segment")
	}
	if c.Variation != "" {
		parts = append(parts, "latest point: "+string(c.Variation))
	}
	if c.Assurance != "" {
		parts = append(parts, "target: "+strings.ReplaceAll(c.Assurance, "_", " "))
	}
	return strings.Join(parts, "; ")
}
