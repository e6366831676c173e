-- expansions: which names were made from others by search lists
--
-- A resolver tries "api.shop" with each suffix of its list before, or after,
-- the name itself.  Which suffixes a client has is known from its pod, or from
-- what it asks: a name and, at most 30 s apart, the same with a suffix, or with
-- another suffix of one list.  A list has one namespace: a client that asks
-- for services of several asks for them in full.
--
-- All of this is done by client and name (asked.sql), not by transaction, and
-- texts are cut by name alone, at three places at most, so that it stays
-- linear.

DELETE FROM expanded;
DELETE FROM zone;

-- What stands behind ".svc." in names that exist; of names of that shape that
-- somebody made up, only the usual few.
INSERT INTO zone
SELECT rest, count
  FROM (SELECT substr(w.text, instr(w.text, '.svc.') + 5) AS rest,
               sum(a.count) AS count
          FROM (SELECT word, count(*) AS count FROM temp.asked
                 WHERE has_data GROUP BY word) AS a
         CROSS JOIN temp.word AS w ON w.id = a.word
         WHERE instr(w.text, '.svc.') > 0
         GROUP BY 1)
 WHERE rest != '' AND rest NOT LIKE 'svc.%' AND instr(rest, '.svc.') = 0
 ORDER BY count DESC, rest
 LIMIT 4;

INSERT OR IGNORE INTO zone
SELECT 'cluster.local.', 0
 WHERE NOT EXISTS (SELECT * FROM zone WHERE name = 'cluster.local.')
   AND EXISTS (SELECT * FROM temp.word
                WHERE substr(text, -19) = '.svc.cluster.local.'
                  AND id IN (SELECT word FROM temp.asked));

-- Each way in which a name may have been made.
CREATE TEMP TABLE way (
	word        INTEGER NOT NULL,
	kind        INTEGER NOT NULL,    -- what it ends in: 1 a namespace with
	                                 -- "svc" and the zone, 2 without the
	                                 -- namespace, 3 the zone, 4 other words
	base        INTEGER NOT NULL,    -- -> word; below 0: it is no name
	suffix      INTEGER NOT NULL,    -- the key of its text
	base_length INTEGER NOT NULL,
	PRIMARY KEY (word, kind, suffix)
) WITHOUT ROWID;

CREATE TEMP VIEW cut AS
WITH inside AS (
    SELECT w.id AS word, w.text, z.name AS zone,
           length(w.text) - length(z.name) AS head_length
      FROM temp.word AS w
      JOIN zone AS z
        ON substr(w.text, -length(z.name) - 1) = '.' || z.name
), services AS (
    SELECT *, substr(text, 1, head_length - 4) AS inner_name
      FROM inside
     WHERE substr(text, head_length - 4, 5) = '.svc.'
)
SELECT word, 3 AS kind, text, head_length AS base_length FROM inside
UNION ALL
SELECT word, 2, text, head_length - 4 FROM services
UNION ALL
SELECT word, 1, text,
       length(rtrim(rtrim(inner_name, '.'), replace(inner_name, '.', '')))
  FROM services
 WHERE instr(rtrim(inner_name, '.'), '.') > 0;

INSERT INTO temp.way
SELECT c.word, c.kind,
       coalesce(b.id, -1 - gather_key(substr(c.text, 1, c.base_length))),
       gather_key(substr(c.text, c.base_length + 1)), c.base_length
  FROM temp.cut AS c
  LEFT JOIN temp.word AS b
    ON b.key = gather_key(substr(c.text, 1, c.base_length));

