package eventstore

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// blockRecord makes a record as the server writes it, of 300 bytes.
func blockRecord(number uint32, position uint64) []byte {
	subject := fmt.Sprintf("waymark.journey.j-%d", position%1000)
	header := fmt.Sprintf("NATS/1.0\r\nce-id: %d\r\n\r\n", position)
	body := `{"data":{"value":6}}`
	body += strings.Repeat(" ", 300-recordHead-len(subject)-4-len(header)-len(body)-checksumLen)
	return sealRecord(number, position, subject, header, body)
}

func sealRecord(number uint32, position uint64, subject, header, body string) []byte {
	length := uint32(recordHead + len(subject) + len(header) + len(body) + checksumLen)
	if header != "" {
		length = length + 4 | headerBit
	}
	b := binary.LittleEndian.AppendUint32(nil, length)
	b = binary.LittleEndian.AppendUint64(b, position)
	b = binary.LittleEndian.AppendUint64(b, 1_700_000_000_000_000_000)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(subject)))
	sum := keyedHash(fmt.Sprintf("WAYMARK-%d", number))
	sum.Write(b[4:20])
	sum.Write([]byte(subject + header + body))
	b = append(b, subject...)
	if header != "" {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	b = append(b, header+body...)
	return binary.LittleEndian.AppendUint64(b, sum.Sum64())
}

// judge is what scrub thinks of a log of these blocks.
func judge(known uint64, blocks ...[]byte) (last uint64, spans []Span, findings []string) {
	var a account
	for i, b := range blocks {
		a.add(fmt.Sprintf("%d.blk", i+1), scanBlock("WAYMARK", uint32(i+1), b))
	}
	last = a.close(known)
	return last, joinSpans(a.spans), a.findings
}

func blockOf(number uint32, first, last uint64) (b []byte) {
	for p := first; p <= last; p++ {
		b = append(b, blockRecord(number, p)...)
	}
	return b
}

// One wrong bit anywhere is noticed, and exactly the record it is in is named,
// wherever it lies and even where nothing else knows how long the log was.
func TestNoBitOfAnEntryChangesUnnoticed(t *testing.T) {
	const size = 300
	one, two, three := blockOf(1, 1, 4), blockOf(2, 5, 8), blockOf(3, 9, 12)
	for i, block := range [][]byte{one, two, three} {
		for at := range block {
			for bit := range 8 {
				block[at] ^= 1 << bit
				hurt := uint64(4*i + at/size + 1)
				_, spans, findings := judge(0, one, two, three)
				if !slices.Equal(spans, []Span{{hurt, hurt}}) || len(findings) == 0 {
					t.Fatalf("%d.blk, byte %d of record %d, bit %d: hurt is %v; %v", i+1, at%size, hurt, bit, spans, findings)
				}
				block[at] ^= 1 << bit
			}
		}
	}
	if last, spans, findings := judge(12, one, two, three); last != 12 || spans != nil || findings != nil {
		t.Fatal(last, spans, findings)
	}
}

func TestWhatTheServerMarksAsGoneIsMissed(t *testing.T) {
	mark := func(bits, position uint64) []byte { return sealRecord(1, bits|position, "", "", "") }
	for name, tt := range map[string]struct {
		block []byte
		known uint64
		want  []Span
	}{
		"deleted":                        {slices.Concat(blockOf(1, 1, 5), mark(tombstoneBit, 3), blockOf(1, 6, 6)), 6, []Span{{3, 3}}},
		"deleted at the end":             {slices.Concat(blockOf(1, 1, 5), mark(tombstoneBit, 5)), 5, []Span{{5, 5}}},
		"lost, and the place marked":     {slices.Concat(blockOf(1, 1, 5), mark(tombstoneBit, 9)), 0, []Span{{9, 9}}},
		"erased":                         {slices.Concat(blockOf(1, 1, 2), sealRecord(1, erasedBit|3, subjectRoot+"x", "", "gone"), blockOf(1, 4, 6)), 6, []Span{{3, 3}}},
		"erased at the end":              {slices.Concat(blockOf(1, 1, 2), mark(erasedBit, 3)), 0, []Span{{3, 3}}},
		"erased without a position":      {slices.Concat(blockOf(1, 1, 2), sealRecord(1, 0, subjectRoot+"x", "", "gone"), blockOf(1, 4, 6)), 6, []Span{{3, 3}}},
		"twice":                          {slices.Concat(blockOf(1, 1, 5), blockOf(1, 4, 6)), 6, []Span{{4, 5}}},
		"left out":                       {slices.Concat(blockOf(1, 1, 5), blockOf(1, 8, 9)), 9, []Span{{6, 7}}},
		"begun late":                     {blockOf(1, 3, 9), 9, []Span{{1, 2}}},
		"of another subject":             {slices.Concat(blockOf(1, 1, 1), sealRecord(1, 2, "elsewhere", "", "{}"), blockOf(1, 3, 3)), 3, []Span{{2, 2}}},
		"cut, of a length no record has": {hurtAt(blockOf(1, 1, 2)[:599], 303), 0, []Span{{First: 2}}},
		"cut, then zeros":                {slices.Concat(blockOf(1, 1, 2)[:599], make([]byte, 50)), 0, []Span{{First: 2}}},
		"cut, then more":                 {slices.Concat(blockOf(1, 1, 2)[:450], blockOf(1, 3, 4)), 0, []Span{{2, 2}}},
		"zeros, then more":               {slices.Concat(blockOf(1, 1, 2), make([]byte, 300), blockOf(1, 4, 4)), 0, []Span{{3, 3}}},
		"noise at the end":               {slices.Concat(blockOf(1, 1, 2), slices.Repeat([]byte{0xa5}, 300)), 0, []Span{{First: 3}}},
		"noise between":                  {slices.Concat(blockOf(1, 1, 2), slices.Repeat([]byte{0xa5}, 300), blockOf(1, 3, 4)), 0, nil},
		"several in a row":               {hurtAt(blockOf(1, 1, 9), 3*300+40, 4*300+40, 6*300+2, 7*300), 9, []Span{{4, 5}, {7, 8}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, spans, findings := judge(tt.known, tt.block)
			if !slices.Equal(spans, tt.want) || len(findings) == 0 {
				t.Fatalf("hurt is %v, want %v; %v", spans, tt.want, findings)
			}
		})
	}
}

