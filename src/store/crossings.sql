-- crossings: what two nodes saw of one message becomes one
--
-- Pairing and copies are found on each node by itself, as files of nodes with
-- different clocks are not read in the order in which things happened.  The
-- transaction is that of the node nearer to the client; queries tell which that
-- is more surely than responses.

-- A response may first be seen at another place than its query was: what
-- counts is the transaction.
CREATE TEMP TABLE crossed AS
SELECT c.message, coalesce(n.leader, n.id)     AS exchange,
       c.far_message, coalesce(f.leader, f.id) AS far_exchange,
       c.far_message & 3 = 0                   AS is_query
  FROM crossing AS c
  JOIN exchange AS n ON n.id = c.exchange
  JOIN exchange AS f ON f.id = c.far_exchange;

CREATE INDEX temp.crossed_exchange ON crossed (exchange, far_exchange);

CREATE TEMP TABLE joined (
	exchange INTEGER PRIMARY KEY, leader INTEGER, by_query INTEGER
);

INSERT OR IGNORE INTO temp.joined
SELECT far_exchange, exchange, is_query
  FROM temp.crossed
 WHERE far_exchange != exchange
 ORDER BY is_query DESC, far_message, message;

-- both of each other: what a query tells stays, else the first one
DELETE FROM temp.joined AS j
 WHERE EXISTS (SELECT * FROM temp.joined AS o
                WHERE o.exchange = j.leader AND o.leader = j.exchange
                  AND (o.by_query > j.by_query
                       OR (o.by_query = j.by_query
                           AND j.exchange < j.leader)));

-- over a third node
UPDATE temp.joined AS j
   SET leader = o.leader
  FROM temp.joined AS o
 WHERE o.exchange = j.leader AND o.leader != j.exchange;

UPDATE exchange
   SET leader = j.leader
  FROM temp.joined AS j
 WHERE exchange.id = j.exchange;

UPDATE exchange
   SET leader = j.leader
  FROM temp.joined AS j
 WHERE exchange.leader = j.exchange AND exchange.id != j.leader;

UPDATE exchange
   SET leg = 4 * j.leader + exchange.confidence
  FROM temp.joined AS j
 WHERE exchange.parent = j.exchange;

-- Messages follow their exchanges.
CREATE TEMP TABLE moved (
	message INTEGER PRIMARY KEY, original INTEGER, leader INTEGER
);

INSERT OR IGNORE INTO temp.moved
SELECT iif(j.leader = c.exchange, c.far_message, c.message),
       iif(j.leader = c.exchange, c.message, c.far_message), j.leader
  FROM temp.joined AS j
  JOIN temp.crossed AS c
    ON (c.exchange = j.leader AND c.far_exchange = j.exchange)
    OR (c.exchange = j.exchange AND c.far_exchange = j.leader);

UPDATE exchange
   SET query_copy_of = m.original
  FROM temp.moved AS m
 WHERE m.message & 3 = 0 AND exchange.id = m.message >> 2;

UPDATE exchange
   SET query_copy_of = m.original
  FROM temp.moved AS m
 WHERE exchange.leader = m.leader AND exchange.query_copy_of = m.message;

UPDATE exchange
   SET response_copy_of = m.original
  FROM temp.moved AS m
 WHERE m.message & 3 = 1 AND exchange.id = m.message >> 2;

UPDATE exchange
   SET response_copy_of = m.original
  FROM temp.moved AS m
 WHERE exchange.leader = m.leader AND exchange.response_copy_of = m.message;

UPDATE stray
   SET copy_of = m.original
  FROM temp.moved AS m
 WHERE stray.copy_of = m.message OR 4 * stray.id + 2 = m.message;

-- The response was seen, though not where the client is.
UPDATE exchange
   SET state = (SELECT code FROM state WHERE name = 'answered_elsewhere')
 WHERE id IN (SELECT leader FROM temp.joined)
   AND state = (SELECT code FROM state WHERE name = 'unanswered')
   AND EXISTS (SELECT * FROM exchange AS c
                WHERE c.leader = exchange.id AND c.response_frame IS NOT NULL);

DROP TABLE temp.moved;
DROP TABLE temp.joined;
DROP TABLE temp.crossed;
