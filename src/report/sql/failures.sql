-- failures: responses that say no, and queries that nobody answered
--
-- Step 1 of the guide.  A failure is a response with another rcode than
-- NOERROR, or a transaction without an answer although the wait time passed.
-- An ICMP error about the query (icmp_error) is one of those, which also tells
-- who could not deliver it and why.
-- NODATA (NOERROR without the wanted record) is shown apart: it is an answer.
-- So is an answer that was seen but certainly, or likely, got lost on its way
-- back (not_delivered).
-- What the evidence cannot decide is counted, not judged: queries that still
-- waited when the capture ended (pending_at_end), whose answer passed another
-- interface and nobody can tell whether it arrived (answered_elsewhere), or
-- that memory could not hold (undecided), and responses that the start of the capture cut off (orphan_at_start).
-- Where packets may be missing from the capture (view doubts), unanswered is
-- called not captured or not answered.
-- Names that a search list made from others (view expansions) and that do not
-- exist are no failures where the lookup went on: the name itself, or another
-- expansion, tells how it ended.  They are set apart with what they cost.
-- Where those without an answer were seen last is told from what others of the
-- same minutes show (view last_seen); can't tell is what the capture does not
-- allow to say.
-- hint is what may be wrong with a name that does not exist; only those asked
-- for most get one.
-- lookups are what applications asked (view lookups): a failure of one query is
-- none of theirs if the next one was answered.
-- failures_pct is of what is decided, share_pct of the failures.
--
-- What is counted is counted by rollup.sql; the causes follow the verdict, by
-- lookups or, where none was captured, queries.  Its TEMP tables are made by
-- services.sql, wrong.sql, traffic.sql, denials.sql, trouble.sql, causes.sql,
-- findings.sql, servers.sql and citations.sql of src/report/prepare/.
--
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT * FROM _tally WHERE kind = 'query'
), o AS (
    SELECT coalesce(sum(doubtful), 0)                     AS doubtful,
           coalesce(sum(waited_ns > 6000000000), 0)       AS waited_long
      FROM _open
     WHERE kind = 'query' AND state IN ('unanswered', 'pending_at_end')
), s AS (
    SELECT coalesce(sum(count), 0)                        AS transactions,
           coalesce((SELECT value FROM figure
                      WHERE name = 'bad responses'), 0)   AS bad_responses,
           coalesce((SELECT value FROM figure
                      WHERE name = 'denied expansions'), 0) AS expansions,
           coalesce(sum(iif(state IN ('unanswered', 'wrong_source',
                                      'icmp_error'), count, 0)), 0)
                                                          AS unanswered,
           coalesce((SELECT value FROM figure
                      WHERE name = 'not delivered'), 0)   AS not_delivered,
           o.doubtful,
           coalesce(sum(iif(state = 'icmp_error', count, 0)), 0)
                                                          AS icmp_errors,
           (SELECT count(*) FROM failure)                 AS failures,
           coalesce((SELECT value FROM figure WHERE name = 'nodata'), 0)
                                                          AS nodata,
           coalesce(sum(iif(state = 'answered_late', count, 0)), 0) AS late,
           coalesce(sum(iif(state = 'pending_at_end', count, 0)), 0)
                                                          AS pending_at_end,
           o.waited_long,
           coalesce(sum(iif(state IN ('orphan_response', 'orphan_at_start'),
                            count, 0)), 0)                AS without_query,
           coalesce(sum(iif(state = 'orphan_at_start', count, 0)), 0)
                                                          AS at_start,
           coalesce(sum(iif(state = 'undecided', count, 0)), 0) AS undecided,
           coalesce(sum(iif(state = 'answered_elsewhere', count, 0)), 0)
           - coalesce((SELECT value FROM figure
                        WHERE name = 'not delivered'), 0) AS answered_elsewhere
      FROM o
      LEFT JOIN t
), d AS (
    SELECT *,
           transactions - pending_at_end - at_start - undecided
           - answered_elsewhere                           AS decided
      FROM s
), l AS (
    SELECT (SELECT count(*) FROM _chosen_lookup)           AS lookups,
           -- as the verdict counts them
           (SELECT failed FROM temp.verdict_facts)        AS failed_lookups,
           coalesce(sum(failed IS NULL), 0)               AS failed_for_some,
           min(iif(failed IS NULL, failed_for, NULL))     AS those
      FROM lookups
     WHERE lookup_id IN (SELECT id FROM _chosen_lookup WHERE failed_for != '')
), fate AS (
    SELECT f.code, count(*) AS count,
           replace(replace(f.phrase, '{node}',
                           iif(count(DISTINCT f.node) = 1, min(f.node),
                               'the node')),
                   '{server}', iif(count(DISTINCT f.server) = 1,
                                   min(f.server), 'several servers'))
                                                          AS phrase
      FROM main._fate AS f
      JOIN _failed AS t USING (transaction_id)
     WHERE t.state IN ('unanswered', 'wrong_source', 'icmp_error')
        OR t.state = 'answered_elsewhere'
        OR (t.rcode IS NOT NULL AND t.rcode != 'NOERROR'
            AND f.verdict LIKE 'forwarded,%')
     GROUP BY f.code
)
SELECT CASE
       WHEN transactions = 0 THEN 'No DNS transaction to judge.'
       WHEN decided = 0 THEN 'Nothing can be decided of '
            || transactions || ' transaction'
            || iif(transactions = 1, '', 's') || '.'
       WHEN failures = 0 THEN 'No failure in ' || decided
            || ' decided transaction' || iif(decided = 1, '', 's') || '.'
       ELSE printf('%d of %d decided transactions failed (%.1f%%): %d bad '
                   || 'responses, %d %s%s.', failures, decided,
                   100.0 * failures / decided, bad_responses, unanswered,
                   iif(doubtful > 0 AND doubtful = unanswered,
                       'not captured or not answered', 'without an answer'),
                   iif(not_delivered > 0, ', ' || not_delivered
                       || ' answered, not delivered', ''))
       END
       || iif(doubtful BETWEEN 1 AND unanswered - 1, ' ' || doubtful
              || ' of those were not captured or not answered.', '')
       || iif(icmp_errors > 0, ' For ' || icmp_errors || ' of those an ICMP '
              || 'error came back.', '')
       || iif(failed_lookups > 0,
              iif(failures = 0, ' Yet of ', ' Of ') || lookups || ' lookup'
              || iif(lookups = 1, '', 's') || ' by applications '
              || failed_lookups || ' failed.', '')
       || iif(failed_for_some > 0, ' ' || failed_for_some || ' lookup'
              || iif(failed_for_some = 1, '', 's') || ' failed if the '
              || 'application has ' || those || '.', '')
       || iif(expansions > 0, ' ' || expansions || ' denial'
              || iif(expansions = 1, '', 's') || ' of names that search lists '
              || 'made ' || iif(expansions = 1, 'is', 'are') || ' set apart.',
              '')
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
       || coalesce(' Seen last: ' || (
              SELECT group_concat(count || ' ' || phrase, '; ')
                FROM (SELECT * FROM fate ORDER BY count DESC, code)) || '.',
              '')
                                                          AS headline,
       transactions, decided, failures,
       round(100.0 * failures / nullif(decided, 0), 1)    AS failures_pct,
       bad_responses, unanswered, doubtful, not_delivered, icmp_errors, late,
       nodata,
       pending_at_end,
       answered_elsewhere, without_query, undecided, expansions,
       lookups, failed_lookups
  FROM d, l;

