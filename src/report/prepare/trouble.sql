-- trouble: lookups, and why each that failed or was slow did
--
-- Of each of these one transaction is looked at, that which tells most: where it
-- was seen last (last_seen.sql), what its server asked for it, where its time
-- went (hops.sql).

-- @prepare Lookups whose answer got lost on its way back
CREATE TEMP TABLE verdict_lost AS
SELECT DISTINCT m.lookup_id
  FROM main.last_place AS l
  JOIN main.lookup_transactions AS m ON m.transaction_id = l.exchange
 WHERE l.verdict = 10;

-- @prepare Lookups whose answer the snapshot contradicts
CREATE TEMP TABLE verdict_misled AS
SELECT DISTINCT m.lookup_id
  FROM temp.verdict_wrong AS w
  JOIN main.lookup_transactions AS m USING (transaction_id)
 WHERE w.cause NOT IN ('elsewhere', 'unready');

-- @prepare Lookups that may be in trouble
CREATE TEMP TABLE verdict_bad AS
SELECT id FROM _chosen_lookup WHERE failed_for != ''
 UNION SELECT id FROM _chosen_lookup WHERE waited_ns > 1000000000
 UNION SELECT id FROM _chosen_lookup
        WHERE id IN (SELECT lookup_id FROM temp.verdict_lost
                      UNION SELECT lookup_id FROM temp.verdict_misled);

-- @prepare A row where lookups are counted one by one: as transactions are, or
-- where rollup.sql made nothing of them
CREATE TEMP TABLE verdict_each AS
SELECT 1 AS each
 WHERE EXISTS (SELECT * FROM temp.verdict_scan)
    OR NOT EXISTS (SELECT * FROM main.lookup_tally);

-- @prepare Names of the cluster; of those that matter
CREATE TEMP TABLE verdict_inside AS
WITH zone AS MATERIALIZED (
    SELECT '.' || name AS name FROM main.zone
     UNION SELECT '.cluster.local.'
     UNION SELECT '.svc.'
)
SELECT n.id AS name
  FROM main.name AS n
 WHERE (EXISTS (SELECT * FROM temp.verdict_each)
        OR n.id IN (SELECT l.name
                      FROM main.lookup AS l
                      JOIN temp.verdict_bad AS b ON b.id = l.id
                     UNION
                    SELECT l.last_name
                      FROM main.lookup AS l
                      JOIN temp.verdict_bad AS b ON b.id = l.id))
   AND EXISTS (SELECT * FROM zone AS z
                WHERE substr(lower(n.text), -length(z.name)) = z.name);

-- @prepare
CREATE UNIQUE INDEX temp.verdict_inside_name ON verdict_inside (name);

-- @prepare
CREATE TEMP TABLE verdict_lookups AS
WITH l AS (
    SELECT client, reason,
           iif(outcome = 'unknown' AND id IN temp.verdict_lost,
               'not delivered', outcome)                 AS outcome,
           coalesce(waited_ns > 1000000000, 0)           AS is_slow,
           -- what is not answered may be one of its services, misspelt
           last_name IN temp.verdict_inside
           OR (names > 1 AND outcome = 'NXDOMAIN'
               AND name IN temp.verdict_inside)          AS is_cluster,
           count(*)                                      AS count,
           sum(names > 1)                                AS walked,
           sum(iif(names > 1, queries, 0))               AS walked_queries,
           max(waited_ns)                                AS waited_ns,
           min(iif(names > 1, id, NULL))                 AS walked_id
      FROM temp.verdict_each
     CROSS JOIN _chosen_lookup
     GROUP BY client, reason, 3, 4, 5
     UNION ALL
    SELECT * FROM main.lookup_tally
     WHERE NOT EXISTS (SELECT * FROM temp.verdict_each)
)
SELECT a.text AS client, l.outcome, l.reason, l.is_slow, l.is_cluster,
       l.count, l.walked, l.walked_queries, l.waited_ns, l.walked_id
  FROM l
  JOIN main.address AS a ON a.id = l.client;

