package projections

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Held is the error for a read model that was built and does not take the old
// one's place by itself.
type Held struct {
	Journeys []string `json:"journeys,omitzero"` // that it would withhold, and that the old one shows
	Tables   []string `json:"tables,omitzero"`   // that are not the old one's, as far as both had come

	// File is where it is kept, in its directory, until it is accepted or built
	// again; empty for one of another version, which goes on being held.
	File string `json:"file,omitzero"`
}

func (e *Held) Error() string {
	if len(e.Tables) > 0 {
		return fmt.Sprintf("the new read model is not the same as the old one, so it is held back; what differs: %s", strings.Join(e.Tables, ", "))
	}
	return fmt.Sprintf("the new read model parks %d journeys that were not parked before, so it is held back", len(e.Journeys))
}

// Hint says what to do.
func (e *Held) Hint() string {
	if e.File != "" {
		return "See how they differ: waymark projections diff. Then accept the new one, or rebuild once the cause is mended."
	}
	return "Go back to the program that made the old one, or rebuild and accept that these journeys' later events are withheld."
}

// Reasons why there is nothing to rebuild, compare or accept.
var (
	ErrNoneHeld = errors.New("no rebuilt read model is held back")
	errNoLog    = errors.New("the log is not at hand to be read again")
	errTwice    = errors.New("it is being rebuilt or compared already")
)

// Rebuild builds the read model anew beside the one in force, which goes on
// meanwhile, and puts it in its place if every table's digest is the same at the
// same position. Otherwise it gives a [*Held], and the new one is kept beside for
// Diff and Accept, also when the DB is opened again; the next Rebuild begins anew.
// With accept it takes the old one's place whatever it says. If we die
//
//	before 1: the old file is in force; the new one is removed when we are opened
//	after 1:  the same; but the new one would outlive a power cut
//	after 2:  the old file is in force, and the new one is held beside it
//
// or, where they are the same, as takeOver says.
func (db *DB) Rebuild(ctx context.Context, accept bool) error {
	return db.alone(ctx, "rebuild", func(ctx context.Context) error {
		if err := db.dropHeld(); err != nil {
			return err
		}
		next, err := db.another()
		if err != nil {
			return err
		}
		err = db.rebuild(ctx, next, accept)
		if held, ok := errors.AsType[*Held](err); ok && held.File != "" {
			return errors.Join(err, next.close())
		}
		if err != nil {
			return errors.Join(err, next.discard())
		}
		return nil
	})
}

func (db *DB) rebuild(ctx context.Context, next *file, accept bool) error {
	if err := db.follow(ctx, next, 0); err != nil {
		return err
	}
	if err := next.finish(); err != nil { // 1
		return err
	}
	if !accept {
		held, err := db.unlike(ctx, next)
		if err != nil && !garbled(err) { // what cannot be read is no reason to keep it
			return err
		}
		if held != nil {
			return db.keepHeld(held) // 2
		}
	}
	return db.replace(ctx, next, accept)
}

// unlike compares a file that was rebuilt with the one in force; nil where they
// are the same, or none is in force.
func (db *DB) unlike(ctx context.Context, next *file) (*Held, error) {
	p, err := db.pair(ctx, next)
	if p == nil || err != nil {
		return nil, err
	}
	defer p.close()
	held := &Held{File: filepath.Base(next.path)}
	tables, err := p.s.tables(ctx)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		old, err := p.s.digest(ctx, "main", table)
		if err != nil {
			return nil, err
		}
		if now, err := p.s.digest(ctx, "beside", table); err != nil {
			return nil, err
		} else if now != old {
			held.Tables = append(held.Tables, table)
		}
	}
	if held.Journeys, err = p.hidden(ctx); err != nil || len(held.Tables) == 0 {
		return nil, err
	}
	return held, nil
}

