package domain

import (
	"cmp"
	"slices"
	"strconv"
)

// Rated is one rating that an entry holds.
type Rated struct {
	About    string // what it is about, such as confidence.self or measure.who5.1.total
	By       RatedBy
	Value    float64
	Declined bool // the person chose not to rate
}

// Ratings lists the ratings that an event holds, by what they are about.
// Experiences are counted apart: they are about the service, not the person.
func Ratings(e Event) []Rated {
	one := func(about string, r Rating, by RatedBy) []Rated {
		n, ok := r.Value()
		switch {
		case ok:
			return []Rated{{About: about, By: by, Value: float64(n)}}
		case r == Declined:
			return []Rated{{About: about, By: by, Declined: true}}
		}
		return nil
	}
	switch e := e.(type) {
	case ConfidenceRated:
		return one("confidence."+string(e.About), e.Value, e.By)
	case LifeRated:
		return one("life."+string(e.About), e.Value, e.By)
	case AspirationRated:
		return one("aspiration.progress", e.Progress, e.By)
	case SupportGiven:
		return one("support.benefit", e.Benefit, e.RatedBy)
	case ActivityAttended:
		return one("activity.valued", e.Valued, "person")
	case MeasureScored:
		return e.ratings()
	}
	return nil
}

func (e MeasureScored) ratings() []Rated {
	about := "measure." + e.Measure + "." + strconv.Itoa(e.Version)
	if e.Declined {
		return []Rated{{About: about, By: e.By, Declined: true}}
	}
	rated := make([]Rated, 0, len(e.Scores))
	for scale, score := range e.Scores {
		rated = append(rated, Rated{About: about + "." + scale, By: e.By, Value: score})
	}
	slices.SortFunc(rated, func(a, b Rated) int { return cmp.Compare(a.About, b.About) })
	return rated
}
