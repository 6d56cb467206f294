package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/waymark/waymark/domain"
)

// The tables here are only written where nothing is hidden.

// packPeople has a row for each person and period, in the order of the arms and of
// the names that people have in this pack, so that the order says nothing either.
func packPeople(e *evaluated, names pseudonyms) packTable {
	type row struct {
		evaluatedPerson
		name string
	}
	rows, arms, periods := make([]row, len(e.People)), map[string]int{}, map[string]int{}
	for i, a := range e.Arms {
		arms[a.Name] = i
	}
	for i, p := range e.Periods {
		periods[p.Name] = i
	}
	counted, rated := map[string]bool{}, []string{}
	for i, p := range e.People {
		rows[i] = row{p, names.of(p.Journey)}
		for _, o := range p.Outcomes {
			counted[o.Outcome] = true
		}
		for _, s := range p.Scores {
			if !slices.Contains(rated, s.About) {
				rated = append(rated, s.About)
			}
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(arms[a.Arm], arms[b.Arm]), cmp.Compare(a.name, b.name), cmp.Compare(a.Journey, b.Journey), cmp.Compare(periods[a.Period], periods[b.Period]))
	})
	columns := []packColumn[row]{
		{"person", "string", "Person", "A name for this pack alone: it stands in no other pack, and nobody can get back from it without the record.", "", func(p row) string { return p.name }},
		{"arm", "string", "Arm", ofArm, "", func(p row) string { return p.Arm }},
		{"period", "string", "Period", ofPeriod, "", func(p row) string { return p.Period }},
		{"service", "string", "Service", "The service of the support by which they are in the arm: the earliest.", "", func(p row) string { return p.Service }},
		{"from", "date", "First day", "The period's first day for this person.", "", func(p row) string { return p.Days.From.String() }},
		{"to", "date", "Last day", "The period's last day, included.", "", func(p row) string { return p.Days.To.String() }},
		{"active_days", "integer", "Active days", "Days with support by the arm's services in the period, pauses left out.", "days", func(p row) string { return strconv.Itoa(p.ActiveDays) }},
	}
	for _, o := range e.Definitions {
		if !counted[o.ID] {
			continue
		}
		count := func(of func(personOutcome) int) func(row) string {
			return func(p row) string {
				for _, has := range p.Outcomes {
					if has.Outcome == o.ID {
						return strconv.Itoa(of(has))
					}
				}
				return ""
			}
		}
		yes, of := "How many of the person's entries say yes.", "How many of the person's entries say yes or no; empty where there are none."
		unit, title := "entries", "entries"
		switch o.Over {
		case domain.OverNothing:
			yes, of = "How many the person has.", "The same again; empty where there are none."
		case domain.OverDue:
			yes, of, unit, title = "How many of the person's reviews were done by their date.", "How many of the person's reviews fell due; empty where none did.", "reviews", "due"
		case domain.OverPeople, domain.OverState, domain.OverLatest:
			yes, of, unit, title = "1 where it holds for the person, otherwise 0.", "1 where the person is one of those it is a share of; otherwise empty.", unitPeople, "is counted"
		}
		columns = append(columns,
			packColumn[row]{o.ID + ".yes", "integer", o.Title + ": yes", yes + " " + o.Sentence, unit, count(func(n personOutcome) int { return n.Yes })},
			packColumn[row]{o.ID + ".n", "integer", o.Title + ": " + title, of, unit, count(func(n personOutcome) int { return n.N })})
	}
	for _, about := range rated {
		said := func(of func(personScore) string) func(row) string {
			return func(p row) string {
				for _, s := range p.Scores {
					if s.About == about {
						return of(s)
					}
				}
				return ""
			}
		}
		columns = append(columns,
			packColumn[row]{about + ".n", "integer", about + ": ratings", "How many ratings the person gave.", "ratings", said(func(s personScore) string { return strconv.Itoa(s.N) })},
			packColumn[row]{about + ".mean", "number", about + ": mean", "The mean of these.", "of the measure", said(func(s personScore) string { return decimalOf(s.Mean) })},
			packColumn[row]{about + ".missing", "string", about + ": missing", "Why there is none, as a code.", "", said(func(s personScore) string { return string(s.Missing) })})
	}
	return tableOf(packTable{name: "people", key: 3, title: "What each person said and did, by period",
		description: "One row for each person, arm and period. It is about single people: for those who may see it, and for no one else."}, columns, rows)
}

