#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Pages of --format html in a real browser: sorting, filtering and copying work,
# nothing of a hostile capture runs, no page is wider than a phone, nothing of the
# verdict is cut off, and without scripts all is there.
set -u
LC_ALL=C TZ=UTC
export LC_ALL TZ
unset DNSFORENSICS_DB

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
browser=
for name in chromium chromium-browser google-chrome; do
	[ -n "$browser" ] || browser=$(command -v $name)
done
if [ -z "$browser" ] || ! command -v python3 >/dev/null; then
	echo "no chromium, or no python3 to drive it"
	exit 77
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 "$top/tests/cli/hostile.py" "$work/hostile.pcap" || exit 1
cd "$top/testdata" || exit 1
for capture in failures last-seen-forwarded lookups node-any; do
	"$program" report --format html -o "$work/$capture.html" \
		$capture.pcap || exit 1
done
"$program" report --format html -o "$work/hostile.html" \
	"$work/hostile.pcap" || exit 1
HOME=$work python3 "$top/tests/browser/drive.py" "$browser" "$work/profile" \
	"$work"/*.html
