package domain

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/waymark/waymark/domain/stats"
)

// A Comparison sets services of one kind beside one another by the share of
// their people that an outcome holds for, in one period (a funnel plot). It is
// no league table: services stand in the order of their ids, and all that is
// said of one is whether it differs from the group by more than chance.
type Comparison struct {
	Outcome     string            `json:"outcome"`
	Aim         Aim               `json:"aim"`
	Title       string            `json:"title"`
	Unit        string            `json:"unit"`
	Version     int               `json:"version"`
	Period      Period            `json:"period"`
	Kind        ServiceKind       `json:"kind"`
	Points      []ComparedService `json:"points"`
	Limits      []ComparedLimits  `json:"limits"`                // by how many people a service has, to draw them
	Theta       float64           `json:"theta"`                 // the share among the people of all services shown
	Phi         *float64          `json:"phi,omitzero"`          // over-dispersion, from 10 services
	Tau2        *float64          `json:"tau2,omitzero"`         // likewise
	Method      stats.Method      `json:"method,omitzero"`       // overdispersed where the limits allow for it; empty for chance alone
	Hidden      int               `json:"hidden,omitzero"`       // services with fewer than 10 people, which are not shown
	NotCompared int               `json:"not_compared,omitzero"` // services that recorded nothing then, or whose period is not over or may still change
	Sentence    string            `json:"sentence"`
	Position    uint64            `json:"position,omitzero"` // of the log; filled in by whoever asked
}

// A ComparedService is one service in a comparison; all shares are 0 to 1.
type ComparedService struct {
	Service     string   `json:"service"`
	Numerator   int      `json:"numerator"`
	Denominator int      `json:"denominator"` // people
	Rate        float64  `json:"rate"`
	Lower95     *float64 `json:"lower95,omitzero"` // only with 10 services or more
	Upper95     *float64 `json:"upper95,omitzero"`
	Lower998    float64  `json:"lower998"`
	Upper998    float64  `json:"upper998"`
	Verdict     string   `json:"verdict,omitzero"` // differs_95 or differs_998: outside those limits
}

// ComparedLimits are the limits for a service with so many people.
type ComparedLimits struct {
	N        int      `json:"n"`
	Lower95  *float64 `json:"lower95,omitzero"`
	Upper95  *float64 `json:"upper95,omitzero"`
	Lower998 float64  `json:"lower998"`
	Upper998 float64  `json:"upper998"`
}

const (
	leastServices   = 5  // that are shown, for a comparison
	servicesFor95   = 10 // and for limits at 95 %, and for over-dispersion
	funnelCurveStep = 40 // how many places the curves of the limits are drawn through, at most
)

// Compare sets services of a kind beside one another, from one figure for each
// service; kinds is by service. There is a comparison for each period and kind
// with 5 services or more that are shown, and none for an outcome of which a
// person may count more than once. A service with fewer than 10 people is not
// shown and only counted; one without entries, or whose period may still change,
// is not compared.
//
// With 5 to 9 services there are limits at 99.8 % only. From 10 they allow for
// over-dispersion where there is any.
func Compare(o Outcome, figures []Figure, kinds map[string]ServiceKind) []Comparison {
	all := []Comparison{}
	if !o.OfPeople() {
		return all
	}
	type group struct {
		period Period
		kind   ServiceKind
	}
	groups := map[group]*Comparison{}
	for _, f := range figures {
		kind := kinds[f.Service]
		if f.Service == "" || kind == "" || f.Denominator == nil || f.Numerator == nil {
			continue
		}
		g := group{f.Period, kind}
		c := groups[g]
		if c == nil {
			c = &Comparison{Outcome: o.ID, Aim: o.Aim, Title: o.Title, Unit: o.Unit, Version: o.Version, Period: f.Period, Kind: kind}
			groups[g] = c
		}
		switch {
		case f.State != "" || f.NoEntries && o.OfEntries():
			c.NotCompared++
		case *f.Denominator < leastPeople:
			c.Hidden++
		default:
			c.Points = append(c.Points, ComparedService{Service: f.Service, Numerator: *f.Numerator, Denominator: *f.Denominator})
		}
	}
	for _, c := range groups {
		if len(c.Points) >= leastServices && c.judge() {
			c.Sentence = c.sentence()
			all = append(all, *c)
		}
	}
	slices.SortFunc(all, func(a, b Comparison) int {
		return cmp.Or(strings.Compare(a.Period.String(), b.Period.String()), strings.Compare(string(a.Kind), string(b.Kind)))
	})
	return all
}

