package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// A record is the log's rules without its disk: entries folded in memory.
type record struct {
	states map[domain.Stream]domain.State
	events []domain.Recorded
	today  domain.Date
}

func newRecord(today domain.Date) *record {
	return &record{states: map[domain.Stream]domain.State{}, today: today}
}

func (r *record) state(s domain.Stream) domain.State {
	if r.states[s] == nil {
		r.states[s] = domain.NewState(s)
	}
	return r.states[s]
}

func (r *record) circumstances() domain.Circumstances {
	return domain.Circumstances{
		Service: func(id string) *domain.Service {
			return r.state(domain.Stream{About: domain.AboutService, ID: id}).(*domain.Service)
		},
		Measure: func(id string, version int) (domain.MeasureDefined, bool) {
			return r.state(domain.Stream{About: domain.AboutMeasure, ID: id}).(*domain.Measure).Version(version)
		},
		Today: func(string) domain.Date { return r.today },
	}
}

// add records a draft, and says whether it was recorded before.
func (r *record) add(d domain.Draft) (duplicate bool, err error) {
	s := r.state(d.Stream)
	if at := s.Position(d.ID); at > 0 {
		if before := r.events[at-1]; !d.Same(before) {
			return false, fmt.Errorf("position %d has the same id and says something else", at)
		}
		return true, nil
	}
	if d, err = s.Record(d, r.circumstances()); err != nil {
		return false, err
	}
	e := domain.Recorded{Position: uint64(len(r.events) + 1), Stream: d.Stream, ID: d.ID, Command: d.ID,
		Occurred: d.Occurred, Service: d.Service, By: d.By, Imported: d.Imported,
		Event: d.Event, Said: d.Words.Said(), Words: d.Words}
	r.events = append(r.events, e)
	s.Apply(e)
	return false, nil
}

// post answers entries as the API does.
func (r *record) post(_ context.Context, entries io.Reader) (io.ReadCloser, error) {
	text, err := io.ReadAll(entries)
	if err != nil {
		return nil, err
	}
	var answers bytes.Buffer
	for line := range bytes.Lines(text) {
		d, err := web.ParseEntry(bytes.TrimSpace(line), commandID, journeyID)
		duplicate := false
		if err == nil {
			duplicate, err = r.add(d)
		}
		if err != nil {
			fmt.Fprintf(&answers, `{"error":%q}`+"\n", err)
			continue
		}
		fmt.Fprintf(&answers, `{"event":%q,"duplicate":%t}`+"\n", d.ID, duplicate)
	}
	return io.NopCloser(&answers), nil
}

func commandID(parts ...string) string {
	id, _ := uuid.FromBytes(keyed(parts)[:16])
	return id.String()
}

func journeyID(parts ...string) string { return fmt.Sprintf("j-%x", keyed(parts)[:8]) }

func keyed(parts []string) []byte {
	h := hmac.New(sha256.New, []byte("the founding secret of a test"))
	for _, part := range parts {
		fmt.Fprintf(h, "%q", part)
	}
	return h.Sum(nil)
}

const small = `name: small
journey: who
key: [who, day]
by: {column: by}
missing: ["", NA]
ignore: [extra]
skip: [{column: day, equals: ["99"]}]
first:
  - kind: service.opened
    service: north
    by: import
    occurred: 2024-01-01
    data: {name: North, kind: community, late_days: 3}
rows:
  - kind: support.started
    once: [who]
    service: {column: team, map: {1: north, 2: null}}
    occurred: 2024-01-02
  - kind: life.rated
    skip: [{column: life, missing: true}]
    occurred: {start: {column: began, layout: DD/MM/YYYY}, plus_days: [{column: day}, {column: week, times: 7}]}
    data: {about: quality_of_life, value: {column: life, number: true}, by: person}
    words: {note: {column: said}}
`

const smallHeader = "who,day,week,began,by,team,life,said,extra\n"

// smallEntries gives what the small mapping makes of some rows.
func smallEntries(t *testing.T, mapping, rows string) (texts []string, errs []string) {
	t.Helper()
	m, err := parseMapping([]byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range m.entries(strings.NewReader(rows)) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		texts = append(texts, string(e.text))
	}
	return texts, errs
}

