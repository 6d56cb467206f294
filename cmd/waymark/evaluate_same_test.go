package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// evaluatedFiles evaluates a question in a process of its own, and gives every
// file of the pack.
func evaluatedFiles(t *testing.T, data, spec string, environment ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pack")
	verb := exec.Command("waymark", "evaluate", "--data", data, spec, "--out", dir)
	verb.Env = append(os.Environ(), environment...)
	if out, err := verb.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Nobody could check what an evaluation says, if another machine said otherwise.
func TestTheSameEvaluationGivesTheSameBytesEverywhere(t *testing.T) {
	data := t.TempDir()
	importStudy(t, data)
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	for _, suppression := range []string{"none", "mhsds"} {
		question := `title: Relaxed
question: Did it help?
periods:
  - {name: before, from: 2010-01-04, to: 2010-01-31}
  - {name: after, from: 2010-03-01, to: 2010-06-30}
compare: {arms: {trained: [trained], waiting: [waiting]}}
measures: [relaxed, sad]
outcomes: [people.supported, life.measured]
methods: [change, rci, xmr, funnel, kaplan_meier]
suppression: ` + suppression + "\n"
		if suppression == "none" { // otherwise the two kinds of period exclude each other
			question = strings.Replace(question, "periods:\n", "periods:\n  - {name: start, from_day: 0, to_day: 3}\n", 1)
		} else { // otherwise it is the day of the last entry, wherever that is asked
			question += "as_of: 2010-05-31\n"
		}
		if err := os.WriteFile(spec, []byte(question), 0o600); err != nil {
			t.Fatal(err)
		}
		var first map[string]string
		for _, machine := range [][]string{
			{"TZ=Europe/London", "LC_ALL=C", "GOMAXPROCS=2"},
			{"TZ=Pacific/Kiritimati", "LC_ALL=de_DE.UTF-8", "GOMAXPROCS=1"},
			{"TZ=Pacific/Pago_Pago", "LC_ALL=ar_EG.UTF-8", "GOMAXPROCS=7"},
		} {
			pack := evaluatedFiles(t, data, spec, machine...)
			if first == nil {
				first = pack
			}
			if len(pack) != len(first) || len(pack) < 8 {
				t.Errorf("%d files, and before %d", len(pack), len(first))
			}
			for name, text := range pack {
				if text != first[name] {
					t.Errorf("with suppression %s, on a machine with %v, %s is another", suppression, machine, name)
				}
			}
		}
	}
}
