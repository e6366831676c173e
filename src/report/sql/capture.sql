-- capture: the details of the trust sheet
--
-- What stands at the head of every report in short: how the captures came
-- about, what is in them, and what therefore cannot be known from them.
--
-- :limit               rows of a list (20)

-- @summary
WITH s AS (
    SELECT count(*) AS captures, coalesce(sum(packets), 0) AS packets,
           coalesce(sum(messages), 0) AS messages,
           coalesce(sum(copies), 0) AS copies,
           coalesce(sum(repeats), 0) AS repeats,
           min(first_ns) AS first_ns, max(last_ns) AS last_ns,
           (SELECT count(DISTINCT capture_id) FROM main.doubts) AS doubtful,
           (SELECT count(DISTINCT capture_id) FROM main.observability
             WHERE observable IN ('no', 'unknown')) AS narrow
      FROM main.captures
)
SELECT printf('%d capture%s with %d DNS messages, of which %d are copies of '
              || 'others. ', captures, iif(captures = 1, '', 's'), messages,
              copies)
       || CASE WHEN doubtful = 0
               THEN '"No response" means that none came, as far as the '
                    || 'captures can tell'
               ELSE printf('In %d capture%s "no response" means not captured '
                           || 'or not answered', doubtful,
                           iif(doubtful = 1, '', 's')) END
       || iif(narrow = 0, '.', printf('; %d cannot show everything that '
                                      || 'belongs to DNS.', narrow))
                                                           AS headline,
       captures, packets, messages, copies, repeats, first_ns, last_ns
  FROM s;

-- @doubts Why "no response" may mean "not captured"
SELECT file, doubt FROM main.doubts ORDER BY capture_id, doubt;

-- @observability What the captures can show, beside DNS over UDP
SELECT file, subject, observable, count, why
  FROM main.observability
 ORDER BY capture_id, place;

-- @rows What is in them
SELECT file, packets, udp_dns, tcp_dns, icmp_errors, later_fragments, other,
       tunnelled, packets_in, packets_out, short_packets, cut_packets,
       bad_packets, unknown_link
  FROM main.captures
 ORDER BY capture_id;

-- @interfaces Interfaces
SELECT file, name, number, ifindex, linktype, snaplen, queries, responses,
       received, dropped, filter, node, namespace, pod, container, description
  FROM main.interfaces
 ORDER BY interface_id
 LIMIT coalesce(:limit, 20);

-- @flows Clients and servers of which only one side was seen
WITH flow AS (
    SELECT coalesce(query_capture, response_capture)   AS capture_id,
           client, server, server_port, count(*)       AS count,
           max(response_frame IS NOT NULL)             AS has_responses,
           max(query_frame IS NOT NULL)                AS has_queries,
           min(iif(query_frame IS NOT NULL, time_ns,
                   time_ns + response_after_ns))       AS first_ns,
           max(iif(query_frame IS NOT NULL, time_ns,
                   time_ns + response_after_ns))       AS last_ns
      FROM _chosen
     WHERE kind = 0
     GROUP BY 1, client, server, server_port
    HAVING NOT has_responses OR NOT has_queries
)
SELECT c.file, ca.text AS client, sa.text AS server, f.server_port AS port,
       iif(f.has_queries, 'only queries', 'only responses') AS captured,
       f.count, f.first_ns, f.last_ns
  FROM flow AS f
  JOIN main.captures AS c USING (capture_id)
  JOIN main.address AS ca ON ca.id = f.client
  JOIN main.address AS sa ON sa.id = f.server
 ORDER BY f.count DESC, c.capture_id, ca.text, sa.text, port
 LIMIT coalesce(:limit, 20);

-- @rings Captures that go on where others end
SELECT file, continues, gap_ns,
       iif(is_joined, 'matched across the border', 'each by itself') AS matched
  FROM main.captures
 WHERE continues IS NOT NULL
 ORDER BY capture_id
 LIMIT coalesce(:limit, 20);

-- @commands How they were made
SELECT file, command, comment
  FROM main.captures
 WHERE command IS NOT NULL OR comment IS NOT NULL
 ORDER BY capture_id
 LIMIT coalesce(:limit, 20);
