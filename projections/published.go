package projections

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/waymark/waymark/domain"
)

//go:embed published.sql
var publishedSQL string

// Published is everything that a dashboard shows, worked out beforehand, so that
// no threshold and no judgement is left to its queries.
type Published struct {
	Services    []ServiceRow
	Definitions []domain.Outcome
	Figures     []domain.Figure
	Charts      []domain.Chart
	Comparisons []domain.Comparison
	Made        time.Time // when it was worked out
	Program     string    // the version of the program that did
}

// ErrOpened is given for a published file that somebody writes to.
var ErrOpened = errors.New("somebody writes to the file of published figures")

// Publish writes the figures to path as one SQLite file that needs nothing beside
// it, readable for its owner alone, with a comment on every table and column in
// its table descriptions. It takes the place of an earlier one whole: who has
// that open reads on in it, and after a crash there is the one or the other. The
// file says which log the figures are from, and the position of the last event
// in them.
func Publish(ctx context.Context, path, logID string, position uint64, p Published) error {
	if err := replacePublished(path, func(part string) error {
		return writePublished(ctx, part, logID, position, p)
	}); err != nil {
		return fmt.Errorf("published figures: %w", err)
	}
	return nil
}

// replacePublished puts a file in the place of another. That is safe because it
// is never in WAL mode: a write ahead left beside the old one would be read as
// belonging to the new.
func replacePublished(path string, write func(part string) error) error {
	if _, err := os.Lstat(path + "-wal"); err == nil {
		return ErrOpened
	}
	next := path + ".next"
	if err := remove(next); err != nil { // of one that died
		return err
	}
	if err := deliver(next, write); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return errors.Join(err, remove(next))
	}
	return fsync(filepath.Dir(path))
}

func writePublished(ctx context.Context, part, logID string, position uint64, p Published) (err error) {
	empty, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := empty.Close(); err != nil {
		return err
	}
	f := &file{path: part, building: true}
	if err := f.write(beside); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	if err := f.tx.Exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if _, err := f.tx.conn.Exec(publishedSQL, nil); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	if err := describe(f.tx, publishedSQL); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	w := &publication{ctx: ctx, tx: f.tx, days: map[domain.Period]dated{}, settled: map[line]domain.Period{}}
	w.exec(`INSERT INTO published VALUES (1, ?, ?, ?, ?)`, logID, position, p.Made, p.Program)
	for _, s := range p.Services {
		w.exec(`INSERT INTO services VALUES (?, ?, ?, ?, ?, ?)`, s.ID, s.Name, s.Kind, s.Opened, s.Closed, yesNo(s.TimeLimited))
	}
	for i, o := range p.Definitions {
		w.definition(i, o)
	}
	for _, fig := range p.Figures {
		w.settle(fig)
	}
	for _, fig := range p.Figures {
		w.figure(fig)
	}
	for _, c := range p.Charts {
		w.chart(c)
	}
	for _, c := range p.Comparisons {
		w.funnel(c)
	}
	w.exec(`COMMIT`)
	if w.err != nil {
		return w.err
	}
	return fsync(part)
}

// A publication writes rows until something goes wrong; err says what.
type publication struct {
	ctx     context.Context
	tx      *Tx
	days    map[domain.Period]dated
	settled map[line]domain.Period // each line's latest period that may be judged
	rows    int
	err     error
}

// dated is a period as it is written.
type dated struct {
	every, period string
	starts, ends  domain.Date
}

func (w *publication) dated(p domain.Period) dated {
	d, ok := w.days[p]
	if !ok {
		first, after := p.Days()
		d = dated{string(p.Every), p.String(), first, after - 1}
		w.days[p] = d
	}
	return d
}

func (w *publication) exec(query string, args ...any) {
	if w.rows++; w.rows%1000 == 0 && w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		w.err = w.tx.Exec(query, args...)
	}
}

// A line is one outcome of one service, by one rater, over periods of a length.
type line struct {
	service, outcome string
	by               domain.RatedBy
	every            domain.Every
}

func lineOf(f domain.Figure) line { return line{f.Service, f.Outcome, f.By, f.Period.Every} }

func (w *publication) settle(f domain.Figure) {
	if f.State != "" {
		return
	}
	was, ok := w.settled[lineOf(f)]
	latest, _ := was.Months()
	if now, _ := f.Period.Months(); !ok || now > latest {
		w.settled[lineOf(f)] = f.Period
	}
}

