package domain

import (
	"strings"
	"testing"
)

func TestALifeShowsWhatStandsAndWhatWasReplaced(t *testing.T) {
	w := newWorld(t)
	w.given(began,
		`2 aspiration.set 2026-03-02 - {"aim":"activities"} words {"aspiration":"To sing again"}`,
		`3 aspiration.rated 2026-03-03 - {"aspiration":"#00002","progress":3,"by":"person"}`,
		`4 aspiration.rated 2026-03-03 - {"aspiration":"#00002","progress":6,"by":"worker"}`,
		`5 confidence.rated 2026-03-04 north {"about":"self","value":4,"by":"person"} words {"note":"A grey week"}`,
		`6 confidence.rated 2026-03-03 north {"about":"self","value":"declined","by":"person"}`,
		`7 home.changed 2026-03-02 north {"accommodation":"11","settled":"Y"}`,
		`8 entry.corrected - - {"entry":"#00005","form":"confidence.rated.v1","occurred":"2026-03-05","service":"north","reason":"error","data":{"about":"self","value":7,"by":"person"}} words {"note":"A better week"}`,
		`9 life.rated 2026-03-03 north {"about":"quality_of_life","value":2}`,
		`10 entry.withdrawn - - {"entry":"#00009","reason":"wrong_person"}`,
		`11 aspiration.rated 2026-03-04 - {"aspiration":"#00002","progress":9,"by":"person"}`,
		`12 entry.withdrawn - - {"entry":"#00011","reason":"error"}`)
	life := w.journey.Life("j-1", 0)

	if len(life.Supports) != 1 || life.Supports[0].Service != "north" || life.Home == nil || life.Home.Accommodation != "11" {
		t.Errorf("support %+v, home %+v", life.Supports, life.Home)
	}
	if a := life.Aspirations; len(a) != 1 || a[0].Aspiration != "To sing again" || len(a[0].Progress) != 2 ||
		a[0].Progress[0].By != "person" || len(a[0].Progress[0].Points) != 1 || a[0].Progress[0].Points[0].Value != 3 || a[0].Progress[1].Points[0].Value != 6 {
		t.Errorf("two people's ratings of an aspiration are not both kept apart: %+v", a)
	}
	if r := life.Ratings; len(r) != 1 || len(r[0].Points) != 2 || !r[0].Points[0].Declined || r[0].Points[1].Value != 7 {
		t.Errorf("the ratings that stand, in life order, are %+v", r)
	}
	for _, line := range life.Entries {
		switch line.ID {
		case uuid(5):
			if len(line.Corrected) != 1 || line.Words.Texts["note"] != "A better week" || line.Corrected[0].Words.Texts["note"] != "A grey week" ||
				!strings.Contains(line.Corrected[0].Text, "4 of 10") || !strings.Contains(line.Text, "7 of 10") {
				t.Errorf("the corrected entry is %+v", line)
			}
		case uuid(9):
			if line.Withdrawn == nil || line.Withdrawn.Reason != "wrong_person" {
				t.Errorf("the withdrawn entry is %+v", line)
			}
		}
	}
	if before := w.journey.Life("j-1", Day(2026, 3, 4)); len(before.Ratings[0].Points) != 1 {
		t.Errorf("as of a day before, the ratings are %+v", before.Ratings)
	}
}

func TestAnEntryLeftOutsideSupportIsMarkedAndNotUnmade(t *testing.T) {
	w := newWorld(t)
	w.given(began, `2 life.rated 2026-03-02 north {"about":"quality_of_life","value":2}`,
		`3 entry.corrected - - {"entry":"#00001","form":"support.started.v1","occurred":"2026-03-05","service":"north","reason":"error","data":{}}`)
	for _, line := range w.journey.Life("j-1", 0).Entries {
		if line.OutsideSupport != (line.ID == uuid(2)) {
			t.Errorf("entry %s is marked %v", line.Kind, line.OutsideSupport)
		}
	}
}
