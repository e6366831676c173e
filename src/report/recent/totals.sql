-- totals: all in one line
--
-- since_ns is where the span begins: later than wanted where there were too
-- many, or the store is younger.
--
-- :now_ns              the end of the span

SELECT count(*)                                AS queries,
       coalesce(sum(is_error), 0)              AS errors,
       coalesce(sum(is_denied), 0)             AS denied,
       coalesce(sum(is_unanswered), 0)         AS unanswered,
       percentile(latency_ns, 50)              AS p50_ns,
       percentile(latency_ns, 95)              AS p95_ns,
       percentile(latency_ns, 99)              AS p99_ns,
       (SELECT since_ns FROM temp.span)        AS since_ns,
       count(*) * 1e9
       / max(:now_ns - (SELECT since_ns FROM temp.span), 1000000000)
                                               AS per_second
  FROM temp.recent;
