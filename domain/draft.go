package domain

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxEntry is the most bytes an entry may have, as given and as stored.
const MaxEntry = 256 << 10

// A Draft is an entry that somebody wishes to record.
type Draft struct {
	ID       string // the command's id, a UUID; the event gets the same
	Stream   Stream // its ID may be empty for a support.started that begins a journey
	Service  string
	Occurred Occurred // may be zero for entry.* and person.forgotten: today
	By       string
	Imported string // the mapping that imports it
	Event    Event
	Words    Words
}

// draft is a Draft as it is given: one JSON object.
type draft struct {
	ID       string         `json:"id"`
	Journey  string         `json:"journey"`
	Service  string         `json:"service"`
	Measure  string         `json:"measure"`
	Kind     string         `json:"kind"`
	Occurred string         `json:"occurred"`
	By       string         `json:"by"`
	Data     jsontext.Value `json:"data"`
	Words    Words          `json:"words"`
}

// ParseDraft reads an entry as DESIGN's "record" takes it: one JSON object with
// kind, journey (or service, or measure), occurred, by, data and words. It is
// strict: an unknown or repeated key, a wrong type or invalid UTF-8 is a
// [Refusal], which never repeats what was given.
func ParseDraft(text []byte) (Draft, error) {
	if len(text) > MaxEntry {
		return Draft{}, &Refusal{Reason: ErrMalformed,
			Detail: fmt.Sprintf("the entry has %d bytes; %d are allowed", len(text), MaxEntry),
			Hint:   "keep long documents where they are and record what they say in a sentence"}
	}
	var g draft
	if err := json.Unmarshal(text, &g, strict); err != nil {
		return Draft{}, malformed("", err)
	}
	f := byKind[g.Kind]
	if f == nil || f.about == AboutLog {
		return Draft{ID: g.ID}, &Refusal{Reason: ErrUnknownCode, Field: "kind", Detail: "is no kind of entry",
			Hint: "see waymark record --help for the kinds"}
	}
	d := Draft{ID: g.ID, Service: g.Service, By: g.By, Words: g.Words}
	if d.ID != "" && !IsUUID(d.ID) {
		return Draft{}, &Refusal{Reason: ErrMalformed, Field: "id", Detail: "is not a UUID in lower case"}
	}
	if g.Occurred != "" {
		var err error
		if d.Occurred, err = ParseOccurred(g.Occurred); err != nil {
			return d, &Refusal{Reason: ErrMalformed, Field: "occurred", Detail: err.Error()}
		}
	}
	if err := d.place(f, g); err != nil {
		return d, err
	}
	data := g.Data
	if len(data) == 0 {
		data = jsontext.Value("{}")
	}
	var err error
	if d.Event, err = f.facts(data); err != nil {
		return d, malformed("data", err)
	}
	return d, d.check(f)
}

// place finds the stream that the draft is about.
func (d *Draft) place(f *form, g draft) error {
	about := f.about
	if about == aboutAny {
		about = AboutJourney
		if g.Journey == "" && g.Service != "" {
			about = AboutService
		}
	}
	ids := map[string]string{AboutJourney: g.Journey, AboutService: g.Service, AboutMeasure: g.Measure}
	d.Stream = Stream{about, ids[about]}
	for _, other := range []string{AboutJourney, AboutMeasure} {
		if other != about && ids[other] != "" {
			return &Refusal{Reason: ErrMalformed, Field: other, Detail: "does not go with this kind of entry"}
		}
	}
	for _, about := range []string{AboutJourney, AboutService, AboutMeasure} {
		if id := ids[about]; id != "" && !IsID(id) {
			return &Refusal{Reason: ErrMalformed, Field: about, Detail: "is not an id: use a to z, 0 to 9 and -, at most 64"}
		}
	}
	if d.Stream.ID == "" && f.kind() != "support.started" {
		return &Refusal{Reason: ErrIncomplete, Field: about, Detail: "is missing"}
	}
	return nil
}

// Check refuses what no state of the log could make right: ids, codes, ranges
// and words that do not belong. Drafts made by code rather than parsed must
// pass it too; [Journey.Record] and its like call it.
func (d *Draft) Check() error {
	f := byKind[string(d.Event.kind())]
	if d.Stream.ID != "" && !IsID(d.Stream.ID) {
		return &Refusal{Reason: ErrMalformed, Field: d.Stream.About, Detail: "is not an id: use a to z, 0 to 9 and -, at most 64"}
	}
	return d.check(f)
}

func (d *Draft) check(f *form) error {
	switch {
	case d.By == "":
		return &Refusal{Reason: ErrIncomplete, Field: "by", Detail: "is missing: say who records it"}
	case !IsID(d.By):
		return &Refusal{Reason: ErrMalformed, Field: "by", Detail: "is not an id: use a to z, 0 to 9 and -, at most 64"}
	case d.Occurred.Date == 0 && f.about != aboutAny && f.kind() != "person.forgotten":
		return &Refusal{Reason: ErrIncomplete, Field: "occurred", Detail: "is missing: say when it happened"}
	}
	e, allowed := d.Event, f.words
	if c, ok := e.(EntryCorrected); ok {
		if c.Replacement == nil || c.Form != FormOf(c.Replacement) {
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
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// plainName is a key that is safe to repeat: nobody's words look like it.
var plainName = regexp.MustCompile(`^(/[a-z0-9_]{1,32}){1,4}$`)

// malformed turns a JSON error into a Refusal that says where, never what.
func malformed(field string, err error) error {
	r := &Refusal{Reason: ErrMalformed, Field: field}
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	at := ""
	switch {
	case errors.As(err, &syntax):
		at = string(syntax.JSONPointer)
		r.Detail = fmt.Sprintf("is not proper JSON at byte %d", syntax.ByteOffset)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			r.Detail = "has the same key twice"
		}
	case errors.As(err, &semantic):
		at = string(semantic.JSONPointer)
		r.Detail = "has the wrong type"
		switch {
		case errors.Is(err, json.ErrUnknownName):
			r.Detail = "is not a key of this kind of entry"
		case isOurs(semantic.Err):
			r.Detail = semantic.Err.Error()
		}
	case errors.Is(err, errNoForm):
		at, r.Detail = "/form", errNoForm.Error()
	default:
		r.Detail = "cannot be read"
	}
	if plainName.MatchString(at) {
		r.Field = strings.Trim(field+strings.ReplaceAll(at, "/", "."), ".")
	}
	if r.Field == "" {
		r.Field = "the entry"
	}
	return r
}

// isOurs says whether an error is one of this package's own fixed texts.
func isOurs(err error) bool {
	for _, ours := range []error{ErrDate, errYesNo, errSmall, errWords, errEmptyWords, errNoForm, errAnswer} {
		if errors.Is(err, ours) {
			return true
		}
	}
	return false
}
