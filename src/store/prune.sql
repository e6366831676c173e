-- prune: takes the oldest out of a store that nobody keeps
--
-- ?1 is how many rows stay of each kind, ?2 the time since when queries may
-- still wait for their response.
-- What still waits for a response is stored again, so its row stays.  A name or
-- an answer goes when no row is left that has it.

DELETE FROM exchange
 WHERE id <= (SELECT max(id) FROM exchange) - ?1
   AND (response_frame IS NOT NULL OR time_ns IS NULL OR time_ns < ?2);

DELETE FROM stray WHERE id <= (SELECT max(id) FROM stray) - ?1;
DELETE FROM icmp WHERE id <= (SELECT max(id) FROM icmp) - ?1;
DELETE FROM connection WHERE id <= (SELECT max(id) FROM connection) - ?1;

DELETE FROM answer_set
 WHERE id NOT IN (SELECT answers FROM exchange WHERE answers IS NOT NULL
                  UNION SELECT answers FROM stray WHERE answers IS NOT NULL);

DELETE FROM answer WHERE answer_set NOT IN (SELECT id FROM answer_set);

DELETE FROM name
 WHERE id NOT IN (SELECT name FROM exchange
                  UNION SELECT response_name FROM exchange
                         WHERE response_name IS NOT NULL
                  UNION SELECT name FROM stray
                  UNION SELECT name FROM answer);

DELETE FROM detail
 WHERE id NOT IN (SELECT query_detail FROM exchange
                   WHERE query_detail IS NOT NULL
                  UNION SELECT response_detail FROM exchange
                         WHERE response_detail IS NOT NULL
                  UNION SELECT detail FROM stray WHERE detail IS NOT NULL);

DELETE FROM address
 WHERE id NOT IN (SELECT client FROM exchange UNION SELECT server FROM exchange
                  UNION SELECT src FROM stray UNION SELECT dst FROM stray
                  UNION SELECT reporter FROM icmp
                  UNION SELECT src FROM icmp UNION SELECT dst FROM icmp
                  UNION SELECT client FROM connection
                  UNION SELECT server FROM connection)
   AND text NOT IN (SELECT address FROM naming);
