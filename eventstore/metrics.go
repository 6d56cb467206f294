package eventstore

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/waymark/waymark/domain"
)

// Metrics are the log's figures. A nil *Metrics counts nothing.
type Metrics struct {
	appended  *prometheus.CounterVec
	seconds   prometheus.Histogram
	conflicts prometheus.Counter
	last      prometheus.Gauge
}

// NewMetrics makes the figures and registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		appended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waymark_events_appended_total", Help: "Events that this process appended to the log, by kind.",
		}, []string{"kind"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "waymark_append_seconds", Help: "Seconds from publishing to the log's acknowledgement, by publish or batch.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16),
		}),
		conflicts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "waymark_append_conflicts_total", Help: "Appends that were decided again because somebody was faster.",
		}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "waymark_log_last_position", Help: "The log's last position that this process knows.",
		}),
	}
	for _, kind := range domain.Kinds() {
		m.appended.WithLabelValues(string(kind))
	}
	r.MustRegister(m.appended, m.seconds, m.conflicts, m.last)
	return m
}

func (m *Metrics) append(facts []fact, took time.Duration) {
	if m == nil {
		return
	}
	for i := range facts {
		m.appended.WithLabelValues(string(domain.KindOf(facts[i].Event))).Inc()
	}
	m.seconds.Observe(took.Seconds())
}

func (m *Metrics) conflict() {
	if m != nil {
		m.conflicts.Inc()
	}
}

func (m *Metrics) reached(position uint64) {
	if m != nil {
		m.last.Set(float64(position))
	}
}
