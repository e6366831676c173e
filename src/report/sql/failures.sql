-- failures: responses that say no, and queries that nobody answered
--
-- Step 1 of the guide.  A failure is a response with another rcode than
-- NOERROR, or a transaction without an answer although the wait time passed.
-- An ICMP error about the query (icmp_error) is one of those, which also tells
-- who could not deliver it and why.
-- NODATA (NOERROR without the wanted record) is shown apart: it is an answer.
-- What the evidence cannot decide is counted, not judged: queries that still
-- waited when the capture ended (pending_at_end), whose answer passed another
-- interface (answered_elsewhere), or that memory could not hold (undecided),
-- and responses that the start of the capture cut off (orphan_at_start).
-- Where packets may be missing from the capture (view doubts), unanswered is
-- called not captured or not answered.
-- failures_pct is of what is decided, share_pct of the failures.
--
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT *,
           rcode IS NOT NULL AND rcode != 'NOERROR'
           AND state != 'orphan_at_start'                 AS said_no,
           state IN ('unanswered', 'wrong_source', 'icmp_error')
                                                          AS no_answer
      FROM transactions
     WHERE kind = 'query'
), s AS (
    SELECT count(*)                                       AS transactions,
           coalesce(sum(said_no), 0)                      AS bad_responses,
           coalesce(sum(no_answer), 0)                    AS unanswered,
           coalesce(sum(doubtful), 0)                     AS doubtful,
           coalesce(sum(state = 'icmp_error'), 0)         AS icmp_errors,
           coalesce(sum(said_no OR no_answer), 0)         AS failures,
           coalesce(sum(nodata), 0)                       AS nodata,
           coalesce(sum(state = 'answered_late'), 0)      AS late,
           coalesce(sum(state = 'pending_at_end'), 0)     AS pending_at_end,
           coalesce(sum(waited_ns > 6000000000), 0)       AS waited_long,
           coalesce(sum(state IN ('orphan_response',
                                  'orphan_at_start')), 0) AS without_query,
           coalesce(sum(state = 'orphan_at_start'), 0)    AS at_start,
           coalesce(sum(state = 'undecided'), 0)          AS undecided,
           coalesce(sum(state = 'answered_elsewhere'), 0) AS answered_elsewhere
      FROM t
), d AS (
    SELECT *,
           transactions - pending_at_end - at_start - undecided
           - answered_elsewhere                           AS decided
      FROM s
)
SELECT CASE
       WHEN transactions = 0 THEN 'No DNS transaction to judge.'
       WHEN decided = 0 THEN 'Nothing can be decided of '
            || transactions || ' transaction'
            || iif(transactions = 1, '', 's') || '.'
       WHEN failures = 0 THEN 'No failure in ' || decided
            || ' decided transaction' || iif(decided = 1, '', 's') || '.'
       ELSE printf('%d of %d decided transactions failed (%.1f%%): %d bad '
                   || 'responses, %d %s.', failures, decided,
                   100.0 * failures / decided, bad_responses, unanswered,
                   iif(doubtful > 0 AND doubtful = unanswered,
                       'not captured or not answered', 'without an answer'))
       END
       || iif(doubtful BETWEEN 1 AND unanswered - 1, ' ' || doubtful
              || ' of those were not captured or not answered.', '')
       || iif(icmp_errors > 0, ' For ' || icmp_errors || ' of those an ICMP '
              || 'error came back.', '')
       || iif(late > 0, ' ' || late || ' answered late (step timeliness).', '')
       || iif(pending_at_end > 0, ' ' || pending_at_end || ' still waited '
              || 'when the capture ended'
              || iif(waited_long > 0, ', ' || waited_long || ' of them over 6s '
                     || '(read with --timeout 6s to decide those)', '') || '.',
              '')
       || iif(answered_elsewhere > 0, ' ' || answered_elsewhere || ' had '
              || 'their answer on another interface or in another file: an '
              || 'uneven path, or one that lost it on the way back.', '')
       || iif(undecided > 0, ' ' || undecided || ' were given up.', '')
                                                          AS headline,
       transactions, decided, failures,
       round(100.0 * failures / nullif(decided, 0), 1)    AS failures_pct,
       bad_responses, unanswered, doubtful, icmp_errors, late, nodata,
       pending_at_end,
       answered_elsewhere, without_query, undecided
  FROM d;

