-- last_seen: where what was not answered was seen last, and what that means
--
-- That a message is missing at a place says something only if the place would
-- have shown it: other queries of the same minutes must have been seen there.
-- They are counted, and without them nothing is claimed; nor where only one
-- interface was captured, where directions or times are unknown, or where
-- about as much may be missing from the capture as is missing at that place.
-- Errors and responses that were captured speak for themselves.

DELETE FROM last_place;

CREATE TEMP TABLE clock AS SELECT * FROM _clock;
CREATE UNIQUE INDEX temp.clock_of_capture ON clock (capture);

CREATE TEMP TABLE notice AS
SELECT e.id, coalesce(x.leader, x.id) AS exchange, e.time_ns, e.reporter,
       e.interface, e.direction, e.quotes_response,
       coalesce(k.meaning = 'port unreachable', 0) AS is_port
  FROM icmp AS e
  JOIN exchange AS x ON x.id = e.exchange
  JOIN address AS a ON a.id = e.reporter
  LEFT JOIN icmp_code AS k ON k.family = e.family AND k.type = e.type
                          AND k.code = e.code;
CREATE INDEX temp.notice_of_exchange ON notice (exchange);

-- The client's own socket was closed when the response came, not when another
-- response to the same query did.  Nobody gives up within half a second: then
-- it had what it wanted, or knew that it had to ask over TCP.
CREATE TEMP TABLE given_up AS
SELECT n.exchange, min(n.id) AS icmp
  FROM temp.notice AS n
  JOIN exchange AS x ON x.id = n.exchange
 WHERE n.quotes_response AND n.is_port AND n.reporter = x.client
   AND x.response_after_ns >= 500000000
   AND NOT EXISTS (
           SELECT * FROM stray AS s
            WHERE s.exchange IN (SELECT x.id UNION ALL
                                 SELECT id FROM exchange WHERE leader = x.id)
              AND s.role = (SELECT code FROM role
                             WHERE name = 'duplicate_response')
              AND s.time_ns <= n.time_ns)
 GROUP BY n.exchange;

-- Servers say that they failed (no NOERROR, no NXDOMAIN) when their upstreams
-- did not answer them: when they had waited for them, which they do longer than
-- 0.2 s, or an error came back.  By the server's clock.
CREATE TEMP TABLE refused AS
SELECT u.parent AS exchange
  FROM exchange AS u -- by the index: servers answer most from their caches
 CROSS JOIN exchange AS x ON x.id = u.parent
  JOIN hop AS h ON h.exchange = x.id
  JOIN exchange AS i ON i.id = h.last_exchange
  JOIN state AS s ON s.code = u.state
 WHERE u.parent IS NOT NULL AND u.leader IS NULL
   AND x.leader IS NULL AND x.rcode NOT IN (0, 3)
   AND x.state = (SELECT code FROM state WHERE name = 'answered')
   AND coalesce(u.time_ns < i.time_ns + i.response_after_ns, 1)
 GROUP BY u.parent
HAVING sum(s.name IN ('answered', 'answered_late')) = 0
   AND sum(s.name IN ('icmp_error', 'wrong_source')
           OR (s.name IN ('unanswered', 'answered_elsewhere')
               AND coalesce(u.time_ns + 200000000
                            <= i.time_ns + i.response_after_ns, 1))) > 0;

-- A service address that leaves a node tells without the answer, for which
-- these wait yet.
CREATE TEMP TABLE leaving AS
SELECT x.id AS exchange
  FROM exchange AS x
  LEFT JOIN hop AS h ON h.exchange = x.id
  JOIN exchange AS l ON l.id = coalesce(h.last_exchange, x.id)
  JOIN address AS a ON a.id = l.server
 WHERE x.state = (SELECT code FROM state WHERE name = 'pending_at_end')
   AND x.state != 0 -- or there is no index
   AND x.leader IS NULL AND l.query_direction = 2
   AND a.text IN (SELECT address FROM address_role
                   WHERE role = 'service address');

-- But not where others that left so, in whatever minute, were answered.
CREATE TEMP TABLE usual AS
SELECT DISTINCT l.server, k.clock
  FROM (SELECT 1 FROM temp.leaving LIMIT 1)
 CROSS JOIN hop AS h
 CROSS JOIN exchange AS l ON l.id = h.last_exchange
  JOIN temp.clock AS k ON k.capture = l.query_capture
 WHERE l.query_direction = 2 AND l.response_frame IS NOT NULL
   AND l.server IN (SELECT e.server
                      FROM temp.leaving AS o
                      LEFT JOIN hop AS f ON f.exchange = o.exchange
                      JOIN exchange AS e
                        ON e.id = coalesce(f.last_exchange, o.exchange));

