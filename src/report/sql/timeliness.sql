-- timeliness: whether each query got its response in time
--
-- Step 4 of the guide.  In time means: within the wait time and before the
-- client asked again; where packets carry no times nobody can tell.  Without a
-- name the names that were asked for most are shown, and the queries of those
-- that were not all answered in time.
--
-- hop is the hop that took most of the latency, or where what was not
-- answered was seen last (views hops and last_seen).
--
-- :name, :name_regex   what was asked for: all its queries are listed
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT transaction_id, parent_id, name, latency_ns, doubtful,
           iif(asked_ns IS NULL AND rcode IS NOT NULL, 'undecided', state)
                                                        AS state
      FROM transactions
     WHERE kind = 'query' AND query_frame IS NOT NULL
), s AS (
    SELECT count(*)                                     AS queries,
           coalesce(sum(state IN ('answered', 'answered_late', 'unanswered',
                                  'wrong_source', 'icmp_error')), 0)
                                                        AS decided,
           count(DISTINCT lower(name))                  AS names,
           coalesce(sum(state = 'answered'), 0)         AS in_time,
           coalesce(sum(state = 'answered_late'), 0)    AS late,
           coalesce(sum(state IN ('unanswered', 'wrong_source',
                                  'icmp_error')), 0)
                                                        AS unanswered,
           coalesce(sum(doubtful), 0)                   AS doubtful,
           coalesce(sum(state = 'pending_at_end'), 0)   AS pending_at_end,
           coalesce(sum(state IN ('answered_elsewhere', 'undecided')), 0)
                                                        AS not_decided,
           percentile(latency_ns, 50)                   AS p50_ns,
           max(latency_ns)                              AS max_ns
      FROM t
), spent AS (
    -- what servers ask is in their clients' share
    SELECT s.*
      FROM t
      JOIN main._spent AS s USING (transaction_id)
     WHERE t.parent_id IS NULL
), shares AS (
    SELECT count(*) AS count, sum(latency_ns) AS latency_ns,
           sum(path_ns) AS path_ns, sum(server_ns) AS server_ns,
           sum(upstream_ns) AS upstream_ns, sum(retry_ns) AS retry_ns,
           sum(beyond_ns) AS beyond_ns,
           sum(latency_ns - path_ns - server_ns - upstream_ns - retry_ns
               - beyond_ns) AS unknown_ns
      FROM spent
     WHERE server_ns IS NOT NULL
), aside AS (
    SELECT count(*) AS count,
           iif(count(DISTINCT vantage) = 1, min(vantage),
               count(DISTINCT vantage) || ' interfaces') AS vantage
      FROM spent
     WHERE vantage IS NOT NULL
    HAVING count(*) > 0
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
            || iif(doubtful > 0, ', ' || doubtful
                   || ' not captured or not answered', '')
            || iif(pending_at_end > 0, ', ' || pending_at_end
                   || ' still waited when the capture ended', '')
            || iif(not_decided > 0, ', ' || not_decided
                   || ' cannot be decided', '') || '.'
       END
       || coalesce((SELECT printf(' Of %s over %d lookup%s: path %.0f%%, DNS '
                                  || 'server %.0f%%, upstream %.0f%%%s%s%s.',
                                  duration(latency_ns), count,
                                  iif(count = 1, '', 's'),
                                  100.0 * path_ns / latency_ns,
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
WITH t AS (
    SELECT name, qtype, latency_ns,
           iif(asked_ns IS NULL AND rcode IS NOT NULL, 'undecided', state)
                                                        AS state
      FROM transactions
     WHERE kind = 'query' AND query_frame IS NOT NULL
)
SELECT name, qtype,
       count(*)                                         AS queries,
       sum(state = 'answered')                          AS in_time,
       sum(state = 'answered_late')                     AS late,
       sum(state IN ('unanswered', 'wrong_source', 'icmp_error'))
                                                        AS unanswered,
       sum(state = 'pending_at_end')                    AS pending_at_end,
       round(100.0 * sum(state = 'answered')
             / nullif(sum(state IN ('answered', 'answered_late', 'unanswered',
                                    'wrong_source', 'icmp_error')), 0), 1)
                                                        AS in_time_pct,
       percentile(latency_ns, 50)                       AS p50_ns,
       max(latency_ns)                                  AS max_ns
  FROM t
 GROUP BY name COLLATE NOCASE, qtype
 ORDER BY queries DESC, name, qtype
 LIMIT coalesce(:limit, 20);

-- @rows Queries and their responses
WITH t AS (
    SELECT *
      FROM transactions
     WHERE kind = 'query' AND query_frame IS NOT NULL
), busiest AS (
    SELECT lower(name) AS name
      FROM t
     GROUP BY lower(name)
    HAVING :name IS NOT NULL OR :name_regex IS NOT NULL
        OR sum(state != 'answered') > 0
     ORDER BY count(*) DESC, lower(name)
     LIMIT iif(:name IS NULL AND :name_regex IS NULL, 5, -1)
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
  FROM t
  LEFT JOIN main.hops AS h USING (transaction_id)
 WHERE lower(name) IN (SELECT name FROM busiest)
 ORDER BY t.asked_ns, transaction_id
 LIMIT coalesce(:limit, 20);
