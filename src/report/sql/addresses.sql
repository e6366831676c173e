-- addresses: what addresses were answered, and whether they are the right ones
--
-- Step 5 of the guide.  The order of addresses does not matter; only those of
-- the asked family (A or AAAA) are expected.  No verdict is given on an answer
-- that is cut short (TC, or not captured whole), that is a server's error, or
-- of a family of which nothing is expected and nothing came.
--
-- With a snapshot the answers for services are compared with what it says they
-- should be: the cluster's addresses, or of headless services those of ready
-- endpoints (unknown counts as ready), of EndpointSlices, of Endpoints only
-- where there is no slice.  Endpoints come and go: half an hour away from the
-- snapshot nothing is said of them, nor of what is younger than the answer;
-- and of the rest only that it is right.
--
-- What is counted is counted by rollup.sql.
--
-- :expect              addresses with commas between
-- :limit               rows of a list (20)

-- @summary
WITH s AS (
    SELECT coalesce(sum(count), 0)                       AS responses,
           coalesce((SELECT value FROM figure
                      WHERE name = 'names asked for addresses'), 0) AS names,
           coalesce(sum(iif(has_addresses, count, 0)), 0) AS with_addresses,
           coalesce(sum(iif(is_cut, count, 0)), 0)       AS cut
      FROM _tally
     WHERE kind = 'query' AND for_addresses AND rcode IS NOT NULL
)
SELECT iif(responses = 0, 'No response to a question for addresses.',
           printf('%d responses for %d name%s, %d with addresses.', responses,
                  names, iif(names = 1, '', 's'), with_addresses)
           || iif(cut > 0, ' ' || cut || ' are cut short: no verdict on '
                  || 'their addresses.', ''))            AS headline,
       responses, names, with_addresses, cut
  FROM s;

-- @rows Address sets by name
WITH grouped AS (
    SELECT n.text AS name, w.text AS word,
           coalesce(t.name, 'TYPE' || a.qtype)           AS qtype,
           coalesce(r.name, 'RCODE' || a.rcode)          AS rcode,
           a.num_answers, a.address_set, a.is_cut, a.cname, a.count,
           a.of_name, a.first_ns, a.last_ns, a.servers,
           a.first_exchange                              AS first_id
      FROM address_row AS a
      LEFT JOIN main.name AS n ON n.id = a.name
      LEFT JOIN main.name AS w ON w.id = a.word
      LEFT JOIN main.qtype AS t ON t.code = a.qtype
      LEFT JOIN main.rcode AS r ON r.code = a.rcode
), expected AS (
    SELECT value AS address, iif(instr(value, ':'), 'AAAA', 'A') AS qtype
      FROM json_each('["' || replace(:expect, ',', '","') || '"]')
     WHERE value != ''
), compared AS MATERIALIZED (
    SELECT g.*,
           (SELECT group_concat(address, ' ') FROM (
                SELECT address FROM expected AS e
                 WHERE e.qtype = g.qtype
                   AND instr(',' || coalesce(g.address_set, '') || ',',
                             ',' || address || ',') = 0
                 ORDER BY address))                      AS missing,
           (SELECT group_concat(value, ' ') FROM (
                SELECT value
                  FROM json_each('["' || replace(g.address_set, ',', '","')
                                 || '"]')
                 WHERE value NOT IN (SELECT address FROM expected)
                 ORDER BY value))                        AS unexpected
      FROM grouped AS g
)
SELECT c.name, c.qtype, c.rcode, c.num_answers, c.address_set AS addresses,
       c.cname, c.count,
       CASE WHEN c.is_cut THEN 'no verdict: cut short'
            WHEN :expect IS NULL THEN NULL
            WHEN c.rcode NOT IN ('NOERROR', 'NXDOMAIN')
            THEN 'no verdict: ' || c.rcode
            WHEN c.address_set IS NULL
             AND c.qtype NOT IN (SELECT qtype FROM expected)
            THEN 'none expected'
            WHEN c.missing IS NULL AND c.unexpected IS NULL THEN 'match'
            ELSE trim(coalesce('missing ' || c.missing, '')
                      || coalesce(' unexpected ' || c.unexpected, ''))
       END                                               AS verdict,
       c.first_ns, c.last_ns, c.servers,
       x.response_file || '#' || x.response_frame        AS evidence
  FROM compared AS c
  JOIN transactions AS x ON x.transaction_id = c.first_id
 ORDER BY c.of_name DESC, c.word COLLATE NOCASE, c.qtype, c.first_ns,
          c.first_id
 LIMIT coalesce(:limit, 20);

