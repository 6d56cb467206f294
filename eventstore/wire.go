package eventstore

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/waymark/waymark/domain"
)

// The headers of a message: CloudEvents 1.0 in binary mode, and ours as its
// extensions.
const (
	hContent  = "content-type"
	hSpec     = "ce-specversion"
	hID       = "ce-id"
	hType     = "ce-type"
	hSource   = "ce-source"
	hSubject  = "ce-subject"
	hTime     = "ce-time"
	hOccurred = "ce-occurred"
	hService  = "ce-service"
	hBy       = "ce-recordedby"
	hCommand  = "ce-command"
	hImported = "ce-imported"
)

// timeForm writes a time to the microsecond, always as many digits, so that
// texts sort as the times do.
const timeForm = "2006-01-02T15:04:05.000000Z"

const subjectRoot = "waymark."

// subjectOf gives the literal subject of a stream. The caller has checked its id.
func subjectOf(s domain.Stream) string {
	if s.ID == "" {
		return subjectRoot + s.About
	}
	return subjectRoot + s.About + "." + s.ID
}

func streamOf(subject string) domain.Stream {
	about, id, _ := strings.Cut(strings.TrimPrefix(subject, subjectRoot), ".")
	return domain.Stream{About: about, ID: id}
}

// A fact is an event on its way into the log: the message that stores it and
// the form in which it is then folded.
type fact struct {
	domain.Recorded
	msg *nats.Msg
}

// message writes the event as it is stored. Its time is stamped when it is
// published.
func (l *Log) message(r domain.Recorded) (*nats.Msg, error) {
	body, err := domain.Encode(r.Event, r.Words)
	if err != nil {
		return nil, &domain.Refusal{Reason: domain.ErrMalformed, Field: "data", Detail: "cannot be written as it is given"}
	}
	if len(body) > domain.MaxEntry {
		return nil, &domain.Refusal{Reason: domain.ErrMalformed,
			Detail: fmt.Sprintf("the entry would be stored as %d bytes; %d are allowed", len(body), domain.MaxEntry)}
	}
	tail := r.Stream.About
	if r.Stream.ID != "" {
		tail += "/" + r.Stream.ID
	}
	h := nats.Header{
		hContent:  {"application/json"},
		hSpec:     {"1.0"},
		hID:       {r.ID},
		hType:     {domain.FormOf(r.Event)},
		hSource:   {"waymark:" + l.id},
		hSubject:  {tail},
		hOccurred: {r.Occurred.String()},
		hBy:       {r.By},
		hCommand:  {r.Command},
	}
	if r.Service != "" {
		h[hService] = []string{r.Service}
	}
	if r.Imported != "" {
		h[hImported] = []string{r.Imported}
	}
	return &nats.Msg{Subject: subjectOf(r.Stream), Header: h, Data: body}, nil
}

// first gives the first value of a message's header, by its name.
func first(h nats.Header) func(name string) string {
	return func(name string) string {
		if v := h[name]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
}

// recorded reads a stored message. What cannot be read becomes a
// [domain.Unreadable]; the envelope is as whole as it can be.
func recorded(subject string, one func(name string) string, body []byte, position uint64) domain.Recorded {
	r := domain.Recorded{
		Position: position, Stream: streamOf(subject), ID: one(hID), Command: one(hCommand),
		Service: one(hService), By: one(hBy), Imported: one(hImported),
	}
	form := one(hType)
	event, said, words, err := domain.Decode(form, body)
	if err == nil {
		r.At, err = time.Parse(time.RFC3339Nano, one(hTime))
	}
	if err == nil {
		r.Occurred, err = domain.ParseOccurred(one(hOccurred))
	}
	if err != nil {
		r.Event = domain.Unreadable{Form: form, Unknown: errors.Is(err, domain.ErrUnknownForm)}
		return r
	}
	r.At = r.At.UTC()
	r.Event, r.Said, r.Words = event, said, words
	if form == domain.FormOf(event) { // and not one of an older program
		r.Content = body
	}
	return r
}
