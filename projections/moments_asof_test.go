package projections

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// An evaluator who asks what the answer was on one day, as known on another, would
// be told of what had not happened, or was not known yet.
func TestThePastIsWhatWasKnownThenOfWhatHadHappened(t *testing.T) {
	t.Parallel()
	for seed, s := range []shape{varied, rated} {
		log := made(t, uint64(70+seed), s).log
		random := rand.New(rand.NewPCG(7, uint64(seed)))
		decisions, _ := moments(t, Decisions, log)
		outcomes, _ := moments(t, Outcomes, log)
		for range 3 {
			position := uint64(len(log)/4 + random.IntN(len(log)*3/4))
			known := naiveOf(log[:position])
			for _, ago := range []domain.Date{0, domain.Date(1 + random.IntN(90))} {
				n := known
				if ago > 0 {
					n = known.before(known.today - ago)
				}
				then := pastOf(t, decisions, position, known.today-ago, ago > 0)
				want, got := map[string]DecisionRow{}, map[string]DecisionRow{}
				for journey := range n.journeys {
					for id, row := range n.decisions(journey) {
						want[journey+"/"+id] = row
					}
				}
				view(t, then, func(s *Snapshot) error {
					rows, err := ListDecisions(t.Context(), s, DecisionFilter{})
					for _, row := range rows {
						row.Recorded, row.Deciders = "", ""
						row.Findings, row.Rules, row.Late, row.Significant, row.Alone = nil, 0, false, false, false
						got[row.Journey+"/"+row.Decision] = row
					}
					return err
				})
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("decisions at %d, %d days ago:\n%s", position, ago, diff)
				}
				compareFigures(t, pastOf(t, outcomes, position, known.today-ago, ago > 0), n, n.today.Month()-3, map[string]int{})
			}
		}
	}
}

// An auditor would judge a decision by what came after it was looked at.
func TestPastVerdictsAreThoseOfWhatWasKnownThenAndHadHappened(t *testing.T) {
	t.Parallel()
	log := lawful(t, 75)
	m, _ := moments(t, Decisions, log)
	for _, position := range []int{len(log) / 3, len(log) * 3 / 4} {
		known := naiveOf(log[:position])
		compareVerdicts(t, pastOf(t, m, uint64(position), 0, false), known, map[domain.Reason]int{})
		day := known.today - 60
		compareVerdicts(t, pastOf(t, m, uint64(position), day, true), known.before(day), map[domain.Reason]int{})
	}
}

// pastOf opens a read model as known at a position, and as of a day if that is
// asked for.
func pastOf(t *testing.T, m *Moments, position uint64, day domain.Date, asOf bool) *DB {
	t.Helper()
	db, err := m.Open(t.Context(), position)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if !asOf {
		return db
	}
	path := filepath.Join(t.TempDir(), "then.db")
	fewer, err := db.AsOf(t.Context(), path, day)
	if err != nil {
		t.Fatal(err)
	}
	if !fewer {
		return db
	}
	then, err := OpenCopy(t.Context(), path, m.Projection)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { then.Close() })
	return then
}
