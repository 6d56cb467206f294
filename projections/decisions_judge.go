package projections

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
)

// around is what the criteria ask beside a decision's own entries. It is kept from
// page to page, since most decisions are made by people and with services of whom
// that was asked a little before.
type around struct {
	people   map[string]person // by journey
	services map[string]service
}

// A service is what is known of one, with its time zone.
type service struct {
	facts domain.ServiceFacts
	zone  *time.Location
}

// A person is what is recorded of somebody that every one of their decisions is
// judged beside, as it stands, in life order.
type person struct{ described, supports []domain.Recorded }

// mostPeople is how many are kept, of a few entries each.
const mostPeople = 3_000

func aroundOf(tx *Tx) *around {
	a, ok := tx.Kept.(*around)
	if !ok {
		a = &around{map[string]person{}, map[string]service{}}
		tx.Kept = a
	}
	return a
}

// forget keeps what is kept within bounds.
func (a *around) forget() {
	if len(a.people) > mostPeople {
		clear(a.people)
	}
}

func (a *around) person(tx *Tx, journey string) (person, error) {
	if p, ok := a.people[journey]; ok {
		return p, nil
	}
	entries, err := read(tx.Query(entryColumns+ofThing, journey, thePerson))
	if err != nil {
		return person{}, err
	}
	a.people[journey] = personOf(entries)
	return a.people[journey], nil
}

func personOf(entries []domain.Recorded) (p person) {
	for _, r := range entries {
		if _, ok := r.Event.(domain.PersonDescribed); ok {
			p.described = append(p.described, r)
		} else {
			p.supports = append(p.supports, r)
		}
	}
	return p
}

func (a *around) service(tx *Tx, id string) (service, error) {
	if s, ok := a.services[id]; ok {
		return s, nil
	}
	fold, err := foldService(tx, id)
	if err != nil {
		return service{}, err
	}
	a.services[id] = serviceOf(fold)
	return a.services[id], nil
}

// serviceOf gives what a service's events say. A zone that nobody knows, which
// the rules do not let in, is UTC.
func serviceOf(fold domain.Service) service {
	s := service{facts: fold.Facts()}
	var err error
	if s.zone, err = time.LoadLocation(s.facts.ZoneName()); err != nil {
		s.zone = time.UTC
	}
	return s
}

// examined is a decision with what the criteria need, and all its entries.
type examined struct {
	domain.Examined
	entries []domain.Recorded
}

// examine gives a decision as it stands, with what stands beside it; only is its
// one entry where that is known. It reports false where no entry names the
// decision any more.
func (a *around) examine(tx *Tx, at decisionAt, only *domain.Recorded) (x examined, ok bool, err error) {
	if only != nil {
		x.entries = []domain.Recorded{*only}
	} else if x.entries, err = read(tx.Query(entryColumns+ofThing, at.journey, at.decision)); err != nil {
		return x, false, err
	}
	if x.Decision, ok = domain.DecisionOf(at.decision, x.entries); !ok {
		return x, false, nil
	}
	p, err := a.person(tx, at.journey)
	if err != nil {
		return x, false, err
	}
	x.Described, x.Supports = p.described, p.supports
	s, err := a.service(tx, x.Named().Service)
	x.Service, x.Zone = s.facts, s.zone
	return x, true, err
}

// ofThing asks for the standing entries about one thing of a journey.
const ofThing = ` WHERE journey = ? AND thing = ? AND thing <> '' AND withdrawn = 0`

// spared says whether a day was set to look at the decision again and nobody is
// asked to any more.
func (x examined) spared() bool { return x.ReviewDue() != x.StillDue() }

// verdicts gives what the criteria say, as the columns from d1 to late.
func (x examined) verdicts() []any {
	until, by, after := x.LookedAgain()
	findings := append(x.Lasting(), by, after) // which day is today is asked when it is read
	columns := make([]any, 0, 18)
	var reasons strings.Builder
	var ids []string
	places := make([]byte, 0, 64)
	late := 0
	for i, f := range findings {
		if i == 12 {
			columns = append(columns, until)
		}
		columns = append(columns, string(f.Verdict))
		if i > 0 {
			reasons.WriteByte(' ')
		}
		reasons.WriteString(string(f.Reason))
		places = append(places, ",["...)
		for k, id := range f.Evidence {
			at := slices.Index(ids, id)
			if at < 0 {
				at, ids = len(ids), append(ids, id)
			}
			if k > 0 {
				places = append(places, ',')
			}
			places = strconv.AppendInt(places, int64(at), 10)
		}
		places = append(places, ']')
		if f.Criterion == "D10" && f.Verdict == "fail" {
			late = 1
		}
	}
	// Ids have no character that JSON would escape.
	evidence := `[["` + strings.Join(ids, `","`) + `"]` + string(places) + `]`
	return append(columns, reasons.String(), evidence, domain.AuditRules, late)
}

// ErrNoDecision is given for a decision that is not in the read model.
var ErrNoDecision = errors.New("nothing is known of this decision")

// ExaminedDecision gives one decision of a journey as it stands, with what the
// criteria need beside it. Its entries come without words; which words there are
// is there.
func ExaminedDecision(ctx context.Context, s *Snapshot, journey, decision string) (x domain.Examined, err error) {
	about := func(thing string) (entries []domain.Recorded, err error) {
		err = eachRow(ctx, s, func(scan func(...any) error) error {
			r, err := scanEntry(scanner(scan))
			entries = append(entries, r)
			return err
		}, entryColumns+ofThing, journey, thing)
		slices.SortFunc(entries, domain.LifeOrder)
		return entries, err
	}
	entries, err := about(decision)
	if err != nil {
		return x, err
	}
	var ok bool
	if x.Decision, ok = domain.DecisionOf(decision, entries); !ok || decision == thePerson {
		return x, ErrNoDecision
	}
	if entries, err = about(thePerson); err != nil {
		return x, err
	}
	p := personOf(entries)
	x.Described, x.Supports = p.described, p.supports
	services, err := foldServices(ctx, s)
	of := serviceOf(domain.Service{}) // where the decision belongs to none
	for _, service := range services {
		if service.id == x.Named().Service {
			of = serviceOf(service.fold)
		}
	}
	x.Service, x.Zone = of.facts, of.zone
	return x, err
}

// A scanner is the Scan of a row.
type scanner func(...any) error

// Scan copies the row's values.
func (s scanner) Scan(into ...any) error { return s(into...) }
