#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The whole test suite, from a fresh Debian on.  Installs what the tests need,
# then runs, each in a build folder of its own:
#
#   gcc         the tarball: unpacked, built by gcc with -Werror, tested from
#               read-only sources, installed and uninstalled; make distcheck
#   sanitizers  clang, -Werror, sanitizers for addresses, leaks and undefined
#               behaviour; make check
#   lint        shellcheck for all shell scripts, mandoc for the manuals
#   analysis    analyze.sh: cppcheck, valgrind, threads, coverage
#
# What takes long is done in full by the first: the second looks only at every
# fifth capture, and compares with what tshark said then.
#
# With --quick only gcc and make check, reusing what is built already.  The last
# line is "N passed, N failed, N skipped"; the exit status is 0 if nothing failed.
# Where CI is "true", skipping is failing, but for the tests which need the
# captures in ../shared/captures (DNSFORENSICS_CAPTURES) where there are none.
set -eu
umask 022

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
log=$top/build-check/setup.log
# shellcheck source=contrib/setup/common.sh
. contrib/setup/common.sh

# One more than there are processors, as some tests rather wait than work.
jobs=$(($(nproc 2>/dev/null || echo 2) + 1))
passed=0
failed=0
skipped=0

# Whatever happens, the last line is there.
finish() {
	status=$?
	[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
	printf '%d passed, %d failed, %d skipped\n' \
		"$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ] || exit 1
}

### Counting

pass() {
	passed=$((passed + 1))
}

fail() {
	failed=$((failed + 1))
	printf 'FAILED: %s\n' "$*"
}

skip() {
	if [ "${CI:-}" = true ]; then
		fail "$* (skipped, which CI=true does not allow)"
	else
		skipped=$((skipped + 1))
		printf 'skipped: %s\n' "$*"
	fi
}

# skip_test RUN TEST
skip_test() {
	if [ -z "${DNSFORENSICS_CAPTURES:-}" ] &&
		grep -qs DNSFORENSICS_CAPTURES "$2" "$2.c"; then
		skipped=$((skipped + 1))
		printf 'skipped: %s: %s: no ../shared/captures\n' "$1" "$2"
	else
		skip "$1: $2"
	fi
}

# count WORD: the number behind it in automake's summary, the last in the log
count() {
	awk -v word="$1:" '$1 == "#" && $2 == word { n = $3 }
		END { print n + 0 }' "$log"
}

# count_tests RUN STATUS: adds up what is in the log of a run of the tests
count_tests() {
	bad=$(($(count FAIL) + $(count XPASS) + $(count ERROR)))
	passed=$((passed + $(count PASS) + $(count XFAIL)))
	failed=$((failed + bad))
	sed -n 's/^SKIP: //p' "$log" | sort -u >build-check/skips
	while read -r test; do
		skip_test "$1" "$test"
	done <build-check/skips
	if [ "$bad" -gt 0 ]; then
		grep -E '^(FAIL|XPASS|ERROR): ' "$log" | sort -u |
			sed "s/^[A-Z]*: /FAILED: $1: /"
	elif [ "$2" -ne 0 ]; then
		fail "$1: make stopped"
	elif [ "$(count TOTAL)" -eq 0 ]; then
		fail "$1: no test was run"
	fi
}

### Runs

# A fresh folder shows what a half-made one hides; distcheck's are read-only.
wipe() {
	[ ! -d "$1" ] || chmod -R u+w "$1"
	rm -rf "$1"
}

# The logs of the tests if it came so far, else the end of the build's.
show_failure() {
	suite=$(find "$1" -name test-suite.log)
	if [ -n "$suite" ]; then
		printf -- '--- %s:\n' "$suite"
		cat "$suite"
	else
		printf -- '--- the end of %s:\n' "$log"
		tail -n 100 "$log"
	fi
}

# run RUN FOLDER COMMAND...: make with its tests; fails if anything did
run() {
	name=$1
	folder=$2
	shift 2
	log=$top/build-check/$name.log
	: >"$log"
	find "$folder" -name test-suite.log -exec rm -f {} +
	say "$name: building and testing in $folder"
	begin=$(date +%s)
	status=0
	logged "$@" || status=$?
	[ "$status" -eq 0 ] || show_failure "$folder"
	count_tests "$name" "$status"
	say "$name: took $(($(date +%s) - begin)) s"
	log=$top/build-check/setup.log
	return "$status"
}

# The tarball, made twice, need not be small.
run_gcc() {
	configure_in build-dist CC=gcc
	! run gcc build-dist env XZ_OPT=-0 make -C build-dist -j"$jobs" \
		distcheck WERROR=-Werror || pass
}

run_quick() {
	configure_in build-gcc CC=gcc
	run gcc build-gcc make -C build-gcc -j"$jobs" check WERROR=-Werror || :
}

# sanitized OPTIONS: does a program built so run here?
sanitized() {
	echo 'int main(void) { return 0; }' >build-check/probe.c
	logged clang -fsanitize=address,undefined -o build-check/probe \
		build-check/probe.c &&
		logged env ASAN_OPTIONS="$1" build-check/probe
}

run_sanitizers() {
	if ! command -v clang >/dev/null; then
		skip "sanitizers: clang is not installed"
		return
	fi
	# The runtime is a package of its own, named after clang's version.
	sanitized detect_leaks=0 ||
		(install "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev") || :
	leaks=1
	if ! sanitized detect_leaks=1; then
		# LeakSanitizer needs ptrace, which some containers forbid.
		leaks=0
		skip "sanitizers: leak detection does not work here"
	fi
	# Old sanitizers stumble over the address layouts of new kernels.
	steady=
	! setarch "$(uname -m)" -R true 2>/dev/null ||
		steady="setarch $(uname -m) -R"
	# Of freed memory the last 32 MB are watched: 256 took a sixth of the time.
	options=detect_leaks=$leaks:allow_addr2line=1:quarantine_size_mb=32
	configure_in build-asan CC=clang --enable-sanitizers CFLAGS='-g -O1'
	# shellcheck disable=SC2086
	run sanitizers build-asan env DNSFORENSICS_EVERY=5 \
		ASAN_OPTIONS=$options \
		UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 $steady \
		make -C build-asan -j"$jobs" check WERROR=-Werror || :
}

# python3 may be a script that looks for the one that is meant, for longer than
# most of what tests ask of it takes.
find_python() {
	python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) ||
		return 0
	mkdir -p build-check/bin
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$python" >build-check/bin/python3
	chmod +x build-check/bin/python3
	PATH=$top/build-check/bin:$PATH
}

