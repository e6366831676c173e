#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The page of --format html by its bytes: whole, harmless, small, the same each
# time.  How it behaves in a browser is for tests/browser.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

command -v python3 >/dev/null || {
	echo "no python3 to read the pages"
	exit 77
}
tools=$top/tests/cli

# page ARGUMENT...: makes it, and looks at it
page() {
	ask report --format html "$@"
	[ "$status" = 0 ] || bad "status $status: $* $(cat "$work/stderr")"
	python3 "$tools/read-page.py" "$work/stdout" >"$work/wrong" 2>&1 ||
		bad "$*: $(cat "$work/wrong")"
	[ "$(wc -c <"$work/stdout")" -lt 1000000 ] || bad "$*: 1 MB or more"
}

has() {
	grep -qF -e "$1" "$work/stdout" || bad "the page lacks: $1"
}

lacks() {
	! grep -qF -e "$1" "$work/stdout" || bad "the page has: $1"
}

for capture in edns first-session odd-names services tunnels; do
	page $capture.pcap
done
page --k8s snapshot.json node-any.pcap
page --node-from '(?<node>n[12])' hops-n1.pcap hops-n2.pcap
page --step failures failures.pcap
lacks 'id="overview"'
page --filter 'name==nobody.asked.' failures.pcap

# All that a row needs to be followed, and who is told what by a screen reader.
page last-seen-forwarded.pcap
has '<summary>#11 #14</summary>'
has '<code>frame.number==11 || frame.number==14</code>'
has 'dnsforensics extract -w evidence.pcapng --frames last-seen-forwarded.pcap#11,last-seen-forwarded.pcap#14 last-seen-forwarded.pcap</code>'
has '<svg class="query" width="464" height="22" role="img" aria-label="client to service">'
has '<desc id="timeline-desc">'
has '<td>unanswered</td>'
cp "$work/stdout" "$work/once"
ask report --format html last-seen-forwarded.pcap
cmp "$work/once" "$work/stdout" || bad "the same capture, another page"
ask report --format html -o "$work/file.html" last-seen-forwarded.pcap
cmp "$work/once" "$work/file.html" || bad "-o makes another page"

# Frames come file by file, in the order of captures and frames.
page --step 1,2 services.pcap first-session.pcap
has 'frames first-session.pcap#5,first-session.pcap#6,services.pcap#4 services'

# The same frames from a store, whose name needs quotes.
ask ingest -d "$work/a b's.db" last-seen-forwarded.pcap
(cd "$work" && "$program" report --format html -d "a b's.db") >"$work/page"
mv "$work/page" "$work/stdout"
has "#14 -d \$&#39;a b\\047s.db&#39;</code>"

# The verdict is read without anything else at hand.
page failures.pcap
has '<p class="outcome">Problems found</p>'
has 'How sure: as said behind each cause. </p>'
has '<li><span class="tone bad">Yes</span><div><p>DNS latency is more than one second</p>'
has '<p class="quiet">20.0 %: 4 of 20 queries have no response</p>'
has '<p class="quiet">7 of 10 lookups failed, 3 of them as the name does not exist</p>'
has '<h4><span class="tone bad">Critical</span> UPSTREAM-SILENT</h4>'
has '<p class="lead">10.244.0.9 answers SERVFAIL, as 10.225.0.30 does not answer it</p>'
has '<dt>Wireshark filter</dt><dd class="line"><code>(dns.id==0x1812 &amp;&amp; ip.addr==10.244.0.5)</code>'
has '<dt>Consistent with</dt><dd>a fault at or behind that upstream</dd>'
has '<dt>Which error?</dt><dd>NXDOMAIN (3), SERVFAIL (2), REFUSED (1), late SERVFAIL (1)</dd>'
has '<dd><p class="why">there is no snapshot of the cluster (--k8s snapshot.json)</p>'
has '<dt>Packets dropped</dt><dd>nothing tells of drops</dd>'
lacks '">Findings</span></caption>'
page --limit 1 failures.pcap
has ">3 more rows: <code>dnsforensics report --limit 0 --step verdict failures.pcap</code>"
page last-seen-dead-server.pcap
has 'How sure: exact, as the packets themselves show it. It would be disproved by'
has '; 10.0.0.10 never answered this client, but others until 18:51:10Z'
page addresses-change.pcap
has '<div class="verdict good">'
page retransmissions-musl.pcap
has '<p class="outcome">Inconclusive: too little was seen to judge</p>'
has '<p class="quiet">only queries were captured</p>'
has '<span class="tone warn">Cannot tell</span>'

# What is left out is counted: as many as there are.
page --step failures --limit 2 failures.pcap
all=$("$program" report --step failures --format csv failures.pcap | sed 1d |
	wc -l)
[ "$all" -gt 3 ] || bad "failures.pcap has too few rows for this"
has ">$((all - 2)) more rows: <code>dnsforensics report --limit 0 --step failures failures.pcap</code>"
page --step failures --limit 2 --port 5300 --name-regex '(a)' -n "it's" \
	failures.pcap
has "more rows: <code>dnsforensics report --limit 0 --step failures --name-regex &#39;(a)&#39; --namespace \$&#39;it\\047s&#39; --port 5300 failures.pcap</code>"
ask report --format html --limit 1 --compare failures.pcap first-session.pcap
has "more rows: <code>dnsforensics report --limit 0 --compare failures.pcap first-session.pcap</code>"
echo 'SELECT * FROM transactions' >"$work/own.sql"
page --limit 1 --file "$work/own.sql" failures.pcap
has "more rows: <code>dnsforensics report --limit 0 --file $work/own.sql failures.pcap</code>"
page --step failures --limit 0 failures.pcap
lacks "more rows"

# So are the messages of a lookup that asked again and again.
python3 - "$tools" >"$work/again.pcap" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from packets import A, QUERY, RAW_IPV4, message, udp, write_pcap
query = udp(("10.0.0.1", 1053), ("10.0.0.2", 53),
            message(1, QUERY, ("a.example", A)))
write_pcap(sys.stdout.buffer, RAW_IPV4,
           [(i * 10000, query) for i in range(600)])
END
page --step path --port 5300 --limit 1 "$work/again.pcap"
has " more messages of this lookup: <code>dnsforensics report --step path --format json --txn 1 --port 5300 $work/again.pcap</code>"

# Foreign text, also in the names of files.
python3 "$tools/hostile.py" "$work/hostile.pcap"
cp "$work/hostile.pcap" "$work/<b>'\"\$(id)#1 a.pcap"
cd "$work" || exit 1
page hostile.pcap
has '&lt;script&gt;owned=1&lt;/script&gt;'
lacks '<script>owned'
lacks '<img'
page "<b>'\"\$(id)#1 a.pcap"
has "--frames \$&#39;&lt;b&gt;\\047&quot;\$(id)#1 a.pcap#2&#39;"
has '<summary>#2<'

# Long names in great numbers do not make it grow.
if [ -x "${TOP_BUILDDIR:-$top/build}/tests/bench/generate" ]; then
	"${TOP_BUILDDIR:-$top/build}/tests/bench/generate" -n 6000 -x names \
		names.pcap || bad "generate"
	page names.pcap
	has ' more rows: <code>'
	page --step failures,slow --limit 100000 names.pcap
	has ' more rows: <code>'
else
	echo "no tests/bench/generate: no big page is made"
fi
transcripts_end
