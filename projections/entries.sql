-- Every entry of every journey as it stands: corrections applied, withdrawn
-- entries kept and marked. Of an entry that the read model has no more need of,
-- all but its position, id, journey, kind, date and service is left empty.
CREATE TABLE entries (
	position  INTEGER PRIMARY KEY,         -- the place in the log where the entry was first recorded
	id        TEXT    NOT NULL,            -- the entry's id; one journey's, not the log's
	journey   TEXT    NOT NULL,            -- whose journey it belongs to
	kind      TEXT    NOT NULL,            -- what kind of entry it is, such as confidence.rated
	withdrawn INTEGER NOT NULL DEFAULT 0,  -- the position of its withdrawal; 0 while it counts
	corrected INTEGER NOT NULL DEFAULT 0,  -- how many times it was corrected
	thing     TEXT    NOT NULL DEFAULT '', -- the id of the support, aspiration, plan, decision, restriction or match it belongs to; home for all homes in the outcomes, person in the decisions for what is asked of the person beside them; empty for none
	occurred  TEXT    NOT NULL DEFAULT '', -- when it happened: a date, or a moment with its offset
	date      TEXT    NOT NULL DEFAULT '', -- the date of that
	life      INTEGER NOT NULL DEFAULT 0,  -- sorts a journey's entries in life order, together with position
	service   TEXT    NOT NULL DEFAULT '', -- the service it belongs to; empty for none
	recorded  TEXT    NOT NULL DEFAULT '', -- when it was first recorded, in UTC
	by        TEXT    NOT NULL DEFAULT '', -- who recorded it: an opaque id
	command   TEXT    NOT NULL DEFAULT '', -- the id of the command that recorded it
	imported  TEXT    NOT NULL DEFAULT '', -- the mapping that imported it; empty for none
	form      TEXT    NOT NULL DEFAULT '', -- the stored form of the content
	content   BLOB    NOT NULL DEFAULT x'', -- the facts as JSON, with the words beside them in the journeys
	said      TEXT    NOT NULL DEFAULT ''  -- which words it carries, separated by spaces
) STRICT;
CREATE INDEX entries_journey ON entries (journey, substr(id, -4)); -- enough of the id to tell; the whole costs twice the time
CREATE INDEX entries_thing ON entries (journey, thing) WHERE thing <> '';
