-- questionnaire: what Microsoft's support asks, answered
--
-- Of what failed; where nothing did, of what else the verdict found.

-- @prepare The answers, in the order of the questions
CREATE TEMP TABLE verdict_answer (
	place INTEGER PRIMARY KEY,
	question, answer
);

-- @prepare
INSERT INTO temp.verdict_answer (question, answer)
WITH failed AS (
    SELECT t.*,
           CASE
           WHEN c.cause IN ('gave up', 'too late')       THEN 'answered too late'
           WHEN t.outcome = 'timed out'
            AND c.rcode NOT IN ('NOERROR', 'NXDOMAIN')
           THEN 'late ' || c.rcode
           WHEN c.cause IN ('aaaa denied', 'a denied')
           THEN 'NXDOMAIN for ' || iif(c.cause = 'a denied', 'A', 'AAAA')
           ELSE t.outcome END                            AS error
      FROM temp.verdict_trouble AS t
      JOIN temp.verdict_case AS c USING (lookup_id)
      JOIN temp.verdict_cause AS k USING (cause)
     WHERE c.class = 'fault' AND k.rank < 6
), by_name AS (
    SELECT CASE WHEN name = '.'          THEN '. (the root)'
                WHEN length(name) <= 128 THEN name
                ELSE substr(name, 1, 125) || '...' END   AS name,
           count(*) AS count
      FROM failed GROUP BY failed.name
), none AS (
    SELECT iif(f.seen - f.judged > 0.05 * f.seen OR f.judged < 5
               OR f.one_sided IS NOT NULL,
               'cannot tell: no lookup that is decided failed',
               'no lookup failed')                       AS words,
           f.seen - f.judged > 0.05 * f.seen OR f.judged < 5
           OR f.one_sided IS NOT NULL                    AS is_open
      FROM temp.verdict_facts AS f
), by_client AS (
    SELECT client, count(*) AS count FROM failed GROUP BY client
), instead AS (
    -- what is wrong though no lookup that is decided failed
    SELECT group_concat(finding, ', ') AS findings,
           coalesce(group_concat(names, '; '), 'see the findings') AS names,
           (SELECT iif(count >= of, 'always: ', 'now and then: ')
                   || count || ' of ' || of || ' ' || unit
                   || iif(finding = first, '', ' (' || first || ')')
              FROM (SELECT finding AS first, count, of, unit
                      FROM temp.verdict_findings WHERE number = 1)) AS share
      FROM (SELECT finding, names, min(number) AS number
              FROM temp.verdict_findings
             WHERE severity != 'notice'
             GROUP BY finding
             ORDER BY 3 LIMIT 3)
    HAVING count(*) > 0
), spared AS MATERIALIZED (
    SELECT lookup_id FROM temp.verdict_case WHERE class = 'spared'
), again AS (
    -- the same names, answered another time
    SELECT count(DISTINCT iif(l.failed_for = '' OR l.id IN spared, l.name,
                              NULL))                     AS names,
           count(DISTINCT iif((l.failed_for = '' OR l.id IN spared)
                              AND (l.name, l.client) IN (
                                  SELECT name, client FROM main.lookup
                                   WHERE id IN (SELECT lookup_id FROM failed)),
                              l.name, NULL))             AS same_client,
           count(*) = count(DISTINCT l.name)             AS is_once
      FROM main.lookup AS l
     WHERE l.name IN (SELECT m.name FROM main.lookup AS m
                       WHERE m.id IN (SELECT lookup_id FROM failed))
), often AS (
    -- looked up more than once
    SELECT count(*) AS names
      FROM (SELECT name FROM main.lookup
             WHERE name IN (SELECT name FROM main.lookup
                             WHERE id IN (SELECT lookup_id FROM failed))
             GROUP BY name HAVING count(*) > 1)
), custom AS (
    SELECT group_concat(address, ', ') AS servers, count(*) AS count
      FROM (SELECT r.address FROM main.address_role AS r
             WHERE r.role = 'upstream'
               AND r.address NOT IN (SELECT address FROM main.address_role
                                      WHERE role = 'well-known')
            -- whom who answers others asks
            UNION SELECT server FROM temp.verdict_traffic
                   WHERE client IN (SELECT server FROM temp.verdict_servers)
                     AND server NOT IN (SELECT address FROM main.address_role)
            -- or who asks the cluster's or Azure's asks as well
            UNION SELECT s.server
                    FROM temp.verdict_servers AS s
                   CROSS JOIN temp.verdict_traffic AS x USING (server)
                   WHERE s.server NOT IN (SELECT address
                                            FROM main.address_role)
                     AND x.client IN (
                             SELECT t.client
                               FROM temp.verdict_traffic AS t
                               JOIN main.address_role AS r
                                 ON r.address = t.server
                              WHERE r.role IN ('cluster DNS', 'well-known',
                                               'service address'))
             ORDER BY 1 LIMIT 8)
), private AS (
    SELECT count(*) AS count, min(text) AS name
      FROM main.name WHERE text LIKE '%.privatelink.%'
)
SELECT 'Where does it fail?'                             AS question,
       iif((SELECT count(*) FROM failed) = 0,
           (SELECT words FROM none)
           || coalesce((SELECT '; see ' || findings FROM instead), ''),
           (SELECT count(*) FROM by_client) || ' of '
           || (SELECT count(DISTINCT client)
                      || iif(count(DISTINCT client) = 1, ' client: ',
                             ' clients: ')
                 FROM temp.verdict_lookups)
           || (SELECT group_concat(label || ' (' || count || ')', ', ')
                 FROM (SELECT coalesce(w.label, b.client) AS label, b.count
                         FROM by_client AS b
                         LEFT JOIN temp.verdict_who AS w
                                ON w.address = b.client
                        ORDER BY b.count DESC, b.client LIMIT 5)))
                                                         AS answer
