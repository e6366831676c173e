#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What must hold of any capture, tried on random cuts and mixtures of those in
# testdata; see invariants.py.  INVARIANTS_ROUNDS and INVARIANTS_SEED for more
# or others, INVARIANTS_CAPTURES for a folder of other captures.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

command -v python3 >/dev/null || {
	echo "skipped: python3 is not installed"
	exit 77
}
rounds=${INVARIANTS_ROUNDS:-$((24 / ${DNSFORENSICS_EVERY:-1} + 2))}
find "${INVARIANTS_CAPTURES:-$PWD}" -name '*.pcap' | LC_ALL=C sort |
	xargs python3 "$top/tests/cli/invariants.py" \
		"$program" "$work" "${INVARIANTS_SEED:-1}" "$rounds" ||
	bad "INVARIANTS_SEED=${INVARIANTS_SEED:-1} does the same again"
transcripts_end
