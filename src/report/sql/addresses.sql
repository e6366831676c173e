-- addresses: what addresses were answered, and whether they are the right ones
--
-- Step 5 of the guide.  The order of addresses does not matter; only those of
-- the asked family (A or AAAA) are expected.  No verdict is given on an answer
-- that is cut short (TC, or not captured whole), that is a server's error, or
-- of a family of which nothing is expected and nothing came.
--
-- With a snapshot the answers for services are compared with what it says they
-- should be, by services.sql of src/report/prepare/.
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
           printf('%d response%s for %d name%s, %d with addresses.', responses,
                  iif(responses = 1, '', 's'), names, iif(names = 1, '', 's'),
                  with_addresses)
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
SELECT j.asked || '.' AS name, j.qtype, j.rcode, j.address_set AS addresses,
       j.expected, j.count, j.verdict, j.first_ns, j.last_ns,
       j.taken_ns, j.servers,
       x.response_file || '#' || x.response_frame        AS evidence
  FROM temp.service_judged AS j
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
