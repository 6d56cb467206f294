package eventstore

import (
	"cmp"
	"fmt"
	"slices"
)

// An account goes through a stream's blocks in order and adds up what is there,
// so that it knows in the end what is not.
type account struct {
	last     uint64 // the highest position so far
	spans    []Span // of positions that are hurt, in no order
	findings []string

	// What is hurt behind last, as in blockScan.
	tail   uint64
	adrift bool

	// A record that breaks off at the end of a block is well only if no other
	// block has anything more: it waits here for what follows.
	torn   string
	tornIs uint64
}

// add accounts for the next block.
func (a *account) add(name string, s blockScan) {
	if len(s.runs) > 0 || s.torn || s.flawed() {
		a.refuseTorn()
	}
	for f, found := range s.flaws {
		switch {
		case found.count == 1:
			a.find("%s, byte %d: %v", name, found.first, flaw(f))
		case found.count > 1:
			a.find("%s, byte %d: %v, and so it is %d times more", name, found.first, flaw(f), found.count-1)
		}
	}
	for _, run := range s.runs {
		a.run(name, run)
	}
	a.tail += s.tail
	a.adrift = a.adrift || s.adrift
	for _, position := range s.deleted {
		a.spans = append(a.spans, Span{position, position})
	}
	if s.torn {
		a.torn, a.tornIs = fmt.Sprintf("%s, byte %d: %v", name, s.tornAt, cutOff), s.tornIs
		if a.tornIs != 0 && a.tornIs != a.last+a.tail+1 {
			a.refuseTorn() // the server was not writing this one
		}
	}
}

// lost accounts for a block whose bytes could not be had.
func (a *account) lost(name string, err error) {
	a.refuseTorn()
	a.adrift = true
	a.find("%s cannot be read: %v", name, withoutPath(err))
}

// run accounts for good records.
func (a *account) run(name string, run Span) {
	if run.First > a.last+1 {
		missing := Span{a.last + 1, run.First - 1}
		a.spans = append(a.spans, missing)
		a.find("%s: it goes on at %d, so %v cannot be had", name, run.First, missing)
	}
	if run.First <= a.last {
		again := Span{run.First, min(run.Last, a.last)}
		a.spans = append(a.spans, again)
		a.find("%s: %v again, or out of order", name, again)
	}
	a.last = max(a.last, run.Last)
	a.tail, a.adrift = 0, false
}

// close ends the account and returns the last position. Known is the highest
// that is known to have been recorded.
func (a *account) close(known uint64) (last uint64) {
	if known > a.last {
		if a.torn != "" {
			a.refuseTorn()
		}
		a.find("the log ends at %d, but position %d is known to have been recorded", a.last, known)
	}
	switch {
	case a.adrift, known > a.last+a.tail:
		a.spans = append(a.spans, Span{First: a.last + 1})
	case a.tail > 0:
		a.spans = append(a.spans, Span{a.last + 1, a.last + a.tail})
	}
	return a.last
}

// refuseTorn makes a finding of a torn record that was waiting.
func (a *account) refuseTorn() {
	if a.torn != "" {
		a.find("%s", a.torn)
		a.torn, a.adrift = "", true
	}
}

func (a *account) find(format string, args ...any) {
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

func (s *blockScan) flawed() bool {
	for _, f := range s.flaws {
		if f.count > 0 {
			return true
		}
	}
	return false
}

// joinSpans sorts spans and joins those that touch.
func joinSpans(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last))
	})
	var joined []Span
	for _, s := range spans {
		n := len(joined)
		switch {
		case n == 0 || joined[n-1].Last != 0 && s.First > joined[n-1].Last+1:
			joined = append(joined, s)
		case joined[n-1].Last != 0 && (s.Last == 0 || s.Last > joined[n-1].Last):
			joined[n-1].Last = s.Last
		}
	}
	return joined
}
