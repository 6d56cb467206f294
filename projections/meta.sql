-- What the read model says of itself. One row.
CREATE TABLE waymark (
	one        INTEGER PRIMARY KEY CHECK (one = 1), -- always 1
	projection TEXT    NOT NULL, -- the question that the tables answer
	version    INTEGER NOT NULL, -- the version of the projection
	schema     TEXT    NOT NULL, -- a digest of the tables' definition
	log        TEXT    NOT NULL, -- the id of the log that the rows were read from
	bookmark   INTEGER NOT NULL, -- the position of the last event that is in the rows; 0 for none
	recorded   TEXT    NOT NULL, -- when that event was recorded, in UTC; empty for none
	superseded INTEGER NOT NULL  -- 1 once a newer file has taken this one's place: open the link again
) STRICT;

-- Journeys whose later events are withheld from the tables, because one of
-- their events could not be read or made no sense.
CREATE TABLE parked (
	journey  TEXT    PRIMARY KEY, -- the journey's id
	position INTEGER NOT NULL,    -- the position of the first event withheld
	reason   TEXT    NOT NULL     -- why, without anybody's words
) STRICT;

-- The events withheld.
CREATE TABLE parked_events (
	position INTEGER PRIMARY KEY, -- the event's position
	journey  TEXT    NOT NULL     -- the journey's id
) STRICT;

-- What every table and column means.
CREATE TABLE descriptions (
	of      TEXT NOT NULL, -- the table
	item    TEXT NOT NULL, -- its column; empty for the table itself
	meaning TEXT NOT NULL, -- what it means
	PRIMARY KEY (of, item)
) STRICT;
