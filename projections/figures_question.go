package projections

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/waymark/waymark/domain"
)

// A question holds what is read once for all periods of the figures asked for.
// People are numbered as they are met, for speed.
type question struct {
	ctx         context.Context
	s           *Snapshot
	filter      OutcomeFilter
	definitions []domain.Outcome
	outcomes    map[string]int // the static ones, by id
	services    []ServiceRow
	byService   map[string]int
	people      map[string]int // a number for each journey
	episodes    []episode      // in the order in which each person's began
	ofScope     [][]int        // episodes of each scope, those of all together last
	spans       map[int][]span // by person
	ratings     map[journeyAt][]*rating
	sorting     errgroup.Group // of the ratings
}

// A ServiceRow is one service.
type ServiceRow struct {
	ID          string             `json:"service"`
	Name        string             `json:"name"`
	Kind        domain.ServiceKind `json:"kind"`
	TimeLimited domain.YesNo       `json:"time_limited,omitzero"`
	Opened      domain.Date        `json:"opened"`
	Closed      domain.Date        `json:"closed,omitzero"` // absent while it is open
	Rebases     []domain.Rebase    `json:"rebases,omitzero"`

	facts domain.ServiceFacts
}

// A journeyAt is somebody with a service.
type journeyAt struct {
	journey string
	service int
}

type episode struct {
	journey         string
	person, service int
	stay            domain.Stay
	end             domain.EndKind
	earliest        bool // the person's first of all
	active          []domain.Span
}

type span struct {
	what, code string
	domain.Span
}

func newQuestion(ctx context.Context, s *Snapshot, f OutcomeFilter) (*question, error) {
	q := &question{ctx: ctx, s: s, filter: f, outcomes: map[string]int{}, byService: map[string]int{}, people: map[string]int{}}
	var err error
	if q.services, err = services(ctx, s, f.Service); err != nil {
		return nil, err
	}
	for i, service := range q.services {
		q.byService[service.ID] = i
	}
	if q.definitions, err = Definitions(ctx, s); err != nil {
		return nil, err
	}
	for i, o := range domain.Outcomes {
		q.outcomes[o.ID] = i
	}
	for _, read := range []func() error{q.readRatings, q.readEpisodes, q.readSpans} {
		if err := read(); err != nil {
			return nil, errors.Join(err, q.sorting.Wait())
		}
	}
	return q, nil
}

// together is the scope of all services together.
func (q *question) together() int { return len(q.services) }

// id names a scope.
func (q *question) id(scope int) string {
	if scope == q.together() {
		return ""
	}
	return q.services[scope].ID
}

func (q *question) at(outcome string) int { return q.outcomes[outcome] }

// open says whether a scope is there to have figures in a period.
func (q *question) open(scope int, p domain.Period) bool {
	if scope == q.together() {
		return true
	}
	first, after := p.Days()
	s := q.services[scope]
	return s.Opened < after && (s.Closed == 0 || s.Closed >= first)
}

func (q *question) person(journey string) int {
	n, ok := q.people[journey]
	if !ok {
		n = len(q.people)
		q.people[journey] = n
	}
	return n
}

// Services lists the services.
func Services(ctx context.Context, s *Snapshot) ([]ServiceRow, error) { return services(ctx, s, "") }

func services(ctx context.Context, s *Snapshot, only string) (all []ServiceRow, err error) {
	err = eachRow(ctx, s, func(scan func(...any) error) error {
		var r ServiceRow
		var limited *bool
		var holidays, recordsFrom, opened, closed string
		err := scan(&r.ID, &r.Name, &r.Kind, &limited, &r.facts.LateDays, &holidays, &recordsFrom, &opened, &closed)
		if err != nil {
			return err
		}
		if limited != nil {
			r.TimeLimited = domain.No
			if *limited {
				r.TimeLimited = domain.Yes
			}
		}
		for _, day := range strings.Fields(holidays) {
			d, _ := readDay(day)
			r.facts.Holidays = append(r.facts.Holidays, d)
		}
		r.facts.RecordsFrom, _ = readDay(recordsFrom)
		r.Opened, _ = readDay(opened)
		r.Closed, _ = readDay(closed)
		r.facts.Kind = r.Kind
		all = append(all, r)
		return nil
	}, `SELECT service, name, kind, time_limited, late_days, holidays, coalesce(records_from, ''), opened, coalesce(closed, '') FROM services
		WHERE ?1 = '' OR service = ?1 ORDER BY service`, only)
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, s, func(scan func(...any) error) error {
		var rebase domain.Rebase
		var service, month string
		if err := scan(&service, &rebase.Outcome, &month, &rebase.Reason); err != nil {
			return err
		}
		var err error
		rebase.From, err = domain.ParseMonth(month)
		at := slices.IndexFunc(all, func(r ServiceRow) bool { return r.ID == service })
		all[at].Rebases = append(all[at].Rebases, rebase)
		return err
	}, `SELECT service, outcome, month, reason FROM rebases WHERE ?1 = '' OR service = ?1 ORDER BY service, n`, only)
	return all, err
}

// Definitions gives every outcome: those of domain.Outcomes, then those of the
// measures that are defined.
func Definitions(ctx context.Context, s *Snapshot) ([]domain.Outcome, error) {
	all := domain.Outcomes[:len(domain.Outcomes):len(domain.Outcomes)]
	err := eachRow(ctx, s, func(scan func(...any) error) error {
		var definition string
		if err := scan(&definition); err != nil {
			return err
		}
		var o domain.Outcome
		err := json.Unmarshal([]byte(definition), &o)
		all = append(all, o)
		return err
	}, `SELECT definition FROM definitions WHERE measure <> '' ORDER BY measure, n`)
	return all, err
}

