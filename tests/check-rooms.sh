#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Holds the includes of src/ against src/ROOMS: who may include whom, which
# room alone knows which library, and what is private to a room.
set -eu
export LC_ALL=C

cd "${TOP_SRCDIR:-$(dirname "$0")/..}/src"

# Folders, marked by a slash at the end, then sources.
{
	for room in */; do
		echo "$room"
	done
	find . -type f -name '*.[ch]' | sed 's,^\./,,' | sort
} | awk '
function bad(message) { print message; failed = 1 }

function read_rooms(    line, part, name, i, n) {
	while ((getline line < "ROOMS") > 0) {
		if (line ~ /^#/ || split(line, part) < 3)
			continue
		listed[order[++rooms] = part[1]] = 1
		may[part[1], part[1]] = 1
		n = part[2] == "-" ? 0 : split(part[2], name, ",")
		for (i = 1; i <= n; i++)
			may[part[1], wanted[name[i]] = name[i]] = 1
		n = part[3] == "-" ? 0 : split(part[3], name, ",")
		for (i = 1; i <= n; i++) {
			knows[part[1], name[i]] = 1
			owner[name[i]] = part[1]
		}
	}
}

function check_system(where, room, file,    library) {
	for (library in owner)
		if (index(file, library) == 1 && !((room, library) in knows))
			bad(where ": only " owner[library] "/ may include <" file ">")
	if (file in listed || substr(file, 1, index(file, "/") - 1) in listed)
		bad(where ": include \"" file "\", not <" file ">")
}

function check_own(where, room, file,    other) {
	other = substr(file, 1, index(file, "/") - 1)
	if (!(other in listed))
		bad(where ": include \"ROOM/file.h\", not \"" file "\"")
	else if (!((room, other) in may))
		bad(where ": " room "/ may not include " other "/")
	else if (file ~ /_private\.h$/ && room != other)
		bad(where ": " file " is private to " other "/")
}

function check_source(path,    room, line, n, part) {
	room = substr(path, 1, index(path, "/") - 1)
	if (room == "") {
		bad(path ": belongs to no room")
		return
	}
	while ((getline line < path) > 0) {
		n++
		if (line !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/)
			continue
		split(line, part, /[<>"]/)
		if (line ~ /include[ \t]*</)
			check_system(path ":" n, room, part[2])
		else
			check_own(path ":" n, room, part[2])
	}
	close(path)
}

BEGIN { read_rooms() }
/\/$/ {
	there[name = substr($0, 1, length($0) - 1)] = 1
	if (!(name in listed))
		bad(name "/ is not listed in ROOMS")
	next
}
{ check_source($0) }
END {
	for (i = 1; i <= rooms; i++)
		if (!(order[i] in there))
			bad("ROOMS: there is no " order[i] "/")
	for (name in wanted)
		if (!(name in listed))
			bad("ROOMS: \"" name "\" may be included but is not listed")
	exit failed
}'
