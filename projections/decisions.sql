-- Every decision, as its entries stand now. No words are held here: what was
-- asked and said stays with the journey; said lists which words are there.
CREATE TABLE decisions (
	position             INTEGER PRIMARY KEY, -- the position of the entry that made it, or else raised it
	decision             TEXT    NOT NULL,    -- the id of its decision.raised, or of its decision.made where it was never raised; one journey's, not the log's
	journey              TEXT    NOT NULL,    -- whose decision
	service              TEXT    NOT NULL,    -- the service it belongs to; empty for none
	state                TEXT    NOT NULL,    -- raised, made, reviewed, reversed or closed
	area                 TEXT    NOT NULL,    -- what it concerns
	weight               TEXT    NOT NULL,    -- everyday or significant; empty where nobody said
	significant          INTEGER NOT NULL,    -- 1 where all twelve criteria of the audit apply
	alone                INTEGER NOT NULL,    -- 1 where the person made it alone, without us
	urgent               INTEGER,             -- 1 or 0; NULL where not recorded
	raised               TEXT,                -- the date it was raised; NULL where it was not
	made                 TEXT,                -- the date it was made; NULL while it was not
	occurred             TEXT    NOT NULL,    -- when it was made, or else raised: a date, or a moment with its offset
	recorded             TEXT    NOT NULL,    -- when that was first recorded, in UTC
	by                   TEXT    NOT NULL,    -- who recorded that: an opaque id
	imported             TEXT    NOT NULL,    -- the mapping that imported it; empty for none
	view                 TEXT    NOT NULL,    -- chose_not_to_say or could_not_say; empty where a view may be in words
	how_known            TEXT    NOT NULL,    -- how the recorder knows: present, told_by_person, told_by_others; empty where not recorded
	preferred            TEXT    NOT NULL,    -- the role the person wanted, 1 to 5, chose_not_to_say or not_asked; empty where not recorded
	actual               TEXT    NOT NULL,    -- the role they had, 1 to 5; empty where not recorded
	roles_by             TEXT    NOT NULL,    -- whose account of the roles it is: person or worker; empty where not recorded
	role_gap             INTEGER,             -- the role they had less the one they wanted, -4 to 4: above 0 where others decided more than they wished; NULL where either is not known
	role_had             INTEGER,             -- 1 where they had the role they wanted, 0 where not, NULL where that does not apply
	part                 TEXT    NOT NULL,    -- the person's part: took_part, chose_not_to, could_not, not_asked; empty where not recorded
	options              INTEGER NOT NULL,    -- how many options there were
	real_choice          INTEGER,             -- 1 where the choice was real, 0 where not, NULL where that does not apply
	basis                TEXT    NOT NULL,    -- the lawful basis; empty where not recorded
	agreement            TEXT    NOT NULL,    -- agrees, disagrees or unsure; empty where not recorded
	peer_offered         INTEGER,             -- whether peer support was offered: 1 or 0; NULL where not recorded
	risk_taken           INTEGER,             -- whether a positive risk was taken: 1 or 0; NULL where not recorded
	review_due           TEXT,                -- the date set to look at it next; NULL for none
	reviews              INTEGER NOT NULL,    -- how many times it was looked at again
	reviewed             TEXT,                -- the date of the last time; NULL for none
	ended                TEXT,                -- the date it was reversed or closed; NULL while it stands
	audits               INTEGER NOT NULL,    -- how many times it was audited
	seen                 INTEGER NOT NULL,    -- the position of the log that its maker had seen; 0 where not recorded
	shared               TEXT    NOT NULL,    -- an id in common with the same decision of other people; empty for none
	said                 TEXT    NOT NULL,    -- which words its entries carry, separated by spaces
	review_spared        INTEGER NOT NULL,    -- 1 where that is not asked for any more: the person died before it, or their support ended; otherwise 0
	d1                   TEXT    NOT NULL,    -- criterion D1, stated: pass, fail or not_applicable, as every criterion
	d2                   TEXT    NOT NULL,    -- criterion D2, the person's own view
	d3                   TEXT    NOT NULL,    -- criterion D3, a real choice
	d4                   TEXT    NOT NULL,    -- criterion D4, information they could use
	d5                   TEXT    NOT NULL,    -- criterion D5, who decided
	d6                   TEXT    NOT NULL,    -- criterion D6, the role they wanted
	d7                   TEXT    NOT NULL,    -- criterion D7, lawful basis
	d8                   TEXT    NOT NULL,    -- criterion D8, authority
	d9                   TEXT    NOT NULL,    -- criterion D9, others by agreement
	d10                  TEXT    NOT NULL,    -- criterion D10, in time
	d11                  TEXT    NOT NULL,    -- criterion D11, a reason
	d12                  TEXT    NOT NULL,    -- criterion D12, looked at again, up to and including the day d12_until
	d12_until            TEXT,                -- the last day for which d12 holds; NULL where it does not change with time
	d12_after            TEXT    NOT NULL,    -- criterion D12 after that day; the same as d12 where it does not change
	reasons              TEXT    NOT NULL,    -- why: the codes of the reasons for D1 to D12 and for D12 after that day, separated by spaces
	evidence             TEXT    NOT NULL,    -- from what: a JSON list of event ids, then for each of these reasons a list of places among them, from 0; see the view verdicts
	rules                INTEGER NOT NULL,    -- the version of the rules that it was judged by
	late                 INTEGER NOT NULL,    -- 1 where it was recorded later than its service allows, otherwise 0
	UNIQUE (journey, decision)
) STRICT;
CREATE INDEX decisions_service ON decisions (service, made);

