#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What must hold of any capture, tried on random cuts and mixtures of real ones.

    invariants.py PROGRAM FOLDER SEED ROUNDS CAPTURE...

Each round tries one property on captures chosen by chance.  What fails is told
with its round, whose files stay in FOLDER; the same seed does the same again.
"""

import json
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import sys

WAIT_NS = 15 * 10**9
OVERLAP_NS = 10**9
MAGICS = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
          b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}
# Where the IPv4 header begins, and where its EtherType is, by link type.
LINKS = {1: (14, 12), 113: (16, 14), 276: (20, 0)}
# What numbers rows or says in which file they are.
UNLIKE = {"transaction_id", "capture_id", "interface_id", "message_id",
          "sighting_id", "lookup_id", "icmp_id", "connection_id", "parent_id",
          "evidence"}
# What is known of a message alone.
ALONE = ("frame", "time_ns", "src", "src_port", "dst", "dst_port", "transport",
         "dns_id", "qr", "opcode", "name", "qtype", "rcode", "flags", "size",
         "num_answers", "addresses", "ttl", "verdict")
CUT = ("stream_gap", "frag_incomplete")
VIEWS = ("transactions", "messages", "sightings", "icmp_errors", "connections",
         "lookups")


class Failed(Exception):
    """A property that does not hold."""


class Pcap:
    """A pcap file: its header, and its records as they are."""

    def __init__(self, header, records):
        self.header = header
        self.records = records
        self.order, self.unit_ns = MAGICS[header[:4]]
        self.linktype = struct.unpack_from(self.order + "I", header, 20)[0]

    def time_ns(self, record):
        seconds, rest = struct.unpack_from(self.order + "II", record)
        return seconds * 10**9 + rest * self.unit_ns

    def times(self):
        return [self.time_ns(record) for record in self.records]

    def at_time(self, record, time_ns):
        return struct.pack(self.order + "II", time_ns // 10**9,
                           time_ns % 10**9 // self.unit_ns) + record[8:]


def read(path):
    """None if that is no pcap file, or not a whole one."""
    data = pathlib.Path(path).read_bytes()
    if data[:4] not in MAGICS:
        return None
    pcap, at = Pcap(data[:24], []), 24
    while at + 16 <= len(data):
        end = at + 16 + struct.unpack_from(pcap.order + "I", data, at + 8)[0]
        pcap.records.append(data[at:end])
        at = end
    return pcap if at == len(data) else None


def write(path, header, records):
    path.write_bytes(header + b"".join(records))
    return path


class Store:
    """What is in a store.  frame_of(file, frame) names a frame."""

    def __init__(self, path, frame_of):
        self.path = path
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.db.row_factory = sqlite3.Row
        self.frame_of = frame_of
        self.keys = {None: None}
        for row in self.all("SELECT * FROM transactions"):
            self.keys[row["transaction_id"]] = [
                self.frame(row, "query_"), self.frame(row, "response_")]

    def close(self):
        self.db.close()

    def all(self, sql):
        return self.db.execute(sql).fetchall()

    def one(self, sql):
        return self.db.execute(sql).fetchone()[0]

    def frame(self, row, which=""):
        frame = row[which + "frame"]
        of = which + "file" if which + "file" in row.keys() else "file"
        return None if frame is None else self.frame_of(row[of], frame)

    def named(self, row):
        """The row as it is wherever its frames lie."""
        out = {column: row[column] for column in row.keys()
               if column not in UNLIKE and not column.endswith("file")}
        for column in list(out):
            if column == "frame" or column.endswith("_frame"):
                out[column] = self.frame(row, column[:-len("frame")])
        for column in ("transaction_id", "parent_id"):
            if column in row.keys():
                out[column] = self.keys[row[column]]
        return out

    def view(self, view):
        return [self.named(row) for row in self.all(f"SELECT * FROM {view}")]

    def messages_alone(self):
        return [{column: row[column] for column in ALONE}
                for row in self.view("messages")]


def lines(rows):
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def must_equal(what, left, right):
    left, right = lines(left), lines(right)
    if left == right:
        return
    missing, more = list(left), []
    for line in right:
        if line in missing:
            missing.remove(line)
        else:
            more.append(line)
    raise Failed("\n".join([f"{what}: {len(missing)} and {len(more)} differ"] +
                           [f"- {x}" for x in missing[:3]] +
                           [f"+ {x}" for x in more[:3]]))


def must_be(what, left, right):
    if left != right:
        raise Failed(f"{what}: {left}, not {right}")


class Trial:
    """The program, the captures, and one round after the other."""

    def __init__(self, program, folder, seed, captures):
        self.program = program
        self.folder = folder
        self.random = random.Random(seed)
        self.captures = {}
        for path in captures:
            pcap = read(path)
            # Without times that advance nothing can be said of times.
            if pcap is not None and len(set(pcap.times())) > 1:
                self.captures[path] = pcap
        self.wholes = {}
        self.here = None

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              cwd=self.here, check=False)
        return done.returncode, done.stdout, done.stderr

    def ingest(self, store, *files, may_fail=False):
        status, _, said = self.run("ingest", "-d", store, *files)
        if status != 0 and not may_fail and "link type" not in said:
            raise Failed(f"ingest {files}: {said}")
        return self.here / store

    def pick(self):
        path = self.random.choice(list(self.captures))
        return path, self.captures[path]

    def whole(self, path):
        """Once for each capture: what it tells when it is left as it is."""
        if path not in self.wholes:
            shutil.copy(path, self.here / "whole")
            found = Store(self.ingest("whole.db", "whole"), lambda _, f: f)
            check_store(found)
            self.wholes[path] = ({view: found.view(view) for view in VIEWS},
                                 found.messages_alone())
            found.close()
        return self.wholes[path]

    # The properties.

    def split(self):
        """Parts, named as tcpdump -C does, tell the same as the whole."""
        path, pcap = self.pick()
        views, alone = self.whole(path)
        count = len(pcap.records)
        cuts = sorted(self.random.sample(
            range(1, count), self.random.randint(1, min(4, count - 1))))
        ends = [0] + cuts + [count]
        starts = {}
        for i, (start, end) in enumerate(zip(ends, ends[1:])):
            name = f"part.pcap{i}"
            starts[name] = start
            write(self.here / name, pcap.header, pcap.records[start:end])
        names = list(starts)
        self.random.shuffle(names)
        told = f"{path} cut after {cuts}"
        parts = Store(self.ingest("parts.db", *names),
                      lambda file, frame: starts[file] + frame)
        check_store(parts)
        must_equal(f"{told}: messages", alone, parts.messages_alone())
        gaps = gaps_ns(pcap, cuts)
        # After a longer gap nothing is waited for, as at a capture's end.
        if -OVERLAP_NS <= min(gaps) and max(gaps) <= WAIT_NS:
            # What nobody captured for a second puts lookups in doubt too.
            gap = max(gaps) > OVERLAP_NS
            left = "doubtful" if gap else ""
            for view in VIEWS[:-1] if gap else VIEWS:
                must_equal(f"{told}: {view}", without(left, views[view]),
                           without(left, parts.view(view)))
        parts.close()
        self.random.shuffle(names)
        again = self.ingest("again.db", *names)
        must_be(f"{told}: the store, in another order",
                parts.path.read_bytes() == again.read_bytes(), True)

    def merge(self):
        """Two captures of other machines in one file: the sum of both."""
        (path, one), (other_path, other) = self.pick(), self.pick()
        moved = renumber(one, other)
        if path == other_path or moved is None:
            return False
        late = self.random.randint(-5, 5) * 10**9 + one.times()[0]
        late -= moved.times()[0]
        moved.records = [moved.at_time(r, moved.time_ns(r) + late)
                         for r in moved.records]
        mixed = sorted([(one.time_ns(r), 0, i, r)
                        for i, r in enumerate(one.records, 1)] +
                       [(moved.time_ns(r), 1, i, r)
                        for i, r in enumerate(moved.records, 1)],
                       key=lambda record: record[0])
        for name, pcap in (("one", one), ("moved", moved)):
            write(self.here / name, pcap.header, pcap.records)
        write(self.here / "mixed", one.header, [m[3] for m in mixed])
        told = f"{path} and {other_path} {late} ns later"
        whole = Store(self.ingest("mixed.db", "mixed"),
                      lambda _, frame: list(mixed[frame - 1][1:3]))
        check_store(whole)
        apart = Store(self.ingest("apart.db", "one", "moved"),
                      lambda file, frame: [int(file == "moved"), frame])
        check_store(apart)
        must_equal(f"{told}: messages", whole.messages_alone(),
                   apart.messages_alone())
        must_equal(f"{told}: transactions", settled(whole), settled(apart))
        return True

    def truncate(self):
        """A file that ends anywhere has the first messages of the whole."""
        path, pcap = self.pick()
        _, alone = self.whole(path)
        data = pcap.header + b"".join(pcap.records)
        size = self.random.randint(24, len(data) - 1)
        (self.here / "cut").write_bytes(data[:size])
        frames, end = 0, 24
        while end + len(pcap.records[frames]) <= size:
            end += len(pcap.records[frames])
            frames += 1
        cut = Store(self.ingest("cut.db", "cut", may_fail=True),
                    lambda _, frame: frame)
        check_store(cut)
        told = f"{path} cut after {size} bytes"
        must_be(f"{told}: packets",
                cut.one("SELECT packets FROM captures"), frames)
        left = "" if len(set(pcap.times()[:frames])) > 1 else "time_ns"
        wanted = without(left, [m for m in alone if m["frame"] <= frames])
        # What the end took a part of is one with a fault.
        must_equal(f"{told}: messages", wanted, [
            m for m in without(left, cut.messages_alone())
            if m in wanted or m["verdict"] not in CUT])
        cut.close()

    def repeat(self):
        """The same bytes from the same, and reports that add up."""
        path, pcap = self.pick()
        start = self.random.randrange(len(pcap.records))
        count = self.random.randint(1, len(pcap.records) - start)
        write(self.here / "some", pcap.header,
              pcap.records[start:start + count])
        told = f"{path} from {start}, {count} frames"
        once, twice = (self.ingest(name, "some") for name in ("a.db", "b.db"))
        must_be(f"{told}: the store's bytes",
                once.read_bytes() == twice.read_bytes(), True)
        report = ("report", "--format", "json", "--limit", 0, "--step",
                  "all,overview,capture", "-d")
        status, said, error = self.run(*report, "a.db")
        if status != 0:
            raise Failed(f"{told}: report: {error}")
        must_be(f"{told}: the report's bytes",
                self.run(*report, "b.db")[1] == said, True)
        found = Store(once, lambda _, frame: frame)
        check_store(found)
        steps = json.loads(said)["steps"]
        check_sums(steps, found)
        found.close()
        _, scanned, _ = self.run(*report, "a.db", "--since",
                                 "1970-01-02T00:00:00Z")
        scanned = json.loads(scanned)["steps"]
        for step, sections in steps.items():
            for section, rows in sections.items():
                must_equal(f"{told}: {step}, {section}, counted and scanned",
                           [rows], [scanned[step][section]])


def gaps_ns(pcap, cuts):
    """From the last packet of each part to the first one of the next."""
    times = pcap.times()
    return [times[cut] - max(times[start:cut])
            for start, cut in zip([0] + cuts, cuts)]


def without(column, rows):
    return [{name: value for name, value in row.items() if name != column}
            for row in rows]


def renumber(one, other):
    """other with networks 10.x that one does not know, in one's format."""
    if one.linktype != other.linktype or one.linktype not in LINKS:
        return None
    start, ethertype = LINKS[one.linktype]
    moved = Pcap(one.header, [])
    for record in other.records:
        packet = bytearray(record[16:])
        if packet[ethertype:ethertype + 2] != b"\x08\x00":
            return None
        at = start
        if packet[at + 9] == 17 and b"\x12\xb5" in packet[at + 20:at + 24]:
            return None  # VXLAN
        while True:
            for address in (at + 12, at + 16):
                if packet[address] == 10:
                    packet[address + 1] ^= 64
            inner = at + 4 * (packet[at] & 15) + 8
            # An ICMP error quotes a packet.
            if packet[at + 9] != 1 or len(packet) < inner + 20 or \
                    packet[inner - 8] not in (3, 11):
                break
            at = inner
        sizes = struct.unpack_from(other.order + "II", record, 8)
        moved.records.append(moved.at_time(
            bytes(8) + struct.pack(one.order + "II", *sizes) + packet,
            other.time_ns(record)))
    return moved


