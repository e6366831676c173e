#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds dnsforensics against tshark, capture by capture.

usage: compare.py DNSFORENSICS FOLDER ACCEPTED [CAPTURE...]

Both programs read every capture below FOLDER.  Each message that one of them
shows must be shown by the other, in the same frame and with the same contents,
and be put into the same relation to other messages.  Where they differ, the
table ACCEPTED says who is right and why; a difference that is not in it fails,
and so does a row of it without a difference.

Given CAPTUREs (paths within FOLDER), only these are read.
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.parsers.expat

PORTS = {53: "dns", 5353: "mdns", 5355: "llmnr"}

# One message, as both programs tell it.
CONTENTS = ("id", "qr", "opcode", "name", "qtype", "rcode", "addresses",
            "transport", "src", "dst")
Message = collections.namedtuple("Message", CONTENTS + ("relation",))

PATIENCE = 120  # seconds for one run over one capture

Difference = collections.namedtuple("Difference", "frame what ours theirs")


### Names

def labels_of_text(text):
    """The labels of a name with its escapes (RFC 1035, 5.1), as bytes."""
    labels = [b""]
    for ddd, char, dot, plain in re.findall(
            r"\\(\d\d\d)|\\(.)|(\.)|([^\\.]+)", text, re.DOTALL):
        if dot:
            labels.append(b"")
        elif ddd:
            labels[-1] += bytes([int(ddd)])
        else:
            labels[-1] += (char or plain).encode("utf-8", "surrogateescape")
    while labels and labels[-1] == b"":
        labels.pop()
    return tuple(labels)


def labels_of_wire(wire):
    """The labels of an uncompressed name, None if it isn't one."""
    labels = []
    at = 0
    while at < len(wire) and 0 < wire[at] < 64:
        labels.append(wire[at + 1:at + 1 + wire[at]])
        at += 1 + wire[at]
    return tuple(labels) if wire[at:] == b"\0" else None


def name_of_field(shown, value):
    labels = labels_of_wire(bytes.fromhex(value))
    if labels is not None:
        return labels
    # Why it could not be read, as "<Name contains a pointer that loops>".
    if re.fullmatch("<.*>", shown):
        return None
    # With compression, or damaged: then the text is all there is.
    return labels_of_text(shown)


### tshark

class Pdml:
    """Collects the DNS messages of tshark's XML.

    It is the only output of tshark which keeps several messages of one frame,
    their sections, and the bytes of names apart.
    """

    LAYERS = {"udp", "tcp", "ip", "ipv6", "icmp", "icmpv6"}

    def __init__(self):
        self.messages = collections.defaultdict(list)
        self.depth = 0
        self.fields = None  # of the message at hand, if it is wanted
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end

    def begin(self, tag, attributes):
        self.depth += 1
        name = attributes.get("name", "")
        if tag == "packet":
            self.quoted = False
            self.ip = self.transport = None
        elif tag == "proto":
            self.begin_protocol(name, attributes.get("showname", ""))
        elif name == "num" and self.depth == 4:
            self.frame = int(attributes["show"])
        elif self.fields is not None:
            self.take_field(name, attributes)

    def begin_protocol(self, name, shown):
        if name in ("icmp", "icmpv6"):
            self.quoted = True
        elif name in ("ip", "ipv6"):
            self.ip = re.search(r"Src: (\S+), Dst: (\S+)", shown)
        elif name in ("udp", "tcp"):
            self.transport = name.upper()
            self.ports = [int(port) for port in
                          re.search(r"Src Port: (\d+), Dst Port: (\d+)",
                                    shown).groups()]
        elif (name in ("dns", "mdns", "llmnr") and not self.quoted and
              self.transport and set(self.ports) & set(PORTS)):
            self.fields = {}
            self.section = ""
            self.addresses = []
            self.proto_depth = self.depth

    def take_field(self, name, attributes):
        if name == "":
            if self.depth == self.proto_depth + 1:
                self.section = attributes.get("show", "")
        elif name in ("dns.a", "dns.aaaa"):
            if self.section == "Answers":
                self.addresses.append(attributes["show"])
        else:
            self.fields.setdefault(name, (attributes.get("show"),
                                          attributes.get("value", "")))

    def end(self, tag):
        if (tag == "proto" and self.fields is not None and
                self.depth == self.proto_depth):
            self.messages[self.frame].append(self.message())
            self.fields = None
        self.depth -= 1

    def number(self, name):
        """The bytes themselves: what is shown is as tshark pleases."""
        value = self.fields.get(name, (None, ""))[1]
        return int(value, 16) if value else None

    def shown_number(self, name):
        return int(self.fields[name][0], 0) if name in self.fields else None

    def message(self):
        response = self.number("dns.flags.response")
        rcode = self.number("dns.flags.rcode") if response else None
        if rcode is not None:
            rcode |= (self.number("dns.resp.ext_rcode") or 0) << 4
        name = self.fields.get("dns.qry.name")
        name = name and name_of_field(*name)
        addresses = self.ip.groups()
        return Message(
            id=self.number("dns.id"),
            qr=response,
            opcode=self.number("dns.flags.opcode"),
            name=name,
            # What follows a name that cannot be read is anybody's guess.
            qtype=None if name is None else self.number("dns.qry.type"),
            rcode=rcode,
            addresses=",".join(self.addresses) if response else "",
            transport=self.transport,
            src="%s:%d" % (addresses[0], self.ports[0]),
            dst="%s:%d" % (addresses[1], self.ports[1]),
            relation=self.relation(response))

    def relation(self, response):
        if 53 not in self.ports:
            return ""
        if not response:
            first = self.shown_number("dns.retransmit_request_in")
            return "asks" if first is None else "asks again %d" % first
        query = self.shown_number("dns.response_to")
        if query is not None:
            return "answers %d" % query
        first = self.shown_number("dns.retransmit_response_in")
        return "answers nothing" if first is None else \
            "answers after %d" % first


