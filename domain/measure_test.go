package domain

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestADefinitionThatCouldScoreAPersonWronglyIsRefused(t *testing.T) {
	if r := refusalOf(measureOf(fiveItems(), totalBy("sum"), over(lookupScale(), "second", "a", "c"))); r != nil {
		t.Fatalf("a sound definition is refused: %v", r)
	}
	scale := func(m *MeasureDefined) *Scale { return &m.Scales[0] }
	rci := ChangeRule{Kind: "rci", SD: 7.5, Reliability: 0.8, Source: "Somebody 1991"}
	for name, test := range map[string]struct {
		when func(m *MeasureDefined)
		then string // the field refused
	}{
		"version 0":              {func(m *MeasureDefined) { m.Version = 0 }, "version"},
		"no title":               {func(m *MeasureDefined) { m.Title = "" }, "title"},
		"no items":               {func(m *MeasureDefined) { m.Items = nil }, "items"},
		"too many items":         {func(m *MeasureDefined) { m.Items = slices.Repeat(m.Items, 41) }, "items"},
		"no scales":              {func(m *MeasureDefined) { m.Scales = nil }, "scales"},
		"an item without an id":  {func(m *MeasureDefined) { m.Items[3].ID = "" }, "items[3].id"},
		"an item id in capitals": {func(m *MeasureDefined) { m.Items[3].ID = "D" }, "items[3].id"},
		"an item id of 33":       {func(m *MeasureDefined) { m.Items[3].ID = strings.Repeat("d", 33) }, "items[3].id"},
		"an item that stored facts could not tell from their list of words": {
			func(m *MeasureDefined) { m.Items[3].ID = "said" }, "items[3].id"},
		"two items of one id":        {func(m *MeasureDefined) { m.Items[3].ID = "a" }, "items[3].id"},
		"a range upside down":        {func(m *MeasureDefined) { m.Items[3].Low = 6 }, "items[3]"},
		"a range of one number":      {func(m *MeasureDefined) { m.Items[3].Low = 5 }, "items[3]"},
		"a range without an end":     {func(m *MeasureDefined) { m.Items[3].High = math.Inf(1) }, "items[3]"},
		"a range too wide":           {func(m *MeasureDefined) { m.Items[3].High = 1_000_001 }, "items[3]"},
		"a low that is no number":    {func(m *MeasureDefined) { m.Items[3].Low = math.NaN() }, "items[3]"},
		"a high that is no number":   {func(m *MeasureDefined) { m.Items[3].High = math.NaN() }, "items[3]"},
		"a low nobody can answer":    {func(m *MeasureDefined) { m.Items[3].Low = 0.5 }, "items[3]"},
		"a high nobody can answer":   {func(m *MeasureDefined) { m.Items[3].High = 5.5 }, "items[3]"},
		"seven decimal places":       {func(m *MeasureDefined) { m.Items[3].Decimals = 7 }, "items[3].decimals"},
		"fewer than no places":       {func(m *MeasureDefined) { m.Items[3].Decimals = -1 }, "items[3].decimals"},
		"two scales of one id":       {func(m *MeasureDefined) { m.Scales[1].ID = "total" }, "scales[1].id"},
		"a scale id with a space":    {func(m *MeasureDefined) { scale(m).ID = "a b" }, "scales[0].id"},
		"a scale over no such item":  {func(m *MeasureDefined) { scale(m).Items = []string{"a", "z"} }, "scales[0].items"},
		"a scale counting one twice": {func(m *MeasureDefined) { scale(m).Items = []string{"a", "a"} }, "scales[0].items"},
		"no method":                  {func(m *MeasureDefined) { scale(m).Method = "" }, "scales[0].method"},
		"a method unknown":           {func(m *MeasureDefined) { scale(m).Method = "median" }, "scales[0].method"},
		"no direction":               {func(m *MeasureDefined) { scale(m).Direction = "" }, "scales[0].direction"},
		"a score of seven places":    {func(m *MeasureDefined) { scale(m).Decimals = 7 }, "scales[0].decimals"},
		"a missing rule unknown":     {func(m *MeasureDefined) { scale(m).Missing = "zero" }, "scales[0].missing"},
		"allowed to miss, no rule":   {func(m *MeasureDefined) { scale(m).MayMiss = 1 }, "scales[0].may_miss"},
		"prorating nothing":          {func(m *MeasureDefined) { *scale(m) = proratedBy("sum", 0, 0) }, "scales[0].may_miss"},
		"prorating everything":       {func(m *MeasureDefined) { *scale(m) = proratedBy("sum", 5, 0) }, "scales[0].may_miss"},
		"prorating a single item": {func(m *MeasureDefined) {
			*scale(m) = proratedBy("sum", 1, 0)
			scale(m).Items = []string{"a"}
		}, "scales[0].missing"},
		"prorating unlike ranges": {func(m *MeasureDefined) {
			*scale(m) = proratedBy("sum", 1, 0)
			m.Items[3].High = 6
		}, "scales[0].missing"},
		"a table nobody looks at":   {func(m *MeasureDefined) { scale(m).Table = []Row{{1, 1}} }, "scales[0].table"},
		"no table":                  {func(m *MeasureDefined) { m.Scales[1].Table = nil }, "scales[1].table"},
		"a table cut short":         {func(m *MeasureDefined) { m.Scales[1].Table = m.Scales[1].Table[:8] }, "scales[1].table"},
		"a table without its start": {func(m *MeasureDefined) { m.Scales[1].Table = m.Scales[1].Table[1:] }, "scales[1].table"},
		"a table too long":          {func(m *MeasureDefined) { m.Scales[1].Table = append(m.Scales[1].Table, Row{11, 110.5}) }, "scales[1].table"},
		"a table with a gap":        {func(m *MeasureDefined) { m.Scales[1].Table = slices.Delete(m.Scales[1].Table, 3, 4) }, "scales[1].table"},
		"a row twice":               {func(m *MeasureDefined) { m.Scales[1].Table[4].Raw = 5 }, "scales[1].table"},
		"a row finer than scores":   {func(m *MeasureDefined) { m.Scales[1].Table[4].Score = 60.55 }, "scales[1].table"},
		"a row that is no number":   {func(m *MeasureDefined) { m.Scales[1].Table[4].Score = math.NaN() }, "scales[1].table"},
		"a row without end":         {func(m *MeasureDefined) { m.Scales[1].Table[4].Score = math.Inf(-1) }, "scales[1].table"},
		"a table over decimals":     {func(m *MeasureDefined) { m.Items[2].Decimals = 1 }, "scales[1].table"},

		"a change rule unknown":    {func(m *MeasureDefined) { scale(m).Rule.Kind = "guess" }, "scales[0].change_rule.kind"},
		"numbers without a rule":   {func(m *MeasureDefined) { scale(m).Rule.Points = 2 }, "scales[0].change_rule"},
		"numbers of another rule":  {func(m *MeasureDefined) { scale(m).Rule = ChangeRule{Kind: "points", Points: 2, SD: 7} }, "scales[0].change_rule"},
		"no points":                {func(m *MeasureDefined) { scale(m).Rule = ChangeRule{Kind: "points"} }, "scales[0].change_rule.points"},
		"points below none":        {func(m *MeasureDefined) { scale(m).Rule = ChangeRule{Kind: "points", Points: -2} }, "scales[0].change_rule.points"},
		"points that are a nought": {func(m *MeasureDefined) { scale(m).Rule = ChangeRule{Kind: "points", Points: 1e-7} }, "scales[0].change_rule.points"},
		"a norm without spread":    {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.SD = 0 }, "scales[0].change_rule.sd"},
		"a spread without end":     {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.SD = math.Inf(1) }, "scales[0].change_rule.sd"},
		"no reliability":           {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.Reliability = 0 }, "scales[0].change_rule.reliability"},
		"perfect reliability":      {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.Reliability = 1 }, "scales[0].change_rule.reliability"},
		"reliability of no number": {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.Reliability = math.NaN() }, "scales[0].change_rule.reliability"},
		"a norm from nowhere":      {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Rule.Source = "" }, "scales[0].change_rule.source"},
		"a norm with no better":    {func(m *MeasureDefined) { scale(m).Rule = rci; scale(m).Direction = "neither" }, "scales[0].change_rule.kind"},

		"a licence without a name":        {func(m *MeasureDefined) { m.Licence.Name = "" }, "licence.name"},
		"a licence without a holder":      {func(m *MeasureDefined) { m.Licence.Holder = "" }, "licence.holder"},
		"a licence without a reference":   {func(m *MeasureDefined) { m.Licence.Reference = "" }, "licence.reference"},
		"a licence silent on the wording": {func(m *MeasureDefined) { m.Licence.Wording = "" }, "licence.wording"},
	} {
		t.Run(name, func(t *testing.T) {
			m := measureOf(fiveItems(), totalBy("sum"), over(lookupScale(), "second", "a", "c"))
			test.when(&m)
			if r := refusalOf(m); r == nil || r.Field != "data."+test.then {
				t.Errorf("want %s refused, got %v", test.then, r)
			}
			m.Score(answersOf(answered{"a": 1, "b": 2, "c": 3})) // what is refused must still not panic
		})
	}
}