CREATE TEMP TABLE candidate (exchange INTEGER PRIMARY KEY);

INSERT OR IGNORE INTO temp.candidate
SELECT id
  FROM exchange
 WHERE leader IS NULL
   AND state IN (SELECT code FROM state
                  WHERE name IN ('unanswered', 'answered_elsewhere',
                                 'icmp_error', 'wrong_source',
                                 'answered_late'))
   AND state != 0 -- or there is no index
UNION ALL
SELECT exchange FROM temp.given_up
UNION ALL
SELECT exchange FROM temp.refused
UNION ALL
SELECT exchange FROM temp.leaving
 ORDER BY 1;

CREATE TEMP TABLE subject AS
SELECT x.id AS exchange, s.name AS state, x.time_ns, k.clock, x.client,
       x.server, x.query_interface AS interface, x.query_capture AS capture,
       x.time_ns / 60000000000                 AS minute,
       coalesce(h.last_exchange, x.id)         AS last,
       coalesce(h.places, 1)                   AS places,
       coalesce(h.near_places, 1)              AS near_places,
       g.icmp                                  AS given_up,
       -- all of a large answer over IPv6 is in fragments
       instr(a.text, ':') > 0 AND x.transport = 0
       AND coalesce((SELECT edns_size > 1232 FROM detail
                      WHERE id = x.query_detail), 0) AS may_fragment
  FROM temp.candidate AS c
 CROSS JOIN exchange AS x ON x.id = c.exchange
  JOIN state AS s ON s.code = x.state
  JOIN address AS a ON a.id = x.server
  JOIN temp.clock AS k ON k.capture = x.query_capture
  LEFT JOIN hop AS h ON h.exchange = x.id
  LEFT JOIN temp.given_up AS g ON g.exchange = x.id
 WHERE x.leader IS NULL AND x.query_frame IS NOT NULL
   AND x.kind = (SELECT code FROM kind WHERE name = 'query');
CREATE UNIQUE INDEX temp.subject_exchange ON subject (exchange);

CREATE TEMP TABLE minute AS
SELECT DISTINCT minute + w.value AS minute
  FROM temp.subject
  JOIN (SELECT -1 AS value UNION ALL SELECT 0 UNION ALL SELECT 1) AS w
 WHERE minute IS NOT NULL;
CREATE UNIQUE INDEX temp.the_minute ON minute (minute);

-- What others show in each minute, where they were seen first.  An interface is
-- of one capture; where it is not known, less than 0.
CREATE TEMP TABLE every_minute (
	interface INTEGER NOT NULL,
	direction INTEGER NOT NULL,      -- -1: not known
	server    INTEGER NOT NULL,
	minute    INTEGER NOT NULL,
	answered  INTEGER NOT NULL,
	PRIMARY KEY (interface, direction, server, minute)
) WITHOUT ROWID;

SELECT gather('every_minute', 'kkkk+',
              coalesce(query_interface, -query_capture),
              coalesce(query_direction, -1), server, time_ns / 60000000000,
              response_frame IS NOT NULL)
  FROM exchange
 WHERE leader IS NULL AND query_frame IS NOT NULL AND time_ns IS NOT NULL
   AND EXISTS (SELECT * FROM temp.minute);

CREATE TEMP TABLE own AS
SELECT interface, nullif(direction, -1) AS direction, server, minute, answered
  FROM temp.every_minute
 WHERE minute IN (SELECT minute FROM temp.minute);

-- And where the path ends of those that were seen further on.
CREATE TEMP TABLE further AS
SELECT coalesce(x.query_interface, -x.query_capture) AS interface,
       x.query_direction AS direction, x.server,
       coalesce(e.query_interface, -e.query_capture) AS end_interface,
       e.query_direction AS end_direction, e.server AS end_server,
       x.time_ns / 60000000000                 AS minute,
       sum(h.near_places > 1)                  AS onward,
       sum(x.response_frame IS NOT NULL)       AS answered,
       sum(e.response_frame IS NOT NULL)       AS end_answered
  FROM hop AS h
 CROSS JOIN exchange AS x ON x.id = h.exchange
 CROSS JOIN exchange AS e ON e.id = h.last_exchange
 WHERE h.last_exchange != h.exchange
   AND x.leader IS NULL AND x.query_frame IS NOT NULL
   AND x.time_ns / 60000000000 IN (SELECT minute FROM temp.minute)
 GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TEMP TABLE at_clock AS
