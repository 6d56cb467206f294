package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// reportOutcomes shows the outcomes by aim: a row for each outcome, arm and period.
func reportOutcomes(e *evaluated, periods []reportPeriod) (all []reportPart) {
	caption := "By period"
	if len(e.Arms) > 1 {
		caption = "By arm and period"
	}
	for _, o := range e.Definitions {
		aim := upperFirst(domain.Aims.Words(o.Aim))
		for _, f := range e.Figures {
			if f.Figure.Outcome != o.ID || o.Asked && saysNothing(o, f.Figure) {
				continue
			}
			at := slices.IndexFunc(all, func(p reportPart) bool { return p.Title == aim })
			if at < 0 {
				at = len(all)
				all = append(all, reportPart{Title: aim, Tables: []reportTable{{ID: safeName("outcomes-" + string(o.Aim)), Under: safeName("aim-" + string(o.Aim)), Caption: caption, heads: 3,
					Columns: slices.Concat(texts("Outcome", "Arm", "Period"), numbers("Figure", "95% interval", "n"), texts("Missing, and what to know"))}}})
			}
			all[at].Tables[0].add(lineTitle(o, f.Figure.By), upperFirst(e.armWords(f.Arm)), wordsOf(periods, f.Name), writtenFigure(o, f.Figure), interval(o, f.Figure), shownCount(f.Figure.N), figureRemarks(o, f.Figure))
		}
	}
	for i := range all {
		all[i].Tables[0].tidy(len(e.Arms))
	}
	return all
}

func wordsOf(periods []reportPeriod, name string) string {
	for _, p := range periods {
		if p.Name == name {
			return p.Words
		}
	}
	return name
}

// mostInShort is how many outcomes are spoken of at the top.
const mostInShort = 8

// shortOutcomes are the first and the last figure of each outcome, arm by arm.
func shortOutcomes(e *evaluated) (all []reportPart) {
	var part reportPart
	more := 0
	for _, o := range e.Definitions {
		var arms []string
		for _, arm := range e.Arms {
			var figures []string
			for _, i := range []int{0, len(e.Periods) - 1} {
				at := slices.IndexFunc(e.Figures, func(f evaluatedFigure) bool {
					return f.Arm == arm.Name && f.Name == e.Periods[i].Name && f.Figure.Outcome == o.ID && (f.Figure.By == "" || f.Figure.By == "person")
				})
				if at < 0 || o.Asked && saysNothing(o, e.Figures[at].Figure) {
					continue
				}
				text := writtenFigure(o, e.Figures[at].Figure)
				if within := interval(o, e.Figures[at].Figure); within != "" {
					text = strings.TrimSuffix(text, ")")
					if !strings.Contains(text, "(") {
						text += " ("
					} else {
						text += "; "
					}
					text += "95% interval " + within + ")"
				}
				figures = append(figures, inWordsOf(e.Periods[i].Name)+" "+text)
				if len(e.Periods) == 1 {
					break
				}
			}
			if len(figures) > 0 {
				text := ": " + strings.Join(figures, ", ")
				if len(e.Arms) > 1 {
					text = ". " + upperFirst(e.armWords(arm.Name)) + text
				}
				arms = append(arms, text)
			}
		}
		switch {
		case len(arms) == 0:
		case len(part.Sentences) == mostInShort:
			more++
		default:
			part.Sentences = append(part.Sentences, o.Title+strings.Join(arms, "")+".")
		}
	}
	if len(part.Sentences) == 0 {
		return nil
	}
	part.Title = "Outcomes"
	if more > 0 {
		part.Sentences = append(part.Sentences, fmt.Sprintf("%d more outcomes are below.", more))
	}
	return []reportPart{part}
}

// writtenFigure is the figure as it is written elsewhere, without what is missing,
// which stands beside it.
func writtenFigure(o domain.Outcome, f domain.Figure) string {
	missing := f.Missing
	f.Missing = nil
	if f.Change != nil && (f.Change.Due == hiddenCount || f.N == hiddenCount) || f.N == hiddenCount || numberOf(f.Numerator) == hiddenCount || numberOf(f.Denominator) == hiddenCount {
		if f.Value != nil && o.IsProportion() {
			return percent(*f.Value)
		}
		return hiddenText
	}
	if text := written(o, f); text != "" {
		return text
	}
	if len(missing) > 0 {
		return "nobody"
	}
	return "none"
}

func figureRemarks(o domain.Outcome, f domain.Figure) string {
	var said []string
	if f.NoEntries && o.OfEntries() {
		said = append(said, "Nothing was recorded.")
	}
	if f.State != "" {
		said = append(said, domain.FigureStates.Words(f.State)+".")
	}
	if len(f.Missing) > 0 {
		var whys []string
		for why, n := range f.Missing {
			if n != 0 {
				whys = append(whys, shownCount(n)+" "+inWordsOf(why))
			}
		}
		slices.SortFunc(whys, func(a, b string) int { return strings.Compare(a[strings.Index(a, " "):], b[strings.Index(b, " "):]) })
		if len(whys) > 0 {
			said = append(said, "Missing: "+strings.Join(whys, ", ")+".")
		}
	}
	return strings.Join(said, " ")
}