// A chartRow is one point of a chart.
type chartRow struct {
	evaluatedChart
	domain.ChartPoint
}

func packChartPoints(e *evaluated) packTable {
	type row = chartRow
	var rows []row
	for _, c := range e.Charts {
		for _, p := range c.Chart.Points {
			rows = append(rows, row{c, p})
		}
	}
	value := "in the outcome's unit, a share from 0 to 1"
	return tableOf(packTable{name: "charts", key: 4, title: "Control charts, point by point",
		description: "One row for each arm, outcome and month, or quarter where months are too small. XmR charts as NHS England's Making Data Count has them."},
		[]packColumn[row]{
			{"arm", "string", "Arm", ofArm, "", func(p row) string { return p.Arm }},
			{"outcome", "string", "Outcome", "The outcome's id.", "", func(p row) string { return p.Chart.Outcome }},
			{"by", "string", "Rated by", ofRater, "", func(p row) string { return rater(p.Chart.By) }},
			{"period", "string", "Month or quarter", "Such as 2026-03 or 2026-Q1.", "", func(p row) string { return p.Period.String() }},
			{"version", "integer", "Version", ofVersion, "", func(p row) string { return strconv.Itoa(p.Chart.Version) }},
			{"value", "number", "Value", "The point.", value, func(p row) string { return decimalOf(p.Value) }},
			{"numerator", "integer", "Numerator", "How many of the denominator it holds for; or the count itself.", "", func(p row) string { return whole(p.Numerator) }},
			{"denominator", "integer", "Denominator", "What it is a share of.", "", func(p row) string { return whole(p.Denominator) }},
			{"n", "integer", "People", "How many people are behind it.", unitPeople, func(p row) string { return strconv.Itoa(p.N) }},
			{"mean", "number", "Usual level", "The mean of the segment.", value, func(p row) string { return decimalOf(p.Mean) }},
			{"lower_limit", "number", "Lower limit", "Of the usual range; never clipped to what is possible.", value, func(p row) string { return decimalOf(p.LowerLimit) }},
			{"upper_limit", "number", "Upper limit", "Of the usual range.", value, func(p row) string { return decimalOf(p.UpperLimit) }},
			{"segment", "integer", "Segment", "Counted from 0; another begins where the chart starts again.", "", func(p row) string { return strconv.Itoa(p.Segment) }},
			{"special_cause", "string", "Special cause", "astronomical, shift, trend or two_of_three; empty where there is none.", "", func(p row) string { return string(p.Cause) }},
			{"verdict", "string", "Verdict", "improvement, concern or neutral, of a special cause.", "", func(p row) string { return p.Verdict }},
			{"state", "string", "State", "not_over or may_change: shown and not judged.", "", func(p row) string { return string(p.State) }},
			{"no_entries", "string", "Nothing recorded", "yes where nothing at all was recorded.", "", func(p row) string { return yesOnly(p.NoEntries) }},
		}, rows)
}

// A comparedRow is one service of a comparison.
type comparedRow struct {
	domain.Comparison
	domain.ComparedService
}

