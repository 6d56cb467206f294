package projections

import (
	"maps"
	"slices"

	"github.com/waymark/waymark/domain"
)

// writeDecisions ends a page: each decision that its events touch is written, or
// judged again where only what stands beside it changed. Both see what the whole
// page left, so that neither the order of journeys and services nor the cuts
// between pages can be told from the rows.
func writeDecisions(tx *Tx) error {
	page, ok := tx.Page.(*touched)
	if !ok {
		return nil
	}
	for _, at := range page.order { // all before any is written: an entry may have come from one to the other
		if page.own[at].begins {
			continue
		}
		for _, table := range []string{"decisions", "deciders", "participants", "options", "reviews"} {
			if err := tx.Exec(`DELETE FROM `+table+` WHERE journey = ? AND decision = ?`, at.journey, at.decision); err != nil {
				return err
			}
		}
	}
	for _, at := range page.order {
		x, ok, err := aroundOf(tx).examine(tx, at, page.own[at].only)
		if err != nil {
			return err
		}
		if !ok {
			continue // every entry that named it was withdrawn
		}
		if err := decisionRows(tx, at, x); err != nil {
			return err
		}
	}
	others, err := page.others(tx)
	if err != nil {
		return err
	}
	for _, at := range others {
		x, ok, err := aroundOf(tx).examine(tx, at, nil)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := tx.Exec(`UPDATE decisions SET (review_spared, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d12_until, d12_after, reasons, evidence, rules, late) =
			(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE journey = ? AND decision = ?`, append(append([]any{x.spared()}, x.verdicts()...), at.journey, at.decision)...); err != nil {
			return err
		}
	}
	aroundOf(tx).forget()
	return nil
}

// decisionRows writes a decision of which no rows are there.
func decisionRows(tx *Tx, at decisionAt, x examined) error {
	d := x.Decision
	var made domain.DecisionMade
	var raisedOn, madeOn, reviewedOn, endedOn domain.Date
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
	var gap any
	if wanted, had := q.Preferred.Level(), made.Actual.Level(); wanted > 0 && had > 0 {
		gap = had - wanted
	}
	facts := []any{named.Position, at.decision, at.journey, named.Service, string(d.State()), string(q.Area), string(q.Weight), d.Significant(), d.Alone(), yesNo(q.Urgent),
		raisedOn, madeOn, named.Occurred.String(), named.At, named.By, named.Imported, string(q.View), string(made.HowKnown),
		string(q.Preferred), string(made.Actual), string(made.RolesBy), gap, yesNo(domain.YesNo(d.RoleHad())), string(made.Part),
		len(made.Options), yesNo(domain.YesNo(d.RealChoice())), string(made.Basis), string(made.Agreement), yesNo(made.PeerOffered), yesNo(made.RiskTaken),
		d.ReviewDue(), len(d.Reviews), reviewedOn, endedOn, len(d.Audits), made.Seen, made.Shared, wordsIn(x.entries), x.spared()}
	if err := tx.Exec(`INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		append(facts, x.verdicts()...)...); err != nil {
		return err
	}
	for _, who := range made.Deciders {
		if err := tx.Exec(`INSERT INTO deciders VALUES (?, ?, ?)`, at.journey, at.decision, string(who)); err != nil {
			return err
		}
	}
	for i, p := range made.TookPart {
		if err := tx.Exec(`INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?, ?)`, at.journey, at.decision, i+1, string(p.Who), string(p.Advocacy), yesNo(p.Agreed), string(p.Legal)); err != nil {
			return err
		}
	}
	for i, o := range made.Options {
		if err := tx.Exec(`INSERT INTO options VALUES (?, ?, ?, ?, ?, ?, ?)`, at.journey, at.decision, i+1, yesNo(o.NoChange), o.For, o.Against, yesNo(o.Chosen)); err != nil {
			return err
		}
	}
	due := made.ReviewBy
	for _, r := range d.Reviews {
		e := r.Event.(domain.DecisionReviewed)
		if err := tx.Exec(`INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, r.Position, at.journey, at.decision, r.Occurred.Date, due, string(e.Outcome), string(e.Effect), e.ReviewBy); err != nil {
			return err
		}
		due = e.ReviewBy
	}
	return nil
}

// wordsIn lists which words entries carry, separated by spaces.
func wordsIn(entries []domain.Recorded) string {
	if len(entries) == 1 {
		return saidText(entries[0].Said) // they are in order
	}
	said := map[domain.Word]bool{}
	for _, r := range entries {
		for _, word := range r.Said {
			said[word] = true
		}
	}
	return saidText(slices.Sorted(maps.Keys(said)))
}
