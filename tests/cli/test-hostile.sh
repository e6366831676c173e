#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Whoever can send a packet writes into our output: names and texts that would
# steer a terminal, break JSON, CSV or SQL, or run in a spreadsheet.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

big2() {
	for number; do
		little 1 $((number >> 8)) $((number & 255))
	done
}

# label BYTES: as printf writes them, with their length before
label() {
	# shellcheck disable=SC2059
	printf -- "$1" >"$work/label"
	little 1 "$(wc -c <"$work/label")"
	cat "$work/label"
}

# question LABEL...: a name under "example.", A, IN
question() {
	for word; do
		label "$word"
	done
	label example
	little 1 0
	big2 1 1
}

# packet SECOND FLAGS SOURCE DESTINATION: the message in $work/message, raw IPv4
packet() {
	size=$(wc -c <"$work/message")
	little 4 "$1" 0 $((size + 28 + 12)) $((size + 28 + 12))
	little 1 $((0x45)) 0
	big2 $((size + 28 + 12)) 7 0
	little 1 64 17 0 0 10 0 0 "${3%:*}" 10 0 0 "${4%:*}"
	big2 "${3#*:}" "${4#*:}" $((size + 8 + 12)) 0
	big2 "$1" "$2" 1 0 0 "$([ "$2" = 256 ] && echo 0 || echo 1)"
	cat "$work/message"
}

# asked SECOND LABEL...: a query, and a SERVFAIL that has a word to say
asked() {
	second=$1
	shift
	question "$@" >"$work/message"
	packet "$second" 256 5:40000 10:53
	{
		# shellcheck disable=SC2059
		printf "$text" >"$work/text"
		length=$(wc -c <"$work/text")
		little 1 0
		big2 41 1232 0 0 $((length + 6)) 15 $((length + 2)) 22
		cat "$work/text"
	} >>"$work/message"
	packet "$second" $((0x8182)) 10:53 5:40000
}

{
	pcap_header 101
	text='\033]0;owned\007\033[31mred\n\r"quoted", \\ and \000 more'
	asked 1 '\033[2J\033[31mred' ';\tshell'
	text='=HYPERLINK("http://example")'
	asked 2 '=cmd|calc' 'a,b"c'
	text='<script>alert(1)</script>&amp;'
	asked 3 '<script>' '\047;DROP TABLE name;--'
	text='\342\200\256desrever \303\244 \377\376'
	# shellcheck disable=SC2016
	asked 4 '\342\200\256\303\244\377' '%%s%%n$(id)`id`'
	text='@SUM(1)'
	asked 5 '+1' '-1' '@x' '\\.' 'x.y' '\r\n.'
} >"$work/hostile.pcap"

cd "$work" || exit 1
transcript hostile
fields=frame,name,rcode,ede,ede_text,verdict
for format in columns json jsonpretty csv; do
	run trace hostile.pcap --fields "$fields" --format "$format"
done
for format in text json csv; do
	run report hostile.pcap --step failures --format "$format"
	run report hostile.pcap --step timeliness --format "$format" \
		--name "=cmd|calc.a,b\"c.example."
done
run ingest -d x.db hostile.pcap
for format in text json csv; do
	run query -d x.db --format "$format" \
		'SELECT name, ede_text FROM transactions ORDER BY transaction_id'
done
run query -d x.db --format csv 'SELECT count(*) AS names FROM name'
run trace -d x.db --fields frame --filter 'name=="x'
run trace -d x.db --fields frame --filter "name=='; DROP TABLE name;--"
run trace -d x.db --fields frame --filter 'ede_text~script'

# File names are foreign text as well.
cp hostile.pcap '=x,"y" <b>.pcap'
run trace '=x,"y" <b>.pcap' --fields file,frame --limit 1 --format csv
run trace '=x,"y" <b>.pcap' --fields file,frame --limit 1 --format json
steer=$(printf 'red\033[31m.pcap')
ask trace "$steer"
grep -q 'red.027.31m.pcap: No such file' stderr ||
	bad "a file's name steers the terminal"

# What may reach a terminal: printable characters and line ends, nothing else.
for format in text json csv; do
	ask report hostile.pcap --format "$format"
	tr -d '\n\r\040-\176\302-\364\200-\277' <stdout >left
	[ -s left ] && bad "control characters in $format: $(od -c left)"
done
ask trace hostile.pcap --fields "$fields"
tr -d '\n\040-\176\302-\364\200-\277' <stdout >left
[ -s left ] && bad "control characters in columns: $(od -c left)"

# In Markdown a name is a word of its sentence, and code: nobody is mentioned,
# nothing is linked, no table or fence ends early.
asked_of() {
	text='nothing'
	# shellcheck disable=SC2016
	asked 6 '@octocat' 'x|y\\|z'
	# shellcheck disable=SC2016
	asked 7 '`` ```' '#123' 'GH-123'
	asked 8 '<b>x</b>' '[a](http://example/)' 'https://example/'
	asked 9 'a5c3785ed8d6a35868bc169f07e40e889087fd2e' '~~~' '**x**'
}
# shellcheck disable=SC2016
named='#1 @octocat `|` <b>.pcap'
{
	cat hostile.pcap
	asked_of
} >"$named"
for step in all path; do
	ask report "$named" --format markdown --step $step
	[ $step = path ] || note "dnsforensics report --format markdown"
	tr -d '\n\040-\176\302-\364\200-\277' <stdout >left
	[ -s left ] && bad "control characters in Markdown: $(od -c left)"
	# what is left without its code: nothing with a meaning
	# shellcheck disable=SC2016
	sed -e '/^```text$/,/^```$/d' -e 's/`[^`]*`//g' stdout >plain
	grep -n '[@<>`~*_&\\]\|#[0-9]\|://\|GH-\|[0-9a-f]\{7,\}' plain |
		grep -v '^[0-9]*:- \*\*[a-z]* [A-Z0-9-]*\*\* ' >left
	[ -s left ] && bad "not code: $(cat left)"
	awk '/^\|/ { n = gsub(/\|/, "|"); if (was && n != was) exit 1; was = n
		next } { was = 0 }' stdout || bad "a table has uneven rows"
	[ $(($(grep -c '^```' stdout) % 2)) = 0 ] || bad "a fence is open"
done

transcripts_end