-- @prepare
CREATE TEMP TABLE verdict_trouble AS
SELECT l.lookup_id, l.client, l.client_name, l.name, l.qtypes,
       iif(l.outcome = 'unknown', 'not delivered', l.outcome) AS outcome,
       coalesce(l.failed, iif(l.outcome = 'unknown', 1, NULL)) AS failed,
       coalesce(l.failed_for, iif(l.outcome = 'unknown', 'all', NULL))
                                                         AS failed_for,
       l.waited_ns, l.asked_ns, coalesce(q.word, k.last_name) AS last_word,
       k.last_name IN temp.verdict_inside
       OR (k.names > 1 AND k.outcome = 'NXDOMAIN'
           AND k.name IN temp.verdict_inside)            AS is_cluster
  FROM main.lookups AS l
  JOIN main.lookup AS k ON k.id = l.lookup_id
  LEFT JOIN main.spelling AS q ON q.name = k.last_name
 WHERE l.lookup_id IN temp.verdict_bad
   AND (l.failed_for != '' OR l.waited_ns > 1000000000
        OR l.outcome = 'unknown' OR l.lookup_id IN temp.verdict_misled);

-- @prepare Names that were denied, or got errors, however they are written
CREATE TEMP TABLE verdict_word (
	name INTEGER PRIMARY KEY,        -- -> name
	word INTEGER NOT NULL
);

-- @prepare
INSERT INTO temp.verdict_word
WITH failed AS (
    SELECT DISTINCT coalesce(s.word, l.name)             AS word
      FROM temp.verdict_trouble AS t
      JOIN main.lookup AS l ON l.id = t.lookup_id
      LEFT JOIN main.spelling AS s ON s.name = l.name
     WHERE t.outcome NOT IN ('answered', 'partial', 'no data', 'truncated',
                             'unreachable', 'timed out', 'not delivered')
)
SELECT word, word FROM failed
 UNION
SELECT s.name, s.word FROM failed JOIN main.spelling AS s USING (word);

-- @prepare When each server answered them, and denied them
CREATE TEMP TABLE verdict_known (
	word            INTEGER NOT NULL,
	server          INTEGER NOT NULL, -- -> address
	qtype           INTEGER NOT NULL, -- 0: A and AAAA
	answered        INTEGER NOT NULL,
	since_ns        INTEGER,          -- it did
	until_ns        INTEGER,
	denied_since_ns INTEGER,
	denied_until_ns INTEGER,
	PRIMARY KEY (word, server, qtype)
) WITHOUT ROWID;

-- @prepare
INSERT INTO temp.verdict_known
SELECT w.word, x.server, coalesce(l.qtype, 0), sum(l.outcome = 'answered'),
       min(iif(l.outcome = 'answered', l.asked_ns, NULL)),
       max(iif(l.outcome = 'answered', l.asked_ns, NULL)),
       min(iif(l.outcome = 'NXDOMAIN', l.asked_ns, NULL)),
       max(iif(l.outcome = 'NXDOMAIN', l.asked_ns, NULL))
  FROM (SELECT 1 FROM temp.verdict_word LIMIT 1)
 CROSS JOIN main.lookup AS l
 CROSS JOIN temp.verdict_word AS w ON w.name = l.name
 CROSS JOIN main.exchange AS x ON x.id = l.id
 WHERE l.outcome IN ('answered', 'NXDOMAIN')
 GROUP BY w.word, x.server, 3;

