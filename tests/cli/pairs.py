#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of a client that asks for A and AAAA from one port.

    pairs.py PAIRS LOST SINGLES LOST-SINGLES >x.pcap

A lookup a second.  Of the first LOST pairs the AAAA is not answered until it
is asked again after 5 s; nor are the first LOST-SINGLES of those that ask for
A alone, from a port of their own.
"""

import sys

import packets

CLIENT, SERVER = "10.244.0.5", "10.0.0.10"


def packet(number, qtype, is_response):
    ends = [(CLIENT, 20000 + number), (SERVER, 53)]
    question = "n%04d.example." % number, qtype
    dns_id = number * 32 + qtype
    if not is_response:
        return packets.udp(*ends, packets.message(dns_id, packets.QUERY,
                                                  question))
    answer = [packets.address_record("203.0.113.1", 60)]
    return packets.udp(*ends[::-1],
                       packets.message(dns_id, packets.RESPONSE, question,
                                       answer if qtype == packets.A else []))


def ask(frames, at, number, qtype, is_lost):
    frames.append((at, number, qtype, 0))
    if is_lost:
        at += 5000000
        frames.append((at, number, qtype, 0))
    frames.append((at + 300, number, qtype, 1))


def main():
    pairs, lost, singles, lost_singles = (int(word) for word in sys.argv[1:])
    frames = []
    for i in range(pairs):
        ask(frames, i * 1000000, i, 1, False)
        ask(frames, i * 1000000 + 50, i, 28, i < lost)
    for i in range(singles):
        ask(frames, i * 1000000 + 500000, pairs + i, 1, i < lost_singles)
    packets.write_pcap(sys.stdout.buffer, packets.RAW_IPV4,
                       [(at, packet(*which)) for at, *which in sorted(frames)])


if __name__ == "__main__":
    main()
