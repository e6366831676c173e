-- rollup: what reports read instead of all transactions
--
-- Of the view _chosen: all transactions.  For a report on some of them, or with
-- more rows than the lists here hold, report.c makes tables of the same names
-- that hide these, and runs the same statements; so each count is one
-- statement, here.

UPDATE rollup
   SET is_exact = list_rows < 0
                  OR (SELECT count(*)
                        FROM (SELECT id FROM exchange LIMIT 20001)) <= 20000,
       last_exchange = (SELECT coalesce(max(id), 0) FROM exchange);

DELETE FROM tally;
DELETE FROM lookup_tally;
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

-- Whose they are and how they ended.  The bits of sort: 1 its query was seen,
-- 2 with its time, 4 the response has AA, 8 RA, 16 its server asked others, 32
-- for addresses, 64 there are some, 128 the response is cut; of 256 on the
-- kind, of 4096 on the state, of 65536 on one more than the rcode.
SELECT gather('INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                                         ?10, ?11)
                   ON CONFLICT DO UPDATE
                  SET count = count + excluded.count,
                      measured = measured + excluded.measured,
                      first_ns = coalesce(min(first_ns, excluded.first_ns),
                                          first_ns, excluded.first_ns),
                      last_ns = coalesce(max(last_ns, excluded.last_ns),
                                         last_ns, excluded.last_ns),
                      slow = slow + excluded.slow,
                      max_ns = coalesce(max(max_ns, excluded.max_ns),
                                        max_ns, excluded.max_ns),
                      any_id = min(any_id, excluded.any_id)',
              'kkkk++<>+><', x.client, x.server, x.server_port,
              coalesce(65536 * (x.rcode + 1), 0) + 4096 * x.state
              + 256 * x.kind
              + (x.query_frame IS NOT NULL)
              + 2 * (x.query_frame IS NOT NULL AND x.time_ns IS NOT NULL)
              + 4 * coalesce((x.response_flags & 0x0400) != 0, 0)
              + 8 * coalesce((x.response_flags & 0x0080) != 0, 0)
              + 16 * coalesce(h.upstreams > 0, 0)
              + 32 * (x.qtype IN (1, 28))
              + 64 * coalesce(x.answers IN (SELECT id FROM answer_set
                                             WHERE addresses IS NOT NULL), 0)
              + 128 * (coalesce((x.response_flags & 0x0200) != 0, 0)
                       OR coalesce(x.response_detail IN (
                              SELECT id FROM detail
                               WHERE verdict NOT IN ('ok', 'trailing_bytes')),
                                   0)),
              1,
              x.query_frame IS NOT NULL
              AND coalesce(x.response_after_ns >= 0, 0),
              x.time_ns, x.time_ns,
              x.query_frame IS NOT NULL
              AND coalesce(x.response_after_ns > 1000000000, 0),
              iif(x.query_frame IS NOT NULL, x.response_after_ns, NULL), x.id)
  FROM _chosen AS x
  LEFT JOIN hop AS h ON h.exchange = x.id;

-- Lookups, for the verdict.  What is not answered may be a service of the
-- cluster, misspelt; an answer that got lost on its way back is no failure that
-- nobody knows of.
CREATE TEMP TABLE inside_name (name INTEGER PRIMARY KEY);

INSERT INTO temp.inside_name
WITH zone AS (
    SELECT '.' || name AS name FROM main.zone
     UNION SELECT '.cluster.local.'
     UNION SELECT '.svc.'
)
SELECT n.id AS name
  FROM name AS n
 WHERE EXISTS (SELECT * FROM zone AS z
                WHERE substr(lower(n.text), -length(z.name)) = z.name);

CREATE TEMP TABLE lost_lookup AS
SELECT DISTINCT m.lookup_id
  FROM last_place AS l
  JOIN lookup_transactions AS m ON m.transaction_id = l.exchange
 WHERE l.verdict = 10;

INSERT INTO lookup_tally
SELECT client, sign, failed_for, reason,
       iif(outcome = 'unknown' AND id IN temp.lost_lookup,
           'not delivered', outcome),
       coalesce(waited_ns > 1000000000, 0),
       last_name IN temp.inside_name
       OR (names > 1 AND outcome = 'NXDOMAIN'
           AND name IN temp.inside_name),
       count(*), sum(names > 1), sum(iif(names > 1, queries, 0)),
       max(waited_ns), min(iif(names > 1, id, NULL))
  FROM _chosen_lookup
 GROUP BY client, sign, failed_for, reason, 5, 6, 7;

