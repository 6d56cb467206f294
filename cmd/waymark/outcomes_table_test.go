package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func period(t *testing.T, text string) domain.Period {
	t.Helper()
	p, err := domain.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func definition(t *testing.T, id string) domain.Outcome {
	t.Helper()
	o, ok := domain.OutcomeOf(id)
	if !ok {
		t.Fatalf("there is no outcome %s", id)
	}
	return o
}

// share is a figure of a share; the interval is left out where there are few.
func share(yes, of int) domain.Figure {
	f := domain.Figure{Numerator: new(yes), Denominator: new(of), N: of}
	if of > 0 {
		f.Value = new(float64(yes) / float64(of))
	}
	return f
}

// A month that is half over looks like one that went badly, and so does one in
// which nobody wrote anything down.
func TestAServiceIsNotShownByAMonthThatIsNotOver(t *testing.T) {
	month := func(when string, state domain.FigureState, entries bool) domain.Figure {
		f := share(1, 1)
		f.Service, f.Period, f.Outcome, f.State, f.NoEntries = "north", period(t, when), "decisions.took_part", state, !entries
		return f
	}
	settled, silent := month("2026-03", "", true), month("2026-04", "", false)
	mayChange, notOver := month("2026-05", "may_change", true), month("2026-06", "not_over", true)
	for _, test := range []struct {
		name    string
		figures []domain.Figure
		want    string
	}{
		{"the latest settled month with entries", []domain.Figure{month("2026-02", "", true), settled, silent, mayChange, notOver}, "2026-03"},
		{"a month that is not over, where nothing was recorded before", []domain.Figure{silent, notOver}, "2026-06"},
		{"a silent month that is over rather than one that is not", []domain.Figure{silent, month("2026-06", "not_over", false)}, "2026-04"},
	} {
		if got := newTable(domain.Outcomes, test.figures).latest("north").String(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestAFigureIsNotReadWithoutWhatItIsOf(t *testing.T) {
	rate := func(f domain.Figure, lower, upper float64) domain.Figure {
		f.Lower, f.Upper = &lower, &upper
		return f
	}
	missing := func(f domain.Figure, counts map[string]int) domain.Figure {
		f.Missing = counts
		return f
	}
	for _, test := range []struct {
		outcome           string
		figure            domain.Figure
		written, interval string
	}{
		{"decisions.took_part", rate(share(12, 14), 0.6, 0.96), "12 of 14 (86%)", "60–96%"},
		{"decisions.took_part", missing(share(3, 4), map[string]int{"not_recorded": 1, "declined": 2}), "3 of 4 (75%) +3", ""},
		{"decisions.took_part", share(0, 0), "0 of 0", ""},
		{"aspirations.reached", domain.Figure{Numerator: new(3), N: 3}, "3", ""},
		{"activities.different", domain.Figure{Value: new(2.0), N: 20}, "median 2 (n = 20)", ""},
		{"activities.valued", rate(domain.Figure{Value: new(5.61), N: 19}, 4.84, 6.39), "mean 5.6 (n = 19)", "4.8–6.4"},
		{"activities.valued", missing(domain.Figure{}, map[string]int{"declined": 2}), "nobody +2", ""},
		{"confidence.change_self", rate(domain.Figure{Value: new(0.8), N: 13, Change: &domain.Change{Due: 24, Paired: 13}}, -0.2, 1.4), "+0.8 in 13 of 24", "−0.2 to 1.4"},
		{"confidence.change_self", domain.Figure{Value: new(-1.5), N: 2, Change: &domain.Change{Due: 24, Paired: 2}}, "−1.5 in 2 of 24", ""},
		{"confidence.change_self", domain.Figure{Value: new(0.01), N: 2, Change: &domain.Change{Due: 2, Paired: 2}}, "0 in 2 of 2", ""},
		{"confidence.change_self", domain.Figure{Change: &domain.Change{Due: 24}}, "none of 24", ""},
		{"confidence.change_self", domain.Figure{Change: &domain.Change{}}, "none due", ""},
		{"support.time_to_move_on", missing(domain.Figure{Value: new(0.266), N: 69}, map[string]int{"still_there": 33}), "27% (n = 69)", ""},
	} {
		o := definition(t, test.outcome)
		if got := written(o, test.figure); got != test.written {
			t.Errorf("%s: written %q, want %q", test.outcome, got, test.written)
		}
		if got := interval(o, test.figure); got != test.interval {
			t.Errorf("%s: interval %q, want %q", test.outcome, got, test.interval)
		}
	}
}

func TestWhoIsMissingAndWhyIsSaidOfAChange(t *testing.T) {
	f := domain.Figure{N: 14, Value: new(0.8), Missing: map[string]int{"died": 1, "later_declined": 2, "later_not_asked": 5},
		Change: &domain.Change{Due: 22, Paired: 14, EndedEarly: 3, Better: domain.ChangedBy{N: 6}, Same: domain.ChangedBy{N: 7}, Worse: domain.ChangedBy{N: 1},
			FirstPaired: &domain.Mean{N: 14, Value: 4.25}, FirstUnpaired: &domain.Mean{N: 7, Value: 3}}}
	o := definition(t, "confidence.change_self")
	if got, want := completeness(o, f), "Confidence in myself: 14 of 22 due have both ratings; missing: 5 later not asked, 2 later declined, 1 died."; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	want := " Of the pairs 6 up by 2 or more, 7 in between and 1 down by 2 or more. Beside them 3 ended before they were due." +
		" First ratings: 4.3 on average where there is a later one, 3 where there is none."
	if got := moved(o, *f.Change); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	f.Change.Reliable = true
	if got := moved(o, *f.Change); !strings.Contains(got, "6 reliably better, 7 with no reliable change and 1 reliably worse") {
		t.Errorf("with a norm: %s", got)
	}
	o.Better, f.Change.Reliable = "down", false
	if got := moved(o, *f.Change); !strings.Contains(got, "6 down by 2 or more") {
		t.Errorf("where down is better: %s", got)
	}
}

func TestAMonthWithoutEntriesIsNoZero(t *testing.T) {
	silent := share(0, 20)
	silent.NoEntries = true
	if amount(definition(t, "activities.people"), silent) != nil {
		t.Error("nobody wrote anything down, and it shows as nobody active")
	}
	if got := amount(definition(t, "activities.people"), share(0, 20)); got == nil || *got != 0 {
		t.Error("nobody was active, and it shows as nothing recorded")
	}
	if got := amount(definition(t, "home.settled"), silent); got == nil {
		t.Error("where people live is known without entries in that month")
	}
}

// What is folded away is not seen; so it must be nothing.
func TestOnlyWhatIsNothingIsFoldedAway(t *testing.T) {
	asked := share(0, 0)
	asked.Missing = map[string]int{"declined": 1}
	for _, test := range []struct {
		outcome string
		figure  domain.Figure
		want    bool
	}{
		{"activities.people", share(0, 20), true},
		{"activities.people", share(1, 20), false},
		{"decisions.took_part", share(0, 0), true},
		{"decisions.took_part", share(0, 3), false},
		{"experience.quality", share(0, 2), false},
		{"experience.quality", asked, false},
		{"support.died", domain.Figure{Numerator: new(0)}, true},
		{"support.died", domain.Figure{Numerator: new(1)}, false},
		{"confidence.change_self", domain.Figure{N: 1, Value: new(0.0), Change: &domain.Change{Due: 3, Paired: 1}}, false},
	} {
		if got := saysNothing(definition(t, test.outcome), test.figure); got != test.want {
			t.Errorf("%s %v: %t", test.outcome, written(definition(t, test.outcome), test.figure), got)
		}
	}
}

func TestATableFitsItsPage(t *testing.T) {
	rows := &grid{gap: 2}
	rows.row("")
	rows.row("", "June 2026", "12 months")
	rows.row("  Confident to take on challenges", "1 of 3 (33%) +1", "▅▁▁▅▆▇▂▁▃▂▄▃")
	rows.row("  Größe", "−0.4 in 3 of 4", "············")
	for _, width := range []int{50, 60, 80} {
		text := rows.text(width)
		var at []int
		for line := range strings.Lines(text) {
			if n := columns(strings.TrimRight(line, " \n")); n > width {
				t.Errorf("%d columns on a page of %d: %s", n, width, line)
			}
			if i := strings.IndexAny(line, "▅·"); i >= 0 {
				at = append(at, columns(line[:i]))
			}
		}
		if len(at) != 2 || at[0] != at[1] {
			t.Errorf("at %d columns the last column begins at %v", width, at)
		}
		if got := strings.Contains(text, "Confident to take on challenges"); got != (width >= 64) {
			t.Errorf("at %d columns the title is whole: %t\n%s", width, got, text)
		}
	}
}

func TestATerminalWithoutUnicodeSeesTheSame(t *testing.T) {
	var out bytes.Buffer
	g := page{width: 80, ascii: true}
	if err := g.write(&out, "−0.4  60–96%  · → “so”   \n"); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "-0.4  60-96%  . -> \"so\"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Two answers to the same question must be the same file.
func TestTheSameFiguresGiveTheSameCSV(t *testing.T) {
	f := share(2, 3)
	f.Service, f.Period, f.Outcome, f.Version = "north", period(t, "2026-Q1"), "experience.quality", 1
	f.Missing = map[string]int{"not_recorded": 2, "declined": 1, "a": 3, "b": 4}
	change := domain.Figure{Period: period(t, "2026"), Outcome: "confidence.change_self", By: "peer", Version: 1, State: "not_over", NoEntries: true,
		Change: &domain.Change{Due: 5, Paired: 3, Better: domain.ChangedBy{N: 1}, Same: domain.ChangedBy{N: 2}}}
	const want = figureColumns + `
north,2026-Q1,experience.quality,,1,,,2,3,0.6666666666666666,,,3,a=3;b=4;declined=1;not_recorded=2,,,,,,7
,2026,confidence.change_self,peer,1,not_over,yes,,,,,,0,,5,3,1,2,0,7
`
	for range 20 {
		var out bytes.Buffer
		if err := writeFigures(&out, web.Outcomes{Position: 7, Outcomes: []domain.Figure{f, change}}); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Fatalf("%s\nwant\n%s", out.String(), want)
		}
	}
}

// "10 of 10" of rounded counts reads as all of them.
func TestAHiddenPercentageIsSeenToBeHidden(t *testing.T) {
	o := definition(t, "activities.people")
	for _, test := range []struct {
		figure domain.PublicFigure
		want   string
	}{
		{domain.PublicFigure{Numerator: "10", Denominator: "10", Percent: "*", N: "10"}, "10 of 10 (*)"},
		{domain.PublicFigure{Numerator: "10", Denominator: "15", Percent: "64", N: "15"}, "10 of 15 (64%)"},
		{domain.PublicFigure{Numerator: "*", Denominator: "15", Percent: "*", N: "15"}, "* of 15"},
		{domain.PublicFigure{Numerator: "*", Denominator: "*", Percent: "*", N: "*"}, "*"},
	} {
		if got := publicly(o, test.figure); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

func TestAnAimWithNothingIsFoldedIntoOneName(t *testing.T) {
	p := period(t, "2026-03")
	var figures []domain.Figure
	for _, id := range []string{"people.supported", "decisions.took_part", "decisions.people", "support.moved_on", "support.died"} {
		f := domain.Figure{Service: "north", Period: p, Outcome: id, Numerator: new(0)}
		if id == "support.moved_on" {
			f.Numerator = new(1)
		}
		figures = append(figures, f)
	}
	got := newTable(domain.Outcomes, figures).silent("north", []domain.Period{p})
	if want := []string{"all of decisions", "People who died"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A line that runs over the edge of a terminal is read as two.
func TestATerminalShowsTheNewestPeriodsThatFit(t *testing.T) {
	var figures []domain.Figure
	for _, month := range []string{"2026-01", "2026-02", "2026-03", "2026-04"} {
		f := share(11, 12)
		f.Service, f.Period, f.Outcome = "north", period(t, month), "decisions.took_part"
		figures = append(figures, f)
	}
	table := newTable(domain.Outcomes, figures)
	if text := table.byPeriod(page{width: 50}, ""); !strings.Contains(text, "2026-01") || strings.Contains(text, "fit here") {
		t.Errorf("a piped table is cut:\n%s", text)
	}
	text := table.byPeriod(page{width: 50, terminal: true}, "")
	if !strings.Contains(text, "2026-04") || strings.Contains(text, "2026-01") || !strings.Contains(text, "The newest 2 of 4 periods fit here") {
		t.Errorf("on a narrow terminal:\n%s", text)
	}
	for line := range strings.Lines(text) {
		if n := columns(strings.TrimRight(line, " \n")); n > 50 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