-- @rows Failures by name, type, outcome, client and server; NXDOMAIN last
WITH denied AS (
    SELECT name, last_ns FROM denied_name
), service_name AS MATERIALIZED (
    SELECT d.name, d.last_ns, z.name AS zone,
           substr(d.name, 1, instr(d.name, '.') - 1)     AS service,
           substr(d.name, instr(d.name, '.') + 1,
                  length(d.name) - instr(d.name, '.') - length(z.name) - 5)
                                                         AS namespace
      FROM denied AS d
      JOIN main.zone AS z
        ON substr(d.name, -length(z.name) - 5) = '.svc.' || z.name
     WHERE EXISTS (SELECT * FROM main.service)
), candidate (name, shown) AS (
    -- as it would have to be asked for, and as people say it
    SELECT s.name || '.' || s.namespace || '.svc.' || z.name,
           s.name || '.' || s.namespace
      FROM main.service AS s
      JOIN main.zone AS z
    UNION ALL
    SELECT name || '.' || namespace || '.', name || '.' || namespace
      FROM main.service
    UNION ALL
    SELECT lower(n.text), lower(n.text)
      FROM known_name AS k
      JOIN main.name AS n ON n.id = k.name
), long AS MATERIALIZED (
    SELECT length(name) AS length, name, shown FROM candidate
), judged AS (
    SELECT n.name,
           CASE
           WHEN EXISTS (SELECT * FROM main.namespace)
            AND n.namespace NOT IN (SELECT name FROM main.namespace)
            AND n.namespace NOT IN (SELECT namespace FROM main.service)
           THEN 'there is no namespace ' || n.namespace
           WHEN s.id IS NULL
           THEN coalesce((SELECT 'it is in ' || o.namespace || ': ' || o.name
                                 || '.' || o.namespace
                            FROM main.service AS o
                           WHERE o.name = n.service
                           ORDER BY o.namespace LIMIT 1),
                         'there is no service ' || n.service || ' in '
                         || n.namespace)
           WHEN s.created_ns > n.last_ns
           THEN 'the service was made after that'
           WHEN s.headless
            AND NOT EXISTS (SELECT * FROM main.endpoint AS e
                             WHERE e.namespace = s.namespace
                               AND e.service = s.name AND e.ready)
           THEN 'headless without ready endpoints: NXDOMAIN is as the '
                || 'specification says'
           ELSE 'the snapshot has it: did the DNS server know it then?' END
                                                         AS verdict,
           s.id IS NULL                                  AS is_absent
      FROM service_name AS n
      LEFT JOIN main.service AS s ON s.namespace = n.namespace
                                 AND s.name = n.service
     WHERE n.service != '' AND n.namespace != ''
       AND instr(n.namespace, '.') = 0
), near AS (
    SELECT d.name, c.shown,
           row_number() OVER (
               PARTITION BY d.name
               ORDER BY edits(d.name, c.name, 2), c.shown) AS place
      FROM denied AS d
      JOIN (VALUES (-2), (-1), (0), (1), (2)) AS more
      JOIN long AS c ON c.length = length(d.name) + more.column1
     WHERE c.name != d.name
       -- short first labels are near to anything
       AND edits(d.name, c.name,
                 CASE WHEN instr(d.name, '.') < 4 THEN 0
                      WHEN instr(d.name, '.') < 7 THEN 1 ELSE 2 END) > 0
), hinted AS (
    SELECT d.name,
           CASE WHEN j.verdict IS NULL OR j.is_absent
                THEN trim(coalesce(j.verdict, '')
                          || iif(j.verdict IS NOT NULL
                                 AND n.shown IS NOT NULL
                                 AND j.verdict NOT LIKE 'it is in %', '; ', '')
                          || iif(j.verdict LIKE 'it is in %', '',
                                 coalesce('did you mean ' || n.shown || '?',
                                          '')))
                ELSE j.verdict END                       AS hint
      FROM denied AS d
      LEFT JOIN judged AS j ON j.name = d.name
      LEFT JOIN near AS n ON n.name = d.name AND n.place = 1
)
SELECT l.name, l.qtype, l.rcode, l.state, l.last_seen, l.client,
       l.client_name, l.server, l.server_name, l.icmp, l.count,
       round(100.0 * l.count / (SELECT count(*) FROM failure), 1)
                                                         AS share_pct,
       l.first_ns, l.last_ns, l.evidence,
       iif(l.rcode = 'NXDOMAIN',
           (SELECT nullif(hint, '') FROM hinted WHERE name = lower(l.name)),
           NULL)                                         AS hint
  FROM failure_row AS l
 -- denials may be many and say little, and hide the rest
 ORDER BY l.rcode IS 'NXDOMAIN', l.count DESC, l.first_ns, l.name, l.qtype,
          l.rcode, l.state, l.icmp, l.last_seen, l.client, l.server,
          l.client_name, l.server_name
 LIMIT coalesce(:limit, 20);

