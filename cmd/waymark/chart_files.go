package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/waymark/waymark/domain"
)

// A chartFile is one file to write, and what the beginning of every file of its
// kind has in it, by which one of ours is known.
type chartFile struct {
	name, sign string
	content    []byte
}

// writeCharts writes each chart and each comparison as an SVG and a CSV file, and
// index.html, which shows them with their sentences and numbers and needs nothing
// but charts.css beside it. The directory is made where it is missing. A file that
// is there already is replaced if it is such a file of ours; if any is not,
// nothing is written at all. Each file is there whole or not at all, and only for
// its owner to read. It gives the names of the files in the order written, the
// page last.
func writeCharts(dir string, charts []domain.Chart, funnels []domain.Comparison, position uint64) (names []string, err error) {
	files, err := renderCharts(charts, funnels, position)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for _, f := range files {
		if taken[f.name] {
			return nil, fmt.Errorf("two charts would be called %s", f.name)
		}
		taken[f.name] = true
		if err := mayReplace(filepath.Join(dir, f.name), f.sign); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if err := replaceWhole(filepath.Join(dir, f.name), f.content); err != nil {
			return names, err
		}
		names = append(names, f.name)
	}
	return names, nil
}

func renderCharts(charts []domain.Chart, funnels []domain.Comparison, position uint64) (files []chartFile, err error) {
	page := chartPage{Position: position}
	for _, c := range charts {
		c.Position = cmp.Or(c.Position, position)
		var picture, numbers bytes.Buffer
		if err := errors.Join(writeChartSVG(&picture, c), writeChartCSV(&numbers, c)); err != nil {
			return nil, err
		}
		name := chartName(c)
		files = append(files, chartFile{name + ".svg", svgSign, picture.Bytes()}, chartFile{name + ".csv", chartColumns + "\n", numbers.Bytes()})
		page.add(c, name)
	}
	for _, c := range funnels {
		c.Position = cmp.Or(c.Position, position)
		var picture, numbers bytes.Buffer
		if err := errors.Join(writeFunnelSVG(&picture, c), writeFunnelCSV(&numbers, c)); err != nil {
			return nil, err
		}
		name := funnelName(c)
		files = append(files, chartFile{name + ".svg", svgSign, picture.Bytes()}, chartFile{name + ".csv", funnelColumns + "\n", numbers.Bytes()})
		page.Funnels = append(page.Funnels, shownFunnel{c, name})
	}
	style, err := chartFiles.ReadFile("chart.css")
	if err != nil {
		return nil, err
	}
	var index bytes.Buffer
	if err := chartTemplates().ExecuteTemplate(&index, "chart_index.html.tmpl", page); err != nil {
		return nil, err
	}
	return append(files, chartFile{"charts.css", cssSign, style}, chartFile{"index.html", htmlSign, index.Bytes()}), nil
}

// What the beginning of our files has in it.
const (
	svgSign  = `class="waymark-chart"`
	cssSign  = "/* The page of waymark's charts. */"
	htmlSign = `<meta name="generator" content="waymark">`
)

// mayReplace refuses to replace what does not begin as our files do.
func mayReplace(path, sign string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(content[:min(len(content), 1000)], []byte(sign)) {
			return nil
		}
	}
	return &failure{fmt.Errorf("%s is there already and was not written by waymark", path), "choose another directory, or move it away", exitRefused}
}

// replaceWhole writes a file beside its place and then puts it there.
func replaceWhole(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".chart-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// chartName is a chart's file name without its ending, and the id of what is
// named in it.
func chartName(c domain.Chart) string {
	name := "all"
	if c.Service != "" {
		name = "service-" + c.Service // never the same as all
	}
	name += "." + c.Outcome
	if c.By != "" && c.By != "person" {
		name += ".by-" + string(c.By)
	}
	return safeName(name)
}

func funnelName(c domain.Comparison) string {
	return safeName("compare-" + string(c.Kind) + "." + c.Outcome + "." + strings.ToLower(c.Period.String()))
}

// safeName keeps what ids are made of, and writes any other byte as a number: no
// name leaves its directory, and no two names become one.
func safeName(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "X%02x", c)
		}
	}
	return b.String()
}
