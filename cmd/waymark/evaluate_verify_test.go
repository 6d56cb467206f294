package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// someQuestion is asked of the people of someRecord.
const someQuestion = `title: Before and after
question: How confident are people in themselves?
periods:
  - {name: before, from: 2026-02-01, to: 2026-02-28}
  - {name: after, from: 2026-03-01, to: 2026-03-31}
measures: [confidence.self]
outcomes: [people.supported]
as_of: 2026-03-31
suppression: none
`

// someRecord begins a record of so many people in a data directory.
func someRecord(t *testing.T, people int) (data string) {
	t.Helper()
	data = t.TempDir()
	var b strings.Builder
	fmt.Fprintln(&b, `{"kind":"service.opened","service":"north","occurred":"2026-01-05","by":"office","data":{"name":"North","kind":"community"}}`)
	for i := range people {
		fmt.Fprintf(&b, `{"kind":"support.started","journey":"j-%d","service":"north","occurred":"2026-01-12","by":"worker-4"}`+"\n", i)
		fmt.Fprintf(&b, `{"id":"0192f0c4-0000-7000-8000-%012d","kind":"confidence.rated","journey":"j-%d","service":"north","occurred":"2026-02-02","by":"worker-4","data":{"about":"self","value":%d,"by":"person"}}`+"\n", i, i, i%10)
		fmt.Fprintf(&b, `{"kind":"confidence.rated","journey":"j-%d","service":"north","occurred":"2026-03-02","by":"worker-4","data":{"about":"self","value":%d,"by":"person"}}`+"\n", i, (i+3)%10)
	}
	ranWell(t, data, b.String(), "record")
	return data
}

