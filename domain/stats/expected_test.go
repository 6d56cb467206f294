package stats

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// The files in testdata are written by expected.R, by base R and its package
// survival. The tests need no R.

// A row of a CSV file, by column.
type row map[string]string

func rows(t *testing.T, file string) []row {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for _, record := range records[1:] {
		r := row{}
		for i, name := range records[0] {
			r[name] = record[i]
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		t.Fatalf("%s has no rows", file)
	}
	return out
}

// bySet keeps the order of the sets and of their rows.
func bySet(all []row) (sets []string, of map[string][]row) {
	of = map[string][]row{}
	for _, r := range all {
		s := r["set"]
		if of[s] == nil {
			sets = append(sets, s)
		}
		of[s] = append(of[s], r)
	}
	return sets, of
}

func (r row) float(t *testing.T, column string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("column %s: %v", column, err)
	}
	return v
}

func (r row) int(t *testing.T, column string) int {
	t.Helper()
	return int(r.float(t, column))
}

// same compares with R's value in a column, to nine digits.
func (r row) same(t *testing.T, column string, got float64) {
	t.Helper()
	if want := r.float(t, column); !near(got, want, 1e-9) {
		t.Errorf("%s of %v: got %v, R says %v", column, r, got, want)
	}
}

// near is relative, down to the last digits of R's file.
func near(got, want, tolerance float64) bool {
	if math.IsNaN(want) {
		return math.IsNaN(got)
	}
	return math.Abs(got-want) <= tolerance*math.Abs(want)+1e-14
}

func TestSharesHaveTheIntervalThatRGives(t *testing.T) {
	for _, r := range rows(t, "wilson.csv") {
		lower, upper := Wilson(r.float(t, "x"), r.float(t, "n"), r.float(t, "confidence"))
		r.same(t, "lower", lower)
		r.same(t, "upper", upper)
	}
}

func TestSharesOfEntriesCountPeopleAsRDoes(t *testing.T) {
	_, given := bySet(rows(t, "share.csv"))
	for _, r := range rows(t, "share_expected.csv") {
		var s Share
		for _, person := range given[r["set"]] {
			s.Add(person.int(t, "yes"), person.int(t, "n"))
		}
		rate, _ := s.Rate()
		r.same(t, "rate", rate)
		r.same(t, "design_effect", s.DesignEffect())
		lower, upper, ok := s.Interval(0.95)
		if !ok {
			t.Errorf("%s: no interval", r["set"])
		}
		r.same(t, "lower", lower)
		r.same(t, "upper", upper)
	}
}

func TestMeansAndQuantilesAreThoseOfR(t *testing.T) {
	_, given := bySet(rows(t, "values.csv"))
	for _, r := range rows(t, "values_expected.csv") {
		var values []float64
		for _, v := range given[r["set"]] {
			values = append(values, v.float(t, "value"))
		}
		m, lower, upper, _ := MeanInterval(values, 0.95)
		r.same(t, "mean", m)
		r.same(t, "lower95", lower)
		r.same(t, "upper95", upper)
		_, lower, upper, _ = MeanInterval(values, 0.8)
		r.same(t, "lower80", lower)
		r.same(t, "upper80", upper)
		r.same(t, "median", Median(values))
		sorted := slices.Sorted(slices.Values(values))
		for column, p := range map[string]float64{"q10": 0.1, "q25": 0.25, "q50": 0.5, "q90": 0.9, "q975": 0.975} {
			r.same(t, column, Quantile(sorted, p))
		}
	}
}

func TestTwoGroupsDifferByTheIntervalThatRGives(t *testing.T) {
	_, given := bySet(rows(t, "differences.csv"))
	for _, r := range rows(t, "differences_expected.csv") {
		groups := map[string][]float64{}
		for _, v := range given[r["set"]] {
			groups[v["group"]] = append(groups[v["group"]], v.float(t, "value"))
		}
		difference, lower, upper, _ := WelchDifference(groups["a"], groups["b"], 0.95)
		r.same(t, "difference", difference)
		r.same(t, "lower95", lower)
		r.same(t, "upper95", upper)
		_, lower, upper, _ = WelchDifference(groups["a"], groups["b"], 0.8)
		r.same(t, "lower80", lower)
		r.same(t, "upper80", upper)
		r.same(t, "sd_a", SD(groups["a"]))
		r.same(t, "sd_b", SD(groups["b"]))
	}
}

