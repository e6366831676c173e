#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes captures of what servers and networks do to queries.

    signatures.py FOLDER

  beyond.pcap    a service address is translated on the node once; five times a
                 query leaves for it, four are answered, and one waits; in
                 beyond-later.pcap that one is asked minutes later
  next-one.pcap  a server waits 2 s for an upstream, then another one answers it
  hasty.pcap     a server fails at once, whatever its upstream does; where it is
                 and where its node ends
  parallel.pcap  a server that asks two upstreams fails at once, as one refuses
  endpoints.pcap
                 six names are aliases of private endpoints (privatelink), three
                 of them with public addresses
  gone.pcap      the same, without any
  mute.pcap      a query a second; every fourth one is not answered, and the last
                 answer comes a little later than after a second
  mangled.pcap   responses have other ids than the queries; early.pcap: in the
                 first seconds alone, so that nothing tells of lost packets
  strange.pcap   they answer another question
  one-port.pcap  a client asks for one name from one port again and again; of some
                 the query, of others the response is missing
  asked-again.pcap
                 a server that an upstream leaves without an answer fails; then it
                 asks another one, for the client's second query
"""

import os
import struct
import sys

import packets
from stubs import A, CLIENT, DENIED, FAILED, SERVER, answer, query, record, write

CNAME, REFUSED, AUTHORITATIVE = 5, 5, 0x0400
IN, OUT = 0, 4
RESOLVER = "10.244.0.9", 53
UPSTREAMS = ("10.225.0.30", 53), ("10.225.0.40", 53)


def seen(interface, way, packet):
    """A packet as tcpdump -i any has it."""
    return struct.pack("!HHIHBB8s", 0x0800, 0, interface, 1, way, 6,
                       b"\x02\0\0\0\0\x01\0\0") + packet


def exchanged(at, places, number, question, flags=0):
    """Asked and answered from place to place: an interface and two ends."""
    ways = IN, OUT
    for i, (interface, client, server) in enumerate(places):
        yield at + 20 * i, seen(interface, ways[i % 2], packets.udp(
            client, server, packets.message(number, packets.QUERY, question)))
    if flags is not None:
        reply = packets.message(number, packets.RESPONSE | flags, question,
                                (record(A),))
        for i, (interface, client, server) in enumerate(reversed(places)):
            yield at + 500 + 20 * i, seen(interface, ways[i % 2], packets.udp(
                server, client, reply))


def beyond(later):
    pod, dns = (CLIENT, 40000), ("10.244.0.9", 53)
    yield from exchanged(0, ((5, pod, SERVER), (6, pod, dns)), 7,
                         ("kubernetes.default.svc.cluster.local", A),
                         AUTHORITATIVE)
    for i in range(5):
        pod, node = (CLIENT, 41000 + i), ("10.224.0.4", 41000 + i)
        yield from exchanged(1000000 + 1000 * i + (later if i == 4 else 0),
                             ((5, pod, SERVER), (2, node, SERVER)), 11 + i,
                             (f"m{i}.example.com", A), 0 if i < 4 else None)


def hasty():
    for i in range(8):
        # the last one so late that the others are decided
        at, question = 1000000 + i // 7 * 60000000 + i, (f"n{i}.example.com", A)
        pod, dns, node = ((CLIENT, 47000 + i), (RESOLVER[0], 50000 + i),
                          ("10.224.0.4", 50000 + i))
        is_well = i % 7 == 0
        yield from exchanged(at, ((5, pod, RESOLVER), (6, pod, RESOLVER)),
                             21 + i, question, 0 if is_well else FAILED)
        yield from exchanged(at + 100, ((6, dns, UPSTREAMS[0]),
                                        (2, node, UPSTREAMS[0])),
                             300 + 7 * i, question, 0 if is_well else None)


def forwarded(legs, took, rcode, again=None):
    """A server that asks upstreams: each with when, which, when it answered."""
    for i in range(6):
        at, question = 1000000 + i * 10000000, (f"n{i}.example.com", A)
        for turn in (0,) if again is None else (0, again):
            yield at + turn, packets.udp((CLIENT, 42000 + i), RESOLVER,
                                         packets.message(21 + i, packets.QUERY,
                                                         question))
        for j, (since, upstream, until, said) in enumerate(legs):
            ends = (RESOLVER[0], 50000 + 3 * i + j), UPSTREAMS[upstream]
            yield at + since, packets.udp(*ends, packets.message(
                300 + 7 * i + j, packets.QUERY, question))
            if until is not None:
                yield at + until, packets.udp(*ends[::-1], packets.message(
                    300 + 7 * i + j, packets.RESPONSE | said, question,
                    () if said else (record(A),)))
        yield at + took, packets.udp(RESOLVER, (CLIENT, 42000 + i),
                                     packets.message(
            21 + i, packets.RESPONSE | rcode, question,
            () if rcode else (record(A),)))
    # so that those before are decided; and who is asked first is the other one
    for at, upstream in ((0, 1), (90000000, 0)):
        ends = (RESOLVER[0], 60000), UPSTREAMS[upstream]
        question = f"{at}.example.com", A
        yield at, packets.udp(*ends, packets.message(9, packets.QUERY, question))
        yield at + 900, packets.udp(*ends[::-1], packets.message(
            9, packets.RESPONSE, question, (record(A),)))


def endpoints(exist):
    for i in range(6):
        question = f"n{i}.blob.core.windows.net", A
        target = packets.name_of(f"n{i}.privatelink.blob.core.windows.net")
        alias = b"\xc0\x0c" + struct.pack("!HHIH", CNAME, 1, 30,
                                          len(target)) + target
        address = target + struct.pack("!HHIH4B", A, 1, 30, 4,
                                       20 if i % 2 else 10, 60, 1, i)
        yield i * 1000000, query(50 + i, 43000 + i, question)
        yield i * 1000000 + 900, answer(50 + i, 43000 + i, question,
                                        0 if exist else DENIED,
                                        (alias, address) if exist else (alias,))


def mute():
    for i in (*range(41), 60):
        question = f"n{i}.example.com", A
        yield i * 1000000, query(200 + i, 46000 + i, question)
        if i % 4:
            yield i * 1000000 + (2569 + 1000000 * (i == 39)), answer(
                200 + i, 46000 + i, question, 0, (record(A),))


def mangled(step, number, name=None):
    for i in range(6):
        question = f"n{i}.example.com", A
        yield i * step, query(100 + i, 44000 + i, question)
        yield i * step + 900, answer(100 + i + number, 44000 + i,
                                     (name, A) if name else question, 0,
                                     (record(A),))
    question = "end.example.com", A
    yield 90000000, query(1, 45000, question)
    yield 90000900, answer(1, 45000, question, 0, (record(A),))


def one_port():
    question = "n.example.com", A
    for i in range(400):
        if i % 20 != 3:
            yield i * 50000, query(i + 1, 44000, question)
        if i % 20 != 13:
            yield i * 50000 + 900, answer(i + 1, 44000, question, 0,
                                          (record(A),))


def write_sll2(folder, name, frames):
    with open(os.path.join(folder, name), "wb") as out:
        packets.write_pcap(out, packets.SLL2, frames)


def main():
    folder = sys.argv[1]
    write_sll2(folder, "beyond.pcap", beyond(0))
    write_sll2(folder, "beyond-later.pcap", beyond(400000000))
    write_sll2(folder, "hasty.pcap", sorted(hasty()))
    write(folder, "endpoints.pcap", endpoints(True))
    write(folder, "mute.pcap", sorted(mute()))
    write(folder, "mangled.pcap", mangled(1000000, 600))
    write(folder, "early.pcap", mangled(500000, 600))
    write(folder, "strange.pcap", mangled(1000000, 0, "other.example.com"))
    write(folder, "one-port.pcap", one_port())
    write(folder, "gone.pcap", endpoints(False))
    for name, legs, took, rcode, again in (
            ("next-one", ((500, 0, None, 0), (2000500, 1, 2003000, 0)),
             2004000, 0, None),
            ("parallel", ((500, 1, 1500, REFUSED), (600, 0, None, 0)), 2000,
             FAILED, None),
            ("asked-again", ((500, 0, None, 0), (2500500, 0, None, 0),
                             (4500500, 1, None, 0)), 3000000, FAILED,
             2500000)):
        write(folder, name + ".pcap",
              sorted(forwarded(legs, took, rcode, again)))


if __name__ == "__main__":
    main()
