-- compare: what changed from before to after
--
-- Rates and percentiles, never counts: the two may cover different times.
-- A rate has the interval of Wilson (1927), a percentile that of its ranks,
-- both of 95 %.  Where those of before and after do not overlap, it is better
-- or worse; it stayed where each lies within the other's interval, and at
-- least 20 are counted on each side; else it can't be told.  What one side has
-- none of is only before or only after.  Nothing here says why it changed.
--
-- The facts are in temp.fact; see facts.sql.
--
-- :selection           how the user narrowed both, in words
-- :limit               rows of a list (20)

-- @summary
WITH side AS (
    SELECT s.column1 AS side,
           (SELECT total FROM temp.fact
             WHERE side = s.column1 AND measure = 'failed transactions')
                                                          AS decided,
           (SELECT max(last_ns) - min(first_ns) FROM temp.compared_capture
             WHERE side = s.column1)                      AS span_ns
      FROM (VALUES ('before'), ('after')) AS s
), both AS (
    SELECT b.decided AS before_decided, a.decided AS after_decided,
           b.span_ns AS before_span_ns, a.span_ns AS after_span_ns,
           (SELECT count(*) FROM temp.compared_capture AS x
              JOIN temp.compared_capture AS y USING (sha256)
             WHERE x.side = 'before' AND y.side = 'after') AS shared
      FROM side AS b, side AS a
     WHERE b.side = 'before' AND a.side = 'after'
), whole AS (
    SELECT *, CASE
           WHEN before_pct IS NOT NULL OR after_pct IS NOT NULL
           THEN measure || ' ' || coalesce(printf('%.1f%%', before_pct), '-')
                || ' -> ' || coalesce(printf('%.1f%%', after_pct), '-')
           ELSE measure || ' ' || coalesce(duration(before_ns), '-') || ' -> '
                || coalesce(duration(after_ns), '-') END  AS words
      FROM temp.comparison
     WHERE subject IS NULL
), ranked AS (
    SELECT verdict, words, count(*) OVER (PARTITION BY verdict) AS n,
           row_number() OVER (PARTITION BY verdict ORDER BY place) AS rank
      FROM whole
), told AS (
    -- the first three of each verdict; the table has all
    SELECT verdict, n, group_concat(words, ', ')
           || iif(n > 3, printf(' and %d more', n - 3), '') AS words
      FROM (SELECT * FROM ranked WHERE rank <= 3 ORDER BY rank)
     GROUP BY verdict
), verdict AS (
    SELECT (SELECT words FROM told WHERE verdict = 'better') AS better,
           (SELECT words FROM told WHERE verdict = 'worse')  AS worse,
           (SELECT words FROM told WHERE verdict = 'stayed') AS stayed,
           (SELECT n FROM told WHERE verdict = 'can''t be told') AS not_told,
           (SELECT count(*) FROM whole)                    AS measures
)
SELECT CASE
       WHEN coalesce(before_decided, 0) = 0 OR coalesce(after_decided, 0) = 0
       THEN 'Nothing can be compared: no decided DNS transaction '
            || CASE WHEN coalesce(before_decided, 0) > 0 THEN 'after'
                    WHEN coalesce(after_decided, 0) > 0 THEN 'before'
                    ELSE 'on either side' END || '.'
       WHEN better IS NOT NULL AND worse IS NOT NULL
       THEN 'Mixed. Better: ' || better || '. Worse: ' || worse || '.'
       WHEN better IS NOT NULL THEN 'Better: ' || better || '.'
       WHEN worse IS NOT NULL THEN 'Worse: ' || worse || '.'
       WHEN stayed IS NOT NULL THEN 'No difference: ' || stayed || '.'
       ELSE 'Can''t tell: too little was seen, or what differs may be chance.'
       END
       || iif(not_told > 0
              AND coalesce(better, worse, stayed) IS NOT NULL
              AND before_decided > 0 AND after_decided > 0,
              printf(' Of %d of %d measures it can''t be told.', not_told,
                     measures), '')
       || iif(shared > 0, printf(' %d capture%s on both sides: what is in '
              || 'there cannot differ.', shared, iif(shared = 1, ' is', 's are')),
              '')
       || iif(abs(before_span_ns - after_span_ns)
              > max(before_span_ns, after_span_ns) / 10,
              ' Before covers ' || duration(before_span_ns) || ', after '
              || duration(after_span_ns)
              || ': rates can be compared, counts cannot.', '') AS headline,
       (SELECT count(*) FROM whole WHERE verdict = 'better') AS better,
       (SELECT count(*) FROM whole WHERE verdict = 'worse')  AS worse,
       (SELECT count(*) FROM whole WHERE verdict = 'stayed') AS stayed,
       (SELECT count(*) FROM whole WHERE verdict = 'can''t be told')
                                                             AS not_told,
       before_decided, after_decided, before_span_ns, after_span_ns,
       shared AS shared_captures
  FROM both, verdict;

-- @selection Only these transactions are looked at, on both sides
SELECT :selection AS selection WHERE :selection IS NOT NULL;

-- @captures What is compared
SELECT side, file, node, first_ns, last_ns, packets, messages, sha256
  FROM temp.compared_capture
 ORDER BY side = 'after', first_ns, file, sha256;

-- @rows Step by step
SELECT step, subject, measure, verdict, before_pct, after_pct, before_ns,
       after_ns, before_count, before_total, after_count, after_total
  FROM temp.comparison
 WHERE step != 'names'
 ORDER BY place, verdict != 'worse', verdict != 'better',
          max(coalesce(before_total, 0), coalesce(after_total, 0)) DESC,
          subject, measure
 LIMIT coalesce(:limit, 20);

-- @names Names whose failures changed, or that fail on both sides
SELECT subject AS name, verdict, before_pct, after_pct, before_count,
       before_total, after_count, after_total
  FROM temp.comparison
 WHERE step = 'names'
   AND (before_count > 0 OR after_count > 0)
 ORDER BY verdict != 'worse', verdict != 'better', verdict != 'stayed',
          max(coalesce(before_count, 0), coalesce(after_count, 0)) DESC, subject
 LIMIT coalesce(:limit, 20);

-- @addresses Names that have other addresses now
WITH sets AS (
    SELECT side, subject, group_concat(measure, '; ') AS addresses
      FROM (SELECT * FROM temp.fact
             WHERE step = 'addresses'
             ORDER BY side, subject, measure)
     GROUP BY side, subject
)
SELECT b.subject AS question, b.addresses AS before, a.addresses AS after
  FROM sets AS b
  JOIN sets AS a USING (subject)
 WHERE b.side = 'before' AND a.side = 'after' AND b.addresses != a.addresses
 ORDER BY b.subject
 LIMIT coalesce(:limit, 20);
