-- evidence: the frames behind what was chosen, and why each was
--
-- Filled bottom up: transactions become sightings, sightings become frames,
-- frames bring the others that they need.  Sections are run by evidence.c.

-- @tables
-- Where captures lie; filled where the store's own paths are pseudonyms.
CREATE TEMP TABLE IF NOT EXISTS original (
	id   INTEGER PRIMARY KEY,
	file TEXT NOT NULL
) STRICT;

CREATE TEMP TABLE evidence (
	capture INTEGER NOT NULL,
	frame   INTEGER NOT NULL,
	why     TEXT NOT NULL,
	PRIMARY KEY (capture, frame, why)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE evidence_range (
	capture INTEGER NOT NULL,
	first   INTEGER NOT NULL,
	last    INTEGER NOT NULL,
	PRIMARY KEY (capture, first, last)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE evidence_transaction (
	id  INTEGER NOT NULL,            -- -> exchange
	why TEXT NOT NULL,
	PRIMARY KEY (id, why)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE evidence_connection (
	id  INTEGER NOT NULL,            -- -> connection
	why TEXT NOT NULL,
	PRIMARY KEY (id, why)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE evidence_cited (
	row     INTEGER NOT NULL,        -- of its list, from 1
	capture INTEGER NOT NULL,
	frame   INTEGER NOT NULL,
	why     TEXT NOT NULL,
	PRIMARY KEY (row, capture, frame, why)
) STRICT, WITHOUT ROWID;

CREATE TEMP TABLE evidence_level (
	capture INTEGER NOT NULL,
	frame   INTEGER NOT NULL,
	level   INTEGER NOT NULL,
	PRIMARY KEY (capture, frame)
) STRICT, WITHOUT ROWID;

-- @transactions
DROP TABLE IF EXISTS temp.evidence_sighting;
CREATE TEMP TABLE evidence_sighting AS
WITH RECURSIVE leg (id, why, depth) AS (
    SELECT id, why, 0 FROM temp.evidence_transaction
     UNION
    SELECT x.id, leg.why, leg.depth + 1
      FROM leg
      JOIN exchange AS x ON x.parent = leg.id
     WHERE leg.depth < 8
), named AS (
    SELECT id, iif(min(depth) = 0, why, why || ': asked by its server') AS why
      FROM leg
     GROUP BY id, why
)
SELECT id, why FROM named
 UNION ALL
SELECT x.id, n.why || ': copy'
  FROM named AS n
  JOIN exchange AS x ON x.leader = n.id;

INSERT OR IGNORE INTO temp.evidence (capture, frame, why)
SELECT x.query_capture, x.query_frame, s.why || ': query'
  FROM temp.evidence_sighting AS s
  JOIN exchange AS x ON x.id = s.id
 WHERE x.query_frame IS NOT NULL
 UNION ALL
SELECT x.response_capture, x.response_frame, s.why || ': response'
  FROM temp.evidence_sighting AS s
  JOIN exchange AS x ON x.id = s.id
 WHERE x.response_frame IS NOT NULL
 UNION ALL
SELECT m.capture, m.frame, s.why || ': ' || r.name
  FROM temp.evidence_sighting AS s
  JOIN stray AS m ON m.exchange = s.id
  JOIN role AS r ON r.code = m.role
 UNION ALL
SELECT e.capture, e.frame, s.why || ': ICMP error'
  FROM temp.evidence_sighting AS s
  JOIN icmp AS e ON e.exchange = s.id;

-- @belonging
-- A frame within a message that came in several stands for all of it.
INSERT OR IGNORE INTO temp.evidence (capture, frame, why)
SELECT p.capture, p.frame,
       'completes what frame ' || p.part_frame || ' is a part of'
  FROM temp.evidence_range AS r
  JOIN part AS p ON p.part_capture = r.capture
                AND p.part_frame BETWEEN r.first AND r.last
 WHERE (p.part_capture, p.part_frame) != (p.capture, p.frame);

-- Of messages over TCP: their connection, the last to begin before them.
DROP TABLE IF EXISTS temp.evidence_segment;
CREATE TEMP TABLE evidence_segment AS
WITH message AS (
    SELECT query_capture AS capture, query_frame AS frame,
           query_interface AS interface, client, client_port, server,
           server_port, time_ns
      FROM exchange
     WHERE transport = 1 AND query_frame IS NOT NULL
     UNION ALL
    SELECT response_capture, response_frame, response_interface, client,
           client_port, server, server_port, time_ns + response_after_ns
      FROM exchange
     WHERE transport = 1 AND response_frame IS NOT NULL
     UNION ALL
    SELECT capture, frame, interface, src, src_port, dst, dst_port, time_ns
      FROM stray
     WHERE transport = 1
     UNION ALL
    SELECT capture, frame, interface, dst, dst_port, src, src_port, time_ns
      FROM stray
     WHERE transport = 1
)
SELECT m.*, c.run, i.number, i.ifindex
  FROM message AS m
  JOIN capture AS c ON c.id = m.capture
  LEFT JOIN interface AS i ON i.id = m.interface
 WHERE (m.capture, m.frame) IN (SELECT capture, frame FROM temp.evidence)
    OR EXISTS (SELECT * FROM temp.evidence_range AS r
                WHERE r.capture = m.capture
                  AND m.frame BETWEEN r.first AND r.last);

CREATE INDEX temp.evidence_segment_of_client
    ON evidence_segment (client, client_port, server, server_port);

INSERT OR IGNORE INTO temp.evidence_connection (id, why)
WITH candidate AS (
    SELECT m.capture, m.frame, n.id,
           rank() OVER (PARTITION BY m.capture, m.frame, m.client,
                                     m.client_port, n.interface
                        ORDER BY n.time_ns DESC) AS place
      FROM temp.evidence_segment AS m
      JOIN connection AS n ON n.client = m.client
                          AND n.client_port = m.client_port
                          AND n.server = m.server
                          AND n.server_port = m.server_port
      JOIN capture AS c ON c.id = n.capture
      LEFT JOIN interface AS i ON i.id = n.interface
     WHERE c.run IS m.run
       -- in a ring each file has interfaces of its own
       AND i.number IS m.number AND i.ifindex IS m.ifindex
       AND (n.time_ns IS NULL OR m.time_ns IS NULL OR n.time_ns <= m.time_ns)
), nearest AS (
    SELECT id, capture, frame,
           row_number() OVER (PARTITION BY id ORDER BY capture, frame) AS turn
      FROM candidate
     WHERE place = 1
)
SELECT n.id, 'connection of ' || c.file || '#' || n.frame
  FROM nearest AS n
  JOIN capture AS c ON c.id = n.capture
 WHERE n.turn = 1;

INSERT OR IGNORE INTO temp.evidence (capture, frame, why)
WITH chosen AS (
    SELECT n.*, e.why
      FROM temp.evidence_connection AS e
      JOIN connection AS n ON n.id = e.id
)
SELECT capture, frame, why || ': first segment' FROM chosen
 WHERE (capture, frame) IS NOT (syn_capture, syn_frame)
 UNION ALL
SELECT syn_capture, syn_frame, why || ': SYN' FROM chosen
 WHERE syn_frame IS NOT NULL
 UNION ALL
SELECT syn_ack_capture, syn_ack_frame, why || ': SYN-ACK' FROM chosen
 WHERE syn_ack_frame IS NOT NULL
 UNION ALL
SELECT fin_capture, fin_frame, why || ': FIN' FROM chosen
 WHERE fin_frame IS NOT NULL
 UNION ALL
SELECT rst_capture, rst_frame, why || ': RST' FROM chosen
 WHERE rst_frame IS NOT NULL
 UNION ALL
SELECT icmp_capture, icmp_frame, why || ': ICMP error' FROM chosen
 WHERE icmp_frame IS NOT NULL;

-- Fragments and segments, and fragments of segments.
INSERT OR IGNORE INTO temp.evidence (capture, frame, why)
WITH RECURSIVE whole (capture, frame) AS (
    SELECT capture, frame FROM temp.evidence
     UNION
    SELECT p.capture, p.frame
      FROM temp.evidence_range AS r
      JOIN part AS p ON p.capture = r.capture
                    AND p.frame BETWEEN r.first AND r.last
     UNION
    SELECT p.part_capture, p.part_frame
      FROM whole AS w
      JOIN part AS p ON p.capture = w.capture AND p.frame = w.frame
)
SELECT p.part_capture, p.part_frame,
       'part of ' || c.file || '#' || p.frame
  FROM whole AS w
  JOIN part AS p ON p.capture = w.capture AND p.frame = w.frame
  JOIN capture AS c ON c.id = p.capture
 WHERE (p.part_capture, p.part_frame) != (p.capture, p.frame);
