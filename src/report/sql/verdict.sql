-- verdict: what is wrong, in one sentence, and how sure that is
--
-- The head of every report.  Failure is judged by lookups, as applications see
-- it (view lookups); where none was captured, by queries.  A wrong verdict
-- costs more than none: what may only not have been captured fails nobody, and
-- where too little is decided the outcome is inconclusive.
--
-- outcome: findings       a finding is critical or a warning
--          healthy        at least 5 lookups, or queries, are decided, and no
--                         more than 5 % are not
--          inconclusive   all else
-- No failures are health checks of servers, names that search lists made, NODATA
-- and names of reverse lookups (in-addr.arpa., ip6.arpa.) that do not exist, nor
-- what lists of addresses (DNSBL) do not have.
--
-- 2 % and one second are the limits of Microsoft's DNS test form, 5 % and 15 %
-- those of Azure's network observability dashboards.
--
-- Its TEMP tables are made by services.sql, wrong.sql, traffic.sql, denials.sql,
-- trouble.sql, causes.sql, findings.sql, servers.sql, citations.sql and
-- questionnaire.sql of src/report/prepare/; findings.sql has what is how severe.
--
-- :limit               findings that are listed (20)
-- :selection           how the user narrowed the report, in words
-- :source              how commands name what is reported on ('')

