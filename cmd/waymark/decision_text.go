package main

import (
	"fmt"
	"strings"
	"time"
)

// text writes the decision for a terminal.
func (t openDecision) text(g page) (string, error) {
	var b strings.Builder
	line := func(text string) { b.WriteString(g.fold(text, "", "")) }
	heading := func(text string) { b.WriteString("\n" + text + "\n") }
	list := func(f facts) {
		for _, f := range f {
			b.WriteString(g.fold(f.Name+": "+f.Text, "  ", "    "))
		}
	}
	line(t.Title())
	line(t.Standing())
	line(fmt.Sprintf("Decision %s of journey %s", t.Decision, t.Journey))
	line(t.When())
	b.WriteByte('\n')
	list(t.About())

	heading("What could have been decided")
	if len(t.Options()) == 0 {
		b.WriteString("  No options were recorded.\n")
	}
	for _, o := range t.Options() {
		mark := "  "
		if o.Chosen {
			mark = "* "
		}
		b.WriteString(g.fold(o.What+cond(o.Chosen, ", chosen", ""), mark, "  "))
		for _, point := range o.For {
			b.WriteString(g.fold("for: "+point, "    ", "      "))
		}
		for _, point := range o.Against {
			b.WriteString(g.fold("against: "+point, "    ", "      "))
		}
	}

	heading("Who decided")
	list(t.Who())
	if lawful := t.Lawful(); len(lawful) > 0 {
		heading("What it rests on")
		list(lawful)
	}
	t.textTrail(&b, g)

	heading("The twelve criteria, " + t.Asked())
	rows := &grid{gap: 2}
	for _, f := range t.Judged() {
		rows.row(fmt.Sprintf("  %-4s%s", f.Criterion, f.Name), f.Word)
	}
	for i, row := range strings.SplitAfter(strings.TrimSuffix(rows.text(wide), "\n"), "\n") {
		f := t.Judged()[i]
		b.WriteString(strings.TrimSuffix(row, "\n") + "\n")
		b.WriteString(g.fold(f.Sentence+" (position "+t.Evidence(f)+")", "        ", "        "))
	}
	t.textKnown(&b, g)

	heading("The days around it")
	b.WriteString(g.fold(t.Span(), "  ", "  "))
	for _, s := range t.Beside() {
		b.WriteString(g.fold(s.Name, "  ", "    "))
		b.WriteString(g.fold("before: "+s.Before, "    ", "      "))
		b.WriteString(g.fold("after: "+s.After, "    ", "      "))
	}
	audits, err := t.Audits()
	if len(audits) > 0 {
		heading("What auditors found")
	}
	for _, a := range audits {
		line("  " + a.Heading())
		for _, f := range a.Facts {
			b.WriteString(g.fold(f.Name+": "+f.Text, "    ", "      "))
		}
	}
	if t.Proved {
		t.textFound(&b, g)
	}
	return b.String(), err
}

// textTrail writes the steps, and what corrections changed.
func (t openDecision) textTrail(b *strings.Builder, g page) {
	b.WriteString("\nThe trail: when it happened, when it was recorded (in UTC) and by whom\n")
	for _, s := range t.Steps() {
		b.WriteString(g.fold(s.What+cond(s.Remark != "", " ("+s.Remark+")", ""), fmt.Sprintf("  %-10s  ", s.Day()), "              "))
		b.WriteString(g.fold(fmt.Sprintf("recorded %s by %s, position %d", s.Recorded.Format(minutes), s.By, s.Position), "              ", "                "))
		for _, words := range s.Words {
			b.WriteString(g.fold(words, "              ", "                "))
		}
	}
	changes := t.Changes()
	if len(changes) > 0 {
		b.WriteString("\nCorrections: what was said before, and after\n")
	}
	for _, c := range changes {
		b.WriteString(g.fold(c.Heading(), "  ", "    "))
		for _, was := range c.Before {
			b.WriteString(g.fold("before: "+was, "    ", "      "))
		}
		for _, is := range c.After {
			b.WriteString(g.fold("after: "+is, "    ", "      "))
		}
	}
}

// minutes is how a moment is written for people, in UTC.
const minutes = "2006-01-02 15:04"

// Day gives the day on which it happened, or was recorded where it says no more.
func (s trailStep) Day() string {
	if s.order.Date != 0 {
		return s.order.Date.String()
	}
	return s.Recorded.Format(time.DateOnly)
}

// textKnown writes what was known then beside what is known now.
func (t openDecision) textKnown(b *strings.Builder, g page) {
	b.WriteString("\nWhat was known then, and now\n")
	b.WriteString(g.fold(t.Basis(), "  ", "  "))
	differs, _ := t.Differs()
	part := func(name string, lines []string) {
		for i, line := range lines {
			b.WriteString(g.fold(cond(i == 0, name, "")+line, "              ", "                "))
		}
	}
	for _, k := range differs {
		b.WriteString(g.fold(k.Reason()+":", fmt.Sprintf("  %s  ", k.On), "              "))
		part(cond(len(k.Now) > 0, "then: ", ""), k.Then)
		part(cond(len(k.Then) > 0, "now: ", ""), k.Now)
	}
	if rest := t.Rest(0); rest != "" {
		b.WriteString(g.fold(rest, "  ", "    "))
	}
	if t.Knowledge.Position > 0 {
		b.WriteString(g.fold(fmt.Sprintf("To see it all: waymark journey %s --as-of %s --at %d", t.Journey, t.Knowledge.Day, t.Knowledge.Position), "  ", "    "))
	}
}

// textFound writes where each event is in the log.
func (t openDecision) textFound(b *strings.Builder, g page) {
	b.WriteString("\nWhere to find it in the log\n")
	b.WriteString(g.fold(t.Found(), "  ", "  "))
	for _, e := range t.Events {
		fmt.Fprintf(b, "  %d  %s  %s  %s\n", e.Position, e.ID, e.Recorded.Format(time.RFC3339Nano), e.Kind)
	}
}
