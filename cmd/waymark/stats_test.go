package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// calculate runs a verb of stats.
func calculate(t *testing.T, in string, args ...string) (out string, err error) {
	var stdout bytes.Buffer
	err = run(t.Context(), append([]string{"stats"}, args...), strings.NewReader(in), &stdout, io.Discard)
	return stdout.String(), err
}

func TestAPublishedFigureIsWrittenAlikeOnEveryMachine(t *testing.T) {
	for x, want := range map[float64]string{
		65: "65", 0.1 + 0.2: "0.3", 1.0 / 3: "0.3333333333", -2.0 / 3: "-0.6666666667", 5e-7: "0.0000005",
		1e15: "1000000000000000", 1234567.891234: "1234567.891", math.Copysign(0, -1): "0",
	} {
		if got := decimal(x); got != want {
			t.Errorf("%g is written %s, not %s", x, got, want)
		}
	}
	if got := decimal(math.NaN()); got != "" {
		t.Errorf("a missing number is written %s", got)
	}
}

func TestTheTopmostWrongLineIsNamedWhicheverColumnItIsIn(t *testing.T) {
	_, err := calculate(t, "x,n\n1,2\n1,none\nnone,2\n", "wilson")
	if want := "standard input: line 3, column n: is not a number, 0 or more"; err == nil || err.Error() != want {
		t.Errorf("got %v, not %s", err, want)
	}
}

// In a file with one column an empty line is the only way to leave a month out.
func TestAMonthWithoutAFigureIsNotClosedUp(t *testing.T) {
	for name, in := range map[string]string{
		"an empty line":        "y\n1\n\n\n\"2\n\"\n\n3\n\n",
		"CRLF":                 "y\r\n1\r\n\r\n\r\n2\r\n\r\n\r\n3\r\n",
		"a quoted nothing":     "y\n1\n\"\"\n\"\"\n2\n\n3\n",
		"remarks ahead of it":  "# a\n# b\ny\n1\n\n\n2\n\n3\n",
		"a column beside it":   "y,z\n1,\n,\n,\n2,\n,\n3,\n",
		"lines that are blank": "y\n1\n \n \n2\n\n3\n",
	} {
		s, err := readSheet(withoutMark(strings.NewReader(in)), []string{"y"})
		if err != nil {
			t.Fatal(name, err)
		}
		want := []string{"1", "", "", "2", "", "3"}
		if name == "CRLF" {
			want = []string{"1", "", "", "2", "", "", "3"}
		}
		if got := s.texts("y"); !cmp.Equal(got, want) {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}

// A read from a keyboard or a pipe cannot be called off; the verb can.
func TestAnInterruptEndsAVerbThatWaitsForInput(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	waiting, writer := io.Pipe()
	defer writer.Close()
	go func() {
		_, _ = writer.Write([]byte("x,n\n1,2\n")) // it reads
		cancel()
	}()
	var out bytes.Buffer
	err := run(ctx, []string{"stats", "wilson"}, waiting, &out, io.Discard)
	if !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, out.Len())
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAHalfWrittenTableIsNoSuccess(t *testing.T) {
	for _, rows := range []int{1, 100_000} {
		err := run(t.Context(), []string{"stats", "wilson"}, strings.NewReader("x,n\n"+strings.Repeat("1,2\n", rows)), full{}, io.Discard)
		if !errors.Is(err, errFull) {
			t.Errorf("%d rows: %v", rows, err)
		}
	}
}

// verbs are ways to use each verb, with columns that it takes.
var verbs = []struct{ header, args string }{
	{"x,n,who", "wilson"},
	{"id,pre,post", "rci --sd 7.5 --reliability 0.8 --better up --cutoff 4"},
	{"time,status,group", "km"},
	{"time,status", "km --limits log"},
	{"group,numerator,denominator", "funnel"},
	{"group,numerator,denominator", "funnel --method exact"},
	{"y", "xmr --better down --target 4"},
	{"date,y,segment", "xmr --edition classic --baseline 2 --rule-points 2"},
	{"count,total", "suppress"},
	{"numerator,denominator,total", "suppress --rule hes"},
	{"", "wilson"},
}

// No file upsets a verb, none is half answered, and no complaint about one repeats
// what somebody wrote. What a verb wrote it reads, and says the same.
func FuzzStats(f *testing.F) {
	for i := range verbs {
		for _, rows := range []string{
			"1,2,3\n", "4\n5\n\n7\n", "3,1,a\n3,0,b\n0,1,a\n", "a,3,4\nb,30,40\n", "2026-01,4,a\n,,\n2026-02,9,a\n",
			"5,\n6,no\n11,yes\n", "1,9,\n7,9,\n8,18,yes\n", "zebrafish,zebrafish,zebrafish\n", "zebrafish,zebrafish\nzebrafish\n", "\"zebrafish\n",
			"# zebrafish\nx,n\n1,2\n", "1e15,1e15,-1e15\n1e-300,1,1\n", "\xff,1,1\n", "1e9,1e9,1e9\n1e9,1e9\n",
		} {
			f.Add(i, rows)
		}
	}
	f.Fuzz(func(t *testing.T, i int, rows string) {
		if i < 0 || i >= len(verbs) {
			return
		}
		in, args := rows, strings.Fields(verbs[i].args)
		if verbs[i].header != "" {
			in = verbs[i].header + "\n" + rows
		}
		out, err := calculate(t, in, args...)
		if err != nil {
			wrong, ok := errors.AsType[*failure](err)
			if !ok || codeOf(err) != exitFailed || wrong.hint == "" || out != "" {
				t.Errorf("an error without a hint or the wrong code, or after something was written: %#v", err)
			}
			if strings.Contains(strings.ToLower(err.Error()+wrong.hint), "zebrafish") {
				t.Errorf("the error repeats what was written: %v", err)
			}
			return
		}
		r := csv.NewReader(strings.NewReader(out))
		r.Comment = '#'
		if _, err := r.ReadAll(); err != nil {
			t.Errorf("what was written is no table: %v", err)
		}
		if args[0] == "km" || args[0] == "suppress" || strings.Contains(rows, "\r") {
			return // another table; or an end of line inside a cell, which a reader of CSV rewrites
		}
		if again, err := calculate(t, out, args...); err != nil || again != out {
			t.Errorf("what was written is read otherwise: %v\n%s", err, cmp.Diff(out, again))
		}
	})
}
