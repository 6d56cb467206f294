package projections

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark/waymark/domain"
)

// A decade's half: what many services record over five years, made up without
// asking the rules, which would take longer than what is measured.
const (
	manyServices = 50
	manyJourneys = 10_000
	manyDays     = 5 * 365
)

// fiveYears gives a log of so many events in pages, the same for the same number.
func fiveYears(events int) iter.Seq2[[]domain.Recorded, error] {
	return func(yield func([]domain.Recorded, error) bool) {
		random := rand.New(rand.NewPCG(5, 50))
		var page []domain.Recorded
		position := uint64(0)
		first := domain.Day(2021, 1, 1)
		id := func() string {
			var b [16]byte
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			return uuid.UUID(b).String()
		}
		goOn := true
		emit := func(on domain.Date, s domain.Stream, service string, e domain.Event) string {
			position++
			r := domain.Recorded{Position: position, Stream: s, ID: id(), At: on.Time().Add(12 * time.Hour), Occurred: domain.On(on), Service: service, By: "worker-1", Event: e}
			r.Command = r.ID
			if page = append(page, r); len(page) == benchmarkPage && goOn {
				goOn = yield(page, nil)
				page = nil
			}
			return r.ID
		}
		emit(first, domain.Stream{About: domain.AboutLog}, "", domain.LogFounded{Log: logID, Words: "plain"})
		service := func(n int) string { return fmt.Sprintf("service-%02d", n) }
		for n := range manyServices {
			kind := domain.ServiceKinds[n%len(domain.ServiceKinds)].Code
			emit(first, domain.Stream{About: domain.AboutService, ID: service(n)}, service(n), domain.ServiceOpened{ServiceFacts: domain.ServiceFacts{
				Name: service(n), Kind: kind, TimeLimited: []domain.YesNo{domain.Yes, domain.No}[n%2]}})
		}
		type life struct {
			journey, service, support, aspiration string
			ends                                  domain.Date
		}
		var here []life
		begun := 0
		for done := 0; done < events && goOn; done++ {
			day := first + domain.Date(manyDays*done/events)
			if want := 400 + (manyJourneys-400)*done/events; begun < want {
				l := life{journey: fmt.Sprintf("j-%05d", begun), service: service(begun % manyServices), ends: day + 60 + domain.Date(random.IntN(800))}
				l.support = emit(day, domain.JourneyStream(l.journey), l.service, domain.SupportStarted{})
				l.aspiration = emit(day, domain.JourneyStream(l.journey), l.service, domain.AspirationSet{Aim: "life"})
				emit(day, domain.JourneyStream(l.journey), l.service, domain.HomeChanged{Settled: domain.Settleds[begun%4].Code})
				begun++
				here = append(here, l)
				continue
			}
			at := random.IntN(len(here))
			l := &here[at]
			stream := domain.JourneyStream(l.journey)
			if l.ends <= day {
				emit(day, stream, l.service, domain.SupportEnded{Support: l.support, Planned: domain.Yes, Reason: domain.EndReasons[random.IntN(len(domain.EndReasons))].Code})
				here[at] = here[len(here)-1]
				here = here[:len(here)-1]
				continue
			}
			var e domain.Event
			switch n := random.IntN(100); {
			case n < 40:
				e = domain.ActivityAttended{Activity: domain.ActivityTags[random.IntN(len(domain.ActivityTags))].Code, Setting: domain.ActivitySettings[n%3].Code,
					Chosen: domain.YesNo(n%3 - 1), Valued: domain.Rate(n % 11)}
			case n < 62:
				e = domain.SupportGiven{Kinds: []domain.SupportKind{domain.SupportKinds[n%6].Code}, By: "worker", Benefit: domain.Rate(n % 11), RatedBy: "person"}
			case n < 72:
				e = domain.ConfidenceRated{About: domain.ConfidenceAbout[n%2].Code, Value: domain.Rate(random.IntN(11)), By: "person"}
			case n < 80:
				e = domain.LifeRated{About: domain.LifeAbouts[n%3].Code, Value: domain.Rate(random.IntN(11)), By: "person"}
			case n < 83:
				e = domain.AspirationRated{Aspiration: l.aspiration, Progress: domain.Rate(random.IntN(11)), By: "person"}
			case n < 95:
				e = domain.DecisionMade{Question: domain.Question{Area: "support", Weight: "significant", Preferred: "3"}, Actual: "3", Part: "took_part", Deciders: []domain.Decider{"person", "worker"},
					Basis: "consent", PeerOffered: domain.Yes, ReviewBy: day + 90}
			case n < 98:
				e = domain.ExperienceShared{Quality: domain.Rate(1 + random.IntN(5)), NeedsMet: domain.Rate(1 + random.IntN(5)), How: "alone"}
			default:
				e = domain.HomeChanged{Settled: domain.Settleds[n%4].Code, Wish: "chosen"}
			}
			emit(day, stream, l.service, e)
		}
		if goOn && len(page) > 0 {
			yield(page, nil)
		}
	}
}