-- Latencies are rounded where there are many.  The hops
-- of what took no time tell nothing.
SELECT gather('INSERT INTO latency VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                                           ?10, ?11, ?12, ?13, ?14)
                   ON CONFLICT DO UPDATE
                  SET count = count + excluded.count,
                      max_ns = max(max_ns, excluded.max_ns),
                      placed = placed + excluded.placed,
                      placed_ns = placed_ns + excluded.placed_ns,
                      path_ns = path_ns + excluded.path_ns,
                      server_ns = server_ns + excluded.server_ns,
                      upstream_ns = upstream_ns + excluded.upstream_ns,
                      retry_ns = retry_ns + excluded.retry_ns,
                      beyond_ns = beyond_ns + excluded.beyond_ns',
              'kkkkk+>+++++++', x.server, x.server_port,
              x.parent IS NOT NULL,
              -- LINUX_SLL has no interfaces: what it calls one is all of them
              iif(x.query_direction = 1
                  AND x.query_interface IN (SELECT interface_id
                                              FROM interfaces
                                             WHERE role = 'uplink'
                                               AND linktype != 'LINUX_SLL'),
                  x.query_interface, 0),
              iif((SELECT is_exact FROM rollup), x.response_after_ns,
                  rounded(x.response_after_ns)),
              1, x.response_after_ns, h.exchange IS NOT NULL,
              iif(h.exchange IS NULL, 0, x.response_after_ns),
              coalesce(h.path_out_ns + h.path_back_ns, h.network_ns, 0),
              coalesce(h.server_ns - coalesce(h.upstream_ns, h.beyond_ns, 0),
                       0),
              coalesce(h.upstream_ns, 0), coalesce(h.retry_ns, 0),
              coalesce(h.beyond_ns, 0))
  FROM _chosen AS x
  LEFT JOIN hop AS h ON h.exchange = x.id AND h.server_ns IS NOT NULL
                    AND x.response_after_ns > 0
 WHERE x.kind = 0 AND x.query_frame IS NOT NULL AND x.response_after_ns >= 0;

INSERT INTO slowest
SELECT id, response_after_ns
  FROM _chosen
 WHERE kind = 0 AND query_frame IS NOT NULL AND response_after_ns >= 0
 ORDER BY response_after_ns DESC, id
 LIMIT (SELECT list_rows FROM rollup);

-- Names that do not exist.  A and AAAA wait together.
CREATE TEMP TABLE denied_sum AS
SELECT x.client, x.name, iif(x.qtype IN (1, 28), 1, x.qtype) AS family,
       CASE WHEN EXISTS (SELECT * FROM naming)
            THEN (SELECT coalesce(n.shown, n.name)
                    FROM address AS a
                    JOIN naming AS n ON n.address = a.text
                   WHERE a.id = x.client
                     AND coalesce(x.time_ns, 9223372036854775806) >= n.from_ns
                     AND coalesce(x.time_ns, 9223372036854775806) < n.to_ns)
       END                                     AS client_name,
       count(*)                                AS transactions,
       max(sum(x.qtype = 28), count(*) - sum(x.qtype = 28)) AS lookups,
       sum(x.attempts)                         AS queries,
       max(coalesce(sum(iif(x.qtype != 28 AND x.query_frame IS NOT NULL
                            AND x.response_after_ns >= 0,
                            x.response_after_ns, NULL)), 0),
           coalesce(sum(iif(x.qtype = 28 AND x.query_frame IS NOT NULL
                            AND x.response_after_ns >= 0,
                            x.response_after_ns, NULL)), 0)) AS latency_ns,
       sum(x.query_frame IS NOT NULL
           AND coalesce(x.response_after_ns >= 0, 0)) AS measured,
       min(x.time_ns)                          AS first_ns,
       max(x.time_ns)                          AS last_ns
  FROM _chosen AS x
 WHERE x.kind = 0 AND x.rcode = 3
 GROUP BY x.client, x.name, 3, 4;

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
 WHERE x.kind = 0
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

