-- overview: what was asked and answered, when, and how long it took
--
-- Counts, percentiles, and the numbers behind the figures of --format html.
-- Queries are counted once however often they were captured; health checks of
-- servers are left out.
--
-- What is counted is counted by rollup.sql.
--
-- :threshold_ns        what is slow in the histogram (5 ms)
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT coalesce(sum(count), 0)                     AS queries,
           coalesce(sum(iif(state IN ('answered', 'answered_late'), count, 0)),
                    0)                                 AS answered,
           coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
                                                       AS unanswered
      FROM _tally
     WHERE kind = 'query'
), l AS (
    SELECT coalesce(sum(count), 0)                     AS measured,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
), span AS (
    SELECT min(iif(query_frame IS NOT NULL, time_ns,
                   time_ns + response_after_ns))       AS first_ns,
           max(iif(query_frame IS NOT NULL, time_ns,
                   time_ns + response_after_ns))       AS last_ns
      FROM _chosen
     WHERE kind = 0
), s AS (
    SELECT * FROM t, l, span
)
SELECT CASE WHEN queries = 0 THEN 'No DNS query or response that matches.'
       ELSE printf('%,d %s%s: %,d answered, %,d without an answer%s.', queries,
                   iif(queries = 1, 'query', 'queries'),
                   coalesce(' within ' || duration(last_ns - first_ns), ''),
                   answered, unanswered,
                   iif(queries > answered + unanswered,
                       printf(', %,d neither', queries - answered - unanswered),
                       ''))
            || coalesce(printf(' Half of the answers took %s or less, one in '
                               || 'twenty %s or more, the slowest %s.',
                               duration(p50_ns), duration(p95_ns),
                               duration(max_ns)), '')
       END                                             AS headline,
       queries, answered, unanswered, measured, p50_ns, p95_ns, p99_ns, max_ns,
       first_ns, last_ns
  FROM s;

-- @timeline Queries over time, by what became of them
WITH RECURSIVE t AS (
    -- the code of the rcode; -1 without an answer, -2 of what is undecided
    SELECT iif(query_frame IS NOT NULL, time_ns,
               time_ns + response_after_ns)            AS time_ns,
           CASE
           WHEN state IN (SELECT code FROM main.state
                           WHERE name IN ('unanswered', 'wrong_source',
                                          'icmp_error'))
           THEN -1
           ELSE coalesce(rcode, -2) END                AS outcome
      FROM _chosen
     WHERE kind = 0
), span AS (
    SELECT min(time_ns) AS first_ns, max(time_ns) AS last_ns FROM t
), unit (width_ns) AS (
    VALUES (1000000), (2000000), (5000000), (10000000), (20000000),
           (50000000), (100000000), (200000000), (500000000), (1000000000),
           (2000000000), (5000000000), (10000000000), (15000000000),
           (30000000000), (60000000000), (120000000000), (300000000000),
           (600000000000), (900000000000), (1800000000000), (3600000000000),
           (7200000000000), (10800000000000), (21600000000000),
           (43200000000000), (86400000000000), (604800000000000),
           (2592000000000000), (31536000000000000), (315360000000000000)
), width AS MATERIALIZED (
    -- no more bars than a figure can show
    SELECT min(width_ns) AS width_ns
      FROM unit, span
     WHERE last_ns / width_ns - first_ns / width_ns < 120
), bucket (number, last) AS (
    SELECT first_ns / width_ns, last_ns / width_ns
      FROM span, width
     WHERE first_ns IS NOT NULL
    UNION ALL
    SELECT number + 1, last FROM bucket WHERE number < last
), counted AS MATERIALIZED (
    SELECT time_ns / width_ns AS number, outcome, count(*) AS count
      FROM t, width
     WHERE time_ns IS NOT NULL
     GROUP BY 1, 2
)
SELECT b.number * w.width_ns                           AS since_ns,
       coalesce(sum(c.count), 0)                       AS queries,
       coalesce(sum(c.count) FILTER (WHERE outcome = 0), 0)
                                                       AS noerror,
       coalesce(sum(c.count) FILTER (WHERE outcome = 3), 0)
                                                       AS nxdomain,
       coalesce(sum(c.count) FILTER (WHERE outcome = 2), 0)
                                                       AS servfail,
       coalesce(sum(c.count) FILTER (WHERE outcome = 5), 0)
                                                       AS refused,
       coalesce(sum(c.count) FILTER (WHERE outcome NOT IN (-1, -2, 0, 2, 3, 5)), 0)
                                                       AS other_rcodes,
       coalesce(sum(c.count) FILTER (WHERE outcome = -1), 0)
                                                       AS unanswered,
       coalesce(sum(c.count) FILTER (WHERE outcome = -2), 0)
                                                       AS undecided,
       w.width_ns
  FROM bucket AS b
  JOIN width AS w
  LEFT JOIN counted AS c USING (number)
 GROUP BY b.number
 ORDER BY b.number;