func (w *publication) definition(place int, o domain.Outcome) {
	var sd, reliability any
	var source string
	if o.Norm != nil {
		sd, reliability, source = o.Norm.SD, o.Norm.Reliability, o.Norm.Source
	}
	w.exec(`INSERT INTO definitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		o.ID, place, o.Aim, o.Title, o.Sentence, o.Who, o.Numerator, o.Denominator, o.Value, o.Better, o.Unit,
		o.Over, o.IsProportion(), o.Asked, sd, reliability, source, o.Version)
	for _, p := range o.Parameters {
		w.exec(`INSERT INTO parameters VALUES (?, ?, ?, ?)`, o.ID, p.Name, p.Value, p.Unit)
	}
}

func (w *publication) figure(f domain.Figure) {
	d := w.dated(f.Period)
	missing := 0
	for _, n := range f.Missing {
		missing += n
	}
	w.exec(`INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		f.Service, d.every, d.period, f.Outcome, f.By, d.starts, d.ends, f.Version, f.State, w.settled[lineOf(f)] == f.Period,
		f.NoEntries, f.Numerator, f.Denominator, f.Value, f.Lower, f.Upper, f.N, missing)
	for _, why := range slices.Sorted(maps.Keys(f.Missing)) {
		w.exec(`INSERT INTO missing VALUES (?, ?, ?, ?, ?, ?, ?)`, f.Service, d.every, d.period, f.Outcome, f.By, why, f.Missing[why])
	}
	for place, a := range f.Distribution {
		w.exec(`INSERT INTO distributions VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, f.Service, d.every, d.period, f.Outcome, f.By, place, a.Answer, a.N)
	}
	for _, how := range slices.Sorted(maps.Keys(f.How)) {
		w.exec(`INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, ?)`, f.Service, d.every, d.period, f.Outcome, f.By, how, f.How[how])
	}
	for _, e := range f.Endings {
		for _, kind := range slices.Sorted(maps.Keys(e.Share)) {
			w.exec(`INSERT INTO endings VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, f.Service, d.every, d.period, f.Outcome, f.By, e.Day, kind, e.Share[kind])
		}
	}
	if c := f.Change; c != nil {
		var paired, alone any
		aloneN := 0
		if c.FirstPaired != nil {
			paired = c.FirstPaired.Value
		}
		if c.FirstUnpaired != nil {
			alone, aloneN = c.FirstUnpaired.Value, c.FirstUnpaired.N
		}
		w.exec(`INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.Service, d.every, d.period, f.Outcome, f.By, c.Due, c.Paired, c.EndedEarly, c.Reliable,
			c.Better.N, c.Better.Lower, c.Better.Upper, c.Same.N, c.Same.Lower, c.Same.Upper, c.Worse.N, c.Worse.Lower, c.Worse.Upper,
			paired, alone, aloneN)
	}
}

func (w *publication) chart(c domain.Chart) {
	w.exec(`INSERT INTO charts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Service, c.Outcome, c.By, c.Every, c.Kind, c.Why, c.Edition,
		c.Screened, c.Trial, c.Variation, c.Assurance, c.Sentence, c.Target, c.Version)
	for _, p := range c.Points {
		d := w.dated(p.Period)
		w.exec(`INSERT INTO chart_points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			c.Service, c.Outcome, c.By, d.period, d.starts, p.Value, p.Numerator, p.Denominator, p.N, p.Lower, p.Upper, p.State, p.Mixed, p.NoEntries, p.Missing,
			p.Mean, p.LowerLimit, p.UpperLimit, p.NearLower, p.NearUpper, p.Cause, p.Verdict, p.Segment, p.Rebased)
	}
}

func (w *publication) funnel(c domain.Comparison) {
	d := w.dated(c.Period)
	w.exec(`INSERT INTO funnels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Outcome, c.Kind, d.every, d.period, c.Method,
		c.Theta, c.Phi, c.Tau2, c.Hidden, c.NotCompared, c.Sentence, c.Version)
	for _, p := range c.Points {
		w.exec(`INSERT INTO funnel_points VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.Outcome, c.Kind, d.period, p.Service,
			p.Numerator, p.Denominator, p.Rate, p.Lower95, p.Upper95, p.Lower998, p.Upper998, p.Verdict)
	}
	for _, l := range c.Limits {
		w.exec(`INSERT INTO funnel_limits VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, c.Outcome, c.Kind, d.period, l.N, l.Lower95, l.Upper95, l.Lower998, l.Upper998)
	}
}
