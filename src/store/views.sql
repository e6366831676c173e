-- views: what people and reports read
--
-- captures, interfaces, clocks, observability, doubts, messages, transactions,
-- sightings, hops, last_seen, answers, icmp_errors, connections, lookups,
-- lookup_transactions, endpoints, findings, expansions, roles, snapshots, pods,
-- services and owners are public, documented in dnsforensics-schema(5) and kept
-- stable.
-- trace has the fields of `dnsforensics trace` as its columns, under their
-- names.  Views that start with an underscore are private.

-- What was counted by the interfaces that did, each once.
CREATE VIEW _counted AS
SELECT capture AS capture_id, sum(received) AS received, sum(dropped) AS dropped
  FROM interface
 GROUP BY capture;

-- What captures that were read as one hold together, and when they end.
CREATE VIEW _run AS
SELECT run, sum(packets) AS packets,
       -- of which nothing is known but that they are there
       sum(unknown_link + cut_packets)         AS unreadable,
       sum(udp_dns) AS udp_dns, sum(tcp_dns) AS tcp_dns,
       sum(icmp_errors) AS icmp_errors, sum(later_fragments) AS later_fragments,
       sum(tunnelled) AS tunnelled, sum(other) AS other,
       sum(packets_in) AS packets_in, sum(packets_out) AS packets_out,
       sum((SELECT sum(queries) FROM interface WHERE capture = c.id))
                                               AS queries,
       sum((SELECT sum(responses) FROM interface WHERE capture = c.id))
                                               AS responses
  FROM capture AS c
 GROUP BY run;

CREATE VIEW captures AS
SELECT c.id AS capture_id, c.file, c.sha256, c.format,
       -- Inspektor Gadget tells it with each interface
       coalesce(c.node, i.nodes)               AS node, c.size,
       c.packets, c.messages, c.copies, c.repeats, c.first_ns, c.last_ns,
       c.wait_ns, c.damage, c.comment,
       -- a ring's log tells of all its files together
       coalesce(n.dropped, l.dropped)          AS dropped,
       CASE WHEN n.dropped IS NOT NULL
            THEN iif(c.format = 'live', 'the kernel', 'pcapng statistics')
            WHEN l.dropped IS NOT NULL THEN l.file END AS dropped_from,
       coalesce(f.filter, l.filter)            AS filter,
       CASE WHEN f.filter IS NOT NULL
            THEN iif(c.format = 'live', 'the live run', 'pcapng')
            WHEN l.filter IS NOT NULL THEN l.file END AS filter_from,
       l.command,
       c.ring, p.file                          AS continues,
       c.continues                             AS continues_id,
       c.gap_ns, c.is_joined,
       c.untimed, c.steps_back, c.step_back_ns,
       c.short_packets, c.cut_packets, c.bad_packets, c.fragments,
       c.fragment_conflicts, c.unknown_link, c.stream_gaps, c.undecided,
       c.forgotten,
       c.udp_dns, c.tcp_dns, c.icmp_errors, c.later_fragments, c.tunnelled,
       c.other, c.packets_in, c.packets_out,
       s.queries, s.responses, c.run,
       c.unknown_link + c.cut_packets          AS unreadable,
       -- both ways were captured if both directions of anything were
       CASE WHEN coalesce(r.packets_in, 0) > 0 AND r.packets_out > 0 THEN NULL
            WHEN r.queries > 0 AND r.responses = 0 THEN 'only queries'
            WHEN r.responses > 0 AND r.queries = 0 THEN 'only responses'
       END                                     AS one_sided
  FROM capture AS c
  LEFT JOIN _counted AS n ON n.capture_id = c.id
  LEFT JOIN (SELECT capture, min(filter) AS filter FROM interface
              GROUP BY capture) AS f ON f.capture = c.id
  LEFT JOIN (SELECT capture, group_concat(DISTINCT node) AS nodes
               FROM interface GROUP BY capture) AS i ON i.capture = c.id
  LEFT JOIN (SELECT capture, sum(queries) AS queries,
                    sum(responses) AS responses
               FROM interface GROUP BY capture) AS s ON s.capture = c.id
  LEFT JOIN _run AS r ON r.run = c.run
  LEFT JOIN tcpdump_log AS l ON l.id = c.log
  LEFT JOIN capture AS p ON p.id = c.continues;

CREATE VIEW interfaces AS
SELECT i.id AS interface_id, c.id AS capture_id, c.file, i.number, i.ifindex,
       coalesce(i.name, 'if#' || i.ifindex, 'interface ' || i.number) AS name,
       i.description, i.filter, i.linktype, i.snaplen, i.received, i.dropped,
       i.queries, i.responses,
       coalesce(i.node, c.node)                AS node,
       i.namespace, i.pod, i.container, i.labels,
       -- by what such interfaces are called, else by who sends there
       CASE
       WHEN i.pod IS NOT NULL                  THEN 'pod'
       WHEN i.name = 'lo'                      THEN 'loopback'
       WHEN i.name GLOB 'azv*' OR i.name GLOB 'veth*' OR i.name GLOB 'lxc*'
         OR i.name GLOB 'cali*' OR i.name GLOB 'eni[0-9a-f]*'
         OR i.name GLOB 'gke*'                 THEN 'pod'
       WHEN i.name GLOB 'flannel*' OR i.name GLOB 'vxlan*'
         OR i.name GLOB 'gen*' OR i.name GLOB 'tunl*'
         OR i.name GLOB 'cilium_*' OR i.name GLOB 'wg*'
         OR i.name GLOB 'ipip*'                THEN 'tunnel'
       WHEN i.name GLOB 'cbr*' OR i.name GLOB 'cni*'
         OR i.name GLOB 'docker*' OR i.name GLOB 'br-*'
         OR i.name GLOB 'virbr*'               THEN 'bridge'
       WHEN i.name GLOB 'eth*' OR i.name GLOB 'en[opsx]*'
         OR i.name GLOB 'bond*'                THEN 'uplink'
       WHEN i.from_beyond OR i.senders > 3     THEN 'uplink'
       WHEN i.senders > 0                      THEN 'pod' END AS role,
       CASE
       WHEN i.pod IS NOT NULL                  THEN 'the capture says so'
       WHEN i.name IS NOT NULL                 THEN 'its name'
       WHEN i.from_beyond                      THEN 'packets from behind routers'
       WHEN i.senders > 3                      THEN 'many senders'
       WHEN i.senders > 0 THEN 'all come from ' || i.senders || ' address'
                               || iif(i.senders > 1, 'es', '')
                               || ', past no router' END AS role_why
  FROM interface AS i
  JOIN capture AS c ON c.id = i.capture;

-- One clock for each node; captures of unknown nodes have their own.
CREATE VIEW _clock AS
SELECT c.id AS capture,
       coalesce((SELECT min(id) FROM capture WHERE node = c.node), c.run)
                                               AS clock
  FROM capture AS c;

-- What tells captures of several nodes apart: the first file of each.
CREATE VIEW _apart AS
SELECT k.capture, c.file
  FROM _clock AS k
  JOIN capture AS c ON c.id = k.clock
 WHERE (SELECT count(DISTINCT clock) FROM _clock) > 1;

-- How far the clocks of two nodes are apart.
CREATE VIEW clocks AS
SELECT o.capture                               AS capture_id,
       o.other_capture                         AS other_capture_id,
       coalesce(c.node, c.file)                AS node,
       coalesce(p.node, p.file)                AS other_node,
       60000000000 * o.minute                  AS since_ns,
       o.messages,
       o.offset_ns,
       o.low_ns,
       o.high_ns,
       o.low_ns > o.high_ns                    AS stepped
  FROM clock_offset AS o
  JOIN capture AS c ON c.id = o.capture
  JOIN capture AS p ON p.id = o.other_capture;

