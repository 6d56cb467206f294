package projections

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/waymark/waymark/domain"
)

// A naiveEpisode is one support.started to the last support.ended that names it.
type naiveEpisode struct {
	journey string
	start   domain.Recorded
	end     domain.Date // 0 while it goes on
	ended   domain.SupportEnded
}

// over says whether the episode had ended by the end of a day.
func (e naiveEpisode) over(day domain.Date) bool { return e.end != 0 && e.end <= day }

// episodesOf lists somebody's episodes by their start, in life order.
func (n naive) episodesOf(journey string) (all []naiveEpisode) {
	for _, start := range n.journeys[journey] {
		if _, ok := start.Event.(domain.SupportStarted); !ok {
			continue
		}
		one := naiveEpisode{journey: journey, start: start}
		for _, r := range n.journeys[journey] {
			if e, ok := r.Event.(domain.SupportEnded); ok && e.Support == start.ID {
				one.end, one.ended = r.Occurred.Date, e
			}
		}
		all = append(all, one)
	}
	return all
}

// A naiveRating is what an entry says of one thing.
type naiveRating struct {
	domain.Recorded
	about      string
	by         domain.RatedBy
	value      float64
	declined   bool
	aspiration string // where it is of one
}

// ratingsOf lists somebody's ratings in life order.
func (n naive) ratingsOf(journey string) (all []naiveRating) {
	for _, r := range n.journeys[journey] {
		whole := func(about string, rating domain.Rating, by domain.RatedBy, aspiration string) {
			v, given := rating.Value()
			if given || rating == domain.Declined {
				all = append(all, naiveRating{r, about, by, float64(v), !given, aspiration})
			}
		}
		switch e := r.Event.(type) {
		case domain.ConfidenceRated:
			whole("confidence."+string(e.About), e.Value, e.By, "")
		case domain.LifeRated:
			whole("life."+string(e.About), e.Value, e.By, "")
		case domain.AspirationRated:
			whole("aspiration.progress", e.Progress, e.By, e.Aspiration)
		case domain.MeasureScored:
			for _, m := range n.measures[e.Measure] {
				for _, scale := range m.Scales {
					score, scored := e.Scores[scale.ID]
					if m.Version == e.Version && (scored || e.Declined) { // the whole measure declined is each of its scales declined
						all = append(all, naiveRating{r, fmt.Sprintf("measure.%s.%d.%s", e.Measure, e.Version, scale.ID), e.By, score, e.Declined, ""})
					}
				}
			}
		}
	}
	return all
}

// A naivePair is what one rater said of one thing at both ends of an episode.
type naivePair struct {
	first, later *naiveRating // each nil where there is none
	missing      string       // why there is no pair
	asked        bool         // whether the rater said anything, or declined to, at either end
}

// pair looks for both ratings of an episode up to a day.
func (n naive) pair(e naiveEpisode, about string, by domain.RatedBy, upto domain.Date) (p naivePair) {
	facts, _, _ := n.facts(e.start.Service)
	crisis := facts.Kind == "crisis"
	var theirs []naiveRating
	for _, r := range n.ratings[e.journey] {
		if r.about == about && r.by == by && r.Service == e.start.Service {
			theirs = append(theirs, r)
		}
	}
	start, firstDeclined, laterDeclined := e.start.Occurred.Date, false, false
	window := start + 28
	if crisis {
		window = start + 2
	}
	for _, r := range theirs {
		if r.Occurred.Date < start || r.Occurred.Date > window {
			continue
		}
		p.asked = true
		firstDeclined = firstDeclined || r.declined
		if !r.declined && p.first == nil {
			p.first = &r
		}
	}
	seen := false // whether the first was passed on the way through life
	for _, r := range theirs {
		on, late := r.Occurred.Date, false
		switch {
		case p.first == nil:
		case r.Position == p.first.Position:
			seen = true
		case crisis:
			late = seen && on >= e.end-3 && on <= e.end+3
		default:
			late = on >= p.first.Occurred.Date+56 && on <= upto && (e.end == 0 || on <= e.end)
		}
		if !late || r.aspiration != p.first.aspiration {
			continue
		}
		p.asked = true
		if r.declined {
			laterDeclined = true
		} else {
			p.later = &r
		}
	}
	switch {
	case p.later != nil:
	case e.over(upto) && e.ended.Reason == "died":
		p.missing = "died"
	case p.first == nil && firstDeclined:
		p.missing = "first_declined"
	case p.first == nil:
		p.missing = "first_not_asked"
	case laterDeclined:
		p.missing = "later_declined"
	default:
		p.missing = "later_not_asked"
	}
	return p
}

