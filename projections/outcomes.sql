-- The services, as their entries stand.
CREATE TABLE services (
	service      TEXT    PRIMARY KEY, -- its id
	name         TEXT    NOT NULL,    -- its name
	kind         TEXT    NOT NULL,    -- supported_housing, community, crisis, employment, residential or peer
	active_days  INTEGER NOT NULL,    -- how many active days in a period make somebody one of the people supported
	time_limited INTEGER,             -- whether support there is meant to end: 1 or 0; NULL where not recorded
	zone         TEXT    NOT NULL,    -- its time zone
	late_days    INTEGER NOT NULL,    -- how many working days an entry may be late
	opened       TEXT    NOT NULL,    -- its first day
	closed       TEXT                 -- its last day; NULL while it is open
) STRICT;

-- What is recorded of the services.
CREATE TABLE service_events (
	position INTEGER PRIMARY KEY, -- of the event
	id       TEXT    NOT NULL,    -- its id
	service  TEXT    NOT NULL,    -- the service's id
	occurred TEXT    NOT NULL,    -- when it happened
	form     TEXT    NOT NULL,    -- the stored form of the content
	content  BLOB    NOT NULL     -- the facts, as JSON
) STRICT;
CREATE INDEX service_events_service ON service_events (service);

-- What each entry adds to each outcome: one row says yes or no, or why it says
-- neither. Counts and shares are sums over these rows; nothing is added up twice.
CREATE TABLE tallies (
	position INTEGER NOT NULL, -- of the entry; for a decision, of the entry that made it
	n        INTEGER NOT NULL, -- tells an entry's rows apart, from 0
	outcome  TEXT    NOT NULL, -- the outcome's id
	journey  TEXT    NOT NULL, -- whose
	service  TEXT    NOT NULL, -- the service the entry belongs to; empty for none
	month    TEXT    NOT NULL, -- the month it counts in, as 2026-03
	life     INTEGER NOT NULL, -- when in that month: sorts a journey's rows in life order, together with position
	yes      INTEGER,          -- 1 for yes, 0 for no, NULL where it does not say
	missing  TEXT    NOT NULL, -- why it does not say: declined or not_recorded; empty where it does
	code     TEXT    NOT NULL, -- what it says in more detail; never for a review that nobody did
	PRIMARY KEY (position, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX tallies_service ON tallies (service, month, outcome, journey, yes, missing);

-- What held for each person over a stretch of days.
CREATE TABLE spans (
	journey  TEXT    NOT NULL, -- whose
	thing    TEXT    NOT NULL, -- what it is a span of: the id of a support, aspiration or restriction of that journey; empty for its homes
	what     TEXT    NOT NULL, -- active, home, aspiration, restriction or restriction_overdue
	n        INTEGER NOT NULL, -- tells a thing's spans apart, from 0
	service  TEXT    NOT NULL, -- the service, for active spans; empty for others
	from_day TEXT    NOT NULL, -- its first day
	to_day   TEXT,             -- the day after its last; NULL while it lasts
	code     TEXT    NOT NULL, -- in more detail: whether a home is settled, what the person makes of a restriction
	PRIMARY KEY (journey, thing, what, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX spans_what ON spans (what, service, journey, from_day, to_day);

-- Ratings over time, for change within each person. Each rater's are kept
-- apart; nothing is added up.
CREATE TABLE ratings (
	position INTEGER NOT NULL, -- of the entry
	about    TEXT    NOT NULL, -- what was rated, such as confidence.self, life.quality_of_life or measure.NAME.VERSION.SCALE
	journey  TEXT    NOT NULL, -- whose
	service  TEXT    NOT NULL, -- the service the entry belongs to; empty for none
	date     TEXT    NOT NULL, -- the day
	life     INTEGER NOT NULL, -- sorts a journey's ratings in life order, together with position
	by       TEXT    NOT NULL, -- who rated: person, peer, worker, family_or_carer; empty where not recorded
	value    REAL,             -- the rating; NULL where declined
	declined INTEGER NOT NULL, -- 1 where the person chose not to rate
	PRIMARY KEY (position, about)
) STRICT, WITHOUT ROWID;