-- What a capture can show beside DNS over UDP: yes, likely, unknown, no.  What
-- one file of a run shows its others could have shown as well.
CREATE VIEW observability AS
WITH kind (place, subject) AS (
    VALUES (1, 'TCP'), (2, 'ICMP errors'), (3, 'later IP fragments'),
           (4, 'tunnels'), (5, 'queries'), (6, 'responses')
), seen AS (
    SELECT c.capture_id, c.file, c.filter, r.packets, r.other, k.place,
           r.unreadable, k.subject, s.passes,
           CASE k.place WHEN 1 THEN c.tcp_dns WHEN 2 THEN c.icmp_errors
                        WHEN 3 THEN c.later_fragments WHEN 4 THEN c.tunnelled
                        WHEN 5 THEN c.queries ELSE c.responses END
                                               AS count,
           CASE k.place WHEN 1 THEN r.tcp_dns WHEN 2 THEN r.icmp_errors
                        WHEN 3 THEN r.later_fragments WHEN 4 THEN r.tunnelled
                        WHEN 5 THEN r.queries ELSE r.responses END
                                               AS in_run,
           r.tcp_dns + r.icmp_errors + r.later_fragments + r.tunnelled
                                               AS beside
      FROM captures AS c
      JOIN _run AS r ON r.run = c.run
      JOIN kind AS k
      LEFT JOIN scope AS s ON s.capture = c.capture_id
                          AND s.subject = k.subject
     -- of what nearly all captures show only what a filter says is told
     WHERE k.place <= 4 OR s.passes = 0
)
SELECT capture_id, file, subject, count,
       CASE WHEN in_run > 0 OR passes OR filter = '' THEN 'yes'
            WHEN NOT passes                         THEN 'no'
            WHEN filter IS NULL AND other > unreadable THEN 'likely'
            ELSE 'unknown' END                 AS observable,
       CASE WHEN count > 0     THEN 'seen'
            WHEN in_run > 0    THEN 'seen in another file of its ring'
            WHEN passes        THEN 'the filter lets it through'
            WHEN filter = ''   THEN 'there was no filter'
            WHEN NOT passes    THEN 'the filter leaves it out: ' || filter
            WHEN filter IS NOT NULL
                               THEN 'the filter may leave it out: ' || filter
            WHEN other > unreadable
                               THEN 'not seen, but other traffic was captured'
            WHEN packets = 0   THEN 'there are no packets'
            WHEN packets = unreadable
                               THEN 'packets cannot be read'
            WHEN beside = 0    THEN 'only DNS over UDP was captured, as with '
                                    || 'the filter "udp port 53"'
            ELSE 'no other traffic was captured: there may have been a filter'
       END                                     AS why,
       place
  FROM seen;

-- Files of a run after which nothing was captured for more than a second: what
-- was asked from since_ns on may have its response in a part that is missing.
CREATE VIEW _gap AS
SELECT p.id AS capture_id, p.file, n.gap_ns, p.last_ns - p.wait_ns AS since_ns
  FROM capture AS n
  JOIN capture AS p ON p.id = n.continues
 WHERE n.is_joined AND n.gap_ns > 1000000000;

-- The doubts that concern all of a capture.
CREATE VIEW _loss AS
SELECT v.capture_id, v.file,
       printf('%d packet%s dropped while capturing', v.dropped,
              iif(v.dropped = 1, ' was', 's were')) AS doubt,
       v.dropped                               AS at_most,
       -- one log may tell of all files of a ring together
       coalesce('log ' || c.log, 'drops of ' || c.id) AS source
  FROM captures AS v
  JOIN capture AS c ON c.id = v.capture_id
 WHERE v.dropped > 0
UNION ALL
SELECT capture_id, file, one_sided || ' were captured', NULL, 'one-sided'
  FROM captures WHERE one_sided IS NOT NULL
UNION ALL
SELECT capture_id, file, 'the clock went back', NULL, 'clock'
  FROM captures WHERE step_back_ns > 1000000000
UNION ALL
SELECT c.capture_id, c.file, 'the filter hides ' || s.subject || ' over UDP: '
       || c.filter, NULL, 'filter'
  FROM captures AS c
  JOIN scope AS s ON s.capture = c.capture_id
 WHERE s.subject IN ('queries', 'responses') AND NOT s.passes
UNION ALL
SELECT capture_id, file,
       printf('%d hole%s in TCP streams, of packets lost while capturing',
              stream_gaps, iif(stream_gaps = 1, '', 's')), 10 * stream_gaps,
       'holes of ' || capture_id
  FROM captures WHERE stream_gaps > 0
UNION ALL
SELECT c.id, c.file,
       printf('%d response%s without a query, which may be lost', o.count,
              iif(o.count = 1, '', 's')), 10 * o.count,
       'orphans of ' || c.id
  FROM (SELECT response_capture, count(*) AS count
          FROM exchange
         WHERE state != 0
           AND state = (SELECT code FROM state WHERE name = 'orphan_response')
           AND kind = 0
         GROUP BY response_capture) AS o
  JOIN capture AS c ON c.id = o.response_capture;

-- Why "no response" in a capture may mean that the response was not captured,
-- and of how many at most: where loss only shows in what remains, ten times
-- that, to be safe.  NULL: of any number.  Equal sources are the same loss.
CREATE VIEW doubts AS
SELECT capture_id, file, doubt, at_most, source FROM _loss
UNION ALL
SELECT capture_id, file,
       printf('nothing was captured for %.2fs after its end', gap_ns / 1e9),
       (SELECT count(*) FROM exchange
         WHERE query_capture = capture_id AND time_ns > since_ns
           AND state != 0
           AND state = (SELECT code FROM state WHERE name = 'unanswered')),
       'gap after ' || capture_id
  FROM _gap;

CREATE VIEW icmp_errors AS
SELECT e.id                                    AS icmp_id,
       coalesce(x.leader, e.exchange)          AS transaction_id,
       c.id                                    AS capture_id,
       c.file,
       e.frame,
       e.time_ns,
       c.node,
       coalesce(i.name, 'if#' || i.ifindex,
                'interface ' || i.number)      AS interface,
       CASE e.direction WHEN 1 THEN 'in' WHEN 2 THEN 'out' END AS direction,
       ra.text                                 AS reporter,
       iif(e.family = 6, 'ICMPv6', 'ICMP')     AS protocol,
       e.type,
       e.code,
       coalesce(k.meaning, 'type ' || e.type || ' code ' || e.code) AS meaning,
       e.mtu,
       sa.text                                 AS src,
       e.src_port,
       da.text                                 AS dst,
       e.dst_port,
       CASE e.transport WHEN 0 THEN 'UDP' ELSE 'TCP' END AS transport,
       e.dns_id,
       CASE WHEN e.transport = 1 THEN 'segment'
            WHEN e.quotes_response THEN 'response'
            ELSE 'query' END                   AS quotes
  FROM icmp AS e
  LEFT JOIN exchange AS x ON x.id = e.exchange
  JOIN capture AS c ON c.id = e.capture
  JOIN address AS ra ON ra.id = e.reporter
  JOIN address AS sa ON sa.id = e.src
  JOIN address AS da ON da.id = e.dst
  LEFT JOIN interface AS i ON i.id = e.interface
  LEFT JOIN icmp_code AS k ON k.family = e.family AND k.type = e.type
                          AND k.code = e.code;

