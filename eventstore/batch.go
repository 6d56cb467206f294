package eventstore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/waymark/waymark/domain"
)

const (
	mostInBatch   = 1000    // the server takes no more
	mostBytes     = 8 << 20 // of content in a batch, so that long notes do not fill the memory
	batchPays     = 15      // with fewer, one publish after another is as quick
	warmingAtOnce = 4       // folds read from the log at the same time
	worthScanning = 32      // folds for which reading the whole log once beats reading each by its subject, which passes over much of the log too
)

// A Result is what became of one entry: its receipt, or why it was refused.
type Result struct {
	Receipt
	Err error
}

// ChangeAll records many entries, in their order, in full atomic batches. Each
// is held against the rules as if those before it were recorded already. A
// refused one has its error in its place and the others go on; an id that occurs
// twice is a duplicate the second time.
//
// The error is for what ended the whole call: the end of ctx, or a log that
// takes nothing more. Those that were not reached have it in their place too,
// and giving all of them again records none twice.
func (l *Log) ChangeAll(ctx context.Context, drafts []domain.Draft) ([]Result, error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	l.batch.Lock()
	defer l.batch.Unlock()
	results := make([]Result, len(drafts))
	for from := 0; from < len(drafts); {
		w := l.window(drafts[from:], results[from:])
		err := w.record(ctx)
		from += len(w.drafts)
		if err == nil {
			continue
		}
		for i := from - len(w.drafts); i < len(results); i++ {
			if results[i].Position == 0 && results[i].Err == nil {
				results[i].Err = err
			}
		}
		return results, err
	}
	return results, nil
}

// A window is the entries that are decided together and become one batch.
type window struct {
	log     *Log
	drafts  []domain.Draft
	results []Result
	folds   map[domain.Stream]*fold

	// What was decided and is not in the log yet.
	facts   []fact
	of      []int          // the entry that each fact is of
	by      map[string]int // the fact of each command
	refused map[int]error
}

// window takes the entries that may be decided together: those about journeys,
// or those about services and measures, which must be in the log before anything
// is decided on them.
func (l *Log) window(drafts []domain.Draft, results []Result) *window {
	n, size := 0, 0
	for n < len(drafts) && n < mostInBatch && size < mostBytes &&
		(drafts[n].Stream.About == domain.AboutJourney) == (drafts[0].Stream.About == domain.AboutJourney) {
		for _, text := range drafts[n].Words.Texts {
			size += len(text)
		}
		n++
	}
	w := &window{log: l, drafts: make([]domain.Draft, n), results: results[:n]}
	for i := range w.drafts {
		w.drafts[i], w.results[i].Err = l.identify(drafts[i])
	}
	return w
}

func (w *window) record(ctx context.Context) error {
	if len(w.drafts) >= batchPays {
		if err := w.recordTogether(ctx); err != nil {
			return err
		}
	}
	return w.recordSingly(ctx)
}

// recordTogether decides the entries and appends them as a batch. A conflict
// folds once more what the log has; what is still not settled after that is left
// for recordSingly.
func (w *window) recordTogether(ctx context.Context) error {
	if err := w.hold(ctx); err != nil {
		return err
	}
	defer w.release()
	for range 2 {
		if err := w.warm(ctx); err != nil {
			return err
		}
		if err := w.decide(ctx); err != nil {
			w.forget()
			return err
		}
		if len(w.facts) == 0 {
			w.settle()
			return nil
		}
		if len(w.facts) < batchPays {
			w.forget()
			return nil
		}
		if err := w.log.Err(); err != nil {
			w.forget()
			return err
		}
		asDecided, err := w.log.publishBatch(ctx, w.facts)
		if err == nil {
			w.settle()
			if !asDecided {
				w.forget()
			}
			return nil
		}
		w.forget()
		if isConflict(err) {
			w.log.o.Metrics.conflict()
		} else if !isUnsure(err) || ctx.Err() != nil {
			return w.log.unacknowledged(ctx, err)
		}
	}
	return nil
}

// recordSingly records each entry that is not settled by itself.
func (w *window) recordSingly(ctx context.Context) error {
	for i, d := range w.drafts {
		r := &w.results[i]
		if r.Err != nil || r.Position != 0 {
			continue
		}
		receipts, err := w.log.change(ctx, d.Stream, func(domain.State, domain.Circumstances) ([]domain.Draft, error) {
			return []domain.Draft{d}, nil
		})
		if err != nil && !isOwnFault(err) {
			return err
		}
		if r.Err = err; err == nil {
			r.Receipt = receipts[0]
		}
	}
	return nil
}

