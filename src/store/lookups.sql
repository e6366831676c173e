-- lookups: what applications asked, and all that was sent for it
--
-- A lookup begins with a question that nothing explains, and has all those
-- that follow from one of its own:
--   1  the same again: same id, as long as it has no final answer, or on the
--      same port
--   2  the same again with a new id: after a timeout, or at once after an error
--   3  the same over TCP, after a truncated answer
--   4  AAAA for the A just asked, or A for the AAAA
--   5  the next name of a search list, as soon as the last one was denied
-- What was asked in it already begins another, and so does what follows more
-- than 30 s after its start.  Each question looks back by an index at the last
-- of its kind, so that all of it stays linear.
--
-- Questions are numbered by family (names with one base) and, in it, in the
-- order of time; without times, as captured.

DELETE FROM lookup;
DELETE FROM lookup_member;

-- Who answers others is a DNS server: what it asks is asked for them.
CREATE TEMP TABLE server AS
SELECT DISTINCT a.text AS address
  FROM temp.contact AS x
  JOIN address AS a ON a.id = x.server
 WHERE x.is_answered AND x.client != x.server;

-- Each name of each client: a family has its base in common.
CREATE TEMP TABLE topic (
	client      INTEGER NOT NULL,    -- -> address
	name        INTEGER NOT NULL,    -- -> name
	family      INTEGER NOT NULL,
	word        INTEGER NOT NULL,
	base_length INTEGER NOT NULL,
	made        INTEGER NOT NULL,    -- 0: as it is, 1: with a suffix, 2: and
	                                 -- others of its base were asked for
	PRIMARY KEY (client, name)
) WITHOUT ROWID;

INSERT INTO temp.topic
SELECT s.client, s.name,
       -- a base may look like another's expansion
       dense_rank() OVER (ORDER BY p.client, coalesce(b.base, m.base, n.word)),
       n.word, coalesce(m.base_length, (SELECT length(text) FROM temp.word
                                         WHERE id = n.word)),
       coalesce(1 + (f.outcome != 3), 0)
  FROM temp.spoken AS s
 CROSS JOIN temp.party AS p ON p.address = s.client
 CROSS JOIN temp.spelling AS n ON n.name = s.name
  LEFT JOIN temp.made AS m ON m.client = p.client AND m.word = n.word
  LEFT JOIN temp.made AS b ON b.client = m.client AND b.word = m.base
  LEFT JOIN temp.family AS f ON f.client = m.client AND f.base = m.base
 WHERE s.client NOT IN (SELECT id FROM address
                         WHERE text IN (SELECT address FROM temp.server
                                        UNION
                                        SELECT address FROM address_role
                                         WHERE role = 'cluster DNS'));

CREATE TEMP TABLE doubtful (exchange INTEGER PRIMARY KEY);

INSERT INTO temp.doubtful
SELECT x.id
  FROM exchange AS x
  JOIN transactions AS t ON t.transaction_id = x.id
 WHERE x.state = (SELECT code FROM state WHERE name = 'unanswered')
   AND t.doubtful;

-- Whose only response its client sent back: it had closed the socket.  Not so
-- where the response came sooner than anyone gives up, or once more: that one
-- was sent back.
CREATE TEMP TABLE spurned (exchange INTEGER PRIMARY KEY);

INSERT OR IGNORE INTO temp.spurned
SELECT coalesce(x.leader, x.id)
  FROM icmp AS i
  JOIN exchange AS x ON x.id = i.exchange
 WHERE i.quotes_response AND i.reporter = i.dst AND x.attempts = 1
   AND coalesce(x.response_after_ns >= 500000000, 1)
   AND NOT EXISTS (SELECT *
                     FROM stray AS r
                     JOIN role AS o ON o.code = r.role
                    WHERE r.exchange = x.id AND o.name = 'duplicate_response'
                      AND r.time_ns <= i.time_ns);

