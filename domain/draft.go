package domain

import (
	"bytes"
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxEntry is the most bytes an entry may have, as given and as stored.
const MaxEntry = 256 << 10

// A Draft is an entry that somebody wishes to record.
type Draft struct {
	ID       string   // the command's id, a UUID; the event gets the same
	Stream   Stream   // its ID may be empty for a support.started that begins a journey
	Service  string   // where there is one; see [IsID]
	Occurred Occurred // may be zero for entry.* and person.forgotten: today
	By       string   // who records it, an opaque id; see [IsID]
	Imported string   // the name of the mapping that imports it, if one does
	Event    Event
	Words    Words
}

// draft is a Draft as it is given: one JSON object.
type draft struct {
	ID       string         `json:"id"`
	Journey  string         `json:"journey"`
	Service  string         `json:"service"`
	Measure  string         `json:"measure"`
	Audit    string         `json:"audit"`
	Kind     string         `json:"kind"`
	Occurred string         `json:"occurred"`
	By       string         `json:"by"`
	Data     jsontext.Value `json:"data"`
	Words    Words          `json:"words"`
}

// ParseDraft reads an entry: one JSON object with kind, journey (or service,
// measure or audit), occurred, by, data and words, and perhaps the command's id. It is
// strict: an unknown or repeated key, a null, a wrong type or invalid UTF-8 is a
// [Refusal], which never repeats what was given. The draft that comes with a
// refusal holds the id where it could be read, and nothing to rely on beside.
func ParseDraft(text []byte) (Draft, error) {
	if len(text) > MaxEntry {
		return Draft{}, tooLong(len(text))
	}
	if at, found := findNull(text); found {
		return Draft{}, &Refusal{Reason: ErrMalformed, Field: theEntry, Detail: fmt.Sprintf("has a null at byte %d", at),
			Hint: "leave the key out instead"}
	}
	var g draft
	if err := json.Unmarshal(text, &g, strict); err != nil {
		return Draft{}, malformed("", err)
	}
	if g.ID != "" && !IsUUID(g.ID) {
		return Draft{}, &Refusal{Reason: ErrMalformed, Field: "id", Detail: "is not a UUID in lower case"}
	}
	d := Draft{ID: g.ID, Service: g.Service, By: g.By, Words: g.Words}
	f := byKind[g.Kind]
	if f == nil || f.about == AboutLog {
		return d, &Refusal{Reason: ErrUnknownCode, Field: "kind", Detail: "is no kind of entry",
			Hint: "see waymark record --help for the kinds"}
	}
	if err := d.place(f, &g); err != nil {
		return d, err
	}
	var err error
	if g.Occurred != "" {
		if d.Occurred, err = ParseOccurred(g.Occurred); err != nil {
			return d, &Refusal{Reason: ErrMalformed, Field: "occurred", Detail: err.Error()}
		}
	}
	data := g.Data
	if len(data) == 0 {
		data = jsontext.Value("{}")
	}
	if d.Event, err = f.facts(data); err != nil {
		return d, malformed("data", err)
	}
	return d, d.Check()
}

// place finds the stream that the draft is about.
func (d *Draft) place(f *form, g *draft) error {
	about := f.about
	if about == aboutAny {
		about = AboutJourney
		switch {
		case g.Journey != "":
		case g.Audit != "":
			about = AboutAudit
		case g.Service != "":
			about = AboutService
		}
	}
	d.Stream.About = about
	for _, named := range [...]Stream{{AboutJourney, g.Journey}, {AboutService, g.Service}, {AboutMeasure, g.Measure}, {AboutAudit, g.Audit}} {
		switch {
		case named.About == about:
			d.Stream.ID = named.ID
		case named.ID == "" || named.About == AboutService && about == AboutJourney:
		default:
			return &Refusal{Reason: ErrMalformed, Field: named.About, Detail: "does not go with this kind of entry"}
		}
	}
	return nil
}

// Check refuses what no state of the log could make right: ids, codes, ranges
// and words that do not belong. [Journey.Record] and its like call it, so that a
// draft made by code is held against the same rules as one that was parsed.
func (d *Draft) Check() error {
	var f *form
	if d.Event != nil {
		f = byKind[string(d.Event.kind())]
	}
	if f == nil {
		return &Refusal{Reason: ErrUnknownCode, Field: "kind", Detail: "is no kind of entry"}
	}
	if err := d.checkEnvelope(f); err != nil {
		return err
	}
	e, allowed := d.Event, f.words
	if c, ok := e.(EntryCorrected); ok {
		if c.Replacement == nil || byName[c.Form] == nil || c.Form != FormOf(c.Replacement) {
			return &Refusal{Reason: ErrMalformed, Field: "data.form", Detail: "is not the form that entries are written in today"}
		}
		e, allowed = c.Replacement, WordsOf(c.Replacement.kind())
	}
	said := d.Words.Said()
	for _, word := range said {
		if !slices.Contains(allowed, word) {
			return &Refusal{Reason: ErrMalformed, Field: "words", Detail: "has a word that this kind does not carry",
				Hint: "it may carry: " + joinWords(allowed)}
		}
		if word != options && d.Words.Texts[word] == "" {
			return &Refusal{Reason: ErrMalformed, Field: "words", Detail: errEmptyWords.Error()}
		}
	}
	if err := checkOptions(e, d.Words.Options); err != nil {
		return err
	}
	c := checker{said: said}
	d.Event.check(&c)
	if c.refusal != nil {
		return c.refusal
	}
	return nil
}

// checkEnvelope refuses what is wrong outside of an entry's facts and words.
func (d *Draft) checkEnvelope(f *form) error {
	switch about := d.Stream.About; {
	case about != f.about && !(f.about == aboutAny && about != AboutLog):
		return &Refusal{Reason: ErrMalformed, Field: "kind", Detail: fmt.Sprintf("does not go with a %s", about)}
	case d.Stream.ID == "" && f.kind() != "support.started" && about != AboutLog:
		return &Refusal{Reason: ErrIncomplete, Field: about, Detail: "is missing"}
	case d.Stream.ID != "" && !IsID(d.Stream.ID):
		return &Refusal{Reason: ErrMalformed, Field: about, Detail: notAnID}
	case d.Service != "" && !IsID(d.Service):
		return &Refusal{Reason: ErrMalformed, Field: "service", Detail: notAnID}
	case d.By == "":
		return &Refusal{Reason: ErrIncomplete, Field: "by", Detail: "is missing: say who records it"}
	case !IsID(d.By):
		return &Refusal{Reason: ErrMalformed, Field: "by", Detail: notAnID}
	case d.Occurred.Date == 0 && f.about != aboutAny && f.kind() != "person.forgotten":
		return &Refusal{Reason: ErrIncomplete, Field: "occurred", Detail: "is missing: say when it happened"}
	case d.Occurred.Date < 0 || d.Occurred.Date > lastDate:
		return &Refusal{Reason: ErrMalformed, Field: "occurred", Detail: ErrDate.Error()}
	}
	return nil
}

func tooLong(bytes int) error {
	return &Refusal{Reason: ErrMalformed, Field: theEntry,
		Detail: fmt.Sprintf("has %d bytes; %d are allowed", bytes, MaxEntry),
		Hint:   "keep long documents where they are and record what they say in a sentence"}
}

// findNull gives the place of the first null, which would otherwise be read as
// if its key had been left out.
func findNull(text []byte) (at int64, found bool) {
	if !bytes.Contains(text, []byte("null")) {
		return 0, false
	}
	for d := jsontext.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.ReadToken()
		switch {
		case err != nil:
			return 0, false // what else is wrong is for others to say
		case token.Kind() == 'n':
			return d.InputOffset() - int64(len("null")), true
		}
	}
}

