-- denials: names that do not exist, and why that is no typo
--
-- What a name tells by itself; who was asked for it, trouble.sql looks at.
--
-- reverse         an address without a name, or a service that nobody has
-- not listed      a list of senders (DNSBL) lacks one: that is its answer
-- private denied  a private endpoint of Azure, whose private zone is missing

-- @prepare Names that were denied, each once, without what search lists added;
-- and with that, for what it says of the last one
CREATE TEMP TABLE verdict_denied_name AS
WITH denied AS (
    SELECT name, base_length FROM _chosen_lookup
     WHERE failed_for != '' AND outcome = 'NXDOMAIN'
     UNION
    SELECT last_name, 0 FROM _chosen_lookup
     WHERE failed_for != '' AND outcome = 'NXDOMAIN'
), zone AS MATERIALIZED (
    SELECT '.svc.' || name AS name FROM main.zone
     UNION SELECT '.svc.cluster.local.'
), named AS (
    SELECT d.name, d.base_length,
           lower(substr(n.text, 1, iif(d.base_length = 0, length(n.text),
                                       d.base_length)))  AS text,
           EXISTS (SELECT * FROM zone AS z
                    WHERE substr(lower(n.text), -length(z.name)) = z.name)
                                                         AS is_inside
      FROM denied AS d
      JOIN main.name AS n ON n.id = d.name
)
SELECT *,
       CASE
       WHEN text GLOB '*.in-addr.arpa.' OR text GLOB '*.ip6.arpa.'
         OR text GLOB '*._dns-sd._udp.*'                 THEN 'reverse'
       -- an address backwards, or a name, in a zone that is called like a list
       WHEN text REGEXP '^(([0-9]{1,3}\.){4}|([0-9a-f]\.){32})'
                        || '([a-z0-9_-]+\.)*?(zen|[a-z]{0,4}bl[0-9]*'
                        || '|dnsbl[a-z0-9-]*|dnswl|spamhaus|spamcop|sorbs'
                        || '|barracudacentral|spamrats|blocklist|blacklist)'
                        || '\.([a-z0-9_-]+\.)+$'
         OR text REGEXP '\.[a-z0-9_-]+\.(spamhaus|surbl|uribl)\.(org|com)\.$'
       THEN 'not listed'
       WHEN text GLOB '*.privatelink.*'                  THEN 'private denied'
       END                                               AS cause
  FROM named;

-- @prepare And of the others those with an address that was asked a list for
WITH one AS (
    SELECT name, base_length, cause, text, instr(text, '.') AS dot
      FROM temp.verdict_denied_name
     WHERE EXISTS (SELECT * FROM temp.verdict_denied_name
                    WHERE cause = 'not listed')
       AND text REGEXP '^([0-9]{1,3}\.){4}[^.]+\.'
       AND coalesce(cause, '') IN ('', 'not listed')
), two AS (
    SELECT *, dot + instr(substr(text, dot + 1), '.')    AS second FROM one
), three AS (
    SELECT *, second + instr(substr(text, second + 1), '.') AS third FROM two
), part AS (
    SELECT *, substr(text, 1, third
                     + instr(substr(text, third + 1), '.')) AS address
      FROM three
)
UPDATE temp.verdict_denied_name AS d
   SET cause = 'not listed'
  FROM part AS p
 WHERE p.name = d.name AND p.base_length = d.base_length
   AND p.cause IS NULL AND NOT d.is_inside
   AND p.address IN (SELECT address FROM part WHERE cause = 'not listed');

-- @prepare
CREATE UNIQUE INDEX temp.verdict_denied_name_id
    ON verdict_denied_name (name, base_length);

-- @prepare Of lookups
CREATE TEMP TABLE verdict_denial AS
SELECT l.id AS lookup_id, n.cause,
       -- asked for in full: with a suffix of the node a server passes it on
       n.is_inside OR m.is_inside                        AS is_inside
  FROM _chosen_lookup AS l
  JOIN temp.verdict_denied_name AS n
    ON n.name = l.name AND n.base_length = l.base_length
  JOIN temp.verdict_denied_name AS m
    ON m.name = l.last_name AND m.base_length = 0
 WHERE l.failed_for != '' AND l.outcome = 'NXDOMAIN'
   AND (n.cause IS NOT NULL OR n.is_inside OR m.is_inside);

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
