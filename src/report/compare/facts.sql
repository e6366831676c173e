-- facts: what a comparison is made of, asked of each side by itself
--
-- Columns of all sections but tables: step, subject (NULL: all), measure,
-- count and total of a share, or the value of a latency with the bounds
-- between which it lies in 95 of 100 samples of that size (by its ranks, which
-- need no assumption; NULL: beyond what was measured).
--
-- :threshold_ns        what is slow (5 ms)

-- @tables
CREATE TEMP TABLE fact (
	side     TEXT NOT NULL,          -- before, after
	step     TEXT NOT NULL,
	subject  TEXT,
	measure  TEXT NOT NULL,
	count    INTEGER,
	total    INTEGER,
	value_ns INTEGER,
	low_ns   INTEGER,
	high_ns  INTEGER
) STRICT;

CREATE TEMP TABLE compared_capture (
	side     TEXT NOT NULL,
	file     TEXT NOT NULL,
	node     TEXT,
	first_ns INTEGER,
	last_ns  INTEGER,
	packets  INTEGER NOT NULL,
	messages INTEGER NOT NULL,
	sha256   TEXT NOT NULL
) STRICT;

-- @compared_capture
SELECT file, node, first_ns, last_ns, packets, messages, sha256
  FROM main.captures
 ORDER BY capture_id;

-- @fact
WITH apart AS MATERIALIZED (
    SELECT transaction_id FROM main.expansions WHERE outcome != 'not seen'
), lost AS MATERIALIZED (
    SELECT transaction_id
      FROM main._fate WHERE verdict = 'answered, not delivered'
), t AS MATERIALIZED (
    -- failed and decided are what step failures calls so
    SELECT name, server, rcode, state, latency_ns, query_frame,
           rcode IS NOT NULL AND rcode != 'NOERROR'
           AND state != 'orphan_at_start'
           AND NOT (rcode = 'NXDOMAIN' AND transaction_id IN apart)
                                                          AS said_no,
           state IN ('unanswered', 'wrong_source', 'icmp_error')
                                                          AS no_answer,
           state = 'answered_elsewhere' AND transaction_id IN lost
                                                          AS not_delivered,
           state NOT IN ('pending_at_end', 'orphan_at_start', 'undecided')
           AND NOT (state = 'answered_elsewhere'
                    AND transaction_id NOT IN lost)       AS decided
      FROM transactions
     WHERE kind = 'query'
), wanted (measure, share) AS (
    VALUES ('p50', 0.5), ('p95', 0.95), ('p99', 0.99)
), n AS (
    SELECT server, count(latency_ns) AS n FROM t GROUP BY server
    UNION ALL
    SELECT NULL, count(latency_ns) FROM t
), bounds AS (
    SELECT server, n, measure, 100.0 * share AS at,
           100.0 * (share - 1.96 * sqrt(share * (1 - share) / n)) AS low,
           100.0 * (share + 1.96 * sqrt(share * (1 - share) / n)) AS high
      FROM n, wanted
     WHERE n > 0
)
SELECT 'failures' AS step, NULL AS subject, 'failed transactions' AS measure,
       sum(said_no OR no_answer OR not_delivered) AS count,
       sum(decided) AS total,
       NULL AS value_ns, NULL AS low_ns, NULL AS high_ns
  FROM t
UNION ALL
SELECT 'failures', NULL, 'bad responses', sum(said_no), sum(decided),
       NULL, NULL, NULL
  FROM t
UNION ALL
SELECT 'failures', NULL, 'without an answer', sum(no_answer), sum(decided),
       NULL, NULL, NULL
  FROM t
UNION ALL
SELECT 'failures', NULL, 'failed lookups', sum(failed), count(failed),
       NULL, NULL, NULL
  FROM lookups
UNION ALL
SELECT 'failures', rcode, 'responses', count(*),
       (SELECT sum(decided) FROM t), NULL, NULL, NULL
  FROM t
 WHERE said_no
 GROUP BY rcode
UNION ALL
SELECT 'slow', NULL, 'answers over ' || duration(coalesce(:threshold_ns,
                                                          5000000)),
       sum(latency_ns > coalesce(:threshold_ns, 5000000)), count(latency_ns),
       NULL, NULL, NULL
  FROM t
UNION ALL
SELECT iif(b.server IS NULL, 'slow', 'upstream'), b.server, b.measure, NULL,
       min(b.n), percentile(t.latency_ns, b.at),
       iif(b.low > 0, percentile(t.latency_ns, b.low), NULL),
       iif(b.high <= 100, percentile(t.latency_ns, b.high), NULL)
  FROM bounds AS b
  JOIN t ON b.server IS NULL OR t.server = b.server
 GROUP BY b.server, b.measure
UNION ALL
SELECT 'upstream', server, 'without an answer', sum(no_answer), sum(decided),
       NULL, NULL, NULL
  FROM t
 GROUP BY server
UNION ALL
SELECT 'upstream', server, 'server errors',
       sum(rcode IN ('SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP')
           AND state IN ('answered', 'answered_late')), sum(decided),
       NULL, NULL, NULL
  FROM t
 GROUP BY server
UNION ALL
SELECT 'timeliness', NULL, 'answered in time', sum(state = 'answered'),
       sum(decided), NULL, NULL, NULL
  FROM t
 WHERE query_frame IS NOT NULL
UNION ALL
SELECT 'names', lower(name), 'failed',
       sum(said_no OR no_answer OR not_delivered), sum(decided),
       NULL, NULL, NULL
  FROM t
 GROUP BY lower(name);

-- @fact
SELECT 'addresses' AS step, lower(name) || ' ' || qtype AS subject,
       coalesce((SELECT group_concat(value, ' ') FROM (
           SELECT value
             FROM json_each('["' || replace(addresses, ',', '","') || '"]')
            ORDER BY value)), 'none') AS measure,
       count(*) AS count, NULL AS total, NULL AS value_ns, NULL AS low_ns,
       NULL AS high_ns
  FROM transactions
 WHERE kind = 'query' AND qtype IN ('A', 'AAAA')
   AND rcode IN ('NOERROR', 'NXDOMAIN') AND state != 'orphan_at_start'
   AND NOT tc AND verdict IN ('ok', 'trailing_bytes')
 GROUP BY 2, 3;
