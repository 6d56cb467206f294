package eventstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/minio/highwayhash"
)

// A block file as nats-server v2.15.2 writes it (server/filestore.go,
// writeMsgRecordLocked) is a row of records, little-endian, nothing between:
//
//	length u32 · position u64 · time i64 · subject length u16
//	subject · [header length u32 · header] · body · checksum u64
//
// The checksum is highwayhash-64, keyed with the sha256 of "STREAM-NUMBER",
// over position, time, subject, header and body. It does not cover the three
// lengths: a wrong one shows because the checksum is then sought in the wrong
// place, or because the header no longer ends where headers end. One thing it
// cannot show: a shorter subject in a record without headers. Every event has
// headers.
const (
	recordHead  = 22 // up to the subject
	checksumLen = 8
	leastRecord = recordHead + checksumLen
	mostRecord  = 32 << 20 // the server writes none that is longer, nor a longer block

	headerBit    = 1 << 31 // in the length: the record has a header
	erasedBit    = 1 << 63 // in the position: the record was erased
	tombstoneBit = 1 << 62 // in the position: the record at that position was deleted
)

// endOfHeader ends a message's header, and occurs nowhere else in it.
const endOfHeader = "\r\n\r\n"

// A flaw is a way for a record to be wrong.
type flaw int

const (
	noFlaw flaw = iota
	badLength
	cutOff
	badChecksum
	badShape
	wasErased
	wasDeleted
	flawKinds
)

func (f flaw) String() string {
	switch f {
	case badLength:
		return "a record states an impossible length"
	case cutOff:
		return "a record is cut off"
	case badChecksum:
		return "a record does not match its checksum"
	case badShape:
		return "a record's subject or header has a wrong length"
	case wasErased:
		return "a record was erased"
	case wasDeleted:
		return "a record says that another was deleted"
	default:
		return "no flaw"
	}
}

// blockScan is what one block file holds.
type blockScan struct {
	runs    []Span   // the positions of good records, in the order of the file
	deleted []uint64 // positions that tombstones name

	// tail counts the records behind the last good one that are hurt;
	// adrift says that some of what is there could not be told apart into records.
	tail   uint64
	adrift bool

	// torn says that the file ends within a record that the server was still
	// writing: at byte tornAt, position tornIs (0: too little of it is there).
	torn   bool
	tornAt int
	tornIs uint64

	flaws [flawKinds]struct{ count, first int } // first: the byte where the first begins
}

// scanBlock reads the records in buf, the whole of the block file with this
// number. It never fails: whatever cannot be read is a flaw, and it goes on at
// the next place where a record begins.
func scanBlock(stream string, number uint32, buf []byte) blockScan {
	sum := keyedHash(fmt.Sprintf("%s-%d", stream, number))
	var s blockScan
	for at := 0; at < len(buf); {
		size, position, flaw := readRecord(sum, buf[at:])
		switch flaw {
		case noFlaw:
			s.good(position)
			at += size
			continue
		case wasDeleted:
			s.flaw(flaw, at)
			s.deleted = append(s.deleted, position)
			at += size
			continue
		case badShape, wasErased: // the checksum holds, so the record's end is known
			s.flaw(flaw, at)
			s.tail++
			at += size
			continue
		}
		next, one := resume(sum, buf, at)
		if next == len(buf) && !one && isTorn(buf[at:]) {
			s.torn, s.tornAt = true, at
			if len(buf)-at >= 12 {
				s.tornIs = binary.LittleEndian.Uint64(buf[at+4:])
			}
			break
		}
		s.flaw(flaw, at)
		if one {
			s.tail++
		} else {
			s.adrift = true
		}
		at = next
	}
	return s
}

func (s *blockScan) good(position uint64) {
	s.tail, s.adrift = 0, false
	if n := len(s.runs); n > 0 && s.runs[n-1].Last+1 == position {
		s.runs[n-1].Last = position
		return
	}
	s.runs = append(s.runs, Span{position, position})
}

func (s *blockScan) flaw(f flaw, at int) {
	if s.flaws[f].count == 0 {
		s.flaws[f].first = at
	}
	s.flaws[f].count++
}

