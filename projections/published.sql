-- What this file was made from, and when. One row.
CREATE TABLE published (
	one      INTEGER PRIMARY KEY CHECK (one = 1), -- always 1
	log      TEXT    NOT NULL, -- the id of the log that the figures were worked out from
	position INTEGER NOT NULL, -- the position of the last event that is in the figures
	made_at  TEXT    NOT NULL, -- when the figures were worked out, in UTC
	program  TEXT    NOT NULL  -- the version of the program that did
) STRICT;

-- What every table and column means.
CREATE TABLE descriptions (
	of      TEXT NOT NULL, -- the table
	item    TEXT NOT NULL, -- its column; empty for the table itself
	meaning TEXT NOT NULL, -- what it means
	PRIMARY KEY (of, item)
) STRICT;

-- The services.
CREATE TABLE services (
	service      TEXT    PRIMARY KEY, -- its id
	name         TEXT    NOT NULL,    -- its name
	kind         TEXT    NOT NULL,    -- supported_housing, community, crisis, employment, residential or peer
	opened       TEXT    NOT NULL,    -- its first day
	closed       TEXT,                -- its last day; NULL while it is open
	time_limited INTEGER              -- whether support there is meant to end: 1 or 0; NULL where not recorded
) STRICT;

-- What each figure is. Nothing here is a diagnosis or a score of a person.
CREATE TABLE definitions (
	outcome     TEXT    PRIMARY KEY, -- the outcome's id
	place       INTEGER NOT NULL,    -- sorts the outcomes as they are shown
	aim         TEXT    NOT NULL,    -- decisions, activities, home, support, confidence, life, aspirations, experience or restrictions
	title       TEXT    NOT NULL,    -- its short name
	sentence    TEXT    NOT NULL,    -- what is counted, in plain words
	who         TEXT    NOT NULL,    -- who or what counts
	numerator   TEXT    NOT NULL,    -- what the numerator counts, or what a count counts; empty for none
	denominator TEXT    NOT NULL,    -- what it is a share of; empty for none
	value       TEXT    NOT NULL,    -- what the value is where it is neither a share nor a count; empty otherwise
	better      TEXT    NOT NULL,    -- which way is better: up, down or neither
	unit        TEXT    NOT NULL,    -- of the value
	over        TEXT    NOT NULL,    -- what it is taken over: nothing, entries, due, people, state, latest, values, moves, change or endings
	share       INTEGER NOT NULL,    -- 1 where the value is a share from 0 to 1
	asked       INTEGER NOT NULL,    -- 1 where it is listed only for services where anybody was asked
	sd          REAL,                -- of a measure with a published norm: the standard deviation
	reliability REAL,                -- likewise: the reliability
	norm_source TEXT    NOT NULL,    -- likewise: where it was published; empty without a norm
	version     INTEGER NOT NULL     -- of the definition
) STRICT;

-- The thresholds of each definition.
CREATE TABLE parameters (
	outcome   TEXT NOT NULL, -- the outcome's id
	parameter TEXT NOT NULL, -- its name
	value     REAL NOT NULL, -- the threshold
	unit      TEXT NOT NULL, -- what it is in
	PRIMARY KEY (outcome, parameter)
) STRICT, WITHOUT ROWID;

