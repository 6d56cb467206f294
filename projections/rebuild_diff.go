package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
)

// A Difference is how a read model that is held back differs from the one in
// force, at the same position.
type Difference struct {
	Projection string            `json:"projection"`
	Position   uint64            `json:"position"`
	Tables     []TableDifference `json:"tables"`            // all of them, also those that are the same
	Journeys   []string          `json:"journeys,omitzero"` // that the new one withholds, and the old one shows
}

// A TableDifference is one table in both: how many rows, a digest of all of them,
// and how many rows are not in the other.
type TableDifference struct {
	Table string `json:"table"`
	Same  bool   `json:"same"`
	Old   Side   `json:"old"`
	New   Side   `json:"new"`
}

// A Side is a table in one of two read models.
type Side struct {
	Rows   int    `json:"rows"`
	Only   int    `json:"only"`
	Digest string `json:"digest"`
}

// Diff compares the read model that Rebuild held back with the one in force, both
// as far as the latter has come. It gives [ErrNoneHeld] where none is.
func (db *DB) Diff(ctx context.Context) (d Difference, err error) {
	err = db.alone(ctx, "diff", func(ctx context.Context) error {
		next, err := db.reopenHeld(ctx)
		if err != nil {
			return err
		}
		defer next.close()
		p, err := db.pair(ctx, next)
		if err == nil && p == nil {
			err = ErrNoneHeld
		}
		if err != nil {
			return err
		}
		defer p.close()
		d, err = p.diff(ctx)
		d.Projection = db.p.Name
		return err
	})
	return d, err
}

// A pair is the file in force and another at the same position, which one
// connection reads: the one as main, the other as beside.
type pair struct {
	pool *sql.DB
	s    *Snapshot
}

// pair catches a file up with the one in force and holds on to both there. Pages
// wait while it catches up, and not while they are compared. It gives nil where
// none is in force.
func (db *DB) pair(ctx context.Context, next *file) (*pair, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.writable(); err != nil {
		return nil, err
	}
	if db.shown != db.file { // it changes under mu
		return nil, nil
	}
	if err := db.catchUp(ctx, next); err != nil {
		return nil, err
	}
	p := &pair{pool: sql.OpenDB(reading{db.file.path})}
	if err := p.begin(ctx, next.path); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *pair) begin(ctx context.Context, beside string) error {
	p.pool.SetMaxOpenConns(1) // the one that has both
	if _, err := p.pool.ExecContext(ctx, `ATTACH ? AS beside`, address(beside, "mode=ro")); err != nil {
		return err
	}
	tx, err := p.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	p.s = &Snapshot{Tx: tx}
	var other uint64
	err = tx.QueryRowContext(ctx, `SELECT main.waymark.bookmark, beside.waymark.bookmark FROM main.waymark, beside.waymark`).Scan(&p.s.Position, &other)
	if err == nil && other != p.s.Position {
		err = fmt.Errorf("%s is at position %d, and the one in force at %d", filepath.Base(beside), other, p.s.Position)
	}
	return err
}

func (p *pair) close() error {
	if p.s != nil {
		p.s.Rollback() // nothing was written
	}
	return p.pool.Close()
}

// hidden lists the journeys that the new file withholds and the old one shows.
func (p *pair) hidden(ctx context.Context) (journeys []string, err error) {
	err = eachRow(ctx, p.s, func(scan func(...any) error) error {
		journeys = append(journeys, "")
		return scan(&journeys[len(journeys)-1])
	}, `SELECT journey FROM beside.parked WHERE journey NOT IN (SELECT journey FROM main.parked) ORDER BY journey`)
	return journeys, err
}

func (p *pair) diff(ctx context.Context) (d Difference, err error) {
	d.Position = p.s.Position
	if d.Journeys, err = p.hidden(ctx); err != nil {
		return d, err
	}
	tables, err := p.s.tables(ctx)
	if err != nil {
		return d, err
	}
	for _, table := range tables {
		t := TableDifference{Table: table}
		if t.Old, err = p.side(ctx, "main", table); err != nil {
			return d, err
		}
		if t.New, err = p.side(ctx, "beside", table); err != nil {
			return d, err
		}
		if t.Same = t.Old.Digest == t.New.Digest; !t.Same {
			if t.Old.Only, err = p.only(ctx, "main", "beside", table); err != nil {
				return d, err
			}
			if t.New.Only, err = p.only(ctx, "beside", "main", table); err != nil {
				return d, err
			}
		}
		d.Tables = append(d.Tables, t)
	}
	return d, nil
}

func (p *pair) side(ctx context.Context, database, table string) (s Side, err error) {
	if err := p.s.QueryRowContext(ctx, `SELECT count(*) FROM `+database+`.`+quoted(table)).Scan(&s.Rows); err != nil {
		return s, err
	}
	s.Digest, err = p.s.digest(ctx, database, table)
	return s, err
}

// only counts the rows of a table that one database has and another has not.
func (p *pair) only(ctx context.Context, in, out, table string) (n int, err error) {
	err = p.s.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT * FROM `+in+`.`+quoted(table)+
		` EXCEPT SELECT * FROM `+out+`.`+quoted(table)+`)`).Scan(&n)
	return n, err
}