// readRecord reads the record that b begins with. Size is its length where
// the checksum holds, and what it states (if it can be true) where not.
func readRecord(sum *highwayhash.Digest64, b []byte) (size int, position uint64, f flaw) {
	if len(b) < leastRecord {
		return 0, 0, cutOff
	}
	size = statedLength(b)
	subject, header := shape(b)
	switch least := leastRecord + subject + header; {
	case size < least || size > mostRecord:
		return 0, 0, badLength
	case size > len(b):
		return 0, 0, cutOff
	case !checksumHolds(sum, b[:size], subject, header):
		return size, 0, badChecksum
	}
	position = binary.LittleEndian.Uint64(b[4:])
	switch {
	case position&tombstoneBit != 0:
		return size, position &^ (tombstoneBit | erasedBit), wasDeleted
	case position&erasedBit != 0, position == 0:
		return size, 0, wasErased
	}
	rest := b[recordHead+subject : size-checksumLen]
	if !bytes.HasPrefix(b[recordHead:recordHead+subject], []byte(subjectRoot)) || header > 0 && !headerEnds(rest) {
		return size, position, badShape
	}
	return size, position, noFlaw
}

// statedLength is what the record that b begins with says of its own length.
func statedLength(b []byte) int {
	return int(binary.LittleEndian.Uint32(b) &^ headerBit)
}

// shape returns the length of the subject and of the field that holds the
// header's length (4, or 0 without a header).
func shape(b []byte) (subject, header int) {
	if binary.LittleEndian.Uint32(b)&headerBit != 0 {
		header = 4
	}
	return int(binary.LittleEndian.Uint16(b[20:])), header
}

// checksumHolds judges record, which must be as long as its shape asks for at
// least, by the checksum at its end.
func checksumHolds(sum *highwayhash.Digest64, record []byte, subject, header int) bool {
	body := len(record) - checksumLen
	sum.Reset()
	sum.Write(record[4:20])
	sum.Write(record[recordHead : recordHead+subject])
	sum.Write(record[recordHead+subject+header : body])
	return sum.Sum64() == binary.LittleEndian.Uint64(record[body:])
}

// headerEnds reports whether b, a header's length and all that follows, holds
// a header that ends where that length says.
func headerEnds(b []byte) bool {
	stated, b := binary.LittleEndian.Uint32(b), b[4:]
	end := bytes.Index(b, []byte(endOfHeader))
	return end >= 0 && uint64(stated) == uint64(end+len(endOfHeader))
}

// resume finds where to go on behind the hurt record at byte at of buf: at the
// next record whose checksum holds, or at one that begins where the hurt one
// says it ends, or else at the end of buf. One reports that exactly one record
// lies in between.
//
// Trying a place costs a checksum over what a record there would hold. Text
// makes no plausible length (four printable bytes are over 500 MB), so places
// that only look like a record are few.
func resume(sum *highwayhash.Digest64, buf []byte, at int) (next int, one bool) {
	if len(buf)-at < leastRecord {
		return len(buf), false
	}
	stated := at + statedLength(buf[at:])
	for next = at + 1; ; next++ {
		subject := min(next+recordHead, len(buf))
		i := bytes.Index(buf[subject:], []byte(subjectRoot))
		if i < 0 {
			next = len(buf)
			break
		}
		next += i
		if _, _, f := readRecord(sum, buf[next:]); f == noFlaw || next == stated {
			break
		}
	}
	if next == stated {
		return next, true
	}
	// Perhaps only the length is wrong: then the bytes up to there are one record.
	record := buf[at:next]
	if len(record) < leastRecord {
		return next, false
	}
	subject, header := shape(record)
	one = len(record) >= leastRecord+subject+header && checksumHolds(sum, record, subject, header)
	return next, one
}

// isTorn reports whether b, the end of a file, may be what a crash leaves of
// the record being written: a beginning without its end, or zeros where the
// file had grown before its bytes came.
func isTorn(b []byte) bool {
	if len(bytes.Trim(b, "\x00")) == 0 || len(b) < 4 {
		return true
	}
	size := statedLength(b)
	return size >= leastRecord && size <= mostRecord && size > len(b)
}
