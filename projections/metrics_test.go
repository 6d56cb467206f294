package projections

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestLagIsMeasuredAgainstTheLog(t *testing.T) {
	registry := prometheus.NewPedanticRegistry()
	log, _, _ := hurt()
	o := fromLog(&log)
	o.Metrics = NewMetrics(registry)
	db := opened(t, t.TempDir(), toy, o)
	advance(t, db, log[:250], 100)
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
	err = testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP waymark_projection_events_applied_total Events that are in the read model, those withheld because their journey is parked included.
# TYPE waymark_projection_events_applied_total counter
waymark_projection_events_applied_total{projection="toy"} 250
# HELP waymark_projection_lag_events Events in the log that are not in the read model yet.
# TYPE waymark_projection_lag_events gauge
waymark_projection_lag_events{projection="toy"} 50
# HELP waymark_projection_parked_journeys Journeys whose later events are withheld from the read model.
# TYPE waymark_projection_parked_journeys gauge
waymark_projection_parked_journeys{projection="toy"} 2
# HELP waymark_projection_position Position of the last event in the read model.
# TYPE waymark_projection_position gauge
waymark_projection_position{projection="toy"} 250
`), "waymark_projection_events_applied_total", "waymark_projection_lag_events",
		"waymark_projection_parked_journeys", "waymark_projection_position")
	if err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(registry, "waymark_projection_lag_events", "waymark_projection_position"); err != nil || n != 0 {
		t.Error("a closed read model still shows", n, err)
	}
}