CREATE VIEW connections AS
SELECT n.id                                    AS connection_id,
       c.id                                    AS capture_id,
       c.file,
       n.frame,
       n.time_ns,
       c.node,
       coalesce(i.name, 'if#' || i.ifindex,
                'interface ' || i.number)      AS interface,
       n.tunnels,
       ca.text                                 AS client,
       n.client_port,
       (SELECT coalesce(shown, name) FROM naming
         WHERE address = ca.text
           AND coalesce(n.time_ns, 9223372036854775806) >= from_ns
           AND coalesce(n.time_ns, 9223372036854775806) < to_ns)
                                               AS client_name,
       sa.text                                 AS server,
       n.server_port,
       (SELECT coalesce(shown, name) FROM naming
         WHERE address = sa.text
           AND coalesce(n.time_ns, 9223372036854775806) >= from_ns
           AND coalesce(n.time_ns, 9223372036854775806) < to_ns)
                                               AS server_name,
       -- who ended it decides, then how far it came
       CASE
       WHEN n.rst_frame IS NOT NULL AND n.rst_by = 1 AND n.syns > 0
        AND n.syn_ack_frame IS NULL AND NOT n.client_data
        AND NOT n.server_data                  THEN 'refused'
       WHEN n.fin_frame IS NOT NULL
        AND (n.rst_frame IS NULL
             OR (n.fin_capture, n.fin_frame) <= (n.rst_capture, n.rst_frame))
                                               THEN 'closed'
       WHEN n.rst_frame IS NOT NULL            THEN 'reset'
       WHEN n.midstream                        THEN 'mid-stream'
       WHEN n.syn_ack_frame IS NOT NULL OR n.client_data OR n.server_data
                                               THEN 'established'
       WHEN n.icmp_frame IS NOT NULL           THEN 'unreachable'
       WHEN n.syn_ns IS NULL                   THEN 'pending'
       WHEN (SELECT max(last_ns) FROM capture WHERE run = c.run) - n.syn_ns
            <= c.wait_ns                       THEN 'pending'
       ELSE 'no answer to SYN' END             AS state,
       -- not captured or not answered: where nothing came back at all
       n.syn_ack_frame IS NULL AND n.rst_frame IS NULL
       AND n.icmp_frame IS NULL AND NOT n.server_data
       AND n.capture IN (SELECT capture_id FROM _loss) AS doubtful,
       n.syns,
       sc.file                                 AS syn_file,
       n.syn_frame,
       n.syn_ns,
       ac.file                                 AS syn_ack_file,
       n.syn_ack_frame,
       n.syn_ack_ns,
       n.syn_ack_ns - n.syn_ns                 AS connect_ns,
       n.client_data,
       n.server_data,
       fc.file                                 AS fin_file,
       n.fin_frame,
       n.fin_ns,
       CASE n.fin_by WHEN 0 THEN 'client' WHEN 1 THEN 'server' END AS fin_by,
       rc.file                                 AS rst_file,
       n.rst_frame,
       n.rst_ns,
       CASE n.rst_by WHEN 0 THEN 'client' WHEN 1 THEN 'server' END AS rst_by,
       ic.file                                 AS icmp_file,
       n.icmp_frame,
       n.icmp_type,
       n.icmp_code,
       CASE WHEN n.icmp_frame IS NOT NULL
            THEN coalesce(k.meaning, 'type ' || n.icmp_type || ' code '
                                     || n.icmp_code) END AS icmp_meaning,
       -- the frames that tell: its start, and what became of it
       c.file || '#' || n.frame
       || coalesce(' ' || ac.file || '#' || n.syn_ack_frame, '')
       || coalesce(' ' || fc.file || '#' || n.fin_frame, '')
       || coalesce(' ' || rc.file || '#' || n.rst_frame, '')
       || coalesce(' ' || ic.file || '#' || n.icmp_frame, '') AS evidence
  FROM connection AS n
  JOIN capture AS c ON c.id = n.capture
  JOIN address AS ca ON ca.id = n.client
  JOIN address AS sa ON sa.id = n.server
  LEFT JOIN capture AS sc ON sc.id = n.syn_capture
  LEFT JOIN capture AS ac ON ac.id = n.syn_ack_capture
  LEFT JOIN capture AS fc ON fc.id = n.fin_capture
  LEFT JOIN capture AS rc ON rc.id = n.rst_capture
  LEFT JOIN capture AS ic ON ic.id = n.icmp_capture
  LEFT JOIN interface AS i ON i.id = n.interface
  LEFT JOIN icmp_code AS k ON k.family = iif(instr(sa.text, ':'), 6, 4)
                          AND k.type = n.icmp_type AND k.code = n.icmp_code;

CREATE VIEW transactions AS
SELECT x.id                                    AS transaction_id,
       coalesce(x.query_capture, x.response_capture) AS capture_id,
       ca.text                                 AS client,
       x.client_port,
       -- at that time; nobody knows when packets without times were sent
       (SELECT coalesce(shown, name) FROM naming
         WHERE address = ca.text
           AND coalesce(x.time_ns, 9223372036854775806) >= from_ns
           AND coalesce(x.time_ns, 9223372036854775806) < to_ns)
                                               AS client_name,
       sa.text                                 AS server,
       x.server_port,
       (SELECT coalesce(shown, name) FROM naming
         WHERE address = sa.text
           AND coalesce(x.time_ns, 9223372036854775806) >= from_ns
           AND coalesce(x.time_ns, 9223372036854775806) < to_ns)
                                               AS server_name,
       CASE x.transport WHEN 0 THEN 'UDP' ELSE 'TCP' END AS transport,
       x.dns_id,
       n.text                                  AS name,
       coalesce(t.name, 'TYPE' || x.qtype)     AS qtype,
       x.qtype                                 AS qtype_raw,
       coalesce(r.name, 'RCODE' || x.rcode)    AS rcode,
       x.rcode                                 AS rcode_raw,
       s.name                                  AS state,
       k.name                                  AS kind,
       x.attempts,
       CASE WHEN x.query_frame IS NOT NULL THEN x.time_ns END AS asked_ns,
       x.time_ns + x.response_after_ns         AS answered_ns,
       CASE WHEN x.query_frame IS NOT NULL AND x.response_after_ns >= 0
            THEN x.response_after_ns END       AS latency_ns,
       CASE WHEN x.query_frame IS NOT NULL
             AND x.response_after_ns >= x.last_attempt_ns
            THEN x.response_after_ns - x.last_attempt_ns
       END                                     AS last_attempt_latency_ns,
       -- not captured or not answered, nobody knows which
       s.name = 'unanswered'
       AND (x.query_capture IN (SELECT capture_id FROM _loss)
            OR EXISTS (SELECT * FROM _gap
                        WHERE capture_id = x.query_capture
                          AND x.time_ns > since_ns)
            -- all of a large answer over IPv6 is in fragments, none of which
            -- a filter for ports lets through
            OR (instr(sa.text, ':') > 0 AND x.transport = 0
                AND (SELECT edns_size > 1232 FROM detail
                      WHERE id = x.query_detail)
                AND x.query_capture IN (
                        SELECT capture_id FROM observability
                         WHERE subject = 'later IP fragments'
                           AND observable IN ('no', 'unknown')))) AS doubtful,
       -- how long a query waited in vain until its capture ended
       CASE WHEN s.name = 'pending_at_end'
            THEN (SELECT max(last_ns) FROM capture WHERE run = qc.run)
                 - x.time_ns END               AS waited_ns,
       a.num_answers,
       a.addresses,
       a.cname,
       x.ttl,
       x.negative_ttl,
       -- NOERROR, whole, and nothing of the wanted type at the end of CNAMEs;
       -- who wants CNAME (5) or ANY (255) got it with them
       x.rcode = 0 AND (x.response_flags & 0x0200) = 0
       AND coalesce(d.verdict, 'ok') IN ('ok', 'trailing_bytes')
       AND (a.num_answers = 0
            OR (a.cname IS NOT NULL AND x.qtype NOT IN (5, 255)
                AND NOT EXISTS (SELECT * FROM answer AS w
                                 WHERE w.answer_set = x.answers
                                   AND w.type = x.qtype))) AS nodata,
       (x.response_flags & 0x0200) != 0        AS tc,
       (x.response_flags & 0x0400) != 0        AS aa,
       (x.response_flags & 0x0080) != 0        AS ra,
       coalesce(d.verdict, CASE WHEN x.response_frame IS NOT NULL
                                THEN 'ok' END) AS verdict,
       d.fault,
       coalesce(e.name, d.ede)                 AS ede,
       d.ede_text,
       (x.notes & 1) != 0                      AS case_differs,
       (x.notes & 2) != 0                      AS weak_match,
       (x.notes & 4) != 0                      AS before_query,
       ie.type                                 AS icmp_type,
       ie.code                                 AS icmp_code,
       CASE WHEN ie.id IS NOT NULL
            THEN coalesce(ik.meaning, 'type ' || ie.type || ' code '
                                      || ie.code) END AS icmp_meaning,
       ec.file                                 AS icmp_file,
       ie.frame                                AS icmp_frame,
       -- the one that its client, a server itself, asked for
       x.parent                                AS parent_id,
       (SELECT name FROM confidence WHERE code = x.confidence)
                                               AS parent_confidence,
       h.upstreams,
       -- from where the server had the answer: its own query upstream is
       -- proof, flags are evidence that only CoreDNS' mean something by
       CASE WHEN x.rcode IS NULL               THEN NULL
            WHEN h.upstreams > 0               THEN 'forwarded'
            WHEN sa.text NOT IN (SELECT address FROM address_role
                                  WHERE role IN ('cluster DNS',
                                                 'service address')
                                     OR name = 'localdns') THEN NULL
            WHEN x.response_flags & 0x0480 = 0x0480 THEN 'cache'
            WHEN x.response_flags & 0x0480 = 0x0400 THEN 'local'
            WHEN x.response_flags & 0x0480 = 0x0080 THEN 'forwarded'
            ELSE 'server' END                  AS origin,
       CASE WHEN x.rcode IS NULL               THEN NULL
            WHEN h.upstreams > 0 THEN 'query to the upstream'
            WHEN sa.text IN (SELECT address FROM address_role
                              WHERE role IN ('cluster DNS', 'service address')
                                 OR name = 'localdns')
            THEN printf('flags AA=%d RA=%d', (x.response_flags & 0x0400) != 0,
                        (x.response_flags & 0x0080) != 0)
       END                                     AS origin_evidence,
       x.query_size,
       x.response_size,
       coalesce(qc.node, rc.node)              AS node,
       qc.file                                 AS query_file,
       x.query_frame,
       rc.file                                 AS response_file,
       x.response_frame,
       coalesce(x.query_interface, x.response_interface) AS interface_id
  FROM exchange AS x
  JOIN address AS ca ON ca.id = x.client
  JOIN address AS sa ON sa.id = x.server
  JOIN state AS s ON s.code = x.state
  JOIN kind AS k ON k.code = x.kind
  LEFT JOIN name AS n ON n.id = x.name
  LEFT JOIN qtype AS t ON t.code = x.qtype
  LEFT JOIN rcode AS r ON r.code = x.rcode
  LEFT JOIN answer_set AS a ON a.id = x.answers
  LEFT JOIN detail AS d ON d.id = x.response_detail
  LEFT JOIN ede AS e ON e.code = d.ede
  LEFT JOIN capture AS qc ON qc.id = x.query_capture
  LEFT JOIN capture AS rc ON rc.id = x.response_capture
  LEFT JOIN icmp AS ie ON ie.id = (SELECT min(id) FROM icmp
                                    WHERE exchange = x.id
                                      AND NOT quotes_response)
  LEFT JOIN icmp_code AS ik ON ik.family = ie.family AND ik.type = ie.type
                           AND ik.code = ie.code
  LEFT JOIN capture AS ec ON ec.id = ie.capture
  LEFT JOIN hop AS h ON h.exchange = x.id
 -- copies of its messages make it no other transaction
 WHERE x.leader IS NULL;

