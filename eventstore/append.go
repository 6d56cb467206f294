package eventstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"github.com/waymark/waymark/domain"
)

// A Receipt says that an entry is in the log, on disk.
type Receipt struct {
	ID        string // the command's id, as given or made
	Stream    domain.Stream
	Event     string // the event's id
	Position  uint64
	Recorded  time.Time // UTC, to the microsecond
	Duplicate bool      // it was there already, with the same content
}

func receiptFor(r domain.Recorded, duplicate bool) Receipt {
	return Receipt{ID: r.Command, Stream: r.Stream, Event: r.ID, Position: r.Position, Recorded: r.At, Duplicate: duplicate}
}

// Record records one entry. A missing id is made here, and a support.started
// that names no journey begins one.
//
// The error is a [domain.Refusal] where the rules refuse, and wraps
// [ErrDifferent] where the id belongs to another entry. After [ErrUnsure],
// [ErrFull] or the end of ctx the entry may be recorded or not: the same entry
// with the same id again gives its receipt or records it, never both.
func (l *Log) Record(ctx context.Context, d domain.Draft) (Receipt, error) {
	d, err := l.identify(d)
	if err != nil {
		return Receipt{}, err
	}
	receipts, err := l.Change(ctx, d.Stream, func(domain.State, domain.Circumstances) ([]domain.Draft, error) {
		return []domain.Draft{d}, nil
	})
	if err != nil {
		return Receipt{}, err
	}
	return receipts[0], nil
}

// Change records what decide makes of a stream's state: all of its drafts or
// none, one after another and nothing between. They are one command, whose id is
// the first draft's; it must be the same each time decide is called, which
// happens again when somebody was faster. A command that is in the log already
// gives its receipts as duplicates. No drafts are no change.
//
// decide must not change or keep the state, nor call the log. Its error ends
// the change. Other errors are those of [Log.Record].
func (l *Log) Change(ctx context.Context, stream domain.Stream, decide func(domain.State, domain.Circumstances) ([]domain.Draft, error)) ([]Receipt, error) {
	if err := admitStream(stream); err != nil {
		return nil, err
	}
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	return l.change(ctx, stream, decide)
}

// change is Change on a log that is known to be open.
func (l *Log) change(ctx context.Context, stream domain.Stream, decide func(domain.State, domain.Circumstances) ([]domain.Draft, error)) ([]Receipt, error) {
	f, err := l.folds.hold(ctx, stream)
	if err != nil {
		return nil, err
	}
	defer l.folds.release(f)
	unsure := false
	for {
		if err := l.warm(ctx, f); err != nil {
			return nil, err
		}
		var drafts []domain.Draft
		l.ask(func(c domain.Circumstances) { drafts, err = decide(f.state, c) })
		if err != nil || len(drafts) == 0 {
			return nil, err
		}
		facts, receipts, err := l.decide(ctx, f, drafts)
		if err != nil || receipts != nil {
			return receipts, err
		}
		if err := l.Err(); err != nil {
			f.forget()
			return nil, err
		}
		err = l.append(ctx, f, facts)
		if err == nil {
			receipts := make([]Receipt, len(facts))
			for i := range facts {
				receipts[i] = receiptFor(facts[i].Recorded, false)
			}
			return receipts, nil
		}
		switch {
		case isOwnFault(err):
			return nil, err
		case isConflict(err):
			l.o.Metrics.conflict()
		case !isUnsure(err) || unsure || ctx.Err() != nil:
			f.forget()
			return nil, l.unacknowledged(ctx, err)
		default:
			unsure = true // look whether it is there, then try once more
		}
		if lost := l.catchUp(ctx, f); lost != nil {
			return nil, l.unacknowledged(ctx, errors.Join(err, lost))
		}
	}
}

// identify gives a draft the ids it may do without.
func (l *Log) identify(d domain.Draft) (domain.Draft, error) {
	if d.Event == nil {
		return d, &domain.Refusal{Reason: domain.ErrIncomplete, Field: "kind", Detail: "is missing"}
	}
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return d, err
		}
		d.ID = id.String()
	}
	if !domain.IsUUID(d.ID) {
		return d, &domain.Refusal{Reason: domain.ErrMalformed, Field: "id", Detail: "is not a UUID in lower case"}
	}
	if _, ok := d.Event.(domain.SupportStarted); ok && d.Stream.ID == "" {
		d.Stream = domain.JourneyStream(l.DeriveID(d.ID))
	}
	return d, admitStream(d.Stream)
}

