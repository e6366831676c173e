-- hops: where the time of a lookup went
--
-- The path out ends, and the path back begins, at the last place where the
-- query was seen; what is beyond is the server's time, and of that its own
-- queries are the wait for upstreams.  Times of different nodes are never
-- subtracted: two nodes' clocks cancel out in the difference of two differences,
-- and messages that both saw bound how far they are apart (the same way as
-- NTP's clock filter, RFC 5905, 10).

DELETE FROM hop;
DELETE FROM clock_offset;

CREATE TEMP TABLE clock AS SELECT * FROM _clock;
CREATE UNIQUE INDEX temp.clock_of_capture ON clock (capture);

-- Where the first attempts were lost, only the last one came to the last place:
-- until then the client waited, and nothing was on its way.  Between nodes this
-- is told by how long each had the question open, which needs no clock.  So it
-- is where all of them came there and one answer follows the last one at once,
-- unless the server asked others meanwhile: the first ones, or what they were
-- answered, got lost beyond.
CREATE TEMP TABLE side AS
WITH met AS (
    SELECT l.id AS exchange,
           lk.clock,
           max(iif(k.clock != lk.clock, k.clock, NULL)) AS far_clock,
           l.time_ns AS asked_ns,
           l.time_ns + l.response_after_ns     AS answered_ns,
           coalesce(l.last_attempt_ns, 0)      AS again_ns,
           -- of the node that it was first seen on
           max(iif(k.clock = lk.clock, c.time_ns, NULL)) AS near_first_ns,
           max(iif(k.clock = lk.clock,
                   c.time_ns + coalesce(c.last_attempt_ns, 0), NULL))
                                               AS near_again_ns,
           -- what came before the client asked again was lost
           min(iif(k.clock = lk.clock
                   AND c.time_ns + c.response_after_ns
                       >= l.time_ns + coalesce(l.last_attempt_ns, 0),
                   c.time_ns + c.response_after_ns, NULL))
                                               AS near_answered_ns,
           -- of another one
           min(iif(k.clock != lk.clock, c.time_ns, NULL)) AS far_first_asked_ns,
           max(iif(k.clock != lk.clock, c.time_ns, NULL)) AS far_asked_ns,
           max(iif(k.clock != lk.clock,
                   c.time_ns + coalesce(c.last_attempt_ns, 0), NULL))
                                               AS far_again_ns,
           min(iif(k.clock != lk.clock, c.time_ns + c.response_after_ns, NULL))
                                               AS far_answered_ns,
           max(iif(k.clock != lk.clock, c.time_ns + c.response_after_ns, NULL))
                                               AS far_last_answered_ns,
           1 + sum(k.clock = lk.clock)         AS near_places,
           count(*) + 1                        AS places,
           max(c.id)                           AS copy,
           EXISTS (SELECT * FROM exchange AS u
                    WHERE u.parent = l.id)     AS has_legs,
           -- the first one was answered as well, then, and took as long
           max(EXISTS (SELECT * FROM stray AS d
                        WHERE d.exchange IN (c.id, l.id)
                          AND d.role = (SELECT code FROM role
                                         WHERE name = 'duplicate_response')))
                                               AS is_answered_twice
      FROM exchange AS c
      JOIN exchange AS l ON l.id = c.leader
      JOIN temp.clock AS k ON k.capture = c.query_capture
      JOIN temp.clock AS lk ON lk.capture = l.query_capture
     WHERE c.leader IS NOT NULL AND c.time_ns IS NOT NULL
       AND l.time_ns IS NOT NULL
     GROUP BY c.leader
), followed AS (
    SELECT *,
           again_ns > 0 AND NOT has_legs AND NOT is_answered_twice
           AND iif(far_clock IS NULL,
                   min(answered_ns, coalesce(near_answered_ns, answered_ns))
                   - near_again_ns,
                   iif(far_again_ns - far_asked_ns > again_ns / 2,
                       far_last_answered_ns - far_again_ns, NULL))
               BETWEEN -1000000 AND again_ns / 10 AS is_followed
      FROM met
), retried AS (
    SELECT *,
           -- in disorder by up to 1 ms
           iif(is_followed
               OR (again_ns > 0 AND again_ns - 1000000
                   <= iif(far_clock IS NULL, near_first_ns - asked_ns,
                          answered_ns - asked_ns
                          - (far_last_answered_ns - far_first_asked_ns))),
               again_ns, NULL)                 AS retry_ns
      FROM followed
)
SELECT exchange, clock, far_clock, asked_ns, answered_ns, retry_ns,
       max(asked_ns + coalesce(retry_ns, 0),
           coalesce(iif(retry_ns IS NULL, near_first_ns, near_again_ns),
                    asked_ns))                 AS near_asked_ns,
       min(answered_ns, coalesce(near_answered_ns, answered_ns))
                                               AS near_answered_ns,
       iif(is_followed, far_again_ns, far_first_asked_ns) AS far_first_asked_ns,
       iif(is_followed, far_again_ns, far_asked_ns) AS far_asked_ns,
       far_answered_ns, far_last_answered_ns,
       near_places, places, iif(places = 2, copy, NULL) AS last_exchange
  FROM retried;

INSERT INTO clock_offset
WITH pair AS (
    SELECT clock, far_clock, near_asked_ns / 60000000000 AS minute,
           far_first_asked_ns - near_asked_ns  AS high_ns,
           far_last_answered_ns - near_answered_ns AS low_ns
      FROM temp.side
     WHERE far_clock IS NOT NULL AND far_last_answered_ns IS NOT NULL
       AND near_answered_ns IS NOT NULL
       -- which attempt got there is a guess yet
       AND retry_ns IS NULL
), bounds AS (
    SELECT clock, far_clock, minute, count(*) AS messages,
           max(low_ns) AS low_ns, min(high_ns) AS high_ns
      FROM pair
     GROUP BY clock, far_clock, minute
)
-- bare columns are those of the fastest pair: it errs least
SELECT b.clock, b.far_clock, b.minute, b.messages, b.low_ns, b.high_ns,
       (SELECT (p.low_ns + p.high_ns) / 2
          FROM pair AS p
         WHERE p.clock = b.clock AND p.far_clock = b.far_clock
           AND p.minute = b.minute
         ORDER BY p.high_ns - p.low_ns, p.high_ns LIMIT 1)
  FROM bounds AS b;

INSERT INTO hop
SELECT s.exchange, s.retry_ns,
       iif(s.far_clock IS NULL, s.near_asked_ns, s.far_asked_ns - o.offset_ns)
       - s.asked_ns - coalesce(s.retry_ns, 0),
       CASE WHEN s.far_clock IS NULL
            THEN s.near_answered_ns - s.near_asked_ns
            ELSE s.far_answered_ns - s.far_asked_ns END,
       NULL,
       CASE WHEN s.far_clock IS NULL THEN s.answered_ns - s.near_answered_ns
            ELSE s.answered_ns - s.far_answered_ns + o.offset_ns END,
       s.near_answered_ns - s.near_asked_ns
       - (s.far_last_answered_ns - s.far_first_asked_ns),
       NULL, 0, 0, s.places, s.near_places, s.last_exchange
  FROM temp.side AS s
  LEFT JOIN clock_offset AS o
         ON o.capture = s.clock AND o.other_capture = s.far_clock
        AND o.minute = s.near_asked_ns / 60000000000
        AND o.low_ns <= o.high_ns;

-- The clocks tell otherwise: the first one got there, the response came late.
UPDATE hop
   SET path_out_ns = path_out_ns + retry_ns, retry_ns = NULL
 WHERE path_out_ns < -retry_ns / 2;

-- Those whose server asked others; which was seen at one place only are here
-- for the first time.
INSERT INTO hop
SELECT p.id, NULL, NULL, p.response_after_ns, NULL, NULL, NULL, NULL, 0, 0, 1, 1, p.id
  FROM exchange AS p
 WHERE p.id IN (SELECT parent FROM exchange
                 WHERE parent IS NOT NULL AND leader IS NULL)
   AND p.id NOT IN (SELECT exchange FROM hop);

-- On another node is further, whatever its clock says.
UPDATE hop
   SET last_exchange = (
           SELECT c.id
             FROM exchange AS c
             JOIN exchange AS l ON l.id = c.leader
             JOIN temp.clock AS k ON k.capture = c.query_capture
             JOIN temp.clock AS lk ON lk.capture = l.query_capture
            WHERE c.leader = hop.exchange AND c.time_ns IS NOT NULL
            ORDER BY k.clock = lk.clock, c.time_ns DESC, c.id DESC LIMIT 1)
 WHERE places > 2;

-- A server's queries may overlap; one that got no response counts until the
-- server gave up on it, CoreDNS after 2 s, or the captures end.
WITH finish AS MATERIALIZED (
    SELECT max(last_ns) AS last_ns FROM capture
), asked AS (
    SELECT u.parent, u.id, u.time_ns AS from_ns,
           min(coalesce(u.time_ns + u.response_after_ns,
                        min(u.time_ns + 2000000000, f.last_ns)),
               -- on the same node, so by the same clock
               coalesce(i.time_ns + i.response_after_ns,
                        9223372036854775807))  AS to_ns,
           u.response_frame IS NULL            AS is_timeout
      FROM finish AS f
      JOIN exchange AS u
      JOIN hop AS h ON h.exchange = u.parent
      JOIN exchange AS i ON i.id = h.last_exchange
     WHERE u.parent IS NOT NULL AND u.leader IS NULL
       -- what it asked when it had answered it did not wait for
       AND coalesce(u.time_ns < i.time_ns + i.response_after_ns, 1)
), after AS (
    SELECT *, max(to_ns) OVER (PARTITION BY parent ORDER BY from_ns, id
                               ROWS BETWEEN UNBOUNDED PRECEDING
                                        AND 1 PRECEDING) AS before_ns
      FROM asked
), waited AS (
    SELECT parent, count(*) AS upstreams, sum(is_timeout) AS timeouts,
           sum(max(0, to_ns - max(from_ns, coalesce(before_ns, from_ns))))
                                               AS upstream_ns
      FROM after
     GROUP BY parent
)
UPDATE hop
   SET upstream_ns = w.upstream_ns, upstreams = w.upstreams,
       timeouts = w.timeouts
  FROM waited AS w
 WHERE w.parent = hop.exchange;

-- What left the node, and nothing more is seen of, is not the server's alone.
-- An interface is an uplink in all files of a node if it is one in any.
WITH port AS (
    SELECT i.interface_id, i.role,
           k.clock, coalesce(i.ifindex, i.number) AS number
      FROM interfaces AS i
      JOIN temp.clock AS k ON k.capture = i.capture_id
     -- has no interfaces: what it calls one is all of them
     WHERE i.linktype != 'LINUX_SLL'
), uplink AS (
    SELECT clock, number
      FROM port
     GROUP BY clock, number
    HAVING max(role = 'uplink') = 1 OR count(role) = 0
)
UPDATE hop
   SET beyond_ns = server_ns
  FROM exchange AS e
  JOIN port AS p ON p.interface_id = e.query_interface
  JOIN uplink AS u ON u.clock = p.clock AND u.number = p.number
 WHERE e.id = hop.last_exchange AND hop.upstreams = 0
   AND e.query_direction = 2;

DROP TABLE temp.side;
DROP TABLE temp.clock;
