-- servers: what is wrong with nameservers and queries, beside what fails lookups
--
-- A nameserver that fails queries without failing a lookup is a warning from 5 %.
-- A query that comes back to its server twice is critical.  All of these are
-- added to what findings.sql found.

-- @prepare Errors that fail no lookup
CREATE TEMP TABLE verdict_error AS
SELECT x.id, x.server, a.text, x.name, x.qtype, x.parent, m.lookup
  FROM temp.verdict_odd AS d
 CROSS JOIN _chosen AS x ON x.id = d.id
  JOIN main.address AS a ON a.id = x.server
  LEFT JOIN main.lookup_member AS m ON m.exchange = x.id
 WHERE x.rcode NOT IN (0, 3)
   AND x.kind = (SELECT code FROM main.kind WHERE name = 'query')
   AND a.text NOT IN (SELECT coalesce(iif(w.value, upstream, asked), '')
                        FROM temp.verdict_case
                        JOIN (SELECT 0 AS value UNION SELECT 1) AS w
                       WHERE cause IN ('said', 'said late', 'relayed',
                                       'upstream silent'));

-- @prepare
CREATE INDEX temp.verdict_error_lookup ON verdict_error (lookup);

-- @prepare Those where the same, asked again for the same, was answered, by
-- that server or another one
CREATE TEMP TABLE verdict_overcome AS
SELECT text AS server, count(DISTINCT id)                AS overcome,
       max(is_own)                                       AS is_own
  FROM (SELECT e.text, e.id, x.server = e.server         AS is_own
          FROM (SELECT 1 FROM temp.verdict_error
                 WHERE lookup IS NOT NULL LIMIT 1)
         CROSS JOIN main.lookup_member AS m
         CROSS JOIN temp.verdict_error AS e ON e.lookup = m.lookup
         CROSS JOIN main.exchange AS x ON x.id = m.exchange
         WHERE m.exchange > e.id AND x.name = e.name AND x.qtype = e.qtype
           AND x.rcode IN (0, 3)
         UNION ALL
        SELECT e.text, e.id, x.server = e.server
          FROM temp.verdict_error AS e
          JOIN main.exchange AS x ON x.parent = e.parent
         WHERE x.id > e.id AND x.leader IS NULL AND x.rcode IN (0, 3))
 GROUP BY text;

-- @prepare Queries without an answer
CREATE TEMP TABLE verdict_silent AS
SELECT x.id, x.server, x.parent
  FROM (SELECT 1 FROM temp.verdict_case WHERE class = 'slow' LIMIT 1)
 CROSS JOIN temp.verdict_odd AS d
 CROSS JOIN _chosen AS x ON x.id = d.id
 WHERE x.state IN (SELECT code FROM main.state
                    WHERE name IN ('unanswered', 'wrong_source', 'icmp_error'))
   AND x.kind = (SELECT code FROM main.kind WHERE name = 'query')
   AND x.id NOT IN (SELECT transaction_id FROM temp.verdict_doubtful);

-- @prepare Those that lookups are told to have waited for
CREATE TEMP TABLE verdict_waited AS
SELECT s.id, a.text AS server
  FROM temp.verdict_silent AS s
 CROSS JOIN main.address AS a ON a.id = s.server
 CROSS JOIN main.lookup_member AS m ON m.exchange = coalesce(s.parent, s.id)
 CROSS JOIN temp.verdict_case AS c ON c.lookup_id = m.lookup
 WHERE c.class = 'slow'
   AND (c.cause LIKE 'place %'
        OR c.cause IN ('vip', 'race', 'upstream silent', 'upstream late'))
   AND a.text = iif(s.parent IS NULL, c.asked, c.upstream);

-- @prepare The others of these servers
CREATE TEMP TABLE verdict_rest AS
SELECT a.text AS server,
       sum(s.id NOT IN (SELECT id FROM temp.verdict_waited)) AS silent,
       min(iif(s.id IN (SELECT id FROM temp.verdict_waited), NULL, s.id))
                                                         AS silent_id,
       max(iif(s.id IN (SELECT id FROM temp.verdict_waited), NULL, s.id))
                                                         AS last_silent_id
  FROM temp.verdict_silent AS s
  JOIN main.address AS a ON a.id = s.server
 WHERE a.text IN (SELECT server FROM temp.verdict_waited)
 GROUP BY a.text;

