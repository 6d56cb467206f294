package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

const (
	chartColumns = "service,outcome,by,version,period,value,numerator,denominator,n,lower,upper,missing,no_entries,state,mixed," +
		"segment,rebased,mean,lower_limit,upper_limit,near_lower,near_upper,special_cause,verdict"
	funnelColumns = "outcome,version,period,kind,service,numerator,denominator,rate,lower95,upper95,lower998,upper998,verdict"
)

// writeChartCSV writes a chart's numbers, a period a row and as exact as they
// are; shares are from 0 to 1. What does not apply is empty.
func writeChartCSV(w io.Writer, c domain.Chart) error {
	rows := [][]string{strings.Split(chartColumns, ",")}
	for _, p := range c.Points {
		rows = append(rows, []string{c.Service, c.Outcome, string(c.By), strconv.Itoa(c.Version), p.Period.String(),
			exact(p.Value), whole(p.Numerator), whole(p.Denominator), strconv.Itoa(p.N), exact(p.Lower), exact(p.Upper),
			strconv.Itoa(p.Missing), yesOnly(p.NoEntries), string(p.State), yesOnly(p.Mixed), strconv.Itoa(p.Segment), string(p.Rebased),
			exact(p.Mean), exact(p.LowerLimit), exact(p.UpperLimit), exact(p.NearLower), exact(p.NearUpper), string(p.Cause), p.Verdict})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// writeFunnelCSV writes a comparison's numbers, a service a row.
func writeFunnelCSV(w io.Writer, c domain.Comparison) error {
	rows := [][]string{strings.Split(funnelColumns, ",")}
	for _, p := range c.Points {
		rows = append(rows, []string{c.Outcome, strconv.Itoa(c.Version), c.Period.String(), string(c.Kind), p.Service,
			strconv.Itoa(p.Numerator), strconv.Itoa(p.Denominator), exact(&p.Rate), exact(p.Lower95), exact(p.Upper95),
			exact(&p.Lower998), exact(&p.Upper998), p.Verdict})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// exact writes a number so that reading it gives the same again.
func exact(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

func whole(v *int) string {
	if v == nil {
		return ""
	}
	return strconv.Itoa(*v)
}

func yesOnly(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
