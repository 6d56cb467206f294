package web

import (
	"cmp"
	"context"
	"slices"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
	"github.com/waymark/waymark/projections"
)

// Audits lists the audits that were planned.
type Audits struct {
	Position uint64                 `json:"position"`
	Audits   []projections.AuditRow `json:"audits"`
}

// An AuditSheet is one audit with the decisions that it looks at, drawn again.
type AuditSheet struct {
	Position uint64 `json:"position"` // of the last event in what was found
	projections.AuditRow
	Today        domain.Date            `json:"today"`                  // the first day that was not over when they were drawn
	Population   int                    `json:"population"`             // how many decisions they were drawn from
	Decisions    []Looked               `json:"decisions"`              // in the order in which they were drawn
	Beside       []projections.PassRate `json:"beside"`                 // of the whole population, by the program: the audit's criteria but those in chosen
	Chosen       []domain.Criterion     `json:"chosen,omitzero"`        // the audit's criteria that its population is chosen by: a share that passes would say nothing
	Changes      []RateChange           `json:"changes,omitzero"`       // of the criteria that both ask of and neither is chosen by
	ChosenBefore []domain.Criterion     `json:"chosen_before,omitzero"` // the criteria that both ask of and the earlier one's population is chosen by
	Elsewhere    int                    `json:"elsewhere,omitzero"`     // decisions with a finding that are not among them
}

// Looked is one decision of an audit.
type Looked struct {
	Decision string   `json:"decision"`
	Journey  string   `json:"journey"`
	Service  string   `json:"service,omitzero"`
	Occurred string   `json:"occurred"`
	Area     string   `json:"area"`
	Criteria []Beside `json:"criteria"`         // the audit's, in its order
	Outcome  string   `json:"outcome,omitzero"` // what the auditor said is to come of it
	Found    bool     `json:"found"`            // whether there is a finding
}

// Beside is what the program and the auditor say of one criterion. The program's
// verdict is that of the moment when the decisions were drawn.
type Beside struct {
	Criterion domain.Criterion `json:"criterion"`
	Program   domain.Verdict   `json:"program"`
	Reason    domain.Reason    `json:"reason"`
	Sentence  string           `json:"sentence"`
	Auditor   domain.Verdict   `json:"auditor,omitzero"` // absent while nobody has judged
}

// A RateChange is how the share that passes a criterion, by the program, differs from
// the audit that this one follows.
type RateChange struct {
	Criterion  domain.Criterion     `json:"criterion"`
	Audit      string               `json:"audit"` // the earlier one
	Before     projections.PassRate `json:"before"`
	Now        projections.PassRate `json:"now"`
	Difference *float64             `json:"difference,omitzero"` // the share now less the one before; absent where either is of none
	Lower      *float64             `json:"lower,omitzero"`      // of Newcombe's 95 % interval; absent where either is of fewer than 10 people
	Upper      *float64             `json:"upper,omitzero"`      // likewise
}

var (
	errNoAudit = &fault{errNotKnown, "there is no such audit", "waymark audits lists them"}
	errTooSoon = &fault{errNotKnown, "the log has not come to the position at which the audit's decisions are drawn", "correct the position of its audit.planned"}
)

func (s *Server) audits(ctx context.Context, _ *struct{}) (*document[Audits], error) {
	var body Audits
	err := s.view(ctx, s.Decisions, func(snapshot *projections.Snapshot) (err error) {
		body.Position = snapshot.Position
		body.Audits, err = projections.ListAudits(ctx, snapshot)
		return err
	})
	return &document[Audits]{body}, err
}

type auditQuery struct {
	ID string `path:"id" doc:"The audit's id."`
}

