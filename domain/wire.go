package domain

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A form is one stored version of a kind of event, such as confidence.rated.v1.
// It is the CloudEvents type.
type form struct {
	name   string // typed by hand, never changed, never removed
	about  string // which streams it belongs to
	words  []Word // the words it may carry
	decode func(data []byte) (Event, error)
}

// facts reads the data of an event in this form.
func (f *form) facts(data []byte) (Event, error) {
	if f.decode == nil {
		return decodeCorrected(data)
	}
	return f.decode(data)
}

// forms has one row for each stored form there has ever been. The last row of a
// kind is the one written today; a new version is a row more, which decodes the
// old form into today's type. Each row has its sample in testdata/wire.
var forms = []form{
	row[LogFounded]("log.founded.v1", AboutLog),

	row[ServiceOpened]("service.opened.v1", AboutService),
	row[ServiceChanged]("service.changed.v1", AboutService),
	row[ServiceClosed]("service.closed.v1", AboutService),
	row[ServiceRebased]("service.rebased.v1", AboutService),
	row[MeasureDefined]("measure.defined.v1", AboutMeasure),
	row[AuditPlanned]("audit.planned.v1", AboutAudit),
	row[AuditClosed]("audit.closed.v1", AboutAudit),

	row[SupportStarted]("support.started.v1", AboutJourney),
	row[SupportPaused]("support.paused.v1", AboutJourney),
	row[SupportResumed]("support.resumed.v1", AboutJourney),
	row[SupportEnded]("support.ended.v1", AboutJourney, "changed"),
	row[PersonDescribed]("person.described.v1", AboutJourney,
		"name", "preferred_name", "date_of_birth", "communication_help", "matters"),
	row[ConsentGiven]("consent.given.v1", AboutJourney, "who", "conditions"),
	row[ConsentDeclined]("consent.declined.v1", AboutJourney, "who", "conditions"),
	row[ConsentWithdrawn]("consent.withdrawn.v1", AboutJourney, "who", "conditions"),
	row[AspirationSet]("aspiration.set.v1", AboutJourney, "aspiration"),
	row[AspirationRated]("aspiration.rated.v1", AboutJourney, "note"),
	row[AspirationClosed]("aspiration.closed.v1", AboutJourney, "note"),
	row[PlanMade]("plan.made.v1", AboutJourney, "content"),
	row[PlanUsed]("plan.used.v1", AboutJourney, "note"),
	row[PlanWithdrawn]("plan.withdrawn.v1", AboutJourney, "note"),

	row[DecisionRaised]("decision.raised.v1", AboutJourney, "question", "view"),
	row[DecisionMade]("decision.made.v1", AboutJourney,
		"question", "view", options, "reason", "role_reason", "disagreement", "go_well", "go_wrong",
		"why_lacking", "authority_reference"),
	row[DecisionReviewed]("decision.reviewed.v1", AboutJourney, "happened"),
	row[DecisionReversed]("decision.reversed.v1", AboutJourney, "happened"),
	row[DecisionClosed]("decision.closed.v1", AboutJourney, "happened"),
	row[DecisionAudited]("decision.audited.v1", AboutJourney, "finding", "action"),
	row[RestrictionStarted]("restriction.started.v1", AboutJourney, "why", "tried"),
	row[RestrictionReviewed]("restriction.reviewed.v1", AboutJourney, "why", "tried"),
	row[RestrictionEnded]("restriction.ended.v1", AboutJourney, "why"),

	row[ActivityAttended]("activity.attended.v1", AboutJourney, "what", "note"),
	row[ActivityNotAttended]("activity.not_attended.v1", AboutJourney, "what", "note"),
	row[ConfidenceRated]("confidence.rated.v1", AboutJourney, "note"),
	row[LifeRated]("life.rated.v1", AboutJourney, "note"),
	row[MeasureScored]("measure.scored.v1", AboutJourney, "note"),
	row[HomeChanged]("home.changed.v1", AboutJourney, "address", "note"),
	row[SupportGiven]("support.given.v1", AboutJourney, "note"),
	row[PeerMatched]("peer.matched.v1", AboutJourney, "note"),
	row[PeerEnded]("peer.ended.v1", AboutJourney, "note"),
	row[ExperienceShared]("experience.shared.v1", AboutJourney, "quote"),

	{"entry.corrected.v1", aboutAny, nil, nil}, // decodes by the form it names
	row[EntryWithdrawn]("entry.withdrawn.v1", aboutAny),
	row[PersonForgotten]("person.forgotten.v1", AboutJourney),
}

// aboutAny marks the entries that may be made about a journey, a service or an
// audit.
const aboutAny = ""

var byName, byKind = index(forms)

func index(forms []form) (names, kinds map[string]*form) {
	names, kinds = make(map[string]*form), make(map[string]*form)
	for i := range forms {
		f := &forms[i]
		names[f.name] = f
		kinds[f.kind()] = f
	}
	return names, kinds
}

func row[E Event](name, about string, words ...Word) form {
	return form{name, about, words, func(data []byte) (Event, error) {
		var e E
		err := json.Unmarshal(data, &e, strict)
		return e, err
	}}
}

// strict refuses unknown members; duplicate names and invalid UTF-8 are refused
// by the library's own defaults.
var strict = json.RejectUnknownMembers(true)

// kind gives the form's name without its version.
func (f form) kind() string { return f.name[:strings.LastIndexByte(f.name, '.')] }

