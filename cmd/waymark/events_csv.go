package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
)

const eventColumns = "position,id,type,time,occurred,recordedby,service,subject,command,imported,data"

// eventRows writes events as CSV, an event a row. The same events give the same
// bytes.
type eventRows struct{ out *csv.Writer }

// newEventRows begins with the header.
func newEventRows(w io.Writer) eventRows {
	r := eventRows{csv.NewWriter(w)}
	_ = r.out.Write(strings.Split(eventColumns, ",")) // into memory; end tells
	return r
}

// print writes the row of an event, as it came. Nobody has to wait for the next
// to see it.
func (r eventRows) print(line []byte) error {
	var e web.CloudEvent
	if err := json.Unmarshal(line, &e); err != nil {
		return fmt.Errorf("an event cannot be read: %w", err)
	}
	var content struct {
		Data json.RawMessage `json:"data"`
	}
	if len(e.Data) > 0 { // or it could not be read
		if err := json.Unmarshal(e.Data, &content); err != nil {
			return fmt.Errorf("event %d cannot be read: %w", e.Position, err)
		}
	}
	row := []string{strconv.FormatUint(e.Position, 10), e.ID, e.Type, e.Time, e.Occurred, e.RecordedBy, e.Service,
		e.Subject, e.Command, e.Imported, string(content.Data)}
	for i := range row {
		row[i] = asText(row[i])
	}
	if err := r.out.Write(row); err != nil {
		return err
	}
	return r.end()
}

func (r eventRows) end() error {
	r.out.Flush()
	return r.out.Error()
}

// asText makes a cell that a spreadsheet would take for a formula a text, by
// beginning it with an apostrophe.
func asText(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