// judge does the arithmetic, and says whether there is any to do.
func (c *Comparison) judge() bool {
	slices.SortFunc(c.Points, func(a, b ComparedService) int { return strings.Compare(a.Service, b.Service) })
	var groups []stats.Group
	largest := 0
	for _, p := range c.Points {
		groups = append(groups, stats.Group{Name: p.Service, Numerator: p.Numerator, Denominator: p.Denominator})
		largest = max(largest, p.Denominator)
	}
	funnel, err := stats.NewFunnel(groups, "")
	if err == nil && funnel.Tau2 > 0 { // never where it is NaN
		c.Method = stats.Overdispersed
		funnel, err = stats.NewFunnel(groups, c.Method)
	}
	if err != nil { // only of figures that are no shares of people
		return false
	}
	c.Theta, c.Phi, c.Tau2 = funnel.Theta, unlessNaN(funnel.Phi), unlessNaN(funnel.Tau2)
	both := len(c.Points) >= servicesFor95
	for i, x := range funnel.Points {
		p := &c.Points[i]
		p.Rate, p.Lower998, p.Upper998, p.Verdict = x.Rate, x.Lower998, x.Upper998, x.Verdict
		if both {
			p.Lower95, p.Upper95 = &x.Lower95, &x.Upper95
		} else if p.Verdict == stats.Differs95 {
			p.Verdict = ""
		}
	}
	to := largest + largest/20 + 1
	for n, step := leastPeople, max(1, (to-leastPeople)/funnelCurveStep); n <= to; n += step {
		x := funnel.Limits(n, c.Method)
		limits := ComparedLimits{N: n, Lower998: x.Lower998, Upper998: x.Upper998}
		if both {
			limits.Lower95, limits.Upper95 = &x.Lower95, &x.Upper95
		}
		c.Limits = append(c.Limits, limits)
	}
	return true
}

func unlessNaN(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func (c *Comparison) sentence() string {
	var differ []string
	beyond95 := 0
	for _, p := range c.Points {
		switch p.Verdict {
		case stats.Differs998:
			differ = append(differ, p.Service)
		case stats.Differs95:
			beyond95++
		}
	}
	of := "the " + inWords(len(c.Points)) + " " + lower(ServiceKinds.Words(c.Kind)) + " services"
	text := "None of " + of + " differs from the group by more than chance"
	switch len(differ) {
	case 0:
	case 1:
		text = "One of " + of + " differs from the group by more than chance: " + differ[0]
	default:
		text = upper(inWords(len(differ))) + " of " + of + " differ from the group by more than chance: " + strings.Join(differ, ", ")
	}
	if c.Method == stats.Overdispersed {
		text += "; the limits allow for more difference between services than chance alone"
	}
	text += "."
	if beyond95 > 0 {
		text += fmt.Sprintf(" %s outside the 95%% limits only, where chance alone would put about one in twenty.", isOrAre(beyond95))
	}
	if c.Hidden > 0 {
		text += " Not shown: " + many(c.Hidden, "service") + " with fewer than " + inWords(leastPeople) + " people."
	}
	return text + " A difference is a question about services and whom they support, not a verdict on either."
}

func isOrAre(n int) string {
	if n == 1 {
		return "One is"
	}
	return upper(inWords(n)) + " are"
}
