package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/waymark/waymark/domain"
)

// openAnswer is an answer with a table of every kind, people's rows too.
func openAnswer(t *testing.T) *evaluated {
	t.Helper()
	e := wholeAnswer(t)
	mean := 2.0 / 3
	for _, journey := range []string{"j-one", "j-two", "j-three"} {
		e.People = append(e.People,
			evaluatedPerson{Journey: journey, Arm: "as_usual", Service: "as-usual", Period: "before", Days: domain.Days{From: domain.Day(2000, 1, 10), To: domain.Day(2000, 1, 30)}, ActiveDays: 21,
				Outcomes: []personOutcome{{"decisions.took_part", 2, 3}}, Scores: []personScore{{About: "measure.bdi2.1.total", N: 3, Mean: &mean}}},
			evaluatedPerson{Journey: journey, Arm: "as_usual", Service: "as-usual", Period: "month_2", Days: domain.Days{From: domain.Day(2000, 3, 10), To: domain.Day(2000, 3, 30)},
				Scores: []personScore{{About: "measure.bdi2.1.total", Missing: "declined"}}})
	}
	return e
}

func rendered(t *testing.T, e *evaluated) map[string][]byte {
	t.Helper()
	files, err := renderPack(e, []byte("title: as it was given\n"), pseudonyms{key: [32]byte{7}})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range files {
		if all[f.name] != nil {
			t.Errorf("two files are called %s", f.name)
		}
		all[f.name] = f.content
	}
	return all
}

