-- findings: everything that is wrong, the worst first
--
-- severity of what fails lookups: critical from 2 % of all of them, or 15 % of
-- those of its clients; a warning from 0.1 %, or 2 %; else a notice.  Names
-- that do not exist, and what is only slow or fails one resolver of several,
-- are a warning at most: the first limits; what fails only resolvers that the
-- clients do not have, a notice.  What the snapshot contradicts is wrong each
-- time and at least a warning, unless it may have changed in between.

-- @prepare When whom one asks gave an answer, in all that was captured
CREATE TEMP TABLE verdict_answers AS
SELECT s.text AS server, c.text AS client,
       -- see the view _tally: NOERROR and NXDOMAIN
       sum(t.sort >> 16 IN (1, 4)) > 0                   AS is_good,
       min(iif(t.sort >> 16 IN (1, 4), t.first_ns, NULL)) AS first_ns,
       max(iif(t.sort >> 16 IN (1, 4), t.last_ns, NULL)) AS last_ns
  FROM main.tally AS t
  JOIN main.address AS s ON s.id = t.server
  JOIN main.address AS c ON c.id = t.client
 WHERE t.sort >> 16 > 0
   AND s.text IN (SELECT asked FROM temp.verdict_case WHERE class = 'fault')
 GROUP BY s.text, c.text;

-- @prepare Cases with what their finding tells of them
CREATE TEMP VIEW verdict_words AS
SELECT c.*, iif(instr(k.finding || k.phrase, '{rcode}'), c.rcode, NULL)
                                                         AS told_rcode,
       iif(instr(k.phrase, '{upstream}')
           OR c.cause IN ('gave up', 'too late'), c.upstream, NULL)
                                                         AS told_upstream
  FROM temp.verdict_case AS c
  JOIN temp.verdict_cause AS k USING (cause);

-- @prepare A key for those that are told together
CREATE TEMP TABLE verdict_key AS
SELECT row_number() OVER (ORDER BY class, cause, server, told_rcode,
                                   told_upstream)        AS key, *
  FROM (SELECT DISTINCT class, cause, server, told_rcode, told_upstream
          FROM temp.verdict_words);

-- @prepare
CREATE TEMP TABLE verdict_told AS
SELECT c.*, t.client, coalesce(t.client_name, w.label)   AS label, t.name,
       t.waited_ns, t.asked_ns, t.failed_for, t.is_cluster,
       t.waited_ns > 1000000000
       OR t.outcome IN ('timed out', 'not delivered')    AS is_waiting,
       y.key
  FROM temp.verdict_words AS c
  JOIN temp.verdict_key AS y
    ON y.class = c.class AND y.cause = c.cause AND y.server IS c.server
   AND y.told_rcode IS c.told_rcode
   AND y.told_upstream IS c.told_upstream
  JOIN temp.verdict_trouble AS t USING (lookup_id)
  LEFT JOIN temp.verdict_who AS w ON w.address = t.client;

