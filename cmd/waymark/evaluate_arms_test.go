package main

import (
	"testing"

	"github.com/waymark/waymark/domain"
)

// A death that another service recorded would be missing from who died.
func TestADeathRecordedByAnotherServiceIsCountedInTheArm(t *testing.T) {
	day := domain.Day(2026, 1, 5)
	cohort := []domain.Enrolled{
		{Journey: "j-1", Died: day + 9, Episodes: []domain.Episode{{Service: "north", Started: domain.On(day), Ended: domain.On(day + 4), End: domain.SupportEnded{Reason: "moved_on"}}}},
		{Journey: "j-2", Episodes: []domain.Episode{{Service: "north", Started: domain.On(day), Ended: domain.On(day + 4), End: domain.SupportEnded{Reason: "moved_on"}}}},
		{Journey: "j-3", Episodes: []domain.Episode{{Service: "north", Started: domain.On(day)}}},
	}
	a := armOf(domain.Arm{Name: "north", Services: []string{"north"}}, cohort, nil, nil)
	if c := a.counted([]arm{a}); c.People != 3 || c.Ended != 2 || c.Died != 1 {
		t.Errorf("of %d people the support of %d had ended, and %d died", c.People, c.Ended, c.Died)
	}
}