-- @verdict
WITH worst AS (
    SELECT * FROM temp.verdict_findings
     WHERE number = 1 AND severity != 'notice'
), sure AS (
    SELECT f.*, seen - judged AS undecided, o.outcome,
           iif(unit = 'queries', 'query', 'lookup')      AS one
      FROM temp.verdict_facts AS f, temp.verdict_outcome AS o
), part AS (
    -- all faults of lookups are told together, as is all that is slow; else the
    -- worst by itself
    SELECT f.*
      FROM worst AS w
      JOIN temp.verdict_findings AS f
        ON f.number = w.number
        OR (w.class = 'fault' AND w.cause != 'at least'
            AND f.class = 'fault' AND f.cause != 'at least' AND f.rank < 6)
        OR (w.class = 'slow' AND w.unit = 'lookups' AND f.class = 'slow')
), shown AS (
    SELECT count(*) AS findings, sum(count) AS count,
           min(first_ns) AS first_ns, max(last_ns) AS last_ns,
           iif(count(*) = 1, min(who), NULL) AS who
      FROM part
     WHERE EXISTS (SELECT * FROM worst)
), asker AS (
    SELECT label, count FROM temp.verdict_asker
     WHERE class = iif((SELECT class FROM worst) = 'slow', 'slow', 'fault')
), by AS (
    SELECT coalesce(s.who, (
               SELECT group_concat(label, ', ')
                      || (SELECT iif(count(*) > 2, ' and ' || (count(*) - 2)
                                     || ' more', '') FROM asker)
                 FROM (SELECT label FROM asker
                        ORDER BY count DESC, label LIMIT 2)
                WHERE s.findings > 1)) AS who
      FROM shown AS s
), listed AS (
    SELECT number, count, unit, class, cause, failed_for,
           phrase || ' [' || confidence || ']'           AS phrase,
           number IN (SELECT number FROM part)           AS is_part
      FROM temp.verdict_findings
     WHERE severity != 'notice' AND number <= 3
), told AS (
    SELECT iif((SELECT findings FROM shown) = 1, ': ' || min(phrase),
               '. In ' || group_concat(count || ' of them, ' || phrase,
                                       '; in '))
           || coalesce((SELECT '; in ' || sum(count)
                               || ' of them, the name does not exist'
                               || iif(count(DISTINCT confidence) = 1,
                                      ' [' || min(confidence) || ']', '')
                          FROM part
                         WHERE finding = 'NXDOMAIN'
                           AND number > 3
                        HAVING sum(count) > 0), '')      AS parts
      FROM (SELECT * FROM listed WHERE is_part ORDER BY number)
), also AS (
    SELECT group_concat(count || ' '
                        || iif(count = 1, iif(unit = 'queries', 'query',
                                              rtrim(unit, 's')), unit)
                        || CASE class
                           WHEN 'slow' THEN ' over 1s'
                           WHEN 'some'
                           THEN ' that ' || iif(count = 1, 'fails', 'fail')
                                || ' if the application has '
                                || replace(failed_for, ' and ', ' or ')
                           WHEN 'waiting'
                           THEN ' that still '
                                || iif(count = 1, 'waits', 'wait')
                           WHEN 'ignored'
                           THEN ' without a response that fits'
                           ELSE '' END || ': ' || phrase, '; ') AS rest
      FROM (SELECT * FROM listed WHERE NOT is_part ORDER BY number)
), more AS (
    SELECT count(*) AS count FROM temp.verdict_findings
     WHERE severity != 'notice' AND number > 3
       AND NOT (finding = 'NXDOMAIN'
                AND number IN (SELECT number FROM part))
), degree AS (
    -- several are said behind each cause
    SELECT iif(count(DISTINCT confidence) = 1, min(confidence), 'several')
                                                         AS confidence,
           count(*)                                      AS causes
      FROM temp.verdict_findings
     WHERE severity != 'notice' AND number <= 3
), why AS (
    SELECT trim(
           CASE WHEN seen > 0 AND strays = seen AND unit = 'queries'
                THEN 'no query was captured, only ' || seen
                     || iif(seen = 1, ' response', ' responses')
                WHEN seen > 0 THEN ''
                WHEN :selection IS NOT NULL
                 AND EXISTS (SELECT * FROM main.exchange)
                THEN 'the selection matches no DNS query (' || :selection || ')'
                ELSE 'there is no DNS query to judge' END
           || CASE WHEN seen = 0 OR judged >= 5
                     OR (strays = seen AND unit = 'queries') THEN ''
                   WHEN judged = seen
                   THEN 'there ' || iif(seen = 1, 'is', 'are') || ' only '
                        || seen || ' ' || iif(seen > 1, unit, one)
                   WHEN judged = 0
                   THEN iif(seen = 1, 'the only ' || one || ' is not decided',
                            'none of ' || seen || ' ' || unit || ' is decided')
                   ELSE 'only ' || judged || ' of ' || seen || ' ' || unit || ' '
                        || iif(judged = 1, 'is', 'are') || ' decided' END
           || iif(seen > 0 AND judged < 5
                  AND NOT (strays = seen AND unit = 'queries'),
                  ', 5 are needed', '')
           || iif(judged >= 5 AND undecided > 0.05 * seen, undecided || ' of '
                  || seen || ' ' || unit
                  || iif(undecided = 1, ' is', ' are') || ' not decided', '')
           || iif(unit = 'lookups' AND doubtful > 0, '; ' || doubtful
                  || ' not captured or not answered', '')
           || iif(unit = 'queries' AND doubtful_queries > 0, '; '
                  || doubtful_queries || ' not captured or not answered', '')
           || iif(unit = 'lookups' AND ended > 0, '; ' || ended
                  || ' still waited when the capture ended', '')
           || iif(unit = 'queries' AND pending > 0, '; ' || pending
                  || ' still waited when the capture ended', '')
           || iif(unit = 'lookups' AND cut > 0, '; the answers of ' || cut
                  || ' were not captured whole', '')
           || iif(unit = 'lookups' AND truncated > 0, '; the answers of '
                  || truncated || ' were truncated, and TCP was not captured',
                  '')
           || iif(unit = 'lookups' AND unfinished > 0, '; the search '
                  || iif(unfinished = 1, 'list', 'lists') || ' of '
                  || unfinished || iif(unfinished = 1, ' was', ' were')
                  || ' not seen to ' || iif(unfinished = 1, 'its', 'their')
                  || ' end', '')
           || iif(unit = 'lookups' AND continued > 0, '; the search '
                  || iif(continued = 1, 'list', 'lists') || ' of ' || continued
                  || iif(continued = 1, ' goes', ' go')
                  || ' on in other lookups', '')
           -- that there is no other side is said already
           || coalesce('; ' || iif(seen = 0 OR strays = seen,
                                   trim(replace(doubt, coalesce(
                                       one_sided || ' were captured', ''), ''),
                                       '; '), doubt), ''), '; ')
                                                         AS why
      FROM sure
), said AS (
    SELECT CASE s.outcome
           WHEN 'healthy'
           THEN printf('Healthy: %s of %d %s failed (%d queries in %d capture%s%s%s)',
                       CASE WHEN s.unit = 'lookups' AND s.failed > 0
                            THEN printf('only %d (%.2f %%)', s.failed,
                                        100.0 * s.failed / s.judged)
                            ELSE 'none' END, s.judged, s.unit, s.transactions,
                       s.captures, iif(s.captures = 1, '', 's'),
                       coalesce(', within ' || duration(s.span_ns), ''),
                       coalesce(', the slowest answered after '
                                || duration(s.max_ns), ''))
                || iif(s.slow > 0, printf('. %d took over 1s', s.slow), '')
                || coalesce('. Mind: ' || nullif((SELECT why FROM why), ''), '')
           WHEN 'inconclusive'
           THEN 'Nothing can be concluded: ' || (SELECT why FROM why)
                || CASE WHEN s.judged = 0 OR s.unit = 'queries' THEN ''
                        WHEN s.failed = 0 AND s.judged = s.seen
                        THEN '; none failed'
                        WHEN s.failed = 0 THEN '; no decided one failed'
                        ELSE '; ' || s.failed || ' of the decided failed' END
           ELSE (SELECT printf('%d of %d %s (%.1f %%)', f.count, w.of,
                               CASE WHEN w.of != 1 THEN w.unit
                                    WHEN w.unit = 'queries' THEN 'query'
                                    ELSE rtrim(w.unit, 's') END,
                               100.0 * f.count / w.of)
                        || coalesce(' by ' || b.who, '')
                        -- whom it hits may get nothing, while others do
                        || coalesce((SELECT iif(clients = 1,
                                                ', all that it made,',
                                                ', all that these made,')
                                       FROM temp.verdict_groups AS g
                                      WHERE f.findings = 1 AND g.key = w.key
                                        AND g.count = g.of_clients
                                        AND g.count < w.of), '')
                        || CASE WHEN w.class = 'slow'
                                THEN iif(f.count = 1, ' takes', ' take')
                                     || ' over 1s'
                                WHEN w.class = 'some'
                                THEN iif(f.count = 1, ' fails', ' fail')
                                     || ' if the application has '
                                     || replace(w.failed_for, ' and ', ' or ')
                                WHEN w.class = 'wrong'
                                THEN iif(f.count = 1, ' gets', ' get')
                                     || ' a wrong answer'
                                WHEN w.class = 'loop'
                                THEN iif(f.count = 1, ' comes', ' come')
                                     || ' back'
                                     || ' to the server that sent '
                                     || iif(f.count = 1, 'it', 'them')
                                WHEN w.class = 'waiting'
                                THEN iif(f.count = 1, ' still waits',
                                         ' still wait') || ' for an answer'
                                WHEN w.class = 'ignored'
                                THEN iif(f.count = 1, ' gets', ' get')
                                     || ' no response that fits'
                                WHEN w.class = 'oddity'
                                THEN iif(f.count = 1, ' is', ' are')
                                     || ' damaged'
                                ELSE iif(f.count = 1, ' fails', ' fail')
                                     || iif(w.class = 'leg' AND s.lookups > 0
                                            AND s.failed = 0,
                                            ', and no lookup by that', '') END
                        || iif(f.first_ns IS NULL, '',
                               strftime(', %Y-%m-%dT%H:%M:%SZ',
                                        f.first_ns / 1000000000, 'unixepoch')
                               || iif(f.last_ns / 1000000000
                                      = f.first_ns / 1000000000, '',
                                      ' to ' || strftime(
                                          iif(f.last_ns / 86400000000000
                                              = f.first_ns / 86400000000000,
                                              '%H:%M:%SZ', '%Y-%m-%dT%H:%M:%SZ'),
                                          f.last_ns / 1000000000, 'unixepoch')))
                        || t.parts
                        || coalesce('. Also: ' || a.rest, '')
                        || iif(m.count > 0, '; and ' || m.count
                               || iif(m.count = 1, ' more finding',
                                      ' more findings'), '')
                   FROM worst AS w, shown AS f, by AS b, told AS t, also AS a,
                        more AS m)
           END                                              AS sentence
      FROM sure AS s
)
SELECT said.sentence || iif(said.sentence LIKE '%.', '', '.') AS sentence,
       s.outcome,
       CASE s.outcome WHEN 'findings' THEN (SELECT confidence FROM degree)
                      -- of less than a minute much may not have come up
                      WHEN 'healthy'
                      THEN iif(s.doubt IS NULL
                               AND s.span_ns >= 60000000000,
                               'exact', 'likely') END    AS confidence,
       coalesce((SELECT count FROM shown), 0)            AS failing,
       coalesce((SELECT of FROM worst), s.judged)        AS of,
       round(100.0 * coalesce((SELECT count FROM shown), 0)
             / nullif(coalesce((SELECT of FROM worst), s.judged), 0), 2)
                                                         AS share_pct,
       coalesce((SELECT unit FROM worst), s.unit)        AS unit,
       (SELECT first_ns FROM shown)                      AS first_ns,
       (SELECT last_ns FROM shown)                       AS last_ns,
       -- of several each has its own, below
       iif((SELECT causes FROM degree) = 1, (SELECT disproof FROM worst), NULL)
                                                         AS disproof,
       s.lookups, s.transactions, s.undecided
  FROM sure AS s, said;

