package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
)

// A CloudEvent is an event of the log in the JSON form of CloudEvents 1.0. Its
// data is what the log stores: the facts under data and, where they were asked
// for, the words beside them. Which words there are, the facts list under said.
type CloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Type            string          `json:"type"`
	Source          string          `json:"source"`  // waymark:<log id>
	Subject         string          `json:"subject"` // <about>/<id>, such as journey/j-1
	Time            string          `json:"time"`    // when it was recorded, UTC
	DataContentType string          `json:"datacontenttype,omitzero"`
	Data            json.RawMessage `json:"data,omitempty"` // absent where the log's own content cannot be read

	Position   uint64 `json:"position"`
	Occurred   string `json:"occurred,omitzero"`
	RecordedBy string `json:"recordedby,omitzero"`
	Service    string `json:"service,omitzero"`
	Command    string `json:"command,omitzero"`
	Imported   string `json:"imported,omitzero"`
}

// ErrNotOurs is given for a CloudEvent that no log of this program would hold.
var ErrNotOurs = errors.New("not an event of this program")

// sourcePrefix stands before the log's id in an event's source.
const sourcePrefix = "waymark:"

// cloudEvent writes an event of the log with that id, with people's words or
// without.
func cloudEvent(logID string, r domain.Recorded, words bool) (CloudEvent, error) {
	c := CloudEvent{
		SpecVersion: "1.0",
		ID:          r.ID,
		Source:      sourcePrefix + logID,
		Subject:     strings.TrimSuffix(r.Stream.About+"/"+r.Stream.ID, "/"),
		Time:        r.At.UTC().Format(Microseconds),
		Position:    r.Position,
		Occurred:    r.Occurred.String(),
		RecordedBy:  r.By,
		Service:     r.Service,
		Command:     r.Command,
		Imported:    r.Imported,
	}
	if u, ok := r.Event.(domain.Unreadable); ok {
		c.Type = u.Form
		return c, nil
	}
	var err error
	c.Type, c.DataContentType = domain.FormOf(r.Event), "application/json"
	if words {
		c.Data, err = domain.Encode(r.Event, r.Words)
	} else {
		c.Data, err = domain.EncodeFacts(r.Event, r.Said)
	}
	if err != nil {
		return c, fmt.Errorf("event %d: %w", r.Position, err)
	}
	return c, nil
}

// Recorded reads the event back. One whose content cannot be read comes back as
// a [domain.Unreadable], as the log itself would give it.
func (c CloudEvent) Recorded() (domain.Recorded, error) {
	about, id, _ := strings.Cut(c.Subject, "/")
	r := domain.Recorded{
		Position: c.Position, Stream: domain.Stream{About: about, ID: id},
		ID: c.ID, Command: c.Command,
		Service: c.Service, By: c.RecordedBy, Imported: c.Imported,
	}
	if c.Position == 0 || !strings.HasPrefix(c.Source, sourcePrefix) {
		return r, fmt.Errorf("event %d: %w", c.Position, ErrNotOurs)
	}
	var err error
	if r.At, err = time.Parse(time.RFC3339Nano, c.Time); err != nil {
		return r, fmt.Errorf("event %d: %w", c.Position, ErrNotOurs)
	}
	if c.Occurred != "" {
		if r.Occurred, err = domain.ParseOccurred(c.Occurred); err != nil {
			return r, fmt.Errorf("event %d: %w", c.Position, ErrNotOurs)
		}
	}
	r.Event, r.Said, r.Words, err = domain.Decode(c.Type, c.Data)
	if err != nil {
		r.Event = domain.Unreadable{Form: c.Type, Unknown: errors.Is(err, domain.ErrUnknownForm)}
	} else if c.Type == domain.FormOf(r.Event) {
		r.Content = c.Data
	}
	return r, nil
}