// isOwnFault says whether an error is about one entry alone.
func isOwnFault(err error) bool {
	_, refused := errors.AsType[*domain.Refusal](err)
	return refused || errors.Is(err, ErrDifferent)
}

// hold takes the turn at every stream of the window. A change of one stream
// waits for no second one, and there is one ChangeAll at a time, so nobody waits
// in a circle.
func (w *window) hold(ctx context.Context) error {
	w.folds = make(map[domain.Stream]*fold)
	for i, d := range w.drafts {
		if w.results[i].Err != nil || w.folds[d.Stream] != nil {
			continue
		}
		f, err := w.log.folds.hold(ctx, d.Stream)
		if err != nil {
			w.release()
			return err
		}
		w.folds[d.Stream] = f
	}
	return nil
}

func (w *window) release() {
	for _, f := range w.folds {
		w.log.folds.release(f)
	}
}

// forget lets go of everything that was decided and is not in the log.
func (w *window) forget() {
	for i := range w.facts {
		w.folds[w.facts[i].Stream].forget()
	}
}

// warm reads the streams whose state is not known.
func (w *window) warm(ctx context.Context) error {
	var cold []*fold
	for _, f := range w.folds {
		if f.state == nil {
			cold = append(cold, f)
		}
	}
	if len(cold) > worthScanning {
		known, err := w.log.begun(ctx, cold)
		if err != nil {
			return err
		}
		if cold = known; len(cold) > worthScanning {
			return w.log.scan(ctx, cold)
		}
	}
	return each(ctx, cold, w.log.warm)
}

// each calls do for every fold, a few at a time, and gives an error of theirs.
func each(ctx context.Context, folds []*fold, do func(context.Context, *fold) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	work := make(chan *fold)
	for range min(warmingAtOnce, len(folds)) {
		workers.Go(func() {
			for f := range work {
				if err := do(ctx, f); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, f := range folds {
		work <- f
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

// decide holds the entries against the rules, each after those before it.
func (w *window) decide(ctx context.Context) error {
	w.facts, w.of = w.facts[:0], w.of[:0]
	w.by, w.refused = map[string]int{}, map[int]error{}
	l, begun, again := w.log, map[*fold]bool{}, map[int]uint64{}
	position, at := l.Last()+1, l.order.next(l.o.Now)
	for i, d := range w.drafts {
		r := &w.results[i]
		if r.Err != nil || r.Position != 0 {
			continue
		}
		f := w.folds[d.Stream]
		if n, ok := w.by[d.ID]; ok {
			if w.facts[n].Stream != d.Stream {
				w.refused[i] = different(w.facts[n].Position)
			}
			continue // it repeats one that is not in the log yet: recordSingly finds that there
		}
		if first := f.state.Position(d.ID); first > 0 {
			again[i] = first
			continue
		}
		fact, err := l.admit(ctx, f, d, 0, w.facts)
		if err != nil && !isOwnFault(err) {
			return err
		}
		if err != nil {
			w.refused[i] = err
			continue
		}
		fact.Position, fact.At = position+uint64(len(w.facts)), at
		if !begun[f] {
			begun[f] = true
			fact.follow(f.state.Last())
		}
		f.apply(fact.Recorded)
		w.by[d.ID] = len(w.facts)
		w.of = append(w.of, i)
		w.facts = append(w.facts, fact)
	}
	return w.repeated(ctx, again)
}

// repeated answers the entries whose commands are in the log already, at the
// positions given, if they say the same.
func (w *window) repeated(ctx context.Context, again map[int]uint64) error {
	events, err := w.log.several(ctx, slices.Sorted(maps.Values(again)))
	if err != nil {
		return err
	}
	for i, position := range again {
		if r := events[position]; repeats(w.drafts[i], r, w.drafts[i].Stream, w.drafts[i].ID, 0) {
			w.results[i].Receipt = receiptFor(r, true)
		} else {
			w.results[i].Err = different(position)
		}
	}
	return nil
}

// settle gives the receipts of what is in the log now, and the refusals, which
// may have hung on it.
func (w *window) settle() {
	for n, i := range w.of {
		w.results[i].Receipt = receiptFor(w.facts[n].Recorded, false)
	}
	for i, err := range w.refused {
		w.results[i].Err = err
	}
}