UNION ALL
SELECT 'Which error?',
       coalesce((SELECT group_concat(error || ' (' || count || ')', ', ')
                   FROM (SELECT error, count(*) AS count FROM failed
                          GROUP BY error ORDER BY count(*) DESC, error)),
                (SELECT findings FROM instead), 'none')
UNION ALL
SELECT 'Always or now and then?',
       CASE WHEN (SELECT count(*) FROM failed) = 0
            THEN CASE WHEN (SELECT is_open FROM none) THEN 'cannot tell'
                      WHEN EXISTS (SELECT * FROM instead)
                      THEN (SELECT share FROM instead)
                      ELSE 'never' END
            WHEN (SELECT is_once FROM again)
            THEN 'cannot tell: '
                 || iif((SELECT count(*) FROM by_name) = 1, 'this name',
                        'each of these names') || ' was looked up once'
            WHEN (SELECT same_client FROM again) = 0
             AND (SELECT names FROM again) > 0
            THEN 'for others not: '
                 || (SELECT names FROM again) || ' of '
                 || (SELECT count(*) FROM by_name)
                 || iif((SELECT count(*) FROM by_name) = 1, ' name ', ' names ')
                 || iif((SELECT names FROM again) = 1, 'was', 'were')
                 || ' answered to other clients, not to these'
            WHEN (SELECT names FROM again) = 0
            THEN (SELECT iif(o.names = n.names,
                             'always: none of these names was answered at '
                             || 'another time',
                             o.names || ' of ' || n.names || ' names failed '
                             || 'each time, '
                             || iif(n.names - o.names = 1, 'one was',
                                    (n.names - o.names) || ' were')
                             || ' looked up once')
                    FROM often AS o, (SELECT count(*) AS names FROM by_name)
                                                         AS n)
            ELSE 'now and then: ' || (SELECT names FROM again) || ' of '
                 || (SELECT count(*) FROM by_name)
                 || iif((SELECT count(*) FROM by_name) = 1, ' name ', ' names ')
                 || iif((SELECT names FROM again) = 1, 'was', 'were')
                 || ' answered another time' END
UNION ALL
SELECT 'Which names?',
       coalesce((SELECT group_concat(name || ' (' || count || ')', ', ')
                   FROM (SELECT * FROM by_name
                          ORDER BY count DESC, name LIMIT 5))
                || (SELECT iif(count(*) > 5, ' and ' || (count(*) - 5)
                               || ' more', '') FROM by_name),
                (SELECT names FROM instead), 'none')
UNION ALL
SELECT 'Custom DNS servers?',
       CASE WHEN (SELECT count FROM custom) > 0
            THEN (SELECT servers FROM custom)
            WHEN EXISTS (SELECT * FROM main.address_role
                          WHERE address = '168.63.129.16')
            THEN 'none seen, 168.63.129.16 is asked'
            -- nothing tells which servers are the cluster's
            WHEN NOT EXISTS (SELECT * FROM main.address_role)
            THEN coalesce((SELECT 'cannot tell; asked: '
                                  || group_concat(server, ', ')
                             FROM (SELECT server FROM temp.verdict_traffic
                                    GROUP BY server
                                    ORDER BY sum(count) DESC, server
                                    LIMIT 3)), 'none seen')
            WHEN NOT EXISTS (SELECT * FROM temp.verdict_traffic
                              WHERE client IN (SELECT server
                                                 FROM temp.verdict_servers))
            THEN 'cannot tell: no query of a DNS server was captured'
            ELSE 'none seen' END
UNION ALL
SELECT 'Private zones?',
       (SELECT iif(count = 0, 'no privatelink name seen',
                   'privatelink: ' || name
                   || iif(count > 1, ' and ' || (count - 1) || ' more', ''))
          FROM private);
