package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) funnelCommand() *cobra.Command {
	var method stats.Method
	c := &cobra.Command{
		Use:   "funnel",
		Short: "Compare services with all of them together",
		Long: `Funnel reads the columns group, numerator and denominator, a service and how many
of its people something is true of, and adds rate, its limits at 95 % and 99.8 %
around the rate of all together (Spiegelhalter 2005), and verdict: differs_95 or
differs_998 where the group differs from all by more than chance, else nothing. A
remark ahead of the table gives theta, the rate of all together, and from 10
groups on phi and tau2, how much the groups vary beyond chance.

The limits are exact for groups under 30 and by score from there on, unless a
method is chosen for all; over-dispersed ones need 10 groups.`,
		Example: `  printf 'group,numerator,denominator\nnorth,12,40\nsouth,31,50\n' | waymark stats funnel
  waymark stats funnel settled.csv --method overdispersed`,
	}
	addWord(c, &method, "method", "the limits of every group", stats.Score, stats.Exact, stats.Overdispersed)
	return p.replies(c, []string{"group", "numerator", "denominator"}, func(in *sheet) (reply, error) {
		names, numerators, denominators := in.texts("group"), in.all("numerator", wholeNumber(0)), in.all("denominator", wholeNumber(1))
		if in.within("numerator", "denominator", numerators, denominators); in.err != nil {
			return reply{}, in.err
		}
		groups := make([]stats.Group, len(names))
		for i, name := range names {
			groups[i] = stats.Group{Name: name, Numerator: int(numerators[i]), Denominator: int(denominators[i])}
		}
		f, err := stats.NewFunnel(groups, method)
		if errors.Is(err, stats.ErrFewGroups) {
			err = &failure{what: err, hint: "leave out --method"}
		}
		if err != nil {
			return reply{}, err
		}
		a := in.beside([]string{"rate", "lower95", "upper95", "lower998", "upper998", "verdict"}, func(to []string, i int) []string {
			g := f.Points[i]
			return append(decimals(to, g.Rate, g.Lower95, g.Upper95, g.Lower998, g.Upper998), g.Verdict)
		})
		a.remarks = []string{fmt.Sprintf("theta=%s phi=%s tau2=%s", decimal(f.Theta), decimal(f.Phi), decimal(f.Tau2))}
		return a, nil
	})
}