SELECT i.id AS interface, i.id AS known, k.clock
  FROM interface AS i
  JOIN temp.clock AS k ON k.capture = i.capture
UNION ALL
SELECT -capture, NULL, clock FROM temp.clock;
CREATE UNIQUE INDEX temp.clock_of_interface ON at_clock (interface);

CREATE TEMP TABLE start AS
SELECT k.clock, k.known AS interface, p.server, p.minute,
       sum(p.onward) AS onward, sum(p.answered) AS answered
  FROM (SELECT interface, server, minute, 0 AS onward, answered FROM temp.own
        UNION ALL
        SELECT interface, server, minute, onward, 0 FROM temp.further) AS p
  JOIN temp.at_clock AS k USING (interface)
 GROUP BY k.clock, k.known, p.server, p.minute;
CREATE INDEX temp.start_of_clock ON start (clock, minute);

CREATE TEMP TABLE goal AS
SELECT p.server, e.clock, e.known AS interface, p.direction,
       k.clock AS first_clock, p.minute, sum(p.answered) AS answered
  FROM (SELECT server, interface, direction, interface AS first, minute,
               answered
          FROM temp.own
        UNION ALL
        SELECT server, interface, direction, interface, minute, -answered
          FROM temp.further
        UNION ALL
        SELECT end_server, end_interface, end_direction, interface, minute,
               end_answered
          FROM temp.further) AS p
  JOIN temp.at_clock AS k ON k.interface = p.first
  JOIN temp.at_clock AS e ON e.interface = p.interface
 GROUP BY p.server, e.clock, e.known, p.direction, k.clock, p.minute
HAVING sum(p.answered) > 0;
CREATE INDEX temp.goal_of_server ON goal (server, minute);

-- Which interfaces had DNS, and what is behind them.
CREATE TEMP TABLE door AS
SELECT i.interface_id AS interface, k.clock, i.role,
       i.pod IS NOT NULL                       AS is_pod,
       i.role_why = 'its name'                 AS is_named
  FROM interfaces AS i
  JOIN temp.clock AS k ON k.capture = i.capture_id
 WHERE i.queries + i.responses > 0;
CREATE UNIQUE INDEX temp.door_interface ON door (interface);

-- Several files of a node tell of the same interface.
CREATE TEMP TABLE doors AS
SELECT k.clock, count(DISTINCT coalesce(i.ifindex, i.name, i.number)) AS count
  FROM interface AS i
  JOIN temp.clock AS k ON k.capture = i.capture
 WHERE i.queries + i.responses > 0
 GROUP BY k.clock;

-- How long each node was captured without a hole.
CREATE TEMP TABLE watch AS
SELECT k.clock, c.run, min(c.first_ns) AS first_ns, max(c.last_ns) AS last_ns,
       -- nothing tells of drops, or it tells of some
       sum(v.dropped IS NOT 0) = 0             AS is_whole
  FROM capture AS c
  JOIN temp.clock AS k ON k.capture = c.id
  JOIN captures AS v ON v.capture_id = c.id
 GROUP BY k.clock, c.run;
CREATE INDEX temp.watch_of_clock ON watch (clock);

CREATE TEMP TABLE whole AS
SELECT clock FROM temp.watch GROUP BY clock HAVING min(is_whole);

CREATE TEMP TABLE hole AS
SELECT k.clock, g.since_ns + c.wait_ns         AS from_ns,
       g.since_ns + c.wait_ns + g.gap_ns       AS to_ns
  FROM _gap AS g
  JOIN capture AS c ON c.id = g.capture_id
  JOIN temp.clock AS k ON k.capture = c.id;

-- How far another node's clock is ahead, seen from either of the two.
CREATE TEMP TABLE ahead AS
SELECT capture AS clock, other_capture AS other, minute, low_ns, high_ns
  FROM clock_offset
 WHERE low_ns <= high_ns
UNION ALL
SELECT other_capture, capture, minute, -high_ns, -low_ns
  FROM clock_offset
 WHERE low_ns <= high_ns
UNION ALL
SELECT DISTINCT clock, clock, 0, 0, 0
  FROM temp.clock;
CREATE INDEX temp.ahead_of_clock ON ahead (clock, other);

