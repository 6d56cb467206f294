package projections

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/waymark/waymark/domain"
)

//go:embed decisions.sql
var decisionsSQL string

// Decisions answers how decisions were made: each with its options, roles,
// those who took part, whether it was looked at again, and what the twelve
// criteria of the audit say of it. It holds no words.
var Decisions = Projection{Name: "decisions", Version: 2, Schema: decisionsSQL + criteriaSQL() + serviceEventsSQL + entriesSQL + auditsSQL,
	Apply: applyDecisions, Flush: writeDecisions}

var decisionEntries = ledger{story: isExamined, thing: examinedThing}

// criteriaSQL puts the criteria and the reasons into the tables of that name.
// They are part of the schema: other rules are another read model.
func criteriaSQL() string {
	var b strings.Builder
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	for i, c := range domain.Criteria {
		fmt.Fprintf(&b, "INSERT INTO criteria VALUES (%d, %s, %s, %d);\n", i+1, quote(string(c.Code)), quote(c.Words), domain.AuditRules)
	}
	for _, r := range domain.Reasons {
		fmt.Fprintf(&b, "INSERT INTO reasons VALUES (%s, %s);\n", quote(string(r.Code)), quote(r.Words))
	}
	return b.String()
}

// isExamined says whether an entry is a decision's own, or what the criteria ask
// of the person beside it.
func isExamined(e domain.Event) bool {
	switch e.(type) {
	case domain.PersonDescribed, domain.SupportStarted, domain.SupportPaused, domain.SupportResumed, domain.SupportEnded:
		return true
	}
	return domain.OfDecision(e)
}

// thePerson is the thing that a person's descriptions and supports belong to:
// every one of their decisions is judged beside all of them.
const thePerson = "person"

// examinedThing is domain.Thing, with what is asked of the person as one thing.
func examinedThing(r domain.Recorded) string {
	if domain.OfDecision(r.Event) {
		return domain.Thing(r)
	}
	return thePerson
}

// A decisionAt names a decision; its id is one journey's, not the log's.
type decisionAt struct{ journey, decision string }

// touched is what a page asks to be written at its end, each decision once,
// however many entries are about it.
type touched struct {
	own       map[decisionAt]*own
	order     []decisionAt                   // of own, as they came
	described map[string]domain.Date         // by journey, the first day about which its descriptions changed
	supported map[string]domain.Date         // likewise, its supports
	services  map[string]domain.ServiceFacts // of which something was recorded, with the facts before
}

// own is what a page did to a decision's own entries.
type own struct {
	begins bool             // nothing is written of it yet
	only   *domain.Recorded // its one entry; nil where they are to be read
}

func touchedBy(tx *Tx) *touched {
	page, ok := tx.Page.(*touched)
	if !ok {
		page = &touched{map[decisionAt]*own{}, nil, map[string]domain.Date{}, map[string]domain.Date{}, map[string]domain.ServiceFacts{}}
		tx.Page = page
	}
	return page
}

func applyDecisions(tx *Tx, r domain.Recorded) error {
	switch r.Stream.About {
	case domain.AboutService:
		return keepFacts(tx, r)
	case domain.AboutAudit:
		return auditRows(tx, r)
	case domain.AboutJourney:
	default:
		return nil
	}
	s, ok, err := decisionEntries.stand(tx, r)
	if err != nil || !ok {
		return err
	}
	page := touchedBy(tx)
	for _, thing := range s.things() {
		if thing == thePerson {
			delete(aroundOf(tx).people, s.Stream.ID)
			page.person(s)
			continue
		}
		page.decision(s, thing)
	}
	return nil
}

// decision remembers that an entry about a decision is new, or not as it was.
func (t *touched) decision(s standing, id string) {
	at := decisionAt{s.Stream.ID, id}
	if before := t.own[at]; before != nil {
		before.only = nil
		return
	}
	t.own[at] = &own{begins: s.begins}
	if s.begins {
		t.own[at].only = &s.Recorded
	}
	t.order = append(t.order, at)
}

// person remembers that a description or support is new, or not as it was.
func (t *touched) person(s standing) {
	changed := t.supported
	if s.kind == "person.described" {
		changed = t.described
	}
	for _, day := range []domain.Date{s.Occurred.Date, s.wasOn} {
		if first, ok := changed[s.Stream.ID]; day != 0 && (!ok || day < first) {
			changed[s.Stream.ID] = day
		}
	}
}

// keepFacts keeps what is recorded of a service, and remembers what was known.
func keepFacts(tx *Tx, r domain.Recorded) error {
	page := touchedBy(tx)
	if _, ok := page.services[r.Stream.ID]; !ok {
		was, err := aroundOf(tx).service(tx, r.Stream.ID)
		if err != nil {
			return err
		}
		page.services[r.Stream.ID] = was.facts
	}
	delete(aroundOf(tx).services, r.Stream.ID)
	return keepServiceEvent(tx, r)
}
