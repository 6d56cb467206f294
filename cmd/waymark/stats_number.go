package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// A numeral is a kind of number that a column or a flag takes.
type numeral struct {
	words string // behind "is not" and "must be"
	fits  func(x float64) bool
}

// most is the greatest number that is taken, and mostCounted the greatest count:
// sums of squares of them are still numbers.
const (
	most        = 1e15
	mostCounted = 1e9
)

func anyNumber() numeral {
	return numeral{"a number", func(float64) bool { return true }}
}

func notNegative() numeral {
	return numeral{"a number, 0 or more", func(x float64) bool { return x >= 0 }}
}

func wholeNumber(least int) numeral {
	return numeral{fmt.Sprintf("a whole number from %d to %d", least, int(mostCounted)),
		func(x float64) bool { return x == math.Trunc(x) && x >= float64(least) && x <= mostCounted }}
}

// probability is between 0 and 1, without either.
func probability() numeral {
	return numeral{"a number between 0 and 1", func(x float64) bool { return x > 0 && x < 1 }}
}

// parse reads plain decimal numbers only, whatever else Go would take.
func (n numeral) parse(text string) (x float64, ok bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && math.Abs(x) <= most && n.fits(x)
}

// decimal writes a number with 10 significant digits and without an exponent, so
// that the last bits of a sum, in which machines may differ, do not show. A
// missing number, NaN, is an empty cell.
func decimal(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'e', 9, 64), 64)
	return strconv.FormatFloat(x+0, 'f', -1, 64) // +0: no -0
}

// decimals appends numbers as cells.
func decimals(to []string, numbers ...float64) []string {
	for _, x := range numbers {
		to = append(to, decimal(x))
	}
	return to
}

// A numberFlag is a flag's number. A NaN is one that was not given.
type numberFlag[N int | float64] struct {
	number *N
	kind   numeral
}

func (f numberFlag[N]) Type() string { return "number" }
func (f numberFlag[N]) String() string {
	if f.number == nil { // as the flag package asks of a zero value
		return ""
	}
	return decimal(float64(*f.number))
}

func (f numberFlag[N]) Set(text string) error {
	x, ok := f.kind.parse(text)
	if !ok {
		return errors.New("must be " + f.kind.words)
	}
	*f.number = N(x)
	return nil
}

func addNumber[N int | float64](c *cobra.Command, number *N, kind numeral, name, usage string) {
	c.Flags().Var(numberFlag[N]{number, kind}, name, usage)
	complete(c, name, nil)
}

// A wordFlag is a flag that is one of a few words.
type wordFlag[W ~string] struct {
	word *W
	of   []W
}

func (f wordFlag[W]) Type() string { return "word" }
func (f wordFlag[W]) String() string {
	if f.word == nil {
		return ""
	}
	return string(*f.word)
}

func (f wordFlag[W]) Set(text string) error {
	if !slices.Contains(f.of, W(text)) {
		return errors.New("must be one of " + strings.Join(words(f.of), ", "))
	}
	*f.word = W(text)
	return nil
}

func words[W ~string](of []W) []string {
	texts := make([]string, len(of))
	for i, w := range of {
		texts[i] = string(w)
	}
	return texts
}

func addWord[W ~string](c *cobra.Command, word *W, name, usage string, of ...W) {
	c.Flags().Var(wordFlag[W]{word, of}, name, usage+": "+strings.Join(words(of), ", "))
	complete(c, name, words(of))
}
