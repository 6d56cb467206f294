package projections

import (
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/waymark/waymark/domain"
)

// A landing is a position at which every read model that is built from the log
// ends a transaction: each multiple of landingEvery, and the last event of each
// month. Which rows are written again, and where SQLite puts them in its file,
// depends on where transactions end. So a read model that goes on from another's
// landing becomes, byte for byte, what one becomes that is built from nothing;
// from any other position it would only have equal rows.

// landingEvery is how many events a read model that nobody reads yet takes in at
// once, at most. What a page would write again and again is written once.
const landingEvery = 20_000

// A stretch is the events between two landings, or up to where the reading ends.
type stretch struct {
	events []domain.Recorded
	landed bool // its last event is a landing
}

// stretches joins the pages that come behind a landing, or from the log's first
// event. Nothing after upto is in them, where that is not 0; one event more in
// the pages tells whether upto ends a month.
func stretches(pages iter.Seq2[[]domain.Recorded, error], upto uint64) iter.Seq2[stretch, error] {
	return func(yield func(stretch, error) bool) {
		var all []domain.Recorded
		var next time.Time // the first moment of the month after that of the last event
		give := func(landed bool) bool {
			s := stretch{all, landed}
			all = all[:0]
			return len(s.events) == 0 || yield(s, nil)
		}
		for page, err := range pages {
			if err != nil {
				yield(stretch{}, err)
				return
			}
			for _, r := range page {
				if !r.At.Before(next) {
					if !give(true) {
						return
					}
					next = monthAfter(r.At)
				}
				if upto != 0 && r.Position > upto {
					give(false)
					return
				}
				if all = append(all, r); r.Position%landingEvery == 0 && !give(true) {
					return
				}
			}
		}
		give(false)
	}
}

// here is where months begin and end.
var here = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation(domain.DefaultZone)
	if err != nil {
		return time.UTC
	}
	return zone
})

// monthAfter gives the first moment of the month after the one that a moment is
// in.
func monthAfter(t time.Time) time.Time {
	t = t.In(here())
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, here())
}

// settle ends the making of a file that is closed and needs nothing beside it.
// SQLite counts in a file how often it was opened and changed, which is the one
// thing in it that tells how it came about; the position takes its place.
func settle(path string, position uint64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	count := binary.BigEndian.AppendUint32(nil, uint32(position))
	for _, at := range []int64{24, 92} { // https://www.sqlite.org/fileformat.html, sections 1.3.6 and 1.3.12: they are equal
		if _, e := f.WriteAt(count, at); e != nil {
			err = errors.Join(err, e)
		}
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// duplicate copies a database that nobody writes to meanwhile, which is quicker
// than to have SQLite read and write each of its pages. It closes what it reads.
func duplicate(from *os.File, to string) error {
	defer from.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, from)
	return errors.Join(err, out.Close())
}
