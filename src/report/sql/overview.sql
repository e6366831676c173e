-- overview: what was asked and answered, when, and how long it took
--
-- Counts, percentiles, and the numbers behind the figures of --format html.
-- Queries are counted once however often they were captured; health checks of
-- servers are left out.  What is counted is counted by rollup.sql.
--
-- :threshold_ns        what is slow in the histogram (5 ms)
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT coalesce(sum(count), 0)                     AS queries,
           coalesce(sum(iif(state IN ('answered', 'answered_late'), count,
                            0)), 0)                    AS answered,
           coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
                                                       AS unanswered,
           min(first_ns)                               AS first_ns,
           max(last_ns)                                AS last_ns
      FROM _tally
     WHERE kind = 'query'
), l AS (
    SELECT coalesce(sum(count), 0)                     AS measured,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
)
SELECT CASE WHEN queries = 0 THEN 'No DNS query or response that matches.'
       ELSE printf('%,d %s%s: %,d answered, %,d without an answer%s.', queries,
                   iif(queries = 1, 'query', 'queries'),
                   coalesce(' within ' || duration(last_ns - first_ns), ''),
                   answered, unanswered,
                   iif(queries > answered + unanswered,
                       printf(', %,d neither', queries - answered - unanswered),
                       ''))
            || iif(p50_ns IS NULL, '',
                   printf(' Half of the answers took %s or less, one in '
                          || 'twenty %s or more, the slowest %s.',
                          duration(p50_ns), duration(p95_ns),
                          duration(max_ns)))
       END                                             AS headline,
       queries, answered, unanswered, measured, p50_ns, p95_ns, p99_ns, max_ns,
       first_ns, last_ns
  FROM t, l;

-- @timeline Queries over time, by what became of them
WITH RECURSIVE bar (since_ns, last_ns) AS (
    SELECT min(since_ns), max(since_ns)
      FROM timeline
    HAVING count(*) > 0
    UNION ALL
    SELECT since_ns + (SELECT bar_ns FROM rollup), last_ns
      FROM bar
     WHERE since_ns < last_ns
), counted AS MATERIALIZED (
    SELECT t.since_ns, t.count,
           CASE
           WHEN s.name IN ('unanswered', 'wrong_source', 'icmp_error')
           THEN 'unanswered'
           WHEN r.name IN ('NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED')
           THEN r.name
           WHEN t.rcode >= 0 THEN 'other'
           ELSE 'undecided' END                        AS outcome
      FROM timeline AS t
      JOIN main.state AS s ON s.code = t.state
      LEFT JOIN main.rcode AS r ON r.code = t.rcode
)
SELECT b.since_ns,
       coalesce(sum(c.count), 0)                       AS queries,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'NOERROR'), 0)
                                                       AS noerror,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'NXDOMAIN'), 0)
                                                       AS nxdomain,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'SERVFAIL'), 0)
                                                       AS servfail,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'REFUSED'), 0)
                                                       AS refused,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'other'), 0)
                                                       AS other_rcodes,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'unanswered'), 0)
                                                       AS unanswered,
       coalesce(sum(c.count) FILTER (WHERE outcome = 'undecided'), 0)
                                                       AS undecided,
       (SELECT bar_ns FROM rollup)                     AS width_ns
  FROM bar AS b
  LEFT JOIN counted AS c USING (since_ns)
 GROUP BY b.since_ns
 ORDER BY b.since_ns;

