package main

import (
	"cmp"
	"slices"

	"github.com/waymark/waymark/domain"
)

// A chartPage is what index.html shows: charts by service and aim, and services
// beside one another.
type chartPage struct {
	Position uint64
	Services []shownService
	Funnels  []shownFunnel
}

type shownService struct {
	ID, Name string
	Aims     []shownAim
}

type shownAim struct {
	Name   string
	Charts []shownChart
}

type shownChart struct {
	domain.Chart
	File string // without its ending
}

type shownFunnel struct {
	domain.Comparison
	File string
}

func (f shownFunnel) Heading() string { return funnelTitle(f.Comparison) }

// Heading is the chart's title below the name of its service.
func (c shownChart) Heading() string { return figureTitle(c.Chart) }

// Lines says whether any point has limits.
func (c shownChart) Lines() bool {
	_, ok := latestLines(c.Chart)
	return ok
}

// add puts a chart under its service and its aim, in the order in which they
// come first.
func (p *chartPage) add(c domain.Chart, file string) {
	id := "all"
	if c.Service != "" {
		id = "service-" + c.Service
	}
	at := slices.IndexFunc(p.Services, func(s shownService) bool { return s.ID == id })
	if at < 0 {
		at = len(p.Services)
		p.Services = append(p.Services, shownService{ID: id, Name: cmp.Or(c.Name, c.Service, "All services together")})
	}
	service := &p.Services[at]
	aim := upperFirst(domain.Aims.Words(c.Aim))
	in := slices.IndexFunc(service.Aims, func(a shownAim) bool { return a.Name == aim })
	if in < 0 {
		in = len(service.Aims)
		service.Aims = append(service.Aims, shownAim{Name: aim})
	}
	service.Aims[in].Charts = append(service.Aims[in].Charts, shownChart{c, file})
}
