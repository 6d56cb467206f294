package web

import (
	"bytes"
	"cmp"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/waymark/waymark/domain"
)

// Imported is what an import says of an entry in place of its ids, which only
// the log can make: they hang on a secret that stays with it.
type Imported struct {
	Mapping string   `json:"mapping"`          // its name, kept with the entry for ever
	Source  string   `json:"source,omitzero"`  // where people's ids come from; the mapping's name unless given
	Journey string   `json:"journey,omitzero"` // the source's own id of the person, where there is one
	Key     []string `json:"key,omitzero"`     // what tells this row from every other, never words
	Entry   string   `json:"entry"`            // which of the mapping's entries this is, such as rows.2
}

// ParseEntry reads an entry as [domain.ParseDraft] does. An entry whose first
// member is "import" gets its command id from commandID and, where the source
// has an id for the person, its journey from journeyID; the same import always
// gets the same ids. Both functions must be one-way and tell every list of texts
// from every other.
func ParseEntry(text []byte, commandID, journeyID func(parts ...string) string) (domain.Draft, error) {
	from, rest, ok := cutImport(text)
	if !ok {
		return domain.ParseDraft(text) // which refuses an import that cannot be read, or stands elsewhere
	}
	if !domain.IsID(from.Mapping) || from.Entry == "" || from.Source != "" && !domain.IsID(from.Source) {
		return domain.Draft{}, &domain.Refusal{Reason: domain.ErrMalformed, Field: "import",
			Detail: "names no mapping, or no entry of it"}
	}
	parts := append([]string{"import", from.Mapping, from.Entry}, from.Key...)
	b := append(make([]byte, 0, len(rest)+128), `{"id":"`...)
	b = append(b, commandID(parts...)...)
	if from.Journey != "" {
		b = append(b, `","journey":"`...)
		b = append(b, journeyID("journey", cmp.Or(from.Source, from.Mapping), from.Journey)...)
	}
	b = append(append(b, '"'), rest...)
	d, err := domain.ParseDraft(b)
	d.Imported = from.Mapping
	return d, err
}

// cutImport takes the first member off an object, where it is an import. What
// follows it begins with the comma, or with the end of the object.
func cutImport(text []byte) (from Imported, rest []byte, ok bool) {
	if len(text) > domain.MaxEntry || !bytes.Contains(text, []byte(`"import"`)) {
		return from, nil, false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(text))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return from, nil, false
	}
	if t, err := d.ReadToken(); err != nil || t.Kind() != '"' || t.String() != "import" {
		return from, nil, false
	}
	value, err := d.ReadValue()
	if err != nil || value.Kind() != '{' || json.Unmarshal(value, &from, json.RejectUnknownMembers(true)) != nil {
		return from, nil, false
	}
	return from, text[d.InputOffset():], true
}
