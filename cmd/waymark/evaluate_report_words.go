package main

import (
	"fmt"
	"strings"

	"github.com/waymark/waymark/domain"
)

// short is the main figures of a measure: who was seen both in the first period and
// in the last, how they moved, and what that leaves open.
func (m reportMeasure) short() reportPart {
	part := reportPart{Title: m.Title}
	later := m.Later()
	if len(later) == 0 {
		for _, arm := range m.Arms {
			c := arm.Cells[0]
			part.Sentences = append(part.Sentences, m.subject(arm)+fmt.Sprintf(": %s of %s people were seen%s.", c.Seen, c.People, m.meanWords(c)))
		}
		return part
	}
	last := len(later) - 1
	for _, arm := range m.Arms {
		if last < len(arm.Moves) {
			part.Sentences = append(part.Sentences, m.moveSentence(arm, last))
		}
	}
	for _, d := range m.differences {
		if d.To == later[last].Name {
			part.Sentences = append(part.Sentences, m.differenceSentence(d))
		}
	}
	return part
}

func (m reportMeasure) subject(arm reportArm) string {
	if len(m.Arms) == 1 {
		return "Everybody"
	}
	return upperFirst(arm.Words)
}

func (m reportMeasure) meanWords(c reportCell) string {
	if c.Mean == nil {
		return ""
	}
	text := "; their mean is " + m.number(c.Mean)
	if i := m.interval(c.Lower, c.Upper); i != "" {
		text += " (95% interval " + i + ")"
	}
	return text
}

// moveSentence says of one arm who has both ratings and how these people moved.
func (m reportMeasure) moveSentence(arm reportArm, later int) string {
	c := arm.Moves[later]
	text := fmt.Sprintf("%s of %s people have both ratings, “%s” and “%s”", c.Paired, c.People, m.Periods[0].Words, m.Later()[later].Words)
	if c.ScoreChange.Paired == hiddenCount {
		text = fmt.Sprintf("how many people have both ratings, “%s” and “%s”, is hidden", m.Periods[0].Words, m.Later()[later].Words)
	}
	if len(m.Arms) > 1 {
		text = upperFirst(arm.Words) + ": " + text
	}
	switch missing := m.less(c.ScoreChange.People, c.ScoreChange.Paired); missing {
	case "", "0":
	case "1":
		text += "; 1 is missing"
	default:
		text += "; " + missing + " are missing"
	}
	text = upperFirst(text) + "."
	if c.Mean != nil {
		text += " Their mean " + m.moved(c.ScoreChange) + "."
	}
	if c.Better != nil && c.Same != nil && c.Worse != nil {
		points := short(m.Outcome.Parameter("up_or_down"))
		words := []string{"%s moved by " + points + " points or more for the better", "%s by less either way", "%s by " + points + " or more for the worse"}
		if !m.directed() {
			words = []string{"%s rose by " + points + " points or more", "%s moved by less either way", "%s fell by " + points + " or more"}
		}
		if c.Reliable {
			words = []string{"%s changed reliably for the better", "%s show no reliable change", "%s changed reliably for the worse"}
		}
		for i, by := range []*domain.ChangedBy{c.Better, c.Same, c.Worse} {
			if by.N == hiddenCount {
				return text + " How many moved which way is hidden in part: the table has the rest."
			}
			words[i] = fmt.Sprintf(words[i], nobodyOr(by.N))
		}
		text += " Of them " + words[0] + ", " + strings.Replace(words[1], "nobody show", "nobody shows", 1) + " and " + words[2] + "."
	}
	return text
}

func isOrAre(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return shownCount(n) + " people are"
}

func nobodyOr(n int) string {
	if n == 0 {
		return "nobody"
	}
	return shownCount(n)
}

// directed says whether one way is better than the other.
func (m reportMeasure) directed() bool { return m.Outcome.Better == "up" || m.Outcome.Better == "down" }

// moved says how far and which way a mean went, and whether chance alone may have
// moved it.
func (m reportMeasure) moved(c domain.ScoreChange) string {
	change, interval, open := *c.Mean, "", false
	if within := m.interval(c.Lower, c.Upper); within != "" {
		open = *c.Lower <= 0 && *c.Upper >= 0
		interval = " (95% interval " + within + ")"
		if open {
			interval = " (95% interval " + within + ", which includes no change)"
		}
	}
	size := fixed(max(change, -change), m.decimals)
	if strings.Trim(size, "0.") == "" {
		return "did not move" + strings.Replace(interval, ", which includes no change", "", 1)
	}
	way, better := "rose", m.Outcome.Better == "up"
	if change < 0 {
		way, better = "fell", m.Outcome.Better == "down"
	}
	text := way + " by " + size
	switch {
	case !m.directed() || open:
	case better:
		text += ", which is for the better"
	default:
		text += ", which is for the worse"
	}
	return text + interval
}