func packComparisons(e *evaluated) packTable {
	type row = comparedRow
	var rows []row
	for _, c := range e.Comparisons {
		for _, p := range c.Points {
			rows = append(rows, row{c, p})
		}
	}
	return tableOf(packTable{name: "comparisons", key: 4, title: "Services of one kind beside one another",
		description: "One row for each service with 10 people or more. It is no league table: all that is said of a service is whether it differs from the group by more than chance."},
		[]packColumn[row]{
			{"outcome", "string", "Outcome", "The outcome's id.", "", func(p row) string { return p.Outcome }},
			{"period", "string", "Period", "Its first and last day, or a month, quarter or year.", "", func(p row) string { return p.Period.String() }},
			{"kind", "string", "Kind", "The kind of service.", "", func(p row) string { return string(p.Kind) }},
			{"service", "string", "Service", "The service's id.", "", func(p row) string { return p.Service }},
			{"version", "integer", "Version", ofVersion, "", func(p row) string { return strconv.Itoa(p.Version) }},
			{"numerator", "integer", "Numerator", "How many people it holds for.", unitPeople, func(p row) string { return strconv.Itoa(p.Numerator) }},
			{"denominator", "integer", "Denominator", "Of how many.", unitPeople, func(p row) string { return strconv.Itoa(p.Denominator) }},
			{"rate", "number", "Share", "The share, from 0 to 1.", "share", func(p row) string { return decimal(p.Rate) }},
			{"lower95", "number", "Lower limit, 95 %", "Only with 10 services or more.", "share", func(p row) string { return decimalOf(p.Lower95) }},
			{"upper95", "number", "Upper limit, 95 %", "Likewise.", "share", func(p row) string { return decimalOf(p.Upper95) }},
			{"lower998", "number", "Lower limit, 99.8 %", "Within the limits a service does not differ from the group by more than chance.", "share", func(p row) string { return decimal(p.Lower998) }},
			{"upper998", "number", "Upper limit, 99.8 %", "Likewise.", "share", func(p row) string { return decimal(p.Upper998) }},
			{"verdict", "string", "Verdict", "differs_95 or differs_998: outside those limits. Otherwise empty.", "", func(p row) string { return p.Verdict }},
		}, rows)
}

// A survivalRow is one step of an arm's time to move on.
type survivalRow struct {
	arm string
	domain.SurvivalStep
}

func packSurvival(e *evaluated) packTable {
	type row = survivalRow
	var rows []row
	for _, s := range e.Survival {
		for _, step := range s.Steps {
			rows = append(rows, row{s.Arm, step})
		}
	}
	columns := []packColumn[row]{
		{"arm", "string", "Arm", ofArm, "", func(s row) string { return s.arm }},
		{"day", "number", "Day", "Counted from the start of support, which is day 0.", "days", func(s row) string { return decimal(s.Day) }},
		{"at_risk", "integer", "Still there before", "How many were still there just before.", unitPeople, func(s row) string { return strconv.Itoa(s.AtRisk) }},
		{"ended", "integer", "Ended", "How many ended on that day.", unitPeople, func(s row) string { return strconv.Itoa(s.Ended) }},
		{"last_seen", "integer", "Last seen", "How many were last known to be there on that day.", unitPeople, func(s row) string { return strconv.Itoa(s.Seen) }},
		{"there", "number", "Still there", "The share still there afterwards (Kaplan–Meier).", "share", func(s row) string { return decimal(s.There) }},
		{"lower", "number", "Lower limit", "Of its 95 % interval.", "share", func(s row) string { return decimalOf(s.Lower) }},
		{"upper", "number", "Upper limit", upperOf95, "share", func(s row) string { return decimalOf(s.Upper) }},
	}
	for _, kind := range domain.EndKinds {
		columns = append(columns, packColumn[row]{string(kind.Code), "number", kind.Words, "The share that had ended so by then (Aalen–Johansen).", "share",
			func(s row) string { return decimal(s.Endings[kind.Code]) }})
	}
	return tableOf(packTable{name: "survival", key: 2, title: "How long support lasted, and how it ended",
		description: "One row for each arm and day on which something changed. With there, the shares that ended make 1."}, columns, rows)
}

// packCharts draws the charts as SVG files.
func packCharts(e *evaluated) (files []packFile, err error) {
	add := func(name string, draw func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err == nil {
			err = draw(&b)
		}
		name = "charts/" + safeName(name) + ".svg"
		if slices.ContainsFunc(files, func(f packFile) bool { return f.name == name }) {
			err = cmp.Or(err, fmt.Errorf("two charts would be called %s", name))
		}
		files = append(files, packFile{name, b.Bytes()})
	}
	for _, c := range e.Charts {
		by := ""
		if c.Chart.By != "" {
			by = ".by-" + string(c.Chart.By)
		}
		add(c.Arm+"."+c.Chart.Outcome+by, func(b *bytes.Buffer) error { return writeChartSVG(b, c.Chart) })
	}
	for _, c := range e.Comparisons {
		add("compare-"+string(c.Kind)+"."+c.Outcome+"."+c.Period.String(), func(b *bytes.Buffer) error { return writeFunnelSVG(b, c) })
	}
	return files, err
}
