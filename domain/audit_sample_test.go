package domain

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func numbered(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("decision-%02d", i))
	}
	return all
}

func itself(s string) string { return s }

// An auditor could not show how the decisions were chosen. The order is that of
// printf '7 decision-00' | sha256sum, and so on.
func TestASampleIsTheSameOnEveryMachine(t *testing.T) {
	all := numbered(20)
	for seed, want := range map[uint64][]string{
		7:         {"decision-02", "decision-15", "decision-07", "decision-09", "decision-17"},
		0:         {"decision-15", "decision-06", "decision-16", "decision-02", "decision-09"},
		1<<64 - 1: {"decision-07", "decision-02", "decision-08", "decision-10", "decision-19"},
	} {
		if got := Sample(all, itself, 5, seed); !slices.Equal(got, want) {
			t.Errorf("seed %d draws %q", seed, got)
		}
	}
}

// A decision would be left out by the order in which it was listed, or by
// another that was added to the sample.
func TestASampleDependsOnNothingButTheSeedAndWhatThereIs(t *testing.T) {
	all := numbered(20)
	whole := Sample(all, itself, len(all), 7)
	if len(whole) != len(all) || len(slices.Compact(slices.Sorted(slices.Values(whole)))) != len(all) {
		t.Fatalf("all of them are %q", whole)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 25 {
		shuffled := slices.Clone(all)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		given := slices.Clone(shuffled)
		got := Sample(shuffled, itself, n, 7)
		if !slices.Equal(got, whole[:min(n, len(whole))]) {
			t.Errorf("%d are %q", n, got)
		}
		if !slices.Equal(shuffled, given) {
			t.Fatal("the list itself was put in another order")
		}
	}
	if got := Sample(all, itself, -1, 7); got == nil || len(got) != 0 {
		t.Errorf("less than none is %q", got)
	}
	if got := Sample(nil, itself, 5, 7); len(got) != 0 {
		t.Errorf("of nothing %q was drawn", got)
	}
}

// Some people's decisions would be looked at more than others'.
func TestEveryDecisionIsAsLikelyToBeDrawn(t *testing.T) {
	const decisions, drawn, seeds = 20, 5, 4000
	all := numbered(decisions)
	times, first := map[string]int{}, map[string]int{}
	for seed := range uint64(seeds) {
		sample := Sample(all, itself, drawn, seed)
		first[sample[0]]++
		for _, one := range sample {
			times[one]++
		}
	}
	// Drawn without replacement, the sum is chi-square with 19 degrees of freedom
	// once each part is divided by its own variance, which is 15/19 of E.
	spread := func(times map[string]int, expected, variance float64) (sum float64) {
		for _, one := range all {
			apart := float64(times[one]) - expected
			sum += apart * apart / variance
		}
		return sum
	}
	const limit = 43.8 // one in a thousand goes beyond
	if got := spread(first, seeds/decisions, seeds/decisions); got > limit || got < 5 {
		t.Errorf("the first drawn are spread by %.1f", got)
	}
	if got := spread(times, seeds*drawn/decisions, seeds*drawn/decisions*15.0/19); got > limit || got < 5 {
		t.Errorf("those drawn are spread by %.1f", got)
	}
}
