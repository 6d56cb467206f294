package eventstore

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// reserve is how many bytes must be free for the log to take entries. A server
// whose disk is full only stops answering, so we stop a little earlier.
const reserve = 64 << 20

// free gives how many bytes may still be written below dir.
func free(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("the free space of the disk: %w", err)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}

// full says that the disk has too little room, or nil.
func full(dir string, least uint64) error {
	left, err := free(dir)
	if err != nil || left >= least {
		return nil
	}
	return &trouble{reason: ErrFull, detail: fmt.Sprintf("%d MiB are free where %d are needed", left>>20, least>>20),
		hint: "free some space, then start again; what was acknowledged is safe"}
}
