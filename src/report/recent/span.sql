-- span: which transactions are those of the last minutes
--
-- What a second costs must not grow with the store.  Transactions are numbered
-- in order of their first message, so that halving finds by time without an
-- index; and of more than :most only the last ones are looked at: since_ns is
-- later then, as it is where the store is younger than the span.  That a query
-- has no answer is known when its wait time has passed: it belongs to the span
-- in which it was given up.
--
-- :since_ns            the start of the span
-- :now_ns              its end
-- :most                how many transactions are looked at

INSERT INTO temp.span
WITH RECURSIVE store (first, last, wait_ns) AS MATERIALIZED (
    SELECT (SELECT min(id) FROM exchange), (SELECT max(id) FROM exchange),
           coalesce((SELECT max(wait_ns) FROM captures), 15000000000)
), start (since_ns) AS MATERIALIZED (
    SELECT max(:since_ns,
               (SELECT coalesce(time_ns, 0) FROM exchange
                 WHERE id > (SELECT last FROM store) - :most
                 ORDER BY id LIMIT 1))
), wanted (place, at_ns) AS (
    SELECT 1, since_ns FROM start
    UNION ALL
    SELECT 2, since_ns - wait_ns FROM start, store
    UNION ALL
    SELECT 3, :now_ns - wait_ns FROM store
), halved (place, at_ns, low, high) AS (
    SELECT place, at_ns, first, last + 1 FROM wanted, store
    UNION ALL
    SELECT h.place, h.at_ns,
           iif(x.time_ns < h.at_ns, (h.low + h.high) / 2 + 1, h.low),
           iif(x.time_ns < h.at_ns, h.high, (h.low + h.high) / 2)
      FROM halved AS h
      JOIN exchange AS x
        ON x.id = (SELECT id FROM exchange WHERE id >= (h.low + h.high) / 2
                    ORDER BY id LIMIT 1)
     WHERE h.low < h.high
), found (place, id) AS MATERIALIZED (
    SELECT place, low FROM halved WHERE low = high
)
SELECT (SELECT since_ns FROM start), (SELECT wait_ns FROM store),
       (SELECT id FROM found WHERE place = 1),
       (SELECT id FROM found WHERE place = 2),
       (SELECT id FROM found WHERE place = 3);
