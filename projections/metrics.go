package projections

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count what the read models do. The label is the projection's name.
type Metrics struct {
	Applied     *prometheus.CounterVec // events applied or withheld
	Position    *prometheus.GaugeVec   // the bookmark
	Parked      *prometheus.GaugeVec   // journeys
	LastAdvance *prometheus.GaugeVec   // Unix seconds

	registry prometheus.Registerer
}

// NewMetrics makes the metrics and registers them.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	label := []string{"projection"}
	m := &Metrics{
		Applied: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waymark_projection_events_applied_total",
			Help: "Events that are in the read model, those withheld because their journey is parked included.",
		}, label),
		Position: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "waymark_projection_position",
			Help: "Position of the last event in the read model.",
		}, label),
		Parked: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "waymark_projection_parked_journeys",
			Help: "Journeys whose later events are withheld from the read model.",
		}, label),
		LastAdvance: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "waymark_projection_last_advance_timestamp_seconds",
			Help: "When the read model last took in an event.",
		}, label),
		registry: registry,
	}
	registry.MustRegister(m.Applied, m.Position, m.Parked, m.LastAdvance)
	return m
}

// watch shows a read model, and its lag where the log's last position is known.
func (m *Metrics) watch(db *DB) {
	if m == nil {
		return
	}
	m.advanced(db.p.Name, 0, db.Status())
	if db.o.Last == nil {
		return
	}
	db.lag = prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "waymark_projection_lag_events",
		Help:        "Events in the log that are not in the read model yet.",
		ConstLabels: prometheus.Labels{"projection": db.p.Name},
	}, func() float64 {
		bookmark := db.Bookmark() // first, for the log only grows
		return float64(db.o.Last()) - float64(bookmark)
	})
	m.registry.MustRegister(db.lag)
}

// forget takes a closed read model's figures away.
func (m *Metrics) forget(db *DB) {
	if m == nil {
		return
	}
	for _, v := range []*prometheus.GaugeVec{m.Position, m.Parked, m.LastAdvance} {
		v.DeleteLabelValues(db.p.Name)
	}
	if db.lag != nil {
		m.registry.Unregister(db.lag)
	}
}

// advanced tells what was committed.
func (m *Metrics) advanced(projection string, applied uint64, s Status) {
	if m == nil {
		return
	}
	m.Position.WithLabelValues(projection).Set(float64(s.Bookmark))
	m.Parked.WithLabelValues(projection).Set(float64(s.Parked))
	m.Applied.WithLabelValues(projection).Add(float64(applied))
	if applied > 0 {
		m.LastAdvance.WithLabelValues(projection).SetToCurrentTime()
	}
}
