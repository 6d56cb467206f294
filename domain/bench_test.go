package domain

import (
	"testing"
)

const aDecision = `{"id":"01930000-0000-7000-8000-000000000001","journey":"j-1","service":"north","kind":"decision.made",` +
	`"occurred":"2026-03-01T14:30:00+00:00","by":"worker-17","data":{"area":"home","weight":"significant","preferred":"2",` +
	`"actual":"2","part":"took_part","options":[{"for":1,"against":1,"chosen":true},{"no_change":true,"for":1}],` +
	`"deciders":["person","worker"],"formats":["conversation"],"basis":"consent","agreement":"agrees","review_by":"2026-06-01"},` +
	`"words":{"question":"Where to live?","view":"Near the park","options":[{"option":"Move","for":["quiet"],"against":["far"]},` +
	`{"option":"Stay","for":["friends"]}],"reason":"It is what I want"}}`

const aRating = `{"id":"01930000-0000-7000-8000-000000000002","journey":"j-1","service":"north","kind":"confidence.rated",` +
	`"occurred":"2026-03-01","by":"worker-17","data":{"about":"self","value":6,"by":"person"},"words":{"note":"A good week"}}`

const aFilling = `{"id":"01930000-0000-7000-8000-000000000003","journey":"j-1","service":"north","kind":"measure.scored",` +
	`"occurred":"2026-03-01","by":"worker-17","data":{"measure":"daily","version":1,"answers":{"relaxed":4.5}}}`

var benchmarked = []struct{ name, entry string }{
	{"rating", aRating}, {"measure", aFilling}, {"decision", aDecision},
}

func BenchmarkParseDraft(b *testing.B) {
	for _, e := range benchmarked {
		text := []byte(e.entry)
		b.Run(e.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseDraft(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, e := range benchmarked {
		d, err := ParseDraft([]byte(e.entry))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(e.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Encode(d.Event, d.Words); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, e := range benchmarked {
		d, err := ParseDraft([]byte(e.entry))
		if err != nil {
			b.Fatal(err)
		}
		stored, err := Encode(d.Event, d.Words)
		if err != nil {
			b.Fatal(err)
		}
		form := FormOf(d.Event)
		b.Run(e.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, _, err := Decode(form, stored); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFindings judges one significant decision by all twelve criteria.
func BenchmarkFindings(b *testing.B) {
	s := goodDecision()
	x := s.examined(b)
	b.ReportAllocs()
	for b.Loop() {
		if len(x.Findings(s.today)) != len(Criteria) {
			b.Fatal("a criterion is missing")
		}
	}
}
