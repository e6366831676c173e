-- denials: names that do not exist, and why that is no typo
--
-- What a name tells by itself; who was asked for it, trouble.sql looks at.
--
-- reverse         an address without a name, or a service that nobody has
-- not listed      a list of addresses (DNSBL) lacks one: that is its answer
-- private denied  a private endpoint of Azure, whose private zone is missing

-- @prepare Names that were denied, each once
CREATE TEMP TABLE verdict_denied_name AS
WITH denied AS (
    SELECT name FROM _chosen_lookup
     WHERE failed_for != '' AND outcome = 'NXDOMAIN'
     UNION
    SELECT last_name FROM _chosen_lookup
     WHERE failed_for != '' AND outcome = 'NXDOMAIN'
), zone AS (
    SELECT '.svc.' || name AS name FROM main.zone
     UNION SELECT '.svc.cluster.local.'
)
SELECT n.id AS name,
       CASE
       WHEN n.text LIKE '%.in-addr.arpa.' OR n.text LIKE '%.ip6.arpa.'
         OR n.text LIKE '%._dns-sd._udp.%'               THEN 'reverse'
       -- an address backwards, or a name, in a zone that is called like a list
       WHEN n.text REGEXP '(?i)^(([0-9]{1,3}\.){4}|([0-9a-f]\.){32})'
                          || '([a-z0-9_-]+\.)*?(zen|[a-z]{0,4}bl[0-9]*'
                          || '|dnsbl[a-z0-9-]*|dnswl|spamhaus|spamcop|sorbs'
                          || '|barracudacentral|spamrats|blocklist|blacklist)'
                          || '\.([a-z0-9_-]+\.)+$'
         OR n.text REGEXP '(?i)\.[a-z0-9_-]+\.(spamhaus|surbl|uribl)'
                          || '\.(org|com)\.$'            THEN 'not listed'
       WHEN n.text LIKE '%.privatelink.%'                THEN 'private denied'
       END                                               AS cause,
       -- whatever a search list added to it
       EXISTS (SELECT * FROM zone AS z
                WHERE instr(lower(n.text), z.name) > 0)  AS is_inside
  FROM denied AS d
  JOIN main.name AS n ON n.id = d.name;

-- @prepare And of the others those with an address that was asked a list for
WITH one AS (
    SELECT d.name, d.cause, n.text, instr(n.text, '.')   AS dot
      FROM temp.verdict_denied_name AS d
      JOIN main.name AS n ON n.id = d.name
     WHERE EXISTS (SELECT * FROM temp.verdict_denied_name
                    WHERE cause = 'not listed')
       AND n.text REGEXP '^([0-9]{1,3}\.){4}'
       AND coalesce(d.cause, '') IN ('', 'not listed')
), two AS (
    SELECT *, dot + instr(substr(text, dot + 1), '.')    AS second FROM one
), three AS (
    SELECT *, second + instr(substr(text, second + 1), '.') AS third FROM two
), part AS (
    SELECT *, substr(text, 1, third
                     + instr(substr(text, third + 1), '.')) AS address
      FROM three
)
UPDATE temp.verdict_denied_name
   SET cause = 'not listed'
  FROM part AS p
 WHERE p.name = verdict_denied_name.name AND p.cause IS NULL
   AND NOT verdict_denied_name.is_inside
   AND p.address IN (SELECT address FROM part WHERE cause = 'not listed');

-- @prepare
CREATE UNIQUE INDEX temp.verdict_denied_name_id ON verdict_denied_name (name);

-- @prepare Of lookups
CREATE TEMP TABLE verdict_denial AS
SELECT l.id AS lookup_id, n.cause, m.is_inside
  FROM _chosen_lookup AS l
  JOIN temp.verdict_denied_name AS n ON n.name = l.name
  JOIN temp.verdict_denied_name AS m ON m.name = l.last_name
 WHERE l.failed_for != '' AND l.outcome = 'NXDOMAIN'
   AND (n.cause IS NOT NULL OR m.is_inside);

-- @prepare
CREATE UNIQUE INDEX temp.verdict_denial_lookup ON verdict_denial (lookup_id);

-- @prepare Who asks whom the cluster's DNS asks, beside that one: names of the
-- cluster are not known there
CREATE TEMP TABLE verdict_astray AS
WITH part AS (
    SELECT a.id, r.role, r.name
      FROM main.address AS a
      JOIN main.address_role AS r ON r.address = a.text
)
SELECT client, server
  FROM temp.verdict_count
 WHERE rcode = 3
   AND server IN (SELECT id FROM part
                   WHERE role = 'upstream' OR name = 'azure-dns')
   AND client NOT IN (SELECT id FROM part WHERE role = 'cluster DNS');
