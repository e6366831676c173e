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
-- severity of what fails lookups: critical from 2 % of all of them, or 15 % of
-- those of its clients; a warning from 0.1 %, or 2 %; else a notice.  Names
-- that do not exist, and what is only slow or fails one resolver of several,
-- are a warning at most: the first limits.  A nameserver that fails queries
-- without failing a lookup is a warning from 5 %.
-- No failures are health checks of servers, names that search lists made, NODATA
-- and names of reverse lookups (in-addr.arpa., ip6.arpa.) that do not exist.
--
-- 2 % and one second are the limits of Microsoft's DNS test form, 5 % and 15 %
-- those of Azure's network observability dashboards.
--
-- Sections called prepare make, once, TEMP tables that the others read.
--
-- :limit               findings that are listed (20)
-- :selection           how the user narrowed the report, in words

-- @prepare Those that may only not have been captured
CREATE TEMP TABLE verdict_doubtful AS
SELECT t.transaction_id
  FROM (SELECT id FROM _chosen
         WHERE state = (SELECT code FROM main.state
                         WHERE name = 'unanswered')
           AND EXISTS (SELECT * FROM main.doubts
                       UNION ALL
                       SELECT 1, 1, 1, 1, 1 FROM main.address
                        WHERE instr(text, ':') > 0)) AS x
 CROSS JOIN main.transactions AS t ON t.transaction_id = x.id
 WHERE t.doubtful;

-- @prepare
CREATE TEMP TABLE verdict_count (
	client INTEGER NOT NULL,         -- -> address
	server INTEGER NOT NULL,         -- -> address
	state  INTEGER NOT NULL,         -- -> state
	rcode  INTEGER NOT NULL,         -- -> rcode; -1: none
	count  INTEGER NOT NULL,
	slow   INTEGER NOT NULL,         -- over a second
	max_ns INTEGER,
	any_id INTEGER NOT NULL,         -- -> exchange
	PRIMARY KEY (client, server, state, rcode)
) WITHOUT ROWID;

-- @prepare A row where transactions are counted one by one: some are chosen, or
-- more came in since they were counted
CREATE TEMP TABLE verdict_scan AS
SELECT 1 AS scan
 WHERE EXISTS (SELECT * FROM temp.sqlite_schema WHERE name = '_chosen')
    OR (SELECT last_exchange FROM main.rollup)
       IS NOT (SELECT coalesce(max(id), 0) FROM main.exchange);

-- @prepare
INSERT INTO temp.verdict_count
SELECT client, server, sort >> 12 & 15, (sort >> 16) - 1, sum(count),
       sum(slow), max(max_ns), min(any_id)
  FROM main.tally
 WHERE sort >> 8 & 15 = (SELECT code FROM main.kind WHERE name = 'query')
   AND NOT EXISTS (SELECT * FROM temp.verdict_scan)
 GROUP BY client, server, 3, 4;

-- @prepare
INSERT INTO temp.verdict_count
SELECT client, server, state, coalesce(rcode, -1), 1,
       query_frame IS NOT NULL AND coalesce(response_after_ns > 1000000000, 0),
       iif(query_frame IS NOT NULL, response_after_ns, NULL), id
  FROM temp.verdict_scan
 CROSS JOIN _chosen
 WHERE kind = (SELECT code FROM main.kind WHERE name = 'query')
    ON CONFLICT DO UPDATE
   SET count = count + 1, slow = slow + excluded.slow,
       max_ns = iif(excluded.max_ns <= max_ns, max_ns,
                    coalesce(excluded.max_ns, max_ns));

-- @prepare All but the ordinary, which are failures where they are counted
CREATE TEMP TABLE verdict_odd AS
SELECT id FROM _chosen WHERE state != 0
 UNION SELECT exchange FROM main.failure
        WHERE NOT EXISTS (SELECT * FROM temp.verdict_scan)
 UNION SELECT x.id
         FROM temp.verdict_scan
        CROSS JOIN _chosen AS x
        WHERE x.rcode NOT IN (0, 3);

-- @prepare Examples of these
CREATE TEMP TABLE verdict_unusual AS
SELECT client, server, state, coalesce(rcode, -1)        AS rcode,
       sum(id IN temp.verdict_doubtful)                  AS doubtful,
       min(iif(id IN temp.verdict_doubtful, NULL, id))   AS first_id,
       max(iif(id IN temp.verdict_doubtful, NULL, id))   AS last_id
  FROM _chosen
 WHERE id IN temp.verdict_odd
   AND (state != 0 OR rcode NOT IN (0, 3))
   AND kind = (SELECT code FROM main.kind WHERE name = 'query')
 GROUP BY client, server, state, 4;

-- @prepare
CREATE TEMP TABLE verdict_traffic AS
SELECT ca.text AS client, sa.text AS server, s.name AS state,
       iif(c.rcode >= 0, coalesce(r.name, 'RCODE' || c.rcode), NULL) AS rcode,
       c.count, coalesce(u.doubtful, 0) AS doubtful, c.slow, c.max_ns,
       u.first_id, u.last_id, c.any_id,
       s.name IN ('unanswered', 'wrong_source', 'icmp_error') AS is_silent,
       c.rcode >= 0 AND c.rcode NOT IN (0, 3)
       AND s.name != 'orphan_at_start'                   AS is_error,
       s.name NOT IN ('pending_at_end', 'orphan_at_start', 'orphan_response',
                      'undecided', 'answered_elsewhere') AS is_decided
  FROM temp.verdict_count AS c
  JOIN main.address AS ca ON ca.id = c.client
  JOIN main.address AS sa ON sa.id = c.server
  JOIN main.state AS s ON s.code = c.state
  LEFT JOIN main.rcode AS r ON r.code = c.rcode
  LEFT JOIN temp.verdict_unusual AS u USING (client, server, state, rcode);

-- @prepare Lookups whose answer got lost on its way back
CREATE TEMP TABLE verdict_lost AS
SELECT DISTINCT m.lookup_id
  FROM main.last_place AS l
  JOIN main.lookup_transactions AS m ON m.transaction_id = l.exchange
 WHERE l.verdict = 10;

-- @prepare Lookups that may be in trouble
CREATE TEMP TABLE verdict_bad AS
SELECT id FROM _chosen_lookup WHERE failed_for != ''
 UNION SELECT id FROM _chosen_lookup WHERE waited_ns > 1000000000
 UNION SELECT id FROM _chosen_lookup
        WHERE id IN (SELECT lookup_id FROM temp.verdict_lost);

-- @prepare Names of the cluster; of those that matter
CREATE TEMP TABLE verdict_inside AS
WITH zone AS (
    SELECT '.' || name AS name FROM main.zone
     UNION SELECT '.cluster.local.'
     UNION SELECT '.svc.'
)
SELECT n.id AS name
  FROM main.name AS n
 WHERE (EXISTS (SELECT * FROM temp.verdict_scan)
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
    SELECT client, sign, failed_for, reason,
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
      FROM temp.verdict_scan
     CROSS JOIN _chosen_lookup
     GROUP BY client, sign, failed_for, reason, 5, 6, 7
     UNION ALL
    SELECT * FROM main.lookup_tally
     WHERE NOT EXISTS (SELECT * FROM temp.verdict_scan)
)
SELECT a.text AS client, l.outcome, l.reason, l.is_slow, l.is_cluster,
       l.count, l.walked, l.walked_queries, l.waited_ns, l.walked_id
  FROM l
  JOIN main.address AS a ON a.id = l.client;

