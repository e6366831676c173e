-- services: what was answered for services, beside what the snapshot says
--
-- The answers for services are compared with what it says they should be: the
-- cluster's addresses, or of headless services those of ready endpoints (unknown
-- counts as ready), of EndpointSlices, of Endpoints only where there is no
-- slice.  Endpoints come and go: half an hour away from the snapshot nothing is
-- said of them, nor of what is younger than the answer; and of the rest only
-- that it is right.
--
-- :expect              who says what is expected knows better than the snapshot

-- @prepare Answers for names of services, equal ones once
CREATE TEMP TABLE service_reply AS
WITH snapshot AS (
    SELECT max(taken_ns) AS taken_ns
      FROM main.snapshots
    HAVING :expect IS NULL AND EXISTS (SELECT * FROM main.service)
), e AS (
    SELECT x.name, x.qtype, x.rcode, x.answers, x.server, x.response_detail,
           (x.response_flags & 0x0200) != 0              AS tc,
           CASE WHEN x.time_ns + x.response_after_ns - s.taken_ns
                     > 1800000000000 THEN 'snapshot too old'
                WHEN s.taken_ns - (x.time_ns + x.response_after_ns)
                     > 1800000000000 THEN 'snapshot too young'
                WHEN x.time_ns + x.response_after_ns - s.taken_ns IS NULL
                THEN 'no time to compare' END            AS distant,
           count(*)                                      AS count,
           min(x.time_ns + x.response_after_ns)          AS first_ns,
           max(x.time_ns + x.response_after_ns)          AS last_ns,
           min(x.id)                                     AS id
      FROM snapshot AS s
     CROSS JOIN _chosen AS x
     WHERE x.rcode IS NOT NULL
       AND x.name IN (SELECT id FROM main.name
                       WHERE instr(lower(text), '.svc.') > 0)
       AND +x.kind = (SELECT code FROM main.kind WHERE name = 'query')
       AND x.qtype IN (SELECT code FROM main.qtype
                        WHERE name IN ('A', 'AAAA', 'SRV'))
     GROUP BY x.name, x.qtype, x.rcode, x.answers, x.server,
              x.response_detail, tc, distant
), t AS (
    SELECT e.name, e.qtype AS qtype_raw, e.rcode AS rcode_raw, e.answers,
           e.server AS server_id, e.response_detail, e.tc, e.distant, e.count,
           e.first_ns, e.last_ns, e.id, q.name AS qtype, a.cname,
           coalesce(r.name, 'RCODE' || e.rcode)          AS rcode,
           w.text                                        AS server,
           rtrim(lower(n.text), '.')                     AS asked,
           e.tc OR coalesce(d.verdict, 'ok') NOT IN ('ok', 'trailing_bytes')
                                                         AS is_cut,
           -- of SRV the last word of the data: the target
           iif(q.name = 'SRV',
               (SELECT group_concat(target) FROM (
                    SELECT DISTINCT lower(rtrim(substr(data, length(
                               rtrim(data, replace(data, ' ', ''))) + 1), '.'))
                           AS target
                      FROM main.answer AS o
                     WHERE o.answer_set = e.answers AND o.type = e.qtype
                     ORDER BY target)),
               (SELECT group_concat(value) FROM (
                    SELECT value
                      FROM json_each('["' || replace(a.addresses, ',', '","')
                                     || '"]')
                     ORDER BY value)))                   AS address_set
      FROM e
      JOIN main.name AS n ON n.id = e.name
      JOIN main.qtype AS q ON q.code = e.qtype
      JOIN main.address AS w ON w.id = e.server
      LEFT JOIN main.rcode AS r ON r.code = e.rcode
      LEFT JOIN main.answer_set AS a ON a.id = e.answers
      LEFT JOIN main.detail AS d ON d.id = e.response_detail
)
SELECT *, json_array(asked, qtype, rcode, address_set, is_cut, cname, distant)
                                                         AS key
  FROM t;

-- @prepare Names of services, label by label from behind
CREATE TEMP TABLE service_asked AS
WITH grouped AS (
    SELECT asked, qtype, rcode, address_set, is_cut, cname, distant, key,
           substr(asked, 1, instr(asked, '.svc.') - 1)   AS head,
           substr(asked, instr(asked, '.svc.') + 5)      AS zone,
           sum(count)                                    AS count,
           min(first_ns)                                 AS first_ns,
           max(last_ns)                                  AS last_ns,
           group_concat(DISTINCT server)                 AS servers,
           min(id)                                       AS id
      FROM temp.service_reply
     GROUP BY key
), tail AS (
    -- from behind, label by label: "host.service" and "namespace"
    SELECT *, rtrim(head, replace(head, '.', ''))        AS before
      FROM grouped
), halves AS (
    SELECT *, substr(head, length(before) + 1)           AS namespace,
           rtrim(before, '.')                            AS rest
      FROM tail
)
SELECT *,
       substr(rest, length(rtrim(rest, replace(rest, '.', ''))) + 1)
                                                     AS service,
       rtrim(rtrim(rest, replace(rest, '.', '')), '.') AS host
  FROM halves;

