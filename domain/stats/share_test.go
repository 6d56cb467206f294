package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func shareOf(people ...[2]int) Share {
	var s Share
	for _, p := range people {
		s.Add(p[0], p[1])
	}
	return s
}

func times(k int, person [2]int) [][2]int {
	var out [][2]int
	for range k {
		out = append(out, person)
	}
	return out
}

func TestEntriesOfOnePersonAreNotCountedAsManyPeople(t *testing.T) {
	for _, c := range []struct {
		name   string
		share  Share
		effect float64
	}{
		{"one entry each", shareOf(append(times(5, [2]int{1, 1}), times(5, [2]int{0, 1})...)...), 10.0 / 9},
		{"four entries each that agree", shareOf(append(times(5, [2]int{4, 4}), times(5, [2]int{0, 4})...)...), 4 * 10.0 / 9},
		{"all have the same share", shareOf(times(10, [2]int{2, 4})...), 1}, // and never below 1
		{"everybody yes", shareOf([2]int{3, 3}, [2]int{1, 1}), 10.0 / 4},
		{"everybody no", shareOf([2]int{0, 3}, [2]int{0, 1}), 10.0 / 4},
		{"one person", shareOf([2]int{2, 6}), 6},
		{"nobody", Share{}, 1},
		{"a person without entries", shareOf([2]int{0, 0}, [2]int{2, 6}), 6},
	} {
		if got := c.share.DesignEffect(); !near(got, c.effect, 1e-12) {
			t.Errorf("%s: design effect %v, want %v", c.name, got, c.effect)
		}
	}
}

func TestAShareOfFewPeopleHasNoInterval(t *testing.T) {
	if _, _, ok := shareOf(times(9, [2]int{5, 9})...).Interval(0.95); ok {
		t.Error("nine people have an interval")
	}
	lower, upper, ok := shareOf(times(10, [2]int{5, 9})...).Interval(0.95)
	wantLower, wantUpper := Wilson(50, 90, 0.95) // they are all alike: the design effect is 1
	if !ok || !near(lower, wantLower, 1e-12) || !near(upper, wantUpper, 1e-12) {
		t.Errorf("ten people: %v to %v, %v", lower, upper, ok)
	}
	if rate, ok := (Share{}).Rate(); ok || !math.IsNaN(rate) {
		t.Errorf("nobody's rate is %v, %v", rate, ok)
	}
}

func TestAShareDoesNotDependOnWhoComesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
			n := rapid.IntRange(0, 50).Draw(t, "n")
			return [2]int{rapid.IntRange(0, n).Draw(t, "yes"), n}
		}), 0, 40).Draw(t, "people")
		s := shareOf(people...)
		if s != shareOf(rapid.Permutation(people).Draw(t, "otherwise")...) {
			t.Fatal("another order gives another share")
		}
		lower, upper, ok := s.Interval(0.95)
		rate, _ := s.Rate()
		if ok && !(0 <= lower && lower <= rate+1e-15 && rate <= upper+1e-15 && upper <= 1) {
			t.Fatalf("%v to %v around %v", lower, upper, rate)
		}
		if s.DesignEffect() < 1 {
			t.Fatalf("design effect %v", s.DesignEffect())
		}
	})
}