-- @criteria Microsoft's criteria
WITH difference AS (
    SELECT silent + undelivered - doubtful_queries       AS certain,
           silent + undelivered AS silent, pending,
           decided_queries + doubtful_queries + undelivered AS asked, max_ns,
           waiting_ns, one_sided, slow_queries, decided_queries,
           -- for another server, or name after name
           iif(coalesce(max_ns, 0) <= 1000000000
               AND waited_ns > max(1000000000, coalesce(waiting_ns, 0)),
               duration(waited_ns), NULL)                AS waited,
           slow, decided
      FROM temp.verdict_facts
)
SELECT 'Difference between DNS queries and responses exceeds two percent'
                                                         AS criterion,
       CASE WHEN one_sided IS NOT NULL OR (decided_queries = 0 AND certain = 0)
            THEN 'Unknown'
            WHEN 100.0 * certain / asked > 2 THEN 'Yes'
            -- what still waits may get none
            WHEN 100.0 * (silent + pending) / (asked + pending) > 2
            THEN 'Unknown'
            ELSE 'No' END                                AS answer,
       CASE WHEN asked = 0 OR one_sided IS NOT NULL THEN NULL
            -- what still waits, or is missing, may have got no answer
            WHEN 100.0 * certain / asked <= 2
             AND 100.0 * (silent + pending) / (asked + pending) > 2
            THEN printf('%.1f to %.1f %%', 100.0 * certain / asked,
                        100.0 * (silent + pending) / (asked + pending))
            ELSE printf('%.1f %%', 100.0 * silent / asked) END AS number,
       coalesce(one_sided || ' were captured',
                printf('%d of %d %s no response', silent, asked,
                       iif(asked = 1, 'query has', 'queries have'))
                || iif(pending > 0, printf('; %d more still waited when the '
                                           || 'capture ended', pending), ''))
                                                         AS because,
       silent                                            AS count,
       asked                                             AS of
  FROM difference
