#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A pcapng file from a pcap file, with options that say what a test needs.

    make-pcapng.py IN.pcap OUT.pcapng [WORD]...

The words, as often as needed:

    comment=TEXT       of the section
    name=TEXT          of the interface; description=TEXT, filter=TEXT likewise
    dropped=N          ISB: dropped by the interface; received=N likewise
    note=FRAME:TEXT    comment of a packet
    in=FRAME           its direction; out=FRAME likewise
    host=ADDRESS:NAME  a name resolution record (IPv4)
    simple=1           packets as simple packet blocks, which have no times
    stamp=SECOND       the same time for all packets
"""
import socket
import struct
import sys

SHB, IDB, SPB, NRB, ISB, EPB = 0x0A0D0D0A, 1, 3, 4, 5, 6


def padded(data):
    return data + b"\0" * (-len(data) % 4)


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value)


def block(kind, body, options=b""):
    if options:
        options += option(0, b"")
    size = 12 + len(body) + len(options)
    return struct.pack("<II", kind, size) + body + options + \
        struct.pack("<I", size)


def records(data):
    """Link type, then (seconds, microseconds, length on the wire, bytes)."""
    yield struct.unpack_from("<I", data, 20)[0]
    at = 24
    while at + 16 <= len(data):
        second, micro, have, wire = struct.unpack_from("<IIII", data, at)
        yield second, micro, wire, data[at + 16:at + 16 + have]
        at += 16 + have


def packet_options(told, frame):
    options = b"".join(option(1, text.encode())
                       for text in told.get(f"note={frame}", []))
    for direction, word in ((1, "in"), (2, "out")):
        if str(frame) in told.get(word, []):
            options += option(2, struct.pack("<I", direction))
    return options


def packet(told, frame, record):
    second, micro, wire, data = record
    if "simple" in told:
        return block(SPB, struct.pack("<I", wire) + padded(data))
    if "stamp" in told:
        second, micro = int(told["stamp"][0]), 0
    ticks = second * 1000000 + micro
    return block(EPB, struct.pack("<IIIII", 0, ticks >> 32,
                                  ticks & 0xFFFFFFFF, len(data), wire) +
                 padded(data), packet_options(told, frame))


def statistics(told):
    options = b""
    for code, word in ((4, "received"), (5, "dropped")):
        for number in told.get(word, []):
            options += option(code, struct.pack("<Q", int(number)))
    return block(ISB, struct.pack("<III", 0, 0, 0), options) \
        if options else b""


def names(told):
    body = b""
    for word in told.get("host", []):
        address, _, name = word.partition(":")
        body += option(1, socket.inet_aton(address) + name.encode() + b"\0")
    return block(NRB, body + struct.pack("<HH", 0, 0)) if body else b""


def words_of(words):
    told = {}
    for word in words:
        key, _, value = word.partition("=")
        if key == "note":
            frame, _, value = value.partition(":")
            key = f"note={frame}"
        told.setdefault(key, []).append(value)
    return told


def main():
    told = words_of(sys.argv[3:])
    with open(sys.argv[1], "rb") as file:
        packets = records(file.read())
    linktype = next(packets)
    interface = b"".join(
        option(code, (b"\0" if code == 11 else b"") + text.encode())
        for code, word in ((2, "name"), (3, "description"), (11, "filter"))
        for text in told.get(word, []))
    out = block(SHB, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1),
                b"".join(option(1, text.encode())
                         for text in told.get("comment", [])))
    out += block(IDB, struct.pack("<HHI", linktype, 0, 262144), interface)
    for frame, record in enumerate(packets, 1):
        out += packet(told, frame, record)
    out += names(told) + statistics(told)
    with open(sys.argv[2], "wb") as file:
        file.write(out)


main()
