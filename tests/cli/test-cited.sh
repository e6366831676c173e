#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The command that a finding prints saves all packets that the finding cites:
# of each capture here, and of files with names that a shell or an option
# parser may take for something else.  With DNSFORENSICS_EVERY=5 of every fifth
# capture.  The one that shows its path reads captures as the report did.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

for tool in python3 bash; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
cited=$top/tests/cli/cited.py

# Two that are cut end with an error.
set --
number=0
for file in *.pcap *.pcapng; do
	number=$((number + 1))
	[ $((number % ${DNSFORENSICS_EVERY:-1})) = 0 ] || continue
	case $file in
	formats-cut*) ;;
	*) set -- "$@" "$file" ;;
	esac
done
python3 "$cited" "$program" "$@" \
	'last-seen-response-wire-n1.pcap|last-seen-response-wire-n2.pcap' ||
	bad "packets that findings cite cannot be had"

# The packet that proves it, not only what it is about.
"$program" report --step verdict --format json last-seen-response.pcap |
	grep -q '"evidence": "[^"]*#5 [^"]*#11 [^"]*#10"' ||
	bad "last-seen-response.pcap: its proof, frame 11, is not cited"

# path_of ARGUMENT...: what the first finding prints draws its transaction, as
# the same arguments do.
path_of() {
	command=$("$program" report --step verdict "$@" |
		sed -n 's/^ *dnsforensics report /report /p' | head -n 1)
	txn=$(expr "$command" : '.*--txn \([0-9]*\)')
	bash -c "\"\$0\" $command" "$program" >"$work/path" 2>"$work/stderr" ||
		bad "$command: $(cat "$work/stderr")"
	"$program" report --step path --txn "$txn" "$@" >"$work/same"
	grep -q "txn $txn: " "$work/path" || bad "$command: draws no path"
	cmp -s "$work/path" "$work/same" || bad "$command: another path"
}

# command_has WORDS
command_has() {
	case $command in *"$1"*) ;; *) bad "no '$1' in: $command" ;; esac
}

path_of --port 5300 port-5300.pcap
command_has ' --port 5300 port-5300.pcap'
path_of --port 5300 --port 5301 --timeout 3s port-5300.pcap
command_has ' --port 5300 --port 5301 --timeout 3s port-5300.pcap'
path_of --k8s snapshot.json --snapshot-time 2026-03-01 \
	last-seen-upstream-silent.pcap
command_has ' --k8s snapshot.json --snapshot-time 2026-03-01 last'
echo '2 eth0' >"$work/map"
path_of --node-from '(?<node>n[12])' --ifmap "$work/map" \
	last-seen-left-node-n1.pcap last-seen-left-node-n2.pcap
command_has " --node-from '(?<node>n[12])' --ifmap $work/map last"
path_of --node "it's" last-seen-dead-server.pcap
command_has " --node \$'it\\047s' last"
"$program" ingest -d "$work/kept.db" --port 5300 port-5300.pcap >/dev/null
path_of -d "$work/kept.db" --k8s services.json
command_has " --txn 2 --k8s services.json -d $work/kept.db"
export DNSFORENSICS_DB="$work/kept.db"
path_of --k8s services.json
[ "$command" = 'report --step path --txn 2 --k8s services.json' ] ||
	bad "of the default store: $command"
unset DNSFORENSICS_DB

folder=$work/names
mkdir "$folder"
cp last-seen-response.pcap "$folder/-x.pcap"
cp last-seen-response.pcap "$folder/--limit=0.pcap"
cp last-seen-response.pcap "$folder/a b#1 c.pcap"
cp last-seen-response.pcap "$folder/it's \$(id) \"q\" \`r\`.pcap"
cp last-seen-response.pcap "$folder/e!f.pcap"
tar -cf "$folder/-y.tar" -C "$folder" -- ./e!f.pcap
cd "$folder" || exit 1
python3 "$cited" "$program" -- * || bad "of files with odd names"

# What shows the path of a finding, as well.
for file in *; do
	# shellcheck disable=SC2016 # bash is to expand it
	line=$("$program" report --step verdict -- "$file" |
		sed -n 's/^ *dnsforensics report /"$0" report /p' | head -n 1)
	if ! bash -c "$line" "$program" >"$work/path" 2>"$work/stderr" ||
		! grep -q 'no answer\|not delivered' "$work/path"; then
		bad "$file: $line: $(cat "$work/stderr")"
	fi
done
transcripts_end