CREATE TEMP TABLE failure_sum AS
WITH f AS (
    SELECT name, qtype, rcode, client, client_name, server, server_name,
           iif(state = 'icmp_error', icmp_meaning, NULL) AS icmp,
           (SELECT verdict FROM main._fate AS l
             WHERE l.transaction_id = t.transaction_id)  AS last_seen,
           CASE
           WHEN doubtful THEN 'not captured or not answered'
           WHEN rcode IS NULL OR query_frame IS NULL THEN state
           ELSE 'answered' END                           AS state,
           coalesce(asked_ns, answered_ns)               AS time_ns,
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
      FROM _failed AS t
), numbered AS (
    SELECT *, row_number() OVER (
               PARTITION BY name, qtype, rcode, state, icmp, last_seen,
                            client, client_name, server, server_name
               ORDER BY time_ns, evidence)               AS place
      FROM f
)
SELECT name, qtype, rcode, state, client, client_name, server, server_name,
       icmp, last_seen, count(*) AS count, min(time_ns) AS first_ns,
       max(time_ns) AS last_ns,
       group_concat(iif(place <= 3, evidence, NULL), ' ') AS evidence
  FROM numbered
 GROUP BY name, qtype, rcode, state, icmp, last_seen, client, client_name,
          server, server_name;

INSERT INTO failure_row
SELECT *
  FROM temp.failure_sum
 ORDER BY rcode IS 'NXDOMAIN', count DESC, first_ns, name, qtype, rcode, state,
          icmp, last_seen, client, server, client_name, server_name
 LIMIT (SELECT list_rows FROM rollup);

INSERT INTO denied_name
SELECT lower(name), max(last_ns)
  FROM temp.failure_sum
 WHERE rcode = 'NXDOMAIN' AND name IS NOT NULL
 GROUP BY lower(name)
 ORDER BY sum(count) DESC, lower(name)
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

SELECT gather('INSERT INTO temp.question_sum
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                       ?14)
                   ON CONFLICT DO UPDATE
                  SET name = min(name, excluded.name),
                      queries = queries + excluded.queries,
                      open = open + excluded.open,
                      in_time = in_time + excluded.in_time,
                      late = late + excluded.late,
                      unanswered = unanswered + excluded.unanswered,
                      pending_at_end = pending_at_end
                                       + excluded.pending_at_end,
                      max_ns = coalesce(max(max_ns, excluded.max_ns), max_ns,
                                        excluded.max_ns),
                      found = found + excluded.found,
                      with_records = with_records + excluded.with_records,
                      denied = denied + excluded.denied,
                      responses = responses + excluded.responses',
              'kk<++++++>++++', coalesce(w.word, x.name), x.qtype,
              x.name,
              x.query_frame IS NOT NULL,
              x.query_frame IS NOT NULL AND x.state != 0,
              x.state = 0 AND x.query_frame IS NOT NULL
              AND (x.time_ns IS NOT NULL OR x.rcode IS NULL),
              x.state != 0 AND x.query_frame IS NOT NULL
              AND (x.time_ns IS NOT NULL OR x.rcode IS NULL)
              AND x.state = (SELECT code FROM state
                              WHERE name = 'answered_late'),
              x.state != 0 AND x.query_frame IS NOT NULL
              AND (x.time_ns IS NOT NULL OR x.rcode IS NULL)
              AND x.state IN (SELECT code FROM state
                               WHERE name IN ('unanswered', 'wrong_source',
                                              'icmp_error')),
              x.state != 0 AND x.query_frame IS NOT NULL
              AND (x.time_ns IS NOT NULL OR x.rcode IS NULL)
              AND x.state = (SELECT code FROM state
                              WHERE name = 'pending_at_end'),
              iif(x.query_frame IS NOT NULL AND x.response_after_ns >= 0,
                  x.response_after_ns, NULL),
              x.rcode IS 0, x.rcode IS 0 AND x.ttl IS NOT NULL, x.rcode IS 3,
              x.rcode IS NOT NULL AND x.qtype IN (1, 28))
  FROM _chosen AS x
  LEFT JOIN spelling AS w ON w.name = x.name
 WHERE x.kind = 0;

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

SELECT gather('INSERT INTO temp.asked_latency VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET count = count + excluded.count',
              'kkk+', w.word, x.qtype,
              iif((SELECT is_exact FROM rollup), x.response_after_ns,
                  rounded(x.response_after_ns)), 1)
  FROM _chosen AS x
 CROSS JOIN temp.asked_spelling AS w ON w.name = x.name
 WHERE x.kind = 0 AND x.query_frame IS NOT NULL AND x.response_after_ns >= 0;

