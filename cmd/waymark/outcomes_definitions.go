package main

import (
	"fmt"
	"strings"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// showDefinitions says what every outcome counts, for reading.
func (p *program) showDefinitions(d web.Definitions) error {
	g := p.page()
	var b strings.Builder
	for _, o := range d.Outcomes {
		b.WriteString(g.fold(o.Title, "", "  "))
		fmt.Fprintf(&b, "  %s, version %d\n", o.ID, o.Version)
		b.WriteString(g.fold(o.Sentence, "  ", "  "))
		for _, part := range [][2]string{
			{"Who counts", o.Who},
			{"Numerator", o.Numerator},
			{"Denominator", o.Denominator},
			{"Value", o.Value},
			{"Unit", o.Unit},
			{"Better", string(o.Better)},
			{"Parameters", parameters(o)},
			{"Norm", norm(o.Norm)},
		} {
			if part[1] != "" {
				b.WriteString(g.fold(strings.TrimSuffix(part[1], "."), "    "+pad(part[0]+":", 13), "                 "))
			}
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s, at position %d of the log\n", quantity(len(d.Outcomes), "definition", "definitions"), d.Position)
	return g.write(p.stdout, b.String())
}

// parameters lists an outcome's thresholds.
func parameters(o domain.Outcome) string {
	list := make([]string, len(o.Parameters))
	for i, q := range o.Parameters {
		list[i] = fmt.Sprintf("%s %s (%s)", strings.ReplaceAll(q.Name, "_", " "), decimal(q.Value), q.Unit)
	}
	return strings.Join(list, ", ")
}

// norm says by what a change is told from chance.
func norm(n *domain.Norm) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("standard deviation %s, reliability %s (%s)", decimal(n.SD), decimal(n.Reliability), n.Source)
}
