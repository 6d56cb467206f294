package domain

import (
	"strconv"

	"github.com/waymark/waymark/domain/stats"
)

// PublicCounts are counts about people that leave the service together. Say which
// there are and which of them add up, then Settle: from then on each can be had as
// it may be shown. The rules and the promise are those of [Public], without its
// periods.
type PublicCounts struct{ table *publicTable }

// A PublicCount is one of [PublicCounts].
type PublicCount int32

// NewPublicCounts begins with none.
func NewPublicCounts(rule stats.Rule) PublicCounts {
	t := newPublicTable(rule)
	t.begin()
	return PublicCounts{t}
}

// Count adds a count that is to be shown if it may be.
func (p PublicCounts) Count(n int) PublicCount { return PublicCount(p.table.add(n, true, false)) }

// CountOf adds a count that is hidden where so few people are behind it that their
// number would be.
func (p PublicCounts) CountOf(n, people int) PublicCount {
	_, enough := p.table.rule.Count(people)
	return PublicCount(p.table.add(n, true, !enough))
}

// Withheld adds a count that is hidden for the sake of others.
func (p PublicCounts) Withheld(n int) PublicCount { return PublicCount(p.table.add(n, true, true)) }

// Unsaid adds a count that is nowhere said and yet could be worked out.
func (p PublicCounts) Unsaid(n int) PublicCount { return PublicCount(p.table.add(n, false, false)) }

// Sum says that the total is the sum of the parts. Where some are in several parts,
// or in none, it is taken for what it then says, that it is at least or at most so
// much.
func (p PublicCounts) Sum(total PublicCount, parts ...PublicCount) {
	of := make([]int32, len(parts))
	for i, part := range parts {
		of[i] = int32(part)
	}
	p.table.sum(true, int32(total), of...)
}

// Within says that everybody in the part is in the whole.
func (p PublicCounts) Within(part, whole PublicCount) { p.table.within(int32(part), int32(whole)) }

// AtLeast says that something beside a count tells that it is at least so much, as
// a mean does that is shown of [stats.LeastForMean] people or more. It is shown as a
// number itself, and has to be left out where the count given back is hidden. Of a
// count below that it says nothing.
func (p PublicCounts) AtLeast(least int, of PublicCount) PublicCount {
	told := p.Count(least)
	p.Within(told, of)
	return told
}

// Settle decides what is hidden.
func (p PublicCounts) Settle() { p.table.settle() }

// Shown gives a count as it may be shown.
func (p PublicCounts) Shown(of PublicCount) Shown {
	c := p.table.counts[of]
	if c.hidden {
		return Hidden
	}
	n, _ := p.table.rule.Count(int(c.n))
	return Shown(strconv.Itoa(n))
}
