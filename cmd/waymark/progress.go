package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress bar on stderr, or nothing where stderr is no terminal.
type progress struct{ bar *progressbar.ProgressBar }

// progress shows how much of a file was read.
func (p *program) progress(file *os.File, done string) progress {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return progress{}
	}
	return p.bar(info.Size(), done, progressbar.OptionShowBytes(true))
}

// bar shows how much of something was done.
func (p *program) bar(whole int64, done string, more ...progressbar.Option) progress {
	terminal, ok := p.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return progress{}
	}
	options := append([]progressbar.Option{
		progressbar.OptionSetWriter(terminal),
		progressbar.OptionSetDescription(done),
		progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""),
	}, more...)
	return progress{progressbar.NewOptions64(whole, options...)}
}

func (p progress) reader(r io.Reader) io.Reader {
	if p.bar == nil {
		return r
	}
	return io.TeeReader(r, p.bar)
}

func (p progress) add(n int) {
	if p.bar != nil {
		_ = p.bar.Add(n) // a bar past its end is no failure
	}
}

// Close takes the bar off the terminal.
func (p progress) Close() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
