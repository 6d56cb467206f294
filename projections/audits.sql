-- What is recorded of audits.
CREATE TABLE audit_events (
	position INTEGER PRIMARY KEY, -- of the event
	id       TEXT    NOT NULL,    -- its id
	audit    TEXT    NOT NULL,    -- the audit's id
	occurred TEXT    NOT NULL,    -- when it happened
	by       TEXT    NOT NULL,    -- who recorded it: an opaque id
	form     TEXT    NOT NULL,    -- the stored form of the content
	content  BLOB    NOT NULL     -- the facts, as JSON
) STRICT;
CREATE INDEX audit_events_audit ON audit_events (audit);

-- Every audit, as its entries stand now: what it asks, of which decisions, and
-- what it came to.
CREATE TABLE audits (
	audit      TEXT    PRIMARY KEY, -- its id
	planned    TEXT    NOT NULL,    -- the date it was planned
	by         TEXT    NOT NULL,    -- who recorded that: an opaque id
	question   TEXT    NOT NULL,    -- what it asks
	criteria   TEXT    NOT NULL,    -- the criteria it asks of, separated by spaces
	population TEXT    NOT NULL,    -- which decisions it is about, as a JSON object of filters; {} for every decision
	sample     INTEGER,             -- how many of them are drawn; NULL for all
	seed       TEXT,                -- the seed they are drawn with, in decimal; NULL for all
	at         INTEGER NOT NULL,    -- the position of the log at which they are drawn
	follows    TEXT    NOT NULL,    -- the earlier audit that it repeats; empty for none
	closed     TEXT,                -- the date it was closed; NULL while it is open
	conclusion TEXT    NOT NULL,    -- what was found in sum; empty while it is open
	actions    TEXT    NOT NULL     -- what is to be done, as a JSON list
) STRICT, WITHOUT ROWID;

CREATE INDEX decisions_audited ON decisions (journey, decision) WHERE audits > 0;

-- What people found who audited decisions: a row for each criterion they judged,
-- and one without where they judged none. Beside it stands what the program says,
-- of D12 for the day of the finding. The audit is empty where a finding names
-- none. What was found in words stays with the journey.
CREATE VIEW audit_findings AS
	SELECT coalesce(CAST(entries.content AS TEXT) ->> '$.data.audit', '') AS audit, entries.journey, entries.thing AS decision, entries.position,
		entries.date, entries.by, coalesce(judged.value ->> '$.criterion', '') AS criterion, coalesce(judged.value ->> '$.verdict', '') AS verdict,
		coalesce(CASE judged.value ->> '$.criterion'
			WHEN 'D1' THEN d1 WHEN 'D2' THEN d2 WHEN 'D3' THEN d3 WHEN 'D4' THEN d4 WHEN 'D5' THEN d5 WHEN 'D6' THEN d6
			WHEN 'D7' THEN d7 WHEN 'D8' THEN d8 WHEN 'D9' THEN d9 WHEN 'D10' THEN d10 WHEN 'D11' THEN d11
			WHEN 'D12' THEN iif(d12_until IS NULL OR entries.date <= d12_until, d12, d12_after) END, '') AS program,
		coalesce(CAST(entries.content AS TEXT) ->> '$.data.outcome', '') AS outcome
	FROM decisions
	JOIN entries ON entries.journey = decisions.journey AND entries.thing = decisions.decision AND entries.thing <> ''
	LEFT JOIN json_each(CAST(entries.content AS TEXT), '$.data.judged') AS judged
	WHERE decisions.audits > 0 AND entries.kind = 'decision.audited' AND entries.withdrawn = 0;
