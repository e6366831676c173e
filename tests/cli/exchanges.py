#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a capture of queries and their answers, one a line.

    exchanges.py [START] <LINES >x.pcap

A line is CLIENT SERVER NAME RCODE, and, each "-" for none, ADDRESS and EDE: the
address is answered, the extended error is told.  RCODE "-" is no answer, one
with a "+" has AA.  A line a second, from START, in seconds since 1970.
"""

import socket
import struct
import sys


def name_of(text):
    labels = [label for label in text.split(".") if label]
    return b"".join(bytes([len(x)]) + x.encode() for x in labels) + b"\0"


def query(number, name):
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + name_of(name) \
        + struct.pack("!HH", 1, 1)


def response(number, name, rcode, address, error):
    flags = 0x8180 | int(rcode.rstrip("+")) | (0x0400 if "+" in rcode else 0)
    data = struct.pack("!6H", number, flags, 1, address != "-", 0,
                       error != "-") + name_of(name) + struct.pack("!HH", 1, 1)
    if address != "-":
        data += b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) \
            + socket.inet_aton(address)
    if error != "-":
        data += struct.pack("!BHHIHHHH", 0, 41, 1232, 0, 6, 15, 2, int(error))
    return data


def packet(source, destination, data):
    udp = struct.pack("!4H", source[1], destination[1], 8 + len(data), 0) + data
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                       socket.inet_aton(source[0]),
                       socket.inet_aton(destination[0])) + udp


def main():
    start = int(sys.argv[1]) if len(sys.argv) > 1 else 1700000000
    out = sys.stdout.buffer
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    for number, line in enumerate(sys.stdin, 1):
        client, server, name, rcode, address, error = line.split()
        ends = (client, 20000 + number), (server, 53)
        frames = [packet(*ends, query(number, name))]
        if rcode != "-":
            frames.append(packet(*ends[::-1], response(number, name, rcode,
                                                       address, error)))
        for i, data in enumerate(frames):
            out.write(struct.pack("<IIII", start + number, i * 900, len(data),
                                  len(data)) + data)


if __name__ == "__main__":
    main()
