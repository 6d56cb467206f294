package main

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// packTables fills a pack's tables. The columns of one are side by side with how
// they are filled, so that a description can be checked against what it describes.
func packTables(e *evaluated, names pseudonyms) []packTable {
	all := []packTable{packCohort(e), packFigures(e), packScores(e), packChanges(e), packDifferences(e)}
	if e.suppressed() {
		return all
	}
	all = append(all, packPeople(e, names))
	if e.Spec.Uses("xmr") {
		all = append(all, packChartPoints(e))
	}
	if e.Spec.Uses("funnel") {
		all = append(all, packComparisons(e))
	}
	if e.Spec.Uses("kaplan_meier") {
		all = append(all, packSurvival(e))
	}
	return all
}

// What several tables say alike.
const (
	ofArm      = "The arm: one of the parts that are set beside one another, by its name in the specification."
	ofPeriod   = "The period, by its name in the specification."
	ofMissing  = "How many are missing, by why, as why=count;why=count. "
	lowerOf95  = "The lower end of its 95 % interval; empty under 10 people, and where small numbers are hidden if it would give a count away."
	upperOf95  = "The upper end of the interval."
	ofRater    = "Who rated: the person, unless another is named. Where nothing is rated it is the person too."
	ofVersion  = "The version of the definition."
	unitPeople = "people"
)

// A cohortRow is one line of who is in the cohort and who is not.
type cohortRow struct {
	part, arm, why, words string
	n                     int
}

// What stands in the columns of a key where there is nothing to tell rows apart: a
// key may not be empty.
const (
	allArms   = "all"
	anyReason = "any"
)

func packCohort(e *evaluated) packTable {
	rows := []cohortRow{{"supported", allArms, anyReason, "People with any support by the evaluation's day", e.Flow.People}}
	for _, l := range e.Flow.LeftOut {
		rows = append(rows, cohortRow{"left_out", allArms, string(l.Why), "Left out: " + domain.LeftOuts.Words(l.Why), l.N})
	}
	rows = append(rows, cohortRow{"cohort", allArms, anyReason, "In the cohort", e.Flow.In})
	if e.Flow.Parked != 0 {
		rows = append(rows, cohortRow{"unread", allArms, anyReason, "In the cohort, and their later entries could not be read", e.Flow.Parked})
	}
	for _, a := range e.Arms {
		rows = append(rows, cohortRow{"arm", a.Name, anyReason, "In the arm", a.People},
			cohortRow{"ended", a.Name, anyReason, "Of these, support with the arm's services had ended", a.Ended},
			cohortRow{"died", a.Name, anyReason, "Of those, by death", a.Died},
			cohortRow{"in_other_arm", a.Name, anyReason, "In another arm too", a.InOther})
	}
	return tableOf(packTable{name: "cohort", key: 3, title: "Who is in it, and who was left out and why",
		description: "Each person counts once, and is left out for the first reason that holds: supported is cohort and left_out together."},
		[]packColumn[cohortRow]{
			{"part", "string", "Part", "What is counted: supported, left_out, cohort, unread; of an arm also arm, ended, died, in_other_arm.", "", func(r cohortRow) string { return r.part }},
			{"arm", "string", "Arm", ofArm + " all for everybody.", "", func(r cohortRow) string { return r.arm }},
			{"why", "string", "Why", "Of those left out, why, as a code; otherwise any.", "", func(r cohortRow) string { return r.why }},
			{"words", "string", "In words", "The same in plain words.", "", func(r cohortRow) string { return r.words }},
			{"n", "integer", "People", "How many people.", unitPeople, func(r cohortRow) string { return shownCount(r.n) }},
		}, rows)
}

