package main

import (
	"cmp"
	"errors"
	"net/url"
	"slices"

	"github.com/waymark/waymark/domain"
	"github.com/waymark/waymark/domain/stats"
)

// asked is what the flags of waymark outcomes ask for.
type asked struct {
	service, by, from, to string
	clocks
	public        bool
	rule, edition string
	csv           bool
	svg           string
	definitions   bool
}

// check refuses what makes no sense together, before anything is opened.
func (a *asked) check(p *program) error {
	judged := !a.csv && !p.json && !p.ndjson && a.from == "" && a.to == "" || a.svg != ""
	within := a.from != "" || a.to != "" || a.by != ""
	for _, wrong := range []struct {
		is         bool
		what, hint string
	}{
		{a.csv && (p.json || p.ndjson), "--csv and --json or --ndjson exclude each other", ""},
		{a.definitions && a.public, "--definitions and --public exclude each other", "the definitions are the same for both"},
		{a.definitions && (within || a.service != "" || a.svg != "" || a.csv), "--definitions says what is counted everywhere and always", "it goes with --json, --ndjson, --as-of, --known-at and --at only"},
		{a.public && a.svg != "", "--public and --svg exclude each other: a chart shows the numbers that --public hides", "waymark outcomes --public --csv gives what may leave the service; draw that"},
		{a.public && a.asOf != "", "--public and --as-of exclude each other: two answers that differ by a day can be subtracted", "leave --as-of out; --public is as known at the beginning of this month"},
		{a.rule != "" && !a.public, "--rule goes with --public only", ""},
		{a.svg != "" && within, "--svg draws all the time there is", "leave out --by, --from and --to; --as-of and --known-at choose where it ends"},
		{a.svg != "" && (a.csv || p.ndjson), "--svg writes files", "every chart's numbers are written beside it as CSV; --json lists the files"},
		{a.edition != "" && (!judged || a.public || a.definitions), "--edition is about the charts, and goes with the table without --from and --to, or with --svg", ""},
	} {
		if wrong.is {
			return &failure{errors.New(wrong.what), cmp.Or(wrong.hint, "waymark outcomes --help says what goes together"), exitUsage}
		}
	}
	for _, code := range []struct {
		flag, given string
		known       []string
	}{
		{"by", a.by, codes(domain.Everys)},
		{"rule", a.rule, []string{string(stats.MHSDS), string(stats.HES)}},
		{"edition", a.edition, []string{string(stats.Current), string(stats.Classic)}},
	} {
		if code.given != "" && !slices.Contains(code.known, code.given) {
			return usagef("--%s is one of %s", code.flag, spell(code.known))
		}
	}
	return a.checkTimes()
}

func (a *asked) checkTimes() error {
	var months [2]int
	for i, month := range []struct{ flag, given string }{{"from", a.from}, {"to", a.to}} {
		if month.given == "" {
			continue
		}
		var err error
		if months[i], err = domain.ParseMonth(month.given); err != nil {
			return usagef("--%s wants a month, such as 2026-03", month.flag)
		}
	}
	if months[0] > months[1] && months[1] != 0 {
		return usagef("--from is later than --to")
	}
	return a.clocks.check()
}

// figures gives the parameters of a question for figures.
func (a *asked) figures() url.Values {
	q := a.query()
	text(q, "service", a.service)
	text(q, "every", a.by)
	text(q, "from", a.from)
	text(q, "to", a.to)
	return q
}

// sentence says what the figures are as of, and what was known.
func (a *asked) sentence(position uint64) string { return upperFirst(a.when(position)) + "." }
