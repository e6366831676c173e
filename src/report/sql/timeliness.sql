-- timeliness: whether each response came in time, before its query was repeated
--
-- Step 4 of the guide.  In time means: within the wait time and before the
-- client asked again; where packets carry no times nobody can tell.  Without a
-- name the names that were asked for most are shown, and the queries of those
-- that were not all answered in time.
--
-- hop is the hop that took most of the latency, or where what was not
-- answered was seen last (views hops and last_seen).
--
-- What is counted is counted by rollup.sql.
--
-- :name, :name_regex   what was asked for: all its queries are listed
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT iif(NOT has_time AND rcode IS NOT NULL, 'undecided', state) AS state,
           count
      FROM _tally
     WHERE kind = 'query' AND has_query
), lost (count) AS (
    -- what was answered, and got lost on its way back
    VALUES (coalesce((SELECT value FROM figure
                       WHERE name = 'not delivered'), 0))
), s AS (
    SELECT coalesce(sum(count), 0)                      AS queries,
           coalesce(sum(iif(state IN ('answered', 'answered_late',
                                      'unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
           + (SELECT count FROM lost)                   AS decided,
           coalesce((SELECT value FROM figure WHERE name = 'names'), 0)
                                                        AS names,
           coalesce(sum(iif(state = 'answered', count, 0)), 0) AS in_time,
           coalesce(sum(iif(state = 'answered_late', count, 0)), 0) AS late,
           -- within the wait time, but not that of the client
           (SELECT count(*)
              FROM main.last_place AS l
              JOIN main.verdict AS v ON v.code = l.verdict
             CROSS JOIN _chosen AS x ON x.id = l.exchange
             WHERE v.name = 'client had given up' AND x.kind = 0
               AND x.state = (SELECT code FROM main.state
                               WHERE name = 'answered')) AS given_up,
           coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
           + (SELECT count FROM lost)                   AS unanswered,
           (SELECT coalesce(sum(doubtful), 0)
              FROM _open WHERE kind = 'query' AND state = 'unanswered')
                                                        AS doubtful,
           coalesce(sum(iif(state = 'pending_at_end', count, 0)), 0)
                                                        AS pending_at_end,
           coalesce(sum(iif(state IN ('answered_elsewhere', 'undecided'),
                            count, 0)), 0)
           - (SELECT count FROM lost)                   AS not_decided,
           (SELECT percentile(near_ns, 50, count) FROM latency) AS p50_ns,
           (SELECT max(max_ns) FROM latency)            AS max_ns
      FROM t
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
SELECT CASE
       WHEN queries = 0 THEN 'No query for '
            || coalesce(:name, 'a name that matches ' || :name_regex,
                        'any name') || iif(:name IS NULL, '.', '')
       ELSE iif(decided = 0, 'No query is decided',
                printf('%d of %d decided queries were answered in time '
                       || '(%.1f%%), %d late, %d never', in_time, decided,
                       100.0 * in_time / decided, late,
                       unanswered - doubtful))
            || iif(given_up > 0, '; of those in time ' || given_up
                   || ' came when the client had given up', '')
            || iif(doubtful > 0, ', ' || doubtful
                   || ' not captured or not answered', '')
            || iif(pending_at_end > 0, ', ' || pending_at_end
                   || ' still waited when the capture ended', '')
            || iif(not_decided > 0, ', ' || not_decided
                   || ' cannot be decided', '') || '.'
       END
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
                                                    AS headline,
       queries, decided, names, in_time, late, unanswered, doubtful,
       pending_at_end, not_decided, p50_ns, max_ns
  FROM s;

-- @names Names, those asked for most first
SELECT n.text                                           AS name,
       coalesce(t.name, 'TYPE' || a.qtype)              AS qtype,
       a.queries, a.in_time, a.late, a.unanswered, a.pending_at_end,
       round(100.0 * a.in_time
             / nullif(a.in_time + a.late + a.unanswered, 0), 1) AS in_time_pct,
       a.p50_ns, a.max_ns
  FROM asked_name AS a
  LEFT JOIN main.name AS n ON n.id = a.name
  LEFT JOIN main.qtype AS t ON t.code = a.qtype
 ORDER BY a.queries DESC, n.text, 2
 LIMIT coalesce(:limit, 20);

-- @rows Queries and their responses
WITH x AS (
    SELECT exchange FROM busy WHERE :name IS NULL AND :name_regex IS NULL
    UNION ALL
    SELECT id FROM _chosen
     WHERE (:name IS NOT NULL OR :name_regex IS NOT NULL) AND kind = 0
       AND query_frame IS NOT NULL AND name != 0
), hop AS MATERIALIZED (
    SELECT transaction_id, slowest, slowest_pct
      FROM main.hops WHERE transaction_id IN (SELECT exchange FROM x)
)
SELECT t.asked_ns, client || ':' || client_port AS client, client_name, server,
       server_name,
       printf('%.4x', dns_id) AS id, name, qtype,
       iif(doubtful, 'not captured or not answered', state) AS state,
       coalesce((SELECT verdict FROM main._fate AS l
                  WHERE l.transaction_id = t.transaction_id),
                h.slowest || printf(' %.0f%%', h.slowest_pct))
                                                        AS hop,
       attempts, rcode, t.latency_ns,
       query_file || '#' || query_frame
       || coalesce(' ' || response_file || '#' || response_frame, '')
       || iif(state = 'icmp_error',
              ' ' || icmp_file || '#' || icmp_frame, '') AS evidence
  FROM x
 CROSS JOIN transactions AS t ON t.transaction_id = x.exchange
  LEFT JOIN hop AS h USING (transaction_id)
 ORDER BY t.asked_ns, transaction_id
 LIMIT coalesce(:limit, 20);
