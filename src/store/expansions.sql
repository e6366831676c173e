-- expansions: which names were made from others by search lists
--
-- A resolver tries "api.shop" with each suffix of its list before, or after,
-- the name itself.  Which suffixes a client has is known from its pod, or from
-- what it asks: a name and, at most 30 s apart, the same with a suffix, or with
-- another suffix of one list.  A list has one namespace: a client that asks
-- for services of several asks for them in full.
--
-- All of this is done by client and name, not by transaction, and with names
-- cut at three places at most, so that it stays linear.

DELETE FROM expanded;
DELETE FROM zone;

CREATE TEMP TABLE asked AS
SELECT c.text AS client, lower(n.text)         AS name,
       -- no times: all of it is near
       coalesce(min(x.first_ns), 0)            AS first_ns,
       coalesce(max(x.last_ns), 0)             AS last_ns,
       max(x.exists_there)                     AS exists_there,
       max(x.denied)                           AS denied,
       max(x.has_data)                         AS has_data
  FROM (SELECT client, name, min(time_ns) AS first_ns, max(time_ns) AS last_ns,
               max(rcode IS 0) AS exists_there, max(rcode IS 3) AS denied,
               max(rcode IS 0 AND s.num_answers > 0) AS has_data
          FROM exchange
          LEFT JOIN answer_set AS s ON s.id = answers
         WHERE leader IS NULL AND name != 0
           AND kind = (SELECT code FROM kind WHERE kind.name = 'query')
         GROUP BY client, exchange.name) AS x
  JOIN name AS n ON n.id = x.name
  -- each ingest has numbers of its own for addresses and names
  JOIN address AS c ON c.id = x.client
 GROUP BY c.text, lower(n.text);

CREATE UNIQUE INDEX temp.asked_name ON asked (client, name);

-- What stands behind ".svc." in names that exist; of names of that shape that
-- somebody made up, only the usual few.
INSERT INTO zone
SELECT rest, count
  FROM (SELECT substr(name, instr(name, '.svc.') + 5) AS rest,
               count(*) AS count
          FROM temp.asked
         WHERE has_data AND instr(name, '.svc.') > 0
         GROUP BY 1)
 WHERE rest != '' AND rest NOT LIKE 'svc.%' AND instr(rest, '.svc.') = 0
 ORDER BY count DESC, rest
 LIMIT 4;

INSERT OR IGNORE INTO zone
SELECT 'cluster.local.', 0
 WHERE EXISTS (SELECT * FROM temp.asked
                WHERE substr(name, -19) = '.svc.cluster.local.');

-- Each way in which a name of a zone may have been made.
CREATE TEMP TABLE cut AS
WITH inside AS (
    SELECT a.*, z.name AS zone,
           substr(a.name, 1, length(a.name) - length(z.name)) AS head
      FROM temp.asked AS a
      JOIN zone AS z
        ON substr(a.name, -length(z.name) - 1) = '.' || z.name
), services AS (
    SELECT *, substr(head, 1, length(head) - 4) AS inner_name
      FROM inside
     WHERE substr(head, -5) = '.svc.'
), namespaces AS (
    SELECT *,
           rtrim(rtrim(inner_name, '.'),
                 replace(inner_name, '.', '')) AS service
      FROM services
)
SELECT client, head AS base, 3 AS kind, zone AS suffix, name, first_ns,
       last_ns, exists_there, denied
  FROM inside
UNION ALL
SELECT client, inner_name, 2, 'svc.' || zone, name, first_ns, last_ns,
       exists_there, denied
  FROM services
UNION ALL
SELECT client, service, 1,
       substr(inner_name, length(service) + 1) || 'svc.' || zone, name,
       first_ns, last_ns, exists_there, denied
  FROM namespaces
 WHERE service != '';

CREATE INDEX temp.cut_base ON cut (client, base, kind);
CREATE INDEX temp.cut_name ON cut (client, name);

-- The lists of pods.
CREATE TEMP TABLE list AS
WITH resident AS (
    SELECT DISTINCT n.address AS client, p.id AS pod, p.namespace, p.dns_policy,
           p.host_network
      FROM naming AS n
      JOIN pod AS p ON p.id = n.pod
     WHERE NOT n.ambiguous
)
SELECT r.client, r.namespace || '.svc.' || z.name AS suffix
  FROM resident AS r
  JOIN zone AS z
 WHERE r.dns_policy = 'ClusterFirstWithHostNet'
    OR (coalesce(r.dns_policy, 'ClusterFirst') = 'ClusterFirst'
        AND NOT r.host_network)
UNION
SELECT r.client, s.suffix
  FROM resident AS r
  JOIN pod_search AS s ON s.pod = r.pod;

CREATE INDEX temp.list_client ON list (client, suffix);