-- @prepare Names that were denied once and answered another time: by whom, and
-- in which order
CREATE TEMP TABLE verdict_changed AS
WITH one AS (
    SELECT word, server, sum(answered)                   AS answered,
           min(since_ns) AS since_ns, max(until_ns) AS until_ns,
           min(denied_since_ns)                          AS denied_since_ns,
           max(denied_until_ns)                          AS denied_until_ns
      FROM temp.verdict_known
     GROUP BY word, server
), whole AS (
    SELECT word, sum(answered)                           AS answered,
           min(since_ns) AS since_ns, max(until_ns) AS until_ns,
           min(denied_since_ns)                          AS denied_since_ns,
           max(denied_until_ns)                          AS denied_until_ns
      FROM one
     GROUP BY word
), each AS (
    -- the server's own answers tell more than others'
    SELECT o.word, o.server, o.answered > 0              AS is_own,
           iif(o.answered, o.since_ns, w.since_ns)       AS since_ns,
           iif(o.answered, o.until_ns, w.until_ns)       AS until_ns,
           w.until_ns                                    AS any_until_ns,
           iif(o.answered, o.denied_since_ns, w.denied_since_ns)
                                                         AS denied_since_ns,
           iif(o.answered, o.denied_until_ns, w.denied_until_ns)
                                                         AS denied_until_ns
      FROM one AS o
      JOIN whole AS w USING (word)
     WHERE w.answered
)
SELECT *, CASE WHEN denied_until_ns < since_ns THEN 'came'
               -- where others still answer it, it is not gone
               WHEN until_ns < denied_since_ns
               THEN iif(any_until_ns < denied_since_ns, 'went', 'others')
               -- packets without times tell no order
               WHEN is_own AND (since_ns IS NULL OR denied_since_ns IS NULL)
               THEN 'both'
               WHEN is_own THEN 'contradicted'
               ELSE 'others' END                         AS cause
  FROM each;

-- @prepare Which of A and AAAA was answered where the other one was not
CREATE TEMP TABLE verdict_half AS
SELECT DISTINCT t.lookup_id, x.qtype
  FROM main.lookup_transactions AS m
 CROSS JOIN temp.verdict_trouble AS t USING (lookup_id)
 CROSS JOIN main.exchange AS x ON x.id = m.transaction_id
  JOIN main.answer_set AS n ON n.id = x.answers
 WHERE EXISTS (SELECT * FROM temp.verdict_trouble WHERE outcome = 'partial')
   AND t.outcome = 'partial' AND x.rcode = 0 AND n.addresses IS NOT NULL;

-- @prepare The transaction of each that tells most of why
CREATE TEMP TABLE verdict_member AS
WITH member AS (
    SELECT t.lookup_id, x.id, s.name AS state, r.name AS rcode, x.qtype,
           x.client, x.server,
           x.attempts, x.response_after_ns AS latency_ns, x.client_port,
           x.last_attempt_ns,
           x.time_ns, l.verdict AS place, l.confidence, l.leg, l.sighting,
           l.peers,
           (x.response_flags & 0x0200) != 0 AS tc,
           w.cause AS wrong, w.sure AS wrong_sure, d.ede,
           n.cname IS NOT NULL AS is_alias,
           coalesce(n.cname LIKE '%.privatelink.%', 0) AS is_private,
           row_number() OVER (
               PARTITION BY t.lookup_id
               ORDER BY t.outcome IN ('answered', 'NXDOMAIN', 'no data')
                        AND w.cause IS NULL,
                        CASE
                        WHEN t.outcome = 'timed out'
                        THEN x.response_frame IS NOT NULL
                        WHEN t.outcome = 'unreachable'
                        THEN s.name != 'icmp_error'
                        WHEN t.outcome = 'truncated'
                        THEN coalesce((x.response_flags & 0x0200) = 0, 1)
                        WHEN t.outcome = 'not delivered'
                        THEN l.verdict IS NOT 10
                        -- of the last name a denial decides, if it came in
                        -- time
                        WHEN t.outcome = 'partial'
                        THEN CASE WHEN (t.lookup_id, x.qtype)
                                       IN temp.verdict_half THEN 3
                                  WHEN coalesce(q.word, x.name) != t.last_word
                                  THEN 2
                                  WHEN x.rcode = 3 AND l.verdict IS NOT 14
                                  THEN 0
                                  ELSE 1 END
                        WHEN t.outcome IN ('answered', 'no data')
                        THEN x.response_frame IS NOT NULL
                             AND x.rcode IN (0, 3) AND x.attempts = 1
                             AND x.response_after_ns <= 1000000000
                        ELSE r.name IS NOT t.outcome END,
                        coalesce(l.verdict, 17) = 17,
                        iif(t.outcome = 'NXDOMAIN'
                            OR (t.outcome = 'partial' AND x.rcode = 3), -x.id,
                            -coalesce(x.response_after_ns, 0)), x.id) AS turn
      FROM main.lookup_transactions AS m
     CROSS JOIN temp.verdict_trouble AS t USING (lookup_id)
     CROSS JOIN main.exchange AS x ON x.id = m.transaction_id
      JOIN main.state AS s ON s.code = x.state
      LEFT JOIN main.rcode AS r ON r.code = x.rcode
      LEFT JOIN main.last_place AS l ON l.exchange = x.id
      LEFT JOIN temp.verdict_wrong AS w
             ON w.transaction_id = x.id
            AND (t.failed_for != '' OR w.cause NOT IN ('elsewhere', 'unready'))
      LEFT JOIN main.detail AS d ON d.id = x.response_detail
      LEFT JOIN main.answer_set AS n ON n.id = x.answers
      LEFT JOIN main.spelling AS q ON q.name = x.name
)
SELECT c.*,
       -- the other one of its pair went through
       EXISTS (SELECT * FROM member AS o
                WHERE o.lookup_id = c.lookup_id AND o.id != c.id
                  AND o.client_port = c.client_port
                  AND o.state = 'answered'
                  AND abs(o.time_ns - c.time_ns) < 5000000) AS is_lone
  FROM member AS c
 WHERE turn = 1;

