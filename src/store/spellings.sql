-- spellings: which names are the same as others
--
-- Names are the same in any case; and one that was seen again after many
-- others may have been stored twice.

DELETE FROM spelling;

INSERT INTO spelling
SELECT id, same, word
  FROM (SELECT id, min(id) OVER (PARTITION BY lower(text), text) AS same,
               min(id) OVER (PARTITION BY lower(text)) AS word
          FROM name)
 WHERE id != word OR id != same;
