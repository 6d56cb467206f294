package domain

import (
	"math"
	"slices"

	"github.com/waymark/waymark/domain/stats"
)

// leastWidth is how many numbers, at least, a hidden count may be for all that
// anybody can work out. Where it is small, nought is among them, except for what is
// left of a total: that leaves every later stage a way out, for sums of small counts
// then say nothing of their parts.
const leastWidth = 3

// unbounded stands for no upper bound.
const unbounded = math.MaxInt32 / 4

// A publicTable is what somebody can work with who has everything that is shown:
// the counts, shown or not, within bounds; sums of them; and percentages. Counts,
// sums and ratios are added stage by stage, and a stage is the month in which they
// settle; only what is of the latest stage may still be hidden.
type publicTable struct {
	rule   stats.Rule
	few    int32 // the largest count that is small
	counts []publicCount
	sums   []publicSum
	ratios []publicRatio
	links  []publicLink // each count's sums and ratios, as lists

	newCounts, newSums, newRatios int // where the latest stage begins

	queue        []int32        // sums, and ratios as ^i, to look at again
	queuedSums   []bool         // and which of the sums are in it
	queuedRatios []bool         // likewise
	trail        []publicBounds // the bounds before, to go back to
	narrow       []int32        // counts that must be guarded better
	justHid      map[int32]bool // counts, and ratios as ^i, hidden since the bounds were worked out
}

// A publicCount is one count. Bounds are of what it may be, for all that is shown.
type publicCount struct {
	n, lo, hi  int32
	loBy, hiBy int32 // the sum, or ratio as ^i, that the bound is from; nobody at first
	links      int32 // the first of its links
	floor      int32 // what else is known: it is at least this where it is shown
	of, beside int32 // the count in the same figure that it is a part of, and another part of that; -1 for none
	open       bool  // it is published, unless hidden
	hidden     bool
	guarded    bool // small, or hidden for its own sake
	marked     bool // it is among the narrow
}

const nobody = math.MaxInt32

// A publicSum says that the total is at most, or at least, the sum of the parts,
// or both; and whether the rule of the next smallest applies.
type publicSum struct {
	total           int32
	parts           []int32
	atMost, atLeast bool
	rule            bool
}

// A publicRatio is a percentage.
type publicRatio struct {
	numerator, denominator, rest int32 // rest: those not in the numerator
	percent                      int32
	hidden                       bool
}

type publicLink struct{ to, next int32 }

type publicBounds struct{ count, lo, hi, loBy, hiBy int32 }

func newPublicTable(rule stats.Rule) *publicTable {
	t := &publicTable{rule: rule, justHid: map[int32]bool{}}
	for n := 1; ; n++ {
		if _, ok := rule.Count(n); ok {
			t.few = int32(n - 1)
			return t
		}
	}
}

// begin starts a stage.
func (t *publicTable) begin() {
	t.newCounts, t.newSums, t.newRatios = len(t.counts), len(t.sums), len(t.ratios)
}

// add adds a count; hide hides it for its own sake, however great. One that is not
// open is never published, but somebody could work it out.
func (t *publicTable) add(n int, open, hide bool) int32 {
	c := publicCount{n: int32(n), open: open, guarded: int32(n) <= t.few || hide, links: -1, of: -1, beside: -1}
	_, shown := t.rule.Count(n)
	c.hidden = !open || hide || !shown
	if open && !c.hidden {
		c.guarded = false // a nought that the rule shows
	}
	t.counts = append(t.counts, c)
	return int32(len(t.counts) - 1)
}

// sum adds a sum of counts. Sums that do not quite add up, as of people who are
// with several services, bind in the direction in which they hold.
func (t *publicTable) sum(rule bool, total int32, parts ...int32) {
	if len(parts) == 0 {
		return
	}
	var n int32
	for _, p := range parts {
		n += t.counts[p].n
	}
	whole := t.counts[total].n
	t.bind(publicSum{total, parts, whole <= n, whole >= n, rule})
}

// within says that a count is at most another, where it is.
func (t *publicTable) within(part, total int32) {
	if t.counts[part].n <= t.counts[total].n && part != total {
		t.bind(publicSum{total: total, parts: []int32{part}, atLeast: true})
	}
}

func (t *publicTable) bind(s publicSum) {
	at := int32(len(t.sums))
	t.sums, t.queuedSums = append(t.sums, s), append(t.queuedSums, false)
	if s.atMost || s.atLeast {
		t.link(s.total, at)
		for _, p := range s.parts {
			t.link(p, at)
		}
	}
}

func (t *publicTable) link(count, to int32) {
	c := &t.counts[count]
	t.links = append(t.links, publicLink{to, c.links})
	c.links = int32(len(t.links) - 1)
}