INSERT INTO asked_name
SELECT s.name, s.qtype, s.queries, s.in_time, s.late, s.unanswered,
       s.pending_at_end,
       (SELECT percentile(l.near_ns, 50, l.count)
          FROM temp.asked_latency AS l
         WHERE l.word = s.word AND l.qtype = s.qtype), s.max_ns
  FROM temp.asked_most AS s;

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

-- NOERROR, whole, and nothing of the wanted type, as in transactions.
CREATE TEMP TABLE alias AS
SELECT a.id, group_concat('+' || w.type || '+', '') AS types
  FROM answer_set AS a
  JOIN answer AS w ON w.answer_set = a.id
 WHERE a.cname IS NOT NULL
 GROUP BY a.id;
CREATE UNIQUE INDEX temp.alias_of_set ON alias (id);

CREATE TEMP TABLE nodata_sum AS
SELECT x.name AS name, x.qtype, x.client,
       CASE WHEN EXISTS (SELECT * FROM naming)
            THEN (SELECT coalesce(n.shown, n.name)
                    FROM address AS a
                    JOIN naming AS n ON n.address = a.text
                   WHERE a.id = x.client
                     AND coalesce(x.time_ns, 9223372036854775806) >= n.from_ns
                     AND coalesce(x.time_ns, 9223372036854775806) < n.to_ns)
       END                                     AS client_name,
       x.server,
       CASE WHEN EXISTS (SELECT * FROM naming)
            THEN (SELECT coalesce(n.shown, n.name)
                    FROM address AS a
                    JOIN naming AS n ON n.address = a.text
                   WHERE a.id = x.server
                     AND coalesce(x.time_ns, 9223372036854775806) >= n.from_ns
                     AND coalesce(x.time_ns, 9223372036854775806) < n.to_ns)
       END                                     AS server_name,
       count(*)                                AS count,
       min(x.time_ns + x.response_after_ns)    AS first_ns,
       max(x.time_ns + x.response_after_ns)    AS last_ns
  FROM _chosen AS x
 WHERE x.kind = 0 AND x.rcode = 0 AND (x.response_flags & 0x0200) = 0
   AND (x.answers IN (SELECT id FROM answer_set WHERE num_answers = 0)
        OR (x.qtype NOT IN (5, 255)
            AND (SELECT instr(a.types, '+' || x.qtype || '+') = 0
                   FROM temp.alias AS a WHERE a.id = x.answers)))
   AND (x.response_detail IS NULL
        OR x.response_detail IN (SELECT id FROM detail
                                  WHERE verdict IN ('ok', 'trailing_bytes')))
 GROUP BY 1, x.qtype, x.client, 4, x.server, 6;

INSERT INTO figure
SELECT 'nodata', coalesce(sum(count), 0) FROM temp.nodata_sum;

INSERT INTO nodata
SELECT s.*
  FROM temp.nodata_sum AS s
  JOIN address AS c ON c.id = s.client
  JOIN address AS v ON v.id = s.server
  LEFT JOIN name AS n ON n.id = s.name
  LEFT JOIN qtype AS t ON t.code = s.qtype
 ORDER BY s.count DESC, s.first_ns, n.text, coalesce(t.name, 'TYPE' || s.qtype),
          c.text, v.text, s.client_name, s.server_name
 LIMIT (SELECT list_rows FROM rollup);

-- One suffix waits for the one before it.
CREATE TEMP TABLE expansion_sum AS
SELECT d.client, d.client_name, coalesce(w.word, d.name) AS word,
       e.base_length, e.outcome, min(e.by_list) AS by_list,
       sum(d.transactions) AS transactions, max(d.lookups) AS lookups,
       sum(d.queries) AS queries,
       max(iif(d.measured > 0, d.latency_ns, NULL)) AS latency_ns,
       min(d.first_ns) AS first_ns, max(d.last_ns) AS last_ns
  FROM temp.denied_sum AS d
  JOIN expanded AS e ON e.client = d.client AND e.name = d.name
  LEFT JOIN spelling AS w ON w.name = d.name
 WHERE e.outcome != 3
 GROUP BY d.client, d.client_name, 3, e.base_length, e.outcome;

INSERT INTO figure
SELECT 'denied expansions', coalesce(sum(transactions), 0)
  FROM temp.expansion_sum;

