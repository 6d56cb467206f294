-- Each person's journey: one row a person who is or was supported.
CREATE TABLE journeys (
	journey   TEXT    PRIMARY KEY, -- the person's id, which says nothing about them
	began     INTEGER NOT NULL,    -- the position of the journey's first event
	last      INTEGER NOT NULL,    -- the position of its last event
	events    INTEGER NOT NULL,    -- how many events it has, corrections and withdrawals included
	forgotten INTEGER NOT NULL     -- the position of the event that forgot the person; 0 for none
) STRICT;

-- What corrections and withdrawals replaced: the old value stays visible.
CREATE TABLE corrections (
	position     INTEGER PRIMARY KEY, -- the position of the correction or withdrawal
	id           TEXT    NOT NULL,    -- its id
	entry        INTEGER NOT NULL,    -- the position of the entry it is about
	journey      TEXT    NOT NULL,    -- whose journey it belongs to
	kind         TEXT    NOT NULL,    -- entry.corrected or entry.withdrawn
	reason       TEXT    NOT NULL,    -- why
	occurred     TEXT    NOT NULL,    -- when it was decided to
	recorded     TEXT    NOT NULL,    -- when it was recorded, in UTC
	by           TEXT    NOT NULL,    -- who recorded it: an opaque id
	command      TEXT    NOT NULL,    -- the id of the command that recorded it
	was_occurred TEXT    NOT NULL,    -- when the entry was said to have happened before it
	was_service  TEXT    NOT NULL,    -- the service it was said to belong to before it
	was_content  BLOB    NOT NULL     -- the facts and words before it, as JSON
) STRICT;
CREATE INDEX corrections_journey ON corrections (journey);

-- Episodes of support: from its start to its end.
CREATE TABLE supports (
	journey TEXT NOT NULL,    -- whose
	support TEXT NOT NULL,    -- the id of its support.started; one journey's, not the log's
	service TEXT NOT NULL,    -- with which service
	started TEXT NOT NULL,    -- its first day
	ended   TEXT,             -- its last day; NULL while it goes on
	planned INTEGER,          -- 1 where the ending was planned, 0 where not, NULL where not recorded
	reason  TEXT NOT NULL,    -- why it ended; empty while it goes on or where not recorded
	paused  INTEGER NOT NULL, -- 1 while it rests
	PRIMARY KEY (journey, support)
) STRICT;
CREATE INDEX supports_service ON supports (service, started);

-- Where people live, from each change of home on.
CREATE TABLE homes (
	position      INTEGER PRIMARY KEY, -- of the entry
	journey       TEXT    NOT NULL,    -- whose home
	since         TEXT    NOT NULL,    -- the day of the change
	life          INTEGER NOT NULL,    -- sorts a journey's homes in life order, together with position
	accommodation TEXT    NOT NULL,    -- the accommodation code of the Mental Health Services Data Set; empty where not recorded
	settled       TEXT    NOT NULL,    -- Y, N, Z asked and chose not to say, 9 not known; empty where not recorded
	wish          TEXT    NOT NULL     -- whether the person chose it; empty where not recorded
) STRICT;
CREATE INDEX homes_journey ON homes (journey, life, position);

-- Aspirations, and how they went.
CREATE TABLE aspirations (
	journey    TEXT NOT NULL,    -- whose
	aspiration TEXT NOT NULL,    -- the id of its aspiration.set; one journey's, not the log's
	aim        TEXT NOT NULL,    -- what it is about; empty where not recorded
	set_on     TEXT NOT NULL,    -- the day it was set
	progress   INTEGER,          -- the person's own latest rating of progress, 0 to 10; NULL for none
	rated_on   TEXT,             -- the day of that; NULL for none
	closed_on  TEXT,             -- the day it was closed; NULL while it lives
	how        TEXT NOT NULL,    -- reached, changed or let_go; empty while it lives
	PRIMARY KEY (journey, aspiration)
) STRICT;

-- Ratings over time. Each rater's are kept apart; nothing is added up.
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
	PRIMARY KEY (journey, position, about)
) STRICT, WITHOUT ROWID;

-- The services each person is with now.
CREATE VIEW current_services AS
	SELECT journey, service, started, paused FROM supports WHERE ended IS NULL;

-- The home each person has now.
CREATE VIEW current_homes AS
	SELECT journey, since, accommodation, settled, wish FROM homes AS h
	WHERE NOT EXISTS (SELECT 1 FROM homes AS later WHERE later.journey = h.journey
		AND (later.life, later.position) > (h.life, h.position));
