-- asked: who asked for which names, for all that is concluded from it
--
-- A name may be written in any case: by temp.word (spellings.sql) a text has
-- one number.  The transactions are grouped once, and what follows goes by
-- numbers.  These tables live until lookups.sql is through.

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

-- Who asks whom, copies included.
CREATE TEMP TABLE contact (
	client      INTEGER NOT NULL,    -- -> address
	server      INTEGER NOT NULL,    -- -> address
	is_query    INTEGER NOT NULL,
	is_answered INTEGER NOT NULL,
	PRIMARY KEY (client, server, is_query)
) WITHOUT ROWID;

WITH x AS (
    -- generated columns are worked out wherever they are named
    SELECT client, server, name, time_ns, leader, answers, rcode,
           kind = (SELECT code FROM kind WHERE kind.name = 'query')
                                               AS is_query,
           response_frames IS NOT NULL         AS is_answered
      FROM exchange
     LIMIT -1 -- all, as in expansions.sql
)
SELECT gather('spoken', 'kk<>>>>', x.client, x.name, x.time_ns, x.time_ns,
              x.rcode IS 0, x.rcode IS 3,
              x.rcode IS 0 AND coalesce(a.num_answers > 0, 0))
       FILTER (WHERE x.leader IS NULL AND x.name != 0 AND x.is_query),
       gather('contact', 'kkk>', x.client, x.server, x.is_query,
              x.is_query AND x.is_answered)
  FROM x
  LEFT JOIN answer_set AS a ON a.id = x.answers;

-- Each word of each client.
CREATE TEMP TABLE asked (
	client       INTEGER NOT NULL,   -- -> address
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
SELECT s.client, coalesce(n.word, s.name), s.first_ns, s.last_ns,
       s.exists_there, s.denied, s.has_data
  FROM temp.spoken AS s
  LEFT JOIN spelling AS n ON n.name = s.name
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