-- The one namespace that each client shows, and those of its pods' lists.
CREATE TEMP TABLE home AS
SELECT client, suffix
  FROM (SELECT c.client, c.suffix,
               row_number() OVER (PARTITION BY c.client
                                  ORDER BY count(*) DESC, c.suffix) AS place
          FROM temp.cut AS c
         WHERE c.kind = 1
           AND (EXISTS (SELECT * FROM temp.asked AS b
                         WHERE b.client = c.client AND b.name = c.base
                           AND b.first_ns <= c.last_ns + 30000000000
                           AND c.first_ns <= b.last_ns + 30000000000)
                OR EXISTS (SELECT * FROM temp.cut AS o
                            WHERE o.client = c.client AND o.base = c.base
                              AND o.kind IN (2, 3)
                              AND o.first_ns <= c.last_ns + 30000000000
                              AND c.first_ns <= o.last_ns + 30000000000))
         GROUP BY c.client, c.suffix)
 WHERE place = 1
UNION
SELECT client, suffix FROM temp.list;

CREATE INDEX temp.home_client ON home (client, suffix);

DELETE FROM temp.cut
 WHERE kind = 1
   AND NOT EXISTS (SELECT * FROM temp.home AS h
                    WHERE h.client = cut.client AND h.suffix = cut.suffix);

-- What the node adds: the same name goes on in another way, and that is never
-- there.  One such word may be chance.
CREATE TEMP TABLE node_suffix AS
SELECT substr(a.name, length(f.base) + 1) AS suffix
  FROM (SELECT client, base, min(first_ns) AS first_ns, max(last_ns) AS last_ns
          FROM temp.cut WHERE kind IN (1, 2) AND denied
         GROUP BY client, base) AS f
  JOIN temp.asked AS a
    ON a.client = f.client AND a.name > f.base
   AND a.name < substr(f.base, 1, length(f.base) - 1) || '/'
 WHERE a.denied AND NOT a.exists_there
   AND a.first_ns <= f.last_ns + 30000000000
   AND f.first_ns <= a.last_ns + 30000000000
   AND NOT EXISTS (SELECT * FROM temp.cut AS c
                    WHERE c.client = a.client AND c.name = a.name)
 GROUP BY 1
HAVING count(DISTINCT f.base) > 1
    OR max(instr(f.base, '.') < length(f.base))
 ORDER BY count(DISTINCT f.base) DESC, 1
 LIMIT 16;

-- Pods' own suffixes are no other kind of word than those.
INSERT INTO temp.cut
SELECT a.client, substr(a.name, 1, length(a.name) - length(s.suffix)), 4,
       s.suffix, a.name, a.first_ns, a.last_ns, a.exists_there, a.denied
  FROM (SELECT suffix, NULL AS client FROM temp.node_suffix
        UNION
        SELECT l.suffix, l.client
          FROM temp.list AS l
         WHERE l.suffix IN (SELECT suffix FROM pod_search)) AS s
  JOIN temp.asked AS a
    ON substr(a.name, -length(s.suffix) - 1) = '.' || s.suffix
   AND (s.client IS NULL OR s.client = a.client);

-- A walk through a list leaves the name itself, or several suffixes.
INSERT INTO expanded
WITH known AS (
    SELECT c.*,
           EXISTS (SELECT * FROM temp.asked AS b
                    WHERE b.client = c.client AND b.name = c.base
                      AND b.first_ns <= c.last_ns + 30000000000
                      AND c.first_ns <= b.last_ns + 30000000000)
                                               AS base_asked,
           EXISTS (SELECT * FROM temp.cut AS o
                    WHERE o.client = c.client AND o.base = c.base
                      AND o.suffix != c.suffix
                      AND o.first_ns <= c.last_ns + 30000000000
                      AND c.first_ns <= o.last_ns + 30000000000)
                                               AS has_other,
           EXISTS (SELECT * FROM temp.list AS l
                    WHERE l.client = c.client
                      AND (l.suffix = c.suffix
                           OR (c.kind IN (2, 3)
                               AND substr(l.suffix, -length(c.suffix) - 1)
                                   = '.' || c.suffix)))
                                               AS by_list
      FROM temp.cut AS c
), best AS (
    SELECT *, row_number() OVER (
               PARTITION BY client, name
               ORDER BY base_asked DESC, has_other DESC, length(suffix) DESC)
                                               AS place
      FROM known
     WHERE base_asked OR has_other OR (by_list AND denied AND kind = 1)
), member AS (
    SELECT * FROM best WHERE place = 1
), family AS (
    SELECT m.client, m.base, max(m.exists_there) AS exists_there,
           max(m.base_asked)                   AS base_asked,
           (SELECT b.exists_there FROM temp.asked AS b
             WHERE b.client = m.client AND b.name = m.base) AS base_exists
      FROM member AS m
     GROUP BY m.client, m.base
)
SELECT m.client, m.name, m.base, m.suffix, m.by_list,
       CASE WHEN f.exists_there OR (f.base_asked AND f.base_exists)
            THEN 'answered'
            WHEN f.base_asked THEN 'not answered'
            ELSE 'not seen' END
  FROM member AS m
  JOIN family AS f ON f.client = m.client AND f.base = m.base;

DROP TABLE temp.asked;
DROP TABLE temp.cut;
DROP TABLE temp.list;
DROP TABLE temp.home;
DROP TABLE temp.node_suffix;