-- Who decided.
CREATE TABLE deciders (
	journey  TEXT NOT NULL, -- whose decision
	decision TEXT NOT NULL, -- the decision
	who      TEXT NOT NULL, -- the person, a worker, …
	PRIMARY KEY (journey, decision, who)
) STRICT, WITHOUT ROWID;

-- Who took part beside the person.
CREATE TABLE participants (
	journey  TEXT    NOT NULL, -- whose decision
	decision TEXT    NOT NULL, -- the decision
	n        INTEGER NOT NULL, -- their place in the list, from 1
	who      TEXT    NOT NULL, -- a worker, a peer, …
	advocacy TEXT    NOT NULL, -- the kind of an advocate; empty for others
	agreed   INTEGER,          -- whether the person agreed to it: 1 or 0; NULL where not recorded
	legal    TEXT    NOT NULL, -- otherwise why in law; empty for none
	PRIMARY KEY (journey, decision, n)
) STRICT, WITHOUT ROWID;

-- What could have been decided. What it was is in the person's words, with the journey.
CREATE TABLE options (
	journey   TEXT    NOT NULL, -- whose decision
	decision  TEXT    NOT NULL, -- the decision
	n         INTEGER NOT NULL, -- its place in the list, from 1
	no_change INTEGER,          -- whether it was to change nothing: 1 or 0; NULL where not recorded
	for       INTEGER NOT NULL, -- how many points were for it
	against   INTEGER NOT NULL, -- how many were against it
	chosen    INTEGER,          -- whether it was chosen: 1 or 0; NULL where not recorded
	PRIMARY KEY (journey, decision, n)
) STRICT, WITHOUT ROWID;

-- Each time a decision was looked at again.
CREATE TABLE reviews (
	position INTEGER PRIMARY KEY, -- of the entry
	journey  TEXT    NOT NULL,    -- whose decision
	decision TEXT    NOT NULL,    -- the decision
	date     TEXT    NOT NULL,    -- the day
	due      TEXT,                -- the date by which it was due; NULL where none was set
	outcome  TEXT    NOT NULL,    -- kept, changed or reversed; empty where not recorded
	effect   TEXT    NOT NULL,    -- better, same or worse; empty where not recorded
	next     TEXT                 -- the next date set; NULL for none
) STRICT;
CREATE INDEX reviews_decision ON reviews (journey, decision);

-- The twelve criteria of the audit.
CREATE TABLE criteria (
	n         INTEGER PRIMARY KEY, -- from 1, in their order
	criterion TEXT    NOT NULL,    -- D1 to D12
	title     TEXT    NOT NULL,    -- what it is called
	rules     INTEGER NOT NULL     -- the version of the rules in this file
) STRICT;

-- The reasons for a verdict.
CREATE TABLE reasons (
	reason   TEXT PRIMARY KEY, -- its code
	sentence TEXT NOT NULL     -- what it says, in plain words
) STRICT, WITHOUT ROWID;

-- What the audit says of each decision, a row each criterion: its verdict (pass,
-- fail or not_applicable), the reason as a code and as a sentence, and the ids of
-- the events that it was read from, separated by spaces. The day is the one the
-- decision was made on, or else raised. Where time changes D12 there are two rows
-- of it: one holds up to and including the day until, the other after the day
-- after; both are NULL where there is no such bound. For a day D take the rows
-- WHERE (until IS NULL OR D <= until) AND (after IS NULL OR D > after).
CREATE VIEW verdicts AS
	SELECT journey, decision, service, coalesce(made, raised) AS day, state, criteria.criterion, criteria.title, judged.value AS verdict,
		reasons.reason, reasons.sentence,
		(SELECT group_concat(id, ' ') FROM (SELECT evidence ->> ('$[0][' || place.value || ']') AS id
			FROM json_each(evidence, '$[' || (judged.key + 1) || ']') AS place ORDER BY place.key)) AS events,
		iif(judged.key = 12, d12_until, NULL) AS after, iif(judged.key = 11, d12_until, NULL) AS until, decisions.rules
	FROM decisions
	CROSS JOIN json_each(json_array(d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d12_after)) AS judged
	CROSS JOIN criteria ON criteria.n = min(judged.key + 1, 12)
	CROSS JOIN reasons ON reasons.reason = ('["' || replace(decisions.reasons, ' ', '","') || '"]') ->> ('$[' || judged.key || ']')
	WHERE judged.key < 12 OR d12_until IS NOT NULL;