class Mischief(Exception):
    """A program did what it must never do, whatever it is given."""


def run(command, **options):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, timeout=PATIENCE, **options)
    except subprocess.TimeoutExpired as expired:
        raise Mischief("%s: no end after %d s" % (
            command[0], PATIENCE)) from expired


def ask_tshark(path, home):
    """
    Without the reader's preferences, which might turn protocols off.  Left to
    its default, tshark takes up a TCP stream again after a hole; told to put
    segments in order (tcp.reassemble_out_of_order) it waits for what is
    missing to the end, and shows 40 messages less of these captures and none
    more.  Linux' port for VXLAN, 8472, it must be told.
    """
    done = run(["tshark", "-n", "-r", path, "-Y", "dns || mdns || llmnr",
                "-o", "tcp.reassemble_out_of_order:FALSE",
                "-d", "udp.port==8472,vxlan",
                "-T", "pdml", "-J", "dns mdns llmnr"],
               env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home,
                    "WIRESHARK_CONFIG_DIR": home})
    pdml = Pdml()
    if done.stdout:
        pdml.parser.Parse(done.stdout, True)
    return pdml.messages


### dnsforensics

FIELDS = ("frame,id_raw,qr_raw,opcode_raw,name,qtype_raw,rcode_raw,addresses,"
          "transport,src.addr,src.port,dst.addr,dst.port")

RELATIONS = """
SELECT m.frame, m.dns_id, m.qr, m.src_port, m.dst_port, m.transaction_id,
       t.query_frame, t.response_frame,
       m.state = 'wrong_source' AS is_elsewhere,
       m.message_id = 4 * m.transaction_id AS is_query,
       m.message_id = 4 * m.transaction_id + 1 AS is_response
  FROM messages AS m LEFT JOIN transactions AS t USING (transaction_id)
 WHERE 53 IN (m.src_port, m.dst_port)
 ORDER BY m.frame, m.message_id"""


def ask_program(arguments):
    done = run([PROGRAM] + arguments)
    complaints = done.stderr.decode("utf-8", "replace").splitlines()
    if done.returncode not in (0, 1):
        raise Mischief("exit status %d: %s" % (
            done.returncode, "; ".join(complaints[:5])))
    for line in complaints:
        if re.search("Sanitizer|runtime error", line):
            raise Mischief(line)
        if not re.match(re.escape(arguments[-1]) + ": |dnsforensics: ", line):
            raise Mischief("a strange message: " + line)
    if done.returncode == 1 and not complaints:
        raise Mischief("it fails without a word")
    return done.stdout


