package main

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/domain"
)

// number adds a parameter unless it is 0, which stands for not given.
func number(q url.Values, name string, n uint64) {
	if n != 0 {
		q.Set(name, strconv.FormatUint(n, 10))
	}
}

// text adds a parameter unless it is empty.
func text(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}

// positionFlag adds a flag that names a place in the log, and stays 0 unless it is
// given.
func positionFlag(c *cobra.Command, to *uint64, name, usage string) {
	c.Flags().Var((*position)(to), name, usage)
}

type position uint64

func (*position) Type() string     { return "position" }
func (p *position) String() string { return strconv.FormatUint(uint64(*p), 10) }

func (p *position) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 { // which would stand for now
		return errors.New("a position of the log is a whole number, 1 or more")
	}
	*p = position(n)
	return nil
}

// plainly says what a flag wants where its value could not be read, and not by
// which function.
func plainly(_ *cobra.Command, err error) error {
	n, ok := errors.AsType[*strconv.NumError](err)
	if !ok {
		return err
	}
	wants := "a whole number is wanted"
	switch n.Func {
	case "ParseUint":
		wants += ", 0 or more"
	case "ParseFloat":
		wants = "a number is wanted"
	case "ParseBool":
		wants = "true or false is wanted"
	}
	return errors.New(strings.TrimSuffix(err.Error(), n.Error()) + wants)
}

// complete offers the values of a flag to the shell.
func complete(c *cobra.Command, flag string, values []string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completeService offers the services that there are.
func (p *program) completeService(c *cobra.Command) {
	_ = c.RegisterFlagCompletionFunc("service", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		api, err := p.reachAnswers(cmd.Context())
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		defer api.Close()
		services, err := openedServices(cmd.Context(), api)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return services, cobra.ShellCompDirectiveNoFileComp
	})
}

// codes lists a vocabulary's codes for the shell.
func codes[C ~string](v domain.Vocabulary[C]) []string {
	list := make([]string, len(v))
	for i := range v {
		list[i] = string(v[i].Code)
	}
	return list
}
