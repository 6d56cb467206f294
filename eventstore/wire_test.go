package eventstore

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/cloudevents/sdk-go/v2/types"

	"github.com/waymark/waymark/domain"
)

func TestTheLogCanBeReadByWhatIsNotOurs(t *testing.T) {
	l := openLog(t, Options{})
	begin(t, l, "j-1")
	d := rated(commandID(1), "j-1", 6)
	d.Imported = "a-mapping"
	d.Occurred, _ = domain.ParseOccurred("2024-02-01T14:30:00+01:00")
	receipt := record1(t, l, d)
	for position := uint64(1); position <= l.Last(); position++ {
		m, err := l.stream.GetMsg(t.Context(), position)
		if err != nil {
			t.Fatal(err)
		}
		r := http.Request{Header: http.Header{}, Body: http.NoBody}
		for name, values := range m.Header {
			r.Header[http.CanonicalHeaderKey(name)] = values
		}
		r.Body = readCloser{bytes.NewReader(m.Data)}
		e, err := cehttp.NewEventFromHTTPRequest(&r)
		if err != nil {
			t.Fatalf("position %d: %v", position, err)
		}
		if err := e.Validate(); err != nil {
			t.Fatalf("position %d: %v", position, err)
		}
		if e.Source() != "waymark:"+l.ID() || !json.Valid(e.Data()) || e.DataContentType() != "application/json" {
			t.Fatalf("position %d is %v", position, e)
		}
		if position != receipt.Position {
			continue
		}
		if e.ID() != d.ID || e.Type() != "confidence.rated.v1" || e.Subject() != "journey/j-1" || !e.Time().Equal(receipt.Recorded) {
			t.Fatalf("the entry is %v", e)
		}
		for name, want := range map[string]string{
			"occurred": "2024-02-01T14:30:00+01:00", "service": "north", "recordedby": "worker-1", "command": d.ID, "imported": "a-mapping",
		} {
			if got, err := types.ToString(e.Extensions()[name]); err != nil || got != want {
				t.Fatalf("%s is %q, %v", name, got, err)
			}
		}
		var body struct {
			Data  map[string]any    `json:"data"`
			Words map[string]string `json:"words"`
		}
		if err := json.Unmarshal(e.Data(), &body); err != nil || body.Data["value"] != 6.0 || body.Words["note"] != "a private sentence" {
			t.Fatalf("the body is %s, %v", e.Data(), err)
		}
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

func TestWhatCannotBeReadIsSaidToBeSoAndNotPassedOver(t *testing.T) {
	l := openLog(t, Options{})
	good, err := l.message(domain.Recorded{
		Stream: domain.JourneyStream("j-1"), ID: commandID(1), Command: commandID(1), By: "worker-1", Service: "north",
		Occurred: domain.On(domain.Day(2024, 1, 1)), Event: rated("", "", 5).Event,
	})
	if err != nil {
		t.Fatal(err)
	}
	good.Header.Set(hTime, present().Format(timeForm))
	if _, ok := recorded(good.Subject, first(good.Header), good.Data, 9).Event.(domain.ConfidenceRated); !ok {
		t.Fatal("a good message is not read")
	}
	for _, c := range []struct {
		header, value, body string
		unknown             bool
	}{
		{hType, "confidence.rated.v99", "", true},
		{hType, "", "", true},
		{hTime, "yesterday", "", false},
		{hOccurred, "2024-13-01", "", false},
		{hType, "confidence.rated.v1", `{"data":{"about":"self","value":"much"}}`, false},
		{hType, "confidence.rated.v1", `{"data":`, false},
	} {
		h := http.Header(good.Header).Clone()
		h[c.header] = []string{c.value}
		body := good.Data
		if c.body != "" {
			body = []byte(c.body)
		}
		r := recorded(good.Subject, first(map[string][]string(h)), body, 9)
		u, ok := r.Event.(domain.Unreadable)
		if !ok || u.Unknown != c.unknown || r.Position != 9 || r.Stream.ID != "j-1" || r.ID != commandID(1) {
			t.Fatalf("%+v gives %+v", c, r)
		}
	}
}

func TestTimesSortAsTextAndKeepTheirMicroseconds(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 2, 11, 120_000, time.UTC)
	if got := at.Format(timeForm); got != "2026-03-01T10:02:11.000120Z" {
		t.Fatal(got)
	}
}
