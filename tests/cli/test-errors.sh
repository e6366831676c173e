#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What the program says, and with which status, where something is wrong:
# files, stores, command lines, full disks.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

skip() {
	echo "skipped: $*"
}

transcript errors-captures
run report nosuch.pcap
run trace nosuch.pcap loopback.pcap --limit 1 --fields file,frame
: >"$work/empty.pcap"
run report "$work/empty.pcap"
echo 'just words, no packets' >"$work/text.pcap"
run ingest -d "$work/none.db" "$work/text.pcap"
mkdir "$work/folder"
cp "$work/text.pcap" "$work/folder"
run report "$work/folder"
printf 'MSCF' >"$work/trace.cab"
run report "$work/trace.cab"
pcap_header 1 >"$work/header.pcap"
run trace "$work/header.pcap" --fields frame
head -c 20 loopback.pcap >"$work/cut-header.pcap"
run trace "$work/cut-header.pcap" --fields frame
run trace formats-cut.pcap --fields frame,name --limit 2
run ingest -d "$work/cut.db" formats-cut.pcapng
{
	pcap_header 147
	little 4 1 0 4 4
	printf 'abcd'
} >"$work/link.pcap"
run report --step upstream --format json "$work/link.pcap"
run ingest -d "$work/link.db" "$work/link.pcap"
run ingest -d "$work/port.db" port-5300.pcap
run ingest -d "$work/kept.db" nosuch.pcap loopback.pcap
run query -d "$work/kept.db" 'SELECT file FROM captures'
run report -
[ -e "$work/none.db" ] && bad "a store is left that got no capture"

transcript errors-stores
(cd "$work/folder" && unset DNSFORENSICS_DB && ask report && note \
	'dnsforensics report')
run report -d "$work/nosuch.db"
run query -d "$work/nosuch/x.db" 'SELECT 1'
run ingest -d "$work/nosuch/x.db" loopback.pcap
run query -d "$work" 'SELECT 1'
run ingest -d "$work" loopback.pcap
echo 'these are the notes of somebody' >"$work/notes.db"
cp "$work/notes.db" "$work/notes"
run query -d "$work/notes.db" 'SELECT 1'
run ingest -d "$work/notes.db" loopback.pcap
cmp "$work/notes" "$work/notes.db" || bad "somebody's notes are changed"
run ingest -d "$work/x.db" loopback.pcap
run report -d "$work/x.db" loopback.pcap
run trace -d "$work/x.db" loopback.pcap
run report "$work/x.db"
if command -v sqlite3 >/dev/null; then
	sqlite3 "$work/other.db" 'CREATE TABLE bookmarks (url)'
	run query -d "$work/other.db" 'SELECT 1'
	run ingest -d "$work/other.db" loopback.pcap
	cp "$work/x.db" "$work/version.db"
	sqlite3 "$work/version.db" 'PRAGMA user_version = 99'
	run query -d "$work/version.db" 'SELECT 1'
	run ingest -d "$work/version.db" loopback.pcap
else
	skip "no sqlite3: stores of others"
fi

transcript errors-command-line
run
run nosuch
run --nosuch
run report --nosuch
run report -x
run report --step
run trace --filter
run ingest
run ingest --step slow loopback.pcap
run query
run query 'SELECT 1' 'SELECT 2'
for format in xml ''; do
	run report --format "$format" loopback.pcap
	run trace --format "$format" loopback.pcap
	run query --format "$format" 'SELECT 1'
done
run report --step nosuch loopback.pcap
run report --step slow,,failures loopback.pcap
run report --step 6 loopback.pcap
run report --step 0 loopback.pcap
run report --show-sql nosuch
run trace --fields nosuch loopback.pcap
run trace --fields name,rcod loopback.pcap
run trace --fields '' loopback.pcap
run trace --fields name, loopback.pcap

transcript errors-values
for duration in 5 5parsecs -5ms 1e3ms '' 9999999h; do
	run report --threshold="$duration" loopback.pcap
done
run report --timeout soon loopback.pcap
for time in yesterday 2026-13-01 2026-03-01T25:00:00Z ''; do
	run report --since "$time" loopback.pcap
