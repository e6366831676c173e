-- captures: what was captured, and what that cannot show
--
-- The head of every report.  Its last section warns of what makes the
-- conclusions below it weaker.
--
-- :selection           how the user narrowed the report, in words

-- @captures Captures
SELECT c.file, c.node, c.format,
       (SELECT group_concat(DISTINCT i.linktype)
          FROM main.interfaces AS i WHERE i.capture_id = c.capture_id)
                                                           AS linktype,
       c.first_ns, c.last_ns, c.packets, c.messages,
       (SELECT sum(i.dropped)
          FROM main.interfaces AS i WHERE i.capture_id = c.capture_id)
                                                           AS dropped,
       c.wait_ns, c.sha256
  FROM main.captures AS c
 ORDER BY c.capture_id;

-- @selection Only these transactions are looked at
SELECT :selection AS selection WHERE :selection IS NOT NULL;

-- @warnings Mind
SELECT c.file, w.warning
  FROM main.captures AS c
  JOIN (
    SELECT capture_id, 1 AS place,
           'reading ended early: ' || damage AS warning
      FROM main.captures WHERE damage IS NOT NULL
    UNION ALL
    SELECT capture_id, 2,
           unknown_link || ' packets have a link type that is not supported'
      FROM main.captures WHERE unknown_link > 0
    UNION ALL
    SELECT capture_id, 3,
           cut_packets || ' packets are cut within their headers (snaplen)'
      FROM main.captures WHERE cut_packets > 0
    UNION ALL
    SELECT capture_id, 4,
           'messages that lack their end, because later IP fragments were not '
           || 'captured: ' || fragments
      FROM main.captures WHERE fragments > 0
    UNION ALL
    SELECT capture_id, 5,
           stream_gaps || ' holes in TCP streams: messages are missing'
      FROM main.captures WHERE stream_gaps > 0
    UNION ALL
    SELECT capture_id, 6,
           undecided || ' queries were given up undecided: more were waiting '
           || 'than memory holds'
      FROM main.captures WHERE undecided > 0
    UNION ALL
    SELECT c2.capture_id, 7,
           sum(i.dropped) || ' packets were dropped while capturing: "no '
           || 'response" may mean "not captured"'
      FROM main.captures AS c2
      JOIN main.interfaces AS i USING (capture_id)
     GROUP BY c2.capture_id
    HAVING sum(i.dropped) > 0
    UNION ALL
    SELECT c2.capture_id, 8,
           count(*) || ' interfaces: what passed several of them is counted '
           || 'once on each (before and after NAT, on both ends of a path)'
      FROM main.captures AS c2
      JOIN main.interfaces AS i USING (capture_id)
     GROUP BY c2.capture_id
    HAVING count(*) > 1
    UNION ALL
    SELECT min(b.capture_id), 9,
           'this and ' || (count(*) - 1) || ' more begin within a minute of the '
           || 'end of another, and each is judged by itself: files of one ring '
           || 'should be joined first (mergecap)'
      FROM main.captures AS b
     WHERE EXISTS (SELECT * FROM main.captures AS a
                    WHERE a.capture_id != b.capture_id
                      AND b.first_ns BETWEEN a.last_ns
                                         AND a.last_ns + 60000000000)
    HAVING count(*) > 0
    UNION ALL
    SELECT capture_id, 10, 'no packet of DNS on the ports looked at'
      FROM main.captures WHERE messages = 0
    UNION ALL
    SELECT capture_id, 10, 'packets carry no times: no latency is known, and '
           || '"answered" says nothing of when'
      FROM main.captures WHERE packets > 0 AND first_ns IS NULL
  ) AS w USING (capture_id)
 ORDER BY c.capture_id, w.place, w.warning;
