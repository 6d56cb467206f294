package domain

// A Stay is an episode as the change in ratings sees it.
type Stay struct {
	Start  Date
	End    Date // its last day; 0 while it goes on
	Died   bool // how it ended
	Crisis bool // with a crisis service, where support is short
}

// A RatingGiven is one rating of one thing by one rater. Thing is what both
// ratings of a pair must share: the id of the aspiration, where it is one.
type RatingGiven struct {
	On       Date
	Value    float64
	Declined bool
	Thing    string
}

// Days of the paired change, which are the parameters of its outcomes.
const (
	firstWithin       = 28 // days from the start to the first rating, at most
	laterAfter        = 56 // days from the first rating to the later, at least
	PairDueAfter      = 84 // days from the start to the day by which a pair is due
	firstWithinCrisis = 2
	laterWithinCrisis = 3 // days between the later rating and the end
)

// PairDue says whether a pair of ratings is due of the stay in a period from its
// first day to last, which is its last day that is over; or whether the stay
// ended in the period too early for one. A stay without a day in the period is
// neither.
func (s Stay) PairDue(first, last Date) (due, early bool) {
	if s.End != 0 && s.End < s.Start {
		return false, false // one of its dates is wrong
	}
	if s.Crisis {
		after := s.End + laterWithinCrisis
		return s.End != 0 && after >= first && after <= last, false
	}
	if s.Start > last || s.End != 0 && s.End < first {
		return false, false
	}
	day := s.Start + PairDueAfter
	if s.End != 0 && s.End < day {
		return false, s.End <= last
	}
	return day <= last, false
}

// A Pair is the first and the later rating of a stay. Missing says why there is
// no pair: died, first_declined, first_not_asked, later_declined or
// later_not_asked; First may be there all the same.
type Pair struct {
	First, Later *RatingGiven
	Asked        bool // something was given or declined where the first or the later would be
	Missing      string
}

// Pair picks the first and the later rating of a stay whose pair is due, among
// one rater's ratings of one thing, in life order, up to the last day of the
// period that is over.
func (s Stay) Pair(ratings []RatingGiven, last Date) Pair {
	var p Pair
	until, firstUntil := last, s.Start+firstWithin
	if s.End != 0 {
		until = min(last, s.End)
	}
	if s.Crisis {
		until, firstUntil = s.End+laterWithinCrisis, s.Start+firstWithinCrisis
	}
	at, declined := 0, false
	for i := range ratings {
		r := &ratings[i]
		if r.On < s.Start || r.On > firstUntil {
			continue
		}
		p.Asked = true
		if r.Declined {
			declined = true
		} else if p.First == nil {
			p.First, at = r, i
		}
	}
	if p.First == nil {
		switch {
		case s.Died && s.End <= last:
			p.Missing = "died"
		case declined:
			p.Missing = "first_declined"
		default:
			p.Missing = "first_not_asked"
		}
		return p
	}
	from := p.First.On + laterAfter
	if s.Crisis {
		from = s.End - laterWithinCrisis
	}
	declined = false
	for i := at + 1; i < len(ratings); i++ {
		r := &ratings[i]
		if r.On < from || r.On > until || r.Thing != p.First.Thing {
			continue
		}
		if r.Declined {
			declined = true
		} else {
			p.Later = r
		}
	}
	switch {
	case p.Later != nil:
	case s.Died && s.End <= last:
		p.Missing = "died"
	case declined:
		p.Missing = "later_declined"
	default:
		p.Missing = "later_not_asked"
	}
	return p
}