-- fate: what a transaction tells, the best first: 1 records, 2 none of that
-- type, 3 no such name, 4 an error, 5 truncated (TC), 6 an ICMP error, 7
-- nothing came.  Not known: 8 undecided, 9 its capture ended, 10 the answer is
-- cut, 11 it may not have been captured.
CREATE TEMP TABLE question (
	n           INTEGER PRIMARY KEY, -- as above
	id          INTEGER NOT NULL,    -- -> exchange
	name        INTEGER NOT NULL,    -- -> name
	family      INTEGER NOT NULL,
	word        INTEGER NOT NULL,
	made        INTEGER NOT NULL,    -- as in topic
	transport   INTEGER NOT NULL,
	qtype       INTEGER NOT NULL,
	dns_id      INTEGER NOT NULL,
	port        INTEGER NOT NULL,
	server      INTEGER NOT NULL,
	attempts    INTEGER NOT NULL,
	asked_ns    INTEGER NOT NULL,
	repeated_ns INTEGER NOT NULL,    -- the last query, after asked_ns
	done_ns     INTEGER,
	edns_size   INTEGER,
	rcode       INTEGER,
	fate        INTEGER NOT NULL,
	has_some    INTEGER NOT NULL     -- addresses, even if cut
);

INSERT INTO temp.question
SELECT NULL, x.id, x.name,
       -- A and AAAA are asked for together, other types for themselves
       p.family * 65536 + iif(x.qtype IN (1, 28), 1, x.qtype), p.word,
       p.made, x.transport, x.qtype, x.dns_id, x.client_port, x.server,
       x.attempts, coalesce(x.time_ns, 0), coalesce(x.last_attempt_ns, 0),
       iif(x.response_frame IS NOT NULL AND x.rcode IS NOT NULL
           AND u.exchange IS NULL,
           coalesce(x.time_ns + x.response_after_ns, 0), NULL),
       q.edns_size, x.rcode,
       CASE
       WHEN x.response_frame IS NULL OR x.rcode IS NULL
       THEN iif(x.id IN (SELECT exchange FROM temp.doubtful), 11,
                (SELECT CASE WHEN name = 'pending_at_end' THEN 9
                             WHEN name = 'icmp_error' THEN 6
                             WHEN name IN ('unanswered', 'wrong_source') THEN 7
                             ELSE 8 END
                   FROM state WHERE code = x.state))
       WHEN u.exchange IS NOT NULL THEN 7
       WHEN x.response_flags & 0x0200 THEN 5
       WHEN x.rcode = 3 THEN 3
       WHEN x.rcode != 0 THEN 4
       WHEN iif(x.qtype IN (1, 28), a.addresses IS NOT NULL,
                a.num_answers > 0) THEN 1
       WHEN (SELECT verdict NOT IN ('ok', 'trailing_bytes') FROM detail
              WHERE detail.id = x.response_detail) THEN 10
       ELSE 2 END,
       a.addresses IS NOT NULL
  FROM exchange AS x
 CROSS JOIN temp.topic AS p ON p.client = x.client AND p.name = x.name
  LEFT JOIN answer_set AS a ON a.id = x.answers
  LEFT JOIN detail AS q ON q.id = x.query_detail
  LEFT JOIN temp.spurned AS u ON u.exchange = x.id
 WHERE x.leader IS NULL AND x.parent IS NULL AND x.query_frame IS NOT NULL
   AND x.kind = (SELECT code FROM kind WHERE kind.name = 'query')
 ORDER BY 4, coalesce(x.time_ns, 0), x.id;

CREATE INDEX temp.question_asked ON question (family, word, qtype);

-- The last one before it, of the same type and of the other one of a pair.
CREATE TEMP TABLE kin (
	n     INTEGER PRIMARY KEY,
	same  INTEGER,
	other INTEGER
);

INSERT INTO temp.kin
SELECT q.n,
       (SELECT o.n FROM temp.question AS o
         WHERE o.family = q.family AND o.word = q.word
           AND o.qtype = q.qtype AND o.n < q.n
         ORDER BY o.n DESC LIMIT 1),
       -- mostly its neighbour
       iif(p.word = q.word AND p.family = q.family
           AND p.qtype = 29 - q.qtype, p.n,
           (SELECT o.n FROM temp.question AS o
             WHERE o.family = q.family AND o.word = q.word
               AND o.qtype = 29 - q.qtype AND o.n < q.n
             ORDER BY o.n DESC LIMIT 1))
  FROM temp.question AS q
  LEFT JOIN temp.question AS p ON p.n = q.n - 1;