func TestEveryPartOfAnEntryComesFromItsRow(t *testing.T) {
	texts, errs := smallEntries(t, small, "\ufeff"+smallHeader+
		"Ada 7,1,0,31/01/2024,w-1,1,8,\"quiet, good\",x\n"+
		"Ada 7,2,1,31/01/2024,w-1,1,NA,,\n"+
		"Bo,3,2,31/01/2024,w-2,2, 9 ,NA,\n"+
		"Bo,99,2,31/01/2024,w-2,2,9,,\n")
	want := []string{
		`{"import":{"mapping":"small","entry":"first.0"},"kind":"service.opened","by":"import","service":"north","occurred":"2024-01-01","data":{"name":"North","kind":"community","late_days":3}}`,
		`{"import":{"mapping":"small","journey":"Ada 7","key":["Ada 7"],"entry":"rows.0"},"kind":"support.started","by":"w-1","service":"north","occurred":"2024-01-02"}`,
		`{"import":{"mapping":"small","journey":"Ada 7","key":["Ada 7","1"],"entry":"rows.1"},"kind":"life.rated","by":"w-1","occurred":"2024-02-01","data":{"about":"quality_of_life","value":8,"by":"person"},"words":{"note":"quiet, good"}}`,
		`{"import":{"mapping":"small","journey":"Bo","key":["Bo"],"entry":"rows.0"},"kind":"support.started","by":"w-2","occurred":"2024-01-02"}`,
		`{"import":{"mapping":"small","journey":"Bo","key":["Bo","3"],"entry":"rows.1"},"kind":"life.rated","by":"w-2","occurred":"2024-02-17","data":{"about":"quality_of_life","value":9,"by":"person"}}`,
	}
	if diff := cmp.Diff(want, texts); diff != "" || errs != nil {
		t.Error(diff, errs)
	}
}

func TestAnImportedPersonKeepsOneIDAndItSaysNothingOfThem(t *testing.T) {
	texts, _ := smallEntries(t, small, smallHeader+"Ada 7,1,0,31/01/2024,w-1,1,8,,\n"+"Ada 7,2,0,31/01/2024,w-1,1,7,,\n")
	ids, journeys := map[string]bool{}, map[string]bool{}
	for _, text := range texts[1:] {
		d, err := web.ParseEntry([]byte(text), commandID, journeyID)
		if err != nil {
			t.Fatal(err)
		}
		ids[d.ID], journeys[d.Stream.ID] = true, true
		if strings.Contains(strings.ToLower(d.Stream.ID), "ada") || d.Imported != "small" {
			t.Errorf("journey %s, imported by %q", d.Stream.ID, d.Imported)
		}
	}
	if len(ids) != 3 || len(journeys) != 1 {
		t.Errorf("%d ids and %d journeys, not 3 and 1", len(ids), len(journeys))
	}
	same, _ := smallEntries(t, "source: old-records\n"+small, smallHeader+"Ada 7,1,0,31/01/2024,w-1,1,8,,\n")
	other, _ := smallEntries(t, "source: old-records\n"+strings.Replace(small, "name: small", "name: other", 1), smallHeader+"Ada 7,1,0,31/01/2024,w-1,1,8,,\n")
	a, _ := web.ParseEntry([]byte(same[1]), commandID, journeyID)
	b, _ := web.ParseEntry([]byte(other[1]), commandID, journeyID)
	if a.Stream.ID != b.Stream.ID || a.ID == b.ID {
		t.Error("two mappings of one source must mean the same person, and different entries")
	}
	kept, errs := smallEntries(t, "keep_ids: true\n"+small, smallHeader+"ada,1,0,31/01/2024,w-1,1,8,,\n"+"Ada 7,2,0,31/01/2024,w-1,1,7,,\n")
	d, err := web.ParseEntry([]byte(kept[1]), commandID, journeyID)
	if err != nil || d.Stream.ID != "ada" {
		t.Errorf("journey %s, %v: not kept", d.Stream.ID, err)
	}
	if want := []string{"line 3, column who: is not an id: use a to z, 0 to 9 and -, at most 64"}; !cmp.Equal(want, errs) {
		t.Error(errs)
	}
}

