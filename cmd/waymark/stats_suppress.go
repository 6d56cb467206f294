package main

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) suppressCommand() *cobra.Command {
	rule := stats.MHSDS
	c := &cobra.Command{
		Use:   "suppress",
		Short: "Hide the small numbers of a table that leaves the service",
		Long: `Suppress reads counts in the column count, or in numerator and denominator, and
writes in their place what may be shown: * for a small or a missing one, the
others to the nearest 5. For a numerator and denominator it adds percent, a whole
number or *, hidden too where those who are not in the numerator are few.

By mhsds a count below 5 is small, and so is none; by hes 1 to 7. A line with yes
in the column total is the sum of the lines above it, back to the total before;
where just one of these counts is hidden, the next smallest is hidden too.

Every other column leaves as it came: take out those that would tell what is
hidden, such as a rate.`,
		Example: `  printf 'home,count\nown,23\nshared,3\n' | waymark stats suppress
  waymark stats suppress settled.csv --rule hes > public.csv`,
	}
	addWord(c, &rule, "rule", "whose rule", stats.MHSDS, stats.HES)
	return p.replies(c, nil, func(in *sheet) (reply, error) {
		columns, err := published(in)
		if err != nil {
			return reply{}, err
		}
		numbers := map[string][]float64{}
		for _, column := range columns {
			numbers[column] = in.numbers(column, wholeNumber(0))
		}
		in.within("numerator", "denominator", numbers["numerator"], numbers["denominator"])
		totals := in.totals(numbers)
		if in.err != nil {
			return reply{}, in.err
		}
		counts := map[string][]stats.Cell{}
		for _, column := range columns {
			counts[column] = hide(numbers[column], rule, totals)
			in.publish(column, counts[column], rule)
		}
		numerators, denominators := counts["numerator"], counts["denominator"]
		if numerators == nil {
			return in.beside(nil, func(to []string, _ int) []string { return to }), nil
		}
		return in.beside([]string{"percent"}, func(to []string, i int) []string {
			percent, ok := rule.Percent(numerators[i].Count, denominators[i].Count)
			return append(to, unlessHidden(percent, ok && !numerators[i].Hidden && !denominators[i].Hidden))
		}), nil
	})
}

// published names the columns that hold counts; every one that is there, lest it
// leaves as it came. What tells a count in other words is refused.
func published(in *sheet) (columns []string, err error) {
	for _, column := range []string{"x", "n", "p", "rate", "mean", "lower", "upper", "lower95", "upper95", "lower998", "upper998"} {
		if in.has(column) {
			return nil, &rowError{in.top, column, "tells what is to be hidden", "take the column out"}
		}
	}
	share := in.has("numerator") || in.has("denominator")
	if in.has("count") {
		columns = append(columns, "count")
	}
	if share || columns == nil {
		columns = append(columns, "numerator", "denominator")
	}
	if err := in.needs(columns...); err != nil {
		return nil, &failure{what: err, hint: "the first line must name the column count, or numerator and denominator"}
	}
	return columns, nil
}

// publish writes what may be shown in place of a column's counts.
func (s *sheet) publish(column string, counts []stats.Cell, rule stats.Rule) {
	at := slices.Index(s.header, column)
	for i, c := range counts {
		n, _ := rule.Count(c.Count)
		s.cells[i][at] = unlessHidden(n, !c.Hidden)
	}
}

func unlessHidden(n int, shown bool) string {
	if !shown {
		return "*"
	}
	return strconv.Itoa(n)
}

// A total is the row at, which is the sum of the rows from up to it.
type total struct{ from, at int }

// totals reads which rows are the sum of those above them, and refuses one that
// is not so.
func (s *sheet) totals(numbers map[string][]float64) (totals []total) {
	from := 0
	for i, text := range s.texts("total") {
		switch text {
		case "yes":
			for _, column := range slices.Sorted(maps.Keys(numbers)) {
				together := 0.0 // NaN where one is missing, which is neither less nor more
				for _, n := range numbers[column][from:i] {
					together += n
				}
				if n := numbers[column][i]; together < n || together > n {
					s.wrong(i, column, "is not the sum of the lines above it", "a total is the sum of the lines back to the total before")
				}
			}
			totals = append(totals, total{from, i})
			from = i + 1
		case "", "no":
		default:
			s.wrong(i, "total", "is neither yes nor no", "write yes where the line is the sum of those above it")
		}
	}
	return totals
}

// hide says which counts may not be shown. A missing one may not, and is 0.
func hide(counts []float64, rule stats.Rule, totals []total) []stats.Cell {
	cells := make([]stats.Cell, len(counts))
	for i, n := range counts {
		if math.IsNaN(n) {
			cells[i].Hidden = true
			continue
		}
		_, shown := rule.Count(int(n))
		cells[i] = stats.Cell{Count: int(n), Hidden: !shown}
	}
	for _, t := range totals { // each by itself: they share no cell
		sum := stats.Sum{Total: t.at - t.from}
		for part := range sum.Total {
			sum.Parts = append(sum.Parts, part)
		}
		stats.Protect(cells[t.from:t.at+1], []stats.Sum{sum})
	}
	return cells
}
