package main

import "strings"

// spark draws values as one line of blocks for a table on a terminal, with · for
// a missing one. Shares stand on a scale from 0 to 1; other values from 0, or the
// least below it, to the greatest. Where the terminal has ASCII only, the heights
// are the digits 1 to 8 and a missing value is a dot.
func spark(values []*float64, share, ascii bool) string {
	blocks, missing := []rune("▁▂▃▄▅▆▇█"), '·'
	if ascii {
		blocks, missing = []rune("12345678"), '.'
	}
	low, high := 0.0, 0.0
	for _, v := range values {
		if v != nil {
			low, high = min(low, *v), max(high, *v)
		}
	}
	if share {
		low, high = 0, 1
	}
	var b strings.Builder
	for _, v := range values {
		switch {
		case v == nil:
			b.WriteRune(missing)
		case high == low:
			b.WriteRune(blocks[0])
		default:
			part := min(max((*v-low)/(high-low), 0), 1)
			b.WriteRune(blocks[min(int(part*float64(len(blocks))), len(blocks)-1)])
		}
	}
	return b.String()
}

// asciiOnly says whether a terminal's locale, as the environment gives it, can
// show no more than ASCII. Where it says nothing it can show all.
func asciiOnly(environment func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(environment(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
