-- roots: what clients asked, without what servers then asked for them
--
-- Of the transactions that are looked at, or of those above them, the ones that
-- were sent for no other.  A table, as all of them are sorted and counted.

-- @prepare
CREATE TEMP TABLE path_root AS
WITH RECURSIVE up (id, parent) AS (
    SELECT id, parent FROM _chosen WHERE parent IS NOT NULL
    UNION
    SELECT x.id, x.parent
      FROM up
      JOIN main.exchange AS x ON x.id = up.parent
), root AS (
    SELECT id, kind, state, rcode, attempts, response_after_ns
      FROM _chosen WHERE parent IS NULL
    UNION ALL
    SELECT x.id, x.kind, x.state, x.rcode, x.attempts, x.response_after_ns
      FROM (SELECT DISTINCT id FROM up WHERE parent IS NULL) AS u
      JOIN main.exchange AS x ON x.id = u.id
     WHERE NOT EXISTS (SELECT * FROM _chosen AS c WHERE c.id = u.id)
)
SELECT id AS transaction_id, attempts, response_after_ns,
       CASE
       WHEN kind != (SELECT code FROM main.kind WHERE name = 'query')
                                                       THEN 'other'
       WHEN state IN (SELECT code FROM main.state
                       WHERE name IN ('unanswered', 'icmp_error',
                                      'wrong_source'))  THEN 'unanswered'
       WHEN rcode NOT IN (0, 3)                        THEN 'failed'
       WHEN rcode = 0                                  THEN 'answered'
       WHEN rcode = 3                                  THEN 'denied'
       ELSE 'undecided' END                            AS class
  FROM root;
