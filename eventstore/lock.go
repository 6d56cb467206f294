package eventstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockName is the file whose lock makes one process the holder of a data
// directory. The kernel lets go of it when the process dies, however it dies;
// the file itself is never removed.
const lockName = "waymark.lock"

// lockDir takes the lock on dir. While another process holds it and announces
// nothing, it waits, at most as long as given: a verb that only looks something
// up is soon done. The error is then an [*InUse].
func lockDir(ctx context.Context, dir string, wait time.Duration) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock on the data directory: %w", err)
	}
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			// What the last holder said of itself is no longer true.
			if err := f.Truncate(0); err != nil {
				return nil, errors.Join(fmt.Errorf("the lock on the data directory: %w", err), f.Close())
			}
			return f, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return nil, errors.Join(fmt.Errorf("the lock on the data directory: %w", err), f.Close())
		}
		announced, _ := io.ReadAll(io.NewSectionReader(f, 0, 64<<10))
		inUse := &InUse{Dir: dir, Announced: bytes.TrimSpace(announced)}
		if len(inUse.Announced) > 0 {
			return nil, errors.Join(inUse, f.Close())
		}
		select {
		case <-again.C:
		case <-deadline.C:
			return nil, errors.Join(inUse, f.Close())
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		}
	}
}

// Announce writes into the lock file where this process can be reached, for
// others that find the data directory in use. It may be called again.
func (l *Log) Announce(text []byte) error {
	if _, err := l.lock.WriteAt(text, 0); err != nil {
		return fmt.Errorf("the lock on the data directory: %w", err)
	}
	return l.lock.Truncate(int64(len(text)))
}

// unlock lets go of the data directory.
func unlock(f *os.File) error {
	return errors.Join(f.Truncate(0), f.Close())
}
