#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds dnsforensics against tshark, capture by capture.

usage: compare.py DNSFORENSICS ACCEPTED FOLDER... [-- CAPTURE...]

Both programs read every capture below each FOLDER.  Each message that one of
them shows must be shown by the other, in the same frame and with the same
contents, and be put into the same relation to other messages; and so must each
ICMP error about one.  Where they differ, the table ACCEPTED says who is right
and why; a difference that is not in it fails, and so does a row of it without
a difference.  Messages in tunnels, over TCP and from fragments, and ICMP
errors, must be among what agrees where tshark shows any.

Captures are called by the last part of FOLDER's path and their path within.
Given CAPTUREs, only these are read.
"""

import collections
import concurrent.futures
import functools
import itertools
import os
import sys
import tempfile

from message import CLASSES, CONTENTS, Error, Message, Mischief
from program import ask
from tshark import ask_tshark

Difference = collections.namedtuple("Difference", "frame what ours theirs")


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


def compare_errors(ours, theirs):
    for frame in sorted(set(ours) | set(theirs)):
        left = list(theirs.get(frame, []))
        rest = []
        for error in ours.get(frame, []):
            if error in left:
                left.remove(error)
            else:
                rest.append(error)
        for pair in itertools.zip_longest(rest, left):
            yield Difference(frame, "icmp", *pair)


# agree: how often what is the same in both; shown: how often tshark has it.
Verdict = collections.namedtuple(
    "Verdict", "capture agree shown differences mischief")


def count_transactions(relations, unlike):
    numbers = {}
    for key, pairs in relations.items():
        for _, number in pairs:
            if number is not None:
                numbers[number] = numbers.get(number, True) and \
                    key[0] not in unlike
    return sum(numbers.values())


def count(messages, errors, unlike):
    """What there is in those frames which are not `unlike`."""
    found = collections.Counter()
    for frame in set(messages) - unlike:
        found["messages"] += len(messages[frame])
        for message in messages[frame]:
            found.update(message.classes)
    for frame in set(errors) - unlike:
        found["ICMP errors"] += len(errors[frame])
    return found


def judge(capture):
    path = captures()[capture]
    with tempfile.TemporaryDirectory() as folder:
        try:
            theirs, their_errors = ask_tshark(path, folder)
            ours, relations, errors = ask(PROGRAM, path, folder)
        except Mischief as mischief:
            return Verdict(capture, {}, {}, [], str(mischief))
    differences = []
    for frame in sorted(set(ours) | set(theirs)):
        differences += compare_contents(frame, ours.get(frame, []),
                                        theirs.get(frame, []))
    differences += compare_errors(errors, their_errors)
    agree = count(theirs, their_errors, {d.frame for d in differences})
    differences += compare_relations(relations, theirs)
    agree["transactions"] = count_transactions(
        relations, {d.frame for d in differences})
    return Verdict(capture, agree, count(theirs, their_errors, set()),
                   differences, None)


### What is accepted

Row = collections.namedtuple("Row", "line capture what frames side reason")

WORDS = CONTENTS + ("ours", "theirs", "pairing", "icmp")


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

@functools.lru_cache(maxsize=None)
def captures():
    """Where the captures are, by what they are called."""
    found = {}
    for top in FOLDERS:
        for folder, _, files in os.walk(top):
            for file in files:
                path = os.path.join(folder, file)
                name = os.path.relpath(path, os.path.dirname(top))
                if not file.endswith((".tsv", ".md", ".txt", ".inc")):
                    found[name] = path
    return found


def show(what):
    if isinstance(what, tuple) and not isinstance(what, (Message, Error)):
        return "".join(chr(byte) if 32 < byte < 127 else "\\%03d" % byte
                       for byte in b".".join(what) + b".")
    if isinstance(what, (Message, Error)):
        return " ".join("%s=%s" % (field, show(value))
                        for field, value in what._asdict().items()
                        if field != "classes" and value not in (None, ""))
    return str(what)


def judge_all(chosen):
    jobs = max(2, os.cpu_count() or 2)
    # The largest first, so that nobody waits for it in the end.
    order = sorted(chosen, reverse=True,
                   key=lambda c: os.path.getsize(captures()[c]))
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        return sorted(pool.map(judge, order), key=lambda v: v.capture)


def complaints_of(verdict, rows):
    if verdict.mischief:
        yield verdict.mischief
        return
    left, stale = settle(verdict, rows)
    for d in left:
        yield "frame %d: %s: ours: %s, tshark's: %s" % (
            d.frame, d.what, show(d.ours), show(d.theirs))
    for row, frame in stale:
        yield "frame %s: %s: stale: line %d accepts a difference which is " \
            "not there" % (frame, row.what, row.line)


def complaints_of_all(verdicts, chosen):
    accepted = collections.defaultdict(list)
    for row in read_accepted(ACCEPTED):
        accepted[row.capture].append(row)
    for verdict in verdicts:
        for text in complaints_of(verdict, accepted[verdict.capture]):
            yield "%s: %s" % (verdict.capture, text)
    folders = {os.path.basename(folder) for folder in FOLDERS}
    for capture in sorted(set(accepted) - set(captures())):
        if not chosen and capture.split("/")[0] in folders:
            yield "%s: stale: accepted, but there is no such capture" % capture


def some():
    """All captures, or every fifth with DNSFORENSICS_EVERY=5."""
    step = int(os.environ.get("DNSFORENSICS_EVERY", 1))
    return sorted(captures())[step - 1::step]


def main(chosen):
    verdicts = judge_all(chosen or some())
    agree, shown = collections.Counter(), collections.Counter()
    for verdict in verdicts:
        agree.update(verdict.agree)
        shown.update(verdict.shown)
    complaints = list(complaints_of_all(verdicts, chosen))
    # A class of which all is accepted as different is not compared at all.
    whole = len(verdicts) == len(captures())
    complaints += ["no messages %s agree" % name for name in CLASSES
                   if whole and shown[name] and not agree[name]]
    if whole and shown["ICMP errors"] and not agree["ICMP errors"]:
        complaints.append("no ICMP errors agree")
    for complaint in complaints:
        print(complaint)
    print("referee: {:,} captures: {:,} messages ({}), {:,} ICMP errors, {:,} "
          "transactions agree; {:,} differences".format(
              len(verdicts), agree["messages"],
              ", ".join("{:,} {}".format(agree[name], name)
                        for name in CLASSES),
              agree["ICMP errors"], agree["transactions"],
              sum(len(verdict.differences) for verdict in verdicts)))
    sys.exit(bool(complaints))


if len(sys.argv) < 4:
    sys.exit(__doc__)
PROGRAM = os.path.abspath(sys.argv[1])
ACCEPTED = sys.argv[2]
ARGUMENTS = sys.argv[3:] + ["--"]
FOLDERS = [os.path.abspath(folder)
           for folder in ARGUMENTS[:ARGUMENTS.index("--")]]

if __name__ == "__main__":
    main(ARGUMENTS[ARGUMENTS.index("--") + 1:-1])
