package projections

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/waymark/waymark/domain"
)

// evaluations are some of every kind, over the two years of a made-up history.
func evaluations(random func(n int) int, last domain.Date) (all []domain.Evaluation) {
	some := func(n int) domain.Date { return domain.Day(2024, 1, 5) + domain.Date(random(n)) }
	for i, e := range []domain.Evaluation{
		{Cohort: domain.Cohort{Services: []string{"brooklyn", "north", "south"}, LeastDays: 20},
			Compare: domain.Comparing{Arms: []domain.Arm{{Name: "a", Services: []string{"north"}}, {Name: "b", Services: []string{"brooklyn", "south"}}}}},
		{Compare: domain.Comparing{Service: "south"}, Cohort: domain.Cohort{Started: domain.Days{From: some(60) + 150, To: last - 90}}},
		{Cohort: domain.Cohort{Consents: []domain.Purpose{"research"}}},
		{Cohort: domain.Cohort{LeastDays: 1 + random(200), Services: []string{"crisis", "peers", "north"}}},
	} {
		first := some(400)
		middle := first + 10 + domain.Date(random(100))
		e.Periods = []domain.EvaluationPeriod{
			{Name: "first", Days: domain.Days{From: first, To: middle}},
			{Name: "later", Days: domain.Days{From: middle + 1, To: middle + 20 + domain.Date(random(200))}},
			{Name: "start", Relative: true, ToDay: 28},
			{Name: "month_3", Relative: true, FromDay: 70, ToDay: 110 + random(100)},
		}
		e.Measures = []string{"daily", "being", "confidence.self", "life.quality_of_life"}
		e.Methods = domain.EvaluationMethods.Codes()
		e.AsOf = last - domain.Date([]int{0, 45, 300, 0}[i])
		all = append(all, e)
	}
	return all
}

// A naivePart is what somebody has of an arm.
type naivePart struct {
	episodes []naiveEpisode
	died     domain.Date // by whatever service's record
}

// arm picks an arm's people and what belongs to it, entry by entry.
func (n naive) arm(e domain.Evaluation, a domain.Arm, arms []domain.Arm, forgotten map[string]bool) (naive, map[string]naivePart, map[domain.LeftOut]int) {
	day := e.AsOf
	in := n.before(day)
	in.today = min(in.today, n.today)
	people, out := map[string]naivePart{}, map[domain.LeftOut]int{}
	has := func(a domain.Arm, service string) bool {
		return len(a.Services) == 0 || slices.Contains(a.Services, service)
	}
	for journey, episodes := range in.episodes {
		if len(episodes) == 0 {
			continue
		}
		why := domain.LeftOut("other_services")
		died := domain.Date(0)
		for _, one := range episodes {
			if one.end != 0 && one.ended.Reason == "died" && (died == 0 || one.end < died) {
				died = one.end
			}
		}
		var fit []naiveEpisode
		for _, one := range episodes {
			if died != 0 && one.start.Occurred.Date <= died && (one.end == 0 || one.end > died) {
				one.end, one.ended.Reason = died, "died"
			}
			lasted := int(day-one.start.Occurred.Date) + 1
			if one.end != 0 {
				lasted = int(one.end-one.start.Occurred.Date) + 1
			}
			started := one.start.Occurred.Date
			asked := false
			for _, a := range arms {
				asked = asked || has(a, one.start.Service)
			}
			switch {
			case !asked:
			case started < e.Cohort.Started.From || e.Cohort.Started.To != 0 && started > e.Cohort.Started.To:
				if why == "other_services" {
					why = "started_outside"
				}
			case lasted < e.Cohort.LeastDays:
				why = "too_short"
			default:
				fit = append(fit, one)
			}
		}
		if len(fit) > 0 {
			why = ""
			for _, purpose := range e.Cohort.Consents {
				answer := false
				for _, r := range in.journeys[journey] {
					switch c := r.Event.(type) {
					case domain.ConsentGiven:
						if c.Purpose == purpose {
							answer = c.Until == 0 || c.Until >= day
						}
					case domain.ConsentDeclined:
						answer = answer && c.Purpose != purpose
					case domain.ConsentWithdrawn:
						answer = answer && c.Purpose != purpose
					}
				}
				if !answer || forgotten[journey] {
					why = "no_consent"
				}
			}
		}
		if why != "" {
			out[why]++
			continue
		}
		for _, one := range fit {
			if has(a, one.start.Service) {
				people[journey] = naivePart{append(people[journey].episodes, one), died}
			}
		}
	}
	for journey := range in.journeys {
		in.journeys[journey] = slices.DeleteFunc(in.journeys[journey], func(r domain.Recorded) bool {
			return people[journey].episodes == nil || r.Service != "" && !has(a, r.Service)
		})
		in.episodes[journey], in.ratings[journey] = in.episodesOf(journey), in.ratingsOf(journey)
	}
	maps.DeleteFunc(in.services, func(id string, _ []domain.Recorded) bool { return !has(a, id) })
	return in, people, out
}