-- @prepare What fails lookups, and for whom
CREATE TEMP TABLE verdict_groups AS
WITH example AS (
    SELECT key,
           max(iif(turn = 1, transaction_id, NULL))      AS transaction_id,
           max(iif(turn = 2, transaction_id, NULL))      AS second_id,
           max(iif(turn = 3, transaction_id, NULL))      AS third_id
      FROM (SELECT key, transaction_id,
                   row_number() OVER (PARTITION BY key
                                      ORDER BY asked_ns, lookup_id) AS turn
              FROM temp.verdict_told)
     WHERE turn <= 3
     GROUP BY key
), asker AS MATERIALIZED (
    SELECT client, sum(iif(outcome != 'unknown', count, 0)) AS decided
      FROM temp.verdict_lookups GROUP BY client
), by_client AS (
    SELECT key, label, sum(count) AS count, sum(decided) AS decided
      FROM (SELECT key, client, label, count(*) AS count
              FROM temp.verdict_told GROUP BY key, client, label)
      JOIN asker USING (client)
     GROUP BY key, label
), clients AS (
    SELECT key, count(*) AS clients, sum(decided) AS of_clients,
           group_concat(iif(place <= 2, label, NULL), ', ')
           || iif(count(*) > 2, ' and ' || (count(*) - 2) || ' more', '')
                                                         AS who
      FROM (SELECT *, row_number() OVER (PARTITION BY key
                                         ORDER BY count DESC, label) AS place
              FROM by_client ORDER BY key, place)
     GROUP BY key
), answers AS (
    SELECT key, count(*) AS answers, min(a.first_ns) AS from_ns,
           max(a.last_ns) AS to_ns
      FROM (SELECT DISTINCT key, client, asked FROM temp.verdict_told
             WHERE class = 'fault') AS t
      JOIN temp.verdict_answers AS a ON a.server = t.asked
                                    AND a.client = t.client
     GROUP BY key
), by_name AS (
    SELECT key, count(*) AS count,
           CASE WHEN name = '.'          THEN '. (the root)'
                WHEN length(name) <= 128 THEN name
                ELSE substr(name, 1, 125) || '...' END   AS name
      FROM temp.verdict_told GROUP BY key, name
), names AS (
    SELECT key, count(*) AS num_names,
           group_concat(iif(place <= 3, name, NULL), ', ')
           || iif(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '')
                                                         AS names
      FROM (SELECT *, row_number() OVER (PARTITION BY key
                                         ORDER BY count DESC, name) AS place
              FROM by_name ORDER BY key, place)
     GROUP BY key
), g AS (
    SELECT key, min(class) AS class, min(cause) AS cause, min(rcode) AS rcode,
           min(server) AS server, min(upstream) AS upstream,
           iif(count(DISTINCT coalesce(ede, '')) = 1, min(ede), NULL) AS ede,
           iif(count(DISTINCT coalesce(pod, '')) = 1, min(pod), NULL) AS pod,
           iif(count(DISTINCT asked) = 1, min(asked), NULL) AS asked,
           count(*)                                      AS count,
           max(waited_ns)                                AS waited_ns,
           min(asked_ns)                                 AS first_ns,
           -- when the last one ended
           max(asked_ns + coalesce(waited_ns, 0))        AS last_ns,
           min(failed_for)                               AS failed_for,
           max(latency_ns)                               AS latency_ns,
           min(since_ns)                                 AS since_ns,
           sum(coalesce(is_known, 0))                    AS known,
           sum(is_known IS 0)                            AS known_elsewhere,
           sum(coalesce(is_waiting, 0))                  AS waiting,
           sum(is_cluster)                               AS inside,
           min(sure)                                     AS sure
      FROM temp.verdict_told
     GROUP BY key
)
SELECT *, (SELECT sum(decided) FROM asker)               AS decided,
       answers IS NOT NULL                               AS is_answered
  FROM g
  JOIN example USING (key)
  JOIN clients USING (key)
  JOIN names USING (key)
  LEFT JOIN answers USING (key);

-- @prepare Who waits, and whom something fails
CREATE TEMP TABLE verdict_asker AS
SELECT t.class, t.label, count(*)                        AS count
  FROM temp.verdict_told AS t
  JOIN temp.verdict_cause AS k USING (cause)
 WHERE t.class = 'slow' OR (t.class = 'fault' AND k.rank < 6)
 GROUP BY t.class, t.label;

-- @prepare What failed, of the cluster's names and of others; some of it was
-- denied rightly
CREATE TEMP TABLE verdict_failed AS
SELECT t.is_cluster, count(*)                            AS failed,
       sum(k.finding = 'NXDOMAIN')                       AS denied,
       sum(t.cause IN ('no data', 'no a'))              AS empty
  FROM temp.verdict_told AS t
  JOIN temp.verdict_cause AS k USING (cause)
 WHERE t.class = 'fault' AND k.rank < 6
 GROUP BY t.is_cluster;

