#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The ladder of a lookup: what was seen where, which lookups are chosen, and
# how it fits.  Part of it is seen on a terminal of a given width, and in
# captures of the lab that are not in testdata/.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# ladder ARGUMENT...: a report of step path without its head
ladder() {
	ask report --step path "$@"
	sed -n '/^== path/,$p' "$work/stdout" >"$work/part"
	mv "$work/part" "$work/stdout"
	note "dnsforensics report --step path $*"
}

transcript path
ladder --k8s snapshot.json --limit 2 node-any.pcap
ladder --k8s snapshot.json --limit 1 -p mypod --name-regex ^nosuch node-any.pcap
ladder --k8s snapshot.json --limit 1 wrong-source.pcap
ladder --limit 2 unreachable.pcap
ladder --limit 1 duplicates.pcap
ladder --limit 4 failures.pcap
ladder --limit 2 silent-upstream-musl.pcap
ladder --limit 1 vxlan.pcap
ladder --limit 1 tunnels.pcap
ladder --limit 1 ipv6-sll2.pcap
ladder --limit 1 --timeout 1s silent-upstream.pcap
ladder --name nobody.asked failures.pcap
for format in json csv; do
	run report --step path --format "$format" --txn 1 node-any.pcap
done

# What is chosen, by which words.
transcript path-chosen
ladder --txn 7 node-any.pcap
ladder --txn 8 node-any.pcap
ladder --txn 99 node-any.pcap
ladder --txn 29 forwarding-loop.pcap
ladder --nameserver 168.63.129.16 --limit 1 node-any.pcap
run report --step slow --txn 7 node-any.pcap
run trace --txn 1 --fields frame,src,dst,id,qr,txn node-any.pcap
run trace --txn 2 --fields frame,txn node-any.pcap
day=$(time_of node-any.pcap 1)
run trace --since -65ms --fields frame node-any.pcap
run trace --until "$(echo "$day" | cut -c12-26)" --fields frame node-any.pcap
run trace --since 2026-11-22T23:03:48+00:00 --fields frame node-any.pcap
run trace --since 2026-11-23T01:03:48+02:00 --fields frame node-any.pcap
run report --step path --since 12 --until 25:00 node-any.pcap
run trace --txn x node-any.pcap
run trace --txn -1 node-any.pcap

# Names that would steer a terminal are not let through.
transcript path-hostile
ladder --limit 0 odd-names.pcap
grep -q "$(printf '\033')" "$work/stdout" && bad "an escape came through"

# A way back that was not captured, but cannot have been missing.
if command -v editcap >/dev/null; then
	transcript path-inferred
	editcap -F pcap node-any.pcap "$work/gap.pcap" 15 || bad "editcap"
	ladder --txn 1 "$work/gap.pcap"
	run report --step path --txn 1 --format csv "$work/gap.pcap"
else
	echo "no editcap: nothing is inferred"
fi

if command -v python3 >/dev/null; then
	transcript path-nodes
	mkdir "$work/nodes"
	python3 "$top/tests/cli/two-nodes.py" node-any.pcap \
		"$work/nodes/node-a.pcap" "$work/nodes/node-b.pcap" 3000 ||
		bad "two-nodes.py"
	cp "$top/testdata/snapshot.json" "$work/nodes"
	cd "$work/nodes" || exit 1
	ladder --k8s snapshot.json --limit 1 \
		--node-from '(?<node>node-.)\.pcap' node-a.pcap node-b.pcap
	ladder --limit 1 --node-from '(?<node>node-.)\.pcap' node-b.pcap \
		node-a.pcap
	cd "$top/testdata" || exit 1
	transcript path-terminal
	for width in 120 80 60 40; do
		python3 "$top/tests/cli/terminal.py" $width "$program" report \
			--step path --limit 1 --k8s snapshot.json node-any.pcap \
			>"$work/stdout" 2>"$work/stderr"
		status=$?
		sed -n '/^txn/,$p' "$work/stdout" >"$work/part"
		mv "$work/part" "$work/stdout"
		note "$width columns"
	done
else
	echo "no python3: no terminal and no second node are tried"
fi

if [ -n "${DNSFORENSICS_CAPTURES-}" ]; then
	transcript path-lab
	cd "$DNSFORENSICS_CAPTURES/lab" || exit 1
	for capture in A D1 H J E0 G; do
		ladder --limit 1 $capture.pcap
	done
	cd "$top/testdata" || exit 1
else
	echo "DNSFORENSICS_CAPTURES names no folder of captures: lab left out"
fi
transcripts_end
