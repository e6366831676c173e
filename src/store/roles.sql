-- roles: which address has which part in the resolution of names
--
-- What a snapshot says, or what everybody knows, is not inferred; all else
-- follows from behaviour.  Who answers for names of the cluster with authority
-- (AA) is its DNS: what NAT translates to such an address is the service's
-- address, and whom it asks is an upstream.

DELETE FROM address_role;

CREATE TEMP TABLE well_known (
	address TEXT PRIMARY KEY,
	name    TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO temp.well_known VALUES
	('168.63.129.16', 'azure-dns'),
	('169.254.10.10', 'localdns'),
	('169.254.10.11', 'localdns'),
	('169.254.20.10', 'nodelocaldns'),
	('169.254.169.254', 'instance-metadata');

INSERT OR IGNORE INTO address_role
SELECT a.text, 'well-known', w.name, 'the same everywhere', 0
  FROM address AS a
 CROSS JOIN temp.well_known AS w ON w.address = a.text;

DROP TABLE temp.well_known;

INSERT OR IGNORE INTO address_role
WITH dns AS (
    SELECT id, namespace, name
      FROM service
     WHERE namespace = 'kube-system'
       AND name IN ('kube-dns', 'coredns', 'kube-dns-upstream')
), told AS (
    SELECT a.address, 'service address' AS role,
           d.namespace || '/' || d.name AS name
      FROM dns AS d
      JOIN service_address AS a ON a.service = d.id
    UNION
    SELECT e.address, 'cluster DNS',
           e.namespace || '/' || coalesce(e.pod, e.service)
      FROM dns AS d
      JOIN endpoint AS e ON e.namespace = d.namespace AND e.service = d.name
    UNION
    SELECT a.address, 'cluster DNS', p.namespace || '/' || p.name
      FROM pod AS p
      JOIN pod_label AS l ON l.pod = p.id AND l.key = 'k8s-app'
      JOIN pod_address AS a ON a.pod = p.id
     WHERE p.namespace = 'kube-system' AND NOT p.host_network
       AND l.value IN ('kube-dns', 'coredns', 'node-local-dns')
)
SELECT address, role, min(name), 'the snapshot says so', 0
  FROM told
 WHERE address IN (SELECT text FROM address)
 GROUP BY address, role;

CREATE TEMP TABLE placed_zone AS
SELECT name, row_number() OVER (ORDER BY name) AS place FROM zone;

CREATE TEMP TABLE cluster_name (
	name INTEGER PRIMARY KEY,        -- -> name
	zone INTEGER NOT NULL            -- its place
);

INSERT INTO temp.cluster_name
SELECT w.id, z.place
  FROM temp.placed_zone AS z
 CROSS JOIN temp.word AS w ON substr(w.text, -length(z.name) - 5)
                              = '.svc.' || z.name;

INSERT INTO temp.cluster_name
SELECT s.name, n.zone
  FROM spelling AS s
  JOIN temp.cluster_name AS n ON n.name = s.word;

CREATE TEMP TABLE authority (
	server  INTEGER PRIMARY KEY,     -- -> address
	answers INTEGER NOT NULL,
	zone    INTEGER NOT NULL         -- the first of them
);

SELECT gather('authority', 'k+<', e.server, 1, n.zone)
  FROM exchange AS e
 CROSS JOIN temp.cluster_name AS n ON n.name = e.name
 WHERE e.rcode IN (0, 3) AND (e.response_flags & 0x0400) != 0
   AND e.kind = (SELECT code FROM kind WHERE kind.name = 'query');

INSERT OR IGNORE INTO address_role
WITH served AS (
    SELECT server, count(*) AS clients
      FROM temp.contact AS x
     WHERE is_query
       AND (server IN (SELECT server FROM temp.authority)
            OR EXISTS (SELECT * FROM temp.contact AS c
                        WHERE c.client = x.server))
     GROUP BY server
), authorized AS MATERIALIZED (
    SELECT x.server, x.answers, z.name AS zone
      FROM temp.authority AS x
      JOIN temp.placed_zone AS z ON z.place = x.zone
), translated AS MATERIALIZED (
    -- where NAT sends what is asked there
    SELECT t.vip AS server, min(a.text) AS behind
      FROM (SELECT DISTINCT o.server AS vip, c.server AS behind
              FROM exchange AS c
              JOIN exchange AS o ON o.id = c.leader
             WHERE o.server != c.server) AS t
      JOIN address AS a ON a.id = t.behind
     GROUP BY t.vip
)
SELECT v.text,
       iif(t.behind IS NOT NULL, 'service address', 'cluster DNS'), NULL,
       CASE WHEN a.answers > 0
            THEN 'answers for ' || a.zone || ' with authority ('
                 || a.answers || ')'
            ELSE 'asked by ' || s.clients || ' clients, asks others itself' END
       || coalesce(', behind it is ' || t.behind, ''), 1
  FROM served AS s
  JOIN address AS v ON v.id = s.server
  LEFT JOIN authorized AS a ON a.server = s.server
  LEFT JOIN translated AS t ON t.server = s.server
 WHERE (a.answers > 0 OR s.clients > 1)
   AND v.text NOT IN (SELECT address FROM address_role
                       WHERE NOT inferred AND role != 'well-known');

DROP TABLE temp.placed_zone;
DROP TABLE temp.cluster_name;
DROP TABLE temp.authority;

INSERT OR IGNORE INTO address_role
SELECT s.text, 'upstream', NULL,
       'asked by ' || min(c.text)
       || iif(count(DISTINCT c.text) > 1,
              ' and ' || (count(DISTINCT c.text) - 1) || ' more', ''), 1
  FROM temp.contact AS x
  JOIN address AS c ON c.id = x.client
  JOIN address AS s ON s.id = x.server
 WHERE c.text IN (SELECT address FROM address_role WHERE role = 'cluster DNS')
   AND s.text NOT IN (SELECT address FROM address_role
                       WHERE role IN ('cluster DNS', 'service address'))
 GROUP BY s.text;

INSERT INTO address_role
SELECT name, 'cluster zone', NULL,
       iif(names > 0, 'services asked for that exist: ' || names,
           'services were asked for, none of them exists'), 1
  FROM zone;
