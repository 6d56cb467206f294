package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/projections"
)

// settledServices tells of six services of a kind with thirteen people each, from
// January 2025 on: half of a dozen have a settled home and the last chose not to
// say, and all rate their confidence twice. The last entry is of May 2026.
func settledServices() string {
	settled := []string{"Y", "N", "Y", "N", "Y", "N", "Y", "N", "Y", "N", "Y", "N", "Z"}
	var lines strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&lines, format+"\n", args...) }
	for s := range 6 {
		service := fmt.Sprintf("s-%d", s)
		line(`{"kind":"service.opened","service":%q,"occurred":"2024-12-01","by":"w","data":{"name":"Service %d","kind":"community"}}`, service, s)
		for n := range 13 {
			journey := fmt.Sprintf(`"journey":"j-%d-%d","service":%q,"by":"w"`, s, n, service)
			line(`{"kind":"support.started",%s,"occurred":"2025-01-01"}`, journey)
			line(`{"kind":"home.changed",%s,"occurred":"2025-01-0%d","data":{"settled":%q,"wish":"chosen"}}`, journey, 2+n%3, settled[n])
			line(`{"kind":"confidence.rated",%s,"occurred":"2025-01-10","data":{"about":"self","value":%d,"by":"person"}}`, journey, n%5)
			line(`{"kind":"confidence.rated",%s,"occurred":"2025-04-20","data":{"about":"self","value":%d,"by":"person"}}`, journey, n%7)
		}
		line(`{"kind":"support.given","journey":"j-%d-0","service":%q,"by":"w","occurred":"2026-05-20","data":{"kinds":["practical"]}}`, s, service)
	}
	return lines.String()
}

// publisherOf gives a publisher of the house's figures on a day in 2026.
func publisherOf(t testing.TB, h *house, dir string) *publisher {
	t.Helper()
	metrics, err := newPublishMetrics(h.metrics, dir, h.log.Err)
	if err != nil {
		t.Fatal(err)
	}
	return &publisher{answers: h.answers[projections.Outcomes.Name], logID: h.log.ID(), path: filepath.Join(dir, publishedName),
		metrics: metrics, logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		now: func() time.Time { return time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC) }}
}

// caughtUp waits until the outcomes have all that the log has.
func caughtUp(t testing.TB, h *house) {
	t.Helper()
	if err := h.answers[projections.Outcomes.Name].Wait(t.Context(), h.log.Last()); err != nil {
		t.Fatal(err)
	}
}

// figuresIn opens the published figures for reading.
func figuresIn(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestDashboardsHaveTheNewestFiguresAndTheDaysOwn(t *testing.T) {
	h, c := begun(t)
	post(t, c, settledServices())
	caughtUp(t, h)
	dir := t.TempDir()
	p := publisherOf(t, h, dir)
	at := func() (position uint64, made string) {
		if err := figuresIn(t, p.path).QueryRow(`SELECT position, made_at FROM published`).Scan(&position, &made); err != nil {
			t.Fatal(err)
		}
		return position, made
	}
	p.refresh(t.Context())
	if position, made := at(); position != h.log.Last() || made != "2026-06-15T12:00:00.000000Z" {
		t.Errorf("published at %d, not %d, %s", position, h.log.Last(), made)
	}
	var share float64
	if err := figuresIn(t, p.path).QueryRow(`SELECT value FROM figures WHERE service = 's-1' AND every = 'quarter' AND outcome = 'home.settled' AND latest = 1`).Scan(&share); err != nil || share != 0.5 {
		t.Errorf("half of the people have a settled home, and the figure says %v, %v", share, err)
	}
	if err := os.Remove(p.path); err != nil {
		t.Fatal(err)
	}
	p.refresh(t.Context()) // nothing happened
	if _, err := os.Stat(p.path); err == nil {
		t.Error("the same figures were worked out again")
	}
	post(t, c, fmt.Sprintf(rating, 1, 5))
	caughtUp(t, h)
	p.refresh(t.Context())
	if position, _ := at(); position != h.log.Last() {
		t.Errorf("a new entry is not in the figures: %d, not %d", position, h.log.Last())
	}
	p.now = func() time.Time { return time.Date(2026, 6, 16, 0, 0, 1, 0, time.UTC) }
	p.refresh(t.Context()) // nothing was recorded, and yet a month may be settled now
	if _, made := at(); made != "2026-06-16T00:00:01.000000Z" {
		t.Errorf("the figures are of another day: %s", made)
	}
	if got := testutil.ToFloat64(p.metrics.at); got != 1781568001 {
		t.Errorf("published at %v", got)
	}
}

func TestFiguresThatCannotBePublishedAreMissedAndServeGoesOn(t *testing.T) {
	h, _ := begun(t)
	p := publisherOf(t, h, filepath.Join(t.TempDir(), "not there"))
	for range 2 {
		p.refresh(t.Context())
	}
	if failures := testutil.ToFloat64(p.metrics.failures); failures != 2 {
		t.Errorf("%v failures were counted of 2", failures)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	p.refresh(ended)
	if failures := testutil.ToFloat64(p.metrics.failures); failures != 2 {
		t.Error("being told to stop counts as a failure")
	}
	if at := testutil.ToFloat64(p.metrics.at); at != 0 {
		t.Errorf("figures that were not published were published at %v", at)
	}
}

func TestPublishingLeavesRoomForRecording(t *testing.T) {
	for _, c := range []struct {
		takes, hours time.Duration
		want         int
	}{
		{0, time.Hour, 60},
		{2 * time.Second, time.Hour, 59}, // each minute, and the time it takes
		{time.Minute, 7 * time.Hour, 20}, // a twentieth of the time
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), c.hours-time.Nanosecond)
			defer cancel()
			times := 0
			sparingly(ctx, func() { times++; time.Sleep(c.takes) })
			if times != c.want {
				t.Errorf("what takes %v was done %d times in %v, not %d", c.takes, times, c.hours, c.want)
			}
		})
	}
}

