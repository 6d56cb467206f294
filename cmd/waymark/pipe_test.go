package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Whoever looks at the first lines only, as with head, is not told of a failure
// that is none; whoever records learns that the receipts were not read.
func TestNobodyIsFrightenedForReadingOnlyTheFirstLines(t *testing.T) {
	data := t.TempDir()
	entry := `{"id":"00000000-0000-7000-8000-000000000000","kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}` + "\n"
	if stderr, code := unread(t, entry, "record", "--data", data); code != exitFailed || !strings.Contains(stderr, "hint: ") {
		t.Errorf("record: exit code %d: %s", code, stderr)
	}
	for _, verb := range []string{"events", "events --json", "decisions", "decisions --ndjson", "decisions --json",
		"outcomes", "outcomes --ndjson", "outcomes --json", "projections", "version"} {
		if stderr, code := unread(t, "", append(strings.Fields(verb), "--data", data)...); code != exitWell || stderr != "" {
			t.Errorf("%s: exit code %d: %s", verb, code, stderr)
		}
	}
}

// unread runs the program with a stdout that nobody reads. A death by signal
// gives the code −1.
func unread(t *testing.T, stdin string, args ...string) (stderr string, code int) {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), "waymark", args...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), writer, &said
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return said.String(), c.ProcessState.ExitCode()
}
