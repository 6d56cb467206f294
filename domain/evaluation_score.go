package domain

import (
	"strings"

	"github.com/waymark/waymark/domain/stats"
)

// A Score is what the people of one arm said of one thing in one period,
// everybody in the arm accounted for: seen, or missing and why.
type Score struct {
	Arm     string         `json:"arm"`
	Period  string         `json:"period"`           // its name
	About   string         `json:"about"`            // what was rated, as [Ratings] names it
	Outcome string         `json:"outcome"`          // the id of the definition by which a change in it is judged
	Version int            `json:"version"`          // of that definition
	People  int            `json:"people"`           // in the arm
	Seen    int            `json:"seen"`             // those with a rating of their own in the period
	Ratings int            `json:"ratings"`          // how many ratings these gave
	Missing map[string]int `json:"missing,omitzero"` // the others, by why: a code of Unseens
	Mean    *float64       `json:"mean,omitzero"`    // over people, of each person's own mean
	Lower   *float64       `json:"lower,omitzero"`   // of the mean's 95 % interval; absent under 10 people
	Upper   *float64       `json:"upper,omitzero"`
	SD      *float64       `json:"sd,omitzero"` // of people's own means; absent under 2
}

// A ScoreChange says how far the people of an arm moved from one period to
// another: those seen in both, and why the others were not.
type ScoreChange struct {
	Arm           string         `json:"arm"`
	From          string         `json:"from"` // the name of the first period
	To            string         `json:"to"`   // of the later one
	About         string         `json:"about"`
	Outcome       string         `json:"outcome"`
	Version       int            `json:"version"`
	People        int            `json:"people"`           // in the arm
	Paired        int            `json:"paired"`           // seen in both
	Missing       map[string]int `json:"missing,omitzero"` // the others, by why: first_ or later_ and a code of Unseens, or died
	Mean          *float64       `json:"mean,omitzero"`    // of later − first
	Lower         *float64       `json:"lower,omitzero"`   // of its 95 % interval; absent under 10 people
	Upper         *float64       `json:"upper,omitzero"`
	SD            *float64       `json:"sd,omitzero"`       // of people's changes; absent under 2
	Reliable      bool           `json:"reliable,omitzero"` // whether a published norm tells a change from chance
	Better        *ChangedBy     `json:"better,omitzero"`   // as in [Change]; absent where rci is not asked for
	Same          *ChangedBy     `json:"same,omitzero"`
	Worse         *ChangedBy     `json:"worse,omitzero"`
	FirstPaired   *Mean          `json:"first_paired,omitzero"` // in the first period, those seen in both
	FirstUnpaired *Mean          `json:"first_alone,omitzero"`  // those seen in the first alone
}

// A ScoreDifference sets the mean changes of two arms beside each other.
type ScoreDifference struct {
	Arm     string   `json:"arm"`
	Other   string   `json:"other"`
	From    string   `json:"from"`
	To      string   `json:"to"`
	About   string   `json:"about"`
	Outcome string   `json:"outcome"`
	Version int      `json:"version"`
	N       int      `json:"n"`                // pairs in the arm
	OtherN  int      `json:"other_n"`          // pairs in the other
	InBoth  int      `json:"in_both,omitzero"` // people with a pair in both arms
	Value   *float64 `json:"value,omitzero"`   // the arm's mean change − the other's
	Lower   *float64 `json:"lower,omitzero"`   // of its 95 % interval (Welch); absent under 10 people in either, or where anybody is in both
	Upper   *float64 `json:"upper,omitzero"`
}

// Unseen says why somebody has no rating in a period.
type Unseen string

// Unseens are the reasons; the first that holds is given.
var Unseens = Vocabulary[Unseen]{
	{"declined", "Chose not to say"},
	{"died", "Died before or in the period"},
	{"not_started", "Their support began after the period"},
	{"ended", "Their support had ended before the period"},
	{"not_over", "The period is not over for them"},
	{"not_asked", "Not asked, or not recorded"},
}

// Own is what one person said themselves of one thing in one period. Ratings are
// added up in millionths, so that the order of adding never matters.
type Own struct {
	N        int   // how many ratings
	Sum      int64 // of them, in millionths
	Declined bool  // whether they were asked and chose not to say
}

// Add takes in one rating.
func (o *Own) Add(value float64, declined bool) {
	if declined {
		o.Declined = true
		return
	}
	o.N++
	o.Sum += millionths(value)
}

// Value is the mean of the person's ratings; of none NaN.
func (o Own) Value() float64 { return float64(o.Sum) / (float64(o.N) * perUnit) }

// ChangeTo is later − first of two means, neither of none.
func (o Own) ChangeTo(later Own) float64 {
	if o.N == later.N {
		return float64(later.Sum-o.Sum) / (float64(o.N) * perUnit)
	}
	return later.Value() - o.Value()
}

// A Voice is what one person of an arm said of one thing, period by period.
type Voice struct {
	Enrolled
	Own []Own // by period of the evaluation
}

// Scores gives what the people of an arm said of one thing, for each period.
// voices are of everybody in the arm, in a fixed order; today is the first day
// that is not over.
func (e Evaluation) Scores(arm string, o Outcome, voices []Voice, today Date) []Score {
	all := make([]Score, len(e.Periods))
	for i, p := range e.Periods {
		s := Score{Arm: arm, Period: p.Name, About: o.About, Outcome: o.ID, Version: o.Version, People: len(voices)}
		var means []float64
		for _, v := range voices {
			own := v.Own[i]
			if own.N == 0 {
				miss(&s.Missing, string(v.Unseen(p.Of(v.Start()), own.Declined, today)))
				continue
			}
			s.Ratings += own.N
			means = append(means, own.Value())
		}
		s.Seen = len(means)
		s.Mean, s.Lower, s.Upper = meanOf(means)
		s.SD = deviation(means)
		all[i] = s
	}
	return all
}