-- A transaction at each place where it was seen: before and behind NAT, on each
-- interface, inside and outside of tunnels.  The first is the transaction.
CREATE VIEW sightings AS
SELECT x.id                                    AS sighting_id,
       coalesce(x.leader, x.id)                AS transaction_id,
       coalesce(x.query_capture, x.response_capture) AS capture_id,
       coalesce(qc.file, rc.file)              AS file,
       coalesce(qc.node, rc.node)              AS node,
       coalesce(i.name, 'if#' || i.ifindex,
                'interface ' || i.number)      AS interface,
       ca.text                                 AS client,
       x.client_port,
       sa.text                                 AS server,
       x.server_port,
       s.name                                  AS state,
       -- before NAT and behind it, of the client's query and of the server's
       CASE
       WHEN l.parent IS NULL AND x.server = l.server
        AND x.client = l.client                THEN 'client'
       WHEN l.parent IS NULL AND x.client = l.client THEN 'backend'
       WHEN l.parent IS NULL                   THEN 'translated'
       WHEN x.client = l.client                THEN 'upstream-pod'
       ELSE 'upstream-node' END                AS stage,
       CASE x.query_direction WHEN 1 THEN 'in' WHEN 2 THEN 'out' END
                                               AS query_direction,
       CASE x.response_direction WHEN 1 THEN 'in' WHEN 2 THEN 'out' END
                                               AS response_direction,
       CASE WHEN x.query_frame IS NOT NULL THEN x.time_ns END AS asked_ns,
       x.time_ns + x.response_after_ns         AS answered_ns,
       CASE WHEN x.query_frame IS NOT NULL AND x.response_after_ns >= 0
            THEN x.response_after_ns END       AS latency_ns,
       coalesce(x.query_interface, x.response_interface) AS interface_id,
       qc.file                                 AS query_file,
       x.query_frame,
       rc.file                                 AS response_file,
       x.response_frame
  FROM exchange AS x
  JOIN exchange AS l ON l.id = coalesce(x.leader, x.id)
  JOIN address AS ca ON ca.id = x.client
  JOIN address AS sa ON sa.id = x.server
  JOIN state AS s ON s.code = x.state
  LEFT JOIN capture AS qc ON qc.id = x.query_capture
  LEFT JOIN capture AS rc ON rc.id = x.response_capture
  LEFT JOIN interface AS i
         ON i.id = coalesce(x.query_interface, x.response_interface);

-- Where the time of a transaction went.  One that was seen at one place only,
-- and whose server asked nobody, is not here: all that is known of it is its
-- latency there.
CREATE VIEW hops AS
WITH part AS (
    SELECT *, coalesce(path_out_ns + path_back_ns, network_ns) AS path_ns,
           server_ns - coalesce(upstream_ns, beyond_ns, 0) AS rest_ns
      FROM hop
)
SELECT h.exchange                              AS transaction_id,
       x.response_after_ns                     AS latency_ns,
       h.retry_ns,
       h.path_out_ns,
       h.server_ns,
       h.beyond_ns,
       h.upstream_ns,
       iif(h.upstreams > 0, max(0, h.server_ns - h.upstream_ns), NULL)
                                               AS own_ns,
       h.path_back_ns,
       h.network_ns,
       h.upstreams,
       h.timeouts,
       h.places,
       -- the largest of them; between two nodes what is known of both ways
       CASE max(coalesce(h.path_ns, 0), coalesce(h.retry_ns, 0),
                coalesce(h.upstream_ns, 0), coalesce(h.beyond_ns, 0),
                h.rest_ns)
       WHEN h.retry_ns                         THEN 'retry'
       WHEN h.upstream_ns                      THEN 'upstream'
       WHEN h.beyond_ns                        THEN 'beyond the node'
       WHEN h.rest_ns                          THEN 'server'
       ELSE iif(h.server_ns IS NOT NULL, 'path', NULL) END AS slowest,
       -- of the latency
       round(100.0 * max(coalesce(h.path_ns, 0), coalesce(h.retry_ns, 0),
                         coalesce(h.upstream_ns, 0),
                         coalesce(h.beyond_ns, 0), h.rest_ns)
             / nullif(x.response_after_ns, 0)) AS slowest_pct,
       -- where the first and the last place are
       coalesce(a.name, 'if#' || a.ifindex, 'interface ' || a.number)
                                               AS first_interface,
       coalesce(b.name, 'if#' || b.ifindex, 'interface ' || b.number)
                                               AS last_interface,
       b.id                                    AS last_interface_id
  FROM part AS h
  JOIN exchange AS x ON x.id = h.exchange
  LEFT JOIN exchange AS e ON e.id = h.last_exchange
  LEFT JOIN interface AS a ON a.id = x.query_interface
  LEFT JOIN interface AS b ON b.id = e.query_interface;

