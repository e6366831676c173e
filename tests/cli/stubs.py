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
  untimed-change.pcap
                 a name is denied three times, then answered, without times
  again.pcap     a server fails each query, and answers it when asked again
  another.pcap   the same, but it is another server that answers
  failover.pcap  each second query is not answered, and after five seconds another
                 server is asked
  upstreams.pcap a DNS server waits two seconds for one upstream, and gets the
                 answer of another one
  blocked.pcap   truncated answers, after which TCP is refused
  knocking.pcap  a truncated answer, and SYN, at the end of the capture
  elsewhere.pcap as blocked.pcap, but TCP is tried with another server
  udp-alone.pcap the same, as "udp port 53" shows it
  short.pcap     short names that exist with the node's suffix alone
  unfinished.pcap
                 the same, but what comes after the cluster's suffixes is missing
  in-full.pcap   services that do not exist, asked for in full: the name itself,
                 last, is in a list's zone
  continued.pcap the same, but what comes after is asked for seconds later
  aside.pcap     the same as well, but those lists are walked to their end: what
                 has another suffix was asked for by itself
"""

import os
import sys

import packets

CLIENT, SERVER, OTHER = "10.244.0.5", ("10.0.0.10", 53), ("10.0.0.11", 53)
A, AAAA = 1, 28
DENIED, FAILED, TRUNCATED = 3, 2, 0x0200
SYN, RST_ACK = 0x02, 0x14
EDNS = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


def query(number, port, question, additional=(), server=SERVER):
    return packets.udp((CLIENT, port), server, packets.message(
        number, packets.QUERY, question, (), additional))


def answer(number, port, question, rcode, records, server=SERVER):
    return packets.udp(server, (CLIENT, port), packets.message(
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


def made():
    question = "db.example.com", A
    for i in range(6):
        number, port = 500 + 311 * i, 50000 + 2 * i
        yield 2 * i, query(number, port, question)
        yield 2 * i + 1, answer(number, port, question, DENIED if i < 3 else 0,
                                () if i < 3 else (record(A),))


def again(server):
    for i in range(8):
        at, number, port = i * 1000000, 500 + 311 * i, 50000 + 2 * i
        question = f"api{i}.example.com", A
        yield at, query(number, port, question)
        yield at + 900, answer(number, port, question, FAILED, ())
        yield at + 1200, query(number, port + 1, question, (), server)
        yield at + 3000, answer(number, port + 1, question, 0, (record(A),),
                                server)


def failover():
    for i in range(8):
        at, number, port = i * 20000000, 500 + 311 * i, 50000 + 2 * i
        question = f"api{i}.example.com", A
        yield at, query(number, port, question)
        if i % 2:
            yield at + 900, answer(number, port, question, 0, (record(A),))
            continue
        yield at + 5000000, query(number, port + 1, question, (), OTHER)
        yield at + 5001900, answer(number, port + 1, question, 0, (record(A),),
                                   OTHER)


def upstreams():
    """A DNS server with two: the first is silent, the second one answers."""
    dns, silent, good = ("10.244.0.53", 53), ("10.0.0.1", 53), ("10.0.0.2", 53)

    def ask(source, server, number, question):
        return packets.udp(source, server, packets.message(
            number, packets.QUERY, question))

    def say(server, source, number, question):
        return packets.udp(server, source, packets.message(
            number, packets.RESPONSE, question, (record(A),)))

    for i in range(10):
        at, question = i * 10000000, (f"api{i}.example.com", A)
        client = f"10.244.0.{5 + i % 3}", 40000 + i
        first, second = (dns[0], 50000 + i), (dns[0], 51000 + i)
        yield at, ask(client, dns, 100 + i, question)
        yield at + 100, ask(first, silent, 200 + i, question)
        yield at + 2001200, ask(second, good, 300 + i, question)
        yield at + 2002200, say(good, second, 300 + i, question)
        yield at + 2002300, say(dns, client, 100 + i, question)
    # it is over
    question = "api.example.com", A
    yield 200000000, ask((CLIENT, 1234), dns, 1, question)
    yield 200000900, say(dns, (CLIENT, 1234), 1, question)


def blocked(server):
    for i in range(6):
        at, number, port = i * 20000000, 500 + 311 * i, 50000 + 2 * i
        question = f"big{i}.example.com", A
        yield at, query(number, port, question)
        yield at + 900, answer(number, port, question, TRUNCATED, ())
        if server is None:
            continue
        yield at + 1200, packets.tcp((CLIENT, port + 1), server, SYN)
        yield at + 1500, packets.tcp(server, (CLIENT, port + 1), RST_ACK)


def knocking():
    for i in range(6):
        question = f"api{i}.example.com", A
        yield i * 1000000, query(i, 30000 + i, question)
        yield i * 1000000 + 900, answer(i, 30000 + i, question, 0, (record(A),))
    question = "big.example.com", A
    yield 7000000, query(99, 33333, question)
    yield 7000900, answer(99, 33333, question, TRUNCATED, ())
    yield 7001200, packets.tcp((CLIENT, 33334), SERVER, SYN)


def patient(took):
    question = "www.example.com", A
    for i in range(6):
        at, number, port = i * 20000000, 500 + 311 * i, 50000 + i
        yield at, query(number, port, question, (EDNS,))
        yield at + 5000000, query(number, port, question, (EDNS,))
        yield at + 5000000 + took, answer(number, port, question, 0, (record(A),))


def walk(suffixes, known, apart=0, rest=""):
    """Names, with each suffix until one is known; that may come later."""
    at, number = 0, 100
    for i in range(6):
        port, short = 30000 + i, f"db{i % 3}{rest}"
        for suffix in suffixes:
            at += 1000 + (apart if suffix == known else 0)
            for qtype in (A, AAAA):
                number += 37
                question = ".".join(filter(None, (short, suffix))), qtype
                has_one = suffix == known and qtype == A
                yield at + qtype, query(number, port, question)
                yield at + 500 + qtype, answer(
                    number, port, question, 0 if suffix == known else DENIED,
                    (record(A),) if has_one else ())
        at += 3000000


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
    write(folder, "two-servers.pcap", sorted(halves(AAAA, (SERVER, OTHER))))
    write(folder, "again.pcap", again(SERVER))
    write(folder, "another.pcap", again(OTHER))
    write(folder, "failover.pcap", failover())
    write(folder, "upstreams.pcap", upstreams())
    write(folder, "blocked.pcap", blocked(SERVER))
    write(folder, "knocking.pcap", knocking())
    write(folder, "elsewhere.pcap", blocked(OTHER))
    write(folder, "udp-alone.pcap", blocked(None))
    inside = "shop.svc.cluster.local", "svc.cluster.local", "cluster.local"
    node = "xyz.internal.cloudapp.net"
    write(folder, "short.pcap", sorted(walk((*inside, node), node)))
    write(folder, "unfinished.pcap", sorted(walk(inside, node)))
    write(folder, "continued.pcap", sorted(walk(inside, inside[-1], 6000000)))
    write(folder, "in-full.pcap", sorted(walk(
        (*inside, node, ""), None, 0, ".shop.svc.cluster.local")))
    write(folder, "aside.pcap", sorted(walk((*inside, "", node), node, 9000)))
    write(folder, "untimed.pcap", ((0, data) for _, data in polling()), 0)
    write(folder, "untimed-change.pcap", ((0, data) for _, data in made()), 0)


if __name__ == "__main__":
    main()
