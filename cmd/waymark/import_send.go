package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// An importing is what it takes to import one file.
type importing struct {
	File    string // CSV
	Mapping string // YAML
	DryRun  bool   // check and count, and send nothing

	// Post sends entries as NDJSON and gives the answers as NDJSON, one each in
	// order, while entries are still being read.
	Post     func(ctx context.Context, entries io.Reader) (answers io.ReadCloser, err error)
	Problem  func(error)           // told of each row or entry that is wrong; its error may have a hint
	Progress func(done, total int) // told after every answer; may be nil
}

// imported counts what an import came to.
type imported struct {
	Entries    int            `json:"entries"` // that the file makes
	Kinds      map[string]int `json:"kinds"`   // how many of each
	Recorded   int            `json:"recorded"`
	Duplicates int            `json:"duplicates"` // recorded by an earlier import
	Refused    int            `json:"refused"`
}

// errFileWrong ends an import of which nothing was sent.
var errFileWrong = errors.New("nothing was imported: the file and its mapping do not fit")

// run checks the whole file against the mapping, and if nothing is wrong sends
// its entries. An entry that is refused is a Problem and the others go on; what
// is wrong before anything is sent is a Problem each and then errFileWrong.
func (i importing) run(ctx context.Context) (imported, error) {
	text, err := os.ReadFile(i.Mapping)
	if err != nil {
		return imported{}, err
	}
	m, err := parseMapping(text)
	if err != nil {
		return imported{}, fmt.Errorf("%s: %w", i.Mapping, err)
	}
	count, lines, err := i.check(ctx, m)
	if err != nil || i.DryRun {
		return count, err
	}
	return count, i.send(ctx, m, &count, lines)
}

// check reads the file once without sending, and gives each entry's line.
func (i importing) check(ctx context.Context, m *mapping) (imported, []int, error) {
	count := imported{Kinds: map[string]int{}}
	file, err := os.Open(i.File)
	if err != nil {
		return count, nil, err
	}
	defer file.Close()
	var lines []int
	wrong := false
	for e, err := range m.entries(file) {
		if err == nil {
			err = checkEntry(e)
		}
		var ofRow *rowError
		switch {
		case errors.As(err, &ofRow):
			wrong = true
			i.Problem(fmt.Errorf("%s: %w", i.File, err))
			continue
		case err != nil:
			return count, nil, fmt.Errorf("%s: %w", i.File, err)
		case ctx.Err() != nil:
			return count, nil, ctx.Err()
		}
		count.Entries++
		count.Kinds[e.kind]++
		lines = append(lines, e.line)
	}
	if wrong {
		return count, nil, errFileWrong
	}
	return count, lines, nil
}

// checkEntry says whether an entry is well formed, under ids that are not its own.
func checkEntry(e importEntry) error {
	_, err := web.ParseEntry(e.text,
		func(...string) string { return "00000000-0000-0000-0000-000000000000" },
		func(...string) string { return "j-0" })
	if err == nil {
		return nil
	}
	wrong := &rowError{line: e.line, detail: e.kind + ": " + err.Error()}
	if refusal, ok := errors.AsType[*domain.Refusal](err); ok {
		wrong.hint = refusal.Hint
	}
	if e.line == 0 {
		return place{}.wrong(wrong.hint, "under first: %s", wrong.detail)
	}
	return wrong
}

// send sends the file's entries and counts the answers.
func (i importing) send(ctx context.Context, m *mapping, count *imported, lines []int) error {
	file, err := os.Open(i.File)
	if err != nil {
		return err
	}
	defer file.Close()
	entries, out := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := writeEntries(out, m, file)
		_ = out.CloseWithError(err) // it never fails
		written <- err
	}()
	answers, err := i.Post(ctx, entries)
	if err == nil {
		err = i.tally(answers, count, lines)
		_ = answers.Close() // they were read to their end, or are of no more use
	}
	_ = entries.Close() // so that the writer ends where nobody reads on
	if wrote := <-written; err == nil && wrote != nil {
		err = fmt.Errorf("%s: %w", i.File, wrote)
	}
	return err
}

func writeEntries(out io.Writer, m *mapping, file io.Reader) error {
	b := bufio.NewWriterSize(out, 1<<16)
	for e, err := range m.entries(file) {
		if err != nil {
			return err // the file was changed since it was checked
		}
		_, _ = b.Write(e.text) // Flush tells
		if b.WriteByte('\n') != nil {
			break
		}
	}
	return b.Flush()
}

// tally reads one answer for each line.
func (i importing) tally(answers io.Reader, count *imported, lines []int) error {
	scanner := bufio.NewScanner(answers)
	scanner.Buffer(nil, domain.MaxEntry)
	for n := 0; scanner.Scan(); n++ {
		var answer struct {
			Event     string `json:"event"`
			Duplicate bool   `json:"duplicate"`
			Error     string `json:"error"`
			Hint      string `json:"hint"`
			Stopped   bool   `json:"stopped"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &answer); err != nil {
			return fmt.Errorf("answer %d: %w", n+1, err)
		}
		switch {
		case answer.Stopped:
			return &rowError{lineOf(lines, n), "", answer.Error, "import the file again: what is recorded stays recorded once"}
		case answer.Error != "":
			count.Refused++
			i.Problem(fmt.Errorf("%s: %w", i.File, &rowError{lineOf(lines, n), "", answer.Error, answer.Hint}))
		case answer.Duplicate:
			count.Duplicates++
		default:
			count.Recorded++
		}
		if i.Progress != nil {
			i.Progress(n+1, len(lines))
		}
	}
	if done := count.Recorded + count.Duplicates + count.Refused; scanner.Err() == nil && done < len(lines) {
		return fmt.Errorf("the answers ended after %d of %d entries: %w", done, len(lines), io.ErrUnexpectedEOF)
	}
	return scanner.Err()
}

func lineOf(lines []int, n int) int {
	if n < len(lines) {
		return lines[n]
	}
	return 0
}
