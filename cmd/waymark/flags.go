package main

import (
	"net/url"
	"strconv"

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
