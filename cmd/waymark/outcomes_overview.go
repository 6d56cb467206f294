package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// An overview is what is shown where no months were chosen: how things stand, how
// they came there, and what is to be asked about.
type overview struct {
	table
	named       bool   // one service was asked for, and is shown in full
	when        string // what the figures are as of
	charts      map[chartPlace]domain.Chart
	names       map[string]string // of services
	comparisons []domain.Comparison
}

type chartPlace struct {
	service, outcome string
	by               domain.RatedBy
}

func newOverview(t table, j web.Judgements, named bool, when string) overview {
	o := overview{table: t, named: named, when: when, comparisons: j.Comparisons,
		charts: map[chartPlace]domain.Chart{}, names: map[string]string{}}
	for _, c := range j.Charts {
		o.charts[chartPlace{c.Service, c.Outcome, c.By}] = c
		o.names[c.Service] = c.Name
	}
	return o
}

const (
	before       = 12 // periods in a line over time
	mostServices = 6  // that are shown one after another
	mostSignals  = 5  // sentences of charts of one service
)

func (o overview) text(g page) string {
	var b strings.Builder
	services := o.services
	if of := len(services) - 1; !o.named && of > mostServices {
		b.WriteString(g.fold(fmt.Sprintf("There are %d services; here they are all together. --service shows one: %s.",
			of, strings.Join(services[:of], ", ")), "", ""))
		b.WriteByte('\n')
		services = services[of:]
	}
	for _, service := range services {
		o.service(&b, g, service)
		b.WriteByte('\n')
	}
	if beside := o.beside(g); beside != "" {
		b.WriteString(beside + "\n")
	}
	b.WriteString(g.fold(legend+` "60–96%" is the 95% interval. "·": nothing to count. `+
		"The same people are counted again and again: take what a chart says as a question, not as an answer.", "", ""))
	b.WriteString(g.fold(o.when, "", ""))
	return b.String()
}

// service writes one service's part.
func (o overview) service(b *strings.Builder, g page, service string) {
	latest := o.latest(service)
	periods := o.upTo(service, latest)
	b.WriteString(g.fold(o.title(service, latest), "", "  "))
	b.WriteString(o.rows(g, service, periods).text(g.width))
	b.WriteString(g.listed("Nothing counted", o.silent(service, periods)))
	o.moves(b, g, service, latest)
	o.signals(b, g, service)
	o.changes(b, g, service, latest)
	if after := o.after(service, latest); after != "" {
		b.WriteString(g.fold(after, "\n  ", "  "))
	}
}

// title says whose figures follow, of when, and what they are to be taken for.
func (o overview) title(service string, latest domain.Period) string {
	title := "All services together"
	if service != "" {
		title = service
		if name := o.names[service]; name != "" && name != service {
			title = name + " (" + service + ")"
		}
	}
	title += ", " + latest.Words()
	s := o.standing[column{service, latest}]
	switch {
	case s.state != "":
		words := domain.FigureStates.Words(s.state)
		title += ": " + strings.ToLower(words[:1]) + words[1:]
	case !s.entries:
		title += ": no entries"
	}
	return title
}

// upTo lists the last periods up to one, from the first that there is on.
func (o overview) upTo(service string, latest domain.Period) (periods []domain.Period) {
	first, _ := o.periods(service)[0].Months()
	for n := before - 1; n >= 0; n-- {
		if p := latest.Add(-n); !earlier(p, first) {
			periods = append(periods, p)
		}
	}
	return periods
}

func earlier(p domain.Period, month int) bool {
	first, _ := p.Months()
	return first < month
}

// rows gathers a service's rows: the latest figure, its interval, the line up to
// it and the chart's word.
func (o overview) rows(g page, service string, periods []domain.Period) *grid {
	latest := periods[len(periods)-1]
	rows := &grid{gap: 2}
	type cells struct{ title, figure, interval, over, word string }
	list := []cells{{"", "", "95%", quantity(len(periods), string(latest.Every), string(latest.Every)+"s"), "chart"}}
	o.eachLine(service, periods, func(aim domain.Aim) { list = append(list, cells{title: heading(aim)}) }, func(l line) {
		if l.Over == domain.OverMoves {
			return // which are told below
		}
		f, open := o.at(service, latest, l)
		c := cells{title: "  " + lineTitle(l.Outcome, l.by), over: o.over(g, service, periods, l), word: o.word(service, l)}
		switch {
		case !open:
			c.figure = "not open"
		case f.NoEntries && l.OfEntries():
			c.figure = "no entries"
		default:
			c.figure, c.interval = written(l.Outcome, f), interval(l.Outcome, f)
		}
		list = append(list, c)
	})
	width := 0
	for _, c := range list {
		if n := columns(c.figure); c.interval != "" {
			width = max(width, n+rows.gap+columns(c.interval))
		} else {
			width = max(width, n)
		}
	}
	for _, c := range list {
		if c.figure == "" && c.over == "" {
			rows.row(c.title)
			continue
		}
		figure := pad(c.figure, width-columns(c.interval)) + c.interval
		rows.row(c.title, figure, c.over, c.word)
	}
	return rows
}

// over draws a line's values over time.
func (o overview) over(g page, service string, periods []domain.Period, l line) string {
	values := make([]*float64, len(periods))
	for i, p := range periods {
		if f, open := o.at(service, p, l); open {
			values[i] = amount(l.Outcome, f)
		}
	}
	return spark(values, l.IsProportion(), g.ascii)
}

