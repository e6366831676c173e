-- rollup: what reports read instead of all transactions
--
-- Of the view _chosen: all transactions.  For a report on some of them, or with
-- more rows than the lists here hold, report.c makes tables of the same names
-- that hide these, and runs the same statements; so each count is one
-- statement, here.

UPDATE rollup
   SET last_exchange = (SELECT coalesce(max(id), 0) FROM exchange);

DELETE FROM tally;
DELETE FROM lookup_tally;
DELETE FROM timeline;
DELETE FROM latency;
DELETE FROM slowest;
DELETE FROM failure;
DELETE FROM failure_row;
DELETE FROM denied_name;
DELETE FROM figure;
DELETE FROM asked_name;
DELETE FROM busy;
DELETE FROM lone_name;
DELETE FROM known_name;
DELETE FROM nodata;
DELETE FROM expansion_cost;
DELETE FROM expansion_example;
DELETE FROM expansion_base;
DELETE FROM address_row;
DELETE FROM address_change;

WITH span AS MATERIALIZED (
    SELECT min(time_ns) AS first_ns, max(time_ns) AS last_ns
      FROM _chosen
     WHERE kind = 0
), unit (width_ns) AS (
    VALUES (1000000), (2000000), (5000000), (10000000), (20000000),
           (50000000), (100000000), (200000000), (500000000), (1000000000),
           (2000000000), (5000000000), (10000000000), (15000000000),
           (30000000000), (60000000000), (120000000000), (300000000000),
           (600000000000), (900000000000), (1800000000000), (3600000000000),
           (7200000000000), (10800000000000), (21600000000000),
           (43200000000000), (86400000000000), (604800000000000),
           (2592000000000000), (31536000000000000), (315360000000000000)
)
UPDATE rollup
   SET bar_ns = (SELECT min(width_ns)
                   FROM unit, span
                  WHERE last_ns / width_ns - first_ns / width_ns < 120);

-- Who had which name when, as numbers; 0: none.
CREATE TEMP TABLE title (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
);

INSERT OR IGNORE INTO temp.title (text)
SELECT coalesce(shown, name) FROM naming
 WHERE coalesce(shown, name) IS NOT NULL;

CREATE TEMP TABLE span (
	address INTEGER NOT NULL,        -- -> address
	from_ns INTEGER NOT NULL,
	to_ns   INTEGER NOT NULL,
	title   INTEGER NOT NULL,        -- -> title
	PRIMARY KEY (address, from_ns)
) WITHOUT ROWID;

INSERT INTO temp.span
SELECT a.id, n.from_ns, n.to_ns, t.id
  FROM address AS a
  JOIN naming AS n ON n.address = a.text
  JOIN temp.title AS t ON t.text = coalesce(n.shown, n.name);

CREATE TEMP VIEW titled AS
SELECT x.*,
       CASE WHEN EXISTS (SELECT * FROM temp.span)
            THEN coalesce((SELECT title FROM temp.span AS n
                            WHERE n.address = x.client
                              AND coalesce(x.time_ns, 9223372036854775806)
                                  >= n.from_ns
                              AND coalesce(x.time_ns, 9223372036854775806)
                                  < n.to_ns), 0)
            ELSE 0 END                         AS client_title,
       CASE WHEN EXISTS (SELECT * FROM temp.span)
            THEN coalesce((SELECT title FROM temp.span AS n
                            WHERE n.address = x.server
                              AND coalesce(x.time_ns, 9223372036854775806)
                                  >= n.from_ns
                              AND coalesce(x.time_ns, 9223372036854775806)
                                  < n.to_ns), 0)
            ELSE 0 END                         AS server_title
  FROM _chosen AS x;

-- Each name and type.
CREATE TEMP TABLE question_sum (
	word           INTEGER NOT NULL, -- -> name
	qtype          INTEGER NOT NULL,
	name           INTEGER NOT NULL, -- -> name: as it was asked first
	queries        INTEGER NOT NULL,
	open           INTEGER NOT NULL, -- not just answered
	in_time        INTEGER NOT NULL,
	late           INTEGER NOT NULL,
	unanswered     INTEGER NOT NULL,
	pending_at_end INTEGER NOT NULL,
	max_ns         INTEGER,
	found          INTEGER NOT NULL, -- NOERROR
	with_records   INTEGER NOT NULL,
	denied         INTEGER NOT NULL,
	responses      INTEGER NOT NULL, -- to questions for addresses
	PRIMARY KEY (word, qtype)
) WITHOUT ROWID;

