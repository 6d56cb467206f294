package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// A reportMeasure is one thing that people rated, by arm and period.
type reportMeasure struct {
	ID, Title string
	Sentence  string // which way is better, and what a change is judged by
	Outcome   domain.Outcome
	Periods   []reportPeriod
	Arms      []reportArm
	Parts     []reportPart

	differences []domain.ScoreDifference
	decimals    int
	suppressed  bool // small numbers are hidden, and all others rounded
}

// A reportPeriod is a period, as it is named in a sentence.
type reportPeriod struct{ Name, Words, Label string }

// A reportArm is what an arm's people said in each period, and how they moved from
// the first to each later one.
type reportArm struct {
	Name, Words string
	Cells       []reportCell
	Moves       []reportMove
}

// A reportCell is an arm in a period.
type reportCell struct {
	domain.Score
	People, Seen       string
	Mean, Lower, Upper *float64
}

// A reportMove is an arm from the first period to a later one. Its parts add up to
// everybody in the arm, Total, which is 0 where a part may not be shown.
type reportMove struct {
	domain.ScoreChange
	People, Paired string
	Parts          []movedPart
	Total          int
}

type movedPart struct {
	N          int
	Pen, Words string
	rest       bool // what rounded counts leave: as wide as that, and no number
}

// said is the part in words.
func (p movedPart) said() string {
	if p.rest {
		return "the others " + p.Words
	}
	return shownCount(p.N) + " " + p.Words
}

// armWords names one of the arms.
func (m reportMeasure) armWords(name string) string {
	for _, arm := range m.Arms {
		if arm.Name == name {
			return arm.Words
		}
	}
	return inWordsOf(name)
}

// Later are the periods after the first.
func (m reportMeasure) Later() []reportPeriod { return m.Periods[min(1, len(m.Periods)):] }

// Direction says which way is better.
func (m reportMeasure) Direction() string {
	switch m.Outcome.Better {
	case "up":
		return "higher is better"
	case "down":
		return "lower is better"
	}
	return "neither way is better by itself"
}

func reportPeriods(e *evaluated) (all []reportPeriod) {
	for _, p := range e.Periods {
		all = append(all, reportPeriod{p.Name, inWordsOf(p.Name), p.Label})
	}
	return all
}