-- @prepare The numbers
CREATE TEMP TABLE verdict_facts AS
WITH l AS (
    SELECT coalesce(sum(count), 0)                       AS lookups,
           coalesce(sum(iif(outcome != 'unknown', count, 0)), 0) AS decided,
           coalesce(sum(iif(is_slow, count, 0)), 0)      AS slow,
           max(waited_ns)                                AS waited_ns,
           coalesce(sum(iif(reason = 'not captured or not answered', count,
                            0)), 0)                      AS doubtful,
           coalesce(sum(iif(reason = 'the capture ended while it waited', count,
                            0)), 0)                      AS ended,
           coalesce(sum(iif(reason = 'an answer is cut', count, 0)), 0) AS cut,
           coalesce(sum(iif(reason = 'TCP was not captured', count, 0)), 0)
                                                         AS truncated,
           coalesce(sum(iif(reason = 'its search list was not seen to its end',
                            count, 0)), 0)               AS unfinished,
           coalesce(sum(iif(reason = 'its search list goes on in other lookups',
                            count, 0)), 0)               AS continued
      FROM temp.verdict_lookups
), faults AS (
    SELECT coalesce(sum(failed), 0)                      AS failed,
           (SELECT count(*) FROM temp.verdict_trouble
             WHERE waited_ns > 1000000000
                OR outcome IN ('timed out', 'not delivered')) AS waited
      FROM temp.verdict_failed
), t AS (
    SELECT coalesce(sum(count), 0)                       AS transactions,
           coalesce(sum(iif(is_decided, count - doubtful, 0)), 0)
                                                         AS decided_queries,
           coalesce(sum(iif(is_silent, count, 0)), 0)    AS silent,
           coalesce(sum(doubtful), 0)                    AS doubtful_queries,
           coalesce(sum(iif(is_error, count, 0)), 0)     AS errors,
           coalesce(sum(iif(state = 'pending_at_end', count, 0)), 0) AS pending,
           coalesce(sum(iif(state LIKE 'orphan%', count, 0)), 0) AS strays,
           coalesce(sum(slow), 0)                        AS slow_queries,
           coalesce(sum(iif(rcode IS NOT NULL, count, 0)), 0) AS responses,
           max(max_ns)                                   AS max_ns,
           -- answered, and lost on the way back
           (SELECT count(*)
              FROM main.last_place AS l
             CROSS JOIN _chosen AS x ON x.id = l.exchange
             WHERE l.verdict = 10
               AND x.kind = (SELECT code FROM main.kind
                              WHERE name = 'query'))     AS undelivered,
           (SELECT max((SELECT max(last_ns) FROM main.capture
                         WHERE run = c.run) - x.time_ns)
              FROM temp.verdict_odd AS o
              JOIN main.exchange AS x ON x.id = o.id
              JOIN main.capture AS c ON c.id = x.query_capture
             WHERE x.state = (SELECT code FROM main.state
                               WHERE name = 'pending_at_end')
               AND x.kind = (SELECT code FROM main.kind
                              WHERE name = 'query'))     AS waiting_ns
      FROM temp.verdict_traffic
), span AS (
    -- the longest that was captured as one
    SELECT max(span_ns) AS span_ns
      FROM (SELECT max(last_ns) - min(first_ns) AS span_ns
              FROM main.capture GROUP BY run)
     WHERE NOT EXISTS (SELECT * FROM temp.verdict_scan)
     UNION ALL
    SELECT max(x.time_ns) - min(x.time_ns)
      FROM temp.verdict_scan
     CROSS JOIN _chosen AS x
    HAVING count(*) > 0
), c AS (
    SELECT count(*) AS captures, coalesce(sum(packets), 0) AS packets,
           min(first_ns) AS first_ns, max(last_ns) AS last_ns,
           min(one_sided) AS one_sided
      FROM main.captures
), d AS (
    SELECT group_concat(doubt, '; ') AS doubt,
           iif(count(*) > count(at_most), NULL, sum(at_most)) AS at_most
      FROM (SELECT min(doubt) AS doubt, max(at_most) AS at_most
              FROM main.doubts GROUP BY source ORDER BY source)
)
SELECT l.*, faults.*, t.*, c.*, d.*, iif(l.lookups > 0, 'lookups', 'queries') AS unit,
       iif(l.lookups > 0, l.lookups, t.transactions)     AS seen,
       iif(l.lookups > 0, l.decided, t.decided_queries)  AS judged,
       (SELECT max(span_ns) FROM span)                   AS span_ns
  FROM l, faults, t, c, d;

