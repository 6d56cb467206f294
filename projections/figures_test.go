package projections

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/waymark/waymark/domain"
)

func figuresOf(t testing.TB, db *DB, f OutcomeFilter) (figures []domain.Figure) {
	t.Helper()
	err := db.View(t.Context(), func(s *Snapshot) (err error) {
		figures, err = Figures(t.Context(), s, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// A service would be told that lives get better or worse when they do not.
func TestFiguresAreWhatTheDefinitionsSay(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	var outcomes []domain.Outcome
	for seed, s := range []shape{varied, rated, rated} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			log := made(t, uint64(seed), s).log
			db := opened(t, t.TempDir(), Outcomes, Options{})
			for i, part := range [][]domain.Recorded{log[:len(log)/2], log} { // the second half corrects months long past
				advance(t, db, part, 1000)
				n := naiveOf(part)
				outcomes = n.outcomes()
				compareFigures(t, db, n, domain.Day(2023, 10, 1).Month(), found)
				month := n.today.Month()
				_, n.today = domain.PeriodOf("month", month).Days()
				n.today += domain.Date(3*i + seed) // days pass without an entry, until the first of a month and a few more
				compareFigures(t, db, n, month, found)
			}
		})
	}
	if t.Failed() {
		return
	}
	for _, o := range outcomes {
		if found[o.ID] == 0 {
			t.Errorf("nothing in the histories adds to %s", o.ID)
		}
	}
	for _, what := range slices.Concat(
		each("state ", "", "not_over", "may_change"),
		each("no entries ", "true", "false"),
		each("interval ", "state", "entries", "due", "people", "latest", "values", "change"),
		each("distribution ", "activities.different", "activities.valued", "support.benefit", "experience.quality", "home.moved_staffing",
			"home.moved_support_level", "home.moved_move_on", "home.moved_setting", "confidence.change_self", "aspirations.change_progress"),
		each("how ", "support.benefit alone", "support.benefit with_peer", "support.benefit with_worker", "support.benefit not_recorded",
			"experience.challenges alone", "experience.challenges with_peer", "experience.challenges with_worker", "experience.challenges not_recorded"),
		each("missing ", "people.supported fewer_days", "decisions.took_part not_recorded", "decisions.led_or_shared not_recorded",
			"decisions.reviewed_on_time not_yet_due", "activities.chosen not_recorded", "activities.valued declined", "activities.valued not_recorded",
			"home.settled declined", "home.settled not_known", "home.settled not_recorded", "home.moved_setting not_recorded",
			"support.benefit declined", "experience.quality declined", "confidence.rated declined", "life.rated declined", "life.measured declined",
			"aspirations.rated declined", "support.time_to_move_on still_there"),
		each("missing of change ", "died", "first_declined", "first_not_asked", "later_declined", "later_not_asked"),
		each("by ", "peer", "worker", "family_or_carer"),
		each("change ", "ended early", "better", "same", "worse", "reliably better", "reliably same", "reliably worse", "lower is better",
			"interval", "first alone", "in a crisis", "all together"),
		each("ended ", domain.EndKinds.Codes()...),
		each("every ", domain.Everys.Codes()...),
	) {
		if found[what] == 0 {
			t.Errorf("no figure has %s", what)
		}
	}
}

func each[S ~string](what string, of ...S) (all []string) {
	for _, s := range of {
		all = append(all, what+string(s))
	}
	return all
}

// alike takes figures for the same where they differ only in how fractions were
// added up.
var alike = gocmp.Options{gocmp.Comparer(func(a, b domain.Period) bool { return a == b }), cmpopts.EquateApprox(1e-9, 1e-12)}

// compareFigures asks for the figures of a month and those after it in every way,
// and counts what was there to compare.
func compareFigures(t *testing.T, db *DB, n naive, from int, found map[string]int) {
	t.Helper()
	to := n.today.Month() + 2
	for _, every := range domain.Everys.Codes() {
		f := OutcomeFilter{Every: every, From: from, To: to, Today: n.today}
		want := n.all(domain.Periods(every, from, to))
		sameFigures(t, f, want, figuresOf(t, db, f))
		for service := range n.services {
			if every != "month" {
				break
			}
			f.Service, f.Every = service, "" // which is by the month
			sameFigures(t, f, slices.DeleteFunc(slices.Clone(want), func(f domain.Figure) bool { return f.Service != service }), figuresOf(t, db, f))
		}
		outcomes := n.outcomes()
		for _, figure := range want {
			n.note(figure, outcomes, found)
		}
		found["every "+string(every)]++
	}
}

// sameFigures compares figures one by one and, so that the first that differs is
// named, which there are before.
func sameFigures(t *testing.T, f OutcomeFilter, want, got []domain.Figure) {
	t.Helper()
	which := func(figures []domain.Figure) (all []string) {
		for _, f := range figures {
			all = append(all, fmt.Sprintf("%q %s %s %s", f.Service, f.Period, f.Outcome, f.By))
		}
		return all
	}
	if want, got := which(want), which(got); !slices.Equal(want, got) {
		t.Fatalf("%+v lists others:\n%s", f, gocmp.Diff(want, got))
	}
	differ := map[string]bool{} // one of each kind is enough to see
	for i, want := range want {
		got := got[i]
		if want.Endings != nil { // how sure its value is, the arithmetic's own tests hold against published examples
			sure(t, which([]domain.Figure{got})[0], got)
			got.Lower, got.Upper = nil, nil
		}
		if diff := gocmp.Diff(want, got, alike); diff != "" && !differ[fields(want)] {
			differ[fields(want)] = true
			t.Errorf("%s on %s:\n%s", which([]domain.Figure{want})[0], f.Today, diff)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// fields says which of the fields of a figure that is missing in others it has.
func fields(f domain.Figure) string {
	return fmt.Sprint(f.Numerator != nil, f.Denominator != nil, f.Value != nil, f.Lower != nil, f.Missing != nil, f.Distribution != nil, f.Change != nil, f.Endings != nil)
}

// sure holds an interval against what every interval keeps.
func sure(t *testing.T, which string, f domain.Figure) {
	t.Helper()
	if (f.Lower == nil) != (f.Upper == nil) || f.N < 10 && f.Lower != nil {
		t.Errorf("%s of %d has a lower limit: %t, an upper: %t", which, f.N, f.Lower != nil, f.Upper != nil)
	}
	switch {
	case f.Lower != nil && !(*f.Lower >= 0 && *f.Lower <= *f.Value && *f.Value <= *f.Upper && *f.Upper <= 1 && *f.Lower < *f.Upper):
		t.Errorf("%s is %v, from %v to %v", which, *f.Value, *f.Lower, *f.Upper)
	case f.Lower == nil && f.N >= 30 && *f.Value > 0 && *f.Value < 1: // so many episodes are not of a few people
		t.Errorf("%s of %d has no interval", which, f.N)
	}
}

// note counts what a figure shows.
func (n naive) note(f domain.Figure, outcomes []domain.Outcome, found map[string]int) {
	saw := func(what string, times int) { found[what] += times }
	o, _ := domain.OutcomeOf(f.Outcome, outcomes...)
	if f.Numerator != nil {
		saw(f.Outcome, *f.Numerator)
	} else {
		saw(f.Outcome, f.N)
	}
	saw("state "+string(f.State), 1)
	saw(fmt.Sprint("no entries ", f.NoEntries), 1)
	if f.Lower != nil {
		saw("interval "+string(o.Over), 1)
	}
	saw("distribution "+f.Outcome, len(f.Distribution))
	for how, times := range f.How {
		saw("how "+f.Outcome+" "+how, times)
	}
	for why, times := range f.Missing {
		saw("missing "+f.Outcome+" "+why, times)
		if o.Over == domain.OverChange {
			saw("missing of change "+why, times)
		}
	}
	if f.By != "" {
		saw("by "+string(f.By), f.N)
	}
	if len(f.Endings) > 0 {
		for kind, share := range f.Endings[len(f.Endings)-1].Share {
			if share > 0 {
				saw("ended "+string(kind), 1)
			}
		}
	}
	c := f.Change
	if c == nil {
		return
	}
	facts, _, _ := n.facts(f.Service)
	reliably := map[bool]string{true: "reliably "}[c.Reliable]
	saw("change ended early", c.EndedEarly)
	saw("change "+reliably+"better", c.Better.N)
	saw("change "+reliably+"same", c.Same.N)
	saw("change "+reliably+"worse", c.Worse.N)
	if o.Better == "down" {
		saw("change lower is better", min(c.Better.N, c.Worse.N))
	}
	if c.Better.Lower != nil {
		saw("change interval", 1)
	}
	if c.FirstUnpaired != nil {
		saw("change first alone", 1)
	}
	if facts.Kind == "crisis" {
		saw("change in a crisis", c.Paired)
	}
	if f.Service == "" {
		saw("change all together", c.Paired)
	}
}
