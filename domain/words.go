package domain

import (
	"cmp"
	"errors"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Word names one thing a person may have said in an entry. Its name is a
// fact; what was said is not.
type Word string

// options is the only word that is not one text.
const options Word = "options"

// Words are everything a person said in an entry, or that says who they are.
// They never appear in a log line, a metric, an error or a URL.
type Words struct {
	Texts   map[Word]string
	Options []OptionWords
}

// OptionWords are the words of one option of a decision, in the order of the
// options among its facts.
type OptionWords struct {
	Option  string   `json:"option"`
	For     []string `json:"for,omitzero"`
	Against []string `json:"against,omitzero"`
}

var (
	errWords      = errors.New("words are texts by name")
	errEmptyWords = errors.New("leave out a word rather than give it empty")
)

// Said lists which words are there, in alphabetical order.
func (w Words) Said() []Word {
	if len(w.Texts) == 0 && len(w.Options) == 0 {
		return nil
	}
	said := make([]Word, 0, len(w.Texts)+1)
	for word := range w.Texts {
		said = append(said, word)
	}
	if len(w.Options) > 0 {
		said = append(said, options)
	}
	slices.Sort(said)
	return said
}

// IsZero says that nothing was said.
func (w Words) IsZero() bool { return len(w.Texts) == 0 && len(w.Options) == 0 }

// MarshalJSON writes an object of the words in alphabetical order.
func (w Words) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, word := range w.Said() {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, string(word))
		b = append(b, ':')
		var err error
		if word == options {
			var list []byte
			list, err = json.Marshal(w.Options)
			b = append(b, list...)
		} else {
			b, err = jsontext.AppendQuote(b, w.Texts[word])
		}
		if err != nil {
			return nil, errWords
		}
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes. Its errors never repeat a word.
func (w *Words) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, w) }

// UnmarshalJSONFrom does the same in one pass, which half the time of reading a
// decision depends on.
func (w *Words) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*w = Words{}
	if d.PeekKind() != '{' {
		return cmp.Or(d.SkipValue(), errWords)
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := w.read(Word(name.String()), d); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// read reads one word's text or options.
func (w *Words) read(word Word, d *jsontext.Decoder) error {
	if word == options {
		if err := json.UnmarshalDecode(d, &w.Options, json.RejectUnknownMembers(true)); err != nil {
			if _, ok := errors.AsType[*json.SemanticError](err); ok {
				return errWords
			}
			return err
		}
		return nil
	}
	if d.PeekKind() != '"' {
		return cmp.Or(d.SkipValue(), errWords)
	}
	text, err := d.ReadToken()
	if err != nil {
		return err
	}
	said := text.String()
	if said == "" {
		return errEmptyWords
	}
	if w.Texts == nil {
		w.Texts = make(map[Word]string, 4)
	}
	w.Texts[word] = said
	return nil
}
