package eventstore

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/waymark/waymark/domain"
)

// known is what the rules may ask beside a journey: every service and measure,
// as of the last one that this process appended or read.
type known struct {
	mu       sync.RWMutex
	services map[string]*domain.Service
	measures map[string]*domain.Measure
}

// load folds every service and measure from the log.
func (k *known) load(ctx context.Context, l *Log) error {
	services, measures := map[string]*domain.Service{}, map[string]*domain.Measure{}
	for _, about := range []string{domain.AboutService, domain.AboutMeasure} {
		info, err := l.stream.Info(ctx, jetstream.WithSubjectFilter(subjectRoot+about+".>"))
		if err != nil {
			return l.unanswered(err)
		}
		for _, subject := range slices.Sorted(maps.Keys(info.State.Subjects)) {
			stream := streamOf(subject)
			for r, err := range l.directly(ctx, stream, 1) {
				if err == nil {
					err = understood(r)
				}
				if err != nil {
					return err
				}
				foldKnown(services, measures, r)
			}
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.services, k.measures = services, measures
	return nil
}

// apply folds an event that is in the log, if it is about a service or a measure.
func (k *known) apply(r domain.Recorded) {
	if r.Stream.About != domain.AboutService && r.Stream.About != domain.AboutMeasure {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	foldKnown(k.services, k.measures, r)
}

func foldKnown(services map[string]*domain.Service, measures map[string]*domain.Measure, r domain.Recorded) {
	var state domain.State
	if id := r.Stream.ID; r.Stream.About == domain.AboutService {
		if services[id] == nil {
			services[id] = &domain.Service{}
		}
		state = services[id]
	} else {
		if measures[id] == nil {
			measures[id] = &domain.Measure{}
		}
		state = measures[id]
	}
	if r.Position > state.Last() {
		state.Apply(r)
	}
}

// ask calls rule with the circumstances, which hold until it returns.
func (l *Log) ask(rule func(domain.Circumstances)) {
	l.known.mu.RLock()
	defer l.known.mu.RUnlock()
	now := l.o.Now()
	rule(domain.Circumstances{
		Service: func(id string) *domain.Service { return l.known.services[id] },
		Measure: func(id string, version int) (domain.MeasureDefined, bool) {
			m := l.known.measures[id]
			if m == nil {
				return domain.MeasureDefined{}, false
			}
			return m.Version(version)
		},
		Today: func(zone string) domain.Date {
			where, err := l.zones.load(zone)
			if err != nil {
				where = time.UTC // recorded by a machine that knew the zone
			}
			return domain.DateOf(now.In(where))
		},
	})
}

// zones remembers time zones: loading one reads a file.
type zones struct{ byName sync.Map }

func (z *zones) load(name string) (*time.Location, error) {
	if where, ok := z.byName.Load(name); ok {
		return where.(*time.Location), nil
	}
	where, err := time.LoadLocation(name)
	if err == nil {
		z.byName.Store(name, where)
	}
	return where, err
}

// admitZone refuses a service's time zone that is not known here.
func (l *Log) admitZone(e domain.Event) error {
	var zone string
	switch e := e.(type) {
	case domain.ServiceOpened:
		zone = e.Zone
	case domain.ServiceChanged:
		zone = e.Zone
	case domain.EntryCorrected:
		return l.admitZone(e.Replacement)
	}
	if zone == "" {
		return nil
	}
	if _, err := l.zones.load(zone); err != nil || zone == "Local" {
		return &domain.Refusal{Reason: domain.ErrUnknownCode, Field: "data.zone", Detail: "is no time zone",
			Hint: "give its IANA name, such as " + domain.DefaultZone}
	}
	return nil
}

// order is what keeps the log's times from going back: whoever holds it stamps
// and sends, and what is sent on one connection is stored in that order.
type order struct {
	mu   sync.Mutex
	last time.Time // the latest time that is or may be in the log
}

// now gives the present, never before a time that the log has. The caller holds mu.
func (o *order) now(clock func() time.Time) time.Time {
	if t := clock().UTC().Truncate(time.Microsecond); t.After(o.last) {
		o.last = t
	}
	return o.last
}

// next gives the time that whatever is appended next may have.
func (o *order) next(clock func() time.Time) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now(clock)
}

// seen notes a time that is in the log.
func (o *order) seen(t time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if t.After(o.last) {
		o.last = t
	}
}