-- And for each client that asked.  What is neither kind 1 nor has a base that
-- was asked for, or that has another suffix, shows nothing.
CREATE TEMP TABLE trail (
	client       INTEGER NOT NULL,
	base         INTEGER NOT NULL,
	kind         INTEGER NOT NULL,
	word         INTEGER NOT NULL,
	suffix       INTEGER NOT NULL,
	base_length  INTEGER NOT NULL,
	first_ns     INTEGER NOT NULL,
	last_ns      INTEGER NOT NULL,
	exists_there INTEGER NOT NULL,
	denied       INTEGER NOT NULL,
	PRIMARY KEY (client, base, kind, word, suffix)
) WITHOUT ROWID;

INSERT INTO temp.trail
SELECT a.client, w.base, w.kind, w.word, w.suffix, w.base_length, a.first_ns,
       a.last_ns, a.exists_there, a.denied
  FROM temp.asked AS a
 CROSS JOIN temp.way AS w ON w.word = a.word
 WHERE w.kind = 1
    OR w.base >= 0
    OR w.base IN (SELECT base FROM temp.way WHERE base < 0
                   GROUP BY base HAVING min(suffix) != max(suffix));

-- The lists of pods.
CREATE TEMP TABLE list AS
WITH resident AS (
    SELECT DISTINCT a.id AS client, p.id AS pod, p.namespace, p.dns_policy,
           p.host_network
      FROM naming AS n
      JOIN pod AS p ON p.id = n.pod
      JOIN address AS a ON a.text = n.address
     WHERE NOT n.ambiguous
)
SELECT r.client, r.namespace || '.svc.' || z.name AS suffix
  FROM resident AS r
  JOIN zone AS z
 WHERE r.dns_policy = 'ClusterFirstWithHostNet'
    OR (coalesce(r.dns_policy, 'ClusterFirst') = 'ClusterFirst'
        AND NOT r.host_network)
UNION
SELECT r.client, s.suffix
  FROM resident AS r
  JOIN pod_search AS s ON s.pod = r.pod;

-- What ends a suffix of a list with a namespace is a suffix as well.
CREATE TEMP TABLE listed (
	client   INTEGER NOT NULL,
	suffix   INTEGER NOT NULL,       -- the key of its text
	is_whole INTEGER NOT NULL,
	PRIMARY KEY (client, suffix, is_whole)
) WITHOUT ROWID;

INSERT INTO temp.listed
SELECT client, gather_key(suffix), 1
  FROM temp.list
UNION
SELECT l.client, gather_key(z.suffix), 0
  FROM (SELECT name AS suffix FROM zone
        UNION ALL
        SELECT 'svc.' || name FROM zone) AS z
  JOIN temp.list AS l ON substr(l.suffix, -length(z.suffix) - 1)
                         = '.' || z.suffix;

-- The one namespace that each client shows, and those of its pods' lists.
CREATE TEMP TABLE home (
	client INTEGER NOT NULL,
	suffix INTEGER NOT NULL,         -- the key of its text
	PRIMARY KEY (client, suffix)
) WITHOUT ROWID;

INSERT INTO temp.home
SELECT client, suffix
  FROM (SELECT s.client, s.suffix,
               row_number() OVER (
                   PARTITION BY s.client
                   ORDER BY s.count DESC,
                            substr(w.text, s.base_length + 1)) AS place
          FROM (SELECT c.client, c.suffix, count(*) AS count,
                       min(c.word) AS word, c.base_length
                  FROM temp.trail AS c
                 WHERE c.kind = 1
                   AND (EXISTS (SELECT * FROM temp.asked AS b
                                 WHERE b.client = c.client AND b.word = c.base
                                   AND b.first_ns <= c.last_ns + 30000000000
                                   AND c.first_ns <= b.last_ns + 30000000000)
                        OR EXISTS (SELECT * FROM temp.trail AS o
                                    WHERE o.client = c.client
                                      AND o.base = c.base
                                      AND o.kind IN (2, 3)
                                      AND o.first_ns <= c.last_ns + 30000000000
                                      AND c.first_ns
                                          <= o.last_ns + 30000000000))
                 GROUP BY c.client, c.suffix) AS s
          JOIN temp.word AS w ON w.id = s.word)
 WHERE place = 1