-- Where queries that were not answered where they were asked were seen last.
-- because says what was seen, disproof what would show that it was otherwise.
CREATE VIEW last_seen AS
WITH seen AS (
    SELECT l.*, x.server, f.server AS first_server, f.attempts,
           f.response_after_ns AS latency_ns,
           f.state = (SELECT code FROM state WHERE name = 'pending_at_end')
                                               AS is_pending,
           iif(l.is_response, x.response_capture, x.query_capture) AS capture,
           iif(l.is_response, x.response_interface, x.query_interface)
                                               AS interface,
           iif(l.is_response, x.response_frame, x.query_frame) AS frame,
           x.time_ns + iif(l.is_response, x.response_after_ns, 0) AS time_ns,
           iif(x.query_direction = 2, 'went out at ', 'came in at ') AS way
      FROM last_place AS l
      JOIN exchange AS x ON x.id = l.sighting
      JOIN exchange AS f ON f.id = l.exchange
), named AS (
    SELECT s.*, c.node, h.file AS clock_file, c.file || '#' || s.frame AS at,
           coalesce(i.name, 'if#' || i.ifindex, 'interface ' || i.number)
                                               AS door,
           a.text AS server_text, fa.text AS first_text,
           s.peers || ' other' || iif(s.peers = 1, '', 's') AS others,
           ra.text AS reporter, e.family,
           coalesce(k.meaning, 'type ' || e.type || ' code ' || e.code)
                                               AS meaning,
           ec.file || '#' || e.frame           AS icmp_at,
           ta.text AS wrong_source, tc.file || '#' || t.frame AS stray_at,
           ua.text                             AS upstream,
           -- as duration() has them, which other programs do not know
           iif(u.response_after_ns < 1000000000,
               printf('%.2fms', u.response_after_ns / 1e6),
               printf('%.2fs', u.response_after_ns / 1e9)) AS upstream_took,
           iif(s.latency_ns < 1000000000,
               printf('%.2fms', s.latency_ns / 1e6),
               printf('%.2fs', s.latency_ns / 1e9)) AS took,
           uc.file || '#' || coalesce(u.response_frame, u.query_frame)
                                               AS leg_at,
           qa.text AS asker, lv.name           AS leg_said,
           coalesce(fc.node, fc.file)          AS far_node
      FROM seen AS s
      JOIN capture AS c ON c.id = s.capture
      LEFT JOIN _apart AS h ON h.capture = s.capture
      JOIN address AS a ON a.id = s.server
      JOIN address AS fa ON fa.id = s.first_server
      LEFT JOIN interface AS i ON i.id = s.interface
      LEFT JOIN icmp AS e ON e.id = s.icmp
      LEFT JOIN address AS ra ON ra.id = e.reporter
      LEFT JOIN icmp_code AS k ON k.family = e.family AND k.type = e.type
                              AND k.code = e.code
      LEFT JOIN capture AS ec ON ec.id = e.capture
      LEFT JOIN stray AS t ON t.id = s.stray
      LEFT JOIN address AS ta ON ta.id = t.src
      LEFT JOIN capture AS tc ON tc.id = t.capture
      LEFT JOIN exchange AS u ON u.id = s.leg
      LEFT JOIN address AS ua ON ua.id = u.server
      LEFT JOIN address AS qa ON qa.id = u.client
      LEFT JOIN verdict AS lv ON lv.code = s.leg_verdict
      LEFT JOIN capture AS uc ON uc.id = coalesce(u.response_capture,
                                                  u.query_capture)
      LEFT JOIN capture AS fc ON fc.id = s.far_capture
)
SELECT n.exchange                              AS transaction_id,
       v.name                                  AS verdict,
       n.door || coalesce(' of ' || n.node, ' of ' || n.clock_file, '') AS place,
       n.node,
       n.time_ns                               AS last_seen_ns,
       n.at || coalesce(' ' || n.icmp_at, '') || coalesce(' ' || n.stray_at, '')
       || coalesce(' ' || n.leg_at, '')        AS evidence,
       iif(n.leg_said IS NULL, '',
           n.asker || ' asked ' || n.upstream
           || iif(n.legs > 1, ' (' || n.legs || ' queries)', '')
           || iif(n.leg_said = 'answered, not delivered', '; ', '; that '))
       || CASE coalesce(n.leg_said, v.name)
       WHEN 'client interface only'
       THEN n.way || n.door || ' and was not seen further on; ' || n.others
            || iif(n.peers = 1, ' was', ' were')
       WHEN 'lost within the node'
       THEN n.way || n.door || ' and was not seen further on; ' || n.others
            || iif(n.peers = 1, ' was', ' were')
       WHEN 'left the node'
       THEN n.way || n.door || ' for ' || n.server_text
            || iif(n.server = n.first_server
                   AND n.server_text IN (SELECT address FROM address_role
                                          WHERE role = 'service address'),
                   ', the service address that nobody had translated', '')
            || iif(n.is_pending,
                   '; no response had come back when the capture ended',
                   '; no response came back')
            || ', and what is behind was not captured'
       WHEN 'lost between nodes'
       THEN n.way || n.door || ' for ' || n.server_text
            || ' and did not come in at ' || n.far_node || '; ' || n.others
            || ' did'
       WHEN 'arrived, not delivered'
       THEN n.way || n.door || ' and was not passed on to ' || n.server_text
            || '; ' || n.others || iif(n.peers = 1, ' was', ' were')
       WHEN 'delivered to the server'
       THEN n.way || n.door || ' to ' || n.server_text || '; no response and '
            || 'no query upstream were seen'
            || iif(n.peers > 0, ', as of ' || n.others, '')
       WHEN 'forwarded, upstream silent'
       THEN n.asker || ' asked ' || n.upstream
            || iif(n.legs > 1, ' (' || n.legs || ' queries)', '')
            || ', which did not answer'
       WHEN 'forwarded, upstream failed'
       THEN n.server_text || ' asked ' || n.upstream || ' in vain: an ICMP '
            || 'error or a response from elsewhere came back'
       WHEN 'forwarded, not answered'
       THEN n.upstream || ' answered after ' || n.upstream_took || ', '
            || n.server_text || ' did not'
       WHEN 'answered, not delivered'
       THEN 'the response was seen last at ' || n.door || ' and not where it '
            || 'was asked for; ' || n.others
            || ' came there'
       WHEN 'rejected'
       THEN iif(n.family = 6, 'ICMPv6 ', 'ICMP ') || n.meaning || ' from '
            || n.reporter
            || CASE WHEN n.reporter = n.first_text AND n.server = n.first_server
                    THEN ', the server asked: by itself, or a rule behind NAT'
                    WHEN n.reporter IN (n.first_text, n.server_text)
                    THEN ', behind NAT'
                    ELSE ', a router or a rule before the server'
                         || iif(n.meaning = 'port unreachable',
                                ', or a service without endpoints', '') END
       WHEN 'no endpoint'
       THEN iif(n.family = 6, 'ICMPv6 ', 'ICMP ') || n.meaning || ' from '
            || n.reporter || ' for the service address ' || n.first_text
            || ' itself, before NAT'
       WHEN 'dead server'
       THEN iif(n.family = 6, 'ICMPv6 ', 'ICMP ') || n.meaning || ' from '
            || n.reporter || ', to which it had been delivered'
       WHEN 'client had given up'
       THEN 'the response came after ' || n.took || '; its socket was closed '
            || '(ICMP ' || n.meaning || ' from the client)'
       WHEN 'answered late'
       THEN 'the response came after ' || n.took
            || iif(n.attempts > 1, ', when it had been asked for '
                   || n.attempts || ' times', ', after the wait time')
       WHEN 'wrong source'
       THEN n.first_text || ' was asked, '
            || coalesce(n.wrong_source, 'another one') || ' answered'
       ELSE n.doubt END                        AS because,
       v.disproof,
       (SELECT name FROM confidence WHERE code = n.confidence) AS confidence
  FROM named AS n
  JOIN verdict AS v ON v.code = n.verdict;

-- The same in short, for counting.
CREATE VIEW _fate AS
SELECT l.exchange AS transaction_id, l.verdict AS code, v.name AS verdict,
       v.phrase, coalesce(c.node, 'the node of ' || h.file) AS node,
       a.text                                  AS server
  FROM last_place AS l
  JOIN verdict AS v ON v.code = l.verdict
  JOIN exchange AS x ON x.id = l.sighting
  JOIN capture AS c ON c.id = iif(l.is_response, x.response_capture,
                                  x.query_capture)
  LEFT JOIN _apart AS h ON h.capture = c.id
  JOIN address AS a ON a.id = x.server;

-- What rollup.sql counts, and what it tells of all transactions: who reports on
-- some of them hides chosen and what is counted by its own.
CREATE VIEW _chosen AS SELECT * FROM exchange WHERE leader IS NULL;

CREATE VIEW _chosen_lookup AS SELECT * FROM lookup;

CREATE VIEW _tally AS
SELECT y.client                                AS client_id,
       y.server                                AS server_id,
       ca.text                                 AS client,
       sa.text                                 AS server,
       y.server_port,
       k.name                                  AS kind,
       s.name                                  AS state,
       coalesce(r.name, 'RCODE' || y.rcode)    AS rcode,
       y.rcode                                 AS rcode_raw,
       y.sort & 1                              AS has_query,
       (y.sort & 2) != 0                       AS has_time,
       (y.sort & 32) != 0                      AS for_addresses,
       (y.sort & 64) != 0                      AS has_addresses,
       (y.sort & 128) != 0                     AS is_cut,
       -- as in transactions
       CASE WHEN y.rcode IS NULL               THEN NULL
            WHEN y.sort & 16                   THEN 'forwarded'
            WHEN sa.text NOT IN (SELECT address FROM address_role
                                  WHERE role IN ('cluster DNS',
                                                 'service address')
                                     OR name = 'localdns') THEN NULL
            ELSE CASE y.sort & 12 WHEN 12 THEN 'cache' WHEN 4 THEN 'local'
                                  WHEN 8 THEN 'forwarded' ELSE 'server' END
       END                                     AS origin,
       y.count,
       y.measured,
       y.first_ns,
       y.last_ns
  FROM (SELECT *, nullif(sort >> 16, 0) - 1 AS rcode FROM tally) AS y
  JOIN address AS ca ON ca.id = y.client
  JOIN address AS sa ON sa.id = y.server
  JOIN kind AS k ON k.code = ((y.sort >> 8) & 15)
  JOIN state AS s ON s.code = ((y.sort >> 12) & 15)
  LEFT JOIN rcode AS r ON r.code = y.rcode;

