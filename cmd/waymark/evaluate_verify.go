package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

// A verification says whether a pack is what the record gives again.
type verification struct {
	Pack     string        `json:"pack"`
	Verified bool          `json:"verified"`
	Log      string        `json:"log"`
	Position uint64        `json:"position"`
	Notes    []string      `json:"notes,omitzero"` // what differs between who wrote it and who reads it
	Files    []packFinding `json:"files"`          // all there are or should be, by name
}

// A packFinding is what became of one file.
type packFinding struct {
	Name  string    `json:"name"`
	State fileState `json:"state"`
}

type fileState string

const (
	fileSame     fileState = "same"
	fileDiffers  fileState = "differs"
	fileMissing  fileState = "missing"
	fileTooMany  fileState = "too_many"
	mostPackFile           = 1 << 30 // bytes; no pack has a greater one
)

// errUnlikePack is what a pack is that the record does not give again.
var errUnlikePack = errors.New("the pack is not what the record gives")

// verifyPack repeats a pack from the record, at the position that it names, and
// compares every byte but the version of the program that wrote it. What it does not find as it should be comes back as a failure
// with the code of a record that does not verify, the list on stdout.
func verifyPack(ctx context.Context, p *program, dir string) (err error) {
	files, err := openPack(dir)
	if err != nil {
		return err
	}
	m, err := readManifest(files[manifestName])
	if err != nil {
		return err
	}
	v := verification{Pack: dir, Log: m.Log, Position: m.Position}
	if own := version(); m.Program != own {
		v.Notes = append(v.Notes, fmt.Sprintf("the pack was written by version %s of the program, and this is %s", m.Program, own))
	}
	if m.AuditRules != domain.AuditRules {
		v.Notes = append(v.Notes, fmt.Sprintf("the pack judged decisions by version %d of the criteria, and this program has %d", m.AuditRules, domain.AuditRules))
	}
	spec, there := files[specName]
	if !there || digestOf(spec) != m.Spec {
		v.Notes = append(v.Notes, specName+" is not what the pack answered, so that nothing can be repeated; files are compared with what the pack says of itself")
		v.Files = m.compare(files)
		return v.conclude(p)
	}
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.holds(ctx, m.Log); err != nil {
		return err
	}
	e, err := p.evaluate(ctx, c, spec, m.Position)
	if err != nil {
		return inSpecification(filepath.Join(dir, specName), err)
	}
	repeated, err := c.pack(ctx, e, spec)
	if err != nil {
		return err
	}
	wanted := map[string][]byte{}
	for _, f := range repeated {
		wanted[f.name] = f.content
	}
	own, err := readManifest(wanted[manifestName])
	if err != nil {
		return err
	}
	if own.Program != m.Program { // which the note says, and which alone makes no other pack
		again := own
		again.Program = m.Program
		if wanted[manifestName], err = indented(again); err != nil {
			return err
		}
	}
	v.Notes = append(v.Notes, definitionNotes(m.Definitions, own.Definitions)...)
	v.Files = comparePackFiles(wanted, files)
	return v.conclude(p)
}

// conclude says what was found.
func (v verification) conclude(p *program) error {
	wrong := slices.DeleteFunc(slices.Clone(v.Files), func(f packFinding) bool { return f.State == fileSame })
	v.Verified = len(wrong) == 0 && len(v.Files) > 0
	if p.json {
		if err := json.NewEncoder(p.stdout).Encode(v); err != nil {
			return err
		}
	} else {
		for _, note := range v.Notes {
			fmt.Fprintln(p.stdout, harmless(upperFirst(note))+".")
		}
		for _, f := range wrong {
			fmt.Fprintf(p.stdout, "%s: %s\n", harmless(f.Name), map[fileState]string{fileDiffers: "differs", fileMissing: "is missing", fileTooMany: "does not belong here"}[f.State])
		}
	}
	if !v.Verified {
		hint := "take the pack from whoever wrote it once more, or evaluate again and say what changed with --since"
		if len(v.Notes) > 0 {
			hint = "see first what differs between the programs: the version that wrote it repeats it"
		}
		return &failure{fmt.Errorf("%w: %s of %d", errUnlikePack, quantity(len(wrong), "file", "files"), len(v.Files)), hint, exitDamaged}
	}
	if p.json {
		return nil
	}
	_, err := fmt.Fprintf(p.stdout, "The record gives this pack again, byte for byte: %s, at position %d.\n", quantity(len(v.Files), "file", "files"), v.Position)
	return err
}

