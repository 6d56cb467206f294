package main

import (
	"errors"
	"math"
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
	"github.com/waymark/waymark/eventstore"
	"github.com/waymark/waymark/projections"
)

// publishMetrics are what a monitoring system sees of the figures, and of the
// house that they are made in.
type publishMetrics struct {
	*outcomeMetrics
	at       prometheus.Gauge // Unix seconds
	position prometheus.Gauge
	seconds  prometheus.Gauge
	failures prometheus.Counter
}

// newPublishMetrics makes the metrics and registers them. trouble says what is
// wrong with the log, nil where nothing is; dir is the data directory.
func newPublishMetrics(registry prometheus.Registerer, dir string, trouble func() error) (*publishMetrics, error) {
	m := &publishMetrics{
		outcomeMetrics: newOutcomeMetrics(),
		at: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "waymark_figures_published_timestamp_seconds", Help: "When the figures for dashboards were last published; 0 if not since the start.",
		}),
		position: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "waymark_figures_position", Help: "Position of the last event in the published figures.",
		}),
		seconds: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "waymark_figures_publish_seconds", Help: "Seconds it took to work out and publish the figures the last time.",
		}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "waymark_figures_failures_total", Help: "Times that the figures could not be published.",
		}),
	}
	var errs []error
	for _, c := range []prometheus.Collector{
		m.outcomeMetrics, m.at, m.position, m.seconds, m.failures,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "waymark_log_verified", Help: "1 while nothing is known to be wrong with the log, which was read whole when it was opened; 0 once a reader found damage, a gap or disorder.",
		}, func() float64 { return unless(isDamage(trouble())) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "waymark_log_accepting", Help: "1 while the log takes entries; 0 while it does not, for damage, a full disk or a lost lease.",
		}, func() float64 { return unless(trouble() != nil) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "waymark_data_free_bytes", Help: "Bytes that may still be written where the data directory is; NaN where that is not known.",
		}, func() float64 { free, _ := space(dir); return free }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "waymark_data_size_bytes", Help: "Bytes of the file system where the data directory is; NaN where that is not known.",
		}, func() float64 { _, size := space(dir); return size }),
	} {
		errs = append(errs, registry.Register(c))
	}
	return m, errors.Join(errs...)
}

func unless(bad bool) float64 {
	if bad {
		return 0
	}
	return 1
}

func isDamage(err error) bool {
	_, damaged := errors.AsType[*eventstore.Damage](err)
	return damaged
}

// space gives the free and all bytes of the file system that dir is on.
func space(dir string) (free, size float64) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return math.NaN(), math.NaN()
	}
	return float64(s.Bavail) * float64(s.Bsize), float64(s.Blocks) * float64(s.Bsize)
}

// published tells that figures were published.
func (m *publishMetrics) published(p projections.Published, position uint64, today domain.Date) {
	m.show(p, today)
	m.at.Set(float64(p.Made.Unix()))
	m.position.Set(float64(position))
}

// outcomeMetrics show each open service's latest month that is settled, to a
// monitoring system that keeps every value it ever saw, before people who may not
// see small numbers. So there is only what [domain.Public] shows; and a month's
// values stay as they were first shown, until the next month or a restart, since
// by what a late entry moves the one person it is about could be told. What has to
// be hidden later is gone, and so is a service that closes. The exact figures are
// in the published file.
type outcomeMetrics struct {
	share, mean, numerator, denominator, people, start *prometheus.Desc

	first map[shown]float64                   // what was first shown; of the goroutine that calls show
	month map[string]domain.Period            // of each service, the one shown; of the same goroutine
	now   atomic.Pointer[[]prometheus.Metric] // what is shown, replaced whole
}

// shown is what a series shows of a month.
type shown struct {
	what             *prometheus.Desc
	service, outcome string
	month            domain.Period
}