func TestEveryColumnOfAPackIsDescribed(t *testing.T) {
	unlike := map[string]*regexp.Regexp{
		"integer": regexp.MustCompile(`^-?[0-9]+$`), "number": regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`), "date": regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
	}
	for _, rule := range []domain.Suppression{"none", "mhsds"} {
		e := openAnswer(t)
		e.Spec.Suppression = rule
		files := rendered(t, e)
		var d dataPackage
		if err := json.Unmarshal(files[datapackageName], &d); err != nil {
			t.Fatal(err)
		}
		if d.Profile != "tabular-data-package" || !regexp.MustCompile(`^[-a-z0-9._/]+$`).MatchString(d.Name) || !strings.Contains(d.Description, e.Spec.Question) {
			t.Errorf("the description begins with %+v", d)
		}
		described := map[string]bool{}
		for _, r := range d.Resources {
			described[r.Path] = true
			content := files[r.Path]
			if r.Profile != "tabular-data-resource" || r.Bytes != len(content) || r.Hash != "sha256:"+string(digestOf(content)) || r.Title == "" || r.Description == "" {
				t.Errorf("%s is described as %+v", r.Path, r)
			}
			if bytes.ContainsAny(content, "\r") || !bytes.HasSuffix(content, []byte("\n")) {
				t.Errorf("%s has lines that do not end in LF", r.Path)
			}
			rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
			if err != nil || len(rows) < 2 && rule == "none" {
				t.Fatalf("%s: %d rows, %v", r.Path, len(rows), err)
			}
			for i, f := range r.Schema.Fields {
				if f.Name != rows[0][i] || f.Title == "" || f.Description == "" || strings.TrimSpace(f.Description) != f.Description {
					t.Errorf("%s, column %s: %+v", r.Path, rows[0][i], f)
				}
			}
			if len(rows[0]) != len(r.Schema.Fields) || len(r.Schema.PrimaryKey) == 0 {
				t.Errorf("%s has %d columns, and %d are described", r.Path, len(rows[0]), len(r.Schema.Fields))
			}
			seen := map[string]bool{}
			for _, row := range rows[1:] {
				key := strings.Join(row[:len(r.Schema.PrimaryKey)], "\x00")
				if seen[key] {
					t.Errorf("%s has two rows of one key", r.Path)
				}
				seen[key] = true
				for i, cell := range row {
					if i < len(r.Schema.PrimaryKey) && slices.Contains(r.Schema.MissingValues, cell) {
						t.Errorf("%s, column %s: a key is missing", r.Path, rows[0][i])
					}
					if form := unlike[r.Schema.Fields[i].Type]; form != nil && !slices.Contains(r.Schema.MissingValues, cell) && !form.MatchString(cell) {
						t.Errorf("%s, column %s: %q is no %s", r.Path, rows[0][i], cell, r.Schema.Fields[i].Type)
					}
				}
			}
		}
		for name := range files {
			if strings.HasSuffix(name, ".csv") && !described[name] {
				t.Errorf("%s is not described", name)
			}
		}
	}
}

func TestAManifestKnowsEveryOtherFileOfItsPack(t *testing.T) {
	e := openAnswer(t)
	files := rendered(t, e)
	m, err := readManifest(files[manifestName])
	if err != nil {
		t.Fatal(err)
	}
	if m.Position != e.Position || m.Log != e.Log || m.AsOf != e.AsOf || m.Recorded != "2026-04-01T08:30:00.123456Z" || m.Program != version() || m.Spec != digestOf(files[specName]) || m.Suppression != "none" {
		t.Errorf("the manifest says %+v", m)
	}
	if len(m.Files) != len(files)-1 || len(m.Definitions) != len(e.Definitions) {
		t.Errorf("it knows %d of %d files, and %d definitions", len(m.Files), len(files)-1, len(m.Definitions))
	}
	if string(files[specName]) != "title: as it was given\n" {
		t.Error("the specification is not as it was given")
	}
	for name, content := range files {
		if name == manifestName {
			continue
		}
		changed := map[string][]byte{}
		for other, c := range files {
			changed[other] = c
		}
		changed[name] = append(bytes.Clone(content[:len(content)-1]), content[len(content)-1]^1)
		for _, f := range m.compare(changed) {
			if (f.State == fileDiffers) != (f.Name == name) {
				t.Errorf("one byte of %s was changed, and %s %s", name, f.Name, f.State)
			}
		}
	}
	for _, text := range []string{"", "{}", "null", `{"format":1,"position":1,"log":"x","unknown":1}`, string(files[manifestName]) + "x"} {
		if _, err := readManifest([]byte(text)); codeOf(err) != exitDamaged {
			t.Errorf("%.20q is read as a manifest: %v", text, err)
		}
	}
	if _, err := readManifest([]byte(`{"format":2,"ledger":{}}`)); codeOf(err) != exitRefused || !strings.Contains(err.Error(), "format 2") {
		t.Errorf("a newer pack: %v", err)
	}
}

func TestNobodysJourneyCanBeReadFromAPack(t *testing.T) {
	e := openAnswer(t)
	files := rendered(t, e)
	for name, content := range files {
		if bytes.Contains(content, []byte("j-one")) {
			t.Errorf("%s has a journey's id", name)
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(files["people.csv"])).ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	names := map[string]int{}
	for _, row := range rows[1:] {
		if !regexp.MustCompile(`^p-[a-z2-7]{10}$`).MatchString(row[0]) {
			t.Errorf("somebody is called %s", row[0])
		}
		names[row[0]]++
	}
	if len(names) != 3 || rows[1][0] != rows[2][0] || rows[1][2] != "before" || rows[2][2] != "month_2" {
		t.Errorf("the rows are of %v", names)
	}
	for i := 2; i < len(rows); i++ {
		if rows[i][0] < rows[i-1][0] {
			t.Error("the order of people is not that of their names here, and so may say who they are")
		}
	}
	one, another := pseudonyms{[32]byte{1}}, pseudonyms{[32]byte{2}}
	if again := (pseudonyms{[32]byte{1}}); one.of("j-one") != again.of("j-one") || one.of("j-one") == another.of("j-one") || one.of("j-one") == one.of("j-two") {
		t.Error("names are not of one pack alone")
	}
	spec := []byte("title: x\n")
	contexts := map[[32]byte]bool{}
	for _, c := range [][32]byte{packContext("a", 1, 9, spec), packContext("b", 1, 9, spec), packContext("a", 2, 9, spec), packContext("a", 1, 8, spec), packContext("a", 1, 9, []byte("title: y\n"))} {
		contexts[c] = true
	}
	if !contexts[packContext("a", 1, 9, bytes.Clone(spec))] || len(contexts) != 5 {
		t.Error("two packs share people's names")
	}
}

func TestAPackIsTheSameOnEveryMachine(t *testing.T) {
	first := rendered(t, openAnswer(t))
	e := openAnswer(t)
	slices.Reverse(e.People)
	e.Recorded = e.Recorded.In(time.FixedZone("", -5*3600))
	next := func(v *float64) { // what another way of rounding may come to
		if v != nil {
			*v = math.Nextafter(*v, math.Inf(1))
		}
	}
	for i := range e.Scores {
		next(e.Scores[i].Mean)
		next(e.Scores[i].SD)
	}
	for name, content := range rendered(t, e) {
		if strings.HasSuffix(name, ".csv") && !bytes.Equal(first[name], content) {
			t.Errorf("%s differs", name)
		}
	}
	if !bytes.Contains(first["people.csv"], []byte(",0.6666666667,")) {
		t.Error("numbers have not ten digits")
	}
}

// Somebody would take one person who is active for one activity.
func TestAPersonsPartInAShareOfPeopleIsNotDescribedAsEntries(t *testing.T) {
	e := openAnswer(t)
	for _, id := range []string{"activities.people", "decisions.reviewed_on_time", "support.benefit"} {
		o, _ := domain.OutcomeOf(id)
		e.Definitions = append(e.Definitions, o)
		e.People[0].Outcomes = append(e.People[0].Outcomes, personOutcome{id, 1, 1})
	}
	var d dataPackage
	if err := json.Unmarshal(rendered(t, e)[datapackageName], &d); err != nil {
		t.Fatal(err)
	}
	units := map[string]string{}
	for _, r := range d.Resources {
		for _, f := range r.Schema.Fields {
			if r.Name == "people" {
				units[f.Name] = f.Unit
			}
		}
	}
	for column, want := range map[string]string{"decisions.took_part.n": "entries", "activities.people.yes": "people", "activities.people.n": "people", "support.benefit.yes": "people", "decisions.reviewed_on_time.n": "reviews"} {
		if units[column] != want {
			t.Errorf("%s is in %q, not %q", column, units[column], want)
		}
	}
}

func TestATextThatIsAFormulaElsewhereIsNoneInAPack(t *testing.T) {
	e := openAnswer(t)
	e.Definitions[0].Title = `=HYPERLINK("http://example.org";"x")`
	if content := rendered(t, e)["figures.csv"]; !bytes.Contains(content, []byte(`,"'=HYPERLINK(""http`)) {
		t.Error("a spreadsheet would work it out")
	}
}

