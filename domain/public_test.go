package domain

import (
	"cmp"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/domain/stats"
)

func figureOf(service, period, outcome string, numerator, denominator, people int) Figure {
	p, err := ParsePeriod(period)
	if err != nil {
		panic(err)
	}
	f := Figure{Service: service, Period: p, Outcome: outcome, Version: 1, Numerator: &numerator, N: people}
	if denominator >= 0 {
		value := float64(numerator) / float64(denominator)
		f.Denominator, f.Value = &denominator, &value
	}
	return f
}

var samePeriods = gocmp.Comparer(func(a, b Period) bool { return a == b })

func TestSmallNumbersAreNotShown(t *testing.T) {
	const took, died = "decisions.took_part", "support.died"
	for _, c := range []struct {
		given string
		rule  stats.Rule
		in    Figure
		want  string
	}{
		{"a share", "", figureOf("north", "2026-01", took, 12, 24, 20),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":10,"denominator":25,"percent":50,"n":20}`},
		{"few in the numerator", stats.MHSDS, figureOf("north", "2026-01", took, 4, 24, 20),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":"*","denominator":25,"percent":"*","n":20}`},
		{"none", stats.MHSDS, figureOf("north", "2026-01", took, 0, 24, 20),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":"*","denominator":25,"percent":"*","n":20}`},
		{"few outside the numerator", stats.MHSDS, figureOf("north", "2026-01", took, 20, 24, 20),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":20,"denominator":25,"percent":"*","n":20}`},
		{"many entries of few people", stats.MHSDS, figureOf("north", "2026-01", took, 20, 40, 4),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":"*","denominator":"*","percent":"*","n":"*"}`},
		{"none, by HES", stats.HES, figureOf("north", "2026-01", died, 0, -1, 0),
			`{"service":"north","period":"2026-01","outcome":"support.died","version":1,"numerator":0,"n":0}`},
		{"7 by HES", stats.HES, figureOf("north", "2026-01", died, 7, -1, 7),
			`{"service":"north","period":"2026-01","outcome":"support.died","version":1,"numerator":"*","n":"*"}`},
		{"6 outside the numerator, by HES", stats.HES, figureOf("north", "2026-01", took, 18, 24, 20),
			`{"service":"north","period":"2026-01","outcome":"decisions.took_part","version":1,"numerator":20,"denominator":25,"percent":"*","n":20}`},
	} {
		got, err := json.Marshal(Public(Outcomes, []Figure{c.in}, c.rule))
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff("["+c.want+"]", string(got)); diff != "" {
			t.Errorf("%s: %s", c.given, diff)
		}
	}
}

func TestAPeriodThatMayChangeIsNotShown(t *testing.T) {
	settled, changing := figureOf("north", "2026-01", "support.died", 20, -1, 20), figureOf("north", "2026-02", "support.died", 20, -1, 20)
	other := figureOf("south", "2026-02", "support.died", 20, -1, 20)
	changing.State = "may_change"
	got := Public(Outcomes, []Figure{settled, changing, other}, stats.MHSDS)
	if len(got) != 1 || got[0].Period != settled.Period {
		t.Errorf("shown are %v; a month is shown once it is settled everywhere", got)
	}
}

func TestTheNextSmallestIsHiddenBesideOneThatIsHidden(t *testing.T) {
	for _, c := range []struct {
		given string
		in    []Figure
		want  string
	}{
		{"the services and all together", []Figure{
			figureOf("a", "2026-01", "support.died", 3, -1, 20), figureOf("b", "2026-01", "support.died", 12, -1, 20),
			figureOf("c", "2026-01", "support.died", 30, -1, 30), figureOf("", "2026-01", "support.died", 45, -1, 70)}, "* * 30 45"},
		{"months and their quarter", []Figure{
			figureOf("a", "2026-01", "support.died", 20, -1, 20), figureOf("a", "2026-02", "support.died", 3, -1, 20),
			figureOf("a", "2026-03", "support.died", 30, -1, 30), figureOf("a", "2026-Q1", "support.died", 53, -1, 70)}, "20 * * 55"},
		{"a quarter whose other months were shown before", []Figure{
			figureOf("a", "2026-01", "support.died", 20, -1, 20), figureOf("a", "2026-02", "support.died", 10, -1, 20),
			figureOf("a", "2026-03", "support.died", 3, -1, 30), figureOf("a", "2026-Q1", "support.died", 33, -1, 70)}, "20 10 * *"},
	} {
		var got []string
		for _, f := range Public(Outcomes, c.in, stats.MHSDS) {
			got = append(got, string(f.Numerator))
		}
		if diff := gocmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", c.given, diff)
		}
	}
}

// Two downloads that differ in what they show of the same month can be subtracted.
func TestALaterDownloadShowsTheSameOfEarlierMonths(t *testing.T) {
	for seed := range uint64(5) {
		w := newPublicWorld(seed)
		before := []PublicFigure{}
		for after, month := range w.months {
			figures := slices.Clone(w.figures)
			for i := range figures {
				if _, last := figures[i].Period.Months(); last > month {
					figures[i].State = "not_over"
				}
			}
			rand.New(rand.NewPCG(seed, 1)).Shuffle(len(figures), func(i, j int) { figures[i], figures[j] = figures[j], figures[i] })
			now := Public(Outcomes, figures, stats.MHSDS)
			slices.SortFunc(now, func(a, b PublicFigure) int {
				_, x := a.Period.Months()
				_, y := b.Period.Months()
				return cmp.Or(cmp.Compare(x, y), cmp.Compare(a.Period.Every, b.Period.Every), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Service, b.Service))
			})
			if len(now) <= len(before) {
				t.Fatalf("world %d, %d months later: nothing more is shown", seed, after)
			}
			if diff := gocmp.Diff(before, now[:len(before)], samePeriods); diff != "" {
				t.Fatalf("world %d, %d months later: %s", seed, after, diff)
			}
			before = now
		}
	}
}

func TestNothingExactSlipsOut(t *testing.T) {
	mean, whole := regexp.MustCompile(`^-?\d+(\.\d)?$`), regexp.MustCompile(`^\d+$`)
	seen := map[string]int{}
	var check func(path string, v reflect.Value)
	check = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				check(path, v.Elem())
			}
		case reflect.Struct:
			if _, ok := v.Interface().(Period); ok {
				return
			}
			for i := range v.NumField() {
				check(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				check(path+"[]", v.MapIndex(k))
			}
		case reflect.Slice:
			for i := range v.Len() {
				check(path+"[]", v.Index(i))
			}
		case reflect.String:
			s, ok := v.Interface().(Shown)
			if !ok || s == Hidden || s == "" {
				return
			}
			seen[path]++
			n, _ := strconv.Atoi(string(s))
			switch {
			case strings.HasSuffix(path, "Value"):
				ok = mean.MatchString(string(s))
			case strings.HasSuffix(path, "Percent") || strings.HasSuffix(path, "Endings[]"):
				ok = whole.MatchString(string(s)) && n >= 0 && n <= 100
			default:
				ok = whole.MatchString(string(s)) && n%5 == 0
			}
			if !ok {
				t.Errorf("%s is %s", path, s)
			}
		case reflect.Bool:
		case reflect.Int:
			if !strings.HasSuffix(path, ".Version") {
				t.Errorf("%s is a bare number", path)
			}
		default:
			t.Errorf("%s is of kind %s", path, v.Kind())
		}
	}
	share := 0.41
	ended := figureOf("s0", "2024-06", "support.time_to_move_on", 0, -1, 43)
	ended.Numerator, ended.Value = nil, &share
	ended.Endings = []Ended{{100, map[EndKind]float64{"moved_on": 0.2}}, {365, map[EndKind]float64{"moved_on": share, "hospital": 0.02, "otherwise": 0.31}}}
	for seed := range uint64(20) {
		for _, rule := range []stats.Rule{stats.MHSDS, stats.HES} {
			for _, f := range Public(Outcomes, append(newPublicWorld(seed).figures, ended), rule) {
				check("", reflect.ValueOf(f))
			}
		}
	}
	for _, path := range []string{".Numerator", ".Denominator", ".Percent", ".Value", ".N", ".Missing[]", ".Distribution[].N", ".Endings[]",
		".Change.Due", ".Change.Better", ".Change.FirstPaired.N", ".Change.FirstPaired.Value"} {
		if seen[path] == 0 {
			t.Errorf("%s was never shown", path)
		}
	}
}

func TestAMeanOfFewPeopleIsNotShown(t *testing.T) {
	for n, want := range map[int]Shown{7: Hidden, 8: "6.3"} {
		value := 6.26
		f := Figure{Service: "north", Period: PeriodOf("month", 2026*12), Outcome: "activities.valued", Version: 1, N: n, Value: &value}
		if got := Public(Outcomes, []Figure{f}, stats.MHSDS)[0].Value; got != want {
			t.Errorf("the mean of %d people is shown as %q, want %q", n, got, want)
		}
	}
}

func TestWhatIsShownReadsBack(t *testing.T) {
	want := Public(Outcomes, newPublicWorld(3).figures, stats.MHSDS)
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []PublicFigure
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, got, samePeriods); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{`"12"`, `true`, `[1]`} {
		if json.Unmarshal([]byte(bad), new(Shown)) == nil {
			t.Errorf("%s reads as a number that may be shown", bad)
		}
	}
}

