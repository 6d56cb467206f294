package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func (p *program) statsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "stats",
		Short: "Recompute a figure from a CSV file, with the code that the outcomes use",
		Long: `Stats reads a CSV file and writes one, with the same code that the outcomes use,
so that anyone can recompute a published figure. It needs no record.

The file is UTF-8, and its first line names the columns; the order of columns
does not matter, and those that a verb does not know leave as they came. Numbers
are written as 12.5 or 3e-4; an empty cell is a missing value. Numbers are given
to 10 significant digits. Nothing is written unless the whole file is good.

A verb reads what it wrote: lines that begin with "# " ahead of the first are
passed over, and the columns that it adds are computed anew. So a published table
is checked by putting it in and comparing.`,
		Example: `  waymark stats wilson shares.csv > intervals.csv
  printf 'x,n\n65,100\n' | waymark stats wilson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		p.xmrCommand(),
		p.funnelCommand(),
		p.rciCommand(),
		p.kmCommand(),
		p.wilsonCommand(),
		p.suppressCommand(),
	)
	return c
}

// replies completes a verb that reads a CSV file with the columns needed, and
// writes another.
func (p *program) replies(c *cobra.Command, needed []string, calculate func(*sheet) (reply, error)) *cobra.Command {
	c.Use += " [FILE|-]"
	c.Args = cobra.MaximumNArgs(1)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if p.json {
			return usagef("%s answers with CSV, not with JSON: leave out --json", cmd.CommandPath())
		}
		in, name, err := p.input(args)
		if err != nil {
			return err
		}
		defer in.Close()
		a, err := unlessStopped(cmd.Context(), func() (reply, error) {
			in, err := readSheet(in, needed)
			if err != nil {
				return reply{}, err
			}
			return calculate(in)
		})
		if errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil {
			return misfit(name, err)
		}
		return a.write(p.stdout, p.stderr)
	}
	return c
}

// input opens the file that the arguments name, or standard input.
func (p *program) input(args []string) (in io.ReadCloser, name string, err error) {
	if len(args) == 1 && args[0] != "-" {
		file, err := os.Open(args[0])
		if err != nil {
			return nil, "", usage(err)
		}
		return file, args[0], nil
	}
	if keyboard, ok := p.stdin.(*os.File); ok && len(args) == 0 && term.IsTerminal(int(keyboard.Fd())) {
		fmt.Fprintln(p.stderr, "Write CSV, its first line the names of the columns; Ctrl-D ends.")
	}
	return io.NopCloser(p.stdin), "standard input", nil
}

// unlessStopped gives what work gives, or leaves it behind once the context is
// done: a read from a keyboard cannot be called off.
func unlessStopped[T any](ctx context.Context, work func() (T, error)) (T, error) {
	var done T
	var failed error
	ready := make(chan struct{})
	go func() {
		defer close(ready)
		done, failed = work()
	}()
	select {
	case <-ready:
		return done, failed
	case <-ctx.Done():
		var none T // done is the work's still
		return none, ctx.Err()
	}
}

// misfit says which file an error is of, and what to do where it does not say so
// itself.
func misfit(name string, err error) error {
	hint := ""
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		hint = h.Hint()
	}
	return &failure{what: fmt.Errorf("%s: %w", name, err), hint: cmp.Or(hint, "nothing was written; mend the file and ask again")}
}
