package eventstore

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/waymark/waymark/domain"
)

// BenchmarkRecord records one entry at a time. Its ratio is to a bare publish
// loop of messages of the same size on a stream of the same settings, in turns
// of the same run, so that both meet the same disk.
func BenchmarkRecord(b *testing.B) {
	l := openLog(b, Options{Now: time.Now})
	begin(b, l, "j-1")
	sample, err := l.message(domain.Recorded{
		Stream: domain.JourneyStream("j-1"), ID: commandID(1), Command: commandID(1), Occurred: domain.On(domain.Day(2024, 2, 1)), Service: "north",
		By: "worker-1", Event: rated("", "", 5).Event, Words: rated("", "", 5).Words,
	})
	if err != nil {
		b.Fatal(err)
	}
	cfg := wanted(uuid.NewString())
	js, stop := serveFiles(b, b.TempDir(), cfg)
	defer stop()
	const turn = 100
	var ours, bare time.Duration
	n := 0
	for b.Loop() {
		begun := time.Now()
		for range turn {
			record1(b, l, rated(uuid.NewString(), fmt.Sprintf("j-%d", 1), n%11))
			n++
		}
		ours += time.Since(begun)
		begun = time.Now()
		for range turn {
			m := &nats.Msg{Subject: sample.Subject, Header: nats.Header{}, Data: sample.Data}
			for name, value := range sample.Header {
				m.Header[name] = value
			}
			m.Header.Set(hTime, begun.Format(timeForm))
			if _, err := js.PublishMsg(b.Context(), m); err != nil {
				b.Fatal(err)
			}
		}
		bare += time.Since(begun)
	}
	b.ReportMetric(float64(n)/ours.Seconds(), "entries/s")
	b.ReportMetric(float64(bare)/float64(ours), "of-bare")
}

// manyJourneys is a file of entries in which 2,000 journeys begin and go on.
func manyJourneys(each int) []domain.Draft {
	const journeys = 2000
	drafts := make([]domain.Draft, 0, journeys*each)
	for n := range each {
		for j := range journeys {
			journey := fmt.Sprintf("j-%d", j)
			if n == 0 {
				drafts = append(drafts, supportStarted(uuid.NewString(), journey))
			} else {
				drafts = append(drafts, rated(uuid.NewString(), journey, n%11))
			}
		}
	}
	return drafts
}

func BenchmarkChangeAll(b *testing.B) {
	drafts := manyJourneys(13)
	var took time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		l := openLog(b, Options{Now: time.Now})
		begin(b, l)
		b.StartTimer()
		begun := time.Now()
		results, err := l.ChangeAll(b.Context(), drafts)
		took += time.Since(begun)
		n += len(drafts)
		if err != nil || results[len(results)-1].Err != nil {
			b.Fatal(err, results[len(results)-1].Err)
		}
		b.StopTimer()
		closeLog(b, l)
		b.StartTimer()
	}
	b.ReportMetric(float64(n)/took.Seconds(), "entries/s")
}

// BenchmarkChangeAllAgain gives a file that is in the log already.
func BenchmarkChangeAllAgain(b *testing.B) {
	drafts := manyJourneys(13)
	l := openLog(b, Options{Now: time.Now})
	begin(b, l)
	if _, err := l.ChangeAll(b.Context(), drafts); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		if _, err := l.ChangeAll(b.Context(), drafts); err != nil {
			b.Fatal(err)
		}
		n += len(drafts)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}

// longLog is a log of 28,002 events.
func longLog(b *testing.B) *Log {
	l := openLog(b, Options{Now: time.Now})
	begin(b, l)
	if _, err := l.ChangeAll(b.Context(), manyJourneys(14)); err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkFollow gives the log to three followers at once, as a start with
// three empty read models does.
func BenchmarkFollow(b *testing.B) {
	l := longLog(b)
	n := 0
	var took time.Duration
	for b.Loop() {
		closeLog(b, l)
		l = openLog(b, Options{Dir: l.o.Dir, Now: time.Now})
		begun := time.Now()
		var followers sync.WaitGroup
		for range 3 {
			s := l.Subscriber(0)
			messages, err := s.Subscribe(b.Context(), "")
			if err != nil {
				b.Fatal(err)
			}
			followers.Go(func() {
				for m := range messages {
					page := Page(m.Context())
					m.Ack()
					if page[len(page)-1].Position == l.Last() {
						break
					}
				}
				s.Close()
			})
		}
		followers.Wait()
		took += time.Since(begun)
		n += int(l.Last())
	}
	b.ReportMetric(float64(n)/took.Seconds(), "events/s")
}

func BenchmarkRead(b *testing.B) {
	l := longLog(b)
	n := 0
	for b.Loop() {
		for page, err := range l.Read(b.Context(), 0, 0) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(page)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
