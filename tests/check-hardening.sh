#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Whether the program was built with what makes faults harder to use: readelf
# tells.  Not where it was switched off, as with sanitizers.
set -u
export LC_ALL=C

program=${DNSFORENSICS:-build/dnsforensics}
failed=0

skip() {
	echo "skipped: $*"
	exit 77
}

if [ "${HARDENING-yes}" != yes ]; then
	echo "built without hardening: there is nothing to look at"
	exit 0
fi
command -v readelf >/dev/null || skip "readelf is not installed"

# has OPTION PATTERN WHAT
has() {
	readelf -W "$1" "$program" | grep -q -e "$2" && return
	echo "not in the program: $3"
	failed=1
}

has -h 'Type:.*DYN' "PIE"
has -l GNU_RELRO "RELRO"
has -d 'BIND_NOW\|FLAGS_1.*NOW' "full RELRO (-z now)"
has -s __stack_chk_fail "stack protector"
has -s '__[a-z]*_chk' "_FORTIFY_SOURCE"
readelf -W -l "$program" | grep -q 'GNU_STACK.* RWE ' && {
	echo "the stack can be run"
	failed=1
}
case $(uname -m) in
# Its mark in the file is lost by the first object of others that has none.
x86_64) objdump -d --disassemble=main "$program" | grep -q endbr64 || {
	echo "not in the program: CET"
	failed=1
} ;;
esac
exit "$failed"