done
run trace --until 12:60 loopback.pcap
for limit in many -1 1.5 '' 99999999999999999999; do
	run report --limit="$limit" loopback.pcap
done
for port in 0 65536 dns -1 ''; do
	run ingest --port="$port" -d "$work/none.db" loopback.pcap
done
for address in nosuch 1.2.3 1.2.3.4.5 ::g ''; do
	run report --nameserver "$address" loopback.pcap
done
run report --expect 10.0.0.1,nosuch loopback.pcap
run report --expect 10.0.0.0/8 loopback.pcap
run report --expect , loopback.pcap
run report --name-regex 'a(' loopback.pcap
run report --name-regex '[z-a]' loopback.pcap

transcript errors-filter
for filter in rcode rcod==Success rcode=== 'rcode=>1' name== ==x \
	'rcode!=Success,' ',,' 'name~a(' 'name~(?i' 'latency_ns>soon' \
	'latency_ns>5parsecs' src.port==dns src.port==70000 'frame<x' \
	nameserver.addr==nosuch nameserver.addr==1.2.3 qr==X tc==perhaps \
	rcode==NoSuchCode 'time>yesterday' transport==SCTP; do
	run trace --limit 1 --fields frame --filter "$filter" loopback.pcap
done
run report --step slow --filter nosuch==1 loopback.pcap
run trace --filter qr==R --filter 'rcode~[' loopback.pcap

transcript errors-sql
for sql in 'DELETE FROM capture' 'DROP TABLE capture' 'PRAGMA user_version = 9' \
	"ATTACH 'x.db' AS x" "VACUUM INTO 'x.db'" 'SELECT 1; SELECT 2' '' \
	'/* nothing */' 'SELEC 1' 'SELECT nosuch FROM messages' \
	"SELECT name REGEXP 'a(' FROM messages"; do
	run query -d "$work/x.db" "$sql"
done
printf '%s\n' 'SELECT 1;' 'SELECT 2;' >"$work/two.sql"
run report --file "$work/two.sql" --format csv loopback.pcap
echo 'DELETE FROM capture;' >"$work/delete.sql"
run report --format csv --file "$work/delete.sql" loopback.pcap
run report --file "$work/nosuch.sql" loopback.pcap
: >"$work/empty.sql"
run report --format csv --file "$work/empty.sql" loopback.pcap
run report --file "$work" loopback.pcap
run query -d "$work/x.db" 'SELECT count(*) AS captures FROM captures'

transcript errors-output
run report --step slow -o "$work/nosuch/report.txt" loopback.pcap
run trace -o "$work/nosuch/trace.txt" loopback.pcap
run query -d "$work/x.db" -o "$work/nosuch/q" 'SELECT 1'
run query -d "$work/x.db" -o "$work/folder" 'SELECT 1'
[ -e "$work/folder.tmp" ] && bad "a temporary file is left"
echo kept >"$work/kept.txt"
run query -d "$work/x.db" -o "$work/kept.txt" "SELECT 'x' REGEXP 'a('"
[ "$(cat "$work/kept.txt")" = kept ] || bad "a failed query wrote its output"
[ -e "$work/kept.txt.tmp" ] && bad "a failed query left a temporary file"

# A signal leaves nothing half-made.
# interrupted SIGNAL FILE ARGUMENT...: while it waits for a snapshot
interrupted() {
	signal=$1 file=$2
	shift 2
	mkfifo "$work/waits"
	env --default-signal "$program" "$@" --k8s "$work/waits" \
		loopback.pcap 2>/dev/null &
	for _ in 1 2 3 4 5 6 7 8 9; do
		[ -e "$file.tmp" ] || sleep 0.3
	done
	[ -e "$file.tmp" ] || bad "$*: does not begin"
	kill -s "$signal" $!
	wait $! 2>/dev/null
	status=$?
	[ $status -gt 128 ] || bad "$*: status $status after SIG$signal"
	[ ! -e "$file" ] || bad "$*: $file after SIG$signal"
	[ ! -e "$file.tmp" ] || bad "$*: a temporary file after SIG$signal"
	rm -f "$work/waits" "$file.tmp"
}
interrupted TERM "$work/half.txt" report -o "$work/half.txt"
interrupted INT "$work/half.pcapng" extract --txn 1 -w "$work/half.pcapng"
interrupted HUP "$work/half.txt" trace -o "$work/half.txt"
case $("$program" ticket -o "$work/half.zip" loopback.pcap 2>&1) in
*'built without'*) ;;
*)
	rm -f "$work/half.zip"
	interrupted TERM "$work/half.zip" ticket -o "$work/half.zip"
	interrupted INT "$work/half.zip" ticket -o "$work/half.zip"
	;;