-- How much may be missing from captures; NULL: any number.
CREATE TEMP TABLE missing AS
SELECT clock, iif(count(*) > count(at_most), NULL, sum(at_most)) AS at_most,
       min(doubt)                              AS doubt
  FROM (SELECT k.clock, l.source, max(l.at_most) AS at_most,
               min(l.doubt) AS doubt
          FROM _loss AS l
          JOIN temp.clock AS k ON k.capture = l.capture_id
         GROUP BY k.clock, l.source)
 GROUP BY clock;

CREATE TEMP TABLE lossy AS
SELECT m.clock, m.doubt
  FROM temp.missing AS m
 WHERE m.at_most IS NULL
    OR 4 * m.at_most > (SELECT count(*) FROM temp.subject AS s
                         WHERE s.clock = m.clock
                           AND s.state IN ('unanswered', 'answered_elsewhere'));

-- The response where it came nearest to the client.
CREATE TEMP TABLE reply AS
SELECT exchange, id
  FROM (SELECT s.exchange, c.id,
               row_number() OVER (
                   PARTITION BY s.exchange
                   ORDER BY k.clock != s.clock,
                            c.time_ns + c.response_after_ns DESC, c.id DESC)
                                               AS number
          FROM (SELECT exchange, clock, exchange AS id FROM temp.subject
                UNION ALL
                SELECT s.exchange, s.clock, c.id
                  FROM temp.subject AS s
                 CROSS JOIN exchange AS c ON c.leader = s.exchange) AS s
         CROSS JOIN exchange AS c ON c.id = s.id
          JOIN temp.clock AS k ON k.capture = c.response_capture
         WHERE c.time_ns IS NOT NULL)
 WHERE number = 1;
CREATE UNIQUE INDEX temp.reply_of_exchange ON reply (exchange);

CREATE TEMP TABLE place AS
SELECT s.exchange, s.last, l.query_interface AS interface,
       l.query_direction AS direction, l.server, l.client, k.clock,
       d.role, d.is_pod, d.is_named, r.id      AS reply
  FROM temp.subject AS s
  JOIN exchange AS l ON l.id = s.last
  JOIN temp.clock AS k ON k.capture = l.query_capture
  LEFT JOIN temp.door AS d ON d.interface = l.query_interface
  LEFT JOIN temp.reply AS r ON r.exchange = s.exchange;
CREATE UNIQUE INDEX temp.place_of_exchange ON place (exchange);

-- What is known is the same for all that begin, or end, alike.
CREATE TEMP TABLE at_start AS
WITH asked AS (
    SELECT DISTINCT clock, interface, server, minute FROM temp.subject
)
SELECT a.clock, a.interface, a.server, a.minute,
       sum(iif(p.interface = a.interface AND p.server = a.server, p.onward, 0))
                                               AS onward_same,
       sum(iif(p.server = a.server, p.onward, 0)) AS onward_server,
       sum(iif(p.interface = a.interface, p.answered, 0)) AS answered_same,
       sum(p.answered)                         AS answered
  FROM asked AS a
  JOIN temp.start AS p ON p.clock = a.clock
                      AND p.minute BETWEEN a.minute - 1 AND a.minute + 1
 GROUP BY a.clock, a.interface, a.server, a.minute;
CREATE UNIQUE INDEX temp.at_start_key
    ON at_start (interface, server, minute, clock);

CREATE TEMP TABLE at_end AS
WITH ended AS (
    SELECT DISTINCT s.clock AS first_clock, p.clock, p.interface, p.direction,
           p.server, s.minute
      FROM temp.place AS p
      JOIN temp.subject AS s ON s.exchange = p.exchange
)
SELECT e.*,
       -- answered where this one ends, further on that node, on another one
       sum(iif(g.interface = e.interface AND g.direction IS e.direction,
               g.answered, 0))                 AS here,
       sum(iif(g.clock = e.clock AND g.interface != e.interface,
               g.answered, 0))                 AS further,
       sum(iif(g.clock != e.clock AND g.first_clock = e.first_clock,
               g.answered, 0))                 AS beyond,
       min(iif(g.clock != e.clock AND g.first_clock = e.first_clock,
               g.clock, NULL))                 AS far_clock
  FROM ended AS e
  JOIN temp.goal AS g ON g.server = e.server
                     AND g.minute BETWEEN e.minute - 1 AND e.minute + 1
 GROUP BY e.first_clock, e.clock, e.interface, e.direction, e.server, e.minute;
CREATE INDEX temp.at_end_key ON at_end (interface, server, minute);

