# embed-sql.awk: SQL files as rows of a C table, other files as C strings
#
#     awk -f embed-sql.awk a.sql b.sql > x.inc
#
# prints, for each file, { "name", "summary", "the text with its comments" },
# where name and summary come from the file's first line, "-- name: summary".
# Stops the build if that line is missing or names another file.  A file whose
# name does not end in .sql becomes a string, which the includer ends.

function stop(why) {
	printf "%s: %s\n", FILENAME, why > "/dev/stderr"
	failed = 1
	exit 1
}

# Awks disagree on what backslashes mean in the replacement of gsub().
function replaced(text, what, with,    part, i, n, out) {
	n = split(text, part, what)
	out = part[1]
	for (i = 2; i <= n; i++)
		out = out with part[i]
	return out
}

function quoted(text) {
	text = replaced(text, "[\\\\]", "\\\\")
	text = replaced(text, "\"", "\\\"")
	text = replaced(text, "\t", "\\t")
	return "\"" text "\""
}

FILENAME !~ /\.sql$/ {
	line = quoted($0)
	print substr(line, 1, length(line) - 1) "\\n\""
	next
}

FNR == 1 {
	if (NR > 1)
		print "},"
	base = FILENAME
	sub(/.*\//, "", base)
	sub(/\.sql$/, "", base)
	if (index($0, "-- " base ": ") != 1)
		stop("the first line must be \"-- " base ": what it is for\"")
	summary = substr($0, length("-- " base ": ") + 1)
	is_table = 1
	print "{ " quoted(base) ", " quoted(summary) ","
}

{
	line = quoted($0)
	print "  " substr(line, 1, length(line) - 1) "\\n\""
}

END {
	if (!failed && is_table)
		print "},"
}
