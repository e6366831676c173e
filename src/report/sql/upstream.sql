-- upstream: how healthy each nameserver is
--
-- Step 3 of the guide.  The verdict leans on what is decided: answered, late
-- or unanswered.  Of that
--   unhealthy            over 15 % unanswered, or over 15 % server errors
--                        (SERVFAIL, REFUSED, FORMERR, NOTIMP)
--   degraded             5 % or more unanswered, late or server errors, or a
--                        p95 over one second
--   too little evidence  fewer than 5 decided transactions, or 5 % and more
--                        that had waited over a second when the capture ended,
--                        or so many unanswered only if those count that may
--                        have been answered without being captured (doubts)
--   healthy              all others
-- 5 % and 15 % are the limits of Azure's network observability dashboards,
-- one second is that of Microsoft's DNS test form.
--
-- Health checks of servers are in none of the numbers but their own.
-- origins are from where the server had its answers; last_seen is where what it
-- did not answer, or only by a failure as its upstreams were silent, was seen
-- last (view last_seen).
--
-- What is counted is counted by rollup.sql.
--
-- :nameserver          the server whose transactions are listed
-- :threshold_ns        what is slow in that list (5 ms)
-- :limit               rows of a list (20)

-- @summary
WITH s AS (
    SELECT count(DISTINCT server)      AS nameservers,
           coalesce(sum(count), 0)     AS transactions,
           coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
                                       AS unanswered
      FROM _tally
     WHERE kind = 'query'
), checks AS (
    SELECT coalesce(sum(count), 0)     AS count,
           coalesce(sum(iif(rcode IS NOT NULL, count, 0)), 0) AS answered
      FROM _tally
     WHERE kind = 'health_check'
), fate AS (
    SELECT f.code, count(*) AS count,
           replace(replace(f.phrase, '{node}',
                           iif(count(DISTINCT f.node) = 1, min(f.node),
                               'the node')),
                   '{server}', iif(count(DISTINCT f.server) = 1,
                                   min(f.server), 'several servers'))
                                                          AS phrase
      FROM main._fate AS f
      JOIN _open AS t USING (transaction_id)
     WHERE t.kind = 'query'
       AND t.state IN ('unanswered', 'wrong_source', 'icmp_error')
     GROUP BY f.code
), spent AS (
    -- what servers ask is in their clients' share
    SELECT *
      FROM latency
     WHERE NOT is_leg AND near_ns > 0
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
SELECT iif(transactions = 0, 'No transaction with '
           || coalesce(:nameserver, 'any nameserver') || '.',
           printf('%d transaction%s with %d nameserver%s, %d unanswered.',
                  transactions, iif(transactions = 1, '', 's'), nameservers,
                  iif(nameservers = 1, '', 's'), unanswered))
       || coalesce(' Seen last: ' || (
              SELECT group_concat(count || ' ' || phrase, '; ')
                FROM (SELECT * FROM fate ORDER BY count DESC, code)) || '.',
              '')
       || coalesce((SELECT printf(' Of %s over %d quer%s: %sDNS '
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
       || coalesce((SELECT ' ' || count || ' health check'
                           || iif(count = 1, '', 's') || ' of DNS servers '
                           || iif(count = 1, 'is', 'are') || ' not counted, '
                           || iif(answered = 0, 'none', answered)
                           || ' of them answered.'
                      FROM checks WHERE count > 0), '')  AS headline,
       nameservers, transactions, unanswered,
       (SELECT count FROM checks)                        AS health_checks,
       (SELECT answered FROM checks)        AS health_checks_answered
  FROM s;

-- @rows Nameservers
WITH t AS MATERIALIZED (
    SELECT server_id, server, server_port, state, rcode, origin, has_query,
           sum(count) AS count, min(first_ns) AS first_ns,
           max(last_ns) AS last_ns
      FROM _tally
     WHERE kind = 'query'
     GROUP BY server_id, server_port, state, rcode, origin, has_query
), client AS (
    SELECT server_id, server_port, count(DISTINCT client_id) AS clients
      FROM _tally
     WHERE kind = 'query'
     GROUP BY server_id, server_port
), p AS (
    SELECT server_id, server, server_port,
           sum(iif(has_query, count, 0))                  AS queries,
           sum(iif(state = 'answered', count, 0))         AS answered,
           sum(iif(state = 'answered_late', count, 0))    AS late,
           sum(iif(state IN ('unanswered', 'wrong_source', 'icmp_error'),
                   count, 0))                             AS unanswered,
           sum(iif(state = 'pending_at_end', count, 0))   AS pending_at_end,
           sum(iif(state = 'answered_elsewhere', count, 0))
                                                          AS answered_elsewhere,
           sum(iif(has_query, 0, count))                  AS without_query,
           -- of what is decided: others have no query to be a share of
           sum(iif(state IN ('answered', 'answered_late') AND
                   rcode IN ('SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP'),
                   count, 0))                             AS server_errors,
           min(first_ns)                                  AS first_ns,
           max(last_ns)                                   AS last_ns
      FROM t
     GROUP BY server_id, server_port
), o AS MATERIALIZED (
    SELECT server, server_port, capture_id, state, doubtful, waited_ns
      FROM _open
     WHERE kind = 'query' AND state IN ('unanswered', 'pending_at_end')
), waiting AS (
    SELECT server, server_port,
           sum(doubtful)                                  AS doubtful,
           max(waited_ns)                                 AS waited_ns,
           -- not yet given up, but nobody would call it well
           sum(state = 'pending_at_end'
               AND coalesce(waited_ns > 1000000000, 1))   AS overdue
      FROM o
     GROUP BY server, server_port
), took AS (
    SELECT server, server_port,
           percentile(near_ns, 50, count)                 AS p50_ns,
           percentile(near_ns, 90, count)                 AS p90_ns,
           percentile(near_ns, 95, count)                 AS p95_ns,
           percentile(near_ns, 99, count)                 AS p99_ns,
           max(max_ns)                                    AS max_ns
      FROM latency
     GROUP BY server, server_port
), n AS (
    SELECT p.server                                       AS nameserver,
           -- at another time it may be another's
           (SELECT group_concat(DISTINCT coalesce(shown, name))
              FROM (SELECT shown, name FROM main.naming
                     WHERE address = p.server
                       AND from_ns <= coalesce(p.last_ns, 9223372036854775806)
                       AND to_ns > coalesce(p.first_ns, 9223372036854775806)
                     ORDER BY from_ns))                   AS server_name,
           p.server_port                                  AS port,
           c.clients, p.queries, p.answered, p.late, p.unanswered,
           coalesce(w.doubtful, 0)                        AS doubtful,
           p.pending_at_end, w.waited_ns,
           coalesce(w.overdue, 0)                         AS overdue,
           p.answered_elsewhere, p.without_query, p.server_errors,
           l.p50_ns, l.p90_ns, l.p95_ns, l.p99_ns, l.max_ns,
           p.first_ns, p.last_ns
      FROM p
      JOIN client AS c USING (server_id, server_port)
      LEFT JOIN waiting AS w ON w.server = p.server
                            AND w.server_port = p.server_port
      LEFT JOIN took AS l ON l.server = p.server_id
                         AND l.server_port = p.server_port
), counted AS (
    SELECT server, server_port, rcode, sum(count)         AS count
      FROM t
     WHERE rcode IS NOT NULL
     GROUP BY server, server_port, rcode
), listed AS (
    SELECT server, server_port,
           group_concat(rcode || ' ' || count, ', ')      AS rcodes
      FROM (SELECT * FROM counted
             ORDER BY server, server_port, count DESC, rcode)
     GROUP BY server, server_port
), fated AS (
    SELECT server, server_port,
           group_concat(verdict || ' ' || count, ', ')    AS last_seen
      FROM (SELECT t.server, t.server_port, f.verdict, count(*) AS count
              FROM main._fate AS f
             CROSS JOIN transactions AS t USING (transaction_id)
             WHERE t.kind = 'query'
             GROUP BY t.server, t.server_port, f.verdict
             ORDER BY t.server, t.server_port, count(*) DESC, f.verdict)
     GROUP BY server, server_port
), had AS (
    SELECT server, server_port,
           group_concat(origin || ' ' || count, ', ')     AS origins
      FROM (SELECT server, server_port, origin, sum(count) AS count
              FROM t
             WHERE origin IS NOT NULL
             GROUP BY server, server_port, origin
             ORDER BY server, server_port, sum(count) DESC, origin)
     GROUP BY server, server_port
), doubtful_part AS (
    SELECT DISTINCT server, server_port, capture_id
      FROM o
     WHERE doubtful
), loss AS (
    -- one that is told of several captures counts once
    SELECT p.server, p.server_port, iif(count(*) > count(d.at_most), NULL,
                                        max(d.at_most)) AS at_most
      FROM doubtful_part AS p
      JOIN main.doubts AS d USING (capture_id)
     GROUP BY p.server, p.server_port, d.source
), doubt AS (
    SELECT server, server_port,
           iif(count(*) > count(at_most), NULL, sum(at_most)) AS at_most
      FROM loss
     GROUP BY server, server_port
), share AS (
    SELECT *,
           -- without those that may only not have been captured
           round(100.0 * (unanswered
                          - min(doubtful, coalesce(at_most, doubtful)))
                 / nullif(answered + late + unanswered, 0), 1) AS certain_pct,
           answered + late + unanswered                   AS decided,
           round(100.0 * unanswered
                 / nullif(answered + late + unanswered, 0), 1)
                                                          AS unanswered_pct,
           round(100.0 * late
                 / nullif(answered + late + unanswered, 0), 1) AS late_pct,
           round(100.0 * coalesce(server_errors, 0)
                 / nullif(answered + late + unanswered, 0), 1) AS errors_pct
      FROM n
      LEFT JOIN doubt AS d ON d.server = n.nameserver
                          AND d.server_port = n.port
      LEFT JOIN listed AS l ON l.server = n.nameserver
                           AND l.server_port = n.port
      LEFT JOIN fated AS f ON f.server = n.nameserver
                          AND f.server_port = n.port
      LEFT JOIN had AS h ON h.server = n.nameserver
                        AND h.server_port = n.port
), judged AS (
    SELECT *,
           CASE
           WHEN queries = 0             THEN 1
           WHEN decided < 5             THEN 2
           WHEN certain_pct > 15        THEN 3
           WHEN errors_pct > 15         THEN 4
           WHEN overdue >= 0.05 * (decided + overdue)
            AND overdue > 0             THEN 10
           WHEN certain_pct >= 5        THEN 5
           WHEN unanswered_pct >= 5     THEN 12
           WHEN errors_pct >= 5         THEN 6
           WHEN late_pct >= 5           THEN 7
           WHEN first_ns IS NULL        THEN 11
           WHEN p95_ns > 1000000000     THEN 8
           ELSE 9 END                                     AS rule_number
      FROM share
)
SELECT nameserver, server_name,
       (SELECT group_concat(role || iif(inferred, ' (inferred)', '')
                            || coalesce(' ' || name, ''), ', ')
          FROM (SELECT * FROM main.roles
                 WHERE address = nameserver ORDER BY role)) AS role,
       port,
       CASE WHEN rule_number IN (1, 2, 10, 11, 12)
            THEN 'too little evidence'
            WHEN rule_number <= 4 THEN 'unhealthy'
            WHEN rule_number <= 8 THEN 'degraded'
            ELSE 'healthy' END                            AS verdict,
       CASE rule_number
       WHEN 1 THEN 'only responses were captured, no queries'
       WHEN 2 THEN decided || ' decided, 5 are needed'
            || iif(pending_at_end > 0, '; ' || pending_at_end || ' still '
                   || 'waited at the end'
                   || coalesce(', up to ' || duration(waited_ns), ''), '')
            || iif(waited_ns > 6000000000, ' (read with --timeout 6s to '
                   || 'decide those over 6s)', '')
            || iif(answered_elsewhere > 0, '; ' || answered_elsewhere
                   || ' answered on another interface', '')
       WHEN 3 THEN iif(certain_pct < unanswered_pct, 'at least ', '')
            || printf('%.1f%% unanswered, over 15%%', certain_pct)
       WHEN 4 THEN printf('%.1f%% server errors, over 15%%', errors_pct)
       WHEN 5 THEN iif(certain_pct < unanswered_pct, 'at least ', '')
            || printf('%.1f%% unanswered, 5%% or more', certain_pct)
       WHEN 6 THEN printf('%.1f%% server errors, 5%% or more', errors_pct)
       WHEN 7 THEN printf('%.1f%% late, 5%% or more', late_pct)
       WHEN 8 THEN 'p95 ' || duration(p95_ns) || ', over 1s'
       WHEN 10 THEN overdue || ' of ' || (decided + overdue) || ' still waited '
            || 'over 1s when the capture ended'
            || coalesce(', up to ' || duration(waited_ns), '')
            || iif(waited_ns > 6000000000, ' (read with --timeout 6s to '
                   || 'decide those over 6s)', '')
       WHEN 11 THEN 'the packets carry no times'
       WHEN 12 THEN printf('%.1f%% not captured or not answered', unanswered_pct)
       ELSE printf('%.1f%% unanswered, %.1f%% errors, %.1f%% late: each '
                   || 'under 5%%', unanswered_pct, errors_pct, late_pct)
       END                                                AS rule,
       queries, answered, late, unanswered, doubtful, pending_at_end,
       answered_elsewhere, without_query, last_seen, rcodes, origins, clients, p50_ns, p90_ns,
       p95_ns, p99_ns, max_ns, first_ns, last_ns
  FROM judged
 ORDER BY CASE WHEN rule_number IN (3, 4) THEN 1
               WHEN rule_number BETWEEN 5 AND 8 THEN 2
               WHEN rule_number IN (1, 2, 10, 11, 12) THEN 3 ELSE 4 END,
          queries DESC, nameserver, port
 LIMIT coalesce(:limit, 20);

-- @transactions Its transactions, those with a problem first
WITH hop AS MATERIALIZED (
    SELECT transaction_id, slowest, slowest_pct
      FROM main.hops
     WHERE transaction_id IN (SELECT id FROM _chosen
                               WHERE :nameserver IS NOT NULL)
)
SELECT CASE
       WHEN doubtful THEN 'not captured or not answered'
       WHEN state IN ('unanswered', 'wrong_source', 'undecided') THEN state
       WHEN state = 'icmp_error' THEN icmp_meaning
       WHEN state = 'pending_at_end' THEN 'pending at end'
       WHEN state = 'answered_elsewhere' THEN 'answered elsewhere'
       WHEN rcode != 'NOERROR' THEN rcode
       WHEN t.latency_ns > coalesce(:threshold_ns, 5000000) THEN 'slow'
       WHEN state = 'answered_late' THEN 'late'
       WHEN query_frame IS NULL THEN 'without query'
       END                                                AS problem,
       coalesce((SELECT verdict FROM main._fate AS l
                  WHERE l.transaction_id = t.transaction_id),
                h.slowest || printf(' %.0f%%', h.slowest_pct))
                                                          AS hop,
       client || ':' || client_port                       AS client,
       client_name,
       printf('%.4x', dns_id)                             AS id,
       name, qtype, rcode, state, attempts, t.latency_ns, asked_ns,
       coalesce(query_file || '#' || query_frame || ' ', '')
       || coalesce(response_file || '#' || response_frame, '')
       || iif(state = 'icmp_error', icmp_file || '#' || icmp_frame, '')
                                                          AS evidence
  FROM transactions AS t
  LEFT JOIN hop AS h USING (transaction_id)
 -- only those with it are looked at then
 WHERE kind = 'query' AND :nameserver IS NOT NULL
 ORDER BY problem IS NULL, coalesce(asked_ns, answered_ns), transaction_id
 LIMIT coalesce(:limit, 20);
