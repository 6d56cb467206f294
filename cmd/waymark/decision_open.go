package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark/waymark/cmd/waymark/web"
	"github.com/waymark/waymark/domain"
)

// An openDecision is one decision in plain words, for a terminal and for a page. People's
// own words are between quotes.
type openDecision struct {
	web.Trail
	Proved bool // with the place of each event in the log
}

// A fact is one line of a description: what it is about, and what is known.
type fact struct{ Name, Text string }

// facts leaves out what is not known.
type facts []fact

func (f *facts) add(name, text string) {
	if text != "" {
		*f = append(*f, fact{name, text})
	}
}

// Title names the decision by what it concerns.
func (t openDecision) Title() string {
	return "A decision about " + lower(domain.Areas.Words(t.Question.Area))
}

// Standing says where it was made, when, and how far it has come.
func (t openDecision) Standing() string {
	what := "Raised"
	if t.Made != nil {
		what = "Made"
	}
	text := fmt.Sprintf("%s on %s", what, t.Occurred)
	if t.Service != "" {
		text += " with " + cmp.Or(harmless(t.ServiceName), t.Service)
	}
	switch t.State {
	case "raised":
		text += ", not yet made"
	case "made":
	default:
		text += ", " + lower(domain.DecisionStates.Words(t.State))
	}
	if t.ReviewDue != 0 {
		text += fmt.Sprintf("; to be looked at again by %s", t.ReviewDue)
	}
	return text + "."
}

// When says at which moment this is known.
func (t openDecision) When() string {
	text := fmt.Sprintf("at position %d of the log, recorded %s.", t.Position, t.Recorded.Format(time.DateOnly))
	if t.AsOf != 0 {
		return fmt.Sprintf("As of the end of %s, %s", t.AsOf, text)
	}
	return "As known " + text
}

// Asked says for which day the criteria were judged.
func (t openDecision) Asked() string {
	if t.AsOf != 0 {
		return fmt.Sprintf("at the end of %s", t.AsOf)
	}
	return fmt.Sprintf("on %s", t.Today)
}

// said gives what somebody said, between quotes, or empty.
func (t openDecision) said(word domain.Word) string {
	if text := t.Words.Texts[word]; text != "" {
		return quoted(text)
	}
	return ""
}

// About says what was to be decided and where the person stood.
func (t openDecision) About() (f facts) {
	f.add("The question", t.said("question"))
	view := t.said("view")
	if view == "" {
		view = domain.ViewGivens.Words(t.Question.View)
		if tried := spellOf(domain.Trieds, t.Question.ViewTried); tried != "" {
			view += "; tried: " + tried
		}
	}
	f.add("The person’s own view", cmp.Or(view, "not recorded"))
	weight := cmp.Or(domain.Weights.Words(t.Question.Weight), "Not said how much hangs on it")
	switch {
	case t.Alone:
		weight += "; the person made it alone, so that three criteria apply"
	case t.Significant:
		weight += "; all twelve criteria apply"
	default:
		weight += "; the five criteria of an everyday decision apply"
	}
	f.add("What hangs on it", weight)
	if t.Question.Urgent == domain.Yes {
		f.add("Urgent", "yes")
	}
	if t.Made == nil {
		return f
	}
	f.add("The reason", t.said("reason"))
	f.add("What could go well", t.said("go_well"))
	f.add("What could go wrong", t.said("go_wrong"))
	f.add("A positive risk was taken", yesOrNo(t.Made.RiskTaken))
	if t.Made.Shared != "" {
		f.add("Shared", "the same decision concerned several people, each with a view of their own")
	}
	return f
}

// Who says who decided and took part, and in which role the person.
func (t openDecision) Who() (f facts) {
	f.add("The role the person wanted", cmp.Or(domain.PreferredRoles.Words(t.Question.Preferred), "not asked"))
	m := t.Made
	if m == nil {
		return f
	}
	had := cmp.Or(domain.Roles.Words(m.Actual), "not recorded")
	if m.RolesBy != "" {
		had += ", " + map[domain.ToldBy]string{"person": "as the person said", "worker": "as a worker said"}[m.RolesBy]
	}
	f.add("The role they had", had)
	f.add("Why another role", t.said("role_reason"))
	part := domain.Parts.Words(m.Part)
	if tried := spellOf(domain.Trieds, m.PartTried); tried != "" {
		part += "; tried: " + tried
	}
	f.add("The person’s part", cmp.Or(part, "not recorded"))
	f.add("Who decided", upperFirst(cmp.Or(spellOf(domain.Deciders, m.Deciders), "not recorded")))
	for _, p := range m.TookPart {
		f.add("Took part", takingPart(p))
	}
	f.add("Peer support was offered", yesOrNo(m.PeerOffered))
	f.add("How we know", domain.HowKnowns.Words(m.HowKnown))
	return f
}

func takingPart(p domain.Participation) string {
	text := domain.Participants.Words(p.Who)
	if p.Advocacy != "" {
		text = domain.Advocacies.Words(p.Advocacy)
	}
	switch p.Agreed {
	case domain.Yes:
		text += ", with the person’s agreement"
	case domain.No:
		text += ", without the person’s agreement"
	default:
		text += ", agreement not recorded"
	}
	if p.Legal != "" {
		text += "; in law: " + lower(domain.LegalReasons.Words(p.Legal))
	}
	return text
}

