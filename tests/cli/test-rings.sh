#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The files of a ring are read as the one capture that they are; what is
# missing between them, and what is there twice, is said.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

for tool in editcap mergecap; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
captures=$PWD

# conclusions FILE...: what is concluded, without where it was seen, and the
# node, which only names of parts may tell
conclusions() {
	"$program" report --format json --limit 0 "$@" 2>"$work/stderr" |
		sed -e '1,/^  "steps"/d' -e 's/[A-Za-z0-9_.!/-]*#[0-9][0-9]*/SEEN/g' \
			-e 's/\("place": "[^"]*\) of [^"]*"/\1"/g'
	"$program" trace --format csv --fields \
		time,src,dst,id,qr,name,rcode,latency_ns,addresses,state,verdict \
		"$@" 2>>"$work/stderr" | sort
}

# ring CAPTURE OPTION...: cuts it with editcap into the files of a new folder
ring() {
	rm -rf "$work/ring"
	mkdir "$work/ring"
	capture=$1
	shift
	editcap "$@" "$captures/$capture" "$work/ring/x.pcap" || bad "editcap"
}

# same_as_whole CAPTURE FILE...: the whole is looked at once
same_as_whole() {
	whole=$captures/$1
	told=$work/$1.told
	shift
	[ -e "$told" ] || conclusions "$whole" >"$told"
	conclusions "$@" >"$work/parts"
	grep -v 'no DNS on the ports' "$work/stderr" >"$work/said" &&
		bad "$whole: $(cat "$work/said")"
	grep -q SEEN "$told" || bad "nothing is concluded from $whole"
	cmp -s "$told" "$work/parts" || {
		bad "$whole tells something else in parts"
		diff "$told" "$work/parts" | head -n 20
	}
}

# in_order CAPTURE: as a folder; backwards CAPTURE: by name in the wrong order
in_order() {
	same_as_whole "$1" "$work/ring"
}
backwards() {
	# shellcheck disable=SC2046
	same_as_whole "$1" $(find "$work/ring" -type f | sort -r)
}

# With DNSFORENSICS_EVERY=5 every fifth.
number=0
for capture in first-session.pcap node-any.pcap tcp-segments.pcap \
	tcp-pipelined.pcap tcp-reordered.pcap tcp-retransmitted.pcap \
	truncated-then-tcp.pcap fragments.pcap unreachable.pcap \
	duplicates.pcap ipv6-sll2.pcap vxlan.pcap wrong-source.pcap; do
	number=$((number + 1))
	[ $((number % ${DNSFORENSICS_EVERY:-1})) = 0 ] || continue
	ring "$capture" -F pcap -c 3
	backwards "$capture"
	ring "$capture" -F pcap -c 7
	in_order "$capture"
done
ring sll1.pcap -F pcapng -c 5
in_order sll1.pcap
ring upstreams.pcap -F pcap -c 100
backwards upstreams.pcap
# By time; editcap makes a file of each second, with packets or without.
for capture in addresses-change.pcap tcp-segments.pcap; do
	ring "$capture" -F pcap -i 1
	find "$work/ring" -size -2 -size -25c -exec rm -f {} +
	backwards "$capture"
done

pack() {
	python3 "$top/tests/cli/pack.py" "$@" ||
		bad "pack.py fails"
}

