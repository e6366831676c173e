-- spellings: which names are the same as others
--
-- Which number a name has is known of the last 131,000 or more (values.c): one
-- that came back after more others was stored once more, and would be counted
-- apart.  The first number counts, as in addresses.sql.  And names are the same
-- in any case; temp.word has each once and lives until lookups.sql is through.

DELETE FROM spelling;

CREATE TEMP TABLE word (
	id   INTEGER PRIMARY KEY,        -- of the first name that is so
	text TEXT NOT NULL,              -- lower case
	key  INTEGER NOT NULL UNIQUE     -- of the text
);

INSERT OR IGNORE INTO temp.word
SELECT id, lower(text), gather_key(lower(text)) FROM name ORDER BY id;

INSERT INTO spelling
SELECT n.id, w.id
  FROM name AS n
 CROSS JOIN temp.word AS w ON w.key = gather_key(lower(n.text))
 WHERE NOT EXISTS (SELECT * FROM temp.word WHERE word.id = n.id);

CREATE TEMP TABLE twice AS
SELECT id, first
  FROM (SELECT id, min(id) OVER (PARTITION BY text) AS first
          FROM name
         WHERE id IN (SELECT name FROM spelling
                      UNION
                      SELECT word FROM spelling))
 WHERE id != first;

CREATE UNIQUE INDEX temp.twice_id ON twice (id);

-- Without any there is nothing to read.
UPDATE exchange SET name = t.first
  FROM temp.twice AS t
 WHERE t.id = exchange.name
   AND exchange.id > iif(EXISTS (SELECT * FROM temp.twice), 0, NULL);

UPDATE exchange SET response_name = t.first
  FROM temp.twice AS t
 WHERE t.id = exchange.response_name
   AND exchange.id > iif(EXISTS (SELECT * FROM temp.twice), 0, NULL);

UPDATE stray SET name = t.first
  FROM temp.twice AS t WHERE t.id = stray.name;

-- Pseudonyms of names that differ in case alone may be the same.
INSERT OR IGNORE INTO expanded
SELECT e.client, t.first, e.base_length, e.by_list, e.outcome
  FROM expanded AS e JOIN temp.twice AS t ON t.id = e.name;

DROP TABLE temp.twice;
