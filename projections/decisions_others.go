package projections

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

// others lists the decisions that are judged again because of what changed beside
// them, without those that are written anyway. Most of a service's or a person's
// decisions cannot be judged otherwise by one more entry, and to read them all each
// time would take longer than everything else; which can be is told here from what
// the criteria ask, generously.
func (t *touched) others(tx *Tx) (others []decisionAt, err error) {
	listed := map[decisionAt]bool{}
	// list takes those of which may says so, or all where it is nil.
	list := func(may func(recorded time.Time) bool, where string, args ...any) error {
		for row, err := range tx.Query(`SELECT journey, decision, recorded FROM decisions WHERE `+where, args...) {
			var at decisionAt
			var recorded string
			if err := errors.Join(err, row.Scan(&at.journey, &at.decision, &recorded)); err != nil {
				return err
			}
			moment, err := time.Parse(time.RFC3339Nano, recorded)
			if err != nil {
				return err
			}
			if (may == nil || may(moment)) && t.own[at] == nil && !listed[at] {
				listed[at] = true
				others = append(others, at)
			}
		}
		return nil
	}
	// D4 asks for the latest description by the day of the decision.
	for _, journey := range slices.Sorted(maps.Keys(t.described)) {
		if err := list(nil, `journey = ? AND made >= ?`, journey, t.described[journey]); err != nil {
			return nil, err
		}
	}
	// D12 asks whether support went on to the day of a review, of which those that
	// are past or not wanted any more are not at hand.
	for _, journey := range slices.Sorted(maps.Keys(t.supported)) {
		if err := list(nil, `journey = ? AND (review_due >= ? OR reviews > 0 OR ended IS NOT NULL)`, journey, t.supported[journey]); err != nil {
			return nil, err
		}
	}
	for _, service := range slices.Sorted(maps.Keys(t.services)) {
		if err := t.ofService(tx, service, list); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// ofService lists the decisions of a service that its facts, as they are now, may
// give another verdict: D7 asks for its nation, D10 for its zone and for the last
// day in time, which is the same for all decisions of one day.
func (t *touched) ofService(tx *Tx, service string, list func(may func(recorded time.Time) bool, where string, args ...any) error) error {
	now, err := aroundOf(tx).service(tx, service)
	if err != nil {
		return err
	}
	was := t.services[service]
	if was.Nation != now.facts.Nation || was.ZoneName() != now.facts.ZoneName() {
		return list(nil, `service = ?`, service)
	}
	var days []domain.Date
	for row, err := range tx.Query(`SELECT DISTINCT made FROM decisions WHERE service = ? AND made IS NOT NULL`, service) {
		var day domain.Date
		if err := errors.Join(err, row.Scan(&day)); err != nil {
			return err
		}
		days = append(days, day)
	}
	for _, day := range days {
		one, other := was.LastInTime(day), now.facts.LastInTime(day)
		if one == other {
			continue
		}
		first, last := min(one, other), max(one, other)
		between := func(recorded time.Time) bool {
			day := domain.DateOf(recorded.In(now.zone))
			return first < day && day <= last
		}
		// Recorded is in UTC, which may be another day than where the service is.
		if err := list(between, `service = ? AND made = ? AND recorded >= ? AND recorded < ?`, service, day, first, last+2); err != nil {
			return err
		}
	}
	return nil
}