UNION ALL
SELECT 'DNS latency is more than one second',
       CASE WHEN max_ns > 1000000000 THEN 'Yes'
            WHEN max_ns IS NULL OR waiting_ns > 1000000000 THEN 'Unknown'
            ELSE 'No' END,
       -- rounded it would be one second
       nullif(coalesce(
           'max ' || iif(max_ns BETWEEN 1000000001 AND 1005000000,
                         rtrim(printf('%.9f', max_ns / 1e9), '0') || 's',
                         duration(max_ns))
           || iif(waiting_ns > 1000000000 AND max_ns <= 1000000000,
                  '; others still waited, up to ' || duration(waiting_ns), '')
           || iif(waited IS NULL, '', '; '), '')
           || coalesce('lookups up to ' || waited, ''), ''),
       iif(max_ns IS NULL, 'no query was answered',
           printf('%d of %d %s over 1s to be answered', slow_queries,
                  decided_queries, iif(decided_queries = 1, 'query took',
                                       'queries took')))
       || iif(waited IS NULL, '',
              printf('; %d of %d lookup%s took over 1s in all', slow, decided,
                     iif(decided = 1, '', 's'))),
       slow_queries, decided_queries
  FROM difference;

-- @symptoms The symptoms of Microsoft's guide
WITH reason AS (
    -- the sentence sets apart what was denied rightly
    SELECT s.place, sum(f.failed)                        AS failed,
           sum(f.denied)                                 AS denied,
           sum(f.empty)                                  AS empty
      FROM (SELECT 1 AS place UNION SELECT 3 UNION SELECT 4) AS s
      JOIN temp.verdict_failed AS f
        ON s.place = 1 OR f.is_cluster = (s.place = 3)
     GROUP BY s.place
), words AS (
    SELECT place,
           CASE denied WHEN 0 THEN '' WHEN failed THEN ','
           ELSE printf(', %d of them', denied) END
           || iif(denied > 0, ' as the name does not exist', '')
           || CASE empty WHEN 0 THEN '' WHEN failed THEN ','
              ELSE printf(', %d of them', empty) END
           || iif(empty > 0, ' as the name has no such record', '') AS words
      FROM reason
), sign AS (
    -- a symptom is there if a finding that counts for the outcome shows it
    SELECT sum(class NOT IN ('slow', 'wrong', 'loop', 'waiting', 'ignored')) > 0
                                                         AS has_errors,
           sum(coalesce(waiting, 0)) > 0                 AS has_waits,
           sum(iif(class IN ('fault', 'wrong'), inside, 0)) > 0
                                                         AS has_inside,
           sum(iif(class = 'fault', count - inside, 0)) > 0 AS has_outside,
           coalesce(min(iif(class = 'fault', number, NULL)),
                    min(iif(class NOT IN ('slow', 'wrong', 'loop', 'waiting',
                                          'ignored'), number, NULL)))
                                                         AS error,
           min(iif(waiting > 0, number, NULL))           AS wait,
           min(iif(class IN ('fault', 'wrong') AND inside > 0, number, NULL))
                                                         AS in_one,
           min(iif(class = 'fault' AND count > inside, number, NULL)) AS out_one
      FROM temp.verdict_findings
     WHERE severity != 'notice'
), facts AS (
    SELECT f.*,
           judged < 5 OR seen - judged > 0.05 * seen
           OR one_sided IS NOT NULL                      AS is_open,
           (SELECT coalesce(sum(count), 0) FROM temp.verdict_lookups
             WHERE is_cluster AND outcome != 'unknown')  AS inside,
           (SELECT coalesce(sum(failed), 0) FROM temp.verdict_failed
             WHERE is_cluster)                          AS inside_failed,
           (SELECT coalesce(sum(count), 0) FROM temp.verdict_lookups
             WHERE NOT is_cluster AND outcome != 'unknown') AS outside,
           (SELECT coalesce(sum(failed), 0) FROM temp.verdict_failed
             WHERE NOT is_cluster)                      AS outside_failed
      FROM temp.verdict_facts AS f
), symptom AS (
    SELECT 1 AS place, 'High error rate' AS symptom,
           has_errors                                    AS is_there,
           is_open                                       AS is_open,
           -- what each lookup went on from is an error, too
           iif(unit = 'lookups' AND (failed > 0 OR has_errors IS NOT 1),
               printf('%d of %d lookup%s failed', failed, decided,
                      iif(decided = 1, '', 's')),
               printf('%d of %d %s failed',
                      silent - doubtful_queries + errors, decided_queries,
                      iif(decided_queries = 1, 'query', 'queries')))
                                                         AS because,
           error                                         AS number
      FROM facts, sign
    UNION ALL
    SELECT 2, 'Unresponsive services', has_waits,
           is_open OR (responses > 0 AND first_ns IS NULL),
           iif(unit = 'lookups',
               printf('%d of %d lookup%s took over 1s, or timed out', waited,
                      decided, iif(decided = 1, '', 's')),
               printf('%d of %d %s over 1s', slow_queries, decided_queries,
                      iif(decided_queries = 1, 'query took', 'queries took')))
           || coalesce('; the slowest answer to a query came after '
                       || duration(max_ns),
                       iif(responses > 0 AND first_ns IS NULL,
                           '; packets have no times',
                           '; no query was answered'))
           || coalesce((SELECT printf('; the slowest lookup, of %s%s, waited '
                                      || '%s',
                                      iif(length(s.name) <= 128, s.name,
                                          substr(s.name, 1, 125) || '...'),
                                      coalesce(' by ' || coalesce(s.client_name,
                                                                  w.label), ''),
                                      duration(s.waited_ns))
                          FROM temp.verdict_slowest AS s
                          LEFT JOIN temp.verdict_who AS w
                                 ON w.address = s.client), ''), wait
      FROM facts, sign
    UNION ALL
    SELECT 3, 'Service discovery is impacted', has_inside,
           is_open OR inside < 5,
           iif(inside = 0, 'no lookup of a cluster name is decided',
               printf('%d of %d lookup%s of cluster names failed',
                      inside_failed, inside, iif(inside = 1, '', 's'))), in_one
      FROM facts, sign
    UNION ALL
    SELECT 4, 'External communication is impacted', has_outside,
           is_open OR outside < 5,
           iif(outside = 0, 'no lookup of another name is decided',
               printf('%d of %d lookup%s of other names failed',
                      outside_failed, outside, iif(outside = 1, '', 's'))),
           out_one
      FROM facts, sign
)
SELECT s.symptom,
       CASE WHEN s.is_there THEN 'yes' WHEN s.is_open THEN 'cannot tell'
            ELSE 'no' END                                AS answer,
       s.because || coalesce(w.words, '')
       || coalesce((SELECT printf('; services answered wrong: %d', sum(count))
                      FROM temp.verdict_findings
                     WHERE s.place = 3 AND class = 'wrong'
                       AND severity != 'notice'
                    HAVING count(*) > 0), '')            AS because,
       iif(s.is_there, t.evidence, NULL)                 AS evidence
  FROM symptom AS s
  LEFT JOIN words AS w USING (place)
  LEFT JOIN temp.verdict_findings AS f USING (number)
  LEFT JOIN temp.verdict_example AS t
         ON t.transaction_id = coalesce(
                iif(s.place = 2, (SELECT transaction_id
                                    FROM temp.verdict_slowest), NULL),
                f.transaction_id)
 ORDER BY s.place;

