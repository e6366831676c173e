-- schema: the tables behind the public views
--
-- One file is the case.  Values that repeat (addresses, names, answers, what
-- is rare in a message) are stored once and named by a number.  A row of
-- exchange holds its query and its response, so that only what has no place
-- there needs a row of stray: further attempts, second responses, messages
-- that are never paired.  People read the views (views.sql), not these tables:
-- tables may change with user_version, the views stay.
--
-- Times are nanoseconds since 1970, UTC; NULL where the capture has none.
-- The number 0 stands for "none" where a column names a row of another table.

PRAGMA application_id = 0x646e7366; -- "dnsf"
PRAGMA user_version = 9;

CREATE TABLE capture (
	id               INTEGER PRIMARY KEY,
	file             TEXT NOT NULL,  -- "x.pcap", "x.tar.gz!y.pcap"
	sha256           TEXT NOT NULL UNIQUE, -- of the capture, unpacked
	format           TEXT NOT NULL,
	node             TEXT,
	ring             TEXT,           -- equal in files that may be one ring's
	continues        INTEGER,        -- -> capture: the one before it there
	gap_ns           INTEGER,        -- between the two
	is_joined        INTEGER,        -- 0: too far, each matched for itself
	run              INTEGER,        -- -> capture: first of those joined
	log              INTEGER,        -- -> tcpdump_log
	comment          TEXT,           -- pcapng
	size             INTEGER,        -- bytes
	packets          INTEGER,
	first_ns         INTEGER,
	last_ns          INTEGER,
	damage           TEXT,           -- why reading ended early
	wait_ns          INTEGER,        -- wait time of the pairing
	messages         INTEGER,        -- payloads on the DNS ports
	copies           INTEGER,        -- of them, seen before elsewhere
	repeats          INTEGER,        -- records merged twice: left out
	untimed          INTEGER,        -- packets without a time
	steps_back       INTEGER,        -- packets stamped before the last one
	step_back_ns     INTEGER,        -- the largest of these steps
	short_packets    INTEGER,        -- cut by the snapshot length
	cut_packets      INTEGER,        -- cut within their headers
	bad_packets      INTEGER,        -- headers that contradict themselves
	fragments        INTEGER,        -- messages whose later ones are missing
	fragment_conflicts INTEGER,      -- fragments over others
	unknown_link     INTEGER,        -- packets of a link type not read
	stream_gaps      INTEGER,        -- holes in TCP streams
	undecided        INTEGER,        -- transactions forgotten: table full
	forgotten        INTEGER NOT NULL DEFAULT 0, -- its questions, likewise
	-- packets by what they are; tunnelled ones are counted beside
	udp_dns          INTEGER,
	tcp_dns          INTEGER,
	icmp_errors      INTEGER,
	later_fragments  INTEGER,
	other            INTEGER,
	tunnelled        INTEGER,
	packets_in       INTEGER,        -- where the direction is known
	packets_out      INTEGER
) STRICT;

-- What tcpdump said of itself; one may belong to all files of a ring.
CREATE TABLE tcpdump_log (
	id          INTEGER PRIMARY KEY,
	file        TEXT NOT NULL,
	command     TEXT,
	filter      TEXT,                -- NULL: unknown, '': none
	captured    INTEGER,
	received    INTEGER,
	dropped     INTEGER              -- by kernel and interface
) STRICT;

CREATE TABLE interface (
	id          INTEGER PRIMARY KEY,
	capture     INTEGER NOT NULL REFERENCES capture,
	number      INTEGER NOT NULL,    -- in the capture, from 0
	ifindex     INTEGER,             -- of LINUX_SLL2, on the node
	name        TEXT,
	description TEXT,
	filter      TEXT,
	linktype    TEXT NOT NULL,
	snaplen     INTEGER,             -- NULL: unlimited
	received    INTEGER,             -- NULL: the file does not tell
	dropped     INTEGER,
	queries     INTEGER NOT NULL DEFAULT 0, -- messages seen there
	responses   INTEGER NOT NULL DEFAULT 0,
	-- whose messages came in there; NULL: its directions are not known
	senders     INTEGER,             -- addresses, 4 at most
	from_beyond INTEGER,             -- 1: some had passed a router before
	-- whose it is; NULL: the file does not tell
	node        TEXT,
	namespace   TEXT,
	pod         TEXT,
	container   TEXT,
	labels      TEXT
) STRICT;

-- What a filter that is known lets through.
CREATE TABLE scope (
	capture INTEGER NOT NULL REFERENCES capture,
	subject TEXT NOT NULL,           -- 'TCP', 'ICMP errors'...
	passes  INTEGER NOT NULL,        -- 0: hidden
	PRIMARY KEY (capture, subject)
) STRICT, WITHOUT ROWID;

-- pcapng: comments of packets with DNS, and the names that Wireshark had found.
CREATE TABLE frame_comment (
	capture INTEGER NOT NULL REFERENCES capture,
	frame   INTEGER NOT NULL,
	text    TEXT NOT NULL,
	PRIMARY KEY (capture, frame)
) STRICT, WITHOUT ROWID;

CREATE TABLE host_name (
	capture INTEGER NOT NULL REFERENCES capture,
	address TEXT NOT NULL,
	name    TEXT NOT NULL,
	PRIMARY KEY (capture, address, name)
) STRICT, WITHOUT ROWID;