func TestAFillingInThatSaysNothingIsRefused(t *testing.T) {
	answers := answersOf(answered{"a": 0})
	for name, test := range map[string]struct {
		when MeasureScored
		then string // the field refused; "" for none
	}{
		"answered":                 {MeasureScored{Measure: "m", Version: 1, Answers: answers}, ""},
		"answered and said how":    {MeasureScored{Measure: "m", Version: 1, Answers: answers, By: "person", How: "alone"}, ""},
		"every item declined":      {MeasureScored{Measure: "m", Version: 1, Answers: answersOf(answered{"a": "declined"})}, ""},
		"wholly declined":          {MeasureScored{Measure: "m", Version: 1, Declined: true}, ""},
		"neither":                  {MeasureScored{Measure: "m", Version: 1}, "answers"},
		"declined, with answers":   {MeasureScored{Measure: "m", Version: 1, Declined: true, Answers: answers}, "declined"},
		"declined, with scores":    {MeasureScored{Measure: "m", Version: 1, Declined: true, Scores: scoring{"total": 1}}, "declined"},
		"of no measure":            {MeasureScored{Version: 1, Answers: answers}, "measure"},
		"of what is no measure":    {MeasureScored{Measure: "M m", Version: 1, Answers: answers}, "measure"},
		"of no version":            {MeasureScored{Measure: "m", Answers: answers}, "version"},
		"rated by we know not who": {MeasureScored{Measure: "m", Version: 1, Answers: answers, By: "nobody"}, "by"},
		"given we know not how":    {MeasureScored{Measure: "m", Version: 1, Answers: answers, How: "somehow"}, "how"},
	} {
		t.Run(name, func(t *testing.T) {
			r := refusalOf(test.when)
			if test.then == "" && r != nil || test.then != "" && (r == nil || r.Field != "data."+test.then) {
				t.Errorf("want %q refused, got %v", test.then, r)
			}
		})
	}
}

