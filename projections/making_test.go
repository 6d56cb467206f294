package projections

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/waymark/waymark/domain"
)

// Two evaluators who replay the same log would have different files, because one
// of them was interrupted.
func TestAReadModelMadeInTwoGoesIsTheOneMadeInOne(t *testing.T) {
	t.Parallel()
	log := made(t, 23, varied).log
	landing := monthEnd(log, len(log)/2)
	for name, ends := range map[string]struct {
		left, wanted uint64
		goesOn       bool
	}{
		"at the end of a month": {landing, uint64(len(log)), true},
		"within a month":        {landing - 3, uint64(len(log)), false}, // the log ended there then
		"at the wanted end":     {landing - 3, landing - 3, true},
		"beyond it":             {landing, landing - 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "outcomes.db")
			upTo := func(end uint64) Wanted {
				return func(after uint64) iter.Seq2[[]domain.Recorded, error] { return pages(log[min(after, end):end], 700) }
			}
			m, err := Make(Outcomes, path, logID, upTo(ends.left))
			if err == nil {
				err = errors.Join(m.Take(t.Context(), upTo(ends.left)(0)), m.Leave())
			}
			if err != nil {
				t.Fatal(err)
			}
			if m, err = Make(Outcomes, path, logID, upTo(ends.wanted)); err != nil {
				t.Fatal(err)
			}
			if goesOn := m.Position() == ends.left; goesOn != ends.goesOn || !goesOn && m.Position() != 0 {
				t.Error("it went on from", m.Position())
			}
			if err := errors.Join(m.Take(t.Context(), upTo(ends.wanted)(m.Position())), m.Deliver()); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, replayedFile(t, Outcomes, log[:ends.wanted])) {
				t.Error("it is not what a replay gives")
			}
			for end, want := range map[uint64]uint64{ends.wanted: ends.wanted, ends.wanted - 1: 0} {
				if position, err := Made(t.Context(), Outcomes, path, logID, upTo(end)); position != want || err != nil {
					t.Errorf("up to %d it was made up to %d: %v", end, position, err)
				}
			}
		})
	}
}
