package stats

import "math"

// LeastPeople is the fewest people that an interval is given for; of fewer, only
// the counts are shown.
const LeastPeople = 10

// A Share is of entries that are yes, where a person may have several. Entries
// of one person resemble each other, so people are the clusters of its interval.
// The zero value is ready to use. It keeps whole numbers only: the order of
// adding never matters.
type Share struct {
	People int // with at least one entry
	Yes, N int // entries

	yesYes, yesN, nn int // Σ yes², Σ yes·n and Σ n² over people
}

// Add counts one person's entries, yes of n; yes is 0 to n. A person without
// entries adds nothing.
func (s *Share) Add(yes, n int) {
	if n == 0 {
		return
	}
	s.People++
	s.Yes += yes
	s.N += n
	s.yesYes += yes * yes
	s.yesN += yes * n
	s.nn += n * n
}

// Rate is the share of entries that are yes, 0 to 1; of no entries NaN and false.
func (s Share) Rate() (float64, bool) {
	return float64(s.Yes) / float64(s.N), s.N > 0
}

// DesignEffect is how much greater the variance of the rate is than if every
// entry had come from another person, and at least 1. The variance is that of a
// ratio with people as clusters, by linearisation with the factor k/(k-1) for k
// people (Cochran 1977, Sampling Techniques, 3rd ed., chapter 3 on proportions in
// cluster sampling; Kish 1965 for the design effect). Where all entries are the
// same, and for one person alone, that variance says nothing; then it is Σn²/Σn,
// as if each person's entries all agreed. Of no entries it is 1.
func (s Share) DesignEffect() float64 {
	if s.N == 0 {
		return 1
	}
	k, n := float64(s.People), float64(s.N)
	if s.People < 2 || s.Yes == 0 || s.Yes == s.N {
		return float64(s.nn) / n
	}
	p := float64(s.Yes) / n
	squares := float64(s.yesYes) - 2*p*float64(s.yesN) + p*p*float64(s.nn) // Σ(yes - p·n)²
	return max(1, k/(k-1)*squares/(n*p*(1-p)))
}

// Interval is Wilson's interval for the rate with n divided by the design
// effect. Of fewer than [LeastPeople] people there is none: NaN, NaN and false.
func (s Share) Interval(confidence float64) (lower, upper float64, ok bool) {
	if s.People < LeastPeople {
		return math.NaN(), math.NaN(), false
	}
	rate, _ := s.Rate()
	n := float64(s.N) / s.DesignEffect()
	lower, upper = Wilson(rate*n, n, confidence)
	return lower, upper, !math.IsNaN(lower)
}
