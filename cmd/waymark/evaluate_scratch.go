package main

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// scratchName begins the names of directories that evaluations work in.
const scratchName = "evaluating-"

// A scratch is a directory for one evaluation to work in. Its process holds a lock
// on it, which the kernel lets go of when the process dies, however it dies: what
// it left then, the next evaluation removes. Close removes it.
type scratch struct {
	dir  string
	held *os.File
}

func openScratch(data string) (scratch, error) {
	if err := sweepScratch(data); err != nil {
		return scratch{}, err
	}
	for {
		dir, err := os.MkdirTemp(data, scratchName)
		if err != nil {
			return scratch{}, err
		}
		held, err := holdDir(dir, unix.LOCK_EX)
		if errors.Is(err, os.ErrNotExist) {
			continue // another swept it, before there was a lock on it
		}
		return scratch{dir, held}, err
	}
}

func (s scratch) Close() error { return errors.Join(os.RemoveAll(s.dir), s.held.Close()) }

// sweepScratch removes the directories that nobody holds.
func sweepScratch(data string) error {
	left, err := filepath.Glob(filepath.Join(data, scratchName+"*"))
	for _, dir := range left {
		switch held, missed := holdDir(dir, unix.LOCK_EX|unix.LOCK_NB); {
		case errors.Is(missed, unix.EWOULDBLOCK), errors.Is(missed, os.ErrNotExist):
		case missed != nil:
			err = errors.Join(err, missed)
		default:
			err = errors.Join(err, scratch{dir, held}.Close())
		}
	}
	return err
}

// holdDir takes the lock on a directory that is still there then.
func holdDir(dir string, how int) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for err = unix.EINTR; errors.Is(err, unix.EINTR); {
		err = unix.Flock(int(f.Fd()), how)
	}
	if err == nil {
		_, err = os.Stat(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