// Lawful says what the decision rests on, and the information there was.
func (t openDecision) Lawful() (f facts) {
	m := t.Made
	if m == nil {
		return nil
	}
	f.add("Lawful basis", cmp.Or(domain.Bases.Words(m.Basis), "not recorded"))
	f.add("The person", cmp.Or(domain.Agreements.Words(m.Agreement), "agreement not recorded"))
	f.add("What they disagreed with", t.said("disagreement"))
	if b := m.BestInterests; !b.IsZero() {
		f.add("Capacity was assessed", b.Assessed.String())
		f.add("Help to decide", spellOf(domain.Trieds, b.Helped))
		f.add("Ability lacking", spellOf(domain.Abilities, b.Lacking))
		for _, asked := range []struct {
			name string
			y    domain.YesNo
		}{{"Wishes and feelings considered", b.Wishes}, {"Those close to the person consulted", b.Consulted},
			{"A less restrictive option looked for", b.LessRestrictive}, {"Whether it could wait considered", b.CouldWait}} {
			f.add(asked.name, cmp.Or(yesOrNo(asked.y), "not recorded"))
		}
	}
	f.add("Why lacking", t.said("why_lacking"))
	if a := m.Authority; !a.IsZero() {
		f.add("Authority", domain.AuthorityKinds.Words(a.Kind))
		f.add("For", spellOf(domain.Areas, a.Scope))
		f.add("Document seen", a.Seen.String())
		f.add("Lacks capacity for this decision", yesOrNo(a.LacksCapacity))
	}
	f.add("Reference", t.said("authority_reference"))
	if p := m.Provider; p != (domain.Provider{}) {
		f.add("The provider’s power", domain.ProviderPowers.Words(p.Power))
		f.add("Told how to challenge it", cmp.Or(yesOrNo(p.ToldHowToChallenge), "not recorded"))
	}
	f.add("Information given", upperFirst(cmp.Or(spellOf(domain.Formats, m.Formats), "not recorded")))
	f.add("Communication need met by", spellOf(domain.NeedsMet, m.NeedMet))
	return f
}

// A weighed option is one thing that could have been decided.
type weighed struct {
	N            int
	What         string // in words, where they are there
	Chosen       bool
	For, Against []string
}

// Options lists what could have been decided, in the order recorded.
func (t openDecision) Options() (all []weighed) {
	if t.Made == nil {
		return nil
	}
	for i, o := range t.Made.Options {
		option := weighed{N: i + 1, What: fmt.Sprintf("Option %d", i+1), Chosen: o.Chosen == domain.Yes}
		if i < len(t.Words.Options) {
			w := t.Words.Options[i]
			option.What = quoted(w.Option)
			option.For, option.Against = quotedAll(w.For), quotedAll(w.Against)
		} else {
			option.For, option.Against = pointsCounted(o.For), pointsCounted(o.Against)
		}
		if o.NoChange == domain.Yes {
			option.What += " (no change)"
		}
		all = append(all, option)
	}
	return all
}

// pointsCounted says how many points there were where their words are not at hand.
func pointsCounted(n int) []string {
	if n == 0 {
		return nil
	}
	return []string{quantity(n, "point", "points")}
}

func quotedAll(words []string) (all []string) {
	for _, w := range words {
		all = append(all, quoted(w))
	}
	return all
}

// yesOrNo is empty where it was not recorded.
func yesOrNo(y domain.YesNo) string {
	return map[domain.YesNo]string{domain.Yes: "yes", domain.No: "no"}[y]
}

// spellOf spells codes out as they read inside a sentence.
func spellOf[C ~string](v domain.Vocabulary[C], list []C) string {
	if len(list) == 0 {
		return ""
	}
	var words []string
	for _, code := range list {
		words = append(words, lower(v.Words(code)))
	}
	return spell(words)
}

// A judged criterion is one finding with the criterion's name.
type judged struct {
	domain.Finding
	Name, Word string
}

// Judged lists the twelve criteria in order.
func (t openDecision) Judged() (all []judged) {
	for _, f := range t.Findings {
		all = append(all, judged{f, domain.Criteria.Words(f.Criterion), lower(domain.Verdicts.Words(f.Verdict))})
	}
	return all
}

// Evidence names the entries that a finding was read from by their positions, in
// order, or by their ids where nobody says where they are.
func (t openDecision) Evidence(f judged) string {
	var positions []uint64
	var places []string
	for _, id := range f.Finding.Evidence {
		if at := slices.IndexFunc(t.Events, func(e web.Logged) bool { return e.ID == id }); at >= 0 {
			positions = append(positions, t.Events[at].Position)
		} else {
			places = append(places, id)
		}
	}
	slices.SortFunc(positions, func(a, b uint64) int { return cmp.Compare(b, a) })
	for _, position := range positions { // the lowest comes first
		places = slices.Insert(places, 0, strconv.FormatUint(position, 10))
	}
	return strings.Join(places, ", ")
}
