package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/waymark/waymark/domain"
)

// showStanding prints what a person would look for first, before the timeline:
// what they hope for, how they have rated things, and where they live. Nothing
// is added up, and nobody's rating stands in for another's.
func showStanding(w io.Writer, l domain.Life) {
	heading := func(text string) { fmt.Fprintf(w, "\n%s\n", text) }
	if len(l.Aspirations) > 0 {
		heading("Aspirations")
	}
	for _, a := range l.Aspirations {
		fmt.Fprintf(w, "  %s, set %s", aspiration(a), a.Set)
		if a.Closed.Date != 0 {
			fmt.Fprintf(w, ", %s %s", lower(domain.AspirationEnds.Words(a.How)), a.Closed)
		}
		fmt.Fprintln(w)
		for _, s := range a.Progress {
			fmt.Fprintf(w, "    progress, from 0 to 10%s: %s\n", whose(s.By), path(s.Points))
		}
	}
	for _, part := range []struct {
		heading string
		own     bool
	}{{"How I have rated things, from 0 to 10", true}, {"How others have rated things, from 0 to 10", false}} {
		begun := false
		for _, s := range l.Ratings {
			if (s.By == "person") != part.own {
				continue
			}
			if !begun {
				begun = true
				heading(part.heading)
			}
			fmt.Fprintf(w, "  %s%s: %s\n", rated(s.About), whose(s.By), path(s.Points))
		}
	}
	if h := l.Home; h != nil {
		heading("Home")
		fmt.Fprintf(w, "  %s, since %s\n", home(*h), h.Since)
	}
}

func aspiration(a domain.Aspiration) string {
	if a.Aspiration != "" {
		return quoted(a.Aspiration)
	}
	return cmp.Or(domain.Aims.Words(a.Aim), "An aspiration")
}

// whose says who rated, where it was not the person.
func whose(by domain.RatedBy) string {
	switch by {
	case "person":
		return ""
	case "":
		return " (not recorded by whom)"
	}
	return " (by " + lower(domain.RatedBys.Words(by)) + ")"
}

// rated says what a series of ratings is about.
func rated(about string) string {
	kind, what, _ := strings.Cut(about, ".")
	switch kind {
	case "confidence":
		if what == "self" || what == "independence" {
			return domain.ConfidenceAbout.Words(domain.Area(what))
		}
		return "Confidence: " + lower(domain.Areas.Words(domain.Area(what)))
	case "life":
		return domain.LifeAbouts.Words(domain.LifeAbout(what))
	case "support":
		return "What support was worth to me"
	case "activity":
		return "What activities were worth to me"
	}
	parts := strings.Split(what, ".") // a measure, its version and maybe a scale
	name := "Measure " + parts[0]
	if scale := parts[len(parts)-1]; len(parts) > 2 && scale != parts[0] {
		name += ", " + scale
	}
	return strings.ReplaceAll(name, "_", " ") + " (on its own scale)"
}

// lately is how many ratings of one thing are shown; the timeline has them all.
const lately = 6

// path writes the last ratings of one thing, oldest first.
func path(points []domain.Point) string {
	shown := points[max(0, len(points)-lately):]
	values := make([]string, len(shown))
	for i, p := range shown {
		values[i] = strconv.FormatFloat(p.Value, 'f', -1, 64)
		if p.Declined {
			values[i] = "chose not to say"
		}
	}
	text := strings.Join(values, ", ")
	if n := len(points) - len(shown); n > 0 {
		text = quantity(n, "earlier rating", "earlier ratings") + ", then " + text
	}
	first, last := shown[0].Occurred.Date, shown[len(shown)-1].Occurred.Date
	if first == last {
		return fmt.Sprintf("%s (%s)", text, last)
	}
	return fmt.Sprintf("%s (%s to %s)", text, first, last)
}

// home says where the person lives, and whether they wanted to.
func home(h domain.Home) string {
	settled := ""
	if h.Settled == "Y" || h.Settled == "N" { // otherwise it is not known
		settled = domain.Settleds.Words(h.Settled)
	}
	var parts []string
	for _, words := range []string{domain.Accommodations.Words(h.Accommodation), settled, domain.Wishes.Words(h.Wish)} {
		switch {
		case words == "":
		case len(parts) == 0:
			parts = append(parts, words)
		default:
			parts = append(parts, lower(words))
		}
	}
	return cmp.Or(strings.Join(parts, "; "), "It changed")
}