UNION
SELECT client, suffix FROM temp.listed WHERE is_whole;

DELETE FROM temp.trail
 WHERE kind = 1
   AND NOT EXISTS (SELECT * FROM temp.home AS h
                    WHERE h.client = trail.client
                      AND h.suffix = trail.suffix);

-- What the node adds: the same name goes on in another way, and that is never
-- there.  One such word may be chance.
CREATE TEMP TABLE strange (
	client   INTEGER NOT NULL,
	text     TEXT NOT NULL,
	first_ns INTEGER NOT NULL,
	last_ns  INTEGER NOT NULL,
	PRIMARY KEY (client, text)
) WITHOUT ROWID;

INSERT INTO temp.strange
SELECT a.client, w.text, a.first_ns, a.last_ns
  FROM temp.asked AS a
  JOIN temp.word AS w ON w.id = a.word
 WHERE a.denied AND NOT a.exists_there
   AND NOT EXISTS (SELECT * FROM temp.way WHERE way.word = a.word);

CREATE TEMP TABLE strange_word (text TEXT PRIMARY KEY) WITHOUT ROWID;

INSERT OR IGNORE INTO temp.strange_word SELECT text FROM temp.strange;

-- Bases that begin one of them, whoever asked.
CREATE TEMP TABLE stem (
	base INTEGER PRIMARY KEY,        -- as in way
	text TEXT NOT NULL
);

INSERT OR IGNORE INTO temp.stem
SELECT b.base, b.text
  FROM (SELECT x.base, substr(w.text, 1, x.base_length) AS text
          FROM temp.way AS x
         CROSS JOIN temp.word AS w ON w.id = x.word
         WHERE x.kind IN (1, 2)) AS b
 WHERE EXISTS (SELECT * FROM temp.strange_word AS s
                WHERE s.text > b.text
                  AND s.text < substr(b.text, 1, length(b.text) - 1) || '/');

-- Or it is there, and the walk ends: each resolver asks for the name itself if
-- nothing else was answered.
CREATE TEMP TABLE walk (
	client   INTEGER NOT NULL,
	base     INTEGER NOT NULL,       -- as in way
	text     TEXT NOT NULL,
	is_whole INTEGER NOT NULL,       -- all that lists of pods have
	first_ns INTEGER NOT NULL,
	last_ns  INTEGER NOT NULL,
	PRIMARY KEY (client, base)
) WITHOUT ROWID;

INSERT INTO temp.walk
SELECT t.client, t.base, substr(w.text, 1, t.base_length), t.kinds = 3,
       t.first_ns, t.last_ns
  FROM (SELECT client, base, word, base_length,
               max(kind = 1) + max(kind = 2) + max(kind = 3) AS kinds,
               max(first_ns)                   AS first_ns,
               max(last_ns)                    AS last_ns
          FROM temp.trail
         GROUP BY client, base
        HAVING min(kind) = 1 AND max(kind) > 1
           AND min(denied) AND NOT max(exists_there)) AS t
 CROSS JOIN temp.word AS w ON w.id = t.word
 WHERE NOT EXISTS (SELECT * FROM temp.asked AS b
                    WHERE b.client = t.client AND b.word = t.base);

CREATE TEMP TABLE met (
	client   INTEGER NOT NULL,
	text     TEXT NOT NULL,
	first_ns INTEGER NOT NULL,
	last_ns  INTEGER NOT NULL,
	PRIMARY KEY (client, text)
) WITHOUT ROWID;

-- What was itself walked from is no name that a list made.
INSERT INTO temp.met
SELECT a.client, w.text, a.first_ns, a.last_ns
  FROM (SELECT DISTINCT client FROM temp.walk) AS k
 CROSS JOIN temp.asked AS a ON a.client = k.client
 CROSS JOIN temp.word AS w ON w.id = a.word
 WHERE a.exists_there
   AND NOT EXISTS (SELECT * FROM temp.way WHERE way.word = a.word)
   AND NOT EXISTS (SELECT * FROM temp.trail AS t
                    WHERE t.client = a.client AND t.base = a.word);

