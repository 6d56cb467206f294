package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

const (
	decisionColumns = "decision,journey,service,occurred,recorded,late,state,area,weight,significant,alone,deciders,preferred,actual,role_gap,part," +
		"options,basis,agreement,review_due,reviews,audits"
	rateColumns = "service,period,criterion,name,pass,fail,not_applicable,value,lower,upper,people,rules,position"
)

// writeDecisions writes decisions as CSV, a decision a row with its twelve
// verdicts, and what each list needs to be made again: the version of the rules,
// the day they were judged for and the position of the log. The same list gives
// the same bytes.
func writeDecisions(w io.Writer, d web.Decisions) error {
	header := strings.Split(decisionColumns, ",")
	for _, c := range domain.Criteria {
		header = append(header, string(c.Code))
	}
	rows := [][]string{append(header, "rules", "today", "position")}
	for _, r := range d.Decisions {
		row := []string{asText(r.Decision), asText(r.Journey), asText(r.Service), r.Occurred, r.Recorded, yesOnly(r.Late), r.State, r.Area, r.Weight,
			yesOnly(r.Significant), yesOnly(r.Alone), r.Deciders, r.Preferred, r.Actual, whole(r.RoleGap), r.Part,
			strconv.Itoa(r.Options), r.Basis, r.Agreement, r.ReviewDue, strconv.Itoa(r.Reviews), strconv.Itoa(r.Audits)}
		for _, c := range domain.Criteria {
			row = append(row, string(r.Verdict(c.Code)))
		}
		rows = append(rows, append(row, strconv.Itoa(r.Rules), d.Today.String(), strconv.FormatUint(d.Position, 10)))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// writeRates writes pass rates as CSV, a row for each service, period and
// criterion; all services together have no service, all the time no period.
func writeRates(w io.Writer, r web.Rates) error {
	rows := [][]string{strings.Split(rateColumns, ",")}
	for _, rate := range r.Rates {
		rows = append(rows, []string{asText(rate.Service), rate.Period.String(), string(rate.Criterion), domain.Criteria.Words(rate.Criterion),
			strconv.Itoa(rate.Pass), strconv.Itoa(rate.Fail), strconv.Itoa(rate.NotApplicable), exact(rate.Value), exact(rate.Lower), exact(rate.Upper),
			strconv.Itoa(rate.People), strconv.Itoa(rate.Rules), strconv.FormatUint(r.Position, 10)})
	}
	return csv.NewWriter(w).WriteAll(rows)
}
