package projections

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/waymark/waymark/domain"
)

// filter makes up which decisions to ask for.
func (d detail) filter(n naive) (f DecisionFilter) {
	now := func(p float64) bool { return d.Float64() < p }
	f.Today = n.days()[d.IntN(len(n.days()))]
	if now(0.2) {
		f.Service = []string{"north", "south", "peers", "nowhere"}[d.IntN(4)]
	}
	if now(0.1) {
		f.Journey = []string{"j-1", "j-2", "j-30", "nobody"}[d.IntN(4)]
	}
	if now(0.1) {
		f.Area = string(domain.Areas[d.IntN(len(domain.Areas))].Code)
	}
	if now(0.1) {
		f.State = string(domain.DecisionStates[d.IntN(len(domain.DecisionStates))].Code)
	}
	if now(0.1) {
		f.Weight = string(domain.Weights[d.IntN(len(domain.Weights))].Code)
	}
	if now(0.1) {
		f.Basis = string(domain.Bases[d.IntN(len(domain.Bases))].Code)
	}
	if now(0.3) {
		f.From = domain.Day(2024, 1, 1) + domain.Date(d.IntN(500))
	}
	if now(0.3) {
		f.To = max(f.From, domain.Day(2024, 6, 1)) + domain.Date(d.IntN(300))
	}
	if now(0.2) {
		f.Overdue = n.today - 200 + domain.Date(d.IntN(300))
	}
	if now(0.4) {
		f.NotPassing = domain.Criteria[d.IntN(12)].Code
	}
	if now(0.2) {
		f.RoleGap = 1 + d.IntN(4)
	}
	f.RecordedLate = now(0.2)
	if now(0.2) {
		f.Audited = []string{"yes", "no"}[d.IntN(2)]
	}
	return f
}

// asked lists the decisions that a filter leaves, by the day and position.
func (n naive) asked(f DecisionFilter) (all []domain.Examined) {
	for journey := range n.journeys {
		for _, x := range n.examined(journey) {
			var made domain.DecisionMade
			if x.Made != nil {
				made = x.Made.Event.(domain.DecisionMade)
			}
			gap := 0
			if wanted, had := x.Question().Preferred.Level(), made.Actual.Level(); wanted*had > 0 {
				gap = max(wanted-had, had-wanted)
			}
			day, findings := x.Named().Occurred.Date, x.Findings(f.Today)
			switch {
			case f.Service != "" && f.Service != x.Named().Service,
				f.Journey != "" && f.Journey != journey,
				f.Area != "" && f.Area != string(x.Question().Area),
				f.State != "" && f.State != string(x.State()),
				f.Weight != "" && f.Weight != string(x.Question().Weight),
				f.Basis != "" && f.Basis != string(made.Basis),
				f.From != 0 && day < f.From,
				f.To != 0 && day > f.To,
				f.Overdue != 0 && (x.StillDue() == 0 || x.StillDue() >= f.Overdue),
				f.NotPassing != "" && findings[slices.Index(domain.Criteria.Codes(), f.NotPassing)].Verdict != "fail",
				f.RoleGap != 0 && gap < f.RoleGap,
				f.RecordedLate && findings[9].Verdict != "fail",
				f.Audited == "yes" && len(x.Audits) == 0,
				f.Audited == "no" && len(x.Audits) > 0:
				continue
			}
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b domain.Examined) int {
		return cmp.Or(cmp.Compare(a.Named().Occurred.Date, b.Named().Occurred.Date), cmp.Compare(a.Named().Position, b.Named().Position))
	})
	return all
}

