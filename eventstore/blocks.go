package eventstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/waymark/waymark/domain"
)

// fromFiles gives the events behind after, up to and with upto, in pages and in
// order, from the files of the embedded server, which has them all. What the
// server would do with each message on its way here costs twice what it takes to
// read it. Every record's checksum is verified, and every position follows the
// one before.
//
// It ends early, and without a word, at anything that it does not expect: the
// server is asked from there on, and knows.
//
// The server only ever adds to these files: nothing is deleted or purged, so no
// block is written anew, and what was acknowledged is in its file.
func (l *Log) fromFiles(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		msgs := filepath.Join(streamDir(l.o.Dir), "msgs")
		blocks, findings, err := listBlocks(msgs)
		if err != nil || len(findings) > 0 {
			return
		}
		last, content := after, []byte(nil)
		for n, block := range blocks {
			if n+1 < len(blocks) && firstOf(filepath.Join(msgs, blocks[n+1].name)) <= last+1 {
				continue // all of this one is before
			}
			f, err := os.Open(filepath.Join(msgs, block.name))
			if err != nil {
				return
			}
			content, err = readBlock(f, content)
			f.Close()
			if err != nil {
				return
			}
			for page := range pagesOf(fmt.Sprintf("%s-%d", streamName, block.number), content, last, upto) {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				last = page[len(page)-1].Position
				if !yield(page, nil) {
					return
				}
			}
			if last == upto {
				return
			}
		}
	}
}

// firstOf gives the position of a block file's first record, or one that no log
// has where there is none.
func firstOf(path string) uint64 {
	none := ^uint64(0)
	f, err := os.Open(path)
	if err != nil {
		return none
	}
	defer f.Close()
	var head [12]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return none
	}
	return binary.LittleEndian.Uint64(head[4:])
}

// A record is one message in a block file. Its parts are parts of the file.
type record struct {
	position              uint64
	subject, header, body []byte
}

// pagesOf gives the records of a block file behind a position, up to and with
// another, as pages, up to the first that is not as it should be.
func pagesOf(name string, content []byte, after, upto uint64) iter.Seq[[]domain.Recorded] {
	return func(yield func([]domain.Recorded) bool) {
		sum := keyedHash(name)
		records := make([]record, 0, pageSize)
		for after < upto {
			size, position, flaw := readRecord(sum, content)
			if flaw != noFlaw || position > after+1 {
				break
			}
			if position == after+1 {
				records = append(records, recordOf(content[:size], position))
				after = position
			}
			content = content[size:]
			if len(records) < pageSize {
				continue
			}
			if !yield(pageOf(records)) {
				return
			}
			records = records[:0]
		}
		if len(records) > 0 {
			yield(pageOf(records))
		}
	}
}

// recordOf divides a record that is as it should be.
func recordOf(b []byte, position uint64) record {
	subject, header := shape(b)
	r := record{position: position, subject: b[recordHead : recordHead+subject]}
	rest := b[recordHead+subject : len(b)-checksumLen]
	if header > 0 {
		n := binary.LittleEndian.Uint32(rest)
		r.header, rest = rest[header:header+int(n)], rest[header+int(n):]
	}
	r.body = rest
	return r
}

// pageOf reads records.
func pageOf(records []record) []domain.Recorded {
	page := make([]domain.Recorded, len(records))
	halves(len(records), func(i int) {
		r := records[i]
		page[i] = recorded(string(r.subject), headersOf(r.header).value, bytes.Clone(r.body), r.position)
	})
	return page
}

// headers are a message's, as they are stored, a line each behind the first.
type headers []string

func headersOf(stored []byte) headers {
	lines := make(headers, 0, 16)
	_, rest, more := strings.Cut(string(stored), "\r\n")
	for more {
		var line string
		if line, rest, more = strings.Cut(rest, "\r\n"); more {
			lines = append(lines, line)
		}
	}
	return lines
}

// value gives the value of a header, which is empty where there is none.
func (h headers) value(name string) string {
	for _, line := range h {
		if len(line) > len(name) && line[len(name)] == ':' && line[:len(name)] == name {
			return strings.Trim(line[len(name)+1:], " \t")
		}
	}
	return ""
}