-- @findings Findings
SELECT f.severity, f.finding,
       coalesce(w.label, nullif(f.server, ''), f.names)  AS subject,
       f.count, f.of, f.unit,
       f.phrase || iif(f.class = 'some', '; it fails applications with '
                                         || f.failed_for, '') AS what,
       f.who                                             AS clients,
       f.names, f.first_ns, f.last_ns,
       'is consistent with ' || f.likely                 AS cause,
       f.because, f.confidence, f.disproof, f.evidence, f.wireshark,
       'dnsforensics report --step path --txn ' || f.transaction_id
       || coalesce(:source, '')                          AS command
  FROM temp.verdict_findings AS f
  LEFT JOIN temp.verdict_who AS w ON w.address = f.server
 ORDER BY f.number
 LIMIT coalesce(:limit, 20);

-- @questionnaire What Microsoft's support asks
SELECT question, answer FROM temp.verdict_answer ORDER BY place;

-- @unknown What could not be seen, and how to see it
WITH hidden AS (
    SELECT subject, min(place) AS place, min(why) AS why
      FROM main.observability
     WHERE observable IN ('no', 'unknown')
     GROUP BY subject
), command AS (
    SELECT 'tcpdump -i any -nn -s0 -U -w NODE.pcap ''port 53 or icmp or icmp6 '
           || 'or (ip[6:2]&0x1fff!=0) or ip6[6]=44''' AS whole
), gap AS (
    SELECT 1 AS place, group_concat(subject, ', ') AS subject,
           min(why) AS why, (SELECT whole FROM command) AS next
      FROM (SELECT * FROM hidden ORDER BY place)
    HAVING count(*) > 0
    UNION ALL
    SELECT 2, 'where queries got lost',
           iif((SELECT captures FROM temp.verdict_facts) = 1,
               'the capture does not show the path',
               'the captures do not show the path'),
           'on the client''s node and on that of the DNS pods: '
           || (SELECT whole FROM command)
     WHERE EXISTS (SELECT * FROM temp.verdict_findings
                    WHERE cause = 'place 17' AND severity != 'notice')
    UNION ALL
    SELECT 3, 'what was not captured', doubt,
           'a larger buffer, tcpdump -B 65536, and both directions'
      FROM temp.verdict_facts WHERE doubt IS NOT NULL
    UNION ALL
    SELECT 4, 'what still waited at the end',
           pending || iif(pending = 1, ' query', ' queries')
           || ' had no answer yet',
           'capture for 20 seconds longer than the fault'
      FROM temp.verdict_facts WHERE pending > 0
    UNION ALL
    SELECT 5, 'names of pods',
           'there is no snapshot of the cluster (--k8s snapshot.json)',
           'kubectl get pods,services,endpointslices,nodes,namespaces -A '
           || '-o json >snapshot.json'
     WHERE NOT EXISTS (SELECT * FROM main.snapshot)
)
SELECT subject, why, next FROM gap ORDER BY place;
