package domain

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"strconv"
)

// Sample draws n of all, or all where there are not so many, without favour and
// the same on every machine for the same seed: in the order of the SHA-256 of
// the seed in decimal, a space, and the key, so that anybody can repeat it with
// other tools. It does not depend on the order of all, provided that no two have
// the same key.
func Sample[T any](all []T, key func(T) string, n int, seed uint64) []T {
	type ticket struct {
		drawn [sha256.Size]byte
		of    int
	}
	tickets := make([]ticket, len(all))
	for i, one := range all {
		tickets[i] = ticket{sha256.Sum256([]byte(strconv.FormatUint(seed, 10) + " " + key(one))), i}
	}
	slices.SortFunc(tickets, func(a, b ticket) int {
		return cmp.Or(bytes.Compare(a.drawn[:], b.drawn[:]), cmp.Compare(a.of, b.of))
	})
	drawn := make([]T, max(0, min(n, len(all))))
	for i := range drawn {
		drawn[i] = all[tickets[i].of]
	}
	return drawn
}
