-- path: what was seen of a transaction, where and when
--
-- For each one that is chosen all that was captured of it, in the order of
-- time: each copy of each message, from the client's query through NAT, to the
-- server and its own queries, and back.  Times count from the client's query,
-- by the clock of the node where that was seen; those of other nodes are
-- corrected by what is known of their clocks, or are NULL.
--
-- what: 'lookup' opens one; 'lane' is one of those who took part, from left to
-- right; 'message', 'icmp' and 'inferred' are the rows of the ladder, the last
-- of what must have been but was not seen; 'hop' is where the time went, 'note'
-- what else is to be said.
--
-- TEMP tables are made by roots.sql of src/report/prepare/.
--
-- :lookups             how many of them (all)

-- @summary
WITH s AS (
    SELECT count(*) AS transactions,
           min(count(*), iif(:lookups >= 0, :lookups, count(*))) AS shown,
           sum(class = 'unanswered') AS unanswered,
           sum(class = 'failed') AS failed, sum(class = 'denied') AS denied,
           sum(class = 'answered') AS answered,
           sum(class = 'undecided') AS undecided, sum(class = 'other') AS other
      FROM temp.path_root
)
SELECT CASE
       WHEN transactions = 0 THEN 'No transaction of a client that matches.'
       WHEN shown = transactions
       THEN iif(shown = 1, 'The only transaction that matches.',
                'All ' || shown || ' transactions that match.')
       ELSE printf('%d of %d transactions, the most telling ones: those without '
                   || 'an answer, the failed and the slowest by turns; %d %s '
                   || 'left out (--limit, --txn and --name choose).',
                   shown, transactions, transactions - shown,
                   iif(transactions - shown = 1, 'is', 'are')) END AS headline,
       transactions, shown, transactions - shown       AS left_out,
       unanswered, failed, denied, answered, undecided, other
  FROM s;

-- @prepare
DROP TABLE IF EXISTS temp.path_chosen;

-- @prepare The most telling ones first: by turns one without an answer, a failed
-- one, a slow one and a denied one; what is not asked by clients, last
CREATE TEMP TABLE path_chosen AS
WITH class (class, place) AS (
    VALUES ('unanswered', 1), ('failed', 2), ('answered', 3), ('denied', 4),
           ('undecided', 5), ('other', 6)
)
SELECT r.value AS root
  FROM class AS c
  JOIN json_each((
           SELECT json_group_array(transaction_id)
             FROM (SELECT transaction_id FROM temp.path_root
                    WHERE class = c.class
                    ORDER BY response_after_ns DESC,
                             attempts DESC, transaction_id
                    LIMIT coalesce(:lookups, -1)))) AS r
 ORDER BY c.class = 'other', r.key, c.place
 LIMIT coalesce(:lookups, -1);

-- @prepare
DROP TABLE IF EXISTS temp.path_leg;

-- @prepare What servers asked for it, and others for them
CREATE TEMP TABLE path_leg AS
WITH RECURSIVE leg (root, leg, parent, depth) AS (
    SELECT root, root, NULL, 0 FROM temp.path_chosen
    UNION ALL
    SELECT l.root, x.id, l.leg, l.depth + 1
      FROM leg AS l
      JOIN main.exchange AS x ON x.parent = l.leg
     WHERE x.leader IS NULL AND l.depth < 8
)
SELECT * FROM leg;

-- @prepare
DROP TABLE IF EXISTS temp.path_place;

-- @prepare Each place where a leg was seen, the first one first
CREATE TEMP TABLE path_place AS
SELECT l.*, x.id, 0 AS turn, c.text AS client, v.text AS server,
       x.client = lx.client AND x.server = lx.server   AS is_as_asked,
       x.query_frame, x.response_frame, x.time_ns,
       x.time_ns + x.response_after_ns                 AS answered_ns,
       coalesce(x.query_capture, x.response_capture)   AS capture
  FROM temp.path_leg AS l
  JOIN main.exchange AS lx ON lx.id = l.leg
  JOIN main.exchange AS x ON x.id = l.leg
  JOIN main.address AS c ON c.id = x.client
  JOIN main.address AS v ON v.id = x.server