-- @services Answers for services, against the snapshot
WITH snapshot AS (
    SELECT max(taken_ns) AS taken_ns FROM main.snapshots
), t AS (
    SELECT transaction_id, qtype, rcode, cname, answered_ns, server,
           rtrim(lower(name), '.')                       AS asked,
           tc OR verdict NOT IN ('ok', 'trailing_bytes') AS is_cut,
           CASE WHEN answered_ns - s.taken_ns > 1800000000000
                THEN 'snapshot too old'
                WHEN s.taken_ns - answered_ns > 1800000000000
                THEN 'snapshot too young'
                WHEN answered_ns - s.taken_ns IS NULL
                THEN 'no time to compare' END            AS distant,
           -- of SRV the last word of the data: the target
           iif(qtype = 'SRV',
               (SELECT group_concat(target) FROM (
                    SELECT DISTINCT lower(rtrim(substr(data, length(
                               rtrim(data, replace(data, ' ', ''))) + 1), '.'))
                           AS target
                      FROM answers AS a
                     WHERE a.transaction_id = x.transaction_id
                       AND a.type = 'SRV'
                     ORDER BY target)),
               (SELECT group_concat(value) FROM (
                    SELECT value
                      FROM json_each('["' || replace(addresses, ',', '","')
                                     || '"]')
                     ORDER BY value)))                   AS address_set
      FROM transactions AS x, snapshot AS s
     WHERE kind = 'query' AND qtype IN ('A', 'AAAA', 'SRV')
       AND rcode IS NOT NULL AND instr(lower(name), '.svc.') > 0
       -- who says what is expected knows better
       AND :expect IS NULL AND EXISTS (SELECT * FROM main.service)
), grouped AS (
    SELECT asked, qtype, rcode, address_set, is_cut, cname, distant,
           substr(asked, 1, instr(asked, '.svc.') - 1)   AS head,
           substr(asked, instr(asked, '.svc.') + 5)      AS zone,
           count(*)                                      AS count,
           min(answered_ns)                              AS first_ns,
           max(answered_ns)                              AS last_ns,
           group_concat(DISTINCT server)                 AS servers,
           min(transaction_id)                           AS id
      FROM t
     GROUP BY asked, qtype, rcode, address_set, is_cut, cname, distant
), tail AS (
    -- from behind, label by label: "host.service" and "namespace"
    SELECT *, rtrim(head, replace(head, '.', ''))        AS before
      FROM grouped
), halves AS (
    SELECT *, substr(head, length(before) + 1)           AS namespace,
           rtrim(before, '.')                            AS rest
      FROM tail
), named AS (
    SELECT *,
           substr(rest, length(rtrim(rest, replace(rest, '.', ''))) + 1)
                                                         AS service,
           rtrim(rtrim(rest, replace(rest, '.', '')), '.') AS host
      FROM halves
), zone AS (
    -- that in which services have answers: a search path makes others of them
    SELECT n.zone
      FROM named AS n
      JOIN main.service AS s ON s.namespace = n.namespace
                            AND s.name = n.service
     WHERE n.rcode = 'NOERROR'
     GROUP BY n.zone
     ORDER BY sum(n.count) DESC, length(n.zone), n.zone
     LIMIT 1
), g AS (
    SELECT n.*, s.id AS service_id, s.headless, s.external_name, s.created_ns,
           s.headless OR (n.host != '' AND n.qtype != 'SRV')
                                                         AS by_endpoints
      FROM named AS n
      LEFT JOIN main.service AS s ON s.namespace = n.namespace
                                 AND s.name = n.service
     WHERE n.zone = coalesce((SELECT zone FROM zone), 'cluster.local')
       AND (s.id IS NOT NULL
            -- other names of this shape are rather expansions of search paths,
            -- and with a CNAME expansions that CoreDNS made (autopath)
            OR (n.host = '' AND n.service != '' AND n.cname IS NULL
                AND (n.address_set IS NOT NULL
                     OR n.namespace IN (SELECT name FROM main.namespace))))
), endpoint AS (
    SELECT e.namespace, e.service, e.address, e.hostname, e.pod,
           max(e.ready)                                  AS ready
      FROM main.endpoint AS e
     WHERE e.address != ''
       AND (e.source = 'slice'
            OR NOT EXISTS (SELECT * FROM main.endpoint AS o
                            WHERE o.namespace = e.namespace
                              AND o.service = e.service
                              AND o.source = 'slice'))
     GROUP BY e.namespace, e.service, e.address, e.hostname, e.pod
), wanted AS (
    SELECT g.id, a.address, NULL AS pod
      FROM g
      JOIN main.service_address AS a ON a.service = g.service_id
                                    AND a.source = 'cluster'
     WHERE NOT g.by_endpoints AND g.qtype != 'SRV'
    UNION
    SELECT g.id, e.address, e.pod
      FROM g
      JOIN endpoint AS e ON e.namespace = g.namespace
                        AND e.service = g.service AND e.ready
     WHERE g.service_id IS NOT NULL AND g.by_endpoints AND g.qtype != 'SRV'
       AND (g.host = ''
            OR g.host = coalesce(e.hostname, replace(replace(e.address, '.',
                                                             '-'), ':', '-')))
    UNION
    SELECT g.id, iif(g.headless,
                     lower(coalesce(e.hostname,
                                    replace(replace(e.address, '.', '-'),
                                            ':', '-'))) || '.', '')
                 || g.service || '.' || g.namespace || '.svc.' || g.zone, e.pod
      FROM g
      JOIN main.service_port AS p ON p.service = g.service_id
                                 AND g.host IN ('', '_' || lower(p.name) || '._'
                                                    || lower(p.protocol))
      LEFT JOIN endpoint AS e ON g.headless AND e.namespace = g.namespace
                             AND e.service = g.service AND e.ready
     WHERE g.qtype = 'SRV' AND (NOT g.headless OR e.address IS NOT NULL)
), compared AS MATERIALIZED (
    SELECT g.*,
           (SELECT group_concat(address, ' ') FROM (
                SELECT DISTINCT address FROM wanted WHERE id = g.id
                   AND (instr(address, ':') > 0) = (g.qtype = 'AAAA')
                 ORDER BY address))                      AS expected,
           EXISTS (SELECT * FROM wanted WHERE id = g.id) AS has_any,
           (SELECT group_concat(address, ' ') FROM (
                SELECT DISTINCT w.address
                  FROM wanted AS w
                  LEFT JOIN main.pod AS p ON p.namespace = g.namespace
                                         AND p.name = w.pod
                 WHERE w.id = g.id
                   AND (instr(w.address, ':') > 0) = (g.qtype = 'AAAA')
                   AND instr(',' || coalesce(g.address_set, '') || ',',
                             ',' || w.address || ',') = 0
                   AND NOT coalesce(p.started_ns > g.first_ns, 0)
                 ORDER BY w.address))                    AS missing,
           (SELECT group_concat(line, ' ') FROM (
                SELECT v.value || iif(g.qtype = 'SRV', '', ' (' || CASE
                       WHEN v.value IN (SELECT address FROM endpoint
                                         WHERE namespace = g.namespace
                                           AND service = g.service
                                           AND NOT ready)
                       THEN 'not ready: ' ELSE 'now ' END
                       || coalesce((SELECT group_concat(shown, '|') FROM (
                              SELECT DISTINCT coalesce(c.shown, c.name)
                                     || iif(c.from_ns > g.last_ns,
                                            ' since later', '') AS shown
                                FROM main.claim AS c
                               WHERE c.address = v.value
                                 AND c.to_ns = 9223372036854775807
                                 AND c.rank = (
                                     SELECT min(rank) FROM main.claim
                                      WHERE address = v.value
                                        AND to_ns = 9223372036854775807)
                               ORDER BY 1)), 'nobody''s')
                       || ')')                           AS line
                  FROM json_each('["' || replace(g.address_set, ',', '","')
                                 || '"]') AS v
                 WHERE v.value NOT IN (SELECT address FROM wanted
                                        WHERE id = g.id)
                 ORDER BY v.value))                      AS unexpected,
           coalesce(g.external_name IS NOT NULL AND g.host = ''
                    AND g.qtype != 'SRV', 0)             AS is_alias,
           lower(rtrim(substr(g.cname, 1, instr(g.cname || ',', ',') - 1), '.'))
               IS lower(rtrim(g.external_name, '.'))     AS is_target,
           s.taken_ns
      FROM g, snapshot AS s
), judged AS (
    SELECT *,
           CASE
           WHEN is_cut THEN 'no verdict: cut short'
           WHEN created_ns > last_ns
           THEN 'no verdict: the service is younger'
           WHEN by_endpoints AND NOT EXISTS (SELECT * FROM main.endpoint)
           THEN 'no verdict: no endpoints in the snapshot'
           WHEN qtype = 'SRV' AND host != '' AND host NOT LIKE '\_%' ESCAPE '\'
           THEN 'no verdict: SRV of one host'
           WHEN distant IS NOT NULL AND (by_endpoints OR service_id IS NULL)
           THEN 'no verdict: ' || distant
           WHEN is_alias AND is_target AND rcode = 'NOERROR' THEN 'match'
           WHEN is_alias AND is_target
           THEN 'unexpected: its target ' || external_name || ' is '
                || iif(rcode = 'NXDOMAIN', 'no name', 'not resolved')
                || ' (' || rcode || ')'
           WHEN rcode NOT IN ('NOERROR', 'NXDOMAIN')
           THEN 'no verdict: ' || rcode
           WHEN service_id IS NULL AND rcode = 'NXDOMAIN'
           THEN 'no such service'
                || coalesce('; ' || service || ' is in namespace '
                            || (SELECT group_concat(namespace, ' ') FROM (
                                    SELECT namespace FROM main.service AS o
                                     WHERE o.name = c.service
                                     ORDER BY namespace)), '')
           WHEN service_id IS NULL
           THEN 'unexpected: no such service in the snapshot'
           WHEN NOT is_alias AND NOT has_any AND rcode = 'NXDOMAIN'
           THEN 'match: ' || CASE WHEN qtype = 'SRV' AND NOT headless
                                  THEN 'no such port'
                                  WHEN by_endpoints THEN 'no ready endpoint'
                                  ELSE 'no address' END
                || ', so NXDOMAIN as specified'
           WHEN NOT is_alias AND missing IS NULL AND unexpected IS NULL
            AND (rcode = 'NOERROR' OR NOT has_any) THEN 'match'
           WHEN distant IS NOT NULL THEN 'no verdict: ' || distant
           WHEN is_alias
           THEN 'unexpected: not the CNAME ' || external_name
           WHEN missing IS NULL AND unexpected IS NULL
           THEN 'unexpected: NXDOMAIN though it has addresses'
           ELSE trim(coalesce('missing ' || missing, '')
                     || coalesce(' unexpected ' || unexpected, ''))
           END                                           AS verdict
      FROM compared AS c
)
SELECT j.asked || '.' AS name, j.qtype, j.rcode, j.address_set AS addresses,
       j.expected, j.count, j.verdict, j.first_ns, j.last_ns,
       j.taken_ns, j.servers,
       x.response_file || '#' || x.response_frame        AS evidence
  FROM judged AS j
  JOIN transactions AS x ON x.transaction_id = j.id
 ORDER BY j.verdict LIKE 'match%', j.verdict LIKE 'no verdict%',
          j.count DESC, j.asked, j.qtype, j.id
 LIMIT coalesce(:limit, 20);

