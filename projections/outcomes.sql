-- The services, as their entries stand.
CREATE TABLE services (
	service      TEXT    PRIMARY KEY, -- its id
	name         TEXT    NOT NULL,    -- its name
	kind         TEXT    NOT NULL,    -- supported_housing, community, crisis, employment, residential or peer
	active_days  INTEGER NOT NULL,    -- how many active days in a period make somebody one of the people supported
	time_limited INTEGER,             -- whether support there is meant to end: 1 or 0; NULL where not recorded
	zone         TEXT    NOT NULL,    -- its time zone
	late_days    INTEGER NOT NULL,    -- how many working days an entry may be late
	holidays     TEXT    NOT NULL,    -- its days that are not working days beside weekends, separated by spaces
	records_from TEXT,                -- the day from which its record is whole; NULL where it always was
	opened       TEXT    NOT NULL,    -- its first day
	closed       TEXT                 -- its last day; NULL while it is open
) STRICT;

-- Where a service's charts start again.
CREATE TABLE rebases (
	service TEXT    NOT NULL, -- the service's id
	n       INTEGER NOT NULL, -- tells a service's apart, from 0 in life order
	outcome TEXT    NOT NULL, -- the outcome's id, which may leave out the aim
	month   TEXT    NOT NULL, -- the first month of the new stretch, as 2026-03
	reason  TEXT    NOT NULL, -- why, as a code
	PRIMARY KEY (service, n)
) STRICT, WITHOUT ROWID;

-- What every outcome counts.
CREATE TABLE definitions (
	measure    TEXT    NOT NULL, -- the measure's id, for the change in its scores; empty for others
	n          INTEGER NOT NULL, -- the order in which they are shown
	outcome    TEXT    NOT NULL, -- the outcome's id
	version    INTEGER NOT NULL, -- of the definition
	aim        TEXT    NOT NULL, -- what it is about
	title      TEXT    NOT NULL, -- what it is called
	sentence   TEXT    NOT NULL, -- what is counted, in plain words
	better     TEXT    NOT NULL, -- which way is better for people: up, down or neither
	unit       TEXT    NOT NULL, -- of its value
	definition TEXT    NOT NULL, -- all of it, as JSON
	PRIMARY KEY (measure, n)
) STRICT, WITHOUT ROWID;

-- What one person's entries with one service say in one month: counts and shares
-- are taken from here, each entry once. Each mark is a list: the position of the
-- entry, the day it counts on, the clock time in microseconds and 1 (0 for a date
-- alone), the outcome, the value (1 yes, 0 no, or a rating) or else why there is
-- none, and more detail.
CREATE TABLE person_months (
	service TEXT NOT NULL, -- the service the entries belong to; empty for none
	month   TEXT NOT NULL, -- as 2026-03
	journey TEXT NOT NULL, -- whose
	marks   TEXT NOT NULL, -- a JSON list of marks, in the order of recording
	PRIMARY KEY (service, month, journey)
) STRICT, WITHOUT ROWID;

-- Where the marks are that several entries make together.
CREATE TABLE placed (
	journey  TEXT    NOT NULL, -- whose
	thing    TEXT    NOT NULL, -- what the entries are about: a decision, support or aspiration of that journey; home for its homes
	position INTEGER NOT NULL, -- of the marks
	service  TEXT    NOT NULL, -- the row they are in
	month    TEXT    NOT NULL, -- likewise
	PRIMARY KEY (journey, thing, position, service, month)
) STRICT, WITHOUT ROWID;

-- The episodes of support.
CREATE TABLE episodes (
	journey  TEXT    NOT NULL, -- whose
	support  TEXT    NOT NULL, -- the episode's id
	service  TEXT    NOT NULL, -- with which service
	position INTEGER NOT NULL, -- of the entry that started it
	life     INTEGER NOT NULL, -- sorts a journey's episodes by their start, together with position
	earliest INTEGER NOT NULL, -- 1 where it is the first of the journey's
	started  TEXT    NOT NULL, -- its first day
	ended    TEXT,             -- its last day; NULL while it goes on
	end_kind TEXT    NOT NULL, -- how it ended: moved_on (as planned), hospital, prison, died, otherwise; empty while it goes on
	active   TEXT    NOT NULL, -- the days it was active: pairs of a first day and the day after the last, as 2026-01-05/2026-03-01; without the second while it lasts
	PRIMARY KEY (journey, support)
) STRICT, WITHOUT ROWID;
CREATE INDEX episodes_service ON episodes (service);

-- What held for each person over a stretch of days.
CREATE TABLE spans (
	journey  TEXT    NOT NULL, -- whose
	thing    TEXT    NOT NULL, -- what it is a span of: the id of an aspiration or restriction of that journey; home for its homes
	what     TEXT    NOT NULL, -- home, aspiration, restriction or restriction_overdue
	n        INTEGER NOT NULL, -- tells a thing's spans apart, from 0
	from_day TEXT    NOT NULL, -- its first day
	to_day   TEXT,             -- the day after its last; NULL while it lasts
	code     TEXT    NOT NULL, -- in more detail: whether a home is settled, what the person makes of a restriction
	PRIMARY KEY (journey, thing, what, n)
) STRICT, WITHOUT ROWID;

-- What one rater said over time of one thing, of one person with one service, for
-- change within each episode. Each rater's are kept apart; nothing is added up.
CREATE TABLE person_ratings (
	service TEXT NOT NULL, -- the service the entries belong to; empty for none
	journey TEXT NOT NULL, -- whose
	about   TEXT NOT NULL, -- what was rated, such as confidence.self, life.quality_of_life or measure.NAME.VERSION.SCALE
	by      TEXT NOT NULL, -- who rated: person, peer, worker, family_or_carer; empty where not recorded
	ratings TEXT NOT NULL, -- a JSON list as marks are, with nothing in place of the outcome: the rating or declined, and the aspiration where it is of one
	PRIMARY KEY (service, journey, about, by)
) STRICT, WITHOUT ROWID;

-- What each entry says of each outcome, a row each: the marks of person_months.
CREATE VIEW marks AS SELECT service, month, journey,
	mark.value ->> 0 AS position, mark.value ->> 1 AS day, mark.value ->> 2 AS clock, mark.value ->> 3 AS outcome,
	iif(json_type(mark.value, '$[4]') = 'text', NULL, mark.value ->> 4) AS value,
	iif(json_type(mark.value, '$[4]') = 'text', mark.value ->> 4, '') AS missing, coalesce(mark.value ->> 5, '') AS code
	FROM person_months, json_each(marks) AS mark;

-- Each rating, a row each: the ratings of person_ratings.
CREATE VIEW ratings AS SELECT service, journey, about, by,
	rating.value ->> 0 AS position, rating.value ->> 1 AS day, rating.value ->> 2 AS clock,
	iif(json_type(rating.value, '$[4]') = 'text', NULL, rating.value ->> 4) AS value,
	json_type(rating.value, '$[4]') = 'text' AS declined, coalesce(rating.value ->> 6, '') AS aspiration
	FROM person_ratings, json_each(ratings) AS rating;
