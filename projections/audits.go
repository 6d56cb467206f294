package projections

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

//go:embed audits.sql
var auditsSQL string

// auditRows writes an audit anew from what is recorded of it.
func auditRows(tx *Tx, r domain.Recorded) error {
	content, err := domain.Encode(r.Event, domain.Words{})
	if err != nil {
		return err
	}
	if err := tx.Exec(`INSERT INTO audit_events VALUES (?, ?, ?, ?, ?, ?, ?)`, r.Position, r.ID, r.Stream.ID, r.Occurred.String(), r.By,
		domain.FormOf(r.Event), content); err != nil {
		return err
	}
	var a domain.Audit
	for row, err := range tx.Query(auditEventColumns+` WHERE audit = ? ORDER BY position`, r.Stream.ID) {
		if err != nil {
			return err
		}
		event, err := scanAuditEvent(row.Scan)
		if err != nil {
			return err
		}
		a.Apply(event)
	}
	if err := tx.Exec(`DELETE FROM audits WHERE audit = ?`, r.Stream.ID); err != nil {
		return err
	}
	plan, planned, ok := a.Plan()
	if !ok {
		return nil
	}
	closing, closed, _ := a.Closing()
	population, err := json.Marshal(plan.Population)
	if err != nil {
		return err
	}
	actions, err := json.Marshal(append([]string{}, closing.Actions...))
	if err != nil {
		return err
	}
	var criteria []string
	for _, c := range plan.Criteria {
		criteria = append(criteria, string(c))
	}
	var sample, seed any
	if plan.Sample.N > 0 {
		sample, seed = plan.Sample.N, strconv.FormatUint(plan.Sample.Seed, 10)
	}
	return tx.Exec(`INSERT INTO audits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Stream.ID, planned.Occurred.Date, planned.By, plan.Question,
		strings.Join(criteria, " "), string(population), sample, seed, plan.Position, plan.Follows, closed.Occurred.Date, closing.Conclusion, string(actions))
}

const auditEventColumns = `SELECT audit, position, id, occurred, by, form, content FROM audit_events`

// scanAuditEvent decodes a row of audit_events.
func scanAuditEvent(scan func(...any) error) (domain.Recorded, error) {
	r := domain.Recorded{Stream: domain.Stream{About: domain.AboutAudit}}
	var occurred, form string
	var content []byte
	err := scan(&r.Stream.ID, &r.Position, &r.ID, &occurred, &r.By, &form, &content)
	if err != nil {
		return r, err
	}
	if r.Occurred, err = domain.ParseOccurred(occurred); err != nil {
		return r, err
	}
	if r.Event, _, _, err = domain.Decode(form, content); err != nil {
		return r, fmt.Errorf("audit event %d: %w", r.Position, err)
	}
	return r, nil
}

// An AuditRow is one audit as its entries stand.
type AuditRow struct {
	Audit   string              `json:"audit"`
	Planned domain.Date         `json:"planned"`
	By      string              `json:"by"` // who planned it: an opaque id
	Plan    domain.AuditPlanned `json:"plan"`
	Judged  int                 `json:"judged"`          // decisions of which somebody found something
	Closed  domain.Date         `json:"closed,omitzero"` // absent while it is open
	Closing domain.AuditClosed  `json:"closing,omitzero"`
}

// ListAudits lists the audits by the day they were planned, and those of one day
// by id.
func ListAudits(ctx context.Context, s *Snapshot) ([]AuditRow, error) {
	audits := []AuditRow{}
	var a domain.Audit
	keep := func(id string) {
		if plan, planned, ok := a.Plan(); ok {
			closing, closed, _ := a.Closing()
			audits = append(audits, AuditRow{Audit: id, Planned: planned.Occurred.Date, By: planned.By, Plan: plan,
				Closed: closed.Occurred.Date, Closing: closing})
		}
		a = domain.Audit{}
	}
	last := ""
	if err := eachRow(ctx, s, func(scan func(...any) error) error {
		r, err := scanAuditEvent(scan)
		if err != nil {
			return err
		}
		if r.Stream.ID != last && last != "" {
			keep(last)
		}
		last = r.Stream.ID
		a.Apply(r)
		return nil
	}, auditEventColumns+` ORDER BY audit, position`); err != nil {
		return nil, err
	}
	keep(last)
	slices.SortStableFunc(audits, func(a, b AuditRow) int { return cmp.Compare(a.Planned, b.Planned) })
	judged := map[string]int{}
	err := eachRow(ctx, s, func(scan func(...any) error) error {
		var audit string
		var n int
		err := scan(&audit, &n)
		judged[audit] = n
		return err
	}, `SELECT audit, count(DISTINCT journey || '/' || decision) FROM audit_findings GROUP BY audit`)
	for i := range audits {
		audits[i].Judged = judged[audits[i].Audit]
	}
	return audits, err
}

// An AuditFinding is what somebody found of a decision, one criterion at a time.
type AuditFinding struct {
	Journey   string           `json:"journey"`
	Decision  string           `json:"decision"`
	Position  uint64           `json:"position"` // of the entry
	Date      domain.Date      `json:"date"`
	By        string           `json:"by"`                 // who recorded it: an opaque id
	Criterion domain.Criterion `json:"criterion,omitzero"` // absent where none was judged
	Verdict   domain.Verdict   `json:"verdict,omitzero"`
	Outcome   string           `json:"outcome,omitzero"`
}

// AuditFindings lists what was found in an audit, in the order in which it was
// recorded, the criteria of one entry as they stand in it.
func AuditFindings(ctx context.Context, s *Snapshot, audit string) ([]AuditFinding, error) {
	findings := []AuditFinding{}
	err := eachRow(ctx, s, func(scan func(...any) error) error {
		var f AuditFinding
		var date string
		err := scan(&f.Journey, &f.Decision, &f.Position, &date, &f.By, &f.Criterion, &f.Verdict, &f.Outcome)
		if err == nil {
			f.Date, err = domain.ParseDate(date)
		}
		findings = append(findings, f)
		return err
	}, `SELECT journey, decision, position, date, by, criterion, verdict, outcome FROM audit_findings WHERE audit = ? ORDER BY position`, audit)
	return findings, err
}
