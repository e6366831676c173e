-- seconds: how many were asked in each second, and how many of them failed
--
-- Of the first second some may be missing: it is left out.  Of the last one
-- more will come: it is to be asked again.

SELECT second,
       count(*)                                AS queries,
       sum(is_error OR is_unanswered)          AS failures
  FROM temp.recent
 WHERE second * 1000000000 >= (SELECT since_ns FROM temp.span)
 GROUP BY second
 ORDER BY second;
