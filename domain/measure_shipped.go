package domain

// A ShippedMeasure is a measure that comes with the program.
type ShippedMeasure struct {
	ID         string // of its stream, waymark.measure.<id>
	Definition MeasureDefined
}

// ShippedMeasures are the measures that come with the program, in a fixed
// order: one item each, in our own words, and so with no published norm.
func ShippedMeasures() []ShippedMeasure {
	return []ShippedMeasure{
		{"confidence", rating("Confidence", "confidence",
			"How confident do you feel in yourself today, from 0 (not at all) to 10 (completely)?")},
		{"goal-progress", rating("Progress towards a goal", "progress",
			"How far have you come towards your goal, from 0 (not begun) to 10 (there)?")},
	}
}

// rating is a measure of one question from 0 to 10. Two points are what the
// outcomes call up or down where there is no norm.
func rating(title, id, question string) MeasureDefined {
	return MeasureDefined{
		Version: 1,
		Title:   title,
		Items:   []Item{{ID: id, Text: question, Low: 0, High: 10}},
		Scales: []Scale{{
			ID: id, Method: "sum", Direction: "higher_better",
			Rule: ChangeRule{Kind: "points", Points: 2},
		}},
		Licence: Licence{
			Name: "CC0 1.0", Holder: "Waymark", Wording: "own",
			Reference: "https://creativecommons.org/publicdomain/zero/1.0/",
		},
	}
}
