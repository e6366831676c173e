-- judge: each measure before and after, side by side, with a verdict

-- @judge
CREATE TEMP TABLE comparison AS
WITH told AS (
    SELECT * FROM temp.fact WHERE step != 'addresses'
    UNION ALL
    -- a code that one side never saw it had none of
    SELECT w.side, r.step, r.subject, r.measure, 0, w.total, NULL, NULL, NULL
      FROM (SELECT DISTINCT step, subject, measure FROM temp.fact
             WHERE measure = 'responses') AS r
      JOIN temp.fact AS w ON w.measure = 'failed transactions'
     WHERE NOT EXISTS (SELECT * FROM temp.fact AS f
                        WHERE f.side = w.side AND f.measure = 'responses'
                          AND f.subject = r.subject)
), share AS (
    SELECT *, total AS n,
           CASE WHEN total > 0 THEN 1.0 * count / total END AS p
      FROM told
), interval AS (
    -- 1.96 standard deviations on both sides hold 95 %; 3.8416 is its square
    SELECT *,
           coalesce(low_ns,
                    (p + 1.9208 / n
                     - 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n)))
                    / (1 + 3.8416 / n))                   AS low,
           coalesce(high_ns,
                    (p + 1.9208 / n
                     + 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n)))
                    / (1 + 3.8416 / n))                   AS high
      FROM share
), subjects AS (
    SELECT DISTINCT step, subject, measure FROM told
), beside AS (
    SELECT s.*, b.n AS before_n, a.n AS after_n,
           b.low AS before_low, b.high AS before_high,
           a.low AS after_low, a.high AS after_high,
           coalesce(b.value_ns, b.p) AS before_point,
           coalesce(a.value_ns, a.p) AS after_point,
           b.count AS before_count, b.total AS before_total,
           round(100 * b.p, 1) AS before_pct, b.value_ns AS before_ns,
           a.count AS after_count, a.total AS after_total,
           round(100 * a.p, 1) AS after_pct, a.value_ns AS after_ns,
           s.measure = 'answered in time' AS more_is_better
      FROM subjects AS s
      LEFT JOIN interval AS b ON b.side = 'before' AND b.step = s.step
                             AND b.subject IS s.subject
                             AND b.measure = s.measure
      LEFT JOIN interval AS a ON a.side = 'after' AND a.step = s.step
                             AND a.subject IS s.subject
                             AND a.measure = s.measure
)
SELECT step, subject, measure,
       CASE
       WHEN after_high < before_low
       THEN iif(more_is_better, 'worse', 'better')
       WHEN after_low > before_high
       THEN iif(more_is_better, 'better', 'worse')
       WHEN coalesce(before_n, 0) = 0 AND after_n > 0 THEN 'only after'
       WHEN coalesce(after_n, 0) = 0 AND before_n > 0 THEN 'only before'
       WHEN coalesce(before_n, 0) < 20 OR coalesce(after_n, 0) < 20
       THEN 'can''t be told'
       WHEN before_point BETWEEN coalesce(after_low, 0)
                             AND coalesce(after_high, before_point)
        AND after_point BETWEEN coalesce(before_low, 0)
                            AND coalesce(before_high, after_point)
       THEN 'stayed'
       ELSE 'can''t be told' END                          AS verdict,
       before_pct, after_pct, before_count, before_total, after_count,
       after_total, before_ns, after_ns,
       CASE step WHEN 'failures' THEN 100 WHEN 'slow' THEN 200
                 WHEN 'upstream' THEN 300 WHEN 'timeliness' THEN 400
                 ELSE 500 END
       + CASE WHEN subject IS NOT NULL THEN 50
              WHEN measure = 'failed transactions' THEN 1
              WHEN measure = 'bad responses' THEN 2
              WHEN measure = 'without an answer' THEN 3
              WHEN measure LIKE 'answers over%' THEN 1
              WHEN measure = 'p50' THEN 2
              WHEN measure = 'p95' THEN 3 ELSE 4 END      AS place
  FROM beside;
