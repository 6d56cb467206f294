package main

import (
	"strings"
	"testing"

	"github.com/waymark/waymark/domain"
)

// Two people may see the same thing differently: what a worker thinks of
// somebody's progress is not written down as their own.
func TestNobodysRatingIsShownAsAnothers(t *testing.T) {
	on := func(day int) domain.Occurred { return domain.On(domain.Day(2026, 3, day)) }
	progress := func(by domain.RatedBy, points ...domain.Point) domain.Series {
		return domain.Series{About: "aspiration.progress", By: by, Points: points}
	}
	life := domain.Life{
		Aspirations: []domain.Aspiration{
			{ID: "a", Set: on(1), Aspiration: "To grow\x1b[2J\n tomatoes", Progress: []domain.Series{
				progress("person", domain.Point{Occurred: on(3), Value: 2}, domain.Point{Occurred: on(6), Value: 4}),
				progress("worker", domain.Point{Occurred: on(3), Value: 7}),
			}},
			{ID: "b", Set: on(2), Aim: "home", Closed: on(9), How: "let_go", Progress: []domain.Series{
				progress("person", domain.Point{Occurred: on(4), Value: 9}),
			}},
		},
		Ratings: []domain.Series{
			{About: "life.quality_of_life", By: "person", Points: []domain.Point{{Occurred: on(1), Value: 3}, {Occurred: on(2), Declined: true}}},
			{About: "measure.who5.1.total", By: "person", Points: []domain.Point{{Occurred: on(1), Value: 52}}},
			{About: "life.quality_of_life", By: "worker", Points: []domain.Point{{Occurred: on(1), Value: 8}}},
		},
		Home: &domain.Home{Since: on(4), HomeChanged: domain.HomeChanged{Settled: "Y", Wish: "chosen"}},
	}
	const want = `
Aspirations
  “To grow[2J tomatoes”, set 2026-03-01
    progress, from 0 to 10: 2, 4 (2026-03-03 to 2026-03-06)
    progress, from 0 to 10 (by a worker): 7 (2026-03-03)
  A home that promotes independence, set 2026-03-02, let go 2026-03-09
    progress, from 0 to 10: 9 (2026-03-04)

How I have rated things, from 0 to 10
  Quality of life: 3, chose not to say (2026-03-01 to 2026-03-02)
  Measure who5, total (on its own scale): 52 (2026-03-01)

How others have rated things, from 0 to 10
  Quality of life (by a worker): 8 (2026-03-01)

Home
  Settled; chose it, since 2026-03-04
`
	var page strings.Builder
	showStanding(&page, life)
	if page.String() != want {
		t.Errorf("the page is\n%s\nnot\n%s", page.String(), want)
	}
}
