#!/bin/sh
# Each target of tests/fuzz reads what is kept in its corpus: what fuzzers
# found once stays mended.
status=0
for corpus in "$TOP_SRCDIR"/tests/fuzz/corpus/*; do
	target=$TOP_BUILDDIR/tests/fuzz/fuzz_$(basename "$corpus")
	# libFuzzer, if that is built in, shall run nothing but the files.
	"$target" -runs=0 -rss_limit_mb=0 "$corpus" || {
		echo "$target fails; the file is named above"
		status=1
	}
done
exit $status