-- Would the other node's capture have shown the query if it had come there,
-- and the client's node's another copy of the response?  Within a second it
-- would have come; clocks are as far apart as in the nearest minute.
CREATE TEMP TABLE moment AS
SELECT p.exchange, p.clock, e.far_clock AS other, x.time_ns, 0 AS is_reply
  FROM temp.place AS p
  JOIN temp.subject AS s ON s.exchange = p.exchange
  JOIN exchange AS x ON x.id = p.last
  JOIN temp.at_end AS e
    ON e.interface = p.interface AND e.server = p.server
   AND e.minute = s.minute AND e.direction IS p.direction
   AND e.first_clock = s.clock
 WHERE e.far_clock IS NOT NULL
UNION ALL
SELECT s.exchange, k.clock, s.clock, x.time_ns + x.response_after_ns, 1
  FROM temp.reply AS r
  JOIN temp.subject AS s ON s.exchange = r.exchange
  JOIN exchange AS x ON x.id = r.id
  JOIN temp.clock AS k ON k.capture = x.response_capture;

CREATE TEMP TABLE covered AS
WITH due AS (
    SELECT m.exchange, m.is_reply, m.other, m.time_ns + a.low_ns AS from_ns,
           m.time_ns + a.high_ns + 1000000000  AS to_ns,
           row_number() OVER (
               PARTITION BY m.exchange, m.is_reply
               ORDER BY abs(a.minute - m.time_ns / 60000000000), a.minute)
                                               AS number
      FROM temp.moment AS m
      JOIN temp.ahead AS a ON a.clock = m.clock AND a.other = m.other
)
SELECT d.exchange, d.is_reply
  FROM due AS d
 WHERE d.number = 1
   AND EXISTS (SELECT * FROM temp.watch AS w
                WHERE w.clock = d.other AND w.first_ns <= d.from_ns
                  AND w.last_ns >= d.to_ns)
   AND NOT EXISTS (SELECT * FROM temp.hole AS h
                    WHERE h.clock = d.other AND h.from_ns < d.to_ns
                      AND h.to_ns > d.from_ns);
CREATE INDEX temp.covered_exchange ON covered (exchange, is_reply);

-- Where NAT sends what is asked there, there is a service.
CREATE TEMP TABLE translated AS
SELECT DISTINCT l.server
  FROM exchange AS c
  JOIN exchange AS l ON l.id = c.leader
 WHERE l.server != c.server
   AND l.server IN (SELECT x.server FROM temp.notice AS n
                      JOIN exchange AS x ON x.id = n.exchange);

-- What the servers asked for them, until they answered: what they asked then, as
-- the client had asked again, is not why.  One that was waited for tells more
-- than one that was asked as well.
CREATE TEMP TABLE leg AS
WITH asked AS (
    SELECT u.parent, u.id, s.name AS state,
           coalesce(u.time_ns + 200000000
                    <= i.time_ns + i.response_after_ns, 1) AS is_waited_for
      FROM exchange AS u
      JOIN hop AS h ON h.exchange = u.parent
      JOIN exchange AS i ON i.id = h.last_exchange
      JOIN state AS s ON s.code = u.state
     WHERE u.parent IN (SELECT exchange FROM temp.subject)
       AND u.leader IS NULL
       AND coalesce(u.time_ns < i.time_ns + i.response_after_ns, 1)
)
SELECT parent AS exchange, count(*) AS count,
       coalesce(max(iif(state IN ('unanswered', 'answered_elsewhere')
                        AND is_waited_for, id, NULL)),
                max(iif(is_waited_for, id, NULL)), max(id)) AS last,
       max(iif(state IN ('answered', 'answered_late'), id, NULL)) AS answered,
       max(iif(state IN ('icmp_error', 'wrong_source'), id, NULL)) AS failed
  FROM asked
 GROUP BY parent;
CREATE UNIQUE INDEX temp.leg_of_exchange ON leg (exchange);

