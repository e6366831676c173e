#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes captures of what stub resolvers meet.

    stubs.py FOLDER

  half-aaaa.pcap, half-a.pcap
                 musl asks for A and AAAA; of one the name is denied, the other
                 one is answered
  polling.pcap   a query a second from another socket each time: half of them get
                 SERVFAIL
  patient.pcap   a client with EDNS asks again after five seconds, from the same
                 socket, and is answered
  late.pcap      the same, but the answer takes eight seconds more
  two-servers.pcap
                 musl asks two servers at once; one is dead, the other one denies
                 AAAA and answers A
  untimed.pcap   as polling.pcap, without times
  beyond.pcap    a service address is translated on the node once; five times a
                 query leaves for it, four are answered, and one waits
"""

import os
import struct
import sys

import packets

CLIENT, SERVER, DEAD = "10.244.0.5", ("10.0.0.10", 53), ("10.0.0.11", 53)
A, AAAA = 1, 28
DENIED, FAILED, AUTHORITATIVE = 3, 2, 0x0400
IN, OUT = 0, 4
EDNS = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


def query(number, port, question, additional=(), server=SERVER):
    return packets.udp((CLIENT, port), server, packets.message(
        number, packets.QUERY, question, (), additional))


def answer(number, port, question, rcode, records):
    return packets.udp(SERVER, (CLIENT, port), packets.message(
        number, packets.RESPONSE | rcode, question, records))


def record(qtype):
    """An address of the name in the question."""
    if qtype == A:
        return packets.address_record("10.0.0.80", 30)
    return b"\xc0\x0c" + bytes((0, AAAA, 0, 1, 0, 0, 0, 30, 0, 16)) \
        + bytes.fromhex("20010db8000000000000000000000080")


def halves(denied, servers=(SERVER,)):
    for i in range(6):
        at, port, name = i * 1000000, 30000 + i, f"db{i}.corp.example.com"
        for number, qtype in ((2 * i, A), (2 * i + 1, AAAA)):
            question = name, qtype
            # musl numbers the two of a pair
            for server in servers:
                yield at + number % 2, query(number, port, question, (), server)
            yield at + 2000 + number % 2, answer(
                number, port, question, DENIED if qtype == denied else 0,
                () if qtype == denied else (record(qtype),))


def polling():
    for i in range(30):
        at, question = i * 1000000, ("api.example.com", A)
        number, port = i * 7919 % 65536, 40000 + i * 97
        yield at, query(number, port, question)
        yield at + 1200, answer(number, port, question,
                                FAILED if i % 2 else 0,
                                () if i % 2 else (record(A),))


def patient(took):
    question = "www.example.com", A
    for i in range(6):
        at, number, port = i * 20000000, 500 + 311 * i, 50000 + i
        yield at, query(number, port, question, (EDNS,))
        yield at + 5000000, query(number, port, question, (EDNS,))
        yield at + 5000000 + took, answer(number, port, question, 0, (record(A),))


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


def beyond():
    pod, dns = (CLIENT, 40000), ("10.244.0.9", 53)
    yield from exchanged(0, ((5, pod, SERVER), (6, pod, dns)), 7,
                         ("kubernetes.default.svc.cluster.local", A),
                         AUTHORITATIVE)
    for i in range(5):
        pod, node = (CLIENT, 41000 + i), ("10.224.0.4", 41000 + i)
        yield from exchanged(1000000 + 1000 * i,
                             ((5, pod, SERVER), (2, node, SERVER)), 11 + i,
                             (f"m{i}.example.com", A), 0 if i < 4 else None)


def write(folder, name, frames, start=1700000000, link=packets.RAW_IPV4):
    with open(os.path.join(folder, name), "wb") as out:
        packets.write_pcap(out, link, frames, start)


def main():
    folder = sys.argv[1]
    write(folder, "half-aaaa.pcap", sorted(halves(AAAA)))
    write(folder, "half-a.pcap", sorted(halves(A)))
    write(folder, "polling.pcap", polling())
    write(folder, "patient.pcap", patient(10000))
    write(folder, "late.pcap", patient(8000000))
    write(folder, "two-servers.pcap", sorted(halves(AAAA, (SERVER, DEAD))))
    write(folder, "untimed.pcap", ((0, data) for _, data in polling()), 0)
    write(folder, "beyond.pcap", beyond(), link=packets.SLL2)


if __name__ == "__main__":
    main()