-- @rows Failures by name, type, outcome, client and server; NXDOMAIN last
WITH f AS (
    SELECT name, qtype, rcode, client, client_name, server, server_name,
           iif(state = 'icmp_error', icmp_meaning, NULL) AS icmp,
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
                  (SELECT ' ' || m.file || '#' || min(m.frame)
                     FROM messages AS m
                    WHERE m.transaction_id = t.transaction_id
                      AND m.state = 'wrong_source' AND m.qr = 'R'), '')
                                                         AS evidence
      FROM transactions AS t
     WHERE kind = 'query'
       AND (rcode != 'NOERROR'
            OR state IN ('unanswered', 'wrong_source', 'icmp_error'))
       AND state != 'orphan_at_start'
), numbered AS (
    SELECT *, row_number() OVER (
               PARTITION BY name, qtype, rcode, state, icmp, client,
                            client_name, server, server_name
               ORDER BY time_ns, evidence)               AS place
      FROM f
)
SELECT name, qtype, rcode, state, client, client_name, server, server_name,
       icmp,
       count(*)                                          AS count,
       round(100.0 * count(*) / (SELECT count(*) FROM f), 1) AS share_pct,
       min(time_ns)                                      AS first_ns,
       max(time_ns)                                      AS last_ns,
       group_concat(iif(place <= 3, evidence, NULL), ' ') AS evidence
  FROM numbered
 GROUP BY name, qtype, rcode, state, icmp, client, client_name, server,
          server_name
 -- search lists make many NXDOMAINs that mean little and hide the rest
 ORDER BY rcode IS 'NXDOMAIN', count DESC, first_ns, name, qtype, rcode, state,
          icmp, client, server, client_name, server_name
 LIMIT coalesce(:limit, 20);

-- @nodata No data (NOERROR without the record asked for): not a failure
SELECT name, qtype, client, client_name, server, server_name,
       count(*)                                          AS count,
       min(answered_ns)                                  AS first_ns,
       max(answered_ns)                                  AS last_ns
  FROM transactions
 WHERE kind = 'query' AND nodata
 GROUP BY name, qtype, client, client_name, server, server_name
 ORDER BY count DESC, first_ns, name, qtype, client, server, client_name,
          server_name
 LIMIT coalesce(:limit, 20);

-- @causes What the guide names as causes, and what here speaks for each
WITH t AS (
    SELECT *
      FROM transactions
     WHERE kind = 'query'
), asked AS (
    SELECT DISTINCT lower(name) AS name FROM t WHERE name IS NOT NULL
), denied AS (
    SELECT lower(name) AS name, count(*) AS count
      FROM t WHERE rcode = 'NXDOMAIN' GROUP BY 1
), cut (name, prefix, rest, labels) AS (
    -- every way to see a name as a prefix and the rest
    SELECT name, substr(name, 1, instr(name, '.')),
           substr(name, instr(name, '.') + 1), 1
      FROM denied
    UNION ALL
    SELECT name, prefix || substr(rest, 1, instr(rest, '.')),
           substr(rest, instr(rest, '.') + 1), labels + 1
      FROM cut WHERE rest != '' AND labels < 16
), expansion AS (
    -- a.b.suffix. was made from a.b. if that was asked for as well, or if the
    -- next suffix of a pod's list was tried: the same without the namespace
    SELECT DISTINCT name, prefix
      FROM cut
     WHERE rest != ''
       AND (prefix IN (SELECT name FROM asked)
            OR (substr(rest, instr(rest, '.') + 1) LIKE 'svc.%'
                AND prefix || substr(rest, instr(rest, '.') + 1)
                    IN (SELECT name FROM asked)))
), lone AS (
    SELECT d.name, d.count
      FROM denied AS d
     WHERE d.name NOT IN (SELECT name FROM expansion)
       AND d.name NOT IN (SELECT lower(name) FROM t
                           WHERE rcode = 'NOERROR' AND name IS NOT NULL)
), server_error AS (
    SELECT server, count(*) AS count,
           group_concat(DISTINCT rcode) AS rcodes
      FROM t
     WHERE rcode NOT IN ('NOERROR', 'NXDOMAIN')
     GROUP BY server
), silent AS (
    SELECT client, server,
           sum(state IN ('unanswered', 'icmp_error')) AS unanswered,
           sum(doubtful)               AS doubtful,
           sum(rcode IS NOT NULL)      AS answered
      FROM t
     GROUP BY client, server
    HAVING unanswered > 0
), waiting AS (
    SELECT count(*) AS count FROM t WHERE state = 'pending_at_end'
), rejected AS (
    -- nobody listens there, or something on the way lets nobody through
    SELECT server || ' ' || icmp_meaning AS line, count(*) AS count,
           icmp_meaning = 'port unreachable' AS is_port
      FROM t
     WHERE state = 'icmp_error'
     GROUP BY 1, 3
), misled AS (
    SELECT client, server, count(*) AS count
      FROM t
     WHERE state = 'wrong_source'
     GROUP BY client, server
)
SELECT 'the name has a typo' AS cause,
       (SELECT count(*) FROM lone) AS count,
       coalesce((SELECT 'names that were only ever denied, and are no '
                        || 'expansion of another: ' || group_concat(name, ' ')
                   FROM (SELECT name FROM lone ORDER BY count DESC, name
                          LIMIT 5)),
                'no name was only ever denied') AS evidence