-- Frames of messages that came in several: the fragments of a packet and the
-- segments of a stream, the one with which it was complete included.  A segment
-- may have come in fragments itself.
CREATE TABLE part (
	capture      INTEGER NOT NULL,   -- of the frame that completed it
	frame        INTEGER NOT NULL,
	part_capture INTEGER NOT NULL,   -- in a ring it may be another file
	part_frame   INTEGER NOT NULL,
	PRIMARY KEY (capture, frame, part_capture, part_frame)
) STRICT, WITHOUT ROWID;

-- Of a node's interfaces, what files beside its captures tell: LINUX_SLL2 has
-- only their numbers.
CREATE TABLE note_interface (
	note      INTEGER NOT NULL,      -- the file that tells it
	ifindex   INTEGER NOT NULL,      -- on the node
	name      TEXT NOT NULL,
	addresses TEXT,                  -- "a,b" in the file's order
	PRIMARY KEY (note, ifindex)
) STRICT, WITHOUT ROWID;

CREATE TABLE address (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL               -- RFC 5952
) STRICT;

CREATE TABLE name (
	id   INTEGER PRIMARY KEY,
	text TEXT NOT NULL               -- as on the wire, \DDD escapes, final dot
) STRICT;

-- The answer section of a response, without its TTLs.
CREATE TABLE answer_set (
	id          INTEGER PRIMARY KEY,
	num_answers INTEGER NOT NULL,
	addresses   TEXT,                -- A and AAAA in packet order: "a,b"
	cname       TEXT                 -- targets of CNAMEs: "x.,y."
) STRICT;

CREATE TABLE answer (
	answer_set INTEGER NOT NULL REFERENCES answer_set,
	position   INTEGER NOT NULL,     -- from 1
	name       INTEGER NOT NULL REFERENCES name,
	type       INTEGER NOT NULL,
	class      INTEGER NOT NULL,
	data       TEXT,                 -- NULL: damaged
	PRIMARY KEY (answer_set, position)
) STRICT, WITHOUT ROWID;

-- EDNS, faults and tunnels: few combinations, each stored once.
CREATE TABLE detail (
	id           INTEGER PRIMARY KEY,
	verdict      TEXT NOT NULL,
	fault        TEXT,               -- "answer at byte 78: ..."
	edns_size    INTEGER,            -- NULL: no EDNS
	edns_version INTEGER,
	edns_do      INTEGER,
	edns_subnet  TEXT,
	ede          INTEGER,
	ede_text     TEXT,
	tunnels      INTEGER NOT NULL,   -- how many it was in
	tunnel       TEXT,               -- "VXLAN 42 10.0.0.4 > 10.0.0.5, ..."
	notes        TEXT                -- what else is odd; NULL: nothing
) STRICT;

-- A column costs a byte in each of millions of rows, even where it is NULL.  So
-- what is small or nearly always the same shares a number with others (made by
-- ingest.c); generated columns take that apart, and are not stored.
CREATE TABLE exchange (
	id                 INTEGER PRIMARY KEY, -- in order of their first message
	state              INTEGER NOT NULL,    -- -> state
	traits             INTEGER NOT NULL,    -- usually 0
	client             INTEGER NOT NULL,    -- -> address
	server             INTEGER NOT NULL,    -- -> address
	socket             INTEGER NOT NULL,    -- the client's, and the id
	name               INTEGER NOT NULL,    -- -> name; the query's spelling
	question           INTEGER NOT NULL,    -- usually qtype alone
	last_attempt_ns    INTEGER,             -- of the last one, after time_ns
	time_ns            INTEGER,             -- query; or response without one
	query_capture      INTEGER,             -- NULL: no query was seen
	query_frame        INTEGER,
	query_interface    INTEGER,             -- -> interface
	query_head         INTEGER,
	query_detail       INTEGER,             -- -> detail
	response_capture   INTEGER,             -- NULL: no response was seen
	response_frames    INTEGER,             -- after query_frame
	response_after_ns  INTEGER,             -- after time_ns
	response_interface INTEGER,
	response_head      INTEGER,
	response_detail    INTEGER,
	response_name      INTEGER,             -- NULL: as the query's; 0: none
	answers            INTEGER,             -- -> answer_set
	ttl                INTEGER,             -- smallest of the answers
	negative_ttl       INTEGER,             -- RFC 2308; NULL: no SOA
	-- a node shows messages on each interface; NULL: seen here first
	leader             INTEGER,             -- -> exchange: its query, copied
	query_copy_of      INTEGER,             -- the first one's message_id
	response_copy_of   INTEGER,
	-- for which exchange its client, a server, asked; NULL: for none known
	leg                INTEGER,

	parent             INTEGER AS (leg >> 2), -- -> exchange
	confidence         INTEGER AS (leg & 3), -- -> confidence
	qtype              INTEGER AS (question & 65535),
	server_port        INTEGER AS (((question >> 16) + 53) & 65535),
	attempts           INTEGER AS ((question >> 32) + 1), -- until the response
	query_direction    INTEGER AS (nullif(traits & 3, 0)),
	response_direction INTEGER AS (nullif((traits >> 2) & 3, 0)),
	transport          INTEGER AS ((traits >> 4) & 1), -- 0 UDP, 1 TCP
	kind               INTEGER AS ((traits >> 5) & 15), -- -> kind
	notes              INTEGER AS ((traits >> 9) & 255), -- enum exchange_note
	qclass             INTEGER AS (((traits >> 25) + 1) & 65535),
	client_port        INTEGER AS ((socket >> 16) & 65535),
	dns_id             INTEGER AS (socket & 65535),
	response_frame     INTEGER
	                   AS (coalesce(query_frame, 0) + response_frames),
	query_flags        INTEGER AS ((query_head >> 16) + 0x0100),
	query_size         INTEGER AS (query_head & 65535),
	response_flags     INTEGER AS ((response_head >> 16) + 0x8580),
	response_size      INTEGER AS (response_head & 65535),
	-- with the upper bits, which EDNS has
	rcode              INTEGER AS (((response_head >> 16) & 15)
	                               | (((traits >> 17) & 255) << 4))
) STRICT;

