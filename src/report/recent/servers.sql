-- servers: by nameserver
--
-- :sort                'worst', 'queries', 'failures', 'unanswered', 'latency'
-- :seconds             the length of the span
-- :limit               rows

WITH t AS (
    SELECT server                                AS subject,
           count(*)                            AS queries,
           sum(is_error)                       AS errors,
           sum(is_denied)                      AS denied,
           sum(is_unanswered)                  AS unanswered,
           percentile(latency_ns, 50)          AS p50_ns,
           percentile(latency_ns, 95)          AS p95_ns,
           percentile(latency_ns, 99)          AS p99_ns
      FROM temp.recent
     WHERE server IS NOT NULL
     GROUP BY server
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