// ratio adds a percentage, and gives -1 where the rule hides it.
func (t *publicTable) ratio(numerator, denominator, rest int32) int32 {
	n, d := &t.counts[numerator], &t.counts[denominator]
	percent, ok := t.rule.Percent(int(n.n), int(d.n))
	if !ok || n.hidden || d.hidden {
		return -1
	}
	at := int32(len(t.ratios))
	t.queuedRatios = append(t.queuedRatios, false)
	t.ratios = append(t.ratios, publicRatio{numerator, denominator, rest, int32(percent), false})
	t.link(numerator, ^at)
	t.link(denominator, ^at)
	t.link(rest, ^at)
	return at
}

// says reports whether the percentage is shown.
func (t *publicTable) says(r *publicRatio) bool {
	return !r.hidden && !t.counts[r.numerator].hidden && !t.counts[r.denominator].hidden
}

// settle hides what must be hidden of the latest stage.
func (t *publicTable) settle() {
	for {
		t.hideNext()
		t.work()
		if len(t.narrow) == 0 {
			t.trail = t.trail[:0]
			return
		}
		if !t.hideCauses() {
			t.trail = t.trail[:0]
			return // nothing is left to hide
		}
		t.goBack()
	}
}

// hideNext applies the rule of the next smallest to the sums of the stage.
func (t *publicTable) hideNext() {
	for again := true; again; {
		again = false
		for i := t.newSums; i < len(t.sums); i++ {
			if s := &t.sums[i]; s.rule {
				again = t.hideNextOf(s) || again
			}
		}
	}
}

func (t *publicTable) hideNextOf(s *publicSum) bool {
	hidden, next := 0, int32(-1)
	for _, p := range s.parts {
		switch c := &t.counts[p]; {
		case !c.open:
		case c.hidden:
			hidden++
		case int(p) >= t.newCounts && (next < 0 || c.n < t.counts[next].n):
			next = p
		}
	}
	if t.counts[s.total].hidden {
		hidden++
	} else if next < 0 && int(s.total) >= t.newCounts {
		next = s.total
	}
	if hidden != 1 || next < 0 {
		return false
	}
	t.counts[next].hidden = true
	return true
}

// work narrows the bounds by everything that is new, until nothing gives.
func (t *publicTable) work() {
	for i := t.newCounts; i < len(t.counts); i++ {
		c := &t.counts[i]
		c.lo, c.hi, c.loBy, c.hiBy = 0, unbounded, nobody, nobody
		if shown, _ := t.rule.Count(int(c.n)); !c.hidden {
			c.lo, c.hi = max(int32(shown)-2, t.few+1, c.floor), int32(shown)+2
			if shown == 0 {
				c.lo, c.hi = 0, 0
			}
		} else if c.n <= t.few && t.told(c) {
			c.hi = t.few
		}
	}
	for i := t.newSums; i < len(t.sums); i++ {
		t.enqueue(int32(i))
	}
	for i := t.newRatios; i < len(t.ratios); i++ {
		t.enqueue(^int32(i))
	}
	for len(t.queue) > 0 {
		next := t.queue
		t.queue = nil
		for _, i := range next {
			if i < 0 {
				t.queuedRatios[^i] = false
				t.workRatio(i)
			} else {
				t.queuedSums[i] = false
				t.workSum(i)
			}
		}
	}
}

// told reports whether a small count is known to be one. It is where it is hidden
// beside what it is a part of: where all is hidden, any of it may be great. What is
// left of a total gives itself away only where the other part is shown too.
func (t *publicTable) told(c *publicCount) bool {
	if c.beside >= 0 && t.counts[c.beside].hidden {
		return false
	}
	return c.of < 0 || !t.counts[c.of].hidden || t.counts[c.of].n <= t.few
}

func (t *publicTable) enqueue(i int32) {
	queued := t.queuedSums
	at := i
	if i < 0 {
		queued, at = t.queuedRatios, ^i
	}
	if !queued[at] {
		queued[at] = true
		t.queue = append(t.queue, i)
	}
}

func (t *publicTable) workSum(i int32) {
	s := &t.sums[i]
	var lo, hi int64
	for _, p := range s.parts {
		lo, hi = lo+int64(t.counts[p].lo), hi+int64(t.counts[p].hi)
	}
	whole := t.counts[s.total]
	if s.atLeast {
		t.narrowTo(s.total, lo, unbounded, i)
	}
	if s.atMost && hi < unbounded {
		t.narrowTo(s.total, 0, hi, i)
	}
	for _, p := range s.parts {
		c := t.counts[p]
		if s.atLeast && whole.hi < unbounded {
			t.narrowTo(p, 0, int64(whole.hi)-(lo-int64(c.lo)), i)
		}
		if s.atMost {
			t.narrowTo(p, int64(whole.lo)-(hi-int64(c.hi)), unbounded, i)
		}
	}
}