-- The few transactions that were not just answered in time.
CREATE VIEW _open AS
SELECT t.*
  FROM _chosen AS x
 CROSS JOIN transactions AS t ON t.transaction_id = x.id
 WHERE x.state != 0;

CREATE VIEW _failed AS
SELECT t.*
  FROM failure AS f
 CROSS JOIN transactions AS t ON t.transaction_id = f.exchange;

-- All captured messages with their numbers still raw.  message_id names the
-- message, not the copy: 4n and 4n + 1 are query and response of exchange n,
-- 4n + 2 is stray n; its copies have the number of the first that was seen.
-- record is the row that it is from, of exchange or of stray.
-- Where a column has the same affinity in all three, SQLite looks up a message
-- in each of them, else it makes a table of all messages before; so the CASTs.
CREATE VIEW _query AS
SELECT id AS record, coalesce(query_copy_of, 4 * id) AS message_id,
       coalesce(leader, id) AS exchange, id AS sighting,
       CAST(NULL AS INTEGER) AS role, CAST(1 AS INTEGER) AS attempt, kind,
       transport, client AS src, client_port AS src_port, server AS dst,
       server_port AS dst_port, dns_id, query_flags AS flags,
       CAST(iif(notes & 8, 0, name) AS INTEGER) AS name, qtype, qclass, time_ns,
       query_capture AS capture, query_frame AS frame,
       query_interface AS interface, query_direction AS direction,
       query_size AS size, query_detail AS detail,
       CAST(NULL AS INTEGER) AS rcode, CAST(NULL AS INTEGER) AS answers,
       CAST(NULL AS INTEGER) AS ttl, CAST(NULL AS INTEGER) AS latency_ns,
       state
  FROM exchange
 WHERE query_frame IS NOT NULL;

CREATE VIEW _response AS
SELECT id AS record, coalesce(response_copy_of, 4 * id + 1) AS message_id,
       coalesce(leader, id) AS exchange, id AS sighting,
       CAST(NULL AS INTEGER) AS role,
       attempts AS attempt, kind,
       transport, server AS src, server_port AS src_port, client AS dst,
       client_port AS dst_port, dns_id, response_flags AS flags,
       CAST(coalesce(response_name, name) AS INTEGER) AS name,
       qtype, qclass, CAST(time_ns + response_after_ns AS INTEGER) AS time_ns,
       response_capture AS capture,
       response_frame AS frame, response_interface AS interface,
       response_direction AS direction,
       response_size AS size, response_detail AS detail, rcode, answers, ttl,
       CAST(CASE WHEN query_frame IS NOT NULL AND response_after_ns >= 0
            THEN response_after_ns END AS INTEGER) AS latency_ns, state
  FROM exchange
 WHERE response_frame IS NOT NULL;

CREATE VIEW _stray AS
SELECT s.id AS record, coalesce(s.copy_of, 4 * s.id + 2) AS message_id,
       coalesce(x.leader, s.exchange) AS exchange,
       s.exchange AS sighting, s.role, s.attempt, s.kind,
       s.transport, s.src, s.src_port, s.dst,
       s.dst_port, s.dns_id, s.flags, s.name, s.qtype,
       s.qclass, s.time_ns, s.capture, s.frame, s.interface, s.direction,
       s.size, s.detail, s.rcode, s.answers, s.ttl,
       CAST(NULL AS INTEGER) AS latency_ns, x.state
  FROM stray AS s
  LEFT JOIN exchange AS x ON x.id = s.exchange;

CREATE VIEW _message AS
SELECT * FROM _query UNION ALL SELECT * FROM _response
UNION ALL SELECT * FROM _stray;

CREATE VIEW messages AS
SELECT m.message_id,
       m.exchange                              AS transaction_id,
       -- the same as it was seen at this place
       m.sighting                              AS sighting_id,
       c.id                                    AS capture_id,
       c.file,
       m.frame,
       m.time_ns,
       c.node,
       coalesce(i.name, 'if#' || i.ifindex,
                'interface ' || i.number)      AS interface,
       m.interface                             AS interface_id,
       CASE m.direction WHEN 1 THEN 'in' WHEN 2 THEN 'out' END AS direction,
       sa.text                                 AS src,
       m.src_port,
       da.text                                 AS dst,
       m.dst_port,
       CASE m.transport WHEN 0 THEN 'UDP' ELSE 'TCP' END AS transport,
       m.dns_id,
       CASE (m.flags & 0x8000) != 0 WHEN 0 THEN 'Q' WHEN 1 THEN 'R' END AS qr,
       coalesce(o.name, 'OPCODE' || (m.flags >> 11 & 15)) AS opcode,
       m.flags >> 11 & 15                      AS opcode_raw,
       n.text                                  AS name,
       CASE WHEN n.id IS NOT NULL
            THEN coalesce(t.name, 'TYPE' || m.qtype) END AS qtype,
       CASE WHEN n.id IS NOT NULL THEN m.qtype END  AS qtype_raw,
       CASE WHEN n.id IS NOT NULL THEN m.qclass END AS qclass_raw,
       coalesce(r.name, 'RCODE' || m.rcode)    AS rcode,
       m.rcode                                 AS rcode_raw,
       m.flags,
       (m.flags & 0x0400) != 0                 AS aa,
       (m.flags & 0x0200) != 0                 AS tc,
       (m.flags & 0x0100) != 0                 AS rd,
       (m.flags & 0x0080) != 0                 AS ra,
       (m.flags & 0x0020) != 0                 AS ad,
       (m.flags & 0x0010) != 0                 AS cd,
       m.size,
       a.num_answers,
       a.addresses,
       a.cname,
       m.ttl,
       m.latency_ns,
       coalesce(ro.name, s.name)               AS state,
       m.attempt,
       k.name                                  AS kind,
       d.edns_size,
       d.edns_version,
       d.edns_do,
       d.edns_subnet,
       d.ede                                   AS ede_raw,
       coalesce(e.name, d.ede)                 AS ede,
       d.ede_text,
       coalesce(d.verdict, 'ok')               AS verdict,
       d.fault,
       coalesce(d.tunnels, 0)                  AS tunnels,
       d.tunnel,
       d.notes,
       fc.text                                 AS comment
  FROM _message AS m
  JOIN capture AS c ON c.id = m.capture
  JOIN address AS sa ON sa.id = m.src
  JOIN address AS da ON da.id = m.dst
  JOIN kind AS k ON k.code = m.kind
  LEFT JOIN interface AS i ON i.id = m.interface
  LEFT JOIN opcode AS o ON o.code = (m.flags >> 11 & 15)
  LEFT JOIN name AS n ON n.id = m.name
  LEFT JOIN qtype AS t ON t.code = m.qtype
  LEFT JOIN rcode AS r ON r.code = m.rcode
  LEFT JOIN answer_set AS a ON a.id = m.answers
  LEFT JOIN detail AS d ON d.id = m.detail
  LEFT JOIN ede AS e ON e.code = d.ede
  LEFT JOIN state AS s ON s.code = m.state
  LEFT JOIN frame_comment AS fc ON fc.capture = m.capture
                               AND fc.frame = m.frame
  LEFT JOIN role AS ro ON ro.code = m.role
   AND ro.code NOT IN (1, 2); -- unpaired, attempt: not words for a state

CREATE VIEW answers AS
SELECT x.id                                AS transaction_id,
       w.position,
       n.text                              AS name,
       coalesce(t.name, 'TYPE' || w.type)  AS type,
       w.type                              AS type_raw,
       w.data
  FROM exchange AS x
  JOIN answer AS w ON w.answer_set = x.answers
  JOIN name AS n ON n.id = w.name
  LEFT JOIN qtype AS t ON t.code = w.type;

CREATE VIEW endpoints AS
WITH told AS (
    SELECT address, group_concat(DISTINCT name) AS names
      FROM host_name GROUP BY address
), seen AS (
    SELECT client AS address, 'client' AS role, NULL AS port,
           coalesce(leader, id) AS leader, time_ns
      FROM exchange
    UNION ALL
    SELECT server, 'server', server_port, coalesce(leader, id), time_ns
      FROM exchange
)
SELECT a.text                     AS address,
       s.role,
       s.port,
       count(DISTINCT s.leader)   AS transactions,
       min(s.time_ns)             AS first_ns,
       max(s.time_ns)             AS last_ns,
       (SELECT names FROM told WHERE told.address = a.text) AS host_names
  FROM seen AS s
  JOIN address AS a ON a.id = s.address
 GROUP BY a.text, s.role, s.port;

