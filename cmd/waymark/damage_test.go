package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// secret is what somebody said; no message may repeat it.
const secret = "I went to the allotment alone"

// kept makes a record of a few entries, closed again: the founding is its first
// position, and what was said is in its fourth.
func kept(t *testing.T) (data string) {
	data = filepath.Join(t.TempDir(), "data")
	entries := `{"id":"0192f0c4-0000-7000-8000-000000000001","kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}
{"id":"0192f0c4-0000-7000-8000-000000000002","kind":"support.started","journey":"j-1","service":"north","occurred":"2026-01-12","by":"worker-4"}
{"id":"0192f0c4-0000-7000-8000-000000000003","kind":"confidence.rated","journey":"j-1","service":"north","occurred":"2026-03-01","by":"worker-17","data":{"about":"self","value":6,"by":"person"},"words":{"note":"` + secret + `"}}
{"id":"0192f0c4-0000-7000-8000-000000000004","kind":"confidence.rated","journey":"j-1","service":"north","occurred":"2026-03-01","by":"worker-17","data":{"about":"self","value":4,"by":"worker"}}
`
	if _, stderr, code := waymark(t, data, entries, "record"); code != exitWell {
		t.Fatal(stderr)
	}
	if _, stderr, code := waymark(t, data, "", "outcomes"); code != exitWell { // so that there are read models too
		t.Fatal(stderr)
	}
	return data
}

// waymark runs the program to its end.
func waymark(t *testing.T, data, stdin, verb string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, said bytes.Buffer
	c := exec.CommandContext(t.Context(), "waymark", append([]string{verb, "--data", data}, args...)...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &said
	if err := c.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return out.String(), said.String(), c.ProcessState.ExitCode()
}

// files gives a digest of everything below a directory but the lock, which is
// nobody's record.
func files(t *testing.T, dir string) map[string]string {
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == "waymark.lock" {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		said := info.Mode().String()
		switch {
		case e.Type().IsRegular():
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			said += fmt.Sprintf(" %x", sha256.Sum256(text))
		case e.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			said += " " + to
		}
		all[path] = said
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestADamagedRecordIsLeftAsItIsAndSaysWhoseEntriesAreHurt(t *testing.T) {
	data := kept(t)
	well, _, _ := waymark(t, data, "", "journey", "j-1", "--json")
	blocks, err := filepath.Glob(filepath.Join(data, "log", "jetstream", "*", "streams", "WAYMARK", "msgs", "*.blk"))
	if err != nil || len(blocks) != 1 {
		t.Fatal(blocks, err)
	}
	flip := func() {
		text, err := os.ReadFile(blocks[0])
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(text, []byte(secret[1:]))
		if at < 0 {
			t.Fatal("the entry is not where it was looked for")
		}
		text[at-1] ^= 1
		if err := os.WriteFile(blocks[0], text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flip()
	before := files(t, data)
	aside := ""
	for _, verb := range [][]string{
		{"events"}, {"journey", "j-1"}, {"outcomes"}, {"decisions"}, {"projections"}, {"projections", "rebuild", "outcomes"},
		{"replay", "--into", filepath.Join(t.TempDir(), "then")}, {"record"}, {"serve", "--listen", "127.0.0.1:0"},
	} {
		stdout, stderr, code := waymark(t, data, `{"kind":"person.described","journey":"j-1","occurred":"2026-03-02","by":"worker-4"}`, verb[0], verb[1:]...)
		if code != exitDamaged || stdout != "" {
			t.Errorf("%v: exit code %d, stdout %q", verb, code, stdout)
		}
		_, copied, ok := strings.Cut(stderr, "a copy of it is in ")
		copied, _, _ = strings.Cut(copied, "\n")
		if !ok || !strings.Contains(stderr, "position 4 is hurt") || !strings.Contains(stderr, "\nhint: ") || strings.Contains(stderr, secret[1:]) {
			t.Errorf("%v: %s", verb, stderr)
		}
		if aside == "" {
			aside = copied
		}
		after := files(t, data)
		maps.DeleteFunc(after, func(path, _ string) bool {
			return path == aside || strings.HasPrefix(path, aside+string(filepath.Separator))
		})
		if copied != aside || !maps.Equal(after, before) {
			t.Errorf("%v: something was changed beside the copy %s", verb, copied)
			for path := range after {
				if after[path] != before[path] {
					t.Log(path)
				}
			}
		}
	}
	for path, digest := range files(t, aside) {
		name, err := filepath.Rel(aside, path)
		if err != nil {
			t.Fatal(err)
		}
		original := filepath.Join(filepath.Dir(filepath.Dir(blocks[0])), name)
		if name != "." && before[original] != digest {
			t.Errorf("the copy of %s is not as it was found", name)
		}
	}
	flip() // who puts it right has everything again
	if again, stderr, code := waymark(t, data, "", "journey", "j-1", "--json"); code != exitWell || again != well {
		t.Error("with the right file back:", code, stderr)
	}
}

func TestARecordOfANewerVersionIsNotTouchedByAnOlderOne(t *testing.T) {
	data := kept(t)
	key := filepath.Join(data, "founding.key")
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	newer := bytes.Replace(text, []byte(`"format":1,`), []byte(`"format":99,`), 1)
	if bytes.Equal(newer, text) {
		t.Fatal("the key has no format where it was looked for")
	}
	if err := os.WriteFile(key, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	before := files(t, data)
	for _, verb := range [][]string{{"journey", "j-1"}, {"record"}, {"serve", "--listen", "127.0.0.1:0"}} {
		stdout, stderr, code := waymark(t, data, "", verb[0], verb[1:]...)
		if code != exitRefused || stdout != "" || !strings.Contains(stderr, "newer version of Waymark") || !strings.Contains(stderr, "\nhint: ") {
			t.Errorf("%v: exit code %d: %s", verb, code, stderr)
		}
	}
	if !maps.Equal(files(t, data), before) {
		t.Error("something was changed")
	}
}
