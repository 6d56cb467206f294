package domain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// asGiven writes a sample of testdata/wire as somebody would give it.
func asGiven(t testing.TB, form string, s stored) map[string]any {
	t.Helper()
	var body struct {
		Data  map[string]any `json:"data"`
		Words map[string]any `json:"words"`
	}
	if err := json.Unmarshal(must(Encode(s.event, s.words)), &body); err != nil {
		t.Fatal(err)
	}
	delete(body.Data, "said")
	entry := map[string]any{"id": uuid(9), "kind": string(KindOf(s.event)), "occurred": "2026-03-01", "by": "worker-17", "data": body.Data}
	if body.Words != nil {
		entry["words"] = body.Words
	}
	switch about := byName[form].about; about {
	case AboutService, AboutMeasure, AboutAudit:
		entry[about] = "north"
	default:
		entry["journey"], entry["service"] = "j-1", "north"
	}
	return entry
}

// givable lists the forms that somebody may give, in order.
func givable() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(wire)), func(form string) bool { return byName[form].about == AboutLog })
}

func TestEveryKindCanBeRecordedInFull(t *testing.T) {
	for _, form := range givable() {
		d, err := ParseDraft(must(json.Marshal(asGiven(t, form, wire[form]))))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if diff := cmp.Diff(wire[form], stored{d.Event, d.Words}, same, cmp.AllowUnexported(stored{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
	}
}

// leaves calls f for each place in a JSON value that holds no further object or
// list, with a way to set it and to restore it.
func leaves(path string, v any, f func(path string, was any, set func(any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			was := v[key]
			f(path+"."+key, was, func(to any) { v[key] = to })
			v[key] = was
			leaves(path+"."+key, was, f)
		}
	case []any:
		for i, was := range v {
			f(path+"[]", was, func(to any) { v[i] = to })
			v[i] = was
			leaves(path+"[]", was, f)
		}
	}
}

// The texts among the facts that are no codes.
var (
	anyText = []string{"name", "title", "text", "source", "holder", "reference", "authorised_by", "session", "shared", "audit", "measure", "outcome", "service",
		"question", "conclusion", "actions", "follows"}
	idText = []string{"support", "aspiration", "plan", "decision", "restriction", "match", "entry", "zone", "from",
		"occurred", "form", "until", "assessed", "seen", "review_by", "records_from", "holidays", "id", "items", "to", "overdue"}
)

func TestACodeThatIsNotOnItsListIsRefusedWithTheList(t *testing.T) {
	codes := 0
	for _, form := range givable() {
		given := asGiven(t, form, wire[form])
		leaves(form, given["data"], func(path string, was any, set func(any)) {
			if _, ok := was.(string); !ok || was == "declined" {
				return
			}
			parts := strings.Split(strings.TrimSuffix(path, "[]"), ".")
			last := parts[len(parts)-1]
			if slices.Contains(anyText, last) && !strings.HasPrefix(path, "decision.") || slices.Contains(anyText, last) && last != "outcome" || slices.Contains(idText, last) {
				return
			}
			codes++
			set(secret)
			_, err := ParseDraft(must(json.Marshal(given)))
			if !errors.Is(err, ErrUnknownCode) {
				t.Errorf("%s: got %v", path, err)
				return
			}
			if readsWell(t, err); !strings.Contains(err.Error(), was.(string)) {
				t.Errorf("%s: the codes allowed are not shown: %v", path, err)
			}
		})
	}
	if codes < 90 {
		t.Errorf("only %d codes were tried", codes)
	}
}

func TestNothingMalformedIsTakenAndNoWordIsRepeated(t *testing.T) {
	for _, form := range givable() {
		given := asGiven(t, form, wire[form])
		for _, wrong := range []any{nil, secret, 1e9, -1, 0.5, true, []any{secret}, map[string]any{secret: 1}} {
			leaves(form, given, func(path string, was any, set func(any)) {
				if path == form+".data" || strings.HasPrefix(form, "measure.defined") {
					return
				}
				set(wrong)
				_, err := ParseDraft(must(json.Marshal(given)))
				switch {
				case err != nil:
					readsWell(t, err)
				case wrong == nil:
					t.Errorf("%s: a null was taken for something", path)
				case fmt.Sprintf("%T", wrong) != fmt.Sprintf("%T", was) && wrong != -1:
					if !strings.Contains(path, ".answers.") && !strings.Contains(path, ".scores.") && !strings.HasSuffix(path, "scores") {
						t.Errorf("%s: %v was taken where %v should be", path, wrong, was)
					}
				}
			})
		}
		// A key that nobody knows, wherever there is an object of ours.
		leaves(form, map[string]any{"entry": given}, func(path string, was any, set func(any)) {
			object, ok := was.(map[string]any)
			if !ok || strings.HasSuffix(path, ".answers") || strings.HasSuffix(path, ".scores") {
				return
			}
			object[secret] = 1
			defer delete(object, secret)
			_, err := ParseDraft(must(json.Marshal(given)))
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s: a key that nobody knows: %v", path, err)
				return
			}
			readsWell(t, err)
		})
	}
}

func TestAMalformedEntryIsRefusedWithItsPlace(t *testing.T) {
	const start = `{"journey":"j-1","service":"north","kind":"confidence.rated","occurred":"2026-03-01","by":"worker-17",`
	good := start + `"data":{"about":"self","value":6},"words":{"note":"zebrafish"}}`
	if _, err := ParseDraft([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, entry string
		reason      error
		field       string
	}{
		{"nothing", ``, ErrMalformed, "the entry"},
		{"a null", `null`, ErrMalformed, "the entry"},
		{"a list", `[` + good + `]`, ErrMalformed, "the entry"},
		{"a byte order mark", "\xef\xbb\xbf" + good, ErrMalformed, "the entry"},
		{"something behind it", good + `x`, ErrMalformed, "the entry"},
		{"a second entry behind it", good + good, ErrMalformed, "the entry"},
		{"half of it", good[:len(good)/2], ErrMalformed, "the entry"},
		{"invalid UTF-8", strings.Replace(good, "zebrafish", "\xff", 1), ErrMalformed, "the entry"},
		{"half a surrogate pair", strings.Replace(good, "zebrafish", `\ud800`, 1), ErrMalformed, "the entry"},
		{"the same key twice", start + `"by":"zebrafish","data":{}}`, ErrMalformed, "the entry"},
		{"the same fact twice", start + `"data":{"about":"self","value":6,"value":6}}`, ErrMalformed, "the entry"},
		{"the same word twice", start + `"data":{"about":"self","value":6},"words":{"note":"a","note":"zebrafish"}}`, ErrMalformed, "the entry"},
		{"no facts", start + `"data":null}`, ErrMalformed, "the entry"},
		{"a fact that is null", start + `"data":{"about":"self","value":null}}`, ErrMalformed, "the entry"},
		{"words that are null", start + `"data":{"about":"self","value":6},"words":null}`, ErrMalformed, "the entry"},
		{"a key that nobody knows", start + `"zebrafish":1,"data":{"about":"self","value":6}}`, ErrMalformed, "the entry"},
		{"a fact that nobody knows", start + `"data":{"about":"self","value":6,"zebrafish":1}}`, ErrMalformed, "data"},
		{"the list of words given", start + `"data":{"about":"self","value":6,"said":["note"]}}`, ErrMalformed, "data"},
		{"a key in capitals", start + `"data":{"about":"self","Value":6}}`, ErrMalformed, "data"},
		{"a number as a text", start + `"data":{"about":"self","value":"6"}}`, ErrMalformed, "data.value"},
		{"half a point", start + `"data":{"about":"self","value":6.5}}`, ErrMalformed, "data.value"},
		{"a rating too high", start + `"data":{"about":"self","value":11}}`, ErrOutOfRange, "data.value"},
		{"a rating below nothing", start + `"data":{"about":"self","value":-1}}`, ErrOutOfRange, "data.value"},
		{"a rating beyond all bounds", start + `"data":{"about":"self","value":300}}`, ErrOutOfRange, "data.value"},
		{"no rating", start + `"data":{"about":"self"}}`, ErrIncomplete, "data.value"},
		{"no facts at all", start + `"words":{"note":"zebrafish"}}`, ErrIncomplete, "data.about"},
		{"facts that are a text", start + `"data":"zebrafish"}`, ErrMalformed, "data"},
		{"words that are a text", start + `"data":{"about":"self","value":6},"words":"zebrafish"}`, ErrMalformed, "words"},
		{"a word that is a number", start + `"data":{"about":"self","value":6},"words":{"note":1}}`, ErrMalformed, "words"},
		{"an empty word", start + `"data":{"about":"self","value":6},"words":{"note":""}}`, ErrMalformed, "words"},
		{"a word of another kind", start + `"data":{"about":"self","value":6},"words":{"zebrafish":"zebrafish"}}`, ErrMalformed, "words"},
		{"an unknown kind", `{"journey":"j-1","kind":"zebrafish","occurred":"2026-03-01","by":"w"}`, ErrUnknownCode, "kind"},
		{"the founding of the log", `{"kind":"log.founded","occurred":"2026-03-01","by":"w","data":{"log":"` + uuid(1) + `","words":"plain"}}`, ErrUnknownCode, "kind"},
		{"no kind", `{"journey":"j-1","occurred":"2026-03-01","by":"w"}`, ErrUnknownCode, "kind"},
		{"no day", `{"journey":"j-1","kind":"peer.matched","by":"w"}`, ErrIncomplete, "occurred"},
		{"a day that is none", `{"journey":"j-1","kind":"peer.matched","by":"w","occurred":"2026-02-30"}`, ErrMalformed, "occurred"},
		{"a day in other words", `{"journey":"j-1","kind":"peer.matched","by":"w","occurred":"zebrafish"}`, ErrMalformed, "occurred"},
		{"nobody who records", `{"journey":"j-1","kind":"peer.matched","occurred":"2026-03-01"}`, ErrIncomplete, "by"},
		{"a name of who records", `{"journey":"j-1","kind":"peer.matched","occurred":"2026-03-01","by":"Zebrafish Smith"}`, ErrMalformed, "by"},
		{"no journey", `{"kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrIncomplete, "journey"},
		{"a journey with a dot", `{"journey":"j.zebrafish","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a journey with a wildcard", `{"journey":"*","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a journey with the other wildcard", `{"journey":">","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a journey in capitals", `{"journey":"Zebrafish","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a journey too long", `{"journey":"` + strings.Repeat("j", 65) + `","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a service with a space", `{"journey":"j-1","service":"no rth","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "service"},
		{"a service's entry with a journey", `{"journey":"j-1","service":"north","kind":"service.closed","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "journey"},
		{"a service's entry without one", `{"kind":"service.closed","occurred":"2026-03-01","by":"w"}`, ErrIncomplete, "service"},
		{"a journey's entry with a measure", `{"journey":"j-1","measure":"m","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "measure"},
		{"an id that is no UUID", `{"id":"zebrafish","journey":"j-1","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "id"},
		{"an id in capitals", `{"id":"` + strings.ToUpper("0192f0c4-aaaa-7000-8000-000000000001") + `","journey":"j-1","kind":"peer.matched","occurred":"2026-03-01","by":"w"}`, ErrMalformed, "id"},
		{"options that are not as many", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home","deciders":["person"],"options":[{"for":1}]},"words":{"options":[{"option":"zebrafish","for":["a","b"]}]}}`, ErrMalformed, "words.options"},
		{"options without facts", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home","deciders":["person"]},"words":{"options":[{"option":"zebrafish"}]}}`, ErrMalformed, "words.options"},
		{"a decision by nobody", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home"}}`, ErrIncomplete, "data.deciders"},
		{"a role as a number", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home","deciders":["person"],"actual":3}}`, ErrMalformed, "data.actual"},
		{"the same decider twice", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home","deciders":["person","person"]}}`, ErrMalformed, "data.deciders"},
		{"a lone option's point too many", `{"journey":"j-1","kind":"decision.made","occurred":"2026-03-01","by":"w","data":{"area":"home","deciders":["person"],"options":[{"for":100}]}}`, ErrOutOfRange, "data.options.for"},
		{"a day of more than a day", `{"journey":"j-1","kind":"activity.attended","occurred":"2026-03-01","by":"w","data":{"setting":"mainstream","minutes":1441}}`, ErrOutOfRange, "data.minutes"},
		{"an empty description", `{"journey":"j-1","kind":"person.described","occurred":"2026-03-01","by":"w"}`, ErrIncomplete, "data.communication_need"},
		{"nothing shared", `{"journey":"j-1","kind":"experience.shared","occurred":"2026-03-01","by":"w","data":{"how":"alone"}}`, ErrIncomplete, "data.quality"},
		{"an experience of zero", `{"journey":"j-1","kind":"experience.shared","occurred":"2026-03-01","by":"w","data":{"quality":0}}`, ErrOutOfRange, "data.quality"},
		{"a service without a name", `{"service":"north","kind":"service.opened","occurred":"2026-03-01","by":"w","data":{"name":" ","kind":"peer"}}`, ErrIncomplete, "data.name"},
		{"a service's name without end", `{"service":"north","kind":"service.opened","occurred":"2026-03-01","by":"w","data":{"name":"` + strings.Repeat("ä", 201) + `","kind":"peer"}}`, ErrOutOfRange, "data.name"},
		{"a time zone that is a path", `{"service":"north","kind":"service.opened","occurred":"2026-03-01","by":"w","data":{"name":"N","kind":"peer","zone":"../../etc/passwd"}}`, ErrMalformed, "data.zone"},
		{"a correction of another form", `{"journey":"j-1","kind":"entry.corrected","by":"w","data":{"entry":"` + uuid(1) + `","form":"zebrafish","occurred":"2026-03-01","reason":"error","data":{}}}`, ErrMalformed, "data.form"},
		{"a wrong type in a replacement", `{"journey":"j-1","kind":"entry.corrected","by":"w","data":{"entry":"` + uuid(1) + `","form":"life.rated.v1","occurred":"2026-03-01","reason":"error","data":{"value":"zebrafish"}}}`, ErrMalformed, "data.data.value"},
		{"a replacement that is missing", `{"journey":"j-1","kind":"entry.corrected","by":"w","data":{"entry":"` + uuid(1) + `","form":"life.rated.v1","occurred":"2026-03-01","reason":"error"}}`, ErrIncomplete, "data.about"},
		{"a correction without its day", `{"journey":"j-1","kind":"entry.corrected","by":"w","data":{"entry":"` + uuid(1) + `","form":"peer.matched.v1","reason":"error","data":{}}}`, ErrIncomplete, "data.occurred"},
		{"an answer of words", `{"journey":"j-1","kind":"measure.scored","occurred":"2026-03-01","by":"w","data":{"measure":"m","version":1,"answers":{"zebrafish":"zebrafish"}}}`, ErrMalformed, "data.answers"},
		{"far too deep", start + `"data":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, ErrMalformed, "the entry"},
		{"rather deep", start + `"data":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + `}`, ErrMalformed, "data"},
		{"far too long", start + `"data":{"about":"self","value":6},"words":{"note":"` + strings.Repeat("zebrafish", MaxEntry/9) + `"}}`, ErrMalformed, "the entry"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseDraft([]byte(test.entry))
			r, ok := errors.AsType[*Refusal](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			if readsWell(t, err); !errors.Is(err, test.reason) || r.Field != test.field {
				t.Errorf("got %v at %q: %v; want %v at %q", r.Reason, r.Field, err, test.reason, test.field)
			}
		})
	}
}

func TestADraftMadeByCodeIsHeldAgainstTheSameRules(t *testing.T) {
	good := Draft{ID: uuid(1), Stream: JourneyStream("j-1"), Occurred: On(Day(2026, 3, 1)), By: "w", Event: PeerMatched{}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Draft){
		"no event":                  func(d *Draft) { d.Event = nil },
		"an unreadable event":       func(d *Draft) { d.Event = Unreadable{} },
		"an event of a service":     func(d *Draft) { d.Event = ServiceClosed{} },
		"an event of the log":       func(d *Draft) { d.Event = LogFounded{uuid(1), "plain"} },
		"a service with a wildcard": func(d *Draft) { d.Service = "north.>" },
		"no stream":                 func(d *Draft) { d.Stream = Stream{} },
		"a day before all days":     func(d *Draft) { d.Occurred.Date = -1 },
		"a day after all days":      func(d *Draft) { d.Occurred.Date = lastDate + 1 },
		"an empty word":             func(d *Draft) { d.Words = Words{Texts: map[Word]string{"note": ""}} },
		"a correction by nothing":   func(d *Draft) { d.Event = EntryCorrected{Entry: uuid(2)} },
		"a correction by a correction": func(d *Draft) {
			d.Event = EntryCorrected{Form: "entry.withdrawn.v1", Replacement: EntryWithdrawn{}}
		},
		"a holiday that is no day": func(d *Draft) {
			d.Stream.About, d.Event = AboutService, ServiceOpened{ServiceFacts{Name: "N", Kind: "peer", Holidays: []Date{0}}}
		},
		"a review in the year 10000": func(d *Draft) { d.Event = RestrictionStarted{Kind: "visitors", ReviewBy: lastDate + 1} },
	} {
		d := good
		spoil(&d)
		err := d.Check()
		if err == nil {
			t.Errorf("%s passed", name)
			continue
		}
		readsWell(t, err)
	}
}

func TestTooMuchIsNotStored(t *testing.T) {
	words := Words{Texts: map[Word]string{"note": strings.Repeat("a", MaxEntry)}}
	if _, err := Encode(PeerMatched{}, words); !errors.Is(err, ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseDraft(f *testing.F) {
	for _, form := range givable() {
		f.Add(must(json.Marshal(asGiven(f, form, wire[form]))))
	}
	for _, text := range []string{
		`{"journey":"j-1","kind":"person.described","occurred":"2026-03-01","by":"w","words":{"name":"zebrafish","zebrafish":"zebrafish"}}`,
		`{"journey":"j-1","kind":"measure.scored","occurred":"2026-03-01","by":"w","data":{"measure":"m","version":1,"answers":{"zebrafish":"zebrafish","said":1}}}`,
		`{"zebrafish":{"zebrafish":1,"zebrafish":2}}`, `{"journey":"zebrafish","kind":"zebrafish","data":{"zebrafish":[{"zebrafish":null}]}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := ParseDraft(text)
		if err != nil {
			r, ok := errors.AsType[*Refusal](err)
			if !ok {
				t.Fatalf("not a refusal: %v", err)
			}
			// The ids in a measure's definition are no person's words, and are shown.
			if strings.Contains(strings.ToLower(r.Error()+r.Hint), secret) && !bytes.Contains(text, []byte("measure.defined")) {
				t.Errorf("the refusal repeats what was given: %v", r)
			}
			return
		}
		content, err := Encode(d.Event, d.Words)
		if err != nil {
			t.Fatalf("was taken and cannot be stored: %v", err)
		}
		event, said, words, err := Decode(FormOf(d.Event), content)
		if err != nil {
			t.Fatalf("was stored and cannot be read: %s", content)
		}
		if diff := cmp.Diff(stored{d.Event, d.Words}, stored{event, words}, same, cmpopts.EquateEmpty(), cmp.AllowUnexported(stored{})); diff != "" {
			t.Error(diff)
		}
		if !slices.Equal(said, d.Words.Said()) {
			t.Errorf("said %v, want %v", said, d.Words.Said())
		}
	})
}