// Kinds lists every kind of event there is.
func Kinds() []Kind {
	var kinds []Kind
	for _, f := range forms {
		if k := Kind(f.kind()); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// FormOf gives the stored form that an event is written in today: the
// CloudEvents type, such as confidence.rated.v1.
func FormOf(e Event) string { return byKind[string(e.kind())].name }

// WordsOf lists the words that an entry of the kind may carry.
func WordsOf(k Kind) []Word {
	if f := byKind[string(k)]; f != nil {
		return f.words
	}
	return nil
}

// ErrUnknownForm is given for a stored form that this program does not know:
// the log was written by a newer one.
var ErrUnknownForm = errors.New("a form of event that this program does not know: it is older than the log")

var errNoForm = errors.New("is no form of entry: write it as confidence.rated.v1")

// ErrGarbled is given for a stored event whose content cannot be read.
var ErrGarbled = errors.New("the event's content cannot be read")

// Encode writes an event's stored content: its facts, which end with the list
// of the words it carries, and the words. More than [MaxEntry] is a [Refusal].
func Encode(e Event, w Words) ([]byte, error) {
	b, err := EncodeFacts(e, w.Said())
	if err != nil {
		return nil, err
	}
	if !w.IsZero() {
		words, err := w.MarshalJSON()
		if err != nil {
			return nil, err
		}
		b = append(b[:len(b)-1], `,"words":`...)
		b = append(b, words...)
		b = append(b, '}')
	}
	if len(b) > MaxEntry {
		return nil, tooLong(len(b))
	}
	return b, nil
}

// EncodeFacts writes an event's content as Encode does, but for the words: only
// which there are is said. [Decode] reads it.
func EncodeFacts(e Event, said []Word) ([]byte, error) {
	facts, err := encodeFacts(e)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(facts)+64)
	b = append(b, `{"data":`...)
	b = append(b, facts...)
	if len(said) > 0 {
		list, err := json.Marshal(said)
		if err != nil {
			return nil, err
		}
		b = b[:len(b)-1]
		if len(facts) > len("{}") {
			b = append(b, ',')
		}
		b = append(b, saidKey...)
		b = append(b, list[1:]...)
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

// saidKey begins the list of words, always the last member of the facts. It
// cannot occur inside a text, where its quotation marks would be escaped, and no
// other member of that name is a list.
const saidKey = `"said":[`

// Decode reads what Encode wrote, in any form there has ever been. Its errors
// wrap [ErrUnknownForm] or [ErrGarbled] and never repeat a word.
func Decode(formName string, content []byte) (Event, []Word, Words, error) {
	f := byName[formName]
	if f == nil {
		return nil, nil, Words{}, ErrUnknownForm
	}
	var body struct {
		Data  jsontext.Value `json:"data"`
		Words Words          `json:"words"`
	}
	if _, null := findNull(content); null || json.Unmarshal(content, &body, strict) != nil {
		return nil, nil, Words{}, ErrGarbled
	}
	data, said := []byte(body.Data), []Word(nil)
	if i := bytes.LastIndex(data, []byte(saidKey)); i > 0 {
		list := data[i+len(saidKey)-1 : len(data)-1]
		if err := json.Unmarshal(list, &said); err != nil {
			return nil, nil, Words{}, ErrGarbled
		}
		data = append(bytes.TrimRight(data[:i:i], ","), '}')
	}
	e, err := f.facts(data)
	if errors.Is(err, errNoForm) {
		return nil, nil, Words{}, ErrUnknownForm // the correction of an entry that a newer program wrote
	}
	if err != nil {
		return nil, nil, Words{}, fmt.Errorf("%s: %w", formName, ErrGarbled)
	}
	return e, said, body.Words, nil
}

// WithoutWords gives the content of an entry that [Encode] wrote as it is without
// any words: what Encode writes for the event alone.
func WithoutWords(content []byte) []byte {
	i := bytes.LastIndex(content, []byte(saidKey))
	if i < 0 {
		return content
	}
	facts := bytes.TrimRight(content[:i], ",")
	return append(facts[:len(facts):len(facts)], "}}"...)
}

func encodeFacts(e Event) ([]byte, error) {
	if c, ok := e.(EntryCorrected); ok {
		return c.encode()
	}
	return json.Marshal(e, json.Deterministic(true))
}

// corrected is EntryCorrected as it is stored.
type corrected struct {
	Entry    string           `json:"entry"`
	Form     string           `json:"form"`
	Occurred Occurred         `json:"occurred"`
	Service  string           `json:"service,omitzero"`
	Reason   CorrectionReason `json:"reason"`
	Data     jsontext.Value   `json:"data"`
}

func (e EntryCorrected) encode() ([]byte, error) {
	if e.Occurred.Date == 0 {
		return nil, ErrDate // it would be written as a text that cannot be read
	}
	facts, err := encodeFacts(e.Replacement)
	if err != nil {
		return nil, err
	}
	return json.Marshal(corrected{e.Entry, e.Form, e.Occurred, e.Service, e.Reason, facts})
}

func decodeCorrected(data []byte) (Event, error) {
	var c corrected
	if err := json.Unmarshal(data, &c, strict); err != nil {
		return nil, err
	}
	f := byName[c.Form]
	if f == nil || f.about == aboutAny {
		return nil, errNoForm
	}
	if len(c.Data) == 0 {
		c.Data = jsontext.Value("{}")
	}
	replacement, err := f.decode(c.Data)
	if err != nil {
		if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
			semantic.JSONPointer = "/data" + semantic.JSONPointer
		}
		return nil, err
	}
	return EntryCorrected{c.Entry, c.Form, c.Occurred, c.Service, c.Reason, replacement}, nil
}