func (s *Server) audit(ctx context.Context, q *auditQuery) (*document[AuditSheet], error) {
	var sheet AuditSheet
	var all []projections.AuditRow
	var findings []projections.AuditFinding
	err := s.view(ctx, s.Decisions, func(snapshot *projections.Snapshot) (err error) {
		sheet.Position = snapshot.Position
		if all, err = projections.ListAudits(ctx, snapshot); err == nil {
			findings, err = projections.AuditFindings(ctx, snapshot, q.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	of := func(id string) int {
		return slices.IndexFunc(all, func(a projections.AuditRow) bool { return a.Audit == id })
	}
	n := of(q.ID)
	if n < 0 {
		return nil, errNoAudit
	}
	sheet.AuditRow = all[n]
	drawn, err := s.drawAudit(ctx, sheet.Plan)
	if err != nil {
		return nil, err
	}
	sheet.Today, sheet.Population, sheet.Beside = drawn.today, drawn.population, drawn.rates
	sheet.Chosen = chosen(sheet.Plan.Criteria, sheet.Plan)
	sheet.look(drawn.decisions, findings)
	if n := of(sheet.Plan.Follows); n >= 0 {
		before, err := s.drawAudit(ctx, all[n].Plan)
		if err != nil {
			return nil, err
		}
		sheet.Changes = changes(all[n].Audit, before.rates, drawn.rates)
		sheet.ChosenBefore = chosen(sheet.Plan.Criteria, all[n].Plan)
	}
	return &document[AuditSheet]{sheet}, nil
}

// chosen gives those of the criteria that the plan asks of and chooses its
// decisions by.
func chosen(criteria []domain.Criterion, plan domain.AuditPlanned) (by []domain.Criterion) {
	for _, c := range criteria {
		if slices.Contains(plan.Criteria, c) && plan.Population.ChosenBy(c) {
			by = append(by, c)
		}
	}
	return by
}

// drawn is what an audit looks at.
type drawn struct {
	today      domain.Date
	population int
	decisions  []projections.DecisionRow
	rates      []projections.PassRate // of the population, for the audit's criteria that it is not chosen by
}

// drawAudit draws an audit's decisions again, at its position.
func (s *Server) drawAudit(ctx context.Context, plan domain.AuditPlanned) (d drawn, err error) {
	if plan.Position > s.Last() {
		return d, errTooSoon
	}
	err = s.viewAs(ctx, s.Decisions, Moment{At: plan.Position}, func(snapshot *projections.Snapshot, today domain.Date) error {
		p := plan.Population
		f := projections.DecisionFilter{Service: p.Service, Area: string(p.Area), State: string(p.State), Weight: string(p.Weight),
			Basis: string(p.Basis), From: p.From, To: p.To, Overdue: p.Overdue, NotPassing: p.NotPassing, RoleGap: p.RoleGap,
			RecordedLate: p.RecordedLate == domain.Yes, Audited: yesOrNo(p.Audited), Today: today}
		all, err := projections.ListDecisions(ctx, snapshot, f)
		if err != nil {
			return err
		}
		rates, err := projections.PassRates(ctx, snapshot, f, "")
		if err != nil {
			return err
		}
		d = drawn{today: today, population: len(all), decisions: all, rates: []projections.PassRate{}}
		if plan.Sample.N > 0 {
			d.decisions = domain.Sample(all, inLog, plan.Sample.N, plan.Sample.Seed)
		}
		for _, r := range rates { // of the service, or else of all together
			if r.Service == p.Service && slices.Contains(plan.Criteria, r.Criterion) && !p.ChosenBy(r.Criterion) {
				d.rates = append(d.rates, r)
			}
		}
		return nil
	})
	return d, err
}

func yesOrNo(y domain.YesNo) string {
	return map[domain.YesNo]string{domain.Yes: "yes", domain.No: "no"}[y]
}

// look lists the decisions with what was found of them. Of several findings of
// one decision the latest to say something of a criterion, or what is to come of
// it, stands.
func (sheet *AuditSheet) look(decisions []projections.DecisionRow, findings []projections.AuditFinding) {
	sheet.Decisions = []Looked{}
	at := map[string]int{}
	for i, d := range decisions {
		at[inLog(d)] = i
		l := Looked{Decision: d.Decision, Journey: d.Journey, Service: d.Service, Occurred: d.Occurred, Area: d.Area}
		for _, c := range sheet.Plan.Criteria {
			f := d.Findings[slices.IndexFunc(d.Findings, func(f projections.Verdict) bool { return f.Criterion == c })]
			l.Criteria = append(l.Criteria, Beside{Criterion: c, Program: f.Verdict, Reason: f.Reason, Sentence: domain.Reasons.Words(f.Reason)})
		}
		sheet.Decisions = append(sheet.Decisions, l)
	}
	elsewhere := map[string]bool{}
	for _, f := range findings {
		key := inLog(projections.DecisionRow{Journey: f.Journey, Decision: f.Decision})
		i, ok := at[key]
		if !ok {
			elsewhere[key] = true
			continue
		}
		l := &sheet.Decisions[i]
		l.Found, l.Outcome = true, cmp.Or(f.Outcome, l.Outcome)
		for k := range l.Criteria {
			if l.Criteria[k].Criterion == f.Criterion {
				l.Criteria[k].Auditor = f.Verdict
			}
		}
	}
	sheet.Elsewhere = len(elsewhere)
}

// proportion gives a pass rate that has an interval.
func proportion(r projections.PassRate) stats.Proportion {
	return stats.Proportion{Value: *r.Value, Lower: *r.Lower, Upper: *r.Upper}
}

// changes holds the pass rates of an audit against those of an earlier one, for
// each criterion that both ask of.
func changes(audit string, before, now []projections.PassRate) (all []RateChange) {
	for _, n := range now {
		i := slices.IndexFunc(before, func(b projections.PassRate) bool { return b.Criterion == n.Criterion })
		if i < 0 {
			continue
		}
		b := before[i]
		c := RateChange{Criterion: n.Criterion, Audit: audit, Before: b, Now: n}
		switch {
		case n.Lower != nil && b.Lower != nil: // each with people as clusters
			difference, lower, upper := stats.NewcombeDifference(proportion(n), proportion(b))
			c.Difference, c.Lower, c.Upper = &difference, &lower, &upper
		case n.Value != nil && b.Value != nil:
			c.Difference = new(*n.Value - *b.Value)
		}
		all = append(all, c)
	}
	return all
}
