-- fill: the transactions of the last minutes, as span.sql found them
--
-- :name_regex          only these names; NULL: all

INSERT INTO temp.recent
WITH t AS NOT MATERIALIZED (
    SELECT transaction_id, coalesce(asked_ns, answered_ns) AS time_ns,
           client_name, client, server, name, rcode, kind, latency_ns,
           state IN ('unanswered', 'wrong_source', 'icmp_error')
                                                           AS is_unanswered
      FROM transactions
), decided AS (
    SELECT t.*, time_ns AS decided_ns
      FROM t
     WHERE transaction_id >= (SELECT first FROM temp.span)
       AND NOT is_unanswered
    UNION ALL
    SELECT t.*, time_ns + (SELECT wait_ns FROM temp.span)
      FROM t
     WHERE transaction_id >= (SELECT given_up FROM temp.span)
       AND transaction_id < (SELECT waiting FROM temp.span)
       AND is_unanswered
)
SELECT transaction_id, decided_ns / 1000000000, coalesce(client_name, client),
       server, lower(name),
       coalesce(rcode NOT IN ('NOERROR', 'NXDOMAIN'), 0),
       coalesce(rcode = 'NXDOMAIN', 0), is_unanswered, latency_ns
  FROM decided
 WHERE kind = 'query'
   AND (:name_regex IS NULL OR name REGEXP :name_regex);