// reportPictures are the sections of charts over time, of services beside one
// another and of the time until support ended: those that were asked for.
func reportPictures(e *evaluated) (all []reportSection, err error) {
	for _, section := range []func(*evaluated) (reportSection, error){reportCharts, reportFunnels, reportSurvival} {
		s, err := section(e)
		if err != nil {
			return nil, err
		}
		if len(s.Parts) > 0 || len(s.Sentences) > 0 {
			all = append(all, s)
		}
	}
	return all, nil
}

func reportCharts(e *evaluated) (reportSection, error) {
	s := reportSection{ID: "over-time", Title: "Month by month"}
	for _, c := range e.Charts {
		if c.Chart.Name == "" {
			c.Chart.Name = upperFirst(e.armWords(c.Arm))
		}
		d := drawChart(c.Chart)
		d.ID = safeName("chart-" + c.Arm + "." + chartName(c.Chart))
		picture, err := drawn(func(w io.Writer) error { return chartTemplates().ExecuteTemplate(w, "chart_xmr.svg.tmpl", d) })
		if err != nil {
			return s, err
		}
		title := figureTitle(c.Chart)
		if len(e.Arms) > 1 {
			title = upperFirst(e.armWords(c.Arm)) + ": " + lowerFirst(title)
		}
		s.Parts = append(s.Parts, reportPart{Title: title, Picture: picture, Tables: []reportTable{chartTable(d.ID, title, c.Chart)}})
	}
	return s, nil
}

func chartTable(id, title string, c domain.Chart) reportTable {
	_, lines := latestLines(c)
	t := reportTable{ID: id + "-table", Caption: title + ": " + c.Unit + ", by " + string(c.Every),
		Columns: slices.Concat(texts("Period"), numbers("Value", "95% interval", "n", "Missing"))}
	if lines {
		t.Columns = append(t.Columns, numbers("Usual level and range")...)
	}
	t.Columns = append(t.Columns, texts("What to know")...)
	for _, p := range c.Points {
		value, within := "none", ""
		if p.Value != nil {
			value = c.Amount(p)
		}
		if p.Lower != nil && p.Upper != nil {
			within = c.Number(*p.Lower) + " to " + c.Number(*p.Upper)
		}
		cells := []string{p.Period.String(), value, within, strconv.Itoa(p.N), strconv.Itoa(p.Missing)}
		if lines {
			usual := ""
			if p.Mean != nil {
				usual = fmt.Sprintf("%s (%s to %s)", c.Number(*p.Mean), c.Number(*p.LowerLimit), c.Number(*p.UpperLimit))
			}
			cells = append(cells, usual)
		}
		t.add(append(cells, chartRemarks(p))...)
	}
	return t
}

func chartRemarks(p domain.ChartPoint) string {
	var said []string
	if p.Rebased != "" {
		said = append(said, "Starts again here: "+lowerFirst(domain.RebaseReasons.Words(p.Rebased))+".")
	}
	if p.NoEntries {
		said = append(said, "Nothing was recorded.")
	}
	if p.State != "" {
		said = append(said, domain.FigureStates.Words(p.State)+".")
	}
	if p.Mixed {
		said = append(said, "Partly before and partly after the chart started again.")
	}
	if p.Cause != "" {
		said = append(said, domain.Variations.Words(p.Verdict)+": "+domain.SpecialCauses.Words(p.Cause)+".")
	}
	return strings.Join(said, " ")
}

func reportFunnels(e *evaluated) (reportSection, error) {
	s := reportSection{ID: "compared", Title: "Services beside one another"}
	for _, c := range e.Comparisons {
		d := drawFunnel(c)
		picture, err := drawn(func(w io.Writer) error { return chartTemplates().ExecuteTemplate(w, "chart_funnel.svg.tmpl", d) })
		if err != nil {
			return s, err
		}
		t := reportTable{ID: d.ID + "-table", Caption: funnelTitle(c) + ": " + c.Unit + ", in the order of the services’ ids",
			Columns: slices.Concat(texts("Service"), numbers("Share", "95% limits", "99.8% limits"), texts("What to know"))}
		for _, p := range c.Points {
			narrow, verdict := "", ""
			if p.Lower95 != nil && p.Upper95 != nil {
				narrow = percent(*p.Lower95) + " to " + percent(*p.Upper95)
			}
			switch p.Verdict {
			case stats.Differs998:
				verdict = "Differs from the group by more than chance."
			case stats.Differs95:
				verdict = "Outside the 95% limits only."
			}
			t.add(p.Service, fmt.Sprintf("%s (%d of %d)", percent(p.Rate), p.Numerator, p.Denominator), narrow, percent(p.Lower998)+" to "+percent(p.Upper998), verdict)
		}
		s.Parts = append(s.Parts, reportPart{Title: funnelTitle(c), Picture: picture, Tables: []reportTable{t}})
	}
	return s, nil
}

