-- traffic: transactions by client, server and how they ended
--
-- For the verdict, which counts them and cites examples.  All tables are TEMP,
-- and made once; what the sections are called is for people.  +kind, as SQLite
-- would index all exchanges by their kind for a query that reads them once.

-- @prepare Those that may only not have been captured
CREATE TEMP TABLE verdict_doubtful AS
SELECT t.transaction_id
  FROM (SELECT id FROM _chosen
         WHERE state != 0
           AND state = (SELECT code FROM main.state
                         WHERE name = 'unanswered')
           AND EXISTS (SELECT * FROM main.doubts
                       UNION ALL
                       SELECT 1, 1, 1, 1, 1 FROM main.address
                        WHERE instr(text, ':') > 0)) AS x
 CROSS JOIN main.transactions AS t ON t.transaction_id = x.id
 WHERE t.doubtful;

-- @prepare
CREATE TEMP TABLE verdict_count (
	client INTEGER NOT NULL,         -- -> address
	server INTEGER NOT NULL,         -- -> address
	state  INTEGER NOT NULL,         -- -> state
	rcode  INTEGER NOT NULL,         -- -> rcode; -1: none
	count  INTEGER NOT NULL,
	slow   INTEGER NOT NULL,         -- over a second
	max_ns INTEGER,
	any_id INTEGER NOT NULL,         -- -> exchange
	PRIMARY KEY (client, server, state, rcode)
) WITHOUT ROWID;

-- @prepare A row where transactions are counted one by one: some are chosen, or
-- more came in since they were counted
CREATE TEMP TABLE verdict_scan AS
SELECT 1 AS scan
 WHERE EXISTS (SELECT * FROM temp.sqlite_schema WHERE name = '_chosen')
    OR (SELECT last_exchange FROM main.rollup)
       IS NOT (SELECT coalesce(max(id), 0) FROM main.exchange);

-- @prepare
INSERT INTO temp.verdict_count
SELECT client, server, sort >> 12 & 15, (sort >> 16) - 1, sum(count),
       sum(slow), max(max_ns), min(any_id)
  FROM main.tally
 WHERE sort >> 8 & 15 = (SELECT code FROM main.kind WHERE name = 'query')
   AND NOT EXISTS (SELECT * FROM temp.verdict_scan)
 GROUP BY client, server, 3, 4;

-- @prepare
INSERT INTO temp.verdict_count
SELECT client, server, state, coalesce(rcode, -1), 1,
       query_frame IS NOT NULL AND coalesce(response_after_ns > 1000000000, 0),
       iif(query_frame IS NOT NULL, response_after_ns, NULL), id
  FROM temp.verdict_scan
 CROSS JOIN _chosen
 WHERE +kind = (SELECT code FROM main.kind WHERE name = 'query')
    ON CONFLICT DO UPDATE
   SET count = count + 1, slow = slow + excluded.slow,
       max_ns = iif(excluded.max_ns <= max_ns, max_ns,
                    coalesce(excluded.max_ns, max_ns));

-- @prepare All but the ordinary, which are failures where they are counted
CREATE TEMP TABLE verdict_odd AS
SELECT id FROM _chosen WHERE state != 0
 UNION SELECT exchange FROM main.failure
        WHERE NOT EXISTS (SELECT * FROM temp.verdict_scan)
 UNION SELECT x.id
         FROM temp.verdict_scan
        CROSS JOIN _chosen AS x
        WHERE x.rcode NOT IN (0, 3);

-- @prepare Queries that come back to the server that sent them
CREATE TEMP TABLE verdict_loop AS
WITH pair AS (
    SELECT DISTINCT c.id AS client, s.id AS server
      FROM temp.verdict_count AS x
      JOIN main.address AS c ON c.id = x.client
      JOIN main.address AS s ON s.id = x.server
     WHERE c.text IN (SELECT address FROM main.address_role
                       WHERE role = 'cluster DNS')
       AND s.text IN (SELECT address FROM main.address_role
                       WHERE role IN ('cluster DNS', 'service address'))
)
SELECT p.client, p.server, x.id, x.name, x.time_ns, x.parent,
       o.client                                          AS asker
  FROM temp.verdict_odd AS d
 CROSS JOIN _chosen AS x ON x.id = d.id
  JOIN pair AS p ON p.client = x.client AND p.server = x.server
  LEFT JOIN main.exchange AS o ON o.id = x.parent
   -- a host that asks a cache of its own may have that one's address
 WHERE ((p.client = p.server AND x.parent IS NOT NULL)
        -- a cache on the node (NodeLocal) asks the service, and is not behind it
        OR EXISTS (SELECT * FROM main.exchange AS y
                    WHERE y.leader = x.id AND y.server = p.client))
   AND x.kind = (SELECT code FROM main.kind WHERE name = 'query')
   AND coalesce(x.rcode, 2) NOT IN (0, 3);

