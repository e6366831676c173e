#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of a node that asks Azure's DNS more than it may.

    burst.py CALM CALM-LOST BUSY BUSY-LOST >x.pcap

Of ten seconds every other one has BUSY queries, of which BUSY-LOST are not
answered, and the others have CALM and CALM-LOST.  A last query comes 20 s
later, so that what nobody answered is decided.
"""

import socket
import struct
import sys

NODE, AZURE = "10.224.0.4", "168.63.129.16"


def dns(number, is_response):
    name = b"\x05n%04d\x07example\x00" % (number % 10000)
    flags = 0x8180 if is_response else 0x0100
    answer = b"\xc0\x0c" + struct.pack("!HHIHI", 1, 1, 60, 4, 0xcb007101)
    return struct.pack("!6H", number & 0xffff, flags, 1, is_response, 0, 0) \
        + name + struct.pack("!HH", 1, 1) + (answer if is_response else b"")


def packet(number, is_response):
    ends = [(NODE, 20000 + number % 40000), (AZURE, 53)]
    if is_response:
        ends.reverse()
    data = dns(number, is_response)
    udp = struct.pack("!4H", ends[0][1], ends[1][1], 8 + len(data), 0) + data
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                     socket.inet_aton(ends[0][0]), socket.inet_aton(ends[1][0]))
    return ip + udp


def main():
    calm, calm_lost, busy, busy_lost = (int(word) for word in sys.argv[1:])
    frames, number = [], 0
    for second in range(10):
        count, lost = (busy, busy_lost) if second % 2 else (calm, calm_lost)
        for i in range(count):
            at = second * 1000000 + i * 900000 // count
            frames.append((at, number, 0))
            if i >= lost:
                frames.append((at + 300, number, 1))
            number += 1
    frames += [(30000000, number, 0), (30000300, number, 1)]
    out = sys.stdout.buffer
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for at, number, is_response in sorted(frames):
        data = packet(number, is_response)
        out.write(struct.pack("<IIII", 1700000000 + at // 1000000,
                              at % 1000000, len(data), len(data)) + data)


if __name__ == "__main__":
    main()
