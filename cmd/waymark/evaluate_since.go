package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
)

// A sinceReport says what changed between two packs of one log, and why.
type sinceReport struct {
	Written     packWritten   `json:"written,omitzero"` // the newer, where it was just written
	Old         sincePack     `json:"old"`
	New         sincePack     `json:"new"`
	Programs    []string      `json:"programs,omitzero"`    // how the programs that wrote them differ
	Definitions []string      `json:"definitions,omitzero"` // which definitions differ
	Spec        []string      `json:"spec,omitzero"`        // lines of the specification that are in one only, with - or + before them
	Recorded    sinceRecorded `json:"recorded"`
	Rows        []sinceRow    `json:"rows"` // what differs, in the order of the tables and of the newer pack
}

// A sincePack is one of the two.
type sincePack struct {
	Pack     string      `json:"pack"`
	Position uint64      `json:"position"`
	Recorded string      `json:"recorded"`
	AsOf     domain.Date `json:"as_of"`
}

// sinceRecorded counts what was recorded after the older pack's position, up to the
// newer's, and can make a difference.
type sinceRecorded struct {
	Joined    int `json:"joined"`         // people in the newer cohort and not in the older
	Left      int `json:"left"`           // people in the older and not in the newer
	New       int `json:"new_entries"`    // about days after the older pack's last
	Late      int `json:"late_entries"`   // about days that the older pack is about
	Later     int `json:"beyond_entries"` // about days after the newer pack's last: neither counts them
	Corrected int `json:"corrections"`
	Withdrawn int `json:"withdrawals"`
	Forgotten int `json:"forgotten"`
	Services  int `json:"about_services"` // entries about services and measures
}

// A sinceRow is a row that differs: one that is in both with what changed, or one
// that is in one only.
type sinceRow struct {
	Table   string        `json:"table"`
	Row     []string      `json:"row"`           // the columns that say which it is
	Only    string        `json:"only,omitzero"` // old or new
	Columns []sinceColumn `json:"columns,omitzero"`
}

