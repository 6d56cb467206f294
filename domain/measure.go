package domain

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/waymark/waymark/domain/stats"
)

// A MeasureDefined is one version of a measure: what it asks, how the answers
// become scores and when a change in a score is a change. It is never
// corrected; the next version supersedes it, and scores keep the version they
// were computed by.
type MeasureDefined struct {
	Version int     `json:"version"` // 1, 2, …
	Title   string  `json:"title"`
	Items   []Item  `json:"items"`  // in the order they are asked, 1 to 200
	Scales  []Scale `json:"scales"` // 1 or more, each with a score of its own; there is no score over them
	Licence Licence `json:"licence"`
}

// An Item is one thing that a measure asks, answered with a number.
type Item struct {
	ID       string  `json:"id"`                // [a-z0-9_]{1,32}
	Text     string  `json:"text,omitzero"`     // how it is asked, where the licence lets us say it
	Low      float64 `json:"low"`               // the lowest answer; not below −1,000,000
	High     float64 `json:"high"`              // the highest answer, above Low; not above 1,000,000
	Decimals int     `json:"decimals,omitzero"` // decimal places an answer may have, 0 to 6
	Reversed bool    `json:"reversed,omitzero"` // scored as Low + High − answer
}

// A Scale makes one score out of some items.
type Scale struct {
	ID        string      `json:"id"`             // [a-z0-9_]{1,32}
	Title     string      `json:"title,omitzero"` // where absent, the measure's
	Items     []string    `json:"items,omitzero"` // by id; none means all of the measure's
	Method    Method      `json:"method"`
	Table     []Row       `json:"table,omitzero"`    // for lookup: a row for each possible raw sum, from the lowest up
	Missing   MissingRule `json:"missing,omitzero"`  // absent is none
	MayMiss   int         `json:"may_miss,omitzero"` // for prorate: the most items that may be without an answer
	Decimals  int         `json:"decimals,omitzero"` // decimal places of the score, 0 to 6 (a mean mostly wants some); halves are rounded away from zero
	Direction Direction   `json:"direction"`
	Rule      ChangeRule  `json:"change_rule,omitzero"` // absent is none
}

// A Row gives the score that stands for a raw sum in a published table.
type Row struct {
	Raw   int     `json:"raw"`
	Score float64 `json:"score"`
}

// A ChangeRule says when two scores of one person differ enough to say so.
type ChangeRule struct {
	Kind        ChangeKind `json:"kind"`
	Points      float64    `json:"points,omitzero"`      // for points: above 0
	SD          float64    `json:"sd,omitzero"`          // for rci: the standard deviation of the published norm, above 0
	Reliability float64    `json:"reliability,omitzero"` // for rci: published, between 0 and 1 and neither of them
	Source      string     `json:"source,omitzero"`      // where these numbers were published; rci needs it
}

// A Licence says whose measure it is.
type Licence struct {
	Name      string  `json:"name"`
	Holder    string  `json:"holder"`
	Reference string  `json:"reference"` // a web address or a publication
	Wording   Wording `json:"wording"`
}

// Method is how answers become a score.
type Method string

// Methods of scoring. A lookup takes the raw sum of whole numbers to a table.
var Methods = Vocabulary[Method]{
	{"sum", "Sum"},
	{"mean", "Mean"},
	{"lookup", "Sum, looked up in a table"},
}

// MissingRule is what becomes of a score when answers are missing. A declined
// item is as missing as one that was left out.
type MissingRule string

// MissingRules: to prorate is to let the mean of the items answered stand for
// those that were not, as long as no more than the scale allows are missing.
var MissingRules = Vocabulary[MissingRule]{
	{"none", "No score"},
	{"prorate", "The mean of the items answered stands for the others"},
}

// Direction is the way in which a score gets better for the person.
type Direction string

// Directions of a scale.
var Directions = Vocabulary[Direction]{
	{"higher_better", "Higher is better"},
	{"lower_better", "Lower is better"},
	{"neither", "Neither is better"},
}

// better says the same in the words of the outcomes.
func (d Direction) better() stats.Better {
	switch d {
	case "higher_better":
		return stats.Up
	case "lower_better":
		return stats.Down
	}
	return stats.Neither
}

// ChangeKind is how a change is judged.
type ChangeKind string

