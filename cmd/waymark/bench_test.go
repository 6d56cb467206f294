package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/waymark/waymark/domain"
)

// BenchmarkVisible records one entry and asks for the journey, which waits until
// the entry is in it. The budget is 10 ms at the median.
func BenchmarkVisible(b *testing.B) {
	_, c := begun(b)
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		began := time.Now()
		post(b, c, fmt.Sprintf(rating, n%28+1, n%11))
		if _, _, err := query[domain.Life](b.Context(), c, "/v1/journeys/j-1", url.Values{"as_of": {"2026-01-31"}}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRecord records a long file in which 2,000 journeys begin, as the verb
// does. The budget is 25,000 entries a second.
func BenchmarkRecord(b *testing.B) {
	const journeys, each = 2000, 20
	var file bytes.Buffer
	for n := range journeys * each {
		if n < journeys {
			fmt.Fprintf(&file, `{"kind":"support.started","journey":"b-%d","service":"north","occurred":"2026-01-12","by":"worker-4"}`+"\n", n)
			continue
		}
		fmt.Fprintf(&file, `{"kind":"life.rated","journey":"b-%d","service":"north","occurred":"2026-02-01","by":"worker-4","data":{"about":"quality_of_life","value":%d,"by":"person"},"words":{"note":"somewhat better than it was before"}}`+"\n", n%journeys, n%11)
	}
	p := &program{stdout: io.Discard, stderr: b.Output()}
	for b.Loop() {
		p.data = b.TempDir()
		for _, in := range []io.Reader{
			bytes.NewReader([]byte(`{"kind":"service.opened","service":"north","occurred":"2026-01-05","by":"worker-4","data":{"name":"North","kind":"community"}}`)),
			bytes.NewReader(file.Bytes()),
		} {
			if err := p.record(b.Context(), in, "the file"); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(journeys*each*b.N)/b.Elapsed().Seconds(), "entries/s")
}
