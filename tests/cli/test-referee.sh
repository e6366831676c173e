#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The program and tshark read the same captures and must tell the same story.
# What they may differ in, and who is right there, is in referee/accepted.tsv;
# referee/compare.py does the work.  Beside testdata/ there are captures which
# are not part of the program: DNSFORENSICS_CAPTURES is the folder with folders
# of them.  DNSFORENSICS_PDML is a folder where what tshark said is kept for
# other builds of the program, so that it is asked once.  With
# DNSFORENSICS_EVERY=5 every fifth capture is compared.
set -u

skip() {
	echo "referee: skipped: $*"
	exit 77
}

top=${TOP_SRCDIR:-$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)}
referee=$top/tests/cli/referee
captures=${DNSFORENSICS_CAPTURES:-}

for tool in tshark python3; do
	command -v "$tool" >/dev/null || skip "$tool is not installed"
done

# Other versions have other oddities than accepted.tsv knows.
case $(tshark --version 2>/dev/null) in
"TShark (Wireshark) 4.0."*) ;;
*) skip "tshark is not of version 4.0" ;;
esac

set -- "$top/testdata"
if [ -n "$captures" ]; then
	[ -d "$captures" ] || {
		echo "referee: DNSFORENSICS_CAPTURES: no folder $captures" >&2
		exit 1
	}
	set -- "$@" "$captures"/*/
else
	echo "referee: only testdata/: DNSFORENSICS_CAPTURES names no folder"
fi

# Nothing is written into the sources.
PYTHONDONTWRITEBYTECODE=1 exec python3 "$referee/compare.py" \
	"${DNSFORENSICS:-./dnsforensics}" "$referee/accepted.tsv" "$@"