// hurtAt changes the bytes at these places of b.
func hurtAt(b []byte, places ...int) []byte {
	for _, at := range places {
		b[at] ^= 0xff
	}
	return b
}

// A torn end is forgiven only to the block that was written last.
func TestATornBlockWithEntriesBehindItIsMissed(t *testing.T) {
	for name, tt := range map[string]struct {
		blocks [][]byte
		want   []Span
	}{
		"records follow":       {[][]byte{blockOf(1, 1, 4)[:1100], blockOf(2, 5, 6)}, []Span{{4, 4}}},
		"a hurt one follows":   {[][]byte{blockOf(1, 1, 4)[:1100], hurtAt(blockOf(2, 5, 5), 50)}, []Span{{First: 4}}},
		"a torn one follows":   {[][]byte{blockOf(1, 1, 4)[:1100], blockOf(2, 4, 4)[:200]}, []Span{{First: 4}}},
		"nothing follows":      {[][]byte{blockOf(1, 1, 4)[:1100], nil}, nil},
		"not the next in turn": {[][]byte{blockOf(1, 1, 3), blockOf(2, 9, 9)[:200]}, []Span{{First: 4}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, spans, findings := judge(0, tt.blocks...)
			if !slices.Equal(spans, tt.want) || (len(findings) == 0) != (tt.want == nil) {
				t.Fatalf("hurt is %v, want %v; %v", spans, tt.want, findings)
			}
		})
	}
}

func FuzzScanBlock(f *testing.F) {
	f.Add(blockOf(1, 1, 3))
	f.Add(blockOf(1, 1, 3)[:750])
	f.Add(hurtAt(blockOf(1, 1, 3), 301, 20))
	f.Add(append(blockOf(1, 1, 2), make([]byte, 64)...))
	f.Add(sealRecord(1, tombstoneBit|7, "", "", ""))
	f.Add([]byte(strings.Repeat(subjectRoot, 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := scanBlock("WAYMARK", 1, b)
		good := uint64(0)
		for _, run := range s.runs {
			if run.First == 0 || run.Last < run.First {
				t.Fatalf("a run of %d to %d", run.First, run.Last)
			}
			good += run.Last - run.First + 1
		}
		if good*leastRecord > uint64(len(b)) {
			t.Fatalf("%d good records in %d bytes", good, len(b))
		}
		if again := scanBlock("WAYMARK", 2, b); len(again.runs) > 0 {
			t.Fatal("the same bytes hold in two blocks")
		}
		_, spans, findings := judge(0, b)
		if len(spans) > 0 && len(findings) == 0 {
			t.Fatalf("%v are hurt, and nothing says why", spans)
		}
		if whole := !s.torn && !s.flawed(); whole && len(b) > 0 && good == 0 {
			t.Fatal("bytes that nothing accounts for")
		}
		// Whatever stands between good records is noticed, and hides none of them.
		between := slices.Concat(blockOf(1, 1, 2), b, blockOf(1, 3, 4))
		if _, _, findings := judge(0, between); len(b) > 0 && len(findings) == 0 {
			t.Fatal("bytes between two records go unnoticed")
		}
		runs := scanBlock("WAYMARK", 1, between).runs
		for p := range uint64(4) {
			if !slices.ContainsFunc(runs, func(run Span) bool { return run.First <= p+1 && p+1 <= run.Last }) {
				t.Fatalf("record %d is hidden", p+1)
			}
		}
	})
}
