-- captures: what was captured, and what that cannot show
--
-- The trust sheet at the head of every report.  What follows the captures
-- themselves weakens the conclusions below; step capture has the details.
--
-- :selection           how the user narrowed the report, in words

-- @captures Captures
SELECT c.file,
       -- several in one file are told by its interfaces
       coalesce(c.node, (SELECT group_concat(DISTINCT i.node)
                           FROM main.interfaces AS i
                          WHERE i.capture_id = c.capture_id)) AS node,
       c.format,
       (SELECT group_concat(DISTINCT i.linktype)
          FROM main.interfaces AS i WHERE i.capture_id = c.capture_id)
                                                           AS linktype,
       (SELECT coalesce(group_concat(name, ' '), 'none') FROM (
           SELECT DISTINCT i.name
             FROM main.interfaces AS i
            WHERE i.capture_id = c.capture_id
            ORDER BY i.interface_id LIMIT 12))
       || (SELECT iif(count(DISTINCT i.name) > 12, ' and '
                      || (count(DISTINCT i.name) - 12) || ' more', '')
             FROM main.interfaces AS i WHERE i.capture_id = c.capture_id)
                                                           AS interfaces,
       (SELECT coalesce(group_concat(snaplen, ' '), 'unlimited') FROM (
           SELECT DISTINCT i.snaplen FROM main.interfaces AS i
            WHERE i.capture_id = c.capture_id ORDER BY i.snaplen))
                                                           AS snaplen,
       round(100.0 * c.short_packets / max(c.packets, 1), 1) AS cut_pct,
       c.first_ns, c.last_ns, c.packets, c.messages, c.copies, c.repeats,
       c.dropped,
       coalesce(c.dropped_from, 'nothing tells of drops')  AS dropped_from,
       iif(c.filter = '', 'none', c.filter)                AS filter,
       CASE
       WHEN c.filter IS NOT NULL THEN c.filter_from
       WHEN c.packets = 0 THEN 'nothing to guess it from'
       WHEN c.other > c.unreadable
       THEN printf('a guess: %d packet%s of other traffic %s in it',
                   c.other - c.unreadable,
                   iif(c.other - c.unreadable = 1, '', 's'),
                   iif(c.other - c.unreadable = 1, 'is', 'are'))
       WHEN c.packets = c.unreadable
       THEN 'no packet can be read to guess it from'
       WHEN c.tcp_dns + c.icmp_errors + c.later_fragments + c.tunnelled = 0
       THEN 'a guess: like "udp port 53", as nothing else is in it'
       WHEN c.icmp_errors + c.later_fragments + c.tunnelled = 0
       THEN 'a guess: like "port 53", as nothing else is in it'
       ELSE 'a guess: DNS and what belongs to it' END      AS filter_from,
       coalesce(c.one_sided, 'no')                         AS one_sided,
       CASE
       WHEN c.packets > 0 AND c.first_ns IS NULL THEN 'no times at all'
       WHEN c.steps_back > 0
       THEN printf('%d step%s back, the largest %s', c.steps_back,
                   iif(c.steps_back = 1, '', 's'), duration(c.step_back_ns))
       ELSE 'none' END                                     AS time_faults,
       c.wait_ns, c.sha256
  FROM main.captures AS c
 ORDER BY c.capture_id;

-- @selection Only these transactions are looked at
SELECT :selection AS selection WHERE :selection IS NOT NULL;

-- @snapshot Names of pods and services come from
SELECT file AS snapshot, taken_ns, items FROM main.snapshots ORDER BY snapshot_id;

-- @unobservable What cannot be seen here: "not observable", never "none"
WITH hidden AS (
    SELECT capture_id, file, why, group_concat(subject, ', ') AS subjects
      FROM (SELECT * FROM main.observability
             WHERE observable IN ('no', 'unknown')
             ORDER BY capture_id, place)
     GROUP BY capture_id, why
)
SELECT subjects AS subject, why,
       min(file) || iif(count(*) > 1, ' and ' || (count(*) - 1) || ' more', '')
                                                           AS file
  FROM hidden
 GROUP BY subjects, why
 ORDER BY min(capture_id), why, subjects;

