package domain

import (
	"slices"
	"time"
)

// AuditRules is the version of the rules below. A changed rule or threshold is
// another version, so that what was judged before keeps its meaning.
const AuditRules = 1

// A RuleSet is which criteria are asked of which decisions, and the thresholds
// they are judged by.
type RuleSet struct {
	Version     int         `json:"version"`
	Significant []Criterion `json:"significant"` // asked of a significant decision
	Everyday    []Criterion `json:"everyday"`    // asked of an everyday one
	Alone       []Criterion `json:"alone"`       // asked of one the person made alone, without us
	Weighty     []Area      `json:"weighty"`     // areas in which a decision is never an everyday one
	Options     int         `json:"options"`     // D3: how many make a choice, at least
	Steps       int         `json:"steps"`       // D6: how far the role had may be from the one wanted, at most
	Nations     []Nation    `json:"nations"`     // D7: where the Mental Capacity Act 2005 is the law
	UrgentDays  int         `json:"urgent_days"` // D10: calendar days in which an urgent decision is recorded
}

// Rules are those in force. Working days that an entry may be late (D10) are
// each service's own; see [ServiceFacts.LateLimit].
var Rules = RuleSet{
	Version:     AuditRules,
	Significant: []Criterion{"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10", "D11", "D12"},
	Everyday:    []Criterion{"D1", "D2", "D5", "D7", "D10"},
	Alone:       []Criterion{"D1", "D5", "D10"},
	Weighty:     []Area{"home", "restriction", "ending_support"},
	Options:     2,
	Steps:       1,
	Nations:     []Nation{"england", "wales"},
	UrgentDays:  1,
}

// judges has the rule of each criterion, in their order. D12 depends on the day
// it is asked, and is judged by [Examined.LookedAgain].
var judges = []struct {
	criterion Criterion
	judge     func(Examined) Finding
}{
	{"D1", stated},
	{"D2", ownView},
	{"D3", realChoice},
	{"D4", information},
	{"D5", whoDecided},
	{"D6", roleWanted},
	{"D7", lawfulBasis},
	{"D8", authority},
	{"D9", othersByAgreement},
	{"D10", inTime},
	{"D11", reasonGiven},
}

// A Finding is what one criterion says of one decision: good practice, or
// something to look at, or nothing. It is no score.
type Finding struct {
	Criterion Criterion `json:"criterion"`
	Verdict   Verdict   `json:"verdict"`
	Reason    Reason    `json:"reason"`
	Sentence  string    `json:"sentence"` // the reason in plain words
	Evidence  []string  `json:"evidence"` // ids of the entries it was read from, one or more
}

// Examined is a decision with what the criteria must know beside it. They read
// facts only: of a person's words, which are there.
type Examined struct {
	Decision
	Described []Recorded     // the person's standing person.described entries, in life order
	Supports  []Recorded     // the person's standing support.* entries, in life order
	Service   ServiceFacts   // of the decision's service, as it stands
	Zone      *time.Location // the service's, named by its ZoneName; UTC where nil
}

// Findings judges the twelve criteria, in their order. Only D12 depends on
// today, the first day that is not over.
func (x Examined) Findings(today Date) []Finding {
	until, by, after := x.LookedAgain()
	if today <= until {
		return append(x.Lasting(), by)
	}
	return append(x.Lasting(), after)
}

// Lasting judges the criteria that do not depend on the day: all but D12, in
// their order.
func (x Examined) Lasting() []Finding {
	findings := make([]Finding, 0, len(judges)+2) // and D12, which may be two
	asked, otherwise := x.asked()
	for _, rule := range judges {
		f := otherwise
		if slices.Contains(asked, rule.criterion) {
			f = rule.judge(x)
		}
		findings = append(findings, f.of(rule.criterion))
	}
	return findings
}

// asked lists the criteria that are asked of a decision of this kind, and says
// why the others are not.
func (d Decision) asked() (which []Criterion, otherwise Finding) {
	switch {
	case d.Made == nil:
		return nil, notApplicable("not_made", d.Raised.ID)
	case d.Alone():
		return Rules.Alone, notApplicable("made_alone", d.Made.ID)
	case d.Significant():
		return Rules.Significant, Finding{}
	}
	return Rules.Everyday, notApplicable("everyday", d.entries()...)
}

// entries lists the entry that raised the decision, if one did, and the one
// that made it, by id.
func (d Decision) entries() (ids []string) {
	for _, r := range []*Recorded{d.Raised, d.Made} {
		if r != nil {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// made gives the facts of a decision that was made.
func (d Decision) made() DecisionMade { return d.Made.Event.(DecisionMade) }

func pass(why Reason, evidence ...string) Finding {
	return Finding{Verdict: "pass", Reason: why, Evidence: evidence}
}

func fail(why Reason, evidence ...string) Finding {
	return Finding{Verdict: "fail", Reason: why, Evidence: evidence}
}

func notApplicable(why Reason, evidence ...string) Finding {
	return Finding{Verdict: "not_applicable", Reason: why, Evidence: evidence}
}

// of completes a finding of a criterion.
func (f Finding) of(c Criterion) Finding {
	f.Criterion, f.Sentence = c, Reasons.Words(f.Reason)
	return f
}

// sign gives 1 for a pass, −1 for a fail and 0 where the criterion does not
// apply.
func (f Finding) sign() int {
	switch f.Verdict {
	case "pass":
		return 1
	case "fail":
		return -1
	}
	return 0
}