// admitStream refuses what would not be one literal subject.
func admitStream(s domain.Stream) error {
	switch s.About {
	case domain.AboutJourney, domain.AboutService, domain.AboutMeasure, domain.AboutAudit:
		if domain.IsID(s.ID) {
			return nil
		}
		return &domain.Refusal{Reason: domain.ErrMalformed, Field: s.About, Detail: "is not an id: use a to z, 0 to 9 and -, at most 64"}
	}
	return &domain.Refusal{Reason: domain.ErrMalformed, Detail: "entries are about a journey, a service, a measure or an audit"}
}

// decide holds one command's drafts against the rules. It gives either the
// facts to append, all but the last already folded, or the receipts of a
// command that is there already. After an error the state is as the log has it,
// or forgotten.
func (l *Log) decide(ctx context.Context, f *fold, drafts []domain.Draft) ([]fact, []Receipt, error) {
	command := drafts[0].ID
	if first := f.state.Position(command); first > 0 {
		receipts, err := l.duplicates(ctx, f.stream, command, first, drafts)
		return nil, receipts, err
	}
	facts := make([]fact, 0, len(drafts))
	position, at := l.Last()+1, l.order.next(l.o.Now)
	for n, d := range drafts {
		d.ID, d.Stream = command, f.stream
		fact, err := l.admit(ctx, f, d, n, facts)
		if err != nil {
			if n > 0 {
				f.forget()
			}
			return nil, nil, err
		}
		fact.Position, fact.At = position+uint64(n), at
		if n == 0 {
			fact.follow(f.state.Last())
		}
		facts = append(facts, fact)
		if n < len(drafts)-1 {
			f.apply(fact.Recorded)
		}
	}
	return facts, nil, nil
}

// admit holds one draft against the rules and writes its message. What was
// decided before it and is not in the log yet is undone.
func (l *Log) admit(ctx context.Context, f *fold, d domain.Draft, n int, undone []fact) (fact, error) {
	if err := l.admitZone(d.Event); err != nil {
		return fact{}, err
	}
	words, command := d.Words, d.ID
	state, admitted, err := f.state, d, error(nil)
	rule := func(c domain.Circumstances) { admitted, err = state.Record(d, c) }
	l.ask(rule)
	if errors.Is(err, domain.ErrLean) {
		if state, err = l.whole(ctx, f.stream, undone); err != nil {
			return fact{}, err
		}
		l.ask(rule)
	}
	if l.server == nil && (errors.Is(err, domain.ErrNoService) || errors.Is(err, domain.ErrNoMeasure)) {
		// Another writer, before us, may have recorded it.
		if err := l.known.load(ctx, l); err != nil {
			return fact{}, err
		}
		l.ask(rule)
	}
	if err != nil {
		return fact{}, err
	}
	d = admitted
	r := domain.Recorded{
		Stream: f.stream, ID: eventID(command, n), Command: command, Occurred: d.Occurred, Service: d.Service,
		By: d.By, Imported: d.Imported, Event: d.Event, Said: words.Said(), Words: words,
	}
	msg, err := l.message(r)
	return fact{r, msg}, err
}

// eventID names a command's nth event, from 0.
func eventID(command string, n int) string {
	if n == 0 {
		return command
	}
	return uuid.NewSHA1(uuid.MustParse(command), []byte(strconv.Itoa(n))).String()
}

// duplicates gives the receipts of a command that is in the log already, if it
// said the same.
func (l *Log) duplicates(ctx context.Context, stream domain.Stream, command string, first uint64, drafts []domain.Draft) ([]Receipt, error) {
	receipts := make([]Receipt, len(drafts))
	for n, d := range drafts {
		r, err := l.one(ctx, first+uint64(n)) // they are one batch, so they follow each other
		if err != nil {
			return nil, err
		}
		if !repeats(d, r, stream, command, n) {
			return nil, different(first)
		}
		receipts[n] = receiptFor(r, true)
	}
	return receipts, nil
}

// repeats says whether r is the command's nth event and says what d does.
func repeats(d domain.Draft, r domain.Recorded, stream domain.Stream, command string, n int) bool {
	return r.Stream == stream && r.Command == command && r.ID == eventID(command, n) && d.Same(r)
}