-- @prepare Queries that got lost on their way, if one of a pair did
CREATE TEMP TABLE verdict_loss AS
WITH tried AS (
    -- of all that was captured, whatever the report is narrowed to
    SELECT x.id, m.lookup, x.client_port, x.name, x.time_ns,
           x.time_ns + x.last_attempt_ns                 AS last_attempt_ns,
           x.state = (SELECT code FROM main.state WHERE name = 'unanswered')
                                                         AS is_unanswered
      FROM main.exchange AS x
      JOIN main.lookup_member AS m ON m.exchange = x.id
     WHERE EXISTS (SELECT * FROM temp.verdict_member WHERE is_lone)
       AND x.transport = 0
       AND (x.attempts > 1 OR x.state = (SELECT code FROM main.state
                                          WHERE name = 'unanswered'))
       AND x.state IN (SELECT code FROM main.state
                        WHERE name IN ('answered', 'answered_late',
                                       'unanswered'))
)
SELECT id, lookup, client_port, name, time_ns
  FROM tried AS t
 WHERE (NOT is_unanswered
        OR coalesce((SELECT verdict FROM main.last_place
                      WHERE exchange = t.id), 17) IN (1, 2, 17))
   -- its server asked nothing for it, or not until the last try
   AND NOT EXISTS (SELECT * FROM main.exchange AS u
                    WHERE u.parent = t.id AND u.leader IS NULL
                      AND (is_unanswered OR u.time_ns < t.last_attempt_ns));

-- @prepare Losses of A and AAAA of one socket beside those of single queries
CREATE TEMP TABLE verdict_pairs AS
WITH sent AS (
    -- Go asks from two sockets
    SELECT 2 * coalesce(sum(iif(how = 4, lookup NOT IN (
                                    SELECT id FROM main.lookup
                                     WHERE sign IN (8, 9)), 0)), 0) AS pairs,
           count(*)                                      AS queries
      FROM main.lookup_member
     WHERE EXISTS (SELECT * FROM temp.verdict_loss)
       AND how != 3
), beside AS (
    SELECT x.id, max(o.id IN (SELECT id FROM temp.verdict_loss))
                                                         AS is_other_lost
      FROM main.lookup_member AS m
     CROSS JOIN temp.verdict_loss AS x
        ON x.lookup = m.lookup AND x.id != m.exchange
     CROSS JOIN main.exchange AS o ON o.id = m.exchange
     WHERE o.client_port = x.client_port AND o.name = x.name
       AND abs(o.time_ns - x.time_ns) < 5000000
     GROUP BY x.id
), counted AS (
    -- of those of which both got lost neither took the other's place
    SELECT s.pairs, s.queries - s.pairs                  AS singles,
           (SELECT count(*) FROM beside WHERE NOT is_other_lost) AS lost_pairs,
           (SELECT count(*) FROM temp.verdict_loss)
           - (SELECT count(*) FROM beside)               AS lost_singles
      FROM sent AS s
)
SELECT *,
       -- else being one of a pair is not what sets them apart
       lost_singles = 0 OR lost_pairs * singles > 2 * lost_singles * pairs
                                                         AS is_race
  FROM counted;

