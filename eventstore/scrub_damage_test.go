package eventstore

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A hurtLog is a way to damage the files of a log in dir, and what scrub must
// then say of the positions.
type hurtLog struct {
	name string
	hurt func(t *testing.T, dir string)
	want []Span
	say  string // occurs in the error
}

func TestNoEntryIsLostInSilence(t *testing.T) {
	l := threeBlocks(t)
	last := uint64(l.last)
	for _, tt := range slices.Concat(flippedBits(l), wrongFiles(l)) {
		for _, index := range []string{"fresh", "stale", "none"} {
			t.Run(tt.name+", index "+index, func(t *testing.T) {
				dir := copyLog(t, l.dir)
				if index != "fresh" {
					putFile(t, dir, "msgs/index.db", "msgs/index."+index)
				}
				tt.hurt(t, dir)
				before, aside := treeOf(t, dir), filepath.Join(t.TempDir(), "aside")

				_, err := scrub(t.Context(), dir, aside, last)

				d, ok := errors.AsType[*Damage](err)
				if !ok {
					t.Fatalf("scrub: %v", err)
				}
				if !slices.Equal(d.Spans, tt.want) {
					t.Errorf("hurt is %v, want %v", d.Spans, tt.want)
				}
				if !strings.Contains(err.Error(), tt.say) {
					t.Errorf("it does not say %q: %v", tt.say, err)
				}
				if strings.Contains(err.Error(), "value") || strings.Contains(err.Error(), "journey") {
					t.Errorf("it repeats what an entry says: %v", err)
				}
				if !maps.Equal(before, treeOf(t, dir)) {
					t.Error("the files were changed")
				}
				if len(before) > 0 && (d.Copy != aside || !maps.Equal(before, treeOf(t, aside))) {
					t.Errorf("the copy in %q is not what was found", d.Copy)
				}
				if len(before) == 0 && d.Copy != "" {
					t.Errorf("a copy of nothing in %q", d.Copy)
				}
			})
		}
	}
}

// flippedBits flips a bit in each part of a record, at the beginning, in the
// middle and at the end of the first, a middle and the last block.
func flippedBits(l keptLog) (all []hurtLog) {
	for _, n := range []int{1, 2, len(l.blocks)} {
		block := l.blocks[n-1]
		for _, r := range []keptRecord{block[0], block[len(block)/2], block[len(block)-1]} {
			header := r.at + recordHead + r.subject + 4
			parts := map[string]int{
				"length":        r.at,
				"length, high":  r.at + 3,
				"position":      r.at + 4,
				"position, top": r.at + 11,
				"time":          r.at + 12,
				"subject":       r.at + recordHead + 3,
				"body":          r.at + r.size - checksumLen - 20,
				"checksum":      r.at + r.size - 1,
			}
			if r.header > 0 {
				parts["subject length"] = r.at + 20
				parts["header length"] = header - 4
				parts["header"] = header + 15
			}
			for part, at := range parts {
				position := uint64(r.position)
				all = append(all, hurtLog{
					name: fmt.Sprintf("a bit in the %s of record %d", part, position),
					hurt: func(t *testing.T, dir string) {
						changeFile(t, dir, r.block, func(b []byte) []byte { b[at] ^= 0x10; return b })
					},
					want: []Span{{position, position}},
					say:  fmt.Sprintf("position %d is hurt (%s, byte %d:", position, filepath.Base(r.block), r.at),
				})
			}
		}
	}
	return all
}