def settled(store):
    """Transactions, but for what one end of a capture or the other hides."""
    rows = []
    for row in store.view("transactions"):
        if row["state"] in ("pending_at_end", "unanswered"):
            row["state"] = "no answer"
        if row["state"] in ("orphan_at_start", "orphan_response"):
            row["state"] = "no query"
        for column in ("doubtful", "waited_ns"):
            del row[column]
        rows.append(row)
    return rows


def check_store(store):
    """Evidence is there, and what is counted is as many as there are."""
    name = store.path.name
    must_be(f"{name}: integrity", store.one("PRAGMA integrity_check"), "ok")
    must_be(f"{name}: foreign keys", store.all("PRAGMA foreign_key_check"), [])
    for which in ("query", "response"):
        lost = store.one(f"""SELECT count(*) FROM transactions t
            WHERE {which}_frame IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM messages m WHERE m.file = t.{which}_file
                AND m.frame = t.{which}_frame
                AND m.transaction_id = t.transaction_id)""")
        must_be(f"{name}: transactions whose {which} is no message", lost, 0)
    must_be(f"{name}: messages of transactions that are not there", store.one(
        """SELECT count(*) FROM messages WHERE transaction_id IS NOT NULL AND
           transaction_id NOT IN (SELECT transaction_id FROM transactions)"""),
            0)
    must_be(f"{name}: ICMP errors that are not there", store.one(
        """SELECT count(*) FROM transactions t WHERE icmp_frame IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM icmp_errors i
           WHERE i.file = t.icmp_file AND i.frame = t.icmp_frame)"""), 0)
    must_be(f"{name}: frames beyond the capture", store.one(
        """SELECT count(*) FROM messages JOIN captures USING (capture_id)
           WHERE frame NOT BETWEEN 1 AND packets"""), 0)
    must_be(f"{name}: messages counted",
            store.one("SELECT total(messages) FROM captures"),
            store.one("SELECT count(*) FROM messages"))
    must_be(f"{name}: messages of interfaces, repeats too", store.one(
        "SELECT total(queries + responses) FROM interfaces"), store.one(
            "SELECT total(messages + repeats) FROM captures"))
    must_be(f"{name}: transactions in the roll-up",
            store.one("SELECT coalesce(sum(count), 0) FROM _tally"),
            store.one("SELECT count(*) FROM transactions WHERE state <> ''"))