-- Where names were made, those without records, of another type either.
CREATE TEMP TABLE denied (
	family  INTEGER NOT NULL,
	done_ns INTEGER NOT NULL,
	n       INTEGER NOT NULL,
	word    INTEGER NOT NULL,
	PRIMARY KEY (family, done_ns, n)
) WITHOUT ROWID;

INSERT INTO temp.denied
SELECT q.family, q.done_ns, q.n, q.word
  FROM temp.question AS q
 CROSS JOIN temp.kin AS k ON k.n = q.n
  LEFT JOIN temp.question AS p ON p.n = k.other
  LEFT JOIN temp.question AS a ON a.n = q.n + 1
 WHERE q.fate IN (2, 3, 4) AND q.done_ns IS NOT NULL
   AND +q.family IN (SELECT family FROM temp.question WHERE made)
   AND (p.fate IS NOT 1 OR q.asked_ns - p.asked_ns > 100000000)
   AND CASE WHEN a.word = q.word AND a.family = q.family
             AND a.qtype = 29 - q.qtype
            THEN a.fate != 1 OR a.asked_ns - q.asked_ns > 100000000
            ELSE NOT EXISTS (
               SELECT *
                 FROM (SELECT * FROM temp.question AS o
                        WHERE o.family = q.family AND o.word = q.word
                          AND o.qtype = 29 - q.qtype AND o.n > q.n
                        ORDER BY o.n LIMIT 1) AS h
                WHERE h.fate = 1 AND h.asked_ns - q.asked_ns <= 100000000) END;

-- What was asked for twice in 30 s, by its id.
CREATE TEMP TABLE again (
	family INTEGER NOT NULL,
	word   INTEGER NOT NULL,
	qtype  INTEGER NOT NULL,
	dns_id INTEGER NOT NULL,
	n      INTEGER NOT NULL,
	PRIMARY KEY (family, word, qtype, dns_id, n)
) WITHOUT ROWID;

INSERT INTO temp.again
SELECT p.family, p.word, p.qtype, p.dns_id, p.n
  FROM temp.kin AS k
 CROSS JOIN temp.question AS q ON q.n = k.n
 CROSS JOIN temp.question AS p ON p.n = k.same
 WHERE k.same IS NOT NULL AND q.asked_ns - p.asked_ns <= 30000000000;

-- What each question follows from: the number of that one, and how.
CREATE TEMP TABLE link (
	n      INTEGER PRIMARY KEY,
	parent INTEGER,
	how    INTEGER NOT NULL
);

INSERT INTO temp.link
SELECT n, cause / 8, coalesce(cause % 8, 0)
  FROM (SELECT q.n, coalesce(
       -- the same before: with this id, or where that came to nothing
       iif(q.asked_ns - p.asked_ns <= 30000000000, coalesce(
           (SELECT s.n * 8 + iif(q.transport > s.transport, 3, 1)
              FROM temp.again AS a
              JOIN temp.question AS s ON s.n = a.n
             WHERE a.family = q.family AND a.word = q.word
               AND a.qtype = q.qtype AND a.dns_id = q.dns_id AND a.n < q.n
               AND q.asked_ns - s.asked_ns <= 30000000000
               AND (s.port = q.port OR s.fate >= 4
                    OR s.done_ns > q.asked_ns
                    OR q.transport > s.transport)
             ORDER BY a.n DESC LIMIT 1),
           CASE
           WHEN p.done_ns IS NULL OR p.done_ns > q.asked_ns
           THEN iif(q.asked_ns - p.asked_ns - p.repeated_ns
                    BETWEEN 900000000 AND 5500000000, p.n * 8 + 2, NULL)
           WHEN p.fate = 4
           THEN iif(q.asked_ns - p.done_ns <= 1000000000, p.n * 8 + 2, NULL)
           -- glibc starts anew with more room after a large answer
           WHEN p.transport > q.transport AND p.fate < 3
           THEN iif(q.asked_ns - p.done_ns <= 5000000, p.n * 8 + 2, NULL)
           WHEN p.fate = 5 AND q.transport > p.transport
           THEN iif(q.asked_ns - p.done_ns <= 5000000000, p.n * 8 + 3,
                    NULL) END), NULL),
       -- the other one of a pair: from the same socket, if there is one
       CASE
       WHEN o.n IS NULL THEN NULL
       WHEN o.port = q.port
       THEN iif(q.asked_ns - o.asked_ns <= 100000000
                OR q.asked_ns - o.done_ns BETWEEN 0 AND 100000000,
                o.n * 8 + 4, NULL)
       WHEN q.asked_ns - o.asked_ns <= 100000000
        -- not yet the other one of another
        AND coalesce(p.n < o.n, 1)
        -- nor another lookup's, when this one goes on to it
        AND NOT EXISTS (SELECT * FROM temp.denied AS d
                         WHERE d.family = q.family
                           AND d.done_ns BETWEEN o.asked_ns AND q.asked_ns
                           AND d.word != q.word)
       THEN coalesce(
            (SELECT s.n
               FROM (SELECT * FROM temp.question AS s
                      WHERE s.family = q.family AND s.word = q.word
                        AND s.qtype = 29 - q.qtype AND s.n < o.n
                      ORDER BY s.n DESC LIMIT 8) AS s
              WHERE s.port = q.port
                AND q.asked_ns - s.asked_ns <= 100000000
              LIMIT 1), o.n) * 8 + 4 END,
       -- the last name denied, which had no records of another type
       (SELECT d.n * 8 + 5
          FROM (SELECT * FROM temp.denied AS d
                 WHERE d.family = q.family AND d.done_ns <= q.asked_ns
                   AND d.done_ns >= q.asked_ns - 1000000000
                 ORDER BY d.done_ns DESC, d.n DESC LIMIT 16) AS d
         WHERE d.word != q.word AND d.n < q.n
         LIMIT 1)) AS cause
          FROM temp.question AS q
         CROSS JOIN temp.kin AS k ON k.n = q.n
          LEFT JOIN temp.question AS p ON p.n = k.same
          LEFT JOIN temp.question AS o ON o.n = k.other);