// ChangeKinds: only one with a published norm can call a change reliable.
var ChangeKinds = Vocabulary[ChangeKind]{
	{"none", "Not judged"},
	{"points", "By a number of points"},
	{"rci", "By the reliable change index of a published norm"},
}

// Wording says whether the words of a measure's items may be shown.
type Wording string

// Wordings of items.
var Wordings = Vocabulary[Wording]{
	{"own", "Our own words, shown to all"},
	{"free", "Another's words, free to show"},
	{"licensed", "Shown only where the holder's licence is held"},
}

// A MeasureScored is one filling-in of a measure.
type MeasureScored struct {
	Measure  string             `json:"measure"`
	Version  int                `json:"version"`
	Answers  map[string]Answer  `json:"answers,omitzero"`  // by item; an item left out was not answered
	Scores   map[string]float64 `json:"scores,omitzero"`   // by scale, computed once, at recording; a scale left out has no score
	Declined bool               `json:"declined,omitzero"` // the measure as a whole, which needs no reason
	By       RatedBy            `json:"by,omitzero"`
	How      HowGiven           `json:"how,omitzero"`
}

// An Answer is a number, or the person chose not to say. It is written 3, or
// "declined".
type Answer struct {
	Value    float64
	Declined bool
}

var errAnswer = errors.New(`an answer is a number or "declined"`)

// MarshalJSON writes the number, or "declined".
func (a Answer) MarshalJSON() ([]byte, error) {
	if a.Declined {
		return []byte(`"declined"`), nil
	}
	return json.Marshal(a.Value)
}

// UnmarshalJSON reads what MarshalJSON writes, and nothing else.
func (a *Answer) UnmarshalJSON(text []byte) error {
	*a = Answer{Declined: string(text) == `"declined"`}
	if a.Declined {
		return nil
	}
	// A null would be read as no change, and so as an answer of 0.
	if string(text) == "null" || json.Unmarshal(text, &a.Value) != nil {
		return errAnswer // and not what was there, which may be somebody's words
	}
	return nil
}

func (MeasureDefined) kind() Kind { return "measure.defined" }
func (MeasureScored) kind() Kind  { return "measure.scored" }

func (m MeasureDefined) check(c *checker) {
	c.between("version", m.Version, 1, math.MaxInt32)
	c.needs("title", m.Title != "")
	c.between("items", len(m.Items), 1, mostItems)
	c.between("scales", len(m.Scales), 1, mostItems)
	seen := make(map[string]bool, len(m.Items))
	for i, item := range m.Items {
		field := fmt.Sprintf("items[%d]", i)
		newID(c, field+".id", item.ID, seen)
		item.check(c, field)
	}
	seen = make(map[string]bool, len(m.Scales))
	for i, s := range m.Scales {
		field := fmt.Sprintf("scales[%d]", i)
		newID(c, field+".id", s.ID, seen)
		s.check(c, field, m)
	}
	c.needs("licence.name", m.Licence.Name != "")
	c.needs("licence.holder", m.Licence.Holder != "")
	c.needs("licence.reference", m.Licence.Reference != "")
	one(c, "licence.wording", Wordings, m.Licence.Wording)
}

func (item Item) check(c *checker, field string) {
	c.between(field+".decimals", item.Decimals, 0, mostDecimals)
	switch {
	case !(item.Low >= -mostAnswer && item.Low < item.High && item.High <= mostAnswer): // so written, it refuses NaN too
		c.refuse(field, "must go from a low to a higher number, both within %d either way", mostAnswer)
	case !hasPlaces(item.Low, item.Decimals) || !hasPlaces(item.High, item.Decimals):
		c.refuse(field, "has a low or a high with more than its %d decimal places", item.Decimals)
	}
}

func (s Scale) check(c *checker, field string, m MeasureDefined) {
	items := m.itemsOf(s)
	for i, id := range s.Items {
		if !slices.ContainsFunc(m.Items, func(item Item) bool { return item.ID == id }) {
			c.refuse(field+".items", "names at place %d what is no item of the measure", i+1)
		} else if slices.Contains(s.Items[:i], id) {
			c.refuse(field+".items", "names %s twice", id)
		}
	}
	one(c, field+".method", Methods, s.Method)
	c.between(field+".decimals", s.Decimals, 0, mostDecimals)
	one(c, field+".direction", Directions, s.Direction)
	s.checkMissing(c, field, items)
	s.checkTable(c, field+".table", items)
	s.checkRule(c, field+".change_rule")
}