-- @prepare
CREATE TEMP TABLE service_answer AS
WITH zone AS (
    -- that in which services have answers: a search path makes others of them
    SELECT n.zone
      FROM temp.service_asked AS n
      JOIN main.service AS s ON s.namespace = n.namespace
                            AND s.name = n.service
     WHERE n.rcode = 'NOERROR'
     GROUP BY n.zone
     ORDER BY sum(n.count) DESC, n.zone != 'cluster.local', length(n.zone),
              n.zone
     LIMIT 1
)
SELECT n.*, s.id AS service_id, s.headless, s.external_name, s.created_ns,
       s.headless OR (n.host != '' AND n.qtype != 'SRV')
                                                     AS by_endpoints
  FROM temp.service_asked AS n
  LEFT JOIN main.service AS s ON s.namespace = n.namespace
                             AND s.name = n.service
 WHERE n.zone = coalesce((SELECT zone FROM zone), 'cluster.local')
   AND (s.id IS NOT NULL
        -- other names of this shape are rather expansions of search paths,
        -- and with a CNAME expansions that CoreDNS made (autopath)
        OR (n.host = '' AND n.service != '' AND n.cname IS NULL
            AND (n.address_set IS NOT NULL
                 OR n.namespace IN (SELECT name FROM main.namespace))));

-- @prepare
CREATE TEMP TABLE service_endpoint AS
SELECT e.namespace, e.service, e.address, e.hostname, e.pod,
       max(e.ready)                                  AS ready
  FROM main.endpoint AS e
 WHERE e.address != ''
   AND (e.source = 'slice'
        OR NOT EXISTS (SELECT * FROM main.endpoint AS o
                        WHERE o.namespace = e.namespace
                          AND o.service = e.service
                          AND o.source = 'slice'))
 GROUP BY e.namespace, e.service, e.address, e.hostname, e.pod;

-- @prepare
CREATE INDEX temp.service_endpoint_of
    ON service_endpoint (namespace, service, address);

-- @prepare What should have been answered
CREATE TEMP TABLE service_wanted AS
SELECT g.id, a.address, NULL AS pod
  FROM temp.service_answer AS g
  JOIN main.service_address AS a ON a.service = g.service_id
                                AND a.source = 'cluster'
 WHERE NOT g.by_endpoints AND g.qtype != 'SRV'
UNION
SELECT g.id, e.address, e.pod
  FROM temp.service_answer AS g
  JOIN temp.service_endpoint AS e ON e.namespace = g.namespace
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
  FROM temp.service_answer AS g
  JOIN main.service_port AS p ON p.service = g.service_id
                             AND g.host IN ('', '_' || lower(p.name) || '._'
                                                || lower(p.protocol))
  LEFT JOIN temp.service_endpoint AS e ON g.headless AND e.namespace = g.namespace
                         AND e.service = g.service AND e.ready
 WHERE g.qtype = 'SRV' AND (NOT g.headless OR e.address IS NOT NULL);

-- @prepare
CREATE INDEX temp.service_wanted_of ON service_wanted (id, address);

-- @prepare
CREATE TEMP TABLE service_compared AS
SELECT g.*,
       (SELECT group_concat(address, ' ') FROM (
            SELECT DISTINCT address FROM temp.service_wanted WHERE id = g.id
               AND (instr(address, ':') > 0) = (g.qtype = 'AAAA')
             ORDER BY address))                      AS expected,
       EXISTS (SELECT * FROM temp.service_wanted WHERE id = g.id) AS has_any,
       (SELECT group_concat(address, ' ') FROM (
            SELECT DISTINCT w.address
              FROM temp.service_wanted AS w
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
                   WHEN v.value IN (SELECT address FROM temp.service_endpoint
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
             WHERE v.value NOT IN (SELECT address FROM temp.service_wanted
                                    WHERE id = g.id)
             ORDER BY v.value))                      AS unexpected,
       coalesce(g.external_name IS NOT NULL AND g.host = ''
                AND g.qtype != 'SRV', 0)             AS is_alias,
       lower(rtrim(substr(g.cname, 1, instr(g.cname || ',', ',') - 1), '.'))
           IS lower(rtrim(g.external_name, '.'))     AS is_target,
       s.taken_ns
  FROM temp.service_answer AS g,
       (SELECT max(taken_ns) AS taken_ns FROM main.snapshots) AS s;

-- @prepare
CREATE TEMP TABLE service_judged AS
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
  FROM temp.service_compared AS c;
