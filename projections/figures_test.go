package projections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain"
)

func figuresOf(t testing.TB, db *DB, f OutcomeFilter) (figures []Figure) {
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
	compared := map[string]int{}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			h := made(t, seed, varied)
			db := opened(t, t.TempDir(), Outcomes, Options{})
			for _, part := range [][]domain.Recorded{h.log[:len(h.log)/2], h.log} { // the second half corrects months long past
				advance(t, db, part, 1000)
				compareFigures(t, db, naiveOf(part), compared)
			}
		})
	}
	for _, o := range domain.Outcomes {
		if compared[o.ID] == 0 {
			t.Errorf("nothing in the histories adds to %s", o.ID)
		}
	}
}

// compareFigures asks for figures in every way, and counts those above zero.
func compareFigures(t *testing.T, db *DB, n naive, compared map[string]int) {
	t.Helper()
	from, to := domain.Day(2023, 6, 1).Month(), n.today.Month()+2
	naively := map[people]map[string]Figure{}
	compare := func(got []Figure) {
		for _, got := range got {
			m, err := domain.ParseMonth(got.Period)
			if err != nil {
				t.Fatal(err)
			}
			at := people{got.Service, got.Period}
			if naively[at] == nil {
				naively[at] = n.figures(got.Service, m)
			}
			want := naively[at][got.Outcome]
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%s of %q in %s:\n%s", got.Outcome, got.Service, got.Period, diff)
			}
			if want.Numerator > 0 {
				compared[got.Outcome]++
			}
		}
	}
	compare(figuresOf(t, db, OutcomeFilter{From: from, To: to}))
	for service := range n.services {
		one := figuresOf(t, db, OutcomeFilter{Service: service, From: from, To: to})
		_, opened, closed := n.facts(service)
		if closed == 0 {
			closed = 1 << 30
		}
		months := 0
		for m := from; m <= to; m++ {
			if first, next := month(m); opened < next && closed >= first {
				months++
			}
		}
		if want := months * len(domain.Outcomes); len(one) != want {
			t.Errorf("%s has %d figures, and was open for %d", service, len(one), want)
		}
		compare(one)
	}
}

// figures counts everything for one service, or all, in one month.
func (n naive) figures(service string, m int) map[string]Figure {
	first, next := month(m)
	all := map[string]*Figure{}
	for _, o := range domain.Outcomes {
		all[o.ID] = &Figure{Service: service, Period: domain.MonthName(m), Outcome: o.ID, Version: o.Version, Missing: map[string]int{}}
	}
	supported := 0
	for journey, entries := range n.journeys {
		isSupported, some := false, false
		for id := range n.services {
			if service != "" && id != service {
				continue
			}
			facts, _, _ := n.facts(id)
			days, enough := 0, 28
			if facts.Kind == "crisis" {
				enough = 1
			}
			for day := first; day < next; day++ {
				if n.active(journey, id, day) {
					days++
				}
			}
			isSupported, some = isSupported || days >= enough, some || days > 0
		}
		if isSupported {
			supported++
			all["people.supported"].Numerator++
		} else if some {
			all["people.supported"].Missing["fewer_days"]++
		}
		said := map[string][]string{}
		for _, r := range entries {
			if service != "" && r.Service != service {
				continue
			}
			if r.Occurred.Date >= first && r.Occurred.Date < next {
				for _, o := range n.opinions(r) {
					said[o.outcome] = append(said[o.outcome], o.says)
				}
			}
		}
		for _, r := range n.reviews(journey) {
			if r.due >= first && r.due < next && (service == "" || r.made.Service == service) {
				said["decisions.reviewed_on_time"] = append(said["decisions.reviewed_on_time"], r.says)
			}
		}
		holds := n.states(journey, next-1)
		for _, o := range domain.Outcomes {
			count(all[o.ID], o, said[o.ID], isSupported, holds)
		}
	}
	figures := map[string]Figure{}
	for _, o := range domain.Outcomes {
		f := all[o.ID]
		switch {
		case o.ID == "people.supported":
			f.N = f.Numerator
		case o.ID == "home.settled", o.Over == domain.OverEntries, o.Over == domain.OverDue, o.Over == domain.OverLatest:
			if f.Denominator == nil {
				f.Denominator = new(int)
			}
		case o.Over != domain.OverNothing:
			f.Denominator, f.N = &supported, supported
		}
		if f.Denominator != nil && *f.Denominator > 0 {
			value := float64(f.Numerator) / float64(*f.Denominator)
			f.Value = &value
		}
		if len(f.Missing) == 0 {
			f.Missing = nil
		}
		figures[o.ID] = *f
	}
	return figures
}

// count adds one person to an outcome: by what their entries said, in life order,
// and what held for them.
func count(f *Figure, o domain.Outcome, said []string, supported bool, holds map[string]bool) {
	answer := func(says string) bool {
		if f.Denominator == nil {
			f.Denominator = new(int)
		}
		if says != "yes" && says != "no" {
			f.Missing[says]++
			return false
		}
		*f.Denominator++
		if says == "yes" {
			f.Numerator++
		}
		return true
	}
	switch o.Over {
	case domain.OverNothing:
		f.Numerator += len(said)
		f.N += min(1, len(said))
	case domain.OverEntries, domain.OverDue:
		some := false
		for _, says := range said {
			some = answer(says) || some
		}
		if some {
			f.N++
		}
	case domain.OverLatest:
		if len(said) > 0 && answer(said[len(said)-1]) {
			f.N++
		}
	case domain.OverPeople:
		switch {
		case !supported || len(said) == 0:
		case slices.Contains(said, "yes"):
			f.Numerator++
		default:
			f.Missing["declined"]++
		}
	case domain.OverState:
		switch {
		case !supported || o.ID == "people.supported":
		case o.ID == "home.settled":
			for home := range holds {
				if code, ok := strings.CutPrefix(home, "home "); ok {
					code := map[string]string{"Y": "yes", "N": "no", "Z": "declined", "9": "not_known"}[code]
					if answer(cmp.Or(code, "not_recorded")) {
						f.N++
					}
				}
			}
		case holds[o.ID]:
			f.Numerator++
		}
	}
}
