package domain

import (
	"cmp"
	"slices"
)

// An Enrolment is what an evaluation needs to know of a person to say whether
// they are in its cohort: their support and their consents, and no words. The
// zero Enrolment knows nothing.
type Enrolment struct {
	history
	forgotten bool
}

// Apply folds one event of the person's journey, and passes over what is about
// something else.
func (n *Enrolment) Apply(r Recorded) {
	switch e := r.Event.(type) {
	case EntryCorrected:
		if n.byID[e.Entry] == nil {
			return
		}
	case EntryWithdrawn:
		if n.byID[e.Entry] == nil {
			return
		}
	case PersonForgotten:
		n.forgotten = true
	default:
		if !isSupport(r.Event) && !isConsent(r.Event) {
			return
		}
	}
	r.Said, r.Words = nil, Words{}
	n.apply(r)
}

func isConsent(e Event) bool {
	switch e.(type) {
	case ConsentGiven, ConsentDeclined, ConsentWithdrawn:
		return true
	}
	return false
}

// asOf lists the entries about days up to one, as they stand.
func (n *Enrolment) asOf(day Date) []*Entry {
	return slices.DeleteFunc(slices.Clone(n.entries), func(e *Entry) bool { return e.Now().Occurred.Date > day })
}

// Episodes gives the person's support by the end of a day, in the order in which
// it began.
func (n *Enrolment) Episodes(day Date) []Episode {
	episodes := Episodes(n.asOf(day))
	slices.SortStableFunc(episodes, func(a, b Episode) int { return a.Started.Order(b.Started) })
	return episodes
}

// Consents says whether a consent is live at the end of a day: the person's
// latest answer about the purpose gave it, and its last day has not passed. The
// consents of somebody who was forgotten are not live.
func (n *Enrolment) Consents(purpose Purpose, day Date) bool {
	if n.forgotten {
		return false
	}
	live := false
	for _, r := range standing(n.asOf(day)) {
		switch e := r.Event.(type) {
		case ConsentGiven:
			if e.Purpose == purpose {
				live = e.Until == 0 || e.Until >= day
			}
		case ConsentDeclined:
			live = live && e.Purpose != purpose
		case ConsentWithdrawn:
			live = live && e.Purpose != purpose
		}
	}
	return live
}

// Amended are the entries that were ever corrected or taken back, by event id.
type Amended map[string]bool

// Note takes in an event of a journey.
func (a Amended) Note(r Recorded) {
	switch e := r.Event.(type) {
	case EntryCorrected:
		a[e.Entry] = true
	case EntryWithdrawn:
		a[e.Entry] = true
	}
}

// Beyond says whether an event of a journey is an entry about a later day than one,
// and always was: what holds by that day is the same without it.
func (a Amended) Beyond(r Recorded, day Date) bool {
	switch r.Event.(type) {
	case EntryCorrected, EntryWithdrawn, PersonForgotten, Unreadable:
		return false
	}
	return r.Occurred.Date > day && !a[r.ID]
}

// LeftOut says why somebody is not in a cohort.
type LeftOut string

// LeftOuts are the reasons; of a person the first that holds is given.
var LeftOuts = Vocabulary[LeftOut]{
	{"other_services", "Not with the services that are asked about"},
	{"started_outside", "Support began outside the days asked for"},
	{"too_short", "Support was shorter than asked for"},
	{"no_consent", "No live consent to what is asked for"},
}

// An Enrolled is somebody in a cohort, with the support by which they are.
type Enrolled struct {
	Journey  string
	Episodes []Episode // at least one, in the order in which they began
	Died     Date      // 0 where no support that the person ever had ended so
}

// Start is the person's own first day in the cohort, which is day 0 of the
// periods that are counted from it.
func (n Enrolled) Start() Date { return n.Episodes[0].Started.Date }

// Last is the support that ended last, or one that goes on.
func (n Enrolled) Last() Episode {
	return slices.MaxFunc(n.Episodes, func(a, b Episode) int { return cmp.Compare(a.end(), b.end()) })
}

// end is the episode's last day, beyond every other while it goes on.
func (e Episode) end() Date {
	if e.Ended.Date == 0 {
		return forEver
	}
	return e.Ended.Date
}

