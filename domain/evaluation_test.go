package domain

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// lived is somebody's part in an arm.
func lived(journey, service string, from, to Date, reason EndReason) Enrolled {
	e := Episode{ID: "e-" + journey, Service: service, Started: On(from)}
	if to != 0 {
		e.Ended, e.End = On(to), SupportEnded{Reason: reason, Planned: Yes}
	}
	return Enrolled{Journey: journey, Episodes: []Episode{e}}
}

// Support would seem to last longer, or to end otherwise, than it did.
func TestSupportLastsAsLongAsItDidAndEndsAsItEnded(t *testing.T) {
	start := Day(2026, 1, 1)
	people := []Enrolled{
		lived("a", "north", start, start+10, "moved_on"),
		lived("b", "north", start, start+10, "died"),
		lived("c", "north", start, start+20, "moved_on"),
		lived("d", "north", start, 0, ""),
		lived("e", "north", start, start, "moved_on"),            // on the first day
		lived("f", "north", start+200, 0, ""),                    // not begun by then
		lived("g", "late", start-100, start+5, "moved_on"),       // the record is whole from day 95 on
		lived("h", "late", start-100, start-50, "moved_on"),      // over before that
		lived("i", "north", start+3, start+1, "moved_on"),        // one of its dates is wrong
		lived("j", "north", start+40, start+160, "hospital"),     // ended after the evaluation's day
		lived("k", "north", start+95, start+99, "service_ended"), // ended on its last day
	}
	s := SurvivalOf("north", people, func(service string) Date {
		if service == "late" {
			return start - 5
		}
		return 0
	}, start+100)
	if s.People != 8 || s.StillThere != 2 || s.Late != 1 {
		t.Errorf("of %d people %d are still there, and %d came late", s.People, s.StillThere, s.Late)
	}
	if diff := cmp.Diff(map[EndKind]int{"moved_on": 4, "died": 1, "otherwise": 1}, s.Ended); diff != "" {
		t.Error(diff)
	}
	// By hand: at risk 7 on the first day, then 6 at day 4, 5 at 10, 3 at 20, 2 at 59 and 99, 3 with who came late at 105.
	var days, there, risk []float64
	for _, step := range s.Steps {
		days, there, risk = append(days, step.Day), append(there, step.There), append(risk, float64(step.AtRisk))
		sum := step.There
		for _, share := range step.Endings {
			sum += share
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("at day %v the shares make %v", step.Day, sum)
		}
		if step.Lower != nil {
			t.Error("there are limits of so few people")
		}
	}
	a := 6. / 7
	b := a * 5 / 6
	c := b * 3 / 5
	d := c * 2 / 3
	for _, pair := range []struct {
		name      string
		want, got []float64
	}{
		{"days", []float64{0.5, 4, 10, 20, 59, 99, 105}, days},
		{"at risk", []float64{7, 6, 5, 3, 2, 2, 1}, risk},
		{"still there", []float64{a, b, c, d, d, d, 0}, there},
	} {
		if diff := cmp.Diff(pair.want, pair.got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Errorf("%s: %s", pair.name, diff)
		}
	}
	if s.Median == nil || *s.Median != 10 {
		t.Errorf("the median is %v", s.Median)
	}
}

// voicesOf gives people who said something in two periods, NaN for nothing.
func voicesOf(prefix string, first, later []float64) (voices []Voice) {
	for i := range first {
		v := Voice{Enrolled: lived(prefix+string(rune('a'+i)), "north", Day(2026, 1, 1), 0, ""), Own: make([]Own, 2)}
		for n, value := range []float64{first[i], later[i]} {
			if !math.IsNaN(value) {
				v.Own[n].Add(value, false)
			}
		}
		voices = append(voices, v)
	}
	return voices
}

// Two arms would seem to differ for sure where some people are in both, or where
// there are too few.
func TestTheDifferenceOfTwoArmsIsSureOnlyOfEnoughDifferentPeople(t *testing.T) {
	e := Evaluation{Periods: []EvaluationPeriod{{Name: "before"}, {Name: "after"}}}
	first, later := make([]float64, 12), make([]float64, 12)
	for i := range first {
		first[i], later[i] = 4, 5+float64(i%3)/10
	}
	later[11] = math.NaN()
	o := Outcome{ID: "x", About: "y", Better: "up", Version: 3}
	for _, test := range []struct {
		name              string
		voices, others    []Voice
		n, other, in_both int
		sure              bool
	}{
		{"enough", voicesOf("a", first, later), voicesOf("b", later, first), 11, 11, 0, true},
		{"too few", voicesOf("a", first, later), voicesOf("b", later[:9], first[:9]), 11, 9, 0, false},
		{"in both", voicesOf("a", first, later), voicesOf("a", later, first), 11, 11, 11, false},
	} {
		all := e.Differences("arm", "other", o, test.voices, test.others)
		if len(all) != 1 {
			t.Fatalf("%s: %d differences", test.name, len(all))
		}
		d := all[0]
		if d.N != test.n || d.OtherN != test.other || d.InBoth != test.in_both || (d.Lower != nil) != test.sure || (d.Upper != nil) != test.sure {
			t.Errorf("%s: %+v", test.name, d)
		}
		if d.Value == nil || math.Abs(*d.Value-2*1.0909) > 0.02 {
			t.Errorf("%s: the difference is %v", test.name, d.Value)
		}
	}
}

