#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Whole reports over the captures of testdata/, in each format.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# step NAME OPTION...: one step in each format
step() {
	name=$1
	shift
	for format in text json csv; do
		run report --step "$name" --format "$format" "$@"
	done
}

transcript report-failures
step failures --limit 4 failures.pcap
run report --step failures --timeout 1s --limit 6 silent-upstream.pcap
run report --step failures --timeout 2s --limit 6 retransmissions-go.pcap
run report --step failures --limit 6 wrong-source.pcap
run report --step failures --timeout 5ms --limit 6 unreachable.pcap
run report --step failures --timeout 1s --limit 6 vip-leak.pcap
run report --step failures --name-regex '(?i)^NOSUCH' failures.pcap

transcript report-slow
step slow --limit 4 --threshold 30ms slow-upstream.pcap
run report --step slow --limit 3 --threshold 1s silent-upstream-glibc.pcap
run report --step slow --threshold 10s --nameserver 10.225.20.2 \
	slow-upstream.pcap

transcript report-upstream
step upstream --limit 6 upstreams.pcap
run report --step upstream --limit 6 --timeout 2s upstreams.pcap
run report --step upstream --limit 5 --nameserver 10.225.0.50 upstreams.pcap
run report --step upstream --limit 5 mixed-upstreams.pcap

transcript report-timeliness
step timeliness --limit 5 --name microsoft.com first-session.pcap
run report --step timeliness --limit 5 retransmissions-glibc.pcap
run report --step timeliness --limit 5 --timeout 2s retransmissions-musl.pcap
run report --step timeliness --limit 5 silent-upstream-musl.pcap
run report --step timeliness --limit 5 one-of-a-pair.pcap
run report --step timeliness --name nobody.asked first-session.pcap

transcript report-addresses
step addresses --name-regex myheadless \
	--expect 10.244.1.207,10.244.0.146 addresses-change.pcap
run report --step addresses --limit 5 snaplen-cut.pcap
run report --step addresses --limit 5 fragments-first-only.pcap
run report --step addresses --limit 5 ipv6-sll2.pcap
run report --step addresses --limit 5 truncated-then-tcp.pcap

# What the head of a report warns of.
transcript report-head
for capture in node-any.pcap formats.pcapng formats-cut.pcapng tcp-gap.pcap \
	snaplen-cut.pcap fragments-first-only.pcap mdns-llmnr.pcap \
	port-5300.pcap cut-at-both-ends.pcap; do
	run report --step upstream --limit 2 "$capture"
done
run report --step 3 --limit 1 --format json formats-cut.pcapng
{
	little 4 $((0x0a0d0d0a)) 28 $((0x1a2b3c4d)) 1 $((0xffffffff)) \
		$((0xffffffff)) 28
	little 4 1 20 1 0 20
	little 4 3 20 4 0 20
} >"$work/timeless.pcapng"
cd "$work" && run report --step slow timeless.pcapng
cd "$top/testdata" || exit 1

transcript report-several
run report --step failures,4 --format csv --limit 2 failures.pcap
run report --step all --format csv --limit 1 failures.pcap
run report --step slow --limit 2 failures.pcap slow-upstream.pcap
run report --limit 2 id-reuse.pcap
run report --format json --limit 1 loopback.pcap

transcript report-selection
run report --step upstream --limit 5 \
	--filter nameserver.addr==168.63.129.16 first-session.pcap
run report --step failures --filter rcode==Refused --format csv failures.pcap
since=$(time_of failures.pcap 27)
run report --step slow --since "$since" --limit 5 failures.pcap
run report --step slow --until "$since" --limit 5 failures.pcap
run report --step failures -n default -l app=x -p mypod --limit 1 loopback.pcap

transcript report-names
for format in text json csv; do
	run report --step addresses --limit 12 --format "$format" odd-names.pcap
done
run report --step timeliness --name 'UPPER.example.com' --limit 2 odd-names.pcap
run report --step timeliness --name 'com,ma.example.com.' --limit 2 \
	odd-names.pcap
run report --step timeliness --limit 4 mixed-case.pcap

# A report of one's own, with sections and without.
transcript report-own
cat >"$work/own.sql" <<'SQL'
-- own: who asks
--
-- :limit is known here as well

-- @summary
SELECT 'Asked by ' || count(DISTINCT client) || ' clients' AS headline,
       max(latency_ns) AS max_ns FROM transactions;

-- @rows Clients
SELECT client, count(*) AS queries, max(latency_ns) AS max_ns
  FROM transactions GROUP BY client ORDER BY client LIMIT :limit;
