#!/usr/bin/env python3
"""Rewrites a recorded capture, record by record.

    rewrite.py byteswap IN OUT   as a machine of the other byte order would
                                 have written it (pcap or pcapng)
    rewrite.py neutral IN OUT    pcapng without the recording machine's
                                 hardware and operating system
    rewrite.py later:SECONDS IN OUT
                                 pcap of a machine whose clock is ahead by
                                 that much
"""

import struct
import sys

PCAP_MAGICS = {0xA1B2C3D4, 0xA1B23C4D}
SHB, IDB, NRB, ISB, EPB = 0x0A0D0D0A, 1, 4, 5, 6
SHB_HARDWARE, SHB_OS = 2, 3
IF_TSOFFSET, IF_SPEED, IF_OS, IF_HARDWARE = 14, 8, 12, 15

# Options that hold numbers, by block: option code -> struct of its value.
# Everything else is bytes, of which byte order is no matter.
NUMBERS = {
    SHB: {},
    IDB: {IF_SPEED: "Q", IF_TSOFFSET: "q"},
    NRB: {},
    ISB: {2: "II", 3: "II", 4: "Q", 5: "Q", 6: "Q", 7: "Q", 8: "Q"},
    EPB: {2: "I", 4: "Q", 5: "Q", 6: "I"},
}
TELLTALES = {SHB: {SHB_HARDWARE, SHB_OS}, IDB: {IF_OS, IF_HARDWARE}}


def pad(data):
    return data + b"\0" * (-len(data) % 4)


def options(data, old, new, kind, drop):
    """The options of a block, read in one byte order, written in another."""
    out = b""
    while data:
        code, size = struct.unpack_from(old + "HH", data)
        value, data = data[4:4 + size], data[4 + size + -size % 4:]
        if code in drop:
            continue
        layout = NUMBERS[kind].get(code)
        if layout:
            value = struct.pack(new + layout,
                                *struct.unpack(old + layout, value))
        out += struct.pack(new + "HH", code, size) + pad(value)
    return out


def block(kind, body, old, new, neutral):
    """The body of a block, rewritten."""
    layout = {SHB: "IHHq", IDB: "HHI", ISB: "III", EPB: "IIIII",
              NRB: ""}.get(kind)
    if layout is None:
        sys.exit(f"block type {kind}: don't know how to rewrite it")
    fields = struct.unpack_from(old + layout, body)
    out = struct.pack(new + layout, *fields)
    rest = body[struct.calcsize(old + layout):]
    if kind == SHB:
        out = out[:8] + struct.pack(new + "q", -1)  # section length unknown
    elif kind == EPB:
        taken = fields[3] + -fields[3] % 4
        out, rest = out + rest[:taken], rest[taken:]
    elif kind == NRB:
        while True:
            record, size = struct.unpack_from(old + "HH", rest)
            taken = size + -size % 4
            out += struct.pack(new + "HH", record, size) + rest[4:4 + taken]
            rest = rest[4 + taken:]
            if record == 0:
                break
    drop = TELLTALES.get(kind, set()) if neutral else set()
    return out + options(rest, old, new, kind, drop)


def pcapng(data, swap):
    out, old = b"", "<"
    while data:
        if data[:4] == b"\x0a\x0d\x0d\x0a":
            old = "<" if data[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
        new = {"<": ">", ">": "<"}[old] if swap else old
        kind, size = struct.unpack_from(old + "II", data)
        body = block(kind, data[8:size - 4], old, new, not swap)
        total = struct.pack(new + "I", len(body) + 12)
        out += struct.pack(new + "I", kind) + total + body + total
        data = data[size:]
    return out


def byteswap(data, old):
    new = {"<": ">", ">": "<"}[old]
    out = struct.pack(new + "IHHiIII", *struct.unpack_from(old + "IHHiIII",
                                                           data))
    for header, packet in records(data, old):
        out += struct.pack(new + "IIII", *header) + packet
    return out


def later(data, old, seconds):
    magic = struct.unpack_from(old + "I", data)[0]
    units = 10**9 if magic == 0xA1B23C4D else 10**6
    out = data[:24]
    for header, packet in records(data, old):
        time = header[0] * units + header[1] + round(seconds * units)
        out += struct.pack(old + "IIII", *divmod(time, units),
                           *header[2:]) + packet
    return out


def records(data, old):
    """The header's four numbers and the bytes of each packet."""
    data = data[24:]
    while data:
        header = struct.unpack_from(old + "IIII", data)
        yield header, data[16:16 + header[2]]
        data = data[16 + header[2]:]


def pcap(data, what):
    old = "<" if struct.unpack_from("<I", data)[0] in PCAP_MAGICS else ">"
    if what == "byteswap":
        return byteswap(data, old)
    if what.startswith("later:"):
        return later(data, old, float(what.split(":")[1]))
    return data


def main():
    what, source, target = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        data = pcapng(data, swap=what == "byteswap")
    else:
        data = pcap(data, what)
    with open(target, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main()