CREATE TEMP TABLE known AS
SELECT s.exchange, s.state, s.given_up, s.last, p.reply, s.places,
       s.near_places, s.clock, p.clock AS last_clock, s.time_ns,
       p.direction, p.is_pod, p.role, e.far_clock,
       -- what is behind the last place; NULL: not known
       CASE
       WHEN p.role = 'loopback'                THEN 'server'
       WHEN p.direction = 1 AND e.here > 0     THEN 'server'
       WHEN p.direction IS NOT 2               THEN NULL
       WHEN p.role IN ('uplink', 'tunnel') OR p.client != s.client THEN 'out'
       WHEN NOT p.is_named AND sr.is_upstream  THEN 'out'
       WHEN p.role = 'pod'                     THEN 'server' END AS behind,
       p.role IN ('uplink', 'tunnel')          AS is_uplink,
       coalesce(e.here, 0)                     AS here,
       coalesce(e.further, 0)                  AS further,
       coalesce(e.beyond, 0)                   AS beyond,
       coalesce(b.onward_same, 0)              AS onward_same,
       coalesce(b.onward_server, 0)            AS onward_server,
       coalesce(b.answered_same, 0)            AS answered_same,
       coalesce(b.answered, 0)                 AS answered,
       EXISTS (SELECT * FROM temp.usual
                WHERE server = p.server AND clock = p.clock) AS is_usual,
       (SELECT count FROM temp.doors WHERE clock = s.clock) AS doors,
       (SELECT doubt FROM temp.lossy WHERE clock = s.clock) AS doubt,
       (SELECT doubt FROM temp.lossy WHERE clock = p.clock) AS last_doubt,
       (SELECT doubt FROM temp.lossy WHERE clock = e.far_clock) AS far_doubt,
       s.may_fragment
       AND s.capture IN (SELECT capture_id FROM observability
                          WHERE subject = 'later IP fragments'
                            AND observable IN ('no', 'unknown'))
                                               AS is_hidden,
       EXISTS (SELECT * FROM _gap
                WHERE capture_id = s.capture AND since_ns < s.time_ns)
                                               AS is_in_gap,
       l.count AS legs, l.last AS leg, l.answered AS leg_answered,
       l.failed AS leg_failed,
       n.id AS icmp, n.is_port,
       n.reporter = s.server                   AS by_server,
       n.reporter = p.server                   AS by_last_server,
       -- out of the very interface into which the query went
       n.interface = p.interface AND n.direction = 1 AND p.direction = 2
                                               AS by_behind,
       coalesce(sr.is_service, 0)
       OR s.server IN (SELECT server FROM temp.translated) AS is_service,
       EXISTS (SELECT * FROM temp.covered
                WHERE exchange = s.exchange AND NOT is_reply) AS is_far_seen,
       EXISTS (SELECT * FROM temp.covered
                WHERE exchange = s.exchange AND is_reply) AS is_reply_seen,
       s.clock IN (SELECT clock FROM temp.whole)
       AND p.clock IN (SELECT clock FROM temp.whole) AS is_whole,
       e.far_clock IN (SELECT clock FROM temp.whole) AS is_far_whole
  FROM temp.subject AS s
  JOIN temp.place AS p USING (exchange)
  LEFT JOIN temp.at_start AS b
         ON b.interface = s.interface AND b.server = s.server
        AND b.minute = s.minute AND b.clock = s.clock
  LEFT JOIN temp.at_end AS e
         ON e.interface = p.interface AND e.server = p.server
        AND e.minute = s.minute AND e.direction IS p.direction
        AND e.first_clock = s.clock
  LEFT JOIN temp.leg AS l ON l.exchange = s.exchange
  -- the one nearest to who sent it
  LEFT JOIN temp.notice AS n
         ON n.id = (SELECT min(id) FROM temp.notice
                     WHERE exchange = s.exchange AND NOT quotes_response)
  LEFT JOIN (SELECT a.id,
                    sum(r.role = 'upstream') > 0
                    AND sum(r.role = 'cluster DNS') = 0 AS is_upstream,
                    sum(r.role = 'service address') > 0 AS is_service
               FROM address AS a
               JOIN address_role AS r ON r.address = a.text
              GROUP BY a.id) AS sr ON sr.id = s.server;

