package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// A page is what a table is written for: how wide it is, and what it can show.
type page struct {
	width    int
	terminal bool // a piped answer is not cut to the width
	ascii    bool
}

// usualWidth is how wide a page is that does not say so.
const usualWidth = 80

func (p *program) page() page {
	g := page{width: usualWidth, ascii: asciiOnly(os.Getenv)}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		g.width = width
	}
	screen := p.stdout
	if pipe, ok := screen.(pipe); ok {
		screen = pipe.Writer
	}
	if file, ok := screen.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			g.width, g.terminal = width, true
		}
	}
	return g
}

// write prints a text at once, without blanks at the ends of its lines.
func (g page) write(out io.Writer, text string) error {
	if g.ascii {
		text = strings.NewReplacer("–", "-", "−", "-", "·", ".", "…", "...", "→", "->", "“", `"`, "”", `"`).Replace(text)
	}
	var b bytes.Buffer
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(line, " \n"))
		b.WriteByte('\n')
	}
	_, err := out.Write(b.Bytes())
	return err
}

// widestText is how wide sentences are at most, so that they are easy to read.
const widestText = 100

// fold breaks a text at blanks into lines of the page's width: the first begins
// with one indent, the others with another.
func (g page) fold(text, first, others string) string {
	var b strings.Builder
	for i, line := range breakLines(text, max(min(g.width, widestText)-columns(others), 20)) {
		if i == 0 {
			b.WriteString(first)
		} else {
			b.WriteString(others)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// listed folds a list behind what is said of it; nothing where it is empty.
func (g page) listed(what string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return g.fold(what+": "+strings.Join(names, "; ")+".", "  ", "    ")
}

// breakLines breaks a text at blanks into lines no wider than so many columns,
// as far as its words allow.
func breakLines(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case columns(line)+1+columns(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// columns is how many columns of a terminal a text takes.
func columns(text string) int { return uniseg.StringWidth(text) }

// pad fills a text up to so many columns.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-columns(text), 0))
}

// A grid is a table whose first column has titles, and gives way where the page
// is too narrow for it.
type grid struct {
	rows []gridRow
	gap  int // blanks between columns
}

// A gridRow has a title and no cells where it is a heading.
type gridRow struct {
	title string
	cells []string
}

func (t *grid) row(title string, cells ...string) { t.rows = append(t.rows, gridRow{title, cells}) }

// narrowest is as far as the column of titles gives way.
const narrowest = 18

// widths gives the width of the column of titles and of the others.
func (t *grid) widths() (title int, cells []int) {
	for _, r := range t.rows {
		for i, c := range r.cells {
			if i == len(cells) {
				cells = append(cells, 0)
			}
			cells[i] = max(cells[i], columns(c))
		}
		if len(r.cells) > 0 {
			title = max(title, columns(r.title))
		}
	}
	return title, cells
}

// fits says whether the grid fits into a width, its longest titles broken.
func (t *grid) fits(width int) bool {
	title, cells := t.widths()
	width -= min(title, 2*narrowest)
	for _, w := range cells {
		width -= w + t.gap
	}
	return width >= 0
}

// text writes the grid. Titles that are too long go on in the next line.
func (t *grid) text(width int) string {
	title, widths := t.widths()
	rest := width
	for _, w := range widths {
		rest -= w + t.gap
	}
	title = min(title, max(rest, narrowest))
	var b strings.Builder
	for _, r := range t.rows {
		if len(r.cells) == 0 {
			b.WriteString(r.title + "\n")
			continue
		}
		indent := r.title[:len(r.title)-len(strings.TrimLeft(r.title, " "))]
		for i, line := range breakLines(r.title, title-len(indent)) {
			if i > 0 {
				b.WriteString(indent + "  " + line + "\n")
				continue
			}
			b.WriteString(pad(indent+line, title))
			for i, c := range r.cells {
				b.WriteString(strings.Repeat(" ", t.gap) + pad(c, widths[i]))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