// Enrol says whether somebody with support by a day is in the cohort by then; if
// not, why not. arms are what [Evaluation.ArmsOf] gives.
func (e Evaluation) Enrol(journey string, n *Enrolment, arms []Arm, day Date) (Enrolled, LeftOut) {
	in := Enrolled{Journey: journey}
	in.Episodes, in.Died = untilDeath(n.Episodes(day))
	for _, test := range []struct {
		why  LeftOut
		fits func(Episode) bool
	}{
		{"other_services", func(s Episode) bool {
			return slices.ContainsFunc(arms, func(a Arm) bool { return a.Has(s.Service) })
		}},
		{"started_outside", func(s Episode) bool { return e.Cohort.Started.Has(s.Started.Date) }},
		{"too_short", func(s Episode) bool { return s.lasted(day) >= e.Cohort.LeastDays }},
	} {
		in.Episodes = slices.DeleteFunc(in.Episodes, func(s Episode) bool { return !test.fits(s) })
		if len(in.Episodes) == 0 {
			return in, test.why
		}
	}
	for _, purpose := range e.Cohort.Consents {
		if !n.Consents(purpose, day) {
			return in, "no_consent"
		}
	}
	return in, ""
}

// untilDeath ends what would outlast the person with their death, which one
// service may have recorded and another not, and gives its day. Support that began
// after it stays as it is: one of the two days is wrong.
func untilDeath(episodes []Episode) ([]Episode, Date) {
	var death Episode
	for _, e := range episodes {
		if e.Ended.Date != 0 && e.End.Reason == "died" && (death.ID == "" || e.end() < death.end()) {
			death = e
		}
	}
	if death.ID == "" {
		return episodes, 0
	}
	for i := range episodes {
		if e := &episodes[i]; e.Started.Date <= death.end() && e.end() > death.end() {
			e.Ended, e.EndEntry, e.End = death.Ended, death.EndEntry, death.End
		}
	}
	return episodes, death.end()
}

// lasted counts the episode's days up to a day, both ends and pauses included.
func (e Episode) lasted(day Date) int {
	if e.Ended.Date != 0 {
		day = e.Ended.Date
	}
	return int(day-e.Started.Date) + 1
}

// Has says whether what belongs to a service counts for the arm.
func (a Arm) Has(service string) bool {
	return len(a.Services) == 0 || slices.Contains(a.Services, service)
}

// In gives the person's part in the arm, and false where they have none.
func (a Arm) In(n Enrolled) (Enrolled, bool) {
	n.Episodes = slices.DeleteFunc(slices.Clone(n.Episodes), func(e Episode) bool { return !a.Has(e.Service) })
	return n, len(n.Episodes) > 0
}

// The names of arms that nobody named.
const (
	Everybody = "everybody"
	Others    = "others"
)

// ArmsOf gives the arms that are set beside one another, given every service
// that was ever opened, by id.
func (e Evaluation) ArmsOf(services []string) []Arm {
	switch {
	case len(e.Compare.Arms) > 0:
		return e.Compare.Arms
	case e.Compare.Service != "":
		others := e.Cohort.Services
		if len(others) == 0 {
			others = services
		}
		one := e.Compare.Service
		others = slices.DeleteFunc(slices.Clone(others), func(s string) bool { return s == one })
		return []Arm{{one, []string{one}}, {Others, others}}
	}
	return []Arm{{Everybody, e.Cohort.Services}}
}

// Unseen says why somebody, by their part in an arm, has no rating in a period of
// days: what holds by the first day that is not over.
func (n Enrolled) Unseen(days Days, declined bool, today Date) Unseen {
	ended := n.Last().Ended.Date
	switch {
	case declined:
		return "declined"
	case n.Died != 0 && n.Died <= days.To:
		return "died"
	case n.Start() > days.To:
		return "not_started"
	case ended != 0 && ended < days.From:
		return "ended"
	case days.To >= today:
		return "not_over"
	}
	return "not_asked"
}

// ActiveDays counts the days of a period, up to the first that is not over, on
// which the person was active; each once.
func (n Enrolled) ActiveDays(days Days, today Date) int {
	var spans []Span
	for _, e := range n.Episodes {
		spans = append(spans, e.Active()...)
	}
	slices.SortFunc(spans, func(a, b Span) int { return int(a.From) - int(b.From) })
	count, from, end := 0, days.From, min(days.To+1, today)
	for _, s := range spans {
		count += s.Days(from, end)
		to := end
		if s.To != 0 {
			to = min(to, s.To)
		}
		from = max(from, to)
	}
	return count
}