CREATE INDEX exchange_of_leader ON exchange (leader) WHERE leader IS NOT NULL;
CREATE INDEX exchange_of_parent ON exchange (parent) WHERE parent IS NOT NULL;
-- 0 is answered, as nearly all are
CREATE INDEX exchange_of_state ON exchange (state) WHERE state != 0;

-- The same message on two nodes, the one nearer to the client first; numbers
-- of messages are those of the view messages.  crossings.sql makes one
-- transaction of the two exchanges.
CREATE TABLE crossing (
	message      INTEGER NOT NULL,
	exchange     INTEGER NOT NULL,
	far_message  INTEGER NOT NULL,
	far_exchange INTEGER NOT NULL,
	PRIMARY KEY (far_message, message)
) STRICT, WITHOUT ROWID;

-- Where the time went between query and response, as far as more than one
-- place or the server's own queries were seen; made by hops.sql.
CREATE TABLE hop (
	exchange       INTEGER PRIMARY KEY,
	retry_ns       INTEGER,          -- before the attempt that was answered
	path_out_ns    INTEGER,          -- from the first place to the last
	server_ns      INTEGER,          -- beyond the last place
	beyond_ns      INTEGER,          -- all of server_ns, if it left the node
	path_back_ns   INTEGER,
	network_ns     INTEGER,          -- of both paths, between two nodes
	upstream_ns    INTEGER,          -- of server_ns: waiting for its upstreams
	upstreams      INTEGER NOT NULL, -- its queries
	timeouts       INTEGER NOT NULL, -- of them, without a response
	places         INTEGER NOT NULL, -- where it was seen
	near_places    INTEGER NOT NULL, -- of them, on the first one's node
	last_exchange  INTEGER           -- -> exchange: it at the last place
) STRICT;

-- How far the clocks of two nodes are apart, minute by minute, by messages
-- that both saw; made by hops.sql.
CREATE TABLE clock_offset (
	capture       INTEGER NOT NULL,  -- the first of each clock
	other_capture INTEGER NOT NULL,
	minute        INTEGER NOT NULL,  -- since 1970
	messages      INTEGER NOT NULL,
	low_ns        INTEGER NOT NULL,  -- the other one is ahead by at least
	high_ns       INTEGER NOT NULL,  -- and at most; less than low: it stepped
	offset_ns     INTEGER NOT NULL,
	PRIMARY KEY (capture, other_capture, minute)
) STRICT, WITHOUT ROWID;

-- Where queries without an answer were seen last, and what that means; made by
-- last_seen.sql.  NULL: there is none.
CREATE TABLE last_place (
	exchange    INTEGER PRIMARY KEY,
	verdict     INTEGER NOT NULL,    -- -> verdict
	confidence  INTEGER,             -- -> confidence
	sighting    INTEGER NOT NULL,    -- -> exchange: the query, or
	is_response INTEGER NOT NULL,    -- 1: its response, at that place
	peers       INTEGER,             -- others that show what this one lacks
	icmp        INTEGER,             -- -> icmp: the error that tells
	stray       INTEGER,             -- -> stray: the response that tells
	leg         INTEGER,             -- -> exchange: the query upstream
	legs        INTEGER,             -- how many
	leg_verdict INTEGER,             -- -> verdict: where that was lost
	far_capture INTEGER,             -- of the node where it should have come
	doubt       TEXT                 -- why nothing can be told
) STRICT;

CREATE TABLE stray (
	id           INTEGER PRIMARY KEY,
	exchange     INTEGER,                   -- NULL: belongs to none
	role         INTEGER NOT NULL,          -- -> role
	attempt      INTEGER,
	kind         INTEGER NOT NULL,
	transport    INTEGER NOT NULL,
	src          INTEGER NOT NULL,
	src_port     INTEGER NOT NULL,
	dst          INTEGER NOT NULL,
	dst_port     INTEGER NOT NULL,
	dns_id       INTEGER,                   -- NULL: not even a header
	flags        INTEGER,
	name         INTEGER NOT NULL,
	qtype        INTEGER NOT NULL,
	qclass       INTEGER NOT NULL,
	time_ns      INTEGER,
	capture      INTEGER NOT NULL,
	frame        INTEGER NOT NULL,
	interface    INTEGER,
	direction    INTEGER,
	size         INTEGER,
	detail       INTEGER,
	rcode        INTEGER,
	answers      INTEGER,
	ttl          INTEGER,
	copy_of      INTEGER                    -- as query_copy_of
) STRICT;

