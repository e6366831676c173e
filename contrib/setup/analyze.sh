#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Looks at the code without the tests, and at what the tests reach.  Installs
# what it needs.
#
#   cppcheck    all of src/
#   valgrind    the program on a few captures: errors of memory, and leaks
#   threads     ThreadSanitizer on the tests of what uses threads
#   coverage    lines of packet, dns, correlate and capture that are reached
#               by unit tests and by live, by gcovr
#
# and with --all, which takes some minutes more:
#
#   tidy        clang-tidy: the checks that have a meaning here
#   fanalyzer   gcc -fanalyzer: whatever it warns of fails
#   threads     all tests of capture and store
#
# What is wrong is told, and the exit status is 1.
# Functions are called by step.
# shellcheck disable=SC2317
set -eu
umask 022

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd -P)
cd "$top"
log=$top/build-check/analyze.log
# shellcheck source=contrib/setup/common.sh
. contrib/setup/common.sh

jobs=$(nproc 2>/dev/null || echo 2)
failed=0

# step NAME COMMAND...: what it says is shown if it fails
step() {
	name=$1
	shift
	begin=$(date +%s)
	if "$@" >"build-check/$name.out" 2>&1 </dev/null; then
		say "$name: nothing found, $(($(date +%s) - begin)) s"
	else
		tail -n 60 "build-check/$name.out"
		printf 'FAILED: analysis: %s\n' "$name"
		return 1
	fi
}

# together NAME...: run_NAME of each, side by side: some of them rather wait
together() {
	running=
	for step; do
		step "$step" "run_$step" &
		running="$running $!"
	done
	for step in $running; do
		wait "$step" || failed=1
	done
}

# The SQL that is built in is in a folder of the build, which is coverage's: it
# has all that is looked at here.
run_cppcheck() {
	cppcheck -q -j"$jobs" --std=c11 --inline-suppr --error-exitcode=1 \
		--enable=warning,performance,portability \
		-DHAVE_CONFIG_H -Isrc -Ibuild-coverage/src -Ibuild-coverage src
}

run_valgrind() {
	work=$(mktemp -d)
	# shellcheck disable=SC2064
	trap "rm -rf '$work'" EXIT
	for command in "ingest -d $work/x.db testdata/first-session.pcap \
testdata/tcp-segments.pcap testdata/fragments.pcap" \
		"report -d $work/x.db --format json" \
		"trace testdata/vxlan.pcap testdata/formats.pcapng" \
		"extract -d $work/x.db --frames testdata/first-session.pcap#1-9 -w $work/x.pcapng"; do
		# What it reaches here does not count.
		# shellcheck disable=SC2086
		GCOV_PREFIX=$work valgrind -q --error-exitcode=3 \
			--leak-check=full --errors-for-leak-kinds=definite \
			build-coverage/dnsforensics $command --no-sandbox \
			>/dev/null || return 1
	done
}

build() {
	configure_in "$1" "$2" --disable-hardening &&
		make -C "$1" -j"$jobs" CFLAGS="$3"
}

# tests_of ROOM...
tests_of() {
	for room; do
		for test in tests/"$room"/test_*.c; do
			# Of builds without a library.
			case $test in *_none.c) continue ;; esac
			printf '%s ' "${test%.c}"
		done
	done
}

# Left out is what was judged to be taste here: sizes of pointers that are meant,
# memchr() over a list that ends without NUL, branches that read alike.
# shellcheck disable=SC2046 # flags are words
run_tidy() {
	checks='-*,bugprone-*,cert-str34-c,-bugprone-branch-clone'
	for check in easily-swappable-parameters reserved-identifier \
		narrowing-conversions assignment-in-if-condition \
		implicit-widening-of-multiplication-result \
		sizeof-expression not-null-terminated-result \
		too-small-loop-variable; do
		checks=$checks,-bugprone-$check
	done
	clang-tidy --quiet --warnings-as-errors='*' --checks="$checks" \
		src/*/*.c -- -DHAVE_CONFIG_H -D_DEFAULT_SOURCE \
		-D_XOPEN_SOURCE=600 -std=c11 -Ibuild-coverage \
		-Ibuild-coverage/src -Isrc -I. -include config.h \
		$(pkg-config --cflags libpcap)
}

# Twelve null-dereference warnings of gcc 12 were judged, all of one kind: what is
# looked up by a number (an option's row, an element of a list, a field's kind)
# is there, as who asks has the number from it; gcc does not see that.
run_fanalyzer() {
	build build-fanalyzer CC=gcc \
		'-g -O1 -Werror -fanalyzer -Wno-analyzer-null-dereference'
}

# check_with FOLDER CFLAGS TEST...: builds no other tests than those
check_with() {
	folder=$1
	flags=$2
	shift 2
	programs=
	for test; do
		case $test in *.sh) ;; *) programs="$programs $test" ;; esac
	done
	make -C "$folder" -j"$jobs" check CFLAGS="$flags" TESTS="$*" \
		check_PROGRAMS="$programs" TESTS_SANDBOX=no
}

# The two that have threads by themselves, and live.
# shellcheck disable=SC2046 # tests are words
run_threads() {
	configure_in build-tsan CC=clang --disable-hardening
	check_with build-tsan '-g -O1 -fsanitize=thread' \
		tests/capture/test_backlog tests/store/test_inserter \
		tests/cli/test-live.sh $($all && tests_of capture store)
}

# shellcheck disable=SC2046
run_coverage() {
	configure_in build-coverage CC=gcc --disable-hardening
	check_with build-coverage '-g -O0 --coverage' \
		$(tests_of packet dns correlate capture redact store pipeline)
	# live becomes nobody, who writes figures then.
	build-coverage/dnsforensics --version
	find build-coverage -name '*.gcda' -exec chmod a+rw {} +
	check_with build-coverage '-g -O0 --coverage' tests/cli/test-live.sh
	gcovr -r "$top" --object-directory build-coverage \
		-f '.*src/(packet|dns|correlate|capture)/' \
		>build-check/gcovr.txt
}

# In lines of src/capture/x.c  LINES  REACHED, by room.
show_coverage() {
	awk -F '[/ ]+' '$1 == "src" { all[$2] += $4; reached[$2] += $5 }
		END { for (room in all) printf "    %s: %.1f %% of %d lines\n",
			room, 100 * reached[room] / all[room], all[room] }' \
		build-check/gcovr.txt | LC_ALL=C sort
}

all=false
case $#:${1:-} in
0:) ;;
1:--all) all=true ;;
*)
	echo "usage: $0 [--all]" >&2
	exit 2
	;;
esac

start_log
# shellcheck disable=SC2086
install $build_packages cppcheck valgrind clang gcovr libcmocka-dev
make_configure
together threads coverage
show_coverage
together cppcheck valgrind
if $all; then
	install clang-tidy
	together tidy fanalyzer
fi
exit "$failed"
