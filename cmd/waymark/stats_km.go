package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) kmCommand() *cobra.Command {
	limits := stats.LogLog
	c := &cobra.Command{
		Use:   "km",
		Short: "Give the time until something happened, with those still waiting",
		Long: `Km reads the columns time and status, how long each person was there and whether
they then moved on (1) or were only seen until then (0), and maybe group. It
answers with the survival curve of each group, in the order in which they come up
(Kaplan & Meier 1958): at each time how many were at risk, had the event and were
last seen (n_risk, n_event, n_censor), and the share to whom it has not happened
yet (survival), with its standard error and 95 % limits. Remarks ahead of the
table give each group's median and its limits; what is not reached is empty.

Leaving for another reason, such as hospital, is no censoring: count it apart.`,
		Example: `  printf 'time,status\n5,1\n8,0\n12,1\n' | waymark stats km
  waymark stats km stays.csv --limits log`,
	}
	addWord(c, &limits, "limits", "the scale on which the limits are even", stats.LogLog, stats.Log)
	return p.replies(c, []string{"time", "status"}, func(in *sheet) (reply, error) {
		groups, times := in.texts("group"), in.all("time", notNegative())
		statuses := in.all("status", numeral{"0 or 1", func(x float64) bool { return x == 0 || x == 1 }})
		if in.err != nil {
			return reply{}, in.err
		}
		var order []string
		people := map[string][]stats.Observed{}
		for i, group := range groups {
			if people[group] == nil {
				order = append(order, group)
			}
			people[group] = append(people[group], stats.Observed{Time: times[i], Cause: int(statuses[i])})
		}
		a := reply{header: []string{"group", "time", "n_risk", "n_event", "n_censor", "survival", "std_error", "lower", "upper"}}
		var steps []stats.Step
		var of []string // the group of each step
		for _, group := range order {
			curve := stats.KaplanMeier(people[group], limits)
			median, lower, upper := stats.MedianTime(curve)
			said := fmt.Sprintf("median=%s lower=%s upper=%s", decimal(median), decimal(lower), decimal(upper))
			if in.has("group") {
				said += " group=" + oneLine(group)
			}
			a.remarks = append(a.remarks, said)
			steps, of = append(steps, curve...), append(of, slices.Repeat([]string{group}, len(curve))...)
		}
		a.rows, a.row = len(steps), func(to []string, i int) []string {
			s := steps[i]
			to = append(to, of[i], decimal(s.Time), strconv.Itoa(s.AtRisk), strconv.Itoa(s.Events), strconv.Itoa(s.Censored))
			return decimals(to, s.Survival, s.StdError, s.Lower, s.Upper)
		}
		return a, nil
	})
}

// oneLine gives a text without what would end its line.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