-- Names that do not exist.
CREATE TEMP TABLE denied_sum (
	client       INTEGER NOT NULL,   -- -> address
	name         INTEGER NOT NULL,   -- -> name
	family       INTEGER NOT NULL,   -- the type; of AAAA that of A
	client_title INTEGER NOT NULL,   -- -> title
	transactions INTEGER NOT NULL,
	aaaa         INTEGER NOT NULL,   -- of them
	queries      INTEGER NOT NULL,
	other_ns     INTEGER NOT NULL,   -- latencies of what is not AAAA
	aaaa_ns      INTEGER NOT NULL,
	measured     INTEGER NOT NULL,
	first_ns     INTEGER,
	last_ns      INTEGER,
	PRIMARY KEY (client, name, family, client_title)
) WITHOUT ROWID;

-- Names without records of that type.
CREATE TEMP TABLE nodata_sum (
	name         INTEGER NOT NULL,   -- -> name
	qtype        INTEGER NOT NULL,
	client       INTEGER NOT NULL,   -- -> address
	client_title INTEGER NOT NULL,   -- -> title
	server       INTEGER NOT NULL,   -- -> address
	server_title INTEGER NOT NULL,   -- -> title
	count        INTEGER NOT NULL,
	first_ns     INTEGER,
	last_ns      INTEGER,
	PRIMARY KEY (name, qtype, client, client_title, server, server_title)
) WITHOUT ROWID;

-- All of these, tally, timeline and latency in one pass (sums.c).  Latencies are
-- rounded where there are many.
SELECT sum_up(x.id, x.client, x.server, x.server_port, x.name,
              coalesce(w.word, x.name), x.qtype, x.kind, x.state, x.rcode,
              x.attempts, x.time_ns, x.query_frame, x.response_after_ns,
              iif((SELECT is_exact FROM rollup), x.response_after_ns,
                  rounded(x.response_after_ns)),
              x.response_flags, x.ttl, x.parent,
              -- LINUX_SLL has no interfaces: what it calls one is all of them
              iif(x.query_direction = 1
                  AND x.query_interface IN (SELECT interface_id
                                              FROM interfaces
                                             WHERE role = 'uplink'
                                               AND linktype != 'LINUX_SLL'),
                  x.query_interface, 0),
              a.addresses IS NOT NULL,
              CASE WHEN a.num_answers = 0 THEN 1
                   WHEN a.cname IS NOT NULL AND x.qtype NOT IN (5, 255)
                   THEN NOT EXISTS (SELECT * FROM answer AS r
                                     WHERE r.answer_set = a.id
                                       AND r.type = x.qtype) END,
              d.verdict NOT IN ('ok', 'trailing_bytes'),
              h.upstreams, h.path_out_ns, h.path_back_ns, h.network_ns,
              h.server_ns, h.upstream_ns, h.retry_ns, h.beyond_ns,
              x.client_title, x.server_title,
              x.time_ns - x.time_ns % (SELECT bar_ns FROM rollup))
  FROM temp.titled AS x
  LEFT JOIN spelling AS w ON w.name = x.name
  LEFT JOIN answer_set AS a ON a.id = x.answers
  LEFT JOIN detail AS d ON d.id = x.response_detail
  LEFT JOIN hop AS h ON h.exchange = x.id;

UPDATE rollup
   SET is_dense = (SELECT count(*) <= 100000
                          AND 2 * count(*) <= coalesce(sum(count), 0)
                     FROM tally);

-- Lookups, for the verdict, unless reports may as well go through them.  What is
-- not answered may be a service of the cluster, misspelt; an answer that got
-- lost on its way back is no failure that nobody knows of.
CREATE TEMP TABLE inside_name (name INTEGER PRIMARY KEY);

CREATE TEMP TABLE inside_zone AS
SELECT '.' || name AS name FROM zone
 UNION SELECT '.cluster.local.'
 UNION SELECT '.svc.';

INSERT INTO temp.inside_name
SELECT n.id
  FROM rollup AS r
 CROSS JOIN name AS n
 WHERE r.is_dense
   AND EXISTS (SELECT * FROM temp.inside_zone AS z
                WHERE substr(n.text, -length(z.name))
                      = z.name COLLATE NOCASE);

DROP TABLE temp.inside_zone;

CREATE TEMP TABLE lost_lookup AS
SELECT DISTINCT m.lookup_id
  FROM last_place AS l
  JOIN lookup_transactions AS m ON m.transaction_id = l.exchange
 WHERE l.verdict = 10;