func packFigures(e *evaluated) packTable {
	defined := definitions(e)
	type row = evaluatedFigure
	day := func(first bool) func(row) string {
		return func(f row) string {
			from, after := f.Figure.Period.Days()
			if first {
				return from.String()
			}
			return (after - 1).String()
		}
	}
	change := func(of func(*domain.Change) int) func(row) string {
		return func(f row) string {
			if f.Figure.Change == nil {
				return ""
			}
			return shownCount(of(f.Figure.Change))
		}
	}
	return tableOf(packTable{name: "figures", key: 4, title: "Outcomes by arm and period",
		description: "One row for each figure. What it counts is in the definition of its outcome and version, which waymark outcomes --definitions prints."},
		[]packColumn[row]{
			{"arm", "string", "Arm", ofArm, "", func(f row) string { return f.Arm }},
			{"period", "string", "Period", ofPeriod, "", func(f row) string { return f.Name }},
			{"outcome", "string", "Outcome", "The outcome's id.", "", func(f row) string { return f.Figure.Outcome }},
			{"by", "string", "Rated by", ofRater, "", func(f row) string { return rater(f.Figure.By) }},
			{"from", "date", "First day", "The period's first day.", "", day(true)},
			{"to", "date", "Last day", "The period's last day, included.", "", day(false)},
			{"title", "string", "Title", "The outcome in words.", "", func(f row) string { return defined[f.Figure.Outcome].Title }},
			{"unit", "string", "Unit", "What the value is counted in.", "", func(f row) string { return defined[f.Figure.Outcome].Unit }},
			{"version", "integer", "Version", ofVersion, "", func(f row) string { return strconv.Itoa(f.Figure.Version) }},
			{"numerator", "integer", "Numerator", "How many of the denominator it holds for; or the count itself.", "", func(f row) string { return shownWhole(f.Figure.Numerator) }},
			{"denominator", "integer", "Denominator", "What it is a share of.", "", func(f row) string { return shownWhole(f.Figure.Denominator) }},
			{"value", "number", "Value", "A share from 0 to 1, a mean or a median, in the row's unit.", "", func(f row) string { return decimalOf(f.Figure.Value) }},
			{"lower", "number", "Lower limit", lowerOf95, "", func(f row) string { return decimalOf(f.Figure.Lower) }},
			{"upper", "number", "Upper limit", upperOf95, "", func(f row) string { return decimalOf(f.Figure.Upper) }},
			{"n", "integer", "People", "How many people are behind it; of a change, how many pairs; of the time to move on, how many stays.", unitPeople, func(f row) string { return shownCount(f.Figure.N) }},
			{"missing", "string", "Missing", ofMissing + "Entries for shares of entries, otherwise people.", "", func(f row) string { return whys(f.Figure.Missing) }},
			{"state", "string", "State", "not_over: the period is not over; may_change: entries that are not late may still come. Otherwise empty.", "", func(f row) string { return string(f.Figure.State) }},
			{"no_entries", "string", "Nothing recorded", "yes where nothing at all was recorded, which is not the same as zero.", "", func(f row) string { return yesOnly(f.Figure.NoEntries) }},
			{"due", "integer", "Due", "Of a change: how many pairs were to be expected.", "", change(func(c *domain.Change) int { return c.Due })},
			{"paired", "integer", "Pairs", "Of a change: how many there are.", "", change(func(c *domain.Change) int { return c.Paired })},
			{"better", "integer", "Better", "Of a change: how many pairs went the better way, reliably so where a published norm tells.", "", change(func(c *domain.Change) int { return c.Better.N })},
			{"same", "integer", "Same", "Of a change: how many did not change so.", "", change(func(c *domain.Change) int { return c.Same.N })},
			{"worse", "integer", "Worse", "Of a change: how many pairs went the other way.", "", change(func(c *domain.Change) int { return c.Worse.N })},
		}, e.Figures)
}

