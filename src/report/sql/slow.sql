-- slow: which answers took long
--
-- Step 2 of the guide.  The latency is that from the first query to the first
-- response.  Queries without an answer have none: step 1 counts them.  hop
-- is what took the largest part of it, as far as more than one place, or the
-- server's own queries, were captured (view hops).
--
-- What is counted is counted by rollup.sql.
--
-- :threshold_ns        what is slow (5 ms)
-- :limit               rows of a list (20)

-- @summary
WITH l AS (
    SELECT coalesce(sum(count), 0)                     AS measured,
           coalesce(sum(iif(near_ns > coalesce(:threshold_ns, 5000000), count,
                            0)), 0)                    AS slow,
           coalesce(:threshold_ns, 5000000)            AS threshold_ns,
           percentile(near_ns, 50, count)              AS p50_ns,
           percentile(near_ns, 90, count)              AS p90_ns,
           percentile(near_ns, 95, count)              AS p95_ns,
           percentile(near_ns, 99, count)              AS p99_ns,
           max(max_ns)                                 AS max_ns
      FROM latency
), t AS (
    SELECT coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
                                                       AS unanswered,
           coalesce(sum(iif(state IN ('answered', 'answered_late'),
                            count - measured, 0)), 0)  AS not_measured
      FROM _tally
     WHERE kind = 'query'
), spent AS (
    -- what servers ask is in their clients' share
    SELECT *
      FROM latency
     WHERE NOT is_leg AND near_ns > coalesce(:threshold_ns, 5000000)
), shares AS (
    SELECT sum(placed) AS count, sum(placed_ns) AS latency_ns,
           sum(path_ns) AS path_ns, sum(server_ns) AS server_ns,
           sum(upstream_ns) AS upstream_ns, sum(retry_ns) AS retry_ns,
           sum(beyond_ns) AS beyond_ns,
           sum(placed_ns - path_ns - server_ns - upstream_ns - retry_ns
               - beyond_ns) AS unknown_ns
      FROM spent
), aside AS (
    SELECT sum(s.count) AS count,
           iif(count(DISTINCT i.name || coalesce(' of ' || i.node, '')) = 1,
               min(i.name || coalesce(' of ' || i.node, '')),
               count(DISTINCT i.name || coalesce(' of ' || i.node, ''))
               || ' interfaces') AS vantage
      FROM spent AS s
      JOIN main.interfaces AS i ON i.interface_id = s.door
    HAVING sum(s.count) > 0
)
SELECT CASE
       WHEN measured = 0 THEN 'No answered query with a known latency.'
       ELSE printf('%d of %d answer%s took longer than %s (%.1f%%); the '
                   || 'slowest %s.', slow, measured,
                   iif(measured = 1, '', 's'), duration(threshold_ns),
                   100.0 * slow / measured, duration(max_ns))
       END
       || iif(unanswered > 0, ' ' || unanswered
              || iif(unanswered = 1, ' more query was', ' more queries were')
              || ' never answered (step failures).', '')
       || coalesce((SELECT printf(' Of %s over %d slow quer%s: %sDNS '
                                  || 'server %.0f%%, upstream %.0f%%%s%s%s.',
                                  duration(latency_ns), count,
                                  iif(count = 1, 'y', 'ies'),
                                  iif(path_ns > 0,
                                      printf('path %.0f%%, ',
                                      100.0 * path_ns / latency_ns), ''),
                                  100.0 * server_ns / latency_ns,
                                  100.0 * upstream_ns / latency_ns,
                                  iif(beyond_ns > 0,
                                      printf(', beyond the node %.0f%%',
                                      100.0 * beyond_ns / latency_ns), ''),
                                  iif(retry_ns > 0, printf(', retry %.0f%%',
                                      100.0 * retry_ns / latency_ns), ''),
                                  iif(unknown_ns > latency_ns / 200,
                                      printf(', unknown %.0f%%',
                                      100.0 * unknown_ns / latency_ns), ''))
                      FROM shares WHERE count > 0), '')
       || coalesce((SELECT ' ' || count || ' as seen at ' || vantage
                           || ', without the network before it.'
                      FROM aside), '')
                                                       AS headline,
       measured, slow, round(100.0 * slow / nullif(measured, 0), 1) AS slow_pct,
       threshold_ns, p50_ns, p90_ns, p95_ns, p99_ns, max_ns, unanswered,
       not_measured
  FROM l, t;

-- @rows The slowest
WITH hop AS MATERIALIZED (
    SELECT transaction_id, slowest, slowest_pct
      FROM main.hops
     WHERE transaction_id IN (SELECT exchange FROM slowest)
)
SELECT t.latency_ns,
       h.slowest || printf(' %.0f%%', h.slowest_pct)   AS hop,
       name, qtype, rcode, origin, client, client_name, server, server_name,
       transport, attempts, state, asked_ns,
       query_file || '#' || query_frame || ' ' || response_file || '#'
       || response_frame                               AS evidence
  FROM slowest AS s
 CROSS JOIN transactions AS t ON t.transaction_id = s.exchange
  LEFT JOIN hop AS h USING (transaction_id)
 WHERE t.latency_ns > coalesce(:threshold_ns, 5000000)
 ORDER BY t.latency_ns DESC, transaction_id
 LIMIT coalesce(:limit, 20);

-- @histogram Latency of all answers
WITH RECURSIVE edge (place, from_ns, to_ns) AS (
    VALUES (0, 0, 100000), (1, 100000, 200000), (2, 200000, 500000),
           (3, 500000, 1000000), (4, 1000000, 2000000),
           (5, 2000000, 5000000), (6, 5000000, 10000000),
           (7, 10000000, 20000000), (8, 20000000, 50000000),
           (9, 50000000, 100000000), (10, 100000000, 200000000),
           (11, 200000000, 500000000), (12, 500000000, 1000000000),
           (13, 1000000000, 2000000000), (14, 2000000000, 5000000000),
           (15, 5000000000, 10000000000), (16, 10000000000, NULL)
), n AS (
    SELECT e.place, e.from_ns, e.to_ns, coalesce(sum(l.count), 0) AS count
      FROM edge AS e
      LEFT JOIN latency AS l
        ON l.near_ns >= e.from_ns
       AND (e.to_ns IS NULL OR l.near_ns < e.to_ns)
     GROUP BY e.place
)
SELECT from_ns, to_ns, count,
       iif(count > 0,
           printf('%.*c', max(1, 50 * count / (SELECT max(count) FROM n)), '#'),
           '')                                         AS bar
  FROM n
 WHERE place BETWEEN (SELECT min(place) FROM n WHERE count > 0)
                 AND (SELECT max(place) FROM n WHERE count > 0)
 ORDER BY place;
