package domain

import (
	"errors"
	"fmt"
	"strings"
)

// A Refusal says why a draft cannot be recorded, to the person who wrote it.
// It never repeats their words.
type Refusal struct {
	Reason error  // a sentinel of this package, matched with errors.Is
	Field  string // the part of the entry, such as data.value; may be empty
	Detail string // what is wrong with it
	Hint   string // what to do next; may be empty
}

func (r *Refusal) Error() string {
	text := r.Detail
	if text == "" {
		text = r.Reason.Error()
	}
	if r.Field != "" {
		text = r.Field + ": " + text
	}
	return text
}

func (r *Refusal) Unwrap() error { return r.Reason }

// Why a draft may be refused.
var (
	ErrMalformed      = errors.New("the entry is not well formed")
	ErrUnknownCode    = errors.New("the code is not one of the list")
	ErrOutOfRange     = errors.New("the number is outside its range")
	ErrIncomplete     = errors.New("something that the entry cannot do without is missing")
	ErrFuture         = errors.New("the date is in the future")
	ErrNoService      = errors.New("the service was never opened")
	ErrServiceClosed  = errors.New("the service is not open on that date")
	ErrNotWithService = errors.New("the person is not with that service on that date")
	ErrAlreadyWith    = errors.New("the person is already with that service on that date")
	ErrNoJourney      = errors.New("nothing is known of this journey")
	ErrNoSuchThing    = errors.New("this journey has no such thing to refer to")
	ErrForgotten      = errors.New("what was kept of this person was forgotten, so nothing can be added")
	ErrWithdrawn      = errors.New("the entry was withdrawn, and that is final")
	ErrCannotCorrect  = errors.New("that cannot be corrected")
	ErrNoMeasure      = errors.New("the measure is not defined in that version")
	ErrExists         = errors.New("that exists already")
	errYesNo          = errors.New("give true or false")
	errRating         = errors.New("give a whole number, or \"declined\"")
)

// A checker gathers the first refusal of an event's facts.
type checker struct {
	refusal *Refusal
	said    []Word // the words that come with the event
}

func (c *checker) because(reason error, field, format string, args ...any) {
	if c.refusal == nil {
		c.refusal = &Refusal{Reason: reason, Field: "data." + field, Detail: fmt.Sprintf(format, args...)}
	}
}

// refuse records that a fact is not well formed.
func (c *checker) refuse(field, format string, args ...any) {
	c.because(ErrMalformed, field, format, args...)
}

// between refuses a number outside low to high, both allowed.
func (c *checker) between(field string, n, low, high int) {
	if n < low || n > high {
		c.because(ErrOutOfRange, field, "%d is outside %d to %d", n, low, high)
	}
}

// atMost refuses more than so many of something.
func (c *checker) atMost(field string, n, most int, what string) {
	if n > most {
		c.because(ErrOutOfRange, field, "has %d %s; %d are allowed", n, what, most)
	}
}

// date refuses a day that the calendar cannot write; one that is missing passes.
func (c *checker) date(field string, d Date) {
	if d < 0 || d > lastDate {
		c.because(ErrOutOfRange, field, "is outside the years 1 to 9999")
	}
}

// needs refuses a fact that is missing.
func (c *checker) needs(field string, there bool) {
	if !there {
		c.because(ErrIncomplete, field, "is missing")
	}
}

// rating refuses a rating outside low to high; one that is missing passes.
func (c *checker) rating(field string, r Rating, low, high int) {
	if n, ok := r.Value(); ok {
		c.between(field, n, low, high)
	}
}

// minutes refuses more than a day.
func (c *checker) minutes(n int) {
	if n != 0 {
		c.between("minutes", n, 1, 1440)
	}
}

// reference refuses what is not an event's id; one that is missing passes.
func (c *checker) reference(field, id string) {
	if id != "" && !IsUUID(id) {
		c.refuse(field, "is not the id of an entry")
	}
}

// named refuses what is not an id of our own making; one that is missing passes.
func (c *checker) named(field, id string) {
	if id != "" && !IsID(id) {
		c.refuse(field, notAnID)
	}
}

// notAnID says what an id of our own making looks like; see [IsID].
const notAnID = "is not an id: use a to z, 0 to 9 and -, at most 64"

// one refuses what is not a code of the vocabulary.
func one[C ~string](c *checker, field string, v Vocabulary[C], code C) {
	if code == "" {
		c.needs(field, false)
		return
	}
	maybe(c, field, v, code)
}

// maybe refuses what is neither missing nor a code of the vocabulary.
func maybe[C ~string](c *checker, field string, v Vocabulary[C], code C) {
	if code != "" && !v.Has(code) {
		c.because(ErrUnknownCode, field, "is not one of %s", list(v))
	}
}

// some refuses a list with an unknown code, or the same code twice.
func some[C ~string](c *checker, field string, v Vocabulary[C], codes []C) {
	for i, code := range codes {
		one(c, field, v, code)
		for _, earlier := range codes[:i] {
			if earlier == code {
				c.refuse(field, "names %s twice", v.Words(code))
			}
		}
	}
}

// list writes a vocabulary's codes for an error.
func list[C ~string](v Vocabulary[C]) string {
	codes := make([]string, len(v))
	for i := range v {
		codes[i] = string(v[i].Code)
	}
	return strings.Join(codes, ", ")
}

// IsID says whether the text is an id of our own making: 1 to 64 of a to z, 0
// to 9 and -.
func IsID(text string) bool {
	if len(text) == 0 || len(text) > 64 {
		return false
	}
	for i := range len(text) {
		b := text[i]
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return true
}

// IsUUID says whether the text is a UUID in its usual form, in lower case.
func IsUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		b := text[i]
		switch i {
		case 8, 13, 18, 23:
			if b != '-' {
				return false
			}
		default:
			if (b < 'a' || b > 'f') && (b < '0' || b > '9') {
				return false
			}
		}
	}
	return true
}