-- @prepare
CREATE TEMP TABLE verdict_trouble AS
SELECT lookup_id, client, client_name, name, qtypes,
       iif(outcome = 'unknown', 'not delivered', outcome) AS outcome,
       coalesce(failed, iif(outcome = 'unknown', 1, NULL)) AS failed,
       coalesce(failed_for, iif(outcome = 'unknown', 'all', NULL))
                                                         AS failed_for,
       waited_ns, asked_ns,
       (SELECT last_name IN temp.verdict_inside
               OR (names > 1 AND outcome = 'NXDOMAIN'
                   AND name IN temp.verdict_inside)
          FROM main.lookup WHERE id = lookup_id)         AS is_cluster
  FROM main.lookups
 WHERE lookup_id IN temp.verdict_bad
   AND (failed_for != '' OR waited_ns > 1000000000
        OR outcome = 'unknown');

-- @prepare Names that were denied once and answered another time
CREATE TEMP TABLE verdict_known AS
SELECT DISTINCT name FROM main.lookup
 WHERE outcome = 'answered'
   AND name IN (SELECT l.name FROM main.lookup AS l
                  JOIN temp.verdict_trouble AS t ON t.lookup_id = l.id
                 WHERE t.outcome = 'NXDOMAIN');

-- @prepare The transaction of each that tells most of why
CREATE TEMP TABLE verdict_member AS
WITH member AS (
    SELECT t.lookup_id, x.id, s.name AS state, r.name AS rcode, x.server,
           x.attempts, x.response_after_ns AS latency_ns, x.client_port,
           x.last_attempt_ns,
           x.time_ns, l.verdict AS place, l.confidence, l.leg, l.sighting,
           (x.response_flags & 0x0200) != 0 AS tc,
           row_number() OVER (
               PARTITION BY t.lookup_id
               ORDER BY CASE
                        WHEN t.outcome = 'timed out'
                        THEN x.response_frame IS NOT NULL
                        WHEN t.outcome = 'unreachable'
                        THEN s.name != 'icmp_error'
                        WHEN t.outcome = 'truncated'
                        THEN coalesce((x.response_flags & 0x0200) = 0, 1)
                        WHEN t.outcome = 'not delivered'
                        THEN l.verdict IS NOT 10
                        WHEN t.outcome IN ('answered', 'no data', 'partial')
                        THEN x.response_frame IS NOT NULL
                             AND x.rcode IN (0, 3) AND x.attempts = 1
                             AND x.response_after_ns <= 1000000000
                        ELSE r.name IS NOT t.outcome END,
                        coalesce(l.verdict, 17) = 17,
                        iif(t.outcome = 'NXDOMAIN', -x.id,
                            -coalesce(x.response_after_ns, 0)), x.id) AS turn
      FROM temp.verdict_trouble AS t
      JOIN main.lookup_transactions AS m USING (lookup_id)
      JOIN main.exchange AS x ON x.id = m.transaction_id
      JOIN main.state AS s ON s.code = x.state
      LEFT JOIN main.rcode AS r ON r.code = x.rcode
      LEFT JOIN main.last_place AS l ON l.exchange = x.id
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

-- @prepare
CREATE TEMP TABLE verdict_hop AS
SELECT transaction_id, slowest, timeouts
  FROM main.hops
 WHERE transaction_id IN (SELECT id FROM temp.verdict_member);

-- @prepare Why each failed, or was slow
CREATE TEMP TABLE verdict_case AS
WITH leg AS (
    -- what its server asked for it
    SELECT c.lookup_id, count(*) AS legs,
           sum(r.name IS c.rcode)                        AS same,
           sum(s.name IN ('unanswered', 'wrong_source', 'icmp_error',
                          'pending_at_end'))             AS silent,
           min(u.confidence)                             AS confidence,
           -- before it was asked the last time
           sum(u.time_ns < c.time_ns + c.last_attempt_ns) AS early,
           min(iif(r.name IS c.rcode, u.server, NULL))   AS relayed_from,
           min(iif(s.name IN ('unanswered', 'wrong_source', 'icmp_error',
                              'pending_at_end'), u.server, NULL)) AS silent_one,
           min(u.server)                                 AS some
      FROM temp.verdict_member AS c
      JOIN main.exchange AS u ON u.parent = c.id AND u.leader IS NULL
      JOIN main.state AS s ON s.code = u.state
      LEFT JOIN main.rcode AS r ON r.code = u.rcode
     GROUP BY c.lookup_id
), judged AS (
    SELECT t.lookup_id, c.id AS transaction_id, c.server AS asked,
           -- behind NAT, if it was seen there
           iif(c.place IN (2, 3, 4, 5, 6, 7, 8, 9, 13, 18), e.server, c.server)
                                                         AS server, c.place,
           coalesce(c.confidence, l.confidence,
                    CASE WHEN t.failed IS 0 OR c.rcode IS NULL THEN 2
                         ELSE 3 END)                     AS sure,
           CASE
           WHEN t.failed IS 1                            THEN 'fault'
           WHEN t.failed_for != ''                       THEN 'some'
           ELSE 'slow' END                               AS class,
           CASE
           WHEN t.outcome = 'NXDOMAIN'
            AND (SELECT name FROM main.lookup WHERE id = t.lookup_id)
                IN temp.verdict_known                    THEN 'contradicted'
           WHEN t.outcome = 'NXDOMAIN'
           THEN iif(t.name GLOB '*.in-addr.arpa.' OR t.name GLOB '*.ip6.arpa.'
                    OR t.name GLOB '*._dns-sd._udp.*',
                    'reverse', 'denied')
           WHEN t.outcome = 'no data' AND t.failed_for != ''
           THEN iif(t.qtypes IN ('A', 'A,AAAA'), 'no data', 'no record')
           WHEN t.outcome = 'truncated'
           THEN iif(EXISTS (SELECT * FROM main.connections AS n
                             WHERE n.client = t.client
                               AND n.state IN ('refused', 'no answer to SYN',
                                               'unreachable')),
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
           WHEN c.place IN (1, 2) AND c.is_lone THEN 'race'
           WHEN c.place = 3
            AND v.text IN (SELECT address FROM main.address_role
                            WHERE role = 'service address') THEN 'vip'
           WHEN c.place IS NOT NULL AND c.place NOT IN (14, 15)
           THEN 'place ' || c.place
           WHEN c.state = 'wrong_source' THEN 'place 16'
           WHEN c.state = 'icmp_error' THEN 'place 11'
           WHEN c.state IN ('unanswered', 'pending_at_end',
                            'answered_elsewhere') THEN 'place 17'
           WHEN t.failed IS 0 AND c.attempts > 1
            AND coalesce(h.slowest, 'retry') = 'retry'
           THEN iif(c.is_lone AND coalesce(l.early, 0) = 0, 'pair',
                    'retry')
           WHEN h.slowest = 'upstream' AND h.timeouts > 0 THEN 'upstream late'
           ELSE coalesce(h.slowest, 'slow') END          AS cause,
           c.rcode,
           coalesce(l.relayed_from, l.silent_one,
                    (SELECT server FROM main.exchange WHERE id = c.leg),
                    iif(h.slowest = 'upstream', l.some, NULL)) AS upstream
      FROM temp.verdict_trouble AS t
      JOIN temp.verdict_member AS c USING (lookup_id)
      LEFT JOIN main.exchange AS e ON e.id = c.sighting
      LEFT JOIN main.address AS v ON v.id = e.server
      LEFT JOIN leg AS l USING (lookup_id)
      LEFT JOIN temp.verdict_hop AS h ON h.transaction_id = c.id
)
SELECT j.lookup_id, j.transaction_id, j.class, j.cause, j.rcode,
       -- that both were lost for one reason nobody saw
       iif(j.cause IN ('race', 'pair', 'retry'), min(j.sure, 2), j.sure)
                                                         AS sure,
       a.text AS asked,
       -- whom these are asked says nothing
       iif(j.cause IN ('denied', 'reverse', 'no data', 'no record'), '', s.text) AS server,
       iif(j.cause IN ('denied', 'reverse', 'no data', 'no record'), NULL, u.text)
                                                         AS upstream
  FROM judged AS j
  JOIN main.address AS a ON a.id = j.asked
  JOIN main.address AS s ON s.id = j.server
  LEFT JOIN main.address AS u ON u.id = j.upstream;

-- @prepare What addresses are called: nothing, if it changed
CREATE TEMP TABLE verdict_who AS
WITH known AS (
    SELECT address, iif(count(DISTINCT shown) = 1, min(shown), NULL) AS shown
      FROM main.naming
     WHERE shown IS NOT NULL
     GROUP BY address
), called AS (
    SELECT address, min(name) AS name
      FROM main.address_role WHERE role = 'well-known' GROUP BY address
)
SELECT a.text AS address,
       coalesce(k.shown, a.text || coalesce(' (' || c.name || ')', ''))
                                                         AS label
  FROM main.address AS a
  LEFT JOIN known AS k ON k.address = a.text
  LEFT JOIN called AS c ON c.address = a.text
 -- a store that was gone on with may hold it twice
 GROUP BY a.text;

-- @prepare
CREATE UNIQUE INDEX temp.verdict_who_address ON verdict_who (address);

-- @prepare How each cause is put: rank is how bad it is among equals
CREATE TEMP TABLE verdict_cause AS
SELECT column1 AS cause, column2 AS finding, column3 AS rank,
       column4 AS phrase, column5 AS likely, column6 AS disproof
  FROM (VALUES
  ('place 1', 'DROPPED-AT-CLIENT', 1,
   'queries to {server} do not get beyond the client''s interface',
   'a NetworkPolicy or a rule on the node that drops DNS', NULL),
  ('place 2', 'DROPPED-IN-NODE', 1,
   'queries to {server} get lost within {node}',
   'a NetworkPolicy or a rule on the node that drops DNS, or a full table of '
   || 'connections (conntrack)', NULL),
  ('race', 'CONNTRACK-RACE', 1,
   'of A and AAAA sent together one gets lost within the node on its way to '
   || '{server}',
   'the race of two queries from one port in the table of connections '
   || '(conntrack -S: insert_failed)', NULL),
  ('place 3', 'LEFT-NODE', 1,
   'queries leave {node} for {server} and are not answered',
   'a server that does not answer, or a network in between that drops', NULL),
  ('vip', 'VIP-LEAK', 1,
   'queries leave {node} for the service address {server}, which nothing '
   || 'translated to a DNS pod',
   'a kube-proxy that is down, or has no rule for that service', NULL),
  ('place 4', 'LOST-BETWEEN-NODES', 1,
   'queries leave {node} for {server} and do not arrive at its node',
   'a security group, a route or an MTU between the nodes', NULL),
  ('place 5', 'NOT-DELIVERED', 1,
   'queries arrive at {node} and are not delivered to {server}',
   'a NetworkPolicy for the DNS pods, or a rule on their node', NULL),
  ('place 6', 'SERVER-SILENT', 1,
   'queries reach {server}, which neither answers nor asks upstream',
   'a DNS server that hangs, restarts, or gets too little CPU', NULL),
  ('place 7', 'UPSTREAM-SILENT', 1,
   '{server} asks {upstream}, which does not answer',
   'an upstream that is down, drops what exceeds its limits, or cannot be '
   || 'reached', NULL),
  ('place 8', 'UPSTREAM-FAILED', 1,
   '{server} asks {upstream} in vain: an ICMP error or an answer from elsewhere '
   || 'comes back',
   'an upstream that does not listen or that cannot be reached', NULL),
  ('place 9', 'SERVER-SILENT', 1,
   '{upstream} answers {server}, which does not answer its client',
   'a DNS server that hangs, restarts, or gets too little CPU', NULL),
  ('place 10', 'REPLY-LOST', 1,
   'answers of {server} get lost on their way back',
   'a rule, or a network in between, that drops responses', NULL),
  ('place 11', 'REJECTED', 1,
   'queries to {server} are rejected by ICMP',
   'a rule that rejects, or a server that does not listen', NULL),
  ('place 12', 'NO-ENDPOINTS', 1,
   'the service {server} has no endpoint: its node rejects queries',
   'no DNS pod that is ready', NULL),
  ('place 13', 'DNS-POD-GONE', 1,
   'nothing listens at {server}',
   'a DNS pod that is gone, or restarts', NULL),
  ('place 16', 'WRONG-SOURCE', 1,
   'answers come from another address than {server}, and clients ignore them',
   'a path back that skips NAT (bridge-nf-call-iptables=0, an uneven path)',
   'a client that does not check whom a response is from'),
  ('place 17', 'UNANSWERED', 1,
   '{server} does not answer; where queries get lost cannot be seen here',
   'a server that is down, or something on the way that drops',
   'an answer in a capture nearer to the client or to the server'),
  ('place 18', 'UPSTREAM-LOST', 1,
   '{server} asks {upstream}: the query or its answer gets lost on the way',
   'a rule, or a network in between, that drops', NULL),
  ('upstream silent', 'UPSTREAM-SILENT', 1,
   '{server} answers {rcode}, as {upstream} does not answer it',
   'an upstream that is down, drops what exceeds its limits, or cannot be '
   || 'reached', 'an answer of that upstream to the same query'),
  ('relayed', '{rcode}-RELAYED', 1,
   '{server} passes on {rcode} of {upstream}',
   'a fault at or behind that upstream', 'another answer of that upstream'),
  ('said late', 'SERVFAIL-TIMEOUT', 1,
   '{server} answers SERVFAIL after seconds of waiting',
   'an upstream that does not answer it', NULL),
  ('contradicted', 'INCONSISTENT', 1,
   '{server} denies names that it answers at other times: {names}',
   'upstreams that differ (Azure''s DNS beside a custom one), or names that '
   || 'came or went meanwhile', 'the time from which on it is answered'),
  ('said', '{rcode}', 1,
   '{server} answers {rcode}',
   NULL, 'another answer of that server to the same query'),
  ('tcp blocked', 'TCP53-BLOCKED', 1,
   'answers of {server} are truncated, and no TCP connection is made: {names}',
   'a rule that lets UDP through to port 53, but not TCP', 'a TCP connection'),
  ('truncated', 'TRUNCATED', 1,
   'answers of {server} are truncated, and none over TCP follows: {names}',
   'TCP port 53 that is blocked, or a client that does not use it',
   'the answer over TCP'),
  ('no data', 'NO-DATA', 4,
   'these names have no address: {names}',
   'a name that is for something else, or a record that is missing',
   'a record in another answer'),
  ('no record', 'NO-DATA', 6,
   'these names have no record of that type: {names}', NULL, NULL),
  ('denied', 'NXDOMAIN', 4,
   'these names do not exist: {names}',
   'a typo, or a name that is missing in its zone',
   'an answer for one of these names'),
  ('reverse', 'NXDOMAIN-REVERSE', 6,
   'these addresses and services have no name: {names}', NULL, NULL),
  ('retry', 'RETRY', 3,
   'lookups wait for the client to ask {server} again',
   'packets that get lost, or answers that come too late',
   'a client that waited for another reason'),
  ('pair', 'CONNTRACK-RACE', 3,
   'of A and AAAA sent together one is not answered by {server} until it is '
   || 'asked again',
   'the race of two queries from one port in the table of connections '
   || '(conntrack -S: insert_failed)', NULL),
  ('upstream late', 'SLOW-UPSTREAM', 3,
   '{server} waits for {upstream}, which leaves queries unanswered',
   'an upstream that drops what exceeds its limits, or a network that does',
   NULL),
  ('upstream', 'SLOW-UPSTREAM', 3,
   '{server} waits for {upstream}',
   'an upstream that is slow, or far away', NULL),
  ('beyond the node', 'SLOW-UPSTREAM', 3,
   '{server}, beyond the node, takes the time',
   'a server that is slow, or far away', NULL),
  ('server', 'SLOW-SERVER', 3,
   '{server} itself takes the time',
   'a DNS server that gets too little CPU', NULL),
  ('path', 'SLOW-PATH', 3,
   'packets take the time between the client and {server}',
   'a node that is short of CPU, or a slow network', NULL),
  ('slow', 'SLOW', 3,
   '{server} takes long; where the time goes cannot be seen here',
   'a slow server, its upstream, or the network', NULL));

-- @prepare What fails lookups, and for whom
CREATE TEMP TABLE verdict_groups AS
WITH told AS MATERIALIZED (
    SELECT c.*, t.client, coalesce(t.client_name, w.label) AS label, t.name,
           t.waited_ns, t.asked_ns, t.failed_for,
           json_array(c.class, c.cause, c.rcode, c.server, c.upstream) AS key
      FROM temp.verdict_case AS c
      JOIN temp.verdict_trouble AS t USING (lookup_id)
      LEFT JOIN temp.verdict_who AS w ON w.address = t.client
), example AS (
    SELECT key,
           max(iif(turn = 1, transaction_id, NULL))      AS transaction_id,
           max(iif(turn = 2, transaction_id, NULL))      AS second_id,
           max(iif(turn = 3, transaction_id, NULL))      AS third_id
      FROM (SELECT key, transaction_id,
                   row_number() OVER (PARTITION BY key
                                      ORDER BY asked_ns, lookup_id) AS turn
              FROM told)
     WHERE turn <= 3
     GROUP BY key
), asker AS MATERIALIZED (
    SELECT client, sum(iif(outcome != 'unknown', count, 0)) AS decided
      FROM temp.verdict_lookups GROUP BY client
), by_client AS (
    SELECT key, label, sum(count) AS count, sum(decided) AS decided
      FROM (SELECT key, client, label, count(*) AS count
              FROM told GROUP BY key, client, label)
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
), by_name AS (
    SELECT key, name, count(*) AS count FROM told GROUP BY key, name
), names AS (
    SELECT key, group_concat(iif(place <= 3, name, NULL), ', ')
           || iif(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '')
                                                         AS names
      FROM (SELECT *, row_number() OVER (PARTITION BY key
                                         ORDER BY count DESC, name) AS place
              FROM by_name ORDER BY key, place)
     GROUP BY key
), g AS (
    SELECT key, min(class) AS class, min(cause) AS cause, min(rcode) AS rcode,
           min(server) AS server, min(upstream) AS upstream,
           count(*)                                      AS count,
           max(waited_ns)                                AS waited_ns,
           min(asked_ns)                                 AS first_ns,
           max(asked_ns)                                 AS last_ns,
           min(failed_for)                               AS failed_for,
           min(sure)                                     AS sure
      FROM told
     GROUP BY key
)
SELECT *, (SELECT sum(decided) FROM asker)               AS decided
  FROM g
  JOIN example USING (key)
  JOIN clients USING (key)
  JOIN names USING (key);

-- @prepare
CREATE TEMP TABLE verdict_servers AS
SELECT server,
       sum(iif(is_decided, count - doubtful, 0))         AS decided,
       sum(iif(is_silent, count - doubtful, 0))          AS silent,
       sum(iif(is_error, count, 0))                      AS errors,
       min(iif(is_silent, first_id, NULL))               AS silent_id,
       max(iif(is_silent, last_id, NULL))                AS last_silent_id,
       min(iif(is_error, first_id, NULL))                AS error_id,
       max(iif(is_error, last_id, NULL))                 AS last_error_id,
       group_concat(DISTINCT iif(is_error, rcode, NULL)) AS rcodes,
       count(DISTINCT iif(is_silent OR is_error, client, NULL)) AS clients
  FROM temp.verdict_traffic
 GROUP BY server;

-- @prepare Responses that contradict the format, or end too early
CREATE TEMP TABLE verdict_damaged AS
SELECT a.text AS server, d.verdict, count(*) AS count, min(x.id) AS first_id,
       max(x.id) AS last_id
  FROM _chosen AS x
  JOIN main.detail AS d ON d.id = x.response_detail
  JOIN main.address AS a ON a.id = x.server
 WHERE x.response_detail IN (SELECT id FROM main.detail
                              WHERE verdict IN ('malformed', 'sender_cut'))
   AND EXISTS (SELECT * FROM main.detail
                WHERE verdict IN ('malformed', 'sender_cut'))
 GROUP BY a.text, d.verdict;

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
           coalesce(sum(iif(reason = 'an answer is cut', count, 0)), 0) AS cut
      FROM temp.verdict_lookups
), faults AS (
    SELECT coalesce(sum(c.class = 'fault' AND k.rank < 6), 0) AS failed
      FROM temp.verdict_case AS c
      JOIN temp.verdict_cause AS k USING (cause)
), t AS (
    SELECT coalesce(sum(count), 0)                       AS transactions,
           coalesce(sum(iif(is_decided, count - doubtful, 0)), 0)
                                                         AS decided_queries,
           coalesce(sum(iif(is_silent, count, 0)), 0)    AS silent,
           coalesce(sum(doubtful), 0)                    AS doubtful_queries,
           coalesce(sum(iif(is_error, count, 0)), 0)     AS errors,
           coalesce(sum(iif(state = 'pending_at_end', count, 0)), 0) AS pending,
           coalesce(sum(slow), 0)                        AS slow_queries,
           max(max_ns)                                   AS max_ns
      FROM temp.verdict_traffic
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
       iif(l.lookups > 0, l.decided, t.decided_queries)  AS judged
  FROM l, faults, t, c, d;

-- @prepare Everything that is wrong
CREATE TEMP TABLE verdict_found AS
WITH fault AS (
    SELECT g.*, c.finding, c.phrase, c.likely, c.disproof, c.rank,
           100.0 * g.count / nullif(g.decided, 0)        AS share,
           100.0 * g.count / nullif(g.of_clients, 0)     AS share_of_clients
      FROM temp.verdict_groups AS g
      JOIN temp.verdict_cause AS c USING (cause)
)
    SELECT CASE
           WHEN rank >= 6                                THEN 'notice'
           -- of a few anything may be missing
           WHEN cause = 'place 17' AND decided_queries < 5 THEN 'notice'
           WHEN share >= 2 OR share_of_clients >= 15
           THEN iif(class = 'fault' AND rank < 4, 'critical', 'warning')
           WHEN class != 'fault' OR rank >= 4            THEN 'notice'
           WHEN share >= 0.1 OR share_of_clients >= 2    THEN 'warning'
           ELSE 'notice' END                             AS severity,
           replace(finding, '{rcode}', coalesce(rcode, '')) AS finding,
           -- what is not answered in one place is worst, what is slow is not
           iif(class = 'some', 4, rank)
           + iif(class = 'slow', 2, 0)                   AS rank,
           class, cause, server, upstream, who, clients, names, count,
           decided                                       AS of,
           'lookups'                                     AS unit,
           waited_ns, first_ns, last_ns, failed_for,
           replace(replace(phrase, '{rcode}', coalesce(rcode, '')),
                   '{upstream}', coalesce(
                       (SELECT label FROM temp.verdict_who
                         WHERE address = upstream), 'its upstream')) AS phrase,
           likely, disproof,
           (SELECT name FROM main.confidence WHERE code = sure) AS confidence,
           transaction_id, second_id, third_id
      FROM fault,
           (SELECT decided_queries FROM temp.verdict_facts)
    UNION ALL
    -- more than may be missing from the capture
    SELECT iif(doubtful - at_most >= 0.02 * (decided + doubtful), 'critical',
               'notice'),
           'UNANSWERED', 1, 'fault', 'at least',
           (SELECT server FROM temp.verdict_traffic WHERE doubtful > 0
             GROUP BY server ORDER BY sum(doubtful) DESC, server LIMIT 1),
           NULL, NULL, 2, NULL, doubtful - at_most, decided + doubtful,
           'lookups', NULL, NULL, NULL, NULL,
           'at least so many get no answer, of {server} most often, even if '
           || 'all that may be missing from the capture were answers', NULL,
           'a capture without drops that has the answers', 'likely',
           (SELECT min(any_id) FROM temp.verdict_traffic WHERE doubtful > 0),
           NULL, NULL
      FROM temp.verdict_facts
     WHERE doubtful > at_most
    UNION ALL
    -- an upstream that knows no name, beside others that do
    SELECT 'warning', 'UPSTREAMS-DIFFER', 3, 'leg', 'differ', d.server, NULL,
           NULL, 1, NULL, d.count, d.count, 'queries', NULL, NULL, NULL, NULL,
           '{server} denies every name, other upstreams of ' || d.client
           || ' do not', 'upstreams that know different zones: a custom one '
           || 'beside Azure''s DNS', 'an answer of that upstream', 'likely',
           d.first_id, d.last_id, NULL
      FROM (SELECT client, server, sum(count) AS count,
                   min(any_id) AS first_id, max(any_id) AS last_id
              FROM temp.verdict_traffic
             WHERE rcode IS NOT NULL
             GROUP BY client, server
            HAVING count(DISTINCT rcode) = 1 AND min(rcode) = 'NXDOMAIN'
               AND sum(count) >= 3) AS d
     WHERE d.client IN (SELECT server FROM temp.verdict_traffic)
       AND EXISTS (SELECT * FROM temp.verdict_traffic AS o
                    WHERE o.client = d.client AND o.server != d.server
                      AND o.rcode = 'NOERROR')
       AND EXISTS (SELECT * FROM temp.verdict_groups WHERE cause = 'denied')
    UNION ALL
    SELECT iif(silent >= 0.05 * decided AND decided >= 5, 'warning', 'notice'),
           'UNANSWERED', 3, 'leg', 'place 17', server, NULL, clients,
           1, NULL, silent, decided, 'queries', NULL, NULL, NULL, NULL,
           '{server} leaves queries unanswered', NULL,
           'an answer in a capture nearer to the client or to the server',
           'exact', silent_id, iif(last_silent_id > silent_id, last_silent_id,
                                   NULL), NULL
      FROM temp.verdict_servers
     WHERE silent > 0
       AND server NOT IN (SELECT coalesce(iif(w.value, upstream, asked), '')
                            FROM temp.verdict_case
                            JOIN (SELECT 0 AS value UNION SELECT 1) AS w
                           WHERE cause LIKE 'place %' OR cause = 'vip'
                              OR cause = 'race' OR cause = 'upstream silent')
    UNION ALL
    SELECT iif(errors >= 0.05 * decided AND decided >= 5, 'warning', 'notice'),
           iif(instr(rcodes, ','), 'SERVER-ERRORS', rcodes), 3, 'leg', 'said',
           server, NULL, clients, 1, NULL, errors, decided, 'queries', NULL,
           NULL, NULL, NULL, '{server} answers ' || rcodes, NULL,
           'another answer of that server to the same query', 'exact', error_id,
           iif(last_error_id > error_id, last_error_id, NULL), NULL
      FROM temp.verdict_servers
     WHERE errors > 0
       AND server NOT IN (SELECT coalesce(iif(w.value, upstream, asked), '')
                            FROM temp.verdict_case
                            JOIN (SELECT 0 AS value UNION SELECT 1) AS w
                           WHERE cause IN ('said', 'relayed',
                                           'upstream silent'))
    UNION ALL
    SELECT iif(d.count >= 0.02 * f.transactions AND f.transactions >= 5,
               'warning', 'notice'),
           iif(d.verdict = 'malformed', 'DAMAGED', 'SENDER-CUT'), 5, 'oddity',
           'damaged', d.server, NULL, NULL, 0, NULL, d.count, f.transactions,
           'queries', NULL, NULL, NULL, NULL,
           iif(d.verdict = 'malformed',
               'responses of {server} contradict the format',
               'responses of {server} end before all their records, without '
               || 'TC'), NULL, 'a response that arrives whole elsewhere',
           'exact', d.first_id, d.last_id, NULL
      FROM temp.verdict_damaged AS d, temp.verdict_facts AS f
    UNION ALL
    SELECT 'notice', 'UNSOLICITED', 6, 'oddity', 'unsolicited', server, NULL,
           NULL, 0, NULL, sum(count), (SELECT transactions
                                         FROM temp.verdict_facts), 'queries',
           NULL, NULL, NULL, NULL, 'responses of {server} to no query', NULL,
           'a query that was not captured', 'ambiguous', min(any_id), NULL, NULL
      FROM temp.verdict_traffic
     WHERE state = 'orphan_response'
     GROUP BY server
    UNION ALL
    SELECT 'notice', 'TCP-RESET', 6, 'oddity', 'reset', server, NULL, NULL, 0,
           NULL, count(*), (SELECT count(*) FROM connections), 'connections',
           NULL, min(rst_ns), max(rst_ns), NULL,
           'TCP connections to {server} are reset',
           'a limit on connections, or a firewall', NULL, 'exact', NULL, NULL,
           NULL
      FROM connections
     WHERE state = 'reset'
     GROUP BY server
    UNION ALL
    SELECT 'notice', 'NDOTS', 7, 'oddity', 'ndots', 'search lists', NULL,
           NULL, count(DISTINCT client), NULL, sum(walked), sum(count),
           'lookups', NULL, NULL, NULL, NULL,
           printf('search lists make %.1f queries of a lookup',
                  1.0 * sum(walked_queries) / sum(walked)),
           'ndots:5 with names that have fewer dots; no failure',
           'names that end in a dot', 'exact', min(walked_id), NULL, NULL
      FROM temp.verdict_lookups
    HAVING sum(walked) > 0;

-- @prepare The transactions that are cited
CREATE TEMP TABLE verdict_example AS
SELECT transaction_id, coalesce(asked_ns, answered_ns) AS time_ns, dns_id,
       client,
       trim(coalesce(query_file || '#' || query_frame, '')
            || coalesce(' ' || response_file || '#' || response_frame, '')
            || coalesce(' ' || icmp_file || '#' || icmp_frame, ''))
                                                         AS evidence
  FROM main.transactions
 WHERE transaction_id IN (SELECT transaction_id FROM temp.verdict_found
                          UNION SELECT second_id FROM temp.verdict_found
                          UNION SELECT third_id FROM temp.verdict_found
                          UNION SELECT min(transaction_id)
                            FROM temp.verdict_case
                            JOIN temp.verdict_trouble USING (lookup_id)
                           WHERE class = 'fault'
                           GROUP BY is_cluster
                          UNION SELECT min(transaction_id)
                            FROM temp.verdict_case
                            JOIN temp.verdict_trouble USING (lookup_id)
                           WHERE waited_ns > 1000000000
                              OR outcome IN ('timed out', 'not delivered'));

-- @prepare
CREATE TEMP TABLE verdict_place AS
SELECT transaction_id, node, because, disproof
  FROM main.last_seen
 WHERE transaction_id IN (SELECT transaction_id FROM temp.verdict_found);

-- @prepare The same, the worst first
CREATE TEMP TABLE verdict_findings AS
SELECT row_number() OVER (
           ORDER BY CASE f.severity WHEN 'critical' THEN 1
                                    WHEN 'warning' THEN 2 ELSE 3 END,
                    f.rank, f.count DESC, f.finding, f.server, f.upstream,
                    f.cause)                             AS number,
       f.severity, f.finding, f.rank, f.class, f.cause, f.server, f.upstream,
       f.who, f.clients, f.names, f.count, f.of, f.unit, f.waited_ns,
       coalesce(f.first_ns, a.time_ns)                   AS first_ns,
       coalesce(f.last_ns, b.time_ns, a.time_ns)         AS last_ns,
       f.failed_for,
       replace(replace(replace(f.phrase, '{server}',
                               coalesce(w.label, f.server, 'the server')),
                       '{node}', coalesce(l.node, 'the node')),
               '{names}', coalesce(f.names, ''))         AS phrase,
       f.likely,
       coalesce(f.disproof, l.disproof)                  AS disproof,
       coalesce(f.confidence, 'exact')                   AS confidence,
       l.because, f.transaction_id,
       a.evidence || coalesce(' ' || b.evidence, '')
       || coalesce(' ' || c.evidence, '')                AS evidence,
       -- what an address and an id find, wherever it was seen
       (SELECT group_concat(printf('(dns.id==0x%04x && %s.addr==%s)', dns_id,
                                   iif(instr(client, ':') > 0, 'ipv6', 'ip'),
                                   client), ' or ')
          FROM (SELECT DISTINCT dns_id, client FROM temp.verdict_example
                 WHERE transaction_id IN (f.transaction_id, f.second_id,
                                          f.third_id)
                 ORDER BY transaction_id))               AS wireshark
  FROM temp.verdict_found AS f
  LEFT JOIN temp.verdict_who AS w ON w.address = f.server
  LEFT JOIN temp.verdict_example AS a ON a.transaction_id = f.transaction_id
  LEFT JOIN temp.verdict_example AS b ON b.transaction_id = f.second_id
  LEFT JOIN temp.verdict_example AS c ON c.transaction_id = f.third_id
  LEFT JOIN temp.verdict_place AS l ON l.transaction_id = f.transaction_id;

-- @prepare
CREATE TEMP TABLE verdict_outcome AS
SELECT CASE WHEN EXISTS (SELECT * FROM temp.verdict_findings
                          WHERE severity != 'notice') THEN 'findings'
            WHEN judged < 5 OR seen - judged > 0.05 * seen
              OR one_sided IS NOT NULL THEN 'inconclusive'
            ELSE 'healthy' END                           AS outcome
  FROM temp.verdict_facts;

-- @verdict
WITH worst AS (
    SELECT * FROM temp.verdict_findings
     WHERE number = 1 AND severity != 'notice'
), sure AS (
    SELECT f.*, seen - judged AS undecided, o.outcome
      FROM temp.verdict_facts AS f, temp.verdict_outcome AS o
), shown AS (
    -- all faults of lookups are told together, else the worst by itself
    SELECT count(*) AS findings, sum(f.count) AS count,
           min(f.first_ns) AS first_ns, max(f.last_ns) AS last_ns,
           iif(count(*) = 1, min(f.who), NULL) AS who
      FROM worst AS w
      JOIN temp.verdict_findings AS f
        ON f.number = w.number
        OR (w.class = 'fault' AND w.rank < 4 AND f.class = 'fault'
            AND f.rank < 4)
), asker AS (
    SELECT coalesce(t.client_name, w.label) AS label, count(*) AS count
      FROM temp.verdict_case AS c
      JOIN temp.verdict_trouble AS t USING (lookup_id)
      JOIN temp.verdict_cause AS k USING (cause)
      LEFT JOIN temp.verdict_who AS w ON w.address = t.client
     WHERE c.class = 'fault' AND k.rank < 4
     GROUP BY 1
), by AS (
    SELECT coalesce(s.who, (
               SELECT group_concat(label, ', ')
                      || (SELECT iif(count(*) > 2, ' and ' || (count(*) - 2)
                                     || ' more', '') FROM asker)
                 FROM (SELECT label FROM asker
                        ORDER BY count DESC, label LIMIT 2)
                WHERE s.findings > 1)) AS who
      FROM shown AS s
), also AS (
    SELECT group_concat(count || ' ' || iif(count = 1, singular, unit)
                        || iif(class = 'slow', ' over 1s', '') || ': '
                        || phrase, '; ') AS rest
      FROM (SELECT *, iif(unit = 'queries', 'query', 'lookup') AS singular
              FROM temp.verdict_findings
             WHERE severity != 'notice' AND number BETWEEN 2 AND 3
             ORDER BY number)
), more AS (
    SELECT max(0, count(*) - 3) AS count FROM temp.verdict_findings
     WHERE severity != 'notice'
), why AS (
    SELECT trim(
           iif(seen = 0, 'there is no DNS query to judge', '')
           || iif(seen > 0 AND judged < 5, 'only ' || judged || ' of '
                  || seen || ' ' || unit || ' '
                  || iif(judged = 1, 'is', 'are') || ' decided, 5 are needed',
                  '')
           || iif(judged >= 5 AND undecided > 0.05 * seen, undecided || ' of '
                  || seen || ' ' || unit || ' are not decided', '')
           || iif(unit = 'lookups' AND doubtful > 0, '; ' || doubtful
                  || ' not captured or not answered', '')
           || iif(unit = 'queries' AND doubtful_queries > 0, '; '
                  || doubtful_queries || ' not captured or not answered', '')
           || iif(unit = 'lookups' AND ended > 0, '; ' || ended
                  || ' still waited when the capture ended', '')
           || iif(unit = 'queries' AND pending > 0, '; ' || pending
                  || ' still waited when the capture ended', '')
           || iif(unit = 'lookups' AND cut > 0, '; of ' || cut
                  || ' an answer is cut', '')
           || coalesce('; ' || doubt, ''), '; ')         AS why
      FROM sure
)
SELECT CASE s.outcome
       WHEN 'healthy'
       THEN printf('Healthy: %s of %d %s failed (%d queries in %d capture%s, '
                   || 'the slowest answer after %s)',
                   CASE WHEN s.unit = 'lookups' AND s.failed > 0
                        THEN printf('only %d (%.2f %%)', s.failed,
                                    100.0 * s.failed / s.judged)
                        ELSE 'none' END, s.judged, s.unit, s.transactions,
                   s.captures, iif(s.captures = 1, '', 's'),
                   coalesce(duration(s.max_ns), 'an unknown time'))
            || iif(s.slow > 0, printf('. %d took over 1s', s.slow), '')
            || coalesce('. Mind: ' || nullif((SELECT why FROM why), ''), '')
       WHEN 'inconclusive'
       THEN 'Nothing can be concluded: ' || (SELECT why FROM why)
            || CASE WHEN s.judged = 0 OR s.unit = 'queries' THEN ''
                    WHEN s.failed = 0 THEN '; none of the ' || s.judged
                         || ' failed'
                    ELSE '; ' || s.failed || ' of the ' || s.judged
                         || ' failed' END
       ELSE (SELECT printf('%d of %d %s (%.1f %%)', f.count, w.of,
                           CASE WHEN w.of != 1 THEN w.unit
                                WHEN w.unit = 'queries' THEN 'query'
                                ELSE 'lookup' END,
                           100.0 * f.count / w.of)
                    || coalesce(' by ' || b.who, '')
                    || CASE WHEN w.class = 'slow'
                            THEN iif(f.count = 1, ' takes', ' take')
                                 || ' over 1s'
                            WHEN w.class = 'some'
                            THEN iif(f.count = 1, ' fails', ' fail')
                                 || ' if the application has ' || w.failed_for
                            ELSE iif(f.count = 1, ' fails', ' fail') END
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
                    || ': ' || w.phrase
                    || CASE WHEN f.count > w.count
                            THEN ' (' || w.count || ' of them)' ELSE '' END
                    || ' [' || w.confidence || ']'
                    || coalesce('. Also: ' || a.rest, '')
                    || iif(m.count > 0, '; and ' || m.count || ' more', '')
               FROM worst AS w, shown AS f, by AS b, also AS a, more AS m)
       END || '.'                                        AS sentence,
       s.outcome,
       CASE s.outcome WHEN 'findings' THEN (SELECT confidence FROM worst)
                      WHEN 'healthy' THEN iif(s.doubt IS NULL, 'exact',
                                              'likely') END AS confidence,
       coalesce((SELECT count FROM shown), 0)            AS failing,
       coalesce((SELECT of FROM worst), s.judged)        AS of,
       round(100.0 * coalesce((SELECT count FROM shown), 0)
             / nullif(coalesce((SELECT of FROM worst), s.judged), 0), 2)
                                                         AS share_pct,
       coalesce((SELECT unit FROM worst), s.unit)        AS unit,
       (SELECT first_ns FROM shown)                      AS first_ns,
       (SELECT last_ns FROM shown)                       AS last_ns,
       (SELECT disproof FROM worst)                      AS disproof,
       s.lookups, s.transactions, s.undecided
  FROM sure AS s;

-- @criteria Microsoft's criteria
WITH difference AS (
    SELECT silent - doubtful_queries AS certain, silent,
           decided_queries + doubtful_queries AS asked, max_ns, one_sided,
           slow_queries, decided_queries
      FROM temp.verdict_facts
)
SELECT 'Difference between DNS queries and responses exceeds two percent'
                                                         AS criterion,
       CASE WHEN decided_queries = 0 OR one_sided IS NOT NULL THEN 'Unknown'
            WHEN 100.0 * certain / asked > 2 THEN 'Yes'
            WHEN 100.0 * silent / asked > 2 THEN 'Unknown'
            ELSE 'No' END                                AS answer,
       CASE WHEN asked > 0 AND one_sided IS NULL
            THEN printf('%.1f %%', 100.0 * silent / asked) END AS number,
       coalesce(one_sided || ' were captured',
                printf('%d of %d queries have no response', silent, asked))
                                                         AS because,
       silent                                            AS count,
       asked                                             AS of
  FROM difference
UNION ALL
SELECT 'DNS latency is more than one second',
       CASE WHEN max_ns IS NULL THEN 'Unknown'
            WHEN max_ns > 1000000000 THEN 'Yes' ELSE 'No' END,
       'max ' || iif(max_ns IS NOT NULL, printf('%.2f s', max_ns / 1e9), NULL),
       printf('%d of %d queries took longer', slow_queries, decided_queries),
       slow_queries, decided_queries
  FROM difference;

-- @symptoms The symptoms of the guide
WITH failed AS (
    SELECT t.is_cluster, c.cause
      FROM temp.verdict_case AS c
      JOIN temp.verdict_trouble AS t USING (lookup_id)
      JOIN temp.verdict_cause AS k USING (cause)
     WHERE c.class = 'fault' AND k.rank < 6
), reason AS (
    -- the sentence sets apart what was denied rightly
    SELECT s.place, count(*) AS failed, sum(f.cause = 'denied') AS denied,
           sum(f.cause = 'no data') AS empty
      FROM (SELECT 1 AS place UNION SELECT 3 UNION SELECT 4) AS s
      JOIN failed AS f ON s.place = 1 OR f.is_cluster = (s.place = 3)
     GROUP BY s.place
), words AS (
    SELECT place,
           CASE denied WHEN 0 THEN '' WHEN failed THEN ','
           ELSE printf(', %d of them', denied) END
           || iif(denied > 0, ' as the name does not exist', '')
           || CASE empty WHEN 0 THEN '' WHEN failed THEN ','
              ELSE printf(', %d of them', empty) END
           || iif(empty > 0, ' as the name has no address', '') AS words
      FROM reason
), waiting AS (
    SELECT lookup_id FROM temp.verdict_trouble
     WHERE waited_ns > 1000000000 OR outcome IN ('timed out', 'not delivered')
), facts AS (
    SELECT f.*,
           (SELECT count(*) FROM waiting)                AS waited,
           (SELECT coalesce(sum(count), 0) FROM temp.verdict_lookups
             WHERE is_cluster AND outcome != 'unknown')  AS inside,
           (SELECT count(*) FROM failed WHERE is_cluster) AS inside_failed,
           (SELECT coalesce(sum(count), 0) FROM temp.verdict_lookups
             WHERE NOT is_cluster AND outcome != 'unknown') AS outside,
           (SELECT count(*) FROM failed WHERE NOT is_cluster)
                                                         AS outside_failed
      FROM temp.verdict_facts AS f
), example AS (
    SELECT t.is_cluster, min(c.transaction_id) AS transaction_id
      FROM temp.verdict_case AS c
      JOIN temp.verdict_trouble AS t USING (lookup_id)
     WHERE c.class = 'fault'
     GROUP BY t.is_cluster
), symptom AS (
    SELECT 1 AS place, 'High error rate' AS symptom,
           CASE WHEN EXISTS (SELECT * FROM temp.verdict_findings
                              WHERE severity != 'notice' AND class != 'slow')
                THEN 'yes'
                WHEN judged < 5 OR seen - judged > 0.05 * seen
                THEN 'cannot tell' ELSE 'no' END         AS answer,
           iif(unit = 'lookups',
               printf('%d of %d lookups failed', failed, decided),
               printf('%d of %d queries failed',
                      silent - doubtful_queries + errors, decided_queries))
                                                         AS because,
           (SELECT transaction_id FROM temp.verdict_findings
             WHERE class != 'slow' AND severity != 'notice'
             ORDER BY number LIMIT 1)                    AS transaction_id
      FROM facts
    UNION ALL
    SELECT 2, 'Unresponsive services',
           CASE WHEN waited > 0 AND waited >= 0.02 * decided THEN 'yes'
                WHEN unit = 'queries' AND slow_queries > 0 THEN 'yes'
                WHEN judged < 5 OR seen - judged > 0.05 * seen
                THEN 'cannot tell' ELSE 'no' END,
           iif(unit = 'lookups',
               printf('%d of %d lookups took over 1s, or timed out', waited,
                      decided)
               || coalesce('; the longest that ended took '
                           || duration(waited_ns), ''),
               printf('%d of %d queries took over 1s', slow_queries,
                      decided_queries)),
           (SELECT min(c.transaction_id) FROM temp.verdict_case AS c
              JOIN waiting USING (lookup_id))
      FROM facts
    UNION ALL
    SELECT 3, 'Service discovery is impacted',
           CASE WHEN inside_failed > 0 AND inside_failed >= 0.02 * inside
                THEN 'yes'
                WHEN inside = 0 THEN 'cannot tell' ELSE 'no' END,
           printf('%d of %d lookups of cluster names failed', inside_failed,
                  inside),
           (SELECT transaction_id FROM example WHERE is_cluster)
      FROM facts
    UNION ALL
    SELECT 4, 'External communication is impacted',
           CASE WHEN outside_failed > 0 AND outside_failed >= 0.02 * outside
                THEN 'yes'
                WHEN outside = 0 THEN 'cannot tell' ELSE 'no' END,
           printf('%d of %d lookups of other names failed', outside_failed,
                  outside),
           (SELECT transaction_id FROM example WHERE NOT is_cluster)
      FROM facts
)
SELECT s.symptom, s.answer,
       s.because || coalesce(w.words, '')                AS because,
       t.evidence
  FROM symptom AS s
  LEFT JOIN words AS w USING (place)
  LEFT JOIN temp.verdict_example AS t
         ON t.transaction_id = s.transaction_id AND s.answer = 'yes'
 ORDER BY s.place;

-- @findings Findings
WITH source AS (
    SELECT iif(count(*) > 3, ' CAPTURE...', group_concat(
               ' ' || iif(file GLOB '*[^A-Za-z0-9_./:,=@%+-]*',
                          '''' || replace(file, '''', '''\''''') || '''',
                          file), ''))
           || iif(max(wait_ns) != 15000000000, printf(' --timeout %dns',
                                                      max(wait_ns)), '')
                                                         AS files
      FROM (SELECT file, wait_ns FROM main.captures ORDER BY capture_id)
)
SELECT f.severity, f.finding,
       coalesce(w.label, nullif(f.server, ''), f.names)  AS subject,
       f.count, f.of, f.unit,
       f.phrase                                          AS what,
       f.who                                             AS clients,
       f.names, f.first_ns, f.last_ns,
       'is consistent with ' || f.likely                 AS cause,
       f.because, f.confidence, f.disproof, f.evidence, f.wireshark,
       'dnsforensics report --step path --txn ' || f.transaction_id || s.files
                                                         AS command
  FROM temp.verdict_findings AS f
  JOIN source AS s
  LEFT JOIN temp.verdict_who AS w ON w.address = f.server
 ORDER BY f.number
 LIMIT coalesce(:limit, 20);

-- @questionnaire What Microsoft's support asks
WITH failed AS (
    SELECT t.* FROM temp.verdict_trouble AS t
      JOIN temp.verdict_case AS c USING (lookup_id)
      JOIN temp.verdict_cause AS k USING (cause)
     WHERE c.class = 'fault' AND k.rank < 6
), by_name AS (
    SELECT name, count(*) AS count FROM failed GROUP BY name
), by_client AS (
    SELECT client, count(*) AS count FROM failed GROUP BY client
), again AS (
    -- the same names, answered another time
    SELECT count(DISTINCT l.name) AS names
      FROM main.lookup AS l
     WHERE l.failed_for = ''
       AND l.name IN (SELECT m.name FROM main.lookup AS m
                       WHERE m.id IN (SELECT lookup_id FROM failed))
), custom AS (
    SELECT group_concat(address, ', ') AS servers, count(*) AS count
      FROM (SELECT r.address FROM main.address_role AS r
             WHERE r.role = 'upstream'
               AND r.address NOT IN (SELECT address FROM main.address_role
                                      WHERE role = 'well-known')
            -- whom who answers others asks
            UNION SELECT server FROM temp.verdict_traffic
                   WHERE client IN (SELECT server FROM temp.verdict_traffic)
                     AND server NOT IN (SELECT address FROM main.address_role)
             ORDER BY 1 LIMIT 8)
), private AS (
    SELECT count(*) AS count, min(text) AS name
      FROM main.name WHERE text LIKE '%.privatelink.%'
)
SELECT 'Where does it fail?'                             AS question,
       iif((SELECT count(*) FROM failed) = 0, 'no lookup failed',
           (SELECT count(*) FROM by_client) || ' of '
           || (SELECT count(DISTINCT client) FROM temp.verdict_lookups)
           || ' clients: '
           || (SELECT group_concat(label || ' (' || count || ')', ', ')
                 FROM (SELECT coalesce(w.label, b.client) AS label, b.count
                         FROM by_client AS b
                         LEFT JOIN temp.verdict_who AS w
                                ON w.address = b.client
                        ORDER BY b.count DESC, b.client LIMIT 5)))
                                                         AS answer
UNION ALL
SELECT 'Which error?',
       coalesce((SELECT group_concat(outcome || ' (' || count || ')', ', ')
                   FROM (SELECT outcome, count(*) AS count FROM failed
                          GROUP BY outcome ORDER BY count(*) DESC, outcome)),
                'none')
UNION ALL
SELECT 'Always or now and then?',
       CASE WHEN (SELECT count(*) FROM failed) = 0 THEN 'never'
            WHEN (SELECT names FROM again) = 0
            THEN 'always: none of these names was ever answered'
            ELSE 'now and then: ' || (SELECT names FROM again) || ' of '
                 || (SELECT count(*) FROM by_name)
                 || ' names were answered another time' END
UNION ALL
SELECT 'Which names?',
       coalesce((SELECT group_concat(name || ' (' || count || ')', ', ')
                   FROM (SELECT * FROM by_name
                          ORDER BY count DESC, name LIMIT 5))
                || (SELECT iif(count(*) > 5, ' and ' || (count(*) - 5)
                               || ' more', '') FROM by_name), 'none')
UNION ALL
SELECT 'Custom DNS servers?',
       CASE WHEN (SELECT count FROM custom) > 0
            THEN (SELECT servers FROM custom)
            WHEN EXISTS (SELECT * FROM main.address_role
                          WHERE address = '168.63.129.16')
            THEN 'none seen, 168.63.129.16 is asked'
            ELSE 'none seen' END
UNION ALL
SELECT 'Private zones?',
       (SELECT iif(count = 0, 'no privatelink name seen',
                   'privatelink: ' || name
                   || iif(count > 1, ' and ' || (count - 1) || ' more', ''))
          FROM private);

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
