package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A packFile is one file of a pack, its name relative to the pack and with slashes.
type packFile struct {
	name    string
	content []byte
}

// The files of a pack that others are told apart from.
const (
	manifestName    = "manifest.json"
	specName        = "spec.yaml"
	datapackageName = "datapackage.json"
	reportName      = "report.html"
)

// renderPack makes every file of a pack, by name, from what an evaluation came to
// and the very bytes it was asked with. The same evaluation gives the same bytes.
// Small numbers are hidden here, by the rule that the evaluation names, and nowhere
// else.
func renderPack(e *evaluated, spec []byte, names pseudonyms) ([]packFile, error) {
	if err := mayLeave(e.Spec); err != nil {
		return nil, err
	}
	fit := e.fitToLeave()
	files := []packFile{{specName, spec}}
	tables := packTables(fit, names)
	for _, t := range tables {
		content, err := t.csv()
		if err != nil {
			return nil, err
		}
		files = append(files, packFile{t.file(), content})
	}
	description, err := describe(fit, tables, files)
	if err != nil {
		return nil, err
	}
	charts, err := packCharts(fit)
	if err != nil {
		return nil, err
	}
	var report bytes.Buffer
	if err := writeReport(&report, fit); err != nil {
		return nil, err
	}
	files = append(files, packFile{datapackageName, description}, packFile{reportName, report.Bytes()})
	files = append(files, charts...)
	byName := func(a, b packFile) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(files, byName)
	m, err := manifestOf(e, spec, files)
	if err != nil {
		return nil, err
	}
	text, err := indented(m)
	if err != nil {
		return nil, err
	}
	files = append(files, packFile{manifestName, text})
	slices.SortFunc(files, byName)
	return files, nil
}

// pack makes every file of a pack, and has people named by whoever holds the record
// where the pack has rows about them.
func (c *client) pack(ctx context.Context, e *evaluated, spec []byte) ([]packFile, error) {
	var names pseudonyms
	if !e.suppressed() {
		var err error
		if names, err = c.pseudonyms(ctx, packContext(e.Log, e.Position, e.AsOf, spec)); err != nil {
			return nil, err
		}
	}
	return renderPack(e, spec, names)
}

// writePack writes what an evaluation came to as a pack: a directory that is there
// whole or not at all, and that only its owner can read. It never changes one that
// is there.
func writePack(ctx context.Context, c *client, dir string, e *evaluated, spec []byte) error {
	files, err := c.pack(ctx, e, spec)
	if err != nil {
		return err
	}
	return placePack(dir, files, os.Rename)
}

// packPlace refuses a directory that no pack can be written as: one that is there,
// or one whose parent is missing or may not be written.
func packPlace(dir string) error {
	_, err := os.Lstat(filepath.Clean(dir))
	switch {
	case err == nil:
		return &failure{fmt.Errorf("%s: %w", dir, fs.ErrExist), "a pack is never changed: choose another directory, or move this one away", exitRefused}
	case !errors.Is(err, fs.ErrNotExist):
		return noPlace(dir, err)
	}
	trial, err := packBeside(dir)
	if err != nil {
		return err
	}
	return os.Remove(trial)
}

// packBeside makes the directory in which a pack is built, 0700: it is where the
// pack will be, so that it can be renamed, and hidden until it is whole.
func packBeside(dir string) (string, error) {
	parent, name := filepath.Split(filepath.Clean(dir))
	part, err := os.MkdirTemp(filepath.Clean(parent), "."+name+".part-*")
	if err != nil {
		return "", noPlace(dir, err)
	}
	return part, nil
}

// noPlace says why a pack cannot be written there, and what to do.
func noPlace(dir string, err error) error {
	err = fmt.Errorf("no pack can be written as %s: %w", dir, err)
	hint := "choose another place with --out"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = "make the directory that it is to be in, or choose another place with --out"
	case errors.Is(err, fs.ErrPermission):
		hint = "choose another place with --out, or ask whoever owns the directory that it is to be in"
	}
	return &failure{err, hint, exitFailed}
}

// placePack writes a pack's files in a hidden directory beside its place, and
// renames that when every byte is on disk. If we die before, a directory called
// .NAME.part-… is left and nothing is there under the pack's name; after, the whole
// pack is. An error leaves nothing at all, but for one about having the new name on
// disk: the whole pack is there then, and may not be after a power cut.
func placePack(dir string, files []packFile, rename func(from, to string) error) (err error) {
	if err := packPlace(dir); err != nil {
		return err
	}
	part, err := packBeside(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	inside := []string{filepath.Clean(part)} // as Join writes it
	for _, f := range files {
		path := filepath.Join(part, filepath.FromSlash(f.name))
		if in := filepath.Dir(path); !slices.Contains(inside, in) {
			if err := os.Mkdir(in, 0o700); err != nil {
				return err
			}
			inside = append(inside, in)
		}
		if err := writeSynced(path, f.content); err != nil {
			return err
		}
	}
	for _, d := range slices.Backward(inside) {
		if err := syncDir(d); err != nil {
			return err
		}
	}
	// Between the look above and here another may have made an empty directory of
	// that name, which loses nothing; one that holds anything is not replaced.
	if err := rename(part, dir); err != nil {
		return fmt.Errorf("the pack cannot be put in its place: %w", err)
	}
	if err := syncDir(filepath.Dir(filepath.Clean(dir))); err != nil {
		return fmt.Errorf("%s is there, and a power cut may take it away: %w", dir, err)
	}
	return nil
}

// writeSynced writes a new file, 0600, and has it on disk before it returns.
func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir has the names in a directory on disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
