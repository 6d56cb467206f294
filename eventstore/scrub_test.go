package eventstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

// scrubbed is the stream of these tests. Its size limit makes the server write
// small blocks, of 32,000 bytes; nothing else depends on it.
func scrubbed() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: "WAYMARK", Subjects: []string{"waymark.>"}, Storage: jetstream.FileStorage,
		DenyDelete: true, DenyPurge: true, Discard: jetstream.DiscardNew,
		AllowDirect: true, AllowAtomicPublish: true, MaxBytes: 126_000,
	}
}

// serveFiles starts a server on store. Stop ends it as a person would.
func serveFiles(t testing.TB, store string, cfg jetstream.StreamConfig) (js jetstream.JetStream, stop func()) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		JetStream: true, StoreDir: store, DontListen: true, SyncAlways: true, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not start")
	}
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	var once bool
	stop = func() {
		if !once {
			once = true
			nc.Close()
			s.Shutdown()
			s.WaitForShutdown()
		}
	}
	t.Cleanup(stop)
	if js, err = jetstream.New(nc); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateOrUpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	return js, stop
}

// scrubbedDir is where a server keeps the stream's files.
func scrubbedDir(store string) string {
	return filepath.Join(store, "jetstream", "$G", "streams", "WAYMARK")
}

// numberedEntry makes the nth message of these tests; every seventh has no header.
func numberedEntry(n, size int) *nats.Msg {
	m := nats.NewMsg(fmt.Sprintf("waymark.journey.j-%d", n%10))
	m.Data = fmt.Appendf(nil, `{"data":{"value":%d},"words":{"note":"%s"}}`, n, strings.Repeat("waymark. ", size/9))
	if n%7 != 0 {
		m.Header.Set("ce-id", fmt.Sprintf("0192f0c4-0000-7000-8000-%012d", n))
		m.Header.Set("ce-type", "confidence.rated.v1")
	}
	return m
}

func publishEntries(t testing.TB, js jetstream.JetStream, from, to, size int) {
	t.Helper()
	for n := from; n <= to; n++ {
		ack, err := js.PublishMsg(t.Context(), numberedEntry(n, size))
		if err != nil {
			t.Fatal(err)
		}
		if ack.Sequence != uint64(n) {
			t.Fatalf("entry %d is at position %d", n, ack.Sequence)
		}
	}
}

// A kept log is the files of a log of these tests, and where its records lie.
type keptLog struct {
	dir    string
	last   int
	blocks [][]keptRecord // of 1.blk, 2.blk and so on
}

type keptRecord struct {
	position, at, size, subject, header int
	block                               string
}

// keptIn reads where the records of dir lie, trusting what they say: the tests
// that hurt them need to know, and must not ask the code they test.
func keptIn(t testing.TB, dir string) keptLog {
	t.Helper()
	l := keptLog{dir: dir}
	for n := 1; ; n++ {
		name := fmt.Sprintf("msgs/%d.blk", n)
		b, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			if n == 1 {
				continue // a stream told where to begin has its first block in 2.blk
			}
			return l
		}
		var block []keptRecord
		for at := 0; at < len(b); {
			r := keptRecord{block: name, at: at}
			length := binary.LittleEndian.Uint32(b[at:])
			r.size = int(length &^ (1 << 31))
			r.position = int(binary.LittleEndian.Uint64(b[at+4:]))
			r.subject = int(binary.LittleEndian.Uint16(b[at+20:]))
			if length>>31 == 1 {
				r.header = int(binary.LittleEndian.Uint32(b[at+22+r.subject:]))
			}
			at += r.size
			l.last = r.position
			block = append(block, r)
		}
		l.blocks = append(l.blocks, block)
	}
}

// span is the positions of block n (from 1) of the log.
func (l keptLog) span(n int) Span {
	b := l.blocks[n-1]
	return Span{uint64(b[0].position), uint64(b[len(b)-1].position)}
}

// copyLog copies the files of dir to a place of their own.
func copyLog(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "WAYMARK")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// treeOf is the bytes of every file below dir.
func treeOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(b)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// scrubWell fails the test unless the log in dir is well and ends at last.
func scrubWell(t testing.TB, dir string, least, last uint64) {
	t.Helper()
	before, aside := treeOf(t, dir), filepath.Join(t.TempDir(), "aside")
	got, err := scrub(t.Context(), dir, aside, least)
	if err != nil || got != last {
		t.Fatalf("scrub: last %d, %v; want last %d", got, err, last)
	}
	if left, _ := filepath.Glob(aside + "*"); len(left) > 0 {
		t.Fatalf("scrub leaves %v", left)
	}
	if !maps.Equal(before, treeOf(t, dir)) {
		t.Fatal("scrub changed the files")
	}
}