func TestWhatIsStoredOfAMeasureReadsBackTheSame(t *testing.T) {
	s := proratedBy("mean", 2, 2)
	s.Title, s.Rule = "All of it", ChangeRule{Kind: "rci", SD: 7.5, Reliability: 0.8, Source: "Somebody 1991"}
	all := proratedBy("mean", 2, 2)
	all.Title, all.Rule = "All of it", ChangeRule{Kind: "rci", SD: 7.5, Reliability: 0.8, Source: "Somebody 1991"}
	const licence = `"licence":{"name":"CC0 1.0","holder":"Waymark","reference":"none","wording":"own"}`
	for name, test := range map[string]struct {
		given Event
		then  string
	}{
		"the simplest definition": {
			measureOf([]Item{{ID: "a", Low: 0, High: 10}}, totalBy("sum")),
			`{"version":1,"title":"Of this test","items":[{"id":"a","low":0,"high":10}],` +
				`"scales":[{"id":"total","method":"sum","direction":"higher_better"}],` + licence + `}`},
		"a norm and a missing rule": {
			measureOf([]Item{{ID: "a", Text: "How?", Low: -1, High: 1.5, Decimals: 3, Reversed: true}}, all),
			`{"version":1,"title":"Of this test","items":[{"id":"a","text":"How?","low":-1,"high":1.5,"decimals":3,"reversed":true}],` +
				`"scales":[{"id":"total","title":"All of it","method":"mean","missing":"prorate","may_miss":2,"decimals":2,` +
				`"direction":"higher_better","change_rule":{"kind":"rci","sd":7.5,"reliability":0.8,"source":"Somebody 1991"}}],` + licence + `}`},
		"a table over some items": {
			measureOf([]Item{{ID: "a", Low: 0, High: 1}}, Scale{ID: "s", Items: []string{"a"}, Method: "lookup",
				Table: []Row{{0, 0}, {1, 2.5}}, Direction: "neither", Rule: ChangeRule{Kind: "points", Points: 0.5}}),
			`{"version":1,"title":"Of this test","items":[{"id":"a","low":0,"high":1}],` +
				`"scales":[{"id":"s","items":["a"],"method":"lookup","table":[{"raw":0,"score":0},{"raw":1,"score":2.5}],` +
				`"direction":"neither","change_rule":{"kind":"points","points":0.5}}],` + licence + `}`},
		"answers, scores, and who gave them": {
			MeasureScored{Measure: "daily", Version: 2, Answers: answersOf(answered{"b": 0, "a": 4.625, "c": "declined"}),
				Scores: scoring{"total": 0}, By: "person", How: "alone"},
			`{"measure":"daily","version":2,"answers":{"a":4.625,"b":0,"c":"declined"},"scores":{"total":0},"by":"person","how":"alone"}`},
		"a measure wholly declined": {
			MeasureScored{Measure: "daily", Version: 2, Declined: true},
			`{"measure":"daily","version":2,"declined":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := Encode(test.given, Words{})
			if want := `{"data":` + test.then + `}`; err != nil || string(text) != want {
				t.Fatalf("stored %s, %v; want %s", text, err, want)
			}
			back, _, _, err := Decode(FormOf(test.given), text)
			if diff := cmp.Diff(test.given, back); err != nil || diff != "" {
				t.Errorf("%v (-given +back)\n%s", err, diff)
			}
		})
	}
}

func TestOnlyANumberOrDeclinedIsAnAnswerAndNothingElseIsRepeated(t *testing.T) {
	for _, text := range []string{`null`, `"3"`, `"Declined"`, `"I slept badly"`, `true`, `[3]`, `{"value":3}`, `1e999`, `NaN`} {
		content := `{"data":{"measure":"daily","version":1,"answers":{"a":` + text + `}}}`
		e, _, _, err := Decode("measure.scored.v1", []byte(content))
		if !errors.Is(err, ErrGarbled) || strings.Contains(err.Error(), "slept") {
			t.Errorf("%s: got %v, %v", text, e, err)
		}
		var a Answer
		if err := a.UnmarshalJSON([]byte(text)); err != errAnswer {
			t.Errorf("%s alone: got %v, %v", text, a, err)
		}
	}
}

func TestTheShippedMeasuresCanBeAskedAndScored(t *testing.T) {
	var ids []string
	for _, shipped := range ShippedMeasures() {
		m := shipped.Definition
		ids = append(ids, shipped.ID)
		if r := refusalOf(m); r != nil {
			t.Errorf("%s: %v", shipped.ID, r)
		}
		if m.Licence.Wording != "own" {
			t.Errorf("%s: another's words must not be shipped", shipped.ID)
		}
		for first := range 11 {
			got, err := m.Score(answersOf(answered{m.Items[0].ID: first}))
			if score := got[m.Scales[0].ID]; err != nil || len(got) != 1 || score != float64(first) {
				t.Errorf("%s: %d gave %v, %v", shipped.ID, first, got, err)
			}
		}
		if _, err := m.Score(answersOf(answered{m.Items[0].ID: 11})); !errors.Is(err, ErrOutOfRange) {
			t.Errorf("%s: 11 gave %v", shipped.ID, err)
		}
		s := m.Scales[0]
		if s.Change(3, 5) != "up" || s.Change(3, 4) != "within" || s.Change(5, 3) != "down" {
			t.Errorf("%s: two points are not a change, or one is", shipped.ID)
		}
	}
	if !slices.Equal(ids, []string{"confidence", "goal-progress"}) {
		t.Errorf("shipped are %q", ids)
	}
}

// refusalOf checks an event's facts.
func refusalOf(e Event) *Refusal {
	var c checker
	e.check(&c)
	return c.refusal
}