-- @prepare
CREATE TEMP TABLE verdict_hop AS
SELECT transaction_id, slowest
  FROM main.hops
 WHERE transaction_id IN (SELECT id FROM temp.verdict_member);

-- @prepare Those whose first queries did not get beyond the client's interface,
-- as the last one did
CREATE TEMP TABLE verdict_stuck AS
SELECT c.id
  FROM temp.verdict_member AS c
  JOIN main.exchange AS x ON x.id = c.id
  JOIN main.hop AS h ON h.exchange = c.id
 WHERE c.attempts > 1 AND x.query_direction = 1 AND h.near_places > 1
   AND NOT EXISTS (SELECT * FROM main.exchange AS y
                    WHERE y.leader = c.id
                      AND y.time_ns < c.time_ns + c.last_attempt_ns)
   -- where they would have been seen nothing is missing, and it was captured
   AND NOT EXISTS (
           SELECT *
             FROM main._clock AS k
             JOIN main._clock AS o ON o.clock = k.clock
             LEFT JOIN main._gap AS g ON g.capture_id = o.capture
            WHERE k.capture = x.query_capture
              AND (o.capture IN (SELECT capture_id FROM main._loss)
                   OR (g.since_ns < x.time_ns + x.last_attempt_ns
                       AND g.since_ns + g.gap_ns > x.time_ns)))
   AND NOT EXISTS (
           SELECT *
             FROM main.exchange AS y
             JOIN main.capture AS p ON p.id = y.query_capture
            WHERE y.leader = c.id
              AND (SELECT min(first_ns) FROM main.capture WHERE run = p.run)
                  > x.time_ns);

-- @prepare Upstreams that deny every name, beside others that do not
CREATE TEMP TABLE verdict_denier AS
WITH x AS (
    SELECT client, server, count(DISTINCT rcode) = 1 AND min(rcode) = 3
                                                         AS denies_all,
           sum(iif(rcode = 0, count, 0)) > 0             AS has_answers,
           sum(count)                                    AS count
      FROM temp.verdict_count
     WHERE rcode >= 0
     GROUP BY client, server
)
SELECT d.client, d.server
  FROM x AS d
 WHERE d.denies_all AND d.count >= 3
   AND d.client IN (SELECT server FROM temp.verdict_count)
   AND EXISTS (SELECT * FROM x AS o
                WHERE o.client = d.client AND o.server != d.server
                  AND o.has_answers);

-- @prepare TCP, where answers are truncated
CREATE TEMP TABLE verdict_tcp AS
SELECT n.connection_id, n.client, n.server, n.time_ns, n.state,
       n.state IN ('refused', 'no answer to SYN', 'unreachable', 'pending')
                                                         AS is_vain
  FROM (SELECT 1 FROM temp.verdict_trouble WHERE outcome = 'truncated' LIMIT 1)
 CROSS JOIN main.connections AS n;

-- @prepare
CREATE INDEX temp.verdict_tcp_client
    ON verdict_tcp (client, server, is_vain, time_ns);

-- @prepare What was tried after those, in vain; no resolver waits longer
CREATE TEMP TABLE verdict_blocked AS
SELECT b.transaction_id, n.connection_id, n.state = 'pending' AS is_pending,
       EXISTS (SELECT * FROM temp.verdict_tcp AS o
                WHERE o.client = n.client AND o.server = n.server
                  AND NOT o.is_vain)                     AS has_others
  FROM (SELECT c.id AS transaction_id,
               (SELECT n.rowid FROM temp.verdict_tcp AS n
                 WHERE n.client = t.client AND n.server = a.text AND n.is_vain
                   AND coalesce(n.time_ns BETWEEN c.time_ns
                                              AND c.time_ns + 30000000000, 1)
                 ORDER BY n.time_ns, n.connection_id LIMIT 1) AS tcp
          FROM temp.verdict_member AS c
          JOIN temp.verdict_trouble AS t USING (lookup_id)
          JOIN main.address AS a ON a.id = c.server
         WHERE t.outcome = 'truncated') AS b
  JOIN temp.verdict_tcp AS n ON n.rowid = b.tcp;