func packScores(e *evaluated) packTable {
	periods := map[string]evaluatedPeriod{}
	for _, p := range e.Periods {
		periods[p.Name] = p
	}
	type row = domain.Score
	date := func(of func(domain.Days) domain.Date) func(row) string {
		return func(s row) string {
			if p := periods[s.Period]; !p.Relative {
				return of(p.Days).String()
			}
			return ""
		}
	}
	day := func(of func(evaluatedPeriod) int) func(row) string {
		return func(s row) string {
			if p := periods[s.Period]; p.Relative {
				return strconv.Itoa(of(p))
			}
			return ""
		}
	}
	return tableOf(packTable{name: "scores", key: 4, title: "What people said, by arm and period",
		description: "One row for each arm, period and thing rated. A person counts once, by the mean of their own ratings in the period; people is seen and missing together."},
		[]packColumn[row]{
			{"arm", "string", "Arm", ofArm, "", func(s row) string { return s.Arm }},
			{"period", "string", "Period", ofPeriod, "", func(s row) string { return s.Period }},
			{"about", "string", "What was rated", "What the ratings are about.", "", func(s row) string { return s.About }},
			{"outcome", "string", "Definition", "The id of the definition by which a change in it is judged.", "", func(s row) string { return s.Outcome }},
			{"version", "integer", "Version", ofVersion, "", func(s row) string { return strconv.Itoa(s.Version) }},
			{"from", "date", "First day", "The period's first day; empty where it is counted from each person's own start.", "", date(func(d domain.Days) domain.Date { return d.From })},
			{"to", "date", "Last day", "The period's last day, included; likewise.", "", date(func(d domain.Days) domain.Date { return d.To })},
			{"from_day", "integer", "From day", "The period's first day, counted from each person's own start of support, which is day 0; empty where the period has dates.", "days", day(func(p evaluatedPeriod) int { return p.FromDay })},
			{"to_day", "integer", "To day", "The period's last day, included; likewise.", "days", day(func(p evaluatedPeriod) int { return p.ToDay })},
			{"people", "integer", "People", "How many people are in the arm.", unitPeople, func(s row) string { return shownCount(s.People) }},
			{"seen", "integer", "Seen", "How many of them have a rating of their own in the period.", unitPeople, func(s row) string { return shownCount(s.Seen) }},
			{"ratings", "integer", "Ratings", "How many ratings these gave.", "ratings", func(s row) string { return shownCount(s.Ratings) }},
			{"missing", "string", "Missing", ofMissing + "People, each by the first reason that holds.", "", func(s row) string { return whys(s.Missing) }},
			{"mean", "number", "Mean", "The mean over people.", "of the measure", func(s row) string { return decimalOf(s.Mean) }},
			{"lower", "number", "Lower limit", lowerOf95, "of the measure", func(s row) string { return decimalOf(s.Lower) }},
			{"upper", "number", "Upper limit", upperOf95, "of the measure", func(s row) string { return decimalOf(s.Upper) }},
			{"sd", "number", "Standard deviation", "The standard deviation between people; left out where small numbers are hidden.", "of the measure", func(s row) string { return decimalOf(s.SD) }},
		}, e.Scores)
}

func packChanges(e *evaluated) packTable {
	type row = domain.ScoreChange
	by := func(c *domain.ChangedBy) string {
		if c == nil {
			return ""
		}
		return shownCount(c.N)
	}
	mean := func(m *domain.Mean) string {
		if m == nil {
			return ""
		}
		return decimal(m.Value)
	}
	count := func(m *domain.Mean) string {
		if m == nil {
			return ""
		}
		return shownCount(m.N)
	}
	return tableOf(packTable{name: "changes", key: 5, title: "How ratings moved, by arm",
		description: "One row for each arm, thing rated and later period, of the people seen in both; people is paired and missing together."},
		[]packColumn[row]{
			{"arm", "string", "Arm", ofArm, "", func(c row) string { return c.Arm }},
			{"from_period", "string", "First period", "The first period, by its name in the specification.", "", func(c row) string { return c.From }},
			{"to_period", "string", "Later period", "The later period, likewise.", "", func(c row) string { return c.To }},
			{"about", "string", "What was rated", "What the ratings are about.", "", func(c row) string { return c.About }},
			{"outcome", "string", "Definition", "The id of the definition by which a change is judged.", "", func(c row) string { return c.Outcome }},
			{"version", "integer", "Version", ofVersion, "", func(c row) string { return strconv.Itoa(c.Version) }},
			{"people", "integer", "People", "How many people are in the arm.", unitPeople, func(c row) string { return shownCount(c.People) }},
			{"paired", "integer", "Pairs", "How many of them were seen in both periods.", unitPeople, func(c row) string { return shownCount(c.Paired) }},
			{"missing", "string", "Missing", ofMissing + "first_ is about the first period, later_ about the later.", "", func(c row) string { return whys(c.Missing) }},
			{"mean", "number", "Mean change", "The mean of later − first over people.", "of the measure", func(c row) string { return decimalOf(c.Mean) }},
			{"lower", "number", "Lower limit", lowerOf95, "of the measure", func(c row) string { return decimalOf(c.Lower) }},
			{"upper", "number", "Upper limit", upperOf95, "of the measure", func(c row) string { return decimalOf(c.Upper) }},
			{"sd", "number", "Standard deviation", "The standard deviation of people's changes; left out where small numbers are hidden.", "of the measure", func(c row) string { return decimalOf(c.SD) }},
			{"reliable", "string", "Reliable", "yes where a published norm tells a change from chance; otherwise a change is so many points, as the definition says.", "", func(c row) string { return yesOnly(c.Reliable) }},
			{"better", "integer", "Better", "How many changed the better way.", unitPeople, func(c row) string { return by(c.Better) }},
			{"same", "integer", "Same", "How many did not change so.", unitPeople, func(c row) string { return by(c.Same) }},
			{"worse", "integer", "Worse", "How many changed the other way.", unitPeople, func(c row) string { return by(c.Worse) }},
			{"first_paired", "number", "First mean of pairs", "The mean in the first period of those seen in both.", "of the measure", func(c row) string { return mean(c.FirstPaired) }},
			{"first_alone_n", "integer", "Seen first alone", "How many were seen in the first period and not in the later.", unitPeople, func(c row) string { return count(c.FirstUnpaired) }},
			{"first_alone", "number", "First mean of the others", "The mean in the first period of those.", "of the measure", func(c row) string { return mean(c.FirstUnpaired) }},
		}, e.Changes)
}

