-- Every entry of every journey as it stands: corrections applied, withdrawn
-- entries kept and marked.
CREATE TABLE entries (
	position  INTEGER PRIMARY KEY, -- the place in the log where the entry was first recorded
	id        TEXT    NOT NULL,    -- the entry's id
	journey   TEXT    NOT NULL,    -- whose journey it belongs to
	kind      TEXT    NOT NULL,    -- what kind of entry it is, such as confidence.rated
	thing     TEXT    NOT NULL,    -- the id of the support, aspiration, plan, decision, restriction or match it belongs to; empty for none
	occurred  TEXT    NOT NULL,    -- when it happened: a date, or a moment with its offset
	date      TEXT    NOT NULL,    -- the date of that
	life      INTEGER NOT NULL,    -- sorts a journey's entries in life order, together with position
	service   TEXT    NOT NULL,    -- the service it belongs to; empty for none
	recorded  TEXT    NOT NULL,    -- when it was first recorded, in UTC
	by        TEXT    NOT NULL,    -- who recorded it: an opaque id
	command   TEXT    NOT NULL,    -- the id of the command that recorded it
	imported  TEXT    NOT NULL,    -- the mapping that imported it; empty for none
	form      TEXT    NOT NULL,    -- the stored form of the content
	content   BLOB    NOT NULL,    -- the facts as JSON, with the words beside them in the journeys; empty where the read model has no more need of them
	said      TEXT    NOT NULL,    -- which words it carries, separated by spaces
	corrected INTEGER NOT NULL DEFAULT 0, -- how many times it was corrected
	withdrawn INTEGER NOT NULL DEFAULT 0  -- the position of its withdrawal; 0 while it counts
) STRICT;
CREATE INDEX entries_journey ON entries (journey, thing);