CREATE TEMP TABLE node_suffix AS
SELECT substr(a.text, length(f.base) + 1) AS suffix
  FROM (SELECT t.client, s.text AS base, min(t.first_ns) AS first_ns,
               max(t.last_ns) AS last_ns
          FROM (SELECT client, base, first_ns, last_ns
                  FROM temp.trail
                 WHERE kind = 1 AND denied
                UNION ALL
                SELECT a.client, w.base, a.first_ns, a.last_ns
                  FROM temp.asked AS a
                 CROSS JOIN temp.way AS w ON w.word = a.word AND w.kind = 2
                 WHERE a.denied) AS t
         CROSS JOIN temp.stem AS s ON s.base = t.base
         GROUP BY t.client, t.base) AS f
 CROSS JOIN temp.strange AS a
    ON a.client = f.client AND a.text > f.base
   AND a.text < substr(f.base, 1, length(f.base) - 1) || '/'
 WHERE a.first_ns <= f.last_ns + 30000000000
   AND f.first_ns <= a.last_ns + 30000000000
 GROUP BY 1
HAVING count(DISTINCT f.base) > 1
    OR max(instr(f.base, '.') < length(f.base))
 ORDER BY count(DISTINCT f.base) DESC, 1
 LIMIT 16;

-- As the next name, the first time and the last.
INSERT INTO temp.node_suffix
SELECT substr(a.text, length(k.text) + 1)
  FROM temp.walk AS k
 CROSS JOIN temp.met AS a
    ON a.client = k.client AND a.text > k.text
   AND a.text < substr(k.text, 1, length(k.text) - 1) || '/'
 WHERE a.first_ns BETWEEN k.first_ns AND k.first_ns + 30000000000
   AND a.last_ns BETWEEN k.last_ns - 30000000000 AND k.last_ns + 30000000000
 GROUP BY 1
HAVING count(DISTINCT k.text) > 1 OR max(k.is_whole)
    OR max(instr(k.text, '.') < length(k.text))
 ORDER BY count(DISTINCT k.text) DESC, 1
 LIMIT 16;

-- Pods' own suffixes are no other kind of word than those.
INSERT INTO temp.way
SELECT c.word, 4,
       coalesce(b.id, -1 - gather_key(substr(c.text, 1, c.base_length))),
       gather_key(c.suffix), c.base_length
  FROM (SELECT w.id AS word, w.text, s.suffix,
               length(w.text) - length(s.suffix) AS base_length
          FROM (SELECT suffix FROM temp.node_suffix
                UNION
                SELECT suffix FROM temp.list
                 WHERE suffix IN (SELECT suffix FROM pod_search)) AS s
         CROSS JOIN temp.word AS w
            ON substr(w.text, -length(s.suffix) - 1) = '.' || s.suffix) AS c
  LEFT JOIN temp.word AS b
    ON b.key = gather_key(substr(c.text, 1, c.base_length));

INSERT OR IGNORE INTO temp.trail
SELECT a.client, w.base, w.kind, w.word, w.suffix, w.base_length, a.first_ns,
       a.last_ns, a.exists_there, a.denied
  FROM temp.asked AS a
 CROSS JOIN temp.way AS w ON w.word = a.word
 WHERE a.word IN (SELECT word FROM temp.way
                   WHERE kind != 1
                     AND base IN (SELECT base FROM temp.way WHERE kind = 4))
   AND CASE w.kind
       WHEN 4
       THEN w.suffix IN (SELECT gather_key(suffix) FROM temp.node_suffix)
            OR EXISTS (SELECT * FROM temp.listed AS l
                        WHERE l.client = a.client AND l.suffix = w.suffix
                          AND l.is_whole)
       WHEN 1 THEN 0
       ELSE w.base IN (SELECT base FROM temp.way WHERE kind = 4) END;

