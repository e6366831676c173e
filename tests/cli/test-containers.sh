#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Captures in whatever they come packed: the same report as bare ones, from
# files and through pipes; and containers that are broken or hostile.  Bombs
# are for tests/capture/test_container_hostile.c, which needs no gigabytes.
# DNSFORENSICS_CAPTURES is a folder with more captures, of which each takes one
# container in its turn; with DNSFORENSICS_ALL_CONTAINERS=1 all of them.  Every
# third capture is packed, all of them with DNSFORENSICS_EVERY=1.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

skip() {
	echo "skipped: $*"
}

command -v python3 >/dev/null || { skip "python3 is not installed"; exit 77; }
for tool in zstd lz4 zip; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done

# compare all|turn CAPTURE...
compare() {
	python3 "$top/tests/cli/containers.py" "$program" "$@" ||
		bad "packed captures tell something else than bare ones"
}

compare all formats-cut.pcapng tcp-reordered.pcap
compare turn ./*.pcap ./*.pcapng
if [ -n "${DNSFORENSICS_CAPTURES:-}" ]; then
	how=turn
	[ "${DNSFORENSICS_ALL_CONTAINERS:-}" != 1 ] || how=all
	list=$(find "$DNSFORENSICS_CAPTURES" -type f ! -name '*.md' \
		! -name '*.tsv' | sort)
	# shellcheck disable=SC2086
	compare "$how" $list
else
	skip "DNSFORENSICS_CAPTURES names no folder of captures"
fi

pack() {
	python3 "$top/tests/cli/pack.py" "$@" || bad "pack.py fails"
}

# cut FILE LENGTH: its beginning, as the file cut-LENGTH-FILE
cut() {
	head -c "$2" "$1" >"cut-$2-$1"
}

# shown FILE...: what trace shows of it, without much ado
shown() {
	run trace "$@" --format csv --fields file,frame,name --limit 2
}

# Names in evidence, and which node an archive tells.
captures=$PWD
mkdir -p "$work/in/deep/dir"
cd "$work/in/deep" || exit 1
one=aks-pool-12345678-vmss000000
transcript containers
cp "$captures/edns.pcap" "$captures/loopback.pcap" .
pack gz x.pcap.gz "$captures/loopback.pcap"
pack tar.gz "capture-$one-20261122230336UTC.tar.gz" \
	"capture-$one-20261122230336UTC.pcap=$captures/loopback.pcap" \
	"tcpdump.log=$captures/README.md" "socket-stats.txt=$captures/README.md"
pack tar.gz all-captures-20261122231000.tar.gz \
	"ns/capture/one.tar.gz=capture-$one-20261122230336UTC.tar.gz" \
	"y.pcap=$captures/edns.pcap"
pack zip mixed.zip "a/=/dev/null" "a/readme.md=$captures/README.md" \
	"a/a.pcapng=$captures/formats.pcapng" "b.pcap.gz=x.pcap.gz"
shown x.pcap.gz
shown all-captures-20261122231000.tar.gz
shown mixed.zip
run query -d nosuch.db 'SELECT 1'
run ingest -d x.db all-captures-20261122231000.tar.gz mixed.zip
run query -d x.db 'SELECT file, node, messages FROM captures ORDER BY file'
run ingest -d x.db x.pcap.gz edns.pcap
cp mixed.zip x.pcap.gz "$captures/README.md" dir
shown dir
"$program" trace --fields file,frame,name --limit 1 - <mixed.zip \
	>"$work/stdout" 2>"$work/stderr"
status=$?
note 'dnsforensics trace --fields file,frame,name --limit 1 - <mixed.zip'

# What is cut short is read up to there.
transcript containers-cut
pack stored.gz f.gz "$captures/failures.pcap"
size=$(wc -c <f.gz)
for length in 1 9 10 20 500 $((size / 2)) $((size - 9)) $((size - 8)) \
	$((size - 1)); do
	cut f.gz "$length"
	run ingest -d cut.db "cut-$length-f.gz"
	rm -f cut.db
done
pack tar t.tar "a.pcap=$captures/loopback.pcap" \
	"b.pcap=$captures/failures.pcap"
for length in 100 600 800 1536 3000; do
	cut t.tar "$length"
	run ingest -d cut.db "cut-$length-t.tar"
	rm -f cut.db
done
pack stored.zip z.zip "a.pcap=$captures/loopback.pcap" \
	"b.pcap=$captures/failures.pcap"
size=$(wc -c <z.zip)
for length in 3 20 100 1000 $((size - 100)) $((size - 10)); do
	cut z.zip "$length"
	run ingest -d cut.db "cut-$length-z.zip"
	rm -f cut.db
done

transcript containers-hostile
# Names that lead out of here: they are read, and nothing is written.
pack tar out.tar "../up.pcap=$captures/loopback.pcap" \
	"$work/abs.pcap=$captures/edns.pcap"
pack zip out.zip "../../up.pcap=$captures/loopback.pcap" \
	"$work/abs.pcap=$captures/edns.pcap"
before=$(find "$work" | sort)
for archive in out.tar out.zip; do
	run trace "$archive" --format csv --fields file,frame --filter frame==1
done
run report --step capture --format csv out.tar x.pcap.gz mixed.zip
[ "$before" = "$(find "$work" | sort)" ] ||
	bad "an archive left something on disk"
steer=$(printf 'red\033[31m\n.pcap')
pack tar steer.tar "$steer=$captures/loopback.pcap"
run trace steer.tar --fields file,frame --limit 1
[ "$(tr -d '\n\040-\176' <"$work/stdout" | wc -c)" = 0 ] ||
	bad "the name of a member steers the terminal"

# Packed eight times over, and once more.
cp x.pcap.gz packed-1.gz
for times in 2 3 4 5 6 7 8 9; do
	pack stored.gz "packed-$times.gz" "packed-$((times - 1)).gz"
done
shown packed-8.gz
shown packed-9.gz
pack tar bound.tar "good.pcap=$captures/loopback.pcap" "deep.gz=packed-9.gz" \
	"more.pcap=$captures/edns.pcap"
run ingest -d bound.db bound.tar
: >empty
i=0
while [ "$i" -lt 10001 ]; do
	echo "m$i=empty"
	i=$((i + 1))
done >members
# shellcheck disable=SC2046
pack tar many.tar "good.pcap=$captures/loopback.pcap" $(cat members)
run ingest -d many.db many.tar

# One broken member, and good ones around it.
pack tar.gz broken.tar.gz "a.pcap=$captures/loopback.pcap" \
	"b.pcap=$captures/formats-cut.pcap" "c.pcap.gz=cut-500-f.gz" \
	"d.pcap=$captures/README.md" "e.pcap=$captures/edns.pcap"
run ingest -d broken.db broken.tar.gz
run query -d broken.db 'SELECT file, packets, damage FROM captures ORDER BY file'
run trace broken.tar.gz nosuch.gz --fields file,frame --filter frame==1
pack tar worse.tar "a.pcap.gz=cut-500-f.gz" "b.gz=packed-9.gz" \
	"c.pcap=$captures/formats-cut.pcap" "d.pcap=$captures/edns.pcap"
head -c 9000 worse.tar >worst.tar
run ingest -d worst.db worst.tar
pack tar nothing.tar "readme.md=$captures/README.md"
run report nothing.tar
pack zip nothing.zip "readme.md=$captures/README.md" "x/=/dev/null"
run report nothing.zip
pack gz nothing.gz "$captures/README.md"
run report nothing.gz
run ingest -d nothing.db nothing.tar x.pcap.gz
printf '\037\213\010garbage of some length, no deflate' >garbage.gz
run report garbage.gz
printf '\050\265\057\375garbage of some length, no frame' >garbage.zst
run report garbage.zst
{
	head -c 72 /dev/zero
	printf '\002\000\002\300'
	head -c 200 /dev/zero
} >trace.etl
run report trace.etl
printf 'MSCF and the rest of a cabinet' >logs.cab
run report logs.cab
pack zip events.zip "logs/trace.etl=trace.etl" "logs/logs.cab=logs.cab"
run report events.zip
pack tar.gz windows.tar.gz "capture.etl=trace.etl" "logs.cab=logs.cab" \
	"good.pcap=$captures/loopback.pcap"
run ingest -d windows.db windows.tar.gz
"$program" report - <cut-3-z.zip >"$work/stdout" 2>"$work/stderr"
status=$?
note 'dnsforensics report - <cut-3-z.zip'

if command -v zip >/dev/null; then
	transcript containers-encrypted
	zip -q -X -P secret secret.zip loopback.pcap
	run report secret.zip
	zip -q -X secret.zip edns.pcap
	run ingest -d secret.db secret.zip
fi

transcripts_end