func different(position uint64) error {
	return &trouble{reason: ErrDifferent, detail: fmt.Sprintf("it is that of position %d", position),
		hint: "give every new entry an id of its own; to change an entry, correct it"}
}

// append publishes one stream's facts, and folds them when they are in the log:
// their positions and times are known then.
func (l *Log) append(ctx context.Context, f *fold, facts []fact) error {
	if len(facts) > 1 {
		asDecided, err := l.publishBatch(ctx, facts)
		if err != nil || !asDecided {
			f.forget()
		} else {
			f.apply(facts[len(facts)-1].Recorded)
		}
		return err
	}
	if err := l.publish(ctx, &facts[0]); err != nil {
		return err
	}
	f.apply(facts[0].Recorded)
	return nil
}

// follow makes the fact's publishing depend on the subject's last position.
func (f *fact) follow(last uint64) {
	f.msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(last, 10))
}

// publish stores one fact and waits for the acknowledgement.
func (l *Log) publish(ctx context.Context, f *fact) error {
	ctx, cancel := context.WithTimeout(ctx, l.o.patience)
	defer cancel()
	begun := time.Now()
	l.order.mu.Lock()
	at := l.order.now(l.o.Now)
	f.msg.Header.Set(hTime, at.Format(timeForm))
	// A help, not the rule: the server tells an id used for another journey
	// lately. Batches do without, for it remembers each id for minutes.
	f.msg.Header.Set(jetstream.MsgIDHeader, f.ID)
	// No attempts of its own: they would be sent behind later times.
	ack, err := l.js.PublishMsgAsync(f.msg, jetstream.WithRetryAttempts(0))
	l.order.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case ok := <-ack.Ok():
		if ok.Duplicate { // of another stream: this one's history has no such id
			return different(ok.Sequence)
		}
		f.Position, f.At = ok.Sequence, at
		l.appended([]fact{*f}, time.Since(begun))
		return nil
	case err := <-ack.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// publishBatch stores facts as one atomic batch. It says whether they have the
// positions and times that they were decided with, which they have unless
// somebody else appended in between.
func (l *Log) publishBatch(ctx context.Context, facts []fact) (asDecided bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.o.patience)
	defer cancel()
	begun := time.Now()
	msgs := make([]*nats.Msg, len(facts))
	l.order.mu.Lock()
	defer l.order.mu.Unlock()
	at := facts[0].At
	if at.Before(l.order.last) {
		at = l.order.last
	}
	stamp := at.Format(timeForm)
	for i := range facts {
		msgs[i] = facts[i].msg
		msgs[i].Header.Set(hTime, stamp)
	}
	ack, err := jetstreamext.PublishMsgBatch(ctx, l.js, msgs, jetstreamext.BatchFlowControl{})
	if err != nil {
		return false, err
	}
	first := ack.Sequence - uint64(len(facts)) + 1
	asDecided = facts[0].Position == first && facts[0].At.Equal(at)
	for i := range facts {
		facts[i].Position, facts[i].At = first+uint64(i), at
	}
	l.appended(facts, time.Since(begun))
	return asDecided, nil
}

// appended notes what is in the log now.
func (l *Log) appended(facts []fact, took time.Duration) {
	l.reached(facts[len(facts)-1].Position)
	l.o.Metrics.append(facts, took)
	for i := range facts {
		l.known.apply(facts[i].Recorded)
	}
}

// unacknowledged explains an append that was not acknowledged.
func (l *Log) unacknowledged(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := full(l.o.Dir, l.o.reserve); err != nil {
		return err
	}
	const again = "record the same entry with the same id again: it is never recorded twice"
	if isUnreachable(err) {
		return &trouble{reason: ErrUnsure, cause: err,
			hint: "look whether the disk is full or failing; then start again, and " + again}
	}
	return &trouble{reason: ErrUnsure, cause: err, hint: again}
}

// unanswered explains a question to the server that went wrong.
func (l *Log) unanswered(err error) error {
	if !isUnreachable(err) {
		return fmt.Errorf("the log: %w", err)
	}
	return &trouble{reason: ErrNotReachable, cause: err, hint: "check that the server runs and that its disk is not full"}
}
