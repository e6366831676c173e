#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes captures of two interfaces of a node: of pods, and its uplink.

    two-places.py FOLDER

Thirty lookups, one a second.  In three of them the client asks again after
2.5 s, as no answer came; that follows at once.

    veth.pcap       all of it, where the client is
    beyond.pcap     all of it at the uplink: lost further on
    within.pcap     without the first queries of the three: lost in the node
    late.pcap       begins between the queries of the last of the three
    drops.pcapng    as within.pcap, but packets were dropped while capturing
    slow-veth.pcap, slow.pcap
                    as the first two, but the server takes 2.6 s for each of
                    the queries of the three, and answers both
"""

import os
import struct
import sys

import packets

SERVER = "10.1.0.1"
START = 1700000000
LOST = (3, 7, 11)
VETH, UPLINK = 5, 2
IN, OUT = 0, 4


def packet(number, is_response, interface, way):
    ends = [("10.244.0.%d" % (5 + number % 2), 31000 + number), (SERVER, 53)]
    question = "m%02d.example.com." % number, packets.A
    if is_response:
        ends.reverse()
        data = packets.message(number + 101, packets.RESPONSE, question,
                               [packets.address_record("203.0.113.1", 60)])
    else:
        data = packets.message(number + 101, packets.QUERY, question)
    return struct.pack("!HHIHBB8s", 0x0800, 0, interface, 1, way, 6,
                       b"\x02\0\0\0\0\x01\0\0") + packets.udp(*ends, data)


def write_pcap(path, frames):
    with open(path, "wb") as out:
        packets.write_pcap(out, packets.SLL2, frames, START)


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def write_pcapng(path, frames, dropped):
    def stamp(at):
        at += START * 1000000
        return struct.pack("<II", at >> 32, at & 0xffffffff)

    with open(path, "wb") as out:
        out.write(block(0x0a0d0d0a,
                        struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)))
        out.write(block(1, struct.pack("<HHI", packets.SLL2, 0, 65535)))
        for at, data in frames:
            out.write(block(6, struct.pack("<I", 0) + stamp(at)
                            + struct.pack("<II", len(data), len(data)) + data))
        out.write(block(5, struct.pack("<I", 0) + stamp(frames[-1][0])
                        + struct.pack("<HHQHHQHH", 4, 8, 1000,
                                      5, 8, dropped, 0, 0)))


def answer(veth, uplink, number, at):
    uplink.append((at + 500, packet(number, 1, UPLINK, IN)))
    veth.append((at + 520, packet(number, 1, VETH, OUT)))


def make(is_slow):
    veth, uplink, firsts = [], [], set()
    for i in range(30):
        at = i * 1000000
        for turn in range(2 if i in LOST else 1):
            at += 2500000 * turn
            veth.append((at, packet(i, 0, VETH, IN)))
            uplink.append((at + 20, packet(i, 0, UPLINK, OUT)))
            if i in LOST and turn == 0:
                firsts.add(uplink[-1])
            if i in LOST and is_slow:
                answer(veth, uplink, i, at + 2600000)
        if not (i in LOST and is_slow):
            answer(veth, uplink, i, at)
    return sorted(veth), sorted(uplink), firsts


def main():
    folder = sys.argv[1]
    veth, uplink, firsts = make(False)
    within = [frame for frame in uplink if frame not in firsts]
    late = [frame for frame in uplink if frame[0] > 11200000]
    write_pcap(os.path.join(folder, "veth.pcap"), veth)
    write_pcap(os.path.join(folder, "beyond.pcap"), uplink)
    write_pcap(os.path.join(folder, "within.pcap"), within)
    write_pcap(os.path.join(folder, "late.pcap"), late)
    write_pcapng(os.path.join(folder, "drops.pcapng"), within, 40)
    veth, uplink, _ = make(True)
    write_pcap(os.path.join(folder, "slow-veth.pcap"), veth)
    write_pcap(os.path.join(folder, "slow.pcap"), uplink)


if __name__ == "__main__":
    main()
