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
