#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The program and tshark read the same captures and must tell the same story.
# What they may differ in, and who is right there, is in referee/accepted.tsv;
# referee/compare.py does the work.  The captures are not part of the program:
# DNSFORENSICS_CAPTURES is the folder which has them.
set -u

skip() {
	echo "referee: skipped: $*"
	exit 77
}

here=${TOP_SRCDIR:-$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)}/tests/cli
captures=${DNSFORENSICS_CAPTURES:-}

[ -n "$captures" ] || skip "DNSFORENSICS_CAPTURES names no folder of captures"
[ -d "$captures" ] || skip "there is no folder $captures"
for tool in tshark python3; do
	command -v "$tool" >/dev/null || skip "$tool is not installed"
done

# Other versions have other oddities than accepted.tsv knows.
case $(tshark --version 2>/dev/null) in
"TShark (Wireshark) 4.0."*) ;;
*) skip "tshark is not of version 4.0" ;;
esac

exec python3 "$here/referee/compare.py" \
	"${DNSFORENSICS:-./dnsforensics}" "$captures" \
	"$here/referee/accepted.tsv"