-- @prepare Nameservers that fail queries without failing a lookup
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, who, clients, count,
           of, unit, phrase, disproof, confidence, transaction_id, second_id)
WITH asker AS (
    SELECT t.server, t.is_silent, w.label,
           count(*) OVER each_server                     AS clients,
           row_number() OVER (each_server ORDER BY sum(t.count) DESC, w.label)
                                                         AS place
      FROM temp.verdict_traffic AS t
      JOIN temp.verdict_who AS w ON w.address = t.client
     WHERE (t.is_silent AND t.count > t.doubtful) OR t.is_error
     GROUP BY t.server, t.is_silent, w.label
    WINDOW each_server AS (PARTITION BY t.server, t.is_silent)
), told AS (
    SELECT server, is_silent,
           group_concat(label, ', ')
           || iif(clients > 2, ' and ' || (clients - 2) || ' more', '') AS who
      FROM (SELECT * FROM asker WHERE place <= 2
             ORDER BY server, is_silent, place)
     GROUP BY server, is_silent
)
SELECT iif(silent >= 0.05 * decided AND decided >= 5, 'warning', 'notice'),
       'UNANSWERED', iif(unit = 'lookups', 5, 3), 'leg', 'place 17', server,
       iif(is_rest, NULL, who), clients, silent, decided, 'queries',
       iif(is_rest, '{server} leaves other queries unanswered, too',
           '{server} leaves queries unanswered'),
       'an answer in a capture nearer to the client or to the server',
       'likely', silent_id, iif(last_silent_id > silent_id, last_silent_id, NULL)
  FROM (SELECT s.server, s.clients, s.decided, f.unit,
               r.server IS NOT NULL                      AS is_rest,
               coalesce(r.silent, s.silent)              AS silent,
               coalesce(r.silent_id, s.silent_id)        AS silent_id,
               coalesce(r.last_silent_id, s.last_silent_id) AS last_silent_id
          FROM temp.verdict_facts AS f
          JOIN temp.verdict_servers AS s
          LEFT JOIN temp.verdict_rest AS r USING (server))
  LEFT JOIN (SELECT * FROM told WHERE is_silent) USING (server)
 WHERE silent > 0
   AND server NOT IN (SELECT coalesce(iif(w.value, upstream, asked), '')
                        FROM temp.verdict_case
                        JOIN (SELECT 0 AS value UNION SELECT 1) AS w
                       WHERE class != 'slow'
                         AND (cause LIKE 'place %'
                              OR cause IN ('vip', 'race', 'upstream silent',
                                           'wrong id')))
UNION ALL
SELECT iif(errors >= 0.05 * decided AND decided >= 5, 'warning', 'notice'),
       iif(instr(rcodes, ','), 'SERVER-ERRORS', rcodes),
       iif(unit = 'lookups', 5, 3), 'leg', 'said',
       server, who, clients, errors, decided, 'queries',
       '{server} answers ' || rcodes
       || CASE WHEN overcome IS NULL THEN ''
               WHEN NOT is_own AND overcome < errors
               THEN printf('; other servers then answer %d of these', overcome)
               WHEN NOT is_own THEN '; other servers then answer the same'
               WHEN overcome < errors
               THEN printf('; %d of these are answered when asked again',
                           overcome)
               WHEN errors = 1 THEN '; asked again, it is answered'
               ELSE '; asked again, all of them are answered' END,
       iif(is_own, NULL, 'another answer of that server to the same query'),
       'exact', error_id,
       iif(last_error_id > error_id, last_error_id, NULL)
  FROM (SELECT s.*, f.unit
          FROM temp.verdict_servers AS s, temp.verdict_facts AS f)
  LEFT JOIN (SELECT * FROM told WHERE NOT is_silent) USING (server)
  LEFT JOIN temp.verdict_overcome USING (server)
 WHERE errors > 0
   AND server IN (SELECT text FROM temp.verdict_error);

