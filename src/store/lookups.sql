-- lookups: what applications asked, and how it ended
--
-- What of questions.sql is one lookup, and what is known of it, the table
-- course has (correlate/lookups.h).

-- What each client shows where a lookup alone doesn't.
CREATE TEMP TABLE habit (
	client INTEGER PRIMARY KEY,
	sign   INTEGER                   -- NULL: it shows nothing, or both
);

INSERT INTO temp.habit
SELECT client,
       CASE WHEN musl > 0 AND glibc > 0 THEN NULL
            WHEN musl > 0 THEN 12
            WHEN glibc > 0 THEN 13
            WHEN near >= 2 AND 2 * near >= near + far THEN 14
            WHEN far >= 4 AND 10 * near <= far THEN 15 END
  FROM (SELECT client,
               sum(sign <= 3)                  AS musl,
               sum(sign BETWEEN 4 AND 7)       AS glibc,
               sum(sign = 16)                  AS near,
               sum(sign = 17)                  AS far
          FROM temp.course
         WHERE sign IS NOT NULL
         GROUP BY client);

-- Where TCP that follows would not have been seen.
CREATE TEMP TABLE blind AS
SELECT capture_id AS capture
  FROM observability
 WHERE subject = 'TCP' AND observable IN ('no', 'unknown');

-- Who asked once over TCP, less than a second before a capture, or what
-- continues it, ended: SYN comes again by then.
CREATE TEMP TABLE knocking AS
SELECT n.client, n.server, n.syn_ns
  FROM connection AS n
  JOIN capture AS c ON c.id = n.capture
 WHERE n.syns = 1 AND n.syn_ack_frame IS NULL AND n.rst_frame IS NULL
   AND n.icmp_frame IS NULL AND NOT n.client_data AND NOT n.server_data
   AND n.syn_ns > (SELECT max(last_ns) FROM capture WHERE run = c.run)
                  - 1000000000;

-- The last name decides, unless it was denied and others weren't.
INSERT INTO lookup
WITH known AS (
    SELECT c.*,
           -- one socket, by itself, is a sign of several
           iif(coalesce(c.sign, 16) < 16, c.sign,
               coalesce(iif(c.sign IS NOT NULL, h.sign, NULL), c.sign))
                                               AS shown
      FROM temp.course AS c
      LEFT JOIN temp.habit AS h ON h.client = c.client
), judged AS (
    SELECT k.*, r.timeout_ns, r.resolver,
           CASE
           -- it had given up; but glibc reads the socket of a server again
           -- each time that it asks it
           WHEN k.took_ns > r.patience_ns
            AND NOT (r.resolver = 'glibc' AND k.since_ns < r.timeout_ns)
                                                            THEN 'timed out'
           WHEN k.worst >= 8                                THEN 'unknown'
           WHEN k.best = 1
           THEN iif(k.worst <= 2, 'answered', 'partial')
           WHEN k.made = 2 AND NOT k.base_asked AND k.best IN (2, 3)
                                                            THEN 'unknown'
           -- a list ends, or begins, with the name itself, unless something is
           -- answered; that may look like another's expansion
           WHEN k.names > 1 AND NOT k.base_asked AND k.best = 3
            AND k.worst = 3 AND NOT k.has_nodata AND NOT k.has_servfail
            AND NOT EXISTS (SELECT * FROM name
                             WHERE id IN (k.name, k.last_name)
                               AND length(text) = k.base_length)
            -- and what another one goes on from is one by itself
            AND NOT EXISTS (SELECT *
                              FROM name AS n
                              JOIN name AS m ON m.id = k.last_name
                             WHERE n.id = k.name
                               AND length(m.text) > length(n.text)
                               AND substr(m.text, 1, length(n.text))
                                   = n.text COLLATE NOCASE)
                                                            THEN 'unknown'
           WHEN k.worst = 7                                 THEN 'timed out'
           WHEN k.worst = 6                                 THEN 'unreachable'
           WHEN k.worst = 5
           THEN iif((SELECT x.query_capture IN temp.blind
                            OR EXISTS (SELECT * FROM temp.knocking AS n
                                        WHERE n.client = x.client
                                          AND n.server = x.server
                                          AND n.syn_ns >= k.done_ns)
                       FROM exchange AS x
                      WHERE x.id = k.id), 'unknown', 'truncated')
           WHEN k.worst = 4
           THEN coalesce(c.name, 'RCODE' || k.rcode)
           WHEN k.best = 2 OR k.has_nodata                  THEN 'no data'
           WHEN k.has_servfail                              THEN 'SERVFAIL'
           ELSE 'NXDOMAIN' END                 AS outcome
      FROM known AS k
      LEFT JOIN resolver_sign AS r ON r.sign = k.shown
      LEFT JOIN rcode AS c ON c.code = k.rcode
     LIMIT -1 -- all, as in expansions.sql
)
SELECT id, client, name, base_length,
       CASE WHEN asks_a AND asks_aaaa THEN NULL ELSE qtype END,
       transactions, queries, names,
       last_name, shown, time_ns,
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
       WHEN made = 2 AND NOT base_asked AND best IN (2, 3)
       THEN 'its search list goes on in other lookups'
       WHEN worst = 5
       THEN iif((SELECT query_capture FROM exchange WHERE exchange.id = judged.id)
                IN temp.blind, 'TCP was not captured',
                'the capture ended while it waited')
       ELSE 'its search list was not seen to its end' END,
       CASE
       WHEN outcome = 'unknown' THEN NULL
       WHEN outcome = 'partial' THEN 'musl'
       WHEN outcome = 'answered'
       -- who asks again after 5 s has not given up by then, only 5 s later
       THEN iif(timeout_ns IS NULL AND took_ns > 5000000000
                AND NOT (took_ns - since_ns >= 4900000000
                         AND since_ns <= 5000000000), 'musl and Go', '')
       -- no AAAA, or nothing of another type, is an answer
       WHEN outcome = 'no data' AND NOT asks_a THEN ''
       ELSE 'all' END
  FROM judged
 WHERE true;

UPDATE capture SET forgotten = 0 WHERE forgotten != 0;

UPDATE capture
   SET forgotten = f.count
  FROM (SELECT x.query_capture AS capture, count(*) AS count
          FROM temp.forgotten AS f
         CROSS JOIN exchange AS x ON x.id = f.exchange
         GROUP BY x.query_capture) AS f
 WHERE id = f.capture;

DROP VIEW temp.question;
DROP TABLE temp.server;
DROP TABLE temp.topic;
DROP TABLE temp.doubtful;
DROP TABLE temp.spurned;
DROP TABLE temp.course;
DROP TABLE temp.forgotten;
DROP TABLE temp.habit;
DROP TABLE temp.blind;
DROP TABLE temp.knocking;

-- Those of spellings.sql, asked.sql and expansions.sql.
DROP TABLE temp.word;
DROP TABLE temp.spoken;
DROP TABLE temp.asked;
DROP TABLE temp.contact;
DROP TABLE temp.made;
DROP TABLE temp.family;