// unseen says why somebody has no rating in a period.
func (n naive) unseen(part naivePart, days domain.Days, declined bool) string {
	over, start := true, part.episodes[0].start.Occurred.Date
	last := domain.Date(0)
	for _, one := range part.episodes {
		over = over && one.end != 0
		start = min(start, one.start.Occurred.Date)
		last = max(last, one.end)
	}
	switch {
	case declined:
		return "declined"
	case part.died != 0 && part.died <= days.To:
		return "died"
	case start > days.To:
		return "not_started"
	case over && last < days.From:
		return "ended"
	case days.To >= n.today:
		return "not_over"
	}
	return "not_asked"
}

// enrolled folds everybody's support and consents from the log.
func enrolled(log []domain.Recorded) map[string]*domain.Enrolment {
	people := map[string]*domain.Enrolment{}
	for _, r := range log {
		if r.Stream.About == domain.AboutJourney {
			if people[r.Stream.ID] == nil {
				people[r.Stream.ID] = &domain.Enrolment{}
			}
			people[r.Stream.ID].Apply(r)
		}
	}
	return people
}

// An evaluator would be told of other people than the cohort, or less or more
// than happened to them.
func TestAnEvaluationCountsItsCohortAndNobodyElse(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for seed, s := range []shape{varied, rated} {
		h := made(t, uint64(50+seed), s)
		n := naiveOf(h.log)
		forgotten := map[string]bool{}
		for _, r := range h.log {
			if _, ok := r.Event.(domain.PersonForgotten); ok {
				forgotten[r.Stream.ID] = true
			}
		}
		services := slices.Sorted(maps.Keys(n.services))
		for i, e := range evaluations(h.random.IntN, n.today) {
			arms := e.ArmsOf(services)
			for _, a := range arms {
				t.Run(fmt.Sprintf("seed %d, evaluation %d, arm %s", seed, i, a.Name), func(t *testing.T) {
					in, people, out := n.arm(e, a, arms, forgotten)
					part, left := []domain.Enrolled(nil), map[domain.LeftOut]int{}
					for journey, person := range enrolled(h.log) {
						if len(person.Episodes(e.AsOf)) == 0 {
							continue
						}
						one, why := e.Enrol(journey, person, arms, e.AsOf)
						if why != "" {
							left[why]++
						} else if one, ok := a.In(one); ok {
							part = append(part, one)
						}
					}
					slices.SortFunc(part, func(a, b domain.Enrolled) int {
						return slices.Compare([]byte(a.Journey), []byte(b.Journey))
					})
					var journeys []string
					for _, one := range part {
						journeys = append(journeys, one.Journey)
					}
					if want := slices.Sorted(maps.Keys(people)); !slices.Equal(want, journeys) {
						t.Fatalf("in the arm are\n%v, and not\n%v", journeys, want)
					}
					if !maps.Equal(out, left) {
						t.Fatalf("left out are %v, and not %v", left, out)
					}
					for why := range left {
						found["left out: "+string(why)]++
					}
					compareArm(t, h.log, e, a, in, people, part, found)
				})
				if t.Failed() {
					return
				}
			}
		}
	}
	for _, what := range slices.Concat(each("left out: ", domain.LeftOuts.Codes()...), each("unseen: ", domain.Unseens.Codes()...),
		[]string{"people", "pairs", "two ratings", "yes of a person", "passed over"}) {
		if found[what] == 0 {
			t.Errorf("no evaluation has %s", what)
		}
	}
}