CREATE INDEX temp.link_parent ON link (parent) WHERE parent IS NOT NULL;

-- Mostly all that is asked for in a family until its next question without a
-- cause is of one lookup.
CREATE TEMP TABLE burst (
	n          INTEGER PRIMARY KEY,
	root       INTEGER NOT NULL,
	family     INTEGER NOT NULL,
	word       INTEGER NOT NULL,
	how        INTEGER NOT NULL,
	is_tangled INTEGER NOT NULL      -- goes on with an earlier one, or could
	                                 -- begin another
);

INSERT INTO temp.burst
SELECT b.n, b.root, q.family, q.word, b.how,
       b.parent IS NOT NULL
       AND (b.parent < b.root
            OR (b.how >= 4 AND coalesce(k.same >= b.root, 0))
            OR (b.how = 5 AND coalesce(k.other >= b.root, 0))
            OR q.asked_ns - (SELECT asked_ns FROM temp.question AS r
                              WHERE r.n = b.root) > 30000000000)
  FROM (SELECT n, parent, how,
               max(iif(parent IS NULL, n, 0))
                   OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS root
          FROM temp.link) AS b
 CROSS JOIN temp.question AS q ON q.n = b.n
 CROSS JOIN temp.kin AS k ON k.n = b.n;

CREATE TEMP TABLE tangled AS
SELECT DISTINCT family FROM temp.burst WHERE is_tangled;

CREATE UNIQUE INDEX temp.tangled_family ON tangled (family);

CREATE TEMP TABLE member (
	root  INTEGER NOT NULL,
	word  INTEGER NOT NULL,
	n     INTEGER NOT NULL,
	how   INTEGER NOT NULL,
	PRIMARY KEY (root, word, n)
) WITHOUT ROWID;

INSERT INTO temp.member
SELECT root, word, n, how
  FROM temp.burst
 WHERE family NOT IN (SELECT family FROM temp.tangled);

