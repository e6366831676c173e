-- addresses: what addresses were answered, and whether they are the right ones
--
-- Step 5 of the guide.  The order of addresses does not matter; only those of
-- the asked family (A or AAAA) are expected.  No verdict is given on an answer
-- that is cut short (TC, or not captured whole), that is a server's error, or
-- of a family of which nothing is expected and nothing came.
--
-- :expect              addresses with commas between
-- :limit               rows of a list (20)

-- @summary
WITH t AS (
    SELECT *,
           tc OR verdict NOT IN ('ok', 'trailing_bytes') AS is_cut
      FROM transactions
     WHERE kind = 'query' AND qtype IN ('A', 'AAAA') AND rcode IS NOT NULL
), s AS (
    SELECT count(*)                                      AS responses,
           count(DISTINCT lower(name))                   AS names,
           coalesce(sum(addresses IS NOT NULL), 0)       AS with_addresses,
           coalesce(sum(is_cut), 0)                      AS cut
      FROM t
)
SELECT iif(responses = 0, 'No response to a question for addresses.',
           printf('%d responses for %d name%s, %d with addresses.', responses,
                  names, iif(names = 1, '', 's'), with_addresses)
           || iif(cut > 0, ' ' || cut || ' are cut short: no verdict on '
                  || 'their addresses.', ''))            AS headline,
       responses, names, with_addresses, cut
  FROM s;

-- @rows Address sets by name
WITH t AS (
    SELECT *,
           tc OR verdict NOT IN ('ok', 'trailing_bytes') AS is_cut,
           (SELECT group_concat(value)
              FROM (SELECT value
                      FROM json_each('["' || replace(addresses, ',', '","')
                                     || '"]')
                     ORDER BY value))                    AS address_set
      FROM transactions
     WHERE kind = 'query' AND qtype IN ('A', 'AAAA') AND rcode IS NOT NULL
), grouped AS (
    SELECT name, qtype, rcode, num_answers, address_set, is_cut, cname,
           count(*)                                      AS count,
           min(answered_ns)                              AS first_ns,
           max(answered_ns)                              AS last_ns,
           group_concat(DISTINCT server)                 AS servers,
           min(transaction_id)                           AS first_id
      FROM t
     GROUP BY name COLLATE NOCASE, qtype, rcode, num_answers, address_set,
              is_cut, cname
), expected AS (
    SELECT value AS address, iif(instr(value, ':'), 'AAAA', 'A') AS qtype
      FROM json_each('["' || replace(:expect, ',', '","') || '"]')
     WHERE value != ''
), compared AS (
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
 ORDER BY sum(c.count) OVER (PARTITION BY c.name COLLATE NOCASE) DESC,
          c.name COLLATE NOCASE, c.qtype, c.first_ns, c.first_id
 LIMIT coalesce(:limit, 20);

-- @changes When the addresses of a name changed
WITH t AS (
    SELECT transaction_id, name, qtype, server, answered_ns,
           response_file || '#' || response_frame        AS evidence,
           coalesce((SELECT group_concat(value)
              FROM (SELECT value
                      FROM json_each('["' || replace(addresses, ',', '","')
                                     || '"]')
                     ORDER BY value)), 'none')           AS address_set
      FROM transactions
     WHERE kind = 'query' AND qtype IN ('A', 'AAAA')
       AND rcode IN ('NOERROR', 'NXDOMAIN') AND NOT tc
       AND verdict IN ('ok', 'trailing_bytes')
), followed AS (
    SELECT *, lag(address_set) OVER (
                PARTITION BY lower(name), qtype, server
                ORDER BY answered_ns, transaction_id)    AS before
      FROM t
)
SELECT answered_ns AS changed_ns, name, qtype, server, before,
       address_set AS after, evidence
  FROM followed
 WHERE before != address_set
 ORDER BY changed_ns, transaction_id
 LIMIT coalesce(:limit, 20);