-- @seen Where what was not answered, or too late, was seen last
WITH f AS (
    SELECT t.transaction_id, f.code, f.verdict, f.node, f.server,
           coalesce(t.client_name, t.client)             AS client,
           t.asked_ns
      FROM main._fate AS f
     CROSS JOIN transactions AS t USING (transaction_id)
     WHERE t.kind = 'query'
), g AS (
    SELECT code, verdict, node, server, count(*) AS count,
           count(DISTINCT client)                        AS clients,
           min(asked_ns)                                 AS first_ns,
           max(asked_ns)                                 AS last_ns,
           min(transaction_id)                           AS transaction_id
      FROM f
     GROUP BY code, node, server
     ORDER BY count(*) DESC, code, node, server
     LIMIT coalesce(:limit, 20)
)
-- one of each as an example
SELECT g.verdict AS last_seen, g.count, g.clients, g.server, l.place,
       l.because, l.confidence, l.disproof, l.evidence, g.first_ns, g.last_ns
  FROM g
  JOIN main.last_seen AS l USING (transaction_id)
 ORDER BY g.count DESC, g.code, g.node, g.server;

-- @expansions Names that search lists made and that do not exist: what they cost
SELECT c.base, a.text AS client, c.client_name, c.lookups, c.queries,
       round(1.0 * c.queries / c.lookups, 1)             AS queries_per_lookup,
       c.suffixes,
       c.lost_ns / c.lookups                             AS lost_per_lookup_ns,
       iif(c.outcome = 1, 'answered', 'not answered')    AS outcome,
       iif(c.by_list, 'search list of the pod', 'seen in traffic') AS how,
       c.first_ns, c.last_ns,
       (SELECT group_concat(evidence, ' ')
          FROM (SELECT coalesce(t.response_file || '#' || t.response_frame,
                                t.query_file || '#' || t.query_frame)
                                                         AS evidence
                  FROM expansion_example AS e
                  JOIN transactions AS t ON t.transaction_id = e.exchange
                 WHERE e.cost = c.id
                 ORDER BY e.place))                      AS evidence
  FROM expansion_cost AS c
  JOIN main.address AS a ON a.id = c.client
 ORDER BY c.queries DESC, c.first_ns, c.base, a.text, c.client_name
 LIMIT coalesce(:limit, 20);

