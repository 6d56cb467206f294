package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/waymark/waymark/domain"
)

// mostMoments is how many read models of past positions are kept.
const mostMoments = 3

// Moments are read models of one projection as they were at past positions of the
// log, each replayed from it when first asked for; the last few are kept. They
// are safe to delete, like every read model.
type Moments struct {
	Dir        string // where they are kept, which is made with the first
	Projection Projection
	Log        string // the log's id
	Read       func(ctx context.Context, after, upto uint64) iter.Seq2[[]domain.Recorded, error]

	mu sync.Mutex // one is made at a time
}

// Open opens the read model as it was at a position. The caller closes it.
func (m *Moments) Open(ctx context.Context, position uint64) (*DB, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(m.Dir, fmt.Sprintf("%s-%d-at-%d.db", m.Projection.Name, m.Projection.Version, position))
	db, err := OpenCopy(ctx, path, m.Projection)
	if err == nil && db.log == m.Log && db.Bookmark() == position {
		return db, nil
	}
	if err == nil {
		err = db.Close()
	}
	if e := remove(path); e != nil { // of another log or definition, or garbled, or not there
		return nil, errors.Join(err, e)
	}
	if err := m.forget(mostMoments - 1); err != nil {
		return nil, err
	}
	if err := Replay(ctx, m.Projection, path, m.Log, m.Read(ctx, 0, position)); err != nil {
		return nil, err
	}
	return OpenCopy(ctx, path, m.Projection)
}

// forget removes all but the last made.
func (m *Moments) forget(keep int) (err error) {
	paths, _ := filepath.Glob(filepath.Join(m.Dir, "*-at-*.db")) // the pattern is well formed
	type made struct {
		path string
		when int64
	}
	var all []made
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			all = append(all, made{path, info.ModTime().UnixNano()})
		}
	}
	slices.SortFunc(all, func(a, b made) int { return cmp.Compare(b.when, a.when) })
	for _, old := range all[min(keep, len(all)):] {
		err = errors.Join(err, remove(old.path))
	}
	return err
}
