package projections

import (
	"context"
	"database/sql"
	"fmt"
)

// A Snapshot is a read model as it stood at one position.
type Snapshot struct {
	*sql.Tx
	Position uint64 // of the last event in the rows
	Recorded string // when it was recorded, in UTC; empty before the first

	pool *sql.DB
}

// beside gives the same snapshot on a connection of its own, for who reads two
// things at once, until close. It reports false where something was committed
// meanwhile.
func (s *Snapshot) beside(ctx context.Context) (same *Snapshot, close func() error, ok bool) {
	tx, err := s.pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, false
	}
	same = &Snapshot{Tx: tx, Recorded: s.Recorded, pool: s.pool}
	if err := tx.QueryRowContext(ctx, `SELECT bookmark FROM waymark`).Scan(&same.Position); err != nil || same.Position != s.Position {
		tx.Rollback() // nothing was written
		return nil, nil, false
	}
	return same, tx.Rollback, true
}

// View reads the rows as they stood at one position, whatever is committed
// meanwhile. It waits until a read model that is being built has caught up. read
// may be called twice, and must not call what writes.
func (db *DB) View(ctx context.Context, read func(s *Snapshot) error) error {
	f, err := db.view(ctx, read)
	if garbled(err) {
		if err := db.mend(ctx, f, err); err != nil {
			return fmt.Errorf("%s: %w", db.p.Name, err)
		}
		_, err = db.view(ctx, read)
	}
	return err
}

func (db *DB) view(ctx context.Context, read func(s *Snapshot) error) (*file, error) {
	f, err := db.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer f.readers.Done()
	tx, err := f.pool.BeginTx(ctx, nil)
	if err != nil {
		return f, fmt.Errorf("%s: %w", db.p.Name, err)
	}
	defer tx.Rollback() // nothing was written
	s := &Snapshot{Tx: tx, pool: f.pool}
	if err := tx.QueryRowContext(ctx, `SELECT bookmark, recorded FROM waymark`).Scan(&s.Position, &s.Recorded); err != nil {
		return f, fmt.Errorf("%s: %w", db.p.Name, err)
	}
	return f, read(s)
}

// hold gives the file in force, which stays open until its readers are done.
func (db *DB) hold(ctx context.Context) (f *file, err error) {
	err = db.until(ctx, func() bool {
		if f = db.shown; f != nil {
			f.readers.Add(1)
		}
		return f != nil
	})
	return f, err
}