# parts CAPTURE NAME...: the capture in so many files, of these names
parts() {
	capture=$1
	shift
	frames=$("$program" query -d "$work/all.db" --format csv "SELECT packets
		FROM captures WHERE file LIKE '%/$capture'" | sed -n '2s/\r//p')
	each=$(((frames + $# - 1) / $#))
	from=1
	for name; do
		editcap -F pcap -r "$captures/$capture" "$name" \
			"$from-$((from + each - 1))" 2>/dev/null || bad "editcap"
		from=$((from + each))
	done
}

# rings FILE...: how they were read, and what became of the queries
rings() {
	run ingest -d rings.db "$@"
	run query -d rings.db "SELECT file, node, packets, messages, repeats, \
continues, gap_ns, is_joined FROM captures ORDER BY capture_id"
	run query -d rings.db "SELECT state, count(*) AS count FROM \
transactions GROUP BY state ORDER BY state"
	rm -f rings.db
}

# mind FILE...: what a report warns of
mind() {
	ask report --step slow --limit 1 "$@"
	sed -n '/^Mind/,/^$/p' "$work/stdout" >"$work/mind"
	mv "$work/mind" "$work/stdout"
	note "dnsforensics report --step slow --limit 1 $* # what it warns of"
}

"$program" ingest -d "$work/all.db" "$captures" >/dev/null 2>&1
mkdir -p "$work/in/a" "$work/in/b"
cd "$work/in" || exit 1

# As tcpdump -C and -G, and a node's script, name them; in an archive as well.
transcript rings
parts first-session.pcap x.pcap0 x.pcap1 x.pcap2
rings x.pcap2 x.pcap0 x.pcap1
parts first-session.pcap node-20261122T231409Z.pcap \
	node-20261122T231415Z.pcap node-20261122T231421Z.pcap
rings ./node-*.pcap
same_as_whole first-session.pcap ./node-*.pcap
if command -v python3 >/dev/null; then
	one="capture-aks-pool-12345678-vmss000000-20261122231409UTC"
	pack tar.gz $one.tar.gz $one.pcap1=x.pcap1 $one.pcap0=x.pcap0 \
		$one.pcap2=x.pcap2
	rings $one.tar.gz
	same_as_whole first-session.pcap $one.tar.gz
	# Nobody can go back in a pipe.
	"$program" report --step slow --limit 1 - <$one.tar.gz 2>&1 |
		sed -n '/^Mind/,/^$/p' >"$work/stdout"
	: >"$work/stderr"
	note "dnsforensics report - <$one.tar.gz # what it warns of"
fi
# Read one by one each is judged by itself, which the report says.
for file in x.pcap0 x.pcap1 x.pcap2; do
	run ingest -d single.db $file
done
run query -d single.db 'SELECT file, continues, is_joined FROM captures'
mind -d single.db
run report -d single.db --step failures --limit 1
# No names of a ring: other captures, unless it is known that they are one's.
cp x.pcap0 first
cp x.pcap1 second
rings first second
mind first second
rings --node n first second

transcript rings-gaps
# The middle is missing: what waits there is not known to be unanswered.
mind x.pcap0 x.pcap2
rings x.pcap0 x.pcap2
parts upstreams.pcap y.pcap0 y.pcap1 y.pcap2 y.pcap3 y.pcap4 y.pcap5
mind y.pcap0 y.pcap5
rings y.pcap0 y.pcap5
rings --timeout 5s y.pcap0 y.pcap5
run report --step failures,upstream --limit 3 y.pcap0 y.pcap5

transcript rings-twice
# Nothing that is there twice is counted twice.
cp "$captures/failures.pcap" whole.pcap
cp whole.pcap again.pcap
rings whole.pcap again.pcap
head -c 3000 whole.pcap >short.pcap
rings --node n short.pcap whole.pcap
rings short.pcap whole.pcap
mind --node n short.pcap whole.pcap
mergecap -F pcap -w merged.pcap whole.pcap again.pcap
rings merged.pcap
mind merged.pcap
same_as_whole failures.pcap merged.pcap
# Two that overlap in time: of one node, and of two.
parts first-session.pcap z.pcap0 z.pcap1 z.pcap2
mergecap -F pcap -w early.pcap z.pcap0 z.pcap1
mergecap -F pcap -w late.pcap z.pcap1 z.pcap2
rings --node n early.pcap late.pcap
rm -f rings.db
rings early.pcap late.pcap
cp early.pcap a/node-a.pcap
cp late.pcap b/node-b.pcap
rings --node-from '(?<node>node-.)\.pcap' a b
run report --step failures --limit 2 --node-from '(?<node>node-.)\.pcap' \
	--node node-b a b

transcripts_end
