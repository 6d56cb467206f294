package domain

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// A Life is a journey as it can be read: what stands now, and every entry that
// led there, corrected and withdrawn ones shown as such.
type Life struct {
	Journey     string       `json:"journey"`
	Position    uint64       `json:"position"` // of the last event it is drawn from
	AsOf        Date         `json:"as_of,omitzero"`
	Forgotten   bool         `json:"forgotten,omitzero"`
	Supports    []Support    `json:"supports,omitzero"`
	Home        *Home        `json:"home,omitzero"`
	Aspirations []Aspiration `json:"aspirations,omitzero"`
	Ratings     []Series     `json:"ratings,omitzero"`
	Entries     []Line       `json:"entries"` // in life order
}

// A Line is one entry of a journey as it stands.
type Line struct {
	Position       uint64         `json:"position"`
	ID             string         `json:"id"`
	Kind           Kind           `json:"kind"`
	Occurred       Occurred       `json:"occurred"`
	Recorded       time.Time      `json:"recorded"`
	Service        string         `json:"service,omitzero"`
	By             string         `json:"by"`
	Imported       string         `json:"imported,omitzero"`
	Text           string         `json:"text"` // what was recorded, in a plain sentence without anybody's words
	Data           jsontext.Value `json:"data"`
	Words          Words          `json:"words,omitzero"`
	OutsideSupport bool           `json:"outside_support,omitzero"` // a later correction left the entry outside any support there
	Corrected      []Replaced     `json:"corrected,omitzero"`       // what earlier corrections replaced, oldest first
	Withdrawn      *Withdrawn     `json:"withdrawn,omitzero"`
}

// Replaced is what an entry said before a correction.
type Replaced struct {
	Position uint64           `json:"position"` // of the correction
	Recorded time.Time        `json:"recorded"`
	By       string           `json:"by"`
	Reason   CorrectionReason `json:"reason"`
	Occurred Occurred         `json:"was_occurred"`
	Service  string           `json:"was_service,omitzero"`
	Text     string           `json:"was_text"`
	Data     jsontext.Value   `json:"was_data"`
	Words    Words            `json:"was_words,omitzero"`
}

// Withdrawn says who took an entry back, when and why.
type Withdrawn struct {
	Position uint64           `json:"position"`
	Recorded time.Time        `json:"recorded"`
	By       string           `json:"by"`
	Reason   WithdrawalReason `json:"reason"`
}

// A Support is an episode as it can be read.
type Support struct {
	ID      string    `json:"id"`
	Service string    `json:"service"`
	Started Occurred  `json:"started"`
	Ended   Occurred  `json:"ended,omitzero"`
	Planned YesNo     `json:"planned,omitzero"`
	Reason  EndReason `json:"reason,omitzero"`
	Paused  bool      `json:"paused,omitzero"`
}

// A Home is where the person lives.
type Home struct {
	Since    Occurred `json:"since"`
	Position uint64   `json:"position"`
	HomeChanged
}

// An Aspiration is one aspiration and how it went.
type Aspiration struct {
	ID         string        `json:"id"`
	Aim        Aim           `json:"aim,omitzero"`
	Set        Occurred      `json:"set"`
	Aspiration string        `json:"aspiration,omitzero"` // in the person's words
	Progress   []Series      `json:"progress,omitzero"`   // each rater's apart
	Closed     Occurred      `json:"closed,omitzero"`
	How        AspirationEnd `json:"how,omitzero"`
}

// A Series is the ratings of one thing by one kind of rater over time. Each
// rater's are kept apart; nothing is added up.
type Series struct {
	About  string  `json:"about"` // such as confidence.self, life.quality_of_life or measure.who5.1.total
	By     RatedBy `json:"by,omitzero"`
	Points []Point `json:"points"`
}

// A Point is one rating; without a value the person chose not to rate.
type Point struct {
	Occurred Occurred `json:"occurred"`
	Value    float64  `json:"value"`
	Declined bool     `json:"declined,omitzero"`
}

