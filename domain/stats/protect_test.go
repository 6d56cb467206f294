package stats

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// table makes cells of the counts; those under 5 are hidden.
func table(counts ...int) []Cell {
	var cells []Cell
	for _, n := range counts {
		_, shown := MHSDS.Count(n)
		cells = append(cells, Cell{Count: n, Hidden: !shown})
	}
	return cells
}

func shown(cells []Cell) string {
	var b []byte
	for _, c := range cells {
		if c.Hidden {
			b = append(b, '*')
		} else {
			b = append(b, '.')
		}
	}
	return string(b)
}

func TestAHiddenCountCannotBeSubtracted(t *testing.T) {
	line := []Sum{{Total: 0, Parts: []int{1, 2, 3}}}
	// Cells 0-3 one service, 4-7 another, 8-11 both: the total, then three parts.
	grid := []Sum{
		{0, []int{1, 2, 3}}, {4, []int{5, 6, 7}}, {8, []int{9, 10, 11}},
		{8, []int{0, 4}}, {9, []int{1, 5}}, {10, []int{2, 6}}, {11, []int{3, 7}},
	}
	for _, c := range []struct {
		name  string
		cells []Cell
		sums  []Sum
		want  string
	}{
		{"nothing hidden", table(30, 10, 10, 10), line, "...."},
		{"one hidden: the next smallest too", table(33, 3, 20, 10), line, ".*.*"},
		{"two hidden", table(27, 3, 20, 4), line, ".*.*"},
		{"of equals the first", table(23, 10, 3, 10), line, ".**."},
		{"a nought hides the next smallest too", table(30, 0, 20, 10), line, ".*.*"},
		{"a nought that is shown is the next smallest", []Cell{{33, false}, {3, true}, {0, false}, {30, false}}, line, ".**."},
		{"the total alone is hidden", []Cell{{30, true}, {10, false}, {12, false}, {8, false}}, line, "*..*"},
		{"a hidden total and a hidden part", []Cell{{30, true}, {10, false}, {12, true}, {8, false}}, line, "*.*."},
		{"a single part hides its total", table(3, 3), []Sum{{0, []int{1}}}, "**"},
		{"a single part that is hidden, and a rounded total", []Cell{{5, false}, {5, true}}, []Sum{{0, []int{1}}}, "**"},
		{"rows and columns", table(
			42, 2, 20, 20,
			60, 30, 10, 20,
			102, 32, 30, 40), grid, ".**." + ".**." + "...."},
		{"totals of totals", table(3, 3, 50, 53), []Sum{{0, []int{1}}, {3, []int{0, 2}}}, "***."},
		{"a sum of no parts", table(3, 9, 9), []Sum{{Total: 0}, {1, []int{2}}}, "*.."},
		{"no sums", table(3, 9), nil, "*."},
	} {
		cells := slices.Clone(c.cells)
		Protect(cells, c.sums)
		if got := shown(cells); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSeveralSumsTogetherDoNotGiveACountAway(t *testing.T) {
	// Each sum has two hidden parts or more, but the first less the second is cell 4.
	cells := []Cell{{30, false}, {20, false}, {4, true}, {16, true}, {4, true}, {6, false}}
	Protect(cells, []Sum{{0, []int{2, 3, 4, 5}}, {1, []int{2, 3}}})
	if got := shown(cells); got != "..****" {
		t.Errorf("%s", got)
	}

	// Two rectangles of hidden cells and one cell between them: no row or column has
	// a single one, and yet the row totals less the column totals give that one.
	const side = 5
	hidden := map[[2]int]bool{
		{0, 0}: true, {0, 1}: true, {1, 0}: true, {1, 1}: true,
		{2, 2}: true, {2, 3}: true, {3, 2}: true, {3, 3}: true,
		{0, 2}: true,
	}
	cells = make([]Cell, side*side+2*side)
	var sums []Sum
	for line := range side {
		row, column := Sum{Total: side*side + line}, Sum{Total: side*side + side + line}
		for i := range side {
			row.Parts = append(row.Parts, line*side+i)
			column.Parts = append(column.Parts, i*side+line)
			cells[line*side+i] = Cell{Count: 20 + line*side + i, Hidden: hidden[[2]int{line, i}]}
		}
		sums = append(sums, row, column)
	}
	for _, s := range sums {
		for _, i := range s.Parts {
			cells[s.Total].Count += cells[i].Count
		}
		if s.hidden(cells) == 1 {
			t.Fatal("one sum alone gives it away")
		}
	}
	if !slices.Contains(givenAway(cells, sums), 2) {
		t.Fatal("the cell between is not given away")
	}
	Protect(cells, sums)
	if got := givenAway(cells, sums); len(got) > 0 {
		t.Errorf("cells %v are given away: %s", got, shown(cells))
	}
}

// givenAway attacks a table: it finds the hidden cells that follow from the sums
// and the shown cells. It does so by ranks of fractions, unlike Protect: a cell
// follows if the sums restrain the others as much without it as with it.
func givenAway(cells []Cell, sums []Sum) []int {
	rank := func(without int) int {
		var m [][]*big.Rat
		for _, s := range sums {
			line := make([]*big.Rat, len(cells))
			for i := range line {
				line[i] = new(big.Rat)
			}
			add := func(i int, c int64) {
				if cells[i].Hidden && i != without {
					line[i].Add(line[i], big.NewRat(c, 1))
				}
			}
			add(s.Total, -1)
			for _, i := range s.Parts {
				add(i, 1)
			}
			m = append(m, line)
		}
		r := 0
		for column := range cells {
			p := slices.IndexFunc(m[r:], func(l []*big.Rat) bool { return l[column].Sign() != 0 })
			if p < 0 {
				continue
			}
			m[r], m[r+p] = m[r+p], m[r]
			for _, l := range m[r+1:] {
				f := new(big.Rat).Quo(l[column], m[r][column])
				for i := range l {
					l[i].Sub(l[i], new(big.Rat).Mul(f, m[r][i]))
				}
			}
			r++
		}
		return r
	}
	var out []int
	full := rank(-1)
	for i, c := range cells {
		if c.Hidden && rank(i) < full {
			out = append(out, i)
		}
	}
	return out
}

func TestNoHiddenCountCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A table of services by months, its margins, quarters of two months, and a
		// stray sum over some of the cells.
		height, width := rapid.IntRange(1, 4).Draw(t, "height"), rapid.IntRange(1, 4).Draw(t, "width")
		var cells []Cell
		var sums []Sum
		for range height * width {
			cells = append(cells, table(rapid.IntRange(0, 14).Draw(t, "count"))...)
		}
		total := func(parts ...int) int {
			n := 0
			for _, i := range parts {
				n += cells[i].Count
			}
			cells = append(cells, table(n)...)
			sums = append(sums, Sum{Total: len(cells) - 1, Parts: parts})
			return len(cells) - 1
		}
		var rowTotals []int
		for y := range height {
			var row []int
			for x := range width {
				row = append(row, y*width+x)
				if x%2 == 1 {
					total(y*width+x-1, y*width+x)
				}
			}
			rowTotals = append(rowTotals, total(row...))
		}
		for x := range width {
			var column []int
			for y := range height {
				column = append(column, y*width+x)
			}
			total(column...)
		}
		total(rowTotals...)
		total(rapid.SliceOfNDistinct(rapid.IntRange(0, height*width-1), 1, -1, rapid.ID).Draw(t, "stray")...)

		before := slices.Clone(cells)
		Protect(cells, sums)
		for i, c := range cells {
			if before[i].Hidden && !c.Hidden || before[i].Count != c.Count {
				t.Fatalf("cell %d: %+v became %+v", i, before[i], c)
			}
		}
		for _, s := range sums {
			if s.hidden(cells) == 1 {
				t.Fatalf("%+v leaves one hidden: %s", s, shown(cells))
			}
		}
		if got := givenAway(cells, sums); len(got) > 0 {
			t.Fatalf("cells %v are given away: %s", got, shown(cells))
		}
		again := slices.Clone(before)
		Protect(again, sums)
		if !slices.Equal(again, cells) {
			t.Fatalf("%s, and again %s", shown(cells), shown(again))
		}
		Protect(again, sums)
		if !slices.Equal(again, cells) {
			t.Fatal("protecting twice hides more")
		}
		if !slices.ContainsFunc(before, func(c Cell) bool { return c.Hidden }) && slices.ContainsFunc(cells, func(c Cell) bool { return c.Hidden }) {
			t.Fatal("hides where nothing was to hide")
		}
	})
}