// compareArm compares an arm's figures and scores with the naive ones.
func compareArm(t *testing.T, log []domain.Recorded, e domain.Evaluation, a domain.Arm, in naive, people map[string]naivePart, part []domain.Enrolled, found map[string]int) {
	amended := domain.Amended{}
	for _, r := range log {
		amended.Note(r)
	}
	question := Outcomes.Only(func(r domain.Recorded) bool {
		if r.Stream.About == domain.AboutJourney && amended.Beyond(r, e.AsOf) {
			found["passed over"]++
			return false
		}
		return r.Stream.About != domain.AboutJourney && (r.Stream.About != domain.AboutService || a.Has(r.Stream.ID)) || people[r.Stream.ID].episodes != nil
	})
	path := filepath.Join(t.TempDir(), "arm.db")
	if err := Replay(t.Context(), question, path, logID, paged(log, 700)); err != nil {
		t.Fatal(err)
	}
	db, err := OpenCopy(t.Context(), path, question)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if narrowed, err := db.Narrow(t.Context(), path+".narrow", e.AsOf); err != nil {
		t.Fatal(err)
	} else if narrowed {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if db, err = OpenCopy(t.Context(), path+".narrow", question); err != nil {
			t.Fatal(err)
		}
	}
	err = db.View(t.Context(), func(s *Snapshot) error {
		var periods []domain.Period
		for _, p := range e.Periods {
			if days, ok := p.Period(); ok {
				periods = append(periods, days)
			}
		}
		got, err := FiguresOf(t.Context(), s, periods, in.today, true)
		if err != nil {
			return err
		}
		for i, p := range periods {
			sameFigures(t, OutcomeFilter{Today: in.today}, in.figures("", p), got[i].Together)
			for _, f := range got[i].Together {
				found["people"] += f.N
			}
			for _, f := range got[i].People {
				found["yes of a person"] += f.Yes
			}
			samePersons(t, got[i])
		}
		definitions, err := Definitions(t.Context(), s)
		if err != nil {
			return err
		}
		for _, o := range e.Rated(definitions) {
			voices := make([]domain.Voice, len(part))
			at := map[string]int{}
			for i, one := range part {
				voices[i], at[one.Journey] = domain.Voice{Enrolled: one, Own: make([]domain.Own, len(e.Periods))}, i
			}
			if err := OwnRatings(t.Context(), s, o.About, func(journey string, g domain.RatingGiven) {
				v := &voices[at[journey]]
				for i, p := range e.Periods {
					if p.Of(v.Start()).Has(g.On) {
						v.Own[i].Add(g.Value, g.Declined)
					}
				}
			}); err != nil {
				return err
			}
			compareScores(t, e, o, in, people, voices, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// samePersons holds people's own parts against what they add up to.
func samePersons(t *testing.T, f PeriodFigures) {
	t.Helper()
	yes, of := map[string]int{}, map[string]int{}
	for _, p := range f.People {
		yes[p.Outcome] += p.Yes
		of[p.Outcome] += p.N
	}
	for _, figure := range f.Together {
		o, _ := domain.OutcomeOf(figure.Outcome)
		switch {
		case figure.Numerator == nil || o.Over == domain.OverMoves || o.Over == domain.OverEndings:
		case *figure.Numerator != yes[o.ID] || figure.Denominator != nil && *figure.Denominator != of[o.ID]:
			t.Errorf("%s: people's rows make %d of %d, and the figure is %d of %v", o.ID, yes[o.ID], of[o.ID], *figure.Numerator, figure.Denominator)
		}
	}
}

// compareScores works out every score and change of one thing again from lists.
func compareScores(t *testing.T, e domain.Evaluation, o domain.Outcome, in naive, people map[string]naivePart, voices []domain.Voice, found map[string]int) {
	t.Helper()
	type said struct {
		values   []float64
		declined bool
	}
	of := func(journey string, p domain.EvaluationPeriod) (s said, days domain.Days) {
		start := people[journey].episodes[0].start.Occurred.Date
		days = p.Days
		if p.Relative {
			days = domain.Days{From: start + domain.Date(p.FromDay), To: start + domain.Date(p.ToDay)}
		}
		for _, r := range in.ratings[journey] {
			if r.about != o.About || r.by != "person" || r.Occurred.Date < days.From || r.Occurred.Date > days.To {
				continue
			}
			if r.declined {
				s.declined = true
			} else {
				s.values = append(s.values, r.value)
			}
		}
		return s, days
	}
	average := func(values []float64) float64 {
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		return sum / float64(len(values))
	}
	scores, changes := e.Scores("arm", o, voices, in.today), e.Changes("arm", o, voices, in.today)
	for i, p := range e.Periods {
		want := domain.Score{Arm: "arm", Period: p.Name, About: o.About, Outcome: o.ID, Version: o.Version, People: len(people), Missing: map[string]int{}}
		moved := domain.ScoreChange{Arm: "arm", From: e.Periods[0].Name, To: p.Name, About: o.About, Outcome: o.ID, Version: o.Version, People: len(people),
			Missing: map[string]int{}, Reliable: o.Norm != nil, Better: &domain.ChangedBy{}, Same: &domain.ChangedBy{}, Worse: &domain.ChangedBy{}}
		var means, shifts, paired, alone []float64
		for _, journey := range slices.Sorted(maps.Keys(people)) {
			now, days := of(journey, p)
			first, firstDays := of(journey, e.Periods[0])
			if len(now.values) == 0 {
				why := in.unseen(people[journey], days, now.declined)
				want.Missing[why]++
				found["unseen: "+why]++
			} else {
				want.Seen++
				want.Ratings += len(now.values)
				means = append(means, average(now.values))
				found["two ratings"] += oneIf(len(now.values) > 1)
			}
			switch {
			case len(first.values) == 0:
				why := in.unseen(people[journey], firstDays, first.declined)
				if why != "died" {
					why = "first_" + why
				}
				moved.Missing[why]++
			case len(now.values) == 0:
				why := in.unseen(people[journey], days, now.declined)
				if why != "died" {
					why = "later_" + why
				}
				moved.Missing[why]++
				alone = append(alone, average(first.values))
			default:
				a, b := average(first.values), average(now.values)
				paired, shifts = append(paired, a), append(shifts, b-a)
				kinds := []*domain.ChangedBy{domain.MovedBetter: moved.Better, domain.MovedNot: moved.Same, domain.MovedWorse: moved.Worse}
				kinds[o.Moved(a, b)].N++
			}
		}
		want.Missing = in.unlessNone(want.Missing)
		want.Mean, want.Lower, want.Upper = in.mean(means)
		want.SD = spread(means)
		if diff := gocmp.Diff(want, scores[i], alikeScores); diff != "" {
			t.Fatalf("%s in %s: %s", o.ID, p.Name, diff)
		}
		if i == 0 {
			continue
		}
		found["pairs"] += len(shifts)
		moved.Paired, moved.Missing = len(shifts), in.unlessNone(moved.Missing)
		moved.Mean, moved.Lower, moved.Upper = in.mean(shifts)
		moved.SD = spread(shifts)
		moved.FirstPaired, moved.FirstUnpaired = in.meanOf(paired), in.meanOf(alone)
		for _, part := range []*domain.ChangedBy{moved.Better, moved.Same, moved.Worse} {
			if len(shifts) >= 10 {
				part.Lower, part.Upper = in.wilson(float64(part.N), float64(len(shifts)))
			}
		}
		if diff := gocmp.Diff(moved, changes[i-1], alikeScores); diff != "" {
			t.Fatalf("%s to %s: %s", o.ID, p.Name, diff)
		}
	}
}

var alikeScores = cmpopts.EquateApprox(1e-9, 1e-12)

// spread is the standard deviation of a sample, as a textbook has it.
func spread(values []float64) *float64 {
	if len(values) < 2 {
		return nil
	}
	sum, squares := 0.0, 0.0
	for _, v := range values {
		sum += v
	}
	for _, v := range values {
		squares += math.Pow(v-sum/float64(len(values)), 2)
	}
	return new(math.Sqrt(squares / float64(len(values)-1)))
}

// paged cuts a log into pages.
func paged(log []domain.Recorded, size int) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		for page := range slices.Chunk(log, size) {
			if !yield(page, nil) {
				return
			}
		}
	}
}

// Somebody else's entry that cannot be read would be counted as the cohort's.
func TestOnlyThoseAskedForAreParked(t *testing.T) {
	log := slices.Clone(made(t, 60, varied).log)
	at := slices.IndexFunc(log, func(r domain.Recorded) bool {
		return r.Stream.ID == "j-3" && domain.KindOf(r.Event) != "support.started"
	})
	for _, test := range []struct {
		name, keep string
		event      domain.Event
		parked     int
		fails      bool
	}{
		{"somebody else's", "j-1", domain.Unreadable{Form: "confidence.rated.v1"}, 0, false},
		{"one of the cohort's", "j-3", domain.Unreadable{Form: "confidence.rated.v1"}, 1, false},
		{"of a kind that nobody knows", "j-1", domain.Unreadable{Form: "confidence.rated.v9", Unknown: true}, 0, true},
	} {
		log[at].Event = test.event
		question := Outcomes.Only(func(r domain.Recorded) bool { return r.Stream.About != domain.AboutJourney || r.Stream.ID == test.keep })
		path := filepath.Join(t.TempDir(), "only.db")
		err := Replay(t.Context(), question, path, logID, paged(log, 1000))
		if test.fails != (err != nil) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil {
			continue
		}
		db, err := OpenCopy(t.Context(), path, question)
		if err != nil {
			t.Fatal(err)
		}
		if status := db.Status(); status.Parked != test.parked || status.Bookmark != uint64(len(log)) {
			t.Errorf("%s: %d parked, up to %d of %d", test.name, status.Parked, status.Bookmark, len(log))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What was before a change would be blurred with what came after it.
func TestAChartStartsAgainBehindTheMonthThatADateDivides(t *testing.T) {
	db := opened(t, t.TempDir(), Outcomes, Options{})
	advance(t, db, made(t, 61, rated).log, 1000)
	for _, test := range []struct {
		date          domain.Date
		left, rebased string // the month that is in neither part, and the first of the second
	}{
		{domain.Day(2024, 9, 12), "2024-09", "2024-10"},
		{domain.Day(2025, 1, 31), "2025-01", "2025-02"},
		{domain.Day(2024, 9, 1), "", "2024-09"},
		{0, "", ""},
	} {
		err := db.View(t.Context(), func(s *Snapshot) error {
			o, _ := domain.OutcomeOf("people.supported")
			charts, err := Divided(t.Context(), s, []domain.Outcome{o}, test.date, domain.Day(2025, 12, 1))
			if err != nil {
				return err
			}
			if len(charts) != 1 || charts[0].Every != "month" || len(charts[0].Points) < 20 {
				t.Fatalf("%s: %d charts, of %+v", test.date, len(charts), charts)
			}
			left, rebased := "", ""
			for _, p := range charts[0].Points {
				if p.Value == nil && p.Period.String() < "2025-05" { // when the record falls silent
					left += p.Period.String()
				}
				if p.Rebased != "" {
					rebased += p.Period.String()
				}
			}
			if left != test.left || rebased != test.rebased {
				t.Errorf("%s: left out is %q, and the chart starts again with %q", test.date, left, rebased)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
