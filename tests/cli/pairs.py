#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of a client that asks for A and AAAA from one port.

    pairs.py PAIRS LOST SINGLES LOST-SINGLES >x.pcap

A lookup a second.  Of the first LOST pairs the AAAA is not answered until it
is asked again after 5 s; nor are the first LOST-SINGLES of those that ask for
A alone, from a port of their own.
"""

import socket
import struct
import sys

CLIENT, SERVER = "10.244.0.5", "10.0.0.10"


def dns(number, qtype, is_response):
    name = b"\x05n%04d\x07example\x00" % number
    flags = 0x8180 if is_response else 0x0100
    has_answer = is_response and qtype == 1
    answer = b"\xc0\x0c" + struct.pack("!HHIHI", 1, 1, 60, 4, 0xcb007101)
    return struct.pack("!6H", number * 32 + qtype, flags, 1, has_answer, 0, 0) \
        + name + struct.pack("!HH", qtype, 1) + (answer if has_answer else b"")


def packet(number, qtype, is_response):
    ends = [(CLIENT, 20000 + number), (SERVER, 53)]
    if is_response:
        ends.reverse()
    data = dns(number, qtype, is_response)
    udp = struct.pack("!4H", ends[0][1], ends[1][1], 8 + len(data), 0) + data
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                     socket.inet_aton(ends[0][0]), socket.inet_aton(ends[1][0]))
    return ip + udp


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
    out = sys.stdout.buffer
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for at, number, qtype, is_response in sorted(frames):
        data = packet(number, qtype, is_response)
        out.write(struct.pack("<IIII", 1700000000 + at // 1000000,
                              at % 1000000, len(data), len(data)) + data)


if __name__ == "__main__":
    main()