-- @prepare Examples of these
CREATE TEMP TABLE verdict_unusual AS
SELECT client, server, state, coalesce(rcode, -1)        AS rcode,
       sum(id IN temp.verdict_doubtful)                  AS doubtful,
       min(iif(id IN temp.verdict_doubtful, NULL, id))   AS first_id,
       max(iif(id IN temp.verdict_doubtful, NULL, id))   AS last_id
  FROM _chosen
 WHERE id IN temp.verdict_odd
   AND (state != 0 OR rcode NOT IN (0, 3))
   AND kind = (SELECT code FROM main.kind WHERE name = 'query')
 GROUP BY client, server, state, 4;

-- @prepare
CREATE TEMP TABLE verdict_traffic AS
SELECT ca.text AS client, sa.text AS server, s.name AS state,
       iif(c.rcode >= 0, coalesce(r.name, 'RCODE' || c.rcode), NULL) AS rcode,
       c.count, coalesce(u.doubtful, 0) AS doubtful, c.slow, c.max_ns,
       u.first_id, u.last_id, c.any_id,
       s.name IN ('unanswered', 'wrong_source', 'icmp_error') AS is_silent,
       c.rcode >= 0 AND c.rcode NOT IN (0, 3)
       AND s.name NOT IN ('orphan_at_start', 'orphan_response') AS is_error,
       s.name NOT IN ('pending_at_end', 'orphan_at_start', 'orphan_response',
                      'undecided', 'answered_elsewhere') AS is_decided
  FROM temp.verdict_count AS c
  JOIN main.address AS ca ON ca.id = c.client
  JOIN main.address AS sa ON sa.id = c.server
  JOIN main.state AS s ON s.code = c.state
  LEFT JOIN main.rcode AS r ON r.code = c.rcode
  LEFT JOIN temp.verdict_unusual AS u USING (client, server, state, rcode);

-- @prepare
CREATE TEMP TABLE verdict_servers AS
SELECT server,
       sum(iif(is_decided, count - doubtful, 0))         AS decided,
       sum(iif(is_silent, count - doubtful, 0))          AS silent,
       sum(iif(is_error, count, 0))                      AS errors,
       min(iif(is_silent, first_id, NULL))               AS silent_id,
       max(iif(is_silent, last_id, NULL))                AS last_silent_id,
       min(iif(is_error, first_id, NULL))                AS error_id,
       max(iif(is_error, last_id, NULL))                 AS last_error_id,
       group_concat(DISTINCT iif(is_error, rcode, NULL)) AS rcodes,
       count(DISTINCT iif(is_silent OR is_error, client, NULL)) AS clients
  FROM temp.verdict_traffic
 GROUP BY server;

-- @prepare Responses that contradict the format, or end too early
CREATE TEMP TABLE verdict_damaged AS
SELECT a.text AS server, d.verdict, count(*) AS count, min(x.id) AS first_id,
       max(x.id) AS last_id
  FROM (SELECT 1 FROM main.detail
         WHERE verdict IN ('malformed', 'sender_cut') LIMIT 1)
 CROSS JOIN _chosen AS x
  JOIN main.detail AS d ON d.id = x.response_detail
  JOIN main.address AS a ON a.id = x.server
 WHERE x.response_detail IN (SELECT id FROM main.detail
                              WHERE verdict IN ('malformed', 'sender_cut'))
   AND +x.kind = (SELECT code FROM main.kind WHERE name = 'query')
 GROUP BY a.text, d.verdict;