// An auditor would not be shown a decision that they asked for, or another.
func TestAFilterLeavesTheDecisionsAskedFor(t *testing.T) {
	t.Parallel()
	log := lawful(t, 70)
	db := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, db, log, 1000)
	n, d := naiveOf(log), detail{rand.New(rand.NewPCG(70, 3))}
	found := 0
	err := db.View(t.Context(), func(s *Snapshot) error {
		for range 150 {
			f := d.filter(n)
			rows, err := ListDecisions(t.Context(), s, f)
			if err != nil {
				return err
			}
			var got, want []string
			for _, row := range rows {
				got = append(got, row.Journey+" "+row.Decision)
			}
			for _, x := range n.asked(f) {
				want = append(want, x.Named().Stream.ID+" "+x.ID)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v:\n%s", f, gocmp.Diff(want, got))
			}
			found += len(rows)
			if len(rows) > 0 {
				one := rows[len(rows)/2]
				if same, err := ListDecisions(t.Context(), s, DecisionFilter{Decision: one.Decision, Today: f.Today}); err != nil || len(same) != 1 || !gocmp.Equal(same[0], one) {
					t.Fatalf("by its id: %+v, %v", same, err)
				}
			}
		}
		for _, wrong := range []DecisionFilter{{NotPassing: "D13"}, {Audited: "perhaps"}} {
			if _, err := ListDecisions(t.Context(), s, wrong); err == nil {
				t.Errorf("%+v was taken", wrong)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 1000 {
		t.Errorf("only %d decisions were found", found)
	}
}

// rates counts the criteria of decisions by service and period, as [PassRates]
// gives them.
func (n naive) rates(f DecisionFilter, every domain.Every) (rates []PassRate) {
	type group struct{ service, period string }
	decisions, groups := map[group][]domain.Examined{}, []group{}
	add := func(g group, x domain.Examined) {
		if decisions[g] == nil {
			groups = append(groups, g)
		}
		decisions[g] = append(decisions[g], x)
	}
	for _, x := range n.asked(f) {
		period := ""
		if every != "" {
			period = domain.PeriodOf(every, x.Named().Occurred.Date.Month()).String()
		}
		if service := x.Named().Service; service != "" {
			add(group{service, period}, x)
		}
		if f.Service == "" {
			add(group{"", period}, x)
		}
	}
	slices.SortFunc(groups, func(a, b group) int {
		last := func(g group) int { return oneIf(g.service == "") }
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a.service, b.service), cmp.Compare(a.period, b.period))
	})
	for _, g := range groups {
		for i, criterion := range domain.Criteria {
			r := PassRate{Service: g.service, Criterion: criterion.Code, Rules: domain.AuditRules}
			if every != "" {
				r.Period, _ = domain.ParsePeriod(g.period)
			}
			yes, of := map[string]float64{}, map[string]float64{}
			for _, x := range decisions[g] {
				journey := x.Named().Stream.ID
				switch x.Findings(f.Today)[i].Verdict {
				case "pass":
					r.Pass++
					yes[journey], of[journey] = yes[journey]+1, of[journey]+1
				case "fail":
					r.Fail++
					of[journey]++
				default:
					r.NotApplicable++
				}
			}
			r.People = len(of)
			if all := float64(r.Pass + r.Fail); all > 0 {
				p, k, squares, nn := float64(r.Pass)/all, float64(len(of)), 0.0, 0.0
				for journey, n := range of {
					squares += (yes[journey] - p*n) * (yes[journey] - p*n)
					nn += n * n
				}
				effect := nn / all
				if k > 1 && p > 0 && p < 1 {
					effect = max(1, k/(k-1)*squares/(all*p*(1-p)))
				}
				if r.Value = &p; k >= 10 {
					r.Lower, r.Upper = n.wilson(float64(r.Pass)/effect, all/effect)
				}
			}
			rates = append(rates, r)
		}
	}
	return rates
}

// A service would be said to pass more often than it does, or more surely than a
// few people's decisions can say.
func TestPassRatesAreThoseOfTheDecisionsAskedFor(t *testing.T) {
	t.Parallel()
	log := lawful(t, 71)
	db := opened(t, t.TempDir(), Decisions, Options{})
	advance(t, db, log, 1000)
	n, d := naiveOf(log), detail{rand.New(rand.NewPCG(71, 3))}
	near := cmpopts.EquateApprox(0, 1e-12)
	intervals, none := 0, 0
	err := db.View(t.Context(), func(s *Snapshot) error {
		for i, every := range append(domain.Everys.Codes(), "") {
			for _, f := range []DecisionFilter{{}, {Today: n.today}, d.filter(n), d.filter(n), {Service: "north", Today: n.today + domain.Date(i)}} {
				got, err := PassRates(t.Context(), s, f, every)
				if err != nil {
					return err
				}
				if diff := gocmp.Diff(n.rates(f, every), got, near, cmpopts.EquateEmpty(), cmpopts.EquateComparable(domain.Period{})); diff != "" {
					t.Fatalf("%+v, every %q:\n%s", f, every, diff)
				}
				for _, r := range got {
					if r.Lower != nil {
						intervals++
					} else if r.Value != nil {
						none++
					}
					if r.Value != nil && math.Abs(*r.Value-float64(r.Pass)/float64(r.Pass+r.Fail)) > 1e-15 {
						t.Errorf("%+v", r)
					}
				}
			}
		}
		if _, err := PassRates(t.Context(), s, DecisionFilter{}, "week"); err == nil {
			t.Error("periods of a week")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if intervals < 100 || none < 100 {
		t.Errorf("%d intervals and %d without", intervals, none)
	}
}
