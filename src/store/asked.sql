-- asked: who asked for which names, for all that is concluded from it
--
-- Each ingest has numbers of its own for addresses and names, and a name may
-- be written in any case: here a text has one number.  The transactions are
-- grouped once, and what follows goes by numbers.  These tables live until
-- lookups.sql is through.

-- A client is the first of the addresses with its text.
CREATE TEMP TABLE party (
	address INTEGER PRIMARY KEY,     -- -> address
	client  INTEGER NOT NULL
);

INSERT INTO temp.party
SELECT id, min(id) OVER (PARTITION BY text) FROM address;

-- Names in lower case, by the number of the first that is so; expansions.sql
-- adds parts of them.
CREATE TEMP TABLE word (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
);

INSERT OR IGNORE INTO temp.word (id, text)
SELECT id, lower(text) FROM name ORDER BY id;

CREATE TEMP TABLE spelling (
	name INTEGER PRIMARY KEY,        -- -> name
	word INTEGER NOT NULL
);

INSERT INTO temp.spelling
SELECT n.id,
       coalesce((SELECT w.id FROM temp.word AS w WHERE w.id = n.id),
                (SELECT w.id FROM temp.word AS w WHERE w.text = lower(n.text)))
  FROM name AS n;

-- Each name of each client.
CREATE TEMP TABLE spoken (
	client       INTEGER NOT NULL,   -- -> address
	name         INTEGER NOT NULL,   -- -> name
	first_ns     INTEGER,
	last_ns      INTEGER,
	exists_there INTEGER NOT NULL,
	denied       INTEGER NOT NULL,
	has_data     INTEGER NOT NULL,
	PRIMARY KEY (client, name)
) WITHOUT ROWID;

INSERT INTO temp.spoken
SELECT client, name, min(time_ns), max(time_ns), max(rcode IS 0),
       max(rcode IS 3),
       max(iif(rcode = 0, (SELECT num_answers > 0 FROM answer_set
                            WHERE answer_set.id = answers), 0) IS 1)
  FROM exchange
 WHERE leader IS NULL AND name != 0
   AND kind = (SELECT code FROM kind WHERE kind.name = 'query')
 GROUP BY client, name;

-- Each word of each client.
CREATE TEMP TABLE asked (
	client       INTEGER NOT NULL,   -- as in party
	word         INTEGER NOT NULL,
	first_ns     INTEGER,
	last_ns      INTEGER,
	exists_there INTEGER NOT NULL,
	denied       INTEGER NOT NULL,
	has_data     INTEGER NOT NULL,
	PRIMARY KEY (client, word)
) WITHOUT ROWID;

-- In this order a row rarely meets another one, and needs no sorting.
INSERT INTO temp.asked AS a
SELECT p.client, n.word, s.first_ns, s.last_ns, s.exists_there, s.denied,
       s.has_data
  FROM temp.spoken AS s
 CROSS JOIN temp.party AS p ON p.address = s.client
 CROSS JOIN temp.spelling AS n ON n.name = s.name
 WHERE true
    ON CONFLICT DO UPDATE
   SET first_ns = coalesce(min(a.first_ns, excluded.first_ns), a.first_ns,
                           excluded.first_ns),
       last_ns = coalesce(max(a.last_ns, excluded.last_ns), a.last_ns,
                          excluded.last_ns),
       exists_there = max(a.exists_there, excluded.exists_there),
       denied = max(a.denied, excluded.denied),
       has_data = max(a.has_data, excluded.has_data);

-- No times: all of it is near.
UPDATE temp.asked SET first_ns = 0, last_ns = 0 WHERE first_ns IS NULL;

-- Who asks whom, copies included.
CREATE TEMP TABLE contact AS
SELECT DISTINCT client, server, is_query,
       is_query AND response_frame IS NOT NULL AS is_answered
  FROM (SELECT client, server, response_frame,
               kind = (SELECT code FROM kind WHERE kind.name = 'query')
                                               AS is_query
          FROM exchange);
