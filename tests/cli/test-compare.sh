#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What changed from before to after, and when nothing can be said of it.
# --accept rewrites what is expected.
# shellcheck source=tests/cli/transcript.sh
. "${TOP_SRCDIR:-$(dirname "$0")/../..}/tests/cli/transcript.sh"

# verdict FILE MEASURE: of the whole of a side, out of the JSON in FILE
verdict() {
	python3 -c 'import json, sys
step = json.load(open(sys.argv[1]))["steps"]["compare"]
print(*[r["verdict"] for r in step["rows"]
        if r["measure"] == sys.argv[2] and r["subject"] is None])' "$1" "$2"
}

# is ACTUAL EXPECTED WHAT
is() {
	[ "$1" = "$2" ] || bad "$3: \"$1\", not \"$2\""
}

transcript compare
run report --compare silent-upstream.pcap upstreams.pcap
run report --compare first-session.pcap slow-upstream.pcap --threshold 1ms \
	--limit 5
run report --compare addresses-change.pcap tcp-gap.pcap --format csv
run report --compare lookups.pcap failures.pcap --format json --limit 3
run report --compare failures.pcap first-session.pcap \
	--name www.silent.example --limit 3
run report --compare failures.pcap port-5300.pcap --limit 3

transcript compare-errors
cp failures.pcap "$work/again.pcap"
run report --compare failures.pcap "$work/again.pcap" --limit 1
run report --compare failures.pcap failures.pcap
run report --compare failures.pcap
run report --compare failures.pcap lookups.pcap vlan.pcap
run report --compare failures.pcap nowhere.db
run report --compare -d "$work/x.db" failures.pcap lookups.pcap
run report --compare --step slow failures.pcap lookups.pcap
run report --compare --exit-code failures.pcap lookups.pcap
run report --compare failures.pcap lookups.pcap -o lookups.pcap

# Both sides under the same pseudonyms, by a key that is told of once.
ask report --compare --redact --key "$work/key" silent-upstream.pcap \
	upstreams.pcap
is "$status" 0 "--redact: $(cat "$work/stderr")"
is "$(grep -c 'redacted with the key' "$work/stderr")" 1 "told of the key"
grep -q '^REDACTED' "$work/stdout" || bad "--redact: not said"
grep '10\.225\.0\.30\|silent' "$work/stdout" && bad "--redact: originals"

# leads WORDS BEFORE AFTER: how the one sentence begins
leads() {
	ask report --compare "$2" "$3"
	sed -n 4p "$work/stdout" | grep -q "^$1" ||
		bad "$2 $3: not \"$1\" but $(sed -n 4p "$work/stdout")"
}

leads 'Better: failed transactions 75' failures.pcap lookups.pcap
leads 'Worse: failed transactions 43' lookups.pcap failures.pcap
leads "Can't tell: " vlan.pcap qinq.pcap
leads 'No difference: ' failures.pcap "$work/again.pcap"
leads 'Mixed. Better: bad' upstreams.pcap silent-upstream.pcap

# Stores give what their captures give, and one store may be a capture.
ask ingest -d "$work/before.db" silent-upstream.pcap
ask ingest -d "$work/after.db" upstreams.pcap
for pair in "$work/before.db $work/after.db" "$work/before.db upstreams.pcap" \
	"silent-upstream.pcap upstreams.pcap"; do
	# shellcheck disable=SC2086
	ask report --compare $pair --format json
	is "$status" 0 "$pair"
	[ -e "$work/first" ] || cp "$work/stdout" "$work/first"
	cmp "$work/first" "$work/stdout" || bad "$pair: something else"
done
run report --compare "$work/before.db" "$work/before.db"
if command -v sqlite3 >/dev/null; then
	cp "$work/after.db" "$work/version.db"
	sqlite3 "$work/version.db" 'PRAGMA user_version = 99'
	run report --compare "$work/before.db" "$work/version.db"
	cp "$work/after.db" "$work/empty.db"
	sqlite3 "$work/empty.db" 'PRAGMA foreign_keys = OFF; DELETE FROM capture'
	run report --compare "$work/before.db" "$work/empty.db"
fi

# The way back says the opposite.
ask report --compare upstreams.pcap silent-upstream.pcap --format json
cp "$work/stdout" "$work/back"
for measure in 'failed transactions' 'bad responses' 'without an answer' \
	'answered in time'; do
	forth=$(verdict "$work/first" "$measure")
	case $forth in
	better) is "$(verdict "$work/back" "$measure")" worse "$measure" ;;
	worse) is "$(verdict "$work/back" "$measure")" better "$measure" ;;
	*) bad "$measure: $forth" ;;
	esac
done

# Wilson's interval, reckoned by somebody else, decides in the same way.
python3 - "$work/first" <<'END' || bad "other intervals"
import json, math, sys

def bounds(count, total):
    p, z = count / total, 1.96
    middle = p + z * z / (2 * total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return ((middle - half) / (1 + z * z / total),
            (middle + half) / (1 + z * z / total))

judged = 0
for row in json.load(open(sys.argv[1]))["steps"]["compare"]["rows"]:
    if not row["before_total"] or not row["after_total"]:
        continue
    if row["before_count"] is None:
        continue
    before = bounds(row["before_count"], row["before_total"])
    after = bounds(row["after_count"], row["after_total"])
    words = ["worse", "better"]
    if row["measure"] == "answered in time":
        words.reverse()
    expected = (words[1] if after[1] < before[0] else
                words[0] if after[0] > before[1] else None)
    found = row["verdict"] if row["verdict"] in words else None
    judged += expected is not None
    if found != expected:
        sys.exit(f"{row}: {expected}")
sys.exit(judged < 3)
END
transcripts_end
