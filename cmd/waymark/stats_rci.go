package main

import (
	"math"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain/stats"
)

func (p *program) rciCommand() *cobra.Command {
	var better stats.Better
	sd, reliability, cutoff := math.NaN(), math.NaN(), math.NaN()
	c := &cobra.Command{
		Use:   "rci",
		Short: "Say whose ratings changed by more than chance",
		Long: `Rci reads the columns id, pre and post, a person's earlier and later rating, and
adds rc, the reliable change index (Jacobson & Truax 1991), and verdict:
reliably_better, no_reliable_change or reliably_worse. The standard deviation and
the reliability are the measure's published norm, never taken from the people at
hand. With a cut-off it adds crossed_cutoff: yes where a rating went from one side
of it to the other in the direction of the reliable change. Nobody is labelled.
Where a rating is missing there is no verdict.`,
		Example: `  printf 'id,pre,post\nj-1,32.5,47.5\n' | waymark stats rci --sd 7.5 --reliability 0.8 --better up
  waymark stats rci pairs.csv --sd 7.5 --reliability 0.8 --better down --cutoff 50`,
		PreRunE: func(*cobra.Command, []string) error {
			switch {
			case math.IsNaN(sd):
				return usagef("--sd is missing: the standard deviation in the measure's published norm")
			case math.IsNaN(reliability):
				return usagef("--reliability is missing: the reliability in the measure's published norm")
			case better == "":
				return usagef("--better is missing: whether up or down is better")
			}
			return nil
		},
	}
	above0 := numeral{"a number above 0", func(x float64) bool { return x > 0 }}
	addNumber(c, &sd, above0, "sd", "the standard deviation in the measure's published norm")
	addNumber(c, &reliability, probability(), "reliability", "the reliability in the measure's published norm")
	addNumber(c, &cutoff, anyNumber(), "cutoff", "the rating to look for crossings of")
	addWord(c, &better, "better", "which way is better", stats.Up, stats.Down)
	return p.replies(c, []string{"id", "pre", "post"}, func(in *sheet) (reply, error) {
		pre, post := in.numbers("pre", anyNumber()), in.numbers("post", anyNumber())
		if in.err != nil {
			return reply{}, in.err
		}
		columns := []string{"rc", "verdict"}
		if !math.IsNaN(cutoff) {
			columns = append(columns, "crossed_cutoff")
		}
		return in.beside(columns, func(to []string, i int) []string {
			change := stats.ReliableChange(pre[i], post[i], sd, reliability, better)
			to = append(to, decimal(change.RC), string(change.Verdict))
			switch {
			case math.IsNaN(cutoff):
			case math.IsNaN(change.RC):
				to = append(to, "")
			case stats.CrossedCutoff(pre[i], post[i], cutoff, better, change.Verdict):
				to = append(to, "yes")
			default:
				to = append(to, "no")
			}
			return to
		}), nil
	})
}