-- Every figure: one outcome of one service, or of all together, over one period.
-- The tables below that have the same five first columns say more of the same
-- figure.
CREATE TABLE figures (
	service     TEXT    NOT NULL, -- the service's id; empty for all services together
	every       TEXT    NOT NULL, -- how long the period is: month, quarter or year
	period      TEXT    NOT NULL, -- the period, as 2026-03, 2026-Q1 or 2026
	outcome     TEXT    NOT NULL, -- the outcome's id
	by          TEXT    NOT NULL, -- who rated, where it was not the person; otherwise empty
	starts      TEXT    NOT NULL, -- the period's first day
	ends        TEXT    NOT NULL, -- its last day
	version     INTEGER NOT NULL, -- of the outcome's definition
	state       TEXT    NOT NULL, -- why it is not judged yet: not_over or may_change; empty where it may be
	latest      INTEGER NOT NULL, -- 1 for the latest period of this length whose state is empty
	no_entries  INTEGER NOT NULL, -- 1 where nothing at all was recorded there in the period, which is not the same as zero
	numerator   INTEGER,          -- of a share, or the count itself; NULL where that does not apply
	denominator INTEGER,          -- of a share; NULL where that does not apply
	value       REAL,             -- a share from 0 to 1, a mean or a median; NULL where there is nothing to take it of
	lower       REAL,             -- of the 95 % interval; NULL under 10 people
	upper       REAL,             -- likewise
	n           INTEGER NOT NULL, -- how many people are behind it; of a change, how many pairs; of the time to move on, how many episodes
	missing     INTEGER NOT NULL, -- how many could have said and did not, whatever the reason
	PRIMARY KEY (service, every, period, outcome, by)
) STRICT, WITHOUT ROWID;
CREATE INDEX figures_latest ON figures (every, outcome) WHERE latest = 1;

-- How many could have said and did not, by why.
CREATE TABLE missing (
	service TEXT    NOT NULL, -- as in figures
	every   TEXT    NOT NULL, -- as in figures
	period  TEXT    NOT NULL, -- as in figures
	outcome TEXT    NOT NULL, -- as in figures
	by      TEXT    NOT NULL, -- as in figures
	why     TEXT    NOT NULL, -- such as declined, not_recorded or not_asked
	n       INTEGER NOT NULL, -- how many: entries for shares of entries, otherwise people or episodes
	PRIMARY KEY (service, every, period, outcome, by, why)
) STRICT, WITHOUT ROWID;

-- How many gave each answer.
CREATE TABLE distributions (
	service TEXT    NOT NULL, -- as in figures
	every   TEXT    NOT NULL, -- as in figures
	period  TEXT    NOT NULL, -- as in figures
	outcome TEXT    NOT NULL, -- as in figures
	by      TEXT    NOT NULL, -- as in figures
	place   INTEGER NOT NULL, -- sorts the answers in their own order, from 0
	answer  TEXT    NOT NULL, -- the answer
	n       INTEGER NOT NULL, -- how many gave it
	PRIMARY KEY (service, every, period, outcome, by, place)
) STRICT, WITHOUT ROWID;

-- How the answers were given, where that is asked.
CREATE TABLE given (
	service TEXT    NOT NULL, -- as in figures
	every   TEXT    NOT NULL, -- as in figures
	period  TEXT    NOT NULL, -- as in figures
	outcome TEXT    NOT NULL, -- as in figures
	by      TEXT    NOT NULL, -- as in figures
	how     TEXT    NOT NULL, -- alone, with_peer, with_worker or not_recorded
	n       INTEGER NOT NULL, -- how many
	PRIMARY KEY (service, every, period, outcome, by, how)
) STRICT, WITHOUT ROWID;

-- How ratings moved within episodes of support, from the first to the later.
CREATE TABLE changes (
	service      TEXT    NOT NULL, -- as in figures
	every        TEXT    NOT NULL, -- as in figures
	period       TEXT    NOT NULL, -- as in figures
	outcome      TEXT    NOT NULL, -- as in figures
	by           TEXT    NOT NULL, -- as in figures
	due          INTEGER NOT NULL, -- episodes whose pair was to be expected
	paired       INTEGER NOT NULL, -- those that have one
	ended_early  INTEGER NOT NULL, -- episodes that ended before a pair was due
	reliable     INTEGER NOT NULL, -- 1 where a published norm tells a change from chance
	better       INTEGER NOT NULL, -- pairs reliably better; without a norm, up 2 or more
	better_lower REAL,             -- of the 95 % interval of their share of the pairs; NULL under 10 pairs
	better_upper REAL,             -- likewise
	same         INTEGER NOT NULL, -- pairs without a reliable change; without a norm, less than 2 either way
	same_lower   REAL,             -- as for better
	same_upper   REAL,             -- as for better
	worse        INTEGER NOT NULL, -- pairs reliably worse; without a norm, down 2 or more
	worse_lower  REAL,             -- as for better
	worse_upper  REAL,             -- as for better
	first_paired REAL,             -- the mean of the first ratings of those with a pair
	first_alone  REAL,             -- the mean of the first ratings of those without a later one
	first_alone_n INTEGER NOT NULL, -- how many those are
	PRIMARY KEY (service, every, period, outcome, by)
) STRICT, WITHOUT ROWID;

