package eventstore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// linkTree gives every file below dir a second name below to, which it empties
// first. Where a file cannot be linked (another file system), it is copied.
func linkTree(ctx context.Context, dir, to string) error {
	if err := cmp.Or(os.RemoveAll(to), os.MkdirAll(to, 0o700)); err != nil {
		return err
	}
	return walkFiles(ctx, dir, func(name string) error {
		from, target := filepath.Join(dir, name), filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if os.Link(from, target) == nil {
			return nil
		}
		return copyFile(from, target)
	})
}

// keepTree renames links to the first free name of aside, aside-2, aside-3 and
// so on, and returns it. Where one of them already holds the same bytes, that
// one is kept and links is removed: a server that is started again and again on
// a damaged log does not fill the disk.
func keepTree(ctx context.Context, links, aside string) (kept string, err error) {
	for n := 1; ; n++ {
		kept = aside
		if n > 1 {
			kept = fmt.Sprintf("%s-%d", aside, n)
		}
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			return kept, os.Rename(links, kept)
		}
		same, err := sameTree(ctx, links, kept)
		if err != nil {
			return links, err
		}
		if same {
			return kept, os.RemoveAll(links)
		}
	}
}

// ownTree gives those files below kept that are only names of files below dir
// bytes of their own, so that they outlive whatever is written into dir's.
func ownTree(ctx context.Context, dir, kept string) error {
	return walkFiles(ctx, kept, func(name string) error {
		target := filepath.Join(kept, name)
		a, err := os.Stat(target)
		if err != nil {
			return err
		}
		if b, err := os.Stat(filepath.Join(dir, name)); err != nil || !os.SameFile(a, b) {
			return nil
		}
		own := target + ".own"
		if err := copyFile(target, own); err != nil {
			return errors.Join(err, os.Remove(own))
		}
		return os.Rename(own, target)
	})
}

// sameTree reports whether the files below a and below b have the same names
// and the same bytes.
func sameTree(ctx context.Context, a, b string) (bool, error) {
	names := make(map[string]bool)
	if err := walkFiles(ctx, a, func(name string) error { names[name] = true; return nil }); err != nil {
		return false, err
	}
	same := true
	err := walkFiles(ctx, b, func(name string) (err error) {
		if same = names[name]; same {
			same, err = sameFile(filepath.Join(a, name), filepath.Join(b, name))
		}
		delete(names, name)
		if !same && err == nil {
			return fs.SkipAll
		}
		return err
	})
	return same && len(names) == 0, err
}

func sameFile(a, b string) (bool, error) {
	fa, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer fa.Close()
	fb, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer fb.Close()
	var bufA, bufB [64 << 10]byte
	for {
		n, errA := io.ReadFull(fa, bufA[:])
		m, errB := io.ReadFull(fb, bufB[:])
		if !bytes.Equal(bufA[:n], bufB[:m]) {
			return false, nil
		}
		switch ended := errors.Is(errA, io.EOF) || errors.Is(errA, io.ErrUnexpectedEOF); {
		case ended && errA == errB:
			return true, nil
		case errA != nil || errB != nil:
			return false, errors.Join(errA, errB)
		}
	}
}

// walkFiles calls do with the name, relative to dir, of each file below dir.
// Anything but files and directories is passed over: the server writes none.
func walkFiles(ctx context.Context, dir string, do func(name string) error) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err = cmp.Or(err, ctx.Err()); err != nil || !e.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		return do(name)
	})
}

// copyFile writes a new file with the bytes of from, synced.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