-- @prepare Queries over UDP that wait, wherever they were seen, if there are
-- responses that belong to none
CREATE TEMP TABLE verdict_open AS
WITH part AS (
    SELECT code, name FROM main.state
     WHERE name IN ('unanswered', 'pending_at_end')
)
SELECT x.client, x.client_port, x.server, x.server_port, x.dns_id,
       coalesce(w.word, x.name)                          AS word, x.qtype,
       x.time_ns, coalesce(x.leader, x.id)               AS id
  FROM (SELECT 1 FROM temp.verdict_traffic
         WHERE state IN ('orphan_response', 'orphan_at_start') LIMIT 1)
 CROSS JOIN main.exchange AS x
  LEFT JOIN main.spelling AS w ON w.name = x.name
 WHERE x.state IN (SELECT code FROM part) AND x.state != 0
   AND x.kind = (SELECT code FROM main.kind WHERE name = 'query')
   AND x.transport = 0
   AND coalesce(x.leader, x.id) IN temp.verdict_odd;

-- @prepare
CREATE INDEX temp.verdict_open_question
    ON verdict_open (client, client_port, server, word, qtype, time_ns);

-- @prepare
CREATE INDEX temp.verdict_open_number
    ON verdict_open (client, client_port, server, dns_id, time_ns);

-- @prepare Responses that come to the port of one; a late one of an earlier query
-- is none
CREATE TEMP TABLE verdict_guest AS
SELECT o.client, o.client_port, o.server, o.server_port, o.dns_id,
       coalesce(w.word, o.name)                          AS word, o.qtype,
       o.time_ns, coalesce(o.leader, o.id)               AS id
  FROM (SELECT 1 FROM temp.verdict_open LIMIT 1)
 CROSS JOIN main.exchange AS o
  LEFT JOIN main.spelling AS w ON w.name = o.name
 WHERE o.state IN (SELECT code FROM main.state
                    WHERE name IN ('orphan_response', 'orphan_at_start'))
   AND o.state != 0 AND o.name != 0 AND o.transport = 0
   AND (o.client, o.client_port, o.server)
       IN (SELECT client, client_port, server FROM temp.verdict_open)
   AND NOT EXISTS (SELECT * FROM temp.verdict_open AS e
                    WHERE e.client = o.client
                      AND e.client_port = o.client_port
                      AND e.server = o.server AND e.dns_id = o.dns_id
                      AND +e.word = coalesce(w.word, o.name)
                      AND +e.qtype = o.qtype);

-- @prepare Queries of these ports that were answered as they should be
CREATE TEMP TABLE verdict_well AS
SELECT x.client, x.client_port, x.server, x.time_ns
  FROM (SELECT 1 FROM temp.verdict_guest LIMIT 1)
 CROSS JOIN main.exchange AS x
 WHERE +x.state = (SELECT code FROM main.state WHERE name = 'answered')
   AND x.transport = 0
   AND (x.client, x.client_port, x.server)
       IN (SELECT client, client_port, server FROM temp.verdict_guest);

-- @prepare
CREATE INDEX temp.verdict_well_port
    ON verdict_well (client, client_port, server, time_ns);

-- @prepare Of these, those that have another id, or another question: each with
-- the last query that it may be meant for.  Where others of the same port were
-- answered with their ids, it is one of whose query was not captured.
CREATE TEMP TABLE verdict_mismatch AS
WITH meant AS (
    SELECT o.id AS response_id,
           (SELECT q.id FROM temp.verdict_open AS q
             WHERE q.client = o.client AND q.client_port = o.client_port
               AND q.server = o.server AND q.word = o.word
               AND q.qtype = o.qtype AND +q.server_port = o.server_port
               AND q.time_ns BETWEEN o.time_ns - 15000000000 AND o.time_ns
             ORDER BY q.time_ns DESC LIMIT 1)            AS id
      FROM temp.verdict_guest AS o
     WHERE NOT EXISTS (SELECT * FROM temp.verdict_well AS a
                        WHERE a.client = o.client
                          AND a.client_port = o.client_port
                          AND a.server = o.server
                          AND a.time_ns BETWEEN o.time_ns - 15000000000
                                            AND o.time_ns + 15000000000)
     UNION
    SELECT o.id,
           (SELECT q.id FROM temp.verdict_open AS q
             WHERE q.client = o.client AND q.client_port = o.client_port
               AND q.server = o.server AND q.dns_id = o.dns_id
               AND +q.server_port = o.server_port
               AND q.time_ns BETWEEN o.time_ns - 15000000000 AND o.time_ns
             ORDER BY q.time_ns DESC LIMIT 1)
      FROM temp.verdict_guest AS o
)
SELECT DISTINCT id, response_id FROM meant WHERE id IS NOT NULL;

-- @prepare
CREATE INDEX temp.verdict_mismatch_id ON verdict_mismatch (id);
