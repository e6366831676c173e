# SPDX-License-Identifier: BSD-3-Clause
"""What scripts here write captures of: DNS messages in UDP and IPv4."""

import socket
import struct

A, RAW_IPV4, SLL2 = 1, 101, 276
QUERY, RESPONSE = 0x0100, 0x8180


def name_of(text):
    labels = [label for label in text.split(".") if label]
    return b"".join(bytes([len(x)]) + x.encode() for x in labels) + b"\0"


def message(number, flags, question, records=(), additional=()):
    """A question is a name and a type; records are bytes."""
    name, qtype = question
    return struct.pack("!6H", number & 0xffff, flags, 1, len(records), 0,
                       len(additional)) \
        + name_of(name) + struct.pack("!HH", qtype, 1) \
        + b"".join(records) + b"".join(additional)


def address_record(address, ttl):
    """Of the name in the question."""
    return b"\xc0\x0c" + struct.pack("!HHIH", A, 1, ttl, 4) \
        + socket.inet_aton(address)


def udp(source, destination, data):
    """Each end is an address and a port."""
    size = 8 + len(data)
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + size, 0, 0, 64, 17, 0,
                       socket.inet_aton(source[0]),
                       socket.inet_aton(destination[0])) \
        + struct.pack("!4H", source[1], destination[1], size, 0) + data


def tcp(source, destination, flags):
    """A segment without data."""
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0,
                       socket.inet_aton(source[0]),
                       socket.inet_aton(destination[0])) \
        + struct.pack("!HHIIBBHHH", source[1], destination[1], 1000, 1001,
                      0x50, flags, 65535, 0, 0)


def write_pcap(out, linktype, frames, start=1700000000):
    """A frame is its time in microseconds after start, in s, and its bytes."""
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, linktype))
    for at, data in frames:
        out.write(struct.pack("<IIII", start + at // 1000000, at % 1000000,
                              len(data), len(data)) + data)