// differenceSentence says how far apart two arms moved, and whether chance alone
// would do that.
func (m reportMeasure) differenceSentence(d domain.ScoreDifference) string {
	arm, other := "“"+m.armWords(d.Arm)+"”", "“"+m.armWords(d.Other)+"”"
	switch {
	case d.Value == nil && m.suppressed:
		return fmt.Sprintf("How far apart %s and %s moved is hidden: one of them has few people with both ratings.", arm, other)
	case d.Value == nil:
		return fmt.Sprintf("How far apart %s and %s moved cannot be said: one of them has nobody with both ratings.", arm, other)
	}
	text := fmt.Sprintf("Between %s and %s the mean changes are %s apart", arm, other, fixed(max(*d.Value, -*d.Value), m.decimals))
	switch {
	case d.InBoth > 0:
		return text + fmt.Sprintf("; there is no interval, for %s in both arms.", isOrAre(d.InBoth))
	case d.Lower == nil || d.Upper == nil:
		return text + "; there are too few people for an interval."
	}
	ahead := ""
	switch gain := *d.Value; {
	case m.Outcome.Better == "up" && gain > 0, m.Outcome.Better == "down" && gain < 0:
		ahead = ", to the good of " + arm
	case m.Outcome.Better == "up" && gain < 0, m.Outcome.Better == "down" && gain > 0:
		ahead = ", to the good of " + other
	}
	text += fmt.Sprintf("%s (difference %s, 95%% interval %s). ", ahead, m.change(d.Value), m.interval(d.Lower, d.Upper))
	if *d.Lower <= 0 && *d.Upper >= 0 {
		return text + "The interval includes no difference at all."
	}
	return text + "That is more than chance alone would often bring; why, this cannot say."
}

// meansSaid says the picture of means in words.
func (m reportMeasure) meansSaid() string {
	var parts []string
	for _, arm := range m.Arms {
		var means []string
		for i, c := range arm.Cells {
			said := "nobody seen"
			if c.Mean != nil {
				said = m.number(c.Mean)
			}
			means = append(means, m.Periods[i].Words+" "+said)
		}
		parts = append(parts, m.subject(arm)+": "+strings.Join(means, ", ")+".")
	}
	return strings.Join(parts, " ")
}

// movesSaid says the picture of bars in words.
func (m reportMeasure) movesSaid() string {
	var parts []string
	for _, arm := range m.Arms {
		for i, c := range arm.Moves {
			var counts []string
			for _, part := range c.Parts {
				counts = append(counts, part.said())
			}
			if c.Total == 0 && m.suppressed {
				counts = []string{"small numbers are hidden"}
			}
			parts = append(parts, m.subject(arm)+", "+m.fromTo(i)+": "+strings.Join(counts, ", ")+".")
		}
	}
	return strings.Join(parts, " ")
}

// who says who is in the cohort, and fills its tables.
func (p *reportPage) who(e *evaluated) {
	flow := e.Flow
	text := quantity(flow.In, "person is in it", "people are in it")
	if flow.In == hiddenCount {
		text = "How many people are in it is hidden, for small numbers could be found from it"
	}
	if len(e.Arms) > 1 {
		var arms []string
		for _, arm := range e.Arms {
			arms = append(arms, shownCount(arm.People)+" in “"+e.armWords(arm.Name)+"”")
		}
		text += ": " + spell(arms)
	}
	switch {
	case flow.In == hiddenCount || flow.People == hiddenCount:
		p.Who = []string{text + "."}
	case e.suppressed() && flow.In >= flow.People:
		p.Who = []string{text + ". Few or none were left out."}
	case flow.In == flow.People:
		p.Who = []string{text + ". Nobody was left out."}
	case e.suppressed():
		p.Who = []string{fmt.Sprintf("%s. %s had any support by then; why the others were left out, the table below says.", text, quantity(flow.People, "person", "people"))}
	default:
		p.Who = []string{fmt.Sprintf("%s. %d of %d with any support by then were left out; why, the table below says.", text, flow.People-flow.In, flow.People)}
	}
	if flow.Parked > 0 {
		p.Who = append(p.Who, fmt.Sprintf("Of %s of them later entries could not be read, and are not in any figure.", shownCount(flow.Parked)))
	}
	p.Flow = reportTable{ID: "flow-table", Caption: "From everybody to those in it", Columns: append(texts("Who"), numbers("People")...)}
	p.Flow.add("Everybody with any support by "+e.AsOf.String(), shownCount(flow.People))
	for _, l := range flow.LeftOut {
		p.Flow.add("Left out: "+lowerFirst(domain.LeftOuts.Words(l.Why)), shownCount(l.N))
	}
	p.Flow.Rows = append(p.Flow.Rows, reportRow{[]string{"In it", shownCount(flow.In)}, true})
	p.ArmsTable = reportTable{ID: "arms-table", Caption: "The arms", Columns: append(texts("Arm", "Services"), numbers("People", "Support ended by then", "Of these, died", "In another arm too")...)}
	for _, arm := range e.Arms {
		inOther := ""
		if len(e.Arms) > 1 {
			inOther = shownCount(arm.InOther)
		}
		p.ArmsTable.add(upperFirst(e.armWords(arm.Name)), serviceNames(e, arm.Services), shownCount(arm.People), shownCount(arm.Ended), shownCount(arm.Died), inOther)
	}
	p.ArmsTable.tidy(2) // it is about the arms
}

