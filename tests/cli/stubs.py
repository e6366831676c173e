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
"""

import os
import sys

import packets

CLIENT, SERVER, DEAD = "10.244.0.5", ("10.0.0.10", 53), ("10.0.0.11", 53)
A, AAAA = 1, 28
DENIED, FAILED = 3, 2
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


def write(folder, name, frames, start=1700000000):
    with open(os.path.join(folder, name), "wb") as out:
        packets.write_pcap(out, packets.RAW_IPV4, frames, start)


def main():
    folder = sys.argv[1]
    write(folder, "half-aaaa.pcap", sorted(halves(AAAA)))
    write(folder, "half-a.pcap", sorted(halves(A)))
    write(folder, "polling.pcap", polling())
    write(folder, "patient.pcap", patient(10000))
    write(folder, "late.pcap", patient(8000000))
    write(folder, "two-servers.pcap", sorted(halves(AAAA, (SERVER, DEAD))))
    write(folder, "untimed.pcap", ((0, data) for _, data in polling()), 0)


if __name__ == "__main__":
    main()