INSERT INTO lookup_tally
SELECT client, reason,
       iif(outcome = 'unknown' AND id IN temp.lost_lookup,
           'not delivered', outcome),
       coalesce(waited_ns > 1000000000, 0),
       last_name IN temp.inside_name
       OR (names > 1 AND outcome = 'NXDOMAIN'
           AND name IN temp.inside_name),
       count(*), sum(names > 1), sum(iif(names > 1, queries, 0)),
       max(waited_ns), min(iif(names > 1, id, NULL))
  FROM rollup
 CROSS JOIN _chosen_lookup
 WHERE is_dense
 GROUP BY client, reason, 3, 4, 5;

INSERT INTO slowest
SELECT id, response_after_ns
  FROM _chosen
 WHERE kind = 0 AND query_frame IS NOT NULL AND response_after_ns >= 0
 ORDER BY response_after_ns DESC, id
 LIMIT (SELECT list_rows FROM rollup);

-- Those that no search list made, or of which nobody knows how it went on.
CREATE TEMP TABLE plain_name (
	client INTEGER NOT NULL,
	name   INTEGER NOT NULL,
	PRIMARY KEY (client, name)
) WITHOUT ROWID;

INSERT OR IGNORE INTO temp.plain_name
SELECT d.client, d.name
  FROM temp.denied_sum AS d
 WHERE NOT EXISTS (SELECT * FROM expanded AS e
                    WHERE e.client = d.client AND e.name = d.name
                      AND e.outcome != 3);

-- A name that a search list made, and that does not exist, is no failure where
-- the lookup went on.
INSERT INTO failure
SELECT x.id
  FROM _chosen AS x
 WHERE (x.rcode != 0 OR x.state != 0) -- few are
   AND x.kind = 0
   AND (x.rcode != 0
        OR x.state IN (SELECT code FROM state
                        WHERE name IN ('unanswered', 'wrong_source',
                                       'icmp_error'))
        OR (x.state = (SELECT code FROM state
                        WHERE name = 'answered_elsewhere')
            AND x.id IN (SELECT transaction_id FROM _fate
                          WHERE verdict = 'answered, not delivered')))
   AND x.state != (SELECT code FROM state WHERE name = 'orphan_at_start')
   AND (x.rcode IS NOT 3 OR (x.client, x.name) IN temp.plain_name);

INSERT INTO figure
SELECT 'bad responses', coalesce(sum(x.rcode != 0), 0)
  FROM failure AS f
  JOIN exchange AS x ON x.id = f.exchange
UNION ALL
SELECT 'not delivered', count(*)
  FROM failure AS f
  JOIN exchange AS x ON x.id = f.exchange
 WHERE x.state = (SELECT code FROM state WHERE name = 'answered_elsewhere')
   AND x.id IN (SELECT transaction_id FROM _fate
                 WHERE verdict = 'answered, not delivered');

-- They as numbers: texts would be sorted for longer than all else takes where
-- each query has a name of its own.  0 of a name, and -1, mean that there is
-- none; of a state -1 is answered, -2 not captured or not answered.
CREATE TEMP VIEW failed AS
SELECT x.id,
       coalesce(x.name, 0)                               AS name,
       coalesce(x.qtype, -1)                             AS qtype,
       coalesce(x.rcode, -1)                             AS rcode,
       x.client, x.client_title, x.server, x.server_title,
       CASE WHEN x.state = (SELECT code FROM state WHERE name = 'icmp_error')
            THEN coalesce((SELECT (i.family << 16) + (i.type << 8) + i.code
                             FROM icmp AS i
                            WHERE i.exchange = x.id AND NOT i.quotes_response
                            ORDER BY i.id
                            LIMIT 1), -1)
            ELSE -1 END                                  AS icmp,
       coalesce((SELECT l.verdict FROM last_place AS l
                  WHERE l.exchange = x.id), -1)          AS last_seen,
       CASE WHEN x.state = (SELECT code FROM state WHERE name = 'unanswered')
             AND (SELECT t.doubtful FROM main.transactions AS t
                   WHERE t.transaction_id = x.id)        THEN -2
            WHEN x.rcode IS NULL OR x.query_frame IS NULL THEN x.state
            ELSE -1 END                                  AS state,
       iif(x.query_frame IS NULL, x.time_ns + x.response_after_ns,
           x.time_ns)                                    AS time_ns
  FROM failure AS f
 CROSS JOIN temp.titled AS x ON x.id = f.exchange;