func reportSurvival(e *evaluated) (reportSection, error) {
	s := reportSection{ID: "until-it-ended", Title: "How long support went on, and how it ended"}
	if len(e.Survival) == 0 {
		return s, nil
	}
	var arms []reportArm
	for _, c := range e.Survival {
		arms = append(arms, reportArm{Name: c.Arm, Words: e.armWords(c.Arm)})
	}
	picture, err := drawn(func(w io.Writer) error { return drawSurvival(arms, e.Survival).write(w) })
	if err != nil {
		return s, err
	}
	ended := reportTable{ID: "survival-ended", Caption: "How people’s support ended", Columns: append(texts("Arm"), numbers("People", "Still there")...)}
	for _, kind := range domain.EndKinds {
		ended.Columns = append(ended.Columns, reportColumn{kind.Words, true})
	}
	ended.Columns = append(ended.Columns, numbers("Days until half had ended", "95% limits")...)
	for _, c := range e.Survival {
		cells := []string{upperFirst(e.armWords(c.Arm)), strconv.Itoa(c.People), strconv.Itoa(c.StillThere)}
		for _, kind := range domain.EndKinds {
			cells = append(cells, strconv.Itoa(c.Ended[kind.Code]))
		}
		median := "not reached"
		if c.Median != nil {
			median = fixed(*c.Median, 0)
		}
		ended.add(append(cells, median, medianLimits(c))...)
	}
	ended.tidy(2) // it is about the arms
	part := reportPart{Title: "Day by day", Picture: picture, Tables: []reportTable{ended},
		Caption: "The share still there, by Kaplan and Meier. Moving on, hospital, prison and death are endings beside one another, and none of them is somebody lost from sight."}
	for i, c := range e.Survival {
		part.Tables = append(part.Tables, survivalTable(arms[i].Words, c))
	}
	s.Sentences = strings.Split(survivalSaid(arms, e.Survival), "\n")
	s.Parts = []reportPart{part}
	return s, nil
}

func medianLimits(c domain.Survival) string {
	if c.MedianLower == nil && c.MedianUpper == nil {
		return ""
	}
	bound := func(v *float64) string {
		if v == nil {
			return "not reached"
		}
		return fixed(*v, 0)
	}
	return bound(c.MedianLower) + " to " + bound(c.MedianUpper)
}

// mostDays is how many days a table of the time until support ended has, at most.
const mostDays = 16

// stepAt is what holds on a day.
func stepAt(c domain.Survival, day float64) domain.SurvivalStep {
	at := domain.SurvivalStep{There: 1}
	for _, x := range c.Steps {
		if x.Day <= day {
			at = x
		}
	}
	return at
}

func survivalTable(arm string, c domain.Survival) reportTable {
	t := reportTable{ID: safeName("survival-" + c.Arm), Caption: upperFirst(arm) + ": who is still there, and how support had ended by then (survival.csv has every day)",
		Columns: append(texts("Day"), numbers("Followed", "Still there", "95% limits")...)}
	for _, kind := range domain.EndKinds {
		t.Columns = append(t.Columns, reportColumn{kind.Words, true})
	}
	if len(c.Steps) == 0 {
		return t
	}
	every := max(niceStep(c.Steps[len(c.Steps)-1].Day/mostDays), 1)
	for day := every; day <= c.Steps[len(c.Steps)-1].Day; day += every {
		x := stepAt(c, day)
		limits := ""
		if x.Lower != nil && x.Upper != nil {
			limits = percent(*x.Lower) + " to " + percent(*x.Upper)
		}
		cells := []string{fixed(day, 0), strconv.Itoa(atRisk(c, day)), percent(x.There), limits}
		for _, kind := range domain.EndKinds {
			cells = append(cells, percent(x.Endings[kind.Code]))
		}
		t.add(cells...)
	}
	return t
}

// survivalSaid says in words when half had ended, and how, a line for each arm.
func survivalSaid(arms []reportArm, all []domain.Survival) string {
	var lines []string
	for i, c := range all {
		text := fmt.Sprintf("%s: %s, of whom %d are still there.", upperFirst(arms[i].Words), quantity(c.People, "person", "people"), c.StillThere)
		if c.Median != nil {
			text += fmt.Sprintf(" For half of them support had ended by day %s.", fixed(*c.Median, 0))
		} else {
			text += " For less than half of them support had ended."
		}
		if c.Late > 0 {
			text += fmt.Sprintf(" %d were there before their service’s record was whole, and are counted from then on.", c.Late)
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n")
}