UNION ALL
SELECT 'the upstream nameservers have issues',
       (SELECT coalesce(sum(count), 0) FROM server_error)
       + (SELECT coalesce(sum(unanswered), 0) FROM silent),
       coalesce((SELECT group_concat(line, '; ') FROM (
                   SELECT server || ' said ' || rcodes || ' (' || count || ')'
                          AS line
                     FROM server_error ORDER BY count DESC, server LIMIT 5))
                || '; ',
                'no SERVFAIL, REFUSED or the like; ')
       || coalesce((SELECT group_concat(line, '; ') FROM (
                      SELECT server || ' left ' || sum(unanswered)
                             || iif(sum(doubtful) > 0, ' not captured or not '
                                    || 'answered', ' unanswered') AS line
                        FROM silent GROUP BY server
                       ORDER BY sum(unanswered) DESC, server LIMIT 5)),
                   'nothing unanswered')
       || coalesce((SELECT '; by ICMP: ' || group_concat(line, '; ') FROM (
                      SELECT line || ' (' || count || ')' AS line
                        FROM rejected WHERE is_port
                       ORDER BY count DESC, line LIMIT 5)), '')
       || (SELECT iif(count > 0, '; ' || count || ' still waited at the end: not '
                      || 'judged', '') FROM waiting)
UNION ALL
SELECT 'the network configuration (policy, firewall, NSG, NAT) is in the way',
       (SELECT coalesce(sum(unanswered), 0) FROM silent WHERE answered = 0)
       + (SELECT coalesce(sum(count), 0) FROM misled),
       coalesce((SELECT 'never an answer: ' || group_concat(line, '; ') FROM (
                   SELECT client || ' asking ' || server || ' (' || unanswered
                          || ')' AS line
                     FROM silent WHERE answered = 0
                    ORDER BY unanswered DESC, client, server LIMIT 5)),
                iif((SELECT count FROM waiting) = 0
                    AND NOT EXISTS (SELECT * FROM misled),
                    'no client goes without any answer from a server',
                    'no client is known to go without any answer from a server')
                )
       || coalesce((SELECT '; answered from another address than was asked: '
                           || group_concat(line, '; ') FROM (
                      SELECT client || ' asking ' || server || ' (' || count
                             || ')' AS line
                        FROM misled ORDER BY count DESC, client, server
                       LIMIT 5)), '')
       || coalesce((SELECT '; by ICMP: ' || group_concat(line, '; ') FROM (
                      SELECT line || ' (' || count || ')' AS line
                        FROM rejected WHERE NOT is_port
                       ORDER BY count DESC, line LIMIT 5)), '')
       || coalesce((SELECT '; not observable: ' || group_concat(subject, ', ')
                      FROM (SELECT subject, min(place) AS place
                              FROM main.observability
                             WHERE observable IN ('no', 'unknown')
                               AND subject IN ('TCP', 'ICMP errors',
                                               'later IP fragments')
                             GROUP BY subject ORDER BY place)), '')
UNION ALL
SELECT 'the name is invalid after search-path expansion',
       (SELECT coalesce(sum(d.count), 0) FROM denied AS d
         WHERE d.name IN (SELECT name FROM expansion)),
       coalesce((SELECT 'denied with a suffix, asked with another or none: '
                        || group_concat(line, ' ') FROM (
                   SELECT DISTINCT prefix AS line
                     FROM expansion ORDER BY prefix LIMIT 5)),
                'no denied name is another name with a suffix');

-- @connections TCP connections to DNS servers that failed
WITH f AS (
    SELECT client, client_name, server, server_name, server_port,
           iif(doubtful AND state = 'no answer to SYN',
               'not captured or not answered', state)    AS state,
           icmp_meaning, syns, evidence,
           coalesce(syn_ns, time_ns)                     AS time_ns,
           row_number() OVER (
               PARTITION BY client, client_name, server, server_name,
                            server_port, state, icmp_meaning
               ORDER BY coalesce(syn_ns, time_ns), connection_id) AS place
      FROM connections
     WHERE state IN ('refused', 'no answer to SYN', 'unreachable', 'reset')
)
SELECT client, client_name, server, server_name,
       server_port                                       AS port,
       state, icmp_meaning                               AS icmp,
       count(*)                                          AS count,
       sum(syns)                                         AS syns,
       min(time_ns)                                      AS first_ns,
       max(time_ns)                                      AS last_ns,
       group_concat(iif(place <= 3, evidence, NULL), ' ') AS evidence
  FROM f
 GROUP BY client, client_name, server, server_name, server_port, state,
          icmp_meaning
 ORDER BY count DESC, first_ns, client, server, server_port, state,
          icmp_meaning, client_name, server_name
 LIMIT coalesce(:limit, 20);
