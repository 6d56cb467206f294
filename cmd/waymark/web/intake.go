package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/waymark/waymark/domain"
)

// How much may wait to be written while the last chunk is on its way to disk.
const (
	chunkEntries = 1000    // as many as one atomic batch of the log takes
	chunkBytes   = 4 << 20 // so that long entries do not fill the memory
)

// An entry is one line as it was sent: a draft, or why it is none.
type entry struct {
	line  int
	bytes int
	draft domain.Draft
	err   error
}

// An intake holds the entries that arrive while earlier ones are being written
// to disk, and hands over all of them at once. So a lone line is answered at
// once and a long file goes in full chunks, without a clock.
type intake struct {
	mu      sync.Mutex
	changed sync.Cond // waited for by both sides
	waiting []entry
	bytes   int
	ended   bool  // nothing comes after what is waiting
	err     error // why the reading ended early
}

func newIntake() *intake {
	in := &intake{}
	in.changed.L = &in.mu
	return in
}

// put adds an entry, once there is room. It says whether anybody still takes.
func (in *intake) put(e entry) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for !in.ended && (len(in.waiting) >= chunkEntries || in.bytes >= chunkBytes) {
		in.changed.Wait()
	}
	if in.ended {
		return false
	}
	in.waiting = append(in.waiting, e)
	in.bytes += e.bytes
	in.changed.Broadcast()
	return true
}

// take gives what is waiting, once there is something; nothing at the end.
func (in *intake) take() ([]entry, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for !in.ended && len(in.waiting) == 0 {
		in.changed.Wait()
	}
	chunk := in.waiting
	in.waiting, in.bytes = nil, 0
	in.changed.Broadcast()
	if len(chunk) > 0 {
		return chunk, nil
	}
	return nil, in.err
}

// end says that nothing more is put, or taken.
func (in *intake) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.ended {
		in.ended, in.err = true, err
	}
	in.changed.Broadcast()
}

// fill reads entries, one a line, until the reader or the intake ends. An empty
// line counts as a line and is passed over.
func (in *intake) fill(r io.Reader, parse func([]byte) (domain.Draft, error)) {
	lines := bufio.NewReaderSize(r, domain.MaxEntry+2) // an entry and how its line ends
	for n := 1; ; n++ {
		text, long, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			in.end(fmt.Errorf("line %d: %w", n, err))
			return
		}
		e := entry{line: n, bytes: len(text)}
		switch {
		case long:
			e.err = &domain.Refusal{Reason: domain.ErrMalformed,
				Detail: fmt.Sprintf("the entry has more than %d bytes", domain.MaxEntry),
				Hint:   "keep long documents where they are and record what they say in a sentence"}
		case len(text) > 0:
			e.draft, e.err = parse(text)
		}
		if (long || len(text) > 0) && !in.put(e) {
			return
		}
		if err != nil {
			in.end(nil)
			return
		}
	}
}

// readLine reads one line without what ends it. Of a line longer than the
// buffer it keeps nothing and says so.
func readLine(r *bufio.Reader) (text []byte, long bool, err error) {
	for {
		text, err = r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = true
			continue
		}
		if long {
			return nil, true, err
		}
		return bytes.Trim(text, " \t\r\n"), false, err
	}
}