// compare compares a pack's files with what its manifest says of them.
func (m manifest) compare(files map[string][]byte) (found []packFinding) {
	names := slices.Sorted(maps.Keys(files))
	said := map[string]manifestFile{}
	for _, f := range m.Files {
		said[f.Name] = f
		if _, ok := files[f.Name]; !ok {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		content, there := files[name]
		f, known := said[name]
		switch {
		case name == manifestName:
			continue // it cannot speak of itself
		case !there:
			found = append(found, packFinding{name, fileMissing})
		case !known:
			found = append(found, packFinding{name, fileTooMany})
		case len(content) != f.Bytes || digestOf(content) != f.SHA256 || name == specName && m.Spec != f.SHA256:
			found = append(found, packFinding{name, fileDiffers})
		default:
			found = append(found, packFinding{name, fileSame})
		}
	}
	return found
}

// comparePackFiles compares the files there should be with those there are.
func comparePackFiles(wanted, files map[string][]byte) (found []packFinding) {
	names := map[string]bool{}
	for name := range wanted {
		names[name] = true
	}
	for name := range files {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		want, should := wanted[name]
		got, is := files[name]
		state := fileSame
		switch {
		case !should:
			state = fileTooMany
		case !is:
			state = fileMissing
		case !bytes.Equal(want, got):
			state = fileDiffers
		}
		found = append(found, packFinding{name, state})
	}
	return found
}

// definitionNotes says which definitions differ.
func definitionNotes(old, now []manifestDefinition) (notes []string) {
	known := map[string]manifestDefinition{}
	for _, d := range now {
		known[d.ID] = d
	}
	for _, d := range old {
		switch own, ok := known[d.ID]; {
		case !ok:
			notes = append(notes, fmt.Sprintf("the definition of %s, version %d, is not used any more", d.ID, d.Version))
		case own.Version != d.Version:
			notes = append(notes, fmt.Sprintf("%s was counted by version %d of its definition, and now by %d", d.ID, d.Version, own.Version))
		case own.SHA256 != d.SHA256:
			notes = append(notes, fmt.Sprintf("the definition of %s, version %d, reads otherwise now", d.ID, d.Version))
		}
		delete(known, d.ID)
	}
	for _, d := range now {
		if _, added := known[d.ID]; added {
			notes = append(notes, fmt.Sprintf("the definition of %s, version %d, was not used then", d.ID, d.Version))
		}
	}
	return notes
}

// openPack reads all files of a pack, by name. What is no plain file, as a link, is
// there with no content: no pack has one.
func openPack(dir string) (map[string][]byte, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil, &failure{fmt.Errorf("%s is no directory", dir), "name the directory of a pack, as waymark evaluate --out wrote it", exitUsage}
	}
	files := map[string][]byte{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case d.IsDir():
			if entries, err := os.ReadDir(path); err != nil || len(entries) > 0 || name == "." {
				return err
			}
			name += "/" // an empty one, which no pack has
		case d.Type().IsRegular():
			if info, err := d.Info(); err != nil || info.Size() > mostPackFile {
				return errors.Join(err, fmt.Errorf("%s has too many bytes for a file of a pack", path))
			}
			files[name], err = os.ReadFile(path)
			return err
		}
		files[name] = nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, ok := files[manifestName]; !ok {
		return nil, &failure{fmt.Errorf("%s has no %s", dir, manifestName), "name the directory of a pack, as waymark evaluate --out wrote it", exitDamaged}
	}
	return files, nil
}

// holds refuses where the record is another than the one that a pack names.
func (c *client) holds(ctx context.Context, log string) error {
	for page, err := range c.read(ctx, 1, time.Time{}) {
		if err != nil {
			return err
		}
		founding, ok := page[0].Event.(domain.LogFounded)
		if !ok {
			return errNoFounding
		}
		if founding.Log != log {
			return &failure{fmt.Errorf("%w: it names the log %s, and this one is %s", errUnlikePack, log, founding.Log), "name the data directory of that log with --data", exitDamaged}
		}
		return nil
	}
	return errNoFounding
}