-- There, down from those that follow from none; path is what was asked on the
-- way.
INSERT INTO temp.member
WITH RECURSIVE answer (is_new) AS (VALUES (0), (1)), chain AS (
    SELECT q.n, q.n AS root, 0 AS how, q.word, q.asked_ns AS since_ns,
           '|' || q.word || '.' || q.qtype || '|' AS path
      FROM temp.tangled AS t
     CROSS JOIN temp.question AS q ON q.family = t.family
     CROSS JOIN temp.link AS l ON l.n = q.n
     WHERE l.parent IS NULL
    UNION ALL
    SELECT q.n, iif(is_new, q.n, c.root), iif(is_new, 0, l.how), q.word,
           iif(is_new, q.asked_ns, c.since_ns),
           CASE WHEN is_new THEN '|' || q.word || '.' || q.qtype || '|'
                WHEN l.how < 4 THEN c.path
                ELSE c.path || q.word || '.' || q.qtype || '|' END
      FROM chain AS c
      JOIN temp.link AS l ON l.parent = c.n
      JOIN temp.question AS q ON q.n = l.n
      JOIN answer ON is_new = (
               q.asked_ns - c.since_ns > 30000000000
               OR (l.how = 4 AND instr(c.path, '|' || q.word || '.' || q.qtype
                                               || '|') > 0)
               OR (l.how = 5 AND instr(c.path, '|' || q.word || '.') > 0))
)
SELECT root, word, n, how FROM chain;

INSERT INTO lookup_member
SELECT q.id, r.id, m.how
  FROM temp.member AS m
 CROSS JOIN temp.question AS q ON q.n = m.n
 CROSS JOIN temp.question AS r ON r.n = m.root
 ORDER BY q.id;

-- What shows which resolver it was, the surest first (table resolver_sign): by
-- when it repeats, by what it takes for a retry, and by sockets, EDNS and ids.
CREATE TEMP TABLE sign AS
SELECT root, min(sign) AS sign
  FROM (SELECT m.root,
               CASE
               WHEN m.how = 4 AND p.port != q.port AND q.edns_size IS NOT NULL
                AND q.asked_ns - p.asked_ns <= 5000000 THEN 8
               WHEN m.how = 4 AND p.port != q.port
               THEN iif(coalesce(p.done_ns > q.asked_ns, 1), 9, NULL)
               -- tools have EDNS and repeat with the same id as well
               WHEN q.edns_size != 1200 AND m.how != 4 THEN NULL
               WHEN q.attempts = 2 AND q.repeated_ns
                    BETWEEN 2400000000 AND 2700000000 THEN 1
               WHEN q.attempts = 2 AND q.repeated_ns
                    BETWEEN 4900000000 AND 5300000000 THEN 4
               WHEN q.attempts = 2 AND q.repeated_ns
                    BETWEEN 1900000000 AND 2200000000 THEN 11
               WHEN m.how = 1 AND p.port = q.port AND p.server != q.server
                AND q.asked_ns - p.asked_ns <= 2000000 THEN 3
               WHEN m.how = 1 AND p.port = q.port AND p.fate = 4
                AND q.asked_ns - p.done_ns BETWEEN 0 AND 500000000 THEN 2
               WHEN m.how = 1 AND p.port != q.port THEN 5
               WHEN m.how = 3 AND p.dns_id = q.dns_id AND p.fate < 4 THEN 6
               WHEN m.how = 4 AND p.port = q.port
               THEN CASE WHEN q.edns_size = 1200 THEN 7
                         WHEN q.edns_size IS NOT NULL THEN 10
                         -- both made from the clock
                         WHEN (q.dns_id - p.dns_id) & 0xffff < 2000 THEN 16
                         ELSE 17 END END   AS sign
          FROM temp.member AS m
         CROSS JOIN temp.question AS q ON q.n = m.n
          LEFT JOIN temp.link AS l ON l.n = m.n
          LEFT JOIN temp.question AS p ON p.n = l.parent
                                      AND m.how > 0)
 WHERE sign IS NOT NULL
 GROUP BY root;

CREATE UNIQUE INDEX temp.sign_root ON sign (root);

-- What each client shows where a lookup alone doesn't.
CREATE TEMP TABLE habit AS
SELECT client,
       CASE WHEN musl > 0 AND glibc > 0 THEN NULL
            WHEN musl > 0 THEN 12
            WHEN glibc > 0 THEN 13
            WHEN near >= 2 AND 2 * near >= near + far THEN 14
            WHEN far >= 4 AND 10 * near <= far THEN 15 END AS sign
  FROM (SELECT x.client,
               sum(s.sign <= 3)                AS musl,
               sum(s.sign BETWEEN 4 AND 7)     AS glibc,
               sum(s.sign = 16)                AS near,
               sum(s.sign = 17)                AS far
          FROM temp.sign AS s
          JOIN temp.question AS q ON q.n = s.root
          JOIN exchange AS x ON x.id = q.id
         GROUP BY x.client);

