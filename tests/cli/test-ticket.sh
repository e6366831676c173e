#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What is attached to a ticket: whole, proven by its manifest, not too large,
# the same each time, and nothing of it where it could not be made.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# Refused in any case, but for that first.
ask ticket loopback.pcap
case $(cat "$work/stderr") in *'built without libarchive'*)
	echo "skipped: built without libarchive"
	exit 77 ;;
esac
for tool in python3 capinfos; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
captures=$PWD
zip=$work/case.zip

# unpacked: $zip into $work/unpacked, by a program that is not ours; each file,
# and no other, has the size and the sum that the manifest says
unpacked() {
	rm -rf "$work/unpacked"
	python3 - "$zip" "$work/unpacked" <<'END' ||
import hashlib, json, os, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
if z.testzip() is not None:
    sys.exit("damaged")
z.extractall(sys.argv[2])
have = {}
for folder, _, names in os.walk(sys.argv[2]):
    for name in names:
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            data = file.read()
        have[os.path.relpath(path, sys.argv[2])] = \
            len(data), hashlib.sha256(data).hexdigest()
with open(os.path.join(sys.argv[2], "manifest.json")) as file:
    said = json.load(file)["files"]
del have["manifest.json"]
if len(said) != len(have) or \
        {f["name"]: (f["size"], f["sha256"]) for f in said} != have:
    sys.exit("other files than in the manifest")
END
		bad "$zip cannot be unpacked, or is not what it says"
}

# told EXPRESSION: of the manifest, as m
told() {
	python3 -c 'import json, sys
m = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$work/unpacked/manifest.json" "$1"
}

# is ACTUAL EXPECTED WHAT
is() {
	[ "$1" = "$2" ] || bad "$3: \"$1\", not \"$2\""
}

packets() {
	capinfos -Mrc "$work/unpacked/evidence.pcapng" 2>/dev/null |
		sed -n 's/.* //p' | tail -n 1
}

# made ARGUMENT...: a ticket, unpacked
made() {
	ask ticket "$@" -o "$zip"
	is "$status" 0 "ticket $*: $(cat "$work/stderr")"
	unpacked
}

# Everything fits.
made first-session.pcap
whole=$(($(wc -c <"$zip")))
all="$(told 'm["evidence"]["packets"]') $(told 'sum(l["rows"] for l in m["lists"])')"
[ ! -s "$work/stderr" ] || bad "not silent: $(cat "$work/stderr")"
is "$(told 'm["schema"]')" dnsforensics.ticket/1 schema
is "$(told 'm["command"]')" \
	"['dnsforensics', 'ticket', 'first-session.pcap', '-o', '$zip']" command
is "$(told 'm["captures"][0]["sha256"]')" \
	"$(sha256sum first-session.pcap | cut -d ' ' -f 1)" "source"
is "$(told 'm["evidence"]["left_out"]')" 0 "packets left out"
is "$(told 'sum(l["left_out"] for l in m["lists"])')" 0 "rows left out"
is "$(packets)" "$(told 'm["evidence"]["packets"]')" "packets"
ask report first-session.pcap --format json
cmp "$work/stdout" "$work/unpacked/report.json" || bad "another report"
for step in failures slow upstream timeliness addresses; do
	ask report first-session.pcap --step $step --format csv
	cmp "$work/stdout" "$work/unpacked/$step.csv" || bad "another $step.csv"
done
for name in html md; do
	format=$name
	[ $name != md ] || format=markdown
	ask report first-session.pcap --format $format
	[ "$status" != 0 ] || cmp "$work/stdout" "$work/unpacked/report.$name" ||
		bad "another report.$name"
done

# Other programs read it too.
if command -v unzip >/dev/null; then
	unzip -tq "$zip" >/dev/null || bad "unzip"
fi
if command -v bsdtar >/dev/null; then
	bsdtar -tf "$zip" >/dev/null || bad "bsdtar"
fi

# All that is cited is there.
ask extract first-session.pcap --step all --limit 0 -w "$work/all.pcapng"
python3 - "$work/all.pcapng" "$work/unpacked/evidence.pcapng" <<'END' ||
import re, sys
cited, packed = (set(re.findall(rb"first-session.pcap#\d+(?=: )",
                                open(name, "rb").read()))
                 for name in sys.argv[1:])
sys.exit(not cited or not cited <= packed)
END
	bad "cited packets are not there"

# And what only the verdict finds: who passes on what others said.
if ! grep -q SERVFAIL-RELAYED "$work/unpacked/report.json" ||
	! grep -qa 'SERVFAIL-RELAYED: transaction' \
		"$work/unpacked/evidence.pcapng"; then
	bad "no packets of the verdict's findings"
fi

# The same bytes, wherever and whenever.
mkdir "$work/a" "$work/b"
for folder in a b; do
	cp failures.pcap "$work/$folder"
	(cd "$work/$folder" && TZ=Asia/Tokyo$folder "$program" ticket \
		failures.pcap -o x.zip) || bad "ticket in $folder"
done
touch -d 2001-01-01 "$work/b/failures.pcap"
cmp "$work/a/x.zip" "$work/b/x.zip" || bad "other bytes"

