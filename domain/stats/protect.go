package stats

import "slices"

// A Cell is one count of a table, with what a [Rule] already hides.
type Cell struct {
	Count  int
	Hidden bool
}

// A Sum says that the cell Total is the sum of the cells Parts, all by index. A
// total may be a part of another sum. A sum of no parts says nothing.
type Sum struct {
	Total int
	Parts []int
}

// Protect hides more cells until none that is hidden follows, by adding and
// subtracting, from those that are shown (secondary suppression; Hundepool et al.
// 2012, Statistical Disclosure Control). A sum that leaves exactly one
// of its cells hidden, the total included, hides its next smallest part as well,
// or its total where no other part is left; of equal parts the first in cells.
// Nought is a count like any other. When no sum alone gives a cell away, several
// together still may; then the smallest cell that is shown beside it goes too.
//
// The result depends only on the cells and on the sums in their order. It is not
// the fewest cells that could be hidden.
func Protect(cells []Cell, sums []Sum) {
	sums = slices.DeleteFunc(slices.Clone(sums), func(s Sum) bool { return len(s.Parts) == 0 })
	for {
		for again := true; again; {
			again = false
			for _, s := range sums {
				if s.hidden(cells) == 1 && hideNext(cells, s) {
					again = true
				}
			}
		}
		i, ok := followsFromAll(cells, sums)
		if !ok {
			return
		}
		var beside []Sum
		for _, s := range sums {
			if s.Total == i || slices.Contains(s.Parts, i) {
				beside = append(beside, s)
			}
		}
		if !hideNext(cells, beside...) && !hideNext(cells, sums...) {
			return // nothing is shown any more
		}
	}
}

// hidden counts the cells of a sum that are not shown.
func (s Sum) hidden(cells []Cell) int {
	n := 0
	for _, i := range append([]int{s.Total}, s.Parts...) {
		if cells[i].Hidden {
			n++
		}
	}
	return n
}

// hideNext hides the smallest part shown in any of the sums, else the smallest
// total. It reports whether there was one.
func hideNext(cells []Cell, sums ...Sum) bool {
	var parts, totals []int
	for _, s := range sums {
		parts = append(parts, s.Parts...)
		totals = append(totals, s.Total)
	}
	for _, among := range [][]int{parts, totals} {
		next := -1
		for _, i := range among {
			if c := cells[i]; !c.Hidden && (next < 0 || c.Count < cells[next].Count || c.Count == cells[next].Count && i < next) {
				next = i
			}
		}
		if next >= 0 {
			cells[next].Hidden = true
			return true
		}
	}
	return false
}

// prime is the field that the sums are solved in: their coefficients are 1 and
// -1, so whole numbers modulo a great prime are as good as fractions, and exact.
const prime = 1<<31 - 1

// An equation is what a sum says about its hidden cells: each one's coefficient,
// never 0. What is shown is on the other side, and does not matter.
type equation map[int]uint64

// add adds another one, times a factor.
func (e equation) add(other equation, factor uint64) {
	for i, c := range other {
		if e[i] = (e[i] + c*factor) % prime; e[i] == 0 {
			delete(e, i)
		}
	}
}

// followsFromAll is the first hidden cell that all the sums together give away.
// They are solved (Gauss and Jordan); a solved equation about one cell alone gives
// that cell, and there is no other way to know one.
func followsFromAll(cells []Cell, sums []Sum) (cell int, ok bool) {
	solved := map[int]equation{} // by the one cell that no other of them has
	for _, s := range sums {
		e := equation{}
		for _, i := range s.Parts {
			if cells[i].Hidden {
				e.add(equation{i: 1}, 1)
			}
		}
		if cells[s.Total].Hidden {
			e.add(equation{s.Total: prime - 1}, 1)
		}
		for i, known := range solved {
			if c := e[i]; c != 0 {
				e.add(known, prime-c)
			}
		}
		if len(e) == 0 {
			continue // says nothing new
		}
		pivot := first(e)
		scaled := equation{}
		scaled.add(e, inverse(e[pivot]))
		for _, known := range solved {
			if c := known[pivot]; c != 0 {
				known.add(scaled, prime-c)
			}
		}
		solved[pivot] = scaled
	}
	cell = -1
	for i, e := range solved {
		if len(e) == 1 && (cell < 0 || i < cell) {
			cell = i
		}
	}
	return cell, cell >= 0
}

// first is the least of the cells in an equation.
func first(e equation) int {
	least := -1
	for i := range e {
		if least < 0 || i < least {
			least = i
		}
	}
	return least
}

// inverse is 1/c modulo prime (Fermat): c to the power of prime-2.
func inverse(c uint64) uint64 {
	out := uint64(1)
	for power := prime - 2; power > 0; power /= 2 {
		if power%2 == 1 {
			out = out * c % prime
		}
		c = c * c % prime
	}
	return out
}
