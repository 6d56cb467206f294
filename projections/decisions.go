package projections

import (
	"context"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain"
)

//go:embed decisions.sql
var decisionsSQL string

// Decisions answers how decisions were made: each with its options, roles,
// those who took part, and whether it was looked at again. It holds no words.
var Decisions = Projection{Name: "decisions", Version: 1, Schema: decisionsSQL + entriesSQL, Apply: applyDecisions}

var decisionEntries = ledger{story: isAboutDecision}

func isAboutDecision(e domain.Event) bool {
	switch e.(type) {
	case domain.DecisionRaised, domain.DecisionMade, domain.DecisionReviewed, domain.DecisionReversed,
		domain.DecisionClosed, domain.DecisionAudited:
		return true
	}
	return false
}

func applyDecisions(tx *Tx, r domain.Recorded) error {
	if r.Stream.About != domain.AboutJourney {
		return nil
	}
	s, ok, err := decisionEntries.stand(tx, r)
	if err != nil || !ok {
		return err
	}
	for _, decision := range s.things() {
		if err := decisionRows(tx, s, decision); err != nil {
			return err
		}
	}
	return nil
}

// decisionRows writes a decision anew from the entries about it.
func decisionRows(tx *Tx, s standing, id string) error {
	if err := s.clear(tx, "decision", id, "decisions", "deciders", "participants", "options", "reviews"); err != nil {
		return err
	}
	entries, err := s.about(tx, id)
	if err != nil {
		return err
	}
	d, ok := domain.DecisionOf(id, entries)
	if !ok {
		return nil // every entry that named it was withdrawn
	}
	var made domain.DecisionMade
	var raisedOn, madeOn, reviewedOn, endedOn domain.Date
	said := map[domain.Word]bool{}
	for _, r := range entries {
		for _, word := range r.Said {
			said[word] = true
		}
	}
	if d.Raised != nil {
		raisedOn = d.Raised.Occurred.Date
	}
	if d.Made != nil {
		made, madeOn = d.Made.Event.(domain.DecisionMade), d.Made.Occurred.Date
	}
	if d.Ended != nil {
		endedOn = d.Ended.Occurred.Date
	}
	if n := len(d.Reviews); n > 0 {
		reviewedOn = d.Reviews[n-1].Occurred.Date
	}
	named, q := d.Named(), d.Question()
	err = tx.Exec(`INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, named.Position, s.Stream.ID, named.Service, string(d.State()), string(q.Area), string(q.Weight), d.Significant(), d.Alone(), yesNo(q.Urgent),
		raisedOn, madeOn, named.Occurred.String(), named.At, named.By, named.Imported, string(q.View), string(made.HowKnown),
		string(q.Preferred), string(made.Actual), string(made.RolesBy), yesNo(domain.YesNo(d.RoleHad())), string(made.Part),
		len(made.Options), yesNo(domain.YesNo(d.RealChoice())), string(made.Basis), string(made.Agreement), yesNo(made.PeerOffered), yesNo(made.RiskTaken),
		d.ReviewDue(), len(d.Reviews), reviewedOn, endedOn, len(d.Audits), made.Seen, made.Shared, saidText(slices.Sorted(maps.Keys(said))))
	if err != nil {
		return err
	}
	for _, who := range made.Deciders {
		if err := tx.Exec(`INSERT INTO deciders VALUES (?, ?, ?)`, s.Stream.ID, id, string(who)); err != nil {
			return err
		}
	}
	for i, p := range made.TookPart {
		if err := tx.Exec(`INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?, ?)`, s.Stream.ID, id, i+1, string(p.Who), string(p.Advocacy), yesNo(p.Agreed), string(p.Legal)); err != nil {
			return err
		}
	}
	for i, o := range made.Options {
		if err := tx.Exec(`INSERT INTO options VALUES (?, ?, ?, ?, ?, ?, ?)`, s.Stream.ID, id, i+1, yesNo(o.NoChange), o.For, o.Against, yesNo(o.Chosen)); err != nil {
			return err
		}
	}
	due := made.ReviewBy
	for _, r := range d.Reviews {
		e := r.Event.(domain.DecisionReviewed)
		if err := tx.Exec(`INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, r.Position, s.Stream.ID, id, r.Occurred.Date, due, string(e.Outcome), string(e.Effect), e.ReviewBy); err != nil {
			return err
		}
		due = e.ReviewBy
	}
	return nil
}

// A DecisionRow is one decision as a list shows it.
type DecisionRow struct {
	Decision  string `json:"decision"`
	Position  uint64 `json:"position"`
	Journey   string `json:"journey"`
	Service   string `json:"service,omitzero"`
	State     string `json:"state"`
	Area      string `json:"area"`
	Weight    string `json:"weight,omitzero"`
	Occurred  string `json:"occurred"`
	Recorded  string `json:"recorded"`
	Deciders  string `json:"deciders,omitzero"` // separated by spaces
	Preferred string `json:"preferred,omitzero"`
	Actual    string `json:"actual,omitzero"`
	Part      string `json:"part,omitzero"`
	Options   int    `json:"options"`
	Basis     string `json:"basis,omitzero"`
	Agreement string `json:"agreement,omitzero"`
	ReviewDue string `json:"review_due,omitzero"`
	Reviews   int    `json:"reviews"`
}

// DecisionFilter says which decisions to list; a zero field leaves nothing out.
type DecisionFilter struct {
	Service  string
	Journey  string
	Area     string
	State    string
	From, To domain.Date // the date it was made, or else raised; both included
	Overdue  domain.Date // only those to be looked at again before this date
}

// ListDecisions lists decisions by the date they were made, or else raised.
func ListDecisions(ctx context.Context, q *Snapshot, f DecisionFilter) ([]DecisionRow, error) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(condition string, value string) {
		if value != "" {
			where, args = append(where, condition), append(args, value)
		}
	}
	add("service = ?", f.Service)
	add("journey = ?", f.Journey)
	add("area = ?", f.Area)
	add("state = ?", f.State)
	add("coalesce(made, raised) >= ?", f.From.String())
	add("coalesce(made, raised) <= ?", f.To.String())
	add("review_due < ?", f.Overdue.String())
	rows, err := q.QueryContext(ctx, `SELECT decision, position, journey, service, state, area, weight, occurred, recorded,
		coalesce((SELECT group_concat(who, ' ' ORDER BY who) FROM deciders AS d WHERE (d.journey, d.decision) = (decisions.journey, decisions.decision)), ''),
		preferred, actual, part, options, basis, agreement, coalesce(review_due, ''), reviews
		FROM decisions WHERE `+strings.Join(where, " AND ")+` ORDER BY coalesce(made, raised), position`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []DecisionRow{}
	for rows.Next() {
		var d DecisionRow
		if err := rows.Scan(&d.Decision, &d.Position, &d.Journey, &d.Service, &d.State, &d.Area, &d.Weight, &d.Occurred, &d.Recorded,
			&d.Deciders, &d.Preferred, &d.Actual, &d.Part, &d.Options, &d.Basis, &d.Agreement, &d.ReviewDue, &d.Reviews); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}