-- @prepare Everything that is wrong
CREATE TEMP TABLE verdict_found (
	severity, finding, rank, class, cause, server, upstream, who,
	clients, names, count, of, unit, waited_ns, first_ns, last_ns,
	failed_for, phrase, likely, disproof,
	confidence DEFAULT 'exact',
	transaction_id, second_id, third_id,
	waiting DEFAULT 0,               -- lookups that timed out, or took long
	inside,                          -- lookups of names of the cluster
	evidence,                        -- where no transaction is cited
	key                              -- of verdict_groups
);

-- @prepare What fails lookups, or makes them slow
INSERT INTO temp.verdict_found
WITH fault AS (
    SELECT g.*, c.finding, c.disproof, c.rank,
           iif(g.num_names = 1, c.phrase_of_one, c.phrase) AS phrase,
           iif(g.cause = 'said', (SELECT likely FROM temp.verdict_refusal
                                   WHERE rcode = g.rcode), c.likely) AS likely,
           100.0 * g.count / nullif(g.decided, 0)        AS share,
           100.0 * g.count / nullif(g.of_clients, 0)     AS share_of_clients
      FROM temp.verdict_groups AS g
      JOIN temp.verdict_cause AS c USING (cause)
)
SELECT CASE
       WHEN rank >= 6                                    THEN 'notice'
       -- of a few anything may be missing
       WHEN cause = 'place 17' AND decided_queries < 5   THEN 'notice'
       WHEN class = 'spared'                             THEN 'notice'
       WHEN class = 'wrong'                              THEN 'warning'
       WHEN share >= 2 OR share_of_clients >= 15
       THEN iif(class = 'fault' AND rank < 4 AND cause != 'differ', 'critical',
                'warning')
       WHEN rank = 2                                     THEN 'warning'
       WHEN class != 'fault' OR rank >= 4                THEN 'notice'
       WHEN share >= 0.1 OR share_of_clients >= 2        THEN 'warning'
       ELSE 'notice' END,
       replace(finding, '{rcode}', coalesce(rcode, '')),
       -- what is not answered in one place is worst, what is slow is not
       iif(class = 'some', 4, rank) + iif(class = 'slow', 2, 0),
       class, cause, server, upstream, who, clients, names, count, decided,
       'lookups', waited_ns, first_ns, last_ns, failed_for,
       replace(replace(replace(replace(replace(replace(phrase,
                               '{since}', coalesce(strftime('%H:%M:%SZ',
                                   since_ns / 1000000000, 'unixepoch'), '')),
                               '{ede}', coalesce(ede, '')),
                               '{rcode}', coalesce(rcode, '')),
                               '{server}', coalesce(
                   (SELECT label FROM temp.verdict_who
                     WHERE address = pod), '{server}')),
                       '{late}', iif(count > 1, 'up to ', '')
                                 || coalesce(duration(latency_ns), '')),
               '{upstream}', coalesce(
                   (SELECT label FROM temp.verdict_who
                     WHERE address = upstream), 'its upstream'))
       || iif(class = 'slow' AND cause IN ('place 1', 'place 2', 'place 4',
                                           'place 5', 'place 10', 'race'),
              ' at first', '')
       || CASE
          WHEN known > 0 AND cause = 'tcp blocked'
          THEN '; others are made to it'
          WHEN known = count THEN '; the same is answered at other times'
          WHEN known > 0
          THEN printf('; %d of these are answered at other times', known)
          WHEN known_elsewhere = count THEN '; other servers answer the same'
          WHEN known_elsewhere > 0
          THEN printf('; other servers answer %d of these', known_elsewhere)
          ELSE '' END
       || iif(class = 'spared', ', which the resolvers of these clients take '
                                || 'for half an answer', '')
       || iif(cause IN ('gave up', 'too late') AND upstream IS NOT NULL,
              '; it had waited for '
              || (SELECT label FROM temp.verdict_who
                   WHERE address = upstream), '')
       || iif(cause IN ('race', 'pair') AND lost_singles > 0,
              printf('; of %d queries of such pairs %d got lost alone, and '
                     || 'so did %d of %d others', pairs, lost_pairs,
                     lost_singles, singles),
              '')
       -- whether it is over: of what was asked, as nothing asks a pod itself
       || CASE
          WHEN class != 'fault' OR asked IS NULL
            OR cause NOT IN ('place 3', 'place 4', 'place 6', 'place 11',
                             'place 12', 'place 13', 'place 16', 'place 17',
                             'vip')
          THEN ''
          WHEN NOT is_answered
          THEN coalesce((SELECT '; ' || asked || ' never answered '
                                || iif(clients = 1, 'this client',
                                       'these clients')
                                || ', but others' || coalesce(' until '
                                || strftime('%H:%M:%SZ', max(last_ns)
                                            / 1000000000, 'unixepoch'), '')
                           FROM temp.verdict_answers
                          WHERE server = asked AND is_good
                         HAVING count(*) > 0),
                        '; no answer of ' || asked || ' was captured')
          -- packets without times tell no order
          WHEN to_ns IS NULL OR last_ns IS NULL THEN ''
          ELSE '; ' || asked
               || CASE
                  WHEN from_ns < first_ns AND to_ns > last_ns
                  THEN ' answered before, and again until '
                  WHEN to_ns > last_ns THEN ' answered after that, until '
                  WHEN to_ns < first_ns THEN ' answered before that, last at '
                  ELSE ' answered other queries meanwhile, until ' END
               || strftime('%H:%M:%SZ', to_ns / 1000000000, 'unixepoch') END,
       likely,
       -- what the capture has disproves nothing
       CASE WHEN known > 0 THEN NULL
            WHEN num_names = 1
            THEN replace(disproof, 'one of these names', 'this name')
            ELSE disproof END,
       (SELECT name FROM main.confidence WHERE code = sure),
       transaction_id, second_id, third_id, waiting, inside, NULL, key
  FROM fault, temp.verdict_pairs,
       (SELECT decided_queries FROM temp.verdict_facts);