# Not larger than somebody takes, and what is not there is counted.
before=$all
for part in 80 25; do
	made first-session.pcap --max-size $((whole * part / 100))
	[ "$(wc -c <"$zip")" -le $((whole * part / 100)) ] ||
		bad "$part %: too large"
	is "$(told 'sum(m["evidence"][n] for n in ("packets", "left_out"))')" \
		"${all% *}" "$part %: packets"
	is "$(told 'sum(l["rows"] + l["left_out"] for l in m["lists"])')" \
		"${all#* }" "$part %: rows"
	now=$(told 'm["evidence"]["packets"]')
	[ "$now" -le "${before% *}" ] || bad "$part %: more packets than before"
	before="$now x"
	dropped=True
	[ ! -e "$work/unpacked/evidence.pcapng" ] || dropped=False
	is "$(told '"evidence.pcapng" in m["left_out_files"]')" "$dropped" \
		"$part %: left_out_files"
	grep -q 'left out [0-9]* rows of lists and [0-9]* packet' \
		"$work/stderr" || bad "$part %: nothing said of what is left out"
done
made first-session.pcap --max-size $((whole - 1))
is "$(told 'sum(l["left_out"] > 0 and l["rows"] < 20 for l in m["lists"])')" \
	0 "rows that every page shows"
[ -e "$work/unpacked/evidence.pcapng" ] || bad "all packets left out at once"
made first-session.pcap --limit 3
is "$(told 'max(l["rows"] for l in m["lists"])')" 3 "rows with --limit 3"

# The selection of report, and its parameters.
made first-session.pcap --name www.silent.example --nameserver 10.225.0.30
ask report first-session.pcap --name www.silent.example \
	--nameserver 10.225.0.30 --format json
cmp "$work/stdout" "$work/unpacked/report.json" || bad "not narrowed"

# From a store; then its captures are gone.
mkdir "$work/case"
cp failures.pcap vlan.pcap "$work/case"
cd "$work/case" || exit 1
ask ingest -d ../case.db failures.pcap vlan.pcap
made -d ../case.db
cp "$work/unpacked/evidence.pcapng" "$work/evidence.pcapng"
mkdir ../moved
mv failures.pcap ../moved
cp vlan.pcap ../moved
cd ../b || exit 1
made -d ../case.db --captures ../moved
cmp "$work/evidence.pcapng" "$work/unpacked/evidence.pcapng" ||
	bad "other packets from --captures"
cd "$work/case" || exit 1
transcript ticket
rm -f "$zip"
run ticket -d ../case.db -o "$zip"
unpacked
is "$(told '[c["not_found"] for c in m["captures"]]')" '[False, True]' found
rm vlan.pcap
run ticket -d ../case.db -o "$zip"
unpacked
[ ! -e "$work/unpacked/evidence.pcapng" ] || bad "packets of nowhere"
[ -s "$work/unpacked/report.json" ] || bad "no report without captures"

# What came through a pipe cannot be read again; who asks for nothing is told.
"$program" ingest -d "$work/pipe.db" - <"$captures/vlan.pcap" >/dev/null
rm -f "$zip"
run ticket -d "$work/pipe.db" -o "$zip"
rm -f "$zip"
run ticket -d ../case.db --name nobody.example -o "$zip"
rm -f "$zip"

# What is refused, and leaves what was there.
cd "$captures" || exit 1
long=$(printf %0107d 0)
rm -f "$zip"
run ticket loopback.pcap
run ticket - -o "$zip"
run ticket loopback.pcap -o -
run ticket loopback.pcap -o "$work/case"
run ticket loopback.pcap -o "$work/case.tar"
run ticket loopback.pcap -o "$work/$long.zip"
run ticket loopback.pcap -o "$work/no/such.zip"
run ticket nowhere.pcap -o "$zip"
run ticket loopback.pcap -o "$zip" --max-size 0
run ticket loopback.pcap -o "$zip" --max-size much
run ticket loopback.pcap -o "$zip" --captures .
run ticket loopback.pcap -o "$zip" -d "$work/case.db"
mkdir "$work/folder.zip"
run ticket loopback.pcap -o "$work/folder.zip"
# How small it gets depends on the length of $work.
ask ticket loopback.pcap -o "$zip" --max-size 1k
is "$status" 1 "too small"
grep -q 'one row of each list it takes [0-9]* bytes$' "$work/stderr" ||
	bad "too small: $(cat "$work/stderr")"
[ ! -e "$zip" ] || bad "a ticket after a failure"
cp loopback.pcap "$work/packets.zip"
run ticket "$work/packets.zip" -o "$work/packets.zip"
mkdir "$work/in"
cp loopback.pcap "$work/in/packets.zip"
run ticket "$work/in" -o "$work/in/packets.zip"
cmp loopback.pcap "$work/in/packets.zip" || bad "evidence was written over"
made loopback.pcap -o "$work/${long#0}.zip"
printf old >"$zip"
ask ticket nowhere.pcap -o "$zip"
is "$(cat "$zip")" old "what was there after a failure"

# Killed while it works it leaves nothing.
"$program" ticket first-session.pcap upstreams.pcap -o "$work/killed.zip" &
kill -KILL $! 2>/dev/null
wait $! 2>/dev/null
[ -z "$(find "$work" -name '*.tmp' -o -name '*.zip.*')" ] ||
	bad "a temporary file is left"

# Hostile names of files are JSON, and stay what they are.
hostile=$(printf 'a"b,\\c\033[31m.pcap')
cp failures.pcap "$work/b/$hostile"
cd "$work/b" || exit 1
made "$hostile"
is "$(told 'repr(m["captures"][0]["file"])')" \
	"'a\"b,\\\\c\\x1b[31m.pcap'" "hostile name"
transcripts_end
