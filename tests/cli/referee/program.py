# SPDX-License-Identifier: BSD-3-Clause
"""What dnsforensics has to say of a capture."""

import collections
import json
import os
import re

from message import Error, Message, Mischief, labels_of_text
from tshark import run

FIELDS = ("frame,id_raw,qr_raw,opcode_raw,name,qtype_raw,rcode_raw,addresses,"
          "transport,src.addr,src.port,dst.addr,dst.port,tunnel")

RELATIONS = """
SELECT m.frame, m.dns_id, m.qr, m.src_port, m.dst_port, m.sighting_id,
       s.query_frame, s.response_frame,
       m.state = 'wrong_source' AS is_elsewhere,
       m.qr = 'Q' AND m.frame = s.query_frame AND m.attempt = 1 AS is_query,
       m.qr = 'R' AND m.frame = s.response_frame
       AND m.state != 'duplicate_response' AS is_response
  FROM messages AS m LEFT JOIN sightings AS s USING (sighting_id)
 WHERE 53 IN (m.src_port, m.dst_port)
 ORDER BY m.frame, m.message_id"""

ERRORS = """
SELECT frame, protocol, type, code, mtu, reporter, src, src_port, dst,
       dst_port, transport, dns_id
  FROM icmp_errors
 ORDER BY frame, icmp_id"""


def ask_program(program, arguments):
    done = run([program] + arguments)
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


def ask_for_contents(program, store):
    messages = collections.defaultdict(list)
    shown = ask_program(program, ["trace", "--format", "json", "--fields",
                                  FIELDS, "-d", store])
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
            tunnel=row["tunnel"] or "",
            relation="",
            classes=()))
    return messages


def relation(row):
    if row["sighting_id"] is None:
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


def relations_of(rows):
    relations = collections.defaultdict(list)
    for row in rows:
        key = row["frame"], row["dns_id"], row["qr"]
        relations[key].append((relation(row), row["sighting_id"]))
    return relations


def errors_of(rows):
    errors = collections.defaultdict(list)
    for row in rows:
        errors[row["frame"]].append(Error(
            protocol=row["protocol"], type=row["type"], code=row["code"],
            mtu=row["mtu"], reporter=row["reporter"],
            src="%s:%d" % (row["src"], row["src_port"]),
            dst="%s:%d" % (row["dst"], row["dst_port"]),
            transport=row["transport"], id=row["dns_id"]))
    return errors


def ask(program, path, folder):
    """Three answers: the messages by frame; how often a message (frame, id,
    Q or R) has which relation, in pairs with the transaction; and the ICMP
    errors by frame."""
    store = os.path.join(folder, "referee.db")
    ask_program(program, ["ingest", "-d", store, path])
    if not os.path.exists(store):
        return {}, {}, {}
    rows = [json.loads(ask_program(program, ["query", "-d", store, "--format",
                                             "json", sql]) or "[]")
            for sql in (RELATIONS, ERRORS)]
    return ask_for_contents(program, store), relations_of(rows[0]), \
        errors_of(rows[1])
