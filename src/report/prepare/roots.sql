-- roots: what clients asked, without what servers then asked for them
--
-- Of the transactions that are looked at, or of those above them, the ones that
-- were sent for no other.  A table, as all of them are sorted and counted.

-- @prepare
CREATE TEMP TABLE path_root AS
WITH RECURSIVE up (id, parent, depth) AS (
    SELECT id, parent, 0 FROM _chosen WHERE parent IS NOT NULL
    UNION ALL
    SELECT x.id, x.parent, up.depth + 1
      FROM up
      JOIN main.exchange AS x ON x.id = up.parent
     WHERE up.depth < 8
), root AS (
    SELECT id FROM _chosen WHERE parent IS NULL
    UNION ALL
    SELECT DISTINCT u.id
      FROM up AS u
     WHERE u.parent IS NULL
       AND NOT EXISTS (SELECT * FROM _chosen AS c WHERE c.id = u.id)
)
SELECT x.id AS transaction_id, x.attempts, x.response_after_ns,
       CASE
       WHEN k.name != 'query'                          THEN 'other'
       WHEN s.name IN ('unanswered', 'icmp_error', 'wrong_source')
                                                       THEN 'unanswered'
       WHEN x.rcode NOT IN (0, 3)                      THEN 'failed'
       WHEN x.rcode = 0                                THEN 'answered'
       WHEN x.rcode = 3                                THEN 'denied'
       ELSE 'undecided' END                            AS class
  FROM root AS r
  JOIN main.exchange AS x ON x.id = r.id
  JOIN main.kind AS k ON k.code = x.kind
  JOIN main.state AS s ON s.code = x.state;