CREATE UNIQUE INDEX temp.habit_client ON habit (client);

-- How each ended: what is known of each question in it, of each name in it, and
-- of the last name, which decides unless it was denied and others weren't.
INSERT INTO lookup
WITH ending AS (
    SELECT m.root, m.word, q.made, min(q.n) AS first,
           count(*)                            AS transactions,
           sum(q.attempts)                     AS queries,
           max(q.asked_ns + q.repeated_ns)     AS repeated_ns,
           max(iif(q.fate = 4, q.rcode, NULL)) AS rcode,
           -- by type: AAAA, and A or what it is
           max(q.qtype = 1)                    AS asks_a,
           min(iif(q.qtype = 28, NULL, q.fate)) AS best,
           min(iif(q.qtype = 28, q.fate, NULL)) AS best6,
           max(iif(q.qtype = 28, NULL, q.fate)) AS worst,
           max(iif(q.qtype = 28, q.fate, NULL)) AS worst6,
           min(iif(q.qtype != 28 AND q.fate <= 3, q.done_ns, NULL)) AS said_ns,
           min(iif(q.qtype = 28 AND q.fate <= 3, q.done_ns, NULL)) AS said6_ns,
           max(iif(q.qtype = 28, NULL, q.done_ns)) AS failed_ns,
           max(iif(q.qtype = 28, q.done_ns, NULL)) AS failed6_ns,
           min(iif(q.qtype != 28 AND q.fate <= 4, q.done_ns - q.asked_ns, NULL))
                                               AS took_ns,
           min(iif(q.qtype = 28 AND q.fate <= 4, q.done_ns - q.asked_ns, NULL))
                                               AS took6_ns
      FROM temp.member AS m
     CROSS JOIN temp.question AS q ON q.n = m.n
     GROUP BY m.root, m.word
), final AS (
    SELECT *, best6 IS NOT NULL                AS asks_aaaa,
           CASE WHEN best <= 3 THEN best
                WHEN worst >= 8 THEN worst
                -- the last one, or what it has in spite of it
                WHEN best IS NOT NULL
                THEN (SELECT iif(q.fate = 5 AND q.has_some, 1, q.fate)
                        FROM temp.member AS m
                       CROSS JOIN temp.question AS q ON q.n = m.n
                       WHERE m.root = e.root AND m.word = e.word
                         AND q.qtype != 28
                       ORDER BY m.n DESC LIMIT 1) END AS fate,
           CASE WHEN best6 <= 3 THEN best6
                WHEN worst6 >= 8 THEN worst6
                WHEN best6 IS NOT NULL
                THEN (SELECT iif(q.fate = 5 AND q.has_some, 1, q.fate)
                        FROM temp.member AS m
                       CROSS JOIN temp.question AS q ON q.n = m.n
                       WHERE m.root = e.root AND m.word = e.word
                         AND q.qtype = 28
                       ORDER BY m.n DESC LIMIT 1) END AS fate6
      FROM ending AS e
), step AS (
    SELECT root, made, first, transactions, queries, repeated_ns,
           min(coalesce(fate, fate6), coalesce(fate6, fate)) AS best,
           max(coalesce(fate, fate6), coalesce(fate6, fate)) AS worst,
           rcode,
           max(coalesce(said_ns, failed_ns, said6_ns, failed6_ns),
               coalesce(said6_ns, failed6_ns, said_ns, failed_ns)) AS done_ns,
           max(coalesce(took_ns, took6_ns), coalesce(took6_ns, took_ns))
                                               AS took_ns,
           asks_a, asks_aaaa
      FROM final
), whole AS (
    SELECT root, max(first) AS last, made, best, worst, repeated_ns, done_ns,
           took_ns,
           sum(transactions)                   AS transactions,
           sum(queries)                        AS queries,
           count(*)                            AS names,
           sum(asks_a) > 0                     AS asks_a,
           sum(asks_aaaa) > 0                  AS asks_aaaa,
           sum(made = 0) > 0                   AS base_asked,
           sum(best = 2) > 0                   AS has_nodata,
           sum(best = 4 AND rcode = 2) > 0     AS has_servfail,
           rcode
      FROM step
     GROUP BY root
), known AS (
    SELECT w.*, q.id, x.client, x.name, p.base_length, x.time_ns, q.qtype,
           -- one socket, by itself, is a sign of several
           iif(coalesce(s.sign, 16) < 16, s.sign,
               coalesce(iif(s.sign IS NOT NULL, h.sign, NULL), s.sign)) AS sign
      FROM whole AS w
      JOIN temp.question AS q ON q.n = w.root
      JOIN exchange AS x ON x.id = q.id
      JOIN temp.topic AS p ON p.client = x.client AND p.name = x.name
      LEFT JOIN temp.sign AS s ON s.root = w.root
      LEFT JOIN temp.habit AS h ON h.client = x.client
), judged AS (
    SELECT k.*, r.timeout_ns, r.resolver,
           CASE
           -- it had given up
           WHEN k.took_ns > r.patience_ns                   THEN 'timed out'
           WHEN k.worst >= 8                                THEN 'unknown'
           WHEN k.best = 1
           THEN iif(k.worst <= 2, 'answered', 'partial')
           WHEN k.made = 2 AND NOT k.base_asked AND k.best IN (2, 3)
                                                            THEN 'unknown'
           WHEN k.worst = 7                                 THEN 'timed out'
           WHEN k.worst = 6                                 THEN 'unreachable'
           WHEN k.worst = 5                                 THEN 'truncated'
           WHEN k.worst = 4
           THEN coalesce(c.name, 'RCODE' || k.rcode)
           WHEN k.best = 2 OR k.has_nodata                  THEN 'no data'
           WHEN k.has_servfail                              THEN 'SERVFAIL'
           ELSE 'NXDOMAIN' END                 AS outcome
      FROM known AS k
      LEFT JOIN resolver_sign AS r ON r.sign = k.sign
      LEFT JOIN rcode AS c ON c.code = k.rcode
)
SELECT id, client, name, base_length,
       CASE WHEN asks_a AND asks_aaaa THEN NULL ELSE qtype END,
       transactions, queries, names,
       (SELECT q.name FROM temp.question AS q WHERE q.n = last),
       sign, time_ns,
       CASE
       WHEN time_ns IS NULL OR outcome = 'unknown' THEN NULL
       -- musl waits on after an error as if nothing had come
       WHEN outcome = 'timed out' OR worst = 7
         OR (worst = 4 AND resolver IS 'musl')
       THEN repeated_ns + timeout_ns - time_ns
       WHEN worst = 6 THEN repeated_ns - time_ns
       ELSE done_ns - time_ns END,
       outcome,
       CASE
       WHEN outcome != 'unknown' THEN NULL
       WHEN worst = 9  THEN 'the capture ended while it waited'
       WHEN worst = 10 THEN 'an answer is cut'
       WHEN worst = 11 THEN 'not captured or not answered'
       WHEN worst = 8  THEN 'an answer is missing here'
       ELSE 'its search list goes on in other lookups' END,
       CASE
       WHEN outcome = 'unknown' THEN NULL
       WHEN outcome = 'partial' THEN 'musl'
       WHEN outcome = 'answered'
       THEN iif(timeout_ns IS NULL AND took_ns > 5000000000, 'musl and Go', '')
       -- no AAAA, or nothing of another type, is an answer
       WHEN outcome = 'no data' AND NOT asks_a THEN ''
       ELSE 'all' END
  FROM judged;

DROP TABLE temp.server;
DROP TABLE temp.topic;
DROP TABLE temp.doubtful;
DROP TABLE temp.spurned;
DROP TABLE temp.question;
DROP TABLE temp.denied;
DROP TABLE temp.kin;
DROP TABLE temp.again;
DROP TABLE temp.link;
DROP TABLE temp.burst;
DROP TABLE temp.tangled;
DROP TABLE temp.member;
DROP TABLE temp.sign;
DROP TABLE temp.habit;

-- Those of asked.sql and expansions.sql.
DROP TABLE temp.party;
DROP TABLE temp.word;
DROP TABLE temp.spelling;
DROP TABLE temp.spoken;
DROP TABLE temp.asked;
DROP TABLE temp.contact;
DROP TABLE temp.made;
DROP TABLE temp.family;
