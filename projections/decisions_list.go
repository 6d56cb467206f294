package projections

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// A DecisionRow is one decision as a list shows it.
type DecisionRow struct {
	Decision    string    `json:"decision"`
	Position    uint64    `json:"position"`
	Journey     string    `json:"journey"`
	Service     string    `json:"service,omitzero"`
	State       string    `json:"state"`
	Area        string    `json:"area"`
	Weight      string    `json:"weight,omitzero"`
	Significant bool      `json:"significant"`    // whether all twelve criteria are asked
	Alone       bool      `json:"alone,omitzero"` // whether the person made it alone, without us
	Occurred    string    `json:"occurred"`
	Recorded    string    `json:"recorded"`
	Late        bool      `json:"late,omitzero"`     // recorded later than its service allows
	Deciders    string    `json:"deciders,omitzero"` // separated by spaces
	Preferred   string    `json:"preferred,omitzero"`
	Actual      string    `json:"actual,omitzero"`
	RoleGap     *int      `json:"role_gap,omitzero"` // the role they had less the one they wanted; absent where either is not known
	Part        string    `json:"part,omitzero"`
	Options     int       `json:"options"`
	Basis       string    `json:"basis,omitzero"`
	Agreement   string    `json:"agreement,omitzero"`
	ReviewDue   string    `json:"review_due,omitzero"` // left out where nobody is asked to any more
	Reviews     int       `json:"reviews"`
	Audits      int       `json:"audits,omitzero"`
	Rules       int       `json:"rules"`    // the version of the rules that it was judged by
	Findings    []Verdict `json:"findings"` // D1 to D12 in order
}

// A Verdict is what a criterion says of a decision, as a list shows it.
type Verdict struct {
	Criterion domain.Criterion `json:"criterion"`
	Verdict   domain.Verdict   `json:"verdict"`
	Reason    domain.Reason    `json:"reason"`
}

// Verdict gives what one criterion says; empty for what is none.
func (d DecisionRow) Verdict(c domain.Criterion) domain.Verdict {
	for _, f := range d.Findings {
		if f.Criterion == c {
			return f.Verdict
		}
	}
	return ""
}

// DecisionFilter says which decisions to list; a zero field leaves nothing out.
type DecisionFilter struct {
	Decision     string // its id, which several journeys may have
	Service      string
	Journey      string
	Area         string
	State        string
	Weight       string // as it was recorded
	Basis        string
	From, To     domain.Date      // the date it was made, or else raised; both included
	Overdue      domain.Date      // only those still to be looked at again by a date before this one
	NotPassing   domain.Criterion // only those that fail this criterion
	RoleGap      int              // only those where the role they had is as many steps or more from the one they wanted, either way
	RecordedLate bool             // only those recorded later than their service allows
	Audited      string           // yes: only those that were audited; no: only those that were not
	Today        domain.Date      // the first day that is not over, for D12; where it is 0, as if nothing had fallen due yet
}

// d12Today is the column for D12 on the day ?1.
const d12Today = `iif(d12_until IS NULL OR ?1 <= d12_until, d12, d12_after)`

// where writes the filter as a condition, with its arguments; the first is Today.
func (f DecisionFilter) where() (string, []any, error) {
	conditions, args := []string{"1 = 1"}, []any{f.Today.String()}
	add := func(condition string, value string) {
		if value != "" {
			args = append(args, value)
			conditions = append(conditions, strings.Replace(condition, "?", "?"+strconv.Itoa(len(args)), 1))
		}
	}
	add("(journey, decision) IN (SELECT journey, decision FROM decisions WHERE decision = ?)", f.Decision) // reads an index, and no other rows
	add("service = ?", f.Service)
	add("journey = ?", f.Journey)
	add("area = ?", f.Area)
	add("state = ?", f.State)
	add("weight = ?", f.Weight)
	add("basis = ?", f.Basis)
	add("coalesce(made, raised) >= ?", f.From.String())
	add("coalesce(made, raised) <= ?", f.To.String())
	add("review_due < ? AND review_spared = 0", f.Overdue.String())
	if f.NotPassing != "" {
		n := criterionAt(f.NotPassing)
		if n < 0 {
			return "", nil, errCriterion
		}
		conditions = append(conditions, criterionColumns[n]+" = 'fail'")
	}
	if f.RoleGap != 0 {
		args = append(args, f.RoleGap)
		conditions = append(conditions, "abs(role_gap) >= ?"+strconv.Itoa(len(args)))
	}
	if f.RecordedLate {
		conditions = append(conditions, "late = 1")
	}
	switch f.Audited {
	case "yes":
		conditions = append(conditions, "audits > 0")
	case "no":
		conditions = append(conditions, "audits = 0")
	case "":
	default:
		return "", nil, errAudited
	}
	return strings.Join(conditions, " AND "), args, nil
}

var (
	errCriterion = errors.New("there is no such criterion: they are D1 to D12")
	errAudited   = errors.New("audited is yes or no")
)

// criterionColumns has what each criterion says, in their order.
var criterionColumns = [12]string{"d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", d12Today}

// criterionAt gives a criterion's place in their order, or -1.
func criterionAt(c domain.Criterion) int {
	for i, known := range domain.Criteria {
		if known.Code == c {
			return i
		}
	}
	return -1
}

// ListDecisions lists decisions by the date they were made, or else raised, and
// those of one date by the position of that entry.
func ListDecisions(ctx context.Context, s *Snapshot, f DecisionFilter) ([]DecisionRow, error) {
	where, args, err := f.where()
	if err != nil {
		return nil, err
	}
	list := []DecisionRow{}
	err = eachRow(ctx, s, func(scan func(...any) error) error {
		d := DecisionRow{Findings: make([]Verdict, len(domain.Criteria))}
		var reasons string
		var after bool
		into := []any{&d.Decision, &d.Position, &d.Journey, &d.Service, &d.State, &d.Area, &d.Weight, &d.Significant, &d.Alone, &d.Occurred, &d.Recorded, &d.Late,
			&d.Deciders, &d.Preferred, &d.Actual, &d.RoleGap, &d.Part, &d.Options, &d.Basis, &d.Agreement, &d.ReviewDue, &d.Reviews, &d.Audits, &d.Rules, &reasons, &after}
		for i := range d.Findings {
			into = append(into, &d.Findings[i].Verdict)
		}
		if err := scan(into...); err != nil {
			return err
		}
		why := strings.Fields(reasons)
		if after { // the last reason is of D12 then
			why[11] = why[12]
		}
		for i := range d.Findings {
			d.Findings[i].Criterion, d.Findings[i].Reason = domain.Criteria[i].Code, domain.Reason(why[i])
		}
		list = append(list, d)
		return nil
	}, `SELECT decision, position, journey, service, state, area, weight, significant, alone, occurred, recorded, late,
		coalesce((SELECT group_concat(who, ' ' ORDER BY who) FROM deciders AS d WHERE (d.journey, d.decision) = (decisions.journey, decisions.decision)), ''),
		preferred, actual, role_gap, part, options, basis, agreement, iif(review_due IS NULL OR review_spared, '', review_due), reviews, audits, rules,
		reasons, d12_until IS NOT NULL AND ?1 > d12_until, `+strings.Join(criterionColumns[:], ", ")+`
		FROM decisions WHERE `+where+` ORDER BY coalesce(made, raised), position`, args...)
	if err != nil {
		return nil, err
	}
	return list, nil
}
