#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The systemd unit and the DaemonSet: that they parse, that nothing in them is
# looser than they say, and that "live" knows the options that they give it.
set -u
LC_ALL=C
export LC_ALL

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
unit=$top/contrib/systemd/dnsforensics-live.service
manifest=$top/contrib/kubernetes/daemonset.yaml
failed=0
skipped=0

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

bad() {
	printf '%s\n' "$*"
	failed=1
}

not_tested() {
	printf '%s: not tested\n' "$*"
	skipped=1
}

# Warnings count; the program need not be installed.
check_unit() {
	sed "s|^ExecStart=/usr/bin/dnsforensics|ExecStart=$program|" "$unit" \
		>"$work/dnsforensics-live.service"
	status=0
	systemd-analyze verify --man=no "$work/dnsforensics-live.service" \
		>"$work/verify" 2>&1 || status=$?
	if [ "$status" != 0 ] || grep -q dnsforensics-live "$work/verify"; then
		bad "systemd-analyze verify: $(cat "$work/verify")"
	fi
}

# From 0, safe, to 10; what is left is the network that it listens to.
check_exposure() {
	systemd-analyze security --offline=yes --threshold=20 \
		"$work/dnsforensics-live.service" >"$work/security" 2>&1 ||
		bad "systemd-analyze security: $(tail -n 1 "$work/security")"
}

check_manifest() {
	python3 - "$manifest" >"$work/arguments" <<'PYTHON' || bad "$manifest: $(cat "$work/arguments")"
import sys
import yaml

documents = {d["kind"]: d for d in yaml.safe_load_all(open(sys.argv[1]))}
pod = documents["DaemonSet"]["spec"]["template"]["spec"]
labels = documents["DaemonSet"]["spec"]["template"]["metadata"]["labels"]
container, = pod["containers"]
security = container["securityContext"]
faults = [text for text, fault in (
    ("selector", documents["DaemonSet"]["spec"]["selector"]["matchLabels"]
     != labels),
    ("namespace", documents["DaemonSet"]["metadata"]["namespace"]
     != documents["Namespace"]["metadata"]["name"]),
    ("hostNetwork", pod["hostNetwork"] is not True),
    ("privileged", security["privileged"] is not False),
    ("escalation", security["allowPrivilegeEscalation"] is not False),
    ("root file system", security["readOnlyRootFilesystem"] is not True),
    ("capabilities", security["capabilities"] != {
        "drop": ["ALL"], "add": ["NET_RAW", "SETUID", "SETGID"]}),
    ("volumes", [m["name"] for m in container["volumeMounts"]]
     != [v["name"] for v in pod["volumes"]]),
    ("command", container["command"] != ["dnsforensics", "live"]),
) if fault]
if faults:
    sys.exit(print("not as it should be:", ", ".join(faults)) or 1)
print("\n".join(container["args"]))
PYTHON
}

# options FILE: each --option in it
options() {
	tr -s ' \t' '\n' <"$1" | sed -n 's/^--\([a-z0-9-]*\).*/\1/p'
}

check_options() {
	"$program" live --help >"$work/help" 2>/dev/null || {
		not_tested "there is no command live"
		return
	}
	tr -s ' \t,' '\n' <"$work/help" | sed -n 's/^--//p' >"$work/known"
	for option in $(options "$1"); do
		grep -qxF -e "$option" "$work/known" ||
			bad "$2 gives --$option, which live does not know"
	done
}

grep '^ExecStart=' "$unit" >"$work/command"
grep -q '^ExecStart=/usr/bin/dnsforensics live ' "$work/command" ||
	bad "$unit does not run live"
check_options "$work/command" "$unit"

if command -v systemd-analyze >/dev/null; then
	check_unit
	check_exposure
else
	not_tested "no systemd-analyze: the unit"
fi

if python3 -c 'import yaml' 2>/dev/null; then
	check_manifest
	check_options "$work/arguments" "$manifest"
else
	not_tested "no python3 with yaml: the DaemonSet"
fi

[ "$failed" = 0 ] || exit 1
[ "$skipped" = 0 ] || exit 77
