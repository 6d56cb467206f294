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
beside them.`,
		Example: `  waymark replay --into march --known-at 2026-03-31T23:59:59Z
  waymark replay --into then --upto 4711`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if into == "" {
				return usagef("--into is missing: it names the directory to build in")
			}
			var moment time.Time
			if knownAt != "" {
				var err error
				if moment, err = time.Parse(time.RFC3339Nano, knownAt); err != nil {
					return usagef("--known-at wants a moment, such as 2026-03-31T23:59:59Z")
				}
			}
			return p.replay(cmd.Context(), into, upto, moment)
		},
	}
	c.Flags().StringVar(&into, "into", "", "the `directory` to build in")
	c.Flags().Uint64Var(&upto, "upto", 0, "the last `position`")
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
}

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
	err = done.build(ctx, c.read(ctx, upto, knownAt), bar)
	bar.Close()
	if errors.Is(err, os.ErrExist) {
		return &failure{err, "choose a directory that holds no replay yet", exitRefused}
	}
	if err != nil {
		return err
	}
	if done.Position == 0 {
		return &failure{what: errors.New("nothing was recorded by then"), hint: "choose a later moment"}
	}
	if p.json {
		return json.NewEncoder(p.stdout).Encode(done)
	}
	_, err = fmt.Fprintf(p.stdout, "replayed up to position %d into %s\n", done.Position, into)
	return err
}

// behind is how many pages a projection may fall behind the fastest.
const behind = 4

var errNoFounding = errors.New("the log does not begin with its founding")

// build reads the log once and builds all projections from it side by side.
func (done *replayed) build(ctx context.Context, log iter.Seq2[[]domain.Recorded, error], bar progress) error {
	g, ctx := errgroup.WithContext(ctx)
	var feeds []chan []domain.Recorded
	begin := func() {
		for _, question := range questions() {
			feed := make(chan []domain.Recorded, behind)
			path := filepath.Join(done.Into, question.Name+".db")
			feeds, done.Files = append(feeds, feed), append(done.Files, path)
			g.Go(func() error { return projections.Replay(ctx, question, path, done.Log, pages(ctx, feed)) })
		}
	}
	g.Go(func() error {
		for page, err := range log {
			if err != nil {
				return err
			}
			if feeds == nil {
				founding, ok := page[0].Event.(domain.LogFounded)
				if !ok {
					return errNoFounding
				}
				done.Log = founding.Log
				begin()
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
		for _, feed := range feeds {
			close(feed)
		}
		return nil
	})
	return g.Wait()
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