def total(rows, *columns):
    return sum(row[column] for row in rows for column in columns)


def check_sums(steps, store):
    """Each number of the reports that other numbers add up to."""
    failures, slow = steps["failures"], steps["slow"]
    upstream, times = steps["upstream"], steps["timeliness"]
    addresses, overview = steps["addresses"], steps["overview"]
    capture = steps["capture"]
    f, t, o = failures["summary"], times["summary"], overview["summary"]
    all_of_them = f["transactions"]
    sums = {
        "failures": (f["failures"], total(failures["rows"], "count"),
                     total([f], "bad_responses", "unanswered",
                           "not_delivered")),
        "transactions": (all_of_them, o["queries"],
                         t["queries"] + f["without_query"],
                         upstream["summary"]["transactions"],
                         total([f], "decided", "pending_at_end",
                               "answered_elsewhere", "undecided") +
                         store.one("""SELECT count(*) FROM transactions WHERE
                             kind = 'query' AND state = 'orphan_at_start'""")),
        "nameservers": (all_of_them, total(
            upstream["rows"], "answered", "late", "unanswered",
            "pending_at_end", "answered_elsewhere", "without_query")),
        "unanswered": (f["unanswered"], upstream["summary"]["unanswered"],
                       total(upstream["rows"], "unanswered")),
        "measured": (slow["summary"]["measured"], o["measured"],
                     total(slow["histogram"], "count"),
                     total(overview["histogram"], "count")),
        "slow": (slow["summary"]["slow"], len(slow["rows"])),
        "timeliness": (t["queries"], total(times["names"], "queries"),
                       total([t], "decided", "pending_at_end",
                             "not_decided")),
        "decided": (t["decided"],
                    total([t], "in_time", "late", "unanswered"),
                    total(times["names"], "in_time", "late", "unanswered")),
        "addresses": (addresses["summary"]["responses"],
                      total(addresses["rows"], "count")),
        "overview": (o["queries"], total(overview["rows"], "count"),
                     total(overview["nameservers"], "queries"),
                     total([o], "answered", "unanswered") +
                     total([f], "not_delivered", "pending_at_end",
                           "answered_elsewhere", "without_query",
                           "undecided"),
                     total(overview["timeline"], "noerror", "nxdomain",
                           "servfail", "refused", "other_rcodes",
                           "unanswered", "undecided")),
        "packets": (capture["summary"]["packets"],
                    total(capture["rows"], "packets")),
        "messages": (total([capture["summary"]], "messages", "repeats"),
                     total(capture["interfaces"], "queries", "responses")),
        "states": (all_of_them, store.one("""SELECT count(*) FROM transactions
            WHERE kind = 'query'""")),
    }
    for what, numbers in sums.items():
        if len(set(numbers)) != 1:
            raise Failed(f"{what} do not add up: {numbers}")


def main():
    program, folder, seed, rounds = sys.argv[1:5]
    folder = pathlib.Path(folder)
    trial = Trial(program, folder, int(seed), sys.argv[5:])
    kinds = [trial.split, trial.truncate, trial.merge, trial.split,
             trial.truncate, trial.repeat]
    done, failed = {}, 0
    for number in range(int(rounds)):
        kind = kinds[number % len(kinds)]
        trial.here = folder / f"round-{number}"
        trial.here.mkdir()
        try:
            while kind() is False:
                pass
            shutil.rmtree(trial.here)
        except Failed as failure:
            failed += 1
            print(f"round {number}, {kind.__name__}: {failure}")
        done[kind.__name__] = done.get(kind.__name__, 0) + 1
    print(f"seed {seed}:", ", ".join(f"{n} {k}" for k, n in done.items()),
          f"rounds, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
