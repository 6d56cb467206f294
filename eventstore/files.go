package eventstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// replaceFile writes a file whole or not at all: after a crash at any point
// there is either what was there before or all of content, and what is there
// after it returned survives a loss of power.
func replaceFile(path string, content []byte) error {
	next := path + ".tmp"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a directory survive a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// highWaterName is the file that remembers the highest position that was
// acknowledged, as a decimal number. A log that ends below it lost something.
const highWaterName = "high-water"

// readHighWater gives 0 where the file is missing.
func readHighWater(dir string) (uint64, error) {
	text, err := os.ReadFile(filepath.Join(dir, highWaterName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, &trouble{reason: ErrUnlike, detail: "the file " + highWaterName + " does not hold a position",
			hint: "put it back from a backup; if you are sure that the log is whole, remove it"}
	}
	return n, nil
}

func writeHighWater(dir string, position uint64) error {
	if err := replaceFile(filepath.Join(dir, highWaterName), fmt.Appendf(nil, "%d\n", position)); err != nil {
		return fmt.Errorf("the file %s: %w", highWaterName, err)
	}
	return nil
}