// workRatio narrows both to the pairs that give the percentage.
func (t *publicTable) workRatio(i int32) {
	r := &t.ratios[^i]
	if !t.says(r) {
		return
	}
	n, d := t.counts[r.numerator], t.counts[r.denominator]
	nLo, nHi, dLo, dHi := n.hi, n.lo, d.hi, d.lo
	restLo, restHi := d.hi, int32(0)
	for x := n.lo; x <= n.hi; x++ {
		for of := max(d.lo, x); of <= d.hi; of++ {
			if percent, ok := t.rule.Percent(int(x), int(of)); ok && int32(percent) == r.percent {
				nLo, nHi, dLo, dHi = min(nLo, x), max(nHi, x), min(dLo, of), max(dHi, of)
				restLo, restHi = min(restLo, of-x), max(restHi, of-x)
			}
		}
	}
	t.narrowTo(r.numerator, int64(nLo), int64(nHi), i)
	t.narrowTo(r.denominator, int64(dLo), int64(dHi), i)
	t.narrowTo(r.rest, int64(restLo), int64(restHi), i)
}

func (t *publicTable) narrowTo(count int32, lo, hi int64, by int32) {
	c := &t.counts[count]
	if lo <= int64(c.lo) && hi >= int64(c.hi) {
		return
	}
	t.trail = append(t.trail, publicBounds{count, c.lo, c.hi, c.loBy, c.hiBy})
	if lo > int64(c.lo) {
		c.lo, c.loBy = int32(lo), by
	}
	if hi < int64(c.hi) {
		c.hi, c.hiBy = int32(hi), by
	}
	if tight := c.hi-c.lo < leastWidth-1 || c.lo > 0 && c.n <= t.few && c.beside < 0; tight && c.guarded && c.hidden && !c.marked {
		c.marked = true
		t.narrow = append(t.narrow, count)
	}
	for l := c.links; l >= 0; l = t.links[l].next {
		if to := t.links[l].to; to != by {
			t.enqueue(to)
		}
	}
}

// goBack undoes the work on the latest stage.
func (t *publicTable) goBack() {
	for _, b := range slices.Backward(t.trail) {
		c := &t.counts[b.count]
		c.lo, c.hi, c.loBy, c.hiBy = b.lo, b.hi, b.loBy, b.hiBy
	}
	t.trail = t.trail[:0]
}

// hideCauses hides, for each count that is too narrow, one of the numbers that
// made it so: a percentage if there is one, else the smallest count. It reports
// whether there was any.
func (t *publicTable) hideCauses() (hid bool) {
	for _, i := range t.narrow {
		t.counts[i].marked = false
		cause, ok := t.cause(i)
		switch {
		case !ok:
			continue
		case cause < 0:
			t.ratios[^cause].hidden = true
		default:
			t.counts[cause].hidden = true
		}
		hid, t.justHid[cause] = true, true
	}
	t.narrow = t.narrow[:0]
	clear(t.justHid)
	if !hid {
		for i := t.newCounts; i < len(t.counts); i++ {
			hid = hid || !t.counts[i].hidden
			t.counts[i].hidden = true
		}
	}
	return hid
}

// cause is what to hide so that a count is less narrow: a count, or a ratio as ^i.
// One that was hidden already since the work was done counts as its cause.
func (t *publicTable) cause(count int32) (cause int32, ok bool) {
	seen := map[int32]bool{count: true}
	next := []int32{count}
	var ratio, least int32 = -1, -1
	consider := func(by int32) {
		if by >= 0 || int(^by) < t.newRatios || !t.says(&t.ratios[^by]) {
			return
		}
		if r := ^by; ratio < 0 || t.counts[t.ratios[r].numerator].n < t.counts[t.ratios[ratio].numerator].n {
			ratio = r
		}
	}
	for len(next) > 0 {
		c := &t.counts[next[0]]
		next = next[1:]
		for _, by := range []int32{c.loBy, c.hiBy} {
			if by == nobody {
				continue
			}
			if t.justHid[by] {
				return by, true
			}
			consider(by)
			for _, other := range t.of(by) {
				if t.justHid[other] {
					return other, true
				}
				if seen[other] {
					continue
				}
				seen[other] = true
				o := &t.counts[other]
				if o.open && !o.hidden && int(other) >= t.newCounts {
					consider(o.loBy)
					consider(o.hiBy)
					if least < 0 || o.n < t.counts[least].n || o.n == t.counts[least].n && other < least {
						least = other
					}
					continue
				}
				next = append(next, other)
			}
		}
	}
	if ratio >= 0 {
		return ^ratio, true
	}
	return least, least >= 0
}

// of lists the counts of a sum, or of a ratio as ^i.
func (t *publicTable) of(by int32) []int32 {
	if by < 0 {
		r := &t.ratios[^by]
		return []int32{r.numerator, r.denominator, r.rest}
	}
	return append([]int32{t.sums[by].total}, t.sums[by].parts...)
}