SQL
cat >"$work/plain.sql" <<'SQL'
SELECT name, count(*) AS count FROM transactions
 GROUP BY name ORDER BY count DESC, name LIMIT 3;
SQL
for format in text json csv; do
	run report --file "$work/own.sql" --format "$format" failures.pcap
done
run report --file "$work/plain.sql" failures.pcap

# A store says what its captures say, and the same whenever it is asked.
transcript store
run ingest -d "$work/x.db" --node node7 failures.pcap slow-upstream.pcap
run ingest -d "$work/x.db" failures.pcap
run ingest -d "$work/x.db" --node node8 loopback.pcap failures.pcap
run report -d "$work/x.db" --step upstream --limit 3 --node node8
run query -d "$work/x.db" \
	'SELECT file, node, messages FROM captures ORDER BY file'
run query -d "$work/x.db" --format json \
	'SELECT state, count(*) AS n, NULL AS x, 1.5 AS r FROM transactions GROUP BY 1'
run query -d "$work/x.db" --format csv \
	"SELECT '=1+1' AS formula, 'a,\"b\"' AS quoted, -5 AS number"
run query -d "$work/x.db" 'SELECT 1 AS x WHERE 0'
run query -d "$work/x.db" --format json 'SELECT 1 AS x WHERE 0'
run query -d "$work/x.db" --format csv 'SELECT 1 AS x WHERE 0'
run query -d "$work/x.db" --format csv \
	"SELECT type, data FROM answers WHERE name = 'www.microsoft.com.' LIMIT 3"

# same WHAT: the last two outputs must not differ, but for what commands name
same() {
	sed -i 's/\(--step path --txn [0-9]*\)[^"]*/\1/' "$work/first" \
		"$work/stdout"
	cmp -s "$work/first" "$work/stdout" || {
		bad "not the same: $1"
		diff "$work/first" "$work/stdout" | head -n 20
	}
}

for format in text json csv; do
	set -- report --format "$format" --limit 0
	ask "$@" failures.pcap slow-upstream.pcap
	mv "$work/stdout" "$work/first"
	ask "$@" failures.pcap slow-upstream.pcap
	same "$format report on the same captures again"
	# one by one and earliest first, as all at once are read
	ask ingest -d "$work/$format.db" slow-upstream.pcap
	ask ingest -d "$work/$format.db" failures.pcap
	ask "$@" -d "$work/$format.db"
	same "$format report on captures and on a store of them"
	DNSFORENSICS_DB=$work/$format.db
	export DNSFORENSICS_DB
	ask "$@"
	same "$format report on the store that the environment names"
	unset DNSFORENSICS_DB
	ask "$@" -d "$work/$format.db" -o "$work/output"
	[ -s "$work/stdout" ] && bad "-o and standard output"
	mv "$work/output" "$work/stdout"
	same "$format report in a file"
	[ -e "$work/output.tmp" ] && bad "a temporary file is left"
done

# A directory stands for its captures, by name, whatever else is there.
mkdir -p "$work/dir/sub" "$work/dir/.hidden"
cp slow-upstream.pcap "$work/dir/b.cap"
cp failures.pcap "$work/dir/a"
cp loopback.pcap "$work/dir/sub/c.pcap"
cp edns.pcap "$work/dir/.hidden/d.pcap"
echo text >"$work/dir/notes.txt"
ln -s .. "$work/dir/sub/up"
transcript directory
run trace "$work/dir" --format csv --fields file,frame --filter frame==1

# Standard input.
transcript stdin
"$program" trace - --limit 3 --fields file,frame,name <loopback.pcap \
	>"$work/stdout" 2>"$work/stderr"
status=$?
note 'dnsforensics trace - --limit 3 --fields file,frame,name <loopback.pcap'
"$program" report --step slow --format json - <formats.pcapng \
	>"$work/stdout" 2>"$work/stderr"
status=$?
note 'dnsforensics report --step slow --format json - <formats.pcapng'
check_json 'report -'

# Where it needs none of our functions the SQL of a step runs in sqlite3.
for step in failures slow upstream timeliness addresses; do
	ask report --show-sql "$step"
	head -n 1 "$work/stdout" | grep -q "^-- $step: " ||
		bad "--show-sql $step does not begin with its name"
	grep -Eqi 'percentile|duration|utc\(|regexp|edits\(' "$work/stdout" && continue
	if command -v sqlite3 >/dev/null; then
		sqlite3 "$work/text.db" <"$work/stdout" >/dev/null ||
			bad "sqlite3 does not run the SQL of $step"
	else
		echo "no sqlite3: SQL of $step is not tried in it"
	fi
done

transcript help
run --help
run --version
for command in ingest report trace query; do
	run "$command" --help
done

transcripts_end