CREATE TEMP TABLE failure_sum (
	name         INTEGER NOT NULL,   -- -> name
	qtype        INTEGER NOT NULL,
	rcode        INTEGER NOT NULL,
	client       INTEGER NOT NULL,   -- -> address
	client_title INTEGER NOT NULL,   -- -> title
	server       INTEGER NOT NULL,   -- -> address
	server_title INTEGER NOT NULL,   -- -> title
	icmp         INTEGER NOT NULL,
	last_seen    INTEGER NOT NULL,   -- -> verdict
	state        INTEGER NOT NULL,
	count        INTEGER NOT NULL,
	first_ns     INTEGER,
	last_ns      INTEGER,
	PRIMARY KEY (name, qtype, rcode, client, client_title, server,
	             server_title, icmp, last_seen, state)
) WITHOUT ROWID;

SELECT gather('failure_sum', 'kkkkkkkkkk+<>', name, qtype, rcode, client,
              client_title, server, server_title, icmp, last_seen, state, 1,
              time_ns, time_ns)
  FROM temp.failed;

CREATE TEMP TABLE failure_listed AS
SELECT *
  FROM temp.failure_sum
 ORDER BY rcode = 3, count DESC, first_ns, name, qtype, rcode, state, icmp,
          last_seen, client, server, client_title, server_title
 LIMIT (SELECT list_rows FROM rollup);
CREATE INDEX temp.listed_name ON failure_listed (name, client, server);

-- Each with its first three packets.
INSERT INTO failure_row
WITH numbered AS (
    SELECT l.rowid                                       AS listed,
           f.id,
           row_number() OVER (PARTITION BY l.rowid
                              ORDER BY f.time_ns, f.id)  AS place
      FROM temp.failed AS f
     CROSS JOIN temp.failure_listed AS l
        ON l.name = f.name AND l.client = f.client AND l.server = f.server
     WHERE l.qtype = f.qtype AND l.rcode = f.rcode AND l.icmp = f.icmp
       AND l.client_title = f.client_title
       AND l.server_title = f.server_title
       AND l.last_seen = f.last_seen AND l.state = f.state
), cited AS (
    SELECT n.listed,
           coalesce(response_file || '#' || response_frame,
                    query_file || '#' || query_frame)
           -- an error message and a response from the wrong place are
           -- evidence as well
           || iif(state = 'icmp_error',
                  ' ' || icmp_file || '#' || icmp_frame, '')
           || iif(state = 'wrong_source',
                  (SELECT ' ' || c.file || '#' || min(w.frame)
                     FROM stray AS w
                     JOIN role AS r ON r.code = w.role
                     JOIN capture AS c ON c.id = w.capture
                    WHERE r.name = 'wrong_source'
                      AND w.exchange IN (
                              SELECT t.transaction_id
                              UNION ALL
                              SELECT id FROM exchange
                               WHERE leader = t.transaction_id)), '')
                                                         AS evidence
      FROM numbered AS n
     CROSS JOIN main.transactions AS t ON t.transaction_id = n.id
     WHERE n.place <= 3
     ORDER BY n.listed, n.place
), evidence AS MATERIALIZED (
    SELECT listed, group_concat(evidence, ' ') AS text
      FROM cited
     GROUP BY listed
)
SELECT n.text, coalesce(t.name, 'TYPE' || nullif(l.qtype, -1)),
       coalesce(r.name, 'RCODE' || nullif(l.rcode, -1)),
       CASE l.state WHEN -1 THEN 'answered'
                    WHEN -2 THEN 'not captured or not answered'
                    ELSE s.name END,
       ca.text, ct.text, sa.text, st.text,
       iif(l.icmp < 0, NULL,
           coalesce((SELECT meaning FROM icmp_code AS k
                      WHERE k.family = l.icmp >> 16
                        AND k.type = (l.icmp >> 8) & 255
                        AND k.code = l.icmp & 255),
                    'type ' || ((l.icmp >> 8) & 255)
                    || ' code ' || (l.icmp & 255))),
       v.name, l.count, l.first_ns, l.last_ns, e.text
  FROM temp.failure_listed AS l
  JOIN address AS ca ON ca.id = l.client
  JOIN address AS sa ON sa.id = l.server
  LEFT JOIN name AS n ON n.id = l.name
  LEFT JOIN qtype AS t ON t.code = l.qtype
  LEFT JOIN rcode AS r ON r.code = l.rcode
  LEFT JOIN state AS s ON s.code = l.state
  LEFT JOIN verdict AS v ON v.code = l.last_seen
  LEFT JOIN temp.title AS ct ON ct.id = l.client_title
  LEFT JOIN temp.title AS st ON st.id = l.server_title
  LEFT JOIN evidence AS e ON e.listed = l.rowid
 ORDER BY l.rowid;