INSERT INTO last_place
WITH judged AS (
    SELECT *,
           CASE
           -- captured, so certain
           WHEN state = 'wrong_source'         THEN 'wrong source'
           WHEN given_up IS NOT NULL           THEN 'client had given up'
           WHEN state = 'answered_late'        THEN 'answered late'
           WHEN state = 'icmp_error' AND is_port AND by_behind
            AND by_last_server                 THEN 'dead server'
           WHEN state = 'icmp_error' AND is_port AND places = 1
            AND NOT by_server AND is_service   THEN 'no endpoint'
           WHEN state = 'icmp_error'           THEN 'rejected'
           WHEN state = 'answered'
           THEN iif(leg_failed IS NOT NULL, 'forwarded, upstream failed',
                    'forwarded, upstream silent')
           -- others that went there may have been answered, translated beyond
           WHEN state = 'pending_at_end'
           THEN iif(behind = 'out' AND doors > 1 AND is_pod IS NOT 1
                    AND here = 0 AND NOT is_usual, 'left the node', NULL)
           -- nothing can be missed where nothing is seen
           WHEN time_ns IS NULL OR doors = 1 OR direction IS NULL OR is_pod
             OR doubt IS NOT NULL OR last_doubt IS NOT NULL OR is_hidden
             OR is_in_gap                      THEN 'can''t tell'
           -- on its way back
           WHEN reply IS NOT NULL
           THEN iif(answered > 0 AND is_reply_seen,
                    'answered, not delivered', 'can''t tell')
           WHEN behind = 'server' AND direction = 1 AND onward_same > 0
            AND last_clock = clock             THEN 'can''t tell'
           -- as far as those that were answered
           WHEN behind = 'server'
           THEN CASE WHEN leg_answered IS NOT NULL
                     THEN 'forwarded, not answered'
                     WHEN leg_failed IS NOT NULL
                     THEN 'forwarded, upstream failed'
                     WHEN leg IS NOT NULL THEN 'forwarded, upstream silent'
                     ELSE 'delivered to the server' END
           WHEN behind = 'out'
           THEN iif(beyond > 0 AND is_far_seen AND far_doubt IS NULL,
                    'lost between nodes', 'left the node')
           WHEN last_clock != clock OR (is_uplink AND direction = 1)
           THEN iif(further > 0, 'arrived, not delivered', 'can''t tell')
           WHEN direction = 1 AND near_places = 1
           -- another server may be reached by another way
           THEN iif(onward_server > 0, 'client interface only', 'can''t tell')
           WHEN further > 0                    THEN 'lost within the node'
           ELSE 'can''t tell' END              AS said
      FROM temp.known
), weighed AS (
    SELECT *,
           CASE
           WHEN said IN ('wrong source', 'client had given up', 'dead server',
                         'answered late')      THEN NULL
           WHEN said = 'answered, not delivered'
           THEN iif(answered_same > 0, answered_same, answered)
           WHEN said = 'client interface only'
           THEN coalesce(nullif(onward_same, 0), onward_server)
           WHEN said = 'lost between nodes'    THEN beyond
           WHEN said IN ('arrived, not delivered', 'lost within the node')
           THEN further
           WHEN said != 'can''t tell'          THEN here END AS peers,
           CASE
           WHEN said = 'can''t tell'           THEN NULL
           WHEN said IN ('wrong source', 'client had given up', 'dead server',
                         'answered late')      THEN 'exact'
           WHEN said IN ('rejected', 'no endpoint') THEN 'likely'
           -- what is missing may have been dropped while capturing
           WHEN NOT is_whole                   THEN 'likely'
           WHEN said = 'answered, not delivered'
           THEN iif(answered_same > 0, 'exact', 'likely')
           WHEN said = 'client interface only'
           THEN iif(onward_same > 0, 'exact', 'likely')
           WHEN said = 'lost between nodes'
           THEN iif(is_far_whole, 'exact', 'likely')
           WHEN said IN ('arrived, not delivered', 'lost within the node')
           THEN 'exact'
           ELSE iif(here > 0, 'exact', 'likely') END AS sure
      FROM judged
)
SELECT w.exchange, v.code, c.code,
       iif(w.reply IS NOT NULL
           AND w.said IN ('answered, not delivered', 'client had given up',
                          'answered late'), w.reply, w.last),
       w.reply IS NOT NULL
       AND w.said IN ('answered, not delivered', 'client had given up',
                      'answered late'),
       w.peers, coalesce(w.given_up, w.icmp),
       iif(w.state = 'wrong_source',
           (SELECT min(t.id) FROM stray AS t
             WHERE t.exchange = w.exchange
               AND t.role = (SELECT code FROM role
                              WHERE name = 'wrong_source')), NULL),
       coalesce(w.leg_answered, w.leg_failed, w.leg), w.legs, NULL,
       iif(w.said = 'lost between nodes', w.far_clock, NULL),
       CASE
       WHEN w.said != 'can''t tell'            THEN NULL
       WHEN w.time_ns IS NULL                  THEN 'packets carry no times'
       WHEN w.doors = 1 THEN 'one interface was captured'
       WHEN w.direction IS NULL THEN 'the capture has no directions'
       WHEN w.is_pod THEN 'captured in pods, not on the node'
       WHEN w.doubt IS NOT NULL                THEN w.doubt
       WHEN w.last_doubt IS NOT NULL           THEN w.last_doubt
       WHEN w.is_hidden
       THEN 'the response may be in IP fragments, which were not captured'
       WHEN w.is_in_gap THEN 'the next part of the capture is missing'
       WHEN w.reply IS NOT NULL AND NOT w.is_reply_seen
       THEN 'the client''s node was not captured for a second after the '
            || 'response was seen'
       WHEN w.reply IS NOT NULL
       THEN 'no response to others of these minutes was seen on that node'
       WHEN w.behind = 'server'
       THEN 'of others some were seen further on, some were not'
       WHEN w.direction = 2 AND w.role IS NULL
       THEN 'nothing ever came in at that interface: what is behind it is '
            || 'not known'
       ELSE 'no other query of these minutes was seen further on' END
  FROM weighed AS w
  JOIN verdict AS v ON v.name = w.said
  LEFT JOIN confidence AS c ON c.name = w.sure;

