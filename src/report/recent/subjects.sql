-- subjects: by nameserver, by name, or by client, a pod where its name is known
--
-- :list                'servers', 'names', 'clients'
-- :sort                'worst', 'queries', 'failures', 'unanswered', 'latency'
-- :seconds             the length of the span
-- :limit               rows

WITH r AS (
    SELECT CASE :list WHEN 'servers' THEN server
                      WHEN 'names'   THEN name
                      ELSE client END          AS subject, *
      FROM temp.recent
), t AS (
    SELECT subject,
           count(*)                            AS queries,
           sum(is_error)                       AS errors,
           sum(is_denied)                      AS denied,
           sum(is_unanswered)                  AS unanswered,
           percentile(latency_ns, 50)          AS p50_ns,
           percentile(latency_ns, 95)          AS p95_ns,
           percentile(latency_ns, 99)          AS p99_ns
      FROM r
     WHERE subject IS NOT NULL
     GROUP BY subject
)
SELECT subject, queries * 1.0 / :seconds AS per_second, queries, errors, denied,
       unanswered, p50_ns, p95_ns, p99_ns
  FROM t
 ORDER BY CASE :sort WHEN 'queries'    THEN queries
                     WHEN 'failures'   THEN errors
                     WHEN 'unanswered' THEN unanswered
                     WHEN 'latency'    THEN coalesce(p95_ns, -1)
                     ELSE errors + unanswered END DESC,
          errors + unanswered DESC, denied DESC, queries DESC, subject
 LIMIT :limit;
