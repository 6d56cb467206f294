package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// A Trail is one decision with all that an auditor asks of it, in the words of
// those who spoke.
type Trail struct {
	Position uint64      `json:"position"` // of the last event it is drawn from
	Recorded time.Time   `json:"recorded"` // when that one was recorded
	Today    domain.Date `json:"today"`    // the first day that is not over
	AsOf     domain.Date `json:"as_of,omitzero"`

	Journey     string               `json:"journey"`
	Decision    string               `json:"decision"`
	Service     string               `json:"service,omitzero"`
	ServiceName string               `json:"service_name,omitzero"`
	Occurred    domain.Occurred      `json:"occurred"` // when it was made, or else raised
	State       domain.DecisionState `json:"state"`
	Significant bool                 `json:"significant"`
	Alone       bool                 `json:"alone,omitzero"` // the person made it alone, without us
	ReviewDue   domain.Date          `json:"review_due,omitzero"`
	Question    domain.Question      `json:"question"`
	Made        *domain.DecisionMade `json:"made,omitzero"`
	Words       domain.Words         `json:"words,omitzero"` // of the decision as it stands, and otherwise of the question

	Entries   []domain.Line    `json:"entries"`  // about it, in life order; those taken back too
	Findings  []domain.Finding `json:"findings"` // the twelve criteria, on that day
	Knowledge domain.Knowledge `json:"knowledge"`
	Around    Around           `json:"around"`
	Events    []Logged         `json:"events"` // where to find each event of the trail and of the findings, in the log's order
	Log       string           `json:"log"`    // the log's id
}

// A Logged event can be found again in the log.
type Logged struct {
	Position uint64      `json:"position"`
	ID       string      `json:"id"`
	Kind     domain.Kind `json:"kind"`
	Recorded time.Time   `json:"recorded"`
}

// Around is what else is known of the days around a decision. It tells of no
// cause.
type Around struct {
	From       domain.Date     `json:"from"`       // the first day, 90 days before
	To         domain.Date     `json:"to"`         // the last day, 90 days after or the last that is over
	Confidence []domain.Series `json:"confidence"` // as the person rated it
	Activities []Activity      `json:"activities"` // that they took part in
}

// An Activity is one that the person took part in.
type Activity struct {
	Occurred domain.Occurred `json:"occurred"`
	Text     string          `json:"text"`
}

// DaysAround is how many days on either side of a decision are shown with it.
const DaysAround = 90

type trailQuery struct {
	Moment
	ID      string `path:"id" doc:"The decision's id: that of the entry that raised it, or else made it."`
	Journey string `query:"journey" doc:"Whose it is. Needed where several people's decisions have one id."`
}

var errNoDecision = &fault{errNotKnown, "there is no such decision", "check the id; it may have been recorded later than asked for, or taken back, which the journey shows"}

func (s *Server) trail(ctx context.Context, q *trailQuery) (*document[Trail], error) {
	var t Trail
	var seen domain.Examined
	err := s.viewAs(ctx, s.Decisions, q.Moment, func(snapshot *projections.Snapshot, today domain.Date) error {
		t = Trail{Position: snapshot.Position, Today: today, Journey: q.Journey, Decision: q.ID, Log: s.Decisions.LogID()}
		var err error
		if t.Recorded, err = time.Parse(time.RFC3339Nano, snapshot.Recorded); err != nil {
			return errNothingThen
		}
		if t.Journey == "" {
			if t.Journey, err = whose(ctx, snapshot, q.ID); err != nil {
				return err
			}
		}
		seen, err = projections.ExaminedDecision(ctx, snapshot, t.Journey, q.ID)
		return err
	})
	if errors.Is(err, projections.ErrNoDecision) {
		err = errNoDecision
	}
	if err != nil {
		return nil, err
	}
	if err := parseDay("as_of", q.AsOf, &t.AsOf); err != nil {
		return nil, err
	}
	j, position, err := s.fold(ctx, &journeyQuery{ID: t.Journey, At: q.At, KnownAt: q.KnownAt})
	if err == nil && position != t.Position { // somebody has recorded something meanwhile
		j, _, err = s.fold(ctx, &journeyQuery{ID: t.Journey, At: t.Position})
	}
	if err != nil {
		return nil, err
	}
	t.tell(seen, j)
	return &document[Trail]{t}, nil
}

// whose finds the only journey that has the decision.
func whose(ctx context.Context, s *projections.Snapshot, decision string) (string, error) {
	all, err := projections.ListDecisions(ctx, s, projections.DecisionFilter{Decision: decision})
	switch {
	case err != nil:
		return "", err
	case len(all) == 0:
		return "", errNoDecision
	case len(all) > 1:
		var journeys []string
		for _, d := range all {
			journeys = append(journeys, d.Journey)
		}
		slices.Sort(journeys)
		return "", &fault{errBadRequest, "journey: several people have a decision of that id", "say whose it is; there are " + strings.Join(journeys, ", ")}
	}
	return all[0].Journey, nil
}