-- @endpoints EndpointSlices, which count, and Endpoints that say otherwise
WITH ready AS (
    SELECT DISTINCT namespace, service, source, address,
           instr(address, ':') > 0                       AS is_ipv6
      FROM main.endpoint
     WHERE ready AND address != ''
), old AS (
    SELECT namespace, service, max(is_ipv6) AS is_ipv6, count(*) AS count
      FROM ready
     WHERE source = 'endpoints' AND EXISTS (
               SELECT * FROM main.endpoint AS e
                WHERE e.namespace = ready.namespace
                  AND e.service = ready.service AND e.source = 'slice')
     GROUP BY namespace, service
), alone AS (
    SELECT namespace, service, source, address
      FROM ready AS r
      JOIN old AS o USING (namespace, service)
     WHERE NOT EXISTS (SELECT * FROM ready AS other
                        WHERE other.namespace = r.namespace
                          AND other.service = r.service
                          AND other.source != r.source
                          AND other.address = r.address)
       -- Endpoints have one family, and no more than a thousand
       AND (source = 'endpoints'
            OR (r.is_ipv6 = o.is_ipv6 AND o.count < 1000))
     ORDER BY address
), differing AS (
    SELECT namespace, service,
           group_concat(address, ' ') FILTER (WHERE source = 'slice')
                                                         AS only_in_slices,
           group_concat(address, ' ') FILTER (WHERE source = 'endpoints')
                                                         AS only_in_endpoints
      FROM alone
     GROUP BY namespace, service
)
SELECT *
  FROM differing AS d
 WHERE :expect IS NULL
   AND EXISTS (SELECT * FROM transactions AS x
                WHERE instr('.' || lower(x.name), '.' || d.service || '.'
                                || d.namespace || '.svc.') > 0)
 ORDER BY namespace, service
 LIMIT coalesce(:limit, 20);

-- @changes When the addresses of a name changed
SELECT t.answered_ns AS changed_ns, t.name, t.qtype, t.server, c.before,
       c.after, t.response_file || '#' || t.response_frame AS evidence
  FROM address_change AS c
 CROSS JOIN transactions AS t ON t.transaction_id = c.exchange
 ORDER BY changed_ns, t.transaction_id
 LIMIT coalesce(:limit, 20);
