package main

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/waymark/waymark/domain"
)

func TestTheFirstSessionOfANewcomerRefusesOneEntryAndKeepsTheOthers(t *testing.T) {
	text, err := os.ReadFile("testdata/first-session.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	r := newRecord(domain.Day(2026, 6, 30))
	number := 0
	for line := range bytes.Lines(text) {
		number++
		d, err := domain.ParseDraft(bytes.TrimSpace(line))
		if err == nil {
			d.ID = commandID(string(line))
			_, err = r.add(d)
		}
		switch {
		case number == 8 && !errors.Is(err, domain.ErrOutOfRange):
			t.Errorf("line 8: %v, not refused for its rating of 12", err)
		case number != 8 && err != nil:
			t.Errorf("line %d: %v", number, err)
		}
	}
	if number != 9 {
		t.Errorf("%d lines", number)
	}
}