// tell fills in the trail from what the criteria know of the decision and from
// the person's journey.
func (t *Trail) tell(seen domain.Examined, j *domain.Journey) {
	t.Findings = seen.Findings(t.Today)
	d := seen.Decision
	named := d.Named()
	t.Service, t.ServiceName, t.Occurred = named.Service, seen.Service.Name, named.Occurred
	t.State, t.Significant, t.Alone, t.ReviewDue, t.Question = d.State(), d.Significant(), d.Alone(), seen.StillDue(), d.Question()
	if d.Made != nil {
		made := d.Made.Event.(domain.DecisionMade)
		t.Made = &made
	}
	t.Entries, t.Events = []domain.Line{}, []Logged{}
	about := map[string]*domain.Entry{}
	for _, e := range j.Entries() {
		if now := e.Now(); domain.OfDecision(now.Event) && domain.Thing(now) == t.Decision && (t.AsOf == 0 || now.Occurred.Date <= t.AsOf) {
			about[e.ID] = e
			t.locate(e)
		}
	}
	for _, f := range t.Findings {
		for _, id := range f.Evidence {
			if e, ok := j.Entry(id); ok && !slices.ContainsFunc(t.Events, func(known Logged) bool { return known.ID == id }) {
				t.locate(e)
			}
		}
	}
	slices.SortFunc(t.Events, func(a, b Logged) int { return cmp.Compare(a.Position, b.Position) })
	for _, line := range j.Life(t.Journey, t.AsOf).Entries {
		if about[line.ID] != nil {
			t.Entries = append(t.Entries, line)
		}
	}
	t.Words = wordsOf(d, about)
	t.Knowledge = seen.Knowledge(history(j))
	t.Around = around(j, t.Occurred.Date, t.Today)
}

// locate keeps where the entry and what became of it are in the log.
func (t *Trail) locate(e *domain.Entry) {
	for _, r := range events(e) {
		t.Events = append(t.Events, Logged{r.Position, r.ID, domain.KindOf(r.Event), r.At})
	}
}

// events lists an entry and what became of it.
func events(e *domain.Entry) []domain.Recorded {
	all := append([]domain.Recorded{e.Recorded}, e.Corrected...)
	if e.Withdrawal != nil {
		all = append(all, *e.Withdrawal)
	}
	return all
}

// history lists a journey's events in the order of the log.
func history(j *domain.Journey) (all []domain.Recorded) {
	for _, e := range j.Entries() {
		all = append(all, events(e)...)
	}
	slices.SortFunc(all, func(a, b domain.Recorded) int { return cmp.Compare(a.Position, b.Position) })
	return all
}

// wordsOf gives the words of the decision as it was made, with those that only
// the raising of it has.
func wordsOf(d domain.Decision, entries map[string]*domain.Entry) domain.Words {
	w := domain.Words{Texts: map[domain.Word]string{}}
	for _, r := range []*domain.Recorded{d.Raised, d.Made} {
		if r == nil || entries[r.ID] == nil {
			continue
		}
		said := entries[r.ID].Now().Words
		for word, text := range said.Texts {
			w.Texts[word] = text
		}
		w.Options = said.Options
	}
	return w
}

// around gathers the person's own ratings of their confidence, and what they took
// part in, on the days around one that are over.
func around(j *domain.Journey, day, today domain.Date) Around {
	a := Around{From: day - DaysAround, To: min(day+DaysAround, today-1), Confidence: []domain.Series{}, Activities: []Activity{}}
	var standing []domain.Recorded
	for _, e := range j.Entries() {
		now := e.Now()
		if on := now.Occurred.Date; !e.Withdrawn() && on >= a.From && on <= a.To {
			standing = append(standing, now)
		}
	}
	slices.SortStableFunc(standing, domain.LifeOrder)
	for _, r := range standing {
		switch e := r.Event.(type) {
		case domain.ActivityAttended:
			a.Activities = append(a.Activities, Activity{r.Occurred, domain.Sentence(e)})
		case domain.ConfidenceRated:
			for _, rated := range domain.Ratings(e) {
				if rated.By == "person" {
					a.rate(r.Occurred, rated)
				}
			}
		}
	}
	return a
}

// rate adds a rating to those about the same.
func (a *Around) rate(on domain.Occurred, r domain.Rated) {
	at := slices.IndexFunc(a.Confidence, func(s domain.Series) bool { return s.About == r.About })
	if at < 0 {
		at = len(a.Confidence)
		a.Confidence = append(a.Confidence, domain.Series{About: r.About, By: "person"})
	}
	a.Confidence[at].Points = append(a.Confidence[at].Points, domain.Point{Occurred: on, Value: r.Value, Declined: r.Declined})
}
