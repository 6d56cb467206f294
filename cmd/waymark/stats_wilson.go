package main

import (
	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) wilsonCommand() *cobra.Command {
	confidence := 0.95
	c := &cobra.Command{
		Use:   "wilson",
		Short: "Give shares with their intervals",
		Long: `Wilson reads the columns x and n, how many of how many, and adds p, lower and
upper: the share x/n and its score interval (Wilson 1927). Both may be fractions,
as where n is an effective size. Of none nothing is known: there is no share, and
the limits are 0 and 1.`,
		Example: `  printf 'x,n\n65,100\n' | waymark stats wilson
  waymark stats wilson shares.csv --confidence 0.99`,
	}
	addNumber(c, &confidence, probability(), "confidence", "how often such an interval holds the share")
	return p.replies(c, []string{"x", "n"}, func(in *sheet) (reply, error) {
		x, n := in.numbers("x", notNegative()), in.numbers("n", notNegative())
		in.within("x", "n", x, n)
		if in.err != nil {
			return reply{}, in.err
		}
		return in.beside([]string{"p", "lower", "upper"}, func(to []string, i int) []string {
			lower, upper := stats.Wilson(x[i], n[i], confidence)
			return decimals(to, x[i]/n[i], lower, upper)
		}), nil
	})
}
