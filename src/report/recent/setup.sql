-- setup: where the transactions of the last minutes are put for a moment
--
-- In memory: a process that may open no other file has no room to sort in.

PRAGMA temp_store = MEMORY;

-- What is looked at; one row.  Numbers are those of table exchange.
CREATE TEMP TABLE span (
	since_ns  INTEGER,           -- NULL: the store is empty
	wait_ns   INTEGER NOT NULL,  -- then a query has no answer
	first     INTEGER,           -- the first one asked from since_ns on
	given_up  INTEGER,           -- the first one whose wait time ended then
	waiting   INTEGER            -- the first one that still waits
) STRICT;

CREATE TEMP TABLE recent (
	transaction_id INTEGER PRIMARY KEY,
	second         INTEGER NOT NULL,  -- since 1970, when it was decided
	client         TEXT NOT NULL,     -- the pod, or its address
	server         TEXT NOT NULL,     -- an address
	name           TEXT,              -- lower case
	is_error       INTEGER NOT NULL,  -- a bad rcode, but for NXDOMAIN
	is_denied      INTEGER NOT NULL,  -- NXDOMAIN: often of a search list
	is_unanswered  INTEGER NOT NULL,
	latency_ns     INTEGER
) STRICT;