func TestControlChartsAreJudgedAsWrittenOutInR(t *testing.T) {
	sets, of := bySet(rows(t, "xmr.csv"))
	for _, set := range sets {
		var y []float64
		var segments []string
		for _, r := range of[set] {
			y = append(y, r.float(t, "y"))
			segments = append(segments, r["segment"])
		}
		first := of[set][0]
		chart := XmR(y, segments, XmROptions{
			Baseline: first.int(t, "baseline"), KeepAll: first["screen"] == "FALSE", Edition: Edition(first["edition"]),
		})
		for i, r := range of[set] {
			p := chart.Points[i]
			r.same(t, "mean", p.Mean)
			r.same(t, "lower", p.Lower)
			r.same(t, "upper", p.Upper)
			r.same(t, "near_lower", p.NearLower)
			r.same(t, "near_upper", p.NearUpper)
			if string(p.Cause) != r["cause"] {
				t.Errorf("%s, point %d: got %q, R says %q", set, i+1, p.Cause, r["cause"])
			}
		}
	}
}

func TestServicesAreComparedByTheLimitsThatRGives(t *testing.T) {
	sets, of := bySet(rows(t, "funnel.csv"))
	for _, set := range sets {
		byMethod := map[string][]row{}
		for _, r := range of[set] {
			byMethod[r["method"]] = append(byMethod[r["method"]], r)
		}
		for method, expected := range byMethod {
			var groups []Group
			for _, r := range expected {
				groups = append(groups, Group{Numerator: r.int(t, "numerator"), Denominator: r.int(t, "denominator")})
			}
			f, err := NewFunnel(groups, Method(method))
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range expected {
				r.same(t, "theta", f.Theta)
				r.same(t, "phi", f.Phi)
				r.same(t, "tau2", f.Tau2)
				r.same(t, "rate", f.Points[i].Rate)
				r.same(t, "lower95", f.Points[i].Lower95)
				r.same(t, "upper95", f.Points[i].Upper95)
				r.same(t, "lower998", f.Points[i].Lower998)
				r.same(t, "upper998", f.Points[i].Upper998)
			}
		}
	}
}

func people(t *testing.T) map[string][]Observed {
	t.Helper()
	out := map[string][]Observed{}
	for _, r := range rows(t, "survival.csv") {
		out[r["set"]] = append(out[r["set"]], Observed{
			Entry: r.float(t, "entry"), Time: r.float(t, "time"), Cause: r.int(t, "cause"),
		})
	}
	return out
}

func TestTimeToMoveOnIsTheCurveThatRGives(t *testing.T) {
	given := people(t)
	steps := map[string][]Step{}
	next := map[string]int{}
	for _, r := range rows(t, "curves.csv") {
		curve := r["set"] + " " + r["limits"]
		if steps[curve] == nil {
			steps[curve] = KaplanMeier(given[r["set"]], Limits(r["limits"]))
		}
		i := next[curve]
		next[curve]++
		if i >= len(steps[curve]) {
			t.Fatalf("%s: only %d steps", curve, i)
		}
		s := steps[curve][i]
		if s.AtRisk != r.int(t, "n_risk") || s.Events != r.int(t, "n_event") || s.Censored != r.int(t, "n_censor") {
			t.Errorf("%s: got %+v, R says %v", curve, s, r)
		}
		r.same(t, "time", s.Time)
		r.same(t, "survival", s.Survival)
		r.same(t, "std_error", s.StdError)
		r.same(t, "lower", s.Lower)
		r.same(t, "upper", s.Upper)
	}
	for curve, s := range steps {
		if next[curve] != len(s) {
			t.Errorf("%s: %d steps, R has %d", curve, len(s), next[curve])
		}
	}
	for _, r := range rows(t, "medians.csv") {
		median, lower, upper := MedianTime(steps[r["set"]+" "+r["limits"]])
		r.same(t, "median", median)
		r.same(t, "lower", lower)
		r.same(t, "upper", upper)
	}
}

func TestEndingsBesideEachOtherAreAsRGives(t *testing.T) {
	given := people(t)
	sets, of := bySet(rows(t, "incidence.csv"))
	for _, set := range sets {
		got := AalenJohansen(given[set], 2)
		if len(got) != len(of[set]) {
			t.Fatalf("%s: %d times, R has %d", set, len(got), len(of[set]))
		}
		for i, r := range of[set] {
			if got[i].AtRisk != r.int(t, "n_risk") {
				t.Errorf("%s: at risk %d, R says %s", set, got[i].AtRisk, r["n_risk"])
			}
			r.same(t, "time", got[i].Time)
			r.same(t, "cif1", got[i].CIF[0])
			r.same(t, "cif2", got[i].CIF[1])
			r.same(t, "se1", got[i].StdError[0])
			r.same(t, "se2", got[i].StdError[1])
		}
	}
}