-- That an upstream was silent is what became of the query that it was asked:
-- the verdict on that one, and as sure.
CREATE TEMP TABLE inherited AS
SELECT p.exchange, x.state = (SELECT code FROM state
                               WHERE name = 'answered') AS is_answered,
       u.exchange IS NULL OR u.verdict = (SELECT code FROM verdict
                                           WHERE name = 'can''t tell')
                                               AS is_unknown,
       u.verdict NOT IN (SELECT code FROM verdict
                          WHERE name IN ('left the node',
                                         'delivered to the server')
                             OR name LIKE 'forwarded,%') AS is_lost,
       max(p.confidence, u.confidence)         AS confidence,
       u.verdict, u.sighting, u.is_response, u.peers, u.far_capture, u.doubt
  FROM last_place AS p
  JOIN exchange AS x ON x.id = p.exchange
  LEFT JOIN last_place AS u ON u.exchange = p.leg
 WHERE p.verdict = (SELECT code FROM verdict
                     WHERE name = 'forwarded, upstream silent');

UPDATE last_place
   SET confidence = i.confidence
  FROM temp.inherited AS i
 WHERE i.exchange = last_place.exchange AND NOT i.is_unknown;

UPDATE last_place
   SET verdict = (SELECT code FROM verdict
                   WHERE name = 'forwarded, lost on the way'),
       leg_verdict = i.verdict, sighting = i.sighting,
       is_response = i.is_response, peers = i.peers,
       far_capture = i.far_capture
  FROM temp.inherited AS i
 WHERE i.exchange = last_place.exchange AND i.is_lost AND NOT i.is_unknown;

UPDATE last_place
   SET verdict = (SELECT code FROM verdict WHERE name = 'can''t tell'),
       confidence = NULL,
       doubt = 'what became of the query upstream is not known: '
               || coalesce(i.doubt, 'it still waited when the capture ended')
  FROM temp.inherited AS i
 WHERE i.exchange = last_place.exchange AND i.is_unknown;

-- An answer needs no verdict that says nothing.
DELETE FROM last_place
 WHERE exchange IN (SELECT exchange FROM temp.inherited
                     WHERE is_answered AND is_unknown);

DROP TABLE temp.inherited;
DROP TABLE temp.known;
DROP TABLE temp.leg;
DROP TABLE temp.translated;
DROP TABLE temp.covered;
DROP TABLE temp.moment;
DROP TABLE temp.at_end;
DROP TABLE temp.at_start;
DROP TABLE temp.place;
DROP TABLE temp.reply;
DROP TABLE temp.lossy;
DROP TABLE temp.missing;
DROP TABLE temp.ahead;
DROP TABLE temp.hole;
DROP TABLE temp.whole;
DROP TABLE temp.watch;
DROP TABLE temp.doors;
DROP TABLE temp.door;
DROP TABLE temp.goal;
DROP TABLE temp.start;
DROP TABLE temp.at_clock;
DROP TABLE temp.further;
DROP TABLE temp.every_minute;
DROP TABLE temp.own;
DROP TABLE temp.minute;
DROP TABLE temp.subject;
DROP TABLE temp.candidate;
DROP TABLE temp.usual;
DROP TABLE temp.leaving;
DROP TABLE temp.refused;
DROP TABLE temp.given_up;
DROP TABLE temp.notice;
DROP TABLE temp.clock;