-- @prepare Queries of which no lookup tells yet: that left their node for a service
-- address and still wait, or whose response is none of theirs
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, who, clients, count,
           of, unit, first_ns, last_ns, phrase, likely, disproof, confidence,
           transaction_id, second_id)
WITH told AS (
    SELECT 'vip' AS cause, x.id, x.client, x.time_ns, e.server, l.confidence,
           NULL AS response_id
      FROM main.last_place AS l
      JOIN main.exchange AS x ON x.id = l.exchange
      JOIN main.exchange AS e ON e.id = l.sighting
     WHERE l.verdict = 3 AND x.id IN temp.verdict_odd
       AND x.state = (SELECT code FROM main.state
                       WHERE name = 'pending_at_end')
       AND x.kind = (SELECT code FROM main.kind WHERE name = 'query')
     UNION ALL
    SELECT 'wrong id', x.id, x.client, x.time_ns, x.server, 2,
           min(m.response_id)
      FROM temp.verdict_mismatch AS m
      JOIN main.exchange AS x USING (id)
     GROUP BY x.id
), query AS (
    SELECT t.*, v.text AS address, w.label
      FROM told AS t
      JOIN main.address AS v ON v.id = t.server
      JOIN main.address AS c ON c.id = t.client
      JOIN temp.verdict_who AS w ON w.address = c.text
), asker AS (
    SELECT cause, server, label, row_number() OVER (
               PARTITION BY cause, server ORDER BY count(*) DESC, label) AS place
      FROM query GROUP BY cause, server, label
), whole AS (
    SELECT cause, server, address, count(*) AS count, min(time_ns) AS first_ns,
           max(time_ns) AS last_ns, min(confidence) AS confidence,
           min(id) AS first_id, max(id) AS last_id,
           min(response_id) AS response_id,
           (SELECT count(*) FROM asker AS a
             WHERE a.cause = q.cause AND a.server = q.server) AS clients
      FROM query AS q GROUP BY cause, server
)
-- one of a thousand that was sent as the capture ended is no news
SELECT iif(1000 * w.count >= f.transactions - f.strays, 'warning', 'notice'),
       k.finding,
       k.rank, iif(w.cause = 'vip', 'waiting', 'ignored'), w.cause, w.address,
       (SELECT group_concat(label, ', ')
          FROM (SELECT label FROM asker AS a
                 WHERE a.cause = w.cause AND a.server = w.server AND place <= 2
                 ORDER BY place))
       || iif(w.clients > 2, ' and ' || (w.clients - 2) || ' more', ''),
       w.clients, w.count, f.transactions - f.strays, 'queries', w.first_ns,
       w.last_ns,
       k.phrase, k.likely, k.disproof,
       (SELECT name FROM main.confidence WHERE code = w.confidence),
       w.first_id, iif(w.cause = 'vip', nullif(w.last_id, w.first_id),
                       w.response_id)
  FROM whole AS w, temp.verdict_facts AS f
  JOIN temp.verdict_cause AS k USING (cause)
 -- those that waited in vain tell it already
 WHERE (w.cause, w.address) NOT IN (SELECT cause, server
                                      FROM temp.verdict_case
                                     WHERE cause IN ('vip', 'wrong id'));

-- @prepare Critical if one came back twice: it can't be answered
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, upstream, clients,
           names, count, of, unit, first_ns, last_ns, phrase, likely, disproof,
           transaction_id, second_id)
