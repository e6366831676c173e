#!/bin/sh
# Runs each target for some seconds of processor time under libFuzzer and
# prints what came out:
#
#     tests/fuzz/run.sh [-s SECONDS] [-c CORPORA] [TARGET...]
#
# in a build of --enable-fuzzing, or with BUILD naming one.  What fuzzers find
# on the way is kept in CORPORA/TARGET (./fuzz-corpora), what fails in
# CORPORA/TARGET.findings, their words in CORPORA/TARGET.log.
set -u

source=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-.}
corpora=fuzz-corpora
seconds=60
while getopts s:c: option; do
	case $option in
	s) seconds=$OPTARG ;;
	c) corpora=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
# shellcheck disable=SC2046 # names of targets are words
[ $# -gt 0 ] || set -- $(find "$source" -name 'fuzz_*.c' |
	sed 's/.*fuzz_\(.*\)\.c/\1/' | sort)

# Sets spent: the seconds of processor time that children used up.  A subshell
# has none, so it is no pipe.
count_spent() {
	times >"$corpora/times"
	spent=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) {
		split($i, t, /[ms]/); all += 60 * t[1] + t[2] }
		print int(all) }' "$corpora/times")
}

last() {
	sed -n "s/.*$1: *\([0-9]*\).*/\1/p" "$2" | tail -n 1
}

files() {
	find "$1" -type f | wc -l
}

fuzz() {
	log=$corpora/$1.log
	findings=$corpora/$1.findings
	mkdir -p "$corpora/$1" "$findings"
	: >"$log"
	executions=0
	used=0
	# It ends with each finding, and is begun again until time is up.
	while [ "$used" -lt "$seconds" ]; do
		count_spent
		before=$spent
		nice -n 19 "$build/tests/fuzz/fuzz_$1" -close_fd_mask=3 \
			-timeout=5 -report_slow_units=1 -rss_limit_mb=2048 \
			-print_final_stats=1 \
			-max_total_time=$((seconds - used)) \
			-artifact_prefix="$findings/" "$corpora/$1" \
			"$source/corpus/$1" >>"$log" 2>&1
		count_spent
		took=$((spent - before))
		used=$((used + (took > 0 ? took : 1)))
		more=$(last stat::number_of_executed_units "$log")
		executions=$((executions + ${more:-0}))
		echo "stat::number_of_executed_units: 0" >>"$log"
	done
	printf '%-12s %8d %12d %8s %8s %8d %8d\n' "$1" "$used" "$executions" \
		"$(last cov "$log")" "$(last ft "$log")" \
		"$(files "$corpora/$1")" "$(files "$findings")"
}

printf '%-12s %8s %12s %8s %8s %8s %8s\n' \
	target seconds executions edges features corpus findings
for target; do
	fuzz "$target"
done
