#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR
# Records the captures of testdata/ again: see README.md beside this file.
set -euo pipefail

usage() {
	cat <<-EOF
	Usage: $0 [-o FOLDER] all | CASE...
	       $0 list          the cases
	       $0 setup         installs and builds what recording needs (Debian)
	       $0 readme        counts what is recorded and writes its README.md
	EOF
}

lab=$(cd "$(dirname "$0")" && pwd)
out=$lab/../../testdata
tools=$lab/bin
coredns=${COREDNS:-$tools/coredns}
coredns_version=v1.11.3

setup() {
	local packages=(bind9-dnsutils gcc iproute2 iptables libc-bin libc6-dev
		musl-tools nsd procps python3 tcpdump tshark unbound util-linux)
	command -v go >/dev/null || packages+=(ca-certificates golang-go)
	apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
		"${packages[@]}"
	mkdir -p "$tools"
	gcc -O2 -o "$tools/lookup-glibc" "$lab/clients/lookup.c"
	musl-gcc -static -O2 -o "$tools/lookup-musl" "$lab/clients/lookup.c"
	CGO_ENABLED=0 go build -o "$tools/lookup-go" "$lab/clients/lookup.go"
	[ -x "$coredns" ] || GOBIN=$tools CGO_ENABLED=0 \
		go install "github.com/coredns/coredns@$coredns_version" || {
		echo "$0: CoreDNS needs Go 1.21 or newer (on Debian 12, from" \
			"bookworm-backports); or set COREDNS to a coredns" >&2
		exit 1
	}
}

# Each case gets a lab of its own, in namespaces of its own: network (without
# any interface, so nothing can get out), mounts, processes (so all end with
# the case, however it ends) and host name.
isolated() { # CASE
	timeout --kill-after=5 180 unshare --net --mount --pid --fork --kill-child --mount-proc --uts \
		"$lab/record.sh" -o "$out" --inside "$1" &
	running=$!
	wait "$running" || return
	running=
}

inside() { # CASE
	trap 'exit 143' TERM	# which a first process would ignore
	hostname lab
	mount -t tmpfs lab /run
	mkdir -p /run/netns /run/lab
	# shellcheck source=lab.sh
	. "$lab/lab.sh"
	"case_${1//-/_}"
}

write_readme() {
	python3 describe.py --readme captures.txt "$out" >"$out/README.md.new"
	mv "$out/README.md.new" "$out/README.md"
}

if [ "${1:-}" = -o ]; then
	out=$2
	shift 2
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$lab"
# shellcheck source=cases.sh
. "$lab/cases.sh"
# shellcheck source=paths.sh
. "$lab/paths.sh"

case ${1:-} in
--inside)	inside "$2"; exit ;;
'' | -*)	usage >&2; exit 2 ;;
setup)		setup; exit ;;
list)		cases; exit ;;
readme)		write_readme; exit ;;
all)		mapfile -t wanted < <(cases) ;;
*)		wanted=("$@") ;;
esac

running=
trap '[ -z "$running" ] || kill "$running" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
failed=()
for name in "${wanted[@]}"; do
	if ! cases | grep -qx -e "$name"; then
		echo "$0: no case $name; $0 list names them" >&2
		exit 2
	fi
	echo "recording $name" >&2
	isolated "$name" || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
	echo "$0: not recorded: ${failed[*]}" >&2
	exit 1
fi
