package main

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Somebody who is new copies an example: each verb has one, and it is spelled as
// the verb wants it.
func TestEveryVerbShowsANewcomerHowItIsUsed(t *testing.T) {
	walk((&program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).command(), func(c *cobra.Command) {
		if c.Example == "" || c.Short == "" {
			t.Errorf("%s has no example, or does not say what it does", c.CommandPath())
		}
		for line := range strings.Lines(strings.ReplaceAll(c.Example, "\\\n", "")) {
			_, command, ok := strings.Cut(line, "waymark ")
			command, _, _ = strings.Cut(command, " > ")
			command, _, _ = strings.Cut(command, " | ")
			if !ok {
				t.Errorf("%s: an example does not name the program: %s", c.CommandPath(), line)
				continue
			}
			root := (&program{}).command()
			verb, args, err := root.Find(quoting(command))
			if err == nil {
				err = verb.ParseFlags(args)
			}
			if err == nil {
				err = verb.ValidateArgs(verb.Flags().Args())
			}
			if err != nil || !strings.HasPrefix(verb.CommandPath(), c.CommandPath()) {
				t.Errorf("%s: the example %q is used wrongly: %v", c.CommandPath(), strings.TrimSpace(line), err)
			}
		}
	})
}

// quoting divides a command as a shell does, as far as the examples go.
func quoting(command string) (all []string) {
	for i, part := range strings.Split(command, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}