// The format is read from the source of one version. With another, read
// writeMsgRecordLocked, rebuildStateFromBufLocked, recoverMsgs and
// _writeFullState again before this is changed.
func TestAnUpgradedServerIsNotTrustedUnread(t *testing.T) {
	if server.VERSION != "2.15.2" {
		t.Fatalf("the block format was read from nats-server 2.15.2, not from %s", server.VERSION)
	}
	cfg := scrubbed()
	cfg.MaxBytes = 0 // blocks as large as the real ones
	store, last := t.TempDir(), 60
	js, stop := serveFiles(t, store, cfg)
	publishEntries(t, js, 1, last, 400_000)
	stop()
	l := keptIn(t, scrubbedDir(store))
	if len(l.blocks) < 3 || l.last != last {
		t.Fatalf("the server wrote %d blocks, %d records", len(l.blocks), l.last)
	}
	scrubWell(t, l.dir, uint64(last), uint64(last))
	if got := indexedLast(filepath.Join(l.dir, "msgs"), "WAYMARK"); got != uint64(last) {
		t.Fatalf("the index remembers %d", got)
	}
	if err := os.Remove(filepath.Join(l.dir, "msgs/index.db")); err != nil {
		t.Fatal(err)
	}
	scrubWell(t, l.dir, uint64(last), uint64(last))
}

func TestAStartNeverKeepsAWellLogOut(t *testing.T) {
	t.Run("nothing there yet", func(t *testing.T) {
		scrubWell(t, filepath.Join(t.TempDir(), "WAYMARK"), 0, 0)
	})
	for _, first := range []uint64{0, 1} { // the server empties a new stream that has a first position
		t.Run(fmt.Sprintf("founded only, first position %d", first), func(t *testing.T) {
			cfg, store := scrubbed(), t.TempDir()
			cfg.FirstSeq = first
			for range 3 {
				_, stop := serveFiles(t, store, cfg)
				scrubWell(t, copyLog(t, scrubbedDir(store)), 0, 0)
				stop()
				scrubWell(t, scrubbedDir(store), 0, 0)
			}
			js, stop := serveFiles(t, store, cfg)
			publishEntries(t, js, 1, 3, 100)
			stop()
			scrubWell(t, scrubbedDir(store), 3, 3)
		})
	}
	t.Run("a founding that was cut short", func(t *testing.T) {
		store := t.TempDir()
		_, stop := serveFiles(t, store, scrubbed())
		stop()
		os.Remove(filepath.Join(scrubbedDir(store), "meta.sum"))
		scrubWell(t, scrubbedDir(store), 0, 0)
	})
	t.Run("reopened, killed and closed, with batches of every fate", func(t *testing.T) {
		store, last := t.TempDir(), 0
		for round := range 4 {
			js, stop := serveFiles(t, store, scrubbed())
			publishEntries(t, js, last+1, last+30, 200)
			last = batches(t, js, last+30)
			// The files as a kill would leave them, the moment after an answer.
			killed := copyLog(t, scrubbedDir(store))
			scrubWell(t, killed, uint64(last), uint64(last))
			if round%2 == 0 {
				stop()
				scrubWell(t, scrubbedDir(store), uint64(last), uint64(last))
				continue
			}
			stop()
			if err := errors.Join(os.RemoveAll(scrubbedDir(store)), os.Rename(killed, scrubbedDir(store))); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(keptIn(t, scrubbedDir(store)).blocks); n < 3 {
			t.Fatalf("only %d blocks", n)
		}
	})
}

// batches records a batch of 40 behind last, and lets others fail: one that
// expects what is not so, one that repeats a message id, and one that is never
// committed. It returns the new last position.
func batches(t *testing.T, js jetstream.JetStream, last int) int {
	t.Helper()
	fill := func(n int) jetstreamext.BatchPublisher {
		b, err := jetstreamext.NewBatchPublisher(js)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if err := b.AddMsg(numberedEntry(last+i+1, 200)); err != nil {
				t.Fatal(err)
			}
		}
		return b
	}
	fill(5) // abandoned
	if _, err := fill(5).CommitMsg(t.Context(), numberedEntry(1, 200), jetstreamext.WithBatchExpectLastSequencePerSubject(1<<40)); err == nil {
		t.Fatal("a batch that expects what is not so was accepted")
	}
	twice := numberedEntry(1, 200)
	twice.Header.Set(nats.MsgIdHdr, "the same")
	b := fill(3)
	if err := b.AddMsg(twice); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CommitMsg(t.Context(), twice); err == nil {
		t.Fatal("a batch that repeats a message id was accepted")
	}
	ack, err := fill(39).CommitMsg(t.Context(), numberedEntry(last+40, 200))
	if err != nil {
		t.Fatal(err)
	}
	if ack.Sequence != uint64(last+40) {
		t.Fatalf("the batch ends at %d, not at %d", ack.Sequence, last+40)
	}
	return last + 40
}

