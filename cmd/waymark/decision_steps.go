package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
)

// A trailStep is one event of a decision's trail: what was recorded, when it happened
// and when it was written down.
type trailStep struct {
	Occurred string
	Recorded time.Time
	Position uint64
	By       string
	What     string   // as that event said it
	Remark   string   // what became of it
	Words    []string // what was said, where it is told nowhere else
	order    domain.Occurred
}

// Steps lists the trail in the order in which it happened. A correction stands
// where it was recorded, behind what happened before and never before its entry.
func (t openDecision) Steps() (all []trailStep) {
	for _, e := range t.Entries {
		first := trailStep{e.Occurred.String(), e.Recorded, e.Position, e.By, e.Text, "", nil, e.Occurred}
		if len(e.Corrected) > 0 {
			was := e.Corrected[0]
			first.What, first.Occurred, first.order = was.Text, was.Occurred.String(), was.Occurred
			first.Remark = "corrected later"
		}
		if e.Withdrawn != nil {
			first.Remark = "taken back later: it does not count"
		}
		if t.isLate(e.ID) {
			first.Remark = strings.TrimPrefix(first.Remark+"; recorded late", "; ")
		}
		if e.Imported != "" {
			first.Remark = strings.TrimPrefix(first.Remark+"; imported", "; ")
		}
		if e.Kind != "decision.raised" && e.Kind != "decision.made" && e.Kind != "decision.audited" {
			first.Words = wordLines(e.Words)
		}
		all = append(all, first)
		// The date in UTC may be the day before that of the entry, where it happened.
		since := func(recorded time.Time) domain.Occurred {
			if on := domain.On(domain.DateOf(recorded)); on.Order(first.order) > 0 {
				return on
			}
			return first.order
		}
		for _, c := range e.Corrected {
			all = append(all, trailStep{"", c.Recorded, c.Position, c.By,
				fmt.Sprintf("The entry at position %d was corrected: %s", e.Position, lower(domain.CorrectionReasons.Words(c.Reason))),
				"", nil, since(c.Recorded)})
		}
		if w := e.Withdrawn; w != nil {
			all = append(all, trailStep{"", w.Recorded, w.Position, w.By,
				fmt.Sprintf("The entry at position %d was taken back: %s", e.Position, lower(domain.WithdrawalReasons.Words(w.Reason))),
				"", nil, since(w.Recorded)})
		}
	}
	slices.SortStableFunc(all, func(a, b trailStep) int {
		return cmp.Or(a.order.Order(b.order), cmp.Compare(a.Position, b.Position))
	})
	return all
}

// isLate says whether the entry was recorded later than its service allows.
func (t openDecision) isLate(id string) bool {
	return slices.ContainsFunc(t.Findings, func(f domain.Finding) bool {
		return f.Criterion == "D10" && f.Verdict == "fail" && slices.Contains(f.Evidence, id)
	})
}

// wordLines gives an entry's words, one line each.
func wordLines(w domain.Words) (lines []string) {
	said(w, func(line string) { lines = append(lines, line) })
	return lines
}

// A change is a correction: what an entry said before it, and after.
type change struct {
	Position      uint64
	Entry         uint64 // the position of the entry
	Recorded      time.Time
	By, Why       string
	Before, After []string
}

// Heading says when and why, and which entry.
func (c change) Heading() string {
	return fmt.Sprintf("The entry at position %d, corrected by %s on %s: %s", c.Entry, c.By, c.Recorded.Format(time.DateOnly), c.Why)
}

// Changes lists the corrections in the order in which they were recorded.
func (t openDecision) Changes() (all []change) {
	for _, e := range t.Entries {
		for i, c := range e.Corrected {
			after := asSaid(e.Occurred, e.Service, e.Text, e.Words)
			if i+1 < len(e.Corrected) {
				next := e.Corrected[i+1]
				after = asSaid(next.Occurred, next.Service, next.Text, next.Words)
			}
			before := asSaid(c.Occurred, c.Service, c.Text, c.Words)
			before, after = different(before, after)
			all = append(all, change{c.Position, e.Position, c.Recorded, c.By, lower(domain.CorrectionReasons.Words(c.Reason)), before, after})
		}
	}
	slices.SortFunc(all, func(a, b change) int { return cmp.Compare(a.Position, b.Position) })
	return all
}

// asSaid writes what an entry said at one time, a line for each part.
func asSaid(on domain.Occurred, service, text string, words domain.Words) []string {
	return append([]string{on.String() + cond(service != "", ", with "+service, ""), text}, wordLines(words)...)
}

// different leaves out the lines that both have, and says so where nothing that
// is shown here differs.
func different(before, after []string) (was, is []string) {
	was = slices.DeleteFunc(slices.Clone(before), func(line string) bool { return slices.Contains(after, line) })
	is = slices.DeleteFunc(slices.Clone(after), func(line string) bool { return slices.Contains(before, line) })
	return was, is
}

func cond(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// An audited decision was looked at by a person who audits.
type audited struct {
	Occurred domain.Occurred
	Position uint64
	By       string
	Audit    string // the audit it belongs to, where there is one
	Facts    facts
}

// Heading says when, who, and in which audit.
func (a audited) Heading() string {
	return fmt.Sprintf("%s by %s", a.Occurred, a.By) + cond(a.Audit != "", ", in "+a.Audit, "")
}

// Audits lists what people found who audited the decision, their verdicts beside
// the program's.
func (t openDecision) Audits() (all []audited, err error) {
	for _, e := range t.Entries {
		if e.Kind != "decision.audited" || e.Withdrawn != nil {
			continue
		}
		var data domain.DecisionAudited
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Position, err)
		}
		a := audited{e.Occurred, e.Position, e.By, data.Audit, nil}
		a.Facts.add("What it came to", domain.AuditOutcomes.Words(data.Outcome))
		for _, j := range data.Judged {
			verdict := lower(domain.Verdicts.Words(j.Verdict))
			for _, f := range t.Findings {
				if f.Criterion == j.Criterion && f.Verdict != j.Verdict {
					verdict += fmt.Sprintf(" (the program: %s)", lower(domain.Verdicts.Words(f.Verdict)))
				}
			}
			a.Facts.add(string(j.Criterion)+" "+domain.Criteria.Words(j.Criterion), verdict)
		}
		for _, word := range []domain.Word{"finding", "action"} {
			if text := e.Words.Texts[word]; text != "" {
				a.Facts.add(upperFirst(string(word)), quoted(text))
			}
		}
		all = append(all, a)
	}
	return all, nil
}
