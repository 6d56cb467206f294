package projections

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

// A figure would be judged while entries may still come that are not late.
func TestAPeriodMayChangeUntilItsWorkingDaysAreOver(t *testing.T) {
	log := silence()
	db := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, db, log, 1000)
	n := naiveOf(log)
	december := domain.Day(2025, 12, 1).Month()
	until := map[string]domain.Date{} // the last day on which December may change
	for n.today = domain.Day(2025, 12, 30); n.today < domain.Day(2026, 1, 20); n.today++ {
		f := OutcomeFilter{From: december, To: december, Today: n.today}
		got := figuresOf(t, db, f)
		sameFigures(t, f, n.all(domain.Periods("month", december, december)), got)
		for _, f := range got {
			if f.State == "may_change" {
				until[f.Service] = n.today
			}
		}
	}
	// New Year's Day is a Thursday and a holiday here, and so is the Monday after.
	want := map[string]domain.Date{"plain": domain.Day(2026, 1, 2), "patient": domain.Day(2026, 1, 9), "": domain.Day(2026, 1, 9)}
	if diff := gocmp.Diff(want, until); diff != "" {
		t.Error(diff)
	}
}

// silence is a log of two services in which nothing happens.
func silence() (log []domain.Recorded) {
	for id, facts := range map[string]domain.ServiceFacts{
		"plain":   {Name: "Plain", Kind: "community"},
		"patient": {Name: "Patient", Kind: "community", LateDays: 5, Holidays: []domain.Date{domain.Day(2026, 1, 1), domain.Day(2026, 1, 5)}},
	} {
		log = append(log, domain.Recorded{Stream: domain.Stream{About: domain.AboutService, ID: id}, ID: id, Command: id,
			At: domain.Day(2025, 6, 1).Time(), Occurred: domain.On(domain.Day(2025, 6, 1)), Service: id, By: "worker-1", Event: domain.ServiceOpened{ServiceFacts: facts}})
	}
	slices.SortFunc(log, func(a, b domain.Recorded) int { return cmp.Compare(a.ID, b.ID) })
	for i := range log {
		log[i].Position = uint64(i + 1)
	}
	return log
}

// Somebody's change of two points would be told as less, for 2.3 less 0.3 is not
// quite 2 as a computer holds them.
func TestAChangeOfTwoPointsIsTwoWhateverItsTenths(t *testing.T) {
	var log []domain.Recorded
	add := func(s domain.Stream, id string, on domain.Date, e domain.Event) {
		log = append(log, domain.Recorded{Position: uint64(len(log) + 1), Stream: s, ID: id, Command: id, At: on.Time(), Occurred: domain.On(on),
			Service: "north", By: "worker-1", Event: e})
	}
	start := domain.Day(2025, 1, 6)
	add(domain.Stream{About: domain.AboutService, ID: "north"}, "opened", start, domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{Name: "North", Kind: "community"}})
	add(domain.Stream{About: domain.AboutMeasure, ID: "being"}, "defined", start, domain.MeasureDefined{Version: 1, Title: "Being", Items: items(4, "a", "b", "c", "d"),
		Scales: []domain.Scale{{ID: "mean", Method: "mean", Decimals: 1, Direction: "higher_better"}}})
	for journey, scores := range map[string][2]float64{"up": {0.3, 2.3}, "down": {3.3, 1.3}, "half": {1.8, 2.3}} {
		add(domain.JourneyStream(journey), "started", start, domain.SupportStarted{})
		for i, score := range scores {
			add(domain.JourneyStream(journey), []string{"first", "later"}[i], start+domain.Date(84*i), domain.MeasureScored{Measure: "being", Version: 1, By: "person",
				Scores: map[string]float64{"mean": score}})
		}
	}
	db := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, db, log, 1000)
	at := domain.Day(2025, 4, 1).Month()
	for _, f := range figuresOf(t, db, OutcomeFilter{Service: "north", From: at, To: at, Today: domain.Day(2025, 6, 1)}) {
		if f.Outcome != "measure.being.1.mean" {
			continue
		}
		want := []domain.Answered{{Answer: "-2", N: 1}, {Answer: "-1", N: 0}, {Answer: "0", N: 0}, {Answer: "1", N: 1}, {Answer: "2", N: 1}}
		if diff := gocmp.Diff(want, f.Distribution); diff != "" || f.Change.Better.N != 1 || f.Change.Worse.N != 1 {
			t.Errorf("better %d, worse %d\n%s", f.Change.Better.N, f.Change.Worse.N, diff)
		}
		return
	}
	t.Error("the change is not listed")
}

// A dashboard would show other figures than the same question asked by itself.
func TestFiguresOfAllTheTimeThereIsAreThoseOfEachPeriod(t *testing.T) {
	log := made(t, 31, rated).log
	db := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, db, log, 1000)
	today := naiveOf(log).today
	err := db.View(t.Context(), func(s *Snapshot) error {
		for _, service := range []string{"", "crisis"} {
			first, last, err := Months(t.Context(), s, service, today)
			if err != nil {
				return err
			}
			lists, err := Throughout(t.Context(), s, service, today, domain.Everys.Codes()...)
			if err != nil {
				return err
			}
			for i, every := range domain.Everys.Codes() {
				f := OutcomeFilter{Service: service, Every: every, From: first, To: last, Today: today}
				one, err := Figures(t.Context(), s, f)
				if err != nil {
					return err
				}
				if len(one) == 0 {
					t.Error("there is nothing to compare")
				}
				if diff := gocmp.Diff(one, lists[i], alike); diff != "" {
					t.Errorf("%q, every %s:\n%s", service, every, diff)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