// ranWell runs the program and gives what it says.
func ranWell(t *testing.T, data, stdin string, args ...string) string {
	t.Helper()
	out, err := ran(t, data, stdin, args...)
	if err != nil {
		t.Fatalf("waymark %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func ran(t *testing.T, data, stdin string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append(args, "--data", data), strings.NewReader(stdin), &out, t.Output())
	return out.String(), err
}

// packOf writes a question to a file and the pack that answers it.
func packOf(t *testing.T, data, question string) (dir string) {
	t.Helper()
	spec := filepath.Join(t.TempDir(), "question.yaml")
	if err := os.WriteFile(spec, []byte(question), 0o600); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "pack")
	ranWell(t, data, "", "evaluate", spec, "--out", dir)
	return dir
}

func TestOneChangedByteAnywhereInAPackIsFound(t *testing.T) {
	data := someRecord(t, 12)
	dir := packOf(t, data, someQuestion)
	files, err := openPack(dir)
	if err != nil {
		t.Fatal(err)
	}
	ranWell(t, data, "", "evaluate", "--verify", dir)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		changed := bytes.Clone(content)
		changed[len(changed)/2] ^= 1
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := ran(t, data, "", "evaluate", "--verify", dir)
		if codeOf(err) != exitDamaged || name != manifestName && !strings.Contains(out, name+": differs\n") {
			t.Errorf("a byte of %s was changed: %v\n%s", name, err, out)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := string(files[manifestName])
	for _, c := range []struct{ old, now string }{
		{`"position": 38`, `"position": 37`}, {`"position": 38`, `"position": 99`}, {`"as_of": "2026-03-31"`, `"as_of": "2026-03-30"`}, {`"suppression": "none"`, `"suppression": "mhsds"`},
		{`"log": "`, `"log": "0`}, {`"spec": "`, `"spec": "0`}, {`"recorded": "2`, `"recorded": "1`}, {`"bytes": `, `"bytes": 1`}, {"{\n", "{ \n"},
	} {
		changed := strings.Replace(m, c.old, c.now, 1)
		if changed == m {
			t.Fatalf("the manifest has no %s:\n%s", c.old, m)
		}
		if err := os.WriteFile(filepath.Join(dir, manifestName), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := ran(t, data, "", "evaluate", "--verify", dir); err == nil || codeOf(err) != exitDamaged && c.now != `"position": 99` {
			t.Errorf("%s became %s: %v\n%s", c.old, c.now, err, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, manifestName), []byte(m), 0o600); err != nil {
		t.Fatal(err)
	}
	ranWell(t, data, "", "evaluate", "--verify", dir)
}

func TestAPackOfAnotherProgramSaysSoBeforeItsFiles(t *testing.T) {
	data := someRecord(t, 2)
	dir := packOf(t, data, someQuestion)
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readManifest(text)
	if err != nil {
		t.Fatal(err)
	}
	m.Program = "v9.9.9"
	m.AuditRules = 77
	m.Definitions[0].Version = 5
	if text, err = indented(m); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := ran(t, data, "", "evaluate", "--verify", dir)
	if codeOf(err) != exitDamaged {
		t.Error(err)
	}
	want := []string{"The pack was written by version v9.9.9 of the program, and this is " + version() + ".",
		fmt.Sprintf("The pack judged decisions by version 77 of the criteria, and this program has %d.", domain.AuditRules),
		fmt.Sprintf("%s was counted by version 5 of its definition, and now by", upperFirst(m.Definitions[0].ID)), "manifest.json: differs"}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q", i, line)
		}
	}
	var v verification
	out, _ = ran(t, data, "", "evaluate", "--verify", dir, "--json")
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.Verified || len(v.Notes) != 3 || len(v.Files) < 8 {
		t.Errorf("as JSON: %v %+v", err, v)
	}
}

// Nobody could check an old pack any more, once there is a newer version.
func TestAPackOfAnotherVersionThatComesOutTheSameIsVerified(t *testing.T) {
	data := someRecord(t, 2)
	dir := packOf(t, data, someQuestion)
	path := filepath.Join(dir, manifestName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(text), fmt.Sprintf(`"program": %q`, version()), `"program": "v0.0.1"`, 1)
	if err := os.WriteFile(path, []byte(older), 0o600); err != nil || older == string(text) {
		t.Fatal(err)
	}
	out := ranWell(t, data, "", "evaluate", "--verify", dir)
	if !strings.HasPrefix(out, "The pack was written by version v0.0.1 of the program, and this is "+version()+".\n") || !strings.Contains(out, "byte for byte") {
		t.Errorf("it says %s", out)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(older, "v0.0.1", `v0.0\u002e1`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ran(t, data, "", "evaluate", "--verify", dir); codeOf(err) != exitDamaged {
		t.Errorf("other bytes that say the same: %v", err)
	}
}

// A record's copy of people's lives would be left in its directory for ever.
func TestWhatAnEvaluationThatDiedLeftIsRemovedByTheNext(t *testing.T) {
	data := t.TempDir()
	left := filepath.Join(data, scratchName+"left")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "0.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first, err := openScratch(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is there still: %v", err)
	}
	second, err := openScratch(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(first.dir); err != nil {
		t.Error("an evaluation under way lost what it works on:", err)
	}
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(data); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}

func TestAPackOfAnotherRecordIsNotTakenForTheWorseOne(t *testing.T) {
	dir := packOf(t, someRecord(t, 2), someQuestion)
	elsewhere := someRecord(t, 2)
	_, err := ran(t, elsewhere, "", "evaluate", "--verify", dir)
	if f, ok := errors.AsType[*failure](err); !ok || f.code != exitDamaged || !strings.Contains(f.hint, "--data") {
		t.Errorf("the pack is of another log: %v", err)
	}
	if _, err := ran(t, elsewhere, "", "evaluate", "--since", dir, packOf(t, elsewhere, someQuestion)); codeOf(err) != exitRefused {
		t.Errorf("the packs are of two logs: %v", err)
	}
	if _, err := ran(t, elsewhere, "", "evaluate", "--verify", t.TempDir()); codeOf(err) != exitDamaged {
		t.Errorf("there is no manifest: %v", err)
	}
}

func TestWhatDoesNotBelongInAPackIsFound(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"manifest.json": "{}", "a.csv": "a\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.csv", filepath.Join(dir, "b.csv")); err != nil {
		t.Fatal(err)
	}
	files, err := openPack(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := comparePackFiles(map[string][]byte{"manifest.json": []byte("{}"), "a.csv": []byte("a\n"), "b.csv": []byte("a\n"), "c.csv": nil}, files)
	want := []packFinding{{"a.csv", fileSame}, {"b.csv", fileDiffers}, {"c.csv", fileMissing}, {"empty/", fileTooMany}, {"manifest.json", fileSame}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatChangedBetweenTwoPacksIsExplained(t *testing.T) {
	data := someRecord(t, 12)
	old := packOf(t, data, someQuestion)
	ranWell(t, data, `{"kind":"support.started","journey":"j-new","service":"north","occurred":"2026-01-19","by":"worker-4"}
{"kind":"confidence.rated","journey":"j-new","service":"north","occurred":"2026-03-03","by":"worker-4","data":{"about":"self","value":5,"by":"person"}}
{"kind":"confidence.rated","journey":"j-1","service":"north","occurred":"2026-04-10","by":"worker-4","data":{"about":"self","value":5,"by":"person"}}
{"kind":"confidence.rated","journey":"j-1","service":"north","occurred":"2026-05-10","by":"worker-4","data":{"about":"self","value":5,"by":"person"}}
{"kind":"entry.corrected","journey":"j-2","by":"worker-4","data":{"entry":"0192f0c4-0000-7000-8000-000000000002","form":"confidence.rated.v1","occurred":"2026-02-02","service":"north","reason":"error","data":{"about":"self","value":9,"by":"person"}}}
{"kind":"entry.withdrawn","journey":"j-3","by":"worker-4","data":{"entry":"0192f0c4-0000-7000-8000-000000000003","reason":"duplicate"}}
{"kind":"service.opened","service":"south","occurred":"2026-01-05","by":"office","data":{"name":"South","kind":"community"}}
{"kind":"support.started","journey":"j-other","service":"south","occurred":"2026-04-12","by":"worker-4"}
`, "record")
	question := strings.ReplaceAll(strings.Replace(someQuestion, "as_of: 2026-03-31", "as_of: 2026-04-30", 1), "periods:", "cohort: {services: [north]}\nperiods:")
	now := packOf(t, data, question)
	var report sinceReport
	if err := json.Unmarshal([]byte(ranWell(t, data, "", "evaluate", "--since", old, now, "--json")), &report); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sinceRecorded{Joined: 1, Late: 2, New: 1, Later: 1, Corrected: 1, Withdrawn: 1, Services: 1}, report.Recorded); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"- as_of: 2026-03-31", "+ cohort: {services: [north]}", "+ as_of: 2026-04-30"}, report.Spec); diff != "" {
		t.Error(diff)
	}
	changed := map[string]string{}
	for _, r := range report.Rows {
		for _, c := range r.Columns {
			changed[strings.Join(append([]string{r.Table}, append(r.Row, c.Column)...), " ")] = c.Old + " → " + c.New
		}
	}
	for where, want := range map[string]string{
		"scores everybody before confidence.self confidence.change_self seen": "12 → 11", "scores everybody before confidence.self confidence.change_self people": "12 → 13",
		"scores everybody after confidence.self confidence.change_self seen": "12 → 13", "changes everybody before after confidence.self confidence.change_self paired": "12 → 11",
		"cohort supported all any n": "12 → 14", "cohort cohort all any n": "12 → 13",
	} {
		if changed[where] != want {
			t.Errorf("%s: %q, not %q; of %v", where, changed[where], want, changed)
		}
	}
	same := ranWell(t, data, "", "evaluate", "--since", now, now)
	if !strings.Contains(same, "Nothing was recorded in between about the people of either cohort.") || !strings.Contains(same, "No number differs.") {
		t.Errorf("a pack and itself:\n%s", same)
	}
	if err := os.WriteFile(filepath.Join(now, "scores.csv"), []byte("arm\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ran(t, data, "", "evaluate", "--since", old, now); codeOf(err) != exitDamaged {
		t.Errorf("a changed pack is compared: %v", err)
	}
}

// A pack that somebody made up could write over what the terminal shows.
func TestAForeignPackCannotSpeakToTheTerminal(t *testing.T) {
	evil := "a\x1b[2Jb\nNo number differs."
	s := sinceReport{Programs: []string{evil}, Spec: []string{"+ " + evil}, Rows: []sinceRow{
		{Table: evil, Row: []string{evil}, Only: "old"}, {Table: evil, Row: []string{evil}, Columns: []sinceColumn{{evil, evil, evil}}}}}
	text := s.text()
	if strings.Contains(text, "\x1b") || strings.Contains(text, "\nNo number") || strings.Count(text, "[2Jb No number") != 8 {
		t.Errorf("it says %q", text)
	}
}

func TestTheKeyOfPeoplesOtherNamesIsOfOnePackAlone(t *testing.T) {
	p := &program{data: someRecord(t, 1), stderr: t.Output(), stdout: t.Output()}
	c, err := p.reach(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	one, err := c.pseudonyms(t.Context(), [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	another, err := c.pseudonyms(t.Context(), [32]byte{2})
	if err != nil || one == another || one == (pseudonyms{}) {
		t.Errorf("two packs have the keys %v and %v", one, another)
	}
	if again, err := c.pseudonyms(t.Context(), [32]byte{1}); err != nil || again != one {
		t.Errorf("one pack has two keys: %v", err)
	}
	for _, context := range []string{"", "secret", strings.Repeat("0", 63), strings.Repeat("0", 66), strings.Repeat("G", 64)} {
		_, _, err := query[web.PseudonymKey](t.Context(), c, "/v1/pseudonym-key", url.Values{"context": {context}})
		if codeOf(err) != exitUsage || context != "" && strings.Contains(err.Error(), context) {
			t.Errorf("a context of %d letters: %v", len(context), err)
		}
	}
}