SELECT iif(sum(x.asker IS x.client) > 0, 'critical', 'warning'),
       'FORWARDING-LOOP', 2, 'loop', 'loop', c.text, s.text,
       max(1, count(DISTINCT nullif(x.asker, x.client))),
       (SELECT group_concat(iif(place <= 3, text, NULL), ', ')
               || iif(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '')
          FROM (SELECT iif(length(n.text) <= 128, n.text,
                           substr(n.text, 1, 125) || '...') AS text,
                       row_number() OVER (ORDER BY count(*) DESC, n.text)
                                                         AS place
                  FROM temp.verdict_loop AS l
                  JOIN main.name AS n ON n.id = l.name
                 WHERE l.client = x.client AND l.server = x.server
                 GROUP BY n.text ORDER BY place)),
       count(*), (SELECT transactions FROM temp.verdict_facts), 'queries',
       min(x.time_ns), max(x.time_ns),
       '{server} asks '
       || iif(c.id = s.id, 'itself', (SELECT label FROM temp.verdict_who
                                       WHERE address = s.text)
                                     || ', which is itself')
       || ', for {names}'
       || coalesce((SELECT '; asked for first by '
                           || group_concat(iif(place <= 2, label, NULL), ', ')
                           || iif(count(*) > 2, ' and ' || (count(*) - 2)
                                                || ' more', '')
                      FROM (SELECT w.label,
                                   row_number() OVER (ORDER BY count(*) DESC,
                                                      w.label) AS place
                              FROM temp.verdict_loop AS l
                              JOIN main.address AS a ON a.id = l.asker
                              JOIN temp.verdict_who AS w ON w.address = a.text
                             WHERE l.client = x.client AND l.server = x.server
                               AND l.asker != l.client
                             GROUP BY w.label ORDER BY place)
                    HAVING count(*) > 0), ''),
       'a forward to a /etc/resolv.conf that names the cluster''s own DNS',
       'another server behind that address', min(x.id),
       nullif(max(x.id), min(x.id))
  FROM temp.verdict_loop AS x
  JOIN main.address AS c ON c.id = x.client
  JOIN main.address AS s ON s.id = x.server
 GROUP BY x.client, x.server;

-- @prepare What Azure's DNS drops of a VM that asks it too often
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, first_ns, last_ns, phrase, likely, disproof, confidence,
           transaction_id, second_id)
WITH bound AS (
    -- 1000 queries a second are Azure's limit, and 2 % lost are Microsoft's; of
    -- ten that are lost, and twice as often as else, chance is no reason, if a
    -- hundred were asked else
    SELECT 1000 AS a_second, 0.02 AS share, 10 AS lost, 2 AS times,
           100 AS else_asked
), azure AS (
    SELECT a.id, a.text, s.silent, s.decided, s.clients, bound.*
      FROM bound
      JOIN temp.verdict_servers AS s ON s.silent >= bound.lost
                                    AND s.silent >= bound.share * s.decided
                                    AND s.decided > bound.a_second
      JOIN main.address AS a ON a.text = s.server
     WHERE a.text = '168.63.129.16'
), busy AS MATERIALIZED (
    SELECT x.query_capture AS capture, x.time_ns / 1000000000 AS second,
           count(*) AS count
      FROM azure AS z
     CROSS JOIN _chosen AS x
     WHERE x.server = z.id AND x.query_capture IS NOT NULL
       AND +x.kind = (SELECT code FROM main.kind WHERE name = 'query')
     GROUP BY capture, second
    HAVING count(*) > (SELECT a_second FROM bound)
), lost AS (
    SELECT count(*) AS count, min(x.id) AS first_id, max(x.id) AS last_id,
           min(x.time_ns) AS first_ns, max(x.time_ns) AS last_ns
      FROM azure AS z
     CROSS JOIN _chosen AS x
      JOIN busy AS b ON b.capture = x.query_capture
                    AND b.second = x.time_ns / 1000000000
     WHERE x.state = (SELECT code FROM main.state WHERE name = 'unanswered')
       AND x.server = z.id
       AND x.id NOT IN (SELECT transaction_id FROM temp.verdict_doubtful)
), rate AS (
    SELECT z.*, l.count AS busy_silent, l.first_id, l.last_id, l.first_ns,
           l.last_ns, (SELECT sum(count) FROM busy)      AS busy,
           z.silent - l.count                            AS calm_silent,
           max(0, z.decided - (SELECT sum(count) FROM busy)) AS calm
      FROM azure AS z
      JOIN lost AS l ON l.count >= z.lost
)
SELECT iif(calm >= else_asked, 'warning', 'notice'), 'AZURE-DNS-THROTTLE', 3,
       'leg', 'throttled', text, clients, busy_silent, busy, 'queries',
       first_ns, last_ns,
       printf('{server} leaves %.1f %% of queries unanswered in seconds in '
              || 'which a node asks it more than %d, and %s in others',
              100.0 * busy_silent / busy, a_second,
              coalesce(printf('%.1f %%', 100.0 * calm_silent
                                         / nullif(calm, 0)), 'nothing asked')),
       'Azure''s limit on the queries of one VM',
       'a like loss in seconds with fewer queries',
       iif(calm >= else_asked, 'likely', 'ambiguous'), first_id, last_id
  FROM rate
 WHERE busy_silent * calm >= times * calm_silent * busy;

