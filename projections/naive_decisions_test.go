package projections

import (
	"cmp"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// decisions lists a person's decisions as their entries stand.
func (n naive) decisions(journey string) map[string]DecisionRow {
	all := map[string]DecisionRow{}
	for _, named := range n.journeys[journey] {
		var id string
		switch e := named.Event.(type) {
		case domain.DecisionRaised:
			id = named.ID
		case domain.DecisionMade:
			id = cmp.Or(e.Decision, named.ID)
		default:
			continue
		}
		row := DecisionRow{Decision: id, Journey: journey, State: "raised"}
		ended := ""
		for _, r := range n.journeys[journey] {
			switch e := r.Event.(type) {
			case domain.DecisionRaised:
				if r.ID == id {
					row.Area, row.Weight, row.Preferred = cmp.Or(row.Area, string(e.Area)), cmp.Or(row.Weight, string(e.Weight)), cmp.Or(row.Preferred, string(e.Preferred))
					if row.Position == 0 {
						row.Position, row.Service, row.Occurred = r.Position, r.Service, r.Occurred.String()
					}
				}
			case domain.DecisionMade:
				if cmp.Or(e.Decision, r.ID) == id {
					row.Area, row.Weight, row.Preferred = string(e.Area), cmp.Or(string(e.Weight), row.Weight), cmp.Or(string(e.Preferred), row.Preferred)
					row.Position, row.Service, row.Occurred = r.Position, r.Service, r.Occurred.String()
					row.Actual, row.Part, row.Basis, row.Agreement, row.Options = string(e.Actual), string(e.Part), string(e.Basis), string(e.Agreement), len(e.Options)
					if row.Reviews == 0 {
						row.State, row.ReviewDue = "made", e.ReviewBy.String()
					}
				}
			case domain.DecisionReviewed:
				if e.Decision == id {
					row.Reviews, row.State, row.ReviewDue = row.Reviews+1, "reviewed", e.ReviewBy.String()
					if e.Outcome == "reversed" {
						ended = "reversed"
					}
				}
			case domain.DecisionReversed:
				if e.Decision == id {
					ended = "reversed"
				}
			case domain.DecisionClosed:
				if e.Decision == id {
					ended = "closed"
				}
			case domain.DecisionAudited:
				if e.Decision == id {
					row.Audits++
				}
			}
		}
		if strings.Contains("12345", cmp.Or(row.Preferred, "none")) && strings.Contains("12345", cmp.Or(row.Actual, "none")) {
			row.RoleGap = new(int(row.Actual[0]) - int(row.Preferred[0]))
		}
		if ended != "" {
			row.State, row.ReviewDue = ended, ""
		}
		if row.ReviewDue != "" && n.gone(journey, row.Service, row.ReviewDue) {
			row.ReviewDue = ""
		}
		all[id] = row
	}
	return all
}

// gone says whether a person died before a day, or had left a service by it.
func (n naive) gone(journey, service, day string) bool {
	left, with := false, false
	for _, start := range n.journeys[journey] {
		if _, ok := start.Event.(domain.SupportStarted); !ok {
			continue
		}
		over := false
		for _, r := range n.journeys[journey] {
			if e, ok := r.Event.(domain.SupportEnded); ok && e.Support == start.ID && r.Occurred.Date.String() < day {
				if over = true; e.Reason == "died" {
					return true
				}
			}
		}
		if start.Service == service {
			left, with = left || over, with || !over && start.Occurred.Date.String() <= day
		}
	}
	return left && !with
}

// Somebody's decision would be shown as made by others, or as looked at when it was not.
func TestDecisionsAreListedAsTheirEntriesStand(t *testing.T) {
	log := made(t, 16, varied).log
	db := opened(t, t.TempDir(), Decisions, Options{})
	for _, part := range [][]domain.Recorded{log[:len(log)/2], log} {
		advance(t, db, part, 1000)
		want := map[string]DecisionRow{}
		n := naiveOf(part)
		for journey := range n.journeys {
			for id, row := range n.decisions(journey) {
				want[id] = row
			}
		}
		got, states := map[string]DecisionRow{}, map[string]int{}
		err := db.View(t.Context(), func(s *Snapshot) error {
			rows, err := ListDecisions(t.Context(), s, DecisionFilter{})
			for _, row := range rows {
				row.Recorded, row.Deciders = "", ""                                                         // compared with the log elsewhere
				row.Findings, row.Rules, row.Late, row.Significant, row.Alone = nil, 0, false, false, false // likewise
				got[row.Decision], states[row.State] = row, states[row.State]+1
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if len(states) != len(domain.DecisionStates) {
			t.Errorf("only %v", states)
		}
	}
}