func packDifferences(e *evaluated) packTable {
	type row = domain.ScoreDifference
	return tableOf(packTable{name: "differences", key: 6, title: "Two arms' mean changes beside one another",
		description: "One row for each two arms, thing rated and later period. A difference is no proof of a cause: nobody was assigned to an arm by chance, unless the specification's question says so."},
		[]packColumn[row]{
			{"arm", "string", "Arm", ofArm, "", func(d row) string { return d.Arm }},
			{"other", "string", "Other arm", "The arm that it is set beside.", "", func(d row) string { return d.Other }},
			{"from_period", "string", "First period", "The first period, by its name in the specification.", "", func(d row) string { return d.From }},
			{"to_period", "string", "Later period", "The later period, likewise.", "", func(d row) string { return d.To }},
			{"about", "string", "What was rated", "What the ratings are about.", "", func(d row) string { return d.About }},
			{"outcome", "string", "Definition", "The id of the definition by which a change is judged.", "", func(d row) string { return d.Outcome }},
			{"version", "integer", "Version", ofVersion, "", func(d row) string { return strconv.Itoa(d.Version) }},
			{"n", "integer", "Pairs", "How many people of the arm were seen in both periods.", unitPeople, func(d row) string { return shownCount(d.N) }},
			{"other_n", "integer", "Pairs of the other", "How many of the other.", unitPeople, func(d row) string { return shownCount(d.OtherN) }},
			{"in_both", "integer", "In both", "How many people have a pair in both arms; where there are any, there is no interval.", unitPeople, func(d row) string { return shownCount(d.InBoth) }},
			{"difference", "number", "Difference", "The arm's mean change − the other's.", "of the measure", func(d row) string { return decimalOf(d.Value) }},
			{"lower", "number", "Lower limit", lowerOf95 + " By Welch's method.", "of the measure", func(d row) string { return decimalOf(d.Lower) }},
			{"upper", "number", "Upper limit", upperOf95, "of the measure", func(d row) string { return decimalOf(d.Upper) }},
		}, e.Differences)
}

// definitions gives the definitions that an evaluation used by their id.
func definitions(e *evaluated) map[string]domain.Outcome {
	all := map[string]domain.Outcome{}
	for _, o := range e.Definitions {
		all[o.ID] = o
	}
	return all
}

func rater(by domain.RatedBy) string { return string(cmp.Or(by, "person")) }

func shownWhole(n *int) string {
	if n == nil {
		return ""
	}
	return shownCount(*n)
}

// whys writes counts as why=n;why=n, by why.
func whys(counts map[string]int) string {
	var list []string
	for _, why := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, why+"="+shownCount(counts[why]))
	}
	return strings.Join(list, ";")
}
