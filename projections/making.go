package projections

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"github.com/waymark/waymark/domain"
)

// A Making is a stand-alone read model that is made from the log in one go or in
// several. It belongs to one goroutine, and ends with Deliver or Leave. If we die
//
//	before either: a half lies under the name PATH.half; it is begun anew
//	in Leave:      the same, or what is described next
//	after Leave:   a part lies under the name PATH.part: all of the log up to a
//	               position, on disk; Make goes on from there
//	in Deliver:    half, or whole
//	after Deliver: the read model is at PATH, whole and on disk
type Making struct {
	p    Projection
	path string
	file *file
}

// part is what a read model is called that is whole up to a position, but is to
// go on.
const part = ".part"

// A Wanted reads what is wanted of the log behind a position, in pages.
type Wanted func(after uint64) iter.Seq2[[]domain.Recorded, error]

// Make begins a read model that is to be at path, or goes on with the part that
// was left of it. It begins anew where going on would not come to the same file,
// byte for byte: with a part of another log or version, of more than is wanted, or
// that ends where nobody would end a transaction who knows what came next. It
// gives [os.ErrExist] where there is something at path.
func Make(p Projection, path, logID string, wanted Wanted) (*Making, error) {
	m := &Making{p: p, path: path}
	if err := m.begin(logID, wanted); err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return m, nil
}

// Made gives the position of the read model that is at path, if that is what Make
// would come to there: of this log, up to the last that is wanted. Otherwise 0.
func Made(ctx context.Context, p Projection, path, logID string, wanted Wanted) (uint64, error) {
	db, err := OpenCopy(ctx, path, p)
	if err != nil {
		return 0, ctx.Err() // it is something else
	}
	position := db.Bookmark()
	if err := db.Close(); err != nil || db.log != logID || position == 0 {
		return 0, err
	}
	var last uint64
	for page, err := range wanted(position - 1) {
		if err != nil {
			return 0, err
		}
		if last = page[len(page)-1].Position; last > position {
			return 0, nil
		}
	}
	return last, nil
}

func (m *Making) begin(logID string, wanted Wanted) error {
	if err := errors.Join(free(m.path), remove(m.path+half)); err != nil {
		return err
	}
	fits, err := fits(bookmarkOf(m.path+part), wanted)
	if err != nil {
		return err
	}
	if fits {
		if err := os.Rename(m.path+part, m.path+half); err != nil {
			return err
		}
		if m.file, err = reopen(m.path+half, m.p, logID, beside); err == nil {
			return nil
		}
	}
	// Who has one of them open has no more than a part of something else.
	if err := errors.Join(remove(m.path+part), remove(m.path+half)); err != nil {
		return err
	}
	m.file, err = create(m.path+half, m.p, logID)
	return err
}

// fits says whether what was left at a position can be gone on from: it is a
// landing, or the last that is wanted.
func fits(position uint64, wanted Wanted) (bool, error) {
	if position == 0 {
		return false, nil
	}
	for s, err := range stretches(wanted(position-1), 0) {
		return err == nil && len(s.events) == 1, err
	}
	return false, nil
}

// Position gives the position of the last event that is in it.
func (m *Making) Position() uint64 { return m.file.bookmark }

// Take applies the pages that come behind a position at or before Position, up to
// the last that is wanted; what is in it already is passed over. After an error it
// may be left, at the position that it then has.
func (m *Making) Take(ctx context.Context, pages iter.Seq2[[]domain.Recorded, error]) error {
	fresh := func(yield func([]domain.Recorded, error) bool) {
		for page, err := range pages {
			if page = behind(page, m.file.bookmark); err == nil && len(page) == 0 {
				continue
			}
			if !yield(page, err) {
				return
			}
		}
	}
	if err := m.file.take(ctx, m.p, fresh); err != nil {
		return fmt.Errorf("%s: %w", m.p.Name, err)
	}
	return nil
}

// Leave ends the making for now. What was taken is kept for another Make, unless
// that is nothing.
func (m *Making) Leave() error {
	if m.file.bookmark == 0 {
		return m.file.discard()
	}
	if err := m.file.finishAlone(); err != nil {
		return fmt.Errorf("%s: %w", m.p.Name, errors.Join(err, m.file.close()))
	}
	return rename(m.path+half, m.path+part)
}

// Deliver ends the making: the read model is at its path.
func (m *Making) Deliver() error {
	if err := m.file.finishAlone(); err != nil {
		return fmt.Errorf("%s: %w", m.p.Name, errors.Join(err, m.file.close()))
	}
	return rename(m.path+half, m.path)
}
