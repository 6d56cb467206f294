package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain"
)

func (m reportMeasure) meansTable() reportTable {
	t := reportTable{ID: m.ID + "-means-table", Caption: m.Title + ", by arm and period", heads: 2,
		Columns: append(texts("Arm", "Period"), numbers("People", "Seen", "Missing", "Ratings", "Mean", "95% interval", "Standard deviation")...)}
	for _, arm := range m.Arms {
		for i, c := range arm.Cells {
			t.add(upperFirst(arm.Words), m.Periods[i].Words, c.People, c.Seen, m.less(c.Score.People, c.Score.Seen), shownCount(c.Ratings), m.number(c.Mean), m.interval(c.Lower, c.Upper), m.number(c.SD))
		}
	}
	t.tidy(len(m.Arms))
	return t
}

// missingTable has a column for each reason that occurs.
func (m reportMeasure) missingTable() reportTable {
	var whys []domain.Unseen
	for _, term := range domain.Unseens {
		for _, arm := range m.Arms {
			if slices.ContainsFunc(arm.Cells, func(c reportCell) bool { return c.Missing[string(term.Code)] != 0 }) && !slices.Contains(whys, term.Code) {
				whys = append(whys, term.Code)
			}
		}
	}
	if len(whys) == 0 {
		return reportTable{}
	}
	t := reportTable{ID: m.ID + "-missing-table", Caption: m.Title + ": everybody without a rating", heads: 2, Columns: append(texts("Arm", "Period"), numbers("Missing")...)}
	for _, why := range whys {
		t.Columns = append(t.Columns, reportColumn{domain.Unseens.Words(why), true})
	}
	for _, arm := range m.Arms {
		for i, c := range arm.Cells {
			cells := []string{upperFirst(arm.Words), m.Periods[i].Words, m.less(c.Score.People, c.Score.Seen)}
			for _, why := range whys {
				cells = append(cells, shownCount(c.Missing[string(why)]))
			}
			t.add(cells...)
		}
	}
	t.tidy(len(m.Arms))
	return t
}

func (m reportMeasure) missingSentences() []string {
	if len(m.missingTable().Rows) == 0 {
		return []string{"Nobody: everybody was seen in every period."}
	}
	if m.suppressed {
		return []string{"The table says how many had no rating, and why, as far as that may be shown."}
	}
	last := len(m.Periods) - 1
	var arms []string
	for _, arm := range m.Arms {
		c := arm.Cells[last]
		text := fmt.Sprintf("%s of %s people", m.less(c.Score.People, c.Score.Seen), c.People)
		if len(m.Arms) > 1 {
			text += " in “" + arm.Words + "”"
		}
		arms = append(arms, text)
	}
	return []string{fmt.Sprintf("Without a rating in “%s”: %s.", m.Periods[last].Words, spell(arms))}
}

func (m reportMeasure) pairsTable() reportTable {
	t := reportTable{ID: m.ID + "-pairs-table", Caption: m.Title + ": those with both ratings, and their mean change", heads: 2,
		Columns: append(texts("Arm", "From and to"), numbers("People", "With both", "Missing", "Mean change", "95% interval", "Standard deviation")...)}
	t.Columns = append(t.Columns, texts("Missing, by why")...)
	for _, arm := range m.Arms {
		for i, c := range arm.Moves {
			t.add(upperFirst(arm.Words), m.fromTo(i), c.People, c.Paired, m.less(c.ScoreChange.People, c.ScoreChange.Paired), m.change(c.Mean), m.interval(c.Lower, c.Upper), m.number(c.SD), m.whys(i, c.Missing))
		}
	}
	t.tidy(len(m.Arms))
	return t
}

func (m reportMeasure) verdictsTable() reportTable {
	t := reportTable{ID: m.ID + "-verdicts-table", Caption: m.Title + ": of those with both ratings, how many moved which way", heads: 2,
		Columns: append(texts("Arm", "From and to"), numbers("With both")...)}
	t.Columns = append(t.Columns, numbers(m.verdicts()...)...)
	for _, arm := range m.Arms {
		for i, c := range arm.Moves {
			if c.Better == nil || c.Same == nil || c.Worse == nil {
				continue
			}
			t.add(upperFirst(arm.Words), m.fromTo(i), c.Paired, m.share(c.Better, c.ScoreChange.Paired), m.share(c.Same, c.ScoreChange.Paired), m.share(c.Worse, c.ScoreChange.Paired))
		}
	}
	t.tidy(len(m.Arms))
	return t
}

func (m reportMeasure) firstsTable() reportTable {
	t := reportTable{ID: m.ID + "-firsts-table", Caption: m.Title + ": first ratings of those with a later rating, and of those without", heads: 2,
		Columns: append(texts("Arm", "From and to"), numbers("With a later rating", "Mean of their first", "Without", "Mean of their first")...)}
	for _, arm := range m.Arms {
		for i, c := range arm.Moves {
			with, without := m.mean(c.FirstPaired), m.mean(c.FirstUnpaired)
			t.add(upperFirst(arm.Words), m.fromTo(i), with[0], with[1], without[0], without[1])
		}
	}
	t.tidy(len(m.Arms))
	return t
}

func (m reportMeasure) differencesTable() reportTable {
	t := reportTable{ID: m.ID + "-differences-table", Caption: m.Title + ": the difference between the arms’ mean changes", heads: 2,
		Columns: append(texts("Arms", "From and to"), numbers("With both ratings", "Difference", "95% interval")...)}
	for _, d := range m.differences {
		t.add(upperFirst(m.armWords(d.Arm))+" less "+m.armWords(d.Other), inWordsOf(d.From)+" to "+inWordsOf(d.To), shownCount(d.N)+" and "+shownCount(d.OtherN), m.change(d.Value), m.interval(d.Lower, d.Upper))
	}
	return t
}

func (m reportMeasure) fromTo(later int) string {
	return m.Periods[0].Words + " to " + m.Later()[later].Words
}

// whys lists why people have no pair, as far as it may be said, and in which period
// what is missing.
func (m reportMeasure) whys(later int, missing map[string]int) string {
	var parts []string
	for _, from := range []struct{ prefix, period string }{{"", ""}, {"first_", m.Periods[0].Words + ": "}, {"later_", m.Later()[later].Words + ": "}} {
		var whys []string
		for _, term := range domain.Unseens {
			if n := missing[from.prefix+string(term.Code)]; n > 0 {
				whys = append(whys, fmt.Sprintf("%s (%s)", lowerFirst(term.Words), shownCount(n)))
			}
		}
		if len(whys) > 0 {
			parts = append(parts, upperFirst(from.period+strings.Join(whys, ", "))+".")
		}
	}
	return strings.Join(parts, " ")
}