// reportMeasures gathers what was rated, in the order of the scores.
func reportMeasures(e *evaluated, periods []reportPeriod) (all []reportMeasure, err error) {
	var abouts []string
	for _, s := range e.Scores {
		if !slices.Contains(abouts, s.About) {
			abouts = append(abouts, s.About)
		}
	}
	for _, about := range abouts {
		m := reportMeasure{ID: safeName("rated-" + about), Title: about, Periods: periods, suppressed: e.suppressed()}
		m.gather(e, about)
		if err := m.show(); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func (m *reportMeasure) gather(e *evaluated, about string) {
	spread := 0.0
	for _, arm := range e.Arms {
		a := reportArm{Name: arm.Name, Words: e.armWords(arm.Name)}
		for _, p := range m.Periods {
			i := slices.IndexFunc(e.Scores, func(s domain.Score) bool { return s.About == about && s.Arm == arm.Name && s.Period == p.Name })
			if i < 0 {
				a.Cells = append(a.Cells, reportCell{People: shownCount(arm.People), Seen: shownCount(0)})
				continue
			}
			s := e.Scores[i]
			m.define(e, s.Outcome)
			if s.SD != nil {
				spread = max(spread, *s.SD)
			}
			a.Cells = append(a.Cells, reportCell{s, shownCount(s.People), shownCount(s.Seen), s.Mean, s.Lower, s.Upper})
		}
		for _, p := range m.Later() {
			i := slices.IndexFunc(e.Changes, func(c domain.ScoreChange) bool { return c.About == about && c.Arm == arm.Name && c.To == p.Name })
			if i >= 0 {
				a.Moves = append(a.Moves, m.moveOf(e.Changes[i]))
			}
		}
		m.Arms = append(m.Arms, a)
	}
	for _, d := range e.Differences {
		if d.About == about {
			m.differences = append(m.differences, d)
		}
	}
	// As fine as people differ: hundredths where they differ by a point or so.
	if m.decimals = 1; spread > 0 && spread < 2 {
		m.decimals = 2
	}
}

// define takes the title and the direction from the definition.
func (m *reportMeasure) define(e *evaluated, id string) {
	if i := slices.IndexFunc(e.Definitions, func(o domain.Outcome) bool { return o.ID == id }); i >= 0 && m.Outcome.ID == "" {
		m.Outcome = e.Definitions[i]
		m.Title = strings.TrimSuffix(m.Outcome.Title, ": change")
	}
}

func (m reportMeasure) moveOf(c domain.ScoreChange) reportMove {
	move := reportMove{ScoreChange: c, People: shownCount(c.People), Paired: shownCount(c.Paired)}
	if c.Better != nil && c.Same != nil && c.Worse != nil {
		words := m.verdicts()
		for i, by := range []*domain.ChangedBy{c.Better, c.Same, c.Worse} {
			move.Parts = append(move.Parts, movedPart{by.N, []string{"better", "same", "worse"}[i], lowerFirst(words[i]), false})
		}
	} else {
		move.Parts = append(move.Parts, movedPart{N: c.Paired, Pen: "both", Words: "have both ratings"})
	}
	missing := max(c.People-c.Paired, 0) // rounded counts need not add up
	if c.People == hiddenCount || c.Paired == hiddenCount {
		missing = hiddenCount
	}
	hidden := func(p movedPart) bool { return p.N == hiddenCount }
	if slices.ContainsFunc(move.Parts, hidden) {
		move.Parts = []movedPart{{N: c.Paired, Pen: "both", Words: "have both ratings"}}
	}
	move.Parts = append(move.Parts, movedPart{missing, "missing", "missing", m.suppressed})
	if slices.ContainsFunc(move.Parts, hidden) {
		return move
	}
	for _, part := range move.Parts {
		move.Total += part.N
	}
	return move
}

// drawable says whether anything is known of how everybody in an arm moved.
func (m reportMeasure) drawable() bool {
	return slices.ContainsFunc(m.Arms, func(a reportArm) bool {
		return slices.ContainsFunc(a.Moves, func(c reportMove) bool { return c.Total > 0 })
	})
}

// verdicts are the three ways to have moved: reliably or not where there is a norm,
// otherwise by some points.
func (m reportMeasure) verdicts() []string {
	points := short(m.Outcome.Parameter("up_or_down"))
	switch {
	case m.Outcome.Norm != nil:
		return []string{"Reliably better", "No reliable change", "Reliably worse"}
	case m.directed():
		return []string{"Better by " + points + " or more", "In between", "Worse by " + points + " or more"}
	}
	return []string{"Up by " + points + " or more", "In between", "Down by " + points + " or more"}
}

// show writes the sentences, the pictures and the tables.
func (m *reportMeasure) show() error {
	m.Sentence = upperFirst(m.Direction()) + ". " + m.judged()
	picture, err := drawn(func(w io.Writer) error { return drawMeans(*m).write(w) })
	if err != nil {
		return err
	}
	m.Parts = []reportPart{{
		Title: "What people said in each period", Picture: picture,
		Caption: "The mean of people’s own means, with its 95% interval, and how many of each arm’s people were seen.",
		Tables:  []reportTable{m.meansTable()},
	}, {
		Title: "Who is missing, and why", Sentences: m.missingSentences(), Tables: []reportTable{m.missingTable()},
	}}
	if len(m.Later()) == 0 || len(m.Arms) == 0 || len(m.Arms[0].Moves) == 0 {
		return nil
	}
	moved := reportPart{Title: "How the same people moved", Tables: []reportTable{m.pairsTable()}}
	if m.drawable() {
		if moved.Picture, err = drawn(func(w io.Writer) error { return drawMoves(*m).write(w) }); err != nil {
			return err
		}
		moved.Caption = "Each bar is everybody in the arm. Nobody who is missing has been filled in."
	} else {
		moved.Sentences = []string{"There is no picture of it, for too many of the numbers are hidden."}
	}
	if t := m.verdictsTable(); len(t.Rows) > 0 {
		moved.Tables = append(moved.Tables, t)
	}
	firsts := reportPart{Title: "Did those who were seen again begin elsewhere?", Sentences: []string{"If people with a later rating began higher or lower than those without one, the change of those who were seen says less about the others."}, Tables: []reportTable{m.firstsTable()}}
	m.Parts = append(m.Parts, moved, firsts)
	if len(m.differences) > 0 {
		m.Parts = append(m.Parts, reportPart{Title: "The arms beside each other", Sentences: []string{"The first arm’s mean change less the other’s, with the interval of Welch’s t."}, Tables: []reportTable{m.differencesTable()}})
	}
	return nil
}

func (m reportMeasure) judged() string {
	if n := m.Outcome.Norm; n != nil {
		least := 1.96 * n.SD * math.Sqrt(2*(1-n.Reliability))
		return fmt.Sprintf("A person’s change is called reliable where it is more than %s points: more than the measure’s own ups and downs explain (Jacobson and Truax; standard deviation %s, reliability %s, from %s).",
			fixed(least, 1), short(n.SD), short(n.Reliability), strings.TrimSuffix(n.Source, "."))
	}
	text := "There is no published norm for it here, so no change is called reliable."
	for _, arm := range m.Arms {
		if slices.ContainsFunc(arm.Moves, func(c reportMove) bool { return c.Better != nil }) {
			return text + " What is counted is who moved by " + short(m.Outcome.Parameter("up_or_down")) + " points or more."
		}
	}
	return text
}

func (m reportMeasure) number(v *float64) string {
	if v == nil {
		return ""
	}
	return fixed(*v, m.decimals)
}

func (m reportMeasure) interval(lower, upper *float64) string {
	if lower == nil || upper == nil {
		return ""
	}
	return fixed(*lower, m.decimals) + " to " + fixed(*upper, m.decimals)
}

// change writes a change with its sign.
func (m reportMeasure) change(v *float64) string {
	text := m.number(v)
	if v != nil && *v > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

func (m reportMeasure) mean(v *domain.Mean) [2]string {
	if v == nil && m.suppressed {
		return [2]string{hiddenText, hiddenText}
	}
	if v == nil {
		return [2]string{shownCount(0), ""}
	}
	return [2]string{shownCount(v.N), fixed(v.Value, m.decimals)}
}

// fixed writes a number with so many decimals, the same everywhere.
func fixed(v float64, decimals int) string {
	power := math.Pow10(decimals)
	return strings.Replace(strconv.FormatFloat(math.Round(v*power)/power+0, 'f', decimals, 64), "-", "−", 1) // +0 so that no -0 is written
}

// short writes a number of a definition as it was given.
func short(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// less writes all − some. Of numbers that are rounded or hidden it says nothing:
// what is left of them is not how many there are.
func (m reportMeasure) less(all, some int) string {
	if m.suppressed {
		return ""
	}
	return strconv.Itoa(all - some)
}

// share writes how many of the pairs, with the share and its interval; of rounded
// numbers the share would not be the right one.
func (m reportMeasure) share(by *domain.ChangedBy, paired int) string {
	text := shownCount(by.N)
	if m.suppressed || paired <= 0 {
		return text
	}
	text += " (" + percent(float64(by.N)/float64(paired))
	if by.Lower != nil && by.Upper != nil {
		text += "; " + strings.TrimSuffix(percent(*by.Lower), "%") + " to " + percent(*by.Upper)
	}
	return text + ")"
}
