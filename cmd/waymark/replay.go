package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

func (p *program) replayCommand() *cobra.Command {
	var into, knownAt string
	var upto uint64
	c := &cobra.Command{
		Use:   "replay --into DIR",
		Short: "Build the answers as they were at a moment, into a directory of their own",
		Long: `Replay builds every projection from the log's first event up to a position, or up
to what was recorded at or before a moment, into SQLite files that need nothing
beside them. Up to the same position they are the same, byte for byte, whoever
builds them. When it is interrupted, the same command goes on where it was. --json
has a digest of every table, to compare two replays, or one with another machine's.`,
		Example: `  waymark replay --into march --known-at 2026-03-31T23:59:59Z
  waymark replay --into then --upto 4711`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if into == "" {
				return usagef("--into is missing: it names the directory to build in")
			}
			if err := (clocks{knownAt: knownAt}).check(); err != nil {
				return err
			}
			moment, _ := time.Parse(time.RFC3339Nano, knownAt) // zero where none is given
			return p.replay(cmd.Context(), into, upto, moment)
		},
	}
	c.Flags().StringVar(&into, "into", "", "the `directory` to build in")
	positionFlag(c, &upto, "upto", "the last `position`")
	c.Flags().StringVar(&knownAt, "known-at", "", "only what was recorded at or before this `moment`")
	_ = c.MarkFlagDirname("into") // fails only for a flag that is not there
	return c
}

// replayed says what a replay came to.
type replayed struct {
	Into     string   `json:"into"`
	Log      string   `json:"log"`
	Position uint64   `json:"position"`
	Files    []string `json:"files"`

	// Tables has a digest of each table, by projection.
	Tables map[string]map[string]string `json:"tables"`

	made uint64 // the position of what an earlier replay had delivered before it failed; 0 where nothing
	lost error  // why some of what was built could not be kept
}

// A span reads the part of the log that is to be replayed, behind a position.
type span func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error]

func (p *program) replay(ctx context.Context, into string, upto uint64, knownAt time.Time) (err error) {
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	c, err := p.reach(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	done := replayed{Into: into}
	bar := p.bar(-1, "replayed")
	err = done.build(ctx, func(ctx context.Context, after uint64) iter.Seq2[[]domain.Recorded, error] {
		return c.readBehind(ctx, after, upto, knownAt)
	}, bar)
	bar.Close()
	switch {
	case errors.Is(err, os.ErrExist):
		return &failure{err, "choose a directory that holds no replay yet", exitRefused}
	case err != nil && ctx.Err() != nil && done.lost == nil:
		return &failure{what: fmt.Errorf("interrupted, and replayed up to position %d so far", done.Position), hint: "the same command goes on from there"}
	case err != nil && ctx.Err() != nil:
		return &failure{what: fmt.Errorf("interrupted, and not all that was built is kept: %w", done.lost), hint: "mend that; the same command builds what is missing"}
	case err != nil:
		return err
	}
	if !p.json {
		_, err = fmt.Fprintf(p.stdout, "replayed up to position %d into %s\n", done.Position, into)
		return err
	}
	if err := done.digest(ctx); err != nil {
		return err
	}
	return json.NewEncoder(p.stdout).Encode(done)
}

// behind is how many pages a projection may fall behind the fastest.
const behind = 12

var (
	errNoFounding = errors.New("the log does not begin with its founding")
	errMovedOn    = &failure{errors.New("more was recorded than is in what an earlier replay delivered"), "choose another directory", exitRefused}
)

// build reads the log once and builds all projections from it side by side. What
// is built when it fails is kept, for another build to go on from; Position is
// then how far all of them have come. The same holds if we die while they are
// delivered: those that are there are taken as they are, and the others made.
func (done *replayed) build(ctx context.Context, log span, bar progress) error {
	makings, err := done.begin(ctx, log)
	if err == nil {
		err = done.take(ctx, log, makings, bar)
	}
	if err != nil {
		done.Position = least(makings)
		for _, m := range makings {
			done.lost = errors.Join(done.lost, m.Leave())
		}
		return errors.Join(err, done.lost)
	}
	for _, m := range makings {
		err = errors.Join(err, m.Deliver())
	}
	return err
}

// begin begins each read model that is not there, or goes on with what was left
// of it.
func (done *replayed) begin(ctx context.Context, log span) (makings []*projections.Making, err error) {
	for page, err := range log(ctx, 0) {
		if err != nil {
			return nil, err
		}
		founding, ok := page[0].Event.(domain.LogFounded)
		if !ok {
			return nil, errNoFounding
		}
		done.Log = founding.Log
		break
	}
	if done.Log == "" {
		return nil, errNoFounding
	}
	wanted := func(after uint64) iter.Seq2[[]domain.Recorded, error] { return log(ctx, after) }
	var there error
	for _, question := range questions() {
		path := filepath.Join(done.Into, question.Name+".db")
		done.Files = append(done.Files, path)
		m, err := projections.Make(question, path, done.Log, wanted)
		if errors.Is(err, os.ErrExist) {
			there = err
			if done.made, err = projections.Made(ctx, question, path, done.Log, wanted); done.made == 0 && err == nil {
				err = there
			}
		} else if err == nil {
			makings = append(makings, m)
		}
		if err != nil {
			return makings, err
		}
	}
	if len(makings) == 0 { // all of it was delivered
		return nil, there
	}
	return makings, nil
}

// take reads the log from where the first of the read models ends.
func (done *replayed) take(ctx context.Context, log span, makings []*projections.Making, bar progress) error {
	done.Position = least(makings)
	bar.add(int(done.Position))
	g, ctx := errgroup.WithContext(ctx)
	var feeds []chan []domain.Recorded
	for _, m := range makings {
		feed := make(chan []domain.Recorded, behind)
		feeds = append(feeds, feed)
		g.Go(func() error { return m.Take(ctx, pages(ctx, feed)) })
	}
	g.Go(func() error {
		for page, err := range log(ctx, done.Position) {
			if err != nil {
				return err
			}
			for _, feed := range feeds {
				select {
				case feed <- page:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			done.Position = page[len(page)-1].Position
			bar.add(len(page))
		}
		if done.made != 0 && done.made != done.Position {
			return errMovedOn
		}
		for _, feed := range feeds {
			close(feed)
		}
		return nil
	})
	return g.Wait()
}

// least is how far all of them have come.
func least(makings []*projections.Making) (position uint64) {
	for i, m := range makings {
		if i == 0 || m.Position() < position {
			position = m.Position()
		}
	}
	return position
}

// digest works out the digests of every table that was built.
func (done *replayed) digest(ctx context.Context) error {
	done.Tables = map[string]map[string]string{}
	for i, question := range questions() {
		db, err := projections.OpenCopy(ctx, done.Files[i], question)
		if err != nil {
			return err
		}
		digests, err := db.Digest(ctx)
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
		done.Tables[question.Name] = digests
	}
	return nil
}

// pages gives what comes through a channel until it is closed.
func pages(ctx context.Context, feed <-chan []domain.Recorded) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		for {
			select {
			case page, more := <-feed:
				if !more || !yield(page, nil) {
					return
				}
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
	}
}
