-- wrong: answers for services that the snapshot contradicts, and how sure it is
--
-- And denials that it explains: the service is in another namespace, or nothing
-- of it is ready.
--
-- What differs may have changed between the answer and the snapshot:
--
-- exact      a service keeps its cluster address for life, and was there before
--            the answer and after it; an alias whose target is denied shows it
-- likely     the right answer was given before as well as after, or the snapshot
--            is no more than a minute away: endpoints rarely change in that time
-- ambiguous  all else, and where the right answer was given between the wrong one
--            and the snapshot: told, but it counts for nothing

-- @prepare
CREATE TEMP TABLE service_wrong AS
WITH wrong AS (
    SELECT *, CASE WHEN verdict LIKE 'no such service; %' THEN 'elsewhere'
                   WHEN verdict LIKE 'match: no ready endpoint%' THEN 'unready'
                   WHEN is_alias AND is_target           THEN 'dead alias'
                   WHEN rcode = 'NXDOMAIN' OR address_set IS NULL
                   THEN 'service denied'
                   ELSE 'wrong address' END              AS cause
      FROM temp.service_judged
     WHERE verdict NOT IN ('match', 'no such service')
       AND verdict NOT LIKE 'no verdict%'
       AND (verdict NOT LIKE 'match%' OR verdict LIKE '%no ready endpoint%')
       AND rcode IN ('NOERROR', 'NXDOMAIN')
), fitting AS (
    SELECT asked, qtype, min(first_ns) AS first_ns, max(last_ns) AS last_ns
      FROM temp.service_judged
     WHERE verdict LIKE 'match%'
     GROUP BY asked, qtype
)
SELECT w.key, w.cause, w.verdict, w.created_ns,
       CASE WHEN w.cause = 'dead alias'
              OR (w.service_id IS NOT NULL AND NOT w.by_endpoints
                  AND NOT w.is_alias AND w.taken_ns >= w.last_ns) THEN 3
            WHEN w.cause IN ('elsewhere', 'unready')     THEN 2
            WHEN f.first_ns < w.last_ns AND f.last_ns > w.first_ns THEN 2
            WHEN iif(w.taken_ns >= w.last_ns, f.first_ns > w.last_ns,
                     f.last_ns < w.first_ns)             THEN 1
            WHEN max(w.taken_ns - w.last_ns, w.first_ns - w.taken_ns)
                 <= 60000000000                          THEN 2
            ELSE 1 END                                   AS sure
  FROM wrong AS w
  LEFT JOIN fitting AS f USING (asked, qtype);

-- @prepare The transactions that had these answers
CREATE TEMP TABLE verdict_wrong AS
SELECT x.id AS transaction_id, x.client, x.server, w.verdict, w.sure,
       iif(w.sure = 1, 'changed address', w.cause)       AS cause
  FROM (SELECT 1 FROM temp.service_wrong LIMIT 1)
 CROSS JOIN _chosen AS x
  JOIN temp.service_reply AS r
    ON r.name = x.name AND r.qtype_raw = x.qtype AND r.rcode_raw = x.rcode
   AND r.server_id = x.server AND r.answers IS x.answers
   AND r.response_detail IS x.response_detail
   AND r.tc = ((x.response_flags & 0x0200) != 0)
   AND x.time_ns + x.response_after_ns BETWEEN r.first_ns AND r.last_ns
  JOIN temp.service_wrong AS w USING (key)
 WHERE +x.kind = (SELECT code FROM main.kind WHERE name = 'query')
   -- what was answered before there was a service was right
   AND (w.created_ns IS NULL
        OR x.time_ns + x.response_after_ns >= w.created_ns);

-- @prepare
CREATE UNIQUE INDEX temp.verdict_wrong_id ON verdict_wrong (transaction_id);