func (s Scale) checkMissing(c *checker, field string, items []Item) {
	maybe(c, field+".missing", MissingRules, s.Missing)
	if s.Missing != "prorate" {
		if s.MayMiss != 0 {
			c.refuse(field+".may_miss", "goes with prorate only")
		}
		return
	}
	if len(items) < 2 {
		c.refuse(field+".missing", "is prorate, which needs two items or more")
		return
	}
	c.between(field+".may_miss", s.MayMiss, 1, len(items)-1)
	for _, item := range items {
		if item.Low != items[0].Low || item.High != items[0].High {
			c.refuse(field+".missing", "is prorate, which needs items of one range: %s and %s differ", items[0].ID, item.ID)
			return
		}
	}
}

func (s Scale) checkTable(c *checker, field string, items []Item) {
	if s.Method != "lookup" {
		if len(s.Table) > 0 {
			c.refuse(field, "goes with lookup only")
		}
		return
	}
	low, high := 0, 0
	for _, item := range items {
		if item.Decimals != 0 {
			c.refuse(field, "needs items in whole numbers, and %s has decimal places", item.ID)
			return
		}
		low, high = low+int(item.Low), high+int(item.High)
	}
	for i, row := range s.Table {
		if row.Raw != low+i {
			c.refuse(field, "has raw sum %d where %d should be", row.Raw, low+i)
			return
		}
		if !(math.Abs(row.Score) <= mostAnswer) || !hasPlaces(row.Score, s.Decimals) {
			c.refuse(field, "has a score for raw sum %d that is not a number of %d decimal places within %d either way", row.Raw, s.Decimals, mostAnswer)
		}
	}
	if len(s.Table) != high-low+1 {
		c.refuse(field, "has %d rows and needs %d, one for each raw sum from %d to %d", len(s.Table), high-low+1, low, high)
	}
}

func (s Scale) checkRule(c *checker, field string) {
	r := s.Rule
	maybe(c, field+".kind", ChangeKinds, r.Kind)
	used := ChangeRule{Kind: r.Kind}
	switch r.Kind {
	case "points":
		used.Points, used.Source = r.Points, r.Source
		if !(r.Points > 0 && r.Points <= mostAnswer) || !hasPlaces(r.Points, mostDecimals) {
			c.refuse(field+".points", "must be above 0 and at most %d, with at most %d decimal places", mostAnswer, mostDecimals)
		}
	case "rci":
		used.SD, used.Reliability, used.Source = r.SD, r.Reliability, r.Source
		if !(r.SD > 0 && r.SD <= mostAnswer) {
			c.refuse(field+".sd", "must be above 0 and at most %d", mostAnswer)
		}
		if !(r.Reliability > 0 && r.Reliability < 1) {
			c.refuse(field+".reliability", "must be between 0 and 1, and neither of them")
		}
		c.needs(field+".source", r.Source != "")
		if s.Direction == "neither" {
			c.refuse(field+".kind", "is rci, which needs a direction in which the score gets better")
		}
	}
	if r != used {
		c.refuse(field, "has a number or a source that its kind does not use")
	}
}

// The scores were computed here, and are not asked about; whether the answers
// fit the measure is for [MeasureDefined.Score].
func (s MeasureScored) check(c *checker) {
	c.needs("measure", s.Measure != "")
	c.named("measure", s.Measure)
	c.between("version", s.Version, 1, math.MaxInt32)
	switch {
	case s.Declined && len(s.Answers)+len(s.Scores) > 0:
		c.refuse("declined", "is for the measure as a whole, and there are answers or scores")
	case !s.Declined:
		c.needs("answers", len(s.Answers) > 0)
	}
	rater(c, s.By, s.How)
}

// newID refuses what is no id of an item or a scale, or was there before.
func newID(c *checker, field, id string, seen map[string]bool) {
	switch {
	case !isItemID(id):
		c.refuse(field, "is not an id: use a to z, 0 to 9 and _, at most 32")
	case id == "said": // its answer would read as the list of words that ends an entry's facts
		c.refuse(field, "cannot be said")
	case seen[id]:
		c.refuse(field, "%s is there twice", id)
	}
	seen[id] = true
}

// isItemID says whether text is the id of an item or a scale.
func isItemID(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return len(text) >= 1 && len(text) <= 32
}