# lint TOOL COMMAND...
lint() {
	if ! command -v "$1" >/dev/null; then
		skip "lint: $1 is not installed"
		return
	fi
	say "lint: $1"
	if "$@" </dev/null; then
		pass
	else
		fail "lint: $1"
	fi
}

# Whatever is named or begins like one, but for what the build makes.
shell_scripts() {
	LC_ALL=C find . \( -path ./.git -o -path './build*' -o -name '*~' \
		-o -path './configure*' -o -path './config.*' \
		-o -path './autom4te*' -o -path './dnsforensics-*' \) -prune \
		-o -type f -exec awk '
			FILENAME ~ /\.sh$/ ||
				/^#!.*[\/ ](sh|dash|bash|ksh)( |$)/ { print FILENAME }
			{ nextfile }' {} +
}

run_lint() {
	# shellcheck disable=SC2046
	lint shellcheck -x -f gcc $(shell_scripts)
	lint mandoc -T lint -W warning man/*.[1-9]
}

run_analysis() {
	say "analysis: see build-check/analyze.log"
	if sh contrib/setup/analyze.sh; then
		pass
	else
		fail analysis
	fi
}

### The suite

quick=false
case $#:${1:-} in
0:) ;;
1:--quick) quick=true ;;
*)
	echo "usage: $0 [--quick]" >&2
	exit 2
	;;
esac

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_log
# shellcheck disable=SC2086
install $build_packages
packages="libcmocka-dev tshark sqlite3 python3 python3-yaml zip zstd lz4 tmux
	chromium strace"
$quick || packages="$packages clang shellcheck mandoc xz-utils"
# Not on anyone's own machine, where Debian starts unbound at once.
[ "${CI:-}" != true ] ||
	packages="$packages unbound bind9-dnsutils tcpdump iproute2"
# Without these the rest can still be tested.
# shellcheck disable=SC2086
(install $packages) || say "going on without"
pkg-config --exists cmocka || skip "all unit tests: cmocka is not installed"

: "${DNSFORENSICS_CAPTURES:=}"
if [ -z "$DNSFORENSICS_CAPTURES" ] && [ -d ../shared/captures ]; then
	DNSFORENSICS_CAPTURES=../shared/captures
fi
if [ -n "$DNSFORENSICS_CAPTURES" ]; then
	DNSFORENSICS_CAPTURES=$(CDPATH='' cd "$DNSFORENSICS_CAPTURES" && pwd) ||
		stop "DNSFORENSICS_CAPTURES is not a folder"
	export DNSFORENSICS_CAPTURES
fi

find_python
make_configure
if $quick; then
	run_quick
	exit
fi
wipe build-asan
wipe build-dist
wipe build-check/pdml
mkdir build-check/pdml
export DNSFORENSICS_PDML="$top/build-check/pdml"
run_gcc
run_sanitizers
wipe build-check/pdml
run_lint
run_analysis