// word says in a word what a line's chart says; nothing where it judges nothing.
func (o overview) word(service string, l line) string {
	c := o.charts[chartPlace{service, l.ID, l.by}]
	if c.Kind != domain.ControlChart {
		return ""
	}
	if c.Variation == "common" {
		return "steady"
	}
	words := domain.Variations.Words(c.Variation)
	return strings.ToLower(words[:1]) + words[1:]
}

// signals writes what the charts say of a service, concerns first.
func (o overview) signals(b *strings.Builder, g page, service string) {
	var signals []domain.Chart
	for _, l := range o.lines {
		if c := o.charts[chartPlace{service, l.ID, l.by}]; slices.Contains(urgency(), c.Variation) {
			signals = append(signals, c)
		}
	}
	slices.SortStableFunc(signals, func(a, b domain.Chart) int {
		return cmp.Compare(slices.Index(urgency(), a.Variation), slices.Index(urgency(), b.Variation))
	})
	for i, c := range signals {
		if i == 0 {
			b.WriteString("\n  What the charts say\n")
		}
		if i == mostSignals {
			b.WriteString(g.fold(fmt.Sprintf("and %d more; --svg DIR draws them all", len(signals)-i), "    ", "      "))
			break
		}
		said, _, _ := strings.Cut(c.Sentence, ". ") // what follows is said once, at the end
		said = strings.TrimSuffix(said, ".")
		if c.Trial {
			said += " (judged by fewer than 13 points)"
		}
		b.WriteString(g.fold(c.Title+": "+said+".", "    ", "      "))
	}
}

// urgency lists what a chart may say beside the usual ups and downs, in the order
// in which to read it.
func urgency() []string { return []string{"concern", "improvement", "neutral"} }

// moves writes what homes were like before and after people moved.
func (o overview) moves(b *strings.Builder, g page, service string, latest domain.Period) {
	for _, l := range o.lines {
		f, _ := o.at(service, latest, l)
		if l.Over != domain.OverMoves || numberOf(f.Numerator) == 0 {
			continue
		}
		var moves []string
		for _, d := range f.Distribution {
			moves = append(moves, fmt.Sprintf("%s (%d)", strings.ReplaceAll(d.Answer, "_", " "), d.N))
		}
		b.WriteString(g.fold(lineTitle(l.Outcome, l.by)+": "+strings.Join(moves, ", ")+".", "  ", "    "))
	}
}

// changes writes how complete the pairs of ratings are that changes rest on.
func (o overview) changes(b *strings.Builder, g page, service string, latest domain.Period) {
	var without []string
	first := true
	for _, l := range o.lines {
		f, _ := o.at(service, latest, l)
		if f.Change == nil || f.Change.Due == 0 {
			continue
		}
		if first {
			b.WriteString("\n  First and later ratings, " + latest.Words() + "\n")
			first = false
		}
		if f.Change.Paired == 0 {
			without = append(without, fmt.Sprintf("%s (%d due)", lineTitle(l.Outcome, l.by), f.Change.Due))
			continue
		}
		text := completeness(l.Outcome, f)
		if o.named {
			text += moved(l.Outcome, *f.Change)
		}
		b.WriteString(g.fold(text, "    ", "      "))
	}
	if len(without) > 0 {
		b.WriteString(g.fold("Nobody has both yet: "+strings.Join(without, "; ")+".", "    ", "      "))
	}
}

// after says how the periods stand that follow the one shown.
func (o overview) after(service string, latest domain.Period) string {
	var said []string
	periods := slices.DeleteFunc(o.periods("*"), func(p domain.Period) bool {
		first, _ := latest.Months()
		return earlier(p, first+1)
	})
	for len(periods) > 0 {
		remark := o.remark(service, periods[0])
		n := slices.IndexFunc(periods, func(p domain.Period) bool { return o.remark(service, p) != remark })
		if n < 0 {
			n = len(periods)
		}
		when := periods[0].Words()
		if n > 1 {
			when += " to " + periods[n-1].Words()
		}
		said = append(said, when+": "+cmp.Or(remarks()[remark], remark)+".")
		periods = periods[n:]
	}
	return strings.Join(said, " ")
}

// remarks says at length what a remark means.
func remarks() map[string]string {
	return map[string]string{
		"not over":   "not over yet",
		"may change": "entries that are not late may still come",
	}
}

// beside sets services beside one another: whether any differs by more than
// chance. It ranks nobody.
func (o overview) beside(g page) string {
	var b strings.Builder
	var alike []string
	reminder := ""
	for i, c := range o.comparisons {
		if i == 0 {
			b.WriteString("Services beside one another, " + c.Period.Words() + "\n")
		}
		said := c.Sentence
		if at := strings.LastIndex(said, ". "); at >= 0 {
			said, reminder = said[:at+1], said[at+2:]
		}
		var differ []string
		for _, p := range c.Points {
			if p.Verdict != "" {
				differ = append(differ, fmt.Sprintf("%s %d of %d (%s)", p.Service, p.Numerator, p.Denominator, percent(p.Rate)))
			}
		}
		if len(differ) == 0 {
			if c.Theta > 0 && c.Theta < 1 { // or there is nothing to tell them apart by
				alike = append(alike, c.Title)
			}
			continue
		}
		b.WriteString(g.fold(c.Title+": "+said, "  ", "    "))
		b.WriteString(g.fold(strings.Join(differ, ", ")+"; the group "+percent(c.Theta)+".", "    ", "    "))
	}
	b.WriteString(g.listed("None differs from its group by more than chance", slices.Compact(alike)))
	if reminder != "" {
		b.WriteString(g.fold(reminder, "  ", "  "))
	}
	return b.String()
}
