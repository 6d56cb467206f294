package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"go.yaml.in/yaml/v3"

	"github.com/waymark/waymark/domain"
)

// A place is a line and a column of a mapping's file, both from 1.
type place struct{ line, column int }

func placeOf(n *yaml.Node) place { return place{n.Line, n.Column} }

// A mappingError says where a mapping is wrong, how, and what to do.
type mappingError struct {
	place
	detail, hint string
}

func (e *mappingError) Error() string {
	switch {
	case e.line == 0:
		return e.detail
	case e.column == 0:
		return fmt.Sprintf("line %d: %s", e.line, e.detail)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.line, e.column, e.detail)
}

func (e *mappingError) Hint() string { return e.hint }

func (p place) wrong(hint, format string, args ...any) error {
	return &mappingError{p, fmt.Sprintf(format, args...), hint}
}

// parseYAML reads the one document of a file.
func parseYAML(text []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	switch err := d.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, place{}.wrong("", "there is nothing in it")
	case err != nil:
		return nil, badYAML(err)
	}
	switch err := d.Decode(new(yaml.Node)); {
	case err == nil:
		return nil, place{}.wrong("keep one document in each file", "there is more than one document")
	case !errors.Is(err, io.EOF):
		return nil, badYAML(err)
	}
	return document.Content[0], nil
}

// badYAML takes the line out of the library's error, which has it in its text alone.
func badYAML(err error) error {
	detail := strings.TrimPrefix(err.Error(), "yaml: ")
	var at place
	if _, scan := fmt.Sscanf(detail, "line %d:", &at.line); scan == nil {
		_, detail, _ = strings.Cut(detail, ": ")
	}
	return at.wrong("", "is not proper YAML: %s", detail)
}

// keys are what an object may have, each with what reads it.
type keys map[string]func(*yaml.Node) error

// read refuses a key that is unknown or there twice.
func (k keys) read(n *yaml.Node, what string) error {
	pairs, err := pairsOf(n)
	for _, p := range pairs {
		read := k[p.text]
		if read == nil {
			return p.wrong(k.hint(p.text), "%s is not a key of %s", p.text, what)
		}
		if err := read(p.node); err != nil {
			return err
		}
	}
	return err
}

// hint says which key was probably meant, and which there are.
func (k keys) hint(text string) string {
	known := slices.Sorted(maps.Keys(k))
	hint := "it may have " + strings.Join(known, ", ")
	if nearest := domain.Nearest(text, known); nearest != "" {
		hint = "did you mean " + nearest + "? " + hint
	}
	return hint
}

// A pair is one key of an object and what it holds.
type pair struct {
	name
	node *yaml.Node
}

func pairsOf(n *yaml.Node) ([]pair, error) {
	if n.Kind != yaml.MappingNode {
		return nil, placeOf(n).wrong("", "needs keys and what they hold")
	}
	pairs := make([]pair, len(n.Content)/2)
	seen := make(map[string]bool, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		p.node = n.Content[2*i+1]
		if err := p.read(n.Content[2*i]); err != nil {
			return nil, err
		}
		if seen[p.text] {
			return nil, p.wrong("", "%s is there twice", p.text)
		}
		seen[p.text] = true
	}
	return pairs, nil
}

// listOf reads a list.
func listOf[T any](to *[]T, read func(*T, *yaml.Node) error) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.SequenceNode {
			return placeOf(n).wrong("write it as [A, B], or each on a line of its own behind a dash", "needs a list")
		}
		*to = make([]T, len(n.Content))
		for i, item := range n.Content {
			if err := read(&(*to)[i], item); err != nil {
				return err
			}
		}
		return nil
	}
}

// truth reads true or false.
func truth(to *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.ShortTag() != "!!bool" || n.Decode(to) != nil {
			return placeOf(n).wrong("", "needs true or false")
		}
		return nil
	}
}

// A name is a short text of a mapping, such as a column's, with its place.
type name struct {
	place
	text  string
	index int // of the column, once the header is known
}

// read takes a text, or a number, a date or a truth as it is written.
func (n *name) read(node *yaml.Node) error {
	n.place, n.text = placeOf(node), node.Value
	if node.Kind != yaml.ScalarNode || node.ShortTag() == "!!null" {
		return n.wrong("", "needs a text here")
	}
	return nil
}

// constant gives a text, a number or a truth as JSON, or nil for anything else.
func constant(n *yaml.Node) []byte {
	var v any
	switch tag := n.ShortTag(); {
	case n.Kind != yaml.ScalarNode:
		return nil
	case tag == "!!str" || tag == "!!timestamp":
		v = n.Value
	case tag != "!!int" && tag != "!!float" && tag != "!!bool" || n.Decode(&v) != nil:
		return nil
	}
	text, err := json.Marshal(v)
	if err != nil { // it is no number that JSON has, or not UTF-8
		return nil
	}
	return text
}