// seen gathers the outcomes' series, as Prometheus would.
func seen(t *testing.T, m *outcomeMetrics) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m)
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.Metric {
			name := strings.TrimPrefix(family.GetName(), "waymark_outcome_")
			for _, label := range metric.Label {
				name += " " + label.GetValue()
			}
			series[name] = metric.GetGauge().GetValue()
		}
	}
	return series
}

func TestNobodyIsToldApartByWhatIsScraped(t *testing.T) {
	march, err := domain.ParsePeriod("2026-03")
	if err != nil {
		t.Fatal(err)
	}
	figure := func(service string, period domain.Period, numerator, denominator int) domain.Figure {
		return domain.Figure{Service: service, Period: period, Outcome: "activities.people", Version: 1, N: denominator,
			Numerator: &numerator, Denominator: &denominator, Value: new(float64(numerator) / float64(denominator))}
	}
	mean := func(service string, n int) domain.Figure {
		return domain.Figure{Service: service, Period: march, Outcome: "activities.valued", Version: 1, N: n, Value: new(6.26)}
	}
	open := figure("large", march.Next(), 30, 60)
	open.State = "may_change"
	p := projections.Published{
		Definitions: domain.Outcomes,
		Services: []projections.ServiceRow{{ID: "large", Kind: "community"}, {ID: "small", Kind: "community"}, {ID: "few-others", Kind: "community"},
			{ID: "closed", Kind: "community", Closed: domain.Day(2026, 4, 1)}},
		Figures: []domain.Figure{
			figure("large", march.Add(-1), 33, 60), figure("large", march, 21, 52), mean("large", 17), open,
			figure("small", march, 3, 12), mean("small", 7),
			figure("few-others", march, 48, 50),
			figure("closed", march, 21, 52),
			figure("", march, 93, 166), mean("", 24),
		},
	}
	m := newOutcomeMetrics()
	m.show(p, domain.Day(2026, 4, 20))
	first := seen(t, m)
	for series, want := range map[string]float64{
		"share_ratio activities.people large": 0.40, "numerator activities.people large": 20, "denominator activities.people large": 50, "people activities.people large": 50,
		"mean_points activities.valued large": 6.3, "period_start_timestamp_seconds large": 1772323200,
	} {
		if got, ok := first[series]; !ok || got != want {
			t.Errorf("%s is %v (%v), not %v", series, got, ok, want)
		}
	}
	for series, value := range first {
		for _, hidden := range []string{"numerator activities.people small", "share_ratio activities.people small", "share_ratio activities.people few-others",
			"mean_points activities.valued small", "closed"} {
			if strings.HasSuffix(series, hidden) {
				t.Errorf("%s shows %v", series, value)
			}
		}
		if !strings.HasPrefix(series, "period_start") && len(strings.Fields(series)) != 3 {
			t.Errorf("%s is of all services together, which can be subtracted from", series)
		}
	}

	// A late entry moves the large service's figure by one person, and the small
	// one's above what is hidden.
	p.Figures[1], p.Figures[4] = figure("large", march, 23, 53), figure("small", march, 6, 12)
	m.show(p, domain.Day(2026, 4, 21))
	if later := seen(t, m); fmt.Sprint(later) != fmt.Sprint(first) {
		t.Errorf("one person's late entry can be told:\n%v\n%v", first, later)
	}
	// What has to be hidden goes, and so does a service that closes.
	p.Figures[1] = figure("large", march, 2, 53)
	p.Services[2].Closed = domain.Day(2026, 4, 20)
	m.show(p, domain.Day(2026, 4, 21))
	later := seen(t, m)
	if _, ok := later["share_ratio activities.people large"]; ok {
		t.Error("a share goes on being shown although it has to be hidden")
	}
	for series := range later {
		if strings.Contains(series, "few-others") {
			t.Errorf("%s is shown although the service has closed", series)
		}
	}
	// The next month is shown as it is.
	open.State = ""
	p.Figures = append(p.Figures[:3:3], open)
	p.Services = p.Services[:1]
	m.show(p, domain.Day(2026, 5, 20))
	if got := seen(t, m)["share_ratio activities.people large"]; got != 0.5 {
		t.Errorf("the next month's share is %v", got)
	}
}
