# SPDX-License-Identifier: BSD-3-Clause
# What try.sh and check.sh share: packages, the log, building.  It is read by
# them with "." after they have set $top, the top of the source tree, and $log,
# the file for the noise of apt and the builds, and gone to $top.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

me=$(basename "$0")

# Debian's names; the same in 12 and 13.  libc6-dev is only recommended by gcc.
build_packages="gcc libc6-dev make autoconf automake pkgconf libpcap-dev
	libldns-dev libsqlite3-dev libpcre2-dev libssl-dev libarchive-dev
	zlib1g-dev libseccomp-dev libncurses-dev libpsl-dev"

say() {
	printf '==> %s\n' "$*"
}

# The reason comes last, in one line.
stop() {
	printf '%s: %s\n' "$me" "$*" >&2
	exit 1
}

stop_with_log() {
	printf -- '--- the end of %s:\n' "$log" >&2
	tail -n 30 "$log" >&2
	stop "$*; the whole log is $log"
}

start_log() {
	mkdir -p "$(dirname "$log")" || stop "cannot write to $top"
	(: >"$log") 2>/dev/null ||
		stop "cannot write $log (made by another user?)"
}

# logged COMMAND...: standard input is closed, so that nothing can ask.
logged() {
	printf '$ %s\n' "$*" >>"$log"
	"$@" >>"$log" 2>&1 </dev/null
}

# missing PACKAGE...: those which are not installed, in one line
missing() {
	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" \
			2>/dev/null | grep -qx installed ||
			printf '%s ' "$package"
	done
}

# install PACKAGE...: what is missing of them; no call of apt if nothing is
install() {
	if ! command -v dpkg-query >/dev/null; then
		say "not a Debian: taking these for installed: $*"
		return
	fi
	absent=$(missing "$@")
	absent=${absent% }
	[ -n "$absent" ] || return 0

	command="apt-get update && apt-get install -y --no-install-recommends"
	command="$command $absent"
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		as_root=sudo
		command -v sudo >/dev/null || stop "packages are missing and \
this is neither root nor is there sudo; an administrator must run: $command"
	fi
	say "installing $absent"
	# A source of packages that fails need not be one of those needed.
	apt_get update || say "apt-get update failed; trying all the same"
	# shellcheck disable=SC2086
	apt_get install -y --no-install-recommends $absent ||
		stop_with_log "installing packages failed; as root: $command"
}

apt_get() {
	# shellcheck disable=SC2086
	logged $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"
}

# Is FILE missing, or older than something it is made of?
outdated() {
	[ ! -f "$1" ] || [ -n "$(find configure.ac Makefile.am src tests \
		contrib testdata \( -name configure.ac -o -name Makefile.am \
		-o -name Makefile.inc \) -newer "$1")" ]
}

make_configure() {
	[ ! -f config.status ] || stop "the source folder itself is \
configured, which bars other builds; first run: make distclean"
	if outdated configure || outdated Makefile.in; then
		say "making configure"
		logged autoreconf -fi || stop_with_log "autoreconf failed"
	fi
}

# configure_in FOLDER ARGUMENT...: once; make itself does it again as needed.
# A tree that was moved or copied since is configured afresh.
configure_in() {
	folder=$1
	shift
	grep -qsFx "abs_top_builddir = $top/$folder" "$folder/Makefile" && return
	say "configuring in $folder"
	rm -f "$folder/config.status" "$folder/Makefile"
	mkdir -p "$folder"
	(cd "$folder" && logged ../configure "$@") ||
		stop_with_log "configure failed"
}
