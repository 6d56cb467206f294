package eventstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
)

// closedName is the file that Close leaves behind it, and Open removes: where the
// log ended, and what its files were like. After a crash it is not there.
const closedName = "closed"

// A closing says how a log was left.
type closing struct {
	Log   string `json:"log"`
	Last  uint64 `json:"last"`
	Files string `json:"files"` // a digest of their names, sizes and times
}

// A Sleeper is a log that nobody has open. It holds the data directory until
// Close, so that the log cannot grow meanwhile.
type Sleeper struct {
	ID   string // the log's id
	Last uint64 // its last position

	lock *os.File
}

// Asleep says where the log in a directory ends without opening it, for who only
// asks its read models: nothing of it is read or checked. It gives nil where that
// cannot be known so: it was not closed, or its files changed since, or an
// external server keeps it. While another process holds the directory the error
// is an [*InUse].
func Asleep(ctx context.Context, o Options) (_ *Sleeper, err error) {
	if _, err := os.Stat(filepath.Join(o.Dir, closedName)); err != nil || o.URL != "" {
		return nil, nil
	}
	lock, err := lockDir(ctx, o.Dir, o.Wait)
	if err != nil {
		return nil, err
	}
	c, ok := readClosing(o.Dir)
	if !ok || c.Last < o.Least {
		return nil, unlock(lock)
	}
	return &Sleeper{c.Log, c.Last, lock}, nil
}

// Close lets go of the data directory.
func (s *Sleeper) Close() error { return unlock(s.lock) }

// readClosing reads how the log was left, and false where it is not so any more.
func readClosing(dir string) (c closing, ok bool) {
	text, err := os.ReadFile(filepath.Join(dir, closedName))
	if err != nil || json.Unmarshal(text, &c) != nil || c.Last == 0 {
		return c, false
	}
	files, err := likeness(dir)
	return c, err == nil && files == c.Files
}

// likeness is a digest of the names, sizes and times of the log's files.
func likeness(dir string) (string, error) {
	files, err := os.ReadDir(filepath.Join(streamDir(dir), "msgs"))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, info.Name(), info.Size(), info.ModTime().UnixNano())
	}
	key, err := os.ReadFile(filepath.Join(dir, keyName))
	if err != nil {
		return "", err
	}
	sum.Write(key)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// writeClosing leaves word of how the log was left, once its server has stopped.
func (l *Log) writeClosing() error {
	files, err := likeness(l.o.Dir)
	if err != nil {
		return err
	}
	text, err := json.Marshal(closing{l.id, l.Last(), files})
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(l.o.Dir, closedName), text)
}

// forgetClosing removes that word, before anything may change.
func forgetClosing(dir string) error {
	err := os.Remove(filepath.Join(dir, closedName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, syncDir(dir))
}