-- @prepare Why each failed, or was slow
CREATE TEMP TABLE verdict_case AS
WITH asked AS (
    -- what its server asked for it until it answered, by the server's clock:
    -- servers do not give up on an upstream within 0.2 s
    SELECT c.lookup_id, c.rcode, u.server, u.confidence, u.time_ns,
           c.time_ns + c.last_attempt_ns                 AS again_ns,
           r.name AS leg_rcode, d.ede,
           iif(u.state IN (SELECT code FROM main.state
                            WHERE name IN ('answered', 'answered_late')),
               u.response_after_ns, NULL)                AS answered_ns,
           CASE
           WHEN s.name IN ('wrong_source', 'icmp_error') THEN 1
           WHEN s.name IN ('unanswered', 'pending_at_end')
           THEN coalesce(u.time_ns + 200000000
                         <= i.time_ns + i.response_after_ns, 1)
           ELSE 0 END                                    AS is_silent
      FROM temp.verdict_member AS c
      JOIN main.exchange AS u ON u.parent = c.id AND u.leader IS NULL
      JOIN main.hop AS h ON h.exchange = c.id
      JOIN main.exchange AS i ON i.id = h.last_exchange
      JOIN main.state AS s ON s.code = u.state
      LEFT JOIN main.rcode AS r ON r.code = u.rcode
      LEFT JOIN main.detail AS d ON d.id = u.response_detail
     WHERE coalesce(u.time_ns < i.time_ns + i.response_after_ns, 1)
), leg AS (
    SELECT lookup_id, sum(leg_rcode IS rcode)            AS same,
           sum(is_silent)                                AS silent,
           min(confidence)                               AS confidence,
           -- before it was asked the last time
           sum(time_ns < again_ns)                       AS early,
           min(iif(leg_rcode IS rcode, server, NULL))    AS relayed_from,
           min(iif(leg_rcode IS rcode, ede, NULL))       AS ede,
           min(iif(is_silent, server, NULL))             AS silent_one,
           max(answered_ns)                              AS answered_ns,
           min(server)                                   AS some
      FROM asked
     GROUP BY lookup_id
), judged AS MATERIALIZED (
    SELECT t.lookup_id, c.id AS transaction_id, c.server AS asked,
           -- behind NAT, if it was seen there
           iif(c.place IN (2, 3, 4, 5, 6, 7, 8, 9, 13, 18), e.server, c.server)
                                                         AS server, c.place,
           coalesce(c.wrong_sure, c.confidence, l.confidence,
                    CASE WHEN t.failed IS 0 OR c.rcode IS NULL THEN 2
                         ELSE 3 END)                     AS sure,
           c.wrong_sure                                  AS sure_of_answer,
           CASE
           WHEN t.failed IS 1                            THEN 'fault'
           WHEN t.failed_for != '' AND t.failed IS NULL  THEN 'some'
           WHEN c.wrong IS NOT NULL                      THEN 'wrong'
           WHEN t.failed_for != '' AND t.waited_ns <= 1000000000
           THEN 'spared'
           ELSE 'slow' END                               AS class,
           CASE
           -- whatever a snapshot has
           WHEN q.is_inside
            AND (c.client, c.server) IN temp.verdict_astray THEN 'node dns'
           -- what was denied, and may have come since, is denied
           WHEN c.wrong != 'changed address'
             OR (c.wrong IS NOT NULL AND t.outcome = 'answered') THEN c.wrong
           WHEN q.cause = 'not listed'                   THEN q.cause
           WHEN t.outcome = 'NXDOMAIN' AND y.cause IS NOT NULL THEN y.cause
           WHEN t.outcome = 'NXDOMAIN'
            AND (SELECT server FROM temp.verdict_denier
                  WHERE server = l.relayed_from
                    AND client = c.server) IS NOT NULL    THEN 'differ'
           WHEN t.outcome = 'NXDOMAIN'
           THEN coalesce(q.cause, CASE WHEN c.is_private THEN 'private denied'
                                       WHEN c.is_alias THEN 'dead target'
                                       ELSE 'denied' END)
           WHEN t.outcome = 'no data' AND t.failed_for != ''
           THEN CASE t.qtypes WHEN 'A,AAAA' THEN 'no data'
                              WHEN 'A'      THEN 'no a'
                              ELSE 'no record' END
           WHEN t.outcome = 'partial' AND c.rcode = 'NXDOMAIN'
            AND coalesce(c.place, 17) NOT IN (14, 15)
           THEN iif(c.qtype = 28, 'aaaa denied', 'a denied')
           WHEN t.outcome = 'truncated'
           THEN iif(c.id IN (SELECT transaction_id FROM temp.verdict_blocked),
                    'tcp blocked', 'truncated')
           WHEN c.rcode NOT IN ('NOERROR', 'NXDOMAIN')
           THEN CASE WHEN l.same > 0 THEN 'relayed'
                     WHEN l.silent > 0 THEN 'upstream silent'
                     -- CoreDNS gives up after two, four or six seconds
                     WHEN c.rcode = 'SERVFAIL' AND c.last_attempt_ns IS NOT NULL
                      AND c.latency_ns > 1900000000
                      AND c.latency_ns % 2000000000 < 500000000
                     THEN 'said late'
                     ELSE 'said' END
           -- it was answered, too late: proved by its host, or by how long
           -- its resolver waits
           WHEN c.place = 14 AND t.failed IS 1 THEN 'gave up'
           WHEN t.outcome = 'timed out' AND c.latency_ns IS NOT NULL
           THEN 'too late'
           WHEN c.state = 'unanswered'
            AND c.id IN (SELECT id FROM temp.verdict_mismatch) THEN 'wrong id'
           WHEN c.place IN (1, 2) AND c.is_lone AND p.is_race THEN 'race'
           -- where others were answered there, it is translated beyond
           WHEN c.place = 3 AND c.peers = 0
            AND v.text IN (SELECT address FROM main.address_role
                            WHERE role = 'service address') THEN 'vip'
           WHEN c.place IS NOT NULL AND c.place NOT IN (14, 15)
           THEN 'place ' || c.place
           WHEN c.state = 'wrong_source' THEN 'place 16'
           WHEN c.state = 'icmp_error' THEN 'place 11'
           WHEN c.state IN ('unanswered', 'pending_at_end',
                            'answered_elsewhere') THEN 'place 17'
           WHEN t.failed IS 0 AND c.attempts > 1
            -- the larger part of the time, if it is not known where that went
            AND coalesce(h.slowest = 'retry',
                         2 * c.last_attempt_ns >= c.latency_ns)
           THEN CASE
                WHEN c.is_lone AND p.is_race AND coalesce(l.early, 0) = 0
                THEN iif(c.id IN (SELECT id FROM temp.verdict_stuck), 'race',
                         'pair')
                WHEN c.id IN (SELECT id FROM temp.verdict_stuck) THEN 'place 1'
                ELSE 'retry' END
           -- unless another one that it asked took the time
           WHEN h.slowest = 'upstream' AND l.silent > 0
            AND coalesce(2 * l.answered_ns < c.latency_ns, 1)
           THEN 'upstream late'
           ELSE coalesce(h.slowest, 'slow') END          AS cause,
           c.rcode, c.latency_ns, coalesce(c.ede, l.ede) AS ede,
           coalesce(l.relayed_from, l.silent_one,
                    (SELECT server FROM main.exchange WHERE id = c.leg),
                    iif(h.slowest = 'upstream', l.some, NULL)) AS upstream,
           -- behind the address that was asked, where it shows how long it took
           iif(h.slowest IS NOT NULL,
               (SELECT min(y.server) FROM main.exchange AS y
                 WHERE y.leader = c.id AND y.server != c.server
                HAVING count(DISTINCT y.server) = 1), NULL) AS pod,
           l.silent_one, p.lost_singles, y.is_own,
           iif(y.cause = 'went', y.denied_since_ns, y.since_ns) AS since_ns,
           -- the same question, by the same server and by any
           (SELECT max(n.server = f.server) FROM temp.verdict_known AS n
             WHERE n.word = w.word AND n.qtype = coalesce(k.qtype, 0)
               AND n.answered)                           AS is_known
      FROM temp.verdict_pairs AS p
      JOIN temp.verdict_trouble AS t
      JOIN temp.verdict_member AS c USING (lookup_id)
      LEFT JOIN main.exchange AS e ON e.id = c.sighting
      LEFT JOIN main.address AS v ON v.id = e.server
      LEFT JOIN leg AS l USING (lookup_id)
      LEFT JOIN temp.verdict_denial AS q USING (lookup_id)
      LEFT JOIN temp.verdict_hop AS h ON h.transaction_id = c.id
      JOIN main.lookup AS k ON k.id = t.lookup_id
      JOIN main.exchange AS f ON f.id = t.lookup_id
      LEFT JOIN temp.verdict_word AS w ON w.name = k.name
      LEFT JOIN temp.verdict_changed AS y ON y.word = w.word
                                         AND y.server = f.server
)
SELECT j.lookup_id, j.transaction_id, j.class, j.cause,
       -- how it ended when it got through says nothing of that it got lost
       iif(j.cause IN ('place 1', 'race'), NULL, j.rcode) AS rcode,
       j.latency_ns,
       -- that both were lost for one reason nobody saw
       CASE WHEN j.cause IN ('race', 'pair') AND j.lost_singles > 0 THEN 1
            WHEN j.cause IN ('race', 'pair', 'retry', 'differ', 'too late',
                             'upstream silent', 'wrong id')
              OR (j.cause = 'place 1'
                  AND j.transaction_id IN (SELECT id FROM temp.verdict_stuck))
            THEN min(j.sure, 2)
            WHEN j.cause = 'tcp blocked' AND b.is_pending THEN min(j.sure, 2)
            WHEN j.cause IN ('came', 'went') THEN iif(j.is_own, 3, 2)
            WHEN j.sure_of_answer IS NULL
             AND (d.column1 IS NOT NULL OR j.cause = 'slow') THEN 3
            ELSE j.sure END                                   AS sure,
       a.text AS asked,
       -- whom these are asked says nothing, and how sure that is neither
       iif(d.column1 IS NULL, s.text, '')                AS server,
       iif(d.column1 IS NULL
           AND j.cause NOT IN ('race', 'pair', 'retry', 'path', 'server',
                               'beyond the node', 'slow', 'place 1', 'said',
                               'said late'), u.text, NULL)
                                                         AS upstream,
       -- why, in the server's own words
       iif(j.cause IN ('said', 'relayed') AND j.ede IS NOT NULL, printf(
               ' (extended error %d%s)', j.ede, coalesce(': ' || x.name, '')),
           NULL)                                         AS ede,
       iif(j.cause IN ('upstream', 'upstream late', 'beyond the node', 'server',
                       'path'), o.text, NULL)            AS pod,
       j.since_ns,
       CASE WHEN j.cause IN ('said', 'relayed', 'said late') THEN j.is_known
            WHEN j.cause = 'tcp blocked' THEN nullif(b.has_others, 0) END
                                                         AS is_known
  FROM judged AS j
  LEFT JOIN (VALUES ('denied'), ('reverse'), ('no data'), ('no a'),
                    ('no record'), ('elsewhere'), ('unready'), ('dead alias'),
                    ('dead target'), ('came'), ('not listed')) AS d
         ON d.column1 = j.cause
  JOIN main.address AS a ON a.id = j.asked
  JOIN main.address AS s ON s.id = j.server
  LEFT JOIN main.address AS u
         ON u.id = iif(j.cause = 'upstream late', j.silent_one, j.upstream)
  LEFT JOIN main.address AS o ON o.id = j.pod
  LEFT JOIN main.ede AS x ON x.code = j.ede
  LEFT JOIN temp.verdict_blocked AS b USING (transaction_id);

-- @prepare The lookup that took longest, if that was over a second
CREATE TEMP TABLE verdict_slowest AS
SELECT t.name, t.waited_ns, t.client, t.client_name, c.transaction_id
  FROM temp.verdict_trouble AS t
  JOIN temp.verdict_case AS c USING (lookup_id)
 WHERE t.waited_ns > 1000000000
 ORDER BY t.waited_ns DESC, t.asked_ns, t.lookup_id
 LIMIT 1;