// due says whether an episode's pair is to be expected in a period, or whether
// the episode ended in it before that.
func (n naive) due(e naiveEpisode, p domain.Period) (due, early bool) {
	facts, _, _ := n.facts(e.start.Service)
	first, _ := p.Days()
	start, end := e.start.Occurred.Date, n.end(p)
	if e.end != 0 && e.end < start {
		return false, false // not a day of support
	}
	if facts.Kind == "crisis" {
		return e.end != 0 && e.end+3 >= first && e.end+3 <= end, false
	}
	if end < first || start > end || e.end != 0 && e.end < first {
		return false, false // not a day in the period
	}
	if e.over(end) && e.end < start+84 {
		return false, true
	}
	return start+84 <= end, false
}

// changes are the paired changes of an outcome: people's own, and then each
// other rater's. A series is listed where its rater said anything: other raters'
// at either end of an episode that is due; people's own, of what is not asked
// everywhere, at any time in one that is due or ended early.
func (n naive) changes(service string, p domain.Period, o domain.Outcome) (figures []domain.Figure) {
	var due []naiveEpisode
	early, asked := 0, !o.Asked
	for _, journey := range slices.Sorted(maps.Keys(n.journeys)) {
		for i, e := range n.episodes[journey] {
			if service != "" && e.start.Service != service || service == "" && i > 0 {
				continue
			}
			isDue, isEarly := n.due(e, p)
			if isDue {
				due = append(due, e)
			}
			if isEarly {
				early++
			}
			if isDue || isEarly {
				asked = asked || slices.ContainsFunc(n.ratings[journey], func(r naiveRating) bool {
					return r.about == o.About && r.by == "person" && r.Service == e.start.Service &&
						r.Occurred.Date >= e.start.Occurred.Date && r.Occurred.Date <= n.end(p)
				})
			}
		}
	}
	for _, by := range domain.RatedBys.Codes() {
		var pairs []naivePair
		for _, e := range due {
			pairs = append(pairs, n.pair(e, o.About, by, n.end(p)))
		}
		if by == "person" && !asked || by != "person" && !slices.ContainsFunc(pairs, func(p naivePair) bool { return p.asked }) {
			continue
		}
		f := n.changed(o, pairs)
		if f.Change.EndedEarly = early; by != "person" {
			f.By = by
		}
		figures = append(figures, f)
	}
	return figures
}

// changed counts pairs.
func (n naive) changed(o domain.Outcome, pairs []naivePair) domain.Figure {
	f := domain.Figure{Change: &domain.Change{Due: len(pairs), Reliable: o.Norm != nil}}
	missing := map[string]int{}
	var changes, firsts, alone []float64
	var whole []int
	people := map[string]bool{}
	for _, p := range pairs {
		if p.later == nil {
			missing[p.missing]++
			if p.first != nil {
				alone = append(alone, p.first.value)
			}
			continue
		}
		people[p.first.Stream.ID] = true
		by := math.Round((p.later.value-p.first.value)*1e6) / 1e6 // scores are decimals of six places at most
		changes, firsts, whole = append(changes, by), append(firsts, p.first.value), append(whole, int(math.Round(by)))
		up, down := by >= 2, by <= -2
		if o.Norm != nil {
			rc := by / (math.Sqrt2 * o.Norm.SD * math.Sqrt(1-o.Norm.Reliability))
			up, down = rc > 1.96, rc < -1.96
		}
		if o.Better == "down" {
			up, down = down, up
		}
		switch {
		case up:
			f.Change.Better.N++
		case down:
			f.Change.Worse.N++
		default:
			f.Change.Same.N++
		}
	}
	f.N, f.Change.Paired, f.Missing = len(changes), len(changes), n.unlessNone(missing)
	f.Value, f.Lower, f.Upper = n.mean(changes)
	if f.N > 0 {
		f.Distribution = n.distribution(whole, slices.Min(whole), slices.Max(whole))
		f.Change.FirstPaired = n.meanOf(firsts)
	}
	f.Change.FirstUnpaired = n.meanOf(alone)
	if len(people) < 10 {
		f.Lower, f.Upper = nil, nil
	} else {
		for _, changed := range []*domain.ChangedBy{&f.Change.Better, &f.Change.Same, &f.Change.Worse} {
			changed.Lower, changed.Upper = n.wilson(float64(changed.N), float64(f.N))
		}
	}
	return f
}