def ask_for_contents(path):
    messages = collections.defaultdict(list)
    shown = ask_program(["trace", "--format", "json", "--fields", FIELDS,
                         path])
    for line in shown.splitlines():
        row = json.loads(line)
        name = row["name"]
        messages[row["frame"]].append(Message(
            id=row["id_raw"],
            qr=row["qr_raw"],
            opcode=row["opcode_raw"],
            name=None if name is None else labels_of_text(name),
            qtype=row["qtype_raw"],
            rcode=row["rcode_raw"],
            addresses=row["addresses"] or "",
            transport=row["transport"],
            src="%s:%d" % (row["src.addr"], row["src.port"]),
            dst="%s:%d" % (row["dst.addr"], row["dst.port"]),
            relation=""))
    return messages


def relation(row):
    if row["transaction_id"] is None:
        return "is alone"
    if row["qr"] != "R":
        return "asks" if row["is_query"] else \
            "asks again %d" % row["query_frame"]
    if not row["is_response"] and row["is_elsewhere"]:
        return "answers %d from elsewhere" % row["query_frame"]
    if not row["is_response"]:
        return "answers after %s" % row["response_frame"]
    if row["query_frame"] is None:
        return "answers nothing"
    return "answers %d" % row["query_frame"]


def ask_for_relations(path, folder):
    """How often a message (frame, id, Q or R) has which relation; and pairs"""
    store = os.path.join(folder, "referee.db")
    try:
        ask_program(["ingest", "-d", store, path])
        if not os.path.exists(store):
            return {}
        rows = ask_program(["query", "-d", store, "--format", "json",
                            RELATIONS])
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(store + end):
                os.remove(store + end)
    relations = collections.defaultdict(list)
    for row in json.loads(rows or "[]"):
        key = row["frame"], row["dns_id"], row["qr"]
        relations[key].append((relation(row), row["transaction_id"]))
    return relations


### Comparing

def likeness(one, other):
    return sum(getattr(one, field) == getattr(other, field)
               for field in CONTENTS)


def compare_contents(frame, ours, theirs):
    """The messages of one frame, in any order."""
    left = list(theirs)
    rest = []
    for message in ours:
        same = [m for m in left if likeness(m, message) == len(CONTENTS)]
        if same:
            left.remove(same[0])
        else:
            rest.append(message)
    for message in rest:
        like = [m for m in left if m.id == message.id and m.qr == message.qr]
        if not like:
            yield Difference(frame, "ours", message, None)
            continue
        best = max(like, key=lambda m, mine=message: likeness(m, mine))
        left.remove(best)
        for field in CONTENTS:
            if getattr(best, field) != getattr(message, field):
                yield Difference(frame, field, getattr(message, field),
                                 getattr(best, field))
    for message in left:
        yield Difference(frame, "theirs", None, message)


def compare_relations(relations, theirs):
    expected = collections.defaultdict(list)
    for frame, messages in theirs.items():
        for m in messages:
            if m.relation:
                expected[frame, m.id, "R" if m.qr else "Q"].append(m.relation)
    for key, pairs in relations.items():
        mine = sorted(word for word, _ in pairs)
        if key in expected and mine != sorted(expected[key]):
            yield Difference(key[0], "pairing", ", ".join(mine),
                             ", ".join(sorted(expected[key])))


Verdict = collections.namedtuple(
    "Verdict", "capture messages transactions differences mischief")


def judge(capture):
    path = os.path.join(FOLDER, capture)
    with tempfile.TemporaryDirectory() as folder:
        try:
            theirs = ask_tshark(path, folder)
            ours = ask_for_contents(path)
            relations = ask_for_relations(path, folder)
        except Mischief as mischief:
            return Verdict(capture, 0, 0, [], str(mischief))
    differences = []
    for frame in sorted(set(ours) | set(theirs)):
        differences += compare_contents(frame, ours.get(frame, []),
                                        theirs.get(frame, []))
    unlike = {d.frame for d in differences}
    messages = sum(len(m) for frame, m in ours.items() if frame not in unlike)
    differences += compare_relations(relations, theirs)
    unlike = {d.frame for d in differences}
    numbers = {}
    for key, pairs in relations.items():
        for _, number in pairs:
            if number is not None:
                numbers[number] = numbers.get(number, True) and \
                    key[0] not in unlike
    return Verdict(capture, messages, sum(numbers.values()), differences, None)