-- @prepare Wrong answers, where no lookup tells whom they mislead
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, likely, disproof, confidence, transaction_id,
           second_id, inside)
SELECT iif(c.rank < 6, 'warning', 'notice'), c.finding, c.rank, 'wrong',
       w.cause, a.text, w.clients, w.count, f.decided_queries, 'queries',
       replace(c.phrase, ': {names}', ''), c.likely, c.disproof, s.name,
       w.first_id, nullif(w.last_id, w.first_id), w.count
  FROM temp.verdict_facts AS f
  JOIN (SELECT cause, server, count(DISTINCT client) AS clients,
               count(*) AS count, min(sure) AS sure,
               min(transaction_id) AS first_id, max(transaction_id) AS last_id
          FROM temp.verdict_wrong GROUP BY cause, server) AS w
    ON f.unit = 'queries'
  JOIN temp.verdict_cause AS c USING (cause)
  JOIN main.confidence AS s ON s.code = w.sure
  JOIN main.address AS a ON a.id = w.server;

-- @prepare More than may be missing from the capture
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, disproof, confidence, transaction_id)
SELECT iif(doubtful - at_most >= 0.02 * (decided + doubtful), 'critical',
           'notice'),
       'UNANSWERED', 1, 'fault', 'at least',
       (SELECT server FROM temp.verdict_traffic WHERE doubtful > 0
         GROUP BY server ORDER BY sum(doubtful) DESC, server LIMIT 1),
       2, doubtful - at_most, decided + doubtful, 'lookups',
       'at least so many get no answer, of {server} most often, even if '
       || 'all that may be missing from the capture were answers',
       'a capture without drops that has the answers', 'likely',
       (SELECT min(any_id) FROM temp.verdict_traffic WHERE doubtful > 0)
  FROM temp.verdict_facts
 WHERE doubtful > at_most;