func (n naive) meanOf(values []float64) *domain.Mean {
	if len(values) == 0 {
		return nil
	}
	m, _, _ := n.mean(values)
	return &domain.Mean{N: len(values), Value: *m}
}

// timeToMoveOn is the cumulative incidence of each ending, in services where
// support is meant to end.
func (n naive) timeToMoveOn(service string, p domain.Period) []domain.Figure {
	type seen struct {
		from, to float64 // days since the start: from when the episode was seen, and until when
		ended    string  // empty while it goes on
	}
	var all []seen
	first, _ := p.Days()
	end := n.end(p)
	for _, id := range slices.Sorted(maps.Keys(n.services)) {
		facts, _, _ := n.facts(id)
		if service != "" && id != service || facts.TimeLimited != domain.Yes {
			continue
		}
		for journey := range n.journeys {
			for _, e := range n.episodes[journey] {
				start := e.start.Occurred.Date
				if e.start.Service != id || end < first || start > end || e.end != 0 && e.end < start {
					continue
				}
				one := seen{to: float64(end - start)}
				if e.over(end) {
					one.to, one.ended = float64(e.end-start), "otherwise"
					switch e.ended.Reason {
					case "hospital", "prison", "died":
						one.ended = string(e.ended.Reason)
					case "moved_on":
						if e.ended.Planned == domain.Yes {
							one.ended = "moved_on"
						}
					}
				}
				one.to = max(one.to, 0.5)
				if facts.RecordsFrom > start {
					one.from = max(0, float64(facts.RecordsFrom-start)-0.5)
				}
				if one.to > one.from {
					all = append(all, one)
				}
			}
		}
	}
	f := domain.Figure{N: len(all)}
	going := 0
	var times []float64
	for _, one := range all {
		if times = append(times, one.to); one.ended == "" {
			going++
		}
	}
	f.Missing = n.unlessNone(map[string]int{"still_there": going})
	if len(all) == 0 {
		return []domain.Figure{f}
	}
	slices.Sort(times)
	share := func(by float64, ended domain.EndKind) (expected float64) {
		before := 1.0 // the share still there just before
		for _, at := range slices.Compact(slices.Clone(times)) {
			if at > by {
				break
			}
			there, left, so := 0.0, 0.0, 0.0
			for _, one := range all {
				if one.from < at && at <= one.to {
					there++
				}
				if one.to == at && one.ended != "" {
					left++
				}
				if one.to == at && one.ended == string(ended) {
					so++
				}
			}
			expected += before * so / there
			before *= 1 - left/there
		}
		return expected
	}
	f.Value = new(share(365, "moved_on"))
	for _, day := range []int{91, 182, 365, 730} {
		ends := domain.Ended{Day: day, Share: map[domain.EndKind]float64{}}
		for _, kind := range []domain.EndKind{"moved_on", "hospital", "prison", "died", "otherwise"} {
			ends.Share[kind] = share(float64(day), kind)
		}
		f.Endings = append(f.Endings, ends)
	}
	return []domain.Figure{f}
}