-- What an application wanted to know, with all that was asked for it, and what
-- it made of the answers.
CREATE VIEW lookups AS
SELECT l.id                                    AS lookup_id,
       x.query_capture                         AS capture_id,
       c.text                                  AS client,
       (SELECT coalesce(shown, naming.name) FROM naming
         WHERE address = c.text
           AND coalesce(l.asked_ns, 9223372036854775806) >= from_ns
           AND coalesce(l.asked_ns, 9223372036854775806) < to_ns)
                                               AS client_name,
       -- as long as all of it is
       substr(lower(n.text), 1,
              iif(l.base_length = 0, length(n.text), l.base_length))
                                               AS name,
       iif(l.qtype IS NULL, 'A,AAAA', coalesce(t.name, 'TYPE' || l.qtype))
                                               AS qtypes,
       l.names,
       lower(m.text)                           AS last_name,
       l.transactions,
       l.queries,
       coalesce(r.resolver, 'unknown')         AS resolver,
       r.meaning                               AS resolver_why,
       l.asked_ns,
       l.asked_ns + l.waited_ns                AS ended_ns,
       l.waited_ns,
       l.outcome,
       l.reason,
       nullif(l.failed_for, '')                AS failed_for,
       CASE WHEN l.failed_for = 'all' THEN 1
            WHEN l.failed_for = '' THEN 0
            WHEN l.failed_for IS NOT NULL AND r.resolver IS NOT NULL
            THEN instr(l.failed_for, r.resolver) > 0 END AS failed
  FROM lookup AS l
  LEFT JOIN exchange AS x ON x.id = l.id
  LEFT JOIN address AS c ON c.id = l.client
  LEFT JOIN name AS n ON n.id = l.name
  LEFT JOIN name AS m ON m.id = l.last_name
  LEFT JOIN qtype AS t ON t.code = l.qtype
  LEFT JOIN resolver_sign AS r ON r.sign = l.sign;

-- The transactions of lookups, and what each of them is in its lookup.
CREATE VIEW lookup_transactions AS
SELECT lookup                                  AS lookup_id,
       exchange                                AS transaction_id,
       CASE how WHEN 0 THEN 'first' WHEN 4 THEN 'pair' WHEN 5 THEN 'search'
                WHEN 3 THEN 'over TCP' ELSE 'retry' END AS step
  FROM lookup_member;

-- Questions for names that were made from others by search lists.
CREATE VIEW expansions AS
SELECT x.id                                    AS transaction_id,
       substr(lower(n.text), 1, e.base_length) AS base,
       substr(lower(n.text), e.base_length + 1) AS suffix,
       iif(e.by_list, 'search list of the pod', 'seen in traffic') AS how,
       CASE e.outcome WHEN 1 THEN 'answered' WHEN 2 THEN 'not answered'
                      ELSE 'not seen' END      AS outcome
  FROM exchange AS x
  JOIN expanded AS e ON e.client = x.client AND e.name = x.name
  JOIN name AS n ON n.id = x.name
 WHERE x.leader IS NULL;

CREATE VIEW roles AS
SELECT address, role, name, why, inferred FROM address_role;

-- Signatures of trouble that one transaction shows by itself.
CREATE VIEW _signature AS
WITH signature AS (
    SELECT 'WRONG-SOURCE' AS finding, 'critical' AS severity, server AS subject,
           'answers come from another address or port than was asked'
                                               AS meaning, *
      FROM transactions WHERE state = 'wrong_source'
    UNION ALL
    SELECT 'UNANSWERED', 'critical', server,
           'queries that got no answer within the wait time', *
      FROM transactions WHERE state = 'unanswered' AND kind = 'query'
    UNION ALL
    SELECT 'ICMP-UNREACHABLE', 'critical', server,
           'queries that an ICMP error came back for, and no answer', *
      FROM transactions WHERE state = 'icmp_error' AND kind = 'query'
    UNION ALL
    SELECT 'TCP53-BLOCKED', 'critical', server,
           'a truncated answer whose client then could not connect over TCP', *
      FROM transactions
     WHERE tc AND transport = 'UDP' AND kind = 'query'
       AND (client, server) IN (
               SELECT client, server
                 FROM connections
                WHERE state IN ('refused', 'no answer to SYN', 'unreachable'))
    UNION ALL
    SELECT rcode, 'critical', server,
           'the server refused or failed to answer', *
      FROM transactions
     WHERE kind = 'query' AND rcode NOT IN ('NOERROR', 'NXDOMAIN')
    UNION ALL
    SELECT 'LATE', 'warning', server,
           'answered only after the client had asked again or waited too long',
           *
      FROM transactions WHERE state = 'answered_late' AND kind = 'query'
    UNION ALL
    SELECT 'TC-NO-TCP', 'warning', client,
           'a truncated answer that the client did not follow up over TCP', *
      FROM transactions
     WHERE tc AND transport = 'UDP' AND kind = 'query'
       AND capture_id NOT IN (
               SELECT capture_id FROM observability
                WHERE subject = 'TCP' AND observable IN ('no', 'unknown'))
       AND (client, lower(name)) NOT IN (
               SELECT client, lower(name)
                 FROM transactions
                WHERE transport = 'TCP' AND name IS NOT NULL)
       -- who tried in vain is another finding
       AND (client, server) NOT IN (
               SELECT client, server
                 FROM connections
                WHERE state IN ('refused', 'no answer to SYN', 'unreachable',
                                'pending'))
    UNION ALL
    SELECT 'NEGATIVE-WITHOUT-SOA', 'warning', server,
           'denials that nobody may cache (RFC 2308): they are asked again', *
      FROM transactions
     WHERE kind = 'query' AND negative_ttl IS NULL AND verdict = 'ok' AND NOT tc
       AND (rcode = 'NXDOMAIN' OR nodata)
    UNION ALL
    SELECT 'DAMAGED', 'warning', server,
           'responses that contradict the format', *
      FROM transactions WHERE verdict = 'malformed'
    UNION ALL
    SELECT 'SENDER-CUT', 'warning', server,
           'responses that end before all their records, without TC: clients '
           || 'do not know that they should ask over TCP', *
      FROM transactions WHERE verdict = 'sender_cut'
    UNION ALL
    SELECT 'UNSOLICITED', 'warning', server,
           'responses whose query was not captured, or that nobody asked for',
           *
      FROM transactions WHERE state = 'orphan_response' AND kind = 'query'
    UNION ALL
    SELECT 'CASE-DIFFERS', 'notice', server,
           'the response spells the name in other case: strict resolvers drop '
           || 'it', *
      FROM transactions WHERE case_differs
)
SELECT * FROM signature;

-- How often each was seen, or the like of a connection, by whom it is about.
CREATE VIEW findings AS
SELECT finding, severity, subject, meaning,
       count(*)                                AS count,
       min(coalesce(asked_ns, answered_ns))    AS first_ns,
       max(coalesce(asked_ns, answered_ns))    AS last_ns,
       min(transaction_id)                     AS transaction_id
  FROM _signature
 GROUP BY finding, severity, subject, meaning
UNION ALL
SELECT 'TCP-RESET', 'warning', server,
       'connections that were reset: a limit on them, or a firewall',
       count(*), min(rst_ns), max(rst_ns), NULL
  FROM connections
 WHERE state = 'reset'
 GROUP BY server;

-- Pods, as the snapshot and interfaces tell of them, and their labels.
CREATE VIEW _subject AS
SELECT id AS subject, namespace, name FROM pod
UNION ALL
SELECT -id, namespace, pod FROM interface WHERE pod IS NOT NULL;

CREATE VIEW _subject_label AS
SELECT pod AS subject, key, value FROM pod_label
UNION ALL
SELECT -i.id, substr(w.value, 1, instr(w.value, '=') - 1),
       substr(w.value, instr(w.value, '=') + 1)
  FROM interface AS i
  JOIN json_each('[' || replace(json_quote(i.labels), ',', '","') || ']') AS w
 WHERE i.labels IS NOT NULL AND instr(w.value, '=') > 0
UNION ALL
SELECT -i.id, l.key, l.value
  FROM interface AS i
  JOIN pod AS p ON p.namespace = i.namespace AND p.name = i.pod
  JOIN pod_label AS l ON l.pod = p.id
 WHERE i.labels IS NULL;