func TestAWrongCellIsNamedByItsPlaceAndNeverRepeated(t *testing.T) {
	const secret = "Wanda's own words"
	for _, test := range []struct{ row, want string }{
		{",1,0,31/01/2024,w-1,1,8,,", "line 2, column who: is missing, and the mapping tells rows apart by it"},
		{"a,1,0,31/01/2024,w-1," + secret + ",8,,", "line 2, column team: stands for nothing in the mapping's map"},
		{"a,1,0,31/01/2024,w-1,1," + secret + ",,", "line 2, column life: is not a number"},
		{"a,1,0,31/01/2024,w-1,1,Inf,,", "line 2, column life: is not a number"},
		{"a,1,0,31/01/2024,w-1,1,0x1p4,,", "line 2, column life: is not a number"},
		{"a,1,0," + secret + ",w-1,1,8,,", "line 2, column began: is not a date in the mapping's layout"},
		{"a," + secret + ",0,31/01/2024,w-1,1,8,,", "line 2, column day: is not a whole number of days"},
		{"a,1,0,31/01/2024,w-1,1,8,\xff,", "line 2, column said: is not UTF-8"},
		{"a,1,0,31/01/2024,w-1,1,8", "line 2: has not as many columns as the first line"},
		{`a,1,0,31/01/2024,w-1,1,8,x"` + secret + `",`, `line 2: bare " in non-quoted-field`},
		{"a,1,0,31/01/2024,w-1,1,8,,\na,1,0,31/01/2024,w-1,1,8,,", "line 3: has the same key as line 2"},
	} {
		_, errs := smallEntries(t, small, smallHeader+test.row+"\n")
		if !cmp.Equal(errs, []string{test.want}) {
			t.Errorf("%q, not %q", errs, test.want)
		}
	}
}

func TestAWrongHeaderIsRefusedBeforeAnythingIsRead(t *testing.T) {
	for _, test := range []struct{ header, want string }{
		{"", "line 1: the file is empty"},
		{"who,day,who", "line 1, column who: is there twice"},
		{"who,,day", "line 1: column 2 has no name"},
		{"who,day,week,began,by,team,life,extra", "line 23, column 28: the file has no column said"},
		{"who,day,week,began,by,team,life,said", "line 6, column 10: the file has no column extra to ignore"},
		{smallHeader[:len(smallHeader)-1] + ",more", "says nothing of the file's column more"},
	} {
		texts, errs := smallEntries(t, small, test.header)
		if !cmp.Equal(errs, []string{test.want}) || texts != nil {
			t.Errorf("%q, not %q", errs, test.want)
		}
	}
}

// trial imports rows with the small mapping and gives what became of them.
func trial(t *testing.T, dry bool, rows string, post func(context.Context, io.Reader) (io.ReadCloser, error)) (count imported, problems []string, err error) {
	t.Helper()
	dir := t.TempDir()
	i := importing{File: filepath.Join(dir, "rows.csv"), Mapping: filepath.Join(dir, "small.yaml"), DryRun: dry, Post: post,
		Problem: func(err error) { problems = append(problems, strings.TrimPrefix(err.Error(), dir)) }}
	for path, text := range map[string]string{i.File: smallHeader + rows, i.Mapping: small} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	count, err = i.run(t.Context())
	return count, problems, err
}

func TestNothingIsSentUntilTheWholeFileFits(t *testing.T) {
	sent := func(context.Context, io.Reader) (io.ReadCloser, error) {
		t.Error("entries were sent")
		return nil, io.ErrClosedPipe
	}
	good := "a,1,0,31/01/2024,w-1,1,8,,\n"
	_, problems, err := trial(t, false, good+"a,2,0,31/01/2024,w-1,1,x,,\n"+"a,3,0,31/01/2024,w-1,1,11,,\n"+"a,4,0,31/01/2024,W!,1,7,,\n", sent)
	want := []string{
		"/rows.csv: line 3, column life: is not a number",
		"/rows.csv: line 4: life.rated: data.value: 11 is outside 0 to 10",
		"/rows.csv: line 5: life.rated: by: is not an id: use a to z, 0 to 9 and -, at most 64",
	}
	if diff := cmp.Diff(want, problems); diff != "" || err != errFileWrong {
		t.Error(diff, err)
	}
	count, problems, err := trial(t, true, good, sent)
	if count.Entries != 3 || problems != nil || err != nil {
		t.Error("a dry run:", count, problems, err)
	}
}

