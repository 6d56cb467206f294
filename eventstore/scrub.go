package eventstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/minio/highwayhash"
)

// Damage is the error for a log whose files are not as they were written. The
// server is not started on them, since it would skip, cut or delete what it
// cannot read, and say nothing.
type Damage struct {
	Dir      string   // the stream's directory; nothing in it was changed
	Copy     string   // a copy of Dir as it was found; empty where there was nothing to copy
	Spans    []Span   // the positions that are hurt, ascending, apart from each other
	Findings []string // what is wrong, each naming its file; never any content
}

func (d *Damage) Error() string {
	const most = 20 // of each; a log that is hurt everywhere still fits on a screen
	var b strings.Builder
	b.WriteString("the log's files are damaged: ")
	switch n := len(d.Spans); {
	case n == 0:
		b.WriteString("no position is missing")
	case n == 1 && d.Spans[0].First == d.Spans[0].Last:
		fmt.Fprintf(&b, "position %v is hurt", d.Spans[0])
	default:
		b.WriteString("hurt is ")
		writeList(&b, d.Spans, ", ", most)
	}
	b.WriteString(" (")
	writeList(&b, d.Findings, "; ", most)
	fmt.Fprintf(&b, "). Nothing in %s was changed", d.Dir)
	if d.Copy != "" {
		fmt.Fprintf(&b, ", and a copy of it is in %s", d.Copy)
	}
	return b.String()
}

// Hint says what to do next.
func (d *Damage) Hint() string {
	return "restore the newest backup, or put the right files back in their place, then start again"
}

func writeList[T any](b *strings.Builder, items []T, sep string, most int) {
	for i, item := range items {
		if i == most {
			fmt.Fprintf(b, "%sand %d more", sep, len(items)-most)
			return
		}
		if i > 0 {
			b.WriteString(sep)
		}
		fmt.Fprint(b, item)
	}
}

// A Span is a row of positions, both ends included. A Last of 0 leaves it open:
// everything from First on, however much that was.
type Span struct{ First, Last uint64 }

func (s Span) String() string {
	switch {
	case s.Last == 0 && s.First <= 1:
		return "every position"
	case s.Last == 0:
		return fmt.Sprintf("every position after %d", s.First-1)
	case s.First == s.Last:
		return strconv.FormatUint(s.First, 10)
	default:
		return fmt.Sprintf("%d–%d", s.First, s.Last)
	}
}

// scrub reads every block file of the stream in dir (…/streams/WAYMARK), from
// the first byte to the last, and changes nothing there. It must run before a
// server is started on dir, and never beside one.
//
// All is well when positions 1 to last are there, once each and in order, with
// checksums that hold, and none was deleted; when the stream's own description
// is whole; and when last is not below least, the highest position that is known
// to have been recorded, nor below what the server's index remembers. A record
// that breaks off at the very end is no damage: nobody was told of it. A last
// of 0 means that nothing was ever recorded, whatever a crash at the founding
// may have left in dir; it may be removed.
//
// Otherwise the error is a *Damage, and a copy of dir stays in aside, or in
// aside-2 and so on where an earlier copy is different. Any other error says
// that scrub could not look, or was cancelled.
//
// Before anything is read, dir is linked into aside.tmp; that is removed when
// no damage was found, by this call or, after a crash, by the next.
func scrub(ctx context.Context, dir, aside string, least uint64) (last uint64, err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if least == 0 {
			return 0, nil
		}
		return 0, &Damage{
			Dir:      dir,
			Spans:    []Span{{First: 1}},
			Findings: []string{fmt.Sprintf("the directory is missing, but position %d is known to have been recorded", least)},
		}
	}
	links := aside + ".tmp"
	if err := linkTree(ctx, dir, links); err != nil {
		return 0, errors.Join(fmt.Errorf("setting the log's files aside: %w", err), os.RemoveAll(links))
	}
	last, damage, err := examine(ctx, dir, least)
	if err != nil || damage == nil {
		return last, errors.Join(err, os.RemoveAll(links))
	}
	if damage.Copy, err = keepTree(ctx, links, aside); err != nil {
		return 0, errors.Join(damage, fmt.Errorf("keeping the copy: %w", err))
	}
	if err := ownTree(ctx, dir, damage.Copy); err != nil {
		damage.Findings = append(damage.Findings,
			fmt.Sprintf("the copy still shares its bytes with the files (%v): replace files, do not write into them", err))
	}
	return 0, damage
}

// examine does what scrub promises, but for the copy.
func examine(ctx context.Context, dir string, least uint64) (last uint64, d *Damage, err error) {
	stream, msgs := filepath.Base(dir), filepath.Join(dir, "msgs")
	blocks, findings, err := listBlocks(msgs)
	if err != nil {
		return 0, nil, err
	}
	scans, err := scanBlocks(ctx, stream, msgs, blocks)
	if err != nil {
		return 0, nil, err
	}
	a := account{findings: findings}
	for i, b := range blocks {
		if scans[i].err != nil {
			a.lost(b.name, scans[i].err)
		} else {
			a.add(b.name, scans[i].blockScan)
		}
	}
	last = a.close(max(least, indexedLast(msgs, stream)))
	if last == 0 && len(a.findings) == 0 {
		return 0, nil, nil
	}
	if f := descriptionFlaw(dir, stream); f != "" {
		a.findings = append(a.findings, f)
	}
	// With a block in there, the server would take it for the rest of a purge,
	// and throw msgs away.
	if purged, _, err := listBlocks(filepath.Join(dir, "__new_msgs__")); err != nil {
		return 0, nil, err
	} else if len(purged) > 0 {
		a.findings = append(a.findings, "__new_msgs__: emptying the log was begun; the server would finish it")
	}
	if len(a.findings) == 0 {
		return last, nil, nil
	}
	return 0, &Damage{Dir: dir, Spans: joinSpans(a.spans), Findings: a.findings}, nil
}