INSERT INTO denied_name
SELECT lower(n.text), max(s.last_ns)
  FROM temp.failure_sum AS s
  JOIN name AS n ON n.id = s.name
  LEFT JOIN spelling AS w ON w.name = s.name
 WHERE s.rcode = 3
 GROUP BY coalesce(w.word, s.name)
 ORDER BY sum(s.count) DESC, lower(n.text)
 LIMIT 100;

-- Sets of addresses in order, and a number for each.
CREATE TEMP TABLE address_order (
	id     INTEGER PRIMARY KEY,      -- -> answer_set
	place  INTEGER NOT NULL,
	sorted TEXT NOT NULL
);

INSERT INTO temp.address_order
SELECT id, dense_rank() OVER (ORDER BY sorted), sorted
  FROM (SELECT a.id, iif(instr(a.addresses, ','), (
                       SELECT group_concat(value)
                         FROM (SELECT value
                                 FROM json_each('["' || replace(a.addresses,
                                                      ',', '","') || '"]')
                                ORDER BY value)), a.addresses) AS sorted
          FROM answer_set AS a
         WHERE a.addresses IS NOT NULL);

INSERT INTO figure
SELECT 'names', count(*)
  FROM (SELECT word FROM temp.question_sum
         WHERE queries > 0 AND word != 0 GROUP BY word)
UNION ALL
SELECT 'names asked for addresses', count(*)
  FROM (SELECT word FROM temp.question_sum
         WHERE responses > 0 AND word != 0 GROUP BY word);

CREATE TEMP TABLE asked_most AS
SELECT s.*
  FROM temp.question_sum AS s
  LEFT JOIN name AS n ON n.id = s.name
  LEFT JOIN qtype AS t ON t.code = s.qtype
 WHERE s.queries > 0
 ORDER BY s.queries DESC, n.text, coalesce(t.name, 'TYPE' || s.qtype)
 LIMIT (SELECT list_rows FROM rollup);

CREATE TEMP TABLE asked_spelling (
	name INTEGER PRIMARY KEY,        -- -> name
	word INTEGER NOT NULL            -- -> name
);

INSERT INTO temp.asked_spelling
SELECT word, word FROM temp.asked_most WHERE true GROUP BY word
UNION
SELECT name, word FROM spelling
 WHERE word IN (SELECT word FROM temp.asked_most);

CREATE TEMP TABLE asked_latency (
	word    INTEGER NOT NULL,
	qtype   INTEGER NOT NULL,
	near_ns INTEGER NOT NULL,
	count   INTEGER NOT NULL,
	PRIMARY KEY (word, qtype, near_ns)
) WITHOUT ROWID;

CREATE TEMP TABLE busy_name AS
WITH w AS MATERIALIZED (
    SELECT s.word
      FROM temp.question_sum AS s
      LEFT JOIN name AS n ON n.id = s.word
     WHERE s.queries > 0
     GROUP BY s.word
    HAVING sum(s.open) > 0
     ORDER BY sum(s.queries) DESC, lower(n.text)
     LIMIT 5
)
SELECT word AS name FROM w WHERE word != 0
UNION
SELECT name FROM spelling WHERE word IN (SELECT word FROM w);

INSERT INTO busy
SELECT x.id
  FROM _chosen AS x
 WHERE x.kind = 0 AND x.query_frame IS NOT NULL
   AND x.name IN (SELECT name FROM temp.busy_name)
 ORDER BY x.time_ns, x.id
 LIMIT (SELECT list_rows FROM rollup);

CREATE TEMP TABLE lone AS
SELECT word, sum(denied) AS count
  FROM temp.question_sum
 WHERE word != 0
 GROUP BY word
HAVING sum(denied) > 0 AND sum(found) = 0;

DELETE FROM temp.lone
 WHERE word IN (SELECT coalesce(w.word, e.name)
                  FROM expanded AS e
                  LEFT JOIN spelling AS w ON w.name = e.name
                 WHERE e.outcome != 3);

INSERT INTO figure SELECT 'lone names', count(*) FROM temp.lone;

INSERT INTO lone_name
SELECT l.word, l.count
  FROM temp.lone AS l
  JOIN name AS n ON n.id = l.word
 ORDER BY l.count DESC, lower(n.text)
 LIMIT (SELECT list_rows FROM rollup);