-- @prepare Nameservers that are slow, where no lookup tells whom that hurts
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, likely, transaction_id, waiting)
SELECT iif(slow >= 0.02 * decided AND decided >= 5, 'warning', 'notice'),
       'SLOW', 5, 'slow', 'slow', server, clients, slow, decided, 'queries',
       '{server} takes over 1s to answer',
       'a slow server, its upstream, or the network',
       (SELECT min(x.id)
          FROM _chosen AS x
          JOIN main.address AS a ON a.id = x.server
         WHERE a.text = s.server AND x.response_after_ns > 1000000000), slow
  FROM (SELECT server, count(DISTINCT client) AS clients, sum(slow) AS slow,
               sum(iif(is_decided, count - doubtful, 0)) AS decided
          FROM temp.verdict_traffic GROUP BY server) AS s
 WHERE slow > 0 AND (SELECT unit FROM temp.verdict_facts) = 'queries';

-- @prepare Answers that look wrong by themselves
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, disproof, transaction_id, second_id)
SELECT iif(d.count >= 0.02 * f.responses AND f.responses >= 5,
           'warning', 'notice'),
       iif(d.verdict = 'malformed', 'DAMAGED', 'SENDER-CUT'), 5, 'oddity',
       'damaged', d.server, 0, d.count, f.responses, 'responses',
       iif(d.verdict = 'malformed',
           'responses of {server} contradict the format',
           'responses of {server} end before all their records, without TC'),
       'a response that arrives whole elsewhere', d.first_id, d.last_id
  FROM temp.verdict_damaged AS d, temp.verdict_facts AS f;

-- @prepare
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, likely, disproof, confidence, transaction_id)
WITH own AS (
    SELECT a.text AS server, count(DISTINCT m.response_id) AS told
      FROM temp.verdict_mismatch AS m
      JOIN main.exchange AS o ON o.id = m.response_id
      JOIN main.address AS a ON a.id = o.server
     WHERE o.state = (SELECT code FROM main.state
                       WHERE name = 'orphan_response')
     GROUP BY a.text
), stray AS (
    SELECT t.server, sum(t.count) - coalesce(max(w.told), 0) AS count,
           min(t.any_id)                                 AS any_id
      FROM temp.verdict_traffic AS t
      LEFT JOIN own AS w ON w.server = t.server
     WHERE t.state = 'orphan_response'
     GROUP BY t.server
)
SELECT 'notice', 'UNSOLICITED', 6, 'oddity', 'unsolicited', server, 0,
       sum(count) OVER all_of_them,
       (SELECT responses FROM temp.verdict_facts), 'responses',
       iif(count(*) OVER all_of_them = 1, 'responses of {server} to no query',
           printf('responses of %d servers to no query, most of them of {server}',
                  count(*) OVER all_of_them)),
       'late responses to who had these ports before, or forged ones',
       'a query that was not captured', 'ambiguous', any_id
  FROM stray
 WHERE count > 0
WINDOW all_of_them AS ()
 ORDER BY count DESC, server
 LIMIT 1;

-- @prepare
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, first_ns, last_ns, phrase, likely, evidence)
SELECT 'notice', 'TCP-RESET', 6, 'oddity', 'reset', server, 0, count(*),
       (SELECT count(*) FROM connections), 'connections', min(rst_ns),
       max(rst_ns), 'TCP connections to {server} are reset',
       'a limit on connections, or a firewall',
       group_concat(iif(turn <= 3, evidence, NULL), ' ')
  FROM (SELECT *, row_number() OVER (PARTITION BY server
                                     ORDER BY connection_id) AS turn
          FROM connections
         WHERE state = 'reset')
 GROUP BY server;