// wrongFiles removes, cuts and exchanges whole files.
func wrongFiles(l keptLog) []hurtLog {
	n := len(l.blocks)
	end := l.span(n)
	after := func(p uint64) []Span { return []Span{{First: p + 1}} }
	known := fmt.Sprintf("but position %d is known to have been recorded", l.last)
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut := func(n, record, more int) func(*testing.T, string) {
		r := l.blocks[n-1][record]
		return func(t *testing.T, dir string) {
			changeFile(t, dir, r.block, func(b []byte) []byte { return b[:r.at+more] })
		}
	}
	block := func(n int) string { return fmt.Sprintf("msgs/%d.blk", n) }
	from := func(n, record int) uint64 { return uint64(l.blocks[n-1][record].position) }
	return []hurtLog{
		{"the first block removed", remove(block(1)), []Span{l.span(1)}, "2.blk: it goes on at"},
		{"a middle block removed", remove(block(2)), []Span{l.span(2)}, "3.blk: it goes on at"},
		{"the last block removed", remove(block(n)), after(end.First - 1), known},
		{"the first block emptied", cut(1, 0, 0), []Span{l.span(1)}, "2.blk: it goes on at"},
		{"the last block emptied", cut(n, 0, 0), after(end.First - 1), known},
		{"a middle block cut between records", cut(2, 10, 0), []Span{{from(2, 10), l.span(2).Last}}, "3.blk: it goes on at"},
		{"a middle block cut in a record", cut(2, 10, 99), []Span{{from(2, 10), l.span(2).Last}}, "2.blk, byte"},
		{"the last block cut between records", cut(n, 5, 0), after(from(n, 5) - 1), known},
		{"the last block cut in a record", cut(n, 5, 99), after(from(n, 5) - 1), known},
		{"the last block cut in its last record", cut(n, len(l.blocks[n-1])-1, 99), after(end.Last - 1), known},
		{"a middle block in the place of another", func(t *testing.T, dir string) {
			putFile(t, dir, block(2), block(1))
		}, []Span{l.span(2)}, "2.blk, byte 0: a record does not match its checksum"},
		{"two blocks exchanged", func(t *testing.T, dir string) {
			changeFile(t, dir, block(1), func(a []byte) []byte {
				changeFile(t, dir, block(2), func(b []byte) []byte { a, b = b, a; return b })
				return a
			})
		}, []Span{{l.span(1).First, l.span(2).Last}}, "1.blk, byte 0: a record does not match its checksum"},
		{"the last two blocks exchanged", func(t *testing.T, dir string) {
			changeFile(t, dir, block(n-1), func(a []byte) []byte {
				changeFile(t, dir, block(n), func(b []byte) []byte { a, b = b, a; return b })
				return a
			})
		}, []Span{{l.span(n - 1).First, end.Last}}, "does not match its checksum"},
		{"a block under a second name", func(t *testing.T, dir string) {
			b, err := os.ReadFile(filepath.Join(dir, block(2)))
			if err = errors.Join(err, os.WriteFile(filepath.Join(dir, "msgs/02.blk"), b, 0o600)); err != nil {
				t.Fatal(err)
			}
		}, nil, `"02.blk" is not a block file`},
		{"a block larger than any", func(t *testing.T, dir string) {
			if err := os.Truncate(filepath.Join(dir, block(2)), mostRecord+1); err != nil {
				t.Fatal(err)
			}
		}, []Span{l.span(2)}, "2.blk cannot be read"},
		{"a purge left half done", func(t *testing.T, dir string) {
			err := os.Mkdir(filepath.Join(dir, "__new_msgs__"), 0o700)
			if err = errors.Join(err, os.WriteFile(filepath.Join(dir, "__new_msgs__/9.blk"), nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}, nil, "__new_msgs__"},
		{"the description removed", remove("meta.inf"), nil, "meta.inf cannot be read"},
		{"the description's checksum removed", remove("meta.sum"), nil, "meta.sum cannot be read"},
		{"a bit in the description", func(t *testing.T, dir string) {
			changeFile(t, dir, "meta.inf", func(b []byte) []byte { b[9] ^= 1; return b })
		}, nil, "meta.inf does not match its checksum"},
		{"the description emptied", func(t *testing.T, dir string) {
			changeFile(t, dir, "meta.inf", func([]byte) []byte { return nil })
		}, nil, "meta.inf does not match its checksum"},
		{"all blocks removed", remove("msgs"), after(0), known},
		{"the directory removed", remove(""), after(0), known},
	}
}

// changeFile puts what change makes of a file's bytes in their place.
func changeFile(t *testing.T, dir, name string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), change(b), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The server's index alone tells of a last block that was there.
func TestWhatOnlyTheIndexRemembersIsMissed(t *testing.T) {
	l := threeBlocks(t)
	n := len(l.blocks)
	dir := copyLog(t, l.dir)
	if err := os.Remove(filepath.Join(dir, fmt.Sprintf("msgs/%d.blk", n))); err != nil {
		t.Fatal(err)
	}
	_, err := scrub(t.Context(), dir, filepath.Join(t.TempDir(), "aside"), 0)
	if d, ok := errors.AsType[*Damage](err); !ok || !slices.Equal(d.Spans, []Span{{First: l.span(n).First}}) {
		t.Fatalf("scrub: %v", err)
	}
	// A hurt index remembers nothing, and is no damage: the server makes a new one.
	dir = copyLog(t, l.dir)
	for at := range 40 {
		changeFile(t, dir, "msgs/index.db", func(b []byte) []byte { b[at] ^= 1; return b })
		scrubWell(t, dir, uint64(l.last), uint64(l.last))
		changeFile(t, dir, "msgs/index.db", func(b []byte) []byte { b[at] ^= 1; return b })
	}
	changeFile(t, dir, "msgs/index.db", func(b []byte) []byte { return b[:20] })
	scrubWell(t, dir, uint64(l.last), uint64(l.last))
}

func TestTheCopyOutlivesTheRepair(t *testing.T) {
	l := threeBlocks(t)
	dir, aside := copyLog(t, l.dir), filepath.Join(t.TempDir(), "aside")
	find := func(want string) map[string]string {
		t.Helper()
		found := treeOf(t, dir)
		_, err := scrub(t.Context(), dir, aside, 0)
		if d, ok := errors.AsType[*Damage](err); !ok || d.Copy != want || !strings.Contains(err.Error(), want) {
			t.Fatalf("the copy is not in %s: %v", want, err)
		}
		if !maps.Equal(found, treeOf(t, want)) {
			t.Fatalf("%s is not what was found", want)
		}
		return found
	}
	spoil := func(at int64) { // in place, as a server or a repair would
		t.Helper()
		f, err := os.OpenFile(filepath.Join(dir, "msgs/2.blk"), os.O_RDWR, 0)
		if err == nil {
			_, err = f.WriteAt([]byte("spoilt"), at)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// What a crash within an earlier scrub left.
	if err := linkTree(t.Context(), l.dir, aside+".tmp"); err != nil {
		t.Fatal(err)
	}
	spoil(100)
	first := find(aside)
	find(aside) // again and again fills no disk
	spoil(5000)
	second := find(aside + "-2")
	putFile(t, dir, "msgs/1.blk", "nothing")
	find(aside + "-3")
	putFile(t, dir, "msgs/1.blk", "msgs/2.blk")
	find(aside + "-4")
	if !maps.Equal(first, treeOf(t, aside)) || !maps.Equal(second, treeOf(t, aside+"-2")) {
		t.Fatal("an earlier copy was changed")
	}
	if _, err := os.Lstat(aside + ".tmp"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("links are left: %v", err)
	}
}

func TestDamageSaysWhatToDo(t *testing.T) {
	d := &Damage{
		Dir: "/d", Copy: "/d.aside",
		Spans:    []Span{{17, 17}, {40, 52}, {First: 813}},
		Findings: []string{"1.blk, byte 7: a record does not match its checksum", "3.blk cannot be read: input/output error"},
	}
	const want = "the log's files are damaged: hurt is 17, 40–52, every position after 812" +
		" (1.blk, byte 7: a record does not match its checksum; 3.blk cannot be read: input/output error)." +
		" Nothing in /d was changed, and a copy of it is in /d.aside"
	if d.Error() != want || !strings.Contains(d.Hint(), "restore the newest backup") {
		t.Fatalf("%v: %s", d, d.Hint())
	}
	d.Spans = slices.Repeat([]Span{{1, 1}}, 100)
	if n := len(d.Error()); n > 600 || !strings.Contains(d.Error(), "and 80 more") {
		t.Fatalf("%d bytes: %v", n, d)
	}
}