-- Of the time to move on: the share of episodes expected to have ended so by a
-- day, with the other endings beside it.
CREATE TABLE endings (
	service TEXT    NOT NULL, -- as in figures
	every   TEXT    NOT NULL, -- as in figures
	period  TEXT    NOT NULL, -- as in figures
	outcome TEXT    NOT NULL, -- as in figures
	by      TEXT    NOT NULL, -- as in figures
	day     INTEGER NOT NULL, -- counted from the start of support, which is day 0
	ending  TEXT    NOT NULL, -- moved_on, hospital, prison, died or otherwise
	share   REAL    NOT NULL, -- from 0 to 1
	PRIMARY KEY (service, every, period, outcome, by, day, ending)
) STRICT, WITHOUT ROWID;

-- One control chart for each outcome of each service and each rater. The same people recur from point to point: a signal is a question.
CREATE TABLE charts (
	service   TEXT    NOT NULL, -- the service's id; empty for all services together
	outcome   TEXT    NOT NULL, -- the outcome's id
	by        TEXT    NOT NULL, -- who rated, where it was not the person; otherwise empty
	every     TEXT    NOT NULL, -- how long a point's period is: month, or quarter where months are too small
	kind      TEXT    NOT NULL, -- xmr, or run: counts and no judgement
	why       TEXT    NOT NULL, -- why nothing is judged; empty where something is
	edition   TEXT    NOT NULL, -- which reading of two of three it was judged by: current or classic; empty for a run chart
	screened  INTEGER NOT NULL, -- 1 where great moving ranges were left out of the limits
	trial     INTEGER NOT NULL, -- 1 where there are too few points for more than trial limits
	variation TEXT    NOT NULL, -- of the latest point: common, improvement, concern or neutral; empty where nothing is judged
	assurance TEXT    NOT NULL, -- of a target: consistently_met, consistently_missed or hit_and_miss; empty without one
	sentence  TEXT    NOT NULL, -- what the chart says, in plain words
	target    REAL,             -- in the outcome's unit; NULL without one
	version   INTEGER NOT NULL, -- of the outcome's definition
	PRIMARY KEY (service, outcome, by)
) STRICT, WITHOUT ROWID;

