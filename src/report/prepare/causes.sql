-- causes: how each cause is put, and what addresses are called

-- @prepare What addresses are called: nothing, if it changed
CREATE TEMP TABLE verdict_who AS
WITH known AS (
    SELECT address, iif(count(DISTINCT shown) = 1, min(shown), NULL) AS shown
      FROM main.naming
     WHERE shown IS NOT NULL
     GROUP BY address
), called AS (
    SELECT address, min(name) AS name
      FROM main.address_role WHERE role = 'well-known' GROUP BY address
)
SELECT a.text AS address,
       coalesce(k.shown, a.text || coalesce(' (' || c.name || ')', ''))
                                                         AS label
  FROM main.address AS a
  LEFT JOIN known AS k ON k.address = a.text
  LEFT JOIN called AS c ON c.address = a.text
 -- a store that was gone on with may hold it twice
 GROUP BY a.text;

-- @prepare
CREATE UNIQUE INDEX temp.verdict_who_address ON verdict_who (address);

-- @prepare How each cause is put: rank is how bad it is among equals.  [one|many]
-- has the words for one name, and for several.
CREATE TEMP TABLE verdict_cause AS
WITH put (cause, finding, rank, phrase, likely, disproof) AS (VALUES
  ('place 1', 'DROPPED-AT-CLIENT', 1,
   'queries to {server} do not get beyond the client''s interface',
   'a NetworkPolicy or a rule on the node that drops DNS',
   'the query at another place of that node, or a redirect by eBPF that skips '
   || 'its interfaces'),
  ('place 2', 'DROPPED-IN-NODE', 1,
   'queries to {server} get lost within {node}',
   'a NetworkPolicy or a rule on the node that drops DNS, or a full table of '
   || 'connections (conntrack)', NULL),
  ('race', 'CONNTRACK-RACE', 1,
   'of A and AAAA sent together one gets lost within the node on its way to '
   || '{server}',
   'the race of two queries from one port in the table of connections '
   || '(conntrack -S: insert_failed)',
   'the query at another place of that node, or a redirect by eBPF that skips '
   || 'its interfaces'),
  ('place 3', 'LEFT-NODE', 1,
   'queries leave {node} for {server} and are not answered',
   'a server that does not answer, or a network in between that drops', NULL),
  ('vip', 'VIP-LEAK', 1,
   'queries leave {node} for the service address {server}, which nothing '
   || 'translated to a DNS pod',
   'a kube-proxy that is down, or has no rule for that service', NULL),
  ('place 4', 'LOST-BETWEEN-NODES', 1,
   'queries leave {node} for {server} and do not arrive at its node',
   'a security group, a route or an MTU between the nodes', NULL),
  ('place 5', 'NOT-DELIVERED', 1,
   'queries arrive at {node} and are not delivered to {server}',
   'a NetworkPolicy for the DNS pods, or a rule on their node', NULL),
  ('place 6', 'SERVER-SILENT', 1,
   'queries reach {server}, which neither answers nor asks upstream',
   'a DNS server that hangs, restarts, or gets too little CPU', NULL),
  ('place 7', 'UPSTREAM-SILENT', 1,
   '{server} asks {upstream}, which does not answer',
   'an upstream that is down, drops what exceeds its limits, or cannot be '
   || 'reached', NULL),
  ('place 8', 'UPSTREAM-FAILED', 1,
   '{server} asks {upstream} in vain: an ICMP error or an answer from elsewhere '
   || 'comes back',
   'an upstream that does not listen or that cannot be reached', NULL),
  ('place 9', 'SERVER-SILENT', 1,
   '{upstream} answers {server}, which does not answer its client',
   'a DNS server that hangs, restarts, or gets too little CPU', NULL),
  ('place 10', 'REPLY-LOST', 1,
   'answers of {server} get lost on their way back',
   'a rule, or a network in between, that drops responses', NULL),
  ('place 11', 'REJECTED', 1,
   'queries to {server} are rejected by ICMP',
   'a rule that rejects, or a server that does not listen', NULL),
  ('place 12', 'NO-ENDPOINTS', 1,
   'the service {server} has no endpoint: its node rejects queries',
   'no DNS pod that is ready', NULL),
  ('place 13', 'DNS-POD-GONE', 1,
   'nothing listens at {server}',
   'a DNS pod that is gone, or restarts', NULL),
  ('place 16', 'WRONG-SOURCE', 1,
   'answers come from another address than {server}, and clients ignore them',
   'a path back that skips NAT (bridge-nf-call-iptables=0, an uneven path)',
   'a client that does not check whom a response is from'),
  ('wrong id', 'WRONG-ID', 1,
   'responses of {server} have another id, or another question, than the query '
   || 'of that port, and clients ignore them',
   'a late response to who had that port before, a forged one, or something in '
   || 'between that changes messages',
   'the right response, or a query with that id, in another capture'),
  ('place 17', 'UNANSWERED', 1,
   '{server} does not answer; where queries get lost cannot be seen here',
   'a server that is down, or something on the way that drops',
   'an answer in a capture nearer to the client or to the server'),
  ('place 18', 'UPSTREAM-LOST', 1,
   '{server} asks {upstream}: the query or its answer gets lost on the way',
   'a rule, or a network in between, that drops', NULL),
  ('upstream silent', 'UPSTREAM-SILENT', 1,
   '{server} answers {rcode}, as {upstream} does not answer it',
   'an upstream that is down, drops what exceeds its limits, or cannot be '
   || 'reached', 'an answer of that upstream to the same query'),
  ('relayed', '{rcode}-RELAYED', 1,
   '{server} passes on {rcode} of {upstream}{ede}',
   'a fault at or behind that upstream', 'another answer of that upstream'),
  ('said late', 'SERVFAIL-TIMEOUT', 1,
   '{server} answers SERVFAIL after seconds of waiting',
   'an upstream that does not answer it',
   'an answer of its upstream to the same query'),
  ('contradicted', 'INCONSISTENT', 1,
   '{server} by turns denies and answers [this name|these names]: {names}',
   'upstreams that differ (Azure''s DNS beside a custom one), or DNS pods of '
   || 'which some have an old denial cached',
   'a name that came and went each time'),
  ('both', 'INCONSISTENT', 1,
   '{server} denies [a name|names] that it answers at other times: {names}',
   'upstreams that differ (Azure''s DNS beside a custom one), or names that '
   || 'came or went meanwhile', 'the time from which on it is answered'),
  ('others', 'INCONSISTENT', 1,
   '{server} denies [a name|names] that other servers answer: {names}',
   'servers that know different zones (Azure''s DNS beside a custom one)',
   'a name that came and went each time'),
  ('went', 'NAME-GONE', 3,
   '{server} denies [a name, from {since} on, that was|names, the first from '
   || '{since} on, that were] answered before: {names}',
   'a name that was deleted, a service of which nothing is ready any more, or a '
   || 'server that lost sight of its zone',
   'an answer after that'),
  ('came', 'NXDOMAIN', 4,
   '[this name is denied at first, and answered from {since} on|these names are '
   || 'denied at first and answered later, the first from {since} on]: {names}',
   'a name that was made meanwhile, or an old denial that was cached',
   'a denial of the same server after that'),
  ('said', '{rcode}', 1,
   '{server} answers {rcode}{ede}',
   NULL, 'another answer of that server to the same query'),
  ('aaaa denied', 'AAAA-NXDOMAIN', 1,
   '{server} answers NXDOMAIN for AAAA of [a name|names] with A records',
   'a server behind it that denies names instead of types (RFC 8020)',
   'NOERROR for AAAA of that server'),
  ('a denied', 'A-NXDOMAIN', 1,
   '{server} answers NXDOMAIN for A of [a name|names] with AAAA records',
   'a server behind it that denies names instead of types (RFC 8020)',
   'NOERROR for A of that server'),
  ('tcp blocked', 'TCP53-BLOCKED', 1,
   'answers of {server} are truncated, and no TCP connection is made: {names}',
   'a rule that lets UDP through to port 53, but not TCP', 'a TCP connection'),
  ('truncated', 'TRUNCATED', 1,
   'answers of {server} are truncated, and none over TCP follows: {names}',
   'TCP port 53 that is blocked, or a client that does not use it',
   'the answer over TCP'),
  ('service denied', 'SERVICE-DENIED', 2,
   '{server} denies services, or their addresses, that the cluster''s snapshot '
   || 'has: {names}',
   'a DNS server that does not see the API server, or caches an old denial',
   'a snapshot of that time without them'),
  ('wrong address', 'WRONG-ADDRESS', 2,
   '{server} does not answer for services what the cluster''s snapshot has: '
   || '{names}',
   'a DNS server that does not see the API server, or caches old answers; or '
   || 'another one that answers for the cluster''s zone',
   'a snapshot of that time that has these addresses'),
  ('changed address', 'ADDRESS-CHANGED', 6,
   'the snapshot does not have what {server} answers for services; it may have '
   || 'changed in between: {names}',
   NULL, 'a snapshot of that time that has these addresses'),
  ('dead alias', 'EXTERNALNAME-BROKEN', 2,
   '[a service is an alias (ExternalName) of a name that does|services are '
   || 'aliases (ExternalName) of names that do] not exist: {names}',
   'a typo in the service, or a name that is gone',
   'an answer for the name that it stands for'),
  ('elsewhere', 'NXDOMAIN', 4,
   '[this service is|these services are] in another namespace: {names}',
   'a name without its namespace, or with a wrong one',
   'an answer for one of these names'),
  ('unready', 'NXDOMAIN', 4,
   '[this service has|these services have] no endpoint that is ready, and so no '
   || 'name: {names}',
   'pods that are not ready', 'an answer for one of these names'),
  ('no data', 'NO-DATA', 4,
   '[this name has|these names have] no address: {names}',
   'a name that is for something else, or a record that is missing',
   'a record in another answer'),
  ('no a', 'NO-DATA', 4,
   '[this name has|these names have] no A record: {names}',
   'a name that is for something else, or a record that is missing',
   'a record in another answer'),
  ('no record', 'NO-DATA', 6,
   '[this name has|these names have] no record of that type: {names}', NULL,
   NULL),
  ('denied', 'NXDOMAIN', 4,
   '[this name does|these names do] not exist: {names}',
   'a typo, or a name that is missing in its zone',
   'an answer for one of these names'),
  ('dead target', 'NXDOMAIN', 4,
   '[this name is an alias (CNAME) of a name that does|these names are aliases '
   || '(CNAME) of names that do] not exist: {names}',
   'a typo in the alias, or a target that is gone',
   'an answer for the name that it stands for'),
  ('node dns', 'NODE-DNSPOLICY', 4,
   '{server} is asked for [a name|names] of the cluster, which it does not know: '
   || '{names}',
   'a pod with hostNetwork and dnsPolicy ClusterFirst, which asks as its node '
   || 'does: ClusterFirstWithHostNet asks the cluster''s DNS',
   'a DNS server of the cluster behind the address of this client'),
  ('private denied', 'PRIVATELINK', 4,
   '{server} denies [the private endpoint (privatelink) of a name|private '
   || 'endpoints (privatelink)]: {names}',
   'a private DNS zone that is missing, lacks this record, or is not linked to '
   || 'this network, or a server that does not forward to 168.63.129.16',
   'an answer for one of these names'),
  ('not listed', 'NXDOMAIN-BLOCKLIST', 6,
   'lists of senders (DNSBL) do not have [this one|these]: {names}', NULL, NULL),
  ('reverse', 'NXDOMAIN-REVERSE', 6,
   'these addresses and services have no name: {names}', NULL, NULL),
  ('differ', 'UPSTREAMS-DIFFER', 3,
   'of the upstreams of {server}, {upstream} denies all that it is asked for, '
   || 'while others have answers; denied: {names}',
   'upstreams that know different zones: a custom one beside Azure''s DNS',
   'a name that this upstream answers'),
  ('gave up', 'GAVE-UP', 1,
   '{server} answers, though only after {late}, when the client has given up: '
   || 'its host rejects the answer (ICMP port unreachable)',
   'a client that waits less than its server, and its upstream, take', NULL),
  ('too late', 'TOO-LATE', 1,
   '{server} answers, though only after {late}, when the client no longer waits',
   'a client that waits less than its server, and its upstream, take',
   'a client that took the answer'),
  ('retry', 'RETRY', 3,
   'lookups wait for the client to ask {server} again',
   'packets that get lost, or answers that come too late',
   'a client that waited for another reason'),
  ('pair', 'CONNTRACK-RACE', 3,
   'of A and AAAA sent together one is not answered by {server} until it is '
   || 'asked again',
   'the race of two queries from one port in the table of connections '
   || '(conntrack -S: insert_failed)',
   'a client that asked again for another reason'),
  ('upstream late', 'SLOW-UPSTREAM', 3,
   '{server} waits for {upstream}, which leaves queries unanswered',
   'an upstream that drops what exceeds its limits, or a network that does',
   'the upstream''s response in a capture nearer to it'),
  ('upstream', 'SLOW-UPSTREAM', 3,
   '{server} waits for {upstream}',
   'an upstream that is slow, or far away',
   'the upstream''s response at once in a capture nearer to it'),
  ('beyond the node', 'SLOW-BEYOND-NODE', 3,
   'the time passes beyond the node, at {server} or on the way there',
   'a server that is slow, or far away',
   'the response at once in a capture of the server''s node'),
  ('server', 'SLOW-SERVER', 3,
   '{server} itself takes the time',
   'a DNS server that gets too little CPU',
   'a query of that server to an upstream that was not captured'),
  ('path', 'SLOW-PATH', 3,
   'packets take the time between the client and {server}',
   'a node that is short of CPU, or a slow network',
   'a capture that stamps packets late'),
  ('slow', 'SLOW', 3,
   '{server} takes long; where the time goes cannot be seen here',
   'a slow server, its upstream, or the network',
   'the response at once in a capture nearer to the server')
)
SELECT cause, finding, rank, likely, disproof,
       iif(bar = 0, phrase,
           substr(phrase, 1, start - 1) || substr(phrase, bar + 1, stop - bar - 1)
           || substr(phrase, stop + 1))                  AS phrase,
       iif(bar = 0, phrase,
           substr(phrase, 1, start - 1)
           || substr(phrase, start + 1, bar - start - 1)
           || substr(phrase, stop + 1))                  AS phrase_of_one
  FROM (SELECT *, instr(phrase, '[') AS start, instr(phrase, '|') AS bar,
               instr(phrase, ']') AS stop
          FROM put);

-- @prepare What an rcode is consistent with that a server makes up itself
CREATE TEMP TABLE verdict_refusal AS
SELECT column1 AS rcode, column2 AS likely
  FROM (VALUES
  ('REFUSED', 'an access list, a limit on concurrent queries (max_concurrent), '
   || 'or a server that has no such zone'),
  ('SERVFAIL', 'a server that cannot resolve: its upstream, DNSSEC, or no API '
   || 'server'),
  ('FORMERR', 'a server that takes no EDNS, or an upstream''s answer to another '
   || 'question'),
  ('NOTIMP', 'a kind of query that this server does not know'));