// Changes gives how far the people of an arm moved in one thing, from the first
// period to each later one.
func (e Evaluation) Changes(arm string, o Outcome, voices []Voice, today Date) []ScoreChange {
	var all []ScoreChange
	for i := 1; i < len(e.Periods); i++ {
		c := ScoreChange{Arm: arm, From: e.Periods[0].Name, To: e.Periods[i].Name, About: o.About, Outcome: o.ID, Version: o.Version, People: len(voices)}
		var paired, alone []float64
		var moved [3]int
		for _, v := range voices {
			first, later := v.Own[0], v.Own[i]
			if why := e.unpaired(v, i, today); why != "" {
				miss(&c.Missing, why)
				if first.N > 0 {
					alone = append(alone, first.Value())
				}
				continue
			}
			paired = append(paired, first.Value())
			moved[o.Moved(first.Value(), later.Value())]++
		}
		changes := moves(voices, i)
		c.Paired = len(changes)
		c.Mean, c.Lower, c.Upper = meanOf(changes)
		c.SD = deviation(changes)
		c.FirstPaired, c.FirstUnpaired = plainMean(paired), plainMean(alone)
		if e.Uses("rci") {
			c.Reliable = o.Norm != nil
			c.Better, c.Same, c.Worse = changedBy(moved[MovedBetter], c.Paired), changedBy(moved[MovedNot], c.Paired), changedBy(moved[MovedWorse], c.Paired)
		}
		all = append(all, c)
	}
	return all
}

// moves lists the changes of those seen in the first period and in another.
func moves(voices []Voice, to int) (changes []float64) {
	for _, v := range voices {
		if v.Own[0].N > 0 && v.Own[to].N > 0 {
			changes = append(changes, v.Own[0].ChangeTo(v.Own[to]))
		}
	}
	return changes
}

// unpaired says why somebody is not seen in the first period and another; "" for
// who is.
func (e Evaluation) unpaired(v Voice, to int, today Date) string {
	for _, part := range []struct {
		at     int
		prefix string
	}{{0, "first_"}, {to, "later_"}} {
		if v.Own[part.at].N > 0 {
			continue
		}
		why := v.Unseen(e.Periods[part.at].Of(v.Start()), v.Own[part.at].Declined, today)
		if why == "died" {
			return string(why)
		}
		return part.prefix + string(why)
	}
	return ""
}

// Differences sets the changes of an arm beside those of another.
func (e Evaluation) Differences(arm, other string, o Outcome, voices, others []Voice) []ScoreDifference {
	var all []ScoreDifference
	for i := 1; i < len(e.Periods); i++ {
		a, b := moves(voices, i), moves(others, i)
		d := ScoreDifference{Arm: arm, Other: other, From: e.Periods[0].Name, To: e.Periods[i].Name, About: o.About, Outcome: o.ID, Version: o.Version,
			N: len(a), OtherN: len(b), InBoth: inBoth(voices, others, i)}
		if len(a) > 0 && len(b) > 0 {
			value, lower, upper, ok := stats.WelchDifference(a, b, level)
			d.Value = &value
			if ok && d.InBoth == 0 {
				d.Lower, d.Upper = &lower, &upper
			}
		}
		all = append(all, d)
	}
	return all
}

func inBoth(voices, others []Voice, to int) (n int) {
	pair := map[string]bool{}
	for _, v := range voices {
		pair[v.Journey] = v.Own[0].N > 0 && v.Own[to].N > 0
	}
	for _, v := range others {
		if pair[v.Journey] && v.Own[0].N > 0 && v.Own[to].N > 0 {
			n++
		}
	}
	return n
}

// level is that of every interval.
const level = 0.95

// miss counts one more who is missing.
func miss(counts *map[string]int, why string) {
	if *counts == nil {
		*counts = map[string]int{}
	}
	(*counts)[why]++
}

// meanOf is a mean with its t interval, where there are values and where there
// are enough.
func meanOf(values []float64) (value, lower, upper *float64) {
	if len(values) == 0 {
		return nil, nil, nil
	}
	m, low, high, ok := stats.MeanInterval(values, level)
	if ok {
		lower, upper = &low, &high
	}
	return &m, lower, upper
}

func plainMean(values []float64) *Mean {
	m, _, _ := meanOf(values)
	if m == nil {
		return nil
	}
	return &Mean{N: len(values), Value: *m}
}

// deviation is the standard deviation of a sample; of fewer than two values there
// is none.
func deviation(values []float64) *float64 { return unlessNaN(stats.SD(values)) }

// changedBy is how many of the pairs, with Wilson's interval of the share where there
// are enough.
func changedBy(n, of int) *ChangedBy {
	c := &ChangedBy{N: n}
	if of >= stats.LeastPeople {
		lower, upper := stats.Wilson(float64(n), float64(of), level)
		c.Lower, c.Upper = &lower, &upper
	}
	return c
}

// AlsoAbout lists what ratings of a thing may be about: the thing, and where it is
// a scale of a measure, the measure as a whole, which may be declined so.
func AlsoAbout(about string) []string {
	if i := strings.LastIndexByte(about, '.'); i >= 0 && strings.HasPrefix(about, "measure.") {
		return []string{about, about[:i]}
	}
	return []string{about}
}
