# shellcheck shell=sh
# SPDX-License-Identifier: BSD-3-Clause
# Transcripts of the whole program: what was typed, what came out, compared
# with what is expected.  To be read in by a test (". transcript.sh"):
#
#	transcript NAME         begins expected/NAME.txt, ends the one before
#	run ARGUMENT...         dnsforensics ARGUMENT... and all it says
#	ask ARGUMENT...         the same, but only $work/stdout and $work/stderr
#	time_of CAPTURE FRAME   as --since takes it
#	little, pcap_header     for captures that a test makes itself
#	bad WORD...             a failure of the test's own
#	transcripts_end         the last line of a test
#
# `sh tests/cli/test-NAME.sh --accept` makes what comes out the expected.
# Commands run in testdata/, so that names of files are short and the same
# everywhere; $work is a folder for the rest, written WORK in transcripts.
set -u
LC_ALL=C TZ=UTC NO_COLOR=1
# Nothing is written into the sources.
PYTHONDONTWRITEBYTECODE=1
export LC_ALL TZ NO_COLOR PYTHONDONTWRITEBYTECODE
unset DNSFORENSICS_DB

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
case $program in /*) ;; *) program=$PWD/$program ;; esac
expected=$top/tests/cli/expected
accept=0
[ "${1-}" != --accept ] || accept=1
failed=0
current=

[ -x "$program" ] || { echo "there is no $program"; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
version=$("$program" --version)
cd "$top/testdata" || exit 1

bad() {
	printf '%s\n' "$*"
	failed=1
}

# A word as one would type it.
typed() {
	case $1 in
	'' | *[!A-Za-z0-9_./:,=@%+-]*)
		printf " '%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf ' %s' "$1" ;;
	esac
}

# The same text wherever the test runs and whatever the version is.
same_everywhere() {
	sed -e "s|$work|WORK|g" -e "s|$version|dnsforensics VERSION|g"
}

transcripts_compare() {
	[ -n "$current" ] || return 0
	if [ "$accept" = 1 ]; then
		cp "$work/transcript" "$expected/$current.txt"
	elif ! diff -u "$expected/$current.txt" "$work/transcript"; then
		bad "$current differs; if it should, run this test with" \
			"--accept"
	fi
}

transcript() {
	transcripts_compare
	current=$1
	: >"$work/transcript"
}

# note COMMAND-LINE: what ask just did
note() {
	{
		printf '$ %s\n' "$1"
		cat "$work/stdout"
		sed 's/^/! /' "$work/stderr"
		[ "$status" = 0 ] || printf '! status %s\n' "$status"
		echo
	} | same_everywhere >>"$work/transcript"
}

ask() {
	status=0
	"$program" "$@" >"$work/stdout" 2>"$work/stderr" </dev/null || status=$?
}

run() {
	ask "$@"
	note "dnsforensics$(for word; do typed "$word"; done)"
	case " $* " in *" json"*) check_json "$*" ;; esac
}

# Every output in JSON must be JSON to somebody else as well.
check_json() {
	[ -s "$work/stdout" ] || return 0
	if command -v jq >/dev/null; then
		jq . "$work/stdout" >/dev/null || bad "no JSON: $1"
	elif command -v python3 >/dev/null; then
		python3 -c 'import json, sys
text, decoder = sys.stdin.read(), json.JSONDecoder()
while text.strip():
    text = text.lstrip()
    text = text[decoder.raw_decode(text)[1]:]' <"$work/stdout" ||
			bad "no JSON: $1"
	else
		echo "no jq and no python3: JSON is not tried by another"
	fi
}

# time_of CAPTURE FRAME: captures may be recorded again
time_of() {
	"$program" trace "$1" --filter "frame==$2" --fields time --format csv |
		sed '1d; s/\r$//'
}

# little BYTES NUMBER...: little-endian
little() {
	bytes=$1
	shift
	for number; do
		i=0
		while [ "$i" -lt "$bytes" ]; do
			# shellcheck disable=SC2059
			printf "\\$(printf %03o $((number & 255)))"
			number=$((number >> 8)) i=$((i + 1))
		done
	done
}

# pcap_header LINKTYPE
pcap_header() {
	little 4 $((0xa1b2c3d4))
	little 2 2 4
	little 4 0 0 65535 "$1"
}

transcripts_end() {
	transcripts_compare
	exit "$failed"
}
