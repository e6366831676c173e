-- addresses: one number for each address
--
-- Which number an address has is known of the last 65,000 or more (values.c):
-- one that came back after more others was stored once more, and would be
-- counted apart.  The first number counts; the row of the other one stays, as
-- what comes in later may still have it.

CREATE TEMP TABLE twice AS
SELECT a.id, t.first
  FROM (SELECT text, min(id) AS first
          FROM address
         GROUP BY text HAVING count(*) > 1) AS t
  JOIN address AS a ON a.text = t.text AND a.id != t.first;

CREATE UNIQUE INDEX temp.twice_id ON twice (id);

-- Without any there is nothing to read.
UPDATE exchange SET client = t.first
  FROM temp.twice AS t
 WHERE t.id = exchange.client
   AND exchange.id > iif(EXISTS (SELECT * FROM temp.twice), 0, NULL);

UPDATE exchange SET server = t.first
  FROM temp.twice AS t
 WHERE t.id = exchange.server
   AND exchange.id > iif(EXISTS (SELECT * FROM temp.twice), 0, NULL);

UPDATE stray SET src = t.first
  FROM temp.twice AS t WHERE t.id = stray.src;

UPDATE stray SET dst = t.first
  FROM temp.twice AS t WHERE t.id = stray.dst;

UPDATE icmp SET reporter = t.first
  FROM temp.twice AS t WHERE t.id = icmp.reporter;

UPDATE icmp SET src = t.first
  FROM temp.twice AS t WHERE t.id = icmp.src;

UPDATE icmp SET dst = t.first
  FROM temp.twice AS t WHERE t.id = icmp.dst;

UPDATE connection SET client = t.first
  FROM temp.twice AS t WHERE t.id = connection.client;

UPDATE connection SET server = t.first
  FROM temp.twice AS t WHERE t.id = connection.server;

DROP TABLE temp.twice;