CREATE INDEX stray_of_exchange ON stray (exchange, role)
 WHERE exchange IS NOT NULL;

-- ICMP errors that quote DNS.
CREATE TABLE icmp (
	id              INTEGER PRIMARY KEY,
	exchange        INTEGER,                -- NULL: belongs to none
	capture         INTEGER NOT NULL,
	frame           INTEGER NOT NULL,
	interface       INTEGER,
	direction       INTEGER,
	time_ns         INTEGER,
	family          INTEGER NOT NULL,       -- 4 or 6
	type            INTEGER NOT NULL,       -- -> icmp_code
	code            INTEGER NOT NULL,
	mtu             INTEGER,                -- NULL: does not apply
	reporter        INTEGER NOT NULL,       -- -> address
	src             INTEGER NOT NULL,       -- of the quoted packet
	src_port        INTEGER NOT NULL,
	dst             INTEGER NOT NULL,
	dst_port        INTEGER NOT NULL,
	transport       INTEGER NOT NULL,
	dns_id          INTEGER,                -- NULL: not quoted
	quotes_response INTEGER NOT NULL
) STRICT;

CREATE INDEX icmp_of_exchange ON icmp (exchange) WHERE exchange IS NOT NULL;

-- TCP connections, as seen at one place.  NULL frames: none such was seen.
CREATE TABLE connection (
	id              INTEGER PRIMARY KEY,
	capture         INTEGER NOT NULL,       -- of the first segment
	frame           INTEGER NOT NULL,
	time_ns         INTEGER,
	interface       INTEGER,
	direction       INTEGER,                -- of what the client sends
	tunnels         INTEGER NOT NULL,
	client          INTEGER NOT NULL,       -- -> address
	client_port     INTEGER NOT NULL,
	server          INTEGER NOT NULL,       -- -> address
	server_port     INTEGER NOT NULL,
	syns            INTEGER NOT NULL,       -- how often it was tried
	client_data     INTEGER NOT NULL,       -- 1: that side sent some
	server_data     INTEGER NOT NULL,
	midstream       INTEGER NOT NULL,       -- 1: the start was not seen
	syn_capture     INTEGER,
	syn_frame       INTEGER,
	syn_ns          INTEGER,
	syn_ack_capture INTEGER,
	syn_ack_frame   INTEGER,
	syn_ack_ns      INTEGER,
	fin_capture     INTEGER,                -- the first FIN
	fin_frame       INTEGER,
	fin_ns          INTEGER,
	fin_by          INTEGER,                -- 0 client, 1 server
	rst_capture     INTEGER,
	rst_frame       INTEGER,
	rst_ns          INTEGER,
	rst_by          INTEGER,
	icmp_capture    INTEGER,                -- an ICMP error that quotes it
	icmp_frame      INTEGER,
	icmp_ns         INTEGER,
	icmp_type       INTEGER,
	icmp_code       INTEGER
) STRICT;

-- IANA's words for ICMP's errors, and ICMPv6's; lower case but for names.
CREATE TABLE icmp_code (
	family  INTEGER NOT NULL,
	type    INTEGER NOT NULL,
	code    INTEGER NOT NULL,
	meaning TEXT NOT NULL,
	PRIMARY KEY (family, type, code)
) STRICT, WITHOUT ROWID;

INSERT INTO icmp_code VALUES
	(4, 3, 0, 'network unreachable'),
	(4, 3, 1, 'host unreachable'),
	(4, 3, 2, 'protocol unreachable'),
	(4, 3, 3, 'port unreachable'),
	(4, 3, 4, 'fragmentation needed'),
	(4, 3, 5, 'source route failed'),
	(4, 3, 6, 'destination network unknown'),
	(4, 3, 7, 'destination host unknown'),
	(4, 3, 8, 'source host isolated'),
	(4, 3, 9, 'network administratively prohibited'),
	(4, 3, 10, 'host administratively prohibited'),
	(4, 3, 11, 'network unreachable for type of service'),
	(4, 3, 12, 'host unreachable for type of service'),
	(4, 3, 13, 'administratively prohibited'),
	(4, 3, 14, 'host precedence violation'),
	(4, 3, 15, 'precedence cutoff in effect'),
	(4, 4, 0, 'source quench'),
	(4, 11, 0, 'time to live exceeded in transit'),
	(4, 11, 1, 'time exceeded in reassembly'),
	(4, 12, 0, 'pointer indicates the error'),
	(4, 12, 1, 'missing a required option'),
	(4, 12, 2, 'bad length'),
	(6, 1, 0, 'no route to destination'),
	(6, 1, 1, 'administratively prohibited'),
	(6, 1, 2, 'beyond scope of source address'),
	(6, 1, 3, 'address unreachable'),
	(6, 1, 4, 'port unreachable'),
	(6, 1, 5, 'source address failed ingress/egress policy'),
	(6, 1, 6, 'reject route to destination'),
	(6, 1, 7, 'error in source routing header'),
	(6, 1, 8, 'headers too long'),
	(6, 2, 0, 'packet too big'),
	(6, 3, 0, 'hop limit exceeded in transit'),
	(6, 3, 1, 'time exceeded in reassembly'),
	(6, 4, 0, 'erroneous header field'),
	(6, 4, 1, 'unrecognized next header'),
	(6, 4, 2, 'unrecognized IPv6 option');