// Life draws the journey as of the end of a day, or as it stands where asOf is
// 0: entries that occurred later are left out.
func (j *Journey) Life(id string, asOf Date) Life {
	var entries []*Entry
	for _, e := range j.entries {
		if asOf == 0 || e.Now().Occurred.Date <= asOf {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b *Entry) int { return LifeOrder(a.Now(), b.Now()) })
	life := Life{Journey: id, Position: j.position, AsOf: asOf, Forgotten: j.forgotten, Entries: []Line{}}
	episodes := Episodes(entries)
	for _, e := range episodes {
		life.Supports = append(life.Supports, Support{e.ID, e.Service, e.Started, e.Ended, e.End.Planned, e.End.Reason, e.Paused()})
	}
	for _, e := range entries {
		line := e.line()
		line.OutsideSupport = !e.Withdrawn() && outside(e.Now(), episodes)
		life.Entries = append(life.Entries, line)
	}
	for _, r := range standing(entries) {
		life.stand(r)
	}
	return life
}

// stand takes in one entry that stands, in life order.
func (l *Life) stand(r Recorded) {
	switch e := r.Event.(type) {
	case HomeChanged:
		l.Home = &Home{r.Occurred, r.Position, e}
	case AspirationSet:
		l.Aspirations = append(l.Aspirations, Aspiration{ID: r.ID, Aim: e.Aim, Set: r.Occurred, Aspiration: r.Words.Texts["aspiration"]})
	case AspirationRated:
		if a := l.aspiration(e.Aspiration); a != nil {
			for _, rated := range Ratings(e) {
				a.Progress = rate(a.Progress, r.Occurred, rated)
			}
		}
	case AspirationClosed:
		if a := l.aspiration(e.Aspiration); a != nil {
			a.Closed, a.How = r.Occurred, e.How
		}
	}
	if _, ok := r.Event.(AspirationRated); ok {
		return // it stands with its aspiration
	}
	for _, rated := range Ratings(r.Event) {
		l.Ratings = rate(l.Ratings, r.Occurred, rated)
	}
}

func (l *Life) aspiration(id string) *Aspiration {
	for i := range l.Aspirations {
		if l.Aspirations[i].ID == id {
			return &l.Aspirations[i]
		}
	}
	return nil
}

// rate adds a rating to the series of its kind and rater.
func rate(all []Series, on Occurred, r Rated) []Series {
	p := Point{on, r.Value, r.Declined}
	for i := range all {
		if all[i].About == r.About && all[i].By == r.By {
			all[i].Points = append(all[i].Points, p)
			return all
		}
	}
	return append(all, Series{r.About, r.By, []Point{p}})
}

// outside says whether an entry that may only be recorded for somebody who is
// with its service now stands outside any of their support there.
func outside(r Recorded, episodes []Episode) bool {
	if r.Service == "" || !needsSupport(r.Event) {
		return false
	}
	for _, e := range episodes {
		if e.Service == r.Service && e.Includes(r.Occurred.Date) {
			return false
		}
	}
	return true
}

func (e *Entry) line() Line {
	now := e.Now()
	line := Line{
		Position: now.Position, ID: now.ID, Kind: now.Event.kind(), Occurred: now.Occurred, Recorded: now.At,
		Service: now.Service, By: now.By, Imported: now.Imported, Text: Sentence(now.Event), Data: Facts(now.Event), Words: now.Words,
	}
	was := e.Recorded
	for _, c := range e.Corrected {
		correction := c.Event.(EntryCorrected)
		line.Corrected = append(line.Corrected, Replaced{
			Position: c.Position, Recorded: c.At, By: c.By, Reason: correction.Reason,
			Occurred: was.Occurred, Service: was.Service, Text: Sentence(was.Event), Data: Facts(was.Event), Words: was.Words,
		})
		was.Event, was.Occurred, was.Service, was.Words = correction.Replacement, correction.Occurred, correction.Service, c.Words
	}
	if w := e.Withdrawal; w != nil {
		line.Withdrawn = &Withdrawn{w.Position, w.At, w.By, w.Event.(EntryWithdrawn).Reason}
	}
	return line
}

// Facts gives an event's facts as JSON.
func Facts(e Event) jsontext.Value {
	facts, err := encodeFacts(e)
	if err != nil {
		panic(err) // every event of the closed set can be written; the tests write each
	}
	return facts
}
