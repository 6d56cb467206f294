package main

import (
	"bytes"
	"errors"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

func (p *program) decisionCommand() *cobra.Command {
	var journey, html string
	var when clocks
	var prove bool
	c := &cobra.Command{
		Use:   "decision ID",
		Short: "Show how one decision was made, whole",
		Long: `Decision shows one decision as an auditor looks at it: what was asked and how
the person saw it, the options with what spoke for and against them, who decided
and in which role the person, what it rests on, the trail of entries with when
each happened and was recorded, what the twelve criteria say and from which
entries, what was known then beside what is known now, the days around it, and
what auditors found. People's own words are between quotes.

The ID is that of the entry that raised the decision, or of the one that made it
where it was never raised; waymark decisions lists them. It is unique within one
journey; --journey says whose it is where several people's decisions have one id.

--html writes a page that can be printed or passed on and needs nothing else. It
holds the person's words: keep it as you keep their record.

--prove adds where each event is in the log. There is no signed proof yet.

--as-of leaves out what happened after a day; --known-at and --at what was
recorded after a moment or a position of the log.`,
		Example: `  waymark decision 0192f0c4-0000-7000-8000-000000000004
  waymark decision 0192f0c4-0000-7000-8000-000000000004 --html decision.html
  waymark decision 0192f0c4-0000-7000-8000-000000000004 --journey j-7f3k2m9q --at 4711 --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !domain.IsUUID(args[0]) {
				return &failure{errNotAnID, "give one whole, as waymark decisions lists it", exitUsage}
			}
			if html != "" && p.json {
				return usagef("--html and --json exclude each other")
			}
			if err := when.check(); err != nil {
				return err
			}
			q := when.query()
			text(q, "journey", journey)
			c, err := when.reach(p)(cmd.Context())
			if err != nil {
				return err
			}
			trail, whole, err := query[web.Trail](cmd.Context(), c, "/v1/decisions/"+url.PathEscape(args[0]), q)
			if err := errors.Join(err, c.Close()); err != nil {
				return err
			}
			t := openDecision{trail, prove}
			switch {
			case p.json:
				return p.document(whole)
			case html != "":
				return p.writeDecisionPage(html, t)
			}
			page := p.page()
			text, err := t.text(page)
			if err != nil {
				return err
			}
			return page.write(p.stdout, text)
		},
	}
	f := c.Flags()
	f.StringVar(&journey, "journey", "", "the decision of the person with this `id`")
	f.StringVar(&html, "html", "", "write a page to this `file`, or to stdout for -")
	f.BoolVar(&prove, "prove", false, "add where each event is in the log")
	when.flags(c)
	_ = c.MarkFlagFilename("html", "html") // fails only for a flag that is not there
	return c
}

var errNotAnID = errors.New("that is not a decision’s id")

// decisionSign is what a page of ours has at its beginning.
const decisionSign = `<meta name="generator" content="waymark"/>`

// writeDecisionPage writes the page to stdout, or to a file that only its owner
// may read: whole, or not at all.
func (p *program) writeDecisionPage(path string, t openDecision) error {
	var page bytes.Buffer
	if err := renderDecision(&page, t); err != nil {
		return err
	}
	if path == "-" {
		_, err := p.stdout.Write(page.Bytes())
		return err
	}
	if err := mayReplace(path, decisionSign); err != nil {
		return err
	}
	return replaceWhole(path, page.Bytes())
}