func newOutcomeMetrics() *outcomeMetrics {
	labels := []string{"service", "outcome"}
	return &outcomeMetrics{
		first: map[shown]float64{}, month: map[string]domain.Period{},
		share: prometheus.NewDesc("waymark_outcome_share_ratio",
			"Share of 0 to 1 in the latest settled month, in whole hundredths.", labels, nil),
		mean: prometheus.NewDesc("waymark_outcome_mean_points",
			"Mean, or median, in the latest settled month, to one decimal; of a change in ratings, the mean change.", labels, nil),
		numerator: prometheus.NewDesc("waymark_outcome_numerator",
			"What a share counts, or a count, in the latest settled month, to the nearest 5.", labels, nil),
		denominator: prometheus.NewDesc("waymark_outcome_denominator",
			"What a share is a share of in the latest settled month, to the nearest 5.", labels, nil),
		people: prometheus.NewDesc("waymark_outcome_people",
			"People, or pairs of ratings, behind a figure in the latest settled month, to the nearest 5.", labels, nil),
		start: prometheus.NewDesc("waymark_outcome_period_start_timestamp_seconds",
			"When the latest settled month of a service began, in UTC.", []string{"service"}, nil),
	}
}

// Describe gives what there may be.
func (m *outcomeMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.share, m.mean, m.numerator, m.denominator, m.people, m.start} {
		to <- d
	}
}

// Collect gives what is shown.
func (m *outcomeMetrics) Collect(to chan<- prometheus.Metric) {
	if now := m.now.Load(); now != nil {
		for _, metric := range *now {
			to <- metric
		}
	}
}

// show replaces what is shown.
func (m *outcomeMetrics) show(p projections.Published, today domain.Date) {
	month, values := m.values(domain.Public(p.Definitions, p.Figures, stats.MHSDS), openOn(today, p.Services))
	for at := range values {
		if m.month[at.service] != at.month {
			continue
		}
		if was, ok := m.first[at]; ok {
			values[at] = was
		} else {
			delete(values, at) // it was hidden, and what made it grow could be told
		}
	}
	now := []prometheus.Metric{}
	for at, value := range values {
		now = append(now, prometheus.MustNewConstMetric(at.what, prometheus.GaugeValue, value, at.service, at.outcome))
	}
	for service, period := range month {
		first, _ := period.Days()
		now = append(now, prometheus.MustNewConstMetric(m.start, prometheus.GaugeValue, float64(first.Time().Unix()), service))
	}
	m.first, m.month = values, month
	m.now.Store(&now)
}

func openOn(today domain.Date, services []projections.ServiceRow) map[string]bool {
	open := map[string]bool{}
	for _, s := range services {
		open[s.ID] = s.Closed == 0 || s.Closed >= today
	}
	return open
}

// values gives each open service's latest month, and what may be shown of it.
func (m *outcomeMetrics) values(figures []domain.PublicFigure, open map[string]bool) (map[string]domain.Period, map[shown]float64) {
	month, values := map[string]domain.Period{}, map[shown]float64{}
	for _, f := range figures {
		was, _ := month[f.Service].Months()
		if now, _ := f.Period.Months(); open[f.Service] && f.Period.Every == "month" && now > was {
			month[f.Service] = f.Period
		}
	}
	for _, f := range figures {
		if !open[f.Service] || month[f.Service] != f.Period || f.By != "" {
			continue
		}
		for _, put := range []struct {
			what  *prometheus.Desc
			shown domain.Shown
			unit  float64
		}{{m.numerator, f.Numerator, 1}, {m.denominator, f.Denominator, 1}, {m.people, f.N, 1}, {m.share, f.Percent, 100}, {m.mean, f.Value, 1}} {
			if value, err := strconv.ParseFloat(string(put.shown), 64); err == nil { // otherwise hidden, or no such number
				values[shown{put.what, f.Service, f.Outcome, f.Period}] = value / put.unit
			}
		}
	}
	return month, values
}
