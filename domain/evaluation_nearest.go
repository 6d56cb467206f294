package domain

import (
	"slices"
	"strings"
)

// mostLetters is the longest text that is compared.
const mostLetters = 128

// Nearest gives the one of some known texts that another was probably meant to
// be, and "" where none is near.
func Nearest(text string, known []string) (nearest string) {
	if len(text) > mostLetters {
		return ""
	}
	best := 1 + len(text)/3
	for _, k := range known {
		if d := distance(text, k); d <= best && (nearest == "" || d < best) {
			nearest, best = k, d
		}
	}
	return nearest
}

// mostListed is how many known texts a hint lists.
const mostListed = 12

// nearestOf says which known text was probably meant, or which there are.
func nearestOf(text string, known []string) string {
	switch nearest := Nearest(text, known); {
	case nearest != "":
		return "did you mean " + nearest + "?"
	case len(known) == 0:
		return "there are none yet"
	case len(known) > mostListed:
		return ""
	}
	return "there are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// distance counts the letters to leave out, put in or put in another's place to
// make one text of another (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			row[j+1] = min(above+1, row[j]+1, corner+substitution(a[i], b[j]))
			corner = above
		}
	}
	return row[len(b)]
}

func substitution(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
