package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

const (
	figureColumns = "service,period,outcome,by,version,state,no_entries,numerator,denominator,value,lower,upper,n,missing," +
		"due,paired,better,same,worse,position"
	publicColumns = "service,period,outcome,by,version,rule,numerator,denominator,percent,value,n,missing," +
		"due,paired,better,same,worse,position"
)

// writeFigures writes figures as CSV, a figure a row and as exact as they are.
// What does not apply is empty. The same figures give the same bytes.
func writeFigures(w io.Writer, o web.Outcomes) error {
	rows := [][]string{strings.Split(figureColumns, ",")}
	for _, f := range o.Outcomes {
		row := []string{f.Service, f.Period.String(), f.Outcome, string(f.By), strconv.Itoa(f.Version), string(f.State), yesOnly(f.NoEntries),
			whole(f.Numerator), whole(f.Denominator), exact(f.Value), exact(f.Lower), exact(f.Upper), strconv.Itoa(f.N), pairs(f.Missing)}
		if c := f.Change; c != nil {
			for _, n := range []int{c.Due, c.Paired, c.Better.N, c.Same.N, c.Worse.N} {
				row = append(row, strconv.Itoa(n))
			}
		} else {
			row = append(row, "", "", "", "", "")
		}
		rows = append(rows, append(row, strconv.FormatUint(o.Position, 10)))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// writePublic writes the figures that may leave the service as CSV.
func writePublic(w io.Writer, o web.PublicOutcomes) error {
	rows := [][]string{strings.Split(publicColumns, ",")}
	for _, f := range o.Outcomes {
		row := []string{f.Service, f.Period.String(), f.Outcome, string(f.By), strconv.Itoa(f.Version), string(o.Rule)}
		shown := []domain.Shown{f.Numerator, f.Denominator, f.Percent, f.Value, f.N}
		for _, s := range shown {
			row = append(row, string(s))
		}
		row = append(row, pairs(f.Missing))
		var c domain.PublicChange
		if f.Change != nil {
			c = *f.Change
		}
		for _, s := range []domain.Shown{c.Due, c.Paired, c.Better, c.Same, c.Worse} {
			row = append(row, string(s))
		}
		rows = append(rows, append(row, strconv.FormatUint(o.Position, 10)))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// pairs writes counts as why=n;why=n, by why.
func pairs[N any](counts map[string]N) string {
	var list []string
	for _, why := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprintf("%s=%v", why, counts[why]))
	}
	return strings.Join(list, ";")
}