func TestAPowerCutWhileRecordingKeepsNobodyOut(t *testing.T) {
	l := threeBlocks(t)
	end := l.blocks[len(l.blocks)-1]
	torn := end[len(end)-1]
	whole, err := os.ReadFile(filepath.Join(l.dir, torn.block))
	if err != nil {
		t.Fatal(err)
	}
	before := uint64(l.last - 1)
	dir := copyLog(t, l.dir)
	for _, index := range []string{"msgs/index.stale", "none"} { // the newest one knows of the last record
		putFile(t, dir, "msgs/index.db", index)
		last := filepath.Join(dir, torn.block)
		leave := func(b []byte) {
			t.Helper()
			if err := os.WriteFile(last, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := scrub(t.Context(), dir, filepath.Join(t.TempDir(), "aside"), before); err != nil || got != before {
				t.Fatalf("%d bytes of the record: last %d, %v", len(b)-torn.at, got, err)
			}
		}
		for cut := torn.at; cut < torn.at+torn.size; cut++ {
			leave(whole[:cut])
		}
		for _, zeros := range []int{1, 3, 4, 29, 30, 4096} {
			leave(append(whole[:torn.at:torn.at], make([]byte, zeros)...))
		}
		// The server had already begun the next block.
		next := filepath.Join(dir, fmt.Sprintf("msgs/%d.blk", len(l.blocks)+1))
		if err := os.WriteFile(next, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		leave(whole[:torn.at+torn.size-1])
		os.Remove(next)

		// And once it is told that the record was acknowledged, it is missed.
		_, err := scrub(t.Context(), dir, filepath.Join(t.TempDir(), "aside"), before+1)
		if d, ok := errors.AsType[*Damage](err); !ok || !slices.Equal(d.Spans, []Span{{First: before + 1}}) {
			t.Fatalf("an acknowledged record is gone, and scrub says: %v", err)
		}
	}
}

// threeBlocks makes a log of three blocks or more, with the index of its clean
// end, and in msgs/index.stale an older one.
func threeBlocks(t testing.TB) keptLog {
	t.Helper()
	store := t.TempDir()
	js, stop := serveFiles(t, store, scrubbed())
	publishEntries(t, js, 1, 100, 200)
	stop()
	dir := scrubbedDir(store)
	stale, err := os.ReadFile(filepath.Join(dir, "msgs/index.db"))
	if err != nil {
		t.Fatal(err)
	}
	js, stop = serveFiles(t, store, scrubbed())
	publishEntries(t, js, 101, 270, 200)
	stop()
	if err := os.WriteFile(filepath.Join(dir, "msgs/index.stale"), stale, 0o600); err != nil {
		t.Fatal(err)
	}
	l := keptIn(t, dir)
	if l.last != 270 || len(l.blocks) < 3 {
		t.Fatalf("%d records in %d blocks", l.last, len(l.blocks))
	}
	return l
}

// putFile puts the file from of dir in the place of to, or removes to where
// from is not there.
func putFile(t testing.TB, dir, to, from string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, from))
	if errors.Is(err, fs.ErrNotExist) {
		err = os.Remove(filepath.Join(dir, to))
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	} else if err == nil {
		err = os.WriteFile(filepath.Join(dir, to), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestACancelledStartLeavesNothingBehind(t *testing.T) {
	l := threeBlocks(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	aside := filepath.Join(t.TempDir(), "aside")
	if _, err := scrub(ctx, l.dir, aside, 0); !errors.Is(err, context.Canceled) {
		t.Fatalf("scrub goes on: %v", err)
	}
	if left, _ := filepath.Glob(aside + "*"); len(left) > 0 {
		t.Fatalf("scrub leaves %v", left)
	}
	// Cancelled later, before the blocks are read.
	if _, _, err := examine(ctx, l.dir, 0); !errors.Is(err, context.Canceled) {
		t.Fatalf("examine goes on: %v", err)
	}
}