func serviceNames(e *evaluated, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		for _, s := range e.Services {
			if s.ID == id && s.Name != "" {
				names[i] = s.Name
			}
		}
	}
	return strings.Join(names, "; ")
}

// smallNumbers says what is hidden, and so who the report is for.
func smallNumbers(e *evaluated) string {
	if rule, ok := e.Spec.Suppression.Rule(); ok {
		return fmt.Sprintf("a count that could point to somebody is shown as %s, and all others to the nearest 5, so that they need not add up (rule %s)", hiddenText, rule)
	}
	return "nothing is hidden: for those who may see people’s own rows, and not for publication"
}

// reportLimits is what the answer cannot say, as far as this evaluation goes.
func reportLimits(e *evaluated) (limits []string) {
	if len(e.Arms) > 1 {
		limits = append(limits, "Why the arms differ. The record does not say that chance alone put people into one arm or the other, so they may have differed from the start in ways that nobody wrote down. A difference is a reason to ask, and no proof of a cause.")
	} else {
		limits = append(limits, "Why people changed. There is nobody beside them to compare with: people change by themselves too, and those who begin at their lowest mostly rise.")
	}
	limits = append(limits,
		"What became of those who are missing. They are counted and shown everywhere, and nobody’s answers were filled in. Whoever stopped answering may have fared better or worse than those who went on.",
		"Much about few people. There is no interval under ten people, and a wide one means that much is possible.",
	)
	if n := len(e.Changes) + len(e.Differences) + len(e.Figures); n > 20 {
		limits = append(limits, "That each difference here is real. Many figures stand beside one another, and of twenty 95% intervals about one misses by chance alone.")
	}
	if e.suppressed() && (e.Spec.Uses("xmr") || e.Spec.Uses("funnel") || e.Spec.Uses("kaplan_meier")) {
		limits = append(limits, "Anything month by month, service by service or day by day. It was asked for and is left out, for small numbers could be found from it by adding and subtracting.")
	}
	return append(limits, "How any one person fares, or should be supported.")
}

// reportDefinitions are the definitions behind the figures.
func reportDefinitions(e *evaluated) (all []reportTerm) {
	for _, o := range e.Definitions {
		text := o.Sentence
		if o.About != "" && strings.HasPrefix(o.About, "measure.") {
			text = "What people rated as “" + strings.TrimSuffix(o.Title, ": change") + "”; a person’s value in a period is the mean of their own ratings in it."
		}
		if o.Norm != nil {
			text += fmt.Sprintf(" A change is judged by the norm: standard deviation %s, reliability %s (%s).", short(o.Norm.SD), short(o.Norm.Reliability), strings.TrimSuffix(o.Norm.Source, "."))
		}
		all = append(all, reportTerm{fmt.Sprintf("%s (%s, version %d)", o.Title, o.ID, o.Version), text})
	}
	return all
}

func reportAgain(e *evaluated) []string {
	return []string{fmt.Sprintf("Periods, arms, measures and methods were: %s; %s; %s.", spell(periodNames(e)), spell(armNames(e)), spell(methodNames(e)))}
}

func periodNames(e *evaluated) (all []string) {
	for _, p := range e.Periods {
		all = append(all, inWordsOf(p.Name)+" ("+p.Label+")")
	}
	return all
}

func armNames(e *evaluated) (all []string) {
	for _, a := range e.Arms {
		all = append(all, e.armWords(a.Name))
	}
	return all
}

func methodNames(e *evaluated) (all []string) {
	for _, m := range e.Spec.Methods {
		all = append(all, lowerFirst(domain.EvaluationMethods.Words(m)))
	}
	return all
}