-- @histogram Latency of all answers, on a logarithmic scale
WITH RECURSIVE decade (ns) AS (
    VALUES (10000) UNION ALL SELECT 10 * ns FROM decade WHERE ns < 10000000000
), edge AS (
    SELECT 0 AS from_ns
    UNION ALL
    SELECT ns * column1 / 10
      FROM decade, (VALUES (10), (15), (20), (30), (50), (70))
), edges AS MATERIALIZED (
    SELECT from_ns, lead(from_ns) OVER (ORDER BY from_ns) AS to_ns FROM edge
), counted AS (
    SELECT e.from_ns, sum(l.count) AS count
      FROM latency AS l
      JOIN edges AS e ON l.near_ns >= e.from_ns
                     AND (l.near_ns < e.to_ns OR e.to_ns IS NULL)
     GROUP BY e.from_ns
), n AS MATERIALIZED (
    SELECT e.from_ns, e.to_ns, coalesce(c.count, 0) AS count
      FROM edges AS e
      LEFT JOIN counted AS c USING (from_ns)
)
SELECT from_ns, to_ns, count,
       CASE WHEN from_ns >= 1000000000 THEN 'over 1s'
            WHEN from_ns >= coalesce(:threshold_ns, 5000000) THEN 'slow'
            ELSE 'quick' END                           AS speed
  FROM n
 WHERE from_ns BETWEEN (SELECT min(from_ns) FROM n WHERE count > 0)
                   AND (SELECT max(from_ns) FROM n WHERE count > 0)
 ORDER BY from_ns;

-- @nameservers Latency by nameserver
WITH t AS (
    SELECT server_id, server, server_port, sum(count)  AS queries,
           sum(iif(state IN ('unanswered', 'wrong_source', 'icmp_error'),
                   count, 0))                          AS unanswered,
           min(first_ns)                               AS first_ns,
           max(last_ns)                                AS last_ns
      FROM _tally
     WHERE kind = 'query'
     GROUP BY server_id, server_port
), l AS (
    SELECT server, server_port,
           sum(count)                                  AS measured,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
     GROUP BY server, server_port
)
SELECT t.server                                        AS nameserver,
       t.server_port                                   AS port,
       (SELECT group_concat(name) FROM (
            SELECT DISTINCT coalesce(shown, name) AS name
              FROM main.naming
             WHERE address = t.server
               AND from_ns <= coalesce(t.last_ns, 9223372036854775806)
               AND to_ns > coalesce(t.first_ns, 9223372036854775806)
             ORDER BY from_ns))                        AS server_name,
       t.queries, t.unanswered, coalesce(l.measured, 0) AS measured,
       l.p50_ns, l.p95_ns, l.p99_ns, l.max_ns
  FROM t
  LEFT JOIN l ON l.server = t.server_id AND l.server_port = t.server_port
 ORDER BY t.queries DESC, t.server, t.server_port
 LIMIT coalesce(:limit, 20);

-- @hops Where the time of lookups went
WITH s AS MATERIALIZED (
    -- what servers ask is in their clients' share
    SELECT coalesce(h.path_out_ns + h.path_back_ns, h.network_ns, 0)
                                                      AS path_ns,
           h.server_ns - coalesce(h.upstream_ns, h.beyond_ns, 0) AS server_ns,
           coalesce(h.upstream_ns, 0)                 AS upstream_ns,
           coalesce(h.retry_ns, 0)                    AS retry_ns,
           coalesce(h.beyond_ns, 0)                   AS beyond_ns
      FROM _chosen AS x
      JOIN main.hop AS h ON h.exchange = x.id
     WHERE x.kind = 0 AND x.parent IS NULL AND x.response_after_ns > 0
       AND x.query_frame IS NOT NULL AND h.server_ns IS NOT NULL
), part (place, hop, ns) AS (
    SELECT 2, 'waiting to ask again', retry_ns FROM s WHERE retry_ns > 0
    UNION ALL
    SELECT 3, 'path to the server and back', path_ns FROM s
    UNION ALL
    SELECT 4, 'DNS server itself', server_ns FROM s WHERE beyond_ns = 0
    UNION ALL
    SELECT 5, 'upstream of the server', upstream_ns FROM s WHERE upstream_ns > 0
    UNION ALL
    SELECT 6, 'beyond the node', beyond_ns FROM s WHERE beyond_ns > 0
), of_part AS (
    SELECT 1                                           AS place,
           'the whole lookup'                          AS hop,
           sum(count)                                  AS lookups,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
     WHERE NOT is_leg AND near_ns > 0
    HAVING count(*) > 0
    UNION ALL
    SELECT place, hop, count(*), percentile(ns, 50), percentile(ns, 95),
           percentile(ns, 99), max(ns)
      FROM part
     GROUP BY place, hop
)
SELECT hop, lookups, p50_ns, p95_ns, p99_ns, max_ns
  FROM of_part
 ORDER BY place;

-- @rows Responses by rcode, and queries without one
WITH t AS (
    SELECT CASE WHEN state IN ('unanswered', 'wrong_source', 'icmp_error')
                THEN NULL ELSE rcode END               AS rcode,
           state, count
      FROM _tally
     WHERE kind = 'query'
), n AS (
    SELECT coalesce(rcode, replace(state, '_', ' '))   AS outcome,
           rcode, sum(count)                           AS count
      FROM t
     GROUP BY 1, 2
)
SELECT n.outcome, r.guide                              AS guide,
       n.count,
       round(100.0 * n.count / (SELECT sum(count) FROM n), 1) AS share_pct
  FROM n
  LEFT JOIN main.rcode AS r ON r.name = n.rcode
 ORDER BY n.rcode IS NULL, n.count DESC, n.outcome;
