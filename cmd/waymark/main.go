// Command waymark keeps the record of people's recovery journeys as a log of
// facts, and answers questions from it.
//
// Every verb but serve speaks HTTP: with the serve that holds the data
// directory, through the Unix socket it announced there; or, where none does,
// with the same handlers in its own process, which then holds the directory for
// as long as the verb takes. So each verb has one code path and works either
// way. Data goes to stdout, prose and progress to stderr.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // a service's time zone means the same on every machine
)

// How much memory the collector lets Go's heap take before it works harder,
// unless $GOMEMLIMIT says otherwise: while entries are only recorded, and beside
// the answers, whose own caches come to about as much again. Both stay under
// 300 MiB. Until then the heap may grow to five times what is in use: a verb that
// asks is done in a tenth of a second, and tidying up would take a third of that.
const (
	heapAlone  = 224 << 20
	heapBeside = 136 << 20
	heapGrows  = 400 // percent, unless $GOGC says otherwise
)

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapAlone)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrows)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	signal.Ignore(syscall.SIGPIPE) // which would end us with the log open; pipe says it instead
	err := run(ctx, os.Args[1:], os.Stdin, pipe{os.Stdout}, os.Stderr)
	stop()
	os.Exit(explain(os.Stderr, err))
}

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	root := p.command()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	verb, err := root.ExecuteContextC(ctx)
	switch {
	case err != nil && !p.understood:
		return &failure{err, fmt.Sprintf("usage: %s; %s --help has examples", verb.UseLine(), verb.CommandPath()), exitUsage}
	case codeOf(err) == exitUsage && hintOf(err) == "":
		return &failure{err, verb.CommandPath() + " --help says how it is used and has examples", exitUsage}
	}
	return err
}
