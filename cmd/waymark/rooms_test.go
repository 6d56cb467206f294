package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/waymark/waymark"

// walls say where an import may stand, and why nowhere else. A wall is for every
// package whose path begins so; a file name lets only that file through.
var walls = []struct {
	imports string   // a path, or what it begins with
	only    []string // packages of ours, or files
	because string
}{
	{module + "/eventstore", []string{"cmd/waymark"},
		"the log and the answers meet in cmd, and speak in domain.Recorded"},
	{module + "/projections", []string{"cmd/waymark"},
		"the answers know nothing of where events come from"},
	{module + "/cmd", []string{"cmd/waymark"},
		"nothing leans on the program"},
	{"github.com/nats-io", []string{"eventstore", "cmd/waymark"},
		"one room knows how the log is kept"},
	{"github.com/synadia-io", []string{"eventstore"},
		"one room knows how the log is kept"},
	{"database/sql", []string{"projections"},
		"SQL counts in projections, and nothing is judged in it elsewhere"},
	{"github.com/mattn/go-sqlite3", []string{"projections"},
		"SQL counts in projections, and nothing is judged in it elsewhere"},
	{"net/http", []string{"cmd/waymark/web", "cmd/waymark/client.go", "cmd/waymark/inprocess.go"},
		"a verb asks; how the question travels is the client's business"},
	{"github.com/danielgtaylor/huma", []string{"cmd/waymark/web"},
		"the API is described where it is answered"},
	{"github.com/spf13/cobra", []string{"cmd/waymark"},
		"only the program has a command line"},
}

// pure is what package domain may import. It has no clock, makes no ids, and
// reads and writes nothing, so that history gives the same answer for ever.
var pure = []string{"bytes", "cmp", "crypto/sha256", "encoding", "errors", "fmt", "iter", "maps", "math", "math/big", "reflect", "regexp", "slices", "sort",
	"strconv", "strings", "sync", "time", "unicode", "unicode/utf8",
	"github.com/go-json-experiment/json", "github.com/go-json-experiment/json/jsontext", // strict: repeated keys, case, UTF-8
	module + "/domain/stats", "gonum.org/v1/gonum"}

func TestNobodysJourneyDependsOnAWallBeingClimbed(t *testing.T) {
	for _, f := range sources(t) {
		room := filepath.ToSlash(filepath.Dir(f.name))
		for _, spec := range f.syntax.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			for _, w := range walls {
				own := module + "/" + room
				if !under(path, w.imports) || under(own, w.imports) {
					continue
				}
				if !slices.ContainsFunc(w.only, func(place string) bool { return f.name == place || room == place || under(room, place) }) {
					t.Errorf("%s imports %s: %s", f.name, path, w.because)
				}
			}
			if under(room, "domain") && !slices.ContainsFunc(pure, func(p string) bool { return path == p || strings.Contains(p, ".") && under(path, p) }) {
				t.Errorf("%s imports %s: domain is pure", f.name, path)
			}
		}
		if under(room, "domain") {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && isClock(s) {
					t.Errorf("%s uses time.%s: time arrives as an argument", f.name, s.Sel.Name)
				}
				return true
			})
		}
	}
}

func isClock(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Tick", "Sleep", "NewTimer", "NewTicker", "Local"}, s.Sel.Name)
}

func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// A source is one file of the program, tests left out.
type source struct {
	name   string // from the top of the tree
	syntax *ast.File
}

func sources(t *testing.T) (files []source) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f",
		`{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}`, module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		name, err := filepath.Rel(top, path)
		if err != nil {
			t.Fatal(err)
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source{filepath.ToSlash(name), syntax})
	}
	if len(files) < 20 {
		t.Fatalf("only %d files were looked at", len(files))
	}
	return files
}