// A blockFile is one N.blk.
type blockFile struct {
	name   string
	number uint32
}

// listBlocks returns the block files in msgs, in the order of their numbers. A
// name that the server would also read as a block's number is a finding.
func listBlocks(msgs string) (blocks []blockFile, findings []string, err error) {
	entries, err := os.ReadDir(msgs)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	for _, e := range entries {
		stem, isBlock := strings.CutSuffix(e.Name(), ".blk")
		if !isBlock {
			continue
		}
		n, err := strconv.ParseUint(stem, 10, 32)
		if err != nil || strconv.FormatUint(n, 10) != stem || !e.Type().IsRegular() {
			findings = append(findings, fmt.Sprintf("%q is not a block file of the server's", e.Name()))
			continue
		}
		blocks = append(blocks, blockFile{e.Name(), uint32(n)})
	}
	slices.SortFunc(blocks, func(a, b blockFile) int { return cmp.Compare(a.number, b.number) })
	return blocks, findings, nil
}

// A scanned block is what it holds, or why its bytes could not be had.
type scanned struct {
	blockScan
	err error
}

// scanBlocks scans two blocks at a time, each into a buffer that is used again.
func scanBlocks(ctx context.Context, stream, msgs string, blocks []blockFile) ([]scanned, error) {
	const readers = 2
	var (
		scans = make([]scanned, len(blocks))
		errs  = make([]error, readers)
		taken atomic.Int64
		wg    sync.WaitGroup
	)
	for r := range readers {
		wg.Go(func() {
			var buf []byte
			for errs[r] == nil {
				i := int(taken.Add(1)) - 1
				if i >= len(blocks) {
					return
				}
				if errs[r] = ctx.Err(); errs[r] != nil {
					return
				}
				f, err := os.Open(filepath.Join(msgs, blocks[i].name))
				if err != nil {
					errs[r] = err // not the disk's doing: no permission, too many open files
					return
				}
				if buf, err = readBlock(f, buf); err != nil {
					scans[i].err = err
				} else {
					scans[i].blockScan = scanBlock(stream, blocks[i].number, buf)
				}
				f.Close()
			}
		})
	}
	wg.Wait()
	return scans, cmp.Or(errs...)
}

// readBlock reads f into buf, grown where it is too small.
func readBlock(f *os.File, buf []byte) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return buf, err
	}
	if info.Size() > mostRecord {
		return buf, fmt.Errorf("%d bytes are more than any block has", info.Size())
	}
	buf = slices.Grow(buf[:0], int(info.Size()))[:info.Size()]
	_, err = io.ReadFull(f, buf)
	return buf, err
}

// descriptionFlaw says what is wrong with the stream's description, without
// which the server passes the whole stream over; empty where nothing is.
func descriptionFlaw(dir, stream string) string {
	const name, sumName = "meta.inf", "meta.sum"
	sum := keyedHash(stream)
	if err := pour(sum, filepath.Join(dir, name)); err != nil {
		return fmt.Sprintf("%s cannot be read: %v", name, withoutPath(err))
	}
	// The checksum's own hash is compared, so that a huge file needs no memory.
	stated, want := keyedHash(stream), keyedHash(stream)
	if err := pour(stated, filepath.Join(dir, sumName)); err != nil {
		return fmt.Sprintf("%s cannot be read: %v", sumName, withoutPath(err))
	}
	want.Write([]byte(hex.EncodeToString(sum.Sum(nil))))
	if stated.Sum64() != want.Sum64() {
		return fmt.Sprintf("%s does not match its checksum in %s", name, sumName)
	}
	return ""
}

// pour writes the bytes of a file into w.
func pour(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// indexedLast returns the last position that the server's index.db remembers.
// The index is a cache that the server writes now and then and can do without:
// one that is missing or hurt remembers 0. But where it remembers more than the
// blocks hold, the server would go on behind that, and leave a hole for ever.
func indexedLast(msgs, stream string) uint64 {
	const magic, newest = 11, 4 // of the versions up to 4
	f, err := os.Open(filepath.Join(msgs, "index.db"))
	if err != nil {
		return 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < 32 {
		return 0
	}
	sum, size := keyedHash(stream), info.Size()-checksumLen
	if _, err := io.Copy(sum, io.NewSectionReader(f, 0, size)); err != nil {
		return 0
	}
	var head [64]byte
	var stated [checksumLen]byte
	n, _ := f.ReadAt(head[:min(size, int64(len(head)))], 0)
	if _, err := f.ReadAt(stated[:], size); err != nil || [checksumLen]byte(sum.Sum(nil)) != stated {
		return 0
	}
	if head[0] != magic || head[1] > newest {
		return 0
	}
	// messages, bytes, first position, first time, last position
	var v uint64
	for at, i := 2, 0; i < 5; i++ {
		used := 0
		if v, used = binary.Uvarint(head[at:n]); used <= 0 {
			return 0
		}
		at += used
	}
	return v
}

// keyedHash returns the hash that the server keys with the name of a stream, or
// of a stream's block.
func keyedHash(name string) *highwayhash.Digest64 {
	key := sha256.Sum256([]byte(name))
	sum, err := highwayhash.NewDigest64(key[:])
	if err != nil {
		panic(err) // a sha256 is always as long as the key must be
	}
	return sum
}

// withoutPath strips the path from an error about a file.
func withoutPath(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