-- A walk through a list leaves the name itself, or several suffixes.
CREATE TEMP TABLE made (
	client       INTEGER NOT NULL,
	word         INTEGER NOT NULL,
	base         INTEGER NOT NULL,   -- as in way
	base_length  INTEGER NOT NULL,
	by_list      INTEGER NOT NULL,   -- as in expanded
	exists_there INTEGER NOT NULL,
	base_asked   INTEGER NOT NULL,
	rank         INTEGER NOT NULL,   -- how sure that is
	PRIMARY KEY (client, word)
) WITHOUT ROWID;

INSERT INTO temp.made AS m
WITH known AS (
    SELECT c.*,
           EXISTS (SELECT * FROM temp.asked AS b
                    WHERE b.client = c.client AND b.word = c.base
                      AND b.first_ns <= c.last_ns + 30000000000
                      AND c.first_ns <= b.last_ns + 30000000000)
                                               AS base_asked,
           EXISTS (SELECT * FROM temp.trail AS o
                    WHERE o.client = c.client AND o.base = c.base
                      AND o.suffix != c.suffix
                      AND o.first_ns <= c.last_ns + 30000000000
                      AND c.first_ns <= o.last_ns + 30000000000)
                                               AS has_other,
           EXISTS (SELECT * FROM temp.listed AS l
                    WHERE l.client = c.client AND l.suffix = c.suffix
                      AND (l.is_whole OR c.kind IN (2, 3)))
                                               AS by_list
      FROM temp.trail AS c
     LIMIT -1 -- all; else each of them is looked up wherever it is named
)
SELECT client, word, base, base_length, by_list, exists_there, base_asked,
       base_asked * 8192 + has_other * 4096 - base_length
  FROM known
 WHERE base_asked OR has_other OR (by_list AND denied AND kind = 1)
    ON CONFLICT DO UPDATE
   SET base = excluded.base, base_length = excluded.base_length,
       by_list = excluded.by_list, exists_there = excluded.exists_there,
       base_asked = excluded.base_asked, rank = excluded.rank
 WHERE excluded.rank > m.rank;

-- What a base is in all, and where it was itself.
CREATE TEMP TABLE family (
	client   INTEGER NOT NULL,
	base     INTEGER NOT NULL,       -- as in way
	outcome  INTEGER NOT NULL,       -- as in expanded
	PRIMARY KEY (client, base)
) WITHOUT ROWID;

INSERT INTO temp.family
SELECT f.client, f.base,
       CASE WHEN f.exists_there OR (f.base_asked AND b.exists_there) THEN 1
            WHEN f.base_asked THEN 2
            ELSE 3 END
  FROM (SELECT client, base, max(exists_there) AS exists_there,
               max(base_asked) AS base_asked
          FROM temp.made
         GROUP BY client, base) AS f
  LEFT JOIN temp.asked AS b ON b.client = f.client AND b.word = f.base;

INSERT INTO expanded
SELECT s.client, s.name, m.base_length, m.by_list, f.outcome
  FROM temp.spoken AS s
  LEFT JOIN spelling AS n ON n.name = s.name
 CROSS JOIN temp.made AS m ON m.client = s.client
                          AND m.word = coalesce(n.word, s.name)
 CROSS JOIN temp.family AS f ON f.client = m.client AND f.base = m.base;

DROP VIEW temp.cut;
DROP TABLE temp.way;
DROP TABLE temp.trail;
DROP TABLE temp.list;
DROP TABLE temp.listed;
DROP TABLE temp.home;
DROP TABLE temp.strange;
DROP TABLE temp.strange_word;
DROP TABLE temp.stem;
DROP TABLE temp.walk;
DROP TABLE temp.met;
DROP TABLE temp.node_suffix;