-- @nodata No data (NOERROR without the record asked for): not a failure
SELECT n.text AS name, coalesce(t.name, 'TYPE' || d.qtype) AS qtype,
       c.text AS client, d.client_name, v.text AS server, d.server_name,
       d.count, d.first_ns, d.last_ns
  FROM nodata AS d
  JOIN main.address AS c ON c.id = d.client
  JOIN main.address AS v ON v.id = d.server
  LEFT JOIN main.name AS n ON n.id = d.name
  LEFT JOIN main.qtype AS t ON t.code = d.qtype
 ORDER BY d.count DESC, d.first_ns, n.text, 2, c.text, v.text, d.client_name,
          d.server_name
 LIMIT coalesce(:limit, 20);

-- @causes What Microsoft's guide names as causes, and the findings that speak for each
WITH guide (place, cause) AS (
    VALUES (1, 'the name has a typo'),
           (2, 'the upstream nameservers have issues'),
           (3, 'the network configuration (policy, firewall, NSG, NAT) is in the '
               || 'way'),
           (4, 'the name is invalid after search-path expansion'),
           (5, 'none of these, or none that can be told from what was captured')
), found AS (
    -- each finding speaks for one of them; a search list alone is no fault, but
    -- what the guide calls the last but one
    SELECT f.number, f.count, f.rank < 6 OR f.cause = 'ndots' AS is_told,
           f.rank < 6 AND f.unit = x.unit                AS is_counted,
           printf('%s (%d of %d %s): %s [%s]', f.finding, f.count, f.of,
                  CASE WHEN f.of != 1 THEN f.unit
                       WHEN f.unit = 'queries' THEN 'query'
                       ELSE rtrim(f.unit, 's') END, f.phrase, f.confidence)
                                                         AS line,
           CASE
           WHEN f.cause IN ('denied', 'dead target', 'dead alias', 'elsewhere')
                                                         THEN 1
           WHEN f.cause = 'ndots'                        THEN 4
           WHEN f.cause IN ('place 1', 'place 2', 'place 4', 'place 5',
                            'place 10', 'place 11', 'place 16', 'place 18',
                            'race', 'pair',
                            'vip', 'tcp blocked', 'path')       THEN 3
           WHEN f.cause IN ('relayed', 'upstream silent', 'upstream',
                            'upstream late', 'said late', 'place 7', 'place 8',
                            'contradicted', 'both', 'others', 'differ',
                            'throttled')
             OR (f.cause IN ('gave up', 'too late') AND f.upstream IS NOT NULL)
             OR (f.cause IN ('said', 'aaaa denied', 'a denied')
                 AND f.server IN (SELECT address FROM main.address_role
                                   WHERE role = 'upstream'
                                      OR name = 'azure-dns'))
           THEN 2
           ELSE 5 END                                    AS place
      FROM temp.verdict_findings AS f, temp.verdict_facts AS x
     WHERE f.class != 'spared' AND (f.rank < 6 OR f.cause = 'ndots')
), listed AS (
    SELECT *, row_number() OVER (PARTITION BY place ORDER BY number) AS turn,
           count(*) OVER (PARTITION BY place)            AS findings
      FROM found
), told AS (
    SELECT place,
           coalesce(sum(iif(is_counted, count, NULL)),
                    sum(iif(is_told, count, 0)))         AS count,
           group_concat(iif(turn <= 5, line, NULL), '; ')
           || iif(max(findings) > 5, printf('; and %d more', max(findings) - 5),
                  '')                                    AS words
      FROM (SELECT * FROM listed ORDER BY place, turn)
     GROUP BY place
), alone AS (
    -- where no lookup tells, for what was asked for
    SELECT coalesce((SELECT value FROM figure WHERE name = 'lone names'), 0)
                                                         AS count,
           (SELECT 'names that were only ever denied, and are no expansion of '
                   || 'another: ' || group_concat(name, ' ')
              FROM (SELECT lower(n.text) AS name
                      FROM lone_name AS l
                      JOIN main.name AS n ON n.id = l.name
                     ORDER BY l.count DESC, lower(n.text)
                     LIMIT 5))                           AS words
      FROM temp.verdict_facts WHERE unit = 'queries'
), mute AS (
    -- for each server that is silent there may be something before it
    SELECT '; a server that never answers may be out of reach: '
           || group_concat(line, ', ')                   AS words
      FROM (SELECT printf('%s asking %s (%d)', client, server, silent) AS line
              FROM (SELECT client, server, sum(rcode IS NOT NULL) AS answered,
                           sum(iif(state = 'unanswered', count - doubtful, 0))
                                                         AS silent
                      FROM temp.verdict_traffic GROUP BY client, server)
             WHERE silent > 0 AND answered = 0
             ORDER BY silent DESC, client, server LIMIT 5)
    HAVING count(*) > 0
), hidden AS (
    SELECT '; not observable: ' || group_concat(subject, ', ') AS words
      FROM (SELECT subject, min(place) AS place
              FROM main.observability
             WHERE observable IN ('no', 'unknown')
               AND subject IN ('TCP', 'ICMP errors', 'later IP fragments')
             GROUP BY subject ORDER BY place)
), bases AS (
    SELECT '; names that were denied with a suffix and asked for with another '
           || 'or none: ' || group_concat(text, ' ')     AS words
      FROM (SELECT text FROM expansion_base ORDER BY text)
)
SELECT g.cause,
       CASE WHEN g.place = 1
            THEN coalesce(t.count, (SELECT count FROM alone), 0)
            ELSE coalesce(t.count, 0) END                AS count,
       coalesce(t.words, iif(g.place = 1, (SELECT words FROM alone), NULL),
                (SELECT 'cannot tell: ' || one_sided || ' were captured'
                   FROM temp.verdict_facts WHERE one_sided IS NOT NULL),
                'no finding')
       || coalesce(CASE g.place
                   WHEN 2 THEN (SELECT printf('; %d still waited at the end: '
                                              || 'not judged', pending)
                                  FROM temp.verdict_facts WHERE pending > 0)
                   WHEN 3 THEN coalesce((SELECT words FROM mute), '')
                               || coalesce((SELECT words FROM hidden), '')
                   WHEN 4 THEN (SELECT words FROM bases)
                   WHEN 5 THEN (SELECT printf('; %d not captured or not '
                                              || 'answered: not judged',
                                              doubtful_queries)
                                  FROM temp.verdict_facts
                                 WHERE doubtful_queries > 0) END, '')
                                                         AS evidence
  FROM guide AS g
  LEFT JOIN told AS t USING (place)
 ORDER BY g.place;

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
