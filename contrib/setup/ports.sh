#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Builds for another architecture and runs the unit tests there, under qemu:
#
#     contrib/setup/ports.sh [ARCHITECTURE...]
#
# s390x (64 bits, big-endian) and i386 (32 bits) unless others are named, each
# in build-ports/; installs what it needs.  Debian's packages of that
# architecture are only unpacked there, nothing of them runs but under qemu.
#
# What it can't do: qemu has no seccomp and no Landlock, so the test of the
# sandbox is left out; of the command tests only a few run, as they take ten
# times as long; live capture is not tried.
set -eu
umask 022

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
log=$top/build-ports/ports.log
# shellcheck source=contrib/setup/common.sh
. contrib/setup/common.sh

jobs=$(nproc 2>/dev/null || echo 2)
suite=${DEBIAN_SUITE:-bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=libc6-dev,libpcap-dev,libldns-dev,libsqlite3-dev,libpcre2-dev
packages=$packages,libssl-dev,libarchive-dev,zlib1g-dev,libseccomp-dev
packages=$packages,libncurses-dev,libpsl-dev,libcmocka-dev

# Debian's name of an architecture -> those of its compiler, its libraries, qemu
names_of() {
	case $1 in
	s390x) echo s390x-linux-gnu s390x-linux-gnu s390x ;;
	i386) echo i686-linux-gnu i386-linux-gnu i386 ;;
	armhf) echo arm-linux-gnueabihf arm-linux-gnueabihf arm ;;
	*) stop "$1: not known here; one of s390x, i386, armhf" ;;
	esac
}

# unpack ARCHITECTURE FOLDER
unpack() {
	[ ! -f "$2/.unpacked" ] || return 0
	say "unpacking packages of $1"
	logged debootstrap --foreign --arch="$1" --variant=minbase \
		--include="$packages" "$suite" "$2" "$mirror" ||
		stop_with_log "debootstrap failed"
	for package in "$2"/var/cache/apt/archives/*.deb; do
		logged dpkg-deb -x "$package" "$2" ||
			stop_with_log "$package cannot be unpacked"
	done
	: >"$2/.unpacked"
}

# port ARCHITECTURE: its programs look for libraries in the folder.
port() {
	root=$top/build-ports/$1
	build=build-ports/build-$1
	# shellcheck disable=SC2046 # three words
	set -- "$1" $(names_of "$1")
	install debootstrap qemu-user-static "gcc-$2" make autoconf automake \
		pkgconf
	unpack "$1" "$root"
	make_configure
	mkdir -p "$build"
	emulator="qemu-$4-static -L $root"
	libraries=$root/usr/lib/$3
	(
		cd "$build"
		printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$emulator" \
			"$PWD/dnsforensics" >run
		chmod +x run
		export PKG_CONFIG_LIBDIR="$libraries/pkgconfig"
		export PKG_CONFIG_SYSROOT_DIR="$root"
		[ -f Makefile ] || logged ../../configure \
			--build="$(uname -m)-linux-gnu" \
			--host="$2" --disable-hardening \
			CC="$2-gcc --sysroot=$root" CFLAGS='-g -O1' \
			LDFLAGS="-Wl,-rpath-link,$libraries:$root/lib/$3" ||
			stop_with_log "configure failed for $1"
		logged make -j"$jobs" check TESTS= ||
			stop_with_log "building failed for $1"
	)
	run_tests "$1"
}

run_tests() {
	tests=
	for test in tests/*/test_*.c; do
		case $test in
		*_none.c | */test_sandbox.c) ;;
		*) tests="$tests ${test%.c}" ;;
		esac
	done
	say "tests of $1: $(echo "$tests" | wc -w)"
	logged make -k -C "$build" -j"$jobs" check TESTS="$tests" \
		LOG_COMPILER="$emulator" || failed="$failed $1"
	logged make -k -C "$build" check TESTS=tests/cli/test-lookups.sh \
		TESTS_SANDBOX=no \
		TESTS_ENVIRONMENT="DNSFORENSICS=$top/$build/run; export DNSFORENSICS;" ||
		failed="$failed $1"
	grep -hE '^(FAIL|ERROR):' "$log" || :
}

failed=
start_log
[ $# -gt 0 ] || set -- s390x i386
for architecture; do
	port "$architecture"
done
[ -z "$failed" ] || stop "tests failed on$failed; see build-ports"
say "all passed"