esac

# What is no plain file is written to, never replaced.
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/from-pipe" &
reader=$!
ask query -d "$work/x.db" --format csv -o "$work/pipe" 'SELECT 1 AS x'
[ -p "$work/pipe" ] || {
	bad "-o replaced a pipe by a file"
	kill "$reader"
}
wait
grep -q '^x' "$work/from-pipe" || bad "nothing came through a pipe"
ln -s kept.txt "$work/link"
ask query -d "$work/x.db" --format csv -o "$work/link" 'SELECT 1 AS x'
[ -L "$work/link" ] || bad "-o replaced a link by a file"
grep -q '^x' "$work/kept.txt" || bad "-o did not write where a link leads"
run query -d "$work/x.db" -o "$work" 'SELECT 1'

# full ARGUMENT...: nobody must take a full disk for success
full() {
	status=0
	"$program" "$@" >/dev/full 2>"$work/stderr" </dev/null || status=$?
	: >"$work/stdout"
	note "dnsforensics$(for word; do typed "$word"; done) >/dev/full"
}

if [ -c /dev/full ]; then
	transcript errors-full-output
	for format in text json csv; do
		full report --step slow --format "$format" loopback.pcap
		full query -d "$work/x.db" --format "$format" 'SELECT 1 AS x'
	done
	for format in columns json jsonpretty csv; do
		full trace --format "$format" loopback.pcap
	done
	full ingest -d "$work/full.db" failures.pcap
	full report --show-sql slow
	full trace --fields help
	full --help
	full --version
	full report --help
else
	skip "no /dev/full"
fi

# A store whose disk is full keeps what was in it, and no half of a capture.
transcript errors-full-disk
run ingest -d "$work/small.db" loopback.pcap
blocks=$(($(wc -c <"$work/small.db") / 512 + 8))
(
	trap '' XFSZ
	ulimit -f "$blocks" 2>/dev/null || exit 99
	exec "$program" ingest -d "$work/small.db" upstreams.pcap
) >"$work/stdout" 2>"$work/stderr" </dev/null
status=$?
if [ "$status" = 99 ]; then
	skip "the size of files cannot be limited"
else
	note 'dnsforensics ingest -d WORK/small.db upstreams.pcap # disk full'
fi
run query -d "$work/small.db" 'SELECT file FROM captures'
run query -d "$work/small.db" 'PRAGMA integrity_check'

# With a real disk that is full the reason is said.
mkdir "$work/disk"
ask ingest -d "$work/one.db" loopback.pcap
room=$(($(wc -c <"$work/one.db") / 1024 + 200))k
if mount -t tmpfs -o "size=$room" dnsforensics-test "$work/disk" 2>/dev/null
then
	trap 'umount "$work/disk"; rm -rf "$work"' EXIT
	ask ingest -d "$work/disk/x.db" loopback.pcap
	[ "$status" = 0 ] || bad "the disk is too small for this test"
	ask ingest -d "$work/disk/x.db" .
	[ "$status" = 1 ] || bad "full disk: status $status"
	grep -q ': its disk is full, or .*; what was stored before is kept$' \
		"$work/stderr" || bad "full disk: $(cat "$work/stderr")"
	ask query -d "$work/disk/x.db" --format csv \
		'SELECT group_concat(file) AS files FROM captures'
	grep -q '^"*loopback.pcap' "$work/stdout" ||
		bad "full disk: $(cat "$work/stdout" "$work/stderr")"
else
	skip "no small file system can be mounted"
fi

if [ "$(id -u)" != 0 ]; then
	chmod 0 "$work/x.db"
	transcript errors-permissions
	run query -d "$work/x.db" 'SELECT 1'
	run ingest -d "$work/x.db" loopback.pcap
else
	skip "nothing is unreadable to root"
fi

transcripts_end