// The mean of a person's ratings would depend on the order in which they came.
func TestAPersonsMeanIsTheSameInEveryOrder(t *testing.T) {
	var one, other Own
	values := []float64{0.1, 0.2, 0.3, 1e6, 0.7, -3.3}
	for i := range values {
		one.Add(values[i], false)
		other.Add(values[len(values)-1-i], false)
	}
	if one != other || one.Value() != other.Value() {
		t.Errorf("%+v and %+v", one, other)
	}
	var first, later Own
	first.Add(1.8, false)
	later.Add(2.3, false)
	if change := first.ChangeTo(later); change != 0.5 {
		t.Errorf("from 1.8 to 2.3 it is %v", change)
	}
}

// A day on which two supports ran would count twice, or a pause as support.
func TestActiveDaysAreCountedOnce(t *testing.T) {
	day := Day(2026, 1, 1)
	n := Enrolled{Episodes: []Episode{
		{Started: On(day), Ended: On(day + 9), Pauses: []Pause{{From: day + 2, To: day + 4}}}, // days 0, 1, 4–9
		{Started: On(day + 3), Ended: On(day + 5)},                                            // 3–5
		{Started: On(day + 20)},
	}}
	for _, test := range []struct {
		from, to, today Date
		want            int
	}{
		{0, 9, 100, 9}, {0, 3, 100, 3}, {2, 2, 100, 0}, {10, 19, 100, 0}, {9, 20, 100, 2}, {0, 99, 25, 14}, {30, 40, 25, 0},
	} {
		if got := n.ActiveDays(Days{day + test.from, day + test.to}, day+test.today); got != test.want {
			t.Errorf("from day %d to %d, before day %d: %d active days, not %d", test.from, test.to, test.today, got, test.want)
		}
	}
}

func TestTheNearestIsWhatWasProbablyMeant(t *testing.T) {
	known := []string{"measures", "methods", "outcomes", "at", "as_of"}
	for text, want := range map[string]string{"mesures": "measures", "method": "methods", "outcome": "outcomes", "asof": "as_of", "colour": "", "": ""} {
		if got := Nearest(text, known); got != want {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

// Somebody who died would be still there, and not asked, because another service
// never recorded it.
func TestADeathEndsAllSupportWhicheverServiceRecordedIt(t *testing.T) {
	day := Day(2026, 1, 1)
	var n Enrolment
	for i, r := range []Recorded{
		{Service: "north", Occurred: On(day), Event: SupportStarted{}},
		{Service: "south", Occurred: On(day), Event: SupportStarted{}},
		{Service: "west", Occurred: On(day), Event: SupportStarted{}},
		{Service: "west", Occurred: On(day + 4), Event: SupportEnded{Support: uuid(3), Reason: "moved_on", Planned: Yes}},
		{Service: "south", Occurred: On(day + 9), Event: SupportEnded{Support: uuid(2), Reason: "died"}},
	} {
		r.Position, r.Stream, r.ID = uint64(i+2), JourneyStream("j-1"), uuid(i+1)
		n.Apply(r)
	}
	for _, test := range []struct {
		service string
		lasted  int
		active  int
		end     EndKind
	}{{"north", 10, 10, "died"}, {"south", 10, 10, "died"}, {"west", 5, 5, "moved_on"}} {
		arm := Arm{test.service, []string{test.service}}
		e := Evaluation{Cohort: Cohort{LeastDays: test.lasted}}
		in, why := e.Enrol("j-1", &n, []Arm{arm}, day+60)
		if why != "" {
			t.Errorf("%s: left out, for %s", test.service, why)
			continue
		}
		if got := in.Unseen(Days{day + 30, day + 40}, false, day+61); got != "died" {
			t.Errorf("%s: after the death the person is unseen for %s", test.service, got)
		}
		if got := in.Unseen(Days{day + 6, day + 8}, false, day+61); got == "died" {
			t.Errorf("%s: the person is dead in a period before they died", test.service)
		}
		if got := in.ActiveDays(Days{day, day + 50}, day+61); got != test.active {
			t.Errorf("%s: %d active days, not %d", test.service, got, test.active)
		}
		none := func(string) Date { return 0 }
		if s := SurvivalOf(test.service, []Enrolled{in}, none, day+61); s.StillThere != 0 || s.Ended[test.end] != 1 {
			t.Errorf("%s: %d still there, ended %v", test.service, s.StillThere, s.Ended)
		}
		e.Cohort.LeastDays++
		if _, why := e.Enrol("j-1", &n, []Arm{arm}, day+60); why != "too_short" {
			t.Errorf("%s: support goes on after the death: %q", test.service, why)
		}
		if in, _ := (Evaluation{}).Enrol("j-1", &n, []Arm{arm}, day+5); in.Died != 0 {
			t.Errorf("%s: dead as of a day before they died", test.service)
		}
	}
}