INSERT INTO known_name
SELECT s.word
  FROM (SELECT DISTINCT word FROM temp.question_sum WHERE with_records > 0)
       AS s
  JOIN name AS n ON n.id = s.word
 ORDER BY lower(n.text)
 LIMIT 20000;

INSERT INTO figure
SELECT 'nodata', coalesce(sum(count), 0) FROM temp.nodata_sum;

INSERT INTO nodata
SELECT s.name, s.qtype, s.client, ct.text, s.server, st.text, s.count,
       s.first_ns, s.last_ns
  FROM temp.nodata_sum AS s
  JOIN address AS c ON c.id = s.client
  JOIN address AS v ON v.id = s.server
  LEFT JOIN name AS n ON n.id = s.name
  LEFT JOIN qtype AS t ON t.code = s.qtype
  LEFT JOIN temp.title AS ct ON ct.id = s.client_title
  LEFT JOIN temp.title AS st ON st.id = s.server_title
 ORDER BY s.count DESC, s.first_ns, n.text, coalesce(t.name, 'TYPE' || s.qtype),
          c.text, v.text, ct.text, st.text
 LIMIT (SELECT list_rows FROM rollup);

-- One suffix waits for the one before it.
CREATE TEMP TABLE expansion_sum (
	client       INTEGER NOT NULL,   -- -> address
	client_title INTEGER NOT NULL,   -- -> title
	word         INTEGER NOT NULL,   -- -> name
	base_length  INTEGER NOT NULL,   -- as in expanded, and the next two
	outcome      INTEGER NOT NULL,
	by_list      INTEGER NOT NULL,
	transactions INTEGER NOT NULL,
	lookups      INTEGER NOT NULL,
	queries      INTEGER NOT NULL,
	latency_ns   INTEGER,
	first_ns     INTEGER,
	last_ns      INTEGER,
	PRIMARY KEY (client, client_title, word, base_length, outcome)
) WITHOUT ROWID;

SELECT gather('expansion_sum', 'kkkkk<+>+><>', d.client, d.client_title,
              coalesce(w.word, d.name), e.base_length, e.outcome, e.by_list,
              d.transactions, max(d.aaaa, d.transactions - d.aaaa), d.queries,
              iif(d.measured > 0, max(d.other_ns, d.aaaa_ns), NULL),
              d.first_ns, d.last_ns)
  FROM temp.denied_sum AS d
  JOIN expanded AS e ON e.client = d.client AND e.name = d.name
  LEFT JOIN spelling AS w ON w.name = d.name
 WHERE e.outcome != 3;

INSERT INTO figure
SELECT 'denied expansions', coalesce(sum(transactions), 0)
  FROM temp.expansion_sum;

CREATE TEMP TABLE base_sum (
	client       INTEGER NOT NULL,   -- -> address
	client_title INTEGER NOT NULL,   -- -> title
	outcome      INTEGER NOT NULL,
	base_key     INTEGER NOT NULL,   -- of the text of the base
	word         INTEGER NOT NULL,   -- -> name: one of its base
	base_length  INTEGER NOT NULL,
	by_list      INTEGER NOT NULL,
	lookups      INTEGER NOT NULL,
	queries      INTEGER NOT NULL,
	suffixes     INTEGER NOT NULL,
	lost_ns      INTEGER,
	first_ns     INTEGER,
	last_ns      INTEGER,
	PRIMARY KEY (client, client_title, outcome, base_key)
) WITHOUT ROWID;

SELECT gather('base_sum', 'kkkk<<<>+++<>', s.client, s.client_title, s.outcome,
              gather_key(substr(lower(n.text), 1, s.base_length)), s.word,
              s.base_length, s.by_list, s.lookups, s.queries, 1, s.latency_ns,
              s.first_ns, s.last_ns)
  FROM temp.expansion_sum AS s
  JOIN name AS n ON n.id = s.word;

CREATE TEMP VIEW base_cost AS
SELECT substr(lower(n.text), 1, s.base_length) AS base, s.*
  FROM temp.base_sum AS s
  JOIN name AS n ON n.id = s.word;

INSERT INTO expansion_base
SELECT DISTINCT base FROM temp.base_cost ORDER BY base LIMIT 5;

INSERT INTO expansion_cost
SELECT NULL, b.base, b.client, t.text, b.outcome, b.by_list, b.lookups,
       b.queries, b.suffixes, b.lost_ns, b.first_ns, b.last_ns
  FROM temp.base_cost AS b
  JOIN address AS c ON c.id = b.client
  LEFT JOIN temp.title AS t ON t.id = b.client_title
 ORDER BY b.queries DESC, b.first_ns, b.base, c.text, t.text
 LIMIT (SELECT list_rows FROM rollup);

