package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	stdjson "encoding/json"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/domain"
)

// packFormat is how a pack is laid out; a higher one is a newer program's.
const packFormat = 1

// A manifest says what a pack came from, so that anybody with the record can make
// it again, and what every other file in it is, so that a changed byte is found.
type manifest struct {
	Format      int                  `json:"format"`
	Program     string               `json:"program"`     // the version that wrote it
	Log         string               `json:"log"`         // its id
	Position    uint64               `json:"position"`    // the last that was taken into account
	Recorded    string               `json:"recorded"`    // when the event there was recorded
	AsOf        domain.Date          `json:"as_of"`       // what had happened by the end of this day
	Spec        digest               `json:"spec"`        // of the specification's bytes
	Suppression domain.Suppression   `json:"suppression"` // the rule by which small numbers are hidden, or none
	AuditRules  int                  `json:"audit_rules"` // the version of the criteria for decisions
	Definitions []manifestDefinition `json:"definitions"` // what figures count, by id
	Files       []manifestFile       `json:"files"`       // all but this one, by name
}

// A digest is a SHA-256 in hexadecimal digits.
type digest string

func digestOf(content []byte) digest {
	sum := sha256.Sum256(content)
	return digest(hex.EncodeToString(sum[:]))
}

// A manifestDefinition is the definition of one outcome or measure; two of one
// version that differ have different digests.
type manifestDefinition struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	SHA256  digest `json:"sha256"` // of the definition as JSON
}

type manifestFile struct {
	Name   string `json:"name"`
	SHA256 digest `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

// manifestOf describes a pack's other files.
func manifestOf(e *evaluated, spec []byte, files []packFile) (manifest, error) {
	m := manifest{Format: packFormat, Program: version(), Log: e.Log, Position: e.Position, Recorded: momentText(e.Recorded), AsOf: e.AsOf,
		Spec: digestOf(spec), Suppression: e.Spec.Suppression, AuditRules: domain.AuditRules,
		Definitions: []manifestDefinition{}, Files: []manifestFile{}}
	for _, o := range e.Definitions {
		text, err := stdjson.Marshal(o)
		if err != nil {
			return m, fmt.Errorf("the definition %s: %w", o.ID, err)
		}
		m.Definitions = append(m.Definitions, manifestDefinition{o.ID, o.Version, digestOf(text)})
	}
	for _, f := range files {
		m.Files = append(m.Files, manifestFile{f.name, digestOf(f.content), len(f.content)})
	}
	return m, nil
}

// momentText writes when something was recorded, as the log does.
func momentText(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000Z") }

// indented writes JSON for people to read too, ending in a line feed.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := stdjson.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// readManifest reads a manifest, strictly.
func readManifest(text []byte) (m manifest, err error) {
	var form struct {
		Format int `json:"format"`
	}
	if err := stdjson.Unmarshal(text, &form); err == nil && form.Format > packFormat {
		return m, &failure{fmt.Errorf("the pack is of format %d, and this program knows %d", form.Format, packFormat), "use the version of Waymark that wrote it, or a newer one", exitRefused}
	}
	if err := json.Unmarshal(text, &m, json.RejectUnknownMembers(true)); err != nil || m.Format != packFormat || m.Position == 0 || m.Log == "" {
		return m, &failure{fmt.Errorf("%s is not one that waymark evaluate wrote", manifestName), "name the directory of a pack, as waymark evaluate --out wrote it", exitDamaged}
	}
	return m, nil
}
