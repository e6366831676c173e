#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What --redact writes: no byte tells an original, packets decode as before and
# reports on them say the same (redaction.py); the key and reveal.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

for tool in tshark python3; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not installed"
		exit 77
	}
done
captures=$PWD
key=$work/fixed.key
(
	umask 077
	echo 6b1f0c5e2d9a48737c1e5f0a9b3d8462e7f1a0c4b5d69283746f5e1d0c9b8a7e \
		>"$key"
)

# hold CAPTURE [SNAPSHOT]: redaction.py's findings are this test's
hold() {
	rm -rf "$work/held"
	mkdir "$work/held"
	file=$captures/$1
	shift
	python3 "$top/tests/cli/redaction.py" "$program" "$work/held" "$key" \
		"$file" "$@" || failed=1
}

hold node-any.pcap "$captures/snapshot.json"
hold services.pcap "$captures/services.json"
# Each takes seconds; a build that is slow looks at some.
more="fragments tunnels unreachable-ipv6 edns snaplen-cut mdns-llmnr ipv6-sll2"
[ -z "${DNSFORENSICS_EVERY:-}" ] || more=
for capture in tcp-segments odd-names; do
	hold "$capture.pcap"
done
REDACTION_PACKETS=1
export REDACTION_PACKETS
for capture in $more; do
	hold "$capture.pcap"
done
[ -z "$more" ] || hold formats-sections.pcapng

# The key: made once, said where, in no output, refused where others read it.
cd "$work" || exit 1
ask report --redact --step slow "$captures/edns.pcap"
[ "$status" = 0 ] || bad "no report: $(cat "$work/stderr")"
grep -q 'dnsforensics\.key' "$work/stderr" || bad "nobody says where the key is"
[ "$(stat -c %a dnsforensics.key)" = 600 ] || bad "others may read the key"
grep -q REDACTED "$work/stdout" || bad "the head does not say it"
if grep -qF "$(cat dnsforensics.key)" "$work/stdout" "$work/stderr"; then
	bad "the key is in the output"
fi
cp dnsforensics.key before
ask report --redact --step slow "$captures/edns.pcap"
cmp -s before dnsforensics.key || bad "the key was written over"
chmod 644 dnsforensics.key
ask report --redact --step slow "$captures/edns.pcap"
[ "$status" = 1 ] || bad "a key that others may read was taken"
chmod 600 dnsforensics.key
ask report --redact -o dnsforensics.key "$captures/edns.pcap"
cmp -s before dnsforensics.key || bad "a report replaced the key"
cd "$captures" || exit 1

# No option's value comes out.
ask report --redact --key "$key" --name www.silent.example. --step timeliness \
	--filter "name~silent" --nameserver 10.244.0.9 first-session.pcap
grep -q 'silent\|10\.244\.0\.9' "$work/stdout" && bad "options come out"
grep -q '(redacted)' "$work/stdout" || bad "the selection is not told"
ask extract --redact --key "$key" --filter "name~silent" \
	-w "$work/out.pcapng" first-session.pcap
grep -qa silent "$work/out.pcapng" && bad "options come out of extract"

ask report --redact --key "$key" --step verdict --format html --limit 1 \
	--port 5300 --k8s snapshot.json --name-regex e node-any.pcap \
	last-seen-upstream-silent.pcap
grep -q '<code>dnsforensics report --step path --txn [0-9]*</code>' \
	"$work/stdout" || bad "the command has more than the number"
grep -q 'more rows: <code>dnsforensics report --limit 0 --step verdict</code>' \
	"$work/stdout" || bad "the command tells how the report was narrowed"

transcript reveal
pseudonym=$("$program" report --redact --key "$key" --step failures \
	--format csv first-session.pcap 2>/dev/null | cut -d, -f1 |
	grep '\.example\.$' | head -n 1)