-- A snapshot of the cluster: who has which address.  Only what is asked for
-- later is kept: no environment, no annotations, no secrets.  A new snapshot
-- takes the place of the one before it.
CREATE TABLE snapshot (
	id       INTEGER PRIMARY KEY,
	file     TEXT NOT NULL,
	sha256   TEXT NOT NULL,          -- of its text, unpacked
	taken_ns INTEGER,                -- not before that, or as the user says
	items    INTEGER NOT NULL        -- of kinds that are read
) STRICT;

CREATE TABLE pod (
	id           INTEGER PRIMARY KEY,
	namespace    TEXT NOT NULL,
	name         TEXT NOT NULL,
	uid          TEXT,
	node         TEXT,
	host_network INTEGER NOT NULL,
	dns_policy   TEXT,
	hostname     TEXT,
	subdomain    TEXT,
	container    TEXT,               -- NULL: it has several
	phase        TEXT,
	ready        INTEGER,
	created_ns   INTEGER,
	started_ns   INTEGER,
	deleted_ns   INTEGER,            -- when it shall be gone
	finished_ns  INTEGER,            -- its last container
	owner_kind   TEXT,
	owner_name   TEXT,
	UNIQUE (namespace, name)
) STRICT;

CREATE TABLE pod_label (
	pod   INTEGER NOT NULL REFERENCES pod,
	key   TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (pod, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE pod_address (
	pod     INTEGER NOT NULL REFERENCES pod,
	address TEXT NOT NULL,           -- RFC 5952
	PRIMARY KEY (pod, address)
) STRICT, WITHOUT ROWID;

-- What a pod adds to its search list (dnsConfig).
CREATE TABLE pod_search (
	pod    INTEGER NOT NULL REFERENCES pod,
	suffix TEXT NOT NULL,            -- lower case, with its final dot
	PRIMARY KEY (pod, suffix)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
	id                INTEGER PRIMARY KEY,
	namespace         TEXT NOT NULL,
	name              TEXT NOT NULL,
	type              TEXT,
	headless          INTEGER NOT NULL,
	external_name     TEXT,
	publish_not_ready INTEGER NOT NULL,
	created_ns        INTEGER,
	UNIQUE (namespace, name)
) STRICT;

CREATE TABLE service_address (
	service INTEGER NOT NULL REFERENCES service,
	address TEXT NOT NULL,
	source  TEXT NOT NULL,           -- 'cluster', 'external', 'balancer'
	PRIMARY KEY (service, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_port (
	service  INTEGER NOT NULL REFERENCES service,
	name     TEXT,
	protocol TEXT NOT NULL,
	port     INTEGER NOT NULL
) STRICT;

-- Addresses behind services, of EndpointSlices; of Endpoints, where there is
-- no slice of the service.
CREATE TABLE endpoint (
	namespace TEXT NOT NULL,
	service   TEXT NOT NULL,
	source    TEXT NOT NULL,         -- 'slice', 'endpoints'
	address   TEXT NOT NULL,
	hostname  TEXT,
	node      TEXT,
	pod       TEXT,                  -- in the same namespace
	ready     INTEGER NOT NULL
) STRICT;

CREATE INDEX endpoint_of_service ON endpoint (namespace, service);

CREATE TABLE node (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL UNIQUE,
	os         TEXT,
	kubelet    TEXT,
	created_ns INTEGER
) STRICT;

CREATE TABLE node_address (
	node    INTEGER NOT NULL REFERENCES node,
	address TEXT NOT NULL,
	type    TEXT NOT NULL,           -- 'InternalIP', 'ExternalIP'
	PRIMARY KEY (node, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE namespace (
	name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Who may have had an address, and when; made from the above by naming.sql.
CREATE TABLE claim (
	address    TEXT NOT NULL,
	rank       INTEGER NOT NULL,     -- the smallest counts
	from_ns    INTEGER NOT NULL,
	to_ns      INTEGER NOT NULL,     -- then no more
	kind       TEXT NOT NULL,        -- 'pod', 'node', 'svc', 'raw'
	namespace  TEXT,
	name       TEXT NOT NULL,
	shown      TEXT,                 -- 'p/shop/web-1'; NULL: the address
	pod        INTEGER               -- -> pod
) STRICT;

CREATE INDEX claim_of_address ON claim (address);

-- Whose the addresses of the captures were: spans of one address do not
-- overlap.
CREATE TABLE naming (
	address    TEXT NOT NULL,        -- as in the table address
	from_ns    INTEGER NOT NULL,
	to_ns      INTEGER NOT NULL,
	kind       TEXT NOT NULL,
	namespace  TEXT,
	name       TEXT,
	shown      TEXT,
	ambiguous  INTEGER NOT NULL,     -- several had it, nobody knows which
	pod        INTEGER,              -- NULL: none or several
	labels     TEXT,                 -- 'a=b,c=d' of that pod, and so on
	owner_kind TEXT,
	owner_name TEXT,
	node       TEXT,
	container  TEXT,
	PRIMARY KEY (address, from_ns)
) STRICT, WITHOUT ROWID;

-- The pods among whose addresses such a span is.
CREATE TABLE naming_pod (
	address TEXT NOT NULL,
	from_ns INTEGER NOT NULL,
	to_ns   INTEGER NOT NULL,
	pod     INTEGER NOT NULL,
	PRIMARY KEY (pod, address, from_ns)
) STRICT, WITHOUT ROWID;

-- Zones of clusters, and how many names of services in each exist; made from
-- what was asked, by expansions.sql.
CREATE TABLE zone (
	name  TEXT PRIMARY KEY,          -- 'cluster.local.'
	names INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Names that a client made from others by its search list.
CREATE TABLE expanded (
	client      INTEGER NOT NULL,    -- -> address
	name        INTEGER NOT NULL,    -- -> name
	base_length INTEGER NOT NULL,    -- of it, without the suffix
	by_list     INTEGER NOT NULL,    -- 1: its pod has that suffix
	outcome     INTEGER NOT NULL,    -- of the lookup that it was made for:
	                                 -- 1 answered, 2 not, 3 not seen
	PRIMARY KEY (client, name)
) STRICT, WITHOUT ROWID;

-- What applications asked; made by lookups.sql.
CREATE TABLE lookup (
	id           INTEGER PRIMARY KEY, -- -> exchange: its first
	client       INTEGER NOT NULL,   -- -> address
	name         INTEGER NOT NULL,   -- -> name: the first that was asked for
	base_length  INTEGER NOT NULL,   -- of it, without the suffix; 0: all
	qtype        INTEGER,            -- NULL: A and AAAA
	transactions INTEGER NOT NULL,
	queries      INTEGER NOT NULL,
	names        INTEGER NOT NULL,   -- that were asked for
	last_name    INTEGER NOT NULL,   -- -> name
	sign         INTEGER,            -- -> resolver_sign
	asked_ns     INTEGER,
	waited_ns    INTEGER,
	outcome      TEXT NOT NULL,
	reason       TEXT,               -- why that is unknown
	failed_for   TEXT                -- '': none, 'all'; NULL: unknown
) STRICT;

CREATE INDEX lookup_failed ON lookup (failed_for) WHERE failed_for != '';
CREATE INDEX lookup_slow ON lookup (waited_ns) WHERE waited_ns > 1000000000;

CREATE TABLE lookup_member (
	exchange INTEGER PRIMARY KEY,    -- -> exchange
	step     INTEGER NOT NULL,       -- how it follows, and how far behind
	lookup   INTEGER AS (exchange - (step >> 3)), -- -> lookup
	how      INTEGER AS (step & 7)   -- as in lookups.sql; 0: its first
) STRICT;

-- By what resolvers are recognised, and how long they wait.
CREATE TABLE resolver_sign (
	sign        INTEGER PRIMARY KEY,
	resolver    TEXT,                -- NULL: several do so
	meaning     TEXT NOT NULL,
	patience_ns INTEGER,             -- for an answer to one of its sockets
	timeout_ns  INTEGER              -- after the last query
) STRICT;

INSERT INTO resolver_sign VALUES
	(1, 'musl', 'asked again after 2.5s with the same id and port',
	 5000000000, 2500000000),
	(2, 'musl', 'asked again at once after an error, same id and port',
	 5000000000, 2500000000),
	(3, 'musl', 'several servers at once from one socket',
	 5000000000, 2500000000),
	(4, 'glibc', 'asked again after 5s with the same id and port',
	 10000000000, 5000000000),
	(5, 'glibc', 'asked again with the same id from another port',
	 10000000000, 5000000000),
	(6, 'glibc', 'asked both again over TCP, where one was truncated',
	 10000000000, 5000000000),
	(7, 'glibc', 'A and AAAA from one socket, EDNS size 1200',
	 10000000000, 5000000000),
	(8, 'Go', 'A and AAAA at once from two sockets, EDNS',
	 5000000000, 5000000000),
	(9, 'Go', 'A and AAAA at once from two sockets',
	 5000000000, 5000000000),
	(10, 'c-ares', 'A and AAAA from one socket, EDNS', NULL, NULL),
	(11, 'c-ares', 'asked again after 2s with the same id and port',
	 NULL, NULL),
	(12, 'musl', 'as other lookups of this client, by what it asked again',
	 5000000000, 2500000000),
	(13, 'glibc', 'as other lookups of this client, by what it asked again',
	 10000000000, 5000000000),
	(14, 'musl', 'the client makes ids of A and AAAA from the clock',
	 5000000000, 2500000000),
	(15, 'glibc', 'the client asks A and AAAA from one socket, random ids',
	 10000000000, 5000000000),
	(16, NULL, 'A and AAAA from one socket: musl or glibc', NULL, NULL),
	(17, NULL, 'A and AAAA from one socket: glibc or musl', NULL, NULL);

-- Which part addresses have in the resolution of names; made by roles.sql.
CREATE TABLE address_role (
	address  TEXT NOT NULL,          -- of a 'cluster zone' its name
	role     TEXT NOT NULL,
	name     TEXT,
	why      TEXT NOT NULL,
	inferred INTEGER NOT NULL,
	PRIMARY KEY (address, role)
) STRICT, WITHOUT ROWID;

-- What reports on all transactions read instead of them; made by rollup.sql.
-- Lists have the rows that come first in the reports.
CREATE TABLE rollup (
	list_rows     INTEGER NOT NULL,  -- of a list, at most; -1: all
	is_exact      INTEGER NOT NULL,  -- 0: latencies are rounded, to 1 %
	last_exchange INTEGER NOT NULL,  -- -> exchange: then the last one; -1:
	                                 -- something came in since
	bar_ns        INTEGER,           -- width of a bar of timeline
	maker         TEXT,              -- SHA-256 of the program's statements
	-- 0: what is summed up is not much less, as where each query has a
	-- client of its own
	is_dense      INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO rollup (list_rows, is_exact, last_exchange) VALUES (256, 1, 0);

-- Names that are the same as another one but for their case.
CREATE TABLE spelling (
	name INTEGER PRIMARY KEY,        -- -> name
	word INTEGER NOT NULL            -- -> name: the first in any case
) STRICT;

-- Whose transactions there are, and how they ended.
CREATE TABLE tally (
	client      INTEGER NOT NULL,    -- -> address
	server      INTEGER NOT NULL,    -- -> address
	server_port INTEGER NOT NULL,
	sort        INTEGER NOT NULL,    -- see the view _tally
	count       INTEGER NOT NULL,
	measured    INTEGER NOT NULL,    -- of them, with a latency
	first_ns    INTEGER,
	last_ns     INTEGER,
	slow        INTEGER NOT NULL,    -- over a second
	max_ns      INTEGER,
	any_id      INTEGER NOT NULL,    -- -> exchange: the first
	PRIMARY KEY (client, server, server_port, sort)
) STRICT, WITHOUT ROWID;

-- Lookups, how they ended, and for whom.
CREATE TABLE lookup_tally (
	client         INTEGER NOT NULL, -- -> address
	reason         TEXT,
	outcome        TEXT NOT NULL,
	is_slow        INTEGER NOT NULL, -- over a second
	is_cluster     INTEGER NOT NULL, -- a name of the cluster
	count          INTEGER NOT NULL,
	walked         INTEGER NOT NULL, -- of them, with more than one name
	walked_queries INTEGER NOT NULL,
	waited_ns      INTEGER,
	walked_id      INTEGER           -- -> lookup: the first of these
) STRICT;

-- Queries over time, in as many bars as a figure can show.
CREATE TABLE timeline (
	since_ns INTEGER NOT NULL,
	state    INTEGER NOT NULL,       -- -> state
	rcode    INTEGER NOT NULL,       -- -1: none
	count    INTEGER NOT NULL,
	PRIMARY KEY (since_ns, state, rcode)
) STRICT, WITHOUT ROWID;

-- Latencies of each server, and where the time went.
CREATE TABLE latency (
	server      INTEGER NOT NULL,    -- -> address
	server_port INTEGER NOT NULL,
	is_leg      INTEGER NOT NULL,    -- 1: asked for another transaction
	door        INTEGER NOT NULL,    -- -> interface: the uplink it came in
	                                 -- at, all of it is as seen there
	near_ns     INTEGER NOT NULL,
	count       INTEGER NOT NULL,
	max_ns      INTEGER NOT NULL,
	-- of those whose hops are known
	placed      INTEGER NOT NULL,
	placed_ns   INTEGER NOT NULL,
	path_ns     INTEGER NOT NULL,
	server_ns   INTEGER NOT NULL,
	upstream_ns INTEGER NOT NULL,
	retry_ns    INTEGER NOT NULL,
	beyond_ns   INTEGER NOT NULL,
	PRIMARY KEY (server, server_port, is_leg, door, near_ns)
) STRICT, WITHOUT ROWID;

-- The slowest ones.
CREATE TABLE slowest (
	exchange   INTEGER PRIMARY KEY,  -- -> exchange
	latency_ns INTEGER NOT NULL
) STRICT;

-- Those that step failures lists.
CREATE TABLE failure (
	exchange INTEGER PRIMARY KEY     -- -> exchange
) STRICT;

-- The same put together, and the names that were denied most.
CREATE TABLE failure_row (
	name        TEXT,
	qtype       TEXT,
	rcode       TEXT,
	state       TEXT NOT NULL,
	client      TEXT NOT NULL,
	client_name TEXT,
	server      TEXT NOT NULL,
	server_name TEXT,
	icmp        TEXT,
	last_seen   TEXT,
	count       INTEGER NOT NULL,
	first_ns    INTEGER,
	last_ns     INTEGER,
	evidence    TEXT
) STRICT;

CREATE TABLE denied_name (
	name    TEXT PRIMARY KEY,        -- lower case
	last_ns INTEGER
) STRICT, WITHOUT ROWID;

-- Single numbers: 'names', 'names asked for addresses', ...
CREATE TABLE figure (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The names that were asked for most.
CREATE TABLE asked_name (
	name           INTEGER NOT NULL, -- -> name
	qtype          INTEGER NOT NULL,
	queries        INTEGER NOT NULL,
	in_time        INTEGER NOT NULL,
	late           INTEGER NOT NULL,
	unanswered     INTEGER NOT NULL,
	pending_at_end INTEGER NOT NULL,
	p50_ns         INTEGER,
	max_ns         INTEGER
) STRICT;

-- The first queries for those of them that were not all answered in time.
CREATE TABLE busy (
	exchange INTEGER PRIMARY KEY     -- -> exchange
) STRICT;

-- Names that were only ever denied, and are no expansion of another.
CREATE TABLE lone_name (
	name  INTEGER PRIMARY KEY,       -- -> name
	count INTEGER NOT NULL
) STRICT;

-- Names with records, the first ones by alphabet.
CREATE TABLE known_name (
	name INTEGER PRIMARY KEY         -- -> name
) STRICT;

CREATE TABLE nodata (
	name        INTEGER NOT NULL,    -- -> name
	qtype       INTEGER NOT NULL,
	client      INTEGER NOT NULL,    -- -> address
	client_name TEXT,
	server      INTEGER NOT NULL,    -- -> address
	server_name TEXT,
	count       INTEGER NOT NULL,
	first_ns    INTEGER,
	last_ns     INTEGER
) STRICT;

-- What names cost that search lists made.
CREATE TABLE expansion_cost (
	id          INTEGER PRIMARY KEY,
	base        TEXT NOT NULL,
	client      INTEGER NOT NULL,    -- -> address
	client_name TEXT,
	outcome     INTEGER NOT NULL,    -- as in expanded
	by_list     INTEGER NOT NULL,
	lookups     INTEGER NOT NULL,
	queries     INTEGER NOT NULL,
	suffixes    INTEGER NOT NULL,
	lost_ns     INTEGER,
	first_ns    INTEGER,
	last_ns     INTEGER
) STRICT;

-- Their first transactions.
CREATE TABLE expansion_example (
	cost     INTEGER NOT NULL,       -- -> expansion_cost
	place    INTEGER NOT NULL,
	exchange INTEGER NOT NULL,       -- -> exchange
	PRIMARY KEY (cost, place)
) STRICT, WITHOUT ROWID;

-- The first of the bases of all of them, by alphabet.
CREATE TABLE expansion_base (
	text TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE address_row (
	name           INTEGER NOT NULL, -- -> name
	word           INTEGER NOT NULL, -- -> name: its first spelling
	qtype          INTEGER NOT NULL,
	rcode          INTEGER NOT NULL,
	num_answers    INTEGER,
	address_set    TEXT,             -- in order
	is_cut         INTEGER NOT NULL,
	cname          TEXT,
	count          INTEGER NOT NULL,
	of_name        INTEGER NOT NULL, -- responses for it, in all rows
	first_ns       INTEGER,
	last_ns        INTEGER,
	servers        TEXT,
	first_exchange INTEGER NOT NULL  -- -> exchange
) STRICT;

CREATE TABLE address_change (
	exchange INTEGER PRIMARY KEY,    -- -> exchange
	before   TEXT NOT NULL,
	after    TEXT NOT NULL
) STRICT;

-- What is said of queries without an answer: of one, of several ("31 ..."), and
-- what would disprove it.
CREATE TABLE verdict (
	code     INTEGER PRIMARY KEY,
	name     TEXT NOT NULL,
	phrase   TEXT NOT NULL,
	disproof TEXT
) STRICT;

INSERT INTO verdict VALUES
	(1, 'client interface only',
	 'never left the client''s interface',
	 'the query at another place of that node, or a redirect by eBPF that '
	 || 'skips its interfaces'),
	(2, 'lost within the node',
	 'got lost within {node}',
	 'the query at another place of that node, or a redirect by eBPF that '
	 || 'skips its interfaces'),
	(3, 'left the node',
	 'left {node} for {server} and got no answer',
	 'the response at another uplink of that node'),
	(4, 'lost between nodes',
	 'left {node} for {server} and did not arrive',
	 'the query in a capture of the other node without drops'),
	(5, 'arrived, not delivered',
	 'arrived at {node} and got no further',
	 'the query at the server''s interface, or a redirect by eBPF that '
	 || 'skips it'),
	(6, 'delivered to the server',
	 'reached {server} and got no answer',
	 'a response, or a query upstream, in a capture inside the server''s pod'),
	(7, 'forwarded, upstream silent',
	 'waited for an upstream that was silent',
	 'the upstream''s response at another uplink'),
	(8, 'forwarded, upstream failed',
	 'waited for an upstream that could not be reached',
	 'a response of that upstream to the same query'),
	(9, 'forwarded, not answered',
	 'had an answer upstream that {server} did not pass on',
	 'a response in a capture inside the server''s pod'),
	(10, 'answered, not delivered',
	 'had an answer that got lost on its way back',
	 'the response at the client''s interface, or a redirect by eBPF that '
	 || 'skips it'),
	(11, 'rejected',
	 'met an ICMP rejection',
	 'a response to the same query'),
	(12, 'no endpoint',
	 'met a service without endpoints',
	 'an endpoint of that service at that time, behind a rule that rejects'),
	(13, 'dead server',
	 'reached a dead server',
	 'a server that listens there at that time, behind a rule that rejects'),
	(14, 'client had given up',
	 'had an answer when the client had given up',
	 'the client taking the response on another socket'),
	(15, 'answered late',
	 'had a late answer',
	 'a client that waited as long'),
	(16, 'wrong source',
	 'had an answer from another address',
	 'a client that does not check whom a response is from'),
	(17, 'can''t tell',
	 'where it cannot be told',
	 NULL),
	(18, 'forwarded, lost on the way',
	 'waited for {server} upstream: the query or its answer got lost',
	 'the upstream''s response at the interface of the server that asked');

-- What the numbers mean; filled by the program that made the store.
CREATE TABLE state  (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE kind   (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE role   (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE confidence (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE opcode (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE qtype  (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE ede    (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE rcode (
	code  INTEGER PRIMARY KEY,
	name  TEXT NOT NULL,                    -- IANA's
	guide TEXT NOT NULL                     -- Inspektor Gadget's
) STRICT;