-- @prepare Answers for private endpoints of Azure
CREATE TEMP TABLE verdict_endpoint AS
WITH named AS (
    SELECT id FROM main.name WHERE text LIKE '%.privatelink.%'
), private AS (
    SELECT id FROM main.answer_set WHERE cname LIKE '%.privatelink.%'
)
-- of the names that were answered most, as they are counted
SELECT r.name, r.address_set, r.count, r.first_ns, r.last_ns,
       r.first_exchange                                  AS id
  FROM main.address_row AS r
 WHERE r.rcode = 0 AND r.address_set IS NOT NULL
   AND (r.cname LIKE '%.privatelink.%' OR r.name IN (SELECT id FROM named))
   AND NOT EXISTS (SELECT * FROM temp.verdict_scan)
UNION ALL
SELECT x.name, p.addresses, count(*), min(x.time_ns), max(x.time_ns),
       min(x.id)
  FROM temp.verdict_scan
 CROSS JOIN (SELECT 1 FROM private UNION ALL SELECT 1 FROM named LIMIT 1)
 CROSS JOIN _chosen AS x
  JOIN main.answer_set AS p ON p.id = x.answers
 WHERE x.rcode = 0 AND x.qtype IN (1, 28) AND p.addresses IS NOT NULL
   AND (p.id IN (SELECT id FROM private) OR x.name IN (SELECT id FROM named))
   AND +x.kind = (SELECT code FROM main.kind WHERE name = 'query')
 GROUP BY x.name, p.addresses;

-- @prepare That these are public need not be a fault
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, names, count,
           of, unit, first_ns, last_ns, phrase, likely, disproof, confidence,
           transaction_id, second_id)
WITH public AS (
    SELECT e.*, n.text
      FROM temp.verdict_endpoint AS e
      JOIN main.name AS n ON n.id = e.name
     WHERE EXISTS (SELECT * FROM json_each('["' || replace(e.address_set, ',',
                                                   '","') || '"]')
                    WHERE NOT (value GLOB '10.*' OR value GLOB '192.168.*'
                               OR value GLOB '172.1[6-9].*'
                               OR value GLOB '172.2[0-9].*'
                               OR value GLOB '172.3[01].*'
                               OR value GLOB '100.6[4-9].*'
                               OR value GLOB '100.[789][0-9].*'
                               OR value GLOB '100.1[01][0-9].*'
                               OR value GLOB '100.12[0-7].*'
                               OR value GLOB 'f[cd]*:*'))
), named AS (
    SELECT text, row_number() OVER (ORDER BY sum(count) DESC, text) AS place
      FROM public GROUP BY text
)
SELECT 'notice', k.finding, 6, 'oddity', 'public', '', 0,
       (SELECT group_concat(iif(place <= 3, text, NULL), ', ')
               || iif(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '')
          FROM (SELECT * FROM named ORDER BY place)),
       sum(p.count), (SELECT transactions FROM temp.verdict_facts), 'queries',
       min(p.first_ns), max(p.last_ns),
       'answers for private endpoints (privatelink) are public addresses: '
       || '{names}; no fault where that is wanted',
       k.likely, 'a private address in an answer for one of these names',
       'ambiguous', min(p.id), nullif(max(p.id), min(p.id))
  FROM public AS p
  JOIN temp.verdict_cause AS k ON k.cause = 'private denied'
HAVING count(*) > 0;

-- @prepare Search lists
INSERT INTO temp.verdict_found (
           severity, finding, rank, class, cause, server, clients, count, of,
           unit, phrase, likely, disproof, transaction_id)
SELECT 'notice', 'NDOTS', 7, 'oddity', 'ndots', 'search lists',
       count(DISTINCT client), sum(walked), sum(count), 'lookups',
       printf('with search lists a lookup takes %.1f queries in all',
              1.0 * sum(walked_queries) / sum(walked)),
       'ndots:5 with names that have fewer dots; no failure',
       'a name that ends in a dot', min(walked_id)
  FROM temp.verdict_lookups
HAVING sum(walked) > 0;