-- The names that these are made of, and then their first transactions.
CREATE TEMP TABLE cost_name AS
SELECT DISTINCT c.id AS cost, d.client, d.word, d.client_title
  FROM temp.expansion_sum AS d
  JOIN name AS n ON n.id = d.word
  LEFT JOIN temp.title AS t ON t.id = d.client_title
  JOIN expansion_cost AS c
    ON c.client = d.client AND c.client_name IS t.text
   AND c.base = substr(lower(n.text), 1, d.base_length)
 WHERE d.client IN (SELECT client FROM expansion_cost);
CREATE INDEX temp.cost_of_name ON cost_name (client, word);

INSERT INTO expansion_example (cost, exchange, place)
SELECT cost, id, place
  FROM (SELECT c.cost, x.id,
               row_number() OVER (PARTITION BY c.cost
                                  ORDER BY x.time_ns, x.id) AS place
          FROM temp.titled AS x
          LEFT JOIN spelling AS w ON w.name = x.name
          JOIN temp.cost_name AS c ON c.client = x.client
                                  AND c.word = coalesce(w.word, x.name)
         WHERE x.kind = 0 AND x.rcode = 3
           AND x.client IN (SELECT client FROM expansion_cost)
           AND c.client_title = x.client_title)
 WHERE place <= 3;

-- Addresses of the names that were answered most.
CREATE TEMP TABLE answered_word (
	word      INTEGER PRIMARY KEY,
	responses INTEGER NOT NULL
);

INSERT INTO temp.answered_word
SELECT s.word, sum(s.responses)
  FROM temp.question_sum AS s
  LEFT JOIN name AS n ON n.id = s.word
 WHERE s.responses > 0
 GROUP BY s.word
 ORDER BY sum(s.responses) DESC, n.text COLLATE NOCASE
 LIMIT (SELECT list_rows FROM rollup);

-- Of all names with addresses, as these may change.
CREATE TEMP TABLE address_name (
	name INTEGER PRIMARY KEY,        -- -> name
	word INTEGER NOT NULL            -- -> name
);

INSERT INTO temp.address_name
SELECT word, word FROM temp.answered_word
UNION
SELECT word, word FROM temp.question_sum WHERE found > 0 AND responses > 0;

INSERT INTO temp.address_name
SELECT name, word FROM spelling
 WHERE name != word AND word IN (SELECT name FROM temp.address_name);

CREATE TEMP TABLE address_sum (
	word           INTEGER NOT NULL,
	qtype          INTEGER NOT NULL,
	server         INTEGER NOT NULL,
	rcode          INTEGER NOT NULL,
	answers        INTEGER NOT NULL, -- 0: none
	is_cut         INTEGER NOT NULL,
	count          INTEGER NOT NULL,
	first_ns       INTEGER,
	last_ns        INTEGER,
	first_exchange INTEGER NOT NULL,
	PRIMARY KEY (word, qtype, server, rcode, answers, is_cut)
) WITHOUT ROWID;

-- Both in one pass.
SELECT gather('asked_latency', 'kkk+', w.word, x.qtype,
              iif((SELECT is_exact FROM rollup), x.response_after_ns,
                  rounded(x.response_after_ns)), 1)
       FILTER (WHERE w.word IS NOT NULL AND x.query_frame IS NOT NULL
               AND x.response_after_ns >= 0),
       gather('address_sum', 'kkkkkk+<><', n.word, x.qtype, x.server, x.rcode,
              coalesce(x.answers, 0),
              (x.response_flags & 0x0200) != 0
              OR coalesce(x.response_detail IN (
                              SELECT id FROM detail
                               WHERE verdict NOT IN ('ok', 'trailing_bytes')),
                          0),
              1, x.time_ns + x.response_after_ns,
              x.time_ns + x.response_after_ns, x.id)
       FILTER (WHERE n.word IS NOT NULL AND x.qtype IN (1, 28)
               AND x.rcode IS NOT NULL)
  FROM _chosen AS x
  LEFT JOIN temp.asked_spelling AS w ON w.name = x.name
  LEFT JOIN temp.address_name AS n ON n.name = x.name
 WHERE x.kind = 0;

INSERT INTO asked_name
SELECT s.name, s.qtype, s.queries, s.in_time, s.late, s.unanswered,
       s.pending_at_end,
       (SELECT percentile(l.near_ns, 50, l.count)
          FROM temp.asked_latency AS l
         WHERE l.word = s.word AND l.qtype = s.qtype), s.max_ns
  FROM temp.asked_most AS s;