-- @warnings Mind
SELECT c.file, w.warning
  FROM main.captures AS c
  JOIN (
    SELECT capture_id, 1 AS place,
           'reading ended early: ' || damage AS warning
      FROM main.captures WHERE damage IS NOT NULL
    UNION ALL
    SELECT capture_id, 2,
           printf('%d packet%s a link type that is not supported',
                  unknown_link, iif(unknown_link = 1, ' has', 's have'))
      FROM main.captures WHERE unknown_link > 0
    UNION ALL
    SELECT capture_id, 3,
           doubt || ': "no response" may mean "not captured"'
      FROM main.doubts
    UNION ALL
    SELECT capture_id, 4, 'packets carry no times: no latency and no timeout '
           || 'is known, only the order'
      FROM main.captures WHERE packets > 0 AND first_ns IS NULL
    UNION ALL
    SELECT capture_id, 5,
           printf('the clock went back %d time%s, by up to %s: latencies and '
                  || 'waits across that are wrong', steps_back,
                  iif(steps_back = 1, '', 's'), duration(step_back_ns))
      FROM main.captures WHERE steps_back > 0
    UNION ALL
    SELECT capture_id, 5,
           printf('%d packet%s no time and %s left out of all that time '
                  || 'decides', untimed, iif(untimed = 1, ' has', 's have'),
                  iif(untimed = 1, 'is', 'are'))
      FROM main.captures WHERE untimed > 0 AND first_ns IS NOT NULL
    UNION ALL
    SELECT o.capture_id, 5,
           'holds ' || group_concat(o.subject, ' and ') || ', which its '
           || 'filter leaves out: that may be the filter of another capture'
      FROM main.observability AS o
     WHERE o.count > 0 AND o.why LIKE 'seen%'
       AND EXISTS (SELECT * FROM main.scope AS s
                    WHERE s.capture = o.capture_id AND s.subject = o.subject
                      AND NOT s.passes)
     GROUP BY o.capture_id
    UNION ALL
    SELECT capture_id, 6,
           printf('%d packet%s cut within %s headers (snaplen)',
                  cut_packets, iif(cut_packets = 1, ' is', 's are'),
                  iif(cut_packets = 1, 'its', 'their'))
      FROM main.captures WHERE cut_packets > 0
    UNION ALL
    SELECT capture_id, 7,
           printf('%d packet%s cut by the snapshot length: records in the '
                  || 'answers may be missing', short_packets,
                  iif(short_packets = 1, ' is', 's are'))
      FROM main.captures WHERE short_packets > cut_packets
    UNION ALL
    SELECT capture_id, 8,
           'messages that lack their end, because later IP fragments were not '
           || 'captured: ' || fragments
      FROM main.captures WHERE fragments > 0
    UNION ALL
    SELECT capture_id, 9,
           printf('%d IP fragment%s others: what came first counts',
                  fragment_conflicts,
                  iif(fragment_conflicts = 1, ' overlaps', 's overlap'))
      FROM main.captures WHERE fragment_conflicts > 0
    UNION ALL
    SELECT capture_id, 10,
           printf('%d %s given up undecided: more were waiting than memory '
                  || 'holds', undecided,
                  iif(undecided = 1, 'query was', 'queries were'))
      FROM main.captures WHERE undecided > 0
    UNION ALL
    SELECT capture_id, 11,
           printf('%d %s forgotten within 30 s: more were asked than memory '
                  || 'holds, and one lookup may be told as several',
                  forgotten,
                  iif(forgotten = 1, 'question was', 'questions were'))
      FROM main.captures WHERE forgotten > 0
    UNION ALL
    SELECT capture_id, 12,
           printf('%d message%s in the files twice and counted once',
                  repeats, iif(repeats = 1, ' is', 's are'))
      FROM main.captures WHERE repeats > 0
    UNION ALL
    SELECT capture_id, 13,
           printf('%s after the end of %s: a file between them may be missing; '
                  || 'each is judged by itself', duration(gap_ns), continues)
      FROM main.captures WHERE continues IS NOT NULL AND NOT is_joined
       AND gap_ns > 0
    UNION ALL
    SELECT capture_id, 13,
           printf('begins %s after the end of %s: a part may be missing',
                  duration(gap_ns), continues)
      FROM main.captures WHERE is_joined AND gap_ns > 1000000000
    UNION ALL
    SELECT min(b.capture_id), 14,
           iif(count(*) = 1, 'begins',
               'this and ' || (count(*) - 1) || ' more begin')
           || ' within a minute of the end of another capture, each judged '
           || 'by itself'
           || iif(b.file LIKE '-!%',
                  ', as an archive that comes through a pipe is read in its '
                  || 'order: save it, and read that',
                  ': files of one ring should be read together, with --node')
      FROM main.captures AS b
     WHERE b.continues_id IS NULL
       AND EXISTS (SELECT * FROM main.captures AS a
                    WHERE a.capture_id != b.capture_id
                      AND (a.node = b.node OR (a.node IS NULL
                                               AND b.node IS NULL))
                      AND b.first_ns BETWEEN a.last_ns
                                         AND a.last_ns + 60000000000)
     GROUP BY b.file LIKE '-!%'
    UNION ALL
    SELECT capture_id, 15, 'no packet of DNS on the ports looked at'
      FROM main.captures WHERE messages + repeats = 0
  ) AS w USING (capture_id)
 ORDER BY c.capture_id, w.place, w.warning;