-- The points of the charts.
CREATE TABLE chart_points (
	service       TEXT    NOT NULL, -- as in charts
	outcome       TEXT    NOT NULL, -- as in charts
	by            TEXT    NOT NULL, -- as in charts
	period        TEXT    NOT NULL, -- the period, as 2026-03 or 2026-Q1
	starts        TEXT    NOT NULL, -- its first day
	value         REAL,             -- as in figures; of a count, the count; NULL for a missing point
	numerator     INTEGER,          -- as in figures
	denominator   INTEGER,          -- as in figures
	n             INTEGER NOT NULL, -- as in figures
	lower         REAL,             -- of the point's own 95 % interval; NULL under 10 people
	upper         REAL,             -- likewise
	state         TEXT    NOT NULL, -- as in figures: a point with a state is shown and never judged
	mixed         INTEGER NOT NULL, -- 1 where the chart starts again in the middle of the period, which then belongs to neither part
	no_entries    INTEGER NOT NULL, -- as in figures
	missing       INTEGER NOT NULL, -- as in figures
	mean          REAL,             -- of the segment that the point belongs to
	lower_limit   REAL,             -- of common variation; NULL for a run chart. It may lie outside what is possible: it is never clipped
	upper_limit   REAL,             -- likewise
	near_lower    REAL,             -- two thirds of the way to the lower limit
	near_upper    REAL,             -- two thirds of the way to the upper limit
	special_cause TEXT    NOT NULL, -- astronomical, trend, two_of_three or shift; empty for common variation
	verdict       TEXT    NOT NULL, -- what the special cause means: improvement, concern or neutral; empty without one
	segment       INTEGER NOT NULL, -- counts the stretches with limits of their own
	rebased       TEXT    NOT NULL, -- why a segment begins at this point; empty elsewhere
	PRIMARY KEY (service, outcome, by, period)
) STRICT, WITHOUT ROWID;

-- Services of one kind beside each other, for outcomes of people and no others.
-- It is no league table: the question is whether a service differs from all of
-- its kind together by more than chance.
CREATE TABLE funnels (
	outcome  TEXT    NOT NULL, -- the outcome's id
	kind     TEXT    NOT NULL, -- the services' kind
	every    TEXT    NOT NULL, -- how long the period is
	period   TEXT    NOT NULL, -- the period
	method   TEXT    NOT NULL, -- overdispersed where the limits allow for more difference than chance; empty for chance alone
	theta    REAL    NOT NULL, -- the share among the people of all services shown
	phi      REAL,             -- over-dispersion; NULL under 10 services
	tau2     REAL,             -- the variance between services; NULL under 10 services
	hidden   INTEGER NOT NULL, -- how many services have fewer than 10 people, and are not shown
	not_compared INTEGER NOT NULL, -- how many recorded nothing then, or may still change
	sentence TEXT    NOT NULL, -- what is to be seen, in plain words
	version  INTEGER NOT NULL, -- of the outcome's definition
	PRIMARY KEY (outcome, kind, period)
) STRICT, WITHOUT ROWID;

-- The services in the funnels.
CREATE TABLE funnel_points (
	outcome     TEXT    NOT NULL, -- as in funnels
	kind        TEXT    NOT NULL, -- as in funnels
	period      TEXT    NOT NULL, -- as in funnels
	service     TEXT    NOT NULL, -- the service's id
	numerator   INTEGER NOT NULL, -- people of whom it is true
	denominator INTEGER NOT NULL, -- people of whom it is known
	share       REAL    NOT NULL, -- numerator ÷ denominator
	lower_95    REAL,             -- the limits within which 95 in 100 services would be by chance; NULL under 10 services
	upper_95    REAL,             -- likewise
	lower_998   REAL    NOT NULL, -- the limits within which 998 in 1,000 services would be by chance
	upper_998   REAL    NOT NULL, -- likewise
	verdict     TEXT    NOT NULL, -- differs_95 or differs_998 where it differs from all together by more than chance; otherwise empty
	PRIMARY KEY (outcome, kind, period, service)
) STRICT, WITHOUT ROWID;

-- The funnels' limits by how many people a service has, to draw them by.
CREATE TABLE funnel_limits (
	outcome   TEXT    NOT NULL, -- as in funnels
	kind      TEXT    NOT NULL, -- as in funnels
	period    TEXT    NOT NULL, -- as in funnels
	people    INTEGER NOT NULL, -- of a service
	lower_95  REAL,             -- as in funnel_points
	upper_95  REAL,             -- as in funnel_points
	lower_998 REAL    NOT NULL, -- as in funnel_points
	upper_998 REAL    NOT NULL, -- as in funnel_points
	PRIMARY KEY (outcome, kind, period, people)
) STRICT, WITHOUT ROWID;