CREATE TEMP TABLE base_cost AS
SELECT substr(lower(n.text), 1, s.base_length) AS base, s.client,
       s.client_name, s.outcome, min(s.by_list) AS by_list,
       max(s.lookups) AS lookups, sum(s.queries) AS queries,
       count(*) AS suffixes, sum(s.latency_ns) AS lost_ns,
       min(s.first_ns) AS first_ns, max(s.last_ns) AS last_ns
  FROM temp.expansion_sum AS s
  JOIN name AS n ON n.id = s.word
 GROUP BY s.client, s.client_name, s.outcome, 1;

INSERT INTO expansion_base
SELECT DISTINCT base FROM temp.base_cost ORDER BY base LIMIT 5;

INSERT INTO expansion_cost
SELECT NULL, b.base, b.client, b.client_name, b.outcome, b.by_list, b.lookups,
       b.queries, b.suffixes, b.lost_ns, b.first_ns, b.last_ns
  FROM temp.base_cost AS b
  JOIN address AS c ON c.id = b.client
 ORDER BY b.queries DESC, b.first_ns, b.base, c.text, b.client_name
 LIMIT (SELECT list_rows FROM rollup);

-- The names that these are made of, and then their first transactions.
CREATE TEMP TABLE cost_name AS
SELECT DISTINCT c.id AS cost, d.client, d.word, d.client_name
  FROM temp.expansion_sum AS d
  JOIN name AS n ON n.id = d.word
  JOIN expansion_cost AS c
    ON c.client = d.client AND c.client_name IS d.client_name
   AND c.base = substr(lower(n.text), 1, d.base_length)
 WHERE d.client IN (SELECT client FROM expansion_cost);
CREATE INDEX temp.cost_of_name ON cost_name (client, word);

INSERT INTO expansion_example (cost, exchange, place)
SELECT cost, id, place
  FROM (SELECT c.cost, x.id,
               row_number() OVER (PARTITION BY c.cost
                                  ORDER BY x.time_ns, x.id) AS place
          FROM _chosen AS x
          LEFT JOIN spelling AS w ON w.name = x.name
          JOIN temp.cost_name AS c ON c.client = x.client
                                  AND c.word = coalesce(w.word, x.name)
         WHERE x.kind = 0 AND x.rcode = 3
           AND x.client IN (SELECT client FROM expansion_cost)
           AND c.client_name IS CASE
               WHEN EXISTS (SELECT * FROM naming)
               THEN (SELECT coalesce(n.shown, n.name)
                       FROM address AS a
                       JOIN naming AS n ON n.address = a.text
                      WHERE a.id = x.client
                        AND coalesce(x.time_ns, 9223372036854775806)
                            >= n.from_ns
                        AND coalesce(x.time_ns, 9223372036854775806)
                            < n.to_ns) END)
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

SELECT gather('INSERT INTO temp.address_sum
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                   ON CONFLICT DO UPDATE
                  SET count = count + excluded.count,
                      first_ns = coalesce(min(first_ns, excluded.first_ns),
                                          first_ns, excluded.first_ns),
                      last_ns = coalesce(max(last_ns, excluded.last_ns),
                                         last_ns, excluded.last_ns),
                      first_exchange = min(first_exchange,
                                           excluded.first_exchange)',
              'kkkkkk+<><', w.word, x.qtype, x.server, x.rcode,
              coalesce(x.answers, 0),
              (x.response_flags & 0x0200) != 0
              OR coalesce(x.response_detail IN (
                              SELECT id FROM detail
                               WHERE verdict NOT IN ('ok', 'trailing_bytes')),
                          0),
              1, x.time_ns + x.response_after_ns,
              x.time_ns + x.response_after_ns, x.id)
  FROM _chosen AS x
 CROSS JOIN temp.address_name AS w ON w.name = x.name
 WHERE x.kind = 0 AND x.qtype IN (1, 28) AND x.rcode IS NOT NULL;

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
DROP TABLE temp.alias;
DROP TABLE temp.answered_word;
DROP TABLE temp.asked_latency;
DROP TABLE temp.asked_most;
DROP TABLE temp.asked_spelling;
DROP TABLE temp.base_cost;
DROP TABLE temp.busy_name;
DROP TABLE temp.changing;
DROP TABLE temp.cost_name;
DROP TABLE temp.denied_sum;
DROP TABLE temp.expansion_sum;
DROP TABLE temp.failure_sum;
DROP TABLE temp.inside_name;
DROP TABLE temp.lone;
DROP TABLE temp.lost_lookup;
DROP TABLE temp.nodata_sum;
DROP TABLE temp.plain_name;
DROP TABLE temp.question_sum;