func TestARefusedEntryIsNamedByItsLineAndTheOthersAreKept(t *testing.T) {
	r := newRecord(domain.Day(2026, 6, 30))
	_, _, err := trial(t, false, "a,1,0,31/01/2024,w-1,1,8,,\n"+"a,1,999,31/01/2024,w-1,1,8,,\n"+"b,1,0,31/01/2024,w-1,1,8,,\n", r.post)
	if err != errFileWrong {
		t.Error(err, "but two rows had one key")
	}
	count, problems, err := trial(t, false, "a,1,0,31/01/2024,w-1,1,8,,\n"+"a,2,999,31/01/2024,w-1,1,8,,\n"+"b,1,0,31/01/2024,w-1,1,8,,\n", r.post)
	if err != nil || count.Recorded != 5 || count.Refused != 1 || len(r.events) != 5 ||
		!cmp.Equal(problems, []string{"/rows.csv: line 3: occurred: 2043-03-27 is in the future; today is 2026-06-30"}) {
		t.Error(count, problems, err)
	}
}

func TestAnswersThatEndTooSoonAreNoSuccess(t *testing.T) {
	rows := "a,1,0,31/01/2024,w-1,1,8,,\n"
	for answers, want := range map[string]string{
		`{"event":"e"}` + "\n": "the answers ended after 1 of 3 entries: unexpected EOF",
		`{"event":"e"}` + "\n" + `{"line":2,"error":"the disk is full","stopped":true}` + "\n": "line 2: the disk is full",
		`{"event":` + "\n": "answer 1: ",
	} {
		_, _, err := trial(t, false, rows, func(_ context.Context, entries io.Reader) (io.ReadCloser, error) {
			_, err := io.Copy(io.Discard, entries)
			return io.NopCloser(strings.NewReader(answers)), err
		})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, not %s", err, want)
		}
	}
	_, _, err := trial(t, false, rows, func(_ context.Context, entries io.Reader) (io.ReadCloser, error) { return nil, io.ErrClosedPipe })
	if err != io.ErrClosedPipe {
		t.Error(err)
	}
}

func TestAnEntryThatOnlySaysImportIsReadAsItIs(t *testing.T) {
	const text = `{"journey":"j-1","kind":"life.rated","occurred":"2024-01-01","by":"w","data":{"about":"quality_of_life","value":3},"words":{"note":"import"}}`
	d, err := web.ParseEntry([]byte(text), commandID, journeyID)
	if err != nil || d.Imported != "" || d.Stream.ID != "j-1" || d.ID != "" {
		t.Error(d.Imported, d.Stream, err)
	}
	for _, wrong := range []string{
		`{"import":{"mapping":"M!","entry":"rows.1"},"kind":"life.rated"}`,
		`{"import":{"mapping":"m","entry":"rows.1","more":1},"kind":"life.rated"}`,
		`{"import":{"mapping":"m","entry":"rows.1","journey":"a"},"journey":"j-1","kind":"life.rated"}`,
		`{"import":{"mapping":"m","entry":"rows.1"},"id":"00000000-0000-0000-0000-000000000000","kind":"life.rated"}`,
		`{"import":{"mapping":"m","entry":"rows.1"}}`,
		`{"import":null}`,
		`{"import":{}`,
	} {
		if _, err := web.ParseEntry([]byte(wrong), commandID, journeyID); err == nil {
			t.Error("not refused:", wrong)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add(smallHeader + "a,1,0,31/01/2024,w-1,1,8,\"x\ny\",z\n")
	f.Add(smallHeader + "a,-9999,9999,01/01/0001,w-1,2,1e3,,\n")
	f.Add("who,day\n")
	f.Fuzz(func(t *testing.T, file string) {
		m, err := parseMapping([]byte(small))
		if err != nil {
			t.Fatal(err)
		}
		for e, err := range m.entries(strings.NewReader(file)) {
			if err == nil {
				_ = checkEntry(e) // an entry may be refused; it may not upset the parser
			}
		}
	})
}

func BenchmarkImportedRows(b *testing.B) {
	var rows strings.Builder
	rows.WriteString(smallHeader)
	for i := range 20_000 {
		rows.WriteString("p" + strconv.Itoa(i/10) + "," + strconv.Itoa(i%10) + ",0,31/01/2024,w-1,1,8,went for a walk by the river,\n")
	}
	m, err := parseMapping([]byte(small))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		for e, err := range m.entries(strings.NewReader(rows.String())) {
			if err != nil || checkEntry(e) != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