run reveal --key "$key" "$pseudonym" "${pseudonym%%.*}"
printf 'asked for %s twice\n' "$pseudonym" >"$work/line"
"$program" reveal --key "$key" <"$work/line" >>"$work/transcript"
echo >>"$work/transcript"
run reveal --key "$key" --check 00000000 "$pseudonym"
run reveal --key "$work/none" "$pseudonym"
run report --key "$key" edns.pcap
cp edns.pcap "$work/open.pcap"
chmod 644 "$work/open.pcap"
run report --redact --key "$work/open.pcap" edns.pcap

# Of what is no pseudonym it is said; names of files come back whole.
mkdir -p "$work/mine/shop/x"
cp first-session.pcap "$work/mine/shop/x/node-a7.pcap"
cp upstreams.pcap failures.pcap "$work/mine"
cd "$work/mine" || exit 1
ask report --redact --step slow --format json shop/x/node-a7.pcap
file=$(sed -n 's/.*"file": *"\([^"]*\)".*/\1/p' "$work/stdout" | head -n 1)
[ "$("$program" reveal "$file#12")" = 'shop/x/node-a7.pcap#12' ] ||
	bad "$file#12 is not revealed"
[ "$("$program" reveal "see ${file}#12 there")" = \
	'see shop/x/node-a7.pcap#12 there' ] || bad "$file in a text"
# refused WORD...: each is no pseudonym
refused() {
	for word; do
		ask reveal "$word"
		if [ "$status" != 1 ] || [ -s "$work/stdout" ] ||
			! grep -q 'is no pseudonym that was made here' \
				"$work/stderr"; then
			bad "\"$word\" is revealed"
		fi
	done
}
refused nobody www.nobody.example. 10.1.2.3 p/default/nobody nobody.pcap com \
	'hello world' 'no such.name here' ''
# The second side of a comparison is listed as well.
ask report --compare --redact shop/x/node-a7.pcap upstreams.pcap
server=$(sed -n 's/.*\(10\.[0-9]*\.[0-9]*\.[0-9]*\).*/\1/p' "$work/stdout" |
	tail -n 1)
ask reveal "$server"
[ "$status" = 0 ] || bad "$server of --compare: $(cat "$work/stderr")"
[ "$(stat -c %a dnsforensics.key.seen)" = 600 ] || bad "others may read .seen"
# Nothing of a text gets lost, and numbers stay.
pseudonym=$("$program" report --redact --step failures --format csv failures.pcap \
	2>/dev/null | sed -n 's/^\([^,]*\),.*SERVFAIL.*/\1/p' | head -n 1)
text="Yes (9.8 %%)\r\n{\n|---|\n| \`%s\` |\n"
# shellcheck disable=SC2059
printf "$text" "$pseudonym" >"$work/text"
"$program" reveal <"$work/text" >"$work/revealed" 2>"$work/stderr" ||
	bad "reveal of a text: $(cat "$work/stderr")"
# shellcheck disable=SC2059
printf "$text" www.lame.example. |
	cmp -s - "$work/revealed" ||
	bad "a text is not as it was: $(cat "$work/revealed")"
# What has no end is no list.
mv dnsforensics.key.seen kept.seen
for end in /dev/full "$work/fifo"; do
	[ "$end" = /dev/full ] || mkfifo "$end"
	ln -s "$end" dnsforensics.key.seen
	timeout 60 "$program" report --redact --step slow upstreams.pcap \
		>/dev/null 2>&1 || bad "$end beside the key"
	rm dnsforensics.key.seen
done
mv kept.seen dnsforensics.key.seen
# Without the list nobody knows, and that is said; with one that came later, too.
for again in no yes; do
	[ $again = yes ] || rm dnsforensics.key.seen
	ask reveal nobody
	if [ "$status" != 0 ] || ! grep -q 'warning: dnsforensics.key.seen' \
		"$work/stderr"; then
		bad "without a list: $(cat "$work/stderr")"
	fi
	ask report --redact --step slow upstreams.pcap
done
cd "$captures" || exit 1
transcripts_end
