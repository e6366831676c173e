-- questions: what applications asked, as correlate/lookups.h takes it in
--
-- Which names have a base in common is known from expansions.sql; what each
-- transaction tells is said here.

DELETE FROM lookup;

-- Who answers others is a DNS server: what it asks is asked for them.
CREATE TEMP TABLE server (address INTEGER PRIMARY KEY); -- -> address

INSERT INTO temp.server
SELECT DISTINCT server
  FROM temp.contact
 WHERE is_answered AND client != server
 UNION
SELECT id FROM address
 WHERE text IN (SELECT address FROM address_role WHERE role = 'cluster DNS');

-- Each name of each client.
CREATE TEMP TABLE topic (
	client      INTEGER NOT NULL,    -- -> address
	name        INTEGER NOT NULL,    -- -> name
	base        INTEGER NOT NULL,    -- as in way; a base may look like
	                                 -- another's expansion
	word        INTEGER NOT NULL,
	base_length INTEGER NOT NULL,    -- 0: all of the name
	made        INTEGER NOT NULL,    -- 0: as it is, 1: with a suffix, 2: and
	                                 -- others of its base were asked for
	PRIMARY KEY (client, name)
) WITHOUT ROWID;

INSERT INTO temp.topic
SELECT s.client, s.name, coalesce(b.base, m.base, s.word), s.word,
       coalesce(m.base_length, 0),
       coalesce(1 + (f.outcome != 3), 0)
  FROM (SELECT s.client, s.name, coalesce(n.word, s.name) AS word
          FROM temp.spoken AS s
          LEFT JOIN spelling AS n ON n.name = s.name) AS s
  LEFT JOIN temp.made AS m ON m.client = s.client AND m.word = s.word
  LEFT JOIN temp.made AS b ON b.client = m.client AND b.word = m.base
  LEFT JOIN temp.family AS f ON f.client = m.client AND f.base = m.base
 WHERE s.client NOT IN (SELECT address FROM temp.server);

CREATE TEMP TABLE doubtful (exchange INTEGER PRIMARY KEY);

INSERT INTO temp.doubtful
SELECT x.id
  FROM exchange AS x
  JOIN transactions AS t ON t.transaction_id = x.id
 WHERE x.state = (SELECT code FROM state WHERE name = 'unanswered')
   AND x.state != 0 -- or there is no index
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

-- In the order of time, as long as all captures came in by it.
CREATE TEMP VIEW question AS
SELECT x.id, x.client, x.name, p.base, p.word, p.base_length, p.made,
       x.transport, x.qtype, x.dns_id, x.client_port, x.server, x.attempts,
       x.time_ns, x.last_attempt_ns,
       -- what is generated of columns costs more to read than they do
       iif(x.response_frames IS NOT NULL AND x.response_head IS NOT NULL
           AND u.exchange IS NULL,
           coalesce(x.time_ns + x.response_after_ns, 0), NULL) AS done_ns,
       q.edns_size, x.rcode,
       CASE
       WHEN x.response_frames IS NULL OR x.response_head IS NULL
       THEN iif(x.id IN (SELECT exchange FROM temp.doubtful), 11,
                (SELECT CASE WHEN name = 'pending_at_end' THEN 9
                             WHEN name = 'icmp_error' THEN 6
                             WHEN name IN ('unanswered', 'wrong_source') THEN 7
                             ELSE 8 END
                   FROM state WHERE code = x.state))
       WHEN u.exchange IS NOT NULL THEN 7
       WHEN x.response_flags & 0x0200 THEN 5
       ELSE CASE x.rcode
            WHEN 0 THEN CASE
                WHEN iif(x.qtype IN (1, 28), a.addresses IS NOT NULL,
                         a.num_answers > 0) THEN 1
                WHEN (SELECT verdict NOT IN ('ok', 'trailing_bytes')
                        FROM detail
                       WHERE detail.id = x.response_detail) THEN 10
                ELSE 2 END
            WHEN 3 THEN 3
            ELSE 4 END
       END                                     AS fate,
       a.addresses IS NOT NULL                 AS has_some
  FROM exchange AS x
 CROSS JOIN temp.topic AS p ON p.client = x.client AND p.name = x.name
  LEFT JOIN answer_set AS a ON a.id = x.answers
  LEFT JOIN detail AS q ON q.id = x.query_detail
  LEFT JOIN temp.spurned AS u ON u.exchange = x.id
 WHERE x.leader IS NULL AND x.leg IS NULL AND x.query_frame IS NOT NULL
   AND x.kind = (SELECT code FROM kind WHERE kind.name = 'query');

-- What correlate/lookups.c makes of them.
CREATE TEMP TABLE course (
	id           INTEGER PRIMARY KEY, -- -> exchange: its first
	client       INTEGER NOT NULL,   -- -> address
	name         INTEGER NOT NULL,   -- -> name
	base_length  INTEGER NOT NULL,
	qtype        INTEGER NOT NULL,
	time_ns      INTEGER,
	last_name    INTEGER NOT NULL,   -- -> name; what is from here on is
	                                 -- said in struct lookup_course
	transactions INTEGER NOT NULL,
	queries      INTEGER NOT NULL,
	names        INTEGER NOT NULL,
	made         INTEGER NOT NULL,
	best         INTEGER NOT NULL,
	worst        INTEGER NOT NULL,
	repeated_ns  INTEGER NOT NULL,
	done_ns      INTEGER,
	took_ns      INTEGER,
	since_ns     INTEGER,
	rcode        INTEGER,
	sign         INTEGER,
	asks_a       INTEGER NOT NULL,
	asks_aaaa    INTEGER NOT NULL,
	base_asked   INTEGER NOT NULL,
	has_nodata   INTEGER NOT NULL,
	has_servfail INTEGER NOT NULL
);

-- Those that memory could not hold for 30 s, once for each time.
CREATE TEMP TABLE forgotten (exchange INTEGER NOT NULL); -- -> exchange