CREATE VIEW snapshots AS
SELECT id AS snapshot_id, file, sha256, taken_ns, items FROM snapshot;

CREATE VIEW pods AS
SELECT p.namespace, p.name, p.node,
       (SELECT group_concat(address) FROM pod_address WHERE pod = p.id)
                                               AS addresses,
       (SELECT group_concat(key || '=' || value)
          FROM (SELECT key, value FROM pod_label
                 WHERE pod = p.id ORDER BY key)) AS labels,
       p.phase, p.ready, p.host_network, p.dns_policy, p.owner_kind,
       p.owner_name, p.created_ns, p.started_ns, p.deleted_ns, p.finished_ns
  FROM pod AS p;

CREATE VIEW services AS
SELECT s.namespace, s.name, s.type, s.headless,
       (SELECT group_concat(address) FROM service_address WHERE service = s.id)
                                               AS addresses,
       (SELECT group_concat(coalesce(name || ' ', '') || protocol || '/'
                            || port, ', ')
          FROM service_port WHERE service = s.id) AS ports,
       s.external_name, s.created_ns
  FROM service AS s;

-- Whose the addresses of the captures were, from the one time to before the
-- other; NULL where nothing limits them.
CREATE VIEW owners AS
SELECT address, nullif(from_ns, -9223372036854775807) AS since_ns,
       nullif(to_ns, 9223372036854775807)      AS until_ns,
       kind, namespace, name, shown, ambiguous, labels, owner_kind, owner_name,
       node, container
  FROM naming;

-- A message between its client and its server, with whom they were; and which
-- pod stands where it was captured: 1 the interface's, 2 the server, 3 the
-- client, as far as nodes tell.
CREATE VIEW _placed AS
SELECT m.*, m.qr IS 'R' AS is_response,
       c.kind AS c_kind, c.namespace AS c_namespace, c.name AS c_name,
       c.shown AS c_shown, c.labels AS c_labels, c.owner_kind AS c_owner_kind,
       c.owner_name AS c_owner_name, c.node AS c_node,
       c.container AS c_container,
       v.kind AS v_kind, v.namespace AS v_namespace, v.name AS v_name,
       v.shown AS v_shown, v.labels AS v_labels, v.owner_kind AS v_owner_kind,
       v.owner_name AS v_owner_name, v.node AS v_node,
       v.container AS v_container,
       i.node AS i_node, i.namespace AS i_namespace, i.pod AS i_pod,
       i.container AS i_container, i.labels AS i_labels, ip.id AS i_pod_id,
       ip.owner_kind AS i_owner_kind, ip.owner_name AS i_owner_name,
       CASE WHEN i.pod IS NOT NULL THEN 1
            WHEN v.kind = 'pod'
             AND (c.kind IS NOT 'pod'
                  OR (m.node IS NOT NULL AND c.node IS NOT m.node
                      AND v.node IS m.node)) THEN 2
            WHEN c.kind = 'pod' THEN 3 END     AS place
  FROM messages AS m
  LEFT JOIN naming AS c
         ON c.address = iif(m.qr IS 'R', m.dst, m.src)
        AND coalesce(m.time_ns, 9223372036854775806) >= c.from_ns
        AND coalesce(m.time_ns, 9223372036854775806) < c.to_ns
  LEFT JOIN naming AS v
         ON v.address = iif(m.qr IS 'R', m.src, m.dst)
        AND coalesce(m.time_ns, 9223372036854775806) >= v.from_ns
        AND coalesce(m.time_ns, 9223372036854775806) < v.to_ns
  LEFT JOIN interface AS i ON i.id = m.interface_id
  LEFT JOIN pod AS ip ON ip.namespace = i.namespace AND ip.name = i.pod;

-- Names of pods and services are NULL where neither a snapshot nor the capture
-- tells them.
CREATE VIEW trace AS
SELECT capture_id                          AS "capture",
       file,
       frame,
       time_ns,
       coalesce(i_node, node, CASE place WHEN 2 THEN v_node
                                         ELSE c_node END)
                                           AS "k8s.node",
       CASE place WHEN 1 THEN i_namespace WHEN 2 THEN v_namespace
                  WHEN 3 THEN c_namespace END AS "k8s.namespace",
       CASE place WHEN 1 THEN i_pod
                  WHEN 2 THEN coalesce(v_name, v_shown)
                  WHEN 3 THEN coalesce(c_name, c_shown) END
                                           AS "k8s.podname",
       CASE place WHEN 1 THEN i_container WHEN 2 THEN v_container
                  WHEN 3 THEN c_container END AS "k8s.containername",
       CASE place WHEN 1
                  THEN coalesce(i_labels,
                       (SELECT group_concat(key || '=' || value)
                          FROM (SELECT key, value FROM pod_label
                                 WHERE pod = i_pod_id ORDER BY key)))
                  WHEN 2 THEN v_labels WHEN 3 THEN c_labels END
                                           AS "k8s.podlabels",
       CASE place WHEN 1 THEN i_owner_kind WHEN 2 THEN v_owner_kind
                  WHEN 3 THEN c_owner_kind END AS "k8s.owner.kind",
       CASE place WHEN 1 THEN i_owner_name WHEN 2 THEN v_owner_name
                  WHEN 3 THEN c_owner_name END AS "k8s.owner.name",
       interface,
       direction,
       coalesce(iif(is_response, v_shown, c_shown),
                'r/' || iif(instr(src, ':'), '[' || src || ']', src))
       || ':' || src_port                  AS src,
       src                                 AS "src.addr",
       src_port                            AS "src.port",
       coalesce(iif(is_response, v_kind, c_kind), 'raw') AS "src.k8s.kind",
       iif(is_response, v_name, c_name)    AS "src.k8s.name",
       iif(is_response, v_namespace, c_namespace) AS "src.k8s.namespace",
       iif(is_response, v_labels, c_labels) AS "src.k8s.labels",
       coalesce(iif(is_response, c_shown, v_shown),
                'r/' || iif(instr(dst, ':'), '[' || dst || ']', dst))
       || ':' || dst_port                  AS dst,
       dst                                 AS "dst.addr",
       dst_port                            AS "dst.port",
       coalesce(iif(is_response, c_kind, v_kind), 'raw') AS "dst.k8s.kind",
       iif(is_response, c_name, v_name)    AS "dst.k8s.name",
       iif(is_response, c_namespace, v_namespace) AS "dst.k8s.namespace",
       iif(is_response, c_labels, v_labels) AS "dst.k8s.labels",
       iif(dns_id IS NOT NULL, printf('%.4x', dns_id), NULL) AS id,
       dns_id                              AS id_raw,
       qr,
       qr = 'R'                            AS qr_raw,
       opcode,
       opcode_raw,
       name,
       qtype,
       qtype_raw,
       -- mDNS uses the top bit for something else (RFC 6762, 18.12)
       CASE iif(kind = 'mdns', qclass_raw & 0x7fff, qclass_raw)
                       WHEN 1 THEN 'IN' WHEN 3 THEN 'CH' WHEN 4 THEN 'HS'
                       WHEN 254 THEN 'NONE' WHEN 255 THEN 'ANY'
                       ELSE 'CLASS' || qclass_raw END AS qclass,
       qclass_raw,
       coalesce((SELECT guide FROM main.rcode WHERE code = rcode_raw),
                rcode)                     AS rcode,
       rcode_raw,
       coalesce(num_answers, 0)            AS num_answers,
       addresses,
       cname,
       ttl,
       latency_ns,
       iif(qr = 'Q', dst, src)             AS nameserver,
       iif(qr = 'Q', dst, src)             AS "nameserver.addr",
       iif(qr = 'Q', dst_port, src_port)   AS "nameserver.port",
       transport,
       state,
       attempt,
       transaction_id                      AS txn,
       message_id                          AS message,
       size,
       trim(iif(aa, 'aa ', '') || iif(tc, 'tc ', '') || iif(rd, 'rd ', '')
         || iif(ra, 'ra ', '') || iif(ad, 'ad ', '') || iif(cd, 'cd ', ''))
                                           AS flags,
       flags                               AS flags_raw,
       tc, rd, ra, aa, ad, cd,
       edns_size                           AS "edns.size",
       edns_version                        AS "edns.version",
       edns_do                             AS "edns.do",
       edns_subnet                         AS "edns.subnet",
       ede,
       ede_raw,
       ede_text,
       verdict,
       fault,
       comment,
       tunnels,
       tunnel,
       notes,
       kind
  FROM _placed;