type sinceColumn struct {
	Column string `json:"column"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

// comparePacks says what changed from an older pack to a newer one and why: which
// programs, definitions and specifications wrote them, what was recorded in between
// about the people of either cohort, and each number that differs. Its counts are
// exact, whatever the packs hide: they are for the service itself.
func comparePacks(ctx context.Context, p *program, before wholePack, new string, written packWritten) (err error) {
	after, err := readWholePack(new)
	if err != nil {
		return err
	}
	switch {
	case before.manifest.Log != after.manifest.Log:
		return &failure{errors.New("the two packs are of different logs"), "compare packs of one record", exitRefused}
	case before.manifest.Position > after.manifest.Position:
		return &failure{errors.New("the first pack is the newer one"), "name them the other way round", exitUsage}
	}
	report := sinceReport{Written: written, Old: before.named(), New: after.named(), Definitions: definitionNotes(before.manifest.Definitions, after.manifest.Definitions),
		Spec: otherLines(before.files[specName], after.files[specName])}
	if a, b := before.manifest, after.manifest; a.Program != b.Program {
		report.Programs = append(report.Programs, fmt.Sprintf("version %s of the program wrote the older, %s the newer", a.Program, b.Program))
	}
	if a, b := before.manifest.AuditRules, after.manifest.AuditRules; a != b {
		report.Programs = append(report.Programs, fmt.Sprintf("decisions were judged by version %d of the criteria, then by %d", a, b))
	}
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.holds(ctx, before.manifest.Log); err != nil {
		return err
	}
	if report.Recorded, err = p.recordedBetween(ctx, c, before, after); err != nil {
		return err
	}
	if report.Rows, err = otherRows(before, after); err != nil {
		return err
	}
	if p.json {
		return json.NewEncoder(p.stdout).Encode(report)
	}
	if written.Out != "" {
		if err := written.show(p); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout)
	}
	_, err = io.WriteString(p.stdout, report.text())
	return err
}

// A wholePack is a pack that is as its manifest says.
type wholePack struct {
	dir      string
	files    map[string][]byte
	manifest manifest
}

// readWholePack reads a pack and refuses one that was changed since it was written.
func readWholePack(dir string) (p wholePack, err error) {
	p.dir = dir
	if p.files, err = openPack(dir); err != nil {
		return p, err
	}
	if p.manifest, err = readManifest(p.files[manifestName]); err != nil {
		return p, err
	}
	for _, f := range p.manifest.compare(p.files) {
		if f.State != fileSame {
			return p, &failure{fmt.Errorf("%s was changed since it was written: %s", dir, f.Name), "waymark evaluate --verify says which files differ; take it from whoever wrote it once more", exitDamaged}
		}
	}
	return p, nil
}

func (p wholePack) named() sincePack {
	return sincePack{p.dir, p.manifest.Position, p.manifest.Recorded, p.manifest.AsOf}
}

// cohort finds who was in any arm of a pack, by journey.
func (p *program) cohort(ctx context.Context, c *client, of wholePack) (map[string]bool, error) {
	s, err := parseSpecification(of.files[specName])
	if err != nil {
		return nil, err
	}
	e := evaluation{asked: s}
	bar := p.bar(int64(of.manifest.Position), "looked for the cohort")
	err = e.census.take(c.read(ctx, of.manifest.Position, time.Time{}), bar)
	bar.Close()
	if err != nil {
		return nil, err
	}
	if err := e.enrol(); err != nil {
		return nil, err
	}
	people := map[string]bool{}
	for _, a := range e.arms {
		for journey := range a.at {
			people[journey] = true
		}
	}
	return people, nil
}

// recordedBetween counts what was recorded from one pack to the other about the
// people of either cohort.
func (p *program) recordedBetween(ctx context.Context, c *client, before, after wholePack) (n sinceRecorded, err error) {
	was, err := p.cohort(ctx, c, before)
	if err != nil {
		return n, err
	}
	is, err := p.cohort(ctx, c, after)
	if err != nil {
		return n, err
	}
	for journey := range is {
		if !was[journey] {
			n.Joined++
		}
	}
	for journey := range was {
		if !is[journey] {
			n.Left++
		}
	}
	for page, err := range c.read(ctx, after.manifest.Position, time.Time{}) {
		if err != nil {
			return n, err
		}
		for _, r := range page {
			if r.Position > before.manifest.Position {
				n.add(r, before.manifest.AsOf, after.manifest.AsOf, was[r.Stream.ID] || is[r.Stream.ID])
			}
		}
	}
	return n, nil
}

// add counts one event; concerned says whether it is about one of the people.
func (n *sinceRecorded) add(r domain.Recorded, until, untilNow domain.Date, concerned bool) {
	switch r.Stream.About {
	case domain.AboutService, domain.AboutMeasure:
		n.Services++
		return
	case domain.AboutJourney:
		if !concerned {
			return
		}
	default:
		return
	}
	switch r.Event.(type) {
	case domain.EntryCorrected:
		n.Corrected++
		return
	case domain.EntryWithdrawn:
		n.Withdrawn++
		return
	case domain.PersonForgotten:
		n.Forgotten++
		return
	}
	switch day := r.Occurred.Date; {
	case day <= until:
		n.Late++
	case day <= untilNow:
		n.New++
	default:
		n.Later++
	}
}

// text writes the report for people to read; what it has from the packs, which
// anybody may have made, cannot speak to a terminal.
func (s sinceReport) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("From position %d (as of %s) to position %d (as of %s).", s.Old.Position, s.Old.AsOf, s.New.Position, s.New.AsOf)
	line("")
	line("Why something may have changed")
	for _, note := range slices.Concat(s.Programs, s.Definitions) {
		line("  %s", harmless(upperFirst(note)))
	}
	if len(s.Spec) > 0 {
		line("  The specification differs:")
		for _, l := range s.Spec {
			line("    %s", harmless(l))
		}
	}
	any := false
	for _, reason := range s.Recorded.reasons() {
		any = true
		line("  %s", reason)
	}
	if !any {
		line("  Nothing was recorded in between about the people of either cohort.")
	}
	line("")
	if len(s.Rows) == 0 {
		line("No number differs.")
		return b.String()
	}
	line("What changed")
	table := ""
	for _, r := range s.Rows {
		if r.Table != table {
			table = r.Table
			line("  %s", harmless(table))
		}
		which := harmless(strings.Join(slices.Compact(slices.DeleteFunc(slices.Clone(r.Row), func(part string) bool { return part == "" })), ", "))
		if r.Row == nil {
			which = "the whole table"
		}
		switch r.Only {
		case "old":
			line("    %s: only in the older", which)
		case "new":
			line("    %s: only in the newer", which)
		default:
			var changed []string
			for _, c := range r.Columns {
				changed = append(changed, harmless(fmt.Sprintf("%s %s → %s", c.Column, orNone(c.Old), orNone(c.New))))
			}
			line("    %s: %s", which, strings.Join(changed, "; "))
		}
	}
	line("")
	line("Counts of what was recorded are exact, whatever the packs hide: keep this to the service.")
	return b.String()
}

func orNone(cell string) string {
	if cell == "" {
		return "nothing"
	}
	return cell
}

// reasons says in words what was recorded in between.
func (n sinceRecorded) reasons() (all []string) {
	for _, r := range []struct {
		n         int
		one, many string
	}{
		{n.Joined, "person is in the cohort who was not", "people are in the cohort who were not"},
		{n.Left, "person is not in the cohort any more", "people are not in the cohort any more"},
		{n.New, "new entry about a day after the older pack's last", "new entries about days after the older pack's last"},
		{n.Late, "late entry about a day that the older pack is about", "late entries about days that the older pack is about"},
		{n.Corrected, "correction", "corrections"},
		{n.Withdrawn, "entry taken back", "entries taken back"},
		{n.Forgotten, "person was forgotten", "people were forgotten"},
		{n.Services, "entry about services or measures", "entries about services or measures"},
		{n.Later, "entry about a day after the newer pack's last, which neither counts", "entries about days after the newer pack's last, which neither counts"},
	} {
		if r.n > 0 {
			all = append(all, quantity(r.n, r.one, r.many))
		}
	}
	return all
}
