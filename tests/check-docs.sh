#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Holds the manuals, README.md and testdata/README.md against what the program
# says of itself: subcommands, options, report steps and the columns of the
# public views.  The program is asked; nothing is listed here a second time.
set -eu
export LC_ALL=C

top=$(CDPATH='' cd "${TOP_SRCDIR:-$(dirname "$0")/..}" && pwd)
program=${DNSFORENSICS:-$top/build/dnsforensics}
manual=$top/man/dnsforensics.1
schema=$top/man/dnsforensics-schema.5
capture=$top/testdata/first-session.pcap
failed=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bad() {
	printf '%s\n' "$*"
	failed=1
}

# ask OUTPUT ARGUMENT...: what the program prints; it must succeed
ask() {
	output=$1
	shift
	if ! "$program" "$@" >"$output" 2>"$work/errors" </dev/null; then
		bad "dnsforensics $* failed: $(head -n 1 "$work/errors")"
		: >"$output"
		return 1
	fi
}

# names FILE: the first words of its two-column lists: "  name   what it is"
names() {
	sed -n 's/^  *\([1-9][.)]\{0,1\}  *\)\{0,1\}\([a-z][a-z0-9-]*\)  .*/\2/p' \
		"$1"
}

# help_options FILE: each --option named in it, once
help_options() {
	tr -c 'A-Za-z0-9-' '\n' <"$1" |
		sed -n 's/^--\([a-z][a-z0-9-]*\)$/\1/p' | sort -u
}

# manual_options FILE MACRO-PREFIX: "Fl -option" in lines which begin so
manual_options() {
	sed 's/\\-/-/g; s/\\&//g' "$1" | grep "^\\.$2" | grep 'Fl ' |
		tr -s '[:space:]' '\n' | sed -n 's/^--*\([a-z][a-z0-9-]\{1,\}\)$/\1/p' |
		sort -u
}

# section FILE NAME: from the heading NAME to the next heading; or, if it is an
# item of a list instead, from ".It Cm NAME" to the next item of that list
section() {
	awk -v name="$2" '
	function named(    i, word) {
		for (i = 2; i <= NF; i++) {
			word = tolower($i)
			gsub(/[^a-z0-9_-]/, "", word)
			if (word == name)
				return 1
		}
		return 0
	}
	/^\.(Sh|Ss) / { heading = named() }
	heading { in_heading = in_heading $0 "\n" }
	/^\.Bl/ { depth++ }
	/^\.El/ { depth-- }
	item && (depth < item || depth == item && /^\.It/) { item = 0 }
	/^\.It (Nm|Cm|Ic|Va|Li|Sy) / && named() { item = depth }
	item { in_item = in_item $0 "\n" }
	END { printf "%s", in_heading != "" ? in_heading : in_item }' "$1"
}

# words FILE: everything in it that may be a name, one a line
words() {
	sed 's/\\-/-/g; s/\\&//g' "$1" | tr -c 'A-Za-z0-9_.-' '\n' |
		sed 's,[.]*$,,'
}

has_word() {
	words "$1" | grep -qxF -e "$2"
}

check_command() {
	help=$work/help-$1
	ask "$help" "$1" --help || return 0
	grep -Eq "dnsforensics $1([^a-z-]|\$)|\`$1\`" "$top/README.md" ||
		bad "README.md does not mention \"dnsforensics $1\""

	section "$manual" "$1" >"$work/section"
	[ -s "$work/section" ] ||
		bad "dnsforensics.1 has no section \"$1\""
	help_options "$help" >"$work/in-help"
	manual_options "$manual" "" >"$work/in-manual"
	manual_options "$work/section" "It " >"$work/in-section"
	for option in $(comm -23 "$work/in-help" "$work/in-manual"); do
		bad "dnsforensics.1 lacks --$option of \"$1\""
	done
	for option in $(comm -13 "$work/in-help" "$work/in-section"); do
		bad "\"$1 --help\" lacks --$option, which dnsforensics.1 has"
	done
}

check_commands() {
	ask "$work/help" --help || return 0
	names "$work/help" | grep -vx dnsforensics >"$work/commands" ||
		bad "dnsforensics --help lists no command"
	while read -r command; do
		check_command "$command"
	done <"$work/commands"
}

check_steps() {
	names "$work/help-report" >"$work/steps"
	[ -s "$work/steps" ] || bad "dnsforensics report --help lists no step"
	while read -r step; do
		has_word "$manual" "$step" ||
			bad "dnsforensics.1 lacks the report step \"$step\""
	done <"$work/steps"
}

# column SQL: the values of its only column
column() {
	ask "$work/rows" query -d "$work/store.db" --format csv "$1" &&
		sed 1d "$work/rows" | tr -d '"\r'
}

check_view() {
	section "$schema" "$1" >"$work/section"
	if [ ! -s "$work/section" ]; then
		bad "dnsforensics-schema.5 has no section \"$1\""
		return
	fi
	column "SELECT name FROM pragma_table_info('$1')" >"$work/columns"
	while read -r name; do
		has_word "$work/section" "$name" ||
			bad "dnsforensics-schema.5 lacks $1.$name"
	done <"$work/columns"
}

# A view whose name begins with an underscore is not public.
check_views() {
	ask "$work/output" ingest -d "$work/store.db" "$capture" || return 0
	column "SELECT name FROM sqlite_master WHERE type = 'view'
		AND substr(name, 1, 1) <> '_' ORDER BY 1" \
		>"$work/views" || return 0
	[ -s "$work/views" ] || bad "the store has no views"
	while read -r view; do
		check_view "$view"
	done <"$work/views"
}

check_testdata() {
	tr -c 'A-Za-z0-9_./-' '\n' <"$top/testdata/README.md" >"$work/listed"
	find "$top/testdata" -type f ! -name README.md ! -name Makefile.inc \
		! -name '.*' >"$work/files"
	while read -r path; do
		grep -qxF -e "${path#"$top/testdata/"}" -e "${path##*/}" \
			"$work/listed" ||
			bad "testdata/README.md lacks ${path#"$top/testdata/"}"
	done <"$work/files"
}

for file in "$manual" "$schema" "$top/README.md" "$top/testdata/README.md"; do
	[ -f "$file" ] || { bad "there is no $file"; exit 1; }
done
: >"$work/help-report"
check_commands
check_steps
check_views
check_testdata
exit "$failed"