### What is accepted

Row = collections.namedtuple("Row", "line capture what frames side reason")

WORDS = CONTENTS + ("ours", "theirs", "pairing")


def read_accepted(path):
    rows = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if len(cells) != 5 or cells[1] not in WORDS or \
                    cells[3] not in ("ours", "theirs", "both", "neither"):
                sys.exit("%s:%d: not a row of this table" % (path, number))
            rows.append(Row(number, *cells))
    return rows


def frames_of(text):
    """ "3,7-9" as [(3, 3), (7, 9)] """
    spans = []
    for span in text.split(","):
        first, _, last = span.partition("-")
        spans.append((int(first), int(last or first)))
    return spans


def settle(verdict, rows):
    """What is left of the differences, and the rows that say too much."""
    left = list(verdict.differences)
    stale = []
    for row in rows:
        mine = {d.frame for d in verdict.differences if d.what == row.what}
        spans = [] if row.frames == "*" else frames_of(row.frames)
        if row.frames == "*":
            spans = [(min(mine), max(mine))] if mine else []
            if not mine:
                stale.append((row, "*"))
        stale += [(row, frame) for span in spans for frame in sorted(set(span))
                  if frame not in mine]
        left = [d for d in left if d.what != row.what or not any(
            first <= d.frame <= last for first, last in spans)]
    return left, stale


### The test

def find_captures():
    found = []
    for folder, folders, files in os.walk(FOLDER):
        folders.sort()
        found += [os.path.relpath(os.path.join(folder, file), FOLDER)
                  for file in files
                  if not file.endswith((".tsv", ".md", ".txt"))]
    return sorted(found)


def show(what):
    if isinstance(what, tuple) and not isinstance(what, Message):
        return "".join(chr(byte) if 32 < byte < 127 else "\\%03d" % byte
                       for byte in b".".join(what) + b".")
    if isinstance(what, Message):
        return " ".join("%s=%s" % (field, show(value))
                        for field, value in what._asdict().items()
                        if value not in (None, ""))
    return str(what)


def main():
    chosen = sys.argv[4:]
    captures = chosen or find_captures()
    accepted = collections.defaultdict(list)
    for row in read_accepted(sys.argv[3]):
        accepted[row.capture].append(row)
    jobs = max(2, os.cpu_count() or 2)
    # The largest first, so that nobody waits for it in the end.
    order = sorted(captures, reverse=True,
                   key=lambda c: os.path.getsize(os.path.join(FOLDER, c)))
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        verdicts = sorted(pool.map(judge, order))

    failed = False
    total = messages = transactions = 0
    for verdict in verdicts:
        if verdict.mischief:
            failed = True
            print("%s: %s" % (verdict.capture, verdict.mischief))
            continue
        left, stale = settle(verdict, accepted.pop(verdict.capture, []))
        for d in left:
            failed = True
            print("%s: frame %d: %s: ours: %s, tshark's: %s" % (
                verdict.capture, d.frame, d.what, show(d.ours),
                show(d.theirs)))
        for row, frame in stale:
            failed = True
            print("%s: frame %s: %s: stale: line %d accepts a difference "
                  "which is not there" % (verdict.capture, frame, row.what,
                                          row.line))
        messages += verdict.messages
        transactions += verdict.transactions
        total += len(verdict.differences) - len(left)
    if not chosen:
        for capture in sorted(accepted):
            failed = True
            print("%s: stale: accepted, but there is no such capture" %
                  capture)
    print("referee: {:,} captures, {:,} messages, {:,} transactions agree; "
          "{:,} differences accepted".format(len(verdicts), messages,
                                             transactions, total))
    sys.exit(failed)


if len(sys.argv) < 4:
    sys.exit(__doc__)
PROGRAM = os.path.abspath(sys.argv[1])
FOLDER = os.path.abspath(sys.argv[2])

if __name__ == "__main__":
    main()
