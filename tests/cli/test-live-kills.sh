#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kill -9 for live at any moment: its store opens, has all but what the last
# seconds brought, and live goes on with it.  LIVE_KILLS says how often; six
# times if it is not set.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"
# Leaks are looked for from another process, which confinement forbids.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

skip() {
	echo "live is not tested: $*"
	exit 77
}

[ "$(id -u)" = 0 ] || skip "only root can make a network namespace"
for tool in ip python3; do
	command -v "$tool" >/dev/null || skip "$tool is missing"
done
space=dnsf-kills-$$
ip netns add "$space" 2>/dev/null || skip "network namespaces are not allowed"
trap 'ip netns del "$space"; rm -rf "$work"' EXIT
ip -n "$space" link set lo up
# live becomes nobody.
chmod 777 "$work"
cd "$work" || exit 1
ip netns exec "$space" \
	python3 "$top/tests/cli/live-kills.py" "$program" "$work" \
	"${LIVE_KILLS:-6}" || bad "live does not survive"
transcripts_end
