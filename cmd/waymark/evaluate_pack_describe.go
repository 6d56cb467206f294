package main

import (
	"fmt"
	"strings"
)

// A dataPackage is what datapackage.json says: a tabular data package by
// Frictionless Data, version 1 of its specifications, so that tools that know
// nothing of Waymark can read the tables with their types.
type dataPackage struct {
	Profile     string         `json:"profile"`
	Name        string         `json:"name"`
	ID          string         `json:"id"` // the same for the same question of the same history
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Created     string         `json:"created"` // when the last event that counts was recorded: nothing in a pack reads the clock
	Resources   []dataResource `json:"resources"`
}

type dataResource struct {
	Profile     string      `json:"profile"`
	Name        string      `json:"name"`
	Path        string      `json:"path"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Format      string      `json:"format"`
	MediaType   string      `json:"mediatype"`
	Encoding    string      `json:"encoding"`
	Bytes       int         `json:"bytes"`
	Hash        string      `json:"hash"`
	Dialect     csvDialect  `json:"dialect"`
	Schema      tableSchema `json:"schema"`
}

// A csvDialect is RFC 4180 but for the ends of lines.
type csvDialect struct {
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
	Header         bool   `json:"header"`
}

type tableSchema struct {
	Fields        []tableField `json:"fields"`
	PrimaryKey    []string     `json:"primaryKey"`
	MissingValues []string     `json:"missingValues"`
}

type tableField struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Unit        string `json:"unit,omitempty"` // our own: Table Schema has none
}

// describe describes the tables of a pack, which are written as files.
func describe(e *evaluated, tables []packTable, files []packFile) ([]byte, error) {
	d := dataPackage{Profile: "tabular-data-package", Name: "waymark-evaluation", Title: e.Spec.Title, Description: describePack(e), Created: momentText(e.Recorded)}
	missing := []string{""}
	if e.suppressed() {
		missing = append(missing, hiddenText)
	}
	content := map[string][]byte{}
	for _, f := range files {
		content[f.name] = f.content
	}
	d.ID = "urn:waymark:" + e.Log + ":" + fmt.Sprint(e.Position) + ":" + e.AsOf.String() + ":" + string(digestOf(content[specName]))
	for _, t := range tables {
		text := content[t.file()]
		r := dataResource{Profile: "tabular-data-resource", Name: t.name, Path: t.file(), Title: t.title, Description: t.description,
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Bytes: len(text), Hash: "sha256:" + string(digestOf(text)),
			Dialect: csvDialect{",", "\n", `"`, true, true},
			Schema:  tableSchema{MissingValues: missing}}
		for i, c := range t.columns {
			r.Schema.Fields = append(r.Schema.Fields, tableField{c.Name, c.Type, c.Title, c.Description, c.Unit})
			if i < t.key {
				r.Schema.PrimaryKey = append(r.Schema.PrimaryKey, c.Name)
			}
		}
		d.Resources = append(d.Resources, r)
	}
	return indented(d)
}

// describePack says how the numbers are to be read.
func describePack(e *evaluated) string {
	sentences := []string{
		e.Spec.Question,
		fmt.Sprintf("What had happened by %s, as known at position %d of the log %s.", e.AsOf, e.Position, e.Log),
		"Numbers have 10 significant digits, so that they are the same on every machine; shares are from 0 to 1.",
		"A text that a spreadsheet might take for a formula begins with an apostrophe. What does not apply is empty.",
	}
	if rule, on := e.Spec.Suppression.Rule(); on {
		sentences = append(sentences, fmt.Sprintf("Small numbers are hidden by the rule %s: %s is what may not be shown, counts are to the nearest 5, and no row is about one person.", rule, hiddenText))
	} else {
		sentences = append(sentences, "Nothing is hidden: rows are about single people, whose names are for this pack alone. It is not to be published.")
	}
	return strings.Join(sentences, " ")
}