// checkOptions holds the words of a decision's options against its facts.
func checkOptions(e Event, words []OptionWords) error {
	made, ok := e.(DecisionMade)
	if !ok || len(words) == 0 {
		return nil
	}
	if len(words) != len(made.Options) {
		return &Refusal{Reason: ErrMalformed, Field: "words.options",
			Detail: fmt.Sprintf("has %d options where data.options has %d", len(words), len(made.Options))}
	}
	for i, w := range words {
		if o := made.Options[i]; len(w.For) != o.For || len(w.Against) != o.Against {
			return &Refusal{Reason: ErrMalformed, Field: "words.options",
				Detail: fmt.Sprintf("option %d: the points for and against are not as many as data.options counts", i+1)}
		}
	}
	return nil
}

func joinWords(words []Word) string {
	if len(words) == 0 {
		return "none"
	}
	var texts []string
	for _, w := range words {
		texts = append(texts, string(w))
	}
	return strings.Join(texts, ", ")
}

// theEntry is the field of a refusal that concerns no one part of an entry.
const theEntry = "the entry"

// malformed turns a JSON error into a Refusal that says where, never what. Keys
// that we did not choose may be somebody's words, so a path goes only as far as
// our own.
func malformed(field string, err error) error {
	r := &Refusal{Reason: ErrMalformed}
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	var at jsontext.Pointer
	switch {
	case errors.Is(err, errNoForm):
		at, r.Detail = "/form", errNoForm.Error()
	case errors.As(err, &syntax):
		r.Detail = fmt.Sprintf("is not proper JSON at byte %d", syntax.ByteOffset)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			r.Detail = fmt.Sprintf("has the same key twice, at byte %d", syntax.ByteOffset)
		}
	case errors.As(err, &semantic):
		at = semantic.JSONPointer
		switch {
		case errors.Is(err, json.ErrUnknownName):
			at, r.Detail = at.Parent(), "has a key that does not belong there"
		case isOurs(semantic.Err):
			r.Detail = semantic.Err.Error()
		default:
			r.Detail = "should be " + wanted(semantic.GoType)
		}
	default:
		r.Detail = "cannot be read"
	}
	var path []string
	if field != "" {
		path = append(path, field)
	}
	for name := range at.Tokens() {
		path = append(path, name)
		if name == "answers" || name == "scores" || name == "words" {
			break // their keys are not ours
		}
	}
	r.Field = cmp.Or(strings.Join(path, "."), theEntry)
	return r
}

// wanted says in plain English what a Go type looks like in JSON.
func wanted(t reflect.Type) string {
	if t == nil {
		return "something else"
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "a text in quotation marks"
	}
	switch t.Kind() {
	case reflect.String:
		return "a text in quotation marks"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list in square brackets"
	case reflect.Float64:
		return "a number"
	case reflect.Struct, reflect.Map:
		return "an object in curly brackets"
	default:
		return "a whole number"
	}
}

// isOurs says whether an error is one of this package's own fixed texts.
func isOurs(err error) bool {
	for _, ours := range []error{ErrDate, errYesNo, errRating, errWords, errEmptyWords, errAnswer} {
		if errors.Is(err, ours) {
			return true
		}
	}
	return false
}