INSERT INTO address_row
WITH g AS (
    SELECT s.word, s.qtype, s.rcode, a.num_answers, o.sorted, s.is_cut,
           a.cname, sum(s.count) AS count, min(s.first_ns) AS first_ns,
           max(s.last_ns) AS last_ns, group_concat(DISTINCT v.text) AS servers,
           min(s.first_exchange) AS first_exchange
      FROM (SELECT * FROM temp.address_sum
             WHERE word IN (SELECT word FROM temp.answered_word)
             ORDER BY first_exchange) AS s
      JOIN address AS v ON v.id = s.server
      LEFT JOIN answer_set AS a ON a.id = s.answers
      LEFT JOIN temp.address_order AS o ON o.id = s.answers
     GROUP BY s.word, s.qtype, s.rcode, a.num_answers, o.sorted, s.is_cut,
              a.cname
)
SELECT x.name, g.word, g.qtype, g.rcode, g.num_answers, g.sorted,
       coalesce(g.is_cut, 0), g.cname, g.count, m.responses, g.first_ns,
       g.last_ns, g.servers, g.first_exchange
  FROM g
  JOIN temp.answered_word AS m ON m.word = g.word
  JOIN exchange AS x ON x.id = g.first_exchange
  LEFT JOIN name AS n ON n.id = g.word
  LEFT JOIN qtype AS t ON t.code = g.qtype
 ORDER BY m.responses DESC, n.text COLLATE NOCASE, t.name, g.first_ns,
          g.first_exchange
 LIMIT (SELECT list_rows FROM rollup);

-- When they changed: what is answered by the same server is followed, of names
-- with more than one set.
CREATE TEMP TABLE changing AS
SELECT s.word, s.qtype, s.server
  FROM temp.address_sum AS s
  LEFT JOIN temp.address_order AS o ON o.id = s.answers
 WHERE s.rcode IN (0, 3) AND NOT s.is_cut
 GROUP BY s.word, s.qtype, s.server
HAVING min(coalesce(o.place, 0)) != max(coalesce(o.place, 0));
CREATE INDEX temp.changing_word ON changing (word, qtype, server);

INSERT INTO address_change
WITH followed AS (
    SELECT x.id, x.time_ns + x.response_after_ns AS answered_ns,
           coalesce(o.sorted, 'none')          AS address_set,
           lag(coalesce(o.sorted, 'none')) OVER (
               PARTITION BY w.word, x.qtype, x.server
               ORDER BY x.time_ns + x.response_after_ns, x.id) AS before
      FROM _chosen AS x
     CROSS JOIN temp.address_name AS w ON w.name = x.name
      LEFT JOIN temp.address_order AS o ON o.id = x.answers
     WHERE EXISTS (SELECT * FROM temp.changing)
       AND x.kind = 0 AND x.rcode IN (0, 3) AND x.qtype IN (1, 28)
       AND (x.response_flags & 0x0200) = 0
       AND (w.word, x.qtype, x.server) IN temp.changing
       AND (x.response_detail IS NULL
            OR x.response_detail IN (SELECT id FROM detail
                                      WHERE verdict IN ('ok',
                                                        'trailing_bytes')))
)
SELECT id, before, address_set
  FROM followed
 WHERE before != address_set
 ORDER BY answered_ns, id
 LIMIT (SELECT list_rows FROM rollup);

DROP TABLE temp.address_name;
DROP TABLE temp.address_order;
DROP TABLE temp.address_sum;
DROP TABLE temp.answered_word;
DROP TABLE temp.asked_latency;
DROP TABLE temp.asked_most;
DROP TABLE temp.asked_spelling;
DROP VIEW temp.base_cost;
DROP TABLE temp.base_sum;
DROP TABLE temp.busy_name;
DROP TABLE temp.changing;
DROP TABLE temp.cost_name;
DROP TABLE temp.denied_sum;
DROP TABLE temp.expansion_sum;
DROP VIEW temp.failed;
DROP TABLE temp.failure_listed;
DROP TABLE temp.failure_sum;
DROP TABLE temp.inside_name;
DROP TABLE temp.lone;
DROP TABLE temp.lost_lookup;
DROP TABLE temp.nodata_sum;
DROP TABLE temp.plain_name;
DROP TABLE temp.question_sum;
DROP VIEW temp.titled;
DROP TABLE temp.span;
DROP TABLE temp.title;