// eachRow reads rows and hands them on.
func eachRow(ctx context.Context, s *Snapshot, row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := s.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// packed reads rows of texts that SQLite joins into one, since crossing from C
// to Go costs more for each row than the row itself. No text holds a line break
// or a tab.
func packed(ctx context.Context, s *Snapshot, columns []string, from string, args []any, take func(fields []string) error) error {
	text, err := joinedRows(ctx, s, columns, from, args)
	if err != nil {
		return err
	}
	return eachLine(text, len(columns), take)
}

func joinedRows(ctx context.Context, s *Snapshot, columns []string, from string, args []any) (text string, err error) {
	query := `SELECT coalesce(group_concat(concat_ws(char(9), ` + strings.Join(columns, `, `) + `), char(10)), '') ` + from
	err = s.QueryRowContext(ctx, query, args...).Scan(&text)
	return text, err
}

// eachLine gives the fields of each line; fields is used again for the next.
func eachLine(text string, columns int, take func(fields []string) error) error {
	fields := make([]string, columns)
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		for i := range fields {
			fields[i], line, _ = strings.Cut(line, "\t")
		}
		if err := take(fields); err != nil {
			return err
		}
	}
	return nil
}

// readEpisodes reads the episodes of the services asked for.
func (q *question) readEpisodes() error {
	q.ofScope = make([][]int, len(q.services)+1)
	first, after := q.days()
	text, err := joinedRows(q.ctx, q.s, episodeColumns, q.asked(episodesAsked, everyEpisodeAsked), []any{first.String(), after.String(), q.filter.Service})
	if err != nil {
		return err
	}
	lines := strings.Count(text, "\n") + 1
	q.episodes = make([]episode, 0, lines)
	q.people = make(map[string]int, lines)
	return eachLine(text, len(episodeColumns), func(f []string) error {
		service, ok := q.byService[f[1]]
		if !ok {
			return nil // its opening was withdrawn
		}
		e := episode{journey: f[0], person: q.person(f[0]), service: service, end: domain.EndKind(f[4]), earliest: f[6] == "1"}
		e.stay.Start, _ = readDay(f[2])
		e.stay.End, _ = readDay(f[3])
		e.stay.Died, e.stay.Crisis = e.end == "died", q.services[service].Kind == "crisis"
		e.active = readSpansOf(f[5])
		for _, scope := range []int{service, q.together()} {
			q.ofScope[scope] = append(q.ofScope[scope], len(q.episodes))
		}
		q.episodes = append(q.episodes, e)
		return nil
	})
}

// episodeColumns tell the active days only of who was there in the days asked about.
var episodeColumns = []string{"journey", "service", "started", "coalesce(ended, '')", "end_kind",
	"iif(started < ?2 AND (ended IS NULL OR ended >= ?1), active, '')", "earliest"}

// readSpansOf reads the days that an episode was active.
func readSpansOf(text string) (all []domain.Span) {
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, " ")
		from, to, _ := strings.Cut(pair, "/")
		var s domain.Span
		s.From, _ = readDay(from)
		s.To, _ = readDay(to)
		all = append(all, s)
	}
	return all
}

// What is asked of the read model for the days from ?1 up to ?2 (or the months,
// both included) and one service (?3).
const (
	episodesAsked     = `FROM episodes WHERE service = ?3`
	everyEpisodeAsked = `FROM episodes WHERE ?3 = ''`

	monthsAsked     = `FROM person_months WHERE month BETWEEN ?1 AND ?2 AND service = ?3`
	everyMonthAsked = `FROM person_months WHERE month BETWEEN ?1 AND ?2 AND ?3 = '' AND service IN (SELECT service FROM services UNION ALL SELECT '')`
	spansAsked      = `FROM spans WHERE from_day < ?2 AND (to_day IS NULL OR to_day > ?1) AND journey IN (SELECT journey` + there + ` AND service = ?3)`
	everySpanAsked  = `FROM spans WHERE from_day < ?2 AND (to_day IS NULL OR to_day > ?1) AND ?3 = '' AND journey IN (SELECT journey` + there + `)`

	// Of support that goes on, no pair of ratings is due that began after ?4.
	ratingsAsked     = `FROM person_ratings WHERE service = ?3 AND journey IN (SELECT journey` + there + longEnough + ` AND service = ?3)`
	everyRatingAsked = `FROM person_ratings WHERE ?3 = '' AND (service, journey) IN (SELECT service, journey` + there + longEnough + `)`
	longEnough       = ` AND (ended IS NOT NULL OR started <= ?4)`

	// Who was there in those days, or with a crisis service until shortly before.
	there = ` FROM episodes WHERE started < ?2 AND (ended IS NULL OR ended >= date(?1, '-7 days'))`
)

// days gives the first day that is asked about, and the day after the last.
func (q *question) days() (first, after domain.Date) {
	first, _ = domain.PeriodOf(q.filter.Every, q.filter.From).Days()
	_, after = domain.PeriodOf(q.filter.Every, q.filter.To).Days()
	return first, after
}

// asked picks the form of a question for one service or for every one.
func (q *question) asked(one, every string) string {
	if q.filter.Service == "" {
		return every
	}
	return one
}

// readSpans reads what held for the people of the services asked for.
func (q *question) readSpans() error {
	q.spans = map[int][]span{}
	first, after := q.days()
	return packed(q.ctx, q.s, []string{"journey", "what", "from_day", "coalesce(to_day, '')", "code"}, q.asked(spansAsked, everySpanAsked),
		[]any{first.String(), after.String(), q.filter.Service}, func(f []string) error {
			var s span
			s.what, s.code = f[1], f[4]
			s.From, _ = readDay(f[2])
			s.To, _ = readDay(f[3])
			person := q.person(f[0])
			q.spans[person] = append(q.spans[person], s)
			return nil
		})
}