-- @histogram Latency of all answers, on a logarithmic scale
WITH RECURSIVE decade (ns) AS (
    VALUES (10000) UNION ALL SELECT 10 * ns FROM decade WHERE ns < 10000000000
), edge AS (
    SELECT 0 AS from_ns
    UNION ALL
    SELECT ns * column1 / 10
      FROM decade, (VALUES (10), (15), (20), (30), (50), (70))
), counted AS (
    -- by the first two digits, which is quicker than trying each edge
    SELECT CASE
           WHEN near_ns < 10000 THEN 0
           WHEN near_ns >= 70000000000 THEN 70000000000
           ELSE CASE
                WHEN substr(near_ns, 1, 2) < '15' THEN 10
                WHEN substr(near_ns, 1, 2) < '20' THEN 15
                WHEN substr(near_ns, 1, 2) < '30' THEN 20
                WHEN substr(near_ns, 1, 2) < '50' THEN 30
                WHEN substr(near_ns, 1, 2) < '70' THEN 50
                ELSE 70 END
                * CAST('1' || substr('00000000000', 1, length(near_ns) - 2)
                       AS INTEGER) END                 AS from_ns,
           sum(count)                                  AS count
      FROM latency
     GROUP BY 1
), n AS MATERIALIZED (
    SELECT e.from_ns, lead(e.from_ns) OVER (ORDER BY e.from_ns) AS to_ns,
           coalesce(c.count, 0)                        AS count
      FROM edge AS e
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
    SELECT server_id, server, server_port, sum(count) AS queries,
           sum(iif(state IN ('unanswered', 'wrong_source', 'icmp_error'),
                   count, 0))                          AS unanswered,
           min(first_ns) AS first_ns, max(last_ns) AS last_ns
      FROM _tally
     WHERE kind = 'query'
     GROUP BY server_id, server_port
), l AS (
    SELECT server, server_port, sum(count)             AS measured,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
     GROUP BY server, server_port
)
SELECT t.server                                        AS nameserver,
       t.server_port                                   AS port,
       -- at another time it may be another's
       (SELECT group_concat(DISTINCT coalesce(shown, name))
          FROM (SELECT shown, name FROM main.naming
                 WHERE address = t.server
                   AND from_ns <= coalesce(t.last_ns, 9223372036854775806)
                   AND to_ns > coalesce(t.first_ns, 9223372036854775806)
                 ORDER BY from_ns))                    AS server_name,
       t.queries, t.unanswered, coalesce(l.measured, 0) AS measured,
       l.p50_ns, l.p95_ns, l.p99_ns, l.max_ns
  FROM t
  LEFT JOIN l ON l.server = t.server_id AND l.server_port = t.server_port
 ORDER BY t.queries DESC, t.server, t.server_port
 LIMIT coalesce(:limit, 20);

-- @hops Where the time went
WITH s AS MATERIALIZED (
    -- what servers ask is in their clients' share
    SELECT coalesce(h.path_out_ns + h.path_back_ns, h.network_ns)
                                                       AS path_ns,
           h.server_ns - coalesce(h.upstream_ns, h.beyond_ns, 0) AS server_ns,
           coalesce(h.upstream_ns, 0)                  AS upstream_ns,
           coalesce(h.retry_ns, 0)                     AS retry_ns,
           coalesce(h.beyond_ns, 0)                    AS beyond_ns
      FROM main.hop AS h
     CROSS JOIN _chosen AS x ON x.id = h.exchange
     WHERE h.server_ns IS NOT NULL
       AND x.kind = 0 AND x.parent IS NULL AND x.response_after_ns > 0
       AND x.query_frame IS NOT NULL
), part (place, hop, ns, count, most_ns) AS (
    SELECT 1, 'the whole transaction', near_ns, count, max_ns
      FROM latency WHERE NOT is_leg AND max_ns > 0
    UNION ALL
    SELECT 2, 'waiting to ask again', retry_ns, 1, retry_ns
      FROM s WHERE retry_ns > 0
    UNION ALL
    SELECT 3, 'path to the server and back', path_ns, 1, path_ns
      FROM s WHERE path_ns IS NOT NULL
    UNION ALL
    SELECT 4, 'DNS server itself', server_ns, 1, server_ns
      FROM s WHERE beyond_ns = 0
    UNION ALL
    SELECT 5, 'upstream of the server', upstream_ns, 1, upstream_ns
      FROM s WHERE upstream_ns > 0
    UNION ALL
    SELECT 6, 'beyond the node', beyond_ns, 1, beyond_ns
      FROM s WHERE beyond_ns > 0
)
SELECT hop, sum(count)                                 AS transactions,
       percentile(ns, 50, count)                       AS p50_ns,
       percentile(ns, 95, count)                       AS p95_ns,
       percentile(ns, 99, count)                       AS p99_ns,
       max(most_ns)                                    AS max_ns
  FROM part
 GROUP BY place, hop
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
