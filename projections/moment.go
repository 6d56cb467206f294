package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"github.com/waymark/waymark/domain"
)

// AsOf writes to path, as one file that needs nothing beside it, what views would
// see if nothing had happened after a day: every entry about a later day is taken
// back, by the same code as a withdrawal. The read model must be one that keeps
// every entry's date. It reports false, and writes nothing, where nothing
// happened after that day.
func (db *DB) AsOf(ctx context.Context, path string, day domain.Date) (bool, error) {
	later, err := db.after(ctx, day)
	if err != nil || len(later) == 0 {
		return false, err
	}
	if err := db.Export(ctx, path); err != nil {
		return false, err
	}
	if err := db.takeBackAll(ctx, path, later); err != nil {
		return false, errors.Join(fmt.Errorf("%s: as of %s: %w", db.p.Name, day, err), remove(path))
	}
	return true, nil
}

// after lists the entries about days after one.
func (db *DB) after(ctx context.Context, day domain.Date) (later []domain.Recorded, err error) {
	err = db.View(ctx, func(s *Snapshot) error {
		later = nil
		position := s.Position
		withdraw := func(stream domain.Stream, entry string) {
			position++
			later = append(later, domain.Recorded{Position: position, Stream: stream, ID: "as-of", Occurred: domain.On(day),
				Event: domain.EntryWithdrawn{Entry: entry, Reason: "error"}})
		}
		if err := eachRow(ctx, s, func(scan func(...any) error) error {
			var journey, entry string
			err := scan(&journey, &entry)
			withdraw(domain.JourneyStream(journey), entry)
			return err
		}, `SELECT journey, id FROM entries WHERE withdrawn = 0 AND date > ? ORDER BY position`, day.String()); err != nil {
			return err
		}
		services, err := foldServices(ctx, s)
		if isCode(err, sqlite3.ErrError) { // no such table: it keeps nothing of services
			return nil
		}
		if err != nil {
			return err
		}
		for _, service := range services {
			for _, entry := range service.fold.After(day) {
				withdraw(domain.Stream{About: domain.AboutService, ID: service.id}, entry)
			}
		}
		return nil
	})
	return later, err
}

// takeBackAll applies withdrawals to a copy that nobody else has open.
func (db *DB) takeBackAll(ctx context.Context, path string, later []domain.Recorded) (err error) {
	f := &file{path: path}
	if err := f.write(beside); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	if err := f.tx.Exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	for _, r := range later {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := db.p.Apply(f.tx, r); err != nil {
			return err
		}
	}
	if err := db.p.flush(f.tx); err != nil {
		return err
	}
	return f.tx.Exec(`COMMIT`)
}

type folded struct {
	id   string
	fold domain.Service
}

// foldServices folds the services from what is recorded of them.
func foldServices(ctx context.Context, s *Snapshot) (all []folded, err error) {
	err = eachRow(ctx, s, func(scan func(...any) error) error {
		r, err := scanServiceEvent(scan)
		if err != nil {
			return err
		}
		if len(all) == 0 || all[len(all)-1].id != r.Stream.ID {
			all = append(all, folded{id: r.Stream.ID})
		}
		all[len(all)-1].fold.Apply(r)
		return nil
	}, `SELECT service, position, id, occurred, form, content FROM service_events ORDER BY service, position`)
	return all, err
}