// replace catches a file up with the one in force and puts it in its place. Pages
// wait meanwhile, so that nobody sees the bookmark go back.
func (db *DB) replace(ctx context.Context, next *file, accept bool) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.writable(); err != nil {
		return err
	}
	if err := db.catchUp(ctx, next); err != nil {
		return err
	}
	if !accept {
		if err := db.compare(next); err != nil {
			return err
		}
	}
	if err := db.takeOver(next); err != nil {
		return err
	}
	return db.publish(0)
}

// catchUp follows the log for a file as far as the one that pages go to has come.
// It is called with mu held.
func (db *DB) catchUp(ctx context.Context, next *file) error {
	if next.bookmark >= db.file.bookmark {
		return nil
	}
	return db.follow(ctx, next, db.file.bookmark)
}

// Accept catches up the read model that Rebuild held back, and puts it in the
// place of the one in force. It gives [ErrNoneHeld] where none is. If we die, it
// is as takeOver says, and the file that is in force is not held any more.
func (db *DB) Accept(ctx context.Context) error {
	return db.alone(ctx, "accept", func(ctx context.Context) error {
		next, err := db.reopenHeld(ctx)
		if err != nil {
			return err
		}
		if err := db.replace(ctx, next, true); err != nil {
			return errors.Join(err, next.close())
		}
		return db.forgetHeld()
	})
}

// alone does what only one may do at a time, and ends it with the DB.
func (db *DB) alone(ctx context.Context, what string, do func(context.Context) error) error {
	err := errTwice
	switch {
	case db.o.Read == nil:
		err = errNoLog
	case db.rebuilding.TryLock():
		defer db.rebuilding.Unlock()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(db.life, cancel)()
		err = do(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w", db.p.Name, what, err)
	}
	return nil
}

// another makes an empty file, when nobody else does.
func (db *DB) another() (*file, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.writable(); err != nil {
		return nil, err
	}
	return db.create()
}

// reopenHeld opens the file that is held, and follows the log for it.
func (db *DB) reopenHeld(ctx context.Context) (*file, error) {
	held := db.Status().Beside
	if held == nil {
		return nil, ErrNoneHeld
	}
	f, err := open(filepath.Join(db.dir, held.File), db.p, db.log)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", held.File, err)
	}
	if err := db.follow(ctx, f, 0); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// The file that says which read model is held back, and why.
func (db *DB) heldPath() string { return filepath.Join(db.dir, db.p.Name+".held") }

// keepHeld says, on disk, that a file is held; it gives the reason as the error.
func (db *DB) keepHeld(held *Held) error {
	text, err := json.Marshal(held)
	if err != nil {
		return err
	}
	next := db.heldPath() + half
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	if err := errors.Join(fsync(next), rename(next, db.heldPath())); err != nil {
		return err
	}
	db.setHeld(held)
	return held
}

func (db *DB) setHeld(held *Held) {
	db.seen.Lock()
	defer db.seen.Unlock()
	db.state.Beside = held
}

// findHeld finds the file that was held back when the DB was closed, if it still
// is. Of what else there may be, nothing stays.
func (db *DB) findHeld(inForce string) {
	text, err := os.ReadFile(db.heldPath())
	held := &Held{}
	if err == nil {
		err = json.Unmarshal(text, held)
	}
	var f *file
	if err == nil && held.File != "" && held.File == filepath.Base(held.File) && held.File != inForce { // which was accepted
		f, err = open(filepath.Join(db.dir, held.File), db.p, db.log)
	}
	if f != nil && err == nil && f.close() == nil {
		db.setHeld(held)
		return
	}
	db.forgetHeld() // or it is looked at again the next time
}

// forgetHeld says that nothing is held any more.
func (db *DB) forgetHeld() error {
	db.setHeld(nil)
	for _, path := range []string{db.heldPath() + half, db.heldPath()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// dropHeld removes what is held. If we die in between, the file is removed when we
// are opened.
func (db *DB) dropHeld() error {
	held := db.Status().Beside
	if err := db.forgetHeld(); err != nil || held == nil {
		return err
	}
	return remove(filepath.Join(db.dir, held.File))
}
