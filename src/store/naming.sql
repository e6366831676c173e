-- naming: whose the addresses of the captures were, and when
--
-- Of all who may have had an address at a time those of the smallest rank
-- count:
--   1  a pod that runs
--   2  a pod that is being deleted
--   3  a node, and the pods in its network
--   4  a service
--   5  what everybody knows
--   6  a pod that has ended: its address was free, and is marked "?"
--   7  for packets older than all of them: who has it later
-- Where that are several, all are named and none is preferred.  No address has
-- hundreds of owners but in a document made to keep us busy: then some count.

DELETE FROM claim;
DELETE FROM naming;
DELETE FROM naming_pod;

-- What is known from one side only lasts for ever on the other.
WITH taken AS (
    SELECT max(taken_ns) AS ns FROM snapshot
), life AS (
    SELECT id, coalesce(started_ns, created_ns, -9223372036854775807)
                                               AS from_ns,
           CASE WHEN phase IN ('Succeeded', 'Failed')
                THEN coalesce(finished_ns, taken.ns)
                WHEN deleted_ns IS NOT NULL
                THEN max(deleted_ns, coalesce(taken.ns, deleted_ns)) END
                                               AS to_ns,
           CASE WHEN phase IN ('Succeeded', 'Failed') THEN 6
                WHEN deleted_ns IS NOT NULL THEN 2
                ELSE 1 END                     AS rank
      FROM pod, taken
     WHERE NOT host_network
)
INSERT INTO claim
SELECT a.address, l.rank, l.from_ns, coalesce(l.to_ns, 9223372036854775807),
       'pod', p.namespace, p.name,
       'p/' || p.namespace || '/' || p.name || iif(l.rank = 6, '?', ''), p.id
  FROM life AS l
  JOIN pod AS p ON p.id = l.id
  JOIN pod_address AS a ON a.pod = p.id
UNION ALL
SELECT a.address, 3, coalesce(n.created_ns, -9223372036854775807),
       9223372036854775807, 'node', NULL, n.name, 'n/' || n.name, NULL
  FROM node AS n
  JOIN node_address AS a ON a.node = n.id
UNION ALL
SELECT a.address, 4, coalesce(s.created_ns, -9223372036854775807),
       9223372036854775807, 'svc', s.namespace, s.name,
       's/' || s.namespace || '/' || s.name, NULL
  FROM service AS s
  JOIN service_address AS a ON a.service = s.id
UNION ALL
SELECT column1, 5, -9223372036854775807, 9223372036854775807, 'raw', NULL,
       column2, NULL, NULL
  FROM (VALUES ('168.63.129.16', 'azure-dns'),
               ('169.254.10.10', 'localdns'),
               ('169.254.10.11', 'localdns'),
               ('169.254.20.10', 'nodelocaldns'),
               ('169.254.169.254', 'instance-metadata'));

INSERT INTO claim
SELECT address, 7, -9223372036854775807, from_ns, 'raw', NULL,
       'later ' || shown, NULL, NULL
  FROM claim
 WHERE rank <= 4 AND from_ns > -9223372036854775807;

CREATE TEMP TABLE hit AS
WITH mine AS (
    SELECT *
      FROM (SELECT a.text AS address, c.rank, c.from_ns, c.to_ns, c.kind,
                   c.namespace, c.name, c.shown, c.pod,
                   row_number() OVER (PARTITION BY a.text
                                      ORDER BY c.rank, c.from_ns DESC, c.shown)
                                               AS place
              FROM (SELECT DISTINCT text FROM address) AS a
              JOIN claim AS c ON c.address = address_of(a.text))
     WHERE place <= 200
), edge AS (
    SELECT address, from_ns AS ns FROM mine
    UNION
    SELECT address, to_ns FROM mine
), span AS (
    SELECT address, ns AS from_ns,
           lead(ns) OVER (PARTITION BY address ORDER BY ns) AS to_ns
      FROM edge
), candidate AS (
    SELECT s.address, s.from_ns, s.to_ns, m.rank, m.kind, m.namespace, m.name,
           m.shown, m.pod,
           min(m.rank) OVER (PARTITION BY s.address, s.from_ns) AS best
      FROM span AS s
      JOIN mine AS m ON m.address = s.address
                    AND m.from_ns <= s.from_ns AND m.to_ns > s.from_ns
     WHERE s.to_ns IS NOT NULL
)
SELECT DISTINCT address, from_ns, to_ns, kind, namespace, name, shown, pod
  FROM candidate
 WHERE rank = best
 ORDER BY address, from_ns, shown, name;

INSERT OR IGNORE INTO naming_pod
SELECT address, from_ns, to_ns, pod FROM temp.hit WHERE pod IS NOT NULL;

INSERT INTO naming
SELECT h.address, h.from_ns, h.to_ns, h.kind,
       iif(h.namespaces = 1, h.namespace, NULL),
       iif(h.count = 1 OR h.kind = 'raw', h.name, NULL),
       h.shown, h.count > 1, p.id,
       (SELECT group_concat(key || '=' || value)
          FROM (SELECT key, value FROM pod_label
                 WHERE pod = p.id ORDER BY key)),
       p.owner_kind, p.owner_name,
       CASE h.kind WHEN 'pod' THEN p.node
                   WHEN 'node' THEN iif(h.count = 1, h.name, NULL) END,
       p.container
  FROM (SELECT address, from_ns, to_ns, min(kind) AS kind, count(*) AS count,
               count(DISTINCT namespace) AS namespaces,
               min(namespace) AS namespace,
               group_concat(name, '|') AS name,
               group_concat(shown, '|') AS shown, min(pod) AS pod
          FROM temp.hit
         GROUP BY address, from_ns, to_ns) AS h
  LEFT JOIN pod AS p ON p.id = h.pod AND h.count = 1;

DROP TABLE temp.hit;
DELETE FROM claim WHERE rank > 6;