func TestRoundingAgainChangesNothing(t *testing.T) {
	for _, rule := range []stats.Rule{stats.MHSDS, stats.HES} {
		for n := range 1000 {
			if once, ok := rule.Count(n); ok && once > 5 {
				if twice, ok := rule.Count(once); !ok || twice != once {
					t.Errorf("%s: %d is shown as %d, and that as %d", rule, n, once, twice)
				}
			}
		}
	}
}

// manyFigures are those of many services over years: of 50 and 5 about 350,000.
func manyFigures(services, years int) (figures []Figure) {
	r := rand.New(rand.NewPCG(1, 2))
	var names []string
	for i := range services {
		names = append(names, "service-"+strconv.Itoa(i))
	}
	first := 2020 * 12
	for _, o := range Outcomes {
		most := 3 + r.IntN(12)
		sums := map[string][4]int{}
		for _, s := range names {
			for m := range years * 12 {
				c := [4]int{r.IntN(most), r.IntN(most), r.IntN(3), 0}
				c[3] = (c[0] + c[1] + 1) / 2
				for _, every := range []Every{"month", "quarter", "year"} {
					for _, scope := range []string{s, ""} {
						key := scope + " " + PeriodOf(every, first+m).String()
						sum := sums[key]
						for i := range c {
							sum[i] += c[i]
						}
						sums[key] = sum
					}
				}
			}
		}
		for _, s := range append(names, "") {
			for _, every := range []Every{"month", "quarter", "year"} {
				for _, p := range Periods(every, first, first+years*12-1) {
					c := sums[s+" "+p.String()]
					of, value := c[0]+c[1], 0.5
					if o.Over == OverPeople || o.Over == OverState {
						share := most
						if o.ID == "people.supported" {
							share = 20
						}
						c, of = [4]int{}, 0
						for i, name := range names {
							if s == name || s == "" {
								n := 3 + i + p.Every.months()/2
								of += n
								c[0] += n * share / 20
							}
						}
						c[3] = of
					}
					f := Figure{Service: s, Period: p, Outcome: o.ID, Version: 1, N: c[3]}
					switch o.Over {
					case OverNothing, OverMoves:
						f.Numerator, f.N = &c[0], (c[0]+1)/2
					case OverChange:
						half := c[0] / 2
						f.N, f.Value = c[0], &value
						f.Change = &Change{Due: of + c[2], Paired: f.N, Better: ChangedBy{N: half}, Same: ChangedBy{N: c[0] - half}}
						f.Missing = map[string]int{"died": c[2], "later_not_asked": c[1]}
					case OverValues, OverEndings:
						f.Value = &value
					default:
						f.Numerator = &c[0]
						if o.ID != "people.supported" {
							f.Denominator = &of
							f.Missing = map[string]int{"not_recorded": c[2]}
						}
					}
					if o.Over == OverLatest {
						f.Distribution = []Answered{{"2", c[1]}, {"4", c[0] / 2}, {"5", c[0] - c[0]/2}}
					}
					figures = append(figures, f)
				}
			}
		}
	}
	return figures
}

func BenchmarkPublic(b *testing.B) {
	figures := manyFigures(50, 5)
	b.ReportMetric(float64(len(figures)), "figures")
	for b.Loop() {
		Public(Outcomes, figures, stats.MHSDS)
	}
}
