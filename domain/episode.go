package domain

import (
	"cmp"
	"slices"
)

// An Episode is one support.started to its end.
type Episode struct {
	ID       string // the event id of its support.started
	Service  string
	Started  Occurred
	Ended    Occurred // zero while it goes on
	EndEntry string   // the event id of its support.ended
	End      SupportEnded
	Pauses   []Pause // in life order
}

// A Pause is the days during which an episode rested: from the day it was
// paused up to, and without, the day it was resumed.
type Pause struct {
	From Date
	To   Date // 0 while it lasts
}

// Includes says whether the date falls in the episode, its first and last day
// included and pauses too.
func (e *Episode) Includes(d Date) bool {
	return e.Started.Date <= d && (e.Ended.Date == 0 || d <= e.Ended.Date)
}

// is says whether the episode was started by that entry, if any.
func (e *Episode) is(entry *Recorded) bool { return entry != nil && entry.ID == e.ID }

// endedBy says whether the episode was ended by that entry, if any.
func (e *Episode) endedBy(entry *Recorded) bool { return entry != nil && entry.ID == e.EndEntry }

// Episodes folds the episodes from the support.* entries among those given, in
// the order in which they were first recorded. Entries about an episode whose
// start was withdrawn are passed over.
func Episodes(entries []*Entry) []Episode {
	var episodes []Episode
	at := func(id string) *Episode {
		for i := range episodes {
			if episodes[i].ID == id {
				return &episodes[i]
			}
		}
		return nil
	}
	var rest []Recorded
	for _, entry := range entries {
		if entry.Withdrawn() || !isSupport(entry.Event) {
			continue
		}
		now := entry.Now()
		if _, ok := now.Event.(SupportStarted); ok {
			episodes = append(episodes, Episode{ID: now.ID, Service: now.Service, Started: now.Occurred})
		} else {
			rest = append(rest, now)
		}
	}
	slices.SortStableFunc(rest, LifeOrder)
	for _, now := range rest {
		switch e := now.Event.(type) {
		case SupportPaused:
			if episode := at(e.Support); episode != nil && !episode.Paused() {
				episode.Pauses = append(episode.Pauses, Pause{From: now.Occurred.Date})
			}
		case SupportResumed:
			if episode := at(e.Support); episode != nil && episode.Paused() {
				episode.Pauses[len(episode.Pauses)-1].To = now.Occurred.Date
			}
		case SupportEnded:
			if episode := at(e.Support); episode != nil {
				episode.Ended, episode.EndEntry, episode.End = now.Occurred, now.ID, e
			}
		}
	}
	return episodes
}

// Active gives the days on which the episode was active, pauses left out.
func (e Episode) Active() []Span {
	end := forEver
	if e.Ended.Date != 0 {
		end = e.Ended.Date + 1
	}
	var spans []Span
	from := e.Started.Date
	for _, p := range e.Pauses {
		if to := min(p.From, end); to > from {
			spans = append(spans, Span{What: "active", From: from, To: to})
		}
		from = max(from, p.To)
		if p.To == 0 {
			return spans
		}
	}
	if end > from {
		if end == forEver {
			end = 0
		}
		spans = append(spans, Span{What: "active", From: from, To: end})
	}
	return spans
}

// EpisodesOf folds the episodes from support.* entries as they stand, given in
// life order; the episodes come in the order in which they were first recorded.
func EpisodesOf(standing []Recorded) []Episode {
	entries := make([]*Entry, len(standing))
	for i, r := range standing {
		entries[i] = &Entry{Recorded: r}
	}
	slices.SortFunc(entries, func(a, b *Entry) int { return cmp.Compare(a.Position, b.Position) })
	return Episodes(entries)
}

// Paused says whether the episode rests.
func (e Episode) Paused() bool { return len(e.Pauses) > 0 && e.Pauses[len(e.Pauses)-1].To == 0 }

// forEver ends a span that lasts, for comparisons.
const forEver = Date(1<<31 - 1)
