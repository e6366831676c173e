-- citations: the findings in order, each with the packets that prove it

-- @prepare The transactions that are cited
CREATE TEMP TABLE verdict_example AS
SELECT transaction_id, coalesce(asked_ns, answered_ns) AS time_ns, dns_id,
       client,
       trim(coalesce(query_file || '#' || query_frame, '')
            -- what was answered, if that is another one
            || coalesce(' ' || iif(attempts > 1 AND response_frame IS NOT NULL, (
                   SELECT c.file || '#' || s.frame
                     FROM main.stray AS s
                     JOIN main.capture AS c ON c.id = s.capture
                    WHERE s.exchange = transaction_id
                      AND s.role = (SELECT code FROM main.role
                                     WHERE name = 'attempt')
                    ORDER BY s.id DESC LIMIT 1), NULL), '')
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
                              OR outcome IN ('timed out', 'not delivered')
                          UNION SELECT transaction_id
                            FROM temp.verdict_slowest);

-- @prepare
CREATE TEMP TABLE verdict_place AS
SELECT s.transaction_id, s.node, s.because, s.disproof, p.verdict AS code
  FROM main.last_seen AS s
  JOIN main.last_place AS p ON p.exchange = s.transaction_id
 WHERE s.transaction_id IN (SELECT transaction_id FROM temp.verdict_found);

-- @prepare The packets that show where it was seen last
CREATE TEMP TABLE verdict_proof AS
WITH seen AS (
    SELECT * FROM main.last_place
     WHERE exchange IN (SELECT transaction_id FROM temp.verdict_found)
), packet (transaction_id, turn, capture, frame) AS (
    SELECT s.exchange, 1,
           iif(s.is_response, x.response_capture, x.query_capture),
           iif(s.is_response, x.response_frame, x.query_frame)
      FROM seen AS s JOIN main.exchange AS x ON x.id = s.sighting
    UNION ALL
    SELECT s.exchange, 2, e.capture, e.frame
      FROM seen AS s JOIN main.icmp AS e ON e.id = s.icmp
    UNION ALL
    SELECT s.exchange, 3, t.capture, t.frame
      FROM seen AS s JOIN main.stray AS t ON t.id = s.stray
    UNION ALL
    SELECT s.exchange, 4, coalesce(x.response_capture, x.query_capture),
           coalesce(x.response_frame, x.query_frame)
      FROM seen AS s JOIN main.exchange AS x ON x.id = s.leg
    UNION ALL
    SELECT m.id, 8, x.response_capture, x.response_frame
      FROM temp.verdict_mismatch AS m
      JOIN main.exchange AS x ON x.id = m.response_id
     WHERE m.id IN (SELECT transaction_id FROM temp.verdict_found
                     WHERE cause = 'wrong id')
    UNION ALL
    SELECT b.transaction_id, 5, n.capture, n.frame
      FROM temp.verdict_blocked AS b
      JOIN main.connection AS n ON n.id = b.connection_id
    UNION ALL
    SELECT b.transaction_id, 6, n.rst_capture, n.rst_frame
      FROM temp.verdict_blocked AS b
      JOIN main.connection AS n ON n.id = b.connection_id
    UNION ALL
    SELECT b.transaction_id, 7, n.icmp_capture, n.icmp_frame
      FROM temp.verdict_blocked AS b
      JOIN main.connection AS n ON n.id = b.connection_id
)
SELECT p.transaction_id, p.turn, c.file || '#' || p.frame AS packet
  FROM packet AS p
  JOIN main.capture AS c ON c.id = p.capture;

-- @prepare The same, the worst first
CREATE TEMP TABLE verdict_findings AS
WITH cited AS (
    SELECT f.rowid AS found, a.evidence || coalesce(' ' || b.evidence, '')
           || coalesce(' ' || c.evidence, '')            AS evidence
      FROM temp.verdict_found AS f
      JOIN temp.verdict_example AS a USING (transaction_id)
      LEFT JOIN temp.verdict_example AS b ON b.transaction_id = f.second_id
      LEFT JOIN temp.verdict_example AS c ON c.transaction_id = f.third_id
)
SELECT row_number() OVER (
           ORDER BY CASE f.severity WHEN 'critical' THEN 1
                                    WHEN 'warning' THEN 2 ELSE 3 END,
                    f.rank, f.count DESC, f.finding, f.server, f.upstream,
                    f.cause)                             AS number,
       f.severity, f.finding, f.rank, f.class, f.cause, f.server, f.upstream,
       f.who, f.clients, f.names, f.count, f.of, f.unit, f.waited_ns,
       coalesce(f.first_ns, a.time_ns)                   AS first_ns,
       coalesce(f.last_ns, b.time_ns, a.time_ns)         AS last_ns,
       f.failed_for, f.waiting, f.inside, f.key,
       replace(replace(replace(f.phrase, '{server}',
                               coalesce(w.label, f.server, 'the server')),
                       '{node}', coalesce(l.node, 'the node')),
               '{names}', coalesce(f.names, ''))         AS phrase,
       f.likely,
       -- where it was seen last disproves nothing of other causes
       coalesce(f.disproof,
                iif(f.cause LIKE 'place %' OR f.cause IN ('vip', 'gave up'),
                    l.disproof, NULL))                   AS disproof,
       coalesce(f.confidence, 'exact')                   AS confidence,
       coalesce(iif(f.cause = 'place ' || l.code
                    OR (f.cause = 'race' AND l.code IN (1, 2))
                    OR (f.cause = 'vip' AND l.code = 3)
                    OR (f.cause = 'gave up' AND l.code = 14)
                    OR (f.cause = 'too late' AND l.code = 15)
                    OR (f.cause = 'upstream silent' AND l.code IN (7, 8, 18)),
                    l.because, NULL),
                v.verdict)                               AS because,
       f.transaction_id, f.second_id,
       coalesce(d.evidence, f.evidence)
       || (SELECT coalesce(group_concat(' ' || packet, ''), '')
             FROM (SELECT DISTINCT packet FROM temp.verdict_proof AS p
                    WHERE (p.transaction_id = f.transaction_id
                           OR (p.turn > 4
                               AND p.transaction_id IN (f.second_id,
                                                        f.third_id)))
                      AND instr(' ' || d.evidence || ' ', ' ' || packet || ' ')
                          = 0
                    ORDER BY turn > 4, iif(turn > 4, p.transaction_id, NULL),
                             turn))                      AS evidence,
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
  LEFT JOIN cited AS d ON d.found = f.rowid
  LEFT JOIN temp.verdict_place AS l ON l.transaction_id = f.transaction_id
  LEFT JOIN temp.verdict_wrong AS v ON v.transaction_id = f.transaction_id;

-- @prepare The transactions that tell of the lookups behind each
CREATE TEMP TABLE verdict_behind AS
SELECT f.number, c.transaction_id
  FROM temp.verdict_told AS c
  JOIN temp.verdict_findings AS f USING (key);

-- @prepare
CREATE TEMP TABLE verdict_outcome AS
SELECT CASE WHEN EXISTS (SELECT * FROM temp.verdict_findings
                          WHERE severity != 'notice') THEN 'findings'
            WHEN judged < 5 OR seen - judged > 0.05 * seen
              OR one_sided IS NOT NULL THEN 'inconclusive'
            ELSE 'healthy' END                           AS outcome
  FROM temp.verdict_facts;
