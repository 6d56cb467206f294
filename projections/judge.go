package projections

import (
	"context"

	"github.com/waymark/waymark/domain"
)

// Judge draws the chart of every outcome of a service, or of every service and of
// all together, over all the time there is; and sets services of a kind beside
// one another for the latest settled quarter, where every service is asked for.
func Judge(ctx context.Context, s *Snapshot, service string, today domain.Date, opts domain.ChartOptions) ([]domain.Chart, []domain.Comparison, error) {
	charts, comparisons := []domain.Chart{}, []domain.Comparison{}
	all, err := Services(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	definitions, err := Definitions(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	figures, err := Throughout(ctx, s, service, today, "month", "quarter")
	if err != nil {
		return nil, nil, err
	}
	months, quarters := figures[0], figures[1]
	charts = append(charts, Charts(all, definitions, months, quarters, opts)...)
	for i := range charts {
		charts[i].Position = s.Position
	}
	if service == "" {
		comparisons = append(comparisons, Comparisons(all, definitions, quarters)...)
	}
	return charts, comparisons, nil
}

// aLine is what one chart is drawn of.
type aLine struct {
	service, outcome string
	by               domain.RatedBy
}

func lines(figures []domain.Figure) map[aLine][]domain.Figure {
	all := map[aLine][]domain.Figure{}
	for _, f := range figures {
		at := aLine{f.Service, f.Outcome, f.By}
		all[at] = append(all[at], f)
	}
	return all
}

// Charts draws a chart of every outcome, service and rater that there are figures
// of, by service and the outcomes' own order; all services together come last.
func Charts(services []ServiceRow, definitions []domain.Outcome, months, quarters []domain.Figure, opts domain.ChartOptions) (all []domain.Chart) {
	byMonth, byQuarter := lines(months), lines(quarters)
	for _, s := range append(services[:len(services):len(services)], ServiceRow{}) {
		for _, o := range definitions {
			if !o.Charted() {
				continue
			}
			for _, by := range append([]domain.RatedBy{""}, raters[1:]...) {
				at := aLine{s.ID, o.ID, by}
				if len(byMonth[at]) == 0 {
					continue
				}
				c := domain.ChartOf(o, byMonth[at], byQuarter[at], s.Rebases, opts)
				c.Name = s.Name
				all = append(all, c)
			}
		}
	}
	return all
}

// Comparisons sets services of a kind beside one another in the latest period of
// the figures that is settled for all of them.
func Comparisons(services []ServiceRow, definitions []domain.Outcome, figures []domain.Figure) (all []domain.Comparison) {
	kinds := map[string]domain.ServiceKind{}
	for _, s := range services {
		kinds[s.ID] = s.Kind
	}
	unsettled := map[domain.Period]bool{}
	for _, f := range figures {
		unsettled[f.Period] = unsettled[f.Period] || f.State != ""
	}
	var latest domain.Period
	for _, f := range figures {
		if _, now := f.Period.Months(); !unsettled[f.Period] {
			if _, was := latest.Months(); latest.Every == "" || now > was {
				latest = f.Period
			}
		}
	}
	of := map[string][]domain.Figure{}
	for _, f := range figures {
		if f.Period == latest && f.Service != "" {
			of[f.Outcome] = append(of[f.Outcome], f)
		}
	}
	for _, o := range definitions {
		all = append(all, domain.Compare(o, of[o.ID], kinds)...)
	}
	return all
}
