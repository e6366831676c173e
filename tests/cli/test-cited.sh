#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The command that a finding prints saves all packets that the finding cites:
# of each capture here, and of files with names that a shell or an option
# parser may take for something else.  With DNSFORENSICS_EVERY=5 of every fifth
# capture.
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
