package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/eventstore"
)

// chunk is how many entries of the demonstration are recorded at a time.
const chunk = 1000

// fillDemo records the demonstration, the part of it that is not there yet. It
// refuses a record that did not begin with it: those people may be real.
func (p *program) fillDemo(ctx context.Context, log *eventstore.Log) error {
	if err := onlyDemo(ctx, log); err != nil {
		return err
	}
	drafts := slices.Collect(demoDrafts(demoSeed))
	if log.Last() > uint64(len(drafts)) { // the founding, and each of them
		return nil
	}
	bar := p.bar(int64(len(drafts)), "filled")
	defer bar.Close()
	for drafts := range slices.Chunk(drafts, chunk) {
		results, err := log.ChangeAll(ctx, drafts)
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil {
				return fmt.Errorf("the demonstration: %w", r.Err)
			}
		}
		bar.add(len(drafts))
	}
	return nil
}

var errNotDemo = errors.New("the data directory has journeys that are not the demonstration's")

// onlyDemo looks at the first event behind the founding.
func onlyDemo(ctx context.Context, log *eventstore.Log) error {
	if log.Last() < 2 {
		return nil
	}
	for page, err := range log.Read(ctx, 1, 2) {
		if err != nil {
			return err
		}
		if slices.ContainsFunc(page, func(r domain.Recorded) bool { return r.Imported != demoName }) {
			return &failure{errNotDemo, "choose an empty directory with --data, or leave out --demo", exitRefused}
		}
	}
	return nil
}