UNION ALL
SELECT l.*, x.id, x.id, c.text, v.text,
       x.client = lx.client AND x.server = lx.server,
       x.query_frame, x.response_frame, x.time_ns,
       x.time_ns + x.response_after_ns,
       coalesce(x.query_capture, x.response_capture)
  FROM temp.path_leg AS l
  JOIN main.exchange AS lx ON lx.id = l.leg
  JOIN main.exchange AS x ON x.leader = l.leg
  JOIN main.address AS c ON c.id = x.client
  JOIN main.address AS v ON v.id = x.server;

-- @prepare
DROP TABLE IF EXISTS temp.path_seen;

-- @prepare A table, as else SQLite makes one of all messages
CREATE TEMP TABLE path_seen AS
SELECT p.root, p.leg, p.parent, p.depth, m.*
  FROM temp.path_place AS p
  JOIN main.messages AS m ON m.sighting_id = p.id;

-- @rows
WITH _chosen AS (
    SELECT * FROM temp.path_chosen
), leg AS (
    SELECT * FROM temp.path_leg
), place AS (
    SELECT * FROM temp.path_place
), seen AS (
    SELECT * FROM temp.path_seen
), icmp AS MATERIALIZED (
    SELECT l.root, l.leg, l.depth, e.*,
           e.quotes = 'response' OR e.src_port = x.server_port AS to_server
      FROM leg AS l
      JOIN main.exchange AS x ON x.id = l.leg
      JOIN main.icmp_errors AS e ON e.transaction_id = l.leg
), taking_part AS (
    -- who, and in which order: the client, then the servers of each leg as the
    -- query came to them, then others who answered
    SELECT root, client AS address, NULL AS leg, -1 AS depth, 0 AS at,
           0 AS turn
      FROM place
     WHERE depth = 0 AND turn = 0
    UNION ALL
    SELECT root, server, leg, depth, leg, min(turn)
      FROM place
     GROUP BY root, leg, server
    UNION ALL
    SELECT DISTINCT root, src, leg, depth, leg, 9223372036854775807
      FROM seen
     WHERE qr = 'R' AND state = 'wrong_source'
), first_part AS (
    SELECT t.*,
           row_number() OVER (PARTITION BY t.root, t.address
                              ORDER BY t.depth, t.at, t.turn) AS again,
           count(*) OVER (PARTITION BY t.root, t.leg)  AS of_leg
      FROM taking_part AS t
), lane AS MATERIALIZED (
    -- the tenth is for all that come after nine
    SELECT *, min(10, row_number() OVER (PARTITION BY root
                                         ORDER BY depth, at, turn)) AS lane
      FROM first_part
     WHERE again = 1
), forwarder AS MATERIALIZED (
    SELECT DISTINCT root, parent AS leg FROM leg WHERE depth > 0
), called AS MATERIALIZED (
    SELECT l.*,
           CASE
           WHEN l.depth < 0                            THEN 'client'
           WHEN EXISTS (SELECT 1 FROM main.address_role
                         WHERE address = l.address
                           AND name IN ('localdns', 'nodelocaldns'))
                                                       THEN 'localdns'
           WHEN EXISTS (SELECT 1 FROM main.address_role
                         WHERE address = l.address
                           AND role = 'service address') THEN 'service'
           WHEN EXISTS (SELECT 1 FROM main.address_role
                         WHERE address = l.address
                           AND role = 'cluster DNS')   THEN 'dns'
           WHEN l.depth > 0                            THEN 'upstream'
           -- what NAT translates, and who is behind it
           WHEN l.of_leg > 1
           THEN CASE l.turn WHEN 0 THEN 'service'
                            WHEN 9223372036854775807 THEN 'other'
                            ELSE 'dns' END
           WHEN f.leg IS NOT NULL                      THEN 'dns'
           ELSE 'server' END                           AS role,
           coalesce((SELECT coalesce(n.shown, n.name)
                       FROM main.naming AS n
                       JOIN main.exchange AS x ON x.id = l.root
                      WHERE n.address = l.address
                        AND coalesce(x.time_ns, 9223372036854775806)
                            >= n.from_ns
                        AND coalesce(x.time_ns, 9223372036854775806)
                            < n.to_ns), l.address)     AS name
      FROM lane AS l
      LEFT JOIN forwarder AS f ON f.root = l.root AND f.leg = l.leg
), last_server AS MATERIALIZED (
    SELECT root, leg, server
      FROM (SELECT root, leg, server,
                   row_number() OVER (PARTITION BY root, leg
                                      ORDER BY turn DESC) AS again
              FROM place)
     WHERE again = 1
), asker AS MATERIALIZED (
    -- in whose name a leg was asked, whatever address NAT gave it: the client,
    -- or the server behind the last address that the leg above was seen with
    SELECT x.root, x.leg, x.server AS asked,
           iif(x.depth = 0, x.client, s.server)        AS address
      FROM place AS x
      LEFT JOIN last_server AS s ON s.root = x.root AND s.leg = x.parent
     WHERE x.turn = 0
), clock AS MATERIALIZED (
    -- one for each node; captures of unknown nodes have their own
    SELECT c.id AS capture,
           coalesce((SELECT min(id) FROM main.capture WHERE node = c.node),
                    c.run)                             AS clock
      FROM main.capture AS c
), apart AS MATERIALIZED (
    SELECT capture_id AS clock, other_capture_id AS other, since_ns,
           offset_ns, low_ns, high_ns
      FROM main.clocks
     WHERE NOT stepped
    UNION ALL
    SELECT other_capture_id, capture_id, since_ns, -offset_ns, -high_ns,
           -low_ns
      FROM main.clocks
     WHERE NOT stepped
), base AS MATERIALIZED (
    SELECT p.root, k.clock, p.time_ns
      FROM place AS p
      JOIN clock AS k ON k.capture = p.capture
     WHERE p.depth = 0 AND p.turn = 0
), shift AS MATERIALIZED (
    -- by how much the other nodes' clocks are ahead, in the nearest minute of
    -- which anything is known; bare columns are those of that minute
    SELECT b.root, a.other AS clock, a.offset_ns, a.low_ns, a.high_ns,
           min(abs(a.since_ns - b.time_ns))            AS distance_ns
      FROM base AS b
      JOIN apart AS a ON a.clock = b.clock
     GROUP BY b.root, a.other
), event AS (
    SELECT s.root, s.leg, s.depth, 'message' AS what, s.time_ns, s.capture_id,
           s.file, s.frame, s.node, s.interface, s.direction,
           iif(s.qr = 'R', s.src, a.address)           AS from_address,
           iif(s.qr = 'R', a.address, s.dst)           AS to_address,
           s.src, s.src_port, s.dst, s.dst_port, s.transport, s.dns_id, s.qr,
           CASE
           WHEN s.qr = 'R' AND s.state = 'wrong_source' THEN 'wrong source'
           WHEN s.qr = 'R' AND s.state = 'duplicate_response'
                                                       THEN 'response again'
           WHEN s.qr = 'R'                             THEN 'response'
           WHEN s.attempt > 1                          THEN 'query again'
           ELSE 'query' END                            AS kind,
           s.rcode,
           nullif(rtrim(
               iif(s.qr = 'Q' AND s.src != a.address,
                   'as ' || s.src || ' port ' || s.src_port || '; ', '')
               || iif(s.qr = 'R' AND s.dst != a.address,
                      'to ' || s.dst || ' port ' || s.dst_port || '; ', '')
               || iif(s.qr = 'Q' AND s.attempt > 1,
                      'attempt ' || s.attempt || '; ', '')
               || CASE WHEN s.qr = 'Q' THEN ''
                       WHEN s.state = 'wrong_source'
                       THEN 'wrong source: ' || a.asked || ' was asked, not '
                            || iif(s.src = a.asked, 'that port', s.src) || '; '
                       WHEN s.state = 'duplicate_response'
                       THEN 'the answer once more; ' ELSE '' END
               || iif(s.tc, 'truncated; ', '')
               || iif(s.verdict IN ('malformed', 'sender_cut'),
                      s.verdict || '; ', '')
               || iif(s.transport = 'TCP', 'over TCP; ', '')
               || coalesce('in ' || s.tunnel || '; ', ''), '; '), '') AS note
      FROM seen AS s
      JOIN asker AS a ON a.root = s.root AND a.leg = s.leg
    UNION ALL
    SELECT e.root, e.leg, e.depth, 'icmp', e.time_ns, e.capture_id, e.file,
           e.frame, e.node, e.interface, e.direction,
           CASE WHEN e.to_server THEN a.address
                WHEN EXISTS (SELECT 1 FROM lane AS l
                              WHERE l.root = e.root AND l.address = e.reporter)
                THEN e.reporter ELSE e.dst END,
           iif(e.to_server, e.src, a.address),
           e.reporter, NULL, e.src, NULL, e.protocol, e.dns_id, NULL,
           e.meaning, NULL,
           e.protocol || ' from ' || e.reporter || ' about the ' || e.quotes
      FROM icmp AS e
      JOIN asker AS a ON a.root = e.root AND a.leg = e.leg
), ordered AS MATERIALIZED (
    -- where nothing tells how far clocks are apart, the first thing that the
    -- other node saw is taken to follow the last query that this one saw
    SELECT e.*, k.clock, b.time_ns AS asked_ns,
           iif(k.clock = b.clock, 0, z.offset_ns)      AS offset_ns,
           min(e.time_ns) OVER (PARTITION BY e.root, k.clock)
           - max(iif(k.clock = b.clock AND e.qr = 'Q' AND e.depth = 0,
                     e.time_ns, NULL)) OVER (PARTITION BY e.root)
                                                       AS guess_ns
      FROM event AS e
      JOIN base AS b ON b.root = e.root
      JOIN clock AS k ON k.capture = e.capture_id
      LEFT JOIN shift AS z ON z.root = e.root AND z.clock = k.clock
), known AS MATERIALIZED (
    SELECT *, time_ns - coalesce(offset_ns, guess_ns, 0) AS order_ns,
           1 AS suborder,
           -- from here on by the clock of the client's node
           time_ns - offset_ns - asked_ns              AS after_ns
      FROM ordered
), translation AS (
    -- NAT of which the one way was seen, and not the other
    SELECT root, leg, depth, client, server, is_as_asked,
           max(query_frame IS NOT NULL)                AS was_asked,
           max(response_frame IS NOT NULL)             AS was_answered
      FROM place
     GROUP BY root, leg, client, server
), inferred AS (
    SELECT t.root, t.leg, t.depth, t.client, t.server, t.was_asked,
           iif(t.was_asked,
               (SELECT min(order_ns) FROM known AS k
                 WHERE k.root = t.root AND k.leg = t.leg
                   AND k.kind = 'response'),
               (SELECT min(order_ns) FROM known AS k
                 WHERE k.root = t.root AND k.leg = t.leg AND k.kind = 'query'))
                                                       AS order_ns
      FROM translation AS t
      JOIN translation AS o ON o.root = t.root AND o.leg = t.leg
                           AND o.is_as_asked
     WHERE NOT t.is_as_asked AND t.was_asked != t.was_answered
       AND (o.was_answered OR NOT t.was_asked)
), rung AS MATERIALIZED (
    SELECT k.*, row_number() OVER (PARTITION BY root
                                   ORDER BY order_ns, suborder, capture_id,
                                            frame)     AS number
      FROM (SELECT root, leg, what, time_ns, after_ns,
                   after_ns - lag(after_ns) OVER (
                       PARTITION BY root
                       ORDER BY order_ns, capture_id, frame) AS gap_ns,
                   capture_id, file, frame, node, interface, direction,
                   from_address, to_address, src, src_port, dst, dst_port,
                   transport, dns_id, qr, kind, rcode, note, clock,
                   order_ns, suborder
              FROM known
            UNION ALL
            SELECT i.root, i.leg, 'inferred', NULL, NULL, NULL, NULL, NULL,
                   NULL, NULL, NULL, NULL,
                   iif(i.was_asked, i.server, a.address),
                   iif(i.was_asked, a.address, i.server),
                   iif(i.was_asked, i.server, i.client), NULL,
                   iif(i.was_asked, i.client, i.server), NULL, NULL, NULL,
                   iif(i.was_asked, 'R', 'Q'),
                   iif(i.was_asked, 'response', 'query'), NULL,
                   'not captured, inferred: NAT was seen '
                   || iif(i.was_asked, 'on the way out', 'on the way back'),
                   NULL, i.order_ns, iif(i.was_asked, 0, 2)
              FROM inferred AS i
              JOIN asker AS a ON a.root = i.root AND a.leg = i.leg) AS k
), part_of AS MATERIALIZED (
    SELECT root, lane, min(role) AS role,
           iif(count(*) > 1, count(*) || ' more', min(name)) AS name,
           iif(count(*) > 1, NULL, min(address))       AS address
      FROM called
     GROUP BY root, lane
), sure AS MATERIALIZED (
    SELECT l.root, group_concat(l.leg || ' ' || o.parent_confidence, ', ')
                   || iif(l.root IN (SELECT d.root
                                       FROM leg AS d
                                       JOIN main.exchange AS x
                                         ON x.parent = d.leg
                                      WHERE d.depth = 8 AND x.leader IS NULL),
                          ', and further ones that are not shown', '')
                                                       AS confidence
      FROM (SELECT * FROM leg WHERE depth > 0 ORDER BY root, leg) AS l
      JOIN main.transactions AS o ON o.transaction_id = l.leg
     GROUP BY l.root
), lookup AS MATERIALIZED (
    SELECT t.*, s.confidence
      FROM _chosen AS c
      JOIN main.transactions AS t ON t.transaction_id = c.root
      LEFT JOIN sure AS s ON s.root = c.root
), spent AS MATERIALIZED (
    SELECT h.* FROM _chosen AS c JOIN main.hops AS h ON h.transaction_id = c.root
), hop (root, number, hop, duration_ns, note) AS (
    SELECT transaction_id, 0, 'waiting to ask again', retry_ns,
           'no answer came before that'
      FROM spent
    UNION ALL
    SELECT transaction_id, 1, 'path out', path_out_ns,
           first_interface || ' to ' || last_interface
      FROM spent
    UNION ALL
    SELECT transaction_id, 2, 'both paths', network_ns,
           'between the nodes, whose clocks cannot be compared'
      FROM spent
     WHERE path_out_ns IS NULL
    UNION ALL
    SELECT transaction_id, 3,
           CASE WHEN beyond_ns IS NOT NULL             THEN 'beyond the node'
                WHEN own_ns IS NULL                    THEN 'server'
                ELSE 'server itself' END,
           coalesce(own_ns, server_ns),
           CASE WHEN beyond_ns IS NOT NULL
                THEN 'all that is beyond ' || last_interface
                WHEN own_ns IS NULL
                THEN 'and all that is beyond '
                     || coalesce(last_interface, first_interface) END
      FROM spent
    UNION ALL
    SELECT transaction_id, 4, 'upstream', upstream_ns,
           upstreams || iif(upstreams = 1, ' query', ' queries')
           || iif(timeouts > 0, ', ' || timeouts || ' without an answer (2s at '
                                || 'most are counted for '
                                || iif(timeouts > 1, 'each)', 'it)'), '')
      FROM spent
    UNION ALL
    SELECT transaction_id, 5, 'path back', path_back_ns,
           last_interface || ' to ' || first_interface
      FROM spent
    UNION ALL
    SELECT transaction_id, 6, 'unknown', unknown_ns,
           'not seen, or a clock was set'
      FROM (SELECT transaction_id, latency_ns,
                   latency_ns - coalesce(retry_ns, 0)
                   - coalesce(path_out_ns + path_back_ns, network_ns, 0)
                   - coalesce(own_ns + upstream_ns, server_ns)
                                                       AS unknown_ns
              FROM spent)
     WHERE unknown_ns > latency_ns / 200
    UNION ALL
    SELECT transaction_id, 7, 'total', latency_ns, NULL
      FROM lookup
), closing (root, number, note) AS (
    -- what is to be said in the end
    SELECT transaction_id, 1,
           'Seen at one place only: which hop took the time is not known.'
      FROM lookup
     WHERE latency_ns IS NOT NULL
       AND transaction_id NOT IN (SELECT transaction_id FROM spent)
    UNION ALL
    SELECT s.transaction_id, 2,
           'Last seen: ' || s.verdict || coalesce(' at ' || s.place, '')
           || coalesce(': ' || s.because, '')
           || coalesce(' (' || s.confidence || ')', '') || '.'
           || coalesce(' It would be disproved by ' || s.disproof || '.', '')
      FROM _chosen AS c
      JOIN main.last_seen AS s ON s.transaction_id = c.root
), line (root, part, number) AS (
    SELECT root, 1, 0 FROM _chosen
    UNION ALL
    SELECT root, 2, lane FROM part_of
    UNION ALL
    SELECT root, 3, number FROM rung
    UNION ALL
    SELECT root, 4, number FROM hop WHERE duration_ns IS NOT NULL
    UNION ALL
    SELECT root, 5, number FROM closing
)
SELECT i.root                                          AS transaction_id,
       row_number() OVER (PARTITION BY i.root
                          ORDER BY i.part, i.number)   AS number,
       CASE i.part WHEN 1 THEN 'lookup' WHEN 2 THEN 'lane'
                   WHEN 3 THEN r.what WHEN 4 THEN 'hop'
                   ELSE 'note' END                     AS what,
       coalesce(r.leg, i.root)                         AS leg_id,
       coalesce(r.kind, p.role, t.kind)                AS kind,
       iif(t.transaction_id IS NULL, r.time_ns,
           coalesce(t.asked_ns, t.answered_ns))        AS time_ns,
       r.after_ns, r.gap_ns, r.file, r.frame,
       coalesce(r.node, t.node)                        AS node,
       r.interface, r.direction,
       coalesce(p.lane, f.lane)                        AS from_lane,
       coalesce(p.name, f.name, t.client_name, t.client) AS from_name,
       o.lane                                          AS to_lane,
       coalesce(o.name, t.server_name, t.server)       AS to_name,
       coalesce(p.address, r.src, t.client)            AS src,
       coalesce(r.src_port, t.client_port)             AS src_port,
       coalesce(r.dst, t.server)                       AS dst,
       coalesce(r.dst_port, t.server_port)             AS dst_port,
       coalesce(r.transport, t.transport)              AS transport,
       iif(coalesce(r.dns_id, t.dns_id) IS NOT NULL,
           printf('%.4x', coalesce(r.dns_id, t.dns_id)), NULL) AS id,
       r.qr, t.name, t.qtype,
       coalesce(r.rcode, t.rcode)                      AS rcode,
       t.state, t.attempts, t.origin, t.confidence, h.hop,
       coalesce(h.duration_ns, t.latency_ns)           AS duration_ns,
       round(100.0 * h.duration_ns / nullif(w.latency_ns, 0), 1)
                                                       AS share_pct,
       z.offset_ns                                     AS clock_offset_ns,
       z.low_ns                                        AS clock_low_ns,
       z.high_ns                                       AS clock_high_ns,
       coalesce(r.note, h.note, e.note, t.origin_evidence) AS note
  FROM line AS i
  LEFT JOIN lookup AS w ON w.transaction_id = i.root
  LEFT JOIN lookup AS t ON i.part = 1 AND t.transaction_id = i.root
  LEFT JOIN part_of AS p ON i.part = 2 AND p.root = i.root
                        AND p.lane = i.number
  LEFT JOIN rung AS r ON i.part = 3 AND r.root = i.root
                     AND r.number = i.number
  LEFT JOIN hop AS h ON i.part = 4 AND h.root = i.root AND h.number = i.number
  LEFT JOIN closing AS e ON i.part = 5 AND e.root = i.root
                        AND e.number = i.number
  LEFT JOIN shift AS z ON z.root = r.root AND z.clock = r.clock
  LEFT JOIN called AS f ON f.root = r.root AND f.address = r.from_address
  LEFT JOIN called AS o ON o.root = r.root AND o.address = r.to_address
 ORDER BY i.root, number;