// BenchmarkFigures asks a million events, 50 services and five years for every
// outcome: of one service by month over all five years, and of all services and
// all together for one month. The floor reads the same rows and does nothing with
// them. A late correction of an entry of years ago is applied, and every figure of
// its service's month, quarter and year asked for. The heap grows as it does in
// the program.
func BenchmarkFigures(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	dir := b.TempDir()
	if err := Replay(b.Context(), Outcomes, filepath.Join(dir, "outcomes-2-1.db"), logID, fiveYears(1_000_000)); err != nil {
		b.Fatal(err)
	}
	if err := os.Symlink("outcomes-2-1.db", filepath.Join(dir, "outcomes.db")); err != nil {
		b.Fatal(err)
	}
	db := opened(b, dir, Outcomes, Options{})
	from, today := domain.Day(2021, 1, 1).Month(), domain.Day(2026, 1, 10)
	for name, f := range map[string]OutcomeFilter{
		"one service, 60 months":  {Service: "service-07", Every: "month", From: from, To: from + 59, Today: today},
		"all services, one month": {Every: "month", From: from + 40, To: from + 40, Today: today},
	} {
		var took time.Duration
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				figuresOf(b, db, f)
			}
			took = b.Elapsed() / time.Duration(b.N)
		})
		b.Run(name+", floor", func(b *testing.B) {
			for b.Loop() {
				readOnly(b, db, f)
			}
			if floor := b.Elapsed() / time.Duration(b.N); took > 0 {
				b.ReportMetric(float64(took)/float64(floor), "times-the-floor")
			}
		})
	}
	b.Run("late correction", func(b *testing.B) { lateCorrection(b, db, today) })
}

// readOnly reads what the figures are made of.
func readOnly(b *testing.B, db *DB, f OutcomeFilter) {
	b.Helper()
	err := db.View(b.Context(), func(s *Snapshot) error {
		q := &question{ctx: b.Context(), s: s, filter: f}
		first, after := q.days()
		days := []any{first.String(), after.String(), f.Service}
		months := []any{domain.MonthName(f.From), domain.MonthName(f.To), f.Service}
		for _, read := range []struct {
			columns []string
			from    string
			args    []any
		}{
			{episodeColumns, q.asked(episodesAsked, everyEpisodeAsked), days},
			{[]string{"journey", "what", "from_day", "coalesce(to_day, '')", "code"}, q.asked(spansAsked, everySpanAsked), days},
			{ratingColumns, q.asked(ratingsAsked, everyRatingAsked), q.ratingsOf()},
			{[]string{"service", "journey", "marks"}, q.asked(monthsAsked, everyMonthAsked), months},
		} {
			if err := packed(b.Context(), s, read.columns, read.from, read.args, func([]string) error { return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// lateCorrection moves an activity of the second year, again and again.
func lateCorrection(b *testing.B, db *DB, today domain.Date) {
	var journey, id, service, date string
	err := db.View(b.Context(), func(s *Snapshot) error {
		return s.QueryRow(`SELECT journey, id, service, date FROM entries WHERE kind = 'activity.attended' AND position > 300000 LIMIT 1`).Scan(&journey, &id, &service, &date)
	})
	if err != nil {
		b.Fatal(err)
	}
	on, err := domain.ParseDate(date)
	if err != nil {
		b.Fatal(err)
	}
	e := domain.ActivityAttended{Activity: "music", Setting: "mainstream", Chosen: domain.Yes}
	for b.Loop() {
		on = on ^ 1 // the day before or after
		err := db.Advance(b.Context(), []domain.Recorded{{Position: db.Bookmark() + 1, Stream: domain.JourneyStream(journey), ID: uuid.NewString(), At: today.Time(), By: "worker-1",
			Event: domain.EntryCorrected{Entry: id, Form: domain.FormOf(e), Occurred: domain.On(on), Service: service, Reason: "error", Replacement: e}}})
		if err != nil {
			b.Fatal(err)
		}
		for _, every := range domain.Everys.Codes() {
			figuresOf(b, db, OutcomeFilter{Service: service, Every: every, From: on.Month(), To: on.Month(), Today: today})
		}
	}
}
