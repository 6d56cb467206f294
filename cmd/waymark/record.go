package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/waymark/waymark/cmd/waymark/web"
)

func (p *program) recordCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "record [FILE|-]",
		Short: "Record entries, one JSON object a line, and print a receipt for each",
		Long: `Record entries from a file or from standard input, one JSON object a line, and
print one line for each, in order: a receipt once the entry is on disk, or its
line, the error and a hint. The entries after a refused one are still recorded;
the exit code is then 1. Recording the same file again adds nothing, where its
entries have ids.

An entry has a kind, journey (or service, measure or audit), occurred, by, data
and words, and may have an id (a UUID) and a service. The kinds are:

` + kindList(),
		Example: `  echo '{"kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-17","data":{"name":"North","kind":"community"}}' | waymark record
  waymark record entries.ndjson > receipts.ndjson`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, name := p.stdin, "standard input"
			if keyboard, ok := in.(*os.File); ok && len(args) == 0 && term.IsTerminal(int(keyboard.Fd())) {
				fmt.Fprintln(p.stderr, "Write one entry a line; Ctrl-D ends.")
			}
			if len(args) == 1 && args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return usage(err)
				}
				defer file.Close()
				progress := p.progress(file, "recorded")
				defer progress.Close()
				in, name = progress.reader(file), args[0]
			}
			return p.record(cmd.Context(), in, name)
		},
	}
}

func (p *program) record(ctx context.Context, in io.Reader, name string) error {
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	answers, err := c.post(ctx, "/v1/entries", nil, io.NopCloser(in))
	if err != nil {
		return errors.Join(err, c.Close())
	}
	refused, err := p.printAnswers(answers)
	if errors.Is(err, errUnread) { // somebody wants no more receipts, and may think that all was recorded
		err = &failure{what: errors.New("nobody read the receipts to their end"),
			hint: "not every entry may be recorded; the same file again records the rest"}
	}
	if err := errors.Join(err, answers.Close(), c.Close()); err != nil {
		return err
	}
	if refused > 0 {
		return &failure{what: fmt.Errorf("%s: refused %s", name, quantity(refused, "entry", "entries")),
			hint: "each is named by its line above; mend those lines and record them again"}
	}
	return nil
}

// printAnswers prints one answer for each entry and counts the refusals.
func (p *program) printAnswers(answers io.Reader) (refused int, err error) {
	out := p.list("answers")
	for scanner := lines(answers); ; {
		if !scanner.Scan() {
			if err := scanner.Err(); err != nil {
				return refused, &failure{fmt.Errorf("the answers stopped coming: %w", err),
					"what has a receipt is on disk; record the rest again", exitUnreached}
			}
			return refused, out.end()
		}
		var answer web.Refused
		if err := json.Unmarshal(scanner.Bytes(), &answer); err != nil {
			return refused, fmt.Errorf("an answer cannot be read: %w", err)
		}
		if answer.Error != "" {
			refused++
		}
		if err := out.line(scanner.Bytes()); err != nil {
			return refused, err
		}
		if answer.Stopped {
			return refused, errors.Join(out.end(), &failure{what: fmt.Errorf("line %d: %s", answer.Line, answer.Error), hint: answer.Hint})
		}
	}
}

// A listing prints documents as they come: one a line, or with --json as one
// document that has them all under one name.
type listing struct {
	out   *bufio.Writer
	whole bool
	n     int
}

func (p *program) list(name string) *listing {
	l := &listing{out: bufio.NewWriter(p.stdout), whole: p.json}
	if l.whole {
		fmt.Fprintf(l.out, "{%q:[", name)
	}
	return l
}

// line prints one document. Nobody has to wait for the next to see it.
func (l *listing) line(text []byte) error {
	if l.whole && l.n > 0 {
		l.out.WriteByte(',')
	}
	l.n++
	l.out.Write(text)
	if !l.whole {
		l.out.WriteByte('\n')
	}
	return l.out.Flush()
}

func (l *listing) end() error {
	if l.whole {
		l.out.WriteString("]}\n")
	}
	return l.out.Flush()
}

// quantity writes a number of things in English.
func quantity(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
