package domain

import (
	"cmp"
	"fmt"
)

// DefaultZone is the time zone of a service that does not say its own.
const DefaultZone = "Europe/London"

// DefaultLateDays is how many working days an entry may be late, unless the
// service says otherwise.
const DefaultLateDays = 2

// ZoneName gives the service's time zone, Europe/London unless it says another.
func (f ServiceFacts) ZoneName() string { return cmp.Or(f.Zone, DefaultZone) }

// LateLimit gives how many working days an entry may be late, 2 unless the
// service says otherwise.
func (f ServiceFacts) LateLimit() int { return cmp.Or(f.LateDays, DefaultLateDays) }

// A Service is one service, folded from its events.
type Service struct {
	history
	facts          ServiceFacts
	opened, closed Date
	isOpened       bool
	rebases        []Rebase
}

// A Rebase says that an outcome's chart starts again from a month, and why.
type Rebase struct {
	Outcome string       `json:"outcome"` // its id, which may leave out the aim; see [Outcome.Is]
	From    int          `json:"from"`    // the month, as [Date.Month] counts them
	Reason  RebaseReason `json:"reason"`
}

// Apply folds one event of this service. It never refuses.
func (s *Service) Apply(r Recorded) {
	s.apply(r)
	s.facts, s.opened, s.closed, s.isOpened, s.rebases = ServiceFacts{}, 0, 0, false, nil
	for _, r := range standing(s.entries) {
		switch e := r.Event.(type) {
		case ServiceOpened:
			s.facts, s.opened, s.isOpened = e.ServiceFacts, r.Occurred.Date, true
		case ServiceChanged:
			s.facts = e.ServiceFacts
		case ServiceClosed:
			s.closed = r.Occurred.Date
		case ServiceRebased:
			if from, err := ParseMonth(e.From); err == nil {
				s.rebases = append(s.rebases, Rebase{e.Outcome, from, e.Reason})
			}
		}
	}
}

// Opened says whether the service was ever opened.
func (s *Service) Opened() bool { return s.isOpened }

// Facts gives what is known of the service by its latest entry in life order.
func (s *Service) Facts() ServiceFacts { return s.facts }

// Rebases gives where the service's charts start again, in life order.
func (s *Service) Rebases() []Rebase { return s.rebases }

// After lists the standing entries about days after one, by id.
func (s *Service) After(day Date) (entries []string) {
	for _, r := range standing(s.entries) {
		if r.Occurred.Date > day {
			entries = append(entries, r.ID)
		}
	}
	return entries
}

// Span gives the service's first and last day; each is 0 where there is none.
func (s *Service) Span() (opened, closed Date) { return s.opened, s.closed }

func (s *Service) openOn(d Date) error {
	detail := ""
	switch {
	case d < s.opened:
		detail = fmt.Sprintf("the service opened on %s, after %s", s.opened, d)
	case s.closed != 0 && d > s.closed:
		detail = fmt.Sprintf("the service closed on %s, before %s", s.closed, d)
	default:
		return nil
	}
	return &Refusal{Reason: ErrServiceClosed, Field: "service", Detail: detail}
}

// Record says whether the draft may be recorded on this service, and completes
// it. Its errors are Refusals.
func (s *Service) Record(d Draft, c Circumstances) (Draft, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	d.Service = d.Stream.ID
	switch d.Event.(type) {
	case EntryCorrected, EntryWithdrawn:
		return s.amend(d, c, s.admit)
	}
	return d, s.admit(d, c, "")
}

func (s *Service) admit(d Draft, c Circumstances, self string) error {
	if err := c.past(d); err != nil {
		return err
	}
	if zone := zoneOf(d.Event); zone != "" && c.Today(zone) == 0 {
		return &Refusal{Reason: ErrUnknownCode, Field: "data.zone", Detail: "is not a time zone that is known",
			Hint: "write it as Europe/London"}
	}
	if _, ok := d.Event.(ServiceOpened); ok {
		if s.isOpened && self == "" {
			return &Refusal{Reason: ErrExists, Field: "service", Detail: "was opened already",
				Hint: "record service.changed to say something new of it"}
		}
		return nil
	}
	if !s.isOpened {
		return &Refusal{Reason: ErrNoService, Field: "service", Hint: "record its service.opened first"}
	}
	if _, ok := d.Event.(ServiceClosed); ok && s.closed != 0 && self == "" {
		return &Refusal{Reason: ErrExists, Field: "service", Detail: "was closed already",
			Hint: "correct the entry that closed it"}
	}
	if d.Occurred.Date < s.opened {
		return s.openOn(d.Occurred.Date)
	}
	return nil
}

// zoneOf gives the time zone that an event gives a service, or "".
func zoneOf(e Event) string {
	switch e := e.(type) {
	case ServiceOpened:
		return e.Zone
	case ServiceChanged:
		return e.Zone
	}
	return ""
}

// A Measure is the versions of one measure's definition, folded from its events.
type Measure struct {
	history
	versions map[int]MeasureDefined
}

// Apply folds one event of this measure. It never refuses.
func (m *Measure) Apply(r Recorded) {
	m.apply(r)
	if e, ok := r.Event.(MeasureDefined); ok {
		if m.versions == nil {
			m.versions = map[int]MeasureDefined{}
		}
		m.versions[e.Version] = e
	}
}

// Version gives one version of the definition.
func (m *Measure) Version(n int) (MeasureDefined, bool) {
	d, ok := m.versions[n]
	return d, ok
}

// Record says whether the draft may be recorded on this measure. A definition
// is never corrected; it is superseded by a new version.
func (m *Measure) Record(d Draft, c Circumstances) (Draft, error) {
	if err := d.Check(); err != nil {
		return d, err
	}
	e, ok := d.Event.(MeasureDefined)
	if !ok {
		return d, &Refusal{Reason: ErrCannotCorrect, Detail: "a definition is never corrected", Hint: "define a new version of it"}
	}
	if _, ok := m.versions[e.Version]; ok {
		return d, &Refusal{Reason: ErrExists, Field: "data.version", Detail: fmt.Sprintf("version %d is defined already", e.Version),
			Hint: "give the next version number"}
	}
	return d, c.past(d)
}

// A State is what one stream of the log folds into.
type State interface {
	Apply(Recorded)
	Record(Draft, Circumstances) (Draft, error)
	Last() uint64
	Position(command string) uint64
}

// NewState gives the empty state of a stream: a *Journey, *Service, *Measure or
// *Audit.
func NewState(s Stream) State {
	switch s.About {
	case AboutService:
		return &Service{}
	case AboutMeasure:
		return &Measure{}
	case AboutAudit:
		return &Audit{}
	default:
		return &Journey{}
	}
}

// LeanState is NewState for a stream that is written to and not read: it keeps
// in full only the entries that rules about a new one may ask for, a few dozen
// bytes of each other. Its Record gives [ErrLean] where that is not enough, as
// for most corrections.
func LeanState(s Stream) State {
	if s.About == AboutJourney {
		return &Journey{history: history{lean: true}}
	}
	return NewState(s)
}