func somePack() []packFile {
	return []packFile{{"charts/a.svg", []byte("<svg/>")}, {"manifest.json", []byte("{}")}, {"report.html", bytes.Repeat([]byte("x"), 1<<20)}}
}

func TestAPackIsThereWholeOrNotAtAll(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "pack")
	left := func() (names []string) {
		entries, err := os.ReadDir(parent)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	stopped := errors.New("the power went")
	err := placePack(dir, somePack(), func(from, to string) error {
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) || to != dir {
			t.Errorf("something is at %s before the pack is whole", to)
		}
		for _, f := range somePack() {
			if content, err := os.ReadFile(filepath.Join(from, f.name)); err != nil || !bytes.Equal(content, f.content) {
				t.Errorf("%s is not written yet: %v", f.name, err)
			}
		}
		if !strings.HasPrefix(filepath.Base(from), ".pack.part-") {
			t.Errorf("it is built as %s", from)
		}
		return stopped
	})
	if !errors.Is(err, stopped) || len(left()) != 0 {
		t.Fatalf("after %v there is %v", err, left())
	}
	if err := placePack(dir, append(somePack(), packFile{"a/b/c", nil}), os.Rename); err == nil || len(left()) != 0 {
		t.Fatalf("after %v there is %v", err, left())
	}
	if err := placePack(dir, somePack(), os.Rename); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(left(), []string{"pack"}) {
		t.Errorf("beside the pack there is %v", left())
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if want := map[bool]fs.FileMode{true: fs.ModeDir | 0o700, false: 0o600}[d.IsDir()]; err == nil && info.Mode() != want {
			t.Errorf("%s has the mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPackThatIsThereIsNeverChanged(t *testing.T) {
	parent := t.TempDir()
	make := map[string]func(string) error{
		"directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"file":      func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"link":      func(path string) error { return os.Symlink("nowhere", path) },
	}
	for what, there := range make {
		path := filepath.Join(parent, what)
		if err := there(path); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{packPlace(path), placePack(path, somePack(), os.Rename), packPlace(path + "/")} {
			if f, ok := errors.AsType[*failure](err); !ok || f.code != exitRefused || f.hint == "" || !errors.Is(err, fs.ErrExist) {
				t.Errorf("a %s is there: %v", what, err)
			}
		}
	}
}

func TestAPlaceThatCannotBeWrittenIsSaidAtOnce(t *testing.T) {
	parent := t.TempDir()
	if err := packPlace(filepath.Join(parent, "missing", "pack")); !errors.Is(err, fs.ErrNotExist) || codeOf(err) != exitFailed {
		t.Errorf("the parent is missing: %v", err)
	}
	locked := filepath.Join(parent, "locked")
	if err := os.Mkdir(locked, 0o500); err != nil {
		t.Fatal(err)
	}
	answer := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this function
		if os.Geteuid() == 0 { // who may write anywhere, unless they give that up
			if _, err := unix.SetfsuidRetUid(65534); err != nil {
				answer <- err
			}
		}
		answer <- packPlace(filepath.Join(locked, "pack"))
	}()
	err := <-answer
	if f, ok := errors.AsType[*failure](err); !ok || !errors.Is(err, fs.ErrPermission) || !strings.Contains(f.hint, "owns the directory") {
		t.Errorf("the parent may not be written: %v", err)
	}
	if err := packPlace(filepath.Join(parent, "pack")); err != nil {
		t.Errorf("a place that can be written: %v", err)
	}
}

func TestNumbersAreWrittenAlike(t *testing.T) {
	for v, want := range map[float64]string{3.892: "3.892", 0.1 + 0.2: "0.3", 1.0 / 3: "0.3333333333", 123456789012: "123456789000", math.Copysign(0, -1): "0", 1e-7: "0.0000001"} {
		if got := decimalOf(&v); got != want {
			t.Errorf("%v is written %s", v, got)
		}
		if back, err := strconv.ParseFloat(want, 64); err != nil || math.Abs(back-v) > 1e-9*math.Abs(v) {
			t.Errorf("%s reads as %v", want, back)
		}
	}
	if decimalOf(nil) != "" {
		t.Error("no number is written as one")
	}
}
